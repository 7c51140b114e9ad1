"""A finding in the making: values by column, the evidence of each, flags; and what was not used, with the reason."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.records import Evidence, Rejected
from pipeline.relate.context import SentenceView


@dataclass
class Draft:
    """Values and evidence of a finding in the making."""

    values: dict[str, Any] = field(default_factory=dict)
    evidence: list[Evidence] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)

    def put(self, name: str, value: Any, *quotes: Evidence) -> None:
        self.values[name] = value
        self.evidence += [replace(q, field=name) for q in quotes]

    def __contains__(self, name: str) -> bool:
        return name in self.values


def reject(view: SentenceView, start: int, end: int, kind: str, reason: str) -> Rejected:
    return Rejected(view.section, start, end, view.section_text[start:end], kind, reason)
