"""Rates of an event per person-years: rows without numbers, one for each drug that a rate is told of.

"The incidence rate was 4.1 per 1000 person-years for A and 2.2 for B" tells no share of persons, but an own result on
both. A drug whose event has a row already gets none.
"""

from __future__ import annotations

from dataclasses import replace

from pipeline.concepts import assertion
from pipeline.concepts.regimen import Arm
from pipeline.relate.context import SentenceView
from pipeline.relate.groups import severity, statements
from pipeline.relate.groups.draft import Draft, add
from pipeline.relate.groups.statements import Statement


def take(draft: Draft) -> None:
    """Rows for the drugs of all sentences that tell a rate."""
    article = draft.article
    for view in article.ctx.sentences:
        if view.section == 0 or not any(c.unit == "rate" for c in article.counts(view)) or article.is_background(view):
            continue
        if (told := _event_of_rate(draft, view)) is None:
            continue
        given = _arms_with_drug(draft, view)
        for arm in given:
            statement = replace(told, arm=arm)
            if not _has_row(draft, statement, arm):
                add(draft, statement, None, names_several_arms=len(given) > 1)


def _event_of_rate(draft: Draft, view: SentenceView) -> Statement | None:
    """The first event of a sentence, where it is told as a result."""
    events = draft.article.events(view)
    for mention in events:
        against = draft.article.reason_against_exposure(view, mention, mention.end)
        if against is None and assertion.assess_phrases(view, mention).status == assertion.AFFIRMED:
            return statements.of_mention(view, events, mention)
    return None


def _arms_with_drug(draft: Draft, view: SentenceView) -> list[Arm]:
    found: list[Arm] = []
    for arm in draft.article.arms_of(view):
        if arm.drug is not None and not any(arm.same_as(other) for other in found):
            found.append(arm)
    return found


def _has_row(draft: Draft, statement: Statement, arm: Arm) -> bool:
    """Whether the drug of an arm has a row of the same event."""
    definition, _, _ = severity.of_statement(draft.article, statement)
    return any(r.drug == arm.drug and r.definition == definition for r in draft.rows)
