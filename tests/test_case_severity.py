"""The lowest count, the grade and the name of an event. Every text here is invented."""

from __future__ import annotations

import pytest

from tests.read_cases import ILL, ONE, cases, only


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
    ("text", "definition"),
    [
        (ONE + "Physicians should be aware of late-onset neutropenia.", "late_onset"),
        (ONE.replace("50 days", "9 days") + "Physicians should be aware of late-onset neutropenia.", None),
    ],
)
def test_the_closing_words_name_a_late_event_only_where_it_was_late(text, definition):
    assert only(text).event_definition == definition


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


def test_a_count_that_was_never_below_a_bound_is_no_low_count():
    assert not cases("A man of 39 received rituximab. The neutrophil count was never below 1.5 x 109/L.")


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


def test_counts_told_in_a_row_each_with_its_week():
    row = only("A 67F on rituximab had an ANC of 1.2 at her week 16 visit, 0.3 at week 18 and 2.6 at week 20.")
    assert (row.anc_nadir, row.ctcae_grade, row.outcome, row.duration_days) == (0.3, 4, "resolved", None)


def test_the_aim_tells_how_severe_repeated_episodes_were_where_the_count_allows():
    text = (
        "OBJECTIVE: To present recurrent severe neutropenia after ocrelizumab. RESULTS: A woman of 38 had neutropenia (ANC "
        "0.1 K/µL) three months after ocrelizumab. She recovered. Seven months after the second infusion the ANC was 0.85 K/µL."
    )
    assert [r.severity_term for r in cases(text)] == ["severe", None]


