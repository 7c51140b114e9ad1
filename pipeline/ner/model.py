"""The project's own NER model: a small tagger for CHEMICAL and DISEASE.

A word is read by its letters: its own vector, the vectors of its letter n-grams (as in fastText), its shape, and
what plain text says of its company (`context vectors`, made in training). Known names and short forms are added token
by token. A stack of convolutions reads the neighbours, and a layer of scores gives each token one of the tags O, B-,
I-, L-, U- of the two labels. The best legal sequence of tags is the answer.

Everything up to the convolutions depends on the word alone and is kept, so that a word costs its letters once.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sparse
from thinc.api import (
    Dropout,
    Linear,
    Maxout,
    Model,
    chain,
    clone,
    expand_window,
    residual,
    with_array,
)

Array = np.ndarray[Any, Any]
Layer = Model[Any, Any]  # thinc's types know no layer that takes Words
Backward = Callable[[Array], Any]
LABELS = ("CHEMICAL", "DISEASE")
TAGS = ("O", *(f"{position}-{label}" for label in LABELS for position in "BILU"))


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a model."""

    ngram_rows: int = 20000
    ngram_width: int = 96
    word_rows: int = 5000
    word_width: int = 64
    width: int = 128
    depth: int = 4
    window: int = 1
    pieces: int = 2
    context_width: int = 0
    features: int = 0


def _hash(text: str) -> int:
    return zlib.crc32(text.encode())


def word_shape(word: str) -> str:
    """ "Aspirin-induced" -> "Xxxxx-xxxx": runs longer than four are cut."""
    shape = re.sub(r"[A-ZÀ-ÞΑ-Ω]", "X", word)
    shape = re.sub(r"[a-zß-ÿα-ω]", "x", shape)
    shape = re.sub(r"\d", "0", shape)
    return re.sub(r"(.)\1{4,}", r"\1\1\1\1", shape)


def without_digits(word: str) -> str:
    """The form under which context vectors are kept: "2.5" and "7.1" keep the same company."""
    return re.sub(r"\d", "0", word.lower())


def ngrams(word: str) -> list[str]:
    """Letter n-grams of 3 to 5 characters of the lower-case word between "<" and ">", its ends, shape and length."""
    marked = f"<{word.lower()[:40]}>"
    found = [marked[i : i + n] for n in (3, 4, 5) for i in range(len(marked) - n + 1)]
    found += [marked[:3] + "^", marked[-3:] + "$", marked[-4:] + "$", marked[-5:] + "$"]
    found += ["S" + word_shape(word), "S3" + word_shape(word[-3:]), f"N{min(len(word), 12)}"]
    return found


@dataclass(slots=True)
class Words:
    """Distinct words as the model reads them: sparse rows of n-grams, row of the word, context vectors."""

    ngrams: sparse.csr_matrix
    rows: Array
    context: Array

    def __getitem__(self, index: Array) -> Words:
        return Words(self.ngrams[index], self.rows[index], self.context[index])


def read_words(
    words: Sequence[str], shape: Shape, known: dict[str, int], context_rows: dict[str, int], context: Array
) -> Words:
    """`known` gives the row of a word's own vector, `context_rows` that of its context vector; 0 is unknown."""
    indices: list[int] = []
    pointers = [0]
    data: list[float] = []
    for word in words:
        rows = [_hash(gram) % shape.ngram_rows for gram in ngrams(word)]
        indices += rows
        data += [1.0 / np.sqrt(len(rows))] * len(rows)
        pointers.append(len(indices))
    matrix = sparse.csr_matrix(
        (np.array(data, dtype="f"), np.array(indices, dtype="i"), np.array(pointers, dtype="i")),
        shape=(len(words), shape.ngram_rows),
    )
    matrix.sum_duplicates()
    rows_ = np.array([known.get(word.lower(), 0) for word in words], dtype="i")
    vectors = context[[context_rows.get(without_digits(word), 0) for word in words]]
    return Words(matrix, rows_, vectors)


