"""The times of a patient's episode: from the drug to the event, and how long the event lasted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from pipeline.concepts.assertion import role_of
from pipeline.concepts.calendar_dates import find_dates
from pipeline.concepts.interval import Interval
from pipeline.records import Rejected
from pipeline.relate.cases.account import Case, CaseText, Episode, Piece, quote
from pipeline.relate.cases.draft import Draft, reject
from pipeline.relate.cases.status import is_low, status_of
from pipeline.relate.context import Context, SentenceView

CURES = frozenset({"gcsf", "ivig", "corticosteroids"})
"""Treatments of the event itself: the time after them is one to recovery."""
OF_SEVERAL = ("median", "mean")
"""Statistics that only the times of several patients have."""
MOST_BETWEEN = 90
"""Characters: a longer sentence tells a story of its own."""
ON_IT = frozenset({"span", "treatment_duration", "unknown", "other_clock", "duration"})
LONG = 60.0
"""Days: whoever was treated that long was still under treatment."""
PAIR = 2
DOSED = ("last_dose", "nth_dose", "first_dose")
_GIVEN = re.compile(
    r"\b(?:received|receiving|given|treated|administered|administration|infused|infusions?|doses?|courses?"
    r"|cycles?|started|"
    r"initiated|commenced|added|underwent|therapy|treatment|resumed|restarted|reintroduced|reinitiated|recommenced|"
    r"rechallenged?|re-?treated|reinstituted|began|begun|switched)\b",
    re.IGNORECASE,
)
_STARTED = re.compile(
    r"\b(?:started|initiated|commenced|began|begun|switched|initiation|resumed|restarted|reintroduced|reinitiated|"
    r"recommenced|reinstituted)\b",
    re.IGNORECASE,
)
_COMPLETED = re.compile(r"\b(?:completed|infusions?|doses?|courses?|cycles?|times|administered)\b", re.IGNORECASE)
_ONE_DOSE = re.compile(
    r"\b(?:one|a|the|first|second|third|single|another|further|last)\s(?:[\w-]+\s)?(?:dose|infusion|course|cycle|"
    r"injection)\b",
    re.IGNORECASE,
)
_FIRST_DOSE = re.compile(r"\b(?:one|first|single|initial)\s(?:[\w-]+\s)?(?:dose|infusion|injection)\b", re.IGNORECASE)
_LAST_DOSE = re.compile(
    r"\b(?:last|final|latest|most recent)\s(?:of\s(?:\w+\s){1,4}|(?!chemo|vaccin)[\w-]+\s)?(?:doses?|infusions?"
    r"|courses?|cycles?)\b(?!\sof\s(?!the\b|her\b|his\b))",
    re.IGNORECASE,
)
# "She relapsed 6 months after the drug": the time of something else
_ELSE_HAPPENED = re.compile(
    r"\b(?:relaps\w+|flare[ds]?|recurrence of|B[- ]cells?|CD19\w*|CD20\w*|remission|respon\w+|progress\w+"
    r"|improv\w+|delivered|gave birth|conceived)\b"
    r"[^,;]{0,60}$",
    re.IGNORECASE,
)
_GIVEN_TIMES = re.compile(
    r"\b(?P<n>two|three|four|five|six|seven|eight|[2-8])\s(?:weekly\s|monthly\s)?(?:times|doses|infusions"
    r"|courses|cycles)\b|"
    r"[x×]\s?(?P<x>[2-8])\b",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[;]|\.(?=\s)|,\s(?:but|and|while|whereas|yet)\s|\b(?:but|whereas|although)\b")
_COORDINATED = re.compile(r"\s?(?:,|and|or|with)\s")
_PRESENTED = re.compile(
    r"\b(?:presented|admitted|developed|occurred|found|noted|diagnosed|detected|hospitali[sz]ed|appeared|was seen|"
    r"became|consulted|came|brought|seen|fell ill|returned|complained|noticed|referred|readmitted"
    r"|rehospitali[sz]ed)\b",
    re.IGNORECASE,
)
_AT = re.compile(r"\bat $", re.IGNORECASE)
_ON_DAY = re.compile(r"(?:\W|^)?(?:on|at|by|in)\s(?:day|week|month)\s\d", re.IGNORECASE)
_STAY = re.compile(
    r"\b(?:hospital|admission|admitted|cycle|transplant\w*|G-?CSF|filgrastim|antibiotics)\b", re.IGNORECASE
)
_ANOTHER_CLAUSE = re.compile(
    r"[;,]|\b(?:and|which|that|but|recover\w*|resol\w*|return\w*|normal\w*|improv\w*|died)\b", re.IGNORECASE
)
_ON_DRUG_FOR = re.compile(
    r"\b(?:on|receiving|taking|under|(?P<long>treated with))\s(?:[\w-]+\s){1,2}"
    r"(?:therapy\s|treatment\s|maintenance\s)?for\s(?:the\s(?:past|last)\s)?(?:about\s|almost\s|nearly\s|over\s)?$",
    re.IGNORECASE,
)
_INTO = re.compile(r"\sinto\s(?:his\s|her\s|the\s)?(?:treatment|therapy|maintenance)\b")
_AFTER_BARE = re.compile(r"\bafter $", re.IGNORECASE)
_LASTED = re.compile(r"\b(?:lasted|lasting|remained|stayed|persisted)\b(?:[^.;,()]|[.,]\d){0,70}$", re.IGNORECASE)
_LOW_STATE = re.compile(
    r"\b(?:zero|neutropenic|below|under|undetectable|unmeasurable|low|agranulocytic|depressed|suppressed)\b",
    re.IGNORECASE,
)
_OF_BOTH = re.compile(r"\b(?:both|all|each)\b", re.IGNORECASE)
_HOURS = re.compile(r"\b(?:h|hrs?|hours?)\b", re.IGNORECASE)
_OF_EVERYONE = re.compile(
    r"\b(?:both|all(?:\s(?:two|three|four|five))?|the\s(?:two|three|four|five)|respectively|counts?|neutrophils?)\b",
    re.IGNORECASE,
)
_AFTER_CURE = re.compile(
    r"\b(?:after|following|of|with|on|under)\s(?:\w+\s){0,3}(?:G-?CSF|filgrastim|growth factors?|lenograstim)\b",
    re.IGNORECASE,
)
_LATTER = re.compile(r"\s(?:after|following)\s(?P<latter>the (?:latter|last of these))\b", re.IGNORECASE)
_PROCEDURE = re.compile(
    r"\b(?:\w*transplant\w*|plasmapheresis|surgery|\w+ectomy|radiotherapy|vaccin\w+)\b", re.IGNORECASE
)
_SUBJECTS = frozenset({"event", "analyte", "infection", "indication", "other_cytopenia"})
_TIMES_VALUE = {w: n for n, w in enumerate(["two", "three", "four", "five", "six", "seven", "eight"], start=2)}


def put_onset(
    draft: Draft, told: CaseText, case: Case, episode: Episode, later: Sequence[Episode], rejected: list[Rejected]
) -> None:
    """The time from the drug to this episode: in the event's sentence, else right before it, a dose's clock first."""
    opening = episode.opening
    candidates: list[tuple[int, Piece, Interval]] = []
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
                told_after = distance > 0 and (_tells_event(piece) or _PRESENTED.search(piece.text))
                last_given = distance == 1 and interval.role == "onset_before"
                if distance in (-1, 0, -2) or told_after or last_given:
                    candidates.append((_rank(distance, interval), piece, interval))
            elif (interval.role == "later" and (distance == 0 or (distance in (-1, -2) and episode.number == 1))) or (
                interval.role == "unknown" and distance == 0 and _is_numbered_day(piece, interval)
            ):
                counted = _onset_from_dose_before(episode, piece, interval) if distance == 0 else None
                seen = distance == 0 or (_PRESENTED.search(piece.text) and _counted(episode.opening.view))
                if counted is None and episode.number == 1 and seen:
                    counted = _onset_from_sentence_before(episode, piece, interval)
                if counted is not None:
                    candidates.append((40 - distance, piece, counted))
    if not candidates:
        candidates = on_the_same_clock(episode) or _after_the_latter(episode) or _while_on_it(episode)
    if not candidates and episode.number == 1 and (listed := _shared_onset(told, case)):
        candidates = [(60, *listed)]
    candidates.sort(key=lambda c: (c[0], c[1].view.index, c[2].start))
    if not candidates:
        _put_calendar_onset(draft, episode)
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
    draft.put("onset_anchor", _settled_anchor(episode, chosen), place)
    for _, other, interval in candidates[1:]:
        if interval.start != chosen.start and interval.anchor != chosen.anchor:
            draft.flags.add("two_clocks")
        rejected.append(reject(other.view, interval.start, interval.end, "onset", "another time was taken"))


def _is_of_the_illness(piece: Piece, interval: Interval) -> bool:
    """Whether a time of a sentence before the event may be that of the illness: it tells no relapse or response."""
    clause = piece.view.section_text[piece.start : interval.start]
    behind = piece.view.section_text[interval.phrase_end : piece.end]
    return not _ELSE_HAPPENED.search(clause) or bool(_PRESENTED.search(behind))


def on_the_same_clock(episode: Episode) -> list[tuple[int, Piece, Interval]]:
    """ "A was ill 70 days after the last dose. B was so at 55 days.": a bare day takes the clock just named."""
    if not episode.pieces:
        return []
    piece, view = episode.pieces[0], episode.opening.view
    known = [v for v in view.context.sentences[max(0, view.index - 1) : view.index + 1] if v.section == view.section]
    for interval in view.intervals:
        if not piece.holds(interval.start) or interval.role not in (
            "unknown",
            "span",
            "within",
            "other_clock",
            "later",
        ):
            continue
        bare = _AFTER_BARE.search(view.section_text, max(view.start, interval.start - 8), interval.start)
        if bare and interval.role == "later" and interval.days is not None:
            told = [i for i in view.intervals if i.role == "onset" and i.end < piece.start]
            if not told and episode.number == 1:  # "The second had it after 13 months", on it like the first
                ahead = [v for v in view.context.sentences[: view.index] if v.section == view.section and v.labels]
                told = [i for v in ahead for i in v.intervals if i.role == "onset" and i.anchor == "treatment_start"]
            if told and told[-1].anchor:  # "after 5 months on the drug; the younger had it after 8 months"
                return [(50, piece, replace(interval, role="onset", anchor=told[-1].anchor, dose=told[-1].dose))]
        if not _AT.search(view.section_text, max(view.start, interval.start - 4), interval.start):
            continue
        named = [a for a in view.anchors if piece.holds(a.start) and a.end <= interval.start and a.kind in DOSED]
        if interval.days is not None and named:
            # "After the fourth cycle, she had another episode at 9 weeks"
            clock = named[-1]
            counted = replace(interval, role="onset", anchor=clock.kind, dose=clock.dose, phrase_start=clock.start)
            return [(50, piece, replace(counted, anchor_start=clock.start, anchor_end=clock.end))]
        clocks = [i for v in known for i in v.intervals if i.role == "onset" and i.start < interval.start]
        if interval.days is not None and clocks and clocks[-1].anchor in DOSED:
            return [(50, piece, replace(interval, role="onset", anchor=clocks[-1].anchor, dose=clocks[-1].dose))]
    return []


def _while_on_it(episode: Episode) -> list[tuple[int, Piece, Interval]]:
    """ "had been on the drug for two years when he developed it", "two years into treatment": since its start."""
    if not episode.pieces or episode.number > 1:
        return []
    piece, view = episode.pieces[0], episode.opening.view
    text = view.section_text
    for interval in view.intervals:
        if not piece.holds(interval.start) or interval.days is None or interval.role not in ON_IT:
            continue
        before = text[max(piece.start, interval.start - 80) : interval.start]
        given = _ON_DRUG_FOR.search(before)
        drugs = [m for m in view.labelled("drug", "regimen") if abs(m.start - interval.start) <= MOST_BETWEEN]
        started = bool(given) and interval.end <= episode.opening.start and any(m.end <= interval.start for m in drugs)
        if given and given["long"] and interval.days < LONG:
            started = False  # "treated with the drug for four weeks": a course of it
        if _INTO.match(text, interval.end) and episode.opening.start < interval.start:
            started = bool(drugs)
        if started:
            return [(60, piece, replace(interval, role="onset", anchor="treatment_start"))]
    return []


def _after_the_latter(episode: Episode) -> list[tuple[int, Piece, Interval]]:
    """ "She received ... and a further dose of the drug 6 months later. 80 days after the latter": that dose."""
    for before, piece in pairwise([*episode.before[-2:], *episode.pieces[:1]]):
        for interval in piece.view.intervals:
            if interval.role != "other_clock" or interval.days is None or not piece.holds(interval.start):
                continue
            behind = _LATTER.match(piece.view.section_text, interval.end)
            drugs = before.view.labelled("drug", "regimen")
            if behind and drugs and _GIVEN.search(before.text) and not _PROCEDURE.search(before.text):
                return [
                    (
                        50,
                        piece,
                        replace(
                            interval,
                            role="onset",
                            anchor="last_dose",
                            phrase_end=behind.end(),
                            anchor_start=behind.start("latter"),
                            anchor_end=behind.end(),
                        ),
                    )
                ]
    return []


def _put_calendar_onset(draft: Draft, episode: Episode) -> None:
    """The days between two full dates: of the last dose told before the event, and of the event's sentence."""
    opening = episode.opening
    event = [d for d in _dates(opening.view) if d[0] < opening.start] or _dates(opening.view)
    dosed: list[tuple[SentenceView, int, int, date]] = []
    for piece in episode.before:
        if piece.view.labelled("drug", "regimen") and _GIVEN.search(piece.text):
            dosed += [(piece.view, *found) for found in _dates(piece.view) if piece.holds(found[0])]
    if not event or not dosed:
        return
    view, start, end, given = max(dosed, key=lambda d: d[3])
    days = (event[-1][2] - given).days
    if days > 0:
        places = (view.evidence("", start, end), opening.view.evidence("", event[-1][0], event[-1][1]))
        draft.put("onset_days", float(days), *places)
        draft.put("onset_statistic", "exact", *places)
        draft.put("onset_anchor", "last_dose", places[0])


