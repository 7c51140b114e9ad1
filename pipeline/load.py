"""Load: everything that the stages before wrote, and what reviewers decided -> evidence.db.

The database is made anew each time, so the same files give the same rows. Only the table `runs` and the date of a
search hold times, and both come from files.
"""

from __future__ import annotations

import csv
import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from pipeline.errors import PipelineError
from pipeline.files import read_jsonl
from pipeline.protocol import Protocol
from pipeline.records import FINDING_COLUMNS, LIST_COLUMNS
from pipeline.store import DATABASE, building, locked

PLACEHOLDERS_FROM = 99_000_001
STAGES_LOADED = ("search", "fetch", "screen", "extract")
ARTICLE_LISTS = ("authors", "publication_types", "mesh_headings", "keywords", "related", "other_abstracts")
MENTION_COLUMNS = ("pmid", "section", "start", "end", "text", "label", "concept", "preferred_name", "identifier")

Row = tuple[Any, ...]


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


def run(out: Path, protocol: Protocol, versions: dict[str, str]) -> LoadSummary:
    """Make OUT/evidence.db; what was there stays until the new one is complete.

    `versions` (code, model, protocol and vocabularies by hash) goes into the snapshot that `diff` compares.
    """
    with locked(out), building(out / DATABASE) as database:
        fill(database, out, str(protocol.config.get("sample", {}).get("notice", "")))
        check_evidence(database)
        return summarise(database)


def fill(database: Database, out: Path, digest_notice: str) -> None:
    """Store what the machine made: one table after the other, in the order of the files."""
    extractions = read_extractions(out / "findings.jsonl")
    insert_rows(database, "articles", (article_row(a, extractions, digest_notice) for a in _articles(out)))
    insert_rows(database, "sections", (row for a in _articles(out) for row in section_rows(a)))
    insert_rows(database, "missing", sidecar_rows(out / "missing.csv"))
    insert_rows(database, "duplicates", sidecar_rows(out / "duplicates.csv"))
    insert_rows(database, "searches", search_rows(out / "search.json"))
    mentions = read_jsonl(out / "mentions.jsonl")
    insert_rows(database, "mentions", (tuple(mention[c] for c in MENTION_COLUMNS) for mention in mentions))
    ordered = [extractions[pmid] for pmid in sorted(extractions)]
    insert_rows(database, "findings", (finding_row(f) for e in ordered for f in e["findings"]))
    insert_rows(database, "evidence", (row for e in ordered for f in e["findings"] for row in evidence_rows(f)))
    insert_rows(database, "rejected", (row for e in ordered for row in rejected_rows(e)))
    insert_rows(database, "runs", run_rows(out / "runs.jsonl", _columns(database, "runs")))
    insert_rows(database, "screening", screening_rows(out / "screening.csv", ordered))
    insert_rows(database, "screening", final_rows(database))
    database.execute("INSERT INTO articles_fts (articles_fts) VALUES ('rebuild')")


def insert_rows(database: Database, table: str, rows: Iterable[Row]) -> None:
    """Append rows whose values are in the order of the table's columns."""
    places = ", ".join("?" for _ in _columns(database, table))
    try:
        database.conn.executemany(f'INSERT INTO "{table}" VALUES ({places})', rows)
    except sqlite3.IntegrityError as error:
        raise PipelineError(f"table {table}: {error}; run again the stage that wrote this value") from error


def _columns(database: Database, table: str) -> list[str]:
    return [column.name for column in database[table].columns]


def _articles(out: Path) -> Iterator[dict[str, Any]]:
    return read_jsonl(out / "articles.jsonl")


def read_extractions(path: Path) -> dict[int, dict[str, Any]]:
    """What was read from each article, as JSON, by PMID."""
    return {row["pmid"]: row for row in read_jsonl(path)}


