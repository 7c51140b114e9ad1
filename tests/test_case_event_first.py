"""The event before the drug, blamed on another medicine, or absent. Every text here is invented."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.protocol import load_protocol
from pipeline.records import Mention
from pipeline.relate import relate
from tests.annotated import annotated
from tests.read_cases import PROTOCOL, cases


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
        "An infant was given cyclophosphamide; she developed febrile neutropenia. As she remained dependent on "
        "transfusion, rituximab was commenced.",
        "A man of 40 underwent transplantation after rituximab. He became neutropenic on D+1. The neutropenia was short.",
    ],
)
def test_neutropenia_before_the_drug_or_by_another_cause_is_no_finding(text):
    assert cases(text) == []


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


def test_a_normal_count_of_the_newborn_is_no_row():
    text = (
        "A 30-year-old woman received rituximab in pregnancy. The newborn had a normal neutrophil count (4.1 x 109/L)."
    )
    assert not relate(annotated(text, title="Rituximab and pregnancy: neonatal neutropenia"), PROTOCOL).findings


def test_the_conclusion_may_blame_another_drug():
    text = "A woman of 49 went from cyclophosphamide to rituximab. Two weeks after the first infusion she had neutropenia. "
    assert not cases(text + "She recovered. Neutropenia was most likely due to cyclophosphamide.")
    assert cases(text + "She recovered. Neutropenia was most likely due to rituximab.")


def test_what_has_been_ascribed_to_something_is_background():
    text = "A 61-year-old man on rituximab had anaemia. Neutropenia after rituximab has been ascribed to a virus."
    assert not cases(text, title="Anaemia after rituximab")


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


DISEASES = ("Felty syndrome", "autoimmune neutropenia", "LGL leukaemia", "aplastic anaemia", "Evans syndrome")


@pytest.mark.parametrize("disease", DISEASES)
@pytest.mark.parametrize(
    "text",
    [
        "This woman with stubborn {} received rituximab with benefit. Neutropenia is a hallmark.",
        "A woman of 60 with {} and agranulocytosis (0.2 G/l) received rituximab. The neutrophil count was normal 3 months later.",
        "A woman of 60 had {}. Rituximab was given. Neutropenia resolved within 4 weeks.",
        "A boy of 4 with {} was treated with rituximab. Neutropenia relapsed 6 months after rituximab.",
        "A man of 30 with {} was neutropenic for three months. G-CSF had failed, and rituximab was tried.",
    ],
)
def test_a_disease_that_brings_the_event_and_is_treated_with_the_drug_is_no_finding(disease, text):
    assert cases(text.format(disease), title=f"Rituximab in {disease}") == []


@pytest.mark.parametrize("disease", DISEASES)
@pytest.mark.parametrize(
    "text",
    [
        "A girl of 9 with {} was given rituximab. Ten weeks later she developed agranulocytosis.",
        "A girl of 9 with {} developed late-onset neutropenia after rituximab.",
        "A girl of 9 with {} was on maintenance rituximab when agranulocytosis was found.",
        "A girl of 9 with {} and recurrent uveitis was on maintenance rituximab when she came with agranulocytosis.",
        "A girl of 9 with {} received rituximab. Rituximab-induced agranulocytosis was diagnosed.",
    ],
)
def test_the_event_told_after_the_drug_is_one_in_such_a_disease_too(disease, text):
    assert len(cases(text.format(disease), title=f"Rituximab in {disease}")) == 1


def test_a_disease_in_the_title_of_an_event_after_the_drug_hides_nothing():
    text = "A woman of 60 with Felty syndrome received rituximab. Three months after the last infusion she had neutropenia."
    (row,) = cases(text, title="Late-onset neutropenia after rituximab in Felty syndrome")
    assert row.onset_days == 91.3


def test_a_review_without_such_diseases_reads_none():
    assert load_protocol("clozapine-neutropenia").event_diseases == ()
    assert "Felty syndrome" in PROTOCOL.event_diseases


def test_an_event_before_the_drug_leaves_no_group_row_of_the_patients_told():
    text = (
        "We report two children with anaemia. The first was a 4-month-old infant. Cyclophosphamide was added; she "
        "developed severe febrile neutropenia. As she remained dependent on transfusion, rituximab was commenced. The "
        "second, an 8-year-old, responded to no treatment, rituximab included."
    )
    found = relate(annotated(text, title="Rituximab in severe autoimmune hemolytic anemia of children"), PROTOCOL)
    assert found.findings == ()


def test_the_number_of_an_abstract_is_no_medicine():
    title = "P-214 Late-onset neutropenia after rituximab"
    article = annotated("A man of 44 had an ANC of 0.02 x 10^9/L 11 weeks after rituximab.", title=title)
    number = Mention(0, 0, 5, "P-214", "CHEMICAL")
    found = relate(replace(article, mentions=(number, *article.mentions)), PROTOCOL).findings
    assert [f.anc_nadir for f in found if f.level == "case"] == [0.02]
