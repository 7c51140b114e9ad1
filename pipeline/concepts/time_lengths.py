"""Lengths of time in a text, before anything is known of their role.

    "3 weeks to 6 months"     21 to 182.6 days
    "4, 11 and 14 days"       4 to 14 days, a list of three
    "1 year and 3 months"     456.6 days
    "121 ± 45 days"           121 days, mean

Reads the numbers of a text (numbers.py) with the units behind them; gives intervals in days, in order.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace

from pipeline.concepts import numbers
from pipeline.concepts.interval import UNIT, Interval, to_days, unit_name
from pipeline.concepts.numbers import DASHES, Number
from pipeline.concepts.time_ranges import with_range, with_unit_after_bracket
from pipeline.concepts.worded_times import worded_lengths

_OF_A_NAME = re.compile(r"\b(?:patient|case|pt|subject)\s$", re.IGNORECASE)
_UNIT_AHEAD = re.compile(r"\b(?:day|week|month|POD)\s$", re.IGNORECASE)
_YEARS = range(1950, 2100)
_PLUS_MINUS = re.compile(r"\s?(?:±|\+/-|\+-)\s?|\s?\((?:±\s?)?(?:SD|s\.d\.|standard\sdeviation)[,:=]?\s(?:±\s?)?")


def find_quantities(
    text: str, numeric: list[Number] | None = None, heads: frozenset[str] | None = None
) -> list[Interval]:
    """Lengths of time without their role. A range or statistic that belongs to one is taken in.

    `numeric` and `heads` are the numbers and the different words of the text, where the caller has them.
    """
    found: list[Interval] = []
    taken = 0
    if numeric is None:
        numeric = numbers.find(text)
    position = 0
    while position < len(numeric):
        number = numeric[position]
        if number.start < taken:
            position += 1
            continue
        interval, used = _quantity_at(text, numeric, position)
        if interval is None:
            position += 1
            continue
        found.append(interval)
        taken = interval.end
        position += used
    return _summed(text, _without_overlap(found, worded_lengths(text, heads)))


def _without_overlap(found: list[Interval], further: list[Interval]) -> list[Interval]:
    """Both lists in order; one of `further` that overlaps one of `found`, or one before it, is left out."""
    kept: list[Interval] = []
    ranked = [(q.start, 0, q) for q in found] + [(q.start, 1, q) for q in further]
    starts = [q.start for q in found]
    for _, rank, quantity in sorted(ranked, key=lambda item: item[:2]):
        if rank:
            following = bisect_left(starts, quantity.start)
            if following < len(found) and found[following].start < quantity.end:
                continue
            if kept and kept[-1].end > quantity.start:
                continue
        kept.append(quantity)
    return kept


def _quantity_at(text: str, numeric: list[Number], position: int) -> tuple[Interval | None, int]:
    """The time that begins with a number, and how many numbers it uses up."""
    first = numeric[position]
    if _UNIT_AHEAD.search(text, max(0, first.start - 8), first.start) and text[first.end : first.end + 1] == ",":
        return None, 1  # "On postoperative day 75, 105 days after": the number of a day
    if _OF_A_NAME.search(text, max(0, first.start - 10), first.start):
        return None, 1  # "4 days in patient 1 and 7 days in patient 2": the number of a patient
    following = numeric[position + 1] if position + 1 < len(numeric) else None
    if following is not None and first.value in _YEARS and text[first.end : following.start].startswith(","):
        return None, 1  # "In 2020, 5 months after"
    if following is not None and _PLUS_MINUS.fullmatch(text, first.end, following.start):
        closed = following.end + (text[following.end : following.end + 1] == ")")
        unit = UNIT.match(text, closed)
        if unit:  # "118 (SD 46) days", "121 ± 45 days": a mean and its standard deviation
            days = to_days(first.value, unit_name(unit["unit"]))
            return Interval(first.start, unit.end(), days, statistic="mean"), 2
    series = [first]
    own_unit: list[str | None] = [None]
    end = first.end
    index = position
    while True:
        unit = UNIT.match(text, end)
        if unit:
            own_unit[-1] = unit_name(unit["unit"])
            end = unit.end()
        following = numeric[index + 1] if index + 1 < len(numeric) else None
        link = text[end : following.start] if following else ""
        if (
            following is None
            or len(link) > 8
            or len(series) > 12
            or not _joins(link, len(series), text, series[0].start)
        ):
            break
        # "2 weeks, 3 patients": the next number must bring a unit, or stand inside the series before its unit
        if unit and ("," in link or not _has_unit_later(text, numeric, index + 1, 1)):
            break
        # "1 year and 3 months" is a sum, not a range
        if unit and "and" in link and not _after_between(text, first.start):
            break
        if not unit and not _has_unit_later(text, numeric, index + 1, 6):
            break
        series.append(following)
        own_unit.append(None)
        index += 1
        end = following.end
    if len(series) == 2 and own_unit[0] is None and _is_a_pause(text, series[0], series[1]):
        return None, 1  # "a count of 0.2, 119 days after": no list
    if own_unit[-1] is None:
        return with_unit_after_bracket(text, numeric, position)
    last_unit = own_unit[-1]
    units: list[str] = []
    for unit_or_none in reversed(own_unit):
        last_unit = unit_or_none or last_unit
        units.append(last_unit)
    units.reverse()
    values = [to_days(n.value, u) for n, u in zip(series, units, strict=True)]
    used = index - position + 1
    if len(series) == 1:
        base = Interval(first.start, end, values[0])
        return with_range(text, base, units[0]), used
    linked_as_range = len(series) == 2 and not re.search(r",", text[series[0].end : series[1].start])
    is_list = not linked_as_range or (
        re.search(r"\band\b|&", text[series[0].end : series[1].start]) and not _after_between(text, first.start)
    )
    interval = Interval(
        first.start, end, None, min(values), max(values), "range", values=tuple(values) if is_list else ()
    )
    return interval, used


def _is_a_pause(text: str, first: Number, second: Number) -> bool:
    """Whether nothing but a comma stands between two numbers, outside a bracket: a list of two has "and"."""
    return text[first.end : second.start].strip() == "," and text[first.start - 1 : first.start] not in ("(", "[")


def _joins(link: str, length: int, text: str, start: int) -> bool:
    """Whether the words between two numbers make them one range or list."""
    stripped = link.strip().lower()
    if stripped in {"and", "or", ",", "&", ", and", ",and", "to", "through", "until"}:
        return stripped not in {"or"} or length == 1
    return bool(stripped) and len(stripped) <= 2 and all(c in DASHES or c == "/" for c in stripped) and stripped != "/"


def _has_unit_later(text: str, numeric: list[Number], index: int, ahead: int) -> bool:
    """Whether a unit of time follows this number, or one that it is joined to."""
    for offset in range(ahead):
        if index + offset >= len(numeric):
            return False
        number = numeric[index + offset]
        if UNIT.match(text, number.end):
            return True
        following = numeric[index + offset + 1] if index + offset + 1 < len(numeric) else None
        if following is None or not _joins(text[number.end : following.start], 2, text, number.start):
            return False
    return False


def _after_between(text: str, start: int) -> bool:
    return bool(
        re.search(
            r"\b(?:between|from)\s+(?:about\s+|approximately\s+)?$", text[max(0, start - 24) : start], re.IGNORECASE
        )
    )


def _summed(text: str, found: list[Interval]) -> list[Interval]:
    """ "1 year and 3 months" is one time."""
    result: list[Interval] = []
    for interval in found:
        if result and interval.days is not None and interval.statistic == "exact":
            last = result[-1]
            link = text[last.end : interval.start].lower()
            if (
                last.days is not None
                and last.statistic == "exact"
                and last.role == interval.role == "unknown"
                and last.days > interval.days
                and link in (" and ", " ")
                and last.days >= 28
                and not interval.low_days
            ):
                result[-1] = replace(last, end=interval.end, days=round(last.days + interval.days, 1))
                continue
        result.append(interval)
    return result
