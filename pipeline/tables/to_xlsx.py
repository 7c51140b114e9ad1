"""XLSX: typed cells, frozen headers, filters; a sheet that explains the columns and one with every quote."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from pipeline.records import FINDING_COLUMNS
from pipeline.tables.labels import ColumnNote
from pipeline.tables.model import Cited, Table, plain
from pipeline.tables.office import write_office
from pipeline.tables.read import Row
from pipeline.tables.text import without_controls

CELL_LIMIT = 32_767  # characters; a longer cell makes the file unreadable for spreadsheet programs
HEADER = Font(bold=True)
SHADE = PatternFill("solid", fgColor="E8EEF4")
TOP = Alignment(vertical="top", wrap_text=True)
ADDED = ("incidence_computed_percent", "vouched_by", "columns_vouched_by", "disputed", "citation", "doi", "pubmed")
ADDED_NOTES = (
    ColumnNote("incidence_computed_percent", "real", "%", "", "100 x n_events / n_treated, where both are given"),
    ColumnNote(
        "vouched_by", "text", "", "", "Who says that this is a finding: machine, one or two reviewers, adjudicated"
    ),
    ColumnNote(
        "columns_vouched_by", "text", "", "", "The same for single columns; a column not named is the machine's"
    ),
    ColumnNote("disputed", "list", "", "", "Columns on which reviewers disagree and nobody has settled yet"),
    ColumnNote("citation", "text", "", "", "Reference, with its number in the list of references"),
    ColumnNote("doi", "text", "", "", "Digital object identifier"),
    ColumnNote("pubmed", "text", "", "", "Address in PubMed; empty where the article has no known PMID"),
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows under a header; `widths` in characters, one a column."""

    title: str
    header: tuple[str, ...]
    rows: Iterable[Sequence[object]]
    widths: tuple[float, ...]
    wrap: bool = False
    above: tuple[str, ...] = ()


def write_workbook(
    path: Path,
    rows: Sequence[Row],
    tables: Sequence[Table],
    columns: Sequence[ColumnNote],
    references: Sequence[str],
    numbers: Mapping[int, int],
    notice: str | None,
) -> None:
    """The evidence table, the tables as printed, what each column means, every quote, and the references."""
    sheets = [
        _evidence(rows, references, numbers),
        *(_printed(table, numbers, notice) for table in tables),
        Sheet(
            "Columns",
            ("column", "type", "unit", "allowed", "description"),
            [(note.column, note.type, note.unit, note.allowed, note.description) for note in (*columns, *ADDED_NOTES)],
            (28, 10, 14, 40, 100),
            wrap=True,
        ),
        _quotes(rows, notice),
        Sheet(
            "References",
            ("number", "pmid", "reference"),
            [(number, pmid, references[number - 1]) for pmid, number in numbers.items()],
            (9, 12, 140),
            wrap=True,
        ),
    ]
    workbook = Workbook(write_only=True)
    for sheet in sheets:
        _fill(workbook.create_sheet(sheet.title), sheet)
    buffer = io.BytesIO()
    workbook.save(buffer)
    write_office(path, buffer.getvalue())


def _fill(worksheet: WriteOnlyWorksheet, sheet: Sheet) -> None:
    first = len(sheet.above) + 1
    worksheet.freeze_panes = f"A{first + 1}"
    for i, width in enumerate(sheet.widths, start=1):
        worksheet.column_dimensions[get_column_letter(i)].width = width
    for line in sheet.above:
        worksheet.append([_cell(worksheet, line)])
    header = [_cell(worksheet, name) for name in sheet.header]
    for cell in header:
        cell.font, cell.fill, cell.alignment = HEADER, SHADE, TOP
    worksheet.append(header)
    last = first
    for row in sheet.rows:
        cells = [_cell(worksheet, value) for value in row]
        if sheet.wrap:
            for cell in cells:
                cell.alignment = TOP
        worksheet.append(cells)
        last += 1
    worksheet.auto_filter.ref = f"A{first}:{get_column_letter(len(sheet.header))}{last}"


def _cell(worksheet: WriteOnlyWorksheet, value: object) -> WriteOnlyCell:
    """A typed cell: numbers as numbers, text as text even where it looks like a formula, None as nothing."""
    if isinstance(value, tuple | list):
        value = "; ".join(str(item) for item in value) or None
    if isinstance(value, str):
        text = without_controls(value)
        cell = WriteOnlyCell(worksheet, value=text if len(text) <= CELL_LIMIT else text[: CELL_LIMIT - 1] + "…")
        cell.data_type = "s"
        return cell
    return WriteOnlyCell(worksheet, value=value)


def _evidence(rows: Sequence[Row], references: Sequence[str], numbers: Mapping[int, int]) -> Sheet:
    def line(row: Row) -> list[object]:
        finding, source = row.finding, row.source
        number = numbers[finding.pmid]
        by_column = "; ".join(f"{column}: {who}" for column, who in sorted(row.basis.items()))
        return [
            *(getattr(finding, column) for column in FINDING_COLUMNS),
            row.incidence_computed,
            row.finding_basis,
            by_column or None,
            row.disputed,
            f"[{number}] {references[number - 1]}",
            source.doi,
            source.pubmed_url,
        ]

    header = (*FINDING_COLUMNS, *ADDED)
    widths = tuple(max(11.0, min(30.0, len(name) * 1.15 + 2)) for name in header)
    return Sheet("Evidence", header, [line(row) for row in rows], widths)


def _printed(table: Table, numbers: Mapping[int, int], notice: str | None) -> Sheet:
    def value(cell: object) -> object:
        if isinstance(cell, Cited):
            return f"{cell.text} " + ", ".join(f"[{numbers[pmid]}]" for pmid in cell.pmids)
        return cell if isinstance(cell, int | float) else plain(cell if isinstance(cell, str) else None)

    widths = tuple(12 * column.weight + 6 for column in table.columns)
    rows: list[list[object]] = [[value(cell) for cell in row] for row in table.rows]
    if not rows:
        rows = [[table.empty]]
    header = tuple(column.header for column in table.columns)
    above = (table.caption, *table.notes, *((notice,) if notice else ()))
    return Sheet(SHEETS.get(table.name, table.name)[:31], header, rows, widths, wrap=True, above=above)


SHEETS = {"case_table": "Cases", "study_table": "Studies", "pooled_table": "Pooled incidence", "onset_table": "Onset"}


def _quotes(rows: Sequence[Row], notice: str | None) -> Sheet:
    header = ("finding_id", "pmid", "field", "value", "quote", "section", "section_label", "start", "end")
    lines = []
    for row in rows:
        for span in row.finding.evidence:
            value = getattr(row.finding, span.field, None)
            section = row.source.sections[span.section] if span.section < len(row.source.sections) else None
            label = section.label if section else None
            identity = (row.finding.finding_id, row.finding.pmid, span.field, value, span.quote)
            lines.append((*identity, span.section, label, span.start, span.end))
    above = (notice,) if notice else ()
    return Sheet("Quotes", header, lines, (18, 11, 20, 18, 80, 9, 16, 8, 8), above=above)
