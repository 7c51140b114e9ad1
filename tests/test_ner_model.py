"""Tags to spans, and names in token sequences."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ner.model import TAGS, best_spans, log_softmax, ngrams, word_shape
from pipeline.ner.names import FEATURES, Names


def scores_for(*tags: str) -> np.ndarray:
    scores = np.full((len(tags), len(TAGS)), -5.0, dtype="f")
    for row, tag in enumerate(tags):
        scores[row, TAGS.index(tag)] = -0.001
    return scores


@pytest.mark.parametrize(
    ("tags", "breaks", "spans"),
    [
        (["O", "U-CHEMICAL", "O"], [0], [(1, 2, "CHEMICAL")]),
        (["B-DISEASE", "I-DISEASE", "L-DISEASE"], [0], [(0, 3, "DISEASE")]),
        (["U-CHEMICAL", "U-DISEASE"], [0], [(0, 1, "CHEMICAL"), (1, 2, "DISEASE")]),
        (["B-DISEASE", "L-DISEASE", "B-DISEASE", "L-DISEASE"], [0, 2], [(0, 2, "DISEASE"), (2, 4, "DISEASE")]),
        (["O", "O"], [0], []),
        ([], [], []),
    ],
)
def test_tags_are_read_as_spans(tags: list[str], breaks: list[int], spans: list[tuple[int, int, str]]) -> None:
    assert best_spans(scores_for(*tags), breaks) == spans


@given(
    seed=st.integers(0, 10_000),
    size=st.integers(1, 40),
    breaks=st.sets(st.integers(0, 39)),
)
def test_spans_are_legal_whatever_the_scores(seed: int, size: int, breaks: set[int]) -> None:
    scores = log_softmax(np.random.default_rng(seed).normal(0, 4, size=(size, len(TAGS))))
    inside = sorted(b for b in breaks if b < size)
    spans = best_spans(scores, inside)
    assert all(0 <= a < b <= size for a, b, _ in spans)
    assert all(one[1] <= two[0] for one, two in pairwise(spans))
    assert not any(a < cut < b for a, b, _ in spans for cut in inside)


def test_shape_and_ngrams_read_a_word_by_its_letters() -> None:
    assert word_shape("Xolol-25") == "Xxxxx-00"
    assert word_shape("ABCDEFG") == "XXXX"
    assert {"<xo", "lol>", "ol>$"} <= set(ngrams("Xolol"))


def test_names_are_found_across_hyphens_and_in_the_plural() -> None:
    names = Names({"low back pain": "DISEASE", "aspirin": "CHEMICAL", "low": "CHEMICAL"})
    tokens = ["Low", "-", "back", "pains", "and", "aspirin", ",", "low", "pay"]
    assert names.find(tokens) == [(0, 4, "DISEASE"), (5, 6, "CHEMICAL"), (7, 8, "CHEMICAL")]
    columns = names.features(tokens)
    assert [FEATURES[c] for c in columns[:4].argmax(axis=1)] == ["B-DISEASE", "I-DISEASE", "I-DISEASE", "L-DISEASE"]
    assert columns.sum() == 6


@pytest.mark.parametrize(
    ("long", "kind"),
    [("chronic low back pain", "DISEASE"), ("low-dose aspirin", "CHEMICAL"), ("aspirin dose", None), ("", None)],
)
def test_a_long_form_is_what_its_last_name_is(long: str, kind: str | None) -> None:
    assert Names({"low back pain": "DISEASE", "aspirin": "CHEMICAL"}).kind(long) == kind
