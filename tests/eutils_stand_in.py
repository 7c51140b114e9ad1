"""A small E-utilities service on loopback, written from what is known of the real one, with a switch for each fault.

    with StandIn(records_of(25_000)) as service:
        Entrez(service.url, ...)

It answers ESearch (term, retstart, retmax, mindate, maxdate, datetype; `a:b[UID]` and a date range in the term) and
EFetch (id), by GET and by POST, keeps the connection open, and notes every request with its time, so that a test can
count what a client did.
"""

from __future__ import annotations

import json
import random
import re
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import repeat
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit
from xml.sax.saxutils import escape

SEARCH_PROLOG = (
    '<?xml version="1.0" encoding="UTF-8" ?>\n<!DOCTYPE eSearchResult PUBLIC "-//NLM//DTD esearch 20060628//EN" '
    '"https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20060628/esearch.dtd">\n'
)
ARTICLE_PROLOG = (
    '<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" '
    '"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'
)
PASSING_FAULTS = (
    "backend error",
    "viewer error",
    "time-out error",
    "empty",
    "web page",
    "prolog only",
    "cut short",
    "body shorter than announced",
    "HTTP 400 over a 502",
    "HTTP 429",
    "HTTP 429 with Retry-After",
    "HTTP 500",
    "HTTP 502 with a web page",
    "reset",
    "reset in the body",
    "silence",
)
DATE_RANGE = re.compile(r'\s+AND\s+\("([\d/]+)"\[(EDAT|MDAT)\] : "([\d/]+)"\[\2\]\)', re.I)
UID_RANGE = re.compile(r"\s+AND\s+(\d+):(\d+)\[UID\]", re.I)
CALLER = "203.0.113.7"  # the caller's address, as a 429 gives it away (TEST-NET-3)


@dataclass(frozen=True)
class Record:
    """A PubMed record. `edat` and `mdat` are its Entrez and modification dates."""

    pmid: int
    edat: date
    mdat: date
    title: str
    abstract: str | None = "Neutrophils fell to 0.4 x 10<sup>9</sup>/L and recovered."
    version: int = 1
    retracted: bool = False
    book: bool = False
    printed: int = 2015

    def xml(self) -> str:
        return self._book() if self.book else self._article()

    def _article(self) -> str:
        retraction = '<PublicationType UI="D016441">Retracted Publication</PublicationType>' if self.retracted else ""
        abstract = f"<Abstract><AbstractText>{self.abstract}</AbstractText></Abstract>" if self.abstract else ""
        revised = f"<Year>{self.mdat:%Y}</Year><Month>{self.mdat:%m}</Month><Day>{self.mdat:%d}</Day>"
        return (
            '<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM">'
            f'<PMID Version="{self.version}">{self.pmid}</PMID><DateRevised>{revised}</DateRevised>'
            '<Article PubModel="Print"><Journal><ISSN IssnType="Print">1234-5678</ISSN>'
            '<JournalIssue CitedMedium="Print">'
            f"<Volume>1</Volume><PubDate><Year>{self.printed}</Year></PubDate></JournalIssue><Title>A journal</Title>"
            f"<ISOAbbreviation>A J</ISOAbbreviation></Journal><ArticleTitle>{escape(self.title)}</ArticleTitle>"
            f"<Pagination><MedlinePgn>1-2</MedlinePgn></Pagination>{abstract}"
            '<AuthorList CompleteYN="Y"><Author ValidYN="Y"><LastName>Doe</LastName><ForeName>Jo</ForeName>'
            "<Initials>J</Initials></Author></AuthorList><Language>eng</Language><PublicationTypeList>"
            '<PublicationType UI="D016428">Journal Article</PublicationType>'
            f"{retraction}</PublicationTypeList></Article>"
            "<MedlineJournalInfo><MedlineTA>A J</MedlineTA></MedlineJournalInfo></MedlineCitation>"
            "<PubmedData><PublicationStatus>ppublish</PublicationStatus><ArticleIdList>"
            f'<ArticleId IdType="pubmed">{self.pmid}</ArticleId></ArticleIdList></PubmedData></PubmedArticle>\n'
        )

    def _book(self) -> str:
        return (
            f'<PubmedBookArticle><BookDocument><PMID Version="{self.version}">{self.pmid}</PMID><ArticleIdList>'
            '<ArticleId IdType="bookaccession">NBK1</ArticleId></ArticleIdList><Book><Publisher><PublisherName>P'
            "</PublisherName></Publisher><BookTitle>A book</BookTitle><PubDate><Year>2015</Year></PubDate></Book>"
            f"<ArticleTitle>{escape(self.title)}</ArticleTitle><Abstract><AbstractText>{self.abstract or ''}"
            "</AbstractText></Abstract></BookDocument></PubmedBookArticle>\n"
        )


