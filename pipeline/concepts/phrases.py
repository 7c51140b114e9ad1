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


Entry = tuple[tuple[str, ...], dict[str, str]]
_NONE: tuple[Entry, ...] = ()


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


def words(text: str) -> tuple[Word, ...]:
    """The words of a text; a number with 400 digits is one word."""
    return tuple(Word(m.group().lower(), m.start(), m.end()) for m in _WORD.finditer(text))


class PhraseTable:
    """Phrases with the rows they came from. Longest match wins; matches do not overlap."""

    def __init__(self, rows: Iterable[dict[str, str]], column: str = "trigger") -> None:
        self._by_word: dict[str, list[Entry]] = {}
        self._by_prefix: dict[str, list[Entry]] = {}
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
        by_word, by_prefix = self._by_word, self._by_prefix
        free = 0
        for position, token in enumerate(tokens):
            if position < free:
                continue
            text = token.text
            entries = by_word.get(text, _NONE)
            if by_prefix:
                entries = [*entries, *by_prefix.get(text[:_PREFIX], _NONE)]
            best: Entry | None = None
            for entry in entries:
                longer = best is None or len(entry[0]) > len(best[0])
                if longer and _matches(entry[0], tokens, position):
                    best = entry
            if best is not None:
                last = position + len(best[0]) - 1
                yield Match(best[1], token.start, tokens[last].end, position, last)
                free = last + 1


def _matches(pattern: tuple[str, ...], tokens: Sequence[Word], position: int) -> bool:
    if position + len(pattern) > len(tokens):
        return False
    for offset, word in enumerate(pattern):
        text = tokens[position + offset].text
        if word != text and not (word.endswith("*") and text.startswith(word[:-1])):
            return False
    return True


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
