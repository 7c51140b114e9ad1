"""The time from the drug to an episode, in days, with its anchor and statistic; early or late by it.

Looked for in the event's sentence, right before it, by a clock told elsewhere (clocks.py), in what is said of all
patients (shares.py), last by the calendar dates of dose and event (dated.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.concepts.assertion import role_of
from pipeline.concepts.interval import Interval
from pipeline.records import Rejected
from pipeline.relate.cases.account import Case, CaseText, Episode, Opening, Piece, quote
from pipeline.relate.cases.clocks import (
    DOSED,
    after_the_latter,
    is_at_a_visit,
    on_the_same_clock,
    onset_from_dose_before,
    onset_from_dose_behind,
    onset_from_sentence_before,
    while_on_it,
)
from pipeline.relate.cases.dated import put_calendar_onset
from pipeline.relate.cases.draft import Draft, reject
from pipeline.relate.cases.shares import OF_SEVERAL, own_share
from pipeline.relate.cases.status import is_low, status_of, told_of_others
from pipeline.relate.context import Context, SentenceView

PAIR = 2
A_WEEK = 7.0
WELL = 1.5
"""10^9/L: a count from here upwards is none of the event."""
TO_ITS_COUNT = 8
"""Characters between a count and its own time."""
_NORMAL = re.compile(r"\b(?:was|were|remained|stayed|still|been)\s(?:\w+\s)?normal\b", re.IGNORECASE)
# "She relapsed 6 months after the drug": the time of something else
_ELSE_HAPPENED = re.compile(
    r"\b(?:died|dead|deceased|death|relaps(?:ed?|es)"
    r"|flare[ds]?|recurrence of|B[- ]cells?|CD19\w*|CD20\w*|remission|respon\w+|progress(?!ive)\w*"
    r"|improv\w+|delivered|gave birth|conceived)\b"
    r"[^,;]{0,60}$",
    re.IGNORECASE,
)
_ELSE_DIAGNOSED = re.compile(
    r"\b(?:relapse|flare|recurrence|progression|remission|response|pregnancy)\b[^.;]{0,60}\b(?:was|were|is)\s",
    re.IGNORECASE,
)
_GIVEN_TIMES = re.compile(
    r"\b(?P<n>two|three|four|five|six|seven|eight|[2-8])\s"
    r"(?:(?!(?:of|weeks?|days|months?|years?|patients|times|and|or|to|after|before|with|other|more|further|received|given"
    r"|had|was|were|mg|g|ml|h|hours|courses|cycles|two|three|four|five|six|seven|eight)\b)"
    r"[\w/%-]+\s){0,4}?(?:times|doses|infusions|injections|administrations|courses|cycles)\b|"
    r"[x×]\s?(?P<x>[2-8])\b|"
    r"\b(?:weekly|every\sweek|once\sa\sweek)\s(?:for|over)\s(?P<weeks>two|three|four|five|six|seven|eight|[2-8])"
    r"\s(?:consecutive\s)?weeks\b",
    re.IGNORECASE,
)
PRESENTED = re.compile(
    r"\b(?:presented|present(?=\s(?:again\s|back\s)?until)|admitted|developed|occurred|found|noted|diagnosed|detected|hospitali[sz]ed"
    r"|appeared|was seen|became|consulted|came|brought|seen|fell ill|returned|complained|noticed|referred|readmitted"
    r"|rehospitali[sz]ed)\b",
    re.IGNORECASE,
)
# What a patient does, and not what is found: "in remission when she presented", unlike "a relapse was found"
_CAME = re.compile(
    r"\b(?:presented|(?:re)?admitted|(?:re)?hospitali[sz]ed|consulted|came|brought|fell ill|attended|complained)\b"
    r"(?![^,;]{0,40}\b(?:relaps(?:ed?|es)|flares?|progression|recurrence)\b)",
    re.IGNORECASE,
)
_ON_DAY = re.compile(r"(?:\W|^)?(?:on|at|by|in)\s(?:day|week|month)\s\d", re.IGNORECASE)
# "LON usually occurs 1 to 5 months after": behind the event, said of such events
_IN_GENERAL = re.compile(
    r"\b(?:usually|typically|generally|commonly|as a rule|in most|in general|most often|may|can|defined|definition"
    r"|literature|reported cases|has been reported|have been reported|has been described|have been described)\b",
    re.IGNORECASE,
)
_STAY = re.compile(
    r"\b(?:hospital|admission|admitted|cycle|transplant\w*|G-?CSF|filgrastim|antibiotics)\b", re.IGNORECASE
)
_TIMES_VALUE = {w: n for n, w in enumerate(["two", "three", "four", "five", "six", "seven", "eight"], start=2)}


def put_onset(
    draft: Draft, told: CaseText, case: Case, episode: Episode, later: Sequence[Episode], rejected: list[Rejected]
) -> None:
    """The time from the drug to this episode: in the event's sentence, else right before it, a dose's clock first."""
    opening = episode.opening
    candidates: list[tuple[int, Piece, Interval]] = []
    if episode.share is not None and episode.share.onset is not None:
        view, own = episode.share.onset
        candidates = [(-1, Piece(view, view.start, view.end), own)]
    for piece in [*episode.before[-2:], *episode.pieces]:
        distance = piece.view.index - opening.view.index
        general = role_of(piece.view) in ("background", "aim") or told_of_others(piece)
        for interval in piece.view.intervals:
            if not piece.holds(interval.start) or general or interval.values or interval.statistic in OF_SEVERAL:
                continue
            if interval.role == "onset_chemotherapy" and _antibody_in_chemotherapy(episode):
                interval = replace(interval, role="onset")
            if interval.role in ("onset", "onset_before"):
                if distance < 0 and interval.role == "onset" and not _is_of_the_illness(piece, interval):
                    continue
                if distance < 0 and (_cells_were_normal(piece) or _has_a_later_clock(opening)):
                    continue
                told_after = distance > 0 and (_tells_event(piece) or PRESENTED.search(piece.text))
                if distance > 0 and (_IN_GENERAL.search(piece.text) or _tells_only_recovery(piece, interval)):
                    continue
                last_given = distance == 1 and interval.role == "onset_before"
                if distance in (-1, 0, -2) or told_after or last_given:
                    candidates.append((_rank(distance, interval), piece, interval))
            elif interval.role == "before" and distance in (-1, 0, 1):
                counted = onset_from_dose_behind(piece, interval)
                if counted is not None:
                    candidates.append((_rank(distance, counted), piece, counted))
            elif distance == 0 and is_at_a_visit(piece, interval):
                counted = onset_from_sentence_before(episode, piece, interval)
                if counted is not None:
                    candidates.append((40, piece, counted))
            elif (interval.role == "later" and (distance == 0 or (distance in (-1, -2) and episode.number == 1))) or (
                interval.role == "unknown" and distance == 0 and _is_numbered_day(piece, interval)
            ):
                counted = onset_from_dose_before(episode, piece, interval) if distance == 0 else None
                seen = distance == 0 or (
                    PRESENTED.search(piece.text)
                    and _counted(episode.opening.view)
                    and not _ELSE_DIAGNOSED.search(piece.text)
                )
                if counted is None and seen and (episode.number == 1 or distance == 0):
                    counted = onset_from_sentence_before(episode, piece, interval)
                if counted is not None:
                    candidates.append((40 - distance, piece, counted))
    if not candidates:
        candidates = after_the_latter(episode) or on_the_same_clock(episode) or while_on_it(episode)
    if not candidates and episode.number == 1 and (listed := _shared_onset(told, case)):
        candidates = [(60, *listed)]
    candidates.sort(key=lambda c: (c[0], c[1].view.index, c[2].start))
    if not candidates:
        put_calendar_onset(draft, episode)
        return
    _, piece, chosen = candidates[0]
    place = piece.view.evidence("", chosen.phrase_start, chosen.phrase_end)
    if chosen.days is not None:
        draft.put("onset_days", chosen.days, place)
    for name, value in (("onset_low_days", chosen.low_days), ("onset_high_days", chosen.high_days)):
        if value is not None:
            draft.put(name, value, place)
    if chosen.statistic is not None:
        draft.put("onset_statistic", chosen.statistic, place)
    draft.put("onset_anchor", _settled_anchor(episode, piece, chosen, bool(later)), place)
    for _, other, interval in candidates[1:]:
        if interval.start != chosen.start and interval.anchor != chosen.anchor:
            draft.flags.add("two_clocks")
        rejected.append(reject(other.view, interval.start, interval.end, "onset", "another time was taken"))


def _is_of_the_illness(piece: Piece, interval: Interval) -> bool:
    """Whether a time of a sentence before the event may be that of the illness: it tells no relapse or response."""
    clause = piece.view.section_text[piece.start : interval.start]
    behind = piece.view.section_text[interval.phrase_end : piece.end]
    else_told = _ELSE_HAPPENED.search(clause)
    # "in remission when he was admitted 9 weeks after the drug": the time is that of the admission
    return else_told is None or bool(PRESENTED.search(behind) or _CAME.search(clause, else_told.start()))


def _has_a_later_clock(opening: Opening) -> bool:
    """ "Two weeks after discharge X was found": more than a week behind whatever the sentence before dates."""
    view = opening.view
    normal = [c.end for c in view.counts if c.value >= WELL and c.concept == view.context.analyte]
    return any(
        i.role in ("other_clock", "later")
        and (i.days or 0.0) > A_WEEK
        and i.start < opening.start
        and not any(0 <= i.start - end < TO_ITS_COUNT for end in normal)  # "had been normal (3.9 G/L a month later)"
        for i in view.intervals
    )


def _tells_only_recovery(piece: Piece, interval: Interval) -> bool:
    """ "Twelve days after the last dose the count had returned to normal": when it was over, not when it began."""
    view = piece.view
    over = any(
        c.value == "resolved" and not c.negated and c.start >= interval.end and piece.holds(c.start)
        for c in view.courses
    )
    return over and not any(is_low(view, c) for c in view.counts) and not _tells_event(piece)


def _cells_were_normal(piece: Piece) -> bool:
    """ "Eight weeks after the last dose neutrophils were normal.": ahead of the event, no time of it."""
    view = piece.view
    own = [c for c in view.counts if piece.holds(c.start) and c.concept == view.context.analyte]
    if own:
        return all(c.value >= WELL for c in own)
    cells = any(m.concept == view.context.analyte and piece.holds(m.start) for m in view.named_cells)
    return cells and _NORMAL.search(piece.text) is not None


def _antibody_in_chemotherapy(episode: Episode) -> bool:
    """Whether the chemotherapy of the patient's text is one with the review's drug in it: a regimen that holds it."""
    return any(m.label == "regimen" for p in (*episode.before, *episode.pieces) for m in p.view.labelled("regimen"))


def _rank(distance: int, interval: Interval) -> int:
    """Smaller is better: the event's own sentence, then the ones before it; a dose's clock before the treatment's."""
    place = {0: 0, -1: 10, -2: 20}.get(distance, 30)
    return place + (0 if interval.anchor in DOSED else 1 if interval.anchor == "unspecified" else 12)


