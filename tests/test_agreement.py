"""Agreement of two reviewers equals what scikit-learn and statsmodels compute."""

from __future__ import annotations

import math
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import cohens_kappa, to_table
from statsmodels.stats.proportion import proportion_confint

from pipeline.protocol import Protocol
from pipeline.review import agreement
from pipeline.review.agreement import agreement_of, cohen_kappa, wilson_interval
from tests.evidence_files import decide, load_review, make_protocol, query

pairs = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd")), min_size=1, max_size=60)


@settings(max_examples=300)
@given(pairs)
def test_kappa_is_that_of_scikit_learn(given_pairs: list[tuple[str, str]]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = cohen_kappa_score([a for a, _ in given_pairs], [b for _, b in given_pairs])
    found = cohen_kappa(given_pairs)
    if found is None:
        assert math.isnan(expected)
    else:
        assert found[0] == pytest.approx(expected, abs=1e-12)


@settings(max_examples=200)
@given(pairs)
def test_the_interval_of_kappa_is_that_of_statsmodels(given_pairs: list[tuple[str, str]]) -> None:
    found = cohen_kappa(given_pairs)
    if found is None:
        return
    table, _ = to_table(np.array([["abcd".index(a), "abcd".index(b)] for a, b in given_pairs]), bins=4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = cohens_kappa(table)
    low, high = max(-1.0, expected.kappa_low), min(1.0, expected.kappa_upp)
    if expected.var_kappa > 1e-12:
        assert found[1:] == pytest.approx((low, high), abs=1e-9)


def test_kappa_worked_out_by_hand() -> None:
    """Observed agreement 0.7, expected by chance 0.6 * 0.5 + 0.4 * 0.5 = 0.5, so kappa is 0.2 / 0.5."""
    table = [("a", "a")] * 20 + [("b", "a")] * 5 + [("a", "b")] * 10 + [("b", "b")] * 15
    kappa, low, high = cohen_kappa(table) or (0, 0, 0)
    assert kappa == pytest.approx(0.4)
    assert low < kappa < high


@given(st.integers(0, 50), st.integers(1, 50))
def test_the_interval_of_a_proportion_is_that_of_statsmodels(successes: int, n: int) -> None:
    successes = min(successes, n)
    assert wilson_interval(successes, n) == pytest.approx(proportion_confint(successes, n, method="wilson"), abs=1e-12)


@pytest.mark.parametrize("table", [[], [("a", "a")], [("a", "a")] * 9])
def test_kappa_is_undefined_where_chance_alone_agrees(table: list[tuple[str, str]]) -> None:
    assert cohen_kappa(table) is None


def test_complete_agreement_and_complete_disagreement() -> None:
    both = agreement_of("alice", "bob", "sex", [("male", "male"), ("female", "female")])
    none = agreement_of("alice", "bob", "sex", [("male", "female"), ("female", "male")])
    assert (both.percent, both.kappa, both.n, both.agreed) == (100.0, 1.0, 2, 2)
    assert (none.percent, none.kappa) == (0.0, -1.0)


@pytest.fixture
def protocol(tmp_path: Path) -> Protocol:
    return make_protocol(tmp_path / "corpus")


def value(finding_id: str, name: str, text: str, pmid: int = 12) -> dict[str, Any]:
    return {"pmid": pmid, "finding_id": finding_id, "field": name, "value": text, "action": "set"}


def test_only_what_both_decided_counts_and_adjudicators_do_not(tmp_path: Path, protocol: Protocol) -> None:
    rows = [value("arm-1", "n_events", "12"), value("arm-2", "n_events", "3")]
    decide(protocol, "alice", *rows, value("arm-1", "sex", "male"), value("gone", "n_events", "1"))
    decide(protocol, "bob", rows[0], value("arm-2", "n_events", "4"), value("gone", "n_events", "1"))
    decide(protocol, "adjudication", value("arm-2", "n_events", "4"))
    load_review(tmp_path, protocol)
    stored = "SELECT reviewer_a, reviewer_b, field, n, agreed, percent, kappa FROM agreement"
    assert query(tmp_path, stored) == [("alice", "bob", "n_events", 2, 1, 50.0, 0.3333333333333333)]
    shown = agreement.run(tmp_path, protocol)
    assert "50.0 (9.5-90.5)" in shown
    assert "12 arm-2 n_events: alice 3, bob 4; adjudicated: 4" in shown


def test_findings_and_articles_are_agreed_on_as_wholes(tmp_path: Path, protocol: Protocol) -> None:
    finding = {"pmid": 12, "finding_id": "arm-1"}
    out_of_scope = {"pmid": 13, "action": "exclude", "reason": "no_event"}
    decide(protocol, "alice", finding | {"action": "accept"}, out_of_scope)
    decide(protocol, "bob", finding | {"action": "reject"}, out_of_scope)
    load_review(tmp_path, protocol)
    assert query(tmp_path, "SELECT field, n, agreed, kappa FROM agreement") == [
        ("finding", 1, 0, 0.0),
        ("screening", 1, 1, None),
    ]


def test_a_single_reviewer_has_no_agreement(tmp_path: Path, protocol: Protocol) -> None:
    decide(protocol, "alice", value("arm-1", "n_events", "12"))
    load_review(tmp_path, protocol)
    assert agreement.run(tmp_path, protocol).startswith("No two reviewers have decided on the same item yet")
