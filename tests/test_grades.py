"""Toxicity grades and severity words as texts print them, and grades of other things."""

from __future__ import annotations

import pytest

from pipeline.concepts import grades

EXAMPLES = [
    ("grade 3-4 events", (3, 4, False)),
    ("grade III/IV", (3, 4, False)),
    ("grades 3 to 5", (3, 5, False)),
    ("grade 3 or 4", (3, 4, False)),
    ("graded 3 or 4", (3, 4, False)),
    ("grade 3/4/5", (3, 5, False)),
    ("WHO grade II - IV", (2, 4, False)),
    ("I-IV grade", (1, 4, False)),
    ("G3-4", (3, 4, False)),
    ("grade three or four", (3, 4, False)),
    ("grade IV", (4, None, False)),
    ("6 grade 4.", (4, None, False)),
    ("grade ≥3", (3, None, True)),
    ("grade >=3", (3, None, True)),
    ("≥ grade 3", (3, None, True)),
    ("grade 3 or higher", (3, None, True)),
    ("grade 3+", (3, None, True)),
    ("above grade 2", (3, None, True)),
    ("at least grade 3", (3, None, True)),
    ("grade ≤2", (1, 2, False)),
    ("any grade", (None, None, False)),
    ("any grade (1–4)", (1, 4, False)),
    ("high-grade adverse events", (None, None, True)),
]


@pytest.mark.parametrize(("text", "expected"), EXAMPLES)
def test_grades_of_a_text(text, expected):
    (grade,) = grades.find(text)
    assert (grade.low, grade.high, grade.open_end) == expected
    assert text[grade.start : grade.end] in text


@pytest.mark.parametrize(
    "text",
    [
        "grade 3b follicular lymphoma",
        "lymphoma of grade 1 to 3a",
        "low-grade lymphoma",
        "grade II-IV acute GVHD",
        "upgrade 3",
        "G-CSF",
    ],
)
def test_grades_of_tumours_and_grafts_are_no_toxicity(text):
    assert all(g.low in (1, None) and g.high is None for g in grades.find(text))
    assert not any(g.open_end for g in grades.find(text))


def test_a_list_of_numbers_with_grades_keeps_them_apart():
    assert [(g.low, g.high) for g in grades.find("10 grade 2, 4 grade 3 and 6 grade 4")] == [
        (2, None),
        (3, None),
        (4, None),
    ]


@pytest.mark.parametrize(
    ("text", "is_any"),
    [("all grades", True), ("grade 1-4", True), ("grade 1-2", False), ("high-grade toxicity", False)],
)
def test_any_grade(text, is_any):
    (grade,) = grades.find(text)
    assert grade.is_any is is_any


@pytest.mark.parametrize(
    ("text", "terms"),
    [("profound", ["severe"]), ("mild to moderate", ["mild", "moderate"]), ("serious", []), ("several", [])],
)
def test_severity_words(text, terms):
    assert [s.term for s in grades.severities(text)] == terms
