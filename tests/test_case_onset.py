"""The time from the drug to an episode, and the clock it is counted by. Every text here is invented."""

from __future__ import annotations

import pytest

from tests.read_cases import ILL, cases, only


def test_the_end_of_chemotherapy_is_the_last_dose_where_the_drug_was_in_it():
    row = only("A man of 55 treated with R-CHOP developed neutropenia 98 days after completion of chemotherapy.")
    assert (row.onset_days, row.onset_anchor) == (98, "last_dose")
    assert only("A man of 55 on rituximab had neutropenia 98 days after chemotherapy.").onset_days is None


def test_the_time_counted_from_a_sentence_before_is_an_onset():
    row = only(
        "A boy of seven with nephrotic syndrome received rituximab four times. Three months later he had neutropenia."
    )
    assert (row.onset_days, row.onset_anchor) == (91.3, "last_dose")


def test_the_fourth_of_four_doses_is_the_last():
    row = only("A boy of seven received rituximab four times. Ten weeks after the fourth dose he had neutropenia.")
    assert (row.onset_days, row.onset_anchor) == (70, "last_dose")


def test_two_clocks_take_the_dose_and_are_flagged():
    row = only(
        "A man of 40 had neutropenia two weeks after his fourth cycle of ocrelizumab, 1.5 years after starting ocrelizumab."
    )
    assert (row.onset_days, row.onset_anchor, row.flags) == (14, "nth_dose", ("two_clocks",))


def test_full_dates_give_the_days_between_them():
    row = only(
        "A man of 52 had the first dose of ocrelizumab on 3 May 2019 and the second on 17 May 2019. On 20 August 2019 he "
        "had neutropenia."
    )
    assert (row.onset_days, row.onset_anchor) == (95, "last_dose")
    assert only("A man of 52 had ocrelizumab in May 2019. On 20 August 2019 he had neutropenia.").onset_days is None


def test_a_clock_not_started_by_the_drug_is_no_onset():
    row = only("A man of 40 received rituximab and developed neutropenia 110 days after transplantation.")
    assert row.onset_days is None


@pytest.mark.parametrize(
    ("before", "onset"),
    [
        ("A 40-year-old woman was given rituximab twice and a further infusion of rituximab 6 months later. ", 80),
        ("A 40-year-old woman was given rituximab and had a kidney transplantation. ", None),
    ],
)
def test_the_latter_is_the_dose_told_right_before(before, onset):
    row = only(before + "Eighty days after the latter she had neutropenia (ANC 0.2 x 109/L).")
    assert row.onset_days == onset


def test_a_dose_named_before_the_time_starts_its_clock():
    rows = cases(
        "A 33-year-old woman had neutropenia two months after her third cycle of rituximab. After the fourth cycle, she "
        "had another episode at 9 weeks (ANC 0.3 x 109/L), and after the fifth cycle, a third at 7 weeks (ANC 0.7 x "
        "109/L). Both resolved."
    )
    assert [(r.onset_days, r.onset_anchor) for r in rows] == [(60.9, "nth_dose"), (63, "nth_dose"), (49, "nth_dose")]
    assert [r.outcome for r in rows] == [None, "resolved", "resolved"]
    assert [r.rechallenge for r in rows] == ["recurrence", "recurrence", None]


@pytest.mark.parametrize(
    ("text", "days", "anchor"),
    [
        ("He had received one infusion of 1 g when, on the following day, he had neutropenia.", 1, "first_dose"),
        ("Neutropenia was seen on the day after the second infusion.", 1, "nth_dose"),
        ("A further dose was given and 8 weeks later he had neutropenia.", 56, "last_dose"),
    ],
)
def test_the_day_after_a_dose(text, days, anchor):
    row = only("A 40-year-old man with lymphoma was treated with rituximab. " + text)
    assert (row.onset_days, row.onset_anchor) == (days, anchor)


