"""How long an episode lasted. Every text here is invented."""

from __future__ import annotations

import pytest

from tests.read_cases import ILL, ONE, cases, only


def test_recovery_counted_from_growth_factor_is_no_duration():
    row = only("A man of 40 had neutropenia 6 weeks after rituximab. It resolved 5 days after G-CSF was begun.")
    assert row.duration_days is None


def test_a_count_that_stayed_low_for_days_is_a_duration_though_growth_factor_ended_it():
    row = only(ONE + "The ANC remained below 0.5 x 109/L for 16 days and rose only after G-CSF.")
    assert row.duration_days == 16


@pytest.mark.parametrize(
    ("behind", "days"),
    [
        ("The ANC remained at zero for 9 days.", 9),
        ("He remained neutropenic for 12 days.", 12),
        ("The ANC returned to 1.9 x 109/L three weeks later.", 21),
        ("The ANC remained normal for 9 months.", None),
        ("He was given G-CSF. The ANC rose to 2.4 x 109/L after 72 hours.", None),
        ("He was given G-CSF. The ANC remained below 0.5 x 109/L for 9 days.", 9),
        ("He was given G-CSF. The count recovered in 4 days.", None),
        ("Filgrastim was started. The neutrophils were normal after 5 days.", None),
        ("Filgrastim was started. In all, neutropenia had lasted 12 days.", 12),
        ("He received lenograstim. The duration of neutropenia was 8 days.", 8),
        ("The count recovered in 4 days.", 4),
        ("At 5 months it was 1.9 x 109/L.", None),
        ("The count recovered two months postpartum.", None),
    ],
)
def test_how_long_the_count_stayed_low(behind, days):
    assert only(ILL + behind).duration_days == days


@pytest.mark.parametrize(
    ("behind", "days", "outcome"),
    [
        ("After 17 days the neutrophils had come up unaided to 2.3 x 109/L.", 17, "resolved"),
        ("He was left untreated, and after 17 days the neutrophils were back at 2300/mm3.", 17, "resolved"),
        ("After three doses of filgrastim the neutrophils had risen to 2.1 x 109/L.", None, "resolved"),
        ("The rash cleared within 10 days.", None, None),
        ("The oral ulcers healed and the mucositis resolved within 10 days.", None, None),
        ("Pneumonia resolved within 10 days.", None, None),
        ("Neutropenia was over within 10 days.", 10, "resolved"),
    ],
)
def test_what_was_over_and_from_when(behind, days, outcome):
    row = only(ILL + behind)
    assert (row.duration_days, row.outcome) == (days, outcome)


def test_a_low_count_for_so_many_days_is_how_long_it_lasted():
    row = only(ONE + "The ANC was 0 for 12 days.")
    assert (row.anc_nadir, row.duration_days) == (0, 12)


def test_the_total_duration_is_one_in_spite_of_a_growth_factor():
    row = only(ONE + "After four doses of G-CSF the ANC rose; the total duration of neutropenia was 6 days.")
    assert row.duration_days == 6


def test_a_count_that_climbs_within_days_of_a_growth_factor_is_no_duration():
    row = only(ONE + "Filgrastim was given. The neutrophil count climbed to 5.9 x 10^9/L within 5 days.")
    assert (row.duration_days, row.outcome) == (None, "resolved")


def test_how_long_it_lasted_in_each_of_two_patients():
    found = cases(
        "We report two brothers with nephrotic syndrome. Patient 1, aged 9, had late-onset neutropenia 74 days after his last "
        "dose of rituximab. Patient 2, aged 6, had it 61 days after the last dose of rituximab. Neutrophils recovered in both; "
        "neutropenia lasted 4 days in patient 1 and 7 days in patient 2.",
        title="Late-onset neutropenia after rituximab: two cases",
    )
    assert [(f.duration_days, f.outcome) for f in found] == [(4, "resolved"), (7, "resolved")]