def _dates(view: SentenceView) -> list[tuple[int, int, date]]:
    """The full dates of a sentence, offsets in the section."""
    return [(a + view.start, b + view.start, value) for a, b, value in find_dates(view.text)]


def _antibody_in_chemotherapy(episode: Episode) -> bool:
    """Whether the chemotherapy of the patient's text is one with the review's drug in it: a regimen that holds it."""
    return any(m.label == "regimen" for p in (*episode.before, *episode.pieces) for m in p.view.labelled("regimen"))


def _rank(distance: int, interval: Interval) -> int:
    """Smaller is better: the event's own sentence, then the ones before it; a dose's clock before the treatment's."""
    place = {0: 0, -1: 10, -2: 20}.get(distance, 30)
    return place + (0 if interval.anchor in DOSED else 1 if interval.anchor == "unspecified" else 12)


def _tells_event(piece: Piece) -> bool:
    return any(status_of(piece.view, m) == "affirmed" for m in piece.events())


def _onset_from_dose_before(episode: Episode, piece: Piece, interval: Interval) -> Interval | None:
    """ "He received a further dose and 8 weeks later it recurred": the dose stands before it in the sentence."""
    if interval.days is None or interval.start > episode.opening.start:
        return None
    view, text = piece.view, piece.view.section_text
    given = [
        (m.start, m.end)
        for m in view.labelled("drug", "regimen")
        if m.end <= interval.start and interval.start - m.end <= 60
    ]
    given += [m.span() for m in _ONE_DOSE.finditer(text, max(view.start, interval.start - 60), interval.start)]
    if not given or ";" in text[max(given)[1] : interval.start]:
        return None
    start = max(given)[0]
    clocks = [a for a in view.anchors if start - 30 <= a.start <= interval.start and a.kind in DOSED]
    if clocks:
        return replace(
            interval, role="onset", anchor=clocks[-1].kind, dose=clocks[-1].dose, phrase_start=clocks[-1].start
        )
    phrase = text[max(view.start, start - 60) : interval.start]
    if not _GIVEN.search(phrase):
        return None
    anchor = "last_dose" if _COMPLETED.search(phrase) else "unspecified"
    if _FIRST_DOSE.search(phrase):
        anchor = "first_dose"
    if _STARTED.search(phrase):
        anchor = "treatment_start"
    return replace(interval, role="onset", anchor=anchor, phrase_start=start)


