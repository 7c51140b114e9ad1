"""Case findings: one patient, one episode, one row; each field from the text of the episode, by a rule of its own.

Order of places where a value is looked for: the sentence of the event, the rest of the episode, what is said of all
patients, the patient's text before the event, the article. Time, count and grade are never taken from beyond the
episode. Times are case_times, the course case_course.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from pipeline.concepts import indication
from pipeline.concepts.assertion import is_own_result, role_of
from pipeline.concepts.blood_counts import BloodCount
from pipeline.concepts.patients import pronoun_sex, sex_named
from pipeline.concepts.regimen import mention_drug, partner_of
from pipeline.records import Evidence, Finding, Mention, Rejected
from pipeline.relate.case_course import put_course
from pipeline.relate.case_draft import Draft, reject
from pipeline.relate.case_lists import listed_cases
from pipeline.relate.case_text import (
    LOW,
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
from pipeline.relate.case_times import put_class, put_duration, put_onset
from pipeline.relate.context import Context, SentenceView

_PHRASE_END = re.compile(r"[,;:]|\b(?:and|with|after|following|who|which)\b", re.IGNORECASE)
_LINK = re.compile(
    r"\b(?:after|following|on|under|with|to|by|of|from|secondary|due|induced|related|associated|during|upon)\b|-",
    re.IGNORECASE,
)
TOLD_AGAIN = ("affirmed", "advised", "hypothetical")
_EPISODE_BEHIND = re.compile(r"\s(?:recurrent\s|second\s|further\s|late\s)?(?:episode|recurrence|relapse)\b")
SEVEREST, TITLE_TERM = 4, "agranulocytosis"
_FORMER = re.compile(
    r"\b(?:from|history of|previous|prior|earlier|former)\s(?:an?\s|the\s)?(?:\w+\s)?$",
    re.IGNORECASE,
)
_TO_PRESENT = re.compile(r"\W*(?:\w+\s?:\s)?(?:to|we)\s(?:present|report|describe|discuss|draw)\b", re.IGNORECASE)
_OFTEN = re.compile(
    r"\b(?:recurrent|repeated|repetitive|recurring|twice|(?:two|three|several) (?:occasions|episodes|times))\b", re.I
)
_MAY = re.compile(r"\b(?:can|may|might|could)\b", re.IGNORECASE)
_JUST_BEHIND = re.compile(r"\s?(?:[;,]\s|\(|\[|[;,]\sCTCAE\s)?")
_OFFSPRING = re.compile(r"\b(?:newborns?|neonates?|neonatal|baby|infants?|donor)\b", re.IGNORECASE)
_NORMAL = re.compile(r"\bnormal\b", re.IGNORECASE)
_GIVEN_FOR_IT = re.compile(
    r"\b(?:was|were)\s(?:then\s|therefore\s|successfully\s)?(?:given|treated with)\b"
    r"|\b(?:responded|response|refractory|resistant) to\b|\bfor which\b"
    r"|(?<!been )(?<!being )\btreated (?:successfully )?with\b"
    r"|\b(?:resolved|improved|recovered|normalised|normalized) (?:with|on|under)\b",
    re.IGNORECASE,
)
_IN_A_PERSON_TREATED = re.compile(
    r"\b(?:patients?|woman|man|boy|girl|child|adult|female|male|person|recipient|neonate|infant|individual"
    r"|teenager|adolescent|case)\b"
    r"[^.;]{0,60}?\b(?:treated|managed)\s(?:\w+\s)?with\b",
    re.IGNORECASE,
)
"""The event "in a woman treated with" a drug: what she was treated for is something else."""
_GIVEN_THEN = re.compile(
    r"\b(?:was|were)\s(?:then\s|therefore\s|subsequently\s|successfully\s)?(?:given|treated|started"
    r"|administered|initiated|added|infused)\b|"
    r"\b(?:received|responded|response|started on|treatment with|therapy with|trial of|decided (?:on|to)"
    r"|we (?:tried|chose|gave|used|added)|"
    r"was (?:tried|offered|chosen|attempted|effective|ineffective|without effect)|had (?:no|little|only"
    r"|a) \w*\s?effect|failed)\b|"
    r"\b(?:(?:doses|infusions|courses|cycles) of|followed by|brought|induced a|led to)\b",
    re.IGNORECASE,
)
_NEUTROPENIC_DISEASE = re.compile(
    r"\bFelty|\b(?:auto|allo|iso)?-?immune[-\s](?:mediated\s)?(?:cyclic\w*\s)?(?:neutropeni\w+|agranulocytosis"
    r"|granulocytopenia)"
    r"|\b(?:cyclic(?:al)?|periodic|congenital|idiopathic|chronic)\s(?:\w+\s)?neutropeni\w+"
    r"|\bpure white cell aplasia\b"
    r"|\blarge granular lymphocyt|\bLGL\b",
    re.IGNORECASE,
)
_FAR_PAST = re.compile(
    r"\b(?:(?:many|several|some)\s)?(?<!\d\s)(?<!two\s)(?<!three\s)(?<!four\s)years\s(?:before|earlier|ago"
    r"|previously)\b[^.;]{0,40}\bhad\b"
    r"|\bhad\b[^.;]{0,90}\b(?:many|several|some|five|six|seven|eight|nine|ten|[5-9]|\d\d)\syears\s(?:before"
    r"|earlier|ago|previously)\b",
    re.IGNORECASE,
)
"""The drug given so long ago that the event is not told as one of it: "years before she had received"."""
_BACK_IN_TIME = re.compile(
    r"\bhad\s(?:been|received|undergone|had|completed)\b|\b(?:previously|earlier|ago|prior|before|last|history"
    r"|previous)\b",
    re.IGNORECASE,
)
_SUCCESS = re.compile(
    r"\b(?:success\w*|effective\w*|treatment of|therapy for|efficacy|respon\w+|treated with|use of|rescue\w*|"
    r"salvage)\b",
    re.IGNORECASE,
)
_SEVERAL_OF_ONE_SEX = re.compile(
    r"\b(?:two|three|four|five|both|all|[2-9])\s(?:[\w-]+\s)?(?:(?P<female>women|girls|females|sisters)"
    r"|(?P<male>men|boys|males|brothers))\b",
    re.IGNORECASE,
)


def case_findings(ctx: Context) -> tuple[list[Finding], list[Rejected]]:
    """The case rows of an article, and every event, time and count near them that was not used, with the reason."""
    told = listed_cases(ctx) or case_text(ctx)
    findings: list[Finding] = []
    rejected: list[Rejected] = []
    for case in told.cases:
        found = episodes(ctx, case, told, rejected)
        for index, episode in enumerate(found):
            if index == 0 and _was_there_before(ctx, case, episode):
                opening = episode.opening
                rejected.append(reject(opening.view, opening.start, opening.end, "event", "treated"))
                break
            findings.append(_case_finding(ctx, told, case, episode, found[index + 1 :], len(found), rejected))
    blamed = any(r.kind == "event" and r.reason == "other_cause" for r in rejected)
    if not findings and len(told.cases) == 1 and not blamed:
        absent = _absent_finding(ctx, told.cases[0])
        if absent is not None:
            findings.append(absent)
    return findings, rejected


def _was_there_before(ctx: Context, case: Case, episode: Episode) -> bool:
    """Had the event, and was given the drug for it: the drug is first named behind the event, as what was given then.

    Not so where the text goes back in time ("she had received the drug 3 months earlier") or counts an onset, or where
    the title ties the event to the drug.
    """
    opening = episode.announced or episode.opening
    place = (opening.view.section, opening.start)
    named = [m for m in _drugs(ctx, [p.view for p in (*episode.before, *case.pieces)])]
    if not named:
        titles = [v for v in ctx.sentences if v.section == 0]
        return any(status_of(v, m) == "treated" for v in titles for m in v.labelled("event"))
    if any((m.section, m.start) < place for m in named) or _tied_in_title(ctx):
        return False
    if _is_the_disease(ctx, case) and not _has_onset_behind(case, named[0]):
        return True
    if all(_FAR_PAST.search(_view_of(ctx, m).text) for m in named):
        return True
    first = named[0]
    view = _view_of(ctx, first)
    if any(i.role in ("onset", "onset_before") for i in view.intervals):
        return False
    if view is opening.view:
        between = _IN_A_PERSON_TREATED.sub(" ", view.section_text[opening.end : first.start])
        return bool(_GIVEN_FOR_IT.search(between))
    text = view.section_text[view.start : view.end]
    near = view.section_text[max(view.start, first.start - 60) : first.end + 40]
    return bool(_GIVEN_THEN.search(near)) and not _BACK_IN_TIME.search(text)


def _is_the_disease(ctx: Context, case: Case) -> bool:
    """Whether the patient or the title has a disease that is neutropenia itself: Felty's, immune neutropenia."""
    titles = [v.text for v in ctx.sentences if v.section == 0]
    return any(_NEUTROPENIC_DISEASE.search(text) for text in (*titles, *(p.text for p in case.pieces[:3])))


