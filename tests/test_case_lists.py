"""Patients told by lists of ages, times and counts: one case row each, by position. Every text here is invented."""

from __future__ import annotations

import pytest

from pipeline.protocol import load_protocol
from pipeline.relate import relate
from tests.annotated import annotated
from tests.read_cases import cases

PROTOCOL = load_protocol("anti-cd20-neutropenia")
TITLE = "Late-onset neutropenia after rituximab at one centre"
LISTS = [
    (
        "Three women, aged 31, 45 and 60 years, developed neutropenia 60, 75 and 130 days, respectively, "
        "after the last infusion of rituximab. The nadirs were 0.1, 0.7 and 0.3 x 10^9/L. All three "
        "received G-CSF and recovered.",
        [(31, 60, 0.1), (45, 75, 0.7), (60, 130, 0.3)],
    ),
    (
        "Late-onset neutropenia was seen in two men (aged 52 and 68 years) with granulomatosis with "
        "polyangiitis 14 and 20 weeks after rituximab, respectively. Neutrophils were 0.2 and 0.9 x "
        "10^9/L.",
        [(52, 98, 0.2), (68, 140, 0.9)],
    ),
    (
        "Three children (ages 5, 9 and 12 years) with nephrotic syndrome developed LON 50, 63 and 90 "
        "days after rituximab, respectively; ANC nadirs were 120, 480 and 760 cells/mm3. All recovered "
        "without treatment.",
        [(5, 50, 0.12), (9, 63, 0.48), (12, 90, 0.76)],
    ),
    (
        "We describe late-onset neutropenia in a 44-, a 57- and a 63-year-old man given rituximab. It "
        "appeared 9, 13 and 21 weeks, respectively, after the second infusion.",
        [(44, 63, None), (57, 91, None), (63, 147, None)],
    ),
    (
        "Of 80 patients given ocrelizumab, two women (aged 33 and 41) had severe neutropenia 40 and 102 "
        "days after the last infusion, respectively. The counts were 0.3 and 0.0 x 10^9/L.",
        [(33, 40, 0.3), (41, 102, 0.0)],
    ),
    (
        "Three men (44, 57 and 63 years) developed LON after rituximab. The lowest counts were 0.11, 0.6 "
        "and 0.02 x 10^9/L, and onset was 9, 13 and 21 weeks, respectively, after the second infusion.",
        [(44, 63, 0.11), (57, 91, 0.6), (63, 147, 0.02)],
    ),
]
NO_LISTS = [
    (
        "Patients aged 18, 30 and 45 years or more were compared. Neutropenia occurred in 10 of 100 "
        "patients given rituximab."
    ),
    ("In patients aged 60 and 75 years the risk of neutropenia after rituximab was 5 and 10%, respectively."),
    (
        "Median ages were 44, 57 and 63 years in the three cohorts. Neutropenia occurred after 60, 70 "
        "and 80 days, respectively, of rituximab in 10%."
    ),
]
OF_FORTY_SIX = (
    "Three men (aged 44, 57 and 63 years) of 46 patients with membranous nephropathy treated with rituximab developed LON, "
    "9, 13 and 21 weeks, respectively, after the second infusion. The lowest counts were 0.11, 0.6 and 0.02 x 10^9/L. The "
    "third patient was admitted and was given G-CSF and antibiotics; the other two had no symptoms and no treatment. Two "
    "have had rituximab again."
)


def findings(text):
    return relate(annotated(text, title=TITLE), PROTOCOL).findings


@pytest.mark.parametrize(("text", "expected"), LISTS)
def test_each_patient_of_the_lists_has_his_own_values(text, expected):
    found = [f for f in findings(text) if f.level == "case"]
    assert [(f.age_years, f.onset_days, f.anc_nadir) for f in found] == expected


def test_what_names_one_patient_is_his_and_the_group_row_stays():
    *cases, group = findings(OF_FORTY_SIX)
    assert [f.management for f in cases] == [
        ("observation",),
        ("observation",),
        ("antibiotics", "gcsf", "hospitalisation"),
    ]
    assert [f.rechallenge for f in cases] == [None] * 3
    assert (group.level, group.n_treated, group.n_events) == ("group", 46, 3)


@pytest.mark.parametrize("text", NO_LISTS)
def test_ages_of_groups_are_no_patients(text):
    assert not any(f.age_years for f in findings(text))


