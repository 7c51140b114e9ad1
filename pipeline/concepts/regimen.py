"""Study arms: the phrases that name what a group was given, and whether the review's drug is part of it.

    "G-CHOP", "obinutuzumab plus bendamustine", "venetoclax-obinutuzumab"     an arm with the drug
    "bendamustine alone", "placebo", "the control group"                      an arm without it

A phrase is a chain of drug, regimen and co-medication names joined by "plus", "and", "with", "-", "+", "/". Two phrases
name the same arm when the same substances are in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from pipeline.concepts.phrases import AnyOf, trigger_rows, words
from pipeline.protocol import Protocol
from pipeline.records import Mention

ARM_COLUMNS = ("trigger", "role", "source")
LABELS = ("drug", "regimen", "co_medication", "management")

_JOINT = re.compile(
    r"[-\s](?:based|containing|including)\s|-\d{2,4}\s(?:plus|and|with)\s|\s(?:schedule|regimen|backbone)\s(?:plus|with)\s|\s?(?:[-\u2010-\u2015+/&]|,?\s?(?:plus|and|with|combined\swith|in\scombination\swith|added\sto|followed\sby|based|(?:con(?:currently|comitantly)|together|simultaneously|along|alongside)\swith))\s?|\s?",
    re.IGNORECASE,
)
_DOSE_BETWEEN = re.compile(
    r"\s?\(?[^()A-Za-z]*\d[\d.,/]*\s?(?:mg|g|µg|mCi|AUC)(?:/(?:m\^?2|kg|d|day))*\)?\s?(?:plus|and|with|,)\s",
    re.IGNORECASE,
)
_ALONE = re.compile(r"\s?(?:alone|monotherapy|single[\s-]agent|only|maintenance\salone)\b", re.IGNORECASE)
_PLUS = re.compile(r"[-\u2010-\u2015/]|\s?(?:\+|plus|and|with|combined\swith|in\scombination\swith)\s", re.IGNORECASE)
_LISTED = re.compile(r",\s?(?:and\s)?")
_ANY_PARTNER = "chemotherapy"
_AND = re.compile(r",\s*(?:and\s)?|\sand\s|\splus\s")
_KIND = re.compile(r"[-\s](?:alone|like|based|regimen|therapy|chemotherapy|only)$", re.IGNORECASE)
_ANTIBODY_LETTER = re.compile(r"^(?:R|G|O|GA|OB|OFA)\s?[-+]\s?(?=\w)|(?<=\w)\s?[-+]\s?(?:R|G|O)$")
CONTROL = "control"
_WITHOUT = re.compile(
    r"\b(?:(?:without|not\s(?:receiving|given|on|taking|treated\swith|exposed\sto)|no)\s(?:the\s|any\s)?|non-?)$",
    re.IGNORECASE,
)
# "RTX+ recipients", "RTX(-) group": not "RTX- and OBI-treated"
_SIGN = re.compile(
    r"\s?\(?(?P<sign>[+\u002d\u2212\u2013])\)?"
    r"(?=\s?[();,:.]|\s?$|\s(?:patients|recipients|groups?|arms?|cohorts?|subjects|cases|children|individuals|v|vs\.?|versus|than)\b"
    r"|\s(?:and|or)\s(?:[\w%.]+\s){0,3}?\w+\s?\(?[+\u002d\u2212\u2013]\)?(?=[\s,.;:)]))"
)
_WITHOUT_IT = re.compile(
    r"\b(?:(?<=\d\s)did\snot(?=\s?[.,;:()]|\s?$)|without(?:\s(?:it|this|one))?(?=\s?[.,;:()]|\s?$)"
    r"|without\s(?:it|the\s(?:antibody|drug|agent))\b"
    r"|(?:those|patients|the\sothers|\d+)\s(?:who|that)\s(?:did|had|were)\s(?:not|never)\b"
    r"|(?:not|never)\s(?:receiving|given|on|taking|getting|treated\swith|exposed\sto)\s(?:it|any|one|this|the\s(?:antibody|drug|agent))\b"
    r"|(?:the\s|all\s)(?:\d+\s)?(?:other|remaining)\s(?:\d+\s)?(?:patients|subjects|recipients)(?=\s?[.,;:()]|\s?$)"
    r"|(?:the\s)(?:\d+\s)?others(?=\s?[.,;:()]|\s?$)"
    r"|(?:ones|others|those|recipients|patients|controls)(?=\s\([nN]\s?=\s?\d+\)\s(?:did|had|were|was)\snot\b))",
    re.IGNORECASE,
)
_MAY_BE_WITHOUT = AnyOf(("without", "who", "that", "not", "never", "other", "remaining"))
LABEL, EXPERIMENTAL, FORMER, LATTER, ALL_PARTS = "label", "experimental", "former", "latter", "all parts"
TRAIT = "trait"  # a group that is told apart by something else than its treatment: "elderly group"
_TRAITS = re.compile(
    r"\b(?!(?:the|an?|and|or|of|in|with|this|that|these|those|each|both|either|every|all|any|no|one|two|three|four|other|another|same|"
    r"whole|entire|total|overall|our|their|study|treatment|treated|patient|patients|age|control|comparison|comparator|combined|"
    r"safety|validation|training|independent|single|large|larger|small|main|present|current|first|second|third|fourth|last|"
    r"respective|different|between|per|to|for|by|from|working|cooperative|oncology|lymphoma|risk|dose|parallel|matched|"
    r"randomi[sz]ed|open|multi|placebo|observation|retrospective|prospective|historical|large-scale|birth|real-world|"
    r"combination|experimental|intervention|investigational|active|within|across|among|which|remaining|latter|former)\s)"
    r"(?P<token>(?:[Nn]on-?|[Nn]o[\s-])?[A-Za-z][\w-]{2,}?(?:-(?:risk|dose|onset|term))?)[\s-](?:sub)?(?:groups?|arms?|cohorts?)\b"
)
_WITH_TRAIT = re.compile(
    r"\b(?P<sign>with|without|no|(?:had|received|underwent|given)(?!\s(?:\w+\s)?(?:G-CSF|filgrastim|pegfilgrastim|premedication)))\s(?:(?!no\b|or\b|and\b)[\w-]+\s)?"
    r"(?P<token>prophylaxis|G-CSF|pegfilgrastim|filgrastim|maintenance|consolidation|radiotherapy|transplantation|premedication|splenectomy)\b"
)
_MAY_BE_TRAIT = AnyOf(
    (
        *("prophylaxis", "g-csf", "filgrastim", "maintenance", "consolidation", "radiotherapy", "transplantation"),
        *("premedication", "splenectomy"),
    )
)
_TREATED_WITH_OTHER = re.compile(
    r"\b(?!(?:previously|heavily|newly|pre|non|un|re|well|long|short|drug|antibody|patient|further|already|also|currently|currently|similarly)-)"
    r"[A-Za-z][\w]*-(?:treated|users?|recipients)\b"
)
_MAY_BE_ON_OTHER = AnyOf(("-treated", "-user", "-recipients"))
_BOTH = re.compile(r"\b(?:both|the\stwo(?:\sdrugs|\sagents)?|the\scombination)(?=\s?[(\[])", re.IGNORECASE)
_MAY_BE_BOTH = re.compile(r"both|the\stwo|the\scombination")
_DOSE_WORD = r"(?:ultra-?)?(?:low|high|standard|full|reduced|fixed|single|double)(?:er)?[\s-]dose"
_GROUP = r"(?:groups?|arms?|cohorts?)"
_GROUPS = frozenset({"group", "groups", "group's", "arm", "arms", "arm's", "cohort", "cohorts", "cohort's"})
_KINDS = frozenset({"subcutaneous", "intravenous", "biosimilar", "originator", "reference"})
# Each pattern with words of which one must be there, and a quick look whether it can match
_LABELLED: tuple[tuple[re.Pattern[str], frozenset[str], AnyOf | re.Pattern[str] | None], ...] = (
    (
        re.compile(
            r"\b(?P<kind>[Pp]hase|[Aa]rm|[Gg]roup|[Cc]ohort|[Pp]art|[Ss]tratum)\s"
            r"(?P<token>[A-Z]{1,2}\d?|[1-9]|I{1,3}|IV)\b(?![-/–]|\s(?:study|trial|clinical|open|stud|multi|dose|random|non))"
        ),
        frozenset({"phase", "arm", "group", "cohort", "part", "stratum"}),
        None,
    ),
    (re.compile(rf"(?<![\w/+-])(?P<token>(?!(?:IV|SC|A)\s)[A-Z]{{1,2}})\s{_GROUP}\b"), _GROUPS, None),
    (re.compile(r"(?<![\w/+-])(?P<token>(?:R|RTX|G|O)[+−-])(?=[\s);,:])"), frozenset({"r", "rtx", "g", "o"}), None),
    (
        re.compile(rf"(?<![\w/+-])(?P<token>(?!(?:IV|SC|A)\s)[A-Z]{{1,2}})(?=\s(?:and|or)\s[A-Z]{{1,2}}\s{_GROUP}\b)"),
        _GROUPS,
        None,
    ),
    (
        re.compile(r"(?<=[(\[])(?P<token>[RGO])(?=[)\];,])|(?<![\w/+-])(?P<letter>[RGO])(?=\s?[(\[][nN]\s?=)"),
        frozenset({"r", "g", "o"}),
        None,
    ),
    (re.compile(rf"\b(?P<token>first|second|third|fourth|1st|2nd|3rd)\s{_GROUP}\b"), _GROUPS, None),
    (
        re.compile(
            rf"(?<![Nn]on-)(?<![Nn]o-)\b(?P<token>subcutaneous|intravenous|SC|IV|biosimilar|originator|reference|induction|maintenance"
            rf"|(?:ultra-?)?(?:low|high|standard|full|reduced|fixed|single|double)(?:er)?[\s-]dose)[\s-](?:\w+mab\s)?{_GROUP}\b"
        ),
        _GROUPS,
        None,
    ),
    (
        re.compile(
            r"\b(?P<token>subcutaneous|intravenous|biosimilar|originator|reference)"
            r"(?=,?\s(?:and|or|versus|vs\.?)\s(?:\d+\s)?(?:subcutaneous|intravenous|biosimilar|originator|reference)\s\w+mab\b)"
        ),
        _KINDS,
        None,
    ),
    (
        re.compile(
            r"\b(?P<token>subcutaneous|intravenous|biosimilar|originator|reference)(?=,?\s\(?(?:[nN]\s?=\s?)?\d+[;,)])"
        ),
        _KINDS,
        None,
    ),
    (
        re.compile(
            rf"\b(?P<token>{_DOSE_WORD})(?=\s(?:patients|recipients)\b"
            rf"|,?\s(?:and|or|versus|vs\.?|v|than)\s(?:(?:in|of|the|with|only|\d+|\(\d+%\))\s){{0,5}}{_DOSE_WORD}\s(?:{_GROUP}|patients|recipients)\b)"
        ),
        frozenset({"dose"}),
        None,
    ),
    (
        re.compile(
            rf"\b(?P<token>(?:\d\s?[x×]\s?)?\d[\d.,]*\s?-?(?:mg|g|mCi/kg)(?:/(?:m\^?2|kg))?)(?=[\s-](?:dose\s)?{_GROUP}\b|\s?\(n\s?=|[\s-]dose(?:\slevel)?[\s,](?!of|every|on|was|and))"
        ),
        frozenset(),
        re.compile(
            r"(?:mg|g|mCi/kg)(?:/(?:m\^?2|kg))?(?:[\s-](?:dose[\s,]|(?:dose\s)?(?:group|arm|cohort))|\s?\(n\s?=)"
        ),
    ),
    (
        re.compile(
            r"\bthe\s(?P<token>biosimilar|originator|reference)(?:\s(?:product|drug|antibody))?"
            r"(?=\s?(?:[(.,;)]|$)|\s(?:and|or|group|arm|in|than|v|versus|with)\b)"
        ),
        _KINDS,
        None,
    ),
    (
        re.compile(
            r"\b(?:[Dd]uring|[Ii]n)\s(?:the\s)?(?P<token>induction|maintenance|consolidation)(?=\s?(?:$|[.,;:()]|phase|period|treatment|therapy|and\b|in\b))"
        ),
        frozenset(),
        AnyOf(("induction", "maintenance", "consolidation")),
    ),
)
_VARIANT_BEFORE = re.compile(
    r"\b(?P<token>subcutaneous|intravenous|SC|IV|biosimilar|originator|reference|induction|maintenance|(?:low|high|standard|full|reduced)[\s-]dose)\s$",
    re.IGNORECASE,
)
# How the text before an arm ends, in small letters and without its last blank, where one of these two can match
_MAY_END_WITHOUT = ("without", "no", "receiving", "given", "on", "taking", "with", "to", "the", "any", "non-")
_MAY_END_VARIANT = (
    *("subcutaneous", "intravenous", "sc", "iv", "biosimilar", "originator", "reference"),
    *("induction", "maintenance", "dose"),
)
_VARIANT_WITHIN = re.compile(r"(?P<token>subcutaneous|intravenous|biosimilar|originator|reference)\s", re.IGNORECASE)
_VARIANT_AFTER = re.compile(
    r"(?:\sat)?(?:\sa\sdose\sof)?\s\(?(?P<token>(?:\d\s?[x×]\s?)?\d[\d.,]*\s?(?:mg|g|mCi/kg)(?:/(?:m\^?2|kg))?|SC|IV|induction|maintenance)(?=[\s),;(.]|$)"
)


@dataclass(frozen=True, slots=True)
class Arm:
    """What a group was given; offsets of the section. `drug` is None where no drug of the review is part of it.

    `variant` tells arms of the same substances apart: a letter, a dose, a route ("arm A", "500 mg", "subcutaneous").
    """

    start: int
    end: int
    text: str
    drug: str | None
    parts: frozenset[str]
    role: str | None = None
    variant: str | None = None

    def same_as(self, other: Arm) -> bool:
        """Whether two phrases name the same arm."""
        if self.variant and other.variant:
            return self.variant == other.variant
        if self.role or other.role:
            return self.role == other.role and (
                self.role in (CONTROL, "placebo") or self.text.lower() == other.text.lower()
            )
        return self.parts == other.parts

    @property
    def identity(self) -> tuple[frozenset[str], str | None]:
        """What two statements of the same arm have in common."""
        return self.parts, self.variant or (self.text.lower() if not self.parts else None)


def find(
    text: str,
    mentions: Sequence[Mention],
    protocol: Protocol,
    start: int = 0,
    end: int | None = None,
    heads: frozenset[str] | None = None,
) -> list[Arm]:
    """The arm phrases of a stretch of a section, in order; `mentions` are those of the stretch.

    `heads` are the words of the stretch where the caller has them already.
    """
    named = [m for m in mentions if m.label in LABELS and m.concept and not m.text.endswith(("-", "−", "+"))]
    named = [m for before, m in zip([None, *named], named, strict=False) if not _is_short_form(text, before, m)]
    arms: list[Arm] = []
    chain: list[Mention] = []
    for mention in named:
        if chain and (not _joined(text, chain[-1], mention.start) or _compares(text, chain, mention, protocol)):
            arms.append(_arm(text, chain, protocol))
            chain = []
        chain.append(mention)
    if chain:
        arms.append(_arm(text, chain, protocol))
    arms = _with_codes(_with_lists([a for a in arms if a.parts], text, protocol), text)
    taken = [(a.start, a.end) for a in arms]
    stop = len(text) if end is None else end
    low = text[start:stop].lower()
    for match in _roles().finditer(text, start, stop) if _may_be_role().search(low) else ():
        if all(match.end() <= a or match.start() >= b for a, b in taken):
            role = _role_of()[re.sub(r"\s", " ", match[0].lower())]
            arms.append(Arm(match.start(), match.end(), match[0], None, frozenset(), role))
    first = min((a.end for a in arms if a.drug is not None), default=stop)
    others = _TREATED_WITH_OTHER.finditer(text, first, stop) if _MAY_BE_ON_OTHER.search(low) else ()
    for match in others:
        if all(match.end() <= a.start or match.start() >= a.end for a in arms) and _is_apart(match, named):
            arms.append(Arm(match.start(), match.end(), match[0], None, frozenset(), CONTROL))
    for match in _WITHOUT_IT.finditer(text, first, stop) if first < stop and _MAY_BE_WITHOUT.search(low) else ():
        arms.append(Arm(match.start(), match.end(), match[0], None, frozenset(), CONTROL))
    bracketed = "(" in low or "[" in low
    for match in _BOTH.finditer(text, start, stop) if bracketed and _MAY_BE_BOTH.search(low) else ():
        if all(match.end() <= a.start or match.start() >= a.end for a in arms):
            arms.append(Arm(match.start(), match.end(), match[0], None, frozenset(), ALL_PARTS))
    routes = {a.end + 1 for a in arms if a.drug is not None and a.variant is not None and not a.variant[0].isdigit()}
    heads = words(text[start:stop]).heads if heads is None else heads
    labels = _labelled(text, start, stop, [(a.start, a.end) for a in arms], heads)
    arms += [a for a in labels if a.start not in routes]  # "intravenous rituximab 375 mg/m2 (n = 205)" is one arm
    arms += _by_trait(text, start, stop, arms)
    return _with_placebo(text, sorted(arms, key=lambda a: a.start))


def _is_short_form(text: str, before: Mention | None, mention: Mention) -> bool:
    """Whether a name in a bracket repeats the one before it: "brentuximab vedotin (BV)"."""
    return (
        before is not None
        and before.concept == mention.concept
        and text[before.end : mention.start].strip() == "("
        and text[mention.end : mention.end + 1] == ")"
    )


def _is_apart(match: re.Match[str], named: Sequence[Mention]) -> bool:
    """Whether no drug is named in what a pattern found."""
    return all(m.end <= match.start() or m.start >= match.end() for m in named)


def _with_lists(arms: Sequence[Arm], text: str, protocol: Protocol) -> list[Arm]:
    """Arms with the lists that name a regimen in full: "fludarabine, cyclophosphamide, and rituximab" is one arm."""
    joined: list[Arm] = []
    for arm in arms:
        joined.append(arm)
        for first in range(len(joined) - 2, max(-1, len(joined) - 7), -1):
            if not _LISTED.fullmatch(text, joined[first].end, joined[first + 1].start):
                break
            chain = joined[first:]
            drugs = [a.drug for a in chain if a.drug]
            parts = frozenset[str]().union(*(a.parts for a in chain))
            if len(drugs) == 1 and parts.difference(drugs) in _full_regimens(protocol):
                begin, end = chain[0].start, chain[-1].end
                joined[first:] = [Arm(begin, end, text[begin:end], drugs[0], parts)]
                break
    return joined


def _with_codes(arms: list[Arm], text: str) -> list[Arm]:
    """Arms with the code behind what the drug was given with: "chlorambucil (G-Clb)" is one arm, with the drug."""
    found: list[Arm] = []
    for arm in arms:
        last = found[-1] if found else None
        if (
            last is not None
            and last.drug is None
            and last.role is None
            and arm.drug is not None
            and last.parts == arm.parts - {arm.drug}
            and text[last.end : arm.start] == " ("
            and text[arm.end : arm.end + 1] in (")", ",", ";")
        ):
            found[-1] = replace(arm, start=last.start) if text[arm.end] == ")" else arm
        else:
            found.append(arm)
    return found


def _full_regimens(protocol: Protocol) -> frozenset[frozenset[str]]:
    """What is given with the drug in each named regimen."""
    return _partner_sets(protocol.partners)


@cache
def _partner_sets(partners: tuple[str | None, ...]) -> frozenset[frozenset[str]]:
    sets = (frozenset(filter(None, _AND.split(names or ""))) for names in partners)
    return frozenset(names for names in sets if len(names) > 1)


def _labelled(text: str, start: int, stop: int, taken: Sequence[tuple[int, int]], heads: frozenset[str]) -> list[Arm]:
    """Arms named by a letter, a number, a dose, a route or a part of the study: "group R", "the 500 mg arm"."""
    found: list[Arm] = []
    piece = text[start:stop]
    for pattern, needed, look in _LABELLED:
        if (needed and needed.isdisjoint(heads)) or (look is not None and not look.search(piece)):
            continue
        for match in pattern.finditer(text, start, stop):
            spans = [*taken, *((a.start, a.end) for a in found)]
            if all(match.end() <= a or match.start() >= b for a, b in spans):
                kind = match.groupdict().get("kind") or ""
                prefix = kind.lower() + " " if kind.lower() in ("phase", "part") else ""
                variant = prefix + variant_name(match["token"] or match["letter"])
                found.append(Arm(match.start(), match.end(), match[0], None, frozenset(), LABEL, variant))
    return found


def _by_trait(text: str, start: int, stop: int, known: Sequence[Arm]) -> list[Arm]:
    """Groups named by a word of their own: "the prophylaxis group"; whether they are set apart, the article tells."""
    found = [
        Arm(m.start(), m.end(), m[0], None, frozenset(), TRAIT, trait_name(m["token"], m["sign"]))
        for m in (_WITH_TRAIT.finditer(text, start, stop) if _MAY_BE_TRAIT.search(text[start:stop].lower()) else ())
        if all(m.end() <= a.start or m.start() >= a.end for a in known)
    ]
    lacks = _WITHOUT_IT.search(text, found[0].end, stop) if len(found) == 1 else None
    if (
        lacks
        and lacks[0].startswith("without")
        and all(lacks.end() <= a.start or lacks.start() >= a.end for a in known)
    ):
        name = trait_name(found[0].variant or "", "no")  # "with maintenance (n = 60) or without"
        found.append(Arm(lacks.start(), lacks.end(), lacks[0], None, frozenset(), TRAIT, name))
    if all(text.find(noun, start, stop) < 0 for noun in ("group", "cohort", "arm")):
        return found
    return found + [
        Arm(m.start(), m.end(), m[0], None, frozenset(), TRAIT, trait_name(m["token"]))
        for m in _TRAITS.finditer(text, start, stop)
        if all(m.end() <= a.start or m.start() >= a.end for a in known)
    ]


def trait_name(token: str, sign: str = "with") -> str:
    """One name for a trait; its absence begins with "no "."""
    name = re.sub(r"^(?:non-?|no[\s-])", "no ", token.lower())
    return f"no {name}" if sign in ("without", "no") else name


def variant_name(token: str) -> str:
    """One name for the spellings of a letter, dose or route: "SC" and "subcutaneous", "500-mg" and "500 mg"."""
    plain = re.sub(r"[\s,-]+", " ", token.lower().replace("−", "-").replace("×", "x")).strip()
    if token[-1:] in "+-−":
        plain = token[:-1].lower() + ("+" if token[-1] == "+" else "-")
    plain = re.sub(r"(?<=\d)\s?(?=[a-z])", " ", plain)
    return _SYNONYMS.get(plain, plain)


_SYNONYMS = {
    "sc": "subcutaneous", "iv": "intravenous", "originator": "reference",
    "1st": "first", "2nd": "second", "3rd": "third", "i": "1", "ii": "2", "iii": "3",
    "1 g": "1000 mg", "2 g": "2000 mg", "2 x 1 g": "2 x 1000 mg", "0.5 g": "500 mg",
}  # fmt: skip


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
        return _substances(regimen.drug, regimen.partners)
    if _is_corticosteroid(mention):
        return frozenset([mention.text.lower()])
    return frozenset([mention.concept or mention.text.lower()])


@cache
def _substances(drug: str | None, partners: str | None) -> frozenset[str]:
    """A regimen's drug and its partners, each by its name."""
    return frozenset(filter(None, [drug, *re.split(r",\s*|\s+and\s+|\s+plus\s+", partners or "")]))


