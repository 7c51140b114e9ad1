"""PubMed XML: every character is kept, nothing outside the file is touched."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import PipelineError
from pipeline.medline import Deletion, inline_text, parse_records, root_tag
from pipeline.records import Article, article_from_json, to_json


def records(xml: str) -> list[Article | Deletion]:
    return list(parse_records(io.BytesIO(xml.encode()), "test.xml"))


def one(citation: str = "", article: str = "", data: str = "") -> Article:
    """The record of a minimal PubmedArticle with these elements in it."""
    (record,) = records(
        f'<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID Version="2">7</PMID><Article>{article}</Article>'
        f"{citation}</MedlineCitation><PubmedData>{data}</PubmedData></PubmedArticle></PubmedArticleSet>"
    )
    assert isinstance(record, Article)
    return record


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("10<sup>9</sup>/L", "10^9/L"),
        ("ANC &lt;0.5 &#215; 10<sup>9</sup>/L &amp; fever", "ANC <0.5 × 10^9/L & fever"),
        ("CO<sub>2</sub>", "CO2"),
        ("<i>FCGR3A</i> and <b>V/V</b> genotype", "FCGR3A and V/V genotype"),
        ("a <i>b <sup>c</sup> d</i> e", "a b ^c d e"),
        ("no <!-- remark --> loss", "no  loss"),
        ("no <?target data?> loss", "no  loss"),
        ("  spaces and\nline ends stay ", "  spaces and\nline ends stay "),
        (
            '10<mml:math xmlns:mml="http://www.w3.org/1998/Math/MathML"><mml:msup><mml:mi>x</mml:mi><mml:mn>9</mml:mn>'
            "</mml:msup></mml:math> tail",
            "10x^9 tail",
        ),
        ("empty <sup></sup>superscript", "empty superscript"),
    ],
)
def test_every_character_of_an_abstract_is_kept_and_superscripts_are_visible(markup: str, text: str) -> None:
    article = one(article=f"<ArticleTitle>T</ArticleTitle><Abstract><AbstractText>{markup}</AbstractText></Abstract>")
    assert article.sections[1].text == text


@given(st.lists(st.tuples(st.sampled_from(["i", "b", "u", "sub", None]), st.text("abc 1.<&/", max_size=6)), max_size=6))
def test_dropping_markup_never_drops_text(parts: list[tuple[str | None, str]]) -> None:
    from lxml import etree

    element = etree.Element("AbstractText")
    element.text = ""
    for tag, text in parts:
        if tag is None:
            if len(element):
                element[-1].tail = (element[-1].tail or "") + text
            else:
                element.text += text
        else:
            etree.SubElement(element, tag).text = text
    assert inline_text(element) == "".join(text for _, text in parts)


def test_the_title_is_section_zero_and_labels_are_kept() -> None:
    article = one(
        article="<ArticleTitle>Title.</ArticleTitle><Abstract>"
        '<AbstractText Label="FINDINGS" NlmCategory="RESULTS">R</AbstractText><AbstractText>C</AbstractText>'
        "<CopyrightInformation>notice</CopyrightInformation></Abstract>"
    )
    assert [(s.label, s.nlm_category, s.text) for s in article.sections] == [
        ("TITLE", "TITLE", "Title."),
        ("FINDINGS", "RESULTS", "R"),
        (None, None, "C"),
    ]
    assert (article.version, article.copyright) == (2, "notice")


@pytest.mark.parametrize(
    ("date", "year", "verbatim"),
    [
        ("<Year>2015</Year><Month>Jan</Month><Day>12</Day>", 2015, "2015 Jan 12"),
        ("<MedlineDate>1998 Dec-1999 Jan</MedlineDate>", 1998, "1998 Dec-1999 Jan"),
        ("<Year>2000</Year><Season>Spring</Season>", 2000, "2000 Spring"),
        ("<MedlineDate>Winter</MedlineDate>", None, "Winter"),
        ("<MedlineDate/>", None, None),
    ],
)
def test_a_date_stays_verbatim_and_only_its_year_is_read(date: str, year: int | None, verbatim: str | None) -> None:
    article = one(article=f"<Journal><JournalIssue><PubDate>{date}</PubDate></JournalIssue></Journal>")
    assert (article.year, article.publication_date) == (year, verbatim)


@pytest.mark.parametrize(
    ("types", "comments", "retracted", "notice"),
    [
        (["Retracted Publication"], [], True, None),
        ([], ["RetractionIn"], True, None),
        (["Retraction of Publication"], ["RetractionOf"], False, "retraction"),
        (["Published Erratum"], ["ErratumFor"], False, "erratum"),
        (["Expression of Concern"], [], False, "expression_of_concern"),
        (["Journal Article"], ["ErratumIn", "ExpressionOfConcernIn", "CommentIn"], False, None),
    ],
)
def test_a_retracted_article_is_told_from_notices(
    types: list[str], comments: list[str], retracted: bool, notice: str | None
) -> None:
    article = one(
        article="<PublicationTypeList>"
        + "".join(f"<PublicationType>{t}</PublicationType>" for t in types)
        + "</PublicationTypeList>",
        citation="<CommentsCorrectionsList>"
        + "".join(
            f'<CommentsCorrections RefType="{c}"><RefSource>J</RefSource><PMID>5</PMID></CommentsCorrections>'
            for c in comments
        )
        + "</CommentsCorrectionsList>",
    )
    assert (article.retracted, article.notice) == (retracted, notice)
    assert [r.kind for r in article.related] == comments


def test_identifiers_are_those_of_the_article_and_not_of_its_references() -> None:
    article = one(
        article='<ELocationID EIdType="doi">10.1/elocation</ELocationID>',
        data='<ArticleIdList><ArticleId IdType="pmc">PMC1</ArticleId></ArticleIdList><ReferenceList><Reference><ArticleIdList>'
        '<ArticleId IdType="doi">10.1/reference</ArticleId></ArticleIdList></Reference></ReferenceList>',
    )
    assert (article.doi, article.pmcid) == ("10.1/elocation", "PMC1")


def test_group_authors_languages_headings_and_other_abstracts_are_kept_apart() -> None:
    article = one(
        article="<AuthorList><Author><LastName>García</LastName><ForeName>Ana</ForeName></Author>"
        "<Author><CollectiveName>The Group</CollectiveName></Author></AuthorList><Language>spa</Language>"
        "<VernacularTitle>Título</VernacularTitle>",
        citation="<MeshHeadingList><MeshHeading><DescriptorName>A</DescriptorName><QualifierName>q</QualifierName></MeshHeading>"
        "<MeshHeading><DescriptorName>B</DescriptorName></MeshHeading></MeshHeadingList>"
        '<OtherAbstract Type="Publisher" Language="spa"><AbstractText>Resumen</AbstractText></OtherAbstract>',
    )
    assert [(a.last, a.collective) for a in article.authors] == [("García", None), (None, "The Group")]
    assert (article.language, article.vernacular_title) == ("spa", "Título")
    assert article.mesh_headings == ("A/q", "B")
    assert [(o.language, o.text) for o in article.other_abstracts] == [("spa", "Resumen")]
    assert all("Resumen" not in section.text for section in article.sections)


def test_a_book_article_is_read_and_deletions_are_reported_in_order() -> None:
    found = records(
        "<PubmedArticleSet><PubmedBookArticle><BookDocument><PMID>3</PMID><Book><BookTitle>Book</BookTitle>"
        "<PubDate><Year>2020</Year></PubDate></Book><ArticleTitle>Chapter</ArticleTitle><Abstract><AbstractText>A</AbstractText>"
        "</Abstract></BookDocument></PubmedBookArticle><DeleteCitation><PMID>1</PMID><PMID>2</PMID></DeleteCitation></PubmedArticleSet>"
    )
    book, *deletions = found
    assert isinstance(book, Article)
    assert (book.title, book.journal, book.year, book.is_book) == ("Chapter", "Book", 2020, True)
    assert deletions == [Deletion(1), Deletion(2)]


@pytest.mark.parametrize(
    "xml",
    [
        "",
        "junk",
        "<a>",
        "<PubmedArticleSet><PubmedArticle><MedlineCitation>",
        "<PubmedArticleSet>&undefined</PubmedArticleSet>",
    ],
)
def test_malformed_xml_is_one_line_that_names_the_file(xml: str) -> None:
    with pytest.raises(PipelineError, match=r"^test\.xml line \d+: [^\n]+$"):
        records(xml)


@pytest.mark.parametrize("pmid", ["", "<PMID/>", "<PMID>x7</PMID>", "<PMID>٣</PMID>"])
def test_a_record_without_a_numeric_pmid_is_refused(pmid: str) -> None:
    with pytest.raises(PipelineError, match="PMID"):
        records(
            f"<PubmedArticleSet><PubmedArticle><MedlineCitation>{pmid}</MedlineCitation></PubmedArticle></PubmedArticleSet>"
        )


def test_entities_are_neither_fetched_nor_expanded(tmp_path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    doctype = (
        f'<!DOCTYPE PubmedArticleSet PUBLIC "x" "https://127.0.0.1:1/none.dtd" [<!ENTITY f SYSTEM "{secret.as_uri()}">'
        '<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    )
    (article,) = records(
        f"{doctype}<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>T &f; &b;</ArticleTitle>"
        "</Article></MedlineCitation></PubmedArticle></PubmedArticleSet>"
    )
    assert isinstance(article, Article)
    assert article.title == "T &f; &b;"


def test_other_answers_of_the_service_hold_no_records() -> None:
    xml = "<eSearchResult><Count>3</Count><IdList><Id>1</Id></IdList></eSearchResult>"
    assert records(xml) == []
    assert root_tag(io.BytesIO(xml.encode())) == "eSearchResult"


def test_a_record_survives_the_way_through_json() -> None:
    article = one(
        article="<ArticleTitle>T</ArticleTitle><AuthorList><Author><LastName>A</LastName></Author></AuthorList>",
        citation='<CommentsCorrectionsList><CommentsCorrections RefType="ErratumIn"><PMID>5</PMID></CommentsCorrections></CommentsCorrectionsList>'
        "<OtherAbstract><AbstractText>x</AbstractText></OtherAbstract>",
    )
    assert article_from_json(to_json(article)) == article


def test_real_pubmed_files_of_several_years_are_read_whole(shared_data) -> None:
    found = []
    for path in sorted((shared_data / "pubmed-xml").glob("pubmed*.xml")):
        with path.open("rb") as stream:
            found += list(parse_records(stream, path.name))
    assert [a.pmid for a in found] == [
        29768149,
        12091962,
        9997,
        11748933,
        11700088,
        27797938,
        28775130,
        30108519,
        29963580,
    ]
    assert all(a.title and a.year and a.language for a in found if isinstance(a, Article))
