"""Fetching against a service on loopback: no record lost, and the same bytes after any accident."""

from __future__ import annotations

import csv
import errno
import gzip
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pipeline import fetch, files, search
from pipeline.entrez import Entrez
from pipeline.errors import PipelineError
from tests.eutils_stand_in import Record, StandIn, records_of, revised

ROOT = Path(__file__).resolve().parent.parent
BATCH = 20
NOW = datetime.now(UTC)
ONE_RUN = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from pipeline import fetch, search
from pipeline.entrez import Entrez
entrez = Entrez(sys.argv[1], per_second=float(sys.argv[3]), first_wait=0.001, timeout=1)
out = Path(sys.argv[2])
search.run(SimpleNamespace(query="cells", config={}), entrez, out, datetime.now(UTC))
fetch.run(entrez, out, batch_size=20)
"""


@pytest.fixture(autouse=True)
def own_pace(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No other process on the machine shares the rate limit of a test."""
    monkeypatch.setenv("TMPDIR", str(tmp_path_factory.mktemp("pace")))
    monkeypatch.setattr(tempfile, "tempdir", None)


@pytest.fixture
def service() -> Iterator[StandIn]:
    with StandIn(records_of(105)) as running:
        yield running


def refresh(service: StandIn, out: Path, now: datetime = NOW) -> None:
    """Search and fetch, as `make refresh` does."""
    entrez = Entrez(service.url, per_second=1000, first_wait=0.001, timeout=0.3)
    search.run(SimpleNamespace(query="cells", config={}), entrez, out, now)  # type: ignore[arg-type]
    fetch.run(entrez, out, batch_size=BATCH)


def articles(out: Path) -> dict[int, dict[str, Any]]:
    rows = [json.loads(line) for line in (out / "articles.jsonl").read_text().splitlines()]
    assert [row["pmid"] for row in rows] == sorted({row["pmid"] for row in rows})
    return {row["pmid"]: row for row in rows}


def missing(out: Path) -> dict[int, str]:
    with (out / "missing.csv").open(newline="") as stream:
        return {int(row["pmid"]): row["reason"] for row in csv.DictReader(stream)}


def kept(out: Path) -> dict[str, bytes]:
    """Everything that fetch writes, except the file that dates a round."""
    names = [*out.glob("*.csv"), out / "articles.jsonl", out / "pmids.txt", *out.glob("records/*.gz")]
    return {p.name: p.read_bytes() for p in [*names, out / "records" / "manifest.jsonl"]}


def asked_pmids(service: StandIn, since: int = 0) -> list[int]:
    return [pmid for asked in service.asked[since:] for pmid in asked.pmids]


# Nothing lost


def test_every_record_is_kept_as_it_came_and_read(service: StandIn, tmp_path: Path) -> None:
    refresh(service, tmp_path)
    assert articles(tmp_path).keys() == service.records.keys()
    rows = [json.loads(line) for line in (tmp_path / "records" / "manifest.jsonl").read_text().splitlines()]
    assert [len(row["asked"]) for row in rows] == [20, 20, 20, 20, 20, 5]
    for row in rows:
        (stored,) = row["files"]
        xml = gzip.decompress((tmp_path / "records" / stored["file"]).read_bytes()).decode()
        assert all(service.records[pmid].xml() in xml for pmid in row["delivered"])
    assert missing(tmp_path) == {}


def test_the_text_of_a_record_is_whole(service: StandIn, tmp_path: Path) -> None:
    refresh(service, tmp_path)
    for article in articles(tmp_path).values():
        assert article["sections"][1]["text"] == "Neutrophils fell to 0.4 x 10^9/L and recovered."


def test_withheld_records_are_asked_for_again_and_then_listed(service: StandIn, tmp_path: Path) -> None:
    service.withheld = {min(service.records), max(service.records)}
    refresh(service, tmp_path)
    assert missing(tmp_path).keys() == service.withheld
    assert articles(tmp_path).keys() == service.records.keys() - service.withheld
    assert all(asked_pmids(service).count(pmid) == 3 for pmid in service.withheld)
    assert all(asked_pmids(service).count(pmid) == 1 for pmid in articles(tmp_path))


def test_a_record_that_comes_only_when_asked_for_again_is_not_missing(service: StandIn, tmp_path: Path) -> None:
    service.late = set(list(service.records)[5:40])
    late = set(service.late)
    refresh(service, tmp_path)
    assert articles(tmp_path).keys() == service.records.keys()
    assert missing(tmp_path) == {}
    assert all(asked_pmids(service).count(pmid) == 2 for pmid in late)


