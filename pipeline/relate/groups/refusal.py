"""Why a statement is no finding of this publication.

"Neutropenia was defined as ...", "has been reported in 5-27%" and "to determine the incidence of ..." are no results;
"among patients with leukopenia, 3 (38%) had neutropenia" is a share of those affected, not of those treated. "The 12
patients with neutropenia were older" only names a set of persons: it counts where the article says nothing better.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.concepts import assertion
from pipeline.concepts.assertion import Assertion
from pipeline.concepts.count import agrees
from pipeline.records import Mention
from pipeline.relate.context import SentenceView
from pipeline.relate.groups import reexposure, severity
from pipeline.relate.groups.article import GroupArticle
from pipeline.relate.groups.events import OF_REPORTS
from pipeline.relate.groups.layout import BUT_NONE
from pipeline.relate.groups.own_part import tells_ratio
from pipeline.relate.groups.rows import Row, is_zero
from pipeline.relate.groups.statements import Statement
from pipeline.relate.groups.tied import is_cause

OF_AFFECTED, OTHER_CAUSE, RATIO = "a share of those affected", "other_cause", "a ratio in words"
# What assertion.py may say of an event that makes its count no result
NO_RESULT = frozenset(
    {"defined", "treated", "historical", "aim", "background", "hypothetical", "advised", "other_cause"}
)

# "infections in 7% (with concurrent A, 3%)"
_CONCURRENT = re.compile(
    r"\b(?:with|and|during)\s(?:concurrent|concomitant|simultaneous|coincident(?:al)?|accompanying)\s(?:[\w/-]+\s){0,3}$",
    re.IGNORECASE,
)
# "Sepsis complicated the A in three"
_COMPLICATES = re.compile(
    r"\b(?:complicat(?:ed|ing)|accompanied)\s(?!by\b|with\b)(?:the\s|this\s|their\s|these\s)?(?:(?!by\b|with\b)[\w-]+\s){0,2}$",
    re.IGNORECASE,
)
# "Deaths were associated with A in ten of the 15"
_DEATHS_WITH = re.compile(
    r"\s*(?:(?:the|most|all|these|five|four|three|\d+)\s)?(?:[\w-]+\s){0,3}?(?:deaths?|mortality|fatalities)\s"
    r"(?:was|were)\s(?:\w+\s)?(?:associated|linked|correlated|related|preceded)\b[^.;]*$",
    re.IGNORECASE,
)
# "Of the 12 events, 4 were grade 3"
_OF_EVENTS = re.compile(
    r"\s*(?:of|among)\s(?:the|these|those|all)\s(?:\w+\s)?(?:[\w-]+\s)?(?:events|episodes)\b", re.IGNORECASE
)
_AGAIN = re.compile(r"\b(?:recurrences?|relapses?|return)\sof\s(?:the\s)?$", re.IGNORECASE)


def reason_against(article: GroupArticle, rows: Sequence[Row], statement: Statement, last: bool) -> str | None:
    """Why a statement is no finding; None where it is one. `rows` are those read before, `last` that there are none.

    With nothing else to go by, a title tells a result even where the abstract's own part begins behind it.
    """
    view, count = statement.view, statement.count
    status = status_of(statement)
    is_apart = status.status == "aim" and _is_behind_aim(statement, status)
    if status.status in NO_RESULT and not status.weak and not is_apart:
        return status.status
    if rows and tells_ratio(view.section_text, count):
        return RATIO
    if _total_is_of_affected(rows, statement) and not _all_had_it(article, rows, statement):
        return OF_AFFECTED
    if _repeats_as_share(article, rows, statement):
        return OF_AFFECTED
    if last and article.tells_earlier_event and only_names_persons(statement):
        return "treated"
    against = article.reason_against_exposure(view, statement.mention, max(count.end, statement.mention.end))
    if against is not None:
        return against
    if status.status == "negated" and not is_zero(count) and not status.weak:
        return "negated"
    if _OTHER_CAUSE_BEHIND.match(view.section_text, max(count.end, statement.mention.end), view.end + _NEXT_SENTENCE):
        return OTHER_CAUSE
    if rows and count.total is None and _AT_THAT_TIME.match(view.section_text, max(count.end, statement.mention.end)):
        return OF_AFFECTED
    if count.end > statement.mention.end and _AT_FIRST.match(view.section_text, count.end):
        return "historical"
    if (
        count.unit == "episodes"
        and count.percent is not None
        and count.events is None
        and severity.of_statement(article, statement).definition != severity.FEBRILE
    ):
        return "a share of events, no incidence"
    if rows and count.percent is None and _OF_EVENTS.match(view.text):
        return "a share of events, no incidence"
    is_listed = status.end is not None and ":" in view.section_text[status.end : statement.mention.start]
    told = status.weak and (
        is_listed
        or view.section_text[count.start : count.end].lower().startswith("n")  # "(n=2)"
        or _is_told_as_number(article, statement, status)
    )
    if is_zero(count) and tells_course_of_none(view, count.end, statement.mention):
        return "negated"
    is_only_set = last and status.weak and only_names_persons(statement)  # "we studied marrow in 12 with A"
    if (
        status.status == "aim"
        and count.percent is None
        and count.total is None
        and not (told or is_only_set or is_apart)
    ):
        return "aim"
    if _AGAIN.search(view.section_text[max(view.start, statement.mention.start - 24) : statement.mention.start]):
        return "a share of those treated again"
    is_in_clause = ";" not in view.section_text[statement.mention.end : count.start]
    told_from = min(statement.mention.start, count.start) if is_in_clause else count.start
    if rows and reexposure.tells_return(view, told_from, count.end):
        return "a share of those treated again"
    if last and count.percent is not None and count.events is None and _names_share_of_affected(statement):
        return OF_AFFECTED
    before = max(view.start, statement.mention.start - 50), statement.mention.start
    if _COMPLICATES.search(view.section_text, *before):
        return OF_AFFECTED
    if count.start > view.start and view.labelled("infection") and _CONCURRENT.search(view.section_text, *before):
        return OF_AFFECTED
    if _opens_with_affected(article, statement) or tells_of_deaths(view, min(statement.mention.start, count.start)):
        return OF_AFFECTED
    if article.is_background(view) and not (last and view.section == 0):
        return "background"
    if status.status == "background" and assertion.role_of(view) is None and not assertion.is_own_result(view):
        return "background"
    if (statement.arm is None or statement.arm.drug is None) and article.pooled and not _is_of_those_given(statement):
        return "pooled"
    return None


def _repeats_as_share(article: GroupArticle, rows: Sequence[Row], statement: Statement) -> bool:
    """Whether the percentage of a number under the same name is its share of those told before: "6 (16%)" of 37."""
    count = statement.count
    if count.percent is None or not count.events or count.total is not None or statement.arm is not None:
        return False
    if (statement.grade, statement.severity, statement.indication) != (None, None, None):
        return False
    definition = severity.of_statement(article, statement).definition
    return any(
        row.definition == definition
        and row.key.grades is None
        and row.view.index < statement.view.index
        and row.subgroup is None
        and (whole := row.values.get("n_events") or 0) > count.events
        and agrees(whole, count.percent, count.events)
        and not agrees(row.values.get("n_treated") or 0, count.percent, count.events)
        for row in rows
    )


_GRAVER = (severity.FEBRILE, "grade4")
_FAR = 4  # sentences


def as_febrile_part(article: GroupArticle, rows: Sequence[Row], statement: Statement) -> Statement:
    """The graver ones of those told in a sentence before, without the number of all: "two of the four had ..."."""
    count, total = statement.count, statement.count.total
    if total is None or not count.events or count.events >= total or statement.arm is not None:
        return statement
    definition = severity.of_statement(article, statement).definition
    if definition not in _GRAVER:
        return statement
    for row in rows:
        if (
            row.values.get("n_events") == total != row.values.get("n_treated")
            and row.definition not in (*_GRAVER, None)
            and 0 < statement.view.index - row.view.index <= _FAR
        ):
            return replace(statement, arm=row.counted_arm, count=replace(count, total=None, percent=None))
    return statement


_WENT_ON = re.compile(
    r"(?:\s(?:reports?|cases?|episodes?|events?))?\s(?:(?:had|led\sto|resulted\sin|required|needed|proved|ended|caused|necessitated|prompted"
    r"|progressed|persisted|lasted|recurred|became|was\s(?:fatal|severe|serious|life-threatening|prolonged|followed|complicated|accompanied"
    r"|treated|considered|judged|deemed|related|attributed|associated)|were\s(?:fatal|severe|serious|prolonged|complicated|treated|considered"
    r"|judged|deemed|related|attributed|associated)))\b",
    re.IGNORECASE,
)
_OF_NONE = re.compile(
    r"\s?(?:(?:cases?|episodes?|reports?|events?|instances?)\sof\s)?(?:the\s)?(?:[\w/-]+\s){0,3}", re.IGNORECASE
)


def tells_course_of_none(view: SentenceView, end: int, mention: Mention) -> bool:
    """Whether a denial before an event is of its course: "no A report was fatal", "no case of A was severe"."""
    return (
        end <= mention.start
        and bool(_OF_NONE.fullmatch(view.section_text, end, mention.start))
        and bool(_WENT_ON.match(view.section_text, mention.end))
    )


# "To explore its mechanism, blood was examined in twelve in whom A arose"
_BEHIND_AIM = re.compile(r"[^,.;]{1,80},\s[^.;]*\b(?:was|were)\s\w+", re.IGNORECASE)
_AROSE = re.compile(
    r"\b(?:in\swhom|who\s(?:had\s)?(?:developed|experienced|suffered|presented\swith)|whose)\s[^.;,]*$", re.IGNORECASE
)


def _is_behind_aim(statement: Statement, status: Assertion) -> bool:
    """Whether an aim ends with a comma, and those in whom the event arose are counted behind it."""
    text, count, mention = statement.view.section_text, statement.count, statement.mention
    if status.end is None or not status.end <= count.start < mention.start:
        return False
    return bool(_BEHIND_AIM.match(text, status.end, count.start) and _AROSE.search(text, count.end, mention.start))


_NUMBER_NEXT = re.compile(
    r"\s(?:a\stotal\sof\s|only\s)?(?:\d|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)", re.IGNORECASE
)


def _is_told_as_number(article: GroupArticle, statement: Statement, status: Assertion) -> bool:
    """Whether a word of looking leads to numbers: "we recorded 4 episodes of A", "3,505 reports of A were analysed"."""
    view, count = statement.view, statement.count
    if status.start is None or status.end is None:
        return False
    if status.end <= count.start and _NUMBER_NEXT.match(view.section_text, status.end):
        return True
    collects = article.ctx.study_type in OF_REPORTS and count.unit in ("reports", "cases")
    return collects and count.end <= statement.mention.start and statement.mention.end <= status.start


def tells_of_deaths(view: SentenceView, start: int) -> bool:
    """Whether the event at `start` is only what those who died had: "Deaths were associated with A"."""
    return bool(_DEATHS_WITH.fullmatch(view.section_text, view.start, start))


def status_of(statement: Statement) -> Assertion:
    """What the sentence says of the event; words of others' work behind the count and a comma are a comparison."""
    view, count = statement.view, statement.count
    status = assertion.assess_phrases(view, statement.mention)
    if (
        status.status == "background"
        and status.start is not None
        and "," in view.section_text[count.end : status.start]
    ):
        return Assertion(assertion.AFFIRMED)  # "was 6.5%, much like that in the literature"
    if (
        status.status == "background"
        and status.end is not None
        and _COMPARISON_OPENS.match(view.section_text, view.start)
        and "," in view.section_text[status.end : statement.mention.start]
    ):
        return Assertion(assertion.AFFIRMED)  # "in contrast to earlier reports (5-27%), A was seen in ten"
    if status.status == "defined" and _is_told_beside_definition(statement, status):
        return Assertion(assertion.AFFIRMED)
    if status.status == "advised" and _is_reason_of_advice(statement, status):
        return Assertion(assertion.AFFIRMED)
    if status.status == "negated" and (
        _is_told_after_denial(statement, status)
        or _is_denied_of_others(statement, status)
        or _is_none_of_others(statement, status)
        or _is_without_something(statement, status)
        or _is_followed_by_none(statement, status)
        or _is_denied_in_aside(statement)
    ):
        return Assertion(assertion.AFFIRMED)
    return status


