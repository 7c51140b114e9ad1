"""The condition that an article is about.

    "in rheumatoid arthritis and other autoimmune diseases"     autoimmune disease
    "in lymphoma: 80 had DLBCL, 40 follicular lymphoma"         non-hodgkin lymphoma
    "in follicular and mantle cell lymphoma"                    non-hodgkin lymphoma, the broader name of both
    "nephrotic syndrome due to membranous nephropathy"          membranous nephropathy: the closer name of the same
    "in multiple sclerosis and vasculitis"                      none: pooled without one name
    "lymphoma (n = 27) and leukaemia (n = 8)"                   lymphoma: that of nearly all
    "is used in lupus and vasculitis"                           none: not of the patients of the article

Which name is broader than another is a table of the review, broader_conditions.csv.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from pipeline.concepts import indication
from pipeline.records import Mention
from pipeline.relate.context import Context, SentenceView

_AND_OTHER = re.compile(
    r"\s?(?:\([^()]*\)\s?)?,?\s?(?:and|or|&)\s(?:other|related|further)\s(?:\w+[\s-]){0,2}$", re.IGNORECASE
)
# "A and related disorders" are several without one name
_AND_RELATED = re.compile(
    r"\s?(?:\([^()]*\)\s?)?,?\s?(?:and|or|&)\s(?:other\s)?(?:related|allied|associated|similar)\s(?:\w+[\s-]){0,2}?"
    r"(?:disorders?|diseases?|conditions?|illnesses)\b",
    re.IGNORECASE,
)
# "rheumatic diseases: 70 A, 30 B", "autoimmune diseases (70 A ...", "lymphomas, mainly A"
_OPENS_LIST = re.compile(r"(?:\s?\([^()]*\))?\s?(?:[:(]|,?\s(?:including|such\sas|mainly|namely|comprising)\b)[^);]*")
_JOINT = re.compile(r"\s?(?:\([^()]*\)\s?)?(?:,|and|or|&|/|,\s?(?:and|or)|with)\s?(?:\w+\s)?", re.IGNORECASE)
_OR_OF_OTHERS = re.compile(
    r"\s?(?:\([^()]*\)\s?)?(?:(?!(?:with|from|due|after|complicated)\b)\w+[\s-]){0,5}(?:or|and|versus|vs\.?)\s(?:\w+\s){0,2}",
    re.I,
)
_AND_FOR = re.compile(r"\b(?:and|or)\s(?:for|in)\s(?:the\s)?$", re.IGNORECASE)
_COUNTED_JOINT = re.compile(
    r"[\s\d,;:%()=.]*(?:n\s?=)?[\s\d,;:%()=.]*(?:and|or|with|had|in)?[\s\d,;:%()=.]*", re.IGNORECASE
)
_SHARED_HEAD = re.compile(
    r"\b(?:indolent|aggressive|follicular|marginal[\s-]zone|low-grade|high-grade|diffuse\slarge(?:\sB-cell)?|"
    r"mantle[\s-]cell|lymphoplasmacytic|small\slymphocytic|large[\s-]cell|transformed)(?:\sB-cell)?"
    r"(?:\s?,\s?|\s?/\s?|,?\s(?:and|or)\s)(?:grade\s\w+\s)?$",
    re.IGNORECASE,
)
_GENERAL_USE = re.compile(
    r"\b(?:is|are|has\sbeen|have\sbeen|has\sbecome|have\sbecome|was|continues?\sto\sbe|came\sto\sbe)\s(?:\w+\s){0,3}?"
    r"(?:used|approved|licensed|indicated|employed|established|standard|recognized|recognised|known|prescribed)\b"
    r"|\bremains?\s(?:\w+\s){0,2}used\b|\b(?:clinicians|physicians|doctors|\w+ologists|hospitals)\s(?:\w+\s)?(?:use|prescribe)\b"
    r"|\b(?:holds?|has|have)\san?\s(?:indication|licen[cs]e|approval)\b",
    re.IGNORECASE,
)
_HAD_CONDITION = re.compile(
    r"[\s)]*(?:patients?\s|cases\s|of\sthem\s|in\s(?:patients?\s|those\s)?)?(?:had|with|were\streated\sfor|of|for|suffered\sfrom)\s(?:\w+\s)?",
    re.IGNORECASE,
)


def of_article(ctx: Context, own_part: Iterable[SentenceView]) -> Mention | None:
    """The condition treated: the title's, else the likeliest of the text; None where several are pooled unnamed."""
    found = _of_article(ctx, own_part)
    return None if found is None else indication.condition_of(ctx, found, ctx.labelled("indication"))


