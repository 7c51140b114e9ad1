"""The short names that an article gives to its treatments, which no vocabulary can list.

"lenalidomide and rituximab (LR)", "bendamustine plus rituximab (B-R)"   a bracket behind the treatment
"R-pina or R-pola", "R-FM"                                               a code with the letter of the drug
"PROCESS, an earlier cohort of 485 patients"                              a cohort set beside the article's own

A bracket counts where its letters are those of what was given. A code counts where the drug of the article has that
letter and the article says "with", "received", "the ... group" of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from typing import Any

from pipeline.concepts.regimen import LABEL, TRAIT, Arm

_BRACKET = re.compile(
    r"\s?(?:regimen|combination|chemotherapy|therapy|treatment)?(?:,?\s\d+\s?m?g\b[^()\[\];.]{0,50})?\s?[(\[](?:\d[^()\[\]]{0,80}[;,]\s)?(?P<name>[A-Za-z][A-Za-z0-9]*(?:[-/+][A-Za-z0-9]+){0,3})(?=[)\];,])"
)
_MOST_BEFORE_BRACKET = 100  # characters: "combination, 375 mg/m2 on day 1 of each cycle ("
_MAY_BE_CODE = re.compile(r"-[A-Z]|[A-Z]-")
_CODE = re.compile(
    r"(?<![\w/+-])(?:(?P<first>[A-Z])-(?P<rest>[A-Za-z][A-Za-z0-9]{0,9})|(?P<start>[A-Za-z][A-Za-z0-9]{0,9})-(?P<last>[A-Z]))(?![\w/+-])"
)
_LETTER_AND_NUMBER = re.compile(r"[A-Z]\d")
_PLUS = re.compile(r"\s?(?:\+|plus)\s?")
_SEAM = re.compile(r"[-/+]")
_GIVEN_BEFORE = re.compile(
    r"\b(?:with|received|receiving|receive|given|to|or|versus|vs\.?|v|and|than|of|either|in\sthe|the)\s$"
)
_ON_LETTER = re.compile(r"\b(?:with|received|receiving|given|versus|vs\.?|v|than|on|under|in)\s$", re.IGNORECASE)
_LETTER_BEHIND = re.compile(r"(?:[(\[;,]\s?|\b(?:the|and|or|of|to|than|plus)\s|\d%?\s)$")
_NUMBER_BEFORE = re.compile(r"\d%?\s$")
_GROUP_BEHIND = re.compile(
    r"(?:\s(?:groups?|arms?|cohorts?|regimen|recipients|patients|monotherapy|alone|plus\s[A-Z])\b"
    r"|:?\s?[(\[,]?\s?(?:n\s?=|\d))"
)

_ACRONYM = r"[A-Z][A-Z0-9]{2,11}(?:-[A-Z0-9]{1,4})?"
_OTHER_COHORT = r"(?:[\w-]+\s){0,3}?(?:previous|earlier|historical|prior|preceding|older)\s(?:[\w-]+\s){0,3}?cohort"
_COHORT = re.compile(
    rf"\b(?P<name>{_ACRONYM})(?:,|\s\(|,\swhich\swas|\swas)\s?(?:an?|the|our)\s{_OTHER_COHORT}\b"
    rf"|\b{_OTHER_COHORT}\s(?:of\s[\d,]+\s(?:[\w-]+\s){{1,4}})?(?:\(|named\s|called\s)(?P<behind>{_ACRONYM})(?=[\s),;])"
)

LONGEST_CODE, LONGEST_INITIAL = 12, 4
MOST_NAMES = 20
"""More than an abstract has treatments; further ones are not looked for, and the time stays linear in its length."""

Sentences = Sequence[tuple[str, int, int, Sequence[Arm]]]  # section text, start and end of the sentence, its arms


def find(sentences: Sentences, drugs: Iterable[str], codes: Mapping[str, Any]) -> Mapping[str, Arm]:
    """What each short name stands for: an arm with the drug and substances, to be put where the name stands.

    `drugs` are those of the article, `codes` is `own_codes` of the protocol.
    """
    found: dict[str, Arm] = {}
    partners: dict[str, Arm] = {}  # "bendamustine (B)"
    letters = {letter: drug for letter, drug in codes.get("letters", {}).items() if drug in set(drugs)}
    for text, _, end, arms in sentences:
        for arm in arms:
            near = min(end, arm.end + _MOST_BEFORE_BRACKET) if arm.parts else arm.end
            opens = text.find("(", arm.end, near) >= 0 or text.find("[", arm.end, near) >= 0
            match = _BRACKET.match(text, arm.end, end) if opens else None
            if match is None or _is_taken(match.span("name"), [a for a in arms if a.role != LABEL]):
                continue
            if len(arm.parts) == 1 and letters.get(match["name"]) != (arm.drug or ""):
                if arm.drug is None and _is_initial(match["name"], arm):
                    partners.setdefault(match["name"], arm)
                continue
            if (last := _last_part(arm)) is not None and _is_initial(match["name"], last):
                partners.setdefault(match["name"], last)
            elif len(arm.parts) == 1 or _is_made_of(match["name"], arm, letters):
                found.setdefault(match["name"], arm)
    for text, start, end, arms in sentences if letters else ():
        for match in _CODE.finditer(text, start, end) if _MAY_BE_CODE.search(text, start, end) else ():
            drug, rest = letters.get(match["first"] or match["last"]), match["rest"] or match["start"]
            if drug is None or rest.lower() in codes["other_things"] or _is_taken(match.span(), arms):
                continue
            if _GIVEN_BEFORE.search(text, max(start, match.start() - 12), match.start()) or _GROUP_BEHIND.match(
                text, match.end()
            ):
                meant = _combined_with(rest, drug, sentences) or frozenset([drug, rest.lower()])
                found.setdefault(match[0], Arm(*match.span(), match[0], drug, meant))
    # a letter alone is read as a name only beside one that it is part of: "R" and "RL", "B" and "G-B"
    coded = [a.text for _, _, _, arms in sentences for a in arms if a.drug and len(a.parts) > 1 and "-" in a.text]
    longer = [name for name in (*found, *coded) if 1 < len(name) <= LONGEST_CODE]
    pieces = {piece for name in longer for piece in _SEAM.split(name)}
    for letter, drug in letters.items():
        if letter in pieces:
            found.setdefault(letter, Arm(0, 0, letter, drug, frozenset([drug])))
    for text, start, end, _ in sentences:
        for match in _COHORT.finditer(text, start, end) if "cohort" in text[start:end] else ():
            name = match["name"] or match["behind"]
            found.setdefault(name, Arm(*match.span(), name, None, frozenset(), LABEL, name.lower()))
    named = {k: v for k, v in found.items() if len(k) > 1 or any(k in name for name in longer)}
    named |= {k: v for k, v in partners.items() if k in pieces and k not in named}
    return dict(islice(named.items(), MOST_NAMES))


def _is_initial(name: str, arm: Arm) -> bool:
    """Whether a bracket shortens one substance: "bendamustine (B)", "chlorambucil (Clb)"."""
    return name[0].isupper() and len(name) <= LONGEST_INITIAL and arm.text[:1].upper() == name[0]


def _last_part(arm: Arm) -> Arm | None:
    """The substance without the drug that ends the words of a combination: "rituximab (R) plus lenalidomide"."""
    last = arm.text.split()[-1]
    if len(arm.parts) < 2 or last.lower() not in arm.parts or last.lower() == arm.drug:
        return None
    return replace(arm, text=last, drug=None, parts=frozenset([last.lower()]))


def _combined_with(rest: str, drug: str, sentences: Sentences) -> frozenset[str] | None:
    """The substances of "R-L", where the article names one thing that begins so as given with the drug."""
    known = {
        arm.parts
        for _, _, _, arms in sentences
        for arm in arms
        if arm.drug == drug and len(arm.parts) == 2 and any(p.startswith(rest.lower()) for p in arm.parts - {drug})
    }
    return next(iter(known)) if len(known) == 1 else None


def add(text: str, start: int, end: int, arms: Sequence[Arm], names: Mapping[str, Arm]) -> list[Arm]:
    """The arms of a sentence with those that it calls by such a name, in order."""
    found = list(arms)
    for name, meant in names.items():
        if text.find(name[1:], start, end) < 0:
            continue
        if meant.role != LABEL:
            meant = replace(meant, variant=None)
        for match in _spelling(name).finditer(text, start, end):
            if len(name) == 1 and not _is_on_letter(text, start, match):
                continue
            # "the LR arm" is no group of another name
            found = [a for a in found if a.role not in (TRAIT, LABEL) or not _is_taken(match.span(), [a])]
            if not _is_taken(match.span(), found):
                found.append(replace(meant, start=match.start(), end=match.end(), text=match[0]))
    return _with_partners(text, sorted(found, key=lambda arm: arm.start), names)


def _is_on_letter(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether a letter alone names what was given: "with R", "the B arm", "(G-B, 194; B, 202)"."""
    before = max(start, match.start() - 12)
    if _ON_LETTER.search(text, before, match.start()):
        return True
    if not _LETTER_BEHIND.search(text, before, match.start()):
        return False
    return bool(_GROUP_BEHIND.match(text, match.end()) or _NUMBER_BEFORE.search(text, before, match.start()))


