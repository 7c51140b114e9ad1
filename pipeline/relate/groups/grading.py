"""The grade and the severity that a sentence says of a count or of an event.

    "A (14%; grade 3/4, 12%)"                   grade 3/4 right before 12%
    "6 grade 4 A", "23 times at grade III"      right after the number
    "any grade/grade >=3 A in 22%/15%"          by position under a header
    "grade 3-4 A, B and C", "A, B of grade 3"   of each event of the list
    "A was severe in 12"                        a severity word that leads to the number

What stands beside the count goes before what is said of the event; a header goes before both.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.concepts import grades
from pipeline.concepts.blood_counts import BloodCount
from pipeline.concepts.count import Count
from pipeline.concepts.grades import Grade, Severity
from pipeline.relate.groups.layout import Head, Layout, Spanning, blanked
from pipeline.relate.groups.wording import ADJECTIVES, DEGREE_CLOSES, LIST_GAP, NEW_CLAUSE

# Between a grade or severity and the count that it leads to
_GRADE_LEADS = re.compile(
    r"(?!\);)[\s,:;=()\[]*(?:(?:(?:was|were)\s)?(?:reached|seen|noted|found|recorded|observed|met)\s(?:in|by)|by"
    r"|(?:occurred\s)?in|was|were|events?|AEs?|for|of|n\s?=)?[\s,:=(\[]*(?:only\s|just\s|another\s|the\sother\s)?"
)
_SEVERITY_LEADS = re.compile(r"\s?(?:\([^()]*\)\s?)?(?:in|for|n\s?=|[,:])[\s(]*(?:only\s|the\s|all\s|other\s)*")
# Between a count and the grade or severity said of it
_GRADE_FOLLOWS = re.compile(
    r"""
    [\s)\],]*(?:;\s?(?=all\b|both\b|each\b))?(?:patients?\s|cases\s|episodes\s|events\s|being\s)?
    [\s(]*(?:(?:all|both|each)\s(?:of\sthem\s|events\s|cases\s)?)?(?:of\s(?:whom|which|them|these|those)\s|(?:who|that|which)\s)?
    (?:(?:at|of|with|had|have|having|were|was|being|were\sof|was\sof|developed|developing|experienced|experiencing|reached|reaching|suffered|met|a|an|had\sa|with\sa)\s)?[\s(]*
    """,
    re.VERBOSE,
)
_SEVERITY_FOLLOWS = re.compile(
    r"""
    [\s)\]]*(?:patients?\s|cases\s|episodes\s|events\s)?(?:of\s(?:whom|which|them|these|those)\s|(?:who|that|which)\s)?
    (?:(?:it|this|these|the\s(?:event|episode|latter))\s(?=was|were))?
    (?:being|were|was|,|considered|classified\sas|had|with|developed|became)?\s?
    """,
    re.VERBOSE,
)
# "of whom three were febrile", "it was febrile in three"
_FEBRILE = re.compile(
    r"\b(?:febrile(?!\s(?:neutrop|agranul|leuk|granuloc|episode|event))|(?:complicated\sby|accompanied\sby|associated\swith|with|had|developed)\s(?:a\s)?(?P<fever>fever)(?!\s(?:of|and\s(?!neutrop))))",
    re.IGNORECASE,
)
_FEBRILE_BEHIND = re.compile(r"\s(?:was|were)\s(?:\w+ly\s)?febrile\b", re.IGNORECASE)
_FEBRILE_TERM = "febrile_neutropenia"
_GRADE_CLOSES = re.compile(r"[\s)\]]*(?:of|at|were|was|when|if|counting|considering)?\s*\(?")
_AND_COUNT = re.compile(r"\s(?:and|vs?\.?|versus)\s$", re.IGNORECASE)
# "grade 3 and 4", "grade 1/2 and grade 3/4": each may have its own count
_AND = re.compile(r"\s(?:and|&)\s")
_GRADE_WORD = re.compile(r"\b(?:grades?|Gr\.?)\s?", re.IGNORECASE)
_BRACKET = re.compile(r"\s?[(\[]\s?")
# Between the two grades of a header
_HEADER_LINK = re.compile(r"\s?(?:/|,|;|and|\[|\()\s?")
# Between an event or a list of them and the grade behind
_GRADE_BEHIND_EVENT = re.compile(
    r"[\s,]*[(\[]?\s?(?:(?:of|was|were|the\s\w+\s\w+|all|being|with|at|CTC\w*|WHO|NCI\S*|toxicity)[\s,:]*)*[(\[]?"
)
_GRADE_BEHIND_LIST = re.compile(r"[\s,(]*(?:(?:of|at|with|were|was|all)\s)?[\s(]*")
_GRADE_OF_NAME = re.compile(r"[\s(]*(?:of\s)?")
# "severe (CTCAE grade 3/4) A": before and behind the grade
_BRACKET_OPENS = re.compile(r"\s?[(\[](?:(?:CTC\w*|WHO|NCI\S*|i\.e\.)[\s,]*)*")
_BRACKET_CLOSES = re.compile(r"\s?[)\]]\s?")
# Between a severity word and its event
_SEVERITY_GAP = re.compile(
    r"""
    [\s,/-]*
    (?:
        (?:or|and|to|i\.e\.,?|very|late|early|delayed|onset|prolonged|protracted|sustained|lasting|transient|asymptomatic|symptomatic|isolated|reversible
            |recurrent|\w+-induced|\w+-associated|\w+-related)
        [\s,/-]*
    )*
    """,
    re.VERBOSE,
)
_ADJECTIVE_GAP = re.compile(r"\s(?:febrile\s|treatment-\w+\s|late-onset\s)?")
_OTHER_ITEM = re.compile(r"[,;:]|\band\b")
_LISTED = re.compile(r",|\band\b|;")


def grade_of(layout: Layout, count: Count, head: Head) -> Grade | None:
    """The grade of a count that belongs to a head: its own, else the one said of the event."""
    by_header = header_grade(layout, count)
    if by_header is not None:
        return by_header
    after = grade_right_after(layout, count)
    if after is not None and not layout.text[count.end : after.start].strip():
        return after
    first = layout.run_of(count)[0]  # "grade 3, 15 [21%] and 7 [10%]"
    if not _AND_COUNT.search(layout.text, first.end, count.start):
        first = count
    beside = grade_right_before(layout, count) or after or grade_right_before(layout, first)
    if beside is not None:
        return beside
    of_event = grade_of_event(layout, count, head)
    if of_event is None or _is_of_what_follows(layout, of_event, head) or _is_of_before(layout, of_event, head):
        return None
    return of_event


_THERE_WERE = re.compile(r"[;,]\s(?:and\s|but\s)?there\s(?:was|were)\b", re.IGNORECASE)


def _is_of_before(layout: Layout, grade: Grade, head: Head) -> bool:
    """Whether a grade before a febrile event is of what stands between: "grade 3 in 29%, and febrile A in 5"."""
    if head.mention is None or grade.end > head.start or not _FEBRILE_NAME.search(head.mention.text):
        return False
    leads = any(
        grade.end <= c.start and c.end <= head.start and _LEADS_AT_ONCE.fullmatch(layout.text[grade.end : c.start])
        for c in layout.counts
    )
    return leads or bool(_THERE_WERE.search(layout.text, grade.end, head.start))


_FEBRILE_NAME = re.compile(r"febrile|fever", re.IGNORECASE)
_JOINED_TO = re.compile(r",?\s(?:and|or)\s", re.IGNORECASE)


def _is_of_what_follows(layout: Layout, grade: Grade, head: Head) -> bool:
    """Whether the event stands before the grade too: "A and grade 3-4 infections were commoner (A: 105 v 74)"."""
    return any(
        other.mention is not None
        and head.mention is not None
        and other is not head
        and other.mention.concept == head.mention.concept
        and "(" in layout.text[grade.end : head.start]
        and _JOINED_TO.fullmatch(layout.text, other.end, grade.start)
        for other in layout.heads
        if other.end <= grade.start
    )


def severity_of(layout: Layout, count: Count, head: Head) -> Severity | None:
    """The severity of a count that belongs to a head: in the event's name, beside the count, before the event."""
    for severity in layout.severities:
        if head.start <= severity.start < head.end:
            return severity
    before = severity_right_before(layout, count)
    if before is not None and head.end <= before.start:
        return before
    after = _severity_right_after(layout, count)
    if after is not None and head.end <= count.start:
        return after
    if count.end <= head.start and after is None:  # "two cases of A were severe"
        for severity in layout.severities:
            if head.end < severity.start and _WERE.fullmatch(layout.text, head.end, severity.start):
                return severity
    if (taken_up := _severity_of_it(layout, max(head.end, count.end))) is not None:
        return taken_up
    behind = _FEBRILE_BEHIND.match(layout.text, head.end) if count.end <= head.start else None
    if behind is not None:
        return Severity(behind.start(), behind.end(), _FEBRILE_TERM)
    region = layout.region_at(head.start)
    for severity in layout.severities:
        if severity.end <= head.start and _SEVERITY_GAP.fullmatch(
            layout.without_grades(region, severity.end, head.start)
        ):
            return severity
    return None


