"""Counts completed by what stands beside them: a shared noun, both sexes together, a total behind ages.

    "103 treated and 98 untreated patients"              103 and 98 patients
    "6 men and 8 women"                                  14 patients
    "Three men (aged 44, 57 and 63 years) of 46"         3 of 46

Offsets are those of the text that the counts were found in.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace

from pipeline.concepts.count import Count
from pipeline.concepts.numbers import DASH, Number

_SHARED_UNITS = ("patients", "cases", "controls")
_RESPECTIVELY = re.compile(r",?\srespectively\b", re.IGNORECASE)
_ADJECTIVE_AND = re.compile(rf"\s(?:[\w{DASH}/+]+,?\s){{1,3}}(?:and|or|plus)\s")
_AND = re.compile(r",?\s(?:and|plus)\s", re.IGNORECASE)
_TO_CI = re.compile(r"[\s()\[\],;:%]*$")
MOST_OF_AGES = 80
_AGES_OF = re.compile(
    r"(?:\s\((?:aged|ages?|all)?\s?[^()]{0,40}(?:years|yrs?|y)[^()]{0,10}\)|,\s(?:aged"
    r"|ages?)\s[^.;()]{0,40}?(?:years|yrs)(?:\sold)?,)"
    r"\s(?:out\s)?(?:of|among)\s(?:the\s|a\stotal\sof\s|our\s)?",
    re.IGNORECASE,
)


def with_total_behind_ages(text: str, counts: list[Count]) -> list[Count]:
    """ "Three men (aged 44, 57 and 63 years) of 46 patients": the total stands behind the bracket with their ages."""
    joined: list[Count] = []
    for count in counts:
        first = joined[-1] if joined else None
        if (
            first is not None
            and first.events is not None
            and count.events is not None
            and first.total is None
            and count.total is None
            and first.events < count.events
            and count.start - first.end < MOST_OF_AGES
            and _AGES_OF.fullmatch(text, first.end, count.start)
        ):
            joined[-1] = replace(first, end=count.end, total=count.events)
        else:
            joined.append(count)
    return joined


def with_sexes_together(text: str, counts: list[Count]) -> list[Count]:
    """ "6 men and 8 women" are 14 patients, but for a bracket that only tells who those before were."""
    joined: list[Count] = []
    for count in counts:
        first = joined[-1] if joined else None
        if (
            first is not None
            and first.unit == count.unit == "sex"
            and first.events is not None
            and count.events is not None
            and first.total == first.percent == count.total == count.percent
            and _AND.fullmatch(text, first.end, count.start)
        ):
            unit = "sex" if any(c.unit != "sex" for c in joined) else "patients"
            joined[-1] = Count(first.start, count.end, first.events + count.events, unit=unit)
        else:
            joined.append(count)
    return joined


def with_shared_nouns(text: str, counts: list[Count]) -> list[Count]:
    """ "103 treated and 98 untreated patients": the first number counts what the second one names."""
    shared = list(counts)
    for i in range(len(counts) - 2, -1, -1):
        count, following = counts[i], shared[i + 1]
        if (
            count.unit in (None, "other")
            and following.unit in _SHARED_UNITS
            and count.total is None
            and count.percent is None
            and (
                (
                    _ADJECTIVE_AND.fullmatch(text, count.end, following.start)
                    and len(text[following.start : following.end].split()) > 2
                )
                or (
                    following.percent is None
                    and _AND.fullmatch(text, count.end, following.start)
                    and _RESPECTIVELY.match(text, following.end)
                )
            )
        ):
            shared[i] = replace(count, unit=following.unit)
    return shared


def with_intervals(text: str, counts: list[Count], intervals: list[tuple[Number, Number, int, int]]) -> Iterator[Count]:
    """Give each interval to the percentage right before it."""
    starts = [start for _, _, start, _ in intervals]
    for i, count in enumerate(counts):
        at = bisect_left(starts, count.end)
        limit = counts[i + 1].start if i + 1 < len(counts) else len(text)
        if at < len(intervals) and count.percent is not None:
            low, high, start, end = intervals[at]
            if (
                start <= limit
                and _TO_CI.fullmatch(text[count.end : start].replace("exact", ""))
                and (low.value <= count.percent <= high.value)
            ):
                yield replace(count, ci_low=low.value, ci_high=high.value, ci_end=end)
                continue
        yield count
