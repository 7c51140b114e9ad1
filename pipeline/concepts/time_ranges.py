"""The range, statistic or bound that belongs to a length of time.

    "88 days (range, 1-9 months)"      88 days, 30.4 to 274
    "95 (range 67-420) days"           95 days, 67 to 420
    "a median of 4 months"             121.8 days, median
    "more than 2 weeks"                from 14 days

Reads the words around a length; bounds are in days, their own unit wins over that of the length.
"""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.concepts import numbers
from pipeline.concepts.interval import UNIT, Interval, to_days, unit_name
from pipeline.concepts.numbers import DASHES, Number
from pipeline.concepts.time_window import SENTENCE_BREAK

BRACKET = re.compile(r"[\s,;]{0,2}[(\[](?P<inner>[^()\[\]]{1,60}(?:[(\[][^()\[\]]{1,20}[)\]][^()\[\]]{0,30})?)[)\]]")
_OPEN_RANGE = re.compile(
    r"[\s,;:]{0,3}(?:\(|\[)?(?:(?:with|and|but)\s)?(?:an?\s|the\s|its\s)?"
    r"(?P<label>(?:inter-?quartile\s|total\s|full\s|overall\s|observed\s)?range[ds]?|ranging|iqr|extremes|limits)"
    r"[\s,:=]*(?:was\s|were\s|being\s|of\s|from\s|between\s)*",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?P<label>inter-?quartile\s+ranges?|iqr|ranges?|ranging|ranged|min(?:imum)?[^a-z]{1,3}max(?:imum)?|"
    r"from|between|Q1[^a-z]{1,3}Q3"
    r"|[25]{2}th[^a-z]{1,3}75th|interval)",
    re.IGNORECASE,
)
_NOT_A_RANGE = re.compile(r"%|\bn\s?=|\bp\s?[<=>]|\bci\b|confidence|±|\+/-", re.IGNORECASE)
_STATISTIC_BEHIND = re.compile(
    r"\s(?:on|in|as)\s(?:the\s|an?\s)?(?:(?P<median>median)|mean|average)\b(?!\s\w)|"
    r"(?=\s?[(\[](?:(?P<median_>median)|mean|average)(?:[;,)\]]|\s(?:and|with)?\s?(?:iqr|range)))",
    re.IGNORECASE,
)
_STATISTIC_FIRST = re.compile(r"(?:median|mean|average)[;,]\s(?=\d)", re.IGNORECASE)
_STATISTIC = re.compile(r"\b(?P<median>median)|\b(?P<mean>mean|average[ds]?|averaging)\b", re.IGNORECASE)
_LESS = re.compile(
    r"(?:<|\u2264|\bless than|\bfewer than|\bup to|\bwithin(?: the)?(?: first| last)?|\bunder"
    r"|\b(?:not|no|never) (?:later|more|longer) than)\s?$",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"(?:>|\u2265|\bmore than|\bat least|\bover|\blonger than|\bas late as|\bas early as|\bgreater than|"
    r"\bexceeding)\s?$",
    re.IGNORECASE,
)


def with_unit_after_bracket(text: str, numeric: list[Number], position: int) -> tuple[Interval | None, int]:
    """ "95 (range 67-420) days": the unit follows the bracket."""
    number = numeric[position]
    bracket = BRACKET.match(text, number.end)
    if bracket is None:
        return None, 1
    unit = UNIT.match(text, bracket.end())
    if unit is None:
        return None, 1
    name = unit_name(unit["unit"])
    bounds = _bounds(bracket["inner"], name)
    if bounds is None:
        return None, 1
    statistic = _statistic_before(text, number.start) or ("median" if "iq" in bracket["inner"].lower() else None)
    interval = Interval(number.start, unit.end(), to_days(number.value, name), *bounds, statistic)
    used = sum(1 for n in numeric[position:] if n.start < unit.end())
    return interval, used


