"""Whether a mention of the event is a fact of this publication, or a definition, advice, background, an aim, a denial.

The design is ConText's (Harkema et al., J Biomed Inform 2009;42:839): a phrase has a status, works on what follows or
precedes it, reaches a number of words, and is stopped by a terminator; a longer "pseudo" phrase disarms a shorter one
("not only"). The phrases are corpora/common/triggers/assertion.csv. To that come the part of the abstract that the
sentence stands in (heading.csv: "BACKGROUND", "Results:", also inside an unstructured text) and the words by which
authors announce a result of their own (own_result.csv).

A strong phrase settles the status whatever else the sentence holds; a weak one ("is rare", "risk of") only where no
figure of the publication is tied to the mention. Callers that hold such a figure may disregard weak ones.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Protocol

from pipeline.concepts.phrases import Match, PhraseTable, Word, trigger_rows, trigger_table
from pipeline.records import TITLE

if TYPE_CHECKING:
    from pipeline.relate.context import Context, SentenceView

COLUMNS = ("trigger", "status", "direction", "scope", "strength", "source")
OWN_COLUMNS = ("trigger", "source")
HEADING_COLUMNS = ("trigger", "role", "source")

AFFIRMED = "affirmed"
# Which status wins where several phrases reach the mention: the one that says most about where the fact comes from.
PRECEDENCE = (
    "defined",
    "treated",
    "historical",
    "aim",
    "background",
    "hypothetical",
    "advised",
    "other_cause",
    "covariate",
    "negated",
    "association",
)
SENTENCE_WIDE = 90  # a scope of so many words is not stopped by terminators ("in the literature")
BACKGROUND_ROLES = frozenset({"background", "aim"})


class Span(Protocol):
    """Anything with a place in a section: a Mention, a Match, ..."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Assertion:
    """The status of a mention, the section offsets of the phrase that decided it, and whether that phrase is weak."""

    status: str
    start: int | None = None
    end: int | None = None
    weak: bool = False

    @property
    def is_fact(self) -> bool:
        """Affirmed, or at most put in question by a weak phrase."""
        return self.status == AFFIRMED or self.weak


def assess(view: SentenceView, mention: Span) -> Assertion:
    """The status of a mention in its sentence, the sentence's place in the abstract included."""
    found = assess_phrases(view, mention)
    if found.status != AFFIRMED and not found.weak:
        return found
    role = role_of(view)
    if role in BACKGROUND_ROLES and not is_own_result(view):
        return Assertion("background" if role == "background" else "aim")
    return found


def assess_phrases(view: SentenceView, mention: Span) -> Assertion:
    """The status by the phrases of the sentence alone; asked by many rules, worked out once."""
    known, place = view.assertions, (mention.start, mention.end)
    found = known.get(place)
    if found is None:
        found = known[place] = _assessed(view, mention)
    return found


def _assessed(view: SentenceView, mention: Span) -> Assertion:
    matches = _matches(view)
    if not matches:
        return Assertion(AFFIRMED)
    announced = _own_matches(view)
    is_result = role_of(view) == "results"
    own = [m.first for m in announced]
    reaching = []
    for match in matches:
        status = match.row["status"]
        if status in ("pseudo", "terminate"):
            continue
        if status == "background" and is_result and not _is_sentence_wide(match) and "been" in match.row["trigger"]:
            continue  # under "Results", "have been documented" tells of the authors' own patients
        if status == "background" and _tells_patient(view, match):
            continue
        if status == "background" and any(o.start < match.end and match.start < o.end for o in announced):
            continue
        if _reaches(match, mention, view, matches, own):
            if status == "other_cause" and not _names_other_cause(view, match, mention):
                continue
            reaching.append(match)
    if not reaching:
        return Assertion(AFFIRMED)
    best = min(reaching, key=lambda m: (m.row["strength"] == "weak", PRECEDENCE.index(m.row["status"]), m.start))
    return Assertion(best.row["status"], best.start, best.end, best.row["strength"] == "weak")


def _tells_patient(view: SentenceView, match: Match) -> bool:
    """Whether it is a patient that "is reported": "A man of 73 with anaemia is reported: ..."."""
    return match.row["trigger"] in ("is reported", "are reported", "is described", "are described") and any(
        p.end <= match.start for p in view.patients
    )


def is_own_result(view: SentenceView) -> bool:
    """Whether the sentence announces a finding of the authors ("we report", "in our cohort")."""
    return bool(_own_matches(view))


def role_of(view: SentenceView) -> str | None:
    """The part of the abstract: title, background, aim, methods, results, conclusions, other; None where unmarked."""
    return view.role


@cache
def _headings_within() -> re.Pattern[str]:
    words = sorted((row["trigger"] for row in trigger_rows("heading", HEADING_COLUMNS)), key=len, reverse=True)
    word = "|".join(re.escape(w).replace(r"\ ", r"\s") for w in words)
    more = rf"(?:\s?(?:,|/|&|and)\s?(?:and\s)?(?:{word}))*"
    return re.compile(
        rf"(?:^|(?<=[.!?;)\]])\s{{0,2}}|(?<=\n))(?P<head>(?=[A-Z])(?i:{word})(?i:{more}))"
        r"(?:\s?:|\.\s(?=[A-Z0-9])|\s[-–—]\s|(?<=[a-z])(?=[A-Z][a-z]+\s))"
    )


def sentence_roles(context: Context) -> tuple[str | None, ...]:
    """The part of the abstract that each sentence stands in, by section headings and headings inside the text."""
    return tuple(_roles(context))


