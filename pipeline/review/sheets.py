"""The file format of a reviewer's sheet: XLSX with menus, or CSV, written for spreadsheet programs and read back.

Every cell is text. A cell that holds a formula is the only one that begins with = + - @ after reading (numbers apart):
text that begins so is written, and read from XLSX, with an apostrophe before it.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, NamedStyle, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import MultiCellRange
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.errors import PipelineError
from pipeline.records import FINDING_COLUMNS
from pipeline.review.decisions import ACTIONS, ARTICLE_ACTIONS, COLUMNS, decode, escape
from pipeline.review.dictionary import MACHINE_COLUMNS, Dictionary

SHEET_COLUMNS = (
    *("reviewer", "pmid", "article", "finding_id", "finding", "field", "current_value", "quote"),
    *("action", "value", "reason", "date", "note", "anchor"),
)
FILLED_IN = ("action", "value", "reason", "date", "note")
NEEDED = ("pmid", "finding_id", "field", "value", "action")
WIDTHS = {"article": 40, "finding": 30, "field": 20, "current_value": 24, "quote": 60, "value": 24, "note": 40}
WRAPPED = ("quote", "article", "note")
WHOLE_ARTICLE, WHOLE_FINDING = "article", "finding"
ACTIONS_ON = {WHOLE_ARTICLE: ARTICLE_ACTIONS, WHOLE_FINDING: ("accept", "reject")}
ACTIONS_ON_VALUE = ("accept", "set", "reject")
LISTS = "lists"
LONGEST_CELL = 32_767
MOST_ROWS = 1_000_000  # a worksheet holds 1,048,576
HOW_TO = (
    "Fill in the columns action, value, reason and note; leave the grey ones as they are.",
    "Rows without an action are undecided.",
    "A row whose field is 'article': include, or exclude with a reason from the list.",
    "A row whose field is 'finding': accept it as a finding, or reject it.",
    "A row with a value: accept it, set another one, or reject it (the text gives no such value).",
    "The last row of each finding has no field: choose one to set a value that was missed; copy the row for more.",
    "A finding that was missed: new rows with the pmid, a finding_id new-1 (new-2, ...), the action add, and one field",
    "and value a row, level and drug among them, with the words of the article in quote.",
    "Several values of a list are separated by ';'. Numbers have a decimal point and no unit (units: sheet Columns).",
    "Reviewers work independently: this sheet shows nothing of what others decided.",
    "Save as XLSX or CSV, then: make import-decisions FILE=this-file",
)

SheetRow = dict[str, str]


def csv_text(rows: Iterable[SheetRow]) -> str:
    """The sheet as CSV; with a byte-order mark, without which spreadsheet programs take UTF-8 for Latin-1."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(SHEET_COLUMNS)
    writer.writerows([escape(row[column]) for column in SHEET_COLUMNS] for row in rows)
    return "\ufeff" + stream.getvalue()


def build_workbook(
    rows: Sequence[SheetRow], stale: Sequence[dict[str, Any]], dictionary: Dictionary, reasons: Sequence[str]
) -> Workbook:
    """The sheets: Decisions to fill in, How to, Columns, Stale (to decide again), and the lists behind the menus."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "Decisions"
    _fill(sheet, SHEET_COLUMNS, ([row[column] for column in SHEET_COLUMNS] for row in rows))
    for number, column in enumerate(SHEET_COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = WIDTHS.get(column, 14)
        sheet.column_dimensions[get_column_letter(number)].hidden = column == "anchor"
    styles = [_style(workbook, column) for column in SHEET_COLUMNS]
    for cells in sheet.iter_rows(min_row=2):
        for cell, style in zip(cells, styles, strict=True):
            cell.style = style
    _fill(workbook.create_sheet("How to"), ("How to fill in this sheet",), ([line] for line in HOW_TO))
    explained = ((c.name, c.type, c.unit, "; ".join(c.values), c.description) for c in dictionary.values())
    _fill(workbook.create_sheet("Columns"), ("column", "type", "unit", "allowed", "description"), explained)
    if stale:
        _fill(workbook.create_sheet("Stale"), tuple(stale[0]), (list(row.values()) for row in stale))
    _menus(workbook, sheet, rows, dictionary, reasons)
    return workbook


def _style(workbook: Workbook, column: str) -> str:
    """The name of a column's style, which costs a cell less than its parts: text, grey unless it is to be filled in."""
    style = NamedStyle(f"cell of {column}", number_format="@")
    style.alignment = Alignment(wrap_text=column in WRAPPED, vertical="top")
    if column not in FILLED_IN:
        style.fill = PatternFill("solid", fgColor="EEEEEE")
    workbook.add_named_style(style)
    return str(style.name)


