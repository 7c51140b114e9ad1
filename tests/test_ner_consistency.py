"""One name, one answer in the whole article."""

import pytest

from pipeline.ner.consistency import ShortForm, Span, like_long_forms, like_other_occurrences

C, D = "CHEMICAL", "DISEASE"


@pytest.mark.parametrize(
    ("spans", "wanted"),
    [
        ([(0, 2, C)], [(0, 2, C), (3, 4, C), (9, 10, C)]),
        ([(0, 2, C), (3, 4, D)], [(0, 2, C), (3, 4, C), (9, 10, C)]),
        ([(3, 4, D), (9, 10, D)], []),
        ([(1, 2, C), (3, 4, C)], [(1, 2, C), (3, 4, C)]),
        ([(0, 2, C), (8, 10, D)], [(0, 2, C), (3, 4, C), (8, 10, D)]),
        ([], []),
    ],
)
def test_short_forms_follow_their_long_form(spans: list[Span], wanted: list[Span]) -> None:
    """The long form is tokens 0-2, its short form stands at 3 and 9."""
    assert like_long_forms(spans, [ShortForm((0, 2), ((3, 4), (9, 10)))]) == wanted


@pytest.mark.parametrize(
    ("words", "spans", "wanted"),
    [
        ("Iron helps . iron", [(0, 1, C)], [(0, 1, C)]),
        ("Sugars help . sugars", [(0, 1, C)], [(0, 1, C), (3, 4, C)]),
        ("low pain low pain low pain", [(0, 2, D)], [(0, 2, D)]),
        ("low pain low pain", [(0, 2, D)], [(0, 2, D), (2, 4, D)]),
        ("AIDS aids", [(0, 1, D)], [(0, 1, D)]),
        ("K K K", [(0, 1, C)], [(0, 1, C)]),
        ("severe asthma and severe asthma", [(0, 2, D), (4, 5, D)], [(0, 2, D), (4, 5, D)]),
    ],
)
def test_repeated_words_are_tagged_alike(words: str, spans: list[Span], wanted: list[Span]) -> None:
    assert like_other_occurrences(spans, words.split()) == wanted
