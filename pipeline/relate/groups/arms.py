"""Which arm a count is said of, and which arms lack the review's drug.

"12% and 8% with R-CHOP and CHOP, respectively": parallel counts get their arms by order, the count of CHOP is left out.
"It was more frequent with G-B (33% v 26%)": the arms that the article compares or counts ("B, n = 198") give the order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from pipeline.concepts import regimen
from pipeline.concepts.phrases import AnyOf
from pipeline.concepts.regimen import Arm
from pipeline.once import once
from pipeline.records import Mention
from pipeline.relate.context import SentenceView
from pipeline.relate.groups import denominators, direction
from pipeline.relate.groups.article import GroupArticle
from pipeline.relate.groups.statements import Statement

_SHORTLY = 3  # sentences
NOT_CLEAR, WITHOUT_DRUG = "arm not clear", "arm without the drug"


@dataclass(frozen=True)
class StudyArms:
    """The arms of the study, as far as the whole article tells them."""

    article: GroupArticle

    @once
    def _populations(self) -> list[denominators.Population]:
        """The numbers of persons, before it is known which of them tell who had the event."""
        return denominators.find(self.article)

    @once
    def counted(self) -> list[Arm]:
        """The arms whose numbers the article gives in brackets: "R-CHOP (n = 205)"."""
        return [p.arm for p in self._populations if p.arm is not None and p.is_part]

    @once
    def include_one_without_drug(self) -> bool:
        """Whether the study compares with an arm that lacks the review's drug; not where a placebo is on top of it."""
        if self.article.placebo_with_drug:
            return False
        if self.article.has_comparator:
            return True
        return any(map(_is_without_drug, self.article.compared or ())) or any(map(_is_without_drug, self.counted))

    @once
    def are_all_of_drug(self) -> bool:
        """Whether two combinations of the drug are set against each other."""
        compared = self.article.compared
        return compared is not None and all(a.drug is not None or a.role is not None for a in compared)

    def in_order(self, view: SentenceView, named: Sequence[Arm], size: int) -> list[Arm] | None:
        """So many arms in the order of the sentence, else of the last sentence that counts them, else as compared."""
        if found := _in_order(named, size):
            return found
        told = self._told_before(view, size)
        if not named:
            return told or self._told_with_event(view, size)
        if told is None:
            return None
        opened = _opened_by(view, told, named[0]) if size == 2 else None
        return opened or (list(self.article.compared) if size == 2 and self.article.compared is not None else None)

    def _told_before(self, view: SentenceView, size: int) -> list[Arm] | None:
        """So many arms as the last sentence counts, else as the article compares."""
        for other in reversed(self.article.ctx.sentences[: view.index]):
            if len(_distinct(arms := self._counted_by_sentence.get(other.index, ()))) > 1:
                return _in_order(arms, size)
        return list(self.article.compared) if size == 2 and self.article.compared is not None else None

    def _told_with_event(self, view: SentenceView, size: int) -> list[Arm] | None:
        """So many arms in a sentence on the event shortly before: "A in 15 of the X group and 12 of the controls"."""
        for other in reversed(self.article.ctx.sentences[max(0, view.index - _SHORTLY) : view.index]):
            if other.section != view.section:
                return None
            if self.article.events(other) and self.article.counts(other) and (arms := self.article.arms_of(other)):
                return _in_order(arms, size)
        return None

    @once
    def are_two(self) -> bool:
        """Whether the study has two arms, by its design or by the numbers of two groups that go without a name."""
        if self.article.ctx.study_type == "rct":
            return True
        parts = [p for p in self._populations if p.is_part]
        return len(parts) == 2 and all(p.arm is None and p.indication is None for p in parts)

    @once
    def has_two_conditions(self) -> bool:
        """Whether the article counts the patients of just two conditions."""
        told = {p.indication.concept for p in self._populations if p.indication and p.weight > -2}
        return len(told) == 2

    @once
    def are_all_given_drug(self) -> bool:
        """Whether nobody is compared who went without the drug, and no two treatments are."""
        article = self.article
        is_compared = article.compared is not None or article.has_comparator or len(article.arms_set_up) > 1
        return not (is_compared or article.pooled or self.include_one_without_drug)

    @once
    def _counted_by_sentence(self) -> dict[int, list[Arm]]:
        """The arms that each sentence gives a number of persons of."""
        found: dict[int, list[Arm]] = {}
        for p in self._populations:
            view = self.article.ctx.sentence_at(p.section, p.start) if p.arm is not None and p.weight > -2 else None
            if view is not None and p.arm is not None and not _IN_PARTS.search(view.section_text, view.start, p.start):
                found.setdefault(view.index, []).append(p.arm)
        return {index: sorted(arms, key=lambda a: a.start) for index, arms in found.items()}

    def told_together(self, view: SentenceView, event: Mention | None = None) -> list[Arm]:
        """The arms with the drug where a sentence speaks of "both groups" or "each arm"; none where it does not.

        Not where a semicolon parts these words from the event asked for.
        """
        told = _TOGETHER.search(view.text) if _MAY_BE_TOGETHER.search(view.low) else None
        if told is None or _AS_ONE.match(view.text, told.end()):
            return []
        if event is not None:
            at = event.start - view.start
            if ";" in view.text[min(told.end(), at) : max(told.start(), at)]:
                return []
        arms = _distinct(self.counted)
        if len(arms) < 2:
            told_of = [_distinct(named) for named in self._counted_by_sentence.values()]
            arms = next((named for named in told_of if len(named) > 1), [])
        if len(arms) < 2:
            arms = list(self.article.compared or self.article.arms_set_up)
        return [a for a in arms if a.drug is not None or a.role == regimen.LABEL]

    def only_one_with_drug(self, view: SentenceView) -> Arm | None:
        """The arm that a sentence tells of, where it names just one with the drug, or another only to compare.

        "Low in group R", "more frequent with FCR than with BR".
        """
        named = _distinct(a for a in self.article.arms_of(view) if a.drug is not None)
        told = [a for a in named if not _THAN.search(view.section_text, max(view.start, a.start - 24), a.start)]
        return told[0] if len(told) == 1 else None

    def are_partners(self, named: Sequence[Arm]) -> bool:
        """Whether the arms of a sentence are what the drug was combined with: "with bendamustine in 34%"."""
        article = self.article
        known = regimen.parts_of_regimens(article.ctx.protocol)
        if not named or not all(a.drug is None and a.role is None and a.parts <= known for a in named):
            return False
        if article.compared is not None or article.has_comparator:
            return False
        is_combined = any(a.drug is not None and _CHEMOTHERAPY in a.parts for a in article.arms_set_up) or any(
            a.drug is not None and _CHEMOTHERAPY in a.parts
            for v in article.ctx.sentences[:1]
            for a in article.arms_of(v)
        )
        return is_combined and not self.include_one_without_drug

    def meant_by(self, arm: Arm | None) -> Arm | None:
        """The arm itself; "the combination" is the one arm counted that adds something to the drug."""
        if arm is None or arm.role != "combination":
            return arm
        counted = [a for a in self.counted if a.drug is not None and len(a.parts) > 1]
        return counted[0] if len(counted) == 1 else arm


