"""Forest plots of incidence; many studies become several pages."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

from pipeline.figures.style import (
    BLACK,
    BLUE,
    LIGHT,
    STYLE,
    VERMILION,
    Drawing,
    new_figure,
    shortened,
)
from pipeline.incidence import Analysis, Candidate
from pipeline.meta_analysis import Interval, Pooled, Subgroups, exact_interval
from pipeline.tables.labels import Labels
from pipeline.tables.model import EN_DASH, percent

ROWS_ON_A_PAGE = 70
STUDIES_DRAWN = 280  # four pages; of more studies the smaller ones stand in the table alone


@dataclass(frozen=True, slots=True)
class ForestRow:
    """A line of a forest plot. `kind`: head, study, pooled or text."""

    kind: str
    label: str
    numbers: str = ""
    estimate: float | None = None
    interval: Interval | None = None
    prediction: Interval | None = None
    weight: float = 1.0


def forest_figures(analysis: Analysis, labels: Labels, numbers: Mapping[int, int]) -> list[Drawing]:
    """By drug and by group of conditions; a plot with many studies becomes several pages."""
    event = labels.value("event_definition", analysis.definition) or analysis.definition
    plots: list[tuple[str, str, Mapping[str, Sequence[Candidate]], Subgroups]] = [
        ("drug", "drug", analysis.drugs, analysis.by_drug),
        ("indication", "group of conditions", analysis.indications, analysis.by_indication),
    ]
    drawings = []
    for by, words, groups, tests in plots:
        rows = forest_rows(groups, tests, analysis.overall, numbers)
        title = f"{labels.caption('event_name').capitalize()} ({event}), by {words}"
        caption = " ".join((f"{title}.", FOREST_CAPTION, *analysis.notes))
        pages = [rows[i : i + ROWS_ON_A_PAGE] for i in range(0, len(rows), ROWS_ON_A_PAGE)]
        top = _axis_end(rows)
        for number, page in enumerate(pages, start=1):
            name = f"forest_{by}_{analysis.definition}" + (f"_{number:02d}" if len(pages) > 1 else "")
            part = f" (page {number} of {len(pages)})" if len(pages) > 1 else ""
            drawings.append(
                Drawing(name, _forest(page, title + part, top), caption + part, _forest_alt(title, analysis))
            )
    return drawings


FOREST_CAPTION = (
    "Numbers in brackets: references. Squares: studies with exact (Clopper-Pearson) 95 % intervals, larger with more "
    "patients; diamonds: random-intercept logistic model with 95 % interval; thin lines: 95 % prediction interval."
)


def forest_rows(
    groups: Mapping[str, Sequence[Candidate]], tests: Subgroups, overall: Pooled, numbers: Mapping[int, int]
) -> list[ForestRow]:
    """The lines from top to bottom. A subgroup of one study has no diamond of its own.

    Of more than STUDIES_DRAWN studies the largest are drawn; a line in each group counts the others.
    """
    rows: list[ForestRow] = []
    sizes = sorted((c.study.total for members in groups.values() for c in members if c.study), reverse=True)
    smallest = sizes[STUDIES_DRAWN - 1] if len(sizes) > STUDIES_DRAWN else 0
    room = STUDIES_DRAWN
    for name, members in groups.items():
        rows.append(ForestRow("head", name))
        not_drawn = 0
        for candidate in members:
            study = candidate.study
            if study is None:
                continue
            if study.total < smallest or not room:
                not_drawn += 1
                continue
            room -= 1
            star = "*" if candidate.computed else ""
            interval = exact_interval(study.events, study.total)
            share = study.events / study.total
            counts = f"{study.events}{star}/{study.total}"
            label = f"[{numbers[candidate.row.finding.pmid]}] {study.label}"
            rows.append(ForestRow("study", label, counts, share, interval, None, study.total))
        if not_drawn:
            rows.append(ForestRow("text", f"and {not_drawn} smaller studies, pooled too (pooled_studies.csv)"))
        pooled = tests.groups.get(name)
        if pooled is not None and pooled.studies > 1:
            rows.append(_pooled_row("Subtotal", pooled))
    if overall.studies > 1 and len(groups) > 1:
        rows.append(ForestRow("head", ""))
        rows.append(_pooled_row("All studies", overall))
    if tests.q is not None and tests.p is not None:
        p = "p < 0.001" if tests.p < 0.001 else f"p = {tests.p:.3f}"
        rows.append(ForestRow("text", f"Difference between groups: χ² = {tests.q:.1f}, df = {tests.df}, {p}"))
    if any("*" in row.numbers for row in rows):
        rows.append(ForestRow("text", "* events computed from the percentage and the number of patients"))
    return rows


def _pooled_row(label: str, pooled: Pooled) -> ForestRow:
    if pooled.proportion is None:
        return ForestRow("text", f"{label}: {pooled.reason}")
    spread = (
        f", τ² = {pooled.tau2:.2f}, I² = {100 * pooled.i2:.0f} %"
        if pooled.tau2 is not None and pooled.i2 is not None
        else ""
    )
    numbers = f"{pooled.events}/{pooled.total}"
    return ForestRow("pooled", f"{label}{spread}", numbers, pooled.proportion, pooled.interval, pooled.prediction)


def _axis_end(rows: Sequence[ForestRow]) -> float:
    """Where the axis ends, in per cent: a round number beyond what matters."""
    ends = [100 * row.interval.high for row in rows if row.interval]
    top = max(ends, default=100)
    return next((end for end in (5, 10, 20, 40, 60, 80) if top <= end), 100)


def _forest(rows: Sequence[ForestRow], title: str, top: float) -> Figure:
    step = 0.21
    with mpl.rc_context(STYLE):
        figure = new_figure(9.4, 1.3 + step * len(rows))
        height = figure.get_size_inches()[1]
        axes = figure.add_axes((0.47, 0.55 / height, 0.36, step * len(rows) / height))
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_xlim(0, top)
        largest = max((row.weight for row in rows if row.kind == "study"), default=1.0)
        place = axes.get_yaxis_transform()
        for y, row in enumerate(rows):
            bold = "bold" if row.kind in ("head", "pooled") else "normal"
            indent = 0.0 if row.kind in ("head", "text") else 0.03
            limit = 110 if row.kind == "text" else 62
            axes.text(
                -1.27 + indent,
                y,
                shortened(row.label, limit),
                transform=place,
                va="center",
                fontsize=7.5,
                fontweight=bold,
            )
            if row.estimate is None or row.interval is None:
                continue
            axes.text(-0.03, y, row.numbers, transform=place, va="center", ha="right", fontsize=7.5, fontweight=bold)
            low, high = 100 * row.interval.low, 100 * row.interval.high
            text = f"{percent(100 * row.estimate)} ({percent(low)}{EN_DASH}{percent(high)})"
            axes.text(1.04, y, text, transform=place, va="center", fontsize=7.5, fontweight=bold)
            if row.kind == "study":
                axes.plot((low, high), (y, y), "-", color=BLACK, linewidth=1)
                size = 3 + 5 * math.sqrt(row.weight / largest)
                axes.plot(100 * row.estimate, y, "s", color=BLUE, markersize=size, clip_on=False)
            else:
                _diamond(axes, row, y)
        for x, words, side in (
            (-1.27, "Study", "left"),
            (-0.03, "Events / N", "right"),
            (1.04, "%  (95 % CI)", "left"),
        ):
            axes.text(x, -1.0, words, transform=place, va="center", ha=side, fontsize=8, fontweight="bold")  # type: ignore[arg-type]
        axes.spines["left"].set_visible(False)
        axes.set_yticks([])
        axes.grid(axis="x", color=LIGHT, linewidth=0.6)
        axes.set_axisbelow(True)
        axes.set_xlabel("Incidence, %")
        figure.text(0.01, 1 - 0.22 / height, title, fontsize=9.5, fontweight="bold", va="center")
    return figure


def _diamond(axes: Axes, row: ForestRow, y: float) -> None:
    if row.interval is None or row.estimate is None:
        return
    low, high, middle = 100 * row.interval.low, 100 * row.interval.high, 100 * row.estimate
    if row.prediction is not None:
        axes.plot((100 * row.prediction.low, 100 * row.prediction.high), (y, y), "-", color=VERMILION, linewidth=1.2)
    corners = [(low, y), (middle, y - 0.32), (high, y), (middle, y + 0.32)]
    axes.add_patch(Polygon(corners, closed=True, facecolor=VERMILION, edgecolor=BLACK, linewidth=0.6, zorder=3))


def _forest_alt(title: str, analysis: Analysis) -> str:
    pooled = analysis.overall
    if pooled.proportion is None or pooled.interval is None:
        return f"Forest plot: {title}; {pooled.reason}"
    low, high = percent(100 * pooled.interval.low), percent(100 * pooled.interval.high)
    share = percent(100 * pooled.proportion)
    return f"Forest plot: {title}; {pooled.studies} studies, pooled {share} % (95 % CI {low} to {high})."
