"""What reviewers decided, and what becomes of each decision given what the machine reports now.

Decisions are files that people own: corpora/<name>/decisions/<reviewer>.csv, a row a decision, columns COLUMNS.

    action    finding_id  field  value  says
    set       yes         yes    yes    the text gives this value
    accept    yes         yes    yes    the value reported is right (it is written down, since reports may change)
    accept    yes         -      -      this is a finding
    reject    yes         yes    -      the text gives no such value
    reject    yes         -      -      this is no finding
    add       new-...     yes    yes    a value of a finding that was missed; rows with one id make one finding
    include   -           -      -      the article belongs in the review
    exclude   -           -      -      it does not; `reason` is one of the protocol's

A decision is about a text. `quote` holds the words it was made on, `anchor` the place of its finding, see
pipeline/review/anchors.py. The template writes anchors; a file written by hand may leave the column out: the anchor of
such a row is remembered the first time that its pmid, finding_id and quote all fit what is there. Where the text has
changed, or the finding cannot be told for certain, the decision is stale: kept and listed, never applied. A row that
cannot be a decision is refused, with the reason.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any

from pipeline.errors import PipelineError
from pipeline.protocol import parse_table
from pipeline.records import Finding
from pipeline.review.anchors import (
    Memory,
    Text,
    find_article,
    find_finding,
    find_quote,
    nested,
    parse_anchor,
    write_anchor,
)
from pipeline.review.dictionary import MACHINE_COLUMNS, REQUIRED_COLUMNS, Dictionary

REQUIRED = ("pmid", "finding_id", "field", "value", "action", "reason", "date", "note", "quote")
COLUMNS = (*REQUIRED, "anchor")
ACTIONS = ("set", "accept", "reject", "add", "include", "exclude")
ARTICLE_ACTIONS = ("include", "exclude")
NEW_PREFIX = "new-"
ADJUDICATOR = "adjudication"
INCLUDED, EXCLUDED, FINDING, NO_FINDING, NO_VALUE = '"included"', '"excluded"', '"finding"', '"no finding"', "null"
FORMULA = re.compile(r"[=+\-@\t\r]")
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


@dataclass(frozen=True, slots=True)
class Decision:
    """A row of a decisions file, as written; empty cells are None. `line` is its line in `file`."""

    file: str
    line: int
    reviewer: str
    pmid: int | None
    finding_id: str | None = None
    field: str | None = None
    value: str | None = None
    action: str = ""
    reason: str | None = None
    date: str | None = None
    note: str | None = None
    quote: str | None = None
    anchor: str | None = None
    adjudicates: bool = False


@dataclass(frozen=True, slots=True)
class World:
    """What the machine reports now, at least for every article that a decision may be about."""

    texts: Mapping[int, Text]
    findings: Mapping[int, Sequence[Finding]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a decision. `status` is applied, stale or refused; `why` says why, or how it was found again.

    `position` is what an applied decision says, as JSON text; equal positions are agreement. `span` is where its quote
    stands (section, start, end), None where it has no quote.
    """

    decision: Decision
    status: str
    why: str | None = None
    pmid: int | None = None
    finding_id: str | None = None
    position: str | None = None
    span: tuple[int, int, int] | None = None

    @property
    def target(self) -> tuple[int | None, str | None, str | None]:
        return self.pmid, self.finding_id, self.decision.field


def read_folder(folder: Path, adjudicator: str = ADJUDICATOR) -> tuple[list[Decision], list[str]]:
    """Every decision of a folder, files in order of their names, and notices about files that were not UTF-8."""
    decisions, notices = [], []
    for path in sorted(folder.glob("*.csv")):
        text, notice = decode(path.read_bytes(), path.name)
        decisions.extend(parse_decisions(text, path.name, path.stem, adjudicator))
        notices.extend([notice] if notice else [])
    return decisions, notices


