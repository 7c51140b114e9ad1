"""What a row gets from the rest of the article: condition, drug, what it was given with, the event's definition.

"Rituximab plus bendamustine in follicular lymphoma" as a title gives every row of the article its regimen and
condition. How many were treated comes from treated.py, the course of the event from course.py.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from pipeline.concepts import indication, regimen
from pipeline.concepts.regimen import Arm
from pipeline.records import Mention
from pipeline.relate.groups import treated
from pipeline.relate.groups.article import GroupArticle
from pipeline.relate.groups.draft import Draft, Named
from pipeline.relate.groups.rows import LATE, Row


def complete(draft: Draft, row: Row) -> None:
    """Give a row what the article says once for all its rows."""
    article = draft.article
    treated.put_n_treated(draft, row)
    condition = row.subgroup or treated.condition_at_place(draft, row) or _condition_of_arm(article, row)
    if condition is None and not row.several_conditions and not _is_one_of_several(draft, article.condition):
        condition = article.condition
    if condition is not None and (view := article.ctx.sentence_at(condition.section, condition.start)):
        row.set("indication", condition.preferred_name or condition.concept, view, condition.start, condition.end)
    drug = _drug_mention(article, row)
    if drug is not None and (view := article.ctx.sentence_at(drug.section, drug.start)):
        row.evidence.append(view.evidence("drug", drug.start, drug.end))
    _put_regimen(draft, row)
    if row.definition == LATE and (defined := article.definition_of(row.mention.concept)):
        row.set("definition_text", defined[0].section_text[defined[1] : defined[2]], *defined)


_FOR_CONDITION = re.compile(
    r"(?:[-\u2010]\d\d)?[)\]]?(?:\s?\([^()]*\))?(?:\s(?:group|arm|cohort|patients|treatment|therapy))?\s(?:for|in)\s(?:(?:the|those|patients|adults|with|treatment|of|newly"
    r"|diagnosed|previously|untreated|relapsed|refractory|advanced)[\s/]){0,5}",
    re.IGNORECASE,
)


def _condition_of_arm(article: GroupArticle, row: Row) -> Mention | None:
    """The condition of a row's arm, where each arm was given for its own: "A for lymphoma, or B for leukaemia"."""
    arm = row.arm or row.counted_arm
    if arm is None:
        return None
    for view in article.ctx.sentences:
        named = view.named_conditions
        if len({m.concept for m in named}) < 2:
            continue
        given = [
            (other, m)
            for other in article.arms_of(view)
            for m in named
            if m.start >= other.end and _FOR_CONDITION.fullmatch(view.section_text, other.end, m.start)
        ]
        name = arm.text.lower()
        own = {m.concept: m for other, m in given if other.same_as(arm) or other.text.lower().startswith(f"{name}-")}
        if len({m.concept for _, m in given}) > 1 and len(own) == 1:
            return next(iter(own.values()))
    return None


def _is_one_of_several(draft: Draft, condition: Mention | None) -> bool:
    """Whether the article's condition is only one of several that have rows of their own: it is not that of all."""
    apart = {r.subgroup.concept for r in draft.rows if r.subgroup is not None and not r.is_absent}
    if condition is None or len(apart) < 2 or condition.concept not in apart:
        return False
    title = {m.concept for v in draft.article.ctx.sentences if v.section == 0 for m in v.named_conditions}
    if title == {condition.concept} or condition.concept in indication.umbrellas(draft.article.ctx):
        return False
    broader = draft.article.ctx.protocol.broader_conditions
    return any(broader.get(c or "") != condition.concept for c in apart - {condition.concept})


def _drug_mention(article: GroupArticle, row: Row) -> Mention | None:
    """Where the drug of a row is named: in its own sentence, else first of all, else any of the class."""
    other: Mention | None = None
    for view in (row.view, *article.ctx.sentences):
        for mention in view.named_drugs:
            drug = regimen.mention_drug(mention, article.ctx.protocol)
            if drug == row.drug:
                return mention
            other = other or (mention if drug else None)
    return other


