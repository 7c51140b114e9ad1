"""The evaluation as a page for people: scores, reliability, what changed, and every miss with its sentence."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

HEADLINES = ("articles", "findings", "core fields", "all fields", "all fields in pairs")
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; color: #1c1c1c; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { border-bottom: 1px solid #ddd; padding: .25rem .6rem; text-align: left; vertical-align: top; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: #555; }
"""


def render_page(result: dict[str, Any], title: str) -> str:
    """A self-contained HTML page of what `pipeline.evaluation.evaluate.score` returned, with its comparison."""
    scores = result["scores"]
    fields = [name for name in scores if name not in HEADLINES and not name.endswith(" in pairs")]
    parts = [
        f"<h1>Evaluation: {escape(title)}</h1>",
        f"<p>{result['articles']} articles; {len(result['not_extracted'])} of them were not extracted "
        "(they count as articles without findings). Brackets: 95 % bootstrap intervals over articles.</p>",
        _table("", ("", "P", "R", "F1", "right", "wrong", "extra", "missed"), (_line(scores, n) for n in HEADLINES)),
        "<h2>Fields</h2>",
        _table(
            "All rows: the values of unpaired rows are missed or extra. "
            "regimen, attribution, onset_class and anc_censored count in no total.",
            ("field", "P", "R", "F1", "right", "wrong", "extra", "missed"),
            (_line(scores, name) for name in fields),
        ),
        "<h2>Confidence</h2>",
        *_calibration(result["calibration"]),
        *_comparison(result.get("comparison")),
        "<h2>Every value that is not right</h2>",
        _misses(result["misses"]),
    ]
    return (
        f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>Evaluation: {escape(title)}</title>\n'
        f"<style>{STYLE}</style>\n" + "\n".join(parts) + "\n</html>\n"
    )


def _calibration(calibration: dict[str, Any]) -> list[str]:
    if calibration["cross_validated"]:
        how = (
            "The confidences are fitted on this gold, so what is shown is cross-validated: each fifth of the articles "
            "predicted from the other four."
        )
    else:
        how = f"The confidences are those that the findings carry, fitted on another gold: {calibration['source']}."
    return [
        f"<p>{escape(how)} Expected calibration error: the mean distance between confidence and share right. "
        "Brier score: the mean squared distance between confidence and outcome. 0 is best for both.</p>",
        _reliability(calibration["findings"], "findings", "has a partner in the gold"),
        _reliability(calibration["values"], "values", "is the reader's"),
    ]


def _reliability(table: dict[str, Any], name: str, what: str) -> str:
    error, brier = table["expected_calibration_error"], table["brier"]
    return _table(
        f"Of the {name} with this confidence, the share that {what}. "
        f"Expected calibration error {error}, Brier score {brier}.",
        ("confidence", name, "right", "mean confidence", "share right"),
        (
            (f"{b['from']} to {b['to']}", b["n"], b["right"], b["mean_confidence"], b["share_right"])
            for b in table["bands"]
        ),
    )


def _comparison(comparison: dict[str, Any] | None) -> list[str]:
    if comparison is None:
        return ["<h2>Since the last evaluation</h2>", "<p>There is none to compare with.</p>"]
    return [
        "<h2>Since the last evaluation</h2>",
        _table("F1", ("", "before", "now"), ((name, *both) for name, both in comparison["f1"].items())),
        f"<h3>Put right ({len(comparison['put_right'])})</h3>",
        _misses(comparison["put_right"]),
        f"<h3>New ({len(comparison['new'])})</h3>",
        _misses(comparison["new"]),
    ]


def _misses(misses: Iterable[dict[str, Any]]) -> str:
    columns = ("pmid", "label", "field", "kind", "gold", "predicted", "sentence")
    return _table("", columns, ([miss.get(column) for column in columns] for miss in misses))


def _line(scores: dict[str, Any], name: str) -> list[Any]:
    score = scores[name]
    ratios = [_with_interval(score[r], (score["interval"] or {}).get(r)) for r in ("precision", "recall", "f1")]
    return [name, *ratios, *(score[kind] for kind in ("right", "wrong", "extra", "missed"))]


def _with_interval(value: float | None, interval: list[float] | None) -> str:
    if value is None:
        return ""
    return f"{value:.3f}" + (f" [{interval[0]:.3f}, {interval[1]:.3f}]" if interval else "")


def _table(caption: str, header: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    head = "".join(f"<th>{escape(cell)}</th>" for cell in header)
    body = "\n".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    return f"<table>\n<caption>{escape(caption)}</caption>\n<tr>{head}</tr>\n{body}\n</table>"


def _cell(value: Any) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f'<td class="number">{value}</td>'
    return f"<td>{'' if value is None else escape(str(value))}</td>"
