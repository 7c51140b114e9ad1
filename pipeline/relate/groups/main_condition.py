"""The condition that an article is about.

"Rituximab in lupus" is about lupus; "Rituximab in lupus and vasculitis", and "4 with lupus and 2 with vasculitis" where
the title names none, are about no single one.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable

from pipeline.concepts import indication
from pipeline.records import Mention
from pipeline.relate.context import Context, SentenceView


def of_article(ctx: Context, own_part: Iterable[SentenceView]) -> Mention | None:
    """The condition treated: the title's, else the likeliest of the text; None where the title pools several."""
    in_title: dict[str | None, Mention] = {}
    for view in ctx.sentences:
        if view.section == 0:
            for mention in view.labelled("indication"):
                in_title.setdefault(mention.concept, mention)
    if len(in_title) == 1:
        return next(iter(in_title.values()))
    if len(in_title) > 1 and _are_joined(ctx.sections[0].text, in_title.values()):
        return None
    return None if not in_title and any(map(_counts_apart, own_part)) else indication.of_article(ctx)


def _are_joined(title: str, conditions: Iterable[Mention]) -> bool:
    """Whether the title joins conditions by "and" or "or"."""
    ordered = sorted(conditions, key=lambda m: m.start)
    return all(
        re.fullmatch(r"\s?(?:\([^()]*\)\s?)?(?:,|and|or|&|/|,\s?and)\s?", title[a.end : b.start])
        for a, b in itertools.pairwise(ordered)
    )


_HAD_CONDITION = re.compile(
    r"[\s)]*(?:patients?\s|cases\s|of\sthem\s)?(?:had|with|were\streated\sfor|of|for|suffered\sfrom)\s(?:\w+\s)?",
    re.IGNORECASE,
)


def _counts_apart(view: SentenceView) -> bool:
    """Whether a sentence counts patients of several conditions one by one: "4 with A and 2 with B"."""
    conditions = view.labelled("indication")
    if len({m.concept for m in conditions}) < 2:
        return False
    persons = [c for c in view.persons if c.percent is None]
    if len(persons) < 2:
        return False
    counted = {
        m.concept
        for m in conditions
        for c in persons
        if 0 <= m.start - view.start - c.end <= 24 and _HAD_CONDITION.fullmatch(view.text, c.end, m.start - view.start)
    }
    return len(counted) > 1
