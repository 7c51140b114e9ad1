"""Terms in texts: every way to write one, and what is another word."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.language.lexicon import HYPHENS, Lexicon
from pipeline.protocol import Term


def term(words: str, match: str = "", kind: str = "drug") -> Term:
    return Term(kind, words.lower(), words, words, match, None, "made up")


LEXICON = Lexicon(
    [
        term("aspirin"),
        term("anti-IL5"),
        term("late-onset asthma", kind="event"),
        term("asthma", kind="event"),
        term("AB-1234"),
        term("ASA", "case"),
        term("non-Crohn colitis", kind="event"),
        term("biopsy"),
        term("stenosis"),
        term("leukemia"),
        term("haematological disease"),
    ]
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Aspirin, ASPIRIN and aspirin", ["Aspirin", "ASPIRIN", "aspirin"]),
        ("aspirin-induced and placebo/aspirin/codeine", ["aspirin", "aspirin"]),
        (
            "anti-IL5 anti IL 5 antiIL5 Anti-IL-5 anti\u2011IL5",
            ["anti-IL5", "anti IL 5", "antiIL5", "Anti-IL-5", "anti\u2011IL5"],
        ),
        (
            "late onset asthma, Late\u2013Onset Asthma, lateonset asthma",
            ["late onset asthma", "Late\u2013Onset Asthma", "lateonset asthma"],
        ),
        ("AB1234 ab 1234 AB-1234", ["AB1234", "ab 1234", "AB-1234"]),
        ("aspirins and biopsies and stenoses", ["aspirins", "biopsies", "stenoses"]),
        ("ASA, ASAs but not asa", ["ASA", "ASAs"]),
        (
            "non-Crohn's colitis; non Crohn\u2019s colitis",
            ["non-Crohn's colitis", "non Crohn\u2019s colitis"],
        ),
        ("aspirin2 relieved asthma1", ["aspirin", "asthma"]),
        ("leukaemia, Leukemias and a hematological disorder", ["leukaemia", "Leukemias", "hematological disorder"]),
        ("haematologic diseases and haematology", ["haematologic diseases"]),
    ],
)
def test_a_term_is_found_however_it_is_written(text: str, found: list[str]) -> None:
    assert [text[m.start : m.end] for m in LEXICON.find(text)] == found


@pytest.mark.parametrize(
    "text",
    [
        "anti-IL55",
        "anti-IL",
        "xaspirin",
        "aspirinx",
        "AB-12345",
        "NASA",
        "late, onset",
        "anti. IL5",
        "anti\nx IL5",
    ],
)
def test_other_words_are_not_the_term(text: str) -> None:
    assert LEXICON.find(text) == []


def test_the_longest_term_wins() -> None:
    (match,) = LEXICON.find("late-onset asthma")
    assert match.term.concept == "late-onset asthma"


def test_of_two_concepts_with_the_same_words_the_first_wins() -> None:
    lexicon = Lexicon([term("iron", kind="drug"), term("iron", kind="event")])
    assert [m.term.kind for m in lexicon.find("iron")] == ["drug"]


@pytest.mark.parametrize(
    ("text", "concept"), [("the late-onset asthma", "late-onset asthma"), ("severe asthma", None), ("", None)]
)
def test_a_whole_text_is_one_term_or_none(text: str, concept: str | None) -> None:
    found = LEXICON.whole(text)
    assert (found.concept if found else None) == concept


@given(
    words=st.lists(
        st.sampled_from(["late", "onset", "asthma", "aspirin", "anti", "IL5", "ASA", "the", ",", "2"]),
        max_size=12,
    ),
    gaps=st.lists(st.sampled_from([" ", "  ", "/", *HYPHENS]), min_size=12, max_size=12),
)
def test_matches_are_in_order_apart_and_inside_the_text(words: list[str], gaps: list[str]) -> None:
    text = "".join(word + gap for word, gap in zip(words, gaps, strict=False))
    matches = LEXICON.find(text)
    assert all(0 <= m.start < m.end <= len(text) for m in matches)
    assert all(one.end <= two.start for one, two in pairwise(matches))


@given(
    hyphen=st.sampled_from(HYPHENS),
    upper=st.booleans(),
    before=st.sampled_from(["", " ", "/", "("]),
    after=st.sampled_from(["", " ", "/", ")", ".", "-induced"]),
)
def test_a_term_is_found_in_any_surroundings(hyphen: str, upper: bool, before: str, after: str) -> None:
    name = f"anti{hyphen}IL5"
    name = name.upper() if upper else name
    text = before + name + after
    assert [text[m.start : m.end] for m in LEXICON.find(text)] == [name]
