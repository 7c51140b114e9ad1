"""Time to onset: each patient a point, each cohort its median with its range, on a log axis of days."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from pipeline.figures.style import (
    BLACK,
    BLUE,
    GREEN,
    LIGHT,
    STYLE,
    VERMILION,
    Drawing,
    fit,
    new_figure,
    shortened,
)
from pipeline.tables.labels import Labels
from pipeline.tables.read import EvidenceBase, Row
from pipeline.tables.shared import onset_times, study_name


@dataclass(frozen=True, slots=True)
class Lane:
    """One line of the onset figure: days of single patients, or a cohort's centre and range."""

    label: str
    points: tuple[float, ...] = ()
    centre: float | None = None
    statistic: str | None = None
    low: float | None = None
    high: float | None = None


COHORTS_DRAWN = 200  # more lines than that cannot be read; the largest are drawn, all stand in the tables
EARLIEST = 0.5  # day 0 has no place on a log axis: it is drawn here
PLOT_WIDTH, NAME_MARGIN = 5.4, 0.15
"""Inches: the axes with what is right of them, and the space around the widest name on their left."""
STUDY_NAME, GROUP_NAME = 52, 28
"""Most characters of a study's name, and of the name of one of its groups."""


def onset_figure(base: EvidenceBase, labels: Labels, late_after: float | None, numbers: Mapping[int, int]) -> Drawing:
    """Each case a point, each cohort its median (or mean) with its range, by drug, on a log axis of days."""
    caption = (
        f"{labels.caption('onset_figure')}. Circles: single patients; diamonds: medians of cohorts, squares: means; "
        "lines: range or interquartile range as reported; a line without a mark: a range without a centre. "
        "Numbers in brackets: references; n: patients with the event. "
        f"Of more than {COHORTS_DRAWN} cohorts those with the most patients affected are drawn."
    )
    lanes = _lanes(base, labels, numbers)
    if not lanes:
        return Drawing("onset", None, f"{labels.caption('onset_figure')}: no time to onset is reported.")
    count = sum(len(group) for group in lanes.values()) + len(lanes)
    step = min(0.24, 30 / count)
    with mpl.rc_context(STYLE):
        figure = new_figure(PLOT_WIDTH, 1.5 + step * (count + 1))
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
        named = max(name.get_window_extent().width for name in axes.get_yticklabels()) / figure.dpi + NAME_MARGIN
        figure.set_figwidth(named + PLOT_WIDTH)
        fit(figure, left=named / (named + PLOT_WIDTH), right=0.97, bottom_inches=0.6, top_inches=0.75)
    patients = sum(len(lane.points) for group in lanes.values() for lane in group)
    cohorts = sum(not lane.points for group in lanes.values() for lane in group)
    alt = f"Onset in days for {', '.join(lanes)}: {patients} single patients and {cohorts} cohorts."
    return Drawing("onset", figure, caption, alt)


def _lanes(base: EvidenceBase, labels: Labels, numbers: Mapping[int, int]) -> dict[str, list[Lane]]:
    """By drug: one lane for all cases, then one a cohort, earliest first."""
    lanes: dict[str, list[Lane]] = {}
    rows = _largest([r for r in base.rows if any(v is not None for v in onset_times(r))])
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


def _largest(rows: list[Row]) -> list[Row]:
    """Every case, and of more than COHORTS_DRAWN cohorts those with the most patients affected."""
    cohorts = [row for row in rows if row.finding.level == "group"]
    if len(cohorts) <= COHORTS_DRAWN:
        return rows
    drawn = sorted(cohorts, key=lambda row: -(row.finding.n_events or 0))[:COHORTS_DRAWN]
    kept = {id(row) for row in drawn}
    return [row for row in rows if row.finding.level == "case" or id(row) in kept]


def _cohort(row: Row, numbers: Mapping[int, int]) -> Lane:
    finding = row.finding
    n = f" (n = {finding.n_events})" if finding.n_events and finding.level == "group" else ""
    group = f", {shortened(finding.label, GROUP_NAME)}" if finding.label and finding.level == "group" else ""
    label = f"[{numbers[finding.pmid]}] {shortened(study_name(row.source), STUDY_NAME)}{group}{n}"
    return Lane(label, (), finding.onset_days, finding.onset_statistic, *onset_times(row)[1:])


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
