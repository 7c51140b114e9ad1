"""What happened when the drug was given again. Every text here is invented."""

from __future__ import annotations

import pytest

from tests.read_cases import ILL, ONE, cases, only


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


GRADED = "A woman of 40 had grade 4 neutropenia 50 days after the last infusion of rituximab. It resolved with G-CSF. "


@pytest.mark.parametrize(
    "behind",
    [
        "Three years on she was safely re-treated, and re-treated safely once more.",
        "She was retreated without incident.",
        "She was re-treated uneventfully a year later.",
        "A year later rituximab was repeated, and counts were normal throughout.",
        "Rituximab was repeated 14 months later with normal counts throughout.",
        "Rituximab was repeated 14 months later; the neutrophils remained above 2.0 x 10^9/L.",
        "Rituximab was reintroduced nine months later without recurrence of neutropenia.",
        "Rituximab was continued with weekly counts, all of which were normal.",
        "Rituximab was given again, and neutrophils never fell below 2.0 x 10^9/L.",
        "Rechallenge was safe.",
        "Re-administration two years later was without complications.",
        "Two years later the drug was used again with no ill effects.",
        "She later received the drug again safely.",
        "Rituximab was resumed at half the dose with no trouble.",
        "She was re-treated safely with ocrelizumab.",
        "The course planned for June was administered and all counts remained normal.",
        "The next course was given as planned and counts remained normal.",
        "Treatment with the antibody two years later was safe.",
        "Rituximab was continued without any similar event.",
        "She received the next infusion on schedule, and neutrophils were normal at 4, 8 and 12 weeks.",
        "She has received rituximab twice more since then, with stable blood counts.",
        "Treatment with rituximab the following year was uneventful.",
        "Treatment with the drug a year later was well tolerated.",
        "She received rituximab two years later without recurrence.",
        "Rituximab, given once more a year later, was not followed by neutropenia.",
        "Neutrophils have since been normal, also after a rechallenge with rituximab.",
        "Counts have been normal, even after a second course of rituximab.",
        "A second course was given 18 months later without incident.",
    ],
)
def test_given_again_without_harm_is_no_recurrence(behind):
    assert [(r.outcome, r.rechallenge) for r in cases(GRADED + behind)] == [("resolved", "no_recurrence")]


@pytest.mark.parametrize(
    "behind",
    [
        "Rituximab was repeated 14 months later.",
        "She was retreated with rituximab.",
        "Re-treatment with cyclophosphamide was uneventful.",
        "The second course of cyclophosphamide was uneventful.",
        "Ozanimod was restarted without incident.",
        "Ozanimod was repeated and counts were normal throughout.",
        "Blood tests were repeated and normal.",
        "The marrow examination was repeated two weeks later and was normal.",
        "Rituximab might be repeated safely.",
        "Rituximab was not repeated and she remained well.",
        "Treatment with cyclophosphamide two years later was safe.",
        "Treatment with the antibody may be safe two years later.",
        "Rituximab had been given for arthritis, and two years later she remains without relapse.",
        "The second course of the illness was without complications.",
        "It was decided not to re-treat; she was safely discharged.",
    ],
)
def test_nothing_given_again_or_nothing_told_of_it_is_no_rechallenge(behind):
    assert only(GRADED + behind).rechallenge is None


def test_the_event_after_a_repeated_course_is_a_recurrence_on_re_exposure():
    first, second = cases(
        GRADED + "Rituximab was repeated 14 months later and a second episode of neutropenia followed."
    )
    assert (first.rechallenge, second.rechallenge) == ("recurrence", None)


@pytest.mark.parametrize(
    ("behind", "rechallenge"),
    [
        ("Neutrophils have been normal ever since, rechallenge with rituximab included.", "no_recurrence"),
        ("Neutrophils have remained normal, a further course of rituximab included.", "no_recurrence"),
        ("The neutrophil count has been normal ever since despite two further infusions.", "no_recurrence"),
        ("A further course 8 months later was uneventful.", "no_recurrence"),
        ("The further course was uneventful.", None),
        ("Neutrophils have been normal ever since.", None),
    ],
)
def test_normal_counts_with_the_drug_given_again(behind, rechallenge):
    assert only(ONE + "It resolved. " + behind).rechallenge == rechallenge


