"""Load: everything that the stages before wrote, and what reviewers decided -> evidence.db.

The database is made anew each time, so the same files give the same rows. Only the table `runs` and the date of a
search hold times, and both come from files.
"""

from __future__ import annotations

import gc
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from pipeline.errors import PipelineError
from pipeline.files import read_jsonl
from pipeline.protocol import Protocol
from pipeline.review.agreement import agreements
from pipeline.review.anchors import MEMORY, Memory, read_memory, write_memory
from pipeline.review.decisions import ADJUDICATOR, judge, place, read_folder, recall, remember
from pipeline.review.dictionary import read_dictionary
from pipeline.review.reviewed import Settled, inclusion, review
from pipeline.store import DATABASE, add_indexes, building, locked, open_evidence
from pipeline.store.reading import read_world
from pipeline.store.rows import (
    Reading,
    Row,
    article_row,
    content_row,
    duplicate_rows,
    evidence_rows,
    field_confidence_rows,
    finding_row,
    mention_row,
    missing_rows,
    record_rows,
    rejected_rows,
    review_row,
    reviewed_row,
    reviewed_screening_rows,
    run_rows,
    search_rows,
    section_rows,
)
from pipeline.store.snapshots import take

AUTOMATIC = "SELECT pmid, decision, reason FROM screening WHERE stage = ? AND basis = 'automatic'"


@dataclass(frozen=True, slots=True)
class LoadSummary:
    """What is in the database now; `findings` counts the evidence table, decisions are counted by status."""

    articles: int
    included: int
    excluded: int
    unsure: int
    findings: int
    decisions_applied: int
    decisions_stale: int
    decisions_refused: int
    disagreements: int
    notices: tuple[str, ...] = ()

    def __str__(self) -> str:
        text = (
            f"{self.articles} articles ({self.included} included, {self.excluded} excluded, {self.unsure} unsure), "
            f"{self.findings} findings"
        )
        if decisions := self.decisions_applied + self.decisions_stale + self.decisions_refused:
            text += (
                f"; {decisions} decisions: {self.decisions_applied} applied, {self.decisions_stale} stale, "
                f"{self.decisions_refused} refused; {self.disagreements} disagreements"
            )
        return "\n".join([text, *self.notices])


def run(out: Path, protocol: Protocol) -> LoadSummary:
    """Make OUT/evidence.db and a snapshot of it; what was there stays until the new one is complete."""
    with locked(out), building(out / DATABASE) as database:
        with without_collector():
            fill(database, out, str(protocol.config.get("sample", {}).get("notice", "")))
        check_evidence(database)
        notices = apply_decisions(database, protocol)
        database.conn.commit()
        take(database, out, datetime.now(UTC).isoformat(timespec="seconds"))
        return replace(summarise(database), notices=tuple(notices))


def refresh_searches(out: Path) -> None:
    """Bring the table of searches up to date where a search changed nothing else: one transaction, in place.

    The database keeps its date, since nothing that is printed from it has to be made again.
    """
    path = out / DATABASE
    if not path.exists():
        return
    with locked(out):
        database = open_evidence(path)
        known = [tuple(row) for row in database.execute("SELECT * FROM searches ORDER BY search_id")]
        if known != (rows := list(search_rows(out / "search.json"))):
            dates = path.stat()
            with database.conn:
                database.execute("DELETE FROM searches")
                insert_rows(database, "searches", rows)
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            os.utime(path, ns=(dates.st_atime_ns, dates.st_mtime_ns))
        database.close()


