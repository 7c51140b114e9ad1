"""Age and sex of those with the event, not of all who were treated.

"in 11 patients (6 men and 5 women, average age 63)"     63, where 11 had the event
"those with LON were younger (median, 6.4 years)"        6.4
"all four with severe neutropenia were women"            female
"the median age of the cohort was 61"                    nothing
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.concepts.phrases import AnyOf
from pipeline.relate.context import SentenceView
from pipeline.relate.groups.article import GroupArticle

if TYPE_CHECKING:
    from pipeline.relate.groups.rows import Row

# Quick looks at the text in small letters, before the patterns below are tried
_MAY_TELL_AGE, _MAY_TELL_SEX = AnyOf(("age", "younger", "older")), AnyOf(("male", "men", "girls", "boys"))
_AGE = re.compile(
    r"(?:\b(?:median|mean|average)\s(?:\w+\s){0,2}?age\b|\bage\b(?=[^.;()\d]{0,30}\b(?:median|mean|average)\b)|"
    r"\baged\b(?=[^.;()\d]{0,20}\b(?:median|mean|average)\b)|"
    r"\b(?:younger|older)\b[^.;()]{0,60}\((?:median|mean|average)(?:\sage)?)"
    r"(?:\sof\s(?:the|these|those|all)\s\d+\s)?[^.;()\d]{0,60}?(?P<age>\d{1,3}(?:\.\d+)?)(?P<months>\s?(?:months|mo)\b)?(?!\s?(?:%|/|patients))",
    re.IGNORECASE,
)
_WITH_EVENT = re.compile(
    r"\b(?:with|developing|developed|had|experienced|experiencing|by|affected\sby|suffering\sfrom)\s(?:[\w-]+\s){0,3}$",
    re.IGNORECASE,
)
_AFFECTED = re.compile(
    r"\b(?:affected|these|those\spatients|their|they|of\sthem|the\scases|of\scases)\b", re.IGNORECASE
)
_ALL_OF_THEM = re.compile(r"\s*(?:All|Both|They|Their)\s(?:were|was|had|median|mean|average)\b")
_AT_ONSET = re.compile(
    r"[^.;\d]{0,30}\bat\s(?:the\s)?(?:onset|time|diagnosis)(?:\sof\s(?:the\s)?(?:neutrop\w+|LON|episode|agranulocytosis)|\s(?:was|were)\b)",
    re.IGNORECASE,
)
_WITHOUT = re.compile(
    r"\b(?:without|cohort|whole|entire|overall|all\streated|the\sothers"
    r"|of\sall\s(?:the\s)?(?:patients|participants|subjects|\d+))\b",
    re.IGNORECASE,
)
_COMPARED = re.compile(r"\b(?:younger|older|vs|versus)\b", re.IGNORECASE)
_ALL_ONE_SEX = re.compile(
    r"\b(?:all|both|each|every)\b(?P<who>[^.;()]{0,60}?)\b(?:(?P<female>female|females|women|girls)|"
    r"(?P<male>male|males|men|boys))\b(?!\s(?:patients|gender|sex|had|with|who))",
    re.IGNORECASE,
)
_NOT_ALL = re.compile(r"\b(?:but|except|apart|nearly|almost|not|or|and\s(?:one|two|\d+))\b", re.IGNORECASE)


def read(view: SentenceView, article: GroupArticle, row: Row, after_row: bool) -> None:
    """Give a row the age and sex of those with the event, where the sentence tells it of them."""
    for age in _AGE.finditer(view.text) if _MAY_TELL_AGE.search(view.low) else ():
        if _is_of_affected(view, article, row, age.start("age"), after_row):
            value = float(age["age"]) / (12 if age["months"] else 1)
            start, end = view.start + age.start("age"), view.start + age.end()
            row.set("age_years", round(value, 1), view, start, end)
            break
    for sex in _ALL_ONE_SEX.finditer(view.text) if _MAY_TELL_SEX.search(view.low) else ():
        names_them = any(
            sex.start("who") <= m.start - view.start < sex.end("who") for m in article.events(view)
        )  # "all A patients were women"
        if _NOT_ALL.search(sex["who"]) or not (names_them or _is_of_affected(view, article, row, sex.end(), after_row)):
            continue
        start, end = view.start + sex.start(), view.start + sex.end()
        row.set("sex", "female" if sex["female"] else "male", view, start, end)
        break


def _is_of_affected(view: SentenceView, article: GroupArticle, row: Row, position: int, after_row: bool) -> bool:
    """Whether the persons spoken of before the position are those with the event."""
    clause = view.text[view.text.rfind(";", 0, position) + 1 : position]
    if _WITHOUT.search(clause) and not _COMPARED.search(view.text[: position + 10]):
        return False
    number = row.values.get("n_events")
    counted = [c for c in article.counts(view) if c.end <= position and c.unit in ("patients", None)]
    if number is not None and counted:
        told = {n for c in counted for n in (c.events, c.total)}
        if number in told or number == sum(c.events or 0 for c in counted):
            return True
    if any(_WITH_EVENT.search(view.section_text[view.start : m.start]) for m in article.events(view)):
        named = min(m.start for m in article.events(view)) - view.start
        if named < position + 60:
            return not counted or number is None
    if counted and number is not None:
        return False
    if view.index == row.view.index + 1 and _ALL_OF_THEM.match(view.text):
        return True
    if article.focused and _AT_ONSET.search(view.text[:position]):
        return True
    if after_row and _AFFECTED.search(view.text[:position]):
        return True
    return (
        after_row and row.values.get("n_treated") is None and not any((c.events or 0) > (number or 0) for c in counted)
    )