def test_a_batch_of_which_the_service_knows_nothing_is_listed(service: StandIn, tmp_path: Path) -> None:
    service.withheld = set(sorted(service.records)[:BATCH])
    refresh(service, tmp_path)
    assert missing(tmp_path).keys() == service.withheld


def test_books_versions_and_retractions_are_read(service: StandIn, tmp_path: Path) -> None:
    first, second, third, *_ = service.records
    service.records[first] = replace(service.records[first], book=True)
    service.records[second] = replace(service.records[second], version=3)
    service.records[third] = replace(service.records[third], retracted=True)
    refresh(service, tmp_path)
    read = articles(tmp_path)
    assert (read[first]["is_book"], read[second]["version"], read[third]["retracted"]) == (True, 3, True)


def test_faults_in_one_request_of_four_change_nothing(service: StandIn, tmp_path: Path) -> None:
    refresh(service, tmp_path / "calm")
    service.fail_one_in(4)
    service.silence_seconds = 1
    service.withheld = set()
    refresh(service, tmp_path / "stormy")
    assert sum(1 for asked in service.asked if asked.fault) >= 2
    assert kept(tmp_path / "stormy") == kept(tmp_path / "calm")


# Accidents


def test_killed_three_times_it_ends_in_the_same_bytes_and_fetches_no_stored_batch_again(tmp_path: Path) -> None:
    records = records_of(600)
    chance = random.Random(5)
    with StandIn(records) as service:
        service.withheld = {r.pmid for r in records[::50]}
        refresh(service, tmp_path / "calm")
        out = tmp_path / "killed"
        manifest = out / "records" / "manifest.jsonl"
        run = [sys.executable, "-c", ONE_RUN, service.url, str(out), "20"]
        stored: set[int] = set()
        for kill in range(3):
            process = subprocess.Popen(run, cwd=ROOT, stderr=subprocess.DEVNULL)
            before = len(service.asked)
            while process.poll() is None and (len(service.asked) < before + 3 + 2 * kill or not manifest.exists()):
                assert process.poll() is None, "it ended before it could be killed"
                time.sleep(0.01)
            time.sleep(chance.random() * 0.1)
            process.send_signal(signal.SIGKILL)
            process.wait()
            assert not stored & set(asked_pmids(service, before))
            whole_lines = [line for line in manifest.read_text().splitlines(keepends=True) if line.endswith("\n")]
            stored |= {pmid for line in whole_lines for pmid in json.loads(line)["asked"]}
        assert 0 < len(stored) < 600
        before = len(service.asked)
        assert subprocess.run(run, cwd=ROOT, stderr=subprocess.DEVNULL).returncode == 0
        assert not stored & set(asked_pmids(service, before))
        assert kept(out) == kept(tmp_path / "calm")
        assert not [p for p in (out / "records").iterdir() if p.name.count(".") > 2]


def test_what_is_half_written_by_a_killed_process_is_removed(service: StandIn, tmp_path: Path) -> None:
    refresh(service, tmp_path)
    names = (".articles.jsonl.x1y2", "records/.batch-000009.xml.gz.x1y2", "records/batch-000009.xml.gz")
    halves = [tmp_path / name for name in names]
    for half in halves:
        half.write_text("half")
    refresh(service, tmp_path)
    assert not any(half.exists() for half in halves)


