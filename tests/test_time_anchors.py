"""What starts a clock, where no time stands beside it."""

from __future__ import annotations

import pytest

from pipeline.concepts.time_anchors import find_anchors


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("After the fourth cycle, she had it again", [("nth_dose", 4)]),
        ("After the second infusion of the first course it fell", [("nth_dose", 2)]),
        ("After the second one it fell", [("nth_dose", 2)]),
        ("After the second one it fell; the episode", []),
        ("It came after the last infusion", [("last_dose", None)]),
        ("It came before the last infusion", []),
        ("After the sixth, last dose it fell", [("last_dose", None)]),
        ("After the fourth and final infusion it fell", [("last_dose", None)]),
        ("After the second dose, final results showed it", [("nth_dose", 2)]),
    ],
)
def test_the_start_of_a_clock_may_stand_without_a_time(text, kinds):
    assert [(a.kind, a.dose) for a in find_anchors(text)] == kinds
