"""What is pooled: one row a publication and definition, its own patients, never two definitions together."""

from __future__ import annotations

import pytest

from pipeline.incidence import pooled_incidence
from pipeline.tables.incidence_table import (
    POOLED_CSV,
    STUDIES_CSV,
    onset_table,
    pooled_csv,
    pooled_table,
    studies_csv,
)
from pipeline.tables.read import Row
from tests.invented_review import case, group, make_base, make_labels, source

LABELS = make_labels()


def analyse(*rows: Row):
    return pooled_incidence(make_base(rows), LABELS)


def test_event_definitions_are_analysed_apart():
    found = analyse(group(1), group(2), group(3, event_definition="late_onset"))
    assert [(a.definition, a.overall.studies) for a in found.analyses] == [("any_grade", 2), ("late_onset", 1)]


def test_one_publication_enters_with_the_row_that_has_the_most_patients():
    where = source(1)
    rows = [group(1, where, finding_id=name, n_treated=n, n_events=e) for name, n, e in (("a", 20, 9), ("b", 60, 10))]
    found = analyse(*rows, group(2))
    (analysis,) = found.analyses
    assert [(c.study.events, c.study.total) for c in analysis.candidates] == [(10, 60), (12, 40)]
    assert [c.reason for c in found.left_out] == [
        "another row of the same publication has more patients or a wider event"
    ]
    assert "2 of 3 rows" in analysis.notes[0]


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_of_rows_with_as_many_patients_the_whole_event_enters_and_not_its_severe_part(names):
    where, (whole, severe) = source(1), names
    rows = [
        group(1, where, finding_id=whole, event_definition="late_onset", n_events=None, incidence_percent=27.5),
        group(1, where, finding_id=severe, event_definition="late_onset", n_events=3, ctcae_grade=3),
    ]
    (analysis,) = analyse(*rows).analyses
    assert [(c.study.events, c.study.total) for c in analysis.candidates] == [(11, 40)]


def test_two_drugs_of_one_publication_are_in_both_subgroups_and_once_in_the_total():
    where = source(1)
    found = analyse(group(1, where), group(1, where, finding_id="o", drug="otheramab", n_treated=30, n_events=3))
    (analysis,) = found.analyses
    assert {name: len(members) for name, members in analysis.drugs.items()} == {"drugamab": 1, "otheramab": 1}
    assert analysis.overall.studies == 1
    assert found.left_out == ()


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (group(1, attribution="reviewed"), "reviewed from other publications"),
        (group(1, source(1, study_type="case_series")), "design without a denominator"),
        (group(1, source(1, study_type="systematic_review")), "a review"),
        (group(1, source(1, retracted=True)), "retracted"),
        (group(1, event_definition=None), "the text does not say which event was counted"),
        (group(1, n_treated=None), "patients at risk not reported"),
        (group(1, n_events=None), "events not reported"),
        (group(1, n_events=50), "more events than patients in the source"),
        (group(1, n_treated=1, n_events=0), "a single patient"),
        (group(1, n_events=None, incidence_percent=130.0), "a percentage outside 0 to 100"),
    ],
)
def test_what_cannot_be_pooled_is_left_out_with_its_reason(row, reason):
    found = analyse(row)
    assert found.analyses == ()
    assert [candidate.reason for candidate in found.left_out] == [reason]
    assert pooled_table(found, LABELS).rows == ()
    assert "Nothing to pool" in pooled_table(found, LABELS).empty


def test_events_are_computed_from_a_percentage_and_said_to_be():
    found = analyse(group(1, n_events=None, incidence_percent=33.0, n_treated=300), group(2))
    (analysis,) = found.analyses
    assert [(c.study.events, c.computed) for c in analysis.candidates] == [(99, True), (12, False)]
    assert any("computed from the percentage" in note for note in analysis.notes)
    assert analysis.stated_only.studies == 1