_IT_WAS_OF = re.compile(
    r"[^;]*;\s(?:it|this|they|these)\s(?:was|were)\s(?:all\s|always\s|invariably\s)?(?:of\s)?(?:an?\s)?", re.IGNORECASE
)


def _severity_of_it(layout: Layout, position: int) -> Severity | None:
    """The severity that a clause behind gives all those counted: "all four had A; it was of moderate degree"."""
    if ";" not in layout.text[position:]:
        return None
    for severity in layout.severities:
        if (
            severity.start >= position
            and _IT_WAS_OF.fullmatch(layout.text, position, severity.start)
            and DEGREE_CLOSES.match(layout.text, severity.end)
        ):
            return severity
    return None


_WERE = re.compile(r"\s(?:was|were)\s(?:both\s|all\s|considered\s|judged\s)?", re.IGNORECASE)


# ---- beside a count


def grade_right_before(layout: Layout, count: Count) -> Grade | None:
    """A grade that leads to a count: "grade 3/4, 12%"."""
    for grade in layout.grades:
        if grade.end <= count.start and _GRADE_LEADS.fullmatch(layout.text[grade.end : count.start]):
            return grade
    return None


def grade_right_after(layout: Layout, count: Count) -> Grade | None:
    """A grade said of the number before it: "6 grade 4", "23 times at grade III"."""
    for grade in layout.grades:
        if (
            count.end <= grade.start
            and _GRADE_FOLLOWS.fullmatch(layout.text[count.end : grade.start])
            and not _leads_to_next(layout, count, grade)
            and not any(grade.end <= h.start <= grade.end + 2 for h in layout.heads)
        ):
            return grade
    return None


