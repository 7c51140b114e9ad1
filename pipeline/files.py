"""Files are written beside their place and renamed into it: a reader sees the old file or the new one, never half."""

from __future__ import annotations

import filecmp
import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from pipeline.errors import PipelineError


def make_folder(path: Path) -> Path:
    """Create a folder with its parents, or say in one line why that is impossible."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PipelineError(f"cannot create the folder {path}: {error.strerror}; choose another with OUT=") from error
    return path


@contextmanager
def atomic_write(path: Path, mode: str = "w", *, keep_same: bool = False) -> Iterator[IO[Any]]:
    """Open a file that takes the place of `path` only when the block ends without an error.

    Text is UTF-8 with "\\n" line ends. The data is on the disk (fsync) before the rename, so a power cut leaves
    the old file or the new one. With `keep_same` a file that already holds these bytes is left as it is, date and all:
    Make then sees nothing to do behind it.
    """
    make_folder(path.parent)
    temporary: str | None = None
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        text = "b" not in mode
        with os.fdopen(handle, mode, encoding="utf-8" if text else None, newline="\n" if text else None) as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        if not (keep_same and path.exists() and filecmp.cmp(temporary, path, shallow=False)):
            Path(temporary).chmod(0o644)
            Path(temporary).replace(path)
            temporary = None
    except OSError as error:
        raise PipelineError(f"cannot write {path}: {error.strerror or error}; free space or choose OUT=") from error
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)


def read_text(path: Path) -> str:
    """The UTF-8 text of a file; a byte-order mark is dropped."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise PipelineError(f"{path} does not exist") from error
    except UnicodeDecodeError as error:
        raise PipelineError(f"{path} is not UTF-8 text (byte {error.start}); save it as UTF-8") from error
    except OSError as error:
        raise PipelineError(f"cannot read {path}: {error.strerror}") from error


def write_json(path: Path, value: Any) -> None:
    """One JSON document, keys in the order given, indented for people."""
    with atomic_write(path) as stream:
        json.dump(value, stream, ensure_ascii=False, indent=2)
        stream.write("\n")


def write_jsonl(path: Path, rows: Iterable[dict[str, Any]]) -> int:
    """One JSON object a line; the number of lines is returned."""
    count = 0
    with atomic_write(path) as stream:
        for row in rows:
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
    return count


def read_jsonl(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON-lines file, in order."""
    try:
        with path.open(encoding="utf-8") as stream:
            for number, line in enumerate(stream, start=1):
                try:
                    yield json.loads(line)
                except json.JSONDecodeError as error:
                    raise PipelineError(f"{path} line {number} is not JSON: {error.msg}; make it again") from error
    except FileNotFoundError as error:
        raise PipelineError(f"{path} does not exist; run the stage that writes it (`make refresh`)") from error


def sha256_of_file(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def sha256_of_tree(*paths: Path) -> str:
    """One SHA-256 over files and folders: names and bytes, in sorted order, so that it is the same on every machine."""
    digest = hashlib.sha256()
    for path in paths:
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in files:
            if file.is_file() and "__pycache__" not in file.parts:
                name = file.relative_to(path).as_posix() if path.is_dir() else file.name
                digest.update(f"{name}\0{sha256_of_file(file)}\n".encode())
    return digest.hexdigest()
