"""How an episode ended. Every text here is invented."""

from __future__ import annotations

import pytest

from tests.read_cases import ILL, ONE, cases, only


@pytest.mark.parametrize(
    ("behind", "outcome", "duration"),
    [
        ("Two weeks later it was 2.1 x 109/L.", "resolved", 14),
        ("He was given filgrastim; within three days the neutrophil count was 4.4 x 109/L.", "resolved", None),
        ("Two weeks later the neutrophil count was 0.4 x 109/L.", None, None),
        ("Before rituximab the neutrophil count had been 3.9 x 109/L.", None, None),
        ("Filgrastim was needed to keep the neutrophil count above 1.0 x 109/L.", None, None),
        ("Two weeks later the platelet count was 200 x 109/L.", None, None),
    ],
)
def test_recovery_told_by_a_later_count_alone(behind, outcome, duration):
    row = only(ONE + behind)
    assert (row.outcome, row.duration_days) == (outcome, duration)


@pytest.mark.parametrize(
    ("behind", "outcome"),
    [
        ("The neutrophil count returned to 1.9 x 109/L.", "resolved"),
        ("The neutrophil count was back to normal.", "resolved"),
        ("The neutrophils came back.", "resolved"),
        ("The neutropenia returned.", "recurred"),
        ("Neutropenia was back.", "recurred"),
    ],
)
def test_cells_that_return_are_a_recovery_and_the_event_that_returns_is_not(behind, outcome):
    assert only(ILL + behind).outcome == outcome


@pytest.mark.parametrize(
    ("behind", "outcome"),
    [
        ("The white cells recovered.", "resolved"),
        ("The platelets recovered.", None),
        ("He died of sepsis.", "fatal"),
        ("He died of lymphoma.", None),
        ("The neutropenia was short-lived.", "resolved"),
        ("The count was 2.2 x 109/L ten days later.", "resolved"),
    ],
)
def test_how_it_ended(behind, outcome):
    assert only(ILL + behind).outcome == outcome


def test_a_denial_of_something_else_leaves_the_outcome():
    assert only(ILL + "It ran without infection and remitted.").outcome == "resolved"


@pytest.mark.parametrize(
    ("behind", "management", "outcome", "rechallenge"),
    [
        ("G-CSF was given and granulocytes reappeared after 6 days.", ("gcsf",), "resolved", None),
        ("Neutropenia reappeared two months later.", (), "recurred", None),
        ("After four days of filgrastim granulocytes were seen again.", ("gcsf",), "resolved", None),
        (
            "The count recovered. After two years he was safely treated with rituximab again.",
            (),
            "resolved",
            "no_recurrence",
        ),
        ("Six months later rituximab was given again and was well tolerated.", (), None, "no_recurrence"),
        ("Two further infusions were well tolerated.", (), None, "no_recurrence"),
        ("He has since tolerated two more infusions.", (), None, "no_recurrence"),
        ("Ocrelizumab was given instead, without haematological problems.", ("drug_switched",), None, "no_recurrence"),
        ("It was decided not to re-administer rituximab.", ("drug_discontinued",), None, None),
        ("Rituximab was not used again.", ("drug_discontinued",), None, None),
        ("The patient was observed and the neutropenia resolved.", ("observation",), "resolved", None),
        ("The patient was observed to have a rash.", (), None, None),
        ("No treatment, normal two weeks later.", ("observation",), "resolved", None),
        ("He was merely observed, and three weeks later they were 2900/mm3.", ("observation",), "resolved", None),
        ("Growth factor support was not required.", (), None, None),
        ("G-CSF was considered but not given.", (), None, None),
        ("G-CSF was not effective.", ("gcsf",), None, None),
        (
            "Immunoglobulin (IVIG) was given because G-CSF failed, and the count rose.",
            ("gcsf", "ivig"),
            "resolved",
            None,
        ),
        (
            "It prompted discontinuation of rituximab and antimicrobials.",
            ("antibiotics", "drug_discontinued"),
            None,
            None,
        ),
        ("The arthritis flared and methylprednisolone was given.", (), None, None),
        ("Prednisolone was given for the arthritis.", (), None, None),
        ("Prednisolone was given for the neutropenia.", ("corticosteroids",), None, None),
        ("He continued prednisolone.", (), None, None),
    ],
)
def test_the_course_in_other_words(behind, management, outcome, rechallenge):
    row = only(ILL + behind)
    assert (row.management, row.outcome, row.rechallenge) == (management, outcome, rechallenge)


@pytest.mark.parametrize(
    ("behind", "outcome", "duration"),
    [
        ("It persisted under high doses of G-CSF and was finally overcome by cyclosporine.", "resolved", None),
        ("It persisted in spite of G-CSF, but yielded to prednisolone.", "resolved", None),
        ("It persisted for six weeks under G-CSF and did not yield to steroids either.", "ongoing", 42),
        ("The fever was overcome with meropenem but a year later he is still neutropenic.", "ongoing", None),
        (
            "It remained below 0.5 x 10(9)/l for 8 days in spite of lenograstim. He left the hospital with 4.1 x 10(9)/l.",
            "resolved",
            8,
        ),
        ("It remained below 0.5 x 10(9)/l for 8 days in spite of lenograstim.", "ongoing", 8),
        ("The neutropenia persisted for 4 months and then remitted on its own.", "resolved", 121.8),
        ("The evolution was rapidly favorable.", "resolved", None),
        ("The evolution of the vasculitis was favorable.", None, None),
        ("He needed three days of GM-CSF; afterwards the neutrophils stayed normal.", "resolved", None),
        ("Platelets have stayed normal.", None, None),
        ("After nine days the neutrophil count was normal.", "resolved", 9),
        ("Two weeks later the count had normalised.", "resolved", 14),
        ("Filgrastim was given and two weeks later the count was normal.", "resolved", None),
        ("A year later he was well and his blood count was normal.", "resolved", None),
    ],
)
def test_what_finally_ended_it_and_when(behind, outcome, duration):
    row = only(ONE + behind)
    assert (row.outcome, row.duration_days) == (outcome, duration)


