"""Progress is a bar on a terminal and plain lines elsewhere."""

from __future__ import annotations

import io

import pytest

from pipeline import progress as progress_module
from pipeline.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("every", "number"), [(0.0, 1000), (1e9, 0)])
def test_a_file_gets_plain_lines_now_and_then_and_at_the_end(
    monkeypatch: pytest.MonkeyPatch, every: float, number: int
) -> None:
    monkeypatch.setattr(progress_module, "EVERY", every)
    stream = io.StringIO()
    with Progress("fetch", "records", 1000, stream) as progress:
        for _ in range(1000):
            progress.add(1)
    lines = stream.getvalue().splitlines()
    assert len(lines) == number
    assert all(line.startswith("fetch: ") and line.endswith(" s left") for line in lines)


def test_the_end_of_long_work_is_told_once_even_where_more_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    with Progress("parse", "records", 5, stream) as progress:
        monkeypatch.setattr(progress_module, "EVERY", 0.0)
        progress.add(1)
        monkeypatch.setattr(progress_module, "EVERY", 1e9)
        for _ in range(20):
            progress.add(2)
    assert [line.split(",")[0] for line in stream.getvalue().splitlines()] == [
        "parse: 1 of 5 records",
        "parse: 5 of 5 records",
    ]


def test_a_terminal_gets_a_bar() -> None:
    stream = Terminal()
    with Progress("fetch", "records", 10, stream) as progress:
        progress.add(10)
    assert "\r" in stream.getvalue()
    assert "10/10" in stream.getvalue()


def test_nothing_to_do_is_no_line() -> None:
    stream = io.StringIO()
    with Progress("fetch", "records", 0, stream):
        pass
    assert stream.getvalue() == ""
