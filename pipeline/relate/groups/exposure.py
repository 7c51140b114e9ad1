"""Whether the counts of an article can be the drug's: given for something else, and to all who were counted.

"Rituximab for autoimmune neutropenia" gives the drug for the event. "CHOP with or without rituximab", "rituximab had
been given to 52%" and "61 had adalimumab, five rituximab" count people with and without the drug as one group.
"Neutropenia in four, all without rituximab", "before rituximab", "under ibrutinib" (in an article on ibrutinib after
rituximab) and "in two of the newborns" are events of people who did not have the drug, or not then.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from pipeline.concepts import assertion, regimen
from pipeline.concepts.count import Count
from pipeline.concepts.phrases import AnyOf
from pipeline.records import Mention
from pipeline.relate.context import Context, SentenceView
from pipeline.relate.groups.own_part import counts, is_readable
from pipeline.relate.other_drug import NO_CAUSE, PROCEDURES

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

_RESPONDS = re.compile(
    r"(?<!marker\sof\s)(?<!predictor\sof\s)(?<!sign\sof\s)(?<!predicts\s)(?<!for\s)\b(?:response|responding|responsive|remission|improvement|success\w*\streat\w+)\s(?:to|with|after|under)\s(?:[\w-]+\s){0,2}$",
    re.IGNORECASE,
)
"""A title's event that responds to the drug: "neutropenia ...: response to rituximab"."""


def was_given_for_event(ctx: Context, events: Collection[str]) -> bool:
    """Whether the drug was given for the event: "rituximab for ...", "... were treated with rituximab".

    `events` are the concepts that stand for the event itself.
    """
    for view in ctx.sentences:
        named = view.named_events
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
                if not view.section and _RESPONDS.search(view.section_text, event.end, max(event.end, drug.start)):
                    return True
    return False


def is_mixed(ctx: Context, drugs: Collection[str]) -> bool:
    """Whether people with and without the drug are one group ("CHOP or R-CHOP", "CHOP with or without ...")."""
    for view in ctx.sentences:
        if (assertion.role_of(view) == "background" and view.section) or not is_readable(view):
            continue
        if view.section and _is_one_in_list_of_many(view, drugs):
            return True
        given = view.named_drugs
        if not given:
            continue
        if view.section and (
            _only_a_share_had_it(view, drugs)
            or _not_all_also_had_it(view, drugs)
            or _are_part_of_all(view, drugs)
            or _others_had_another(view, drugs)
        ):
            return True
        if any(_is_optional(ctx, view, mention) for mention in given if regimen.mention_drug(mention, ctx.protocol)):
            return True
    return False


_MAY_BE_OPTIONAL = AnyOf(("without", "±", "+/-", "+/−"))
_OPTIONAL = re.compile(r"(?:with\sor\swithout|±|\+/-|\(±\)|with\sand\swithout|\+/−)\s?$", re.IGNORECASE)
# "received A, alone or with B": not where B is one of two arms
_ALONE_OR_WITH = re.compile(
    r"(?<!mab\s)(?<!mab,\s)\b(?:alone|by\sitself|(?:as\s)?(?:a\s)?(?:monotherapy|single[\s-]agent)),?\sor\s(?:else\s)?"
    r"(?:(?:given\s)?(?:together|combined|in\scombination|in\sassociation|along)\s)?with\s(?:the\s)?$",
    re.IGNORECASE,
)
_MAY_BE_MOSTLY = AnyOf(
    ("usually", "most", "often", "mainly", "generally", "frequently", "some", "predominantly", "many", "half")
)
# "had received B, usually together with A"
_MOSTLY_WITH = re.compile(
    r",\s(?:(?:usually|mostly|often|mainly|generally|frequently|sometimes|predominantly|in\s(?:most|some|many|half)(?:\s(?:of\s)?(?:them|cases|patients))?),?\s)"
    r"(?:given\s)?(?:(?:together|combined|in\scombination|in\sassociation|along)\s)?with\s(?:the\s)?$",
    re.IGNORECASE,
)
_OR_WITHOUT = re.compile(r"\s?(?:\([^()]{1,60}\)\s?)?(?:or|and)\swithout\b", re.IGNORECASE)
_AND_OR = re.compile(r"\sand/or\s", re.IGNORECASE)
_RANDOM = re.compile(r"\b(?:random|assign|allocat)", re.IGNORECASE)
_OR = re.compile(r"[\s)\]]*(?:\([^()]{1,40}\)\s?)?(?:or|and/or)\s", re.IGNORECASE)


