"""Case rows in many wordings: counts of a detection, recovery unaided or by G-CSF, treatments in vain, causes of death.

Every text here is invented.
"""

from __future__ import annotations

import pytest

from pipeline.protocol import load_protocol
from pipeline.relate import relate
from pipeline.relate.case_rows import case_findings
from tests.annotated import annotated
from tests.read_texts import context

PROTOCOL = load_protocol("anti-cd20-neutropenia")
TITLE = "Late-onset neutropenia after rituximab: a case report"
GIVEN = "A 58-year-old woman with rheumatoid arthritis received rituximab 1 g twice, a fortnight apart. "
FOUND = GIVEN + "Four months after the second infusion late-onset neutropenia was found (0.42 x 10^9/L). "
TWO = (
    "Rituximab was given to two women with lupus who developed late-onset neutropenia. The first, 36 years old, had an "
    "ANC of 0.04 x 10^9/L 103 days after the last dose; she received filgrastim and recovered. The second, aged 27, had "
    "an ANC of 0.9 x 10^9/L 141 days after the last dose; it rose by itself. "
)
ADMITTED = (
    "A 47-year-old man, for six years on rituximab for granulomatosis with polyangiitis, was admitted with purpura and an "
    "absolute neutrophil count of 90 cells/mm^3. "
)


def rows(text, title=TITLE):
    return relate(annotated(text, title=title), PROTOCOL).findings


def only(text):
    found = rows(text)
    assert [f.level for f in found] == ["case"], found
    return found[0]


