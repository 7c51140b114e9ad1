"""A finding in the making: values by column, the evidence of each, flags; and what was not used, with the reason."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.records import Evidence, Finding, Rejected
from pipeline.relate.context import Context, SentenceView


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


def finding_of(ctx: Context, draft: Draft, level: str, label: str | None, **fixed: Any) -> Finding:
    """The finding of a draft; `fixed` gives way to what the draft has."""
    flags = tuple(sorted(draft.flags))
    return Finding(
        "", ctx.article.pmid, level, label, flags=flags, evidence=tuple(draft.evidence), **(fixed | draft.values)
    )


def reject(view: SentenceView, start: int, end: int, kind: str, reason: str) -> Rejected:
    """What stands at a place of a sentence and was not used; offsets in the section."""
    return Rejected(view.section, start, end, view.section_text[start:end], kind, reason)