def _has_onset_behind(case: Case, drug: Mention) -> bool:
    """Whether a sentence behind the one that first names the drug tells an event with its time after the drug."""
    return any(
        any(i.role == "onset" for i in p.view.intervals)
        and any(status_of(p.view, m) == "affirmed" for m in p.view.labelled("event"))
        for p in case.pieces
        if (p.view.section, p.view.start) > (drug.section, drug.start)
    )


def _tied_in_title(ctx: Context) -> bool:
    """Whether the title ties the event to the drug: the event after it, or induced by it."""
    for view in ctx.sentences:
        if view.section > 0:
            return False
        events, drugs = view.labelled("event"), _drugs(ctx, [view])
        for event in events:
            for drug in drugs:
                if drug.start >= event.end and _LINK.search(view.section_text, event.end, drug.start):
                    return not _SUCCESS.search(_IN_A_PERSON_TREATED.sub(" ", view.text))
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
    put_onset(draft, told, case, episode, later, rejected)
    _put_drug(ctx, draft, told, case, episode)
    _put_patient(draft, told, case)
    _put_indication(ctx, draft, told, case)
    _put_count(ctx, draft, told, case, episode, rejected)
    _put_event(ctx, draft, told, case, episode)
    _put_grade(ctx, draft, told, episode)
    _put_named_in_title(ctx, draft, told, count)
    put_course(ctx, draft, told, episode, later)
    put_duration(draft, episode, told, case)
    put_class(ctx, draft, episode)
    _put_regimen(draft, case, ctx)
    return _finding(ctx, draft, "case", label, n_treated=1, n_events=1)