def _put_regimen(draft: Draft, row: Row) -> None:
    """What the drug was given with: in the row's arm, else in the title, else in all that is told of the treatment.

    An article that sets two combinations of the drug against each other has none for a row without an arm.
    """
    article = draft.article
    protocol = article.ctx.protocol
    if row.drug not in draft.combinations:
        draft.combinations[row.drug] = _combinations(article, row.drug)
    named = draft.combinations[row.drug]
    arm = draft.arms.meant_by(row.arm or row.counted_arm)
    if arm is not None and arm.drug is None and arm.parts:
        names = (regimen.partner_of(m, protocol) for m in row.view.mentions if arm.start <= m.start < arm.end)
        chosen = Named(row.view, arm, regimen.listed(found)) if (found := [n for n in names if n]) else None
    elif arm is not None and arm.drug is not None and (row.arm is not None or len(arm.parts) > 1):
        own = [item for item in named if item.arm.same_as(arm)] if len(arm.parts) > 1 else []
        chosen = max(own, key=lambda item: (len(item.name), item.arm == arm), default=None)
        if chosen is None and not arm.text.lower().endswith(("alone", "monotherapy")):
            chosen = _given_to_all(article, row.drug) or _of_all_counted(draft, row, named)
    elif draft.arms.are_all_of_drug or (row.position is not None and len({item.name for item in named}) > 1):
        chosen = None
    elif row.position is not None and row.of_parallel == 2 and article.ctx.study_type == "rct":
        chosen = _given_to_all(article, row.drug)  # what one of the arms had is not told of this one
    else:
        chosen = _common(draft, row, named) or _given_to_all(article, row.drug)
    if chosen is not None:
        row.set("regimen", chosen.name, chosen.view, chosen.arm.start, chosen.arm.end)


def _combinations(article: GroupArticle, drug: str) -> list[Named]:
    """Where the article names what this drug was given with, background apart."""
    return [
        Named(view, arm, name)
        for view in article.ctx.sentences
        if view.section == 0 or not article.is_background(view)
        for arm in article.arms_of(view)
        if arm.drug == drug and (name := regimen.name_of(view.section_text, arm, view.mentions, article.ctx.protocol))
    ]


def _common(draft: Draft, row: Row, named: Sequence[Named]) -> Named | None:
    """The combination of the title, or the only one of a text that names it twice or gave it to all treated."""
    if not named:
        return None
    counted = [p for p in draft.populations if p.arm is not None and p.weight > -2]
    known = regimen.parts_of_regimens(draft.article.ctx.protocol)
    rivals = {p.arm.parts for p in counted if p.arm and p.arm.drug is None and not p.arm.parts <= known}
    named = [item for item in named if item.arm.parts - {item.arm.drug} not in rivals]  # "X and DRUG", each to its own
    to_all = [p.arm for p in counted if p.arm and p.n == row.values.get("n_treated")]
    title = [item for item in named if item.view.section == 0]
    text = [
        item
        for item in named
        if len(named) > 1
        or _is_short_form(item)
        or any(map(item.arm.same_as, to_all))
        or _is_given_to_treated(item, row)
        or _is_what_was_tested(item)
    ]
    for group in (title, text):
        if len({item.arm.parts for item in group}) == 1:
            return group[0]
    return None


_GIVEN_TO = re.compile(
    r"\b(?:treated\swith|receiv(?:ed|ing)|given|got|undergoing|underwent|started|who\shad|completed|induction\swith)\s(?:[^\s.;,]+\s){0,4}?$",
    re.IGNORECASE,
)


def _is_given_to_treated(item: Named, row: Row) -> bool:
    """Whether a combination is what the number of those treated is said to have had: "104 with A treated with R-B"."""
    number = next((e for e in row.evidence if e.field == "n_treated"), None)
    if number is None or number.section != item.view.section:
        return False
    return item.view.start <= number.start < item.arm.start and bool(
        _GIVEN_TO.search(item.view.section_text, number.end, item.arm.start)
    )


