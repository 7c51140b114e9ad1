"""Ordinals, and the number of a dose or cycle.

    "third", "3rd"                                    3
    "her third infusion", "cycle 3", "dose no. 3"     dose 3
    "infusion three", not "the dose three weeks ago"  dose 3
    "the first infusion of her third course"          cycle 3

Reads single words or the words of a phrase (phrases.py), in small letters; gives whole numbers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from pipeline.concepts.phrases import Word

ORDINAL_WORDS = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
]
ORDINALS = {word: value for value, word in enumerate(ORDINAL_WORDS, start=1)}
_ORDINAL_DIGITS = re.compile(r"(\d{1,2})(?:st|nd|rd|th)")
_CARDINALS = dict(
    zip(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], range(1, 11), strict=True)
)
_DOSE_NOUNS = frozenset(
    word + ending
    for word in (
        "dose",
        "infusion",
        "cycle",
        "course",
        "injection",
        "administration",
        "treatment",
        "round",
        "exposure",
        "gram",
    )
    for ending in ("", "s")
)
# Behind a number word: "four weeks after the dose two patients had it", "the infusion three days before"
_COUNTED_THINGS = re.compile(
    r"(?:hour|day|week|fortnight|month|year|patient|case|person|people|wom[ae]n|m[ae]n|child"
    r"|of (?:the|these|those|them|our)|more|further|episode)"
)


def ordinal_value(word: str) -> int | None:
    """ "third" and "3rd" are 3."""
    if word in ORDINALS:
        return ORDINALS[word]
    match = _ORDINAL_DIGITS.fullmatch(word)
    return int(match[1]) if match else None


def cycle_number(phrase: Sequence[Word]) -> int | None:
    """ "the first infusion of her third course": a dose of a later cycle is counted by the cycle."""
    for index in range(len(phrase) - 4):
        inner = phrase[index : index + 7]
        if ordinal_value(inner[0].text) != 1 or inner[1].text not in _DOSE_NOUNS or inner[2].text != "of":
            continue
        for word, following in pairwise(inner[3:]):
            value = ordinal_value(word.text)
            if value is not None and value > 1 and following.text in _DOSE_NOUNS:
                return value
    return None


def dose_number(phrase: Sequence[Word], text: str) -> int | None:
    """The number of the dose in an anchor: "her third infusion", "cycle 3", "dose #4"."""
    for index, word in enumerate(phrase):
        value = ordinal_value(word.text)
        if value is not None and any(w.text in _DOSE_NOUNS for w in phrase[index + 1 : index + 6]):
            return value
        if word.text in _DOSE_NOUNS and index + 2 < len(phrase) and phrase[index + 1].text in ("number", "no", "nr"):
            told = phrase[index + 2].text
            spelled = _CARDINALS.get(told) or (int(told) if told.isdigit() and len(told) <= 2 else None)
            if spelled is not None:
                return spelled  # "infusion number four"
        if word.text in _DOSE_NOUNS and index + 1 < len(phrase):
            following = phrase[index + 1].text
            if (
                following.isdigit()
                and len(following) <= 2
                and not text[phrase[index + 1].end :].lstrip().startswith("%")
            ):
                return int(following)
            behind = " ".join(w.text for w in phrase[index + 2 : index + 4])
            if following in _CARDINALS and not word.text.endswith("s") and not _COUNTED_THINGS.match(behind):
                return _CARDINALS[following]  # "infusion three"
    return None
