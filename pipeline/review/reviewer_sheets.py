"""The sheet in which a reviewer decides, and the way back: a spreadsheet to corpora/<name>/decisions/<reviewer>.csv.

A sheet has a row for each article, each finding and each value, with what the machine reports and the words it rests
on; the reviewer fills in action, value, reason and note. It shows nothing of what other reviewers decided, except to
the adjudicator, who sees what they disagree on. Reading back is all or nothing: one bad row, and no row is taken.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from pipeline.errors import PipelineError
from pipeline.files import atomic_write
from pipeline.protocol import Protocol
from pipeline.records import FINDING_COLUMNS, Finding
from pipeline.review.anchors import read_memory, write_anchor
from pipeline.review.decisions import (
    ADJUDICATOR,
    COLUMNS,
    FORMULA,
    NUMBER,
    Decision,
    Outcome,
    anchored,
    decision_from_row,
    decode,
    escape,
    judge,
    parse_decisions,
    recall,
)
from pipeline.review.dictionary import MACHINE_COLUMNS, read_dictionary
from pipeline.review.sheets import (
    ACTIONS_ON,
    FILLED_IN,
    MOST_ROWS,
    SHEET_COLUMNS,
    WHOLE_ARTICLE,
    WHOLE_FINDING,
    SheetRow,
    build_workbook,
    csv_text,
    read_sheet,
)
from pipeline.store import DATABASE, open_evidence
from pipeline.store.reading import read_findings, read_texts, read_world

FOLDER = "sheets"
MOST_REFUSALS_SHOWN = 10


Earlier = Mapping[tuple[int, str | None, str | None], SheetRow]


def write_template(out: Path, protocol: Protocol, reviewer: str) -> list[Path]:
    """Write OUT/sheets/decisions-<reviewer>.xlsx and .csv; what the reviewer decided before is filled in."""
    check_reviewer(reviewer)
    database = open_evidence(out / DATABASE)
    try:
        adjudicates = reviewer == protocol.config.get("adjudicator", ADJUDICATOR)
        rows = list(adjudication_rows(database, reviewer) if adjudicates else sheet_rows(database, reviewer))
        stale = list(database.query("SELECT * FROM stale_decisions WHERE reviewer = ?", [reviewer]))
    finally:
        database.close()
    if len(rows) > MOST_ROWS:
        raise PipelineError(f"{len(rows)} rows are more than a worksheet holds; exclude articles by the protocol first")
    csv_path = out / FOLDER / f"decisions-{reviewer}.csv"
    xlsx_path = csv_path.with_suffix(".xlsx")
    with atomic_write(csv_path) as stream:
        stream.write(csv_text(rows))
    workbook = build_workbook(rows, stale, read_dictionary(protocol), tuple(protocol.config["exclusion_reasons"]))
    with atomic_write(xlsx_path, "wb") as stream:
        workbook.save(stream)
    return [xlsx_path, csv_path]


def check_reviewer(reviewer: str) -> None:
    if not re.fullmatch(r"\w[\w-]*", reviewer):
        raise PipelineError(f"REVIEWER={reviewer!r} is not a name for a file; use letters, digits, - and _")


def sheet_rows(database: Database, reviewer: str) -> Iterator[SheetRow]:
    """The rows of a reviewer's sheet, the likeliest article first; articles that rule themselves out are left out."""
    earlier = _earlier(database, reviewer)
    articles = database.query(
        """SELECT s.pmid, a.title, c.decision, c.reason FROM screening s JOIN articles a USING (pmid)
           LEFT JOIN screening c ON c.pmid = s.pmid AND c.stage = 'content'
           WHERE s.stage = 'record' AND s.decision <> 'excluded' ORDER BY s.score DESC, s.pmid"""
    )
    for article in list(articles):
        pmid = article["pmid"]
        text = read_texts(database, [pmid])[pmid]
        suggestion = ": ".join(filter(None, [article["decision"], article["reason"]]))
        common = {"reviewer": reviewer, "pmid": str(pmid), "article": article["title"]}
        yield _row(common, earlier, field=WHOLE_ARTICLE, current_value=suggestion, anchor=write_anchor(text))
        findings = read_findings(database, [pmid])[pmid]
        for finding in findings:
            yield from _finding_rows(common, earlier, finding, write_anchor(text, finding, findings))


