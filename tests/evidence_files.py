"""An invented review, small enough to read: what the stages before load would have written for it."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from pipeline import load
from pipeline.files import write_jsonl
from pipeline.protocol import Protocol, Term
from pipeline.records import Article, Author, Evidence, Extraction, Finding, Mention, Rejected, Section, to_json

NOTICE = "An invented text."
CASE_TEXT = "Grade 4 anaemia appeared 87 days after drugamab. It resolved with transfusion."
GROUP_TEXT = "Of 40 patients given drugamab 12 had anaemia; of 30 given otheramab 3 had."


def article(pmid: int, text: str = CASE_TEXT, **fields: Any) -> Article:
    sections = (Section("TITLE", "TITLE", f"Title {pmid}"), Section(None, None, text))
    authors = (Author("Doe", "Jane", "J"), Author("Roe", "Kim", "K"))
    return Article(
        pmid=pmid, title=f"Title {pmid}", sections=sections, authors=authors, journal="J Inv", year=2024, **fields
    )


def evidence(text: str, quote: str, field: str, section: int = 1) -> Evidence:
    start = text.index(quote)
    return Evidence(field, section, start, start + len(quote), quote)


def case(pmid: int, finding_id: str = "case", days: float = 87.0, text: str = CASE_TEXT) -> Finding:
    return Finding(
        finding_id,
        pmid,
        "case",
        drug="drugamab",
        n_treated=1,
        n_events=1,
        onset_days=days,
        onset_class="late",
        ctcae_grade=4,
        grade_basis="stated",
        outcome="resolved",
        evidence=(
            evidence(text, "drugamab", "drug"),
            evidence(text, "87 days", "onset_days"),
            evidence(text, "Grade 4", "ctcae_grade"),
            evidence(text, "resolved", "outcome"),
        ),
    )


def arms(pmid: int) -> tuple[Finding, Finding]:
    """Two arms of one trial, told apart by drug and numbers; the event's words are shared."""

    def arm(name: str, drug: str, treated: str, events: str) -> Finding:
        return Finding(
            name,
            pmid,
            "group",
            label=f"{drug} arm",
            drug=drug,
            n_treated=int(treated),
            n_events=int(events),
            event_definition="any_grade",
            evidence=(
                evidence(GROUP_TEXT, drug, "drug"),
                evidence(GROUP_TEXT, treated, "n_treated"),
                evidence(GROUP_TEXT, f"{events} had", "n_events"),
                evidence(GROUP_TEXT, "anaemia", "event_definition"),
            ),
        )

    return arm("arm-1", "drugamab", "40", "12"), arm("arm-2", "otheramab", "30", "3")


def review_articles() -> list[Article]:
    return [article(11), article(12, GROUP_TEXT), article(13, "Nothing of note."), article(14, retracted=True)]


def review_extractions() -> list[Extraction]:
    return [
        Extraction(11, "case_report", (case(11),), (Rejected(1, 0, 5, "Grade", "grade", "no_number"),)),
        Extraction(12, "rct", arms(12)),
        Extraction(13, "other", reason="no_event"),
        Extraction(14, "case_report", (case(14, "other-case"),)),
    ]


def make_protocol(folder: Path) -> Protocol:
    """The invented review's protocol, its decisions under `folder`."""
    (folder / "decisions").mkdir(parents=True, exist_ok=True)
    terms = [("drug", "drugamab"), ("drug", "otheramab"), ("event", "anaemia"), ("indication", "testitis")]
    known: dict[str, Any] = {
        "name": "invented",
        "folder": folder,
        "query": "",
        "config": {
            "title": "An invented review",
            "question": "Does it help to test?",
            "drug_class": "anti-x",
            "events": {"anaemia": {}},
            "exclusion_reasons": {"retracted": "Retracted", "no_event": "No event", "no_drug": "No drug"},
            "sample": {"notice": NOTICE},
        },
        "terms": tuple(Term(kind, name, name, name, "", None, "invented") for kind, name in terms),
    }
    return Protocol(**{**{field.name: {} for field in fields(Protocol)}, **known})


def write_stages(
    out: Path, articles: Sequence[Article] | None = None, extractions: Sequence[Extraction] | None = None
) -> None:
    """Write what search, fetch, screen and extract would have left in `out`."""
    articles = review_articles() if articles is None else articles
    extractions = review_extractions() if extractions is None else extractions
    out.mkdir(parents=True, exist_ok=True)
    write_jsonl(out / "articles.jsonl", (to_json(a) for a in articles))
    write_jsonl(out / "findings.jsonl", ({**to_json(e), "digest": "0"} for e in extractions))
    mention = Mention(0, 0, 5, "Title", "event", "anaemia", "anaemia", None)
    write_jsonl(out / "mentions.jsonl", ({"pmid": a.pmid, **to_json(mention)} for a in articles))
    with (out / "screening.csv").open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("pmid", "decision", "reason", "score"))
        for a in articles:
            writer.writerow((a.pmid, *(("excluded", "retracted") if a.retracted else ("unsure", "")), 2))
    runs = [
        {"stage": stage, "started": "s", "ended": "e", "code_version": "1"} for stage in ("search", "extract", "load")
    ]
    (out / "runs.jsonl").write_text("".join(json.dumps(line) + "\n" for line in runs))


def decide(protocol: Protocol, reviewer: str, *rows: dict[str, Any]) -> Path:
    """Write a reviewer's decisions file, without the column `anchor` where no row has one, as by hand."""
    columns = ["pmid", "finding_id", "field", "value", "action", "reason", "date", "note", "quote"]
    columns += ["anchor"] if any("anchor" in row for row in rows) else []
    path = protocol.folder / "decisions" / f"{reviewer}.csv"
    with path.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, columns)
        writer.writeheader()
        writer.writerows(rows)
    return path


def query(out: Path, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(out / "evidence.db")
    try:
        return connection.execute(sql, values).fetchall()
    finally:
        connection.close()


def dump(out: Path) -> Iterable[str]:
    """Every statement that makes the database."""
    connection = sqlite3.connect(out / "evidence.db")
    try:
        return list(connection.iterdump())
    finally:
        connection.close()


def load_review(out: Path, protocol: Protocol, **stages: Any) -> load.LoadSummary:
    write_stages(out, **stages)
    return load.run(out, protocol)
