"""An evidence base made of nothing but inventions: what the exports show, built without a database."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pipeline.protocol import Protocol, Term
from pipeline.records import Author, Evidence, Finding, Section
from pipeline.tables.labels import Labels, read_labels
from pipeline.tables.read import EvidenceBase, Fate, Row, Search, Source

NOTICE = "Invented digest, not the published abstract."
CASE_TEXT = "A woman of 38 had grade 4 anaemia 91 days after drugamab. 😀 It resolved with transfusion."
GROUP_TEXT = "Of 40 patients given drugamab, 12 (30%) had anaemia."
# What titles and names hold in the world, and what each format reads as its own markup.
HOSTILE_TITLE = r"<script>alert('x')</script> & 100% of $x_1$ {brace} \end{document} #1 ~^ | `code` <b>α</b> ≥ 5 µg"
HOSTILE_AUTHORS = (
    Author(last="=HYPERLINK(1)", fore="O'Neil & Söns"),
    Author(last="王", fore="小明"),
    Author(last="כהן", fore="דוד"),
    Author(last="محمد", fore="علي"),
    Author(last="Łukasiewicz-Ḥasan", fore="Žofia"),
    Author(collective="The {X} & $Y Study_Group"),
)


def make_protocol(folder: Path = Path("/nowhere"), **config: Any) -> Protocol:
    terms = [("drug", "drugamab", "drugamab"), ("drug", "otheramab", "otheramab"), ("drug", "anti-x", "anti-X")]
    known: dict[str, Any] = {
        "name": "invented",
        "folder": folder,
        "query": "drugamab AND anaemia",
        "config": {
            "title": "An invented review",
            "question": "Does it help to test?",
            "drug_class": "anti-x",
            "events": {"anaemia": {}},
            "exclusion_reasons": {"no_event": "No event named", "retracted": "Retracted publication"},
            "sample": {"notice": NOTICE},
            "captions": {
                "case_table": "Cases of anaemia",
                "study_table": "Studies of anaemia",
                "event_name": "anaemia",
            },
            **config,
        },
        "definitions": {"onset": {"late_after_days": 28}},
        "terms": tuple(Term(kind, concept, name, name, "", None, "invented") for kind, concept, name in terms),
        "regimens": {},
    }
    return Protocol(**known)


def make_labels(**config: Any) -> Labels:
    return read_labels(make_protocol(**config))


def span(text: str, quote: str, field: str) -> Evidence:
    start = text.index(quote)
    return Evidence(field, 1, start, start + len(quote), quote)


def source(pmid: int, text: str = GROUP_TEXT, **fields: Any) -> Source:
    title = fields.pop("title", f"Invented study {pmid}")
    known: dict[str, Any] = {
        "pmid": pmid,
        "title": title,
        "year": 2020,
        "journal": "Journal of Inventions",
        "journal_abbreviation": "J Invent",
        "volume": "3",
        "issue": "2",
        "pages": "101-9",
        "doi": f"10.1000/{pmid}",
        "authors": (Author("Doe", "Jane", "J"), Author("Roe", "Kim Lee", "KL")),
        "study_type": "cohort",
        "sections": (Section("TITLE", "TITLE", title), Section("RESULTS", "RESULTS", text)),
    }
    return Source(**{**known, **fields})


def case(pmid: int = 11, where: Source | None = None, **fields: Any) -> Row:
    """A woman of 38, grade 4 after 91 days."""
    known: dict[str, Any] = {
        "finding_id": f"case-{pmid}",
        "pmid": pmid,
        "level": "case",
        "drug": "drugamab",
        "indication": "testitis",
        "n_treated": 1,
        "n_events": 1,
        "age_years": 38.0,
        "sex": "female",
        "onset_days": 91.0,
        "onset_statistic": "exact",
        "onset_anchor": "last_dose",
        "onset_class": "late",
        "ctcae_grade": 4,
        "grade_basis": "stated",
        "anc_nadir": 0.2,
        "management": ("gcsf", "antibiotics"),
        "outcome": "resolved",
        "confidence": 0.9,
        "evidence": (
            span(CASE_TEXT, "A woman", "sex"),
            span(CASE_TEXT, "of 38", "age_years"),
            span(CASE_TEXT, "91 days after drugamab", "onset_days"),
            span(CASE_TEXT, "grade 4", "ctcae_grade"),
            span(CASE_TEXT, "resolved", "outcome"),
        ),
    }
    finding = Finding(**{**known, **fields})
    return Row(finding, where or source(pmid, CASE_TEXT, study_type="case_report"))


def group(pmid: int = 21, where: Source | None = None, **fields: Any) -> Row:
    """12 of 40, any grade."""
    known: dict[str, Any] = {
        "finding_id": f"group-{pmid}",
        "pmid": pmid,
        "level": "group",
        "drug": "drugamab",
        "indication": "testitis",
        "n_treated": 40,
        "n_events": 12,
        "event_definition": "any_grade",
        "confidence": 0.9,
        "evidence": (span(GROUP_TEXT, "40 patients", "n_treated"), span(GROUP_TEXT, "12 (30%)", "n_events")),
    }
    finding = Finding(**{**known, **fields})
    n, events = finding.n_treated, finding.n_events
    computed = round(100 * events / n, 1) if n and events is not None and 0 <= events <= n else None
    return Row(finding, where or source(pmid), incidence_computed=computed)


def make_base(rows: Iterable[Row] = (), excluded: int = 0, **fields: Any) -> EvidenceBase:
    """Rows with their articles included, and so many articles more that were excluded for want of an event."""
    rows = tuple(rows)
    sources = {row.source.pmid: row.source for row in rows}
    fates = [Fate(pmid, "included") for pmid in sorted(sources)]
    fates += [Fate(9000 + i, "excluded", "content", "automatic", "no_event") for i in range(excluded)]
    search = Search("PubMed", "drugamab", "drugamab[All Fields]", "2026-01-02T03:04:05", len(fates), {})
    known: dict[str, Any] = {"rows": rows, "sources": sources, "fates": tuple(fates), "searches": (search,)}
    return EvidenceBase(**{**known, **fields})


def hostile_base() -> EvidenceBase:
    """Every trap in one review: markup, formulas, scripts of all directions, placeholders, digests, no year."""
    trap = source(
        99_000_001,
        CASE_TEXT,
        title=HOSTILE_TITLE,
        authors=HOSTILE_AUTHORS,
        journal="J. <i>Trap</i> & Co",
        journal_abbreviation=None,
        year=None,
        pages="1\u201310",
        doi="10.1000/trap",
        is_placeholder=True,
        is_digest=True,
        notice=NOTICE,
    )
    bare = Source(pmid=31, title="", sections=(Section("TITLE", "TITLE", ""),))
    rows = [
        case(99_000_001, trap, label="=cmd|'/C calc'!A0", regimen="-2+3", indication="@SUM(A1)"),
        group(99_000_001, trap, finding_id="trap", label="+1 | `arm` \x07<b>", definition_text="=1+1", n_events=0),
        Row(Finding("bare", 31, "group", drug="anti-x"), bare),
        group(41, n_events=50, n_treated=40, finding_id="too-many"),
    ]
    return make_base(rows, excluded=2)
