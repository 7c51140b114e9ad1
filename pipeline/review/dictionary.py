"""The data dictionary (corpora/common/columns.csv): what each column of a finding may say, to check written values by.

`allowed` of a column is a list ("own; reviewed"), a range ("1..5", "0.."), a vocabulary ("@drug"), or empty: any text.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from pipeline.protocol import CORPORA, Protocol, read_table

COLUMNS_FILE = CORPORA / "common" / "columns.csv"
# The extractor's own: what it is, where it is, how sure it is. Nobody corrects these.
MACHINE_COLUMNS = frozenset({"finding_id", "pmid", "confidence", "flags"})
REQUIRED_COLUMNS = frozenset({"level", "drug", "attribution"})

Value = str | int | float | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `values` is what a text or list may say (empty: anything); `low` and `high` bound a number."""

    name: str
    type: str
    unit: str
    description: str
    values: tuple[str, ...] = ()
    low: float = -math.inf
    high: float = math.inf

    def parse(self, text: str) -> Value:
        """The value that a written cell stands for. Raises ValueError with the reason."""
        text = text.strip()
        if not text:
            raise ValueError(f"{self.name} has no value; to say that the text gives none, use the action reject")
        if self.type in ("integer", "real"):
            return self._number(text)
        items = tuple(item.strip() for item in text.split(";") if item.strip()) if self.type == "list" else (text,)
        for item in items:
            if self.values and item not in self.values:
                raise ValueError(f"{item!r} is not a value of {self.name}; allowed: {_some(self.values)}")
        return tuple(sorted(set(items))) if self.type == "list" else text

    def _number(self, text: str) -> int | float:
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise ValueError(f"{text!r} is not a number, which {self.name} needs (decimal point, no unit)")
        if not self.low <= number <= self.high:
            raise ValueError(f"{text} is outside {self.name}: {self.low:g} to {self.high:g}")
        if self.type == "integer":
            if number != int(number):
                raise ValueError(f"{text} is not a whole number, which {self.name} needs")
            return int(number)
        return number


Dictionary = dict[str, Column]


def read_dictionary(protocol: Protocol, path: Path = COLUMNS_FILE) -> Dictionary:
    """The columns by name, in order; "@kind" becomes the names that the protocol's vocabulary has for the kind."""
    columns = {}
    for _, row in read_table(path, ("column", "type", "unit", "allowed", "description")):
        low, separator, high = row["allowed"].partition("..")
        bounds = {"low": float(low or "-inf"), "high": float(high or "inf")} if separator else {}
        columns[row["column"]] = Column(
            name=row["column"],
            type=row["type"],
            unit=row["unit"],
            description=row["description"],
            values=() if separator else _values(row["allowed"], protocol),
            **bounds,
        )
    return columns


def _values(allowed: str, protocol: Protocol) -> tuple[str, ...]:
    if not allowed.startswith("@"):
        return tuple(item.strip() for item in allowed.split(";") if item.strip())
    kind = allowed[1:]
    names = {name for term in protocol.terms if term.kind == kind for name in (term.concept, term.preferred_name)}
    if kind == "drug":
        names.add(protocol.drug_class)
    return tuple(sorted(names))


def _some(values: tuple[str, ...], most: int = 12) -> str:
    more = f", and {len(values) - most} more" if len(values) > most else ""
    return ", ".join(values[:most]) + more
