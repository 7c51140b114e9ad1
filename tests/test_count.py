"""Whether a number of persons can show a printed share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.concepts.count import agrees


@pytest.mark.parametrize(
    ("n", "percent", "events", "can_be"),
    [
        (45, 37.8, None, True),
        (49, 37.8, None, False),
        (113, 7, 8, True),
        (113, 9, 8, False),
        (40, 5.0, 50, False),
        (30, None, 4, True),
    ],
)
def test_a_denominator_must_allow_the_printed_share(n, percent, events, can_be):
    assert agrees(n, percent, events) is can_be


@given(st.integers(2, 900), st.data())
def test_every_share_agrees_with_its_own_counts(n, data):
    events = data.draw(st.integers(0, n))
    assert agrees(n, round(100 * events / n, 1), events)
    assert agrees(n, round(100 * events / n, 1), None)
