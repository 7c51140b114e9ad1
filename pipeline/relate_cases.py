"""Case findings: one patient, one episode, one row; each field from the text of the episode, by a rule of its own.

Order of places where a value is looked for: the sentence of the event, the rest of the episode, what is said of all
patients, the patient's text before the event, the article. Time, count and grade are never taken from beyond the episode.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from math import exp
from typing import Any

from pipeline.case_text import (
    CASE_STUDIES,
    Case,
    CaseText,
    Episode,
    Piece,
    case_text,
    episodes,
    is_late,
    is_low,
    quote,
    status_of,
)
from pipeline.concepts import indication
from pipeline.concepts.assertion import role_of
from pipeline.concepts.blood_counts import BloodCount
from pipeline.concepts.course import Course
from pipeline.concepts.patients import pronoun_sex, sex_named
from pipeline.concepts.phrases import trigger_rows
from pipeline.concepts.regimen import mention_drug
from pipeline.concepts.timing import Interval, find_dates
from pipeline.records import Evidence, Finding, Mention, Rejected
from pipeline.relation_context import Context, SentenceView

CONFIDENCE_COLUMNS = ("feature", "weight", "source")
CURES = frozenset({"gcsf", "ivig", "corticosteroids"})
"""Treatments of the neutropenia itself: the time after them is one to recovery."""
ACTIVE = frozenset({"gcsf", "antibiotics", "ivig", "corticosteroids"})
REEXPOSED_AFTER = 180.0
"""Days: an episode later than this belongs to further courses of the drug."""
OF_THE_DRUG = frozenset({"drug_withheld", "drug_discontinued"})
DOSED = ("last_dose", "nth_dose", "first_dose")
FEBRILE = "febrile_neutropenia"
_PHRASE_END = re.compile(r"[,;:]|\b(?:and|with|after|following|who|which)\b", re.IGNORECASE)
_LINK = re.compile(
    r"\b(?:after|following|on|under|with|to|by|of|from|secondary|due|induced|related|associated|during|upon)\b|-",
    re.IGNORECASE,
)
_GIVEN = re.compile(
    r"\b(?:received|receiving|given|treated|administered|administration|infused|infusions?|doses?|courses?|cycles?|started|"
    r"initiated|commenced|added|underwent|therapy|treatment)\b",
    re.IGNORECASE,
)
_GIVEN_FOR_IT = re.compile(
    r"\b(?:was|were)\s(?:then\s|therefore\s|successfully\s)?(?:given|treated with)\b|\b(?:responded|response|refractory|resistant) to\b|"
    r"\btreated (?:successfully )?with\b|\bfor which\b|\b(?:resolved|improved|recovered|normalised|normalized) (?:with|on|under)\b",
    re.IGNORECASE,
)
_GIVEN_THEN = re.compile(
    r"\b(?:was|were)\s(?:then\s|therefore\s|subsequently\s|successfully\s)?(?:given|treated|started|administered|initiated|added|infused)\b|"
    r"\b(?:received|responded|response|started on|treatment with|therapy with|trial of)\b",
    re.IGNORECASE,
)
_BACK_IN_TIME = re.compile(
    r"\bhad\s(?:been|received|undergone|had|completed)\b|\b(?:previously|earlier|ago|prior|before|last|history|previous)\b",
    re.IGNORECASE,
)
_SUCCESS = re.compile(
    r"\b(?:success\w*|effective\w*|treatment of|therapy for|efficacy|respon\w+|treated with|use of)\b", re.IGNORECASE
)
_STARTED = re.compile(r"\b(?:started|initiated|commenced|began|begun|switched|initiation)\b", re.IGNORECASE)
_COMPLETED = re.compile(r"\b(?:completed|infusions?|doses?|courses?|cycles?|times|administered)\b", re.IGNORECASE)
_GIVEN_TIMES = re.compile(
    r"\b(?P<n>two|three|four|five|six|seven|eight|[2-8])\s(?:weekly\s|monthly\s)?(?:times|doses|infusions|courses|cycles)\b|"
    r"[x×]\s?(?P<x>[2-8])\b",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[;]|\.(?=\s)|,\s(?:but|and|while|whereas|yet)\s|\b(?:but|whereas|although)\b")
_DOSES = re.compile(r"\b(?:doses?|infusions?|courses?|cycles?|retreatments?)\b", re.IGNORECASE)
_AFTER = re.compile(r"\b(?:after|following|since|upon|before)\s(?:the\s|a\s)?$", re.IGNORECASE)
_COORDINATED = re.compile(r"\s?(?:,|and|or|with)\s")
_PRESENTED = re.compile(
    r"\b(?:presented|admitted|developed|occurred|found|noted|diagnosed|detected|hospitali[sz]ed|appeared|was seen|became)\b",
    re.IGNORECASE,
)
_SEVERAL_OF_ONE_SEX = re.compile(
    r"\b(?:two|three|four|five|both|all|[2-9])\s(?:[\w-]+\s)?(?:(?P<female>women|girls|females)|(?P<male>men|boys|males))\b",
    re.IGNORECASE,
)
_LIST = re.compile(r"\s?(?:,|/|\+|plus|,?\sand|,?\swith)\s?(?:low-dose |high-dose |oral |intravenous )?")
_OF_ALL_EPISODES = re.compile(
    r"\b(?:both|all|each|every)\s(?:of\s(?:the|these)\s)?(?:[\w-]+\s)?(?:episodes?|events|times?)\b", re.IGNORECASE
)
_EPISODE = re.compile(r"\bepisodes?\b", re.IGNORECASE)
_SUBJECTS = frozenset({"event", "analyte", "infection", "indication", "other_cytopenia"})
_TIMES_VALUE = {w: n for n, w in enumerate(["two", "three", "four", "five", "six", "seven", "eight"], start=2)}


@dataclass
class Draft:
    """Values and evidence of a finding in the making."""

    values: dict[str, Any] = field(default_factory=dict)
    evidence: list[Evidence] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)

    def put(self, name: str, value: Any, *quotes: Evidence) -> None:
        self.values[name] = value
        self.evidence += [replace(q, field=name) for q in quotes]

    def __contains__(self, name: str) -> bool:
        return name in self.values


def case_findings(ctx: Context) -> tuple[list[Finding], list[Rejected]]:
    """The case rows of an article, and every event, time and count near them that was not used, with the reason."""
    told = case_text(ctx)
    findings: list[Finding] = []
    rejected: list[Rejected] = []
    for case in told.cases:
        found = episodes(ctx, case, told, rejected)
        for index, episode in enumerate(found):
            if index == 0 and _was_there_before(ctx, case, episode):
                opening = episode.opening
                rejected.append(_reject(opening.view, opening.start, opening.end, "event", "treated"))
                break
            findings.append(_case_finding(ctx, told, case, episode, found[index + 1 :], len(found), rejected))
    if not findings and len(told.cases) == 1:
        absent = _absent_finding(ctx, told.cases[0])
        if absent is not None:
            findings.append(absent)
    return findings, rejected


def _was_there_before(ctx: Context, case: Case, episode: Episode) -> bool:
    """ "Had neutropenia and was given the drug for it": the drug is first named behind the event, as what was given then.

    Not so where the text goes back in time ("she had received the drug 3 months earlier"), counts an onset, or where the
    title ties the event to the drug.
    """
    opening = episode.opening
    place = (opening.view.section, opening.start)
    named = [m for m in _drugs(ctx, [p.view for p in (*episode.before, *case.pieces)])]
    if not named or any((m.section, m.start) < place for m in named) or _tied_in_title(ctx):
        return False
    first = named[0]
    view = _view_of(ctx, first)
    if any(i.role in ("onset", "onset_before") for i in view.intervals):
        return False
    if view is opening.view:
        return bool(_GIVEN_FOR_IT.search(view.section_text, opening.end, first.start))
    text = view.section_text[view.start : view.end]
    near = view.section_text[max(view.start, first.start - 60) : first.end + 40]
    return bool(_GIVEN_THEN.search(near)) and not _BACK_IN_TIME.search(text)


def _tied_in_title(ctx: Context) -> bool:
    """ "Neutropenia after X", "X-induced neutropenia", "neutropenia in a patient treated with X"."""
    for view in ctx.sentences:
        if view.section > 0:
            return False
        events, drugs = view.labelled("event"), _drugs(ctx, [view])
        for event in events:
            for drug in drugs:
                if drug.start >= event.end and _LINK.search(view.section_text, event.end, drug.start):
                    return not _SUCCESS.search(view.text)
                if drug.end <= event.start and event.start - drug.end <= 30 and not _SUCCESS.search(view.text):
                    return " for " not in view.section_text[drug.end : event.start]
    return False


def _case_finding(
    ctx: Context,
    told: CaseText,
    case: Case,
    episode: Episode,
    later: Sequence[Episode],
    count: int,
    rejected: list[Rejected],
) -> Finding:
    """The row of one episode; what was near and not used goes to `rejected`."""
    draft = Draft()
    label = _label(told, case, episode, count)
    _put_onset(draft, episode, later, rejected)
    _put_drug(ctx, draft, told, case, episode)
    _put_patient(draft, told, case)
    _put_indication(ctx, draft, told, case)
    _put_count(ctx, draft, episode, rejected)
    _put_event(ctx, draft, told, case, episode)
    _put_grade(ctx, draft, told, episode)
    _put_course(ctx, draft, told, episode, later)
    _put_duration(draft, episode)
    _put_class(ctx, draft, episode)
    _put_regimen(draft, case, ctx)
    draft.values["confidence"] = _confidence(ctx, draft, told, case, episode)
    return _finding(ctx, draft, "case", label, n_treated=1, n_events=1)


def _put_regimen(draft: Draft, case: Case, ctx: Context) -> None:
    """The named regimen that holds the drug, where the patient's text has one ("R-CHOP")."""
    for piece in case.pieces:
        for mention in piece.view.labelled("regimen"):
            if piece.holds(mention.start) and mention_drug(mention, ctx.protocol) == draft.values.get("drug"):
                draft.put("regimen", mention.preferred_name, quote(ctx, "", mention.section, mention.start, mention.end))
                return


