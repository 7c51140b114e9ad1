"""What the rules see: sentences with their mentions and what the concepts found, all offsets those of the section."""

from __future__ import annotations

from pipeline.protocol import load_protocol
from pipeline.relate.context import Context
from tests.annotated import annotated

PROTOCOL = load_protocol("anti-cd20-neutropenia")
TEXT = (
    "Case 2: a woman aged 50 received rituximab. Grade 4 neutropenia (ANC 0.2 x 109/L) came 87 days after the last dose. "
    "She was given G-CSF."
)
CONTEXT = Context(annotated(TEXT), PROTOCOL)


def test_every_mention_stands_in_exactly_one_sentence():
    assert sum(len(v.mentions) for v in CONTEXT.sentences) == len(CONTEXT.annotated.mentions)
    assert all(v.start <= m.start < v.end for v in CONTEXT.sentences for m in v.mentions)


def test_what_the_concepts_found_has_offsets_of_the_section():
    second = CONTEXT.sentences[2]
    text = second.section_text
    assert [text[i.start : i.end] for i in second.intervals] == ["87 days"]
    assert [text[i.phrase_start : i.phrase_end] for i in second.intervals] == ["87 days after the last dose"]
    assert [text[c.start : c.end] for c in second.counts] == ["0.2 x 109/L"]
    assert [text[g.start : g.end].lower() for g in second.grades] == ["grade 4"]
    assert [w.text for w in second.words][:2] == ["grade", "4"]
    assert [text[p.start : p.end] for p in CONTEXT.sentences[1].patients] == ["woman aged 50"]
    assert [x.text for x in CONTEXT.sentences[1].labels] == ["Case 2"]
    assert [text[c.start : c.end] for c in CONTEXT.sentences[3].courses] == ["G-CSF"]


def test_evidence_quotes_the_section():
    view = CONTEXT.sentences[2]
    evidence = view.evidence("grade", view.start, view.start + 7)
    assert evidence.quote == "Grade 4"


def test_a_place_is_found_in_its_sentence():
    view = CONTEXT.sentences[2]
    assert CONTEXT.sentence_at(view.section, view.start) is view
    assert CONTEXT.sentence_at(view.section, 10_000) is None


def test_the_counts_of_the_review_are_those_of_its_own_cells():
    assert [c.concept for c in CONTEXT.sentences[2].counts] == [CONTEXT.analyte]
