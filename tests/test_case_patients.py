"""Whose text is it: an article cut into patients. Every text here is invented."""

from __future__ import annotations

import pytest

from pipeline.relate import relate
from tests.annotated import annotated
from tests.read_cases import PROTOCOL, cases, only


def test_two_labelled_patients_are_two_rows_each_with_its_own_facts():
    first, second = cases(
        "Case 1: a 30-year-old woman had neutropenia (0.1 x 109/L) 60 days after rituximab. Case 2: a man of 50 had "
        "grade 3 neutropenia 90 days after his third infusion. Both received G-CSF and recovered.",
        title="Two cases of neutropenia after rituximab",
    )
    assert (first.age_years, first.sex, first.onset_days, first.anc_nadir) == (30, "female", 60, 0.1)
    assert (second.age_years, second.sex, second.onset_days, second.ctcae_grade) == (50, "male", 90, 3)
    assert (first.onset_anchor, second.onset_anchor) == ("unspecified", "nth_dose")
    assert first.management == second.management == ("gcsf",)
    assert (first.label, second.label) == ("case 1", "case 2")


def test_a_patient_without_the_event_among_others_has_no_row():
    rows = cases(
        "Case 1: a man of 50 had neutropenia after rituximab. Case 2: a woman of 60 never had neutropenia.",
        title="Two cases of neutropenia",
    )
    assert [r.label for r in rows] == ["case 1"]


def test_what_the_literature_says_around_a_case_fills_no_field():
    row = only(
        "Late-onset neutropenia is known to come 1 to 5 months after rituximab. A woman of 60 with rheumatoid arthritis had "
        "neutropenia 80 days after rituximab. Deaths have been reported, and most cases resolve spontaneously."
    )
    assert (row.onset_days, row.outcome, row.management) == (80, None, ())


@pytest.mark.parametrize(
    "text",
    [
        "In this phase 2 trial 45 patients received rituximab. We observed grade 4 neutropenia in one patient.",
        "Of 80 patients treated with rituximab, 5 had neutropenia; a 65-year-old woman died of it.",
    ],
)
def test_one_patient_of_a_group_is_no_case_report(text):
    assert cases(text, title="Rituximab in a patient cohort", publication_types=("Clinical Trial",)) == []


def test_the_population_treated_so_far_makes_no_cohort_of_a_patient():
    row = only(
        "More than 70,000 people have received ocrelizumab worldwide. A 35-year-old woman with multiple sclerosis had "
        "neutropenia (ANC 0.1 x 109/L) 80 days after the last infusion of ocrelizumab.",
        title="Neutropenia after ocrelizumab",
    )
    assert (row.age_years, row.onset_days, row.anc_nadir) == (35, 80, 0.1)


def test_two_patients_told_by_kinship_are_two_rows():
    text = (
        "Two sisters with nephrotic syndrome were given rituximab. The elder, aged 12 years, had a neutrophil count of "
        "0.1 x 109/L 80 days after the last dose. The younger, aged 8 years, had a neutrophil count of 0.3 x 109/L at "
        "50 days."
    )
    first, second = cases(text, title="Neutropenia in two sisters after rituximab")
    assert (first.age_years, first.sex, first.onset_days, first.anc_nadir) == (12, "female", 80, 0.1)
    assert (second.age_years, second.sex, second.onset_days, second.onset_anchor) == (8, "female", 50, "last_dose")


def test_times_told_in_one_list_belong_to_the_patients_in_order():
    first, second = cases(
        "Case 1: a man of 50 had neutropenia (0.1 x 109/L). Case 2: a woman of 60 had neutropenia (0.3 x 109/L). "
        "Neutropenia developed 35 and 60 days after the last infusion, respectively, and both recovered after 4 and 7 "
        "days, respectively.",
        title="Two cases of neutropenia after rituximab",
    )
    assert (first.onset_days, first.onset_anchor, second.onset_days) == (35, "last_dose", 60)
    assert (first.duration_days, second.duration_days) == (4, 7)


def test_what_is_said_of_two_of_three_patients_is_theirs_alone():
    rows = cases(
        "Case 1: a man of 50 had neutropenia. Case 2: a woman of 60 had neutropenia. Case 3: a man of 70 had "
        "neutropenia. Cases 1 and 3 received G-CSF.",
        title="Three cases of neutropenia after rituximab",
    )
    assert [r.management for r in rows] == [("gcsf",), (), ("gcsf",)]


