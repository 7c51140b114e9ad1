"""Case findings: one patient, one episode, one row.

An article is cut into patients ("Case 2", "the second patient", "a 35-year-old man"), a patient's text into episodes
("two years later", "a second episode"), and each episode takes the values found in its own text; what is said of
"both patients" or before the first of them holds for each. Which time, count and grade belong to an episode is told by
place: they stand in its text, in a sentence that speaks of the event.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.concepts import indication
from pipeline.concepts.assertion import assess, role_of
from pipeline.concepts.blood_counts import BloodCount
from pipeline.concepts.patients import Patient, pronoun_sex, sex_named
from pipeline.concepts.study_type import study_type
from pipeline.concepts.timing import Interval
from pipeline.records import Evidence, Finding, Mention, Rejected
from pipeline.relation_context import Context, SentenceView

EPISODE_COLUMNS = ("trigger", "role", "source")
SCOPE_COLUMNS = ("trigger", "role", "source")
# The parts of an abstract in which authors do not tell a case
OUTSIDE = frozenset({"title", "background", "aim", "conclusions"})
_PHRASE_END = re.compile(r"[,;:]|\b(?:and|with|after|following|who|which)\b", re.IGNORECASE)
LOW = 2.0  # 10^9/L; a count from here upwards is no nadir of the event


@dataclass(frozen=True)
class Piece:
    """A stretch of one sentence."""

    view: SentenceView
    start: int
    end: int

    def holds(self, position: int) -> bool:
        return self.start <= position < self.end


@dataclass
class Episode:
    """The text of one episode, and the event that opens it."""

    pieces: list[Piece]
    event: Mention
    number: int = 1
    several: bool = False


@dataclass
class Case:
    """One patient: a number where there are several, who it is, and the text about them."""

    number: int
    name: str | None
    patient: tuple[SentenceView, Patient] | None
    pieces: list[Piece] = field(default_factory=list)


def case_findings(ctx: Context) -> tuple[list[Finding], list[Rejected]]:
    """The case rows of an article, and every event, time and count near them that was not used, with the reason."""
    cases, shared = _cases(ctx)
    findings: list[Finding] = []
    rejected: list[Rejected] = []
    for case in cases:
        episodes = _episodes(case, rejected)
        for index, episode in enumerate(episodes):
            later = episodes[index + 1] if index + 1 < len(episodes) else None
            findings.append(_finding(ctx, case, episode, later, len(cases), len(episodes), shared, rejected))
    if not findings:
        absent = _absent(ctx, cases)
        if absent is not None:
            findings.append(absent)
    return findings, rejected


def _cases(ctx: Context) -> tuple[list[Case], list[Piece]]:
    """The patients of an article, and the text that is about all of them. No patients: an article about groups."""
    body = [v for v in ctx.sentences if role_of(v) not in OUTSIDE]
    if not body:
        body = [v for v in ctx.sentences if v.section > 0]
    starts: list[tuple[int, int, int | None, str | None]] = []  # sentence, position, number, name
    for order, view in enumerate(body):
        for label in view.labels:
            if label.kind == "patient":
                starts.append((order, label.start, label.number, label.text))
    described = [(order, v, p) for order, v in enumerate(body) for p in v.patients]
    kind = study_type(ctx)
    numbers = {s[2] for s in starts}
    if len(numbers) >= 2 or (starts and kind == "case_series"):
        return _several(body, starts)
    if len(described) >= 2 and len({(p.age_years, p.sex) for _, _, p in described}) >= 2 and kind in (
        "case_series",
        "case_report",
        None,
        "other",
    ):
        return _several(body, [(order, p.start, n + 1, None) for n, (order, _, p) in enumerate(described)])
    if kind == "case_report" or (kind in (None, "other") and len(described) == 1):
        whole = [Piece(v, v.start, v.end) for v in ctx.sentences if v.section > 0]
        patient = (described[0][1], described[0][2]) if described else None
        if patient is None:
            patient = next(((v, p) for v in ctx.sentences for p in v.patients), None)
        return [Case(1, None, patient, whole)], []
    return [], []


def _several(
    body: Sequence[SentenceView], starts: Sequence[tuple[int, int, int | None, str | None]]
) -> tuple[list[Case], list[Piece]]:
    """Cuts the text at each patient's first words; what stands before the first, or names all, is shared."""
    ordered = sorted(starts)
    cases: dict[int, Case] = {}
    shared: list[Piece] = []
    current: Case | None = None
    for order, view in enumerate(body):
        cuts = [s for s in ordered if s[0] == order]
        position = view.start
        if _names_all(view) and not cuts:
            shared.append(Piece(view, view.start, view.end))
            continue
        for _, place, number, name in cuts:
            if place > position:
                piece = Piece(view, position, place)
                (current.pieces if current else shared).append(piece)
            key = number or len(cases) + 1
            current = cases.setdefault(key, Case(key, name, None))
            position = place
        piece = Piece(view, position, view.end)
        (current.pieces if current else shared).append(piece)
    for case in cases.values():
        case.patient = next(
            ((piece.view, p) for piece in case.pieces for p in piece.view.patients if piece.holds(p.start)), None
        )
    return [cases[k] for k in sorted(cases)], shared


