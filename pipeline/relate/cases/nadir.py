"""The lowest count of an episode, 10^9/L."""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.concepts.assertion import role_of
from pipeline.concepts.blood_counts import BloodCount
from pipeline.records import Rejected
from pipeline.relate.cases.account import Case, CaseText, Episode
from pipeline.relate.cases.draft import Draft, reject
from pipeline.relate.cases.shares import own_counts
from pipeline.relate.cases.status import is_low
from pipeline.relate.context import Context, SentenceView

_FELL_FURTHER = re.compile(
    r"\b(?:it|this|which|(?:the|her|his)\s(?:count|value|neutrop[ae]nia)|and)\s(?:(?:had|has|then|later|subsequently|further)\s){0,2}"
    r"(?:deepened|worsened|fell|fallen|dropped|decreased|declined|sank|gone down|went down)\s(?:further\s|again\s)?to\s"
    r"(?:an?\s(?:nadir|minimum|low)\sof\s)?$"
    r"|\b(?:nadir|lowest\s(?:count|value|point))\b[^.;,]{0,40}[(:]\s?$",
    re.IGNORECASE,
)


_EPISODE = re.compile(r"\b(?:episode|bout|recurrence|relapse|fall|drop|decline|dip|decrease)\b", re.IGNORECASE)
_LISTED = re.compile(r"\d\s?(?:and|or|to|,)\s$")
NEAR = 60
"""Characters between the word for an episode and its count."""


def _is_further_fall(view: SentenceView, count: BloodCount) -> bool:
    """ "Two weeks later it had deepened to 0.2 x 10^9/L": of no cells by name, behind a low count of the patient."""
    if count.concept is not None or not count.has_unit:
        return False
    return bool(_FELL_FURTHER.search(view.section_text, max(view.start, count.start - 60), count.start))


def _is_of_the_episode(episode: Episode, view: SentenceView, count: BloodCount) -> bool:
    """ "A third episode occurred at 6 months (0.4 x 10^9/L)": of no cells by name, behind the word that opens it."""
    opening = episode.opening
    if count.concept is not None or not count.has_unit or opening.event is not None or view is not opening.view:
        return False
    if count.start == opening.start:
        return True
    named = _EPISODE.search(view.section_text, opening.start, opening.end + 2)
    listed = _LISTED.search(view.section_text, max(view.start, count.start - 8), count.start)
    return named is not None and listed is None and 0 < count.start - opening.end < NEAR


def put_count(
    ctx: Context, draft: Draft, told: CaseText, case: Case, episode: Episode, rejected: list[Rejected]
) -> None:
    """The lowest count that is not a recovered, earlier or defining one."""
    usable: list[tuple[SentenceView, BloodCount]] = []
    for piece in episode.pieces:
        for count in piece.view.counts:
            if not piece.holds(count.start):
                continue
            if (usable and _is_further_fall(piece.view, count)) or _is_of_the_episode(episode, piece.view, count):
                count = replace(count, concept=ctx.analyte)
            if count.concept != ctx.analyte:
                continue
            if is_low(piece.view, count) and role_of(piece.view) not in ("background", "aim"):
                usable.append((piece.view, count))
            else:
                reason = count.moment if count.moment not in ("plain", "nadir") else "not a low count of the case"
                rejected.append(reject(piece.view, count.start, count.end, "anc_nadir", reason))
    if episode.share is not None:
        usable = [episode.share.count] if episode.share.count is not None else []
    elif not usable and episode.number == 1:
        usable = own_counts(told, case)
    if not usable:
        return
    exact = [u for u in usable if u[1].censored is None] or usable
    view, count = min(exact, key=lambda u: (u[1].value, u[0].index, u[1].start))
    start = count.start if count.name_start < 0 else min(count.start, count.name_start)
    draft.put("anc_nadir", count.value, view.evidence("", start, count.end))
    if count.censored:
        draft.put("anc_censored", count.censored, view.evidence("", start, count.end))
