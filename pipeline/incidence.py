"""Which findings are pooled, under which event definition, and what comes out.

One row a publication enters each analysis: its own patients, the row with the most patients at risk and of these the
one from the lowest grade, so that an arm, a subgroup or a severe part is not counted beside or instead of the whole.
Event definitions are never mixed: each is an analysis of its own. Publications chosen because of the event (case
reports and series) or without a denominator are left out, with the reason. Nothing here computes a time to onset from
medians: those are described, not averaged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pipeline.meta_analysis import (
    Pooled,
    Study,
    Subgroups,
    leave_one_out,
    pool,
    pool_logits,
    subgroups,
)
from pipeline.tables.labels import Labels
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
        reason = "another row of the same publication has more patients or a wider event"
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
    """One candidate a publication: the most patients, then the widest event (not its severe part), then a fixed order.

    Not the most events: of two arms of one size that would always take the worse.
    """
    best: dict[int, Candidate] = {}
    for candidate in sorted(candidates, key=_rank):
        best.setdefault(candidate.row.finding.pmid, candidate)
    return tuple(sorted(best.values(), key=by_year))


def _rank(candidate: Candidate) -> tuple[int, int, bool, bool, str]:
    finding = candidate.row.finding
    from_grade = finding.ctcae_grade or 0
    return -(finding.n_treated or 0), from_grade, candidate.computed, finding.label is not None, finding.finding_id


def by_year(candidate: Candidate) -> tuple[int, str, str]:
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
