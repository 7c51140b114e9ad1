"""A patient's text cut into episodes.

Episodes are told apart by "two years later", "a second episode", "and again 9 weeks after the second course", or by a
new clock after recovery. Times between them are in days, counts in 10^9/L.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from pipeline.concepts.assertion import role_of
from pipeline.concepts.blood_counts import BloodCount
from pipeline.concepts.interval import Interval
from pipeline.concepts.phrases import AnyOf
from pipeline.concepts.regimen import mention_drug
from pipeline.records import Rejected
from pipeline.relate.cases.account import Case, CaseText, Episode, Opening, Piece
from pipeline.relate.cases.clocks import counted_from_dose_before
from pipeline.relate.cases.onset import PRESENTED
from pipeline.relate.cases.openings import (
    EPISODE_COLUMNS,
    FURTHER_EPISODES,
    find_opening,
    has_fact,
    is_mentioned_again,
    rejected_opening,
)
from pipeline.relate.cases.other_cause import another_drug_is_blamed
from pipeline.relate.cases.positions import by_position
from pipeline.relate.cases.status import LOW, came_not_back, is_low, status_of
from pipeline.relate.cases.wording import NEW_CLAUSE, OUTSIDE, REPORTED, SEVERAL_PERSONS, THE_COUNT_FELL
from pipeline.relate.context import Context, SentenceView
from pipeline.relate.other_drug import is_told_after_one

PAIR = 2
MOST_CUTS = 12
"""No sentence of prose tells more further episodes than this; the rest of it stays with the last one."""
FURTHER_FALL = 31.0
"""Days: without recovery, a low count within this time of the one before is a further fall of the same episode."""
PIECES_OF_LEAD = 2
WELL = 1.5
"""10^9/L: a count from here upwards ends an episode."""
_FURTHER = re.compile(
    r"(?:[,;]\s|\s)(?:and|but|then)\s(?=(?:then\s|once\s)?again\b|a\s(?:second|third|further|new|recurrent|similar)\b"
    r"|the\s(?:second|third|fourth|fifth|next)\s(?:episode|one|\()|(?:recurred|relapsed|reappeared)\b"
    r"|(?:[\w-]+\s){1,3}(?:days|weeks|months|years)\s(?:later|afterwards|thereafter)\b)"
    # "; he relapsed to 0.3 G/L at 9 months"
    r"|[;,]\s(?:and\s|but\s)?(?=(?:s?he|it|the\s(?:patient|count))\s(?:later\s|then\s)?(?:relapsed|fell\sagain|dropped\sagain)\sto\s\d)"
    r"|[,;]\s(?=(?:(?:the\s|a\s)?(?:second|third|fourth)\sepisode\b|the\s(?:second|third|fourth|fifth)\s\())"
    # "two episodes: the first arose 71 days after ..., the second arose 106 days after ..."
    r"|(?:[,;]\s(?:and\s|while\s|whereas\s)?|\sand\s)(?=the\s(?:second|third|fourth)\s(?:arose|occurred|came|developed|appeared"
    r"|followed|began|started|set\sin|was|had)\s[^.;]{0,40}\d)"
    r"|\sand\s(?=(?:the\s)?(?:third|fourth|fifth)\s\()"
    r"|;\s(?=(?:(?!\b(?:no|not|never|without)\b)[^.;()]){5,90}\b(?:with\s(?:a\s)?(?:recurrence|relapse)|recurred|reappeared)\b)"
    # "of 0.7 12 weeks after the first infusion and of 0.3 9 weeks after the second"
    r"|,?\sand\s(?=(?:(?:one\s)?of\s|to\s)?\d(?:[.,]\d|[^.;,]){0,45}?\b(?:days|weeks|months)\s(?:after|following)\s(?:the|her|his)\s"
    r"(?:second|third|fourth|fifth|sixth|next)\b)"
    r"|(?:[,;]\s|\s)(?:and|but|then)\s(?=(?:after|following|upon|with)\s(?:the|her|his|a)\s"
    r"(?:second|third|fourth|fifth|sixth|seventh|eighth|next|last|\d{1,2}(?:nd|rd|th))\s(?:[\w-]+\s){0,2}"
    r"(?:doses?|infusions?|cycles?|courses?|injections?|administrations?)\b)",
    re.IGNORECASE,
)
# "ANC 0.8 ...; re-dosed 5 months later: ANC 0.9 at 8 weeks": given again in a clause of its own, with a count
_GIVEN_AGAIN = re.compile(
    r"[;.]\s(?=(?:then\s|later\s|(?:was\s|s?he\swas\s)?)(?:re-?(?:dosed|treated|challenged|exposed|infused|started)"
    r"|re-?(?:treatment|challenge|exposure|infusion)\b"
    r"|(?:(?:the|a|her|his)\s)?(?:second|third|fourth|fifth|next|further|another|repeat)\s(?:\w+\s){0,2}?(?:cycle|course|dose|infusion))\b"
    r"[^;]{0,70}?\b(?:ANC|neutrophils?|granulocytes?|neutrop[ae]nia|count|nadir)\b[^;\d]{0,12}[<\u2264]?\s?\d)",
    re.IGNORECASE,
)
_FELL_LATER = re.compile(
    r"(?:[,;]\s|\s)(?:and|but|then)\s(?=(?:[\w-]+\s){1,3}(?:days|weeks|months|years)\s(?:later|afterwards|thereafter),?\s"
    r"(?:[\w-]+\s){0,4}?(?:fell|dropped|declined|decreased|sank|plunged)\b)",
    re.IGNORECASE,
)
_LATER = AnyOf(("later", "afterwards", "thereafter"))
_FIRST_EPISODE = re.compile(
    r"\b(?:first|second|another|further|new|next|similar) episode\b|\b(?:two|three|2|3)\s(?:[\w-]+\s){0,2}episodes\b",
    re.IGNORECASE,
)
# "He had 2 more episodes over the next months": no row for each where nothing is told of them
_SEVERAL_MORE = re.compile(
    r"\b(?:two|three|four|five|several|multiple|many|[2-9])\s(?:\w+\s)?(?:more|further|additional|other|subsequent|new"
    r"|recurrent)\s(?:\w+\s){0,3}?(?:episodes|bouts|events)\b",
    re.IGNORECASE,
)
_CLAUSE_BREAK = re.compile(r"[;:]")
_BEFORE_IT = re.compile(r"\b(?:before|prior\sto|previous\w*|earlier)\b", re.IGNORECASE)
# "eleven months on, she is still neutropenic"
_STILL_SO = re.compile(
    r"\b(?:still|remain\w*|stay\w*|ongoing|persist\w*|continu\w+(?:\sto\sbe)?|unchanged|has been|have been"
    r"|had been|kept)\s"
    r"(?:\w+\s){0,2}$",
    re.IGNORECASE,
)
_HAD_IT = re.compile(
    r"\b(?:developed|experienced|suffered from|had)\s(?:it|the same|the condition)\b(?!\s(?:before|first))", re.I
)
_UNCHANGED = re.compile(
    r"\s(?:is|was|has|had)?\s?(?:still\s(?:there|present)|unchanged|persist\w*|continu\w+|ongoing|unresolved"
    r"|not\s(?:yet\s)?(?:resolved|recovered))\b",
    re.IGNORECASE,
)
_BOTH_DRUGS = re.compile(
    r",?\s(?:(?:as well as|and|but|then|later|again|also|subsequently|once more|followed by|in turn|"
    r",?\s?(?:[\w-]+\s){1,3}(?:days|weeks|months|years) later),?\s)+(?:on|under|with|after|during"
    r"|following)?\s?(?:the\s)?$"
)


def episodes(ctx: Context, case: Case, told: CaseText, rejected: list[Rejected]) -> list[Episode]:
    """The episodes of a patient: the text from one event to the next that is told as another one."""
    found: list[Episode] = []
    before: list[Piece] = []
    other_cause = False
    begun = len(rejected)
    well = False
    for piece in (part for whole in case.pieces for part in _parts(whole)):
        known = len(rejected)
        if len(found) == 1 and not well and _tells_announced(found[0], piece):
            continue
        opening = find_opening(piece, rejected, bool(found)) or (_on_a_new_clock(piece, found[-1]) if well else None)
        if opening is not None and other_cause and (is_mentioned_again(opening) or not (found or has_fact(piece))):
            rejected.append(rejected_opening(opening, "other_cause"))
            opening = None
        other_cause = other_cause or any(r.reason == "other_cause" for r in rejected[known:])
        if opening is not None and found and _under_another(piece, opening):
            rejected.append(rejected_opening(opening, "other_cause"))
            opening = None
        if opening is not None and found and opening.event is None and is_told_after_one(piece.view, opening):
            rejected.append(rejected_opening(opening, "other_cause"))
            continue  # "a second episode came after three courses of X"
        if opening is None:
            (found[-1].pieces if found else before).append(piece)
        elif not found:
            found.append(Episode(opening, [piece], before))
        elif _is_another_episode(piece, opening, well) or (well and _on_a_new_clock(piece, found[-1]) is not None):
            cut = _cut(piece, opening)
            if cut > piece.start:
                found[-1].pieces.append(Piece(piece.view, piece.start, cut))
            lead = found[-1].pieces[-PIECES_OF_LEAD:]
            came = _presentation(found[-1], opening)
            found[-1].pieces = [p for p in found[-1].pieces if p not in came]
            found.append(Episode(opening, [Piece(piece.view, cut, piece.end)], came, len(found) + 1, lead=lead))
        else:
            found[-1].pieces.append(piece)
        well = bool(found) and (_tells_recovery(piece) or (well and opening is None))
    if found and another_drug_is_blamed(ctx, case, found[-1]):
        rejected += [rejected_opening(e.opening, "other_cause") for e in found]
        return []
    own = {r.reason for r in rejected[begun:] if not came_not_back(ctx, r)}
    if not found and (other_cause or (len(told.cases) > 1 and "negated" in own)):
        return []
    if not found and (same := _same_event(case, told)) is not None:
        return [Episode(same, case.pieces)]
    if not found:
        shared = _announced(ctx, told, rejected)
        return [Episode(shared, case.pieces)] if shared else []
    if len(told.cases) == 1 and len(listed := by_position(ctx, found)) > 1:
        return listed
    return _by_drug(ctx, found[0]) if len(found) == 1 else found


def _presentation(last: Episode, opening: Opening) -> list[Piece]:
    """ "She came 17 weeks after the last dose with sepsis. Granulocytes were again absent": told ahead of it."""
    ahead = last.pieces[-1]
    view = ahead.view
    if view.index != opening.view.index - 1 or view is last.opening.view or not PRESENTED.search(ahead.text):
        return []
    told = ahead.events or any(c.concept == view.context.analyte for c in view.counts)
    timed = any(i.role == "onset" and i.days is not None and ahead.holds(i.start) for i in view.intervals)
    return [ahead] if timed and not told else []


def _tells_announced(episode: Episode, piece: Piece) -> bool:
    """Whether a piece is the account of an event that was only announced so far: it then opens the episode."""
    first = episode.opening.view
    if episode.announced is not None or piece.view is first or not REPORTED.search(first.text):
        return False
    if has_fact(episode.pieces[0]) or not has_fact(piece):
        return False
    if any(m.row["role"] != "first" for m in piece.view.triggers("episodes", EPISODE_COLUMNS)):
        return False
    opening = find_opening(piece, [], False)
    if opening is None:
        return False
    episode.announced, episode.opening = episode.opening, opening
    episode.before = [*episode.before, *episode.pieces]
    episode.pieces.append(piece)
    return True


def _tells_recovery(piece: Piece) -> bool:
    """Whether the piece says that the cells came back, or that the drug was given again."""
    if any(
        c.value == "resolved" or c.kind == "rechallenge" for c in piece.view.courses if not c.negated and not c.general
    ):
        return True
    own = [c for c in piece.view.counts if piece.holds(c.start) and c.concept == piece.view.context.analyte]
    return any(c.moment == "recovered" or (c.value >= WELL and c.moment == "plain") for c in own)


def _on_a_new_clock(piece: Piece, last: Episode) -> Opening | None:
    """ "Eleven weeks after the second maintenance dose the neutrophils were 0.31": after recovery."""
    view = piece.view
    if role_of(view) in OUTSIDE or SEVERAL_PERSONS.search(piece.text):
        return None
    clocks = [i for i in view.intervals if i.role == "onset" and i.days is not None and piece.holds(i.start)]
    if any(i.statistic in ("median", "mean") for i in clocks):
        return None
    counted = counted_from_dose_before(last.pieces[-1], piece) if not clocks else None
    clocks = [counted] if counted is not None else clocks
    known = {i.days for p in (*last.before, *last.pieces) for i in p.view.intervals if i.role == "onset"}
    on_a_new_one = bool(clocks) and all(i.days not in known for i in clocks)
    later = on_a_new_one or _on_a_later_dose(piece, last) or _behind_rechallenge(piece)
    if not later and not _on_the_drug_that_followed(piece, last):
        return None
    for count in view.counts:
        if piece.holds(count.start) and count.censored != ">" and (is_low(view, count) or _falls_again(view, count)):
            return Opening(view, count.start, count.end, None)
    for mention in piece.events:
        if status_of(view, mention) == "affirmed":
            return Opening(view, mention.start, mention.end, mention)
    return None


def _falls_again(view: SentenceView, count: BloodCount) -> bool:
    """ "After the fifth infusion the count dropped to 0.3 x 10^9/L": the cells are those of the episode before."""
    unnamed = count.concept is None and count.has_unit and 0 <= count.value < LOW
    return unnamed and THE_COUNT_FELL.search(view.section_text, view.start, count.start) is not None


def _behind_rechallenge(piece: Piece) -> bool:
    """ "After re-initiation the neutrophils dropped to 0.7": a low count behind the words, in their sentence."""
    view = piece.view
    low = [c.start for c in view.counts if piece.holds(c.start) and is_low(view, c)]
    given = [c.start for c in view.courses if c.value == "reexposure" and piece.holds(c.start) and not c.negated]
    return bool(low and given) and given[0] < low[0]


def _on_the_drug_that_followed(piece: Piece, last: Episode) -> bool:
    """ "B was begun instead. Five months after the switch X": the last drug named is none that was given before."""
    view, protocol = piece.view, piece.view.context.protocol
    low = [c.start for c in view.counts if piece.holds(c.start) and is_low(view, c)]
    ahead = view if view.named_drugs else last.pieces[-1].view
    named = [m for m in ahead.named_drugs if low and (ahead is not view or m.end <= low[0])]
    if (
        not named
        or (ahead is not view and ahead is last.opening.view)
        or _BEFORE_IT.search(view.section_text, piece.start, low[0])
    ):
        return False
    first = {mention_drug(m, protocol) for p in last.before for m in p.view.named_drugs}
    first |= {mention_drug(m, protocol) for m in last.opening.view.named_drugs}
    return protocol.drug_class not in first and mention_drug(named[-1], protocol) not in {
        *first,
        None,
        protocol.drug_class,
    }


def _on_a_later_dose(piece: Piece, last: Episode) -> bool:
    """ "After the second course, more severe X appeared on day 85": behind an episode after the first course."""
    doses = [a.dose for a in piece.view.anchors if a.dose is not None and piece.holds(a.start)]
    before = [a.dose for p in last.pieces for a in p.view.anchors if a.dose is not None and a.start < p.end]
    before += [i.dose for p in last.pieces for i in p.view.intervals if i.dose is not None]
    return bool(doses and before) and min(doses) > max(before) and has_fact(piece)


def _parts(piece: Piece) -> list[Piece]:
    """A sentence that tells two episodes ("and again 9 weeks after the second course") cut between them."""
    events = [m.end for m in piece.events]
    if not events:
        first = _FIRST_EPISODE.search(piece.view.section_text, piece.start, piece.end)
        if first is None:
            return _dosed_again(piece) or _fallen_again(piece)
        events = [first.end()]
    cuts = [m.end() for m in _FURTHER.finditer(piece.view.section_text, min(events), piece.end)]
    if not cuts:
        return _dosed_again(piece) or [piece]
    edges = [piece.start, *cuts[:MOST_CUTS], piece.end]
    return [Piece(piece.view, a, b) for a, b in pairwise(edges)]


def _dosed_again(piece: Piece) -> list[Piece]:
    """The parts of a list of keywords in which the drug was given again and the count fell; empty where it was not."""
    if ";" not in piece.text:
        return []
    low = [c.end for c in piece.view.counts if piece.holds(c.start) and is_low(piece.view, c)]
    if len(low) < PAIR:
        return []
    cuts = [m.end() for m in _GIVEN_AGAIN.finditer(piece.view.section_text, low[0], piece.end)]
    return [Piece(piece.view, a, b) for a, b in pairwise([piece.start, *cuts[:MOST_CUTS], piece.end])] if cuts else []


def _fallen_again(piece: Piece) -> list[Piece]:
    """ "The cells came back, but five weeks afterwards fell once more": cut behind the recovery, where they fell."""
    view = piece.view
    if not _LATER.search(view.low):
        return [piece]
    well = next((c.end for c in view.courses if c.value == "resolved" and piece.holds(c.start)), None)
    fell = _FELL_LATER.search(view.section_text, well, piece.end) if well is not None else None
    if fell is None:
        return [piece]
    return [Piece(view, piece.start, fell.end()), Piece(view, fell.end(), piece.end)]


def _same_event(case: Case, told: CaseText) -> Opening | None:
    """ "The second, a man of 50, developed it 90 days after the drug": the event that another patient had."""
    if len(told.cases) < 2:
        return None
    named = any(
        status_of(p.view, m) == "affirmed" for c in told.cases if c is not case for p in c.pieces for m in p.events
    )
    for piece in case.pieces if named else ():
        match = _HAD_IT.search(piece.view.section_text, piece.start, piece.end)
        if match is not None and role_of(piece.view) not in OUTSIDE:
            return Opening(piece.view, match.start(), match.end(), None)
    return None


def _announced(ctx: Context, told: CaseText, rejected: list[Rejected]) -> Opening | None:
    """The event where the patient's own text does not name it: said of all, else before it, else in the title."""
    whole = [Piece(v, v.start, v.end) for v in ctx.sentences] if len(told.cases) == 1 else []
    for piece in (*told.shared, *(p for p in whole if p.view.section > 0), *(p for p in whole if p.view.section == 0)):
        opening = find_opening(piece, rejected, False)
        if opening is not None and opening.event is not None:
            return None if piece.view.section == 0 and _counts_are_normal(whole) else opening
    return None


