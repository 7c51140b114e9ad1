"""Whether the drug was given again: to the review's drug, by a further dose, before a further episode."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.concepts.course import Course
from pipeline.concepts.regimen import mention_drug
from pipeline.records import Evidence, Mention
from pipeline.relate.cases.account import Episode, Piece
from pipeline.relate.cases.clocks import DOSE_GIVEN
from pipeline.relate.cases.management import LISTED
from pipeline.relate.cases.wording import clause_of
from pipeline.relate.context import Context, SentenceView

MOST_OF_GAP = 1.5
"""A dose is given after the episode before, if that lies this much further back than the dose."""
_DOSES = re.compile(r"\b(?:doses?|infusions?|courses?|cycles?|retreatments?)\b", re.IGNORECASE)
_LATER_DOSE = re.compile(
    r"\b(?:second|third|fourth|next|following|further|subsequent|later|repeat|another|more|remaining)\s"
    r"(?:[\w-]+\s){0,2}(?:doses?|infusions?|courses|cycles?|administrations?|injections?)\b|\bre-?treatments?\b"
    r"|\ba\s(?:further|new)\scourse\b|\b(?:second|third|fourth|next|another) course\b"
    r"(?!\sof\s(?:the\s|her\s|his\s)?(?:illness|disease|filgrastim|G-?CSF))"
    r"|\b(?:doses|infusions|courses|cycles|injections) (?:(?:that|which) followed\b"
    r"|(?:two|three|four|five|[2-9])(?:\sto\b|\sand\b|,))",
    re.IGNORECASE,
)
_RECEIVED = re.compile(r"\b(?:received|given|treated\swith|had)\s(?:[\w-]+\s){0,3}$", re.IGNORECASE)
_AFTER_DOSE = re.compile(r"\b(?:episode|bout|no|without|any)\s(?:\w+\s)?$", re.IGNORECASE)
# "later treatment with X was complicated by a second episode"
_UNDER = re.compile(
    r"\b(?:(?:later|subsequent|further|renewed|second|another|repeated?|maintenance|new)\s(?:[\w-]+\s)?"
    r"(?:treatment|therapy|courses?|administration|exposure|infusions?|cycles?|doses?)\s(?:with|of|to)|under|on"
    r"|switch(?:ed|ing)? to|"
    r"started on|changed to)\s(?:maintenance\s|the\s)?$",
    re.IGNORECASE,
)
_ANOTHER = re.compile(
    r"\b(?:next|further|another|subsequent|following|repeat(?:ed)?|second|third|re-?exposure|re-?challenge|re-?treatment"
    r"|resuming|resumption|restart(?:ing)?|reintroduction|re-?administration)\b",
    re.IGNORECASE,
)
# "X was started one year later and, after three months, it recurred"
_STARTED = re.compile(
    r"\s(?:(?:therapy|treatment)\s)?(?:was|were|had been)\s(?:\w+ly\s|then\s|later\s)?"
    r"(?:started|commenced|initiated|introduced|begun|given|administered|instituted)\b",
    re.IGNORECASE,
)
_INSTEAD = re.compile(r"\binstead\b", re.IGNORECASE)
# "Maintenance was suspended, X given": the subject is the treatment with the drug
_DRUG_STANDS_BEFORE = re.compile(
    r"(?<!antibiotic )(?<!steroid )\b(?:maintenance|infusions?|the antibody|immunotherapy)\s"
    r"(?:(?:therapy|treatment|dose|infusions?)\s)?(?:was|were|had been|has been)\s(?:\w+ly\s|then\s)?$",
    re.IGNORECASE,
)
_GIVEN_BACK = re.compile(
    r"(?:\s(?:therapy|treatment|infusions?|doses?|administration|maintenance|injections?|use|cover|prophylaxis"
    r"|\([^()]*\)))*\s(?:was|were|had been|has been|have been|being)\s(?:\w+\s){0,2}$",
    re.IGNORECASE,
)
_OBJECT_FOLLOWS = re.compile(
    r"\s(?:of\s|to\s|taking\s|giving\s|the\s|her\s|his\s|all\s|both\s|further\s|oral\s|intravenous\s"
    r"|(?:treatment|therapy)\swith\s|(?:infusions?|doses?|use)\sof\s)*",
    re.IGNORECASE,
)
_AGAIN_WITH = re.compile(r"\s(?:(?:safely|later|once|then)\s)?(?:with|to|of|on)\s(?:the\s)?", re.IGNORECASE)
_TREATMENT_FOR = re.compile(r"\b(?:treatment|therapy|course)\s(?:for|of|against)\s", re.IGNORECASE)
_MEDICINES = frozenset({"drug", "regimen", "co_medication", "management", "CHEMICAL"})


def switched_to_the_class(view: SentenceView, course: Course) -> bool:
    """ "She was switched to" another drug of the review, or that "was given instead"."""
    protocol = view.context.protocol
    if _INSTEAD.search(view.section_text, course.start, course.end):
        named = [m for m in view.mentions if 0 <= course.start - m.end <= 20 and m.label in _MEDICINES]
    else:
        named = [m for m in view.mentions if 0 <= m.start - course.end <= 40 and m.label in _MEDICINES][:1]
        named += [m for m in view.labelled("drug") if named and m.start == named[0].start]
    return any(m.label == "drug" and mention_drug(m, protocol) for m in named)


def further_dose_before(view: SentenceView, position: int) -> Evidence | None:
    """ "The second infusion was not followed by" the event: the dose, where it is no start of a clock."""
    for match in _LATER_DOSE.finditer(view.section_text, view.start, position):
        if _is_of_another(view, match.end()):
            continue
        if not _AFTER_DOSE.search(view.section_text, max(view.start, match.start() - 30), match.start()):
            return view.evidence("", match.start(), match.end())
    for drug in view.named_drugs:
        since = [i.end for i in view.intervals if i.role == "later" and i.end <= drug.start < position]
        if since and _RECEIVED.search(view.section_text, since[-1], drug.start):
            return view.evidence("", drug.start, drug.end)  # "two years later he received the drug; it did not return"
    return None


def _is_of_another(view: SentenceView, end: int) -> bool:
    """ "Re-treatment with X", "the second course of X": the medicine behind the word is not the review's drug."""
    behind = [m for m in view.mentions if m.start >= end and m.label in _MEDICINES][:3]
    named = [m for m in behind if _AGAIN_WITH.fullmatch(view.section_text, end, m.start)]
    return bool(named) and not any(m.label in ("drug", "regimen") for m in named)


