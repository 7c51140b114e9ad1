"""What a row gets from the rest of the article: condition, drug, what it was given with, the event's definition.

"Rituximab plus bendamustine in follicular lymphoma" as a title gives every row of the article its regimen and
condition. How many were treated comes from treated.py, the course of the event from course.py.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.concepts import regimen
from pipeline.concepts.regimen import Arm
from pipeline.records import Mention
from pipeline.relate.context import SentenceView
from pipeline.relate.groups import treated
from pipeline.relate.groups.article import GroupArticle
from pipeline.relate.groups.draft import Draft
from pipeline.relate.groups.rows import LATE, Row


def complete(draft: Draft, row: Row) -> None:
    """Give a row what the article says once for all its rows."""
    article = draft.article
    treated.put_n_treated(draft, row)
    condition = row.subgroup or (None if row.several_conditions else article.condition)
    if condition is not None and (view := article.ctx.sentence_at(condition.section, condition.start)):
        row.set("indication", condition.preferred_name or condition.concept, view, condition.start, condition.end)
    drug = _drug_mention(article, row)
    if drug is not None and (view := article.ctx.sentence_at(drug.section, drug.start)):
        row.evidence.append(view.evidence("drug", drug.start, drug.end))
    _put_regimen(draft, row)
    if row.definition == LATE and (defined := article.definition_of(row.mention.concept)):
        row.set("definition_text", defined[0].section_text[defined[1] : defined[2]], *defined)


def _drug_mention(article: GroupArticle, row: Row) -> Mention | None:
    """Where the drug of a row is named: in its own sentence, else first of all, else any of the class."""
    named = [
        (regimen.mention_drug(m, article.ctx.protocol), m)
        for view in (row.view, *article.ctx.sentences)
        for m in view.labelled("drug", "regimen")
    ]
    exact = next((m for drug, m in named if drug == row.drug), None)
    return exact or next((m for drug, m in named if drug), None)


def _put_regimen(draft: Draft, row: Row) -> None:
    """What the drug was given with: in the row's arm, else in the title, else in all that is told of the treatment.

    An article that sets two combinations of the drug against each other has none for a row without an arm.
    """
    named = [
        (view, other, name)
        for view, other in _arms_with(draft.article, row.drug)
        if (name := regimen.name_of(view.section_text, other, view.mentions, draft.article.ctx.protocol))
    ]
    arm = draft.arms.meant_by(row.arm or row.counted_arm)
    if arm is not None and arm.drug is not None and (row.arm is not None or len(arm.parts) > 1):
        own = [item for item in named if item[1].same_as(arm)] if len(arm.parts) > 1 else []
        chosen = max(own, key=lambda item: (len(item[2]), item[1] == arm), default=None)
    elif draft.arms.are_all_of_drug or (row.position is not None and len({name for _, _, name in named}) > 1):
        chosen = None
    else:
        chosen = _common(named)
    if chosen is not None:
        view, other, name = chosen
        row.set("regimen", name, view, other.start, other.end)


def _arms_with(article: GroupArticle, drug: str) -> list[tuple[SentenceView, Arm]]:
    """Where the article names an arm with this drug, background apart."""
    return [
        (view, arm)
        for view in article.ctx.sentences
        if view.section == 0 or not article.is_background(view)
        for arm in article.arms_of(view)
        if arm.drug == drug
    ]


def _common(named: Sequence[tuple[SentenceView, Arm, str]]) -> tuple[SentenceView, Arm, str] | None:
    """The combination of the title, or the only one of a text that names it twice."""
    title = [item for item in named if item[0].section == 0]
    for group in (title, named if len(named) > 1 else []):
        if len({item[1].parts for item in group}) == 1:
            return group[0]
    return None
