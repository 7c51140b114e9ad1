"""One arm under its many names: what "arm A", "group R", "the combination arm" or "the 500 mg group" were given.

"fludarabine with rituximab (arm A; n = 51)"      arm A is fludarabine with rituximab
"group 1 (rituximab, n = 20)"                     group 1 is rituximab
"R-CHOP plus ibrutinib or R-CHOP plus placebo"    "the ibrutinib arm" is the first of them, "the placebo arm" the other
"rituximab 500 mg or 1000 mg"                     two arms of one drug
"R and O groups"                                  letters of the article's drugs
"higher in A than in B ... in the former"         A
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.concepts import regimen
from pipeline.concepts.regimen import CONTROL, LABEL, Arm
from pipeline.once import once

_BRACKET_OPENS = re.compile(r"(?:\s(?:[\w/.-]+)){0,6}\s?[(\[](?:[^()\[\]]{0,40}[;,]\s)?$")
_IS = re.compile(
    r"(?:\s?\((?:[nN]\s?=\s?)?\d+(?:\spatients)?\))?(?:\s(?:patients|subjects))?(?:,?\s\(|\s?\[|:\s|,\s|\s=\s|\s(?:(?:had|was|were)\s)?"
    r"(?:received|receiving|given|got|consisted\sof|comprised|assigned\sto|treated\swith|treatment\swith|on)\s|\s)(?:n\s?=\s?\d+[,;:]\s)?$",
    re.IGNORECASE,
)
_SET_UP = re.compile(r"(?:\s(?:group|arm|cohort|alone))*,?\s?[(\[](?:[A-Za-z+-]{1,8}[;,:]\s)?(?:[nN]\s?=\s?)?\d")
_LEADS = re.compile(
    r"\b(?:to|received|receive|versus|vs\.?|v|or|with|and|plus|against|than|either|compared\s(?:with|to))\s(?:the\s|a\s|either\s)?$",
    re.IGNORECASE,
)
_LEADS_ALTERNATIVE = re.compile(
    r"\b(?:to|received|receive|versus|vs\.?|v|or|against|than|either|compared\s(?:with|to))\s(?:the\s|a\s|either\s)?$",
    re.IGNORECASE,
)
_TREATED_LEADS = re.compile(
    r"(?:^|\b(?:to|received|receive|versus|vs\.?|v|or|either|and|of|against|on)\s(?:the\s|a\s)?|[,;(]\s?)$",
    re.IGNORECASE,
)
_ALONE = re.compile(r"\b(?:alone|only|monotherapy)$", re.IGNORECASE)
_ALONE_BEHIND = re.compile(r"(?:\s\([^()]{1,12}\))?\s(?:alone|only|monotherapy)\b", re.IGNORECASE)
_ARM_NOUN = re.compile(
    r"(?:[\s-](?:containing|treated|based))?[\s-](?:group|arm|cohort|patients|recipients|regimen|users)\b"
)
_GROUP_NOUN = re.compile(r"\s(?:group|arm|cohort)\b")
# "... of the rituximab group and 27% of the interferon group"
_SET_AGAINST = re.compile(
    r"\b(?:and|versus|vs\.?|v|than|against|compared\s(?:with|to))\s(?:[^.;\s]+\s){0,6}(?:the\s)(?:[\w-]+\s)?$",
    re.IGNORECASE,
)
_IMMUNOCHEMOTHERAPY = re.compile(r"immuno-?chemotherap|chemo-?immunotherap", re.IGNORECASE)
_NOT_CHOICE = re.compile(r"\b(?:versus|vs\.?|compared|without|after|before)\b|\d\s?%", re.IGNORECASE)
_STAGES = frozenset(["induction", "maintenance"])


@dataclass(frozen=True)
class ArmNames:
    """The arms of an article as its sentences name them, in reading order: (section text, arms of the sentence)."""

    sentences: Sequence[tuple[str, Sequence[Arm]]]
    drugs: frozenset[str]

    def resolved(self, index: int) -> list[Arm]:
        """The arms of a sentence, each with the drug and substances that its name stands for."""
        found: list[Arm] = []
        text, arms = self.sentences[index]
        for arm in arms:
            if arm.role != regimen.TRAIT:
                found.append(self._meaning(text, arm, index))
            elif arm.variant in self.traits:
                found.append(replace(arm, role=LABEL))
            elif _SET_AGAINST.search(text, max(0, arm.start - 80), arm.start) and any(
                a.drug is not None and a.end < arm.start and _GROUP_NOUN.match(text, a.end) for a in arms
            ):
                found.append(replace(arm, role=CONTROL, variant=None))
        return found

    def _is_minus(self, arm: Arm) -> bool:
        """Whether a name says that the drug of its counterpart was not given: "R-" beside "R+"."""
        name = arm.variant or ""
        if not name.endswith(("-", "\u2212", "\u2013")):
            return False
        plus = replace(arm, variant=f"{name[:-1]}+")
        is_named = any(a.variant == plus.variant for _, arms in self.sentences for a in arms)
        return is_named and self._drug_of_letter(plus) is not None

    def _meaning(self, text: str, arm: Arm, index: int) -> Arm:
        if arm.role == regimen.ALL_PARTS:
            return self._all_parts(arm, self.sentences[index][1])
        if arm.role in (regimen.FORMER, regimen.LATTER):
            before = self._two_before(index, arm)
            if len(before) != 2:
                return arm  # not known: no row comes of it
            told = before[0 if arm.role == regimen.FORMER else 1]
            return replace(_under_name(arm, told), text=told.text)
        if arm.role == CONTROL and not arm.parts and (trait := self._lacked(text, arm, index)):
            return replace(arm, role=LABEL, variant=trait)
        if arm.variant is not None:
            if f"no {arm.variant}" in self.traits:
                return arm
            meant = self.definitions.get(arm.variant)
            if meant is not None and arm.role == LABEL:
                return _under_name(arm, meant, arm.variant)
            if arm.role == LABEL and self._is_minus(arm):
                return replace(arm, role=CONTROL, variant=None)
            if arm.role is None:
                return arm if arm.variant in self.contrasted else replace(arm, variant=None)
        if arm.role == LABEL and arm.variant is not None:
            return self._by_letter(arm)
        if arm.role == "combination" or arm.role == regimen.EXPERIMENTAL:
            with_drug = [a for a in self.set_up if a.drug and (len(a.parts) > 1 or arm.role != "combination")]
            if arm.role == "combination" and not with_drug:
                everywhere = (a for _, arms in self.sentences for a in arms)
                with_drug = _distinct(a for a in everywhere if a.drug and len(a.parts) > 1)
            return _under_name(arm, with_drug[0]) if len(with_drug) == 1 else arm
        if arm.role == "single":
            singles = [a for a in self.set_up if len(a.parts) == 1 and _ALONE.search(a.text)]
            return _under_name(arm, singles[0]) if len(singles) == 1 else arm
        if arm.role in (None, "placebo") and arm.drug is None and _ARM_NOUN.match(text, arm.end):
            parts = arm.parts or frozenset([arm.role or ""])
            wider = [a for a in self.set_up if a.drug is not None and parts < a.parts]
            bare = [a for a in self.set_up if not a.drug and (a.role or a.parts in self._alternatives)]
            if len(wider) == 1 and not any(a.parts == parts or a.role == arm.role for a in bare):
                return _under_name(arm, wider[0])
        if arm.role is None and arm.drug is None and (drug := self._drugs_of_choice.get(arm.text.lower())):
            return replace(arm, drug=drug, parts=arm.parts | {drug})
        if arm.role is None and arm.drug is None and _IMMUNOCHEMOTHERAPY.match(arm.text):
            here = [a for a in self.sentences[index][1] if a is not arm]
            with_drug = [
                a for a in self.set_up if a.drug and len(a.parts) > 1 and not any(a.same_as(other) for other in here)
            ]
            return _under_name(arm, with_drug[0]) if len(with_drug) == 1 else arm
        if arm.role is None and arm.drug is not None and len(arm.parts) == 1 and (whole := self._addition(arm)):
            return _under_name(arm, whole)
        if arm.role is None and arm.parts and arm.variant is None:
            named = {v for v, meant in self.definitions.items() if meant.parts == arm.parts}
            if len(named) == 1 and not self._several_of(arm):
                return replace(arm, variant=next(iter(named)))
        return arm

    @once
    def _drugs_of_choice(self) -> dict[str, str]:
        """The drug in all that a name may stand for: "chemoimmunotherapy (A plus X or B plus X)" holds X."""
        found: dict[str, str] = {}
        for text, arms in self.sentences:
            for i, arm in enumerate(arms):
                if arm.drug is not None or arm.role is not None or not text.startswith(" (", arm.end):
                    continue
                stop = text.find(")", arm.end)
                choices = [a for a in arms[i + 1 :] if a.end <= stop and a.role is None and a.parts]
                drugs = {a.drug for a in choices}
                if (
                    len(choices) > 1
                    and len(drugs) == 1
                    and (drug := choices[0].drug)
                    and not _NOT_CHOICE.search(text, arm.end, stop)
                ):
                    found[arm.text.lower()] = drug
        return found

    def _lacked(self, text: str, arm: Arm, index: int) -> str | None:
        """What those "without" or who "did not" lack: the trait named before, where the article tells both apart."""
        before = [a for a in self.sentences[index][1] if a.end <= arm.start]
        last = before[-1] if before else None
        if last is None or not last.variant or f"no {last.variant}" not in self.traits or not _LACKS.search(arm.text):
            return None
        return f"no {last.variant}"

    @once
    def kinds(self) -> list[Arm]:
        """The arms named anywhere, one of each sort: an article may name the same arm in every sentence."""
        found: dict[tuple[object, ...], Arm] = {}
        for _, arms in self.sentences:
            for arm in arms:
                found.setdefault((arm.drug, arm.role, arm.parts, arm.text), arm)
        return list(found.values())

    def _addition(self, arm: Arm) -> Arm | None:
        """The combination in which the drug was added to the others' treatment: "with rituximab", R-CHOP v CHOP."""
        if _ALONE.search(arm.text):
            return None
        with_drug = _distinct(a for a in self.kinds if a.drug == arm.drug and len(a.parts) > 1)
        alone = any(a.parts == arm.parts and _ALONE.search(a.text) for a in self.kinds)
        if len(with_drug) != 1 or alone:
            return None
        rest = with_drug[0].parts - arm.parts
        others = [a for a in self.kinds if a.drug != arm.drug]
        return with_drug[0] if any(a.parts - {a.drug} == rest for a in others) else None

    def _several_of(self, arm: Arm) -> bool:
        """Whether the article sets arms of these same substances against each other."""
        return len({a.variant for a in self.set_up if a.parts == arm.parts}) > 1

    def _by_letter(self, arm: Arm) -> Arm:
        """ "the R group" of an article on rituximab."""
        drug = self._drug_of_letter(arm)
        return arm if drug is None else replace(arm, drug=drug, parts=frozenset([drug]), role=None)

    def _drug_of_letter(self, arm: Arm) -> str | None:
        """The one drug of the article that begins with the letter of "group R" or "R+"."""
        letter = (arm.variant or "").removesuffix("+")
        drugs = [d for d in self.drugs if len(letter) == 1 and d.startswith(letter)]
        return drugs[0] if len(drugs) == 1 else None

    def _two_before(self, index: int, arm: Arm) -> list[Arm]:
        """The two arms named last, in the sentence so far, else in one of the three before; "and 40 had not" is one."""
        here, own = self.sentences[index]
        before = [(here[: arm.start], [a for a in own if a.end <= arm.start])]
        for text, arms in (*before, *(self.sentences[i] for i in range(index - 1, max(-1, index - 4), -1))):
            named = _distinct(
                a
                for a in arms
                if a.role not in (regimen.FORMER, regimen.LATTER)
                and (a.role != regimen.TRAIT or a.variant in self.traits)
            )
            if named:
                return _with_the_others(text, named)
        return []

    @staticmethod
    def _all_parts(arm: Arm, arms: Sequence[Arm]) -> Arm:
        """ "A alone, B alone or both"."""
        before = _distinct(a for a in arms if a.end <= arm.start and a.parts)
        if len(before) != 2:
            return arm
        drug = before[0].drug or before[1].drug
        return replace(arm, drug=drug, parts=before[0].parts | before[1].parts, role=None)

    @once
    def definitions(self) -> Mapping[str, Arm]:
        """What each letter, number, dose or route stands for."""
        found: dict[str, Arm] = {}
        for text, arms in self.sentences:
            labels = [a for a in arms if a.role == LABEL and a.variant]
            if not labels:
                continue
            given = [self._all_parts(a, arms) if a.role == regimen.ALL_PARTS else a for a in arms]
            given = [a for a in given if a.role in (None, CONTROL, "placebo") and (a.parts or a.role)]
            for label in labels:
                before = [a for a in given if a.end <= label.start]
                after = [a for a in given if a.start >= label.end]
                meant = None
                if same := [a for a in given if a.variant == label.variant]:
                    meant = same[0]
                elif before and _BRACKET_OPENS.fullmatch(text, before[-1].end, label.start):
                    meant = before[-1]
                elif after and _IS.fullmatch(text, label.end, after[0].start):
                    meant = after[0]
                if meant is not None and self._drug_of_letter(label) not in (None, meant.drug):
                    meant = None  # "X versus Y (X and Y groups)"
                if meant is not None and (meant.drug or meant.role or _stands_alone(text, meant)):
                    found.setdefault(label.variant or "", meant)
        for variant in self.contrasted:
            meant = next((a for _, arms in self.sentences for a in arms if a.variant == variant and a.parts), None)
            if meant is not None:
                found.setdefault(variant, meant)
        return found

    @once
    def contrasted(self) -> frozenset[str]:
        """The doses or routes of one drug set against each other, the bare ones ("or 1000 mg (n = 122)") too."""
        by_parts: dict[frozenset[str], set[str]] = {}
        for _, arms in self.sentences:
            last: Arm | None = None
            for before, arm in zip([None, *arms], arms, strict=False):
                is_label = arm.role == LABEL and not arm.parts
                if arm.parts:
                    last = arm
                whose = last if is_label and last is not None and last.variant else arm
                if not arm.variant or not whose.parts:
                    continue
                told = by_parts.setdefault(whose.parts, set())
                told.add(arm.variant)
                if before is not None and before.role == LABEL and before.variant and not is_label:
                    told.add(before.variant)  # "40 had subcutaneous and 38 intravenous X"
        found = {v for variants in by_parts.values() if len(variants) > 1 for v in variants}
        return frozenset(found - _STAGES) | (self._stages if len(self._stages) > 1 else frozenset())

    @once
    def traits(self) -> frozenset[str]:
        """What tells groups apart that are counted side by side: "elderly group (n = 40)"; a trait and its absence."""
        found: set[str] = set()
        named: set[str] = set()
        for text, arms in self.sentences:
            here = [a for a in arms if a.role == regimen.TRAIT and a.variant]
            named |= {a.variant for a in arms if a.variant and a.role in (regimen.TRAIT, LABEL)}
            counted = {
                a.variant for a in here if a.variant and (_SET_UP.match(text, a.end) or _is_name_of_counted(text, a))
            }
            if len(counted) > 1:
                found |= counted
        pairs = {name for name in named if f"no {name}" in named}
        times = {name for name in named if _other_time(name) in named}
        return frozenset(found | pairs | times | {f"no {name}" for name in pairs})

    @once
    def _stages(self) -> frozenset[str]:
        """ "induction" and "maintenance", where the article speaks of both as parts of the treatment."""
        return _STAGES & {a.variant for _, arms in self.sentences for a in arms}

    @once
    def _alternatives(self) -> frozenset[frozenset[str]]:
        """What some had instead of the drug; not what is only named as added: "to A for six cycles with B"."""
        return frozenset(
            a.parts
            for text, arms in self.sentences
            for a in arms
            if not a.drug
            and (
                _SET_UP.match(text, a.end)
                or _ALONE_BEHIND.match(text, a.end)
                or _LEADS_ALTERNATIVE.search(text, max(0, a.start - 20), a.start)
            )
        )

    @once
    def set_up(self) -> list[Arm]:
        """The arms that the article counts or sets against each other, each once."""
        return _distinct(
            a
            for text, arms in self.sentences
            for a in arms
            if (a.parts or a.role in (CONTROL, "placebo"))
            and (_SET_UP.match(text, a.end) or _LEADS.search(text, max(0, a.start - 20), a.start))
            and not (a.drug is None and _ARM_NOUN.match(text, a.end) and not _SET_UP.match(text, a.end))
        )


