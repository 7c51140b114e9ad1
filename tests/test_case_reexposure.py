"""What happened when the drug was given again. Every text here is invented."""

from __future__ import annotations

import pytest

from tests.read_cases import ILL, ONE, only


def test_safe_re_treatment_is_a_rechallenge_without_recurrence():
    row = only(
        "A woman of 60 had neutropenia 80 days after rituximab. It resolved, and rituximab was restarted with no recurrence."
    )
    assert (row.outcome, row.rechallenge) == ("resolved", "no_recurrence")


@pytest.mark.parametrize(
    ("behind", "rechallenge"),
    [
        ("He recovered. He received rituximab once more, without neutropenia.", "no_recurrence"),
        ("He recovered. A maintenance infusion passed without any fall of the neutrophils.", "no_recurrence"),
        (
            "He recovered. When cyclophosphamide was resumed the neutrophils remained normal, which points to rituximab.",
            None,
        ),
    ],
)
def test_re_exposure_in_other_words_and_that_to_another_drug(behind, rechallenge):
    assert only(ONE + behind).rechallenge == rechallenge


@pytest.mark.parametrize(
    ("behind", "rechallenge"),
    [
        ("The second infusion, given a week later, was not followed by neutropenia.", "no_recurrence"),
        ("He was switched to ocrelizumab, with no further episodes.", "no_recurrence"),
        ("He was switched to ozanimod, with no further episodes.", None),
        ("There was no further neutropenia.", None),
    ],
)
def test_another_dose_or_another_drug_of_the_class_is_a_rechallenge(behind, rechallenge):
    assert only(ILL + behind).rechallenge == rechallenge


@pytest.mark.parametrize(
    ("behind", "rechallenge"),
    [
        ("The three infusions that followed were uneventful.", "no_recurrence"),
        ("Rituximab was reintroduced, and subsequent counts were normal.", "no_recurrence"),
        ("He was safely re-treated with rituximab and no further neutropenia was seen.", "no_recurrence"),
        ("The further course was uneventful.", None),
        ("The stay was uneventful.", None),
    ],
)
def test_doses_that_went_well(behind, rechallenge):
    assert only(ILL + behind).rechallenge == rechallenge