def decode(data: bytes, name: str) -> tuple[str, str | None]:
    """Text of a CSV: UTF-8, with or without a byte-order mark, else Windows Latin-1 (cp1252) with a notice."""
    try:
        return data.decode("utf-8-sig"), None
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252"), f"{name} is not UTF-8 and was read as Windows Latin-1 (cp1252); check its accents"
    except UnicodeDecodeError as error:
        raise PipelineError(
            f"{name} is neither UTF-8 nor Windows Latin-1 (byte {error.start}); save it as UTF-8"
        ) from None


def parse_decisions(text: str, name: str, reviewer: str, adjudicator: str = ADJUDICATOR) -> list[Decision]:
    """The decisions of one file. Raises PipelineError with the line where it is no table of decisions."""
    header = text.split("\n", 1)[0]
    columns = COLUMNS if "anchor" in header else REQUIRED
    return [decision_from_row(row, name, line, reviewer, adjudicator) for line, row in parse_table(text, columns, name)]


def decision_from_row(
    row: Mapping[str, str], name: str, line: int, reviewer: str, adjudicator: str = ADJUDICATOR
) -> Decision:
    """A decision from the cells of a row; a PMID that is no number becomes None, which `problem` refuses."""
    cells = {column: unescape(row.get(column, "")) or None for column in COLUMNS}
    pmid = cells.pop("pmid")
    return Decision(
        file=name,
        line=line,
        reviewer=reviewer,
        pmid=int(pmid) if pmid and pmid.isascii() and pmid.isdigit() else None,
        action=cells.pop("action") or "",
        adjudicates=reviewer == adjudicator,
        **{column: cells[column] for column in COLUMNS if column in cells},
    )


def escape(text: str) -> str:
    """A cell that a spreadsheet program will not take for a formula: an apostrophe before = + - @."""
    return f"'{text}" if FORMULA.match(text) and not NUMBER.fullmatch(text) else text


def unescape(text: str) -> str:
    return text[1:] if text.startswith("'") and FORMULA.match(text[1:]) else text


def row_key(decision: Decision) -> str:
    """A hash of what a row says; its anchor and its place in the file are no part of it. An edited row is a new one."""
    cells = [getattr(decision, column) for column in REQUIRED]
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()[:16]


def recall(decisions: Iterable[Decision], memory: Memory) -> list[Decision]:
    """The decisions with the anchors remembered for them; an anchor in the file wins."""
    return [d if d.anchor else replace(d, anchor=memory.get(d.reviewer, {}).get(row_key(d))) for d in decisions]


def remember(placed: Iterable[Outcome], world: World, memory: Memory) -> Memory:
    """`memory` with an anchor for each row that fits without one; rows that are gone from their file are dropped.

    `placed` is what `place` found, since of two rows that contradict each other both have a place. Where a reviewer
    has no row at all everything is kept, since the file may only be elsewhere for a while.
    """
    kept: dict[str, dict[str, str]] = defaultdict(dict)
    reviewers = set()
    for outcome in placed:
        decision, key = outcome.decision, row_key(outcome.decision)
        reviewers.add(decision.reviewer)
        anchor = memory.get(decision.reviewer, {}).get(key)
        if anchor is None and decision.anchor is None and outcome.status == "applied":
            anchor = anchored(outcome, world).anchor
        if anchor is not None:
            kept[decision.reviewer][key] = anchor
    return {reviewer: rows for reviewer, rows in memory.items() if reviewer not in reviewers} | kept


def anchored(outcome: Outcome, world: World) -> Decision:
    """The decision with its anchor: its own, else that of what it applies to now."""
    if outcome.decision.anchor or outcome.pmid is None:
        return outcome.decision
    findings = world.findings.get(outcome.pmid, ())
    finding = next((f for f in findings if f.finding_id == outcome.finding_id), None)
    return replace(outcome.decision, anchor=write_anchor(world.texts[outcome.pmid], finding, findings))