DETECTED = [
    (
        "Late-onset neutropenia was detected at a routine visit four months after the second infusion: the "
        "count was 0.42 x 10^9/L, whereas haemoglobin and platelets were normal."
    ),
    (
        "Four months after the second infusion a routine blood test revealed late-onset neutropenia: the "
        "count was 0.42 x 10^9/L."
    ),
    (
        "Neutropenia came to light four months after the last infusion: the value was 0.42 x 10^9/L with "
        "normal platelets."
    ),
    "Four months after the last dose she had neutropenia; the count was 0.42 x 10^9/L.",
    "Four months after the last dose neutropenia was noticed, with a count of 0.42 x 10^9/L.",
    "Four months after the last dose neutropenia was noticed, the count being 0.42 x 10^9/L.",
    "Four months after the last dose neutropenia was noticed; it was 0.42 x 10^9/L at its lowest.",
    "Four months after the last dose severe neutropenia was seen: 0.42 x 10^9/L, normal haemoglobin.",
    "Four months after the last dose severe neutropenia was seen: 420 cells/µL, with normal haemoglobin.",
    "Four months after the last dose severe neutropenia was seen. The count was 0.42 x 10^9/L.",
    "Four months after the last dose isolated neutropenia was seen: the count had fallen to 0.42 x 10^9/L.",
    "Four months after the last dose isolated neutropenia was seen: absolute count 420/mm3, platelets 230 x 10^9/L.",
    "Four months after the last dose isolated neutropenia was seen (count, 0.42 x 10^9/L; platelets, 230 x 10^9/L).",
    (
        "Neutropenia was a chance finding four months after the last dose: the count was 0.42 x 10^9/L, the "
        "platelets 230 x 10^9/L."
    ),
    "Neutropenia was a chance finding four months after the last dose, the absolute count lying at 0.42 x 10^9/L.",
    (
        "Neutropenia was discovered four months after the last dose: the level was only 0.42 x 10^9/L and "
        "platelets were 230 x 10^9/L."
    ),
    "Four months after the last dose neutrophils had nearly vanished: the count was 0.42 x 10^9/L.",
    (
        "Neutropenia set in four months after the last dose; the absolute count was 0.42 x 10^9/L and the "
        "haemoglobin 12 g/dL."
    ),
]
OTHER_CELLS = [
    "Neutropenia was found four months after the last dose: the white cell count was 0.42 x 10^9/L.",
    (
        "Neutropenia and thrombocytopenia were found four months after the last dose; the platelet count was "
        "12 x 10^9/L."
    ),
    "Neutropenia with thrombocytopenia was found four months after the last dose: the count was 12 x 10^9/L.",
    "Neutropenia was found four months after the last dose. She had had lymphopenia: the count was 0.4 x 10^9/L.",
]
UNAIDED = [
    "The count recovered unaided.",
    "The count recovered by itself.",
    "It recovered on its own.",
    "The count recovered without intervention.",
    "Over the next three weeks the count recovered unaided.",
    "It rose by itself within two weeks.",
    "The neutrophils came back without help.",
    "It resolved without treatment.",
    "The neutrophils normalised unassisted.",
    "Recovery was unaided.",
    "The count returned to normal without growth factor support.",
    "Neutrophils were normal again two weeks later without any measure.",
    "No measures were taken and the count recovered.",
    "The count went up unprompted.",
    "It righted itself within three weeks.",
    "The count recovered without specific measures.",
    "The neutropenia resolved with no treatment at all.",
    "The count climbed back to normal without anything being done.",
    "The neutropenia corrected itself.",
    "The neutropenia passed off spontaneously.",
    "The count was merely followed and became normal.",
]
WITHIN = [
    "It rose by itself within two weeks.",
    "The count recovered within two weeks without treatment.",
    "It was back to normal within two weeks, without treatment.",
    "Recovery occurred within two weeks without treatment.",
]
UNDER = [
    "The count recovered in under two weeks without treatment.",
    "It resolved on its own in less than two weeks.",
]
BROUGHT_UP = [
    "Filgrastim brought the count up within days.",
    "G-CSF raised the count within two days.",
    "Filgrastim restored the neutrophils.",
    "With filgrastim the count went up quickly.",
    "Under filgrastim the neutrophils climbed to normal.",
    "After three doses of G-CSF the count was normal.",
    "G-CSF corrected the count.",
    "G-CSF lifted the neutrophils to normal.",
    "On G-CSF the neutrophils were soon normal.",
    "Filgrastim normalised the count in three days.",
    "Filgrastim led to a prompt rise.",
    "Filgrastim led to a rapid increase in neutrophils.",
    "The neutrophils rose on filgrastim.",
    "The count rebounded after G-CSF.",
    "A few injections of G-CSF sufficed.",
    "G-CSF was effective.",
    "G-CSF was given with success.",
    "G-CSF was given, with prompt effect.",
    "She answered to G-CSF within two days.",
    "G-CSF put it right.",
    "G-CSF reversed the neutropenia.",
]
IN_VAIN = [
    (
        "G-CSF given twice for a week each time had a short-lived effect only, and neither prednisone nor "
        "intravenous immunoglobulin helped. Eleven months on, he is still neutropenic."
    ),
    (
        "G-CSF had only a transient effect, and prednisone and intravenous immunoglobulin were of no use. She "
        "is still neutropenic a year later."
    ),
    "G-CSF, prednisone and intravenous immunoglobulin all failed. At last follow-up she remains neutropenic.",
    "G-CSF had no lasting effect. Prednisone and IVIG were tried in vain. The neutropenia persisted at one year.",
    "She did not respond to G-CSF, prednisolone or intravenous immunoglobulin. The neutropenia has not resolved.",
    (
        "Response to G-CSF was brief, and prednisone and intravenous immunoglobulin did not help. Neutropenia "
        "has continued for a year."
    ),
    (
        "G-CSF, prednisone and intravenous immunoglobulin were without effect. Ten months on the count is "
        "still 0.4 x 10^9/L."
    ),
    (
        "The count rose briefly with G-CSF; steroids and intravenous immunoglobulin were useless. Neutropenia "
        "is ongoing."
    ),
    (
        "G-CSF worked for a few days only; prednisone and intravenous immunoglobulin brought nothing. One "
        "year later the neutropenia is unchanged."
    ),
    "Despite G-CSF, prednisone and intravenous immunoglobulin she is neutropenic to this day.",
]
KEPT_FROM_BOTH = [
    "In neither was rituximab given again.",
    "Rituximab was not given again to either.",
    "Neither received rituximab again.",
    "Neither patient was given rituximab again.",
    "Rituximab was not resumed in either case.",
    "Rituximab was stopped in both.",
    "Rituximab was discontinued in both patients.",
    "Both stopped rituximab.",
    "Rituximab was withdrawn in each case.",
    "In both patients rituximab was not repeated.",
    "Neither has had rituximab since.",
    "No further rituximab was given to either patient.",
    "In both, rituximab was permanently discontinued.",
    "Rituximab was not readministered in either of them.",
]
OF_ANOTHER_CAUSE = [
    "The count recovered, but she died of stroke three months later.",
    "She died of bilateral stroke.",
    "In the end she died of heart failure.",
    "She died from progression of her lymphoma a year later.",
    "She died of lung cancer.",
    "Death was due to myocardial infarction.",
    "She died later of an unrelated cause.",
    "She died of pulmonary embolism.",
    "She died in a road accident.",
    "She died of cerebral haemorrhage.",
]
OF_INFECTION = [
    "She died of septic shock.",
    "She died of sepsis.",
    "She died of pneumonia.",
    "The neutropenia was fatal.",
    "She died.",
    "She died of neutropenic sepsis despite G-CSF.",
    "She died of multiorgan failure in septic shock.",
    "She died 4 days later from Pseudomonas bacteraemia.",
]
ANOTHER_DRUG = [
    "The agranulocytosis was therefore ascribed to cyclophosphamide.",
    "The neutropenia was put down to another drug, ozanimod, although rituximab was continued.",
    "The count recovered when cyclophosphamide was stopped although rituximab was continued.",
    "The agranulocytosis was attributed to cyclophosphamide and not to rituximab.",
    "Cyclophosphamide was held responsible for the agranulocytosis.",
    "Ozanimod was identified as the culprit; rituximab was continued.",
    "Neutropenia was blamed on cyclophosphamide, since rituximab was continued without it coming back.",
    "It resolved on stopping ozanimod, and rituximab was continued.",
    "Neutropenia was judged to be caused by cyclophosphamide.",
    "The agranulocytosis was thought to be due to cyclophosphamide rather than rituximab.",
]