@pytest.mark.parametrize(
    ("again", "rechallenge"),
    [
        ("Two years later, four months after an infusion, she had neutropenia again (0.1 x 10^9/L).", "recurrence"),
        ("Two months later, five months after the infusion, she had neutropenia again (0.1 x 10^9/L).", None),
    ],
)
def test_a_dose_after_the_episode_before_is_a_reexposure(again, rechallenge):
    rows = cases(
        "A 38-year-old woman with MS had neutropenia (0.3 x 10^9/L) three months after an ocrelizumab infusion. It "
        "resolved. " + again
    )
    assert [r.rechallenge for r in rows] == [rechallenge, None]


def test_another_antibody_of_the_class_is_a_reexposure():
    rows = cases(
        "A 33-year-old man with MS had neutropenia (0.4 x 10^9/L) 4 months after rituximab. After recovery ocrelizumab was "
        "chosen instead. Eleven weeks after the first dose, neutropenia of 0.2 x 10^9/L was noted."
    )
    assert [(r.drug, r.rechallenge) for r in rows] == [("rituximab", "recurrence"), ("ocrelizumab", None)]


def test_numbered_later_courses_are_a_reexposure():
    row = only(ONE + "It resolved. Courses two to five were not complicated by neutropenia.")
    assert row.rechallenge == "no_recurrence"


def test_what_recurred_in_one_patient_only_is_told_of_that_one():
    found = cases(
        "Case 1: a 5-year-old boy had grade 4 neutropenia 66 days after rituximab. Case 2: a girl of 11 years had grade 3 "
        "neutropenia 101 days after rituximab; it resolved within 14 days. Both patients received further rituximab; "
        "neutropenia recurred only in case 1.",
        title="Late-onset neutropenia after rituximab: report of two cases",
    )
    assert [(f.outcome, f.rechallenge) for f in found] == [("recurred", "recurrence"), ("resolved", None)]


@pytest.mark.parametrize(
    ("behind", "management"),
    [
        ("Rituximab has not been readministered.", ("drug_discontinued",)),
        ("Rituximab was never restarted.", ("drug_discontinued",)),
        ("Rituximab was not resumed.", ("drug_discontinued",)),
        ("He was not re-treated for his arthritis.", ()),
        ("No retreatment was necessary.", ()),
    ],
)
def test_a_drug_that_was_not_given_again_was_left(behind, management):
    assert only(ONE + behind).management == management


@pytest.mark.parametrize(
    ("behind", "rechallenge"),
    [
        (
            "Rituximab infusions were continued at six-monthly intervals, and neutropenia has not been observed again.",
            True,
        ),
        ("Rituximab was restarted after 2 months, and the count has been stable ever since.", True),
        ("He was not given rituximab again, and neutropenia has never been seen since.", False),
    ],
)
def test_the_drug_went_on_and_the_event_was_not_seen_again(behind, rechallenge):
    assert only(ONE + behind).rechallenge == ("no_recurrence" if rechallenge else None)


@pytest.mark.parametrize(
    "again",
    [
        "Rituximab was readministered to both at the usual intervals, with no further neutropenia.",
        "Rituximab was resumed in both, without another episode of neutropenia.",
        "Both received rituximab again and had no new neutropenia.",
    ],
)
def test_given_again_to_both_without_the_event(again):
    first, second = cases(
        "Case 1: a 30-year-old woman with arthritis. Case 2: a man of 50 with vasculitis. Both had late-onset neutropenia "
        "after rituximab. In case 1 it was treated with G-CSF. In case 2 it was asymptomatic and counts recovered. "
        + again,
        title="Two cases of late-onset neutropenia after rituximab",
    )
    assert first.rechallenge == second.rechallenge == "no_recurrence"
    assert (second.n_events, second.outcome) == (1, "resolved")


def test_no_further_event_in_the_text_of_a_patient_whose_event_was_announced():
    rows = cases(
        "Case 1 was a woman with arthritis and case 2 a man with vasculitis. Rituximab had been given before LON was found. "
        "In case 1, LON was treated with G-CSF. In case 2, it was asymptomatic. Rituximab was resumed with no further "
        "neutropenia.",
        title="Two cases of late-onset neutropenia after rituximab",
    )
    assert [(r.label, r.n_events, r.event_definition) for r in rows] == [
        ("case 1", 1, "late_onset"),
        ("case 2", 1, "late_onset"),
    ]
