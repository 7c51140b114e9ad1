"""What every figure shares: the palette, the type, how a figure is made and written."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from pipeline.files import atomic_write

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


def new_figure(width: float, height: float) -> Figure:
    """Inches."""
    figure = Figure(figsize=(width, height), layout=None)
    FigureCanvasAgg(figure)
    return figure


def shortened(text: str, limit: int) -> str:
    """The text, or its first characters with an ellipsis: `limit` characters at most."""
    return text if len(text) <= limit else text[: limit - 1].rstrip(" …") + "…"


def fit(figure: Figure, left: float, right: float, bottom_inches: float, top_inches: float) -> None:
    height = figure.get_size_inches()[1]
    figure.subplots_adjust(left=left, right=right, bottom=bottom_inches / height, top=1 - top_inches / height)
