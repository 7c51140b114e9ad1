"""schema.sql, the records, the data dictionary and the database hold the same columns; every column is explained."""

from __future__ import annotations

import csv
import sqlite3
from pathlib import Path

import pytest

from pipeline.errors import PipelineError
from pipeline.records import FINDING_COLUMNS, Evidence, Mention
from pipeline.review.browse import FACETS, QUERIES, describe_schema, metadata
from pipeline.review.dictionary import COLUMNS_FILE, read_dictionary
from pipeline.store import SCHEMA, SCHEMA_VERSION, open_evidence, schema_version
from tests.evidence_files import load_review, make_protocol, query

TEXT = SCHEMA.read_text(encoding="utf-8")
RELATIONS = describe_schema(TEXT)
PROMISED = (
    *("articles", "sections", "searches", "screening", "mentions", "findings", "evidence", "reviews", "runs"),
    "field_confidence",
)
VIEWS = (
    *(
        "evidence_table",
        "prisma",
        "disagreements",
        "stale_decisions",
        "rejected_candidates",
        "by_drug",
        "by_indication",
    ),
    *("inclusion", "citations", "standing_findings", "reviewed_quotes", "evidence_spans", "candidates"),
)


@pytest.fixture
def database() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.executescript(TEXT)
    return connection


def columns_of(database: sqlite3.Connection, name: str) -> list[str]:
    return [description[0] for description in database.execute(f"SELECT * FROM {name}").description]


def test_findings_has_the_columns_of_the_record_and_of_the_dictionary(database: sqlite3.Connection) -> None:
    with COLUMNS_FILE.open(newline="", encoding="utf-8") as stream:
        dictionary = [row["column"] for row in csv.DictReader(stream)]
    assert columns_of(database, "findings") == list(FINDING_COLUMNS) == dictionary


@pytest.mark.parametrize("name", ["evidence_table", "standing_findings", "reviewed_findings"])
def test_what_stands_begins_with_the_columns_of_a_finding(database: sqlite3.Connection, name: str) -> None:
    assert columns_of(database, name)[: len(FINDING_COLUMNS)] == list(FINDING_COLUMNS)


def test_evidence_and_mentions_have_the_columns_of_their_records(database: sqlite3.Connection) -> None:
    assert columns_of(database, "evidence") == ["finding_id", *Evidence.__slots__]
    assert columns_of(database, "mentions") == ["pmid", *Mention.__slots__]


def test_types_of_findings_are_those_of_the_dictionary(database: sqlite3.Connection, tmp_path: Path) -> None:
    declared = {name: kind for _, name, kind, *_ in database.execute("PRAGMA table_info(findings)")}
    types = {"text": "TEXT", "list": "TEXT", "integer": "INTEGER", "real": "REAL"}
    dictionary = read_dictionary(make_protocol(tmp_path))
    assert declared == {column.name: types[column.type] for column in dictionary.values()}


@pytest.mark.parametrize("name", PROMISED)
def test_every_table_is_strict(database: sqlite3.Connection, name: str) -> None:
    (strict,) = database.execute("SELECT strict FROM pragma_table_list WHERE name = ? AND schema = 'main'", [name])
    assert strict == (1,)


@pytest.mark.parametrize("name", VIEWS)
def test_every_view_answers(database: sqlite3.Connection, name: str) -> None:
    assert database.execute(f"SELECT count(*) FROM {name}").fetchone()[0] >= 0
    assert RELATIONS[name].description


def test_every_table_and_every_column_is_explained(database: sqlite3.Connection) -> None:
    tables = database.execute("SELECT name FROM pragma_table_list WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    for (name,) in tables.fetchall():
        assert RELATIONS[name].description, name
        assert list(RELATIONS[name].columns) == columns_of(database, name)
        assert all(RELATIONS[name].columns.values()), name


def test_the_version_is_the_schemas_own(database: sqlite3.Connection) -> None:
    assert database.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION >= 1


def test_a_loaded_database_has_every_index_of_the_schema(database: sqlite3.Connection, tmp_path: Path) -> None:
    load_review(tmp_path / "out", make_protocol(tmp_path / "corpus"))
    indexes = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name"
    assert query(tmp_path / "out", indexes) == database.execute(indexes).fetchall() != []


def test_a_schema_without_a_version_is_our_mistake() -> None:
    with pytest.raises(PipelineError, match="user_version"):
        schema_version("CREATE TABLE t (a INTEGER) STRICT;")


def test_what_browse_describes_exists_and_its_queries_run(tmp_path: Path) -> None:
    protocol = make_protocol(tmp_path / "corpus")
    load_review(tmp_path / "out", protocol)
    described = metadata(protocol, read_dictionary(protocol))["databases"]["evidence"]
    connection = sqlite3.connect(tmp_path / "out" / "evidence.db")
    for name, facets in FACETS.items():
        assert set(facets) <= set(columns_of(connection, name))
        assert described["tables"][name]["facets"] == facets
    for name, (_, sql) in QUERIES.items():
        connection.execute(sql, {"words": "drugamab", "pmid": 11}).fetchall()
        assert described["queries"][name]["title"]
    assert connection.execute(QUERIES["search"][1], {"words": "transfusion"}).fetchall()[0][0] == 11
    assert described["tables"]["evidence_table"]["columns"]["onset_days"].endswith("(days)")
    connection.close()


def test_foreign_keys_are_on_where_the_database_is_opened(tmp_path: Path) -> None:
    load_review(tmp_path / "out", make_protocol(tmp_path / "corpus"))
    database = open_evidence(tmp_path / "out" / "evidence.db")
    with pytest.raises(sqlite3.IntegrityError):
        database.execute("INSERT INTO sections VALUES (999, 0, NULL, NULL, 'no such article')")
    database.close()
    assert query(tmp_path / "out", "SELECT count(*) FROM sections WHERE pmid = 999") == [(0,)]
