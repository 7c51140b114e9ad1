"""The condition that a count is said of, where a sentence tells several apart.

"5/47 (10.6%) with GPA"                            the condition behind the count
"in SLE (20%)"                                     before it
"12 with SLE, 5 with MS"                           behind it: what stands before is the last count's
"25 with RA (1.3%)"                                one count: the share in the bracket is that of the 25
"Among patients with MS, A in 5%"                  the condition that the sentence opens with
"more often in NMOSD than in MS (5/28 vs 5/116)"   by their order, in a bracket behind the list
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.concepts.count import Count, agrees
from pipeline.records import Mention
from pipeline.relate.context import SentenceView
from pipeline.relate.groups.layout import Condition, Layout
from pipeline.relate.groups.wording import CLAUSE_END

_FOLLOWS = re.compile(
    r"""
    [\s)\],%]*
    (?:
        (?:in|with|of|for|among|who|had|the|patients|subjects|those|cases|having|and|from|suffering|other
            |an?|diagnos(?:is|es|ed)|were|was|classified|as)
        [\s,]*
    )*
    """,
    re.IGNORECASE | re.VERBOSE,
)
_LEADS = re.compile(
    r"(?:\s?\([^()]*\))?(?:\s(?:patients|cases|group|cohort|subgroup))?"
    r"(?:[\s,;:(\[]*(?:in)?[\s(]*|[)\]]?,?\s(?:(?:it|this|that|the\s(?:figure|rate|incidence|frequency|proportion|prevalence))\s)?"
    r"(?:was|were|is|reached)\s(?:only\s|just\s)?)",
    re.IGNORECASE,
)
_OPENING_GROUP = re.compile(
    r"""
    \s*(?:in|among|for)\s(?:the\s|our\s)?
    (?:patients\s(?:with|treated\sfor)\s|subgroup\sof\s|those\swith\s)?
    """,
    re.IGNORECASE | re.VERBOSE,
)
_BEFORE_BRACKET = re.compile(r"(?:\s(?:patients|cases|subjects|children|recipients))?\s?[(\[]\s?")
_OF_ALL = re.compile(r"\b(?:of|among)\s(?:the\s|all\s|our\s|these\s)*$", re.IGNORECASE)
_LINK = re.compile(r"(?:,|;|/|\b(?:and|or|than|versus|vs|compared|against)\b)", re.IGNORECASE)


def with_shares_behind(layout: Layout) -> tuple[Count, ...]:
    """The counts of a sentence, a number and the share in the bracket behind its condition joined to one.

    Only behind an event: "of 60 with RA (50%), 5 had A" tells who was treated.
    """
    if len(layout.counts) < 2 or not layout.conditions:
        return layout.counts
    first_event = min((h.start for h in layout.heads if h.mention is not None), default=len(layout.text))
    joined: list[Count] = []
    for count in layout.counts:
        number = joined[-1] if joined else None
        if number is not None and number.start > first_event and _is_share_of(layout, number, count):
            joined[-1] = replace(
                number,
                end=count.end,
                total=number.total or count.total,
                percent=count.percent,
                ci_low=count.ci_low,
                ci_high=count.ci_high,
                ci_end=count.ci_end,
            )
        elif number is not None and number.start > first_event and _is_number_of(layout, number, count):
            joined[-1] = replace(number, end=count.end, events=count.events)
        else:
            joined.append(count)
    return tuple(joined)


def _is_number_of(layout: Layout, share: Count, number: Count) -> bool:
    """Whether "five" in "10.6% in GPA (five patients)" is the number of those affected.

    Not where it may be the number of all with the condition: "20% in SLE (30 patients)".
    """
    if share.percent is None or share.events is not None or number.events is None or number.percent is not None:
        return False
    if number.total is not None or agrees(number.events, share.percent, round(number.events * share.percent / 100)):
        return False
    named = [c for c in layout.conditions if share.end <= c.start and c.end <= number.start]
    return bool(
        len(named) == 1
        and _FOLLOWS.fullmatch(layout.text, share.end, named[0].start)
        and _BEFORE_BRACKET.fullmatch(layout.text, named[0].end, number.start)
        and layout.text.startswith(")", number.end)
    )


def _is_share_of(layout: Layout, number: Count, share: Count) -> bool:
    """Whether "1.3%" in "25 with RA (1.3%)" is the share of the 25 among those with the condition."""
    if number.events is None or number.percent is not None or share.percent is None or share.events is not None:
        return False
    if number.total is not None and not agrees(number.total, share.percent, number.events):
        return False
    if _OF_ALL.search(layout.text, 0, number.start):
        return False
    named = [c for c in layout.conditions if number.end <= c.start and c.end <= share.start]
    return bool(
        named
        and _FOLLOWS.fullmatch(layout.text, number.end, named[0].start)
        and _BEFORE_BRACKET.fullmatch(layout.text, named[-1].end, share.start)
        and len(named) == 1
    )


def condition_of(layout: Layout, count: Count) -> Mention | None:
    """The condition inside, right behind or right before a count, or the one that the sentence opens with."""
    if not layout.conditions:
        return None
    within = next((c for c in layout.conditions if count.start <= c.start and c.end <= count.end), None)
    beside = within or _beside(layout, count)
    if beside is not None:
        return beside.mention
    opening = _OPENING_GROUP.match(layout.text)
    if opening is not None:
        for condition in layout.conditions:
            if (
                condition.start >= opening.end() - 1
                and len(gap := layout.text[opening.end() : condition.start]) <= 1
                and not gap.strip()
                and not CLAUSE_END.search(layout.text[condition.end : count.start])
            ):
                return condition.mention
    return None


def _end_of(count: Count) -> int:
    """Where a count ends with its interval: "12.9% (95% CI 8.1-18.6)"."""
    return max(count.end, count.ci_end or 0)


def _beside(layout: Layout, count: Count) -> Condition | None:
    """The condition right before a count, unless that is an earlier count's; else the one right behind it."""
    text = layout.text
    behind = next((c for c in layout.conditions if c.start >= count.end), None)
    if behind is not None and not _FOLLOWS.fullmatch(text, _end_of(count), behind.start):
        behind = None
    before = next((c for c in reversed(layout.conditions) if c.end <= count.start), None)
    if before is None or not _LEADS.fullmatch(text, before.end, count.start):
        return behind
    earlier = next((c for c in reversed(layout.counts) if c.end <= before.start), None)
    is_taken = (
        earlier is not None
        and _FOLLOWS.fullmatch(text, _end_of(earlier), before.start)
        and _beside(layout, earlier) is before  # not where a list leads with its conditions: "A 9/84, B 3/61"
    )
    if is_taken and (behind is not None or "," in text[before.end : count.start]):
        return behind
    return before


