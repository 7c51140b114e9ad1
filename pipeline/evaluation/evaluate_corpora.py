"""How the rules do on text of other drugs and other events, with nothing but the vocabulary exchanged.

The text is the test part of PHEE (Sun et al. 2022, version 2): sentences of case reports from PubMed with the drug, the
effect, the time between them, the patient's age and sex, and words of severity marked. Drugs and effects become the
vocabulary; every rule and trigger table stays what it is.

    sentence    it tells of an adverse event, and the rules report a finding
    any other   the rules quote words that overlap the marked ones; an extra is a quote where nothing is marked
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.files import read_jsonl, write_json
from pipeline.protocol import Protocol, Term
from pipeline.records import TITLE, Article, Extraction, Section

PHEE = Path("phee") / "v2" / "test.json"
ADVERSE_EVENT = "Adverse_event"
ARGUMENTS = {
    "drug": ("Treatment", "Drug"),
    "time": ("Treatment", "Time_elapsed"),
    "age": ("Subject", "Age"),
    "sex": ("Subject", "Gender"),
    "severity": ("Severity",),
}
QUOTED_AS = {
    "drug": ("drug",),
    "time": ("onset_days", "onset_low_days", "onset_high_days"),
    "age": ("age_years",),
    "sex": ("sex",),
    "severity": ("severity_term",),
}
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class MarkedSentence:
    """A sentence with the spans of what is marked in it; `adverse` where it tells of an adverse event."""

    number: int
    text: str
    adverse: bool
    marked: dict[str, tuple[Span, ...]]
    effects: tuple[str, ...]

    @property
    def article(self) -> Article:
        """The sentence as an article without a title."""
        return Article(pmid=self.number, title="", sections=(Section(TITLE, TITLE, ""), Section(None, None, self.text)))


def read_phee(path: Path) -> list[MarkedSentence]:
    """The sentences of a PHEE file in file order, numbered from 1."""
    return [_sentence(number, record) for number, record in enumerate(read_jsonl(path), start=1)]


def _sentence(number: int, record: dict[str, Any]) -> MarkedSentence:
    events = [event for annotation in record["annotations"] for event in annotation["events"]]
    adverse = [event for event in events if event["event_type"] == ADVERSE_EVENT]
    effects = {text for event in adverse for text, _ in _parts(event, ("Effect",))}
    return MarkedSentence(
        number,
        record["context"],
        bool(adverse),
        {
            name: tuple(sorted({(at, at + len(text)) for event in adverse for text, at in _parts(event, path)}))
            for name, path in ARGUMENTS.items()
        },
        tuple(sorted(effects)),
    )


def _parts(event: dict[str, Any], path: Iterable[str]) -> Iterator[tuple[str, int]]:
    """(text, start) of an argument of an event, given by the names that lead to it."""
    argument: dict[str, Any] = event
    for name in path:
        argument = argument.get(name) or {}
    for texts, starts in zip(argument.get("text", ()), argument.get("start", ()), strict=True):
        yield from zip(texts, starts, strict=True)


def exchanged(protocol: Protocol, sentences: Iterable[MarkedSentence]) -> Protocol:
    """The protocol with the drugs and effects of these sentences in place of its own."""
    event = next(iter(protocol.config["events"]))
    drugs, effects = set(), set()
    for sentence in sentences:
        drugs |= {sentence.text[start:end] for start, end in sentence.marked["drug"]}
        effects |= set(sentence.effects)
    others = tuple(t for t in protocol.terms if t.kind not in ("drug", "event", "regimen", "co_medication"))
    return replace(
        protocol,
        regimens={},
        terms=(
            *(Term("drug", name.lower(), name.lower(), name, "", None, "PHEE") for name in sorted(drugs)),
            *(Term("event", event, event, name, "", None, "PHEE") for name in sorted(effects - drugs)),
            *others,
        ),
    )


def compare(sentence: MarkedSentence, extraction: Extraction) -> Iterator[tuple[str, str]]:
    """(what, "right" | "extra" | "missed") of a sentence."""
    if sentence.adverse or extraction.findings:
        kind = "right" if sentence.adverse and extraction.findings else "missed" if sentence.adverse else "extra"
        yield "sentence", kind
    quotes = {(e.field, e.start, e.end) for f in extraction.findings for e in f.evidence if e.section == 1}
    for name, fields in QUOTED_AS.items():
        found = {(start, end) for field, start, end in quotes if field in fields}
        marked = sentence.marked[name]
        for span in marked:
            yield name, "right" if any(_overlap(span, other) for other in found) else "missed"
        if not marked:
            yield from ((name, "extra") for _ in found)


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def run(out: Path, protocol: Protocol, data: Path) -> list[str]:
    """Score the rules on the corpora under `data`; writes `out`/corpora.json and returns lines to print."""
    from pipeline.language.nlp import annotate, build_nlp
    from pipeline.relate import relate

    sentences = read_phee(data / PHEE)
    other = exchanged(protocol, sentences)
    counts: Counter[tuple[str, str]] = Counter()
    for sentence, annotated in zip(sentences, annotate(build_nlp(other), [s.article for s in sentences]), strict=True):
        counts.update(compare(sentence, relate(annotated, other)))
    scores = {name: _score(counts, name) for name in ("sentence", *QUOTED_AS)}
    write_json(out / "corpora.json", {"PHEE test": {"sentences": len(sentences), "scores": scores}})
    lines = [f"PHEE test, vocabulary exchanged: {len(sentences)} sentences"]
    return lines + [f"  {name:20} P {s['precision']} R {s['recall']} F1 {s['f1']}" for name, s in scores.items()]


def _score(counts: Counter[tuple[str, str]], name: str) -> dict[str, float | int | None]:
    right, extra, missed = (counts[name, kind] for kind in ("right", "extra", "missed"))

    def ratio(part: int, whole: int) -> float | None:
        return round(part / whole, 4) if whole else None

    return {
        "right": right,
        "extra": extra,
        "missed": missed,
        "precision": ratio(right, right + extra),
        "recall": ratio(right, right + missed),
        "f1": ratio(2 * right, 2 * right + extra + missed),
    }
