"""Numbers in every print style: what they are worth, and what looks like one and is none."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.concepts import numbers

EXAMPLES = [
    ("1,825 of 6,009", [1825, 6009]),
    ("2,5 weeks", [2.5]),
    ("0,125", [0.125]),
    ("0·5", [0.5]),
    ("p = .038", [0.038]),
    ("2½ months", [2.5]),
    ("2 1/2 weeks", [2.5]),
    ("Forty-one were treated", [41]),
    ("twenty one", [21]),
    ("one hundred and five", [105]),
    ("two thousand three hundred and one", [2301]),
    ("a hundred and two", [102]),
    ("a dozen", [12]),
    ("half a dozen", [6]),
    ("two and a half months", [2.5]),
    ("four and half months", [4.5]),
    ("half a year", [0.5]),
    ("eleven (15.2%)", [11, 15.2]),
    ("was1,300 cells", [1300]),
    ("73year old", [73]),
    ("n=5,n=1,000", [5, 1000]),
    ("2006.Three", [2006, 3]),
    ("two and four children", [2, 4]),
    ("4, 11 and 14 days", [4, 11, 14]),
]
COUNTER_EXAMPLES = [
    ("CD20 and IgG4", []),
    ("375 mg/m2", [375]),
    ("12 480 patients", [12480]),
    ("12\u00a0480 of them", [12480]),
    ("in 12 480 mg doses", [12, 480]),
    ("x 10^9/L", []),
    ("0.7 x 109/L", [0.7]),
    ("1.24X109/L", [1.24]),
    ("9" * 400, []),
    ("someone, tensor, anyone", []),
    ("often", []),
]


@pytest.mark.parametrize(("text", "values"), [*EXAMPLES, *COUNTER_EXAMPLES], ids=lambda value: str(value)[:30])
def test_numbers_of_a_text(text, values):
    assert [n.value for n in numbers.find(text)] == values


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("30-280", 30, 280),
        ("49–474", 49, 474),
        ("1 to 9 months", 1, 9),
        ("0.2 – 1.0", 0.2, 1.0),
        ("8 through 12", 8, 12),
    ],
)
def test_two_numbers_joined_by_a_dash_or_a_word_are_a_range(text, low, high):
    (found,) = numbers.ranges(text, numbers.find(text))
    assert (found.low.value, found.high.value) == (low, high)


@pytest.mark.parametrize("text", ["280-30", "30 and 280", "30, 280"])
def test_no_range_without_a_link_or_from_high_to_low(text):
    assert numbers.ranges(text, numbers.find(text)) == []


@given(st.integers(min_value=0, max_value=10**9))
def test_digits_and_digits_with_thousands_separators_are_the_same_number(n):
    assert [x.value for x in numbers.find(f"of {n:,} in all")] == [float(n)]
    assert [x.value for x in numbers.find(f"of {n} in all")] == [float(n)]


@given(st.text(alphabet="0123456789.,·-–/ aefhinotuvwx½", max_size=80))
def test_numbers_lie_in_the_text_in_order_and_apart(text):
    found = numbers.find(text)
    assert all(0 <= n.start < n.end <= len(text) for n in found)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))


def test_offsets_count_from_the_start_of_the_whole_text():
    text = "In 12 of 40"
    assert [(n.start, n.end) for n in numbers.find(text, 5)] == [(9, 11)]


def test_a_numeral_in_one_character_is_no_number_and_holds_nothing_up():
    assert [n.value for n in numbers.find("grade Ⅲ or ⅓ in one patient")] == [1.0]