def given_again_before(ctx: Context, following: Episode) -> Evidence | None:
    """ "At 6 months a further dose was given and 8 weeks later ...": the re-exposure that a further episode follows."""
    view = following.opening.view
    for course in view.courses:
        before = course.start < following.opening.start
        if course.kind == "rechallenge" and before and not course.negated and is_of_the_drug(ctx, view, course):
            return view.evidence("", course.start, course.end)
    for mention in view.named_drugs:
        ahead = following.pieces[0].holds(mention.start) and mention.end <= following.opening.start
        told = _UNDER.search(view.section_text, view.start, mention.start) or (
            following.number > 1 and _STARTED.match(view.section_text, mention.end)
        )
        if ahead and mention_drug(mention, ctx.protocol) and told:
            return view.evidence("", mention.start, mention.end)
    for interval in view.intervals:
        again = (interval.dose or 0) > 1 or _ANOTHER.search(
            view.section_text, interval.anchor_start, interval.anchor_end
        )
        if interval.role == "onset" and again and following.pieces[0].holds(interval.start):
            return view.evidence("", interval.anchor_start, interval.anchor_end)
    if (dose := _dose_between(following)) is not None:
        return dose
    for anchor in view.anchors:
        if (anchor.dose or 0) > 1 and following.pieces[0].holds(anchor.start):
            return view.evidence("", anchor.start, anchor.end)
    own = following.pieces[0]
    for piece in (*following.lead, Piece(own.view, own.start, following.opening.start)):
        told = DOSE_GIVEN.search(piece.view.section_text, piece.start, piece.end)
        if told is not None and not piece.events:  # "The infusion was given. Eight weeks later it recurred"
            return piece.view.evidence("", told.start(), told.end())
    return further_dose_before(view, following.opening.start)


