"""What becomes of a decision: applied to what it was made on, stale, or refused; never lost, never misapplied."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import PipelineError
from pipeline.protocol import Protocol
from pipeline.records import Evidence, Extraction, Finding
from pipeline.review.anchors import Memory, Text, find_quote, parse_anchor, text_sha256, write_anchor
from pipeline.review.decisions import (
    COLUMNS,
    Decision,
    Outcome,
    World,
    decode,
    escape,
    judge,
    parse_decisions,
    place,
    problem,
    recall,
    remember,
    row_key,
    unescape,
)
from pipeline.review.dictionary import Column, read_dictionary
from pipeline.review.reviewed import Reviewed, review
from tests.evidence_files import (
    CASE_TEXT,
    GROUP_TEXT,
    arms,
    article,
    case,
    decide,
    dump,
    evidence,
    load_review,
    make_protocol,
    query,
    review_articles,
    review_extractions,
)

DICTIONARY = read_dictionary(make_protocol(Path("unused-folder-of-a-protocol")))
shutil.rmtree("unused-folder-of-a-protocol")
REASONS = ("no_event", "no_drug")


def text_of(*sections: str) -> Text:
    return Text(text_sha256(sections), sections)


CASE = text_of("Title 11", CASE_TEXT)
GROUP = text_of("Title 12", GROUP_TEXT)
NOTE = text_of("Title 13", "Nothing of note.")
WORLD = World({11: CASE, 12: GROUP}, {11: [case(11)], 12: list(arms(12))})


def decision(action: str, finding_id: str | None = "case", field: str | None = None, **cells: Any) -> Decision:
    written: dict[str, Any] = {"file": "alice.csv", "line": 2, "reviewer": "alice", "pmid": 11} | cells
    return Decision(action=action, finding_id=finding_id, field=field, **written)


def outcome_of(*decisions: Decision, world: World = WORLD) -> list[Outcome]:
    return judge(decisions, world, DICTIONARY, REASONS)


def reviewed(*decisions: Decision, world: World = WORLD) -> dict[str, Reviewed]:
    return {r.finding.finding_id: r for r in review(outcome_of(*decisions, world=world), world)}


# A decision by itself -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (decision("sett", field="sex", value="male"), "action is 'sett'"),
        (decision("set", field="sex", value="male", pmid=None), "pmid is not a number"),
        (decision("set", field="sex", value="man"), "'man' is not a value of sex"),
        (decision("set", field="onset_days", value="three weeks"), "not a number"),
        (decision("set", field="onset_days", value="nan"), "not a number"),
        (decision("set", field="onset_days", value="-3"), "outside onset_days"),
        (decision("set", field="n_events", value="2.5"), "not a whole number"),
        (decision("set", field="ctcae_grade", value="6"), "outside ctcae_grade"),
        (decision("set", field="management", value="gcsf; leeches"), "'leeches' is not a value of management"),
        (decision("set", field="drug", value="unheardofamab"), "'unheardofamab' is not a value of drug"),
        (decision("set", field="sex"), "sex has no value"),
        (decision("accept", field="sex"), "sex has no value"),
        (decision("set", value="male"), "set needs a field"),
        (decision("set", field="finding_id", value="x"), "not a column that reviewers decide on"),
        (decision("set", field="confidence", value="1"), "not a column that reviewers decide on"),
        (decision("set", field="colour", value="red"), "'colour' is not a column"),
        (decision("set", None, "sex", value="male"), "set needs a finding_id"),
        (decision("reject", field="sex", value="male"), "reject takes no value"),
        (decision("reject", field="drug"), "every finding has a drug"),
        (decision("add", field="sex", value="male"), "begins with new-"),
        (decision("set", "new-1", "sex", value="male"), "begins with new-"),
        (decision("add", "new-1", "sex", value="male"), "no row for level and drug"),
        (decision("include"), "about a whole article"),
        (decision("exclude", None), "the protocol's reasons"),
        (decision("exclude", None, reason="boring"), "'boring'; the protocol's reasons: no_event, no_drug"),
        (decision("accept", anchor="nonsense"), "anchor is damaged"),
    ],
)
def test_a_row_that_cannot_be_a_decision_is_refused_with_the_reason(given: Decision, why: str) -> None:
    (outcome,) = outcome_of(given)
    assert outcome.status == "refused"
    assert why in (outcome.why or "")


@pytest.mark.parametrize(
    ("given", "position"),
    [
        (decision("set", field="sex", value="male"), '"male"'),
        (decision("set", field="onset_days", value="60.9"), "60.9"),
        (decision("accept", field="onset_days", value="87"), "87.0"),
        (decision("set", field="n_events", value="2.0"), "2"),
        (decision("set", field="management", value="antibiotics; gcsf"), '["antibiotics", "gcsf"]'),
        (decision("set", field="management", value="gcsf;antibiotics;gcsf"), '["antibiotics", "gcsf"]'),
        (decision("set", field="drug", value="anti-x"), '"anti-x"'),
        (decision("set", field="anc_nadir", value="0"), "0.0"),
        (decision("reject", field="outcome"), "null"),
        (decision("accept"), '"finding"'),
        (decision("reject"), '"no finding"'),
        (decision("include", None), '"included"'),
        (decision("exclude", None, reason="no_drug"), '"excluded"'),
    ],
)
def test_a_well_formed_decision_says_something_definite(given: Decision, position: str) -> None:
    (outcome,) = outcome_of(given)
    assert (outcome.status, outcome.position) == ("applied", position)


def test_two_positions_of_one_reviewer_on_one_thing_are_both_refused() -> None:
    first = decision("set", field="sex", value="male")
    second = decision("set", field="sex", value="female", line=3)
    other = decision("set", field="age_years", value="50", line=4)
    again = decision("set", field="age_years", value="50", line=5)
    outcomes = outcome_of(first, second, other, again)
    assert [o.status for o in outcomes] == ["refused", "refused", "applied", "applied"]
    assert [o.why for o in outcomes[:2]] == [
        "contradicts line 3 of the same file",
        "contradicts line 2 of the same file",
    ]


# The text and the finding -------------------------------------------------------------------------------------------


def test_a_decision_whose_words_are_gone_is_stale() -> None:
    (outcome,) = outcome_of(decision("accept", field="onset_days", value="90", quote="90 days"))
    assert (outcome.status, outcome.why) == ("stale", "its quote is no longer in the text of the article")


def test_a_decision_on_an_unknown_finding_or_article_is_stale() -> None:
    unknown, nowhere = outcome_of(decision("accept", "zzz"), decision("accept", pmid=99, line=3))
    assert (unknown.status, unknown.why) == ("stale", "finding zzz is no longer reported")
    assert (nowhere.status, nowhere.why) == ("stale", "article 99 is not in the database")


def test_a_changed_text_makes_every_anchored_decision_stale_though_its_words_are_still_there() -> None:
    anchor = write_anchor(CASE, case(11))
    changed = World({11: text_of("Title 11", CASE_TEXT + " One more sentence.")}, {11: [case(11)]})
    given = decision("set", field="onset_days", value="88", quote="87 days", anchor=anchor)
    assert outcome_of(given)[0].status == "applied"
    (outcome,) = outcome_of(given, world=changed)
    assert (outcome.status, outcome.why) == ("stale", "the text of the article has changed since the decision")


def test_an_anchored_decision_follows_its_text_to_another_pmid() -> None:
    moved = World({21: CASE, 11: GROUP}, {21: [replace(case(11), pmid=21, finding_id="elsewhere")], 11: []})
    given = decision("set", field="onset_days", value="88", quote="87 days", anchor=write_anchor(CASE, case(11)))
    (outcome,) = outcome_of(given, world=moved)
    assert (outcome.status, outcome.pmid, outcome.finding_id) == ("applied", 21, "elsewhere")
    assert outcome.why == "the article is 21 now; the finding is elsewhere now"


def test_two_articles_with_the_same_text_are_not_guessed_between() -> None:
    twins = World({21: CASE, 22: CASE}, {21: [case(21)], 22: [case(22)]})
    (outcome,) = outcome_of(decision("accept", anchor=write_anchor(CASE, case(11))), world=twins)
    assert outcome.status == "stale"


def better(finding: Finding, finding_id: str, **values: Any) -> Finding:
    """The finding as a better extractor reports it: one more value, so another id."""
    more = (*finding.evidence, evidence(CASE_TEXT, "transfusion", "management"))
    return replace(finding, finding_id=finding_id, evidence=more, **values)


def test_a_better_extraction_keeps_an_anchored_decision() -> None:
    world = World({11: CASE}, {11: [better(case(11), "more", onset_days=88.0)]})
    given = decision("accept", field="onset_days", value="87", quote="87 days", anchor=write_anchor(CASE, case(11)))
    kept = reviewed(given, world=world)["more"]
    assert (kept.finding.onset_days, kept.basis) == (87.0, {"onset_days": "one reviewer"})


def test_without_an_anchor_another_id_is_stale() -> None:
    world = World({11: CASE}, {11: [better(case(11), "more")]})
    (outcome,) = outcome_of(decision("accept", field="onset_days", value="87", quote="87 days"), world=world)
    assert (outcome.status, outcome.finding_id) == ("stale", None)


def test_a_finding_that_lost_a_piece_of_evidence_is_another_one() -> None:
    less = replace(case(11), finding_id="less", evidence=case(11).evidence[:-1])
    given = decision("accept", anchor=write_anchor(CASE, case(11)))
    assert outcome_of(given, world=World({11: CASE}, {11: [less]}))[0].status == "stale"


def test_the_other_arm_does_not_inherit_the_decision_on_a_lost_one() -> None:
    first, second = arms(12)
    given = decision("set", "arm-1", "n_events", value="13", pmid=12, anchor=write_anchor(GROUP, first, [second]))
    left = replace(second, finding_id="left")
    assert outcome_of(given, world=World({12: GROUP}, {12: [left]}))[0].status == "stale"


def test_a_finding_that_fell_into_two_is_not_guessed_between() -> None:
    two = [better(case(11), "one"), better(case(11), "two", label="episode 2")]
    given = decision("accept", anchor=write_anchor(CASE, case(11)))
    assert outcome_of(given, world=World({11: CASE}, {11: two}))[0].status == "stale"


def test_findings_that_became_one_are_not_guessed_between() -> None:
    first, second = arms(12)
    one = replace(first, finding_id="both", evidence=(*first.evidence, *second.evidence))
    decisions = [
        decision("set", "arm-1", "n_events", value="13", pmid=12, anchor=write_anchor(GROUP, first, [second])),
        decision("set", "arm-2", "n_treated", value="31", pmid=12, anchor=write_anchor(GROUP, second, [first]), line=3),
    ]
    outcomes = outcome_of(*decisions, world=World({12: GROUP}, {12: [one]}))
    assert [o.status for o in outcomes] == ["stale", "stale"]
    assert outcomes[0].why == "several findings that were decided on have become one, both"


def test_an_anchor_marks_what_no_other_finding_shares() -> None:
    first, second = arms(12)
    anchor = parse_anchor(write_anchor(GROUP, first, [first, second]))
    assert anchor is not None
    own = {name: own for name, *_, own in anchor.spans}
    assert own == {"drug": True, "n_treated": True, "n_events": True, "event_definition": False}
    assert anchor.sha256 == GROUP.sha256


@pytest.mark.parametrize("anchor", ["", "x", "0123456789abcdef drug", "0123456789abcdef drug@1:2", "0123456789ABCDEF"])
def test_a_damaged_anchor_is_no_anchor(anchor: str) -> None:
    assert parse_anchor(anchor or "?") is None


@pytest.mark.parametrize(
    ("quote", "near", "place"),
    [
        ("b c", (), (0, 2, 5)),
        ("b   c", (), (0, 2, 5)),
        ("c\nd", (), (1, 0, 3)),
        ("e", (), None),
        ("c", (Evidence("drug", 1, 0, 1, "c"),), (1, 0, 1)),
        ("a.c", (), None),
    ],
)
def test_a_quote_is_found_whatever_its_white_space(
    quote: str, near: Sequence[Evidence], place: tuple[int, int, int] | None
) -> None:
    assert find_quote(quote, ("a b c", "c d"), near) == place


# What stands ----------------------------------------------------------------------------------------------------------


def bob(given: Decision, **cells: Any) -> Decision:
    return replace(given, reviewer="bob", file="bob.csv", **cells)


def judge_of_both(given: Decision, **cells: Any) -> Decision:
    return replace(given, reviewer="adjudication", file="adjudication.csv", adjudicates=True, **cells)


ALICE = decision("set", field="onset_days", value="90")


@pytest.mark.parametrize(
    ("decisions", "value", "basis", "disputed"),
    [
        ([ALICE], 90.0, {"onset_days": "one reviewer"}, ()),
        ([ALICE, bob(ALICE, value="90.0")], 90.0, {"onset_days": "two reviewers"}, ()),
        ([ALICE, bob(ALICE, value="91")], 87.0, {}, ("onset_days",)),
        ([ALICE, bob(ALICE, action="reject", value=None)], 87.0, {}, ("onset_days",)),
        (
            [ALICE, bob(ALICE, value="91"), judge_of_both(ALICE, value="92")],
            92.0,
            {"onset_days": "adjudicated"},
            (),
        ),
        ([judge_of_both(ALICE, action="reject", value=None)], None, {"onset_days": "adjudicated"}, ()),
        ([replace(ALICE, action="reject", value=None)], None, {"onset_days": "one reviewer"}, ()),
    ],
)
def test_what_stands_of_a_value(
    decisions: list[Decision], value: float | None, basis: dict[str, str], disputed: tuple[str, ...]
) -> None:
    standing = reviewed(*decisions)["case"]
    assert (standing.finding.onset_days, standing.basis, standing.disputed) == (value, basis, disputed)
    assert standing.kept


@pytest.mark.parametrize(
    ("decisions", "kept", "basis", "disputed"),
    [
        ([decision("accept")], True, "one reviewer", ()),
        ([decision("reject")], False, "one reviewer", ()),
        ([decision("reject"), bob(decision("reject"))], False, "two reviewers", ()),
        ([decision("reject"), bob(decision("accept"))], True, "machine", ("finding",)),
        ([decision("reject"), bob(decision("accept")), judge_of_both(decision("reject"))], False, "adjudicated", ()),
    ],
)
def test_what_stands_of_a_finding(decisions: list[Decision], kept: bool, basis: str, disputed: tuple[str, ...]) -> None:
    standing = reviewed(*decisions)["case"]
    assert (standing.kept, standing.finding_basis, standing.disputed) == (kept, basis, disputed)


def test_a_value_that_was_worked_out_from_a_corrected_one_asks_for_a_second_look() -> None:
    assert reviewed(ALICE)["case"].finding.flags == ("recheck_onset_class",)
    both = reviewed(ALICE, decision("set", field="onset_class", value="early", line=3))["case"]
    assert (both.finding.onset_class, both.finding.flags) == ("early", ())


def added(reviewer: str, new_id: str = "new-1", pmid: int = 11, **values: str) -> list[Decision]:
    rows = {"level": "group", "drug": "drugamab"} | values
    return [
        decision("add", new_id, name, value=value, reviewer=reviewer, pmid=pmid, line=number)
        for number, (name, value) in enumerate(rows.items(), start=2)
    ]


def test_a_missed_finding_is_added_whole() -> None:
    rows = added("alice", n_events="3", management="gcsf")
    rows[2] = replace(rows[2], quote="Grade 4")
    ((finding_id, standing),) = reviewed(*rows).items()
    assert finding_id.startswith("added-")
    assert (standing.finding.n_events, standing.finding.management, standing.origin) == (3, ("gcsf",), "reviewer")
    assert standing.finding.evidence == (evidence(CASE_TEXT, "Grade 4", "n_events"),)
    assert standing.finding_basis == "one reviewer"


def test_two_reviewers_who_add_the_same_finding_add_one() -> None:
    ((_, standing),) = reviewed(*added("alice", n_events="3"), *added("bob", "new-7", n_events="4")).items()
    assert standing.finding_basis == "two reviewers"
    assert standing.basis == {"drug": "two reviewers", "level": "two reviewers"}
    assert (standing.finding.n_events, standing.disputed) == (None, ("n_events",))


def test_an_added_finding_can_be_rejected_by_another_reviewer() -> None:
    rows = added("alice")
    ((finding_id, _),) = reviewed(*rows).items()
    ((_, disputed),) = reviewed(*rows, bob(decision("reject", finding_id))).items()
    assert (disputed.kept, disputed.disputed) == (False, ("finding",))


def test_an_added_finding_is_whole_or_not_at_all() -> None:
    rows = added("alice", n_events="three")
    outcomes = outcome_of(*rows)
    assert [o.status for o in outcomes] == ["refused"] * 3
    assert "another row of new-1 is refused" in (outcomes[0].why or "")
    gone = replace(rows[1], quote="not in the text")
    assert {o.status for o in outcome_of(rows[0], gone)} == {"stale"}


def test_two_added_findings_need_something_that_tells_them_apart() -> None:
    outcomes = outcome_of(*added("alice"), *added("alice", "new-2"), *added("alice", "new-3", label="second"))
    assert [o.status for o in outcomes] == ["applied"] * 2 + ["refused"] * 2 + ["applied"] * 3
    assert outcomes[2].why == "nothing tells new-2 from new-1; give each a label"


def test_an_added_finding_that_the_machine_reports_too_says_so() -> None:
    rows = [replace(row, quote="drugamab" if row.field == "drug" else None) for row in added("alice")]
    ((_, standing),) = reviewed(*rows).items()
    assert standing.finding.flags == ("also_reported",)


# Files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "text", "noticed"),
    [
        ("pmid,é".encode(), "pmid,é", False),
        ("\ufeffpmid,é".encode(), "pmid,é", False),
        ("pmid,é".encode("latin-1"), "pmid,é", True),
        ("pmid,\u2019".encode("cp1252"), "pmid,\u2019", True),
    ],
)
def test_a_file_is_read_in_its_encoding(data: bytes, text: str, noticed: bool) -> None:
    found, notice = decode(data, "alice.csv")
    assert (found, notice is not None) == (text, noticed)


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(PipelineError, match=r"alice\.csv is neither UTF-8 nor Windows Latin-1"):
        decode(b"\x81\x8d", "alice.csv")


@pytest.mark.parametrize(
    "text", ["=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(A1)", "\tx", "plain", "'quoted'", "-5", "+3.5", ""]
)
def test_cells_survive_a_spreadsheet(text: str) -> None:
    assert unescape(escape(text)) == text
    assert not escape(text).startswith(("=", "@", "\t"))


def test_a_table_that_is_none_of_decisions_is_named() -> None:
    with pytest.raises(PipelineError, match=r"alice\.csv line 1: column finding_id"):
        parse_decisions("pmid,value\n1,2\n", "alice.csv", "alice")
    with pytest.raises(PipelineError, match=r"alice\.csv line 2: 1 cells"):
        parse_decisions(",".join(COLUMNS) + "\n11\n", "alice.csv", "alice")


def test_the_anchor_may_be_left_out_of_a_hand_written_file() -> None:
    text = ",".join(COLUMNS[:-1]) + "\n11,case,sex,male,set,,2026-01-02,,\n"
    (found,) = parse_decisions(text, "alice.csv", "alice")
    assert (found.pmid, found.value, found.date, found.anchor, found.line) == (11, "male", "2026-01-02", None, 2)


def test_numbers_with_bounds_are_checked_at_both_ends() -> None:
    column = Column("n", "real", "", "", low=0, high=1)
    assert column.parse("0.5") == 0.5
    for text in ("-0.1", "1.1", "inf", "1e400"):
        with pytest.raises(ValueError, match="n"):
            column.parse(text)


# Through files, loads and refreshes -----------------------------------------------------------------------------------


@pytest.fixture
def protocol(tmp_path: Path) -> Protocol:
    return make_protocol(tmp_path / "corpus")


def anchored(protocol: Protocol) -> None:
    """Alice corrects the onset of the case, with the anchor that the template would have written."""
    row = {"pmid": 11, "finding_id": "case", "field": "onset_days", "value": "88", "action": "set"}
    decide(protocol, "alice", row | {"quote": "87 days", "anchor": write_anchor(CASE, case(11)), "date": "2026-02-03"})


def written_by_hand(protocol: Protocol, **cells: Any) -> None:
    """Alice corrects the onset of the case in a file with the nine columns."""
    row = {"pmid": 11, "finding_id": "case", "field": "onset_days", "value": "88", "action": "set"}
    decide(protocol, "alice", row | {"quote": "87 days", "date": "2026-02-03"} | cells)


def memory_of(protocol: Protocol) -> Any:
    return json.loads((protocol.folder / "decisions" / "anchors.json").read_text(encoding="utf-8"))


CORRECTED = "SELECT pmid, onset_days, basis FROM evidence_table WHERE basis <> '{}'"
ATTRIBUTED = "SELECT reviewer, date, value, status FROM reviews"
BASIS = '{"onset_days": "one reviewer"}'


def test_corrections_survive_a_rerun_and_the_loss_of_the_whole_output_folder(
    tmp_path: Path, protocol: Protocol
) -> None:
    anchored(protocol)
    out = tmp_path / "out"
    for again in range(3):
        if again == 2:
            shutil.rmtree(out)
        load_review(out, protocol)
        assert query(out, CORRECTED) == [(11, 88.0, BASIS)]
        assert query(out, ATTRIBUTED) == [("alice", "2026-02-03", "88", "applied")]


def test_corrections_survive_changes_of_other_findings(tmp_path: Path, protocol: Protocol) -> None:
    anchored(protocol)
    load_review(tmp_path, protocol, extractions=[review_extractions()[0], *[Extraction(12, "rct", arms(12)[:1])]])
    assert query(tmp_path, CORRECTED) == [(11, 88.0, BASIS)]


def test_corrections_survive_a_renumbering_of_articles(tmp_path: Path, protocol: Protocol) -> None:
    anchored(protocol)
    moved = replace(article(99_000_004), sections=article(11).sections)
    others = [article(11, "Another text altogether."), *review_articles()[1:]]
    found = Extraction(99_000_004, "case_report", (replace(case(11), pmid=99_000_004, finding_id="renumbered"),))
    load_review(tmp_path, protocol, articles=[*others, moved], extractions=[found])
    assert query(tmp_path, CORRECTED) == [(99_000_004, 88.0, BASIS)]
    assert query(tmp_path, "SELECT pmid, applied_pmid, why FROM reviews") == [
        (11, 99_000_004, "the article is 99000004 now; the finding is renumbered now")
    ]


def test_a_changed_abstract_makes_its_decisions_stale_and_lists_them(tmp_path: Path, protocol: Protocol) -> None:
    anchored(protocol)
    text = CASE_TEXT.replace("87", "67")
    changed = Extraction(11, "case_report", (replace(case(11), evidence=()),))
    summary = load_review(tmp_path, protocol, articles=[article(11, text)], extractions=[changed])
    assert (summary.decisions_applied, summary.decisions_stale) == (0, 1)
    assert query(tmp_path, CORRECTED) == []
    assert query(tmp_path, "SELECT reviewer, status, why, value FROM stale_decisions") == [
        ("alice", "stale", "the text of the article has changed since the decision", "88")
    ]
    assert "alice.csv line 2" in str(summary)


def test_decisions_of_every_status_are_in_the_database(tmp_path: Path, protocol: Protocol) -> None:
    decide(
        protocol,
        "alice",
        {"pmid": 11, "finding_id": "case", "field": "sex", "value": "male", "action": "set"},
        {"pmid": 11, "finding_id": "gone", "field": "sex", "value": "male", "action": "set"},
        {"pmid": 11, "finding_id": "case", "field": "sex", "value": "boy", "action": "set"},
        {"pmid": "eleven", "finding_id": "case", "field": "sex", "value": "male", "action": "set"},
    )
    summary = load_review(tmp_path, protocol)
    assert (summary.decisions_applied, summary.decisions_stale, summary.decisions_refused) == (1, 1, 2)
    assert query(tmp_path, "SELECT line, status FROM reviews") == [
        (2, "applied"),
        (3, "stale"),
        (4, "refused"),
        (5, "refused"),
    ]


def test_a_reviewers_quote_takes_the_place_of_the_machines(tmp_path: Path, protocol: Protocol) -> None:
    row = {"pmid": 11, "finding_id": "case", "field": "outcome", "value": "ongoing", "action": "set"}
    decide(protocol, "alice", row | {"quote": "with transfusion"})
    load_review(tmp_path, protocol)
    spans = "SELECT field, quote, reviewer FROM evidence_spans WHERE finding_id = 'case' ORDER BY field"
    assert query(tmp_path, spans) == [
        ("ctcae_grade", "Grade 4", None),
        ("drug", "drugamab", None),
        ("onset_days", "87 days", None),
        ("outcome", "with transfusion", "alice"),
    ]


def test_the_finding_that_a_reviewer_added_brings_its_article_in(tmp_path: Path, protocol: Protocol) -> None:
    cells = {"pmid": 13, "finding_id": "new-1", "action": "add"}
    decide(
        protocol,
        "alice",
        cells | {"field": "level", "value": "case"},
        cells | {"field": "drug", "value": "drugamab", "quote": "note"},
    )
    load_review(tmp_path, protocol)
    assert query(tmp_path, "SELECT decision, basis FROM inclusion WHERE pmid = 13") == [("included", "human")]
    assert query(tmp_path, "SELECT origin, finding_basis FROM evidence_table WHERE pmid = 13") == [
        ("reviewer", "one reviewer")
    ]


def test_disagreements_are_listed_until_they_are_adjudicated(tmp_path: Path, protocol: Protocol) -> None:
    row = {"pmid": 11, "finding_id": "case", "field": "sex", "action": "set"}
    decide(protocol, "alice", row | {"value": "male"}, {"pmid": 13, "action": "include"})
    decide(protocol, "bob", row | {"value": "female"}, {"pmid": 13, "action": "exclude", "reason": "no_event"})
    load_review(tmp_path, protocol)
    listed = "SELECT pmid, field, reviewer_a, position_a, reviewer_b, position_b, adjudicated FROM disagreements"
    assert query(tmp_path, listed) == [
        (11, "sex", "bob", '"female"', "alice", '"male"', None),
        (13, "screening", "bob", '"excluded"', "alice", '"included"', None),
    ]
    assert query(tmp_path, "SELECT sex, disputed FROM evidence_table WHERE pmid = 11") == [(None, '["sex"]')]
    assert query(tmp_path, "SELECT decision, basis FROM inclusion WHERE pmid = 13") == [("excluded", "automatic")]
    decide(protocol, "adjudication", row | {"value": "female"}, {"pmid": 13, "action": "include"})
    load_review(tmp_path, protocol)
    assert [adjudicated for *_, adjudicated in query(tmp_path, listed)] == ['"female"', '"included"']
    assert query(tmp_path, "SELECT sex, basis FROM evidence_table WHERE pmid = 11") == [
        ("female", '{"sex": "adjudicated"}')
    ]
    assert query(tmp_path, "SELECT decision, reviewer FROM inclusion WHERE pmid = 13") == [("included", "adjudication")]


def test_a_finding_that_one_adds_and_another_rejects_is_a_disagreement(tmp_path: Path, protocol: Protocol) -> None:
    cells = {"pmid": 13, "finding_id": "new-1", "action": "add"}
    rows = [cells | {"field": "level", "value": "case"}, cells | {"field": "drug", "value": "drugamab"}]
    decide(protocol, "alice", *rows)
    load_review(tmp_path, protocol)
    assert query(tmp_path, "SELECT count(*) FROM disagreements") == [(0,)]
    ((finding_id,),) = query(tmp_path, "SELECT DISTINCT applied_finding_id FROM reviews")
    decide(protocol, "bob", {"pmid": 13, "finding_id": finding_id, "action": "reject"})
    load_review(tmp_path, protocol)
    listed = (
        "SELECT pmid, finding_id, field, position_a, reviewer_a, position_b, reviewer_b, adjudicated FROM disagreements"
    )
    dispute = (13, finding_id, "finding", '"finding"', "alice", '"no finding"', "bob")
    assert query(tmp_path, listed) == [(*dispute, None)]
    decide(protocol, "adjudication", {"pmid": 13, "finding_id": finding_id, "action": "accept"})
    load_review(tmp_path, protocol)
    assert query(tmp_path, listed) == [(*dispute, '"finding"')]
    assert query(tmp_path, "SELECT finding_basis FROM evidence_table WHERE pmid = 13") == [("adjudicated",)]


# Rows written by hand -------------------------------------------------------------------------------------------------


ANCHOR = write_anchor(CASE, case(11))


@pytest.fixture
def remembered(tmp_path: Path, protocol: Protocol) -> Path:
    """The output folder after a first load, at which Alice's hand-written row applied."""
    written_by_hand(protocol)
    summary = load_review(tmp_path / "out", protocol)
    assert summary.notices == ()
    assert query(tmp_path / "out", CORRECTED) == [(11, 88.0, BASIS)]
    assert query(tmp_path / "out", "SELECT anchor FROM reviews") == [(ANCHOR,)]
    ((reviewer, rows),) = memory_of(protocol).items()
    assert (reviewer, list(rows.values())) == ("alice", [ANCHOR])
    return tmp_path / "out"


