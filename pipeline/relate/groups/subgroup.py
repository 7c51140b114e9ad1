"""The arm that a count is said of; the condition is read in by_condition.py.

    "55% on G-B and 48% on G-FC"          each count has its arm
    "28 reports of A with X and 4 with Y" the arm stands behind the event
    "On ocrelizumab, 22 patients had A"   the clause opens with the arm
    "A (19%) and B (18%) with X"          the list closes with the arm

What stands beside the count goes before what its clause or sentence opens with.
"""

from __future__ import annotations

import re

from pipeline.concepts.count import Count
from pipeline.concepts.regimen import Arm
from pipeline.relate.groups.layout import Head, Layout

_FAR = 60  # characters between a count and the arm behind it

_NOUN_AFTER = r"(?:[\s-](?:treated\s)?(?:group|arm|cohort|patients|recipients|regimen|users))?"
_ARM_LEADS = re.compile(
    r"""
    (?:
        [\s-]?(?:treated|based|containing)?
        [\s-]?(?:group|arm|cohort|patients|recipients|regimen|therapy|users|treatment)
    )?
    s?(?:[\s,;(\[]*[nN]\s?=\s?\d+\s?[)\]])?
    [\s,:;=(\[]*(?:in|had|was|n\s?=)?[\s(]*
    """,
    re.VERBOSE,
)
_ARM_FOLLOWS = re.compile(
    r"""
    [\s)\],]*
    (?:
        (?:in|on|with|for|of|among|under|after|at|by|to|from|using|during|the|those|a|an|and|who|had|were
            |receiving|received|treated|given|taking|administered|assigned|allocated|randomi[sz]ed
            |patients|pts|subjects|people|participants|group|arm|cohort)
        [\s,]*
    )*
    """,
    re.IGNORECASE | re.VERBOSE,
)
# "15% (rituximab) and 20% (obinutuzumab; p = 0.6)": not "15% (rituximab, 20%)"
_CLOSES_BRACKET = re.compile(r"(?:\s(?:group|arm|cohort))?\s?(?:[)\]]|[;,]\s?[pP]\s?[=<>])")
# "48.1% (95% CI 43-54; I2 61%) with A"
_REST_OF_BRACKET = re.compile(
    r"^\s?[;,]\s?(?:I(?:2|²|\^2)|[pP]|[qQ]|τ|tau|heterogeneity)(?![a-z])[^()\[\]]{1,40}(?=[)\]])"
)
_COMMA = re.compile(r"[\s)\]]*[,;]")
_LISTED_AFTER = re.compile(rf"{_NOUN_AFTER}\s?(?:,|;|and|,\sand|or|,\sor|vs\.?|versus)?\s(?:in\s)?", re.IGNORECASE)
_LED_BY = re.compile(r"[\s)\]]*(?:patients\s)?(?:of|in|on|with|under|for|receiving|given|treated)\s", re.IGNORECASE)
_CLAUSE_OPENS = re.compile(
    r"""
    (?:^|[,;]\s|\band\s|\bwhereas\s|\bwhile\s)
    (?:in|on|with|for|of|among|under|after|during|at)?\s?
    (?:[\d,]+\s(?:patients|reports|cases|subjects|people)\s)?
    (?:the|patients|those|all|receiving|treated|with|given|on|for|\s)*$
    """,
    re.IGNORECASE | re.VERBOSE,
)


def arm_of(layout: Layout, count: Count, head: Head) -> Arm | None:
    """The arm of a count that belongs to a head."""
    return (
        arm_beside(layout, count)
        or _arm_behind_event(layout, count, head)
        or _arm_behind_list(layout, count)
        or _arm_of_clause(layout, count, head)
        or _arm_of_those_with_effects(layout, head)
    )


_AMONG_THEM = re.compile(
    r"(?:\s(?:group|arm|patients))?,\s(?:(?:of|among|with)\s(?:which|these|them)\s)?(?:the\s)?(?:most|mainly|chiefly|predominantly|including)\b"
    r"[^;.]{0,60}",
    re.IGNORECASE,
)


def _arm_of_those_with_effects(layout: Layout, head: Head) -> Arm | None:
    """The arm whose effects are listed: "30 of 39 patients receiving X had events, most commonly A (23%)"."""
    arm = next((a for a in reversed(layout.arms) if a.end <= head.start), None)
    return arm if arm is not None and _AMONG_THEM.fullmatch(layout.text, arm.end, head.start) else None


_REST_OF_LIST = re.compile(
    r"[^();]{0,16}\)(?:,?\s(?:and\s)?[^()\[\],;]{2,40}\s\([^()]{1,40}\))+"
    r"\s(?:each\s)?(?:with|in|on|for|under|among)\s(?:the\s)?",
    re.IGNORECASE,
)
_LIST_ENDS = re.compile(rf"{_NOUN_AFTER}(?:\s?[.,;]|\s(?:and|versus|vs\.?|but|compared)\b|\s?$)", re.IGNORECASE)


