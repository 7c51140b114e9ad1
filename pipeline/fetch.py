"""Fetch: pmids.txt -> records/, articles.jsonl, missing.csv, duplicates.csv; or the same from files (SOURCE).

Records are asked for by PMID in batches, lowest first. A batch is stored with its checksum before the next is asked
for, so that an interrupted run goes on behind the last stored one. PMIDs that do not come are asked for again, alone;
those that do not come then either are listed in missing.csv.

A round is one refresh: it is complete when every PMID of the search was delivered or is known to be missing
(records/complete.json). Later rounds fetch what is new, what PubMed revised since the round before began, and on
another day what was missing; a batch that brings again, byte for byte, what is stored is not kept.

articles.jsonl holds each PMID once: the highest version, then the later answer or file; not those that a DeleteCitation
withdraws. Files that would not change keep their dates.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from filelock import FileLock, Timeout

from pipeline import medline, records
from pipeline.entrez import Entrez, say
from pipeline.errors import PipelineError
from pipeline.files import atomic_write, make_folder, read_jsonl, sha256_of_file
from pipeline.medline import Deletion, parse_records
from pipeline.progress import Progress, counted
from pipeline.pubmed import duplicates
from pipeline.pubmed.duplicates import Suggestion, suggest_duplicates
from pipeline.pubmed.eutils_answers import FetchAnswer, NoSuchIds
from pipeline.pubmed.record_store import Batch, RecordStore
from pipeline.pubmed.refresh_state import Round, current_round, read_complete, read_pmids, write_complete
from pipeline.pubmed.sources import find_sources, open_xml
from pipeline.records import Article, article_from_json, to_json

BATCH = 250  # records an EFetch; small enough that one lost answer costs little
ASKS_FOR_MISSING = 2  # further asks that must bring nothing before a PMID counts as missing
LARGE_JOB = 5_000  # records; NCBI asks for larger jobs outside US working hours (NBK25497)
OUTPUTS = ("articles.jsonl", "missing.csv", "duplicates.csv")
NOT_DELIVERED = "asked for three times and not delivered: deleted, merged into another record, or withheld"
WITHDRAWN = "withdrawn by a DeleteCitation"

Records = Iterable[tuple[str, IO[bytes]]]


def run(entrez: Entrez, out: Path, batch_size: int = BATCH) -> None:
    """Fetch what the last search found and is not stored yet, and write the articles."""
    this_round, wanted = current_round(out), read_pmids(out)
    with only_one(out):
        for leftover in (path for name in OUTPUTS for path in out.glob(f".{name}.*")):
            leftover.unlink(missing_ok=True)  # of a write that was killed
        store = RecordStore(out / "records")
        fetch_records(entrez, store, wanted, this_round, batch_size)
        missing = undelivered(store, wanted, entrez.host)
        if gone := sorted(no_longer_delivered(store, wanted, entrez.host)):
            say(f"fetch: no longer delivered, the stored copy stands: {', '.join(map(str, gone))}")
        key = digest_of(store.manifest, wanted)
        complete = read_complete(out)
        if complete.get("key") != key or not outputs_stand(out, complete.get("outputs", {})):
            streams = store.open_batches(entrez.host)
            total = sum(len(batch.delivered) for batch in store.batches if batch.host == entrez.host)
            write_articles(out, streams, dict.fromkeys(missing, NOT_DELIVERED), wanted, total)
        else:
            say("fetch: nothing new or revised")
        outputs = {name: sha256_of_file(out / name) for name in OUTPUTS}
        write_complete(
            out, {"round": this_round.number, "searched": this_round.searched, "key": key, "outputs": outputs}
        )


def run_source(source: Path, out: Path) -> None:
    """Read the articles of a file, or of the files in a folder; they stay where they are."""
    files = find_sources(source)

    def streams() -> Iterator[tuple[str, IO[bytes]]]:
        for file in files:
            with open_xml(file.path, file.name) as stream:
                yield file.name, stream

    with only_one(out):
        write_articles(out, streams(), {}, None, len(read_pmids(out)))
        (out / "articles.jsonl").touch()


# Asking ---------------------------------------------------------------------------------------------------------


def fetch_records(entrez: Entrez, store: RecordStore, wanted: set[int], this_round: Round, batch_size: int) -> None:
    """Ask for everything that is wanted and not stored; each batch is stored before the next is asked for.

    PubMed dates revisions by the day, so that many records are asked for again that did not change: a batch of such
    alone is not stored, and nothing has to be made anew.
    """
    plan: list[tuple[list[int], Batch | None]] = []
    for damaged in store.damaged:
        say(f"fetch: batch {damaged.batch} is damaged (its checksum is wrong); what is still wanted is fetched again")
        if damaged.host == entrez.host and (pmids := sorted(wanted & set(damaged.asked))):
            plan.append((pmids, damaged))
    pending = sorted(pending_pmids(store, wanted, this_round, entrez.host))
    plan += [(pending[i : i + batch_size], None) for i in range(0, len(pending), batch_size)]
    total = sum(len(pmids) for pmids, _ in plan)
    if total > LARGE_JOB:
        say(f"fetch: {total:,} records are a large job; NCBI asks to run such at weekends or 21:00-05:00 US Eastern")
    stored = {pmid for batch in store.batches if batch.host == entrez.host for pmid in batch.asked}
    with Progress("fetch", "records", total) as progress:
        for pmids, replaced in plan:
            answers = ask_batch(entrez, pmids)
            again = replaced is None and stored.issuperset(pmids)
            if not (again and store.brings_nothing_new(entrez.host, pmids, answers)):
                store.add(this_round.number, entrez.host, pmids, answers, replaced)
            progress.add(len(pmids))
    store.tidy()


def pending_pmids(store: RecordStore, wanted: set[int], this_round: Round, host: str) -> set[int]:
    """PMIDs never asked for, and those that this round has to ask for again and has not yet."""
    ours = [batch for batch in (*store.batches, *store.damaged) if batch.host == host]
    asked = {pmid for batch in ours for pmid in batch.asked}
    asked_now = {pmid for batch in ours if batch.round >= this_round.number for pmid in batch.asked}
    again = set(this_round.revised)
    if this_round.new_day:
        again |= undelivered(store, wanted, host)
    return (wanted - asked) | ((wanted & again) - asked_now)


def ask_batch(entrez: Entrez, pmids: list[int]) -> list[FetchAnswer]:
    """The answers that bring the records of a batch.

    PMIDs that do not come are asked for again, alone, and given up when `ASKS_FOR_MISSING` further answers bring none:
    an answer that is short may be a fault that looks like one.
    """
    answers: list[FetchAnswer] = []
    wanting = pmids
    asks_left = 1 + ASKS_FOR_MISSING
    while wanting and asks_left:
        asks_left -= 1
        try:
            answer = entrez.fetch(wanting)
        except NoSuchIds:
            continue
        if answer.pmids & set(wanting):
            answers.append(answer)
            wanting = [pmid for pmid in wanting if pmid not in answer.pmids]
            asks_left = max(asks_left, ASKS_FOR_MISSING)
    return answers


def undelivered(store: RecordStore, wanted: set[int], host: str) -> set[int]:
    """Wanted PMIDs that were asked for and that no answer brought."""
    ours = [batch for batch in store.batches if batch.host == host]
    asked = {pmid for batch in ours for pmid in batch.asked}
    return (wanted & asked) - {pmid for batch in ours for pmid in batch.delivered}


def no_longer_delivered(store: RecordStore, wanted: set[int], host: str) -> set[int]:
    """Wanted PMIDs that came once and did not when they were last asked for."""
    last: dict[int, bool] = {}
    for batch in (b for b in store.batches if b.host == host):
        came = set(batch.delivered)
        last.update((pmid, pmid in came) for pmid in batch.asked)
    return {pmid for pmid, came in last.items() if pmid in wanted and not came} - undelivered(store, wanted, host)


# Reading --------------------------------------------------------------------------------------------------------


def write_articles(out: Path, streams: Records, missing: dict[int, str], wanted: set[int] | None, total: int) -> None:
    """Parse, keep one record a PMID, write articles.jsonl, missing.csv and duplicates.csv where they change.

    `wanted` None keeps every PMID; `missing` are PMIDs with the reason why no record is there.
    """
    try:
        with tempfile.TemporaryFile(dir=out) as spool, Progress("parse", "records", total) as progress:
            places, withdrawn = collect(streams, spool, wanted, progress)
            tell_changes(out / "articles.jsonl", places, spool)
            settle(out / "articles.jsonl", lambda: lines_in_order(spool, places))
    except OSError as error:
        raise PipelineError(f"cannot write in {out}: {error.strerror or error}; free space or choose OUT=") from error
    reasons = {
        **{pmid: reason for pmid, reason in missing.items() if pmid not in places},
        **dict.fromkeys(withdrawn, WITHDRAWN),
    }
    settle(out / "missing.csv", lambda: csv_lines(("pmid", "reason"), sorted(reasons.items())))
    suggestions = suggest_duplicates(article_from_json(row) for row in read_jsonl(out / "articles.jsonl"))
    settle(out / "duplicates.csv", lambda: csv_lines(tuple(Suggestion.__dataclass_fields__), map(_row, suggestions)))
    say(
        f"fetch: {counted(len(places), 'article')}, {len(reasons):,} missing (missing.csv), "
        f"{len(suggestions):,} pairs that may be one study (duplicates.csv)"
    )


Place = tuple[int, int, int]  # version, offset in the spool, length


def collect(
    streams: Records, spool: IO[bytes], wanted: set[int] | None, progress: Progress
) -> tuple[dict[int, Place], set[int]]:
    """Write the records' lines to the spool; where the line that stands for each PMID lies, and the PMIDs withdrawn."""
    places: dict[int, Place] = {}
    withdrawn: set[int] = set()
    end = 0
    for name, stream in streams:
        for record in parse_records(stream, name):
            if isinstance(record, Deletion):
                if places.pop(record.pmid, None) is not None:
                    withdrawn.add(record.pmid)
                continue
            progress.add(1)
            if wanted is not None and record.pmid not in wanted:
                continue
            if record.pmid in places and record.version < places[record.pmid][0]:
                continue
            line = article_line(record)
            spool.write(line)
            places[record.pmid] = (record.version, end, len(line))
            withdrawn.discard(record.pmid)
            end += len(line)
    return places, withdrawn