def _confidence(ctx: Context, draft: Draft, told: CaseText, case: Case, episode: Episode) -> float:
    """How likely the row is one that a reader would make: a logistic sum over corpora/common/triggers/case_confidence.csv."""
    text = {id(p.view) for p in (*case.pieces, *episode.before)}
    drug = next((e for e in draft.evidence if e.field == "drug"), None)
    drug_view = ctx.sentence_at(drug.section, drug.start) if drug else None
    features = {
        "base": True,
        "kind_not_case": ctx.study_type not in CASE_STUDIES,
        "event_elsewhere": id(episode.opening.view) not in text,
        "drug_elsewhere": drug_view is None or id(drug_view) not in text,
        "no_description": not {"age_years", "sex"} & draft.values.keys(),
        "later_episode": episode.number > 1,
        "flagged": bool(draft.flags),
        "no_value": not {"onset_days", "anc_nadir", "ctcae_grade", "severity_term"} & draft.values.keys(),
    }
    weights = {row["feature"]: float(row["weight"]) for row in trigger_rows("case_confidence", CONFIDENCE_COLUMNS)}
    return round(1 / (1 + exp(-sum(weights[name] for name, holds in features.items() if holds))), 2)


def _absent_finding(ctx: Context, case: Case) -> Finding | None:
    """ "He was not neutropenic": a group of one, with no event. None where that is not said after the drug."""
    place = _absence(ctx, case)
    if place is None:
        return None
    draft = Draft()
    draft.put("event_definition", "any_grade", place)
    draft.put("n_events", 0, place)
    drugs = [m for m in ctx.labelled("drug", "regimen") if mention_drug(m, ctx.protocol)]
    if not drugs:
        return None
    named = [m for m in drugs if m.section > 0] or drugs
    draft.put(
        "drug", mention_drug(named[0], ctx.protocol), quote(ctx, "drug", named[0].section, named[0].start, named[0].end)
    )
    treated = indication.of_article(ctx)
    if treated is not None:
        draft.put("indication", treated.preferred_name, quote(ctx, "", treated.section, treated.start, treated.end))
    return _finding(ctx, draft, "group", "single patient", n_treated=1)