def test_different_wordings_of_a_definition_are_noted():
    rows = [
        group(i, event_definition="late_onset", definition_text=text) for i, text in enumerate(("< 1.5", "< 1.0"), 1)
    ]
    (analysis,) = analyse(*rows, group(3, event_definition="late_onset")).analyses
    assert any("2 wordings in 2 studies, none quoted in 1" in note for note in analysis.notes)


def test_all_zero_events_give_an_interval_and_say_why_there_is_no_model():
    table = pooled_table(analyse(group(1, n_events=0), group(2, n_events=0)), LABELS)
    (row,) = table.rows
    assert row[4] == "0.0 (0.0–4.5)"
    assert "No study reports an event" in row[-1]


def test_one_study_alone_is_shown_and_said_to_be_alone():
    (row,) = pooled_table(analyse(group(1)), LABELS).rows
    assert row[:5] == ("any grade", "all studies", 1, "12/40", "30.0 (16.6–46.5)")
    assert "One study" in row[-1]


def test_the_total_is_shown_beside_other_methods_and_without_each_study():
    row = pooled_table(analyse(group(1), group(2, n_events=2), group(3, n_events=20)), LABELS).rows[0]
    # R: rma(measure = "PLO", xi = c(12, 2, 20), ni = c(40, 40, 40), method = "DL"), test = "knha"; rma.glmm
    assert "DerSimonian-Laird 25.0 (8.4–54.6), Hartung-Knapp 25.0 (0.92–92.3)." in row[-1]
    assert "Leaving out one study at a time: 14.0–39.8 %." in row[-1]


def test_every_fit_is_in_the_csv_under_its_header():
    rows = pooled_csv(analyse(group(1), group(2), group(3, drug="otheramab", n_events=3), group(4)))
    assert {len(row) for row in rows} == {len(POOLED_CSV)}
    models = {row[3] for row in rows}
    assert any("DerSimonian-Laird, Hartung-Knapp" in model for model in models)
    assert any(row[2] == "test of differences" for row in rows)
    assert sum(row[1] == "without" for row in rows) == 4


def test_every_group_row_is_accounted_for_in_the_list_of_studies():
    rows = [group(1), group(2, n_treated=None), group(3, source(3), finding_id="a"), group(3, source(3), n_treated=10)]
    listed = studies_csv(analyse(*rows), LABELS)
    assert {len(row) for row in listed} == {len(STUDIES_CSV)}
    assert sorted(row[2] for row in listed) == sorted(row.finding.finding_id for row in rows)


def test_a_thousand_studies_are_pooled():
    (analysis,) = analyse(*(group(i, n_events=i % 15) for i in range(1, 1001))).analyses
    assert analysis.overall.studies == 1000
    assert analysis.overall.reason is None
    assert analysis.without == ()


def test_onset_is_described_and_never_averaged_over_cohorts():
    cohort = {"onset_statistic": "median", "onset_anchor": "last_dose"}
    rows = [
        case(1, onset_days=20.0),
        case(2, onset_days=100.0),
        group(3, onset_days=60.0, onset_low_days=5.0, onset_high_days=400.0, **cohort),
        group(4, onset_days=152.0, **cohort),
    ]
    table = onset_table(make_base(rows), LABELS)
    assert table.rows == (("drugamab", 2, "60 (20–100)", 2, "60–152", "5–400"),)
    assert "not averaged" in table.notes[0]


def test_the_onset_of_one_case_is_no_range():
    assert onset_table(make_base([case(1)]), LABELS).rows[0][2] == "91"


def test_no_onset_at_all_is_said():
    assert onset_table(make_base([group(1)]), LABELS).rows == ()


def test_a_low_bound_of_zero_and_a_lone_high_bound_are_values():
    table = onset_table(make_base([group(1, onset_low_days=0.0), group(2, onset_high_days=28.0)]), LABELS)
    assert table.rows == (("drugamab", 0, "–", 2, "–", "0–28"),)
