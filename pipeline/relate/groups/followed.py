"""A sentence that goes on about those affected without naming the event again.

    "LON occurred in ten patients. Four were febrile."             four of the ten
    "... It was grade 4 in four of them."                         a grade beside the count
    "... In four, the count fell below 0.5 x 10^9/L."             a limit beside the count

Only a count that is set apart by grade 3 or more, by "severe", fever or a limit of the blood count is such a part, and
only right behind the sentence that counts those affected, or in an article on the event a few sentences on. "Four
received G-CSF" tells of the course.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.concepts.count import Count
from pipeline.records import Mention
from pipeline.relate.context import SentenceView
from pipeline.relate.groups import statements
from pipeline.relate.groups.article import GroupArticle
from pipeline.relate.groups.parallel import FIGURES_WERE
from pipeline.relate.groups.severity import FEBRILE_TERM
from pipeline.relate.groups.statements import Statement

_FAR = 5  # sentences on


def read(article: GroupArticle, view: SentenceView, earlier: Sequence[Statement]) -> list[Statement]:
    """The statements of a sentence without an event's name, about those counted in one of the sentences before."""
    found = article.counts(view)
    if not found or not earlier:
        return []
    reach = _FAR if article.focused else 1
    recent = [s for s in earlier if s.count.events and view.index - s.view.index <= reach]
    whole = max(recent, key=lambda s: s.count.events or 0, default=None)
    if whole is None or whole.view.section != view.section or whole.mention.concept is None:
        return []
    if not (view.grades or view.severities or view.counts or "febrile" in view.text):
        return []
    implied = Mention(view.section, view.start, view.start, "", "event", whole.mention.concept)
    stated, _ = statements.read(view, (implied,), found, article.arms_of(view))
    told = [replace(s, mention=whole.mention, count=_in_unit_of(whole.count, s.count)) for s in stated]
    if all(s.grade for s in told) and sum(s.count.events or 0 for s in told) == whole.count.events:
        return told  # "It was grade 2 in three and grade 4 in two"
    return [
        s for s in told if _is_severe(s) and s.count.events is not None and s.count.events < (whole.count.events or 0)
    ]


def read_repeated(article: GroupArticle, view: SentenceView, earlier: Sequence[Statement]) -> list[Statement]:
    """The statements of a sentence that repeats the figures of the one before for others, in the same order.

    "A, B and C were 30%, 10% and 3%. The corresponding figures at the lower dose were 35%, 14% and 8%."
    """
    if not view.index or not ("correspond" in view.low or "respective" in view.low or "figures" in view.low):
        return []
    found = article.counts(view)
    before = article.ctx.sentences[view.index - 1]
    if not found or before.section != view.section or not FIGURES_WERE.search(view.text, 0, found[0].start):
        return []
    if _AT_ANOTHER_TIME.search(view.text, 0, found[0].start):
        return []  # "in cycle 1": of the same persons
    told = [c for c in article.counts(before) if c.percent is not None]
    here = [c for c in found if c.percent is not None]
    if len(here) != len(found) or len(here) < 2 or len(told) % len(here):
        return []
    places = {before.start + c.start: i for i, c in enumerate(told[-len(here) :])}
    arms = [a for a in article.arms_of(view) if a.end - view.start <= found[0].start]
    return [
        replace(
            s,
            view=view,
            count=replace(c := here[places[s.count.start]], start=c.start + view.start, end=c.end + view.start),
            arm=arms[0] if len(arms) == 1 else None,
            position=None,
            of_parallel=0,
        )
        for s in earlier
        if s.view is before and s.count.start in places
    ]


_AT_ANOTHER_TIME = re.compile(
    r"\b(?:cycles?|courses?|infusions?|years?|months?|weeks?|days?|after|before|during|later|follow-up|episodes?)\b",
    re.IGNORECASE,
)


def _in_unit_of(whole: Count, part: Count) -> Count:
    """A part of episodes counts episodes: "23 episodes were seen. Nine were below 0.5"."""
    return replace(part, unit="episodes") if whole.unit == "episodes" and part.unit is None else part


def _is_severe(statement: Statement) -> bool:
    """Whether the persons counted are set apart as the worse affected."""
    grade, severity = statement.grade, statement.severity
    return bool(
        (grade is not None and (grade.low or 0) >= 3)
        or (severity is not None and severity.term in ("severe", FEBRILE_TERM))
        or (statement.limit is not None and statement.limit.value <= 1.0)
    )
