"""Which of two arms had more, where the words say it and the order of the figures would say otherwise.

    "A had more X (32% vs 50%)"                    50% is A's
    "X was less frequent with A (12% v 5%)"        5% is A's
    "X was higher in A than in B (5% vs 12%)"      12% is A's

The word of comparison that stands last before the figures counts, with the arm named last before it or first behind
it; "than in B", "compared with B" name the other one. "Not more", "more than 5%" and "grade 3 or higher" compare no
arms.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.concepts.regimen import Arm
from pipeline.relate.groups.statements import Statement

_COMPARATIVE = re.compile(
    r"(?P<negated>\b(?:not?|nor|never|neither|without)\s(?:\w+\s)?)?"
    r"(?<!\bor\s)(?<!\d\sand\s)\b(?:(?P<more>more|higher|greater|commoner|oftener|increased|elevated|excess|raised)"
    r"|(?P<less>less|fewer|lower|rarer|reduced|decreased|seldomer))\b(?!\s(?:than|or\sequal)\s(?:\d|grade|half))"
    r"(?!\s(?:dose|intensity|intensive)\b)",
    re.IGNORECASE,
)
_NEW_FACT = re.compile(r";|\b(?:whereas|while|but|although)\b", re.IGNORECASE)
_REFERENCE = re.compile(
    r"\b(?:than|compared\s(?:with|to)|versus|vs\.?|relative\sto|as\sagainst|against|over)\s"
    r"(?:(?:with|in|on|for|under|after|among|of|to|the|those|patients|that|receiving|given|treated)\s)*$",
    re.IGNORECASE,
)
_IN_ORDER = re.compile(r"\s?%?[^.;()]{0,12},?\srespectively\b", re.IGNORECASE)
_REACH = 160  # characters between the word of comparison and the figures


def in_order_of_words(arms: Sequence[Arm], pair: Sequence[Statement]) -> list[Statement]:
    """Two parallel statements; their arms change places where the words contradict the figures."""
    first, second = pair
    if first.arm is None or second.arm is None or first.arm.same_as(second.arm):
        return list(pair)
    if _IN_ORDER.match(second.view.section_text, second.count.end):
        return list(pair)
    sizes = (_size(first), _size(second))
    if sizes[0] is None or sizes[1] is None or sizes[0] == sizes[1]:
        return list(pair)
    said = _arm_with_more(first, arms, (first.arm, second.arm))
    if said is None or said.same_as(first.arm if sizes[0] > sizes[1] else second.arm):
        return list(pair)
    return [replace(first, arm=second.arm), replace(second, arm=first.arm)]


def _size(statement: Statement) -> float | None:
    """The share of a statement, else its number of persons."""
    count = statement.count
    if count.percent is not None:
        return count.percent
    if count.events is not None and count.total:
        return 100 * count.events / count.total
    return None


def _arm_with_more(statement: Statement, arms: Sequence[Arm], pair: tuple[Arm, Arm]) -> Arm | None:
    """The arm that had more by the words before the figures; None where these do not say."""
    text, end = statement.view.section_text, statement.count.start
    begin = statement.view.start
    for stop in _NEW_FACT.finditer(text, begin, end):
        begin = stop.end()
    words = list(_COMPARATIVE.finditer(text, max(begin, end - _REACH), end))
    if not words or words[-1]["negated"]:
        return None
    word = words[-1]
    behind = [a for a in arms if word.end() <= a.start and a.end <= end]
    before = [a for a in arms if begin <= a.start and a.end <= word.start()]
    own = [a for a in behind if not _is_reference(text, a)] + [
        a for a in reversed(before) if not _is_reference(text, a)
    ]
    named = own[0] if own else next(iter(behind or before), None)
    of_pair = named and [a for a in pair if a.same_as(named)]
    if not of_pair or len(of_pair) != 1:
        return None
    other = pair[1] if of_pair[0] is pair[0] else pair[0]
    has_more = (word["more"] is not None) == bool(own)
    return of_pair[0] if has_more else other


def _is_reference(text: str, arm: Arm) -> bool:
    """Whether an arm is the one compared with: "than in B"."""
    return bool(_REFERENCE.search(text, max(0, arm.start - 48), arm.start))
