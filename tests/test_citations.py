"""References: read back by the programs' own readers, whatever the titles and names hold."""

from __future__ import annotations

import bibtexparser
import pytest
import rispy

from pipeline.citations import bibtex, citation, keys, nbib, ris
from pipeline.records import Author
from tests.invented_review import HOSTILE_TITLE, hostile_base, source


def test_a_reference_is_printed_as_nlm_prints_it():
    assert citation(source(12)) == (
        "Doe J, Roe KL. Invented study 12. J Invent. 2020;3(2):101-9. doi:10.1000/12. PMID: 12."
    )


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"year": None}, "Doe J, Roe KL. Invented study 12. J Invent. 3(2):101-9. doi:10.1000/12. PMID: 12."),
        ({"volume": None, "issue": None, "doi": None}, "Doe J, Roe KL. Invented study 12. J Invent. 2020;101-9. PMID: 12."),
        ({"doi": None, "authors": ()}, "Invented study 12. J Invent. 2020;3(2):101-9. PMID: 12."),
        ({"is_placeholder": True}, "Doe J, Roe KL. Invented study 12. J Invent. 2020;3(2):101-9. doi:10.1000/12."),
        ({"title": "Is it?\n Yes!"}, "Doe J, Roe KL. Is it? Yes! J Invent. 2020;3(2):101-9. doi:10.1000/12. PMID: 12."),
        ({"authors": tuple(Author(f"A{i}", "B") for i in range(7))},
         "A0 B, A1 B, A2 B, A3 B, A4 B, A5 B, et al. Invented study 12. J Invent. 2020;3(2):101-9. "
         "doi:10.1000/12. PMID: 12."),
        ({"authors": (Author(collective="The Group"),), "retracted": True},
         "The Group. Invented study 12. J Invent. 2020;3(2):101-9. doi:10.1000/12. PMID: 12. RETRACTED."),
    ],
)  # fmt: skip
def test_what_is_not_known_is_left_out(fields, expected):
    assert citation(source(12, **fields)) == expected


def test_rispy_reads_back_what_was_written():
    record = rispy.loads(ris([source(12), source(13)]))[0]
    assert record["type_of_reference"] == "JOUR"
    assert record["authors"] == ["Doe, Jane", "Roe, Kim Lee"]
    assert record["title"] == "Invented study 12"
    assert (record["year"], record["volume"], record["number"]) == ("2020", "3", "2")
    assert (record["start_page"], record["end_page"]) == ("101", "109")
    assert (record["doi"], record["accession_number"]) == ("10.1000/12", "12")


def test_bibtexparser_reads_back_what_was_written():
    library = bibtexparser.parse_string(bibtex([source(12), source(13)]))
    assert not library.failed_blocks
    fields = {field.key: field.value for field in library.entries[0].fields}
    assert library.entries[0].key == "doe2020"
    assert fields["author"] == "Doe, Jane and Roe, Kim Lee"
    assert (fields["pages"], fields["pmid"]) == ("101--9", "12")


def test_hostile_titles_and_names_stay_one_record_each():
    sources = list(hostile_base().sources.values())
    records = rispy.loads(ris(sources))
    assert len(records) == len(sources)
    trap = next(record for record in records if "script" in record.get("title", ""))
    assert trap["title"] == HOSTILE_TITLE
    assert trap["authors"][1:4] == ["王, 小明", "כהן, דוד", "محمد, علي"]
    library = bibtexparser.parse_string(bibtex(sources))
    assert not library.failed_blocks
    assert len(library.entries) == len(sources)


def test_every_brace_of_a_bibtex_entry_is_balanced():
    text = bibtex(list(hostile_base().sources.values())).replace(r"\{", "").replace(r"\}", "")
    assert text.count("{") == text.count("}")


def test_a_placeholder_is_never_given_as_a_pmid():
    sources = list(hostile_base().sources.values())
    for text in (ris(sources), bibtex(sources), nbib(sources)):
        assert "99000001" not in text
        assert "12" in ris([source(12)])


def test_nbib_carries_the_tags_that_reference_managers_read():
    lines = nbib([source(12)]).splitlines()
    assert lines[:3] == ["PMID- 12", "TI  - Invented study 12", "FAU - Doe, Jane"]
    assert {"AU  - Roe KL", "JT  - Journal of Inventions", "DP  - 2020", "LID - 10.1000/12 [doi]"} <= set(lines)


def test_keys_are_ascii_unique_and_stable():
    sources = [
        source(1),
        source(2),
        source(3, authors=(Author("Ångström-Müller"),)),
        source(4, authors=(), journal=None),
    ]
    assert list(keys(sources).values()) == ["doe2020", "doe2020-2", "angstrommuller2020", "anonymous2020"]
    assert list(keys([source(5, authors=(Author("王"),))]).values()) == ["anonymous2020"]
