"""Records a second of PubMed XML on one core: `parse_records` beside Biopython and pubmed_parser, on the same file.

The file is generated and packed as the annual baseline is: invented records of about its size (6 kB) and make-up, with
labelled abstracts, superscripts, affiliations, MeSH headings and references. Compare the ratios within one run only.
"""

from __future__ import annotations

import gzip
import importlib
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO, cast

from Bio import Entrez as BioEntrez

from pipeline.medline import parse_records

WORDS = ("patients", "treatment", "cells", "count", "response", "grade", "after", "median", "dose", "weeks", "β", "≥")
PROLOG = (
    '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January '
    '2025//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n<PubmedArticleSet>\n'
)


@dataclass(frozen=True, slots=True)
class Speed:
    """What a parser did: records a second, and how many times faster `parse_records` is."""

    parser: str
    records: int
    records_per_second: float
    ratio: float


def measure(number: int = 6_000, repeats: int = 3) -> list[Speed]:
    """The best of `repeats` passes of each parser that is installed; ours first."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "generated.xml.gz"
        xml = PROLOG + "".join(map(record, range(number))) + "</PubmedArticleSet>\n"
        path.write_bytes(gzip.compress(xml.encode(), mtime=0))
        parsers: dict[str, Callable[[Path], int]] = {
            "pipeline.medline": with_medline,
            "Bio.Entrez.read": with_biopython,
        }
        if find_spec("pubmed_parser"):
            parsers["pubmed_parser"] = with_pubmed_parser
        best = {name: min(_seconds(parse, path, number) for _ in range(repeats)) for name, parse in parsers.items()}
    ours = best["pipeline.medline"]
    return [Speed(name, number, number / seconds, seconds / ours) for name, seconds in best.items()]


def _seconds(parse: Callable[[Path], int], path: Path, number: int) -> float:
    began = time.process_time()
    parsed = parse(path)
    seconds = time.process_time() - began
    if parsed != number:
        raise ValueError(f"{parse.__name__} read {parsed} of {number} records")
    return seconds


def with_medline(path: Path) -> int:
    with gzip.open(path) as stream:
        return sum(1 for _ in parse_records(cast(IO[bytes], stream), path.name))


def with_biopython(path: Path) -> int:
    with gzip.open(path) as stream:
        return len(BioEntrez.read(stream)["PubmedArticle"])  # type: ignore[no-untyped-call]


def with_pubmed_parser(path: Path) -> int:
    parser = importlib.import_module("pubmed_parser")
    return sum(1 for _ in parser.parse_medline_xml(str(path)))


def table(speeds: list[Speed]) -> str:
    """The speeds as a Markdown table."""
    rows = [f"| {s.parser} | {s.records_per_second:,.0f} | {s.ratio:.1f} |" for s in speeds]
    head = ["| parser | records/s on one core | time, pipeline.medline = 1 |", "|---|---:|---:|"]
    return "\n".join([*head, *rows])


def record(number: int) -> str:
    """One invented PubmedArticle; the same number gives the same text."""
    chance = random.Random(number)  # noqa: S311 - repeatable filler, no secret

    def words(count: int) -> str:
        return " ".join(chance.choice(WORDS) for _ in range(count))

    sections = "".join(
        f'<AbstractText Label="{label}" NlmCategory="{label}">{words(25)} 0.4 x 10<sup>9</sup>/L, <i>p</i> &lt; 0.05. '
        f"{words(25)}.</AbstractText>"
        for label in ("BACKGROUND", "METHODS", "RESULTS", "CONCLUSIONS")
    )
    authors = "".join(
        f'<Author ValidYN="Y"><LastName>Name{n}</LastName><ForeName>Given {n}</ForeName><Initials>GN</Initials>'
        f"<AffiliationInfo><Affiliation>Department {n}, {words(6)}.</Affiliation></AffiliationInfo></Author>"
        for n in range(6)
    )
    headings = "".join(
        f'<MeshHeading><DescriptorName UI="D{n:06}" MajorTopicYN="N">{words(2)}</DescriptorName></MeshHeading>'
        for n in range(12)
    )
    references = "".join(
        f"<Reference><Citation>{words(8)}</Citation><ArticleIdList>"
        f'<ArticleId IdType="pubmed">{1000 + n}</ArticleId></ArticleIdList></Reference>'
        for n in range(6)
    )
    pmid = 10_000_000 + number
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="1">{pmid}</PMID><DateRevised>'
        "<Year>2020</Year><Month>01</Month><Day>02</Day></DateRevised>"
        '<Article PubModel="Print"><Journal><ISSN IssnType="Print">1234-5678</ISSN><JournalIssue CitedMedium="Print">'
        f"<Volume>{number % 90}</Volume><Issue>2</Issue><PubDate><Year>2019</Year><Month>Dec</Month></PubDate>"
        "</JournalIssue><Title>A journal of invented records</Title><ISOAbbreviation>J Inv Rec</ISOAbbreviation>"
        f"</Journal><ArticleTitle>{words(12)}.</ArticleTitle><Pagination><MedlinePgn>1-9</MedlinePgn></Pagination>"
        f'<ELocationID EIdType="doi" ValidYN="Y">10.1234/{pmid}</ELocationID><Abstract>{sections}</Abstract>'
        f'<AuthorList CompleteYN="Y">{authors}</AuthorList><Language>eng</Language><PublicationTypeList>'
        '<PublicationType UI="D016428">Journal Article</PublicationType></PublicationTypeList></Article>'
        "<MedlineJournalInfo><Country>Nowhere</Country><MedlineTA>J Inv Rec</MedlineTA></MedlineJournalInfo>"
        f"<MeshHeadingList>{headings}</MeshHeadingList></MedlineCitation><PubmedData><PublicationStatus>ppublish"
        f'</PublicationStatus><ArticleIdList><ArticleId IdType="pubmed">{pmid}</ArticleId></ArticleIdList>'
        f"<ReferenceList>{references}</ReferenceList></PubmedData></PubmedArticle>\n"
    )