def test_a_time_with_respectively_behind_it_keeps_its_clock():
    first, second = cases(
        "Two patients developed neutropenia 35 and 60 days, respectively, after the second course of rituximab. The first, "
        "a woman of 71, had an ANC of 220/mm3. The second, a man of 58, had an ANC of 870/mm3. Both recovered within two "
        "weeks.",
        title="Two cases of neutropenia",
    )
    assert (first.onset_days, second.onset_days, first.onset_anchor) == (35, 60, "nth_dose")
    assert (first.duration_days, second.duration_days) == (14, 14)


@pytest.mark.parametrize(
    ("text", "days", "anchor"),
    [
        ("He received four doses of rituximab. Twelve weeks later he was brought in. ANC was 20/µL.", 84, "last_dose"),
        (
            "He received his second cycle of rituximab. He was admitted nine weeks afterwards. ANC 20/µL.",
            63,
            "last_dose",
        ),
        (
            "He was given rituximab. Response was complete. Five months later, he consulted. ANC 20/µL.",
            152.2,
            "unspecified",
        ),
        ("He received rituximab. He underwent surgery. Five months later, he came. ANC was 20/µL.", None, None),
        (
            "He received rituximab. One month later he was admitted with ascites. He was treated for neutropenia.",
            None,
            None,
        ),
    ],
)
def test_the_sentence_before_starts_the_clock_of_who_comes_with_a_low_count(text, days, anchor):
    row = only("A 40-year-old man had lymphoma. " + text)
    assert (row.onset_days, row.onset_anchor) == (days, anchor)


def test_a_median_of_the_literature_is_no_onset_of_the_patient():
    text = ILL.replace("Two months later", "Then") + "We found 17 further cases; the median time to onset was 120 days."
    assert only(text, title="Neutropenia after rituximab: case report and review").onset_days is None


@pytest.mark.parametrize(
    ("dose", "anchor"),
    [
        ("infusion number four of rituximab", "nth_dose"),
        ("a single 500 mg rituximab infusion", "first_dose"),
        ("each of the first three infusions of rituximab", "last_dose"),
    ],
)
def test_how_a_dose_is_counted(dose, anchor):
    assert only(f"A man of 40 with lymphoma had neutropenia 20 days after {dose}.").onset_anchor == anchor


def test_the_clock_of_another_medicine_is_none_of_the_drug():
    row = only(
        "A man of 40 on rituximab had neutropenia after a long time, two months after the second cyclophosphamide dose."
    )
    assert row.onset_days is None


@pytest.mark.parametrize(
    ("text", "days", "anchor"),
    [
        ("He was given rituximab (500 mg, single dose). On day 93 he had neutropenia.", 93, "first_dose"),
        ("He was given rituximab twice. On day 5 of his stay in hospital he had neutropenia.", None, None),
        ("He was given rituximab. In 2020, 5 months after the fifth infusion, he had neutropenia.", 152.2, "nth_dose"),
        ("Neutropenia was noted on routine follow-up, 4 months from the last rituximab dose.", 121.8, "last_dose"),
    ],
)
def test_days_with_a_number_years_and_visits(text, days, anchor):
    row = only("A 40-year-old man had lymphoma. " + text)
    assert (row.onset_days, row.onset_anchor) == (days, anchor)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("She was given rituximab. She developed neutropenia of 0.5 x 109/L ten weeks later, which persisted.", 70),
        ("She was given rituximab. She had neutropenia and was well ten weeks later.", None),
    ],
)
def test_a_time_behind_the_event_counts_from_the_dose_of_the_sentence_before(text, days):
    assert only("A 59-year-old woman had lymphoma. " + text).onset_days == days


@pytest.mark.parametrize(
    ("text", "days", "anchor"),
    [
        ("had been on ocrelizumab for two years when he developed neutropenia", 730.5, "treatment_start"),
        ("on ofatumumab for the past 5 months developed neutropenia", 152.2, "treatment_start"),
        ("developed neutropenia two years into treatment with ocrelizumab", 730.5, "treatment_start"),
        ("treated with ofatumumab for 5 months presented with neutropenia", 152.2, "treatment_start"),
        ("treated with rituximab for 4 weeks developed neutropenia", None, None),
        ("given rituximab weekly for 4 weeks developed neutropenia", None, None),
        (
            "had been on ocrelizumab for two years. Forty days after the fifth infusion he had neutropenia",
            40,
            "nth_dose",
        ),
    ],
)
def test_while_on_the_drug_is_counted_from_its_start(text, days, anchor):
    row = only(f"A 40-year-old man with MS {text}.")
    assert (row.onset_days, row.onset_anchor) == (days, anchor)


