"""The rate limit that processes share; over real processes and sockets it is measured in test_entrez."""

from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path

import pytest

from pipeline.errors import PipelineError
from pipeline.pace import Pace


def test_a_pace_is_even_from_the_first_call_on(tmp_path: Path) -> None:
    pace = Pace(tmp_path, "service", per_second=40)
    moments = []
    for _ in range(5):
        pace.wait()
        moments.append(time.monotonic())
    assert all(after - before >= 1 / 40 for before, after in pairwise(moments))


@pytest.mark.parametrize("state", ["", "not two numbers", "1e12 0", f"{time.monotonic() + 200} 12345"])
def test_a_pace_does_not_believe_the_state_of_another_clock(tmp_path: Path, state: str) -> None:
    (tmp_path / "service").write_text(state)
    pace = Pace(tmp_path, "service", per_second=1000)
    assert pace._next_call() <= time.monotonic()


def test_a_pace_that_cannot_be_kept_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PipelineError, match="TMPDIR"):
        Pace(tmp_path / "file" / "folder", "service", 3)


def test_a_pause_is_kept_by_every_process_and_never_longer_than_the_longest(tmp_path: Path) -> None:
    one, other = Pace(tmp_path, "service", 1000), Pace(tmp_path, "service", 1000)
    one.postpone(100)
    assert 99 < other._next_call() - time.monotonic() <= 100
    one.postpone(1e9)
    assert other._next_call() - time.monotonic() <= 300
