"""Group findings: which count, time and grade belong to which drug, arm, condition and event definition.

The steps, each a module of pipeline/relate/groups/:

1. Every sentence gives its statements: a count tied to an event (statements.py), with its arm (arms.py).
2. A statement is kept when it is a fact of this publication; else it is rejected with the reason (refusal.py).
3. Statements of the same arm, condition, event definition and grade become one row (draft.py, merge.py); an event that
   did not occur is a row too (absent.py).
4. Where no statement has a figure, an event that the authors name as their own result is a row without numbers
   (named.py).
5. A row gets what the article gives once for all: condition, drug, regimen (complete.py), who was treated (treated.py),
   onset, nadir, duration, management, outcome and re-exposure (course.py).

Example: "Late-onset neutropenia occurred in 8 of 130 patients (6%)" under a title that names rituximab and lymphoma is
one row: rituximab, lymphoma, late_onset, n_events 8, n_treated 130, incidence_percent 6.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.concepts import regimen
from pipeline.records import Finding, Mention, Rejected
from pipeline.relate.context import Context, SentenceView
from pipeline.relate.groups import (
    absent,
    arms,
    complete,
    course,
    followed,
    header,
    merge,
    named,
    parts,
    pooled,
    rates,
    refusal,
    severity,
    statements,
)
from pipeline.relate.groups.article import GroupArticle
from pipeline.relate.groups.draft import Draft, add, rejected_event
from pipeline.relate.groups.rows import Row, definition_of_grade, is_zero, stated_grades
from pipeline.relate.groups.statements import Statement

_NOT_GIVEN = re.compile(
    r"\s(?:(?:was|were|is)\s(?:not\s(?:yet\s)?(?:available|affordable|given|used|part)|unavailable)\b)", re.IGNORECASE
)


# What tells patients of one group apart
_TRAIT = re.compile(
    r"\b(?:women|men|females?|males?|wild-type|carriers|genotype|with\s(?:and|or)\swithout|with(?:\s[\w-]+){1,4}\sthan\s(?:in\s)?(?:those|patients)?\s?without"
    r"|(?:those|patients)\s(?:who|not|also|given|receiving|taking|on|aged|with|older|younger))\b",
    re.IGNORECASE,
)


def group_findings(ctx: Context) -> tuple[list[Finding], list[Rejected]]:
    """The group rows of an article and every candidate that became none."""
    if not ctx.mention_labels & {"event", "analyte"}:
        return [], []
    article = GroupArticle(ctx)
    reason = "no_drug" if _has_no_drug(ctx) else article.refusal
    if reason is not None:
        return [], [rejected_event(m, reason) for m in ctx.labelled("event")]
    draft = Draft(article)
    _take_sentences(draft)
    rates.take(draft)
    pooled.take(draft)
    if not draft.rows:
        named.take_first(draft)
    merge.join_same_events(draft)
    merge.drop_rates_per_cycle(draft)
    for row in draft.rows:
        complete.complete(draft, row)
    course.complete(article, draft.rows)
    return [_finding(ctx, row) for row in draft.rows], draft.rejected


def _has_no_drug(ctx: Context) -> bool:
    """Whether the review's drug is not named, or only as one that was not given."""
    drugs = [m for m in ctx.labelled("drug", "regimen") if regimen.mention_drug(m, ctx.protocol)]
    return all(_NOT_GIVEN.match(ctx.sections[m.section].text, m.end) for m in drugs)


