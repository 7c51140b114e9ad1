"""Figures for print: SVG and PNG, colours that colour-blind readers tell apart, the same bytes each time.

Each function draws on a matplotlib Figure of its own and returns a `Drawing`; `save` writes it. Nothing to draw is a
`Drawing` too: its figure is None and its caption says why.
"""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch, Patch, Polygon, Rectangle
from matplotlib.ticker import MaxNLocator

from pipeline.files import atomic_write
from pipeline.incidence import Analysis, Candidate, onset_times
from pipeline.meta_analysis import Interval, Pooled, Subgroups, exact_interval
from pipeline.prisma import Box
from pipeline.tables.labels import Labels
from pipeline.tables.model import EN_DASH, NOT_REPORTED, percent
from pipeline.tables.read import EvidenceBase, Row
from pipeline.tables.shared import study_name

# Okabe & Ito, Color Universal Design (2008)
BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, VERMILION, PURPLE = (
    *("#000000", "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7"),
)
GREY, LIGHT = "#5f6b76", "#d5dbe1"
TERM_COLOURS = (SKY, VERMILION, GREEN, PURPLE, ORANGE)  # beside the yellows and blues of cividis
DOTS_PER_INCH = 200
STYLE: dict[Any, Any] = {
    "font.size": 9,
    "font.family": "DejaVu Sans",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "svg.hashsalt": "figures",
    "text.parse_math": False,  # a dollar sign in a title is a dollar sign
}
ROWS_ON_A_PAGE = 70


@dataclass(frozen=True)
class Drawing:
    """A figure, its file name without ending, what stands under it, and in words what it shows."""

    name: str
    figure: Figure | None
    caption: str
    alt: str = ""


@contextmanager
def _quiet() -> Iterator[None]:
    """A letter that the font lacks is drawn as a box; that is no news for the terminal."""
    with warnings.catch_warnings(), mpl.rc_context(STYLE):
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        yield


def svg(figure: Figure) -> str:
    buffer = io.StringIO()
    with _quiet():
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return buffer.getvalue()


def png(figure: Figure) -> bytes:
    buffer = io.BytesIO()
    FigureCanvasAgg(figure)
    with _quiet():
        figure.savefig(
            buffer, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None}, pil_kwargs={"compress_level": 4}
        )
    return buffer.getvalue()


def save(folder: Path, drawing: Drawing) -> str | None:
    """Write NAME.svg and NAME.png; the SVG text is returned, None where there is nothing to draw."""
    if drawing.figure is None:
        return None
    text = svg(drawing.figure)
    with atomic_write(folder / f"{drawing.name}.svg") as stream:
        stream.write(text)
    with atomic_write(folder / f"{drawing.name}.png", "wb") as stream:
        stream.write(png(drawing.figure))
    return text


def _figure(width: float, height: float) -> Figure:
    """Inches."""
    figure = Figure(figsize=(width, height), layout=None)
    FigureCanvasAgg(figure)
    return figure


# Onset --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Lane:
    """One line of the onset figure: days of single patients, or a cohort's centre and range."""

    label: str
    points: tuple[float, ...] = ()
    centre: float | None = None
    statistic: str | None = None
    low: float | None = None
    high: float | None = None


EARLIEST = 0.5  # day 0 has no place on a log axis: it is drawn here