def text_sha256(texts: Iterable[str]) -> str:
    """The fingerprint of an article's text: title and abstract, whatever the white space between words."""
    words = " ".join(word for text in texts for word in text.split())
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def article_row(article: dict[str, Any], extractions: dict[int, dict[str, Any]], digest_notice: str) -> Row:
    """A row of `articles`. An article is a digest where the line under its abstract is the protocol's notice."""
    extraction = extractions.get(article["pmid"], {})
    return (
        article["pmid"],
        article["version"],
        *(article[c] for c in ("doi", "pmcid", "title", "journal", "journal_abbreviation", "year", "publication_date")),
        *(article[c] for c in ("volume", "issue", "pages")),
        *(_json(article[c]) for c in ("authors", "publication_types", "mesh_headings", "keywords")),
        article["language"],
        extraction.get("study_type"),
        int(article["retracted"]),
        article["notice"],
        _json(article["related"]),
        article["vernacular_title"],
        _json(article["other_abstracts"]),
        int(article["is_book"]),
        article.get("copyright"),
        int(bool(digest_notice) and article.get("copyright") == digest_notice),
        int(article["pmid"] >= PLACEHOLDERS_FROM),
        article["date_revised"],
        _json(extraction.get("flags", [])),
        text_sha256(section["text"] for section in article["sections"]),
    )


def section_rows(article: dict[str, Any]) -> Iterator[Row]:
    for number, section in enumerate(article["sections"]):
        yield article["pmid"], number, section["label"], section["nlm_category"], section["text"]


def finding_row(finding: dict[str, Any]) -> Row:
    """A row of `findings`, columns as in records.FINDING_COLUMNS, lists as JSON."""
    return tuple(_json(finding[c]) if c in LIST_COLUMNS else finding[c] for c in FINDING_COLUMNS)


def evidence_rows(finding: dict[str, Any]) -> Iterator[Row]:
    for item in finding["evidence"]:
        yield finding["finding_id"], item["field"], item["section"], item["start"], item["end"], item["quote"]


def rejected_rows(extraction: dict[str, Any]) -> Iterator[Row]:
    for r in extraction["rejected"]:
        yield extraction["pmid"], r["section"], r["start"], r["end"], r["text"], r["kind"], r["reason"]


def sidecar_rows(path: Path) -> Iterator[Row]:
    """Rows of missing.csv or duplicates.csv: the PMID, and the whole row as JSON. No file, no rows."""
    for row in _csv_rows(path):
        pmid = row.get("pmid") or ""
        yield int(pmid) if pmid.isdigit() else None, _json(row)


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
            _json(record),
        )


def run_rows(path: Path, columns: list[str]) -> list[Row]:
    """The last run of each stage that made what is loaded; load and export come after and are left out."""
    if not path.exists():
        return []
    last = {row["stage"]: row for row in read_jsonl(path)}
    return [tuple(last[stage].get(c) for c in columns) for stage in STAGES_LOADED if stage in last]


def screening_rows(path: Path, extractions: list[dict[str, Any]]) -> Iterator[Row]:
    """Automatic suggestions: from the record (screening.csv), then from the content."""
    for row in _csv_rows(path):
        score = float(row["score"] or 0)
        yield int(row["pmid"]), "record", row["decision"], row["reason"] or None, "automatic", None, score
    for extraction in extractions:
        found = bool(extraction["findings"])
        reason = None if found else extraction["reason"] or "no_finding"
        yield extraction["pmid"], "content", "included" if found else "excluded", reason, "automatic", None, None


def final_rows(database: Database) -> list[Row]:
    """What stands for each article (see `decide_inclusion`), from the rows stored so far."""
    stages: dict[int, dict[str, tuple[str, str | None]]] = {
        pmid: {} for (pmid,) in database.execute("SELECT pmid FROM articles ORDER BY pmid")
    }
    for pmid, stage, decision, reason in database.execute("SELECT pmid, stage, decision, reason FROM screening"):
        stages.setdefault(pmid, {})[stage] = (decision, reason)
    return [
        (pmid, "final", *decide_inclusion(found.get("record"), found.get("content")), "automatic", None, None)
        for pmid, found in stages.items()
    ]


def decide_inclusion(
    record: tuple[str, str | None] | None, content: tuple[str, str | None] | None
) -> tuple[str, str | None]:
    """Decision and reason for an article that no reviewer decided on.

    A record that rules itself out (retracted, a notice) stays out whatever its text reports. Everything else is decided
    by what was found in the text; an article that was not read is unsure.
    """
    if record and record[0] == "excluded":
        return record
    return content or ("unsure", "not_read")


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
    count: Callable[[str], int] = lambda query: database.execute(f"SELECT count(*) FROM {query}").fetchone()[0]  # noqa: E731
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


def _csv_rows(path: Path) -> Iterator[dict[str, str]]:
    if path.exists():
        with path.open(encoding="utf-8-sig", newline="") as stream:
            yield from csv.DictReader(stream)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
