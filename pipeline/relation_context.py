"""What the relation rules see: an annotated article cut into sentences, each with what the concepts found in it.

Nothing is computed before it is asked for, and nothing twice: an article without the review's drug or event costs
two scans over its mentions. All offsets are those of the section's text.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from pipeline.concepts.phrases import Match, Word, trigger_table, words
from pipeline.protocol import Protocol
from pipeline.records import AnnotatedArticle, Article, Evidence, Mention, Section


@dataclass(frozen=True)
class SentenceView:
    """A sentence with its neighbours of meaning. `index` counts over the whole article, the title being first."""

    context: Context
    index: int
    section: int
    start: int
    end: int
    mentions: tuple[Mention, ...]

    @cached_property
    def text(self) -> str:
        return self.section_text[self.start : self.end]

    @property
    def section_text(self) -> str:
        return self.context.sections[self.section].text

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """The words of the sentence, with offsets in the section."""
        shift = self.start
        return tuple(Word(w.text, w.start + shift, w.end + shift) for w in words(self.text))

    def labelled(self, *labels: str) -> tuple[Mention, ...]:
        """The mentions with one of these labels ("drug", "event", ...), in order."""
        return tuple(m for m in self.mentions if m.label in labels)

    def triggers(self, name: str, columns: tuple[str, ...]) -> tuple[Match, ...]:
        """Phrases of `corpora/common/triggers/<name>.csv` in this sentence, offsets in the section."""
        return tuple(trigger_table(name, columns).find(self.words))

    def evidence(self, field: str, start: int, end: int) -> Evidence:
        """The words from start to end of the section as the evidence of a field."""
        return Evidence(field, self.section, start, end, self.section_text[start:end])


@dataclass(frozen=True)
class Context:
    """An annotated article under a protocol."""

    annotated: AnnotatedArticle
    protocol: Protocol

    @property
    def article(self) -> Article:
        return self.annotated.article

    @property
    def sections(self) -> tuple[Section, ...]:
        return self.annotated.article.sections

    @cached_property
    def labels(self) -> frozenset[str]:
        return frozenset(mention.label for mention in self.annotated.mentions)

    @cached_property
    def sentences(self) -> tuple[SentenceView, ...]:
        """Every sentence, in reading order, each with the mentions that start in it."""
        mentions = sorted(self.annotated.mentions, key=lambda m: (m.section, m.start, -m.end, m.label))
        views, position = [], 0
        ordered = sorted(self.annotated.sentences, key=lambda s: (s.section, s.start))
        for index, sentence in enumerate(ordered):
            first = position
            while position < len(mentions) and (mentions[position].section, mentions[position].start) < (
                sentence.section,
                sentence.end,
            ):
                position += 1
            views.append(
                SentenceView(
                    self, index, sentence.section, sentence.start, sentence.end, tuple(mentions[first:position])
                )
            )
        return tuple(views)

    def labelled(self, *labels: str) -> tuple[Mention, ...]:
        """All mentions of the article with one of these labels, in reading order."""
        return tuple(m for view in self.sentences for m in view.mentions if m.label in labels)

    def sentence_at(self, section: int, position: int) -> SentenceView | None:
        """The sentence that covers a position of a section."""
        for view in self.sentences:
            if view.section == section and view.start <= position < view.end:
                return view
        return None

    def heading(self, section: int) -> str:
        """The section's own heading and PubMed's category for it, lower case: "results conclusions"."""
        part = self.sections[section]
        return f"{part.label or ''} {part.nlm_category or ''}".strip().lower()