def _of_article(ctx: Context, own_part: Iterable[SentenceView]) -> Mention | None:
    broader = ctx.protocol.broader_conditions
    title = [v for v in ctx.sentences if v.section == 0]
    in_title = _first_of_each(m for v in title for m in v.named_conditions)
    if in_title:
        text = ctx.sections[0].text
        if len(in_title) == 1 and _AND_RELATED.match(text, in_title[0].end):
            return None
        if len(in_title) == 1:
            return _with_shared_head(ctx, in_title[0], text, broader)
        return _of_several(ctx, in_title, text, broader) or (
            _of_most(ctx, {m.concept for m in in_title}) if _are_joined(text, in_title) else indication.of_article(ctx)
        )
    for view in own_part:
        named = view.named_conditions
        if len({m.concept for m in named}) > 1 and (
            _counts_apart(view) or _is_list_of_patients(view) or _are_of_the_patients(view)
        ):
            told = _first_of_each(named)
            several = _of_several(ctx, told, view.section_text, broader, are_apart=True)
            return several or _of_most(ctx, {m.concept for m in told})
    likeliest = indication.likeliest(ctx, [v for v in ctx.sentences if not _tells_use(v)])
    if likeliest is not None:
        return _with_shared_head(ctx, likeliest, ctx.sections[likeliest.section].text, broader)
    named_in_passing = {m.concept for v in ctx.sentences for m in v.named_conditions}
    return indication.of_article(ctx) if len(named_in_passing) == 1 else None


_MOST = 0.75  # of the patients
_SIZE_BEHIND = re.compile(r"(?:\s?\([A-Za-z-]{2,8}\))?[,:]?\s?\(?(?:[nN]\s?=\s?)?(?P<n>\d{1,5})(?=[\s),;.])(?!\s?%)")
_SIZE_BEFORE = re.compile(r"(?P<n>\d{1,5})\s(?:patients?\s)?(?:with|had)\s(?:[\w-]+\s){0,2}$")


def _of_most(ctx: Context, concepts: set[str | None]) -> Mention | None:
    """The broad condition that nearly all have, where a sentence counts each: "(lymphoma, 27; CLL, 8)"."""
    for view in ctx.sentences:
        named = _first_of_each(view.named_conditions)
        if not view.section or len(named) < 2 or {m.concept for m in named} != concepts:
            continue
        text = view.section_text
        sizes = [
            _SIZE_BEHIND.match(text, m.end, view.end)
            or _SIZE_BEFORE.search(text, max(view.start, m.start - 40), m.start)
            for m in named
        ]
        told = {m.concept: (int(size["n"]), m) for size, m in zip(sizes, named, strict=True) if size is not None}
        if len(told) < len(named):
            continue
        most, mention = max(told.values(), key=lambda item: item[0])
        is_broad = mention.concept in ctx.protocol.broader_conditions.values()
        return mention if is_broad and most >= _MOST * sum(n for n, _ in told.values()) else None
    return None


def _first_of_each(mentions: Iterable[Mention]) -> list[Mention]:
    """The first mention of each condition, in reading order."""
    first: dict[str | None, Mention] = {}
    for mention in mentions:
        first.setdefault(mention.concept, mention)
    return sorted(first.values(), key=lambda m: (m.section, m.start))


def _of_several(
    ctx: Context, mentions: Sequence[Mention], text: str, broader: Mapping[str, str], are_apart: bool = False
) -> Mention | None:
    """One condition for several names: the umbrella of a list, the closer name of the same, or what is above all.

    `are_apart` says that each is the name of other patients.
    """
    for before, after in itertools.pairwise(mentions):
        if _AND_OTHER.fullmatch(text[before.end : after.start]):
            return after
    if _OPENS_LIST.fullmatch(text[mentions[0].end : mentions[1].start]):
        return mentions[0]
    concepts = [m.concept or "" for m in mentions]
    lines = [_line(c, broader) for c in concepts]
    umbrella = next((m for m in mentions if all((m.concept or "") in line for line in lines)), None)
    if umbrella is not None:
        below = [m for m in mentions if m is not umbrella]
        joined = are_apart or _are_joined(text, mentions)
        return below[0] if len(below) == 1 and not joined else umbrella
    if mentions[0].concept in indication.umbrellas(ctx):
        return mentions[0]
    shared = [c for c in lines[0] if all(c in line for line in lines)]
    return _renamed(ctx, mentions[0], shared[0]) if shared else None