def _tells_event(piece: Piece) -> bool:
    return any(status_of(piece.view, m) == "affirmed" for m in piece.events)


def _is_numbered_day(piece: Piece, interval: Interval) -> bool:
    """ "On day 93 he was found to have": not a day of the stay in hospital, of a cycle or of another treatment."""
    view = piece.view
    words_of_it = view.section_text[max(piece.start, interval.start - 4) : interval.end]
    return bool(_ON_DAY.match(words_of_it)) and not _STAY.search(piece.text)


def _counted(view: SentenceView) -> bool:
    """Whether the sentence tells a low count: what a patient who has just come is found to have."""
    return any(is_low(view, c) for c in view.counts)


def _settled_anchor(episode: Episode, told: Piece, interval: Interval, goes_on: bool) -> str | None:
    """The fourth of four doses is the last one; the second of two keeps its number, as a course may go on.

    `told` has the time; how often the drug was given is said up to there. `goes_on`: a further episode followed.
    """
    if interval.anchor != "nth_dose":
        return interval.anchor
    ahead = () if goes_on else [p for p in episode.pieces if p.view.index <= told.view.index]
    for piece in (*episode.before, *ahead):
        for match in _GIVEN_TIMES.finditer(piece.text):
            count = _times(match["n"] or match["x"] or match["weeks"])
            if count == interval.dose and count > PAIR:
                return "last_dose"
    return interval.anchor


