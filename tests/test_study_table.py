"""The study-level table, cell by cell."""

from __future__ import annotations

import pytest

from pipeline.tables.model import Cited
from pipeline.tables.study_table import study_table
from tests.invented_review import case, group, make_base, make_labels

LABELS = make_labels()


def cells(**fields):
    table = study_table(make_base([group(**fields)]), LABELS)
    return dict(zip((column.name for column in table.columns), table.rows[0], strict=True))


def test_a_cohort_is_printed_as_a_journal_prints_it():
    row = group(label="maintenance arm", incidence_percent=30.0, onset_days=87.0, onset_low_days=31.0,
                onset_high_days=274.4, onset_statistic="median", onset_anchor="last_dose")  # fmt: skip
    assert study_table(make_base([row]), LABELS).rows == (
        (
            Cited("Doe et al. 2020, maintenance arm", (21,)),
            "cohort",
            "testitis",
            "drugamab",
            "12/40",
            "30.0",
            "16.6–46.5",
            "any grade",
            "median 87 (31–274), after the last dose",
        ),
    )


@pytest.mark.parametrize(
    ("fields", "column", "expected"),
    [
        ({"n_events": 0}, "n", "0/40"),
        ({"n_events": 0}, "percent", "0.0†"),
        ({"n_events": None}, "n", "NR/40"),
        ({"n_treated": None}, "n", "12/NR"),
        ({"n_events": None, "n_treated": None}, "n", None),
        ({"n_events": None}, "percent", None),
        ({"n_events": 50}, "percent", None),
        ({"n_events": 50}, "interval", None),
        ({"incidence_percent": 0.1234}, "percent", "0.12"),
        ({"incidence_percent": 30.04}, "percent", "30.0"),
        ({"incidence_ci_low": 12.0, "incidence_ci_high": 48.25}, "interval", "12.0–48.2"),
        ({"event_definition": "late_onset", "definition_text": "ANC < 1.5"}, "definition", "late onset: “ANC < 1.5”"),
        ({"event_definition": None}, "definition", None),
        ({"onset_statistic": "mean", "onset_days": 9.96}, "onset", "mean 10"),
        ({"onset_days": 0.0}, "onset", "0"),
    ],
)
def test_a_value_is_printed_so(fields, column, expected):
    assert cells(**fields)[column] == expected


def test_a_computed_percentage_is_marked_and_the_mark_explained():
    table = study_table(make_base([group()]), LABELS)
    assert table.rows[0][5] == "30.0†"
    assert any(note.startswith("† computed") for note in table.notes)
    stated = study_table(make_base([group(incidence_percent=30.0)]), LABELS)
    assert not any("†" in note for note in stated.notes)


def test_no_group_says_so():
    table = study_table(make_base([case()]), LABELS)
    assert (table.rows, table.notes[:1]) == ((), ("Abbreviations: NR, not reported.",))
    assert table.empty.startswith("No study")
