"""What an E-utilities answer means. Pure: bytes and a status in, a record or a fault out.

A fault is passing (`Passing`: another try may not meet it) or lasting (`Unanswered`: it stops the run). Many come with
status 200, and none of them may count as an empty result.
"""

from __future__ import annotations

import io
import ipaddress
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urlsplit

from Bio import Entrez as BioEntrez
from lxml import etree

from pipeline.errors import PipelineError

SEARCH_DOCTYPE = (
    b'<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE eSearchResult PUBLIC "-//NLM//DTD esearch 20060628//EN"'
    b' "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20060628/esearch.dtd">'
)

# The service's own words, in the order in which they decide.
NO_SUCH_IDS = re.compile(r"id list is empty", re.I)
WRONG_KEY = re.compile(r"api[ _-]?key\W+(?:is )?(?:invalid|not valid|wrong|unknown)|invalid api[ _-]?key", re.I)
WRONG_QUERY = re.compile(r"syntax|unbalanced|unmatched|mismatched|parenthes", re.I)
PASSING_WORDS = re.compile(
    r"backend|external viewer|timed?[- ]?out|temporar|unavailable|try again|gateway|upstream|forwarding|rate limit"
    r"|\b50[0-4]\b",
    re.I,
)
LASTING_WORDS = re.compile(r"invalid|not valid|unknown|not supported|empty (?:id|term|query)|missing", re.I)

IPV4 = re.compile(r"(?<!\d)(?:\d{1,3}\.){3}\d{1,3}(?!\d)")
IPV6 = re.compile(
    r"(?<![0-9a-z])(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}"
    r"|(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,6})?::(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,6})?)(?![0-9a-z])",
    re.I,
)
EMAIL_ADDRESS = re.compile(r"[\w.+-]+(?:@|%40)[\w-]+\.[\w.-]+")
KEY_FIELD = re.compile(r"""(api[-_]key["']?\s*[:=]\s*["']?)[^"'&\s,}]+""", re.I)


class Unanswered(PipelineError):
    """A lasting fault, or a passing one that did not pass."""


class NoSuchIds(Unanswered):
    """EFetch knows none of the PMIDs that it was asked for."""


class Passing(Exception):
    """A fault that another try may not meet.

    `wait` is the service's own Retry-After, in seconds. `unreached` tells that no connection came about, `doubtful`
    that the fault may be lasting: a few tries show it.
    """

    def __init__(self, reason: str, wait: float | None = None, unreached: bool = False, doubtful: bool = False) -> None:
        super().__init__(reason)
        self.wait = wait
        self.unreached = unreached
        self.doubtful = doubtful


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


def parse_answer(body: bytes, expected_root: str, redact: Callable[[str], str]) -> Any:
    """The root of a good answer with status 200. Raises the fault that it is otherwise."""
    if not body.strip():
        raise Passing("an empty answer")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        kind = "a web page" if b"<html" in body[:1000].lower() else "XML that is cut short or broken"
        raise Passing(f"{kind} in place of an answer") from None
    if said := spoken_errors(root):
        raise spoken_fault(redact(said))
    if root.tag != expected_root:
        raise Passing(f"{root.tag} in place of {expected_root}")
    return root


def spoken_errors(root: Any) -> str:
    """The words of the <ERROR> elements of an answer (not its ErrorList, which names dropped terms)."""
    elements = [root] if root.tag == "ERROR" else root.findall("ERROR")
    return " ".join(" ".join("".join(e.itertext()).split()) or "an error without words" for e in elements)


def spoken_fault(words: str) -> Exception:
    """The fault behind the words of an <ERROR> element, which comes with status 200."""
    if NO_SUCH_IDS.search(words):
        return NoSuchIds(words)
    if WRONG_KEY.search(words):
        return Unanswered(f"PubMed refuses NCBI_API_KEY: {words}; correct it, or unset it")
    if WRONG_QUERY.search(words):
        return Unanswered(f"PubMed cannot read the query: {words}; correct query.txt")
    if LASTING_WORDS.search(words) and not PASSING_WORDS.search(words):
        return Unanswered(f"PubMed refuses the request: {words}")
    return Passing(words)