def _counts_are_normal(pieces: Sequence[Piece]) -> bool:
    """Whether a normal count of the event's cells is all that the text says of them."""
    own = [c for p in pieces if p.view.section for c in p.view.counts if c.concept == p.view.context.analyte]
    return bool(own) and all(c.value >= LOW for c in own)


def _under_another(piece: Piece, opening: Opening) -> bool:
    """ "She was switched to X, and it recurred": behind a change to a medicine that is none of the review's drugs."""
    view = piece.view
    changes = [c for c in view.courses if c.value == "drug_switched" and c.start < opening.start and not c.negated]
    if not changes or not piece.holds(changes[-1].start):
        return False
    named = [
        m for m in view.labelled("drug", "regimen", "co_medication") if changes[-1].start < m.start < opening.start
    ]
    return bool(named) and all(m.label == "co_medication" for m in named)


def _is_another_episode(piece: Piece, opening: Opening, well: bool) -> bool:
    """Whether an event is told as another episode, with a fact of its own; within weeks only after recovery (`well`).

    "The count was 1.2. Two weeks later he was admitted with neutropenic sepsis (0.1)" is one episode.
    """
    view = piece.view
    cues = {m.row["role"] for m in view.triggers("episodes", EPISODE_COLUMNS) if piece.holds(m.start)}
    if "new" in cues or FURTHER_EPISODES.search(view.section_text, piece.start, opening.end):
        marks = [g.start for g in view.grades] + [s.start for s in view.severities]
        graded = any(piece.holds(place) for place in marks)
        return graded or has_fact(piece) or not _SEVERAL_MORE.search(view.section_text, piece.start, piece.end)
    if _STILL_SO.search(view.section_text, max(piece.start, opening.start - 30), opening.start):
        return False
    if _UNCHANGED.match(view.section_text, opening.end):
        return False
    if opening.event is None and ("again" in cues or piece.start > view.start):
        return has_fact(piece)
    later = [i for i in view.intervals if piece.holds(i.start) and _leads_to(view, i, opening)]
    if "again" in cues:
        places = [g.start for g in view.grades] + [s.start for s in view.severities]
        places += [c.start for c in view.counts if is_low(view, c)]
        return bool(later) or any(piece.holds(place) for place in places)
    return any(i.role == "later" and (well or (i.days or 0.0) > FURTHER_FALL) for i in later)