def test_what_is_given_to_a_patient_named_last_is_given_to_that_one():
    rows = cases(
        "Patient 1 had grade 3 neutropenia. Patient 2 had grade 2 neutropenia. Filgrastim was given to patient 1.",
        title="Two patients with neutropenia after rituximab",
    )
    assert [r.management for r in rows] == [("gcsf",), ()]


def test_two_relatives_told_by_age_in_brackets_share_a_clock():
    rows = cases(
        "Two sisters were put on ofatumumab. The elder (44 yrs) showed neutropenia of 1.1 G/L after 5 months on the drug; "
        "the younger (41 yrs) had neutropenia of 0.8 G/L after 8 months."
    )
    assert [(r.age_years, r.sex, r.onset_days) for r in rows] == [(44, "female", 152.2), (41, "female", 243.5)]
    assert [r.onset_anchor for r in rows] == ["treatment_start", "treatment_start"]


def test_a_total_of_all_causes_is_no_group_of_the_drug():
    found = relate(
        annotated(
            "Four cases of agranulocytosis in three patients with rheumatoid arthritis are reported. In the first patient, "
            "agranulocytosis appeared 2 months after a third course of rituximab. In the second patient, agranulocytosis "
            "appeared after cyclophosphamide. The third patient had agranulocytosis 20 days after rituximab.",
            title="Agranulocytosis: three cases",
        ),
        PROTOCOL,
    ).findings
    assert {f.level for f in found} == {"case"}


def test_patients_named_together_each_have_their_value_of_the_lists():
    first, second = cases(
        "Patient 1 (79-year-old male) and patient 2 (83-year-old female) developed neutropenia 12 and 16 weeks, "
        "respectively, after their last infusion of rituximab. Neutrophil nadirs were 0.3 and 0.8 x 10^9/L. Patient 1 "
        "received G-CSF.",
        title="Neutropenia in two patients treated with rituximab",
    )
    assert (first.age_years, first.sex, first.onset_days, first.anc_nadir) == (79, "male", 84, 0.3)
    assert (second.age_years, second.sex, second.onset_days, second.anc_nadir) == (83, "female", 112, 0.8)
    assert (first.management, second.management) == (("gcsf",), ())


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("A woman of 30 with systemic lupus erythematosus and lupus nephritis", "lupus nephritis"),
        (
            "A woman of 30 with systemic lupus erythematosus evolved from lupus nephritis",
            "systemic lupus erythematosus",
        ),
    ],
)
def test_the_closer_name_of_the_condition_is_not_that_of_a_former_one(text, condition):
    assert only(text + " received rituximab and had neutropenia.").indication == condition


def test_patients_named_together_by_letter_are_each_given_the_drug_again():
    found = cases(
        "Patient A (6y, female) had an ANC of 0.0 K/µL 3 months after the last dose of rituximab. Patient B (11y, male) had "
        "an ANC of 0.6 K/µL 9 weeks after the last dose. Patient C (3y, male) had an ANC of 0.2 K/µL after the last dose. "
        "Patients A and C were given rituximab again and had no further episode; patient B was not re-treated.",
        title="Late-onset neutropenia after rituximab: three cases",
    )
    assert [f.rechallenge for f in found] == ["no_recurrence", None, "no_recurrence"]


def test_two_sisters_told_by_elder_and_younger_and_what_is_said_of_both():
    first, second = cases(
        "Two sisters with rheumatoid arthritis were treated with rituximab. The elder, aged 63, had grade 3 neutropenia "
        "five months after the second course. The younger, 59, had febrile neutropenia 12 weeks after her first course. "
        "Both recovered, the first without treatment and the second with G-CSF."
    )
    assert (first.age_years, first.onset_days, first.management, first.outcome) == (
        63,
        152.2,
        ("observation",),
        "resolved",
    )
    assert (second.age_years, second.onset_days, second.management, second.outcome) == (59, 84, ("gcsf",), "resolved")


def test_two_patients_listed_by_first_and_second_without_an_article():
    rows = cases(
        "Two cases are reported: first, a woman in whom arthritis had been treated with rituximab; second, a man with "
        "lupus. Febrile neutropenia brought both patients into hospital, and both recovered with G-CSF.",
        title="Late-onset neutropenia after rituximab: two cases",
    )
    assert [(r.sex, r.management, r.outcome) for r in rows] == [
        ("female", ("gcsf", "hospitalisation"), "resolved"),
        ("male", ("gcsf", "hospitalisation"), "resolved"),
    ]


