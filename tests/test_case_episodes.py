"""Episodes of a patient told apart. Every text here is invented."""

from __future__ import annotations

import pytest

from tests.read_cases import ILL, cases, only


def test_two_episodes_of_one_patient_are_two_rows():
    first, second = cases(
        "A 38-year-old woman developed neutropenia (ANC 0.3 K/µL) three months after an ocrelizumab infusion, which "
        "resolved one week later. Two years later she developed severe neutropenia (ANC 0 K/µL) and needed G-CSF."
    )
    assert (first.onset_days, first.anc_nadir, first.duration_days, first.outcome) == (91.3, 0.3, 7, "resolved")
    assert (second.anc_nadir, second.severity_term, second.onset_days) == (0, "severe", None)
    assert (first.label, second.label) == ("episode 1", "episode 2")


def test_a_recurrence_without_a_fact_of_its_own_is_an_outcome_and_no_row():
    row = only(
        "A 38-year-old woman developed neutropenia after ocrelizumab. She was switched to ozanimod, but neutropenia recurred."
    )
    assert row.outcome == "recurred"


def test_two_episodes_in_one_sentence_are_two_rows():
    first, second = cases(
        "A woman of 48 had neutropenia (neutrophils 120/mm3) 11 weeks after her first course of rituximab and again "
        "(neutrophils 300/mm3) 9 weeks after the second course. Both episodes resolved with G-CSF."
    )
    assert (first.onset_days, first.anc_nadir, first.onset_anchor) == (77, 0.12, "first_dose")
    assert (second.onset_days, second.anc_nadir, second.onset_anchor) == (63, 0.3, "nth_dose")
    assert first.management == second.management == ("gcsf",)
    assert (first.rechallenge, second.rechallenge) == ("recurrence", None)


def test_a_recurrence_with_a_time_is_a_row_but_that_of_the_disease_is_none():
    assert len(cases("A man of 29 had neutropenia 4 months after rituximab. It recurred five weeks later.")) == 2
    assert (
        len(cases("A man of 29 had neutropenia 4 months after rituximab. The lymphoma relapsed five weeks later.")) == 1
    )


def test_episodes_under_two_drugs_are_a_row_for_each():
    rows = cases("We report a case of repetitive LON under ocrelizumab as well as ofatumumab in one patient with MS.")
    assert [r.drug for r in rows] == ["ocrelizumab", "ofatumumab"]


def test_decimal_comma_nadirs_in_a_list_of_episodes():
    first, second, third = cases(
        "A 60-year-old man with lymphoma received rituximab. Two months after the last infusion he developed a first "
        "episode of neutropenia (nadir 0,3 G/l). The second episode (nadir 0,6 G/l) occurred 4 weeks later and the "
        "third (nadir 0,9 G/l) after another month."
    )
    assert [row.anc_nadir for row in (first, second, third)] == [0.3, 0.6, 0.9]
    assert [row.ctcae_grade for row in (first, second, third)] == [4, 3, 3]
    assert (second.onset_days, third.onset_days) == (None, None)


def test_a_sentence_of_endless_episodes_is_read_in_time():
    found = cases(
        "A 40-year-old man had neutropenia after rituximab" + ", second episode at 5 days (nadir 0,3 G/l)" * 1500
    )
    assert len(found) < 20


@pytest.mark.parametrize(
    ("behind", "onset", "rows"),
    [
        ("He recovered. Eleven weeks after the second maintenance dose neutrophils were 0.31 x 109/L.", 77, 2),
        ("He recovered. Eleven weeks after the second maintenance dose he had neutropenia.", 77, 2),
        ("He recovered. A similar fall (ANC 1.2 x 109/L) was seen on the day after the third infusion.", 1, 2),
        ("Two weeks later he was admitted with neutropenic sepsis (ANC 0.05 x 109/L).", None, 1),
        ("He was still ill. The ANC was 0.1 x 109/L 70 days after the last dose.", None, 1),
        ("He recovered. Thus neutropenia may come late.", None, 1),
        ("He recovered. The ANC was 3.1 x 109/L 70 days after the last dose.", None, 1),
    ],
)
def test_a_low_count_after_recovery_on_a_clock_of_its_own_is_another_episode(behind, onset, rows):
    found = cases(ILL + behind)
    assert len(found) == rows
    if rows == 2:
        assert (found[1].onset_days, found[0].rechallenge) == (onset, "recurrence")


