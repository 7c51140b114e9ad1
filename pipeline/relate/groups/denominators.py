"""How many were treated: the persons at risk, which an abstract often gives in another sentence than the event.

Each count of persons is a candidate with a weight from the words around it (corpora/common/triggers/population.csv:
"were enrolled" for it, "responded" against it). A candidate that contradicts the printed percentage cannot be the
denominator: 37.8 % of 49 is no whole number of persons.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.concepts import assertion
from pipeline.concepts.count import Count, agrees
from pipeline.concepts.phrases import AnyOf
from pipeline.concepts.regimen import CONTROL, LABEL, Arm, mention_drug
from pipeline.records import Mention
from pipeline.relate.context import SentenceView
from pipeline.relate.groups.arm_sizes import arm_of_number, fills_bracket, is_named_behind
from pipeline.relate.groups.article import GroupArticle
from pipeline.relate.groups.events import OF_REPORTS
from pipeline.relate.groups.layout import is_blood_count
from pipeline.relate.groups.own_part import POPULATION_COLUMNS, tells_ratio
from pipeline.relate.groups.untreated import never_treated

_REACH = 45  # characters between a count and a word that speaks for it
_REACH_AGAINST = 24  # and against it
_MAY_BE_EACH = AnyOf(("each", "either", "both", "every", "per"))
_EACH = re.compile(
    r"\s?(?:patients?\s|subjects\s|participants\s)?(?:treated\s|analy[sz]ed\s|evaluable\s)?(?:(?:were\s)?(?:randomly\s)?(?:allocated|assigned|randomi[sz]ed)\s)?(?:in|to|per|into|of|from)\s(?:each|either|both|every)\s(?:treatment\s|study\s)?(?:group|arm|cohort|regimen|treatment|schedule|combination|strategy)s?\b|\s?(?:patients\s|subjects\s)?(?:per\s(?:treatment\s|study\s)?(?:arm|group|cohort)\b|(?:in\s)?each(?=\s?[).,;]|\s(?:were|was|to|in|on|had|received)\b))",
    re.IGNORECASE,
)
_EACH_BEFORE = re.compile(
    r"\b(?:each|either|both)\s(?:of\s(?:the|these)\s)?(?:\w+\s)?(?:groups?|arms?|cohorts?)\s(?:counted|comprised|included|had|numbered|consisted\sof|of)\s$",
    re.IGNORECASE,
)
_SUBSET_BEFORE = re.compile(
    r"\b(?:of\swhom|of\swhich|of\sthem|including|only|other|except|all\sbut)\s*$", re.IGNORECASE
)
_WITH_ONLY = re.compile(
    r"\s*(?:patients?\s|cases\s)?(?:with|without|who\s(?:had|developed))\s(?:[\w/-]+\s){0,3}", re.IGNORECASE
)
_WITHOUT_BEFORE = re.compile(r"\b(?:with|without)\s(?:[\w/-]+\s){0,2}$", re.IGNORECASE)
_OF_THEM = re.compile(r"\s(?:of\s(?:them|whom|these|those|the\slatter)|others?)\b", re.IGNORECASE)
_WITHOUT = re.compile(
    r"\s(?:(?:patients|others)\s)?(?:who\s)?(?:had|have|did|were|was)\s(?:not|never)"
    r"(?![^.;,]{0,20}\b(?:previous|before|prior))\b",
    re.IGNORECASE,
)
_RECEIVED = re.compile(r"\b(?:receiv\w+|requir\w+|need\w*|treated|given|had)\b", re.IGNORECASE)
_OF_BEFORE = re.compile(
    r"(?:^|[.;,:]\s?|\b)(?:of|among|in)\s(?:the\s|these\s|our\s|all\s|a\stotal\sof\s)*$", re.IGNORECASE
)
_AT_LEAST_ONE_DOSE = re.compile(
    r"\b(?:at\sleast\sone|one\sor\smore|any)\s(?:\w+\s)?(?:dose|infusion|cycle|course)", re.IGNORECASE
)
_MAY_BE_SAFETY = AnyOf(("safety", "toxicity", "adverse", "tolerability"))
_FOR_SAFETY = re.compile(
    r"\s(?:patients\s|of\s(?:whom|them|these|which)\s)?(?:(?:who\s)?(?:were|was|could\sbe|are)\s)?(?:treated\sand\s)?"
    r"(?:(?:included|considered|available|evaluable|assessable|assessed|evaluated|analy[sz]ed|eligible|fully)\s){0,2}"
    r"(?:(?:for|in)\s(?:the\s)?(?:safety|toxicity|adverse|tolerability)\b|for\s(?:response|efficacy)\sand\s(?:safety|toxicity)\b)",
    re.IGNORECASE,
)
_SAFETY_BEFORE = re.compile(
    r"\b(?:safety|toxicity|tolerability)\s(?:(?:population|analysis|set|cohort)\s(?:\w+\s){0,2}"
    r"|(?:(?:was|were|could\sbe)\s)?(?:assessed|evaluated|analy[sz]ed|assessable|evaluable)\s(?:in|for|among)\s(?:all\s|the\s)*)$",
    re.IGNORECASE,
)
_MAY_BE_RESPONSE = AnyOf(("response", "orr", "remission", "efficacy"))
# "among 27 patients refractory to B the rate was 22%": the clause tells another result
_RESULT_BEHIND = re.compile(
    r"[^.;:%]{0,90}?\s(?:it|this|the\s(?:[\w-]+\s){0,3}?(?:rates?|figures?|proportion|ORR|CR|PFS|OS|survival))\s(?:\([^()]*\)\s)?(?:was|were)\s(?:only\s)?\d",
    re.IGNORECASE,
)
_AMONG_BEFORE = re.compile(r"(?:^|[;:,]\s|\band\s)\s*(?:among|in|for)\s(?:the\s|those\s)?$", re.IGNORECASE)
_RESPONSE_BEFORE = re.compile(
    r"\b(?:response(?:\srates?)?|ORR|remission(?:\srates?)?|efficacy)\s(?:\([^()]{1,20}\)\s)?(?:(?:was|were|could\sbe)\s)?"
    r"(?:(?:assessed|evaluated|analy[sz]ed|assessable|evaluable)\s)?(?:in|of|among|for)\s(?:the\s|all\s)*$",
    re.IGNORECASE,
)
_ANALYSED = re.compile(
    r"\s(?:\w+\s){0,2}?(?:(?:were|was|could\sbe)\s)?(?:(?:included|available|remained|left)\s(?:in|for)|for)\s(?:the\s)?"
    r"(?!\w*\s?(?:efficacy|response))(?:[\w-]+\s){0,3}?analys[ei]s\b",
    re.IGNORECASE,
)
_LEFT_BEFORE = re.compile(
    r"\b(?:leaving|left|remaining|available\s(?:in|for|from)|data\s(?:of|on|from|in|for)"
    r"|(?<!meta-)(?:analysis|report|evaluation)\s(?:includes?|covers?|comprises?|concerns|is\sbased\son|was\sbased\son))\s(?:the\sfirst\s)?$",
    re.IGNORECASE,
)
# "blood counts were available two weeks after the infusion in 88 of 103"
_AVAILABLE_BEFORE = re.compile(
    r"\b(?:counts?|data|results|samples|measurements|records|information)\s(?:[\w-]+\s){0,2}?(?:was|were)\s(?:[\w-]+\s)?(?:available|obtained|complete)\s"
    r"(?:[\w-]+\s){0,7}?(?:in|for|from|of)\s(?:only\s)?$",
    re.IGNORECASE,
)
# "of whom 47 are evaluable", not for response
_EVALUABLE = re.compile(
    r"\s(?:patients\s)?(?:(?:were|are|was)\s(?:fully\s)?)(?:evaluable|assessable|analy[sz]able)\b(?!\sfor\b)|\s(?:were\s|are\s)?(?:eligible|evaluable)\sand\s(?:evaluable|eligible|assessable)\b(?!\sfor\s)",
    re.IGNORECASE,
)
# "387 had at least one blood count", "387 form the basis of this report"
_WITH_COUNTS = re.compile(
    r"\s(?:patients\s|of\s(?:them|these|whom)\s)?(?:who\s)?(?:had|have|with)\s(?:(?:an?|at\sleast\sone|one\sor\smore|any|sufficient|available|adequate|complete)\s){0,2}"
    r"(?:[\w-]+\s){0,2}(?:(?:full\s|complete\s)?blood\s(?:cell\s)?counts?|neutrophil\scounts?|(?:absolute\s)?ANCs?|CBCs?|laboratory\s\w+)\b(?![^.;,]{0,30}(?:below|<|under|less))"
    r"|\s(?:patients\s)?(?:[^.;,\d]{1,50}\s)?(?:form|formed|make\sup|made\sup|constitute|constituted|comprise|comprised)\s(?:the\sbasis\sof\s)?(?:the|this|our)\s(?:\w+\s){0,2}(?:report|population|cohort|analysis|series|sample|study)\b",
    re.IGNORECASE,
)
# "33 of 36 evaluable patients responded"
_OF_EVALUABLE = re.compile(r"\b(?:evaluable|assessable|response-\w+)\b", re.IGNORECASE)
_UNIT = 16  # characters of ") of evaluable" behind a bracket
# "two-year data were available for 20", "biopsies were available from 12": no fewer were treated
_OTHER_DATA_BEFORE = re.compile(
    r"\b(?:\w+[\s-](?:year|month|week)s?|year|month|week|follow-?up|long-?term|biops(?:y|ies)|marrows?|tissue|genotyp\w+|sequencing"
    r"|response|efficacy|imaging|PET|MRI|quality)\b(?!\scounts?\b)[^.;,]{0,40}?\b(?:(?:was|were|is|are)\s(?:\w+\s)?)?available\s(?:in|for|from|of|on)\s(?:only\s)?$",
    re.IGNORECASE,
)
_COUNTS_AVAILABLE_BEFORE = re.compile(
    r"\b(?:blood\scounts?|neutrophil\scounts?|(?:ha|h)ematolog\w+|laboratory)\s(?:[\w-]+\s){0,2}?(?:was|were)\s(?:[\w-]+\s)?(?:available|obtained|complete)\s"
    r"(?:[\w-]+\s){0,7}?(?:in|for|from|of)\s(?:only\s)?$",
    re.IGNORECASE,
)
_GIVEN_TO_BEFORE = re.compile(
    r"\s(?:(?:had|has|have)\sbeen|was|were)\s(?:given|administered|used|offered)\s(?:to|in|for)\s(?:only\s)?$",
    re.IGNORECASE,
)
_TO_BEFORE = re.compile(r"\b(?:given|administered)\sto\s(?:[^.;]{1,80}\sto\s)?$", re.IGNORECASE)
_STUDIES_BEFORE = re.compile(
    r"\b(?:cohorts|studies|trials|RCTs|articles|publications)\s(?:\w+\s){0,4}?(?:\(|(?:with|including|involving|comprising|of)\s)(?:a\stotal\sof\s|[nN]\s?=\s?|in\stotal\s)?$",
    re.IGNORECASE,
)
# "70 (21%) of 339 patients in the X group had adverse events"
_HAD_EFFECTS = re.compile(
    r"\b(?:had|experienced|reported|suffered)\s(?:\w+\s){0,3}(?:adverse|toxic|side)", re.IGNORECASE
)
_FINITE = re.compile(
    r"\s(?:\w+\s){0,3}?(?:received|(?:had|were|was|been)\s(?:\w+\s)?(?:given|treated))\s", re.IGNORECASE
)
_IN_SAFETY = re.compile(
    r"\b(?:evaluable|assess(?:able|ed)|evaluated|analy[sz]ed|included\sin)\s(?:for|in)?\s?(?:the\s)?(?:toxicity|safety|adverse)\b"
    r"|\bsafety\s(?:population|analysis|set|cohort)\b",
    re.IGNORECASE,
)
_CLAUSE_STOP = re.compile(r"[;,:]\s|\s(?:and|but|while|whereas)\s")
_HAD_DRUG = re.compile(
    r"\s?(?:[)\]]\s?)?(?:\([^()]{1,160}\)\s)?(?:of\s(?:whom|them|these|those)\s)?(?:with\s(?:[\w/-]+\s){1,5})?(?:such\s)?(?:patients?\s|subjects\s|pts\s|cases\s|people\s|participants\s|individuals\s|\(\d+(?:\.\d+)?\s?%\)\s){0,2}"
    r"(?:(?:who|(?:had|have)(?=\s(?:received|been|had))|been|were|was|then|also|actually|subsequently|eventually|finally|all|enrolled\sand)\s){0,3}"
    r"(?:received|receiving|treated\swith|given|got|had|took|started|(?:went|going|moved|proceeded)\s(?:on\s)?to(?:\s(?:receive|have))?|exposed\sto|administered|assigned(?:\sto)?)\s",
    re.IGNORECASE,
)
_BEFORE_STUDY = re.compile(r"\b(?:before|previously|prior|already|earlier|in\sthe\spast)\b", re.IGNORECASE)
# "ten patients refractory to A (and to B in three) were given C": the verb is of the ten
_ASIDE_OF_SOME = re.compile(r"\([^()]*\b(?:in|of|for|by)\s(?:only\s)?$", re.IGNORECASE)
_ASIDE = re.compile(r"\([^()]*\)")
_ENROLLING = re.compile(
    r"\b(?:enroll?(?:ed|ing)|includ(?:ed|ing)|recruit(?:ed|ing)|studied|(?:trial|study|series|cohort)\s(?:of|in|with))\s(?:only\s)?$",
    re.IGNORECASE,
)
_STUDY_DRUG = re.compile(
    r"(?:a\stotal\sof\s|a\smedian\sof\s)?[\d,]+\s(?:treatment\s|chemotherapy\s)?(?:cycles|courses|infusions)\b"
    r"|(?:the\s|all\s|any\s|at\sleast\sone\s|one\sor\smore\s|a\s|their\s|\d\sor\smore\s)?(?:(?:dose|infusion|cycle|course)s?\sof\s)?"
    r"(?:the\s|any\s|allocated\s|assigned\s)?(?:study\s|protocol\s|trial\s|planned\s)?(?:drugs?|treatments?|medication|therapy|infusions?|doses?)\b",
    re.IGNORECASE,
)
_JOINED = re.compile(r",|\band\b|\bor\b", re.IGNORECASE)
_GIVEN_LABELS = frozenset({"drug", "regimen", "co_medication", "management", "CHEMICAL"})
_HAPPENED_IN = re.compile(
    r"\b(?:observed|occurred|seen|noted|reported|recorded|developed|found|detected|documented|experienced|achieved|obtained|diagnosed)\s"
    r"(?:only\s)?(?:in|by|among)\s$",
    re.IGNORECASE,
)
_AND_IN = re.compile(r"(?:,|;|\band|\bversus|\bvs\.?)\s(?:and\s)?in\s(?:only\s)?$", re.IGNORECASE)
_HAPPENED_IN_LIST = re.compile(
    r"\b(?:observed|occurred|seen|noted|reported|recorded|developed|found|detected|documented)\s(?:only\s)?in\s[^.;]{1,120}$",
    re.IGNORECASE,
)
_TAKEN_ON = re.compile(
    r"\s(?:patients\s)?(?:were|was|are)\s(?:finally\s|eventually\s)?(?:randomly\s|eligible\sand\s)?"
    r"(?:assigned|randomi[sz]ed|treated|enrolled|included|evaluable|analy[sz]ed|eligible|(?:found|judged|deemed|considered|confirmed)\s(?:to\sbe\s)?eligible)\b"
    r"(?!\s(?:for|in)\s(?:the\s)?(?:response|efficacy))|\s(?:patients\s)?(?:proved|proven|turned\sout)\s(?:to\sbe\s)?eligible\b"
    r"|\s(?:patients\s)?\([A-Z][\w/+-]{1,12}\)",  # "and FC in the other 30 (G-FC)"
    re.IGNORECASE,
)
_EFFECT_LABELS = frozenset({"DISEASE", "infection", "other_cytopenia", "event"})
_NO_PERSONS = frozenset({"cycles", "episodes", "rate", "other", "controls", "reports"})
_EXPOSED, _OTHERWISE_TREATED = 3.0, -3.0
_ANALYSED_ONLY = 2.5
_FAR_FROM_TREATED = -2.0
_NEVER = -3.5  # words far against persons treated
_LEAST_PROVED = 50  # of fewer, a share and a number of events agree by chance
_JOINT = 7  # characters of " and ", " plus "
_SURE = 3.0  # the weight of a number that is said to be of persons treated
_CLEARLY_LESS = 4.0
_TITLE = -0.5
_LEAST = 0.3  # of a number that stands where no other is told
_LEFT = 1.0  # those left of a number of all weigh more than it
_IN_ARM = re.compile(r"\s(?:in|to|with|on|under)\s(?:the\s)?", re.IGNORECASE)
_AGAINST_ROLES = {"background": -4.0, "aim": -1.0}


@dataclass(frozen=True, slots=True)
class Population:
    """A number of persons with section offsets, the arm or condition it is said of, and how likely it is at risk."""

    n: int
    section: int
    start: int
    end: int
    weight: float
    arm: Arm | None = None
    indication: Mention | None = None
    each: bool = False
    is_part: bool = False
    is_sum: bool = False
    is_of_sum: bool = False  # the 19 of "36 patients (17 negative and 19 positive)", wherever it stands
    is_total: bool = False  # of "45 of 49"


def find(article: GroupArticle, owned: Collection[tuple[int, int]] = ()) -> list[Population]:
    """Every candidate, in reading order. `owned` are (section, start) of the counts that tell who had the event."""
    found: list[Population] = []
    for view in article.ctx.sentences:
        numbers = [
            c for c in article.counts(view) if c.total is not None or (view.section, view.start + c.start) not in owned
        ]
        if numbers:
            found += _without_untreated(view, numbers, found, own := _in_sentence(article, view, numbers))
            found += own
    if owned:
        affected = {
            c.events
            for v in article.ctx.sentences
            for c in article.counts(v)
            if (v.section, v.start + c.start) in owned and c.events is not None
        }
        found = [replace(p, weight=_NEVER) if p.is_total and p.n in affected else p for p in found]
    if parts_of_sums := _parts_of_sums(article, found):
        found = [replace(p, is_of_sum=p.n in parts_of_sums) for p in found]
    parts = [p for p in found if p.is_part]
    has_drug = len(parts) == 1 and parts[0].arm is not None and parts[0].arm.drug is not None
    if len(parts) == 1 and article.compared is None and (has_drug or not article.has_comparator):
        return [replace(p, is_part=False) for p in found]  # the one number given stands for the whole
    return found


_SOME_LEFT = re.compile(r"\b(?:exclu|leaving|remain|withdr|left|lost)")


def _parts_of_sums(article: GroupArticle, found: Sequence[Population]) -> set[int]:
    """The two numbers that a sentence gives as parts of the persons it counts."""
    parts: set[int] = set()
    for view in article.ctx.sentences:
        if len(article.counts(view)) < 2:
            continue
        whole = {p.n for p in found if p.section == view.section and view.start <= p.start < view.end}
        if not whole or _SOME_LEFT.search(view.low):
            continue
        told = {c.events for c in article.counts(view) if c.events is not None}
        for n in whole:
            parts |= {part for part in told if part < n and n - part != part and n - part in told}
    return parts


def _without_untreated(
    view: SentenceView, numbers: Sequence[Count], earlier: Sequence[Population], own: Sequence[Population]
) -> list[Population]:
    """Those left of the number of all, in this sentence or the one before, when some of them were never treated."""
    untreated = never_treated(view, numbers)
    if untreated is None:
        return []
    start, is_first = view.start + untreated.start, untreated.start == numbers[0].start
    taken_on = [p for p in own if p.end <= start] or [
        p for p in earlier if is_first and _is_in_sentence_before(view, p)
    ]
    if not taken_on or (whole := max(taken_on, key=lambda p: p.weight)).weight <= 0 or whole.n <= untreated.n + 1:
        return []
    if (whole.arm is not None and len(taken_on) > 1) or whole.each or whole.is_part:
        return []  # of which arm they were is not told
    return [replace(whole, n=whole.n - untreated.n, end=view.start + untreated.end, weight=whole.weight + _LEFT)]


def _is_in_sentence_before(view: SentenceView, population: Population) -> bool:
    before = view.context.sentences[view.index - 1] if view.index else None
    return (
        before is not None
        and before.section == view.section == population.section
        and before.start <= population.start < before.end
    )


def allows(n: int, percent: float | None, events: int | None, explicit: bool = False) -> bool:
    """`agrees`, and more persons than events unless the text ties the number to them."""
    return agrees(n, percent, events) and (explicit or events is None or n > events)


def nearly_agrees(n: int, percent: float | None, events: int | None) -> bool:
    """Whether a printed share is a point or less from one of n persons: a few of them were perhaps not assessed."""
    if percent is None:
        return False
    if events is not None:
        return abs(100 * events / n - percent) <= min(1.0, 0.02 * percent)
    return abs(round(percent * n / 100) * 100 / n - percent) <= 1.0


def best(populations: Sequence[Population], percent: float | None, events: int | None) -> Population | None:
    """The likeliest number at risk of the whole article that the printed figures allow.

    A number that the share only nearly fits is taken where nothing else is said to be the persons treated.
    """
    whole = [p for p in populations if not p.each and not p.is_part and p.weight > 0 and not _lacks_drug(p)]
    allowed = [p for p in whole if allows(p.n, percent, events)]
    if not allowed:
        allowed = [p for p in whole if p.weight >= _SURE and nearly_agrees(p.n, percent, events)]
        allowed = allowed if len({p.n for p in allowed}) == 1 else []
    if not whole:
        totals = _totals(populations)
        allowed = [p for p in totals if allows(p.n, percent, events)] if len({p.n for p in totals}) == 1 else []
    if not allowed and percent is not None and events is not None:
        proved = [p for p in populations if not p.each and not p.is_part and p.weight > _NEVER and not _lacks_drug(p)]
        proved = [p for p in proved if allows(p.n, percent, events) and p.n >= _LEAST_PROVED]
        allowed = proved if len({p.n for p in proved}) == 1 else []
    return max(allowed, key=lambda p: (p.weight - p.is_of_sum, -p.section, -p.start), default=None)


def _totals(populations: Sequence[Population]) -> list[Population]:
    """The numbers of all with some other result, "45 of 49 patients responded": they stand where no other is told."""
    return [p for p in populations if p.is_total and p.weight > _FAR_FROM_TREATED and not p.is_part and p.arm is None]


def _lacks_drug(population: Population) -> bool:
    """Whether a number is of persons who had something else alone: "52 received dexamethasone alone", "48 controls"."""
    arm = population.arm
    return arm is not None and arm.drug is None and (arm.role == CONTROL or arm.text.lower().endswith("alone"))


def of_arm(populations: Sequence[Population], arm: Arm, percent: float | None, events: int | None) -> Population | None:
    """The number at risk given for an arm, or for each arm."""
    named = [p for p in populations if p.arm is not None and p.weight > -2]
    own = _named_like(named, arm)
    each = [p for p in populations if p.each and p.weight > -3]
    for group in (own, each):
        allowed = [p for p in group if agrees(p.n, percent, events)]
        heaviest = max((p.weight for p in allowed if p.is_part), default=0.0)
        # those randomized stand beside the safety population
        allowed = [p for p in allowed if not p.is_part or p.weight >= heaviest - _CLEARLY_LESS]
        if len({p.n for p in allowed if p.is_part}) > 1:
            return None
        if allowed:
            return max(allowed, key=lambda p: (p.is_part, p.weight))
    for group in (own, each):
        nearly = [p for p in group if nearly_agrees(p.n, percent, events)] if len({p.n for p in group}) == 1 else []
        if nearly:
            return max(nearly, key=lambda p: (p.is_part, p.weight))
    return None


def _named_like(populations: Sequence[Population], arm: Arm) -> list[Population]:
    """The numbers of an arm: of the same words, else the same substances, else the only arm with its drug."""
    same = [p for p in populations if p.arm is not None and p.arm.same_as(arm)]
    worded = [p for p in same if p.arm is not None and p.arm.text.lower() == arm.text.lower()]
    if same and (not worded or max(p.weight for p in worded) < max(p.weight for p in same) - _CLEARLY_LESS):
        return same  # "7 patients on G-FC" beside "21 received A plus F and C (G-FC)"
    if worded:
        return worded
    if arm.drug is None:
        return []
    related = [
        p
        for p in populations
        if p.arm is not None
        and p.arm.drug == arm.drug
        and (p.arm.parts <= arm.parts or arm.parts <= p.arm.parts)
        and "maintenance" not in (p.arm.variant, arm.variant)
    ]
    return related if len({p.arm.parts for p in related if p.arm}) == 1 else []


def of_indication(
    populations: Sequence[Population], concept: str | None, percent: float | None, events: int | None
) -> Population | None:
    """The number at risk given for a condition."""
    own = [
        p
        for p in populations
        if p.indication is not None
        and p.indication.concept == concept
        and p.weight > -2
        and agrees(p.n, percent, events)
    ]
    return max(own, key=lambda p: (p.is_part, p.weight), default=None)


def _in_sentence(article: GroupArticle, view: SentenceView, numbers: Sequence[Count]) -> list[Population]:
    """The numbers of a sentence, read once for all who ask for every one of them."""
    if len(numbers) < len(article.counts(view)):
        return _of_sentence(article, view, numbers)
    if view.index not in article.numbers_told:
        article.numbers_told[view.index] = _of_sentence(article, view, numbers)
    return article.numbers_told[view.index]


def _of_sentence(article: GroupArticle, view: SentenceView, numbers: Sequence[Count]) -> list[Population]:
    role = assertion.role_of(view)
    if role == "background" and not assertion.is_own_result(view):
        return []
    text, shift = view.text, view.start
    base = _TITLE if role == "title" else _AGAINST_ROLES.get(role or "", 0.0)
    arms = article.arms_of(view)
    found = []
    told = article.counts(view)
    clauses = dict(zip((c.start for c in told), _clauses(text, told), strict=True))
    may_be_each = _MAY_BE_EACH.search(view.low)
    for count in numbers:
        clause = clauses[count.start]
        each = may_be_each and count.total is None
        each = each and bool(_EACH.match(text, count.end) or _EACH_BEFORE.search(text, 0, count.start))
        count = _those_exposed(view, count, clause)
        n = count.total if count.total is not None else count.events
        if n is None or n < 2 or not _counts_persons(article, view, count, arms, clause):
            continue
        arm, indication = arm_of_number(text, count, arms, shift), _indication_of(view, count)
        has_name = arm is not None and (arm.drug is not None or arm.role == LABEL)
        is_control = not has_name and " as " in view.low and _AS_CONTROLS.match(text, count.end)
        is_size = _is_in_list_of_sizes(text, count)
        if is_size:
            indication = _condition_before(view, count) or indication  # "A 58, B 24": 58 is of A
        bracketed = is_size or count.labelled or text.endswith(("(", "[", "( "), 0, count.start)
        bracketed = bracketed or _in_bracket(text, count, arm)
        found.append(
            Population(
                n,
                view.section,
                count.start + shift,
                count.end + shift,
                _NEVER if is_control else base + _weight(view, count, clause),
                arm,
                indication,
                each,
                is_total=count.total is not None
                and count.unit in ("patients", None)
                and role not in ("title", "background"),
                is_part=(bracketed and (arm is not None or _in_list(numbers, count)))
                or (arm is not None and is_named_behind(text, count, [arm], shift))
                or _is_set_against(text, numbers, count),
            )
        )
    return _with_sum(view, _in_order_of_arms(article, view, found), numbers)


_ROW = re.compile(r"(?:,\s|,?\s(?:and|versus|vs\.?|v)\s)", re.IGNORECASE)
_RESPECTIVELY = re.compile(r"[^.;\d]{0,50}\brespectively\b", re.IGNORECASE)


def _in_order_of_arms(article: GroupArticle, view: SentenceView, found: list[Population]) -> list[Population]:
    """The numbers that "respectively" gives to as many arms named before: "A and B were given to 40 and 38"."""
    if "respectively" not in view.low or len(found) < 2 or article.events(view):
        return found
    text, last = view.section_text, found[-1]
    row = [last]
    for before in reversed(found[:-1]):
        if not _ROW.fullmatch(text, before.end, row[0].start):
            break
        row.insert(0, before)
    if len(row) < 2 or not _RESPECTIVELY.match(text, last.end) or any(p.is_total or p.each for p in row):
        return found
    named: list[Arm] = []
    for arm in article.arms_of(view):
        if (arm.parts or arm.role in (CONTROL, LABEL, "placebo")) and not any(arm.same_as(a) for a in named):
            named.append(arm)
    if not named and len(row) == 2 and article.compared is not None:
        named = list(article.compared)
    if len(named) != len(row):
        return found
    weight = max(p.weight for p in row)
    placed = [replace(p, arm=arm, is_part=True, weight=weight) for p, arm in zip(row, named, strict=True)]
    return [*found[: -len(row)], *placed]


def _those_exposed(view: SentenceView, count: Count, clause: tuple[int, int]) -> Count:
    """Of "38 of 100 recipients", the 38, where just these are said to have had the drug, or to have been looked at."""
    if count.total is None or count.events is None:
        return count
    drugs = [m.end - view.start for m in view.named_drugs if m.end - view.start <= count.start]
    if _AVAILABLE_BEFORE.search(view.text, 0, count.start):
        return replace(count, total=None, percent=None)
    if _FOR_SAFETY.match(view.text, count.end):
        return replace(count, total=None, percent=None)
    given = bool(drugs) and _GIVEN_TO_BEFORE.fullmatch(view.text, drugs[-1], count.start)
    had = _FINITE.match(view.text, count.end, clause[1]) and _exposed(view, count, clause)
    return replace(count, total=None, percent=None) if given or had else count


# "all 150 members of the association were asked", "29 cases in the literature"
_NO_STUDY_PATIENTS = re.compile(
    r"\s(?:in|from)\s(?:the\s)?(?:[\w-]+\s)?literature\b|\s(?:[\w-]+\s){0,2}(?:members|physicians|doctors|\w+ologists|nurses|cent(?:er|re)s|hospitals|departments|sites|units|clinics)\b",
    re.IGNORECASE,
)


# "cycles evaluable numbered 277", "the number of evaluable cycles was 277"
_NUMBER_OF_CYCLES = re.compile(
    r"\b(?:cycles|courses|infusions|doses|administrations)\b[^.;,\d]{0,40}\b(?:numbered|totall?ed|were|was|came\sto|amounted\sto)\s$",
    re.IGNORECASE,
)
# "13 patients managed with B served as historical controls"
_AS_CONTROLS = re.compile(
    r"[^.;\d]{0,80}\b(?:served|used|acted|taken|included|analy[sz]ed|chosen|selected)\sas\s(?:an?\s|the\s|our\s)?(?:[\w-]+\s){0,2}(?:controls?|comparators?|comparison)\b",
    re.IGNORECASE,
)


def _counts_persons(
    article: GroupArticle, view: SentenceView, count: Count, arms: Sequence[Arm], clause: tuple[int, int]
) -> bool:
    """Whether a number may be one of persons at risk: not of those with the event or with a treatment of it."""
    text, shift = view.text, view.start
    is_total = count.total is not None
    if (count.percent is not None and not is_total) or tells_ratio(text, count):
        return False
    events = [(m.start - shift, m.end - shift) for m in article.events(view)]
    if (
        any(0 <= s - count.end < 30 and _WITH_ONLY.fullmatch(text, count.end, s) for s, _ in events)
        or any(0 <= count.start - e < 4 and _WITHOUT_BEFORE.search(text, max(0, s - 24), s) for s, e in events)
        or (
            _OF_THEM.match(text, count.end)
            and not _exposed(view, count, clause)
            and not _FOR_SAFETY.match(text, count.end)
        )
        or (count.labelled and events and _is_of_other_name(view, count))
        or (_WITHOUT.match(text, count.end) and not _is_label(arm_of_number(text, count, arms, shift)))
        or (article.ctx.study_type in OF_REPORTS and count.unit != "patients")
        or (
            count.unit in _NO_PERSONS
            and (count.unit == "cycles" or not any(0 <= a.start - shift - count.end <= 1 for a in arms))
            and not (count.unit == "other" and _is_before_condition(view, count))
        )
        or (_gets_management(view, count, view.named_drugs) and not arm_of_number(text, count, arms, shift))
    ):
        return False
    if _goes_on_with_other_things(text, count, article.counts(view)):
        return False
    if (
        text.startswith(")", count.end)
        and _HAD_DRUG.match(text, count.end)
        and _ASIDE_OF_SOME.search(text, 0, count.start)
    ):
        return False
    if count.unit is None and _NUMBER_OF_CYCLES.search(text, clause[0], count.start):
        return False
    if _NO_STUDY_PATIENTS.match(text, count.end) or (is_total and _NO_PERSONS_BEHIND.match(text, count.end)):
        return False
    if count.unit == "sex" and any(c.unit == "patients" and c.start < count.start for c in article.counts(view)):
        return False  # "61 adults (40 men)"
    is_of_persons = bool(
        count.unit in ("patients", "cases", "sex")
        or _ANALYSED.match(text, count.end)
        or _LEFT_BEFORE.search(text[: count.start])
        or _SAFETY_BEFORE.search(text[: count.start])
        or count.labelled
        or is_total
        or (not events and fills_bracket(text, count) and arm_of_number(text, count, arms, shift))
        or _EACH.match(text, count.end)
        or (_bare_total(text, count) and not _of_other_things(text, count, article.counts(view)))
        or _HAD_DRUG.match(text, count.end)
        or _FOR_SAFETY.match(text, count.end)
        or any(0 <= a.start - shift - count.end <= 1 for a in arms)
        or (_closes_list(text, count) and arm_of_number(text, count, arms, shift))
        or (not events and is_named_behind(text, count, arms, shift))
        or (
            not events
            and _is_in_list_of_sizes(text, count)
            and (arm_of_number(text, count, arms, shift) or _condition_before(view, count))
        )
        or (any(a.role == LABEL for a in arms) and _is_label(arm_of_number(text, count, arms, shift)))
        or (_IN_ARM.match(text, count.end) and arm_of_number(text, count, arms, shift))
        or (not events and _TO_BEFORE.search(text, 0, count.start) and arm_of_number(text, count, arms, shift))
        or _indication_of(view, count)
    )
    return is_of_persons and not _is_of_another_kind(view, count)


def _is_before_condition(view: SentenceView, count: Count) -> bool:
    """Whether a number counts those with the condition right behind it: "34 SLE and 47 vasculitis"."""
    return any(m.start - view.start - count.end == 1 for m in view.named_conditions)


def _is_of_other_name(view: SentenceView, count: Count) -> bool:
    """Whether a number stands in the bracket of another effect in a list of them: "A (n = 9), rash (n = 3)"."""
    start = view.start + count.start
    named = [m for m in view.mentions if 0 <= start - m.end <= 2]
    return bool(named) and all(m.label in _EFFECT_LABELS for m in named)


def _is_of_another_kind(view: SentenceView, count: Count) -> bool:
    """Whether a number stands in a time, an age, a grade or a blood count."""
    place = view.start + count.start
    return (
        any(x.start <= place < x.end for x in view.intervals)
        or any(x.start <= place < x.end for x in view.patients)
        or any(x.start <= place < x.end for x in view.grades)
        # "74 MCL patients" have mantle cell lymphoma, no microlitres
        or (count.unit != "patients" and any(x.start <= place < x.end for x in view.counts if is_blood_count(view, x)))
    )


def _is_label(arm: Arm | None) -> bool:
    """Whether a number is of a group that goes by a name of its own."""
    return arm is not None and arm.role == LABEL


_NUMBERED = re.compile(
    r"\b(?:comprised|included|consisted|contained|numbered|enrolled|received|given|got|assigned|allocated|randomi[sz]ed)\b",
    re.IGNORECASE,
)


def _closes_list(text: str, count: Count) -> bool:
    """Whether a bare number ends a clause on the size of groups: "arm A comprised 178 patients, arm B 180."."""
    return (
        text[count.end : count.end + 1] in (".", ";", ",", ")", "")
        and count.unit is None
        and bool(_NUMBERED.search(text, 0, count.start))
    )


_SIZES = re.compile(
    r"(?:\d[\d,]*\s(?:patients|subjects|participants)[;:,]\s)?"
    r"(?:[^\d(),;%][^(),;%]*?(?:,\s|[\s:=])(?:\d{1,3}(?:,\d{3})+|\d{1,5})(?:[,;]\s(?:and\s)?|\sand\s|\.?$)){2,}"
)


def _is_in_list_of_sizes(text: str, count: Count) -> bool:
    """Whether a bracket or what follows a colon holds nothing but names with a number each.

    "367 remained (R-B 146, R-CHOP 221)", "137 were eligible: R-B 118, R-CHOP 19."
    """
    if count.percent is not None or count.unit is not None:
        return False
    opens, closes = text.rfind("(", 0, count.start), text.find(")", count.end)
    if 0 <= opens < closes and _SIZES.fullmatch(text, opens + 1, closes):
        return True
    colon = text.find(": ", 0, count.start)
    return colon >= 0 and bool(_SIZES.fullmatch(text, colon + 2))


def _condition_before(view: SentenceView, count: Count) -> Mention | None:
    """The condition right before a number: "(GPA 96, MPA 36)", "GPA, 96; MPA, 36"."""
    start = view.start + count.start
    return next((m for m in view.named_conditions if start - 2 <= m.end < start), None)


# "by one of three sequences", "all three schedules"
_NO_PERSONS_BEHIND = re.compile(
    r"\s(?:[\w-]+\s)?(?:sequences|schedules|regimens|strategies|protocols|doses|dosages|levels|arms|groups|cohorts|centers|centres|hospitals"
    r"|trials|studies|drugs|agents|sites|countries|phases|databases|registries)\b",
    re.IGNORECASE,
)


def _depth(text: str, position: int) -> int:
    """How many round brackets are open at a place."""
    return text.count("(", 0, position) - text.count(")", 0, position)


def _clauses(text: str, numbers: Sequence[Count]) -> list[tuple[int, int]]:
    """The stretch of the sentence that speaks of each number: up to the last stop before the next number."""
    starts, ends = [0], []
    for i, (count, following) in enumerate(pairwise(numbers)):
        is_aside = text.startswith(" (", count.end) and _depth(text, count.start) < _depth(text, following.start)
        if is_aside:  # "30 patients (17 women; median age, 57 years) received"
            outside = next((c.start for c in numbers[i + 2 :] if not _depth(text, c.start)), len(text))
            found = _CLAUSE_STOP.finditer(text, following.end, outside)
            stops = [m.end() for m in found if not _depth(text, m.start())]
            starts.append(following.start)
            ends.append(stops[-1] if stops else outside)
            continue
        stops = [m.end() for m in _CLAUSE_STOP.finditer(text, count.end, following.start)]
        starts.append(stops[-1] if stops else count.end)
        ends.append(stops[-1] if stops else following.start)
    return list(zip(starts, [*ends, len(text)], strict=True))


def _weight(view: SentenceView, count: Count, clause: tuple[int, int]) -> float:
    """How much the words around a number speak for persons at risk, the part of the abstract apart."""
    text, shift = view.text, view.start
    is_total = count.total is not None
    before, exposed = text[max(0, count.start - 24) : count.start], _exposed(view, count, clause)
    cues = [
        (m.start - shift, m.end - shift, float(m.row["weight"]))
        for m in view.triggers("population", POPULATION_COLUMNS)
    ]
    own = [(s, e, w) for s, e, w in cues if clause[0] <= s and e <= clause[1]]
    own = [cue for cue in own if cue[2] < 0 or not any(w < 0 and s < cue[1] and cue[0] < e for s, e, w in own)]
    weight = 1.0
    weight += max((w for s, e, w in own if w > 0 and _near(s, e, count)), default=0.0)
    against = min((w for s, e, w in own if w < 0 and _near(s, e, count, _REACH_AGAINST)), default=0.0)
    weight += max(against, -1.0) if is_total else against  # what was said of a part is not said of the total
    if _STUDIES_BEFORE.search(text, max(0, count.start - 70), count.start):
        weight += 1.0  # "Sixteen cohorts (8,214 patients)"
    elif text.endswith(("(", "["), 0, count.start) and not count.labelled:
        weight -= 1.5  # "170 patients (176 enrolled)"
    if is_total:
        of_effects = _HAD_EFFECTS.search(text)
        weight += 1.5 if of_effects else 0.5 if count.percent is None else -0.5  # with a share: of some other result
        if not of_effects and _OF_EVALUABLE.search(text, count.start, count.end + _UNIT):
            weight += _NEVER  # of those who could respond
    else:
        weight += 1.0 if view.named_drugs else 0.0
        weight += 0.5 if _OF_BEFORE.search(before) else 0.0
    if _HAPPENED_IN.search(before) or (_AND_IN.search(before) and _HAPPENED_IN_LIST.search(text[: count.start])):
        weight -= 1.0 if is_total else 4.0
        if not is_total and exposed is not None:
            return _NEVER  # "an event had occurred in 30 patients assigned to A"
    if exposed is not None:
        weight += _EXPOSED if exposed else _OTHERWISE_TREATED
        weight += 1.0 if _AT_LEAST_ONE_DOSE.search(text, count.end, clause[1]) else 0.0
    elif _SUBSET_BEFORE.search(before):
        weight += 1.0 if _TAKEN_ON.match(text, count.end) else -5.0
    lead = text[clause[0] : count.start]
    if _MAY_BE_SAFETY.search(view.low) and (
        _FOR_SAFETY.match(text, count.end)
        or _IN_SAFETY.search(text, count.end, clause[1])
        or _SAFETY_BEFORE.search(lead)
    ):
        weight += 6.0
    elif ("available" in view.low and _OTHER_DATA_BEFORE.search(lead)) or (
        _MAY_BE_RESPONSE.search(view.low) and _RESPONSE_BEFORE.search(lead)
    ):
        weight -= _ANALYSED_ONLY
    elif _AMONG_BEFORE.search(before) and _RESULT_BEHIND.match(text, count.end):
        weight = max(weight - _ANALYSED_ONLY, min(weight, _LEAST))  # it may be the only number told
    elif _ANALYSED.match(text, count.end, clause[1]) or _LEFT_BEFORE.search(lead) or _AVAILABLE_BEFORE.search(lead):
        weight += 7.0 if _COUNTS_AVAILABLE_BEFORE.search(lead) else _ANALYSED_ONLY
    elif _EVALUABLE.match(text, count.end, clause[1]):
        weight += _ANALYSED_ONLY
    elif _WITH_COUNTS.match(text, count.end, clause[1]):
        weight += 6.0
    return weight


def _exposed(view: SentenceView, count: Count, clause: tuple[int, int]) -> bool | None:
    """Whether the persons counted are said to have had the drug: True or, of another one, False; None if not said."""
    text, shift = view.text, view.start
    verb = _HAD_DRUG.match(text, count.end, clause[1])
    if verb is None or (text.startswith(")", count.end) and _ASIDE_OF_SOME.search(text, 0, count.start)):
        return None
    if _BEFORE_STUDY.search(_ASIDE.sub("", text[max(0, verb.start() - 1) : clause[1]])):
        # "patients (n = 43) had received one prior therapy", "enrolling 45 who had received prior therapy": all of them
        return None if count.labelled or _ENROLLING.search(text, 0, count.start) else False
    named = [m for m in view.mentions if verb.end() + shift <= m.start < clause[1] + shift]
    given = [m for m in named if m.label in _GIVEN_LABELS]
    if given and given[0].start == named[0].start and given[0].start - shift - verb.end() < _REACH:
        chain = _with_partners(view, given)
        if any(mention_drug(m, view.context.protocol) for m in chain):
            return True
        return None if any(m.label == "regimen" for m in chain) else False
    return True if _STUDY_DRUG.match(text, verb.end(), clause[1]) else None


def _with_partners(view: SentenceView, given: Sequence[Mention]) -> list[Mention]:
    """The medicines given and those joined to them behind an "and", where the stretch for the number may end."""
    chain = list(given)
    for mention in view.mentions:
        if mention.label in _GIVEN_LABELS and chain[-1].start <= mention.start <= chain[-1].end + _JOINT:
            chain.append(mention)
    return chain


def _with_sum(view: SentenceView, found: list[Population], numbers: Sequence[Count]) -> list[Population]:
    """The numbers and the sum of groups that one sentence counts apart: "(lymphoma; n = 59) or (leukaemia; n = 10)".

    Two sexes make a whole, as do the patients with one condition and those with another ("70 with A and 50 with B").
    """
    if len(found) < 2:
        return found
    parts = [p for p in found if p.is_part]
    if len(parts) > 1 and found[0].arm is not None and not found[0].is_part and found[0].n == sum(p.n for p in parts):
        found[0] = replace(found[0], arm=None)  # "71 were treated with A by sequence: group 1 (n = 27), ..."
    if len(parts) > 2 and (largest := max(p.n for p in parts)) == sum(p.n for p in parts) - largest:
        # "N = 90" beside its parts
        return [replace(p, is_part=False, weight=p.weight + 0.5) if p.n == largest else p for p in found]
    if (whole := _of_all_arms(found)) is not None:
        return [replace(p, weight=max(q.weight for q in found) + 0.5) if p is whole else p for p in found]
    if not parts:
        parts = _both_sexes(found, numbers, view.start) or _by_condition(view, found)
        found = [replace(p, is_part=True) if p in parts else p for p in found]
    if len(parts) < 2 or len(parts) != len(found) or any(p.each or p.weight <= 0 or _lacks_drug(p) for p in parts):
        return found
    total = sum(p.n for p in parts)
    weight = max(p.weight for p in parts) + 0.5
    return [*found, Population(total, view.section, parts[0].start, parts[-1].end, weight, is_sum=True)]


def _of_all_arms(found: Sequence[Population]) -> Population | None:
    """The number of all that a sentence splits in arms with the drug or in conditions.

    "Of 90, 70 had A-B and 20 A alone", "45 patients: 32 with A, 9 with B and 4 with C".
    """
    for i, whole in enumerate(found):
        for parts in (found[i + 1 : i + 1 + size] for size in (2, 3, 4, 5)):
            if whole.n != sum(part.n for part in parts) or len(parts) < 2:
                continue
            drugs = [part.arm.drug for part in parts if part.arm is not None]
            if (len(drugs) == len(parts) and None not in drugs) or any(p.indication is not None for p in parts):
                return whole
    return None


def _both_sexes(found: Sequence[Population], numbers: Sequence[Count], shift: int) -> list[Population]:
    """ "Fifty-five men and 65 women"."""
    sexes = {c.start + shift for c in numbers if c.unit == "sex"}
    parts = [p for p in found if p.start in sexes]
    return parts if len(parts) == 2 == len(found) else []


def _by_condition(view: SentenceView, found: Sequence[Population]) -> list[Population]:
    """ "70 patients with A and 50 with B": every number is of another condition, and "and" joins them."""
    conditions = {p.indication.concept for p in found if p.indication is not None}
    if len(found) < 2 or len(conditions) < len(found) or any(p.each for p in found):
        return []
    text = view.section_text
    joined = all(len(text[a.end : b.start]) < 90 and _JOINED.search(text, a.end, b.start) for a, b in pairwise(found))
    return list(found) if joined else []


def _gets_management(view: SentenceView, count: Count, drugs: Sequence[Mention]) -> bool:
    """Whether the persons counted are those who got a treatment of the event ("Five received G-CSF")."""
    end = view.start + count.end
    near = [m for m in view.labelled("management") if end <= m.start <= end + 30]
    return (
        bool(near)
        and not any(end <= d.start < near[0].start for d in drugs)
        and bool(_RECEIVED.search(view.section_text[end : near[0].start]))
    )


def _in_list(numbers: Sequence[Count], count: Count) -> bool:
    """Whether a "n = 31" stands beside another one: the parts of a whole."""
    return any(other is not count and other.labelled for other in numbers)


_AGAINST = re.compile(r"[^.;]{0,12}?\s(?:vs\.?|v|versus|compared\s(?:with|to))\s", re.IGNORECASE)


def _is_set_against(text: str, numbers: Sequence[Count], count: Count) -> bool:
    """Whether a total is one of two set against each other: "136 of 404 v 83 of 396"."""
    return count.total is not None and any(
        other.total not in (None, count.total)
        and _AGAINST.fullmatch(text, min(other.end, count.end), max(other.start, count.start))
        for other in numbers
    )


def _near(start: int, end: int, count: Count, reach: int = _REACH) -> bool:
    return start - count.end <= reach if start >= count.end else count.start - end <= reach


def _in_bracket(text: str, count: Count, arm: Arm | None) -> bool:
    """Whether an arm is counted inside a bracket: "(50 in the first group, 52 in the second group)"."""
    before = text[: count.start]
    return arm is not None and max(before.rfind("("), before.rfind("[")) > max(before.rfind(")"), before.rfind("]"))


_TAKEN_PART = re.compile(
    r"\s(?:consecutive\s|eligible\s|evaluable\s|were\s|of\sthe\w*\s)?(?:entered|enrolled|treated|were|are|received|included|joined|recruited|randomi[sz]ed|analy[sz]ed|took|agreed|participated|consented|accrued|registered|eligible|evaluable|met|fulfilled|proved|proven|turned\sout|form(?:ed)?|constitute[d]?)\b",
    re.IGNORECASE,
)


def _bare_total(text: str, count: Count) -> bool:
    """A number without a noun that is nevertheless of persons: "Seventy entered", "41 were treated"."""
    return _TAKEN_PART.match(text, count.end) is not None


# "30 events of progression or death in the A group versus 77"
_OTHER_THINGS = re.compile(
    r"[\w,-]+\s(?:[\w-]+\s){0,2}?(?:events?|deaths?|progressions?|relapses?|responses?|remissions?|discontinuations?|withdrawals?|infections?|reactions?|episodes?|cases)\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"[^.;]*(?:\b(?:and|versus|vs\.?|v|than|but|compared\s(?:with|to)|against)|,)\s", re.IGNORECASE)


def _goes_on_with_other_things(text: str, count: Count, numbers: Sequence[Count]) -> bool:
    """Whether a bare number goes on a comparison of things that are no persons: "30 deaths on A and 17 on B"."""
    if count.unit is not None or count.percent is not None or count.total is not None or count.labelled:
        return False
    before = next((c for c in reversed(numbers) if c.end <= count.start), None)
    return (
        before is not None
        and before.percent is None
        and not before.labelled
        and (before.unit == "episodes" or (before.unit != "patients" and bool(_OTHER_THINGS.match(text, before.start))))
        and bool(_GOES_ON.fullmatch(text, before.end, count.start))
    )


def _of_other_things(text: str, count: Count, numbers: Sequence[Count]) -> bool:
    """Whether a bare number is one of things that are no persons: "Of 164 adverse events 139 were mild"."""
    before = [c for c in numbers if c.end <= count.start and count.start - c.end < 40]
    return bool(before) and before[-1].unit in _NO_PERSONS and bool(_OF_BEFORE.search(text[: before[-1].start]))


_THEN_CONDITION = re.compile(
    r"(?:,\s[^,;.\d]{1,40},)?[\s)]*(?:consecutive\s|eligible\s|evaluable\s|adult\s|untreated\s|newly\s|diagnosed\s|previously\s)*(?:patients?|subjects?|people|cases|had|were|individuals|adults|children|with|and|of|other|[\s,])*",
    re.IGNORECASE,
)
_THEN_NUMBER = re.compile(r"(?:\s?\([A-Za-z-]{2,8}\))?[\s(\[,;:]*(?:[A-Za-z-]{1,8}[;,]\s?)?")


def _indication_of(view: SentenceView, count: Count) -> Mention | None:
    """The condition that a number is said of: "eight with CLL", "(CLL; n = 8", "47 GPA"."""
    for mention in view.named_conditions:
        start, end = mention.start - view.start, mention.end - view.start
        if start >= count.end and _THEN_CONDITION.fullmatch(view.text, count.end, start):
            return mention
        if end <= count.start and count.labelled and _THEN_NUMBER.fullmatch(view.text, end, count.start):
            return mention
    return None