def _init_table(model: Layer, X: object = None, Y: object = None) -> None:
    rng = np.random.default_rng(model.attrs["seed"])
    model.set_param("E", rng.uniform(-0.1, 0.1, size=model.attrs["size"]).astype("f"))


def _forward_ngrams(model: Layer, words: Words, is_train: bool) -> tuple[Array, Backward]:
    table = model.get_param("E")

    def backprop(blame: Array) -> list[Array]:
        model.inc_grad("E", words.ngrams.T @ blame)
        return []

    return np.ascontiguousarray(words.ngrams @ table), backprop


def _forward_rows(model: Layer, words: Words, is_train: bool) -> tuple[Array, Backward]:
    """In training some words are taken for unknown ones, so that the model learns to do without them."""
    table: Any = model.get_param("E")
    rows = words.rows
    if is_train:
        rows = np.where(model.attrs["rng"].random(rows.shape) < model.attrs["drop"], 0, rows)

    def backprop(blame: Array) -> list[Array]:
        gradient = np.zeros_like(table)
        np.add.at(gradient, rows, blame)
        model.inc_grad("E", gradient)
        return []

    return table[rows], backprop


def _table(name: str, forward: Callable[..., Any], rows: int, width: int, seed: int, drop: float = 0.0) -> Layer:
    attributes = {"size": (rows, width), "seed": seed, "drop": drop, "rng": np.random.default_rng(seed + 1)}
    return Model(name, forward, init=_init_table, params={"E": None}, attrs=attributes, dims={"nO": width})


def _side_by_side(layers: list[Layer], context_width: int, drop: float, seed: int) -> Layer:
    """The layers' outputs and the context vectors in one row a word."""

    def forward(model: Layer, words: Words, is_train: bool) -> tuple[Array, Backward]:
        outputs, backs = zip(*(layer(words, is_train) for layer in model.layers), strict=True)
        context = words.context
        if is_train:
            context = context * (model.attrs["rng"].random((len(context), 1)) >= drop)
        joined = np.hstack([*outputs, context]).astype("f")

        def backprop(blame: Array) -> list[Array]:
            at = 0
            for output, back in zip(outputs, backs, strict=True):
                back(np.ascontiguousarray(blame[:, at : at + output.shape[1]]))
                at += output.shape[1]
            return []

        return joined, backprop

    def init(model: Layer, X: object = None, Y: object = None) -> None:
        for layer in model.layers:
            layer.initialize()

    width = sum(layer.get_dim("nO") for layer in layers) + context_width
    attributes = {"rng": np.random.default_rng(seed)}
    return Model("words", forward, init=init, layers=layers, dims={"nO": width}, attrs=attributes)


def word_model(shape: Shape, seed: int, drop: float = 0.0, word_drop: float = 0.0) -> Layer:
    """Words -> one vector each. `drop` and `word_drop` are for training."""
    tables = [
        _table("ngrams", _forward_ngrams, shape.ngram_rows, shape.ngram_width, seed),
        _table("rows", _forward_rows, shape.word_rows, shape.word_width, seed + 1, word_drop),
    ]
    inputs = _side_by_side(tables, shape.context_width, word_drop, seed + 3)
    mixed: Layer = Maxout(nO=shape.width, nI=inputs.get_dim("nO"), nP=shape.pieces, normalize=True)
    return chain(inputs, Dropout(drop), mixed)


def _add_features(width: int, features: int) -> Layer:
    """Rows of width + features -> rows of width: the features are weighed and added."""

    def forward(model: Layer, rows: Array, is_train: bool) -> tuple[Array, Backward]:
        weights: Any = model.get_param("W")

        def backprop(blame: Array) -> Array:
            gradient: Any = rows[:, width:].T @ blame
            model.inc_grad("W", gradient)
            return np.hstack([blame, np.zeros((len(blame), features), dtype="f")])

        return rows[:, :width] + rows[:, width:] @ weights, backprop

    def init(model: Layer, X: object = None, Y: object = None) -> None:
        weights: Any = np.zeros((features, width), dtype="f")
        model.set_param("W", weights)

    return Model("features", forward, init=init, params={"W": None}, dims={"nO": width, "nI": width + features})


