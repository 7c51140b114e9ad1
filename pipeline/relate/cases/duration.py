"""How long an episode lasted, in days."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.concepts.assertion import role_of
from pipeline.concepts.interval import Interval
from pipeline.relate.cases.account import Case, CaseText, Episode, Piece
from pipeline.relate.cases.draft import Draft
from pipeline.relate.cases.shares import OF_SEVERAL, own_share
from pipeline.relate.cases.status import is_low, told_of_others
from pipeline.relate.cases.wording import CLAUSE_END, OTHER_ILLNESS, SUBJECTS

CURES = frozenset({"gcsf", "ivig", "corticosteroids"})
"""Treatments of the event itself: the time after them is one to recovery."""
_COORDINATED = re.compile(r"\s?(?:,|and|or|with)\s")
_LASTED = re.compile(
    r"\b(?:lasted|lasting|remained|stayed|persisted|(?:duration|length)\sof\s(?:[\w-]+\s){0,2}?(?=neutrop|agranul|LON\b|it\b))"
    r"(?:(?<=\s)|\b)(?:[^.;,()]|[.,]\d|\(\d\)){0,70}$",
    re.IGNORECASE,
)
_FOR = re.compile(r"\s?\)?\sfor\s(?:about\s|some\s|almost\s|nearly\s|over\s|a\stotal\sof\s)?", re.IGNORECASE)
_LOW_STATE = re.compile(
    r"\b(?:zero|neutropenic|below|under|undetectable|unmeasurable|low|agranulocytic|depressed|suppressed)\b",
    re.IGNORECASE,
)
_AT = re.compile(r"\bat\s$", re.IGNORECASE)
_BY_WEEKS = re.compile(r"\bby\s$", re.IGNORECASE)
_OF_EPISODES = re.compile(r"\b(?:episodes|both|all|each|they|respectively)\b", re.IGNORECASE)
_OF_BOTH = re.compile(r"\b(?:both|all|each)\b", re.IGNORECASE)
# Told behind a growth factor, these count from it and not from the first low count
_RECOVERY = re.compile(
    r"\b(?:recover\w*|normal|normali[sz]\w+|rose|risen|respon\w+|return\w*|improv\w+|resol\w+|clear\w*"
    r"|disappear\w*|subsid\w+|over|ended|exceeded|reached|climb\w+|increas\w+|rebound\w*|went\sup|came\s(?:up|back))\b",
    re.IGNORECASE,
)
_COARSE = re.compile(r"\b(?:weeks?|wks?|fortnights?|months?|years?)\b", re.IGNORECASE)
_AFTER_CURE = re.compile(
    r"\b(?:after|following|of|with|on|under)\s(?:\w+\s){0,3}(?:G-?CSF|filgrastim|growth factors?|lenograstim)\b",
    re.IGNORECASE,
)
NEAR = 40
"""Characters between a word of recovery and the time within which it came."""
_WITHIN = re.compile(r"\bwithin\s(?:the\s|about\s|just\s)?$", re.IGNORECASE)
_OF = re.compile(r"\s(?:of|from|after|following)\b", re.IGNORECASE)
_OF_ONSET = re.compile(
    r"\s(?:of|from|after)\s(?:its\s|the\s)?(?:onset|diagnosis|detection|appearance)\b", re.IGNORECASE
)
_LEFT_HOSPITAL = re.compile(r"discharged|went home", re.IGNORECASE)
_UNDER = re.compile(r"\b(?:in\sunder|(?:in\s)?less\sthan)\s(?:about\s|just\s)?", re.IGNORECASE)
_OF_ONE_AND = re.compile(
    r"\s(?:in|for)\s(?:the\s)?(?:[\w-]+\s){0,2}[\w-]+(?:\s\d+)?,?\s(?:and|but)\s(?:for\s|about\s)?", re.IGNORECASE
)
_WELL = re.compile(r"\b(?:remission|normal|recover\w*|resol\w*|respon\w*|well)\b", re.IGNORECASE)


def put_duration(draft: Draft, episode: Episode, told: CaseText, case: Case, later: Sequence[Episode]) -> None:
    """How long the event lasted; not how long it took to recover once a growth factor was given."""
    if _put_listed_duration(draft, episode, later):
        return
    _put_own_duration(draft, episode)
    if "duration_days" in draft or episode.number > 1:
        return
    for piece in told.shared:
        for interval in piece.view.intervals:
            if interval.role not in ("duration", "recovery", "within"):
                continue
            own = own_share(told, case, piece, interval)
            if own is None and interval.role == "duration" and _OF_BOTH.search(piece.text) and not interval.low_days:
                own = replace(interval, days=interval.days or interval.high_days)  # "both recovered within two weeks"
            if own is None or not piece.holds(interval.start):
                continue
            if _about_event(piece, interval) and not _AFTER_CURE.search(
                piece.view.section_text, interval.end, piece.end
            ):
                place = piece.view.evidence("", interval.phrase_start, interval.phrase_end)
                draft.put("duration_days", own.days, place)
                return


def _put_listed_duration(draft: Draft, episode: Episode, later: Sequence[Episode]) -> bool:
    """ "The two episodes resolved in 2 and 3 weeks": of a list with one time for each episode, this one's."""
    episodes = episode.number + len(later)
    for piece in (p for e in (episode, *later) for p in e.pieces) if episodes > 1 else ():
        for interval in piece.view.intervals:
            listed = len(interval.values) == episodes and interval.role == "duration" and piece.holds(interval.start)
            if listed and _OF_EPISODES.search(piece.text):
                place = piece.view.evidence("", interval.phrase_start, interval.phrase_end)
                draft.put("duration_days", interval.values[episode.number - 1], place)
                return True
    return False


