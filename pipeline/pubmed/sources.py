"""Files in PubMed's place: a PubMed XML file, a gzip of one, or a folder of them, such as the baseline's.

A folder is read in the order of the names, which is that of baseline and update files: later ones correct earlier ones.
Where a .md5 file lies beside a file, the file must match it.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from lxml import etree

from pipeline.entrez import say
from pipeline.errors import PipelineError

SUFFIXES = (".xml", ".xml.gz")
GZIP_MAGIC = b"\x1f\x8b"
MD5 = re.compile(r"\b[0-9a-f]{32}\b", re.I)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file. `name` is relative to the folder, so that what is recorded of it is the same on every machine."""

    path: Path
    name: str
    size: int
    sha256: str
    md5_checked: bool

    def summary(self) -> dict[str, Any]:
        return {"file": self.name, "bytes": self.size, "sha256": self.sha256, "md5_checked": self.md5_checked}


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file holds. `pmids` has one entry a record, in file order."""

    root_tag: str
    pmids: tuple[int, ...]
    deleted: tuple[int, ...]

    @property
    def holds_articles(self) -> bool:
        return bool(self.pmids or self.deleted)

    def summary(self) -> dict[str, Any]:
        counts = {"records": len(self.pmids), "deletions": len(self.deleted)}
        return counts if self.holds_articles else {**counts, "holds no articles": self.root_tag}


def find_sources(source: Path) -> list[SourceFile]:
    """The files in reading order. Raises PipelineError where one is missing, unreadable or not what its MD5 says."""
    return [_identify(path, name) for path, name in _files(source)]


def _files(source: Path) -> list[tuple[Path, str]]:
    if not source.exists():
        raise PipelineError(f"SOURCE {source} does not exist; give PubMed XML, a gzip of it, or a folder of them")
    if not source.is_dir():
        return [(source, source.name)]
    try:
        found = sorted(
            (path.relative_to(source).as_posix(), path)
            for path in source.rglob("*")
            if path.is_file() and not any(part.startswith(".") for part in path.relative_to(source).parts)
        )
    except OSError as error:
        raise PipelineError(f"cannot read the folder {source}: {error.strerror}") from error
    files = [(path, name) for name, path in found if name.lower().endswith(SUFFIXES)]
    if not files:
        raise PipelineError(f"SOURCE {source} holds no file that ends in .xml or .xml.gz; give another folder")
    for name, _ in found:
        if not name.lower().endswith((*SUFFIXES, ".md5")):
            say(f"search: {name} is left aside: it ends neither in .xml nor in .xml.gz")
    return files


@contextmanager
def open_xml(path: Path, name: str) -> Iterator[IO[bytes]]:
    """The XML bytes of a file, unpacked where it is a gzip (told by its first bytes, not by its name)."""
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == GZIP_MAGIC
            raw.seek(0)
            if packed:
                with gzip.open(raw) as stream:
                    yield stream  # type: ignore[misc]
            else:
                yield raw
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise PipelineError(f"{name} is a gzip that is damaged or cut short ({error}); download it again") from error
    except OSError as error:
        raise PipelineError(f"cannot read {name}: {error.strerror or error}") from error


def _identify(path: Path, name: str) -> SourceFile:
    sha256, md5, size = hashlib.sha256(), hashlib.md5(usedforsecurity=False), 0
    try:
        with path.open("rb") as stream:
            while block := stream.read(1 << 20):
                size += len(block)
                sha256.update(block)
                md5.update(block)
    except OSError as error:
        raise PipelineError(f"cannot read {name}: {error.strerror or error}; check its permissions") from error
    md5_checked = _check_md5(path.with_name(path.name + ".md5"), name, md5.hexdigest())
    return SourceFile(path, name, size, sha256.hexdigest(), md5_checked)


def _check_md5(beside: Path, name: str, md5: str) -> bool:
    if not beside.exists():
        return False
    try:
        stated = MD5.findall(beside.read_text(encoding="utf-8", errors="replace"))
    except OSError as error:
        raise PipelineError(f"cannot read {beside.name}: {error.strerror}") from error
    if not stated:
        raise PipelineError(f"{beside.name} holds no MD5 sum; download it again, or remove it")
    if stated[-1].lower() != md5:
        raise PipelineError(f"{name} does not match {beside.name} (its MD5 is {md5}); download it again")
    return True


def scan(file: SourceFile) -> Contents:
    """Look through a file without reading its records. Raises PipelineError with the line where it is not XML."""
    pmids: list[int] = []
    deleted: list[int] = []
    found = {"MedlineCitation": pmids, "BookDocument": pmids, "DeleteCitation": deleted}
    with open_xml(file.path, file.name) as stream:
        events = etree.iterparse(
            stream,
            events=("end",),
            tag=("PMID", "PubmedArticle", "PubmedBookArticle"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=True,
        )
        try:
            for _, element in events:
                parent = element.getparent()
                if (
                    element.tag == "PMID"
                    and parent is not None
                    and parent.tag in found
                    and str(element.text).strip().isdigit()
                ):
                    found[parent.tag].append(int(element.text))
                elif element.tag != "PMID":
                    let_go(element)
        except etree.XMLSyntaxError as error:
            reason = (error.msg or "it is empty").split(", line")[0]
            raise PipelineError(
                f"{file.name} line {error.lineno or 0}: not well-formed XML ({reason}); fetch or export it again"
            ) from error
        return Contents(str(events.root.tag), tuple(pmids), tuple(deleted))


def let_go(record: Any) -> None:
    """Free the memory of a record that was looked at, and of what came before it."""
    record.clear()
    while record.getprevious() is not None:
        del record.getparent()[0]
