"""How an article defines its events: in words, by a grade, by a count limit for a severity word.

"LON was defined as grade 3-4 neutropenia ..." gives the event its words and its grade; "severe (ANC < 0.5 x 10^9/L)"
gives the word "severe" its limit for the whole article.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from pipeline.concepts import assertion, grades
from pipeline.concepts.blood_counts import BloodCount
from pipeline.concepts.grades import Grade
from pipeline.records import Mention
from pipeline.relate.context import Context, SentenceView
from pipeline.relate.groups.events import Events
from pipeline.relate.groups.own_part import counts

_DEFINED = re.compile(
    r"\s?(?:\([^()]*\)|\[[^\[\]]*\])?\s?,?\s?(?:was|were|is|are|means|meant|being|that\sis|i\.e\.)?\s?,?\s?(?:defined\s(?:as|by)|considered\s(?:as|when)|as\s)?\s?"
    r"(?:an?\s|any\s|the\s|otherwise\s|newly\s|unexplained\s|isolated\s|delayed\s|late\s|new\s|episodes?\sof\s|(?:occurrence|development|onset)\sof\s)*",
    re.IGNORECASE,
)  # fmt: skip


# "A was defined as otherwise unexplained B of"
_DEFINED_BY_NAME = re.compile(
    r"[^.;\d]{0,40}\b(?:defined|denot\w+|understood|regarded|considered|meant|taken)\s(?:as|by|to\sbe|to\smean)?\s?[^.;\d]{0,80}?"
    r"\s(?:of|at|reaching|with|that\swas|being)\s(?:at\sleast\s)?(?:CTC\w*\s|NCI\S*\s|WHO\s|toxicity\s)*",
    re.IGNORECASE,
)


def grades_by_event(
    events: Events, is_background: Callable[[SentenceView], bool]
) -> dict[str, tuple[SentenceView, Grade]]:
    """The grade by which the article defines an event of its own name: "LON was grade III-IV ..."."""
    found: dict[str, tuple[SentenceView, Grade]] = {}
    for view in events.ctx.sentences:
        if not view.section or is_background(view):
            continue
        for mention in events.named(view):
            for grade in view.grades:
                if (
                    mention.concept
                    and mention.end <= grade.start
                    and (
                        _DEFINED.fullmatch(view.section_text, mention.end, grade.start)
                        or _DEFINED_BY_NAME.fullmatch(view.section_text, mention.end, grade.start)
                    )
                ) and not any(c.start + view.start >= grade.end and (c.percent or c.total) for c in counts(view)):
                    found.setdefault(mention.concept, (view, grade))
    return found


_SHORT_FOR_WITHOUT = re.compile(r"\bnon-?(?:neutropenic|febrile)\s[\w-]+\s?\((?P<short>[A-Z]{2,6})[)s]", re.IGNORECASE)


def names_without_event(ctx: Context) -> list[str]:
    """The short form of each section for those who did not have the event: "non-febrile patients (NFP)"."""
    found = (_SHORT_FOR_WITHOUT.search(section.text) for section in ctx.sections)
    return [match["short"] for match in found if match]


_LINK = re.compile(r"\bdefin|\bwas\b|\bmeant\b|\bmeans\b|\bis\b|,|\(")


def words_for(events: Events, concept: str | None) -> tuple[SentenceView, int, int] | None:
    """The words in which the article defines an event, as (sentence, start, end)."""
    for view in events.ctx.sentences:
        if not view.section or assertion.role_of(view) == "results":
            continue
        for mention in events.named(view):
            if mention.concept != concept:
                continue
            limits: list[BloodCount | Grade] = [*view.counts, *view.grades]
            if any(0 <= x.start - mention.end < 120 for x in limits) and _LINK.search(
                view.section_text[mention.end : mention.end + 20]
            ):
                end = view.end
                while end > mention.start and view.section_text[end - 1] in ". \n":
                    end -= 1
                return view, mention.start, end
    return None


_FEBRILE_TERM = "febrile_neutropenia"
_OTHER_SEVERITY = re.compile(r"[;]|\bor\b|\bmoderate|\bmild")
_OTHER_LIMIT = re.compile(r"[;]|\bor\b")
# "FN was a temperature of 38.3 °C with an ANC < 0.5": what makes the fever count, and no degree of it
_IN_SENTENCE = re.compile(r"[;°]|\bor\b|\b(?:was|were|is|as|temperature|fever)\b", re.IGNORECASE)


def limit_of_severity(events: Events, term: str) -> tuple[SentenceView, BloodCount] | None:
    """The count limit that the article gives for a severity word: "severe (ANC < 0.5)".

    The word itself comes first, an event that brings it along in its name only where no limit stands by the word.
    """
    views = [view for view in events.ctx.sentences if assertion.role_of(view) != "results"]
    for view in views:
        for word in view.severities:
            if word.term == term and (
                limit := _limit_before(events.ctx, view, word.start)
                or _limit_behind(events.ctx, view, word.end, 60, _OTHER_SEVERITY)
            ):
                return view, limit
    for view in views:
        for mention in events.named(view):
            barrier = _IN_SENTENCE if term == _FEBRILE_TERM else _OTHER_LIMIT
            if severity_in(events.ctx, mention) == term and (
                limit := _limit_behind(events.ctx, view, mention.end, 80, barrier)
            ):
                return view, limit
    return None


# "A (< 1.0) was the end point", "A: ANC < 1.0", "we defined A as an ANC < 1.0"
_NAME_OPENS = re.compile(
    r"\s*(?:(?:[A-Z][\w\s]{2,24}:|(?:the\s)?(?:primary|main|secondary)?\s?(?:end\s?points?|outcomes?)\s(?:was|were)|we|definitions?(?:\sof)?|for\sthis\sstudy,?)\s)?"
    r"(?:defined\s|considered\s|regarded\s)?(?:an?\s|the\s|any\s)?(?:(?:incidence|occurrence|development)\sof\s)?",
    re.IGNORECASE,
)
_TO_LIMIT = re.compile(
    r"\s?(?:\([A-Z]{1,5}\)\s?)?(?:[:=(\[,]|(?:was|were|is|has\sbeen)\s(?:defined|taken|understood|considered|regarded|recorded|diagnosed)\b|(?:defined\s)?as\b|meant\b|means\b)"
    r"(?:(?!\b(?:severe|moderate|grade|mild|or)\b)[^;.<\d]){0,60}[<≤]?\s?",
    re.IGNORECASE,
)


_NO_DEFINITION = ("results", *assertion.BACKGROUND_ROLES)


def limit_of_plain(events: Events) -> tuple[SentenceView, BloodCount] | None:
    """The count limit by which the article defines the event as such, outside its results: "A (< 1.0) was counted"."""
    for view in events.ctx.sentences:
        if not view.counts or not view.section or assertion.role_of(view) in _NO_DEFINITION:
            continue
        for mention in events.named(view):
            is_plain = mention.concept == events.plain_concept and severity_in(events.ctx, mention) is None
            if not (is_plain and _NAME_OPENS.fullmatch(view.section_text, view.start, mention.start)):
                continue
            for limit in view.counts:
                if (
                    limit.concept in (None, events.ctx.analyte)
                    and limit.censored == "<"
                    and limit.start >= mention.end
                    and _TO_LIMIT.fullmatch(view.section_text, mention.end, limit.start)
                ):
                    return view, limit
    return None


# "severe A (SA; < 0.5)"
_SHORT_FORM = re.compile(r"\s?(?:[\w-]+\s?){0,2}[(\[]\s?[A-Z][\w-]{1,7}\s?[;,:]\s?")
_NAMED_BEHIND = re.compile(r"(?:\s?[\w/^·×µ]{1,12})?\s?[(\[]\s?")


def _limit_before(ctx: Context, view: SentenceView, position: int) -> BloodCount | None:
    """The limit that a bracket gives its word: "an ANC < 1.5 (neutropenia) or < 0.5 (severe neutropenia)"."""
    for limit in view.counts:
        is_upper = limit.concept in (None, ctx.analyte) and limit.censored == "<" and limit.end <= position
        if is_upper and _NAMED_BEHIND.fullmatch(view.section_text, limit.end, position):
            return limit
    return None


def _limit_behind(
    ctx: Context, view: SentenceView, position: int, reach: int, barrier: re.Pattern[str]
) -> BloodCount | None:
    """The first upper limit of the review's cells at most `reach` characters behind a position, no barrier between."""
    if not view.counts:
        return None
    short = _SHORT_FORM.match(view.section_text, position)
    for limit in view.counts:
        if (
            limit.concept in (None, ctx.analyte)
            and limit.censored == "<"
            and 0 <= limit.start - position <= reach
            and not barrier.search(view.section_text, short.end() if short else position, limit.start)
        ):
            return limit
    return None


def severity_in(ctx: Context, mention: Mention) -> str | None:
    """The severity that an event's name brings along, by vocabulary, in its words or in the long form behind it."""
    term = ctx.protocol.config["events"].get(mention.concept, {}).get("severity_term")
    if term:
        return str(term)
    for short in ctx.annotated.abbreviations:
        if short.section == mention.section and short.start == mention.start:
            return _severity_of_name(short.long)
    return _severity_of_name(mention.text)


@lru_cache(maxsize=1024)
def _severity_of_name(name: str) -> str | None:
    """The first severity in the words of a name; the names are few, and come in every sentence."""
    found = grades.severities(name)
    return found[0].term if found else None
