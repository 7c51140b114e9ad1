"""The E-utilities client: the only code that touches the network.

    Entrez.search   ESearch: the count of a query, up to 9,999 PMIDs, what the service made of the query
    Entrez.fetch    EFetch: the records of some PMIDs, as XML, as the service sent it

Records are asked for by PMID and not through a history (WebEnv): a history expires after some hours, a PMID does not.
Every call goes through one rate limit that all processes of a user share, and through `Entrez._call`, which tells
passing faults (tried again, with growing waits) from lasting ones (raised at once, in the service's own words).
The key, the e-mail address and any IP address are taken out of every text that leaves this module.

Limits and addresses: https://www.ncbi.nlm.nih.gov/books/NBK25497/ ; parameters: NBK25499.
"""

from __future__ import annotations

import getpass
import hashlib
import io
import ipaddress
import random
import re
import sys
import tempfile
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import requests
from Bio import Entrez as BioEntrez
from filelock import FileLock
from lxml import etree

from pipeline import __version__
from pipeline.errors import PipelineError

CAP = 9_999  # records that PubMed's ESearch gives for one query, whatever its count (since November 2022)
LONG_GET = 1_500  # characters of a query string; longer calls go by POST
MANY_IDS = 200  # NCBI asks for POST from here on
LONGEST_WAIT = 300.0  # seconds; a Retry-After beyond it ends the run instead
ATTEMPTS = 9  # with waits of 0.5 s doubling to 30 s: about 90 s before a passing fault is given up
ATTEMPTS_UNREACHED = 3  # while the service has never answered in this run

SEARCH_DOCTYPE = (
    b'<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE eSearchResult PUBLIC "-//NLM//DTD esearch 20060628//EN"'
    b' "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20060628/esearch.dtd">'
)

WRONG_QUERY = re.compile(r"syntax|unbalanced|unmatched|mismatched|parenthes", re.I)
PASSING_WORDS = re.compile(
    r"backend|external viewer|time[d]?[- ]?out|temporar|unavailable|try again|gateway|upstream|\b50[0-4]\b|rate limit",
    re.I,
)
LASTING_WORDS = re.compile(
    r"invalid|not valid|unknown|not supported|id list is empty|empty (?:id|term|query)|missing", re.I
)
NO_SUCH_IDS = re.compile(r"id list is empty", re.I)

# Dotted quads and colon-separated hexadecimal of any length; version numbers have fewer parts.
IP_ADDRESS = re.compile(
    r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])|(?<![\w:])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])", re.I
)
EMAIL_ADDRESS = re.compile(r"[\w.+-]+(?:@|%40)[\w-]+\.[\w.-]+")
KEY_FIELD = re.compile(r"""(api[-_]key["']?\s*[:=]\s*["']?)[^"'&\s,}]+""", re.I)


class Unanswered(PipelineError):
    """A lasting fault, or a passing one that did not pass."""


class NoSuchIds(Unanswered):
    """EFetch knows none of the PMIDs that it was asked for."""


class Passing(Exception):
    """A fault that another try may not meet. `wait` is the service's own Retry-After, in seconds."""

    def __init__(self, reason: str, wait: float | None = None, unreached: bool = False) -> None:
        super().__init__(reason)
        self.wait = wait
        self.unreached = unreached


@dataclass(frozen=True, slots=True)
class Period:
    """The records whose Entrez date ("edat") or modification date ("mdat") lies between two days, both included."""

    kind: str
    first: date
    last: date

    def parameters(self) -> dict[str, str]:
        return {"datetype": self.kind, "mindate": f"{self.first:%Y/%m/%d}", "maxdate": f"{self.last:%Y/%m/%d}"}


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """What ESearch said. `dropped` are terms that it left out of the query, `warnings` its other remarks."""

    count: int
    pmids: tuple[int, ...]
    translation: str | None
    translations: tuple[tuple[str, str], ...] = ()
    dropped: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FetchAnswer:
    """What EFetch sent, untouched, and the PMIDs of the records in it."""

    xml: bytes
    pmids: frozenset[int]