_LACKS = re.compile(r"\bwithout$|\b(?:not|never)\b", re.IGNORECASE)
_TIMES = (("pre", "post"), ("early", "late"), ("before", "after"), ("previous", "present"), ("previous", "current"))


def _other_time(name: str) -> str | None:
    """What a group of the other time goes by: "post-approval" for "pre-approval", "late" for "early"."""
    for first, second in _TIMES:
        for word, other in ((first, second), (second, first)):
            if name == word or name.startswith(f"{word}-"):
                return other + name.removeprefix(word)
    return None


_COUNTED_BEFORE = re.compile(r"\d(?:[^();.\d]|\d+\S?\d*(?=\s(?:days?|weeks?|months?|years?)\b)){0,80}\((?:the\s)?$")


def _is_name_of_counted(text: str, arm: Arm) -> bool:
    """Whether a bracket names those just counted: "74 had received it (prophylaxis group)"."""
    return text[arm.end : arm.end + 1] in (")", ";", ",") and bool(
        _COUNTED_BEFORE.search(text, max(0, arm.start - 90), arm.start)
    )


_NOT_GIVEN = re.compile(
    r"\b(?:ha[ds]|have|did|were|was)\s(?:not|never)\b|\bwithout(?:\s(?:it|the\s(?:drug|antibody)))?\b|\b(?:untreated|unexposed)\b",
    re.IGNORECASE,
)


