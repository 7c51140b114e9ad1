"""A value worked out once for each object."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.once import once


@dataclass(frozen=True)
class Text:
    words: str
    asked: list[str] = field(default_factory=list)

    @once
    def length(self) -> int:
        """How many characters."""
        self.asked.append(self.words)
        return len(self.words)


def test_a_value_is_worked_out_when_asked_for_and_only_once():
    first, second = Text("one"), Text("three")
    assert (first.asked, first.length, first.length, second.length) == (["one"], 3, 3, 5)
    assert first.asked == ["one"]


def test_the_class_shows_what_was_decorated():
    assert Text.length.__doc__ == "How many characters."