class Pace:
    """At most `per_second` calls in any second, over all processes of this user on this machine.

    The state file holds the monotonic clock of the last call and its distance from the wall clock: after a restart or a
    clock change that distance differs, and the state is not believed. The lock is held while waiting, so that calls keep
    their order; the system frees it when a process dies.
    """

    MARGIN = 1.2  # calls that left evenly may arrive a little bunched

    def __init__(self, folder: Path, name: str, per_second: float) -> None:
        self.interval = self.MARGIN / per_second
        self._state = folder / name
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise PipelineError(f"cannot keep the rate limit in {folder}: {error.strerror}; set TMPDIR") from error
        self._lock = FileLock(f"{self._state}.lock", poll_interval=0.01)

    def wait(self) -> None:
        """Return when the next call may leave."""
        with self._lock:
            delay = self._next_call() - time.monotonic()
            if delay > 0:
                time.sleep(delay)
            self._write(time.monotonic() + self.interval)

    def postpone(self, seconds: float) -> None:
        """Let no process call before this many seconds have gone."""
        with self._lock:
            self._write(max(self._next_call(), time.monotonic() + seconds))

    def _next_call(self) -> float:
        now = time.monotonic()
        try:
            moment, clocks = map(float, self._state.read_text(encoding="ascii").split())
        except (OSError, ValueError):
            return now
        same_clocks = abs(clocks - (time.time() - now)) < 5
        return moment if same_clocks and moment < now + LONGEST_WAIT + 60 else now

    def _write(self, moment: float) -> None:
        try:
            self._state.write_text(f"{moment} {time.time() - time.monotonic()}", encoding="ascii")
        except OSError as error:
            raise PipelineError(f"cannot keep the rate limit in {self._state}: {error.strerror}; set TMPDIR") from error


