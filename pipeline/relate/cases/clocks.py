"""Times whose clock another clause or sentence starts.

    "received a further dose and 8 weeks later it recurred"     from the dose before, in the sentence
    "The drug was given four times. Three months later"         from the sentence before
    "80 days after the latter"                                  from the dose told right before
    "had been on the drug for two years when"                   from the start of treatment

Each is given as an onset, in days, with its anchor; a smaller rank is better.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from pipeline.concepts.interval import Interval
from pipeline.concepts.ordinals import ORDINALS
from pipeline.relate.cases.account import Episode, Piece
from pipeline.relate.cases.between import clause_before, starts_its_own_clock
from pipeline.relate.cases.wording import OF_A_DOSE

MOST_BETWEEN = 90
"""Characters: a longer sentence tells a story of its own."""
ON_IT = frozenset({"span", "treatment_duration", "unknown", "other_clock", "duration"})
MOST_AFTER_RESTART = 200.0
"""Days from one dose told to a further episode: behind it lie more doses than the one told."""
MOST_TO_DOSE = 60
MOST_TO_COUNT = 15
MOST_AHEAD = 25
NORMAL = 1.5
"""10^9/L: a count from here upwards was there before the event."""
_ON_THAT_DAY = re.compile(
    r"\b(?:on|at|before|just\sbefore|prior\sto)\s(?:(?:the\s)?(?:day|morning|time)\sof\s)?(?:that|this|the|it|each|her|his|the\ssame)\s?"
    r"(?:(?:same\s)?(?:day|time|occasion|dose|infusion|course|injection|treatment|first\s(?:dose|infusion))\b|(?=[.,;]|was\b|were\b|$))"
    r"|\b(?:on|at)\sthe\s(?:day|morning|time)\sof\s(?:the\s)?(?:[\w-]+\s)?(?:dose|infusion|injection|treatment|administration)\b"
    r"|\bbefore(?:hand)?\b(?=[.,;]|\s(?:treatment|therapy|infusion)\b|$)|\bat\s(?:baseline|that\spoint|the\stime)\b|\bpre-?(?:treatment|infusion)\b",
    re.IGNORECASE,
)
_EARLIER_GIVEN = re.compile(
    r"\s(?:earlier|previously|before|beforehand)\W+(?:[\w-]+\s){1,3}?had\s(?:been\s)?(?:given|received|completed|undergone"
    r"|finished|started|begun|had|treated|administered)\b",
    re.IGNORECASE,
)
_OTHERS = frozenset({"co_medication", "management"})
LONG = 60.0
"""Days: whoever was treated that long was still under treatment."""
DOSED = ("last_dose", "nth_dose", "first_dose")
GIVEN = re.compile(
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
_COMPLETED = re.compile(
    r"\b(?:completed|infusions?|doses?|courses?|cycles?|times|administered)\b|[x×]\s?[2-9]\b", re.IGNORECASE
)
_ONE_DOSE = re.compile(
    r"\b(?:one|an?|the|her|his|first|second|third|fourth|fifth|sixth|single|another|further|last)\s(?:[\w-]+\s)?(?:dose|infusion|course|cycle|"
    r"injection)\b",
    re.IGNORECASE,
)
_FIRST_DOSE = re.compile(
    r"\b(?:one|first|single|initial)\s(?:[\w-]+\s)?(?:dose|infusion|injection)\b"
    r"|\bfirst\sof\s(?:the\s|her\s|his\s)?(?:two|three|four|five|six|\d)\s(?:[\w-]+\s){0,2}(?:doses|infusions|injections|courses|cycles)\b",
    re.IGNORECASE,
)
_NTH_DOSE = re.compile(
    r"\b(?P<nth>second|third|fourth|fifth|sixth|seventh|eighth)\s(?:[\w-]+\s)?(?:dose|infusion|injection|course|cycle)\b",
    re.IGNORECASE,
)
_LAST_DOSE = re.compile(
    r"\b(?:last|final|latest|most recent)\s(?:of\s(?:\w+\s){1,4}|(?!chemo|vaccin)[\w-]+\s)?(?:doses?|infusions?"
    r"|courses?|cycles?)\b(?!\sof\s(?!the\b|her\b|his\b))",
    re.IGNORECASE,
)
DOSE_GIVEN = re.compile(
    r"\b(?:dose|infusion|course|cycle|injection)s?\s(?:was|were|had been)\s(?:\w+ly\s)?(?:given|administered|received"
    r"|infused|completed|tolerated|uneventful|repeated|halved|reduced|(?:postponed|delayed)\s(?:[\w-]+\s){0,4}and\s"
    r"(?:halved|reduced|given|administered)|(?:postponed|delayed|deferred|put\soff|put\sback)\s(?:by|for)\s)\b"
    rf"|\bthe\s(?P<bare>second|third|fourth|fifth|sixth|seventh|eighth)\s{OF_A_DOSE}"
    r"|\b(?:received|given|had|completed)\s(?:an?|the|his|her|one|two|another)\s(?:[\w-]+\s)?(?:doses?|infusions?)\b",
    re.IGNORECASE,
)
_LEADS_ON = re.compile(r"[,;:]|\b(?:and|but|then|when|until|with|that)\b", re.IGNORECASE)
# Between an event and the time behind it: its grade or count, and no "requiring G-CSF 3 days later"
_ONLY_WHAT = re.compile(
    r"(?:\s|,|\([^()]*\)|\b(?:of|grade|[IV]+|\d|and|with|fever|chills|sepsis|about|approximately|some|only|almost|roughly)\b"
    r"|[-/.])*",
    re.IGNORECASE,
)
_AFTER_IT = re.compile(r"\b(?:after|following|upon|on)\s(?:\w+\s){0,3}$", re.IGNORECASE)
_ON_DAY = re.compile(r"on\s(?:the\s)?day\s", re.IGNORECASE)
_AT = re.compile(r"\bat $", re.IGNORECASE)
# "At 15 weeks", "at the 4-month visit": counted from the dose, whatever was told of earlier looks
_LOOKED_AT = re.compile(r"\b(?:at|by)\s$", re.IGNORECASE)
_AT_THE = re.compile(r"\bat\s(?:the|a|an|her|his)\s(?:(?:routine|scheduled|regular)\s)?$", re.IGNORECASE)
# "Re-dosed 5 months later: 0.9 at 8 weeks", "given again; it was 0.4 at 9 weeks": from the dose that follows the last
_DOSED_AGAIN = re.compile(
    r"\bre-?(?:dosed|treated|challenged|exposed|infused|started|treatment|challenge|exposure|infusion)\b"
    r"|\b(?:given|administered|received|infused)\s(?:again|once\smore)\b|\b(?:repeated|resumed|re(?:introduced|administered))\b"
    r"|\b(?:next|further|another|repeat)\s(?:\w+\s){0,2}?(?:cycle|course|dose|infusion)\b",
    re.IGNORECASE,
)
_VISIT = re.compile(
    r"\s(?:(?:routine|scheduled|control|safety|follow[-\s]?up|blood)\s)?(?:visit|check|check-?up|control|review"
    r"|appointment|assessment|follow[-\s]?up|consultation|test)\b",
    re.IGNORECASE,
)
MOST_LOOKS = 3
"""Sentences of earlier looks that are passed over to find the dose."""
_ANOTHER_CLAUSE = re.compile(
    r"[;,]|\b(?:and|which|that|but|recover\w*|resol\w*|return\w*|normal\w*|improv\w*|died)\b", re.IGNORECASE
)
_ON_DRUG_FOR = re.compile(
    r"\b(?:on|receiving|taking|under|(?P<long>treated with))\s(?:[\w-]+\s){1,2}"
    r"(?:therapy\s|treatment\s|maintenance\s)?for\s(?:the\s(?:past|last)\s)?(?:about\s|almost\s|nearly\s|over\s)?$",
    re.IGNORECASE,
)
_INTO = re.compile(r"\sinto\s(?:his\s|her\s|the\s)?(?:[\w-]+\s)?(?:treatment|therapy|maintenance)\b")
# "and the elder 21 weeks after it": the dose that the time before is counted from
_AFTER_THAT = re.compile(
    r"\s(?:after|following)\s(?:it|that|the same (?:dose|infusion|course|cycle))\b(?!\s(?:[a-z]{3,}))", re.IGNORECASE
)
_OF_A_PROCEDURE = re.compile(
    r"[\s-](?:post|after|following|from)[-\s]?(?:the\s)?(?:[\w-]+\s){0,2}?(?:\w*transplant\w*|grafting|surgery|delivery|discharge)\b",
    re.IGNORECASE,
)
_AFTER_BARE = re.compile(r"\bafter $", re.IGNORECASE)
# "80 days after the latter", "nine weeks after it", "ten weeks after the fourth he": a dose told right before
_LATTER = re.compile(
    r"\s(?:after|following|from)\s(?P<latter>the\slatter|the\s(?:last|next|(?P<nth>second|third|fourth|fifth|sixth|seventh|eighth))"
    r"(?:\sof\s(?:these|them|the\stwo))?|it|this|that)"
    r"(?=\s?[.,;:(]|$|\s(?:s?he|they|it|the|an?|his|her|there|was|were|had|with|of|and|without|in|at|on|neutro\w+)\b)",
    re.IGNORECASE,
)
_PROCEDURE = re.compile(
    r"\b(?:\w*transplant\w*|plasmapheresis|surgery|\w+ectomy|radiotherapy|vaccin\w+)\b", re.IGNORECASE
)


def on_the_same_clock(episode: Episode) -> list[tuple[int, Piece, Interval]]:
    """ "A was ill 70 days after the last dose. B was so at 55 days.": a bare day takes the clock just named."""
    if not episode.pieces:
        return []
    piece, view = episode.pieces[0], episode.opening.view
    known = [v for v in view.context.sentences[max(0, view.index - 1) : view.index + 1] if v.section == view.section]
    again = _dosed_again(episode)
    for interval in view.intervals:
        if again and interval.start < episode.opening.start:
            continue  # "retreated at 9 months: 0.6 at 7 weeks"
        if not piece.holds(interval.start) or interval.role not in (
            "unknown",
            "span",
            "within",
            "other_clock",
            "later",
            "ordinal",
        ):
            continue
        bare = _AFTER_BARE.search(view.section_text, max(view.start, interval.start - 8), interval.start)
        if bare and interval.role == "later" and interval.days is not None:
            told = [i for i in view.intervals if i.role == "onset" and i.end < piece.start]
            if not told and episode.number == 1:  # "The second had it after 13 months", on it like the first
                ahead = [v for v in view.context.sentences[: view.index] if v.section == view.section and v.labels]
                told = [i for v in ahead for i in v.intervals if i.role == "onset"]
                if not _tells_when(episode, interval):
                    told = [i for i in told if i.anchor == "treatment_start"]
            if told and told[-1].anchor:  # "after 5 months on the drug; the younger had it after 8 months"
                return [(50, piece, replace(interval, role="onset", anchor=told[-1].anchor, dose=told[-1].dose))]
        if interval.role == "other_clock" and _OF_A_PROCEDURE.match(view.section_text, interval.end):
            return []  # "on day 121 post-transplant": what stands behind it is counted from there too
        if any(
            i.role == "other_clock" and i.end < interval.start and _OF_A_PROCEDURE.match(view.section_text, i.end)
            for i in view.intervals
        ):
            return []
        at = _AT.search(view.section_text, max(view.start, interval.start - 4), interval.start)
        after_it = _AFTER_THAT.match(view.section_text, interval.end) if interval.role == "other_clock" else None
        if not at and not after_it and not _is_day_of_event(episode, interval):
            continue
        named = [a for a in view.anchors if piece.holds(a.start) and a.end <= interval.start and a.kind in DOSED]
        if interval.days is not None and named:
            # "After the fourth cycle, she had another episode at 9 weeks"
            clock = named[-1]
            counted = replace(interval, role="onset", anchor=clock.kind, dose=clock.dose, phrase_start=clock.start)
            return [(50, piece, replace(counted, anchor_start=clock.start, anchor_end=clock.end))]
        clocks = [i for v in known for i in v.intervals if i.role == "onset" and i.start < interval.start]
        on_a_dose = bool(clocks) and (clocks[-1].anchor in DOSED or clocks[-1].anchor == "unspecified")
        if interval.days is not None and on_a_dose and again and at:
            return [(50, piece, replace(interval, role="onset", anchor="last_dose"))]
        if interval.days is not None and on_a_dose:
            return [(50, piece, replace(interval, role="onset", anchor=clocks[-1].anchor, dose=clocks[-1].dose))]
    return []


def _dosed_again(episode: Episode) -> bool:
    """Whether the drug is given again in the words before a further episode, in its sentence."""
    if episode.number == 1:
        return False
    opening = episode.opening
    return _DOSED_AGAIN.search(opening.view.section_text, opening.view.start, opening.start) is not None


def _tells_when(episode: Episode, interval: Interval) -> bool:
    """ "It appeared after 120 days (0.8)": the time leads right on to the event, or stands right behind it."""
    opening, text = episode.opening, episode.opening.view.section_text
    if interval.end <= opening.start:
        between = text[interval.end : opening.start]
        return len(between) < MOST_TO_COUNT and between.lstrip().startswith("(")
    return bool(_ONLY_WHAT.fullmatch(text[opening.end : interval.start].removesuffix("after ")))


def _is_day_of_event(episode: Episode, interval: Interval) -> bool:
    """ "X appeared on day 110": a numbered day in the clause of the event, and not "G-CSF was given on day 5"."""
    view, opening = episode.opening.view, episode.opening
    if not _ON_DAY.match(view.section_text, max(view.start, interval.start - 3), interval.end):
        return False
    between = view.section_text[min(opening.end, interval.end) : max(opening.start, interval.start)]
    return not _ANOTHER_CLAUSE.search(between) and not any(
        c.kind == "management" and opening.end <= c.start < interval.start for c in view.courses
    )


def while_on_it(episode: Episode) -> list[tuple[int, Piece, Interval]]:
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
        drugs = [m for m in view.named_drugs if abs(m.start - interval.start) <= MOST_BETWEEN]
        started = bool(given) and interval.end <= episode.opening.start and any(m.end <= interval.start for m in drugs)
        if given and given["long"] and interval.days < LONG:
            started = False  # "treated with the drug for four weeks": a course of it
        if _INTO.match(text, interval.end) and episode.opening.start < interval.start:
            started = bool(drugs)
        if started:
            return [(60, piece, replace(interval, role="onset", anchor="treatment_start"))]
    return []


def after_the_latter(episode: Episode) -> list[tuple[int, Piece, Interval]]:
    """ "She received ... and a further dose of the drug 6 months later. 80 days after the latter": that dose."""
    earlier = episode.before[-2:] if episode.number == 1 else episode.lead
    for before, piece in pairwise([*earlier, *episode.pieces[:1]]):
        counted = counted_from_dose_before(before, piece)
        if counted is not None:
            return [(50, piece, counted)]
    return []


def counted_from_dose_before(before: Piece, piece: Piece) -> Interval | None:
    """The time of a piece that is counted from the dose which the piece before it tells, named by a pronoun."""
    for interval in piece.view.intervals:
        if interval.role != "other_clock" or interval.days is None or not piece.holds(interval.start):
            continue
        behind = _LATTER.match(piece.view.section_text, interval.end)
        if behind is None:
            continue
        own = Piece(piece.view, piece.start, interval.phrase_start)  # "another dose was given, and ten weeks after it"
        told = next((p for p in (own, before) if _tells_the_dose(p, behind["nth"] is not None)), None)
        if told is None:
            continue
        dose = ORDINALS.get((behind["nth"] or "").lower()) or _ordinal_told(told)
        first = dose is None and _FIRST_DOSE.search(told.text) is not None
        return replace(
            interval,
            role="onset",
            anchor="nth_dose" if dose else "first_dose" if first else "last_dose",
            dose=dose,
            phrase_end=behind.end(),
            anchor_start=behind.start("latter"),
            anchor_end=behind.end(),
        )
    return None


def _tells_the_dose(before: Piece, numbered: bool) -> bool:
    """Whether a dose is what a piece tells, and no procedure: a pronoun behind it may stand for the dose."""
    text = before.text
    if _PROCEDURE.search(text) or (numbered and not _COMPLETED.search(text)):
        return False  # "the second": of what, is not said
    dosed = _dose_told(before)
    if dosed is None:
        return False
    comma = before.view.section_text.find(",", dosed, before.end)
    return numbered or not starts_its_own_clock(before.view, dosed, comma if comma >= 0 else before.end)


def _ordinal_told(before: Piece) -> int | None:
    """The number of the one dose that a piece tells: "the third was postponed"."""
    told = [m["bare"] for m in DOSE_GIVEN.finditer(before.text) if m["bare"]]
    told = told or [m["nth"] for m in _NTH_DOSE.finditer(before.text)]
    return ORDINALS.get(told[-1].lower()) if told else None


def onset_from_dose_before(episode: Episode, piece: Piece, interval: Interval) -> Interval | None:
    """ "He received a further dose and 8 weeks later it recurred": the dose stands before it in the sentence."""
    if interval.days is None:
        return None
    view, text = piece.view, piece.view.section_text
    limit = interval.start
    if interval.start > episode.opening.start:
        # "was given the drug and developed X after 4 months"
        limit = episode.opening.start
        between = text[episode.opening.end : interval.phrase_start]
        if view is not episode.opening.view or interval.role != "later" or not _ONLY_WHAT.fullmatch(between):
            return None
    given = [(m.start, m.end) for m in view.named_drugs if m.end <= limit and limit - m.end <= MOST_TO_DOSE]
    given += [m.span() for m in _ONE_DOSE.finditer(text, max(view.start, limit - MOST_TO_DOSE), limit)]
    if not given or starts_its_own_clock(view, max(given)[1], _clause_of_event(episode, piece, limit)):
        return None
    if not _LEADS_ON.search(text, max(given)[1], limit) and not _AFTER_IT.search(
        text, max(view.start, min(given)[0] - 40), min(given)[0]
    ):
        return None  # "a second course was given 18 months later": when the dose was given
    if any(m.label in _OTHERS and max(given)[1] <= m.start < limit for m in view.mentions):
        return None  # "the drug followed by X": counted from X
    if _DOSED_AGAIN.search(text, max(given)[1], interval.start):
        return None  # "after the sixth infusion; re-dosed 5 months later": when the drug was given again
    start = max(given)[0]
    clocks = [a for a in view.anchors if start - 30 <= a.start <= interval.start and a.kind in DOSED]
    if clocks:
        return replace(
            interval, role="onset", anchor=clocks[-1].kind, dose=clocks[-1].dose, phrase_start=clocks[-1].start
        )
    phrase = text[max(view.start, start - 60) : limit]
    if not GIVEN.search(phrase):
        return None
    anchor = "last_dose" if _COMPLETED.search(phrase) else "unspecified"
    if _FIRST_DOSE.search(phrase):
        anchor = "first_dose"
    if _STARTED.search(phrase):
        anchor = "treatment_start"
    return replace(interval, role="onset", anchor=anchor, phrase_start=start)


def onset_from_dose_behind(piece: Piece, interval: Interval) -> Interval | None:
    """ "Three months earlier she had completed a course of the drug": the sentence begins with the time."""
    view, text = piece.view, piece.view.section_text
    if interval.days is None or interval.start - piece.start > MOST_AHEAD:
        return None
    given = _EARLIER_GIVEN.match(text, interval.end, piece.end)
    drugs = [m for m in view.named_drugs if m.start >= interval.end and piece.holds(m.start)]
    if given is None or not drugs or _PROCEDURE.search(text, given.end(), drugs[0].start):
        return None
    phrase = text[given.end() : drugs[0].end + MOST_AHEAD]
    anchor = "last_dose" if _COMPLETED.search(phrase) or _COMPLETED.search(given.group()) else "unspecified"
    if _FIRST_DOSE.search(phrase):
        anchor = "first_dose"
    if _STARTED.search(given.group()):
        anchor = "treatment_start"
    return replace(interval, role="onset_before", anchor=anchor)


def _clause_of_event(episode: Episode, piece: Piece, limit: int) -> int:
    """Where the words that lead to the event begin ("and developed"), if the time stands behind it; else `limit`."""
    if limit != episode.opening.start:
        return limit
    breaks = [m.start() for m in _LEADS_ON.finditer(piece.view.section_text, piece.start, limit)]
    return breaks[-1] if breaks else limit


def onset_from_sentence_before(episode: Episode, piece: Piece, interval: Interval) -> Interval | None:
    """ "The drug was given four times. Three months later ...": the sentence before starts the clock.

    A sentence in between that tells no time and no other treatment ("Response was complete."), or the count of the day
    on which the drug was given, does not stop it. What happened or was counted behind the dose does, in its own
    sentence or in a clause before the time.
    """
    earlier = episode.before if episode.number == 1 else episode.lead
    ahead = [p for p in earlier if (p.view.index, p.start) < (piece.view.index, piece.start)]
    if not ahead or interval.days is None:
        return None
    if episode.number > 1 and interval.days > MOST_AFTER_RESTART:
        return None  # "The drug was resumed. Two years later": many doses on
    if piece.view is episode.opening.view and interval.start > episode.opening.start:
        between = piece.view.section_text[episode.opening.end : interval.phrase_start]
        if _ANOTHER_CLAUSE.search(between) or len(between) > MOST_BETWEEN:
            return None
    elif clause_before(piece.view, piece.start, interval.phrase_start) is not None:
        return None
    looked = is_at_a_visit(piece, interval) or _LOOKED_AT.search(
        piece.view.section_text, max(piece.start, interval.start - 4), interval.start
    )
    passed = 0
    while len(ahead) > 1 and (
        _says_nothing_of_time(ahead[-1]) or _tells_count_before(ahead[-1]) or (looked and passed < MOST_LOOKS)
    ):
        if _dose_told(ahead[-1]) is not None:
            break
        passed += 1
        ahead.pop()
    last = ahead[-1]
    if any(piece.holds(a.start) and a.end <= interval.start and a.kind in DOSED for a in piece.view.anchors):
        return None  # "After the first course X appeared on day 110": a clock in its own sentence
    if episode.number > 1 and (last.events or _tells_low_count(last)):
        return None  # the dose of the episode before
    dosed = _dose_told(last)
    if dosed is None or starts_its_own_clock(last.view, dosed, last.end):
        return None
    anchor = "last_dose" if _COMPLETED.search(last.text) else "unspecified"
    if _FIRST_DOSE.search(last.text):
        anchor = "first_dose"
    if _STARTED.search(last.text):
        anchor = "treatment_start"
    return replace(interval, role="onset", anchor=anchor)


def is_at_a_visit(piece: Piece, interval: Interval) -> bool:
    """ "At the 4-month visit her neutrophils were 0.6": a visit numbered by the time since the drug."""
    text = piece.view.section_text
    return (
        interval.role == "follow_up"
        and interval.days is not None
        and _AT_THE.search(text, max(piece.start, interval.start - 20), interval.start) is not None
        and _VISIT.match(text, interval.end) is not None
    )


def _dose_told(piece: Piece) -> int | None:
    """Where the dose that a sentence tells is named, at its last mention; None where it tells none.

    The drug given, the last dose, or a dose that was given ("The second infusion was given on 3 May").
    """
    drugs = [m.end for m in piece.view.named_drugs if piece.holds(m.start)]
    if drugs and GIVEN.search(piece.text):
        return drugs[-1]
    if any(m.label in ("co_medication", "management") and piece.holds(m.start) for m in piece.view.mentions):
        return None
    named = [*_LAST_DOSE.finditer(piece.text), *DOSE_GIVEN.finditer(piece.text)]
    return piece.start + max(m.end() for m in named) if named else None


def _tells_low_count(piece: Piece) -> bool:
    own = piece.view.context.analyte
    return any(c.concept == own and c.value < NORMAL and piece.holds(c.start) for c in piece.view.counts)


def _tells_count_before(piece: Piece) -> bool:
    """ "The count was 5.2 on that day": normal, and counted when the drug was given."""
    if piece.events or len(piece.text) > MOST_BETWEEN or _ON_THAT_DAY.search(piece.text) is None:
        return False
    return all(c.value >= NORMAL for c in piece.view.counts if c.concept == piece.view.context.analyte)


def _says_nothing_of_time(piece: Piece) -> bool:
    if starts_its_own_clock(piece.view, piece.start, piece.end):
        return False
    labels = {m.label for m in piece.view.mentions}
    if labels & {"drug", "regimen", "co_medication", "management"} or GIVEN.search(piece.text):
        return False
    return not piece.view.intervals and not _PROCEDURE.search(piece.text) and len(piece.text) < MOST_BETWEEN