def _is_corticosteroid(mention: Mention) -> bool:
    """Whether a treatment of the event may as well be a partner of the drug: "bortezomib, rituximab, dexamethasone"."""
    return mention.label == "management" and mention.concept == "corticosteroids"


def name_of(text: str, arm: Arm, mentions: Iterable[Mention], protocol: Protocol) -> str | None:
    """What the drug was given with in an arm: "CHOP", "bendamustine", "fludarabine and cyclophosphamide".

    A list that the arm is part of belongs to it ("fludarabine, cyclophosphamide and rituximab"). None where the drug
    was given alone, or where two regimens of the drug are named.
    """
    known = [m for m in mentions if m.label in LABELS]
    inside = [m for m in known if arm.start <= m.start and m.end <= arm.end]
    if arm.drug is None or len({m.concept for m in inside if m.label == "regimen" and mention_drug(m, protocol)}) > 1:
        return None
    for mention in reversed([m for m in known if m.end <= arm.start]):
        if (
            (mention.label == "co_medication" or _is_corticosteroid(mention))
            and inside
            and _LISTED.fullmatch(text, mention.end, inside[0].start)
        ):
            inside.insert(0, mention)
    inside += _list_behind(text, inside, [m for m in known if m.start >= arm.end], protocol)
    partners = [name for m in inside if (name := partner_of(m, protocol))]
    return listed(partners) if partners else None


