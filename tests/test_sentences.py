"""Sentence boundaries: what ends a sentence, and what only looks like it."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.language.sentences import sentence_spans


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    "parts",
    [
        ("The count fell to 0.4 x 10^9/L.", "It recovered by day 12."),
        ("The drug was given i.v. and s.c. to all.", "None stopped."),
        ("The drug was given i.v.", "The infusion took 4 h."),
        ("Grade 4 in 12 % vs. 3 % of patients.", "Deaths were rare."),
        ("See Fig. 2 and Table 3.", "No. 5 was lost."),
        ("Counts (0.3 to 0.9 10^9/L; cf. Table 1. Values are medians) fell.", "They rose again."),
        ("Was it dose-dependent?", "We do not know!", "(Data not shown.)", "It was not."),
        ("Smith et al. reported two cases.", "J. Brown saw one."),
        ("Patients had hepatitis B.", "The virus was treated."),
        ("Most had MS.", "Ms. Brown had none."),
        ("It was stage IV.", "Treatment began."),
        ("It lasted 45 min.", "Increasing the dose helped."),
        ("They received 375 mg/m2.", "12 patients relapsed."),
        ("It resolved.", "\u201cLate\u201d was defined as after 4 weeks."),
    ],
)
def test_sentences_end_where_a_reader_ends_them(parts: tuple[str, ...]) -> None:
    assert sentences(" ".join(parts)) == list(parts)


def test_a_missing_blank_after_a_stop_is_forgiven() -> None:
    assert sentences("The fever resolved.The patient left.") == ["The fever resolved.", "The patient left."]
    assert sentences("It is rare.MethodsAll adults (n=9) were seen.ResultsNone of them died.") == [
        "It is rare.", "Methods", "All adults (n=9) were seen.", "Results", "None of them died."
    ]  # fmt: skip


def test_a_blank_line_ends_a_sentence() -> None:
    assert sentences("No stop here\n\nNext part") == ["No stop here", "Next part"]


def test_ten_thousand_words_without_an_end_are_one_sentence() -> None:
    text = " ".join(["word"] * 10_000)
    assert sentence_spans(text) == [(0, len(text))]


@given(st.text(alphabet="aB1. \n()?µé\u2009", max_size=80))
def test_sentences_lose_only_white_space_and_never_overlap(text: str) -> None:
    spans = sentence_spans(text)
    assert all(start < end for start, end in spans)
    assert all(one[1] <= two[0] for one, two in pairwise(spans))
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())
