"""The embedded sample: own-words digests (gold/digest.jsonl) as PubMed XML (sample/digests.xml).

The XML is generated, never edited: `make sample` writes it again after a digest was corrected. It validates against
NLM's PubMed DTD of January 2025, and every abstract ends with the protocol's notice that it is a digest and not the
published abstract. Identifiers that were not seen at the source are left empty, never guessed.
"""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from pipeline.evaluation.gold import read_gold
from pipeline.files import atomic_write
from pipeline.protocol import Protocol

DOCTYPE = (
    '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" '
    '"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">'
)
MIXED_CONTENT = ("ArticleTitle", "AbstractText")
# Unique identifiers of the publication types in use, from NLM's list (MeSH 2025, tree V02 and V03).
PUBLICATION_TYPE_IDS = {
    "Journal Article": "D016428",
    "Case Reports": "D002363",
    "Multicenter Study": "D016448",
    "Comparative Study": "D003160",
    "Letter": "D016422",
    "Meta-Analysis": "D017418",
}


def run(protocol: Protocol) -> int:
    """Write the sample's XML from its digests; the number of records is returned."""
    records = read_gold(protocol.folder / "gold" / "digest.jsonl")
    with atomic_write(protocol.folder / "sample" / "digests.xml", "wb") as stream:
        stream.write(digests_to_xml(records, str(protocol.config["sample"]["notice"])))
    return len(records)


def digests_to_xml(records: list[dict[str, Any]], notice: str) -> bytes:
    """The records as one PubmedArticleSet document, a line an element outside the texts."""
    root = etree.Element("PubmedArticleSet")
    for record in records:
        root.append(_pubmed_article(record, notice))
    for parent in root.iter():
        if len(parent) and parent.tag not in MIXED_CONTENT:
            parent.text = "\n"
            for child in parent:
                child.tail = "\n"
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", doctype=DOCTYPE))


def _pubmed_article(record: dict[str, Any], notice: str) -> Any:
    element = etree.Element("PubmedArticle")
    citation = _add(element, "MedlineCitation", Status="Publisher", Owner="NOTNLM")
    _add(citation, "PMID", str(record["pmid"]), Version="1")
    article = _add(citation, "Article", PubModel="Print")
    journal = _add(article, "Journal")
    issue = _add(journal, "JournalIssue", CitedMedium="Print")
    for tag in ("volume", "issue"):
        if record[tag]:
            _add(issue, tag.capitalize(), record[tag])
    date = _add(issue, "PubDate")
    _add(date, *(("Year", str(record["year"])) if record["year"] else ("MedlineDate",)))
    if record["journal"]:
        _add(journal, "Title", record["journal"])
    _add_marked(article, "ArticleTitle", record["title"] or "")
    if record["pages"] or not record["doi"]:
        _add(_add(article, "Pagination"), "MedlinePgn", record["pages"] or "")
    if record["doi"]:
        _add(article, "ELocationID", record["doi"], EIdType="doi", ValidYN="Y")
    abstract = _add(article, "Abstract")
    for section in record["sections"]:
        _add_marked(
            abstract, "AbstractText", section["text"], **({"Label": section["label"]} if section["label"] else {})
        )
    _add(abstract, "CopyrightInformation", notice)
    if record["authors"]:
        authors = _add(article, "AuthorList", CompleteYN="Y")
        for author in record["authors"]:
            person = _add(authors, "Author", ValidYN="Y")
            _add(person, "LastName", author["last"])
            _add(person, "ForeName", author["fore"])
    _add(article, "Language", record["language"])
    types = _add(article, "PublicationTypeList")
    for name in record["publication_types"] or ["Journal Article"]:
        _add(types, "PublicationType", name, UI=PUBLICATION_TYPE_IDS.get(name, ""))
    _add(_add(citation, "MedlineJournalInfo"), "MedlineTA", record["journal"] or "")
    if record["mesh"]:
        headings = _add(citation, "MeshHeadingList")
        for name in record["mesh"]:
            descriptor, _, qualifier = name.partition(" / ")
            heading = _add(headings, "MeshHeading")
            _add(heading, "DescriptorName", descriptor, UI="", MajorTopicYN="N")
            if qualifier:
                _add(heading, "QualifierName", qualifier, UI="", MajorTopicYN="N")
    data = _add(element, "PubmedData")
    _add(data, "PublicationStatus", "ppublish")
    ids = _add(data, "ArticleIdList")
    _add(ids, "ArticleId", str(record["pmid"]), IdType="pubmed")
    if record["doi"]:
        _add(ids, "ArticleId", record["doi"], IdType="doi")
    return element


def _add(parent: Any, tag: str, text: str | None = None, **attributes: str) -> Any:
    element = etree.SubElement(parent, tag, **attributes)
    element.text = text
    return element


def _add_marked(parent: Any, tag: str, text: str, **attributes: str) -> None:
    """An element whose text may hold <sup>, <sub>, <i>, <b>, <u>; every other "<" and "&" is text."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    marked = re.sub(r"&lt;(/?)(sup|sub|i|b|u)&gt;", r"<\1\2>", escaped)
    element = etree.fromstring(f"<{tag}>{marked}</{tag}>")
    element.attrib.update(attributes)
    parent.append(element)