# "14 patients (grade 4 in five)": the grade is of the count behind it
_LEADS_AT_ONCE = re.compile(r"\s?(?:(?:was|were|occurred)\s)?(?:in|:|=|,|,?\sn\s?=)\s?(?:only\s)?")


def _leads_to_next(layout: Layout, count: Count, grade: Grade) -> bool:
    """Whether a grade behind a count and a bracket or comma is that of the next count."""
    if not re.search(r"[(\[,;:]", layout.text[count.end : grade.start]):
        return False
    return _leads_to_other(layout, count, grade)


def _leads_to_other(layout: Layout, count: Count, said: Spanning) -> bool:
    """Whether a grade or severity leads to another count: "(grade 4 in five)"."""
    return any(
        c is not count and c.start >= said.end and _LEADS_AT_ONCE.fullmatch(layout.text[said.end : c.start])
        for c in layout.counts
    )


def severity_beside(layout: Layout, count: Count) -> tuple[Severity | None, Severity | None]:
    """The severity that leads to a count, and the one said of the persons counted."""
    return severity_right_before(layout, count), _severity_right_after(layout, count)


def severity_right_before(layout: Layout, count: Count) -> Severity | None:
    """A severity word that leads to a count: "it was severe in 12"."""
    for severity in (*layout.severities, *_febrile(layout)):
        if severity.end <= count.start and _SEVERITY_LEADS.fullmatch(layout.text[severity.end : count.start]):
            return severity
    return None


def _severity_right_after(layout: Layout, count: Count) -> Severity | None:
    """A severity word said of the persons counted: "four cases being severe"."""
    for severity in (*layout.severities, *_febrile(layout)):
        if (
            severity.start >= count.end
            and _SEVERITY_FOLLOWS.fullmatch(layout.text[count.end : severity.start])
            and not _leads_to_other(layout, count, severity)
            and not any(severity.end <= h.start <= severity.end + 20 for h in layout.heads)
        ):
            return severity
    return None


def header_grade(layout: Layout, count: Count) -> Grade | None:
    """The grade by position where a header names two ("any grade/grade >=3 ... 22%/15%")."""
    run = layout.run_of(count)
    if len(run) == 1 and (
        in_bracket := _header_grade_of_bracket(layout, count) or _header_grade_of_pair(layout, count)
    ):
        return in_bracket
    if len(run) > 2:
        return _header_grade_of_list(layout, run, count)
    if len(run) != 2 or not re.search(r"[/,]|\band\b", layout.text[run[0].end : run[1].start]):
        return None
    position = [c.start for c in run].index(count.start)
    has_groups = bool(layout.arms or layout.conditions)
    if not has_groups or re.match(r"[^.;]{0,24}\brespectively\b", layout.text[run[1].end :]):
        for grade in layout.grades:
            parts = _AND.split(layout.text[grade.start : grade.end]) if grade.end <= run[0].start else ()
            if len(parts) == 2:
                own = grades.find("grade " + _GRADE_WORD.sub("", parts[position]))
                return replace(own[0], start=grade.start, end=grade.end) if len(own) == 1 else None
    for pair in itertools.pairwise(layout.grades):
        if pair[1].end <= run[0].start and _HEADER_LINK.fullmatch(layout.text[pair[0].end : pair[1].start]):
            return pair[position]
    return None


