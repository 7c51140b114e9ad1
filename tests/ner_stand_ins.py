"""Tiny protocols, articles, models and corpora for the tests of the language pipeline. All texts are made up."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.training import Example

from pipeline.ner.data import Abstract
from pipeline.ner.model import LABELS, Shape
from pipeline.ner.names import Names
from pipeline.ner.tagger import Tagger
from pipeline.ner.training import Course, Recipe, train
from pipeline.protocol import Protocol, Term
from pipeline.records import Article, Section

GENERAL_LABELS = {"drug": "CHEMICAL", "event": "DISEASE"}
TINY = Recipe(
    shape=Shape(ngram_rows=500, ngram_width=8, word_rows=100, word_width=8, width=16, depth=1),
    members=1,
    first=Course(30, 60),
    context_width=4,
    warm_up_steps=5,
    learning_rate=0.01,
    drop=0.0,
    word_drop=0.0,
)
NAMES = Names({"aspirin": "CHEMICAL", "low back pain": "DISEASE"})


def term(kind: str, concept: str, words: str, match: str = "") -> Term:
    return Term(kind, concept, concept, words, match, f"MADE:{concept}", "made up")


def protocol(*terms: Term) -> Protocol:
    return Protocol("tiny", Path("tiny"), "", {"general_labels": GENERAL_LABELS}, {}, terms=terms, regimens=())


def article(*texts: str) -> Article:
    return Article(pmid=1, title=texts[0], sections=tuple(Section(None, None, text) for text in texts))


def sentence(number: int) -> Abstract:
    """An abstract in which "Xolol" words are chemicals and "Yitis" words are diseases."""
    drug, disease = f"{'abcde'[number % 5]}xolol", f"{'fghij'[number % 5]}yitis"
    title, text = f"Effect of {drug}", f"Patients with {disease} took {drug} daily. Then {disease} went away."
    whole = f"{title} {text}"
    spans = [
        (at, at + len(word), label)
        for word, label in ((drug, LABELS[0]), (disease, LABELS[1]))
        for at in range(len(whole))
        if whole.startswith(word, at)
    ]
    return Abstract(100 + number, title, text, tuple(sorted(spans)))


def pubtator(abstracts: Sequence[Abstract]) -> str:
    blocks = []
    for a in abstracts:
        lines = [f"{a.pmid}|t|{a.title}", f"{a.pmid}|a|{a.abstract}"]
        lines += [f"{a.pmid}\t{s}\t{e}\t{a.text[s:e]}\t{label.capitalize()}\tD1" for s, e, label in a.spans]
        blocks.append("\n".join([*lines, f"{a.pmid}\tCID\tD1\tD2"]))
    return "\n\n".join(blocks) + "\n\n"


def tiny_tagger() -> Tagger:
    abstracts = [sentence(n) for n in range(10)]
    tagger, _ = train(abstracts, [a.text for a in abstracts], NAMES, TINY, log=lambda line: None)
    tagger.card = {"name": "tiny", "version": "0"}
    return tagger


def save_tagger(tagger: Tagger, folder: Path) -> Path:
    folder.mkdir(parents=True)
    text = "".join(f"{name}\t{label}\n" for name, label in tagger.names.names.items())
    (folder / "names.tsv.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    tagger.save(folder)
    return folder


def package_like_scispacy(labels: Sequence[str] = LABELS, name: str = "core_tiny") -> Language:
    """A pipeline made up as scispaCy does for its NER models: tagger and others beside an ner with its own tok2vec."""
    nlp = spacy.blank("en")
    nlp.meta["name"] = name
    nlp.add_pipe("tok2vec")
    nlp.add_pipe("tagger").add_label("NN")
    nlp.add_pipe("attribute_ruler")
    ner = nlp.add_pipe("ner")
    for label in labels:
        ner.add_label(label)
    docs = [nlp.make_doc("bxolol helps against gyitis")]
    ents = [(0, 6, labels[0]), (21, 27, labels[-1])]
    examples = [Example.from_dict(doc, {"entities": ents, "tags": ["NN"] * len(doc)}) for doc in docs]
    optimizer = nlp.initialize(lambda: examples)
    for _ in range(20):
        nlp.update(examples, sgd=optimizer)
    return nlp
