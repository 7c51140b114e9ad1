"""The case-level table, cell by cell."""

from __future__ import annotations

import pytest

from pipeline.records import Author
from pipeline.tables.case_table import case_table
from pipeline.tables.model import Cited
from tests.invented_review import case, group, make_base, make_labels, source

LABELS = make_labels()


def cells(**fields):
    table = case_table(make_base([case(**fields)]), LABELS)
    return dict(zip((column.name for column in table.columns), table.rows[0], strict=True))


def test_a_case_is_printed_as_a_journal_prints_it():
    table = case_table(make_base([case(label="case 2", regimen="CHOP")]), LABELS)
    assert table.rows == (
        (
            Cited("Doe et al. 2020, case 2", (11,)),
            "38 / F",
            "testitis",
            "drugamab (CHOP)",
            "91, after the last dose",
            "0.2",
            "4",
            "G-CSF, antibiotics",
            "resolved",
            None,
        ),
    )
    assert table.keys == ("case-11",)


@pytest.mark.parametrize(
    ("fields", "column", "expected"),
    [
        ({"age_years": None}, "age_sex", "NR / F"),
        ({"age_years": 0.5, "sex": "male"}, "age_sex", "0.5 / M"),
        ({"age_years": None, "sex": None}, "age_sex", None),
        ({"onset_days": 3.04}, "onset", "3, after the last dose"),
        ({"onset_days": 91.32, "onset_anchor": "unspecified"}, "onset", "91, dose not specified"),
        ({"onset_days": None}, "onset", "late"),
        ({"onset_days": None, "onset_class": None}, "onset", None),
        ({"onset_days": None, "onset_low_days": 5.0, "onset_high_days": 9.5}, "onset", "5–9.5, after the last dose"),
        ({"onset_days": None, "onset_high_days": 28.0, "onset_anchor": None}, "onset", "≤28"),
        ({"anc_nadir": 0.0}, "nadir", "0"),
        ({"anc_nadir": 0.02, "anc_censored": "<"}, "nadir", "<0.02"),
        ({"anc_nadir": None}, "nadir", None),
        ({"ctcae_grade": 3, "ctcae_grade_high": 4}, "grade", "3–4"),
        ({"ctcae_grade": 4, "ctcae_grade_high": 4}, "grade", "4"),
        ({"grade_basis": "derived"}, "grade", "4*"),
        ({"severity_term": "severe"}, "grade", "4, severe"),
        ({"ctcae_grade": None, "severity_term": "severe"}, "grade", "severe"),
        ({"ctcae_grade": None}, "grade", None),
        ({"management": ()}, "management", None),
        ({"management": ("drug_withheld", "a_new_value")}, "management", "drug withheld, a new value"),
        ({"rechallenge": "no_recurrence"}, "rechallenge", "no recurrence"),
    ],
)
def test_a_value_is_printed_so(fields, column, expected):
    assert cells(**fields)[column] == expected


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"authors": (Author("Doe"),)}, "Doe 2020"),
        ({"authors": (Author(collective="The Group"),), "year": None}, "The Group (no year)"),
        ({"authors": (), "title": "[Late events after a drug in five people.]"}, "“Late events after a…” 2020"),
        ({"authors": (), "title": ""}, "Anonymous 2020"),
    ],
)
def test_a_study_is_named_by_its_first_author_or_its_title(fields, name):
    row = case(1, source(1, **fields))
    assert case_table(make_base([row]), LABELS).rows[0][0] == Cited(name, (1,))


def test_cases_are_ordered_by_drug_then_year():
    rows = [case(3, source(3, year=2022)), case(2, source(2, year=2019)), case(1, drug="anti-x"), group(9)]
    table = case_table(make_base(rows), LABELS)
    assert table.keys == ("case-1", "case-2", "case-3")


def test_marks_are_explained_only_where_they_are_used():
    assert not any("derived" in note for note in case_table(make_base([case()]), LABELS).notes)
    notes = case_table(make_base([case(grade_basis="derived"), case(12, attribution="reviewed")]), LABELS).notes
    assert any(note.startswith("* grade derived") for note in notes)
    assert any(note.startswith("‡ ") for note in notes)


def test_no_case_says_so():
    table = case_table(make_base([group()]), LABELS)
    assert table.rows == ()
    assert table.empty.startswith("No case")