def test_a_hand_written_row_survives_the_loss_of_the_whole_output_folder(remembered: Path, protocol: Protocol) -> None:
    first, memory = dump(remembered), memory_of(protocol)
    shutil.rmtree(remembered)
    load_review(remembered, protocol)
    assert (dump(remembered), memory_of(protocol)) == (first, memory)


def test_a_hand_written_row_follows_its_text_to_another_pmid(remembered: Path, protocol: Protocol) -> None:
    moved = replace(article(99_000_004), sections=article(11).sections)
    others = [article(11, "Grade 4 anaemia, another text, 87 days after it."), *review_articles()[1:]]
    found = Extraction(99_000_004, "case_report", (replace(case(11), pmid=99_000_004, finding_id="renumbered"),))
    shutil.rmtree(remembered)
    load_review(remembered, protocol, articles=[*others, moved], extractions=[found])
    assert query(remembered, CORRECTED) == [(99_000_004, 88.0, BASIS)]
    assert query(remembered, ATTRIBUTED) == [("alice", "2026-02-03", "88", "applied")]
    assert query(remembered, "SELECT pmid, applied_pmid, applied_finding_id FROM reviews") == [
        (11, 99_000_004, "renumbered")
    ]


def test_a_hand_written_row_follows_its_finding_to_another_id(remembered: Path, protocol: Protocol) -> None:
    found = Extraction(11, "case_report", (better(case(11), "more", onset_days=80.0),))
    load_review(remembered, protocol, extractions=[found, *review_extractions()[1:]])
    assert query(remembered, "SELECT finding_id, onset_days, basis FROM evidence_table WHERE pmid = 11") == [
        ("more", 88.0, BASIS)
    ]