def records_of(count: int, first: int = 10_000_001, seed: int = 1) -> list[Record]:
    """Invented records whose Entrez dates lie between 1990 and 2024, more of them in later years, as in PubMed."""
    chance = random.Random(seed)
    days = (date(2024, 12, 31) - date(1990, 1, 1)).days
    records = []
    for number in range(count):
        edat = date(1990, 1, 1) + timedelta(days=int(days * chance.random() ** 0.5))
        mdat = edat + timedelta(days=chance.randrange(200))
        records.append(Record(first + 3 * number, edat, mdat, f"Invented trial number {number} of cells and counts"))
    return records


@dataclass
class Asked:
    """One request as it arrived."""

    moment: float
    program: str
    method: str
    parameters: dict[str, str]
    fault: str | None
    delivered: list[int] = field(default_factory=list)

    @property
    def pmids(self) -> list[int]:
        return [int(p) for p in self.parameters.get("id", "").split(",") if p]


class StandIn:
    """The service. Its attributes are switches, and may be changed while it runs."""

    def __init__(self, records: Iterable[Record] = (), **switches: Any) -> None:
        self.records = {record.pmid: record for record in records}
        self.withheld: set[int] = set()  # found by ESearch, never delivered
        self.late: set[int] = set()  # left out of the first EFetch that asks for them
        self.cap = 9_999
        self.page = 10_000  # the largest retmax that is honoured
        self.dates_work = True
        self.date_terms_work = True
        self.modification_dates_work = True
        self.uids_work = True
        self.hidden_from_parts: set[int] = set()  # counted for the whole query, in no part of it
        self.unknown_terms: tuple[str, ...] = ()
        self.phrase_warnings: tuple[str, ...] = ()
        self.key: str | None = None  # the only valid api_key; None takes any
        self.limit: int | None = None  # requests a second before a 429
        self.faults: Iterator[str | None] = repeat(None)
        self.silence_seconds = 60.0
        self.date_header: str | None = None
        self.asked: list[Asked] = []
        self.path = "/entrez/eutils/"
        for name, value in switches.items():
            if not hasattr(self, name):
                raise TypeError(f"no switch {name}")
            setattr(self, name, value)
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _handler_of(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}{self.path}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()

    def fail_one_in(self, n: int, seed: int = 7, kinds: tuple[str, ...] = PASSING_FAULTS) -> None:
        """Every kind in turn, one request in `n` by chance."""
        chance = random.Random(seed)

        def chosen() -> Iterator[str | None]:
            turn = 0
            while True:
                if chance.random() < 1 / n:
                    yield kinds[turn % len(kinds)]
                    turn += 1
                else:
                    yield None

        self.faults = chosen()

    def fail_next(self, *kinds: str | None) -> None:
        """These faults for the next requests, then none."""
        self.faults = iter([*kinds, *repeat(None, 100_000)])

    def calls(self, program: str) -> list[Asked]:
        return [a for a in self.asked if a.program.startswith(program)]

    def busiest_second(self) -> int:
        """The most requests that arrived within any one second."""
        moments = sorted(a.moment for a in self.asked)
        first = most = 0
        for last, moment in enumerate(moments):
            while moment - moments[first] >= 1.0:
                first += 1
            most = max(most, last - first + 1)
        return most

    def deliveries(self) -> Counter[int]:
        """How often each PMID was delivered in a good answer."""
        return Counter(pmid for a in self.asked for pmid in a.delivered)

    # Answers

    def note(self, program: str, method: str, parameters: dict[str, str]) -> Asked:
        with self._lock:
            asked = Asked(time.monotonic(), program, method, parameters, next(self.faults))
            if self.limit is not None:
                recent = sum(1 for a in self.asked[-50:] if asked.moment - a.moment < 1.0)
                if recent >= self.limit:
                    asked.fault = "HTTP 429"
            self.asked.append(asked)
            return asked

    def answer(self, asked: Asked) -> tuple[int, str]:
        """Status and body, as they are without a fault."""
        parameters = asked.parameters
        if self.key is not None and parameters.get("api_key") != self.key:
            return 400, json.dumps(
                {"error": "API key invalid", "api-key": parameters.get("api_key"), "type": "api key"}
            )
        if parameters.get("db") != "pubmed":
            return 200, f"{SEARCH_PROLOG}<eSearchResult><ERROR>Invalid db name specified</ERROR></eSearchResult>"
        if asked.program == "esearch.fcgi":
            return 200, self._search(parameters)
        if asked.program == "efetch.fcgi":
            return self._fetch(asked)
        return 404, "<html><body>Not found</body></html>"

    def found(self, parameters: dict[str, str]) -> list[int]:
        """The PMIDs of a search, highest first."""
        pmids: Iterable[int] = self.records
        split = False
        kind = parameters.get("datetype", "pdat")
        if "mindate" in parameters and self._honours(kind, self.dates_work):
            first, last = (_date(parameters[name]) for name in ("mindate", "maxdate"))
            pmids = [p for p in pmids if first <= getattr(self.records[p], kind) <= last]
            split = kind == "edat"
        days = DATE_RANGE.search(parameters["term"])
        if days and self._honours(days[2].lower(), self.date_terms_work):
            first, last = _date(days[1]), _date(days[3])
            pmids = [p for p in pmids if first <= getattr(self.records[p], days[2].lower()) <= last]
            split = days[2].upper() == "EDAT"
        if (uids := UID_RANGE.search(parameters["term"])) and self.uids_work:
            pmids = [p for p in pmids if int(uids[1]) <= p <= int(uids[2])]
            split = True
        if split:
            pmids = [p for p in pmids if p not in self.hidden_from_parts]
        return sorted(pmids, reverse=True)

    def _honours(self, kind: str, form_works: bool) -> bool:
        return form_works and (self.modification_dates_work or kind != "mdat")

    def _search(self, parameters: dict[str, str]) -> str:
        term = parameters["term"]
        if term.count("(") != term.count(")"):
            words = "Query syntax error: unbalanced parentheses"
            return f"{SEARCH_PROLOG}<eSearchResult><ERROR>{words}</ERROR></eSearchResult>"
        start, wanted = int(parameters.get("retstart", 0)), int(parameters.get("retmax", 20))
        if start > self.cap - 1:
            words = f"Search Backend failed: Exception: 'retstart' cannot be larger than {self.cap - 1}."
            return f"{SEARCH_PROLOG}<eSearchResult><ERROR>{words}</ERROR></eSearchResult>"
        pmids = self.found(parameters) if term != "nothing at all" else []
        dropped = [word for word in self.unknown_terms if word in term]
        warnings = list(self.phrase_warnings)
        if start + wanted > self.cap and len(pmids) > self.cap:
            warnings.append(f"Restrictions achieved. Restrictions adjusted to 0, {self.cap}")
        page = pmids[: self.cap][start : start + min(wanted, self.page)]
        lists = "".join(f"<PhraseNotFound>{escape(word)}</PhraseNotFound>" for word in dropped)
        lists = f"<ErrorList>{lists}</ErrorList>" if dropped else ""
        if warnings:
            lists += (
                f"<WarningList>{''.join(f'<OutputMessage>{escape(w)}</OutputMessage>' for w in warnings)}</WarningList>"
            )
        return (
            f"{SEARCH_PROLOG}<eSearchResult><Count>{len(pmids)}</Count><RetMax>{len(page)}</RetMax><RetStart>{start}</RetStart>"
            f"<IdList>\n{''.join(f'<Id>{pmid}</Id>' + chr(10) for pmid in page)}</IdList><TranslationSet/>"
            f"<QueryTranslation>{escape(term)}[All Fields]</QueryTranslation>{lists}</eSearchResult>"
        )

    def _fetch(self, asked: Asked) -> tuple[int, str]:
        known = [p for p in asked.pmids if p in self.records and p not in self.withheld]
        if not known:
            words = "ID list is empty! Possibly it has no correct IDs."
            return 400, f"<?xml version='1.0'?><eFetchResult><ERROR>{words}</ERROR></eFetchResult>"
        with self._lock:
            sent = [p for p in known if p not in self.late]
            self.late -= set(known)
        asked.delivered = sent if asked.fault is None else []
        articles = "".join(self.records[p].xml() for p in sent)
        return 200, f"{ARTICLE_PROLOG}<PubmedArticleSet>\n{articles}</PubmedArticleSet>"

    def rest(self, seconds: float) -> None:
        """Keep silent, but not after the test is over."""
        self._stopped.wait(seconds)


