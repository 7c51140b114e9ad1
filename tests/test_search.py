"""Searches against a service on loopback: nothing lost, every search recorded, nothing replaced on a fault."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pipeline import fetch, search
from pipeline.entrez import Entrez
from pipeline.errors import PipelineError
from tests.eutils_stand_in import StandIn, records_of, revised

CAP = 40
NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def own_pace(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No other process on the machine shares the rate limit of a test."""
    monkeypatch.setenv("TMPDIR", str(tmp_path_factory.mktemp("pace")))
    monkeypatch.setattr(tempfile, "tempdir", None)


@pytest.fixture
def service() -> Iterator[StandIn]:
    with StandIn(records_of(300), cap=CAP) as running:
        yield running


def protocol(query: str = "cells AND counts", **config: Any) -> Any:
    """As much of a protocol as a search reads."""
    return SimpleNamespace(query=query, config=config)


def client(service: StandIn) -> Entrez:
    return Entrez(service.url, "reviewer@example.org", per_second=1000, first_wait=0.001, timeout=0.3, cap=CAP)


def run(service: StandIn, out: Path, now: datetime = NOW, asks: Any = None) -> dict[str, Any]:
    """Search; the record of it."""
    search.run(asks or protocol(), client(service), out, now)
    return last_record(out)


def last_record(out: Path) -> dict[str, Any]:
    content = json.loads((out / "search.json").read_text())
    return dict(content["searches"][-1])


def pmids(out: Path) -> set[int]:
    return {int(line) for line in (out / "pmids.txt").read_text().split()}


def retracted_articles(out: Path) -> list[int]:
    rows = [json.loads(line) for line in (out / "articles.jsonl").read_text().splitlines()]
    return [row["pmid"] for row in rows if row["retracted"]]


def requests_of(service: StandIn, act: Any) -> int:
    before = len(service.asked)
    act()
    return len(service.asked) - before


# Listing


@pytest.mark.parametrize("number", [1, CAP - 1, CAP, CAP + 1, 2 * CAP, 500])
def test_every_pmid_is_listed_on_both_sides_of_the_cap(tmp_path: Path, number: int) -> None:
    with StandIn(records_of(number), cap=CAP) as service:
        record = run(service, tmp_path)
        assert pmids(tmp_path) == set(service.records)
        assert record["count"] == number
        assert record["listing"] == ("in one answer" if number <= CAP else "in parts by Entrez date")


def test_pmids_are_sorted_one_a_line(service: StandIn, tmp_path: Path) -> None:
    run(service, tmp_path)
    lines = (tmp_path / "pmids.txt").read_text().splitlines()
    assert [int(line) for line in lines] == sorted(service.records)


def test_a_day_above_the_cap_is_split_by_pmid(tmp_path: Path) -> None:
    records = [replace(r, edat=date(2020, 2, 29)) for r in records_of(150)]
    with StandIn(records, cap=CAP) as service:
        record = run(service, tmp_path)
        assert pmids(tmp_path) == set(service.records)
        assert record["listing"] == "in parts by Entrez date"


@pytest.mark.parametrize(
    ("switches", "listing"),
    [
        ({"dates_work": False}, "in parts by Entrez date in the term"),
        ({"dates_work": False, "date_terms_work": False}, "in parts by PMID"),
        ({"uids_work": False}, "in parts by Entrez date"),
    ],
)
def test_a_service_that_does_not_honour_one_way_is_split_another_way(
    service: StandIn, tmp_path: Path, switches: dict[str, bool], listing: str
) -> None:
    vars(service).update(switches)
    assert run(service, tmp_path)["listing"] == listing
    assert pmids(tmp_path) == set(service.records)


def test_records_with_an_entrez_date_to_come_are_found(service: StandIn, tmp_path: Path) -> None:
    future = records_of(2, first=5)
    service.records |= {r.pmid: replace(r, edat=NOW.date() + timedelta(days=40)) for r in future}
    run(service, tmp_path)
    assert pmids(tmp_path) == set(service.records)


def test_a_service_with_smaller_pages_is_asked_page_by_page(service: StandIn, tmp_path: Path) -> None:
    service.page = 7
    run(service, tmp_path)
    assert pmids(tmp_path) == set(service.records)


def test_parts_that_do_not_add_up_stop_the_search_and_name_the_gap(service: StandIn, tmp_path: Path) -> None:
    service.hidden_from_parts = set(list(service.records)[:3])
    with pytest.raises(PipelineError, match=r"counts 300 records for the whole query, but .*in parts by PMID"):
        run(service, tmp_path)
    assert not (tmp_path / "pmids.txt").exists()