def test_times_of_as_many_patients_as_are_told_go_by_position():
    rows = cases(
        "We report two patients with neutropenia occurring 60 and 105 days after rituximab. The first patient, a woman of "
        "57, was asymptomatic. The second patient, a man of 43, recovered on G-CSF.",
        title="Neutropenia following rituximab: report of 2 cases",
    )
    assert [r.onset_days for r in rows] == [60, 105]


def test_a_share_of_published_patients_is_no_patient():
    rows = cases(
        "Case one: a 51-year-old woman; neutrophils 0.06 x 10^9/L 3 months after rituximab. Case two: a woman of 33 years; "
        "neutrophils 0.2 x 10^9/L 11 weeks after rituximab. Both had neutropenia and recovered. The literature describes "
        "132 further patients, of whom about a fifth had an infection."
    )
    assert [r.age_years for r in rows] == [51, 33]


def test_the_second_one_of_two_doses_is_no_patient():
    rows = cases(
        "Patient 1, a 29-year-old woman, was given two infusions of rituximab. Ten weeks after the second one her "
        "neutrophils were 0.7 x 10^9/L. Patient 2, a man of 61, had neutropenia (0.1 x 10^9/L) after rituximab.",
        title="Two patients with neutropenia after rituximab",
    )
    assert [(r.age_years, r.anc_nadir) for r in rows] == [(29, 0.7), (61, 0.1)]


@pytest.mark.parametrize(
    "text",
    [
        "Ten days after rituximab a 42-year-old woman had fever. Leukocytes were 7,900/mm3 with 81% neutrophils. "
        "Drug-induced neutropenia has to be ruled out by a blood count.",
        "MEDLINE was searched (keywords rituximab, neutropenia). We describe our patient, a 42-year-old woman with fever "
        "ten days after rituximab.",
        "Two women with Felty's syndrome, aged 61 and 66 years, had neutropenia of 0.3 and 0.5 x 10^9/l. Each received "
        "rituximab. However, after 6 months neutrophils were still 0.2-0.6 x 10^9/l.",
    ],
)
def test_no_row_where_the_event_is_feared_searched_for_or_the_disease(text):
    assert cases(text, title="Rituximab and fever") == []


def test_two_patients_told_in_the_present_tense_have_a_row_each():
    text = (
        "Two patients with late-onset neutropenia after rituximab are reported. The first is a woman with arthritis. "
        "The second is a woman with systemic lupus erythematosus. Both were hospitalized for febrile neutropenia."
    )
    assert [(row.label, row.sex) for row in cases(text)] == [("case 1", "female"), ("case 2", "female")]


def test_a_patient_whose_event_is_only_announced_has_a_row_though_it_did_not_come_back():
    found = cases(
        "We present two patients treated with rituximab in whom LON developed. Patient 1 had rheumatoid arthritis and "
        "neutropenia, which recovered following G-CSF. Patient 2, with granulomatosis with polyangiitis, had spontaneous "
        "recovery of the neutrophil count. Rituximab was then re-administered as planned in both patients without relapse of "
        "neutropenia.",
        title="Re-treatment with rituximab after late-onset neutropenia: report of two patients",
    )
    assert [(f.management, f.outcome, f.rechallenge) for f in found] == [
        (("gcsf",), "resolved", "no_recurrence"),
        (("observation",), "resolved", "no_recurrence"),
    ]


@pytest.mark.parametrize(
    ("told", "absent"),
    [
        ("The neutrophil count was within the normal range at 6.4 × 10^9/L.", True),
        ("Her neutrophils were 5200/µL, within the normal range.", True),
        ("Laboratory tests showed a normal neutrophil count and raised CRP.", True),
        ("Neutropenia was not present.", True),
        ("Her neutrophil count before rituximab had been normal.", False),
        ("The newborn had a normal neutrophil count.", False),
        ("Platelets were normal.", False),
    ],
)
def test_a_normal_neutrophil_count_after_the_drug_is_a_group_of_one_without_the_event(told, absent):
    found = relate(
        annotated(
            "A 50-year-old woman was given rituximab for membranous nephropathy. A week later she had a rash. " + told,
            title="Serum sickness after rituximab: a case report",
        ),
        PROTOCOL,
    ).findings
    assert [(f.n_treated, f.n_events) for f in found] == ([(1, 0)] if absent else [])


ONE_EACH = "A 30-year-old woman had late-onset neutropenia (0.1 x 10^9/L) 60 days after rituximab and received G-CSF. "