def revised(record: Record, when: date, **changes: Any) -> Record:
    """The record as a curator changed it on a day."""
    return replace(record, mdat=when, **changes)


def _date(text: str) -> date:
    year, month, day = map(int, text.split("/"))
    return date(year, month, day)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed, or a connection reset on purpose, is no fault of the server."""


def _handler_of(service: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            if len(self.path) > 8_000:
                self._send(414, "<html><body>Request-URI Too Long</body></html>")
            else:
                self._serve(urlsplit(self.path).query)

        def do_POST(self) -> None:
            self._serve(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())

        def _serve(self, encoded: str) -> None:
            path = urlsplit(self.path).path
            if not path.startswith(service.path):
                self._send(404, "<html><body>Not found</body></html>")
                return
            parameters = dict(parse_qsl(encoded, keep_blank_values=True))
            asked = service.note(path.removeprefix(service.path), self.command, parameters)
            status, body = service.answer(asked)
            if asked.fault:
                self._fail(asked.fault, body)
            else:
                self._send(status, body)

        def _fail(self, fault: str, body: str) -> None:
            prolog = body[: body.find("<e")] or SEARCH_PROLOG
            spoken = {
                "backend error": "Search Backend failed: Couldn't resolve #pmquerysrv, the address table is empty.",
                "viewer error": "External viewer error: cannot get document",
                "time-out error": "Search Backend failed: read request has timed out",
            }
            if fault in spoken:
                self._send(200, f"{SEARCH_PROLOG}<eSearchResult><ERROR>{spoken[fault]}</ERROR></eSearchResult>")
            elif fault == "empty":
                self._send(200, "")
            elif fault == "web page":
                self._send(200, "<html><head><title>NCBI</title></head><body><p>Sorry</p></body></html>")
            elif fault == "prolog only":
                self._send(200, prolog[:200] if prolog.startswith("<?xml") else SEARCH_PROLOG)
            elif fault == "cut short":
                self._send(200, body[: len(body) * 2 // 3])
            elif fault == "body shorter than announced":
                self._send(200, body[: len(body) // 2], announced=len(body.encode()))
            elif fault == "HTTP 400 over a 502":
                self._send(400, '{"error":"error forwarding request: backend answered 502 Bad Gateway"}')
            elif fault == "HTTP 400":
                self._send(400, "Bad Request")
            elif fault.startswith("HTTP 429"):
                limit = {"error": "API rate limit exceeded", "api-key": CALLER, "count": "4", "limit": "3"}
                self._send(429, json.dumps(limit), **({"Retry-After": "1"} if "Retry-After" in fault else {}))
            elif fault.startswith("HTTP 5"):
                self._send(int(fault[5:8]), "<html><body>Bad Gateway</body></html>")
            elif fault == "reset":
                self._reset()
            elif fault == "reset in the body":
                self._send(200, body[: len(body) // 2], announced=len(body.encode()), closing=False)
                self._reset()
            elif fault == "silence":
                service.rest(service.silence_seconds)
                self.close_connection = True
            else:
                raise ValueError(f"no fault {fault!r}")

        def _reset(self) -> None:
            self.wfile.flush()
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True

        def _send(
            self, status: int, body: str, announced: int | None = None, closing: bool = True, **headers: str
        ) -> None:
            data = body.encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/xml; charset=UTF-8")
            self.send_header("Content-Length", str(len(data) if announced is None else announced))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)
            if announced is not None and closing:
                self.close_connection = True

        def date_time_string(self, timestamp: float | None = None) -> str:
            return service.date_header or super().date_time_string(timestamp)

        def log_message(self, format: str, *arguments: object) -> None:
            """Silent: the tests read `asked`."""

    return Handler
