"""Load: everything that the stages before wrote, and what reviewers decided -> evidence.db.

The database is made anew each time, so the same files give the same rows. Only the table `runs` and the date of a
search hold times, and both come from files.
"""

from __future__ import annotations

import csv
import gc
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from pipeline.agreement import agreements
from pipeline.anchors import text_sha256
from pipeline.decisions import ADJUDICATOR, Outcome, judge, read_folder
from pipeline.dictionary import read_dictionary
from pipeline.errors import PipelineError
from pipeline.files import read_jsonl
from pipeline.protocol import Protocol
from pipeline.records import FINDING_COLUMNS, LIST_COLUMNS
from pipeline.reviewed import Reviewed, Settled, inclusion, review
from pipeline.snapshots import take
from pipeline.store import DATABASE, add_indexes, building, locked
from pipeline.store.reading import read_world

PLACEHOLDERS_FROM = 99_000_001
STAGES_LOADED = ("search", "fetch", "screen", "extract")

AUTOMATIC = "SELECT pmid, decision, reason FROM screening WHERE stage = ? AND basis = 'automatic'"

# One encoder for all: json.dumps makes a new one at every call with options, which took a fifth of the load.
_encode = json.JSONEncoder(ensure_ascii=False).encode

mention_row = itemgetter("pmid", "section", "start", "end", "text", "label", "concept", "preferred_name", "identifier")
evidence_row = itemgetter("field", "section", "start", "end", "quote")
rejected_row = itemgetter("section", "start", "end", "text", "kind", "reason")
finding_values = itemgetter(*FINDING_COLUMNS)
LISTS_AT = tuple(FINDING_COLUMNS.index(column) for column in sorted(LIST_COLUMNS))

Row = tuple[Any, ...]
Reading = tuple[str | None, list[str]]  # study type and flags of an article


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
        notices = apply_decisions(database, protocol)
        check_evidence(database)
        database.conn.commit()
        take(database, out, datetime.now(UTC).isoformat(timespec="seconds"))
        return replace(summarise(database), notices=tuple(notices))


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
    """Store every decision with what became of it, and what stands after it; notices for the terminal are returned."""
    adjudicator = str(protocol.config.get("adjudicator", ADJUDICATOR))
    decisions, notices = read_folder(protocol.folder / "decisions", adjudicator)
    world = read_world(database, decisions)
    outcomes = judge(decisions, world, read_dictionary(protocol), protocol.config["exclusion_reasons"])
    insert_rows(database, "reviews", (review_row(number, o) for number, o in enumerate(outcomes, start=1)))
    insert_rows(database, "reviewed_findings", (reviewed_row(reviewed) for reviewed in review(outcomes, world)))
    insert_rows(database, "screening", reviewed_screening_rows(outcomes))
    insert_rows(database, "screening", final_rows(database, inclusion(outcomes)))
    insert_rows(database, "agreement", (astuple(agreement) for agreement in agreements(outcomes)))
    left = [outcome for outcome in outcomes if outcome.status != "applied"]
    loose = sorted({o.decision.file for o in outcomes if o.status == "applied" and not o.decision.anchor})
    notices += [f"{file} has decisions without an anchor; `make import-decisions FILE=` writes them" for file in loose]
    return notices + [f"{o.status}: {o.decision.file} line {o.decision.line}: {o.why}" for o in left]


def insert_rows(database: Database, table: str, rows: Iterable[Row]) -> None:
    """Append rows whose values are in the order of the table's columns."""
    places = ", ".join("?" for _ in _columns(database, table))
    try:
        database.conn.executemany(f'INSERT INTO "{table}" VALUES ({places})', rows)
    except sqlite3.IntegrityError as error:
        raise PipelineError(f"table {table}: {error}; run again the stage that wrote this value") from error


def _columns(database: Database, table: str) -> list[str]:
    return [column.name for column in database[table].columns]


def article_row(article: dict[str, Any], reading: Reading | None, digest_notice: str) -> Row:
    """A row of `articles`. An article is a digest where the line under its abstract is the protocol's notice."""
    study_type, flags = reading or (None, [])
    return (
        *(article[c] for c in ("pmid", "version", "doi", "pmcid", "title", "journal", "journal_abbreviation", "year")),
        *(article[c] for c in ("publication_date", "volume", "issue", "pages")),
        *(_json(article[c]) for c in ("authors", "publication_types", "mesh_headings", "keywords")),
        *(article["language"], study_type, int(article["retracted"]), article["notice"], _json(article["related"])),
        *(
            article["vernacular_title"],
            _json(article["other_abstracts"]),
            int(article["is_book"]),
            article["copyright"],
        ),
        int(bool(digest_notice) and article["copyright"] == digest_notice),
        int(article["pmid"] >= PLACEHOLDERS_FROM),
        article["date_revised"],
        _json(flags),
        text_sha256(section["text"] for section in article["sections"]),
    )


