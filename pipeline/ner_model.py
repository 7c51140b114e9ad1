"""The project's own NER model: a small tagger for CHEMICAL and DISEASE.

A word is read by its letters: its own vector, the vectors of its letter n-grams (as in fastText), its shape, and what
a large amount of plain text says of its company (`context vectors`, made in training). A stack of convolutions reads its
neighbours, and a layer of scores gives each token one of the tags O, B-, I-, L-, U- of the two labels. The best legal
sequence of tags is the answer.

Everything up to the convolutions depends on the word alone and is kept, so that a word costs its letters once.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

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
from thinc.types import Floats2d

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
    pieces: int = 3
    context_width: int = 0
    features: int = 0


def _hash(text: str) -> int:
    return zlib.crc32(text.encode())


def word_shape(word: str) -> str:
    """"Rituximab-induced" -> "Xxxxx-xxxx": runs longer than four are cut."""
    shape = re.sub(r"[A-ZÀ-ÞΑ-Ω]", "X", word)
    shape = re.sub(r"[a-zß-ÿα-ω]", "x", shape)
    shape = re.sub(r"\d", "0", shape)
    return re.sub(r"(.)\1{4,}", r"\1\1\1\1", shape)


def without_digits(word: str) -> str:
    """The form under which context vectors are kept: "2.5" and "7.1" keep the same company."""
    return re.sub(r"\d", "0", word.lower())


def ngrams(word: str) -> list[str]:
    """Letter n-grams of 2 to 5 characters of the lower-case word between "<" and ">", and its shape."""
    marked = f"<{word.lower()[:40]}>"
    found = [marked[i : i + n] for n in (3, 4, 5) for i in range(len(marked) - n + 1)]
    found += [marked[:3] + "^", marked[-3:] + "$", marked[-4:] + "$", marked[-5:] + "$"]
    found += ["S" + word_shape(word), "S3" + word_shape(word[-3:]), f"N{min(len(word), 12)}"]
    return found


@dataclass(slots=True)
class Words:
    """Distinct words as the model reads them: sparse rows of n-grams, row of the word, context vectors."""

    ngrams: sparse.csr_matrix
    rows: np.ndarray
    context: np.ndarray

    def __getitem__(self, index: np.ndarray) -> Words:
        return Words(self.ngrams[index], self.rows[index], self.context[index])


def read_words(
    words: Sequence[str], shape: Shape, known: dict[str, int], context_rows: dict[str, int], context: np.ndarray
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


def _init_table(model: Model, X: object = None, Y: object = None) -> None:
    rng = np.random.default_rng(model.attrs["seed"])
    model.set_param("E", rng.uniform(-0.1, 0.1, size=model.attrs["size"]).astype("f"))


def _forward_ngrams(model: Model, words: Words, is_train: bool):
    table = model.get_param("E")

    def backprop(dY):
        model.inc_grad("E", words.ngrams.T @ dY)
        return []

    return np.ascontiguousarray(words.ngrams @ table), backprop


def _forward_rows(model: Model, words: Words, is_train: bool):
    table = model.get_param("E")
    rows = words.rows
    if is_train:
        rng = model.attrs["rng"]
        rows = np.where(rng.random(rows.shape) < model.attrs["drop"], 0, rows)

    def backprop(dY):
        grad = np.zeros_like(table)
        np.add.at(grad, rows, dY)
        model.inc_grad("E", grad)
        return []

    return table[rows], backprop


def _table(name: str, forward, rows: int, width: int, seed: int, **attrs) -> Model:
    return Model(
        name, forward, init=_init_table, params={"E": None}, attrs={"size": (rows, width), "seed": seed, **attrs},
        dims={"nO": width},
    )


def _concat(layers: list[Model], extra_width: int, context_drop: float, seed: int) -> Model:
    """The layers' outputs and the context vectors side by side."""

    def forward(model: Model, words: Words, is_train: bool):
        outputs, backs = zip(*(layer(words, is_train) for layer in model.layers), strict=True)
        context = words.context
        if is_train and context.shape[1]:
            keep = model.attrs["rng"].random((len(context), 1)) >= context_drop
            context = (context * keep).astype("f")
        Y = np.hstack([*outputs, context]).astype("f")

        def backprop(dY):
            at = 0
            for output, back in zip(outputs, backs, strict=True):
                back(np.ascontiguousarray(dY[:, at : at + output.shape[1]]))
                at += output.shape[1]
            return []

        return Y, backprop

    def init(model: Model, X=None, Y=None) -> None:
        for layer in model.layers:
            layer.initialize()

    width = sum(layer.get_dim("nO") for layer in layers) + extra_width
    return Model("words", forward, init=init, layers=layers, dims={"nO": width}, attrs={"rng": np.random.default_rng(seed)})


def word_model(shape: Shape, seed: int, drop: float = 0.0, word_drop: float = 0.0) -> Model:
    """Words -> one vector each."""
    tables = [
        _table("ngrams", _forward_ngrams, shape.ngram_rows, shape.ngram_width, seed),
        _table("rows", _forward_rows, shape.word_rows, shape.word_width, seed + 1, drop=word_drop,
               rng=np.random.default_rng(seed + 2)),
    ]
    inputs = _concat(tables, shape.context_width, word_drop, seed + 3)
    return chain(
        inputs,
        Dropout(drop),
        Maxout(nO=shape.width, nI=inputs.get_dim("nO"), nP=shape.pieces, normalize=True),
    )


def _add_features(width: int, features: int) -> Model:
    """Rows of width + features -> rows of width: the features are weighed and added."""

    def forward(model: Model, X: Floats2d, is_train: bool):
        Y = X[:, :width]
        if features:
            Y = Y + X[:, width:] @ model.get_param("W")

        def backprop(dY):
            if features:
                model.inc_grad("W", X[:, width:].T @ dY)
            return np.hstack([dY, np.zeros((len(dY), features), dtype="f")])

        return np.ascontiguousarray(Y), backprop

    def init(model: Model, X=None, Y=None) -> None:
        model.set_param("W", np.zeros((features, width), dtype="f"))

    return Model("features", forward, init=init, params={"W": None}, dims={"nO": width, "nI": width + features})


def context_model(shape: Shape, drop: float = 0.0) -> Model:
    """Lists of rows (word vector, then `features` further columns) -> lists of scores of the tags."""
    width = shape.width
    block = residual(
        chain(
            expand_window(window_size=shape.window),
            Maxout(nO=width, nI=width * (shape.window * 2 + 1), nP=shape.pieces, dropout=drop, normalize=True),
        )
    )
    layers = clone(block, shape.depth)
    return chain(
        with_array(chain(_add_features(width, shape.features), Dropout(drop), layers), pad=shape.depth * shape.window),
        with_array(chain(Dropout(drop), Linear(nO=len(TAGS), nI=width))),
    )


def _legal() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
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
            if closed and opens or (not closed and not opens and one[2:] == two[2:]):
                after[i, j] = 0
    return after, first, last


AFTER, FIRST, LAST = _legal()


def softmax(scores: np.ndarray) -> np.ndarray:
    scores = scores - scores.max(axis=1, keepdims=True)
    np.exp(scores, out=scores)
    return scores / scores.sum(axis=1, keepdims=True)


def log_softmax(scores: np.ndarray) -> np.ndarray:
    scores = scores - scores.max(axis=1, keepdims=True)
    return scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))


def best_spans(log_scores: np.ndarray, breaks: Sequence[int], certain: float = -0.02) -> list[tuple[int, int, str]]:
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


def _viterbi(scores: np.ndarray) -> list[int]:
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