def _onset_from_sentence_before(episode: Episode, piece: Piece, interval: Interval) -> Interval | None:
    """ "The drug was given four times. Three months later ...": the sentence before starts the clock.

    A sentence in between that tells no time and no other treatment ("Response was complete.") does not stop it.
    """
    ahead = [p for p in episode.before if (p.view.index, p.start) < (piece.view.index, piece.start)]
    if not ahead or interval.days is None:
        return None
    if piece.view is episode.opening.view and interval.start > episode.opening.start:
        between = piece.view.section_text[episode.opening.end : interval.phrase_start]
        if _ANOTHER_CLAUSE.search(between) or len(between) > MOST_BETWEEN:
            return None
    while len(ahead) > 1 and _says_nothing_of_time(ahead[-1]):
        ahead.pop()
    last = ahead[-1]
    drugs = [m for m in last.view.labelled("drug", "regimen") if last.holds(m.start)]
    if not (drugs and _GIVEN.search(last.text)) and not _LAST_DOSE.search(last.text):
        return None
    anchor = "last_dose" if _COMPLETED.search(last.text) else "unspecified"
    if _FIRST_DOSE.search(last.text):
        anchor = "first_dose"
    if _STARTED.search(last.text):
        anchor = "treatment_start"
    return replace(interval, role="onset", anchor=anchor)


