"""Figures for print: SVG and PNG, colours that colour-blind readers tell apart, the same bytes each time.

Each function draws on a matplotlib figure of its own and returns a `Drawing`; `save` writes it. Nothing to draw is a
`Drawing` too: its figure is None and its caption says why.
"""

from pipeline.figures.flow import prisma_figure
from pipeline.figures.forest import ForestRow, forest_figures, forest_rows
from pipeline.figures.onset import onset_figure
from pipeline.figures.severity import severity_figure
from pipeline.figures.style import Drawing, png, save, svg
from pipeline.figures.years import years_figure

__all__ = [
    "Drawing",
    "ForestRow",
    "forest_figures",
    "forest_rows",
    "onset_figure",
    "png",
    "prisma_figure",
    "save",
    "severity_figure",
    "svg",
    "years_figure",
]