def _arm_behind_list(layout: Layout, count: Count) -> Arm | None:
    """The arm behind a list of effects: "A (19%), B (18%) and C (15%) with X, D (47%) and A (45%) with Y"."""
    arm = next((a for a in layout.arms if a.start >= count.end), None)
    if arm is None or layout.text[count.start - 1 : count.start] != "(":
        return None
    found = _REST_OF_LIST.fullmatch(layout.text, count.end, arm.start) and _LIST_ENDS.match(layout.text, arm.end)
    return arm if found else None


_AT_ONCE = re.compile(r"\s(?:with|on|under|for|among|in|after)\s(?:the\s)?")


def _arm_behind_event(layout: Layout, count: Count, head: Head) -> Arm | None:
    """The arm right behind an event that its number stands before: "28 reports of A with X and 4 with Y"."""
    if head.start < count.end:
        return None
    return next((a for a in layout.arms if a.drug and _AT_ONCE.fullmatch(layout.text, head.end, a.start)), None)


def arm_beside(layout: Layout, count: Count) -> Arm | None:
    """The arm right before or right after a count, or inside it: "53% of the 60 CHOP patients"."""
    if within := next((a for a in layout.arms if count.start <= a.start and a.end <= count.end), None):
        return within
    before, after = arm_right_before(layout, count), _arm_right_after(layout, count)
    if after is not None and _opens_next_clause(layout, count, after):
        after = None
    if (
        before is not None
        and after is not None
        and (_belongs_to_count_before(layout, count, before) or _goes_on_list(layout, count, before, after))
    ):
        return after
    return before or after


def _opens_next_clause(layout: Layout, count: Count, arm: Arm) -> bool:
    """Whether the arm behind a comma is of the next count: "In A, x in 60%, in B in 48%"."""
    return bool(
        _COMMA.match(layout.text, count.end)
        and any(a.end <= count.start for a in layout.arms)
        and any(c.start >= arm.end and _ARM_LEADS.fullmatch(layout.text[arm.end : c.start]) for c in layout.counts)
    )


def _belongs_to_count_before(layout: Layout, count: Count, arm: Arm) -> bool:
    """Whether an arm between two counts is the first one's: "5% of A, 13% of B"."""
    earlier = [c for c in layout.counts if c.end <= arm.start]
    return bool(
        earlier
        and earlier[-1].end
        > max((c.end for c in layout.counts if c.end <= count.start and c is not earlier[-1]), default=0)
        and _LISTED_AFTER.fullmatch(layout.text, arm.end, count.start)
        and _LED_BY.match(layout.text, earlier[-1].end, arm.start)
        and _arm_right_after(layout, earlier[-1]) == arm
    )


_WITH = re.compile(r"\s(?:with|on|under|for|among|in|after|of)\s(?:the\s)?$")


def _goes_on_list(layout: Layout, count: Count, before: Arm, after: Arm) -> bool:
    """Whether each count of a list stands before its arm: "28 reports of A with X, 4 with Y and 2 with Z"."""
    return bool(
        _WITH.search(layout.text, max(0, before.start - 12), before.start)
        and _WITH.fullmatch(layout.text, count.end, after.start)
        and any(c.end <= before.start for c in layout.counts)
        and _LISTED_AFTER.fullmatch(layout.text, before.end, count.start)
    )


def arm_right_before(layout: Layout, count: Count) -> Arm | None:
    """An arm right before a count: "G-CHOP, 34%", "G-CHOP (34%"."""
    for arm in layout.arms:
        if arm.end <= count.start and _ARM_LEADS.fullmatch(layout.text[arm.end : count.start]):
            return arm
    return None


def _arm_right_after(layout: Layout, count: Count) -> Arm | None:
    """An arm right after a count: "55% on G-B", "22% of those given rituximab alone", "in three R+ patients"."""
    arm = next((a for a in layout.arms if a.start >= count.end), None)
    if arm is None:
        return None
    text = layout.text[count.end : arm.start]
    if text in (" (", " [", ") (") and _CLOSES_BRACKET.match(layout.text, arm.end):
        return arm
    if count.ci_end is not None:  # "2.6% (95% CI 1.5-4.0) with A"
        text = _REST_OF_BRACKET.sub("", layout.text[count.ci_end : arm.start], count=1)
    return arm if len(text) <= _FAR and _ARM_FOLLOWS.fullmatch(text) else None


def _arm_of_clause(layout: Layout, count: Count, head: Head) -> Arm | None:
    """The arm that the clause opens with: "On ocrelizumab, 22 patients had ..."."""
    for arm in reversed(layout.arms):
        if (
            arm.end <= count.start
            and (arm.end <= head.start or _after_stop(layout, head, arm))
            and _CLAUSE_OPENS.search(layout.text[max(0, arm.start - 50) : arm.start])
        ):
            return arm
    return None


def _after_stop(layout: Layout, head: Head, arm: Arm) -> bool:
    """Whether a semicolon parts the arm from the event of an earlier clause: "A was ...; in arm S in 9"."""
    return ";" in layout.text[head.end : arm.start]


def own_arm(layout: Layout, count: Count) -> Arm | None:
    """The arm of one of several parallel counts, where each has its own beside it."""
    run = layout.run_of(count)
    arms = [arm_beside(layout, c) for c in run]
    if len({a.start for a in arms if a}) < len(run):
        return None
    return arms[[c.start for c in run].index(count.start)]
