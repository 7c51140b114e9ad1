"""Names of drugs and diseases that a token sequence holds: a feature of the NER model, not an answer.

The names are those of MeSH (diseases) and of DrugBank's open data and MeSH (drugs); pipeline/weights/ner/README.md
tells how the file was made. A name is kept as its words in small letters, without hyphens and possessives.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
_WORD = re.compile(r"[^\W_]+")
_TOKEN = re.compile(r"[^\W_]+|[^\s\w]")
_SKIPPED = frozenset("-\u00ad\u2010\u2011\u2012\u2013\u2014\u2212")
_POSSESSIVE = frozenset(("'s", "’s", "'", "’"))
_MOST_WORDS = 8
SHORT_FORM_KINDS = ("CHEMICAL", "DISEASE", None)
FEATURES = tuple(f"{position}-{label}" for label in ("CHEMICAL", "DISEASE") for position in "BILU")
_COLUMN = {name: column for column, name in enumerate(FEATURES)}


class Names:
    """A dictionary of names, asked by tokens."""

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names
        self.beginnings = {
            " ".join(words[:size])
            for words in map(str.split, names)
            for size in range(1, min(len(words), _MOST_WORDS) + 1)
        }

    @classmethod
    def read(cls, path: Path) -> Names:
        """Lines of name <tab> label, gzipped."""
        with gzip.open(path, "rt", encoding="utf-8") as stream:
            return cls(dict(line.rstrip("\n").split("\t") for line in stream))

    def find(self, tokens: Sequence[str]) -> list[tuple[int, int, str]]:
        """(start, end, label) in tokens of the longest names, from left to right, without overlap."""
        found = []
        start, size = 0, len(tokens)
        lower = [token.lower() for token in tokens]
        while start < size:
            if longest := self._longest(lower, start):
                found.append((start, *longest))
                start = longest[0]
            else:
                start += 1
        return found

    def _longest(self, lower: list[str], start: int) -> tuple[int, str] | None:
        best = None
        text = ""
        end = start
        if lower[start] not in self.beginnings and lower[start][:-1] not in self.beginnings:
            return None
        while end < len(lower):
            token = lower[end]
            end += 1
            if end > start + 1 and (token in _SKIPPED or token in _POSSESSIVE):
                continue
            words = _WORD.findall(token)
            if not words:
                break
            text = " ".join([text, *words] if text else words)
            label = self.names.get(text) or (text.endswith("s") and self.names.get(text[:-1]))
            if label:
                best = (end, label)
            if text not in self.beginnings:
                break
        return best

    def features(self, tokens: Sequence[str]) -> Array:
        """One row a token, one column for each of FEATURES."""
        columns = np.zeros((len(tokens), len(FEATURES)), dtype="f")
        for start, end, label in self.find(tokens):
            if end - start == 1:
                columns[start, _COLUMN[f"U-{label}"]] = 1
            else:
                columns[start, _COLUMN[f"B-{label}"]] = 1
                columns[start + 1 : end - 1, _COLUMN[f"I-{label}"]] = 1
                columns[end - 1, _COLUMN[f"L-{label}"]] = 1
        return columns

    def kind(self, long_form: str) -> str | None:
        """The label of the name that a long form ends in."""
        tokens = _TOKEN.findall(long_form)
        found = self.find(tokens)
        return found[-1][2] if found and found[-1][1] == len(tokens) else None

    @staticmethod
    def short_form_features(size: int, uses: Sequence[tuple[int, int, str]], kinds: Mapping[str, str | None]) -> Array:
        """One row a token, one column for each of SHORT_FORM_KINDS. `uses` are (start, end, short form) in tokens."""
        columns = np.zeros((size, len(SHORT_FORM_KINDS)), dtype="f")
        for start, end, short in uses:
            columns[start:end, SHORT_FORM_KINDS.index(kinds[short])] = 1
        return columns
