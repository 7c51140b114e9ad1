"""Whose text is it: an article cut into patients.

Patients are told apart by "Case 2", "the second patient", "a 35-year-old man". What is said of "both patients", or
before the first of them, is shared.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from pipeline.concepts.assertion import is_own_result, role_of
from pipeline.relate.cases.account import Case, CaseText, Piece
from pipeline.relate.cases.enumerated import cases_of_list, enumerated
from pipeline.relate.cases.kin import relatives
from pipeline.relate.cases.status import is_low, status_of
from pipeline.relate.cases.wording import (
    NEW_CLAUSE,
    OF_A_DOSE,
    OUTSIDE,
    REPORTED,
    SEVERAL_PERSONS,
    single_person_cues,
)
from pipeline.relate.context import Context, SentenceView

SCOPE_COLUMNS = ("trigger", "role", "source")
# Kinds of study in which single patients are told
CASE_STUDIES = frozenset({"case_report", "case_series"})
GROUP_STUDIES = frozenset({"cohort", "registry", "single_arm_trial", "case_control"})
_NUMBERED = re.compile(r"(?:patient|case|pt)\S*\s(?:no\.?\s|number\s|#\s?)?(?:\d|[A-H]\b)", re.IGNORECASE)
_FOR_THE_PATIENT = re.compile(r"^[^,;:]{8,90}\b(?:to|in|by|for|of)\s(?:the\s)?$")
_ONLY_WHO = re.compile(r"\s?(?:\([^()]*\)|,\s[^.;]{0,40})?,?\s?(?:and\s|,\s)?(?:the\s)?", re.IGNORECASE)
_PERSON = re.compile(
    r"\b(?:patients?|cases?|pts?|subjects?|wom[ae]n|m[ae]n|females?|males?|child|girls?|boys?|elder|older"
    r"|younger|one)\b",
    re.IGNORECASE,
)
_AN_EPISODE = re.compile(
    r"\b(?:first|initial|second|third)\s(?:[\w-]+\s)?(?:episode|event|bout|occurrence)\b", re.IGNORECASE
)
# "The third was postponed": of a dose
_OF_A_DOSE = re.compile(rf"\s(?:{OF_A_DOSE}|(?:was|had\sbeen)\s(?:omitted|skipped|cancell?ed)\b)", re.IGNORECASE)
_ONE_OF_A_PAIR = re.compile(r"\b(?:former|latter)$", re.IGNORECASE)
_TOGETHER = re.compile(
    r"\b(?:cases|patients|pts|subjects)\s(?:nos?\.?\s)?(?P<numbers>(?:\d{1,2}|[A-H])"
    r"(?:\s?(?:,\sand|,|and|&|to|[-\u2013])\s?(?:\d{1,2}|[A-H]))+)\b"
    r"(?!\s?(?:years|months|weeks|days|%))",
    re.IGNORECASE,
)
# "We report an MS patient who", "we encountered a kidney recipient with"
_REPORTS_ONE = re.compile(
    r"\b(?:we|here|herein)\b[^.;]{0,40}\b(?:an?|one|our)\s(?:[\w-]+\s){0,5}(?:patient|wom[ae]n|m[ae]n|girl|boy|child|infant"
    r"|recipient|adult|adolescent)\b",
    re.IGNORECASE,
)
_A_GROUP = re.compile(r"\b(?:series|cohort|group|number|collection|experience)\b", re.IGNORECASE)
_IN_THE = re.compile(r"\b(?:in|for|of)\s(?:the\s)?$", re.IGNORECASE)
_IN_ALL = re.compile(
    r"\b(?:in|to|by|for|with)\s(?:both|each|either|all(?:\s(?:three|four|five|six))?|neither)"
    r"(?:(?:\s(?:of\s(?:them|these)|(?:the\s)?(?:wom[ae]n|m[ae]n|child|children|girls?|boys?|instances?)))?\.?$"
    r"|\s(?:of\sthe\s|of\sour\s|the\s)?(?:two\s|three\s)?(?:cases?|patients?)\b"
    # "given again to both at the usual intervals"
    r"|(?=[,;:]|\s(?:at|with|without|after|on|in|for|from|until|once|and|but|as|within|over|under|by)\s))",
    re.IGNORECASE,
)
_ONE_OF_TWO = re.compile(
    r"\b[Oo]ne(?=(?:\s(?:patient|case|of\s(?:them|these|our patients))\b)?,\s(?:an?|who|aged)\b)"
    r"|\b[Oo]ne\s(?:patient|case|of\s(?:them|these|our patients))\b(?=\s(?:was|had|is|developed|presented)\b)"
)
_IN_THE_OTHER = re.compile(
    r"\b(?:in|for|of)\s(?P<who>the\s(?:first|second|other|latter|former)(?:\sone)?)(?=[,;]|\.?$|\sand\b)", re.IGNORECASE
)
_OF_BOTH = re.compile(r"\b(?:both|each|all|neither)\b", re.IGNORECASE)
_OF_EACH = re.compile(r"\s?(?:both|all|each|neither)\b", re.IGNORECASE)
_LEAD_OF_ALL = re.compile(r"[^.;]*\b(?:both|all|each|neither)\b[^.;]*;\s", re.IGNORECASE)
_THROUGH = re.compile(r"to|[-\u2013]")


def case_text(ctx: Context) -> CaseText:
    """Who the patients are. An article about groups has none."""
    kind = ctx.study_type
    body = [v for v in ctx.sentences if v.section > 0 and (role_of(v) not in OUTSIDE or is_own_result(v))]
    if kind in CASE_STUDIES or kind is None:
        family = relatives(body)
        if family is not None:
            return cases_of_list(body, family)
        starts = [
            (order, label.start, label.number, label.text)
            for order, view in enumerate(body)
            for label in view.labels
            if label.kind == "patient" and not _counts_episodes(view, label.start, label.text)
        ]
        starts = _with_unnamed(body, starts)
        listed = enumerated(ctx, body) if kind == "case_series" else None
        if listed is not None and not any(order <= listed.order for order, *_ in starts):
            return cases_of_list(body, listed)
        if len({number for _, _, number, _ in starts}) >= 2 or (starts and kind == "case_series"):
            return _several(body, starts)
        described = [(order, p) for order, view in enumerate(body) for p in view.patients]
        if kind == "case_series" and len({(p.age_years, p.sex) for _, p in described}) >= 2:
            return _several(body, [(order, p.start, n, "") for n, (order, p) in enumerate(described, start=1)])
        if kind == "case_series" and len(described) == 1 and _tells_its_event(body[described[0][0]]):
            return _single(ctx)
    if kind in GROUP_STUDIES and (numbered := _numbered_in_a_group(body)).cases:
        return numbered
    if kind == "case_report" and _counts_several(ctx, body):
        return CaseText(())
    if kind == "case_report" or _tells_one_patient(ctx, body, kind):
        return _single(ctx)
    return CaseText(())


def _with_unnamed(
    body: Sequence[SentenceView], starts: Sequence[tuple[int, int, int, str]]
) -> list[tuple[int, int, int, str]]:
    """ "One patient, a woman with A, ...; the other ...", "3 weeks in the first patient and 5 in the second."."""
    found = [*_described_before(body, starts), *starts]
    numbers = {number for _, _, number, _ in starts}
    if numbers == {2} and len(found) == len(starts):
        order, place, *_ = starts[0]
        for view in (body[order], *body[max(0, order - 1) : order]):
            one = _ONE_OF_TWO.search(view.section_text, view.start, place if view is body[order] else view.end)
            if one is not None:
                found.append((body.index(view), one.start(), 1, one.group()))
                break
    for order, view in enumerate(body):
        own = [s for s in starts if s[0] == order]
        for match in _IN_THE_OTHER.finditer(view.text) if own and numbers == {1, 2} else ():
            place = view.start + match.start("who")
            number = 1 if match["who"].lower().endswith(("first", "one", "former")) else 2
            if all(place != s[1] for s in own):
                found.append((order, place, number, match["who"]))
    return sorted(found)


def _described_before(
    body: Sequence[SentenceView], starts: Sequence[tuple[int, int, int, str]]
) -> list[tuple[int, int, int, str]]:
    """ "A woman of 31 ... A man of 35 ... The third patient": as many by their ages as the first number leaves out."""
    least = min((number for _, _, number, _ in starts), default=1)
    if least < 2:
        return []
    last, place, *_ = starts[0]
    found: dict[tuple[float | None, str | None], tuple[int, int]] = {}
    for order, view in enumerate(body[: last + 1]):
        for patient in view.patients:
            ahead = order < last or patient.end <= place
            if ahead and patient.age_years is not None:
                new = order not in (o for o, _ in found.values())
                found.setdefault((patient.age_years, patient.sex), (order, view.start if new else patient.start))
    if len(found) != least - 1:
        return []
    return [(order, start, n, "") for n, (order, start) in enumerate(found.values(), start=1)]


def _tells_one_patient(ctx: Context, body: Sequence[SentenceView], kind: str | None) -> bool:
    """Whether one patient is told although the kind of study is another, or not known."""
    if any(m.row["kind"] == "person" for v in ctx.sentences if v.section == 0 for m in single_person_cues(v)):
        return kind not in ("rct", "systematic_review")
    described = any(view.patients for view in body)
    if kind == "pharmacovigilance":
        return described
    if kind == "case_series" and not any(SEVERAL_PERSONS.search(v.text) for v in (*body, *ctx.sentences[:1])):
        return described or any(single_person_cues(v) for v in body)
    if kind in ("rct", "systematic_review"):
        return False
    if any(v.named_events and REPORTED.search(v.text) and _announces_one(v) for v in body):
        return True
    if kind not in (None, "other", "review"):
        return False
    plural = any(SEVERAL_PERSONS.search(v.text) for v in body)
    return described or any(m.row["kind"] == "report" or not plural for v in body for m in single_person_cues(v))


def _counts_several(ctx: Context, body: Sequence[SentenceView]) -> bool:
    """ "Four patients with X" in the title, and no single person in the text: their events are not told apart."""
    titled = any(SEVERAL_PERSONS.search(v.text) for v in ctx.sentences if v.section == 0)
    return titled and not any(m.row["kind"] == "person" for v in body for m in single_person_cues(v))


def _announces_one(view: SentenceView) -> bool:
    """Whether "we report" is followed by one patient, and not by "a series of twelve patients"."""
    cues = single_person_cues(view)
    if any(m.row["kind"] == "person" for m in cues):
        return True
    return bool(cues) and not SEVERAL_PERSONS.search(view.text) and not _A_GROUP.search(view.text)


def _counts_episodes(view: SentenceView, start: int, name: str) -> bool:
    """ "The first episode ...; the second (0.5 G/L)": an ordinal without a person, behind an episode, is no patient.

    "The third was postponed": that of a dose is none either.

    "Early and late X may occur in one patient; the former ..., the latter ...": neither are these, behind events.
    """
    if _PERSON.search(name):
        return False
    if _OF_A_DOSE.match(view.section_text, start + len(name)):
        return True
    if _AN_EPISODE.search(view.section_text, view.start, start):
        return True
    named = [m for m in view.labelled("event", "drug", "regimen", "analyte") if m.end <= start]
    return bool(named and _ONE_OF_A_PAIR.search(name)) and not (view.patients or SEVERAL_PERSONS.search(view.text))


def _tells_its_event(view: SentenceView) -> bool:
    """Whether the sentence that describes a patient tells the event with a time or a count of its own."""
    facts = any(i.role == "onset" for i in view.intervals) or any(is_low(view, c) for c in view.counts)
    return facts and any(status_of(view, m) == "affirmed" for m in view.named_events)


def _single(ctx: Context) -> CaseText:
    """The one patient of an article. The account begins where a single person is first spoken of.

    What the authors announce before it ("we report a case of") is shared text.
    """
    views = [v for v in ctx.sentences if v.section > 0]
    told = [n for n, v in enumerate(views) if role_of(v) not in ("background", "aim") or is_own_result(v)]
    described = [n for n in told if views[n].patients]
    cued = [n for n in told if single_person_cues(views[n]) or _REPORTS_ONE.search(views[n].text)]
    first = (described or cued or [0])[0]
    pieces = [Piece(v, v.start, v.end) for v in views[first:]]
    shared = [Piece(views[n], views[n].start, views[n].end) for n in cued if n < first and is_own_result(views[n])]
    who = next(((v, p) for v in (*views[first:], *ctx.sentences) for p in v.patients), None)
    return CaseText((Case(1, None, who, pieces),), tuple(shared))


def _several(body: Sequence[SentenceView], starts: Sequence[tuple[int, int, int, str]]) -> CaseText:
    """Cuts the text at each patient's first words; what stands before the first, or speaks of all, is shared."""
    cases: dict[int, Case] = {}
    shared: list[Piece] = []
    listed: list[tuple[tuple[int, ...], SentenceView]] = []
    current: Case | None = None
    for order, view in enumerate(body):
        cuts = sorted(s for s in starts if s[0] == order)
        if not cuts and _speaks_of_all(view):
            shared.append(Piece(view, view.start, view.end))
            current = None
            continue
        if _told_jointly(view, cuts):
            # "Patient 1 (79/M) and patient 2 (83/F) developed it after 12 and 16 weeks, respectively"
            shared.append(Piece(view, view.start, view.end))
            for (_, place, number, name), (_, stop, *_) in pairwise([*cuts, (0, view.end, 0, "")]):
                case = cases.setdefault(number, Case(number, name))
                who = next(((view, p) for p in view.patients if place <= p.start < stop), None)
                case.patient = case.patient or who
            current = None
            continue
        position = view.start
        together, end = _several_at_once(view)
        if together and _tells_one_each(view, len(together)):
            listed.append((together, view))
            current = None
            continue
        if together:
            current = None
            cuts = [c for c in cuts if c[1] >= end]
            position = cuts[0][1] if cuts else view.end
            for number in together:
                cases.setdefault(number, Case(number)).pieces.append(Piece(view, view.start, position))
            if not cuts:
                continue
        if len(cuts) == 1 and not together and _FOR_THE_PATIENT.match(view.section_text[view.start : cuts[0][1]]):
            # "Filgrastim was given to patient 1": the whole sentence is about that patient
            current = cases.setdefault(cuts[0][2], Case(cuts[0][2], cuts[0][3]))
            current.pieces.append(Piece(view, view.start, view.end))
            continue
        if len(cuts) > 1 and not together and _facts_come_first(view, cuts):
            lead = _LEAD_OF_ALL.match(view.section_text, position, cuts[0][1])
            if lead is not None:
                shared.append(Piece(view, position, lead.end()))  # "All recovered; it lasted 4 days in case 1 and ..."
                position = lead.end()
            for _, place, number, name in cuts:
                case = cases.setdefault(number, Case(number, name))
                case.pieces.append(Piece(view, position, place + len(name)))
                position = place + len(name)
            if _OF_BOTH.search(view.section_text, position, view.end):
                shared.append(Piece(view, position, view.end))  # "and went by itself in both"
            current = None
            continue
        for _, named_at, number, name in cuts:
            place = _clause_about(view, position, named_at)
            if place > position:
                of_all = _OF_EACH.match(view.section_text, position, place)  # "Both recovered, the first with X"
                (current.pieces if current and not of_all else shared).append(Piece(view, position, place))
            current = cases.setdefault(number, Case(number, name))
            position = place
        (current.pieces if current else shared).append(Piece(view, position, view.end))
    for numbers, _ in listed:
        for number in numbers:
            cases.setdefault(number, Case(number))
    # a value for each by position: shared where it lists all of them; of some of them it is nobody's
    shared += [Piece(v, v.start, v.end) for numbers, v in listed if list(numbers) == sorted(cases)]
    for case in cases.values():
        case.patient = next(
            ((piece.view, p) for piece in case.pieces for p in piece.view.patients if piece.holds(p.start)),
            case.patient,
        )
    return CaseText(tuple(cases[number] for number in sorted(cases)), tuple(shared))