def _is_optional(ctx: Context, view: SentenceView, mention: Mention) -> bool:
    """Whether a drug is one of two possibilities: "with or without rituximab", "CHOP or R-CHOP"."""
    if _MAY_BE_OPTIONAL.search(view.low) and _OPTIONAL.search(
        view.section_text[max(view.start, mention.start - 20) : mention.start]
    ):
        return True
    if (
        "alone" in view.low or "itself" in view.low or "single" in view.low or "mono" in view.low
    ) and not _RANDOM.search(view.text):
        before = view.section_text[max(view.start, mention.start - 70) : mention.start]
        if _ALONE_OR_WITH.search(before):
            return True
    if _MAY_BE_MOSTLY.search(view.low) and _MOSTLY_WITH.search(
        view.section_text, max(view.start, mention.start - 60), mention.start
    ):
        return True
    if "without" in view.low and _OR_WITHOUT.match(view.section_text, mention.end) and not _RANDOM.search(view.text):
        return True
    if view.section == 0 and (
        _AND_OR.match(view.section_text, mention.end)
        or _AND_OR.search(view.section_text[max(0, mention.start - 8) : mention.start])
    ):
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
            and not any(first.end <= m.start and m.end <= second.start for m in view.labelled("drug"))
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
    r"\b(?:alone|again|re-?treat\w*|re-?admin\w*|maintenance|monotherapy|after\sLON|single|prior|previously|before|earlier|already|first|only|dose)\b",
    re.IGNORECASE,
)


def _only_a_share_had_it(view: SentenceView, drugs: Collection[str]) -> bool:
    """Whether a sentence says that only a share of the patients was given the drug ("had been given to 52%").

    "131" of the 240 that the sentence counts before is a share too, where nobody else is counted.
    """
    for mention in view.labelled("drug"):
        shares = [c for c in counts(view) if c.percent is not None and 10 <= c.percent <= 90] or _part_of_whole(view)
        if not shares or mention.concept not in drugs or _NOT_PARTLY.search(view.text):
            continue
        shares = [c for c in shares if c.percent is not None or not _are_parted_next(view, c)]
        for count in shares:
            start, end = view.start + count.start, view.start + count.end
            if mention.end <= start and _PARTLY.search(view.section_text[mention.end : start][-60:]):
                return True
            if end <= mention.start and _PARTLY_AFTER.fullmatch(view.section_text[end : mention.start]):
                return True
    return False


def _are_parted_next(view: SentenceView, given: Count) -> bool:
    """Whether the next sentence parts those given the drug: the article goes on with them alone."""
    following = view.context.sentences[view.index + 1 : view.index + 2]
    sizes = [c.events or 0 for v in following for c in counts(v) if c.labelled]
    return len(sizes) > 1 and sum(sizes) == given.events


_NOT_ALL_ALSO = re.compile(
    r"\b(?:most(?:,?\s(?:but|though)\snot\sall,?)?|(?:many|some|not\sall|half|the\smajority)(?:\sof\s(?:them|whom))?|(?:but|though)\snot\sall,?)"
    r"(?:\spatients)?\s(?:(?:were|had|been)\s){0,2}(?:also|additionally|concomitantly)\s(?:received|given|treated\swith)\s$",
    re.IGNORECASE,
)


