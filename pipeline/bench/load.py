"""How fast is the load: the stage from its files, beside sqlite3's own executemany on the same rows, in one run.

The yardstick stores the rows of every table that the load stored into a file with the same schema, and does nothing
else: no reading of JSON, no checks, no snapshot.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pipeline import load
from pipeline.protocol import Protocol
from pipeline.records import Article, Author, Evidence, Extraction, Finding, Mention, Section, to_json
from pipeline.store import DATABASE, SCHEMA

ARTICLES, FINDINGS = 100_000, 50_000
SENTENCE = "Of 40 patients 12 had the event after 87 days, and all recovered within two weeks of observation. "


def main(protocol: Protocol, articles: int = ARTICLES, findings: int = FINDINGS) -> float:
    """Print both times and their ratio (executemany's time in the load's); the ratio is returned."""
    with TemporaryDirectory() as folder:
        out = Path(folder)
        write_stages(out, protocol, articles, findings)
        started = time.perf_counter()
        print(f"load: {load.run(out, replace(protocol, folder=out))}")
        load_seconds = time.perf_counter() - started
        tables = read_tables(out / DATABASE)
        started = time.perf_counter()
        store_plainly(out / "plain.db", tables)
        plain_seconds = time.perf_counter() - started
    rows = sum(len(rows) for rows in tables.values())
    ratio = plain_seconds / load_seconds
    print(f"load {load_seconds:.1f} s; executemany of its {rows:,} rows {plain_seconds:.1f} s; {ratio:.2f} as fast")
    return ratio


def read_tables(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every plain table, in memory."""
    connection = sqlite3.connect(path)
    names = "SELECT name FROM pragma_table_list WHERE type = 'table' AND schema = 'main' AND strict"
    tables = {name: connection.execute(f"SELECT * FROM {name}").fetchall() for (name,) in connection.execute(names)}
    connection.close()
    return tables


def store_plainly(path: Path, tables: dict[str, list[tuple[Any, ...]]]) -> None:
    """The same rows with executemany, one transaction, and the full-text index as the load makes it."""
    connection = sqlite3.connect(path)
    connection.executescript(SCHEMA.read_text(encoding="utf-8"))
    for name, rows in tables.items():
        if rows:
            connection.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' for _ in rows[0])})", rows)
    connection.execute("INSERT INTO articles_fts (articles_fts) VALUES ('rebuild')")
    connection.commit()
    connection.close()


def write_stages(out: Path, protocol: Protocol, articles: int, findings: int) -> None:
    """Files as the stages before write them: usual abstracts, seven values a finding, ten names an article."""
    drug = next(term.preferred_name for term in protocol.terms if term.kind == "drug")
    with (out / "screening.csv").open("w") as stream:
        stream.write("pmid,decision,reason,score\n")
        stream.writelines(f"{10_000_000 + n * 250},unsure,,{n % 5}\n" for n in range(articles))
    _write(out / "articles.jsonl", (to_json(_article(10_000_000 + n * 250)) for n in range(articles)))
    _write(out / "mentions.jsonl", (row for n in range(articles) for row in _mentions(10_000_000 + n * 250)))
    _write(out / "findings.jsonl", (to_json(_extraction(n, n < findings, drug)) for n in range(articles)))


def _write(path: Path, rows: Iterator[dict[str, Any]]) -> None:
    with path.open("w") as stream:
        stream.writelines(json.dumps(row) + "\n" for row in rows)


def _article(pmid: int) -> Article:
    sections = [Section("TITLE", "TITLE", f"Title {pmid}")]
    sections += [Section(label, label, SENTENCE * 4) for label in ("BACKGROUND", "METHODS", "RESULTS", "CONCLUSIONS")]
    authors = tuple(Author(f"Last{n}", "Fore", "F") for n in range(6))
    return Article(pmid=pmid, title=f"Title {pmid}", sections=tuple(sections), authors=authors, journal="J", year=2024)


def _mentions(pmid: int) -> Iterator[dict[str, Any]]:
    for n in range(10):
        yield {"pmid": pmid, **to_json(Mention(1 + n % 4, 3, 5, "40", "event", "event", "event", None))}


def _extraction(n: int, found: bool, drug: str) -> Extraction:
    pmid = 10_000_000 + n * 250
    if not found:
        return Extraction(pmid, "other", reason="no_event")
    fields = ("drug", "indication", "n_treated", "n_events", "onset_days", "outcome", "event_definition")
    evidence = tuple(Evidence(field, 3, 3, 5, "40") for field in fields)
    finding = Finding(f"f{n}", pmid, "group", drug=drug, n_treated=40, n_events=12, onset_days=87.0, evidence=evidence)
    return Extraction(pmid, "cohort", (finding,))