def _with_partners(text: str, arms: Sequence[Arm], names: Mapping[str, Arm]) -> list[Arm]:
    """ "X + R2" and "placebo plus R2" are one arm each, where R2 is such a name."""
    found: list[Arm] = []
    for arm in arms:
        last = found[-1] if found else None
        if last is None or arm.text not in names or not _PLUS.fullmatch(text, last.end, arm.start):
            found.append(arm)
            continue
        parts = last.parts | arm.parts | (frozenset({last.role}) if last.role == "placebo" else frozenset())
        found[-1] = Arm(last.start, arm.end, text[last.start : arm.end], last.drug or arm.drug, parts)
    return found


@lru_cache(maxsize=64)
def _spelling(name: str) -> re.Pattern[str]:
    """The name as a word of its own, at the head of a sentence too ("Pola-BR")."""
    return re.compile(rf"(?<![\w/+-])[{name[0].upper()}{name[0]}]{re.escape(name[1:])}(?![\w/-])")


def _is_made_of(name: str, arm: Arm, letters: Mapping[str, str]) -> bool:
    """Whether a name stands for two substances or more: "LR", "pola-BR", "I-R"; not "FA-ref" (refractory)."""
    if _LETTER_AND_NUMBER.fullmatch(name):
        return letters.get(name[0]) == arm.drug is not None  # "lenalidomide and rituximab (R2)"
    words = [word.lower() for part in arm.parts for word in part.split()]
    firsts = {word[0] for word in words} | {letter.lower() for letter, drug in letters.items() if drug == arm.drug}
    meant: set[str] = set()
    for piece in _SEAM.split(name):
        low = piece.lower()
        if piece.isupper() and set(low) <= firsts:
            meant |= set(low)
        elif len(low) > 2 and (of_word := [w for w in words if w.startswith(low)]):
            meant.add(of_word[0][0])
        else:
            return False
    return len(meant) > 1


def _is_taken(span: tuple[int, int], arms: Sequence[Arm]) -> bool:
    return any(span[0] < arm.end and arm.start < span[1] for arm in arms)
