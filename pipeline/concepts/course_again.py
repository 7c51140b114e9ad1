"""Re-exposure told by a verb and how it was borne, where no fixed phrase has it.

"the drug was repeated 14 months later"              given again
"the course planned for June was administered"      given again
"received the drug again", "used again"              given again
"re-treated safely", "rechallenge was safe"          given again, and nothing came of it
"neutrophils remained above 2.0", "all were normal"  nothing came of it
"blood tests were repeated"                          nothing: no drug
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_IT = r"(?:the\s(?:drug|antibody|same\s(?:drug|treatment|regimen|dose)|treatment|therapy|infusions?|doses?|course))"
_ADVERB = r"(?:(?:safely|successfully|uneventfully|then|later|again|also)\s)?"
_REPEATED = re.compile(
    r"(?:\s(?:therapy|treatment|infusions?|courses?|maintenance|\([^()]*\)))*"
    rf"\s(?:was|were|has been|had been)\s{_ADVERB}(?:repeated|used again"
    r"|continued\s(?:at|in|with|on|as|every|under)\b)",
    re.IGNORECASE,
)
_DRUG_REPEATED = re.compile(rf"\b{_IT}{_REPEATED.pattern}", re.IGNORECASE)
_RECEIVED_AGAIN = re.compile(
    rf"\b(?:received|given|had|got)\s{_IT}\s(?:once\smore|again|a\ssecond\stime)\b", re.IGNORECASE
)
# "All three received further X": behind it the name of the drug
_FURTHER = re.compile(r"\b(?:received|given|had|got|tolerated)\s(?:further|additional|more)\s$", re.IGNORECASE)
_DUE = re.compile(
    r"\b(?:infusion|dose|course|cycle)s?\s(?:(?:that|which)\s(?:was|were)\s)?(?:due|scheduled|planned)\b[^.;,]{0,30}"
    r"\b(?:was|were)\s(?:given|administered)\b"
    r"|\b(?:infusion|dose|course|cycle)s?\b[^.;,]{0,30}\b(?:was|were)\s(?:given|administered)\s"
    r"(?:on\s(?:time|schedule)|as\s(?:planned|scheduled))\b",
    re.IGNORECASE,
)
_UNLIKE = re.compile(
    r"\b(?:not|no|never|nor|neither|without|may|might|can|could|should|would|if|whether|until|before)\s(?:\w+\s){0,2}$",
    re.IGNORECASE,
)
# One of these words must be there
_OF_REPEATING = frozenset(
    {
        "repeated", "again", "more", "second", "due", "scheduled", "planned", "given", "administered", "further",
        "additional", "continued",
    }
)  # fmt: skip
_BORNE = re.compile(
    r"\b(?:safely|uneventfully|(?:was|were|proved|turned\sout)\s(?:to\sbe\s)?(?:entirely\s|quite\s)?safe\b(?!\sto)"
    r"|with(?:out|\sno)\s(?:any\s|further\s)?(?:trouble|problems?|ill[-\s]effects?|harm|consequences?|adverse\sevents?"
    r"|complications?|side[-\s]effects?|incidents?))\b",
    re.IGNORECASE,
)
_NEGATION = re.compile(r"\b(?:not|never|neither|nor|discharged|tapered|reduced)\b", re.IGNORECASE)
_CELLS = r"\b(?:counts?|neutrophils?|granulocytes?|ANC|values?)"
_STAYED_UP = re.compile(
    rf"{_CELLS}\s(?:[\w-]+\s){{0,4}}?(?:remained|stayed|kept|were\salways|was\salways)\s(?:well\s)?"
    r"(?:above|over|>|≥|at\sleast)\s?\d"
    rf"|{_CELLS}\s(?:[\w-]+\s){{0,2}}?never\s(?:fell|dropped|went|was|were)\s(?:to\s)?(?:below|under)\b"
    rf"|{_CELLS}\b[^.;]{{0,12}}?,?\s(?:all|each|every\sone)\sof\s(?:which|them)\s(?:were|was|being)\snormal\b"
    rf"|\b(?:with|but|and)\s(?:\w+\s)?counts\s(?:always\s)?normal\s(?:throughout|each\stime|every\stime)\b"
    rf"|{_CELLS}\s(?:[\w-]+\s){{0,2}}?normal\sthroughout\b"
    rf"|{_CELLS}\s(?:(?:has|have)\s(?:since\s)?(?:been|remained|stayed)|remained|stayed)\s(?:\w+ly\s)?stable\b"
    rf"|{_CELLS}\s(?:has|have)\s(?:ever\s)?since\s(?:been|remained|stayed)\s(?:\w+ly\s)?(?:normal|within\s(?:the\s)?normal)\b",
    re.IGNORECASE,
)
_OF_STAYING = frozenset({"remained", "stayed", "kept", "always", "never", "normal", "stable"})
MOST_BEHIND = 60
"""Characters behind a re-exposure in which the text says how it was borne."""

Span = tuple[int, int]


def reexposures(text: str, drugs: Sequence[Span], heads: frozenset[str]) -> list[Span]:
    """Where a verb says that the drug was given again; `drugs` are spans of named drugs, `heads` the text's words."""
    if _OF_REPEATING.isdisjoint(heads):
        return []
    found = [m.span() for m in (*_DRUG_REPEATED.finditer(text), *_RECEIVED_AGAIN.finditer(text), *_DUE.finditer(text))]
    for start, end in drugs:
        further = _FURTHER.search(text, max(0, start - 40), start)
        if further is not None:
            found.append((further.start(), end))
        match = _REPEATED.match(text, end)
        if match is not None:
            found.append((end + 1, match.end()))
    return [(a, b) for a, b in found if not _UNLIKE.search(text, max(0, a - 30), a)]


def was_borne_well(text: str, start: int, end: int, clause_end: int) -> bool:
    """ "Re-treated safely", "rechallenge was safe": the words behind a re-exposure, or inside its own."""
    stop = min(clause_end, end + MOST_BEHIND)
    match = _BORNE.search(text, start, stop)
    return match is not None and not _NEGATION.search(text, start, match.start())


def stayed_normal(text: str, heads: frozenset[str]) -> list[Span]:
    """Where a text says that the counts never fell; `heads` are its words."""
    return [] if _OF_STAYING.isdisjoint(heads) else [m.span() for m in _STAYED_UP.finditer(text)]
