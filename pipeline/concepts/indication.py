"""Which condition was treated with the drug: of the whole article, or of a stretch of its text.

    "a woman with A treated with the drug"           A
    "familiar from A; in our patient with B"         B

Conditions are vocabulary mentions (label "indication"); corpora/common/triggers/indication_cues.csv holds the words
that make one likely ("patient with", "treated for") or unlikely ("in contrast to", "known from").
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.records import Mention
from pipeline.relate.context import Context, SentenceView

CUE_COLUMNS = ("trigger", "weight", "source")
_TITLE = 3.0
_WITH_DRUG = 1.5
_TREATED = 3.0
_GIVEN_FOR = re.compile(
    r"[^.;:]{0,60}\b(?:for|against|to\streat|because\sof|on\saccount\sof)\s(?:(?!the treatment)[\w-]+\s){0,3}"
)

_FOR_WHICH = re.compile(
    r"(?:\s\([^()]*\))?,?\s(?:for|because\sof)\swhich\s(?:(?!had\b|previously\b)[^.;]){0,60}", re.IGNORECASE
)
_COMPLICATED_BY = re.compile(
    r"(?:\s\([^()]*\))?,?\s(?:(?:that|which)\s(?:was|had\sbeen)\s)?(?:complicated\sby|manifest(?:ing|ed)\s(?:as|by|with)|presenting\s(?:as|with))\b",
    re.IGNORECASE,
)


# "on dialysis because of A", "a kidney graft for A": what led to the graft is not what the drug was given for
_LED_TO_GRAFT = re.compile(
    r"\b(?:end[-\s]stage|(?:kidney|renal)\sfailure|(?:h[ae]+mo)?dialysis|ES[RK][DF]|ur[ae]+mia|transplant\w*|graft\w*)\b[^.;,]{0,40}?"
    r"\b(?:due\sto|for|from|because\sof|secondary\sto|caused\sby|owing\sto|on\saccount\sof|resulting\sfrom)\s(?:[\w-]+\s){0,2}$",
    re.IGNORECASE,
)
_GRAFT = re.compile(r"transplant", re.IGNORECASE)
_OF_OTHERS_CASES = re.compile(
    r"\breview\w*\b[^.;]{0,40}\b(?:literature|cases|reports)\b|\bliterature\s(?:review|search)\b", re.IGNORECASE
)
# "In patients with A a fall of this kind is put down to cytokines": behind the account of the authors' own patient
_OF_SUCH = re.compile(
    r"\b(?:in|among|unlike|like|as\sin)\s(?:most\s|many\s|the\s|other\s)?(?:patients|people|persons|those|individuals|adults|children)"
    r"\s(?:with|treated\sfor|who\shave)\s(?:[\w-]+\s){0,3}$",
    re.IGNORECASE,
)
_ONE_OR_FEW = frozenset({"case_report", "case_series"})


def mentions_with_weight(ctx: Context, views: Sequence[SentenceView]) -> list[tuple[float, Mention]]:
    """Every named condition of these sentences with how likely it is the treated one."""
    weighted = []
    for view in views:
        named = view.named_conditions
        if not named:
            continue
        cues = view.triggers("indication_cues", CUE_COLUMNS)
        drugs = view.named_drugs
        for mention in named:
            weight = 1.0
            if view.section == 0:
                weight += _TITLE
            if drugs:
                weight += _WITH_DRUG
            for cue in cues:
                gap = mention.start - cue.end
                if 0 <= gap <= 60 or (0 <= cue.start - mention.end <= 25):
                    weight += float(cue.row["weight"])
            if any(_GIVEN_FOR.fullmatch(view.section_text, d.end, mention.start) for d in drugs):
                weight += _TREATED
            if led_to_graft(ctx, view, mention) or _is_of_others(ctx, view, mention):
                weight = 0.0
            weighted.append((weight, mention))
    return weighted


def led_to_graft(ctx: Context, view: SentenceView, mention: Mention) -> bool:
    """ "On dialysis because of A" in an article on a transplantation."""
    if not _LED_TO_GRAFT.search(view.section_text, max(view.start, mention.start - 90), mention.start):
        return False
    return any(_GRAFT.search(m.preferred_name or m.text) for m in ctx.labelled("indication"))


def _is_of_others(ctx: Context, view: SentenceView, mention: Mention) -> bool:
    """ "We review the literature on the event in A, B and C": beside the authors' own case, the patients of others."""
    if not view.section or ctx.study_type not in _ONE_OR_FEW:
        return False
    if _OF_SUCH.search(view.section_text, max(view.start, mention.start - 80), mention.start) and not view.named_drugs:
        return any(v.patients for v in ctx.sentences[: view.index])
    return _OF_OTHERS_CASES.search(view.section_text, view.start, mention.start) is not None


