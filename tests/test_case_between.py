"""A time that is counted from what was told last: from the dose, or from something else. Every text here is invented."""

from __future__ import annotations

import pytest

from tests.read_cases import only

TREATED = "A 51-year-old woman with rheumatoid arthritis was treated with rituximab. "
FROM_ANOTHER_EVENT = [
    "On 2 May her neutrophils numbered 4.1 G/l; 8 days later she was brought in with agranulocytosis.",
    "She was discharged. Ten days later neutropenia was found.",
    "She underwent hip surgery; three weeks later she had neutropenia.",
    "At a visit the neutrophil count was normal. Two weeks thereafter she developed neutropenia.",
    "A blood count was normal, but 9 days afterwards neutropenia was found.",
    "Blood tests were normal. Nine days afterwards neutropenia was found.",
    "Her arthritis went into remission. Four weeks later she developed neutropenia.",
    "She was vaccinated and 6 days later had neutropenia.",
    "She had pneumonia; 12 days later neutropenia was noted.",
    "Methotrexate was begun; three weeks subsequently she had neutropenia.",
    "Three weeks after discharge she had neutropenia.",
    "Three weeks after that visit she had neutropenia.",
    "The white cell count had been 6.0 x 10^9/L; a fortnight later there was agranulocytosis.",
    "Counts before the second infusion were normal. Ten days later she had neutropenia.",
    "She was admitted with fever. Four days later she had neutropenia.",
    "A relapse of arthritis was diagnosed 6 months later. She had neutropenia (0.2 x 10^9/L).",
]
FELL_ILL_ON_IT = [
    "A woman of 51 on rituximab had a neutrophil count of 3100/uL; 6 days later she presented with neutropenia.",
    "A woman of 51 receiving rituximab fell ill with influenza. 6 days later neutropenia was found.",
    "A woman of 51 receiving rituximab was admitted to hospital. 6 days later neutropenia was found.",
    "A woman of 51 treated with rituximab was diagnosed with zoster. 6 days later neutropenia was found.",
]
FROM_THE_DOSE = [
    ("Ten weeks later she had neutropenia.", "unspecified"),
    ("She was well, but ten weeks later she had neutropenia.", "unspecified"),
    ("It was well tolerated. Ten weeks later she had neutropenia.", "unspecified"),
    ("The second infusion was given on 3 May. Ten weeks later she had neutropenia.", "last_dose"),
    ("The infusion was uneventful. Ten weeks later she had neutropenia.", "last_dose"),
    ("The second dose of rituximab was given in May; ten weeks later she had neutropenia.", "last_dose"),
]


@pytest.mark.parametrize("text", FROM_ANOTHER_EVENT)
def test_a_time_that_runs_from_another_event_is_no_onset(text):
    row = only(TREATED + text)
    assert (row.onset_days, row.onset_anchor) == (None, None)


@pytest.mark.parametrize("text", FELL_ILL_ON_IT)
def test_what_happened_under_treatment_starts_the_clock_and_not_the_treatment(text):
    assert only(text).onset_days is None


@pytest.mark.parametrize(("text", "anchor"), FROM_THE_DOSE)
def test_a_time_that_runs_from_the_dose_is_one(text, anchor):
    row = only(TREATED + text)
    assert (row.onset_days, row.onset_anchor) == (70, anchor)


def test_a_normal_count_before_the_event_is_no_outcome_and_no_duration():
    row = only(TREATED + "A blood count was normal, but 9 days afterwards neutropenia was found.")
    assert (row.outcome, row.duration_days) == (None, None)
    row = only("A woman of 51 received rituximab and was in remission a year later when neutropenia was found.")
    assert (row.outcome, row.duration_days) == (None, None)
    row = only(TREATED + "Her count recovered from severe neutropenia within 10 days.")
    assert (row.outcome, row.duration_days) == ("resolved", 10)


def test_the_date_of_a_normal_count_is_none_of_the_event():
    given = "A woman of 51 received rituximab on 3 May 2019. On 13 June 2019 her neutrophils were "
    assert only(given + "4100/ul; 8 days later she had agranulocytosis.").onset_days is None
    assert only(given + "240/ul and agranulocytosis was diagnosed.").onset_days == 41
