"""report.html: the whole review on one page that needs no network, with the sentence behind each value.

The page is written complete; its script only sorts, filters and shows. Everything that comes from a record passes
through autoescaping (HTML) or through JSON that no tag can leave (the data for the script).
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline import prisma
from pipeline.diff import KINDS, Change
from pipeline.files import atomic_write
from pipeline.language.sentences import sentence_spans
from pipeline.records import FINDING_COLUMNS
from pipeline.tables.labels import Labels
from pipeline.tables.model import Cell, Cited, Column, Table, plain
from pipeline.tables.read import EvidenceBase, Row, Source
from pipeline.tables.text import csv_cell, without_controls

if TYPE_CHECKING:
    from pipeline.export import Content
    from pipeline.figures import Drawing

TEMPLATES = Path(__file__).parent / "templates"
SHOWN_CHANGES = 200  # of one kind; the rest is in tables/whats_new.csv


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A cell of an interactive table: `fields` has evidence to open, `sort` is what it is sorted by."""

    text: str
    fields: str = ""
    sort: str = ""
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownRow:
    finding_id: str
    cells: tuple[ShownCell, ...]
    drug: str
    words: str


@dataclass(frozen=True, slots=True)
class ShownTable:
    table: Table
    rows: tuple[ShownRow, ...]
    drugs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownFigure:
    name: str
    caption: str
    alt: str
    data: str | None


@dataclass(frozen=True, slots=True)
class ShownChanges:
    heading: str
    changes: Sequence[Change]
    more: int


def write(path: Path, text: str) -> None:
    with atomic_write(path) as stream:
        stream.write(text)


def page(content: Content, pictures: Iterable[tuple[Drawing, str | None]]) -> str:
    """The page as text. `pictures` are drawings, each with its SVG (None where there is nothing to draw)."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    rows = {row.finding.finding_id: row for row in content.base.rows}
    interactive = [_shown(table, rows, content) for table in content.tables if table.keys or not table.rows]
    interactive = [shown for shown in interactive if shown.table.name in ("case_table", "study_table")]
    return environment.get_template("report.html").render(
        content=content,
        flow=content.flow,
        flow_boxes=prisma.boxes(content.flow, content.labels.reason),
        tables=interactive,
        summaries=[table for table in content.tables if table.name not in ("case_table", "study_table")],
        figures=[ShownFigure(d.name, d.caption, d.alt, _data_uri(svg)) for d, svg in pictures],
        references=[(number, _clean(text), content.cited[number - 1]) for number, text in _numbered(content)],
        changes=_changes(content),
        runs=[run for run in content.base.runs if run["stage"] in STAGES],
        data=_data(content.base, content.labels),
        downloads=_downloads(content),
        plain=plain,
    )


STAGES = ("search", "fetch", "screen", "extract", "load")


def _numbered(content: Content) -> Iterable[tuple[int, str]]:
    return enumerate(content.references, start=1)


def _clean(text: str) -> str:
    return without_controls(text)


def _data_uri(svg: str | None) -> str | None:
    return None if svg is None else "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _shown(table: Table, rows: dict[str, Row], content: Content) -> ShownTable:
    """A printed table with what the script needs: which evidence a cell opens, and how it sorts."""
    shown = tuple(
        _shown_row(table.columns, cells, rows[key], content) for cells, key in zip(table.rows, table.keys, strict=True)
    )
    return ShownTable(table, shown, tuple(sorted({row.drug for row in shown}, key=str.casefold)))


def _shown_row(columns: Sequence[Column], cells: Sequence[Cell], row: Row, content: Content) -> ShownRow:
    supported = {span.field for span in row.finding.evidence}
    shown = []
    for column, cell in zip(columns, cells, strict=True):
        given = (name for name in column.fields if name in supported and getattr(row.finding, name, None) is not None)
        fields = [] if cell is None else list(given)
        numbers = tuple(content.numbers[pmid] for pmid in cell.pmids) if isinstance(cell, Cited) else ()
        shown.append(ShownCell(_clean(plain(cell)), " ".join(fields), _sort_key(column, cell, row), numbers))
    words = " ".join([*(cell.text for cell in shown), _clean(row.source.title)]).casefold()
    return ShownRow(row.finding.finding_id, tuple(shown), content.labels.drug(row.finding.drug), words)


def _sort_key(column: Column, cell: Cell, row: Row) -> str:
    """Numbers sort as numbers: the first field that is one; all else by its text; what is missing comes last."""
    if column.name == "percent" and row.incidence_percent is not None:
        return repr(row.incidence_percent)
    for name in column.fields:
        value = getattr(row.finding, name, None)
        if isinstance(value, int | float):
            return repr(value)
    return "" if cell is None else plain(cell).casefold()


def _data(base: EvidenceBase, labels: Labels) -> dict[str, Any]:
    """What the script shows when a value is opened: texts by PMID, values and spans by finding."""
    return {
        "sources": {str(source.pmid): _source(source) for source in base.sources.values()},
        "findings": {row.finding.finding_id: _finding(row, labels) for row in base.rows},
    }


def _source(source: Source) -> dict[str, Any]:
    """Sections as [heading, text, ends of sentences]; the ends let the page set off the sentence."""
    links = [["PubMed", source.pubmed_url], ["DOI", source.doi_url]]
    return {
        "title": source.title,
        "sections": [[s.label, s.text, [end for _, end in sentence_spans(s.text)]] for s in source.sections],
        "notice": source.notice if source.is_digest else None,
        "links": [link for link in links if link[1]],
        "retracted": source.retracted,
    }


def _finding(row: Row, labels: Labels) -> dict[str, Any]:
    """Values as they are printed, in the order of the data dictionary, and [field, section, start, end] spans."""
    finding = row.finding
    hidden = ("finding_id", "pmid")
    values = [
        [name, csv_cell(value) if not isinstance(value, str) else labels.value(name, value)]
        for name in FINDING_COLUMNS
        if name not in hidden and (value := getattr(finding, name)) not in (None, ())
    ]
    return {
        "pmid": finding.pmid,
        "values": values,
        "spans": [[span.field, span.section, span.start, span.end] for span in finding.evidence],
        "sure": dict(finding.field_confidence),
        "by": row.finding_basis,
        "basis": dict(row.basis),
        "disputed": list(row.disputed),
    }


def _changes(content: Content) -> list[ShownChanges] | None:
    """Changes by kind, in their order; None where there is nothing to compare with."""
    diff = content.changes
    if diff is None or diff.since is None:
        return None
    kinds = [(heading, diff.of_kind(kind)) for kind, heading in KINDS.items()]
    return [
        ShownChanges(heading, found[:SHOWN_CHANGES], max(0, len(found) - SHOWN_CHANGES)) for heading, found in kinds
    ]


def _downloads(content: Content) -> list[tuple[str, str]]:
    """(file name, data URI) of what authors want at once."""
    import csv
    import io

    from pipeline import citations

    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(FINDING_COLUMNS)
    writer.writerows([csv_cell(getattr(row.finding, c)) for c in FINDING_COLUMNS] for row in content.base.rows)
    files = [
        ("evidence.csv", "text/csv", buffer.getvalue()),
        ("references.ris", "application/x-research-info-systems", citations.ris(content.cited)),
        ("references.bib", "application/x-bibtex", citations.bibtex(content.cited)),
    ]
    return [(name, f"data:{kind};base64,{base64.b64encode(text.encode()).decode()}") for name, kind, text in files]
