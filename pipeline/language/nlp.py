"""The language pipeline: text of an article -> sentences, abbreviations, mentions.

One spaCy Doc holds all sections of an article, joined by one blank, so that an abbreviation defined in the title or
the background is known in the results. No sentence and no mention crosses from one section into the next. Mentions
have two layers: the review's vocabulary (label = the vocabulary file's stem), and CHEMICAL and DISEASE, where the
vocabulary's terms come first and the model fills the rest.

    tokenizer              scispaCy's, cut finer                               pipeline/language/tokens.py
    article_sentences      rule-based sentence boundaries                      pipeline/language/sentences.py
    article_abbreviations  short forms, their long forms and uses              pipeline/language/abbreviations.py
    vocabulary_ruler       the review's terms                                  pipeline/language/lexicon.py
    small_ner, or ner      CHEMICAL and DISEASE: our model, or NER_MODEL       pipeline/ner/tagger.py, ner_packages.py
    article_consistency    one name, one answer in the whole article           pipeline/ner/consistency.py
"""

from __future__ import annotations

import gc
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import minibatch

from pipeline.files import sha256_of_tree
from pipeline.language.abbreviations import Definition, definitions, short_form_uses
from pipeline.language.lexicon import Lexicon, Match, without_overlap
from pipeline.language.sentences import sentence_spans
from pipeline.language.tokens import product_tokenizer
from pipeline.ner.consistency import ShortForm, like_long_forms, like_other_occurrences
from pipeline.ner.model import LABELS, Array, best_spans
from pipeline.ner.packages import load_package
from pipeline.ner.tagger import Tagger
from pipeline.protocol import Protocol, Term
from pipeline.records import Abbreviation, AnnotatedArticle, Article, Mention, Sentence

WEIGHTS = Path(__file__).resolve().parent.parent / "weights" / "ner"
BATCH_SIZE = 16  # articles read at a time: larger batches do not fit the processor's cache
_READING = "reading"


@dataclass(slots=True)
class Reading:
    """What the components leave on a Doc, beside entities; all offsets in the joined text."""

    starts: list[int]
    ends: list[int]
    sentences: list[tuple[int, int]] = field(default_factory=list)
    definitions: dict[str, Definition] = field(default_factory=dict)
    uses: list[tuple[int, int, str]] = field(default_factory=list)
    terms: list[Match] = field(default_factory=list)

    def section_of(self, offset: int) -> int:
        return bisect_right(self.starts, offset) - 1


def reading_of(doc: Doc) -> Reading:
    """The Doc's reading; a Doc made from plain text is one section."""
    reading: Reading = doc.user_data.setdefault(_READING, Reading([0], [len(doc.text)]))
    return reading


def article_doc(nlp: Language, article: Article) -> Doc:
    """The tokens of an article, its sections joined."""
    texts = [section.text for section in article.sections]
    starts = list(accumulate((len(text) + 1 for text in texts), initial=0))[:-1]
    doc = nlp.make_doc(" ".join(texts))
    doc.user_data[_READING] = Reading(starts, [s + len(t) for s, t in zip(starts, texts, strict=True)])
    return doc


@Language.component("article_sentences")
def article_sentences(doc: Doc) -> Doc:
    """Set sentence boundaries section by section."""
    reading = reading_of(doc)
    text = doc.text
    for start, end in zip(reading.starts, reading.ends, strict=True):
        reading.sentences += [(start + a, start + b) for a, b in sentence_spans(text[start:end])]
    waiting = [start for start, _ in reversed(reading.sentences)]
    flags: list[int] = []
    for token in doc:
        opens = False
        while waiting and waiting[-1] <= token.idx:
            waiting.pop()
            opens = True
        flags.append(1 if opens or not flags else -1)
    doc.from_array(["SENT_START"], np.array(flags, dtype="int64").view("uint64").reshape(-1, 1))  # type: ignore[arg-type]
    return doc


@Language.component("article_abbreviations")
def article_abbreviations(doc: Doc) -> Doc:
    """Find the short forms that the article defines, and their uses."""
    reading = reading_of(doc)
    for definition in definitions(doc.text, reading.sentences, doc.vocab):
        reading.definitions.setdefault(definition.short, definition)
    reading.uses = list(short_form_uses(doc.text, list(reading.definitions)))
    return doc