# "7% had infections (3% were A at the time)"
_AT_THAT_TIME = re.compile(
    r"\s(?:at\s(?:the|that)\stime|then|concurrently|simultaneously|as\swell)\s?[)\]]", re.IGNORECASE
)
_AT_FIRST = re.compile(
    r"[%)\]]?\s(?:already\s)?(?:before(?=\s?(?:,|;|\.|and\b|treatment|therapy))|at\sbaseline|at\s(?:study\s)?entry|prior\sto\streatment)",
    re.IGNORECASE,
)
# "in 85, but in 35 it had other reasons": those left are counted elsewhere
_OTHER_CAUSE_BEHIND = re.compile(
    r"[^.;\d]{0,40}?(?:,\s(?:but|although|though|while|and)\s(?:in\s)?|[,;]?\s(?:of\swhom|of\swhich|of\sthese)\s|\.\s(?=in\s\d))(?:in\s)?\d+\s[^.;\d]{0,40}?"
    r"\b(?:other|another|alternative|different)\s(?:\w+\s){0,2}?(?:reasons?|causes?|explanations?|origins?)\b",
    re.IGNORECASE,
)
_NEXT_SENTENCE = 80  # characters of it that are read
_COMPARISON_OPENS = re.compile(
    r"(?:in\scontrast|unlike|contrary|compared|similar|as\s(?:in|against)|in\s(?:line|agreement|keeping|accordance)|consistent|differing)\b",
    re.IGNORECASE,
)
_MET = re.compile(
    r"\b(?:met|meeting|fulfil\w*|satisf\w+)\s(?:the\s|our\s)?(?:\w+\s)?(?:definition|criteria)\b", re.IGNORECASE
)
_APPOSED = re.compile(
    r"[,)]\s?(?:was|were|occurred|developed|appeared|has\sbeen|had|affected|complicated|in\s)", re.IGNORECASE
)
_AND_CLAUSE = re.compile(r",?\s(?:and|but|while|whereas)\s", re.IGNORECASE)


