"""Office files are zip archives with dates inside: the same content must give the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

from pipeline.files import atomic_write

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date that a zip entry can have
MODIFIED = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(<)")


def write_office(path: Path, content: bytes) -> None:
    """Write an XLSX or DOCX with its dates fixed."""
    with atomic_write(path, "wb") as stream:
        stream.write(fixed(content))


def fixed(content: bytes) -> bytes:
    """The archive again, entries in their order, every date the same."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive,
    ):
        for name in source.namelist():
            data = source.read(name)
            if name == "docProps/core.xml":
                data = MODIFIED.sub(rb"\g<1>1980-01-01T00:00:00Z\g<3>", data)
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return target.getvalue()
