"""The language pipeline: text of an article -> sentences, abbreviations, mentions.

One spaCy Doc holds all sections of an article, joined by one blank, so that an abbreviation defined in the title or the
background is known in the results. No sentence and no mention crosses from one section into the next. Mentions have
two layers: the review's vocabulary (label = the vocabulary file's stem), and CHEMICAL and DISEASE, where a
vocabulary's terms come first and the model fills the rest.

    tokenizer            scispaCy's, split at hyphens and slashes too      pipeline/tokens.py
    article_sentences    rule-based sentence boundaries                    pipeline/sentences.py
    vocabulary_ruler     definitions of abbreviations, terms of the review pipeline/abbreviations.py, lexicon.py
    ner                  CHEMICAL and DISEASE                              pipeline/weights/ner, or NER_MODEL
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from pipeline.abbreviations import definitions, short_form_uses
from pipeline.lexicon import Lexicon, Match, without_overlap
from pipeline.protocol import Protocol, Term
from pipeline.records import Abbreviation, AnnotatedArticle, Article, Mention, Sentence
from pipeline.sentences import sentence_spans
from pipeline.tokens import product_tokenizer

CHEMICAL, DISEASE = "CHEMICAL", "DISEASE"
BATCH_SIZE = 64
_READ = "read"


@dataclass(slots=True)
class _Reading:
    """What the components leave on a Doc; all offsets in the joined text."""

    starts: list[int]
    ends: list[int]
    sentences: list[tuple[int, int]] = field(default_factory=list)
    definitions: dict[str, str] = field(default_factory=dict)
    uses: list[tuple[int, int, str]] = field(default_factory=list)
    terms: list[Match] = field(default_factory=list)

    def section_of(self, offset: int) -> int:
        return bisect_right(self.starts, offset) - 1


def reading_of(doc: Doc) -> _Reading:
    """The Doc's reading; a Doc made from plain text is one section."""
    return doc.user_data.setdefault(_READ, _Reading([0], [len(doc.text)]))


@Language.component("article_sentences")
def article_sentences(doc: Doc) -> Doc:
    """Set sentence boundaries section by section."""
    reading = reading_of(doc)
    text = doc.text
    for start, end in zip(reading.starts, reading.ends, strict=True):
        reading.sentences += [(start + a, start + b) for a, b in sentence_spans(text[start:end])]
    begins = iter([start for start, _ in reading.sentences])
    begin = next(begins, None)
    for token in doc:
        opens = begin is not None and token.idx >= begin
        token.is_sent_start = opens or token.i == 0
        while begin is not None and token.idx >= begin:
            begin = next(begins, None)
    return doc


@Language.factory("vocabulary_ruler")
class VocabularyRuler:
    """Finds the review's terms and the short forms that the article defines for them.

    Sets the entities that have a general label (drug -> CHEMICAL) so that a model behind it keeps them.
    """

    def __init__(self, nlp: Language, name: str) -> None:
        self.vocab = nlp.vocab
        self.lexicon = Lexicon(())
        self.general_labels: dict[str, str] = {}

    def use(self, terms: Iterable[Term], general_labels: dict[str, str]) -> None:
        """Take the terms of a review. `general_labels` maps vocabulary kinds to CHEMICAL or DISEASE."""
        self.lexicon = Lexicon(terms)
        self.general_labels = general_labels

    def __call__(self, doc: Doc) -> Doc:
        reading = reading_of(doc)
        text = doc.text
        for short, long in definitions(text, reading.sentences, self.vocab):
            reading.definitions.setdefault(short, long)
        reading.uses = list(short_form_uses(text, list(reading.definitions)))
        reading.terms = self._terms(text, reading)
        doc.set_ents(list(self._entities(doc, reading)), default="unmodified")
        return doc

    def _terms(self, text: str, reading: _Reading) -> list[Match]:
        meanings = {short: self.lexicon.whole(long) for short, long in reading.definitions.items()}
        found = [
            Match(start + match.start, start + match.end, match.term)
            for start, end in zip(reading.starts, reading.ends, strict=True)
            for match in self.lexicon.find(text[start:end])
        ]
        # The article's own definition beats the vocabulary's reading of the same letters: an "ANC" clinic counts no cells.
        foreign = {
            short
            for short, long in reading.definitions.items()
            if meanings[short] is None and not self.lexicon.find(long)
        }
        elsewhere = {(start, end) for start, end, short in reading.uses if short in foreign}
        found = [m for m in found if not (m.term.match == "case" and (m.start, m.end) in elsewhere)]
        defined = [Match(start, end, term) for start, end, short in reading.uses if (term := meanings[short])]
        return without_overlap([*defined, *found])

    def _entities(self, doc: Doc, reading: _Reading) -> Iterator[Span]:
        for match in reading.terms:
            if label := self.general_labels.get(match.term.kind):
                span = doc.char_span(match.start, match.end, label=label)
                if span is not None:
                    yield span


def build_nlp(protocol: Protocol, model: str | None = None) -> Language:
    """The pipeline of a review."""
    nlp = spacy.blank("en")
    nlp.tokenizer = product_tokenizer(nlp)
    nlp.add_pipe("article_sentences", first=True)
    ruler = nlp.add_pipe("vocabulary_ruler", after="article_sentences")
    general_labels = protocol.config.get("general_labels", {})
    order = list(general_labels)
    terms = sorted(protocol.terms, key=lambda t: order.index(t.kind) if t.kind in order else len(order))
    ruler.use(terms, general_labels)  # type: ignore[attr-defined]
    return nlp


def annotate(nlp: Language, articles: Iterable[Article]) -> Iterator[AnnotatedArticle]:
    """Each article with its sentences, mentions and abbreviations, in the order given."""
    docs = ((_doc(nlp, article), article) for article in articles)
    for doc, article in nlp.pipe(docs, as_tuples=True, batch_size=BATCH_SIZE):
        yield _annotated(doc, article)


def _doc(nlp: Language, article: Article) -> Doc:
    texts = [section.text for section in article.sections]
    starts = list(accumulate((len(text) + 1 for text in texts), initial=0))[:-1]
    doc = nlp.make_doc(" ".join(texts))
    doc.user_data[_READ] = _Reading(starts, [s + len(t) for s, t in zip(starts, texts, strict=True)])
    return doc


def _annotated(doc: Doc, article: Article) -> AnnotatedArticle:
    reading = reading_of(doc)
    text = doc.text
    known = {(m.start, m.end): m.term for m in reading.terms}
    spans = [(m.start, m.end, m.term.kind, m.term) for m in reading.terms]
    spans += [(e.start_char, e.end_char, e.label_, known.get((e.start_char, e.end_char))) for e in doc.ents]
    mentions = []
    for start, end, label, term in sorted(spans, key=lambda s: (s[0], s[1], s[2])):
        section = reading.section_of(start)
        offset = reading.starts[section]
        mentions.append(
            Mention(
                section=section,
                start=start - offset,
                end=end - offset,
                text=text[start:end],
                label=label,
                concept=term.concept if term else None,
                preferred_name=term.preferred_name if term else None,
                identifier=term.identifier if term else None,
            )
        )
    return AnnotatedArticle(
        article=article,
        sentences=tuple(
            Sentence(s, a - reading.starts[s], b - reading.starts[s])
            for a, b in reading.sentences
            for s in (reading.section_of(a),)
        ),
        mentions=tuple(mentions),
        abbreviations=tuple(
            Abbreviation(s, a - reading.starts[s], b - reading.starts[s], short, reading.definitions[short])
            for a, b, short in reading.uses
            for s in (reading.section_of(a),)
        ),
    )
