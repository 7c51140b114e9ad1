"""Extraction reads each article once, resumes, and never keeps what another version read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.extract import READING, run
from pipeline.files import read_jsonl, write_jsonl
from pipeline.records import AnnotatedArticle, Article, Extraction, Mention, Section, to_json

ARTICLES = [Article(pmid=n, title=f"T{n}", sections=(Section("TITLE", "TITLE", f"T{n}"),)) for n in range(1, 6)]


class Reader:
    """Counts what it reads; stops with KeyboardInterrupt before the article `stop_at`."""

    def __init__(self, stop_at: int | None = None) -> None:
        self.read: list[int] = []
        self.stop_at = stop_at

    def annotate(self, articles: Iterable[Article]) -> Iterator[AnnotatedArticle]:
        for article in articles:
            if article.pmid == self.stop_at:
                raise KeyboardInterrupt
            self.read.append(article.pmid)
            yield AnnotatedArticle(article, mentions=(Mention(0, 0, 1, "T", "drug", "t"),))

    def relate(self, annotated: AnnotatedArticle) -> Extraction:
        return Extraction(annotated.article.pmid, None, reason="no_finding")

    def run(self, out: Path, versions: str = "1") -> tuple[int, int]:
        return run(out, versions, self.annotate, self.relate)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    write_jsonl(tmp_path / "articles.jsonl", map(to_json, ARTICLES))
    return tmp_path


def results(out: Path) -> tuple[bytes, bytes]:
    return (out / "mentions.jsonl").read_bytes(), (out / "findings.jsonl").read_bytes()


def test_every_article_is_read_and_written_in_order(out: Path) -> None:
    assert Reader().run(out) == (5, 0)
    assert [row["pmid"] for row in read_jsonl(out / "findings.jsonl")] == [1, 2, 3, 4, 5]
    assert next(read_jsonl(out / "mentions.jsonl")) == {"pmid": 1, **to_json(Mention(0, 0, 1, "T", "drug", "t"))}


def test_only_new_and_revised_articles_are_read_again(out: Path) -> None:
    Reader().run(out)
    revised = replace(ARTICLES[1], sections=(Section("TITLE", "TITLE", "revised"),))
    write_jsonl(out / "articles.jsonl", map(to_json, [ARTICLES[0], revised, replace(ARTICLES[0], pmid=9)]))
    reader = Reader()
    assert reader.run(out) == (2, 1)
    assert reader.read == [2, 9]
    assert [row["pmid"] for row in read_jsonl(out / "findings.jsonl")] == [1, 2, 9]


def test_another_version_reads_everything_again(out: Path) -> None:
    Reader().run(out)
    assert Reader().run(out, versions="2") == (5, 0)


@pytest.mark.parametrize("half_line", ["", '{"digest": "x", "menti'])
def test_an_interrupted_run_goes_on_and_ends_in_the_same_bytes(
    out: Path, half_line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.extract.BATCH", 2)
    with pytest.raises(KeyboardInterrupt):
        Reader(stop_at=4).run(out)
    with (out / READING).open("a") as stream:
        stream.write(half_line)
    reader = Reader()
    reader.run(out)
    assert reader.read == [3, 4, 5]
    resumed = results(out)
    (out / "findings.jsonl").unlink()
    Reader().run(out)
    assert results(out) == resumed
    assert not (out / READING).exists()


def test_an_article_that_the_language_pipeline_cannot_read_is_flagged_and_costs_no_other(out: Path) -> None:
    class Stumbling(Reader):
        def annotate(self, articles: Iterable[Article]) -> Iterator[AnnotatedArticle]:
            for annotated in super().annotate(articles):
                if annotated.article.pmid == 3:
                    raise IndexError("odd text")
                yield annotated

    assert Stumbling().run(out) == (5, 0)
    rows = {row["pmid"]: (row["reason"], row["flags"]) for row in read_jsonl(out / "findings.jsonl")}
    assert rows[3] == ("not_read", ["not_read"])
    assert {pmid for pmid, row in rows.items() if row == ("no_finding", [])} == {1, 2, 4, 5}


def test_an_article_that_is_not_understood_is_flagged_and_costs_no_other(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    class Stumbling(Reader):
        def relate(self, annotated: AnnotatedArticle) -> Extraction:
            if annotated.article.pmid == 3:
                raise ValueError("odd text")
            return super().relate(annotated)

    assert Stumbling().run(out) == (5, 0)
    flags = {row["pmid"]: row["flags"] for row in read_jsonl(out / "findings.jsonl")}
    assert flags == {1: [], 2: [], 3: ["not_read"], 4: [], 5: []}
    assert "PMID 3 was not understood (ValueError: odd text)" in capsys.readouterr().err
