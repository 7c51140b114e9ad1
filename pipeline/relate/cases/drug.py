"""The drug of an episode: that which the onset is counted from, is tied to the event, or was named last before it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.concepts.assertion import role_of
from pipeline.concepts.regimen import mention_drug, partner_of
from pipeline.records import Mention
from pipeline.relate.cases.account import Case, CaseText, Episode, quote
from pipeline.relate.cases.draft import Draft
from pipeline.relate.context import Context, SentenceView

LINK = re.compile(
    r"\b(?:after|following|on|under|with|to|by|of|from|secondary|due|induced|related|associated|during|upon)\b|-",
    re.IGNORECASE,
)


def put_drug(ctx: Context, draft: Draft, told: CaseText, case: Case, episode: Episode) -> None:
    """The drug that the onset is counted from, else the one tied to the event, else the one named last before it."""
    if episode.drug is not None:
        chosen: Mention | None = episode.drug
    else:
        chosen = (
            _drug_of_onset(ctx, draft, episode)
            or _drug_near_event(ctx, episode)
            or _drug_before(ctx, told, case, episode)
        )
    if chosen is None:
        return
    concept = mention_drug(chosen, ctx.protocol)
    if concept == ctx.protocol.drug_class:
        specific = _only_specific(ctx)
        if specific is not None:
            chosen, concept = specific, mention_drug(specific, ctx.protocol)
    draft.put("drug", concept, quote(ctx, "drug", chosen.section, chosen.start, chosen.end))


def put_regimen(draft: Draft, told: CaseText, case: Case, ctx: Context) -> None:
    """The named regimen that holds the drug (a short name of several drugs): in the patient's text, else of all."""
    shared = [p for p in told.shared if len(told.cases) > 1 and role_of(p.view) not in ("background", "aim", "title")]
    for piece in (*case.pieces, *shared):
        for mention in piece.view.labelled("regimen"):
            if piece.holds(mention.start) and mention_drug(mention, ctx.protocol) == draft.values.get("drug"):
                if name := partner_of(mention, ctx.protocol):
                    draft.put("regimen", name, quote(ctx, "", mention.section, mention.start, mention.end))
                return


def drugs_in(ctx: Context, views: Iterable[SentenceView]) -> list[Mention]:
    return [m for v in views for m in v.named_drugs if mention_drug(m, ctx.protocol)]


def _drug_of_onset(ctx: Context, draft: Draft, episode: Episode) -> Mention | None:
    spans = [e for e in draft.evidence if e.field == "onset_anchor"]
    for span in spans:
        for mention in drugs_in(ctx, [p.view for p in (*episode.before, *episode.pieces)]):
            if mention.section == span.section and span.start <= mention.start < span.end:
                return mention
    return None


def _drug_near_event(ctx: Context, episode: Episode) -> Mention | None:
    """In the event's own sentence: behind it after a linking word, else nearest before it."""
    view, opening = episode.opening.view, episode.opening
    named = drugs_in(ctx, [view])
    behind = [m for m in named if m.start >= opening.end and m.start - opening.end < 70]
    text = view.section_text
    for mention in behind:
        if LINK.search(text, opening.end, mention.start) and ";" not in text[opening.end : mention.start]:
            return mention
    before = [m for m in named if m.end <= opening.start]
    return before[-1] if before else (behind[0] if behind else None)


def _drug_before(ctx: Context, told: CaseText, case: Case, episode: Episode) -> Mention | None:
    """Named last before the event in the patient's text, else in what holds for all, else anywhere, the body first."""
    place = (episode.opening.view.section, episode.opening.start)
    own = drugs_in(ctx, [p.view for p in case.pieces])
    before = [m for m in own if (m.section, m.start) < place and role_of(view_of(ctx, m)) not in ("background", "aim")]
    if before:
        return before[-1]
    shared = drugs_in(ctx, [p.view for p in told.shared])
    body = [
        m
        for m in drugs_in(ctx, ctx.sentences)
        if m.section > 0 and role_of(view_of(ctx, m)) not in ("background", "aim")
    ]
    for pool in (
        shared,
        body,
        drugs_in(ctx, [v for v in ctx.sentences if v.section == 0]),
        drugs_in(ctx, ctx.sentences),
    ):
        if pool:
            return pool[0]
    return None


def view_of(ctx: Context, mention: Mention) -> SentenceView:
    return next(v for v in ctx.sentences if mention in v.mentions)


def _only_specific(ctx: Context) -> Mention | None:
    """The one drug named apart from the class, where there is exactly one in the article."""
    named = [m for m in drugs_in(ctx, ctx.sentences) if mention_drug(m, ctx.protocol) != ctx.protocol.drug_class]
    return named[0] if len({mention_drug(m, ctx.protocol) for m in named}) == 1 else None