def status_fault(status: int, body: bytes, retry_after: str | None, redact: Callable[[str], str]) -> Exception:
    """The fault behind an HTTP status that is not 200."""
    words = redact(plain_words(body))
    short = words[:300] or "no reason given"
    if status == 429 or status == 408 or status >= 500:
        reason = "rate limit exceeded" if status == 429 else f"HTTP {status}"
        return Passing(reason, wait=retry_seconds(retry_after))
    if status == 400:
        if NO_SUCH_IDS.search(words) or WRONG_KEY.search(words) or WRONG_QUERY.search(words):
            return spoken_fault(short)
        if PASSING_WORDS.search(words):
            return Passing(f"HTTP 400 over a passing fault: {short}")
        if not LASTING_WORDS.search(words):
            return Passing(f"HTTP 400: {short}", doubtful=True)
    hint = "; check NCBI_EUTILS_URL" if status in (301, 302, 307, 308, 404, 405) else ""
    return Unanswered(f"the service answers HTTP {status}: {short}{hint}")


def read_search(root: Any, redact: Callable[[str], str]) -> SearchAnswer:
    """An ESearch answer through Biopython, which reads it by the DTD that it ships: no other DTD is looked for."""
    document = io.BytesIO(SEARCH_DOCTYPE + etree.tostring(root))
    record: Any = BioEntrez.read(document, validate=False)  # type: ignore[no-untyped-call]
    count = str(record.get("Count", "")).strip()
    pmids = [str(pmid).strip() for pmid in record.get("IdList", ())]
    if not all(number.isdecimal() for number in (count, *pmids)):
        raise Passing("a search answer without Count, or with an Id that is no number")
    return SearchAnswer(
        count=int(count),
        pmids=tuple(map(int, pmids)),
        translation=str(record.get("QueryTranslation") or "") or None,
        translations=tuple((str(t.get("From", "")), str(t.get("To", ""))) for t in record.get("TranslationSet", ())),
        dropped=_remarks(record.get("ErrorList"), redact),
        warnings=_remarks(record.get("WarningList"), redact),
    )


def _remarks(lists: dict[str, Iterable[str]] | None, redact: Callable[[str], str]) -> tuple[str, ...]:
    return tuple(redact(f"{kind}: {text}") for kind, texts in (lists or {}).items() for text in texts)


def record_pmids(root: Any) -> frozenset[int]:
    """The PMIDs of the articles and book chapters in an EFetch answer."""
    paths = ("PubmedArticle/MedlineCitation/PMID", "PubmedBookArticle/BookDocument/PMID")
    return frozenset(int(e.text) for path in paths for e in root.iterfind(path) if (e.text or "").strip().isdigit())


def plain_words(body: bytes) -> str:
    """The words of an answer of any kind, tags left out, also one that is cut short."""
    text = re.sub(r"(?s)<(script|style).*?</\1>|<[^>]*(?:>|$)", " ", body[:20_000].decode("utf-8", "replace"))
    return " ".join(text.split())


def http_date(text: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def retry_seconds(header: str | None) -> float | None:
    """A Retry-After header in seconds from now: it is a number, or a date. None where there is none."""
    if header is None:
        return None
    if header.strip().isdigit():
        return float(header)
    moment = http_date(header)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds()) if moment else None


def redacted(text: str, secrets: Iterable[str]) -> str:
    """`text` without the secrets, in any spelling of theirs, and without keys, e-mail and IP addresses of anyone."""
    for secret in secrets:
        for spelling in (secret, quote(secret), quote(secret, safe="")):
            text = re.sub(re.escape(spelling), "[redacted]", text, flags=re.I)
    text = EMAIL_ADDRESS.sub("[e-mail]", KEY_FIELD.sub(r"\1[redacted]", text))
    return IPV6.sub("[address]", IPV4.sub("[address]", text))


def service_name(base_url: str) -> str:
    """The service's address fit for a record: no user name, no query, no IP address."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    if is_loopback(host):
        host = "localhost"
    elif _ip(host):
        host = "ip-address"
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{host}{port}{parts.path.rstrip('/')}/"


def is_loopback(host: str) -> bool:
    address = _ip(host)
    return host == "localhost" or (address is not None and address.is_loopback)


def _ip(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