def _names_all(view: SentenceView) -> bool:
    found = view.triggers("case_scope", SCOPE_COLUMNS)
    return bool(found) and found[0].first <= 3


def _episodes(case: Case, rejected: list[Rejected]) -> list[Episode]:
    """The episodes of a patient: the text from one event to the next that is told as another one."""
    episodes: list[Episode] = []
    before: list[Piece] = []
    for piece in case.pieces:
        opening = _opening(piece, rejected)
        if opening is not None and (not episodes or _is_new(piece, opening)):
            number = len(episodes) + 1
            episodes.append(Episode([*before, piece] if not episodes else [piece], opening, number, _is_plural(piece)))
            before = []
        elif episodes:
            episodes[-1].pieces.append(piece)
        else:
            before.append(piece)
    return episodes


def _opening(piece: Piece, rejected: list[Rejected]) -> Mention | None:
    """The first event of the piece that is told as a fact."""
    found = None
    for mention in piece.view.labelled("event"):
        if not piece.holds(mention.start):
            continue
        status = _status(piece.view, mention)
        if status != "affirmed":
            rejected.append(
                Rejected(mention.section, mention.start, mention.end, mention.text, "event", status)
            )
        elif found is None:
            found = mention
    return found


def _status(view: SentenceView, mention: Mention) -> str:
    if mention.concept == "non_neutropenic":
        return "negated"
    if mention.concept == "prior_neutropenia":
        return "historical"
    found = assess(view, mention)
    return "affirmed" if found.is_fact else found.status


def _is_new(piece: Piece, event: Mention) -> bool:
    """Whether an event is told as another episode, with a fact of its own."""
    view = piece.view
    cues = [m for m in view.triggers("episodes", EPISODE_COLUMNS) if piece.holds(m.start)]
    if any(m.row["role"] == "new" for m in cues):
        return True
    later = [i for i in view.intervals if piece.holds(i.start) and i.role in ("later", "onset") and i.start < event.start + 80]
    facts = bool(later) or any(piece.holds(x.start) for x in (*view.grades, *view.severities, *view.counts))
    if any(m.row["role"] == "again" for m in cues):
        return facts
    return bool([i for i in later if i.role == "later"])


def _is_plural(piece: Piece) -> bool:
    return any(m.row["trigger"].endswith("episodes") for m in piece.view.triggers("episodes", EPISODE_COLUMNS))


@dataclass
class _Draft:
    """Values and evidence of a finding in the making."""

    values: dict[str, Any] = field(default_factory=dict)
    evidence: list[Evidence] = field(default_factory=list)

    def put(self, name: str, value: Any, quote: Evidence | None) -> None:
        self.values[name] = value
        if quote is not None:
            self.evidence.append(quote)


