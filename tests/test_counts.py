"""How many: counts, denominators, percentages, intervals; and numbers that count nobody. Every text is invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.concepts import counts


def read(text):
    return [(c.events, c.total, c.percent) for c in counts.find(text)]


EXAMPLES = [
    ("in 9/61 patients (14.8%)", [(9, 61, 14.8)]),
    ("in 44 (55%) of the 80 patients", [(44, 80, 55.0)]),
    ("14 of 70 patients (20%)", [(14, 70, 20.0)]),
    ("Sixteen patients (32%) had it", [(16, None, 32.0)]),
    ("31.2% [10/32]", [(10, 32, 31.2)]),
    ("25% (3 of 12)", [(3, 12, 25.0)]),
    ("40 % (n=22)", [(22, None, 40.0)]),
    ("(n=15; 12.5%)", [(15, None, 12.5)]),
    ("(n = 28)", [(28, None, None)]),
    ("none of the 45 patients", [(0, 45, None)]),
    ("no patient had it", [(0, None, None)]),
    ("all 17 patients", [(17, 17, None)]),
    ("the rate is low (<0.02% of 300 000 patients)", []),
    ("every one of the 15 patients had it", [(15, 15, None)]),
    ("both of the 2 patients had it", [(2, 2, None)]),
    ("it was low at both 12 (P < 0.001) and 24 months", []),
    ("318 (60%) of 534 v 167 (31%) of 533", [(318, 534, 60.0), (167, 533, 31.0)]),
    ("each of the 15 patients had it", [(15, 15, None)]),
    ("in 30, 10 and 4%, respectively", [(None, None, 30.0), (None, None, 10.0), (None, None, 4.0)]),
    ("(51 v 22%)", [(None, None, 51.0), (None, None, 22.0)]),
    ("a cohort of 1,450 patients", [(1450, None, None)]),
    ("after 300 days, 12 patients had it", [(12, None, None)]),
    ("8 episodes in six patients", [(6, None, None)]),
    ("In 50 patients 73 episodes", [(50, None, None)]),
    ("Sixty percent (60.4%) of patients", [(None, None, 60.4)]),
    ("200 treatments of 110 patients", [(110, None, None)]),
    ("a case of neutropenia was seen", [(1, None, None)]),
    ("we saw an isolated case of it", [(1, None, None)]),
    ("and in another patient", [(1, None, None)]),
    ("not one patient had it", [(0, None, None)]),
    ("in two with A, and in none with B", [(2, None, None), (0, None, None)]),
    ("30%, 20% and 21% of groups 1, 2 and 3", [(None, None, 30.0), (None, None, 20.0), (None, None, 21.0)]),
    ("(R-B 146, R-CHOP 221)", [(146, None, None), (221, None, None)]),
    ("on R-CHOP-21 and 81/409 (20%) on R-CHOP-14", [(81, 409, 20)]),
    ("in the first cycle 31/310 patients (10.0%)", [(31, 310, 10.0)]),
    ("over all cycles the figure was 44/310 (14.2%)", [(44, 310, 14.2)]),
    ("Seven of the total 59 patients (11.9%)", [(7, 59, 11.9)]),
    ("7 out of a group of 59 patients", [(7, 59, None)]),
    ("in the first cycle, 31 of the 310 evaluable patients (10.0%)", [(31, 310, 10.0)]),
    ("after the second course, 7 days passed", []),
    ("(age range 21-80 yrs, median 61)", []),
    ("a mean of 9 and an average of 12", []),
    ("9 days in one patient, 12 in another and 15 in the remaining two", [(2, None, None)]),
    ("after 9 days in the first and 12 in the second", []),
    ("in the lupus group 5/40 (12.5%)", [(5, 40, 12.5)]),
    ("on cycle 3 of 6", []),
    ("grade 3/41 is none", []),
    ("the other cohort 61.", [(61, None, None)]),
    ("in cohort 3, and group 2.", []),
    ("(190 G-B, 188 B)", [(190, None, None), (188, None, None)]),
    ("a reader (33 F)", []),
    ("2071 A case of neutropenia", []),
    ("in 12 of the patients in arms 1 and 2", [(12, None, None)]),
    ("in cohorts 1-3", []),
]
COUNTER_EXAMPLES = [
    ("375 mg on day 1 of cycle 3", []),
    ("median 88 days (range, 40-160 days)", []),
    ("aged 65 years", []),
    ("odds ratio 4.5, 95% CI 1.4-14.5", []),
    ("p = 0.03", []),
    ("5-27% of patients", []),
    ("between 8 and 27%", []),
    ("3% to 27%", []),
    ("January 6, 2006", []),
    ("since 2015", []),
    ("one-year survival", []),
    ("grade 3/4 events", []),
    ("no one of the most", []),
    ("the leading one was neutropenia", []),
    ("the most frequent one being neutropenia", []),
    ("95% CI", []),
    ("P3-118 Late onset", []),
    ("after a case of it elsewhere", []),
    ("another patient may", []),
]


@pytest.mark.parametrize(("text", "expected"), [*EXAMPLES, *COUNTER_EXAMPLES], ids=lambda v: str(v)[:40])
def test_counts_of_a_text(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("13% of the cycles", "cycles"),
        ("12 times", "episodes"),
        ("0.8 per 100 person-years", "rate"),
        ("25 healthy donors", "controls"),
        ("150 rheumatologists", "other"),
        ("12% of all adverse events", "episodes"),
        ("8 women", "sex"),
        ("42 consecutive elderly patients", "patients"),
        ("seventy-one untreated, symptomatic patients", "patients"),
    ],
)
def test_what_is_counted(text, unit):
    assert [c.unit for c in counts.find(text)][-1] == unit


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("93 treated and 88 untreated patients", ["patients", "patients"]),
        ("7 GPA and 3 MPA cases", ["cases", "cases"]),
        ("12 responded and 3 patients died", [None, "patients"]),
        ("in 12, 7 with fever", [None, None]),
        ("over 4,182 person-years, 19 patients had it", ["rate", "patients"]),
    ],
)
def test_two_numbers_share_the_noun_behind_the_second(text, units):
    assert [c.unit for c in counts.find(text)] == units


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("48% (95% CI, 41 to 55)", 41, 55),
        ("8.2% (95% CI 5.1–12.4)", 5.1, 12.4),
        ("16.2% (95% CI [10.9–22.2])", 10.9, 22.2),
        ("15.3 %; 95% confidence interval, 10.4–21.4", 10.4, 21.4),
    ],
)
def test_an_interval_belongs_to_the_percentage_before_it(text, low, high):
    (count,) = counts.find(text)
    assert (count.ci_low, count.ci_high) == (low, high)


def test_the_interval_of_a_ratio_belongs_to_no_percentage():
    assert counts.find("HR 2.9 (95% CI 1.1-8.0)") == ()


@given(st.integers(0, 400), st.integers(1, 400))
def test_n_of_n_always_gives_both(events, more):
    total = events + more
    assert read(f"It occurred in {events} of {total} patients.") == [(events, total, None)]


def test_characters_of_a_broken_font_are_no_counts():
    broken = "In \ue000 of 12 patients \ue001% (3/12) \ue002, all \ue000\ue001 and no \ue000 patients"
    assert [(c.events, c.total) for c in counts.find(broken)] == [(12, None), (3, 12)]
