"""Case rows: which time, count and grade belong to which patient and episode. Every text here is invented."""

from __future__ import annotations

import pytest

from pipeline.protocol import load_protocol
from pipeline.relate import relate
from tests.annotated import annotated

PROTOCOL = load_protocol("anti-cd20-neutropenia")


def cases(text, **article):
    extraction = relate(annotated(text, **article), PROTOCOL)
    return [f for f in extraction.findings if f.level == "case"]


def only(text, **article):
    found = cases(text, **article)
    assert len(found) == 1, found
    return found[0]


def test_one_patient_with_one_episode_is_one_row_with_all_its_values():
    row = only(
        "A 44-year-old woman with multiple sclerosis received ocrelizumab. Severe neutropenia (ANC 0.2 x 109/L) developed "
        "87 days after the last infusion. She was treated with G-CSF and antibiotics and recovered."
    )
    assert (row.drug, row.indication, row.age_years, row.sex) == ("ocrelizumab", "multiple sclerosis", 44, "female")
    assert (row.onset_days, row.onset_statistic, row.onset_anchor, row.onset_class) == (
        87,
        "exact",
        "last_dose",
        "late",
    )
    assert (row.anc_nadir, row.ctcae_grade, row.grade_basis, row.severity_term) == (0.2, 4, "derived", "severe")
    assert (row.management, row.outcome) == (("antibiotics", "gcsf"), "resolved")


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


def test_the_end_of_chemotherapy_is_the_last_dose_where_the_drug_was_in_it():
    row = only("A man of 55 treated with R-CHOP developed neutropenia 98 days after completion of chemotherapy.")
    assert (row.onset_days, row.onset_anchor) == (98, "last_dose")
    assert only("A man of 55 on rituximab had neutropenia 98 days after chemotherapy.").onset_days is None


def test_a_patient_without_the_event_among_others_has_no_row():
    rows = cases(
        "Case 1: a man of 50 had neutropenia after rituximab. Case 2: a woman of 60 never had neutropenia.",
        title="Two cases of neutropenia",
    )
    assert [r.label for r in rows] == ["case 1"]


def test_a_count_of_zero_is_a_value():
    assert only("A man of 40 had neutropenia (neutrophils 0.0) 20 days after rituximab.").anc_nadir == 0


def test_recovered_earlier_and_foreign_counts_are_no_nadir():
    row = only(
        "A man of 40 received rituximab. Two months later he had neutropenia (neutrophils 0.3 x 109/L, platelets 0.1 x 109/L). "
        "The neutrophil count rose to 4.2 x 109/L after G-CSF."
    )
    assert row.anc_nadir == 0.3


def test_the_stated_grade_stands_and_a_count_that_disagrees_is_flagged():
    row = only("A man of 40 had grade 3 neutropenia (ANC 0.2 x 109/L) 20 days after rituximab.")
    assert (row.ctcae_grade, row.grade_basis, row.flags) == (3, "stated", ("grade_disagrees",))


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


def test_the_drug_is_the_one_given_before_the_event_not_the_one_before_that():
    row = only(
        "Our patient with multiple sclerosis first received rituximab without any problem, but developed grade IV LON after "
        "switching to ocrelizumab."
    )
    assert (row.drug, row.ctcae_grade, row.management) == ("ocrelizumab", 4, ())


def test_episodes_under_two_drugs_are_a_row_for_each():
    rows = cases("We report a case of repetitive LON under ocrelizumab as well as ofatumumab in one patient with MS.")
    assert [r.drug for r in rows] == ["ocrelizumab", "ofatumumab"]


@pytest.mark.parametrize(
    "text",
    [
        "A man of 40 with lupus received rituximab. He was not neutropenic.",
        "A man of 40 with lupus received rituximab without neutropenia.",
    ],
)
def test_a_patient_without_the_event_is_a_group_of_one_with_none(text):
    (row,) = relate(annotated(text), PROTOCOL).findings
    assert (row.level, row.n_treated, row.n_events) == ("group", 1, 0)


