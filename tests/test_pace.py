"""The rate limit that processes share; over real processes and sockets it is measured in test_entrez."""

from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path

import pytest

from pipeline.errors import PipelineError
from pipeline.pubmed import pace as pace_module
from pipeline.pubmed.pace import Pace


class Clock:
    """A clock that only sleeping moves on."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return self.now + 1e9

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_a_pace_is_even_from_the_first_call_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(pace_module, "time", clock)
    paces = [Pace(tmp_path, "service", per_second=3) for _ in range(2)]
    moments = []
    for call in range(6):
        paces[call % 2].wait()
        moments.append(clock.now)
    assert [round(after - before, 6) for before, after in pairwise(moments)] == [0.4] * 5


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
    assert 50 < other._next_call() - time.monotonic() <= 100
    one.postpone(1e9)
    assert other._next_call() - time.monotonic() <= 300
