"""What the evidence base said after each load, kept so that any two loads can be compared.

    OUT/snapshots/0003.json                    the third state: when, made with what, and the objects it consists of
    OUT/snapshots/objects/3f/3fa9....jsonl     an object: some articles, a line each, named by the SHA-256 of its bytes

Articles are grouped by PMID, so a refresh writes the objects of new and changed articles and shares all others. A load
that changes nothing adds no state.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from pipeline.errors import PipelineError
from pipeline.files import atomic_write, make_folder, read_jsonl, read_text, write_json
from pipeline.records import FINDING_COLUMNS, LIST_COLUMNS

FOLDER = "snapshots"
PMIDS_AN_OBJECT = 100_000
JSON_COLUMNS = (*LIST_COLUMNS, "basis")
STATE_COLUMNS = (*FINDING_COLUMNS, "finding_basis", "basis")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A state by reference. `articles` maps a range of PMIDs to an object, `stale` is the object of stale decisions."""

    run: int
    made: str
    versions: dict[str, Any]
    articles: dict[str, str]
    stale: str


def take(database: Database, out: Path, made: str) -> Snapshot | None:
    """Keep the state of a loaded database; None where it equals the last one. `made` is the time, ISO 8601."""
    folder = make_folder(out / FOLDER)
    articles = {str(group): _store(folder, lines) for group, lines in _grouped(article_states(database))}
    stale = _store(folder, stale_states(database))
    earlier = list_snapshots(out)
    if earlier and (earlier[-1].articles, earlier[-1].stale) == (articles, stale):
        return None
    run = earlier[-1].run + 1 if earlier else 1
    versions = {row["stage"]: row["code_version"] for row in database.query("SELECT stage, code_version FROM runs")}
    snapshot = Snapshot(run, made, versions | _extraction_versions(database), articles, stale)
    write_json(folder / f"{run:04}.json", asdict(snapshot))
    return snapshot


def list_snapshots(out: Path) -> list[Snapshot]:
    """The states of a folder, oldest first."""
    snapshots = []
    for path in sorted((out / FOLDER).glob("[0-9]*.json")):
        try:
            snapshots.append(Snapshot(**json.loads(read_text(path))))
        except (ValueError, TypeError) as error:
            raise PipelineError(f"{path} is not a snapshot: {error}; delete it") from error
    return sorted(snapshots, key=lambda snapshot: snapshot.run)


def read_object(out: Path, sha256: str) -> list[dict[str, Any]]:
    """The lines of an object. Raises PipelineError where it is missing or damaged."""
    path = _object_path(out / FOLDER, sha256)
    try:
        intact = hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    except OSError:
        intact = False
    if not intact:
        raise PipelineError(f"{path} is missing or damaged, its state cannot be compared; choose another SINCE=")
    return list(read_jsonl(path))


def article_states(database: Database) -> Iterator[tuple[int, str]]:
    """What stands for each article, as PMID and JSON: inclusion, retraction, findings with the places of evidence.

    SQLite writes the JSON, which is several times faster than doing so here.
    """
    spans = dict(
        database.execute(
            """SELECT finding_id, json_group_array(json_array(field, section, start, "end"))
           FROM (SELECT * FROM evidence_spans ORDER BY finding_id, field, section, start, "end") GROUP BY finding_id"""
        )
    )
    findings: dict[int, list[str]] = defaultdict(list)
    values = ", ".join(f"'{c}', json({c})" if c in JSON_COLUMNS else f"'{c}', {c}" for c in STATE_COLUMNS)
    for pmid, finding_id, state in database.execute(
        f"SELECT pmid, finding_id, json_object({values}) FROM evidence_table"
    ):
        findings[pmid].append(f'{state[:-1]},"spans":{spans.get(finding_id, "[]")}}}')
    articles = """SELECT pmid, json_object('pmid', pmid, 'citation', citation, 'retracted', retracted,
                                           'decision', decision, 'reason', reason)
                  FROM citations JOIN inclusion USING (pmid) ORDER BY pmid"""
    for pmid, state in database.execute(articles):
        yield pmid, f'{state[:-1]},"findings":[{",".join(findings[pmid])}]}}' if pmid in findings else state


def stale_states(database: Database) -> list[str]:
    """The decisions that are not applied as JSON, without their place in the file."""
    query = "SELECT reviewer, status, why, pmid, finding_id, field, value, action FROM stale_decisions"
    return sorted(json.dumps(row, ensure_ascii=False) for row in database.query(query))


def _extraction_versions(database: Database) -> dict[str, Any]:
    query = "SELECT model, model_sha256, protocol_sha256, vocabulary_sha256 FROM runs WHERE stage = 'extract'"
    return next(iter(database.query(query)), {})


def _grouped(states: Iterable[tuple[int, str]]) -> Iterator[tuple[int, list[str]]]:
    """Articles by range of PMIDs; they come sorted."""
    for group, members in groupby(states, key=lambda state: state[0] // PMIDS_AN_OBJECT):
        yield group, [line for _, line in members]


def _store(folder: Path, lines: Iterable[str]) -> str:
    """Write an object unless it is there; its SHA-256 is returned."""
    data = "".join(f"{line}\n" for line in lines).encode()
    sha256 = hashlib.sha256(data).hexdigest()
    path = _object_path(folder, sha256)
    if not path.exists():
        with atomic_write(path, "wb") as stream:
            stream.write(data)
    return sha256


def _object_path(folder: Path, sha256: str) -> Path:
    return folder / "objects" / sha256[:2] / f"{sha256}.jsonl"
