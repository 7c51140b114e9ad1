"""Events under another drug than the review's: induced by it, told right after it, or in people who no longer had ours.

"clozapine-induced agranulocytosis", "agranulocytosis 11 weeks after the start of clozapine"  told after it
"Tocilizumab after rituximab failure", "switched from rituximab to tocilizumab"               given apart
"ibrutinib plus rituximab", "rituximab followed by ibrutinib"                                 not apart
"""

from __future__ import annotations

import re

from pipeline.concepts.assertion import Span
from pipeline.concepts.regimen import mention_drug
from pipeline.records import Mention
from pipeline.relate.context import Context, SentenceView

OTHER_DRUG = ("co_medication", "CHEMICAL")
# What is given for the event, or with everything: no cause of it
NO_CAUSE = frozenset({"gcsf", "corticosteroids", "ivig", "prednisone", "prednisolone", "methylprednisolone"})
# What is done, and not a medicine that may be blamed alone: the review's drug may be part of it
PROCEDURES = frozenset({"stem cell transplantation", "chemotherapy", "radiotherapy", "immunosuppressants"})
KNOWN = ("co_medication", "drug", "regimen", "management")

# "P-214 Late-onset X after Y": the number of an abstract at the head of its title
_ABSTRACT_NUMBER = re.compile(r"[A-Z]{1,5}[-.\s]?\d[\d.-]*:?")
_INDUCED = re.compile(
    r"(?:[-\u2010\u2011\s](?:induced|associated|related))?\s(?:severe\s|acute\s|late[- ]onset\s)?", re.IGNORECASE
)
_A_DOSE = (
    r"(?:the\s|his\s|her\s)?(?:\d{1,3}(?:st|nd|rd|th)|first|second|third|fourth|last)\s"
    r"(?:dose|cycle|course|infusion|injection|week)\s(?:of\s)?"
)
_AFTER_ONLY = re.compile(
    r"\b(?:after|following|under|on|during|due to|caused by|induced by|secondary to|because of|attributed to)\s"
    rf"(?:{_A_DOSE}|starting\s|(?:the\s)?(?:initiation|start|introduction|beginning|commencement)\sof\s"
    rf"|initiating\s|the\s"
    r"|(?:his\s|her\s)?\d{1,3}(?:st|nd|rd|th)\s|treatment with\s|receiving\s|switching to\s)*$",
    re.IGNORECASE,
)
# "after three courses of X", "followed the seventy-fourth infusion of X", "after two years on X"
_AFTER_COURSES = re.compile(
    r"\b(?:after|following|followed|during|under)\s(?:the\s|his\s|her\s|a\s)?(?:(?:\d{1,3}(?:st|nd|rd|th)?|[a-z]+(?:-[a-z]+)?)\s)?"
    r"(?:(?:doses?|cycles?|courses?|infusions?|injections?|weeks?|months?|years?|days?)\s(?:of|on|under)\s)?(?:the\s)?$",
    re.IGNORECASE,
)
# "one grade IV neutropenia, associated with X"; not "neutropenia was associated with X", a factor of risk
_ASSOCIATED = re.compile(r",?\s(?:\w+ly\s)?associated\swith\s(?:the\s)?", re.IGNORECASE)
_LISTED = re.compile(r"\s?(?:,|and|plus|/|\+|, and|with|[-\u2010-\u2015])\s?")


def is_told_after_one(view: SentenceView, mention: Span) -> bool:
    """Induced by X, or two weeks after X, where X is neither the review's drug nor given with it."""
    if not view.labelled(*OTHER_DRUG):
        return False
    text = view.section_text
    named = _medicines(view)
    before = next((m for m in named if m.end <= mention.start and _INDUCED.fullmatch(text, m.end, mention.start)), None)
    if before is not None:
        return before.label in OTHER_DRUG
    behind = [m for m in named if m.start >= mention.end]
    if not behind or behind[0].label not in OTHER_DRUG or behind[0].start - mention.end > 60:
        return False
    between = text[mention.end : behind[0].start]
    counted = behind[0].concept not in PROCEDURES and not any(m.label in ("drug", "regimen") for m in named)
    if not _AFTER_ONLY.search(between) and not (counted and _AFTER_COURSES.search(between)):
        return False
    listed = behind[0]
    for following in behind[1:]:
        if not _LISTED.fullmatch(text, listed.end, following.start):
            break
        if following.label not in OTHER_DRUG:
            return False
        listed = following
    return True


