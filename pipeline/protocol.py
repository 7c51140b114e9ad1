"""Reads a review's protocol, `corpora/<name>/`: the only place where a review's words, numbers and rules live.

    protocol.toml        title, question, drug class, event concepts, eligibility, exclusion reasons
    query.txt            the PubMed query ("#" starts a comment line)
    definitions.toml     grades by count, the boundary of late onset, definitions in use
    regimens.csv         named regimens: the review's drug in it (if any) and its partners
    vocabulary/*.csv     one file a kind (drug, event, indication, ...): VOCABULARY_COLUMNS
    decisions/*.csv      what reviewers decided (read by the load stage)
    sample/, gold/       texts that ship with the project, and what a reader found in them

`corpora/common/triggers/*.csv` holds what every review shares (assertion, severity, management, ...).
"""

from __future__ import annotations

import csv
import io
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pipeline.errors import PipelineError
from pipeline.files import read_text, sha256_of_tree

CORPORA = Path(__file__).resolve().parent.parent / "corpora"
VOCABULARY_COLUMNS = ("concept", "preferred_name", "term", "match", "identifier", "source")
BROADER_COLUMNS = ("concept", "broader", "source")
EVENT_DISEASE_COLUMNS = ("term", "source")
REGIMEN_COLUMNS = ("concept", "drug", "given_with", "partners", "source")
MATCHES = ("", "case")


@dataclass(frozen=True, slots=True)
class Term:
    """One way in which a text can name a concept.

    `match` is "" for any capitals, "case" for exactly these (short forms that are also words).
    `identifier` is "SCHEME:id", several joined by "; ", or None where no scheme has one.
    """

    kind: str
    concept: str
    preferred_name: str
    term: str
    match: str
    identifier: str | None
    source: str


@dataclass(frozen=True, slots=True)
class Regimen:
    """A named combination. `drug` is the review's drug in it, None where it holds none; `partners` as authors list.

    `given_with` is what a table says beside the drug ("CHOP"), None where the name without the drug's letter does.
    """

    concept: str
    drug: str | None
    partners: str | None
    source: str
    given_with: str | None = None


@dataclass(frozen=True)
class Protocol:
    """A review as data. `config` is protocol.toml, `definitions` is definitions.toml, as parsed."""

    name: str
    folder: Path
    query: str
    config: dict[str, Any]
    definitions: dict[str, Any]
    terms: tuple[Term, ...]
    regimens: dict[str, Regimen]

    @property
    def title(self) -> str:
        return str(self.config["title"])

    @property
    def drug_class(self) -> str:
        """The concept used where a text names only the class of drugs."""
        return str(self.config["drug_class"])

    @cached_property
    def partners(self) -> tuple[str | None, ...]:
        """What each named regimen gives beside the drug."""
        return tuple(regimen.partners for regimen in self.regimens.values())

    @cached_property
    def broader_conditions(self) -> dict[str, str]:
        """What is broader than a condition; empty where the review has no such table."""
        path = self.folder / "broader_conditions.csv"
        rows = read_table(path, BROADER_COLUMNS) if path.exists() else []
        return {row["concept"]: row["broader"] for _, row in rows}

    @cached_property
    def event_diseases(self) -> tuple[str, ...]:
        """Diseases that consist of the event or bring it, and are treated with the drug; () without a table."""
        path = self.folder / "event_diseases.csv"
        return tuple(row["term"] for _, row in read_table(path, EVENT_DISEASE_COLUMNS)) if path.exists() else ()

    @cached_property
    def sha256(self) -> str:
        """Of everything that decides what is searched and who is eligible."""
        return sha256_of_tree(self.folder / "protocol.toml", self.folder / "query.txt")

    @cached_property
    def vocabulary_sha256(self) -> str:
        """Of everything that decides what is read in a text."""
        return sha256_of_tree(
            self.folder / "vocabulary",
            self.folder / "definitions.toml",
            self.folder / "regimens.csv",
            self.folder / "broader_conditions.csv",
            self.folder / "event_diseases.csv",
            CORPORA / "common" / "triggers",
        )