@pytest.mark.parametrize(
    ("text", "days", "anchor"),
    [
        ("At day +35 post-rituximab his neutrophils were 0.2 G/L.", 35.0, "unspecified"),
        ("On day +40 neutropenia was found.", None, None),
        ("He had his last infusion in March. Neutropenia was diagnosed 14 weeks later.", 98.0, "last_dose"),
        ("The last infusion was given 14 weeks before admission for neutropenic fever.", 98.0, "last_dose"),
        ("The last infusion was given 14 weeks before vaccination. He had neutropenia.", None, None),
        ("The second infusion had been given 14 weeks previously when neutropenia was found.", 98.0, "nth_dose"),
        ("Eighty days had elapsed since the last infusion when neutropenia was discovered.", 80.0, "last_dose"),
        ("Rituximab had last been given 12 weeks earlier. His neutrophils were 0.2 x 10^9/L.", 84.0, "last_dose"),
        ("Ten weeks following completion of the second course he had neutropenia.", 70.0, "nth_dose"),
        ("He had two infusions. Ten weeks after the second infusion he had neutropenia.", 70.0, "nth_dose"),
        ("Ten weeks after the second and last infusion he had neutropenia.", 70.0, "last_dose"),
        ("Neutropenia appeared 6 days after rituximab therapy was initiated.", 6.0, "treatment_start"),
        ("He relapsed 6 months after rituximab. He had neutropenia.", None, None),
        ("B cells returned 6 months after rituximab. He had neutropenia.", None, None),
        ("Neutropenia was found at the 6-month visit.", 182.6, "unspecified"),
        ("Neutropenia was found at a routine visit 6 months after the infusion.", 182.6, "last_dose"),
    ],
)
def test_the_clock_in_other_words(text, days, anchor):
    row = only("A 40-year-old man with arthritis was treated with rituximab. " + text)
    assert (row.onset_days, row.onset_anchor) == (days, anchor)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Rituximab was infused on 3 March 2019; on 20 June 2019 he had neutropenia.", 109),
        ("Rituximab was infused on 3 March 2019, and on 20 June 2019 he had neutropenia.", 109),
        ("The last infusion was on 3 March 2019. Neutropenia was found on 20 June 2019.", 109),
        ("Neutropenia was found on 20 June 2019, the last infusion having been given on 3 March 2019.", 109),
        ("On 20 June 2019, he had neutropenia; rituximab had last been given on 3 March 2019.", 109),
        ("Rituximab was given on March 3, 2019. Neutropenia was diagnosed on June 20, 2019.", 109),
        ("Rituximab was given on 3 March 2019. He was vaccinated on 13 June 2019 and had neutropenia later.", None),
        ("Ozanimod was given on 3 March 2019. Neutropenia was found on 20 June 2019.", None),
        ("Neutropenia was found on 3 March 2019. Rituximab was infused on 20 June 2019.", None),
        ("Rituximab was given in March 2019. Neutropenia was found on 20 June 2019.", None),
    ],
)
def test_printed_dates_of_the_dose_and_the_event(text, days):
    found = cases("A 40-year-old man with arthritis was treated with rituximab. " + text)
    assert [r.onset_days for r in found] == [days]


@pytest.mark.parametrize(
    ("text", "days", "anchor"),
    [
        ("Neutropenia was found; the interval since the last infusion was 152 days.", 152, "last_dose"),
        ("Four months after completing six cycles of R-CHOP he developed neutropenia.", 121.8, "last_dose"),
        ("Neutropenia developed on day 12 of the second cycle.", 12, "nth_dose"),
        ("Neutropenia occurred between the second and third infusion.", None, None),
        ("Three weeks before the next infusion was due, neutropenia was found.", None, None),
        ("Neutropenia was noticed two weeks before the third infusion.", None, None),
    ],
)
def test_intervals_since_and_before_a_dose(text, days, anchor):
    row = only("A 40-year-old man with arthritis was treated with rituximab. " + text)
    assert (row.onset_days, row.onset_anchor) == (days, anchor)