@pytest.mark.parametrize("text", DETECTED)
def test_the_count_in_the_sentence_of_detection_is_the_nadir(text):
    row = only(GIVEN + text)
    assert (row.anc_nadir, row.ctcae_grade) == (0.42, 4)


@pytest.mark.parametrize("text", OTHER_CELLS)
def test_a_count_of_other_cells_is_no_nadir(text):
    assert only(GIVEN + text).anc_nadir is None


@pytest.mark.parametrize("text", UNAIDED)
def test_recovery_without_help_is_observation_and_resolved(text):
    row = only(FOUND + text)
    assert (row.management, row.outcome) == (("observation",), "resolved")


@pytest.mark.parametrize("text", WITHIN)
def test_recovered_within_so_many_days_lasted_that_long_and_within_weeks_is_a_round_bound(text):
    row = only(FOUND + text)
    assert (row.management, row.duration_days) == (("observation",), None)
    row = only(FOUND + text.replace("two weeks", "12 days"))
    assert (row.management, row.duration_days) == (("observation",), 12)


@pytest.mark.parametrize("text", UNDER)
def test_less_than_a_time_is_a_bound_and_no_duration(text):
    row = only(FOUND + text)
    assert (row.management, row.duration_days) == (("observation",), None)


@pytest.mark.parametrize("text", BROUGHT_UP)
def test_a_growth_factor_that_worked_is_management_and_resolved(text):
    row = only(FOUND + text)
    assert (row.management, row.outcome) == (("gcsf",), "resolved")


@pytest.mark.parametrize("text", IN_VAIN)
def test_treatments_in_vain_were_given_and_the_episode_goes_on(text):
    row = only(FOUND + text)
    assert (row.management, row.outcome) == (("corticosteroids", "gcsf", "ivig"), "ongoing")


@pytest.mark.parametrize("text", KEPT_FROM_BOTH)
def test_a_drug_kept_from_both_is_left_in_each(text):
    found = rows(TWO + text, "Late-onset neutropenia in lupus: two cases")
    assert [("drug_discontinued" in f.management, f.rechallenge) for f in found] == [(True, None)] * 2


@pytest.mark.parametrize("text", OF_ANOTHER_CAUSE)
def test_death_of_another_cause_is_no_outcome_of_the_episode(text):
    assert only(FOUND + text).outcome != "fatal"