def _finding(ctx: Context, draft: Draft, level: str, label: str | None, **fixed: Any) -> Finding:
    flags = tuple(sorted(draft.flags))
    return Finding(
        "", ctx.article.pmid, level, label, flags=flags, evidence=tuple(draft.evidence), **(fixed | draft.values)
    )


def _label(told: CaseText, case: Case, episode: Episode, count: int) -> str | None:
    parts = []
    if len(told.cases) > 1:
        parts.append(f"case {case.number}")
    if count > 1:
        parts.append(f"episode {episode.number}")
    return ", ".join(parts) or None


# --- drug, patient, condition -------------------------------------------------------------------------------------


def _put_drug(ctx: Context, draft: Draft, told: CaseText, case: Case, episode: Episode) -> None:
    """The drug that the onset is counted from, else the one tied to the event, else the one named last before it."""
    if episode.drug is not None:
        chosen: Mention | None = episode.drug
    else:
        chosen = (
            _drug_of_onset(ctx, draft, episode)
            or _drug_near_event(ctx, episode)
            or _drug_before(ctx, told, case, episode)
        )
    if chosen is None:
        return
    concept = mention_drug(chosen, ctx.protocol)
    if concept == ctx.protocol.drug_class:
        specific = _only_specific(ctx)
        if specific is not None:
            chosen, concept = specific, mention_drug(specific, ctx.protocol)
    draft.put("drug", concept, quote(ctx, "drug", chosen.section, chosen.start, chosen.end))


def _drugs(ctx: Context, views: Iterable[SentenceView]) -> list[Mention]:
    return [m for v in views for m in v.labelled("drug", "regimen") if mention_drug(m, ctx.protocol)]


def _drug_of_onset(ctx: Context, draft: Draft, episode: Episode) -> Mention | None:
    spans = [e for e in draft.evidence if e.field == "onset_anchor"]
    for span in spans:
        for mention in _drugs(ctx, [p.view for p in (*episode.before, *episode.pieces)]):
            if mention.section == span.section and span.start <= mention.start < span.end:
                return mention
    return None


def _drug_near_event(ctx: Context, episode: Episode) -> Mention | None:
    """In the event's own sentence: behind it after a linking word, else nearest before it."""
    view, opening = episode.opening.view, episode.opening
    named = _drugs(ctx, [view])
    behind = [m for m in named if m.start >= opening.end and m.start - opening.end < 70]
    text = view.section_text
    for mention in behind:
        if _LINK.search(text, opening.end, mention.start) and ";" not in text[opening.end : mention.start]:
            return mention
    before = [m for m in named if m.end <= opening.start]
    return before[-1] if before else (behind[0] if behind else None)


