"""How many: counts, denominators, percentages and their intervals, as one expression each.

    "7/59 patients (11.9%)"             7 of 59, 11.9 %         "45 (50%) of the 90 patients"    45 of 90, 50 %
    "48% (95% CI, 41 to 55)"            48 %, 41 to 55          "(n = 27)"                       27
    "none of the 40 patients"           0 of 40                 "13% of the cycles"              13 %, unit cycles
    "all 15 patients"                   15 of 15                "23.2% [10/43]"                  10 of 43, 23.2 %

No counts: times, doses, ages, years, laboratory values, grades, numbered cycles and patients, p values, ratios and
their intervals, ranges. What the count is a count of (which event, which arm) is for the relation rules.
The numbers are told apart by count_signs.py, the forms are count_grammar.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from pipeline.concepts import numbers
from pipeline.concepts.count import Count
from pipeline.concepts.count_context import (
    with_intervals,
    with_sexes_together,
    with_shared_nouns,
    with_total_behind_ages,
)
from pipeline.concepts.count_grammar import grammar_of_counts, unit_of
from pipeline.concepts.count_signs import ANY, COUNT, OTHER, SHARE, Marked, mark
from pipeline.concepts.numbers import DASH, Number
from pipeline.concepts.phrases import small

# A bare number before another noun counts that ("150 rheumatologists"); before these words it counts persons.
_OTHER_NOUN_AFTER = re.compile(
    r"\s(?!(?:had|have|has|were|was|are|is|developed|experienced|suffered|with|of|and|or|in|after|at|during|on"
    r"|there|they|this|these|who|whose|whom|which|received|required|"
    r"needed|showed|presented|died|recovered|respectively|while|whereas|compared|versus|vs|but|over|under|from"
    r"|for|to|as|because|due|by|among|within|did|also|per|"
    r"out|times|became|than|when|met|entered|enrolled|treated|included|given|responded|relapsed|completed"
    r"|remained|assigned|allocated|randomi[sz]ed|eligible|ineligible|evaluable|assessable|form|formed|constitute|constituted"
    r"|started|began|begun|consented|agreed|reached|finished|proceeded|tolerated|attended|survived|fulfilled|accrued|registered|recruited|participated|grade|severe|febrile|"
    r"mild|moderate|serious|new|late|could|can|may|would|should|underwent|achieved|additional|more|further"
    r"|other|others|grades|that|the|all|both|each|not|no|only|"
    r"concerned|mentioned|described|listed|named|continued|discontinued|withdrew|stopped|resumed|resolved|came|went|took|lost|alive|female|male|years?"
    r"|patients?)\b)[a-z]{3,}"
)
_WHO = re.compile(r"\swho(?:m|se)?\b")
_OUT_OF_BEFORE = re.compile(r"\b(?:out\sof|of|among)\s(?:the\s|a\stotal\sof\s|all\s|these\s|our\s)*$", re.IGNORECASE)
_BEFORE_NUMBER = rf"(?=(?:\s\S+){{0,3}}?\s{COUNT})"
# Where a count may begin: the sign of a number, or a word that opens one of the forms. Each alternative begins with a
# letter of its own, so that the search leaps from one such letter to the next.
_CANDIDATE = re.compile(
    rf"{COUNT}|{SHARE}"
    rf"|n(?<=\bn)(?:(?:one|ot?|either)(?=\s)|(?=\s?=\s?{COUNT})|(?<=\bin\sn)one\b)"
    r"|s(?<=\bs)ingle(?=\s)"
    rf"|a(?<=\ba)(?:nother(?=\s)|n?(?=\s(?:\w+\s)?(?:case|episode|instance)\sof)|ll{_BEFORE_NUMBER})"
    rf"|e(?<=\be)(?:very|ach){_BEFORE_NUMBER}|b(?<=\bb)oth{_BEFORE_NUMBER}"
    rf"|i(?<=\bi)n(?=\s{COUNT})"
)
_NUMBER_BEHIND = re.compile(rf"\s{OTHER}")
_INTERVAL_WORD = re.compile(r"c\.?i\.?s?\b|cri\b|confidence\sinterval")  # of the text in small letters
_CI = re.compile(
    rf"(?:{ANY}\s?(?:%|per\s?cent)\s?-?\s?)?(?:\b(?:C\.?I\.?s?|CrI)\b|confidence\sintervals?(?:\s?\[CI\]|\s?\(CI\))?)"
    rf"\s?[\])]?\s?[\s,:;=\[(]*(?P<low>{ANY})\s?%?\s?(?:to|[{DASH}/,;]|and)+\s?(?P<high>{ANY})\s?%?",
    re.IGNORECASE,
)
_NOT_ONE = re.compile(r"\bnot\s$", re.IGNORECASE)
_NOT_BEFORE = re.compile(r"\b(?:not|never|without|nor)\b[^.;,]*$", re.IGNORECASE)
_OF_THEM_SEX = re.compile(
    r"\s(?:of\s(?:them|whom|these)|were|being)\s(?:\w+\s)?(?:women|men|females?|males?|girls|boys)\b", re.IGNORECASE
)


def find(text: str, found: list[Number] | None = None) -> tuple[Count, ...]:
    """The counts of a text (a sentence), in order, none overlapping another."""
    found = numbers.find(text) if found is None else found
    if not found and not _CANDIDATE.search(small(text)):
        return ()
    marked = mark(text, found)
    intervals = list(_intervals(marked)) if _INTERVAL_WORD.search(text.lower()) else []
    readable = _blank(marked.text, [(low.start, end) for low, _, _, end in intervals])
    readable = small(readable)
    grammar, counts, position = grammar_of_counts(), [], 0
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
        if count is not None and match["e_p"] and count.unit == "other" and _NUMBER_BEHIND.match(readable, count.end):
            count = replace(count, end=match.end("e_p"), unit=None)  # "21% of groups 1, 2 and 3"
        if count is not None:
            counts.append(count)
    if not counts:
        return ()
    counts = [c for before, c in zip([None, *counts], counts, strict=False) if not _is_of_those(text, before, c)]
    if "% of " in text:
        counts = [c for c in counts if c.total is not None or not _is_of_a_share(text, c)]
    counts = with_total_behind_ages(text, with_sexes_together(text, with_shared_nouns(text, counts)))
    return tuple(with_intervals(marked.text, counts, intervals))


# "(<0.02% of 300 000 patients)": those of whom it is a limit, not those affected
_SHARE_OF_BEFORE = re.compile(r"\d%\sof\s(?:the\s|all\s|our\s|some\s|about\s)?$")
_WITH_EPISODES = re.compile(r"\s(?:with|who\shad|had)\s(?:a\stotal\sof\s)?", re.IGNORECASE)


def _is_of_a_share(text: str, count: Count) -> bool:
    return _SHARE_OF_BEFORE.search(text, max(0, count.start - 16), count.start) is not None


def _is_of_those(text: str, before: Count | None, count: Count) -> bool:
    """Whether episodes are those of patients counted right before: "seven patients with eight episodes"."""
    return (
        before is not None
        and (before.unit, count.unit) == ("patients", "episodes")
        and bool(_WITH_EPISODES.fullmatch(text, before.end, count.start))
    )


def _is_same_figure(marked: Marked, match: re.Match[str]) -> bool:
    """Whether both percentages are printed alike, in figures: they are of two grades."""
    first, second = (marked.values[match.start(name)] for name in ("j_p0", "j_p"))
    return first.value == second.value and first.end - first.start == second.end - second.start


def _says_twice(match: re.Match[str], marked: Marked) -> bool:
    """Whether two percentages are the same, rounded or in words: "sixty percent (60.2%)"; not "14% (14%)"."""
    first, second = marked.values[match.start("j_p0")].value, marked.values[match.start("j_p")].value
    return abs(first - second) <= 1 and not _is_same_figure(marked, match)


def _intervals(marked: Marked) -> Iterator[tuple[Number, Number, int, int]]:
    """(low, high, start, end) of every stated 95 % interval."""
    for match in _CI.finditer(marked.text):
        low, high = marked.values.get(match.start("low")), marked.values.get(match.start("high"))
        if low and high:
            yield low, high, match.start(), match.end()


def _blank(text: str, spans: list[tuple[int, int]]) -> str:
    """The text with the numbers of these spans made unreadable."""
    for start, end in spans:
        text = text[:start] + re.sub(ANY, lambda m: OTHER * len(m[0]), text[start:end]) + text[end:]
    return text


def _read(match: re.Match[str], marked: Marked) -> Count | None:
    if match["g_n"]:
        return _read_alone(match, marked)  # most

    def number(*names: str) -> float | None:
        for name in names:
            if match[name]:
                return marked.values[match.start(name)].value
        return None

    def whole(*names: str) -> int | None:
        value = number(*names)
        return None if value is None else int(value)

    def unit(*names: str) -> str | None:
        return next((unit_of(match[name]) for name in names if match[name]), None)

    start, end = match.span()
    if match["e_p"]:
        total = whole("e_total", "e_total2")
        return _share(start, end, whole("e_n"), total, number("e_p"), unit("e_unit", "e_unit2"))
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
    if match["in_none"]:
        return Count(start, end, events=0, zero_word=True)
    if match["no"]:
        return Count(start, end, 0, unit=unit_of(match["no_unit"]) or "patients", zero_word=True)
    if match["all"]:
        events = whole("all_n")
        if match["all"] == "both" and events != 2:
            return None  # "at both 12 and 24 months"
        return Count(start, end, events, events, unit=unit("all_unit"))
    if match["h_m"]:
        if unit_of(match["h_unit"]) not in ("patients", "cases"):
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
    return _share(start, end, whole("f_n"), whole("f_total"), None, unit("f_unit"), labelled=True)


def _read_alone(match: re.Match[str], marked: Marked) -> Count:
    """A number without a total or a share: "14 patients", "in seven"."""
    start, end = match.span()
    events = int(marked.values[match.start("g_n")].value)
    if not match["g_unit"] and _OF_THEM_SEX.match(marked.text, end):
        return Count(start, end, events, unit="sex")
    if not match["g_unit"] and _OTHER_NOUN_AFTER.match(marked.text, end):
        return Count(start, end, events, unit="other")
    counted = unit_of(match["g_unit"]) or ("patients" if _WHO.match(marked.text, end) else None)
    if events == 1 and counted and _NOT_ONE.search(marked.text, max(0, start - 4), start):
        return Count(start - 4, end, 0, unit=counted, zero_word=True)
    if counted == "episodes" and events == 1:
        counted = "patients"  # one episode is one patient's
    return Count(start, end, events, unit=counted)


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