def _with_the_others(text: str, named: list[Arm]) -> list[Arm]:
    """The arm named and, in the order of the text, those said not to have had the drug, where no other is named."""
    if len(named) != 1 or named[0].drug is None:
        return named
    behind, ahead = _NOT_GIVEN.search(text, named[0].end), _NOT_GIVEN.search(text, 0, named[0].start)
    if (behind is None) == (ahead is None):
        return named
    others = replace(named[0], drug=None, parts=frozenset(), role=CONTROL, variant=None)
    return [named[0], others] if behind else [others, named[0]]


def _under_name(arm: Arm, meant: Arm, variant: str | None = None) -> Arm:
    """The arm that a name stands for, at the place of the name."""
    role = meant.role if meant.drug is not None or meant.role else CONTROL
    return replace(arm, drug=meant.drug, parts=meant.parts, role=role, variant=variant or meant.variant)


def _stands_alone(text: str, arm: Arm) -> bool:
    """Whether an arm without the drug is all that was given: not "rituximab ... with CHOP"."""
    return bool(_ALONE.search(arm.text) or _TREATED_LEADS.search(text, max(0, arm.start - 24), arm.start))


def _distinct(arms: Iterable[Arm]) -> list[Arm]:
    found: list[Arm] = []
    for arm in arms:
        if not any(arm.same_as(other) for other in found):
            found.append(arm)
    return found