def _finding(
    ctx: Context,
    case: Case,
    episode: Episode,
    later: Episode | None,
    cases: int,
    episodes: int,
    shared: Sequence[Piece],
    rejected: list[Rejected],
) -> Finding:
    draft = _Draft()
    own = episode.pieces
    everything = [*own, *shared]
    _put_drug(ctx, draft, case, episode, shared)
    _put_patient(draft, case)
    _put_indication(ctx, draft, case, shared)
    _put_event(ctx, draft, episode, shared, episode.number)
    _put_onset(draft, episode, rejected)
    _put_count(ctx, draft, own, rejected)
    _put_grade(ctx, draft, own, shared)
    _put_course(draft, own, shared, later)
    draft.values.setdefault("label", _label(case, episode, cases, episodes))
    del everything
    values = draft.values
    return Finding(
        finding_id="",
        pmid=ctx.article.pmid,
        level="case",
        n_treated=1,
        n_events=1,
        evidence=tuple(draft.evidence),
        flags=tuple(sorted(values.pop("flags", set()))),
        **values,
    )


def _label(case: Case, episode: Episode, cases: int, episodes: int) -> str | None:
    parts = []
    if cases > 1:
        parts.append(f"case {case.number}")
    if episodes > 1:
        parts.append(f"episode {episode.number}")
    return ", ".join(parts) or None


def _put_drug(ctx: Context, draft: _Draft, case: Case, episode: Episode, shared: Sequence[Piece]) -> None:
    """The drug named last before the event in the patient's text, else anywhere about it, else of the article."""
    class_concept = ctx.protocol.drug_class
    event = episode.event
    named = [m for piece in case.pieces for m in _drugs(ctx, piece)]
    before = [m for m in named if (m[0].section, m[0].start) <= (event.section, event.start + 120)]
    candidates = before[::-1] + named + [m for piece in shared for m in _drugs(ctx, piece)]
    candidates += [m for view in ctx.sentences for m in _drugs(ctx, Piece(view, view.start, view.end))]
    specific = [m for m in candidates if m[1] != class_concept]
    chosen = (specific or candidates)[0] if candidates else None
    if chosen is None:
        return
    mention, concept = chosen
    draft.put("drug", concept, _quote(ctx, "drug", mention.section, mention.start, mention.end))


def _drugs(ctx: Context, piece: Piece) -> list[tuple[Mention, str]]:
    """The review's drugs in a piece; a regimen stands for the drug in it."""
    found = []
    for mention in piece.view.labelled("drug", "regimen"):
        if not piece.holds(mention.start):
            continue
        concept = mention.concept
        if mention.label == "regimen":
            regimen = ctx.protocol.regimens.get(concept or "")
            concept = regimen.drug if regimen else None
        if concept:
            found.append((mention, concept))
    return found


def _put_patient(draft: _Draft, case: Case) -> None:
    if case.patient is not None:
        view, patient = case.patient
        quote = view.evidence("age_years", patient.start, patient.end)
        if patient.age_years is not None:
            draft.put("age_years", patient.age_years, quote)
        if patient.sex is not None:
            draft.put("sex", patient.sex, replace(quote, field="sex"))
            return
    for piece in case.pieces:
        text = piece.view.section_text[piece.start : piece.end]
        found = sex_named(text)
        if found:
            start, end, sex = found
            draft.put("sex", sex, piece.view.evidence("sex", piece.start + start, piece.start + end))
            return
    spoken = [(piece, pronoun_sex(piece.view.section_text[piece.start : piece.end])) for piece in case.pieces]
    sexes = {found[2] for _, found in spoken if found}
    if len(sexes) == 1:
        piece, found = next((p, f) for p, f in spoken if f)
        assert found is not None
        draft.put("sex", found[2], piece.view.evidence("sex", piece.start + found[0], piece.start + found[1]))


def _put_indication(ctx: Context, draft: _Draft, case: Case, shared: Sequence[Piece]) -> None:
    mention = indication.likeliest(ctx, [p.view for p in case.pieces]) if case.name or not shared else None
    mention = mention or indication.of_article(ctx)
    if mention is not None:
        draft.put(
            "indication",
            mention.preferred_name,
            _quote(ctx, "indication", mention.section, mention.start, mention.end),
        )


