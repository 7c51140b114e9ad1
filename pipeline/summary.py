"""What evidence.db holds, for the terminal: three numbers, one small table, and where everything is."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from pipeline.errors import PipelineError
from pipeline.progress import counted
from pipeline.protocol import Protocol

HEADER = ("drug", "articles", "findings", "cases", "groups", "with onset", "median onset, days", "grade >= 3")


def summary(out: Path, protocol: Protocol) -> str:
    """Numbers of articles, findings and exclusions, a table by drug, and the paths of the results."""
    database = out / "evidence.db"
    if not database.exists():
        raise PipelineError(f"{database} does not exist; run make demo or make refresh first")
    with sqlite3.connect(f"file:{database}?mode=ro&immutable=1", uri=True) as db:
        articles = _count(db, "SELECT count(*) FROM articles")
        digests = _count(db, "SELECT count(*) FROM articles WHERE is_digest = 1")
        included = _count(db, "SELECT count(*) FROM inclusion WHERE decision = 'included'")
        excluded = _count(db, "SELECT count(*) FROM inclusion WHERE decision = 'excluded'")
        findings = _count(db, "SELECT count(*) FROM evidence_table")
        onsets: dict[str, list[float]] = {}
        for drug, days in db.execute("SELECT drug, onset_days FROM evidence_table WHERE onset_days IS NOT NULL"):
            onsets.setdefault(drug, []).append(days)
        rows = [
            (drug, n_articles, n, cases, groups, onset, _median(onsets.get(drug, [])), grade or 0)
            for drug, n, n_articles, cases, groups, onset, grade in db.execute(
                "SELECT drug, findings, articles, cases, groups, with_onset, grade3_or_higher FROM by_drug"
            )
        ]
    lines = [
        protocol.title,
        f"{counted(articles, 'article')}: {included} included, {excluded} excluded; {counted(findings, 'finding')}",
    ]
    if digests:
        lines.append(f"{digests} of the texts: {protocol.config['sample']['notice']}")
    lines += ["", *(table([HEADER, *rows]) if rows else []), *([""] if rows else []), "Written:"]
    lines += [f"  {path}" for path in results(out)]
    return "\n".join(lines)


def results(out: Path) -> list[Path]:
    """What a reader opens, the database first; a folder stands for its files."""
    return [
        path for path in (out / name for name in ("evidence.db", "report.html", "tables", "figures")) if path.exists()
    ]


def table(rows: Sequence[Sequence[object]]) -> list[str]:
    """Lines with aligned columns; numbers to the right. The first row is the header."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in cells) for i in range(len(cells[0]))]
    lines = [
        "  ".join(
            cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]
    return [lines[0], "  ".join("-" * w for w in widths), *lines[1:]]


def _count(db: sqlite3.Connection, query: str) -> int:
    return int(db.execute(query).fetchone()[0])


def _median(values: list[float]) -> str:
    """Of the reported values, each finding counting once; a description, not a pooled estimate."""
    if not values:
        return "-"
    ordered = sorted(values)
    middle = len(ordered) // 2
    return f"{ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2:.0f}"