def _drug_before(ctx: Context, told: CaseText, case: Case, episode: Episode) -> Mention | None:
    """Named last before the event in the patient's text, else in what holds for all, else anywhere, the body first."""
    place = (episode.opening.view.section, episode.opening.start)
    own = _drugs(ctx, [p.view for p in case.pieces])
    before = [m for m in own if (m.section, m.start) < place and role_of(_view_of(ctx, m)) not in ("background", "aim")]
    if before:
        return before[-1]
    shared = _drugs(ctx, [p.view for p in told.shared])
    body = [
        m
        for m in _drugs(ctx, ctx.sentences)
        if m.section > 0 and role_of(_view_of(ctx, m)) not in ("background", "aim")
    ]
    for pool in (shared, body, _drugs(ctx, [v for v in ctx.sentences if v.section == 0]), _drugs(ctx, ctx.sentences)):
        if pool:
            return pool[0]
    return None


def _view_of(ctx: Context, mention: Mention) -> SentenceView:
    found = ctx.sentence_at(mention.section, mention.start)
    assert found is not None
    return found


def _only_specific(ctx: Context) -> Mention | None:
    """The one drug named apart from the class, where there is exactly one in the article."""
    named = [m for m in _drugs(ctx, ctx.sentences) if mention_drug(m, ctx.protocol) != ctx.protocol.drug_class]
    return named[0] if len({mention_drug(m, ctx.protocol) for m in named}) == 1 else None


def _put_patient(draft: Draft, told: CaseText, case: Case) -> None:
    """Age and sex from the description; else a word of sex, else pronouns that agree."""
    if case.patient is not None:
        view, patient = case.patient
        place = view.evidence("", patient.start, patient.end)
        if patient.age_years is not None:
            draft.put("age_years", patient.age_years, place)
        if patient.sex is not None:
            draft.put("sex", patient.sex, place)
            return
    own = [p for p in case.pieces if role_of(p.view) not in ("background", "aim")]
    for piece in own:
        found = sex_named(piece.text)
        if found:
            draft.put("sex", found[2], piece.view.evidence("", piece.start + found[0], piece.start + found[1]))
            return
    spoken = [(piece, found) for piece in own if (found := pronoun_sex(piece.text))]
    for piece in told.shared if len(told.cases) > 1 else ():
        several = _SEVERAL_OF_ONE_SEX.search(piece.text)
        if several:
            place = piece.view.evidence("", piece.start + several.start(), piece.start + several.end())
            draft.put("sex", "female" if several["female"] else "male", place)
            return
    if len({found[2] for _, found in spoken}) == 1:
        piece, found = spoken[0]
        draft.put("sex", found[2], piece.view.evidence("", piece.start + found[0], piece.start + found[1]))


def _put_indication(ctx: Context, draft: Draft, told: CaseText, case: Case) -> None:
    mention = None
    if len(told.cases) > 1:
        mention = indication.likeliest_in(
            [m for p in case.pieces for m in p.view.labelled("indication") if p.holds(m.start)]
        )
    elif case.patient is not None:
        mention = indication.likeliest(ctx, [case.patient[0]])
    mention = mention or indication.of_article(ctx)
    if mention is not None and len(told.cases) == 1:
        mention = indication.specified(mention, [m for p in case.pieces for m in p.view.labelled("indication")])
    if mention is not None:
        draft.put("indication", mention.preferred_name, quote(ctx, "", mention.section, mention.start, mention.end))


# --- event, count, grade ------------------------------------------------------------------------------------------


def _put_event(ctx: Context, draft: Draft, told: CaseText, case: Case, episode: Episode) -> None:
    """event_definition by the text's own name for it, and the severity that an event's name carries."""
    events = ctx.protocol.config.get("events", {})
    pieces = (*episode.pieces, *told.shared)
    named_in = [(p.view, m) for p in pieces for m in p.events() if status_of(p.view, m) == "affirmed"]
    named = [m for _, m in named_in]

    def of(mention: Mention, column: str) -> str | None:
        value = events.get(mention.concept or "", {}).get(column)
        return str(value) if value else None

    late = next((m for view, m in named_in if is_late(view, m)), None)
    if late is None and not any(of(m, "onset_class") == "early" for m in named):
        late = _named_late(ctx, case, episode)
    febrile = next((m for m in named if of(m, "severity_term") == FEBRILE), None)
    chosen, definition = (late, "late_onset") if late else (febrile, "febrile")
    if chosen is not None:
        draft.put("event_definition", definition, quote(ctx, "", chosen.section, chosen.start, chosen.end))
    for mention in ([febrile] if febrile else []) + named:
        term = of(mention, "severity_term")
        if term:
            draft.put("severity_term", term, quote(ctx, "", mention.section, mention.start, mention.end))
            break


