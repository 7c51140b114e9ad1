"""Who the patient is: age in years, sex, and the condition that was treated."""

from __future__ import annotations

import re

from pipeline.concepts import indication
from pipeline.concepts.assertion import role_of
from pipeline.concepts.patients import pronoun_sex, sex_named, sex_of
from pipeline.relate.cases.account import Case, CaseText, quote
from pipeline.relate.cases.draft import Draft
from pipeline.relate.context import Context

_FORMER = re.compile(
    r"\b(?:from|history of|previous|prior|earlier|former)\s(?:an?\s|the\s)?(?:\w+\s)?$",
    re.IGNORECASE,
)
_SEVERAL_OF_ONE_SEX = re.compile(
    r"\b(?:two|three|four|five|both|all|[2-9])\s(?:[\w-]+\s)?(?:(?P<female>women|girls|females|sisters"
    r"|female(?=\s[\w-]*(?:patients|cases|adults|children|recipients|subjects|infants)\b))"
    r"|(?P<male>men|boys|males|brothers|male(?=\s[\w-]*(?:patients|cases|adults|children|recipients|subjects|infants)\b)))\b",
    re.IGNORECASE,
)


_A_SEX = re.compile(r"\b(?:an?|one|1)\s(?:[\w-]+\s)?(?:woman|girl|man|boy|male|female)\b", re.IGNORECASE)


def put_patient(draft: Draft, told: CaseText, case: Case) -> None:
    """Age and sex from the description; else a word of sex, else pronouns that agree."""
    if case.patient is not None:
        view, patient = case.patient
        place = view.evidence("", patient.start, patient.end)
        if patient.age_years is not None:
            draft.put("age_years", patient.age_years, place)
        if patient.sex is not None:
            draft.put("sex", patient.sex, place)
            return
    own = [p for p in case.pieces if role_of(p.view) not in ("background", "aim")]
    for piece in own:
        found = sex_named(piece.text)
        if found:
            draft.put("sex", found[2], piece.view.evidence("", piece.start + found[0], piece.start + found[1]))
            return
    spoken = [(piece, found) for piece in own if (found := pronoun_sex(piece.text))]
    for piece in told.shared if len(told.cases) > 1 else ():
        several = _SEVERAL_OF_ONE_SEX.search(piece.text)
        if several and _names_other_sex(piece.text, several):
            return  # "two men and a woman (ages 44, 57 and 63)": whose age is whose is not said
        if several:
            place = piece.view.evidence("", piece.start + several.start(), piece.start + several.end())
            draft.put("sex", "female" if several["female"] else "male", place)
            return
    if len({found[2] for _, found in spoken}) == 1:
        piece, found = spoken[0]
        draft.put("sex", found[2], piece.view.evidence("", piece.start + found[0], piece.start + found[1]))


def _names_other_sex(text: str, several: re.Match[str]) -> bool:
    """Whether a sentence that counts patients of one sex has one of the other sex as well."""
    counted = "female" if several["female"] else "male"
    other = any(sex_of(m.group()) != counted for m in _A_SEX.finditer(text))
    return other or len({bool(m["female"]) for m in _SEVERAL_OF_ONE_SEX.finditer(text)}) > 1


def put_indication(ctx: Context, draft: Draft, told: CaseText, case: Case) -> None:
    mention = None
    if len(told.cases) > 1:
        mention = indication.likeliest_in([m for p in case.pieces for m in p.view.named_conditions if p.holds(m.start)])
    own = [p.view for p in case.pieces if role_of(p.view) not in ("background", "conclusions")]
    titles = [v for v in ctx.sentences if v.section == 0]
    if len(told.cases) == 1:
        # what the drug was given for, before what else the patient had
        mention = indication.given_for([*([case.patient[0]] if case.patient else ()), *own, *titles])
        if mention is None and case.patient is not None:
            mention = indication.likeliest(ctx, [case.patient[0]])
    mention = mention or indication.of_article(ctx)
    if mention is not None and len(told.cases) == 1:
        named = [
            m
            for v in (*own, *titles)
            for m in v.named_conditions
            if not _FORMER.search(v.section_text, max(v.start, m.start - 30), m.start)
        ]
        mention = indication.closer_name(ctx, indication.specified(mention, named), named)
    if mention is not None:
        draft.put("indication", mention.preferred_name, quote(ctx, "", mention.section, mention.start, mention.end))