@pytest.mark.parametrize(
    ("text", "days", "anchor"),
    [
        (
            "He received two infusions of rituximab. On day 98 after the second one neutrophils were 0.4 x 109/L.",
            98,
            "nth_dose",
        ),
        (
            "He had relapsing disease and presented with fever 9 weeks after his second infusion of rituximab. ANC was 0.1 x 109/L.",
            63,
            "nth_dose",
        ),
        (
            "He was in remission when admitted 9 weeks after his last infusion of rituximab. ANC was 0.1 x 109/L.",
            63,
            "last_dose",
        ),
        ("He relapsed 9 weeks after his last infusion of rituximab. ANC was 0.1 x 109/L.", None, None),
        ("He was on rituximab. The last infusion had been 10 weeks earlier. ANC was 0.1 x 109/L.", 70, "last_dose"),
        ("He got an infusion of rituximab. One month after, he had neutropenia.", 30.4, "last_dose"),
        ("On postoperative day 75, 105 days after rituximab, he had neutropenia.", 105, "unspecified"),
        ("He was treated with rituximab weekly x 4. Four months later he had neutropenia.", 121.8, "last_dose"),
        ("After the first course of rituximab, neutropenia appeared on day 110.", 110, "first_dose"),
        (
            "He was seen before his seventh dose of rituximab, 25 weeks after the sixth, with neutropenia.",
            175,
            "nth_dose",
        ),
        (
            "He had received rituximab for the fifth time 11 weeks before admission. ANC was 0.1 x 109/L.",
            77,
            "nth_dose",
        ),
        ("He was treated with rituximab and developed neutropenia after 4 months.", 121.8, "unspecified"),
        ("He had two infusions of rituximab and developed neutropenia (0.2 x 109/L) 11 weeks later.", 77, "last_dose"),
        ("He was treated with rituximab, relapsed and developed neutropenia after 4 months.", None, None),
        ("He was treated with rituximab and developed neutropenia requiring G-CSF 3 days later.", None, None),
        ("After the third dose of rituximab he had neutropenia, and G-CSF was given on day 5.", None, None),
        ("He received rituximab followed by ozanimod and developed neutropenia 12 days later.", None, None),
        ("He received R-CHOP. On day 8 of cycle 1 he had neutropenia.", 8, "nth_dose"),
        (
            "He received rituximab in March. In July he had neutropenia. Neutropenia usually occurs 1 to 5 months after treatment.",
            None,
            None,
        ),
    ],
)
def test_clocks_told_in_other_words(text, days, anchor):
    row = only("A man of 40 with multiple sclerosis was seen. " + text)
    assert (row.onset_days, row.onset_anchor) == (days, anchor)


@pytest.mark.parametrize(
    ("text", "days", "anchor"),
    [
        ("The neutrophil count was 3.4 x 10^9/L at 8 weeks. At 15 weeks it was 0.3 x 10^9/L.", 105, "last_dose"),
        (
            "Eight weeks after the last dose neutrophils were normal. At 15 weeks neutropenia (0.3 x 10^9/L) was found.",
            105,
            "last_dose",
        ),
        ("At the 4-month visit her neutrophils were 0.6 x 10^9/L.", 121.8, "last_dose"),
        ("Neutropenia (0.6 x 10^9/L) was detected at her 4-month check-up.", 121.8, "last_dose"),
        ("Eight weeks after the last dose she had a rash. Neutrophils were 0.6 x 10^9/L.", 56, "last_dose"),
        ("She was followed for 4 months. Neutropenia (0.6 x 10^9/L) was found.", None, None),
    ],
)
def test_a_look_numbered_by_the_time_since_the_dose(text, days, anchor):
    row = only("A 37-year-old woman received two infusions of rituximab. " + text, title="Neutropenia after rituximab")
    assert (row.onset_days, row.onset_anchor) == (days, anchor)


