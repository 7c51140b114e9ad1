"""Times in a text: how long in days, after what, and what the time says (onset, duration, follow-up, ...).

    "87 days after the last infusion"                 87 days, onset, last_dose
    "a median of 88 days (range, 1-9 months) after"   88 days, 30.4 to 274, median
    "two and a half months after the fourth dose"     76.1 days, onset, nth_dose, dose 4
    "the seventh day of his third cycle"              7 days, onset, nth_dose, dose 3
    "followed for 87 days after"                      follow_up
    "87 patients after"                               no time

The lengths are found by time_lengths.py; each gets its role (time_roles.py) and what starts its clock
(time_anchors.py) from the words around it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from pipeline.concepts.interval import Interval, Span
from pipeline.concepts.numbers import Number
from pipeline.concepts.phrases import Words, words
from pipeline.concepts.time_lengths import find_quantities
from pipeline.concepts.time_roles import with_role
from pipeline.concepts.time_window import Window

# A quick look whether there can be a time at all
_ANY_UNIT = re.compile(
    r"day|Day|week|Week|wk|Wk|month|Month|mos?\b|Mos?\b|year|Year|yrs?\b|Yrs?\b|hour|Hour|fortnight|D\s?\+"
)
# "30 to 60 days after it, a mean of 42 days", "4 days in one patient and 11 in another (mean 10 days)"
_APPOSED = re.compile(r"\s?[,(;]\s?|[^.;:()]{0,70}\s[(\[]")
_ANY_SHORT_UNIT = re.compile(r"[\d\s][dwhyDWHY]\b")
# Characters around a time in which the words that give its role are looked for
_LOOK_BACK, _LOOK_AHEAD = 400, 300


def find_intervals(
    text: str,
    drugs: Sequence[Span] = (),
    events: Sequence[Span] = (),
    numeric: list[Number] | None = None,
    tokens: Words | None = None,
    others: Sequence[Span] = (),
) -> tuple[Interval, ...]:
    """Every time in a sentence, in order, each with its role; `drugs` and `events` are spans of named drugs and events.

    `others` are spans of other medicines: a clock that only they start is not the drug's.
    `numeric` and `tokens` are the numbers and words of the text where the caller has them already.
    """
    if not _may_hold_time(text):
        return ()
    if tokens is None:
        tokens = words(text)
    quantities = find_quantities(text, numeric, tokens.heads)
    if not quantities:
        return ()
    starts = [w.start for w in tokens]
    drug_starts = [d[0] for d in drugs]
    found: list[Interval] = []
    for number, quantity in enumerate(quantities):
        first, last = quantity.start - _LOOK_BACK, quantity.end + _LOOK_AHEAD
        window = Window(
            text,
            max(first, 0),
            tokens[bisect_left(starts, first) : bisect_left(starts, last)],
            drugs[bisect_left(drug_starts, first) : bisect_left(drug_starts, last)],
            [*quantities[max(0, number - 3) : number], *quantities[number + 1 : number + 4]],
            events,
        )
        interval = with_role(window, quantity)
        if interval.role == "onset" and interval.anchor_end > interval.anchor_start >= 0:
            start, end = interval.anchor_start, interval.anchor_end
            named = any(start <= d[0] < end for d in drugs)
            if not named and any(start <= o[0] < end for o in others):
                interval = replace(interval, role="other_clock", anchor=None, dose=None)
        if found and interval.role == "unknown":
            interval = _in_apposition(text, found[-1], interval)
        found.append(interval)
    return tuple(found)


def _may_hold_time(text: str) -> bool:
    """Whether there can be a time at all; the most frequent units are looked for first."""
    if "day" in text or "month" in text or "week" in text or "year" in text:
        return True
    return bool(_ANY_UNIT.search(text) or _ANY_SHORT_UNIT.search(text))


def _in_apposition(text: str, before: Interval, interval: Interval) -> Interval:
    """ "4 to 14 days after infusion, a mean of 10 days": the same clock, told once more."""
    link = text[before.phrase_end : interval.phrase_start]
    if before.role != "onset" or interval.statistic not in ("mean", "median") or not _APPOSED.fullmatch(link):
        return interval
    low, high = (before.low_days, before.high_days) if before.days is None else (None, None)
    return replace(
        interval,
        role="onset",
        anchor=before.anchor,
        dose=before.dose,
        low_days=low if interval.low_days is None else interval.low_days,
        high_days=high if interval.high_days is None else interval.high_days,
        phrase_start=before.phrase_start,
        anchor_start=before.anchor_start,
        anchor_end=before.anchor_end,
    )
