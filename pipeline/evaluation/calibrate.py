"""Calibrate: what became of findings and values, against a gold -> corpora/common/confidence.json.

Findings: logistic regression on the signs of pipeline/confidence.py, each weight drawn towards 0 as by a normal prior
with standard deviation 1; half a right and half a wrong finding without signs are added, so that a gold without an
error gives no certainty. Values of paired findings: the share right by column, level and place, drawn towards the share
of all by a beta prior whose strength is the likeliest one (empirical Bayes). Half a right and half a wrong value are
added to the share of all.

Whether the numbers hold is told by articles that they were not fitted on: each fifth of the articles is predicted from
the other four (`cross_validated`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import betaln
from sklearn.linear_model import LogisticRegression

from pipeline import confidence
from pipeline.confidence import SIGNS, Cell, Counted, Model
from pipeline.errors import PipelineError
from pipeline.files import read_jsonl, sha256_of_file, write_json
from pipeline.protocol import Protocol

FOLDS = 5
BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)
STRENGTHS = tuple(round(float(s), 1) for s in np.geomspace(1, 1000, 61))
DECIMALS = 3


@dataclass(frozen=True, slots=True)
class JudgedValue:
    """A value with a quote: its cell, whether the reader has the same, and the confidence that it carries."""

    cell: Cell
    right: bool
    stated: float | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A finding: its signs, whether it has a partner in the gold, its values, and the confidence that it carries."""

    pmid: int
    signs: frozenset[str]
    right: bool
    values: tuple[JudgedValue, ...] = ()
    stated: float | None = None


Predicted = tuple[list[tuple[float, bool]], list[tuple[float, bool]]]
"""(confidence, right) of findings and of values."""


def fit(judged: Sequence[Judged]) -> Model:
    """The model that these findings give; the same ones give the same numbers, in whatever order."""
    judged = sorted(judged, key=lambda j: (j.pmid, sorted(j.signs), j.right))
    base, weights = _fit_findings(judged)
    counted = tally(judged)
    right, n = (sum(column) for column in zip(*counted.values(), strict=True)) if counted else (0, 0)
    rate = round((right + 0.5) / (n + 1), DECIMALS)
    return Model(base, weights, rate, _strength(counted.values(), rate), counted)


def tally(judged: Iterable[Judged]) -> dict[Cell, Counted]:
    """Values of paired findings by cell, in the order of their names."""
    n: Counter[Cell] = Counter()
    right: Counter[Cell] = Counter()
    for finding in judged:
        for value in finding.values if finding.right else ():
            n[value.cell] += 1
            right[value.cell] += value.right
    return {cell: Counted(right[cell], n[cell]) for cell in sorted(n)}


def _fit_findings(judged: Sequence[Judged]) -> tuple[float, dict[str, float]]:
    names = list(SIGNS)
    rows = [[float(name in j.signs) for name in names] for j in judged]
    plain = [0.0] * len(names)
    outcomes = [*(int(j.right) for j in judged), 1, 0]
    counts = [*(1.0 for _ in judged), 0.5, 0.5]
    model = LogisticRegression(C=1.0, tol=1e-9, max_iter=10_000)
    model.fit(np.array([*rows, plain, plain]), np.array(outcomes), sample_weight=np.array(counts))
    weights = {name: round(float(w), DECIMALS) + 0.0 for name, w in zip(names, model.coef_[0], strict=True)}
    return round(float(model.intercept_[0]), DECIMALS) + 0.0, weights


def _strength(counted: Iterable[Counted], rate: float) -> float:
    """The prior strength under which the cells' counts are likeliest (beta-binomial); the stronger one of equals."""
    cells = np.array([(c.right, c.n - c.right) for c in counted], dtype=float).reshape(-1, 2)

    def likelihood(strength: float) -> float:
        a, b = strength * rate, strength * (1 - rate)
        return float((betaln(cells[:, 0] + a, cells[:, 1] + b) - betaln(a, b)).sum())

    return max(STRENGTHS, key=lambda s: (round(likelihood(s), 6), s))


def predicted(model: Model, judged: Iterable[Judged]) -> Predicted:
    """What a model says of findings and values beside what they are."""
    findings, values = [], []
    for finding in judged:
        sure = model.of_finding(finding.signs)
        findings.append((sure, finding.right))
        values += [(sure * model.of_value(value.cell), value.right and finding.right) for value in finding.values]
    return findings, values


def stated(judged: Iterable[Judged]) -> Predicted:
    """The confidences that findings and values carry beside what they are; those without one are left out."""
    judged = list(judged)
    return (
        [(j.stated, j.right) for j in judged if j.stated is not None],
        [(v.stated, v.right and j.right) for j in judged for v in j.values if v.stated is not None],
    )


def cross_validated(judged: Sequence[Judged]) -> Predicted:
    """Each fifth of the articles (by PMID, in turn) predicted from the others: an article never predicts itself."""
    pmids = sorted({j.pmid for j in judged})
    fold = {pmid: number % FOLDS for number, pmid in enumerate(pmids)}
    findings: list[tuple[float, bool]] = []
    values: list[tuple[float, bool]] = []
    for number in range(min(FOLDS, len(pmids))):
        model = fit([j for j in judged if fold[j.pmid] != number])
        some, others = predicted(model, (j for j in judged if fold[j.pmid] == number))
        findings += some
        values += others
    return findings, values


