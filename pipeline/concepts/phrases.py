"""Finds listed phrases in a text in one pass over its words: the engine under every trigger table.

A phrase is words in order; hyphens, slashes, brackets and line breaks between words do not count, so "late-onset"
and "late onset" are one phrase. A trailing "*" on a word accepts any ending ("withh*"). Matching ignores capitals.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pipeline.protocol import CORPORA, read_table

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)?")
_PREFIX = 3  # a wildcard word must keep at least this many letters, which index it


class Entry(NamedTuple):
    """A phrase of a table: its place in the order of preference, its words, and its row.

    A word is a literal or (ending in "*") a beginning.
    """

    rank: int
    pattern: list[str]
    has_wildcard: bool
    row: dict[str, str]


class Entries(NamedTuple):
    """The phrases that begin with one word: those whose second word is a literal by that word, and all others."""

    by_second: dict[str, list[Entry]]
    others: list[Entry]


class Word(NamedTuple):
    """A run of letters and digits: lower case, and its place in the text that was split."""

    text: str
    start: int
    end: int


class Match(NamedTuple):
    """A phrase found: `row` is its line of the table, start and end are offsets, first and last word numbers."""

    row: dict[str, str]
    start: int
    end: int
    first: int
    last: int


def small(text: str) -> str:
    """The text in small letters, each character in its place."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


class AnyOf(tuple[str, ...]):
    """A quick look for pieces of a text, one of which must be there for a pattern to match."""

    def search(self, text: str) -> bool:
        return any(map(text.__contains__, self))


_new_word = tuple.__new__  # what Word(...) does, without the call in between: every word of every text comes here


class Words(tuple[Word, ...]):
    """The words of a text in order, with what every table asks of them worked out once.

    `heads` are the different words, `prefixes` how they begin, as far as a wildcard is indexed.
    """

    texts: list[str]
    heads: frozenset[str]
    prefixes: frozenset[str]


def words(text: str) -> Words:
    """The words of a text; a number with 400 digits is one word."""
    if text.isascii():
        found = Words([_new_word(Word, (m[0], *m.span())) for m in _WORD.finditer(text.lower())])
    else:
        found = Words([_new_word(Word, (m[0].lower(), *m.span())) for m in _WORD.finditer(text)])
    found.texts = [word[0] for word in found]
    found.heads = frozenset(found.texts)
    found.prefixes = frozenset([head[:_PREFIX] for head in found.heads])
    return found


class PhraseTable:
    """Phrases with the rows they came from. Longest match wins; matches do not overlap."""

    def __init__(self, rows: Iterable[dict[str, str]], column: str = "trigger") -> None:
        phrases: list[tuple[list[str], dict[str, str]]] = []
        for row in rows:
            pattern = [
                word.text + ("*" if row[column][word.end : word.end + 1] == "*" else "") for word in words(row[column])
            ]
            if not pattern:
                raise ValueError(f"no word in the phrase {row[column]!r}")
            phrases.append((pattern, row))
        phrases.sort(key=lambda phrase: (phrase[0][0].endswith("*"), -len(phrase[0]), phrase[0]))
        self._by_word: dict[str, Entries] = {}
        self._by_prefix: dict[str, Entries] = {}
        for rank, (pattern, row) in enumerate(phrases):
            head = pattern[0]
            index, key = (self._by_prefix, head[:_PREFIX]) if head.endswith("*") else (self._by_word, head)
            entries = index.setdefault(key, Entries({}, []))
            is_apart = head.endswith("*") or len(pattern) == 1 or pattern[1].endswith("*")
            listed = entries.others if is_apart else entries.by_second.setdefault(pattern[1], [])
            listed.append(Entry(rank, pattern, any(word.endswith("*") for word in pattern), row))
        self._first, self._first_prefixes = frozenset(self._by_word), frozenset(self._by_prefix)
        telling = [max(pattern, key=len) for pattern, _ in phrases]
        self._telling = frozenset([word for word in telling if not word.endswith("*")])
        self._telling_prefixes = frozenset([word[:_PREFIX] for word in telling if word.endswith("*")])

    def find(self, tokens: Sequence[Word]) -> Iterator[Match]:
        """Every match in `tokens` (from `words`), left to right."""
        if isinstance(tokens, Words):
            texts, heads = tokens.texts, tokens.heads
            if self._telling.isdisjoint(heads) and self._telling_prefixes.isdisjoint(tokens.prefixes):
                return iter(())  # none of the phrases has its longest word here
            if self._first.isdisjoint(heads) and self._first_prefixes.isdisjoint(tokens.prefixes):
                return iter(())  # none of them begins here
        else:
            texts = [word[0] for word in tokens]
        return self._matches(tokens, texts)

    def _matches(self, tokens: Sequence[Word], texts: list[str]) -> Iterator[Match]:
        by_word, by_prefix = self._by_word, self._by_prefix
        free = 0
        for position, text in enumerate(texts):
            if position < free:
                continue
            best = _longest(by_word[text], texts, position) if text in by_word else None
            if by_prefix and (wild := by_prefix.get(text[:_PREFIX])) is not None:
                other = _longest(wild, texts, position)
                if other is not None and (best is None or len(other.pattern) > len(best.pattern)):
                    best = other
            if best is not None:
                free = position + len(best.pattern)
                yield Match(best.row, tokens[position].start, tokens[free - 1].end, position, free - 1)


def _longest(entries: Entries, texts: list[str], position: int) -> Entry | None:
    """The first in the order of preference, longest first, that is there."""
    by_second, others = entries
    best: Entry | None = None
    following = texts[position + 1] if by_second and position + 1 < len(texts) else None
    if following in by_second:
        best = next((entry for entry in by_second[following] if _is_there(entry, texts, position)), None)
    for entry in others:
        if best is not None and best.rank < entry.rank:
            break
        if _is_there(entry, texts, position):
            return entry
    return best


def _is_there(entry: Entry, texts: list[str], position: int) -> bool:
    """Whether the words from `position` on are those of the phrase."""
    pattern = entry.pattern
    end = position + len(pattern)
    if not entry.has_wildcard:
        return texts[position:end] == pattern
    return end <= len(texts) and all(
        text == word or (word.endswith("*") and text.startswith(word[:-1]))
        for word, text in zip(pattern, texts[position:end], strict=True)
    )


@cache
def trigger_rows(
    name: str, columns: tuple[str, ...], folder: Path = CORPORA / "common" / "triggers"
) -> tuple[dict[str, str], ...]:
    """The rows of `corpora/common/triggers/<name>.csv`, read once a process."""
    return tuple(row for _, row in read_table(folder / f"{name}.csv", columns))


@cache
def trigger_table(name: str, columns: tuple[str, ...]) -> PhraseTable:
    """The phrases of a trigger file, by its column "trigger"."""
    return PhraseTable(trigger_rows(name, columns))