def _clause_about(view: SentenceView, start: int, place: int) -> int:
    """ "All went on with the drug; it recurred only in case 1": the clause that ends with a patient begins here."""
    text = view.section_text
    if not _IN_THE.search(text, max(start, place - 9), place):
        return place
    breaks = [m.end() for m in NEW_CLAUSE.finditer(text, start, place)]
    return breaks[-1] if breaks else place


def _facts_come_first(view: SentenceView, cuts: Sequence[tuple[int, int, int, str]]) -> bool:
    """ "60 days after the last infusion in case 1 and 90 days after it in case 2": each patient behind the facts."""
    text = view.section_text
    if not all(_IN_THE.search(text, max(view.start, place - 9), place) for _, place, _, _ in cuts):
        return False
    facts = [i.start for i in view.intervals] + [c.start for c in view.counts]
    last = cuts[-1][1]
    return any(f < cuts[0][1] for f in facts) and not any(f > last for f in facts)


def _told_jointly(view: SentenceView, cuts: Sequence[tuple[int, int, int, str]]) -> bool:
    """Whether a sentence names several patients one after the other and then tells a value for each."""
    if len({number for _, _, number, _ in cuts}) < 2 or "respectively" not in view.text:
        return False
    between = [view.section_text[a[1] + len(a[3]) : b[1]] for a, b in pairwise(cuts)]
    return all(_ONLY_WHO.fullmatch(text) for text in between)


