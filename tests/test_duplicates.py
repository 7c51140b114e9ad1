"""Which pairs of records are suggested as one study, and which are not."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.pubmed.duplicates import _candidates, _card, suggest_duplicates, title_words
from pipeline.records import Article, Author, Related

TITLE = "Late counts after the second antibody in forty adults"


def article(pmid: int, title: str = TITLE, author: str | None = "Doe", year: int | None = 2015, **more: Any) -> Article:
    authors = (Author(last=author, initials="J"),) if author else ()
    return Article(pmid=pmid, title=title, sections=(), authors=authors, year=year, **more)


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (article(1), article(2), "similar title, same first author"),
        (article(1), article(2, TITLE + ": a trial", year=2016), "similar title, same first author"),
        (article(1), article(2, f"[{TITLE.upper()}]", "Dupont"), "translation: one title is bracketed"),
        (article(1), article(2, author=None), "same title and year"),
        (article(1, "Cells", doi="10.1/A"), article(2, "Other", doi="10.1/a"), "same DOI"),
        (article(1, "Cells"), article(2, "Erratum", related=(Related("ErratumFor", 1),)), "erratum links them"),
        (article(1, "Cells", related=(Related("UpdateIn", 2),)), article(2, "Counts"), "update links them"),
        (article(1, "Cells"), article(2, "Re", related=(Related("CommentOn", 1),)), "comment links them"),
    ],
)
def test_a_pair_is_suggested_with_its_reason(one: Article, other: Article, reason: str) -> None:
    for order in ((one, other), (other, one)):
        (suggestion,) = suggest_duplicates(order)
        assert (suggestion.pmid, suggestion.other_pmid, suggestion.reason) == (1, 2, reason)
        assert 0.8 <= suggestion.similarity <= 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (article(1), article(2, "Early bleeding before the first operation in thirty children")),
        (article(1), article(2, TITLE + ": a trial", "Roe")),
        (article(1), article(2, TITLE + ": a trial", year=2019)),
        (article(1, "Reply", year=2015), article(2, "Reply", year=2015)),
        (article(1, author="Roe", year=2010), article(2)),
        (article(1), article(2, "Other words", related=(Related("Cites", 1),))),
        (article(1), article(2, "Other words", related=(Related("CommentOn", 77),))),
    ],
)
def test_a_pair_is_not_suggested(one: Article, other: Article) -> None:
    assert suggest_duplicates([one, other]) == []


def test_a_pair_is_suggested_once_with_its_strongest_reason() -> None:
    one = article(1, related=(Related("ErratumIn", 2),), doi="10.1/a")
    other = article(2, related=(Related("ErratumFor", 1),), doi="10.1/a")
    (suggestion,) = suggest_duplicates([one, other])
    assert (suggestion.reason, suggestion.similarity) == ("erratum links them", 1.0)


def test_suggestions_do_not_depend_on_the_order_of_records() -> None:
    records = [article(n, f"{TITLE} {n % 3}", year=2015 + n % 2) for n in range(1, 12)]
    assert suggest_duplicates(records) == suggest_duplicates(records[::-1]) == sorted(suggest_duplicates(records))


@pytest.mark.parametrize(
    ("title", "words"),
    [("[Les Neutrophiles: à l'hôpital.]", ("les", "neutrophiles", "a", "l", "hopital")), ("", ())],
)
def test_titles_are_compared_without_case_accents_and_marks(title: str, words: tuple[str, ...]) -> None:
    assert title_words(title) == words


def test_a_title_that_many_records_share_does_not_take_the_square_of_their_number() -> None:
    few = [article(n, "Cell counts in the year that passed") for n in range(1, 201)]
    assert len(suggest_duplicates(few)) <= 200 * 10


@pytest.mark.parametrize("number", [100, 1_000, 10_000])
def test_the_number_of_comparisons_grows_with_the_number_of_records(number: int) -> None:
    cards = [_card(article(n, f"{TITLE} number {n}", f"Doe{n % 7}")) for n in range(number)]
    assert sum(1 for _ in _candidates(cards)) <= 2 * 50 * number
