"""Severity by drug: grades where they are given, words where they are not."""

from __future__ import annotations

import math
from collections.abc import Sequence

import matplotlib as mpl
from matplotlib.colors import to_hex
from matplotlib.patches import Patch

from pipeline.figures.style import (
    GREY,
    LIGHT,
    STYLE,
    TERM_COLOURS,
    Drawing,
    fit,
    new_figure,
)
from pipeline.tables.labels import Labels
from pipeline.tables.model import EN_DASH, NOT_REPORTED
from pipeline.tables.read import EvidenceBase, Row


def severity_figure(base: EvidenceBase, labels: Labels) -> Drawing:
    """Share of each grade, or of each word where no grade is given, by drug: cases left, group rows right."""
    title = labels.caption("severity_figure")
    if not base.rows:
        return Drawing("severity", None, f"{title}: no finding.")
    drugs = sorted({labels.drug(row.finding.drug) for row in base.rows}, key=str.casefold)
    panels = [("case", "Single patients"), ("group", "Groups (rows of the table)")]
    classes = sorted({_severity(row, labels) for row in base.rows})
    colours = _severity_colours(classes)
    with mpl.rc_context(STYLE):
        figure = new_figure(8.2, 1.7 + 0.36 * len(drugs) + 0.22 * math.ceil(len(classes) / 4))
        axes_pair = figure.subplots(1, 2, sharey=True)
        for axes, (level, heading) in zip(axes_pair, panels, strict=True):
            for y, drug in enumerate(drugs):
                mine = [r for r in base.rows if r.finding.level == level and labels.drug(r.finding.drug) == drug]
                start = 0.0
                for cls in classes:
                    n = sum(_severity(row, labels) == cls for row in mine)
                    if n:
                        share = 100 * n / len(mine)
                        colour = colours[cls[1]]
                        axes.barh(y, share, left=start, color=colour, edgecolor="white", height=0.7)
                        if share > 5:
                            ink = "white" if _is_dark(colour) else "black"
                            axes.text(start + share / 2, y, str(n), ha="center", va="center", color=ink, fontsize=8)
                        start += share
                if not mine:
                    axes.text(1, y, "none", va="center", color=GREY, fontsize=8)
            axes.set_title(heading, fontsize=9)
            axes.set_xlim(0, 100)
            axes.set_xlabel("Share, % (numbers: count)")
        axes_pair[0].set_yticks(range(len(drugs)), drugs)
        axes_pair[0].invert_yaxis()
        handles = [Patch(color=colours[name], label=name) for _, name in classes]
        figure.legend(handles=handles, loc="lower center", ncols=4, frameon=False, fontsize=8)
        fit(figure, 0.2, 0.97, 0.6 + 0.24 * math.ceil(len(classes) / 4), 0.4)
        figure.subplots_adjust(wspace=0.08)
    caption = (
        f"{title}. The grade or grades reported (CTCAE), else the word that the text uses. "
        "Left each patient and episode, right each row for a cohort or arm: rows, not patients."
    )
    alt = "Bars by drug: " + "; ".join(
        f"{drug} {sum(labels.drug(r.finding.drug) == drug for r in base.rows)} rows" for drug in drugs
    )
    return Drawing("severity", figure, caption, alt)


def _severity(row: Row, labels: Labels) -> tuple[float, str]:
    """(order, name): grades and ranges of grades first, then words, then nothing."""
    finding = row.finding
    low, high = finding.ctcae_grade, finding.ctcae_grade_high
    if low is not None:
        if high is not None and high != low:
            return (low + high) / 2, f"grade {low}{EN_DASH}{high}"
        open_ended = finding.level == "group" and finding.event_definition == f"grade{low}plus"
        return (low + 4.5) / 2 if open_ended else low, f"grade {'≥' if open_ended else ''}{low}"
    word = labels.value("severity_term", finding.severity_term)
    return (8, word) if word else (9, NOT_REPORTED)


def _severity_colours(classes: Sequence[tuple[float, str]]) -> dict[str, str]:
    """Grades from light to dark in their order, words in colours of their own, nothing in grey."""
    grades = [name for order, name in classes if order < 8]
    words = [name for order, name in classes if order == 8]
    shades = [to_hex(mpl.colormaps["cividis"](1 - (i + 0.3) / len(grades))) for i in range(len(grades))]
    colours = dict(zip(grades, shades, strict=True)) | {NOT_REPORTED: LIGHT}
    return colours | {word: TERM_COLOURS[i % len(TERM_COLOURS)] for i, word in enumerate(words)}


def _is_dark(colour: str) -> bool:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue < 140