def _put_regimen(draft: Draft, case: Case, ctx: Context) -> None:
    """The named regimen that holds the drug, where the patient's text has one (a short name of several drugs)."""
    for piece in case.pieces:
        for mention in piece.view.labelled("regimen"):
            if piece.holds(mention.start) and mention_drug(mention, ctx.protocol) == draft.values.get("drug"):
                if name := partner_of(mention, ctx.protocol):
                    draft.put("regimen", name, quote(ctx, "", mention.section, mention.start, mention.end))
                return


def _absent_finding(ctx: Context, case: Case) -> Finding | None:
    """The event is said to be absent: a group of one, with no event. None where that is not said after the drug."""
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
    return next(v for v in ctx.sentences if mention in v.mentions)


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
        own = [p.view for p in case.pieces if role_of(p.view) not in ("background", "conclusions")]
        titles = [v for v in ctx.sentences if v.section == 0]
        named = [
            m
            for v in (*own, *titles)
            for m in v.labelled("indication")
            if not _FORMER.search(v.section_text, max(v.start, m.start - 30), m.start)
        ]
        mention = indication.closer_name(ctx, indication.specified(mention, named), named)
    if mention is not None:
        draft.put("indication", mention.preferred_name, quote(ctx, "", mention.section, mention.start, mention.end))


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
        late = _named_late(ctx, case, episode) or _named_late_at_the_end(ctx, draft)
    febrile = next((m for m in named if of(m, "event_definition") == "febrile"), None)
    if febrile is None and late is None and len(told.cases) == 1 and episode.number == 1:
        titled = [m for v in ctx.sentences if v.section == 0 for m in v.labelled("event")]
        febrile = next((m for m in titled if of(m, "event_definition") == "febrile"), None)
    chosen, definition = (late, "late_onset") if late else (febrile, "febrile")
    if chosen is not None:
        draft.put("event_definition", definition, quote(ctx, "", chosen.section, chosen.start, chosen.end))
    for mention in ([febrile] if febrile else []) + named:
        term = of(mention, "severity_term")
        if term:
            draft.put("severity_term", term, quote(ctx, "", mention.section, mention.start, mention.end))
            break


def _named_late(ctx: Context, case: Case, episode: Episode) -> Mention | None:
    """Late onset said of this event elsewhere: in the patient's text, the title or the aim."""
    told = {id(p.view) for p in case.pieces}
    for view in ctx.sentences:
        role = role_of(view)
        if role == "background" or (role not in ("title", "aim") and id(view) not in told):
            continue
        for mention in view.labelled("event"):
            if is_late(view, mention) and (role in ("title", "aim") or status_of(view, mention) == "affirmed"):
                return mention
    return None


