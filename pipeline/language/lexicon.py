"""Finds a review's terms in a text, however they are capitalised, hyphenated or inflected.

A term and a text are cut into words: runs of letters and digits. White space and hyphens between words do not count,
so "beta-blocker", "beta blocker" and "betablocker" are one, and so are "AB-1234" and "AB 1234". A word of a text may
also hold several words of the term where the term has a boundary, which lies at every hyphen, space and change between
letters and digits ("anti-IL5", "anti IL 5", "antiIL5"). Every other character (slash, comma, bracket) is a word of its
own and must be the same, which is why "aspirin/placebo" and "aspirin-induced" hold "aspirin", and "beta, blocker" holds
no "beta-blocker". British and American spelling are one ("leukaemia", "hematological"), and "disease" and "disorder".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

from pipeline.protocol import Term

HYPHENS = "-\u00ad\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d"
_WORD = re.compile(rf"(?P<word>[^\W_]+)(?:['’´]s(?![^\W_]))?|[^{HYPHENS}\s]")
_PIECE = re.compile(r"[^\W\d_]+|\d+|[^\w]|_")
_FOOTNOTE = re.compile(r"([^\W\d_]{6,})\d{1,2}$")
_SPELLINGS = (
    ("haem", "hem"), ("aemi", "emi"), ("paen", "pen"), ("paed", "ped"), ("oede", "ede"), ("oeso", "eso"),
    ("tumour", "tumor"), ("diarrhoea", "diarrhea"),
)  # fmt: skip
_LONGEST_GAP = 3  # " - " between two words of a term


@dataclass(frozen=True, slots=True)
class Match:
    """A term found at text[start:end]."""

    start: int
    end: int
    term: Term


@dataclass(frozen=True, slots=True)
class _Word:
    """`form` is what is compared: the word without a possessive; `end` leaves the possessive out too."""

    start: int
    end: int
    form: str


def _words(text: str) -> list[_Word]:
    return [_Word(m.start(), m.end("word") if m["word"] else m.end(), m["word"] or m[0]) for m in _WORD.finditer(text)]


def _pieces(term: str) -> list[str]:
    return [piece for word in _words(term) for piece in _PIECE.findall(word.form)]


def _folded(form: str) -> str:
    """A word in small letters in the spelling in which words are compared."""
    if "ae" not in form and "oe" not in form and not form.endswith(("al", "our", "ours")) and "disorder" not in form:
        return form
    if form.startswith("disorder"):
        return "disease" + form.removeprefix("disorder")
    for british, american in _SPELLINGS:
        form = form.replace(british, american)
    return form.removesuffix("al") if form.endswith("ological") else form


def _last_forms(form: str, case: bool) -> Iterator[tuple[str, int]]:
    """What the last word of a term may stand for, each form with how many characters at its end are not the term's."""
    yield form, 0
    if form.endswith("s") and len(form) > 2:
        yield form[:-1], 0
        if not case:
            if form.endswith("ies"):
                yield form[:-3] + "y", 0
            elif form.endswith("es"):
                yield form[:-2], 0
                yield form[:-2] + "is", 0
    if footnote := _FOOTNOTE.match(form):
        yield footnote[1], len(form) - len(footnote[1])


class _Index:
    """Terms by their letters without gaps, and every beginning of a term that ends at one of its boundaries."""

    def __init__(self, terms: Iterable[Term], case: bool) -> None:
        self.case = case
        self.terms: dict[str, Term] = {}
        self.beginnings: set[str] = set()
        for term in terms:
            pieces = _pieces(term.term) if case else [_folded(piece) for piece in _pieces(term.term.lower())]
            joined = list(accumulate(pieces))
            if joined:
                self.terms.setdefault(joined[-1], term)
                self.beginnings.update(joined)

    def longest(self, forms: list[str], words: list[_Word], first: int) -> Match | None:
        """The longest term that begins at word number `first`."""
        best = None
        beginning = ""
        for number in range(first, len(words)):
            if number > first and words[number].start - words[number - 1].end > _LONGEST_GAP:
                break
            form = forms[number]
            for candidate, rest in _last_forms(form, self.case):
                if term := self.terms.get(beginning + candidate):
                    best = Match(words[first].start, words[number].end - rest, term)
                    break
            beginning += form
            if beginning not in self.beginnings:
                break
        return best


class Lexicon:
    """The terms of a review. Where the same words name two concepts, the term that comes first wins."""

    def __init__(self, terms: Iterable[Term]) -> None:
        terms = list(terms)
        self._any = _Index((t for t in terms if t.match != "case"), case=False)
        self._exact = _Index((t for t in terms if t.match == "case"), case=True)

    def find(self, text: str) -> list[Match]:
        """Every term in a text, in order and without overlap; of terms that overlap the longest wins."""
        words = _words(text)
        exact = [word.form for word in words]
        lower = [_folded(form.lower()) for form in exact]
        found = []
        for number in range(len(words)):
            for index, forms in ((self._any, lower), (self._exact, exact)):
                if match := index.longest(forms, words, number):
                    found.append(match)
        return without_overlap(found)

    def whole(self, text: str) -> Term | None:
        """The term that a text is as a whole, apart from an article in front of it."""
        text = re.sub(r"^(?:the|an?)\s+", "", text.strip(), flags=re.IGNORECASE)
        matches = self.find(text)
        if len(matches) == 1 and matches[0].start == 0 and matches[0].end >= len(text):
            return matches[0].term
        return None


def without_overlap(matches: Iterable[Match]) -> list[Match]:
    """The longest matches, and of equal ones the first; in order of the text."""
    kept: list[Match] = []
    taken: set[int] = set()
    for match in sorted(matches, key=lambda m: (m.start - m.end, m.start)):
        span = range(match.start, match.end)
        if taken.isdisjoint(span):
            taken.update(span)
            kept.append(match)
    return sorted(kept, key=lambda m: m.start)