def _is_without_drug(arm: Arm) -> bool:
    return arm.drug is None and arm.role != regimen.LABEL


# "290 to chemotherapy (of whom 143 had A and 147 B)": parts of an arm told before
_IN_PARTS = re.compile(
    r"[(\[](?:(?:of|among)\s(?:whom|which|them|these)|including|comprising|namely|i\.e\.)\s[^()\[\]]*$", re.IGNORECASE
)
_CHEMOTHERAPY = "chemotherapy"
_MAY_BE_TOGETHER = AnyOf(("both", "either", "each", "two", "three", "four"))
_TOGETHER = re.compile(
    r"\b(?:both|either|each|(?:the|all)\s(?:two|three|four))\s(?:of\sthe\s)?(?:treatment\s|study\s|dose\s|trial\s|[a-z]+mab\s)?(?:groups?|arms?|cohorts?|regimens?)\b"
    r"|\bboth\streatments\b",
    re.IGNORECASE,
)


# "both dose cohorts together": one figure for all of them
_AS_ONE = re.compile(r"\s(?:taken\s)?(?:together|combined|pooled|as\sa\swhole|considered\stogether)\b", re.IGNORECASE)


class Placed(NamedTuple):
    """The statements of a sentence with their arms."""

    kept: list[Statement]
    left_out: list[tuple[Statement, str]]  # with the reason
    names_several: bool  # whether the sentence tells one arm from another


