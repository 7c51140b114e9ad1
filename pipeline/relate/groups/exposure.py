"""Whether the counts of an article can be the drug's: given for something else, and to all who were counted.

"Rituximab for autoimmune neutropenia" gives the drug for the event. "CHOP with or without rituximab" and "rituximab had
been given to 52%" count people with and without the drug as one group.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from pipeline.concepts import assertion, regimen
from pipeline.records import Mention
from pipeline.relate.context import Context, SentenceView
from pipeline.relate.groups.own_part import counts, is_readable

_TREATS_BEFORE = re.compile(  # DRUG ... EVENT
    r"\s?(?:\([^()]{1,40}\)\s?)?(?:was\s|were\s|is\s)?(?:given|administered|used|therapy|treatment|effective|successful|as\s\w+\s\w+)?\s?"
    r"(?:for|in\s(?=(?:the\s)?(?:treatment|management|therapy|patients|children|refractory|a\spatient)))\s?(?:the\s)?"
    r"(?:treatment\sof\s|management\sof\s|therapy\sof\s|refractory\s|severe\s|chronic\s|patients\swith\s|children\swith\s|a\spatient\swith\s|persistent\s)*",
    re.IGNORECASE,
)
_TREATS_AFTER = re.compile(  # EVENT ... DRUG
    r"\s?(?:\([^()]{1,40}\)\s?)?(?:(?:were|was|who|has|had|been|successfully|all|that|which|and)\s)*"
    r"(?:treated\swith|responded\sto|responding\sto|responsive\sto|responds\sto|improved\s(?:with|after)|treatment\swith)\s(?:[\w-]+\s){0,2}",
    re.IGNORECASE,
)


def was_given_for_event(ctx: Context, events: Collection[str]) -> bool:
    """Whether the drug was given for the event: "rituximab for ...", "... were treated with rituximab".

    `events` are the concepts that stand for the event itself.
    """
    for view in ctx.sentences:
        named = view.labelled("event")
        if not named or not is_readable(view) or (assertion.role_of(view) == "background" and view.section):
            continue
        if view.section == 0 and all(m.concept not in events for m in named) and view.labelled("drug"):
            return True
        for drug in view.labelled("drug"):
            for event in named:
                if event.start >= drug.end and _TREATS_BEFORE.fullmatch(view.section_text, drug.end, event.start):
                    return True
                if drug.start >= event.end and _TREATS_AFTER.fullmatch(view.section_text, event.end, drug.start):
                    return True
    return False


def is_mixed(ctx: Context, drugs: Collection[str]) -> bool:
    """Whether people with and without the drug are one group ("CHOP or R-CHOP", "CHOP with or without ...")."""
    for view in ctx.sentences:
        if (assertion.role_of(view) == "background" and view.section) or not is_readable(view):
            continue
        if view.section and _only_a_share_had_it(view, drugs):
            return True
        if any(
            _is_optional(ctx, view, mention)
            for mention in view.labelled("drug", "regimen")
            if regimen.mention_drug(mention, ctx.protocol)
        ):
            return True
    return False


_OPTIONAL = re.compile(r"(?:with\sor\swithout|±|\+/-|\(±\)|with\sand\swithout|\+/−)\s?$", re.IGNORECASE)
_OR = re.compile(r"[\s)\]]*(?:\([^()]{1,40}\)\s?)?(?:or|and/or)\s", re.IGNORECASE)


def _is_optional(ctx: Context, view: SentenceView, mention: Mention) -> bool:
    """Whether a drug is one of two possibilities: "with or without rituximab", "CHOP or R-CHOP"."""
    if _OPTIONAL.search(view.section_text[max(view.start, mention.start - 20) : mention.start]):
        return True
    for other in view.labelled("regimen"):
        if regimen.mention_drug(other, ctx.protocol):
            continue
        first, second = sorted((mention, other), key=lambda m: m.start)
        between = view.section_text[first.end : second.start]
        if (
            first.end <= second.start
            and len(between) < 60
            and _OR.match(between)
            and not re.search(r"random", view.text, re.IGNORECASE)
        ):
            return True
    return False


_PARTLY = re.compile(
    r"(?:had\sbeen|was|were|been)\s(?:given|administered|used|part\sof)[^.;,]{0,30}?(?:in|to|by|of)\s$|received\sby\s$",
    re.IGNORECASE,
)
_PARTLY_AFTER = re.compile(
    r"(?:\sof\s(?:the\s|all\s|our\s)?(?:patients|subjects|them|cases|recipients))?\s(?:had\s)?(?:also\s)?(?:received|(?:were\s|been\s)?treated\swith|were\sgiven|been\sgiven)\s$",
    re.IGNORECASE,
)
_NOT_PARTLY = re.compile(
    r"\b(?:alone|again|re-?treat\w*|re-?admin\w*|maintenance|monotherapy|after\sLON|single|prior|previously|first|only|dose)\b",
    re.IGNORECASE,
)


def _only_a_share_had_it(view: SentenceView, drugs: Collection[str]) -> bool:
    """Whether a sentence says that only a share of the patients was given the drug ("had been given to 52%")."""
    for mention in view.labelled("drug"):
        if mention.concept not in drugs or _NOT_PARTLY.search(view.text):
            continue
        for count in counts(view):
            if count.percent is None or not 10 <= count.percent <= 90:
                continue
            start, end = view.start + count.start, view.start + count.end
            if mention.end <= start and _PARTLY.search(view.section_text[mention.end : start][-60:]):
                return True
            if end <= mention.start and _PARTLY_AFTER.fullmatch(view.section_text[end : mention.start]):
                return True
    return False
