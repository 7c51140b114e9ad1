"""The persons affected under all drugs together, where the article counts them and then parts them by drug.

"Nineteen patients were included ... neutropenia occurred in 11 on ocrelizumab and 8 on rituximab" is a row of the class
with 19 beside those of the two drugs: what is said of the course of the event is said of all 19.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.concepts.count import Count
from pipeline.relate.context import SentenceView
from pipeline.relate.groups.draft import Draft, add
from pipeline.relate.groups.rows import Row
from pipeline.relate.groups.statements import Statement


def take(draft: Draft) -> None:
    """A row of the class before the rows of its drugs that one sentence counts."""
    if draft.article.drug != draft.article.ctx.protocol.drug_class or any(_is_of_class(draft, r) for r in draft.rows):
        return
    for first in draft.rows:
        by_drug = [r for r in draft.rows if r.view is first.view and r.definition == first.definition]
        numbers = [r.values.get("n_events") for r in by_drug]
        if len({r.drug for r in by_drug}) < 2 or len({r.drug for r in by_drug}) < len(by_drug) or not all(numbers):
            continue
        if any(r.values.get("n_treated") or r.values.get("incidence_percent") for r in by_drug):
            continue
        if (all_affected := _counted(draft, sum(n for n in numbers if n))) is not None:
            _put_first(draft, by_drug, *all_affected)
        return


def _is_of_class(draft: Draft, row: Row) -> bool:
    return row.drug == draft.article.ctx.protocol.drug_class


def _counted(draft: Draft, number: int) -> tuple[SentenceView, Count] | None:
    """Where the article counts so many patients or cases."""
    for view in draft.article.ctx.sentences:
        if view.section == 0:
            continue
        for count in draft.article.counts(view):
            if count.events == number and count.total is None and count.unit in ("patients", "cases"):
                return view, count
    return None


def _put_first(draft: Draft, by_drug: Sequence[Row], view: SentenceView, count: Count) -> None:
    """Add the row of the class before those of its drugs."""
    first = by_drug[0]
    before = len(draft.rows)
    named = Count(first.mention.start, first.mention.end)
    add(draft, Statement(first.view, first.mention, named), None)
    if len(draft.rows) == before:
        return
    whole = draft.rows.pop()
    whole.set("n_events", count.events, view, view.start + count.start, view.start + count.end)
    draft.rows.insert(draft.rows.index(first), whole)