def test_a_hand_written_row_is_stale_once_its_abstract_has_changed_elsewhere(
    remembered: Path, protocol: Protocol
) -> None:
    memory = memory_of(protocol)
    changed = [article(11, CASE_TEXT + " One more sentence."), *review_articles()[1:]]
    for _ in range(2):
        load_review(remembered, protocol, articles=changed)
        assert query(remembered, CORRECTED) == []
        assert query(remembered, "SELECT why FROM stale_decisions") == [
            ("the text of the article has changed since the decision",)
        ]
        assert memory_of(protocol) == memory
    load_review(remembered, protocol)
    assert query(remembered, CORRECTED) == [(11, 88.0, BASIS)]


def test_the_other_arm_does_not_inherit_a_hand_written_row(tmp_path: Path, protocol: Protocol) -> None:
    decide(
        protocol,
        "alice",
        {"pmid": 12, "finding_id": "arm-1", "field": "n_events", "value": "13", "action": "set", "quote": "12 had"},
    )
    assert load_review(tmp_path, protocol).decisions_applied == 1
    left = replace(arms(12)[1], finding_id="left")
    load_review(tmp_path, protocol, extractions=[review_extractions()[0], Extraction(12, "rct", (left,))])
    assert query(tmp_path, "SELECT status, why FROM reviews") == [("stale", "finding arm-1 is no longer reported")]
    assert query(tmp_path, "SELECT finding_id, n_events, basis FROM evidence_table WHERE pmid = 12") == [
        ("left", 3, "{}")
    ]
    found_again = replace(arms(12)[0], finding_id="found-again")
    load_review(tmp_path, protocol, extractions=[Extraction(12, "rct", (left, found_again))])
    assert query(tmp_path, "SELECT finding_id, n_events FROM evidence_table WHERE basis <> '{}'") == [
        ("found-again", 13)
    ]