@Language.factory("vocabulary_ruler")
class VocabularyRuler:
    """Finds the review's terms, and the short forms that the article defines for them.

    Sets the entities that have a general label (drug -> CHEMICAL) so that a model behind it keeps them.
    """

    def __init__(self, nlp: Language, name: str) -> None:
        self.lexicon = Lexicon(())
        self.general_labels: dict[str, str] = {}

    def use(self, terms: Iterable[Term], general_labels: dict[str, str]) -> None:
        """Take the terms of a review. `general_labels` maps vocabulary kinds to CHEMICAL or DISEASE; its order is
        the order in which kinds win where the same words are in two of them."""
        order = list(general_labels)
        ranked = sorted(terms, key=lambda t: order.index(t.kind) if t.kind in order else len(order))
        self.lexicon = Lexicon(ranked)
        self.general_labels = general_labels

    def __call__(self, doc: Doc) -> Doc:
        reading = reading_of(doc)
        reading.terms = self._terms(doc.text, reading)
        doc.set_ents(list(self._entities(doc, reading)), default="unmodified")
        return doc

    def _terms(self, text: str, reading: Reading) -> list[Match]:
        meanings = {short: self.lexicon.whole(d.long) for short, d in reading.definitions.items()}
        found = [
            Match(start + match.start, start + match.end, match.term)
            for start, end in zip(reading.starts, reading.ends, strict=True)
            for match in self.lexicon.find(text[start:end])
        ]
        # The article's own definition beats the vocabulary's reading of the same capital letters.
        foreign = {
            short
            for short, definition in reading.definitions.items()
            if meanings[short] is None and not self.lexicon.find(definition.long)
        }
        elsewhere = {(start, end) for start, end, short in reading.uses if short in foreign}
        found = [m for m in found if not (m.term.match == "case" and (m.start, m.end) in elsewhere)]
        defined = [Match(start, end, term) for start, end, short in reading.uses if (term := meanings[short])]
        return without_overlap([*defined, *found])

    def _entities(self, doc: Doc, reading: Reading) -> Iterator[Span]:
        for match in reading.terms:
            if label := self.general_labels.get(match.term.kind):
                span = doc.char_span(match.start, match.end, label=label)
                if span is not None:
                    yield span


@Language.factory("small_ner")
class SmallNer:
    """The project's own model; entities that are there already stay."""

    def __init__(self, nlp: Language, name: str) -> None:
        self.tagger: Tagger

    def use(self, tagger: Tagger) -> None:
        self.tagger = tagger

    def __call__(self, doc: Doc) -> Doc:
        return self._tag([doc])[0]

    def pipe(self, stream: Iterable[Doc], batch_size: int = BATCH_SIZE) -> Iterator[Doc]:
        for docs in minibatch(stream, BATCH_SIZE):  # type: ignore[no-untyped-call]
            yield from self._tag(list(docs))

    def _tag(self, docs: list[Doc]) -> list[Doc]:
        texts = [[token.text for token in doc] for doc in docs]
        inputs = [tagger_features(self.tagger, doc, tokens) for doc, tokens in zip(docs, texts, strict=True)]
        for doc, scores in zip(docs, self.tagger.log_probabilities(texts, inputs), strict=True):
            breaks = [token.i for token in doc if token.is_sent_start]
            for entity in doc.ents:
                scores[entity.start : entity.end] = -np.inf
                scores[entity.start : entity.end, 0] = 0.0
                breaks.append(entity.end)
            spans = best_spans(scores, [b for b in breaks if b < len(doc)])
            trimmed = (_trimmed(doc, *span) for span in spans)
            doc.set_ents([span for span in trimmed if span is not None], default="unmodified")
        return docs


def _trimmed(doc: Doc, start: int, end: int, label: str) -> Span | None:
    """The span without white space at its ends; None where nothing is left."""
    while start < end and not doc[start].text.strip():
        start += 1
    while start < end and not doc[end - 1].text.strip():
        end -= 1
    return Span(doc, start, end, label) if start < end else None


def tagger_features(tagger: Tagger, doc: Doc, tokens: Sequence[str]) -> Array:
    """What the tagger is told beside the words: names it knows, and short forms with what their long form is."""
    reading = reading_of(doc)
    names = tagger.names.features(tokens)
    kinds = {short: tagger.names.kind(definition.long) for short, definition in reading.definitions.items()}
    return np.hstack([names, tagger.names.short_form_features(len(tokens), short_form_tokens(doc, reading), kinds)])


def short_form_tokens(doc: Doc, reading: Reading) -> list[tuple[int, int, str]]:
    """(start, end, short form) in tokens of the uses of short forms that are whole tokens."""
    spans = ((doc.char_span(start, end), short) for start, end, short in reading.uses)
    return [(span.start, span.end, short) for span, short in spans if span is not None]


