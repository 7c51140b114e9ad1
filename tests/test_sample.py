"""The embedded sample: valid PubMed XML that says of itself that it is no published abstract."""

from __future__ import annotations

import io
from pathlib import Path

import Bio.Entrez
import pytest
from lxml import etree

from pipeline.evaluation.gold import article_of, read_gold
from pipeline.medline import parse_records
from pipeline.protocol import CORPORA, load_protocol
from pipeline.records import Article
from pipeline.sample import digests_to_xml

DTD = Path(Bio.Entrez.__file__).parent / "DTDs" / "pubmed_250101.dtd"
REVIEWS = sorted(path.parent.parent.name for path in CORPORA.glob("*/gold/digest.jsonl"))


def sample(name: str) -> bytes:
    return (CORPORA / name / "sample" / "digests.xml").read_bytes()


@pytest.mark.parametrize("name", REVIEWS)
def test_the_sample_is_valid_by_the_pubmed_dtd_of_2025(name: str) -> None:
    dtd = etree.DTD(str(DTD))
    assert dtd.validate(etree.fromstring(sample(name))), dtd.error_log.filter_from_errors()[:3]


@pytest.mark.parametrize("name", REVIEWS)
def test_the_sample_is_made_from_the_gold_and_parses_back_to_it(name: str) -> None:
    records = read_gold(CORPORA / name / "gold" / "digest.jsonl")
    notice = load_protocol(name).config["sample"]["notice"]
    assert digests_to_xml(records, notice) == sample(name)
    articles = list(parse_records(io.BytesIO(sample(name))))
    assert [a.pmid for a in articles] == [r["pmid"] for r in records]
    for article, record in zip(articles, records, strict=True):
        assert isinstance(article, Article)
        assert [s.text for s in article.sections] == [s.text for s in article_of(record).sections]
        assert article.copyright == notice


@pytest.mark.parametrize("name", REVIEWS)
def test_every_quote_of_the_gold_stands_in_its_text(name: str) -> None:
    for record in read_gold(CORPORA / name / "gold" / "digest.jsonl"):
        texts = [s["text"] for s in record["sections"]] + [record["title"]]
        for finding in record["gold"]["findings"]:
            for field, quote in finding["evidence"].items():
                assert any(quote in text for text in texts), (record["pmid"], field, quote)


def test_angle_brackets_that_are_no_markup_stay_text() -> None:
    record = {
        "pmid": 99000001,
        "doi": None,
        "title": "A <sup>2</sup>",
        "journal": None,
        "year": None,
        "volume": None,
        "issue": None,
        "pages": None,
        "authors": [],
        "publication_types": [],
        "mesh": ["A / q"],
        "language": "eng",
        "sections": [{"label": None, "text": "ANC <0.5x10<sup>9</sup>/L & <i>P</i> <0.05>"}],
    }
    (article,) = parse_records(io.BytesIO(digests_to_xml([record], "notice")))
    assert isinstance(article, Article)
    assert article.sections[1].text == "ANC <0.5x10^9/L & P <0.05>"
    assert (article.title, article.mesh_headings, article.year) == ("A ^2", ("A/q",), None)