@pytest.mark.parametrize(
    "cells", [{"pmid": 15}, {"finding_id": "other"}, {"quote": "90 days"}, {"value": "soon"}, {"field": "colour"}]
)
def test_a_row_that_does_not_apply_is_not_remembered(tmp_path: Path, protocol: Protocol, cells: dict[str, Any]) -> None:
    written_by_hand(protocol, **cells)
    load_review(tmp_path, protocol)
    assert not (protocol.folder / "decisions" / "anchors.json").exists()


def test_an_anchor_in_the_file_wins(remembered: Path, protocol: Protocol) -> None:
    elsewhere = write_anchor(GROUP)
    written_by_hand(protocol, anchor=elsewhere)
    summary = load_review(remembered, protocol)
    assert (summary.decisions_applied, summary.decisions_stale) == (0, 1)
    assert query(remembered, "SELECT anchor FROM reviews") == [(elsewhere,)]
    written_by_hand(protocol)
    assert load_review(remembered, protocol).decisions_applied == 1


def test_an_edited_row_is_a_new_decision(remembered: Path, protocol: Protocol) -> None:
    changed = [article(11, CASE_TEXT + " One more sentence."), *review_articles()[1:]]
    written_by_hand(protocol, date="2026-03-04")
    load_review(remembered, protocol, articles=changed)
    assert query(remembered, CORRECTED) == [(11, 88.0, BASIS)]
    assert list(memory_of(protocol)["alice"].values()) == [
        write_anchor(text_of("Title 11", CASE_TEXT + " One more sentence."), case(11))
    ]


