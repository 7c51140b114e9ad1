"""How the rules do on text of other drugs and other events, with nothing but the vocabulary exchanged.

PHEE (Sun et al. 2022, version 2), test part: sentences of case reports from PubMed with the drug, the effect, the time
between them, the patient's age and sex, and words of severity marked. ADE (Gurulingappa et al. 2012): sentences of the
same kind of text with drug and effect, and as many sentences that tell of no adverse event. Drugs and effects become
the vocabulary; every rule and trigger table stays what it is.

    sentence    it tells of an adverse event, and the rules report a finding
    any other   the rules quote words that overlap the marked ones; an extra is a quote where nothing is marked
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.files import read_jsonl, read_text, write_json
from pipeline.protocol import Protocol, Term
from pipeline.records import TITLE, Article, Extraction, Section

PHEE = Path("phee") / "v2" / "test.json"
ADE = Path("ade-corpus-v2")
ADE_RELATIONS, ADE_NEGATIVES = "DRUG-AE.rel", "ADE-NEG.txt"
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


def read_ade(folder: Path) -> list[MarkedSentence]:
    """The sentences with a drug and its adverse effect, then as many without one, in file order, numbered from 1.

    Offsets in the files count from the start of an abstract that they do not hold: names are searched in the sentence.
    """
    related: dict[str, list[tuple[str, str]]] = {}
    for line in read_text(folder / ADE_RELATIONS).splitlines():
        _, text, effect, _, _, drug, _, _ = line.split("|")
        related.setdefault(text, []).append((drug, effect))
    negative = (line.split(" NEG ", 1)[1] for line in read_text(folder / ADE_NEGATIVES).splitlines() if " NEG " in line)
    others = [text for text in dict.fromkeys(negative) if text not in related][: len(related)]
    adverse = [
        MarkedSentence(
            number,
            text,
            True,
            {"drug": tuple(sorted({(at, at + len(d)) for d, _ in pairs if (at := text.find(d)) >= 0}))},
            tuple(sorted({effect for _, effect in pairs})),
        )
        for number, (text, pairs) in enumerate(related.items(), start=1)
    ]
    return adverse + [
        MarkedSentence(n, text, False, {"drug": ()}, ()) for n, text in enumerate(others, len(adverse) + 1)
    ]


def exchanged(protocol: Protocol, sentences: Iterable[MarkedSentence], source: str = "PHEE") -> Protocol:
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
            *(Term("drug", name.lower(), name.lower(), name, "", None, source) for name in sorted(drugs)),
            *(Term("event", event, event, name, "", None, source) for name in sorted(effects - drugs)),
            *others,
        ),
    )


def compare(sentence: MarkedSentence, extraction: Extraction) -> Iterator[tuple[str, str]]:
    """(what, "right" | "extra" | "missed") of a sentence."""
    if sentence.adverse or extraction.findings:
        kind = "right" if sentence.adverse and extraction.findings else "missed" if sentence.adverse else "extra"
        yield "sentence", kind
    quotes = {(e.field, e.start, e.end) for f in extraction.findings for e in f.evidence if e.section == 1}
    for name, marked in sentence.marked.items():
        found = {(start, end) for field, start, end in quotes if field in QUOTED_AS[name]}
        for span in marked:
            yield name, "right" if any(_overlap(span, other) for other in found) else "missed"
        if not marked:
            yield from ((name, "extra") for _ in found)


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def run(out: Path, protocol: Protocol, data: Path) -> list[str]:
    """Score the rules on the corpora under `data`; writes `out`/corpora.json and returns lines to print."""
    scored, lines = {}, []
    for name, sentences in (("PHEE test", read_phee(data / PHEE)), ("ADE", read_ade(data / ADE))):
        scores = _scores(protocol, sentences, name.split()[0])
        scored[name] = {"sentences": len(sentences), "scores": scores}
        lines.append(f"{name}, vocabulary exchanged: {len(sentences)} sentences")
        lines += [f"  {what:20} P {s['precision']} R {s['recall']} F1 {s['f1']}" for what, s in scores.items()]
    write_json(out / "corpora.json", scored)
    return lines


def _scores(
    protocol: Protocol, sentences: Sequence[MarkedSentence], source: str
) -> dict[str, dict[str, float | int | None]]:
    from pipeline.language.nlp import annotate, build_nlp
    from pipeline.relate import relate

    other = exchanged(protocol, sentences, source)
    counts: Counter[tuple[str, str]] = Counter()
    for sentence, annotated in zip(sentences, annotate(build_nlp(other), [s.article for s in sentences]), strict=True):
        counts.update(compare(sentence, relate(annotated, other)))
    return {what: _score(counts, what) for what in ("sentence", *QUOTED_AS) if any(key[0] == what for key in counts)}


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