def problem(decision: Decision, dictionary: Dictionary, reasons: Iterable[str]) -> str | None:
    """Why a decision cannot be one, whatever the articles say; None where it is well formed."""
    action, name = decision.action, decision.field
    if action not in ACTIONS:
        return f"action is {action!r}; allowed: {', '.join(ACTIONS)}"
    if decision.pmid is None:
        return "pmid is not a number"
    if decision.anchor and parse_anchor(decision.anchor) is None:
        return "anchor is damaged; copy it from the sheet, or leave it empty"
    if action in ARTICLE_ACTIONS:
        if decision.finding_id or name or decision.value:
            return f"{action} is about a whole article: finding_id, field and value stay empty"
        if action == "exclude" and decision.reason not in (allowed := tuple(reasons)):
            return f"reason is {decision.reason or ''!r}; the protocol's reasons: {', '.join(allowed)}"
        return None
    if not decision.finding_id:
        return f"{action} needs a finding_id"
    if (action == "add") != decision.finding_id.startswith(NEW_PREFIX):
        return f"a finding to add has an id that begins with {NEW_PREFIX}, and no other finding has"
    if name is None:
        return None if action in ("accept", "reject") and not decision.value else f"{action} needs a field"
    if name not in dictionary or name in MACHINE_COLUMNS:
        return f"{name!r} is not a column that reviewers decide on"
    if action == "reject" and name in REQUIRED_COLUMNS:
        return f"every finding has a {name}; set another, or reject the finding"
    if action == "reject":
        return "reject takes no value; to put another in its place use set" if decision.value else None
    try:
        dictionary[name].parse(decision.value or "")
    except ValueError as error:
        return str(error)
    return None


def position_of(decision: Decision, dictionary: Dictionary) -> str:
    """What a well-formed decision says, as JSON text: two decisions agree where these are equal."""
    if decision.action in ARTICLE_ACTIONS:
        return INCLUDED if decision.action == "include" else EXCLUDED
    if decision.field is None:
        return NO_FINDING if decision.action == "reject" else FINDING
    if decision.action == "reject":
        return NO_VALUE
    return json.dumps(dictionary[decision.field].parse(decision.value or ""), ensure_ascii=False)


def judge(
    decisions: Sequence[Decision], world: World, dictionary: Dictionary, reasons: Iterable[str] = ()
) -> list[Outcome]:
    """What becomes of each decision, in the same order; every decision comes out exactly once."""
    return _without_contradictions(_without_merged(place(decisions, world, dictionary, reasons)))


def place(
    decisions: Sequence[Decision], world: World, dictionary: Dictionary, reasons: Iterable[str] = ()
) -> list[Outcome]:
    """Where each decision leads, whatever the others on the same finding say."""
    reasons = tuple(reasons)
    additions = _additions([_place(d, world, dictionary, reasons) for d in decisions if d.action == "add"], world)
    added: dict[int, set[str]] = defaultdict(set)
    for outcome in additions:
        if outcome.status == "applied" and outcome.pmid and outcome.finding_id:
            added[outcome.pmid].add(outcome.finding_id)
    waiting = iter(additions)
    return [next(waiting) if d.action == "add" else _place(d, world, dictionary, reasons, added) for d in decisions]


def _place(
    decision: Decision,
    world: World,
    dictionary: Dictionary,
    reasons: tuple[str, ...],
    added: Mapping[int, set[str]] | None = None,
) -> Outcome:
    """A decision by itself: well formed, and article, quote and finding found; `added` ids count as reported."""
    if why := problem(decision, dictionary, reasons):
        return Outcome(decision, "refused", why)
    anchor = parse_anchor(decision.anchor) if decision.anchor else None
    pmid, note = find_article(decision.pmid or 0, anchor, world.texts)
    if pmid is None:
        return Outcome(decision, "stale", note)
    on_machine = decision.action in ("set", "accept", "reject") and decision.finding_id not in (added or {}).get(
        pmid, ()
    )
    finding = find_finding(decision.finding_id, anchor, world.findings.get(pmid, ())) if on_machine else None
    span = None
    if decision.quote:
        near = [e for e in finding.evidence if e.field == decision.field] if finding else []
        span = find_quote(decision.quote, world.texts[pmid].sections, near)
        if span is None:
            return Outcome(decision, "stale", "its quote is no longer in the text of the article")
    if on_machine and finding is None:
        return Outcome(decision, "stale", f"finding {decision.finding_id} is no longer reported")
    if finding is not None and finding.finding_id != decision.finding_id:
        note = "; ".join(filter(None, [note, f"the finding is {finding.finding_id} now"]))
    finding_id = finding.finding_id if finding else decision.finding_id
    return Outcome(decision, "applied", note, pmid, finding_id, position_of(decision, dictionary), span)


