"""The forms in which a count can be written, longest first, over the signs of count_signs.py.

    "n/N patients (P)"     "n (P) of the N patients"     "P of patients (n/N)"     "none of the N patients"

The words for what is counted are corpora/common/triggers/count_unit.csv. For text in small letters.
"""

from __future__ import annotations

import re
from functools import cache

from pipeline.concepts.count_signs import COUNT, OTHER, SHARE
from pipeline.concepts.numbers import DASH
from pipeline.concepts.phrases import trigger_rows

COLUMNS = ("trigger", "unit", "source")
_N, _P = f"{COUNT}+", rf"{SHARE}+(?:\s?%|\s?per\s?cent\b|\spct\b)?"
# "14 patients, or 11.7%", "8 cases, corresponding to 6.7%"
_THAT_IS = (
    r"(?:[,;:–—-]\s?|\s)(?:or|i\.?\s?e\.?,?|that\sis,?|namely|(?:and\s|thus\s)?(?:corresponding|amounting"
    r"|equivalent|equal)\sto"
    r"|representing|equalling|accounting\sfor|(?:giving|for|yielding|making)?\s?an?\s(?:\w+\s){0,2}(?:incidence"
    r"|rate|frequency|prevalence)\sof)"
    r"\s(?:about\s|approximately\s|some\s)?"
)
_NO_ADJECTIVE = (
    "and|or|in|with|of|had|were|was|for|at|by|to|from|developed|who|than|versus|vs|on|after|received|receiving|given"
)
_ISOLATED = r"(?:isolated|solitary|further|possible|fatal|single)\s"
_WAS_SEEN = r"was|occurred|developed|appeared|has\sbeen|led"
_PAST_THERE = r"there\swas\s"
_ONE_PERSON = "patients?|subjects?|participants?|individuals?|persons?|children|child|cases?|one"


@cache
def _units() -> dict[str, str]:
    return {row["trigger"].lower(): row["unit"] for row in trigger_rows("count_unit", COLUMNS)}


def _by_first_letter(words: list[str]) -> str:
    """The words as alternatives, the first letter standing for all that begin with it: a wrong letter fails at once."""
    endings: dict[str, list[str]] = {}
    for word in words:
        endings.setdefault(word[0], []).append(re.escape(word[1:]))
    return "|".join(f"{letter}(?:{'|'.join(rest)})" for letter, rest in endings.items())