def test_an_event_that_the_title_names_and_the_account_calls_it_is_told():
    text = (
        "Two women, aged 46 and 71 years, developed it 92 and 133 days, respectively, after the second infusion of "
        "rituximab. The lowest counts were 0.62 and 0.17 x 10^9/l. The second was admitted and treated with G-CSF; the "
        "first needed no treatment."
    )
    first, second = findings(text)
    assert (first.onset_days, first.anc_nadir, first.management) == (92, 0.62, ("observation",))
    assert (second.onset_days, second.anc_nadir, second.management) == (133, 0.17, ("gcsf", "hospitalisation"))


SHARED = "Both were hospitalised with febrile neutropenia and recovered with antibiotics and G-CSF. Rituximab was discontinued."


@pytest.mark.parametrize(
    "listed",
    [
        "Two cases of late-onset neutropenia after rituximab are reported: a woman with rheumatoid arthritis, who had had "
        "uveitis, and a woman with lymphoma. ",
        "We describe two patients with neutropenia after rituximab, a girl with rheumatoid arthritis and a young woman with "
        "lymphoma. ",
        "Two women had neutropenia after rituximab: one woman with rheumatoid arthritis and another woman with lymphoma. ",
        "In two patients, a woman with rheumatoid arthritis and a woman with lymphoma, neutropenia appeared after rituximab. ",
        "Two patients are presented, a woman with rheumatoid arthritis and a lady with lymphoma who developed neutropenia "
        "after rituximab. ",
    ],
)
def test_patients_listed_in_one_sentence_are_a_row_each_with_what_is_said_of_both(listed):
    found = cases(listed + SHARED, title="Neutropenia after rituximab: a report of two cases")
    assert [(r.sex, r.indication) for r in found] == [
        ("female", "rheumatoid arthritis"),
        ("female", "non-hodgkin lymphoma"),
    ]
    managed = ("antibiotics", "drug_discontinued", "gcsf", "hospitalisation")
    assert [(r.management, r.outcome, r.severity_term) for r in found] == [
        (managed, "resolved", "febrile_neutropenia")
    ] * 2


@pytest.mark.parametrize(
    ("text", "ages", "sexes"),
    [
        (
            "A 44-, a 57- and a 63-year-old man developed neutropenia after rituximab. All recovered.",
            [44, 57, 63],
            ["male"] * 3,
        ),
        (
            "A 44-year-old man and a 57-year-old woman developed neutropenia after rituximab. Both recovered.",
            [44, 57],
            ["male", "female"],
        ),
        (
            "Two men and a woman (ages 44, 57 and 63) developed neutropenia after rituximab. All three recovered.",
            [44, 57, 63],
            [None] * 3,
        ),
        ("Two women, aged 34 and 51 years, had neutropenia after rituximab. Both recovered.", [34, 51], ["female"] * 2),
    ],
)
def test_patients_told_by_their_ages_alone(text, ages, sexes):
    found = cases(text, title="Neutropenia after rituximab: a case series")
    assert [r.age_years for r in found] == ages
    assert [r.sex for r in found] == sexes
    assert {r.outcome for r in found} == {"resolved"}


def test_times_and_counts_of_listed_patients_go_by_position():
    text = (
        "A 34-year-old woman and a 51-year-old man developed neutropenia 60 and 95 days after the last infusion of rituximab. "
        "Their neutrophils fell to 0.1 and 0.7 G/l. The man was given G-CSF; the woman recovered spontaneously."
    )
    found = cases(text, title="Neutropenia after rituximab: two cases")
    assert [(r.onset_days, r.anc_nadir, r.management) for r in found] == [
        (60, 0.1, ("observation",)),
        (95, 0.7, ("gcsf",)),
    ]


def test_a_time_of_the_first_and_one_of_the_second():
    text = (
        "Two patients with lymphoma had neutropenia after rituximab. The first, a woman of 38, had a fever. In the "
        "second, a man of 72, neutropenia came 60 days after rituximab. Neutropenia lasted 3 weeks in the first patient and 5 weeks in the "
        "second, and both recovered."
    )
    found = cases(text, title="Neutropenia after rituximab: two cases")
    assert [(r.age_years, r.duration_days, r.outcome) for r in found] == [(38, 21, "resolved"), (72, 35, "resolved")]


def test_it_is_the_event_of_the_patient_before():
    text = (
        "The first, a woman of 41, developed neutropenia 60 days after rituximab. The second, a man of 50, developed it 90 "
        "days after rituximab."
    )
    found = cases(text, title="Neutropenia after rituximab: two cases")
    assert [(r.age_years, r.onset_days) for r in found] == [(41, 60), (50, 90)]


