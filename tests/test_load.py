"""Loading: what is stored, what stands for each article, and what happens when it breaks off or meets another load."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import signal
import sqlite3
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import FrameType

import pytest

from pipeline import load
from pipeline.errors import PipelineError
from pipeline.load import decide_inclusion
from pipeline.protocol import Protocol
from pipeline.records import Evidence, Extraction
from pipeline.store import SCHEMA_VERSION, building, locked, open_evidence
from pipeline.tables.read import read_evidence
from tests.evidence_files import (
    NOTICE,
    article,
    case,
    decide,
    dump,
    load_review,
    make_protocol,
    query,
    review_articles,
    review_extractions,
    write_stages,
)


@pytest.fixture
def protocol(tmp_path: Path) -> Protocol:
    return make_protocol(tmp_path / "corpus")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def test_a_review_is_loaded_whole(out: Path, protocol: Protocol) -> None:
    summary = load_review(out, protocol)
    assert (summary.articles, summary.included, summary.excluded, summary.findings) == (4, 2, 2, 3)
    assert query(out, "SELECT count(*) FROM sections") == [(8,)]
    assert query(out, "SELECT count(*) FROM findings") == [(4,)]
    assert query(out, "SELECT pmid, finding_id, drug FROM evidence_table") == [
        (11, "case", "drugamab"),
        (12, "arm-1", "drugamab"),
        (12, "arm-2", "otheramab"),
    ]


def test_a_computed_incidence_is_in_the_view_only(out: Path, protocol: Protocol) -> None:
    load_review(out, protocol)
    rows = "SELECT incidence_percent, incidence_computed_percent FROM evidence_table WHERE level = 'group'"
    assert query(out, rows) == [(None, 30.0), (None, 10.0)]


def test_quotes_are_the_text_at_their_place(out: Path, protocol: Protocol) -> None:
    load_review(out, protocol)
    rows = query(
        out,
        'SELECT e.quote, substr(s.text, e.start + 1, e."end" - e.start) FROM evidence e '
        "JOIN findings USING (finding_id) JOIN sections s USING (pmid, section)",
    )
    assert len(rows) == 16
    assert all(quote == text for quote, text in rows)


def test_a_shifted_quote_stops_the_load_and_leaves_the_old_database(out: Path, protocol: Protocol) -> None:
    load_review(out, protocol)
    before = (out / "evidence.db").read_bytes()
    shifted = replace(case(11), evidence=(Evidence("onset_days", 1, 3, 10, "87 days"),))
    write_stages(out, extractions=[replace(review_extractions()[0], findings=(shifted,)), *review_extractions()[1:]])
    with pytest.raises(PipelineError, match="article 11, finding case, onset_days"):
        load.run(out, protocol)
    assert (out / "evidence.db").read_bytes() == before
    assert sorted(path.name for path in out.glob(".*.new*")) == []


def test_a_span_outside_the_article_stops_the_load(out: Path, protocol: Protocol) -> None:
    astray = replace(case(11), evidence=(Evidence("onset_days", 7, 0, 1, "x"),))
    with pytest.raises(PipelineError, match="quote"):
        load_review(out, protocol, extractions=[replace(review_extractions()[0], findings=(astray,))])


def test_the_same_input_gives_the_same_rows(tmp_path: Path, protocol: Protocol) -> None:
    decide(protocol, "alice", {"pmid": 11, "finding_id": "case", "field": "onset_days", "value": 90, "action": "set"})
    for name in ("one", "two", "two"):
        load_review(tmp_path / name, protocol)
    assert dump(tmp_path / "one") == dump(tmp_path / "two")


def test_words_of_title_and_abstract_are_found(out: Path, protocol: Protocol) -> None:
    load_review(out, protocol)
    found = "SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?"
    assert query(out, found, "transfusions") == [(11,), (14,)]
    assert query(out, found, "title:title") == [(11,), (12,), (13,), (14,)]


def test_digests_and_placeholders_say_so(out: Path, protocol: Protocol) -> None:
    load_review(out, protocol, articles=[article(99_000_001, copyright=NOTICE), article(7)], extractions=[])
    rows = query(
        out, "SELECT a.pmid, a.is_digest, a.is_placeholder, c.url FROM articles a JOIN citations c USING (pmid)"
    )
    assert rows == [(7, 0, 0, "https://pubmed.ncbi.nlm.nih.gov/7/"), (99_000_001, 1, 1, None)]


def test_runs_are_the_last_of_each_stage_before_load(out: Path, protocol: Protocol) -> None:
    load_review(out, protocol)
    with (out / "runs.jsonl").open("a") as stream:
        stream.write(json.dumps({"stage": "extract", "started": "later", "model": "m 1"}) + "\n")
    load.run(out, protocol)
    assert query(out, "SELECT stage, started, model FROM runs") == [("search", "s", None), ("extract", "later", "m 1")]


def test_missing_and_repeated_records_are_counted(out: Path, protocol: Protocol) -> None:
    write_stages(out)
    (out / "missing.csv").write_text("pmid,reason\n77,not in the answer\n")
    (out / "duplicates.csv").write_text("pmid,other_pmid,reason,similarity\n11,14,same authors,0.9\n")
    search = {"source": "files", "count": 4, "records": 6}
    (out / "search.json").write_text(json.dumps({"kind": "source", "searches": [search]}))
    load.run(out, protocol)
    boxes = dict(query(out, "SELECT box, sum(n) FROM prisma GROUP BY box"))
    assert boxes == {"identified": 7, "repeated": 2, "missing": 1, "screened": 4, "excluded": 2, "included": 2}
    assert query(out, "SELECT * FROM missing") == [(77, "not in the answer")]
    assert query(out, "SELECT * FROM duplicates") == [(11, 14, "same authors", 0.9)]
    assert query(out, "SELECT source, count FROM searches") == [("files", 4)]


def test_counts_of_the_flow_add_up(out: Path, protocol: Protocol) -> None:
    load_review(out, protocol, extractions=review_extractions()[:2])
    n = dict(query(out, "SELECT box, sum(n) FROM prisma GROUP BY box"))
    assert n["identified"] == n["repeated"] + n.get("missing", 0) + n["screened"]
    assert n["screened"] == n.get("included", 0) + n.get("excluded", 0) + n.get("unsure", 0)
    assert n["unsure"] == 1


def test_candidates_are_used_or_rejected(out: Path, protocol: Protocol) -> None:
    load_review(out, protocol)
    assert query(out, "SELECT pmid, kind, text, reason FROM rejected_candidates") == [
        (11, "grade", "Grade", "no_number")
    ]
    counts = dict(query(out, "SELECT outcome, count(*) FROM candidates GROUP BY outcome"))
    assert counts == {"used": 16, "not used": 1}


EXCLUDED, INCLUDED = ("excluded", "no_event"), ("included", None)


@pytest.mark.parametrize(
    ("record", "content", "standing", "decision"),
    [
        (("unsure", None), INCLUDED, True, ("included", None, "automatic")),
        (("unsure", None), EXCLUDED, False, ("excluded", "no_event", "automatic")),
        (("excluded", "retracted"), INCLUDED, True, ("excluded", "retracted", "automatic")),
        (("excluded", "retracted"), EXCLUDED, False, ("excluded", "retracted", "automatic")),
        (("unsure", None), None, False, ("unsure", "not_read", "automatic")),
        (None, None, False, ("unsure", "not_read", "automatic")),
        (("unsure", None), EXCLUDED, True, ("included", None, "human")),
        (("unsure", None), INCLUDED, False, ("excluded", "findings_rejected", "human")),
    ],
)
def test_inclusion_without_a_decision_on_the_article(
    record: tuple[str, str | None] | None,
    content: tuple[str, str | None] | None,
    standing: bool,
    decision: tuple[str, str | None, str],
) -> None:
    assert decide_inclusion(record, content, standing) == decision


def test_a_reviewer_has_the_last_word_on_an_article(out: Path, protocol: Protocol) -> None:
    decide(protocol, "alice", {"pmid": 13, "action": "include"}, {"pmid": 11, "action": "exclude", "reason": "no_drug"})
    load_review(out, protocol)
    rows = "SELECT decision, reason, basis, reviewer FROM inclusion WHERE pmid = ?"
    assert query(out, rows, 13) == [("included", None, "human", "alice")]
    assert query(out, rows, 11) == [("excluded", "no_drug", "human", "alice")]
    assert query(out, "SELECT stage, basis FROM screening WHERE pmid = 13 AND stage <> 'final'") == [
        ("content", "automatic"),
        ("record", "automatic"),
        ("review", "human"),
    ]
    assert query(out, "SELECT count(*) FROM evidence_table WHERE pmid = 11") == [(0,)]


def test_a_newer_database_is_refused_and_untouched(out: Path, protocol: Protocol) -> None:
    load_review(out, protocol)
    connection = sqlite3.connect(out / "evidence.db")
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.close()
    before = (out / "evidence.db").read_bytes()
    with pytest.raises(PipelineError, match="newer than this program"):
        load.run(out, protocol)
    with pytest.raises(PipelineError, match="install a newer version"):
        open_evidence(out / "evidence.db")
    assert (out / "evidence.db").read_bytes() == before


def test_an_older_database_is_made_anew(out: Path, protocol: Protocol) -> None:
    load_review(out, protocol)
    connection = sqlite3.connect(out / "evidence.db")
    connection.execute("PRAGMA user_version = 0")
    connection.close()
    with pytest.raises(PipelineError, match="make load"):
        open_evidence(out / "evidence.db")
    load.run(out, protocol)
    open_evidence(out / "evidence.db").close()


@pytest.mark.parametrize("content", [b"", b"not a database at all, only some text that is long enough"])
def test_a_file_that_is_no_evidence_base_is_named(out: Path, content: bytes) -> None:
    out.mkdir()
    with pytest.raises(PipelineError, match="does not exist"):
        open_evidence(out / "evidence.db")
    (out / "evidence.db").write_bytes(content)
    with pytest.raises(PipelineError, match="make load"):
        open_evidence(out / "evidence.db")


def test_a_missing_stage_is_named(out: Path, protocol: Protocol) -> None:
    out.mkdir()
    with pytest.raises(PipelineError, match=r"findings\.jsonl does not exist"):
        load.run(out, protocol)
    assert not (out / "evidence.db").exists()


def test_a_value_that_the_schema_forbids_is_named(out: Path, protocol: Protocol) -> None:
    impossible = replace(case(11), ctcae_grade=9)
    with pytest.raises(PipelineError, match="table findings"):
        load_review(out, protocol, extractions=[replace(review_extractions()[0], findings=(impossible,))])


def test_a_finding_of_an_unknown_article_is_named(out: Path, protocol: Protocol) -> None:
    astray = replace(review_extractions()[0], findings=(replace(case(11), evidence=()),))
    with pytest.raises(PipelineError, match="in no row of articles"):
        load_review(out, protocol, articles=[article(12)], extractions=[astray])


def test_a_place_that_cannot_be_written_is_one_clear_line(tmp_path: Path, protocol: Protocol) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(PipelineError, match="choose another with OUT="):
        load.run(tmp_path / "file" / "out", protocol)


# Breaking off, and two at once -----------------------------------------------------------------------------------


def in_child(work: Callable[[], None]) -> int | None:
    """Run in a forked process; its exit code, -9 where it was killed."""
    process = multiprocessing.get_context("fork").Process(target=work)
    process.start()
    process.join()
    return process.exitcode


def killed_after(events: int, work: Callable[[], object], counter: Path | None = None) -> Callable[[], None]:
    """`work`, killed with SIGKILL at the given call that the pipeline makes; `counter` receives the number of calls."""

    code = str(Path(load.__file__).parent)

    def run() -> None:
        seen = 0

        def watch(frame: FrameType, event: str, argument: object) -> None:
            nonlocal seen
            seen += event in ("call", "c_call") and frame.f_code.co_filename.startswith(code)
            if seen == events:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.setprofile(watch)
        work()
        sys.setprofile(None)
        if counter:
            counter.write_text(str(seen))

    return run


def test_a_kill_at_twenty_moments_leaves_the_old_database_or_the_new_one(tmp_path: Path, protocol: Protocol) -> None:
    old, new, out = tmp_path / "old", tmp_path / "new", tmp_path / "out"
    load_review(old, protocol)
    added = [*review_articles(), article(15)]
    shutil.copytree(old, new)
    write_stages(new, articles=added)
    counter = tmp_path / "events"
    assert in_child(killed_after(-1, lambda: load.run(new, protocol), counter)) == 0
    total = int(counter.read_text())
    states = {"old": dump(old), "new": dump(new)}
    seen = []
    for moment in [*(total * step // 19 for step in range(1, 19)), total - 12, total - 3]:
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(old, out)
        write_stages(out, articles=added)
        assert in_child(killed_after(moment, lambda: load.run(out, protocol))) == -signal.SIGKILL
        found = dump(out)
        seen += [name for name, state in states.items() if state == found]
        load.run(out, protocol)
        assert dump(out) == states["new"]
        assert not list(out.glob(".evidence.db.new*"))
    assert len(seen) == 20
    assert set(seen) == {"old", "new"}


def test_a_second_load_waits_for_the_first(out: Path, protocol: Protocol) -> None:
    write_stages(out)
    with locked(out):
        second = threading.Thread(target=load.run, args=(out, protocol))
        second.start()
        second.join(timeout=0.3)
        assert second.is_alive()
        assert not (out / "evidence.db").exists()
    second.join()
    assert query(out, "SELECT count(*) FROM articles") == [(4,)]


def test_a_second_load_refuses_when_the_first_takes_too_long(out: Path) -> None:
    def hold() -> None:
        with locked(out):
            (out / "held").touch()
            threading.Event().wait()

    holder = multiprocessing.get_context("fork").Process(target=hold)
    holder.start()
    while not (out / "held").exists():
        holder.join(timeout=0.01)
    with pytest.raises(PipelineError, match="another load is at work"), locked(out, wait_seconds=0.1):
        pass
    holder.kill()
    holder.join()
    with locked(out, wait_seconds=10):
        pass


def test_a_reader_keeps_the_old_database_and_the_next_one_sees_the_new(out: Path, protocol: Protocol) -> None:
    load_review(out, protocol)
    reader = sqlite3.connect(out / "evidence.db")
    assert reader.execute("SELECT count(*) FROM articles").fetchone() == (4,)
    load_review(out, protocol, articles=[*review_articles(), article(15)])
    assert reader.execute("SELECT count(*) FROM articles").fetchone() == (4,)
    assert query(out, "SELECT count(*) FROM articles") == [(5,)]
    reader.close()
    assert query(out, "PRAGMA integrity_check") == [("ok",)]


def test_what_someone_wrote_into_the_old_database_does_not_reach_the_new_one(out: Path, protocol: Protocol) -> None:
    load_review(out, protocol)
    writer = sqlite3.connect(out / "evidence.db")
    writer.execute("CREATE TABLE stray (a INTEGER)")
    writer.commit()
    assert (out / "evidence.db-wal").stat().st_size > 0
    load.run(out, protocol)
    assert query(out, "SELECT count(*) FROM sqlite_master WHERE name = 'stray'") == [(0,)]
    assert query(out, "PRAGMA integrity_check") == [("ok",)]
    writer.close()
    assert query(out, "PRAGMA integrity_check") == [("ok",)]


def test_the_database_is_in_wal_mode_and_leaves_no_side_files(out: Path, protocol: Protocol) -> None:
    load_review(out, protocol)
    assert sorted(path.name for path in out.glob("*evidence.db*")) == ["evidence.db"]
    assert query(out, "PRAGMA journal_mode") == [("wal",)]


def test_a_full_disk_is_one_clear_line_and_leaves_nothing(out: Path) -> None:
    out.mkdir()
    with pytest.raises(PipelineError, match="database or disk is full"), building(out / "evidence.db") as database:
        database.execute("PRAGMA max_page_count = 200")
        database.execute("CREATE TABLE much (text TEXT)")
        database.conn.executemany("INSERT INTO much VALUES (?)", (("x" * 4000,) for _ in range(1000)))
    assert list(out.iterdir()) == []


def test_a_search_that_changed_nothing_else_is_added_and_the_database_keeps_its_date(
    out: Path, protocol: Protocol
) -> None:
    load_review(out, protocol)
    before = (out / "evidence.db").stat().st_mtime_ns
    articles = query(out, "SELECT count(*) FROM articles")
    searches = [{"database": "pubmed", "date": "2026-01-01", "count": 1}, {"database": "pubmed", "date": "2026-02-01"}]
    (out / "search.json").write_text(json.dumps({"kind": "live", "searches": searches}))
    load.refresh_searches(out)
    assert query(out, "SELECT date FROM searches") == [("2026-01-01",), ("2026-02-01",)]
    assert query(out, "SELECT count(*) FROM articles") == articles
    assert (out / "evidence.db").stat().st_mtime_ns == before


def test_the_confidence_of_each_value_is_stored_and_a_reviewers_value_shows_none(out: Path, protocol: Protocol) -> None:
    sure = replace(case(11), field_confidence=(("onset_days", 0.91), ("outcome", 0.87)))
    decide(protocol, "ada", {"pmid": 11, "finding_id": "case", "field": "onset_days", "value": 80, "action": "set"})
    load_review(out, protocol, extractions=[Extraction(11, "case_report", (sure,))])
    rows = [("case", "onset_days", 0.91), ("case", "outcome", 0.87)]
    assert query(out, "SELECT * FROM field_confidence ORDER BY field") == rows
    (row,) = read_evidence(out).rows
    assert (row.finding.onset_days, row.finding.field_confidence) == (80.0, (("outcome", 0.87),))
