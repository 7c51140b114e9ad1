"""What each number of a text can be: a count, a share, or something else.

    "7 of 59 patients (11.9%)"     count, count, share
    "grade 3", "375 mg", "2019"    something else

Each number is replaced, character by character, by its sign, so that offsets stay those of the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from pipeline.concepts.numbers import DASH, DASHES, Number

# Each number is replaced, character by character, by the sign of what it can be; the grammar reads the signs.
COUNT, SHARE, OTHER = "\ue000", "\ue001", "\ue002"
ANY = f"[{COUNT}{SHARE}{OTHER}]+"
_SIGNS_OF_OTHERS = {ord(sign): "\ufffd" for sign in (COUNT, SHARE, OTHER)}
_TIME = r"(?:second|minute|min|hour|hr|h|day|d|week|wk|month|mo|mos|year|yr|y)s?\b"
_AFTER_OTHER = re.compile(
    rf"[a-c]\b|-(?:dose|arm|drug|cycle|course|center|centre|stage|part|step|line|way|fold)s?\b|\s?Q[1-4]\b|\s?[x×]\s?[1-9]\b|\s?-?\s?(?:{_TIME}|(?:[FM]|(?<!\s)[A-Z])(?:/[A-Z])?(?=[\s)])|[A-Z](?:/[A-Z])?(?=\s)|°|[x×X]\s?10|(?:mg|µg|μg|mcg|ug|ng|pg|g"
    rf"|kg|ml|mL|L|l|dl|mCi|MBq|Gy|IU|U|mmol|cm|mm|nm|kDa|kb|bp|K|G|fold)\b(?!\s?[=:]|-[A-Z])"
    rf"|cells?\s?/|/\s?(?:mm|µ|μ|u[lL]|n[lL]|L\b|l\b|cu)|(?:st|nd|rd|th)\b|\s?%\s?(?:CI|confidence)"
    r"|(?:cells)\s?/|(?:January|February|March|April|May|June|July|August|September|October|November|December)\b)"
)
_NO_UNIT = (" patients", " of ", " (", ")", ",", ".", ";", ":")  # most of what stands behind a number
_BEFORE_OTHER = re.compile(
    rf"(?:\b(?:(?i:grades?|gr|phase|stages?|type|days?|weeks?|months?|years?|cycles?|courses?|arm|cohort|group"
    rf"|case|patient|"
    rf"pt|version|(?<![\d%)\]]\s)(?<!patients\s)v|lines?|levels?|dose|no\.|number|score|index|aged?|age|PS|ECOG|IPI|CTCAE|CTC|table|figure(?!\swas)"
    rf"|fig\.|ref|median|mean|average|"
    rf"hazard\sratio|odds\sratio|relative\srisk|risk\sratio|rate\sratio|ratio|coefficient|P\s?value|chi2)"
    rf"|G|HR|OR|RR|SHR|aOR|aHR|IRR|ROR|PRR|AUC|SD|SE|r|SMD|RD|[pP]|CD|IgG|IL)\s?(?:of|was|is)?[\s{DASH}=:,<>≤≥]*"
    rf"|±\s?|\+/-\s?|\b[A-Z]+\d+[-\u2010\u2011/]|[<>≤≥]\s?=?\s?|less\sthan\s|more\sthan\s|greater\sthan\s"
    rf"|below\s|above\s|NCT|\$\s?|(?<![A-Za-z])[x×]\s?|[A-Za-z][-\u2010\u2011])$"
)
# "patients over 75 with", "older than 70": an age; "patients over 12 cycles" is none
_AGE_BEFORE = re.compile(
    r"\b(?:(?:older|younger)\sthan|(?:aged|age|patients|people|adults|persons|individuals|subjects|those|women|men)\s(?:over|under)"
    r"|(?:he|she)\swas)\s$",
    re.IGNORECASE,
)
_MAY_FOLLOW_AGE = frozenset({"than", "over", "under", "was"})
_AGE_BEHIND = re.compile(
    r"\s?(?:$|[.,;:)]|(?:with|and|or|who|had|were|was|in|treated|receiving|given|at)\b)", re.IGNORECASE
)
_DAYS_BEFORE = re.compile(rf"\b(?i:d|days?)\s?\d+\s?[{DASH}]\s?(?:\d+\s?/\s?)?$")  # "d1-21/28"
_MAY_FOLLOW_DAYS = (*DASHES, "/")
# "cycle 3 of 6"
_OF_AS_MANY = re.compile(r"\b(?:cycle|course|day|dose|week|infusion)\s\d+\sof\s$", re.IGNORECASE)
_STRONG_BEFORE = re.compile(
    r"(?<![A-Za-z])(?:HR|OR|RR|SHR|aOR|aHR|IRR|ROR|PRR|ratio|risk|[pP]|value|I\^?2|I²)\s?(?:of|was|is)?[\s=:,<>≤≥]*$"
)
_BEFORE_GRADE = re.compile(r"\s(?:with\s|of\s|at\s)?grades?\s", re.IGNORECASE)
# "30%, 20% and 21% of groups 1, 2 and 3": numbers that name
_NUMBERED_GROUPS = re.compile(
    rf"\b(?:groups|arms|cohorts|parts|phases|patients|cases|levels|centres|centers)\s\d(?:(?:,\s(?:(?:and|or|versus)\s)?|\s(?:and|or|to|versus|vs\.?|v|&)\s|\s?[{DASH}/]\s?)\d){{1,6}}"
    r"(?!\d|[.·]\d|\s?%|\s(?:patients|cases|with|in|had|of)\b)",
    re.IGNORECASE,
)
# "at days 62, 85, 101 and 140"
_NUMBERED_TIMES = re.compile(
    r"\b(?:(?:days|weeks|months|years)\s\d+(?:(?:,\s(?:and\s)?|\s(?:and|or|to)\s)\d+){1,8}"
    r"|(?:day|week|month)\s\d+(?:,\s\d+){1,8},?\s(?:and|or)\s\d+)"
    r"(?![\d.·]|\s?%|\s(?:patients|cases|with|in|had|of\s(?:them|the|these))\b|\s?[(\[/])",
    re.IGNORECASE,
)
# "aged 31, 44 and 58", "(ages 31, 44 and 58)"
_LISTED_AGES = re.compile(
    r"\bage[ds]?:?\s(?:of\s|between\s)?\d{1,3}(?:\.\d)?(?:(?:,\s(?:and\s)?|\s(?:and|or|to)\s)\d{1,3}(?:\.\d)?)+(?!\d|\s?%|\s(?:patients|had)\b)",
    re.IGNORECASE,
)
# "4 days in one patient, 11 in another and 14 in the remaining two"
_TIMES_BY_PERSON = re.compile(
    r"\b(?:days|weeks|months|years)\s(?:in|for)\s(?:the\s)?(?:one|first|two|three|1|2|3|patient|case|younger|older)\b[^.;,]{0,20}?"
    r"(?:(?:,\s(?:and\s)?|\sand\s)\d{1,3}(?=\s(?:in|for)\s)\s\w+\s(?:another|one|two|three|patient|case"
    r"|the\s(?:others?|remaining|second|third|fourth|last|rest|older|younger))\b[^.;,]{0,20}?){1,6}",
    re.IGNORECASE,
)
# "on R-CHOP-21 and 81/409": the number ends a name
_NAME_BEFORE = re.compile(r"[A-Za-z]{2}[-\u2010\u2011]$")
# Quick looks whether there can be one, the first at the text in small letters: how "groups", "day", "aged", "age of"
# end before their figure
_MAY_BE_SERIES = re.compile(rf"[sykhed:fn]\s\d[\d.]*\s?[,aotv&/{DASH}]")
_TIME_IN = re.compile(r"\d\s(?:day|week|month|year)s\s(?:in|for)\s")
# "in cohort 1 and 3 patients in cohort 2": the second number counts
_PERSONS_BEHIND = re.compile(r"\s(?:patients?|cases|in\s(?:the\s)?(?:phase|arm|cohort|group|part))\b", re.IGNORECASE)
# "in a cohort 738 adults had"
_MEMBERS = re.compile(r"\s(?:patients?|subjects?|pts|participants|adults|children|people|individuals|women|men)\b")
# "2653 patients, 2000 with lupus": no year
_OF_PERSONS_BEFORE = re.compile(r"\b(?:patients|subjects|adults|children|people|individuals|participants)[,;:]\s$")
_MONTH_BEFORE = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar"
    r"|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?\s$"
)
_GROUP_OF_BEFORE = re.compile(
    r"\b(?:(?:cohort|group|arm|case)\sof\s(?:the\s)?|(?:cohort|group|arm)s?,\s)$", re.IGNORECASE
)
_COURSE_OF_BEFORE = re.compile(r"\b(?:course|case|level|dose)s?\sof\s$", re.IGNORECASE)
_TIME_BEFORE = re.compile(r"(?:\d\s?|(?:person|patient)-)(?:days|weeks|months|years),?\s$", re.IGNORECASE)
_SHARE_BEHIND = re.compile(r"\s?[(\[]\s?\d[\d.\u00b7]*\s?%")  # "in the R-CHOP group 133 (19%)"
# "in the first cycle, 42 of the 462 evaluable patients"
_OF_TOTAL_BEHIND = re.compile(r"\s(?:out\s)?of\s(?:the\s|these\s|our\s|all\s)*\d{2}")
# "in the first cycle 42/462 patients (9.1%)", "the figure was 57/462 (12.3%)"
_FRACTION_BEHIND = re.compile(
    r"\s?/\s?\d{2,6}(?:,?\s?[(\[]\s?\d|,?\s\d[\d.\u00b7]*\s?%|\s(?:[\w-]+\s){0,2}?(?:patients|subjects|pts|participants|persons|children|cases)\b)"
)
_MAY_LEAD_FRACTION = frozenset(
    {
        "cycle", "cycles", "course", "courses", "year", "month", "cohort", "group", "arm", "line", "dose", "figure",
        "was", "of",
    }
)  # fmt: skip
# "and the other cohort 61.": more than there are cohorts with a number, less than a study goes by
_HAVE_SIZES = frozenset({"cohort", "group", "arm"})
_MOST_NUMBERED, _FEWEST_OF_NAMES = 12, 1000
_ENDS = re.compile(r"\s?(?:$|[.;,)]|(?:and|versus|vs\.?)\s)")
_MAY_BE_PERCENT = ("%", "p", "P")
_PERCENT_AFTER = re.compile(r"\s?%|\s?per\s?cent\b|\spct\b", re.IGNORECASE)
_CI_AFTER = re.compile(r"(?:\s?%|\s?per\s?cent)\s?-?\s?(?:CIs?\b|confidence|C\.I\.|credible)", re.IGNORECASE)
_BETWEEN_BEFORE = re.compile(r"\b(?:between|from|range|ranging)[\s:,]*$", re.IGNORECASE)
_LIST_LINK = re.compile(rf"\s?(?:,|,?\s?(?:and|or|to|v|vs\.?|versus|against|&)\s|[{DASH}/])\s?", re.IGNORECASE)
_YEAR_BEFORE = re.compile(
    r"(?:\b(?:in|from|since|between|to|and|until|till|of|during|by|through|before|after|early|late)|[A-Z][a-z]+"
    r"|[/(,\-–])\s?$"
)
_SERIES_LINK = re.compile(rf"\s?(?:[{DASH}/]|to|and|or|&)\s?")
_LONGEST_LINK = 14  # characters between two numbers that belong together: " out of every "
# "one in ten": a share in words
_RATIO_LINK = re.compile(r"\s(?:in|out\sof)\s(?:every\s)?", re.IGNORECASE)
# "in more than 5% of patients", "(>=10%)": a limit
_LIMIT_BEFORE = re.compile(
    r"(?:[<>≤≥⩾⩽]\s?=?|\b(?:at\sleast|(?:more|less|greater|fewer)\sthan|in\sexcess\sof|over|above|below|under|exceed(?:ing|ed)|up\sto))\s?$",
    re.IGNORECASE,
)
_PERSONS_AT_ONCE = re.compile(
    r"\s(?:(?:such|eligible|evaluable|consecutive|adult|elderly|untreated|new)\s)?"
    r"(?:patients|subjects|participants|individuals|adults|people|children|cases)\b"
)
_STUDY_BEFORE = re.compile(r"(?:(?<![\w-])[A-Z]{4,}|\b[Gg]roup\s[A-Z]|\b(?:trial|study|protocol))[\s-]$")
_PERSONS_AFTER = re.compile(r"\s(?:[^\W\d][\w-]*\s){0,2}(?:patients|subjects|participants|individuals|adults|people)\b")
_ORDINARY_ONE_AFTER = re.compile(
    r"(?:\s+of\s+the\s+(?:most|main|first|few|largest|major|leading|commonest)\b|-|\s+or\s+(?:more|two)"
    r"|\s+another|\s+hand|\s+should|\s+can\b|\s+dose|\s+single)",
    re.IGNORECASE,
)
_ORDINARY_ONE_BEFORE = re.compile(
    r"\b(?:no|any|every|this|that|the|least|some|each|which|over|than|other|another|phase|type|day|this|leading|commonest|chief|main|principal|predominant"
    r"|frequent|common|important|relevant|prominent|reported)[\s-]$",
    re.IGNORECASE,
)
# "the leading one was A", "the most frequent one being A"
_FOREMOST_BEFORE = re.compile(
    r"\bthe\s(?:\w+\s)?(?:leading|main|major|principal|chief|foremost|prominent|important|\w*(?:frequent|common)|\w+est)\s$",
    re.IGNORECASE,
)
_WAS = re.compile(r"\s(?:was|is|being|of)\b")
_SHARE_RANGE = re.compile(rf"\s?%\s?(?:[{DASH}]|to)\s?")
_AND_SHARE = re.compile(r"\s?%\s?and\s")  # "between 3% and 27%"
_LABEL_BEFORE = re.compile(r"\b[nN]\s?=\s?$")


@dataclass(frozen=True, slots=True)
class Marked:
    """A text with its numbers replaced by signs, and the numbers by where they start."""

    text: str
    values: dict[int, Number]


def mark(text: str, found: list[Number]) -> Marked:
    if not text.isascii():
        text = text.translate(_SIGNS_OF_OTHERS)  # a broken font's characters may be those of the signs
    kinds = _kinds(text, found)
    pieces, position, values = [], 0, {}
    for number, kind in zip(found, kinds, strict=True):
        pieces += [text[position : number.start], kind * (number.end - number.start)]
        position = number.end
        values[number.start] = number
    pieces.append(text[position:])
    return Marked("".join(pieces), values)


def _kinds(text: str, found: list[Number]) -> list[str]:
    """The sign of each number; a list or range shares the kind that its last member shows ("30, 10 and 4%")."""
    kinds: list[str] = []
    for number in found:
        kinds.append(_kind(text, number))
    if len(found) > 1:
        patterns = (
            *((_NUMBERED_GROUPS, _NUMBERED_TIMES, _LISTED_AGES) if _MAY_BE_SERIES.search(text.lower()) else ()),
            *((_TIMES_BY_PERSON,) if _TIME_IN.search(text) else ()),
        )
        starts = [number.start for number in found] if patterns else []
        for series in (match for pattern in patterns for match in pattern.finditer(text)):
            for i in range(bisect_right(starts, series.start()), bisect_left(starts, series.end())):
                kinds[i] = OTHER
    for i in range(len(found) - 2, -1, -1):
        if found[i + 1].start - found[i].end > _LONGEST_LINK:
            continue  # most
        link = text[found[i].end : found[i + 1].start]
        if "%" in link and (_SHARE_RANGE.fullmatch(link) or _is_from(text, found[i], link)):  # "3% to 27%"
            kinds[i] = kinds[i + 1] = OTHER
            continue
        if _is_ratio(found[i], found[i + 1], link):
            kinds[i] = kinds[i + 1] = OTHER
            continue
        if not link or len(link) > 8 or kinds[i] != COUNT or not _LIST_LINK.fullmatch(link):
            continue
        joined = "," not in link or " " in link.strip()
        following = kinds[i + 1]
        is_range = any(dash in link for dash in DASHES) or link.strip() == "to"
        if following == OTHER and (joined or _follows_list(text, found, kinds, i)):
            kinds[i] = OTHER
        elif following == SHARE and _LABEL_BEFORE.search(text, max(0, found[i].start - 4), found[i].start):
            continue  # "(n = 21, 35%)" is one count with its share
        elif following == SHARE and "," in link and i and text[found[i - 1].end : found[i].start].strip() == "/":
            continue  # "(5/28, 17.9%)" too
        elif following == SHARE and found[i].value <= 100 and not found[i].is_word:
            between = is_range or _BETWEEN_BEFORE.search(text, max(0, found[i].start - 12), found[i].start)
            kinds[i] = OTHER if between else SHARE
            kinds[i + 1] = OTHER if between else SHARE
        if is_range and following != SHARE:
            kinds[i] = kinds[i + 1] = OTHER
    for i in range(1, len(found)):
        if kinds[i] != COUNT or kinds[i - 1] != OTHER or found[i].start - found[i - 1].end > 6:
            continue  # most
        link = text[found[i - 1].end : found[i].start]
        if (
            found[i - 1].is_word == found[i].is_word
            and _SERIES_LINK.fullmatch(link)
            and _BEFORE_OTHER.search(text, max(0, found[i - 1].start - 24), found[i - 1].start)
            and not _BEFORE_GRADE.match(text, found[i].end)
            and not _PERSONS_BEHIND.match(text, found[i].end)
            and not (link.strip().isalpha() and _NAME_BEFORE.search(text, 0, found[i - 1].start))
        ):
            kinds[i] = OTHER
    return kinds


def _is_from(text: str, first: Number, link: str) -> bool:
    """Whether a share is the lower end of a range: "between 3% and 27%"."""
    if not _AND_SHARE.fullmatch(link):
        return False
    return _BETWEEN_BEFORE.search(text, max(0, first.start - 12), first.start) is not None


def _is_ratio(first: Number, second: Number, link: str) -> bool:
    """Whether number words are a share: "one in ten", "four in ten patients", "one out of five"."""
    if not (first.is_word and second.is_word and 0 < first.value < second.value <= 10):
        return False
    ratio = _RATIO_LINK.fullmatch(link)
    return ratio is not None and (first.value == 1 or "out" not in link)


def _follows_list(text: str, found: list[Number], kinds: list[str], i: int) -> bool:
    """Whether number i stands in a comma list whose end is no count ("4, 11 and 14 days")."""
    return i + 2 < len(found) and kinds[i + 2] == OTHER and "and" in text[found[i + 1].end : found[i + 2].start]


def _kind(text: str, number: Number) -> str:
    after = text[number.end : number.end + 24]
    before_start = max(0, number.start - 24)
    may_be_share = after[:2].lstrip()[:1] in _MAY_BE_PERCENT
    if may_be_share and _CI_AFTER.match(after):
        return OTHER
    if may_be_share and _PERCENT_AFTER.match(after):
        if number.value > 100:
            return OTHER
        if number.start and text[number.start - 1] == "(":
            return SHARE  # most
        is_other = _STRONG_BEFORE.search(text, before_start, number.start) or _LIMIT_BEFORE.search(
            text, before_start, number.start
        )
        return OTHER if is_other else SHARE
    if (
        not number.is_integer
        or "." in (digits := text[number.start : number.end])
        or "·" in digits
        or number.value > 10_000_000
        or (not after.startswith(_NO_UNIT) and _AFTER_OTHER.match(after))
    ):
        return OTHER
    before = text[before_start : number.start]
    last = (before.rsplit(maxsplit=1) or [""])[-1]
    if last in _NAMES_NUMBER:
        return OTHER
    if last != last.lower() and _MONTH_BEFORE.search(text, before_start, number.start):
        return OTHER
    if last.endswith(_MAY_FOLLOW_DAYS) and _DAYS_BEFORE.search(text, before_start, number.start):
        return OTHER
    if (
        last.lower() in _MAY_FOLLOW_AGE
        and _AGE_BEFORE.search(text, before_start, number.start)
        and _AGE_BEHIND.match(text, number.end)
    ):
        return OTHER
    if (
        not _is_plain(before, last)
        and _BEFORE_OTHER.search(text, before_start, number.start)
        and not _TIME_BEFORE.search(text, before_start, number.start)
        and not _GROUP_OF_BEFORE.search(text, before_start, number.start)
    ):
        before_word = re.search(r"([A-Za-z]+):?\s$", text[before_start : number.start])
        grouping = before_word and before_word[1].lower() in ("cohort", "group", "arm", "case", "patient", "days")
        is_persons_course = _COURSE_OF_BEFORE.search(text, before_start, number.start)
        is_after_stop = text.endswith(", ", 0, number.start)  # "in the first year, 612 patients"
        is_told = _MEMBERS.match(after) or (_OF_TOTAL_BEHIND if is_after_stop else _SHARE_BEHIND).match(after)
        word = before_word[1].lower() if before_word else ""
        is_fraction = last.lower() in _MAY_LEAD_FRACTION and _FRACTION_BEHIND.match(text, number.end)
        is_size = word in _HAVE_SIZES and _MOST_NUMBERED < number.value < _FEWEST_OF_NAMES and _ENDS.match(after)
        is_persons = (grouping or is_persons_course or is_after_stop) and is_told
        if not (is_persons or is_fraction or is_size):
            return OTHER
    if number.value <= _MOST_NUMBERED and last == "of" and _OF_AS_MANY.search(text, before_start, number.start):
        return OTHER
    if _is_year(text, number) or _is_pronoun(text, number) or _is_study_number(text, number):
        return OTHER
    return COUNT


_NAMES_NUMBER = frozenset({"grade", "grades", "phase"})  # words before a number that never counts
# Small words before a number that _BEFORE_OTHER knows; any other word in small letters leaves the number what it is
_TELLING = frozenset(
    {
        "grade", "grades", "gr", "phase", "stage", "stages", "type", "day", "days", "week", "weeks", "month",
        "months", "year", "years", "cycle", "cycles", "course", "courses", "arm", "cohort", "group", "case",
        "patient", "pt", "version", "v", "line", "lines", "level", "levels", "dose", "number", "score", "index",
        "age", "aged", "table", "figure", "ref", "ratio", "risk", "coefficient", "value", "p", "of", "was", "is",
        "than", "below", "above", "r", "x", "median", "mean", "average",
        "ps", "ecog", "ipi", "ctcae", "ctc",
    }
)  # fmt: skip


_LINKS = frozenset({"of", "was", "is", "=", ":"})
_FIGURES = re.compile(rf"[(\[]?\d[\d.,:/%)\]{DASH}]*")


def _is_plain(before: str, word: str) -> bool:
    """Whether what stands before a number, `word` last, says nothing of it: a quick look before _BEFORE_OTHER."""
    if word in _LINKS:  # "courses of", "n ="
        word = next((w for w in reversed(before.split()) if w not in _LINKS), "")
    if not word or word[-1] in "([)%;":
        return True
    core = word.strip("([,:=")
    return (core.isalpha() and core.islower() and core not in _TELLING) or _FIGURES.fullmatch(word) is not None


def _is_year(text: str, number: Number) -> bool:
    """Whether a number is a calendar year: four digits behind "in", "since", a month, and no persons behind it."""
    if number.is_word or not 1900 <= number.value <= 2100 or "," in text[number.start : number.end]:
        return False
    if _PERSONS_AFTER.match(text, number.end):
        return False
    if _OF_PERSONS_BEFORE.search(text, max(0, number.start - 16), number.start) and text.startswith(
        " with", number.end
    ):
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
    return bool(
        before
        or _ORDINARY_ONE_AFTER.match(text, number.end)
        or (_FOREMOST_BEFORE.search(text, max(0, number.start - 24), number.start) and _WAS.match(text, number.end))
    )
