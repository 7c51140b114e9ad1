"""Search: the protocol's query -> pmids.txt, and search.json, which records every search as PRISMA-S asks.

PubMed gives 9,999 PMIDs a query. A larger result is split into parts (`Part`) that tile it: by Entrez date, which every
record has once, and by PMID where a single day is too large or the service does not honour dates. The parts must add up
to the count of the whole query, and their union must be as large; otherwise the search stops and names the gap.

A later search asks for the whole count and for what was revised since (a day earlier, for time zones); a new record
counts as revised too. Only where these do not explain the new count, it asks for what was added since, and where that
does not either, it lists everything again. A service takes dates as parameters of a call, in the term, or not at all:
the record of a search says which (`dates`), and the next search begins with that.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

from pipeline import __version__
from pipeline.entrez import Entrez, say
from pipeline.errors import PipelineError
from pipeline.files import make_folder, write_json
from pipeline.progress import Progress, counted
from pipeline.protocol import Protocol
from pipeline.pubmed.eutils_answers import SearchAnswer
from pipeline.pubmed.refresh_state import (
    Record,
    pmids_sha256,
    read_complete,
    read_pmids,
    read_searches,
    write_pmids,
    write_searches,
)
from pipeline.pubmed.sources import find_sources, scan

DAY = timedelta(days=1)
FIRST_DAY = date(1800, 1, 1)
LAST_DAY = date(3000, 12, 31)
LAST_UID = 99_999_999
REFUSED = "search.refused.json"  # beside search.json, which holds only searches that results were taken from
AS_PARAMETERS, IN_TERM, IGNORED = "as parameters", "in the term", "not at all"  # how a service takes dates
TILINGS = {  # of a search above the cap, and how the service takes Entrez dates where the tiling holds
    "in parts by Entrez date": AS_PARAMETERS,
    "in parts by Entrez date in the term": IN_TERM,
    "in parts by PMID": IGNORED,
}
NEVER = date(2900, 1, 1)  # no record is revised after this day
RECENT_DAYS = 3_650  # PubMed doubles in about this time: the cut that halves a long period best


def run(protocol: Protocol, entrez: Entrez, out: Path, now: datetime) -> None:
    """Search PubMed; `now` is an aware time. pmids.txt is replaced only by a search that is complete and accepted."""
    make_folder(out)
    searches = read_searches(out)
    check_clock(searches, now)
    whole = entrez.search(protocol.query)
    check_clock_of_service(entrez, now)
    complete = read_complete(out)
    record: Record = {**describe(protocol.query, entrez, whole, now), "round": complete.get("round", 0) + 1}
    if stop := announce(record, bool(protocol.config.get("allow_dropped_terms"))):
        write_json(out / REFUSED, {**record, "refused": stop})
        raise PipelineError(f"{stop} (the record of this search: {out / REFUSED})")
    before = pmids_of_last_search(out, searches)
    dates = dates_of_last_search(searches, record)
    revised, dates["mdat"] = revised_since(entrez, protocol.query, whole, complete, dates.get("mdat"))
    known = known_pmids(before, searches, record)
    pmids, listing = list_pmids(entrez, protocol.query, whole, known, revised, dates)
    again = revised or set()
    if before and complete:
        again = again | (pmids - before)  # found before, then not, and now again: it may be stored in an old form
    record |= {
        "listing": listing,
        "dates": {**dates, "edat": TILINGS.get(listing, dates.get("edat"))},
        "added": None if before is None else len(pmids - before),
        "removed": None if before is None else sorted(before - pmids),
        "revised": sorted(again & pmids),
        "pmids_sha256": write_pmids(out, pmids),
    }
    write_searches(out, "live", [*searches, record])
    (out / REFUSED).unlink(missing_ok=True)
    told = "" if before is None else f"; {record['added']:,} new, {len(record['removed']):,} no longer found"
    say(f"search: {len(pmids):,} records, listed {listing}{told}")


def run_source(source: Path, out: Path) -> None:
    """Record what files take PubMed's place. Nothing in the record depends on where they lie or when they were read."""
    pmids: set[int] = set()
    rows: list[Record] = []
    for file in find_sources(source):
        contents = scan(file)
        pmids.update(contents.pmids)
        rows.append({**file.summary(), **contents.summary()})
        if not contents.holds_articles:
            say(f"search: {file.name} holds no articles: {contents.root_tag}")
    if not pmids:
        raise PipelineError(f"{source} holds no PubMed record; give PubMed XML, a gzip of it, or a folder of them")
    make_folder(out)
    record: Record = {
        "source": "PubMed XML files",
        "count": len(pmids),
        "records": sum(row["records"] for row in rows),
        "files": rows,
        "versions": {"pipeline": __version__},
        "pmids_sha256": write_pmids(out, pmids, always=True),
    }
    write_searches(out, "source", [record])
    say(f"search: {counted(len(pmids), 'PMID')} in {counted(len(rows), 'file')}")


