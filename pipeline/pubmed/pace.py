"""One rate limit for all processes of a user on this machine."""

from __future__ import annotations

import time
from pathlib import Path

from filelock import FileLock

from pipeline.errors import PipelineError

MARGIN = 1.2  # calls that leave evenly arrive a little bunched; this keeps any second below the limit
LONGEST_PAUSE = 300.0  # seconds; what a state file may make a process wait


class Pace:
    """At most `per_second` calls in any second, over all processes that use the same folder and name.

    The state file holds the moment of the next call on the monotonic clock, and how far that clock is from the wall
    clock: after a restart or a change of the wall clock this distance differs, and the state is not believed. The lock
    is held while waiting, so that no call overtakes another; the system frees it when a process dies.
    """

    def __init__(self, folder: Path, name: str, per_second: float) -> None:
        self.interval = MARGIN / per_second
        self._state = folder / name
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise PipelineError(f"cannot keep the rate limit in {folder}: {error.strerror}; set TMPDIR") from error
        self._lock = FileLock(f"{self._state}.lock", poll_interval=0.01)

    def wait(self) -> None:
        """Return when the next call may leave."""
        with self._lock:
            time.sleep(max(0.0, self._next_call() - time.monotonic()))
            self._write(time.monotonic() + self.interval)

    def postpone(self, seconds: float) -> None:
        """Let no process call before so many seconds have gone, `LONGEST_PAUSE` at most."""
        with self._lock:
            self._write(max(self._next_call(), time.monotonic() + min(seconds, LONGEST_PAUSE)))

    def _next_call(self) -> float:
        now = time.monotonic()
        try:
            moment, distance = map(float, self._state.read_text(encoding="ascii").split())
        except (OSError, ValueError):
            return now
        same_clocks = abs(distance - (time.time() - now)) < 5
        return moment if same_clocks and moment <= now + LONGEST_PAUSE else now

    def _write(self, moment: float) -> None:
        try:
            self._state.write_text(f"{moment} {time.time() - time.monotonic()}", encoding="ascii")
        except OSError as error:
            raise PipelineError(f"cannot keep the rate limit in {self._state}: {error.strerror}; set TMPDIR") from error
