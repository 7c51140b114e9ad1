"""What the relation rules see: an annotated article cut into sentences, each with what the concepts found in it.

Nothing is computed before it is asked for, and nothing twice: an article without the review's drug or event costs
two scans over its mentions. All offsets are those of the section's text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from pipeline.concepts import counts, grades, numbers, patients
from pipeline.concepts.assertion import Assertion, sentence_roles
from pipeline.concepts.blood_counts import BloodCount, Name, find_counts
from pipeline.concepts.count import Count
from pipeline.concepts.course import Course, find_course
from pipeline.concepts.grades import Grade, Severity
from pipeline.concepts.interval import Interval
from pipeline.concepts.numbers import Number
from pipeline.concepts.patients import Label, Patient
from pipeline.concepts.phrases import AnyOf, Match, Word, Words, trigger_table, words
from pipeline.concepts.time_anchors import Anchor, find_anchors
from pipeline.concepts.timing import find_intervals
from pipeline.once import once
from pipeline.protocol import Protocol
from pipeline.records import AnnotatedArticle, Article, Evidence, Mention, Section

# "(nadir 0,3 G/l)": a lowest count that names no cells is one of the review's, where the sentence names no others.
# Quick looks for the forms of _NADIR_ALONE: the lowest, the nth with its count in a bracket, a further count
_LOWEST = AnyOf(("nadir", "lowest"))
_NTH = AnyOf(("first", "second", "third", "fourth", "fifth", "another", "further", "last"))
_FURTHER = AnyOf(("repeat", "control", "follow-up", "next", "second", "subsequent"))
_A_COUNT = AnyOf(("count", "test", "value"))
_OF_A_COUNT = frozenset({"count", "counts", "value", "values", "it", "they", "had"})
_THE_COUNT_WAS = re.compile(
    r"^(?:the|its|her|his|their)\s(?:absolute\s|lowest\s|minimum\s)?(?P<name>counts?|values?)\s"
    r"(?:was|were|had fallen|fell|had dropped|dropped|stood|lay)\b"
    r"|\b(?:a|the|his|her)\s(?:absolute\s|lowest\s)?(?P<of>count)\sof\s[<\u2264]?\s?\d"
    r"|^[^.;:]{0,40}?\b(?P<it>it|they)\s(?:was|were|had\s(?:fallen|dropped|come\sdown)\sto|fell\sto|dropped\sto|stood\sat|was\sdown\sto)"
    r"\s(?:only\s|just\s)?[<\u2264]?\s?\d"
    r"|^(?:patient|case)\s\w{1,3}\b[^.;]{0,50}\s(?P<had>had)\s[<\u2264]?\s?\d+(?:\.\d+)?\s?[x\u00d7]",
    re.IGNORECASE,
)
_NADIR_ALONE = re.compile(
    r"(?<=[(,;] )nadir(?= \d)|(?<=\()(?:nadir|lowest count)(?= \d)"
    r"|\b(?:lowest\s(?:count|value)s?|nadirs?(?:\scounts?)?)(?=\s(?:was|were|of|averaged)\b)"
    r"|\b(?:the|a|an)\s(?:first|second|third|fourth|fifth|another|further|last)(?:\s(?:episode|one|event|bout))?(?=\s\()"
    r"|(?<=\band\s)(?:second|third|fourth|fifth)(?=\s\()"
    r"|\b(?:repeat|repeated|control|follow-up|next|second|subsequent)\s(?:blood\s)?(?:count|test|value)s?\b",
    re.IGNORECASE,
)


# A longer "sentence" is a pasted table or broken text: no rows are read from it, so that time grows with length only
LONGEST_SENTENCE, MOST_MENTIONS, MOST_COUNTS = 3_000, 120, 60


@dataclass(frozen=True)
class SentenceView:
    """A sentence with its neighbours of meaning. `index` counts over the whole article, the title being first."""

    context: Context
    index: int
    section: int
    start: int
    end: int
    mentions: tuple[Mention, ...]
    section_text: str
    text: str
    low: str
    """The text in small letters, for a quick look whether a rule has anything to do here."""

    @once
    def tokens(self) -> Words:
        """The words of the sentence, with offsets in the sentence."""
        return words(self.text)

    @once
    def words(self) -> tuple[Word, ...]:
        """The words of the sentence, with offsets in the section."""
        shift = self.start
        return tuple(Word(w.text, w.start + shift, w.end + shift) for w in self.tokens)

    @once
    def role(self) -> str | None:
        """The part of the abstract that the sentence stands in."""
        return self.context.roles[self.index]

    @once
    def is_readable(self) -> bool:
        """Whether the sentence is short enough to be one."""
        return (
            self.end - self.start <= LONGEST_SENTENCE
            and len(self.mentions) <= MOST_MENTIONS
            and (len(self.tokens) <= MOST_COUNTS or len(self.persons) <= MOST_COUNTS)  # each count has a word at least
        )

    @once
    def numbers(self) -> list[Number]:
        """The numbers of the sentence, with offsets in the sentence."""
        return numbers.find(self.text)

    @once
    def persons(self) -> tuple[Count, ...]:
        """The counts of patients, episodes, cycles (pipeline/concepts/counts.py), with offsets in the sentence."""
        return counts.find(self.text, self.numbers)

    @once
    def named_drugs(self) -> tuple[Mention, ...]:
        """The drugs of the review, and the combinations that hold one."""
        return self.labelled("drug", "regimen")

    @once
    def named_events(self) -> tuple[Mention, ...]:
        return self.labelled("event")

    @once
    def named_conditions(self) -> tuple[Mention, ...]:
        """The diseases that patients may be treated for."""
        return self.labelled("indication")

    @once
    def named_cells(self) -> tuple[Mention, ...]:
        return self.labelled("analyte")

    def labelled(self, *labels: str) -> tuple[Mention, ...]:
        """The mentions with one of these labels ("drug", "event", ...), in order."""
        found = self._labelled.get(labels)
        if found is None:
            found = self._labelled[labels] = tuple([m for m in self.mentions if m.label in labels])
        return found

    @once
    def _labelled(self) -> dict[tuple[str, ...], tuple[Mention, ...]]:
        return {}

    @once
    def _found(self) -> dict[str, tuple[Match, ...]]:
        return {}

    def triggers(self, name: str, columns: tuple[str, ...]) -> tuple[Match, ...]:
        """Phrases of `corpora/common/triggers/<name>.csv` in this sentence, offsets in the section."""
        found = self._found.get(name)
        if found is None:
            shift = self.start
            matches = trigger_table(name, columns).find(self.tokens)
            found = self._found[name] = tuple([m._replace(start=m.start + shift, end=m.end + shift) for m in matches])
        return found

    def _spans(self, *labels: str) -> list[tuple[int, int]]:
        """Spans of these mentions, counted from the start of the sentence."""
        return [(m.start - self.start, m.end - self.start) for m in self.labelled(*labels)]

    @once
    def intervals(self) -> tuple[Interval, ...]:
        """The times of the sentence with role and anchor (pipeline/concepts/timing.py)."""
        shift = self.start
        drugs, others = self._spans("drug", "regimen"), self._spans("co_medication")
        return tuple(
            replace(
                i,
                start=i.start + shift,
                end=i.end + shift,
                phrase_start=i.phrase_start + shift,
                phrase_end=i.phrase_end + shift,
                anchor_start=i.anchor_start + shift if i.anchor_start >= 0 else -1,
                anchor_end=i.anchor_end + shift if i.anchor_end >= 0 else -1,
            )
            for i in find_intervals(self.text, drugs, self._spans("event"), self.numbers, self.tokens, others)
        )

    @once
    def anchors(self) -> tuple[Anchor, ...]:
        """The starts of a clock named without a time ("After the fourth cycle"), offsets in the section."""
        found = find_anchors(self.text, self._spans("drug", "regimen"), self.tokens)
        return tuple(replace(a, start=a.start + self.start, end=a.end + self.start) for a in found)

    @once
    def counts(self) -> tuple[BloodCount, ...]:
        """The blood counts of the sentence; those of the review's own cells have the concept `context.analyte`.

        An event name counts as a name of these cells: its count may stand in brackets behind it.
        """
        own, shift = self.context.analyte, self.start
        if not self.numbers and not self.named_cells:
            return ()
        names = [
            Name(m.start - shift, m.end - shift, own if m.label == "event" else m.concept or "", m.label == "analyte")
            for m in self.labelled("analyte", "event", "other_cytopenia")
        ]
        if _may_stand_alone(self.low) and {n.concept for n in names} <= {own}:
            names += [Name(m.start(), m.end(), own) for m in _NADIR_ALONE.finditer(self.text)]
            names.sort(key=lambda n: n.start)
        if self.numbers and all(n.concept != own for n in names):
            told = self._next_count()
            if told is not None and all(n.start > told[1] for n in names):
                names.insert(0, Name(*told, own))
        alone = bool(names) and {n.concept for n in names} == {own}
        return tuple(
            replace(
                c,
                start=c.start + shift,
                end=c.end + shift,
                concept=own if alone and c.concept is None and c.has_unit else c.concept,
                name_start=c.name_start + shift if c.name_start >= 0 else -1,
            )
            for c in find_counts(self.text, names, self.numbers)
        )

    def _next_count(self) -> tuple[int, int] | None:
        """ "Severe neutropenia was seen. The count was 0.4": the word for a count of the cells named just before.

        Only where the last sentence that named any cells, at most three before, named no others.
        """
        match = None if _OF_A_COUNT.isdisjoint(self.tokens.heads) else _THE_COUNT_WAS.search(self.text)
        if match is None:
            return None
        for before in reversed(self.context.sentences[max(0, self.index - 3) : self.index]):
            named = before.labelled("analyte", "event", "other_cytopenia")
            if named:
                own = all(m.label == "event" or m.concept == self.context.analyte for m in named)
                return match.span(match.lastgroup or 0) if own and before.section == self.section else None
        return None

    @once
    def courses(self) -> tuple[Course, ...]:
        """Management, outcome and re-exposure (pipeline/concepts/course.py)."""
        shift = self.start
        return tuple(
            replace(c, start=c.start + shift, end=c.end + shift)
            for c in find_course(self.text, self._spans("drug", "regimen", "co_medication"), self.tokens)
        )

    @once
    def patients(self) -> tuple[Patient, ...]:
        """Single persons described by age or sex."""
        shift = self.start
        return tuple(replace(p, start=p.start + shift, end=p.end + shift) for p in patients.find_patients(self.text))

    @once
    def labels(self) -> tuple[Label, ...]:
        """ "Case 2", "the second patient"."""
        shift = self.start
        found = patients.find_labels(self.text, self.tokens.heads)
        return tuple(replace(x, start=x.start + shift, end=x.end + shift) for x in found)

    @once
    def grades(self) -> tuple[Grade, ...]:
        shift = self.start
        return tuple(replace(g, start=g.start + shift, end=g.end + shift) for g in grades.find(self.text))

    @once
    def severities(self) -> tuple[Severity, ...]:
        shift = self.start
        return tuple(
            replace(x, start=x.start + shift, end=x.end + shift) for x in grades.severities(self.text, self.tokens)
        )

    @once
    def assertions(self) -> dict[tuple[int, int], Assertion]:
        """What is known already of the mentions of the sentence, by their places (pipeline/concepts/assertion.py)."""
        return {}

    @once
    def statuses(self) -> dict[Mention, str]:
        """The same of its events (pipeline/relate/cases/status.py)."""
        return {}

    def evidence(self, field: str, start: int, end: int) -> Evidence:
        """The words from start to end of the section as the evidence of a field."""
        return Evidence(field, self.section, start, end, self.section_text[start:end])


def _may_stand_alone(low: str) -> bool:
    """Whether a text in small letters may have a count that names no cells (_NADIR_ALONE)."""
    return _LOWEST.search(low) or ("(" in low and _NTH.search(low)) or (_A_COUNT.search(low) and _FURTHER.search(low))


@dataclass(frozen=True)
class Context:
    """An annotated article under a protocol."""

    annotated: AnnotatedArticle
    protocol: Protocol

    def forget(self) -> None:
        """Lets go of what was worked out: sentences point back at their article, which only the collector undoes."""
        for view in self.sentences:
            view.__dict__.clear()
        self.__dict__.clear()

    @property
    def article(self) -> Article:
        return self.annotated.article

    @once
    def sections(self) -> tuple[Section, ...]:
        return self.annotated.article.sections

    @once
    def analyte(self) -> str:
        """The concept of the cells whose count the review is about."""
        return str(self.protocol.config.get("analyte", {}).get("count", ""))

    @once
    def mention_labels(self) -> frozenset[str]:
        return frozenset(mention.label for mention in self.annotated.mentions)

    @once
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
            start, end, whole = sentence.start, sentence.end, self.sections[sentence.section].text
            told, text = tuple(mentions[first:position]), whole[start:end]
            views.append(SentenceView(self, index, sentence.section, start, end, told, whole, text, text.lower()))
        return tuple(views)

    @once
    def roles(self) -> tuple[str | None, ...]:
        """The part of the abstract that each sentence stands in (pipeline/concepts/assertion.py)."""
        return sentence_roles(self)

    @once
    def study_type(self) -> str | None:
        """The kind of study (pipeline/concepts/study_type.py, which imports this module)."""
        from pipeline.concepts.study_type import study_type

        return study_type(self)

    def labelled(self, *labels: str) -> tuple[Mention, ...]:
        """All mentions of the article with one of these labels, in reading order."""
        found = self._labelled.get(labels)
        if found is None:
            found = self._labelled[labels] = tuple(m for v in self.sentences for m in v.mentions if m.label in labels)
        return found

    @once
    def _labelled(self) -> dict[tuple[str, ...], tuple[Mention, ...]]:
        return {}

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
