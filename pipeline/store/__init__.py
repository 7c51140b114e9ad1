"""evidence.db on disk: made beside its place and renamed into it, opened with its version checked.

schema.sql is the whole schema. A database is built in a file of its own with no journal, since a build that breaks off
is thrown away; only the finished file, in WAL mode and synced, takes the place of the old one.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from sqlite_utils import Database

from pipeline.errors import PipelineError
from pipeline.files import make_folder

DATABASE = "evidence.db"
SCHEMA = Path(__file__).with_name("schema.sql")
LOCK_WAIT_SECONDS = 120
INDEX = re.compile(r"^CREATE INDEX [^;]+;", re.MULTILINE)


def schema_version(schema: str) -> int:
    """The version that a schema gives itself (`PRAGMA user_version = n`)."""
    found = re.search(r"^PRAGMA user_version = (\d+)", schema, re.MULTILINE)
    if not found:
        raise PipelineError(f"{SCHEMA}: PRAGMA user_version is missing")
    return int(found.group(1))


SCHEMA_VERSION = schema_version(SCHEMA.read_text(encoding="utf-8"))


def open_evidence(path: Path) -> Database:
    """An existing evidence.db, foreign keys on. Raises PipelineError where it is missing or of another version."""
    if not path.is_file():
        raise PipelineError(f"{path} does not exist; run `make load`")
    database = Database(sqlite3.connect(path))
    try:
        version = database.execute("PRAGMA user_version").fetchone()[0]
        database.execute("PRAGMA foreign_keys = ON")
    except sqlite3.DatabaseError as error:
        database.close()
        raise PipelineError(f"{path} is not a database: {error}; delete it and run `make load`") from error
    if version != SCHEMA_VERSION:
        database.close()
        remedy = "install a newer version of this program" if version > SCHEMA_VERSION else "run `make load`"
        raise PipelineError(f"{path} has schema version {version}, this program has {SCHEMA_VERSION}; {remedy}")
    return database


@contextmanager
def locked(out: Path, wait_seconds: float = LOCK_WAIT_SECONDS) -> Iterator[None]:
    """One load at a time in a folder; a second one waits, then refuses. The lock dies with its process."""
    make_folder(out)
    try:
        with FileLock(out / ".load.lock", timeout=wait_seconds):
            yield
    except Timeout as error:
        raise PipelineError(
            f"another load is at work in {out} for more than {wait_seconds:g} s; wait for it, or choose OUT="
        ) from error
    except OSError as error:
        raise PipelineError(f"cannot write in {out}: {error.strerror or error}; free space or choose OUT=") from error


def add_indexes(database: Database) -> None:
    """The indexes of schema.sql; made after the rows, in one sweep each, which is faster than row by row."""
    for statement in INDEX.findall(SCHEMA.read_text(encoding="utf-8")):
        database.execute(statement)


@contextmanager
def building(path: Path) -> Iterator[Database]:
    """A new, empty database, still without indexes, that takes the place of `path` when the block ends without error.

    Call it under `locked`. Readers see the old database or the new one, also after a kill -9 at any moment. Foreign
    keys are checked once, over everything, at the end.
    """
    _refuse_newer(path)
    temporary = path.with_name(f".{path.name}.new")
    _remove(temporary)
    database = Database(sqlite3.connect(temporary))
    try:
        database.conn.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;")
        database.conn.executescript(INDEX.sub("", SCHEMA.read_text(encoding="utf-8")))
        yield database
        database.conn.commit()
        if broken := database.execute("PRAGMA foreign_key_check").fetchone():
            raise PipelineError(
                f"{path}: row {broken[1]} of {broken[0]} is in no row of {broken[2]}; run all stages again"
            )
        database.execute("PRAGMA journal_mode = WAL")
        database.close()
        _sync(temporary)
        _settle(path)
        temporary.replace(path)
        _sync(path.parent)
    except sqlite3.OperationalError as error:
        raise PipelineError(f"cannot write {path}: {error}; free space or choose OUT=") from error
    finally:
        database.close()
        _remove(temporary)


def _refuse_newer(path: Path) -> None:
    """A database that a newer program made is left as it is."""
    if not path.is_file():
        return
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.DatabaseError:
        return
    finally:
        connection.close()
    if version > SCHEMA_VERSION:
        raise PipelineError(
            f"{path} has schema version {version}, newer than this program's {SCHEMA_VERSION}; "
            "it is left untouched: install a newer version of this program or choose OUT="
        )


def _settle(path: Path) -> None:
    """Empty the old database's write-ahead log, which SQLite would otherwise read as the new one's."""
    wal = path.with_name(f"{path.name}-wal")
    if path.is_file() and wal.exists() and wal.stat().st_size:
        connection = sqlite3.connect(path)
        busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        connection.close()
        if busy:
            raise PipelineError(f"{path} is in use by a program that writes to it; close that program and load again")


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _sync(path: Path) -> None:
    """Force a file or folder to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
