"""The pooled incidence and the time to onset as tables: as printed, and as CSV with every number of every fit."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence

from pipeline.incidence import Analysis, Candidate, Incidence, by_year
from pipeline.meta_analysis import Interval, Pooled, Subgroups, exact_interval
from pipeline.tables.labels import Labels
from pipeline.tables.model import EN_DASH, Cell, Column, Table, days, percent, trimmed
from pipeline.tables.read import EvidenceBase
from pipeline.tables.shared import onset_times, study_name

POOLED_COLUMNS = (
    Column("event", "Event counted", 1.2),
    Column("group", "Group", 1.5),
    Column("studies", "Studies", 0.6, numeric=True),
    Column("n", "Events / patients, n/N", 1.0),
    Column("percent", "Pooled incidence, % (95 % CI)", 1.5),
    Column("prediction", "95 % prediction interval, %", 1.2),
    Column("tau2", "τ²", 0.6),
    Column("i2", "I², %", 0.6),
    Column("note", "Remark", 2.0),
)
POOLED_NOTES = (
    "Random-intercept logistic model, maximum likelihood (adaptive Gauss-Hermite quadrature, 7 points); studies "
    "without an event are included, no continuity correction.",
    "I² from τ² and the typical within-study variance; prediction interval for a new study's true incidence.",
    "Event definitions are analysed apart; one row a publication enters each analysis, the one with the most "
    "patients at risk, of these the one with the lowest grade.",
)


def pooled_table(incidence: Incidence, labels: Labels) -> Table:
    """A line for all studies of a definition, then one a drug and one a group of conditions."""
    rows: list[tuple[Cell, ...]] = []
    for analysis in incidence.analyses:
        event = labels.value("event_definition", analysis.definition)
        remark = " ".join((*_checks(analysis), *analysis.notes)) or None
        rows.append((event, "all studies", *_pooled_cells(analysis.overall, remark)))
        for groups in (analysis.by_drug.groups, analysis.by_indication.groups):
            if len(groups) > 1:
                rows += [(event, name, *_pooled_cells(pooled, None)) for name, pooled in groups.items()]
    return Table(
        name="pooled_table",
        caption=labels.caption("pooled_table"),
        columns=POOLED_COLUMNS,
        rows=tuple(rows),
        notes=POOLED_NOTES if rows else (),
        empty="Nothing to pool: no study of its own patients gives events and patients at risk.",
    )


def _checks(analysis: Analysis) -> Iterator[str]:
    """What other methods give for all studies, and how much a single study moves the result."""
    others = (("DerSimonian-Laird", analysis.classic), ("Hartung-Knapp", analysis.hartung_knapp))
    found = [f"{name} {share}" for name, pooled in others if (share := _share(pooled))]
    if found:
        yield f"Inverse variance on logits: {', '.join(found)}."
    left = sorted(100 * pooled.proportion for _, pooled in analysis.without if pooled.proportion is not None)
    if left:
        yield f"Leaving out one study at a time: {percent(left[0])}{EN_DASH}{percent(left[-1])} %."


def _share(pooled: Pooled) -> str | None:
    """A pooled percentage with its interval; None without one."""
    if pooled.proportion is None or pooled.interval is None:
        return None
    low, high = percent(100 * pooled.interval.low), percent(100 * pooled.interval.high)
    return f"{percent(100 * pooled.proportion)} ({low}{EN_DASH}{high})"


def _pooled_cells(pooled: Pooled, remark: str | None) -> tuple[Cell, ...]:
    prediction = None
    if pooled.prediction is not None:
        ends = percent(100 * pooled.prediction.low), percent(100 * pooled.prediction.high)
        prediction = f"{ends[0]}{EN_DASH}{ends[1]}"
    reason = f"{pooled.reason[0].upper()}{pooled.reason[1:]}." if pooled.reason else None
    return (
        pooled.studies,
        f"{pooled.events}/{pooled.total}",
        _share(pooled) or "no estimate",
        prediction or EN_DASH,
        EN_DASH if pooled.tau2 is None else trimmed(pooled.tau2, 2),
        EN_DASH if pooled.i2 is None else trimmed(100 * pooled.i2, 0),
        " ".join(text for text in (reason, remark) if text) or EN_DASH,
    )


POOLED_CSV = (
    *("event_definition", "grouped_by", "group", "model", "studies", "events", "patients", "incidence_percent"),
    *("ci_low", "ci_high", "prediction_low", "prediction_high", "prediction_t_low", "prediction_t_high", "tau2"),
    *("i2_percent", "i2_q_percent", "h2", "q_wald", "q_lrt", "df", "p_wald", "p_lrt", "logit", "se", "remark"),
)


def pooled_csv(incidence: Incidence) -> list[tuple[object, ...]]:
    """Every fit with all its numbers, unrounded, under POOLED_CSV."""
    rows = []
    for a in incidence.analyses:
        fits = [("", "all studies", a.overall), ("", "all studies", a.classic), ("", "all studies", a.hartung_knapp)]
        if a.stated_only:
            fits.append(("", "events stated, not computed", a.stated_only))
        fits += [("drug", name, pooled) for name, pooled in a.by_drug.groups.items()]
        fits += [("indication", name, pooled) for name, pooled in a.by_indication.groups.items()]
        fits += [("without", study.label, pooled) for study, pooled in a.without]
        rows += [(a.definition, by, group, *_numbers(pooled)) for by, group, pooled in fits]
        for by, test in (("drug", a.by_drug), ("indication", a.by_indication)):
            if test.q is not None:
                rows.append(_difference(a.definition, by, test))
    return rows


def _numbers(pooled: Pooled) -> tuple[object, ...]:
    def ends(interval: Interval | None) -> tuple[float | None, float | None]:
        return (100 * interval.low, 100 * interval.high) if interval else (None, None)

    return (
        *(pooled.method, pooled.studies, pooled.events, pooled.total),
        None if pooled.proportion is None else 100 * pooled.proportion,
        *ends(pooled.interval),
        *ends(pooled.prediction),
        *ends(pooled.prediction_t),
        pooled.tau2,
        *(None if share is None else 100 * share for share in (pooled.i2, pooled.i2_q)),
        *(pooled.h2, pooled.q_wald, pooled.q_lrt, pooled.df, pooled.p_wald, pooled.p_lrt, pooled.mu, pooled.se),
        pooled.reason,
    )


def _difference(definition: str, by: str, test: Subgroups) -> tuple[object, ...]:
    """The test of subgroup differences, as a row of POOLED_CSV."""
    values = {
        "event_definition": definition,
        "grouped_by": by,
        "group": "test of differences",
        "model": "Wald test between groups",
        "studies": sum(pooled.studies for pooled in test.groups.values()),
        "q_wald": test.q,
        "df": test.df,
        "p_wald": test.p,
    }
    return tuple(values.get(column) for column in POOLED_CSV)


STUDIES_CSV = (
    *(
        "event_definition",
        "pmid",
        "finding_id",
        "study",
        "drug",
        "indication",
        "indication_group",
        "events",
        "patients",
    ),
    *("events_basis", "percent", "ci_low", "ci_high", "definition_text", "in_total", "reason_left_out"),
)


def studies_csv(incidence: Incidence, labels: Labels) -> list[tuple[object, ...]]:
    """Every group row: what it brings to which analysis, or why it brings nothing."""
    rows: list[tuple[object, ...]] = []
    for analysis in incidence.analyses:
        total = {id(c) for c in analysis.candidates}
        members = {id(c): c for group in (analysis.candidates, *analysis.drugs.values()) for c in group}
        members |= {id(c): c for group in analysis.indications.values() for c in group}
        for candidate in sorted(members.values(), key=by_year):
            study = candidate.study
            if study is None:
                continue
            interval = exact_interval(study.events, study.total)
            numbers = (
                *(study.events, study.total, "computed" if candidate.computed else "stated"),
                100 * study.events / study.total,
                *((100 * interval.low, 100 * interval.high) if interval else (None, None)),
            )
            rows.append((*_identity(candidate, labels), *numbers, candidate.row.finding.definition_text))
            rows[-1] += ("yes" if id(candidate) in total else "subgroups only", None)
    for candidate in incidence.left_out:
        finding = candidate.row.finding
        numbers = (finding.n_events, finding.n_treated, None, candidate.row.incidence_percent, None, None)
        rows.append((*_identity(candidate, labels), *numbers, finding.definition_text, "no", candidate.reason))
    return rows


def _identity(candidate: Candidate, labels: Labels) -> tuple[object, ...]:
    finding = candidate.row.finding
    name = study_name(candidate.row.source) + (f", {finding.label}" if finding.label else "")
    groups = (finding.indication, labels.group(finding.indication))
    return finding.event_definition, finding.pmid, finding.finding_id, name, labels.drug(finding.drug), *groups


ONSET_COLUMNS = (
    Column("drug", "Drug", 1.4),
    Column("cases", "Cases with a time", 0.8, numeric=True),
    Column("case_onset", "Onset in cases, days: median (range)", 1.6),
    Column("cohorts", "Cohorts with a time", 0.8, numeric=True),
    Column("cohort_onset", "Medians or means of cohorts, days: lowest to highest", 1.6),
    Column("extremes", "Earliest to latest, days", 1.2),
)
ONSET_NOTES = (
    "Medians of cohorts are not averaged: they come without the spread that a pooled median needs, start at different "
    "doses and count different events. The median of the cases is that of the single patients published.",
)


def onset_table(base: EvidenceBase, labels: Labels) -> Table:
    """What is known of the time to onset, by drug; described, not pooled."""
    rows: list[tuple[Cell, ...]] = []
    timed = [r for r in base.rows if any(day is not None for day in onset_times(r))]
    for drug in sorted({labels.drug(r.finding.drug) for r in timed}, key=str.casefold):
        mine = [r.finding for r in timed if labels.drug(r.finding.drug) == drug]
        cases = sorted(f.onset_days for f in mine if f.level == "case" and f.onset_days is not None)
        groups = [f for f in mine if f.level == "group"]
        centres = sorted(f.onset_days for f in groups if f.onset_days is not None)
        every = [d for f in mine for d in (f.onset_days, f.onset_low_days, f.onset_high_days) if d is not None]
        rows.append(
            (
                drug,
                len(cases),
                _centre_and_span(cases),
                len(groups),
                _span(centres) if centres else EN_DASH,
                _span(sorted(every)),
            )
        )
    return Table(
        name="onset_table",
        caption=labels.caption("onset_table"),
        columns=ONSET_COLUMNS,
        rows=tuple(rows),
        notes=ONSET_NOTES if rows else (),
        empty="No time to onset is reported.",
    )


def _centre_and_span(values: Sequence[float]) -> str:
    if not values:
        return EN_DASH
    centre, span = days(statistics.median(values)), _span(values)
    return span if centre == span else f"{centre} ({span})"


def _span(values: Sequence[float]) -> str:
    low, high = days(values[0]), days(values[-1])
    return str(low) if low == high else f"{low}{EN_DASH}{high}"
