"""Which findings are pooled, under which event definition, and what comes out.

One row a publication enters each analysis: its own patients, the row with the most patients at risk, so that an arm
or a subgroup is not counted beside the cohort it is part of. Event definitions are never mixed: each is an analysis
of its own. Publications chosen because of the event (case reports and series) or without a denominator are left out,
with the reason. Nothing here computes a time to onset from medians: those are described, not averaged.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pipeline.meta_analysis import (
    Interval,
    Pooled,
    Study,
    Subgroups,
    exact_interval,
    leave_one_out,
    pool,
    pool_logits,
    subgroups,
)
from pipeline.tables.labels import Labels
from pipeline.tables.model import EN_DASH, Cell, Column, Table, days, percent, trimmed
from pipeline.tables.read import EvidenceBase, Row
from pipeline.tables.shared import study_name

# Designs that say nothing of how often: the patients are there because they had the event, or nobody counted the rest.
NO_DENOMINATOR = ("case_report", "case_series", "pharmacovigilance", "case_control", "preclinical")
REVIEWS = ("review", "systematic_review")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A group row as a study to pool, or the reason why it is not. `computed`: events from percentage and patients."""

    row: Row
    study: Study | None
    computed: bool = False
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Analysis:
    """One event definition: all studies, the same by drug and by indication, and checks beside it."""

    definition: str
    candidates: tuple[Candidate, ...]
    overall: Pooled
    by_drug: Subgroups
    by_indication: Subgroups
    drugs: dict[str, tuple[Candidate, ...]]
    indications: dict[str, tuple[Candidate, ...]]
    stated_only: Pooled | None
    classic: Pooled
    hartung_knapp: Pooled
    without: tuple[tuple[Study, Pooled], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Incidence:
    """All analyses, in the order of their size, and every group row that entered none of them."""

    analyses: tuple[Analysis, ...]
    left_out: tuple[Candidate, ...]


def pooled_incidence(base: EvidenceBase, labels: Labels) -> Incidence:
    """Analyse each event definition that has at least one usable group."""
    candidates = [_candidate(row) for row in base.rows if row.finding.level == "group"]
    usable = [candidate for candidate in candidates if candidate.study]
    left_out = [candidate for candidate in candidates if not candidate.study]
    analyses = []
    for definition in sorted({c.row.finding.event_definition or "" for c in usable}):
        members = [c for c in usable if c.row.finding.event_definition == definition]
        analysis = _analyse(definition, members, labels)
        analyses.append(analysis)
        entered = {id(c) for group in (analysis.candidates, *analysis.drugs.values()) for c in group}
        entered |= {id(c) for group in analysis.indications.values() for c in group}
        reason = "another row of the same publication has more patients"
        left_out += [Candidate(c.row, None, c.computed, reason) for c in members if id(c) not in entered]
    analyses.sort(key=lambda a: (-a.overall.studies, a.definition))
    left_out.sort(key=lambda c: (c.row.finding.pmid, c.row.finding.finding_id))
    return Incidence(tuple(analyses), tuple(left_out))


def _candidate(row: Row) -> Candidate:
    finding = row.finding
    reason = _why_not(row)
    if reason:
        return Candidate(row, None, reason=reason)
    n, events = finding.n_treated or 0, finding.n_events
    computed = events is None
    if events is None:
        events = round(n * (finding.incidence_percent or 0) / 100)
    label = study_name(row.source) + (f", {finding.label}" if finding.label else "")
    return Candidate(row, Study(label, events, n), computed)


def _why_not(row: Row) -> str | None:
    """Why a group row cannot be pooled; None where it can."""
    finding, design = row.finding, row.source.study_type
    checks = (
        (row.source.retracted, "retracted"),
        (finding.attribution != "own", "reviewed from other publications"),
        (design in REVIEWS, "a review"),
        (design in NO_DENOMINATOR, "design without a denominator"),
        (finding.event_definition is None, "the text does not say which event was counted"),
        (finding.n_treated is None, "patients at risk not reported"),
        (finding.n_events is None and finding.incidence_percent is None, "events not reported"),
        ((finding.n_treated or 0) < 2, "a single patient"),
        (
            finding.n_events is not None and not 0 <= finding.n_events <= (finding.n_treated or 0),
            "more events than patients in the source",
        ),
        (not 0 <= (finding.incidence_percent or 0) <= 100, "a percentage outside 0 to 100"),
    )
    return next((reason for failed, reason in checks if failed), None)


def _widest(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """One candidate a publication: the most patients, then the one that states its events, then a fixed order."""
    best: dict[int, Candidate] = {}
    for candidate in sorted(candidates, key=_rank):
        best.setdefault(candidate.row.finding.pmid, candidate)
    return tuple(sorted(best.values(), key=_by_year))


def _rank(candidate: Candidate) -> tuple[int, bool, bool, str]:
    finding = candidate.row.finding
    return -(finding.n_treated or 0), candidate.computed, finding.label is not None, finding.finding_id


def _by_year(candidate: Candidate) -> tuple[int, str, str]:
    source = candidate.row.source
    return source.year or 0, study_name(source), candidate.row.finding.finding_id


def _analyse(definition: str, members: Sequence[Candidate], labels: Labels) -> Analysis:
    chosen = _widest(members)
    drugs = _split(members, lambda c: labels.drug(c.row.finding.drug))
    indications = _split(members, lambda c: labels.group(c.row.finding.indication))
    stated = [c for c in chosen if not c.computed]
    return Analysis(
        definition=definition,
        candidates=chosen,
        overall=pool(_studies(chosen)),
        by_drug=subgroups({name: _studies(group) for name, group in drugs.items()}),
        by_indication=subgroups({name: _studies(group) for name, group in indications.items()}),
        drugs=drugs,
        indications=indications,
        stated_only=pool(_studies(stated)) if len(stated) < len(chosen) else None,
        classic=pool_logits(_studies(chosen)),
        hartung_knapp=pool_logits(_studies(chosen), hartung_knapp=True),
        without=tuple(leave_one_out(_studies(chosen))),
        notes=tuple(_notes(definition, chosen, members)),
    )


def _split(members: Iterable[Candidate], name: Callable[[Candidate], str]) -> dict[str, tuple[Candidate, ...]]:
    """One row a publication within each group; a publication with two groups is in both."""
    groups: dict[str, list[Candidate]] = {}
    for candidate in members:
        groups.setdefault(name(candidate), []).append(candidate)
    return {group: _widest(groups[group]) for group in sorted(groups, key=str.casefold)}


def _studies(candidates: Iterable[Candidate]) -> list[Study]:
    return [candidate.study for candidate in candidates if candidate.study]


def _notes(definition: str, chosen: Sequence[Candidate], members: Sequence[Candidate]) -> list[str]:
    """What a reader of the pooled number has to know."""
    notes = []
    if len(members) > len(chosen):
        notes.append(
            f"One row a publication (the most patients at risk): {len(chosen)} of {len(members)} rows are in the total."
        )
    if computed := sum(c.computed for c in chosen):
        notes.append(
            f"In {computed} of {len(chosen)} studies the events are computed from the percentage and the patients."
        )
    wordings = {" ".join((c.row.finding.definition_text or "").casefold().split()) for c in chosen} - {""}
    if wordings:
        silent = sum(not c.row.finding.definition_text for c in chosen)
        notes.append(
            f"Definitions differ or may differ: {len(wordings)} wordings in {len(chosen) - silent} studies, "
            f"none quoted in {silent}."
            if len(wordings) > 1 or silent
            else "All studies word the definition alike."
        )
    return notes


# Tables -------------------------------------------------------------------------------------------------------

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
    "patients at risk.",
)


def pooled_table(incidence: Incidence, labels: Labels) -> Table:
    """A line for all studies of a definition, then one a drug and one a group of conditions."""
    rows: list[tuple[Cell, ...]] = []
    for analysis in incidence.analyses:
        event = labels.value("event_definition", analysis.definition)
        remark = " ".join(analysis.notes) or None
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


def _pooled_cells(pooled: Pooled, remark: str | None) -> tuple[Cell, ...]:
    share = None
    if pooled.proportion is not None and pooled.interval is not None:
        low, high = percent(100 * pooled.interval.low), percent(100 * pooled.interval.high)
        share = f"{percent(100 * pooled.proportion)} ({low}{EN_DASH}{high})"
    prediction = None
    if pooled.prediction is not None:
        ends = percent(100 * pooled.prediction.low), percent(100 * pooled.prediction.high)
        prediction = f"{ends[0]}{EN_DASH}{ends[1]}"
    reason = f"{pooled.reason[0].upper()}{pooled.reason[1:]}." if pooled.reason else None
    return (
        pooled.studies,
        f"{pooled.events}/{pooled.total}",
        share or "no estimate",
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
        for candidate in sorted(members.values(), key=_by_year):
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


def onset_times(row: Row) -> tuple[float | None, float | None, float | None]:
    """Days: the centre, the low end and the high end of the time to onset, as far as they are given."""
    return row.finding.onset_days, row.finding.onset_low_days, row.finding.onset_high_days


def _centre_and_span(values: Sequence[float]) -> str:
    if not values:
        return EN_DASH
    centre, span = days(statistics.median(values)), _span(values)
    return span if centre == span else f"{centre} ({span})"


def _span(values: Sequence[float]) -> str:
    low, high = days(values[0]), days(values[-1])
    return str(low) if low == high else f"{low}{EN_DASH}{high}"