def onset_figure(base: EvidenceBase, labels: Labels, late_after: float | None, numbers: Mapping[int, int]) -> Drawing:
    """Each case a point, each cohort its median (or mean) with its range, by drug, on a log axis of days."""
    caption = (
        f"{labels.caption('onset_figure')}. Circles: single patients; diamonds: medians of cohorts, squares: means; "
        "lines: range or interquartile range as reported; a line without a mark: a range without a centre. "
        "Numbers in brackets: references; n: patients with the event."
    )
    lanes = _lanes(base, labels, numbers)
    if not lanes:
        return Drawing("onset", None, f"{labels.caption('onset_figure')}: no time to onset is reported.")
    count = sum(len(group) for group in lanes.values()) + len(lanes)
    step = min(0.24, 30 / count)
    with mpl.rc_context(STYLE):
        figure = _figure(8.2, 1.5 + step * (count + 1))
        axes = figure.subplots()
        position, ticks, names, heads = 0.0, [], [], []
        for drug, group in lanes.items():
            heads.append(position)
            ticks.append(position)
            names.append(drug)
            for lane in group:
                position += 1
                _draw_lane(axes, lane, position)
                ticks.append(position)
                names.append(lane.label)
            position += 1
        axes.set_xscale("log")
        axes.set_ylim(position, -1)
        axes.set_yticks(ticks, names, fontsize=7 if step > 0.15 else 4)
        for tick, at in zip(axes.get_yticklabels(), ticks, strict=True):
            if at in heads:
                tick.set_fontweight("bold")
                tick.set_fontsize(9)
        axes.tick_params(axis="y", length=0)
        _day_axis(axes, [d for group in lanes.values() for lane in group for d in _days_of(lane)])
        if late_after:
            axes.axvline(late_after, color=BLACK, linestyle="--", linewidth=1, zorder=0)
            axes.text(
                late_after, -1.1, f"day {late_after:g}", ha="center", va="bottom", fontsize=8, transform=axes.transData
            )
        axes.set_xlabel("Days from the anchor dose to onset (log scale)")
        handles = [
            Line2D([], [], marker="o", color=BLUE, linestyle="", markersize=5, label="patient"),
            Line2D([], [], marker="D", color=VERMILION, linestyle="-", markersize=5, label="cohort: median, range"),
            Line2D([], [], marker="s", color=GREEN, linestyle="-", markersize=5, label="cohort: mean, range"),
        ]
        axes.legend(
            handles=handles, loc="lower center", bbox_to_anchor=(0.4, 1.0 + 0.25 / (step * (count + 1))), ncols=3,
            frameon=False, fontsize=8,
        )  # fmt: skip
        _fit(figure, left=0.34, right=0.97, bottom_inches=0.6, top_inches=0.75)
    patients = sum(len(lane.points) for group in lanes.values() for lane in group)
    cohorts = sum(not lane.points for group in lanes.values() for lane in group)
    alt = f"Onset in days for {', '.join(lanes)}: {patients} single patients and {cohorts} cohorts."
    return Drawing("onset", figure, caption, alt)


def _lanes(base: EvidenceBase, labels: Labels, numbers: Mapping[int, int]) -> dict[str, list[Lane]]:
    """By drug: one lane for all cases, then one a cohort, earliest first."""
    lanes: dict[str, list[Lane]] = {}
    rows = [r for r in base.rows if any(v is not None for v in onset_times(r))]
    for drug in sorted({labels.drug(row.finding.drug) for row in rows}, key=str.casefold):
        mine = [row for row in rows if labels.drug(row.finding.drug) == drug]
        cases = sorted(
            r.finding.onset_days for r in mine if r.finding.level == "case" and r.finding.onset_days is not None
        )
        cohorts = [
            _cohort(row, numbers) for row in mine if row.finding.level == "group" or row.finding.onset_days is None
        ]
        cohorts.sort(key=lambda lane: (lane.centre or lane.low or lane.high or 0, lane.label))
        group = ([Lane(f"single patients (n = {len(cases)})", tuple(cases))] if cases else []) + cohorts
        lanes[drug] = group
    return lanes


def _cohort(row: Row, numbers: Mapping[int, int]) -> Lane:
    finding = row.finding
    n = f" (n = {finding.n_events})" if finding.n_events and finding.level == "group" else ""
    label = f"[{numbers[finding.pmid]}] {_short(study_name(row.source), 36)}{n}"
    return Lane(label, (), finding.onset_days, finding.onset_statistic, *onset_times(row)[1:])


