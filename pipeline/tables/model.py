"""A table before it takes a format: typed cells, printed headers, a caption and what stands under it.

Numbers are printed as journals do (Lang & Altman, SAMPL guidelines 2013; ICMJE): percentages with one decimal, days
whole from ten up, counts of cells with two decimals at most.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

NOT_REPORTED = "not reported"
EN_DASH = "\u2013"


@dataclass(frozen=True, slots=True)
class Cited:
    """A cell that ends in citations: `text` and the PMIDs that it cites."""

    text: str
    pmids: tuple[int, ...]


Cell = str | int | float | Cited | None


@dataclass(frozen=True, slots=True)
class Column:
    """`header` is printed, with its unit; `weight` is the share of the width that the column wants.

    `fields` are the columns of the evidence table that a cell shows, in the order of their weight.
    """

    name: str
    header: str
    weight: float = 1.0
    numeric: bool = False
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """`keys` names, row by row, the findings that a row shows. `empty` is printed where there are no rows."""

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    keys: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    empty: str = "No row: the evidence base holds nothing for this table."


def plain(cell: Cell) -> str:
    """A cell as text, without its citations; a missing value says so."""
    if cell is None:
        return NOT_REPORTED
    if isinstance(cell, Cited):
        return cell.text
    return str(cell)


def cited_pmids(tables: Iterable[Table]) -> list[int]:
    """The PMIDs that tables cite, in the order of first appearance: their place is their number."""
    seen: dict[int, None] = {}
    for table in tables:
        for row in table.rows:
            for cell in row:
                if isinstance(cell, Cited):
                    seen.update(dict.fromkeys(cell.pmids))
    return list(seen)


def trimmed(value: float, digits: int) -> str:
    """At most `digits` decimals, no trailing zeros: 0.20 -> 0.2, 12.0 -> 12."""
    text = f"{value:.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def percent(value: float | None) -> str | None:
    """One decimal; two below 1, where one would hide the difference."""
    if value is None:
        return None
    return f"{value:.2f}" if 0 < abs(value) < 0.95 else f"{value:.1f}"


def days(value: float | None) -> str | None:
    """Whole days from ten up, one decimal below."""
    if value is None:
        return None
    return trimmed(value, 0) if abs(value) >= 10 else trimmed(value, 1)


def count(value: float | None) -> str | None:
    """A cell count in 10^9/L; small ones keep the digits that tell them from zero."""
    if value is None:
        return None
    return trimmed(value, 3) if 0 < abs(value) < 0.095 else trimmed(value, 2)


def between(low: str | None, high: str | None) -> str | None:
    """A range with an en dash; one end alone is written as a bound."""
    if low is not None and high is not None:
        return f"{low}{EN_DASH}{high}"
    if high is not None:
        return f"\u2264{high}"
    return f"\u2265{low}" if low is not None else None