def _cut(piece: Piece, opening: Opening) -> int:
    """Where the text of a further episode begins in its sentence: at the clause of the time or event that opens it."""
    view = piece.view
    times = [
        i.phrase_start
        for i in view.intervals
        if i.role in ("later", "onset") and piece.start <= i.start < opening.start
    ]
    target = min([*times, opening.start])
    breaks = [m.end() for m in NEW_CLAUSE.finditer(view.section_text, piece.start, target)]
    return breaks[-1] if breaks else piece.start


def _leads_to(view: SentenceView, interval: Interval, opening: Opening) -> bool:
    """ "Two years later, she developed" the event: the time stands before it, in one clause."""
    if interval.role not in ("later", "onset"):
        return False
    if interval.start > opening.start:
        return interval.role == "onset"
    between = view.section_text[interval.end : opening.start]
    if len(between) > 120 or _CLAUSE_BREAK.search(between.replace("i.e.", "")):
        return False
    # at the head of the sentence or clause, or in the clause of the event itself
    head = view.section_text[view.start : interval.start]
    return len(head) < 25 or head.rstrip()[-1:] in ".,;:(" or "," not in between


def _by_drug(ctx: Context, episode: Episode) -> list[Episode]:
    """ "Under X as well as Y": one row for each drug, where the text does not tell the episodes apart otherwise."""
    view = episode.opening.view
    drugs = [m for m in view.labelled("drug") if m.start > episode.opening.end and m.start - episode.opening.end < 90]
    concepts = [mention_drug(m, ctx.protocol) for m in drugs]
    if len(drugs) < 2 or len(set(concepts[:2])) < 2 or ctx.protocol.drug_class in concepts[:2]:
        return [episode]
    if not _BOTH_DRUGS.search(view.section_text[drugs[0].end : drugs[1].start]):
        return [episode]
    return [replace(episode, drug=drug, number=n) for n, drug in enumerate(drugs[:2], start=1)]