def test_an_episode_that_followed_a_dose_by_some_weeks():
    rows = cases(
        "A man of 48 had repeated neutropenia. The first episode (0.2 G/L) occurred 4 months after the second infusion of "
        "rituximab; the second (0.5 G/L) followed the third infusion by 14 weeks."
    )
    assert [(r.anc_nadir, r.onset_days) for r in rows] == [(0.2, 121.8), (0.5, 98)]


def test_patients_of_a_search_are_no_further_episode():
    text = (
        ILL
        + "He recovered. A PubMed search found 51 patients with neutropenia 114 days after the last dose of rituximab."
    )
    assert len(cases(text, title="Neutropenia after rituximab: a case report")) == 1


def test_an_episode_that_has_not_come_is_none():
    assert len(cases(ILL + "He recovered. A third episode has not occurred to date.")) == 1


def test_an_announced_time_is_that_of_the_patient_though_the_literature_is_named():
    row = only(
        "We report on a patient with lymphoma in whom neutropenia appeared 6 days after rituximab was initiated, "
        "to our knowledge the shortest interval in the literature."
    )
    assert (row.onset_days, row.onset_anchor) == (6.0, "treatment_start")


def test_what_was_given_before_the_drug_is_no_treatment_of_an_announced_event():
    row = only(
        "We describe late-onset neutropenia after rituximab in a 47-year-old woman. She received a kidney under prednisolone "
        "and tacrolimus. Humoral rejection set in, and rituximab was administered. Four months later she was admitted with "
        "agranulocytosis. G-CSF was given and granulocytes reappeared."
    )
    assert (row.management, row.outcome) == (("gcsf", "hospitalisation"), "resolved")


def test_a_further_episode_is_counted_from_the_dose_told_between():
    first, second = cases(
        "A 29-year-old woman started ofatumumab for multiple sclerosis. After seven months on treatment her neutrophil count "
        "was 0.6 x 109/L, and it normalised within 10 days. Ofatumumab was restarted. Eight weeks later she again had "
        "neutropenia (0.4 x 109/L)."
    )
    assert (first.onset_days, first.rechallenge) == (213.1, "recurrence")
    assert (second.onset_days, second.onset_anchor) == (56, "treatment_start")


def test_the_time_at_which_a_further_course_was_given_is_no_onset():
    first, second = cases(
        "A woman of 52 was treated with rituximab. Four months after the first course she developed neutropenia (0.8 x 109/L), "
        "which cleared. A second course was given 18 months later, and 15 weeks afterwards she had neutropenic sepsis."
    )
    assert (first.onset_days, first.rechallenge) == (121.8, "recurrence")
    assert (second.onset_days, second.onset_anchor) == (105, "last_dose")


@pytest.mark.parametrize(
    ("behind", "rows", "rechallenge"),
    [
        ("A second episode 12 weeks after the next rituximab infusion proved the cause.", 2, "recurrence"),
        ("She was switched to ozanimod, and neutropenia (0.8 x 109/L) recurred two months later.", 1, None),
        (
            "Ofatumumab was started a year later and, after three months, neutropenia (0.8 x 109/L) recurred.",
            2,
            "recurrence",
        ),
        ("The next infusion was given. Eight weeks later, neutropenia (0.4 x 109/L) recurred.", 2, "recurrence"),
        ("She was switched to ocrelizumab, and neutropenia (0.8 x 109/L) recurred two months later.", 2, "recurrence"),
    ],
)
def test_a_further_episode_under_the_drug_and_under_another_one(behind, rows, rechallenge):
    found = cases(
        "A woman of 45 had neutropenia (0.4 x 109/L) ten weeks after the last infusion of rituximab. It resolved with G-CSF. "
        + behind
    )
    assert (len(found), found[0].rechallenge) == (rows, rechallenge)


