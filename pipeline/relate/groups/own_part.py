"""Which sentences are read, and which of them tell of the authors' own work.

"Rituximab is widely used in lymphoma. We treated 40 patients ..." in an abstract without headings: the own part begins
with the second sentence. Under the heading BACKGROUND nothing is the authors' own, unless the sentence says "we found".
"""

from __future__ import annotations

from pipeline.concepts import assertion
from pipeline.concepts.count import Count
from pipeline.relate.context import Context, SentenceView

POPULATION_COLUMNS = ("trigger", "weight", "source")


def is_readable(view: SentenceView) -> bool:
    """Whether a sentence is short enough to be one."""
    return view.is_readable


def counts(view: SentenceView) -> tuple[Count, ...]:
    """The counts of persons, episodes or cycles in a sentence that is read."""
    return view.persons if view.is_readable else ()


def first_own_sentence(ctx: Context) -> int:
    """The first sentence of an abstract without headings that tells of the authors' own work; 0 where none does."""
    for view in ctx.sentences:
        if view.section == 0:
            continue
        if assertion.is_own_result(view):
            return view.index
        found = counts(view)
        if any(
            c.unit in ("patients", "cases") and not c.zero_word and (c.events or 0) > 1 and c.percent is None
            for c in found
        ):
            return view.index
        if any(c.labelled for c in found) or (found and view.triggers("population", POPULATION_COLUMNS)):
            return view.index
    return 0