def _list_behind(text: str, inside: Sequence[Mention], behind: Sequence[Mention], protocol: Protocol) -> list[Mention]:
    """The rest of a list that the drug opens: "rituximab, fludarabine and cyclophosphamide", all parts of regimens."""
    found: list[Mention] = []
    for mention in behind:
        last = (found or inside)[-1:]
        if not last or not _LISTED.fullmatch(text, last[0].end, mention.start):
            break
        if not parts_of(mention, protocol) <= parts_of_regimens(protocol):
            return []
        found.append(mention)
    return found if found and " and " in text[found[0].start - 6 : found[-1].end] else []


@cache
def _regimen_parts(partners: tuple[str | None, ...]) -> frozenset[str]:
    return frozenset(part for names in partners for part in _AND.split(names or ""))


def parts_of_regimens(protocol: Protocol) -> frozenset[str]:
    """The substances that some named regimen is made of."""
    return _regimen_parts(protocol.partners)


def listed(names: Iterable[str]) -> str:
    """ "A, B and C": each name once; lists among them are taken apart."""
    single = list(dict.fromkeys(part for name in names for part in _AND.split(name)))
    single = [part for part in single if part != _ANY_PARTNER] or single
    return single[0] if len(single) == 1 else f"{', '.join(single[:-1])} and {single[-1]}"


