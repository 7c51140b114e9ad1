"""A row in the making, and the columns that follow from a stated grade or from a limit of the count."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pipeline.concepts.count import Count
from pipeline.concepts.grades import Grade
from pipeline.concepts.regimen import Arm
from pipeline.records import Evidence, Mention
from pipeline.relate.context import SentenceView

PLAIN, LATE = "any_grade", "late_onset"


class RowKey(NamedTuple):
    """What statements must have in common to be one row."""

    drug: str
    arm: Any  # its substances, else its words
    condition: str | None
    definition: str | None
    grades: tuple[int, int | None] | None
    term: str | None
    position: int | None
    is_zero: bool
    per_cycle: bool

    def of_whom(self) -> tuple[Any, ...]:
        """The persons, whatever is said of their event."""
        return self.drug, self.arm, self.condition, self.position, self.per_cycle


@dataclass
class Row:
    """A row in the making: its values, their evidence, and where it was said first."""

    key: RowKey
    view: SentenceView
    mention: Mention
    drug: str
    arm: Arm | None = None
    subgroup: Mention | None = None
    strength: str = "statement"
    values: dict[str, Any] = field(default_factory=dict)
    evidence: list[Evidence] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    label: str | None = None
    position: int | None = None
    per_cycle: bool = False
    episodes: int | None = None
    counted_arm: Arm | None = None
    of_parallel: int = 0
    several_conditions: bool = False
    share_is_cumulative: bool = False
    had_by_all: bool = False
    is_of_part: bool = False  # its number of those treated is of a part that its sentence sets apart

    def set(self, name: str, value: Any, view: SentenceView, start: int, end: int) -> None:
        """Take a value with its evidence, unless the row has one."""
        if value is None or self.values.get(name) is not None:
            return
        self.values[name] = value
        self.evidence.append(view.evidence(name, start, end))

    def add(self, name: str, item: str, view: SentenceView, start: int, end: int) -> None:
        """Take an item of a list column with its evidence."""
        items = self.values.setdefault(name, [])
        if item not in items:
            items.append(item)
            self.evidence.append(view.evidence(name, start, end))

    @property
    def definition(self) -> str | None:
        return self.values.get("event_definition")

    @property
    def is_absent(self) -> bool:
        return self.values.get("n_events") == 0

    @property
    def is_primary(self) -> bool:
        """Whether the row speaks of the event as a whole, not of a febrile or graded part."""
        return self.definition in (PLAIN, LATE)

    def share(self) -> float | None:
        """The printed percentage where it is a plain share of those treated."""
        return None if self.share_is_cumulative else self.values.get("incidence_percent")


def is_zero(count: Count) -> bool:
    """Whether a count says that nobody had the event."""
    return count.zero_word or count.events == 0 or count.percent == 0


def stated_grades(grade: Grade | None) -> tuple[int, int | None] | None:
    """(low, high) as stated; None for "any grade" without figures."""
    return None if grade is None or grade.low is None else (grade.low, grade.high)


_MILD = 2  # "grade 2 or higher" is the event as such


def definition_of_grade(grade: Grade) -> str | None:
    """The event definition of a grade: 3 or more, 4, any ("grade 2-4" too); None for grade 3 alone and mild grades."""
    if grade.is_any:
        return PLAIN
    if grade.low in (1, 2) and (grade.open_end or (grade.high or 0) > _MILD):
        return PLAIN
    if grade.low == 4:
        return "grade4"
    return "grade3plus" if grade.low in (3, None) and (grade.open_end or grade.high) else None


def definition_of_limit(value: float) -> str:
    """The event definition of a count limit in 10^9/L, by CTCAE v5: below 0.5 is grade 4, below 1.0 grade 3."""
    return "grade4" if value <= 0.5 else "grade3plus" if value <= 1.0 else PLAIN


def clash(first: dict[str, Any], second: dict[str, Any]) -> bool:
    """Whether two sets of values contradict each other in a number."""
    names = ("n_events", "n_treated", "incidence_percent")
    return any(first.get(n) is not None and second.get(n) is not None and first[n] != second[n] for n in names)