def describe(query: str, entrez: Entrez, whole: SearchAnswer, now: datetime) -> Record:
    """What PRISMA-S asks of a search, as far as its first answer tells."""
    return {
        "database": "PubMed",
        "service": entrez.service,
        "date": now.astimezone(UTC).isoformat(timespec="seconds"),
        "query": query,
        "translation": whole.translation,
        "translations": [list(pair) for pair in whole.translations],
        "count": whole.count,
        "dropped_terms": list(whole.dropped),
        "warnings": list(whole.warnings),
        "versions": versions(),
    }


def announce(record: Record, allow_dropped: bool) -> str | None:
    """Tell the user what the service remarked on the query; the reason to stop, if there is one."""
    for warning in record["warnings"]:
        say(f"search: PubMed remarks {warning}")
    for term in record["dropped_terms"]:
        say(f"search: WARNING: a term was DROPPED from the query: {term}")
    if record["dropped_terms"] and not allow_dropped:
        return (
            f"PubMed dropped terms from the query ({'; '.join(record['dropped_terms'])}); "
            "correct query.txt, or write allow_dropped_terms = true in protocol.toml"
        )
    if record["count"] == 0:
        return "the query has no hits: PubMed counts 0 records for it; correct query.txt"
    return None


# The state of earlier searches ----------------------------------------------------------------------------------


def check_clock(searches: list[Record], now: datetime) -> None:
    if searches and (last := datetime.fromisoformat(searches[-1]["date"])) > now + DAY:
        raise PipelineError(
            f"the last search is dated {last:%Y-%m-%d %H:%M} UTC, the clock here says {now:%Y-%m-%d %H:%M} UTC; "
            "set the clock"
        )


def check_clock_of_service(entrez: Entrez, now: datetime) -> None:
    if entrez.server_time is not None and abs(entrez.server_time - now) > DAY:
        raise PipelineError(
            f"this machine's clock ({now:%Y-%m-%d %H:%M} UTC) is more than a day away from that of {entrez.service} "
            f"({entrez.server_time:%Y-%m-%d %H:%M} UTC); set the clock: searches are recorded, and repeated, by date"
        )


def pmids_of_last_search(out: Path, searches: list[Record]) -> set[int] | None:
    """What the last search found, nothing where there was none; None where pmids.txt is not as that search left it."""
    if not searches:
        return set()
    if pmids_sha256(out) == searches[-1]["pmids_sha256"]:
        return read_pmids(out)
    say("search: pmids.txt is not as the last search left it; it is made again, what is new or gone cannot be told")
    return None


def known_pmids(before: set[int] | None, searches: list[Record], record: Record) -> tuple[set[int], date] | None:
    """The PMIDs of the last search and its day, where this one only has to bring them up to date, else None."""
    if not searches or before is None:
        return None
    last = searches[-1]
    same = all(last[key] == record[key] for key in ("query", "translation")) and host(last) == host(record)
    return (before, datetime.fromisoformat(last["date"]).date()) if same else None


def dates_of_last_search(searches: list[Record], record: Record) -> dict[str, str | None]:
    """How the service took Entrez dates ("edat") and modification dates ("mdat"); None and no entry: not known yet."""
    same = bool(searches) and host(searches[-1]) == host(record)
    return dict(searches[-1].get("dates", {})) if same else {}


def host(record: Record) -> str | None:
    return urlsplit(record["service"]).hostname


def versions() -> dict[str, str]:
    names = ("requests", "lxml", "biopython")
    return {"pipeline": __version__, "python": platform.python_version(), **{name: version(name) for name in names}}


# Listing --------------------------------------------------------------------------------------------------------


class Gap(Exception):
    """The parts of a search do not add up to the whole."""


