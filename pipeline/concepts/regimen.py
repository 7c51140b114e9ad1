"""Study arms: the phrases that name what a group was given, and whether the review's drug is part of it.

    "G-CHOP", "obinutuzumab plus bendamustine", "venetoclax-obinutuzumab"     an arm with the drug
    "bendamustine alone", "placebo", "the control group"                      an arm without it

A phrase is a chain of drug, regimen and co-medication names joined by "plus", "and", "with", "-", "+", "/". Two phrases
name the same arm when the same substances are in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.concepts.phrases import trigger_rows
from pipeline.protocol import Protocol
from pipeline.records import Mention

ARM_COLUMNS = ("trigger", "role", "source")
LABELS = ("drug", "regimen", "co_medication", "management")

_JOINT = re.compile(
    r"[-\s](?:based|containing|including)\s|\s?(?:[-\u2010-\u2015+/&]|,?\s?(?:plus|and|with|combined\swith|in\scombination\swith|added\sto|followed\sby|based))\s?|\s?",
    re.IGNORECASE,
)
_DOSE_BETWEEN = re.compile(
    r"\s?\(?[^()A-Za-z]*\d[\d.,/]*\s?(?:mg|g|µg|mCi|AUC)(?:/(?:m\^?2|kg|d|day))*\)?\s?(?:plus|and|with|,)\s",
    re.IGNORECASE,
)
_ALONE = re.compile(r"\s?(?:alone|monotherapy|single[\s-]agent|only|maintenance\salone)\b", re.IGNORECASE)
_PLUS = re.compile(r"[-\u2010-\u2015]|\s?(?:\+|plus|and|with|combined\swith|in\scombination\swith)\s", re.IGNORECASE)
_LISTED = re.compile(r",\s?(?:and\s)?")
CONTROL = "control"
_WITHOUT = re.compile(r"\b(?:without|not\sreceiving|not\streated\swith|no)\s(?:the\s)?$", re.IGNORECASE)
LABEL = "label"
_LABELLED = re.compile(
    r"\b(?:[Pp]hase|[Aa]rm|[Gg]roup|[Cc]ohort|[Pp]art)\s(?:[A-D]|[1-4]|I{1,3}|IV)\b(?![-/–]|\s(?:study|trial|clinical|open|stud|multi|dose|random|non))"
)


@dataclass(frozen=True, slots=True)
class Arm:
    """What a group was given; offsets of the section. `drug` is None where no drug of the review is part of it."""

    start: int
    end: int
    text: str
    drug: str | None
    parts: frozenset[str]
    role: str | None = None

    def same_as(self, other: Arm) -> bool:
        """Whether two phrases name the same arm."""
        if self.role or other.role:
            return self.role == other.role and self.text.lower() == other.text.lower()
        return self.parts == other.parts


def find(
    text: str, mentions: Sequence[Mention], protocol: Protocol, start: int = 0, end: int | None = None
) -> list[Arm]:
    """The arm phrases of a stretch of a section, in order; `mentions` are those of the stretch."""
    named = [m for m in mentions if m.label in LABELS and m.concept]
    arms: list[Arm] = []
    chain: list[Mention] = []
    for mention in named:
        if chain and (not _joined(text, chain[-1].end, mention.start) or _compares(text, chain, mention, protocol)):
            arms.append(_arm(text, chain, protocol))
            chain = []
        chain.append(mention)
    if chain:
        arms.append(_arm(text, chain, protocol))
    arms = [a for a in arms if a.parts]
    taken = [(a.start, a.end) for a in arms]
    stop = len(text) if end is None else end
    for match in _roles().finditer(text, start, stop):
        if all(match.end() <= a or match.start() >= b for a, b in taken):
            role = _role_of()[re.sub(r"\s", " ", match[0].lower())]
            arms.append(Arm(match.start(), match.end(), match[0], None, frozenset(), role))
    for match in _LABELLED.finditer(text, start, stop):
        arms.append(Arm(match.start(), match.end(), match[0], None, frozenset(), LABEL))
    return _with_placebo(text, sorted(arms, key=lambda a: a.start))


def _with_placebo(text: str, arms: list[Arm]) -> list[Arm]:
    """ "placebo plus X" is one arm, with X in it."""
    merged: list[Arm] = []
    for arm in arms:
        last = merged[-1] if merged else None
        if (
            last is not None
            and "placebo" in (last.role, arm.role)
            and arm.start - last.end <= 24
            and _PLUS.fullmatch(text, last.end, arm.start)
        ):
            merged[-1] = Arm(
                last.start,
                arm.end,
                text[last.start : arm.end],
                last.drug or arm.drug,
                last.parts | arm.parts | {"placebo"},
            )
            continue
        merged.append(arm)
    return merged


def drug_of(mentions: Iterable[Mention], protocol: Protocol) -> str | None:
    """The one review drug that these mentions name, the class where they name several, None where they name none."""
    drugs = {drug for m in mentions if (drug := mention_drug(m, protocol))}
    specific = drugs - {protocol.drug_class}
    if len(specific) == 1:
        return next(iter(specific))
    return protocol.drug_class if drugs else None


def mention_drug(mention: Mention, protocol: Protocol) -> str | None:
    """The review's drug in a drug or regimen mention."""
    if mention.label == "drug":
        return mention.concept
    if mention.label == "regimen" and mention.concept in protocol.regimens:
        return protocol.regimens[mention.concept].drug
    return None


