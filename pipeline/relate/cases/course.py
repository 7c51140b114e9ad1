"""The course of an episode: management, outcome and re-exposure, from the event's sentence onward."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.concepts import numbers
from pipeline.concepts.assertion import role_of
from pipeline.concepts.course import Course
from pipeline.concepts.ordinals import ORDINALS
from pipeline.concepts.regimen import mention_drug
from pipeline.records import Evidence
from pipeline.relate.cases.account import Case, CaseText, Episode, Piece, quote
from pipeline.relate.cases.clocks import on_the_same_clock
from pipeline.relate.cases.draft import Draft
from pipeline.relate.cases.duration import CURES
from pipeline.relate.cases.management import (
    ACTIVE,
    OF_THE_DRUG,
    given_after_announcing,
    is_after_opening,
    is_for_something_else,
    is_in_regimen,
    is_on_account_of_the_condition,
    tells_treatment,
    told_at_presentation,
)
from pipeline.relate.cases.outcome import (
    OF_ANOTHER_CAUSE,
    concerns_event,
    count_recovery,
    days_until_normal,
    fatal_by_title,
    other_cause_at_autopsy,
    tells_normal_cells,
)
from pipeline.relate.cases.reexposure import (
    dose_given,
    further_dose_before,
    given_again_before,
    is_of_the_drug,
    switched_to_the_class,
)
from pipeline.relate.cases.status import is_low, status_of
from pipeline.relate.cases.switch import replacement, was_done
from pipeline.relate.cases.wording import NEW_CLAUSE
from pipeline.relate.context import Context

REEXPOSED_AFTER = 180.0
"""Days: an episode later than this belongs to further courses of the drug."""
LONG_AFTER = 60.0
"""Days: what is treated later than this, after recovery, is another illness."""
OF_AN_ILLNESS = ACTIVE | {"hospitalisation"}
_OF_ALL_EPISODES = re.compile(
    r"\b(?:both|all|each|every|(?:the|these|all)\s(?:two|three|four))\s(?:of\s(?:the|these)\s)?(?:[\w-]+\s)?(?:episodes?|events|times?|occasions?|instances?)\b"
    r"|\b(?:each|every)\stime\b"
    r"|(?:^|[;,]\s(?:and\s|but\s)?)(?:both|all(?:\s(?:three|four))?|each)\s(?:of (?:them|these)\s)?"
    r"(?:were|was|had|resolved|ended|"
    r"recovered|subsided|required|responded|needed|improved|normali[sz]ed|remitted|went|cleared|abated|settled|disappeared"
    r"|vanished|passed|reversed|ran|ceased)\b",
    re.IGNORECASE,
)
_LATER_THAN = re.compile(
    r"[;:]|\b(?:but|when|until|later|afterwards?|thereafter|subsequently|then|developed|presented|experienced"
    r"|(?:was|were)\s(?:admitted|found|noted|seen|diagnosed|readmitted|hospitali[sz]ed))\b",
    re.IGNORECASE,
)
# "The drug was paused. ... It was restarted"
_FOR_A_WHILE = re.compile(r"paused|pausing|interrupted|halted", re.IGNORECASE)
PAIR = 2
_ONE_OF_THEM = re.compile(
    r"(?:in\s)?the\s(?P<nth>first|former|second|third|latter|other)(?=\s(?:one\s|patient\s|case\s)?(?:also|was|had|received|"
    r"required|needed|recovered|developed|died|additionally|continued)\b)",
    re.IGNORECASE,
)
_SOME_OF_THEM = re.compile(
    r"\b(?P<n>one|two|three|four|five)\s(?:of\s(?:them|these)\s)?(?:patients?\s|cases?\s)?"
    r"(?:with|by|after|on|received|needed|required|got|was\sgiven|were\sgiven)\s(?:[\w-]+\s){0,2}$",
    re.IGNORECASE,
)
_IN_ONE = re.compile(
    r"[^.;,]{0,40}?\bin\s(?:the\s(?P<nth>first|former|second|third)|the\s(?:latter|other|younger|elder)|(?:only\s)?one)\b",
    re.IGNORECASE,
)
_PRECEDING = re.compile(r"\b(?:preceding|previous|prior)\b", re.IGNORECASE)
_NUMBERS = {**ORDINALS, "former": 1}
_BOTH = re.compile(r"\bboth\b", re.IGNORECASE)


def put_course(
    ctx: Context, draft: Draft, told: CaseText, case: Case, episode: Episode, later: Sequence[Episode]
) -> None:
    """Management, outcome and re-exposure, from the event's sentence onward."""
    management: dict[str, Evidence] = {}
    outcomes: dict[str, Evidence] = {}
    reexposed: Evidence | None = None
    unaffected: Evidence | None = None
    normal_since: Evidence | None = None
    days_to_recovery: float | None = None
    of_all = [
        p
        for e in later
        for p in e.pieces
        if _OF_ALL_EPISODES.search(p.text) and (e.number == episode.number + 1 or not _BOTH.search(p.text))
    ]
    all_resolved = any(
        c.value == "resolved" and not c.negated for p in of_all for c in p.view.courses if p.holds(c.start)
    )
    for piece, course in told_at_presentation(ctx, episode):
        management.setdefault(course.value, piece.view.evidence("", course.start, course.end))
    shared = [p for p in told.shared if episode.number == 1 or _behind_opening(episode, p)]
    told_again = given_after_announcing(episode)
    for piece in (*episode.pieces, *of_all, *shared):
        view = piece.view
        if role_of(view) in ("background", "aim", "conclusions", "title"):
            continue
        for course in view.courses:
            if not piece.holds(course.start) or course.general:
                continue
            if piece in shared and _is_of_another_patient(told, case, piece, course):
                continue
            if course.kind == "management" and _is_of_some(told, piece, course):
                continue
            place = view.evidence("", course.start, course.end)
            if course.kind == "management":
                if course.negated or course.prophylactic or is_in_regimen(view, course):
                    continue
                if course.value in ACTIVE and (view.index <= told_again or is_for_something_else(view, course)):
                    continue
                if course.value in OF_AN_ILLNESS and "resolved" in outcomes and _tells_something_later(piece):
                    continue  # "She recovered. Two years later she had pneumonia and was given antibiotics"
                if course.value in ACTIVE and piece in shared and tells_treatment(view):
                    continue
                if course.value in OF_THE_DRUG and not is_of_the_drug(ctx, view, course):
                    continue
                if course.value == "drug_switched" and not was_done(view, course.start):
                    continue
                if is_after_opening(episode, piece, course):
                    if course.value != "drug_switched" or not is_on_account_of_the_condition(
                        view, course.start, course.end
                    ):
                        management.setdefault(course.value, place)
                    if course.value == "drug_switched" and switched_to_the_class(view, course):
                        reexposed = reexposed or place
            elif course.kind == "rechallenge" and _is_its_clock(episode, piece, course):
                continue  # "six weeks after the fifth maintenance dose"
            elif course.kind == "rechallenge" and _opens(episode, piece, course):
                continue  # given again before this episode: told with the one before
            elif course.kind == "rechallenge" and not course.negated and is_of_the_drug(ctx, view, course):
                reexposed = reexposed or place
                if course.value == "no_recurrence":
                    unaffected = unaffected or place
            elif course.kind == "uneventful":
                unaffected = unaffected or place
                reexposed = reexposed or further_dose_before(view, course.start)
                if piece in episode.pieces and tells_normal_cells(view, course):
                    normal_since = normal_since or place
            elif course.kind == "outcome" and _is_before_event(episode, piece, course):
                continue
            elif course.kind == "outcome" and concerns_event(view, course):
                if course.value == "fatal" and (OF_ANOTHER_CAUSE.search(view.text) or other_cause_at_autopsy(ctx)):
                    continue
                if not course.negated:
                    if course.value == "resolved" and not outcomes and piece in episode.pieces:
                        days_to_recovery = days_until_normal(view, course)
                    if course.value != "recurred" or _behind(episode, piece, course):
                        outcomes.setdefault(course.value, place)
                elif course.value == "recurred":
                    unaffected = unaffected or place
                    reexposed = reexposed or dose_given(view, course)
        for mention in piece.events:
            if piece in shared and _is_denied_of_another(told, case, piece, mention.end):
                continue
            if status_of(view, mention) == "negated" and mention.start > episode.opening.start:
                unaffected = unaffected or view.evidence("", mention.start, mention.end)
                reexposed = reexposed or further_dose_before(view, mention.start)
    risen = count_recovery(ctx, draft, episode)
    if risen is not None:
        if set(outcomes) == {"ongoing"} and _is_behind(risen[0], outcomes["ongoing"]):
            del outcomes["ongoing"]  # "stayed below 0.5 for 8 days in spite of X. He left with 4.1"
        outcomes = outcomes or {"resolved": risen[0]}
        if risen[1] is not None and not CURES & management.keys():
            draft.put("duration_days", risen[1], risen[0])
    if normal_since is not None:
        outcomes = outcomes or {"resolved": normal_since}
    if days_to_recovery is not None and not CURES & management.keys():
        draft.put("duration_days", days_to_recovery, outcomes["resolved"])
    if "drug_switched" not in management:
        replaced = replacement(episode, draft.values.get("drug"))
        if replaced is not None:
            management["drug_switched"] = replaced
            if any(
                m.section == replaced.section and m.start == replaced.start and mention_drug(m, ctx.protocol)
                for m in ctx.labelled("drug")
            ):
                reexposed = reexposed or replaced
    if episode.share is not None and later:
        for value in (*OF_THE_DRUG, "drug_switched"):
            management.pop(value, None)  # what was left for good was left after the last of the episodes listed
    if ACTIVE & management.keys() or "fatal" in outcomes:
        management.pop("observation", None)
    if "drug_discontinued" in management and reexposed is not None:
        left = management["drug_discontinued"]
        if _FOR_A_WHILE.fullmatch(left.quote) and _is_behind(reexposed, left):
            management.setdefault("drug_withheld", management.pop("drug_discontinued"))
    if later and later[0].drug is not None:
        management.pop("drug_switched", None)  # "under A and again under B": what was left at the end is B
    if management:
        draft.put("management", tuple(sorted(management)), *[management[k] for k in sorted(management)])
    if "ongoing" in outcomes and "resolved" in outcomes and _is_behind(outcomes["ongoing"], outcomes["resolved"]):
        del outcomes["resolved"]  # "G-CSF helped for some days. A year later she is still neutropenic"
    if len(told.cases) == 1 and episode.number == 1 and not later and (named := fatal_by_title(ctx)) is not None:
        outcomes.setdefault("fatal", named)
    outcome = next((o for o in ("fatal", "recurred", "resolved", "ongoing") if o in outcomes), None)
    following = later[0] if later else None
    if following is not None and reexposed is None:
        again = following.share.again if following.share is not None else None
        reexposed = again or given_again_before(ctx, following)
    # A further episode soon after, without the drug having been given again, is a recurrence of this one
    if (
        following is not None
        and reexposed is None
        and outcome != "fatal"
        and not all_resolved
        and not on_the_same_clock(following)
        and not _on_a_preceding_dose(following)
        and (following.gap_days or 0.0) < REEXPOSED_AFTER
    ):
        place = following.opening.view.evidence("", following.opening.start, following.opening.end)
        outcome, outcomes["recurred"] = "recurred", outcomes.get("recurred", place)
    if following is not None and following.drug is not None and reexposed is None:
        reexposed = quote(ctx, "", following.drug.section, following.drug.start, following.drug.end)
    if outcome is not None:
        draft.put("outcome", outcome, outcomes[outcome])
    if reexposed is not None and following is not None:
        draft.put("rechallenge", "recurrence", reexposed)
    elif reexposed is not None and unaffected is not None:
        draft.put("rechallenge", "no_recurrence", reexposed)
    elif reexposed is not None and outcome == "recurred":
        draft.put("rechallenge", "recurrence", reexposed)


