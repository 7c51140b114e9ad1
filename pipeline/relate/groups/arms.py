"""Which arm a count is said of, and which arms lack the review's drug.

"12% and 8% with R-CHOP and CHOP, respectively": parallel counts get their arms by order, the count of CHOP is left out.
"It was more frequent with G-B (33% v 26%)": the arms that the article compares or counts ("B, n = 198") give the order.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from pipeline.concepts import regimen
from pipeline.concepts.regimen import Arm
from pipeline.relate.context import SentenceView
from pipeline.relate.groups import denominators
from pipeline.relate.groups.article import GroupArticle
from pipeline.relate.groups.statements import Statement

NOT_CLEAR, WITHOUT_DRUG = "arm not clear", "arm without the drug"


@dataclass(frozen=True)
class StudyArms:
    """The arms of the study, as far as the whole article tells them."""

    article: GroupArticle

    @cached_property
    def counted(self) -> list[Arm]:
        """The arms whose numbers the article gives in brackets: "R-CHOP (n = 205)"."""
        return [p.arm for p in denominators.find(self.article) if p.arm is not None and p.is_part]

    @cached_property
    def include_one_without_drug(self) -> bool:
        """Whether the study compares with an arm that lacks the review's drug."""
        compared = self.article.compared or ()
        return (
            any(a.drug is None and a.role != regimen.LABEL for a in (*self.counted, *compared))
            or self.article.has_comparator
        )

    @cached_property
    def are_all_of_drug(self) -> bool:
        """Whether two combinations of the drug are set against each other."""
        compared = self.article.compared
        return compared is not None and all(a.drug is not None or a.role is not None for a in compared)

    def meant_by(self, arm: Arm | None) -> Arm | None:
        """The arm itself; "the combination" is the one arm counted that adds something to the drug."""
        if arm is None or arm.role != "combination":
            return arm
        counted = [a for a in self.counted if a.drug is not None and len(a.parts) > 1]
        return counted[0] if len(counted) == 1 else arm


class Placed(NamedTuple):
    """The statements of a sentence with their arms."""

    kept: list[Statement]
    left_out: list[tuple[Statement, str]]  # with the reason
    names_several: bool  # whether the sentence tells one arm from another


def place(study: StudyArms, view: SentenceView, stated: Sequence[Statement]) -> Placed:
    """Parallel counts get their arms by order; counts of arms without the review's drug are left out."""
    article = study.article
    arms = article.arms_of(view)
    placed = [_with_arm(study, s, arms) for s in _paired(view, stated, arms)]
    distinct = {s.arm.text for s in placed if s.arm is not None}
    parts_of_code = [_is_part_of_code(s, placed) for s in placed]
    comparative = (
        len(distinct) > 1
        or any(s.of_parallel == 2 for s in placed)
        or article.has_comparator
        or article.compared is not None
    )
    kept: list[Statement] = []
    left_out: list[tuple[Statement, str]] = []
    for statement, is_part_of_code in zip(placed, parts_of_code, strict=True):
        parallel = statement.of_parallel == 2 and statement.indication is None
        if statement.arm is None and parallel and study.include_one_without_drug:
            left_out.append((statement, NOT_CLEAR))
        elif is_part_of_code if statement.arm is None else _lacks_drug(article, statement.arm, comparative):
            left_out.append((statement, WITHOUT_DRUG))
        else:
            kept.append(statement)
    return Placed(kept, left_out, len(distinct) > 1 or any(parts_of_code))


_BESIDE = re.compile(r"(?:,|;|/|\s?-|\sand|\sv(?:s\.?|ersus)?)\s", re.IGNORECASE)


def _paired(view: SentenceView, stated: Sequence[Statement], arms: Sequence[Arm]) -> list[Statement]:
    """ "Of the former ... and of the latter ..., among them A (18%, 6%)": two counts of one event under two arms."""
    if _in_order(arms, 2) is None:
        return list(stated)
    paired = list(stated)
    for i, (first, second) in enumerate(itertools.pairwise(stated)):
        if (
            first.mention == second.mention
            and max(first.of_parallel, second.of_parallel) < 2
            and (first.grade, first.severity) == (second.grade, second.severity)
            and (first.arm is None or first.arm == second.arm)
            and _BESIDE.fullmatch(view.section_text, first.count.end, second.count.start)
        ):
            paired[i] = replace(first, arm=None, position=0, of_parallel=2)
            paired[i + 1] = replace(second, arm=None, position=1, of_parallel=2)
    return paired


def _with_arm(study: StudyArms, statement: Statement, named: Sequence[Arm]) -> Statement:
    """A statement of a parallel list with the arm of its position."""
    if statement.of_parallel < 2 or statement.arm is not None or statement.position is None:
        return statement
    ordered = _in_order(named, statement.of_parallel)
    if ordered is None and statement.of_parallel == 2 and study.article.compared is not None:
        ordered = list(study.article.compared)
    if ordered is None and statement.of_parallel == 2:
        ordered = _counted_in_order(study, statement, named)
    return replace(statement, arm=ordered[statement.position]) if ordered else statement


def _in_order(arms: Sequence[Arm], size: int) -> list[Arm] | None:
    """The distinct arms in reading order, where there are just so many."""
    distinct: list[Arm] = []
    for arm in arms:
        if not any(arm.same_as(other) for other in distinct):
            distinct.append(arm)
    return distinct if len(distinct) == size else None


def _counted_in_order(study: StudyArms, statement: Statement, named: Sequence[Arm]) -> list[Arm] | None:
    """The two arms whose numbers the article gives ("CHOP (n = 205)"), the one named in the sentence first."""
    arms = _in_order(study.counted, 2)
    if arms is None:
        return None
    before = [a for a in named if a.end <= statement.count.start]
    if not before:
        return arms
    if (both := _in_order(before, 2)) and sum(a.same_as(b) for a in arms for b in both) == 2:
        return both  # "higher with A than with B (12% v 8%)"
    spoken = before[-1]
    like = [a for a in arms if a.same_as(spoken)] or [
        a for a in arms if spoken.drug is not None and a.drug == spoken.drug
    ]
    if len(like) != 1:
        return None
    return [like[0], *(a for a in arms if a is not like[0])]


def _lacks_drug(article: GroupArticle, arm: Arm, comparative: bool) -> bool:
    """Whether an arm was treated without the review's drug."""
    if arm.role == "control":
        return True
    if arm.role == "placebo":
        return not article.placebo_with_drug
    return arm.role is None and arm.drug is None and comparative


_CODE = re.compile(
    r"(?:^|[\s(\[;,])(?P<code>[A-Z][A-Za-z0-9]*(?:[-+/][A-Z][A-Za-z0-9]*)*)(?:\salone)?[,:;]?\s(?:n\s?=\s?)?$"
)


def _is_part_of_code(statement: Statement, others: Sequence[Statement]) -> bool:
    """Whether a count is said of "B" beside another of "G-B": the same arm without the drug's letter."""
    count, view = statement.count, statement.view
    code = _CODE.search(view.section_text[max(view.start, count.start - 24) : count.start])
    if code is None:
        return False
    parts = set(re.split(r"[-+/]", code["code"]))
    return any(
        s.arm is not None and s.arm.drug is not None and parts < set(re.split(r"[-+/]", s.arm.text)) for s in others
    )
