"""How many: counts, denominators, percentages and their intervals, as one expression each.

    "7/59 patients (11.9%)"             7 of 59, 11.9 %         "45 (50%) of the 90 patients"    45 of 90, 50 %
    "48% (95% CI, 41 to 55)"            48 %, 41 to 55          "(n = 27)"                       27
    "none of the 40 patients"           0 of 40                 "13% of the cycles"              13 %, unit cycles
    "all 15 patients"                   15 of 15                "23.2% [10/43]"                  10 of 43, 23.2 %

No counts: times, doses, ages, years, laboratory values, grades, numbered cycles and patients, p values, ratios and
their intervals, ranges. What the count is a count of (which event, which arm) is for the relation rules.
The words for what is counted are corpora/common/triggers/count_unit.csv.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from pipeline.concepts import numbers
from pipeline.concepts.numbers import DASH, DASHES, Number
from pipeline.concepts.phrases import small, trigger_rows

COLUMNS = ("trigger", "unit", "source")

# Each number is replaced, character by character, by the sign of what it can be; the grammar below reads the signs.
_COUNT, _SHARE, _OTHER = "\ue000", "\ue001", "\ue002"
_ANY = f"[{_COUNT}{_SHARE}{_OTHER}]+"
_N, _P = f"{_COUNT}+", rf"{_SHARE}+(?:\s?%|\s?per\s?cent\b|\spct\b)?"

_TIME = r"(?:second|minute|min|hour|hr|h|day|d|week|wk|month|mo|mos|year|yr|y)s?\b"
_AFTER_OTHER = re.compile(
    rf"[a-c]\b|\s?Q[1-4]\b|\s?-?\s?(?:{_TIME}|[A-Z](?:/[A-Z])?(?=[\s)])|°|[x×X]\s?10|(?:mg|µg|μg|mcg|ug|ng|pg|g"
    rf"|kg|ml|mL|L|l|dl|mCi|MBq|Gy|IU|U|mmol|cm|mm|nm|kDa|kb|bp|K|G|fold)\b(?!\s?[=:])"
    rf"|cells?\s?/|/\s?(?:mm|µ|μ|u[lL]|n[lL]|L\b|l\b|cu)|(?:st|nd|rd|th)\b|\s?%\s?(?:CI|confidence)"
    r"|(?:cells)\s?/|(?:January|February|March|April|May|June|July|August|September|October|November|December)\b)"
)
_BEFORE_OTHER = re.compile(
    rf"(?:\b(?:(?i:grades?|gr|phase|stages?|type|days?|weeks?|months?|years?|cycles?|courses?|arm|cohort|group"
    rf"|case|patient|"
    rf"pt|version|v|lines?|levels?|dose|no\.|number|score|index|aged?|age|PS|ECOG|IPI|CTCAE|CTC|table|figure"
    rf"|fig\.|ref|"
    rf"hazard\sratio|odds\sratio|relative\srisk|risk\sratio|rate\sratio|ratio|coefficient|P\s?value|chi2)"
    rf"|G|HR|OR|RR|SHR|aOR|aHR|IRR|ROR|PRR|AUC|SD|SE|r|SMD|RD|[pP]|CD|IgG|IL)\s?(?:of|was|is)?[\s{DASH}=:,<>≤≥]*"
    rf"|±\s?|\+/-\s?|\b[A-Z]+\d+[-\u2010\u2011/]|[<>≤≥]\s?=?\s?|less\sthan\s|more\sthan\s|greater\sthan\s"
    rf"|below\s|above\s|NCT|\$\s?|[x×]\s?|[A-Za-z][-\u2010\u2011])$"
)
_STRONG_BEFORE = re.compile(
    r"(?<![A-Za-z])(?:HR|OR|RR|SHR|aOR|aHR|IRR|ROR|PRR|ratio|risk|[pP]|value|I\^?2|I²)\s?(?:of|was|is)?[\s=:,<>≤≥]*$"
)
_DECIMAL = re.compile(r"[.·]\d")
# A bare number before another noun counts that ("150 rheumatologists"); before these words it counts persons.
_OTHER_NOUN_AFTER = re.compile(
    r"\s(?!(?:had|have|has|were|was|are|is|developed|experienced|suffered|with|of|and|or|in|after|at|during|on"
    r"|who|whose|whom|which|received|required|"
    r"needed|showed|presented|died|recovered|respectively|while|whereas|compared|versus|vs|but|over|under|from"
    r"|for|to|as|because|due|by|among|within|did|also|per|"
    r"out|times|became|than|when|met|entered|enrolled|treated|included|given|responded|relapsed|completed"
    r"|remained|assigned|allocated|randomi[sz]ed|grade|severe|febrile|"
    r"mild|moderate|serious|new|late|could|can|may|would|should|underwent|achieved|additional|more|further"
    r"|other|others|grades|that|the|all|both|each|not|no|only|"
    r"continued|discontinued|withdrew|stopped|resumed|resolved|came|went|took|lost|alive|female|male|years?"
    r"|patients?)\b)[a-z]{3,}"
)
_BEFORE_GRADE = re.compile(r"\s(?:with\s|of\s|at\s)?grades?\s", re.IGNORECASE)
# "in cohort 1 and 3 patients in cohort 2": the second number counts
_PERSONS_BEHIND = re.compile(r"\s(?:patients?|cases|in\s(?:the\s)?(?:phase|arm|cohort|group|part))\b", re.IGNORECASE)
_MONTH_BEFORE = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar"
    r"|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?\s$"
)
_GROUP_OF_BEFORE = re.compile(
    r"\b(?:(?:cohort|group|arm|case)\sof\s(?:the\s)?|(?:cohort|group|arm)s?,\s)$", re.IGNORECASE
)
_COURSE_OF_BEFORE = re.compile(r"\b(?:course|case|level|dose)s?\sof\s$", re.IGNORECASE)
_TIME_BEFORE = re.compile(r"(?:\d\s?|(?:person|patient)-)(?:days|weeks|months|years),?\s$", re.IGNORECASE)
_PERCENT_AFTER = re.compile(r"\s?%|\s?per\s?cent\b|\spct\b", re.IGNORECASE)
_CI_AFTER = re.compile(r"(?:\s?%|\s?per\s?cent)\s?-?\s?(?:CIs?\b|confidence|C\.I\.|credible)", re.IGNORECASE)
_BETWEEN_BEFORE = re.compile(r"\b(?:between|from|range|ranging)[\s:,]*$", re.IGNORECASE)
_OUT_OF_BEFORE = re.compile(r"\b(?:out\sof|of|among)\s(?:the\s|a\stotal\sof\s|all\s|these\s|our\s)*$", re.IGNORECASE)
_LIST_LINK = re.compile(rf"\s?(?:,|,?\s?(?:and|or|to|v|vs\.?|versus|against|&)\s|[{DASH}/])\s?", re.IGNORECASE)
_YEAR_BEFORE = re.compile(
    r"(?:\b(?:in|from|since|between|to|and|until|till|of|during|by|through|before|after|early|late)|[A-Z][a-z]+"
    r"|[/(,\-–])\s?$"
)
# "one in ten": a share in words
_RATIO_LINK = re.compile(r"\s(?:in|out\sof)\s(?:every\s)?", re.IGNORECASE)
# "in more than 5% of patients", "(>=10%)": a limit
_LIMIT_BEFORE = re.compile(
    r"(?:[<>≤≥⩾⩽]\s?=?|\b(?:at\sleast|(?:more|less|greater|fewer)\sthan|over|above|below|under|exceeding|up\sto))\s?$",
    re.IGNORECASE,
)
_PERSONS_AT_ONCE = re.compile(r"\s(?:patients|subjects|participants|individuals|adults|people|children|cases)\b")
_STUDY_BEFORE = re.compile(r"(?:\b[A-Z]{4,}|\b[Gg]roup\s[A-Z]|\b(?:trial|study|protocol))[\s-]$")
_PERSONS_AFTER = re.compile(r"\s(?:\w+\s){0,2}(?:patients|subjects|participants|individuals|adults|people)\b")
_ORDINARY_ONE_AFTER = re.compile(
    r"(?:\s+of\s+the\s+(?:most|main|first|few|largest|major|leading|commonest)\b|-|\s+or\s+(?:more|two)"
    r"|\s+another|\s+hand|\s+should|\s+can\b|\s+dose|\s+single)",
    re.IGNORECASE,
)
_ORDINARY_ONE_BEFORE = re.compile(
    r"\b(?:no|any|every|this|that|the|least|some|each|which|over|than|other|another|phase|type|day|this)[\s-]$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Count:
    """An expression of how many. Offsets are those of the text given to `find`; None where the text does not say.

    `events` of `total`, `percent` as printed with its 95 % interval. `unit` is what is counted: "patients", "cases",
    "episodes", "cycles", "reports", "controls", "rate" (person-time), "other", or None for a bare number.
    `labelled` tells a denominator-like "n = 27".
    """

    start: int
    end: int
    events: int | None = None
    total: int | None = None
    percent: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    unit: str | None = None
    labelled: bool = False
    zero_word: bool = False
    ci_end: int | None = None


@dataclass(frozen=True, slots=True)
class _Marked:
    """A text with its numbers replaced by signs, and the numbers by where they start."""

    text: str
    values: dict[int, Number]


# Where a count may begin: the sign of a number, or a word that opens one of the forms.
_CANDIDATE = re.compile(
    rf"[{_COUNT}{_SHARE}]|\b(?:none|no|not|neither|all|both|in|n|single|another|an?(?=\s(?:\w+\s)?(?:case"
    rf"|episode|instance)\sof))(?=[\s=])",
)
_WORDED = re.compile(
    r"\b(?:none|no|not|neither|both|all|single|another|an?\s(?:\w+\s)?(?:case|episode|instance)\sof)\b", re.IGNORECASE
)
_INTERVAL_WORD = re.compile(r"c\.?i\.?s?\b|cri\b|confidence\sinterval")  # of the text in small letters
_SHARE_RANGE = re.compile(rf"\s?%\s?(?:[{DASH}]|to)\s?")


@cache
def _units() -> dict[str, str]:
    return {row["trigger"].lower(): row["unit"] for row in trigger_rows("count_unit", COLUMNS)}


# "14 patients, or 11.7%", "8 cases, corresponding to 6.7%"
_THAT_IS = (
    r"(?:[,;:–—-]\s?|\s)(?:or|i\.?\s?e\.?,?|that\sis,?|namely|(?:and\s|thus\s)?(?:corresponding|amounting"
    r"|equivalent|equal)\sto"
    r"|representing|equalling|accounting\sfor|(?:giving|for|yielding|making)?\s?an?\s(?:\w+\s){0,2}(?:incidence"
    r"|rate|frequency|prevalence)\sof)"
    r"\s(?:about\s|approximately\s|some\s)?"
)
_NO_ADJECTIVE = (
    "and|or|in|with|of|had|were|was|for|at|by|to|from|developed|who|than|versus|vs|on|after|received|receiving|given"
)
_ISOLATED = r"(?:isolated|solitary|further|possible|fatal|single)\s"
_WAS_SEEN = r"was|occurred|developed|appeared|has\sbeen|led"
_PAST_THERE = r"there\swas\s"
_ONE_PERSON = "patients?|subjects?|participants?|individuals?|persons?|children|child|cases?|one"


@cache
def _grammar() -> re.Pattern[str]:
    """The forms of a count, longest first; compiled once from the table of units. For text in small letters."""
    unit_words = "|".join(re.escape(word) for word in sorted(_units(), key=len, reverse=True))
    word = rf"[^\W\d_][\w'’{DASH}/+]*"
    noun = rf"(?:[^\W\d_][\w'’{DASH}/+]*|{_OTHER}+(?:[{DASH}/]{_OTHER}+)*)"
    adjective = rf"(?!(?:{_NO_ADJECTIVE})\b)(?:{noun}\s|{word},\s(?=[^\W\d_]))"
    unit = rf"(?:[\s-](?:{adjective}){{0,4}}?(?:{unit_words})\b)"
    near = rf"(?:\s(?:{adjective}){{0,2}}?(?:{unit_words})\b)"
    of = r"\s(?:out\s)?of\s(?:the\s|a\stotal\sof\s|all\s|these\s|our\s|those\s)*"
    among = r"\s(?:among|in)\s(?:the\s|a\stotal\sof\s|all\s|these\s|our\s)*"

    def share(name: str) -> str:
        """A percentage behind an opening bracket."""
        return rf"[(\[]\s?(?:or\s|i\.?e\.?,?\s|=\s?)?(?P<{name}>{_P})"

    forms = [
        # a single patient; "in another patient"
        r"(?P<single>(?<=\ba\s)single\s(?:[^\W\d_]+\s)?(?:patient|subject|participant|individual|person|child"
        r"|adult|case|episode|instance)\b)",
        # "a case of A was reported", "we saw an isolated case of"
        rf"(?P<a_case>\ban?\s(?:{_ISOLATED})?(?:case|episode|instance))(?=\sof\s(?:[\w-]+\s){{1,4}}(?:{_WAS_SEEN})\b)",
        rf"(?P<a_case2>(?:(?<={_PAST_THERE})|(?<=we\ssaw\s)|(?<=we\snoted\s)"
        rf"|(?<=we\sobserved\s))an?\s(?:{_ISOLATED})?(?:case|episode|instance))(?=\sof\s)",
        # none of the N patients; no patient; all N patients
        rf"(?P<none>\bnone|\bno|\bnot\sone|\bneither)\sof\s(?:the\s|our\s|these\s|all\s|those\s)*"
        rf"(?P<none_total>{_N})?(?P<none_unit>{near})?",
        rf"(?P<another>(?<=\bin\s)another\s(?:[^\W\d_]+\s)?(?:{_ONE_PERSON})\b)",
        rf"(?P<no>\bno|\bnot\sa\ssingle)(?P<no_unit>\s(?:[^\W\d_]+\s)?(?:{_ONE_PERSON})\b)",
        rf"(?P<all>\ball|\bboth)(?:\sof)?(?:\sthe)?\s(?P<all_n>{_N})(?P<all_unit>{unit})?",
        # m episodes in n patients; in n patients m episodes: the patients count
        rf"(?P<h_m>{_N})\s(?:[^\W\d_]+\s){{0,3}}?(?:episodes?|events?|occurrences|times)(?:\sof(?:\s[\w-]+){{1,5}}?)?"
        rf"\s(?:\w+\s){{0,2}}?(?:in|among|from|by)\s(?:the\s)?(?P<h_n>{_N})(?:(?:\s?/\s?|{of})(?P<h_total>{_N}))?"
        rf"(?P<h_unit>{unit})(?:\s?{share('h_p')})?",
        rf"\b[Ii]n\s(?P<i_n>{_N})(?P<i_unit>{near})\s(?P<i_m>{_N})\s(?:\w+\s)?(?:episodes|events|occurrences)",
        # n/N patients (P)
        rf"(?P<a_n>{_N})\s?/\s?(?P<a_total>{_N})(?P<a_unit>{unit})?"
        rf"(?:\s?,?\s?{share('a_p')}|\s?[,;:=]\s?(?P<a_p2>{_P}))?",
        # n (P) of the N patients; n patients (P) of N
        rf"(?P<b_n>{_N})(?P<b_unit0>{near})?\s?{share('b_p')}\s?[)\]](?:{of}"
        rf"|{among})(?P<b_total>{_N})(?P<b_unit>{unit})?",
        # n of N patients (P)
        rf"(?P<c_n>{_N})(?P<c_unit0>{near})?{of}(?P<c_total>{_N})(?P<c_unit>{unit})?(?:\s?{share('c_p')})?",
        # n patients (P); n (P) patients; n (P; n/N)
        rf"(?:\b[nN]\s?=\s?)?(?P<d_n>{_N})(?P<d_unit0>{unit}|\sof\s(?:them|these|those|whom|which)(?=\s?[(\[]))?"
        rf"(?:\s?{share('d_p')}(?:\s?[,;]\s?(?P<d_n2>{_N})\s?/\s?(?P<d_total>{_N}))?"
        rf"|\s?[,;]\s(?P<d_p2>{_P})(?=\s?[)\]])|\s?{_THAT_IS}(?P<d_p3>{_P}))(?:\s?[)\]](?P<d_unit>{near}))?",
        # sixty percent (P)
        rf"(?P<j_p0>{_P})\s?\(\s?(?P<j_p>{_P})\s?\)(?:{of})?(?P<j_unit>{near})?",
        # P of N patients; P of patients (n/N); P (n/N); P (n of N); P (n = n); P (n patients)
        rf"(?P<e_p>{_P})(?:(?:{of})(?P<e_total>{_N}))?"
        rf"(?P<e_unit>(?:\s(?:of|in)(?:\s(?:the|all|our|these|total))*)?{unit})?"
        rf"(?:\s?[(\[;,]\s?(?:[nN]\s?=\s?)?(?P<e_n>{_N})(?:(?:\s?/\s?|{of})(?P<e_total2>{_N}))?"
        rf"(?P<e_unit2>{near})?\s?(?=[)\];,]))?",
        # n = n / N
        rf"\b(?P<f_mark>[nN])\s?=\s?(?P<f_n>{_N})(?:\s?(?:/|of)\s?(?P<f_total>{_N}))?(?P<f_unit>{near})?",
        # n patients
        rf"(?P<g_n>{_N})(?P<g_unit>{unit}|\sof\s(?:our|the|these|those)(?:{near}))?",
    ]
    return re.compile("|".join(f"(?:{form})" for form in forms))


_CI = re.compile(
    rf"(?:{_ANY}\s?(?:%|per\s?cent)\s?-?\s?)?(?:\b(?:C\.?I\.?s?|CrI)\b|confidence\sintervals?(?:\s?\[CI\]|\s?\(CI\))?)"
    rf"\s?[\])]?\s?[\s,:;=\[(]*(?P<low>{_ANY})\s?%?\s?(?:to|[{DASH}/,;]|and)+\s?(?P<high>{_ANY})\s?%?",
    re.IGNORECASE,
)
_LABEL_BEFORE = re.compile(r"\b[nN]\s?=\s?$")
_BARE_CI = re.compile(rf"\s?[(\[]\s?(?P<low>{_ANY})\s?%?\s?(?:to|[{DASH}])\s?(?P<high>{_ANY})\s?%?\s?[)\]]")
_SHARED_UNITS = ("patients", "cases", "controls")
_NOT_ONE = re.compile(r"\bnot\s$", re.IGNORECASE)
_NOT_BEFORE = re.compile(r"\b(?:not|never|without|nor)\b[^.;,]*$", re.IGNORECASE)
_ADJECTIVE_AND = re.compile(rf"\s(?:[\w{DASH}/+]+,?\s){{1,3}}(?:and|or|plus)\s")
_AND = re.compile(r",?\s(?:and|plus)\s", re.IGNORECASE)
_OF_THEM_SEX = re.compile(
    r"\s(?:of\s(?:them|whom|these)|were|being)\s(?:\w+\s)?(?:women|men|females?|males?|girls|boys)\b", re.IGNORECASE
)
_TO_CI = re.compile(r"[\s()\[\],;:%]*$")


def find(text: str, found: list[Number] | None = None) -> tuple[Count, ...]:
    """The counts of a text (a sentence), in order, none overlapping another."""
    found = numbers.find(text) if found is None else found
    if not found and not _WORDED.search(text):
        return ()
    marked = _mark(text, found)
    intervals = list(_intervals(marked)) if _INTERVAL_WORD.search(text.lower()) else []
    readable = _blank(marked.text, [(low.start, end) for low, _, _, end in intervals])
    readable = small(readable)
    grammar, counts, position = _grammar(), [], 0
    while candidate := _CANDIDATE.search(readable, position):
        match = grammar.match(readable, candidate.start())
        if match is None:
            position = candidate.end()
            continue
        position = max(match.end(), candidate.start() + 1)
        if match["j_p"] and not _says_twice(match, marked):
            position = match.end("j_p0")
            counts.append(Count(match.start(), position, percent=marked.values[match.start("j_p0")].value))
            continue
        count = _read(match, marked)
        if count is not None:
            counts.append(count)
    counts = _with_total_behind_ages(text, _with_sexes_together(text, _with_shared_nouns(text, counts)))
    return tuple(_with_intervals(marked.text, counts, intervals))


MOST_OF_AGES = 80
_AGES_OF = re.compile(
    r"(?:\s\((?:aged|ages?|all)?\s?[^()]{0,40}(?:years|yrs?|y)[^()]{0,10}\)|,\s(?:aged"
    r"|ages?)\s[^.;()]{0,40}?(?:years|yrs)(?:\sold)?,)"
    r"\s(?:out\s)?(?:of|among)\s(?:the\s|a\stotal\sof\s|our\s)?",
    re.IGNORECASE,
)


def _with_total_behind_ages(text: str, counts: list[Count]) -> list[Count]:
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


def _says_twice(match: re.Match[str], marked: _Marked) -> bool:
    """Whether two percentages are the same, rounded or in words: "sixty percent (60.2%)"; not "16% (4%)"."""
    first, second = marked.values[match.start("j_p0")].value, marked.values[match.start("j_p")].value
    return abs(first - second) <= 1


def _with_sexes_together(text: str, counts: list[Count]) -> list[Count]:
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


def _with_shared_nouns(text: str, counts: list[Count]) -> list[Count]:
    """ "103 treated and 98 untreated patients": the first number counts what the second one names."""
    shared = list(counts)
    for i in range(len(counts) - 2, -1, -1):
        count, following = counts[i], shared[i + 1]
        if (
            count.unit in (None, "other")
            and following.unit in _SHARED_UNITS
            and count.total is None
            and count.percent is None
            and _ADJECTIVE_AND.fullmatch(text, count.end, following.start)
            and len(text[following.start : following.end].split()) > 2
        ):
            shared[i] = replace(count, unit=following.unit)
    return shared


def agrees(n: int, percent: float | None, events: int | None) -> bool:
    """Whether n persons can show this percentage and number of events, as far as rounding allows."""
    if events is not None and events > n:
        return False
    if percent is None:
        return True
    half = _half_unit(percent)
    if events is not None:
        return abs(100 * events / n - percent) <= half + 0.051
    nearest = round(percent * n / 100)
    return any(abs(100 * k / n - percent) <= half + 0.01 for k in (nearest - 1, nearest, nearest + 1) if 0 <= k <= n)


def _half_unit(percent: float) -> float:
    """Half of the last decimal that a percentage is printed with."""
    digits = f"{percent:.4f}".rstrip("0").partition(".")[2]
    return float(0.5 * 10 ** -len(digits))


def _mark(text: str, found: list[Number]) -> _Marked:
    kinds = _kinds(text, found)
    pieces, position, values = [], 0, {}
    for number, kind in zip(found, kinds, strict=True):
        pieces += [text[position : number.start], kind * (number.end - number.start)]
        position = number.end
        values[number.start] = number
    pieces.append(text[position:])
    return _Marked("".join(pieces), values)


def _kinds(text: str, found: list[Number]) -> list[str]:
    """The sign of each number; a list or range shares the kind that its last member shows ("30, 10 and 4%")."""
    kinds: list[str] = []
    for number in found:
        kinds.append(_kind(text, number))
    for i in range(len(found) - 2, -1, -1):
        link = text[found[i].end : found[i + 1].start]
        if "%" in link and _SHARE_RANGE.fullmatch(link):  # "3% to 27%" is a range
            kinds[i] = kinds[i + 1] = _OTHER
            continue
        if _is_ratio(found[i], found[i + 1], link):
            kinds[i] = kinds[i + 1] = _OTHER
            continue
        if not link or len(link) > 8 or kinds[i] != _COUNT or not _LIST_LINK.fullmatch(link):
            continue
        joined = "," not in link or " " in link.strip()
        following = kinds[i + 1]
        is_range = any(dash in link for dash in DASHES) or link.strip() == "to"
        if following == _OTHER and (joined or _follows_list(text, found, kinds, i)):
            kinds[i] = _OTHER
        elif following == _SHARE and _LABEL_BEFORE.search(text, max(0, found[i].start - 4), found[i].start):
            continue  # "(n = 21, 35%)" is one count with its share
        elif following == _SHARE and "," in link and i and text[found[i - 1].end : found[i].start].strip() == "/":
            continue  # "(5/28, 17.9%)" too
        elif following == _SHARE and found[i].value <= 100 and not found[i].is_word:
            between = is_range or _BETWEEN_BEFORE.search(text, max(0, found[i].start - 12), found[i].start)
            kinds[i] = _OTHER if between else _SHARE
            kinds[i + 1] = _OTHER if between else _SHARE
        if is_range and following != _SHARE:
            kinds[i] = kinds[i + 1] = _OTHER
    for i in range(1, len(found)):
        link = text[found[i - 1].end : found[i].start]
        if (
            kinds[i - 1] == _OTHER
            and kinds[i] == _COUNT
            and found[i - 1].is_word == found[i].is_word
            and len(link) <= 6
            and re.fullmatch(rf"\s?(?:[{DASH}/]|to|and|or|&)\s?", link)
            and _BEFORE_OTHER.search(text, max(0, found[i - 1].start - 24), found[i - 1].start)
            and not _BEFORE_GRADE.match(text, found[i].end)
            and not _PERSONS_BEHIND.match(text, found[i].end)
        ):
            kinds[i] = _OTHER
    return kinds


def _is_ratio(first: Number, second: Number, link: str) -> bool:
    """Whether number words are a share: "one in ten", "four in ten patients", "one out of five"."""
    if not (first.is_word and second.is_word and 0 < first.value < second.value <= 10):
        return False
    ratio = _RATIO_LINK.fullmatch(link)
    return ratio is not None and (first.value == 1 or "out" not in link)


def _follows_list(text: str, found: list[Number], kinds: list[str], i: int) -> bool:
    """Whether number i stands in a comma list whose end is no count ("4, 11 and 14 days")."""
    return i + 2 < len(found) and kinds[i + 2] == _OTHER and "and" in text[found[i + 1].end : found[i + 2].start]


def _kind(text: str, number: Number) -> str:
    after = text[number.end : number.end + 24]
    before_start = max(0, number.start - 24)
    if _CI_AFTER.match(after):
        return _OTHER
    if _PERCENT_AFTER.match(after):
        if _STRONG_BEFORE.search(text, before_start, number.start) or number.value > 100:
            return _OTHER
        if _LIMIT_BEFORE.search(text, before_start, number.start):
            return _OTHER
        return _SHARE
    if (
        not number.is_integer
        or _DECIMAL.search(text, number.start, number.end)
        or number.value > 10_000_000
        or _AFTER_OTHER.match(after)
    ):
        return _OTHER
    if _MONTH_BEFORE.search(text, before_start, number.start):
        return _OTHER
    if (
        _BEFORE_OTHER.search(text, before_start, number.start)
        and not _TIME_BEFORE.search(text, before_start, number.start)
        and not _GROUP_OF_BEFORE.search(text, before_start, number.start)
    ):
        before_word = re.search(r"([A-Za-z]+):?\s$", text[before_start : number.start])
        grouping = before_word and before_word[1].lower() in ("cohort", "group", "arm", "case", "patient", "days")
        is_persons_course = _COURSE_OF_BEFORE.search(text, before_start, number.start)
        if not ((grouping or is_persons_course) and re.match(r"\s(?:patients?|subjects?|pts|participants)\b", after)):
            return _OTHER
    if _is_year(text, number) or _is_pronoun(text, number) or _is_study_number(text, number):
        return _OTHER
    return _COUNT


def _is_year(text: str, number: Number) -> bool:
    """Whether a number is a calendar year: four digits behind "in", "since", a month, and no persons behind it."""
    if number.is_word or not 1900 <= number.value <= 2100 or "," in text[number.start : number.end]:
        return False
    if _PERSONS_AFTER.match(text, number.end):
        return False
    return bool(_YEAR_BEFORE.search(text, max(0, number.start - 24), number.start))


def _is_study_number(text: str, number: Number) -> bool:
    """Whether a number is the name of a study: "CALGB 9712", "Group B 0106"; persons have a comma or a noun."""
    digits = text[number.start : number.end]
    if number.is_word or not digits.isdigit() or len(digits) < 3 or _PERSONS_AT_ONCE.match(text, number.end):
        return False
    return bool(_STUDY_BEFORE.search(text, max(0, number.start - 24), number.start))


def _is_pronoun(text: str, number: Number) -> bool:
    """Whether "one" counts nobody: "one of the most", "no one", "one-year"."""
    if not (number.is_word and number.value == 1):
        return False
    before = _ORDINARY_ONE_BEFORE.search(text, max(0, number.start - 24), number.start)
    return bool(before or _ORDINARY_ONE_AFTER.match(text, number.end))


def _intervals(marked: _Marked) -> Iterator[tuple[Number, Number, int, int]]:
    """(low, high, start, end) of every stated 95 % interval."""
    for match in _CI.finditer(marked.text):
        low, high = marked.values.get(match.start("low")), marked.values.get(match.start("high"))
        if low and high:
            yield low, high, match.start(), match.end()


def _blank(text: str, spans: list[tuple[int, int]]) -> str:
    """The text with the numbers of these spans made unreadable."""
    for start, end in spans:
        text = text[:start] + re.sub(_ANY, lambda m: _OTHER * len(m[0]), text[start:end]) + text[end:]
    return text


def _with_intervals(
    text: str, counts: list[Count], intervals: list[tuple[Number, Number, int, int]]
) -> Iterator[Count]:
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


def _read(match: re.Match[str], marked: _Marked) -> Count | None:
    def number(*names: str) -> float | None:
        for name in names:
            if match[name]:
                return marked.values[match.start(name)].value
        return None

    def whole(*names: str) -> int | None:
        value = number(*names)
        return None if value is None else int(value)

    def unit(*names: str) -> str | None:
        return next((_unit(match[name]) for name in names if match[name]), None)

    start, end = match.span()
    if match["single"]:
        is_denied = _NOT_BEFORE.search(marked.text, max(0, start - 40), start)
        return None if is_denied else Count(start, end, 1, unit="patients")
    if match["a_case"] or match["a_case2"] or match["another"]:
        return Count(start, end, 1, unit="patients")
    if match["none"]:
        if not (match["none_total"] or match["none_unit"]):
            is_none = match["none"].lower() == "none"
            return Count(start, match.end("none"), events=0, zero_word=True) if is_none else None
        return Count(start, end, 0, whole("none_total"), unit=unit("none_unit"), zero_word=True)
    if match["no"]:
        return Count(start, end, 0, unit=_unit(match["no_unit"]) or "patients", zero_word=True)
    if match["all"]:
        events = whole("all_n")
        return Count(start, end, events, events, unit=unit("all_unit"))
    if match["h_m"]:
        if _unit(match["h_unit"]) not in ("patients", "cases"):
            return Count(start, match.start("h_n"), whole("h_m"), unit="episodes")
        if (whole("h_m") or 0) < (whole("h_n") or 0) and not match["h_total"]:  # "one episode in 120 patients"
            unit_of_all = "patients" if whole("h_m") == 1 else "episodes"
            return Count(start, match.end("h_m"), whole("h_m"), whole("h_n"), number("h_p"), unit=unit_of_all)
        return _share(match.start("h_n"), end, whole("h_n"), whole("h_total"), number("h_p"), unit("h_unit"))
    if match["i_n"]:
        return Count(start, end, whole("i_n"), unit=unit("i_unit"))
    if match["a_n"]:
        events, total, percent = whole("a_n"), whole("a_total"), number("a_p", "a_p2")
        return _share(start, end, events, total, percent, unit("a_unit"))
    if match["b_n"]:
        return _share(start, end, whole("b_n"), whole("b_total"), number("b_p"), unit("b_unit0", "b_unit"))
    if match["c_n"] and (whole("c_n") or 0) > (whole("c_total") or 0):  # "213 treatments of 114 patients"
        return Count(match.start("c_total"), end, whole("c_total"), unit=unit("c_unit"))
    if match["c_n"]:
        return _share(start, end, whole("c_n"), whole("c_total"), number("c_p"), unit("c_unit0", "c_unit"))
    if match["d_n"]:
        events, total = whole("d_n"), whole("d_total")
        percent = number("d_p", "d_p2", "d_p3")
        if total is None and _OUT_OF_BEFORE.search(marked.text, max(0, start - 24), start):
            events, total = None, events
        return _share(start, end, events, total, percent, unit("d_unit0", "d_unit"))
    if match["j_p"]:
        return Count(start, end, percent=number("j_p"), unit=unit("j_unit"))
    if match["e_p"]:
        total = whole("e_total", "e_total2")
        return _share(start, end, whole("e_n"), total, number("e_p"), unit("e_unit", "e_unit2"))
    if match["f_n"]:
        return _share(start, end, whole("f_n"), whole("f_total"), None, unit("f_unit"), labelled=True)
    if not match["g_unit"] and _OF_THEM_SEX.match(marked.text, end):
        return Count(start, end, whole("g_n"), unit="sex")
    if not match["g_unit"] and _OTHER_NOUN_AFTER.match(marked.text, end):
        return Count(start, end, whole("g_n"), unit="other")
    counted = unit("g_unit")
    if whole("g_n") == 1 and counted and _NOT_ONE.search(marked.text, max(0, start - 4), start):
        return Count(start - 4, end, 0, unit=counted, zero_word=True)
    if counted == "episodes" and whole("g_n") == 1:
        counted = "patients"  # one episode is one patient's
    return Count(start, end, whole("g_n"), unit=counted)


def _unit(text: str | None) -> str | None:
    if not text:
        return None
    words = text.lower().split()
    return _units().get(" ".join(words[-2:])) or _units().get(words[-1].lstrip("-"))


def _share(
    start: int,
    end: int,
    events: int | None,
    total: int | None,
    percent: float | None,
    unit: str | None,
    labelled: bool = False,
) -> Count | None:
    """A count that can be true: no more events than persons."""
    if events is not None and total is not None and events > total:
        return None
    return Count(start, end, events, total, percent, unit=unit, labelled=labelled)
