"""HTML: a plain page of tables that a word processor opens and a journal's system takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from markupsafe import Markup, escape

from pipeline.tables.model import Cell, Cited, Table, plain
from pipeline.tables.text import without_controls

STYLE = Markup(
    "body{font:15px/1.45 system-ui,sans-serif;margin:2em auto;max-width:80em;padding:0 1em;color:#1a1a1a}"
    "table{border-collapse:collapse;width:100%;margin:.5em 0 1em;border-top:2px solid #1a1a1a;"
    "border-bottom:2px solid #1a1a1a}th{border-bottom:1px solid #1a1a1a}"
    "th,td{text-align:left;vertical-align:top;padding:.3em .6em}caption{text-align:left;font-weight:600;padding:.4em 0}"
    ".num{text-align:right}.note{font-size:.9em;margin:.2em 0}.notice{border:1px solid #8a6d00;padding:.6em 1em}"
    ".scroll{overflow-x:auto}@media print{body{max-width:none;font-size:9pt}tr{break-inside:avoid}}"
)


def text(value: str) -> Markup:
    return escape(without_controls(value))


def cell(value: Cell, numbers: Mapping[int, int]) -> Markup:
    shown = text(plain(value))
    if isinstance(value, Cited):
        links = (Markup('<a href="#ref-{0}">[{0}]</a>').format(numbers[pmid]) for pmid in value.pmids)
        shown += Markup(" ") + Markup(", ").join(links)
    return shown


def html_table(table: Table, numbers: Mapping[int, int]) -> Markup:
    kinds = [Markup(' class="num"') if column.numeric else Markup("") for column in table.columns]
    head = Markup("").join(
        Markup('<th scope="col"{}>{}</th>').format(kind, text(column.header))
        for kind, column in zip(kinds, table.columns, strict=True)
    )
    body = Markup("\n").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join(
                Markup("<td{}>{}</td>").format(kind, cell(value, numbers))
                for kind, value in zip(kinds, row, strict=True)
            )
        )
        for row in table.rows
    )
    shown = Markup(
        '<div class="scroll"><table><caption>{}</caption>\n'
        "<thead><tr>{}</tr></thead>\n<tbody>\n{}\n</tbody></table></div>"
    ).format(text(table.caption), head, body)
    if not table.rows:
        shown = Markup("<p><strong>{}</strong></p>\n<p>{}</p>").format(text(table.caption), text(table.empty))
    notes = Markup("\n").join(Markup('<p class="note">{}</p>').format(text(note)) for note in table.notes)
    return shown + Markup("\n") + notes


def html(
    title: str, tables: Iterable[Table], references: Iterable[str], notice: str | None, numbers: Mapping[int, int]
) -> str:
    """A whole page: title, notice, tables, numbered references."""
    listed = Markup("\n").join(
        Markup('<li id="ref-{}">{}</li>').format(number, text(reference))
        for number, reference in enumerate(references, start=1)
    )
    warning = Markup('<p class="notice">{}</p>\n').format(text(notice)) if notice else Markup("")
    body = Markup("\n").join(html_table(table, numbers) for table in tables)
    return str(
        Markup(
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}</title>\n'
            "<style>{style}</style>\n</head>\n<body>\n<h1>{title}</h1>\n{warning}{body}\n{references}</body>\n</html>\n"
        ).format(
            title=text(title),
            style=STYLE,
            warning=warning,
            body=body,
            references=Markup("<h2>References</h2>\n<ol>\n{}\n</ol>\n").format(listed) if listed else "",
        )
    )