class Entrez:
    """A connection to one E-utilities service. One instance serves a whole run."""

    def __init__(
        self,
        base_url: str,
        email: str | None = None,
        api_key: str | None = None,
        tool: str = "neutropenia-evidence",
        *,
        per_second: float | None = None,
        timeout: float = 30.0,
        first_wait: float = 0.5,
        cap: int = CAP,
    ) -> None:
        """`per_second`, `timeout` (seconds), `first_wait` (seconds) and `cap` differ from their defaults in tests only."""
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise PipelineError("NCBI_EUTILS_URL is not an http or https address; leave it unset for PubMed itself")
        self.base_url = base_url.rstrip("/") + "/"
        self.host = parts.hostname
        self.on_loopback = _is_loopback(self.host)
        self.service = service_name(base_url)
        self.cap = cap
        self.server_time: datetime | None = None
        self.calls = 0
        self._identity = {"tool": tool}
        if email and "@" not in email:
            raise PipelineError("NCBI_EMAIL is not an e-mail address; set it to the one where NCBI can reach you")
        if email:
            self._identity["email"] = email
        elif not self.on_loopback:
            raise PipelineError("NCBI asks for an e-mail address with every call: set NCBI_EMAIL=you@example.org")
        if api_key:
            self._identity["api_key"] = api_key
        self._secrets = tuple(s for s in (email, api_key) if s)
        key_hash = hashlib.sha256((api_key or "").encode()).hexdigest()[:8]
        place = hashlib.sha256(self.host.encode()).hexdigest()[:8]
        folder = Path(tempfile.gettempdir()) / f"entrez-pace-{getpass.getuser()}"
        self._pace = Pace(folder, f"{place}-{key_hash}", per_second or (10 if api_key else 3))
        self._timeout = timeout
        self._first_wait = first_wait
        self._answered = False
        self._session = requests.Session()
        self._session.headers["User-Agent"] = f"{tool}/{__version__}"

    def search(
        self, term: str, period: Period | None = None, *, retstart: int = 0, retmax: int | None = None
    ) -> SearchAnswer:
        """One ESearch. Raises Unanswered where the service refuses the query."""
        parameters = {
            "term": term,
            "retstart": str(retstart),
            "retmax": str(self.cap if retmax is None else retmax),
            **(period.parameters() if period else {}),
        }
        _, root = self._call("esearch.fcgi", parameters, "eSearchResult", "the search")
        return read_search(root)

    def fetch(self, pmids: Collection[int]) -> FetchAnswer:
        """One EFetch. Raises NoSuchIds where the service knows none of the PMIDs."""
        parameters = {"id": ",".join(map(str, pmids)), "retstart": "0", "retmax": str(len(pmids))}
        post = len(pmids) > MANY_IDS
        xml, root = self._call("efetch.fcgi", parameters, "PubmedArticleSet", f"{len(pmids)} records", post=post)
        return FetchAnswer(xml, record_pmids(root))

    def redact(self, text: str) -> str:
        """`text` without key, e-mail and IP addresses."""
        for secret in self._secrets:
            for spelling in {secret, quote(secret), quote(secret, safe="")}:
                text = text.replace(spelling, "[redacted]")
        text = KEY_FIELD.sub(r"\1[redacted]", text)
        return IP_ADDRESS.sub("[address]", EMAIL_ADDRESS.sub("[e-mail]", text))

    def _call(
        self, program: str, parameters: dict[str, str], root_tag: str, what: str, *, post: bool = False
    ) -> tuple[bytes, Any]:
        """The body of a good answer, and its XML root; passing faults are waited out."""
        wait = self._first_wait
        attempt = 0
        while True:
            attempt += 1
            try:
                return self._call_once(program, parameters, root_tag, what, post, self._timeout * min(attempt, 4))
            except Passing as fault:
                attempts = ATTEMPTS_UNREACHED if fault.unreached and not self._answered else ATTEMPTS
                if attempt >= attempts:
                    advice = (
                        "check the network and NCBI_EUTILS_URL"
                        if fault.unreached
                        else "run the same command later; what was fetched is kept"
                    )
                    message = f"{self.service} gave no usable answer in {attempt} tries ({fault}) to {what}; {advice}"
                    raise Unanswered(message) from None
                self._rest(wait * random.uniform(0.75, 1.25), fault.wait)  # noqa: S311 - jitter is no secret
                wait = min(wait * 2, self._first_wait * 60)

    def _rest(self, wait: float, asked: float | None) -> None:
        if asked is None:
            time.sleep(wait)
            return
        if asked > LONGEST_WAIT:
            raise Unanswered(f"{self.service} asks to come back in {asked:.0f} s; what was fetched is kept")
        self._pace.postpone(asked)

    def _call_once(
        self, program: str, parameters: dict[str, str], root_tag: str, what: str, post: bool, timeout: float
    ) -> tuple[bytes, Any]:
        data = {"db": "pubmed", "retmode": "xml", **parameters, **self._identity}
        by_post = post or len(urlencode(data)) > LONG_GET
        self._pace.wait()
        self.calls += 1
        try:
            answer = self._session.request(
                "POST" if by_post else "GET",
                self.base_url + program,
                params=None if by_post else data,
                data=data if by_post else None,
                timeout=(10, timeout),
            )
        except requests.RequestException as error:
            raise self._network_fault(error) from None
        self._answered = True
        self.server_time = http_date(answer.headers.get("Date")) or self.server_time
        body = answer.content
        if answer.status_code != 200:
            raise self._status_fault(answer.status_code, body, answer.headers.get("Retry-After"), what)
        root = parse_answer(body)
        if said := service_errors(root):
            raise self._spoken_fault(said, what)
        if root.tag != root_tag:
            raise Passing(f"an answer that is {root.tag} and not {root_tag}")
        return body, root

    def _network_fault(self, error: requests.RequestException) -> Exception:
        """The fault behind an exception of requests, whose own text holds the whole address with key and e-mail."""
        reason = getattr(error.args[0] if error.args else None, "reason", None)
        kind = type(reason).__name__
        if isinstance(error, requests.exceptions.ProxyError) or kind == "ProxyError":
            return Passing("the proxy does not answer or refuses; see HTTPS_PROXY and HTTP_PROXY", unreached=True)
        if isinstance(error, requests.exceptions.SSLError):
            return Unanswered(f"{self.service} has no certificate that this machine trusts; see REQUESTS_CA_BUNDLE")
        if kind == "NameResolutionError":
            return Passing("its name is not known to DNS: is there a network?", unreached=True)
        if isinstance(error, requests.exceptions.ConnectTimeout) or kind == "NewConnectionError":
            return Passing("no connection to it: is there a network?", unreached=True)
        if isinstance(error, requests.exceptions.Timeout) or kind == "ReadTimeoutError":
            return Passing("a read time-out")
        if isinstance(
            error,
            requests.ConnectionError
            | requests.exceptions.ChunkedEncodingError
            | requests.exceptions.ContentDecodingError,
        ):
            return Passing("the connection was lost")
        return Unanswered(f"{self.service} cannot be asked ({type(error).__name__}); check NCBI_EUTILS_URL")

    def _status_fault(self, status: int, body: bytes, retry_after: str | None, what: str) -> Exception:
        words = self.redact(plain_words(body)) or "no reason given"
        if NO_SUCH_IDS.search(words):
            return NoSuchIds(words)
        if status == 429:
            return Passing("rate limit exceeded", wait=retry_seconds(retry_after))
        if status >= 500 or status == 408:
            return Passing(f"HTTP {status}", wait=retry_seconds(retry_after))
        if status == 400 and re.search(r"api.?key", words, re.I) and "rate limit" not in words.lower():
            return Unanswered(f"{self.service} refuses NCBI_API_KEY: {words}; correct it, or unset it")
        if status == 400 and PASSING_WORDS.search(words) and not WRONG_QUERY.search(words):
            return Passing(f"HTTP 400 over a passing fault: {words}")
        return Unanswered(f"{self.service} refuses {what} with HTTP {status}: {words}")

    def _spoken_fault(self, said: str, what: str) -> Exception:
        """The fault in an <ERROR> element, which comes with status 200."""
        words = self.redact(said)
        if NO_SUCH_IDS.search(said):
            return NoSuchIds(words)
        if WRONG_QUERY.search(said):
            return Unanswered(f"{self.service} cannot read the query: {words}; correct query.txt")
        if LASTING_WORDS.search(said) and not PASSING_WORDS.search(said):
            return Unanswered(f"{self.service} refuses {what}: {words}")
        return Passing(words)