@pytest.mark.parametrize(
    ("told", "nadir"),
    [
        ("The white cell count was 1.2 x 10^9/L with 0% neutrophils.", 0.0),
        ("Leukocytes were 1100/mm3 (neutrophils 0%).", 0.0),
        ("He had severe neutropenia, with 0% neutrophils on the differential count.", None),
        ("He had severe neutropenia; no neutrophils were seen in the differential (0%).", None),
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


def test_the_grade_of_a_further_episode_is_its_own():
    found = cases(
        "A 44-year-old man developed grade 4 neutropenia 10 weeks after rituximab. A year later, 8 weeks after a further "
        "course, he had a second, milder episode (grade 3)."
    )
    assert [f.ctcae_grade for f in found] == [4, 3]


def test_a_further_fall_told_of_it_is_the_nadir():
    row = only(
        "A woman of 33 received rituximab. Neutropenia (0.9 x 10^9/L) was noted 8 weeks later. Two weeks later it had deepened "
        "to 0.2 x 10^9/L."
    )
    assert (row.anc_nadir, row.ctcae_grade, row.onset_days) == (0.2, 4, 56)


@pytest.mark.parametrize(
    ("title", "count", "term"),
    [
        ("Moderate neutropenia after rituximab", "1.2", "moderate"),
        ("Mild neutropenia after rituximab", "1.7", "mild"),
        ("Severe neutropenia after rituximab", "1.2", None),
        ("Mild neutropenia after rituximab", "0.2", None),
    ],
)
def test_a_title_word_that_agrees_with_the_count(title, count, term):
    row = only(
        f"A man of 70 received rituximab. Six weeks after the last dose his neutrophils were {count} x 10^9/L.",
        title=title,
    )
    assert row.severity_term == term


@pytest.mark.parametrize(
    ("said", "count", "grade", "basis"),
    [
        ("With 0 neutrophils she fulfilled the criterion of agranulocytosis (<0.5 x 10^9/L).", 0, 4, "derived"),
        ("Her neutrophils were 0.04 x 10^9/L, i.e. grade 4.", 0.04, 4, "stated"),
        ("A blood count taken before dental work showed 0.7 x 10^9/L neutrophils (grade 3).", 0.7, 3, "stated"),
    ],
)
def test_counts_beside_a_criterion_a_grade_or_an_occasion(said, count, grade, basis):
    row = only("A woman of 30 had neutropenia ten weeks after rituximab. " + said)
    assert (row.anc_nadir, row.ctcae_grade, row.grade_basis) == (count, grade, basis)


def test_a_count_in_the_bracket_of_the_nadir_is_the_nadir():
    row = only(
        "A woman of 57 had neutropenia (0.3 x 10^9/L) 7 days after her first rituximab infusion. The nadir occurred on day 9 "
        "(0.2 x 10^9/L). The neutrophils were 2.2 x 10^9/L on day 16."
    )
    assert (row.anc_nadir, row.outcome) == (0.2, "resolved")


@pytest.mark.parametrize(
    ("told", "nadir"),
    [
        ("A third episode occurred at 6 months (0.4 x 10^9/L).", 0.4),
        ("Two more severe episodes (0.1 and 0.2 x 10^9/L) followed.", None),
    ],
)
def test_the_count_of_a_further_episode_without_the_name_of_its_cells(told, nadir):
    found = cases(
        "A 46-year-old man received rituximab. At 3 months he had neutropenia (0.1 x 10^9/L), which resolved. " + told
    )
    assert [f.anc_nadir for f in found] == [0.1, nadir]


def test_a_share_of_the_white_cells_is_no_count_and_no_grade():
    row = only("A boy of 7 had severe neutropenia (neutrophils 0% of leukocytes) three months after rituximab.")
    assert (row.anc_nadir, row.ctcae_grade, row.severity_term) == (None, None, "severe")


@pytest.mark.parametrize(
    ("title", "text", "definition"),
    [
        (
            "Severe neutropenia after ocrelizumab",
            "Objective: To add to the three published cases of late-onset neutropenia under ocrelizumab. Case report: A man of "
            "40 had an ANC of 0.1 x 10^9/L 14 days after cycle 4 of ocrelizumab.",
            None,
        ),
        (
            "Late neutropenia after cardiac transplantation: rituximab as the culprit",
            "A man of 52 had an ANC of 0.28 x 10^9/L 103 days after the last dose of rituximab.",
            None,
        ),
        (
            "Late neutropenia after rituximab",
            "A man of 52 had an ANC of 0.28 x 10^9/L 103 days after the last dose of rituximab.",
            "late_onset",
        ),
        (
            "Neutropenia after rituximab",
            "Delayed neutropenia after rituximab has been ascribed to T cells. We observed such a case. A man of 52 had an ANC "
            "of 0.28 x 10^9/L 103 days after the last dose of rituximab.",
            "late_onset",
        ),
    ],
)
def test_late_is_said_of_this_event_and_of_the_drugs_clock(title, text, definition):
    assert only(text, title=title).event_definition == definition


@pytest.mark.parametrize(
    ("title", "count", "grade"),
    [
        ("Delayed grade 4 neutropenia after rituximab: a case report", "", (4, "stated")),
        ("Late neutropenia, grade IV, after rituximab", "", (4, "stated")),
        ("Grade 3 neutropenia after rituximab", " The neutrophil count was 0.7 x 10^9/L.", (3, "stated")),
        ("Grade 3 neutropenia after rituximab", " The neutrophil count was 0.2 x 10^9/L.", (4, "derived")),
        ("Neutropenia after rituximab for grade 3 follicular lymphoma", "", (None, None)),
    ],
)
def test_the_title_tells_the_grade_of_its_only_patient(title, count, grade):
    row = only(f"A 53-year-old man had neutropenia six weeks after rituximab.{count}", title=title)
    assert (row.ctcae_grade, row.grade_basis) == grade


def test_the_first_of_two_episodes_is_not_late_because_the_second_is():
    first, second = cases(
        "A 40-year-old woman with lupus had neutropenia (0.2 x 109/L) 12 days after the first infusion of rituximab, which "
        "resolved. Six weeks after the fourth infusion she had neutropenia again (0.4 x 109/L). The first episode was an acute reaction; "
        "the second has the marks of late-onset neutropenia."
    )
    assert (first.event_definition, second.event_definition) == (None, "late_onset")


def test_the_title_that_speaks_of_several_attacks_names_each_of_them():
    rows = cases(
        "A 71-year-old woman with lupus had 0.02 x 10^9/L neutrophils 11 weeks after the last infusion of rituximab, which "
        "resolved. A second course was given a year later. Nine weeks after the last infusion neutrophils fell to 0.4 x 10^9/L.",
        title="Two attacks of agranulocytosis after rituximab",
    )
    assert [r.severity_term for r in rows] == ["agranulocytosis", "agranulocytosis"]
