"""Case rows in many wordings: counts of a detection, recovery unaided or by G-CSF, treatments in vain, causes of death.

Every text here is invented.
"""

from __future__ import annotations

import pytest

from pipeline.protocol import load_protocol
from pipeline.relate import relate
from tests.annotated import annotated

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