_NEXT_FIGURE = re.compile(r"\s?(?:,\s?(?:and\s|or\s)?|\sand\s|\sor\s|/)\s?")


def _header_grade_of_list(layout: Layout, run: Sequence[Count], count: Count) -> Grade | None:
    """The grade by position of as many figures as counts: "grade 1, 2, 3 and 4 A in 38, 14, 5 and 3 patients"."""
    for grade in layout.grades:
        figures = _NEXT_FIGURE.split(layout.text[grade.start : grade.end]) if grade.end <= run[0].start else ()
        if len(figures) == len(run):
            position = [c.start for c in run].index(count.start)
            own = grades.find("grade " + _GRADE_WORD.sub("", figures[position]))
            return replace(own[0], start=grade.start, end=grade.end) if len(own) == 1 else None
    return None


def _header_grade_of_bracket(layout: Layout, count: Count) -> Grade | None:
    """The grade by position where header and counts have the second in a bracket: "any grade (3-4) ... 16% (4%)"."""
    for first, second in itertools.pairwise(layout.counts):
        if count.start not in (first.start, second.start) or not _BRACKET.fullmatch(
            layout.text[first.end : second.start]
        ):
            continue
        for pair in itertools.pairwise(layout.grades):
            if pair[1].end <= first.start and _BRACKET.fullmatch(layout.text[pair[0].end : pair[1].start]):
                return pair[0] if count.start == first.start else pair[1]
    return None


def _header_grade_of_pair(layout: Layout, count: Count) -> Grade | None:
    """The grade by position where two counts share a bracket: "(all grades; grade >=3) ... A (35%; 29%)"."""
    index = layout.region_index(count.start)
    pair = [c for c in layout.counts if layout.region_index(c.start) == index]
    if not index or len(pair) != 2 or layout.text[pair[0].end : pair[1].start].strip() != ";":
        return None
    for first, second in itertools.pairwise(layout.grades):
        if second.end <= pair[0].start and layout.text[first.end : second.start].strip() == ";":
            return first if count.start == pair[0].start else second
    return None


# "five had an ANC below", "in four of whom it was"
_LIMIT_FOLLOWS = re.compile(
    r"""
    [\s)\],]*(?:patients?\s|cases\s|episodes\s)?(?:of\s(?:whom|which|them|these|those)\s|(?:who|that|which|whose)\s)?
    (?:(?:had|have|with|were|was|reached|showed|developed|fell|dropped|experienced|presented\swith|the|an?|its|their|it|they|nadirs?
        |ANC|absolute|neutrophils?|granulocytes?|counts?|levels?|of|value|at|to|less|than|under|below|lower|lowest|decreased|declined|severe(?:ly)?|profound)
    [\s:(,]*)*(?:[<≤]\s?)?
    """,
    re.IGNORECASE | re.VERBOSE,
)
_LIMIT_LEADS = re.compile(
    r"\s?[)\]]?\s?(?:(?:was\s|were\s)?(?:occurred|seen|observed|noted|found|present)?\s?in|for|,?\s?n\s?=|[:=,])[\s(]*(?:only\s|just\s|another\s)?"
)


def limit_of(layout: Layout, count: Count) -> BloodCount | None:
    """The limit of the blood count that sets the persons counted apart: "five had an ANC < 0.5", "< 0.5 in five"."""
    led = [x for x in layout.limits if x.end <= count.start]
    if led and layout.text[led[-1].end : count.start].strip() == "," and (own := _limit_behind(layout, count)):
        return own  # "A below 1.5, 11 of them below 0.5"
    for limit in layout.limits:
        if count.end <= limit.start and _LIMIT_FOLLOWS.fullmatch(layout.text[count.end : limit.start]):
            return limit
        if limit.end <= count.start and _LIMIT_LEADS.fullmatch(layout.text[limit.end : count.start]):
            return limit
    return None


def _limit_behind(layout: Layout, count: Count) -> BloodCount | None:
    """The limit right behind the persons counted, no comma between."""
    for limit in layout.limits:
        text = layout.text[count.end : limit.start]
        if count.end <= limit.start and "," not in text and _LIMIT_FOLLOWS.fullmatch(text):
            return limit
    return None


