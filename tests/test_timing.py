"""Lengths of time: value, role and anchor. The tables are the definition of pipeline/concepts/timing.py."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.concepts.interval import to_days
from pipeline.concepts.timing import find_intervals

DRUG = re.compile(r"\b(?:the\s)?drug\s?A\b|\bA-CHOP\b", re.IGNORECASE)
EVENT = re.compile(r"neutropenia")


def read(text):
    return find_intervals(text, [m.span() for m in DRUG.finditer(text)], [m.span() for m in EVENT.finditer(text)])


def only(text):
    found = read(text)
    assert len(found) == 1, found
    return found[0]


ONSETS = [
    # text, days, low, high, statistic, anchor
    ("time to neutropenia was 222 days, with an interquartile range of 105 to 355 days", 222.0, 105.0, 355.0, "median", "unspecified"),
    ("median time to neutropenia was 222 days, the range being 105-355 days", 222.0, 105.0, 355.0, "median", "unspecified"),
    ("median time to neutropenia was 222 days; the range was 105 to 355 days", 222.0, 105.0, 355.0, "median", "unspecified"),
    ("median onset was at day 38 after drug A (range 30-175)", 38.0, 30.0, 175.0, "median", "unspecified"),
    ("neutropenia came 90 days (median; 2-156) after drug A", 90.0, 2.0, 156.0, "median", "unspecified"),
    ("neutropenia came 90 days in the median (2-156) after drug A", 90.0, 2.0, 156.0, "median", "unspecified"),
    ("neutropenia came 12.6 weeks (mean; SD 3) after drug A", 88.2, None, None, "mean", "unspecified"),
    ("mean time to onset: 88 days (SD 20; range 30-175)", 88.0, 30.0, 175.0, "mean", "unspecified"),
    ("neutropenia in the 4 weeks following drug A", None, None, 28.0, None, "unspecified"),
    ("neutropenia in the fourth week after drug A", 28.0, None, None, "exact", "unspecified"),
    ("neutropenia not later than six months after the last dose of drug A", None, None, 182.6, None, "last_dose"),
    ("Neutropenia developed 87 days after the last infusion of drug A.", 87.0, None, None, "exact", "last_dose"),
    ("neutropenia on day 87 after drug A", 87.0, None, None, "exact", "unspecified"),
    ("eighty-seven days after drug A", 87.0, None, None, "exact", "unspecified"),
    ("two and a half months after the fourth dose", 76.1, None, None, "exact", "nth_dose"),
    ("a month and a half after drug A", 45.7, None, None, "exact", "unspecified"),
    ("1 year and 3 months after starting drug A", 456.6, None, None, "exact", "treatment_start"),
    ("6 weeks after he had completed drug A", 42.0, None, None, "exact", "last_dose"),
    ("Ten weeks after completion he became neutropenic", 70.0, None, None, "exact", "last_dose"),
    ("12 days after the first infusion of her third course of drug A", 12.0, None, None, "exact", "nth_dose"),
    ("12 days after the first infusion of drug A", 12.0, None, None, "exact", "first_dose"),
    ("20 days after an intravenous drug A infusion", 20.0, None, None, "exact", "last_dose"),
    ("76 days after infusion number four of drug A", 76.0, None, None, "exact", "nth_dose"),
    ("76 days after infusion four of drug A", 76.0, None, None, "exact", "nth_dose"),
    ("76 days after infusion one of drug A", 76.0, None, None, "exact", "first_dose"),
    ("33 days after a single 500 mg drug A infusion", 33.0, None, None, "exact", "first_dose"),
    ("2 days after each of the first three infusions", 2.0, None, None, "exact", "last_dose"),
    ("on the day after the second infusion", 1.0, None, None, "exact", "nth_dose"),
    ("4 months after the second retreatment", 121.8, None, None, "exact", "last_dose"),
    ("had a further episode 4 months after drug A", 121.8, None, None, "exact", "unspecified"),
    ("noted on routine follow-up, 4 months after the last dose of drug A", 121.8, None, None, "exact", "last_dose"),
    ("In 2020, 5 months after the fifth infusion", 152.2, None, None, "exact", "nth_dose"),
    ("35 and 60 days, respectively, after the second course", None, 35.0, 60.0, "range", "nth_dose"),
    ("the second followed the third infusion by 14 weeks", 98.0, None, None, "exact", "nth_dose"),
    ("150 days after the initial treatment", 150.0, None, None, "exact", "first_dose"),
    ("9 days after her fifth infusion", 9.0, None, None, "exact", "nth_dose"),
    ("four weeks after cycle 3 of drug A", 28.0, None, None, "exact", "nth_dose"),
    ("on the seventh day of his third cycle of A-CHOP", 7.0, None, None, "exact", "nth_dose"),
    ("after four months on drug A neutropenia was found", 121.8, None, None, "exact", "treatment_start"),
    ("3 months post-drug A", 91.3, None, None, "exact", "unspecified"),
    ("80 to 90 days after the infusion of drug A", None, 80.0, 90.0, "range", "last_dose"),
    ("between 3 and 30 weeks after drug A", None, 21.0, 210.0, "range", "unspecified"),
    ("3 weeks to 6 months following drug A", None, 21.0, 182.6, "range", "unspecified"),
    ("median 87 days (range, 1-9 months) after drug A", 87.0, 30.4, 274.0, "median", "unspecified"),
    ("a median of 95 (range 67–420) days after drug A", 95.0, 67.0, 420.0, "median", "unspecified"),
    ("a median of 5 (1.25-12) months after the start of drug A", 152.2, 38.1, 365.3, "median", "treatment_start"),
    ("at an average of 120 days (60-300) after A-CHOP", 120.0, 60.0, 300.0, "mean", "unspecified"),
    ("The median time to onset was 102 days (range 40-362 days).", 102.0, 40.0, 362.0, "median", "unspecified"),
    ("The median interval since the most recent drug A was 86 days.", 86.0, None, None, "median", "last_dose"),
    ("The median time from the last infusion was 4 months (interquartile range [IQR] 1-6).",
     121.8, 30.4, 182.6, "median", "last_dose"),
    ("Median onset was 4.5 months post-drug A (range: 2-11)", 137.0, 60.9, 334.8, "median", "unspecified"),
    ("onset was 121 ± 45 days after drug A", 121.0, None, None, "mean", "unspecified"),
    ("with a mean interval of 98 days (SD 40) between the last infusion and onset", 98.0, None, None, "mean", "last_dose"),
    ("The median time from the last dose of drug A to the event was 121 days (range: 49-474 days).",
     121.0, 49.0, 474.0, "median", "last_dose"),
    ("Time between drug A and neutropenia was 4 (2-6) months.", 121.8, 60.9, 182.6, None, "unspecified"),
    ("within 87 days of drug A", None, None, 87.0, None, "unspecified"),
    ("he had received drug A 3 months earlier", 91.3, None, None, "exact", "unspecified"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "days", "low", "high", "statistic", "anchor"), ONSETS)
def test_an_onset_is_read_with_its_range_and_its_anchor(text, days, low, high, statistic, anchor):
    found = only(text)
    assert found.role in ("onset", "onset_before")
    assert (found.days, found.low_days, found.high_days) == (days, low, high)
    assert found.statistic == statistic
    assert found.anchor == anchor


OTHERS = [
    ("patients were followed for 87 days after drug A", "follow_up"),
    ("no recurrence at one-year follow-up", "follow_up"),
    ("with a median follow-up of 22 months (range 18-55)", "follow_up"),
    ("neutropenia lasted a median of 54 days", "duration"),
    ("neutropenia resolved one week later", "duration"),
    ("the count was normal after seven days", "duration"),
    ("recovered 5 to 7 days after G-CSF was begun", "recovery"),
    ("both had resolved 12 days after the fourth dose", "recovery"),
    ("drug A every 6 months", "dose_interval"),
    ("two doses given 14 days apart", "dose_interval"),
    ("a 38-year-old woman", "age"),
    ("day 110 after transplantation", "other_clock"),
    ("he became neutropenic on D+1", "other_clock"),
    ("4 weeks after the first episode", "other_clock"),
    ("4 weeks after completion of radiotherapy", "other_clock"),
    ("4 and 17 weeks after the first, respectively", "other_clock"),
    ("Two years later, she was ill again", "later"),
    ("Two years on she was ill again", "later"),
    ("progression-free survival was 18 months", "other_clock"),
    ("several months after drug A", "vague"),
]


@pytest.mark.parametrize(("text", "role"), OTHERS)
def test_a_time_that_is_no_onset_says_what_it_is(text, role):
    assert [i.role for i in read(text)] == [role]


@pytest.mark.parametrize(
    "text",
    [
        "87 patients after drug A",
        "375 mg/m2 of drug A",
        "grade 3 or 4",
        "",
        "CD20",
        "in 2019",
        "20 mg/d",
        "1" * 400 + " days",
    ],
)
def test_what_is_no_length_of_time_gives_none(text):
    assert read(text) == ()


def test_two_clocks_in_one_sentence_keep_their_own_anchor():
    found = read("four weeks after cycle 3 of drug A, i.e. 1.2 years after starting drug A")
    assert [(i.days, i.anchor) for i in found] == [(28.0, "nth_dose"), (438.3, "treatment_start")]


def test_a_mean_in_apposition_has_the_clock_and_the_range_of_the_times_before_it():
    listed, mean = read("It came 4, 11 and 14 days (n = 2) after infusion, a mean of 10 days.")
    assert listed.values == (4.0, 11.0, 14.0)
    assert (mean.days, mean.low_days, mean.high_days, mean.statistic) == (10.0, 4.0, 14.0, "mean")
    assert mean.anchor == listed.anchor == "last_dose"


def test_a_time_before_the_event_is_not_joined_with_the_age_beside_it():
    age, onset = read("a man aged 53 years, 6 weeks after drug A")
    assert (age.role, onset.role, onset.days) == ("age", "onset", 42.0)


@given(st.integers(1, 999), st.sampled_from(["day", "week", "month", "year"]))
def test_plain_n_units_after_the_drug_always_gives_n(n, unit):
    found = only(f"{n} {unit}s after drug A")
    assert found.role == "onset"
    assert found.days == to_days(n, unit)


@given(st.text(max_size=200))
def test_spans_lie_in_the_text_and_no_text_is_an_error(text):
    for found in find_intervals(text):
        assert 0 <= found.start < found.end <= len(text)
        assert found.phrase_start <= found.start
        assert found.end <= found.phrase_end <= len(text)


def test_the_clock_of_another_medicine_is_another_clock():
    text = "two months after the second drug B course"
    place = (text.index("drug B"), text.index("drug B") + 6)
    assert find_intervals(text, others=[place])[0].role == "other_clock"
    assert find_intervals(text)[0].role == "onset"


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("The count remained normal for 9 months", "follow_up"),
        ("The count was normal again on day 4", "recovery"),
        ("on the following day it fell", "later"),
    ],
)
def test_what_else_a_time_says(text, role):
    assert only(text).role == role
