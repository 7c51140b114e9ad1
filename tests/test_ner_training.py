"""Training: the same data and seed give the same model, nothing of the test set gets in, bad data are refused."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import PipelineError
from pipeline.evaluation.evaluate_ner import TEST, exact_scores
from pipeline.language.nlp import WEIGHTS
from pipeline.ner.data import Abstract, read_pubtator
from pipeline.ner.model import TAGS
from pipeline.ner.tagger import FILES, Tagger
from pipeline.ner.training import TRAINING, Course, Recipe, make_model, model_nlp, plain_texts, tags_of, training_nlp
from tests.ner_stand_ins import NAMES, TINY, pubtator, sentence

NO_LOG = {"log": lambda line: None}


@pytest.fixture
def bc5cdr(tmp_path: Path) -> Path:
    folder = tmp_path / "data" / "bc5cdr"
    folder.mkdir(parents=True)
    for file, numbers in ((TRAINING[0], range(8)), (TRAINING[1], range(8, 10)), (TEST, range(10, 14))):
        (folder / file).write_text(pubtator([sentence(n) for n in numbers]), encoding="utf-8")
    return folder


@pytest.fixture
def names(tmp_path: Path) -> Path:
    path = tmp_path / "names.tsv.gz"
    path.write_bytes(gzip.compress("".join(f"{n}\t{label}\n" for n, label in NAMES.names.items()).encode(), mtime=0))
    return path


def make(bc5cdr: Path, names: Path, out: Path, recipe: Recipe = TINY) -> Path:
    make_model(bc5cdr, out, names, recipe, "tiny", "0", **NO_LOG)
    return out


def test_the_same_data_and_seed_give_the_same_bytes(bc5cdr: Path, names: Path, tmp_path: Path) -> None:
    one, two = make(bc5cdr, names, tmp_path / "one"), make(bc5cdr, names, tmp_path / "two")
    assert {file: (one / file).read_bytes() for file in FILES} == {file: (two / file).read_bytes() for file in FILES}


def test_a_trained_model_learns_and_survives_the_disk(bc5cdr: Path, names: Path, tmp_path: Path) -> None:
    tagger = Tagger.load(make(bc5cdr, names, tmp_path / "model"))
    scores = exact_scores(model_nlp(tagger), read_pubtator(bc5cdr / TEST))
    assert scores["all"]["f1"] > 90
    assert scores["all"]["wanted"] == 16


def test_a_second_course_learns_from_plain_text(bc5cdr: Path, names: Path, tmp_path: Path) -> None:
    phee = bc5cdr.parent / "phee" / "v1"
    phee.mkdir(parents=True)
    (phee / "train.json").write_text('{"id": "7_1", "context": "Then fyitis followed axolol."}\n', encoding="utf-8")
    recipe = replace(TINY, second=Course(20, 60))
    tagger = Tagger.load(make(bc5cdr, names, tmp_path / "model", recipe))
    assert exact_scores(model_nlp(tagger), read_pubtator(bc5cdr / TEST))["all"]["f1"] > 80


def test_the_card_names_data_recipe_and_versions(bc5cdr: Path, names: Path, tmp_path: Path) -> None:
    card = json.loads((make(bc5cdr, names, tmp_path / "model") / "meta.json").read_text())
    assert set(card["labels_from"]) == set(TRAINING)
    assert all(len(digest) == 64 for digest in card["labels_from"].values())
    assert card["recipe"]["seed"] == 0
    assert {"python", "numpy", "spacy", "thinc"} <= set(card["made_with"])


def test_no_sentence_of_a_test_abstract_is_in_the_plain_text(bc5cdr: Path) -> None:
    phee = bc5cdr.parent / "phee" / "v1"
    phee.mkdir(parents=True)
    rows = [
        {"id": "110_3", "context": "By the PMID this is from a test abstract."},
        {"id": "9_1", "context": "patients  with FYITIS took axolol daily"},
        {"id": "9_2", "context": "This one may stay."},
    ]
    (phee / "train.json").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    test = read_pubtator(bc5cdr / TEST)
    assert test[0].pmid == 110
    texts, files = plain_texts(bc5cdr.parent, [], test)
    assert texts == ["This one may stay."]
    assert [file.name for file in files] == ["train.json"]


def test_a_test_abstract_among_the_training_abstracts_stops_the_training(
    bc5cdr: Path, names: Path, tmp_path: Path
) -> None:
    (bc5cdr / TEST).write_text(pubtator([sentence(3)]), encoding="utf-8")
    with pytest.raises(PipelineError, match="1 test abstracts are also in the training files"):
        make(bc5cdr, names, tmp_path / "model")


def test_a_missing_file_is_named(bc5cdr: Path, names: Path, tmp_path: Path) -> None:
    (bc5cdr / TRAINING[1]).unlink()
    with pytest.raises(PipelineError, match=r"CDR_DevelopmentSet\.PubTator\.txt is missing"):
        make(bc5cdr, names, tmp_path / "model")


def test_a_file_cut_short_leaves_the_old_model_alone(bc5cdr: Path, names: Path, tmp_path: Path) -> None:
    out = make(bc5cdr, names, tmp_path / "model")
    before = {file: (out / file).read_bytes() for file in FILES}
    cut = bc5cdr / TRAINING[0]
    cut.write_text(cut.read_text(encoding="utf-8")[:-60], encoding="utf-8")
    with pytest.raises(PipelineError, match="cut short"):
        make(bc5cdr, names, out)
    assert {file: (out / file).read_bytes() for file in FILES} == before


def test_spans_become_tags() -> None:
    text = "low back pain after aspirin2"
    abstract = Abstract(1, "low back", "pain after aspirin2", ((0, 13, "DISEASE"), (20, 27, "CHEMICAL")))
    tags, widened = tags_of(training_nlp().make_doc(text), abstract)
    assert [TAGS[tag] for tag in tags] == ["B-DISEASE", "I-DISEASE", "L-DISEASE", "O", "U-CHEMICAL"]
    assert widened == 1


def test_the_model_that_ships_is_small_enough() -> None:
    assert sum(file.stat().st_size for file in WEIGHTS.rglob("*") if file.is_file()) <= 15_000_000


def test_the_readme_of_the_model_that_ships_has_the_scores_of_its_card() -> None:
    card = json.loads((WEIGHTS / "meta.json").read_text(encoding="utf-8"))
    readme = (WEIGHTS / "README.md").read_text(encoding="utf-8")
    for score in card["scores_bc5cdr_test_exact"].values():
        assert f"{score['f1']:.2f}" in readme


def test_probabilities_do_not_depend_on_the_company() -> None:
    tagger = Tagger.load(WEIGHTS)
    texts = [["Effect", "of", "ibuprofen"], ["Nothing"], ["low", "back", "pain", "after", "haloperidol"]]
    columns = [np.hstack([tagger.names.features(t), np.zeros((len(t), 3), dtype="f")]) for t in texts]
    together = tagger.log_probabilities(texts, columns)
    for number, text in enumerate(texts):
        (alone,) = tagger.log_probabilities([text], [columns[number]])
        np.testing.assert_allclose(alone, together[number], rtol=1e-3, atol=1e-3)