def _febrile(layout: Layout) -> list[Severity]:
    """The places where a sentence says of some of those affected that they were febrile."""
    return (
        [Severity(m.start(), m.end(), _FEBRILE_TERM) for m in _FEBRILE.finditer(layout.text)]
        if ("febrile" in (low := layout.view.low) or "fever" in low)
        else []
    )


# ---- said of an event


def grade_of_event(layout: Layout, count: Count, head: Head) -> Grade | None:
    """The grade that is said of the event: beside it, or of the list that it stands in."""
    index = layout.region_index(head.start)
    return (
        _grade_inside(layout, head)
        or _grade_right_before_event(layout, head)
        or _grade_of_whole_list(layout, head)
        or _grade_behind(layout, count, head)
        or _grade_behind_list(layout, head)
        or _grade_in_bracket_before(layout, head)
        or _grade_of_summary(layout, count)
        or _grade_before(layout, head)
        or _grade_of_excepted(layout, head)
        or _grade_of_those(layout, count)
        or (_grade_before_bracket(layout, index) if index else _grade_closing(layout, count))
    )


def _grades_in(layout: Layout, index: int) -> list[Grade]:
    return [g for g in layout.grades if layout.region_index(g.start) == index]


def _grade_inside(layout: Layout, head: Head) -> Grade | None:
    """A grade that is part of the event's name."""
    beside = _grades_in(layout, layout.region_index(head.start))
    return next((g for g in beside if head.start <= g.start < head.end), None)


def _grade_right_before_event(layout: Layout, head: Head) -> Grade | None:
    """The grade that is the event's adjective: "more grade 3 or 4 A and more B of any grade"."""
    return next((g for g in layout.grades if _ADJECTIVE_GAP.fullmatch(layout.text, g.end, head.start)), None)


_ALL_OF_LIST = re.compile(r"[;,]\s(?:all|each|both)\s(?:of\s|being\s|were\s)?$", re.IGNORECASE)


def _grade_of_whole_list(layout: Layout, head: Head) -> Grade | None:
    """The grade that closes a list for "all" of it: "(A 40%; B 52%; all grade 3-4)"."""
    index = layout.region_index(head.start)
    region = layout.regions[index]
    for grade in _grades_in(layout, index):
        before = layout.text[max(region.start, grade.start - 16) : grade.start]
        if (
            head.end <= grade.start
            and _ALL_OF_LIST.search(before)
            and layout.text[grade.end : region.end].strip(" .") == ""
        ):
            return grade
    return None


def _grade_behind(layout: Layout, count: Count, head: Head) -> Grade | None:
    """A grade behind the event, no other item between: "A (CTC grade 3) in 5%"."""
    index = layout.region_index(head.start)
    for grade in layout.grades:
        is_only_named = count.start == count.end == head.end
        if not (head.end <= grade.start and (is_only_named or grade.end <= count.start or count.end <= head.start)):
            continue
        is_apart = count.end <= head.start or layout.region_at(grade.start).end < count.start  # in a bracket before
        if not is_only_named and is_apart and _leads_to_other(layout, count, grade):
            continue
        text = blanked(layout.text[head.end : grade.start], head.end, *layout.severities)
        if (
            (text.startswith(",") and _is_in_apposition(layout, head, grade))
            or _GRADE_BEHIND_EVENT.fullmatch(text)
            or (layout.region_index(grade.start) == index and len(text) < 80 and not _OTHER_ITEM.search(text))
        ):
            return grade
    return None


# "A, the commonest adverse event of grade 3 or higher, was seen in"
_APPOSED = re.compile(r",\s(?:the|an?)\s(?:[\w-]+\s){1,9}(?:of\s)?", re.IGNORECASE)
_CLOSES = re.compile(
    r"(?:\s[\w-]+){0,5},\s(?:was|were|occurred|developed|appeared|affected|arose|in|at|with)\b", re.IGNORECASE
)


def _is_in_apposition(layout: Layout, head: Head, grade: Grade) -> bool:
    """Whether an aside between two commas tells what grade an event was."""
    return bool(
        _APPOSED.fullmatch(layout.text, head.end, grade.start)
        and _EFFECT.search(layout.text, head.end, grade.end + _REACH)
        and _CLOSES.match(layout.text, grade.end)
    )


_EFFECT = re.compile(r"\b(?:events?|toxicit(?:y|ies)|effects?|reactions?|AEs?|complications?)\b", re.IGNORECASE)
_REACH = 40