def article_line(article: Article) -> bytes:
    return (json.dumps(to_json(article), ensure_ascii=False) + "\n").encode()


def lines_in_order(spool: IO[bytes], places: dict[int, Place]) -> Iterator[str]:
    for pmid in sorted(places):
        _, offset, length = places[pmid]
        spool.seek(offset)
        yield spool.read(length).decode()


def tell_changes(path: Path, places: dict[int, Place], spool: IO[bytes]) -> None:
    """Say what a refresh changed: records that are new, revised, newly retracted, or no longer there.

    The old file may be damaged: it is only compared with, and lines that cannot be read are counted.
    """
    if not path.exists():
        return
    counts: Counter[str] = Counter()
    retracted: list[int] = []
    seen: set[int] = set()
    with path.open("rb") as old_lines:
        for old_line in old_lines:
            if (old := read_old_line(old_line)) is None:
                counts["unreadable in the old articles.jsonl"] += 1
                continue
            pmid, was_retracted = old
            seen.add(pmid)
            if pmid not in places:
                counts["no longer there"] += 1
                continue
            line = next(lines_in_order(spool, {pmid: places[pmid]}))
            if line.encode() != old_line:
                counts["revised"] += 1
                if json.loads(line)["retracted"] and not was_retracted:
                    retracted.append(pmid)
    counts["new"] = len(places.keys() - seen)
    if told := ", ".join(f"{n:,} {what}" for what, n in sorted(counts.items()) if n):
        say(f"fetch: since the last time: {told}")
    if retracted:
        say(f"fetch: RETRACTED since the last time: {', '.join(map(str, retracted))}")