def _named_late(ctx: Context, case: Case, episode: Episode) -> Mention | None:
    """Late onset said of this event elsewhere: in the patient's text, the title, the aim, or a conclusion of the authors."""
    told = {id(p.view) for p in case.pieces}
    for view in ctx.sentences:
        role = role_of(view)
        if role == "background" or (role not in ("title", "aim") and id(view) not in told):
            continue
        for mention in view.labelled("event"):
            if is_late(view, mention) and (role in ("title", "aim") or status_of(view, mention) == "affirmed"):
                return mention
    return None


def _put_count(ctx: Context, draft: Draft, episode: Episode, rejected: list[Rejected]) -> None:
    """The lowest count that is not a recovered, earlier or defining one."""
    usable: list[tuple[SentenceView, BloodCount]] = []
    for piece in episode.pieces:
        for count in piece.view.counts:
            if not piece.holds(count.start) or count.concept != ctx.analyte:
                continue
            if is_low(piece.view, count) and role_of(piece.view) not in ("background", "aim"):
                usable.append((piece.view, count))
            else:
                reason = count.moment if count.moment not in ("plain", "nadir") else "not a low count of the case"
                rejected.append(_reject(piece.view, count.start, count.end, "anc_nadir", reason))
    if not usable:
        return
    exact = [u for u in usable if u[1].censored is None] or usable
    view, count = min(exact, key=lambda u: (u[1].value, u[0].index, u[1].start))
    start = count.start if count.name_start < 0 else min(count.start, count.name_start)
    draft.put("anc_nadir", count.value, view.evidence("", start, count.end))
    if count.censored:
        draft.put("anc_censored", count.censored, view.evidence("", start, count.end))


def _put_grade(ctx: Context, draft: Draft, told: CaseText, episode: Episode) -> None:
    """Stated for the episode, else for all patients; else derived from the count. Severity words likewise."""
    for piece in (*episode.pieces, *(told.shared if episode.number == 1 else ())):
        events = [m for m in piece.events() if status_of(piece.view, m) == "affirmed"]
        if not events:
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


def _of_event(piece: Piece, events: Sequence[Mention], start: int, end: int) -> bool:
    """Whether a severity word belongs to the event: inside its name, before it in one phrase, or said of it behind."""
    text = piece.view.section_text
    others = [m for m in piece.view.mentions if m.label in ("other_cytopenia", "infection", "indication")]
    for mention in events:
        if mention.start <= start < mention.end:
            return True
        if any(end <= o.start < mention.start or mention.end <= o.start < start for o in others):
            continue
        if end <= mention.start <= end + 60 and not _PHRASE_END.search(text, end, mention.start):
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


# --- time -----------------------------------------------------------------------------------------------------------


def _put_onset(draft: Draft, episode: Episode, later: Sequence[Episode], rejected: list[Rejected]) -> None:
    """The time from the drug to this episode: in the event's sentence, else right before it, a dose's clock first."""
    opening = episode.opening
    candidates: list[tuple[int, Piece, Interval]] = []
    for piece in [*episode.before[-2:], *episode.pieces]:
        distance = piece.view.index - opening.view.index
        general = role_of(piece.view) in ("background", "aim") or _told_of_others(piece)
        for interval in piece.view.intervals:
            if not piece.holds(interval.start) or general:
                continue
            if interval.role == "onset_chemotherapy" and _antibody_in_chemotherapy(episode):
                interval = replace(interval, role="onset")
            if interval.role in ("onset", "onset_before"):
                if distance in (-1, 0, -2) or (distance > 0 and (_tells_event(piece) or _PRESENTED.search(piece.text))):
                    candidates.append((_rank(distance, interval), piece, interval))
            elif interval.role == "later" and distance == 0:
                counted = _onset_from_dose_before(episode, piece, interval)
                if counted is None and not later and episode.number == 1:
                    counted = _onset_from_sentence_before(episode, interval)
                if counted is not None:
                    candidates.append((40, piece, counted))
    candidates.sort(key=lambda c: (c[0], c[1].view.index, c[2].start))
    if not candidates:
        _put_calendar_onset(draft, episode)
        return
    _, piece, chosen = candidates[0]
    place = piece.view.evidence("", chosen.phrase_start, chosen.phrase_end)
    if chosen.days is not None:
        draft.put("onset_days", chosen.days, place)
    for name, value in (("onset_low_days", chosen.low_days), ("onset_high_days", chosen.high_days)):
        if value is not None:
            draft.put(name, value, place)
    if chosen.statistic is not None:
        draft.put("onset_statistic", chosen.statistic, place)
    draft.put("onset_anchor", _settled_anchor(episode, chosen), place)
    for _, other, interval in candidates[1:]:
        if interval.start != chosen.start and interval.anchor != chosen.anchor:
            draft.flags.add("two_clocks")
        rejected.append(_reject(other.view, interval.start, interval.end, "onset", "another time was taken"))


