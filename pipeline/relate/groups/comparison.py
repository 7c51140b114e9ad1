"""What an article compares: two arms set against each other, a placebo given with the drug.

"R-CHOP versus CHOP" compares two arms; "CHOP and rituximab" does not. "Chlorambucil plus placebo" lacks the drug,
"rituximab plus placebo" has it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from pipeline.concepts import regimen
from pipeline.concepts.regimen import Arm
from pipeline.relate.context import Context, SentenceView

ArmsOf = Callable[[SentenceView], Sequence[Arm]]

_VERSUS = re.compile(
    r"(?:\s(?:group|arm|alone|therapy|treatment|\([^()]{1,40}\)))*[\s,]*(?:vs\.?|versus|v\.?|compared\s(?:with|to)|and|or|against)\s(?:the\s)?",
    re.IGNORECASE,
)


_GROUPS = re.compile(r"\s(?:groups?|arms?|cohorts?)\b", re.IGNORECASE)  # "in the A and B groups"
# "that compared A with B"
_COMPARING = re.compile(r"\bcompar(?:ed|es|ing)\s(?:the\s)?$", re.IGNORECASE)
_WITH = re.compile(r"\s(?:with|to)\s(?:the\s)?")


# "B with (combination group) or without (control group) A"
_WITH_OR_WITHOUT = re.compile(r"\swith\s\([^()]*\)\s(?:or|versus|vs\.?)\swithout\s(?:\([^()]*\)\s)?", re.IGNORECASE)


def compared_arms(ctx: Context, arms_of: ArmsOf) -> tuple[Arm, Arm] | None:
    """The two arms that the article first sets against each other ("A versus B")."""
    for view in ctx.sentences:
        arms = [a for a in arms_of(view) if a.role != regimen.LABEL]
        if len(arms) < 2:
            continue
        if (added := _with_and_without(view, arms)) is not None:
            return added
        for first, second in itertools.pairwise(arms):
            if _WITH.fullmatch(view.section_text, first.end, second.start) and _COMPARING.search(
                view.section_text, max(view.start, first.start - 20), first.start
            ):
                return first, second
            if (
                not first.same_as(second)
                and second.start - first.end < 40
                and _VERSUS.fullmatch(view.section_text, first.end, second.start)
            ):
                link = view.section_text[first.end : second.start].lower()
                if (
                    (first.drug and second.drug and first.drug != second.drug)
                    or re.search(r"\bv|compared|against", link)
                    or ((first.drug is None) != (second.drug is None) and _GROUPS.match(view.section_text, second.end))
                ):
                    return first, second
    return None


def _with_and_without(view: SentenceView, arms: Sequence[Arm]) -> tuple[Arm, Arm] | None:
    """ "B with (combination group) or without (control group) A": B plus A, and B."""
    for partner in arms if "without" in view.low else ():
        link = _WITH_OR_WITHOUT.match(view.section_text, partner.end, view.end)
        drug = next((a for a in arms if link and a.start == link.end()), None)
        if drug is not None and drug.drug is not None and partner.drug is None:
            return replace(drug, parts=partner.parts | drug.parts, role=None), partner
    return None


_TOGETHER = re.compile(
    r"\s?(?:\([^()]{1,30}\)\s?)?(?:plus|and|with|\+|in\scombination\swith|combined\swith)\s?", re.IGNORECASE
)


# "rituximab for six cycles with either ibrutinib or placebo", "placebo, bendamustine, and rituximab"
_WITH_EITHER = re.compile(
    r"[^.;]{0,60}(?:\b(?:with|in\saddition\sto|together\swith|plus)\s(?:either\s)?|\sand\seither\s)(?:[\w-]+\s){1,4}"
    r"(?:\([^()]*\)\s)?(?:[\d.]+\s?mg\s(?:\w+\s){0,2})?or\s",
    re.IGNORECASE,
)
# "to X or placebo, both with lenalidomide plus rituximab"
_EACH_WITH = re.compile(
    r",?\s\(?(?:both|each|all|either)\s(?:\w+\s){0,2}(?:with|plus|on\stop\sof|in\scombination\swith|added\sto)\s",
    re.IGNORECASE,
)
_LISTED_WITH = re.compile(r",\s(?:[\w-]+,?\s){1,2}(?:and|plus)\s", re.IGNORECASE)


def has_placebo_with_drug(ctx: Context, arms_of: ArmsOf) -> bool:
    """Whether the placebo was given together with the review's drug."""
    for view in ctx.sentences:
        for arm in arms_of(view):
            if arm.role != "placebo":
                continue
            if any(
                a.drug is not None and _EACH_WITH.fullmatch(view.section_text, arm.end, a.start)
                for a in arms_of(view)
                if a.start > arm.end
            ):
                return True
            for mention in view.named_drugs:
                a, b = (arm.end, mention.start) if mention.start >= arm.end else (mention.end, arm.start)
                if _TOGETHER.fullmatch(view.section_text, a, b):
                    return True
                pattern = _LISTED_WITH if mention.start >= arm.end else _WITH_EITHER
                if pattern.fullmatch(view.section_text, a, b):
                    return True
    return False
