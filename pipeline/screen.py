"""Screen: articles.jsonl -> screening.csv, what the record says of itself, the likeliest article first.

Only what needs no reading of the text is decided here: a retracted article, a notice, a record without text. Everything
else is "unsure" and goes on to extraction, which decides by content. `score` orders a reviewer's work: how many of the
protocol's screening words title and abstract contain, the title counting double.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.files import atomic_write, read_jsonl
from pipeline.records import Article, article_from_json

SCREENING = "screening.csv"
COLUMNS = ("pmid", "decision", "reason", "score")


@dataclass(frozen=True, slots=True)
class Criteria:
    """Rules of a protocol. `concepts` maps a criterion to its stems, `publication_types` a type to a reason."""

    concepts: dict[str, re.Pattern[str]]
    publication_types: dict[str, str]

    @classmethod
    def from_config(cls, screening: dict[str, Any]) -> Criteria:
        return cls(
            concepts={
                name: re.compile("|".join(rf"\b{re.escape(stem)}" for stem in stems), re.IGNORECASE)
                for name, stems in screening["stems"].items()
            },
            publication_types=dict(screening.get("exclude_publication_types", {})),
        )


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`decision` is "excluded" (with a reason of the protocol's list) or "unsure"; `score` is 0 or more."""

    pmid: int
    decision: str
    reason: str | None
    score: float


def run(out: Path, screening: dict[str, Any]) -> tuple[int, int]:
    """Write screening.csv; the number of articles and of those excluded is returned."""
    criteria = Criteria.from_config(screening)
    suggestions = sorted(screen(out, criteria), key=lambda s: (-s.score, s.pmid))
    with atomic_write(out / SCREENING) as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows((s.pmid, s.decision, s.reason or "", f"{s.score:g}") for s in suggestions)
    return len(suggestions), sum(s.decision == "excluded" for s in suggestions)


def screen(out: Path, criteria: Criteria) -> Iterator[Suggestion]:
    for row in read_jsonl(out / "articles.jsonl"):
        yield suggest(article_from_json(row), criteria)


def suggest(article: Article, criteria: Criteria) -> Suggestion:
    """What the record says of itself, and how much of the review's question its text touches."""
    reason = exclusion_reason(article, criteria)
    return Suggestion(article.pmid, "excluded" if reason else "unsure", reason, priority(article, criteria))


def exclusion_reason(article: Article, criteria: Criteria) -> str | None:
    """The first reason that applies, as coded in the protocol, else None."""
    if article.retracted:
        return "retracted"
    if article.notice:
        return "notice"
    if not any(section.text.strip() for section in article.sections):
        return "no_text"
    types = criteria.publication_types
    return next((types[name] for name in article.publication_types if name in types), None)


def priority(article: Article, criteria: Criteria) -> float:
    """For each criterion 2 where the title touches it, 1 where only the abstract does."""
    title = article.title
    abstract = " ".join(section.text for section in article.sections[1:])
    return float(sum(2 if p.search(title) else 1 if p.search(abstract) else 0 for p in criteria.concepts.values()))