def read_old_line(line: bytes) -> tuple[int, bool] | None:
    """PMID and retraction of a line of articles.jsonl, None where it is damaged."""
    try:
        row = json.loads(line)
        return int(row["pmid"]), bool(row["retracted"])
    except (ValueError, KeyError, TypeError):
        return None


# Files ----------------------------------------------------------------------------------------------------------


def csv_lines(header: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> Iterator[str]:
    for row in (header, *rows):
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerow(row)
        yield text.getvalue()


def _row(suggestion: Suggestion) -> tuple[Any, ...]:
    return suggestion.pmid, suggestion.other_pmid, suggestion.reason, suggestion.similarity


def settle(path: Path, lines: Callable[[], Iterator[str]]) -> None:
    """Write a file unless it says the same already: it keeps its date then, and make runs nothing that needs it."""
    digest = hashlib.sha256()
    for line in lines():
        digest.update(line.encode())
    if path.exists() and sha256_of_file(path) == digest.hexdigest():
        return
    with atomic_write(path) as stream:
        stream.writelines(lines())


def only_one(out: Path) -> FileLock:
    """A lock on the folder: a second fetch into it waits. The system frees it when a process dies."""
    lock = FileLock(make_folder(out / "records") / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        say(f"fetch: another process is fetching into {out}; waiting for it")
        return lock
    except OSError as error:
        raise PipelineError(f"cannot write in {out}: {error.strerror}; choose another folder with OUT=") from error
    lock.release()
    return lock


def outputs_stand(out: Path, outputs: dict[str, str]) -> bool:
    return bool(outputs) and all((out / n).exists() and sha256_of_file(out / n) == h for n, h in outputs.items())


def digest_of(manifest: Path, wanted: set[int]) -> str:
    """One SHA-256 over what the articles are made from: answers, PMIDs and the code that reads them."""
    files = [
        manifest,
        *(Path(module.__file__ or "") for module in (medline, records, duplicates, sys.modules[__name__])),
    ]
    parts = [sha256_of_file(path) for path in files if path.is_file()] + [str(pmid) for pmid in sorted(wanted)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