def partner_of(mention: Mention, protocol: Protocol) -> str | None:
    """What a mention adds to the review's drug, as the tables name it."""
    if mention.label == "co_medication":
        return mention.preferred_name or mention.concept
    if _is_corticosteroid(mention):
        return mention.text.lower()
    if mention.label != "regimen" or mention.concept not in protocol.regimens:
        return None
    regimen = protocol.regimens[mention.concept]
    if regimen.given_with or not regimen.partners:
        return regimen.given_with
    rest = _ANTIBODY_LETTER.sub("", _KIND.sub("", mention.text))
    return rest if regimen.drug is None or rest != mention.text else None


_SHORT_FORM = re.compile(r"\s\((?P<first>[A-Za-z])[A-Za-z]{0,4}\)")


def _joined(text: str, last: Mention, start: int) -> bool:
    """Whether what stands between two names makes one treatment of them, after "(R)" behind the first too."""
    end = last.end
    if (short := _SHORT_FORM.match(text, end)) and short["first"].lower() == last.text[0].lower():
        end = short.end()
    return start - end <= 40 and bool(_JOINT.fullmatch(text, end, start) or _DOSE_BETWEEN.fullmatch(text, end, start))


_COMPARED_BEFORE = re.compile(r"\b(?:compar(?:ed|ing|es|ison\sof))\s(?:the\s)?$", re.IGNORECASE)


