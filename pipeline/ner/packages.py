"""NER models that others trained, as spaCy packages or folders: "en_ner_bc5cdr_md" of scispaCy, for one.

Of such a model only the NER is used, with the component that feeds it. A model built for an older 3.x of spaCy is
taken when it loads; the labels must be those of the project.
"""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import spacy
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version
from spacy.language import Language
from spacy.util import get_package_path, is_package

from pipeline.errors import PipelineError
from pipeline.files import sha256_of_tree
from pipeline.ner.model import LABELS

_REMEDY = "or leave NER_MODEL unset for the model that ships with the project"


def load_package(model: str) -> tuple[Language, dict[str, Any]]:
    """The pipeline, reduced to its NER, and the model's name, version and SHA-256."""
    folder = _folder(model)
    meta = _meta(model, folder)
    _check_version(model, str(meta.get("spacy_version", "")))
    pipes = [str(name) for name in meta.get("pipeline", meta.get("components", []))]
    if "ner" not in pipes:
        raise PipelineError(f"NER_MODEL={model}: the pipeline has no ner ({', '.join(pipes) or 'empty'}); {_needed()}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            nlp = spacy.load(folder, exclude=[pipe for pipe in pipes if pipe not in ("ner", "tok2vec", "transformer")])
            ner: Any = nlp.get_pipe("ner")
            if not any(node.name.endswith("listener") for node in ner.model.walk()):
                for pipe in [pipe for pipe in nlp.component_names if pipe != "ner"]:
                    nlp.remove_pipe(pipe)
            for pipe in nlp.disabled:
                nlp.enable_pipe(pipe)
    except Exception as error:
        raise PipelineError(
            f"NER_MODEL={model}: {folder} cannot be loaded by spaCy {spacy.about.__version__} ({_first_line(error)}); "
            f"copy the whole folder or install the package again, {_REMEDY}"
        ) from error
    labels = sorted(ner.labels)
    if missing := [label for label in LABELS if label not in labels]:
        raise PipelineError(
            f"NER_MODEL={model}: no label {' and '.join(missing)} (it has {', '.join(labels) or 'none'}); {_needed()}"
        )
    name = "_".join(part for part in (meta.get("lang"), meta.get("name")) if part)
    return nlp, {"name": name or model, "version": meta.get("version"), "sha256": sha256_of_tree(folder)}


def _needed() -> str:
    return f"a model with {' and '.join(LABELS)} is needed, such as en_ner_bc5cdr_md, {_REMEDY}"


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]


def _folder(model: str) -> Path:
    """The folder with the model's meta.json: as given, or inside a package."""
    path = Path(model)
    if not path.is_dir():
        if not is_package(model):
            raise PipelineError(
                f"NER_MODEL={model}: neither a folder nor an installed package; install it without its dependencies "
                f"(pip install --no-deps FILE_OR_ADDRESS), {_REMEDY}"
            )
        path = get_package_path(model)
    if (path / "meta.json").is_file() and (path / "config.cfg").is_file():
        return path
    inner = sorted(config.parent for config in path.glob("*/config.cfg"))
    if len(inner) != 1:
        raise PipelineError(
            f"NER_MODEL={model}: {path} holds no spaCy model (meta.json and config.cfg); "
            f"copy the whole folder, {_REMEDY}"
        )
    return inner[0]


def _meta(model: str, folder: Path) -> dict[str, Any]:
    try:
        meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PipelineError(
            f"NER_MODEL={model}: {folder / 'meta.json'} cannot be read ({_first_line(error)}); "
            f"copy the whole folder, {_REMEDY}"
        ) from error
    if not isinstance(meta, dict):
        raise PipelineError(f"NER_MODEL={model}: {folder / 'meta.json'} is no object; copy the whole folder, {_REMEDY}")
    return meta


def _check_version(model: str, needed: str) -> None:
    """Refuse models of another major version of spaCy or of a later one than is installed."""
    here = Version(spacy.about.__version__)
    try:
        lowest = [Version(s.version) for s in SpecifierSet(needed) if s.operator in (">=", "==", "~=", ">")]
    except (InvalidSpecifier, ValueError):
        lowest = []
    if any(v.major != here.major or v.release[:2] > here.release[:2] for v in lowest):
        raise PipelineError(
            f"NER_MODEL={model}: built for spaCy {needed}, installed is {here}; take the model's release for spaCy "
            f"{here.major}.{here.minor} or older, {_REMEDY}"
        )
