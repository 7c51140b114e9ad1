"""A trained NER model: words, names and weights in one folder, and what it says of a list of tokens.

model.npz       weights, half precision
words.txt.gz    the words with a vector of their own, one a line
names.tsv.gz    names of drugs and diseases (pipeline/ner/names.py)
meta.json       sizes, labels, recipe, data and scores: the model card; README.md says it in words
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.errors import PipelineError
from pipeline.files import atomic_write, write_json
from pipeline.ner.model import LABELS, Array, Shape, Words, context_model, log_softmax, read_words, word_model
from pipeline.ner.names import FEATURES, SHORT_FORM_KINDS, Names

FILES = ("meta.json", "model.npz", "names.tsv.gz", "words.txt.gz")
FEATURE_COLUMNS = len(FEATURES) + len(SHORT_FORM_KINDS)
_MOST_KEPT = 200_000  # words whose vectors are kept; about 100 MB


class Tagger:
    """Log probabilities of the tags of tokens: the mean of its members, which differ by their seed alone."""

    def __init__(
        self,
        shape: Shape,
        known: Sequence[str],
        context_words: Sequence[str],
        context: Array,
        names: Names,
        members: int = 1,
        card: dict[str, Any] | None = None,
        seed: int = 0,
        drop: float = 0.0,
        word_drop: float = 0.0,
    ) -> None:
        self.card = card or {}
        self.shape = shape
        self.known = {word: row for row, word in enumerate(known, start=1)}
        self.context_rows = {word: row for row, word in enumerate(context_words, start=1)}
        self.context = context
        self.names = names
        self.word_models = [word_model(shape, seed + 10 * n, drop, word_drop) for n in range(members)]
        self.context_models = [context_model(shape, drop) for _ in range(members)]
        for model in (*self.word_models, *self.context_models):
            model.initialize()
        self.forget()

    def forget(self) -> None:
        """Drop the kept vectors; needed after the weights have changed."""
        self._row: dict[str, int] = {}
        self._vectors = np.zeros((0, self.shape.width * len(self.word_models)), dtype="f")

    def read(self, words: Sequence[str]) -> Words:
        """Words as the word models take them."""
        return read_words(words, self.shape, self.known, self.context_rows, self.context)

    def _rows(self, texts: Sequence[Sequence[str]]) -> list[Array]:
        if len(self._row) > _MOST_KEPT:
            self.forget()
        new = sorted({word for text in texts for word in text if word not in self._row})
        if new:
            words = self.read(new)
            for word in new:
                self._row[word] = len(self._row)
            self._vectors = np.vstack([self._vectors, np.hstack([m.predict(words) for m in self.word_models])])
        return [np.array([self._row[word] for word in text], dtype="i") for text in texts]

    def log_probabilities(self, texts: Sequence[Sequence[str]], features: Sequence[Array]) -> list[Array]:
        """One row a token, one column a tag of `ner_model.TAGS`: the mean over the members."""
        rows = self._rows(texts)
        width = self.shape.width
        sums: list[Array] = [np.zeros(1, dtype="f")] * len(texts)
        for number, model in enumerate(self.context_models):
            inputs = [
                np.hstack([self._vectors[r, number * width : (number + 1) * width], f])
                for r, f in zip(rows, features, strict=True)
            ]
            sums = [total + log_softmax(scores) for total, scores in zip(sums, model.predict(inputs), strict=True)]
        return [total / len(self.context_models) for total in sums]

    def save(self, folder: Path) -> None:
        """Write the files of FILES but the names, which are there before a training."""
        arrays: dict[str, Array] = {"context": self.context.astype(np.float16)}
        for kind, models in (("word", self.word_models), ("context", self.context_models)):
            for number, model in enumerate(models):
                for position, node in enumerate(model.walk()):
                    for name in node.param_names:
                        value = np.asarray(node.get_param(name), dtype=np.float16)
                        arrays[f"{kind}.{number}.{position}.{name}"] = value
        with atomic_write(folder / "model.npz", "wb") as stream:
            np.savez_compressed(stream, **arrays)
        text = "".join(f"{word}\n" for words in (self.known, [""], self.context_rows) for word in words)
        with atomic_write(folder / "words.txt.gz", "wb") as stream:
            stream.write(gzip.compress(text.encode(), mtime=0))
        sizes = {"labels": list(LABELS), "shape": asdict(self.shape), "members": len(self.word_models)}
        write_json(folder / "meta.json", {**self.card, **sizes})

    @classmethod
    def load(cls, folder: Path) -> Tagger:
        """Raises PipelineError where a file is missing or not what `save` wrote."""
        if missing := [name for name in FILES if not (folder / name).is_file()]:
            raise PipelineError(f"{folder}: {', '.join(missing)} missing; copy the whole folder, or run `make model`")
        try:
            meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
            with gzip.open(folder / "words.txt.gz", "rt", encoding="utf-8") as stream:
                known, _, context_words = stream.read().partition("\n\n")
            with np.load(folder / "model.npz", allow_pickle=False) as arrays:
                weights = {name: arrays[name].astype("f") for name in arrays.files}
            tagger = cls(
                Shape(**meta["shape"]),
                known.split("\n"),
                context_words.rstrip("\n").split("\n"),
                weights["context"],
                Names.read(folder / "names.tsv.gz"),
                meta["members"],
                meta,
            )
            for kind, models in (("word", tagger.word_models), ("context", tagger.context_models)):
                for number, model in enumerate(models):
                    for position, node in enumerate(model.walk()):
                        for name in node.param_names:
                            value = weights[f"{kind}.{number}.{position}.{name}"]
                            if value.shape != node.get_param(name).shape:
                                raise ValueError(f"{kind}.{number}.{position}.{name} has the wrong size")
                            node.set_param(name, value)
        except PipelineError:
            raise
        except Exception as error:
            raise PipelineError(f"{folder} is damaged ({error}); copy the whole folder, or run `make model`") from error
        return tagger