def _put_calendar_onset(draft: Draft, episode: Episode) -> None:
    """The days between two full dates: that of the last dose told before the event, and that of the event's sentence."""
    opening = episode.opening
    event = [d for d in _dates(opening.view) if d[0] < opening.start] or _dates(opening.view)
    dosed: list[tuple[SentenceView, int, int, date]] = []
    for piece in episode.before:
        if piece.view.labelled("drug", "regimen") and _GIVEN.search(piece.text):
            dosed += [(piece.view, *found) for found in _dates(piece.view) if piece.holds(found[0])]
    if not event or not dosed:
        return
    view, start, end, given = max(dosed, key=lambda d: d[3])
    days = (event[-1][2] - given).days
    if days > 0:
        places = (view.evidence("", start, end), opening.view.evidence("", event[-1][0], event[-1][1]))
        draft.put("onset_days", float(days), *places)
        draft.put("onset_statistic", "exact", *places)
        draft.put("onset_anchor", "last_dose", places[0])


def _dates(view: SentenceView) -> list[tuple[int, int, date]]:
    """The full dates of a sentence, offsets in the section."""
    return [(a + view.start, b + view.start, value) for a, b, value in find_dates(view.text)]


def _antibody_in_chemotherapy(episode: Episode) -> bool:
    """Whether the chemotherapy of the patient's text is one with the review's drug in it: a regimen that holds it."""
    return any(m.label == "regimen" for p in (*episode.before, *episode.pieces) for m in p.view.labelled("regimen"))


def _rank(distance: int, interval: Interval) -> int:
    """Smaller is better: the event's own sentence, then the ones before it; a dose's clock before the treatment's."""
    place = {0: 0, -1: 10, -2: 20}.get(distance, 30)
    return place + (0 if interval.anchor in DOSED else 1 if interval.anchor == "unspecified" else 12)


def _tells_event(piece: Piece) -> bool:
    return any(status_of(piece.view, m) == "affirmed" for m in piece.events())


def _onset_from_dose_before(episode: Episode, piece: Piece, interval: Interval) -> Interval | None:
    """ "He received a further dose and 8 weeks later neutropenia recurred": the dose stands before it in the sentence."""
    if interval.days is None or interval.start > episode.opening.start:
        return None
    view, text = piece.view, piece.view.section_text
    drugs = [m for m in view.labelled("drug", "regimen") if m.end <= interval.start and interval.start - m.end <= 60]
    if not drugs or ";" in text[drugs[-1].end : interval.start]:
        return None
    phrase = text[max(view.start, drugs[-1].start - 60) : interval.start]
    if not _GIVEN.search(phrase):
        return None
    anchor = "last_dose" if _COMPLETED.search(phrase) else "unspecified"
    if _STARTED.search(phrase):
        anchor = "treatment_start"
    return replace(interval, role="onset", anchor=anchor, phrase_start=drugs[-1].start)


def _onset_from_sentence_before(episode: Episode, interval: Interval) -> Interval | None:
    """ "Rituximab was given four times. Three months later ...": the sentence before says what the clock starts from."""
    if not episode.before or interval.days is None or interval.start > episode.opening.start:
        return None
    last = episode.before[-1]
    drugs = [m for m in last.view.labelled("drug", "regimen") if last.holds(m.start)]
    if not drugs or not _GIVEN.search(last.text):
        return None
    started = _STARTED.search(last.text)
    anchor = "treatment_start" if started else "last_dose" if _COMPLETED.search(last.text) else "unspecified"
    return replace(interval, role="onset", anchor=anchor)


def _settled_anchor(episode: Episode, interval: Interval) -> str | None:
    """The fourth of four doses is the last one."""
    if interval.anchor != "nth_dose":
        return interval.anchor
    for piece in episode.before:
        for match in _GIVEN_TIMES.finditer(piece.text):
            count = _TIMES_VALUE.get((match["n"] or "").lower()) or int(match["n"] or match["x"])
            if count == interval.dose:
                return "last_dose"
    return interval.anchor


def _put_duration(draft: Draft, episode: Episode) -> None:
    """How long the neutropenia lasted; not how long it took to recover once a growth factor was given."""
    for piece in episode.pieces:
        if role_of(piece.view) in ("background", "aim"):
            continue
        if any(c.general for c in piece.view.courses) or _told_of_others(piece):
            continue
        given = any(c.value in CURES and not c.negated for c in piece.view.courses if piece.holds(c.start))
        for interval in piece.view.intervals:
            if interval.role != "duration" or not piece.holds(interval.start) or given:
                continue
            if not _about_event(piece, interval):
                continue
            days = interval.days if interval.days is not None else interval.high_days
            if days is not None and interval.low_days is None:
                draft.put("duration_days", days, piece.view.evidence("", interval.phrase_start, interval.phrase_end))
                return


def _told_of_others(piece: Piece) -> bool:
    """Whether the event is named here, and only as something known, defined or feared."""
    statuses = {status_of(piece.view, m) for m in piece.events()}
    return bool(statuses) and not statuses & {"affirmed", "negated"}