def with_range(text: str, base: Interval, unit: str) -> Interval:
    """A single time with the range and statistic that belong to it, or as a bound where the text says so."""
    before = text[max(0, base.start - 28) : base.start]
    statistic = _statistic_before(text, base.start)
    if statistic is None and (told := _STATISTIC_BEHIND.match(text, base.end)):
        statistic = "median" if told["median"] or told["median_"] else "mean"
        base = replace(base, end=told.end())
    end, bounds, label = _range_after(text, base.end, unit)
    if bounds is not None and not (bounds[0] <= (base.days or 0.0) <= bounds[1]) and not label:
        bounds, end = None, base.end
    if bounds is not None:
        if statistic is None and label.startswith(("iq", "inter")):
            statistic = "median"
        return replace(base, end=end, low_days=bounds[0], high_days=bounds[1], statistic=statistic)
    if statistic:
        return replace(base, statistic=statistic)
    if _LESS.search(before):
        return replace(base, days=None, high_days=base.days, statistic=None)
    if _MORE.search(before):
        return replace(base, days=None, low_days=base.days, statistic=None)
    return base


def _range_after(text: str, end: int, unit: str) -> tuple[int, tuple[float, float] | None, str]:
    """A range right behind a time, in brackets or after "range": its end, its bounds in days, its label."""
    bracket = BRACKET.match(text, end)
    if bracket is not None:
        bounds = _bounds(bracket["inner"], unit)
        label = _LABEL.search(bracket["inner"])
        return (bracket.end(), bounds, label["label"].lower() if label else "") if bounds else (end, None, "")
    opened = _OPEN_RANGE.match(text, end)
    if opened is None:
        return end, None, ""
    ahead = text[opened.end() : opened.end() + 40]
    numeric = numbers.find(ahead)
    if len(numeric) < 2 or numeric[0].start > 1:
        return end, None, ""
    bounds = _bounds_of(ahead, numeric, unit)
    if bounds is None:
        return end, None, ""
    last_unit = UNIT.match(ahead, numeric[1].end)
    stop = opened.end() + (last_unit.end() if last_unit else numeric[1].end)
    if text[stop : stop + 1] in ")]":
        stop += 1
    return stop, bounds, opened["label"].lower()


def _bounds(inner: str, unit: str) -> tuple[float, float] | None:
    """The range in a bracket, in days; its own unit wins over the one outside. None where it holds anything else."""
    if _NOT_A_RANGE.search(inner):
        return None
    first = _STATISTIC_FIRST.match(inner)
    inner = inner[first.end() :] if first else inner
    label = _LABEL.search(inner)
    numeric = numbers.find(inner)
    if label is not None and len(numeric) == 3 and numeric[0].end <= label.start():
        inner, numeric = inner[label.start() :], numbers.find(inner[label.start() :])  # "SD 20; range 30-175"
        label = _LABEL.search(inner)
    if len(numeric) not in (2, 4) or (len(numeric) == 4 and not label):
        return None
    if label is None and inner[: numeric[0].start].strip(" ,:="):
        return None
    return _bounds_of(inner, numeric, unit)


def _bounds_of(text: str, numeric: list[Number], unit: str) -> tuple[float, float] | None:
    low, high = numeric[0], numeric[1]
    first_unit = UNIT.match(text, low.end)
    link = text[first_unit.end() if first_unit else low.end : high.start]
    if not re.fullmatch(rf"\s?(?:[{DASHES}]{{1,2}}|to|and|,|;)\s?", link):
        return None
    last_unit = UNIT.match(text, high.end)
    high_unit = unit_name(last_unit["unit"]) if last_unit else unit
    low_unit = unit_name(first_unit["unit"]) if first_unit else high_unit
    bounds = to_days(low.value, low_unit), to_days(high.value, high_unit)
    return bounds if bounds[0] <= bounds[1] else None


def _statistic_before(text: str, start: int) -> str | None:
    """median or mean, where the word stands before the time with no other time, number or sentence between."""
    left = text[max(0, start - 110) : start]
    breaks = [m.end() for m in SENTENCE_BREAK.finditer(left)]
    left = left[breaks[-1] :] if breaks else left
    found = list(_STATISTIC.finditer(left))
    if not found:
        return None
    last = found[-1]
    between = left[last.end() :]
    if any(UNIT.match(between, n.end) for n in numbers.find(between)):
        return None
    return "median" if last["median"] else "mean"


def with_range_behind(text: str, base: Interval, end: int) -> Interval:
    """ "a median of 4 months after the infusion (range, 2-11)": the range stands behind the anchor."""
    units = [m["unit"] for m in re.finditer(UNIT.pattern, text[base.start : base.end], re.IGNORECASE)]
    if not units:
        return base
    stop, bounds, label = _range_after(text, end, unit_name(units[-1]))
    if bounds is None or not label:
        return base
    return replace(base, low_days=bounds[0], high_days=bounds[1], phrase_end=max(base.phrase_end, stop))
