"""Finds listed phrases in a text in one pass over its words: the engine under every trigger table.

A phrase is words in order; hyphens, slashes, brackets and line breaks between words do not count, so "late-onset"
and "late onset" are one phrase. A trailing "*" on a word accepts any ending ("withh*"). Matching ignores capitals.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.protocol import CORPORA, read_table

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)?")
_PREFIX = 3  # a wildcard word must keep at least this many letters, which index it


@dataclass(frozen=True, slots=True)
class Word:
    """A run of letters and digits: lower case, and its place in the text that was split."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase found: `row` is its line of the table, start and end are offsets, first and last word numbers."""

    row: dict[str, str]
    start: int
    end: int
    first: int
    last: int


def words(text: str) -> tuple[Word, ...]:
    """The words of a text; a number with 400 digits is one word."""
    return tuple(Word(m.group().lower(), m.start(), m.end()) for m in _WORD.finditer(text))


class PhraseTable:
    """Phrases with the rows they came from. Longest match wins; matches do not overlap."""

    def __init__(self, rows: Iterable[dict[str, str]], column: str = "trigger") -> None:
        self._by_word: dict[str, list[tuple[tuple[str, ...], dict[str, str]]]] = {}
        self._by_prefix: dict[str, list[tuple[tuple[str, ...], dict[str, str]]]] = {}
        for row in rows:
            pattern = tuple(
                word.text + ("*" if row[column][word.end : word.end + 1] == "*" else "") for word in words(row[column])
            )
            if not pattern:
                raise ValueError(f"no word in the phrase {row[column]!r}")
            head = pattern[0]
            index, key = (self._by_prefix, head[:_PREFIX]) if head.endswith("*") else (self._by_word, head)
            index.setdefault(key, []).append((pattern, row))
        for index in (self._by_word, self._by_prefix):
            for entries in index.values():
                entries.sort(key=lambda entry: (-len(entry[0]), entry[0]))

    def find(self, tokens: Sequence[Word]) -> Iterator[Match]:
        """Every match in `tokens` (from `words`), left to right."""
        position = 0
        while position < len(tokens):
            found = self._longest_at(tokens, position)
            if found is None:
                position += 1
                continue
            pattern, row = found
            last = position + len(pattern) - 1
            yield Match(row, tokens[position].start, tokens[last].end, position, last)
            position = last + 1

    def _longest_at(self, tokens: Sequence[Word], position: int) -> tuple[tuple[str, ...], dict[str, str]] | None:
        head = tokens[position].text
        best: tuple[tuple[str, ...], dict[str, str]] | None = None
        for entries in (self._by_word.get(head), self._by_prefix.get(head[:_PREFIX])):
            for pattern, row in entries or ():
                if best is not None and len(pattern) <= len(best[0]):
                    break
                if position + len(pattern) <= len(tokens) and all(
                    _fits(pattern[i], tokens[position + i].text) for i in range(len(pattern))
                ):
                    best = (pattern, row)
                    break
        return best


def _fits(pattern: str, word: str) -> bool:
    return word.startswith(pattern[:-1]) if pattern.endswith("*") else word == pattern


@cache
def trigger_rows(name: str, columns: tuple[str, ...], folder: Path = CORPORA / "common" / "triggers") -> tuple[
    dict[str, str], ...
]:
    """The rows of `corpora/common/triggers/<name>.csv`, read once a process."""
    return tuple(row for _, row in read_table(folder / f"{name}.csv", columns))


@cache
def trigger_table(name: str, columns: tuple[str, ...]) -> PhraseTable:
    """The phrases of a trigger file, by its column "trigger"."""
    return PhraseTable(trigger_rows(name, columns))
