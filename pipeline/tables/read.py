"""evidence.db -> frozen records: the only module of the exports that knows the database."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from pipeline.records import FINDING_COLUMNS, LIST_COLUMNS, Author, Evidence, Finding, Section
from pipeline.store import DATABASE, open_evidence


@dataclass(frozen=True, slots=True)
class Source:
    """An article that the evidence table cites. `notice` is shown wherever its text is shown."""

    pmid: int
    title: str
    doi: str | None = None
    pmcid: str | None = None
    journal: str | None = None
    journal_abbreviation: str | None = None
    year: int | None = None
    publication_date: str | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    authors: tuple[Author, ...] = ()
    publication_types: tuple[str, ...] = ()
    language: str | None = None
    study_type: str | None = None
    retracted: bool = False
    is_digest: bool = False
    is_placeholder: bool = False
    notice: str | None = None
    sections: tuple[Section, ...] = ()

    @property
    def pubmed_url(self) -> str | None:
        """None for a placeholder, which is no PubMed identifier."""
        return None if self.is_placeholder else f"https://pubmed.ncbi.nlm.nih.gov/{self.pmid}/"

    @property
    def doi_url(self) -> str | None:
        return f"https://doi.org/{self.doi}" if self.doi else None


@dataclass(frozen=True, slots=True)
class Row:
    """A finding as it stands, its evidence being the words behind each value.

    `basis` says of single columns who vouches for them (machine where a column is not named).
    """

    finding: Finding
    source: Source
    incidence_computed: float | None = None
    origin: str = "machine"
    finding_basis: str = "machine"
    basis: Mapping[str, str] = field(default_factory=dict)
    disputed: tuple[str, ...] = ()

    @property
    def incidence_percent(self) -> float | None:
        """As stated, else computed from the numbers stated."""
        stated = self.finding.incidence_percent
        return stated if stated is not None else self.incidence_computed


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of an article. `stage` is what decided it: "record" (what it says of itself) or "content"."""

    pmid: int
    decision: str
    stage: str = "content"
    basis: str = "automatic"
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """One search as it was run; `details` is its whole record."""

    source: str
    query: str | None
    translation: str | None
    date: str | None
    count: int | None
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EvidenceBase:
    """All that the exports show, in a stable order. `fates` has one entry an article."""

    rows: tuple[Row, ...] = ()
    sources: Mapping[int, Source] = field(default_factory=dict)
    fates: tuple[Fate, ...] = ()
    missing: int = 0
    searches: tuple[Search, ...] = ()
    runs: tuple[Mapping[str, Any], ...] = ()
    stale_decisions: int = 0

    @property
    def has_digests(self) -> bool:
        return any(source.is_digest for source in self.sources.values())


def read_evidence(out: Path) -> EvidenceBase:
    """Everything of OUT/evidence.db that is shown; raises PipelineError where it is missing or of another version."""
    database = open_evidence(out / DATABASE)
    try:
        return _read(database)
    finally:
        database.close()


def _read(database: Database) -> EvidenceBase:
    sources = {source.pmid: source for source in _sources(database)}
    return EvidenceBase(
        rows=tuple(_rows(database, sources)),
        sources=sources,
        fates=tuple(_fates(database)),
        missing=_count(database, "SELECT count(*) FROM missing"),
        searches=tuple(
            Search(r["source"], r["query"], r["translation"], r["date"], r["count"], json.loads(r["details"]))
            for r in _query(database, "SELECT * FROM searches ORDER BY search_id")
        ),
        runs=tuple(_query(database, "SELECT * FROM runs ORDER BY started, stage")),
        stale_decisions=_count(database, "SELECT count(*) FROM stale_decisions"),
    )


def _query(database: Database, sql: str) -> Iterator[dict[str, Any]]:
    return database.query(sql)


def _count(database: Database, sql: str) -> int:
    return int(database.execute(sql).fetchone()[0])


def _sources(database: Database) -> Iterator[Source]:
    """The articles that the evidence table cites, with their texts, by PMID."""
    cited = "SELECT DISTINCT pmid FROM evidence_table"
    sections: dict[int, list[Section]] = {}
    for row in _query(database, f"SELECT * FROM sections WHERE pmid IN ({cited}) ORDER BY pmid, section"):
        sections.setdefault(row["pmid"], []).append(Section(row["label"], row["nlm_category"], row["text"]))
    for row in _query(database, f"SELECT * FROM articles WHERE pmid IN ({cited}) ORDER BY pmid"):
        yield Source(
            **{name: row[name] for name in SOURCE_COLUMNS},
            authors=tuple(Author(**author) for author in json.loads(row["authors"])),
            publication_types=tuple(json.loads(row["publication_types"])),
            retracted=bool(row["retracted"]),
            is_digest=bool(row["is_digest"]),
            is_placeholder=bool(row["is_placeholder"]),
            notice=row["copyright"],
            sections=tuple(sections.get(row["pmid"], ())),
        )


SOURCE_COLUMNS = (
    *("pmid", "title", "doi", "pmcid", "journal", "journal_abbreviation", "year", "publication_date"),
    *("volume", "issue", "pages", "language", "study_type"),
)


def _rows(database: Database, sources: Mapping[int, Source]) -> Iterator[Row]:
    spans: dict[str, list[Evidence]] = {}
    for row in _query(
        database, 'SELECT * FROM evidence_spans ORDER BY finding_id, field, section, start, "end", quote'
    ):
        if row["section"] is not None:
            span = Evidence(row["field"], row["section"], row["start"], row["end"], row["quote"])
            spans.setdefault(row["finding_id"], []).append(span)
    sure: dict[str, list[tuple[str, float]]] = {}
    for row in _query(database, "SELECT * FROM field_confidence ORDER BY finding_id, field"):
        sure.setdefault(row["finding_id"], []).append((row["field"], row["confidence"]))
    for row in _query(database, "SELECT * FROM evidence_table ORDER BY pmid, level, label, finding_id"):
        basis = json.loads(row["basis"])
        machine = tuple((name, value) for name, value in sure.get(row["finding_id"], ()) if name not in basis)
        values: dict[str, Any] = {
            c: tuple(json.loads(row[c])) if c in LIST_COLUMNS else row[c] for c in FINDING_COLUMNS
        }
        yield Row(
            finding=Finding(**values, evidence=tuple(spans.get(row["finding_id"], ())), field_confidence=machine),
            source=sources[row["pmid"]],
            incidence_computed=row["incidence_computed_percent"],
            origin=row["origin"],
            finding_basis=row["finding_basis"],
            basis=basis,
            disputed=tuple(json.loads(row["disputed"])),
        )


def _fates(database: Database) -> Iterator[Fate]:
    """An article whose record already decided is told apart from one whose text had to be read."""
    sql = """
        SELECT i.pmid, i.decision, i.basis, i.reason,
               CASE WHEN r.decision = 'excluded' THEN 'record' ELSE 'content' END AS stage
        FROM inclusion i LEFT JOIN screening r ON r.pmid = i.pmid AND r.stage = 'record'
        ORDER BY i.pmid
    """
    for row in _query(database, sql):
        yield Fate(row["pmid"], row["decision"], row["stage"], row["basis"], row["reason"])