def test_what_is_remembered_goes_with_its_row_and_waits_for_its_file(remembered: Path, protocol: Protocol) -> None:
    memory = memory_of(protocol)["alice"]
    file = protocol.folder / "decisions" / "alice.csv"
    away = file.rename(protocol.folder / "alice.csv")
    decide(protocol, "bob", {"pmid": 13, "action": "include"})
    load_review(remembered, protocol)
    assert memory_of(protocol) == {"alice": memory, "bob": dict.fromkeys(memory_of(protocol)["bob"], NOTE.sha256)}
    away.rename(file)
    decide(protocol, "bob", {"pmid": 12, "action": "include"})
    load_review(remembered, protocol)
    assert memory_of(protocol) == {"alice": memory, "bob": dict.fromkeys(memory_of(protocol)["bob"], GROUP.sha256)}


def test_a_row_keeps_its_memory_wherever_it_stands_in_the_file() -> None:
    given = decision("set", field="sex", value="male")
    assert row_key(replace(given, line=9, file="x.csv", anchor=ANCHOR)) == row_key(given)
    assert row_key(replace(given, value="female")) != row_key(given)


def test_make_sees_nothing_newer_than_the_database_after_a_load(tmp_path: Path, protocol: Protocol) -> None:
    written_by_hand(protocol)
    folder = protocol.folder / "decisions"
    for _ in range(2):
        load_review(tmp_path / "out", protocol)
        loaded = (tmp_path / "out" / "evidence.db").stat().st_mtime_ns
        assert max(path.stat().st_mtime_ns for path in (folder, *folder.iterdir())) <= loaded