def _fill(sheet: Worksheet, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Header and rows as text, so that no cell is ever taken for a formula."""
    sheet.append(list(header))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for row_number, row in enumerate(rows, start=2):
        for column_number, value in enumerate(row, start=1):
            if value not in (None, ""):
                cell = sheet.cell(row_number, column_number)
                cell.value = ILLEGAL_CHARACTERS_RE.sub("", str(value))[:LONGEST_CELL]
                cell.data_type = "s"
                cell.number_format = "@"
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions


def _menus(
    workbook: Workbook, sheet: Worksheet, rows: Sequence[SheetRow], dictionary: Dictionary, reasons: Sequence[str]
) -> None:
    """A menu, or the bounds of a number, for each cell that has a list of allowed values."""
    lists = workbook.create_sheet(LISTS)
    lists.sheet_state = "hidden"
    fields = tuple(name for name in FINDING_COLUMNS if name not in MACHINE_COLUMNS)
    menus = {"reason": tuple(reasons), "field": fields, "any action": ACTIONS, "value action": ACTIONS_ON_VALUE}
    menus |= {f"{field} action": actions for field, actions in ACTIONS_ON.items()}
    menus |= {name: column.values for name, column in dictionary.items() if column.values and column.type == "text"}
    validations: dict[str, DataValidation] = {}
    for number, (name, values) in enumerate(menus.items(), start=1):
        letter = get_column_letter(number)
        for row_number, value in enumerate((name, *values), start=1):
            lists.cell(row_number, number).value = value
        source = f"{LISTS}!${letter}$2:${letter}${len(values) + 1}"
        validations[name] = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=True)
    for name, column in dictionary.items():
        if column.type in ("integer", "real") and name not in MACHINE_COLUMNS:
            kind = "whole" if column.type == "integer" else "decimal"
            high = column.high if column.high < 1e9 else 1e9
            validations[name] = DataValidation(
                type=kind, operator="between", formula1=f"{column.low:g}", formula2=f"{high:.0f}", allow_blank=True
            )
    for name, cells in _cells_with_menus(rows, dictionary).items():
        if name in validations:
            validations[name].sqref = MultiCellRange(" ".join(cells))
            sheet.add_data_validation(validations[name])


def _cells_with_menus(rows: Sequence[SheetRow], dictionary: Dictionary) -> dict[str, list[str]]:
    """The cells that each menu belongs to."""
    letters = {column: get_column_letter(number) for number, column in enumerate(SHEET_COLUMNS, start=1)}
    cells: dict[str, list[str]] = defaultdict(list)
    for number, row in enumerate(rows, start=2):
        field = row["field"]
        action = f"{field} action" if field in ACTIONS_ON else "value action" if field else "any action"
        cells[action].append(f"{letters['action']}{number}")
        if field == WHOLE_ARTICLE:
            cells["reason"].append(f"{letters['reason']}{number}")
        elif not field:
            cells["field"].append(f"{letters['field']}{number}")
        elif field in dictionary:
            cells[field].append(f"{letters['value']}{number}")
    return cells


def read_sheet(file: Path) -> tuple[list[tuple[int, SheetRow]], list[str]]:
    """The rows of an XLSX or CSV file with their numbers, all cells as text; notices about its encoding."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise PipelineError(f"cannot read {file}: {error.strerror}; give the filled sheet with FILE=") from error
    notices: list[str] = []
    if file.suffix.lower() in (".xlsx", ".xlsm"):
        table = _read_xlsx(data, file)
    elif file.suffix.lower() in (".csv", ".tsv", ".txt"):
        text, notice = decode(data, file.name)
        notices = [notice] if notice else []
        table = _read_csv(text, file)
    else:
        raise PipelineError(f"{file} is neither XLSX nor CSV; save it as one of these")
    header = [cell.strip() for cell in table[0][1]] if table else []
    if missing := [column for column in NEEDED if column not in header]:
        raise PipelineError(f"{file} row 1: column {', '.join(missing)} is missing; use a sheet of decisions-template")
    if unknown := [column for column in header if column and column not in (*SHEET_COLUMNS, *COLUMNS)]:
        raise PipelineError(f"{file} row 1: unknown column {', '.join(unknown)}; put remarks into the column note")
    if twice := sorted({column for column in header if column and header.count(column) > 1}):
        raise PipelineError(f"{file} row 1: column {', '.join(twice)} stands there twice; delete one")
    rows = [(number, dict(zip(header, cells, strict=False))) for number, cells in table[1:]]
    return [(number, row) for number, row in rows if any(row.values())], notices


def _read_xlsx(data: bytes, file: Path) -> list[tuple[int, list[str]]]:
    try:
        sheet = load_workbook(io.BytesIO(data), read_only=True).worksheets[0]
        return [(number, [_cell_text(cell) for cell in row]) for number, row in enumerate(sheet.iter_rows(), start=1)]
    except (BadZipFile, KeyError, ValueError, OSError, IndexError, TypeError) as error:
        raise PipelineError(f"{file} is not a readable XLSX file ({type(error).__name__}); save it again") from error


def _cell_text(cell: Any) -> str:
    value = cell.value
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = "" if value is None else str(value).strip()
    return text if cell.data_type == "f" else escape(text)


def _read_csv(text: str, file: Path) -> list[tuple[int, list[str]]]:
    """Cells of a CSV whose delimiter is the comma, or the semicolon or tab that some spreadsheet programs write."""
    header = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    table: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            table.append((len(table) + 1, [cell.strip() for cell in cells]))
    except csv.Error as error:
        raise PipelineError(f"{file} line {reader.line_num}: {error}; check the quotes") from error
    return table