def _is_told_beside_definition(statement: Statement, status: Assertion) -> bool:
    """Whether a result stands by a definition: "A, defined as ..., was seen in ten", "ten met the definition of A"."""
    text, count = statement.view.section_text, statement.count
    if status.start is None or status.end is None:
        return False
    if count.end <= statement.mention.start and _MET.search(text, count.end, statement.mention.start):
        return True
    if count.end <= statement.mention.start:  # "we report eight with A, defined as"
        words = text[statement.mention.end : status.end]
        return status.start >= statement.mention.end and bool(
            re.match(r"[^;.]{0,30}?[,(]\s?(?:which\swas\s)?defined", words)
        )
    opens = text[statement.mention.end : status.start].rstrip().endswith((",", "(", "[")) or text[
        status.start : status.end
    ].lstrip().startswith((",", "("))
    return opens and bool(_APPOSED.search(text, status.end, count.start))


_WAS = (
    r"(?:was|were|occurred|developed|appeared|affected|complicated|had|experienced|suffered|showed|led|caused|resulted|ensued"
    r"|saw|found|observed)"
)
_TOLD = re.compile(
    rf"\b(?:{_WAS}|because\sof|due\sto|owing\sto)\b(?![^.;]*\b(?:if|when|may|might|can|could|would)\b)", re.IGNORECASE
)
_TOLD_ASIDE = re.compile(
    rf",\s(?:(?:which|as\s(?:it|this)|since\s(?:it|this)|because\s(?:it|this))\s{_WAS}|(?:here\s)?(?:seen|observed|noted|recorded|found))\b",
    re.IGNORECASE,
)


