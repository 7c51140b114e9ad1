"""The arm that a number of persons is said of.

"98 rituximab patients"                               the arm beside the number or around it
"R-CHOP (n = 28", "G-B, n = 204", "(group A, 50)"     the arm before a bracketed number
"28 received R-CHOP", "80 with ocrelizumab"           the arm behind it, by a verb or a preposition
"the R2 arm comprised 178 patients, the other 180"    the arm before a verb of counting
"48 were assigned to A or B"                          none: 48 is the whole
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.concepts.count import Count
from pipeline.concepts.regimen import LABEL, Arm

# "(9 cohorts, 3,377 patients)"
_NUMBER = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
STUDIES = (
    rf"{_NUMBER}\s(?:\w+\s)?"
    r"(?:cohorts?|stud(?:y|ies)|(?:sub)?trials?|RCTs?|articles?|publications?|series|datasets?|papers?|registries)"
)
_OF_STUDIES = re.compile(rf"[(\[]{STUDIES}[,;:]\s(?:with\s|and\s|including\s)?$", re.IGNORECASE)
_NOUN = (
    r"(?:[\s-](?:treatment\s|study\s|maintenance\s)?(?:groups?|arms?|cohorts?|alone|therapy|treatment|regimen|maintenance"
    r"|monotherapy|consolidation))?"
)
_TO_BRACKET = re.compile(
    rf"-?(?:treated|based|exposed)?[\s)]*{_NOUN}(?:\s(?:in|from)\s(?:{STUDIES}|{_NUMBER})(?=\s[(\[]))?(?:\s(?:at\s)?\d[\d.,]*\s?(?:mg|g|mCi)(?:/(?:m\^?2|kg|body))?)?\s?(?:\([^()]{{1,40}}\)|\[[^\[\]]{{1,40}}\])?[\s(\[,;:]*(?:[A-Za-z+-]{{1,8}}[;,:]\s?)?"
    rf"(?:{STUDIES}[,;:]\s(?:with\s|and\s|including\s)?)?"
)
# "A alone (375 mg/m2 weekly x 4; n = 60"
_IN_ITS_BRACKET = re.compile(rf"{_NOUN}\s?\([^()]{{1,140}}[;,]\s?")
_GOT = re.compile(
    r"[\s)\]]*(?:\(\d[\d.]*\s?%\)\s)?(?:of\s)?(?:the\s)?(?:(?:[\w-]+\s){0,2}?(?:patients?|subjects|participants|children|people|recipients|adults|women|men)\s)?"
    r"(?:with\s[^.;,()\d]{1,70}?\s(?=(?:who\s|were\s|had\s|been\s){0,3}(?:treated|given|received|receiving|assigned|allocated|randomi[sz]ed)\b))?"
    r"(?:(?:were|was|who|and|had|been|then|subsequently|also)\s){0,3}(?:randomly\s)?"
    r"(?:(?:treated|enrolled|included|randomi[sz]ed)\s(?:in|into|on)(?:\sthe)?|received|receiving|(?:(?:assigned|allocated|randomi[sz]ed)\s)?to\sreceive|(?:assigned|allocated|randomi[sz]ed)(?:\sto)?|given|(?:treated|desensiti[sz]ed|conditioned|managed|induced)\swith|went\son\sto|on|in(?:\sthe)?|to|took"
    r"|entered|started|continued\swith|with|under|had)\s(?:the\s|a\s|further\s|subsequent\s|it\s\()?",
    re.IGNORECASE,
)
_OPENS = re.compile(
    r"(?:^|[,;.]\s|\band\s)(?:in|on|for|during|with|under)\s(?:the\s)?(?:[\w-]+\s){0,3}\(?$", re.IGNORECASE
)
_THEN = re.compile(
    r"(?:,\s(?:an?|the)\s[^,;.()\d]{1,40}(?=,))?(?:\s(?:group|arm|cohort|part|portion))?\)?\s?(?:\([^()]{1,40}\))?[\s,:]*(?:another\s|there\swere\s|a\stotal\sof\s|of\sthe\sstudy,?\s)?"
)
_COMPRISED = re.compile(
    rf"{_NOUN}\s(?:comprised|included|consisted\sof|contained|had|numbered|enrolled)\s(?:a\stotal\sof\s)?"
    rf"|[\s-](?:groups?|arms?|cohorts?)\s(?:with|of)\s(?:a\stotal\sof\s)?|(?:(?<=cohort)|(?<=group)|(?<=\barm))\sof\s"
    rf"|{_NOUN}\s(?:(?:was|were)\s(?:given|administered|assigned|allocated|offered)\s)to\s(?:another\s)?",
    re.IGNORECASE,
)
_BARE = re.compile(rf"{_NOUN},?\s(?:to\s)?", re.IGNORECASE)
# "15 within 180 days of transplantation (early group)"
_IN_BRACKET_BEHIND = re.compile(r"(?:[^();.\d]|\d+\S?\d*(?=\s(?:days?|weeks?|months?|years?)\b)){0,80}\((?:the\s)?")
# "to X (n = 155) or"
_OR_ITS_SIZE = re.compile(
    r"\s?\((?:[\w+-]+[;,:]\s)?(?:n\s?=\s?)?\d[\d,]*(?:\spatients)?\)[\s,]*(?:or|and|versus|vs\.?)\s", re.IGNORECASE
)
_OR_ANOTHER = re.compile(r"[\s,]*(?:either\s)?(?:or|versus|vs\.?)\s(?:to\s)?(?:\w+\s){0,2}", re.IGNORECASE)


# "the 20 patients of phase 2"
_OF_GROUP = re.compile(r"\s(?:patients\s|subjects\s)?(?:of|from)\s(?:the\s)?")
_COUNTING = re.compile(r"\b(?:comprised|included|consisted|contained|numbered|enrolled)\b", re.IGNORECASE)
_CLOSES = re.compile(r"[.;,)]|\s[(\[]")
_ON_IT = re.compile(
    r"\s(?:patients\s|of\sthose\s)?(?:on|with|given|receiving|who\sreceived|treated\swith)\sit\b", re.IGNORECASE
)


def arm_of_number(text: str, count: Count, arms: Sequence[Arm], shift: int) -> Arm | None:
    """The arm that a number is said of; arms have offsets of the section, which starts `shift` before the text."""
    for arm in reversed([a for a in arms if a.end - shift <= count.start]):
        if _leads_to(text, count, arm.start - shift, arm.end - shift):
            return arm
    if arms and arms[0].start - shift < 4 and arms[0].end - shift <= count.start and _ON_IT.match(text, count.end):
        return arms[0]  # "A was more toxic: ... of the 122 patients on it"
    for i, arm in enumerate(arms):
        start, end = arm.start - shift, arm.end - shift
        if (count.start <= start and end <= count.end) or 0 <= start - count.end <= 1:
            return arm
        if is_named_behind(text, count, [arm], shift):
            return arm
        if (
            arm.role == LABEL
            and start > count.end
            and text[end : end + 1] in (")", ";", ",")
            and _IN_BRACKET_BEHIND.fullmatch(text, count.end, start)
        ):
            return arm  # "74 had received it (prophylaxis group)"
        if arm.role == LABEL and _OF_GROUP.fullmatch(text, count.end, max(count.end, start)):
            return arm
        if start >= count.end and _GOT.fullmatch(text[count.end : start]):
            following = arms[i + 1] if i + 1 < len(arms) else None
            is_whole = _OR_ITS_SIZE.match(text, end) or (
                following is not None and _OR_ANOTHER.fullmatch(text, end, following.start - shift)
            )
            return None if is_whole else arm
    return None


_NAMED = re.compile(r"\s(?:patients\s|subjects\s|cases\s)?\(")


def is_named_behind(text: str, count: Count, arms: Sequence[Arm], shift: int) -> bool:
    """Whether the bracket behind a number is the name of its arm: "CHOP in 30 patients (G-CHOP)"."""
    opens = _NAMED.match(text, count.end)
    return (
        opens is not None
        and count.total is None
        and any(a.start - shift == opens.end() and text[a.end - shift : a.end - shift + 1] == ")" for a in arms)
    )


def _leads_to(text: str, count: Count, start: int, end: int) -> bool:
    """Whether the arm from `start` to `end` is counted by the number behind it."""
    between = text[end : count.start]
    bracketed = (
        count.labelled
        or fills_bracket(text, count)
        or (
            count.unit == "patients"
            and (
                text[: count.start].rstrip().endswith(("(", "["))
                or _is_bracket(text, start, count.end)
                or _OF_STUDIES.search(text, end, count.start)
            )
        )
    )
    return bool(
        (bracketed and _TO_BRACKET.fullmatch(between))
        or (count.labelled and _IN_ITS_BRACKET.fullmatch(between))
        or (_OPENS.search(text[:start]) and _THEN.fullmatch(between))
        or (count.percent is None and _COMPRISED.fullmatch(text, end, count.start))
        or (
            count.percent is None
            and text[start - 1 : start] != "/"  # "A/B to 90" is of two
            and _BARE.fullmatch(text, end, count.start)
            and (
                text[count.end :][:1] in ".;,)"
                or (_CLOSES.match(text, count.end) and _COUNTING.search(text, 0, start))  # ", the other group 58 (...)"
            )
        )
    )


def fills_bracket(text: str, count: Count) -> bool:
    """Whether a bare number is all that stands in a bracket: "R-CHOP (253)"."""
    is_bare = count.unit is None and count.percent is None and count.total is None
    return is_bare and text[count.start - 1 : count.start] == "(" and text[count.end : count.end + 1] == ")"


def _is_bracket(text: str, start: int, end: int) -> bool:
    """Whether a stretch fills a bracket: "(group A, 50 patients)"."""
    return text[:start].rstrip().endswith(("(", "[")) and text[end:].lstrip()[:1] in (")", "]", ";", ",")
