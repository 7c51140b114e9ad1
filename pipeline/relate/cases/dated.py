"""The onset by the calendar: the days between the full dates of a dose and of the event.

    "She received the drug on 3 March 2019. Neutropenia was diagnosed on 20 June 2019."    109 days
    "Infused on 3 March 2019; on 20 June 2019 neutrophils were 0.2"                        109 days
    "X on 20 June 2019, the last infusion having been given on 3 March 2019"               109 days
    "On 13 June 2019 the count was 4.1; 8 days later X"                         none: of a normal count

A date belongs to the clause that it stands in.
"""

from __future__ import annotations

import re
from datetime import date

from pipeline.concepts.calendar_dates import find_dates
from pipeline.records import Evidence
from pipeline.relate.cases.account import Episode, Piece
from pipeline.relate.cases.clocks import GIVEN
from pipeline.relate.cases.draft import Draft
from pipeline.relate.cases.status import is_low
from pipeline.relate.context import SentenceView

_BREAK = re.compile(r";\s|,\s|\sand\s(?=on\s)|\bwhile\b|\bbut\b")
_DOSE = re.compile(
    r"\b(?:infusions?|doses?|courses?|cycles?)\s"
    r"(?:was|were|is|has been|had been|having been|being|given|administered|received|took place|on)\b",
    re.IGNORECASE,
)
_OF_SOMETHING_ELSE = re.compile(
    r"\b(?:vaccinat\w+|immuni[sz]\w+|operat\w+|surgery|transplant\w*|deliver\w+|discharged|born|relaps\w+)\b",
    re.IGNORECASE,
)

Dated = tuple[int, int, date]


def put_calendar_onset(draft: Draft, episode: Episode) -> None:
    """The days between the last date of a dose and the date of the event, where both are printed in full."""
    view = episode.opening.view
    event = _date_of_event(episode)
    dosed: list[tuple[date, Evidence]] = []
    for piece in (*episode.before, *episode.pieces[:1]):
        dosed += _dates_of_doses(piece)
    if event is None or not dosed:
        return
    given, place = max(dosed, key=lambda d: d[0])
    days = (event[2] - given).days
    if days > 0:
        places = (place, view.evidence("", event[0], event[1]))
        draft.put("onset_days", float(days), *places)
        draft.put("onset_statistic", "exact", *places)
        draft.put("onset_anchor", "last_dose", places[0])


def _dates_of_doses(piece: Piece) -> list[tuple[date, Evidence]]:
    """The dates in clauses that tell a dose and nothing of the event."""
    view = piece.view
    found = []
    for start, end, value in _dates(view):
        a, b = _clause(view, start, end)
        other = any(m.label == "co_medication" and a <= m.start < b for m in view.mentions)
        drug = any(a <= m.start < b for m in view.named_drugs)
        dose = _DOSE.search(view.section_text, a, b) and not other
        given = drug and GIVEN.search(view.section_text, a, b)
        if piece.holds(start) and (given or dose) and not _tells_event(view, a, b):
            found.append((value, view.evidence("", start, end)))
    return found


def _date_of_event(episode: Episode) -> Dated | None:
    """The date in the event's clause, else the last before it; none where a normal count or a time follows it."""
    view, start = episode.opening.view, episode.opening.start
    dates = _dates(view)
    own = [d for d in dates if _in_clause(view, d, start)]
    ahead = own or [d for d in dates if d[0] < start and not _in_dose(view, d)]
    if not ahead:
        free = [d for d in dates if not _in_dose(view, d)]
        return free[-1] if free else None
    last = ahead[-1]
    if _OF_SOMETHING_ELSE.search(view.section_text, _clause(view, last[0], last[1])[0], start):
        return None
    counts = [c for c in view.counts if last[1] <= c.start < start and c.concept == view.context.analyte]
    further = any(last[1] <= i.start < start and i.role == "later" for i in view.intervals)
    return None if further or any(not is_low(view, c) for c in counts) else last


def _in_clause(view: SentenceView, dated: Dated, position: int) -> bool:
    start, end = _clause(view, dated[0], dated[1])
    return start <= position < end


def _in_dose(view: SentenceView, dated: Dated) -> bool:
    start, end = _clause(view, dated[0], dated[1])
    return bool(_DOSE.search(view.section_text, start, end)) or any(start <= m.start < end for m in view.named_drugs)


def _tells_event(view: SentenceView, start: int, end: int) -> bool:
    return any(start <= m.start < end for m in view.named_events) or any(
        start <= c.start < end and is_low(view, c) for c in view.counts
    )


def _clause(view: SentenceView, start: int, end: int) -> tuple[int, int]:
    """Where the clause of a date begins and ends; no comma inside a date, or behind one at the head, ends it."""
    dates = _dates(view)
    breaks = [
        m.start()
        for m in _BREAK.finditer(view.section_text, view.start, view.end)
        if not any(a <= m.start() < b for a, b, _ in dates) and not _heads_clause(view, m.start(), dates)
    ]
    return max((b for b in breaks if b < start), default=view.start), min(
        (b for b in breaks if b >= end), default=view.end
    )


def _heads_clause(view: SentenceView, position: int, dates: list[Dated]) -> bool:
    """ "On 3 May 2019, she had": the comma behind a date at the head of its clause."""
    ended = [d for d in dates if d[1] == position]
    head = view.section_text[max(view.start, ended[0][0] - 6) : ended[0][0]] if ended else ""
    return bool(re.search(r"(?:^|[;,]\s|and\s)on\s$", head, re.IGNORECASE))


def _dates(view: SentenceView) -> list[Dated]:
    """The full dates of a sentence, offsets in the section."""
    return [(a + view.start, b + view.start, value) for a, b, value in find_dates(view.text)]