def _is_reason_of_advice(statement: Statement, status: Assertion) -> bool:
    """Whether a result is told beside the advice drawn from it: "as A occurred in 38%, counts should be checked"."""
    view, count, mention = statement.view, statement.count, statement.mention
    if status.start is None or status.end is None:
        return False
    first, last = min(count.start, mention.start), max(count.end, mention.end)
    if last <= status.start:
        stop = view.section_text.find(",", last, status.start)
        return stop >= 0 and bool(_TOLD.search(view.section_text, view.start, stop))
    return status.end <= first and bool(_TOLD_ASIDE.match(view.section_text, mention.end, count.start))


def _is_told_after_denial(statement: Statement, status: Assertion) -> bool:
    """Whether another event is what is denied: "none had febrile A, and A was seen in ten"."""
    view, mention = statement.view, statement.mention
    if status.end is None or statement.count.start < mention.end:
        return False
    return any(
        status.end <= m.start and m.end <= mention.start and _AND_CLAUSE.match(view.section_text, m.end)
        for m in view.named_events
    )


def _is_denied_of_others(statement: Statement, status: Assertion) -> bool:
    """Whether a denial behind the count and a comma is of other persons: "A in ten, in none with B"."""
    view, count = statement.view, statement.count
    if status.start is None or is_zero(count) or max(count.end, statement.mention.end) > status.start:
        return False
    between = view.section_text[max(count.end, statement.mention.end) : status.start]
    return bool(re.search(r"(?:[,;]|\band|\bbut)\s(?:and\s|but\s)?(?:in\s)?$", between))


