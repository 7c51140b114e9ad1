"""A total and its parts in one sentence, so that the persons are not counted twice.

"20 had it: 10 grade 2, 4 grade 3, 6 grade 4" is one statement of 20 with grades 2 to 4. "It occurred in 12 (10%): 5
with lymphoma, 4 with lupus" is one statement of 12; the parts tell what those affected were treated for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.concepts.count import agrees
from pipeline.concepts.grades import Grade
from pipeline.records import Mention
from pipeline.relate.groups import by_condition
from pipeline.relate.groups.rows import Row, definition_of_grade, is_zero
from pipeline.relate.groups.statements import Statement


def without_distribution(stated: Sequence[Statement]) -> list[Statement]:
    """The statements of a sentence, where a total followed by its parts by grade is one statement of all grades."""
    for i, whole in enumerate(stated):
        parts = [
            s for s in stated[i + 1 :] if s.grade and s.grade.low and s.count.events and s.mention is whole.mention
        ]
        if whole.grade is not None or len(parts) < 2:
            continue
        if sum(s.count.events or 0 for s in parts) == whole.count.events:
            spread = _spread([s.grade for s in parts if s.grade])
            severe = [s for s in parts if s.grade and definition_of_grade(s.grade) == "grade3plus"]
            dropped = [s for s in parts if s not in severe]
            return [
                *stated[:i],
                replace(whole, grade=spread, is_spread=True),
                *(s for s in stated[i + 1 :] if s not in dropped),
            ]
    return list(stated)


def summed(stated: Sequence[Statement]) -> list[Statement]:
    """The statements of a sentence; "A was grade 2 in 7, grade 3 in 9 and grade 4 in 5" is one of 21 persons.

    Single grades of which none holds another, told in whole numbers of one group.
    """
    if len(stated) < _LEAST_GRADES:
        return list(stated)
    first = stated[0]
    told = [s.grade.low for s in stated if s.grade and not (s.grade.high or s.grade.open_end or s.grade.is_any)]
    is_one_group = all(
        s.mention is first.mention
        and s.count.events
        and s.count.unit in (None, "patients")
        and (s.count.percent, s.count.total, s.position) == (None, None, None)
        and (s.arm, s.indication, s.severity) == (first.arm, first.indication, first.severity)
        for s in stated
    )
    if not is_one_group or len(told) < len(stated) or None in told or len(set(told)) < len(told):
        return list(stated)
    spread = _spread([s.grade for s in stated if s.grade])
    count = replace(first.count, events=sum(s.count.events or 0 for s in stated), unit="patients")
    return [replace(first, count=count, grade=spread, is_spread=True)]


_LEAST_GRADES = 3


def without_lower_part(stated: Sequence[Statement]) -> list[Statement]:
    """The statements of a sentence; of "grade 3-4 in 32 (grade 3 in 3, grade 4 in 29)" grade 3 is no event of its own.

    The whole and its grade 4 tell of all persons already.
    """
    kept = list(stated)
    for whole, low, high in zip(stated, stated[1:], stated[2:], strict=False):
        told = [(s.grade.low, s.grade.high) if s.grade else None for s in (whole, low, high)]
        if (
            told == [(3, 4), (3, None), (4, None)]
            and whole.mention is low.mention is high.mention
            and low.count.events
            and high.count.events
            and low.count.events + high.count.events == whole.count.events
        ):
            kept.remove(low)
    return kept


def distribution_of_told(rows: Sequence[Row], stated: Sequence[Statement]) -> tuple[Row, Grade] | None:
    """The row whose persons a sentence behind it parts by grade, and all the grades: "It was grade 2 in 3, 4 in 2"."""
    if len(stated) < 2 or len({s.mention for s in stated}) > 1:
        return None
    grades = [s.grade for s in stated if s.grade and s.grade.low and s.count.events and s.count.percent is None]
    if len(grades) < len(stated):
        return None
    number = sum(s.count.events or 0 for s in stated)
    for row in reversed(rows):
        behind = 0 < stated[0].view.index - row.view.index <= _NEAR
        same = row.mention.concept == stated[0].mention.concept
        if behind and same and row.is_primary and row.key.grades is None and row.values.get("n_events") == number:
            return row, _spread(grades)
    return None


_NEAR = 2  # sentences


def _spread(grades: Sequence[Grade]) -> Grade:
    """One span of grades for several: from the lowest to the highest."""
    low, high = min(g.low or 0 for g in grades), max(g.high or g.low or 0 for g in grades)
    return Grade(grades[0].start, grades[-1].end, low, high if high > low else None)


def without_milder_parts(stated: Sequence[Statement]) -> list[Statement]:
    """The statements of a sentence; of "in four: mild in two, moderate in one and severe in one" the mild are no event.

    The whole tells of them already; the severe part is an event of its own.
    """
    kept: list[Statement] = []
    for s in stated:
        is_mild = s.severity is not None and s.severity.term in _MILDER and s.grade is None
        if not (is_mild and any(_holds(whole, s) for whole in kept)):
            kept.append(s)
    return kept


_MILDER = ("mild", "moderate")


def is_mild_part(rows: Sequence[Row], s: Statement) -> bool:
    """Whether a number is of the mild grades of those told before: the whole tells of them already."""
    grade, number = s.grade, s.count.events
    if (
        grade is None
        or grade.is_any
        or grade.open_end
        or number is None
        or s.count.percent is not None
        or (grade.high or grade.low or 3) > _MILD_GRADE
    ):
        return False
    return any(
        row.mention.concept == s.mention.concept
        and (row.key.grades is None or row.key.grades[1] is not None)
        and (row.values.get("n_events") or 0) > number
        and (row.key.arm is None or s.arm is None)
        for row in rows
    )


_MILD_GRADE = 2


def _holds(whole: Statement, part: Statement) -> bool:
    """Whether a statement without a severity counts at least as many of the same event."""
    return (
        whole.severity is None
        and whole.grade is None
        and whole.mention is part.mention
        and (whole.count.events or 0) >= (part.count.events or 0) > 0
    )


_OF_THEM = re.compile(r"\bof\s(?:them|these|those|whom)\b", re.IGNORECASE)


_OF_THESE_FIRST = re.compile(r"\s*(?:of|among)\s(?:these|those|them|the\slatter)\b", re.IGNORECASE)


def without_shares_of_earlier(stated: Sequence[Statement], earlier: Sequence[Statement]) -> list[Statement]:
    """The statements of a sentence; "four of them (40%)" loses its share of the ten that a sentence before counts."""
    kept = []
    for s in stated:
        percent, events = s.count.percent, s.count.events
        if (
            percent is not None
            and events
            and (_OF_THEM.search(s.view.section_text, s.count.start, s.count.end) or _OF_THESE_FIRST.match(s.view.text))
            and any(
                w.count.events and w.count.events >= events and agrees(w.count.events, percent, events) for w in earlier
            )
        ):
            s = replace(s, count=replace(s.count, percent=None))
        kept.append(s)
    return kept


def without_shares_of_affected(stated: Sequence[Statement]) -> list[Statement]:
    """The statements of a sentence; a part loses a percentage that is its share of the whole ("14, 5 (36%) severe")."""
    kept: list[Statement] = []
    for s in stated:
        whole = next((w for w in kept if w.count.events and _is_part_of(s, w)), None)
        kept.append(s if whole is None else replace(s, count=replace(s.count, percent=None)))
    return kept


def _is_part_of(statement: Statement, whole: Statement) -> bool:
    """Whether the percentage of a statement is that of a narrower event among the persons of a wider one."""
    events, percent, of = statement.count.events, statement.count.percent, whole.count.events
    if not events or not of or percent is None or statement.count.total is not None or events >= of:
        return False
    is_narrower = (statement.grade, statement.severity, statement.limit) != (None, None, None) or (
        statement.mention.concept != whole.mention.concept
    )
    return is_narrower and whole.count.percent != percent and agrees(of, percent, events)


def of_told_whole(rows: Sequence[Row], stated: Sequence[Statement]) -> list[Statement]:
    """Parts of those told before that are no arms: "15 of 63 ... in those on B (10 of 29) than in others (5 of 34)"."""
    each = [
        s
        for s in stated
        if s.count.events is not None
        and s.count.total
        and (s.arm is None or s.arm.drug is None)
        and s.indication is None
    ]
    if len(each) < 2 or len({s.mention for s in each}) > 1:
        return []
    events = sum(s.count.events or 0 for s in each)
    total = sum(s.count.total or 0 for s in each)
    for row in rows:
        told, treated = row.values.get("n_events"), row.values.get("n_treated")
        if told == events and (treated is None or treated == total) and row.view.index < each[0].view.index:
            return each
    return []


_OF_A_PART = re.compile(
    r"\s(?:of|in|among|for)\s(?:the\s|those\s|patients\s)?(?!(?:all|patients|cases|subjects)\b)[^,;.\d]{2,40}",
    re.IGNORECASE,
)


def shares_of_parts(rows: Sequence[Row], stated: Sequence[Statement]) -> list[Statement]:
    """Shares of parts of those told before that are no arms: "49 had A ... A in 21% of VV, 13% of VF and 8% of FF"."""
    shares = [c for s in stated[:1] for c in s.view.persons if c.percent is not None and c.events is None]
    worded = [c for c in shares if _OF_A_PART.match(stated[0].view.text, c.end)]
    if len(worded) < 3:
        return []
    bare = [
        s
        for s in stated
        if s.count.percent is not None and s.count.events is None and s.arm is None and s.indication is None
    ]
    return bare if any(r.values.get("n_events") and r.view.index < bare[0].view.index for r in rows[:1] if bare) else []


def diagnoses_of_affected(stated: Sequence[Statement]) -> list[Statement]:
    """What those affected were treated for: "in 12 (10%): 5 with A, 4 with B", "12 (5 with A and 4 with B)"."""
    for i, whole in enumerate(stated):
        if not whole.count.events:
            continue
        concept = whole.indication.concept if whole.indication is not None else None
        parts = [
            s
            for s in stated[i + 1 :]
            if s.indication is not None
            and s.indication.concept != concept
            and s.mention is whole.mention
            and s.count.percent is None
            and s.count.total is None
            and s.count.events
        ]
        listed = parts and _LISTS.search(whole.view.section_text, whole.count.end, parts[0].count.start)
        if listed:
            parts += [
                s for s in stated[i + 1 :] if s.mention is whole.mention and s not in parts and _is_of_each(s, whole)
            ]
        if concept is not None and not listed:
            continue  # "in 5 with A and 3 with B" are two groups
        if (len(parts) > 1 or listed or _completes_whole(whole, parts)) and sum(
            s.count.events or 0 for s in parts
        ) <= whole.count.events:
            return parts
    return []


_LISTS = re.compile(r":|\bnamely\b|\bi\.e\.|\bviz\b", re.IGNORECASE)
_EACH_WITH = re.compile(r"\s(?:patients?\s)?(?:each\s)?(?:with|had|for|in)\b", re.IGNORECASE)


def _is_of_each(s: Statement, whole: Statement) -> bool:
    """Whether a bare number of a list is of conditions that share it: "in 4 each with B and C"."""
    bare = s.count.percent is None and s.count.total is None and s.grade in (None, whole.grade) and s.severity is None
    return (
        bare and s.limit is None and s.indication is None and bool(_EACH_WITH.match(s.view.section_text, s.count.end))
    )


def without_parts_in_bracket(stated: Sequence[Statement]) -> list[Statement]:
    """The statements of a sentence without those of a bracket that parts the number before: "19 (16 men, 3 women)"."""
    return [s for s in stated if not _parts_number_before(s)]


def _parts_number_before(s: Statement) -> bool:
    if s.grade or s.severity or s.limit or s.indication or s.arm or s.count.percent is not None or s.count.total:
        return False
    view = s.view
    start = view.section_text.rfind("(", view.start, s.count.start)
    if start < 0 or ")" in view.section_text[start : s.count.start]:
        return False
    end = view.section_text.find(")", s.count.end, view.end)
    inside = [c for c in view.persons if start - view.start < c.start < end - view.start]
    before = [c for c in view.persons if c.end + view.start <= start]
    if len(inside) < 2 or not before or any(c.events is None for c in inside):
        return False
    return sum(c.events or 0 for c in inside) == before[-1].events


def _completes_whole(whole: Statement, parts: Sequence[Statement]) -> bool:
    """Whether another number of the sentence and the one part make the whole: "6 cases, 4 with A and 2 with B"."""
    return len(parts) == 1 and any(
        c.events is not None
        and c.events + (parts[0].count.events or 0) == whole.count.events
        and whole.count.end <= c.start + whole.view.start < parts[0].count.start
        for c in whole.view.persons
    )


def for_each_condition(stated: Sequence[Statement]) -> list[Statement]:
    """The statements of a sentence; "none of those with A or B had it" is one for each condition."""
    each: list[Statement] = []
    for s in stated:
        denied: list[Mention] = []
        if is_zero(s.count) and s.count.percent is None:
            denied = by_condition.denied_of(s.view, s.count.end) or by_condition.denied_of(s.view, s.mention.end)
        each += [replace(s, indication=m) for m in denied] if len(denied) > 1 else [s]
    return each