def _dose_between(following: Episode) -> Evidence | None:
    """ "Two years later, four months after an infusion, it recurred": that infusion came after the episode before."""
    gap, view = following.gap_days, following.opening.view
    for interval in view.intervals if gap is not None else ():
        own = following.pieces[0].holds(interval.start) and interval.role == "onset" and interval.days is not None
        counted = own and interval.anchor in ("last_dose", "nth_dose", "unspecified") and interval.anchor_start >= 0
        if counted and (interval.days or 0.0) * MOST_OF_GAP < (gap or 0.0):
            return view.evidence("", interval.anchor_start, interval.anchor_end)
    return None


def dose_given(view: SentenceView, course: Course) -> Evidence | None:
    """ "received the second and third doses with no recurrence": the doses are the re-exposure."""
    match = _DOSES.search(view.section_text, view.start, course.start)
    return view.evidence("", match.start(), match.end()) if match else None


def is_of_the_drug(ctx: Context, view: SentenceView, course: Course) -> bool:
    """Whether what was left, held or given again is the review's drug.

    What stands as the object of the verb decides ("antibiotics were stopped and the drug was held", "treatment for
    pneumonia was stopped"); where that is no medicine's name, no other drug may be named alone in the clause.
    """
    start, end = clause_of(view, course)
    clause = [m for m in view.mentions if start <= m.start < end]
    named = _objects(view, course, [m for m in clause if m.label in _MEDICINES])
    if named:
        known = [m for m in clause if m.label in ("drug", "regimen")]
        return any(m.start < k.end and k.start < m.end for m in named for k in known)
    if _DRUG_STANDS_BEFORE.search(view.section_text, start, course.start):
        return True
    if course.kind != "rechallenge" and _is_against_infection(view, start, course.start):
        return False
    ours = any(m.label in ("drug", "regimen") for m in clause)
    return ours or not any(m.label in ("co_medication", "management") for m in clause)


def _objects(view: SentenceView, course: Course, medicines: Sequence[Mention]) -> list[Mention]:
    """The medicines that a verb speaks of: "X and Y were resumed", "stopped X", "discontinuation of X"."""
    text = view.section_text
    ahead = [m for m in medicines if m.end <= course.start]
    if ahead and _GIVEN_BACK.search(text, ahead[-1].end, course.start):
        listed = [ahead[-1]]
        for m in reversed(ahead[:-1]):
            if not (LISTED.fullmatch(text, m.end, listed[-1].start) or m.end > listed[-1].start):
                break
            listed.append(m)
        return listed
    behind = [m for m in medicines if m.start >= course.end]
    follows = _AGAIN_WITH if course.kind == "rechallenge" else _OBJECT_FOLLOWS
    if not behind or not follows.fullmatch(text, course.end, behind[0].start):
        return []
    listed = [behind[0]]
    for m in behind[1:]:
        if not (LISTED.fullmatch(text, listed[-1].end, m.start) or m.start < listed[-1].end):
            break
        listed.append(m)
    return listed


def _is_against_infection(view: SentenceView, start: int, position: int) -> bool:
    """ "Treatment for pneumonia was stopped": the illness that it was for stands between the noun and the verb."""
    ends = [m.end() for m in _TREATMENT_FOR.finditer(view.section_text, start, position)]
    return bool(ends) and any(m.label == "infection" and ends[-1] <= m.start < position for m in view.mentions)