def _put_event(ctx: Context, draft: _Draft, episode: Episode, shared: Sequence[Piece], number: int) -> None:
    """event_definition and the severity that the event's own name carries ("febrile neutropenia")."""
    events = ctx.protocol.config.get("events", {})
    named = [
        m
        for piece in episode.pieces
        for m in piece.view.labelled("event")
        if piece.holds(m.start) and _status(piece.view, m) == "affirmed"
    ]
    about_all = [m for piece in shared for m in piece.view.labelled("event")]
    everywhere = [m for m in ctx.labelled("event")]
    for definition, pool in (("late_onset", [*named, *about_all, *everywhere]), ("febrile", named)):
        mention = next((m for m in pool if events.get(m.concept or "", {}).get("event_definition") == definition), None)
        if mention is not None:
            draft.put(
                "event_definition",
                definition,
                _quote(ctx, "event_definition", mention.section, mention.start, mention.end),
            )
            break
    for mention in sorted(named, key=lambda m: events.get(m.concept or "", {}).get("severity_term") != "febrile_neutropenia"):
        term = events.get(mention.concept or "", {}).get("severity_term")
        if term:
            draft.put("severity_term", term, _quote(ctx, "severity_term", mention.section, mention.start, mention.end))
            break


def _put_onset(draft: _Draft, episode: Episode, rejected: list[Rejected]) -> None:
    """The time from the drug to this episode: in the sentence of its event, else in the sentence before."""
    ranked: list[tuple[int, SentenceView, Interval]] = []
    for piece in episode.pieces:
        view = piece.view
        has_event = any(piece.holds(m.start) for m in view.labelled("event"))
        for interval in view.intervals:
            if not piece.holds(interval.start) or interval.role not in ("onset", "onset_before"):
                continue
            ranked.append((0 if has_event else 1, view, interval))
    ranked = [r for r in ranked if r[0] == 0 or r[1].index >= _event_view(episode).index - 1]
    if not ranked:
        return
    ranked.sort(key=lambda r: (r[0], r[1].index, r[2].start))
    _, view, chosen = ranked[0]
    quote = view.evidence("onset_days", chosen.phrase_start, chosen.phrase_end)
    for name in ("onset_days", "onset_low_days", "onset_high_days"):
        value = {"onset_days": chosen.days, "onset_low_days": chosen.low_days, "onset_high_days": chosen.high_days}[name]
        if value is not None:
            draft.put(name, value, replace(quote, field=name))
    draft.put("onset_statistic", chosen.statistic, None)
    draft.put("onset_anchor", chosen.anchor, replace(quote, field="onset_anchor"))
    for _, other_view, interval in ranked[1:]:
        rejected.append(
            Rejected(
                other_view.section,
                interval.start,
                interval.end,
                other_view.section_text[interval.start : interval.end],
                "onset",
                "another time was taken",
            )
        )


def _event_view(episode: Episode) -> SentenceView:
    event = episode.event
    return next(
        (p.view for p in episode.pieces if p.view.section == event.section and p.view.start <= event.start < p.view.end),
        episode.pieces[0].view,
    )


def _put_count(ctx: Context, draft: _Draft, pieces: Sequence[Piece], rejected: list[Rejected]) -> None:
    """The lowest count that is not a recovered, earlier or defining one."""
    usable: list[tuple[SentenceView, BloodCount]] = []
    for piece in pieces:
        for count in piece.view.counts:
            if not piece.holds(count.start) or count.concept != ctx.analyte:
                continue
            if count.moment in ("recovered", "earlier", "threshold") or count.value >= LOW or count.censored == ">":
                rejected.append(
                    Rejected(
                        piece.view.section,
                        count.start,
                        count.end,
                        piece.view.section_text[count.start : count.end],
                        "anc_nadir",
                        count.moment if count.moment != "plain" else "not low",
                    )
                )
            elif role_of(piece.view) not in ("background", "aim", "conclusions"):
                usable.append((piece.view, count))
    if not usable:
        return
    view, count = min(usable, key=lambda u: (u[1].value, u[0].index, u[1].start))
    draft.put("anc_nadir", count.value, view.evidence("anc_nadir", min(count.start, count.name_start if count.name_start >= 0 else count.start), count.end))
    if count.censored:
        draft.put("anc_censored", count.censored, None)