def _not_all_also_had_it(view: SentenceView, drugs: Collection[str]) -> bool:
    """Whether some only had the drug beside another: "most, but not all, also received rituximab"."""
    return ("also" in view.low or "additionally" in view.low or "concomitantly" in view.low) and any(
        m.concept in drugs and _NOT_ALL_ALSO.search(view.section_text, max(view.start, m.start - 70), m.start)
        for m in view.labelled("drug")
    )


_OF_ALL = re.compile(r"\s*(?:of|among)\s(?:the\s|a\stotal\sof\s|all\s|these\s|our\s)*$", re.IGNORECASE)
_WERE_ON = re.compile(
    r"\s(?:(?:patients|subjects|people)\s)?(?:who\s)?(?:had\s|were\s|was\s|been\s|being\s)*"
    r"(?:on|receiving|received|treated\swith|given|taking|exposed\sto|had|under|with|to)\s",
    re.IGNORECASE,
)


def _are_part_of_all(view: SentenceView, drugs: Collection[str]) -> bool:
    """Whether those on drugs of the review are only some of all: "of 512 patients 211 were on A and 92 on B"."""
    found = counts(view)
    if len(found) < 3 or found[0].unit != "patients" or not _OF_ALL.match(view.text, 0, found[0].start):
        return False
    given: list[int] = []
    for count in found[1:]:
        if count.events is None or count.total is not None or count.unit not in (None, "patients"):
            continue
        on = _WERE_ON.match(view.text, count.end)
        if on and any(m.start - view.start == on.end() and m.concept in drugs for m in view.labelled("drug")):
            given.append(count.events)
    return len(given) > 1 and sum(given) < _NEARLY_ALL * (found[0].total or found[0].events or 0)


_NEARLY_ALL = 0.8
_LISTED = re.compile(r"[^.;()\d]{2,60}?\s(?:\(?n\s?=\s?)?(?P<n>\d{1,5})\)?(?:,\s(?:and\s)?|\sand\s|$)")
_ON_ANY = re.compile(
    r"\bon\s(?:any|one|some|various|different|several)\s|\bany\sDMT|\bdifferent\s\w+\s(?:drugs|agents|therapies)"
)


def _is_one_in_list_of_many(view: SentenceView, drugs: Collection[str]) -> bool:
    """Whether a bracket parts all by what they had, most of them other drugs: "on any DMT (A 188, B 305, C 74)"."""
    named = view.labelled("drug", "co_medication") if len(view.mentions) > 3 else ()
    if len(named) < 4 or not _ON_ANY.search(view.text):
        return False
    opens = view.text.find("(")
    closes = view.text.find(")", opens)
    listed = [(m.start(), m.end(), int(m["n"])) for m in _LISTED.finditer(view.text, opens + 1, closes)]
    own = sum(n for s, e, n in listed if any(s <= m.start - view.start < e and m.concept in drugs for m in named))
    return len(listed) > 2 and 0 < own < _NEARLY_ALL * sum(n for _, _, n in listed)


def _part_of_whole(view: SentenceView) -> list[Count]:
    """The second of the only two numbers of a sentence, if the first counts patients and it is a share of them."""
    found = counts(view)
    if len(found) != 2 or found[0].unit != "patients" or found[1].unit not in (None, "patients"):
        return []
    whole, part = found[0].events, found[1].events
    return [found[1]] if whole and part and 0.1 * whole <= part <= 0.75 * whole else []


_HAD = re.compile(
    r"\s(?:[\w-]+\s){0,2}?(?:had\s)?(?:been\s)?(?:received|receiving|treated\swith|given|(?:were\s)?(?:taking|on|under)|had|with)\s(?:an?\s|conventional\s)?$",
    re.IGNORECASE,
)
_COMBINED = re.compile(r"\b(?:combin\w+|together|also|added|alone)\b", re.IGNORECASE)
_AS_WELL = re.compile(r"\s(?:alone|as\swell|in\saddition|too|also)\b", re.IGNORECASE)
_AS_MONOTHERAPY = re.compile(r"\bas\s(?:monotherapy|(?:a\s)?single[\s-]agent)\b", re.IGNORECASE)
_COUNT_BEHIND = re.compile(r"\s?[(\[]\s?(?:n\s?=\s?)?$", re.IGNORECASE)