@pytest.mark.parametrize(
    "text",
    [
        "A man of 40 had neutropenia for years and was given rituximab for it.",
        "A man of 40 presented with neutropenia (ANC 0.3 x 109/L). He was started on rituximab and the count rose.",
        "A woman of 45 given rituximab years ago for lymphoma developed ozanimod-induced agranulocytosis (ANC 0.2).",
        "A woman of 45, once treated with rituximab, developed neutropenia (ANC 0.9) two weeks after ozanimod.",
        "A man of 60 with lymphoma received rituximab. He developed non-neutropenic enterocolitis.",
        "A man of 40 underwent transplantation after rituximab. He became neutropenic on D+1. The neutropenia was short.",
    ],
)
def test_neutropenia_before_the_drug_or_by_another_cause_is_no_finding(text):
    assert cases(text) == []


def test_what_the_literature_says_around_a_case_fills_no_field():
    row = only(
        "Late-onset neutropenia is known to come 1 to 5 months after rituximab. A woman of 60 with rheumatoid arthritis had "
        "neutropenia 80 days after rituximab. Deaths have been reported, and most cases resolve spontaneously."
    )
    assert (row.onset_days, row.outcome, row.management) == (80, None, ())


def test_safe_re_treatment_is_a_rechallenge_without_recurrence():
    row = only(
        "A woman of 60 had neutropenia 80 days after rituximab. It resolved, and rituximab was restarted with no recurrence."
    )
    assert (row.outcome, row.rechallenge) == ("resolved", "no_recurrence")


def test_drugs_of_a_regimen_are_no_treatment_of_the_episode():
    row = only("A man of 40 with lymphoma had neutropenia 6 weeks after rituximab, cyclophosphamide, and prednisone.")
    assert row.management == ()


def test_recovery_counted_from_growth_factor_is_no_duration():
    row = only("A man of 40 had neutropenia 6 weeks after rituximab. It resolved 5 days after G-CSF was begun.")
    assert row.duration_days is None


def test_every_value_has_its_quote():
    source = annotated(
        "A 44-year-old woman with multiple sclerosis received ocrelizumab. Severe neutropenia (ANC 0.2 x 109/L) developed "
        "87 days after the last infusion. She was treated with G-CSF and recovered."
    )
    (row,) = relate(source, PROTOCOL).findings
    for evidence in row.evidence:
        assert source.article.sections[evidence.section].text[evidence.start : evidence.end] == evidence.quote
    quoted = {e.field for e in row.evidence}
    for name in ("drug", "indication", "age_years", "sex", "onset_days", "onset_anchor", "anc_nadir", "ctcae_grade",
                 "severity_term", "management", "outcome"):  # fmt: skip
        assert name in quoted


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


def test_decimal_comma_nadirs_in_a_list_of_episodes():
    first, second, third = cases(
        "A 60-year-old man with lymphoma received rituximab. Two months after the last infusion he developed a first "
        "episode of neutropenia (nadir 0,3 G/l). The second episode (nadir 0,6 G/l) occurred 4 weeks later and the "
        "third (nadir 0,9 G/l) after another month."
    )
    assert [row.anc_nadir for row in (first, second, third)] == [0.3, 0.6, 0.9]
    assert [row.ctcae_grade for row in (first, second, third)] == [4, 3, 3]
    assert (second.onset_days, third.onset_days) == (None, None)


ONE = "A 40-year-old man had neutropenia (ANC 0.2 x 109/L) 50 days after the last infusion of rituximab. "


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


def test_a_count_that_stayed_low_for_days_is_a_duration_though_growth_factor_ended_it():
    row = only(ONE + "The ANC remained below 0.5 x 109/L for 16 days and rose only after G-CSF.")
    assert row.duration_days == 16


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


def test_a_grade_in_the_bracket_behind_a_count_is_stated():
    text = "A 40-year-old man on rituximab for three months had a neutrophil count of 0.7 x 109/L (grade 3)."
    assert (only(text).ctcae_grade, only(text).grade_basis) == (3, "stated")


def test_agranulocytosis_in_the_title_counts_where_the_count_allows_it():
    title = "Agranulocytosis after rituximab"
    assert only(ONE, title=title).severity_term == "agranulocytosis"
    assert only(ONE.replace("0.2", "0.8"), title=title).severity_term is None