@pytest.mark.parametrize(
    ("text", "ages"),
    [
        (ONE_EACH + "The second patient, a man aged 50, had an ANC of 0.4 x 10^9/L 90 days after rituximab.", [30, 50]),
        (
            ONE_EACH
            + "A man of 41 had an ANC of 0.3 x 10^9/L 75 days after rituximab. The third patient, a woman aged "
            "22, had late-onset neutropenia (0.2 x 10^9/L) 80 days after it.",
            [30, 41, 22],
        ),
    ],
)
def test_patients_without_a_number_ahead_of_the_first_that_has_one(text, ages):
    assert [r.age_years for r in cases(text, title="Late-onset neutropenia after rituximab: a case series")] == ages


def test_the_former_and_the_latter_of_two_events_are_no_patients():
    row = only(
        "A 24-year-old woman with lupus received rituximab. Nineteen days after the first infusion she had "
        "neutropenia (ANC 0.9 x 10^9/L). Early and late neutropenia may occur in the same patient; the former had no consequences, the "
        "latter did.",
        title="Neutropenia after rituximab: a case report",
    )
    assert (row.age_years, row.onset_days, row.label) == (24, 19, None)


def test_cases_told_in_note_form_under_a_heading_summary():
    first = (
        "Case 1: a man, age 54, in remission of diffuse large B-cell lymphoma after R-CHOP. On a visit 3 months following his "
        "final cycle, the absolute neutrophil count (ANC) was 0.35 x 10^9/L. "
    )
    second = (
        "Case 2: a woman, age 61, with pemphigus, treated with four weekly doses of rituximab. 14 weeks from the last infusion "
        "no neutrophils were detectable (ANC 0)."
    )
    parts = {"Purpose": "Two cases are described.", "Summary": first + second, "Conclusion": "LON may occur."}
    found = cases(parts, title="Rituximab and late-onset neutropenia: two cases")
    assert [(f.age_years, f.sex, f.anc_nadir) for f in found] == [(54, "male", 0.35), (61, "female", 0)]


@pytest.mark.parametrize(
    ("title", "text", "absent"),
    [
        (
            "Fasciitis in a non-neutropenic man receiving rituximab",
            "A man of 76 received rituximab for lymphoma. His neutrophil count was not reduced.",
            True,
        ),
        (
            "Fasciitis in a man receiving rituximab",
            "A man of 76 received rituximab for lymphoma. Before treatment his neutrophil count was not reduced.",
            False,
        ),
        (
            "Fasciitis in a man receiving rituximab",
            "A man of 76 received rituximab for lymphoma. His neutrophil count was not reduced.",
            True,
        ),
    ],
)
def test_a_man_without_the_event(title, text, absent):
    found = relate(annotated(text, title=title), PROTOCOL).findings
    assert [(f.n_treated, f.n_events) for f in found] == ([(1, 0)] if absent else [])


def test_one_of_several_patients_without_the_event_is_a_group_of_one():
    text = (
        "Patient 1, a girl of 6, had an ANC of 0.41 x 10^9/L 20 days after rituximab. Patient 2, a boy of 12, had neutropenia "
        "(ANC 0.9 x 10^9/L) four months after rituximab. Patient 3, a boy of 15, never had a neutrophil count below 2.0 x 10^9/L."
    )
    found = relate(annotated(text, title="Neutrophil counts in three children after rituximab"), PROTOCOL).findings
    assert [(f.level, f.n_events) for f in found] == [("case", 1), ("case", 1), ("group", 0)]


def test_a_drug_information_answer_has_no_patient():
    title = "Can rituximab be restarted once late-onset neutropenia has resolved? A drug information response"
    text = (
        "A team asked if rituximab can be resumed in a patient with previous late-onset neutropenia (LON). LON is usually "
        "understood as ANC less than 1.5 x 10^9/L four weeks or more from the final rituximab dose."
    )
    assert relate(annotated(text, title=title), PROTOCOL).findings == ()


@pytest.mark.parametrize(
    ("said", "condition"),
    [
        ("for lupus nephritis", "lupus nephritis"),
        ("for thrombocytopenia and lupus nephritis", "systemic lupus erythematosus"),
    ],
)
def test_trouble_named_beside_a_kind_of_the_condition(said, condition):
    text = f"A 36-year-old woman with systemic lupus erythematosus received rituximab {said}. Neutropenia (0.3 x 10^9/L) followed dose two."
    (row,) = cases(text, title="Early neutropenia during rituximab treatment")
    assert row.indication == condition
