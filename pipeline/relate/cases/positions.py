"""Episodes of one patient told by lists, with a time, a dose or a count for each of them by position.

    "three episodes 9, 11 and 14 weeks after his second, third and fourth course, with nadirs of 0.4, 0.6 and 0.1"
    "neutropenic after each of three infusions (nadirs 0.4, 0.6 and 0.1 G/L)"

The number of episodes is said, or there is a dose for each. What names one of them ("the second episode") is of that
one; the rest of the account is of all. Times are in days, counts in 10^9/L.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from pipeline.concepts.assertion import role_of
from pipeline.concepts.blood_counts import BloodCount
from pipeline.concepts.interval import Interval
from pipeline.concepts.ordinals import ORDINALS
from pipeline.relate.cases.account import Episode, Piece, Share
from pipeline.relate.cases.status import LOW
from pipeline.relate.cases.wording import OUTSIDE, SEVERAL_PERSONS
from pipeline.relate.context import Context, SentenceView

MOST_BEHIND = 2
"""Sentences behind the one that counts the episodes in which their lists may stand."""
_WORDS = {"two": 2, "both": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_TIMES = re.compile(
    r"\b(?P<n>two|three|four|five|six|[2-6])\s(?:[\w-]+\s){0,3}?(?:episodes|bouts|times|occasions|events|attacks|nadirs"
    r"|falls|drops)\b|\beach\sof\s(?:the\s|her\s|his\s)?(?P<each>two|three|four|five|six|[2-6])\b"
    r"|\b(?P<both>both)\s(?:[\w-]+\s)?(?:episodes|infusions|courses|doses|cycles|times|occasions)\b|\b(?P<twice>twice)\b",
    re.IGNORECASE,
)
_NTH = "|".join(list(ORDINALS)[:10])
_DOSES = re.compile(
    rf"\b(?P<list>(?:{_NTH}|\d{{1,2}}(?:st|nd|rd|th))(?:,\s(?:{_NTH}|\d{{1,2}}(?:st|nd|rd|th)))*,?\sand\s(?:the\s)?"
    rf"(?:{_NTH}|\d{{1,2}}(?:st|nd|rd|th)))\s(?:[\w-]+\s)?(?:dose|infusion|course|cycle|injection)s?\b",
    re.IGNORECASE,
)
_A_NTH = re.compile(rf"{_NTH}|\d{{1,2}}(?=st|nd|rd|th)", re.IGNORECASE)
_EACH_DOSE = re.compile(
    r"\b(?:each|every|all|both)\s(?:of\s)?(?:[\w-]+\s){0,3}?(?:doses?|infusions?|courses?|cycles?)\b", re.IGNORECASE
)
_NUMBER = r"\d+(?:\.\d+)?"
_COUNTS = re.compile(
    rf"\b(?:nadirs?|counts?|neutrophils?|ANCs?|values?|levels?)(?:\s(?:were|was|of|at|being))?[\s(:]{{1,2}}"
    rf"(?P<list>{_NUMBER}(?:,\s{_NUMBER})*,?\sand\s{_NUMBER})(?!\s?(?:%|days|weeks|months|years|episodes))",
    re.IGNORECASE,
)
_A_NUMBER = re.compile(_NUMBER)
_OF_ONE = re.compile(
    r"\b(?:the|her|his)\s(?P<n>first|second|third|fourth|fifth|last)\s(?:[\w-]+\s)?(?:episode|bout|time|event|attack|one\b)",
    re.IGNORECASE,
)


_THE_FIRST = re.compile(r"\bthe\sfirst\s(?:episode|bout|time|event|attack|one)\b", re.IGNORECASE)
_A_THIRD = re.compile(r"\bthe\sthird\s(?:[(\[]|and\b|episode|bout|time|event|attack|one\b)", re.IGNORECASE)


def by_position(ctx: Context, found: Sequence[Episode]) -> list[Episode]:
    """One episode for each place of the lists; the episodes as they are where no lists tell them."""
    opening = found[0].opening.view
    account = [p for e in found for p in e.pieces]
    if any(_A_THIRD.search(p.text) for p in account) and any(_THE_FIRST.search(p.text) for p in account):
        return list(found)  # some are told one by one: a list is only of the rest
    for view in {p.view.index: p.view for p in account}.values():
        if not 0 <= view.index - opening.index <= 1 or role_of(view) in OUTSIDE or SEVERAL_PERSONS.search(view.text):
            continue
        shares = _shares(ctx, view)
        if shares:
            return _episodes(found[0], account, shares)
    return list(found)


def _shares(ctx: Context, view: SentenceView) -> list[Share]:
    """What the lists of a sentence and of those right behind it say of each episode; empty without such lists."""
    doses = _doses(view)
    said = _TIMES.search(view.text)
    number = _number(said) if said else len(doses)
    if number < 2 or (doses and len(doses) != number):
        return []
    near = [v for v in ctx.sentences if v.section == view.section and 0 <= v.index - view.index <= MOST_BEHIND]
    times = [(v, i) for v in near[:2] for i in v.intervals if len(i.values) == number and _is_onset(i, doses)]
    counts = next((c for v in near if (c := _counts(ctx, v, number))), [])
    if not times and not counts:
        return []
    place = _DOSES.search(view.text) or _EACH_DOSE.search(view.text)
    again = view.evidence("", view.start + place.start(), view.start + place.end()) if place else None
    return [
        Share(
            _own_time(*times[0], n, doses) if times else None,
            counts[n] if counts else None,
            again if n else None,
        )
        for n in range(number)
    ]


def _is_onset(interval: Interval, doses: Sequence[int]) -> bool:
    return interval.role == "onset" or (interval.role == "other_clock" and bool(doses))


def _own_time(view: SentenceView, interval: Interval, n: int, doses: Sequence[int]) -> tuple[SentenceView, Interval]:
    """The time of one episode, counted from its own dose where there is a list of them."""
    dose = doses[n] if doses else None
    anchor = interval.anchor if dose is None else "first_dose" if dose == 1 else "nth_dose"
    own = replace(interval, role="onset", days=interval.values[n], low_days=None, high_days=None, statistic="exact")
    return view, replace(own, anchor=anchor, dose=dose or interval.dose, values=())


def _number(match: re.Match[str]) -> int:
    if match["twice"] or match["both"]:
        return 2
    word = (match["n"] or match["each"]).lower()
    return _WORDS.get(word) or int(word)


def _doses(view: SentenceView) -> list[int]:
    match = _DOSES.search(view.text)
    words = _A_NTH.findall(match["list"]) if match else []
    return [ORDINALS.get(w.lower()) or int(w) for w in words]


def _counts(ctx: Context, view: SentenceView, number: int) -> list[tuple[SentenceView, BloodCount]]:
    """The low counts of a list with as many places as episodes; its unit stands behind the last of them."""
    for match in _COUNTS.finditer(view.text):
        values = [float(n) for n in _A_NUMBER.findall(match["list"])]
        own = [c for c in view.counts if c.start < view.start + match.end() <= c.end and c.concept == ctx.analyte]
        if len(values) != number or not own or not values[-1]:
            continue
        scale = own[-1].value / values[-1]
        if all(v * scale < LOW for v in values):
            return [(view, replace(own[-1], value=round(v * scale, 4), censored=None)) for v in values]
    return []


def _episodes(first: Episode, account: Sequence[Piece], shares: Sequence[Share]) -> list[Episode]:
    """An episode for each share, with the text that names it and what is said of all."""
    pieces: list[list[Piece]] = [[] for _ in shares]
    for piece in account:
        cuts = [
            (m.start(), ORDINALS.get(m["n"].lower(), len(shares)))
            for m in _OF_ONE.finditer(piece.view.section_text, piece.start, piece.end)
        ]
        edges = [piece.start, *(start for start, _ in cuts[1:]), piece.end]
        for (start, end), number in zip(pairwise(edges), [n for _, n in cuts] or [0], strict=True):
            for n, own in enumerate(pieces, start=1):
                if number in (0, n):
                    own.append(Piece(piece.view, start, end))
    return [
        replace(first, pieces=own, number=n, share=share, before=first.before if n == 1 else [])
        for n, (own, share) in enumerate(zip(pieces, shares, strict=True), start=1)
    ]