@Language.component("article_consistency")
def article_consistency(doc: Doc) -> Doc:
    """Make the model's entities agree within the article; the vocabulary's stay as they are."""
    reading = reading_of(doc)
    places: dict[str, list[tuple[int, int]]] = {}
    for start, end, short in short_form_tokens(doc, reading):
        places.setdefault(short, []).append((start, end))
    short_forms = []
    for short, definition in reading.definitions.items():
        long = doc.char_span(definition.start, definition.end)
        if long is not None:
            short_forms.append(ShortForm((long.start, long.end), tuple(places.get(short, ()))))
    known = {(match.start, match.end) for match in reading.terms}
    fixed = [e for e in doc.ents if (e.start_char, e.end_char) in known]
    held = {token.i for entity in fixed for token in entity}
    spans = [(e.start, e.end, e.label_) for e in doc.ents]
    spans = like_other_occurrences(like_long_forms(spans, short_forms), [token.text for token in doc])
    free = [
        Span(doc, a, b, label) for a, b, label in spans if held.isdisjoint(range(a, b)) and _in_one_sentence(doc, a, b)
    ]
    doc.set_ents([*fixed, *free], default="outside")
    return doc


def _in_one_sentence(doc: Doc, start: int, end: int) -> bool:
    return not any(doc[i].is_sent_start for i in range(start + 1, end))


def build_nlp(protocol: Protocol, model: str | None = None) -> Language:
    """The pipeline of a review. `model` is a spaCy package, its folder or a folder of ours; None is the model shipped.

    Raises PipelineError where the model is missing, damaged, of another spaCy or without the labels needed.
    """
    folder = Path(model) if model else WEIGHTS
    if model is None or (folder / "model.npz").exists():
        nlp = spacy.blank("en")
        tagger = Tagger.load(folder)
        nlp.add_pipe("small_ner").use(tagger)  # type: ignore[attr-defined]
        described = {"sha256": sha256_of_tree(folder), **{key: tagger.card.get(key) for key in ("name", "version")}}
    else:
        nlp, described = load_package(model)
    nlp.tokenizer = product_tokenizer(nlp)
    nlp.add_pipe("article_sentences", first=True)
    nlp.add_pipe("article_abbreviations", after="article_sentences")
    ruler = nlp.add_pipe("vocabulary_ruler", after="article_abbreviations")
    ruler.use(protocol.terms, protocol.config.get("general_labels", {}))  # type: ignore[attr-defined]
    nlp.add_pipe("article_consistency", last=True)
    nlp.meta["ner_model"] = {**described, "spacy": spacy.about.__version__}
    gc.collect()
    gc.freeze()  # model and vocabulary live as long as the process: the collector need not walk them for every text
    return nlp


def describe_model(nlp: Language) -> dict[str, Any]:
    """Name, version and SHA-256 of the NER model, and the version of spaCy: for the record of a run."""
    return dict(nlp.meta["ner_model"])


def annotate(nlp: Language, articles: Iterable[Article]) -> Iterator[AnnotatedArticle]:
    """Each article with its sentences, mentions and abbreviations, in the order given."""
    docs = ((article_doc(nlp, article), article) for article in articles)
    for doc, article in nlp.pipe(docs, as_tuples=True, batch_size=BATCH_SIZE):
        yield _annotated(doc, article)


def _annotated(doc: Doc, article: Article) -> AnnotatedArticle:
    reading = reading_of(doc)
    text = doc.text

    def place(start: int, end: int) -> tuple[int, int, int]:
        section = reading.section_of(start)
        return section, start - reading.starts[section], end - reading.starts[section]

    known = {(m.start, m.end): m.term for m in reading.terms}
    spans = [(m.start, m.end, m.term.kind) for m in reading.terms]
    spans += [(entity.start_char, entity.end_char, entity.label_) for entity in doc.ents if entity.label_ in LABELS]
    mentions = []
    for start, end, label in sorted(spans):
        term = known.get((start, end))
        names = (term.concept, term.preferred_name, term.identifier) if term else ()
        mentions.append(Mention(*place(start, end), text[start:end], label, *names))
    return AnnotatedArticle(
        article=article,
        sentences=tuple(Sentence(*place(start, end)) for start, end in reading.sentences),
        mentions=tuple(mentions),
        abbreviations=tuple(
            Abbreviation(*place(start, end), short, reading.definitions[short].long)
            for start, end, short in reading.uses
        ),
    )