def is_associated_with_another(view: SentenceView, event: Mention) -> bool:
    """Whether an event is put down to another drug in a word behind it: "one grade IV X, associated with Y"."""
    if "associated with" not in view.low or not view.labelled(*OTHER_DRUG):
        return False
    behind = [m for m in _medicines(view) if m.start >= event.end]
    return (
        bool(behind)
        and behind[0].label in OTHER_DRUG
        and _ASSOCIATED.fullmatch(view.section_text, event.end, behind[0].start) is not None
        and not any(m.label in ("drug", "regimen") for m in behind)
    )


_PUT_DOWN = re.compile(
    r"\b(?:ascribed|attributed|put down|blamed (?:on|upon)|imputed|traced|(?:due|secondary|related)"
    r"|caused by)\s?(?:to\s)?"
    r"(?:the\s|another\sdrug,\s|(?:use|intake|effect) of\s|a\s(?:reaction|side effect)\s(?:to|of)\s)*$",
    re.IGNORECASE,
)
_FOUND_GUILTY = re.compile(
    r"\s?(?:was|were|being)?\s?(?:then\s|finally\s|therefore\s)?(?:identified as|considered|held|judged|thought"
    r"|deemed|found|proved)?"
    r"\s?(?:to be\s)?(?:the\s)?(?:likely\s|probable\s|most likely\s)?(?:culprit|offending|responsible|cause|guilty)\b",
    re.IGNORECASE,
)
_NOT_SURE = re.compile(
    r"\b(?:initially|at first|wrongly|could|might|may|either|also|or|possibl[ey]|suspected)\b", re.IGNORECASE
)
_NOT_OURS = re.compile(
    r"[\s,]*(?:(?:and|but)\s)?(?:not|rather than|instead of|although|since|as|while|whereas|despite|because"
    r"|even though|and)\b",
    re.IGNORECASE,
)
_ACQUITTED = re.compile(r",?\s(?:rather than|and not|but not|not|instead of)\s(?:the\s)?", re.IGNORECASE)
_LEFT_OFF = re.compile(
    r"\b(?:resolved|recovered|normali[sz]ed|rose|disappeared|cleared|improved|went)\s(?:\w+\s){0,3}?(?:when"
    r"|after|on|upon|once|with|following)\s"
    r"(?:(?:the|stopping|withdrawal|withdrawing|discontinuation|discontinuing|cessation|ceasing|omission"
    r"|omitting|of)\s)*$",
    re.IGNORECASE,
)
_STOPPING = re.compile(r"\b(?:stop|withdraw|discontinu|ceas|cessation|omi)\w*", re.IGNORECASE)
_GOES_ON = re.compile(
    r"\s(?:therapy\s|treatment\s|infusions\s)?(?:(?:was|were|being|had been)\s)?(?:\w+ly\s|then\s)?(?:continued"
    r"|maintained|carried on|went on|resumed|given as before|kept)",
    re.IGNORECASE,
)


def blames_another(view: SentenceView) -> bool:
    """Whether a sentence puts what happened down to another drug, the review's being at most the one acquitted.

    "ascribed to X, although the drug was continued", "attributed to X rather than the drug", "X was the culprit",
    "resolved when X was stopped, and the drug was continued". Not "put down to X and the drug", not a mere suspicion.
    """
    if not view.labelled(*OTHER_DRUG) or not _BLAME.search(view.low) or _NOT_SURE.search(view.text):
        return False
    text = view.section_text
    named = _medicines(view)
    others = [m for m in named if m.label in OTHER_DRUG and m.concept not in NO_CAUSE | PROCEDURES]
    ours = [m for m in named if m.label in ("drug", "regimen")]
    for other in others:
        near = text[max(view.start, other.start - 60) : other.start]
        behind = [m for m in ours if m.start >= other.end]
        if _PUT_DOWN.search(near):
            if any(m.end <= other.start and other.start - m.end < 8 for m in ours):
                continue
            return not behind or bool(_NOT_OURS.match(text, other.end))
        if any(_ACQUITTED.fullmatch(text, m.end, other.start) for m in ours if m.end <= other.start):
            continue  # "the drug rather than X was the culprit"
        if _FOUND_GUILTY.match(text, other.end):
            return True
        if _LEFT_OFF.search(near) and any(_GOES_ON.match(text, m.end) for m in ours):
            return bool(_STOPPING.search(near) or _STOPPING.search(text, other.end, other.end + 25))
    return False


_BLAME = re.compile(
    r"ascribed|attributed|put down|blamed|imputed|traced|due to|secondary to|related to|caused by|culprit"
    r"|responsible|offending|guilty"
    r"|cause\b|stop|withdraw|discontinu|cessation|omi[ts]"
)