def test_an_episode_after_each_course_takes_its_own_facts():
    first, second = cases(
        "A woman of 28 was treated twice with rituximab, 2 years apart. After the first course, neutropenia (ANC 0.7 x 109/L) "
        "appeared on day 110 and resolved. After the second course, neutropenia (ANC 0.2 x 109/L) appeared on day 85."
    )
    assert (first.onset_days, first.onset_anchor, first.anc_nadir, first.rechallenge) == (
        110,
        "first_dose",
        0.7,
        "recurrence",
    )
    assert (second.onset_days, second.onset_anchor, second.anc_nadir) == (85, "nth_dose", 0.2)


def test_several_more_episodes_of_which_nothing_is_told_are_a_recurrence_and_no_row():
    row = only(
        "A man of 52 had neutropenia (0.3 x 109/L) 105 days after the last infusion of rituximab. He had 2 more episodes of "
        "neutropenia over the next months."
    )
    assert (row.anc_nadir, row.outcome) == (0.3, "recurred")


def test_two_counts_after_two_doses_in_one_clause_are_two_episodes():
    first, second = cases(
        "A woman of 48 was on rituximab maintenance. She had neutropenia of 0.7 x 109/L 12 weeks after the first infusion and "
        "of 0.3 x 109/L 9 weeks after the second. Both episodes resolved without treatment."
    )
    assert (first.onset_days, first.anc_nadir, first.rechallenge, first.outcome) == (84, 0.7, "recurrence", "resolved")
    assert (second.onset_days, second.onset_anchor, second.anc_nadir) == (63, "nth_dose", 0.3)


def test_a_list_of_the_last_two_episodes_is_not_one_of_all():
    text = (
        "A 48-year-old man treated with rituximab every 6 months for vasculitis had neutropenia four times. The first "
        "episode (0.2 G/L) occurred 4 months after the second infusion; the second (0.5 G/L) followed the third "
        "infusion by 14 weeks, and the third (0.6 G/L) and fourth (0.9 G/L) were detected 12 and 15 weeks after the "
        "fourth and fifth infusions, respectively."
    )
    first = cases(text)[0]
    assert (first.onset_days, first.anc_nadir) == (121.8, 0.2)


@pytest.mark.parametrize(
    ("behind", "rows"),
    [
        ("Over the following 6 months multiple further grade 4 episodes occurred, some of them treated with G-CSF.", 2),
        ("Two more severe episodes (0.1 and 0.2 x 10^9/L) followed within six months.", 2),
        ("She subsequently had further severe episodes of neutropenia with counts of 0.1 x 10^9/L.", 2),
        ("She recovered. After re-initiation the neutrophils dropped to 0.7 x 10^9/L within six weeks.", 2),
        ("No further severe episodes occurred.", 1),
        ("To prevent further neutropenic episodes, ocrelizumab was stopped.", 1),
        ("Two further infectious episodes were treated with antibiotics.", 1),
    ],
)
def test_further_episodes_with_a_grade_or_count_between_the_words(behind, rows):
    text = (
        "A 31-year-old woman with multiple sclerosis had neutropenic sepsis 115 days after the third infusion of ocrelizumab "
        "(neutrophils 0.0 x 10^9/L). She received antibiotics and G-CSF. "
    )
    assert len(cases(text + behind)) == rows


def test_another_medicines_episode_and_patient_give_no_row():
    found = cases(
        "Three patients are described. Patient 1, a man of 60, had agranulocytosis 2 months after his third course of "
        "rituximab and recovered with G-CSF. A second episode came after three courses of ozanimod and needed immunoglobulin. "
        "In patient 2 agranulocytosis followed the seventy-fourth ozanimod course. Patient 3, a woman of 44, had "
        "agranulocytosis 80 days after the last infusion of rituximab.",
        title="Agranulocytosis during treatment with rituximab or ozanimod: three patients",
    )
    assert [(f.label, f.onset_days, f.management) for f in found] == [("case 1", 60.9, ("gcsf",)), ("case 3", 80, ())]


