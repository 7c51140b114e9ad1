"""Single patients in a text: age, sex, and by what name the text tells one from another.

    "A 38-year-old woman"   38, female        "a man of 54 years"      54, male
    "31y female"            31, female        "73year old male"        73, male
    "(65F, ANA positive)"   65, female        "a girl aged 7 years"    7, female
    "in her 20s"            no age, female    "an 18-month-old boy"    1.5, male
    "a 44-, a 57- and a 63-year-old man"      44, 57 and 63, male
    "the younger, 59, was"  59, no sex       "the second (59) had"  59, no sex
    "Case 2:"  label        "the second, a man of 50"  label and patient
    "first, a woman with"   label

Not a patient: "median age 65 years", "patients aged over 60 years", "the 65-year-old group", "40 women".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.concepts import numbers
from pipeline.concepts.numbers import DASHES
from pipeline.concepts.ordinals import ORDINALS
from pipeline.concepts.phrases import AnyOf

_FEMALE = "women|woman|female|girl|lady|mother|wife|gentlewoman|primigravida|gravida|nullipara"
_MALE = "man|male|boy|gentleman|father|husband"
_PERSON = (
    "patient|case|person|individual|adult|child|infant|adolescent|teenager|toddler|neonate|newborn|nurse|"
    "physician|recipient|caucasian|student"
)
# "The younger, 59, was", "the second (59) had"
_AFTER_ORDINAL = re.compile(
    rf"\b(?:{'|'.join(list(ORDINALS)[:8])}|other|latter|former|elder|older|younger)(?:\s(?:patient|one|sister|brother))?"
    r"(?:,\s(?P<age>\d{1,2})(?=,)|\s\((?P<age2>\d{1,2})\))",
    re.IGNORECASE,
)
# A quick look whether there can be an age at all
_ANY_AGE = re.compile(r"\d|\b(?:[Yy]ears?|[Mm]onths?|[Aa]ged?|in (?:her|his)|(?:boy|girl|man|woman|lady) (?:of|in))\b")
_MAY_BE_ANY_AGE = AnyOf(("year", "month", "age", "in her", "in his", " of", " in"))
_DIGIT = re.compile(r"\d")
_SEX = re.compile(rf"\b(?:(?P<female>(?!women){_FEMALE})|(?P<male>{_MALE}))\b", re.IGNORECASE)
_GAP = rf"[{DASHES}\s]{{0,3}}"
_AGE_NUMBER = (
    r"(?P<{name}>\d{{1,3}}(?:\.\d)?|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[-\s](?:one|"
    r"two|three|four|five|six|seven|eight|nine))?|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen)"
)
_OLD = re.compile(
    rf"\b{_AGE_NUMBER.format(name='age')}{_GAP}(?P<unit>years?|yrs?|yo|y/o|months?|mos?|"
    rf"y)\.?{_GAP}(?:(?:of age|olds?|aged)\b|(?={_GAP}(?:{_FEMALE}|{_MALE}|{_PERSON})\b))",
    re.IGNORECASE,
)
# "a 44-, a 57- and a": the noun stands behind the last age
_HANGING = re.compile(
    rf"\b(?P<age>\d{{1,3}})[{DASHES}](?=(?:,\s|,?\sand\s)(?:an?\s)?\d{{1,3}}[{DASHES}][^.;:()]{{0,60}}?"
    rf"{_GAP}years?{_GAP}olds?\s(?:[\w-]+\s){{0,2}}?(?P<who>(?!women)(?:{_FEMALE}|{_MALE}))\b)",
    re.IGNORECASE,
)
_YO = re.compile(rf"\b(?P<age>\d{{1,3}}){_GAP}(?:yo|y/o|y\.o\.)(?=[{DASHES}\sMFmf,;).]|$)", re.IGNORECASE)
_AGED = re.compile(
    rf"\b(?:(?P<who>{_FEMALE}|{_MALE}|{_PERSON})\W{{0,2}}(?:was\s)?)?(?:aged?(?:\sof)?|"
    rf"age:)\s?{_AGE_NUMBER.format(name='age')}\b(?!\s?(?:[{DASHES}]|to|or|and)\s?\d)(?:\s?(?P<unit>years?|"
    rf"yrs?|months?|y)\b)?",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"\((?:aged?\s)?(?P<age>\d{1,2})\s?(?P<unit>years|yrs|yr|y|months)(?:\sof age)?[),;]")
_OF = re.compile(
    rf"\b(?P<who>{_FEMALE}|{_MALE})\s(?:of|in)\s{_AGE_NUMBER.format(name='age')}\b(?!s)(?:\s(?P<unit>years?|"
    rf"months?))?(?!\s?%)",
    re.IGNORECASE,
)
_TERSE = re.compile(
    r"(?<![\w.])(?:(?P<age>\d{1,2})\s?[-/]?\s?(?P<sex>[MF])\b|(?P<sex2>[MF])\s?[/,]\s?(?P<age2>\d{1,2})\b(?!\s?%))"
)
_SEX_COMMA = re.compile(
    r"\b(?:(?P<female>female|woman|girl|f)|(?P<male>male|man|boy|"
    r"m))\s?[,;]\s?(?:aged?\s)?(?P<age>\d{1,2})(?:\s?(?P<unit>years?|yrs?|y|yo))?\b(?![.%]|\s?(?:[x×%]|mg|"
    r"days|weeks|months|patients|g\b))",
    re.IGNORECASE,
)
_DECADE = re.compile(
    r"\bin\s(?P<who>her|his)\s(?:early\s|mid[-\s]|late\s)?(?:\d0s|(?:twen|thir|for|fif|six|seven|eigh|nine)ties)\b",
    re.IGNORECASE,
)
_GROUP = re.compile(
    r"\b(?:median|mean|average|range|aged?\s(?:over|above|under|below|≥|<|>|at least)|≥|>|<|older than|"
    r"younger than|over|above|under|below|beyond|from the age of|over the age|age of|since the age of|"
    r"ages?\s(?:ranged?|between))\W{0,2}(?:\w+\W{1,2}){0,3}$",
    re.IGNORECASE,
)
_DIAGNOSED_AT = re.compile(
    r"\b(?:diagnosed|diagnosis|onset|since|ill|began|started|first symptoms?)\b[^.;,]{0,40}$", re.IGNORECASE
)
_SINCE = re.compile(r"\b(?:since|from|until|before)\s(?:the\s)?$", re.IGNORECASE)
_LABEL = re.compile(
    r"\b(?P<kind>case|patient|pt|subject|episode)s?\s?(?:report\s)?(?:no\.?\s|number\s|nr\.?\s|"
    r"#\s?)?(?P<number>\d{1,2}(?!\d)|[IV]{1,3}\b|[A-H]\b|one\b|two\b|three\b|four\b|five\b)(?!\s?(?:[%x×]|"
    r"years?|months?|weeks?|days?|patients|of\s\d|/|\.\d))",
    re.IGNORECASE,
)
_ORDINAL = re.compile(
    rf"\b(?:the\s|our\s|a\s)(?P<ordinal>{'|'.join(list(ORDINALS)[:8])}|other|latter|"
    rf"former|elder|older|younger|first-born)(?:\s(?P<noun>patient|case|one|woman|man|female|male|child|girl|boy|"
    rf"subject)\b(?!\s(?:of|report|in the literature|with this|described|reported|to be))"
    rf"|(?=,\s(?:a|an|who|whose|with|aged|\d{{1,2}}(?:\syears|,))(?:\b|(?<=,)))"
    rf"|(?=\s\((?:aged\s)?\d{{1,2}}\b(?![.,]\d))|(?=\s\((?:an?|the)\s(?:[\w-]+\s){{0,3}}?(?:{_FEMALE}|{_MALE})\b)"
    rf"|(?=\sis\san?\s(?:(?!and\b)[\w-]+\s){{0,4}}?(?:{_FEMALE}|{_MALE}|patient|child)\b)"
    rf"|(?=\s(?:had|has|was|developed|presented|received|in\sa|with|without|needed|required|recovered|responded|improved"
    rf"|suffered|experienced|remained|did|a|an)\b))",
    re.IGNORECASE,
)
# "Ten weeks after the second one" of two doses; "of whom about a fifth had": no person
_NO_PERSON = re.compile(
    r"\b(?:after|following|before|since|until|whom|which|them|these|about|nearly|almost|over|than|approximately|some|roughly"
    r"|around)\s$",
    re.IGNORECASE,
)
_IS_BARE = re.compile(r"(?:the\s\w+(?:\sone)?|a\s\w+)", re.IGNORECASE)
# "Two cases are reported: first, a woman with A; second, a woman with B"
_BARE_ORDINAL = re.compile(
    rf"(?:^|(?<=[:;,.]\s)|(?<=\band\s))(?P<ordinal>{'|'.join(list(ORDINALS)[:8])}),\s"
    rf"(?=an?\s(?:(?!and\b)[\w-]+\s){{0,4}}?(?:{_FEMALE}|{_MALE})\b)",
    re.IGNORECASE,
)
_NUMBER_BEGINS = r"(?:\d|tw|th|te|fo|fi|si|se|ei|el|ni)"
# Each pattern with a quick look at the text in small letters whether it can match at all
_LOOKS = (
    (
        re.compile(
            rf"(?:years?|yrs?|yo|y/o|months?|mos?|y)\.?{_GAP}"
            rf"(?:(?:of age|olds?|aged)|{_GAP}(?:{_FEMALE}|{_MALE}|{_PERSON}))"
        ),
        _OLD,
    ),
    (re.compile(rf"\d[{DASHES}](?:,|\s)"), _HANGING),
    (re.compile(r"yo|y/o|y\.o\."), _YO),
    (re.compile(rf"age(?:d?(?:\sof)?|:)\s?{_NUMBER_BEGINS}"), _AGED),
    (re.compile(r"\((?:aged?\s)?\d{1,2}\s?[ym]"), _BRACKETED),
    (re.compile(rf"[adelnry]\s(?:of|in)\s{_NUMBER_BEGINS}"), _OF),
    (re.compile(r"[,;](?:(?<=[eflmny].)|(?<=[eflmny]\s.))\s?(?:aged?\s)?\d"), _SEX_COMMA),
    (re.compile(r"[mf](?<![a-z][mf])(?![a-z\d])"), _TERSE),
    (re.compile(r"(?:,\s\d{1,2},|\(\d{1,2}\))"), _AFTER_ORDINAL),
)
_IN_A_DECADE = re.compile(r"in\sh(?:er|is)\s")
_MAY_BE_LABEL = re.compile(
    r"(?:case|patient|pt|subject|episode)s?\s?(?:report\s)?(?:no\.?\s|number\s|nr\.?\s|#\s?)?"
    r"(?:\d|[iv]{1,3}\b|[a-h]\b|one\b|two\b|three\b|four\b|five\b)"
)
_MAY_BE_ORDINAL = re.compile(
    rf"(?:the|our|a)\s(?:{'|'.join(list(ORDINALS)[:8])}|other|latter|former|elder|older|younger|first-born)"
)
_MAY_BE_BARE = re.compile(rf"(?:{'|'.join(list(ORDINALS)[:8])}),\san?\s")
_ORDERING = frozenset({*list(ORDINALS)[:8], "other", "latter", "former", "elder", "older", "younger"})
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5}
_PRONOUN = re.compile(r"\b(?:(?P<female>she|her|herself|hers)|(?P<male>he|his|him|himself))\b", re.IGNORECASE)
_ADULT = 120.0


@dataclass(frozen=True, slots=True)
class Patient:
    """One person as the text describes them; start and end cover the description."""

    start: int
    end: int
    age_years: float | None
    sex: str | None


@dataclass(frozen=True, slots=True)
class Label:
    """A name that tells patients or episodes apart: kind "patient" or "episode", its number, and its words."""

    start: int
    end: int
    kind: str
    number: int
    text: str


def find_patients(text: str) -> tuple[Patient, ...]:
    """Everyone the text describes by an age, in order; the sex is the nearest word of sex within the same phrase."""
    low = text.lower()
    if not (_DIGIT.search(text) or (_MAY_BE_ANY_AGE.search(low) and _ANY_AGE.search(text))):
        return ()
    found: list[Patient] = []
    for look, pattern in _LOOKS:
        for match in pattern.finditer(text) if look.search(low) else ():
            patient = _patient(text, match)
            if patient and not any(patient.start < p.end and p.start < patient.end for p in found):
                found.append(patient)
    for match in _DECADE.finditer(text) if _IN_A_DECADE.search(low) else ():
        sex = "female" if match["who"].lower() == "her" else "male"
        if not any(match.start() < p.end and p.start < match.end() for p in found):
            found.append(Patient(match.start(), match.end(), None, sex))
    return tuple(sorted(found, key=lambda p: p.start))


def _patient(text: str, match: re.Match[str]) -> Patient | None:
    groups = match.groupdict()
    digits = groups.get("age") or groups.get("age2")
    age = _age(digits or "", groups.get("unit"))
    counted = groups.get("female") or groups.get("male")  # "114 male, 99 female": numbers of patients, no ages
    if counted and (
        text[: match.start()].rstrip()[-1:].isdigit() or re.match(r"\s(?:fe)?males?\b", text[match.end() :])
    ):
        return None
    if age is None or _GROUP.search(text[max(0, match.start() - 45) : match.start()]):
        return None
    if re.match(r"\s?(?:or|and)\s(?:older|over|above|younger|more|less)|\s?[±]", text[match.end() :]):
        return None
    before = text[max(0, match.start() - 45) : match.start()]
    if match.group().lower().startswith("age") and (_SINCE.search(before) or _DIAGNOSED_AT.search(before)):
        return None
    letter = groups.get("sex") or groups.get("sex2")
    if letter:
        return Patient(match.start(), match.end(), age, "female" if letter == "F" else "male")
    if groups.get("female") or groups.get("male"):
        return Patient(match.start(), match.end(), age, "female" if groups.get("female") else "male")
    start, end, sex = match.start(), match.end(), None
    who = groups.get("who")
    if who:
        sex = sex_of(who)
    if sex is None:
        ahead = re.compile(r"[^.;:()]{0,70}").match(text, end)
        window = ahead.group() if ahead else ""
        window = re.split(r"\b(?:whose|mother|father|donor|with a|and a|,\s(?:one|two|three)\s)", window)[0]
        named = _SEX.search(window)
        if named:
            sex = "female" if named["female"] else "male"
            end += named.end()
        elif (letter_after := re.match(r"\s?(?P<sex>[MF])\b", window)) is not None:
            sex, end = ("female" if letter_after["sex"] == "F" else "male"), end + letter_after.end()
    if sex is None:
        behind = text[max(0, start - 40) : start]
        named = re.search(rf"\b(?:(?P<female>{_FEMALE})|(?P<male>{_MALE}))\b[^.;:]{{0,20}}$", behind, re.IGNORECASE)
        if named:
            sex = "female" if named["female"] else "male"
            start -= len(behind) - named.start()
    if sex is None and re.match(
        r"\s?(?:patients|group|cohort|women|men|females|males|children|and older)\b", text[end:]
    ):
        return None
    return Patient(start, end, age, sex)


def _age(digits: str, unit: str | None) -> float | None:
    value = numbers.words_value(digits) if digits[:1].isalpha() else numbers.digits_value(digits) if digits else None
    if value is None:
        return None
    if unit and unit.lower().startswith("m"):
        value = round(value / 12, 1)
    return value if 0 < value < _ADULT else None


def sex_of(word: str) -> str | None:
    """The sex that a word names, or None."""
    named = _SEX.search(word)
    return None if named is None else "female" if named["female"] else "male"


def sex_named(text: str) -> tuple[int, int, str] | None:
    """The first single person named by sex without an age ("a woman with"): start, end and sex."""
    for match in _SEX.finditer(text):
        before = text[max(0, match.start() - 30) : match.start()]
        if re.search(
            r"\b(?:a|an|the|this|our|one|young|old|elderly)\s(?:[\w-]+\s){0,2}$", before, re.IGNORECASE
        ) and not re.match(r"\s(?:sex|gender|patients)", text[match.end() :]):
            return match.start(), match.end(), "female" if match["female"] else "male"
    return None


def pronoun_sex(text: str) -> tuple[int, int, str] | None:
    """The sex that the pronouns agree on, with the first of them; None where they do not agree."""
    first: tuple[int, int, str] | None = None
    for match in _PRONOUN.finditer(text):
        sex = "female" if match["female"] else "male"
        if first is None:
            first = (match.start(), match.end(), sex)
        elif first[2] != sex:
            return None
    return first


def find_labels(text: str, heads: frozenset[str] | None = None) -> tuple[Label, ...]:
    """ "Case 2", "patient A", "the second patient", in order; `heads` are the words of the text, if known."""
    found: list[Label] = []
    low = text.lower()
    for match in _LABEL.finditer(text) if _MAY_BE_LABEL.search(low) else ():
        if match["kind"].islower() and match["number"].lower() in {"one", "two", "three", "four", "five", "i"}:
            continue
        if match.group().lower().startswith(match["kind"].lower() + "s") and text[match.end() :].startswith(" had"):
            continue  # "of the patients 2 had"
        number = _label_number(match["number"])
        kind = "episode" if match["kind"].lower() == "episode" else "patient"
        if number is not None:
            found.append(Label(match.start(), match.end(), kind, number, match.group()))
    ordered = heads is None or not _ORDERING.isdisjoint(heads)
    for match in _ORDINAL.finditer(text) if ordered and _MAY_BE_ORDINAL.search(low) else ():
        if _NO_PERSON.search(text, max(0, match.start() - 16), match.start()) and _IS_BARE.fullmatch(match.group()):
            continue
        word = match["ordinal"].lower()
        number = {"other": 2, "latter": 2, "former": 1, "elder": 1, "older": 1, "first-born": 1, "younger": 2}.get(
            word
        ) or ORDINALS[word]
        found.append(Label(match.start(), match.end(), "patient", number, match.group()))
    for match in _BARE_ORDINAL.finditer(text) if ordered and _MAY_BE_BARE.search(low) else ():
        found.append(Label(match.start(), match.end(), "patient", ORDINALS[match["ordinal"].lower()], match["ordinal"]))
    found.sort(key=lambda label: label.start)
    return tuple(found)


def _label_number(text: str) -> int | None:
    low = text.lower()
    if low.isdigit():
        return int(low)
    if low in _ROMAN:
        return _ROMAN[low]
    if len(low) == 1:
        return ord(low) - ord("a") + 1
    return int(numbers.words_value(low)) or None
