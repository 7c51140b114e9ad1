"""How the values of the data dictionary, and the concepts of a review, are printed.

corpora/common/labels.csv holds the words for values; names of drugs come from the review's vocabulary, groups of
conditions from its groups.csv, words for captions from [captions] of its protocol.toml.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.protocol import CORPORA, Protocol, read_table

LABELS = CORPORA / "common" / "labels.csv"
LABEL_COLUMNS = ("column", "value", "label")
GROUP_COLUMNS = ("concept", "group")
COLUMNS = CORPORA / "common" / "columns.csv"
COLUMN_COLUMNS = ("column", "type", "unit", "allowed", "description")
CAPTION_DEFAULTS = {
    "event_name": "the event",
    "case_table": "Cases",
    "study_table": "Studies",
    "pooled_table": "Pooled incidence",
    "onset_table": "Time to onset, by drug",
    "onset_figure": "Time to onset by drug",
    "severity_figure": "Severity by drug",
    "years_figure": "Publications by year",
    "abbreviations": "NR, not reported",
}


@dataclass(frozen=True)
class Labels:
    """Words for values. Each method falls back on the value itself, never on nothing."""

    values: Mapping[tuple[str, str], str]
    drugs: Mapping[str, str]
    captions: Mapping[str, str]
    reasons: Mapping[str, str]
    groups: Mapping[str, str]

    def value(self, column: str, value: str | None) -> str | None:
        if value is None:
            return None
        return self.values.get((column, value), value.replace("_", " "))

    def drug(self, concept: str) -> str:
        return self.drugs.get(concept, concept)

    def group(self, indication: str | None) -> str:
        """The wider group of a condition; the condition where it has none."""
        if indication is None:
            return "indication not reported"
        return self.groups.get(indication, indication)

    def caption(self, name: str) -> str:
        return self.captions.get(name, CAPTION_DEFAULTS.get(name, name))

    def reason(self, code: str | None) -> str:
        return self.reasons.get(code or "", (code or "no reason given").replace("_", " "))


def read_labels(protocol: Protocol, path: Path = LABELS) -> Labels:
    groups = protocol.folder / "groups.csv"
    return Labels(
        values={(row["column"], row["value"]): row["label"] for _, row in read_table(path, LABEL_COLUMNS)},
        drugs={term.concept: term.preferred_name for term in protocol.terms if term.kind == "drug"},
        captions={name: str(text) for name, text in protocol.config.get("captions", {}).items()},
        reasons={code: str(text) for code, text in protocol.config.get("exclusion_reasons", {}).items()},
        groups={row["concept"]: row["group"] for _, row in read_table(groups, GROUP_COLUMNS)}
        if groups.is_file()
        else {},
    )


@dataclass(frozen=True, slots=True)
class ColumnNote:
    """What a column of the evidence table holds, as corpora/common/columns.csv says it."""

    column: str
    type: str
    unit: str
    allowed: str
    description: str


def read_columns(path: Path = COLUMNS) -> tuple[ColumnNote, ...]:
    return tuple(ColumnNote(**row) for _, row in read_table(path, COLUMN_COLUMNS))
