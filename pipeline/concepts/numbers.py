"""Numbers in running text: digits in every print style, number words to the thousands, halves, ranges.

    "1,825"  1825      "2,5"  2.5       "0·5"  0.5      ".038"  0.038     "2½"  2.5
    "Forty-one"  41    "one hundred and five"  105       "two and a half"  2.5      "a dozen"  12

Not numbers: digits that belong to a name ("CD20", "FcgRIIIa158", "mg/m2", "10^9"), the power of a unit
("x 109/L"), and strings of more than 15 digits. What a number counts is for the other concepts to say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

_UNITS = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90,
}  # fmt: skip
_FRACTIONS = {"½": 0.5, "¼": 0.25, "¾": 0.75}

# hyphen-minus, U+2010 hyphen, U+2011 non-breaking hyphen, U+2012 figure dash, U+2013 en dash, U+2212 minus
DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2212"
DASH = r"\-" + DASHES[1:]
"""The dashes for use inside the brackets of a pattern."""

_JOIN = rf"(?:\s?[{DASH}]\s?|\s)"
_TENS_WORDS, _ONES_WORDS = "|".join(_TENS), "|".join(list(_UNITS)[1:10])
_UNIT_WORDS = "|".join(sorted(_UNITS, key=len, reverse=True))
_SMALL = rf"(?:(?:{_TENS_WORDS})(?:{_JOIN}?(?:{_ONES_WORDS})\b)?|{_UNIT_WORDS})"
_HUNDREDS = rf"(?:(?:{_SMALL}|an?){_JOIN})?hundred(?:{_JOIN}(?:and{_JOIN})?{_SMALL}\b)?"
_WORDS = (
    rf"(?:(?:{_HUNDREDS}|{_SMALL}|an?){_JOIN}thousand(?:,?{_JOIN}(?:and{_JOIN})?(?:{_HUNDREDS}|{_SMALL}\b))?"
    rf"|{_HUNDREDS}|(?:half\sa|an?|{_SMALL})\s+dozen|dozen|{_SMALL})"
)
_AND_HALF = rf"(?:{_JOIN}and{_JOIN}(?:(?:a|one){_JOIN})?half\b)"
_DIGITS = (
    r"\d{1,3}(?:,\d{3})+(?![,\d])(?:[.·]\d+)?|\d{1,3}(?:[\u2009\u202f\u00a0]\d{3})+(?!\d)"
    r"|\d{1,3}(?: \d{3})+(?= (?:patients|people|persons|individuals|adults|children|women|men|person-years)\b)"
    r"|\d++(?!\^)(?:[.·]\d+|,\d+(?!,?\d))?"
)
_TAIL = rf"(?P<fraction>\s?[½¼¾]|\s1/2\b(?![\d/]))?(?P<half>{_AND_HALF})?"

# One cheap look finds where a number may begin; the grammar is tried only there.
_CANDIDATE = re.compile(r"\d|[½¼¾]|[^\W\d_]+")
_FIGURE = re.compile(r"[\d½¼¾]")
_RUN = re.compile(r"[^\W\d_]+")
# Splits the same runs out of plain ASCII, as bytes: at a fifth of the time
_LETTERS_ONLY = bytes(code if chr(code).isalpha() else ord(" ") for code in range(256))
_GLUED_TENS = re.compile(_TENS_WORDS)
_TENS_FIRST = tuple(_TENS)
_FROM_DIGIT = re.compile(rf"(?P<digits>{_DIGITS}){_TAIL}", re.IGNORECASE)
# Most numbers: figures with nothing behind them that could be more of the number
_PLAIN = re.compile(rf"(?P<digits>\d++)(?![,.·]\d|\^|\s?[½¼¾]|\s?[{DASH}]\s?[aA]|\s[\daA])")
_FROM_WORD = re.compile(
    rf"(?:(?P<half_a>half\san?\b(?!\s+dozen))|(?P<words>{_WORDS})\b(?P<half>{_AND_HALF})?)", re.IGNORECASE
)
_MULTIPLES = re.compile(r"\s?(?:hundred|thousand|dozen)\b", re.IGNORECASE)
_STARTS = frozenset({*_UNITS, *_TENS, "hundred", "dozen", "half"})
_ARTICLES = frozenset({"a", "an"})
_OPENING = _STARTS | _ARTICLES
_LONGEST_OPENING = 6  # letters; longer words may begin with one of the tens ("fortyone"), all with "ty"
_NUMBER_WORDS = _STARTS | {"thousand"}
_ASCII_NUMBER_WORDS = frozenset(word.encode() for word in _NUMBER_WORDS)
# A number glued to one of these words lost its space in print ("was1,300 cells"); any other letter makes a name.
_GLUED = re.compile(r"\b(?:was|is|of|to|in|at|and|for|were|than|after)$", re.IGNORECASE)
_WORD = re.compile(r"[a-z]+")
_POWERS = frozenset({"10", "103", "106", "109", "1012"})
_TIMES = re.compile(r"[\d)]\s?[x×*·]\s?$", re.IGNORECASE)

RANGE_LINK = re.compile(
    rf"\s?[{DASH}]{{1,2}}\s?|\s+to\s+|\s?/\s?(?=\d)|\s+through\s+|\s?~\s?|\s+up\sto\s+", re.IGNORECASE
)


class Number(NamedTuple):
    """A number and where it stands: `start` and `end` count code points in the text given to `find`."""

    start: int
    end: int
    value: float
    is_word: bool = False

    @property
    def is_integer(self) -> bool:
        return self.value == int(self.value)


@dataclass(frozen=True, slots=True)
class Range:
    """Two numbers joined by a dash or "to", the smaller first."""

    low: Number
    high: Number

    @property
    def start(self) -> int:
        return self.low.start

    @property
    def end(self) -> int:
        return self.high.end


def find(text: str, start: int = 0, end: int | None = None) -> list[Number]:
    """Every number between `start` and `end`, in order, none overlapping another."""
    stop = len(text) if end is None else end
    if not _has_number_word(text):
        return _figures(text, start, stop)
    found: list[Number] = []
    position = start
    for candidate in _CANDIDATE.finditer(text, start, stop):
        word = candidate[0].lower()
        if word not in _OPENING and "ty" not in word and word.isalpha():
            continue  # most words
        begin = candidate.start()
        if begin < position:
            continue  # within the last number
        first = text[begin]
        if first.isalpha():
            number = _from_word(text, word, candidate, stop)
        elif first in _FRACTIONS:
            number = Number(begin, begin + 1, _FRACTIONS[first])
        else:
            number, position = _from_digits(text, begin, stop)
        if number is not None:
            found.append(number)
            position = number.end
    return found


def _has_number_word(text: str) -> bool:
    """Whether any number may be written as a word; most sentences have digits only, or no number at all."""
    low = text.lower()
    if low.isascii():
        has_whole = not _ASCII_NUMBER_WORDS.isdisjoint(low.encode().translate(_LETTERS_ONLY).split())
    else:
        has_whole = not _NUMBER_WORDS.isdisjoint(_RUN.findall(low))
    return has_whole or ("ty" in low and _GLUED_TENS.search(low) is not None)


def _figures(text: str, start: int, stop: int) -> list[Number]:
    """The numbers of a text without number words."""
    found: list[Number] = []
    position = start
    while figure := _FIGURE.search(text, position, stop):
        begin = figure.start()
        number: Number | None
        if figure[0] not in _FRACTIONS:
            number, position = _from_digits(text, begin, stop)
        elif begin > start and text[begin - 1].isalpha():
            number, position = None, begin + 1
        else:
            number, position = Number(begin, begin + 1, _FRACTIONS[figure[0]]), begin + 1
        if number is not None:
            found.append(number)
            position = number.end
    return found


def _from_digits(text: str, begin: int, stop: int) -> tuple[Number | None, int]:
    """The number whose digits begin at `begin`, and where to look on; None for digits that are part of a name."""
    match = _PLAIN.match(text, begin, stop) or _FROM_DIGIT.match(text, begin, stop)
    if match is None:
        return None, _end_of_digits(text, begin, stop)
    before = text[begin - 1] if begin else " "
    start = begin
    if before in " (":
        pass  # most numbers
    elif before in ".·" and (begin < 2 or not text[begin - 2].isalnum()):
        start = begin - 1
    elif (before.isalnum() or before in "_^.,·") and not _stands_apart(text, begin):
        return None, match.end("digits")
    value = digits_value(match["digits"])
    if value is None or _is_power(text, match):
        return None, match.end("digits")
    if start < begin:
        value = float("0." + re.sub(r"\D", "", match["digits"]))
    if match.re is _FROM_DIGIT:
        if match["fraction"]:
            value += _FRACTIONS.get(match["fraction"].strip(), 0.5)
        if match["half"]:
            value += 0.5
    return Number(start, match.end(), value), match.end()


def _stands_apart(text: str, begin: int) -> bool:
    """Whether digits behind a letter, point or comma are a number of their own: "was1,300", "n=5,n=6", "2006.Three"."""
    if text[begin - 1] in ".,·":
        return begin > 1 and not text[begin - 2].isdigit()
    return bool(_GLUED.search(text, max(0, begin - 6), begin))


def _end_of_digits(text: str, begin: int, stop: int) -> int:
    while begin < stop and text[begin].isdigit():
        begin += 1
    return begin


def _from_word(text: str, word: str, candidate: re.Match[str], stop: int) -> Number | None:
    """The number that begins with a word, None for any other word; `word` is the candidate in small letters."""
    if word in _ARTICLES:
        if not _MULTIPLES.match(text, candidate.end(), stop):
            return None
    elif word not in _STARTS and not (len(word) > _LONGEST_OPENING and word.startswith(_TENS_FIRST)):
        return None
    match = _FROM_WORD.match(text, candidate.start(), stop)
    if match is None:
        return None
    if match["half_a"]:
        return Number(match.start(), match.end(), 0.5)
    return Number(
        match.start(), match.end(), words_value(match["words"]) + (0.5 if match["half"] else 0.0), is_word=True
    )


def ranges(text: str, numbers: list[Number]) -> list[Range]:
    """Neighbouring numbers joined as a range: "30-280", "1 to 9", "0.2 – 1.0"; only where the first is smaller."""
    found = []
    previous: Number | None = None
    for number in numbers:
        if previous and previous.value < number.value and RANGE_LINK.fullmatch(text, previous.end, number.start):
            found.append(Range(previous, number))
            previous = None
        else:
            previous = number
    return found


def digits_value(digits: str) -> float | None:
    """The value of digits as printed; None for more than 15 of them, which no count in medicine has.

    A comma before exactly three digits separates thousands ("1,825"), unless a zero leads ("0,125"); any other
    comma is a decimal comma ("2,5").
    """
    if len(digits) > 20 or (len(digits) > 15 and sum(c.isdigit() for c in digits) > 15):
        return None
    if digits.isdecimal():
        return float(digits)
    plain = digits.replace("\u2009", "").replace("\u202f", "").replace("\u00a0", "").replace(" ", "").replace("·", ".")
    if "," in plain:
        head, *tail = plain.split(",")
        thousands = head != "0" and all(len(part.split(".")[0]) == 3 for part in tail)
        plain = plain.replace(",", "" if thousands else ".")
    return float(plain)


def words_value(words: str) -> float:
    """The value of number words: "one hundred and five" is 105."""
    total = current = 0.0
    for word in _WORD.findall(words.lower()):
        if word in _UNITS:
            current += _UNITS[word]
        elif word in _TENS:
            current += _TENS[word]
        elif word == "hundred":
            current = (current or 1) * 100
        elif word == "thousand":
            total, current = total + (current or 1) * 1000, 0.0
        elif word == "dozen":
            current = (current or 1) * 12
        elif word == "half":
            current += 0.5
        else:
            current += _glued_tens(word)
    return total + current


def _glued_tens(word: str) -> float:
    """ "fortyone" is 41; "and" and "a" are 0."""
    for tens, value in _TENS.items():
        if word.startswith(tens):
            return value + _UNITS.get(word[len(tens) :], 0)
    return 0.0


def _is_power(text: str, match: re.Match[str]) -> bool:
    """Whether the digits are the power of a unit: "0.7 x 109/L"."""
    return match["digits"] in _POWERS and bool(_TIMES.search(text, max(0, match.start() - 4), match.start()))
