"""Finds listed phrases in a text in one pass over its words: the engine under every trigger table.

A phrase is words in order; hyphens, slashes, brackets and line breaks between words do not count, so "late-onset"
and "late onset" are one phrase. A trailing "*" on a word accepts any ending ("withh*"). Matching ignores capitals.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple, overload

from pipeline.once import once
from pipeline.protocol import CORPORA, read_table

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)?")
# The same words in text of plain ASCII without an apostrophe, at a fifth of the time
_PARTED = {code: " " for code in range(128) if not chr(code).isalnum()}
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
        for piece in self:  # noqa: SIM110 - any() takes half as long again, and this is asked many times a sentence
            if piece in text:
                return True
        return False


class Words(Sequence[Word]):
    """The words of a text in order, with what every table asks of them worked out once.

    `texts` are the words without their places, `heads` the different ones. Where each stands is worked out when it is
    asked for: in most sentences no table finds anything.
    """

    def __init__(self, text: str) -> None:
        self._text = text.lower() if text.isascii() else text
        is_plain = text.isascii() and "'" not in text
        self._found: list[str] = self._text.translate(_PARTED).split() if is_plain else _WORD.findall(self._text)
        self.texts = self._found if text.isascii() else [word.lower() for word in self._found]
        self.heads = frozenset(self.texts)

    @once
    def prefixes(self) -> frozenset[str]:
        """How the words begin, as far as a wildcard is indexed."""
        return frozenset([head[:_PREFIX] for head in self.heads])

    @once
    def spans(self) -> list[tuple[int, int]]:
        """Where each word stands: a word begins with a letter or digit, and none stands between it and the last one."""
        spans, end = [], 0
        for word in self._found:
            start = self._text.find(word, end)
            end = start + len(word)
            spans.append((start, end))
        return spans

    @once
    def placed(self) -> tuple[Word, ...]:
        """The words with their offsets."""
        return tuple([Word(text, start, end) for text, (start, end) in zip(self.texts, self.spans, strict=True)])

    def __len__(self) -> int:
        return len(self.texts)

    @overload
    def __getitem__(self, index: int) -> Word: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Word, ...]: ...
    def __getitem__(self, index: int | slice) -> Word | tuple[Word, ...]:
        return self.placed[index]

    def __iter__(self) -> Iterator[Word]:
        return iter(self.placed)


def words(text: str) -> Words:
    """The words of a text; a number with 400 digits is one word."""
    return Words(text)


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
        self._needed: dict[str, list[frozenset[str]]] = {}
        self._needed_by_prefix: dict[str, list[frozenset[str]]] = {}
        for pattern, _ in phrases:
            telling = max(pattern, key=len)
            literal = frozenset([word for word in pattern if not word.endswith("*")])
            if telling.endswith("*"):
                self._needed_by_prefix.setdefault(telling[:_PREFIX], []).append(literal)
            else:
                self._needed.setdefault(telling, []).append(literal)
        self._telling, self._telling_prefixes = frozenset(self._needed), frozenset(self._needed_by_prefix)

    def find(self, tokens: Sequence[Word]) -> Iterator[Match]:
        """Every match in `tokens` (from `words`), left to right."""
        if isinstance(tokens, Words):
            return self._matches(tokens.texts, tokens.spans) if self._may_match(tokens) else iter(())
        return self._matches([word.text for word in tokens], [(word.start, word.end) for word in tokens])

    def _may_match(self, tokens: Words) -> bool:
        """Whether all literal words of some phrase are there, in whatever order; the longest is looked for first."""
        heads = tokens.heads
        for telling in self._telling & heads:
            for literal in self._needed[telling]:
                if literal <= heads:
                    return True
        if self._telling_prefixes:
            for prefix in self._telling_prefixes & tokens.prefixes:
                for literal in self._needed_by_prefix[prefix]:
                    if literal <= heads:
                        return True
        return False

    def _matches(self, texts: list[str], spans: list[tuple[int, int]]) -> Iterator[Match]:
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
                yield Match(best.row, spans[position][0], spans[free - 1][1], position, free - 1)


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