def _finding_rows(common: SheetRow, earlier: Earlier, finding: Finding, anchor: str) -> Iterator[SheetRow]:
    """A finding as a whole, each of its values, the values the reviewer gave where it has none, and a row for more."""
    known = common | {"finding_id": finding.finding_id, "finding": _describe(finding), "anchor": anchor}
    yield _row(known, earlier, field=WHOLE_FINDING)
    for name in FINDING_COLUMNS:
        value = getattr(finding, name)
        decided = (finding.pmid, finding.finding_id, name) in earlier
        if name not in MACHINE_COLUMNS and (decided or value not in (None, ())):
            quote = next((e.quote for e in finding.evidence if e.field == name), "")
            yield _row(known, earlier, field=name, current_value=_text(value), quote=quote)
    yield _row(known, {}, field="")


def adjudication_rows(database: Database, reviewer: str) -> Iterator[SheetRow]:
    """What reviewers disagree on, both positions beside each other in `current_value`."""
    earlier = _earlier(database, reviewer)
    for row in list(database.query("SELECT d.*, a.title FROM disagreements d JOIN articles a USING (pmid)")):
        pmid, finding_id = row["pmid"], row["finding_id"]
        text = read_texts(database, [pmid])[pmid]
        findings = read_findings(database, [pmid])[pmid]
        finding = next((f for f in findings if f.finding_id == finding_id), None)
        evidence = finding.evidence if finding else ()
        yield _row(
            {"reviewer": reviewer, "pmid": str(pmid), "article": row["title"], "finding_id": finding_id or ""},
            earlier,
            finding=_describe(finding) if finding else "",
            field=WHOLE_ARTICLE if row["field"] == "screening" else row["field"],
            current_value=f"{row['reviewer_a']}: {row['position_a']} | {row['reviewer_b']}: {row['position_b']}",
            quote=next((e.quote for e in evidence if e.field == row["field"]), ""),
            anchor=write_anchor(text, finding, findings),
        )


def _earlier(database: Database, reviewer: str) -> Earlier:
    """What the reviewer decided before and still applies, by article, finding and field as they are now."""
    columns = (*FILLED_IN, "quote")
    query = f"""SELECT applied_pmid, applied_finding_id, field, {", ".join(columns)} FROM reviews
                WHERE reviewer = ? AND status = 'applied' AND action <> 'add'"""
    return {
        (row["applied_pmid"], row["applied_finding_id"], row["field"]): {c: row[c] for c in columns if row[c]}
        for row in database.query(query, [reviewer])
    }


def _row(common: SheetRow, earlier: Earlier, **cells: str) -> SheetRow:
    row = dict.fromkeys(SHEET_COLUMNS, "") | common | cells
    field = None if row["field"] in ACTIONS_ON else row["field"]
    return row | earlier.get((int(row["pmid"]), row["finding_id"] or None, field), {})


