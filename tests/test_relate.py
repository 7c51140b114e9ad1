"""The entry point: reasons without a finding, ids, order, and texts that are no abstracts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.protocol import load_protocol
from pipeline.records import AnnotatedArticle, Article, Section
from pipeline.relate import finding_id, relate
from tests.annotated import annotated

PROTOCOL = load_protocol("anti-cd20-neutropenia")
CASE = "A woman of 60 with rheumatoid arthritis had neutropenia 80 days after rituximab."


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("A woman of 60 with rheumatoid arthritis had neutropenia.", "no_drug"),
        ("A woman of 60 with rheumatoid arthritis received rituximab.", "no_event"),
        ("A woman of 60 received rituximab and had thrombocytopenia.", "other_cytopenia_only"),
        ("A woman of 60 had neutropenia and was given rituximab for it.", "before_treatment"),
        ("A woman of 60, once on rituximab, had ozanimod-induced neutropenia.", "other_cause"),
    ],
)
def test_an_article_without_a_finding_says_why(text, reason):
    extraction = relate(annotated(text), PROTOCOL)
    assert extraction.reason == reason
    assert reason in PROTOCOL.config["exclusion_reasons"]


def test_an_article_with_a_finding_has_no_reason():
    extraction = relate(annotated(CASE), PROTOCOL)
    assert extraction.relevant
    assert extraction.reason is None


def test_the_same_text_gives_the_same_extraction():
    assert relate(annotated(CASE), PROTOCOL) == relate(annotated(CASE), PROTOCOL)


def test_an_id_depends_on_what_was_found_not_on_its_place():
    (finding,) = relate(annotated(CASE), PROTOCOL).findings
    assert finding.finding_id == finding_id(finding)
    assert finding_id(replace(finding, confidence=0.1)) == finding.finding_id
    assert finding_id(replace(finding, drug="ofatumumab")) != finding.finding_id
    assert finding_id(replace(finding, evidence=finding.evidence[:-1])) != finding.finding_id


def test_no_text_at_all_is_a_reason():
    article = Article(1, "", (Section("TITLE", "TITLE", ""),))
    assert relate(AnnotatedArticle(article), PROTOCOL).reason == "no_text"


def test_a_title_alone_is_flagged():
    extraction = relate(annotated("", title="Neutropenia after rituximab in a patient with lupus"), PROTOCOL)
    assert "no_abstract" in extraction.flags


ODD = [
    "x" * 60_000,
    "rituximab neutropenia " * 3000,
    "Neutropenia after rituximab: ANC " + "9" * 400 + " x 109/L, " + "1" * 400 + " days after rituximab.",
    "利妥昔单抗 rituximab 后中性粒细胞减少 neutropenia。" * 20,
    "Neutropenia tardía tras rituximab: 20 neutrófilos/mm³ a las 5 semanas de la infusión.",
    "Arm\tN\tNeutropenia\nA\t12\t3 (25%)\nB\t14\t(\n\n((([[[ rituximab neutropenia )))",
    "neutropenia \ufffd\ufffd rituximab \x00 \u202e 12 days after \ud7ff",
    "Case 1: Case 2: Case 3: neutropenia rituximab " * 200,
]


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_texts_are_read_without_an_error(text):
    extraction = relate(annotated(text), PROTOCOL)
    assert extraction.pmid == 1


def test_broken_characters_and_long_texts_are_flagged():
    assert "broken_characters" in relate(annotated("\ufffd rituximab"), PROTOCOL).flags
    assert "long_text" in relate(annotated("rituximab " * 6000), PROTOCOL).flags


def test_every_finding_and_every_value_with_a_quote_says_how_sure_it_is():
    (finding,) = relate(annotated(CASE), PROTOCOL).findings
    assert 0 < finding.confidence < 1
    stated = dict(finding.field_confidence)
    assert {"drug", "onset_days", "sex"} <= stated.keys() <= {e.field for e in finding.evidence}
    assert all(0 < value <= finding.confidence for value in stated.values())
