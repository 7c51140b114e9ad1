"""Other people's models: the same tokenizer, ruler and labels, or one clear line."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest
import spacy

from pipeline.errors import PipelineError
from pipeline.language.nlp import annotate, build_nlp, describe_model
from tests.ner_stand_ins import article, package_like_scispacy, protocol, save_tagger, term, tiny_tagger

PROTOCOL = protocol(term("drug", "kxamab", "kxamab"))


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "en_ner_tiny"
    package_like_scispacy().to_disk(folder)
    return folder


@pytest.fixture
def copy(stand_in: Path, tmp_path: Path) -> Path:
    return shutil.copytree(stand_in, tmp_path / "copy")


def refusal(model: Path | str) -> str:
    with pytest.raises(PipelineError) as caught:
        build_nlp(PROTOCOL, str(model))
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_folder_gets_our_tokenizer_ruler_and_labels(stand_in: Path) -> None:
    nlp = build_nlp(PROTOCOL, str(stand_in))
    (annotated,) = annotate(nlp, [article("kxamab-induced gyitis", "bxolol helps against gyitis")])
    mentions = {(m.text, m.label) for m in annotated.mentions}
    assert {("kxamab", "drug"), ("kxamab", "CHEMICAL"), ("bxolol", "CHEMICAL"), ("gyitis", "DISEASE")} <= mentions
    assert "tagger" not in nlp.pipe_names
    assert "tok2vec" not in nlp.pipe_names


def test_a_model_is_described_by_name_version_and_checksum(stand_in: Path) -> None:
    described = describe_model(build_nlp(PROTOCOL, str(stand_in)))
    assert described["name"] == "en_core_tiny"
    assert described["version"] == "0.0.0"
    assert len(described["sha256"]) == 64


def test_an_installed_package_is_found_by_its_name(
    stand_in: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "site" / "en_ner_made_up"
    shutil.copytree(stand_in, package / "en_ner_made_up-0.0.0")
    (package / "__init__.py").write_text("", encoding="utf-8")
    info = tmp_path / "site" / "en_ner_made_up-0.0.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: en-ner-made-up\nVersion: 0.0.0\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    assert describe_model(build_nlp(PROTOCOL, "en_ner_made_up"))["version"] == "0.0.0"
    sys.modules.pop("en_ner_made_up", None)


def test_a_missing_model_says_how_to_install_it() -> None:
    assert "en_ner_nowhere: neither a folder nor an installed package" in refusal("en_ner_nowhere")
    assert "--no-deps" in refusal("en_ner_nowhere")


@pytest.mark.parametrize(
    "lost", ["meta.json", "config.cfg", "ner/model", "ner/moves", "vocab/strings.json", "tokenizer"]
)
def test_a_folder_half_copied_is_refused(copy: Path, lost: str) -> None:
    (copy / lost).unlink()
    message = refusal(copy)
    assert str(copy) in message
    assert "copy the whole folder" in message


def test_a_file_cut_short_is_refused(copy: Path) -> None:
    model = copy / "ner" / "model"
    model.write_bytes(model.read_bytes()[:1000])
    assert "copy the whole folder" in refusal(copy)


@pytest.mark.parametrize("needed", [">=2.3.0,<2.4.0", ">=4.0.0,<5.0.0", ">=3.99.0"])
def test_a_model_of_another_spacy_is_refused(copy: Path, needed: str) -> None:
    meta = json.loads((copy / "meta.json").read_text())
    (copy / "meta.json").write_text(json.dumps({**meta, "spacy_version": needed}))
    assert f"built for spaCy {needed}" in refusal(copy)


@pytest.mark.parametrize("needed", [">=3.2.0,<3.3.0", ">=3.7.4,<3.8.0"])
def test_a_model_of_an_older_spacy_3_is_taken(copy: Path, needed: str) -> None:
    meta = json.loads((copy / "meta.json").read_text())
    (copy / "meta.json").write_text(json.dumps({**meta, "spacy_version": needed}))
    assert describe_model(build_nlp(PROTOCOL, str(copy)))["name"] == "en_core_tiny"


def test_a_model_without_the_labels_is_refused(tmp_path: Path) -> None:
    package_like_scispacy(labels=("GENE", "CHEMICAL")).to_disk(tmp_path / "genes")
    assert "no label DISEASE (it has CHEMICAL, GENE)" in refusal(tmp_path / "genes")


def test_a_model_without_ner_is_refused(tmp_path: Path) -> None:
    spacy.blank("en").to_disk(tmp_path / "blank")
    assert "the pipeline has no ner" in refusal(tmp_path / "blank")


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tagger(tiny_tagger(), tmp_path_factory.mktemp("own") / "tiny")


@pytest.mark.parametrize("lost", ["meta.json", "names.tsv.gz", "words.txt.gz"])
def test_our_own_model_half_copied_is_refused(own: Path, tmp_path: Path, lost: str) -> None:
    copy = shutil.copytree(own, tmp_path / "copy")
    (copy / lost).unlink()
    assert f"{lost} missing" in refusal(copy)


@pytest.mark.parametrize("cut", ["model.npz", "meta.json", "names.tsv.gz", "words.txt.gz"])
def test_our_own_model_cut_short_is_refused(own: Path, tmp_path: Path, cut: str) -> None:
    copy = shutil.copytree(own, tmp_path / "copy")
    (copy / cut).write_bytes((copy / cut).read_bytes()[:-30])
    assert "is damaged" in refusal(copy)
