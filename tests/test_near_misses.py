"""Abstracts that speak of the event and have no finding, each beside one that has. Every text is invented."""

from __future__ import annotations

import pytest

from pipeline.protocol import load_protocol
from pipeline.relate import relate
from tests.annotated import annotated

PROTOCOL = load_protocol("anti-cd20-neutropenia")


def extraction(title, text, **article):
    return relate(annotated(text, title=title, **article), PROTOCOL)


NO_PATIENTS = [
    (
        "Rituximab in lymphoma: a Markov model",
        "A Markov model was built. Neutropenia was seen in 29% of 200 patients with rituximab.",
        "not_patients",
    ),
    (
        "Rituximab in lymphoma: rationale of a trial",
        "Sixty patients will be randomised to rituximab. Neutropenia in 10% of 60 patients is expected.",
        "not_patients",
    ),
    (
        "Rituximab depletes B cells",
        "Eleven beagles received rituximab. Neutropenia occurred in three animals (27%).",
        "animal",
    ),
    (
        "Late-onset neutropenia",
        "We read with interest the report of a 35-year-old woman with neutropenia after rituximab.",
        "not_patients",
    ),
    (
        "Reply to 'Neutropenia on rituximab'",
        "Dr Okafor asks whether our patient was tested. A neutrophil count of 1.0 x 10^9/L is normal in such persons.",
        "not_patients",
    ),
    (
        "Rituximab today",
        "This review describes the trials. Neutropenia occurred in 59 of 154 patients with rituximab.",
        "not_patients",
    ),
    (
        "Erratum: rituximab in lupus",
        "The number of patients with neutropenia after rituximab should read 9 of 112.",
        "not_patients",
    ),
]


@pytest.mark.parametrize(("title", "text", "reason"), NO_PATIENTS)
def test_no_patients_of_its_own(title, text, reason):
    found = extraction(title, text)
    assert (found.findings, found.reason) == ((), reason)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "Late-onset neutropenia: a reply",
            "We read with interest the report. In our 88 patients treated with rituximab, neutropenia occurred in 7.",
        ),
        (
            "Rituximab in lymphoma",
            "Sixty patients received rituximab. Neutropenia occurred in 6 of 60 patients (10%).",
        ),
    ],
)
def test_an_account_of_its_own(title, text):
    assert extraction(title, text).findings


NOT_EXPOSED = [
    (
        "Rituximab in vasculitis",
        "Forty patients received rituximab. Neutropenia was seen in three patients before the first dose of rituximab.",
        "before_treatment",
    ),
    (
        "Cyclophosphamide after rituximab in lupus",
        "Forty patients received cyclophosphamide after rituximab. Neutropenia occurred in 6 patients (15%).",
        "other_cause",
    ),
    (
        "Cyclophosphamide-induced neutropenia in lupus: the role of rituximab",
        "Of 214 patients with rituximab neutropenia occurred in 31 patients (14.5%).",
        "other_cause",
    ),
    (
        "Rituximab or cyclophosphamide in lupus",
        "Eighty patients received cyclophosphamide (n=75) or rituximab (n=5). Neutropenia occurred in 3 patients (4%).",
        "not_separate",
    ),
    (
        "Rituximab in vasculitis",
        "Of 112 patients with rituximab 87 took prophylaxis. It was discontinued because of rash (8), pain (5) or "
        "neutropenia (3).",
        None,
    ),
    (
        "Cyclophosphamide or rituximab in lupus",
        "We reviewed 19 patients with rituximab. Adverse events of cyclophosphamide were pain in five and "
        "neutropenia in two patients.",
        "other_cause",
    ),
    (
        "Ozanimod after an anti-CD20 antibody",
        "Ninety patients who had relapsed after two lines including an anti-CD20 antibody received ozanimod. "
        "Neutropenia occurred in 24 patients (27%).",
        None,
    ),
    (
        "Rituximab in lupus",
        "Twelve patients were given rituximab for thrombocytopenia (n=6), anaemia (n=5) or neutropenia (n=1).",
        "before_treatment",
    ),
    (
        "Rituximab in lupus",
        "Among 120 patients with rituximab, events leading to discontinuation were infection (31%) and neutropenia (4%).",
        None,
    ),
    (
        "Rituximab and cyclophosphamide, with and without growth factor",
        "Of 140 patients with rituximab, 88 patients with a neutropenia risk above 20% were given growth factor.",
        None,
    ),
    (
        "Febrile neutropenia in lymphoma",
        "All 512 patients began cyclophosphamide, with rituximab (n=301) or without it (n=211). "
        "Febrile neutropenia occurred in 150 patients (29%).",
        None,
    ),
    (
        "Autoimmune neutropenia in lupus: response to rituximab",
        "Both were neutropenic. Rituximab brought a response in 2 patients.",
        "before_treatment",
    ),
]


@pytest.mark.parametrize(("title", "text", "reason"), NOT_EXPOSED)
def test_people_without_the_drug_or_before_it(title, text, reason):
    found = extraction(title, text)
    assert not found.findings
    assert reason in (None, found.reason)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "Rituximab in vasculitis",
            "Forty patients received rituximab. Neutropenia was seen in three patients before the second rituximab.",
        ),
        (
            "Cyclophosphamide with rituximab in lupus",
            "Forty patients received cyclophosphamide and rituximab. Neutropenia occurred in 6 patients (15%).",
        ),
        (
            "Cyclophosphamide after rituximab in lupus",
            "Of 40 patients 6 had had neutropenia under rituximab. All received cyclophosphamide after rituximab.",
        ),
        (
            "Rituximab or cyclophosphamide in lupus",
            "Eighty patients received cyclophosphamide (n=75) or rituximab (n=5). "
            "Neutropenia occurred in two of those given rituximab.",
        ),
    ],
)
def test_people_under_the_drug(title, text):
    assert extraction(title, text).findings


@pytest.mark.parametrize(
    "text",
    [
        # the drug is given for it, by whatever words
        "A 7-year-old boy had immune neutropenia (ANC 0.18 x 10^9/L). "
        "Four weekly doses of rituximab were followed by a lasting rise of neutrophils.",
        # years before
        "A 57-year-old woman was neutropenic during induction when papules appeared. "
        "Years before she had received rituximab for lymphoma.",
        # no fact, only what was to be avoided
        "A 61-year-old woman received rituximab at a lower dose to reduce the likelihood of neutropenia.",
        # not at the time
        "A 70-year-old man had fever after rituximab. He was outside the neutropenic period and recovered.",
        # a relative's
        "A 9-year-old girl had lupus and received rituximab. Her brother, who had never had rituximab, suffered from "
        "neutropenia.",
        # the newborn's
        "A 30-year-old woman received rituximab in pregnancy. Her newborn had neutropenia (0.9 x 10^9/L).",
    ],
)
def test_a_patient_with_the_event_and_not_by_the_drug(text):
    assert not extraction("An unusual case", text).findings


def test_a_patient_with_the_event_after_the_drug():
    text = "A 57-year-old woman was neutropenic on admission. Two years before she had been started on rituximab."
    assert extraction("An unusual case", text).findings


def test_those_with_the_event_before_the_drug_are_no_events():
    text = (
        "Twenty-six patients with lupus received rituximab. Indications were anaemia (n=22) and severe neutropenia (n=4). "
        "All four patients with neutropenia reached normal counts."
    )
    assert not extraction("Rituximab in lupus", text).findings