def _is_numbered_day(piece: Piece, interval: Interval) -> bool:
    """ "On day 93 he was found to have": not a day of the stay in hospital, of a cycle or of another treatment."""
    view = piece.view
    words_of_it = view.section_text[max(piece.start, interval.start - 4) : interval.end]
    return bool(_ON_DAY.match(words_of_it)) and not _STAY.search(piece.text)


def _counted(view: SentenceView) -> bool:
    """Whether the sentence tells a low count: what a patient who has just come is found to have."""
    return any(is_low(view, c) for c in view.counts)


def _says_nothing_of_time(piece: Piece) -> bool:
    labels = {m.label for m in piece.view.mentions}
    if labels & {"drug", "regimen", "co_medication", "management"} or _GIVEN.search(piece.text):
        return False
    return not piece.view.intervals and not _PROCEDURE.search(piece.text) and len(piece.text) < MOST_BETWEEN


def _settled_anchor(episode: Episode, interval: Interval) -> str | None:
    """The fourth of four doses is the last one; the second of two keeps its number, as a course may go on."""
    if interval.anchor != "nth_dose":
        return interval.anchor
    for piece in episode.before:
        for match in _GIVEN_TIMES.finditer(piece.text):
            count = _TIMES_VALUE.get((match["n"] or "").lower()) or int(match["n"] or match["x"])
            if count == interval.dose and count > PAIR:
                return "last_dose"
    return interval.anchor