def _is_none_of_others(statement: Statement, status: Assertion) -> bool:
    """Whether the denial is a count of its own before this one: "A in none of the first and in 2 of the second"."""
    view, count = statement.view, statement.count
    if status.start is None or status.end is None or is_zero(count):
        return False
    start, end = status.start - view.start, status.end - view.start
    counts_nobody = any(c.zero_word and c.start < end and start < c.end for c in view.persons)
    between = view.section_text[status.end : count.start]
    return counts_nobody and statement.mention.end <= status.start and bool(_AND_IN.search(between))


def _is_followed_by_none(statement: Statement, status: Assertion) -> bool:
    """Whether the denial is a count of its own behind this one: "A in six patients, febrile A in none"."""
    view, count = statement.view, statement.count
    if status.start is None or is_zero(count) or count.end > status.start or count.events is None:
        return False
    start, end = status.start - view.start, (status.end or status.start) - view.start
    is_count = any(c.zero_word and c.start < end and start < c.end for c in view.persons)
    return is_count and bool(re.search(r"[,;]|\b(?:and|but)\b", view.section_text[count.end : status.start]))


def _is_denied_in_aside(statement: Statement) -> bool:
    """Whether the denial stands between two commas, of others: "three on A, but no patient on B, developed it"."""
    text = statement.view.section_text
    return bool(BUT_NONE.search(text, statement.count.end, statement.mention.start))


def _is_without_something(statement: Statement, status: Assertion) -> bool:
    """Whether "without" is said of how those counted were treated: "treated without filgrastim, two had A"."""
    text, count = statement.view.section_text, statement.count
    if status.start is None or status.end is None or text[status.start : status.end].lower() != "without":
        return False
    return status.end <= count.start < statement.mention.start and "," in text[status.end : count.start]


_AND_IN = re.compile(r"(?:,|\band|\bbut|\bversus|\bvs\.?|\bv)\s(?:in\s)?(?:only\s)?$", re.IGNORECASE)
_THOSE_GIVEN = re.compile(
    r"\b(?:of|in|among)\s(?:[\w-]+\s){0,5}(?:given|receiving|received|treated\swith|exposed\sto|on|under)\s(?:the\s)?$",
    re.IGNORECASE,
)


def _is_of_those_given(statement: Statement) -> bool:
    """Whether a clause counts "of those given" the drug, and names no other: "of 58 given rituximab, four had A"."""
    view, count = statement.view, statement.count
    text = view.section_text
    start = max(view.start, text.rfind(";", view.start, min(count.start, statement.mention.start)))
    end = text.find(";", max(count.end, statement.mention.end), view.end)
    end = view.end if end < 0 else end
    drugs = [
        m
        for m in view.labelled("drug")
        if start <= m.start < end and (_THOSE_GIVEN.search(text, start, m.start) or text.startswith("-treated", m.end))
    ]
    return bool(drugs) and not any(
        start <= m.start < min(end, max(count.end, statement.mention.end, drugs[0].end))
        for m in view.labelled("co_medication")
    )


def _total_is_of_affected(rows: Sequence[Row], statement: Statement) -> bool:
    """Whether the total of a count is the number of those who had an event told before, unless all treated had it."""
    total, index = statement.count.total, statement.view.index
    return total is not None and any(
        r.values.get("n_events") == total != r.values.get("n_treated") and r.view.index <= index and not r.is_absent
        for r in rows
    )