def test_what_the_drug_can_do_is_not_how_severe_the_patient_was():
    row = only(
        "We report a case. Rituximab can cause severe neutropenia. " + ONE,
        title="A case of neutropenia after rituximab",
    )
    assert row.severity_term is None


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


@pytest.mark.parametrize(
    ("behind", "management"),
    [
        ("He declined further rituximab and began azathioprine.", ("drug_switched",)),
        ("He declined further tests and began to work.", ()),
    ],
)
def test_refusing_the_drug_for_another_is_a_switch(behind, management):
    assert only(ONE + behind).management == management


@pytest.mark.parametrize(
    ("text", "definition"),
    [
        (ONE + "Physicians should be aware of late-onset neutropenia.", "late_onset"),
        (ONE.replace("50 days", "9 days") + "Physicians should be aware of late-onset neutropenia.", None),
    ],
)
def test_the_closing_words_name_a_late_event_only_where_it_was_late(text, definition):
    assert only(text).event_definition == definition


def test_a_sentence_of_endless_episodes_is_read_in_time():
    found = cases(
        "A 40-year-old man had neutropenia after rituximab" + ", second episode at 5 days (nadir 0,3 G/l)" * 1500
    )
    assert len(found) < 20


ILL = "A 40-year-old man received rituximab. Two months later he had neutropenia (ANC 0.2 x 109/L). "


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
    ("behind", "days"),
    [
        ("The ANC remained at zero for 9 days.", 9),
        ("He remained neutropenic for 12 days.", 12),
        ("The ANC returned to 1.9 x 109/L three weeks later.", 21),
        ("The ANC remained normal for 9 months.", None),
        ("He was given G-CSF. The ANC rose to 2.4 x 109/L after 72 hours.", None),
        ("He was given G-CSF. The ANC remained below 0.5 x 109/L for 9 days.", 9),
    ],
)
def test_how_long_the_count_stayed_low(behind, days):
    assert only(ILL + behind).duration_days == days


@pytest.mark.parametrize(
    ("text", "management"),
    [
        (
            "A 40-year-old man received rituximab. Two months later he was admitted with fever. His ANC was 0.1 x 109/L.",
            ("hospitalisation",),
        ),
        (
            "Ten weeks after his last rituximab infusion a man of 40 was hospitalised for fever and given meropenem. "
            "Neutropenia was found.",
            ("antibiotics", "hospitalisation"),
        ),
        (
            "A 40-year-old man was admitted with nephrotic syndrome and received rituximab. Two months later he had "
            "neutropenia.",
            (),
        ),
        ("A man of 40 had been hospitalised in 2010. He received rituximab. Two months later he had neutropenia.", ()),
    ],
)
def test_admission_told_before_the_event(text, management):
    assert only(text).management == management


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
    ("behind", "management"),
    [
        ("Rituximab was stopped and ozanimod was started three months later.", ("drug_discontinued", "drug_switched")),
        ("Rituximab was withdrawn. He began ozanimod.", ("drug_discontinued", "drug_switched")),
        ("Rituximab was stopped and G-CSF started.", ("drug_discontinued", "gcsf")),
        ("Ozanimod was started and rituximab stopped.", ("drug_discontinued",)),
    ],
)
def test_another_medicine_in_its_stead_is_a_switch(behind, management):
    assert only(ILL + behind).management == management


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
    ("title", "text", "severity"),
    [
        ("Agranulocytosis after rituximab", "A man of 40 received rituximab and had neutropenia.", "agranulocytosis"),
        ("Severe neutropenia after rituximab", "A man of 40 received rituximab and had neutropenia.", "severe"),
        ("Severe neutropenia after rituximab", "A man of 40 on rituximab had neutropenia (ANC 1.3).", None),
        ("Neutropenic sepsis after rituximab", "A man of 40 on rituximab had an ANC of 0.1.", "febrile_neutropenia"),
        ("Severe multiple sclerosis and neutropenia", "A man of 40 on rituximab had neutropenia.", None),
    ],
)
def test_the_title_tells_how_severe_the_event_of_its_only_patient_was(title, text, severity):
    assert only(text, title=title).severity_term == severity


