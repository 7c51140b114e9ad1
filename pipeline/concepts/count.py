"""A count of persons, episodes or cycles, and whether a number of persons can show its share.

    13 % and 2 events of 15     agree
    13 % and 4 events of 15     do not

Offsets are those of the text that the count was found in; shares are in per cent, as printed.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Count:
    """An expression of how many. Offsets are those of the text given to `find`; None where the text does not say.

    `events` of `total`, `percent` as printed with its 95 % interval. `unit` is what is counted: "patients", "cases",
    "episodes", "cycles", "reports", "controls", "rate" (person-time), "other", or None for a bare number.
    `labelled` tells a denominator-like "n = 27".
    """

    start: int
    end: int
    events: int | None = None
    total: int | None = None
    percent: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    unit: str | None = None
    labelled: bool = False
    zero_word: bool = False
    ci_end: int | None = None


def agrees(n: int, percent: float | None, events: int | None) -> bool:
    """Whether n persons can show this percentage and number of events, as far as rounding allows."""
    if events is not None and events > n:
        return False
    if percent is None:
        return True
    half = _half_unit(percent)
    if events is not None:
        return abs(100 * events / n - percent) <= half + 0.051
    nearest = round(percent * n / 100)
    return any(abs(100 * k / n - percent) <= half + 0.01 for k in (nearest - 1, nearest, nearest + 1) if 0 <= k <= n)


def _half_unit(percent: float) -> float:
    """Half of the last decimal that a percentage is printed with."""
    digits = f"{percent:.4f}".rstrip("0").partition(".")[2]
    return float(0.5 * 10 ** -len(digits))
