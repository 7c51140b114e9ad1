"""The E-utilities client: the only code that touches the network.

    Entrez.search   ESearch: the count of a query, up to 9,999 PMIDs, and what the service made of the query
    Entrez.fetch    EFetch: the records of some PMIDs, as XML, as the service sent it

Records are asked for by PMID and not through a history (WebEnv): a history expires after some hours, a PMID does not.
Every call goes through one rate limit that all processes of a user share (`Pace`). Passing faults are waited out, with
growing waits; lasting ones are raised at once, in the service's own words. The key, the e-mail address and IP addresses
are taken out of every text that leaves this module.

Limits and manners: https://www.ncbi.nlm.nih.gov/books/NBK25497/ ; parameters: NBK25499.
"""

from __future__ import annotations

import hashlib
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

import requests

from pipeline import __version__
from pipeline.errors import PipelineError
from pipeline.pubmed.eutils_answers import (
    FetchAnswer,
    Passing,
    SearchAnswer,
    Unanswered,
    http_date,
    is_loopback,
    parse_answer,
    read_search,
    record_pmids,
    redacted,
    service_name,
    status_fault,
)
from pipeline.pubmed.pace import LONGEST_PAUSE, Pace

CAP = 9_999  # records that PubMed's ESearch gives for one query, whatever its count (since November 2022)
LONG_GET = 1_500  # characters of a query string; longer calls go by POST
MANY_IDS = 200  # NCBI asks for POST beyond this many
ATTEMPTS = 9  # waits of 0.5 s doubling to 30 s: about 90 s before a passing fault is given up
ATTEMPTS_DOUBTFUL = 3  # where the fault may be lasting
ATTEMPTS_UNREACHED = 3  # while the service has never answered in this run

Answer = TypeVar("Answer")