def _take_sentences(draft: Draft) -> None:
    """Rows from all sentences; where there are none, from the sets of persons named, else from the title."""
    article = draft.article
    title: list[Statement] = []
    references: list[Statement] = []
    earlier: list[Statement] = []
    for view in article.ctx.sentences:
        events = article.events(view)
        if not article.is_readable(view):
            draft.reject_events(view.named_events, "sentence too long to be read")
            continue
        if not events:
            told = followed.read_repeated(article, view, earlier) or followed.read(article, view, earlier)
            _take(draft, view, told)
            if not told:
                absent.take_normal_counts(draft, view)
            continue
        stated = parts.without_shares_of_earlier(_statements(draft, view, events), earlier)
        earlier += stated
        if view.section:
            absent.take_had_by_all(draft, view, events, stated)
        if view.section == 0:
            title = stated
            continue
        references += _take(draft, view, stated)
        absent.take_negated(draft, view, events, stated)
    for statement in references:
        if is_zero(statement.count):
            continue
        if not draft.rows or refusal.is_new(draft.article, draft.rows, statement):
            _take(draft, statement.view, [refusal.persons_named(statement)], last=True)
    if not draft.rows:
        for statement in title:
            _take(draft, statement.view, [statement], last=True)


def _statements(draft: Draft, view: SentenceView, events: Sequence[Mention]) -> list[Statement]:
    """The statements of a sentence; its counts that belong to no event are rejected."""
    found = draft.article.counts(view)
    if not found:
        return []
    stated, unused = statements.read(view, events, found, draft.article.arms_of(view))
    for item in unused:
        draft.reject_count(view, item.count, item.reason, shift=view.start)
    return header.with_grade_before(view, stated)


def _take(draft: Draft, view: SentenceView, stated: Sequence[Statement], last: bool = False) -> list[Statement]:
    """Rows from the statements of a sentence. Those that only name persons come back, unless it is the last resort."""
    if not stated:
        return []
    placed = arms.place(draft.arms, view, parts.for_each_condition(stated))
    for statement, reason in placed.left_out:
        draft.reject_count(view, statement.count, reason)
        if reason in (arms.WITHOUT_DRUG, arms.NOT_CLEAR):
            draft.own(statement)
    resolved = parts.without_shares_of_affected(
        parts.without_milder_parts(parts.without_distribution(parts.summed(placed.kept)))
    )
    resolved = parts.without_lower_part(resolved)
    resolved = parts.without_parts_in_bracket(resolved)
    resolved = _without_grades_of_told(draft, resolved)
    diagnoses = parts.diagnoses_of_affected(resolved)
    subsets = parts.of_told_whole(draft.rows, resolved)
    compared = parts.shares_of_parts(draft.rows, resolved)
    positive = [(s.mention, s.grade, s.severity) for s in resolved if not is_zero(s.count)]
    references = []
    for statement in [refusal.as_febrile_part(draft.article, draft.rows, s) for s in resolved]:
        if refusal.only_names_persons(statement) and not last:
            references.append(statement)
            draft.own(statement)
            continue
        against = (
            refusal.OF_AFFECTED
            if statement in diagnoses or parts.is_mild_part(draft.rows, statement)
            else refusal.reason_against(draft.article, draft.rows, statement, last)
        )
        if (
            against is None
            and (statement.mention, statement.grade, statement.severity) in positive
            and _is_none_of_the_others(statement)
        ):
            against = arms.WITHOUT_DRUG
        if against is None and (
            statement in subsets
            or statement in compared
            or _compares_parts(draft, statement)
            or _is_set_against_others(draft, statement)
        ):
            against = arms.NOT_CLEAR
        if against is not None:
            draft.reject_count(view, statement.count, against)
            if against == refusal.OTHER_CAUSE:
                draft.own(statement)  # they had the event: not the number of those treated
            continue
        others = [s for s in resolved if s not in diagnoses]
        subgroup = statement.indication if _is_of_subgroup(draft.article, draft.rows, statement, others) else None
        add(draft, statement, subgroup, placed.names_several)
    return references