_WITHIN = re.compile(
    r"\b(?:(?P<under>in\s(?:under|less\sthan)|less\sthan)|within)\s(?:the\s|about\s|just\s)?", re.IGNORECASE
)
_DAYS = re.compile(r"\bdays?\b", re.IGNORECASE)


def own_share(told: CaseText, case: Case, piece: Piece, interval: Interval) -> Interval | None:
    """ "35 and 60 days, respectively": of a list with one time for each patient, this patient's."""
    if len(interval.values) != len(told.cases) or len(told.cases) < 2 or not _OF_EVERYONE.search(piece.text):
        return None
    place = [c.number for c in told.cases].index(case.number)
    return replace(interval, days=interval.values[place], low_days=None, high_days=None, statistic="exact", values=())


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


def put_duration(draft: Draft, episode: Episode, told: CaseText, case: Case) -> None:
    """How long the event lasted; not how long it took to recover once a growth factor was given."""
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
            if not low and (interval.role != "duration" or (given and not lasted)):
                continue
            if not _about_event(piece, interval) or _is_bound(text, interval):
                continue
            if cured_before and not lasted and _HOURS.search(text, interval.start, interval.end):
                continue  # counted from the growth factor of the sentence before
            days = interval.days if interval.days is not None else interval.high_days
            if days is not None and interval.low_days is None:
                draft.put("duration_days", days, piece.view.evidence("", interval.phrase_start, interval.phrase_end))
                return


def _is_bound(text: str, interval: Interval) -> bool:
    """ "It rose within two weeks", "in under ten days": the longest it may have lasted; "within 12 days" counts."""
    before = _WITHIN.search(text, max(0, interval.start - 25), interval.start)
    if before is None and (before := _WITHIN.match(text, interval.phrase_start)) is None:
        return False
    return bool(before["under"]) or _DAYS.search(text, interval.start, interval.phrase_end + 8) is None


def told_of_others(piece: Piece) -> bool:
    """Whether the event is named here, and only as something known, defined or feared."""
    statuses = {status_of(piece.view, m) for m in piece.events()}
    return bool(statuses) and not statuses & {"affirmed", "negated"}


def _about_event(piece: Piece, interval: Interval) -> bool:
    """Whether a duration is one of the event: the event is named last before it in its clause, or nothing is."""
    breaks = [m.end() for m in _CLAUSE_END.finditer(piece.view.section_text, piece.start, interval.start)]
    start = breaks[-1] if breaks else piece.start
    left = [m for m in piece.view.mentions if start <= m.start < interval.start and m.label in _SUBJECTS]
    if not left:
        return True
    events = [m for m in left if m.label == "event"]
    if events and _COORDINATED.fullmatch(piece.view.section_text, events[-1].end, left[-1].start):
        return True  # the event "and anaemia persisted for"
    return left[-1].label == "event" or (left[-1].label == "analyte" and left[-1].concept == piece.view.context.analyte)


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
        for mention in piece.events():
            word = events.get(mention.concept or "", {}).get("onset_class")
            if word and status_of(piece.view, mention) == "affirmed":
                draft.put("onset_class", word, quote(ctx, "", mention.section, mention.start, mention.end))
                return
    if draft.values.get("event_definition") == "late_onset":
        draft.put("onset_class", "late", *[e for e in draft.evidence if e.field == "event_definition"])