def _put_grade(ctx: Context, draft: _Draft, own: Sequence[Piece], shared: Sequence[Piece]) -> None:
    """Stated grade of the episode, or of all cases; else from the count. Severity words likewise."""
    for pieces in (own, shared):
        for piece in pieces:
            grade = next((g for g in piece.view.grades if piece.holds(g.start) and g.low is not None and piece.view.labelled("event")), None)
            if grade is not None and "ctcae_grade" not in draft.values:
                quote = piece.view.evidence("ctcae_grade", grade.start, grade.end)
                draft.put("ctcae_grade", grade.low, quote)
                if grade.high is not None:
                    draft.put("ctcae_grade_high", grade.high, replace(quote, field="ctcae_grade_high"))
                draft.put("grade_basis", "stated", replace(quote, field="grade_basis"))
            if "severity_term" not in draft.values:
                severity = next((s for s in piece.view.severities if piece.holds(s.start) and _near_event(piece, s.start, s.end)), None)
                if severity is not None:
                    draft.put("severity_term", severity.term, piece.view.evidence("severity_term", severity.start, severity.end))
    derived = _derived_grade(ctx, draft.values.get("anc_nadir"), draft.values.get("anc_censored"))
    if derived is None:
        return
    if "ctcae_grade" not in draft.values:
        draft.put("ctcae_grade", derived, None)
        draft.put("grade_basis", "derived", None)
        draft.evidence += [replace(e, field=name) for e in draft.evidence if e.field == "anc_nadir" for name in ("ctcae_grade", "grade_basis")]
    elif not draft.values["ctcae_grade"] <= derived <= (draft.values.get("ctcae_grade_high") or draft.values["ctcae_grade"]):
        draft.values["flags"] = {"grade_disagrees"}


def _near_event(piece: Piece, start: int, end: int) -> bool:
    """Whether a severity word belongs to the event: inside its name, before it in one phrase, or said of it behind."""
    text = piece.view.section_text
    for mention in piece.view.labelled("event"):
        if not piece.holds(mention.start):
            continue
        if mention.start <= start < mention.end:
            return True
        if end <= mention.start and mention.start - end <= 60 and not _PHRASE_END.search(text, end, mention.start):
            return True
        if mention.end <= start and start - mention.end <= 30 and not _PHRASE_END.search(text, mention.end, start):
            return True
    return False


def _derived_grade(ctx: Context, count: float | None, censored: str | None) -> int | None:
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


def _put_course(draft: _Draft, own: Sequence[Piece], shared: Sequence[Piece], later: Episode | None) -> None:
    management: dict[str, Evidence] = {}
    outcomes: dict[str, Evidence] = {}
    reexposed: Evidence | None = None
    negative: Evidence | None = None
    for piece in [*own, *shared]:
        view = piece.view
        if role_of(view) in ("background", "aim"):
            continue
        for course in view.courses:
            if not piece.holds(course.start) or course.negated and course.kind == "management":
                continue
            quote = view.evidence(course.kind, course.start, course.end)
            if course.kind == "management" and not course.prophylactic:
                management.setdefault(course.value, replace(quote, field="management"))
            elif course.kind == "outcome" and not course.negated:
                outcomes.setdefault(course.value, quote)
            elif course.kind == "rechallenge":
                reexposed = reexposed or quote
            if course.kind == "outcome" and course.value == "recurred" and course.negated:
                negative = negative or quote
        for mention in view.labelled("event"):
            if piece.holds(mention.start) and _status(view, mention) == "negated":
                negative = negative or view.evidence("rechallenge", mention.start, mention.end)
    if management:
        draft.put("management", tuple(sorted(management)), None)
        draft.evidence += [management[k] for k in sorted(management)]
    order = ("fatal", "recurred", "resolved", "ongoing")
    chosen = next((o for o in order if o in outcomes), None)
    if chosen:
        draft.put("outcome", chosen, outcomes[chosen])
    if reexposed is not None and negative is not None:
        draft.put("rechallenge", "no_recurrence", replace(reexposed, field="rechallenge"))


def _absent(ctx: Context, cases: Sequence[Case]) -> Finding | None:
    return None


def _quote(ctx: Context, name: str, section: int, start: int, end: int) -> Evidence:
    return Evidence(name, section, start, end, ctx.sections[section].text[start:end])


def _positions(pieces: Iterable[Piece]) -> list[tuple[int, int, int]]:
    return [(p.view.section, p.start, p.end) for p in pieces]