def is_opened_by(layout: Layout, count: Count, condition: Mention) -> bool:
    """Whether the sentence opens with the condition of a count: "Among patients with MS, ... 5%"."""
    start, end = condition.start - layout.view.start, condition.end - layout.view.start
    return bool(_OPENING_GROUP.match(layout.text)) and start < 40 and count.start > end


def in_order(layout: Layout, run: Sequence[Count]) -> dict[int, Mention]:
    """The conditions listed before parallel counts, one for each: "in A and in B, 23% and 20%, respectively".

    Where the counts stand in a bracket that names none, those of the list before the bracket.
    """
    index = layout.region_index(run[0].start)
    before = [x for x in layout.conditions if x.end <= run[0].start]
    named = [x for x in before if layout.region_index(x.start) == index]
    parent = layout.regions[index].parent
    if not named and parent is not None:
        named = [x for x in before if layout.region_index(x.start) == parent]
        if not all(_LINK.search(layout.text, a.end, b.start) for a, b in itertools.pairwise(named)):
            return {}
    chain: list[Condition] = []
    for item in reversed(named):
        if chain and (chain[0].start - item.end > 60 or CLAUSE_END.search(layout.text[item.end : chain[0].start])):
            break
        if chain and item.mention.concept == chain[0].mention.concept:
            continue
        chain.insert(0, item)
    if len(chain) != len(run):
        return {}
    return {count.start: item.mention for count, item in zip(run, chain, strict=True)}


_NEXT = re.compile(
    r"\s?(?:\([^()]*\)\s?)?(?:,|or|nor|and|,\s?(?:or|nor|and))\s(?:(?:in|none|of|the|those|patients|with)\s){0,5}",
    re.IGNORECASE,
)


def denied_of(view: SentenceView, start: int) -> list[Mention]:
    """The conditions listed right behind a place of the section: "none [with A or B]", "not seen [in A or B]"."""
    named: list[Mention] = []
    for m in view.named_conditions:
        if m.start < start:
            continue
        gap = (start, m.start) if not named else (named[-1].end, m.start)
        if not (_NEXT if named else _FOLLOWS).fullmatch(view.section_text, *gap):
            break
        named.append(m)
    return named
