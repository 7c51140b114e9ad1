"""Which grade, severity word and event definition a statement has.

"Grade 3-4 neutropenia in 26" is grade3plus with grades 3 and 4 as stated; "severe neutropenia (ANC < 0.5 x 10^9/L)" is
grade4 with grade 4 derived from the limit, which may also stand elsewhere in the article; "febrile neutropenia" is a
definition by name. A plain name in an article on the late event means the late event.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pipeline.concepts.blood_counts import BloodCount
from pipeline.records import Mention
from pipeline.relate.context import SentenceView
from pipeline.relate.groups.article import GroupArticle
from pipeline.relate.groups.events import LATE_COLUMNS, is_denied_limit
from pipeline.relate.groups.layout import blanked
from pipeline.relate.groups.rows import (
    LATE,
    PLAIN,
    Row,
    definition_of_grade,
    definition_of_limit,
    is_zero,
    stated_grades,
)
from pipeline.relate.groups.statements import Statement

_MILDER = (None, "mild", "moderate")  # of no grade of their own: the event as such
FEBRILE, FEBRILE_TERM = "febrile", "febrile_neutropenia"


class Severity(NamedTuple):
    """How bad the event was that a statement counts."""

    definition: str | None
    grades: tuple[int, int | None] | None  # (low, high) as stated
    term: str | None


_LATE_GAP = re.compile(r"[-\u2010\s]*(?:onset|occurring)?[\s,]*")
_OF_LATE = re.compile(r"\s(?:of|with)\s(?:a\s)?")


def _is_called_late(statement: Statement) -> bool:
    """Whether the event is called late around its grade: "delayed-onset grade 4 A", "grade 4 A of late onset"."""
    view, mention = statement.view, statement.mention
    if "late" not in view.low and "delay" not in view.low:
        return False
    for late in view.triggers("late", LATE_COLUMNS):
        if late.end <= mention.start and mention.start - late.end < 40:
            between = blanked(view.section_text[late.end : mention.start], late.end, *view.grades, *view.severities)
            if _LATE_GAP.fullmatch(between):
                return True
        if mention.end <= late.start and _OF_LATE.fullmatch(view.section_text, mention.end, late.start):
            return True
    return False


def _is_of_whole(statement: Statement) -> bool:
    """Whether a grade is of those counted before the febrile ones: "grade 3-4 A in nine, febrile in one"."""
    grade, fever = statement.grade, statement.severity
    if grade is None or fever is None or fever.term != FEBRILE_TERM:
        return False
    shift = statement.view.start
    if statement.mention.end <= fever.start < statement.count.start and any(
        c.end + shift <= grade.start for c in statement.view.persons
    ):
        return True  # "nine had grade 3-4 A, complicated by fever in one"
    return any(grade.end <= c.start + shift and c.end + shift <= fever.start for c in statement.view.persons)


def _came_early(article: GroupArticle, statement: Statement) -> bool:
    """Whether the one person counted had the event, plainly named, too early after the drug to be late."""
    plain = article.ctx.protocol.config["events"][statement.mention.concept].get("event_definition") == PLAIN
    limit = article.late_after_days
    return (
        plain
        and limit is not None
        and statement.count.events == 1
        and any(
            i.role == "onset" and i.anchor is not None and i.days is not None and i.days <= limit
            for i in statement.view.intervals
            if i.start >= statement.mention.end
        )
    )


_GRAVE = 0.5


def _is_graver_count(article: GroupArticle, statement: Statement) -> bool:
    """Whether a low count is that of some of those counted before as late: "LON in 11. In 6 the ANC was below 0.5"."""
    view, mention = statement.view, statement.mention
    if not any(c.isdigit() for c in mention.text):
        return False
    limit = _limit(article, statement)
    if limit is None or limit.value > _GRAVE:
        return False
    return any(
        v.section and v.index < view.index and v.persons and article.events(v) and not article.is_background(v)
        for v in article.ctx.sentences
    )


class Limit(NamedTuple):
    """A count limit with its place in the section."""

    view: SentenceView
    start: int
    end: int
    value: float


def of_statement(article: GroupArticle, statement: Statement) -> Severity:
    """What defines the event of a statement: its name, else a grade, else a count limit."""
    named = named_definition(article, statement.mention)
    term = _term(article, statement)
    stated = stated_grades(statement.grade)
    if term == FEBRILE_TERM and named in (None, PLAIN, LATE):
        return Severity(FEBRILE, None if _is_of_whole(statement) else stated, term)
    is_early = named == LATE and _came_early(article, statement)
    if is_early:
        named = PLAIN
    if named == LATE and _is_graver_count(article, statement):
        named = PLAIN
    if named not in (None, PLAIN):
        return Severity(named, stated, term)
    if named == PLAIN and _is_called_late(statement):
        return Severity(LATE, stated, term)
    if statement.grade is not None and named == PLAIN and article.title_is_late and article.title_names_cells:
        return Severity(LATE, stated, term)
    if statement.grade is not None:
        definition = definition_of_grade(statement.grade)
        return Severity(PLAIN if definition is None and statement.is_spread else definition, stated, term)
    limit = _limit(article, statement)
    if limit is not None:
        return Severity(definition_of_limit(limit.value), None, term)
    if term is None and named == PLAIN and article.title_is_late and not is_early:
        return Severity(LATE, None, None)
    return Severity(None if term not in _MILDER else named, None, term)


def named_definition(article: GroupArticle, mention: Mention) -> str | None:
    """The definition that the event's name brings; a plain name means the late event where the title is of that."""
    config = article.ctx.protocol.config["events"]
    named = config[mention.concept].get("event_definition")
    if named == PLAIN and article.title_event_is_late and not config[mention.concept].get("onset_class"):
        return LATE
    return str(named) if named else None


