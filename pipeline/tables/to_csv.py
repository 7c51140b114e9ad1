"""CSV (RFC 4180, UTF-8, "\\n"): the evidence table in the columns of the data dictionary, and tables as printed."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from pipeline.files import atomic_write
from pipeline.records import FINDING_COLUMNS
from pipeline.tables.model import Table, plain
from pipeline.tables.read import Row
from pipeline.tables.text import csv_cell


def write_rows(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with atomic_write(path) as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([csv_cell(value) for value in row] for row in rows)


def write_evidence(path: Path, rows: Iterable[Row]) -> None:
    """One line a finding, columns as in the data dictionary; an empty cell where the text does not say."""
    write_rows(path, FINDING_COLUMNS, ([getattr(row.finding, c) for c in FINDING_COLUMNS] for row in rows))


def write_table(path: Path, table: Table) -> None:
    """A table as printed, its headers with their units."""
    header = [column.header for column in table.columns]
    write_rows(path, header, ([c if isinstance(c, int | float) else plain(c) for c in row] for row in table.rows))
