"""What is said of an event or a count: whether it is a fact of this publication, is late, is low.

Counts are in 10^9/L.
"""

from __future__ import annotations

import re

from pipeline.concepts.assertion import assess
from pipeline.concepts.blood_counts import BloodCount
from pipeline.records import Mention, Rejected
from pipeline.relate.cases.account import Piece
from pipeline.relate.cases.wording import REPORTED, single_person_cues
from pipeline.relate.context import Context, SentenceView
from pipeline.relate.groups.exposure import BEFORE_BIRTH, is_of_newborn, is_of_unexposed
from pipeline.relate.other_drug import is_told_after_one

ONSET_COLUMNS = ("trigger", "class", "source")
LOW = 2.0
"""10^9/L: a count from here upwards is no nadir of the event (upper end of grade 1)."""
_OUTSIDE_IT = re.compile(r"\b(?:outside|beyond|not\sin)\s(?:the|any|a|his|her)\s$", re.IGNORECASE)
# "without recurrence of", "no relapse of", "no further", "without another episode of"
_CAME_NOT_BACK = re.compile(
    r"\b(?:without|no|nor|not|never|neither)\s(?:(?:any|a|had|have|has)\s)*"
    r"(?:(?:recurrences?|relapses?|return|reappearance)\sof\s(?:the\s)?"
    r"|(?:further|new|more|subsequent|repeat(?:ed)?|renewed|recurrent|second|another)\s"
    r"(?:(?:episodes?|bouts?|occurrences?|recurrences?|drops?|falls?)\s(?:of|in)\s)?(?:the\s)?)$",
    re.IGNORECASE,
)
_OF_THE_PATIENT = re.compile(
    r"\b(?:our|this|the present) (?:patient|case)\b"
    r"|\b(?:patient|case)\b[^.;]{0,60}\b(?:reported|described|presented) here",
    re.IGNORECASE,
)
_AND_SO = re.compile(r"[,;(]|\b(?:and|so|which)\b", re.IGNORECASE)
_TO_CELLS = 12
"""Characters between "no" and the cells it denies."""
_NON = re.compile(r"\bnon[-\u2010\u2011\s]?$", re.IGNORECASE)
_AFTER_TRANSPLANT = re.compile(
    r"\s(?:\([^()]*\)\s)?(?:after|following|in|post)\s(?:an?\s|the\s)?(?:[\w-]+\s){0,2}?(?:\w*transplantation|transplants?|grafting)\b",
    re.IGNORECASE,
)
_PHRASE_END = re.compile(r"[,;:.]|\b(?:and|with|after|following|who|which|of|in)\b", re.IGNORECASE)


def told_of_others(piece: Piece) -> bool:
    """Whether the event is named here, and only as something known, defined or feared."""
    statuses = {status_of(piece.view, m) for m in piece.events}
    return bool(statuses) and not statuses & {"affirmed", "negated"}


def status_of(view: SentenceView, mention: Mention) -> str:
    """The assertion status of an event mention: "affirmed" where it is a fact of this publication."""
    known = view.statuses
    status = known.get(mention)
    if status is None:
        status = known[mention] = _status(view, mention)
    return status


def _status(view: SentenceView, mention: Mention) -> str:
    events = view.context.protocol.config.get("events", {})
    if mention.concept not in events:
        return "negated" if mention.concept and mention.concept.startswith("non_") else "not an event"
    if said := events[mention.concept].get("status"):
        return str(said)  # the name of another illness that has the event's in it: "congenital neutropenia"
    if mention.text.lower().startswith("non") or _NON.search(
        view.section_text, max(0, mention.start - 5), mention.start
    ):
        return "not an event"
    if _CAME_NOT_BACK.search(view.section_text, max(view.start, mention.start - 40), mention.start):
        return "negated"
    if is_told_after_one(view, mention):
        return "other_cause"
    if _OUTSIDE_IT.search(view.section_text, max(view.start, mention.start - 20), mention.start):
        return "not an event"
    if is_of_newborn(view):
        return BEFORE_BIRTH
    if is_of_unexposed(view):
        return "other_cause"
    found = assess(view, mention)
    febrile = events[mention.concept].get("event_definition") == "febrile"
    if found.status == "other_cause" and febrile and found.start is not None and found.start >= mention.end:
        return "affirmed"  # a febrile event "secondary to pneumonia": the cause is that of the fever
    if found.status == "treated" and not view.named_drugs:
        return "affirmed"  # the patient was treated for the event, but nobody gave the drug for it
    if found.status == "background" and _OF_THE_PATIENT.search(view.text):
        return "affirmed"  # "in the patient reported here"
    if found.status == "background" and found.start is not None and found.start >= mention.end:
        announced = REPORTED.search(view.section_text, view.start, mention.start)
        if announced and (view.patients or single_person_cues(view)):
            return "affirmed"  # "We report a patient in whom it appeared after 6 days, the shortest time published"
    if found.status == "negated" and found.end is not None and _denies_cells(view, found.end, mention):
        return "affirmed"
    if found.weak and found.status == "hypothetical" and not _tells_fact(view):
        return found.status  # "to reduce the risk of" it, and no time or count of it
    return "affirmed" if found.is_fact else found.status


def came_not_back(ctx: Context, rejected: Rejected) -> bool:
    """Whether an event that was not used is one said not to have come back: the patient had it before."""
    text = ctx.sections[rejected.section].text
    return _CAME_NOT_BACK.search(text, max(0, rejected.start - 40), rejected.start) is not None


def _denies_cells(view: SentenceView, end: int, mention: Mention) -> bool:
    """ "The smear had no neutrophils, and X was diagnosed": without cells is with the event."""
    cells = [
        m
        for m in view.named_cells
        if 0 <= m.start - end <= _TO_CELLS and m.concept == view.context.analyte and m.text.endswith("s")
    ]
    return bool(cells) and _AND_SO.search(view.section_text, cells[0].end, mention.start) is not None


def _tells_fact(view: SentenceView) -> bool:
    """Whether a sentence has a grade, a low count or an onset, or describes a patient."""
    return bool(view.grades or view.patients) or any(
        [i.role == "onset" for i in view.intervals] + [is_low(view, c) for c in view.counts]
    )


def is_late(view: SentenceView, mention: Mention) -> bool:
    """Whether an event is called late: by its name, or by a word of the phrase it stands in ("of delayed onset")."""
    events = view.context.protocol.config.get("events", {})
    text = view.section_text
    if text[max(0, mention.start - 4) : mention.start].lower().startswith("non"):
        return False
    if _AFTER_TRANSPLANT.match(text, mention.end):
        return False  # "late X after cardiac transplantation": late on another clock
    if events.get(mention.concept or "", {}).get("event_definition") == "late_onset":
        return True
    for word in view.triggers("onset_words", ONSET_COLUMNS):
        if word.end <= mention.start <= word.end + 25 and not _PHRASE_END.search(text, word.end, mention.start):
            return True
        if mention.end <= word.start <= mention.end + 14 and "onset" in word.row["trigger"]:
            return True
    return False


def is_low(view: SentenceView, count: BloodCount) -> bool:
    """Whether a count is a low one of the review's cells, of this illness."""
    return (
        count.concept == view.context.analyte
        and count.moment in ("plain", "nadir")
        and count.value < LOW
        and count.censored != ">"
    )