class Entrez:
    """A connection to one E-utilities service, for a whole run.

    `service` is its address and `host` its name, both fit for records. `server_time` is its clock at the last answer.
    """

    def __init__(
        self,
        base_url: str,
        email: str | None = None,
        api_key: str | None = None,
        tool: str = "neutropenia-evidence",
        *,
        per_second: float | None = None,
        timeout: float = 20.0,
        first_wait: float = 0.5,
        cap: int = CAP,
    ) -> None:
        """`per_second`, `timeout` and `first_wait` (both in seconds) and `cap` are there for tests."""
        base_url, email, api_key = base_url.strip(), (email or "").strip(), (api_key or "").strip()
        host = _check_address(base_url, email)
        self.service = service_name(base_url)
        self.host = urlsplit(self.service).hostname or ""
        self.cap = cap
        self.server_time: datetime | None = None
        self._base_url = base_url.rstrip("/") + "/"
        who = {"tool": tool, "email": email, "api_key": api_key}
        self._identity = {name: value for name, value in who.items() if value}
        self._secrets = [secret for secret in (email, api_key) if secret]
        name = hashlib.sha256(f"{host} {api_key}".encode()).hexdigest()[:16]
        folder = Path(tempfile.gettempdir()) / f"entrez-pace-{os.getuid()}"
        self._pace = Pace(folder, name, per_second or (10 if api_key else 3))
        self._timeout = timeout
        self._first_wait = first_wait
        self._answered = False
        self._session = requests.Session()
        self._session.headers["User-Agent"] = f"{tool}/{__version__}"

    def search(
        self, term: str, dates: dict[str, str] | None = None, *, retstart: int = 0, retmax: int | None = None
    ) -> SearchAnswer:
        """One ESearch. `dates` are datetype, mindate and maxdate. Raises Unanswered where the query is refused."""
        parameters = {
            "term": term,
            "retstart": str(retstart),
            "retmax": str(self.cap if retmax is None else retmax),
            **(dates or {}),
        }

        def read(body: bytes) -> SearchAnswer:
            return read_search(parse_answer(body, "eSearchResult", self.redact), self.redact)

        return self._call("esearch.fcgi", parameters, read)

    def fetch(self, pmids: Collection[int]) -> FetchAnswer:
        """One EFetch. Raises NoSuchIds where the service knows none of the PMIDs."""
        parameters = {"id": ",".join(map(str, pmids)), "retstart": "0", "retmax": str(len(pmids))}

        def read(body: bytes) -> FetchAnswer:
            return FetchAnswer(body, record_pmids(parse_answer(body, "PubmedArticleSet", self.redact)))

        return self._call("efetch.fcgi", parameters, read, post=len(pmids) > MANY_IDS)

    def redact(self, text: str) -> str:
        """`text` without keys, e-mail and IP addresses."""
        return redacted(text, self._secrets)

    def _call(
        self, program: str, parameters: dict[str, str], read: Callable[[bytes], Answer], *, post: bool = False
    ) -> Answer:
        """What `read` makes of a good answer; passing faults are waited out."""
        attempt = 0
        while True:
            attempt += 1
            try:
                return read(self._ask(program, parameters, post, self._timeout * min(attempt, 4)))
            except Passing as fault:
                if attempt >= self._tries_for(fault):
                    raise self._given_up(fault, attempt) from None
                self._rest(fault, attempt)

    def _tries_for(self, fault: Passing) -> int:
        if fault.doubtful:
            return ATTEMPTS_DOUBTFUL
        return ATTEMPTS_UNREACHED if fault.unreached and not self._answered else ATTEMPTS

    def _rest(self, fault: Passing, attempt: int) -> None:
        if fault.wait is None:
            wait = self._first_wait * min(2 ** (attempt - 1), 60)
            time.sleep(wait * random.uniform(0.75, 1.25))  # noqa: S311 - spreads the tries of several processes
        elif fault.wait > LONGEST_PAUSE:
            raise Unanswered(f"{self.service} asks to come back in {fault.wait:.0f} s; what was fetched is kept")
        else:
            self._pace.postpone(fault.wait)

    def _given_up(self, fault: Passing, attempts: int) -> Unanswered:
        advice = "is there a network? see also NCBI_EUTILS_URL" if fault.unreached else "run the same command later"
        return Unanswered(
            f"{self.service} gave no usable answer in {attempts} tries: {fault}; {advice}; what was fetched is kept"
        )

    def _ask(self, program: str, parameters: dict[str, str], post: bool, timeout: float) -> bytes:
        """One request; the body of an answer with status 200."""
        data = {"db": "pubmed", "retmode": "xml", **parameters, **self._identity}
        by_post = post or len(urlencode(data)) > LONG_GET
        self._pace.wait()
        try:
            answer = self._session.request(
                "POST" if by_post else "GET",
                self._base_url + program,
                params=None if by_post else data,
                data=data if by_post else None,
                timeout=(10, timeout),
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise self._network_fault(error) from None
        self._answered = True
        self.server_time = http_date(answer.headers.get("Date")) or self.server_time
        if answer.status_code != 200:
            raise status_fault(answer.status_code, answer.content, answer.headers.get("Retry-After"), self.redact)
        return answer.content

    def _network_fault(self, error: requests.RequestException) -> Exception:
        """The fault behind an exception of requests, whose own text holds the whole address with key and e-mail."""
        kind = type(getattr(error.args[0], "reason", None) if error.args else None).__name__
        failed: Any = requests.exceptions
        if isinstance(error, failed.ProxyError) or kind == "ProxyError":
            return Passing("the proxy does not answer or refuses (HTTPS_PROXY, HTTP_PROXY)", unreached=True)
        if isinstance(error, failed.SSLError):
            return Unanswered(f"{self.service} has no certificate that this machine trusts; see REQUESTS_CA_BUNDLE")
        if kind == "NameResolutionError":
            return Passing("its name is not known to DNS", unreached=True)
        if isinstance(error, failed.ConnectTimeout) or kind == "NewConnectionError":
            return Passing("no connection", unreached=True)
        if isinstance(error, failed.Timeout) or kind == "ReadTimeoutError":
            return Passing("a read time-out")
        if isinstance(error, failed.ConnectionError | failed.ChunkedEncodingError | failed.ContentDecodingError):
            return Passing("the connection was lost")
        return Unanswered(f"{self.service} cannot be asked ({type(error).__name__}); check NCBI_EUTILS_URL")


def _check_address(base_url: str, email: str) -> str:
    """The host of the service, where the address can be one and the caller says who asks as far as that is needed."""
    parts = urlsplit(base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise PipelineError("NCBI_EUTILS_URL is not an http or https address; unset it for PubMed itself")
    if email and "@" not in email:
        raise PipelineError("NCBI_EMAIL is not an e-mail address; set it to one where NCBI can reach you")
    if not email and not is_loopback(parts.hostname):
        raise PipelineError("NCBI asks for an e-mail address with every call: set NCBI_EMAIL=you@example.org")
    return parts.hostname


def say(text: str) -> None:
    """A line for the person who watches; results never go here."""
    print(text, file=sys.stderr, flush=True)
