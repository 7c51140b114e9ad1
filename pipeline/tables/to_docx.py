"""DOCX: Word tables in landscape, with captions, abbreviations, numbered citations and the list of references."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.section import WD_ORIENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Cm, Pt

from pipeline.tables.model import Cell, Cited, Table, plain
from pipeline.tables.office import write_office
from pipeline.tables.text import without_controls

PAGE = Cm(29.7), Cm(21.0)  # A4, landscape
MARGIN = Cm(1.8)
TWIPS_WIDE = 14_798  # what is left of 29.7 cm between the margins, in twentieths of a point
FONT_HALF_POINTS = 16


def write_document(
    path: Path,
    title: str,
    tables: Sequence[Table],
    references: Sequence[str],
    numbers: Mapping[int, int],
    notice: str | None,
) -> None:
    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = PAGE
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = MARGIN
    document.core_properties.title = without_controls(title)
    document.core_properties.author = ""
    document.styles["Normal"].font.name = "Calibri"
    document.styles["Normal"].font.size = Pt(10)
    document.add_heading(without_controls(title), level=1)
    if notice:
        document.add_paragraph(notice, style="Intense Quote")
    for number, table in enumerate(tables, start=1):
        _add_table(document, number, table, numbers)
    document.add_heading("References", level=2)
    for number, reference in enumerate(references, start=1):
        document.add_paragraph(f"{number}. {without_controls(reference)}")
    buffer = io.BytesIO()
    document.save(buffer)
    write_office(path, buffer.getvalue())


def _add_table(document: DocumentType, number: int, table: Table, numbers: Mapping[int, int]) -> None:
    caption = document.add_paragraph(style="Caption")
    caption.add_run(f"Table {number}. {without_controls(table.caption)}")
    caption.paragraph_format.keep_with_next = True
    if table.rows:
        # python-docx looks up each cell through the whole table: a thousand rows would take minutes
        paragraph = document.add_paragraph()
        paragraph._p.addprevious(parse_xml(table_xml(table, numbers)))
        paragraph._p.getparent().remove(paragraph._p)
    else:
        document.add_paragraph(table.empty)
    for note in table.notes:
        paragraph = document.add_paragraph()
        paragraph.add_run(without_controls(note)).font.size = Pt(8)
        paragraph.paragraph_format.space_after = Pt(2)


def table_xml(table: Table, numbers: Mapping[int, int]) -> str:
    """A w:tbl with rules above, below and under the header; the header is repeated on every page."""
    total = sum(column.weight for column in table.columns)
    widths = [round(TWIPS_WIDE * column.weight / total) for column in table.columns]
    rule = '<w:{} w:val="single" w:sz="{}" w:space="0" w:color="000000"/>'
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    header = "".join(
        _cell_xml(_run(column.header, bold=True), width, rule.format("bottom", 6))
        for column, width in zip(table.columns, widths, strict=True)
    )
    body = "".join(
        "<w:tr><w:trPr><w:cantSplit/></w:trPr>"
        + "".join(_cell_xml(_runs(cell, numbers), width) for cell, width in zip(row, widths, strict=True))
        + "</w:tr>"
        for row in table.rows
    )
    return (
        f"<w:tbl {nsdecls('w')}><w:tblPr><w:tblW w:w='{sum(widths)}' w:type='dxa'/>"
        f"<w:tblBorders>{rule.format('top', 12)}{rule.format('bottom', 12)}</w:tblBorders>"
        '<w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
        f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{header}</w:tr>{body}</w:tbl>"
    )


def _cell_xml(runs: str, width: int, border: str = "") -> str:
    borders = f"<w:tcBorders>{border}</w:tcBorders>" if border else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{borders}</w:tcPr>'
        f'<w:p><w:pPr><w:spacing w:before="20" w:after="20"/></w:pPr>{runs}</w:p></w:tc>'
    )


def _runs(cell: Cell, numbers: Mapping[int, int]) -> str:
    runs = _run(plain(cell))
    if isinstance(cell, Cited):
        runs += _run(" [" + ", ".join(str(numbers[pmid]) for pmid in cell.pmids) + "]")
    return runs


def _run(text: str, bold: bool = False) -> str:
    clean = escape(without_controls(" ".join(text.split()) if text.strip() else text))
    lead = " " if text.startswith(" ") else ""
    weight = "<w:b/>" if bold else ""
    return (
        f'<w:r><w:rPr>{weight}<w:sz w:val="{FONT_HALF_POINTS}"/></w:rPr>'
        f'<w:t xml:space="preserve">{lead}{clean}</w:t></w:r>'
    )
