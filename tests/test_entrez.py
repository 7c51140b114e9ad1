"""The client against a service on loopback: every fault, every limit, and nothing secret in any text."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path

import pytest
import requests
from Bio import Entrez as BioEntrez
from lxml import etree

from pipeline import entrez as entrez_module
from pipeline.entrez import ATTEMPTS, Entrez
from pipeline.errors import PipelineError
from pipeline.pubmed.eutils_answers import NoSuchIds, Unanswered
from tests.eutils_stand_in import CALLER, PASSING_FAULTS, StandIn, records_of

ROOT = Path(__file__).resolve().parent.parent
EMAIL, KEY = "reviewer@example.org", "0123456789abcdef0123456789abcdef0123"


@pytest.fixture(autouse=True)
def own_pace(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No other process on the machine shares the rate limit of a test."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)


def client(service: StandIn, **changes: object) -> Entrez:
    settings: dict[str, object] = {
        "per_second": 1000,
        "first_wait": 0.001,
        "timeout": 0.2,
        "email": EMAIL,
        "api_key": KEY,
    }
    return Entrez(service.url, **{**settings, **changes})  # type: ignore[arg-type]


@pytest.fixture
def service() -> Iterator[StandIn]:
    with StandIn(records_of(30)) as running:
        yield running


# Good answers


def test_a_search_gives_count_pmids_and_translation(service: StandIn) -> None:
    answer = client(service).search("cells")
    assert (answer.count, answer.translation) == (30, "cells[All Fields]")
    assert set(answer.pmids) == set(service.records)


def test_a_fetch_gives_the_bytes_of_the_service_and_the_pmids_in_them(service: StandIn) -> None:
    wanted = sorted(service.records)[:3]
    answer = client(service).fetch(wanted)
    assert answer.pmids == set(wanted)
    assert etree.fromstring(answer.xml).tag == "PubmedArticleSet"


def test_every_call_says_who_asks(service: StandIn) -> None:
    asking = client(service)
    asking.search("cells")
    asking.fetch(list(service.records))
    for asked in service.asked:
        assert asked.parameters["email"] == EMAIL
        assert asked.parameters["tool"]
        assert asked.parameters["api_key"] == KEY
        assert asked.parameters["db"] == "pubmed"


def test_loopback_needs_no_email_and_none_is_sent(service: StandIn) -> None:
    client(service, email=None, api_key=None).search("cells")
    assert not {"email", "api_key"} & set(service.asked[0].parameters)


@pytest.mark.parametrize(("words", "method"), [("cells", "GET"), ("cells OR " * 300 + "counts", "POST")])
def test_a_long_query_goes_by_post(service: StandIn, words: str, method: str) -> None:
    client(service).search(words)
    assert service.asked[0].method == method
    assert service.asked[0].parameters["term"] == words


@pytest.mark.parametrize(("number", "method"), [(200, "GET"), (201, "POST")])
def test_more_than_200_ids_go_by_post(number: int, method: str) -> None:
    with StandIn(records_of(number, first=1)) as service:
        assert len(client(service).fetch(list(service.records)).pmids) == number
        assert service.asked[0].method == method


@pytest.mark.parametrize("ending", ["", "/"])
@pytest.mark.parametrize("path", ["/", "/entrez/eutils/"])
def test_the_address_may_end_in_a_slash_or_not(path: str, ending: str) -> None:
    with StandIn(records_of(1), path=path) as service:
        asking = Entrez(service.url.rstrip("/") + ending, per_second=1000)
        assert asking.search("cells").count == 1


# Passing faults


@pytest.mark.parametrize("fault", sorted(set(PASSING_FAULTS) - {"HTTP 429 with Retry-After"}))
def test_a_passing_fault_is_waited_out(service: StandIn, fault: str) -> None:
    asking = client(service)
    service.fail_next(fault)
    assert asking.search("cells").count == 30
    service.fail_next(fault, fault)
    assert asking.fetch(list(service.records)).pmids == set(service.records)
    assert len(service.asked) == 5


@pytest.mark.parametrize("fault", sorted(set(PASSING_FAULTS) - {"silence", "HTTP 429 with Retry-After"}))
def test_a_fault_that_does_not_pass_stops_the_run_without_secrets(service: StandIn, fault: str) -> None:
    service.faults = repeat(fault)
    with pytest.raises(Unanswered) as stopped:
        client(service).search("cells")
    assert len(service.asked) == ATTEMPTS
    text = str(stopped.value)
    assert not any(secret in text for secret in (EMAIL, KEY, CALLER, "127.0.0.1", "reviewer%40"))
    assert "\n" not in text
    assert "run the same command later" in text


def test_a_400_that_says_nothing_is_tried_a_few_times(service: StandIn) -> None:
    asking = client(service)
    service.fail_next("HTTP 400")
    assert asking.search("cells").count == 30
    service.faults = repeat("HTTP 400")
    with pytest.raises(Unanswered, match="in 3 tries: HTTP 400: Bad Request"):
        asking.search("cells")
    assert len(service.asked) == 5


def test_retry_after_is_honoured_by_every_process(service: StandIn) -> None:
    service.fail_next("HTTP 429 with Retry-After")
    client(service).search("cells")
    first, second = service.asked
    assert second.moment - first.moment >= 1.0


def test_a_retry_after_of_an_hour_ends_the_run_instead(service: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entrez_module, "LONGEST_PAUSE", 0.5)
    service.fail_next("HTTP 429 with Retry-After")
    with pytest.raises(Unanswered, match="asks to come back in 1 s"):
        client(service).search("cells")


# Lasting faults


def test_a_wrong_key_stops_at_once_and_is_not_shown(service: StandIn) -> None:
    service.key = "another"
    with pytest.raises(Unanswered, match="NCBI_API_KEY") as stopped:
        client(service).search("cells")
    assert len(service.asked) == 1
    assert "API key invalid" in str(stopped.value)
    assert KEY not in str(stopped.value)


def test_a_query_with_a_syntax_error_stops_at_once_with_the_words_of_the_service(service: StandIn) -> None:
    with pytest.raises(Unanswered, match="unbalanced parentheses"):
        client(service).search("(cells")
    assert len(service.asked) == 1


def test_ids_that_the_service_does_not_know_are_told_apart(service: StandIn) -> None:
    with pytest.raises(NoSuchIds):
        client(service).fetch([1, 2])
    assert len(service.asked) == 1


def test_a_wrong_path_names_the_variable(service: StandIn) -> None:
    with pytest.raises(Unanswered, match=r"HTTP 404.*NCBI_EUTILS_URL"):
        Entrez(service.url + "elsewhere", per_second=1000).search("cells")


# No service


@pytest.mark.parametrize(
    ("address", "words"),
    [("http://127.0.0.1:9/", "no connection"), ("http://no-such-host.invalid/eutils/", "not known to DNS")],
)
def test_no_network_is_said_after_few_tries(address: str, words: str) -> None:
    with pytest.raises(Unanswered, match=words) as stopped:
        Entrez(address, email=EMAIL, api_key=KEY, first_wait=0.001, per_second=1000).search("cells")
    assert EMAIL not in str(stopped.value)
    assert "127.0.0.1" not in str(stopped.value)


def test_a_proxy_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://someone:secret@127.0.0.1:9/")
    monkeypatch.setenv("http_proxy", "http://someone:secret@127.0.0.1:9/")
    with pytest.raises(Unanswered, match="HTTPS_PROXY") as stopped:
        Entrez("http://pubmed.invalid/", email=EMAIL, first_wait=0.001, per_second=1000).search("cells")
    assert "secret" not in str(stopped.value)


def test_an_exception_of_requests_is_never_quoted(service: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    asking = client(service)

    def fail(*_: object, **__: object) -> None:
        raise requests.exceptions.InvalidURL(f"{service.url}?email={EMAIL}&api_key={KEY}")

    monkeypatch.setattr(asking._session, "request", fail)
    with pytest.raises(Unanswered) as stopped:
        asking.search("cells")
    assert EMAIL not in str(stopped.value)
    assert KEY not in str(stopped.value)


@pytest.mark.parametrize(
    ("address", "email", "words"),
    [
        ("https://eutils.example.org/", None, "NCBI_EMAIL"),
        ("https://eutils.example.org/", "", "NCBI_EMAIL"),
        ("https://eutils.example.org/", "not an address", "NCBI_EMAIL"),
        ("ftp://eutils.example.org/", EMAIL, "NCBI_EUTILS_URL"),
        ("eutils.example.org", EMAIL, "NCBI_EUTILS_URL"),
    ],
)
def test_a_missing_email_or_a_wrong_address_names_the_variable(address: str, email: str | None, words: str) -> None:
    with pytest.raises(PipelineError, match=words):
        Entrez(address, email=email)


# Secrets


def test_remarks_of_the_service_are_redacted(service: StandIn) -> None:
    service.phrase_warnings = (f"caller {CALLER} with {KEY} and {EMAIL}",)
    (warning,) = client(service).search("cells").warnings
    assert not any(secret in warning for secret in (CALLER, KEY, EMAIL))


def test_records_of_the_stand_in_are_valid_by_the_dtd_of_pubmed() -> None:
    dtd = etree.DTD(str(Path(BioEntrez.__file__).parent / "DTDs" / "pubmed_250101.dtd"))
    with StandIn(records_of(3)) as service:
        first, *_ = service.records
        service.records[first] = service.records[first].__class__(**{**vars(service.records[first]), "book": True})
        root = etree.fromstring(client(service).fetch(list(service.records)).xml)
    assert dtd.validate(root), dtd.error_log.filter_from_errors()


# The rate limit


def test_the_rate_limit_holds_over_two_processes_at_once() -> None:
    code = (
        "import sys; from pipeline.entrez import Entrez\n"
        "entrez = Entrez(sys.argv[1], api_key=sys.argv[2])\n"
        "for _ in range(14): entrez.search('cells')"
    )
    with StandIn(records_of(1)) as service:
        run = [sys.executable, "-c", code, service.url, KEY]
        for process in [subprocess.Popen(run, cwd=ROOT) for _ in range(2)]:
            assert process.wait() == 0
        assert len(service.asked) == 28
        assert service.busiest_second() <= 10


def test_limits_of_the_service_are_kept_per_key(service: StandIn) -> None:
    with_key, without = client(service, per_second=None), client(service, per_second=None, api_key=None)
    assert (1 / with_key._pace.interval, 1 / without._pace.interval) < (10, 3)
    assert with_key._pace._state != without._pace._state


def test_errors_are_json_or_html_or_text_and_stay_on_one_line(service: StandIn) -> None:
    service.key = "x\ny"
    with pytest.raises(Unanswered) as stopped:
        client(service).search("cells")
    assert json.dumps(str(stopped.value)).count("\\n") == 0
