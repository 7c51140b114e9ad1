"""The PRISMA 2020 flow diagram."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, Rectangle

from pipeline.figures.style import (
    BLACK,
    GREY,
    STYLE,
    Drawing,
    new_figure,
)
from pipeline.prisma import Box

LINE_INCHES, PAD_INCHES, GAP_INCHES = 0.165, 0.16, 0.32
COLUMN_INCHES = {0: 2.35, 1: 3.35, 2: 3.95}
BANDS = (("Identification", (0,)), ("Screening", (1, 2, 3)), ("Included", (4, 5)))
BAND_INCHES = {"Identification": 1.05, "Screening": 0.8, "Included": 0.75}  # what a name needs, written upright


def prisma_figure(boxes: Sequence[Box], caption: str, alt: str) -> Drawing:
    """The flow diagram: what is kept goes down, what leaves goes right, previous studies come in from the left."""
    columns = sorted({box.column for box in boxes})
    rows = sorted({box.row for box in boxes})
    heights = {row: max(_inches(box) for box in boxes if box.row == row) for row in rows}
    for name, members in BANDS:
        if len(inside := [row for row in rows if row in members]) == 1:
            heights[inside[0]] = max(heights[inside[0]], BAND_INCHES[name])
    width = 0.75 + sum(COLUMN_INCHES[c] for c in columns) + GAP_INCHES * (len(columns) - 1)
    total = sum(heights.values()) + GAP_INCHES * (len(rows) - 1) + 0.3
    lefts, at = {}, 0.6
    for column in columns:
        lefts[column] = at
        at += COLUMN_INCHES[column] + GAP_INCHES
    tops, at = {}, total - 0.15
    for row in rows:
        tops[row] = at
        at -= heights[row] + GAP_INCHES
    with mpl.rc_context(STYLE):
        figure = new_figure(width, total)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_xlim(0, width)
        axes.set_ylim(0, total)
        axes.axis("off")
        for name, members in BANDS:
            inside = [row for row in rows if row in members]
            if inside:
                low, high = tops[inside[-1]] - heights[inside[-1]], tops[inside[0]]
                axes.add_patch(
                    Rectangle((0.12, low), 0.3, high - low, facecolor="#cfe2f3", edgecolor=GREY, linewidth=0.8)
                )
                axes.text(
                    0.27, (low + high) / 2, name, rotation=90, ha="center", va="center", fontsize=8, fontweight="bold"
                )
        for box in boxes:
            _draw_box(axes, box, lefts[box.column], tops[box.row], heights[box.row])
        middle = lefts[1] + COLUMN_INCHES[1] / 2
        flow_rows = [row for row in rows if any(box.row == row and box.column == 1 for box in boxes)]
        for upper, lower in pairwise(flow_rows):
            _arrow(axes, (middle, tops[upper] - heights[upper]), (middle, tops[lower]))
        for row in rows:
            if any(box.row == row and box.column == 2 for box in boxes):
                y = tops[row] - heights[row] / 2
                _arrow(axes, (lefts[1] + COLUMN_INCHES[1], y), (lefts[2], y))
        if 0 in columns:
            x, y = lefts[0] + COLUMN_INCHES[0] / 2, tops[rows[-1]] - heights[rows[-1]] / 2
            start = tops[0] - heights[0]
            axes.plot((x, x), (start, y), color=BLACK, linewidth=0.9)
            _arrow(axes, (x, y), (lefts[1], y))
    return Drawing("prisma", figure, caption, alt)


def _inches(box: Box) -> float:
    return PAD_INCHES + LINE_INCHES * len(box.lines)


def _draw_box(axes: Axes, box: Box, left: float, top: float, height: float) -> None:
    width = COLUMN_INCHES[box.column]
    axes.add_patch(Rectangle((left, top - height), width, height, facecolor=box.shade, edgecolor=BLACK, linewidth=0.9))
    start = top - (height - LINE_INCHES * len(box.lines)) / 2 - LINE_INCHES / 2
    for i, line in enumerate(box.lines):
        indent = 0.03 * (len(line) - len(line.lstrip()))
        axes.text(left + 0.1 + indent, start - i * LINE_INCHES, line.strip(), va="center", fontsize=8, parse_math=False)


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    axes.add_patch(
        FancyArrowPatch(
            start, end, arrowstyle="-|>", mutation_scale=9, color=BLACK, linewidth=0.9, shrinkA=0, shrinkB=0
        )
    )
