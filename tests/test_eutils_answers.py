"""What answers mean: which faults pass, which last, and that none of them looks like an empty result."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from Bio import Entrez as BioEntrez
from lxml import etree

from pipeline.pubmed.eutils_answers import (
    NoSuchIds,
    Passing,
    Unanswered,
    parse_answer,
    read_search,
    redacted,
    retry_seconds,
    service_name,
    status_fault,
)


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [("7", 7, 7), ("0", 0, 0), ("Wed, 21 Oct 2015 07:28:00 GMT", 0, 0), ("Fri, 31 Dec 2999 23:59:59 GMT", 1e9, 1e12)],
)
def test_retry_after_is_a_number_or_a_date(header: str, least: float, most: float) -> None:
    seconds = retry_seconds(header)
    assert seconds is not None
    assert least <= seconds <= most


@pytest.mark.parametrize("header", [None, "", "soon"])
def test_an_unreadable_retry_after_is_none(header: str | None) -> None:
    assert retry_seconds(header) is None


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("Search Backend failed: Couldn't resolve #pmquerysrv, the address table is empty.", Passing),
        ("External viewer error", Passing),
        ("Unable to obtain query #1", Passing),
        ("Search Backend failed: syntax error in query", Unanswered),
        ("Invalid db name specified: nothing", Unanswered),
        ("ID list is empty! Possibly it has no correct IDs.", NoSuchIds),
        ("", Passing),
    ],
)
def test_an_error_with_status_200_is_passing_or_lasting(words: str, fault: type[Exception]) -> None:
    body = f"<eSearchResult><ERROR>{words}</ERROR></eSearchResult>".encode()
    with pytest.raises(fault):
        parse_answer(body, "eSearchResult", str)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"  \n",
        b"<html><body>down</body></html>",
        b'<?xml version="1.0"?>',
        b"<eSearchResult><Count>3",
        b'{"error":"API rate limit exceeded"}',
        b"<eFetchResult></eFetchResult>",
    ],
)
def test_what_is_no_answer_never_counts_as_zero_hits(body: bytes) -> None:
    with pytest.raises(Passing):
        parse_answer(body, "eSearchResult", str)


@pytest.mark.parametrize("inside", ["<IdList/>", "<Count/>", "<Count>1</Count><IdList><Id>one</Id></IdList>"])
def test_a_search_answer_without_numbers_never_counts_as_zero_hits(inside: str) -> None:
    with pytest.raises(Passing):
        read_search(etree.fromstring(f"<eSearchResult>{inside}</eSearchResult>"), str)


def test_spaces_and_a_translation_to_nothing_do_not_spoil_a_search_answer() -> None:
    body = (
        "<eSearchResult><Count> 1 </Count><IdList><Id> 5\n</Id></IdList>"
        "<TranslationSet><Translation><From>a</From></Translation></TranslationSet></eSearchResult>"
    )
    answer = read_search(etree.fromstring(body), str)
    assert (answer.count, answer.pmids, answer.translations) == (1, (5,), (("a", ""),))


CUT = '<?xml version="1.0"?>\n<!DOCTYPE eEfetchResult PUBLIC "-//NLM//DTD efetch 20131226//EN" "https://eut'


@pytest.mark.parametrize(
    "end", ["", 'ils">\n<eFetchResult', 'ils">\n<eFetchResult>\n\t<ERROR>', 'ils"><e><ERROR>ID list i']
)
def test_a_400_that_is_cut_short_passes_and_no_tag_is_taken_for_words(end: str) -> None:
    fault = status_fault(400, (CUT + end).encode(), None, str)
    assert isinstance(fault, Passing)
    assert "DOCTYPE" not in str(fault)
    assert "<" not in str(fault)


@pytest.mark.parametrize(("body", "doubtful"), [("Bad Request", True), ("", True), ("502 Bad Gateway", False)])
def test_a_400_without_known_words_is_doubtful(body: str, doubtful: bool) -> None:
    fault = status_fault(400, body.encode(), None, str)
    assert isinstance(fault, Passing)
    assert fault.doubtful is doubtful


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"error":"x","api-key":"203.0.113.7","count":"4"}', '{"error":"x","api-key":"[redacted]","count":"4"}'),
        ("?api_key=abc&email=a.b%40c.org&db=pubmed", "?api_key=[redacted]&email=[e-mail]&db=pubmed"),
        ("your address 203.0.113.7 is blocked", "your address [address] is blocked"),
        ("from 2001:db8::ff00:42:8329.", "from [address]"),
        ("client:192.0.2.5", "client:[address]"),
        ("connection to 192.0.2.9:8080 timed out", "connection to [address]:8080 timed out"),
        ("http://192.0.2.5:8080/x", "http://[address]:8080/x"),
        ("addr192.0.2.5, 192.0.2.5_x", "addr[address], [address]_x"),
        ("ip:2001:db8::1", "ip:[address]"),
        ("[2001:db8::1]:443 and ::1", "[[address]]:443 and [address]"),
        ("ip:2001:db8:0:0:0:0:0:1", "ip:[address]"),
        ("::ffff:192.0.2.5", "[address]:[address]"),
        ("std::runtime_error in Backend::call", "std::runtime_error in Backend::call"),
        ("the word S3CRET/+", "the word [redacted]"),
        ("at 05:11:11 on 2026-11-23, version 1.2.3", "at 05:11:11 on 2026-11-23, version 1.2.3"),
        ("PMID 100:200[UID]", "PMID 100:200[UID]"),
        ("write to someone@example.org", "write to [e-mail]"),
        ("the word s3cret/+ and s3cret%2F%2B", "the word [redacted] and [redacted]"),
    ],
)
def test_redaction(text: str, expected: str) -> None:
    assert redacted(text, ["s3cret/+"]).rstrip(".") == expected


def test_no_entity_is_resolved_and_no_dtd_is_loaded(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret words")
    body = (
        f'<?xml version="1.0"?><!DOCTYPE eSearchResult SYSTEM "https://nowhere.invalid/newer.dtd" '
        f'[<!ENTITY e SYSTEM "{secret.as_uri()}">]><eSearchResult><Count>1</Count><IdList><Id>5</Id></IdList>'
        "<QueryTranslation>a &e; b</QueryTranslation></eSearchResult>"
    ).encode()
    answer = read_search(parse_answer(body, "eSearchResult", str), str)
    assert answer.pmids == (5,)
    assert "secret words" not in str(answer)


def test_real_search_answers_read_as_biopython_reads_them(shared_data: Path) -> None:
    for path in sorted((shared_data / "pubmed-xml").glob("esearch*.xml")):
        expected = BioEntrez.read(io.BytesIO(path.read_bytes()))
        answer = read_search(parse_answer(path.read_bytes(), "eSearchResult", str), str)
        assert answer.count == int(expected["Count"])
        assert list(answer.pmids) == [int(i) for i in expected["IdList"]]
        assert answer.translation == expected["QueryTranslation"]


def test_a_dropped_term_in_a_real_answer_is_seen(shared_data: Path) -> None:
    body = (shared_data / "pubmed-xml" / "esearch8.xml").read_bytes()
    answer = read_search(parse_answer(body, "eSearchResult", str), str)
    assert (answer.count, answer.dropped) == (0, ("PhraseNotFound: abcXYZ",))
    assert answer.warnings == ("OutputMessage: No items found.",)


@pytest.mark.parametrize("name", ["epost2.xml", "epost3.xml"])
def test_real_answers_with_an_error_are_lasting_faults(shared_data: Path, name: str) -> None:
    with pytest.raises(Unanswered):
        parse_answer((shared_data / "pubmed-xml" / name).read_bytes(), "ePostResult", str)


@pytest.mark.parametrize(
    ("status", "body", "fault"),
    [
        (400, '{"error":"error forwarding request: 502 Bad Gateway","api-key":"203.0.113.7"}', Passing),
        (400, "<html><body>Search backend is temporarily unavailable</body></html>", Passing),
        (400, '{"error":"API key invalid","api-key":"abc"}', Unanswered),
        (400, "ID list is empty! Possibly it has no correct IDs.", NoSuchIds),
        (400, '{"error":"error forwarding request","api-key":"203.0.113.7"}', Passing),
        (400, "Invalid db name specified", Unanswered),
        (400, "Bad Request", Passing),
        (400, "", Passing),
        (403, "Forbidden", Unanswered),
        (404, "", Unanswered),
        (414, "Request-URI Too Long", Unanswered),
        (302, "", Unanswered),
        (408, "", Passing),
        (429, '{"error":"API rate limit exceeded"}', Passing),
        (500, "", Passing),
        (503, "", Passing),
    ],
)
def test_a_status_is_a_passing_or_a_lasting_fault(status: int, body: str, fault: type[Exception]) -> None:
    assert type(status_fault(status, body.encode(), None, str)) is fault


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://eutils.ncbi.nlm.nih.gov/entrez/eutils/", "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/"),
        ("http://127.0.0.1:8080", "http://localhost:8080/"),
        ("http://[::1]:8080/x", "http://localhost:8080/x/"),
        ("http://me:secret@10.1.2.3/eutils?key=1", "http://ip-address/eutils/"),
    ],
)
def test_the_name_of_a_service_holds_no_address_and_no_secret(address: str, name: str) -> None:
    assert service_name(address) == name