def _additions(outcomes: list[Outcome], world: World) -> list[Outcome]:
    """Added findings are whole or not at all; each gets the id that its identity gives it, whoever adds it."""
    groups: dict[tuple[str, int | None, str | None], list[int]] = defaultdict(list)
    for index, outcome in enumerate(outcomes):
        decision = outcome.decision
        groups[decision.reviewer, decision.pmid, decision.finding_id].append(index)
    result = list(outcomes)
    taken: dict[tuple[str, str], str | None] = {}
    for (reviewer, _, new_id), indices in groups.items():
        members = [outcomes[index] for index in indices]
        failed = next((outcome for outcome in members if outcome.status != "applied"), None)
        values = {outcome.decision.field: outcome.decision.value for outcome in members}
        status, why = "applied", None
        if failed:
            status, why = failed.status, f"another row of {new_id} is {failed.status}: {failed.why}"
        elif len({outcome.pmid for outcome in members}) > 1:
            status, why = "stale", f"the rows of {new_id} lead to several articles"
        elif lacking := [column for column in ("level", "drug") if not values.get(column)]:
            status, why = "refused", f"{new_id} has no row for {' and '.join(lacking)}"
        if status == "applied":
            pmid = members[0].pmid or 0
            finding_id = _added_id(world.texts[pmid].sha256, values)
            other = taken.setdefault((reviewer, finding_id), new_id)
            if other != new_id:
                status, why = "refused", f"nothing tells {new_id} from {other}; give each a label"
            else:
                for index in indices:
                    result[index] = replace(result[index], finding_id=finding_id)
        if status != "applied":
            for index in indices:
                if result[index].status == "applied":
                    result[index] = Outcome(result[index].decision, status, why)
    return result


def _added_id(sha256: str, values: Mapping[str | None, str | None]) -> str:
    """The id of an added finding: of the text and of what tells it from other findings there, not of who added it."""
    identity = [sha256, *(values.get(column) for column in ("level", "drug", "label", "event_definition"))]
    return "added-" + hashlib.sha256(json.dumps(identity).encode()).hexdigest()[:10]


def _without_merged(outcomes: list[Outcome]) -> list[Outcome]:
    """Where findings that once stood side by side lead to one now, nobody can tell whose decisions these are: stale."""
    anchors: dict[tuple[int | None, str | None], set[str]] = defaultdict(set)
    for outcome in outcomes:
        if outcome.status == "applied" and outcome.finding_id and outcome.decision.anchor:
            anchors[outcome.pmid, outcome.finding_id].add(outcome.decision.anchor)
    merged = {
        target
        for target, found in anchors.items()
        if not all(nested(one, other) for one, other in combinations(filter(None, map(parse_anchor, sorted(found))), 2))
    }
    return [
        Outcome(o.decision, "stale", f"several findings that were decided on have become one, {o.finding_id}")
        if o.status == "applied" and (o.pmid, o.finding_id) in merged
        else o
        for o in outcomes
    ]


def _without_contradictions(outcomes: list[Outcome]) -> list[Outcome]:
    """One reviewer cannot hold two positions on one thing: both rows are refused, since nobody knows which is meant."""
    held: dict[tuple[Any, ...], list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.status == "applied":
            held[outcome.decision.reviewer, outcome.target].append(outcome)
    result = []
    for outcome in outcomes:
        others = held[outcome.decision.reviewer, outcome.target] if outcome.status == "applied" else []
        lines = sorted(o.decision.line for o in others if o.position != outcome.position)
        if lines:
            outcome = Outcome(
                outcome.decision, "refused", f"contradicts line {', '.join(map(str, lines))} of the same file"
            )
        result.append(outcome)
    return result
