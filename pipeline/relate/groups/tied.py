"""Whether the words from an event to a later count say that the count is the event's.

    "A was seen in 12", "A: 5%", "A (5%)"            tied by a preposition, a copula, a colon
    "A in 5% on G-B and 3% on G-FC"                  the list of counts goes on
    "A was severe in 12", "A in 9 (grade 3 in 4)"    tied by a severity or grade at the count
    "A in 9, of whom 4", "5 of the 12 with A, 3"     a share of those affected
    "incidence of A among 183 patients was 6%"       183 is the denominator
    "A in 5%, and 12 died"                           the number has a verb of its own

Whatever speaks of something else between the two (a new clause, another name, a duration) unties them.
"""

from __future__ import annotations

import re

from pipeline.concepts.count import Count
from pipeline.concepts.regimen import CONTROL, LABEL
from pipeline.relate.groups.by_condition import condition_of
from pipeline.relate.groups.grading import grade_right_after, grade_right_before, limit_of, severity_beside
from pipeline.relate.groups.layout import Head, Layout, Region, blanked
from pipeline.relate.groups.subgroup import arm_beside, arm_right_before
from pipeline.relate.groups.wording import CLAUSE_END, NEW_CLAUSE, PARTICIPLE_AT_ONCE, RELATIVE_AT_ONCE, VERSUS, VETO

_TAIL = 60  # the last characters before a count, where the words that lead to it stand