@pytest.mark.parametrize(
    "text",
    [
        "We present a man with lymphoma who received rituximab, and his wife. He developed neutropenia 60 days after it.",
        "We report a woman with lymphoma whose mother, a woman with diabetes, cared for her. Neutropenia occurred 60 days "
        "after rituximab.",
    ],
)
def test_a_relative_is_no_further_patient(text):
    assert len(cases(text, title="Neutropenia after rituximab: a case report")) == 1


NUMBERED = "Patients 1, 2 and 3 developed neutropenia 40, 61 and 95 days after the last dose with neutrophils of 0.1, 0.9 and 0.3 G/l. "
COHORT = "We retrospectively reviewed 80 patients treated with rituximab for lymphoma. Three developed neutropenia. "


@pytest.mark.parametrize(
    ("ahead", "title"),
    [
        ("Three patients developed neutropenia after rituximab. ", "Neutropenia after rituximab: a case series"),
        (COHORT, "Neutropenia after rituximab: a retrospective cohort study"),
    ],
)
def test_numbered_patients_take_their_values_by_position(ahead, title):
    found = cases(ahead + NUMBERED, title=title)
    assert [(r.onset_days, r.anc_nadir) for r in found] == [(40, 0.1), (61, 0.9), (95, 0.3)]


def test_values_of_some_of_the_patients_are_nobodys():
    text = "Patient 2, a man of 50, developed neutropenia after rituximab. " + NUMBERED.replace(
        "1, 2 and 3", "1, 3 and 4"
    )
    found = cases(text, title="Neutropenia after rituximab: a case series")
    assert {(r.onset_days, r.anc_nadir) for r in found} == {(None, None)}


def test_patients_told_by_number_in_a_cohort_are_rows_of_their_own():
    text = (
        "Patient 1 had neutrophils of 0.1 G/l 40 days after the last dose of rituximab; patient 2 had 0.9 G/l after 61 days. "
        "G-CSF was given to half of the cohort."
    )
    found = cases(COHORT + text, title="Neutropenia after rituximab: a retrospective cohort study")
    assert [(r.onset_days, r.anc_nadir, r.management) for r in found] == [(40, 0.1, ()), (61, 0.9, ())]


@pytest.mark.parametrize(
    "text",
    [
        "Patient 1 had uveitis and patient 2 had zoster.",
        "Neutropenia occurred in 3 patients, 40 days after the last dose.",
    ],
)
def test_a_cohort_without_numbered_accounts_has_no_case_rows(text):
    assert cases(COHORT + text, title="Neutropenia after rituximab: a retrospective cohort study") == []


def test_hanging_ages_before_one_noun_are_patients_of_its_sex():
    rows = cases(
        "A 44-, a 57- and a 63-year-old man with lymphoma had late-onset neutropenia 71, 98 and 150 days, respectively, "
        "after the last cycle of R-CHOP. All recovered spontaneously."
    )
    assert [(r.age_years, r.sex, r.onset_days, r.regimen, r.outcome) for r in rows] == [
        (44, "male", 71, "CHOP", "resolved"),
        (57, "male", 98, "CHOP", "resolved"),
        (63, "male", 150, "CHOP", "resolved"),
    ]


def test_the_youngest_of_a_list_is_found_by_age():
    rows = cases(
        "Three girls, aged 4, 7 and 12 years, had neutropenia after rituximab. Counts fell to 0.2, 0.8 and 0.45 x 10^9/L 8, "
        "14 and 20 weeks after the last infusion, respectively. The youngest had pneumonia and was given antibiotics. The "
        "12-year-old was given G-CSF."
    )
    assert [r.management for r in rows] == [("antibiotics",), (), ("gcsf",)]


def test_the_younger_of_two_listed_is_the_one_of_fewer_years():
    rows = cases(
        "Two men with vasculitis (aged 58 and 74 years) developed neutropenia 3 and 5 months after rituximab. The older man was "
        "admitted and given G-CSF. The younger man had a count of 0.8 x 10^9/L, and it resolved without treatment."
    )
    assert [(r.age_years, r.onset_days, r.management) for r in rows] == [
        (58, 91.3, ("observation",)),
        (74, 152.2, ("gcsf", "hospitalisation")),
    ]
