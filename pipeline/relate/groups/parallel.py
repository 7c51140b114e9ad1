"""Counts that stand in a list and belong by position: to the names of another list, to conditions, to arms.

    "A and B in 30% and 10%, respectively"               30% to A, 10% to B
    "A, nausea and B in 5%, 3% and 2%"                   an unknown name takes its count as well
    "A in SLE and in MS, 23% and 20%, respectively"      one event, each count with its condition
    "A and B (5% v 3%, and 9% v 7%, respectively)"       a pair of counts for each event
    "A in 5% versus 3%"                                  one event, each count with its position among the arms
    "9 had A and 4 B; of those on X 3 and 1, respectively"    by the order of the events counted in the clause before
    "A in 9%, B in 4%; on X the figures were 3% and 1%"        by the order of the counts in the clause before
    "in 6%, 11% and 12% of all courses"                  the last count says what all are counts of

Counts are parallel when nothing but list words joins them (`Layout.runs`).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.concepts.count import Count
from pipeline.records import Mention
from pipeline.relate.groups import by_condition
from pipeline.relate.groups.attachment import owner
from pipeline.relate.groups.grading import header_grade
from pipeline.relate.groups.layout import Head, Layout, Region
from pipeline.relate.groups.wording import ADJECTIVES, CLAUSE_END, LIST_GAP, VERSUS, VETO

_RESPECTIVELY = re.compile(r"\brespectively\b", re.IGNORECASE)
_COMPARED = re.compile(rf"\b(?:{VERSUS}|than)\b", re.IGNORECASE)
_ITEM_END = re.compile(r",|\band\b|\bor\b")
_ITEM_END_OR_SLASH = re.compile(r",|\band\b|\bor\b|/")
# ", infusion reactions and nausea" between the last known name and the verb
_MORE_NAMES = re.compile(
    r"""
    ((?:\s*(?:,|and|or)\s+(?!(?:in|was|were|occurred|had|with|at|of)\b)[\w'’\s-]+?)+)
    (?=\s(?:occurred|developed|was|were|in|of|at|had|affected)\b)
    """,
    re.VERBOSE,
)
_PREDICATE_BETWEEN = re.compile(r"\b(?:were|was|had|and\s\w+ed)\b")


@dataclass(frozen=True, slots=True)
class Place:
    """The head of a count in a list, and its place among `size` counts of one event (0 where it has its own)."""

    head: Head | None
    position: int
    size: int


@dataclass(frozen=True, slots=True)
class Parallel:
    """What the counts of a sentence have by position, each by where it starts."""

    places: Mapping[int, Place]
    conditions: Mapping[int, Mention]


def by_position(layout: Layout) -> Parallel:
    """The places and conditions of all counts that stand in a parallel list."""
    places: dict[int, Place] = {}
    conditions: dict[int, Mention] = {}
    for run in layout.runs:
        if _are_of_another_name(layout, run):
            places.update({count.start: Place(None, i, 0) for i, count in enumerate(run)})
        elif len(run) > 1:
            run_places, run_conditions = _of_run(layout, run)
            places.update({count.start: place for count, place in zip(run, run_places, strict=False)})
            conditions.update(run_conditions)
        elif names := _counted_in_clause_before(layout, run):
            places[run[0].start] = Place(names[0], 0, 0)
    return Parallel(places, conditions)


def _of_run(layout: Layout, run: Sequence[Count]) -> tuple[list[Place], dict[int, Mention]]:
    """The places of all counts of a run, or of none; and their conditions."""
    names = (
        _counted_in_clause_before(layout, run)
        or _named_list(layout, run[0])
        or _named_before_bracket(layout, run)
        or _named_in_clause_before(layout, run)
    )
    if len(names) == len(run):
        return [Place(head, i, 0) for i, head in enumerate(names)], {}
    if names and len(run) == 2 * len(names) and _is_in_pairs(layout, run):
        return [Place(names[i // 2], i % 2, 2) for i in range(len(run))], {}
    conditions: dict[int, Mention] = {}
    head = owner(layout, run[0]).head or _named_behind(layout, run) or _had_behind(layout, run)
    if head is None and _says_respectively(layout, run, within=20):
        conditions = by_condition.in_order(layout, run)
        head = _event_before(layout, run[0]) if conditions else None
    if head is None:
        return [], conditions
    if header_grade(layout, run[0]) is not None:
        return [Place(head, i, 0) for i in range(len(run))], conditions
    is_compared = any(_COMPARED.search(layout.text[a.end : b.start]) for a, b in itertools.pairwise(run))
    if is_compared or _says_respectively(layout, run, within=30):
        return [Place(head, i, len(run)) for i in range(len(run))], by_condition.in_order(layout, run)
    return [], conditions


def _named_before_bracket(layout: Layout, run: Sequence[Count]) -> list[Head | None]:
    """The two events that the pairs in a bracket speak of: "A and B were commoner with X (5% v 3% and 9% v 7%)"."""
    region = layout.region_at(run[0].start)
    if region.parent is None:
        return []
    if len(run) != 4 or not _is_in_pairs(layout, run):
        return _each_named_before_bracket(layout, run, region)
    before = [h for h in layout.heads_in(region.parent) if h.end <= region.start][-2:]
    if len(before) != 2 or not any(h.mention for h in before):
        return []
    parent = layout.regions[region.parent]
    is_list = LIST_GAP.fullmatch(layout.without_grades(parent, before[0].end, before[1].start))
    return [*before] if is_list and not CLAUSE_END.search(parent.between(before[1].end, region.start)) else []


def _each_named_before_bracket(layout: Layout, run: Sequence[Count], region: Region) -> list[Head | None]:
    """The names that a bracket counts one by one: "A, nausea and B (18%, 13% and 2%, respectively)"."""
    if not (_says_respectively(layout, run, within=30) or _says_respectively_before(layout, region)):
        return []
    names = _named_list(layout, run[0], region.parent or 0)
    end = max((h.end for h in names if h is not None), default=0)
    return names if end and not layout.text[end : region.start - 1].strip() else []


def _says_respectively_before(layout: Layout, region: Region) -> bool:
    """Whether "respectively" stands at the head of a bracket: "(respectively 18%, 13% and 2%)"."""
    return bool(_RESPECTIVELY.match(layout.text, region.start))


def _named_in_clause_before(layout: Layout, run: Sequence[Count]) -> list[Head | None]:
    """The events that the clause before counts, where this one names none: "; of those on X 3 and 1, respectively"."""
    stop = layout.text.rfind(";", 0, run[0].start)
    if stop < 0 or not _says_respectively(layout, run, within=30):
        return []
    heads = layout.heads_in(layout.region_index(run[0].start))
    if any(stop < h.start < run[0].start for h in heads):
        return []
    opens = layout.text.rfind(";", 0, stop) + 1
    named = [h for h in heads if opens <= h.start < stop]
    counted = [c for c in layout.counts if opens <= c.start < stop]
    return [*named] if len(named) == len(run) <= len(counted) else []


FIGURES_WERE = re.compile(
    r"\b(?:the|these|corresponding|respective|same)\s(?:(?:corresponding|respective|same)\s)?"
    r"(?:figure|value|percentage|proportion|rate|incidence|frequenc(?:y|ie)|number|share)s?\s(?:(?:in|at|for|on|with)\s[^,;%]{1,40}\s)?(?:were|was)\s$",
    re.IGNORECASE,
)


_FOR = re.compile(
    r"[\s)\]%]*(?:patients\s|subjects\s)?(?:(?:versus|vs\.?|and|v)\s[^;]{0,24}?\s)?(?:for|with|had)\s(?=[^\W\d_])",
    re.IGNORECASE,
)
_PERSONS = re.compile(
    r"(?:the\s|all\s|those\s|each\s|these\s|both\s)*(?:patients|those|subjects|people|children|adults|women|men|groups?|arms?|cohorts?|grades?)\b"
    r"|(?:the|all|each|both|any)\b",
    re.IGNORECASE,
)


# "; for nausea the figures were", "; the figures for nausea were": not "for those on the low dose"
_FOR_BEFORE = re.compile(
    r"[;,.]\s(?:[\w-]+\s){0,5}?for\s(?P<name>(?:(?!groups?\b|arms?\b|cohorts?\b|patients\b|those\b|doses?\b)[^\W\d_][\w-]*\s){1,4}?)"
    r"(?:(?:the|these|corresponding|respective)\s(?:[\w-]+\s){0,2}(?:were|was)\s|(?:were|was)\s)$",
    re.IGNORECASE,
)


def _are_of_another_name(layout: Layout, run: Sequence[Count]) -> bool:
    """Whether repeated figures are said of another event: "; respective numbers were 34 and 1 for nausea"."""
    if "were" not in layout.view.low or not FIGURES_WERE.search(layout.text, 0, run[0].start):
        return False
    behind, before = _FOR.match(layout.text, run[-1].end), _FOR_BEFORE.search(layout.text, 0, run[0].start)
    place = behind.end() if behind else before.start("name") if before else None
    if place is None or _PERSONS.match(layout.text, place):
        return False
    events = [h.start for h in layout.heads if h.mention is not None]
    others = (x.start for spans in (layout.arms, layout.conditions, layout.grades) for x in spans)
    return not any(0 <= start - place < 12 for start in (*events, *others))


def _counted_in_clause_before(layout: Layout, run: Sequence[Count]) -> list[Head | None]:
    """What each count of the clause before is of, where this one repeats them: "; the figures were 35% and 8%"."""
    stop = layout.text.rfind(";", 0, run[0].start)
    if stop < 0 or not FIGURES_WERE.search(layout.text, stop, run[0].start):
        return []
    opens = layout.text.rfind(";", 0, stop) + 1
    counted = [c for c in layout.counts if opens <= c.start < stop and c.percent is not None]
    return [owner(layout, c).head for c in counted] if len(counted) == len(run) else []


def _is_in_pairs(layout: Layout, run: Sequence[Count]) -> bool:
    """Whether two counts for each name are set against each other: "A and B in 5% v 3%, and 9% v 7%"."""
    links = [layout.text[a.end : b.start] for a, b in itertools.pairwise(run)]
    return all(bool(_COMPARED.search(link)) == (i % 2 == 0) for i, link in enumerate(links))


_FOR_NAME = re.compile(
    r"[\s)\]]*(?:of\s(?:the\s)?(?:patients|subjects)\s)?(?:for|with)\s(?:[\w-]+\s){0,2}", re.IGNORECASE
)


def _named_behind(layout: Layout, run: Sequence[Count]) -> Head | None:
    """The event that a header's counts are said of behind them: "rates were 54% and 36% for A"."""
    right = next((h for h in layout.heads if h.start >= run[-1].end), None)
    if right is None or header_grade(layout, run[0]) is None:
        return None
    return right if _FOR_NAME.fullmatch(layout.text[run[-1].end : right.start]) else None


# "9 on X and 5 on Y, respectively, developed A"
_RESPECTIVELY_HAD = re.compile(
    r"[\s)\]%]*,?\s?respectively,?\s(?:of\sthe\s)?(?:patients\s|subjects\s)?(?:had|developed|experienced|suffered|showed|presented\swith)\s(?:an?\s)?",
    re.IGNORECASE,
)


def _had_behind(layout: Layout, run: Sequence[Count]) -> Head | None:
    """The event that those of a run had: "9 and 5, respectively, developed A"."""
    had = _RESPECTIVELY_HAD.match(layout.text, run[-1].end)
    right = next((h for h in layout.heads if h.start >= run[-1].end), None) if had else None
    if had is None or right is None:
        return None
    between = layout.without_grades(layout.regions[0], had.end(), max(right.start, had.end()))
    return right if ADJECTIVES.fullmatch(between) else None


def _says_respectively(layout: Layout, run: Sequence[Count], within: int) -> bool:
    """Whether "respectively" closes a run, in so many characters."""
    return bool(_RESPECTIVELY.search(layout.text, run[-1].end, run[-1].end + within))


def _event_before(layout: Layout, count: Count) -> Head | None:
    """The last head before a list of conditions that the counts are said of."""
    left = [h for h in layout.heads_in(layout.region_index(count.start)) if h.end <= count.start]
    return left[-1] if left and not VETO.search(layout.text[left[-1].end : count.start]) else None


def _named_list(layout: Layout, first: Count, index: int | None = None) -> list[Head | None]:
    """The coordinated names before a list of counts, each with its head if it is known; nothing for a single name."""
    region = layout.regions[layout.region_index(first.start) if index is None else index]
    before = [h for h in layout.heads if region.start <= h.start and h.end <= first.start]
    if not any(h.mention for h in before):
        return []
    chain = [before[-1]]
    for head in reversed(before[:-1]):
        link = layout.without_grades(region, head.end, chain[0].start)
        if not LIST_GAP.fullmatch(link) or any(head.end <= c.start < chain[0].start for c in layout.counts):
            break
        chain.insert(0, head)
    names: list[Head | None] = [chain[0]]
    for previous, head in itertools.pairwise(chain):
        link = layout.without_grades(region, previous.end, head.start)
        names += [None for item in _ITEM_END_OR_SLASH.split(link)[1:-1] if item.strip()]
        names.append(head)
    more = _MORE_NAMES.match(region.between(chain[-1].end, first.start))
    if more:
        names += [None for item in _ITEM_END.split(more[1]) if item.strip()]
    return names if len(names) > 1 else []


def with_unit(layout: Layout, count: Count) -> Count:
    """A percentage of a list whose last member says of what ("in 6%, 11% and 12% of all courses")."""
    if count.unit is not None or count.percent is None:
        return count
    run = layout.run_of(count)
    if any(c.start > count.start and ";" in layout.text[count.end : c.start] for c in run):
        return count  # "in 137 patients (13.9%; 4.2% of cycles)"
    units = {c.unit for c in run}
    if "cycles" in units:
        return replace(count, unit="cycles")
    if "patients" in units:
        return count
    index = layout.region_index(count.start)
    for other in layout.counts:
        if other.start > count.start and other.percent is not None and layout.region_index(other.start) == index:
            between = layout.text[count.end : other.start]
            if CLAUSE_END.search(between) or _PREDICATE_BETWEEN.search(between):
                return count
            if other.unit is not None:
                return replace(count, unit="cycles") if other.unit == "cycles" else count
    return count