def test_a_load_with_nothing_new_to_remember_writes_nothing(remembered: Path, protocol: Protocol) -> None:
    folder = protocol.folder / "decisions"
    dates = [path.stat().st_mtime_ns for path in (folder, *sorted(folder.iterdir()))]
    load_review(remembered, protocol)
    assert [path.stat().st_mtime_ns for path in (folder, *sorted(folder.iterdir()))] == dates


README = Path(__file__).resolve().parent.parent / "corpora" / "anti-cd20-neutropenia" / "decisions" / "README.md"


def test_the_example_in_the_readme_is_well_formed() -> None:
    lines = [line.strip() for line in README.read_text(encoding="utf-8").splitlines() if line.startswith("    ")]
    assert lines[0] == ",".join(COLUMNS[:-1])
    decisions = parse_decisions("\n".join(lines) + "\n", "README.md", "ada")
    drug = replace(DICTIONARY["drug"], values=("rituximab",))
    assert len(decisions) == 4
    assert [problem(d, {**DICTIONARY, "drug": drug}, ["animal"]) for d in decisions] == [None] * 4


def test_a_folder_that_cannot_be_written_costs_a_notice_only(
    tmp_path: Path, protocol: Protocol, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise PipelineError("cannot write: Permission denied")

    written_by_hand(protocol)
    monkeypatch.setattr("pipeline.review.anchors.atomic_write", refuse)
    summary = load_review(tmp_path, protocol)
    assert query(tmp_path, CORRECTED) == [(11, 88.0, BASIS)]
    assert "anchors.json cannot be written" in str(summary)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"alice": []}', '{"alice": {"0": null}}', '{"alice": {"0": ""}}', '{"alice": {"0": "x"}}']
)
def test_a_damaged_memory_stops_the_load_and_loses_nothing(tmp_path: Path, protocol: Protocol, text: str) -> None:
    written_by_hand(protocol)
    path = protocol.folder / "decisions" / "anchors.json"
    path.write_text(text)
    with pytest.raises(PipelineError, match=r"anchors\.json is damaged"):
        load_review(tmp_path, protocol)
    assert path.read_text() == text


