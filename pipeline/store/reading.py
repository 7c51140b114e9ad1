"""Records read back from evidence.db."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable

from sqlite_utils import Database

from pipeline.records import FINDING_COLUMNS, LIST_COLUMNS, Evidence, Finding
from pipeline.review.anchors import Text, parse_anchor
from pipeline.review.decisions import Decision, World


def read_world(database: Database, decisions: Iterable[Decision]) -> World:
    """What the machine reports of every article that the decisions may be about: by PMID, or by the text they saw."""
    decisions = list(decisions)
    pmids = {decision.pmid for decision in decisions if decision.pmid is not None}
    anchors = [parse_anchor(decision.anchor) for decision in decisions if decision.anchor]
    for sha256 in {anchor.sha256 for anchor in anchors if anchor}:
        pmids.update(pmid for (pmid,) in database.execute("SELECT pmid FROM articles WHERE text_sha256 = ?", [sha256]))
    return World(read_texts(database, pmids), read_findings(database, pmids))


def read_texts(database: Database, pmids: Iterable[int]) -> dict[int, Text]:
    """The texts of these articles, as far as they are in the database."""
    texts = {}
    for pmid in sorted(pmids):
        found = database.execute("SELECT text_sha256 FROM articles WHERE pmid = ?", [pmid]).fetchone()
        if found:
            rows = database.execute("SELECT text FROM sections WHERE pmid = ? ORDER BY section", [pmid])
            texts[pmid] = Text(found[0], tuple(text for (text,) in rows))
    return texts


def read_findings(database: Database, pmids: Iterable[int]) -> dict[int, list[Finding]]:
    """The machine's findings of these articles with their evidence, in the order in which they were loaded."""
    columns = ", ".join(FINDING_COLUMNS)
    found: dict[int, list[Finding]] = defaultdict(list)
    for pmid in sorted(pmids):
        for row in database.execute(f"SELECT {columns} FROM findings WHERE pmid = ? ORDER BY rowid", [pmid]):
            values = dict(zip(FINDING_COLUMNS, row, strict=True))
            values.update({name: tuple(json.loads(values[name])) for name in LIST_COLUMNS})
            evidence = database.execute(
                'SELECT field, section, start, "end", quote FROM evidence WHERE finding_id = ? ORDER BY rowid',
                [values["finding_id"]],
            )
            found[pmid].append(Finding(**values, evidence=tuple(Evidence(*item) for item in evidence)))
    return found
