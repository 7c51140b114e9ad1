"""The case-level table: one line a patient and episode, in the columns of a published review of cases."""

from __future__ import annotations

from pipeline.tables.labels import Labels
from pipeline.tables.model import Cell, Cited, Column, Table, count, trimmed
from pipeline.tables.read import EvidenceBase, Row
from pipeline.tables.shared import (
    DERIVED,
    ONSET_FIELDS,
    REVIEWED,
    abbreviations,
    drug_and_regimen,
    grade,
    marks,
    onset,
    study_name,
)

COLUMNS = (
    Column("patient", "Patient", 1.7, fields=("label",)),
    Column("age_sex", "Age, years / sex", 0.8, fields=("age_years", "sex")),
    Column("indication", "Indication", 1.5, fields=("indication",)),
    Column("drug", "Drug (regimen)", 1.4, fields=("drug", "regimen")),
    Column("onset", "Onset, days", 1.5, fields=ONSET_FIELDS),
    Column("nadir", "Nadir, 10⁹/L", 0.8, fields=("anc_nadir",)),
    Column("grade", "Grade", 1.2, fields=("ctcae_grade", "ctcae_grade_high", "severity_term")),
    Column("management", "Management", 1.5, fields=("management",)),
    Column("outcome", "Outcome", 0.9, fields=("outcome",)),
    Column("rechallenge", "Re-exposure", 1.0, fields=("rechallenge",)),
)


def case_table(base: EvidenceBase, labels: Labels) -> Table:
    """Every finding of level case, by drug, then year and first author."""
    rows = sorted((row for row in base.rows if row.finding.level == "case"), key=lambda row: _order(row, labels))
    return Table(
        name="case_table",
        caption=labels.caption("case_table"),
        columns=COLUMNS,
        rows=tuple(_line(row, labels) for row in rows),
        keys=tuple(row.finding.finding_id for row in rows),
        notes=(*marks(rows, {DERIVED, REVIEWED}), *abbreviations(labels)),
        empty="No case: none of the included articles reports a single patient.",
    )


def _order(row: Row, labels: Labels) -> tuple[str, int, str, int, str]:
    source, finding = row.source, row.finding
    drug = labels.drug(finding.drug).casefold()
    return drug, source.year or 0, study_name(source), source.pmid, finding.label or ""


def _line(row: Row, labels: Labels) -> tuple[Cell, ...]:
    finding = row.finding
    name = study_name(row.source) + (f", {finding.label}" if finding.label else "")
    nadir = count(finding.anc_nadir)
    return (
        Cited(name + (REVIEWED.mark if finding.attribution == "reviewed" else ""), (finding.pmid,)),
        _age_and_sex(finding.age_years, labels.value("sex", finding.sex)),
        finding.indication,
        drug_and_regimen(finding, labels),
        onset(finding, labels),
        f"{finding.anc_censored or ''}{nadir}" if nadir is not None else None,
        grade(finding, labels),
        ", ".join(labels.value("management", item) or item for item in finding.management) or None,
        labels.value("outcome", finding.outcome),
        labels.value("rechallenge", finding.rechallenge),
    )


def _age_and_sex(age: float | None, sex: str | None) -> str | None:
    if age is None and sex is None:
        return None
    return f"{'NR' if age is None else trimmed(age, 1)} / {sex or 'NR'}"