def place(study: StudyArms, view: SentenceView, stated: Sequence[Statement]) -> Placed:
    """Parallel counts get their arms by order; counts of arms without the review's drug are left out."""
    article = study.article
    arms = [a for a in article.arms_of(view) if a.role not in _BY_ORDER]
    placed = [_with_arm(study, s, arms) for s in _in_lists(study, view, _former_and_latter(study, stated), arms)]
    placed = _by_words(arms, placed)
    placed = [_with_total(s) for s in placed if not _is_number_treated(s, placed, article)]
    placed = _for_each(study, view, placed)
    distinct = {s.arm.text for s in placed if s.arm is not None}
    parts_of_code = [_is_part_of_code(s, placed) for s in placed]
    comparative = not (_is_on_partner(view) or (distinct and study.are_partners(arms))) and (
        len(distinct) > 1
        or any(s.of_parallel == 2 for s in placed)
        or article.has_comparator
        or article.compared is not None
    )
    kept: list[Statement] = []
    left_out: list[tuple[Statement, str]] = []
    for statement, is_part_of_code in zip(placed, parts_of_code, strict=True):
        parallel = statement.of_parallel == 2 and statement.indication is None
        is_unknown = statement.arm is not None and statement.arm.role in _BY_ORDER
        if is_unknown or (statement.arm is None and parallel and study.include_one_without_drug):
            left_out.append((statement, NOT_CLEAR))
        elif is_part_of_code if statement.arm is None else _lacks_drug(article, view, statement.arm, comparative):
            left_out.append((statement, WITHOUT_DRUG))
        else:
            kept.append(statement)
    return Placed(kept, left_out, len(distinct) > 1 or any(parts_of_code))


_BY_ORDER = (regimen.FORMER, regimen.LATTER)


def _former_and_latter(study: StudyArms, stated: Sequence[Statement]) -> list[Statement]:
    """ "The former" and "the latter" of an article that counts two groups and sets no arms up: their places."""
    if not any(s.arm is not None and s.arm.role in _BY_ORDER for s in stated):
        return list(stated)
    if not (study.has_two_conditions or study.are_all_given_drug):
        return list(stated)
    return [
        replace(s, arm=None, position=_BY_ORDER.index(s.arm.role), of_parallel=2)
        if s.arm is not None and s.arm.role in _BY_ORDER
        else s
        for s in stated
    ]


def _by_words(arms: Sequence[Arm], stated: Sequence[Statement]) -> list[Statement]:
    """Pairs of parallel statements in the order that "more" and "less" of the sentence give."""
    found: list[Statement] = []
    for statement in stated:
        last = found[-1] if found else None
        if last is not None and last.position == 0 and statement.position == 1 and statement.of_parallel == 2:
            found[-1:] = direction.in_order_of_words(arms, (last, statement))
        else:
            found.append(statement)
    return found


_AS_PARTNER = re.compile(r"\bas\s(?:a\s|the\s)?(?:[\w-]+\s)?(?:partner|backbone)|\bbackbone\b", re.IGNORECASE)


def _is_on_partner(view: SentenceView) -> bool:
    """Whether a sentence speaks of the partner that the drug is given with."""
    return ("partner" in view.low or "backbone" in view.low) and bool(_AS_PARTNER.search(view.text))


def _for_each(study: StudyArms, view: SentenceView, stated: Sequence[Statement]) -> list[Statement]:
    """A statement of "both groups" is one for each arm."""
    together = study.told_together(view) if stated else []
    if not together:
        return list(stated)
    return [
        replace(s, arm=arm)
        for s in stated
        for arm in (
            together
            if s.of_parallel < 2 and s.indication is None and _names_all(s, view) and not _has_others(s, stated)
            else (s.arm,)
        )
    ]


def _has_others(statement: Statement, stated: Sequence[Statement]) -> bool:
    """Whether a sentence has a share for each: "in 32%, 46% and 43%" of three groups, "in either (X: 37%; A: 23%)"."""
    if statement.count.percent is None:
        return False
    said = statement.mention, statement.grade, statement.severity
    shares = [s for s in stated if s.count.percent is not None and (s.mention, s.grade, s.severity) == said]
    return len(shares) > 2 or any(s is not statement and s.arm is not None for s in shares)