@pytest.mark.parametrize("text", OF_INFECTION)
def test_death_of_infection_is(text):
    assert only(FOUND + text).outcome == "fatal"


@pytest.mark.parametrize("text", ANOTHER_DRUG)
def test_an_event_put_down_to_another_drug_is_no_finding(text):
    assert not rows(ADMITTED + text, "Agranulocytosis in a man with granulomatosis with polyangiitis")


def test_the_account_of_an_event_put_down_to_another_drug_gives_no_row_of_absence():
    text = (
        "A woman of 67 on rituximab took cyclophosphamide. She had agranulocytosis, which was attributed to "
        "cyclophosphamide. Rituximab was continued without further neutropenia."
    )
    assert not rows(text, "Cyclophosphamide as the cause of agranulocytosis in a patient on rituximab")


def test_a_patient_whose_count_has_no_name_is_told_by_the_sentence_before():
    text = (
        "Patient 1, a 41-year-old man, had a neutrophil count of 0.4 x 10^9/L 88 days after rituximab. Patient 2, a "
        "55-year-old woman, had 0.9 x 10^9/L after 61 days."
    )
    found = rows("We describe late neutropenia after rituximab. " + text, "Late neutropenia in two patients")
    assert [f.anc_nadir for f in found] == [0.4, 0.9]


OF_SOMETHING_ELSE = [
    "Recurrent thrombocytopenia was seen as well, and G-CSF brought recovery of the neutrophils.",
    "She also had relapsing fever. The neutrophils recovered.",
    "Recurrent pneumonia was noted; the neutropenia resolved.",
]
OF_THE_EVENT = [
    "There were four relapses, i.e. five neutropenic episodes, in spite of G-CSF.",
    "She went on to have recurrent neutropenia.",
]


@pytest.mark.parametrize("text", OF_SOMETHING_ELSE)
def test_what_is_called_recurrent_is_named_behind_the_word(text):
    assert only(FOUND + text).outcome == "resolved"


@pytest.mark.parametrize("text", OF_THE_EVENT)
def test_relapses_of_the_event_are_a_recurrence(text):
    assert only(FOUND + text).outcome == "recurred"


STAYS = [
    "After 27 days in the ICU she recovered from the neutropenia.",
    "After five days of meropenem the count was normal.",
    "After 12 days of antibiotics the neutropenia had resolved.",
]


@pytest.mark.parametrize("text", STAYS)
def test_the_length_of_a_stay_or_a_treatment_is_no_duration(text):
    assert only(FOUND + text).duration_days is None


def test_the_length_of_the_event_is():
    assert only(FOUND + "After 27 days she recovered from the neutropenia.").duration_days == 27


@pytest.mark.parametrize(
    ("words", "term"),
    [
        ("severe, fluctuating neutropenia", "severe"),
        ("severe and prolonged neutropenia", "severe"),
        ("mild but persistent neutropenia", "mild"),
        ("severe anaemia and neutropenia", None),
        ("severe infection, neutropenia", None),
    ],
)
def test_a_severity_word_reaches_over_further_adjectives(words, term):
    text = (
        f"A 58-year-old woman with lupus received rituximab. Four months after the last infusion she developed {words}."
    )
    assert only_row(text).severity_term == term


def only_row(text, title="A case"):
    (row,) = rows(text, title)
    return row


@pytest.mark.parametrize(
    "words",
    ["no infection or neutropenic sepsis ensued", "without relapse, and no infections or neutropenic fever occurred"],
)
def test_a_denial_reaches_over_or(words):
    assert only(FOUND + f"The neutropenia lasted 7 days and {words}.").severity_term != "febrile_neutropenia"


@pytest.mark.parametrize(
    "told",
    [
        "a single dose of GM-CSF led to resolution of the neutropenia.",
        "filgrastim was given for the neutropenia, which resolved.",
    ],
)
def test_a_treatment_told_ahead_of_the_event_that_it_ended(told):
    text = (
        "We describe two patients who developed LON after rituximab. Patient 1 had rheumatoid arthritis; "
        + told
        + " Patient 2, with pemphigus, had neutropenia that recovered without treatment."
    )
    found = rows(text, "Late-onset neutropenia (LON) after rituximab in two patients")
    assert [f.management for f in found] == [("gcsf",), ("observation",)]


