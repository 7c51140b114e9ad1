"""Which head a count belongs to, where it does not share the place with others of a parallel list.

    "Fifteen patients (33%) had A"     the event behind a verb of having
    "12 severe A"                      the event that the number stands before
    "A was seen in 12"                 the event before (pipeline/relate/groups/tied.py)
    "A (41%), B (12%)"                 a bracket speaks of the phrase before it
    "(A 41%, B 12%)"                   unless an event stands in the bracket
    "A recurred: 3 had A again"        a recurrence is no count of the event

The event behind a count is tried before the one in front of it, and its own region before the words around a bracket.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.concepts.count import Count
from pipeline.relate.groups.layout import Head, Layout, Region, Spanning, blanked
from pipeline.relate.groups.tied import (
    ends_with_preposition,
    has_total_before,
    is_cause,
    is_object,
    is_of_a_part,
    is_tied,
    without_groups,
)
from pipeline.relate.groups.wording import ADJECTIVES, CLAUSE_END, LIST_GAP, NEW_CLAUSE, RELATIVE_AT_ONCE, VETO

_HAVING = re.compile(
    r"""
    \b(?:
        had|have|has|having|develop|develops|developed|developing|experienced|experiencing|suffer(?:ed|ing)\sfrom|suffered|suffering
        |exhibited|showed|showing|presented|presenting|with|became|becoming|manifested|encountered|demonstrated
        |displayed|sustained|(?:went|going|passed|lived)\sthrough|came\sdown\swith|(?:were|was)\s(?:\w+ly\s)?(?:affected|struck)\sby|(?:met|fulfilled|satisfied)\s(?:the\s|our\s)?(?:\w+\s)?(?:definitions?|criteri(?:a|on))\s(?:of|for)|met|fulfilled|acquired|(?<!common\s)(?<!frequent\s)(?<!one\s)being|got|in\swhom|whose
        |in\s(?:(?:each|both|all)\sof\s)?whom(?:\s[\w-]+){1,3}\s(?:was|were)\s(?:\w+\s)?(?:followed|complicated)\sby
        |(?:found|noted|seen|shown|known)\sto\s(?:be|have)|concerned|mentioned|described|listed|named|said|told\sof|specified|coded|cited|stated
        |progress(?:ed|ing)\sto|evolved\sin(?:to)?|(?:were|was)\s(?:\w+\s)?complicated\sby
        |(?:hospitali[sz]ed|admitted|(?:required|needed)\s(?:\w+\s)?(?:hospitali[sz]ation|admission))
            \s(?:for|with|because\sof|due\sto|owing\sto)
        |(?:were|was)(?=\s(?:\w+\s)?$)
    )\s+
    (?:of\s(?:[\w-]+\s){1,3}(?=and\s))?
    (?:and\s+)?
    (?:
        (?!(?:for|to|by|in|on|at|from|and|or|without|not|no|than|after|during|before|who|whom|which|that|because|if
            |evaluated|assessed|treated|included|analy[sz]ed)\b)
        [\w'’/-]+\s+
    ){0,6}$
    """,
    re.IGNORECASE | re.VERBOSE,
)
_HAVING_AT_ONCE = re.compile(
    r"""
    \s*(?:[)\]]\s*)?(?:of\s(?:the|these|them|whom|those|our)\s*)?(?:\w+\s){0,2}?
    (?:had|have|developed|experienced|suffered|showed|presented|with|became|were|was|met|fulfilled|satisfied|concerned|mentioned|described|listed|named|said|told|specified|coded|cited|stated)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_OF_TOTAL = re.compile(
    r"""
    (?:^|[,;:(]\s?|\b(?:and|that|while|whereas)\s)\s*
    (?:of|among|out\sof|in|from|across|considering|taking|counting)\s(?:the|these|all|our|a\stotal\sof|those)?\s*(?:the\s)?$
    """,
    re.IGNORECASE | re.VERBOSE,
)
_THOSE_WITH = re.compile(r"\s(?:with|who\s(?:had|developed|experienced))\s(?:an?\s)?(?:\w+\s){0,2}", re.IGNORECASE)
_AGAIN = re.compile(
    r"\s*(?:again|anew|once\smore|(?:for\s)?(?:a|the)\s(?:second|third)\stime|twice|repeatedly|recurr\w+|relaps\w+)\b",
    re.IGNORECASE,
)
_SECOND = re.compile(
    r"\b(?:second|third|another|further|repeated?|recurrent|subsequent|new)\s(?:\w+\s)?(?:episodes?|bouts?|attacks?|events?)\sof\s"
    r"|\b(?:recurrent|another|a\ssecond|a\sthird|a\sfurther|repeated?)\s$",
    re.IGNORECASE,
)
_ITEM_END = re.compile(r",|;|\band\b|\bor\b")
# ", and more patients in X had cutaneous reactions (": a name of its own behind the verb
_HAD_OTHER = re.compile(r"\b(?:had|experienced|developed|suffered)\s+(?=(?:[a-z][\w-]+\s*){1,4}$)", re.IGNORECASE)
# What goes on after a name instead of being another name: "A, mostly in men ("
_NO_NAME = re.compile(
    r"""
    (?:in|with|for|of|on|among|than|vs\.?|versus|compared|during|after|at|by|against|most|mainly|mostly|was|were|occurr
        |observed|seen|noted|reported|which|the\s(?:most|main|com)|all|any|both|respectively)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)


class Owner(NamedTuple):
    """The head that a count belongs to, if any; the reason to give where that is no event."""

    head: Head | None
    reason: str


_NOT_TIED = Owner(None, "not tied to the event by the words between")


def owner(layout: Layout, count: Count) -> Owner:
    """The head that a count belongs to: in its own region, else the one that its bracket speaks of."""
    found = _owner_within(layout, count)
    return found if found is not None else _owner_of_bracket(layout, layout.region_index(count.start))


def _owner_within(layout: Layout, count: Count) -> Owner | None:
    """The owner in the region of the count; None in a bracket that names nothing a count could belong to."""
    region = layout.region_at(count.start)
    heads = layout.heads_in(layout.region_index(count.start))
    left = max((h for h in heads if h.end <= count.start), key=lambda h: h.end, default=None)
    left = left and _event_taken_up(layout, count, heads, _event_of_each(layout, heads, left))
    right = min((h for h in heads if h.start >= count.end), key=lambda h: h.start, default=None)
    if right is not None and _is_of_several(layout, count, right):
        return Owner(None, "one of several groups' counts")
    if right is not None and _is_next(layout, count, right, region):
        if _AGAIN.match(layout.text, right.end) or _SECOND.search(region.between(count.end, right.start)):
            return Owner(None, "a recurrence")
        if left is not None and left.mention is None and _OF_WHOM.match(layout.text, count.end):
            return Owner(None, "a share of those with another event")
        if _counts_what_follows(layout, count, left, right, region):
            return Owner(right, "belongs to another event")
    shared = _shared_name(layout, count, region)
    if shared is not None:
        return Owner(shared, "belongs to another event")
    if left is not None:
        return Owner(left, "belongs to another event") if is_tied(layout, count, left) else _NOT_TIED
    return None if right is None and region.parent is not None else _NOT_TIED


_RESPECTIVELY = re.compile(r"[^.;\d]{0,30}\brespectively\b", re.IGNORECASE)


def _is_of_several(layout: Layout, count: Count, right: Head) -> bool:
    """Whether "5 and 7 cases of A, respectively" counts groups that stand elsewhere."""
    run = layout.run_of(count)
    return (
        len(run) > 1
        and run[-1].end <= right.start < run[-1].end + 40
        and bool(_RESPECTIVELY.match(layout.text, right.end))
    )


_FEBRILE = re.compile(r"febrile|fever|sepsis", re.IGNORECASE)
_HAD = re.compile(
    r"(?:[\s,)]|\b(?:patients?|cases|had|experienced|developed|suffered|showed|with|of|and|or|were)\b)*", re.IGNORECASE
)


def _shared_name(layout: Layout, count: Count, region: Region) -> Head | None:
    """The event that this count shares with the next one: "twelve had grade 3 and seven grade 4 A"."""
    following = next((c for c in layout.counts if c.start >= count.end), None)
    if following is None or layout.region_at(following.start) is not region:
        return None
    if (of_next := _of_next_arm(layout, count, following, region)) is not None:
        return of_next
    said: tuple[Spanning, ...] = (*layout.grades, *layout.severities)
    is_graded = any(count.end <= x.start and x.end <= following.start for x in said)
    if not is_graded or not _HAD.fullmatch(layout.without_grades(region, count.end, following.start)):
        return None
    right = min((h for h in layout.heads if h.start >= following.end), key=lambda h: h.start, default=None)
    if right is None or right.start >= region.end or not _is_next(layout, following, right, region):
        return None
    if right.mention is not None and _FEBRILE.search(right.mention.text):
        return None  # "four had grade 4 and two febrile A"
    between = layout.without_grades(region, following.end, right.start)
    return right if ADJECTIVES.fullmatch(between) and "," not in between else None


_AND_IN_ARM = re.compile(r"[\s)\]%]*(?:,|,?\sand|versus|vs\.?|but)\s(?:(?:in|on|with|of|among|for)\s)?(?:the\s)?")
_GROUP = re.compile(r"[\s-]?(?:groups?|arms?|cohorts?|patients|recipients)?,?\s?")


def _of_next_arm(layout: Layout, count: Count, following: Count, region: Region) -> Head | None:
    """The event behind two arms: "in X 81 patients (20%) and in Y 133 (19%) experienced A"."""
    between = [a for a in layout.arms if count.end <= a.start and a.end <= following.start]
    if len(between) != 1 or not (
        _AND_IN_ARM.fullmatch(layout.text, count.end, between[0].start)
        and _GROUP.fullmatch(layout.text, between[0].end, following.start)
    ):
        return None
    right = min((h for h in layout.heads if h.start >= following.end), key=lambda h: h.start, default=None)
    if right is None or not _is_next(layout, following, right, region):
        return None
    return right if _has(layout, following, right, layout.without_grades(region, following.end, right.start)) else None


_OF_WHOM = re.compile(r"\s?(?:\([^()]*\)\s)?of\s(?:whom|which|them|these|those)\b", re.IGNORECASE)
# "A in 15, with febrile A in five", "A in four (7%), once with a fever"
_COMMA_WITH = re.compile(
    r"[\s)\]%]*,\s?(?:(?:once|twice|always|mostly|often|usually|sometimes|never|each|\w+\stimes"
    r"|in\s(?:one|two|three|four|five|all|both|most|no)(?:\scases?)?)\s)?with\s",
    re.IGNORECASE,
)
# "A and B each occurred in two", "A and B, each in one", "A and B were seen in all 10", "A and B occurred in two each"
_EACH = re.compile(
    r",?\s(?:each|both)\s|\s(?:(?:was|were)\s(?:\w+\s)?|occurred\s|developed\s)in\s(?:all|both|every)\s"
    r"|\s(?:(?:was|were)\s(?:\w+\s)?|occurred\s|developed\s)in\s[^.;,()]{1,24}\seach\b",
    re.IGNORECASE,
)


def _event_of_each(layout: Layout, heads: Sequence[Head], last: Head) -> Head:
    """The event of a list said of "each" or in "all" behind its last name, else that name."""
    if last.mention is not None or not _EACH.match(layout.text, last.end):
        return last
    for head in reversed([h for h in heads if h.end <= last.start]):
        if head.mention is not None and LIST_GAP.fullmatch(layout.text[head.end : last.start]):
            return head
    return last


_IT_WAS = re.compile(r";\s(?:it|this|they|these)\s(?:was|were|reached|had\sbeen)\s[^;]*", re.IGNORECASE)


def _event_taken_up(layout: Layout, count: Count, heads: Sequence[Head], last: Head) -> Head:
    """The event that opens the sentence where a clause goes on with "it": "A in four, once with B; it was grade 4"."""
    first = heads[0]
    clause = layout.text.rfind(";", last.end, count.start)
    if last.mention is not None or first.mention is None or clause < 0 or layout.text[: first.start].strip():
        return last
    return first if _IT_WAS.fullmatch(layout.text, clause, count.start) else last


def _is_next(layout: Layout, count: Count, right: Head, region: Region) -> bool:
    """Whether neither another count of the region nor the end of a clause stands between a count and an event."""
    index = layout.region_index(count.start)
    return not CLAUSE_END.search(region.between(count.end, right.start)) and not any(
        count.end <= c.start < right.start
        and layout.region_index(c.start) == index
        and not (c.unit == "episodes" and c.percent is None)
        and not _is_aside(layout, count, c, right)
        for c in layout.counts
    )


# "three of the first group, as opposed to none of the second, had A"
_OPPOSED = re.compile(
    r"[^.;,()]{0,40},\s(?:as\s)?(?:out\sof|opposed\sto|compared\s(?:with|to)|in\scontrast\s(?:to|with)|unlike|versus|vs\.?|against)\s(?:only\s|a\stotal\sof\s|the\s|all\s|our\s)*",
    re.IGNORECASE,
)

# "eight patients, out of 53 treated, had A"
_OUT_OF = re.compile(r",\s(?:out\s)?of\s(?:the\s|all\s|a\stotal\sof\s|our\s)*", re.IGNORECASE)


def _is_aside(layout: Layout, count: Count, other: Count, right: Head) -> bool:
    """Whether another group's number stands between two commas, set against the first."""
    is_closed = "," in layout.text[other.end : right.start]
    return is_closed and bool(
        _OPPOSED.fullmatch(layout.text, count.end, other.start)
        or _OUT_OF.fullmatch(layout.text, count.end, other.start)
    )


def _counts_what_follows(layout: Layout, count: Count, left: Head | None, right: Head, region: Region) -> bool:
    """Whether a count is of the event behind it: "12 severe A", "12 patients had A"; not "of the 90 with A"."""
    before = region.between(region.start, count.start)
    if _in_persons(layout, count, right, region) or _stopped(layout, count, right, region):
        return True
    if _OF_TOTAL.search(before):
        return bool(_THOSE_WITH.fullmatch(layout.without_grades(region, count.end, right.start)))
    between = layout.without_grades(region, count.end, right.start)
    if left is not None and left.mention is not None and _COMMA_WITH.match(between) and ends_with_preposition(before):
        return False  # "A in 15, with febrile A in five"
    is_adjective = ADJECTIVES.fullmatch(between) and "," not in between.strip(" )")
    if is_adjective and not (left is not None and ends_with_preposition(before) and _is_near(left, count, region)):
        return True
    return _has(layout, count, right, between)


def _is_near(left: Head, count: Count, region: Region) -> bool:
    """Whether an event stands shortly before a count, in the same clause."""
    between = region.between(left.end, count.start)
    return len(between) < 60 and not CLAUSE_END.search(between)


_IN_OTHERS = re.compile(
    r"\b(?:in|among|than|between|from|for)\s(?:the\s|all\s)?(?:those|patients|subjects|individuals|persons|children|people)\s"
    r"(?:who|with|that)\b"
    r"|\b(?:of|among)\s(?:which|these|them)\s(?:the\s)?(?:most|main|chief|leading|commonest|predominant)\b"
    r"|[,;]\s(?:and\s)?(?:by\sfar\s)?the\s(?:single\s)?(?:most|main|chief|leading|commonest|predominant|principal|major)\b"
    r"|\b(?:third|half|quarter|some|most|many|few|majority|several|part)\sof\s",
    re.IGNORECASE,
)
# "grade 3 toxicity in 56%, with A being the most frequent (23%)"
_COMMA_THEN_WITH = re.compile(r",\s(?:mostly\s|mainly\s|chiefly\s)?with\s(?:[\w-]+\s){0,3}$", re.IGNORECASE)
_LEADS_THEM = re.compile(
    r"\s(?:\([^()]*\)\s)?(?:being|as|was|the\smost|the\smain|most|predominat\w+|leading)\b|\s?\(\s?(?:n\s?=\s?)?\d",
    re.IGNORECASE,
)
_WE = re.compile(r"\bwe\b", re.IGNORECASE)


def _has(layout: Layout, count: Count, right: Head, between: str) -> bool:
    """Whether a verb of having leads from the persons counted to an event; a bare number needs it at once."""
    conditions = [x for x in layout.conditions if count.end <= x.start and x.end <= right.start]
    after = blanked(between, count.end, *conditions)
    is_bare = count.unit is None and count.percent is None and count.total is None
    if _IN_OTHERS.search(between) or (_COMMA_THEN_WITH.search(between) and _LEADS_THEM.match(layout.text, right.end)):
        return False  # "was measured in 40: it fell in those who had A", "in 40 patients, the commonest being A"
    return bool(_HAVING.search(after)) and not _WE.search(after) and (not is_bare or bool(_HAVING_AT_ONCE.match(after)))


_IN_PERSONS = re.compile(
    r"(?:^|[,;:(]\s?|\b(?:and|that|while|whereas|but)\s)\s*in\s(?:only\s|another\s|a\sfurther\s)?$", re.IGNORECASE
)
_CAUSED = re.compile(
    r"\b(?:followed|complicated|accompanied|limited|interrupted)\sby\s$|\b(?:led\sto|caused|induced|resulted\sin|there\s(?:was|were)|(?:we|they)\s\w+ed|we\s(?:saw|found))\s$",
    re.IGNORECASE,
)
_OCCURRED = re.compile(
    r"\s(?:\([^()]*\)\s)?(?:(?:was|were|has\sbeen|had\sbeen|could\sbe)\s(?:\w+ly\s)?(?:also\s)?"
    r"(?:seen|observed|noted|recorded|reported|documented|found|diagnosed|detected|registered|identified|present|coded|listed|named|mentioned)"
    r"|occurred|developed|appeared|ensued|followed|emerged|set\sin|(?:was|were)\s(?:severe|profound|mild|moderate|grade|febrile))\b",
    re.IGNORECASE,
)


def _in_persons(layout: Layout, count: Count, right: Head, region: Region) -> bool:
    """Whether a clause opens with those in whom the event behind occurred: "In 8 patients, A was recorded"."""
    if not _IN_PERSONS.search(region.between(region.start, count.start)):
        return False
    end = min((h.start for h in layout.heads if h.start >= right.end), default=region.end)
    later = [c for c in layout.counts if right.end <= c.start < end and layout.region_at(c.start) is region]
    if (
        later
        and not CLAUSE_END.search(region.between(right.end, later[0].start))
        and not _AND_IN.search(region.between(right.end, later[0].start))
        and count.total is None
        and count.percent is None
    ):
        return False  # "in 120 patients, A was seen in 8"
    between = layout.without_grades(region, count.end, right.start)
    if len(between) > 60 or _AND_ANOTHER.search(between):
        return False
    told = _OCCURRED.match(region.text, right.end - region.start) or _is_low_count(right)
    return bool(_CAUSED.search(between.rstrip() + " ")) or (
        told is not None and told is not False and not VETO.search(_DELAYED.sub(" ", between))
    )


# "in 48% of the B group, and infections occurred in 17%"
_DELAYED = re.compile(r"\bdelayed[-\u2010\s]onset\b|\bdelayed\s$", re.IGNORECASE)
_AND_ANOTHER = re.compile(r",\s(?:and|but|while|whereas)\b|\band\s+$", re.IGNORECASE)
_AND_IN = re.compile(r"\band\s(?:also\s)?(?:in|for)\s(?:only\s|another\s)?$", re.IGNORECASE)
_STOP = re.compile(r"\b(?:discontinu|withdr[ae]w|stopp|ceas|terminat)\w*", re.IGNORECASE)
_STOPPED = re.compile(r"\s(?:\w+\s){0,6}(?:because\sof|due\sto|owing\sto|for)\s(?:\w+\s){0,2}", re.IGNORECASE)


def _stopped(layout: Layout, count: Count, right: Head, region: Region) -> bool:
    """Whether those counted stopped the drug for the event behind: "two stopped because of A"."""
    between = layout.without_grades(region, count.end, right.start)
    return (
        is_cause(layout.text, right.start)
        and bool(_STOPPED.fullmatch(between))
        and bool(_STOP.search(region.between(region.start, right.start)))
    )


def _is_low_count(head: Head) -> bool:
    """Whether an event is told as a fall of the count below a limit: a clause of its own."""
    return head.mention is not None and any(c.isdigit() for c in head.mention.text)


# ---- brackets


def _owner_of_bracket(layout: Layout, index: int) -> Owner:
    """The head that a bracket speaks of: the nearest one in the phrase before it."""
    region = layout.regions[index]
    parent_index = region.parent or 0
    parent = layout.regions[parent_index]
    behind = _named_behind_grades(layout, region, parent) or _named_behind_share(layout, region, parent)
    if behind is not None:
        return Owner(behind, "belongs to another event")
    before = (h for h in layout.heads_in(parent_index) if h.end <= region.start)
    left = max(before, key=lambda h: h.end, default=None)
    if left is None:
        return _owner_of_bracket(layout, parent_index) if parent_index else Owner(None, "no event before the bracket")
    between = layout.without_grades(parent, left.end, region.start - 1)
    if left.mention is not None and _ends_with_other_name(layout, between, left.end):
        return Owner(None, "the bracket belongs to another name")
    if left.mention is not None and (
        has_total_before(layout, left)
        or _compares_affected(layout, left)
        or is_object(layout.text, left.start)
        or is_of_a_part(layout.text, left.start)
    ):
        return Owner(None, "said of patients with the event")
    at_once = RELATIVE_AT_ONCE.match(between)
    between = between[at_once.end() :] if at_once else without_groups(layout, between, left.end)
    if (
        NEW_CLAUSE.search(between)
        or _TOLD_BEHIND.search(between)
        or VETO.search(between)
        or _OF_ONE_CYCLE.search(between)
    ):
        return Owner(None, "another statement stands between event and bracket")
    return Owner(left, "belongs to another event")


_NEXT_GRADE = re.compile(r"\s*(?:(?:,|and|or|,\sand|/|versus)\s*)+")


def _named_behind_grades(layout: Layout, region: Region, parent: Region) -> Head | None:
    """The event behind grades that each have a bracket: "grade 3 (23 events) and grade 4 (12 events) A"."""
    opens = region.start - 1
    if not any(g.end <= opens and not layout.text[g.end : opens].strip() for g in layout.grades):
        return None
    right = next((h for h in layout.heads if h.start > region.end), None)
    following = [g for g in layout.grades if g.start > region.end and (right is None or g.end <= right.start)]
    if right is None or layout.text[region.end + 1 : right.start].strip() == "":
        return right
    between = layout.without_grades(parent, region.end + 1, right.start)
    return right if following and _NEXT_GRADE.fullmatch(between) else None


_PART_OF_PATIENTS = re.compile(
    r"\b(?:fewer|less)\sthan\s[\d.]+\s?%\s?$|\bone\s(?:in|out\sof)\s(?:every\s)?\w+\s(?:patients|subjects|children)\s?$"
    r"|\b(?:half|thirds?|quarters?|fifths?|tenths?|majority|most|many|minority|proportion|few|several|some|nearly\sall|almost\sall)\s(?:of\s)?(?:the\s|our\s|all\s|these\s)?"
    r"(?:\w+\s)?(?:patients|subjects|participants|children|recipients|cohort|women|men)\s?$",
    re.IGNORECASE,
)


# "few cases (3%) of febrile A"
_CASES = re.compile(r"\b(?:cases?|episodes?|instances?|occurrences?|events?)\s?$", re.IGNORECASE)
_OF_EVENT = re.compile(r"\sof\s(?:[\w-]+\s){0,2}", re.IGNORECASE)


def _named_behind_share(layout: Layout, region: Region, parent: Region) -> Head | None:
    """The event that a share in words has, its figure in the bracket: "one third of patients (33%) developed A"."""
    share = next((c for c in layout.counts if region.start <= c.start and c.end <= region.end), None)
    if share is None:
        return None
    right = next((h for h in layout.heads if h.start > region.end), None)
    if right is None or any(region.end < c.start < right.start for c in layout.counts):
        return None
    between = layout.without_grades(parent, region.end + 1, right.start)
    if _CASES.search(layout.text, parent.start, region.start - 1) and _OF_EVENT.fullmatch(between):
        return right
    if not _PART_OF_PATIENTS.search(layout.text, max(parent.start, region.start - 60), region.start - 1):
        return None
    is_clause = CLAUSE_END.search(between) or "," in between
    return right if not is_clause and _has(layout, share, right, between) else None


_TOLD_BEHIND = re.compile(r";\s(?:\S+\s){2,}", re.IGNORECASE)  # "; cutaneous reactions were commoner (7%)"
_OF_ONE_CYCLE = re.compile(r"\b(?:cycle|course|infusion|week|month|day)\s\d+\s*$", re.IGNORECASE)
_OF_PERSONS = re.compile(r"\b(?:in|with|for|among|of)\s", re.IGNORECASE)
_PERSONS_WITH = re.compile(
    r"\b(?:patients|those|subjects|cases|individuals|children|group)\s(?:with|who\s(?:had|developed))\s"
    r"(?:(?!had|have|developed|experienced|showed)\w+\s){0,2}$",
    re.IGNORECASE,
)
_THAN = re.compile(r"\b(?:than|without|versus|vs\.?|compared|no|controls?)\b", re.IGNORECASE)
_PATIENTS_AT_ONCE = re.compile(r"\s(?:patients|pts|cases|subjects|group)\s?[(\[]", re.IGNORECASE)


def _compares_affected(layout: Layout, head: Head) -> bool:
    """Whether those with the event are set against others: "in patients with A (8 of 15) than in those without"."""
    are_named = _PERSONS_WITH.search(layout.text, 0, head.start) or _PATIENTS_AT_ONCE.match(layout.text, head.end)
    return bool(are_named) and bool(_THAN.search(layout.text, head.end))


def _ends_with_other_name(layout: Layout, between: str, offset: int) -> bool:
    """Whether the last list item before a bracket is a name of its own ("..., infusion reactions (")."""
    items = _ITEM_END.split(between)
    last = items[-1].strip()
    if len(items) == 1 or not last:
        return False
    end = offset + len(between)
    begin = end - len(items[-1])
    own = _HAD_OTHER.search(last)
    if own is not None and not any(
        h.start < end and offset + len(between) - len(last) + own.end() <= h.start for h in layout.heads
    ):
        return True
    is_known = bool(
        any(a.start < end and begin < a.end for a in layout.arms)
        or (_OF_PERSONS.search(between) and any(x.start < end and begin < x.end for x in layout.conditions))
        or any(begin <= c.start < end for c in layout.counts)
    )
    return not is_known and not _NO_NAME.match(last)
