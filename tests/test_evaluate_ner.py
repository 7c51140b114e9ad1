"""The report on the language pipeline, on made-up corpora."""

from __future__ import annotations

from pathlib import Path

import pytest
from spacy.language import Language

from pipeline.bench.language import bench
from pipeline.errors import PipelineError
from pipeline.evaluation.evaluate_ner import evaluate_ner, mention_scores, pubmed_xml, recall_in_sentences, scores
from pipeline.language.nlp import annotate, build_nlp
from pipeline.medline import parse_records
from pipeline.records import Article, to_json
from tests.ner_stand_ins import article, protocol, pubtator, save_tagger, sentence, term, tiny_tagger

PROTOCOL = protocol(term("drug", "axolol", "axolol"))
C, D = "CHEMICAL", "DISEASE"


@pytest.fixture(scope="module")
def nlp(tmp_path_factory: pytest.TempPathFactory) -> Language:
    return build_nlp(PROTOCOL, str(save_tagger(tiny_tagger(), tmp_path_factory.mktemp("models") / "tiny")))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "bc5cdr" / "iob").mkdir(parents=True)
    text = pubtator([sentence(n) for n in range(4)])
    (tmp_path / "bc5cdr" / "CDR_TestSet.PubTator.txt").write_text(text, encoding="utf-8")
    iob = "Patients\tO\nwith\tO\nfyitis\tB-Disease\ntook\tO\naxolol\tB-Chemical\ndaily\tO\n.\tO\n\n"
    (tmp_path / "bc5cdr" / "iob" / "test.tsv").write_text(iob, encoding="utf-8")
    return tmp_path


def test_scores_count_exact_spans_by_label() -> None:
    found = {(0, 3, C), (5, 9, D), (10, 12, D)}
    wanted = {(0, 3, C), (5, 8, D), (10, 12, D), (20, 22, D)}
    report = scores([(found, wanted)])
    assert report["chemical"] == {"precision": 100.0, "recall": 100.0, "f1": 100.0, "wanted": 1}
    assert report["disease"] == {"precision": 50.0, "recall": 33.33, "f1": 40.0, "wanted": 3}
    assert report["all"] == {"precision": 66.67, "recall": 50.0, "f1": 57.14, "wanted": 4}


def test_nothing_found_scores_nought() -> None:
    assert scores([(set(), {(0, 1, C)})])["all"] == {"precision": 0.0, "recall": 0.0, "f1": 0.0, "wanted": 1}


def test_the_report_measures_what_is_there(nlp: Language, data: Path) -> None:
    report = evaluate_ner(nlp, PROTOCOL, data)
    assert report["model"]["name"] == "tiny"
    assert report["exact"]["all"]["wanted"] == 16
    assert report["exact"]["all"]["f1"] > 90
    assert report["iob"]["all"] == {"precision": 100.0, "recall": 100.0, "f1": 100.0, "wanted": 2}
    assert report["iob"]["published_f1"] == 84.28


def test_absent_data_are_said_to_be_absent(nlp: Language, tmp_path: Path) -> None:
    report = evaluate_ner(nlp, PROTOCOL, tmp_path)
    assert all("absent" in report[part]["skipped"] for part in ("exact", "iob", "recall"))


def test_recall_lists_what_was_missed(nlp: Language) -> None:
    sentences = ["Axolol-induced fever.", "Given axololum.", "Nothing here.", "AXOLOL, axolol"]
    report = recall_in_sentences(nlp, sentences, r"axolol\w*", "drug")
    assert (report["sentences"], report["named"], report["recall"]) == (3, 4, 75.0)
    assert report["misses"] == ["Given axololum."]


def test_abstracts_go_the_whole_way_as_pubmed_xml(nlp: Language, tmp_path: Path) -> None:
    abstracts = [sentence(n) for n in range(3)]
    path = tmp_path / "abstracts.xml"
    path.write_bytes(pubmed_xml(abstracts))
    with path.open("rb") as stream:
        articles = [record for record in parse_records(stream) if isinstance(record, Article)]
    assert [[s.text for s in a.sections] for a in articles] == [[a.title, a.abstract] for a in abstracts]
    rows = [{"pmid": a.article.pmid, **to_json(m)} for a in annotate(nlp, articles) for m in a.mentions]
    assert mention_scores(rows, abstracts)["all"]["f1"] > 90


def test_mentions_of_another_article_are_refused() -> None:
    with pytest.raises(PipelineError, match="PMID 5"):
        mention_scores([{"pmid": 5, "section": 0, "start": 0, "end": 1, "label": C}], [sentence(0)])


def test_the_benchmark_counts_words_whole_and_bare(nlp: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.bench.language.LEAST_WORDS", 10)
    monkeypatch.setattr("pipeline.bench.language.RUNS", 1)
    report = bench(nlp, [article("Effect of axolol", "Patients with fyitis")])
    assert report["words"] == 12
    assert report["whole_words_per_second"] > 0
    assert report["bare_ner_words_per_second"] > 0
