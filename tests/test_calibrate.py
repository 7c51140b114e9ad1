"""Fitting confidences: what counts as right, what the numbers are drawn towards, and how they are checked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.confidence import ELSEWHERE, SAME, SIGNS, Cell, Counted, Model, fitted
from pipeline.errors import PipelineError
from pipeline.evaluation import calibrate
from pipeline.evaluation.calibrate import Judged, JudgedValue, calibration, cross_validated, fit, reliability, tally
from pipeline.evaluation.evaluate import judge, value_agrees
from pipeline.evaluation.evaluation_page import render_page
from pipeline.files import read_jsonl, write_jsonl
from pipeline.protocol import Protocol
from pipeline.records import Evidence, Extraction, Finding, to_json
from tests.test_evaluate import PROTOCOL, record, row

TEXT = "We gave alphamab to 40 patients. Of these, 4 fell ill."
SEX = Cell("sex", "case", SAME)


def quoted(field: str, words: str) -> Evidence:
    return Evidence(field, 1, TEXT.index(words), TEXT.index(words) + len(words), words)


def group(pmid: int = 1, **values: object) -> Finding:
    evidence = (quoted("drug", "alphamab"), quoted("n_treated", "40 patients"), quoted("n_events", "4 fell"))
    return Finding("x", pmid, "group", **{"drug": "alphamab", "evidence": evidence, **values})  # type: ignore[arg-type]


def judged(n: int, right: int, *signs: str, first: int = 0) -> list[Judged]:
    return [Judged(first + i, frozenset(signs), i < right, (JudgedValue(SEX, i % 2 == 0, 0.9),), 0.8) for i in range(n)]


def of(gold: dict[str, object], *findings: Finding) -> list[Judged]:
    return judge(gold, Extraction(1, "cohort", findings), value_agrees, "anti-x")


def test_a_finding_with_a_partner_is_right_and_its_values_are_judged_one_by_one() -> None:
    (one,) = of(record(1, row(n_treated=40, n_events=5), text=TEXT), group(n_treated=40, n_events=4))
    assert one.right
    assert {v.cell.column: v.right for v in one.values} == {"drug": True, "n_treated": True, "n_events": False}
    assert {v.cell.column: v.cell.place for v in one.values}["drug"] == ELSEWHERE


def test_a_finding_without_a_partner_is_wrong_with_all_its_values() -> None:
    (one,) = of(record(1, text=TEXT), group(n_treated=40, n_events=4))
    assert not one.right
    assert [v.right for v in one.values] == [False] * 3


def test_a_value_without_a_quote_or_that_only_the_reader_has_is_not_judged() -> None:
    (one,) = of(record(1, row(sex="male", n_events=4), text=TEXT), group(n_events=4, severity_term="severe"))
    assert {v.cell.column for v in one.values} == {"drug", "n_events"}


def test_each_item_of_a_list_is_a_value() -> None:
    finding = group(management=("gcsf", "ivig"), evidence=(quoted("management", "fell ill"),))
    (one,) = of(record(1, row(management=["gcsf"]), text=TEXT), finding)
    assert sorted(v.right for v in one.values if v.cell.column == "management") == [False, True]


def test_values_are_counted_over_paired_findings_only() -> None:
    assert tally(judged(4, 2)) == {SEX: Counted(1, 2)}


def test_a_sign_of_findings_that_are_often_wrong_lowers_the_confidence() -> None:
    model = fit([*judged(40, 39), *judged(20, 8, "flagged", first=100)])
    assert model.weights["flagged"] < -0.5
    assert model.weights.keys() == SIGNS.keys()
    assert model.weights["absent"] == 0.0
    assert model.of_finding({"flagged"}) < 0.6 < 0.9 < model.of_finding(())


def test_few_findings_move_a_weight_less_than_many_with_the_same_share() -> None:
    few = fit([*judged(40, 38), *judged(2, 1, "flagged", first=100)])
    many = fit([*judged(400, 380), *judged(20, 10, "flagged", first=1000)])
    assert many.weights["flagged"] < few.weights["flagged"] < 0


def test_a_gold_without_an_error_makes_nothing_certain() -> None:
    assert 0.9 < fit(judged(30, 30)).of_finding(()) < 1


def test_the_same_findings_in_another_order_give_the_same_model() -> None:
    rows = [*judged(30, 25), *judged(10, 4, "group", first=50)]
    assert fit(rows) == fit(rows[::-1])


def test_cells_that_differ_are_drawn_together_less_than_cells_that_do_not() -> None:
    def with_values(column: str, right: int, n: int) -> list[Judged]:
        cell = Cell(column, "case", SAME)
        return [Judged(i, frozenset(), True, (JudgedValue(cell, i < right),)) for i in range(n)]

    alike = fit([*with_values("sex", 45, 50), *with_values("outcome", 44, 50)])
    apart = fit([*with_values("sex", 50, 50), *with_values("outcome", 20, 50)])
    assert apart.strength < alike.strength
    assert apart.of_value(Cell("outcome", "case", SAME)) < 0.5 < 0.9 < apart.of_value(Cell("sex", "case", SAME))


def test_an_article_never_predicts_itself() -> None:
    """One article holds every wrong finding, told by a sign that nothing else has: unseen, it cannot be foretold."""
    rows = [*judged(40, 40), *(Judged(99, frozenset({"flagged"}), False) for _ in range(10))]
    assert fit(rows).of_finding({"flagged"}) < 0.5
    wrong = [sure for sure, right in cross_validated(rows)[0] if not right]
    assert len(wrong) == 10
    assert min(wrong) > 0.9


def test_cross_validation_predicts_every_finding_and_value_once() -> None:
    findings, values = cross_validated(judged(23, 20))
    assert (len(findings), len(values)) == (23, 23)
    assert sum(right for _, right in values) == 10  # a right value of a wrong finding is wrong


def test_reliability_tells_the_share_that_is_right_in_each_band() -> None:
    table = reliability([(0.95, True), (1.0, True), (0.55, True), (0.55, False)])
    assert [(b["n"], b["right"], b["share_right"]) for b in table["bands"]] == [(2, 1, 0.5), (2, 2, 1.0)]
    assert table["expected_calibration_error"] == pytest.approx((2 * 0.05 + 2 * 0.025) / 4)
    assert table["brier"] == pytest.approx((0.05**2 + 0 + 0.45**2 + 0.55**2) / 4, abs=1e-4)


def test_reliability_of_nothing_is_no_number() -> None:
    assert reliability([]) == {"n": 0, "right": 0, "expected_calibration_error": None, "brier": None, "bands": []}


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans())))
def test_every_row_stands_in_one_band_and_errors_are_shares(rows: list[tuple[float, bool]]) -> None:
    table = reliability(rows)
    assert sum(b["n"] for b in table["bands"]) == len(rows) == table["n"]
    assert not rows or 0 <= table["expected_calibration_error"] <= 1 >= table["brier"] >= 0


def test_on_its_own_gold_a_model_is_cross_validated_and_the_page_says_so() -> None:
    model = Model(0.0, {}, gold_sha256="abc", source="an invented gold")
    own, other = calibration(judged(10, 9), "abc", model), calibration(judged(10, 9), "def", model)
    assert own["cross_validated"] and not other["cross_validated"]
    assert [b["from"] for b in other["findings"]["bands"]] == [0.8]  # as stated

    def page(calibrated: dict[str, object]) -> str:
        scores = {name: SCORE for name in ("articles", "findings", "core fields", "all fields", "all fields in pairs")}
        result = {"articles": 1, "not_extracted": [], "scores": scores, "misses": [], "calibration": calibrated}
        return render_page(result, "Invented review")

    assert "cross-validated" in page(own) and "an invented gold" not in page(own)
    assert "cross-validated" not in page(other) and "an invented gold" in page(other)
    assert "Brier score" in page(own)


SCORE = {"right": 1, "wrong": 0, "extra": 0, "missed": 0, "precision": 1.0, "recall": 1.0, "f1": 1.0, "interval": None}


def files(folder: Path) -> tuple[Path, Path]:
    """A gold of ten invented articles, two of which report nothing, and what was extracted for it."""
    gold, findings = folder / "gold.jsonl", folder / "findings.jsonl"
    records = [record(i, *([row(n_treated=40, n_events=4)] if i > 2 else []), text=TEXT) for i in range(1, 11)]
    write_jsonl(gold, records)
    found = [Extraction(i, "cohort", (group(i, n_treated=40, n_events=4),)) for i in range(1, 11)]
    write_jsonl(findings, map(to_json, found))
    return gold, findings


def test_calibrate_writes_counts_and_weights_without_a_word_of_the_texts(tmp_path: Path) -> None:
    gold, findings = files(tmp_path)
    path = tmp_path / "confidence.json"
    said = calibrate.run(tmp_path, PROTOCOL, gold, findings, "ten invented articles", path)
    stored = json.loads(path.read_text())
    assert (stored["source"], stored["articles"]) == ("ten invented articles", 10)
    assert (stored["findings"]["n"], stored["findings"]["right"]) == (10, 8)
    assert "8 of 10 right" in said
    assert not {"alphamab", "fell ill"} & set(path.read_text().split('"'))
    assert fitted(path).of_value(Cell("drug", "group", ELSEWHERE)) > 0.8


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    gold, findings = files(tmp_path)
    written = []
    for name in ("a.json", "b.json"):
        calibrate.run(tmp_path, PROTOCOL, gold, findings, None, tmp_path / name)
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]


def test_a_gold_that_does_not_exist_or_was_not_extracted_is_named(tmp_path: Path) -> None:
    gold, findings = files(tmp_path)
    with pytest.raises(PipelineError, match=r"none\.jsonl does not exist"):
        calibrate.run(tmp_path, PROTOCOL, tmp_path / "none.jsonl", findings, None, tmp_path / "c.json")
    write_jsonl(findings, [line for line in read_jsonl(findings) if line["pmid"] > 99])
    with pytest.raises(PipelineError, match="extract these texts first"):
        calibrate.run(tmp_path, PROTOCOL, gold, findings, None, tmp_path / "c.json")


def test_a_review_without_gold_says_what_to_do(tmp_path: Path) -> None:
    review = Protocol("bare", tmp_path, "", {"title": "Bare", "drug_class": "x"}, {}, (), {})
    with pytest.raises(PipelineError, match="GOLD="):
        calibrate.run(tmp_path, review)