def _on_a_preceding_dose(following: Episode) -> bool:
    """ "The second arose 106 days after the preceding cycle": each episode is counted from a dose of its own."""
    piece = following.pieces[0]
    return any(
        i.role == "onset" and piece.holds(i.start) and _PRECEDING.search(piece.view.section_text, i.end, i.phrase_end)
        for i in piece.view.intervals
    )


def _is_of_another_patient(told: CaseText, case: Case, piece: Piece, course: Course) -> bool:
    """ "Both were given X; the first also received Y": a clause of shared text that is about one of the others."""
    text = piece.view.section_text
    starts = [m.end() for m in NEW_CLAUSE.finditer(text, piece.start, course.start)]
    one = _ONE_OF_THEM.match(text, starts[-1]) if starts else None
    if one is None or len(told.cases) < PAIR:
        return False
    known = [c.number for c in told.cases]
    word = one["nth"].lower()
    if word not in _NUMBERS and len(known) > PAIR:
        return False  # "the other" of three
    return case.number != (known[-1] if word in ("latter", "other") else _NUMBERS[word])


def _is_denied_of_another(told: CaseText, case: Case, piece: Piece, position: int) -> bool:
    """ "X did not come back in the former but did so in the latter": denied of one patient, not of another."""
    one = _IN_ONE.match(piece.view.section_text, position, piece.end)
    if one is None or len(told.cases) < PAIR:
        return False
    word = (one["nth"] or "").lower()
    return word not in _NUMBERS or case.number != _NUMBERS[word]