def _all_had_it(article: GroupArticle, rows: Sequence[Row], statement: Statement) -> bool:
    """Whether all who were treated had the event, and a graver one is counted: "all 15 had A, severe in 12 of 15"."""
    total = statement.count.total
    told = [r for r in rows if r.values.get("n_events") == total]
    return all(r.values.get("n_treated") == total for r in told) and not any(
        r.definition == severity.of_statement(article, statement).definition for r in told
    )


_AMONG_AFFECTED = re.compile(
    r"\s*(?:among|of|in)\s(?:the\s|those\s|all\s|these\s)?(?:patients|subjects|individuals|those|children|cases|episodes)\s"
    r"(?:with|who\s(?:had|developed|experienced))\s(?:a\s|an\s)?",
    re.IGNORECASE,
)


def _opens_with_affected(article: GroupArticle, statement: Statement) -> bool:
    """Whether the sentence opens with those who had another event: "Among patients with A, 3 (38%) had B"."""
    view, mention = statement.view, statement.mention
    for other in article.events(view):
        if other.end <= min(mention.start, statement.count.start) and _AMONG_AFFECTED.fullmatch(
            view.section_text[view.start : other.start]
        ):
            return view.section_text[other.end : other.end + 1] == ","
    return False


def is_new(article: GroupArticle, rows: Sequence[Row], statement: Statement) -> bool:
    """Whether no row tells yet of the event of a statement that was put back: by its name, or at all if serious.

    Febrile events are new beside plain ones, and plain ones beside febrile ones.
    """
    if is_cause(statement.view.section_text, statement.mention.start) or statement.indication:
        return False
    definition = severity.of_statement(article, statement).definition
    if statement.is_serious:
        told = [r for r in rows if (r.definition == severity.FEBRILE) == (definition == severity.FEBRILE)]
        return not any(statement.arm is None or r.arm is None or r.arm.same_as(statement.arm) for r in told)
    if statement.arm is not None:
        return False
    is_number_of_all = statement.count.events is not None and statement.count.total is None
    return is_number_of_all and definition is not None and not any(r.definition == definition for r in rows)


_ONLY_WITH = re.compile(
    r"\s*(?:patients?|cases|of\sthem|those|subjects)?\s*(?:who\shad|with)\s(?:[\w/-]+\s){0,3}$", re.IGNORECASE
)
_HAD_AT_LAST = re.compile(r"(?<!\bwho)\s(?:had|developed|experienced)\s(?:an?\s)?(?:[\w-]+\s)?$", re.IGNORECASE)
_OF_THE = re.compile(r"\s(?:of|among)\s(?:the|these|those|our)\s", re.IGNORECASE)
_OF_ANY = re.compile(r"[\s)\]]*(?:of|in|among)\s", re.IGNORECASE)
_PATIENTS = re.compile(r"\s(?:patients?|pts?|cases|subjects|children|episodes)\b", re.IGNORECASE)
_DEFINITE = re.compile(r"\b(?:the|these|those|all|our)\s(?:other\s|remaining\s|first\s)?$", re.IGNORECASE)
_WHO_HAD = re.compile(
    r"\s*(?:patients?|cases|subjects|children|women|men)?\s*(?:who\s(?:had|developed|experienced)|with)\s(?:[\w/-]+\s){0,3}$",
    re.IGNORECASE,
)
# "with A", "with lymphoma of several kinds and unexplained A"
_WITH = re.compile(
    r"\bwith\s(?:(?:[\w/()-]+\s){0,4}|(?:(?!who|that|had|have|develop)[\w/()-]+\s){1,7}and\s(?:[\w-]+\s)?)$",
    re.IGNORECASE,
)
# "27 patients were admitted with A": what happened to them
_WERE_ADMITTED = re.compile(
    r"\b(?:were|was)\s(?:(?:re-?)?admitted|(?:re-?)?hospitali[sz]ed)\s(?:to\s(?:the\s)?hospital\s)?with\s(?:[\w-]+\s){0,2}$",
    re.IGNORECASE,
)
_IN_HOSPITAL = re.compile(r"\b(?:hospitali[sz]|admi[ts])\w*", re.IGNORECASE)
# "Eleven patients with A were identified"
_WERE_IDENTIFIED = re.compile(
    r"\s?(?:\([^()]{1,40}\)\s?)?,?\s?(?:were|could\sbe|have\sbeen|had\sbeen)\s(?:\w+ly\s)?"
    r"(?:identified|found|detected|observed|seen|recorded|noted|encountered|documented|diagnosed|reported|registered)\b",
    re.IGNORECASE,
)
_IDENTIFY = re.compile(
    r"\b(?:including|identif\w+|observed|found|detected|present|report|reported|describe|describes|studied|there\swere|recorded|noted|seen|encountered|had)\b",
    re.IGNORECASE,
)