def section_rows(article: dict[str, Any]) -> Iterator[Row]:
    for number, section in enumerate(article["sections"]):
        yield article["pmid"], number, section["label"], section["nlm_category"], section["text"]


def finding_row(finding: dict[str, Any]) -> Row:
    """A row of `findings`, columns as in records.FINDING_COLUMNS, lists as JSON."""
    row = list(finding_values(finding))
    for position in LISTS_AT:
        row[position] = _json(row[position])
    return tuple(row)


def evidence_rows(finding: dict[str, Any]) -> Iterator[Row]:
    for item in finding["evidence"]:
        yield finding["finding_id"], *evidence_row(item)


def rejected_rows(extraction: dict[str, Any]) -> Iterator[Row]:
    for item in extraction["rejected"]:
        yield extraction["pmid"], *rejected_row(item)


def missing_rows(path: Path) -> Iterator[Row]:
    for row in _csv_rows(path):
        yield int(row["pmid"]), row["reason"] or None


def duplicate_rows(path: Path) -> Iterator[Row]:
    for row in _csv_rows(path):
        yield int(row["pmid"]), int(row["other_pmid"]), row["reason"] or None, float(row["similarity"] or 0)


def search_rows(path: Path) -> Iterator[Row]:
    """Rows of `searches` from search.json: one record, or a list of them. No file, no rows."""
    if not path.exists():
        return
    content = json.loads(path.read_text(encoding="utf-8"))
    records = content if isinstance(content, list) else content.get("searches", [content])
    for number, record in enumerate(records, start=1):
        yield (
            number,
            record.get("source") or record.get("database") or "pubmed",
            record.get("query"),
            record.get("translation"),
            record.get("date"),
            record.get("count"),
            _encode(record),
        )


def run_rows(path: Path, columns: list[str]) -> list[Row]:
    """The last run of each stage that made what is loaded; load and export come after and are left out."""
    if not path.exists():
        return []
    last = {row["stage"]: row for row in read_jsonl(path)}
    return [tuple(last[stage].get(c) for c in columns) for stage in STAGES_LOADED if stage in last]


def record_rows(path: Path) -> Iterator[Row]:
    """What each record says of itself (screening.csv)."""
    for row in _csv_rows(path):
        score = float(row["score"] or 0)
        yield int(row["pmid"]), "record", row["decision"], row["reason"] or None, "automatic", None, score


def content_row(extraction: dict[str, Any]) -> Row:
    """What the reading of an article suggests: in where it reports a finding, else out with the reader's reason."""
    if extraction["findings"]:
        return extraction["pmid"], "content", "included", None, "automatic", None, None
    return extraction["pmid"], "content", "excluded", extraction["reason"] or "no_finding", "automatic", None, None


def reviewed_screening_rows(outcomes: Iterable[Outcome]) -> Iterator[Row]:
    """What reviewers said of whole articles, one row a decision that applies."""
    for outcome in outcomes:
        if outcome.status == "applied" and outcome.finding_id is None:
            decision = json.loads(outcome.position or "")
            yield outcome.pmid, "review", decision, outcome.decision.reason, "human", outcome.decision.reviewer, None


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


def review_row(number: int, outcome: Outcome) -> Row:
    """A row of `reviews`: the decision as written, then what became of it."""
    d = outcome.decision
    role = "adjudicator" if d.adjudicates else "reviewer"
    return (
        *(number, d.file, d.line, d.reviewer, role, d.pmid, d.finding_id, d.field, d.value, d.action or None),
        *(d.reason, d.date, d.note, d.quote, d.anchor, outcome.status, outcome.why),
        *(outcome.pmid, outcome.finding_id, outcome.position, *(outcome.span or (None, None, None))),
    )


def reviewed_row(reviewed: Reviewed) -> Row:
    return (
        *finding_row({name: getattr(reviewed.finding, name) for name in FINDING_COLUMNS}),
        *(
            int(reviewed.kept),
            reviewed.origin,
            reviewed.finding_basis,
            _encode(reviewed.basis),
            _json(reviewed.disputed),
        ),
    )


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


def _csv_rows(path: Path) -> Iterator[dict[str, str]]:
    if path.exists():
        with path.open(encoding="utf-8-sig", newline="") as stream:
            yield from csv.DictReader(stream)


def _json(items: Any) -> str:
    return _encode(items) if items else "[]"
