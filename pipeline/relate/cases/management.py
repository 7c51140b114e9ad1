"""Which treatment and admission belong to an episode, and which to the condition, the regimen or the time before."""

from __future__ import annotations

import re

from pipeline.concepts.assertion import role_of
from pipeline.concepts.course import Course
from pipeline.relate.cases.account import Episode, Piece
from pipeline.relate.cases.status import is_low, status_of
from pipeline.relate.cases.wording import SUBJECTS
from pipeline.relate.context import Context, SentenceView

ACTIVE = frozenset({"gcsf", "antibiotics", "ivig", "corticosteroids"})
AT_PRESENTATION = frozenset({"hospitalisation", "antibiotics"})
OF_THE_DRUG = frozenset({"drug_withheld", "drug_discontinued"})
_AFTER = re.compile(r"\b(?:after|following|since|upon|before)\s(?:the\s|a\s)?$", re.IGNORECASE)
LISTED = re.compile(r"\s?(?:,|/|\+|plus|,?\sand|,?\swith)\s?(?:low-dose |high-dose |oral |intravenous )?")
_OF_IT = re.compile(r"\s(?:of|in)\s(?:(?:the|this|her|his|their|all)\s)?(?:[\w-]+\s){0,2}", re.IGNORECASE)
_FOR_IT = re.compile(
    r"\s(?:(?:was|were|had been)\s(?:\w+\s)?(?:given|started|administered|used|begun|needed|required|prescribed)\s)?"
    r"(?:for|against|to treat|to correct)\s(?:the\s|this\s|her\s|his\s)?(?:[\w-]+\s){0,2}$",
    re.IGNORECASE,
)
_ONCE = re.compile(
    r"\b(?:once|when|after|upon|on|following|since)\s(?:(?:she|he|they|the|patient|had|has|been|was|being"
    r"|having|her|his)\s)*$",
    re.IGNORECASE,
)
_ANOTHER_CLAUSE = re.compile(
    r"[;:]|,\s(?:and|but|then|who|which|where)\b|\b(?:and|then)\s(?:was|were|had|received|given)\b"
)
_ANNOUNCED = re.compile(
    r"\b(?:we|here|herein)\b[^.;]{0,40}\b(?:report|describe|present)\b|\bis (?:reported|described|presented)\b", re.I
)
_GIVEN = re.compile(
    r"\b(?:given|received|administered|treated|infused|infusions?|doses?|started|initiated|used|added|underwent)\b",
    re.I,
)
_PURPOSE = re.compile(
    r"\s(?:(?:therapy|treatment|pulses?|\d+|mg|\w+ly|(?:was|were) (?:given|started|added))\s){0,3}"
    r"(?:for|against|because of|to treat|on account of)\s(?:the\s|her\s|his\s|an?\s)?",
    re.IGNORECASE,
)
_REJECTION = re.compile(r"\brejection\b|\bflare\b|\brelapse\b|\bGVHD\b|graft", re.IGNORECASE)
_SENTENCE_PART = re.compile(r"[;:]|,\s(?:and|but)\s")
_FOR_THE_CONDITION = re.compile(
    r"\b(?:because of|owing to|due to|on account of|in view of|for|after|upon|when)\s(?:[\w-]+\s){0,4}?"
    r"(?:relaps\w+|flare\w*|progress\w+|(?:disease|clinical|radiological)\sactivity|active\s(?:disease|lesions?"
    r"|vasculitis|nephritis|arthritis)|new\s(?:lesions?|attacks?)|attacks?|exacerbations?|inefficacy"
    r"|lack\sof\s(?:effect|efficacy|response)|insufficient\s\w+|inadequate\s\w+|treatment\sfailure|pregnancy"
    r"|(?:a\s|her\s|his\s)wish\w*|convenience|(?:infusion|allergic)\sreactions?|hypersensitivity|rejection)\b"
    r"(?!\sof\s(?:the\s)?(?:neutrop|agranul|granuloc|cytop))",
    re.IGNORECASE,
)
_GOING_ON = re.compile(
    r"\b(?:continu\w+|maintain\w+ on|remain\w+ on|still on|stayed on|tapered|reduc\w+|taper(?:ing)? of|under"
    r"|dose of|doses of|low-dose|"
    r"wean\w+ off|off)\s(?:\w+\s)?$",
    re.IGNORECASE,
)


def told_at_presentation(ctx: Context, episode: Episode) -> list[tuple[Piece, Course]]:
    """ "Five weeks after the last dose she was admitted with fever. Her neutrophils were 0": admission told before."""
    found: list[tuple[Piece, Course]] = []
    for piece in reversed(episode.before[-3:]):
        view = piece.view
        if role_of(view) in ("background", "aim", "title"):
            break
        clocks = [i for i in view.intervals if i.role in ("onset", "onset_before", "later") and piece.holds(i.start)]
        dosed = [m for m in view.named_drugs if piece.holds(m.start)]
        since = min((i.phrase_start for i in clocks), default=None)
        if dosed and since is None:
            break
        for course in view.courses:
            if not piece.holds(course.start) or course.kind != "management" or course.value not in AT_PRESENTATION:
                continue
            if course.negated or course.prophylactic or course.general or is_in_regimen(view, course):
                continue
            if dosed and since is not None and course.start < min(since, dosed[-1].start):
                timed = [i for i in clocks if i.role == "onset" and i.phrase_start > course.end]
                if not timed or _ANOTHER_CLAUSE.search(view.section_text, course.end, timed[0].phrase_start):
                    continue  # before the dose, unlike "was admitted 13 weeks after the last dose"
            found.append((piece, course))
        if dosed or clocks:
            break
    return found[::-1]