def _about_event(piece: Piece, interval: Interval) -> bool:
    """Whether a duration is one of the event: what is named last before it in its sentence is the event, or nothing is."""
    breaks = [m.end() for m in _CLAUSE_END.finditer(piece.view.section_text, piece.start, interval.start)]
    start = breaks[-1] if breaks else piece.start
    left = [m for m in piece.view.mentions if start <= m.start < interval.start and m.label in _SUBJECTS]
    if not left:
        return True
    events = [m for m in left if m.label == "event"]
    if events and _COORDINATED.fullmatch(piece.view.section_text, events[-1].end, left[-1].start):
        return True  # "neutropenia and anaemia persisted for"
    return left[-1].label == "event" or (left[-1].label == "analyte" and left[-1].concept == piece.view.context.analyte)


def _put_class(ctx: Context, draft: Draft, episode: Episode) -> None:
    """early or late: by the day of onset, else by the text's own word."""
    limit = ctx.protocol.definitions.get("onset", {}).get("late_after_days")
    days = draft.values.get("onset_days")
    if days is not None and limit is not None:
        places = [e for e in draft.evidence if e.field == "onset_days"]
        draft.put("onset_class", "late" if days > limit else "early", *places)
        return
    events = ctx.protocol.config.get("events", {})
    for piece in episode.pieces:
        for mention in piece.events():
            word = events.get(mention.concept or "", {}).get("onset_class")
            if word and status_of(piece.view, mention) == "affirmed":
                draft.put("onset_class", word, quote(ctx, "", mention.section, mention.start, mention.end))
                return
    if draft.values.get("event_definition") == "late_onset":
        draft.put("onset_class", "late", *[e for e in draft.evidence if e.field == "event_definition"])


# --- course ---------------------------------------------------------------------------------------------------------


def _put_course(ctx: Context, draft: Draft, told: CaseText, episode: Episode, later: Sequence[Episode]) -> None:
    """Management, outcome and re-exposure, from the event's sentence onward."""
    management: dict[str, Evidence] = {}
    outcomes: dict[str, Evidence] = {}
    reexposed: Evidence | None = None
    unaffected: Evidence | None = None
    of_all = [p for e in later for p in e.pieces if _OF_ALL_EPISODES.search(p.text)]
    for piece in (*episode.pieces, *of_all, *told.shared):
        view = piece.view
        if role_of(view) in ("background", "aim", "conclusions", "title"):
            continue
        for course in view.courses:
            if not piece.holds(course.start) or course.general:
                continue
            place = view.evidence("", course.start, course.end)
            if course.kind == "management":
                if course.negated or course.prophylactic or _in_regimen(view, course):
                    continue
                if course.value in OF_THE_DRUG and not _of_the_drug(ctx, view, course):
                    continue
                if _after_opening(episode, piece, course):
                    management.setdefault(course.value, place)
            elif course.kind == "rechallenge" and _opens(episode, piece, course):
                continue  # given again before this episode: told with the one before
            elif course.kind == "rechallenge" and not course.negated and _of_the_drug(ctx, view, course):
                reexposed = reexposed or place
                if course.value == "no_recurrence":
                    unaffected = unaffected or place
            elif course.kind == "uneventful":
                unaffected = unaffected or place
            elif course.kind == "outcome" and _concerns_event(view, course):
                if not course.negated:
                    if course.value != "recurred" or _behind(episode, piece, course):
                        outcomes.setdefault(course.value, place)
                elif course.value == "recurred":
                    unaffected = unaffected or place
                    reexposed = reexposed or _dose_given(view, course)
        for mention in piece.events():
            if status_of(view, mention) == "negated" and mention.start > episode.opening.start:
                unaffected = unaffected or view.evidence("", mention.start, mention.end)
    if ACTIVE & management.keys():
        management.pop("observation", None)
    if management:
        draft.put("management", tuple(sorted(management)), *[management[k] for k in sorted(management)])
    outcome = next((o for o in ("fatal", "recurred", "resolved", "ongoing") if o in outcomes), None)
    following = later[0] if later else None
    if following is not None and reexposed is None:
        reexposed = _given_again_before(ctx, following)
    # A further episode soon after, without the drug having been given again, is a recurrence of this one
    if (
        following is not None
        and reexposed is None
        and outcome != "fatal"
        and (following.gap_days or 0.0) < REEXPOSED_AFTER
    ):
        place = following.opening.view.evidence("", following.opening.start, following.opening.end)
        outcome, outcomes["recurred"] = "recurred", outcomes.get("recurred", place)
    if outcome is not None:
        draft.put("outcome", outcome, outcomes[outcome])
    if reexposed is not None and following is not None:
        draft.put("rechallenge", "recurrence", reexposed)
    elif reexposed is not None and unaffected is not None:
        draft.put("rechallenge", "no_recurrence", reexposed)
    elif reexposed is not None and outcome == "recurred":
        draft.put("rechallenge", "recurrence", reexposed)