@pytest.mark.parametrize(
    "text",
    [
        "Herein we report twelve patients who developed neutropenia after rituximab.",
        "We report a series of patients with neutropenia after rituximab.",
        "Here we describe a cohort with neutropenia after rituximab.",
    ],
)
def test_a_series_is_no_single_patient(text):
    found = rows(
        text + " For each we tell how severe it was and how long it persisted.", "Neutropenia: twelve patients"
    )
    assert not [f for f in found if f.level == "case"]


@pytest.mark.parametrize(
    ("title", "told", "condition"),
    [
        (
            "Agranulocytosis after rituximab for humoral rejection of a kidney transplant",
            "A man of 45 with glomerulonephritis, who had received a kidney, was given rituximab.",
            "kidney transplantation",
        ),
        (
            "Neutropenia following rituximab for pemphigus",
            "A woman of 61 with rheumatoid arthritis received rituximab.",
            "pemphigus",
        ),
        ("A case", "A woman of 61 with lymphoma was given rituximab against her pemphigus.", "pemphigus"),
        (
            "Neutropenia following rituximab for vasculitis",
            "A woman of 61 with multiple sclerosis got rituximab to treat her pemphigus.",
            "pemphigus",
        ),
        (
            "Neutropenia in a woman with pemphigus",
            "A woman of 61 with lupus was given rituximab.",
            "systemic lupus erythematosus",
        ),
    ],
)
def test_what_the_drug_was_given_for_is_the_condition_treated(title, told, condition):
    read = context(told + " Ten weeks later neutropenia was found (0.3 x 10^9/L).", title)
    (row,), _ = case_findings(read)
    assert row.indication == condition


def test_days_after_a_named_event_are_no_count():
    text = (
        "Case 1 (35M): neutropenic sepsis 119 d after rituximab infusion 1, neutrophils 0.2 x 10^9/L. Case 2 (22F): "
        "neutropenia 150 d after rituximab infusion 1, neutrophils 0.4 x 10^9/L."
    )
    assert [f.anc_nadir for f in rows(text, "Two cases of neutropenia after rituximab")] == [0.2, 0.4]


AGAIN = (
    "A woman of 34 on ocrelizumab was admitted two months after her third infusion with neutropenic fever (ANC 0.1 x "
    "10^9/L), which settled on filgrastim. {}"
)


@pytest.mark.parametrize(
    ("text", "nadir", "onset"),
    [
        ("After the fourth infusion, again at two months, the count dropped to 0.3 x 10^9/L.", 0.3, 60.9),
        ("After the fourth infusion the count fell again to 0.3 x 10^9/L at nine weeks.", 0.3, 63),
        ("A second fall, to 300/mm3, was seen three weeks later and resolved unaided.", 0.3, None),
    ],
)
def test_a_further_fall_of_the_count_is_an_episode(text, nadir, onset):
    first, second = rows(AGAIN.format(text), "Neutropenia on ocrelizumab")
    assert (first.anc_nadir, second.anc_nadir, second.onset_days) == (0.1, nadir, onset)
    assert second.duration_days is None


@pytest.mark.parametrize(
    ("told", "absent"),
    [
        ("Neutrophils measured every month remained normal throughout.", True),
        ("At that time the neutrophil count was normal.", True),
        ("Before treatment she had a normal neutrophil count.", False),
        ("At diagnosis the neutrophil count was normal.", False),
        ("The neutrophil count was normal again.", False),
        ("By then she had recovered and had a normal neutrophil count.", False),
    ],
)
def test_a_normal_count_of_another_time_is_no_absence(told, absent):
    found = rows(
        "A woman of 80 with pemphigus received rituximab. Eight weeks later she had shingles. " + told, "Shingles"
    )
    assert [(f.n_treated, f.n_events) for f in found] == ([(1, 0)] if absent else [])


def test_a_count_that_normalised_later_is_a_low_one():
    text = "A woman of 33 had, 7 weeks after her second rituximab course, a neutrophil count of 0.4 G/L that normalised in 2 weeks."
    assert only_row(text).anc_nadir == 0.4