def _grade_behind_list(layout: Layout, head: Head) -> Grade | None:
    """The grade behind a list that the event stands in: "A, B and C of grade 3 or 4 in ..."."""
    for grade in _grades_in(layout, layout.region_index(head.start)):
        chain = [h for h in layout.heads if h.start >= head.start and h.end <= grade.start]
        if (
            len(chain) >= 2
            and _GRADE_BEHIND_LIST.fullmatch(layout.text[chain[-1].end : grade.start])
            and all(LIST_GAP.fullmatch(layout.text[a.end : b.start]) for a, b in itertools.pairwise(chain))
        ):
            return grade
    return None


_SUMMARY_OPENS = re.compile(
    r"(?:\bas|,|\bw(?:as|ere)|\bbeing|\bamong|\bremained|\b(?:constitut|represent|form)ed|[–—-])\s(?:by\sfar\s)?(?:the\s)?"
    r"(?:[\w-]+\s){0,2}?(?:most|main|chief|leading|commonest|predominant|principal|only|major|sole|key|relevant|dominant|top)\s"
    r"(?:(?!(?:in|for|of|at|with|to|by)\b)[\w-]+\s){0,4}?(?:(?:events?|effects?|reactions?|AEs?|toxicit\w+)\s(?:of|at|with)\s)?$"
    r"|\bw(?:as|ere)\s(?:(?:an?|also|both|all|among|the|other|further|very|most|mostly|mainly|common|commonest|frequent|frequently|commonly|typical|usual|prominent|important"
    r"|predominant|predominantly|principal|observed|reported|seen|noted|recorded|as)\s){1,5}$",
    re.IGNORECASE,
)
_HARM_OF = re.compile(r"\b(?:events?|effects?|reactions?|AEs?|toxicit\w+)\s(?:of|at|with)\s$", re.IGNORECASE)
_SUMMARY_CLOSES = re.compile(
    r"\s(?:[\w-]+\s){0,3}(?:(?:adverse|side)\s(?:drug\s)?(?:events?|effects?|reactions?)|AEs|toxicit\w+|events?)\b",
    re.IGNORECASE,
)


# "while the leading grade 3-4 events were B": the events that follow
_NAMES_ITS_OWN = re.compile(
    r"(?:[^;.,()\d]{0,60}?\s(?:was|were|included|comprised|consisted\sof)\b|[^;.,()\d]{0,60}:)", re.IGNORECASE
)


def _grade_of_summary(layout: Layout, count: Count) -> Grade | None:
    """The grade that a clause gives to the list before it: "A in 48%, B in 26% as the most common grade 3-4 events"."""
    for grade in _grades_in(layout, 0):
        if (
            grade.start >= count.end
            and _SUMMARY_OPENS.search(layout.text, count.end, grade.start)
            and (_SUMMARY_CLOSES.match(layout.text, grade.end) or _HARM_OF.search(layout.text, count.end, grade.start))
            and ";" not in layout.text[count.end : grade.start]
            and not _NAMES_ITS_OWN.match(layout.text, grade.end)
            and not (
                _OF_ONE_NAME.search(layout.text, count.end, grade.start) and _is_named_between(layout, count, grade)
            )
        ):
            return grade
    return None


_OF_ONE_NAME = re.compile(r"\bwas\s(?:by\sfar\s)?(?:the\s)?[\w\s]{3,40}$")


def _is_named_between(layout: Layout, count: Count, grade: Grade) -> bool:
    """Whether another name stands before "was the main grade 3-4 event": it is that name's grade."""
    return any(count.end <= h.start < grade.start for h in layout.heads)


def _grade_in_bracket_before(layout: Layout, head: Head) -> Grade | None:
    """The grade in a bracket between severity word and event: "severe (grade 3/4) neutropenia"."""
    for grade in layout.grades:
        if _BRACKET_CLOSES.fullmatch(layout.text[grade.end : head.start]) and any(
            _BRACKET_OPENS.fullmatch(layout.text[s.end : grade.start]) for s in layout.severities
        ):
            return grade
    return None


def _grade_before(layout: Layout, head: Head) -> Grade | None:
    """The last grade before the event, in its region and clause: "grade 3-4 A", "grade 3-4 B (2%), A (5%)"."""
    index = layout.region_index(head.start)
    region = layout.regions[index]
    before = [
        g
        for g in layout.grades
        if g.end <= head.start and (layout.region_index(g.start) == index or _is_bracket_of_header(layout, g, index))
    ]
    if not before or _is_of_other_head(layout, before[-1], head) or _is_of_one_of_several(layout, before, head):
        return None
    grade = before[-1]
    between = region.between(grade.end, head.start)
    if _LEADING_ONE.search(between):
        return grade
    if NEW_CLAUSE.search(between) or _is_of_subject(layout, grade, between):
        return None
    if _SAID_BY_ITSELF.match(layout.text, head.end) and (
        ";" in between
        or (", and " in between and any(_is_adjective_of(layout, grade, h) for h in layout.heads if h is not head))
    ):
        return None
    is_of_count_between = (
        region.parent is None
        and not _OF_SO_MANY.search(layout.text, 0, grade.start)
        and not any(_OF_WHICH.fullmatch(layout.text, grade.end, c.start) for c in layout.counts)
        and any(
            c.start >= grade.end
            and c.end <= head.start
            and layout.region_index(c.start) == index
            and not _LISTED.search(layout.text[c.end : head.start])
            for c in layout.counts
        )
    )
    return None if is_of_count_between else grade