def test_a_second_symptomless_fall_is_another_episode():
    found = cases(
        "A man of 62 received R-CHOP. Ninety-four days after the last infusion of rituximab he had neutropenia "
        "(ANC 0.04 x 10^9/L). Filgrastim was begun, and the ANC reached 3.9 x 10^9/L. Seven weeks after discharge a routine count "
        "disclosed a second, symptomless fall of the ANC to 0.62 x 10^9/L, which normalised with no treatment."
    )
    assert [(f.anc_nadir, f.outcome) for f in found] == [(0.04, "recurred"), (0.62, "resolved")]


def test_a_patient_who_relapses_has_the_condition_again():
    found = cases(
        "A man of 71 received rituximab for lymphoma. Four months after the final dose he had neutropenia (0.8 x 10^9/L); the count "
        "rose to 2.7 x 10^9/L. He relapsed two years later and received rituximab with bendamustine; neutropenia did not return."
    )
    assert [(f.outcome, f.rechallenge) for f in found] == [("resolved", "no_recurrence")]


def test_episodes_of_which_both_cleared_are_over():
    found = cases(
        "A woman of 66 received rituximab. Neutropenia was first diagnosed 3.5 months after her final cycle (ANC 0.2 x 10^9/L). "
        "Five weeks afterwards she had a second episode with a nadir of 0.4 x 10^9/L, and two months later a third with a nadir "
        "of 0.8 x 10^9/L. Neither of these caused symptoms, and both cleared spontaneously."
    )
    assert [f.outcome for f in found] == ["recurred", "resolved", "resolved"]


def test_a_fall_some_weeks_afterwards_in_the_sentence_of_the_recovery_is_an_episode():
    first, second = cases(
        "A 12-year-old boy had a neutrophil count of 40/mm3 nine weeks after rituximab. The neutrophils came back to 1700/mm3 "
        "after 9 days without growth factor, but five weeks afterwards fell once more, to 650/mm3, and corrected untreated."
    )
    assert (first.anc_nadir, first.outcome, second.anc_nadir) == (0.04, "recurred", 0.65)


@pytest.mark.parametrize(
    ("first_dose", "second_dose", "rechallenge"),
    [("preceding", "preceding", None), ("fourth", "sixth", "recurrence")],
)
def test_two_episodes_announced_and_told_as_the_first_and_the_second(first_dose, second_dose, rechallenge):
    first, second = cases(
        "A woman of 48 with arthritis, treated with seven cycles of rituximab, had two episodes of neutropenia: the first "
        f"arose 71 days after the {first_dose} cycle, lowest ANC 1.1 x 109/L, lasting 14 days; the second arose 106 days "
        f"after the {second_dose} cycle, lowest ANC 0 x 109/L, lasting 4 days."
    )
    assert (first.onset_days, first.anc_nadir, first.duration_days) == (71, 1.1, 14)
    assert (second.onset_days, second.anc_nadir, second.duration_days) == (106, 0, 4)
    assert (first.outcome, first.rechallenge) == (None, rechallenge)


def test_the_second_dose_is_no_second_episode():
    only(
        "A woman of 48 on rituximab had neutropenia (0.3 x 109/L) after the first dose, and the second was given three "
        "weeks later."
    )


@pytest.mark.parametrize(
    "dose",
    [
        "The third infusion was given five weeks late.",
        "The third was postponed by a month.",
        "The third was given on time.",
    ],
)
def test_a_dose_known_by_its_number_is_no_patient_and_starts_the_clock_of_the_next_episode(dose):
    rows = cases(
        "A 44-year-old woman with multiple sclerosis had neutropenia (0.7 x 10^9/L) 20 weeks after her second infusion of "
        f"ocrelizumab, which resolved. {dose} Nine weeks after it her neutrophils were 0.41 x 10^9/L."
    )
    assert [(r.label, r.onset_days, r.onset_anchor, r.anc_nadir) for r in rows] == [
        ("episode 1", 140, "nth_dose", 0.7),
        ("episode 2", 63, "nth_dose", 0.41),
    ]
    assert rows[0].rechallenge == "recurrence"


