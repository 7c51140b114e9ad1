"""Blood cell counts: value in 10^9/L, of which cells, at which moment of an illness.

    "count 0.7 x 109/L"          0.7        "90 cells/mm 3"           0.09
    "0.23 x 103/µl"              0.23       "count 0.0"               0
    "<700 mm(3)"                 below 0.7  "0.09 K/µL"               0.09
    "0% of 900/mm3"              0          "count was 350"           0.35
    "count of 0.3"               0.3        "platelets 14×109/L"      14, of other cells
    "1.0 with 0% neutrophils"    0          "neutrophils were undetectable"  0

The cells are those named nearest, in the same clause; their names come from the caller. Without a unit a number from 10
upwards can only be cells per microlitre, a smaller one 10^9/L. `moment` tells the lowest count of an episode from a
recovered one, an earlier one and a threshold.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.concepts import numbers
from pipeline.concepts.numbers import DASHES, Number
from pipeline.concepts.phrases import trigger_table, words

MOMENT_COLUMNS = ("trigger", "moment", "source")

_MU = "\u00b5\u03bc"
_TIMES = r"[x×X*·\u2715\u2a2f]"
# Powers of ten as printed: "10^9", "10(9)", "109", "10⁹", "10 9", "10e9", "E9"
_POWER = r"10\s?(?:\^|\*{1,2}|\(|\[|e)?\s?\+?(?P<power>3|6|9|[³⁶⁹])\s?[)\]]?"
_LITRE = r"(?:l|liters?|litres?)\b"
_MICRO = (
    rf"(?:(?:[{_MU}u]|mc|micro)\s?-?\s?{_LITRE}|(?:mm|cubic\s(?:mm|millimet(?:er|re)s?))(?:\s?\^?\s?[3³]|"
    rf"\s?\(3\))?|c\.?mm\b|mmc\b|cu\.?\s?mm\b)"
)
_NANO = rf"n(?:ano)?\s?{_LITRE}"
_CELLS = r"(?:[a-z]{3,14}|/)?"  # "cells", or the name of the cells
_PER = r"\s?(?:/|per|a|in|p\.)\s?"
_UNIT = re.compile(
    rf"\s?(?:{_TIMES}\s?)?{_POWER}\s?{_CELLS}\s?(?:{_PER}|\s)?\s?(?:(?P<p_litre>{_LITRE})|"
    rf"(?P<p_micro>{_MICRO})|(?P<p_ml>ml\b)|(?=[\s,.;:)\]]|$))"
    rf"|\s?(?P<giga>G(?:pt|iga)?)\s?(?:/|per)\s?{_LITRE}"
    rf"|\s?(?:{_TIMES}\s?)?(?P<kilo>K|thousand|k)\s?(?:{_CELLS}\s?)?(?:/|per)\s?(?:{_MICRO})"
    rf"|\s?{_CELLS}\s?(?:/|per)\s?(?P<nano>{_NANO})"
    rf"|\s?{_CELLS}\s?(?:/|per|a)?\s?(?P<micro>{_MICRO})"
    rf"|\s?(?P<cells>cells)\b(?!\s?/)",
    re.IGNORECASE,
)
_OPENS_NO_UNIT = frozenset("%()[],;.:-=<>")
_SUPERSCRIPT = {"³": "3", "⁶": "6", "⁹": "9"}
_PERCENT = re.compile(r"\s?(?:%|percent\b|per cent\b)")
_OTHER_MEASURE = re.compile(
    r"[-\s]?(?:%|mg|g/|g\b|kg|iu|u/|mmol|[µμ]g|ng|pg|mci|gy|years?|yrs?|year|days?|weeks?|wks?|months?|hours?|"
    r"[dhw]\b|mos?\b|hrs?\b|patients?|cases?|episodes?|cycles?|courses?|"
    r"doses?|infusions?|°|fold|times|women|men|people|of\s\d|/\s?\d|(?:st|nd|rd|th)\b|mm/h|mm hg|mmhg|cm|"
    r"ml\b|points?)",
    re.IGNORECASE,
)
_RANGE_OF_OTHER = re.compile(
    r"(?:\s?[(\[][^()\[\]]{1,30}[)\]]\s?(?:days?|weeks?|wks?|months?|years?|hours?)\b)|(?:,\s\d+(?:\.\d+)?){0,8},?\s?(?:[-\u2010-\u2015]|to|and|or)\s?\d+(?:[.,]\d+)?[\s-]?(?:%|days?|weeks?|wks?|months?|years?|"
    r"hours?|patients?|cases?|episodes?|cycles?|courses?|doses?)",
    re.IGNORECASE,
)
_BOUND = re.compile(
    r"(?P<low><\s?(?:or\s?)?=?|\u2264|\u2a7d|\b(?:less|lower|fewer) than(?: or equal to)?|\bbelow|\bunder)\s?$|"
    r"(?P<high>>\s?(?:or\s?)?=?|\u2265|\u2a7e|\b(?:more|greater|higher) than(?: or equal to)?|\babove|"
    r"\bexceed(?:s|ed|ing)|\bover)\s?$",
    re.IGNORECASE,
)
_NEVER = re.compile(r"\b(?:never|not|no|nor|without)\b[^.;,]{0,30}$", re.IGNORECASE)
_ANOTHER_DAY = re.compile(
    r"\s(?:at|on|by|after|in)\s(?:[\w-]+\s){0,3}(?:day|week|month|visit|\d{1,3})(?:\s\d{1,3})?(?:\s(?:days"
    r"|weeks|months|visit))?"
    r"(?:,|,?\s(?:and|then|but))\s(?:only\s)?",
    re.IGNORECASE,
)
_DAY_BEHIND = re.compile(r"\s(?:at|on|by|after|in)\s(?:[\w-]+\s){0,2}(?:day|week|month|visit|\d)", re.IGNORECASE)
_STATISTIC = re.compile(r"\b(?P<median>median)\b|\b(?P<mean>mean|average[ds]?)\b", re.IGNORECASE)
_CLAUSE = re.compile(
    r"[;]|\.(?=\s)|,?\s(?:and|but)\s(?=(?:was|is|were|had|has|fell|dropped|now|then)\b)|,\s(?=(?:was|is"
    r"|were)\s(?:now|only|then)\b)|\bwhen\s(?!the\b)|,\s(?:and|but|while|whereas|with)\s|\b(?:and|but|while|"
    r"whereas)\s(?:the\s)?(?=[a-z]+\s(?:was|were|count|fell|rose))"
)
_BEHIND = re.compile(r"[;,.()\d]|\b(?:and|but|with|while|after|that|which|before|until|then)\b", re.IGNORECASE)
_RANGE_LINK = re.compile(rf"\s?(?:[{DASHES}]{{1,2}}|to|and)\s?")
# "a count taken before dental work showed 0.7": when it was taken; "with 0 she fulfilled the criterion": a count
_TAKEN = re.compile(
    r"\b(?:taken|drawn|obtained|done|made|performed|checked|ordered|requested)\s(?:just\s|shortly\s)?$", re.I
)
_BEFORE_THE_DRUG = re.compile(
    r"\s(?:the\s|her\s|his\s|any\s)?(?:(?:start|initiation|beginning|first|\w+ing)\s(?:of\s|the\s)*)?(?:\w+mab|treatments?"
    r"|therapy|drug|antibody|infusions?|doses?|chemotherapy|courses?|cycles?|start|initiation)\b",
    re.I,
)
_FULFILLED = re.compile(r"\b(?:fulfil\w*|met|meets?|meeting|satisf\w+)\s(?:all\s)?(?:the\s|our\s)?(?:\w+\s)?$", re.I)
_SENTENCE = re.compile(r"[;]|\.(?=\s)")
# "0% neutrophils", "neutrophils 0%": none of the white cells are neutrophils
_SHARE_OF = re.compile(r"\s(?:of\s)?(?:(?:segmented|mature|polymorphonuclear|circulating)\s)?", re.IGNORECASE)
_OF_A_COUNT = re.compile(r"\s(?:[a-z]+\s)?(?:of|out of)\s(?:a\s)?\d")
_SHARE_IS = re.compile(
    r"\s?(?:\([A-Z]{2,5}\)\s?)?(?:counts?\s)?(?:(?:was|were|at|of|being|with|only|accounted for|made up)\s"
    r"|[:=,(]\s?)*",
    re.IGNORECASE,
)
# "0% neutrophils" beside no count of white cells, "no neutrophils on the differential": a share, no count per volume
_OF_NO_COUNT = re.compile(
    r"\d\s?%(?!\s(?:[a-z]+\s)?(?:out\s)?of\s(?:an?\s)?(?:[a-z]+\s){0,3}\d)|\bdifferential\b", re.IGNORECASE
)
_TO_PERCENT = 45
# "undetectable neutrophils", "no neutrophils were seen"; and behind their name
_NONE_OF = re.compile(
    r"\b(?:(?P<unseen>un(?:detectable|measurable|recordable)|immeasurable|non-?detectable)|no|(?:complete "
    r"|total )?absence of"
    r"|(?:completely )?devoid of|without any)\s(?:(?:detectable|measurable|circulating|visible|peripheral"
    r"|absolute|blood|mature|"
    r"residual|remaining)\s)*$",
    re.IGNORECASE,
)
_IS_NONE = re.compile(
    r"\s?(?:\([A-Z]{2,5}\)\s?)?(?:counts?\s)?(?:(?:was|were|is|are|being|became|had become|remained)\s|[:,=(]\s?)?"
    r"(?:completely |totally )?(?:un(?:detectable|measurable|recordable)|immeasurable|absent|nil|not detectable|"
    r"below (?:the )?(?:limit|level|threshold) of detection)\b",
    re.IGNORECASE,
)
_END_OF_NAME = re.compile(
    r"\s?(?:[.,;:()]|$)|\scounts?\b|\s(?:at all|in the (?:blood|smear|peripheral|differential)|on the (?:blood "
    r"|peripheral )?(?:smear|film)|"
    r"(?:was|were|could be|had been) (?:seen|found|detected|present|counted|noted|detectable)|and\b)",
    re.IGNORECASE,
)
_ANY_NONE = re.compile(r"detect|measur|recordable|absen|devoid|\bnil\b|\b[Nn]o\s|without any")
_NOT_BLOOD = re.compile(
    r"\b(?:marrow|biops\w+|aspirat\w+|cerebrospinal|urine|sputum|infiltrat\w+|lavage|antibod\w+|precursors?)\b",
    re.IGNORECASE,
)
# "an ANC below 1.5; hers was 0.7": a further count of the cells just named
_OF_THE_PATIENT = re.compile(
    r"\b(?:hers|his|ours|theirs|it|that of (?:the|our|this) patient|(?:the|our"
    r"|this) patient['\u2019]s(?: own)?(?: count| value)?|"
    r"(?:her|his)(?: own)? (?:count|value|level|nadir))\s(?:was|were|had fallen to|fell to|being|of)\s(?:only\s"
    r"|about\s)?$",
    re.IGNORECASE,
)
# "..., the (absolute) count was", "it was": the count of the cells that the sentence spoke of
_THE_COUNT = re.compile(
    r"(?:[;:,.(]|\band|\bwhen|\bwith|^)\s?(?:(?:the|its|her|his|an?)\s"
    r"(?:(?:absolute|lowest|actual|first|initial|peripheral)\s)?"
    r"(?:count|value|level|number)|it)\s"
    r"(?:was|were|being|of|stood at|lay at|lying at|had (?:fallen|dropped) to|had been"
    r"|fell to|dropped to|amounted to|read)\s"
    r"(?:only\s|just\s|about\s|as low as\s)?[<\u2264]?\s?$",
    re.IGNORECASE,
)
_TO_GIGA = {"giga": 1.0, "kilo": 1.0, "nano": 1.0, "micro": 0.001, "cells": 0.001}
_NO_UNIT_GIGA = 10.0
_HIGHEST = 1000.0
_REACH = 80


@dataclass(frozen=True, slots=True)
class Name:
    """A named kind of cell, or (`cells` is False) an event that a count in brackets behind it may belong to."""

    start: int
    end: int
    concept: str
    cells: bool = True


@dataclass(frozen=True, slots=True)
class BloodCount:
    """A count in 10^9/L. `high` is the upper end of a range. `censored` is "<" or ">" where only a bound is given.

    `concept` is what the caller called the cells; None where nothing near says. `moment`: nadir (said to be the
    lowest), recovered, earlier, threshold (in a definition), or plain.
    """

    start: int
    end: int
    value: float
    high: float | None = None
    censored: str | None = None
    concept: str | None = None
    moment: str = "plain"
    statistic: str | None = None
    has_unit: bool = True
    name_start: int = -1


def find_counts(text: str, names: Sequence[Name] = (), numeric: list[Number] | None = None) -> tuple[BloodCount, ...]:
    """Every count in a sentence. Numbers without a unit need a name of cells close before (or right behind).

    `numeric` are the numbers of the text where the caller has them already.
    """
    if numeric is None:
        numeric = numbers.find(text)
    absent = _absent(text, names)
    if not numeric and not absent:
        return ()
    found: list[BloodCount] = []
    starts = [n.start for n in names]
    index = 0
    while index < len(numeric):
        here = numeric[index].start
        near = names[bisect_left(starts, here - _REACH - 60) : bisect_left(starts, here + _REACH)]
        count, used = _count_at(text, numeric, index, near)
        if count is None and found:
            count = _told_in_a_row(text, numeric[index], found[-1])
            count = count or _lower_limit(text, numeric[index], found[-1], near)
            count = count or _next_of_a_list(text, numeric, index, found[-1])
        if count is not None and count.concept is None and found and found[-1].concept is not None:
            own = _OF_THE_PATIENT.search(text, max(found[-1].end, count.start - 60), count.start)
            count = replace(count, concept=found[-1].concept) if own else count
        if count is not None and count.concept is None and count.has_unit:
            count = _of_the_cells_before(text, count, names)
        if count is not None:
            found.append(count)
        index += used
    known = [(c.start, c.end) for c in found]
    further = [c for c in absent if not any(c.start < b and a < c.end for a, b in known)]
    if further:
        found = sorted((*found, *further), key=lambda c: c.start)
    if any(c.value == 0.0 for c in found) and not any(c.value > 0.0 for c in found):
        found = [c for c in found if not _OF_NO_COUNT.search(text, c.start, c.end + _TO_PERCENT)]
    if not found:
        return ()
    return tuple(_with_moment(text, count, found[max(0, n - 1) : n + 2]) for n, count in enumerate(found))


def _of_the_cells_before(text: str, count: BloodCount, names: Sequence[Name]) -> BloodCount:
    """ "Neutropenia was detected at a visit ...: the count was": of the cells named last, however far before."""
    before = [n for n in names if n.end <= count.start]
    if not before or _THE_COUNT.search(text, max(before[-1].end, count.start - 60), count.start) is None:
        return count
    return replace(count, concept=before[-1].concept, name_start=before[-1].start)


def _count_at(text: str, numeric: list[Number], index: int, names: Sequence[Name]) -> tuple[BloodCount | None, int]:
    number = numeric[index]
    following = numeric[index + 1] if index + 1 < len(numeric) else None
    if following is not None and _RANGE_LINK.fullmatch(text, number.end, following.start):
        linked = text[number.end : following.start].strip() != "and" or _between(text, number.start)
        if linked and following.value >= number.value:
            unit = _unit(text, following.end)
            if unit is not None or _bare_allowed(text, following, names):
                count = _build(text, number, following, unit, names)
                if count is not None:
                    return count, 2
    unit = _unit(text, number.end)
    if unit is None and not _bare_allowed(text, number, names):
        return _percent(text, numeric, index, names)
    return _build(text, number, None, unit, names), 1


def _absent(text: str, names: Sequence[Name]) -> list[BloodCount]:
    """ "no neutrophils", "the count was undetectable": a count of zero told in words; not of the marrow."""
    cells = [n for n in names if n.cells]
    if not cells or not _ANY_NONE.search(text) or _NOT_BLOOD.search(text):
        return []
    found = []
    for name in cells:
        if text[max(0, name.start - 5) : name.start].lower().endswith("anti-"):
            continue
        before = _NONE_OF.search(text, max(0, name.start - 60), name.start)
        plural = text[name.start : name.end].endswith("s") and _END_OF_NAME.match(text, name.end)
        if before is not None and (before["unseen"] or plural):
            found.append(BloodCount(before.start(), name.end, 0.0, concept=name.concept, name_start=name.start))
        elif (behind := _IS_NONE.match(text, name.end)) is not None:
            found.append(BloodCount(name.start, behind.end(), 0.0, concept=name.concept, name_start=name.start))
    return found


def _told_in_a_row(text: str, number: Number, last: BloodCount) -> BloodCount | None:
    """ "an ANC of 1.2 on day 30, 0.4 on day 37 and 2.6 on day 44": further counts, each with its day."""
    if (
        last.has_unit
        or last.concept is None
        or number.is_integer
        or not _ANOTHER_DAY.fullmatch(text, last.end, number.start)
    ):
        return None
    if not _DAY_BEHIND.match(text, number.end):
        return None
    return replace(last, start=number.start, end=number.end, value=number.value, high=None, censored=None)


_LIST_LINK = re.compile(r",\s(?:and\s)?|\sand\s")


def _next_of_a_list(text: str, numeric: list[Number], index: int, last: BloodCount) -> BloodCount | None:
    """ "The lowest counts were 0.11, 0.6 and 0.02 x 10^9/L": those behind the first, but the last that has the unit."""
    number = numeric[index]
    if last.has_unit or last.concept is None or last.censored or last.high is not None or number.is_word:
        return None
    if not _LIST_LINK.fullmatch(text, last.end, number.start) or _percent_or_other_measure(text, number):
        return None
    plural = _PLURAL_OF_COUNTS.search(text, max(0, last.name_start), last.start)
    following = numeric[index + 1] if index + 1 < len(numeric) else None
    goes_on = following is not None and _LIST_LINK.fullmatch(text, number.end, following.start) is not None
    if plural is None or not (goes_on or _END_OF_LIST.match(text, number.end)):
        return None
    large = number.is_integer and number.value >= _NO_UNIT_GIGA
    if number.is_integer and number.value and not large:
        return None  # "0.4, 2 and 3": the further ones may be anything
    value = round(number.value * (0.001 if large else 1.0), 4)
    return replace(last, start=number.start, end=number.end, value=value, moment="plain") if value <= _HIGHEST else None


_PLURAL_OF_COUNTS = re.compile(r"\b(?:counts|nadirs|values|neutrophils|granulocytes|ANCs|levels)\b", re.IGNORECASE)
_END_OF_LIST = re.compile(r"\s?(?:[.;),]|$|,?\srespectively|\sin\b)")
_LIMIT = re.compile(r"(?:\bbelow|\bunder|\bless\sthan|[<\u2264])\s?$", re.IGNORECASE)


def _lower_limit(text: str, number: Number, last: BloodCount, names: Sequence[Name]) -> BloodCount | None:
    """ "below 1.0 in 12 patients and below 0.5 in 5": a lower limit of the same cells, which are not named again."""
    lead = _LIMIT.search(text, max(last.end, number.start - 12), number.start)
    if (
        lead is None
        or last.concept is None
        or last.censored != "<"
        or number.is_word
        or not 0 < number.value < last.value <= 2
        or number.start - last.end > 80
        or ";" in text[last.end : number.start]
        or any(n.cells and last.end <= n.start < number.start for n in names)
        or _percent_or_other_measure(text, number)
    ):
        return None
    return replace(last, start=lead.start(), end=number.end, value=number.value, high=None)


def _percent_or_other_measure(text: str, number: Number) -> bool:
    return bool(_OTHER_MEASURE.match(text, number.end)) or text[number.end : number.end + 2].strip().startswith("%")


def _between(text: str, start: int) -> bool:
    return text[max(0, start - 9) : start].lower().rstrip().endswith(("between", "from"))


def _unit(text: str, end: int) -> tuple[int, float] | None:
    """The end of the unit behind a number and its factor to 10^9/L; None where there is none."""
    if text[end : end + 2].lstrip()[:1] in _OPENS_NO_UNIT:
        return None
    match = _UNIT.match(text, end)
    if match is None:
        return None
    if match["power"]:
        power = int(_SUPERSCRIPT.get(match["power"], match["power"]))
        if match["p_micro"]:
            factor = {3: 1.0, 6: 1000.0, 9: 1.0}[power]  # 10^9/µl is a misprint for 10^9/l
        elif match["p_ml"]:
            factor = {3: 0.001, 6: 1.0, 9: 1000.0}[power]
        elif match["p_litre"]:
            factor = {3: 1.0, 6: 0.001, 9: 1.0}[power]  # 10^3/l is a misprint for 10^3/µl
        elif power == 9:
            factor = 1.0  # "1.5 x 10^9" without its litre
        elif power == 3:
            factor = 1.0
        else:
            factor = 0.001
        return match.end(), factor
    for group, factor in _TO_GIGA.items():
        if match[group]:
            return match.end(), factor
    return None


def _bare_allowed(text: str, number: Number, names: Sequence[Name]) -> bool:
    """Whether a number without a unit is a count: its cells are named right before it, or right behind."""
    if not names or (number.is_word and number.value != 0):
        return False
    if _OTHER_MEASURE.match(text, number.end) or _RANGE_OF_OTHER.match(text, number.end):
        return False
    for name in names:
        if not name.cells and number.value >= _NO_UNIT_GIGA:
            continue  # behind an event's name it may be days, persons or a dose
        if 0 <= number.start - name.end <= 28:
            between = text[name.end : number.start]
            if re.fullmatch(
                r"(?:\s?\((?:[A-Z]{2,5})\))?[\s,:=(\[]*(?:(?:counts?|levels?|nadirs?|values?|of|was|were|is|"
                r"at|to|fell|fall|dropped|drop|decreased|reached|reaching|down|only|nadir|were|as|low|"
                r"declined|declining|dropping|falling|about|approximately|around|being|between|from|less|"
                r"than|below|under|exceeded|exceeding|rose|risen|above|over)[\s,:=(\[]*){0,6}[<>\u2264\u2265~]?\s?",
                between,
                re.IGNORECASE,
            ):
                return True
        # "350 cells", "0 cells" by their name; a small integer there is a grade or a number of patients
        if name.cells and name.start - number.end == 1 and number.is_integer and not 0 < number.value < _NO_UNIT_GIGA:
            return True
    return False


def _percent(text: str, numeric: list[Number], index: int, names: Sequence[Name]) -> tuple[BloodCount | None, int]:
    """ "0% of 900/mm3": a share of a count that is itself given; and a share of 0, of whatever count."""
    number = numeric[index]
    share = _PERCENT.match(text, number.end)
    if share is not None and number.value == 0 and not _OF_A_COUNT.match(text, share.end()):
        for cells in names:
            behind = cells.start >= share.end() and _SHARE_OF.fullmatch(text, share.end(), cells.start)
            if cells.cells and (
                behind or (cells.end <= number.start and _SHARE_IS.fullmatch(text, cells.end, number.start))
            ):
                end = cells.end if behind else share.end()
                return BloodCount(number.start, end, 0.0, concept=cells.concept, name_start=cells.start), 1
    following = numeric[index + 1] if index + 1 < len(numeric) else None
    if share is None or following is None or number.value > 100:
        return None, 1
    link = text[share.end() : following.start]
    if len(link) > 30 or not re.match(r"\s(?:[a-z]+\s)?(?:of|out of)\b", link):
        return None, 1
    unit = _unit(text, following.end)
    name = _nearest(text, number.start, share.end(), names)
    if unit is None or name is None:
        return None, 1
    value = round(number.value / 100 * following.value * unit[1], 4)
    return BloodCount(number.start, unit[0], value, concept=name.concept, name_start=name.start), 2


def _build(
    text: str, low: Number, high: Number | None, unit: tuple[int, float] | None, names: Sequence[Name]
) -> BloodCount | None:
    start, end = low.start, (high or low).end
    if unit is None:
        largest = (high or low).value
        factor = 0.001 if largest >= _NO_UNIT_GIGA else 1.0
    else:
        end, factor = unit
        # "0.3 /µl" and the like: thousands were meant where a fraction of one cell stands
        if factor == 0.001 and not low.is_integer and low.value < 20 and (high is None or not high.is_integer):
            factor = 1.0
    name = _nearest(text, start, end, names)
    if unit is None and name is None:
        return None
    value = round(low.value * factor, 4)
    top = round(high.value * factor, 4) if high else None
    if max(value, top or 0) > _HIGHEST:
        return None
    bound = _BOUND.search(text, max(0, start - 30), start)
    censored = None if bound is None else "<" if bound["low"] else ">"
    if bound is not None and bound["low"] and _NEVER.search(text, max(0, bound.start() - 40), bound.start()):
        censored = ">"  # "was never below", "did not fall below"
    return BloodCount(
        bound.start() if bound else start,
        end,
        value,
        top,
        censored,
        name.concept if name else None,
        statistic=_statistic(text, start, name),
        has_unit=unit is not None,
        name_start=name.start if name else -1,
    )


def _nearest(text: str, start: int, end: int, names: Sequence[Name]) -> Name | None:
    """The cells that a count is of: named last before it in its clause, else right behind it."""
    inside = [n for n in names if start <= n.start < end]
    if inside:
        return inside[-1]
    behind = [n for n in names if n.cells and 0 <= n.start - end <= 2]
    if behind and not text[end : behind[0].start].strip(" ") and not re.match(r"\s?[,;(]", text[end:]):
        return behind[0]
    before = [n for n in names if n.end <= start and start - n.end <= _REACH]
    if not before:
        return None
    name = max(before, key=lambda n: n.end)
    between = text[name.end : start]
    return None if _SENTENCE.search(between) else name


def _statistic(text: str, start: int, name: Name | None) -> str | None:
    left = text[max(0, start - 60) : start]
    cut = [m.end() for m in _SENTENCE.finditer(left)]
    left = left[cut[-1] :] if cut else left
    found = list(_STATISTIC.finditer(left))
    if not found or numbers.find(left[found[-1].end() :]):
        return None
    return "median" if found[-1]["median"] else "mean"


# "treated 14 weeks previously, presented with": the count is of the visit
_THEN_CAME = re.compile(r",\s(?:(?:he|she|and)\s)?(?:presented|developed|was|had|experienced|came|suffered)\b")
_BEFORE_WORDS = frozenset({"before", "prior to"})
# "a blood test before knee surgery showed", "before the next infusion": an occasion, and no time before the illness
_BEFORE_OCCASION = re.compile(
    r"(?:\s[\w-]+){0,3}?\s(?:surgery|operation|extraction|arthroplasty|replacement|endoscopy"
    r"|colonoscopy|procedure|ana?esthesia|vaccination|immuni[sz]ation|holiday|journey|discharge"
    r"|(?:next|second|third|fourth|fifth|sixth|planned|scheduled|due|following)\s(?:[\w-]+\s)?"
    r"(?:infusion|dose|course|cycle|injection))\b",
    re.IGNORECASE,
)


# "her neutrophils, 4.3 at baseline, were 0.81": closed off, of the count before
_OF_THE_COUNT_AHEAD = re.compile(r"\s(?:[\w-]+\s){0,3}[\w-]+,$")


# "his count, 0.9 before treatment, had normalized", "(0.9 before the first infusion)": closed off
_WAS_BEFORE = re.compile(
    r"\s(?:just\s|shortly\s|immediately\s|right\s)?(?:before|prior\sto)\s(?:the\s|his\s|her\s|any\s)?"
    r"(?:(?:start(?:ing)?|initiation|beginning|first|\w+ing)\s(?:of\s)?(?:the\s)?)?"
    r"(?:\w+mab|treatment|therapy|infusion|dose|chemotherapy|course|cycle)"
    r"(?:\)|,\s(?:(?:had|has|was|were|fell|dropped|rose|declined|decreased|went|normali\w+|recovered|returned)\b|and\s(?:\d|normal)))",
    re.IGNORECASE,
)


def _with_moment(text: str, count: BloodCount, counts: Sequence[BloodCount]) -> BloodCount:
    """Reads what the clause around a count says of its moment; the nearest cue wins, those before it first."""
    floor = max((c.end for c in counts if c.end <= count.start), default=0)
    ceiling = min((c.start for c in counts if c.start >= count.end), default=len(text))
    left = text[max(floor, count.start - 110) : count.start]
    cut = [m.end() for m in _CLAUSE.finditer(left)]
    left = left[cut[-1] :] if cut else left
    right = text[count.end : min(ceiling, count.end + 50)]
    stop = _BEHIND.search(right)
    right = right[: stop.start()] if stop else right
    table = trigger_table("count_moments", MOMENT_COLUMNS)
    before = list(table.find(words(left)))
    # "(infusion 5 months before admission) ... (0.9)": a bracket's own words say nothing of what follows it
    closed = left.rfind(")")
    before = [m for m in before if m.start > closed or m.row["moment"] in ("nadir", "threshold")]
    # "treated 8 months before with X, was referred for a count of 0.6": that was before something else
    named = count.name_start - (count.start - len(left)) if count.name_start >= 0 else -1
    before = [
        m
        for m in before
        if m.row["trigger"] != "before" or not _TAKEN.search(left, 0, m.start) or _BEFORE_THE_DRUG.match(left, m.end)
    ]
    before = [m for m in before if m.row["trigger"] not in _BEFORE_WORDS or not _BEFORE_OCCASION.match(left, m.end)]
    before = [
        m
        for m in before
        if m.row["moment"] != "earlier"
        or (named - m.end <= 20 and not _THEN_CAME.match(left, m.end))
        or "," not in left[m.end : named].rstrip(" ,")
    ]
    if floor and not cut:
        before = [m for m in before if m.row["moment"] != "earlier" or not _OF_THE_COUNT_AHEAD.match(left[: m.end + 1])]
    if before:
        return replace(count, moment=before[-1].row["moment"])
    if text.startswith((" before", " prior"), count.end) and _WAS_BEFORE.match(text, count.end):
        return replace(count, moment="earlier")
    after = [m for m in table.find(words(right)) if not _FULFILLED.search(right, 0, m.start)]
    if after:
        return replace(count, moment=after[0].row["moment"])
    return count
