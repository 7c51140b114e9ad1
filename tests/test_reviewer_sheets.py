"""Sheets for reviewers: what they show, and what comes back from them, whole or not at all."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from pipeline import load
from pipeline.errors import PipelineError
from pipeline.protocol import Protocol
from pipeline.review.decisions import COLUMNS
from pipeline.review.reviewer_sheets import import_decisions, write_template
from pipeline.review.sheets import MOST_ROWS, SHEET_COLUMNS, read_sheet
from tests.evidence_files import (
    article,
    case,
    decide,
    load_review,
    make_protocol,
    query,
    review_articles,
    review_extractions,
)

DAY = date(2026, 3, 4)


@pytest.fixture
def protocol(tmp_path: Path) -> Protocol:
    return make_protocol(tmp_path / "corpus")


@pytest.fixture
def out(tmp_path: Path, protocol: Protocol) -> Path:
    load_review(tmp_path / "out", protocol)
    return tmp_path / "out"


def rows_of(path: Path) -> list[dict[str, str]]:
    return [row for _, row in read_sheet(path)[0]]


def fill(path: Path, choose: Callable[[dict[str, str]], dict[str, Any] | None]) -> Path:
    """Fill in an XLSX sheet as a person would: `choose` gives the cells for a row, or None."""
    workbook = load_workbook(path)
    sheet = workbook["Decisions"]
    for number, row in enumerate(rows_of(path), start=2):
        for column, value in (choose(row) or {}).items():
            sheet.cell(number, SHEET_COLUMNS.index(column) + 1).value = value
    workbook.save(path)
    return path


def on(finding_id: str, field: str, /, **cells: Any) -> Callable[[dict[str, str]], dict[str, Any] | None]:
    return lambda row: cells if (row["finding_id"], row["field"]) == (finding_id, field) else None


def decisions(protocol: Protocol, reviewer: str = "alice") -> list[dict[str, str]]:
    path = protocol.folder / "decisions" / f"{reviewer}.csv"
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


# The sheet ----------------------------------------------------------------------------------------------------------


def test_a_sheet_has_a_row_for_each_article_finding_and_value(out: Path, protocol: Protocol) -> None:
    xlsx, as_csv = write_template(out, protocol, "alice")
    rows = rows_of(xlsx)
    assert rows == rows_of(as_csv)
    assert [(r["pmid"], r["current_value"]) for r in rows if r["field"] == "article"] == [
        ("11", "included"),
        ("12", "included"),
        ("13", "excluded: no_event"),
    ]
    onset = next(row for row in rows if row["field"] == "onset_days")
    assert (onset["finding_id"], onset["current_value"], onset["quote"]) == ("case", "87", "87 days")
    assert [r["field"] for r in rows if r["finding_id"] == "case"][:3] == ["finding", "level", "attribution"]
    assert all(row["anchor"] for row in rows)
    assert {row["action"] for row in rows} == {""}


def test_an_untouched_sheet_has_nothing_to_import(out: Path, protocol: Protocol) -> None:
    for path in write_template(out, protocol, "alice"):
        with pytest.raises(PipelineError, match="nothing to import"):
            import_decisions(out, protocol, path, DAY)


def test_a_sheet_shows_nothing_of_other_reviewers(out: Path, protocol: Protocol) -> None:
    row = {"pmid": 11, "finding_id": "case"}
    before = rows_of(write_template(out, protocol, "alice")[0])
    decide(
        protocol,
        "bob",
        row | {"field": "onset_days", "value": "71", "action": "set"},
        row | {"field": "sex", "value": "male", "action": "set", "note": "seen on page 3"},
        {"pmid": 12, "action": "exclude", "reason": "no_drug"},
        {"pmid": 12, "finding_id": "arm-1", "action": "reject"},
    )
    load.run(out, protocol)
    assert rows_of(write_template(out, protocol, "alice")[0]) == before


def test_a_sheet_brings_back_what_its_reviewer_decided(out: Path, protocol: Protocol) -> None:
    given = {"pmid": 11, "finding_id": "case", "field": "sex", "value": "male", "action": "set", "quote": "Grade 4"}
    decide(protocol, "alice", given | {"note": "-  sure", "date": "2026-01-02"})
    load.run(out, protocol)
    for path in write_template(out, protocol, "alice"):
        (row,) = [row for row in rows_of(path) if row["field"] == "sex"]
        assert (row["value"], row["action"], row["date"], row["quote"]) == ("male", "set", "2026-01-02", "Grade 4")
        assert row["current_value"] == ""
    assert "1 of them in place of earlier ones" in import_decisions(out, protocol, path, DAY)
    (again,) = decisions(protocol)
    assert {name: again[name] for name in ("value", "date", "quote", "note")} == {
        "value": "male",
        "date": "2026-01-02",
        "quote": "Grade 4",
        "note": "'-  sure",
    }


def test_stale_decisions_are_on_a_sheet_of_their_own(out: Path, protocol: Protocol) -> None:
    decide(protocol, "alice", {"pmid": 11, "finding_id": "gone", "field": "sex", "value": "male", "action": "set"})
    load.run(out, protocol)
    workbook = load_workbook(write_template(out, protocol, "alice")[0])
    stale = list(workbook["Stale"].iter_rows(values_only=True))
    assert "finding gone is no longer reported" in stale[1]


def test_menus_hold_what_the_dictionary_allows(out: Path, protocol: Protocol) -> None:
    workbook = load_workbook(write_template(out, protocol, "alice")[0])
    sheet, lists = workbook["Decisions"], workbook["lists"]
    assert lists.sheet_state == "hidden"
    column = {cell.value: cell.column_letter for cell in lists[1]}
    menus = {menu.formula1: str(menu.sqref) for menu in sheet.data_validations.dataValidation}
    rows = rows_of(out / "sheets" / "decisions-alice.xlsx")
    number = 2 + next(n for n, row in enumerate(rows) if row["field"] == "outcome")
    (outcome,) = [cells for formula, cells in menus.items() if f"${column['outcome']}$" in formula]
    assert outcome == f"J{number}"
    assert [cell.value for cell in lists[column["outcome"]]][:5] == [
        "outcome",
        "resolved",
        "recurred",
        "ongoing",
        "fatal",
    ]
    assert [cell.value for cell in lists[column["reason"]]][:4] == ["reason", "retracted", "no_event", "no_drug"]


def test_the_adjudicator_sees_both_positions(out: Path, protocol: Protocol) -> None:
    row = {"pmid": 11, "finding_id": "case", "field": "onset_days", "action": "set"}
    decide(protocol, "alice", row | {"value": "88"})
    decide(protocol, "bob", row | {"value": "89"})
    load.run(out, protocol)
    path = write_template(out, protocol, "adjudication")[0]
    (shown,) = rows_of(path)
    assert (shown["current_value"], shown["quote"]) == ("alice: 88.0 | bob: 89.0", "87 days")
    import_decisions(out, protocol, fill(path, lambda _: {"action": "set", "value": 89}), DAY)
    load.run(out, protocol)
    assert query(out, "SELECT onset_days, basis FROM evidence_table WHERE pmid = 11") == [
        (89.0, '{"onset_days": "adjudicated"}')
    ]


@pytest.mark.parametrize("name", ["", "../x", "a b", "-x", "x.csv"])
def test_a_reviewer_needs_a_name_that_is_a_file(out: Path, protocol: Protocol, name: str) -> None:
    with pytest.raises(PipelineError, match="not a name for a file"):
        write_template(out, protocol, name)


def test_more_rows_than_a_worksheet_holds_are_refused(
    out: Path, protocol: Protocol, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.review.reviewer_sheets.MOST_ROWS", 3)
    with pytest.raises(PipelineError, match="more than a worksheet holds"):
        write_template(out, protocol, "alice")
    assert MOST_ROWS < 1_048_576


# And back -----------------------------------------------------------------------------------------------------------


def test_what_is_filled_in_comes_back_and_is_applied(out: Path, protocol: Protocol) -> None:
    path = write_template(out, protocol, "alice")[0]
    fill(path, on("case", "onset_days", action="set", value=90, note="counted again"))
    fill(path, on("case", "outcome", action="accept"))
    fill(path, on("arm-2", "finding", action="reject"))
    fill(path, lambda row: {"action": "include"} if (row["field"], row["pmid"]) == ("article", "13") else None)
    fill(path, on("case", "", field="management", action="set", value="gcsf"))
    message = import_decisions(out, protocol, path, DAY)
    assert "5 decisions of alice" in message
    assert [(d["finding_id"], d["field"], d["action"], d["value"], d["date"]) for d in decisions(protocol)] == [
        ("case", "onset_days", "set", "90", "2026-03-04"),
        ("case", "outcome", "accept", "resolved", "2026-03-04"),
        ("case", "management", "set", "gcsf", "2026-03-04"),
        ("arm-2", "", "reject", "", "2026-03-04"),
        ("", "", "include", "", "2026-03-04"),
    ]
    assert load.run(out, protocol).decisions_applied == 5
    assert query(out, "SELECT onset_days, management FROM evidence_table WHERE pmid = 11") == [(90.0, '["gcsf"]')]
    assert query(out, "SELECT finding_id FROM evidence_table WHERE pmid = 12") == [("arm-1",)]


def test_deciding_again_replaces_and_keeps_the_rest(out: Path, protocol: Protocol) -> None:
    gone = {"pmid": 11, "finding_id": "gone", "field": "sex", "value": "male", "action": "set"}
    kept = {"pmid": 12, "finding_id": "arm-1", "field": "n_events", "value": "13", "action": "set"}
    decide(protocol, "alice", gone, kept)
    path = write_template(out, protocol, "alice")[0]
    import_decisions(out, protocol, fill(path, on("case", "onset_days", action="set", value="90")), DAY)
    import_decisions(out, protocol, fill(path, on("case", "onset_days", action="set", value="91")), DAY)
    assert [(d["finding_id"], d["value"]) for d in decisions(protocol)] == [
        ("gone", "male"),
        ("arm-1", "13"),
        ("case", "91"),
    ]


def test_a_missed_finding_is_added_through_the_sheet(out: Path, protocol: Protocol) -> None:
    path = out / "sheets" / "decisions-alice.xlsx"
    workbook = Workbook()
    workbook.active.append(list(SHEET_COLUMNS))
    for field, value in (("level", "case"), ("drug", "drugamab"), ("onset_days", 12.5)):
        cells = {"reviewer": "alice", "pmid": 13, "finding_id": "new-1", "field": field, "value": value}
        workbook.active.append([(cells | {"action": "add", "quote": "of note"}).get(c) for c in SHEET_COLUMNS])
    path.parent.mkdir()
    workbook.save(path)
    import_decisions(out, protocol, path, DAY)
    load.run(out, protocol)
    assert query(out, "SELECT level, drug, onset_days, origin FROM evidence_table WHERE pmid = 13") == [
        ("case", "drugamab", 12.5, "reviewer")
    ]


def hand_written(path: Path, *rows: dict[str, Any], columns: tuple[str, ...] = COLUMNS[:-1]) -> Path:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns)
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(stream.getvalue(), encoding="utf-8")
    return path


GOOD = {"pmid": 11, "finding_id": "case", "field": "onset_days", "value": "90", "action": "set"}


def test_a_hand_written_file_gets_its_anchors_on_the_way_in(tmp_path: Path, out: Path, protocol: Protocol) -> None:
    import_decisions(out, protocol, hand_written(tmp_path / "carol.csv", GOOD), DAY)
    (row,) = decisions(protocol, "carol")
    assert "onset_days@1:" in row["anchor"]
    text = review_articles()[0].sections[1].text + " Revised."
    load_review(out, protocol, articles=[article(11, text)], extractions=review_extractions()[:1])
    assert query(out, "SELECT status, why FROM reviews") == [
        ("stale", "the text of the article has changed since the decision")
    ]


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ({"finding_id": "zzz"}, "finding zzz is no longer reported"),
        ({"pmid": 999}, "article 999 is not in the database"),
        ({"pmid": "eleven"}, "pmid is not a number"),
        ({"field": "colour"}, "not a column that reviewers decide on"),
        ({"value": "soon"}, "not a number"),
        ({"value": "-4"}, "outside onset_days"),
        ({"value": "=cmd|' /C calc'!A0"}, "value holds a formula"),
        ({"note": "@SUM(A1)"}, "note holds a formula"),
        ({"action": ""}, "action is empty, but something else is filled in"),
        ({"action": "approve"}, "action is 'approve'"),
        ({"date": "yesterday"}, "date is 'yesterday'"),
        ({"value": "91"}, "contradicts line"),
        ({"quote": "never written"}, "its quote is no longer in the text"),
    ],
)
def test_a_bad_row_is_refused_with_its_number_and_nothing_is_imported(
    tmp_path: Path, out: Path, protocol: Protocol, bad: dict[str, Any], why: str
) -> None:
    path = hand_written(tmp_path / "carol.csv", GOOD, {**GOOD, **bad})
    with pytest.raises(PipelineError) as error:
        import_decisions(out, protocol, path, DAY)
    assert "nothing imported" in str(error.value)
    assert "row 3:" in str(error.value)
    assert why in str(error.value)
    assert not (protocol.folder / "decisions" / "carol.csv").exists()
    assert why in (out / "sheets" / "carol.refused.csv").read_text()


def test_every_bad_row_is_listed(tmp_path: Path, out: Path, protocol: Protocol) -> None:
    path = hand_written(tmp_path / "carol.csv", *({**GOOD, "finding_id": f"x{n}"} for n in range(15)))
    with pytest.raises(PipelineError, match=r"15 rows refused .*; and 5 more$"):
        import_decisions(out, protocol, path, DAY)
    assert len((out / "sheets" / "carol.refused.csv").read_text().splitlines()) == 16


def test_a_formula_in_a_spreadsheet_cell_is_refused_and_text_that_looks_like_one_is_read(
    out: Path, protocol: Protocol
) -> None:
    path = write_template(out, protocol, "alice")[0]
    fill(path, on("case", "onset_days", action="set", value="=1+1"))
    with pytest.raises(PipelineError, match="value holds a formula"):
        import_decisions(out, protocol, path, DAY)
    path = write_template(out, protocol, "alice")[0]
    fill(path, on("case", "onset_days", action="set", value="90", note="- see the table"))
    import_decisions(out, protocol, path, DAY)
    assert decisions(protocol)[0]["note"] == "'- see the table"


def test_an_import_follows_earlier_rows_written_by_hand_and_gives_them_their_anchors(
    tmp_path: Path, out: Path, protocol: Protocol
) -> None:
    row = {"pmid": 11, "finding_id": "case", "action": "set"}
    sex, onset = row | {"field": "sex", "value": "male"}, row | {"field": "onset_days", "value": "88"}
    decide(protocol, "alice", sex, onset)
    load.run(out, protocol)
    renamed = replace(review_extractions()[0], findings=(case(11, "renamed"),))
    load_review(out, protocol, extractions=[renamed, *review_extractions()[1:]])
    sheet = fill(write_template(out, protocol, "alice")[0], on("renamed", "onset_days", action="set", value="90"))
    import_decisions(out, protocol, sheet, DAY)
    written = {(d["finding_id"], d["field"], d["value"]) for d in decisions(protocol)}
    assert ("renamed", "onset_days", "90") in written
    assert not [d for d in written if d[1:] == ("onset_days", "88")]
    assert all(d["anchor"] for d in decisions(protocol))
    assert load.run(out, protocol).decisions_refused == 0
    assert query(out, "SELECT sex, onset_days FROM evidence_table WHERE pmid = 11") == [("male", 90.0)]


@pytest.mark.parametrize(
    "header",
    [
        "pmid,finding_id,field,value",
        "pmid,finding_id,field,value,action,mood",
        "pmid,pmid,finding_id,field,value,action",
        "",
    ],
)
def test_wrong_columns_are_named(tmp_path: Path, out: Path, protocol: Protocol, header: str) -> None:
    path = tmp_path / "carol.csv"
    path.write_text(header + "\n")
    with pytest.raises(PipelineError, match=r"row 1: (unknown )?column"):
        import_decisions(out, protocol, path, DAY)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_is_read_whatever_program_saved_it(
    tmp_path: Path, out: Path, protocol: Protocol, encoding: str, delimiter: str
) -> None:
    rows = [COLUMNS[:-1], ("11", "case", "management", "gcsf; ivig", "set", "", "", "Müller agrees", "")]
    text = "\r\n".join(delimiter.join(f'"{c}"' if delimiter in c else c for c in row) for row in rows)
    (tmp_path / "carol.csv").write_bytes(text.encode(encoding))
    message = import_decisions(out, protocol, tmp_path / "carol.csv", DAY)
    assert ("Windows Latin-1" in message) == (encoding == "cp1252")
    (row,) = decisions(protocol, "carol")
    assert (row["value"], row["note"]) == ("gcsf; ivig", "Müller agrees")


def test_files_that_are_no_sheet_are_named(tmp_path: Path, out: Path, protocol: Protocol) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"not a workbook")
    (tmp_path / "a.ods").write_bytes(b"")
    for name, why in (("a.xlsx", "not a readable XLSX"), ("a.ods", "neither XLSX nor CSV"), ("b.csv", "cannot read")):
        with pytest.raises(PipelineError, match=why):
            import_decisions(out, protocol, tmp_path / name, DAY)


def test_a_sheet_of_two_reviewers_is_refused(tmp_path: Path, out: Path, protocol: Protocol) -> None:
    rows = [{**GOOD, "reviewer": name} for name in ("alice", "bob")]
    path = hand_written(tmp_path / "x.csv", *rows, columns=SHEET_COLUMNS)
    with pytest.raises(PipelineError, match="several reviewers"):
        import_decisions(out, protocol, path, DAY)


def test_an_import_into_a_newer_database_is_refused(tmp_path: Path, out: Path, protocol: Protocol) -> None:
    import sqlite3

    connection = sqlite3.connect(out / "evidence.db")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(PipelineError, match="schema version 99"):
        import_decisions(out, protocol, hand_written(tmp_path / "carol.csv", GOOD), DAY)
