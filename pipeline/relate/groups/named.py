"""An event that is named without any figure: one row without numbers, if the authors report it as their own result.

"Neutropenia was the most frequent adverse event" is such a row; "neutropenia was more common in both groups" is one
for each group. An event in the methods, in others' work or in a review article is none.
"""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.concepts import assertion, regimen
from pipeline.relate import not_own
from pipeline.relate.groups import statements
from pipeline.relate.groups.draft import Draft, add

_NOT_OWN = ("review", "preclinical", "other", "case_report")  # study types whose events are not a group's
_OCCURRENCE = re.compile(
    r"\b(?:occurred|developed|observed|seen|noted|reported|recorded|experienced|found|documented|there\s(?:was|were)|had|frequent|common|commonest|main|predominant|"
    r"leading|most|chief|principal|included|consisted|comprised|were|was|followed|appeared|accounted|encountered|dose-limiting|resolved|recovered|lasted|recurred|persisted|required|treated)\b",
    re.IGNORECASE,
)
_BOTH = re.compile(r"\b(?:both|either|each)\s(?:treatment\s|study\s)?(?:groups?|arms?|cohorts?)\b", re.IGNORECASE)


def take_first(draft: Draft) -> None:
    """The first event that the authors report as their own result, a row for each arm where "both" are meant."""
    article = draft.article
    study_type = article.ctx.study_type
    if not_own.compares_only(article.ctx):
        draft.reject_events(article.ctx.labelled("event"), "background")
        return
    if study_type in _NOT_OWN or (study_type is None and not any(p.weight > 0 for p in draft.populations)):
        draft.reject_events(article.ctx.labelled("event"), "background")
        return
    for view in article.ctx.sentences:
        if view.section == 0 or assertion.role_of(view) == "methods" or article.is_background(view):
            continue
        for mention in article.events(view):
            status = assertion.assess_phrases(view, mention)
            if status.status not in (assertion.AFFIRMED, "association"):
                draft.reject_events((mention,), status.status)
                continue
            if status.status == assertion.AFFIRMED and not _OCCURRENCE.search(view.text):
                continue
            drug_named = any(regimen.mention_drug(m, article.ctx.protocol) for m in view.labelled("drug"))
            if article.pooled and (status.status == assertion.AFFIRMED or not drug_named):
                draft.reject_events((mention,), "pooled")
                continue
            stated = statements.of_mention(view, article.events(view), mention)
            compared = article.compared or ()
            both = compared if _BOTH.search(view.text) and all(a.drug is not None for a in compared) else ()
            for arm in both or (stated.arm,):
                add(draft, replace(stated, arm=arm), None)
                draft.rows[-1].strength = "named"
            return