def test_rows_of_an_addition_that_lead_to_two_articles_are_stale() -> None:
    level, drug = added("alice")
    moved = World({21: CASE, 11: GROUP}, {})
    outcomes = outcome_of(replace(level, anchor=CASE.sha256), drug, world=moved)
    assert [(o.status, o.pmid) for o in outcomes] == [("stale", None)] * 2


# The law ------------------------------------------------------------------------------------------------------------
#
# A world of true findings: each has a word of its own in the text, and words that it shares with others. An extractor
# reports some of them under any id: with its own word and shared ones ("whole"), in two halves that nothing tells apart
# ("split"), or by words alone that another finding has too ("bare"). A decision that is applied must lie on the finding
# it was made on; a decision is never lost; it holds on while the extractor reports at least what it did. All this is
# so for rows with an anchor and for rows written by hand, whose anchors are remembered by the load that follows.

WORDS = [f"w{number}" for number in range(12)]
LAW_TEXT = " ".join(WORDS)
FIELDS = ("sex", "age_years", "onset_days", "n_events")
VALUES = {"sex": "male", "age_years": "50", "onset_days": "30", "n_events": "2"}


def at_word(word: int, name: str) -> Evidence:
    return evidence(LAW_TEXT + " ", f"w{word} ", name)


def report(truth: int, extra: frozenset[int], ids: int, pmid: int, own: bool = True, part: str = "") -> Finding:
    """True finding number `truth` (its own word: the same number), resting on `extra` shared words too."""
    words = [at_word(truth, FIELDS[truth % 4])] if own else []
    words += [at_word(6 + word, FIELDS[word % 4]) for word in sorted(extra)]
    finding_id = "f-" + json.dumps([truth, sorted(extra), ids, pmid, own, part])
    return Finding(finding_id, pmid, "case", label=f"{truth}{part}", drug="drugamab", evidence=tuple(words))