def test_a_numbered_day_of_the_next_patient_takes_the_clock_of_the_one_before():
    text = (
        "Patient A had neutropenia (310/µL) on day 138 after rituximab. In patient B neutropenia (90/µL) developed on "
        "day 96. "
    )
    found = rows(text, "Late-onset neutropenia in two recipients of a kidney")
    assert [(f.onset_days, f.onset_anchor) for f in found] == [(138, "unspecified"), (96, "unspecified")]


def test_what_is_denied_of_one_patient_is_not_denied_of_the_other():
    text = (
        "Case 1 is a woman of 33 with neutropenia (0.4 G/L) 7 weeks after rituximab. Case 2 is a woman of 52 with "
        "neutropenia (0.1 G/L) 5 months after rituximab. Both continued rituximab; neutropenia did not come back in the "
        "former but did so in the latter."
    )
    found = rows(text, "Neutropenia after rituximab in two women")
    assert [f.rechallenge for f in found] == ["no_recurrence", None]


def test_a_clause_with_a_subject_of_its_own_is_not_denied():
    assert only(FOUND + "As she had no fever, a wait-and-see policy was adopted.").management == ("observation",)
    assert only(FOUND + "She had no fever, infection or G-CSF.").management == ()


def test_a_normal_marrow_is_no_recovery():
    text = "The marrow examination was normal. Neutropenia persisted for 6 weeks and then resolved."
    assert only(FOUND + text).outcome == "resolved"
    assert only(FOUND + "The marrow examination was normal.").outcome is None


def test_a_letter_that_adds_a_patient_has_one():
    text = (
        "We read with interest the paper on late neutropenia. {} A 29-year-old woman received rituximab; eleven weeks after "
        "the fourth dose neutropenia was found (0.15 x 10^9/L)."
    )
    assert rows(text.format("We would like to add our experience."), "Neutropenia after rituximab")
    assert not rows(text.format("The authors described it well."), "Neutropenia after rituximab")


def test_the_condition_for_which_the_drug_was_given_stands_before_it():
    read = context(
        "A 46-year-old woman with Sjögren's syndrome and pemphigus, for which she got four infusions of rituximab, had "
        "neutropenia (0.3 x 10^9/L) five months after the last infusion."
    )
    (row,), _ = case_findings(read)
    assert row.indication == "pemphigus"


def test_patients_listed_behind_a_semicolon_have_a_row_each():
    text = (
        "Four children (3 boys, 1 girl; 4, 7, 9 and 15 years old) with nephrotic syndrome had late-onset neutropenia 62, 85, "
        "97 and 140 days after the last rituximab infusion."
    )
    found = rows(text, "Rituximab in children: four patients with late-onset neutropenia")
    assert [(f.age_years, f.onset_days) for f in found] == [(4, 62), (7, 85), (9, 97), (15, 140)]


def test_a_recurrence_told_behind_a_semicolon_is_an_episode():
    text = (
        "A woman of 48 developed neutropenia (ANC 0.6 x 10^9/L) 4 months after cycle 2 of rituximab which resolved "
        "spontaneously; cycle 3 was given on schedule with recurrence of neutropenia 3 months later (ANC 0.4 x 10^9/L)."
    )
    found = rows(text, "Neutropenia after rituximab: a case")
    assert [(f.anc_nadir, f.rechallenge) for f in found] == [(0.6, "recurrence"), (0.4, None)]


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("She tolerated cycles 5 to 7 well.", "no_recurrence"),
        ("Rituximab was resumed; neutrophils have since been within normal limits.", "no_recurrence"),
        ("She may have tolerated the next infusion.", None),
    ],
)
def test_later_doses_borne_well(text, again):
    assert only(FOUND + "It resolved. " + text).rechallenge == again


def test_weeks_of_pregnancy_are_neither_onset_nor_duration():
    text = (
        "A pregnant woman of 30 with lupus had last received rituximab 5 months before conception. At 9 weeks' gestation she "
        "had neutropenia (0.5 x 10^9/L). It resolved by itself by 16 weeks."
    )
    row = only_row(text)
    assert (row.onset_days, row.duration_days, row.outcome) == (None, None, "resolved")