def _several_at_once(view: SentenceView) -> tuple[tuple[int, ...], int]:
    """ "Cases 1 and 3 received": the numbers that a sentence begins with, and where they end."""
    match = _TOGETHER.search(view.text)
    if match is None or any(label.start < view.start + match.start() for label in view.labels):
        return (), -1
    numbers = [int(n) for n in re.findall(r"\d+", match["numbers"])]
    numbers = numbers or [ord(n) - ord("A") + 1 for n in re.findall(r"\b[A-H]\b", match["numbers"])]
    if len(numbers) == 2 and _THROUGH.search(match["numbers"]):
        numbers = list(range(numbers[0], numbers[1] + 1))
    return tuple(numbers), view.start + match.end()


def _tells_one_each(view: SentenceView, patients: int) -> bool:
    """ "Patients 1, 2 and 3 had it 40, 61 and 95 days after the last dose, with nadirs of 0.1, 0.9 and 0.3"."""
    low = [c for c in view.counts if is_low(view, c)]
    return patients > 1 and (any(len(i.values) == patients for i in view.intervals) or len(low) == patients)


def _numbered_in_a_group(body: Sequence[SentenceView]) -> CaseText:
    """ "Patient 2 had 0.9 x 10^9/L after 61 days" in a cohort: those told by a number, each with a time or a count.

    What the article says of its groups is not shared with them.
    """
    told = [
        v
        for v in body
        if any(m.kind == "patient" and _NUMBERED.match(m.text) for m in v.labels) or _several_at_once(v)[0]
    ]
    starts = [
        (order, label.start, label.number, label.text)
        for order, view in enumerate(told)
        for label in view.labels
        if label.kind == "patient" and _NUMBERED.match(label.text)
    ]
    found = _several(told, starts)
    facts = [_has_facts(c) or bool(found.shared) for c in found.cases]
    if len(facts) < 2 or not all(facts):
        return CaseText(())
    return found


def _has_facts(case: Case) -> bool:
    """Whether a patient's text has an onset or a low count."""
    return any(
        any(p.holds(i.start) and i.role in ("onset", "later") for i in p.view.intervals)
        or any(p.holds(c.start) and is_low(p.view, c) for c in p.view.counts)
        for p in case.pieces
    )


def _speaks_of_all(view: SentenceView) -> bool:
    found = view.triggers("case_scope", SCOPE_COLUMNS)
    if found and (found[0].first <= 3 or _IN_ALL.search(view.text)):
        return True
    return "respectively" in view.text and any(len(i.values) > 1 for i in view.intervals)
