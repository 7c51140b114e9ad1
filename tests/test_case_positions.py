"""Episodes of one patient told by lists. Every text here is invented."""

from __future__ import annotations

import pytest

from tests.read_cases import cases

LUPUS = "A 29-year-old woman with lupus "


@pytest.mark.parametrize(
    ("text", "onsets", "nadirs"),
    [
        (
            "had three episodes of neutropenia 9, 11 and 14 weeks after her second, third and fourth course of rituximab, "
            "with nadirs of 0.4, 0.6 and 0.1 x 10^9/L.",
            [63, 77, 98],
            [0.4, 0.6, 0.1],
        ),
        (
            "was neutropenic after each of three rituximab infusions (nadirs 0.4, 0.6 and 0.1 G/L).",
            [None] * 3,
            [0.4, 0.6, 0.1],
        ),
        (
            "had two episodes of neutropenia, 80 and 95 days after rituximab, nadirs 0.3 and 0.7 x 10^9/L.",
            [80, 95],
            [0.3, 0.7],
        ),
        (
            "received rituximab. Neutropenia occurred three times, 80, 95 and 102 days after the infusion. "
            "Neutrophils were 300, 700 and 900/mm3.",
            [80, 95, 102],
            [0.3, 0.7, 0.9],
        ),
        (
            "had neutropenia twice, 8 and 10 weeks after the first and second infusion of rituximab.",
            [56, 70],
            [None, None],
        ),
    ],
)
def test_episodes_listed_by_position(text, onsets, nadirs):
    rows = cases(LUPUS + text)
    assert [r.onset_days for r in rows] == onsets
    assert [r.anc_nadir for r in rows] == nadirs


@pytest.mark.parametrize(
    "text",
    [
        "had neutropenia 60 days after rituximab. Neutrophils were 0.6, 0.4 and 0.9 x 10^9/L on days 60, 64 and 70.",
        "received four infusions of rituximab. Three months later she had neutropenia (0.2 x 10^9/L).",
        "had two episodes of zoster. Neutropenia (0.4 x 10^9/L) was found 60 days after rituximab.",
    ],
)
def test_one_episode_with_several_counts_or_doses_stays_one(text):
    assert len(cases(LUPUS + text)) == 1


def test_what_names_an_episode_is_of_that_one():
    rows = cases(
        LUPUS + "had neutropenia twice, 80 and 95 days after rituximab. The first episode was treated with G-CSF. "
        "The second episode resolved spontaneously."
    )
    assert [r.management for r in rows] == [("gcsf",), ("observation",)]


@pytest.mark.parametrize(
    ("behind", "days"),
    [
        ("The two episodes resolved in 2 and 3 weeks.", [14, 21]),
        ("Both episodes resolved, in 2 and 3 weeks.", [14, 21]),
        ("The episodes lasted 9 and 12 days, respectively.", [9, 12]),
    ],
)
def test_a_length_for_each_episode(behind, days):
    rows = cases(
        LUPUS
        + "had neutropenia 60 days after the first course of rituximab (0.6 x 10^9/L) and 75 days after the second "
        "(0.9 x 10^9/L). " + behind
    )
    assert [r.duration_days for r in rows] == days


def test_a_drug_left_for_good_was_left_after_the_last_of_them():
    rows = cases(
        LUPUS + "had neutropenia after each of three rituximab courses, with nadirs of 1.1, 0.9 and 0.2 x 10^9/L. "
        "After the third, rituximab was abandoned."
    )
    assert [r.management for r in rows] == [(), (), ("drug_discontinued",)]
