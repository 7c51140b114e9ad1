"""The parts of an account of patients: stretches of sentences, the patients, their episodes and what opens them.

Offsets are those of the section.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.concepts.blood_counts import BloodCount
from pipeline.concepts.interval import Interval
from pipeline.concepts.patients import Patient
from pipeline.once import once
from pipeline.records import Evidence, Mention
from pipeline.relate.context import Context, SentenceView

MOST_EVENTS = 30
"""A sentence that names the event more often than this is no prose; the rest of its names is not looked at."""


@dataclass(frozen=True)
class Piece:
    """A stretch of one sentence."""

    view: SentenceView
    start: int
    end: int

    def holds(self, position: int) -> bool:
        return self.start <= position < self.end

    @property
    def text(self) -> str:
        return self.view.section_text[self.start : self.end]

    @once
    def events(self) -> list[Mention]:
        return [m for m in self.view.named_events[:MOST_EVENTS] if self.holds(m.start)]


@dataclass(frozen=True)
class Opening:
    """What begins an episode: a named event, a low count, or the word "episode" in a patient who had one before."""

    view: SentenceView
    start: int
    end: int
    event: Mention | None


@dataclass(frozen=True)
class Share:
    """What lists say of one episode by its place: its time, its count, and the dose that it followed upon."""

    onset: tuple[SentenceView, Interval] | None = None
    count: tuple[SentenceView, BloodCount] | None = None
    again: Evidence | None = None


@dataclass
class Episode:
    """The text of one episode; `before` is what the patient's text says ahead of the first one.

    `lead` is the end of the text of the episode before: what was given between the two. `announced` is where the event
    was first named, if its own account came later ("We describe X in a woman who ...").
    """

    opening: Opening
    pieces: list[Piece]
    before: list[Piece] = field(default_factory=list)
    number: int = 1
    drug: Mention | None = None
    announced: Opening | None = None
    lead: list[Piece] = field(default_factory=list)
    share: Share | None = None

    @property
    def gap_days(self) -> float | None:
        """The time since the episode before, where the text gives it ("two years later")."""
        view = self.opening.view
        times = [
            i
            for i in view.intervals
            if i.role == "later" and i.start < self.opening.start and self.pieces[0].holds(i.start)
        ]
        return times[-1].days if times else None


@dataclass
class Case:
    """One patient: a number where there are several, who it is, and the text about them."""

    number: int
    name: str | None = None
    patient: tuple[SentenceView, Patient] | None = None
    pieces: list[Piece] = field(default_factory=list)


@dataclass(frozen=True)
class CaseText:
    """The patients of an article and the text that is about all of them."""

    cases: tuple[Case, ...]
    shared: tuple[Piece, ...] = ()


def quote(ctx: Context, name: str, section: int, start: int, end: int) -> Evidence:
    """The words of a section from start to end as evidence."""
    return Evidence(name, section, start, end, ctx.sections[section].text[start:end])