def _others_had_another(view: SentenceView, drugs: Collection[str]) -> bool:
    """Whether a sentence counts those with the drug beside those with others: "adalimumab (61) or rituximab (5)"."""
    found = [c for c in counts(view) if c.events is not None and c.unit in (None, "patients", "cases")]
    if len(found) < 2 or _AS_MONOTHERAPY.search(view.text):
        return False  # "126 as monotherapy and 845 with B": all had it
    text = view.section_text
    given: dict[bool, int] = {True: 0, False: 0}
    for mention in view.labelled("drug", "co_medication", "regimen"):
        has_drug = regimen.mention_drug(mention, view.context.protocol) is not None
        for count in found:
            start, end = view.start + count.start, view.start + count.end
            is_behind = mention.end <= start and _COUNT_BEHIND.fullmatch(text, mention.end, start)
            is_before = end <= mention.start and (
                _HAD.fullmatch(text, end, mention.start) or (given[False] + given[True] and mention.start - end == 1)
            )
            if _AS_WELL.match(text, mention.end):
                continue
            if is_behind or (is_before and not _COMBINED.search(text, end, mention.start)):
                given[mention.concept in drugs or (mention.label == "regimen" and has_drug)] += count.events or 0
                break
    return 0 < given[True] < 0.9 * (given[True] + given[False])


_BEFORE = re.compile(
    r"(?:[^.;]|\.(?=\d)){0,100}\b(?:before|prior\sto|preceding|ahead\sof)\s(?:the\s)?"
    r"(?:(?:start|first|initiation|introduction|administration|commencement|onset|dose|infusion|use|of|any|starting|giving|receiving|initiating|treatment|therapy|with)\s)*$",
    re.IGNORECASE,
)
_WITHOUT = re.compile(
    r"(?:(?<!\bor\s)(?<!\band\s)\bwithout|\bnever\s(?:had|received|been\s(?:given|exposed\sto|treated\swith)))"
    r"\s(?:the\s|any\s)?$",
    re.IGNORECASE,
)
_GIVEN_FOR_LIST = re.compile(r"\s(?:(?:therapy|treatment)\s)?for\s(?P<list>(?:[^.:;]|\.\d){0,160})$", re.IGNORECASE)
_NEW_FACT = re.compile(
    r"\b(?:was|were|had|has|have|developed|occurred|experienced|caus\w+|complicat\w+|led|became|after|during|followed|who|which|whom)\b",
    re.IGNORECASE,
)
_RISK_BEHIND = re.compile(r"\s(?:risk|probability|prophylaxis)\b", re.IGNORECASE)
_MAY_BE_STOPPING = AnyOf(
    (
        *("discontinu", "stopp", "withdr", "interrupt", "terminat", "postpon"),
        *("cessation", "delay", "omission", "modification", "reduction"),
    )
)
_LED_TO_STOPPING = re.compile(
    r"\b(?:leading|led|causes?|reasons?)\s(?:to|of|for)\s(?:[\w-]+\s){0,2}"
    r"(?:discontinuation|discontinuing|withdrawal|withdrawing|cessation|interruption|stopping|termination|delay|postponement|omission|modification"
    r"|dose\s(?:reduction|modification)|reduction)s?\b"
    r"(?:[^.;]|\.\d)*$",
    re.IGNORECASE,
)
_MAY_BE_NEWBORN = AnyOf(("neonat", "newborn", "birth", "offspring", "infant", "babies", "child", "cord"))
_NEWBORN = re.compile(
    r"\b(?:neonat(?:es?|al)|newborns?|live\sbirths?|offspring|(?:infants?|babies|child(?:ren)?)\s(?:exposed|born)|cord\sblood)\b",
    re.IGNORECASE,
)
_IN_PREGNANCY = re.compile(r"\b(?:pregnan\w+|maternal\w*|mothers?|in\sutero|gestation\w*|trimester)\b", re.IGNORECASE)
_REASON_FOR_STOPPING = re.compile(
    r"\b(?:discontinu|stopp|withdr|interrupt|terminat|postpon)\w*\b(?:[^.;]|\.\d)*"
    r"\b(?:because\sof|due\sto|owing\sto|on\saccount\sof|for\sreasons\sof)\b(?:[^.;]|\.\d)*\),?\s(?:and\s|or\s)?$",
    re.IGNORECASE,
)
BEFORE, WITHOUT, BEFORE_BIRTH = "historical", "arm without the drug", "exposed before birth"
STOPPING = "one of the reasons for stopping"
OTHER_CAUSE = "other_cause"
_INDUCED_BY = re.compile(r"[-\u2010\u2011](?:related|induced|associated|attributed)\s(?:[\w-]+\s)?$", re.IGNORECASE)