def test_a_record_added_while_listing_is_found_in_the_second_listing(service: StandIn, tmp_path: Path) -> None:
    late = records_of(1, first=77)[0]
    note = service.note

    def add_at_third_request(*arguments: Any) -> Any:
        if len(service.asked) == 2:
            service.records[late.pmid] = late
        return note(*arguments)

    service.note = add_at_third_request  # type: ignore[method-assign]
    run(service, tmp_path)
    assert pmids(tmp_path) == set(service.records)


def test_faults_in_one_request_of_three_lose_nothing(service: StandIn, tmp_path: Path) -> None:
    service.silence_seconds = 1
    service.fail_one_in(3)
    run(service, tmp_path)
    assert pmids(tmp_path) == set(service.records)


# The record


def test_the_record_says_what_prisma_s_asks(service: StandIn, tmp_path: Path) -> None:
    service.phrase_warnings = ("a remark",)
    record = run(service, tmp_path)
    assert record["database"] == "PubMed"
    assert record["service"].startswith("http://localhost:")
    assert record["date"] == NOW.isoformat(timespec="seconds")
    assert record["query"] == "cells AND counts"
    assert record["translation"] == "cells AND counts[All Fields]"
    assert record["warnings"][0] == "OutputMessage: a remark"
    assert (record["count"], record["added"], record["removed"]) == (300, 300, [])
    assert set(record["versions"]) >= {"pipeline", "python", "biopython"}


def test_neither_email_nor_address_is_written(service: StandIn, tmp_path: Path) -> None:
    run(service, tmp_path)
    written = "".join(p.read_text() for p in tmp_path.iterdir())
    assert "reviewer@" not in written
    assert "127.0.0.1" not in written


