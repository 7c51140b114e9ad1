"""A length of time and its units.

    "3 wks", "a fortnight", "2 mo"    named "week", "fortnight", "month" and counted in days

Days are given with one decimal: a week is 7 days, a month 30.44, a year 365.25. Offsets are those of the text read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.concepts.numbers import DASHES

DAYS = {"hour": 1 / 24, "day": 1.0, "week": 7.0, "fortnight": 14.0, "month": 30.44, "year": 365.25}
Span = tuple[int, int]
UNIT = re.compile(
    rf"[{DASHES}\s]{{0,2}}(?:(?:full|consecutive|calendar|additional|more|further|whole|long|mere)\s)?"
    r"(?P<unit>hours?|hrs?|h|days?|d|weeks?|wks?|w|fortnights?|months?|mos?|mths?|years?|yrs?|"
    r"y)\b(?![/\u2019'][^s]|\.\d)",
    re.IGNORECASE,
)
_UNIT_NAMES = {"h": "hour", "d": "day", "w": "week", "f": "fortnight", "m": "month", "y": "year"}


@dataclass(frozen=True, slots=True)
class Interval:
    """A length of time, in days; start and end are its own words, phrase_start and phrase_end also cover its anchor.

    `role` is onset, onset_chemotherapy (an onset if the chemotherapy named held the drug), or what else the time
    says: duration, recovery, follow_up, dose_interval, age,
    disease_duration, treatment_duration, later and before (counted from something that another sentence names),
    other_clock, span (for, over), within, vague, unknown. `anchor` is set for an onset only; `dose` is the number of
    the dose for nth_dose. `days` is None where only a range or bound is given.
    """

    start: int
    end: int
    days: float | None
    low_days: float | None = None
    high_days: float | None = None
    statistic: str | None = "exact"
    role: str = "unknown"
    anchor: str | None = None
    dose: int | None = None
    phrase_start: int = -1
    phrase_end: int = -1
    anchor_start: int = -1
    anchor_end: int = -1
    values: tuple[float, ...] = ()


def to_days(value: float, unit: str) -> float:
    """Days with one decimal; `unit` is a key of DAYS."""
    return round(value * DAYS[unit] + 1e-9, 1)


def unit_name(text: str) -> str:
    """The unit that a word stands for: "wks" is "week", "mo" is "month"."""
    return _UNIT_NAMES[text[0].lower()]
