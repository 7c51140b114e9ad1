"""Markdown (GitHub's tables), for reading where nothing but text is at hand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pipeline.tables.model import Cell, Cited, Table, plain


def escape(text: str) -> str:
    """One line, with what Markdown and HTML would read as markup made text."""
    text = " ".join(text.split()).replace("\\", "\\\\")
    text = re.sub(r"([|`*_\[\]])", r"\\\1", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def cell(value: Cell, numbers: Mapping[int, int]) -> str:
    text = escape(plain(value))
    if isinstance(value, Cited):
        text += " " + ", ".join(f"\\[{numbers[pmid]}\\]" for pmid in value.pmids)
    return text


def markdown_table(table: Table, numbers: Mapping[int, int]) -> str:
    lines = [f"**{escape(table.caption)}**", ""]
    if table.rows:
        lines.append("| " + " | ".join(escape(column.header) for column in table.columns) + " |")
        lines.append("|" + "|".join(" ---: " if column.numeric else " --- " for column in table.columns) + "|")
        lines += ["| " + " | ".join(cell(value, numbers) for value in row) + " |" for row in table.rows]
    else:
        lines.append(escape(table.empty))
    lines += [line for note in table.notes for line in ("", escape(note))]
    return "\n".join(lines) + "\n"


def markdown(
    title: str, tables: Iterable[Table], references: Iterable[str], notice: str | None, numbers: Mapping[int, int]
) -> str:
    """A document: title, notice, tables, numbered references."""
    parts = [f"# {escape(title)}\n"]
    if notice:
        parts.append(f"> {escape(notice)}\n")
    parts += [markdown_table(table, numbers) for table in tables]
    listed = [f"{number}. {escape(text)}" for number, text in enumerate(references, start=1)]
    if listed:
        parts.append("## References\n\n" + "\n".join(listed) + "\n")
    return "\n".join(parts)