def test_a_dropped_term_is_told_recorded_and_fails_the_run(
    service: StandIn, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    service.unknown_terms = ("counts",)
    with pytest.raises(PipelineError, match="PhraseNotFound: counts"):
        run(service, tmp_path)
    assert "DROPPED from the query: PhraseNotFound: counts" in capsys.readouterr().err
    record = json.loads((tmp_path / "search.refused.json").read_text())
    assert record["dropped_terms"] == ["PhraseNotFound: counts"]
    assert "PhraseNotFound: counts" in record["refused"]
    assert [p.name for p in tmp_path.iterdir()] == ["search.refused.json"]


def test_a_protocol_may_allow_dropped_terms(service: StandIn, tmp_path: Path) -> None:
    service.unknown_terms = ("counts",)
    record = run(service, tmp_path, asks=protocol(allow_dropped_terms=True))
    assert record["dropped_terms"] == ["PhraseNotFound: counts"]
    assert pmids(tmp_path) == set(service.records)


@pytest.mark.parametrize(
    ("query", "words"), [("nothing at all", "no hits"), ("(cells", "unbalanced"), ("cells)", "unbalanced")]
)
def test_a_query_without_hits_or_with_a_syntax_error_replaces_nothing(
    service: StandIn, tmp_path: Path, query: str, words: str
) -> None:
    run(service, tmp_path)
    before = {p: p.read_bytes() for p in tmp_path.iterdir()}
    with pytest.raises(PipelineError, match=words):
        run(service, tmp_path, asks=protocol(query))
    assert {p: p.read_bytes() for p in before} == before


def test_the_record_of_a_refused_search_goes_with_the_next_good_one(service: StandIn, tmp_path: Path) -> None:
    with pytest.raises(PipelineError, match="no hits"):
        run(service, tmp_path, asks=protocol("nothing at all"))
    run(service, tmp_path)
    assert not (tmp_path / "search.refused.json").exists()


# Later searches


def refresh(service: StandIn, out: Path, now: datetime = NOW) -> dict[str, Any]:
    """Search and fetch."""
    record = run(service, out, now)
    fetch.run(client(service), out)
    return record


@pytest.mark.parametrize("number", [CAP, 300])
def test_a_refresh_with_nothing_new_asks_three_times_at_most(tmp_path: Path, number: int) -> None:
    with StandIn(records_of(number), cap=CAP) as service:
        refresh(service, tmp_path)
        dates = {p: p.stat().st_mtime_ns for p in tmp_path.iterdir() if p.name not in ("search.json", "records")}
        assert requests_of(service, lambda: refresh(service, tmp_path)) <= 3
        assert {p: p.stat().st_mtime_ns for p in dates} == dates


def test_a_refresh_lists_what_was_added_and_says_what_was_revised(service: StandIn, tmp_path: Path) -> None:
    refresh(service, tmp_path)
    (new,) = records_of(1, first=99)
    service.records[99] = replace(new, edat=NOW.date(), mdat=NOW.date())
    changed = max(service.records)
    service.records[changed] = revised(service.records[changed], NOW.date(), retracted=True)
    asked = requests_of(service, lambda: refresh(service, tmp_path))
    record = last_record(tmp_path)
    assert pmids(tmp_path) == set(service.records)
    assert (record["added"], record["revised"]) == (1, [99, changed])
    assert asked == 3
    assert service.asked[-1].pmids == [99, changed]


@pytest.mark.parametrize("older", ["edat", "mdat"])
def test_a_new_record_is_found_by_either_date(service: StandIn, tmp_path: Path, older: str) -> None:
    refresh(service, tmp_path)
    (new,) = records_of(1, first=99)
    service.records[99] = replace(new, **{"edat": NOW.date(), "mdat": NOW.date(), older: date(2001, 1, 1)})
    record = run(service, tmp_path)
    assert pmids(tmp_path) == set(service.records)
    assert record["listing"].startswith("as changes since")


def test_a_record_that_is_gone_is_noticed_and_told(service: StandIn, tmp_path: Path) -> None:
    refresh(service, tmp_path)
    gone, *_ = service.records
    del service.records[gone]
    record = run(service, tmp_path)
    assert record["removed"] == [gone]
    assert pmids(tmp_path) == set(service.records)


def test_a_merged_record_is_noticed(service: StandIn, tmp_path: Path) -> None:
    refresh(service, tmp_path)
    old, *_ = service.records
    (merged,) = records_of(1, first=98)
    del service.records[old]
    service.records[98] = replace(merged, mdat=NOW.date())
    record = run(service, tmp_path)
    assert (record["removed"], record["added"]) == ([old], 1)
    assert pmids(tmp_path) == set(service.records)


def test_another_query_is_listed_anew(service: StandIn, tmp_path: Path) -> None:
    refresh(service, tmp_path)
    record = run(service, tmp_path, asks=protocol("other cells"))
    assert record["listing"] == "in parts by Entrez date"


def test_a_pmids_file_that_was_edited_is_made_again(service: StandIn, tmp_path: Path) -> None:
    refresh(service, tmp_path)
    (tmp_path / "pmids.txt").write_text("1\n2\n")
    assert run(service, tmp_path)["listing"] == "in parts by Entrez date"
    assert pmids(tmp_path) == set(service.records)


@pytest.mark.parametrize("damage", ["cut", "other words", "gone"])
def test_after_damage_to_the_pmids_file_no_stored_record_is_fetched_again(
    service: StandIn, tmp_path: Path, capsys: pytest.CaptureFixture[str], damage: str
) -> None:
    refresh(service, tmp_path)
    path = tmp_path / "pmids.txt"
    text = path.read_text()
    if damage == "gone":
        path.unlink()
    else:
        path.write_text(text[: len(text) // 2] if damage == "cut" else "one\n" + text)
    before = len(service.calls("efetch"))
    record = refresh(service, tmp_path)
    assert path.read_text() == text
    assert (record["added"], record["removed"], record["revised"]) == (None, None, [])
    assert len(service.calls("efetch")) == before
    assert "pmids.txt is not as the last search left it" in capsys.readouterr().err


def test_a_search_remembers_in_which_form_dates_are_taken(service: StandIn, tmp_path: Path) -> None:
    assert run(service, tmp_path)["dates"] == {"edat": "as parameters", "mdat": "as parameters"}


def test_a_service_that_takes_dates_in_the_term_only_is_asked_that_way_from_the_second_search_on(
    service: StandIn, tmp_path: Path
) -> None:
    service.dates_work = False
    assert refresh(service, tmp_path)["dates"] == {"edat": "in the term", "mdat": "in the term"}
    assert requests_of(service, lambda: refresh(service, tmp_path)) <= 3
    changed = max(service.records)
    service.records[changed] = revised(service.records[changed], NOW.date(), retracted=True)
    service.records[99] = replace(records_of(1, first=99)[0], edat=NOW.date(), mdat=NOW.date())
    assert requests_of(service, lambda: refresh(service, tmp_path)) == 3
    assert pmids(tmp_path) == set(service.records)
    assert retracted_articles(tmp_path) == [changed]


def test_a_service_that_takes_dates_otherwise_than_last_time_is_asked_the_other_way(
    service: StandIn, tmp_path: Path
) -> None:
    refresh(service, tmp_path)
    service.dates_work = False
    changed = max(service.records)
    service.records[changed] = revised(service.records[changed], NOW.date(), retracted=True)
    record = refresh(service, tmp_path)
    assert record["dates"]["mdat"] == "in the term"
    assert record["revised"] == [changed]


def test_a_service_that_takes_no_modification_dates_is_told_and_not_fetched_again(
    service: StandIn, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    service.modification_dates_work = False
    refresh(service, tmp_path)
    assert requests_of(service, lambda: refresh(service, tmp_path)) <= 3
    assert "does not honour modification dates" in capsys.readouterr().err
    service.records[99] = replace(records_of(1, first=99)[0], edat=NOW.date(), mdat=NOW.date())
    record = refresh(service, tmp_path)
    assert record["dates"] == {"edat": "as parameters", "mdat": "not at all"}
    assert pmids(tmp_path) == set(service.records)
    assert service.asked[-1].pmids == [99]


def test_a_service_that_takes_no_dates_is_listed_by_pmid_and_only_what_is_new_is_fetched(
    service: StandIn, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    service.dates_work = service.date_terms_work = False
    refresh(service, tmp_path)
    gone = min(service.records)
    del service.records[gone]
    service.records[99] = records_of(1, first=99)[0]
    record = refresh(service, tmp_path)
    assert record["dates"] == {"edat": "not at all", "mdat": "not at all"}
    assert (record["listing"], record["removed"], record["added"]) == ("in parts by PMID", [gone], 1)
    assert pmids(tmp_path) == set(service.records)
    assert service.asked[-1].pmids == [99]
    assert "does not honour modification dates" in capsys.readouterr().err


def test_a_service_that_begins_to_take_modification_dates_is_asked_for_revisions_again(
    service: StandIn, tmp_path: Path
) -> None:
    service.modification_dates_work = False
    refresh(service, tmp_path)
    service.modification_dates_work = True
    changed = max(service.records)
    service.records[changed] = revised(service.records[changed], NOW.date())
    record = refresh(service, tmp_path)
    assert (record["dates"]["mdat"], record["revised"]) == ("as parameters", [changed])


def test_two_searches_without_a_fetch_between_them_notice_a_record_in_the_place_of_another(
    service: StandIn, tmp_path: Path
) -> None:
    run(service, tmp_path)
    gone = min(service.records)
    del service.records[gone]
    service.records[98] = replace(records_of(1, first=98)[0], edat=NOW.date(), mdat=NOW.date())
    assert run(service, tmp_path)["removed"] == [gone]
    assert pmids(tmp_path) == set(service.records)


def test_every_search_stays_in_the_record(service: StandIn, tmp_path: Path) -> None:
    for day in range(3):
        refresh(service, tmp_path, NOW + timedelta(minutes=day))
    searches = json.loads((tmp_path / "search.json").read_text())["searches"]
    assert [s["round"] for s in searches] == [1, 2, 3]
    assert len({s["date"] for s in searches}) == 3


# Bad surroundings


def test_a_clock_that_went_back_is_named(service: StandIn, tmp_path: Path) -> None:
    run(service, tmp_path)
    with pytest.raises(PipelineError, match="set the clock"):
        run(service, tmp_path, NOW - timedelta(days=3))


def test_a_clock_far_from_that_of_the_service_is_named_and_nothing_is_written(service: StandIn, tmp_path: Path) -> None:
    service.date_header = "Wed, 21 Oct 2015 07:28:00 GMT"
    with pytest.raises(PipelineError, match="set the clock"):
        run(service, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_search_file_is_named(service: StandIn, tmp_path: Path) -> None:
    (tmp_path / "search.json").write_text("{")
    with pytest.raises(PipelineError, match=r"search\.json is damaged"):
        run(service, tmp_path)


# Files in PubMed's place


def test_files_are_recorded_by_name_size_and_sum_wherever_they_lie(tmp_path: Path) -> None:
    written = []
    for place in ("here", "there"):
        folder = tmp_path / place
        folder.mkdir()
        (folder / "a.xml").write_text("<PubmedArticleSet>" + records_of(1)[0].xml() + "</PubmedArticleSet>")
        (folder / "b.xml").write_text("<eSearchResult><Count>0</Count></eSearchResult>")
        search.run_source(folder, tmp_path / f"out-{place}")
        written.append((tmp_path / f"out-{place}" / "search.json").read_bytes())
        shutil.rmtree(folder)
    assert written[0] == written[1]
    (record,) = json.loads(written[0])["searches"]
    article, answer = record["files"]
    assert (article["file"], article["records"], answer["holds no articles"]) == ("a.xml", 1, "eSearchResult")
    assert len(article["sha256"]) == 64


def test_a_live_search_after_files_lists_everything(service: StandIn, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text("<PubmedArticleSet>" + records_of(1)[0].xml() + "</PubmedArticleSet>")
    out = tmp_path / "out"
    search.run_source(tmp_path / "a.xml", out)
    assert run(service, out)["listing"] == "in parts by Entrez date"
    assert pmids(out) == set(service.records)