@pytest.mark.parametrize(
    ("dose", "days"),
    [
        ("The next dose was postponed by three months and halved.", 63),
        ("The next infusion was reduced to 500 mg.", 63),
        ("The next infusion was postponed.", None),
    ],
)
def test_a_dose_given_late_or_halved_starts_the_clock(dose, days):
    rows = cases(
        "A 46-year-old woman received rituximab. Six weeks after the first infusion neutrophils fell to 0.9 x 10^9/L and "
        f"recovered. {dose} In spite of this neutropenia (0.3 x 10^9/L) was back 9 weeks afterwards."
    )
    assert [r.onset_days for r in rows] == [42, days]


@pytest.mark.parametrize(
    ("dose", "anchor"),
    [("a single course of rituximab", "last_dose"), ("a single dose of rituximab", "first_dose")],
)
def test_a_single_course_is_one_of_several_doses(dose, anchor):
    assert only(f"A man of 40 had neutropenia 11 weeks after {dose}.").onset_anchor == anchor


@pytest.mark.parametrize(
    ("text", "days", "anchor"),
    [
        (
            "She received two infusions of rituximab. Thirteen weeks after the second of these she had neutropenia.",
            91,
            "nth_dose",
        ),
        ("She was treated with rituximab and had neutropenia at 4 months of the last perfusion.", 121.8, "last_dose"),
        ("She died 20 weeks after rituximab. She had neutropenia.", None, None),
        ("In May, 16 weeks after the last dose of rituximab, neutropenia was found.", 112, "last_dose"),
    ],
)
def test_a_dose_named_in_other_words(text, days, anchor):
    row = only("The patient is a woman of 50 years. " + text, title="A case")
    assert (row.onset_days, row.onset_anchor) == (days, anchor)


@pytest.mark.parametrize(
    ("text", "days", "anchor"),
    [
        ("Neutropenic sepsis, neutrophil count 0.2, 119 days from his first infusion.", 119, "first_dose"),
        ("He had neutropenia (grade 3, 119 days after the last infusion).", 119, "last_dose"),
        ("At the age of 35, 119 days after the last dose, he had neutropenia.", 119, "last_dose"),
        ("Routine follow-up 17 weeks after the last dose showed neutrophils of 0.2 x 10^9/L.", 119, "last_dose"),
        (
            "He developed influenza five weeks after the last dose. Two weeks after discharge he had neutropenia (0.2 G/L).",
            None,
            None,
        ),
    ],
)
def test_a_time_beside_another_number_a_look_and_another_illness(text, days, anchor):
    row = only("A 35-year-old man with multiple sclerosis received ocrelizumab. " + text)
    assert (row.onset_days, row.onset_anchor) == (days, anchor)


@pytest.mark.parametrize(
    ("given", "anchor"),
    [
        ("a total of four infusions of rituximab", "last_dose"),
        ("rituximab 375 mg/m2 weekly for four weeks", "last_dose"),
        ("rituximab", "nth_dose"),
    ],
)
def test_the_number_of_doses_is_told_where_the_event_is_announced(given, anchor):
    row = only(
        f"We encountered late-onset neutropenia in a 7-year-old girl who was treated with {given}. Grade 4 neutropenia "
        "appeared 2.5 months after the fourth infusion. She received four doses of filgrastim."
    )
    assert row.onset_anchor == anchor


@pytest.mark.parametrize(
    ("text", "days", "anchor"),
    [
        (
            "A man with lymphoma in complete remission who, 20 weeks after the last of eight cycles of R-CHOP, was brought to the "
            "hospital had neutropenia.",
            140,
            "last_dose",
        ),
        (
            "A woman of 37 was given two infusions of rituximab. Ten weeks after the second, she had fever and neutropenia.",
            70,
            "nth_dose",
        ),
        (
            "A woman with secondary progressive MS on ocrelizumab was found collapsed at home 9 weeks after her third infusion. "
            "She had a neutrophil count of 0.1.",
            63,
            "nth_dose",
        ),
        (
            "A woman of 37 was given rituximab. Ten weeks after the second, smaller meal she had neutropenia.",
            None,
            None,
        ),
    ],
)
def test_a_time_behind_remission_behind_an_ordinal_and_behind_progressive(text, days, anchor):
    row = only(text)
    assert (row.onset_days, row.onset_anchor) == (days, anchor)


