"""A later treatment with the drug and how it was borne, told without a word that begins with "re-".

"Treatment with the drug two years later was safe"          given again, and nothing came of it
"Later courses were uneventful"                             given again, and nothing came of it
"normal since, also after a further infusion"               given again, and nothing came of it
"normal ever since, rechallenge included"                   given again, and nothing came of it
"Treatment with the drug was safe"                          nothing: not said to be a later one
"Treatment with another drug two years later was safe"      nothing: not the drug

Reads a text and the places of named drugs; gives the places of what was given again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_LATER = (
    r"(?:later|afterwards?|subsequently|thereafter|since then|in the (?:following|next) \w+|the (?:following|next) year"
    r"|the year after|again|once more|a second time|after an interval of)"
)
_GIVING = r"(?:treatments?|therapy|exposures?|infusions?|administrations?|courses?|cycles?|doses?|use|maintenance)"
_WELL = (
    r"(?:safe\b(?!\sto)|uneventful(?:ly)?|well[- ]tolerated|(?:well|safely)\s(?:tolerated|borne)|free of complications?"
    r"|without\s(?:any\s|further\s|new\s|renewed\s|an?\s|another\s)?(?:recurrences?|relapses?|incidents?|events?|problems?|complications?"
    r"|neutrop[ae]nia|trouble|episodes?|difficult\w+|harm|ill[- ]effects?|adverse\s\w+|toxicity|consequences?)"
    r"|with no\s(?:recurrence|further|new|renewed|problems?|complications?|adverse|ill[- ]effects?)"
    r"|not\s(?:followed|accompanied|complicated|associated|attended)\b"
    r"|did not (?:cause|lead|induce|produce|provoke|result))"
)
_IS = r"(?:(?:was|were|proved|proceeded|passed|went|passed off|has been|have been|had been|remained|turned out)\s)"
_BEHIND = re.compile(
    rf"(?:\s\([^()]*\))?[^.;:]{{0,50}}?\b{_LATER}\b[^.;:]{{0,50}}?\b(?:{_IS}(?:\w+\s){{0,2}}?)?{_WELL}", re.IGNORECASE
)
_DIRECTLY = re.compile(rf"(?:(?!\b(?:and|but|then)\b)[^.;:,]){{0,40}}?\b{_LATER}\b", re.IGNORECASE)
_GIVEN_THE_DRUG = re.compile(
    rf"\b{_GIVING}\s(?:with|of|to)\s(?:the\s)?(?:same\s)?(?:(?:drug|antibody|monoclonal antibody|agent)\b)?$",
    re.IGNORECASE,
)
_OF_THE_DRUG = re.compile(
    rf"\b{_GIVING}\s(?:with|of|to)\s(?:the\s)?(?:same\s)?(?:drug|antibody|agent)\b", re.IGNORECASE
)
_GIVEN_AGAIN = (
    r"(?:re-?challenge|re-?exposure|re-?treatment|re-?administration|(?:further|another|second|next|subsequent"
    r"|later|more)\s(?:[\w-]+\s)?(?:treatments?|doses?|courses?|infusions?|cycles?))\b"
)
# "three further infusions, no problem", "two maintenance doses since, uneventful"
_TERSE = re.compile(
    r"(?:^|[;,:(.]\s|\b(?:and|then|had|received|given)\s)(?:an?|one|two|three|four|five|six|\d{1,2})\s(?:[\w-]+\s){0,2}?"
    r"(?P<what>(?:(?:further|more|additional|other|later|subsequent)\s(?:[\w-]+\s){0,2}(?:doses?|infusions?|courses?|cycles?)"
    r"|(?:doses?|infusions?|courses?|cycles?)(?=\s(?:since|thereafter|afterwards|later|subsequently)\b))"
    r"(?:\s(?:since|thereafter|afterwards|later|subsequently|so\sfar|to\sdate))?)[,:]?\s(?:\([^()]*\)\s)?(?:all\s|both\s|were\s|was\s)?"
    rf"(?:{_WELL}|uneventful|no\s(?:problems?|recurrences?|relapses?|further|new|more|neutrop[ae]nia|events?|trouble)\b)",
    re.IGNORECASE,
)
_ALSO_AFTER = re.compile(
    r"\b(?:(?:also|even|including|too,?)\s(?:after|on|during|with|under|following|upon|through)|including|despite"
    rf"|in\sspite\sof|notwithstanding|throughout|through)\s(?:[\w-]+\s){{0,2}}?{_GIVEN_AGAIN}"
    # "rechallenge with the drug included", "a further course notwithstanding"
    rf"|\b{_GIVEN_AGAIN}(?:\s(?:with|to|of)\s[\w-]+)?\s(?:included|notwithstanding)\b",
    re.IGNORECASE,
)
_A_LATER_DOSE = (
    r"(?:next|further|another|subsequent|following|second|third|fourth|fifth|sixth|repeat|later|more)\s"
    r"(?:[\w-]+\s){0,2}?(?:infusions?|doses?|courses?|cycles?|injections?)"
)
# "received the next infusion on schedule, and neutrophils were normal"
_THEN_NORMAL = re.compile(
    rf"\b(?:received|given|had|got|administered|tolerated)\s(?:[\w-]+\s){{0,2}}?{_A_LATER_DOSE}\b[^.]{{0,60}}?"
    r"\b(?:and|with|but)\s(?:[\w-]+\s){0,2}?(?:neutrophils?|counts?|ANC)(?:\scounts?)?\s(?:\w+\s)?"
    r"(?:was|were|remained|stayed|has been|have been)\s(?:\w+\s)?normal\b",
    re.IGNORECASE,
)
# "tolerated cycles 5 to 7 well"
_TOLERATED = re.compile(
    r"\btolerated\s(?:(?:the|her|his)\s)?(?:(?:next|following|remaining|subsequent|later)\s(?:[\w-]+\s){0,2}(?:infusions?|doses?|courses?|cycles?"
    r"|injections?)|(?:infusions|doses|courses|cycles)\s\d{1,2})\b",
    re.IGNORECASE,
)
_STAYED_WELL = re.compile(
    r"\bnormal\b|\bno\s(?:further|recurrence|relapse|new|other|more)\b|\bwithout\s(?:\w+\s)?(?:recurrence|relapse)\b",
    re.IGNORECASE,
)
# One of these words must be there
_OF_BEARING = frozenset(
    {"safe", "uneventful", "uneventfully", "tolerated", "borne", "without", "no", "not", "free", "normal"}
)
_UNLIKE = re.compile(r"\b(?:may|might|can|could|should|would|if|whether|will)\b", re.IGNORECASE)

Span = tuple[int, int]


def borne_again(text: str, drugs: Sequence[Span], heads: frozenset[str]) -> list[Span]:
    """Where a text says that a later treatment with the drug went well.

    `drugs` are spans of named drugs, `heads` the words of the text.
    """
    if _OF_BEARING.isdisjoint(heads):
        return []
    found = []
    given = [(m.start(), m.end()) for m in _OF_THE_DRUG.finditer(text)]
    for start, end in drugs:
        ahead = _GIVEN_THE_DRUG.search(text, max(0, start - 50), start)
        if ahead is not None or _DIRECTLY.match(text, end):
            given.append((ahead.start() if ahead else start, end))
    for start, end in given:
        behind = _BEHIND.match(text, end)
        if behind is not None and not _UNLIKE.search(behind.group()):
            found.append((start, behind.end()))
    found += [m.span() for m in _THEN_NORMAL.finditer(text)]
    found += [m.span() for m in _TOLERATED.finditer(text) if not _UNLIKE.search(text, 0, m.start())]
    found += [(m.start("what"), m.end()) for m in _TERSE.finditer(text) if not _UNLIKE.search(text, 0, m.start())]
    also = _ALSO_AFTER.search(text)
    if also is not None and _STAYED_WELL.search(text, 0, also.start()) and not _UNLIKE.search(text, 0, also.start()):
        found.append(also.span())
    return found
