"""Marked sentences of another corpus, read, turned into a vocabulary, and compared."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.evaluation.evaluate_corpora import compare, exchanged, read_ade, read_phee
from pipeline.protocol import Protocol, Term
from pipeline.records import Evidence, Extraction, Finding

TEXT = "A 40-year-old man fell ill two days after alphamab."


def part(text: str) -> dict[str, object]:
    return {"text": [[text]], "start": [[TEXT.index(text)]]}


def line(event_type: str = "Adverse_event") -> str:
    event = {
        "event_type": event_type,
        "Treatment": {**part("alphamab"), "Drug": part("alphamab"), "Time_elapsed": part("two days")},
        "Subject": {**part("A 40-year-old man"), "Age": part("40-year-old")},
        "Effect": part("ill"),
    }
    return json.dumps({"context": TEXT, "annotations": [{"events": [event]}]})


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "test.json"
    path.write_text(f"{line()}\n{line('Potential_therapeutic_event')}\n")
    return path


def reading(*quotes: tuple[str, str]) -> Extraction:
    evidence = tuple(Evidence(f, 1, TEXT.index(q), TEXT.index(q) + len(q), q) for f, q in quotes)
    return Extraction(1, None, (Finding("x", 1, "case", drug="alphamab", evidence=evidence),))


def test_spans_of_adverse_events_are_read_and_others_are_not(corpus: Path) -> None:
    adverse, other = read_phee(corpus)
    assert adverse.adverse
    assert [TEXT[slice(*span)] for span in adverse.marked["time"]] == ["two days"]
    assert adverse.effects == ("ill",)
    assert not other.adverse
    assert other.marked["drug"] == ()


def test_an_article_made_of_a_sentence_has_it_as_its_only_text(corpus: Path) -> None:
    article = read_phee(corpus)[0].article
    assert [section.text for section in article.sections] == ["", TEXT]


def test_only_drugs_and_events_of_the_vocabulary_are_exchanged(corpus: Path) -> None:
    terms = tuple(Term(kind, "c", "c", "t", "", None, "s") for kind in ("drug", "event", "indication"))
    protocol = Protocol("p", Path("p"), "", {"events": {"illness": {}}}, {}, terms, {})
    changed = exchanged(protocol, read_phee(corpus))
    assert [(t.kind, t.concept, t.term) for t in changed.terms] == [
        ("drug", "alphamab", "alphamab"),
        ("event", "illness", "ill"),
        ("indication", "c", "t"),
    ]


def test_a_quote_that_overlaps_the_marked_words_is_right(corpus: Path) -> None:
    sentence = read_phee(corpus)[0]
    found = dict(compare(sentence, reading(("onset_days", "two days after"), ("drug", "alphamab"))))
    assert found == {"sentence": "right", "time": "right", "drug": "right", "age": "missed"}


def test_a_quote_where_nothing_is_marked_is_extra(corpus: Path) -> None:
    sentence = read_phee(corpus)[1]
    assert dict(compare(sentence, reading(("age_years", "40")))) == {"sentence": "extra", "age": "extra"}


def test_a_sentence_without_finding_misses_all_that_is_marked(corpus: Path) -> None:
    kinds = {kind for _, kind in compare(read_phee(corpus)[0], Extraction(1, None))}
    assert kinds == {"missed"}


def test_sentences_with_and_without_an_adverse_effect_are_read_from_ade(tmp_path: Path) -> None:
    (tmp_path / "DRUG-AE.rel").write_text(
        "1|Gammamab caused ill ease and rash.|rash|1|2|gammamab|3|4\n"
        "1|After alphamab he fell ill.|ill|1|2|alphamab|3|4\n1|After alphamab he fell ill.|fell ill|1|2|alphamab|3|4\n"
    )
    (tmp_path / "ADE-NEG.txt").write_text(
        "1 NEG After alphamab he fell ill.\n2 NEG He was well.\n3 NEG So was she.\n4 NEG All were.\n"
    )
    first, second, third, fourth = read_ade(tmp_path)
    assert (first.marked["drug"], first.effects) == ((), ("rash",))
    assert ([second.text[slice(*s)] for s in second.marked["drug"]], second.effects) == (
        ["alphamab"],
        ("fell ill", "ill"),
    )
    assert [(s.text, s.adverse) for s in (third, fourth)] == [("He was well.", False), ("So was she.", False)]
