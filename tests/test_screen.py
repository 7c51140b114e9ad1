"""Screening by what a record says of itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.files import write_jsonl
from pipeline.records import Article, Section, to_json
from pipeline.screen import Criteria, run, suggest

SCREENING = {
    "stems": {"drug": ["drugamab", "anti-x"], "event": ["lowneutro"]},
    "exclude_publication_types": {"Retraction of Publication": "notice"},
}
CRITERIA = Criteria.from_config(SCREENING)
ARTICLE = Article(pmid=1, title="T", sections=(Section("TITLE", "TITLE", "T"), Section(None, None, "text")))


def titled(title: str, abstract: str = "") -> Article:
    return Article(pmid=1, title=title, sections=(Section("TITLE", "TITLE", title), Section(None, None, abstract)))


@pytest.mark.parametrize(
    ("article", "decision", "reason"),
    [
        (ARTICLE, "unsure", None),
        (replace(ARTICLE, retracted=True), "excluded", "retracted"),
        (replace(ARTICLE, notice="erratum"), "excluded", "notice"),
        (replace(ARTICLE, sections=(Section("TITLE", "TITLE", " "),)), "excluded", "no_text"),
        (replace(ARTICLE, publication_types=("Retraction of Publication",)), "excluded", "notice"),
        (replace(ARTICLE, sections=ARTICLE.sections[:1]), "unsure", None),
    ],
)
def test_only_what_needs_no_reading_is_decided(article: Article, decision: str, reason: str | None) -> None:
    suggestion = suggest(article, CRITERIA)
    assert (suggestion.decision, suggestion.reason) == (decision, reason)


@pytest.mark.parametrize(
    ("article", "score"),
    [
        (titled("Drugamab and lowneutropenia"), 4),
        (titled("Drugamab", "lowneutropenic"), 3),
        (titled("A trial", "Anti-X antibodies"), 1),
        (titled("A trial", "nodrugamab"), 0),
    ],
)
def test_the_title_counts_double_and_a_stem_must_begin_a_word(article: Article, score: float) -> None:
    assert suggest(article, CRITERIA).score == score


def test_the_likeliest_article_comes_first_and_none_is_left_out(tmp_path: Path) -> None:
    articles = [
        replace(titled("A trial"), pmid=1),
        replace(titled("Drugamab"), pmid=2),
        replace(titled("x"), pmid=3, retracted=True),
    ]
    write_jsonl(tmp_path / "articles.jsonl", map(to_json, articles))
    assert run(tmp_path, SCREENING) == (3, 1)
    assert (
        tmp_path / "screening.csv"
    ).read_text() == "pmid,decision,reason,score\n2,unsure,,2\n1,unsure,,0\n3,excluded,retracted,0\n"