@cache
def grammar_of_counts() -> re.Pattern[str]:
    """The forms of a count, longest first; compiled once from the table of units. For text in small letters."""
    unit_words = _by_first_letter(sorted(_units(), key=len, reverse=True))
    word = rf"[^\W\d_][\w'’{DASH}/+]*"
    noun = rf"(?:[^\W\d_][\w'’{DASH}/+]*|{OTHER}+(?:[{DASH}/]{OTHER}+)*)"
    adjective = rf"(?!(?:{_NO_ADJECTIVE})\b)(?:{noun}\s|{word},\s(?=[^\W\d_]))"
    unit = rf"(?:[\s-](?:{adjective}){{0,4}}?(?:{unit_words})\b)"
    near = rf"(?:\s(?:{adjective}){{0,2}}?(?:{unit_words})\b)"
    # "of the total 59 patients", "of a group of 59", "among our entire 59"
    all_of = (
        r"(?:the\s|(?:a|the)\s(?:total|group|cohort|series|population|sample)\sof\s|all\s|these\s|our\s|those\s"
        r"|(?:total|entire|whole|overall|altogether)\s)*"
    )
    of = rf"\s(?:out\s)?of\s{all_of}"
    among = rf"\s(?:among|in)\s{all_of}"

    def share(name: str) -> str:
        """A percentage behind an opening bracket."""
        return rf"[(\[]\s?(?:or\s|i\.?e\.?,?\s|=\s?)?(?P<{name}>{_P})"

    # "394 patients (81% follicular, 19% marginal zone)": what they were, not how many of all
    word_behind = r"(?:%|per\s?cent)?\s(?!of\b|in\b|among\b|overall\b)[^\W\d_]"
    kind = rf"[^()\[\]{COUNT}{SHARE}]{{0,40}}(?:[{OTHER}][^()\[\]{SHARE}]{{0,30}})?[,;]\s(?:and\s)?{_P}"
    not_of_kinds = rf"(?![{SHARE}])(?!\s?{word_behind}{kind})"
    forms = [
        # a single patient; "in another patient"
        r"(?P<single>(?<=\ba\s)single\s(?:[^\W\d_]+\s)?(?:patient|subject|participant|individual|person|child"
        r"|adult|case|episode|instance)\b)",
        # "a case of A was reported", "we saw an isolated case of"
        rf"(?P<a_case>\ban?\s(?:{_ISOLATED})?(?:case|episode|instance))(?=\sof\s(?:[\w-]+\s){{1,4}}(?:{_WAS_SEEN})\b)",
        rf"(?P<a_case2>(?:(?<={_PAST_THERE})|(?<=we\ssaw\s)|(?<=we\snoted\s)"
        rf"|(?<=we\sobserved\s))an?\s(?:{_ISOLATED})?(?:case|episode|instance))(?=\sof\s)",
        # none of the N patients; no patient; all N patients
        rf"(?P<none>\bnone|\bno|\bnot\sone|\bneither)\sof\s(?:the\s|our\s|these\s|all\s|those\s)*"
        rf"(?P<none_total>{_N})?(?P<none_unit>{near})?",
        # "in two, and in none with B"
        r"(?P<in_none>(?<=\bin\s)none\b(?!\sof\b))",
        rf"(?P<another>(?<=\bin\s)another\s(?:[^\W\d_]+\s)?(?:{_ONE_PERSON})\b)",
        rf"(?P<no>\bno|\bnot\sa\ssingle)(?P<no_unit>\s(?:[^\W\d_]+\s)?(?:{_ONE_PERSON})\b)",
        rf"(?P<all>\ball|\bboth|\bevery\s{OTHER}+(?=\sof\s)|\beach(?=\sof\s))(?:\sof)?(?:\sthe)?\s(?P<all_n>{_N})(?P<all_unit>{unit})?",
        # m episodes in n patients; in n patients m episodes: the patients count
        rf"(?P<h_m>{_N})\s(?:[^\W\d_]+\s){{0,3}}?(?:episodes?|events?|occurrences|times)(?:\sof(?:\s[\w-]+){{1,5}}?)?"
        rf"\s(?:\w+\s){{0,2}}?(?:in|among|from|by)\s(?:the\s)?(?P<h_n>{_N})(?:(?:\s?/\s?|{of})(?P<h_total>{_N}))?"
        rf"(?P<h_unit>{unit})(?:\s?{share('h_p')})?",
        rf"\b[Ii]n\s(?P<i_n>{_N})(?P<i_unit>{near})\s(?P<i_m>{_N})\s(?:\w+\s)?(?:episodes|events|occurrences)",
        # n/N patients (P)
        rf"(?P<a_n>{_N})\s?/\s?(?P<a_total>{_N})(?P<a_unit>{unit})?"
        rf"(?:\s?,?\s?{share('a_p')}|\s?[,;:=]\s?(?P<a_p2>{_P}))?",
        # n (P) of the N patients; n patients (P) of N
        rf"(?P<b_n>{_N})(?P<b_unit0>{near})?\s?{share('b_p')}\s?[)\]](?:{of}"
        rf"|{among})(?P<b_total>{_N})(?P<b_unit>{unit})?",
        # n of N patients (P)
        rf"(?P<c_n>{_N})(?P<c_unit0>{near})?{of}(?P<c_total>{_N})(?P<c_unit>{unit})?(?:\s?{share('c_p')})?",
        # n patients (P); n (P) patients; n (P; n/N)
        rf"(?:\b[nN]\s?=\s?)?(?P<d_n>{_N})(?P<d_unit0>{unit}|\sof\s(?:them|these|those|whom|which)(?=\s?[(\[]))?"
        rf"(?:(?:\seach)?\s?{share('d_p')}{not_of_kinds}(?:\s?[,;]\s?(?P<d_n2>{_N})\s?/\s?(?P<d_total>{_N}))?"
        rf"|\s?[,;]\s(?P<d_p2>{_P})(?=\s?[)\]])|\s?{_THAT_IS}(?P<d_p3>{_P}))(?:\s?[)\]](?P<d_unit>{near}))?",
        # sixty percent (P)
        rf"(?P<j_p0>{_P})\s?\(\s?(?P<j_p>{_P})\s?\)(?:{of})?(?P<j_unit>{near})?",
        # P of N patients; P of patients (n/N); P (n/N); P (n of N); P (n = n); P (n patients)
        rf"(?P<e_p>{_P})(?:(?:{of})(?P<e_total>{_N}))?"
        rf"(?P<e_unit>(?:\s(?:of|in)(?:\s(?:the|all|our|these|total))*)?{unit})?"
        rf"(?:\s?[(\[;,]\s?(?:[nN]\s?=\s?)?(?P<e_n>{_N})(?:(?:\s?/\s?|{of})(?P<e_total2>{_N}))?"
        rf"(?P<e_unit2>{near})?\s?(?=[)\];,]))?",
        # n = n / N
        rf"\b(?P<f_mark>[nN])\s?=\s?(?P<f_n>{_N})(?:\s?(?:/|of)\s?(?P<f_total>{_N}))?(?P<f_unit>{near})?",
        # n patients
        rf"(?P<g_n>{_N})(?P<g_unit>{unit}|\sof\s(?:our|the|these|those)(?:{near}))?",
    ]
    return re.compile("|".join(f"(?:{form})" for form in forms))


def unit_of(text: str | None) -> str | None:
    if not text:
        return None
    words = text.lower().split()
    return _units().get(" ".join(words[-2:])) or _units().get(words[-1].lstrip("-"))
