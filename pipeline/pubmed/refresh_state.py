"""What a refresh leaves for the next one: search.json, pmids.txt and records/complete.json.

search.json is {"kind": "live" or "source", "searches": [record, ...]}, oldest first. In a live record `round` numbers
the refreshes that fetch completes, and `revised` are PMIDs to fetch again in that round. complete.json says which round
fetch completed last, and when that round's first search was.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import PipelineError
from pipeline.files import atomic_write, read_text, write_json

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Round:
    """The round that the last search belongs to: its number, its first search's date, what to fetch again.

    `new_day` tells that the round before was on another day: what was missing then is asked for again.
    """

    number: int
    searched: str
    revised: frozenset[int]
    new_day: bool


def read_searches(out: Path) -> list[Record]:
    """The records of live searches so far; none where files took PubMed's place."""
    content = _read_json(out / "search.json")
    try:
        return list(content["searches"]) if content.get("kind") == "live" else []
    except KeyError as error:
        raise PipelineError(f"{out / 'search.json'} is damaged; move it away and run `make refresh` again") from error


def write_searches(out: Path, kind: str, searches: list[Record]) -> None:
    write_json(out / "search.json", {"kind": kind, "searches": searches})


def current_round(out: Path) -> Round:
    """Raises PipelineError where PubMed was not searched."""
    searches = read_searches(out)
    if not searches:
        raise PipelineError(
            f"{out / 'search.json'} holds no search of PubMed; run the search stage first (`make refresh`)"
        )
    number = searches[-1]["round"]
    these = [s for s in searches if s["round"] == number]
    before = [s for s in searches if s["round"] < number]
    return Round(
        number=number,
        searched=these[0]["date"],
        revised=frozenset(pmid for s in these for pmid in s["revised"]),
        new_day=bool(before) and before[-1]["date"][:10] != these[-1]["date"][:10],
    )


def read_complete(out: Path) -> Record:
    """Of the last complete round: `round`, `searched`, and what fetch made in it. Empty before the first."""
    complete = _read_json(out / "records" / "complete.json")
    return complete if {"round", "searched"} <= complete.keys() else {}


def write_complete(out: Path, complete: Record) -> None:
    write_json(out / "records" / "complete.json", complete)


def read_pmids(out: Path) -> set[int]:
    """The PMIDs of pmids.txt; none where there is no such file."""
    path = out / "pmids.txt"
    if not path.exists():
        return set()
    try:
        return {int(line) for line in read_text(path).split()}
    except ValueError as error:
        raise PipelineError(
            f"{path} holds a line that is no PMID; remove the file and run `make refresh` again"
        ) from error


def write_pmids(out: Path, pmids: set[int], always: bool = False) -> str:
    """Write pmids.txt, sorted; its SHA-256 is returned. A file that says the same keeps its date, unless `always`."""
    path = out / "pmids.txt"
    data = "".join(f"{pmid}\n" for pmid in sorted(pmids)).encode()
    if always or not path.exists() or path.read_bytes() != data:
        with atomic_write(path, "wb") as stream:
            stream.write(data)
    return hashlib.sha256(data).hexdigest()


def pmids_sha256(out: Path) -> str | None:
    path = out / "pmids.txt"
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None


def _read_json(path: Path) -> Record:
    if not path.exists():
        return {}
    try:
        return dict(json.loads(read_text(path)))
    except (ValueError, TypeError) as error:
        raise PipelineError(f"{path} is damaged; move it away and run `make refresh` again") from error