def _roles(context: Context) -> list[str | None]:
    section_roles: list[str | None] = []
    for index, section in enumerate(context.sections):
        if index == 0:
            section_roles.append("title")
            continue
        own = heading_role(section.label) if section.label and section.label.upper() != TITLE else None
        section_roles.append(own or heading_role(section.nlm_category))
    last = len(section_roles) - 1
    for index, section in enumerate(context.sections):
        if (
            section_roles[index] == "conclusions"
            and index < last
            and (section.label or "").strip().lower() == "summary"
        ):
            section_roles[index] = None  # "Purpose", "Summary", "Conclusion": the whole account stands in the middle
    changes: dict[int, list[tuple[int, str]]] = {}
    for index, section in enumerate(context.sections):
        if index and section_roles[index] is None:
            found = [(m.start("head"), heading_role(m["head"])) for m in _headings_within().finditer(section.text)]
            changes[index] = [(start, role) for start, role in found if role]
    roles: list[str | None] = []
    for view in context.sentences:
        role = section_roles[view.section]
        inside = changes.get(view.section, ())
        for start, inner in inside:
            if start < view.start + (view.end - view.start) // 3:
                role = inner
        if inside and role == inside[-1][1] in ("aim", "background") and inside[-1][0] < view.start:
            role = (
                None  # "Aim: to describe A. Of 214 patients ...": the only heading reaches no further than its sentence
            )
        roles.append(role)
    return roles


@lru_cache(maxsize=4096)
def heading_role(heading: str | None) -> str | None:
    """The part of an abstract that a heading names: "Patients and Methods" is methods; results win over the rest."""
    if not heading:
        return None
    table = trigger_table("heading", HEADING_COLUMNS)
    tokens = [Word(w.lower(), m, m) for m, w in enumerate(re.findall(r"[^\W\d_]+", heading))]
    found = {match.row["role"] for match in table.find(tokens)}
    for role in ("results", "conclusions", "methods", "aim", "background", "other"):
        if role in found:
            return role
    return None


@cache
def _table() -> PhraseTable:
    return trigger_table("assertion", COLUMNS)


def _matches(view: SentenceView) -> tuple[Match, ...]:
    return view.triggers("assertion", COLUMNS)


def _own_matches(view: SentenceView) -> tuple[Match, ...]:
    return view.triggers("own_result", OWN_COLUMNS)


def _reaches(match: Match, mention: Span, view: SentenceView, matches: Sequence[Match], own: Sequence[int]) -> bool:
    """Whether a phrase acts on the mention: direction, number of words, nothing in between that stops it."""
    row = match.row
    if match.start < mention.end and mention.start < match.end:
        return False
    forward = match.end <= mention.start
    if row["direction"] not in ("both", "forward" if forward else "backward"):
        return False
    left, right = (match.end, mention.start) if forward else (mention.end, match.start)
    if row["scope"]:
        aside = _ASIDE.search(view.section_text, left, right)
        between = sum(
            1
            for word in view.words
            if left <= word.start and word.end <= right and not (aside and aside.start() < word.start < aside.end())
        )
        if between >= int(row["scope"]):
            return False
    if _is_sentence_wide(match):
        return True
    if ";" in view.section_text[left:right]:
        return False
    if row["status"] == "treated" and _CAME_LATER.search(view.section_text, left, right):
        return False
    if forward and row["status"] == "negated" and _NO_DENIAL.match(view.section_text, match.end):
        return False
    if forward and row["status"] == "negated" and _denies_a_drug(view, left, right):
        return False
    stops = (m for m in matches if m.row["status"] == "terminate")
    if any(left <= m.start and m.end <= right for m in stops):
        return False
    return not any(left <= view.words[first].start < right for first in own)


_NO_DENIAL = re.compile(r",|\.\s?\d")  # "after infusion no. 2 neutropenia was found"
_ASIDE = re.compile(r"\((?:[^()\s]+\s){3,}[^()]*\)")  # its words are not counted: "A (a count below 1.0) at entry"
_CAME_LATER = re.compile(r"\b(?:developed|experienced|became|had|showed|suffered|acquired)\b", re.IGNORECASE)
"""Patients "treated for X developed" the event: they were not treated for it."""


def _denies_a_drug(view: SentenceView, left: int, right: int) -> bool:
    """ "Who had never had rituximab, suffered from": what is denied is the drug, in a clause that a comma ends."""
    drugs = [m for m in view.named_drugs if left <= m.start < right]
    return bool(drugs) and view.section_text[drugs[0].end : drugs[0].end + 1] == "," and drugs[0].start - left < 20


def _is_sentence_wide(match: Match) -> bool:
    return bool(match.row["scope"]) and int(match.row["scope"]) >= SENTENCE_WIDE


_CAUSE_WINDOW = 60  # characters after "due to" in which its cause is looked for


def _names_other_cause(view: SentenceView, match: Match, mention: Span) -> bool:
    """Whether what follows "due to" is something other than the review's drug."""
    if match.end <= mention.start:
        return not any(mention.end <= m.start <= mention.end + _CAUSE_WINDOW for m in view.named_drugs)
    after = [m for m in view.mentions if match.end <= m.start <= match.end + _CAUSE_WINDOW]
    named = [m for m in after if m.label == "event"]  # it is no other cause, whatever else its name is taken for
    window = [m for m in after if not any(e.start < m.end and m.start < e.end for e in named)]
    if not window or any(m.label in ("drug", "regimen") for m in window):
        return False
    return any(m.label in ("co_medication", "CHEMICAL", "DISEASE") for m in window)
