"""Toxicity grades and severity words, as the text states them.

    "grade 3-4", "grade III/IV", "grades 3 to 4", "grade 3 or 4", "3-4 grade"      3 to 4
    "grade >=3", "grade 3 or higher", "grade 3+", ">= grade 3", "above grade 2"    3, open end
    "any grade", "all grades", "grade 1-4"                                         any grade / 1 to 4
    "grade IV"                                                                     4

No toxicity grades: those of a tumour or a graft reaction ("grade 1 to 3a", "low-grade", "grade 3B lymphoma").
Severity words are corpora/common/triggers/severity.csv. Nothing is derived here from a count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.concepts.numbers import DASH
from pipeline.concepts.phrases import Word, trigger_table, words

SEVERITY_COLUMNS = ("trigger", "term", "source")

_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5}
_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
# Roman numerals in capitals only: "i" and "v" are also words
_FIGURE = r"(?:[1-5](?!\d|%|\.\d)|(?-i:IV|III|II|I|V)(?![A-Za-z]))"
_NUMBER_WORD = r"(?:(?:one|two|three|four|five)\b)"
_ONE = rf"(?:{_FIGURE}|{_NUMBER_WORD})"
_LINK = rf"\s?(?:,(?!\s?grade)|(?:[{DASH}/&]|to\b|or\b|and\b|through\b|,\s?(?:and|or)\b)\s?(?:grades?\s?)?)\s?"
_UNDER = r"(?:≤|<\s?=|<\s?or\s?=|⩽|at\smost|up\sto|below|under|less\sthan|<)"
_OVER = r"(?:[≥>⩾]\s?=?|≧|at\sleast|minimum|above|over|greater\sthan|higher\sthan|more\sthan|exceeding)"
_OPEN = (
    r"(?:\s?(?:\+|(?:or|and)\s(?:higher|more|greater|above|worse|over|beyond|up|severer)|or\smore\ssevere|and\smore\ssevere"
    r"|or\s≥|\(?or\shigher\)?))"
)
_TUMOUR = r"(?!\s?[aAbB]\b)"

_GRADE = re.compile(
    rf"(?P<any>\b(?:any|all|every|each|whatever)[\s{DASH}]?\s?(?:toxicity\s)?grades?\b(?!\s?{_ONE}\b)|\bregardless\sof\sgrade\b|\bof\sany\sgrade\b)"
    rf"(?:\s?\(\s?(?P<any_low>{_ONE})(?:{_LINK}(?P<any_high>{_ONE}))\s?\))?"
    rf"|(?:(?P<over1>{_OVER}|>\s?or\s?=)\s?|(?P<under1>{_UNDER})\s?)?\b(?:grade[sd]?|Gr\.?|(?-i:G)(?=\s?[1-5≥>]|(?-i:III|IV)))(?:\s?(?:of|were|was|:|levels?))?[\s{DASH}]?\s?\(?(?:(?P<over2>>\s?or\s?=|{_OVER})\s?|(?P<under2>{_UNDER})\s?)?"
    rf"(?:(?P<figure>{_FIGURE})(?P<figures>(?:{_LINK}{_FIGURE}(?!\s?-?grades?\b))*)"
    rf"|(?P<word>{_NUMBER_WORD})(?P<words>(?:{_LINK}{_NUMBER_WORD}(?!\s?-?grades?\b))*)){_TUMOUR}(?P<open>{_OPEN})?"
    rf"|(?P<severe>\b(?:high|severe)[\s{DASH}]grade(?=\s(?:\(|toxic|adverse|AEs?\b|events?|h(?:a)?ematolog|cytop|side|myelo)|\)|\s(?:were|was|occurred)\b))"
    rf"|(?P<back_low>(?-i:I|II|III|IV|[1-4]))\s?(?:[{DASH}/]|to|or|and)\s?(?P<back_high>(?-i:III|II|IV|V|[2-5]))(?:\s|-)(?:grades?|degrees?)\b(?!\s?(?:[1-5]|(?-i:I|V)))",
    re.IGNORECASE,
)
# A quick look whether there can be a grade at all: "gr", not that of "group", or "G3"
_ANY_GRADE = re.compile(
    r"[Gg](?:[Rr](?:[Aa][Dd][Ee]|[Ee][Ee](?<=[Dd][Ee][Gg][Rr][Ee][Ee])|(?!ou|ow|an|ea|ee|es|ap|af|ai|os|ac|am|as|ad))"
    r"|\s?[1-5≥>I])"
)
_MOST_BEFORE = (
    40  # characters of a grade before its "gr": "regardless of grade", "greater than grade", "II or III grade"
)
_MEMBER = re.compile(_ONE, re.IGNORECASE)
_TUMOUR_AFTER = re.compile(
    r"\s?[aAbB]?\s?(?:follicular|FL\b|lymphoma|NHL|glioma|tumou?r|acute\sgraft|acute\sGV|aGV|chronic\sgraft|GVHD|GvHD|cGV|disease\b|renal|varic)",
    re.IGNORECASE,
)
_LOW_HIGH_BEFORE = re.compile(r"\b(?:low|high|intermediate)[\s-]$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Grade:
    """A stated grade: `low`, `high` as read, `open_end` for "or higher"; no figures for "any" and "high" grade."""

    start: int
    end: int
    low: int | None
    high: int | None = None
    open_end: bool = False

    @property
    def is_any(self) -> bool:
        """Whether the words cover every grade ("any grade", "grade 1-4")."""
        if self.low is None:
            return not self.open_end
        return self.low == 1 and (self.open_end or (self.high or 1) >= 4)


@dataclass(frozen=True, slots=True)
class Severity:
    """A severity word and its term; offsets of the text given."""

    start: int
    end: int
    term: str


def find(text: str) -> tuple[Grade, ...]:
    """The toxicity grades of a text, in order."""
    first = _ANY_GRADE.search(text)
    if first is None:
        return ()
    found = []
    for match in _GRADE.finditer(text, max(0, first.start() - _MOST_BEFORE)):
        if _TUMOUR_AFTER.match(text, match.end()) or _LOW_HIGH_BEFORE.search(
            text, max(0, match.start() - 14), match.start()
        ):
            continue
        grade = _read(match)
        if grade is not None:
            found.append(grade)
    return tuple(found)


def severities(text: str, tokens: Sequence[Word] | None = None) -> tuple[Severity, ...]:
    """The severity words of a text that stand for a term. `tokens` are its words where the caller has them already."""
    matches = trigger_table("severity", SEVERITY_COLUMNS).find(words(text) if tokens is None else tokens)
    return tuple(Severity(match.start, match.end, match.row["term"]) for match in matches if match.row["term"])


def value(figure: str) -> int:
    """Roman, Arabic or spelled: "IV" is 4."""
    return _ROMAN.get(figure) or _WORDS.get(figure.lower()) or int(figure)


def _read(match: re.Match[str]) -> Grade | None:
    start, end = match.span()
    if match["any"]:
        low, high = match["any_low"], match["any_high"]
        return Grade(start, end, value(low) if low else None, value(high) if high else None)
    if match["severe"]:
        return Grade(start, end, None, None, open_end=True)
    if match["back_low"]:
        low_value, high_value = value(match["back_low"]), value(match["back_high"])
        return Grade(start, end, low_value, high_value) if low_value < high_value else None
    # a figure is joined with figures, a word with words: "grade 4 and two febrile"
    listed = (match["figure"] or match["word"]) + " " + (match["figures"] or match["words"] or "")
    members = [value(m) for m in _MEMBER.findall(listed)]
    over = (match["over1"] or match["over2"] or "").strip().lower()
    if over:
        strictly = over in (">", "above", "over", "greater than", "higher than", "more than", "exceeding")
        low_value = members[0] + (1 if strictly and members[0] < 5 else 0)
        return Grade(start, end, low_value, None, open_end=True)
    if under := (match["under1"] or match["under2"] or "").lower():
        strictly = under in ("<", "below", "under", "less than")
        return Grade(start, end, 1, max(members[0] - strictly, 1))
    if match["open"]:
        return Grade(start, end, members[0], None, open_end=True)
    low_value, high_value = min(members), max(members)
    return Grade(start, end, low_value, high_value if high_value > low_value else None)