def _is_of_some(told: CaseText, piece: Piece, course: Course) -> bool:
    """ "All recovered, two with X": whose treatment that was is not said."""
    if len(told.cases) < PAIR:
        return False
    some = _SOME_OF_THEM.search(piece.view.section_text, piece.start, course.start)
    return some is not None and numbers.words_value(some["n"].lower()) < len(told.cases)


def _is_behind(one: Evidence, other: Evidence) -> bool:
    return (one.section, one.start) > (other.section, other.start)


def _behind_opening(episode: Episode, piece: Piece) -> bool:
    """Whether something said of all patients is told behind the event that opens a further episode."""
    return (piece.view.section, piece.start) > (episode.opening.view.section, episode.opening.start)


def _tells_something_later(piece: Piece) -> bool:
    """Whether a sentence tells of a time long after, and neither the event nor a low count."""
    view = piece.view
    late = any(i.role == "later" and (i.days or 0.0) > LONG_AFTER and piece.holds(i.start) for i in view.intervals)
    return late and not piece.events and not any(is_low(view, c) for c in view.counts if piece.holds(c.start))


def _is_its_clock(episode: Episode, piece: Piece, course: Course) -> bool:
    """Whether a dose is the one that the onset of a first episode is counted from."""
    view = piece.view
    if view is not episode.opening.view or episode.number > 1:
        return False
    return any(
        i.role == "onset" and i.anchor_start < course.end and course.start < i.anchor_end for i in view.intervals
    )


def _opens(episode: Episode, piece: Piece, course: Course) -> bool:
    """Whether a course word stands before the event that opens a further episode, in its sentence."""
    opening = episode.opening
    return episode.number > 1 and piece.view is opening.view and course.start < opening.start


def _is_before_event(episode: Episode, piece: Piece, course: Course) -> bool:
    """ "The count was normal, but 9 days afterwards X": told in a clause before the event, no outcome of it."""
    opening = episode.opening
    if piece.view is not opening.view or course.end > opening.start or course.value != "resolved":
        return False
    return bool(_LATER_THAN.search(piece.view.section_text, course.end, opening.start))


def _behind(episode: Episode, piece: Piece, course: Course) -> bool:
    """A recurrence is told after the event that it follows, and not by the words that open a further episode."""
    view = episode.opening.view
    if piece.view.index < view.index:
        return False
    return piece.view.index > view.index or (course.start > episode.opening.end and episode.number == 1)
