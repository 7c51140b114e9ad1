"""PubMed XML -> records. Pure: a stream of bytes in, `Article` and `Deletion` records out, in file order.

Every character of title and abstract is kept. Inline markup is walked in document order, so that the text after a
child element is not lost; superscripts are made visible (`10<sup>9</sup>/L` becomes `10^9/L`), other markup is dropped
and its text kept. Parsing touches no network, loads no DTD and expands no entity, so that a DTD newer than any on this
machine changes nothing. Element names: https://dtd.nlm.nih.gov/ncbi/pubmed/doc/out/250101/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.entities import html5
from typing import IO, Any

from lxml import etree

from pipeline.errors import PipelineError
from pipeline.records import TITLE, Article, Author, OtherAbstract, Related, Section

MATHML = "{http://www.w3.org/1998/Math/MathML}"
RECORD_TAGS = ("PubmedArticle", "PubmedBookArticle", "DeleteCitation")
AUTHOR_FIELDS = {"LastName": "last", "ForeName": "fore", "Initials": "initials", "CollectiveName": "collective"}
YEAR = re.compile(r"(?<!\d)(1[6-9]\d\d|20\d\d)(?!\d)")
NOTICE_TYPES = {
    "Retraction of Publication": "retraction",
    "Retraction Notice": "retraction",
    "RetractionOf": "retraction",
    "Published Erratum": "erratum",
    "ErratumFor": "erratum",
    "Expression of Concern": "expression_of_concern",
    "ExpressionOfConcernFor": "expression_of_concern",
}


@dataclass(frozen=True, slots=True)
class Deletion:
    """A PMID that a DeleteCitation element withdraws."""

    pmid: int


def parse_records(stream: IO[bytes], name: str = "the XML") -> Iterator[Article | Deletion]:
    """The records of one PubMed XML document; none where it is something else (an ESearch answer, say).

    `name` stands for the file in errors. Raises PipelineError where the XML is malformed or cut short: records already
    given out came from before the fault.
    """
    events = etree.iterparse(
        stream,
        events=("end",),
        tag=RECORD_TAGS,
        load_dtd=False,
        no_network=True,
        resolve_entities=False,
        huge_tree=True,
    )
    try:
        for _, element in events:
            if element.tag == "DeleteCitation":
                yield from (Deletion(pmid_number(p, name)) for p in element.iter("PMID"))
            elif element.tag == "PubmedArticle":
                yield article(element, name)
            else:
                yield book_article(element, name)
            element.clear()
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]
    except etree.XMLSyntaxError as error:
        reason = (error.msg or "it is empty").split(", line")[0]
        raise PipelineError(
            f"{name} line {error.lineno or 0}: not well-formed XML ({reason}); fetch or export it again"
        ) from error


def root_tag(stream: IO[bytes], name: str = "the XML") -> str:
    """The name of the document element, for telling article files from other answers."""
    try:
        for _, element in etree.iterparse(
            stream, events=("start",), load_dtd=False, no_network=True, resolve_entities=False, huge_tree=True
        ):
            return str(element.tag)
    except etree.XMLSyntaxError as error:
        raise PipelineError(f"{name} line {error.lineno or 0}: not XML ({error.msg or 'it is empty'})") from error
    raise PipelineError(f"{name}: the XML holds no element")


def pmid_number(element: Any, name: str) -> int:
    text = (element.text or "").strip() if element is not None else ""
    if not text.isascii() or not text.isdigit():
        line = element.sourceline if element is not None else 0
        raise PipelineError(f"{name} line {line}: a record without a numeric PMID ({text!r}); fetch or export it again")
    return int(text)


def inline_text(element: Any) -> str:
    """All text inside an element, in document order, superscripts written with a caret."""
    if element is None:
        return ""
    if not len(element):
        return element.text or ""
    parts: list[str] = []
    _walk(element, parts)
    return "".join(parts)


def _walk(element: Any, parts: list[str]) -> None:
    parts.append(element.text or "")
    for child in element:
        tag = child.tag
        if tag is etree.Entity:
            name = child.name
            parts.append(html5.get(f"{name};", f"&{name};"))
        elif not isinstance(tag, str):
            pass  # a comment or processing instruction: its own text is no text of the article
        elif tag == "sup":
            inner = inline_text(child)
            parts.append(f"^{inner}" if inner.strip() else inner)
        elif tag.startswith(MATHML):
            parts.append(math_text(child))
        else:
            _walk(child, parts)
        parts.append(child.tail or "")


def math_text(element: Any) -> str:
    """MathML on one line: msup as a caret, mfrac as a slash, everything else in reading order."""
    tag = element.tag.removeprefix(MATHML) if isinstance(element.tag, str) else ""
    if not tag:
        return ""
    own = (element.text or "").strip()
    inner = [math_text(child) + (child.tail or "").strip() for child in element]
    if tag == "msup" and len(inner) == 2:
        return f"{own}{inner[0]}^{inner[1]}"
    if tag == "mfrac" and len(inner) == 2:
        return f"{own}{inner[0]}/{inner[1]}"
    return own + "".join(inner)


def _text(parent: Any, path: str) -> str | None:
    """The collapsed text at a path below `parent`, or None where it is missing or empty."""
    found = parent.find(path) if parent is not None else None
    if found is None:
        return None
    text = " ".join(inline_text(found).split())
    return text or None


def _sections(title: str, abstract: Any) -> tuple[Section, ...]:
    sections = [Section(TITLE, TITLE, title)]
    if abstract is not None:
        sections.extend(
            Section(part.get("Label") or None, part.get("NlmCategory") or None, inline_text(part))
            for part in abstract.findall("AbstractText")
        )
    return tuple(sections)


def _author(element: Any) -> Author:
    values: dict[str, str | None] = {}
    for child in element:
        name = AUTHOR_FIELDS.get(child.tag)
        if name and name not in values:
            values[name] = " ".join(inline_text(child).split()) or None
    return Author(**values)


def _authors(lists: list[Any]) -> tuple[Author, ...]:
    return tuple(
        _author(element)
        for author_list in lists
        if author_list.get("Type", "authors") == "authors"
        for element in author_list.iterchildren("Author")
    )


def _date(parent: Any) -> tuple[int | None, str | None]:
    """Year, and the date word for word: "2015 Jan 12", or a MedlineDate such as "1998 Dec-1999 Jan"."""
    if parent is None:
        return None, None
    verbatim = " ".join(t for child in parent if isinstance(child.tag, str) and (t := (child.text or "").strip()))
    year = YEAR.search(verbatim)
    return (int(year.group(1)) if year else None), verbatim or None


def _ids(id_list: Any) -> dict[str, str]:
    if id_list is None:
        return {}
    return {i.get("IdType", ""): i.text.strip() for i in id_list.findall("ArticleId") if (i.text or "").strip()}


def _iso_date(element: Any) -> str | None:
    if element is None:
        return None
    return "-".join((element.findtext(part) or "").strip().zfill(2) for part in ("Year", "Month", "Day"))


def _notice(types: tuple[str, ...], related: tuple[Related, ...]) -> str | None:
    names = [*types, *(r.kind for r in related)]
    return next((NOTICE_TYPES[name] for name in names if name in NOTICE_TYPES), None)


def _retracted(types: tuple[str, ...], related: tuple[Related, ...]) -> bool:
    return "Retracted Publication" in types or any(r.kind == "RetractionIn" for r in related)


def _related(citation: Any) -> tuple[Related, ...]:
    return tuple(
        Related(
            kind=entry.get("RefType", ""),
            pmid=int(pmid) if (pmid := (entry.findtext("PMID") or "").strip()).isdigit() else None,
            source=_text(entry, "RefSource"),
        )
        for entry in citation.findall("CommentsCorrectionsList/CommentsCorrections")
    )


def _mesh(citation: Any) -> tuple[str, ...]:
    """Headings as "Descriptor" or "Descriptor/qualifier", one entry a qualifier."""
    headings: list[str] = []
    for heading in citation.iterfind("MeshHeadingList/MeshHeading"):
        descriptor, qualifiers = "", []
        for child in heading:
            if child.tag == "DescriptorName":
                descriptor = child.text or ""
            elif child.tag == "QualifierName":
                qualifiers.append(child.text or "")
        headings.extend([f"{descriptor}/{q}" for q in qualifiers] or [descriptor])
    return tuple(headings)


def article(element: Any, name: str) -> Article:
    """The record of a PubmedArticle element."""
    citation = element.find("MedlineCitation")
    if citation is None:
        raise PipelineError(
            f"{name} line {element.sourceline}: a PubmedArticle without MedlineCitation; fetch or export it again"
        )
    pmid_element = citation.find("PMID")
    pmid = pmid_number(pmid_element, name)
    body = citation.find("Article")
    journal = body.find("Journal") if body is not None else None
    title = inline_text(body.find("ArticleTitle")) if body is not None else ""
    ids = _ids(element.find("PubmedData/ArticleIdList"))
    if body is not None:
        for location in body.findall("ELocationID"):
            if location.get("EIdType") == "doi" and location.get("ValidYN", "Y") == "Y" and location.text:
                ids.setdefault("doi", location.text.strip())
    year, verbatim = _date(journal.find("JournalIssue/PubDate") if journal is not None else None)
    if year is None and body is not None:
        year, _ = _date(body.find("ArticleDate"))
    types = tuple(t.text.strip() for t in citation.iterfind("Article/PublicationTypeList/PublicationType") if t.text)
    related = _related(citation)
    return Article(
        pmid=pmid,
        version=int(pmid_element.get("Version") or 1),
        title=" ".join(title.split()),
        sections=_sections(title, body.find("Abstract") if body is not None else None),
        doi=ids.get("doi"),
        pmcid=ids.get("pmc"),
        journal=_text(journal, "Title"),
        journal_abbreviation=_text(journal, "ISOAbbreviation") or _text(citation, "MedlineJournalInfo/MedlineTA"),
        year=year,
        publication_date=verbatim,
        volume=_text(journal, "JournalIssue/Volume"),
        issue=_text(journal, "JournalIssue/Issue"),
        pages=_text(body, "Pagination/MedlinePgn") or _text(body, "Pagination/StartPage"),
        authors=_authors(body.findall("AuthorList") if body is not None else []),
        publication_types=types,
        mesh_headings=_mesh(citation),
        keywords=tuple(t for k in citation.iterfind("KeywordList/Keyword") if (t := " ".join(inline_text(k).split()))),
        language=_text(body, "Language"),
        date_revised=_iso_date(citation.find("DateRevised")),
        retracted=_retracted(types, related),
        notice=_notice(types, related),
        related=related,
        vernacular_title=_text(body, "VernacularTitle"),
        other_abstracts=tuple(
            OtherAbstract(
                o.get("Language"), o.get("Type"), "\n".join(inline_text(t) for t in o.findall("AbstractText"))
            )
            for o in citation.findall("OtherAbstract")
        ),
        copyright=_text(body, "Abstract/CopyrightInformation"),
    )


def book_article(element: Any, name: str) -> Article:
    """The record of a PubmedBookArticle element: a chapter, or a whole book where no chapter is named."""
    document = element.find("BookDocument")
    if document is None:
        raise PipelineError(
            f"{name} line {element.sourceline}: a PubmedBookArticle without BookDocument; fetch or export it again"
        )
    book = document.find("Book")
    chapter_title = document.find("ArticleTitle")
    title_element = (
        chapter_title if chapter_title is not None else (book.find("BookTitle") if book is not None else None)
    )
    title = inline_text(title_element)
    ids = {**_ids(element.find("PubmedBookData/ArticleIdList")), **_ids(document.find("ArticleIdList"))}
    year, verbatim = _date(book.find("PubDate") if book is not None else None)
    types = tuple(t.text.strip() for t in document.findall("PublicationType") if t.text)
    pmid_element = document.find("PMID")
    author_lists = document.findall("AuthorList") or (book.findall("AuthorList") if book is not None else [])
    return Article(
        pmid=pmid_number(pmid_element, name),
        version=int(pmid_element.get("Version") or 1),
        title=" ".join(title.split()),
        sections=_sections(title, document.find("Abstract")),
        doi=ids.get("doi"),
        pmcid=ids.get("pmc"),
        journal=_text(book, "BookTitle"),
        year=year,
        publication_date=verbatim,
        volume=_text(book, "Volume"),
        pages=_text(document, "Pagination/MedlinePgn"),
        authors=_authors(author_lists),
        publication_types=types,
        keywords=tuple(t for k in document.iterfind("KeywordList/Keyword") if (t := " ".join(inline_text(k).split()))),
        language=_text(document, "Language"),
        date_revised=_iso_date(document.find("DateRevised")),
        is_book=True,
        copyright=_text(document, "Abstract/CopyrightInformation"),
    )
