"""The grade and severity word of an episode: stated, derived from the count, or said in the title."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.concepts.assertion import is_own_result, role_of
from pipeline.records import Evidence, Mention
from pipeline.relate.cases.account import CaseText, Episode, Piece, quote
from pipeline.relate.cases.draft import Draft
from pipeline.relate.cases.status import is_low, status_of
from pipeline.relate.context import Context

_PHRASE_END = re.compile(r"[,;:]|\b(?:and|with|after|following|who|which)\b", re.IGNORECASE)
# "severe, fluctuating", "severe but transient", "mild and self-limiting": further adjectives of one name
_ADJECTIVES = re.compile(
    r",?\s(?:(?:and|but|yet|though|albeit)\s)?(?:\w+ly\s)?(?:[\w-]+(?:ed|ing|ent|ant|ic|al|ible|able|ive|ous|ary)|acute|late|early)"
    r"(?:,?\s(?:and\s)?(?:[\w-]+(?:ed|ing|ent|ant|ic|al|ible|able|ive|ous|ary)|acute|late|early))?\s",
    re.IGNORECASE,
)
_EPISODE_BEHIND = re.compile(r"\s(?:recurrent\s|second\s|further\s|late\s)?(?:episode|recurrence|relapse)\b")
SEVEREST, TITLE_TERM = 4, "agranulocytosis"
_NEAR = 20  # characters between a title's grade and its event
_TERMS_OF_GRADE = {1: ("mild",), 2: ("mild", "moderate")}
_TO_PRESENT = re.compile(r"\W*(?:\w+\s?:\s)?(?:to|we)\s(?:present|report|describe|discuss|draw)\b", re.IGNORECASE)
_OFTEN = re.compile(
    r"\b(?:recurrent|repeated|repetitive|recurring|twice"
    r"|(?:two|three|four|several) (?:\w+ )?(?:occasions|episodes|times|attacks|bouts))\b",
    re.IGNORECASE,
)
_MAY = re.compile(r"\b(?:can|may|might|could)\b", re.IGNORECASE)
_JUST_BEHIND = re.compile(
    r"\s?(?:neutrophils?\s?)?(?:[;,]\s|\(|\[|[;,]\sCTCAE\s"
    r"|[;,]\s(?:i\.e\.,?|that is,?|equivalent to|corresponding to)\s)?"
)


def put_grade(ctx: Context, draft: Draft, told: CaseText, episode: Episode) -> None:
    """Stated for the episode, else for all patients; else derived from the count. Severity words likewise."""
    for piece in (*episode.pieces, *(told.shared if episode.number == 1 else ())):
        _put_grade_of_count(draft, piece)
        if piece.view is episode.opening.view and episode.opening.event is None:
            _put_severity_of_episode(draft, piece)
        events = [m for m in piece.events if status_of(piece.view, m) == "affirmed"]
        opens = piece.view is episode.opening.view and episode.opening.event is None and episode.number > 1
        if not (events or opens) or (piece in told.shared and _MAY.search(piece.text)):
            continue
        for grade in piece.view.grades:
            if "ctcae_grade" in draft or grade.low is None or not piece.holds(grade.start):
                continue
            place = piece.view.evidence("", grade.start, grade.end)
            draft.put("ctcae_grade", grade.low, place)
            if grade.high is not None:
                draft.put("ctcae_grade_high", grade.high, place)
            draft.put("grade_basis", "stated", place)
        for severity in piece.view.severities:
            if (
                "severity_term" not in draft
                and piece.holds(severity.start)
                and _of_event(piece, events, severity.start, severity.end)
            ):
                draft.put("severity_term", severity.term, piece.view.evidence("", severity.start, severity.end))
    if "ctcae_grade" not in draft:
        _put_grade_of_title(ctx, draft, told, episode)
    derived = derived_grade(ctx, draft.values.get("anc_nadir"), draft.values.get("anc_censored"))
    if derived is None:
        return
    places = [e for e in draft.evidence if e.field == "anc_nadir"]
    if "ctcae_grade" not in draft:
        draft.put("ctcae_grade", derived, *places)
        draft.put("grade_basis", "derived", *places)
    elif (
        not draft.values["ctcae_grade"] <= derived <= draft.values.get("ctcae_grade_high", draft.values["ctcae_grade"])
    ):
        draft.flags.add("grade_disagrees")


def _put_grade_of_title(ctx: Context, draft: Draft, told: CaseText, episode: Episode) -> None:
    """ "Delayed-onset grade 4 neutropenia: a case report", where the text of the only patient tells no grade.

    Not where the count speaks against it; of several episodes, the first is the one of the title.
    """
    if len(told.cases) != 1 or episode.number > 1:
        return
    derived = derived_grade(ctx, draft.values.get("anc_nadir"), draft.values.get("anc_censored"))
    for view in ctx.sentences:
        if view.section:
            return
        for grade in view.grades:
            near = any(abs(m.start - grade.end) < _NEAR or abs(grade.start - m.end) < _NEAR for m in view.named_events)
            if near and grade.low is not None and grade.high is None and derived in (None, grade.low):
                place = view.evidence("", grade.start, grade.end)
                draft.put("ctcae_grade", grade.low, place)
                draft.put("grade_basis", "stated", place)
                return


def _put_grade_of_count(draft: Draft, piece: Piece) -> None:
    """ "0.6 x 10^9/L (grade 3)": a grade in the bracket behind a low count is stated of it."""
    view = piece.view
    for grade in view.grades:
        if "ctcae_grade" in draft or grade.low is None or grade.high is not None or not piece.holds(grade.start):
            continue
        if any(is_low(view, c) and _JUST_BEHIND.fullmatch(view.section_text, c.end, grade.start) for c in view.counts):
            place = view.evidence("", grade.start, grade.end)
            draft.put("ctcae_grade", grade.low, place)
            draft.put("grade_basis", "stated", place)


def _put_severity_of_episode(draft: Draft, piece: Piece) -> None:
    """ "a second severe episode": the word stands before the episode that opens the row."""
    view = piece.view
    for severity in view.severities:
        named = piece.holds(severity.start) and _EPISODE_BEHIND.match(view.section_text, severity.end)
        if named and "severity_term" not in draft:
            draft.put("severity_term", severity.term, view.evidence("", severity.start, severity.end))


def put_named_in_title(ctx: Context, draft: Draft, told: CaseText, count: int) -> None:
    """ "Agranulocytosis after X", "severe X": the title's or aim's words for the event of the only patient.

    Not where a count or grade speaks against them; where there were several episodes, only if all are spoken of.
    """
    known = draft.values.get("severity_term")
    if len(told.cases) != 1 or known not in (None, "severe"):
        return
    grade = draft.values.get("ctcae_grade", SEVEREST)
    agreeing = _TERMS_OF_GRADE.get(grade, ()) if count == 1 else ()
    if grade < (SEVEREST if count > 1 else SEVEREST - 1) and not agreeing:
        return
    events = ctx.protocol.config.get("events", {})
    found: list[tuple[int, str, Evidence]] = []
    for view in ctx.sentences:
        aimed = role_of(view) == "aim" and (is_own_result(view) or bool(_TO_PRESENT.match(view.text)))
        announced = view.section == 0 or aimed or (is_own_result(view) and count > 1)
        if not announced or (count > 1 and not _OFTEN.search(view.text)):
            continue
        named = view.named_events
        for mention in named:
            term = events.get(mention.concept or "", {}).get("severity_term")
            if term and (term != TITLE_TERM or draft.values.get("ctcae_grade", SEVEREST) == SEVEREST):
                found.append((0, str(term), quote(ctx, "", mention.section, mention.start, mention.end)))
        whole = Piece(view, view.start, view.end)
        for severity in view.severities:
            own = not view.section_text[severity.start : severity.end].lower().startswith("life")
            if own and _of_event(whole, named, severity.start, severity.end):
                found.append((1, severity.term, view.evidence("", severity.start, severity.end)))
    if grade < SEVEREST - 1:
        found = [f for f in found if f[1] in agreeing]
    elif "ctcae_grade" in draft:
        found = [f for f in found if f[1] != "mild" and (f[1] != "moderate" or grade < SEVEREST)]
    found = [f for f in found if known is None or f[0] == 0]
    if found:
        _, term, place = min(found, key=lambda f: f[0])
        draft.values.pop("severity_term", None)
        draft.evidence = [e for e in draft.evidence if e.field != "severity_term"]
        draft.put("severity_term", term, place)


def _of_event(piece: Piece, events: Sequence[Mention], start: int, end: int) -> bool:
    """Whether a severity word belongs to the event: inside its name, before it in one phrase, or said of it behind."""
    text = piece.view.section_text
    others = [m for m in piece.view.mentions if m.label in ("other_cytopenia", "infection", "indication")]
    for mention in events:
        if mention.start <= start < mention.end:
            return True
        if any(end <= o.start < mention.start or mention.end <= o.start < start for o in others):
            continue
        if end <= mention.start <= end + 60 and (
            not _PHRASE_END.search(text, end, mention.start) or _ADJECTIVES.fullmatch(text, end, mention.start)
        ):
            return True
        if mention.end <= start <= mention.end + 30 and not _PHRASE_END.search(text, mention.end, start):
            return True
    return False


def derived_grade(ctx: Context, count: float | None, censored: str | None) -> int | None:
    """The grade of a count by definitions.toml; of a bound "< x" only where it settles the grade."""
    if count is None:
        return None
    for bound in ctx.protocol.definitions.get("grades", {}).get("bounds", ()):
        if censored == "<":
            if bound["lower"] <= 0 and count <= bound["below"]:
                return int(bound["grade"])
        elif bound["lower"] <= count < bound["below"]:
            return int(bound["grade"])
    return None
