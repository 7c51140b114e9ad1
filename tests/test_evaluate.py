"""What counts as the same finding, and what a difference costs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.evaluation.evaluate import (
    CORE_FIELDS,
    FIELDS,
    compared_with,
    evaluate,
    normalised,
    pair_rows,
    score,
    sentence_around,
    value_agrees,
)
from pipeline.evaluation.gold import article_of, read_gold, stored_text, with_placeholders
from pipeline.protocol import Protocol, Regimen, Term
from pipeline.records import Evidence, Extraction, Finding, to_json

TERMS = tuple(
    Term(kind, concept, concept, term, "", None, "invented")
    for kind, concept, term in [
        ("indication", "river fever", "river fever"),
        ("indication", "river fever", "bank disease"),
        ("drug", "alphamab", "alphamab"),
        ("regimen", "A-BC", "A-BC"),
        ("co_medication", "betanib", "betanib"),
        ("co_medication", "cetarabine", "cetarabine"),
    ]
)
PROTOCOL = Protocol(
    name="invented",
    folder=Path("invented"),
    query="",
    config={"title": "Invented review", "drug_class": "anti-x"},
    definitions={},
    terms=TERMS,
    regimens={"A-BC": Regimen("A-BC", "alphamab", "betanib and cetarabine", "invented")},
)


def row(level: str = "group", drug: str = "alphamab", **values: object) -> dict[str, object]:
    empty = dict.fromkeys(FIELDS)
    return {**empty, "management": [], "level": level, "label": None, "drug": drug, "evidence": {}, **values}


def record(pmid: int, *rows: dict[str, object], text: str = "Nothing.") -> dict[str, object]:
    gold = {"relevant": bool(rows), "reason": None, "study_type": "cohort", "findings": list(rows)}
    return {"pmid": pmid, "title": "T", "sections": [{"label": None, "text": text}], "gold": gold}


def finding(level: str = "group", drug: str = "alphamab", **values: object) -> Finding:
    return Finding(finding_id="x", pmid=1, level=level, drug=drug, **values)  # type: ignore[arg-type]


def scores(gold: list[dict[str, object]], *findings: Finding) -> dict[str, dict[str, object]]:
    return score(gold, [Extraction(1, "cohort", tuple(findings))], PROTOCOL)["scores"]


def counts(value: dict[str, object]) -> tuple[object, ...]:
    return tuple(value[kind] for kind in ("right", "wrong", "extra", "missed"))


@pytest.mark.parametrize(
    ("field", "gold", "predicted", "same"),
    [
        ("onset_days", 100.0, 106.0, True),
        ("onset_days", 100.0, 106.2, False),
        ("onset_days", 4.0, 5.0, True),
        ("onset_days", 4.0, 5.1, False),
        ("duration_days", 10.0, 9.0, True),
        ("anc_nadir", 0.3, 0.311, True),
        ("anc_nadir", 0.3, 0.312, False),
        ("anc_nadir", 0.0, 0.0, True),
        ("incidence_percent", 12.3, 12.41, True),
        ("incidence_percent", 12.3, 12.5, False),
        ("age_years", 40, 40.6, True),
        ("age_years", 40, 41, False),
        ("n_treated", 40, 40.0, True),
        ("n_treated", 40, 41, False),
        ("sex", "female", "male", False),
    ],
)
def test_values_agree_within_the_tolerance_of_their_column(
    field: str, gold: float, predicted: float, same: bool
) -> None:
    assert value_agrees(field, gold, predicted) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Lazy leukaemia", "lazy leukemia", True),
        ("bank-side fevers", "Bank side fever", True),
        ("Smith’s disease", "Smith disease", True),
        ("river fever", "lake fever", False),
    ],
)
def test_names_are_compared_without_case_spelling_and_hyphens(one: str, other: str, same: bool) -> None:
    assert (normalised(one) == normalised(other)) is same


@given(st.text())
def test_a_normalised_name_stays_as_it_is(text: str) -> None:
    words = normalised(text).split()
    assert all(word.isalnum() for word in words)


def test_a_condition_agrees_under_any_of_its_names() -> None:
    result = scores([record(1, row(indication="river fever"))], finding(indication="Bank disease"))
    assert counts(result["indication"]) == (1, 0, 0, 0)


def test_a_condition_that_no_vocabulary_knows_agrees_when_it_reads_the_same() -> None:
    result = scores([record(1, row(indication="Moor ague"))], finding(indication="moor-ague"))
    assert counts(result["indication"]) == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("gold", "predicted", "same"),
    [
        ("A-BC", "betanib and cetarabine", True),
        ("alphamab plus betanib", "betanib", True),
        ("alphamab plus betanib", "A-BC", False),
        ("four weekly doses", "weekly doses, four", True),
        ("four weekly doses", "two weekly doses", False),
    ],
)
def test_a_regimen_is_compared_by_what_it_adds_to_the_drug(gold: str, predicted: str, same: bool) -> None:
    result = scores([record(1, row(regimen=gold))], finding(regimen=predicted))
    assert counts(result["regimen"]) == ((1, 0, 0, 0) if same else (0, 1, 0, 0))


def test_a_wrong_value_harms_precision_and_recall() -> None:
    result = scores([record(1, row(n_treated=40, n_events=4))], finding(n_treated=41, n_events=4))
    assert counts(result["n_treated"]) == (0, 1, 0, 0)
    assert result["core fields"]["precision"] == result["core fields"]["recall"] == round(2 / 3, 4)


def test_a_value_on_one_side_only_is_extra_or_missed() -> None:
    result = scores([record(1, row(n_treated=40))], finding(n_events=4))
    assert counts(result["n_treated"]) == (0, 0, 0, 1)
    assert counts(result["n_events"]) == (0, 0, 1, 0)


def test_zero_is_a_value() -> None:
    result = scores([record(1, row(n_events=0, anc_nadir=0.0))], finding(n_events=0))
    assert counts(result["n_events"]) == (1, 0, 0, 0)
    assert counts(result["anc_nadir"]) == (0, 0, 0, 1)


def test_the_patient_numbers_of_a_single_case_do_not_count() -> None:
    result = scores([record(1, row("case", n_events=None))], finding("case", n_treated=1, n_events=1))
    assert counts(result["n_treated"]) == counts(result["n_events"]) == (0, 0, 0, 0)


def test_management_counts_item_by_item() -> None:
    gold = [record(1, row(management=["gcsf", "antibiotics"]))]
    result = scores(gold, finding(management=("gcsf", "ivig")))
    assert counts(result["management"]) == (1, 0, 1, 1)


def test_a_column_that_the_gold_does_not_have_is_not_scored() -> None:
    assert counts(scores([record(1, row())], finding(onset_class="late"))["onset_class"]) == (0, 0, 0, 0)
    assert counts(scores([record(1, row(onset_class=None))], finding(onset_class="late"))["onset_class"])[2] == 1


def test_rows_of_different_drugs_are_never_paired() -> None:
    result = scores([record(1, row(drug="alphamab", n_events=3))], finding(drug="betamab", n_events=3))
    assert counts(result["findings"]) == (0, 0, 1, 1)
    assert counts(result["n_events"]) == (0, 0, 1, 1)
    assert counts(result["n_events in pairs"]) == (0, 0, 0, 0)


def test_the_class_concept_pairs_with_any_drug_but_is_not_the_same_value() -> None:
    result = scores([record(1, row(drug="anti-x"))], finding(drug="betamab"))
    assert counts(result["findings"]) == (1, 0, 0, 0)
    assert counts(result["drug"]) == (0, 1, 0, 0)


def test_rows_are_paired_by_how_many_fields_agree() -> None:
    gold = [row(n_events=3, n_treated=40), row(n_events=9, n_treated=40, sex="male")]
    predicted = [finding(n_events=9, n_treated=40, sex="male"), finding(n_events=3, n_treated=40)]
    assert pair_rows(gold, predicted, value_agrees, "anti-x") == [(0, 1), (1, 0)]


def test_of_rows_that_agree_equally_the_same_level_wins() -> None:
    predicted = [finding("case"), finding("group")]
    assert pair_rows([row("group")], predicted, value_agrees, "anti-x") == [(0, 1)]


@given(st.lists(st.integers(0, 5), max_size=5), st.lists(st.integers(0, 5), max_size=5))
def test_every_row_is_paired_at_most_once_and_as_many_as_possible(gold: list[int], predicted: list[int]) -> None:
    pairs = pair_rows([row(n_events=n) for n in gold], [finding(n_events=n) for n in predicted], value_agrees, "anti-x")
    assert len(pairs) == min(len(gold), len(predicted))
    assert len({g for g, _ in pairs}) == len({p for _, p in pairs}) == len(pairs)


@given(st.lists(st.sampled_from(["relevant", "not"]), min_size=1, max_size=6))
def test_gold_read_back_as_a_prediction_scores_one(kinds: list[str]) -> None:
    gold = [record(i, *([row(n_events=i, onset_days=9.0)] if k == "relevant" else [])) for i, k in enumerate(kinds)]
    predicted = [
        Extraction(i, "cohort", (finding(n_events=i, onset_days=9.0),) if k == "relevant" else ())
        for i, k in enumerate(kinds)
    ]
    result = score(gold, predicted, PROTOCOL)
    assert result["misses"] == []
    assert all(s["f1"] in (1.0, None) for s in result["scores"].values())


def test_an_article_without_findings_that_gets_one_is_an_extra_article() -> None:
    result = scores([record(1)], finding())
    assert counts(result["articles"]) == (0, 0, 1, 0)


def test_an_article_that_was_not_extracted_counts_as_empty_and_is_named() -> None:
    result = score([record(7, row())], [], PROTOCOL)
    assert result["not_extracted"] == [7]
    assert counts(result["scores"]["articles"]) == (0, 0, 0, 1)


def test_every_miss_comes_with_the_sentence_it_stands_in() -> None:
    text = "We treated 40 patients. Four of them fell ill. All got well."
    gold = [record(1, row(n_treated=40, evidence={"n_treated": "40 patients"}), text=text)]
    extra = Evidence("n_events", 1, text.index("Four"), text.index("Four") + 4, "Four")
    result = score(gold, [Extraction(1, "cohort", (finding(n_events=4, evidence=(extra,)),))], PROTOCOL)
    assert {m["field"]: m["sentence"] for m in result["misses"]} == {
        "n_treated": "We treated 40 patients.",
        "n_events": "Four of them fell ill.",
    }


@pytest.mark.parametrize(
    ("span", "sentence"),
    [((0, 2), "One 0.5 two."), ((13, 14), "Three!"), ((8, 15), "One 0.5 two. Three!"), ((20, 24), "Four")],
)
def test_a_sentence_ends_before_a_capital(span: tuple[int, int], sentence: str) -> None:
    assert sentence_around("One 0.5 two. Three! Four", *span) == sentence


def test_intervals_are_the_same_every_time_and_hold_the_score() -> None:
    gold = [record(i, row(n_events=i % 3)) for i in range(1, 12)]
    predicted = [Extraction(i, None, (finding(n_events=1),)) for i in range(1, 12)]
    first, second = (score(gold, predicted, PROTOCOL)["scores"]["n_events"] for _ in range(2))
    assert first == second
    low, high = first["interval"]["f1"]
    assert low < first["f1"] < high


def test_an_evaluation_names_what_the_last_one_had_wrong() -> None:
    gold = [record(1, row(n_events=3))]
    before = score(gold, [Extraction(1, "cohort", (finding(n_events=4),))], PROTOCOL)
    after = score(gold, [Extraction(1, "cohort", (finding(n_events=3, sex="male"),))], PROTOCOL)
    comparison = compared_with(before, after)
    assert comparison is not None
    assert [m["field"] for m in comparison["put_right"]] == ["n_events"]
    assert [m["field"] for m in comparison["new"]] == ["sex"]
    assert comparison["f1"]["n_events"] == [0.0, 1.0]
    assert compared_with(None, after) is None


def test_evaluate_writes_a_result_and_a_page_and_the_same_bytes_again(tmp_path: Path) -> None:
    gold, findings, out = tmp_path / "gold.jsonl", tmp_path / "findings.jsonl", tmp_path / "out"
    gold.write_text(json.dumps(record(1, row(n_events=3, evidence={"n_events": "<3"}), text="x <3.")) + "\n")
    findings.write_text(json.dumps(to_json(Extraction(1, "cohort", (finding(n_events=4),)))) + "\n")
    evaluate(gold, findings, PROTOCOL, out)
    page = (out / "evaluation.html").read_text()
    assert "x &lt;3." in page
    assert "Invented review" in page
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    evaluate(gold, findings, PROTOCOL, out)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_core_fields_are_among_all_fields() -> None:
    assert set(CORE_FIELDS) < set(FIELDS)


def test_records_without_a_pmid_are_numbered_in_file_order(tmp_path: Path) -> None:
    records = [{"pmid": None}, {"pmid": 5}, {}]
    assert [r["pmid"] for r in with_placeholders(records)] == [99000001, 5, 99000002]
    path = tmp_path / "gold.jsonl"
    path.write_text("".join(json.dumps(r) + "\n" for r in records))
    assert [r["pmid"] for r in read_gold(path)] == [99000001, 5, 99000002]


def test_inline_markup_becomes_stored_text() -> None:
    assert stored_text("10<sup>9</sup>/L of C<sub>max</sub> in <i>vivo</i>, p <0.5") == "10^9/L of Cmax in vivo, p <0.5"


def test_a_gold_record_becomes_an_article_whose_first_section_is_the_title() -> None:
    article = article_of({**record(3, text="<i>a</i>"), "authors": [{"last": "Doe", "fore": "J"}], "mesh": ["Humans"]})
    assert [(s.label, s.text) for s in article.sections] == [("TITLE", "T"), (None, "a")]
    assert article.authors[0].last == "Doe"
    assert article.mesh_headings == ("Humans",)
