"""The benchmark measures the same, valid records with every parser."""

from __future__ import annotations

from pathlib import Path

from Bio import Entrez as BioEntrez
from lxml import etree

from pipeline.bench.parse import PROLOG, measure, record, table


def test_generated_records_are_valid_by_the_dtd_of_pubmed_and_of_the_size_of_real_ones() -> None:
    xml = (PROLOG + "".join(map(record, range(20))) + "</PubmedArticleSet>").encode()
    dtd = etree.DTD(str(Path(BioEntrez.__file__).parent / "DTDs" / "pubmed_250101.dtd"))
    assert dtd.validate(etree.fromstring(xml)), dtd.error_log.filter_from_errors()
    assert 4_000 < len(xml) / 20 < 9_000


def test_a_record_is_the_same_every_time() -> None:
    assert record(3) == record(3) != record(4)


def test_every_parser_is_measured_against_ours() -> None:
    speeds = measure(number=20, repeats=1)
    assert [s.parser for s in speeds[:2]] == ["pipeline.medline", "Bio.Entrez.read"]
    assert speeds[0].ratio == 1
    assert all(s.records_per_second > 0 for s in speeds)
    assert table(speeds).count("\n") == len(speeds) + 1
