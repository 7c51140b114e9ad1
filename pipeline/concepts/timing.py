"""Lengths of time in a text: how long in days, after what, and what the time says (onset, duration, follow-up, ...).

    "87 days after the last infusion"                 87 days, onset, last_dose
    "a median of 88 days (range, 1-9 months) after"   88 days, 30.4 to 274, median
    "two and a half months after the fourth dose"     76.1 days, onset, nth_dose, dose 4
    "the seventh day of his third cycle"              7 days, onset, nth_dose, dose 3
    "followed for 87 days after"                      follow_up
    "87 patients after"                               no time

What starts the clock and what role a time plays is read from two tables, corpora/common/triggers/time_roles.csv and
time_anchors.csv. Conversion: a week is 7 days, a month 30.44, a year 365.25; one decimal.
Source of the role classes: the "Time_elapsed", "Duration" and "Age" arguments of PHEE (Sun et al., EMNLP 2022).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from pipeline.concepts import numbers
from pipeline.concepts.numbers import DASHES, Number
from pipeline.concepts.phrases import Word, trigger_table, words

DAYS = {"hour": 1 / 24, "day": 1.0, "week": 7.0, "fortnight": 14.0, "month": 30.44, "year": 365.25}
ROLE_COLUMNS = ("trigger", "side", "reach", "role", "source")
ANCHOR_COLUMNS = ("trigger", "kind", "source")

Span = tuple[int, int]

_UNIT = re.compile(
    rf"[{DASHES}\s]{{0,2}}(?:(?:full|consecutive|calendar|additional|more|further|whole|long|mere)\s)?"
    r"(?P<unit>hours?|hrs?|h|days?|d|weeks?|wks?|w|fortnights?|months?|mos?|mths?|years?|yrs?|"
    r"y)\b(?![/\u2019'][^s]|\.\d)",
    re.IGNORECASE,
)
# A quick look whether there can be a time at all
_ANY_UNIT = re.compile(
    r"day|Day|week|Week|wk|Wk|month|Month|mos?\b|Mos?\b|year|Year|yrs?\b|Yrs?\b|hour|Hour|fortnight|D\s?\+"
)
_ANY_SHORT_UNIT = re.compile(r"[\d\s][dwhyDWHY]\b")
_MAY_BE_ORDINAL_DAY = re.compile(r"(?:st|nd|rd|th)[\s-](?:day|week|month)")
# Characters around a time in which the words that give its role are looked for
_LOOK_BACK, _LOOK_AHEAD = 400, 300
_UNIT_NAMES = {"h": "hour", "d": "day", "w": "week", "f": "fortnight", "m": "month", "y": "year"}
_ORDINAL_WORDS = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
]
ORDINALS = {word: value for value, word in enumerate(_ORDINAL_WORDS, start=1)}
_ORDINAL_DIGITS = re.compile(r"(\d{1,2})(?:st|nd|rd|th)")
_ORDINAL_DAY = re.compile(
    rf"\b(?:(?P<word>{'|'.join(_ORDINAL_WORDS)})|(?P<digits>\d{{1,2}})(?:st|nd|rd|th))[\s-]"
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
_NEXT_DAY = re.compile(r"\bthe (?:(?:following|next) day|(?P<after>day(?=\s(?:after|following)\b)))", re.IGNORECASE)
_VAGUE = re.compile(r"\b(?:several|a few|few|some|many|a couple of)\s(?:days|weeks|months|years)\b", re.IGNORECASE)
_FOLLOWED_BY = re.compile(r"\bfollowed\s(?P<anchor>[^.;,]{3,60}?)\sby\s(?:\w+\s)?$", re.IGNORECASE)
_YEARS = range(1950, 2100)
_RESPECTIVELY = re.compile(r",?\srespectively,?(?=\s)", re.IGNORECASE)
_BETWEEN = re.compile(r"\s+and\s+|\s+to\s+|\s?[" + DASHES + r"]\s?", re.IGNORECASE)
_BRACKET = re.compile(r"[\s,;]{0,2}[(\[](?P<inner>[^()\[\]]{1,60}(?:[(\[][^()\[\]]{1,20}[)\]][^()\[\]]{0,30})?)[)\]]")
_OPEN_RANGE = re.compile(
    r"[\s,;:]{0,3}(?:\(|\[)?(?P<label>with\sa\srange\sof|range[ds]?|ranging|iqr|interquartile\srange)[\s,:=]*"
    r"(?:was\s|of\s|from\s|between\s)*",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?P<label>inter-?quartile\s+ranges?|iqr|ranges?|ranging|ranged|min(?:imum)?[^a-z]{1,3}max(?:imum)?|"
    r"from|between|Q1[^a-z]{1,3}Q3"
    r"|[25]{2}th[^a-z]{1,3}75th|interval)",
    re.IGNORECASE,
)
_NOT_A_RANGE = re.compile(r"%|\bn\s?=|\bp\s?[<=>]|\bci\b|confidence|±|\+/-", re.IGNORECASE)
_STATISTIC = re.compile(r"\b(?P<median>median)|\b(?P<mean>mean|average[ds]?|averaging)\b", re.IGNORECASE)
_CLAUSE_BREAK = re.compile(r"[;:()\[\]]|[.](?=\s|$)|,(?!\d)")
# Roles of mere prepositions: a verb or noun further left says more ("recovered within", "followed for")
_WEAK = frozenset({"after", "within", "span"})
_SENTENCE_BREAK = re.compile(r"[;]|[.](?=\s)")
# "the median time to first onset was": the first event, no first dose
_TO_FIRST = re.compile(
    r"\bto\s(?:the\s)?(?:first|initial)\s(?:onset|episode|event|occurrence|neutrop\w+)\b", re.IGNORECASE
)
_AND_CLAUSE = re.compile(r",\s(?:and|but|while|whereas)\s")
_LESS = re.compile(
    r"(?:<|\u2264|\bless than|\bfewer than|\bup to|\bwithin(?: the)?(?: first| last)?|\bunder)\s?$", re.IGNORECASE
)
_MORE = re.compile(
    r"(?:>|\u2265|\bmore than|\bat least|\bover|\blonger than|\bas late as|\bas early as|\bgreater than|"
    r"\bexceeding)\s?$",
    re.IGNORECASE,
)
_ON_DRUG_FOR = re.compile(
    r"\bafter\s(?:being\s|having\s(?:been\s|received\s|taken\s)?|receiving\s|taking\s|treatment\swith\s|"
    r"using\s)?(?:on\s)?"
    r"[\w-]+(?:\s\([^)]{1,20}\))?\s(?:therapy\s|treatment\s)?for\s?$",
    re.IGNORECASE,
)
_AFTER_WORD = re.compile(r"\b(?:after|following)\b", re.IGNORECASE)
_DOSE_GIVEN = re.compile(
    r"\b(?:last|final|latest|most recent|first|second|third|fourth|fifth|sixth)\s(?:[\w-]+\s)?(?:dose|infusion"
    r"|course|cycle|"
    r"injection|administration)\b[^.;]{0,30}\b(?:given|received|administered|was|infused|place|completed)\b",
    re.IGNORECASE,
)
_WAS_BEGUN = re.compile(
    r"\s(?:(?:therapy|treatment|maintenance)\s)?(?:was|were|had been|has been)\s(?:first\s|newly\s)?"
    r"(?:initiated|started|commenced|begun|introduced|instituted)\b",
    re.IGNORECASE,
)
_LAST_GIVEN = re.compile(r"\b(?:last|most recently)\b", re.IGNORECASE)
_BEFORE_OTHER = re.compile(
    r"\s(?:the\s|his\s|her\s)?(?:\w+\s)?(?:\w*transplant\w*|surgery|operation|vaccin\w+|delivery|conception"
    r"|pregnancy|relapse|death)\b",
    re.IGNORECASE,
)
_PLUS_MINUS = re.compile(r"\s?(?:±|\+/-|\+-)\s?")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DATE = re.compile(
    r"\b(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?(?:\sof)?\s(?P<month>[A-Z][a-z]{2,8})\.?,?\s(?P<year>(?:19|20)\d\d)"
    r"|(?P<month2>[A-Z][a-z]{2,8})\.?\s(?P<day2>\d{1,2})(?:st|nd|rd|th)?,?\s(?P<year2>(?:19|20)\d\d)"
    r"|(?P<iso>(?:19|20)\d\d-\d\d-\d\d))\b"
)


@dataclass(frozen=True, slots=True)
class Interval:
    """A length of time, in days; start and end are its own words, phrase_start and phrase_end also cover its anchor.

    `role` is onset, onset_chemotherapy (an onset if the chemotherapy named held the drug), or what else the time
    says: duration, recovery, follow_up, dose_interval, age,
    disease_duration, treatment_duration, later and before (counted from something that another sentence names),
    other_clock, span (for, over), within, vague, unknown. `anchor` is set for an onset only; `dose` is the number of
    the dose for nth_dose. `days` is None where only a range or bound is given.
    """

    start: int
    end: int
    days: float | None
    low_days: float | None = None
    high_days: float | None = None
    statistic: str | None = "exact"
    role: str = "unknown"
    anchor: str | None = None
    dose: int | None = None
    phrase_start: int = -1
    phrase_end: int = -1
    anchor_start: int = -1
    anchor_end: int = -1
    values: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Anchor:
    """What starts the clock: `kind` is an onset_anchor of the data dictionary, or "other"."""

    kind: str
    start: int
    end: int
    dose: int | None = None


def to_days(value: float, unit: str) -> float:
    """Days with one decimal; `unit` is a key of DAYS."""
    return round(value * DAYS[unit] + 1e-9, 1)


def unit_name(text: str) -> str:
    """The unit that a word stands for: "wks" is "week", "mo" is "month"."""
    return _UNIT_NAMES[text[0].lower()]


def find_intervals(
    text: str,
    drugs: Sequence[Span] = (),
    events: Sequence[Span] = (),
    numeric: list[Number] | None = None,
    tokens: tuple[Word, ...] | None = None,
    others: Sequence[Span] = (),
) -> tuple[Interval, ...]:
    """Every time in a sentence, in order, each with its role; `drugs` and `events` are spans of named drugs and events.

    `others` are spans of other medicines: a clock that only they start is not the drug's.
    `numeric` and `tokens` are the numbers and words of the text where the caller has them already.
    """
    if not _may_hold_time(text):
        return ()
    quantities = find_quantities(text, numeric)
    if not quantities:
        return ()
    if tokens is None:
        tokens = words(text)
    starts = [w.start for w in tokens]
    drug_starts = [d[0] for d in drugs]
    found: list[Interval] = []
    for number, quantity in enumerate(quantities):
        first, last = quantity.start - _LOOK_BACK, quantity.end + _LOOK_AHEAD
        window = _Window(
            text,
            max(first, 0),
            tokens[bisect_left(starts, first) : bisect_left(starts, last)],
            drugs[bisect_left(drug_starts, first) : bisect_left(drug_starts, last)],
            [*quantities[max(0, number - 3) : number], *quantities[number + 1 : number + 4]],
            events,
        )
        interval = _with_role(window, quantity)
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


@dataclass(frozen=True, slots=True)
class _Window:
    """What stands around a time: the whole text, where the look back ends, and the words, drugs and times near it."""

    text: str
    start: int
    tokens: Sequence[Word]
    drugs: Sequence[Span]
    others: Sequence[Interval]
    events: Sequence[Span] = ()


def _in_apposition(text: str, before: Interval, interval: Interval) -> Interval:
    """ "4 to 14 days after infusion, a mean of 10 days": the same clock, told once more."""
    link = text[before.phrase_end : interval.phrase_start]
    if before.role != "onset" or interval.statistic not in ("mean", "median") or not re.fullmatch(r"\s?[,(;]\s?", link):
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


def find_anchors(text: str, drugs: Sequence[Span] = (), tokens: tuple[Word, ...] | None = None) -> tuple[Anchor, ...]:
    """The starts of a clock that stand without a time: "After the fourth cycle, she had it at 9 weeks"."""
    if not _AFTER_WORD.search(text):
        return ()
    window = _Window(text, 0, words(text) if tokens is None else tokens, drugs, ())
    found = (_anchor(window, match.end()) for match in _AFTER_WORD.finditer(text))
    return tuple(anchor for anchor in found if anchor is not None and anchor.start >= 0)


def find_quantities(text: str, numeric: list[Number] | None = None) -> list[Interval]:
    """Lengths of time without their role. A range or statistic that belongs to one is taken in."""
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
    return _summed(text, _without_overlap(found, _wordy_quantities(text)))


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
    following = numeric[position + 1] if position + 1 < len(numeric) else None
    if following is not None and first.value in _YEARS and text[first.end : following.start].startswith(","):
        return None, 1  # "In 2020, 5 months after"
    if following is not None and _PLUS_MINUS.fullmatch(text, first.end, following.start):
        unit = _UNIT.match(text, following.end)
        if unit:  # "121 ± 45 days": a mean and its standard deviation
            days = to_days(first.value, unit_name(unit["unit"]))
            return Interval(first.start, unit.end(), days, statistic="mean"), 2
    series = [first]
    own_unit: list[str | None] = [None]
    end = first.end
    index = position
    while True:
        unit = _UNIT.match(text, end)
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
    if own_unit[-1] is None:
        return _with_unit_after_bracket(text, numeric, position)
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
        return _completed(text, base, units[0]), used
    linked_as_range = len(series) == 2 and not re.search(r",", text[series[0].end : series[1].start])
    is_list = not linked_as_range or (
        re.search(r"\band\b|&", text[series[0].end : series[1].start]) and not _after_between(text, first.start)
    )
    interval = Interval(
        first.start, end, None, min(values), max(values), "range", values=tuple(values) if is_list else ()
    )
    return interval, used


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
        if _UNIT.match(text, number.end):
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


def _with_unit_after_bracket(text: str, numeric: list[Number], position: int) -> tuple[Interval | None, int]:
    """ "95 (range 67-420) days": the unit follows the bracket."""
    number = numeric[position]
    bracket = _BRACKET.match(text, number.end)
    if bracket is None:
        return None, 1
    unit = _UNIT.match(text, bracket.end())
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


def _completed(text: str, base: Interval, unit: str) -> Interval:
    """A single time with the range and statistic that belong to it, or as a bound where the text says so."""
    before = text[max(0, base.start - 28) : base.start]
    statistic = _statistic_before(text, base.start)
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
    bracket = _BRACKET.match(text, end)
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
    last_unit = _UNIT.match(ahead, numeric[1].end)
    stop = opened.end() + (last_unit.end() if last_unit else numeric[1].end)
    if text[stop : stop + 1] in ")]":
        stop += 1
    return stop, bounds, opened["label"].lower()


def _bounds(inner: str, unit: str) -> tuple[float, float] | None:
    """The range in a bracket, in days; its own unit wins over the one outside. None where it holds anything else."""
    if _NOT_A_RANGE.search(inner):
        return None
    numeric = numbers.find(inner)
    if len(numeric) not in (2, 4) or (len(numeric) == 4 and not _LABEL.search(inner)):
        return None
    label = _LABEL.search(inner)
    if label is None and inner[: numeric[0].start].strip(" ,:="):
        return None
    return _bounds_of(inner, numeric, unit)


def _bounds_of(text: str, numeric: list[Number], unit: str) -> tuple[float, float] | None:
    low, high = numeric[0], numeric[1]
    first_unit = _UNIT.match(text, low.end)
    link = text[first_unit.end() if first_unit else low.end : high.start]
    if not re.fullmatch(rf"\s?(?:[{DASHES}]{{1,2}}|to|and|,|;)\s?", link):
        return None
    last_unit = _UNIT.match(text, high.end)
    high_unit = unit_name(last_unit["unit"]) if last_unit else unit
    low_unit = unit_name(first_unit["unit"]) if first_unit else high_unit
    bounds = to_days(low.value, low_unit), to_days(high.value, high_unit)
    return bounds if bounds[0] <= bounds[1] else None


def _statistic_before(text: str, start: int) -> str | None:
    """median or mean, where the word stands before the time with no other time, number or sentence between."""
    left = text[max(0, start - 110) : start]
    breaks = [m.end() for m in _SENTENCE_BREAK.finditer(left)]
    left = left[breaks[-1] :] if breaks else left
    found = list(_STATISTIC.finditer(left))
    if not found:
        return None
    last = found[-1]
    between = left[last.end() :]
    if any(_UNIT.match(between, n.end) for n in numbers.find(between)):
        return None
    return "median" if last["median"] else "mean"


def _wordy_quantities(text: str) -> list[Interval]:
    """ "day 87", "the seventh day", "a month and a half", "several months" (without a value)."""
    found = []
    for match in _UNIT_FIRST.finditer(text):
        unit = "day" if match["unit"].lower() == "d" else match["unit"].lower()
        if match["unit"].lower() == "d" and "+" not in match.group():
            continue
        # "D+3", "day +110" count from a transplant
        role = "other_clock" if "+" in match.group() else "ordinal"
        found.append(Interval(match.start(), match.end(), to_days(float(match["number"]), unit), role=role))
    for match in _ORDINAL_DAY.finditer(text) if _MAY_BE_ORDINAL_DAY.search(text.lower()) else ():
        nth = ORDINALS[match["word"].lower()] if match["word"] else int(match["digits"])
        found.append(Interval(match.start(), match.end(), to_days(nth, match["unit"].lower()), role="ordinal"))
    for match in _NEXT_DAY.finditer(text):
        found.append(Interval(match.start(), match.end(), 1.0, role="unknown" if match["after"] else "later"))
    for match in _ONE_UNIT.finditer(text):
        value = 1.5 if match["half"] else 1.0
        interval = Interval(match.start(), match.end(), to_days(value, match["unit"].lower()))
        found.append(_completed(text, interval, match["unit"].lower()))
    for match in _VAGUE.finditer(text):
        found.append(Interval(match.start(), match.end(), None, statistic=None))
    return found


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


def _with_role(window: _Window, quantity: Interval) -> Interval:
    """The time with its role and anchor, by the words around it."""
    text, drugs = window.text, window.drugs
    phrase_start = _phrase_start(text, quantity.start)
    base = replace(quantity, role="unknown", phrase_start=phrase_start, phrase_end=quantity.end)
    if quantity.role == "other_clock":
        # "day +35": of a transplant, unless the drug or its dose is named as the clock
        role, end = _right_cue(window, quantity)
        counted = _anchor(window, end) if role == "after" else None
        if counted is None or counted.kind in ("other", "recovery", "chemotherapy"):
            return replace(base, role="other_clock")
        return _anchored(text, base, counted, None)
    if quantity.role == "later":
        return replace(base, role="later")
    followed = _FOLLOWED_BY.search(text, max(0, phrase_start - 90), quantity.start)
    if followed and quantity.days is not None:
        # "the second episode followed the third infusion by 14 weeks"
        return _anchored(text, base, _clock(window, followed.start("anchor"), followed.end("anchor")), None)
    left_role, left_end = _left_cue(window, quantity)
    right_role, right_end = _right_cue(window, quantity)
    if right_role in {"age", "dose_interval", "follow_up", "duration", "disease_duration", "other_clock", "recovery"}:
        return replace(base, role=right_role)
    if left_role == "recovery" and quantity.role == "ordinal" and right_role is None:
        return replace(base, role="recovery")  # "normal again on day 4": counted from another day than the first
    if left_role == "recovery" and right_role == "later" and any(left_end <= d[0] < quantity.start for d in drugs):
        left_role = None  # "the count recovered and the drug was given again a year later"
    if left_role == "recovery" and right_role not in {"after", "of", "on", "before"}:
        # "resolved one week later", "normal after ten days": how long the event lasted
        return replace(base, role="duration")
    if left_role == "disease_duration" and right_role == "after":
        left_role = None  # "had a further episode 4 months after the drug"
    if left_role in {"follow_up", "other_clock"} and right_role == "after" and "," in text[left_end:phrase_start]:
        left_role = None  # "noted on routine follow-up, 4 months after the drug"
    if left_role in {"follow_up", "duration", "recovery", "dose_interval", "age", "disease_duration", "other_clock"}:
        return replace(base, role=left_role)
    if quantity.days is None and quantity.low_days is None and quantity.high_days is None:
        return replace(base, role="vague")
    if right_role in {"after", "of"}:
        if right_role == "of" and left_role not in {"within", "after", "ordinal"} and quantity.role != "ordinal":
            return replace(base, role="treatment_duration")
        anchor = _anchor(window, right_end)
        if anchor is None and right_role == "of":  # "within 4 weeks of treatment"
            anchor = _anchor(window, quantity.end)
        loose = anchor is not None and anchor.kind in {"unspecified", "last_dose", "treatment_start"}
        if right_role == "of" and left_role == "after" and anchor is not None and loose:
            anchor = replace(anchor, kind="treatment_start")  # "after four months of the drug"
        return _anchored(text, base, anchor, left_role)
    if right_role == "between" and left_role == "onset":
        return _anchored(text, base, _anchor(window, right_end), left_role)
    if right_role == "on":
        anchor = _anchor(window, right_end)
        if anchor is None:
            # "Two years on she had": later; "three months on it": treatment
            return replace(base, role="later" if phrase_start <= 1 or left_role is None else "treatment_duration")
        if anchor.kind == "other":
            return replace(base, role="later" if phrase_start <= 1 else "treatment_duration")
        if left_role in {"after", "onset"}:
            return _anchored(text, base, replace(anchor, kind="treatment_start"), left_role)
        return replace(base, role="treatment_duration")
    if right_role == "before":
        return _before(base, window, right_end)
    if right_role == "later":
        return replace(base, role="later", phrase_end=right_end)
    if left_role == "onset":
        anchor = _anchor_left(window, left_end, quantity.start)
        return _anchored(text, base, anchor or Anchor("unspecified", -1, -1), left_role)
    if left_role == "span":
        on_drug = _ON_DRUG_FOR.search(text, max(0, quantity.start - 90), phrase_start)
        if on_drug and any(on_drug.start() < d[0] < quantity.start for d in drugs):
            # "after being on the drug for three months"
            anchor = Anchor("treatment_start", on_drug.start(), quantity.end)
            return _anchored(text, base, anchor, left_role)
    if left_role in {"after", "within", "span"}:
        return replace(base, role="later" if left_role == "after" else left_role)
    return base


def _anchored(text: str, base: Interval, anchor: Anchor | None, left_role: str | None) -> Interval:
    """An onset, where the anchor is the drug; else another clock. "Within" keeps the upper bound only."""
    if anchor is None or anchor.kind == "other":
        end = anchor.end if anchor else base.end
        return replace(base, role="other_clock", phrase_end=max(base.phrase_end, end))
    if anchor.kind == "recovery":
        return replace(base, role="recovery")
    if anchor.kind == "chemotherapy":
        anchor = replace(anchor, kind="last_dose")
        return replace(_anchored(text, base, anchor, left_role), role="onset_chemotherapy")
    if (
        base.days is not None
        and base.low_days is None
        and base.statistic in ("median", "mean")
        and anchor.end > base.end
    ):
        base = _with_range_behind(text, base, anchor.end)
    if left_role == "within" and base.days is not None:
        base = replace(base, days=None, high_days=base.days, statistic=None)
    return replace(
        base,
        role="onset",
        anchor=anchor.kind,
        dose=anchor.dose,
        phrase_start=base.phrase_start if anchor.start < 0 else min(base.phrase_start, anchor.start),
        phrase_end=max(base.phrase_end, base.end, anchor.end),
        anchor_start=anchor.start,
        anchor_end=anchor.end,
    )


def _with_range_behind(text: str, base: Interval, end: int) -> Interval:
    """ "a median of 4 months after the infusion (range, 2-11)": the range stands behind the anchor."""
    units = [m["unit"] for m in re.finditer(_UNIT.pattern, text[base.start : base.end], re.IGNORECASE)]
    if not units:
        return base
    stop, bounds, label = _range_after(text, end, unit_name(units[-1]))
    if bounds is None or not label:
        return base
    return replace(base, low_days=bounds[0], high_days=bounds[1], phrase_end=max(base.phrase_end, stop))


def _before(base: Interval, window: _Window, position: int) -> Interval:
    """ "had received it 3 months earlier": an onset if a dose of the drug stands close on the left."""
    breaks = [m.end() for m in _SENTENCE_BREAK.finditer(window.text, window.start, base.start)]
    start = max(breaks[-1] if breaks else 0, base.start - 90)
    near = [d for d in window.drugs if start <= d[0] < base.start]
    if (
        not near
        and _DOSE_GIVEN.search(window.text, start, base.start)
        and not _BEFORE_OTHER.match(window.text, position)
    ):
        # "The last infusion was given 14 weeks before admission"
        near = [(start, start)]
    if not near or any(start <= o.start < base.start and o.start > near[-1][1] for o in window.others):
        return replace(base, role="before", phrase_end=position)
    anchor = _clock(window, start, base.start)
    if anchor is None or anchor.kind == "other":
        return replace(base, role="before", phrase_end=position)
    if anchor.kind == "unspecified" and _LAST_GIVEN.search(window.text, near[-1][1], base.start):
        anchor = replace(anchor, kind="last_dose")  # "the drug had last been given 12 weeks earlier"
    return replace(_anchored(window.text, base, anchor, None), role="onset_before", phrase_end=max(base.end, position))


_LEADING_WORDS = re.compile(
    r"(?:\b(?:a|an|the|at|after|within|in|on|of|median|mean|average|time|was|about|approximately|"
    r"around|roughly|nearly|"
    r"almost|only|mere|just|some|over|than|more|less|up|to|between|from)\s)+$",
    re.IGNORECASE,
)


def _phrase_start(text: str, start: int) -> int:
    """Takes in "a median of", "about" and the like before a time."""
    left = text[max(0, start - 60) : start]
    match = _LEADING_WORDS.search(left)
    return start - len(match.group()) if match else start


def _left_cue(window: _Window, quantity: Interval) -> tuple[str | None, int]:
    """The role that the words before a time give it, and where those words end.

    The nearest trigger within its reach decides; a preposition only where no verb or noun follows further left. A verb
    of onset ("developed", "recurred") ends the search.
    """
    floor = max((o.end for o in window.others if o.end <= quantity.start), default=window.start)
    left = window.text[floor : quantity.start]
    breaks = [m.end() for m in _CLAUSE_BREAK.finditer(left)]
    hard = [m.end() for m in _SENTENCE_BREAK.finditer(left)]
    clause = floor + (breaks[-1] if breaks else 0)
    sentence = floor + (hard[-1] if hard else 0)
    near = [w for w in window.tokens if sentence <= w.start and w.end <= quantity.start][-16:]
    weak: tuple[str | None, int] = (None, -1)
    for match in reversed(list(trigger_table("time_roles_before", ROLE_COLUMNS).find(near))):
        role, reach = match.row["role"], int(match.row["reach"])
        if role == "onset" and any(a < match.end and match.start < b for a, b in window.events):
            continue  # the "onset" of "late-onset neutropenia"
        crosses = match.end <= clause and bool(breaks)
        if len(near) - 1 - match.last > reach or (crosses and reach < 8):
            continue
        if role == "event":
            break
        if role not in _WEAK:
            return role, match.end
        if weak[0] is None:
            weak = (role, match.end)
    return weak


def _right_cue(window: _Window, quantity: Interval) -> tuple[str | None, int]:
    """The role that the words right behind a time give it, and where those words end."""
    text = window.text
    # "14 days (n = 2) after infusion": a bracket does not come between
    bracket = _BRACKET.match(text, quantity.end) or _RESPECTIVELY.match(text, quantity.end)
    end = bracket.end() if bracket else quantity.end
    near = [w for w in window.tokens if w.start >= end][:8]
    if not near or _CLAUSE_BREAK.search(text, end, near[0].start):
        return None, quantity.end
    for match in trigger_table("time_roles_after", ROLE_COLUMNS).find(near):
        if match.first <= int(match.row["reach"]) and not _CLAUSE_BREAK.search(text, end, match.start):
            return match.row["role"], match.end
        break
    return None, quantity.end


def _anchor(window: _Window, position: int) -> Anchor | None:
    """What the words behind "after" name as the start of the clock; up to the end of the clause."""
    text = window.text
    stop = min([o.start for o in window.others if o.start >= position], default=len(text))
    stop = min(stop, position + 120)
    closing = _CLAUSE_BREAK.search(text, position + 1, stop)
    while closing is not None and closing.group() in "([" and closing.start() - position < 40:
        # "after the drug (short form) infusion": a bracket in the anchor does not end it
        end = text.find(")", closing.start(), stop)
        closing = _CLAUSE_BREAK.search(text, end + 1, stop) if end >= 0 else None
    return _clock(window, position, closing.start() if closing else stop)


def _anchor_left(window: _Window, start: int, stop: int) -> Anchor | None:
    """The anchor in "time from the last infusion to onset was": between the cue and the time."""
    breaks = [m.end() for m in _SENTENCE_BREAK.finditer(window.text, window.start, max(start, window.start))]
    sentence = breaks[-1] if breaks else window.start
    clauses = [m.end() for m in _AND_CLAUSE.finditer(window.text, sentence, stop)]
    own = _clock(window, clauses[-1], stop) if clauses else None
    anchor = own if own is not None else _clock(window, sentence, stop)
    if anchor is not None and anchor.kind == "other" and _TO_FIRST.search(window.text, sentence, stop):
        return None
    return anchor


def _clock(window: _Window, start: int, stop: int) -> Anchor | None:
    """Reads an anchor phrase: ordinal, last, first, start or end of treatment, a dose, the drug, or another clock."""
    phrase = [w for w in window.tokens if w.start >= start and w.end <= stop][:24]
    if not phrase:
        return None
    named = [d for d in window.drugs if d[0] < stop and d[1] > start]
    kinds: dict[str, tuple[int, int]] = {}
    order: list[tuple[int, str]] = []
    for match in trigger_table("time_anchors", ANCHOR_COLUMNS).find(phrase):
        kind = match.row["kind"]
        if kind == "stop":
            if order or (named and named[0][0] < match.start):
                phrase = [w for w in phrase if w.end <= match.start]
                named = [d for d in named if d[0] < match.start]
                break
            continue
        order.append((match.start, kind))
        kinds.setdefault(kind, (match.start, match.end))
    first_drug = named[0] if named else None
    ends = [span[1] for span in kinds.values()] + ([first_drug[1]] if first_drug else [])
    end = max(ends, default=phrase[0].end)
    place = (phrase[0].start, end)
    other = kinds.get("other")
    treatment = min([s for k, (s, _) in kinds.items() if k in {"dose", "treatment"}], default=None)
    before = first_drug[0] if first_drug else stop
    if other is not None and other[0] < min(before, stop if treatment is None else treatment):
        return Anchor("other", other[0], other[1])
    recovery = kinds.get("recovery")
    if recovery is not None and first_drug is None and (treatment is None or recovery[0] < treatment):
        return Anchor("recovery", *recovery)
    if "chemotherapy" in kinds and first_drug is None:
        # "after the last chemotherapy": the drug's clock only where that held the drug, which the caller knows
        return Anchor("chemotherapy", *place)
    if not (
        first_drug or treatment is not None or {"last", "first", "first_dose", "start", "this_treatment"} & kinds.keys()
    ):
        # "sixteen weeks after completion she was": of the treatment told before
        return Anchor("last_dose", *place) if _bare_completion(phrase) else None
    dose = _ordinal(phrase, window.text)
    if (
        treatment is None
        and first_drug is None
        and not {"last", "start", "end", "first_dose", "this_treatment"} & kinds.keys()
    ):
        return Anchor("other", *place)  # "4 weeks after the first": an episode, not a dose
    if "start" in kinds:
        return Anchor("treatment_start", *place)
    begun = _WAS_BEGUN.match(window.text, end)
    if begun and begun.end() <= stop and not {"last", "end", "dose"} & kinds.keys():
        return Anchor("treatment_start", place[0], begun.end())  # "6 days after the drug was initiated"
    if "last" in kinds:
        return Anchor("last_dose", *place)
    if "end" in kinds and (dose is None or dose == 1):
        return Anchor("last_dose", *place)
    if phrase[0].text in ("each", "every", "all") and "dose" in kinds:
        return Anchor("last_dose", *place)
    if "dose" in kinds and any(w.text == "single" for w in phrase[:3]):
        return Anchor("first_dose", *place, dose=1)
    later_cycle = _ordinal_of_cycle(phrase)
    if later_cycle is not None:
        return Anchor("nth_dose", *place, dose=later_cycle)
    if dose == 1 or {"first", "first_dose"} & kinds.keys():
        return Anchor("first_dose", *place, dose=1)
    if dose is not None:
        return Anchor("nth_dose", *place, dose=dose)
    if "dose" in kinds or "this_treatment" in kinds:
        return Anchor("last_dose", *place)
    return Anchor("unspecified", *place)


_CARDINALS = dict(
    zip(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], range(1, 11), strict=True)
)
_DOSE_NOUNS = frozenset(
    word + ending
    for word in ("dose", "infusion", "cycle", "course", "injection", "administration", "treatment", "round", "exposure")
    for ending in ("", "s")
)


def _bare_completion(phrase: Sequence[Word]) -> bool:
    """ "after completion", with nothing said of what was completed."""
    texts = [word.text for word in phrase[:4]]
    return "completion" in texts and "of" not in texts[texts.index("completion") :][1:2]


def _ordinal_of_cycle(phrase: Sequence[Word]) -> int | None:
    """ "the first infusion of her third course": a dose of a later cycle is counted by the cycle."""
    for index in range(len(phrase) - 4):
        inner = phrase[index : index + 7]
        if ordinal_value(inner[0].text) != 1 or inner[1].text not in _DOSE_NOUNS or inner[2].text != "of":
            continue
        for word, following in pairwise(inner[3:]):
            value = ordinal_value(word.text)
            if value is not None and value > 1 and following.text in _DOSE_NOUNS:
                return value
    return None


def ordinal_value(word: str) -> int | None:
    """ "third" and "3rd" are 3."""
    if word in ORDINALS:
        return ORDINALS[word]
    match = _ORDINAL_DIGITS.fullmatch(word)
    return int(match[1]) if match else None


def _ordinal(phrase: Sequence[Word], text: str) -> int | None:
    """The number of the dose in an anchor: "her third infusion", "cycle 3", "dose #4"."""
    for index, word in enumerate(phrase):
        value = ordinal_value(word.text)
        if value is not None and any(w.text in _DOSE_NOUNS for w in phrase[index + 1 : index + 6]):
            return value
        if word.text in _DOSE_NOUNS and index + 2 < len(phrase) and phrase[index + 1].text in ("number", "no", "nr"):
            told = phrase[index + 2].text
            spelled = _CARDINALS.get(told) or (int(told) if told.isdigit() and len(told) <= 2 else None)
            if spelled is not None:
                return spelled  # "infusion number four"
        if word.text in _DOSE_NOUNS and index + 1 < len(phrase):
            following = phrase[index + 1].text
            if (
                following.isdigit()
                and len(following) <= 2
                and not text[phrase[index + 1].end :].lstrip().startswith("%")
            ):
                return int(following)
    return None


def find_dates(text: str) -> tuple[tuple[int, int, date], ...]:
    """Full calendar dates (day, month and year) with their spans; what names a month only is no date."""
    found = []
    for match in _DATE.finditer(text):
        try:
            if match["iso"]:
                value = date.fromisoformat(match["iso"])
            else:
                month = (match["month"] or match["month2"])[:3].lower()
                value = date(
                    int(match["year"] or match["year2"]), _MONTHS.index(month) + 1, int(match["day"] or match["day2"])
                )
        except ValueError:
            continue
        found.append((match.start(), match.end(), value))
    return tuple(found)