def _compares(text: str, chain: Sequence[Mention], mention: Mention, protocol: Protocol) -> bool:
    """Whether "A with B" or "A and B" names two treatments: both hold a drug of the review, or A is a part of B."""
    link = text[chain[-1].end : mention.start].strip()
    if link == "with" and len(chain) > 1 and _COMPARED_BEFORE.search(text, max(0, chain[0].start - 24), chain[0].start):
        return True  # "compared A plus B with B alone"
    if link.startswith("(") and chain[-1].label == mention.label == "drug":
        return True  # "obinutuzumab (G) and rituximab (R)"
    if "regimen" not in (chain[-1].label, mention.label) or link not in ("with", "and", "/"):
        return False
    drugs = {mention_drug(chain[-1], protocol), mention_drug(mention, protocol)}
    first = frozenset[str]().union(*(parts_of(m, protocol) for m in chain))
    second = parts_of(mention, protocol)
    if link == "and" and None not in drugs and chain[-1].label == mention.label == "regimen" and first != second:
        return True  # "R-CHOP and R-CVP"
    return (None not in drugs and len(drugs) == 2) or (link != "with" and (first <= second or second <= first))


def _arm(text: str, chain: Sequence[Mention], protocol: Protocol) -> Arm:
    start, end = chain[0].start, chain[-1].end
    drug = drug_of(chain, protocol)
    sign = _SIGN.match(text, end) if drug and len(chain) == 1 and text[start:end].isupper() else None
    parts: frozenset[str] = frozenset()
    if any(m.label != "management" or _is_corticosteroid(m) for m in chain):  # a growth factor alone is no arm
        parts = parts.union(*(parts_of(m, protocol) for m in chain))
        if drug and len(parts - {_ANY_PARTNER}) > 1:
            parts -= {_ANY_PARTNER}  # "R-CHOP chemotherapy"
        if drug != protocol.drug_class and drug in parts:
            parts -= {protocol.drug_class}  # "the anti-CD20 antibody obinutuzumab"
    if alone := _ALONE.match(text, end):
        end = alone.end()
    if sign is not None and parts:
        end = sign.end()
        if sign["sign"] != "+":
            return Arm(start, end, text[start:end], None, parts, CONTROL)
    lead = text[max(0, start - 24) : start].rstrip().lower()
    denied = parts and lead.endswith(_MAY_END_WITHOUT)
    if denied and (without := _WITHOUT.search(text, max(0, start - 24), start)):
        start = without.start()
        return Arm(start, end, text[start:end], None, parts if drug else frozenset(), CONTROL)
    before = _VARIANT_BEFORE.search(text, max(0, start - 24), start) if lead.endswith(_MAY_END_VARIANT) else None
    match = before or _VARIANT_WITHIN.match(text, start, end) or _VARIANT_AFTER.match(text, end)
    start = before.start() if before else start
    return Arm(start, end, text[start:end], drug, parts, variant=variant_name(match["token"]) if match else None)


@cache
def _role_of() -> dict[str, str]:
    return {row["trigger"]: row["role"] for row in trigger_rows("arm", ARM_COLUMNS)}


@cache
def _may_be_role() -> AnyOf:
    """A quick look at the text in small letters whether one of these words can be there."""
    return AnyOf(sorted({word.lower().split()[-1] for word in _role_of()}))


@cache
def _roles() -> re.Pattern[str]:
    words = sorted(_role_of(), key=len, reverse=True)
    return re.compile(
        rf"\b(?:{'|'.join(re.escape(w).replace(chr(92) + ' ', chr(92) + 's') for w in words)})\b", re.IGNORECASE
    )
