"""Those taken on who never had the study's treatment are not at risk: what is left of the number of all.

"66 were enrolled and one withdrew before treatment"           65
"Sixty patients entered. Two never received study drug."       58
"60 were enrolled; two did not receive maintenance"            nothing: they were treated
"60 were enrolled; two died before the end of treatment"       nothing
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.concepts.count import Count
from pipeline.concepts.phrases import AnyOf
from pipeline.relate.context import SentenceView

_OF_THEM = r"\s(?:of\s(?:them|whom|these|which)\s)?(?:patients?\s|subjects?\s|participants?\s)?(?:of\swhom\s)?"
_TREATMENT = (
    r"(?:(?:the|any|their|study|protocol|planned|trial|assigned|allocated|investigational|first|one|a|single)\s){0,3}"
    r"(?:(?:dose|infusion|cycle|course)s?\sof\s(?:the\s)?(?:study\s|protocol\s|trial\s)?)?"
    r"(?:drugs?|treatments?|medication|therapy|infusions?|doses?|it|chemotherapy|immunochemotherapy|[a-z]+mab)"
)
_NO_PART = r"(?!\s(?:\w+\s)?(?:maintenance|completion|was\s(?:complet|ended|stop|finish)|ended|finished))"
_MAY_TELL = AnyOf(("before", "prior", "never", "not"))
_NEVER = re.compile(
    _OF_THEM + r"(?:(?:who|had|have|has|was|were|did)\s){0,2}(?:subsequently\s|eventually\s|then\s)?(?:not|never)\s"
    r"(?:(?:been|be|actually|ever|subsequently)\s){0,2}"
    r"(?:treated(?=\s?(?:[.,;:)]|$|and\b|because|due|owing|after|on\b|per\b))"
    r"|(?:receive[d]?|start(?:ed)?|begin|began|beg[au]n|commenced?|take[n]?|took|got|g[eo]t|given|exposed\sto(?!\s(?:the\s)?\w+mab\b)|dosed\swith)\s"
    rf"(?P<object>{_TREATMENT})\b{_NO_PART}|dosed\b)",
    re.IGNORECASE,
)
_LEFT = re.compile(
    _OF_THEM + r"(?:(?:was|were|had|has)\s){0,2}"
    r"(?:withdr[ae]wn?|dropped\sout|left|died|progressed|relapsed|deteriorated|refused|declined|discontinued|excluded|lost|removed)\b"
    r"[^.;:]{0,40}?\b(?:before|prior\sto)\s(?:(?:start(?:ing)?|receiving|initiati(?:on|ng)|commenc\w+|beginning|being|getting|(?:the\s)?(?:start|beginning|onset|initiation)\sof)\s)?"
    rf"(?:{_TREATMENT}|treated|dosing)\b{_NO_PART}",
    re.IGNORECASE,
)


class Untreated(NamedTuple):
    """How many were never treated, with the offsets of the number in the sentence."""

    n: int
    start: int
    end: int


def never_treated(view: SentenceView, numbers: Sequence[Count]) -> Untreated | None:
    """The persons that a sentence says were never treated."""
    if not _MAY_TELL.search(view.low):
        return None
    for count in numbers:
        if count.events is None or count.total is not None or count.zero_word:
            continue
        if _NEVER.match(view.text, count.end) or _LEFT.match(view.text, count.end):
            return Untreated(count.events, count.start, count.end)
    return None