@contextmanager
def without_collector() -> Iterator[None]:
    """No search for reference cycles meanwhile: JSON has none, and looking for them took a fifth of the load."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def fill(database: Database, out: Path, digest_notice: str) -> None:
    """Store what the machine made. Each file is read once; keys are checked at the end, so the order is free."""
    read: dict[int, Reading] = {}
    for extractions in _chunks(out / "findings.jsonl"):
        read.update({e["pmid"]: (e["study_type"], e["flags"]) for e in extractions})
        findings = [finding for extraction in extractions for finding in extraction["findings"]]
        insert_rows(database, "findings", (finding_row(finding) for finding in findings))
        insert_rows(database, "evidence", (row for finding in findings for row in evidence_rows(finding)))
        sure = (row for finding in findings for row in field_confidence_rows(finding))
        insert_rows(database, "field_confidence", sure)
        insert_rows(database, "rejected", (row for extraction in extractions for row in rejected_rows(extraction)))
        insert_rows(database, "screening", (content_row(extraction) for extraction in extractions))
    for articles in _chunks(out / "articles.jsonl"):
        insert_rows(database, "articles", (article_row(a, read.get(a["pmid"]), digest_notice) for a in articles))
        insert_rows(database, "sections", (row for a in articles for row in section_rows(a)))
    for mentions in _chunks(out / "mentions.jsonl"):
        insert_rows(database, "mentions", map(mention_row, mentions))
    insert_rows(database, "screening", record_rows(out / "screening.csv"))
    insert_rows(database, "missing", missing_rows(out / "missing.csv"))
    insert_rows(database, "duplicates", duplicate_rows(out / "duplicates.csv"))
    insert_rows(database, "searches", search_rows(out / "search.json"))
    insert_rows(database, "runs", run_rows(out / "runs.jsonl", _columns(database, "runs")))
    add_indexes(database)
    database.execute("INSERT INTO articles_fts (articles_fts) VALUES ('rebuild')")


def apply_decisions(database: Database, protocol: Protocol) -> list[str]:
    """Store every decision with what became of it, and what stands after it; notices for the terminal are returned.

    A decision without an anchor gets one as soon as it fits, which is remembered beside the decisions: it is bound to
    its text and finding, in this load as in every later one.
    """
    adjudicator = str(protocol.config.get("adjudicator", ADJUDICATOR))
    folder = protocol.folder / "decisions"
    written, notices = read_folder(folder, adjudicator)
    known = read_memory(folder)
    decisions = recall(written, known)
    world = read_world(database, decisions)
    dictionary, reasons = read_dictionary(protocol), protocol.config["exclusion_reasons"]
    memory = remember(place(decisions, world, dictionary, reasons), world, known)
    outcomes = judge(recall(written, memory), world, dictionary, reasons)
    insert_rows(database, "reviews", (review_row(number, o) for number, o in enumerate(outcomes, start=1)))
    insert_rows(database, "reviewed_findings", (reviewed_row(reviewed) for reviewed in review(outcomes, world)))
    insert_rows(database, "screening", reviewed_screening_rows(outcomes))
    insert_rows(database, "screening", final_rows(database, inclusion(outcomes)))
    insert_rows(database, "agreement", (astuple(agreement) for agreement in agreements(outcomes)))
    left = [outcome for outcome in outcomes if outcome.status != "applied"]
    notices += keep_memory(folder, memory) if memory != known else []
    return notices + [f"{o.status}: {o.decision.file} line {o.decision.line}: {o.why}" for o in left]


def keep_memory(folder: Path, memory: Memory) -> list[str]:
    """Write what is remembered of rows without an anchor; a folder that cannot be written costs a notice, no load."""
    try:
        write_memory(folder, memory)
    except PipelineError:
        return [
            f"{folder / MEMORY} cannot be written, so rows without an anchor are bound by pmid, finding_id and quote "
            "alone; make the folder writable"
        ]
    return []


def insert_rows(database: Database, table: str, rows: Iterable[Row]) -> None:
    """Append rows whose values are in the order of the table's columns."""
    places = ", ".join("?" for _ in _columns(database, table))
    try:
        database.conn.executemany(f'INSERT INTO "{table}" VALUES ({places})', rows)
    except sqlite3.IntegrityError as error:
        raise PipelineError(f"table {table}: {error}; run again the stage that wrote this value") from error