def _names_all(statement: Statement, view: SentenceView) -> bool:
    """Whether no arm but "each" of them is named beside a count."""
    arm = statement.arm
    return arm is None or bool(_TOGETHER.search(view.section_text, max(view.start, arm.start - 12), arm.end + 8))


_BESIDE = re.compile(r"[)\]]?(?:,|;|/|\s?-|,?\sand|\sv(?:s\.?|ersus)?)\s", re.IGNORECASE)


def _in_lists(
    study: StudyArms, view: SentenceView, stated: Sequence[Statement], arms: Sequence[Arm]
) -> list[Statement]:
    """Counts of one event in a row get a place each, where just as many arms were named in order before.

    "Of the former ... and of the latter ..., among them A (18%, 6%)"; "Patients received X (n = 20) or Y (n = 30).
    A: 19% and 12%"; "in 42% and 40% of patients in the X and Y arms, respectively".
    """
    listed = list(stated)
    for run in _runs(view, stated):
        here = [listed[i] for i in run]
        own = {s.arm.identity for s in here if s.arm is not None}
        first, last = here[0].count.start, here[-1].count.end
        none_between = all(a.end <= first or a.start >= last for a in arms)
        if len(own) > 1 or (own and not none_between) or any(s.of_parallel > 1 or s.indication for s in here):
            continue
        if own and _each_with_its_count(study, view, [a for a in arms if a.start >= last]):
            continue
        is_pair = len(run) == 2 and not own and not arms and all(s.count.unit in (None, "patients") for s in here)
        if study.in_order(view, arms, len(run)) or (is_pair and study.are_two):
            for position, i in enumerate(run):
                listed[i] = replace(listed[i], arm=None, position=position, of_parallel=len(run))
    return listed


def _each_with_its_count(study: StudyArms, view: SentenceView, behind: Sequence[Arm]) -> bool:
    """Whether a count stands between two arms: "14 patients (3.6%), 11 on X (3.4%) and 3 on Y (4.6%)"."""
    starts = [view.start + c.start for c in study.article.counts(view)]
    return any(first.end <= start < second.start for first, second in pairwise(behind) for start in starts)


def _runs(view: SentenceView, stated: Sequence[Statement]) -> list[list[int]]:
    """The statements that stand side by side and say the same of one event, each by its index."""
    runs: list[list[int]] = []
    for i, statement in enumerate(stated):
        last = stated[i - 1] if i else None
        if (
            last is not None
            and last.mention == statement.mention
            and (last.grade, last.severity) == (statement.grade, statement.severity)
            and _BESIDE.fullmatch(view.section_text, last.count.end, statement.count.start)
        ):
            runs[-1].append(i)
        else:
            runs.append([i])
    return [run for run in runs if len(run) > 1]


def _with_arm(study: StudyArms, statement: Statement, named: Sequence[Arm]) -> Statement:
    """A statement of a parallel list with the arm of its position."""
    if statement.of_parallel < 2 or statement.arm is not None or statement.position is None:
        return statement
    ordered = study.in_order(statement.view, named, statement.of_parallel)
    if ordered is None and statement.of_parallel == 2:
        ordered = _counted_in_order(study, statement, named)
    return replace(statement, arm=ordered[statement.position]) if ordered else statement


def _in_order(arms: Sequence[Arm], size: int) -> list[Arm] | None:
    """The distinct arms in reading order, where there are just so many."""
    distinct = _distinct(arms)
    return distinct if len(distinct) == size else None


def _distinct(arms: Iterable[Arm]) -> list[Arm]:
    found: list[Arm] = []
    for arm in arms:
        if not any(arm.same_as(other) for other in found):
            found.append(arm)
    return found


_THAN = re.compile(r"\bthan\s(?:with|in|on|for|under|after)?\s?(?:the\s)?$", re.IGNORECASE)


