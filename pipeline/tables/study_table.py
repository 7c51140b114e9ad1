"""The study-level table: one line a cohort or arm and event definition."""

from __future__ import annotations

from pipeline.meta_analysis import exact_interval
from pipeline.records import Finding
from pipeline.tables.labels import Labels
from pipeline.tables.model import Cell, Cited, Column, Table, between, percent
from pipeline.tables.read import EvidenceBase, Row
from pipeline.tables.shared import (
    COMPUTED,
    ONSET_FIELDS,
    REVIEWED,
    abbreviations,
    drug_and_regimen,
    is_computed,
    marks,
    onset,
    study_name,
)

COLUMNS = (
    Column("study", "Study", 1.8, fields=("label",)),
    Column("design", "Design", 0.9),
    Column("indication", "Indication", 1.5, fields=("indication",)),
    Column("drug", "Drug (regimen)", 1.4, fields=("drug", "regimen")),
    Column("n", "Events / patients, n/N", 0.8, fields=("n_events", "n_treated")),
    Column("percent", "Incidence, %", 0.9, fields=("incidence_percent", "n_events", "n_treated")),
    Column("interval", "95 % CI, %", 0.8, fields=("incidence_ci_low", "incidence_ci_high")),
    Column("definition", "Event counted", 1.3, fields=("event_definition", "definition_text")),
    Column("onset", "Onset, days: median (range)", 1.6, fields=ONSET_FIELDS),
)
INTERVALS = "Intervals are as stated, else exact (Clopper-Pearson) from n/N."


def study_table(base: EvidenceBase, labels: Labels) -> Table:
    """Every finding of level group, by drug, then year and first author."""
    rows = sorted((row for row in base.rows if row.finding.level == "group"), key=lambda row: _order(row, labels))
    return Table(
        name="study_table",
        caption=labels.caption("study_table"),
        columns=COLUMNS,
        rows=tuple(_line(row, labels) for row in rows),
        keys=tuple(row.finding.finding_id for row in rows),
        notes=((INTERVALS,) if rows else ()) + (*marks(rows, {COMPUTED, REVIEWED}), *abbreviations(labels)),
        empty="No study: none of the included articles reports a group of patients.",
    )


def _order(row: Row, labels: Labels) -> tuple[str, int, str, int, str, str]:
    source, finding = row.source, row.finding
    drug = labels.drug(finding.drug).casefold()
    return drug, source.year or 0, study_name(source), source.pmid, finding.label or "", finding.event_definition or ""


def _line(row: Row, labels: Labels) -> tuple[Cell, ...]:
    finding = row.finding
    name = study_name(row.source) + (f", {finding.label}" if finding.label else "")
    share = percent(row.incidence_percent)
    return (
        Cited(name + (REVIEWED.mark if finding.attribution == "reviewed" else ""), (finding.pmid,)),
        labels.value("study_type", row.source.study_type),
        finding.indication,
        drug_and_regimen(finding, labels),
        _events(finding),
        share + (COMPUTED.mark if is_computed(row) else "") if share is not None else None,
        _interval(finding),
        _definition(finding, labels),
        onset(finding, labels),
    )


def _events(finding: Finding) -> str | None:
    if finding.n_events is None and finding.n_treated is None:
        return None
    return f"{'NR' if finding.n_events is None else finding.n_events}/{finding.n_treated or 'NR'}"


def _interval(finding: Finding) -> str | None:
    if finding.incidence_ci_low is not None or finding.incidence_ci_high is not None:
        return between(percent(finding.incidence_ci_low), percent(finding.incidence_ci_high))
    if finding.n_events is None or finding.n_treated is None:
        return None
    interval = exact_interval(finding.n_events, finding.n_treated)
    return between(percent(100 * interval.low), percent(100 * interval.high)) if interval else None


def _definition(finding: Finding, labels: Labels) -> str | None:
    """The event counted and, where it has none of its own, the grades; the publication's words follow in quotes."""
    label = labels.value("event_definition", finding.event_definition)
    if finding.definition_text:
        words = f"“{finding.definition_text}”"
        return f"{label}: {words}" if label else words
    return label