def _columns(database: Database, table: str) -> list[str]:
    return [column.name for column in database[table].columns]


def final_rows(database: Database, settled: dict[int, tuple[Settled, str | None, str]]) -> list[Row]:
    """What stands for each article: what reviewers settled for it, else `decide_inclusion`."""
    records = {row[0]: row[1:] for row in database.execute(AUTOMATIC, ["record"])}
    contents = {row[0]: row[1:] for row in database.execute(AUTOMATIC, ["content"])}
    standing = {pmid for (pmid,) in database.execute("SELECT DISTINCT pmid FROM standing_findings")}
    rows: list[Row] = []
    for (pmid,) in database.execute("SELECT pmid FROM articles ORDER BY pmid").fetchall():
        if pmid in settled:
            position, reason, reviewer = settled[pmid]
            rows.append((pmid, "final", json.loads(position.position or ""), reason, "human", reviewer, None))
        else:
            decision = decide_inclusion(records.get(pmid), contents.get(pmid), pmid in standing)
            rows.append((pmid, "final", *decision, None, None))
    return rows


def decide_inclusion(
    record: tuple[str, str | None] | None, content: tuple[str, str | None] | None, standing: bool
) -> tuple[str, str | None, str]:
    """Decision, reason and basis for an article on which reviewers settled nothing as a whole.

    `record` and `content` are the automatic suggestions (decision, reason); `standing` says whether a finding of the
    article stands after review. A record that rules itself out (retracted, a notice) stays out whatever its text
    reports. Everything else is decided by its findings; an article that was not read is unsure.
    """
    if record and record[0] == "excluded":
        return "excluded", record[1], "automatic"
    if standing:
        return "included", None, "automatic" if content and content[0] == "included" else "human"
    if content and content[0] == "included":
        return "excluded", "findings_rejected", "human"
    return (*content, "automatic") if content else ("unsure", "not_read", "automatic")


def check_evidence(database: Database) -> None:
    """Every quote equals the text at its place, or the load stops: a shifted span points readers to other words."""
    wrong = database.execute(
        """SELECT f.pmid, e.finding_id, e.field FROM evidence e JOIN findings f USING (finding_id)
           LEFT JOIN sections s ON s.pmid = f.pmid AND s.section = e.section
           WHERE s.text IS NULL OR substr(s.text, e.start + 1, e."end" - e.start) <> e.quote LIMIT 1"""
    ).fetchone()
    if wrong:
        raise PipelineError(
            f"findings.jsonl, article {wrong[0]}, finding {wrong[1]}, {wrong[2]}: "
            "the quote is not the text at its place; run extract again"
        )


def summarise(database: Database) -> LoadSummary:
    def count(query: str) -> int:
        return int(database.execute(f"SELECT count(*) FROM {query}").fetchone()[0])

    return LoadSummary(
        articles=count("articles"),
        included=count("inclusion WHERE decision = 'included'"),
        excluded=count("inclusion WHERE decision = 'excluded'"),
        unsure=count("inclusion WHERE decision = 'unsure'"),
        findings=count("evidence_table"),
        decisions_applied=count("reviews WHERE status = 'applied'"),
        decisions_stale=count("reviews WHERE status = 'stale'"),
        decisions_refused=count("reviews WHERE status = 'refused'"),
        disagreements=count("disagreements"),
    )


def _chunks(path: Path, size: int = 1000) -> Iterator[list[dict[str, Any]]]:
    """The objects of a JSON-lines file, many lines decoded at once, which is a third faster than one by one."""
    if not path.exists():
        list(read_jsonl(path))
    with path.open(encoding="utf-8") as stream:
        while lines := list(islice(stream, size)):
            try:
                yield json.loads(f"[{','.join(lines)}]")
            except json.JSONDecodeError:
                list(read_jsonl(path))
                raise