def test_the_next_patients_in_parallel_sentences_are_on_the_clock_of_the_first():
    found = cases(
        "Three patients (2 women, 1 man; age 45-72 years) developed LON after rituximab. In patient 1, LON appeared 90 days "
        "after the last dose (ANC 0.4 x 10^9/L) and resolved. In patient 2, it appeared after 120 days (ANC 0.8 x 10^9/L). In "
        "patient 3, the ANC was 1.2 x 10^9/L and normal after 20 days.",
        title="Late-onset neutropenia following rituximab: report of three cases",
    )
    assert [(f.onset_days, f.onset_anchor, f.sex) for f in found] == [
        (90, "last_dose", None),
        (120, "last_dose", None),
        (None, None, None),
    ]


@pytest.mark.parametrize(
    ("text", "days", "anchor"),
    [
        ("Three months earlier he had been given rituximab. His neutrophils were 0.1 x 10^9/L.", 91.3, "unspecified"),
        (
            "Twelve weeks before, he had completed four doses of rituximab. His neutrophils were 0.1 x 10^9/L.",
            84,
            "last_dose",
        ),
        ("Five months earlier he had started rituximab. His neutrophils were 0.1 x 10^9/L.", 152.2, "treatment_start"),
        (
            "Three months earlier he had received a kidney transplant and rituximab. His neutrophils were 0.1 x 10^9/L.",
            None,
            None,
        ),
        (
            "He had been on rituximab. A quarter of a year after the last dose his neutrophils were 0.1 x 10^9/L.",
            None,
            None,
        ),
    ],
)
def test_a_sentence_that_begins_with_how_long_ago_the_drug_was_given(text, days, anchor):
    row = only("A man of 50 with lupus was admitted with neutropenic fever. " + text)
    assert (row.onset_days, row.onset_anchor) == (days, anchor)


def test_weeks_on_from_a_dose_are_counted_from_it():
    row = only("A man of 50 was given rituximab. Ten weeks on from the last dose his neutrophils were 0.1 x 10^9/L.")
    assert (row.onset_days, row.onset_anchor) == (70, "last_dose")


@pytest.mark.parametrize(
    ("text", "days", "anchor"),
    [
        ("Eight weeks after infusion no. 2 he had neutropenia.", 56, "nth_dose"),
        ("Seven weeks after maintenance dose no. 4, neutropenia was found.", 49, "nth_dose"),
        ("He was well until 16 weeks after the last infusion, when he had neutropenia.", 112, "last_dose"),
    ],
)
def test_numbered_doses_and_the_time_up_to_which_all_was_well(text, days, anchor):
    row = only("A 40-year-old man with pemphigus received rituximab several times. " + text)
    assert (row.onset_days, row.onset_anchor) == (days, anchor)


def test_the_time_of_a_normal_count_within_a_bracket_starts_no_clock():
    row = only(
        "A man of 80 with neuropathy received rituximab. He was well until 16 weeks after the last infusion, when he was "
        "admitted with fever. The ANC, which had been normal (3.9 x 10^9/L one month after it), was now 0.1 x 10^9/L."
    )
    assert (row.onset_days, row.anc_nadir) == (112, 0.1)