# "a phase 2 trial of A plus B", "we tested whether adding A to B", "patients received A and B"
_TESTED = re.compile(
    r"\b(?:trial|study|combination|regimen|efficacy|safety|activity|toxicity|tolerability|experience|outcomes?|addition)\s(?:of|with)\s(?:[^\s.;]+\s){0,5}?$"
    r"|\b(?:evaluat\w+|test(?:ed|ing)|assess\w+|investigat\w+|examin\w+|studied|explored|combined|adding|administered)\s(?:[^\s.;]+\s){0,5}?$"
    r"|\b(?:patients|children|adults|they|subjects|participants|women|men|all|we)\s(?:were\s|who\s|had\s)*"
    r"(?:treated\swith|receiv(?:ed|ing)|given|got|underwent|started|gave)\s(?:[^\s.;]+\s){0,3}?$",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"\b(?:previous\w*|prior|earlier|before|after|relaps\w+|progress\w+|subsequent\w*|salvage|later|then|historical|re-?treat\w+|either)\b[^.;]{0,60}$",
    re.IGNORECASE,
)


def _is_what_was_tested(item: Named) -> bool:
    """Whether the only mention of a combination names what was studied or given: "we tested A with B"."""
    before = item.view.section_text[item.view.start : item.arm.start]
    return _TESTED.search(before) is not None and _LATER.search(before) is None


def _is_short_form(item: Named) -> bool:
    """Whether a regimen stands alone in a bracket: "combined with fludarabine and cyclophosphamide (O-FC)"."""
    text = item.view.section_text
    return text[: item.arm.start].endswith("(") and text[item.arm.end :].startswith(")")


def _of_all_counted(draft: Draft, row: Row, named: Sequence[Named]) -> Named | None:
    """What every arm with the drug had beside it: "A plus CVP (n = 70) or B plus CVP (n = 71)", both of one drug."""
    counted = [p.arm for p in draft.populations if p.arm is not None and p.arm.drug == row.drug and p.weight > 0]
    if not counted or len({arm.parts for arm in counted}) > 1 or len(counted[0].parts) < 2:
        return None
    if row.arm is None or row.arm.parts != {row.drug} or row.arm.variant == "maintenance":
        return None
    return next((item for item in named if item.arm.same_as(counted[0])), None)


_WITH_OR_WITHOUT = re.compile(
    r"(?:,?\seither)?\s(?:with\s?(?:\([^()]*\)\s)?(?:or|and|/)\s?without(?:\s\([^()]*\))?|with\sversus\swithout|±|\+/[-−])\s(?:the\s)?(?:[\w-]+\s)?",
    re.IGNORECASE,
)
_ALL_WITH = re.compile(
    r"(?:\s?\([^()]*\))?,?\s(?:both\s|each\s|all\s|together\s)?(?:with|plus|in\scombination\swith|combined\swith|in\saddition\sto"
    r"|on\sa\sbackground\sof|added\sto|on\stop\sof)\s(?:standard\s|background\s|the\ssame\s)?",
    re.IGNORECASE,
)
_OR = re.compile(r"\b(?:or|versus|vs\.?)\b", re.IGNORECASE)


def _is_summary(partner: Arm, arms: Sequence[Arm]) -> bool:
    """Whether "chemotherapy" only takes up a regimen that the sentence names in full."""
    return partner.parts == {"chemotherapy"} and any(a.drug is None and a.parts - partner.parts for a in arms)


def _given_to_all(article: GroupArticle, drug: str) -> Named | None:
    """What all arms had beside the drug: "X with or without DRUG", "DRUG or placebo, both with X"."""
    for view in article.ctx.sentences:
        if view.section and article.is_background(view):
            continue
        arms, text = article.arms_of(view), view.section_text
        for before, arm in itertools.pairwise(arms):
            partner = None
            is_optional = arm.drug == drug or (arm.role == regimen.CONTROL and drug in arm.parts)
            if before.drug is None and is_optional and _WITH_OR_WITHOUT.match(text, before.end, arm.end):
                partner = before
            elif (
                arm.drug is None
                and any(a.drug == drug for a in arms)
                and _ALL_WITH.fullmatch(text, before.end, arm.start)
                and _OR.search(text, arms[0].end, before.start)
            ) or (
                before.parts == {drug}
                and arm.drug == drug
                and len(arm.parts) > 1
                and _OR.fullmatch(text[before.end : arm.start].strip())
            ):
                partner = arm
            if partner is not None and partner.parts and not _is_summary(partner, arms):
                inside = [m for m in view.mentions if partner.start <= m.start and m.end <= partner.end]
                if names := [name for m in inside if (name := regimen.partner_of(m, article.ctx.protocol))]:
                    return Named(view, partner, regimen.listed(names))
    return None