def report_all(reported: dict[int, tuple[frozenset[int], str]], ids: int, pmid: int) -> list[Finding]:
    found = []
    for truth, (extra, style) in sorted(reported.items()):
        shared = frozenset(word for other, (words, _) in reported.items() if other != truth for word in words)
        if style == "split":
            found += [report(truth, extra, ids, pmid, part=part) for part in "ab"]
        else:
            found.append(report(truth, extra, ids, pmid, own=style == "whole" or not extra <= shared))
    return found


truths = st.integers(0, 5)
shared_words = st.frozensets(st.integers(0, 5), max_size=4)
extractions = st.dictionaries(
    truths, st.tuples(shared_words, st.sampled_from(["whole", "whole", "bare", "split"])), max_size=5
)
worlds = st.tuples(
    extractions,
    st.integers(0, 2),  # how the extractor makes its ids
    st.sampled_from(["same", "same", "changed", "gone", "renumbered"]),  # what happened to the article
)
choices = st.lists(
    st.tuples(
        st.integers(0, 4),
        st.sampled_from(["set", "accept", "reject", "reject finding", "accept finding"]),
        st.sampled_from(FIELDS),
        st.booleans(),  # written by hand
    ),
    max_size=4,
)


def build(reported: dict[int, tuple[frozenset[int], str]], ids: int, fate: str) -> World:
    pmid = 8 if fate == "renumbered" else 7
    text = text_of("Title", LAW_TEXT + ("." if fate == "changed" else ""))
    other = {7: text_of("Title", "w1 w2 another text")} if fate == "renumbered" else {}
    if fate == "gone":
        return World({}, {})
    return World({pmid: text, **other}, {pmid: report_all(reported, ids, pmid)})


def decide_on(world: World, chosen: list[tuple[int, str, str, bool]], line: int) -> list[tuple[Decision, str | None]]:
    """Decisions on findings reported now, each with the name of its true finding."""
    made: list[tuple[Decision, str | None]] = []
    for pmid, findings in world.findings.items():
        for index, kind, name, by_hand in chosen:
            if index < len(findings):
                finding = findings[index]
                action, _, whole = kind.partition(" ")
                quote = next((e.quote.strip() for e in finding.evidence if e.field == name), None)
                decided = Decision(
                    "alice.csv",
                    line + len(made),
                    "alice",
                    pmid,
                    finding.finding_id,
                    None if whole else name,
                    None if whole or action == "reject" else VALUES[name],
                    action,
                    quote=quote,
                    anchor=None if by_hand else write_anchor(world.texts[pmid], finding, findings),
                )
                made.append((decided, finding.label))
    return made


@settings(max_examples=600)
@given(st.lists(st.tuples(worlds, choices), min_size=1, max_size=5))
def test_no_sequence_of_extractions_loses_or_misapplies_a_decision(steps: list[Any]) -> None:
    made: list[tuple[Decision, str | None]] = []
    memory: Memory = {}
    for (reported, ids, fate), chosen in steps:
        world = build(reported, ids, fate)
        decisions = recall([decided for decided, _ in made], memory)
        outcomes = judge(decisions, world, DICTIONARY, REASONS)
        assert [o.decision for o in outcomes] == decisions
        by_id = {f.finding_id: f for findings in world.findings.values() for f in findings}
        for outcome, (_, truth) in zip(outcomes, made, strict=True):
            if outcome.status == "applied":
                assert fate in ("same", "renumbered")
                assert by_id[outcome.finding_id or ""].label == truth
            else:
                assert outcome.why
        standing = {r.finding.finding_id: r for r in review(outcomes, world)}
        for finding in by_id.values():
            if finding.finding_id not in standing:
                assert not [o for o in outcomes if o.finding_id == finding.finding_id]
        if fate in ("same", "renumbered"):
            made += decide_on(world, chosen, len(made) + 2)
            placed = place(recall([decided for decided, _ in made], memory), world, DICTIONARY, REASONS)
            memory = remember(placed, world, memory)
            assert all(decided.anchor for decided in recall([decided for decided, _ in made], memory))


@settings(max_examples=200)
@given(st.dictionaries(truths, shared_words, max_size=5), choices, shared_words, st.integers(0, 2), st.booleans())
def test_decisions_hold_while_the_extractor_reports_no_less(
    reported: dict[int, frozenset[int]], chosen: list[Any], more: frozenset[int], ids: int, moved: bool
) -> None:
    before = build({truth: (extra, "whole") for truth, extra in reported.items()}, 0, "same")
    made = decide_on(before, chosen, 2)
    first = judge([decided for decided, _ in made], before, DICTIONARY, REASONS)
    memory = remember(place([decided for decided, _ in made], before, DICTIONARY, REASONS), before, {})
    richer = {truth: (extra | more, "whole") for truth, extra in reported.items()}
    after = build(richer, ids, "renumbered" if moved else "same")
    second = judge(recall([decided for decided, _ in made], memory), after, DICTIONARY, REASONS)
    assert [o.status for o in second] == [o.status for o in first]
    assert [o.position for o in second] == [o.position for o in first]