def _line(concept: str, broader: Mapping[str, str]) -> list[str]:
    """A condition and what is broader, step by step."""
    line = [concept]
    while line[-1] in broader and len(line) < 9:
        line.append(broader[line[-1]])
    return line


def _renamed(ctx: Context, mention: Mention, concept: str) -> Mention:
    """The words of a mention under a broader concept."""
    term = next((t for t in ctx.protocol.terms if t.kind == "indication" and t.concept == concept), None)
    if term is None:
        return replace(mention, concept=concept, preferred_name=concept)
    return replace(mention, concept=concept, preferred_name=term.preferred_name)


def _with_shared_head(ctx: Context, mention: Mention, text: str, broader: Mapping[str, str]) -> Mention:
    """ "indolent and mantle cell lymphoma": two kinds share their last word."""
    parent = broader.get(mention.concept or "")
    if parent and _SHARED_HEAD.search(text[max(0, mention.start - 50) : mention.start]):
        return _renamed(ctx, mention, parent)
    return mention


def _are_joined(text: str, mentions: Iterable[Mention]) -> bool:
    """Whether conditions are joined by "and" or "or"."""
    ordered = sorted(mentions, key=lambda m: m.start)
    between = [text[a.end : b.start] for a, b in itertools.pairwise(ordered)]
    return all(_JOINT.fullmatch(words) or _OR_OF_OTHERS.fullmatch(words) or _AND_FOR.search(words) for words in between)


def _tells_use(view: SentenceView) -> bool:
    """Whether a sentence tells where a drug is used, of nobody in the article: "is approved for A and used in B"."""
    return bool(view.named_conditions) and bool(_GENERAL_USE.search(view.text)) and not view.persons


def _is_list_of_patients(view: SentenceView) -> bool:
    """Whether a sentence lists conditions with a number each: "A (n = 7), B (n = 3)", "60 A, 40 B"."""
    named = sorted(view.named_conditions, key=lambda m: m.start)
    apart = [view.section_text[a.end : b.start] for a, b in itertools.pairwise(named) if a.concept != b.concept]
    return bool(apart) and all(re.search(r"\d", t) and _COUNTED_JOINT.fullmatch(t) for t in apart)


_PATIENTS_WITH = re.compile(
    r"\b(?:patients|adults|children|people|persons|subjects|individuals|participants|women|men|those)\s"
    r"(?:\(n\s?=\s?\d+\)\s)?(?:with|suffering\sfrom|having|who\shad)\s(?:\w+\s)?$",
    re.IGNORECASE,
)
_OR = re.compile(r"\s?(?:\([^()]*\)\s?)?(?:,\s?|,?\s?\b(?:and|or)\s|/)", re.IGNORECASE)


def _are_of_the_patients(view: SentenceView) -> bool:
    """Whether the patients have one or the other of several conditions: "adults with A or B were included"."""
    named = sorted(view.named_conditions, key=lambda m: m.start)
    text = view.section_text
    for position, first in enumerate(named):
        others = [m for m in named[position + 1 :] if m.concept != first.concept]
        if not _PATIENTS_WITH.search(text, max(view.start, first.start - 60), first.start):
            continue
        listed = [first]
        for mention in others:
            if not _OR.fullmatch(text, listed[-1].end, mention.start):
                break
            listed.append(mention)
        if len({m.concept for m in listed}) > 1:
            return True
    return False


def _counts_apart(view: SentenceView) -> bool:
    """Whether a sentence counts patients of several conditions one by one: "4 with A and 2 with B"."""
    conditions = view.named_conditions
    persons = [c for c in view.persons if c.percent is None]
    if len(persons) < 2:
        return False
    counted = {
        m.concept
        for m in conditions
        for c in persons
        if 0 <= m.start - view.start - c.end <= 24 and _HAD_CONDITION.fullmatch(view.text, c.end, m.start - view.start)
    }
    return len(counted) > 1
