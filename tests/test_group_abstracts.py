"""Group rows of short abstracts: tests/expected/group_abstracts.txt, one heading a phenomenon."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from pipeline.relate import relate
from tests.read_texts import context

TABLE = Path(__file__).parent / "expected" / "group_abstracts.txt"
NAMES = {"any_grade": "any", "grade3plus": "g3", "grade4": "g4", "late_onset": "late", "febrile": "fn", None: "other"}


class Example(NamedTuple):
    phenomenon: str
    title: str
    text: str
    rows: tuple[str, ...]


def examples() -> list[Example]:
    """The examples of the table, each under its heading."""
    found: list[Example] = []
    phenomenon = ""
    for block in TABLE.read_text().split("\n\n"):
        lines = [line for line in block.strip().splitlines() if not line.startswith("# ")]
        if lines and lines[0].startswith("## "):
            phenomenon = lines.pop(0).removeprefix("## ")
        if lines:
            title, text, rows = lines
            expected = () if rows == "none" else tuple(sorted(row.strip() for row in rows.split(";")))
            found.append(Example(phenomenon, title, text, expected))
    return found


def printed(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"


@pytest.mark.parametrize("example", examples(), ids=lambda e: f"{e.phenomenon}: {e.text[:60]}")
def test_rows_of_an_abstract(example):
    read = context(example.text, title=example.title)
    rows = [
        f"{NAMES[f.event_definition]} {printed(f.n_events)}/{printed(f.n_treated)}"
        + (f" {printed(f.incidence_percent)}" if f.incidence_percent is not None else "")
        for f in relate(read.annotated, read.protocol).findings
        if f.level == "group"
    ]
    assert tuple(sorted(rows)) == example.rows
