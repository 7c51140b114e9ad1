"""What one refresh leaves for the next, and what is said where it is damaged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import PipelineError
from pipeline.pubmed.refresh_state import (
    current_round,
    pmids_sha256,
    read_complete,
    read_pmids,
    read_searches,
    write_complete,
    write_pmids,
    write_searches,
)


def record(number: int, day: int, *revised: int) -> dict[str, Any]:
    return {"round": number, "date": f"2026-01-{day:02}T00:00:00+00:00", "revised": list(revised)}


@given(pmids=st.sets(st.integers(min_value=1, max_value=99_999_999)))
def test_pmids_survive_writing_and_reading(tmp_path_factory: pytest.TempPathFactory, pmids: set[int]) -> None:
    out = tmp_path_factory.mktemp("out")
    assert write_pmids(out, pmids) == pmids_sha256(out)
    assert read_pmids(out) == pmids


def test_pmids_that_stay_the_same_keep_the_date_of_their_file_unless_told_otherwise(tmp_path: Path) -> None:
    write_pmids(tmp_path, {1})
    first = (tmp_path / "pmids.txt").stat().st_ino
    write_pmids(tmp_path, {1})
    assert (tmp_path / "pmids.txt").stat().st_ino == first
    write_pmids(tmp_path, {1}, always=True)
    assert (tmp_path / "pmids.txt").stat().st_ino != first


def test_a_round_gathers_the_searches_since_the_last_complete_one(tmp_path: Path) -> None:
    write_searches(tmp_path, "live", [record(1, 1), record(2, 3, 7), record(2, 4, 8, 9)])
    found = current_round(tmp_path)
    assert (found.number, found.searched, found.revised) == (2, "2026-01-03T00:00:00+00:00", {7, 8, 9})
    assert found.new_day


@pytest.mark.parametrize(
    ("searches", "expected"), [([(1, 1)], False), ([(1, 1), (2, 1)], False), ([(1, 1), (2, 2)], True)]
)
def test_a_round_knows_whether_the_one_before_was_on_another_day(
    tmp_path: Path, searches: list[tuple[int, int]], expected: bool
) -> None:
    write_searches(tmp_path, "live", [record(number, day) for number, day in searches])
    assert current_round(tmp_path).new_day is expected


def test_records_of_files_are_no_searches_of_pubmed(tmp_path: Path) -> None:
    write_searches(tmp_path, "source", [{"count": 1}])
    assert read_searches(tmp_path) == []
    with pytest.raises(PipelineError, match="run the search stage first"):
        current_round(tmp_path)


@pytest.mark.parametrize("text", ["{", "[1]", '"text"', '{"kind": "live"}'])
def test_a_damaged_search_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "search.json").write_text(text)
    with pytest.raises(PipelineError, match=r"search\.json is damaged"):
        read_searches(tmp_path)


def test_a_round_is_complete_only_where_all_of_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "records").mkdir()
    assert read_complete(tmp_path) == {}
    (tmp_path / "records" / "complete.json").write_text(json.dumps({"round": 1}))
    assert read_complete(tmp_path) == {}
    write_complete(tmp_path, {"round": 1, "searched": "2026-01-01T00:00:00+00:00"})
    assert read_complete(tmp_path)["round"] == 1
