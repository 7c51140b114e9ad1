"""Browse: evidence.db in Datasette, with what each table and column means, facets, and ready queries.

What is shown comes from schema.sql and the data dictionary; nothing is described twice.
"""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pipeline.errors import PipelineError
from pipeline.files import write_json
from pipeline.protocol import Protocol
from pipeline.review.dictionary import Dictionary, read_dictionary
from pipeline.store import DATABASE, SCHEMA, open_evidence

FACETS = {
    "evidence_table": ["drug", "indication", "level", "study_type", "event_definition", "onset_class", "year"],
    "articles": ["study_type", "year", "language", "retracted"],
    "inclusion": ["decision", "reason", "basis"],
    "mentions": ["label", "concept"],
    "rejected_candidates": ["kind", "reason"],
    "stale_decisions": ["reviewer", "status", "field"],
    "reviews": ["reviewer", "status", "action", "field"],
    "candidates": ["outcome", "kind", "reason"],
}
QUERIES = {
    "search": (
        "Articles whose title or abstract has these words",
        """SELECT a.pmid, a.title, a.year, i.decision, snippet(articles_fts, -1, '[', ']', '...', 24) AS found
           FROM articles_fts JOIN articles a ON a.pmid = articles_fts.rowid JOIN inclusion i ON i.pmid = a.pmid
           WHERE articles_fts MATCH :words ORDER BY rank""",
    ),
    "values_with_their_words": (
        "Every value of an article with the words it rests on",
        """SELECT e.finding_id, e.field, e.quote, CASE WHEN e.reviewer IS NULL THEN c.confidence END AS confidence,
                  s.label AS heading, s.text, e.reviewer
           FROM evidence_spans e JOIN evidence_table t USING (finding_id)
           LEFT JOIN field_confidence c ON c.finding_id = e.finding_id AND c.field = e.field
           JOIN sections s ON s.pmid = t.pmid AND s.section = e.section
           WHERE t.pmid = :pmid ORDER BY e.finding_id, e.section, e.start""",
    ),
    "why_not_used": (
        "What an article has that was not used, and why",
        "SELECT kind, text, reason, section FROM rejected_candidates WHERE pmid = :pmid",
    ),
    "corrected_values": (
        "What reviewers corrected: the machine's value and the one that stands",
        """SELECT v.pmid, v.finding_id, b.key AS field, b.value AS basis, r.value, r.reviewer, r.quote, r.note
           FROM reviewed_findings v, json_each(v.basis) b
           JOIN reviews r ON r.applied_finding_id = v.finding_id AND r.field = b.key AND r.status = 'applied'
           WHERE r.action <> 'accept' ORDER BY v.pmid, v.finding_id, b.key""",
    ),
    "to_look_at": (
        "Findings that carry a flag, the least certain first",
        """SELECT finding_id, pmid, drug, label, flags, confidence FROM evidence_table
           WHERE flags <> '[]' ORDER BY confidence, pmid""",
    ),
    "reading_order": (
        "Articles that nobody has decided on, the likeliest first",
        """SELECT s.pmid, a.title, s.score, i.decision, i.reason FROM screening s
           JOIN articles a USING (pmid) JOIN inclusion i USING (pmid)
           WHERE s.stage = 'record' AND i.basis = 'automatic' ORDER BY s.score DESC, s.pmid""",
    ),
}

_RELATION = re.compile(r"CREATE (?:VIRTUAL )?(?:TABLE|VIEW) (\w+)[^-]*(?:--\s*(.*))?")
_COLUMN = re.compile(r'\s+"?(\w+)"?\s*(?:INTEGER|TEXT|REAL)\b.*?(?:--\s*(.*))?$')
_COMMENT = re.compile(r"\s+--\s*(.*)$")


@dataclass
class Relation:
    """A table or view of the schema: what it is, and what each of its columns is."""

    description: str
    columns: dict[str, str] = field(default_factory=dict)


def describe_schema(schema: str) -> dict[str, Relation]:
    """What the comments of schema.sql say of each table, view and column."""
    relations: dict[str, Relation] = {}
    relation, column = None, None
    for line in schema.splitlines():
        if found := _RELATION.match(line):
            relation, column = Relation((found[2] or "").strip()), None
            relations[found[1]] = relation
        elif not line.startswith((" ", ")")):
            relation, column = None, None
        elif relation and (found := _COLUMN.match(line)):
            column = found[1]
            relation.columns[column] = (found[2] or "").strip()
        elif relation and column and (found := _COMMENT.match(line)):
            relation.columns[column] = f"{relation.columns[column]} {found[1]}".strip()
    return relations


def metadata(protocol: Protocol, dictionary: Dictionary) -> dict[str, Any]:
    """What Datasette shows beside the data."""
    relations = describe_schema(SCHEMA.read_text(encoding="utf-8"))
    meaning = {c.name: f"{c.description} ({c.unit})" if c.unit else c.description for c in dictionary.values()}
    tables: dict[str, dict[str, Any]] = {}
    for name, relation in relations.items():
        columns = relation.columns or (meaning if name in ("evidence_table", "standing_findings") else {})
        tables[name] = {"description": relation.description, "columns": columns}
        if name in FACETS:
            tables[name]["facets"] = FACETS[name]
    tables["articles"] |= {"label_column": "title", "fts_table": "articles_fts", "fts_pk": "pmid"}
    queries = {name: {"title": title, "sql": " ".join(sql.split())} for name, (title, sql) in QUERIES.items()}
    return {
        "title": protocol.title,
        "description": str(protocol.config["question"]),
        "databases": {"evidence": {"tables": tables, "queries": queries}},
    }


def run(out: Path, protocol: Protocol) -> None:
    """Write OUT/browse.json and serve the database on this machine until Ctrl-C."""
    open_evidence(out / DATABASE).close()
    write_json(out / "browse.json", metadata(protocol, read_dictionary(protocol)))
    if find_spec("datasette") is None:
        raise PipelineError(
            "Datasette is not installed; run: .venv/bin/python -m pip install datasette, then make browse"
        )
    command = [sys.executable, "-m", "datasette", "serve", str(out / DATABASE), "--metadata", str(out / "browse.json")]
    subprocess.run([*command, "--open"], check=False)  # noqa: S603 - our own arguments