@pytest.mark.parametrize(
    ("behind", "rows"),
    [
        ("Cyclophosphamide was considered the culprit.", 0),
        ("The offending drug was cyclophosphamide.", 0),
        ("Rituximab rather than cyclophosphamide was considered the culprit.", 1),
        ("Cyclophosphamide was initially considered the culprit.", 1),
        ("Cyclophosphamide was given.", 1),
    ],
)
def test_another_drug_that_is_blamed_later_leaves_no_row(behind, rows):
    text = "A 66-year-old woman with rheumatoid arthritis on rituximab took cyclophosphamide. She had agranulocytosis. "
    assert len(cases(text + behind, title="Unusual agranulocytosis")) == rows


def test_a_count_that_was_never_below_a_bound_is_no_low_count():
    assert not cases("A man of 39 received rituximab. The neutrophil count was never below 1.5 x 109/L.")


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("We report agranulocytosis in a woman treated with rituximab for rheumatoid arthritis.", 1),
        ("A patient with pemphigus developed neutropenia after having been treated with one dose of rituximab.", 1),
        ("Neutropenia developed in a boy of 9 years who had been treated with rituximab for nephrosis.", 1),
        ("A woman with neutropenia was treated with rituximab and recovered.", 0),
        ("In a man of 50, severe neutropenia treated with rituximab resolved.", 0),
    ],
)
def test_a_person_treated_with_the_drug_was_not_treated_for_the_event(text, rows):
    assert len(cases(text)) == rows