def _put_own_duration(draft: Draft, episode: Episode) -> None:
    cured = False
    for piece in episode.pieces:
        cured_before, cured = cured, cured or any(c.value in CURES and not c.negated for c in piece.view.courses)
        if role_of(piece.view) in ("background", "aim"):
            continue
        if any(c.general for c in piece.view.courses) or told_of_others(piece):
            continue
        given = any(c.value in CURES and not c.negated for c in piece.view.courses if piece.holds(c.start))
        for interval in piece.view.intervals:
            if not piece.holds(interval.start) or interval.statistic in OF_SEVERAL:
                continue
            text = piece.view.section_text
            lasted = bool(_LASTED.search(text, max(piece.start, interval.start - 90), interval.start))
            low = lasted and (
                any(is_low(piece.view, c) and 0 < interval.start - c.end < 12 for c in piece.view.counts)
                or bool(_LOW_STATE.search(text, max(piece.start, interval.start - 40), interval.start))
            )
            low = low or any(
                is_low(piece.view, c) and _FOR.fullmatch(text, c.end, interval.start) for c in piece.view.counts
            )
            lasts = interval.role == "duration" or _in_parallel(piece, interval) or _recovered_within(piece, interval)
            if not low and (not lasts or (given and not lasted)):
                continue
            if not _about_event(piece, interval) or _is_bound(text, interval) or _is_told_ahead(episode, interval):
                continue
            if cured_before and not lasted and _RECOVERY.search(text, piece.start, interval.start):
                continue  # counted from the growth factor of a sentence before
            days = interval.days if interval.days is not None else interval.high_days
            if days is not None and interval.low_days is None:
                draft.put("duration_days", days, piece.view.evidence("", interval.phrase_start, interval.phrase_end))
                return


def _is_bound(text: str, interval: Interval) -> bool:
    """ "In under ten days", "in less than two weeks", "within three weeks": the longest it may have lasted.

    Said to be over within N days it lasted N: that is the figure which texts give for its length. Within so many weeks
    or months is a round bound.
    """
    if _BY_WEEKS.search(text, max(0, interval.start - 4), interval.start) and _COARSE.search(
        text, interval.start, interval.end
    ):
        return True  # "by 16 weeks": of pregnancy, of the follow-up
    if _AT.search(text, max(0, interval.start - 4), interval.start):
        return True  # "the count was normal at 20 weeks": counted from the drug
    before = _UNDER.search(text, max(0, interval.start - 25), interval.start)
    if before is not None or _UNDER.match(text, interval.phrase_start) is not None:
        return True
    within = _WITHIN.search(text, max(0, interval.start - 25), interval.start)
    return within is not None and _COARSE.search(text, interval.start, interval.end) is not None


def _recovered_within(piece: Piece, interval: Interval) -> bool:
    """ "Recovery occurred within 14 days", "resolved within 4 days of its onset": not "within 4 days of the dose"."""
    view, text = piece.view, piece.view.section_text
    if interval.role not in ("within", "other_clock") or not _WITHIN.search(text, view.start, interval.start):
        return False
    recovered = any(
        c.value == "resolved"
        and not c.negated
        and not _LEFT_HOSPITAL.search(text, c.start, c.end)
        and 0 <= interval.start - c.end < NEAR
        and piece.holds(c.start)
        for c in view.courses
    )
    behind = _OF.match(text, interval.end)
    return recovered and (behind is None or _OF_ONSET.match(text, interval.end) is not None)


def _in_parallel(piece: Piece, interval: Interval) -> bool:
    """ "It lasted 3 weeks in the first patient and 5 in the second": both times are of one kind."""
    before = [i for i in piece.view.intervals if i.end <= interval.start]
    if not before or before[-1].role != "duration" or interval.role not in ("unknown", "span", "within"):
        return False
    return bool(_OF_ONE_AND.fullmatch(piece.view.section_text, before[-1].end, interval.phrase_start))


def _is_told_ahead(episode: Episode, interval: Interval) -> bool:
    """ "The count was normal, but 9 days afterwards X", "in remission a year later when X": told ahead of it."""
    opening = episode.opening
    if interval.phrase_start < opening.view.start or interval.end > opening.start:
        return False
    return bool(_WELL.search(opening.view.section_text, opening.view.start, interval.start))


def _about_event(piece: Piece, interval: Interval) -> bool:
    """Whether a duration is one of the event: the event is named last before it in its clause, or nothing is."""
    breaks = [m.end() for m in CLAUSE_END.finditer(piece.view.section_text, piece.start, interval.start)]
    start = breaks[-1] if breaks else piece.start
    left = [m for m in piece.view.mentions if start <= m.start < interval.start and m.label in SUBJECTS]
    if not left:
        return not OTHER_ILLNESS.search(piece.view.section_text, start, interval.start)
    events = [m for m in left if m.label == "event"]
    if events and _COORDINATED.fullmatch(piece.view.section_text, events[-1].end, left[-1].start):
        return True  # the event "and anaemia persisted for"
    return left[-1].label == "event" or (left[-1].label == "analyte" and left[-1].concept == piece.view.context.analyte)