def _times(word: str) -> int:
    return _TIMES_VALUE.get(word.lower()) or int(word)


def _shared_onset(told: CaseText, case: Case) -> tuple[Piece, Interval] | None:
    """The patient's time where the onsets of all patients are told in one list."""
    for piece in told.shared:
        if role_of(piece.view) == "background":
            continue
        for interval in piece.view.intervals:
            own = own_share(told, case, piece, interval) if interval.role == "onset" else None
            if own is not None and piece.holds(interval.start):
                return piece, own
    return None


def put_class(ctx: Context, draft: Draft, episode: Episode) -> None:
    """early or late: by the day of onset, else by the text's own word."""
    limit = ctx.protocol.definitions.get("onset", {}).get("late_after_days")
    days = draft.values.get("onset_days")
    if days is not None and limit is not None:
        places = [e for e in draft.evidence if e.field == "onset_days"]
        draft.put("onset_class", "late" if days > limit else "early", *places)
        return
    events = ctx.protocol.config.get("events", {})
    for piece in episode.pieces:
        for mention in piece.events:
            word = events.get(mention.concept or "", {}).get("onset_class")
            if word and status_of(piece.view, mention) == "affirmed":
                draft.put("onset_class", word, quote(ctx, "", mention.section, mention.start, mention.end))
                return
    if draft.values.get("event_definition") == "late_onset":
        draft.put("onset_class", "late", *[e for e in draft.evidence if e.field == "event_definition"])