@pytest.mark.parametrize(
    ("behind", "onset", "rows"),
    [
        ("He recovered. Eleven weeks after the second maintenance dose neutrophils were 0.31 x 109/L.", 77, 2),
        ("He recovered. Eleven weeks after the second maintenance dose he had neutropenia.", 77, 2),
        ("He recovered. A similar fall (ANC 1.2 x 109/L) was seen on the day after the third infusion.", 1, 2),
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


@pytest.mark.parametrize(
    ("title", "severities"),
    [
        ("Agranulocytosis on two occasions after rituximab", ["agranulocytosis", "agranulocytosis"]),
        ("Recurrent severe neutropenia after rituximab", ["severe", "severe"]),
        ("Agranulocytosis after rituximab", [None, None]),
    ],
)
def test_the_title_tells_how_severe_each_of_several_episodes_was(title, severities):
    text = ILL + "He recovered. Eleven weeks after the next dose of rituximab neutrophils were 0.31 x 109/L."
    assert [r.severity_term for r in cases(text, title=title)] == severities


def test_a_medicine_taken_for_something_else_is_no_management():
    assert only(ILL + "It was found while taking low-dose prednisolone.").management == ()


def test_what_is_given_to_a_patient_named_last_is_given_to_that_one():
    rows = cases(
        "Patient 1 had grade 3 neutropenia. Patient 2 had grade 2 neutropenia. Filgrastim was given to patient 1.",
        title="Two patients with neutropenia after rituximab",
    )
    assert [r.management for r in rows] == [("gcsf",), ()]


def test_a_time_with_respectively_behind_it_keeps_its_clock():
    first, second = cases(
        "Two patients developed neutropenia 35 and 60 days, respectively, after the second course of rituximab. The first, "
        "a woman of 71, had an ANC of 220/mm3. The second, a man of 58, had an ANC of 870/mm3. Both recovered within two "
        "weeks.",
        title="Two cases of neutropenia",
    )
    assert (first.onset_days, second.onset_days, first.onset_anchor) == (35, 60, "nth_dose")
    assert (first.duration_days, second.duration_days) == (14, 14)


def test_the_absence_named_in_the_title_is_a_group_of_one_without_the_event():
    (row,) = relate(
        annotated("A 39-year-old woman started ofatumumab.", title="Leukopenia but no neutropenia on ofatumumab"),
        PROTOCOL,
    ).findings
    assert (row.level, row.n_treated, row.n_events) == ("group", 1, 0)


def test_another_drug_in_the_title_leaves_no_row():
    text = "A woman of 63 on rituximab took cyclophosphamide. She had an ANC of 0.04."
    assert not cases(text, title="Agranulocytosis induced by cyclophosphamide in a patient with lymphoma")
    assert cases(text, title="Agranulocytosis induced by rituximab in a patient with lymphoma")


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


def test_an_episode_that_followed_a_dose_by_some_weeks():
    rows = cases(
        "A man of 48 had repeated neutropenia. The first episode (0.2 G/L) occurred 4 months after the second infusion of "
        "rituximab; the second (0.5 G/L) followed the third infusion by 14 weeks."
    )
    assert [(r.anc_nadir, r.onset_days) for r in rows] == [(0.2, 121.8), (0.5, 98)]


def test_two_relatives_told_by_age_in_brackets_share_a_clock():
    rows = cases(
        "Two sisters were put on ofatumumab. The elder (44 yrs) showed neutropenia of 1.1 G/L after 5 months on the drug; "
        "the younger (41 yrs) had neutropenia of 0.8 G/L after 8 months."
    )
    assert [(r.age_years, r.sex, r.onset_days) for r in rows] == [(44, "female", 152.2), (41, "female", 243.5)]
    assert [r.onset_anchor for r in rows] == ["treatment_start", "treatment_start"]


def test_a_normal_count_of_the_newborn_is_no_row():
    text = (
        "A 30-year-old woman received rituximab in pregnancy. The newborn had a normal neutrophil count (4.1 x 109/L)."
    )
    assert not relate(annotated(text, title="Rituximab and pregnancy: neonatal neutropenia"), PROTOCOL).findings


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


def test_patients_of_a_search_are_no_further_episode():
    text = (
        ILL
        + "He recovered. A PubMed search found 51 patients with neutropenia 114 days after the last dose of rituximab."
    )
    assert len(cases(text, title="Neutropenia after rituximab: a case report")) == 1


def test_an_episode_that_has_not_come_is_none():
    assert len(cases(ILL + "He recovered. A third episode has not occurred to date.")) == 1


@pytest.mark.parametrize(
    ("behind", "management"),
    [
        ("Rituximab was paused for 2 months.", ("drug_withheld",)),
        ("Rituximab was paused and then restarted.", ("drug_withheld",)),
        ("Rituximab was paused.", ("drug_discontinued",)),
        ("No infection occurred and no treatment was given.", ("observation",)),
    ],
)
def test_a_pause_that_ends_is_a_drug_withheld(behind, management):
    assert only(ILL + behind).management == management


def test_a_denial_of_something_else_leaves_the_outcome():
    assert only(ILL + "It ran without infection and remitted.").outcome == "resolved"


def test_the_conclusion_may_blame_another_drug():
    text = "A woman of 49 went from cyclophosphamide to rituximab. Two weeks after the first infusion she had neutropenia. "
    assert not cases(text + "She recovered. Neutropenia was most likely due to cyclophosphamide.")
    assert cases(text + "She recovered. Neutropenia was most likely due to rituximab.")


def test_counts_told_in_a_row_each_with_its_week():
    row = only("A 67F on rituximab had an ANC of 1.2 at her week 16 visit, 0.3 at week 18 and 2.6 at week 20.")
    assert (row.anc_nadir, row.ctcae_grade, row.outcome, row.duration_days) == (0.3, 4, "resolved", None)


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


def test_the_aim_tells_how_severe_repeated_episodes_were_where_the_count_allows():
    text = (
        "OBJECTIVE: To present recurrent severe neutropenia after ocrelizumab. RESULTS: A woman of 38 had neutropenia (ANC "
        "0.1 K/µL) three months after ocrelizumab. She recovered. Seven months after the second infusion the ANC was 0.85 K/µL."
    )
    assert [r.severity_term for r in cases(text)] == ["severe", None]


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
    ("text", "days"),
    [
        ("She was given rituximab. She developed neutropenia of 0.5 x 109/L ten weeks later, which persisted.", 70),
        ("She was given rituximab. She had neutropenia and was well ten weeks later.", None),
    ],
)
def test_a_time_behind_the_event_counts_from_the_dose_of_the_sentence_before(text, days):
    assert only("A 59-year-old woman had lymphoma. " + text).onset_days == days


def test_what_has_been_ascribed_to_something_is_background():
    text = "A 61-year-old man on rituximab had anaemia. Neutropenia after rituximab has been ascribed to a virus."
    assert not cases(text, title="Anaemia after rituximab")


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
    ("told", "nadir"),
    [
        ("The white cell count was 1.2 x 10^9/L with 0% neutrophils.", 0.0),
        ("Leukocytes were 1100/mm3 (neutrophils 0%).", 0.0),
        ("He had agranulocytosis with an undetectable neutrophil count.", 0.0),
        ("Neutropenia was found; no neutrophils were seen in the smear.", 0.0),
        ("He had neutropenia; the marrow contained no mature neutrophils.", None),
        ("He had neutropenia; no anti-neutrophil antibodies were detected.", None),
        ("He had neutropenia; CD19 cells were 0%.", None),
        ("The ANC had been 3.4 x 10^9/L before rituximab and was now 0.6 x 10^9/L; he had neutropenia.", 0.6),
        ("Neutropenia was defined as ANC < 1.5 x 10^9/L; his was 0.7 x 10^9/L.", 0.7),
        ("Severe neutropenia (ANC: 0.1 x 10^3/µL; reference 1.5-8) was found.", 0.1),
    ],
)
def test_counts_of_zero_in_words_and_counts_told_beside_others(told, nadir):
    row = only("A 40-year-old man received rituximab. Two months later he was admitted with fever. " + told)
    assert row.anc_nadir == nadir


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
        ("Neutropenia was found at the 6-month visit.", None, None),
        ("Neutropenia was found at a routine visit 6 months after the infusion.", 182.6, "last_dose"),
    ],
)
def test_the_clock_in_other_words(text, days, anchor):
    row = only("A 40-year-old man with arthritis was treated with rituximab. " + text)
    assert (row.onset_days, row.onset_anchor) == (days, anchor)


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