def _named_late_at_the_end(ctx: Context, draft: Draft) -> Mention | None:
    """ "Clinicians should know late-onset X": the closing words warn of the event that was told, if it was late."""
    limit = ctx.protocol.definitions.get("onset", {}).get("late_after_days")
    days = draft.values.get("onset_days")
    if limit is None or days is None or days <= limit:
        return None
    view = ctx.sentences[-1]
    late = (m for m in view.labelled("event") if is_late(view, m) and status_of(view, m) in TOLD_AGAIN)
    return next(late, None)


def _own_of_a_list(told: CaseText, case: Case) -> list[tuple[SentenceView, BloodCount]]:
    """ "Nadirs were 0.3 and 0.8": of low counts told in one sentence, one for each patient, this patient's."""
    place = [c.number for c in told.cases].index(case.number)
    for piece in told.shared if len(told.cases) > 1 else ():
        low = [c for c in piece.view.counts if piece.holds(c.start) and is_low(piece.view, c)]
        if len(low) == len(told.cases) and role_of(piece.view) != "background":
            return [(piece.view, low[place])]
        if len(low) == 1 and low[0].high is not None and len(told.cases) == len((low[0].value, low[0].high)):
            value = low[0].value if place == 0 else low[0].high
            if value < LOW and " and " in piece.view.section_text[low[0].start : low[0].end]:
                return [(piece.view, replace(low[0], value=value, high=None))]
    return []


def _put_count(
    ctx: Context, draft: Draft, told: CaseText, case: Case, episode: Episode, rejected: list[Rejected]
) -> None:
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
                rejected.append(reject(piece.view, count.start, count.end, "anc_nadir", reason))
    if not usable and episode.number == 1:
        usable = _own_of_a_list(told, case)
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
        _put_grade_of_count(draft, piece)
        if piece.view is episode.opening.view and episode.opening.event is None:
            _put_severity_of_episode(draft, piece)
        events = [m for m in piece.events() if status_of(piece.view, m) == "affirmed"]
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


def _put_named_in_title(ctx: Context, draft: Draft, told: CaseText, count: int) -> None:
    """ "Agranulocytosis after X", "severe X": the title's or aim's words for the event of the only patient.

    Not where a count or grade speaks against them; where there were several episodes, only if all are spoken of.
    """
    known = draft.values.get("severity_term")
    if len(told.cases) != 1 or known not in (None, "severe"):
        return
    if draft.values.get("ctcae_grade", SEVEREST) < (SEVEREST if count > 1 else SEVEREST - 1):
        return
    events = ctx.protocol.config.get("events", {})
    found: list[tuple[int, str, Evidence]] = []
    for view in ctx.sentences:
        aimed = role_of(view) == "aim" and (is_own_result(view) or bool(_TO_PRESENT.match(view.text)))
        announced = view.section == 0 or aimed or (is_own_result(view) and count > 1)
        if not announced or (count > 1 and not _OFTEN.search(view.text)):
            continue
        named = view.labelled("event")
        for mention in named:
            term = events.get(mention.concept or "", {}).get("severity_term")
            if term and (term != TITLE_TERM or draft.values.get("ctcae_grade", SEVEREST) == SEVEREST):
                found.append((0, str(term), quote(ctx, "", mention.section, mention.start, mention.end)))
        whole = Piece(view, view.start, view.end)
        for severity in view.severities:
            own = not view.section_text[severity.start : severity.end].lower().startswith("life")
            if own and _of_event(whole, named, severity.start, severity.end):
                found.append((1, severity.term, view.evidence("", severity.start, severity.end)))
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


def _absence(ctx: Context, case: Case) -> Evidence | None:
    """Where the text says that the patient did not have the event, after the drug was named."""
    drug_seen = False
    for view in ctx.sentences:
        if view.section > 0 or not view.labelled("drug", "regimen"):
            break
        denied = next((m for m in view.labelled("event") if status_of(view, m) == "negated"), None)
        if denied is not None:
            return view.evidence("", denied.start, denied.end)
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
            if _OFFSPRING.search(view.text):
                continue
            normal = _NORMAL.search(view.section_text, max(view.start, count.start - 40), count.start)
            if drug_seen and normal and count.concept == ctx.analyte and count.moment == "recovered":
                return view.evidence("", count.start, count.end)
    return None
