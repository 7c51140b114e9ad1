"""Events that the authors say did not occur: a row with no events.

"No neutropenia was observed" and "neutrophil counts remained normal in all patients" are such rows. "No further
episodes", "is not regarded as neutropenia" and "in patients with no neutropenia" are none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.concepts import assertion
from pipeline.concepts.assertion import Assertion
from pipeline.concepts.count import Count
from pipeline.concepts.grades import Grade
from pipeline.concepts.phrases import AnyOf
from pipeline.concepts.regimen import Arm
from pipeline.records import Mention
from pipeline.relate.context import SentenceView
from pipeline.relate.groups import by_condition, refusal, severity
from pipeline.relate.groups.draft import Draft, add
from pipeline.relate.groups.rows import LATE, PLAIN
from pipeline.relate.groups.statements import Statement, of_mention
from pipeline.relate.groups.tied import is_object
from pipeline.relate.groups.wording import ADJECTIVES

_NO_MORE = re.compile(
    r"\b(?:further|new|other|more|recurren\w+|additional|again|subsequent|second|longer|repeat\w*|another|recur\w*|return\w*)\b",
    re.IGNORECASE,
)
# "no A or other toxicity": the list goes on, "other" is not said of the event
_AND_OTHER = re.compile(r"(?:,|\b(?:and|or|nor|as\swell\sas))\s(?:(?:any|all|the|of)\s){0,2}other\b", re.IGNORECASE)
_STOP = re.compile(r"[,;:]")
_QUALIFIES = re.compile(r"\w+ic\s(?!episode|event|period)\w+", re.IGNORECASE)


def take_negated(draft: Draft, view: SentenceView, events: Sequence[Mention], stated: Sequence[Statement]) -> None:
    """Each event of a sentence that has no count and is said not to have occurred."""
    article = draft.article
    if assertion.role_of(view) == "methods" or article.is_background(view):
        return
    if all(m.row["status"] != "negated" for m in view.triggers("assertion", assertion.COLUMNS)):
        return
    for mention in events:
        status = assertion.assess_phrases(view, mention)
        if status.status != "negated" or status.start is None or status.end is None:
            continue
        if _TOLD_IN_NEW_CLAUSE.fullmatch(view.section_text, status.end, mention.start) and _WAS_FOUND.match(
            view.section_text, mention.end
        ):
            continue
        if _AT_FIRST.match(view.section_text, mention.end):
            draft.reject_events((mention,), "historical")
            continue
        if is_object(view.section_text, mention.start):
            draft.reject_events((mention,), refusal.OF_AFFECTED)  # "infections, none of them during A"
            continue
        denied = _persons_without(view, max(status.end, mention.end))
        if any(s.mention is mention and not _is_denied_of(s, status.end, denied) for s in stated):
            continue
        left, right = min(status.start, mention.start), max(status.end, mention.end)
        definition = severity.named_definition(article, mention)
        before = _STOP.split(view.section_text[max(view.start, left - 12) : left])[-1]
        words = _AND_OTHER.sub(" ", before + view.section_text[left : right + 20])
        qualifies = bool(_QUALIFIES.match(mention.text)) and definition in (PLAIN, LATE)
        if _NO_MORE.search(words) or qualifies or not _denies_occurrence(view, mention, status):
            draft.reject_events((mention,), "negated")
            continue
        conditions = _conditions_without(view, status, right)
        arm = _only_arm(draft, view)
        total = None if denied is None else denied.total or denied.events
        if (
            not conditions
            and total is None
            and any(
                r.definition == definition
                and not r.is_absent
                and (arm is None or arm.drug == r.drug)
                and r.values.get("severity_term") == article.severity_in(mention)
                for r in draft.rows
            )
        ):
            draft.reject_events((mention,), "negated")
            continue
        zero = Statement(
            view,
            mention,
            Count(left, right, events=0, total=total, zero_word=True),
            _grade_beside(view, events, mention),
            arm=arm,
            is_of_part=total is not None,
        )
        for condition in conditions:
            add(draft, zero, condition)
        if not conditions:
            add(draft, zero, None)


# "no patient had A before rituximab"
_AT_FIRST = re.compile(
    r"\s(?:already\s)?(?:before|prior\sto|at\sbaseline|at\s(?:study\s)?entry|at\s(?:inclusion|enrol\w+|the\s(?:start|outset|beginning)))\b"
    r"(?!\s(?:the\s)?(?:second|third|next|last|final|day|week|month|\d))",
    re.IGNORECASE,
)
# "the smear held no cells (0%), and severe A was diagnosed"
_TOLD_IN_NEW_CLAUSE = re.compile(r"[^.;]{3,80}?(?:,\s|\s)(?:and|so)\s(?:an?\s|the\s)?(?:[\w-]+\s){0,3}", re.IGNORECASE)
_WAS_FOUND = re.compile(
    r"(?:\s?\([^()]*\))?\s(?:was|were)\s(?:thus\s|then\s|therefore\s)?(?:diagnosed|found|confirmed|made|established|suspected)\b",
    re.IGNORECASE,
)

_ALL_THE = r"(?:(?:the|our|those|these|all|other|remaining|first|last)\s)*"
_AMONG = re.compile(
    rf"(?:^|[,;]\s|\b(?:and|but|while|whereas)\s)\s*(?:in|of|among)\s{_ALL_THE}$",
    re.IGNORECASE,
)
_IN_THEM = re.compile(rf"[^.;,:\d]{{0,40}}\b(?:in|among|by)\s(?:(?:any\s)?of\s)?{_ALL_THE}", re.IGNORECASE)


_MAY_BE_ALL = AnyOf(("all", "every"))
_ALL_HAD = re.compile(
    r"(?:^|[,;]\s(?:and\s)?)\s*(?:everyone|everybody|all(?:\s(?:of\s)?(?:them|(?:(?:the|our|treated)\s)?(?:patients|subjects|children)))?)"
    r"\s(?:had|developed|experienced|suffered|showed)\s(?:[\w/-]+\s){0,4}$",
    re.IGNORECASE,
)
_IN_EVERYONE = re.compile(
    r"\s(?:occurred|developed|appeared|was\s(?:seen|observed|noted|recorded|found|present))\sin\s"
    r"(?:everyone|every\spatient|all(?:\s(?:of\sthem|(?:treated\s)?(?:patients|subjects|children)))?)(?=\s?[.,;]|\s?$)",
    re.IGNORECASE,
)


def take_had_by_all(draft: Draft, view: SentenceView, events: Sequence[Mention], stated: Sequence[Statement]) -> None:
    """An event of all who were treated, told before any number of those affected: "All patients had A"."""
    article = draft.article
    if any(not r.is_absent for r in draft.rows) or assertion.role_of(view) in ("methods", "title", "conclusions"):
        return
    if not _MAY_BE_ALL.search(view.low):
        return
    for mention in events:
        if any(s.mention is mention for s in stated):
            continue
        told = _ALL_HAD.search(view.text, 0, mention.start - view.start) or _IN_EVERYONE.match(
            view.section_text, mention.end
        )
        if (
            told is None
            or article.is_background(view)
            or assertion.assess_phrases(view, mention).status != assertion.AFFIRMED
            or article.reason_against_exposure(view, mention, mention.end) is not None
        ):
            continue
        before = len(draft.rows)
        add(draft, of_mention(view, events, mention), None)
        for row in draft.rows[before:]:
            row.had_by_all = True


def _is_denied_of(statement: Statement, end: int, denied: Count | None) -> bool:
    """Whether a statement only counts those an event is denied of: "A was not seen in the 30 given half the dose"."""
    count = statement.count
    if refusal.status_of(statement).status != "negated":
        return False  # "none had febrile A, and A was seen in ten"
    if denied is not None and denied.start + statement.view.start == count.start:
        return True
    return count.percent is None and bool(_IN_THEM.fullmatch(statement.view.section_text, end, count.start))


def _persons_without(view: SentenceView, right: int) -> Count | None:
    """The count of those an event is denied of: "among the 26 given 500 mg A did not occur", "no A in 30 children"."""
    for count in view.persons:
        n = count.total if count.events == count.total else None
        n = count.events if n is None and count.total is None and count.percent is None else n
        if n is None or n < 2 or count.unit not in ("patients", None, "sex"):
            continue
        start = view.start + count.start
        before = start < right and _AMONG.search(view.text, 0, count.start)
        if before or (start >= right and _IN_THEM.fullmatch(view.section_text, right, start)):
            return count
    return None


_NEITHER = re.compile(r"\bneither\b", re.IGNORECASE)


def _conditions_without(view: SentenceView, status: Assertion, right: int) -> list[Mention]:
    """The conditions that an event is denied of, each once: "no A in B or C", "no patient with B or C had A"."""
    behind = [m for m in view.named_conditions if m.start >= right]
    if not behind and status.end is not None:
        neither = _NEITHER.search(view.section_text, view.start, status.end)
        behind = by_condition.denied_of(view, neither.end() if neither else status.end)
    each: dict[str | None, Mention] = {}
    for m in behind:
        each.setdefault(m.concept, m)
    return list(each.values())


def _grade_beside(view: SentenceView, events: Sequence[Mention], mention: Mention) -> Grade | None:
    """The grade of an absent event, where nothing but adjectives stands between: "no grade 4 treatment-related A"."""
    grade = of_mention(view, events, mention).grade
    if grade is None:
        return None
    between = view.section_text[grade.end : mention.start] or view.section_text[mention.end : grade.start]
    return grade if ADJECTIVES.fullmatch(between) or len(between.split()) <= 1 else None


def _only_arm(draft: Draft, view: SentenceView) -> Arm | None:
    """The arm of a sentence that names just one with the drug."""
    named = [a for a in draft.article.arms_of(view) if a.drug is not None]
    return named[0] if len(named) == 1 else None


_VIEW = re.compile(
    r"\b(?:not|never)\s(?:be\s)?(?:name|mention|list|regard|consider|view|predict|contraindicat|know|mean|preclude|exclude|allow|permit|enable|assess|evalua|determin|judge|measur|analy[sz]|interpret|systematically)\w*",
    re.IGNORECASE,
)


_RISK_ONLY = re.compile(
    r"\b(?:(?:increase[sd]?|rise|excess|difference)\s(?:in|of)\b|predict(?:s|ed|ors?|ive)\b|(?:risk|prognostic)\sfactors?\b|multivari\w+|(?:relative\s|the\s|higher\s|greater\s)risks?\s(?:of|for)\b|\bodds\b|\bhazards?\b)",
    re.IGNORECASE,
)
"""Where risks are compared ("no increase in A", "age, but not A, predicted B"), "not" denies no occurrence."""


_OF_PERSONS = re.compile(r"\b(?:who|whom|which|that|those)\s(?:had\s|have\s)?$", re.IGNORECASE)
"""Patients "who did not develop A" are a part of all."""
_NO_CAUSE_OF = re.compile(
    r"\s(?:[\w-]+\s){0,2}(?:causes?|reasons?|explanations?|history|risk|correlation|association|relation(?:ship)?|link|effect|impact"
    r"|influence|trend|treatment|prophylaxis|monitoring|data|information|reports?|studies)\s(?:[\w-]+\s){0,3}?(?:of|for|to|on|with|between|about|against)\b",
    re.IGNORECASE,
)
"""Nothing is denied of the event itself: "no known cause of A", "no correlation with A"."""
_WELL_TOLERATED = re.compile(r"\b(?:tolerated|uneventful\w*|safe\w*)\b[^.;]{0,12}$", re.IGNORECASE)


def _denies_occurrence(view: SentenceView, mention: Mention, status: Assertion) -> bool:
    """Whether a negation says that the event did not occur, and not that something was without it."""
    if status.start is None or status.end is None:
        return False
    if _VIEW.match(view.section_text, status.start) or _VIEW.search(
        view.section_text, max(view.start, status.start - 12), status.end + 12
    ):
        return False  # "is not regarded as", "cannot be predicted"
    if _RISK_ONLY.search(view.text) or _OF_PERSONS.search(view.section_text, view.start, status.start):
        return False
    if _NO_CAUSE_OF.match(view.section_text, status.end) or refusal.tells_course_of_none(view, status.end, mention):
        return False
    cue = view.section_text[status.start : status.end].lower()
    before = view.section_text[view.start : status.start]
    if cue == "without":
        return bool(_WELL_TOLERATED.search(before))
    if cue == "no" or cue.startswith(
        (
            "none",
            "nobody",
            "neither",
            "nor",
            "no case",
            "no episode",
            "no patient",
            "no evidence",
            "no sign",
            "no instance",
            "no occurrence",
        )
    ):
        if re.search(r"\b(?:there\swas|there\swere|we\sobserved|had|and)\s$", before[-16:], re.IGNORECASE):
            return True
        return not re.search(r"\b(?:with|or|in|of|if|although)\s$", before[-10:], re.IGNORECASE)
    return bool(re.match(r"(?:was|were|did|not|never|in\sno)", cue))


_NORMAL = re.compile(
    r"\b(?:remained|remain|stayed|was|were|are)\s(?:all\s)?(?:normal|within\s(?:the\s)?normal)\b", re.IGNORECASE
)
_ALL_BUT = re.compile(r"\ball\s(?:[\w-]+\s)?(?:but|except(?:\sfor|ing)?|apart\sfrom|save)\s", re.IGNORECASE)
_IN_ALL = re.compile(r"\b(?:in\s)?(?:all|every|each)\b", re.IGNORECASE)


def take_normal_counts(draft: Draft, view: SentenceView) -> None:
    """Cells of the review that stayed normal in everyone are an event that did not occur."""
    article = draft.article
    if article.is_background(view) or assertion.role_of(view) in ("methods", "title"):
        return
    for mention in view.named_cells:
        if mention.concept != article.ctx.analyte:
            continue
        after = view.section_text[mention.end : view.end]
        normal = _NORMAL.search(after)
        if normal and normal.start() < 40 and _IN_ALL.search(after[normal.end() : normal.end() + 24]):
            event = Mention(view.section, mention.start, mention.end + normal.end(), "", "event", article.plain_concept)
            excepted = _ALL_BUT.search(view.section_text, event.end, min(view.end, event.end + 40))
            if excepted is not None:  # "normal in all but two"
                numbers = [c for c in view.persons if 0 <= c.start + view.start - excepted.end() <= 1]
                if numbers and numbers[0].events and numbers[0].total is None and numbers[0].percent is None:
                    counted = replace(numbers[0], start=excepted.end(), end=view.start + numbers[0].end)
                    add(draft, Statement(view, event, counted), None)
                return
            add(draft, Statement(view, event, Count(event.start, event.end, events=0, zero_word=True)), None)
            return