def context_model(shape: Shape, drop: float = 0.0) -> Layer:
    """Lists of rows (word vector, then `features` further columns) -> lists of scores of the tags."""
    width, reach = shape.width, shape.window
    mixed: Layer = Maxout(nO=width, nI=width * (reach * 2 + 1), nP=shape.pieces, dropout=drop, normalize=True)
    block: Layer = residual(chain(expand_window(window_size=reach), mixed))
    convolutions: Layer = chain(_add_features(width, shape.features), Dropout(drop), clone(block, shape.depth))
    scores: Layer = chain(Dropout(drop), Linear(nO=len(TAGS), nI=width))
    return chain(with_array(convolutions, pad=shape.depth * reach), with_array(scores))


def _legal() -> tuple[Array, Array, Array]:
    """Penalties (0 or -inf): of one tag after another, of a tag at the start, of a tag at the end."""
    bad = -1e9
    after = np.full((len(TAGS), len(TAGS)), bad, dtype="f")
    first = np.full(len(TAGS), bad, dtype="f")
    last = np.full(len(TAGS), bad, dtype="f")
    for i, one in enumerate(TAGS):
        closed = one[0] in "OLU"
        if one[0] in "OBU":
            first[i] = 0
        if closed:
            last[i] = 0
        for j, two in enumerate(TAGS):
            opens = two[0] in "OBU"
            if (closed and opens) or (not closed and not opens and one[2:] == two[2:]):
                after[i, j] = 0
    return after, first, last


AFTER, FIRST, LAST = _legal()


def log_softmax(scores: Array) -> Array:
    shifted: Array = scores - scores.max(axis=1, keepdims=True)
    shifted -= np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return shifted


def softmax(scores: Array) -> Array:
    likely: Array = np.exp(log_softmax(scores))
    return likely


def best_spans(log_scores: Array, breaks: Sequence[int], certain: float = -0.02) -> list[tuple[int, int, str]]:
    """(start, end, label) in tokens of the best legal tags. `breaks` are tokens where a span may not go on.

    A token that is O with log probability above `certain` is O; only the runs between such tokens are searched.
    """
    outside = log_scores[:, 0] > certain
    starts = np.zeros(len(log_scores), dtype=bool)
    starts[list(breaks)] = True
    spans: list[tuple[int, int, str]] = []
    token, size = 0, len(log_scores)
    while token < size:
        if outside[token]:
            token += 1
            continue
        end = token + 1
        while end < size and not outside[end] and not starts[end]:
            end += 1
        spans += [(token + a, token + b, label) for a, b, label in _spans(_viterbi(log_scores[token:end]))]
        token = end
    return spans


def _viterbi(scores: Array) -> list[int]:
    best = scores[0] + FIRST
    back = np.zeros(scores.shape, dtype="i")
    for i in range(1, len(scores)):
        steps = best[:, None] + AFTER
        back[i] = steps.argmax(axis=0)
        best = steps.max(axis=0) + scores[i]
    tag = int((best + LAST).argmax())
    tags = [tag]
    for i in range(len(scores) - 1, 0, -1):
        tag = int(back[i][tag])
        tags.append(tag)
    return tags[::-1]


def _spans(tags: list[int]) -> list[tuple[int, int, str]]:
    spans = []
    start = 0
    for i, tag in enumerate(tags):
        name = TAGS[tag]
        if name[0] in "BU":
            start = i
        if name[0] in "LU":
            spans.append((start, i + 1, name[2:]))
    return spans