def likeliest(ctx: Context, views: Sequence[SentenceView]) -> Mention | None:
    """The condition that the sentences most likely treat; None where none is named or none is likely."""
    totals: dict[str, float] = {}
    best: dict[str, tuple[float, Mention]] = {}
    for weight, mention in mentions_with_weight(ctx, views):
        concept = mention.concept or mention.text.lower()
        # the best mention counts in full, further ones a little: a condition named often in passing stays behind
        totals[concept] = totals.get(concept, 0.0) + 0.25 * weight
        if concept not in best or weight > best[concept][0]:
            best[concept] = (weight, mention)
    if not best:
        return None
    ranked = sorted(best, key=lambda c: (-(best[c][0] + totals[c]), best[c][1].section, best[c][1].start))
    weight, mention = best[ranked[0]]
    return mention if weight > 0 else None


def given_for(views: Sequence[SentenceView]) -> Mention | None:
    """ "The drug for A", "A, for which she got the drug": the first that it was given for."""
    for view in views:
        text = view.section_text
        drugs = view.named_drugs
        for mention in view.named_conditions if drugs else ():
            if any(d.end <= mention.start and _GIVEN_FOR.fullmatch(text, d.end, mention.start) for d in drugs):
                return mention
            if any(mention.end < d.start and _FOR_WHICH.fullmatch(text, mention.end, d.start) for d in drugs):
                return _complicated(view, mention)
    return None


def _complicated(view: SentenceView, mention: Mention) -> Mention:
    """ "A complicated by B, for which": A, which brought B."""
    for other in view.named_conditions:
        if other.end < mention.start and _COMPLICATED_BY.match(view.section_text, other.end, mention.start):
            return other
    return mention


def likeliest_in(mentions: Sequence[Mention]) -> Mention | None:
    """The condition named first in a patient's own text."""
    return mentions[0] if mentions else None


def specified(mention: Mention, others: Sequence[Mention]) -> Mention:
    """The one kind of a condition that a patient's text names: "syndrome A" where it also says "minimal syndrome A"."""
    name = mention.text.lower()
    closer = [m for m in others if m.concept != mention.concept and m.text.lower().endswith(" " + name)]
    return closer[0] if len({m.concept for m in closer}) == 1 else mention


_OF_BEFORE = re.compile(
    r"\b(?:transform(?:ed|ation|ing)|evolved|arisen|arising|progressed|emerged|developed)\s(?:\w+\s)?(?:from|of|out\sof)\s"
    r"(?:an?\s)?(?:\w+\s)?$",
    re.IGNORECASE,
)


def _is_of_before(ctx: Context, mention: Mention) -> bool:
    """Whether a condition is what the treated one came from: "transformed from A"."""
    return bool(_OF_BEFORE.search(ctx.sections[mention.section].text, max(0, mention.start - 40), mention.start))


def condition_of(ctx: Context, mention: Mention, others: Sequence[Mention]) -> Mention:
    """The condition that a complication belongs to (`indications.complications` of the protocol), where it is named."""
    if mention.concept not in _complications(ctx):
        return mention
    return next((m for m in others if _is_kind(ctx, mention.concept, m.concept)), mention)


def closer_name(ctx: Context, mention: Mention, others: Sequence[Mention]) -> Mention:
    """The kind of the condition that is named beside it, by broader_conditions.csv: "lupus" and "lupus nephritis".

    A kind that stands beside other trouble of the same condition ("lupus nephritis and anemia") is not all that was
    treated, and a complication is no condition of its own: then the broader one stays.
    """
    is_all = mention.concept not in _complications(ctx) and not _is_one_of_several(ctx, mention)
    if not is_all or _is_of_before(ctx, mention):
        return next((m for m in others if _is_kind(ctx, mention.concept, m.concept)), mention)
    closer = [
        m
        for m in others
        if m.concept not in _complications(ctx)
        and _is_kind(ctx, m.concept, mention.concept)
        and not _is_of_before(ctx, m)
    ]
    several = any(_is_one_of_several(ctx, m) for m in closer)
    return closer[0] if len({m.concept for m in closer}) == 1 and not several else mention


def _complications(ctx: Context) -> Sequence[str]:
    return tuple(ctx.protocol.config.get("indications", {}).get("complications", ()))


def umbrellas(ctx: Context) -> Sequence[str]:
    """Conditions that are the name of all where they open a list (`indications.umbrellas` of the protocol)."""
    return tuple(ctx.protocol.config.get("indications", {}).get("umbrellas", ()))


def _is_kind(ctx: Context, concept: str | None, of: str | None) -> bool:
    """Whether a condition is a kind of another, by broader_conditions.csv."""
    broader = ctx.protocol.broader_conditions
    for _ in range(len(broader) and 8):
        concept = broader.get(concept or "")
        if concept is None or concept == of:
            return concept is not None
    return False


_AND = re.compile(r"\s?(?:,|and|plus|with|&)\s(?:\w+\s)?", re.IGNORECASE)


def _is_one_of_several(ctx: Context, mention: Mention) -> bool:
    """Whether low counts of other cells are named along with a condition: "lupus nephritis and hemolytic anemia"."""
    view = ctx.sentence_at(mention.section, mention.start)
    return view is not None and any(
        _AND.fullmatch(view.section_text, min(m.end, mention.end), max(m.start, mention.start))
        for m in view.labelled("other_cytopenia")
    )


def of_article(ctx: Context) -> Mention | None:
    """The condition treated in the article as a whole."""
    return likeliest(ctx, ctx.sentences)