def _opened_by(view: SentenceView, pair: Sequence[Arm], named: Arm) -> list[Arm] | None:
    """Two arms, the one that the sentence names first: "more with A (46% v 39%)"; last in "more than with A"."""
    own = [a for a in pair if a.same_as(named)]
    own = own or [a for a in pair if named.drug is not None and a.drug == named.drug]
    own = own or [a for a in pair if named.parts and named.parts < a.parts]
    if len(own) != 1:
        return None
    other = next(a for a in pair if a is not own[0])
    is_last = _THAN.search(view.section_text, max(view.start, named.start - 20), named.start)
    return [other, own[0]] if is_last else [own[0], other]


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


def _is_number_treated(statement: Statement, others: Sequence[Statement], article: GroupArticle) -> bool:
    """Whether "n = 202" behind an arm is how many it had: a share of that arm stands in the same sentence."""
    count, arm = statement.count, statement.arm
    if arm is None or not count.labelled or count.percent is not None or count.total is not None:
        return False
    if not (0 <= count.start - arm.end <= 12 and _BRACKET.fullmatch(statement.view.section_text, arm.end, count.start)):
        return False
    return any(
        s is not statement
        and s.count.percent is not None
        and (s.mention == statement.mention or (s.arm is not None and s.arm.same_as(arm)))
        for s in others
    )


_BRACKET = re.compile(r"(?:\s(?:group|arm|cohort|alone|maintenance|induction|treatment|therapy))?,?\s?[(\[]?\s?")


def _with_total(statement: Statement) -> Statement:
    """ "G-CVP (n = 61; 19.7%)": 61 were treated, not affected."""
    count, arm = statement.count, statement.arm
    if (
        arm is None
        or not re.match(r"[nN]\s?=", statement.view.section_text[count.start : count.end])
        or count.percent is None
        or count.events is None
        or count.total is not None
        or not _BRACKET.fullmatch(statement.view.section_text, arm.end, count.start)
    ):
        return statement
    return replace(statement, count=replace(count, total=count.events, events=None))


_AS_WELL = re.compile(r"\s(?:as\swell|in\saddition|too|also)\b(?!\sas\b)", re.IGNORECASE)


def _lacks_drug(article: GroupArticle, view: SentenceView, arm: Arm, comparative: bool) -> bool:
    """Whether an arm was treated without the review's drug: not where it had something "as well"."""
    if arm.role == "control":
        return True
    if arm.role == "placebo":
        return not article.placebo_with_drug
    if article.placebo_with_drug and any(a.role == "placebo" for a in article.arms_of(view)):
        return False  # "with either ibrutinib or placebo": set against a placebo on top of the drug
    is_added = _AS_WELL.match(view.section_text, arm.end)
    return arm.role is None and arm.drug is None and comparative and not is_added


_A_CODE = r"[A-Z][A-Za-z0-9]*(?:[-+/][A-Z][A-Za-z0-9]*)*"
_CODE = re.compile(rf"(?:^|[\s(\[;,])(?P<code>{_A_CODE})(?:\salone)?[,:;]?\s(?:n\s?=\s?)?$")
_CODE_BEHIND = re.compile(rf"[)\]]?\s(?:with|on|for|in|after|of)\s(?:the\s)?(?P<code>{_A_CODE})(?![\w+/-])")
_JOINT_OF_CODE = re.compile(r"[-+/]")


def _is_part_of_code(statement: Statement, others: Sequence[Statement]) -> bool:
    """Whether a count is said of "B" or "M-B" beside another of "G-B": the same arm without the drug's letter."""
    count, view = statement.count, statement.view
    if statement.arm is not None:
        return False
    coded = [s.arm for s in others if s.arm is not None and s.arm.drug is not None]
    if not coded:
        return False
    code = _CODE.search(view.section_text[max(view.start, count.start - 24) : count.start])
    code = code or _CODE_BEHIND.match(view.section_text, count.end, view.end)
    if code is None:
        return False
    parts = set(_JOINT_OF_CODE.split(code["code"]))
    return any(_is_code_without_drug(parts, set(_JOINT_OF_CODE.split(arm.text)), arm) for arm in coded)


def _is_code_without_drug(parts: set[str], own: set[str], arm: Arm) -> bool:
    """Whether a code shares a part with that of an arm, but not the letter of the arm's drug."""
    letters = {p for p in own if p and (arm.drug or "").startswith(p.lower())} or ({"G"} & own)
    return not letters & parts and (parts < own or bool(letters and parts & own))