def parts_of(mention: Mention, protocol: Protocol) -> frozenset[str]:
    """The substances that a mention stands for: a regimen's drug and its partners."""
    if mention.label == "regimen" and mention.concept in protocol.regimens:
        regimen = protocol.regimens[mention.concept]
        partners = re.split(r",\s*|\s+and\s+|\s+plus\s+", regimen.partners or "")
        return frozenset(filter(None, [regimen.drug, *partners]))
    return frozenset([mention.concept or mention.text.lower()])


def name_of(text: str, arm: Arm, mentions: Iterable[Mention], protocol: Protocol) -> str | None:
    """What the drug was given with in an arm: its named regimen, else "drug plus partner and partner".

    A list that the arm is part of belongs to it ("fludarabine, cyclophosphamide and rituximab"). None where the drug
    was given alone, or where two regimens are named.
    """
    known = [m for m in mentions if m.label in LABELS]
    inside = [m for m in known if arm.start <= m.start and m.end <= arm.end]
    named = {m.preferred_name or m.concept or "" for m in inside if m.label == "regimen" and mention_drug(m, protocol)}
    if arm.drug is None or named:
        return next(iter(named)) if len(named) == 1 else None
    for mention in reversed([m for m in known if m.end <= arm.start]):
        if mention.label == "co_medication" and _LISTED.fullmatch(text, mention.end, inside[0].start):
            inside.insert(0, mention)
    partners = list(dict.fromkeys(m.preferred_name or m.concept or "" for m in inside if _is_partner(m, protocol)))
    if not partners:
        return None
    listed = partners[0] if len(partners) == 1 else f"{', '.join(partners[:-1])} and {partners[-1]}"
    return f"{arm.drug} plus {listed}"


def _is_partner(mention: Mention, protocol: Protocol) -> bool:
    """Whether a substance, or a regimen without the review's drug ("CHOP"), is what the drug was given with."""
    return mention.label == "co_medication" or (mention.label == "regimen" and mention_drug(mention, protocol) is None)


def _joined(text: str, end: int, start: int) -> bool:
    return start - end <= 40 and bool(_JOINT.fullmatch(text, end, start) or _DOSE_BETWEEN.fullmatch(text, end, start))


def _compares(text: str, chain: Sequence[Mention], mention: Mention, protocol: Protocol) -> bool:
    """Whether "A with B" sets two regimens that both hold a drug of the review against each other."""
    both = "regimen" in (chain[-1].label, mention.label)
    drugs = {mention_drug(chain[-1], protocol), mention_drug(mention, protocol)}
    return (
        both
        and None not in drugs
        and len(drugs) == 2
        and text[chain[-1].end : mention.start].strip() in ("with", "and")
    )


def _arm(text: str, chain: Sequence[Mention], protocol: Protocol) -> Arm:
    start, end = chain[0].start, chain[-1].end
    parts: frozenset[str] = frozenset()
    if any(m.label != "management" for m in chain):  # a growth factor alone is no arm
        parts = parts.union(*(parts_of(m, protocol) for m in chain))
    if alone := _ALONE.match(text, end):
        end = alone.end()
    if parts and _WITHOUT.search(text, max(0, start - 24), start):
        return Arm(start, end, text[start:end], None, parts, CONTROL)
    return Arm(start, end, text[start:end], drug_of(chain, protocol), parts)


@cache
def _role_of() -> dict[str, str]:
    return {row["trigger"]: row["role"] for row in trigger_rows("arm", ARM_COLUMNS)}


@cache
def _roles() -> re.Pattern[str]:
    words = sorted(_role_of(), key=len, reverse=True)
    return re.compile(
        rf"\b(?:{'|'.join(re.escape(w).replace(chr(92) + ' ', chr(92) + 's') for w in words)})\b", re.IGNORECASE
    )