@pytest.mark.parametrize("damage", ["turned", "cut", "gone"])
def test_a_damaged_batch_is_found_by_its_sum_and_fetched_again(service: StandIn, tmp_path: Path, damage: str) -> None:
    refresh(service, tmp_path)
    before, asked = kept(tmp_path), len(service.asked)
    batch = tmp_path / "records" / "batch-000002.xml.gz"
    data = bytearray(batch.read_bytes())
    data[len(data) // 2] ^= 1
    if damage == "gone":
        batch.unlink()
    else:
        batch.write_bytes(data if damage == "turned" else data[:100])
    refresh(service, tmp_path)
    assert kept(tmp_path) == before
    assert asked_pmids(service, asked) == sorted(service.records)[BATCH : 2 * BATCH]


def test_a_half_written_line_of_the_manifest_is_dropped(service: StandIn, tmp_path: Path) -> None:
    refresh(service, tmp_path)
    before, asked = kept(tmp_path), len(service.asked)
    manifest = tmp_path / "records" / "manifest.jsonl"
    manifest.write_bytes(manifest.read_bytes()[:-50])
    (tmp_path / "records" / "complete.json").unlink()
    refresh(service, tmp_path)
    assert kept(tmp_path) == before
    assert asked_pmids(service, asked) == sorted(service.records)[-5:]


def test_a_manifest_damaged_in_the_middle_is_named_and_kept(service: StandIn, tmp_path: Path) -> None:
    refresh(service, tmp_path)
    manifest = tmp_path / "records" / "manifest.jsonl"
    manifest.write_bytes(b"{broken\n" + manifest.read_bytes())
    with pytest.raises(PipelineError, match=r"manifest\.jsonl is damaged"):
        refresh(service, tmp_path)
    assert manifest.read_bytes().startswith(b"{broken")


@pytest.mark.parametrize("full_at", [2, 4, 9])
def test_a_full_disk_is_said_and_what_is_stored_stays(
    service: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, full_at: int
) -> None:
    refresh(service, tmp_path / "calm")
    out = tmp_path / "full"
    out.mkdir()
    writes = 0

    def fail(handle: int) -> None:
        nonlocal writes
        writes += 1
        if writes >= full_at:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(files.os, "fsync", fail)
        with pytest.raises(PipelineError, match=r"No space left on device.*free space"):
            refresh(service, out)
    before = len(service.asked)
    manifest = out / "records" / "manifest.jsonl"
    stored = manifest.read_text().count("\n") if manifest.exists() else 0
    refresh(service, out)
    assert kept(out) == kept(tmp_path / "calm")
    assert len(asked_pmids(service, before)) == 105 - BATCH * stored


def test_a_full_disk_for_real(service: StandIn, tmp_path: Path) -> None:
    limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))\n" + ONE_RUN
    run = subprocess.run(
        [sys.executable, "-c", limited, service.url, str(tmp_path), "1000"], cwd=ROOT, capture_output=True, text=True
    )
    assert run.returncode != 0
    assert "PipelineError: cannot write" in run.stderr.splitlines()[-1]


def test_two_refreshes_at_once_into_one_folder_fetch_everything_once(service: StandIn, tmp_path: Path) -> None:
    run = [sys.executable, "-c", ONE_RUN, service.url, str(tmp_path), "60"]
    processes = [subprocess.Popen(run, cwd=ROOT, stderr=subprocess.DEVNULL) for _ in range(2)]
    assert [process.wait() for process in processes] == [0, 0]
    assert articles(tmp_path).keys() == service.records.keys()
    assert max(service.deliveries().values()) == 1


def test_a_pmids_file_with_other_words_is_named(service: StandIn, tmp_path: Path) -> None:
    refresh(service, tmp_path)
    (tmp_path / "pmids.txt").write_text("one\n")
    with pytest.raises(PipelineError, match=r"pmids\.txt holds a line that is no PMID"):
        fetch.run(Entrez(service.url), tmp_path)


def test_fetch_before_search_is_named(service: StandIn, tmp_path: Path) -> None:
    with pytest.raises(PipelineError, match="run the search stage first"):
        fetch.run(Entrez(service.url), tmp_path)


# Later rounds


