"""Cells that both journal tables print in the same way, and the marks explained under them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.records import Finding
from pipeline.tables.labels import Labels
from pipeline.tables.model import EN_DASH, between, days
from pipeline.tables.read import Row, Source

TITLE_WORDS = 4


@dataclass(frozen=True, slots=True)
class Mark:
    """A sign behind a value, and what it says under the table."""

    mark: str
    meaning: str


ONSET_FIELDS = ("onset_days", "onset_low_days", "onset_high_days", "onset_anchor", "onset_class")
COMPUTED = Mark("†", "computed from the numbers reported, not stated")
DERIVED = Mark("*", "grade derived from the reported count")
REVIEWED = Mark("‡", "pooled or tabulated by the publication cited, not its own patients")


def study_name(source: Source) -> str:
    """First author and year, as tables name a study; the first words of the title where no author is known."""
    author = source.authors[0] if source.authors else None
    name = (author.last or author.collective or author.fore) if author else None
    if name:
        name += " et al." if len(source.authors) > 1 else ""
    else:
        words = source.title.strip("[] .").split()
        name = f"“{' '.join(words[:TITLE_WORDS])}{'…' if len(words) > TITLE_WORDS else ''}”" if words else "Anonymous"
    return f"{name} {source.year if source.year is not None else '(no year)'}"


def drug_and_regimen(finding: Finding, labels: Labels) -> str:
    drug = labels.drug(finding.drug)
    return f"{drug} ({finding.regimen})" if finding.regimen else drug


def onset(finding: Finding, labels: Labels) -> str | None:
    """Days with their range and clock; the class alone ("late") where the text gives no days."""
    centre, spread = days(finding.onset_days), between(days(finding.onset_low_days), days(finding.onset_high_days))
    statistic = {"median": "median ", "mean": "mean "}.get(finding.onset_statistic or "", "")
    if centre is None and spread is None:
        return finding.onset_class
    text = f"{statistic}{centre}" if centre is not None else (spread or "")
    if centre is not None and spread is not None:
        text += f" ({spread})"
    clock = labels.value("onset_anchor", finding.onset_anchor)
    return f"{text}, {clock}" if clock else text


def onset_times(row: Row) -> tuple[float | None, float | None, float | None]:
    """Days: the centre, the low end and the high end of the time to onset, as far as they are given."""
    return row.finding.onset_days, row.finding.onset_low_days, row.finding.onset_high_days


def grade(finding: Finding, labels: Labels) -> str | None:
    """CTCAE grade or range of grades, with the word that the text uses."""
    word = labels.value("severity_term", finding.severity_term)
    if finding.ctcae_grade is None:
        return word
    low, high = finding.ctcae_grade, finding.ctcae_grade_high
    text = f"{low}{EN_DASH}{high}" if high is not None and high != low else str(low)
    text += DERIVED.mark if finding.grade_basis == "derived" else ""
    return f"{text}, {word}" if word else text


def is_computed(row: Row) -> bool:
    return row.finding.incidence_percent is None and row.incidence_computed is not None


def marks(rows: Iterable[Row], wanted: set[Mark]) -> tuple[str, ...]:
    """The wanted marks that these rows need, each with its meaning."""
    rows = tuple(rows)
    used = {
        COMPUTED: any(is_computed(row) for row in rows),
        DERIVED: any(row.finding.grade_basis == "derived" and row.finding.ctcae_grade is not None for row in rows),
        REVIEWED: any(row.finding.attribution == "reviewed" for row in rows),
    }
    return tuple(
        f"{mark.mark} {mark.meaning}." for mark in (DERIVED, COMPUTED, REVIEWED) if mark in wanted and used[mark]
    )


def abbreviations(labels: Labels) -> tuple[str, ...]:
    words = labels.caption("abbreviations")
    return (f"Abbreviations: {words}.",) if words else ()
