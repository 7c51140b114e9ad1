"""An event that is named without any figure: one row without numbers, if the authors report it as their own result.

"Neutropenia was the most frequent adverse event" is such a row; "neutropenia was more common in both groups" is one
for each group. An event in the methods, in others' work or in a review article is none.
"""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.concepts import assertion, regimen
from pipeline.concepts.regimen import Arm
from pipeline.relate import not_own
from pipeline.relate.context import SentenceView
from pipeline.relate.groups import arms, refusal, statements
from pipeline.relate.groups.draft import Draft, add

_NOT_OWN = ("review", "preclinical", "other", "case_report")  # study types whose events are not a group's
_OCCURRENCE = re.compile(
    r"\b(?:occurred|developed|observed|seen|noted|reported|recorded|experienced|found|documented|there\s(?:was|were)|had|frequent|common|commonest|main|predominant|"
    r"leading|most|chief|principal|included|consisted|comprised|were|was|followed|appeared|accounted|encountered|dose-limiting|resolved|recovered|lasted|recurred|persisted|required|treated)\b",
    re.IGNORECASE,
)
_NO_RESULT = re.compile(
    r"\b(?:dos(?:e|es|age)|treatment|drugs?|infusions?|cycles?)\s(?:[\w-]+\s){0,5}(?:reduced|modified|adjusted|delayed|halved|omitted|postponed|escalated|modifications?"
    r"|reductions?|adjustments?)\s(?:[\w%-]+\s){0,4}(?:according\sto|depending\son|based\son|if|when|until|in\s(?:the\s)?(?:case|event)\sof|by\sthe)\b"
    r"|\b(?:was|were|is|are)\sto\sbe\s(?:withheld|held|interrupted|stopped|suspended|resumed|delayed|postponed|reduced|given)\b"
    r"|\bto\s(?:allow|permit)\b|\bno\s(?:data|information|prophylaxis)\b"
    r"|\b(?:excluded|ineligible|(?:not|were|are)\seligible|exclusion|not\sallowed)\b"
    r"|\b(?:has|have)\sbeen\s\w+\s(?:in|to)\s(?:[\w-]+\s){0,4}\d[\d.]*\s?%?\s?(?:to|and|-|\u2013)\s?\d[\d.]*\s?%"
    r"|\b(?:mandated|permitted|foreseen|scope|consensus|proposed|thresholds?|questionnaire|definitions?|wanted|planned|cut-?off)\b",
    re.IGNORECASE,
)


def _is_told(view: SentenceView) -> bool:
    """Whether a sentence says of the event that it occurred."""
    return bool(_OCCURRENCE.search(view.text)) and not _NO_RESULT.search(view.text)


def _left_out(draft: Draft, view: SentenceView) -> str | None:
    """Whether the event of a sentence was counted in an arm without the drug, and not set against one with it."""
    if _COMPARED.search(view.text):
        return None
    named = draft.article.arms_of(view)
    if any(a.role in ("placebo", regimen.CONTROL) for a in named) and all(a.drug is None for a in named):
        return arms.WITHOUT_DRUG
    if named and all(a.drug is None and _is_named_as_arm(draft, view, a) for a in named):
        return arms.WITHOUT_DRUG
    left_out = [r for r in draft.rejected if r.reason == arms.WITHOUT_DRUG and r.section == view.section]
    return arms.WITHOUT_DRUG if any(view.start <= r.start < view.end for r in left_out) else None


_ARM = re.compile(r"[\s-](?:arm|group|cohort|recipients|treated|treatment\s(?:arm|group))\b", re.IGNORECASE)


def _is_named_as_arm(draft: Draft, view: SentenceView, arm: Arm) -> bool:
    """Whether "the X arm" is one that the drug was not given in: no arm that is set up names X with the drug."""
    return bool(_ARM.match(view.section_text, arm.end)) and not any(
        other.drug is not None and arm.text.lower() in other.text.lower() for other in draft.article.arms_set_up
    )


_COMPARED = re.compile(r"\b(?:vs?|versus|than|compared|whereas)\b", re.IGNORECASE)


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
            against = _left_out(draft, view) or article.reason_against_exposure(view, mention, mention.end)
            if against is None and refusal.tells_of_deaths(view, mention.start):
                against = refusal.OF_AFFECTED
            if against is not None:
                draft.reject_events((mention,), against)
                continue
            status = assertion.assess_phrases(view, mention)
            if status.status not in (assertion.AFFIRMED, "association"):
                draft.reject_events((mention,), status.status)
                continue
            if status.status == assertion.AFFIRMED and not _is_told(view):
                continue
            drug_named = any(regimen.mention_drug(m, article.ctx.protocol) for m in view.labelled("drug"))
            if article.pooled and (status.status == assertion.AFFIRMED or not drug_named):
                draft.reject_events((mention,), "pooled")
                continue
            stated = statements.of_mention(view, article.events(view), mention)
            together = draft.arms.told_together(view, mention)
            several = len(together) > 1 or sum(a.drug is not None for a in article.arms_set_up) > 1
            for arm in together or (draft.arms.only_one_with_drug(view),):
                add(draft, replace(stated, arm=arm), None, names_several_arms=several)
                draft.rows[-1].strength = "named"
            return