def _without_grades_of_told(draft: Draft, stated: list[Statement]) -> list[Statement]:
    """The statements of a sentence; where they part by grade those of a row before, the row takes their grades."""
    told = parts.distribution_of_told(draft.rows, stated)
    if told is None:
        return stated
    row, grade = told
    severity.put_grade(draft.article, row, replace(stated[0], grade=grade), stated_grades(grade))
    for statement in stated:
        draft.own(statement)
    return [s for s in stated if s.grade and definition_of_grade(s.grade) == "grade3plus"]


def _is_none_of_the_others(statement: Statement) -> bool:
    """Whether a count says "none" of persons that it does not name: "in 5 of them and in none of the controls"."""
    return statement.count.zero_word and statement.arm is None and statement.indication is None


def _compares_parts(draft: Draft, statement: Statement) -> bool:
    """Whether counts compare parts of one group that are no arms ("10% of women versus 4% of men").

    So do three and more figures under one grade ("any-grade, grade 3-4 and febrile A were 30, 12 and 4%").
    """
    return (
        statement.of_parallel > 1
        and statement.arm is None
        and statement.indication is None
        and draft.article.compared is None
        and len(draft.arms.counted) < 2
        and ((statement.of_parallel > 2 and statement.grade is not None) or bool(_TRAIT.search(statement.view.text)))
    )


# "14% in transplanted and 8% in other patients"
_AND_OTHERS = re.compile(
    r"[)\]]?(?:\s?\([^()]*\))?\s(?:in|among|for|of)\s(?!(?:the\s)?(?:treated|exposed))(?:[\w-]+\s){1,5}?(?:\([^()]*\)\s)?"
    r"(?:and|versus|vs\.?|v|but|than|(?:as\s)?compared\swith|against)\s(?:only\s|in\s)?\d[\d.]*\s?%(?:\s?\([^()]*\))?\s(?:in|among|for|of)\s(?:the\s|all\s)?"
    r"(?:others?|rest|remaining|remainder|(?:those|patients)\s(?:without|not|who)|non-?\w+|un\w+ed)\b",
    re.IGNORECASE,
)


def _is_set_against_others(draft: Draft, statement: Statement) -> bool:
    """Whether a share is of a part that a trait sets against the others, in a sentence that names no arm."""
    return (
        statement.count.percent is not None
        and statement.arm is None
        and statement.indication is None
        and not draft.article.arms_of(statement.view)
        and bool(_AND_OTHERS.match(statement.view.section_text, statement.count.end))
    )


def _is_of_subgroup(
    article: GroupArticle, rows: Sequence[Row], statement: Statement, stated: Sequence[Statement]
) -> bool:
    """Whether the condition named with a count sets its persons apart from the others of the article."""
    if statement.indication is None:
        return False
    named_conditions = {s.indication.concept for s in stated if s.indication is not None}
    if len(named_conditions) > 1:
        return True
    if article.condition is not None and article.condition.concept == statement.indication.concept:
        return False
    return (
        statement.is_opening
        or (is_zero(statement.count) and any(r.subgroup is None and not r.is_absent for r in rows))
        or any(s.indication is None and s is not statement for s in stated)
        or any(_has_other_share(r, statement) for r in rows)
    )


def _has_other_share(row: Row, statement: Statement) -> bool:
    """Whether a row of all has another percentage for the same event: "6.2% had A ... It was 23% in lupus"."""
    share, told = row.share(), statement.count.percent
    return (
        row.subgroup is None
        and row.arm is None
        and statement.arm is None
        and statement.grade is None
        and statement.severity is None
        and None not in (share, told)
        and share != told
        and row.mention.concept == statement.mention.concept
    )


def _finding(ctx: Context, row: Row) -> Finding:
    values = dict(row.values)
    values["management"] = tuple(sorted(values.get("management", ())))
    return Finding(
        finding_id="",
        pmid=ctx.article.pmid,
        level="group",
        label=row.label,
        attribution="reviewed" if ctx.study_type == "systematic_review" else "own",
        drug=row.drug,
        flags=tuple(row.flags),
        evidence=tuple(row.evidence),
        **values,
    )
