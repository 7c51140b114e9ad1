"""Patients told by lists: ages in one bracket, and a time, a count or both for each of them by position.

    "Three men (aged 44, 57 and 63 years) developed X 9, 13 and 21 weeks, respectively, after the second infusion.
    The lowest counts were 0.11, 0.6 and 0.02. The third patient was admitted; the other two had no treatment."

Three cases: what names one of them ("the third patient") is his; "the other two" is of those not named; what is said of
all is shared; what is said of some ("two were given") is nobody's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from pipeline.concepts.assertion import role_of
from pipeline.concepts.ordinals import ORDINALS
from pipeline.concepts.patients import Patient, sex_of
from pipeline.relate.cases.account import Case, CaseText, Piece
from pipeline.relate.cases.status import is_low, status_of
from pipeline.relate.context import Context, SentenceView

MOST_PATIENTS = 8
_A_LIST = r"(?P<ages>\d{1,2}(?:,\s\d{1,2})*,?\s(?:and|&)\s\d{1,2})"
_AGES = re.compile(
    rf"\b(?:aged|ages?|ages\sof)\s(?:of\s)?{_A_LIST}\b(?!\s(?:to|months|weeks|days|%))"
    rf"|\({_A_LIST.replace('ages', 'bare')}\s(?:years|yr|y)\b(?!\safter)"
    rf"|[,;]\s{_A_LIST.replace('ages', 'old')}\syears(?:\sold|\sof\sage)\b"
    r"|\b(?P<hyphens>\d{1,2}-(?:,\s(?:an?\s)?\d{1,2}-)*,?\s(?:and|&)\s(?:an?\s)?\d{1,2}-year-old)\b"
    r"(?:\s(?:[\w-]+\s){0,2}?(?P<who>woman|man|girl|boy|female|male)\b)?",
    re.IGNORECASE,
)
_THE_FIRST = re.compile(
    r"\bthe\s(?P<n>first|second|third|fourth|fifth)(?=\s(?:was|had|has|needed|received|required|recovered|died"
    r"|did|presented"
    r"|developed|remained|became|improved|came)\b)",
    re.IGNORECASE,
)
_BY_AGE = re.compile(
    r"\b(?:[Tt]he|[Oo]ur)\s(?:(?P<end>youngest|oldest|eldest|younger|older|elder)\b|(?P<age>\d{1,2})[-\u2010\u2011\s]year[-\u2010\u2011\s]old\b)"
)
_DEVELOPED_IT = re.compile(r"\b(?:developed|had|experienced|suffered)\s(?:it|this|the condition|this complication)\b")
_OF_SEVERAL = re.compile(r"\b(?:median|mean|average|patients)\s(?:\w+\s)?$", re.IGNORECASE)
# Quick looks at the text in small letters: the end of a list of numbers, and a word for an age
_ENDS_LIST = re.compile(r"[d&]\s(?:an?\s)?\d")
_MAY_BE_AGES = re.compile(r"\bage|years|year-old|\byr|\dy\b")
_OTHERS = re.compile(
    r"\b(?:the|in|for|both)?\s?(?:(?:the\s)?(?:others|other\s(?:two|three|four|five)|remaining\s(?:two|three"
    r"|four|five)|rest))\b",
    re.IGNORECASE,
)
_SOME = re.compile(
    r"\b(?P<n>one|two|three|four|five|six|seven|[1-7])\b(?!\s?(?:%|x|×|\.\d))"
    r"(?=\s(?:patients?|of\s(?:them|these|the|\d)|were|was|had|have|has|received|required|needed|did|developed"
    r"|recovered|women|men|cases)\b)",
    re.IGNORECASE,
)
_PERSONS = re.compile(
    r"\b(?P<n>an?|one|two|three|four|five|six|seven)\s(?:(?!and\b)[\w-]+\s){0,2}?"
    r"(?:patients?|wom[ae]n|m[ae]n|girls?|boys?|child|children|females?|males?)\b",
    re.IGNORECASE,
)
_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7}
_GOES_ON = re.compile(r"(?:he|she|his|her)\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")


def listed_cases(ctx: Context) -> CaseText | None:
    """The patients of an account that lists their ages and, by position, their times or counts; None without such."""
    if ctx.study_type in ("rct", "systematic_review"):
        return None
    body = [v for v in ctx.sentences if v.section > 0]
    for order, view in enumerate(body):
        if not (_ENDS_LIST.search(view.low) and _MAY_BE_AGES.search(view.low)):
            continue
        if role_of(view) in ("background", "conclusions"):
            continue
        match = _AGES.search(view.text)
        if match is None or _OF_SEVERAL.search(view.text, max(0, match.start() - 20), match.start()):
            continue
        ages = [int(n) for n in _NUMBER.findall(match["ages"] or match["bare"] or match["old"] or match["hyphens"])]
        if not 2 <= len(ages) <= MOST_PATIENTS:
            continue
        if not _is_told(body[order : order + 3], len(ages)) and not _is_number_of_series(ctx, view, match, len(ages)):
            continue
        titles = _named_by_title(ctx) if _DEVELOPED_IT.search(view.text) else []
        if not titles and not any(status_of(v, m) == "affirmed" for v in body[order:] for m in v.named_events):
            continue
        start, end = view.start + match.start(), view.start + match.end()
        sex = sex_of(match["who"]) if match["who"] else None
        cases = {n: Case(n, None, (view, Patient(start, end, float(age), sex))) for n, age in enumerate(ages, start=1)}
        told = _assigned(body, order, cases)
        return CaseText(told.cases, (*titles, *told.shared))
    return None


def _named_by_title(ctx: Context) -> list[Piece]:
    """The title, where it names the event that the account calls "it"."""
    titles = [v for v in ctx.sentences if v.section == 0]
    named = any(status_of(v, m) == "affirmed" for v in titles for m in v.named_events)
    return [Piece(v, v.start, v.end) for v in titles] if named else []


def _is_told(views: Sequence[SentenceView], patients: int) -> bool:
    """Whether a time or a low count is told for each of them."""
    times = any(len(i.values) == patients and i.role == "onset" for v in views for i in v.intervals)
    return times or any(sum(is_low(v, c) for c in v.counts) == patients for v in views)


def _is_number_of_series(ctx: Context, view: SentenceView, ages: re.Match[str], patients: int) -> bool:
    """ "Two men and a woman (ages 44, 57 and 63)": as many ages as patients counted right before them, in a series."""
    if ctx.study_type != "case_series" or not any(status_of(view, m) == "affirmed" for m in view.named_events):
        return False
    before = view.text[max(0, ages.start() - 80) : ages.start()]
    return sum(_WORDS.get(m["n"].lower()) or 1 for m in _PERSONS.finditer(before)) == patients


def _assigned(body: Sequence[SentenceView], first: int, cases: dict[int, Case]) -> CaseText:
    """The sentences given to the patients they name, to all of them, or to nobody."""
    shared: list[Piece] = [Piece(v, v.start, v.end) for v in body[: first + 1] if not _is_of_some(v, len(cases))]
    if not any(p.view is body[first] for p in shared):
        shared.append(Piece(body[first], body[first].start, body[first].end))
    named: set[int] = set()
    current: Case | None = None
    for view in body[first + 1 :]:
        cuts: list[tuple[int, tuple[int, ...]]] = [
            (label.start, (label.number,)) for label in view.labels if label.kind == "patient"
        ]
        known = {start for start, _ in cuts}
        ordinals = [(view.start + m.start(), (ORDINALS[m["n"].lower()],)) for m in _THE_FIRST.finditer(view.text)]
        cuts += [c for c in ordinals if c[0] not in known]
        aged = _named_by_age(view, cases)
        cuts = [c for c in cuts if all(c[0] != a[0] for a in aged)] + aged
        cuts = [c for c in cuts if c[1][0] in cases and not _OTHERS.match(view.section_text, c[0])]
        named |= {numbers[0] for _, numbers in cuts}
        rest = tuple(n for n in cases if n not in named)
        others = _OTHERS.finditer(view.text) if named and rest else ()
        cuts += [(view.start + m.start(), rest) for m in others]
        cuts.sort()
        if not cuts:
            if current is not None and _GOES_ON.match(view.text):
                current.pieces.append(Piece(view, view.start, view.end))
            elif not _is_of_some(view, len(cases)):
                current = None
                shared.append(Piece(view, view.start, view.end))
            continue
        edges = [view.start, *(start for start, _ in cuts[1:]), view.end]
        for (start, end), (_, numbers) in zip(pairwise(edges), cuts, strict=True):
            for n in numbers:
                cases[n].pieces.append(Piece(view, start, end))
        current = cases[cuts[-1][1][0]] if len(cuts[-1][1]) == 1 else None
    return CaseText(tuple(cases[n] for n in sorted(cases)), tuple(shared))


def _named_by_age(view: SentenceView, cases: dict[int, Case]) -> list[tuple[int, tuple[int, ...]]]:
    """ "The youngest girl had pneumonia", "the 12-year-old was admitted": where, and whose number it is."""
    ages = {n: case.patient[1].age_years or 0.0 for n, case in cases.items() if case.patient}
    found: list[tuple[int, tuple[int, ...]]] = []
    for match in _BY_AGE.finditer(view.text) if ages else ():
        wanted = (
            float(match["age"]) if match["age"] else (min if match["end"].startswith("young") else max)(ages.values())
        )
        whose = [n for n, age in ages.items() if age == wanted]
        if len(whose) == 1:
            found.append((view.start + match.start(), (whose[0],)))
    return found


def _is_of_some(view: SentenceView, patients: int) -> bool:
    """ "Two were given G-CSF": said of fewer than all, without a word who."""
    found = [m["n"].lower() for m in _SOME.finditer(view.text)]
    return any((_WORDS.get(n) or int(n)) < patients for n in found)