def test_the_time_by_which_it_was_over_is_no_onset():
    row = only(
        "A woman of 36 with lupus received rituximab weekly for four doses. Following dose two she had an absolute "
        "neutrophil count of 0.3 x 10^9/L with fever. Twelve days after completion of the fourth dose, neutrophils and platelets had "
        "returned to normal."
    )
    assert (row.onset_days, row.outcome) == (None, "resolved")


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Normalisation of the neutrophil count was noted 5 months after the last dose of ofatumumab.", None),
        ("Recovery of the neutrophils was documented 9 weeks after the final infusion of ofatumumab.", None),
        ("Complete resolution was seen 70 days following the last injection of ofatumumab.", None),
        ("Recovery occurred about 6 weeks after the last dose of ofatumumab.", None),
        ("Neutropenia was noted 5 months after the last dose of ofatumumab.", 152.2),
        ("After recovery of her B cells, neutropenia was noted 5 months after the last dose of ofatumumab.", 152.2),
        ("B-cell recovery and neutropenia were seen 70 days following the last injection of ofatumumab.", 70),
    ],
)
def test_when_the_recovery_was_seen_is_no_onset(text, days):
    assert only("A woman with multiple sclerosis on ofatumumab had neutropenia. " + text).onset_days == days


def test_a_case_summary_within_the_text_tells_the_case():
    row = only(
        "OBJECTIVE: To report delayed neutropenia attributed to rituximab. CASE SUMMARY: A 61-year-old man received R-CHOP. "
        "Nine weeks after the last cycle, he developed neutropenia of grade 4. G-CSF was given."
    )
    assert (row.onset_days, row.ctcae_grade, row.management) == (63, 4, ("gcsf",))


@pytest.mark.parametrize(
    ("given", "anchor"),
    [
        ("a total of four infusions", "last_dose"),
        ("four weekly doses of rituximab", "last_dose"),
        ("4 intravenous rituximab injections", "last_dose"),
        ("six rituximab infusions", "nth_dose"),
        ("rituximab over four weeks", "nth_dose"),
    ],
)
def test_the_fourth_dose_is_the_last_where_four_were_given_whatever_stands_between(given, anchor):
    row = only(
        f"A girl of seven received {given}. Neutropenia developed ten weeks after her fourth rituximab infusion."
    )
    assert (row.onset_days, row.onset_anchor) == (70, anchor)


@pytest.mark.parametrize(
    ("given", "then", "onset"),
    [
        ("was given two infusions of rituximab.", "Twelve weeks after the last of these she", (84, "last_dose")),
        ("was given a fifth course of rituximab.", "Seven weeks from it she", (49, "nth_dose")),
        ("was given rituximab 500 mg.", "Eight weeks after this she", (56, "last_dose")),
        ("received rituximab, 1 g twice.", "Sixty-one days after the second gram she", (61, "nth_dose")),
        ("received her first infusion of rituximab.", "Nine days after it she", (9, "first_dose")),
        ("received rituximab and was vaccinated.", "Three weeks after it she", (None, None)),
        ("received rituximab and was admitted with zoster.", "Three weeks after it she", (None, None)),
    ],
)
def test_a_pronoun_or_number_stands_for_the_dose_told_before(given, then, onset):
    row = only(f"A 37-year-old woman with lupus {given} {then} had neutropenia (0.3 x 10^9/L).")
    assert (row.onset_days, row.onset_anchor) == onset


@pytest.mark.parametrize(
    ("between", "onset"),
    [
        ("Her neutrophils numbered 5.2 x 10^9/L on that day.", (9, "first_dose")),
        ("The neutrophil count was 5.2 x 10^9/L before it.", (9, "first_dose")),
        ("Blood counts on the day of infusion were normal.", (9, "first_dose")),
        ("Her neutrophils numbered 5.2 x 10^9/L a month later.", (None, None)),
    ],
)
def test_the_count_of_the_day_of_the_dose_does_not_stop_its_clock(between, onset):
    row = only(
        "A woman of 71 with myasthenia gravis was given the first of two planned infusions of rituximab. "
        f"{between} Nine days later the neutrophils were 0.6 x 10^9/L."
    )
    assert (row.onset_days, row.onset_anchor, row.anc_nadir) == (*onset, 0.6)


def test_the_count_that_a_pronoun_stands_for_may_stand_before_other_cells():
    row = only(
        "A woman of 71 with pemphigus was given rituximab. Her neutrophil count was 5.2 x 10^9/L on that day. Nine days "
        "later it was 0.6 x 10^9/L, with normal haemoglobin and platelets.",
        title="Neutropenia after rituximab",
    )
    assert row.anc_nadir == 0.6