def put_grade(article: GroupArticle, row: Row, statement: Statement, stated: tuple[int, int | None] | None) -> None:
    """Give a row its grade: stated, by the article's own definition of the event, or derived from a count limit."""
    view = statement.view
    if stated is not None and statement.grade is not None:
        g = statement.grade
        row.set("ctcae_grade", stated[0], view, g.start, g.end)
        row.set("ctcae_grade_high", stated[1], view, g.start, g.end)
        row.set("grade_basis", "stated", view, g.start, g.end)
        return
    defined = article.definition_grades.get(statement.mention.concept or "") if row.definition == LATE else None
    if stated is None and defined is not None:
        other, grade = defined
        values = stated_grades(grade)
        if values is not None and not grade.is_any:
            row.set("ctcae_grade", values[0], other, grade.start, grade.end)
            row.set("ctcae_grade_high", values[1], other, grade.start, grade.end)
            row.set("grade_basis", "stated", other, grade.start, grade.end)
            return
    limit = _limit(article, statement)
    derived = None if limit is None else 4 if limit.value <= 0.5 else 3 if limit.value <= 1.0 else None
    is_by_limit = statement.limit is not None or (
        row.definition in ("grade4", "grade3plus") or (row.definition == FEBRILE and not is_zero(statement.count))
    )
    if stated is None and limit is not None and derived is not None and is_by_limit and not row.per_cycle:
        row.set("ctcae_grade", derived, limit.view, limit.start, limit.end)
        row.set("grade_basis", "derived", limit.view, limit.start, limit.end)


def _term(article: GroupArticle, statement: Statement) -> str | None:
    """The severity word, in the event's name or beside it."""
    return article.severity_in(statement.mention) or (
        statement.severity.term if statement.severity is not None else None
    )


def _limit(article: GroupArticle, statement: Statement) -> Limit | None:
    """The count limit that defines the row: beside the event, or given by the article for its severity word."""
    view, mention, count = statement.view, statement.mention, statement.count
    if statement.limit is not None:
        return Limit(view, statement.limit.start, statement.limit.end, statement.limit.value)
    left, right = min(mention.start, count.start), max(mention.end, count.end) + 40
    for found in view.counts:
        if (
            found.concept not in (None, article.ctx.analyte)
            or not left <= found.start <= right
            or not (found.censored == "<" or is_denied_limit(view, found))
        ):
            continue
        if _is_of_another_count(statement, found):
            continue
        between = view.section_text[mention.end : found.start] if found.start > mention.end else ""
        if len(between) < 40 and not re.search(r"[;]|\band\b", between):
            return Limit(view, found.start, found.end, found.value)
    term = _term(article, statement)
    is_plain = term is None and statement.grade is None and named_definition(article, mention) == PLAIN
    given = article.severity_limit(term) if term else article.plain_limit if is_plain else None
    return Limit(given[0], given[1].start, given[1].end, given[1].value) if given is not None else None


_LEADS_TO_COUNT = re.compile(r"\s?[)\]]?\s?(?:in|:|,?\sn\s?=)\s?(?:only\s)?")


def _is_of_another_count(statement: Statement, limit: BloodCount) -> bool:
    """Whether a limit behind an event is said of other persons: "12 had A, five had an ANC < 0.5", "(< 0.5 in 5)"."""
    view = statement.view
    others = [
        (c.start + view.start, c.end + view.start)
        for c in view.persons
        if c.start + view.start != statement.count.start
    ]
    behind = max(statement.mention.end, statement.count.end)
    return any(behind <= start and end <= limit.start for start, end in others) or (
        limit.start >= behind
        and any(
            start >= limit.end and _LEADS_TO_COUNT.fullmatch(view.section_text[limit.end : start])
            for start, _ in others
        )
    )