# "events of grade 3 and more affected 74%; the leading one was A"
_LEADING_ONE = re.compile(
    r"\bthe\s(?:[\w-]+\s){0,2}(?:ones?|of\s(?:these|them|which)|among\s(?:these|them))\s(?:was|were|being)\s$",
    re.IGNORECASE,
)
_MOSTLY = (
    r"(?:mostly|largely|mainly|predominantly|generally|usually|chiefly|primarily|typically|always|all"
    r"|(?:almost|nearly)\s(?:all|exclusively|always))"
)
# "reactions, largely of grade 1-2, were", "B was mostly grade 1-2"
_SAID_OF_SUBJECT = re.compile(rf"(?:,\s{_MOSTLY}|\b(?:was|were)(?:\s{_MOSTLY})?)\s(?:of\s|at\s)?$", re.IGNORECASE)
_SUBJECT_LEFT = re.compile(r"\s?(?:,|;|in\b|and\b)")


def _is_of_subject(layout: Layout, grade: Grade, between: str) -> bool:
    """Whether a grade is said of what stands before it: "reactions, largely of grade 1-2, were seen; A in 43%"."""
    return (
        ":" not in between
        and not any(0 <= c.start - grade.end <= len(" in ") for c in layout.counts)  # "B was grade 4 in 4 and A in 5"
        and bool(_SUBJECT_LEFT.match(between))
        and bool(_SAID_OF_SUBJECT.search(layout.text, 0, grade.start))
    )


def _is_adjective_of(layout: Layout, grade: Grade, head: Head) -> bool:
    """Whether a grade is the adjective of a name: "all had grade 4 A, and febrile A occurred in 15%"."""
    return grade.end <= head.start and bool(_ADJECTIVE_GAP.fullmatch(layout.text, grade.end, head.start))


# "of 14 grade 3-4 events, nine were A"
_OF_SO_MANY = re.compile(
    r"(?:^|;\s)\s*(?:of|among)\s(?:the\s|all\s|a\stotal\sof\s|these\s)*(?:\w+\s){0,2}$", re.IGNORECASE
)
_OF_WHICH = re.compile(r",?\s(?:and\s)?(?:of|among)\s(?:which|these|them|those),?\s(?:only\s)?", re.IGNORECASE)
# "; febrile A occurred in one": a clause of its own, no item of the list before
_SAID_BY_ITSELF = re.compile(
    r"\s(?:(?:was|were)(?!\s(?:by\sfar\s|again\s|also\s)?(?:the\s)?(?:single\s)?(?:most|main|chief|leading|commonest|predominant|principal|only|major))|has\sbeen|had\sbeen|occurred|developed|appeared|affected|complicated|remained|arose)\b",
    re.IGNORECASE,
)
_HEADER_BRACKET = re.compile(
    r"\b(?:toxicit\w+|toxic\s(?:effects|events)|adverse\s(?:events|effects|reactions)|AEs?|TEAEs?|events|side[\s-]effects|effects|reactions|complications|abnormalities)\s?[(\[](?:[\w-]+[\s,:]+){0,3}$",
    re.IGNORECASE,
)


# "severe (grade 3+) toxicities were"
_HEADER_BEHIND = re.compile(
    r"[)\]]\s(?:[\w-]+\s){0,2}?(?:toxicit\w+|toxic\s(?:effects|events)|adverse\s(?:events|effects|reactions)|AEs|events|side[\s-]effects)\b",
    re.IGNORECASE,
)
_EXCEPT_FOR = re.compile(r"\b(?:other\sthan|apart\sfrom|except(?:\sfor)?)\s(?:\w+\s){0,2}$", re.IGNORECASE)
_NO = re.compile(r"\bno\s(?:other\s|further\s)?(?:\w+\s)?$", re.IGNORECASE)