def read_table(path: Path, columns: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    """The rows of a CSV with exactly these columns, each with its line number; cells are stripped."""
    return parse_table(read_text(path), columns, str(path))


def parse_table(text: str, columns: tuple[str, ...], where: str) -> list[tuple[int, dict[str, str]]]:
    """`read_table` on text; `where` names the file in errors. Raises PipelineError with file and line."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, dict[str, str]]] = []
    try:
        header = [cell.strip() for cell in next(reader, [])]
        if missing := [c for c in columns if c not in header]:
            raise PipelineError(f"{where} line 1: column {', '.join(missing)} is missing; needed: {','.join(columns)}")
        if unknown := [c for c in header if c not in columns]:
            raise PipelineError(f"{where} line 1: unknown column {', '.join(unknown)}; allowed: {','.join(columns)}")
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                raise PipelineError(
                    f"{where} line {reader.line_num}: {len(cells)} cells where the header has {len(header)}; "
                    "add the missing cell, or quote a cell that contains a comma"
                )
            rows.append((reader.line_num, dict(zip(header, (cell.strip() for cell in cells), strict=True))))
    except csv.Error as error:
        raise PipelineError(f"{where} line {reader.line_num}: {error}; check the quotes") from error
    return rows


def read_vocabulary(path: Path) -> list[Term]:
    """The terms of one vocabulary file; its stem is their kind."""
    terms = []
    for line, row in read_table(path, VOCABULARY_COLUMNS):
        for column in ("concept", "preferred_name", "term", "source"):
            if not row[column]:
                raise PipelineError(f"{path} line {line}: {column} is empty; every term needs one")
        if row["match"] not in MATCHES:
            raise PipelineError(f"{path} line {line}: match is {row['match']!r}; allowed: empty or case")
        terms.append(
            Term(
                kind=path.stem,
                concept=row["concept"],
                preferred_name=row["preferred_name"],
                term=row["term"],
                match=row["match"],
                identifier=row["identifier"] or None,
                source=row["source"],
            )
        )
    return terms


def read_regimens(path: Path) -> dict[str, Regimen]:
    """Regimens by concept; none where the review has no such file."""
    if not path.exists():
        return {}
    regimens: dict[str, Regimen] = {}
    for line, row in read_table(path, REGIMEN_COLUMNS):
        if not row["concept"] or not row["source"]:
            raise PipelineError(f"{path} line {line}: concept or source is empty; every regimen needs both")
        if row["concept"] in regimens:
            raise PipelineError(f"{path} line {line}: {row['concept']} stands there twice; keep one row")
        regimens[row["concept"]] = Regimen(
            row["concept"], row["drug"] or None, row["partners"] or None, row["source"], row["given_with"] or None
        )
    return regimens


def read_query(text: str) -> str:
    """The query on one line, comment lines left out."""
    lines = (line.strip() for line in text.splitlines())
    return " ".join(line for line in lines if line and not line.startswith("#"))


def read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as error:
        raise PipelineError(f"{path}: {error}") from error


def load_protocol(name: str, corpora: Path = CORPORA) -> Protocol:
    """Read and check `corpora/<name>/`; raises PipelineError naming the file, the line and the remedy."""
    folder = corpora / name
    if not (folder / "protocol.toml").is_file():
        known = ", ".join(sorted(p.parent.name for p in corpora.glob("*/protocol.toml")))
        raise PipelineError(f"unknown CORPUS {name!r}: {folder} has no protocol.toml; known: {known or 'none'}")
    config = read_toml(folder / "protocol.toml")
    for key in ("title", "question", "drug_class", "events", "exclusion_reasons"):
        if key not in config:
            raise PipelineError(f"{folder / 'protocol.toml'}: {key} is missing")
    terms: list[Term] = []
    for path in sorted((folder / "vocabulary").glob("*.csv")):
        terms.extend(read_vocabulary(path))
    kinds = {term.kind for term in terms}
    for kind in ("drug", "event"):
        if kind not in kinds:
            raise PipelineError(f"{folder / 'vocabulary'}: {kind}.csv is missing or has no row")
    events = {term.concept for term in terms if term.kind == "event"}
    for concept in config["events"]:
        if concept not in events:
            raise PipelineError(f"{folder / 'protocol.toml'}: events.{concept} has no row in vocabulary/event.csv")
    return Protocol(
        name=name,
        folder=folder,
        query=read_query(read_text(folder / "query.txt")),
        config=config,
        definitions=read_toml(folder / "definitions.toml"),
        terms=tuple(terms),
        regimens=read_regimens(folder / "regimens.csv"),
    )
