"""Lists with one value for each patient, told of all together: which of the values is a patient's.

    "35 and 60 days, respectively"     the second patient: 60 days
    "Nadirs were 0.3 and 0.8"          the first patient: 0.3

Times are in days, counts in 10^9/L.
"""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.concepts.assertion import role_of
from pipeline.concepts.blood_counts import BloodCount
from pipeline.concepts.interval import Interval
from pipeline.relate.cases.account import Case, CaseText, Piece
from pipeline.relate.cases.status import LOW, is_low
from pipeline.relate.context import SentenceView

_OF_EVERYONE = re.compile(
    r"\b(?:both|all(?:\s(?:two|three|four|five))?|the\s(?:two|three|four|five)|respectively|counts?|neutrophils?)\b",
    re.IGNORECASE,
)
_WORDS = {"two": 2, "2": 2, "three": 3, "3": 3, "four": 4, "4": 4, "five": 5, "5": 5}
# "two patients in whom it occurred 60 and 105 days after": as many as are told
_PATIENTS = re.compile(
    r"\b(?P<n>two|three|four|five|[2-5])\s(?:[\w-]+\s){0,3}?(?:patients|cases|women|men|children|girls|boys|adults"
    r"|people|persons|sisters|brothers)\b",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\b(?:patients|cases)\s(?:nos?\.?\s)?(?:\d|[A-H]\b)", re.IGNORECASE)
OF_SEVERAL = ("median", "mean")
"""Statistics that only the times of several patients have."""


def own_share(told: CaseText, case: Case, piece: Piece, interval: Interval) -> Interval | None:
    """ "35 and 60 days, respectively": of a list with one time for each patient, this patient's."""
    if len(interval.values) != len(told.cases) or len(told.cases) < 2:
        return None
    counted = _PATIENTS.search(piece.text)
    named = len(piece.view.patients) == len(told.cases) or (
        counted is not None and _WORDS.get(counted["n"].lower()) == len(told.cases)
    )
    named = named or bool(_NUMBERED.search(piece.text))
    # "A mother (52) and her son (27) developed X 12 and 16 weeks after"
    named = named or all(c.patient is not None and c.patient[0] is piece.view for c in told.cases)
    if not _OF_EVERYONE.search(piece.text) and not named:
        return None
    place = [c.number for c in told.cases].index(case.number)
    return replace(interval, days=interval.values[place], low_days=None, high_days=None, statistic="exact", values=())


def own_counts(told: CaseText, case: Case) -> list[tuple[SentenceView, BloodCount]]:
    """ "Nadirs were 0.3 and 0.8": of low counts told in one sentence, one for each patient, this patient's."""
    place = [c.number for c in told.cases].index(case.number)
    for piece in told.shared if len(told.cases) > 1 else ():
        low = [c for c in piece.view.counts if piece.holds(c.start) and is_low(piece.view, c)]
        if len(low) == len(told.cases) and role_of(piece.view) != "background":
            return [(piece.view, low[place])]
        if len(low) == 1 and low[0].high is not None and len(told.cases) == len((low[0].value, low[0].high)):
            value = low[0].value if place == 0 else low[0].high
            if value < LOW and " and " in piece.view.section_text[low[0].start : low[0].end]:
                return [(piece.view, replace(low[0], value=value, high=None))]
    return []