@pytest.mark.parametrize(
    ("text", "title", "rows"),
    [
        (
            "We describe a man with Felty's syndrome and neutrophils of 420/mm3, in whom rituximab brought a response.",
            "A",
            0,
        ),
        ("A 34-year-old woman had immune neutropenia (0.1 G/L). We tried rituximab; neutrophils rose.", "A case", 0),
        ("A man had neutropenia (0.07 G/L). G-CSF and rituximab had no effect.", "Adult autoimmune neutropenia", 0),
        ("A man with cyclic neutropenia was offered rituximab. The count became normal.", "A case", 0),
        (
            "A 60-year-old man with Felty's syndrome in remission received rituximab for lymphoma. Three months after the "
            "last infusion he developed neutropenia (0.2 x 10^9/L).",
            "A case",
            1,
        ),
        ("A woman with lupus had neutropenia (0.1 G/L). She had been given rituximab 3 months before.", "A case", 1),
        ("A woman developed late neutropenia first after rituximab and later after ocrelizumab.", "A case", 2),
        ("A woman developed neutropenia on ocrelizumab and, two years later, on ofatumumab.", "A case", 2),
        ("A man had neutropenia after rituximab and again after ofatumumab.", "A case", 2),
    ],
)
def test_the_disease_that_is_neutropenia_is_no_event_and_two_drugs_are_two_rows(text, title, rows):
    assert len(cases(text, title=title)) == rows


def test_a_switch_told_before_the_event_is_no_management():
    row = only(
        "A woman tolerated rituximab but developed grade 4 neutropenia once she had been switched to ocrelizumab."
    )
    assert (row.drug, row.management) == ("ocrelizumab", ())


def test_patients_named_together_by_letter_are_each_given_the_drug_again():
    found = cases(
        "Patient A (6y, female) had an ANC of 0.0 K/µL 3 months after the last dose of rituximab. Patient B (11y, male) had "
        "an ANC of 0.6 K/µL 9 weeks after the last dose. Patient C (3y, male) had an ANC of 0.2 K/µL after the last dose. "
        "Patients A and C were given rituximab again and had no further episode; patient B was not re-treated.",
        title="Late-onset neutropenia after rituximab: three cases",
    )
    assert [f.rechallenge for f in found] == ["no_recurrence", None, "no_recurrence"]


def test_the_grade_of_a_further_episode_is_its_own():
    found = cases(
        "A 44-year-old man developed grade 4 neutropenia 10 weeks after rituximab. A year later, 8 weeks after a further "
        "course, he had a second, milder episode (grade 3)."
    )
    assert [f.ctcae_grade for f in found] == [4, 3]