# "FCGR3A-158 genotype": a gene, which nobody is given
_OF_A_GENE = re.compile(
    r"(?:[\s-][\w/-]+)?[\s-](?:genotyp\w*|polymorphisms?|alleles?|haplotypes?|genes?|variants?|carriers?|mutations?|locus|expression)\b",
    re.IGNORECASE,
)


def _medicines(view: SentenceView) -> list[Mention]:
    """The medicines of a sentence, those that only the model knows where no vocabulary has them."""
    known = [m for m in view.mentions if m.label in KNOWN]
    other = [
        m
        for m in view.mentions
        if m.label == "CHEMICAL"
        and not any(m.start < k.end and k.start < m.end for k in known)
        and not (view.section == 0 and m.start <= 1 and _ABSTRACT_NUMBER.fullmatch(m.text))
        and not _OF_A_GENE.match(view.section_text, m.end)
    ]
    return sorted((*known, *other), key=lambda m: m.start)


def is_blamed_by_title(ctx: Context) -> bool:
    """Whether the title puts the event down to another drug: "Mycophenolate-induced neutropenia".

    Not so for a transplantation, or where the review's drug is given after that: "X after Y-induced neutropenia".
    """
    return any(
        is_told_after_one(view, event)
        and not _is_afterwards(view, event)
        and not any(m.concept in PROCEDURES for m in view.labelled("co_medication"))
        for view in ctx.sentences
        if view.section == 0
        for event in view.named_events
    )


_PREPARES = re.compile(
    r"\b(?:pre-?treatment|pre-?medication|pre-?dos\w+|debulking)\s(?:with|by|of)\s(?:an?\s)?(?:single\s|one\s)?(?:\w+\s){0,3}$",
    re.IGNORECASE,
)
_IS_PREPARATION = re.compile(r"[\s-](?:pre-?treat(?!ed\b)\w+|pre-?medic\w+|pre-?dos\w+|debulking)\b", re.IGNORECASE)


def only_prepares(ctx: Context) -> bool:
    """Whether the title gives the review's drug only to prepare for another one: "X with DRUG pretreatment"."""
    for view in ctx.sentences:
        if view.section:
            return False
        drugs = [m for m in view.labelled("drug") if mention_drug(m, ctx.protocol)]
        others = [m for m in _medicines(view) if m.label in OTHER_DRUG and m.concept not in NO_CAUSE | PROCEDURES]
        if others and any(
            _IS_PREPARATION.match(view.section_text, m.end) or _PREPARES.search(view.section_text, 0, m.start)
            for m in drugs
        ):
            return True
    return False


_OTHER_CLASS = re.compile(
    r"\b(?:bispecifics?|bispecific\santibod\w+|CAR[\s-]?T|chimeric\santigen\sreceptor)\b", re.IGNORECASE
)


def is_on_other_class(ctx: Context) -> bool:
    """Whether the title is on another class of drugs, and names the review's at most as a class of comparators."""
    title = [view for view in ctx.sentences if view.section == 0]
    named = {mention_drug(m, ctx.protocol) for view in title for m in view.named_drugs}
    return any(_OTHER_CLASS.search(view.text) for view in title) and named <= {None, ctx.protocol.drug_class}


def _is_afterwards(view: SentenceView, event: Mention) -> bool:
    """Whether the review's drug stands before the event, and "after" or "following" between the two."""
    drugs = [m for m in view.named_drugs if m.end <= event.start]
    return bool(drugs) and bool(_THEN.search(view.section_text, drugs[0].end, event.start))


_THEN = re.compile(r"\b(?:after|following|despite)\b", re.IGNORECASE)
_FOLLOWS = re.compile(
    r"\b(?:after|following|upon)\s(?:(?:the|an?|any|prior|previous|failure|relapse|discontinuation|of|on|to"
    r"|from|first-line|frontline"
    r"|progression|median|\d+|two|three|at|least|one|lines?)\s)*$",
    re.IGNORECASE,
)
_SWITCH = re.compile(r"\bswitch\w*\b[^.;]{0,60}\bto\s(?:(?!from\b)[\w-]+\s){0,2}$", re.IGNORECASE)
_JOINED = re.compile(
    r"[\s)]*(?:,?\s?(?:plus|and|with|combined\swith|in\scombination\swith|added\sto|together\swith|followed\sby"
    r"|then)\s"
    r"|[-\u2010-\u2015+/&,])\s?(?:and\s)?",
    re.IGNORECASE,
)


