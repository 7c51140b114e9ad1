"""What changed in the evidence table between two loads: new, changed, lost, retracted, newly stale.

A finding is the same one where its id is; else where, in one article, drug and level are the same and its evidence
overlaps most, or where it is the only one left with the same drug, level and label.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import PipelineError
from pipeline.files import atomic_write
from pipeline.records import FINDING_COLUMNS
from pipeline.review.decisions import escape
from pipeline.store.snapshots import Snapshot, list_snapshots, read_object

KINDS = {
    "new": "New findings",
    "changed": "Changed values",
    "lost": "Findings no longer in the table",
    "retracted": "Retracted articles",
    "stale": "Decisions to look at again: text or finding has changed",
    "screening": "Articles new, or included or excluded anew",
}
COLUMNS = ("change", "pmid", "citation", "finding_id", "finding", "field", "before", "after", "note")
# Identity is what is compared by; confidence is no claim of the article and moves with every model.
NOT_COMPARED = ("finding_id", "pmid", "confidence")
COMPARED = (*(c for c in FINDING_COLUMNS if c not in NOT_COMPARED), "finding_basis", "basis")

Finding = dict[str, Any]
Article = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `kind` is a key of KINDS; `before` and `after` are values as text, None where there is none."""

    kind: str
    pmid: int | None
    citation: str | None = None
    finding_id: str | None = None
    finding: str | None = None
    field: str | None = None
    before: str | None = None
    after: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Diff:
    """The changes between two states. `since` is None on the first load: then there is nothing to compare with."""

    since: Snapshot | None
    until: Snapshot
    changes: tuple[Change, ...]

    def of_kind(self, kind: str) -> list[Change]:
        return [change for change in self.changes if change.kind == kind]

    def __str__(self) -> str:
        if self.since is None:
            return f"Run {self.until.run} ({self.until.made}) is the first: nothing to compare with"
        lines = [f"From run {self.since.run} ({self.since.made}) to run {self.until.run} ({self.until.made})"]
        for kind, heading in KINDS.items():
            if changes := self.of_kind(kind):
                lines += ["", f"{heading}: {len(changes)}", *(f"  {_line(change)}" for change in changes)]
        return "\n".join(lines if self.changes else [*lines, "Nothing has changed"])


def run(out: Path, since: str | None = None) -> Diff:
    """The changes from an earlier state (a run number, or a date: the last run of that day or before) to the last."""
    snapshots = list_snapshots(out)
    if not snapshots:
        raise PipelineError(f"{out} has no snapshot to compare; run `make load`")
    return compare(out, choose(snapshots, since), snapshots[-1])


def load_whats_new(out: Path) -> Diff:
    """The changes of the last load that changed anything."""
    return run(out)


def list_runs(out: Path) -> str:
    """The runs that can be compared, one a line."""
    lines = [
        f"{s.run:>4}  {s.made}  {' '.join(map(str, filter(None, s.versions.values())))}" for s in list_snapshots(out)
    ]
    return "\n".join(lines) or f"{out} has no snapshot yet; run `make load`"


def choose(snapshots: list[Snapshot], since: str | None) -> Snapshot | None:
    """The earlier state that `since` names; by default the one before the last, None where there is only one."""
    if since is None:
        return snapshots[-2] if len(snapshots) > 1 else None
    if since.isdigit():
        chosen = [snapshot for snapshot in snapshots if snapshot.run == int(since)]
    else:
        chosen = [snapshot for snapshot in snapshots if snapshot.made[: len(since)] <= since]
    if not chosen:
        known = ", ".join(f"{snapshot.run} ({snapshot.made})" for snapshot in snapshots)
        raise PipelineError(f"no run is {since!r} or earlier; SINCE= takes a number or a date: {known}")
    return chosen[-1]


def compare(out: Path, since: Snapshot | None, until: Snapshot) -> Diff:
    """The changes between two states; only objects that differ are read."""
    if since is None:
        return Diff(None, until, ())
    groups = sorted({*since.articles, *until.articles}, key=int)
    differing = [group for group in groups if since.articles.get(group) != until.articles.get(group)]
    before = {a["pmid"]: a for group in differing for a in _object(out, since.articles.get(group))}
    after = {a["pmid"]: a for group in differing for a in _object(out, until.articles.get(group))}
    changes = [c for pmid in sorted({*before, *after}) for c in compare_article(before.get(pmid), after.get(pmid))]
    changes += compare_stale(_object(out, since.stale), _object(out, until.stale))
    order = list(KINDS)
    return Diff(since, until, tuple(sorted(changes, key=lambda change: order.index(change.kind))))