def _grade_of_excepted(layout: Layout, head: Head) -> Grade | None:
    """The grade of "except for A (12%), no grade 3-4 toxicity was seen"."""
    if not _EXCEPT_FOR.search(layout.text, max(0, head.start - 40), head.start):
        return None
    behind = (g for g in layout.grades if g.start >= head.end)
    return next((g for g in behind if _NO.search(layout.text, max(0, g.start - 30), g.start)), None)


# "9/14 (64%) of the grade 3/4 events"
_OF_THE = re.compile(r"[\s)\]%]*of\s(?:the|all|these|those)\s(?:\d+\s)?")


def _grade_of_those(layout: Layout, count: Count) -> Grade | None:
    """The grade of the events that a count is a part of."""
    return next((g for g in layout.grades if _OF_THE.fullmatch(layout.text, count.end, g.start)), None)


def _is_bracket_of_header(layout: Layout, grade: Grade, index: int) -> bool:
    """Whether a grade stands in a bracket behind a word for harm as such: "toxicities (grade 3 or 4) were A in 5%"."""
    region = layout.region_at(grade.start)
    return (
        region.parent == index
        and not layout.text[grade.end : region.end].strip()
        and bool(
            _HEADER_BRACKET.search(layout.text, max(0, region.start - 60), grade.start)
            or _HEADER_BEHIND.match(layout.text, region.end)
        )
    )


# "of adverse events of grade 3 or worse, B (4%) and A (6%) were the most frequent"
_OF_HEADING = re.compile(
    r"(?:^|;\s)\s*(?:of|among|as\sto|regarding|concerning)\s(?:the\s|all\s)*(?:[\w-]+\s){0,4}$", re.IGNORECASE
)


def _is_of_other_head(layout: Layout, grade: Grade, head: Head) -> bool:
    """Whether a grade is the adjective of an earlier name that has its own count ("grade 3 A in 5%, B in 2%")."""
    if _OF_HEADING.search(layout.text, 0, grade.start):
        return False
    has_own_count = any(grade.end <= c.start and c.end <= head.start for c in layout.counts)
    before = max((h for h in layout.heads if h.end <= grade.start), key=lambda h: h.end, default=None)
    if before is not None and has_own_count and _GRADE_OF_NAME.fullmatch(layout.text[before.end : grade.start]):
        return True  # "A of grade 3/4 affected 53% and B 12%"
    other = next((h for h in layout.heads if grade.end <= h.start and h.end <= head.start), None)
    return (
        other is not None
        and ":"
        not in layout.text[grade.end : next((c.start for c in layout.counts if c.start >= grade.end), grade.end)]
        and ADJECTIVES.fullmatch(layout.text[grade.end : other.start]) is not None
        and any(other.end <= c.start and c.end <= head.start for c in layout.counts)
        and not _goes_on_with_blood(layout, other, head)
    )


def _is_of_one_of_several(layout: Layout, before: Sequence[Grade], head: Head) -> bool:
    """Whether each name of a list has its own grade, a febrile one none: "any-grade A, grade 3/4 A and febrile A"."""
    if len(before) < 2 or not layout.text[head.start : head.end].lower().startswith(("febrile", "neutropenic")):
        return False
    return all(any(_ADJECTIVE_GAP.fullmatch(layout.text, g.end, h.start) for h in layout.heads) for g in before)


_ELLIPSIS = re.compile(r"[\s)\]]*(?:patients?|cases)?\s?,?\s?(?:and|as\swell\sas)\s", re.IGNORECASE)


def _goes_on_with_blood(layout: Layout, other: Head, head: Head) -> bool:
    """Whether an event is told in the same breath as another cytopenia: "grade 4 B in 4/7 and A in 5/7"."""
    start = layout.view.start
    if not any(m.start == other.start + start and m.label == "other_cytopenia" for m in layout.view.mentions):
        return False
    between = [c for c in layout.counts if other.end <= c.start and c.end <= head.start]
    return len(between) == 1 and bool(_ELLIPSIS.fullmatch(layout.text, between[0].end, head.start))


def _grade_before_bracket(layout: Layout, index: int) -> Grade | None:
    """The grade of the words before a bracket that holds a list of events."""
    region = layout.regions[index]
    before = [g for g in _grades_in(layout, region.parent or 0) if g.end <= region.start]
    if before and not NEW_CLAUSE.search(layout.text[before[-1].end : region.start - 1]):
        return before[-1]
    return None


def _grade_closing(layout: Layout, count: Count) -> Grade | None:
    """The grade right behind the count of an event: "A in 5% (grade 3)"."""
    behind = next((g for g in _grades_in(layout, 0) if g.start >= count.end), None)
    if behind is not None:
        text = layout.text[count.end : behind.start]
        if len(text) < 12 and _GRADE_CLOSES.fullmatch(text):
            return behind
    return None
