"""Records that may report the same study: suggested to the reviewer, never merged.

A pair is suggested where
- one record names the other (erratum, retraction notice, update, comment, republication: CommentsCorrections), or
- both have the same DOI, or
- titles and authors agree: a conference abstract and its paper, a translation (its bracketed title names the original).

Similarity is 1.0 for a link or a DOI, else the share of title words in common (Jaccard).
Only records that share a block (same DOI; same title; same first author and year, give or take one) are compared, and
in a block of more than `LARGEST_BLOCK` neighbours only, so that the time grows with the number of records.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.records import Article

LARGEST_BLOCK = 50
SIMILAR_TITLES = 0.8
FEWEST_WORDS = 4  # shorter titles ("Reply", "Author response") are shared by unrelated records
SAME_STUDY_LINKS = {
    "ErratumIn": "erratum",
    "ErratumFor": "erratum",
    "RetractionIn": "retraction notice",
    "RetractionOf": "retraction notice",
    "PartialRetractionIn": "retraction notice",
    "PartialRetractionOf": "retraction notice",
    "ExpressionOfConcernIn": "expression of concern",
    "ExpressionOfConcernFor": "expression of concern",
    "CorrectedandRepublishedIn": "republication",
    "CorrectedandRepublishedFrom": "republication",
    "RetractedandRepublishedIn": "republication",
    "RetractedandRepublishedFrom": "republication",
    "RepublishedIn": "republication",
    "RepublishedFrom": "republication",
    "OriginalReportIn": "translation or summary",
    "SummaryForPatientsIn": "translation or summary",
    "UpdateIn": "update",
    "UpdateOf": "update",
    "CommentIn": "comment",
    "CommentOn": "comment",
}
WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, order=True)
class Suggestion:
    """Two records, the lower PMID first, and why they may be one study. `similarity` is between 0 and 1."""

    pmid: int
    other_pmid: int
    reason: str
    similarity: float


@dataclass(frozen=True, slots=True)
class _Card:
    """What a record is compared by."""

    pmid: int
    title: tuple[str, ...]
    author: str
    year: int | None
    translated: bool
    doi: str | None


def suggest_duplicates(articles: Iterable[Article]) -> list[Suggestion]:
    """Pairs sorted by PMIDs, each once, with its strongest reason."""
    cards: dict[int, _Card] = {}
    links: list[tuple[int, int, str]] = []
    for article in articles:
        cards[article.pmid] = _card(article)
        links.extend(
            (article.pmid, related.pmid, SAME_STUDY_LINKS[related.kind])
            for related in article.related
            if related.pmid is not None and related.kind in SAME_STUDY_LINKS
        )
    pairs: dict[tuple[int, int], Suggestion] = {}
    for one, other, reason in links:
        if one != other and other in cards:
            _keep(pairs, Suggestion(min(one, other), max(one, other), f"{reason} links them", 1.0))
    for one_card, other_card in _candidates(cards.values()):
        if suggestion := _compare(one_card, other_card):
            _keep(pairs, suggestion)
    return sorted(pairs.values())


def _keep(pairs: dict[tuple[int, int], Suggestion], new: Suggestion) -> None:
    key = (new.pmid, new.other_pmid)
    old = pairs.get(key)
    if old is None or (-new.similarity, new.reason) < (-old.similarity, old.reason):
        pairs[key] = new


def _card(article: Article) -> _Card:
    author = article.authors[0] if article.authors else None
    name = f"{author.last or author.collective or ''} {(author.initials or '')[:1]}" if author else ""
    return _Card(
        pmid=article.pmid,
        title=title_words(article.title),
        author=" ".join(title_words(name)),
        year=article.year,
        translated=article.title.startswith("["),
        doi=article.doi.lower() if article.doi else None,
    )


def title_words(title: str) -> tuple[str, ...]:
    """The words of a title in lower case, without accents and punctuation."""
    plain = unicodedata.normalize("NFKD", title.casefold())
    return tuple(WORD.findall("".join(c for c in plain if not unicodedata.combining(c))))


def _candidates(cards: Iterable[_Card]) -> Iterator[tuple[_Card, _Card]]:
    """Pairs that share a DOI, a title, or a first author and about the year."""
    blocks: dict[tuple[object, ...], list[_Card]] = defaultdict(list)
    for card in cards:
        if card.doi:
            blocks["doi", card.doi].append(card)
        if len(card.title) >= FEWEST_WORDS:
            blocks["title", card.title].append(card)
            if card.author and card.year:
                for year in (card.year, card.year + 1):
                    blocks["author", card.author, year].append(card)
    for block in blocks.values():
        block.sort(key=lambda card: (card.title, card.pmid))
        reach = len(block) if len(block) <= LARGEST_BLOCK else 10
        for place, one in enumerate(block):
            for other in block[place + 1 : place + 1 + reach]:
                yield one, other


def _compare(one: _Card, other: _Card) -> Suggestion | None:
    first, second = sorted((one.pmid, other.pmid))
    if one.doi and one.doi == other.doi:
        return Suggestion(first, second, "same DOI", 1.0)
    if min(len(one.title), len(other.title)) < FEWEST_WORDS:
        return None
    words, others = set(one.title), set(other.title)
    similarity = round(len(words & others) / len(words | others), 3)
    if similarity < SIMILAR_TITLES:
        return None
    if one.translated != other.translated:
        return Suggestion(first, second, "translation: one title is bracketed", similarity)
    if one.author and one.author == other.author:
        return Suggestion(first, second, "similar title, same first author", similarity)
    if similarity == 1.0 and one.year is not None and one.year == other.year:
        return Suggestion(first, second, "same title and year", similarity)
    return None