def test_a_list_of_keywords_tells_a_second_episode_where_the_drug_was_given_again():
    first, second = cases(
        "Patient 1: woman, 34 yr, multiple sclerosis; ANC 0.8 x 109/L 7 weeks after the 6th infusion of ocrelizumab, "
        "asymptomatic, not treated; re-dosed 5 months later: ANC 0.9 x 109/L at 8 weeks, again self-limiting. Patient 2: man, "
        "52 yr, multiple sclerosis; ANC 0.2 x 109/L 9 weeks after ocrelizumab; two more infusions since, uneventful.",
        title="Neutropenia after ocrelizumab: two patients",
    )[:2]
    assert (first.onset_days, first.onset_anchor, first.anc_nadir, first.rechallenge) == (
        49,
        "nth_dose",
        0.8,
        "recurrence",
    )
    assert (second.onset_days, second.onset_anchor, second.anc_nadir) == (56, "last_dose", 0.9)
    assert first.management == ("observation",)


@pytest.mark.parametrize(
    ("ahead", "onset"),
    [
        ("She did not present until 17 weeks after the last of these, with septic shock.", (119, "last_dose")),
        ("She was admitted 17 weeks after the second infusion with fever.", (119, "nth_dose")),
        ("A scan 17 weeks after the second infusion was normal.", (None, None)),
    ],
)
def test_how_the_patient_came_again_is_told_with_the_new_episode(ahead, onset):
    rows = cases(
        "A 37-year-old woman with lupus had neutropenia (0.1 x 109/L) 5 months after rituximab. Filgrastim brought recovery. "
        f"Nineteen months later two infusions of rituximab were given. {ahead} Neutropenia had recurred (0.2 x 109/L)."
    )
    assert [(r.onset_days, r.onset_anchor) for r in rows] == [(152.2, "unspecified"), onset]


def test_a_dose_and_the_clock_that_it_starts_may_stand_in_one_sentence():
    rows = cases(
        "A 37-year-old woman with lupus had neutropenia (0.1 x 109/L) 5 months after her second infusion of rituximab. It "
        "resolved. A year later the third was given, and ten weeks after it neutropenia recurred (0.2 x 109/L)."
    )
    assert [(r.onset_days, r.onset_anchor, r.rechallenge) for r in rows] == [
        (152.2, "nth_dose", "recurrence"),
        (70, "nth_dose", None),
    ]


@pytest.mark.parametrize(
    ("behind", "second"),
    [
        ("She was switched to ofatumumab. Five months after the switch neutrophils fell to 0.8 x 10^9/L.",
         ("ofatumumab", 152.2, "treatment_start")),
        ("Ofatumumab was started instead, and 7 weeks later she again had 0.6 x 10^9/L neutrophils.",
         ("ofatumumab", 49.0, "treatment_start")),
        ("Rituximab was given a year later. On rituximab her ANC dropped to 0.7 x 10^9/L.", ("rituximab", None, None)),
        ("Ofatumumab was begun; before ofatumumab neutrophils were 1.7 x 10^9/L.", None),
        ("She was switched to ofatumumab. On ofatumumab neutrophils never fell below 2 x 10^9/L.", None),
    ],
)  # fmt: skip
def test_a_low_count_under_the_drug_that_followed_is_another_episode(behind, second):
    rows = cases(
        "A 40-year-old woman with multiple sclerosis developed neutropenia (0.4 x 10^9/L) four months after the last infusion "
        f"of ocrelizumab and recovered within nine days. {behind}"
    )
    assert [r.drug for r in rows[:1]] == ["ocrelizumab"]
    assert [(r.drug, r.onset_days, r.onset_anchor) for r in rows[1:]] == ([second] if second else [])
    assert rows[0].rechallenge == ("recurrence" if second else rows[0].rechallenge)


@pytest.mark.parametrize(
    ("behind", "outcome"),
    [
        ("She had filgrastim. The count passed 1,500 cells/µL four days after the latter.", "resolved"),
        ("She had filgrastim. The count exceeded 1.5 x 10^9/L on day 8.", "resolved"),
        ("The count never exceeded 0.9 x 10^9/L.", "ongoing"),
    ],
)
def test_a_count_past_a_bound_is_recovery(behind, outcome):
    row = only(f"A 40-year-old woman with lupus had 0.2 x 10^9/L neutrophils nine weeks after rituximab. {behind}")
    assert row.outcome == outcome
