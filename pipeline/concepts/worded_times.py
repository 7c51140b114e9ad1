"""Lengths of time that are not a number before a unit.

    "day 87", "the seventh day"     87 and 7 days, role "ordinal"
    "D+3", "day +110"               3 and 110 days, role "other_clock"
    "the following day"             1 day, role "later"
    "a month and a half"            45.7 days
    "several months"                no value

Reads a text; gives intervals in days, in the order of these forms.
"""

from __future__ import annotations

import re

from pipeline.concepts.interval import Interval, to_days
from pipeline.concepts.ordinals import ORDINAL_WORDS, ORDINALS
from pipeline.concepts.time_ranges import with_range

# "the median onset was at day 38"
_OF_SEVERAL = re.compile(r"\b(?:median|mean|average)\b[^.;,()\d]{0,60}$", re.IGNORECASE)
_MAY_BE_ORDINAL_DAY = re.compile(r"(?:st|nd|rd|th)[\s-](?:day|week|month)")
_ORDINAL_DAY = re.compile(
    rf"\b(?:(?P<word>{'|'.join(ORDINAL_WORDS)})|(?P<digits>\d{{1,2}})(?:st|nd|rd|th))[\s-]"
    r"(?P<unit>day|week|month)\b(?!s)",
    re.IGNORECASE,
)
_UNIT_FIRST = re.compile(
    r"\b(?P<unit>day|week|month|d)(?:[\s-]?\+\s?|[\s-])(?P<number>\d{1,4})\b(?![.,]\d|\s?%)(?!\s?(?:and|to|"
    r"or|[-\u2013,&])\s?\d)",
    re.IGNORECASE,
)
_ONE_UNIT = re.compile(
    r"\b(?:an?|one)[\s-](?P<unit>week|month|year|fortnight|day|"
    r"hour)\b(?P<half>\sand\sa\shalf)?(?![\s-](?:before\slast|later\sdate))",
    re.IGNORECASE,
)
_PART_OF = ("quarter of ", "quarters of ", "part of ", "course of ")
_NEXT_DAY = re.compile(r"\bthe (?:(?:following|next) day|(?P<after>day(?=\s(?:after|following)\b)))", re.IGNORECASE)
_SINGLE_UNITS = frozenset(
    unit + ending
    for unit in ("hour", "day", "week", "fortnight", "month", "year", "d")
    for ending in ("", "'s", "\u2019s")
)
_VAGUE_NUMBERS = frozenset({"several", "few", "some", "many", "couple"})
_VAGUE = re.compile(r"\b(?:several|a few|few|some|many|a couple of)\s(?:days|weeks|months|years)\b", re.IGNORECASE)


def worded_lengths(text: str, heads: frozenset[str] | None = None) -> list[Interval]:
    """ "day 87", "the seventh day", "a month and a half", "several months" (without a value).

    `heads` are the words of the text, where the caller has them.
    """
    found = []
    has_unit = heads is None or not _SINGLE_UNITS.isdisjoint(heads)
    is_vague = heads is None or not _VAGUE_NUMBERS.isdisjoint(heads)
    for match in _UNIT_FIRST.finditer(text) if has_unit else ():
        unit = "day" if match["unit"].lower() == "d" else match["unit"].lower()
        if match["unit"].lower() == "d" and "+" not in match.group():
            continue
        # "D+3", "day +110" count from a transplant
        role = "other_clock" if "+" in match.group() else "ordinal"
        day = Interval(match.start(), match.end(), to_days(float(match["number"]), unit), role=role)
        found.append(with_range(text, day, unit) if _OF_SEVERAL.search(text, 0, match.start()) else day)
    for match in _ORDINAL_DAY.finditer(text) if _MAY_BE_ORDINAL_DAY.search(text.lower()) else ():
        nth = ORDINALS[match["word"].lower()] if match["word"] else int(match["digits"])
        found.append(Interval(match.start(), match.end(), to_days(nth, match["unit"].lower()), role="ordinal"))
    for match in _NEXT_DAY.finditer(text) if has_unit else ():
        found.append(Interval(match.start(), match.end(), 1.0, role="unknown" if match["after"] else "later"))
    for match in _ONE_UNIT.finditer(text) if has_unit else ():
        if text[max(0, match.start() - 12) : match.start()].lower().endswith(_PART_OF):
            continue
        value = 1.5 if match["half"] else 1.0
        interval = Interval(match.start(), match.end(), to_days(value, match["unit"].lower()))
        found.append(with_range(text, interval, match["unit"].lower()))
    for match in _VAGUE.finditer(text) if is_vague else ():
        found.append(Interval(match.start(), match.end(), None, statistic=None))
    return found
