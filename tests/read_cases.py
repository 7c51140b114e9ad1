"""Case rows of invented texts, as the relation rules read them; two texts that others go on from."""

from __future__ import annotations

from pipeline.protocol import load_protocol
from pipeline.relate import relate
from tests.annotated import annotated

PROTOCOL = load_protocol("anti-cd20-neutropenia")
ONE = "A 40-year-old man had neutropenia (ANC 0.2 x 109/L) 50 days after the last infusion of rituximab. "
ILL = "A 40-year-old man received rituximab. Two months later he had neutropenia (ANC 0.2 x 109/L). "


def cases(text, **article):
    """The case rows of an article with this abstract."""
    extraction = relate(annotated(text, **article), PROTOCOL)
    return [f for f in extraction.findings if f.level == "case"]


def only(text, **article):
    """The one case row of such an article."""
    found = cases(text, **article)
    assert len(found) == 1, found
    return found[0]
