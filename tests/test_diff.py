"""What changed between two loads, and the states that are kept to tell."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline import diff
from pipeline.diff import Change, Diff, match
from pipeline.errors import PipelineError
from pipeline.protocol import Protocol
from pipeline.records import Article, Extraction, Finding
from pipeline.store.snapshots import PMIDS_AN_OBJECT, list_snapshots
from tests.evidence_files import (
    CASE_TEXT,
    arms,
    article,
    case,
    decide,
    evidence,
    load_review,
    make_protocol,
    review_articles,
    review_extractions,
)


@pytest.fixture
def protocol(tmp_path: Path) -> Protocol:
    return make_protocol(tmp_path / "corpus")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def found(*findings: Finding, pmid: int = 11) -> list[Extraction]:
    return [Extraction(pmid, "case_report", findings), *(e for e in review_extractions() if e.pmid != pmid)]


def kinds(changes: Diff) -> list[tuple[str, int | None, str | None, str | None, str | None]]:
    return [(c.kind, c.pmid, c.field, c.before, c.after) for c in changes.changes]


def test_the_first_load_has_nothing_to_compare_with(out: Path, protocol: Protocol) -> None:
    load_review(out, protocol)
    first = diff.run(out)
    assert (first.since, first.changes) == (None, ())
    assert str(first).startswith("Run 1 (")


def test_a_load_that_changes_nothing_adds_no_state(out: Path, protocol: Protocol) -> None:
    for _ in range(3):
        load_review(out, protocol)
    assert [snapshot.run for snapshot in list_snapshots(out)] == [1]


def test_a_changed_value_is_told_field_by_field_under_any_id(out: Path, protocol: Protocol) -> None:
    load_review(out, protocol)
    load_review(out, protocol, extractions=found(replace(case(11), finding_id="other", onset_days=90.0, sex="male")))
    assert kinds(diff.run(out)) == [
        ("changed", 11, "sex", None, "male"),
        ("changed", 11, "onset_days", "87.0", "90.0"),
    ]


def test_a_new_and_a_lost_finding_are_told(out: Path, protocol: Protocol) -> None:
    load_review(out, protocol, extractions=found(arms(12)[0], pmid=12))
    load_review(out, protocol, extractions=found(arms(12)[1], pmid=12))
    assert [(c.kind, c.finding, c.note) for c in diff.run(out).changes] == [
        ("new", "otheramab, group, otheramab arm, any_grade", None),
        ("lost", "drugamab, group, drugamab arm, any_grade", "no longer reported"),
    ]


def test_confidence_is_no_change(out: Path, protocol: Protocol) -> None:
    load_review(out, protocol)
    load_review(out, protocol, extractions=found(replace(case(11), confidence=0.5)))
    assert diff.run(out).changes == ()
    assert "Nothing has changed" in str(diff.run(out))


def test_a_retraction_is_told_with_what_it_takes_away(out: Path, protocol: Protocol) -> None:
    load_review(out, protocol)
    articles = [replace(a, retracted=a.pmid in (11, 14)) for a in review_articles()]
    load_review(out, protocol, articles=articles)
    changes = diff.run(out)
    assert [(c.kind, c.note or c.after) for c in changes.changes] == [
        ("lost", "excluded: retracted"),
        ("retracted", None),
        ("screening", "excluded: retracted"),
    ]
    assert "Retracted articles: 1\n  11 Doe et al., J Inv, 2024" in str(changes)


def test_a_new_article_is_told(out: Path, protocol: Protocol) -> None:
    load_review(out, protocol)
    load_review(out, protocol, articles=[*review_articles(), article(15)])
    assert kinds(diff.run(out)) == [("screening", 15, None, None, "unsure: not_read")]


def test_a_decision_that_became_stale_is_told_once(out: Path, protocol: Protocol) -> None:
    row = {"pmid": 11, "finding_id": "case", "field": "onset_days", "value": "88", "action": "set", "quote": "87 days"}
    decide(protocol, "alice", row)
    load_review(out, protocol)
    text = CASE_TEXT.replace("87", "67")
    changed = replace(case(11), finding_id="new", onset_days=67.0, evidence=(evidence(text, "67 days", "onset_days"),))
    articles: list[Article] = [article(11, text), *review_articles()[1:]]
    load_review(out, protocol, articles=articles, extractions=found(changed))
    changes = diff.run(out)
    assert [(c.field, c.before, c.after) for c in changes.of_kind("changed")] == [
        ("onset_days", "88.0", "67.0"),
        ("flags", "recheck_onset_class", None),
        ("basis", '{"onset_days": "one reviewer"}', None),
    ]
    (stale,) = changes.of_kind("stale")
    assert (stale.pmid, stale.field, stale.after) == (11, "onset_days", "88")
    assert stale.note == "set by alice: the text of the article has changed since the decision"
    load_review(out, protocol, articles=[*articles, article(15)], extractions=found(changed))
    assert diff.run(out).of_kind("stale") == []


def test_any_earlier_run_can_be_compared(out: Path, protocol: Protocol) -> None:
    for days in (87.0, 88.0, 89.0):
        load_review(out, protocol, extractions=found(case(11, days=days)))
    assert kinds(diff.run(out)) == [("changed", 11, "onset_days", "88.0", "89.0")]
    assert kinds(diff.run(out, "1")) == [("changed", 11, "onset_days", "87.0", "89.0")]
    assert kinds(diff.run(out, "3")) == []
    day = list_snapshots(out)[0].made[:10]
    assert kinds(diff.run(out, day)) == []
    assert len(diff.list_runs(out).splitlines()) == 3
    for nonsense in ("9", "1999-01-01"):
        with pytest.raises(PipelineError, match="no run is"):
            diff.run(out, nonsense)


def test_without_a_load_there_is_nothing_to_compare(out: Path) -> None:
    with pytest.raises(PipelineError, match="make load"):
        diff.run(out)


def test_states_share_the_objects_of_what_did_not_change(out: Path, protocol: Protocol) -> None:
    articles = [article(PMIDS_AN_OBJECT * n + 1) for n in range(1, 6)]
    findings = [Extraction(a.pmid, "case_report", (case(a.pmid, f"f{a.pmid}"),)) for a in articles]
    load_review(out, protocol, articles=articles, extractions=findings)
    before = set((out / "snapshots" / "objects").rglob("*.jsonl"))
    findings[0] = Extraction(articles[0].pmid, "case_report", (case(articles[0].pmid, "f", days=60.0),))
    load_review(out, protocol, articles=articles, extractions=findings)
    after = set((out / "snapshots" / "objects").rglob("*.jsonl"))
    assert len(before) == 6
    assert len(after - before) == 1


def test_a_damaged_state_is_named(out: Path, protocol: Protocol) -> None:
    load_review(out, protocol)
    load_review(out, protocol, extractions=found(case(11, days=60.0)))
    for path in (out / "snapshots" / "objects").rglob("*.jsonl"):
        path.write_text(path.read_text() + " ")
    with pytest.raises(PipelineError, match="missing or damaged"):
        diff.run(out)
    (out / "snapshots" / "0001.json").write_text("{}")
    with pytest.raises(PipelineError, match=r"0001\.json is not a snapshot"):
        diff.list_runs(out)


def spans(finding_id: str, label: str | None, *places: list[Any], drug: str = "drugamab") -> dict[str, Any]:
    return {"finding_id": finding_id, "drug": drug, "level": "case", "label": label, "spans": list(places)}


A, B, C = ["sex", 1, 0, 4], ["sex", 1, 5, 9], ["sex", 1, 3, 7]


@pytest.mark.parametrize(
    ("before", "after", "pairs"),
    [
        ([spans("x", None, A)], [spans("x", "new", B, drug="other")], [("x", "x")]),
        ([spans("x", None, A)], [spans("y", None, A)], [("x", "y")]),
        ([spans("x", None, A), spans("z", None, B)], [spans("y", None, B)], [("z", "y")]),
        ([spans("x", None, A)], [spans("y", None, A, drug="other")], []),
        ([spans("x", "1", A)], [spans("y", "1", B)], [("x", "y")]),
        ([spans("x", "1", A)], [spans("y", "2", B)], []),
        ([spans("x", "1", A)], [spans("y", "2", C)], [("x", "y")]),
    ],
)
def test_findings_are_matched_by_id_then_by_their_evidence(
    before: list[dict[str, Any]], after: list[dict[str, Any]], pairs: list[tuple[str, str]]
) -> None:
    matched, lost, new = match(before, after)
    assert [(old["finding_id"], current["finding_id"]) for old, current in matched] == pairs
    assert len(lost) == len(before) - len(pairs)
    assert len(new) == len(after) - len(pairs)


def test_the_whats_new_table_is_safe_in_a_spreadsheet_and_in_markdown(out: Path, protocol: Protocol) -> None:
    load_review(out, protocol)
    state = list_snapshots(out)[0]
    changes = (Change("changed", 11, "=cmd | <b>", "case", "f", "label", "a|b", "+1+1"), Change("new", 12))
    csv_path, markdown_path = diff.write_tables(Diff(state, state, changes), out / "tables")
    with csv_path.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert (rows[0]["citation"], rows[0]["before"], rows[0]["after"]) == ("'=cmd | <b>", "a|b", "'+1+1")
    assert "| =cmd \\| &lt;b> | case |" in markdown_path.read_text()


def test_the_whats_new_table_says_when_there_is_nothing(out: Path, protocol: Protocol) -> None:
    load_review(out, protocol)
    csv_path, markdown_path = diff.write_tables(diff.load_whats_new(out), out / "tables")
    assert csv_path.read_text() == ",".join(diff.COLUMNS) + "\n"
    assert "The first state" in markdown_path.read_text()