def _opens(episode: Episode, piece: Piece, course: Course) -> bool:
    """Whether a course word stands before the event that opens a further episode, in its sentence."""
    opening = episode.opening
    return episode.number > 1 and piece.view is opening.view and course.start < opening.start


def _given_again_before(ctx: Context, following: Episode) -> Evidence | None:
    """ "At 6 months a further dose was given and 8 weeks later ...": the re-exposure that a further episode follows."""
    view = following.opening.view
    for course in view.courses:
        if course.kind == "rechallenge" and course.start < following.opening.start and not course.negated:
            if _of_the_drug(ctx, view, course):
                return view.evidence("", course.start, course.end)
    for interval in view.intervals:
        if interval.role == "onset" and (interval.dose or 0) > 1 and following.pieces[0].holds(interval.start):
            return view.evidence("", interval.anchor_start, interval.anchor_end)
    return None


def _dose_given(view: SentenceView, course: Course) -> Evidence | None:
    """ "received the second and third doses with no recurrence": the doses are the re-exposure."""
    match = _DOSES.search(view.section_text, view.start, course.start)
    return view.evidence("", match.start(), match.end()) if match else None


def _clause(view: SentenceView, course: Course) -> tuple[int, int]:
    """Where the clause of a course word begins and ends."""
    text = view.section_text
    start = max((m.end() for m in _CLAUSE_END.finditer(text, view.start, course.start)), default=view.start)
    stop = _CLAUSE_END.search(text, course.end, view.end)
    return start, stop.start() if stop else view.end


def _of_the_drug(ctx: Context, view: SentenceView, course: Course) -> bool:
    """Whether a re-exposure is one to the review's drug: no other drug is named alone in its clause."""
    start, end = _clause(view, course)
    clause = [m for m in view.mentions if start <= m.start < end]
    ours = any(m.label in ("drug", "regimen") for m in clause)
    return ours or not any(m.label in ("co_medication", "management") for m in clause)


def _behind(episode: Episode, piece: Piece, course: Course) -> bool:
    """A recurrence is told after the event that it follows, and not by the words that open a further episode."""
    view = episode.opening.view
    if piece.view.index < view.index:
        return False
    return piece.view.index > view.index or (course.start > episode.opening.end and episode.number == 1)


def _in_regimen(view: SentenceView, course: Course) -> bool:
    """ "cyclophosphamide, vincristine and prednisone": part of what was given with the drug."""
    return any(
        m.label in ("co_medication", "drug")
        and m.end <= course.start
        and _LIST.fullmatch(view.section_text, m.end, course.start)
        for m in view.mentions
    )


def _after_opening(episode: Episode, piece: Piece, course: Course) -> bool:
    """Treatment of the episode is told with it or after it; leaving the drug, admission and watching likewise."""
    if piece.view.index > episode.opening.view.index or piece not in episode.pieces:
        return True
    if _AFTER.search(piece.view.section_text, max(0, course.start - 14), course.start):
        return False  # "developed LON after switching to": what came before
    return course.start > episode.opening.start or course.value in ("hospitalisation",)


def _concerns_event(view: SentenceView, course: Course) -> bool:
    """Whether an outcome word speaks of the event or the patient, and not of an infection, a condition, other cells.

    A recurrence needs the event or an episode in its clause; recovery only must not be that of something else.
    """
    start, end = _clause(view, course)
    clause = [m for m in view.mentions if start <= m.start < end and m.label in _SUBJECTS]
    own = [m for m in clause if m.label == "event" or (m.label == "analyte" and m.concept == view.context.analyte)]
    if course.value == "recurred":
        others = [m for m in clause if m not in own and m.end <= course.start and course.start - m.end <= 30]
        if course.negated and not [m for m in clause if m not in own]:
            return True
        return (bool(own) and not others) or bool(_EPISODE.search(view.section_text, start, end))
    return bool(own) or not clause


def _absence(ctx: Context, case: Case) -> Evidence | None:
    """Where the text says that the patient did not have the event, after the drug was named."""
    drug_seen = False
    for piece in case.pieces:
        view = piece.view
        if role_of(view) in ("background", "aim", "conclusions"):
            continue
        for mention in view.mentions:
            if mention.label in ("drug", "regimen"):
                drug_seen = True
            if drug_seen and mention.label == "event" and status_of(view, mention) == "negated":
                return view.evidence("", mention.start, mention.end)
        for count in view.counts:
            if drug_seen and count.concept == ctx.analyte and count.moment == "recovered" and count.value >= 1.5:
                if re.search(r"\bnormal\b", view.section_text[max(view.start, count.start - 40) : count.start]):
                    return view.evidence("", count.start, count.end)
    return None


def _reject(view: SentenceView, start: int, end: int, kind: str, reason: str) -> Rejected:
    return Rejected(view.section, start, end, view.section_text[start:end], kind, reason)
