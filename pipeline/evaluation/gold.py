"""Reads gold files: texts with what a reader found in them, one JSON object a line.

A record holds bibliographic data, `sections` ([{label, text}]) and `gold` ({relevant, reason, study_type, findings}).
Its texts may carry inline markup; every text and quote is brought to the form in which articles are stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pipeline.files import read_jsonl
from pipeline.records import TITLE, Article, Author, Section

FIRST_PLACEHOLDER = 99_000_001
SUPERSCRIPT = re.compile(r"<sup>(.*?)</sup>", re.IGNORECASE | re.DOTALL)
MARKUP = re.compile(r"</?(?:sub|i|b|u|em|strong)>", re.IGNORECASE)


def stored_text(text: str) -> str:
    """Text as an article stores it: superscripts as "^x", other inline markup dropped with its content kept."""
    return MARKUP.sub("", SUPERSCRIPT.sub(r"^\1", text))


def with_placeholders(records: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The records in file order, each with a PMID: those without one are numbered from 99000001 upward."""
    numbered = []
    placeholder = FIRST_PLACEHOLDER
    for record in records:
        pmid = record.get("pmid")
        if pmid is None:
            pmid, placeholder = placeholder, placeholder + 1
        numbered.append({**record, "pmid": int(pmid)})
    return numbered


def read_gold(path: Path) -> list[dict[str, Any]]:
    """The records of a gold file, each with a PMID or its placeholder."""
    return with_placeholders(read_jsonl(path))


def article_of(record: dict[str, Any]) -> Article:
    """A gold record as an article; section 0 is its title."""
    title = stored_text(record.get("title") or "")
    return Article(
        pmid=int(record["pmid"]),
        title=title,
        sections=(
            Section(TITLE, TITLE, title),
            *(Section(s.get("label"), None, stored_text(s["text"])) for s in record["sections"]),
        ),
        doi=record.get("doi"),
        journal=record.get("journal"),
        year=record.get("year"),
        volume=record.get("volume"),
        issue=record.get("issue"),
        pages=record.get("pages"),
        authors=tuple(Author(last=a.get("last"), fore=a.get("fore")) for a in record.get("authors") or ()),
        publication_types=tuple(record.get("publication_types") or ()),
        mesh_headings=tuple(record.get("mesh") or ()),
        language=record.get("language"),
    )
