"""The one error that a user sees: a line that says what is wrong, where, and what to do."""

from __future__ import annotations


class PipelineError(Exception):
    """Stops a stage. `str(error)` is the whole message, one line, fit for the terminal."""

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.split()))