def reason_in_sentence(view: SentenceView, start: int, event_end: int, end: int) -> str | None:
    """Why an event from `start` to `event_end`, told up to `end`, is none of people treated; None where it may be."""
    text = view.section_text
    if _MAY_BE_STOPPING.search(view.low) and (
        _REASON_FOR_STOPPING.search(text, view.start, start) or _LED_TO_STOPPING.search(text, view.start, start)
    ):
        return STOPPING
    if _RISK_BEHIND.match(text, end) or _RISK_BEHIND.match(text, event_end):
        return "hypothetical"
    if _INDUCED_BY.search(text, max(view.start, start - 24), start) and _is_put_on_another(view, start):
        return OTHER_CAUSE
    drugs = [m for m in view.named_drugs if regimen.mention_drug(m, view.context.protocol)]
    for mention in drugs:
        if mention.start >= end and _BEFORE.fullmatch(text, end, mention.start):
            return BEFORE
        given_for = _GIVEN_FOR_LIST.match(text, mention.end, start) if mention.end < start else None
        if given_for and not _NEW_FACT.search(given_for["list"]):
            return "treated"
    if drugs and all(_WITHOUT.search(text, max(view.start, m.start - 28), m.start) for m in drugs):
        return WITHOUT
    return BEFORE_BIRTH if is_of_newborn(view) else None


def _is_put_on_another(view: SentenceView, start: int) -> bool:
    """Whether the event at `start` is put down to a medicine that is none of the review's: "glofitamab-related A"."""
    return any(
        _INDUCED_BY.fullmatch(view.section_text, m.end, start) and m.concept not in NO_CAUSE | PROCEDURES
        for m in view.labelled("co_medication")
    )


_ALONE = re.compile(r"[\s-](?:alone|monotherapy|only)\b", re.IGNORECASE)


def names_one_alone(view: SentenceView) -> bool:
    """Whether a regimen of a sentence is said to be given alone: "in the bendamustine-alone group"."""
    text = view.section_text
    return any(
        _ALONE.search(text, m.start, m.end) or _ALONE.match(text, m.end, view.end) for m in view.labelled("regimen")
    )


def is_of_unexposed(view: SentenceView) -> bool:
    """Whether a sentence says of somebody that he never had the drug: "her brother, who had never had rituximab"."""
    drugs = [m for m in view.named_drugs if regimen.mention_drug(m, view.context.protocol)]
    before = (view.section_text[max(view.start, m.start - 28) : m.start] for m in drugs)
    return bool(drugs) and all("never" in words.lower() and _WITHOUT.search(words) for words in before)


def is_of_newborn(view: SentenceView) -> bool:
    """Whether a sentence of an article on pregnancy tells of the newborn."""
    if not (_MAY_BE_NEWBORN.search(view.low) and _NEWBORN.search(view.text)):
        return False
    return bool(_IN_PREGNANCY.search(view.text)) or _is_about_pregnancy(view.context)


def _is_about_pregnancy(ctx: Context) -> bool:
    return any(_IN_PREGNANCY.search(view.text) for view in ctx.sentences)
