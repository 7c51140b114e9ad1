"""What stands after review: of each finding that people decided on, each of its values, and each article.

Equal positions of several reviewers stand; where they differ the machine's value stands until the adjudicator decides,
whose word is the last.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.records import LIST_COLUMNS, Evidence, Finding
from pipeline.review.anchors import same_place
from pipeline.review.decisions import FINDING, NO_FINDING, Outcome, World
from pipeline.review.dictionary import REQUIRED_COLUMNS

# A value that was worked out from another one deserves a second look where a reviewer corrects only that other one.
WORKED_OUT_FROM = {"onset_class": "onset_days", "ctcae_grade": "anc_nadir"}

Target = tuple[int | None, str | None, str | None]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A finding as it stands after review. `basis` maps a column to who vouches for its value; other columns are the
    machine's. `kept` is False where it was rejected, or where its addition is not settled."""

    finding: Finding
    kept: bool
    origin: str
    finding_basis: str
    basis: dict[str, str] = field(default_factory=dict)
    disputed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settled:
    """What stands where people decided. `position` is None, and `basis` is "machine", while they disagree."""

    position: str | None
    basis: str

    @property
    def disputed(self) -> bool:
        return self.position is None


def settle(positions: Mapping[str, str], adjudicated: str | None = None) -> Settled:
    """What stands of the reviewers' positions (reviewer -> position, at least one, or an adjudicated one)."""
    if adjudicated is not None:
        return Settled(adjudicated, "adjudicated")
    if len(set(positions.values())) > 1:
        return Settled(None, "machine")
    return Settled(next(iter(positions.values())), "one reviewer" if len(positions) == 1 else "two reviewers")


def settle_all(outcomes: Iterable[Outcome]) -> dict[Target, Settled]:
    """What stands for each target (pmid, finding_id, field) that an applied decision is about."""
    positions: dict[Target, dict[str, str]] = defaultdict(dict)
    adjudicated: dict[Target, str] = {}
    for outcome in outcomes:
        for target, position in _votes(outcome):
            if outcome.decision.adjudicates:
                adjudicated[target] = position
            else:
                positions[target][outcome.decision.reviewer] = position
    targets = {*positions, *adjudicated}
    return {target: settle(positions[target], adjudicated.get(target)) for target in targets}


def _votes(outcome: Outcome) -> Iterator[tuple[Target, str]]:
    """What an applied decision says of what; who adds a value of a finding also says that it is a finding."""
    if outcome.status == "applied" and outcome.position is not None:
        yield outcome.target, outcome.position
        if outcome.decision.action == "add":
            yield (outcome.pmid, outcome.finding_id, None), FINDING


def inclusion(outcomes: Sequence[Outcome]) -> dict[int, tuple[Settled, str | None, str]]:
    """What reviewers settled for whole articles: what stands, the reason of an exclusion, and who decided.

    Articles on which reviewers disagree are left out: there the automatic decision stands.
    """
    on_articles: dict[int, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.status == "applied" and outcome.pmid is not None and outcome.finding_id is None:
            on_articles[outcome.pmid].append(outcome)
    found = {}
    for pmid, rows in on_articles.items():
        standing = settle_all(rows)[pmid, None, None]
        if not standing.disputed:
            rows = [row for row in rows if row.position == standing.position]
            rows = [row for row in rows if row.decision.adjudicates] or rows
            reasons = sorted({row.decision.reason for row in rows if row.decision.reason})
            reviewers = sorted({row.decision.reviewer for row in rows})
            found[pmid] = (standing, "; ".join(reasons) or None, ", ".join(reviewers))
    return found


def review(outcomes: Sequence[Outcome], world: World) -> list[Reviewed]:
    """The findings that applied decisions touch, and those that reviewers added, as they stand; sorted by id."""
    settled: dict[tuple[int, str], dict[str | None, Settled]] = defaultdict(dict)
    for (pmid, finding_id, name), settled_position in settle_all(outcomes).items():
        if pmid is not None and finding_id is not None:
            settled[pmid, finding_id][name] = settled_position
    reported = {f.finding_id: f for findings in world.findings.values() for f in findings}
    added = _added_findings(outcomes, world)
    reviewed = []
    for (_, finding_id), standing in settled.items():
        origin = "reviewer" if finding_id in added else "machine"
        reviewed.append(_reviewed(added.get(finding_id) or reported[finding_id], standing, origin))
    return sorted(reviewed, key=lambda r: r.finding.finding_id)


def _reviewed(finding: Finding, standing: Mapping[str | None, Settled], origin: str) -> Reviewed:
    """One finding with what stands for its columns; None among the columns is the finding as a whole."""
    whole = standing.get(None, Settled(FINDING, "machine"))
    columns = {name: settled for name, settled in standing.items() if name is not None}
    basis = {name: columns[name].basis for name in sorted(columns) if not columns[name].disputed}
    values: dict[str, Any] = {name: _value(name, columns[name].position or "null") for name in basis}
    corrected = replace(finding, **values)
    disputed = [name for name in sorted(columns) if columns[name].disputed]
    return Reviewed(
        finding=replace(corrected, flags=tuple(sorted({*corrected.flags, *_rechecks(finding, basis)}))),
        kept=whole.position != NO_FINDING and not (whole.disputed and origin == "reviewer"),
        origin=origin,
        finding_basis=whole.basis,
        basis=basis,
        disputed=(*(["finding"] if whole.disputed else []), *disputed),
    )


def _value(name: str, position: str) -> Any:
    value = json.loads(position)
    return tuple(value or ()) if name in LIST_COLUMNS else value


def _rechecks(finding: Finding, basis: Mapping[str, str]) -> list[str]:
    """Flags for values that were worked out from one that a reviewer has corrected since."""
    return [
        f"recheck_{name}"
        for name, source in WORKED_OUT_FROM.items()
        if source in basis
        and name not in basis
        and getattr(finding, name) is not None
        and not (name == "ctcae_grade" and finding.grade_basis == "stated")
    ]


def _added_findings(outcomes: Iterable[Outcome], world: World) -> dict[str, Finding]:
    """The findings that reviewers added, by id: what tells them apart and their evidence; the values come by review."""
    by_id: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.status == "applied" and outcome.decision.action == "add" and outcome.finding_id:
            by_id[outcome.finding_id].append(outcome)
    added = {}
    for finding_id, rows in by_id.items():
        pmid = rows[0].pmid or 0
        sections = world.texts[pmid].sections
        spans = {(row.decision.field or "", *row.span) for row in rows if row.span}
        evidence = tuple(Evidence(*span, sections[span[1]][span[2] : span[3]]) for span in sorted(spans))
        identity: dict[str, Any] = {
            row.decision.field or "": row.decision.value for row in rows if row.decision.field in REQUIRED_COLUMNS
        }
        flags = ("also_reported",) if any(_covers(f, evidence) for f in world.findings.get(pmid, ())) else ()
        added[finding_id] = Finding(finding_id, pmid, **identity, evidence=evidence, flags=flags)
    return added


def _covers(finding: Finding, evidence: Sequence[Evidence]) -> bool:
    """Whether the machine's finding rests on all the words that an added one rests on: likely one and the same."""
    return bool(evidence) and all(any(same_place(e, other) for other in finding.evidence) for e in evidence)
