"""What kind of study an article reports. Every text is invented."""

from __future__ import annotations

import pytest

from pipeline.concepts.study_type import study_type
from pipeline.protocol import load_protocol
from pipeline.relate.context import Context
from tests.annotated import annotated

PROTOCOL = load_protocol("anti-cd20-neutropenia")


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("Rituximab in lymphoma", "We retrospectively reviewed the records of 120 patients.", "cohort"),
        (
            "Rituximab in lymphoma",
            "In this single-arm phase II trial 40 patients received rituximab.",
            "single_arm_trial",
        ),
        ("Rituximab in lymphoma", "Eighty patients were randomly assigned to rituximab or observation.", "rct"),
        ("Rituximab: a systematic review and meta-analysis", "We pooled 12 studies.", "systematic_review"),
        ("Neutropenia after rituximab: a case report", "A 45-year-old man developed neutropenia.", "case_report"),
        ("Three cases of neutropenia", "We report three cases after rituximab.", "case_series"),
        ("Neutropenia in FAERS", "Reports of 300 patients were retrieved.", "pharmacovigilance"),
        ("Rituximab in mice", "B cells of transgenic mice were depleted in vitro.", "preclinical"),
        ("A registry of rituximab", "The registry holds 900 patients.", "registry"),
        ("Rituximab in arthritis", "We found 90 patients in a biologics register.", "registry"),
        ("Rituximab in leukaemia", "We assigned 90 patients to rituximab or to fludarabine.", "rct"),
        ("Rituximab in leukaemia", "90 patients were assigned to dose level 1 or 2 sequentially.", "cohort"),
        (
            "Rituximab in leukaemia",
            "A phase 1b study in two parallel cohorts without randomisation. 40 patients had rituximab.",
            "single_arm_trial",
        ),
        (
            "Obinutuzumab in daily practice",
            "In phase III studies it was superior. Hence this chart review of 15 patients.",
            "cohort",
        ),
        (
            "A phase 2 study of rituximab",
            "Forty patients had rituximab. A randomised trial is warranted.",
            "single_arm_trial",
        ),
        ("Rituximab outside trials", "Outside clinical trials, 42 patients had rituximab.", "cohort"),
        ("Neutropenia: report of six patients and systematic review", "We describe 6 patients.", "case_series"),
        ("Neutropenia after rituximab: a systematic review of 90 patients", "We searched.", "systematic_review"),
        ("Rituximab in leukaemia", "We conducted a randomised trial in 90 patients.", "rct"),
        (
            "Rituximab and cytarabine in lymphoma",
            "It is synergistic in vitro. 72 patients had rituximab 375 mg/m2 on day 1; the response rate was 80%.",
            "single_arm_trial",
        ),
    ],
)
def test_study_type(title, text, expected):
    assert study_type(Context(annotated(text, title=title, publication_types=()), PROTOCOL)) == expected


def test_others_trials_do_not_make_a_trial():
    text = "In randomised trials it was effective. We reviewed the records of 60 patients treated with rituximab."
    assert (
        study_type(Context(annotated(text, title="Rituximab in practice", publication_types=()), PROTOCOL)) == "cohort"
    )


def test_a_review_of_notes_on_patients_described_one_by_one_is_a_case_series():
    def kind(title, text):
        return study_type(Context(annotated(text, title=title, publication_types=()), PROTOCOL))

    text = "Case note review. A 31-year-old woman had neutropenia. A 35-year-old man had it as well."
    assert kind("Two patients", text) == "case_series"
    assert kind("Neutropenia", "Case note review of 60 patients. A 31-year-old woman had neutropenia.") == "cohort"


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("Neutropenia: a case and a search of FAERS", "A woman of 30 had it. We found 70 reports.", "case_report"),
        (
            "Neutropenia: case report and literature review",
            "A woman of 30 had it. 51 patients were found.",
            "case_report",
        ),
        ("Neutropenia: case series and review of literature", "We reviewed 114 patients.", "case_series"),
        (
            "Neutropenia under the antibody",
            "A man in his fifties had it. In open-label studies it was rare.",
            "case_report",
        ),
        ("Neutropenia under the antibody", "The patient, aged 49, had it.", "case_report"),
        ("Neutropenia under the antibody", "Vigilance is required. A man of 50 had it.", "case_report"),
        ("Neutropenia under the antibody", "Two such patients are reported.", "case_series"),
        ("Neutropenia: case series and systematic review", "We pooled 19 patients.", "systematic_review"),
        ("A single-arm trial of the antibody", "One patient, a man of 50, had it.", "single_arm_trial"),
        ("Neutropenia in a cohort", "We reviewed the records of 80 patients. One, a man of 50, had it.", "cohort"),
    ],
)
def test_the_account_of_one_patient_and_the_authors_own_label(title, text, expected):
    assert study_type(Context(annotated(text, title=title, publication_types=()), PROTOCOL)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Forty patients received rituximab 375 mg/m2 on day 1 of six cycles. Thirty (75%) responded.",
            "single_arm_trial",
        ),
        ("Weekly infusions were given to 57 patients. The overall response rate was 74%.", "single_arm_trial"),
        ("Forty patients received rituximab 375 mg/m2 on day 1 of six cycles.", "cohort"),
        ("Of 57 patients treated at our hospital, 42 responded.", "cohort"),
        (
            "We reviewed the charts of 57 patients given weekly infusions. The overall response rate was 74%.",
            "cohort",
        ),
        ("In a non-randomised phase 2 trial 60 patients received weekly infusions.", "single_arm_trial"),
    ],
)
def test_schedule_and_endpoints_tell_a_trial_that_no_word_names(text, expected):
    assert (
        study_type(Context(annotated(text, title="Rituximab in lymphoma", publication_types=()), PROTOCOL)) == expected
    )
