"""Nadir, duration, management and outcome of the event in group rows.

"median ANC nadir 0.55 (range 0.06-0.9)"       nadir 0.55
"one had a count of 0.02"                      nothing: one person's
"lasted a median of 14 days"                   duration 14
"recovered a median of 4 days after G-CSF"     no duration
"three received filgrastim"                    gcsf
"antibiotics for pneumonia in 15 of all 120"   nothing: not of those with the event
"all recovered", "reversible neutropenia"      resolved
"nine of the twelve recovered"                 nothing
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.concepts.course import Course
from pipeline.concepts.interval import Interval
from pipeline.concepts.numbers import words_value
from pipeline.concepts.phrases import AnyOf
from pipeline.relate.context import SentenceView
from pipeline.relate.groups.article import GroupArticle
from pipeline.relate.groups.subject import is_of_another
from pipeline.relate.groups.wording import DEGREE_CLOSES

if TYPE_CHECKING:
    from pipeline.relate.groups.rows import Row

_CENTRE_BEHIND = re.compile(
    r"\s(?:\([^()]{1,40}\)\s)?(?:in\sthe\s(?:median|mean|average)|on\saverage|as\s(?:a|the)\s(?:median|mean))\b",
    re.IGNORECASE,
)
# "severe in 12 (average 0.13)", behind a count whose cells are named
_CENTRE_IN_BRACKET = re.compile(
    r"\((?:with\s)?(?:an?\s|the\s)?(?:median|mean|average)\s(?P<named>(?:(?:lowest|absolute|neutrophil|granulocyte|ANC|count|nadir)\s){0,4})"
    r"(?:of\s|was\s|at\s|[=:]\s?)?(?P<value>\d\.\d{1,3})(?=[),;\s])",
    re.IGNORECASE,
)
# "the mean of the lowest counts recorded after 4 weeks was"
_CENTRE_OF_LOWEST = re.compile(
    r"\b(?:median|mean|average)\s(?:of|among)\s(?:the\s|their\s|all\s)*(?:individual\s)?(?:lowest|nadirs?|minimum)\b[^.;]{0,70}?\b(?:was|were|of|at|amounted\sto)\s(?:only\s)?$",
    re.IGNORECASE,
)
_OF_ANOTHER_LENGTH = re.compile(
    r"\b(?:treatment|therapy|response|exposure|remission|study|infusion|disease|depletion|use|stay)(?:\sduration|\stime)\b|"
    r"\b(?:exposure|follow-?up|treatment|therapy|observation)(?:\stime|\speriod)?\s(?:of|was)\s|"
    r"\b(?:duration|length)\sof\s(?:the\s)?(?:\w+\s)?(?:treatment|therapy|response|exposure|remission|disease|rituximab|"
    r"follow|stay|hospital\w*|use|G-?CSF|fever|antibiotic\w*|depletion)|"
    r"\b(?:depletion|remission|response|treatment|therapy|infection|fever|stay|hospitali[sz]ation)\s(?:had\s)?lasted\s|"
    r"\b(?:over|during)\s(?:a\s)?(?:median|mean|average)\s(?:of\s)?$",
    re.IGNORECASE,
)
_BY_SUBSET = re.compile(
    r"(?:\s?\([^()]*\))?\s(?:in|for|among|with)\s(?:those|the\s\w+|patients|cases|\w+)[^.;]{0,60}?"
    r"(?:\band|versus|vs\.?|compared\s(?:with|to)|but)\s(?:only\s)?\d",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"[\s,(]*(?:with\s|and\s)?(?:an?\s|the\s)?(?:median|mean|average)\s(?:of\s|was\s)?")
_SPREAD = re.compile(r"\d\s?(?:±|\+/-)")
_TIME_SPREAD = re.compile(r"\s?(?:±|\+/-)\s?[\d.]+\s?(?:days?|weeks?|months?|years?|hours?|%)", re.IGNORECASE)
_AS_A_TIME = re.compile(  # "the time to neutrophil recovery", "after recovery"
    r"\b(?:took\b[^.;]{0,60}\sto|time\s(?:to|of|until)|until|till|after|following|before|upon|at)\s(?:(?:neutrophil|ANC|count|complete|full|the)\s){0,2}$",
    re.IGNORECASE,
)
_RECOVERED = re.compile(r"\b(?:recover\w*|resol\w+|normali\w+|returned)\b", re.IGNORECASE)
_TREATMENT = frozenset({"gcsf", "antibiotics", "hospitalisation", "ivig", "corticosteroids"})
_OF_THE_DRUG = frozenset({"drug_discontinued", "drug_withheld", "drug_switched"})
_DONE = re.compile(
    r"\b(?:receiv\w+|requir\w+|need\w*|treat(?:ed|ment)|given|gave|administered|administration|hospitali[sz]\w*|"
    r"admi\w+|started|begun|(?:initiat|start|introduc|commenc|institut)\w*|used|use|necessary|called\sfor|supported|support|managed|initiated|prescribed|got|"
    r"(?:responded|responsive|response)\sto)\b",
    re.IGNORECASE,
)
_GIVEN_BY = re.compile(
    r"\b(?:with|by|after|on|under|following|to|upon|than)\s(?:[\w-]+\s){0,3}$|\b(?:had|took)\s$", re.IGNORECASE
)
_WORKED = re.compile(
    r"\s[^.;]{0,40}?\b(?:made|led|brought|accelerated|shortened|hastened|sped|was\s(?:effective(?!\s(?:in|at|for|against)\s(?:the\s)?(?:prevent|reduc|lower|prophyl))|practicable|beneficial)|resulted|restored)\b",
    re.IGNORECASE,
)
# "G-CSF in 4 pts", "Antibiotics in three"
_IN_PATIENTS = re.compile(
    r"\s(?:in|to|for)\s(?:only\s)?(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|all)\s(?:of\s\w+\s)?(?:patients?|pts?|cases?|episodes?)\b"
    r"|\s?\(n\s?=\s?\d",
    re.IGNORECASE,
)
_BACK = re.compile(r"\b(?:recur\w*|relaps\w*|came\sback|no\sfurther|again)\b", re.IGNORECASE)
_ADVICE = re.compile(
    r"\b(?:whether|should|recommend\w*|consider\w*|may|might|could|advis\w+|weighed|warrant\w*|would)\b", re.IGNORECASE
)
# "more often, despite increased use of G-CSF": given against it beforehand
_DESPITE = re.compile(
    r"\b(?:despite|in\sspite\sof|notwithstanding)\s(?:the\s|an?\s)?(?:(?:increased|routine|regular|more|frequent|higher|greater|primary|prophylactic)\s)*"
    r"(?:(?:use|rates?|administration|addition)\sof\s)?(?:primary\s|prophylactic\s)?$",
    re.IGNORECASE,
)
_ALL = re.compile(r"\b(?:all|both|each|every|everyone|everybody|counts)\b", re.IGNORECASE)
_ALL_OF_SO_MANY = re.compile(
    r"\ball\s(?:of\s)?(?:the\s|these\s)?(?P<n>\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b(?!\s?%)"
    r"(?![^.;,]{0,30}\b(?:episodes|events|courses|infections|cycles)\b)",
    re.IGNORECASE,
)
_EXCEPT = re.compile(
    r"\b(?:except\w*|(?:all|any|every)\s(?:the\s)?others?\b|apart\sfrom|all\sbut|remainder|the\s(?:others|rest|remaining)|but\s(?:one|two|three|1|2|3)|nearly\sall|almost\sall|not\sall)\b",
    re.IGNORECASE,
)
_ENDED_BY_NAME = re.compile(
    r"\b(?:transient|reversible|self-?\s?limit(?:ed|ing)|temporary)\s(?:and\s\w+\s)?(?:(?:grade|severe|mild)[\w\s/-]*\s)?$",
    re.IGNORECASE,
)
# "in 9 (30%), which were transient", "but was reversible", "; all were self-limited": right behind the row's number
_ENDED_BEHIND = re.compile(
    r"[\s)\]%]*(?:of\s(?:the\s)?(?:patients|cases)\s?)?(?:\([^()]*\)\s?)?"
    r"(?:,?\s?(?:all\sof\s)?(?:which|that)|;\s(?:it|this|they|these|all(?:\s(?:cases|episodes|events))?)|"
    r",?\s?(?:but|and|yet)(?:\s(?:it|this|they|these|all))?)?\s?"
    r"\b(?:was|were|proved|is|are)\s(?:to\sbe\s)?(?:all\s|always\s|invariably\s|rapidly\s|completely\s|fully\s|brief,?\s)?"
    r"(?P<end>transient|reversible|self-?\s?limit(?:ed|ing)|temporary|short-?lived|transitory)\b",
    re.IGNORECASE,
)
_MAY_HAVE_ENDED = AnyOf(("transi", "reversible", "limit", "temporary", "lived"))
_ENDED_OF_ITSELF = re.compile(
    r"\b(?:it|they|LON|EON|neutropenia|agranulocytosis|episodes?)\s(?:was|were|proved|is|are)\s"
    r"(?:always\s|invariably\s|rapidly\s|completely\s|fully\s)?"
    r"(?P<end>transient|reversible|self-?\s?limit(?:ed|ing)|temporary|short-?lived)\b",
    re.IGNORECASE,
)
# "Most episodes were self-limiting"
_OF_SOME = re.compile(
    r"\b(?:most|majority|many|some|several|few|half|third|nearly\sall|almost\sall|\d+\s?%|(?:\d+|two|three|four|five|six|seven|eight|nine|ten)\sof)\b"
    r"[^.;,]{0,40}$",
    re.IGNORECASE,
)
_MAY_BE_UNTREATED = AnyOf(("treatment", "therapy", "intervention"))
_UNTREATED = re.compile(
    r"\b(?:none|no\s(?:patients?|one|cases?|episodes?)|neither)\b[^.;,]{0,30}?\b(?:required|needed|received|was\sgiven|were\sgiven|called\sfor)\s"
    r"(?:any\s|specific\s|active\s)?(?:treatment|therapy|intervention)\b|"
    r"\b(?:required|needed|received|called\sfor)\sno\s(?:specific\s|active\s)?(?:treatment|therapy|intervention)\b[^.;,]{0,12}?\b(?:any|all)\b|"
    r"(?<=,\s)(?:which|that)\s(?:all\s|both\s)?(?:required|needed|received|called\sfor)\sno\s(?:specific\s|active\s)?(?:treatment|therapy|intervention)\b",
    re.IGNORECASE,
)
_ALL_DID = re.compile(r"\band\s(?:all|both|everyone)\s(?:\w+\s)?$", re.IGNORECASE)
_SELF_LIMITED = re.compile(r"self|conservativ|expectant", re.IGNORECASE)
_HEDGED = re.compile(
    r"\b(?:usually|generally|typically|commonly|often|mostly|may|might|should|could|would|as\sa\srule|in\sgeneral"
    r"|in\s(?:most|many|the\smajority))\b",
    re.IGNORECASE,
)
# "Most patients (69%) were treated with filgrastim": the number makes a fact of it
_COUNTED_SHARE = re.compile(
    r"\b(?:most|majority|many|some|several|few)\b[^.;()]{0,40}[(\[](?:n\s?=\s?)?\d", re.IGNORECASE
)
_OTHER_REASON = re.compile(
    r"\b(?:because\sof|due\sto|owing\sto|for|on\saccount\sof)\s(?:\w+\s){0,2}?(?!neutrop|it\b|this\b|LON|recurr|the\sneutrop|severe\sneutrop|febrile|agranul|fever)"
    r"(?:hypogamma\w*|infusion|progress\w+|infections?|pneumonia|inefficacy|lack|pregnan\w+|relaps\w+|remission|adverse)",
    re.IGNORECASE,
)


def nearest(targets: Sequence[Row], view: SentenceView, position: int) -> Row:
    """Of several rows of a sentence the one whose number stands last before the position."""
    best, where = targets[0], -1
    for row in targets:
        for evidence in row.evidence:
            if (
                evidence.section == view.section
                and view.start <= evidence.start < position
                and evidence.field in ("n_events", "incidence_percent")
                and evidence.start > where
            ):
                best, where = row, evidence.start
    return best


def nadir(view: SentenceView, article: GroupArticle, targets: Sequence[Row], whole: Sequence[Row] = ()) -> None:
    """The mean or median of the lowest counts; of the `whole` event before a part is told in a clause of its own."""
    if not targets:
        return
    several = {m.concept for m in view.named_cells} - {article.ctx.analyte}
    if several and "respectively" in view.text:
        return
    for count in view.counts:
        own = count.concept == article.ctx.analyte or (count.concept is None and count.moment == "nadir")
        if count.censored or not own or count.moment not in ("nadir", "plain"):
            continue
        if _TIME_SPREAD.match(view.section_text, count.end, view.end):
            continue  # "71 +/- 28 days"
        spread = _SPREAD.search(view.section_text, count.start, min(view.end, count.end + 4))
        centre = spread or count.statistic in ("median", "mean") or _CENTRE_BEHIND.match(view.section_text, count.end)
        centre = centre or _CENTRE_OF_LOWEST.search(view.section_text, view.start, count.start)
        if centre:
            row = nearest(targets, view, count.start)
            if whole and row.view is view and _is_told_behind(row, view, count.end):
                row = whole[0]
            row.set("anc_nadir", count.value, view, count.start, count.end)

    named = next((c for c in view.counts if c.concept == article.ctx.analyte), None)
    for told in _CENTRE_IN_BRACKET.finditer(view.section_text, view.start, view.end) if "(" in view.text else ():
        if not told["named"] and (named is None or told.start() < named.end):
            continue  # a mean of whatever
        start, end = told.span("value")
        nearest(targets, view, start).set("anc_nadir", float(told["value"]), view, start, end)


_DEGREE_OF_ALL = re.compile(
    r"\s*(?:It|They|These|This|All(?:\s(?:episodes|cases|events))?|(?:The\s)?(?:neutrop\w+|LON|EON|episodes?))\s(?:was|were)\s"
    r"(?:all\s|always\s|invariably\s)?(?:of\s)?(?:an?\s)?$"
)


def severity_of_all(view: SentenceView, article: GroupArticle, row: Row) -> None:
    """The severity that a sentence gives all those told before: "It was of moderate degree"."""
    if article.counts(view) or row.values.get("ctcae_grade") is not None or not view.severities:
        return
    first = view.severities[0]
    if _DEGREE_OF_ALL.fullmatch(view.section_text, view.start, first.start) and DEGREE_CLOSES.match(
        view.section_text, first.end
    ):
        row.set("severity_term", first.term, view, first.start, first.end)


def _is_told_behind(row: Row, view: SentenceView, end: int) -> bool:
    """Whether the number of a row stands in a clause behind: "the median nadir was 0.5; grade 4 in four"."""
    places = [
        e.start for e in row.evidence if e.field in ("n_events", "incidence_percent") and e.section == view.section
    ]
    return bool(places) and min(places) > end and ";" in view.section_text[end : min(places)]


def duration(view: SentenceView, article: GroupArticle, row: Row) -> None:
    """How long the event lasted, as a mean or median of all who had it."""
    if not view.intervals or row.values.get("duration_days") is not None:
        return
    told_before = view.start  # where the time before ends
    lasted_before = -1  # where a range of durations ends: "3 to 42 days with a median of 12 days"
    for interval in view.intervals:
        before = view.section_text[max(view.start, interval.start - 60) : interval.start]
        recovery = interval.role == "recovery" or bool(_RECOVERED.search(before))
        goes_on = lasted_before >= 0 and _GOES_ON.fullmatch(view.section_text, lasted_before, interval.start)
        told = (goes_on or interval.role in ("duration", "recovery")) and not (recovery and _gives_gcsf(view))
        lasted_before = interval.end if told and interval.days is None else -1
        if (
            told
            and interval.statistic in ("median", "mean")
            and interval.days is not None
            and not _is_of_some(view, article, row, interval)
            and not is_of_another(view, interval.start)
            and not _OF_ANOTHER_LENGTH.search(view.section_text, max(told_before, interval.start - 70), interval.start)
            and not _BY_SUBSET.match(view.section_text[: view.end], interval.end)
        ):
            row.set("duration_days", interval.days, view, interval.start, interval.end)
        told_before = interval.end


def _gives_gcsf(view: SentenceView) -> bool:
    return any(c.value == "gcsf" and not c.negated for c in view.courses)


def _is_of_some(view: SentenceView, article: GroupArticle, row: Row, interval: Interval) -> bool:
    """Whether a number of patients before a time is another than that of the row."""
    number = row.values.get("n_events")
    return any(
        c.unit in ("patients", None) and c.events not in (None, number) and view.start + c.end <= interval.start
        for c in article.counts(view)
    )


def management(view: SentenceView, article: GroupArticle, targets: Sequence[Row]) -> None:
    """What was done about the event, for some or all who had it."""
    for course in view.courses:
        if (
            course.kind != "management"
            or course.negated
            or course.prophylactic
            or (course.general and not _is_told_apart(view, article, course))
            or course.value not in _TREATMENT | _OF_THE_DRUG
            or not _was_done(view, article, course)
            or _is_of_those_without(view, article)
            or _is_of_cycles(view, article, course)
            or _is_routine(view, course)
            or _is_a_variable(view)
            or (course.value == "drug_switched" and _is_of_one(view, article, course, targets[0]))
        ):
            continue
        row = nearest(targets, view, course.start)
        if not _counts_others(view, article, row):
            row.add("management", course.value, view, course.start, course.end)
    untreated = _without_treatment(view, article, targets[0])
    if untreated is not None and not targets[0].values.get("management"):
        targets[0].add("management", "observation", view, *untreated)


_VARIABLES = AnyOf(("predict", "variable", "covariate", "multivaria", "univaria"))


def _is_a_variable(view: SentenceView) -> bool:
    """Whether a sentence only asks what goes with the event: "of the variables, growth factor use predicted A"."""
    return bool(_VARIABLES.search(view.low))


_MAY_BE_WITHOUT = AnyOf(("non", "afebrile", "without"))
_WITHOUT_EVENT = re.compile(
    r"\bnon-?(?:neutropeni|febrile)|\bafebrile|\bwithout\s(?:neutropeni|agranulocyt)", re.IGNORECASE
)


def _is_of_those_without(view: SentenceView, article: GroupArticle) -> bool:
    """Whether a sentence speaks of those without the event, by name or short form: "NNF required steroids"."""
    shorts = article.names_without_event
    text = view.section_text
    if any(m.text not in shorts and not text[: m.start].lower().endswith("non-") for m in view.named_events):
        return False
    return (_MAY_BE_WITHOUT.search(view.low) and bool(_WITHOUT_EVENT.search(view.text))) or any(
        re.search(rf"\b{s}\b", view.text) for s in shorts
    )


# "growth factors in 41% of the latter", behind a share of cycles
_OF_LATTER = re.compile(r"\s?%\sof\s(?:the\slatter|(?:these|those)\s(?:cycles|courses))\b", re.IGNORECASE)
# "after which growth factor support became mandatory", "requiring routine G-CSF"
_MADE_ROUTINE = re.compile(
    r"\s(?:(?:support|use|prophylaxis|administration|treatment|was|were|has|had|been|then|therefore|thereafter|subsequently)\s){0,4}"
    r"(?:became|become|made|declared)\s(?:mandatory|obligatory|compulsory|routine|standard|required|part\sof)\b",
    re.IGNORECASE,
)
_ROUTINE = re.compile(
    r"\b(?:routine|primary|mandatory|obligatory|systematic|universal|preventive)\s(?:use\sof\s|administration\sof\s)?(?:[\w-]+\s)?$",
    re.IGNORECASE,
)


def _is_of_cycles(view: SentenceView, article: GroupArticle, course: Course) -> bool:
    """Whether a treatment is counted by cycles: "growth factors in 41% of cycles"."""
    counted = [c for c in article.counts(view) if c.unit == "cycles"]
    if not counted:
        return False
    behind = view.section_text[course.end : view.end]
    latter = _OF_LATTER.search(behind)
    near = any(0 <= view.start + c.start - course.end < 40 for c in counted)
    return near or (latter is not None and latter.start() < 40)


def _is_routine(view: SentenceView, course: Course) -> bool:
    """Whether a treatment was given to everyone from then on: to prevent the event, not against it."""
    return bool(
        _MADE_ROUTINE.match(view.section_text[: view.end], course.end)
        or _ROUTINE.search(view.section_text, max(view.start, course.start - 40), course.start)
    )


def _is_of_one(view: SentenceView, article: GroupArticle, course: Course, row: Row) -> bool:
    """Whether a clause tells a step of one of several patients: "one of these three switched to B"."""
    before = [c for c in article.counts(view) if view.start + c.end <= course.start]
    return bool(before) and before[-1].events == 1 and (row.values.get("n_events") or 0) > 1


def _is_told_apart(view: SentenceView, article: GroupArticle, course: Course) -> bool:
    """Whether those treated are counted, in a clause of their own: "Episodes were mild; one received filgrastim"."""
    if _COUNTED_SHARE.search(view.section_text, view.start, course.start):
        return True
    clause = view.section_text.rfind(";", view.start, course.start) + 1
    return (
        clause > view.start
        and any(clause <= view.start + c.start for c in article.counts(view))
        and not _HEDGED.search(view.section_text, clause, view.end)
    )


def _without_treatment(view: SentenceView, article: GroupArticle, row: Row) -> tuple[int, int] | None:
    """The words that say of everyone that nothing had to be done: "none required treatment"."""
    untreated = _UNTREATED.search(view.text) if _MAY_BE_UNTREATED.search(view.low) else None
    if untreated is not None:
        return view.start + untreated.start(), view.start + untreated.end()
    for course in view.courses:
        if course.value != "observation" or course.negated or course.general:
            continue
        if _SELF_LIMITED.search(view.section_text, course.start, course.end) or not _is_of_all(article, view):
            continue
        if _is_of_fewer(view, article, row, course.start):
            continue
        if any(_stand_together(view, course, other) for other in view.courses):
            return course.start, course.end
    return None


def _stand_together(view: SentenceView, untreated: Course, other: Course) -> bool:
    """Whether a recovery is told in the same words: "resolved spontaneously", not "recovered; it came back"."""
    words = view.section_text[other.start : other.end].lower()
    if other.value != "resolved" or other.negated or other.general or words.endswith("back"):
        return False
    between = view.section_text[
        min(untreated.end, other.end) : max(untreated.start, other.start, min(untreated.end, other.end))
    ]
    return len(between) < 40 and not re.search(r"[;,]", between)


def _was_done(view: SentenceView, article: GroupArticle, course: Course) -> bool:
    """Whether a treatment is said to have been given; leaving the drug, of patients, and for no other reason."""
    if _ADVICE.search(view.text) or _DESPITE.search(view.section_text, view.start, course.start):
        return False
    if course.value in _OF_THE_DRUG:
        counted = any(c.unit in ("patients", None) for c in article.counts(view)) or bool(_ALL.search(view.text))
        return article.focused and counted and not _OTHER_REASON.search(view.text) and not _BACK.search(view.text)
    if course.value in ("corticosteroids", "ivig"):
        near = view.section_text[max(view.start, course.start - 60) : min(view.end, course.end + 30)]
        return bool(_DONE.search(near))
    return bool(
        _DONE.search(view.text)
        or _GIVEN_BY.search(view.section_text[view.start : course.start])
        or _WORKED.match(view.section_text[: view.end], course.end)
        or _IN_PATIENTS.match(view.section_text[: view.end], course.end)
    )


def _counts_others(view: SentenceView, article: GroupArticle, row: Row) -> bool:
    """Whether a sentence without the event counts more persons than had it: all who were treated."""
    number = row.values.get("n_events")
    if number is None or article.events(view) or row.view.index == view.index:
        return False
    return any(c.unit in ("patients", None) and max(c.events or 0, c.total or 0) > number for c in article.counts(view))


def outcome(view: SentenceView, article: GroupArticle, row: Row, own: bool, parts: Sequence[Row] = ()) -> None:
    """Resolved, where it is said of everyone, of the cells as such, or in the name of the event.

    What everyone had is true of the `parts` too, the rows of the graver or febrile event among the same persons.
    """
    if own:
        for event in view.named_events:
            named = _ENDED_BY_NAME.search(view.section_text[view.start : event.start])
            if named and event.start <= row.mention.start < event.end:
                row.set("outcome", "resolved", view, view.start + named.start(), event.end)
        ended_behind(view, row)
    else:
        _ended_of_itself(view, row)
    for course in view.courses:
        if (
            course.kind == "outcome"
            and course.value == "resolved"
            and not (course.prophylactic or course.general)
            and (not course.negated or _ALL_DID.search(view.section_text[view.start : course.start]))
            and not _AS_A_TIME.search(view.section_text[view.start : course.start])
            and _is_of_all(article, view)
            and not _is_of_infection(view, course.start)
            and not _is_of_fewer(view, article, row, course.start)
        ):
            for told in (row, *parts):
                if _are_as_many(view, course, told):
                    told.set("outcome", "resolved", view, course.start, course.end)


def _are_as_many(view: SentenceView, course: Course, row: Row) -> bool:
    """ "All seven recovered" is said of a row of seven, and not of the sixteen of whom they are."""
    said = _ALL_OF_SO_MANY.search(view.section_text, view.start, course.start)
    number = row.values.get("n_events")
    if said is None or number is None:
        return True
    return bool(number == (int(said["n"]) if said["n"].isdigit() else words_value(said["n"])))


_ALL_OF_THEM = re.compile(r"\b(?:all|both|each|every\w*)\b", re.IGNORECASE)


def _is_of_fewer(view: SentenceView, article: GroupArticle, row: Row, position: int) -> bool:
    """Whether "all" are fewer than those of the row: "mild in three and moderate in four; all seven recovered"."""
    number = row.values.get("n_events") or 0
    before = [c for c in article.counts(view) if view.start + c.end <= position]
    if not before or not 0 < (before[-1].events or 0) < number:
        return False
    if before[-1].total == number:  # "in three of these nine the count rose"
        return not _ALL_OF_THEM.search(view.text, before[-1].end, position - view.start)
    return view.text.lower().startswith(("all ", "both "), before[-1].start)


def _ended_of_itself(view: SentenceView, row: Row) -> None:
    """Resolved, where the event as such is called so: "it is self-limited"; not "usually"."""
    if (
        _MAY_HAVE_ENDED.search(view.low)
        and (ended := _ENDED_OF_ITSELF.search(view.text))
        and not _HEDGED.search(view.text)
        and not _OF_SOME.search(view.text, 0, ended.start())
    ):
        row.set("outcome", "resolved", view, view.start + ended.start("end"), view.start + ended.end())


def as_such(view: SentenceView, row: Row) -> None:
    """What a sentence on the event says of it as such, in an article on something else."""
    _ended_of_itself(view, row)
    if not _MAY_BE_UNTREATED.search(view.low):
        return
    if (untreated := _UNTREATED.search(view.text)) and not row.values.get("management"):
        row.add("management", "observation", view, view.start + untreated.start(), view.start + untreated.end())


def outcome_of_each(view: SentenceView, article: GroupArticle, rows: Sequence[Row]) -> None:
    """Resolved for each of several rows of the sentence before: "It was transient", "All recovered"."""
    for row in rows:
        _ended_of_itself(view, row)
        outcome(view, article, row, own=False)


def ended_behind(view: SentenceView, row: Row) -> None:
    """Resolved, where that is said right behind a row's own number: "in 5/7, which were transient"."""
    if not _MAY_HAVE_ENDED.search(view.low):
        return
    for evidence in row.evidence:
        if evidence.field not in ("n_events", "incidence_percent") or not view.start <= evidence.start < view.end:
            continue
        if evidence.section == view.section and (
            ended := _ENDED_BEHIND.match(view.section_text, evidence.end, view.end)
        ):
            row.set("outcome", "resolved", view, ended.start("end"), ended.end())
            return


def _is_of_infection(view: SentenceView, position: int) -> bool:
    """ "All had infections that responded to antibiotics": what went away is not the event."""
    infections = [m.end for m in view.labelled("infection") if m.end <= position]
    words = [m.end() + view.start for m in re.finditer(r"\binfections?\b", view.section_text[view.start : position])]
    last = max(infections + words, default=-1)
    return (
        last >= 0
        and not any(last < m.start < position for m in view.labelled("event", "analyte"))
        and not any(m.start < last for m in view.named_events)
    )


def _is_of_all(article: GroupArticle, view: SentenceView) -> bool:
    """Whether an outcome is said of everyone: by a word, or of the cells as such."""
    if _EXCEPT.search(view.text):
        return False
    cells = any(
        m.label == "analyte" and m.concept == article.ctx.analyte and m.start - view.start < 20 for m in view.mentions
    )
    return cells or bool(_ALL.search(view.text))
