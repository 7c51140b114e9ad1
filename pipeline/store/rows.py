"""Rows of evidence.db from what the stages wrote, values in the order of schema.sql's columns."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from operator import itemgetter
from pathlib import Path
from typing import Any

from pipeline.files import read_jsonl
from pipeline.records import FINDING_COLUMNS, LIST_COLUMNS
from pipeline.review.anchors import text_sha256
from pipeline.review.decisions import Outcome
from pipeline.review.reviewed import Reviewed

PLACEHOLDERS_FROM = 99_000_001
STAGES_LOADED = ("search", "fetch", "screen", "extract")


# One encoder for all: json.dumps makes a new one at every call with options, which took a fifth of the load.
_encode = json.JSONEncoder(ensure_ascii=False).encode

mention_row = itemgetter("pmid", "section", "start", "end", "text", "label", "concept", "preferred_name", "identifier")
evidence_row = itemgetter("field", "section", "start", "end", "quote")
rejected_row = itemgetter("section", "start", "end", "text", "kind", "reason")
finding_values = itemgetter(*FINDING_COLUMNS)
LISTS_AT = tuple(FINDING_COLUMNS.index(column) for column in sorted(LIST_COLUMNS))

Row = tuple[Any, ...]
Reading = tuple[str | None, list[str]]  # study type and flags of an article


def article_row(article: dict[str, Any], reading: Reading | None, digest_notice: str) -> Row:
    """A row of `articles`. An article is a digest where the line under its abstract is the protocol's notice."""
    study_type, flags = reading or (None, [])
    return (
        *(article[c] for c in ("pmid", "version", "doi", "pmcid", "title", "journal", "journal_abbreviation", "year")),
        *(article[c] for c in ("publication_date", "volume", "issue", "pages")),
        *(_json(article[c]) for c in ("authors", "publication_types", "mesh_headings", "keywords")),
        *(article["language"], study_type, int(article["retracted"]), article["notice"], _json(article["related"])),
        article["vernacular_title"],
        _json(article["other_abstracts"]),
        int(article["is_book"]),
        article["copyright"],
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


def field_confidence_rows(finding: dict[str, Any]) -> Iterator[Row]:
    for field, confidence in finding.get("field_confidence", ()):
        yield finding["finding_id"], field, confidence


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


def _csv_rows(path: Path) -> Iterator[dict[str, str]]:
    if path.exists():
        with path.open(encoding="utf-8-sig", newline="") as stream:
            yield from csv.DictReader(stream)


def _json(items: Any) -> str:
    return _encode(items) if items else "[]"