def given_after_announcing(episode: Episode) -> int:
    """The sentence up to which an announced event was not yet there: that in which the drug is given; else -1.

    "We describe late-onset X in a woman who ... received a kidney under prednisolone. Humoral rejection ... rituximab
    was given. Four months later she had X": prednisolone was no treatment of it.
    """
    view = episode.opening.view
    if not _ANNOUNCED.search(view.text):
        return -1
    behind = [p.view for p in episode.pieces if p.view.index > view.index]
    again = next((v.index for v in behind if any(status_of(v, m) == "affirmed" for m in v.named_events)), -1)
    low = next((v.index for v in behind if any(is_low(v, c) for c in v.counts)), -1)
    first = min((n for n in (again, low) if n >= 0), default=-1)
    given = [v.index for v in behind if v.index < first and v.named_drugs and _GIVEN.search(v.text)]
    return given[-1] if given else -1


def is_for_something_else(view: SentenceView, course: Course) -> bool:
    """Steroids and immunoglobulin that are given for a condition, go on, or stand in a sentence without the event."""
    if course.value not in ("corticosteroids", "ivig"):
        return False
    text = view.section_text
    purpose = _PURPOSE.match(text, course.end, min(view.end, course.end + 60))
    if purpose:
        behind = [m for m in view.mentions if 0 <= m.start - purpose.end() <= 25 and m.label in SUBJECTS]
        if course.value == "corticosteroids":
            return not behind or behind[0].label not in ("event", "analyte", "infection")
        return bool(_REJECTION.search(text, purpose.end(), purpose.end() + 30)) or (
            bool(behind) and behind[0].label in ("indication", "other_cytopenia")
        )
    if course.value != "corticosteroids":
        return False
    if _GOING_ON.search(text, max(view.start, course.start - 40), course.start):
        return True
    return not view.labelled("event", "analyte") and not any(
        c.value in ACTIVE - {"corticosteroids"} or c.kind == "outcome" for c in view.courses
    )


def is_on_account_of_the_condition(view: SentenceView, start: int, end: int) -> bool:
    """ "Because of a renal relapse she was switched to X", "X was begun for active disease": not for the event."""
    text = view.section_text
    first = max((m.end() for m in _SENTENCE_PART.finditer(text, view.start, start)), default=view.start)
    behind = _FOR_THE_CONDITION.search(text, end, min(view.end, end + 70))
    return _FOR_THE_CONDITION.search(text, first, start) is not None or (
        behind is not None and _SENTENCE_PART.search(text, end, behind.start()) is None
    )


def tells_treatment(view: SentenceView) -> bool:
    """Whether a sentence tells how the drug was given, and nothing of the event or its end."""
    if not view.named_drugs or view.labelled("event", "analyte"):
        return False
    return not any(c.value == "resolved" and not c.negated for c in view.courses)


def is_in_regimen(view: SentenceView, course: Course) -> bool:
    """ "cyclophosphamide, vincristine and prednisone": part of what was given with the drug.

    Antibiotics are part of no regimen ("discontinuation of the drug and antibiotics").
    """
    if course.value not in ACTIVE or course.value == "antibiotics":
        return False
    if not view.named_drugs and any(c.value == "resolved" and c.start > course.end for c in view.courses):
        return False  # "ciclosporin and prednisolone led to recovery"
    return any(
        m.label in ("co_medication", "drug")
        and m.end <= course.start
        and LISTED.fullmatch(view.section_text, m.end, course.start)
        for m in view.mentions
    )


def is_after_opening(episode: Episode, piece: Piece, course: Course) -> bool:
    """Treatment of the episode is told with it or after it; leaving the drug, admission and watching likewise."""
    if piece.view.index > episode.opening.view.index or piece not in episode.pieces:
        return True
    cured = any(c.value == "resolved" and episode.opening.start < c.start < course.start for c in piece.view.courses)
    if course.value in ACTIVE and cured:
        return True  # "which resolved after G-CSF"
    if course.value in ACTIVE and course.end <= episode.opening.start:
        text = piece.view.section_text
        ended = any(
            c.value == "resolved" and course.end <= c.start and _OF_IT.fullmatch(text, c.end, episode.opening.start)
            for c in piece.view.courses
        )
        if ended or _FOR_IT.search(text, course.end, episode.opening.start):
            return True  # "one dose of G-CSF led to resolution of the neutropenia", "G-CSF was given for neutropenia"
    if _AFTER.search(piece.view.section_text, max(0, course.start - 14), course.start):
        return False  # "developed it after switching to": what came before
    if course.value == "drug_switched" and _ONCE.search(piece.view.section_text, piece.start, course.start):
        return False  # "developed it once she had been switched to"
    return course.start > episode.opening.start or course.value in ("hospitalisation", "observation")
