"""The drug that an article is about, and drugs that it names as earlier treatment.

A title with "obinutuzumab" and an abstract that gives it is about obinutuzumab, also where "rituximab-refractory"
patients are told of. Two drugs on a par, or "anti-CD20 antibodies" in the title, are the drug class.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipeline.concepts import assertion, regimen
from pipeline.concepts.phrases import AnyOf
from pipeline.records import Mention
from pipeline.relate.context import Context, SentenceView

_PRIOR = re.compile(
    r"(?:refractory|relaps\w+|resistant|previously|prior|earlier|pre-?treated|exposed|naive|naïve|failed|failure|unlike|history|before|than|contrast|not\stolerat\w+|whereas|resembles|inadequate\sresponse|intoleran\w+|unresponsive|respon(?:se|ded|d|ding|sive)\sto|instead\sof|switch(?:ed|ing)?\sfrom"
    r"|progress(?:ed|ion|ive|ing)\s(?:after|on|during|under|despite)|\blast\s)",
    re.IGNORECASE,
)
_MAY_BE_PRIOR = AnyOf(
    (
        "refract", "relaps", "resist", "previous", "prior", "earlier", "treated", "exposed", "naive", "naïve", "fail",
        "unlike", "history", "before", "tolerat", "than", "contrast", "whereas", "resembles", "inadequate", "intoleran",
        "respon", "instead", "switch", "progress", "last",
    )
)  # fmt: skip
_PRIOR_AFTER = re.compile(
    r"[\s-]*(?:-|\s)(?:refractory|resistant|naive|naïve|pre-?treated|exposed|relapsed|failure)|\s(?:before|previously|earlier|in\sthe\spast)\b(?!\s\w+(?:ing)?\b)",
    re.IGNORECASE,
)

_SWITCHED_TO = re.compile(r".*\bswitch\w*\s(?:from\s)?(?:\w+\s){0,3}to\s", re.IGNORECASE)

_MAY_BE_UNGIVEN = AnyOf(
    (
        "unfit",
        "unsuitable",
        "candidate",
        "eligible",
        "alternative",
        "contraindication",
        "omi",
        "awaiting",
        "without",
        "line",
    )
)
_NOT_GIVEN = re.compile(
    r"(?:\b(?:(?:unfit|unsuitable|candidates?)\sfor|(?:in|not\s)eligible\sfor|alternatives?\sto|contraindications?\sto|omitting|omission\sof|awaiting)"
    r"|(?<!\bor\s)(?<!\band\s)\bwithout|\blines?\b[^.;]{0,16}\bincluding(?:\san?)?)"
    r"\s(?:the\s|adding\s)?$",
    re.IGNORECASE,
)


# What stands between two drugs of the review: one after the other, or set against it
_BESIDE_OTHER = re.compile(
    r"\b(?:(?:after|following)\s(?:(?:prior|initial|the)\s)?|(?P<than>than)\s(?:with|for|in|on|under)\s)$",
    re.IGNORECASE,
)


def _before(view: SentenceView, mention: Mention) -> list[Mention]:
    """The drugs named before another one in its sentence."""
    return [m for m in view.labelled("drug") if m.end <= mention.start]


def is_prior(view: SentenceView, mention: Mention) -> bool:
    """Whether a drug is named as an earlier treatment ("refractory to", "-naive", "previously treated with")."""
    before = view.section_text[max(view.start, mention.start - 40) : mention.start]
    if any(m.end > mention.start - 40 and m.concept != mention.concept for m in _before(view, mention)):
        beside = _BESIDE_OTHER.search(before)
        if beside:
            return beside["than"] is None  # "A after B": B came first; "more with A than with B" speaks of both
    low = before.lower()
    if "switch" in low:
        before = _SWITCHED_TO.sub("", before)
    before = before[-28:]
    if (_MAY_BE_PRIOR.search(low) and _PRIOR.search(before)) or (
        _MAY_BE_UNGIVEN.search(low) and _NOT_GIVEN.search(before)
    ):
        return True
    return bool(_PRIOR_AFTER.match(view.section_text, mention.end))


_TREATED_WITH = re.compile(
    r"\b(?:treated\swith|received|receiving|given|after|on|to|taking|infusions?\sof|doses?\sof|courses?\sof|therapy\swith|treatment\swith)\s(?:[\w-]+\s){0,2}$",
    re.IGNORECASE,
)
_BY_US = re.compile(r"\b(?:by\sus|we|our)\b(?!\s(?:knowledge|understanding))", re.IGNORECASE)
_WAS_GIVEN = re.compile(
    r"[\s-](?:was|were|treatment|therapy|treated|maintenance|infusions?|schedules?|courses?|at|\(?\d)",
    re.IGNORECASE,
)


_OF_THE_PAST = 0.3
_SET_BESIDE = re.compile(r"\b(?:compar\w+|matched|versus|vs\.?|against|that\sof)\b", re.IGNORECASE)
_MAY_BE_PAST = AnyOf(("historical", "matched", "matching"))


def _is_of_the_past(view: SentenceView, mention: Mention) -> bool:
    """Whether a drug is that of controls from elsewhere: "in comparison to a historical cohort given B"."""
    return _MAY_BE_PAST.search(view.low) and bool(
        _SET_BESIDE.search(view.section_text, max(view.start, mention.start - 80), mention.start)
    )


# "in multivariate analysis it was associated with X"
_MAY_BE_FACTOR = AnyOf(
    ("associated", "multivari", "factor", "predict", "odds", "hazard", "higher", "lower", "more", "less")
)
_AS_FACTOR = re.compile(
    r"\b(?:associated\s(?:solely\s|only\s|independently\s)?with|factors?|predict\w+|multivaria\w+|correlated\swith)\b[^.]*$"
    r"|\b(?:higher|lower|more|less|greater|increased)\s(?:[\w-]+\s){0,2}(?:with|for|after|under|on|of)\s$",
    re.IGNORECASE,
)


def _is_factor(view: SentenceView, mention: Mention, of_class: str | None) -> bool:
    """Whether a drug is told of as what raises or lowers a risk, where the article is named after the class."""
    return _MAY_BE_FACTOR.search(view.low) and (
        mention.concept != of_class
        and bool(_AS_FACTOR.search(view.section_text, max(view.start, mention.start - 160), mention.start))
    )


def scores(ctx: Context) -> dict[str, float]:
    """How much of the article each drug is: title and own part count, background and earlier treatment hardly."""
    found: dict[str, float] = {}
    is_on_class = _names_class(ctx)
    for view in ctx.sentences:
        role = assertion.role_of(view)
        for mention in view.named_drugs:
            drug = regimen.mention_drug(mention, ctx.protocol)
            if drug is None:
                continue
            weight = 3.0 if view.section == 0 else 0.5 if role == "background" and not _BY_US.search(view.text) else 1.0
            if _TREATED_WITH.search(
                view.section_text, max(view.start, mention.start - 24), mention.start
            ) or _WAS_GIVEN.match(view.section_text, mention.end):
                weight += 0.5
            if is_prior(view, mention):
                weight = 0.1
            elif _is_of_the_past(view, mention) or (is_on_class and _is_factor(view, mention, ctx.protocol.drug_class)):
                weight *= _OF_THE_PAST
            found[drug] = found.get(drug, 0.0) + weight
    return found


def _names_class(ctx: Context) -> bool:
    """Whether the title names the class."""
    return any(
        m.concept == ctx.protocol.drug_class for v in ctx.sentences if v.section == 0 for m in v.labelled("drug")
    )


def of_article(ctx: Context, scored: Mapping[str, float]) -> str:
    """The drug of the article; the class where several are on a par, or where the class itself is the subject."""
    of_class = ctx.protocol.drug_class
    specific = {d: s for d, s in scored.items() if d != of_class}
    if not specific:
        return of_class
    if len(specific) == 1 and _given(ctx) == set(specific):
        return next(iter(specific))
    ranked = sorted(specific, key=lambda d: (-specific[d], d))
    top = specific[ranked[0]]
    title = [
        m
        for v in ctx.sentences
        if v.section == 0
        for m in v.labelled("drug")
        if m.concept == of_class or not _is_factor(v, m, of_class)
    ]
    # "anti-CD20 antibodies" in a title is the subject, "X, an anti-CD20 antibody" an apposition
    plural = any(m.concept == of_class and m.text.lower().endswith(("s", "ies")) for m in title)
    in_title = {regimen.mention_drug(m, ctx.protocol) for v in ctx.sentences if v.section == 0 for m in v.named_drugs}
    if of_class in in_title and _compares_two(ctx):
        return of_class  # "under anti-CD20 antibodies: more with A than with B"
    if (
        len(ranked) > 1
        and specific[ranked[1]] >= 0.5 * top
        and (in_title & {*ranked[:2]} != {ranked[0]} or specific[ranked[1]] > top - 1)
    ):
        return of_class
    if scored.get(of_class, 0.0) >= (0.5 if plural else 0.8) * top and (
        plural or not any(m.concept == ranked[0] for m in title)
    ):
        return of_class
    return ranked[0]


def _compares_two(ctx: Context) -> bool:
    """Whether the title says that there was more with one drug than with another."""
    return any(
        (beside := _BESIDE_OTHER.search(v.section_text, max(0, m.start - 40), m.start)) is not None
        and beside["than"] is not None
        and any(other.concept not in (m.concept, ctx.protocol.drug_class) for other in _before(v, m))
        for v in ctx.sentences
        if v.section == 0
        for m in v.labelled("drug")
    )


def _given(ctx: Context) -> set[str]:
    """The drugs that the authors say their patients were given, the class among them; earlier treatment apart."""
    given = set()
    for view in ctx.sentences:
        if not view.section or assertion.role_of(view) in ("background", "conclusions"):
            continue
        for mention in view.named_drugs:
            drug = regimen.mention_drug(mention, ctx.protocol)
            before = max(view.start, mention.start - 24)
            if drug is not None and _TREATED_WITH.search(view.section_text, before, mention.start):
                given |= set() if is_prior(view, mention) else {drug}
    return given