_LEADING = (
    r"in|by|for|of|among|at|to|was|were|is|being|than|on|reached"
    r"|affected|affecting|followed|accompanied|complicated|involved|involving"
)
# "fell from 62% in those before to 39% in those after"
_CHANGED_FROM = re.compile(
    r"\b(?:fell|dropped|declined|decreased|reduced|lowered|rose|increased|went|changed|improved)\s(?:\w+ly\s)?from\s$",
    re.IGNORECASE,
)
# "A in three and, in one, vasculitis"
_OF_NEXT_NAME = re.compile(r"\band,\sin\s(?:only\s|another\s)?$", re.IGNORECASE)
_ABOUT = (
    r"thus|therefore|hence|accordingly|only|just|about|around|approximately|approx\.?|~|≈|nearly|almost|some|up\sto|as\smany\sas|a\stotal\sof"
    r"|the|all|another|additional|further|overall"
)
_PREPOSITION = re.compile(rf"\b(?:{_LEADING})\s+(?:(?:{_ABOUT})\s*)*$", re.IGNORECASE)
_LEAD = re.compile(
    rf"""
    (?:
        \b(?:{_LEADING}|are|affect|reported|recorded|observed|seen|noted|documented|including|with)
        | [:(\[=–—]
        | \s-
    )
    \s*
    (?:(?:{_ABOUT}|respectively,?|n\s?=|estimated\sat|to\sbe|found\sin|observed\sin|seen\sin|noted\sin)\s*)*$
    """,
    re.IGNORECASE | re.VERBOSE,
)
_PREDICATE = re.compile(
    r"""
    \s*(?:[)\]]\s*)?(?:of\s(?:whom|them|these|which|the\w*)\s*)?(?:,\s?)?(?:who\s)?
    (?:(?:also|all|both|each|then|later|subsequently|still)\s)?
    (?:were|was|had|have|has|did|could|went|came|got
        |received|required|needed|underwent|continued|discontinued|resumed|stopped|tested
        |developed|experienced|showed|presented|achieved|responded|completed|met
        |died|survived|recovered|resolved|improved|remained|relapsed)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
# "in nearly half of the patients with A (48.8%)"
_PART_OF_THOSE = re.compile(
    r"\b(?:half|third|quarter|majority|most|some|many|few)\sof\s(?:the\s|those\s|all\s)?(?:\w+\s)?"
    r"(?:with|who\shad|having|developing)\s(?:an?\s)?(?:[\w-]+\s)?$",
    re.IGNORECASE,
)
# "..., and 11% versus 7% of patients went off treatment"
_OTHER_FATE = re.compile(
    r"(?:\s(?:versus|vs\.?|v|and)\s[\d.\u00b7]+\s?%)?\s(?:of\s(?:the\s)?)?patients\s(?:who\s)?"
    r"(?:went\soff|came\soff|discontinued|stopped|withdrew|left|died|responded|relapsed|progressed|achieved|completed)\b",
    re.IGNORECASE,
)
_OF_WHOM = re.compile(
    r"\b(?:of\swhom|of\swhich|of\sthem|of\sthese|of\sthose|including|among\sthem|of\sthe\s\w+)\s*$", re.IGNORECASE
)
_OF_WHOM_AFTER = re.compile(r"[\s)\]]*(?:patients?\s)?of\s(?:whom|which|them|these)\b", re.IGNORECASE)
_BREAKDOWN = re.compile(r":\s*(?:only\s)?$")
_RELATIVE = re.compile(r"\b(?:which|who|whom)\b", re.IGNORECASE)
_GIVEN = re.compile(r"\b(?:treated\swith|receiv\w+|given|taking|on|under|after)\s(?:the\s)?$", re.IGNORECASE)
_DOSE_GIVEN = re.compile(r"\b(?:treated\swith|receiv\w+|given)\s(?:the\s|an?\s)?[\w-]+\sdose\b", re.IGNORECASE)
_ONLY_WITH = re.compile(
    r"[\s)\]]*(?:patients?\s|cases\s|subjects\s)?(?:with|without)\s(?:[\w/-]+\s){0,2}", re.IGNORECASE
)

# A denominator: "out of the 107", "incidence among all 183"
_DETERMINERS = r"(?:the\s|a\stotal\sof\s|all\s|these\s|our\s)*$"
OUT_OF = re.compile(rf"\b(?:out\sof|(?<!course\s)(?<!therapy\s)(?<!treatment\s)of)\s{_DETERMINERS}", re.IGNORECASE)
_AMONG = re.compile(rf"\b(?:among|in|of|for)\s{_DETERMINERS}", re.IGNORECASE)
_RATE_WORD = re.compile(r"\b(?:incidence|rates?|frequency|prevalence|risk|probability|proportion)\b", re.IGNORECASE)

# A list of counts goes on after a connector with function words alone
_CONNECTOR = re.compile(rf",|;|\b(?:and|or|{VERSUS}|than|while|whereas)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{2,}")
_NEW_VERB = re.compile(
    r"""
    \b
    (?!(?:treated|untreated|received|randomi[sz]ed|assigned|allocated|compared|exposed|unexposed|administered
        |observed|reported|noted|seen|recorded|developed|occurred|affected)\b)
    \w{2,}ed\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_FUNCTION_WORDS = frozenset(
    word
    for line in (
        "in with for of on the and or over all during at to by from among as under after than vs versus an which",
        "only just about approximately namely respectively overall another also even first thus ie total",
        "found corresponding representing giving was were had occurred developed observed seen noted reported recorded",
        "who those given treated receiving received affected",
        "patient patients subjects cases group groups arm arms cohort cohorts cycle cycles",
        "incidence rate frequency percentage proportion grade",
    )
    for word in line.split()
)


# "A was the most frequent toxicity; it was seen in 19"
_TAKEN_UP = re.compile(
    r"[\s)\]]*(?:[^;.\d]{0,90});\s(?:it|this|these|they)\s"
    r"(?=(?:was|were|occurred|developed|appeared|affected|complicated|has|had|came|accompanied)\b)",
    re.IGNORECASE,
)


def is_of_a_part(text: str, start: int) -> bool:
    """Whether the event at `start` is that of a part of those who had it."""
    return bool(_PART_OF_THOSE.search(text, max(0, start - 60), start))


def is_tied(layout: Layout, count: Count, event: Head) -> bool:
    """Whether a count belongs to the event before it in its region, by the words between."""
    region = layout.region_at(count.start)
    if _counts_those_given(layout, count, event):
        return False
    if _is_for_next_arm(layout, count, event) or _is_rate_of_all(layout, count, event):
        return True
    if _is_of_own_condition(layout, count, event):
        return True
    between = layout.without_grades(region, event.end, count.start)
    if _ADMITTED_FOR.search(layout.text, max(0, event.start - 60), event.start):
        between = _WAS_NEEDED.sub(lambda m: " was " + " " * (len(m[0]) - 5), between)
    tail = between[-_TAIL:]
    earlier = [c for c in layout.counts if event.end <= c.start and c.end <= count.start]
    if earlier and _are_grades_in_bracket(layout, event, earlier):
        earlier = []
    if is_of_a_part(layout.text, event.start):
        return False
    if _SAMPLED_AT.search(layout.text, 0, event.start) and between.count(",") and count.percent is None:
        return False
    if earlier and _OTHER_FATE.match(layout.text, count.end):
        return False
    is_implied = event.start == event.end  # those of the sentence before
    is_later = is_implied or any(c.end <= count.start for c in layout.counts)
    grade_before, grade_after = grade_right_before(layout, count), grade_right_after(layout, count)
    severity_before, severity_after = severity_beside(layout, count)
    if severity_before or grade_before or (is_later and (grade_after or severity_after or limit_of(layout, count))):
        return not VETO.search(_RELATIVE.sub(" ", between[-40:]))
    if between.strip() == "in" and _TOGETHER_WITH.search(layout.text, max(0, event.start - 40), event.start):
        return True
    if has_total_before(layout, event) or _OF_WHOM.search(tail) or _OF_WHOM_AFTER.match(layout.text, count.end):
        return False
    is_bare = count.percent is None and count.total is None
    if is_later and is_bare and _BREAKDOWN.search(tail) and not arm_beside(layout, count):
        return False
    if (said := _SAID_IN_ASIDE.match(between)) and not any(
        event.end <= h.start <= event.end + said.end() for h in layout.heads
    ):
        between = " " * said.end() + between[said.end() :]
    at_once = RELATIVE_AT_ONCE.match(between) or PARTICIPLE_AT_ONCE.match(between) or _TAKEN_UP.match(between)
    if at_once is not None:
        between = " " * at_once.end() + between[at_once.end() :]
    aside = _ASIDE_AT_ONCE.match(between)
    if aside is not None and not any(event.end <= c.start < event.end + aside.end() for c in layout.counts):
        between = " " * aside.end() + between[aside.end() :]
    between = _PARTICIPLE_ASIDE.sub(lambda m: " " * len(m[0]), between)
    if _is_of_one_dose(layout, between):
        return False
    if (
        _is_denominator(layout, count, event, region)
        or is_cause(layout.text, event.start)
        or is_object(layout.text, event.start)
    ):
        return False
    if _is_listed_by_condition(layout, count, event):
        return True
    if _OF_NEXT_NAME.search(tail):
        return False
    is_led = _LEAD.search(tail) or (
        _CHANGED_FROM.search(tail) and count.percent is not None and arm_beside(layout, count)
    )
    if not (earlier or is_led or not tail.strip(" ,") or arm_right_before(layout, count)):
        return False
    if earlier and _is_rate_of_all(layout, earlier[0], event) and _goes_on(layout, earlier[-1], count, region):
        return True  # "...; the frequency was 11% in A and 17% in B"
    new_statement = CLAUSE_END if region.parent is None else NEW_CLAUSE
    if new_statement.search(between) and not arm_beside(layout, count):
        return False
    if VETO.search(layout.without_times(_without_treatment(layout, between, event.end), event.end)):
        return False
    if earlier and not _goes_on(layout, earlier[-1], count, region):
        return False
    of_how_many = count.total is not None and bool(earlier) and earlier[-1].total is not None
    return of_how_many or ends_with_preposition(tail) or not _PREDICATE.match(layout.text, count.end)


# "with filgrastim given to 5"
_WAS_GIVEN = (
    r"(?:given|administered|used|prescribed|started|added|initiated|instituted)\s(?:to|in|for)\s"
    r"(?:only\s|just\s|all\s|another\s)?"
)
_GIVEN_TO = re.compile(
    rf"\s?(?:\([^()]*\)\s)?(?:(?:support|therapy|treatment|was|were|being|had\sto\sbe)\s)*{_WAS_GIVEN}", re.IGNORECASE
)
_GIVEN_LAST = re.compile(rf"{_WAS_GIVEN}$", re.IGNORECASE)  # a quick look, before the treatments are asked for
_GIVEN_REACH = 25  # characters of "administered for another "


def _counts_those_given(layout: Layout, count: Count, event: Head) -> bool:
    """Whether a number behind an event is of those given something against it."""
    if not _GIVEN_LAST.search(layout.text, max(event.end, count.start - _GIVEN_REACH), count.start):
        return False
    shift = layout.view.start
    return any(
        c.kind == "management"
        and event.end <= c.start - shift
        and c.end - shift <= count.start
        and _GIVEN_TO.fullmatch(layout.text, c.end - shift, count.start)
        for c in layout.view.courses
    )


_OF_THOSE = re.compile(r"(?:^|[;,]\s)\s*(?:of|among)\s(?:the\s|these\s|those\s|our\s|all\s)*$", re.IGNORECASE)


def _is_of_own_condition(layout: Layout, count: Count, event: Head) -> bool:
    """Whether those affected are parted by condition, each of all with it: "Of the seven with A, 5/47 had GPA"."""
    if count.total is None or count.events is None or not layout.conditions:
        return False
    for whole in layout.counts:
        if whole.start > event.start:
            break
        if (
            whole.total is None
            and count.events <= (whole.events or 0) < count.total
            and _OF_THOSE.search(layout.text, 0, whole.start)
        ):
            return condition_of(layout, count) is not None
    return False


def _are_grades_in_bracket(layout: Layout, event: Head, earlier: list[Count]) -> bool:
    """Whether a bracket right behind an event spreads it over grades: "A (grade 3 in 9, grade 4 in 14) arose in 23"."""
    region = layout.region_at(earlier[0].start)
    return (
        region.parent is not None
        and event.end < region.start <= event.end + 2
        and all(c.end <= region.end and grade_right_before(layout, c) for c in earlier)
    )


# "leukopenia was noted in five, with A in two of them"
_TOGETHER_WITH = re.compile(r"[\d\w)%],\s(?:together\s)?with\s(?:[\w-]+\s){0,2}$", re.IGNORECASE)
_RATE_OF_ALL = re.compile(
    r"[^;]{0,200}(?:;\s|,\s(?:and\s)?(?:with|giving|for|yielding|which\sgives|corresponding\sto|resulting\sin|that\sis|i\.e\.)\s|,\s(?=the\s))"
    r"(?:(?:over|during|in|throughout|across|for|within|by|according\sto)\s[^.;,\d]{3,50}?,?\s)?"
    r"(?:the\s|its\s|an?\s)?(?:(?:[\w.]+-(?:year|month|week|day)|cumulative|overall|crude|estimated|total|corresponding)\s){0,3}(?:incidence|frequency|prevalence|rate|figure|proportion)\s"
    r"(?:\w+\s(?:\w+\s)?years?\s)?(?:was|being|of)\s(?:thus\s)?",
    re.IGNORECASE,
)


def _is_rate_of_all(layout: Layout, count: Count, event: Head) -> bool:
    """Whether a clause of its own gives the rate of the event before: "23 had A; the cumulative incidence was 9%"."""
    return count.percent is not None and bool(_RATE_OF_ALL.fullmatch(layout.text, event.end, count.start))


_WITH = re.compile(r"\s(?:with|on|under|for|among|in|after)\s(?:the\s)?")
_AND_NEXT = re.compile(r"(?:,|\sand|,\sand|\sversus|\svs\.?)\s", re.IGNORECASE)


def _is_for_next_arm(layout: Layout, count: Count, event: Head) -> bool:
    """Whether a number goes on a list of arms behind a counted event: "28 reports of A with X and 4 with Y"."""
    before = [a for a in layout.arms if event.end <= a.start and a.end <= count.start]
    following = next((a for a in layout.arms if a.start >= count.end), None)
    if len(before) != 1 or following is None or count.unit not in (None, "patients", "reports", "cases"):
        return False
    return bool(
        any(c.end <= event.start for c in layout.counts)
        and _WITH.fullmatch(layout.text, event.end, before[0].start)
        and _AND_NEXT.fullmatch(layout.text, before[0].end, count.start)
        and _WITH.fullmatch(layout.text, count.end, following.start)
    )


# "A, after full recovery from chemotherapy, was seen in six"
_ASIDE_AT_ONCE = re.compile(
    r"(?:\s?\([^()]*\))?,\s(?!and\b|but\b|with\s|or\b)[^;:]{1,120}?,(?=\s(?:was|were|has\sbeen|occurred|developed|appeared|affected)\b)",
    re.IGNORECASE,
)
# "was assayed at baseline in 70 and, at A or a like time, in 52"
_SAMPLED_AT = re.compile(
    r"\b(?:assayed|measured|determined|sampled|collected|taken|drawn|obtained|quantified|tested)\b[^;]{0,80},\s(?:at|during)\s"
    r"(?:the\s)?(?:(?:time|onset|diagnosis)\sof\s)?$",
    re.IGNORECASE,
)
# "A, which was reversible, in 13%"
_SAID_IN_ASIDE = re.compile(
    r",\s(?:which\s(?:was|were)\s)?(?!and\b|but\b|with\s|or\b)[^,;:()\d]{3,50},(?=\s(?:in|affecting)\s(?:only\s)?$)",
    re.IGNORECASE,
)
# "hospitalisation for A was required in three"
_ADMITTED_FOR = re.compile(
    r"\b(?:hospitali[sz]ations?|(?:hospital\s)?admissions?)\s(?:for|because\sof|due\sto|with)\s(?:the\s)?(?:[\w-]+\s)?$",
    re.IGNORECASE,
)
_WAS_NEEDED = re.compile(r"\s(?:was|were|became)\s(?:required|needed|necessary)(?=\s(?:in|for|by)\b)", re.IGNORECASE)
_PARTICIPLE_ASIDE = re.compile(
    r",\s(?:requiring|needing|necessitating|leading|resulting|complicated|accompanied|treated|lasting|managed)\s[^,;.]{1,60},(?=\s(?:was|were|occurred|developed|appeared|affected|complicated|followed))",
    re.IGNORECASE,
)
_BY_DOSE = re.compile(
    r"\b(?:(?:after|during|following|with|before|upon|on)\s(?:the\s|their\s|an?\s)?"
    r"(?:first|initial|second|third|fourth|fifth|sixth|last|later|subsequent|further|repeat\w*|additional|previous)"
    r"|(?:,|and|or|but)\s(?:in\s)?(?:after\s|following\s|on\s|with\s|during\s|upon\s)?(?:an?\s|the\s)?"
    r"(?:re-?treatment|re-?exposure|re-?challenge|maintenance|(?:later|subsequent|further|repeat\w*|second|third)\s(?:courses?|cycles?|infusions?|doses?|ones?)))\b",
    re.IGNORECASE,
)


def _is_of_one_dose(layout: Layout, between: str) -> bool:
    """Whether a sentence splits those affected by dose: "after the first infusion in two, after the second in five"."""
    return bool(_BY_DOSE.search(between)) and len(_BY_DOSE.findall(layout.text)) > 1


_BY_GROUP = re.compile(
    r"[^.;:\d]{0,60}\b(?:by|in|per|for|across|according\sto)\b[^.;:\d]{0,60}:[^.;:\d]{0,12}|[^.;:\d]{0,20}:\s",
    re.IGNORECASE,
)


def _is_listed_by_condition(layout: Layout, count: Count, event: Head) -> bool:
    """Whether a list gives each condition its share: "incidence of A by disease: lupus 8%, vasculitis 5%"."""
    if count.percent is None or len(layout.conditions) < 2:
        return False
    if _goes_on_with_condition(layout, count, event):
        return True
    named = [c for c in layout.conditions if event.end <= c.start and c.end <= count.start]
    if not named or layout.text[named[-1].end : count.start].strip(" (,:="):
        return False
    return bool(_BY_GROUP.fullmatch(layout.text[event.end : named[0].start]))


_IN_NEXT = re.compile(
    r"(?:,\srespectively)?\)?(?:;|,)\s(?:(?:and|but|while|whereas)\s)?"
    r"(?:(?:the|its)\s(?:\w+\s)?(?:incidence|rate|frequency|prevalence|proportion|figure|share)\s)?(?:in|among|for|of)\s"
    r"(?:the\s|those\swith\s|patients\swith\s)?",
    re.IGNORECASE,
)
_IT_WAS = re.compile(
    r"(?:\s?\([^()]*\))?(?:\s(?:patients|cases|group))?,?\s(?:(?:it|this|that|the\s(?:rate|figure|incidence|frequency|proportion|corresponding\sfigure))\s)?"
    r"(?:was|were|is|reached|only)\s(?:only\s|just\s)?",
    re.IGNORECASE,
)
_ONLY_OF_NEXT = re.compile(
    r"[;,]\s(?:and|but|while|whereas|against|compared\swith|versus)\s(?:only\s|just\s)?", re.IGNORECASE
)
_OF_NEXT = re.compile(
    r"\s(?:of|in|for|among|with)\s(?:the\s|those\s|all\s)?(?:patients\s|people\s|children\s)?(?:with\s|who\shad\s|treated\sfor\s)?",
    re.IGNORECASE,
)


def _goes_on_with_condition(layout: Layout, count: Count, event: Head) -> bool:
    """Whether a clause goes on with the next condition: "in A (23%) and B (20%); in C it was 3%", "whereas 3% of C"."""
    earlier = [c for c in layout.counts if event.end <= c.start and c.end <= count.start]
    if not earlier or earlier[-1].percent is None:
        return False
    start = earlier[-1].end + (layout.text[earlier[-1].end : earlier[-1].end + 1] == ")")
    for condition in layout.conditions:
        if start <= condition.start and condition.end <= count.start:
            if _IN_NEXT.fullmatch(layout.text, start, condition.start):
                return bool(_IT_WAS.fullmatch(layout.text, condition.end, count.start))
        elif condition.start >= count.end:
            before = max([start] + [c.end for c in layout.conditions if c.end <= count.start])
            return bool(
                _ONLY_OF_NEXT.fullmatch(layout.text, before, count.start)
                and _OF_NEXT.fullmatch(layout.text, count.end, condition.start)
            )
    return False


_DURING = re.compile(
    r"\b(?<!count\s)(?<!counts\s)(?<!nadir\s)(?<!ANC\s)(?:at|on|from|since|around|before|until)\s(?:the\s|their\s)?(?:time|moment|onset|start|height|peak|presentation|diagnosis|detection|manifestation)s?\sof\s(?:the\s|their\s)?(?:[\w-]+\s)?$"
    r"|\bduring\s(?:the\s|their\s|an?\s|each\s)?(?:(?:episode|period|phase)s?\sof\s)?(?:[\w-]+\s)?$"
    r"|\b(?:complicated|accompanied|attended|overlapped(?:\swith)?|coincided\swith|preceded)\s(?:the\s|this\s|their\s|these\s)?(?:(?!by\b|with\b)\w+\s)?$"
    r"|\b(?:G-?CSF|filgrastim|growth\sfactors?|antibiotics?|transfusions?|support|immunoglobulins?|treatment)\s(?:[\w-]+\s){0,3}"
    r"(?:needed|required|given|necessary|used|administered|prescribed)\s(?:for|against|during)\s(?:the\s)?(?:\w+\s)?$"
    r"|\b(?:mortality|fatality|lethality|deaths?|recovery|duration|resolution|predictors?|risk\sfactors?|treatment|prophylaxis|management)\s"
    r"(?:rates?\s)?(?:of|from|due\sto|in|for|with|after|associated\swith|related\sto)\s(?:the\s)?(?:[\w-]+\s)?$",
    re.IGNORECASE,
)


def is_object(text: str, start: int) -> bool:
    """Whether the event at `start` is what a complication or treatment went with: "sepsis complicated the A"."""
    return bool(_DURING.search(text, max(0, start - 80), start))


# The last word of what leads to a cause, and how many words stand behind where it is, itself among them
_BEFORE_CAUSE, _MOST_BEFORE_CAUSE = frozenset({"of", "to", "by", "for"}), 3
_BECAUSE = re.compile(
    r"\b(?:because\sof|due\sto|owing\sto|caused\sby|secondary\sto|on\saccount\sof|as\sa\s(?:result|consequence)\sof|in\sthe\s(?:case|event|presence)\sof"
    r"|(?:withdrawn|discontinued|stopped|interrupted|delayed|postponed|reduced|withheld|terminated)\sfor)\s(?:\w+\s){0,2}$",
    re.IGNORECASE,
)


def is_cause(text: str, start: int) -> bool:
    """Whether the event at `start` is the reason for something that is counted: "delays because of A in nine"."""
    before = text[max(0, start - 50) : start]
    may_be_cause = not _BEFORE_CAUSE.isdisjoint(before.lower().split()[-_MOST_BEFORE_CAUSE:])
    return may_be_cause and bool(_BECAUSE.search(text, max(0, start - 50), start))


def ends_with_preposition(text: str) -> bool:
    """Whether the last words lead to a number: "was seen in only"."""
    return bool(_PREPOSITION.search(text))


def has_total_before(layout: Layout, head: Head) -> bool:
    """Whether "five of the 12 with" leads to an event: what follows is a share of those, not of all."""
    return any(
        c.total is not None and c.end <= head.start and _ONLY_WITH.fullmatch(layout.text, c.end, head.start)
        for c in layout.counts
    )


def _is_denominator(layout: Layout, count: Count, event: Head, region: Region) -> bool:
    """Whether a number behind an event is of how many: "incidence among 183 patients was 6%", "out of 107"."""
    if count.percent is not None or count.total is not None:
        return False
    between = region.between(event.end, count.start)
    if OUT_OF.search(between):
        return True
    rate = _RATE_WORD.search(layout.text, max(0, event.start - 60), event.start)
    has_later_share = any(c.start > count.end and c.percent is not None for c in layout.counts)
    return bool(rate and has_later_share and _AMONG.search(between))


def _without_treatment(layout: Layout, text: str, offset: int) -> str:
    """The text from `offset` with "treated with", "receiving" and the like left out where an arm follows."""
    for arm in layout.arms:
        if offset <= arm.start < offset + len(text):
            before = _GIVEN.sub(lambda m: " " * len(m[0]), text[: arm.start - offset])
            text = before + text[arm.start - offset :]
    text = without_groups(layout, text, offset)
    return _DOSE_GIVEN.sub(lambda m: " " * len(m[0]), text)


_WHO_GOT = re.compile(
    r"\b(?:who|that)\s(?:(?:had\s|have\s|were\s)?(?:received|given|got|treated\swith|taken|took)|had)\s(?:the\s)?$",
    re.IGNORECASE,
)


def without_groups(layout: Layout, text: str, offset: int) -> str:
    """The text from `offset` with the names of groups blanked: "the prophylaxis group", "those who did not"."""
    inside = [a for a in layout.arms if offset <= a.start and a.end <= offset + len(text)]
    for arm in inside:
        before = _WHO_GOT.sub(lambda m: " " * len(m[0]), text[: arm.start - offset])
        text = before + text[arm.start - offset :]
    return blanked(text, offset, *(a for a in inside if a.role in (LABEL, CONTROL)))


_LEADS_ON = re.compile(rf"{_PREPOSITION.pattern}|(?:,|;|\band|\bbut|\bor)\s$", re.IGNORECASE)


def _goes_on(layout: Layout, previous: Count, count: Count, region: Region) -> bool:
    """Whether the words from the count before to this one go on with the same event: no new name, no new verb."""
    text = layout.without_grades(region, previous.end, count.start)
    text = blanked(text, previous.end, *layout.arms, *layout.conditions)
    if previous.total is not None and count.total is not None and _LEADS_ON.search(text):
        return not _NEW_VERB.search(text)  # "in 3 of 40 with the low dose and in 9 of 80 with"
    lead = _CONNECTOR.split(text)[-1]
    return not _NEW_VERB.search(text) and all(w.lower() in _FUNCTION_WORDS for w in _WORD.findall(lead))