def reliability(rows: Iterable[tuple[float, bool]]) -> dict[str, Any]:
    """How far confidences tell the truth: by band, and in one number.

    Expected calibration error: by how much mean confidence and share right differ in a band, averaged over all rows.
    Brier score: mean squared difference of confidence and outcome.
    """
    known = sorted(rows)
    bands: list[dict[str, Any]] = []
    error = 0.0
    for low, high in pairwise(BINS):
        inside = [(c, right) for c, right in known if low <= c < high or (high == BINS[-1] and c == high)]
        if not inside:
            continue
        mean = sum(c for c, _ in inside) / len(inside)
        share = sum(right for _, right in inside) / len(inside)
        error += len(inside) / len(known) * abs(mean - share)
        band = {"from": low, "to": high, "n": len(inside), "right": sum(right for _, right in inside)}
        bands.append(band | {"mean_confidence": round(mean, 4), "share_right": round(share, 4)})
    return {
        "n": len(known),
        "right": sum(right for _, right in known),
        "expected_calibration_error": round(error, 4) if known else None,
        "brier": round(sum((c - right) ** 2 for c, right in known) / len(known), 4) if known else None,
        "bands": bands,
    }


def calibration(judged: Sequence[Judged], gold_sha256: str, model: Model) -> dict[str, Any]:
    """Reliability of findings and values against a gold; cross-validated where the model was fitted on that gold."""
    own = bool(judged) and gold_sha256 == model.gold_sha256
    findings, values = cross_validated(judged) if own else stated(judged)
    return {
        "cross_validated": own,
        "source": model.source,
        "findings": reliability(findings),
        "values": reliability(values),
    }


def as_json(model: Model, judged: Sequence[Judged], articles: int) -> dict[str, Any]:
    """The confidence file: every number with the counts behind it."""
    findings, values = cross_validated(judged)
    n_values = sum(counted.n for counted in model.cells.values())
    return {
        "source": model.source,
        "gold_sha256": model.gold_sha256,
        "articles": articles,
        "findings": {
            "n": len(judged),
            "right": sum(j.right for j in judged),
            "base": model.base,
            "signs": [
                {
                    "sign": name,
                    "means": means,
                    "n": sum(name in j.signs for j in judged),
                    "right": sum(name in j.signs and j.right for j in judged),
                    "weight": model.weights[name],
                }
                for name, means in SIGNS.items()
            ],
        },
        "values": {
            "n": n_values,
            "right": sum(counted.right for counted in model.cells.values()),
            "rate": model.rate,
            "strength": model.strength,
            "cells": [
                {**cell._asdict(), "n": n, "right": right, "share": round(model.of_value(cell), DECIMALS)}
                for cell, (right, n) in model.cells.items()
            ],
        },
        "cross_validated": {"findings": reliability(findings), "values": reliability(values)},
    }


def run(
    out: Path,
    protocol: Protocol,
    gold: Path | None = None,
    findings: Path | None = None,
    source: str | None = None,
    path: Path = confidence.FITTED,
) -> str:
    """Fit on a gold and the findings extracted for it, write the confidence file, return what it says in short.

    Without a gold, the review's own (the first file). Without findings, the texts of the gold are read afresh.
    """
    from pipeline.evaluation.evaluate import extractions_of, judge, read_afresh, vocabulary_agrees
    from pipeline.evaluation.gold import read_gold

    if gold is None:
        own = sorted((protocol.folder / "gold").glob("*.jsonl"))
        if not own:
            raise PipelineError(f"{protocol.folder / 'gold'}: no gold file (*.jsonl); name one with GOLD=")
        gold, source = own[0], source or f"{protocol.name}/gold/{own[0].name}, on which the rules were developed"
    if not gold.is_file():
        raise PipelineError(f"{gold} does not exist; GOLD= takes a gold file (*.jsonl)")
    if findings is None:
        findings = out / "calibration" / "findings.jsonl"
        read_afresh(gold, protocol, findings)
    records = read_gold(gold)
    found = {extraction.pmid: extraction for extraction in extractions_of(read_jsonl(findings))}
    agrees = vocabulary_agrees(protocol)
    judged = [
        j
        for record in records
        if record["pmid"] in found
        for j in judge(record, found[record["pmid"]], agrees, protocol.drug_class)
    ]
    if not judged:
        raise PipelineError(f"{findings} has no finding for an article of {gold}; extract these texts first")
    model = fit(judged)
    model = Model(
        model.base, model.weights, model.rate, model.strength, model.cells, sha256_of_file(gold), source or gold.name
    )
    stored = as_json(model, judged, len(records))
    write_json(path, stored)
    return "\n".join([f"calibrate: {path}", *summary(stored["cross_validated"])])


def summary(reliable: dict[str, Any]) -> list[str]:
    """Reliability in short, a line each for findings and values."""
    return [
        f"  {name:9} {table['right']} of {table['n']} right; expected calibration error "
        f"{table['expected_calibration_error']}, Brier score {table['brier']}"
        for name in ("findings", "values")
        if (table := reliable[name])["n"]
    ]