@pytest.mark.parametrize(
    ("title", "outcome"),
    [
        ("Fatal agranulocytosis after rituximab", "fatal"),
        ("Lethal late-onset neutropenia after rituximab", "fatal"),
        ("Non-fatal agranulocytosis after rituximab", None),
        ("Neutropenia after rituximab in fatal lymphoma", None),
    ],
)
def test_a_title_that_calls_the_event_fatal(title, outcome):
    assert only("A 79-year-old man had agranulocytosis 20 weeks after rituximab.", title=title).outcome == outcome


@pytest.mark.parametrize(
    ("behind", "outcome", "duration"),
    [
        ("The count was normal at 20 weeks.", "resolved", None),
        ("G-CSF gave only transient rises and the count has still not exceeded 1.0 x 109/L.", "ongoing", None),
        ("The evolution was good.", "resolved", None),
    ],
)
def test_an_end_that_is_no_length(behind, outcome, duration):
    row = only(ONE + behind)
    assert (row.outcome, row.duration_days) == (outcome, duration)


def test_the_time_of_a_relapse_is_no_length():
    rows = cases(ONE + "It resolved with G-CSF. Relapse of the neutropenia 5 weeks later (0.7 x 109/L), self-limited.")
    assert [r.duration_days for r in rows] == [None, None]


@pytest.mark.parametrize(
    ("behind", "outcome"),
    [
        ("He was discharged on day 7.", None),
        ("He received antibiotics and was discharged home.", None),
        ("Renal function recovered fully.", None),
        ("Filgrastim was stopped, with resolution of the lesions.", None),
        ("Filgrastim was given, with resolution of the neutropenia.", "resolved"),
        ("Liver enzymes returned to normal.", None),
        ("The CD20-positive fraction rose to 2% at one month, normalizing at two months.", None),
        ("B cells recovered five months later.", None),
        ("LON had therefore developed immediately prior to B-cell recovery.", None),
        ("Neutrophils exceeded 1.0 on day 9 and he was discharged.", "resolved"),
        ("The count recovered within a week and he was discharged.", "resolved"),
        ("Septic shock supervened and he died.", "fatal"),
        ("Septic shock supervened and he died. At autopsy lymphoma was found in many organs.", None),
        ("Septic shock supervened and he died. At autopsy fungal abscesses were found.", "fatal"),
    ],
)
def test_leaving_hospital_and_the_recovery_of_something_else_are_no_outcome(behind, outcome):
    assert only(ILL + behind).outcome == outcome


@pytest.mark.parametrize(
    "text",
    [
        "A man of 41 got rituximab with a swift recovery of graft function, and 8 days afterwards developed agranulocytosis.",
        "A man of 41 received rituximab, which resulted in recovery of the graft. Eight days later he had agranulocytosis.",
        "A woman of 30 recovered with rituximab and was admitted with neutropenia ten weeks after the last dose.",
        "A woman of 30 had improvement with rituximab; nine weeks after it she presented with agranulocytosis.",
    ],
)
def test_a_recovery_told_before_the_event_is_no_outcome_of_it(text):
    assert only(text).outcome is None


@pytest.mark.parametrize(
    ("behind", "outcome"),
    [
        ("Blood cultures stayed sterile and a first CT was normal.", None),
        ("The chest film was normal.", None),
        ("Ultrasound and bronchoscopy were normal.", None),
        ("Blood pressure was normal.", None),
        ("Two weeks later the count was normal.", "resolved"),
        ("On day 9 neutrophils were normal.", "resolved"),
        ("At the next visit it was normal.", "resolved"),
    ],
)
def test_what_was_normal_is_a_count(behind, outcome):
    assert only(ILL + behind).outcome == outcome


def test_the_event_that_comes_back_is_another_episode_without_an_end():
    first, second = cases(ILL + "G-CSF was given and he recovered. Two months later the neutropenia came back.")
    assert (first.outcome, second.outcome, second.duration_days) == ("recurred", None, None)


def test_a_count_that_falls_once_more_is_no_re_exposure():
    first, second = cases(
        ILL
        + "G-CSF was given and the neutrophil count was normal after 5 days, but six weeks afterwards fell once more, to "
        "610/mm3, and again corrected without treatment."
    )
    assert (first.outcome, first.rechallenge) == ("recurred", None)
    assert (second.anc_nadir, second.outcome, second.management) == (0.61, "resolved", ("observation",))


@pytest.mark.parametrize(
    ("behind", "outcome"),
    [
        ("The share of CD20+ cells was 0.1% at the onset of neutropenia, rising to 6%, within the normal range.", None),
        ("CD19+ cells were 0.1% then and 9% (normal) three months later.", None),
        ("At month six, CD20+ lymphocytes had returned to the normal range.", None),
        ("B cells were absent and the neutrophil count returned to normal.", "resolved"),
        ("Peripheral B cells were 0%, and he recovered with G-CSF.", "resolved"),
        ("A stroke was the eventual cause of death.", None),
        ("A fatal stroke followed.", None),
        ("The cause of death was progressive lymphoma.", None),
        ("A hemorrhage proved fatal.", None),
        ("Fatal septic shock ensued.", "fatal"),
        ("Pneumonia was the cause of death.", "fatal"),
        ("Fatal fungal infection in the lungs followed.", "fatal"),
    ],
)
def test_b_cells_and_other_causes_of_death_are_no_outcome(behind, outcome):
    assert only(ONE + behind).outcome == outcome