def _short(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _days_of(lane: Lane) -> Iterator[float]:
    yield from lane.points
    yield from (d for d in (lane.centre, lane.low, lane.high) if d is not None)


def _draw_lane(axes: Axes, lane: Lane, at: float) -> None:
    opacity = 1.0 if len(lane.points) <= 60 else 0.35
    for i, day in enumerate(lane.points):
        # neighbours that nearly coincide step up and down, so that each stays a point
        near = sum(abs(math.log(max(day, EARLIEST) / max(other, EARLIEST))) < 0.05 for other in lane.points[:i])
        shift = 0.16 * (near % 3) * (-1) ** near
        axes.plot(max(day, EARLIEST), at + shift, "o", color=BLUE, markersize=5, mec="white", mew=0.5, alpha=opacity)
    colour, marker = (GREEN, "s") if lane.statistic == "mean" else (VERMILION, "D")
    ends = [max(d, EARLIEST) for d in (lane.low, lane.high) if d is not None]
    if len(ends) == 2:
        axes.plot(ends, (at, at), "-", color=colour, linewidth=1.6, solid_capstyle="butt")
    elif lane.high is not None:
        axes.plot(ends, (at,), marker="<", color=colour, markersize=5)
    elif lane.low is not None:
        axes.plot(ends, (at,), marker=">", color=colour, markersize=5)
    if lane.centre is not None:
        axes.plot(
            max(lane.centre, EARLIEST), at, marker, color=colour, markersize=5.5, markeredgecolor="white", mew=0.5
        )


DAY_TICKS = (0.5, 1, 2, 5, 7, 14, 28, 60, 90, 180, 365, 730, 1825, 3650)


def _day_axis(axes: Axes, values: Sequence[float]) -> None:
    low, high = max(min(values), EARLIEST) * 0.8, max(max(values), 40) * 1.25
    axes.set_xlim(low, high)
    ticks = [tick for tick in DAY_TICKS if low <= tick <= high]
    axes.set_xticks(ticks, ["0" if tick == EARLIEST else f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    axes.grid(axis="x", color=LIGHT, linewidth=0.6)
    axes.set_axisbelow(True)


def _fit(figure: Figure, left: float, right: float, bottom_inches: float, top_inches: float) -> None:
    height = figure.get_size_inches()[1]
    figure.subplots_adjust(left=left, right=right, bottom=bottom_inches / height, top=1 - top_inches / height)


# Severity -----------------------------------------------------------------------------------------------------


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
        figure = _figure(8.2, 1.7 + 0.36 * len(drugs) + 0.22 * math.ceil(len(classes) / 4))
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
        _fit(figure, 0.2, 0.97, 0.6 + 0.24 * math.ceil(len(classes) / 4), 0.4)
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


# Years --------------------------------------------------------------------------------------------------------


def years_figure(base: EvidenceBase, labels: Labels) -> Drawing:
    """Publications that the evidence table cites, by year, those with single patients apart."""
    title = labels.caption("years_figure")
    cited = list(base.sources.values())
    dated = [source for source in cited if source.year is not None]
    if not dated:
        return Drawing("years", None, f"{title}: no included publication has a year.")
    with_cases = {row.finding.pmid for row in base.rows if row.finding.level == "case"}
    years = range(min(s.year or 0 for s in dated), max(s.year or 0 for s in dated) + 1)
    groups = [sum(s.year == year and s.pmid not in with_cases for s in dated) for year in years]
    cases = [sum(s.year == year and s.pmid in with_cases for s in dated) for year in years]
    with mpl.rc_context(STYLE):
        figure = _figure(7.2, 3.0)
        axes = figure.subplots()
        axes.bar(years, cases, color=BLUE, label="with single patients", width=0.8)
        axes.bar(
            years, groups, bottom=cases, color=ORANGE, label="groups only", width=0.8, hatch="///", edgecolor="white"
        )
        axes.set_ylabel("Publications")
        axes.set_xlabel("Year of publication")
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.legend(frameon=False, fontsize=8)
        _fit(figure, 0.09, 0.98, 0.5, 0.15)
    unknown = len(cited) - len(dated)
    caption = f"{title}: {len(dated)} publications" + (
        f"; {unknown} without a known year are not shown." if unknown else "."
    )
    alt = ", ".join(f"{year}: {a + b}" for year, a, b in zip(years, cases, groups, strict=True) if a + b)
    return Drawing("years", figure, caption, alt)


# Forest plots -------------------------------------------------------------------------------------------------


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
    """The lines from top to bottom. A subgroup of one study has no diamond of its own."""
    rows: list[ForestRow] = []
    for name, members in groups.items():
        rows.append(ForestRow("head", name))
        for candidate in members:
            study = candidate.study
            if study is None:
                continue
            star = "*" if candidate.computed else ""
            interval = exact_interval(study.events, study.total)
            share = study.events / study.total
            counts = f"{study.events}{star}/{study.total}"
            label = f"[{numbers[candidate.row.finding.pmid]}] {study.label}"
            rows.append(ForestRow("study", label, counts, share, interval, None, study.total))
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
        figure = _figure(9.4, 1.3 + step * len(rows))
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
                -1.27 + indent, y, _short(row.label, limit), transform=place, va="center", fontsize=7.5, fontweight=bold
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


# PRISMA flow --------------------------------------------------------------------------------------------------

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
        figure = _figure(width, total)
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