@dataclass(frozen=True, slots=True)
class Part:
    """A query narrowed to the days `first` to `last`, to the PMIDs `uids[0]` to `uids[1]`, or both; ends included.

    `datetype` is "edat" (Entrez date) or "mdat" (modification date). The days are given as parameters, which leave the
    query as it is, or in the term, for services that do not honour these parameters.
    """

    query: str
    datetype: str | None = None
    first: date = FIRST_DAY
    last: date = LAST_DAY
    in_term: bool = False
    uids: tuple[int, int] | None = None

    def ask(self, entrez: Entrez, retstart: int = 0) -> SearchAnswer:
        term, dates = self.query, None
        first, last = f"{self.first:%Y/%m/%d}", f"{self.last:%Y/%m/%d}"
        if self.datetype and self.in_term:
            tag = self.datetype.upper()
            term = f'({term}) AND ("{first}"[{tag}] : "{last}"[{tag}])'
        elif self.datetype:
            dates = {"datetype": self.datetype, "mindate": first, "maxdate": last}
        if self.uids is not None:
            term = f"({term}) AND {self.uids[0]}:{self.uids[1]}[UID]"
        return entrez.search(term, dates, retstart=retstart)

    def halves(self) -> tuple[Part, Part]:
        """Two parts that tile this one: by date down to a day, then by PMID. Raises Gap where it is a single PMID."""
        if self.uids is None and (self.datetype is None or self.first == self.last):
            return replace(self, uids=(1, LAST_UID)).halves()
        if self.uids is None:
            days = (self.last - self.first).days
            cut = self.last - (RECENT_DAYS if days > 2 * RECENT_DAYS else days // 2 + 1) * DAY
            return replace(self, last=cut), replace(self, first=cut + DAY)
        low, high = self.uids
        if low == high:
            raise Gap(f"PMID {low} alone counts as more records than the service lists")
        middle = (low + high) // 2
        return replace(self, uids=(low, middle)), replace(self, uids=(middle + 1, high))

    def __str__(self) -> str:
        days = [f"{self.datetype} {self.first} to {self.last}"] if self.datetype else []
        uids = [f"PMID {self.uids[0]} to {self.uids[1]}"] if self.uids else []
        return ", ".join(days + uids) or "the whole query"


def list_pmids(
    entrez: Entrez,
    query: str,
    whole: SearchAnswer,
    known: tuple[set[int], date] | None,
    revised: set[int] | None,
    dates: dict[str, str | None],
) -> tuple[set[int], str]:
    """Every PMID of the query, and how they were listed. Raises PipelineError naming the gap where some are missing.

    `revised` is None where what was revised is not known.
    """
    if len(set(whole.pmids)) == whole.count:
        return set(whole.pmids), "in one answer"
    if known is not None:
        since = known[1] - DAY
        pmids = known[0] | set(whole.pmids) | (revised or set())
        if revised is None or len(pmids) < whole.count:
            added = added_since(entrez, query, since, dates)
            pmids = set() if added is None else pmids | added
        if len(pmids) == whole.count:
            return pmids, f"as changes since {since}"
    return list_whole(entrez, query, whole, dates.get("edat"))


def added_since(entrez: Entrez, query: str, since: date, dates: dict[str, str | None]) -> set[int] | None:
    """The PMIDs that were added since a day, None where the service cannot list them by date."""
    if dates.get("edat") == IGNORED:
        return None
    form = dates.get("edat") or dates.get("mdat")
    part = Part(query, "edat", since, in_term=form == IN_TERM)
    try:
        return _union(entrez, part, part.ask(entrez))
    except Gap:
        return None


def list_whole(entrez: Entrez, query: str, whole: SearchAnswer, form: str | None) -> tuple[set[int], str]:
    """List in pages under the cap, else in parts, those first that the service took last time.

    Twice, as the database may change in between.
    """
    tomorrow = datetime.now(UTC).date() + DAY
    by_date = Part(query, "edat", last=tomorrow)
    parts = (by_date, replace(by_date, in_term=True), Part(query, uids=(1, LAST_UID)))
    tilings = dict(sorted(zip(TILINGS, parts, strict=True), key=lambda tiling: TILINGS[tiling[0]] != form))
    if whole.count <= entrez.cap:
        tilings = {"in pages": Part(query)}
    gaps: list[str] = []
    for again in (False, True):
        whole = entrez.search(query, retmax=0) if again else whole
        for how, part in tilings.items():
            try:
                pmids = _union(entrez, part, whole)
            except Gap as gap:
                gaps.append(f"{how}: {gap}")
                continue
            if len(pmids) == whole.count:
                return pmids, how
            gaps.append(f"{how}: {len(pmids):,} different PMIDs, {whole.count - len(pmids):,} missing")
    raise PipelineError(
        f"the search is incomplete: {entrez.service} counts {whole.count:,} records for the whole query, but "
        f"{'; '.join(dict.fromkeys(gaps))}; nothing was replaced, run the same command later"
    )


def _union(entrez: Entrez, part: Part, answer: SearchAnswer) -> set[int]:
    """Every PMID of a part, given what it was answered. Raises Gap where its own parts do not add up to it."""
    pmids: set[int] = set()
    with Progress("search", "PMIDs", answer.count) as progress:
        for found in _lists(entrez, part, answer):
            pmids |= found
            if answer.count > entrez.cap:
                progress.add(len(found))
    return pmids


def _lists(entrez: Entrez, part: Part, answer: SearchAnswer) -> Iterator[set[int]]:
    """The PMIDs of a part, in the lists of the smaller parts that it takes. `answer` is what the part was answered."""
    if answer.count <= entrez.cap:
        yield _pages(entrez, part, answer)
        return
    halves = [(half, half.ask(entrez)) for half in part.halves()]
    if sum(a.count for _, a in halves) != answer.count:
        counts = " and ".join(f"{a.count:,} ({half})" for half, a in halves)
        raise Gap(f"{answer.count:,} records are {counts} when split")
    for half, half_answer in halves:
        if half_answer.count:
            yield from _lists(entrez, half, half_answer)


def _pages(entrez: Entrez, part: Part, answer: SearchAnswer) -> set[int]:
    """The PMIDs of a part under the cap, from its first answer and, where that is short, from further pages."""
    pmids = set(answer.pmids)
    while len(pmids) < answer.count:
        more = set(part.ask(entrez, retstart=len(pmids)).pmids) - pmids
        if not more:
            raise Gap(f"{len(pmids):,} of {answer.count:,} PMIDs are listed for {part}")
        pmids |= more
    return pmids


def revised_since(
    entrez: Entrez, query: str, whole: SearchAnswer, complete: Record, form: str | None
) -> tuple[set[int] | None, str]:
    """The PMIDs that were revised since the last complete round began, and how the service takes such dates.

    None where there is no such round or the service takes no such dates. A day earlier, for time zones.
    """
    form = form or form_of_revisions(entrez, query, whole)
    if not complete:
        return None, form
    part = Part(query, "mdat", datetime.fromisoformat(complete["searched"]).date() - DAY, in_term=form == IN_TERM)
    answer = part.ask(entrez)
    if answer.count < whole.count:
        form = IN_TERM if part.in_term else AS_PARAMETERS
    elif form != IGNORED and (now := form_of_revisions(entrez, query, whole)) != form:
        form, part = now, replace(part, in_term=now == IN_TERM)
        answer = part.ask(entrez)
    if form == IGNORED:
        say(
            f"search: WARNING: {entrez.service} does not honour modification dates: what was revised or RETRACTED "
            f"since {part.first} cannot be asked for; to fetch every record anew, move the folder records away"
        )
        return None, form
    return list_revised(entrez, part, answer), form


def form_of_revisions(entrez: Entrez, query: str, whole: SearchAnswer) -> str:
    """How the service takes modification dates: one that honours them finds nothing in a time to come."""
    for form in (AS_PARAMETERS, IN_TERM):
        if Part(query, "mdat", NEVER, in_term=form == IN_TERM).ask(entrez).count < whole.count:
            return form
    return IGNORED


def list_revised(entrez: Entrez, part: Part, answer: SearchAnswer) -> set[int]:
    """The PMIDs of a part of a query by modification date: where its days do not add up, by PMID."""
    try:
        return _union(entrez, part, answer)
    except Gap:
        part = replace(part, uids=(1, LAST_UID))
    try:
        return _union(entrez, part, part.ask(entrez))
    except Gap as gap:
        raise PipelineError(f"what was revised cannot be listed: {gap}; run the same command later") from gap