def test_a_revised_record_takes_the_place_of_the_stored_one(
    service: StandIn, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    refresh(service, tmp_path)
    pmid = sorted(service.records)[7]
    service.records[pmid] = revised(service.records[pmid], NOW.date(), retracted=True, abstract="It was withdrawn.")
    refresh(service, tmp_path)
    assert articles(tmp_path)[pmid]["retracted"]
    assert articles(tmp_path)[pmid]["sections"][1]["text"] == "It was withdrawn."
    said = capsys.readouterr().err
    assert "since the last time: 1 revised" in said
    assert f"RETRACTED since the last time: {pmid}" in said


def test_a_record_revised_twice_in_a_day_is_fetched_each_time(service: StandIn, tmp_path: Path) -> None:
    refresh(service, tmp_path)
    pmid = min(service.records)
    for words in ("First change.", "Second change."):
        service.records[pmid] = revised(service.records[pmid], NOW.date(), abstract=words)
        refresh(service, tmp_path)
        assert articles(tmp_path)[pmid]["sections"][1]["text"] == words


def test_records_that_come_as_they_are_stored_are_neither_stored_nor_read_again(
    service: StandIn, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for pmid in sorted(service.records)[::9]:
        service.records[pmid] = revised(service.records[pmid], NOW.date())
    refresh(service, tmp_path)
    before, asked = kept(tmp_path), len(service.asked)
    dates = {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*") if p.suffix in (".jsonl", ".csv", ".gz")}
    capsys.readouterr()
    refresh(service, tmp_path)
    assert asked_pmids(service, asked) == sorted(service.records)[::9]
    assert len(service.asked) - asked <= 3
    assert kept(tmp_path) == before
    assert {p: p.stat().st_mtime_ns for p in dates} == dates
    assert "fetch: nothing new or revised" in capsys.readouterr().err


def test_one_changed_record_among_those_dated_today_is_stored_and_read(service: StandIn, tmp_path: Path) -> None:
    for pmid in sorted(service.records)[::9]:
        service.records[pmid] = revised(service.records[pmid], NOW.date())
    refresh(service, tmp_path)
    changed = sorted(service.records)[9]
    service.records[changed] = replace(service.records[changed], retracted=True)
    refresh(service, tmp_path)
    assert articles(tmp_path)[changed]["retracted"]


def test_missing_records_that_do_not_come_on_another_day_either_change_nothing(
    service: StandIn, tmp_path: Path
) -> None:
    service.withheld = {min(service.records)}
    refresh(service, tmp_path)
    before = kept(tmp_path)
    service.date_header = f"{NOW + timedelta(days=1):%a, %d %b %Y %H:%M:%S GMT}"
    asked = len(service.asked)
    refresh(service, tmp_path, NOW + timedelta(days=1))
    assert set(asked_pmids(service, asked)) == service.withheld
    assert kept(tmp_path) == before


def test_a_record_that_is_gone_leaves_the_articles(service: StandIn, tmp_path: Path) -> None:
    refresh(service, tmp_path)
    gone = min(service.records)
    del service.records[gone]
    refresh(service, tmp_path)
    assert articles(tmp_path).keys() == service.records.keys()
    assert missing(tmp_path) == {}


def test_a_record_that_is_found_but_no_longer_delivered_is_told_and_its_copy_stands(
    service: StandIn, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    refresh(service, tmp_path)
    pmid = min(service.records)
    service.records[pmid] = revised(service.records[pmid], NOW.date())
    service.withheld = {pmid}
    refresh(service, tmp_path)
    assert f"no longer delivered, the stored copy stands: {pmid}\n" in capsys.readouterr().err
    assert pmid in articles(tmp_path)


def test_a_record_that_comes_back_is_fetched_anew(service: StandIn, tmp_path: Path) -> None:
    refresh(service, tmp_path)
    pmid = min(service.records)
    record = service.records.pop(pmid)
    refresh(service, tmp_path)
    service.records[pmid] = replace(record, abstract="Changed while it was away.")
    refresh(service, tmp_path)
    assert articles(tmp_path)[pmid]["sections"][1]["text"] == "Changed while it was away."


def test_missing_records_are_asked_for_again_on_another_day_only(service: StandIn, tmp_path: Path) -> None:
    service.withheld = {min(service.records)}
    refresh(service, tmp_path)
    before = len(service.asked)
    refresh(service, tmp_path)
    assert asked_pmids(service, before) == []
    service.withheld = set()
    service.date_header = f"{NOW + timedelta(days=1):%a, %d %b %Y %H:%M:%S GMT}"
    refresh(service, tmp_path, NOW + timedelta(days=1))
    assert missing(tmp_path) == {}
    assert articles(tmp_path).keys() == service.records.keys()


def test_a_refresh_that_was_cut_off_does_not_forget_what_was_revised(service: StandIn, tmp_path: Path) -> None:
    refresh(service, tmp_path)
    pmid = min(service.records)
    service.records[pmid] = revised(service.records[pmid], NOW.date(), abstract="Changed.")
    entrez = Entrez(service.url, per_second=1000)
    search.run(SimpleNamespace(query="cells", config={}), entrez, tmp_path, NOW)  # type: ignore[arg-type]
    service.records[pmid] = replace(service.records[pmid], mdat=date(2001, 1, 1))
    refresh(service, tmp_path)
    assert articles(tmp_path)[pmid]["sections"][1]["text"] == "Changed."


def test_outputs_that_were_removed_are_made_again_without_the_network(service: StandIn, tmp_path: Path) -> None:
    refresh(service, tmp_path)
    before, asked = kept(tmp_path), len(service.asked)
    (tmp_path / "articles.jsonl").unlink()
    fetch.run(Entrez(service.url), tmp_path)
    assert kept(tmp_path) == before
    assert len(service.asked) == asked


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:1000],
        lambda data: b"\xff\xfe\n" + data,
        lambda data: b'[1]\n{"pmid": null, "retracted": false}\n{}\n"text"\n' + data,
        lambda data: b"",
    ],
    ids=["cut", "no text", "other words", "empty"],
)
def test_a_damaged_articles_file_is_made_again_without_the_network(
    service: StandIn, tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    refresh(service, tmp_path)
    before, asked = kept(tmp_path), len(service.asked)
    (tmp_path / "articles.jsonl").write_bytes(damage(before["articles.jsonl"]))
    fetch.run(Entrez(service.url), tmp_path)
    assert kept(tmp_path) == before
    assert len(service.asked) == asked


def test_a_retraction_is_told_although_the_old_articles_file_is_damaged(
    service: StandIn, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    refresh(service, tmp_path)
    pmid = min(service.records)
    service.records[pmid] = revised(service.records[pmid], NOW.date(), retracted=True)
    path = tmp_path / "articles.jsonl"
    path.write_bytes(path.read_bytes()[:-10])
    refresh(service, tmp_path)
    said = capsys.readouterr().err
    assert "1 unreadable in the old articles.jsonl" in said
    assert f"RETRACTED since the last time: {pmid}\n" in said


def test_records_of_another_service_are_not_taken_for_this_ones(service: StandIn, tmp_path: Path) -> None:
    refresh(service, tmp_path)
    manifest = tmp_path / "records" / "manifest.jsonl"
    manifest.write_text(manifest.read_text().replace('"localhost"', '"eutils.example.org"'))
    before = len(service.asked)
    refresh(service, tmp_path)
    assert len(asked_pmids(service, before)) == 105
    assert articles(tmp_path).keys() == service.records.keys()


def test_a_large_job_names_the_hours_that_ncbi_asks_for(
    service: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(fetch, "LARGE_JOB", 100)
    refresh(service, tmp_path)
    assert "21:00-05:00 US Eastern" in capsys.readouterr().err


# Files in PubMed's place


def write_xml(path: Path, *records: Record, deleted: tuple[int, ...] = ()) -> None:
    deletions = "".join(f'<PMID Version="1">{pmid}</PMID>' for pmid in deleted)
    deletions = f"<DeleteCitation>{deletions}</DeleteCitation>" if deleted else ""
    xml = f"<PubmedArticleSet>{''.join(r.xml() for r in records)}{deletions}</PubmedArticleSet>".encode()
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(gzip.compress(xml) if path.suffix == ".gz" else xml)


def read_source(source: Path, out: Path) -> dict[int, dict[str, Any]]:
    search.run_source(source, out)
    fetch.run_source(source, out)
    return articles(out)


def test_later_files_of_a_baseline_correct_earlier_ones(tmp_path: Path) -> None:
    one, two, three, four = records_of(4)
    folder = tmp_path / "baseline"
    write_xml(folder / "pubmed25n0001.xml.gz", one, two, three, replace(four, version=2, title="Version two"))
    write_xml(folder / "pubmed25n0002.xml.gz", replace(two, title="Corrected"), four, deleted=(one.pmid, 55))
    read = read_source(folder, tmp_path / "out")
    assert read.keys() == {two.pmid, three.pmid, four.pmid}
    assert read[two.pmid]["title"] == "Corrected"
    assert read[four.pmid]["title"] == "Version two"
    assert missing(tmp_path / "out") == {one.pmid: "withdrawn by a DeleteCitation"}


def test_a_record_may_come_back_after_its_deletion(tmp_path: Path) -> None:
    (one,) = records_of(1)
    write_xml(tmp_path / "in" / "a.xml", one, deleted=(one.pmid,))
    write_xml(tmp_path / "in" / "b.xml", one)
    assert read_source(tmp_path / "in", tmp_path / "out").keys() == {one.pmid}
    assert missing(tmp_path / "out") == {}


def test_the_same_files_give_the_same_bytes_wherever_they_lie(tmp_path: Path) -> None:
    write_xml(tmp_path / "one" / "a.xml", *records_of(30))
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    for place in ("one", "two"):
        read_source(tmp_path / place, tmp_path / f"out-{place}")
    first, second = (
        {p.name: p.read_bytes() for p in (tmp_path / f"out-{place}").iterdir() if p.is_file()}
        for place in ("one", "two")
    )
    assert first == second
    assert first.keys() >= {"search.json", "pmids.txt", "articles.jsonl", "missing.csv", "duplicates.csv"}


def test_live_records_stay_when_files_take_their_place(service: StandIn, tmp_path: Path) -> None:
    refresh(service, tmp_path / "out")
    write_xml(tmp_path / "a.xml", *records_of(2, first=5))
    assert len(read_source(tmp_path / "a.xml", tmp_path / "out")) == 2
    before = len(service.asked)
    refresh(service, tmp_path / "out")
    assert asked_pmids(service, before) == []
    assert articles(tmp_path / "out").keys() == service.records.keys()


@pytest.mark.parametrize("broken", ["<PubmedArticleSet>", "", "<PubmedArticleSet/>"])
def test_a_file_without_a_usable_record_harms_nothing(tmp_path: Path, broken: str) -> None:
    write_xml(tmp_path / "good.xml", *records_of(2))
    read_source(tmp_path / "good.xml", tmp_path / "out")
    before = {p: p.read_bytes() for p in (tmp_path / "out").iterdir() if p.is_file()}
    (tmp_path / "bad.xml").write_text(broken)
    with pytest.raises(PipelineError, match=r"bad\.xml"):
        read_source(tmp_path / "bad.xml", tmp_path / "out")
    assert {p: p.read_bytes() for p in before} == before


def test_real_records_go_through_whole(shared_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(read_source(shared_data / "pubmed-xml", tmp_path)) == 9
    said = capsys.readouterr().err
    assert "esearch1.xml holds no articles: eSearchResult" in said
    assert "epost2.xml holds no articles: ePostResult" in said


# The size of a real review, at the pace of the real service


def stages(service: StandIn, out: Path) -> list[list[str]]:
    return [[sys.executable, "-m", "pipeline", stage, "--out", str(out)] for stage in ("search", "fetch")]


@pytest.mark.slow
def test_25000_records_one_fault_in_ten_and_three_kills(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    records = records_of(25_000)
    chance = random.Random(11)
    with StandIn(records) as service:
        monkeypatch.setenv("NCBI_EUTILS_URL", service.url)
        service.withheld = {r.pmid for r in records[::1000]}
        service.late = {r.pmid for r in records[7::997]}
        service.fail_one_in(10)
        kills = [chance.uniform(5, 15) for _ in range(3)]
        while True:
            codes = []
            for stage in stages(service, tmp_path):
                process = subprocess.Popen(stage, cwd=ROOT, stderr=subprocess.DEVNULL)
                try:
                    codes.append(process.wait(kills[0] if kills else None))
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
                    kills.pop(0)
                    break
            if codes == [0, 0]:
                break
            assert all(code == 0 for code in codes)
        assert articles(tmp_path).keys() == service.records.keys() - service.withheld
        assert missing(tmp_path).keys() == service.withheld
        assert sum(1 for pmid, times in service.deliveries().items() if times > 1) <= 3 * fetch.BATCH
        assert service.busiest_second() <= 3
        service.faults = iter([None] * 1000)
        before = len(service.asked)
        for stage in stages(service, tmp_path):
            assert subprocess.run(stage, cwd=ROOT, stderr=subprocess.DEVNULL).returncode == 0
        assert len(service.asked) - before <= 3


@pytest.mark.slow
@pytest.mark.parametrize(("key", "limit"), [("", 3), ("0123456789abcdef", 10)])
def test_two_refreshes_at_once_never_pass_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, limit: int
) -> None:
    monkeypatch.setenv("NCBI_API_KEY", key)
    with StandIn(records_of(61_000)) as service:
        monkeypatch.setenv("NCBI_EUTILS_URL", service.url)
        for one, other in zip(stages(service, tmp_path / "a"), stages(service, tmp_path / "b"), strict=True):
            processes = [subprocess.Popen(stage, cwd=ROOT, stderr=subprocess.DEVNULL) for stage in (one, other)]
            assert [process.wait() for process in processes] == [0, 0]
        assert len(service.asked) >= 500
        assert service.busiest_second() <= limit
