"""Which sentences are read, and which of them tell of the authors' own work.

"Rituximab is widely used in lymphoma. We treated 40 patients ..." in an abstract without headings: the own part begins
with the second sentence. Under the heading BACKGROUND nothing is the authors' own, unless the sentence says "we found".
"""

from __future__ import annotations

import re

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


_NUMBER = r"(?:\d|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty)"
_ABOUT = r"(?<=\babout\s)|(?<=\broughly\s)|(?<=\bnearly\s)|(?<=\balmost\s)|(?<=\baround\s)|(?<=\bapproximately\s)"
_ONE_IN = rf"(?:(?:one|1)\s(?:in\s(?:every\s)?|out\sof\severy\s)|(?:{_ABOUT})(?:one|1)\sout\sof\s)"
_RATIO = re.compile(rf"{_ONE_IN}(?={_NUMBER})", re.IGNORECASE)
_RATIO_BEFORE = re.compile(rf"\b{_ONE_IN}$", re.IGNORECASE)
_LAST_WORDS = ("in ", "of ", "every ")  # a quick look
_REACH = 32  # characters of "approximately one out of "


def tells_ratio(text: str, count: Count) -> bool:
    """Whether a count only rounds a share told elsewhere: "about 1 in 12 patients"; nobody counted these twelve."""
    if count.percent is not None or (count.total or count.events or 0) > _MOST_OF_RATIO:
        return False
    if count.events == 1 and _RATIO.match(text, count.start):
        return True
    leads = text.endswith(_LAST_WORDS, 0, count.start)
    return leads and bool(_RATIO_BEFORE.search(text, max(0, count.start - _REACH), count.start))


_MOST_OF_RATIO = 30