def parse_answer(body: bytes) -> Any:
    """The root of an answer's XML. Raises Passing where it is none: a fault never counts as an empty result."""
    if not body.strip():
        raise Passing("an empty answer")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    try:
        return etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        kind = "a web page" if b"<html" in body[:1000].lower() else "XML that is cut short or broken"
        raise Passing(f"{kind} in place of an answer") from None


def service_errors(root: Any) -> str:
    """The words of the <ERROR> elements of an answer (not its ErrorList, which names dropped terms)."""
    elements = [root] if root.tag == "ERROR" else root.findall("ERROR")
    return " ".join(" ".join(" ".join(e.itertext()).split()) or "unnamed error" for e in elements)


def read_search(root: Any) -> SearchAnswer:
    """An ESearch answer through Biopython, which reads it by the DTD that it ships: no other DTD is looked for."""
    record: Any = BioEntrez.read(io.BytesIO(SEARCH_DOCTYPE + etree.tostring(root)), validate=False)
    count = str(record.get("Count", ""))
    if not count.isdigit():
        raise Passing("a search answer without Count")
    return SearchAnswer(
        count=int(count),
        pmids=tuple(int(pmid) for pmid in record.get("IdList", ())),
        translation=str(record.get("QueryTranslation") or "") or None,
        translations=tuple((str(t["From"]), str(t["To"])) for t in record.get("TranslationSet", ())),
        dropped=_remarks(record.get("ErrorList")),
        warnings=_remarks(record.get("WarningList")),
    )


def _remarks(lists: dict[str, Iterable[str]] | None) -> tuple[str, ...]:
    return tuple(f"{kind}: {text}" for kind, texts in (lists or {}).items() for text in texts)


def record_pmids(root: Any) -> frozenset[int]:
    """The PMIDs of the articles and book chapters in an EFetch answer."""
    paths = ("PubmedArticle/MedlineCitation/PMID", "PubmedBookArticle/BookDocument/PMID")
    return frozenset(int(e.text) for path in paths for e in root.iterfind(path) if (e.text or "").strip().isdigit())


def plain_words(body: bytes, length: int = 300) -> str:
    """The first words of an answer of any kind, tags left out."""
    text = re.sub(r"(?s)<(script|style).*?</\1>|<[^>]*>", " ", body[:5000].decode("utf-8", "replace"))
    return " ".join(text.split())[:length]


def http_date(text: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def retry_seconds(header: str | None) -> float | None:
    """A Retry-After header in seconds from now: a number, or a date; None where there is none."""
    if header is None:
        return None
    if header.strip().isdigit():
        return float(header)
    moment = http_date(header)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds()) if moment else None


def service_name(base_url: str) -> str:
    """The service's address fit for a record: no user name, no query, no IP address."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    if _is_loopback(host):
        host = "localhost"
    elif _ip(host):
        host = "[address]"
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{host}{port}{parts.path.rstrip('/')}/"


def _ip(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _is_loopback(host: str) -> bool:
    address = _ip(host)
    return host == "localhost" or (address is not None and address.is_loopback)


def say(text: str) -> None:
    """A line for the person who watches; results never go here."""
    print(text, file=sys.stderr, flush=True)
