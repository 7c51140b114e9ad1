"""Patients told one after the other in one sentence, with or without ages.

    "Two cases are reported: a woman with A, who had had B, and a woman with C."   two patients, A and C
    "A woman with lupus and a man with myositis developed X"                       two, X is said of both
    "A 44-, a 57- and a 63-year-old man developed X"                               three
    "a man with lymphoma and his wife"                                             no list of patients

A number of patients in the sentence, the one before or the title must agree with those described without an age. What
a sentence says behind the last of them is said of all where the event was not named before it. Further on, "the man"
is the one of his sex, and what names nobody is shared.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.concepts.patients import Patient, sex_of
from pipeline.relate.cases.account import Case, CaseText, Piece
from pipeline.relate.context import Context, SentenceView

MOST_PATIENTS = 8
_WHO = r"(?:woman|man|girl|boy|female|male|lady|gentleman)"
_DESCRIBED = re.compile(
    rf"\b(?P<ahead>an?|one|another)\s(?:(?!and\b|or\b|with\b|of\b)[\w-]+\s){{0,3}}?(?P<who>{_WHO})\b(?:\s(?:patient|adult)\b)?",
    re.IGNORECASE,
)
_RELATIVE = re.compile(
    r"\b(?:whose|mother|father|donor|husband|wife|by|from|than|like|relative)\s(?:was\s|is\s|of\s)?$", re.I
)
_NUMBER_OF = re.compile(
    r"\b(?P<n>two|three|four|five|six|seven|eight|[2-8])\s(?:[\w-]+\s){0,3}?(?:cases|patients|people|persons|adults"
    r"|children|women|men|individuals)\b",
    re.IGNORECASE,
)
_WORDS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}
_AND_LAST = re.compile(r"(?:^|[\s,;])(?:and|as well as|plus)\s(?:in\s|of\s|by\s)?$")
_VERB = re.compile(
    r"(?:,\s)?\b(?:who|in whom|both|all|each|developed|presented|experienced|had|were|was)\b", re.IGNORECASE
)
_PRONOUN_AHEAD = re.compile(
    r"(?:^|[;,]\s(?:(?:and|while|whereas|but)\s)?)(?:(?P<she>she|hers?)|(?P<he>he|his))\b", re.IGNORECASE
)
_THE_PERSON = re.compile(rf"\b[Tt]he\s(?:\w+\s)?(?P<who>{_WHO})\b(?=\s(?!with\b))", re.IGNORECASE)


@dataclass(frozen=True)
class Listed:
    """A sentence that lists patients: its order in the body, who they are, and where what is said of all begins.

    `names`: what each is called where they are relatives ("the mother").
    """

    order: int
    view: SentenceView
    people: tuple[Patient, ...]
    tail: int
    names: tuple[str, ...] = ()


def enumerated(ctx: Context, body: Sequence[SentenceView]) -> Listed | None:
    """The first sentence that lists the patients of an article."""
    titles = [v.text for v in ctx.sentences if v.section == 0]
    for order, view in enumerate(body):
        people = _people(view)
        if not 2 <= len(people) <= MOST_PATIENTS or not _is_a_list(view, people):
            continue
        aged = all(p.age_years is not None for p in people)
        near = [view.text, *(v.text for v in body[max(0, order - 1) : order]), *([] if aged else titles)]
        told = {_number(m["n"]) for text in near for m in _NUMBER_OF.finditer(text)}
        if len(people) in told or (aged and not told):
            return Listed(order, view, people, _tail(view, people))
    return None


def cases_of_list(body: Sequence[SentenceView], listed: Listed) -> CaseText:
    """The text given to the patients of a list: their own words in it, what names one later, and what is shared."""
    view, people = listed.view, listed.people
    starts = [p.start for p in people]
    ends = [*starts[1:], listed.tail]
    cases = [
        Case(n, None, (view, person), [Piece(view, start, end)])
        for n, (person, start, end) in enumerate(zip(people, starts, ends, strict=True), start=1)
    ]
    shared = [Piece(v, v.start, v.end) for v in body[: listed.order]]
    shared.append(Piece(view, view.start, starts[0]))
    if listed.tail < view.end:
        shared.append(Piece(view, listed.tail, view.end))
    current: list[Piece] = shared
    for later in body[listed.order + 1 :]:
        current = _give(later, cases, shared, current, listed.names)
    return CaseText(tuple(cases), tuple(p for p in shared if p.start < p.end))


def _give(
    view: SentenceView, cases: Sequence[Case], shared: list[Piece], current: list[Piece], names: Sequence[str]
) -> list[Piece]:
    """One sentence given to whom it names; gives whose text goes on with the next."""
    cuts = [
        (label.start, label.number) for label in view.labels if label.kind == "patient" and label.number <= len(cases)
    ]
    for match in _THE_PERSON.finditer(view.text):
        sex = sex_of(match["who"])
        same = [c.number for c in cases if c.patient and c.patient[1].sex == sex]
        if len(same) == 1:
            cuts.append((view.start + match.start(), same[0]))
    if names:
        cuts = _named_relatives(view, cases, names)
    cuts.sort()
    if not cuts:
        goes_on = current is not shared and re.match(r"(?:he|she|his|her)\b", view.text, re.IGNORECASE)
        target = current if goes_on else shared
        target.append(Piece(view, view.start, view.end))
        return target
    edges = [view.start, *(start for start, _ in cuts[1:]), view.end]
    for (_, number), start, end in zip(cuts, edges, edges[1:], strict=False):
        cases[number - 1].pieces.append(Piece(view, start, end))
    return cases[cuts[-1][1] - 1].pieces


def _named_relatives(view: SentenceView, cases: Sequence[Case], names: Sequence[str]) -> list[tuple[int, int]]:
    """Where a sentence names a relative, or says "she" or "he" of one at the head of a clause; whose number it is."""
    found = [
        (view.start + m.start(), number)
        for number, name in enumerate(names, start=1)
        for m in re.finditer(rf"\b(?:the|her|his)\s{name}\b", view.text, re.IGNORECASE)
    ]
    sexes = [c.patient[1].sex if c.patient else None for c in cases]
    if not found and len(set(sexes)) == len(cases):
        for match in _PRONOUN_AHEAD.finditer(view.text):
            sex = "female" if match["she"] else "male"
            found.append((view.start + match.start("she" if match["she"] else "he"), sexes.index(sex) + 1))
    return found


def _people(view: SentenceView) -> tuple[Patient, ...]:
    """Everyone a sentence describes, by age or by "a woman"."""
    found = list(view.patients)
    for match in _DESCRIBED.finditer(view.text):
        start, end = view.start + match.start(), view.start + match.end()
        if any(start < p.end and p.start < end for p in found) or _RELATIVE.search(view.text, 0, match.start()):
            continue
        found.append(Patient(start, end, None, sex_of(match["who"])))
    return tuple(sorted(found, key=lambda p: p.start))


def _is_a_list(view: SentenceView, people: Sequence[Patient]) -> bool:
    """Whether the last of them is joined by "and", and nothing between them tells the event or a time of it."""
    text = view.section_text
    if not _AND_LAST.search(text[max(view.start, people[-1].start - 30) : _article(text, people[-1].start)]):
        return False
    first, last = people[0].end, people[-1].start
    facts = [m.start for m in view.named_events] + [i.start for i in view.intervals if i.role == "onset"]
    return not any(first <= f < last for f in facts) and ";" not in text[first:last]


def _article(text: str, position: int) -> int:
    """Where a description begins, with the article before an age ("a 57-year-old")."""
    match = re.compile(r"\b(?:an?|one|another)\s$", re.IGNORECASE).search(text, max(0, position - 9), position)
    return match.start() if match else position


def _tail(view: SentenceView, people: Sequence[Patient]) -> int:
    """Where that begins which is said of all: the verb behind the last one, if the event is named only there."""
    events = [m.start for m in view.named_events]
    if not events or min(events) < people[0].start:
        return view.end
    text = view.section_text
    verb = _VERB.search(text, people[-1].end, min(events))
    if verb is not None:
        return verb.start()
    comma = text.rfind(", ", people[-1].end, min(events))  # "In two, a man with A and a woman with B, X appeared"
    return comma if comma >= 0 else view.end


def _number(text: str) -> int:
    return _WORDS.get(text.lower()) or int(text)