def compare_article(before: Article | None, after: Article | None) -> Iterator[Change]:
    """The changes of one article; None where a state does not have it."""
    article = after or before or {}
    pmid, citation = article["pmid"], article["citation"]
    if after and after["retracted"] and not (before and before["retracted"]):
        yield Change("retracted", pmid, citation)
    if _decision(before) != _decision(after):
        yield Change("screening", pmid, citation, before=_decision(before), after=_decision(after))
    pairs, lost, new = match((before or {}).get("findings", []), (after or {}).get("findings", []))
    for finding in new:
        yield Change("new", pmid, citation, finding["finding_id"], describe(finding))
    for old, current in pairs:
        for column in COMPARED:
            if old.get(column) != current.get(column):
                values = (_text(old.get(column)), _text(current.get(column)))
                yield Change("changed", pmid, citation, current["finding_id"], describe(current), column, *values)
    for finding in lost:
        why = "no longer reported" if after and after["decision"] == "included" else _decision(after) or "article gone"
        yield Change("lost", pmid, citation, finding["finding_id"], describe(finding), note=why)


def match(
    before: list[Finding], after: list[Finding]
) -> tuple[list[tuple[Finding, Finding]], list[Finding], list[Finding]]:
    """Findings of one article paired across two states; then what only the earlier and only the later one has."""
    later = {finding["finding_id"]: finding for finding in after}
    pairs = [(old, later[old["finding_id"]]) for old in before if old["finding_id"] in later]
    paired = {old["finding_id"] for old, _ in pairs}
    lost = [old for old in before if old["finding_id"] not in paired]
    new = [current for current in after if current["finding_id"] not in paired]
    scored = [(_shared(old, current), i, j) for i, old in enumerate(lost) for j, current in enumerate(new)]
    used_old: set[int] = set()
    used_new: set[int] = set()
    for score, i, j in sorted(scored, key=lambda item: (-item[0], item[1], item[2])):
        if score > 0 and i not in used_old and j not in used_new:
            used_old.add(i)
            used_new.add(j)
            pairs.append((lost[i], new[j]))
    lost = [old for i, old in enumerate(lost) if i not in used_old]
    new = [current for j, current in enumerate(new) if j not in used_new]
    return pairs, lost, new


def _shared(old: Finding, current: Finding) -> float:
    """How many places of evidence two findings share, half a place more for the same label; 0 for another drug."""
    if (old["drug"], old["level"]) != (current["drug"], current["level"]):
        return 0.0
    shared = sum(any(_overlap(a, b) for b in current["spans"]) for a in old["spans"])
    return shared + (0.5 if old["label"] == current["label"] else 0.0)


def _overlap(one: list[Any], other: list[Any]) -> bool:
    return bool(one[:2] == other[:2] and one[2] < other[3] and other[2] < one[3])


def compare_stale(before: Iterable[dict[str, Any]], after: Iterable[dict[str, Any]]) -> list[Change]:
    """Decisions that are stale or refused now and were not."""
    known = {_decision_key(row) for row in before}
    return [
        Change(
            "stale",
            row["pmid"],
            None,
            row["finding_id"],
            field=row["field"],
            after=row["value"],
            note=f"{row['action']} by {row['reviewer']}: {row['why']}",
        )
        for row in after
        if _decision_key(row) not in known
    ]


def describe(finding: Finding) -> str:
    """A finding in a few words."""
    parts = [finding["drug"], finding["level"], finding["label"], finding["indication"], finding["event_definition"]]
    return ", ".join(part for part in parts if part)


def write_tables(diff: Diff, folder: Path) -> list[Path]:
    """whats_new.csv and whats_new.md for the manuscript."""
    csv_path, markdown_path = folder / "whats_new.csv", folder / "whats_new.md"
    with atomic_write(csv_path) as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([escape(cell) for cell in _cells(change)] for change in diff.changes)
    with atomic_write(markdown_path) as stream:
        stream.write("# What is new\n\n")
        if not diff.changes:
            stream.write("The first state: nothing to compare with.\n" if diff.since is None else "Nothing.\n")
            return [csv_path, markdown_path]
        stream.write("| " + " | ".join(COLUMNS) + " |\n" + "|---" * len(COLUMNS) + "|\n")
        for change in diff.changes:
            stream.write("| " + " | ".join(_markdown(cell) for cell in _cells(change)) + " |\n")
    return [csv_path, markdown_path]


def _cells(change: Change) -> list[str]:
    values = (change.kind, change.pmid, change.citation, change.finding_id, change.finding)
    return ["" if v is None else str(v) for v in (*values, change.field, change.before, change.after, change.note)]


def _markdown(text: str) -> str:
    return " ".join(text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").split())


def _line(change: Change) -> str:
    where = f"{change.pmid} {change.citation or ''}".strip()
    what = " ".join(filter(None, [change.finding, change.field]))
    values = f"{change.before or '-'} -> {change.after or '-'}" if change.kind in ("changed", "screening") else ""
    return "; ".join(part for part in (where, what, values, change.note) if part)


def _decision(article: Article | None) -> str | None:
    return ": ".join(filter(None, [article["decision"], article["reason"]])) if article else None


def _decision_key(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[c] for c in ("reviewer", "pmid", "finding_id", "field", "action", "value"))


def _text(value: Any) -> str | None:
    if value is None or value in ([], {}):
        return None
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)


def _object(out: Path, sha256: str | None) -> list[dict[str, Any]]:
    return read_object(out, sha256) if sha256 else []
