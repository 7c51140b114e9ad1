"""Progress of long work on stderr: a bar on a terminal, plain lines in a file or a pipe."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self, TextIO

from tqdm import tqdm

EVERY = 5.0  # seconds between plain lines; shorter work gets none


def counted(number: int, noun: str) -> str:
    """ "1 article", "2,000 articles"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


class Progress:
    """Counts units ("records") of a stage; rate and time left come from the time since it began."""

    def __init__(self, stage: str, unit: str, total: int, stream: TextIO | None = None) -> None:
        self._stage, self._unit, self._total = stage, unit, total
        self._stream = stream or sys.stderr
        self._began = time.monotonic()
        self._done = 0
        self._told = self._began
        on_terminal = self._stream.isatty()
        self._bar = tqdm(total=total, desc=stage, unit=f" {unit}", file=self._stream) if on_terminal else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()

    def add(self, units: int) -> None:
        """So many units more are done."""
        self._done += units
        if self._bar is not None:
            self._bar.update(units)
            return
        ends = self._done - units < self._total <= self._done and self._told > self._began
        if ends or time.monotonic() - self._told >= EVERY:
            self._told = time.monotonic()
            self._tell()

    def _tell(self) -> None:
        rate = self._done / max(time.monotonic() - self._began, 1e-3)
        left = max(self._total - self._done, 0) / rate if rate else 0
        print(
            f"{self._stage}: {self._done:,} of {self._total:,} {self._unit}, {rate:,.0f}/s, {left:.0f} s left",
            file=self._stream,
            flush=True,
        )
