"""Short forms and what an article says they stand for.

The decision is scispaCy's (Schwartz & Hearst, 2003, "A simple algorithm for identifying abbreviation definitions in
biomedical text"). Added here: square brackets, plurals, words with hyphens, remarks after the short form
("(ASA; n = 3)"), and every later use of a short form in any section of the same article.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scispacy.abbreviation import find_abbreviation, short_form_filter
from spacy.tokens import Doc
from spacy.vocab import Vocab

_BRACKETED = re.compile(r"[(\[]([^()\[\]]{2,90})[)\]]")
_WORD = re.compile(r"[^\s()\[\],;:]+|[()\[\],;:]")
_REMARK = re.compile(r"\s*[;,:=<>≤≥].*", re.DOTALL)
# "(CLL, n = 8; FL, n = 7)" lists groups: it defines nothing
_LIST = re.compile(r"[^\W\d_][\w-]*(?:,\s?|\s)(?:[nN]\s?=\s?)?\d+(?:\s?%)?\s?[;,]\s?(?:and\s)?[^\W\d_]")
_FIGURES = re.compile(r"[;=%<>±]|(?<!\S)\d+(?:\.\d+)?(?!\S)")  # "MS (median age 38 years; 65% female)" defines nothing
_MOST_WORDS_IN_SHORT_FORM = 3  # as in scispaCy: more words in the brackets are a long form after its short form
_MOST_WORDS_IN_BRACKETS = 8
_PLURAL = re.compile(r".*[A-Z0-9]s")


@dataclass(frozen=True, slots=True)
class Definition:
    """`long` stands at text[start:end]; a plural short form ("ANCs") is given in the singular."""

    short: str
    long: str
    start: int
    end: int


def definitions(text: str, sentences: Sequence[tuple[int, int]], vocab: Vocab) -> Iterator[Definition]:
    """The definitions in a text; both forms stand in the same sentence. `vocab` is what spaCy needs to build a Doc."""
    for start, end in sentences:
        for match in _BRACKETED.finditer(text, start, end):
            inside = list(_WORD.finditer(text, match.start(1), match.end(1)))
            before = list(_WORD.finditer(text, start, match.start()))
            if not before or not inside or _LIST.match(match[1]):
                continue
            short = _REMARK.sub("", match[1]).strip()
            reach = max(1, min(len(short) + 5, len(short) * 2))
            many = _MOST_WORDS_IN_SHORT_FORM < len(inside) <= _MOST_WORDS_IN_BRACKETS and not _FIGURES.search(match[1])
            definition = _definition(text, inside, before[-1][0], vocab) if many else None
            if definition := definition or _definition(text, before[-reach:], short, vocab):
                yield definition


def _definition(text: str, words: list[re.Match[str]], short: str, vocab: Vocab) -> Definition | None:
    """The end of `words` (or all of them) as the long form of `short`, or None."""
    short_doc = Doc(vocab, words=short.split())
    if not len(short_doc) or not short_form_filter(short_doc[:]):
        return None
    # A blank after every word: find_abbreviation compares a form joined by blanks with the words' own white space.
    long_doc = Doc(vocab, words=[word[0] for word in words])
    _, found = find_abbreviation(long_doc[:], Doc(vocab, words=[_singular(short)])[:])
    if found is None:
        return None
    start, end = words[found.start].start(), words[-1].end()
    if text[start:end].lower() == short.lower():
        return None
    return Definition(_singular(short), text[start:end], start, end)


def _singular(short: str) -> str:
    """ "ANCs" -> "ANC"; a short form in small letters keeps its s."""
    return short[:-1] if _PLURAL.fullmatch(short) else short


def short_form_uses(text: str, shorts: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """(start, end, short form) of every use of these short forms in a text, plurals included."""
    if not shorts:
        return
    alternatives = "|".join(re.escape(short) for short in sorted(shorts, key=len, reverse=True))
    for match in re.finditer(rf"(?<![^\W_])({alternatives})s?(?![^\W_])", text):
        yield match.start(), match.end(), match[1]
