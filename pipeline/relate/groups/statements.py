"""What a sentence says of how many had the event: each count with the event, grade, arm and condition it belongs to.

    "neutropenia (41%), anaemia (12%)"                       41 % belongs to the event, 12 % to another
    "A and B in 30% and 10%, respectively"                   by position
    "grade 3-4 event in 55% on G-B and 48% on G-FC"          two counts of one event, each with its arm
    "(14%; grade 3/4, 14%)"                                  two counts of one event, the second with a grade
    "Fifteen patients (33%) had ..."                         the count before its verb
    "20 (54%) were hospitalised"                             no count of the event

A count inside brackets belongs to the phrase before the bracket, or to the name beside it inside the bracket. Another
count belongs to the event before it when a preposition or a copula leads to it, to the event after it when a verb of
having leads there. Whatever stays without an event is given back with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from pipeline.concepts.blood_counts import BloodCount
from pipeline.concepts.count import Count, agrees
from pipeline.concepts.grades import Grade, Severity
from pipeline.concepts.regimen import Arm
from pipeline.records import Mention
from pipeline.relate.context import SentenceView
from pipeline.relate.groups.arm_sizes import STUDIES
from pipeline.relate.groups.attachment import owner
from pipeline.relate.groups.by_condition import condition_of, is_opened_by, with_shares_behind
from pipeline.relate.groups.grading import grade_of, grade_of_event, limit_of, severity_of
from pipeline.relate.groups.layout import Head, Layout, prepare
from pipeline.relate.groups.parallel import Place, by_position, with_unit
from pipeline.relate.groups.subgroup import arm_of, arm_right_before, own_arm
from pipeline.relate.groups.tied import OUT_OF

_SERIOUS = re.compile(r"\b(?:serious|SAEs?)\b", re.IGNORECASE)
_EVENTS = re.compile(r"\b(?:adverse|events?|AEs?|SAEs?)\b")
_WERE_SERIOUS = re.compile(
    r"[^;]*\bwere\s(?:the\s)?(?:[\w-]+\s){0,3}(?:SAEs|serious\s(?:adverse\s(?:drug\s)?)?(?:events|AEs|reactions))\b",
    re.IGNORECASE,
)

_Found = TypeVar("_Found", Grade, Severity, Arm, BloodCount)


@dataclass(frozen=True, slots=True)
class Statement:
    """A count tied to an event (`mention`), offsets of the section; a count without numbers only names the event."""

    view: SentenceView
    mention: Mention
    count: Count
    grade: Grade | None = None
    severity: Severity | None = None
    arm: Arm | None = None
    indication: Mention | None = None
    is_opening: bool = False
    position: int | None = None
    of_parallel: int = 0
    limit: BloodCount | None = None  # of the blood count, said of the persons counted
    is_spread: bool = False  # its grade is the spread of its parts
    is_of_part: bool = False  # its total is of a part that the sentence sets apart
    is_serious: bool = False  # in a list of serious events: they repeat what the list of events has said


@dataclass(frozen=True, slots=True)
class Unused:
    """A count of a sentence that belongs to no event, with the reason."""

    count: Count
    reason: str


_AGAINST = re.compile(r"[\s)\]]*(?:versus|vs\.?|v|compared\swith|against)\s[(\[]?", re.IGNORECASE)


def read(
    view: SentenceView, events: Sequence[Mention], found: Sequence[Count], arms: Sequence[Arm]
) -> tuple[list[Statement], list[Unused]]:
    """The statements of a sentence. `events` and `arms` are section spans; `found` has offsets of the sentence."""
    layout = prepare(view, events, found, arms)
    joined = with_shares_behind(layout)
    if len(joined) < len(layout.counts):
        layout = replace(layout, counts=joined, runs=tuple((count,) for count in joined))
    statements: list[Statement] = []
    unused: list[Unused] = []
    if (whole := _whole_of_effects(layout)) is not None:
        unused.append(Unused(whole, "number of those studied"))
        runs = tuple(run for run in layout.runs if whole not in run)
        layout = replace(layout, counts=tuple(c for c in layout.counts if c is not whole), runs=runs)
    parallel = by_position(layout)
    of_studies = _pooled_shares(layout)
    for count in layout.counts:
        if count.start in of_studies:
            mention, share = of_studies[count.start]
            if share is None:
                unused.append(Unused(count, "number of those studied"))
            else:
                named = Head(mention.start - view.start, mention.end - view.start, mention)
                statements.append(_statement(layout, share, named, mention, None, None))
            continue
        if _counts_the_studied(layout, count):
            unused.append(Unused(count, "number of those studied"))
            continue
        place = parallel.places.get(count.start)
        if place is not None:
            head, reason = place.head, "belongs to another event of the list"
        else:
            head, reason = owner(layout, count)
            if unused and _AGAINST.fullmatch(layout.text, unused[-1].count.end, count.start):
                head, reason = (
                    None,
                    unused[-1].reason,
                )  # what one of two set against each other is not, the other is not
        last = statements[-1] if statements else None
        if last is not None and _is_in_other_words(layout, count, last):
            statements[-1] = _completed(last, count)
        elif last is not None and (
            _completes(layout, count, last) if head is None else _is_share_behind(layout, count, head, last)
        ):
            statements[-1] = _completed(statements[-1], count)
        elif statements and _is_of_how_many(layout, count, head, statements[-1]):
            statements[-1] = _of_how_many(statements[-1], count, view.start)
        elif head is None or head.mention is None:
            unused.append(Unused(count, reason))
        else:
            condition = parallel.conditions.get(count.start) or condition_of(layout, count)
            counted = _as_events(layout, with_unit(layout, count))
            statements.append(_statement(layout, counted, head, head.mention, place, condition))
    statements = _with_arm_of_whole([_of_opening_part(layout, s) for s in _with_severity_of_run(statements)])
    return _without_shares_by_time(layout, _with_shares(layout, statements, unused), unused), unused


def of_mention(view: SentenceView, events: Sequence[Mention], mention: Mention) -> Statement:
    """The statement of an event that is named without a figure, with the grade and severity said of it."""
    layout = prepare(view, events, ())
    head = Head(mention.start - view.start, mention.end - view.start, mention)
    here = Count(head.end, head.end)
    return Statement(
        view,
        mention,
        Count(mention.start, mention.end),
        _in_section(view, grade_of_event(layout, here, head)),
        _in_section(view, severity_of(layout, here, head)),
    )


def _statement(
    layout: Layout, count: Count, head: Head, mention: Mention, place: Place | None, condition: Mention | None
) -> Statement:
    """The statement of a count that belongs to a head, with all that is said of it."""
    view = layout.view
    is_parallel = place is not None and place.size > 1
    arm = own_arm(layout, count) if is_parallel else arm_of(layout, count, head)
    if arm is None and place is not None and place.position and not place.size:
        arm = arm_right_before(layout, layout.run_of(count)[0])  # "on X 42 and 3, respectively"
    return Statement(
        view,
        mention,
        replace(count, start=count.start + view.start, end=count.end + view.start),
        _in_section(view, grade_of(layout, count, head)),
        _in_section(view, severity_of(layout, count, head)),
        _in_section(view, arm),
        condition,
        condition is not None and is_opened_by(layout, count, condition),
        place.position if place is not None else None,
        place.size if place is not None else 0,
        _in_section(view, limit_of(layout, count)) if head.end <= count.start else None,
        is_serious=_repeats_serious(layout, count),
    )


def _in_section(view: SentenceView, item: _Found | None) -> _Found | None:
    """What was found in the sentence, with offsets of the section."""
    return item and replace(item, start=item.start + view.start, end=item.end + view.start)


def _repeats_serious(layout: Layout, count: Count) -> bool:
    """Whether the clause lists serious events: they repeat what the list of events has said."""
    if "serious" not in layout.view.low and "sae" not in layout.view.low:
        return False
    clause = layout.regions[0].text[: count.start].rpartition(";")[2]
    if _SERIOUS.search(clause) and _EVENTS.search(clause):
        return True
    return bool(_WERE_SERIOUS.match(layout.regions[0].text, count.end))


def _with_severity_of_run(statements: Sequence[Statement]) -> list[Statement]:
    """The statements; all of a parallel list are as severe as its first: "was severe in four and two, respectively"."""
    kept: list[Statement] = []
    for s in statements:
        first = kept[-1] if kept else None
        if (
            first is not None
            and s.position
            and s.of_parallel == first.of_parallel
            and s.mention is first.mention
            and first.severity is not None
            and s.grade is None
            and s.severity is None
            and first.severity.end <= first.count.start
        ):
            s = replace(s, severity=first.severity)
        kept.append(s)
    return kept


_OF_WHOM_THEN = re.compile(r"[^;.]{0,60}?\b(?:of\s(?:whom|which|them|these)|including)\b[^;.]*", re.IGNORECASE)


def _with_arm_of_whole(statements: Sequence[Statement]) -> list[Statement]:
    """The statements; a part is of the arm of the whole: "18 on B had A, of whom 10 were mild and 3 severe"."""
    kept: list[Statement] = []
    for s in statements:
        whole = next((w for w in kept if w.arm is not None and w.mention is s.mention), None)
        if s.arm is None and s.indication is None and whole is not None and whole.arm is not None:
            text = s.view.section_text
            if _OF_WHOM_THEN.fullmatch(text, max(whole.count.end, whole.arm.end), s.count.start):
                s = replace(s, arm=whole.arm)
        kept.append(s)
    return kept


# "of the first five patients, two had A"
_PART_OPENS = re.compile(
    r"(?:^|;\s)\s*(?:of|among|in)\s(?:the\s|our\s)?(?:first|last|initial|remaining|other|subsequent)\s$", re.IGNORECASE
)


_GROUP_OPENS = re.compile(r"(?:^|;\s)\s*(?:in|among|of|for)\s[^.;,\d()]{3,60}\(\s?(?:n\s?=\s?)?$", re.IGNORECASE)


def _is_group_size(layout: Layout, part: Count) -> bool:
    """Whether a bracket tells the size of the group that a clause opens with: "In those on B (n = 50), four had"."""
    return bool(_GROUP_OPENS.search(layout.text, 0, part.start)) and layout.text.startswith("),", part.end)


def _of_opening_part(layout: Layout, statement: Statement) -> Statement:
    """The statement with the number of those that its clause opens with, where they are set apart by their order."""
    count, shift = statement.count, layout.view.start
    if count.total is not None or count.events is None:
        return statement
    for part in layout.counts:
        if part.end > count.start - shift:
            break
        opens = _PART_OPENS.search(layout.text, 0, part.start) or (
            part.labelled and agrees(part.events or 1, count.percent, count.events) and _is_group_size(layout, part)
        )
        between = layout.text[part.end : count.start - shift]
        is_larger = part.total is None and (part.events or 0) >= count.events
        if opens and is_larger and ";" not in between and "," in between:
            return replace(statement, count=replace(count, total=part.events), is_of_part=True)
    return statement


# ---- numbers that complete an earlier count


def _completes(layout: Layout, count: Count, earlier: Statement) -> bool:
    """Whether a number is the denominator of the count before: "23 patients developed it out of the 107"."""
    before = earlier.count
    if before.total is not None or before.events is None or before.unit in ("cycles", "episodes"):
        return False
    if count.events is None and count.total is None and before.percent is None and count.unit in ("patients", None):
        between = layout.text[before.end - layout.view.start : count.start]
        return count.percent is not None and bool(_THAT_IS.fullmatch(between) or _WITH_INCIDENCE.fullmatch(between))
    n = count.total if count.total is not None else count.events
    if n is None or n < before.events or (count.percent is not None and before.percent is not None):
        return False
    between = layout.text[before.end - layout.view.start : count.start]
    is_same_share = count.total is not None and count.percent is not None and agrees(n, count.percent, before.events)
    if is_same_share and count.events is None and len(between) < 80 and ";" not in between:
        return True  # "in 11 patients (6 male), that is 6.5% of 168 patients"
    return (
        len(between) < 120
        and ";" not in between
        and ((count.total is not None and count.events is None) or bool(OUT_OF.search(between)))
        and "out of" in between + layout.text[count.start : count.end]
    )


def _is_share_behind(layout: Layout, count: Count, head: Head, earlier: Statement) -> bool:
    """Whether a bracket gives the share of the count before the arm: "8 of 400 rituximab-treated (2.0%)"."""
    before, start = earlier.count, earlier.count.end - layout.view.start
    return (
        head.mention is earlier.mention
        and count.percent is not None
        and count.events is None
        and before.events is not None
        and before.total is not None
        and before.percent is None
        and agrees(before.total, count.percent, before.events)
        and count.start - start < 60
        and layout.text[: count.start].endswith("(")
        and not any(start <= c.start < count.start for c in layout.counts)
    )


# "toxicities in these 78 were chiefly A (23%)", "the main events among the 78 treated patients included A (23%)"
_EFFECTS_IN = re.compile(
    r"\b(?:toxicit(?:y|ies)|(?:side[\s-])?effects|events?|AEs|TEAEs|reactions|complications)(?:\s\([^()]{1,40}\))?(?:\s(?:seen|noted|observed|reported|recorded|occurring|occurred|developed))?"
    r"\s(?:in|among|of|for)\s(?:all\s|the\s|these\s|those\s|our\s|a\stotal\sof\s)*$",
    re.IGNORECASE,
)
_WERE_LISTED = re.compile(
    r"(?:\s(?!(?:had|with|who)\b)[\w-]+){0,3}?\s(?:was|were|are|included|comprised|consisted)\s", re.IGNORECASE
)


def _whole_of_effects(layout: Layout) -> Count | None:
    """The number of persons whose effects are listed with a figure each: "toxicities in these 78 were A (23%)"."""
    if len(layout.counts) < 2:
        return None
    first = layout.counts[0]
    is_bare = first.percent is None and first.total is None and first.events is not None
    if not (is_bare and layout.text.endswith(_BEFORE_WHOLE, 0, first.start)):
        return None
    is_whole = _EFFECTS_IN.search(layout.text, 0, first.start) and _WERE_LISTED.match(layout.text, first.end)
    return first if is_whole else None


_BEFORE_WHOLE = ("in ", "among ", "of ", "for ", "all ", "the ", "these ", "those ", "our ")  # a quick look
_STUDIES_BEFORE = re.compile(rf"[(\[;,]\s?{STUDIES}[,;:]\s(?:with\s|and\s|including\s|[nN]\s?=\s?)?$", re.IGNORECASE)
_STUDIES_OPEN = re.compile(rf"\b{STUDIES}\s?[(\[](?:[nN]\s?=\s?)?$", re.IGNORECASE)  # "in seven studies (412 patients)"
_STUDIES_BEHIND = re.compile(rf"\s(?:in|from|of|across)\s{STUDIES}\s?[)\];]", re.IGNORECASE)


def _counts_the_studied(layout: Layout, count: Count) -> bool:
    """Whether a number in brackets is of all persons of so many studies: "(9 cohorts, 3,377 patients)"."""
    if count.percent is not None or count.total is not None:
        return False
    if _KNOWN_IN.search(layout.text, 0, count.start):
        return True
    if not layout.region_index(count.start):
        return _are_looked_at(layout, count)
    return bool(
        _STUDIES_BEFORE.search(layout.text, max(0, count.start - 50), count.start)
        or _STUDIES_BEHIND.match(layout.text, count.end)
        or _STUDIES_OPEN.search(layout.text, max(0, count.start - 50), count.start)
    )


# "in 11 studies (n = 276)", "from seven studies with 191 patients"
_STUDIES_WITH = re.compile(
    rf"\b{STUDIES}\s?(?:[(\[]|,)?\s?(?:(?:with|including|involving|comprising|covering|of|on|in)\s)?(?:a\stotal\sof\s)?(?:[nN]\s?=\s?)?$",
    re.IGNORECASE,
)
_MAY_BE_STUDIES = ("stud", "cohort", "trial", "series", "article", "paper", "publication", "dataset", "registr")
_REACH_OF_STUDIES = 60


def _pooled_shares(layout: Layout) -> dict[int, tuple[Mention, Count | None]]:
    """The shares that a sentence pools from so many studies, each with the number of persons of these, by their starts.

    "A was reported in 11 studies (n = 276), with a pooled frequency of 8.1%": 8.1% of 276; the 276 has no share.
    """
    heads = [h for h in layout.heads if h.mention is not None]
    if len(heads) != 1 or heads[0].mention is None or not any(word in layout.view.low for word in _MAY_BE_STUDIES):
        return {}
    mention = heads[0].mention
    persons = [c for c in layout.counts if c.events is not None and c.total is None and c.unit != "other"]
    if len(persons) != 1 or not _STUDIES_WITH.search(
        layout.text, max(0, persons[0].start - _REACH_OF_STUDIES), persons[0].start
    ):
        return {}
    number = persons[0]
    if number.percent is not None:
        return {number.start: (mention, replace(number, total=number.events, events=None))}
    shares = [c for c in layout.counts if c.percent is not None and c.events is None and c.total is None]
    if len(shares) != 1:
        return {}
    low, high = sorted((number.start, shares[0].start))
    if any(low < h.start < high for h in layout.heads if h.mention is None):
        return {}
    return {number.start: (mention, None), shares[0].start: (mention, replace(shares[0], total=number.events))}


_LOOKED_AT = (
    r"(?:evaluat|assess|stud(?:i|y)|investigat|examin|analy[sz]|characteri[sz]|explor|monitor|sought"
    r"|(?:look|search)(?:ed|ing)?\sfor)"
)
_WE_LOOKED_AT = re.compile(
    rf"\b(?:we|have|has|authors)\s(?:\w+ly\s)?{_LOOKED_AT}\w*\s(?:[\w-]+\s){{0,8}}\(?$", re.IGNORECASE
)
_WAS_LOOKED_AT = re.compile(
    rf"[^.;,\d]{{0,50}}\b(?:was|were|been)\s(?:\w+ly\s)?{_LOOKED_AT}\w*\s(?:in|among)\s$", re.IGNORECASE
)
_BEHIND_EVENT = re.compile(r"[^.;,\d]{0,60}\b(?:in|among)\s(?:all\s|our\s)?$", re.IGNORECASE)
# "from 33 patients given it, and tested for an association with A"
_TESTED_FOR = re.compile(
    r"[^.;]*\b(?:test|examin|analy[sz]|evaluat|assess|look|search|screen|correlat)\w*\s(?:[\w-]+\s){0,4}?"
    r"(?:associations?|correlations?|relationships?|predictors|(?:risk\s)?factors|correlated|(?:for|in)\srelation)\s"
    r"(?:(?:with|of|between|for|to)\s)(?:[\w-]+\s){0,3}",
    re.IGNORECASE,
)
_GIVEN_BEHIND = re.compile(
    r"\s(?:who\s|had\s|were\s|been\s|being\s|consecutively\s|all\s){0,3}(?:treated|receiving|received|given|exposed|consecutive|on)\b",
    re.IGNORECASE,
)


# "time to onset could be computed in 96 reports of A"
_KNOWN_IN = re.compile(
    r"\b(?:time[\s-]to[\s-]onset|time\sto\sevent|onset\stimes?|latency|latencies|dates?|outcomes?|information|data|details|ages?|sex|doses?|follow-up|interval|timing)\b"
    r"[^.;,()\d]{0,50}?\b(?:known|available|computed|computable|calculated|calculable|reported|given|recorded|told|stated|documented|evaluable|provided|missing|derived|present|specified|lacking)\s(?:only\s)?(?:in|for|from|by)\s(?:only\s)?$",
    re.IGNORECASE,
)


def _are_looked_at(layout: Layout, count: Count) -> bool:
    """Whether a number is of those in whom an event was looked for: "A was studied in 53 treated patients"."""
    if count.unit != "patients":
        return False
    behind = next((h for h in layout.heads if h.mention is not None and h.start >= count.end), None)
    if behind is not None and _TESTED_FOR.fullmatch(layout.text, count.end, behind.start):
        return True
    if not _GIVEN_BEHIND.match(layout.text, count.end):
        return False
    head = next((h for h in reversed(layout.heads) if h.mention is not None and h.end <= count.start), None)
    if head is None:
        return False
    if _WAS_LOOKED_AT.fullmatch(layout.text, head.end, count.start):
        return True
    return bool(
        _WE_LOOKED_AT.search(layout.text, 0, head.start) and _BEHIND_EVENT.fullmatch(layout.text, head.end, count.start)
    )


# "in 11 patients, that is in 9.6% of the patients"
_EVENT_WORDS = r"(?:AEs?|SAEs?|TEAEs?|ADRs?|events?|toxicities|reactions)"
_EVENTS_BEFORE = re.compile(
    rf"\b{_EVENT_WORDS}\b(?:(?!\b(?:patients?|subjects|persons|in|who|whom)\b)[^.;]){{0,60}}[,;:(–—-]\s?(?:and\s)?(?:only\s)?$",
    re.IGNORECASE,
)
_EVENTS_OF_WHICH = re.compile(
    rf"\b{_EVENT_WORDS}\b(?:(?!\b(?:patients?|subjects|persons|in|who|whom)\b)[^.;]){{0,40}},\s(?:and\s)?(?:(?:of|among)\s(?:which|these|them|those),?|including)\s(?:only\s)?$",
    re.IGNORECASE,
)
# "A accounted for 9/14 (64%) of the grade 3/4 events"
_OF_THE_EVENTS = re.compile(
    rf"[\s)\]%]*of\s(?:the|all|these|those)\s(?:(?:grades?|severe|serious|h(?:a)?ematologic\w*|toxic|adverse|reported|recorded|[IV\d/≥>–-]+|or|and|higher|to|\d+)\s){{0,6}}?{_EVENT_WORDS}\b(?!\sin\b)",
    re.IGNORECASE,
)
# "of these grade 4 episodes 42% evolved into"
_OF_THESE_EPISODES = re.compile(
    r"\b(?:of|among)\s(?:the|all|these|those)\s(?:[\w/-]+\s){0,4}?(?:episodes|events|cases),?\s(?:only\s|about\s)?$",
    re.IGNORECASE,
)
_OF_THEM = re.compile(
    r"\s?(?:of|among)\s(?:which|these|them|those)\b|[^()]*\bof\s(?:which|these|them|those)\b", re.IGNORECASE
)
# those counted before are affected, not merely treated
_HAD_SOMETHING = re.compile(
    rf"^(?!.*\b(?:treated|received|receiving|given|enrolled|included|recruited)\b).*\b(?:{_EVENT_WORDS}|infections?|occurred|developed|experienced|suffered)\b",
    re.IGNORECASE,
)
_OF_WHOM_SHARE = re.compile(r"\w+\sof\s(?:whom|which|them|these|those)\s?[(\[]", re.IGNORECASE)
_OF_SO_MANY = re.compile(
    rf"(?:^|;\s)\s*(?:of|among)\s(?:the\s|all\s|a\stotal\sof\s)*[\d,]+\s(?:(?!(?:patients|subjects|persons|participants|pts|the)\b)[\w/-]+\s){{0,5}}?{_EVENT_WORDS}\b[^;]*$",
    re.IGNORECASE,
)


def _as_events(layout: Layout, count: Count) -> Count:
    """A count of events where events are what is counted: "14 AEs reached grade 3, nine of which (64%) were A".

    The share in "in 14, nine of whom (64%) had A" is of the 14, no incidence.
    """
    text = layout.text
    if count.events is not None and count.unit != "patients" and _OF_THE_EVENTS.match(text, count.end):
        return replace(count, total=None, percent=None, ci_low=None, ci_high=None, unit="episodes")
    if count.percent is not None and count.events is None and _OF_THESE_EPISODES.search(text, 0, count.start):
        return replace(count, percent=None, ci_low=None, ci_high=None, unit="episodes")
    if count.total is None and count.unit not in ("patients", "cases", "cycles", "episodes"):
        is_part = _OF_THEM.match(text, count.start, count.end) or _OF_THEM.match(text, count.end)
        if (
            (is_part and _EVENTS_BEFORE.search(text, 0, count.start))
            or _EVENTS_OF_WHICH.search(text, 0, count.start)
            or (_OF_SO_MANY.search(text, 0, count.start) and "patients" not in text[count.start : count.end])
        ):
            return replace(count, percent=None, ci_low=None, ci_high=None, unit="episodes")
    if (
        count.percent is not None
        and count.events is not None
        and _OF_WHOM_SHARE.match(text, count.start, count.end + 1)
    ):
        whole = [c for c in layout.counts if c.end <= count.start and (c.events or 0) > (count.events or 0)]
        if (
            whole
            and _HAD_SOMETHING.search(text, 0, count.start)
            and agrees(whole[-1].events or 1, count.percent, count.events)
        ):
            return replace(count, percent=None, ci_low=None, ci_high=None)
    return count


_THAT_IS = re.compile(
    r"[\s,;(]*(?:that\sis|i\.\s?e\.|ie|viz\.?|or|corresponding\sto|equal\sto|amounting\sto|equivalent\sto|representing|thus|hence|making)"
    r",?\s(?:to\s|in\s|an?\s(?:\w+\s)?(?:incidence|rate|frequency|prevalence)\sof\s)?",
    re.IGNORECASE,
)
# "in 14 patients, with a cumulative incidence at 12 months of 12.7%"
_WITH_INCIDENCE = re.compile(
    r"[\s,;(–—-]*(?:with|for|giving|yielding|making|the|resulting\sin|corresponding\sto|i\.\s?e\.)\s(?:an?\s|the\s)?(?:[\w-]+\s){0,3}?"
    r"(?:incidence|rate|frequency|prevalence|probability|risk|proportion)\s(?:(?:at|by|over|in|within|after)\s(?:[\w-]+\s){1,3})?(?:of|being|was)\s",
    re.IGNORECASE,
)
_EACH_THAT_IS = re.compile(rf"(?:\seach|\sapiece)?{_THAT_IS.pattern}", re.IGNORECASE)


def _is_in_other_words(layout: Layout, count: Count, earlier: Statement) -> bool:
    """Whether a share says the number before the event again: "eleven patients had A, i.e. 9.6% of patients"."""
    before, shift = earlier.count, layout.view.start
    if count.percent is None or count.events is not None or count.unit == "cycles" or before.percent is not None:
        return False
    if before.events is None or before.unit in ("cycles", "episodes") or before.end > earlier.mention.start:
        return False
    return bool(_EACH_THAT_IS.fullmatch(layout.text, earlier.mention.end - shift, count.start))


_TREATED_BEHIND = re.compile(
    r"\s(?:who\s(?:were|had)\s)?(?:treated|given|receiving|exposed|on|consecutive)\b", re.IGNORECASE
)
_AMONG = re.compile(r"\b(?:among|of|in)\s(?:the\s|all\s|our\s|these\s|a\stotal\sof\s)*$", re.IGNORECASE)


def _is_of_how_many(layout: Layout, count: Count, head: Head | None, earlier: Statement) -> bool:
    """Whether a bare number behind an event tells its denominator: "14 cases of A in 120 patients"."""
    before = earlier.count
    if before.unit == "patients" and (count.events or 0) <= (before.events or 0):
        return False
    return (
        head is not None
        and head.mention is earlier.mention
        and (before.end - layout.view.start <= head.start or _is_of_all_at_once(layout, count, head, before))
        and head.end <= count.start
        and before.unit in ("cases", "episodes", "patients", "reports", None)
        and before.events is not None
        and before.total is None
        and before.percent is None
        and (count.unit in ("patients", "reports") or bool(_TREATED_BEHIND.match(layout.text, count.end)))
        and count.events is not None
        and count.total is None
        and (count.percent is None or count.events < before.events)
        and count.events != before.events
        and bool(_AMONG.search(layout.text[max(head.end, before.end - layout.view.start) : count.start]))
    )


_OF_ALL_AT_ONCE = re.compile(
    r"[)\]]?\s(?:among|of|out\sof|in)\s(?:the\s|all\s|our\s|these\s|a\stotal\sof\s)*", re.IGNORECASE
)


def _is_of_all_at_once(layout: Layout, count: Count, head: Head, before: Count) -> bool:
    """Whether nothing but "among" joins a number to the one of all: "identified 6 cases among 113 patients"."""
    shift = layout.view.start
    return head.end <= before.start - shift and bool(
        _OF_ALL_AT_ONCE.fullmatch(layout.text, before.end - shift, count.start)
    )


def _of_how_many(earlier: Statement, count: Count, shift: int) -> Statement:
    """Cases with their denominator, or with the patients that had them where these are fewer."""
    before = earlier.count
    if (count.events or 0) > (before.events or 0) and before.unit != "episodes":
        return replace(earlier, count=replace(before, total=count.events))
    if (count.events or 0) > (before.events or 0):
        return earlier
    return replace(earlier, count=replace(count, start=count.start + shift, end=count.end + shift))


def _completed(earlier: Statement, count: Count) -> Statement:
    """The statement with its denominator."""
    total = next((n for n in (earlier.count.total, count.total, count.events) if n is not None), None)
    if earlier.count.percent is not None or count.percent is None:
        return replace(earlier, count=replace(earlier.count, total=total))
    share = replace(earlier.count, total=total, percent=count.percent, ci_low=count.ci_low, ci_high=count.ci_high)
    return replace(earlier, count=share)


_CUMULATIVE = re.compile(
    r"\b(?:cumulative|actuarial|estimate\w*|Kaplan|probabilit\w+|rates?|incidences?|risks?)\b", re.IGNORECASE
)
_NUMBER_WORD = r"(?:\d+(?:\.\d+)?|one|two|three|four|five|six|nine|ten|twelve)"
_AT_TIME = re.compile(
    rf"\bat\s{_NUMBER_WORD}(?P<more>(?:,\s{_NUMBER_WORD})*,?\s(?:and|or)\s{_NUMBER_WORD})?[\s-](?:days?|weeks?|months?|years?)\b"
    rf"|\b{_NUMBER_WORD}(?P<more2>(?:-|,|\s)+(?:and|or)\s{_NUMBER_WORD})-(?:day|week|month|year)\b",
    re.IGNORECASE,
)


def _without_shares_by_time(
    layout: Layout, statements: Sequence[Statement], unused: Sequence[Unused]
) -> list[Statement]:
    """Cumulative shares at several times are not one number: "5% at one and 9% at two years" only names the event."""
    shares = [c for c in layout.counts if c.percent is not None and c.events is None]
    if len(shares) < 2:
        return list(statements)
    times = list(_AT_TIME.finditer(layout.text))
    is_apart = len(times) > 1 or any(m["more"] or m["more2"] for m in times)
    if not (is_apart and _CUMULATIVE.search(layout.text)):
        return list(statements)
    kept: list[Statement] = []
    for s in statements:
        if s.count.percent is None or s.count.events is not None:
            kept.append(s)
        elif not any(k.mention is s.mention and k.arm == s.arm for k in kept):
            kept.append(
                replace(
                    s, count=replace(s.count, percent=None, ci_low=None, ci_high=None), position=None, of_parallel=0
                )
            )
    return kept


def _with_shares(layout: Layout, statements: Sequence[Statement], unused: list[Unused]) -> list[Statement]:
    """Give "n of N" the percentage that stands apart and is the same share: "12 of 90 patients with A (13.3%)".

    One of a list of percentages is of something else.
    """
    free = [
        u
        for u in unused
        if u.count.percent is not None
        and u.count.events is None
        and u.count.total is None
        and len(layout.run_of(u.count)) == 1
    ]
    complete = []
    for s in statements:
        if s.count.events is not None and s.count.total is not None and s.count.percent is None:
            share = next((u for u in free if agrees(s.count.total or 1, u.count.percent, s.count.events)), None)
            if share is not None:
                unused.remove(share)
                free.remove(share)
                s = replace(s, count=replace(s.count, percent=share.count.percent))
        complete.append(s)
    return complete