def _describe(finding: Finding) -> str:
    parts = [finding.drug, finding.level, finding.label, finding.indication, finding.event_definition]
    return ", ".join(part for part in parts if part)


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return "; ".join(value)
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that is no decision, with the reason."""

    row: int
    why: str


def import_decisions(out: Path, protocol: Protocol, file: Path, today: date | None = None) -> str:
    """Read a filled sheet into the reviewer's decisions file; what was decided again replaces what was there.

    Raises PipelineError, and changes nothing, where any row cannot be taken; OUT/sheets/*.refused.csv has all reasons.
    """
    rows, notices = read_sheet(file)
    adjudicator = str(protocol.config.get("adjudicator", ADJUDICATOR))
    reviewer = reviewer_of(rows, file)
    day = (today or datetime.now(UTC).date()).isoformat()
    database = open_evidence(out / DATABASE)
    try:
        decisions, refusals = read_rows(rows, reviewer, day, adjudicator)
        world = read_world(database, decisions)
        target = protocol.folder / "decisions" / f"{reviewer}.csv"
        earlier = _read_earlier(target, adjudicator)
        earlier_world = read_world(database, earlier)
    finally:
        database.close()
    if not decisions and not refusals:
        raise PipelineError(f"{file} has no row with an action: there is nothing to import")
    dictionary, reasons = read_dictionary(protocol), tuple(protocol.config["exclusion_reasons"])
    outcomes = judge(decisions, world, dictionary, reasons)
    refusals += [Refusal(o.decision.line, o.why or "") for o in outcomes if o.status != "applied"]
    if refusals:
        raise _refused(out, file, sorted(refusals, key=lambda refusal: refusal.row))
    again = {outcome.target for outcome in outcomes}
    kept = [o.decision for o in judge(earlier, earlier_world, dictionary, reasons) if _stays(o, again, decisions)]
    write_decisions(target, [*kept, *(anchored(outcome, world) for outcome in outcomes)])
    replaced = len(earlier) - len(kept)
    counts = f"{len(decisions)} decisions of {reviewer}, {replaced} of them in place of earlier ones"
    return "\n".join([f"{target}: {counts}; `make load` applies them", *notices])


def reviewer_of(rows: Sequence[tuple[int, SheetRow]], file: Path) -> str:
    """Who filled in the sheet: its column reviewer, else the name of the file."""
    names = {row["reviewer"] for _, row in rows if row.get("reviewer")}
    if len(names) > 1:
        raise PipelineError(
            f"{file} has rows of several reviewers ({', '.join(sorted(names))}); one sheet, one reviewer"
        )
    reviewer = next(iter(names), file.stem.removeprefix("decisions-"))
    check_reviewer(reviewer)
    return reviewer


def read_rows(
    rows: Sequence[tuple[int, SheetRow]], reviewer: str, day: str, adjudicator: str
) -> tuple[list[Decision], list[Refusal]]:
    """The decisions of a sheet, and the rows that cannot be one whatever the articles say."""
    decisions, refusals = [], []
    for number, row in rows:
        filled = any(row.get(column) for column in ("action", "value", "reason", "note"))
        if why := _flaw(row) if filled else None:
            refusals.append(Refusal(number, why))
        elif filled:
            cells = {column: row.get(column, "") for column in COLUMNS} | {"date": row.get("date") or day}
            if cells["field"] in ACTIONS_ON:
                cells["field"] = ""
            if cells["action"] == "accept" and cells["field"] and not cells["value"]:
                cells["value"] = row.get("current_value", "")
            decisions.append(decision_from_row(cells, "sheet", number, reviewer, adjudicator))
    return decisions, refusals


def _flaw(row: SheetRow) -> str | None:
    """Why a filled row is refused before anything is looked up."""
    for column, cell in row.items():
        if FORMULA.match(cell) and not NUMBER.fullmatch(cell):
            return f"{column} holds a formula, or looks like one ({cell[:20]}); write text, or ' before it"
    if not row.get("action"):
        return "action is empty, but something else is filled in"
    if row.get("date"):
        try:
            date.fromisoformat(row["date"])
        except ValueError:
            return f"date is {row['date']!r}; write year-month-day"
    return None


def _refused(out: Path, file: Path, refusals: Sequence[Refusal]) -> PipelineError:
    path = out / FOLDER / f"{file.stem}.refused.csv"
    with atomic_write(path) as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("row", "why"))
        writer.writerows((refusal.row, escape(refusal.why)) for refusal in refusals)
    shown = "; ".join(f"row {refusal.row}: {refusal.why}" for refusal in refusals[:MOST_REFUSALS_SHOWN])
    more = f"; and {len(refusals) - MOST_REFUSALS_SHOWN} more" if len(refusals) > MOST_REFUSALS_SHOWN else ""
    return PipelineError(f"{file}: nothing imported, {len(refusals)} rows refused ({path}): {shown}{more}")


def _read_earlier(path: Path, adjudicator: str) -> list[Decision]:
    """What the reviewer's file has, with the anchors remembered for rows that were written by hand."""
    if not path.exists():
        return []
    text, _ = decode(path.read_bytes(), path.name)
    return recall(parse_decisions(text, path.name, path.stem, adjudicator), read_memory(path.parent))


def _stays(outcome: Outcome, again: set[tuple[Any, ...]], decisions: Sequence[Decision]) -> bool:
    """Whether an earlier decision stays: it is about something that the sheet does not decide again."""
    written = {(d.pmid, d.finding_id, d.field) for d in decisions}
    old = outcome.decision
    return outcome.target not in again and (old.pmid, old.finding_id, old.field) not in written


def write_decisions(path: Path, decisions: Sequence[Decision]) -> None:
    """The decisions as CSV, in the order given."""
    with atomic_write(path) as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        for decision in decisions:
            cells = (getattr(decision, column) for column in COLUMNS)
            writer.writerow([escape("" if cell is None else str(cell)) for cell in cells])
