"""What EFetch sent, kept as it came: records/batch-*.xml.gz, and records/manifest.jsonl, which says what each holds.

A batch counts once its line stands in the manifest: files first, each renamed into place, then the line. A line that a
power cut left half written is dropped on opening. A batch whose files no longer match their SHA-256 is fetched again
under the same number, so that the folder ends in the same bytes as without the accident.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from pipeline.errors import PipelineError
from pipeline.files import atomic_write, make_folder, sha256_of_file
from pipeline.pubmed.eutils_answers import FetchAnswer

RECORD = re.compile(rb"<Pubmed(?:Book)?Article[ >].*?</Pubmed(?:Book)?Article>", re.DOTALL)
RECORD_PMID = re.compile(rb"<PMID[^>]*>\s*(\d+)\s*</PMID>")


@dataclass(frozen=True, slots=True)
class StoredFile:
    file: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Batch:
    """PMIDs asked for together in a round, of the service on `host`, and those that came; files as they arrived."""

    batch: int
    round: int
    host: str
    asked: tuple[int, ...]
    delivered: tuple[int, ...]
    files: tuple[StoredFile, ...]


class RecordStore:
    """The batches under `folder`; `damaged` are those found broken on opening, to be fetched again."""

    def __init__(self, folder: Path) -> None:
        self.folder = make_folder(folder)
        self.manifest = folder / "manifest.jsonl"
        try:
            for leftover in folder.glob(".*.*.*"):
                leftover.unlink(missing_ok=True)  # of a write that was killed
            rows = self._read_manifest()
            self.damaged = [batch for batch in rows if not self._is_whole(batch)]
        except OSError as error:
            raise PipelineError(
                f"cannot use {error.filename or folder}: {error.strerror}; check its permissions"
            ) from error
        self.batches = [batch for batch in rows if batch not in self.damaged]

    def add(
        self,
        round_number: int,
        host: str,
        asked: Sequence[int],
        answers: Sequence[FetchAnswer],
        replaces: Batch | None = None,
    ) -> Batch:
        """Store the answers to one batch. One that replaces a damaged batch takes its number and its round."""
        if replaces:
            number, round_number = replaces.batch, replaces.round
        else:
            number = max((b.batch for b in (*self.batches, *self.damaged)), default=0) + 1
        files = []
        for part, answer in enumerate(answers, start=1):
            name = f"batch-{number:06d}{f'-{part}' if part > 1 else ''}.xml.gz"
            packed = gzip.compress(answer.xml, compresslevel=6, mtime=0)
            with atomic_write(self.folder / name, "wb") as stream:
                stream.write(packed)
            files.append(StoredFile(name, hashlib.sha256(packed).hexdigest()))
        delivered = sorted(set().union(*(answer.pmids for answer in answers)))
        batch = Batch(number, round_number, host, tuple(sorted(asked)), tuple(delivered), tuple(files))
        self._append(batch)
        self.batches.append(batch)
        return batch

    def brings_nothing_new(self, host: str, asked: Sequence[int], answers: Sequence[FetchAnswer]) -> bool:
        """Whether each PMID got what it got when it was last asked for: the same bytes, or again no record.

        In doubt, as after an answer with a DeleteCitation, the answers count as new.
        """
        if any(b"<DeleteCitation" in answer.xml for answer in answers):
            return False
        came = {pmid: record for answer in answers for pmid, record in split_records(answer.xml).items()}
        if came.keys() != set().union(*(answer.pmids for answer in answers)):
            return False
        left = set(asked)
        for batch in sorted(self.batches, key=lambda b: b.batch, reverse=True):
            here = left.intersection(batch.asked) if batch.host == host else set()
            if here and not self._brought(batch, {pmid: came.get(pmid) for pmid in here}):
                return False
            left -= here
        return not left

    def _brought(self, batch: Batch, records: dict[int, bytes | None]) -> bool:
        """Whether these are the records of a batch; None is one that did not come."""
        if any((record is None) == (pmid in batch.delivered) for pmid, record in records.items()):
            return False
        xml = b"".join(gzip.decompress((self.folder / stored.file).read_bytes()) for stored in batch.files)
        return all(record in xml for record in records.values() if record is not None)

    def tidy(self) -> None:
        """Leave one line a batch, in their order, and no file that belongs to none (of a killed or damaged batch)."""
        self.batches.sort(key=lambda b: b.batch)
        lines = [_line(batch) for batch in self.batches]
        if self.manifest.exists() and self.manifest.read_bytes() != b"".join(lines):
            with atomic_write(self.manifest, "wb") as stream:
                stream.writelines(lines)
        named = {stored.file for batch in self.batches for stored in batch.files}
        for path in self.folder.glob("batch-*.xml.gz"):
            if path.name not in named:
                path.unlink()

    def open_batches(self, host: str) -> Iterator[tuple[str, IO[bytes]]]:
        """The stored answers of one service, unpacked, in order of arrival, each with its file name."""
        for batch in sorted(self.batches, key=lambda b: b.batch):
            for stored in batch.files if batch.host == host else ():
                with gzip.open(self.folder / stored.file) as stream:
                    yield stored.file, stream  # type: ignore[misc]

    def _read_manifest(self) -> list[Batch]:
        if not self.manifest.exists():
            return []
        data = self.manifest.read_bytes()
        whole, newline, half = data.rpartition(b"\n")
        if half:
            os.truncate(self.manifest, len(whole) + len(newline))
        try:
            batches = [_batch(json.loads(line)) for line in whole.splitlines()]
        except (ValueError, KeyError, TypeError) as error:
            raise PipelineError(
                f"{self.manifest} is damaged ({type(error).__name__}); move the folder {self.folder} away to fetch anew"
            ) from error
        return list({batch.batch: batch for batch in batches}.values())

    def _is_whole(self, batch: Batch) -> bool:
        paths = [(self.folder / stored.file, stored.sha256) for stored in batch.files]
        return all(path.is_file() and sha256_of_file(path) == sha256 for path, sha256 in paths)

    def _append(self, batch: Batch) -> None:
        """Add one line, or leave the manifest as it was."""
        size = self.manifest.stat().st_size if self.manifest.exists() else 0
        try:
            with self.manifest.open("ab") as stream:
                stream.write(_line(batch))
                stream.flush()
                os.fsync(stream.fileno())
        except OSError as error:
            if self.manifest.exists():
                os.truncate(self.manifest, size)
            raise PipelineError(f"cannot write {self.manifest}: {error.strerror}; free space or choose OUT=") from error


def split_records(xml: bytes) -> dict[int, bytes]:
    """The records in an EFetch answer, byte for byte, by PMID, which is the first that stands in a record."""
    records = RECORD.findall(xml)
    return {int(pmid[1]): record for record in records if (pmid := RECORD_PMID.search(record))}


def _line(batch: Batch) -> bytes:
    return (json.dumps(asdict(batch), separators=(",", ":")) + "\n").encode()


def _batch(row: dict[str, Any]) -> Batch:
    files = tuple(StoredFile(**f) for f in row["files"])
    return Batch(**{**row, "asked": tuple(row["asked"]), "delivered": tuple(row["delivered"]), "files": files})