@pytest.mark.parametrize(
    "text", ["Filgrastim was then commenced with a prompt response.", "He got filgrastim with a good result."]
)
def test_a_growth_factor_that_worked_is_a_recovery(text):
    assert only(FOUND + text).outcome == "resolved"


def test_a_treatment_of_some_is_not_that_of_each():
    text = (
        "Four children (3 boys, 1 girl; 4, 7, 9 and 15 years old) had late-onset neutropenia 62, 85, 97 and 140 days after "
        "the last rituximab infusion. All recovered, two with filgrastim."
    )
    assert {f.management for f in rows(text, "Late-onset neutropenia in four patients")} == {()}


def test_a_smear_without_neutrophils_denies_no_event():
    row = only(
        GIVEN
        + "She presented with fever 3 months after completion of rituximab. A blood smear contained no neutrophils (0%), "
        "and severe late-onset neutropenia was diagnosed, which resolved on G-CSF."
    )
    assert (row.severity_term, row.onset_days, row.management) == ("severe", 91.3, ("gcsf",))


@pytest.mark.parametrize(
    ("told", "level"),
    [
        ("Neutropenia set in one day after stem cell infusion.", []),
        ("Neutropenia set in 5 days after autologous stem cell transplantation.", []),
        ("Neutropenia set in 60 days after the last infusion of rituximab.", ["case"]),
    ],
)
def test_aplasia_right_behind_stem_cells_is_that_of_the_conditioning(told, level):
    text = "A man of 53 with follicular lymphoma had received R-CVP and then BEAM. " + told
    assert [f.level for f in rows(text, title="Fusariosis in lymphoma: a case report")] == level


@pytest.mark.parametrize(
    ("told", "nadir"),
    [
        ("On day 6 after the first dose her neutrophils, 4.3×10³/µL at baseline, were 0.81×10³/µL.", 0.81),
        ("Ten days after the second dose her neutrophils, 3.9 x 10^9/L at the start, were 0.6 x 10^9/L.", 0.6),
    ],
)
def test_a_count_of_before_in_commas_leaves_the_count_behind_it_its_own(told, nadir):
    assert only(GIVEN + told).anc_nadir == nadir


def test_a_further_dip_is_another_episode():
    first, second = rows(
        FOUND
        + "Under G-CSF the neutrophils rose to 4.8 x 10^9/L. A second, shorter dip to 0.6 x 10^9/L five weeks later "
        "needed no treatment and resolved."
    )
    assert (first.anc_nadir, second.anc_nadir, second.duration_days) == (0.42, 0.6, None)


SHE_HAD = (
    "A 40-year-old woman with multiple sclerosis had received ocrelizumab. Carbimazole was begun for thyrotoxicosis. "
)
LOW = "Three weeks later she had neutropenia of 0.2 x 10^9/L. "


@pytest.mark.parametrize(
    ("diagnosis", "number"),
    [
        ("Carbimazole-induced neutropenia was diagnosed.", 0),
        ("Ocrelizumab-induced neutropenia was diagnosed.", 1),
    ],
)
def test_a_diagnosis_may_blame_another_medicine(diagnosis, number):
    read = context(SHE_HAD + LOW + diagnosis, title="Neutropenia under ocrelizumab")
    found = relate(read.annotated, read.protocol).findings
    assert sum(f.level == "case" for f in found) == number


@pytest.mark.parametrize(
    ("account", "days"),
    [
        ("had rituximab before a kidney transplantation. On day 121 post-transplant she had neutropenia", None),
        ("had rituximab before surgery. On day 30 after surgery she had neutropenia", None),
        ("had rituximab for vasculitis. On day 121 after rituximab she had neutropenia", 121.0),
    ],
)
def test_a_day_counted_from_a_transplant_is_no_onset(account, days):
    read = context(f"A 40-year-old woman {account} of 0.2 x 10^9/L.", title="Late neutropenia after rituximab")
    (found,) = relate(read.annotated, read.protocol).findings
    assert (found.onset_days, found.anc_nadir) == (days, 0.2)
