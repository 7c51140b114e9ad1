"""Whether the account of a patient blames another medicine for the event ("X was considered the culprit")."""

from __future__ import annotations

import re

from pipeline.relate.cases.account import Case, Episode
from pipeline.relate.cases.status import status_of
from pipeline.relate.context import Context, SentenceView
from pipeline.relate.other_drug import NO_CAUSE, blames_another, is_blamed_by_title

_BLAMED = re.compile(
    r"\b(?:culprit|offending|causative|incriminated|blamed|implicated|responsible|attributed|ascribed|put down to)\b"
    r"|\b(?:the|most likely|probable|likely) cause\b|\b(?:drug|medicine) causing\b"
    r"|\b(?:likely|probably|considered|thought|judged|deemed|felt|believed)\s(?:to be\s)?(?:due|secondary"
    r"|related) to\b"
    r"|\bcaused by\b|induced\s\w+\s(?:was|is)\s(?:\w+ly\s|therefore\s)?(?:diagnosed|established|confirmed|concluded)\b"
    r"|\bdiagnosis\sof\s[\w-]+[-\s]induced\b",
    re.IGNORECASE,
)
_AT_FIRST = re.compile(
    r"\b(?:initially|at first|first|wrongly|could|might|may|either|also|not|nor|no|unlikely)\b", re.IGNORECASE
)


def another_drug_is_blamed(ctx: Context, case: Case, last: Episode) -> bool:
    """ "X was considered the culprit", where X is no drug of the review and the title does not say otherwise."""
    titles = [v for v in ctx.sentences if v.section == 0]
    if any(blames_another(p.view) for p in case.pieces if p.view.index >= last.opening.view.index):
        return True
    for piece in case.pieces:
        told = [m for m in piece.events if status_of(piece.view, m) == "other_cause"]
        told = [m for m in told if not _AT_FIRST.search(piece.text) and _BLAMED.search(piece.text)]
        if told and piece.view.index > last.opening.view.index and _names_a_medicine_only(piece.view):
            return True
    if is_blamed_by_title(ctx):
        return True
    if any(v.named_drugs and v.named_events for v in titles):
        return False
    for piece in case.pieces:
        view = piece.view
        if view.index < last.opening.view.index or not _BLAMED.search(piece.text) or _AT_FIRST.search(piece.text):
            continue
        if _names_a_medicine_only(view):
            return True
    return False


def _names_a_medicine_only(view: SentenceView) -> bool:
    """Whether a medicine is named that is no drug of the review, and no such drug, infection or condition beside it."""
    if view.labelled("drug", "regimen", "infection", "indication"):
        return False
    return any(m.concept not in NO_CAUSE for m in view.labelled("co_medication", "CHEMICAL"))