# "marrow biopsies performed on four with A"
_DONE_ON = re.compile(
    r"\b(?:performed|done|carried\sout|undertaken|obtained|taken|collected|available)\s(?:on|in|from|of|for)\s(?:the\s|all\s|only\s)*$",
    re.IGNORECASE,
)
_STOPPED = re.compile(r"\b(?:discontinu|withdr[ae]w|stopp)\w*[^:.;]*:", re.IGNORECASE)


def _lists_reasons_to_stop(statement: Statement) -> bool:
    """Whether an event stands in a list of reasons: "was discontinued in 12 patients: infection 6, A 4"."""
    view = statement.view
    return bool(_STOPPED.search(view.section_text, view.start, min(statement.mention.start, statement.count.start)))


def only_names_persons(statement: Statement) -> bool:
    """Whether "n patients with the event" only names a set of persons, no occurrence."""
    count, mention, view = statement.count, statement.mention, statement.view
    if (
        statement.is_serious
        or _lists_reasons_to_stop(statement)
        or (is_cause(view.section_text, mention.start) and not _IN_HOSPITAL.search(view.text))
    ):
        return True
    if count.end > mention.start:
        return False
    between = view.section_text[count.end : mention.start]
    is_definite = bool(_DEFINITE.search(view.section_text, max(view.start, count.start - 16), count.start))
    if _DONE_ON.search(view.section_text, view.start, count.start):
        return True
    if not between.strip() and _PATIENTS.match(view.section_text, mention.end) and mention.text.lower().endswith("ic"):
        return is_definite or not _IDENTIFY.search(view.text)  # "the ten ...penic patients"
    if not between.strip() and mention.text.isupper() and _PATIENTS.match(view.section_text, mention.end):
        return is_definite or not _IDENTIFY.search(view.section_text, view.start, count.start)  # "one LON patient had"
    of_all = count.total is not None or (count.percent is not None and count.events is None)
    if of_all and _ONLY_WITH.fullmatch(between) and not _HAD_AT_LAST.search(between):
        return True
    if _OF_THE.fullmatch(between) and _PATIENTS.search(mention.text):
        return True  # "none of the neutropenic episodes"
    if (_OF_THE.fullmatch(between) or (count.total and _OF_ANY.fullmatch(between))) and _PATIENTS.match(
        view.section_text, mention.end
    ):
        return True  # "nine of the LON patients", "83% (10/12) of LON cases"
    if is_definite and _WHO_HAD.fullmatch(between):
        return True
    if not is_definite and _WERE_ADMITTED.search(between):
        return False
    if not _WITH.search(between) or _IDENTIFY.search(view.section_text[view.start : count.start] + between):
        return False
    return is_definite or _WERE_IDENTIFIED.match(view.section_text, mention.end) is None


def _names_share_of_affected(statement: Statement) -> bool:
    """Whether a percentage is of those with the event: "infection in 33% of patients with A"."""
    between = statement.view.section_text[statement.count.end : statement.mention.start]
    return statement.count.end <= statement.mention.start and bool(_ONLY_WITH.fullmatch(between))


_IN = re.compile(r"\bin\s$", re.IGNORECASE)


def persons_named(statement: Statement) -> Statement:
    """A set of persons as a count of those affected: "in five of ten patients with A" and "all ten with A" are ten."""
    count, view = statement.count, statement.view
    if count.total is None or count.end > statement.mention.start or count.percent is not None:
        return statement
    is_object = _IN.search(view.section_text, max(view.start, count.start - 4), count.start)  # "clones were found in"
    if not is_object and count.events != count.total and _IDENTIFY.search(view.section_text, view.start, count.start):
        return statement
    between = view.section_text[count.end : statement.mention.start]
    if between.strip() and not _ONLY_WITH.fullmatch(between):
        return statement
    return replace(statement, count=replace(count, events=count.total, total=None))
