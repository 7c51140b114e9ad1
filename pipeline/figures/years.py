"""Publications by year."""

from __future__ import annotations

import matplotlib as mpl
from matplotlib.ticker import MaxNLocator

from pipeline.figures.style import (
    BLUE,
    ORANGE,
    STYLE,
    Drawing,
    fit,
    new_figure,
)
from pipeline.tables.labels import Labels
from pipeline.tables.read import EvidenceBase


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
        figure = new_figure(7.2, 3.0)
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
        fit(figure, 0.09, 0.98, 0.5, 0.15)
    unknown = len(cited) - len(dated)
    caption = f"{title}: {len(dated)} publications" + (
        f"; {unknown} without a known year are not shown." if unknown else "."
    )
    alt = ", ".join(f"{year}: {a + b}" for year, a, b in zip(years, cases, groups, strict=True) if a + b)
    return Drawing("years", figure, caption, alt)