_OR = re.compile(r"[\s)]*(?:,?\s?(?:or|versus|vs\.?)\s)", re.IGNORECASE)


def given_apart(ctx: Context) -> tuple[frozenset[str], frozenset[str]]:
    """The other drugs that were given after the review's drug or instead of it, and those given together with it."""
    apart, beside, together = set(), set(), set()
    for view in ctx.sentences:
        drugs = [m for m in view.named_drugs if mention_drug(m, ctx.protocol)]
        if not drugs or not view.labelled(*OTHER_DRUG):
            continue
        text = view.section_text
        for other in (m for m in _medicines(view) if m.label in OTHER_DRUG):
            name = other.concept or other.text.lower()
            if name in NO_CAUSE:
                continue
            if _SWITCH.search(text, view.start, other.start):
                apart.add(name)
            for drug in drugs:
                first, second = sorted((other, drug), key=lambda m: m.start)
                if _JOINED.fullmatch(text, first.end, second.start):
                    together.add(name)
                elif _OR.fullmatch(text, first.end, second.start):
                    beside.add(name)
                if first is other and _is_what_is_given(view, other) and _FOLLOWS.search(text, other.end, drug.start):
                    apart.add(name)
    return frozenset(apart - beside - together), frozenset(together)


_GIVEN = re.compile(
    r"\b(?:receiv\w+|given|treated\swith|start\w*|initiat\w+|on|taking|of|with|to)\s(?:[\w-]+\s){0,1}$", re.IGNORECASE
)
_FAILED = re.compile(r"\b(?:respon\w+|resistan\w+|refractory|resistant|intoleran\w+|failure|failed)\b", re.IGNORECASE)


def _is_what_is_given(view: SentenceView, other: Mention) -> bool:
    """Whether a sentence opens with the other drug ("X in lymphoma after ...") or says that it was given."""
    before = view.section_text[view.start : other.start]
    return len(before.split()) <= 2 or (bool(_GIVEN.search(before)) and not _FAILED.search(before[-40:]))


def names_only(view: SentenceView, apart: frozenset[str]) -> bool:
    """Whether a sentence names one of these drugs, and not the review's."""
    if not apart or any(mention_drug(m, view.context.protocol) for m in view.named_drugs):
        return False
    return any((m.concept or m.text.lower()) in apart for m in view.labelled(*OTHER_DRUG))


def is_subject(ctx: Context, apart: frozenset[str]) -> bool:
    """Whether the title is about one of these drugs: what the article tells without a drug's name is under it."""
    return any(
        (m.concept or m.text.lower()) in apart
        for view in ctx.sentences
        if view.section == 0
        for m in view.labelled(*OTHER_DRUG)
    )


_EVENTS_OF = re.compile(
    r"\b(?:events?|toxicit\w+|effects?|reactions?|complications?)\s(?:of|under|with|during|on|to|after"
    r"|from)\s(?:the\s)?$",
    re.IGNORECASE,
)


_ATTRIBUTED_TO = re.compile(
    r"\b(?:events?|toxicit\w+|effects?|reactions?|complications?)\s(?:[\w-]+\s){0,3}?(?:(?:attribut(?:ed|able)|ascribed|related|due|assigned)\sto|associated\swith)\s(?:the\s)?$",
    re.IGNORECASE,
)
_WERE = re.compile(r"\s(?:[\w-]+\s){0,3}?(?:were|was|included|comprised|consisted\sof)\s|:\s", re.IGNORECASE)


def is_attributed_to_another(view: SentenceView, event: Mention) -> bool:
    """Whether a sentence lists the event among those of a partner: "the events attributed to CHOP were ..."."""
    text, protocol = view.section_text, view.context.protocol
    for other in view.labelled("regimen", *OTHER_DRUG):
        if other.end > event.start or mention_drug(other, protocol) is not None:
            continue
        if any(m.start < other.end and other.start < m.end for m in view.labelled("drug")):
            continue
        if _ATTRIBUTED_TO.search(text, view.start, other.start) and _WERE.match(text, other.end):
            return ";" not in text[other.end : event.start]
    return False


def has_the_events(view: SentenceView, event: Mention, together: frozenset[str]) -> bool:
    """Whether a sentence lists the event among those of another drug: "adverse events of daratumumab were ..."."""
    if any(mention_drug(m, view.context.protocol) for m in view.named_drugs):
        return False
    return any(
        other.end <= event.start
        and (other.concept or other.text.lower()) not in together | NO_CAUSE | PROCEDURES
        and _EVENTS_OF.search(view.section_text, view.start, other.start)
        for other in view.labelled(*OTHER_DRUG)
    )
