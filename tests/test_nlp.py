"""From an article to its mentions: spans, layers, sections, and texts that no one should write."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.language import Language

from pipeline.language.nlp import annotate, build_nlp, describe_model
from pipeline.records import AnnotatedArticle, Article, Mention, Section
from tests.ner_stand_ins import article, protocol, save_tagger, term, tiny_tagger

PROTOCOL = protocol(
    term("drug", "bxolol", "bxolol"),
    term("drug", "bxolol", "BX", "case"),
    term("event", "late gyitis", "late-onset gyitis"),
    term("event", "gyitis", "gyitis"),
    term("indication", "hyitis", "hyitis"),
)


@pytest.fixture(scope="module")
def nlp(tmp_path_factory: pytest.TempPathFactory) -> Language:
    folder = save_tagger(tiny_tagger(), tmp_path_factory.mktemp("models") / "tiny")
    return build_nlp(PROTOCOL, str(folder))


def read(nlp: Language, *texts: str) -> AnnotatedArticle:
    (annotated,) = annotate(nlp, [article(*texts)])
    return annotated


def found(annotated: AnnotatedArticle, label: str) -> list[tuple[int, str]]:
    return [(m.section, m.text) for m in annotated.mentions if m.label == label]


def check_spans(annotated: AnnotatedArticle) -> None:
    texts = [section.text for section in annotated.article.sections]
    for mention in annotated.mentions:
        assert texts[mention.section][mention.start : mention.end] == mention.text
        assert mention.text == mention.text.strip() != ""
    for layer in (("CHEMICAL", "DISEASE"), ("drug", "event", "indication")):
        spans = sorted((m.section, m.start, m.end) for m in annotated.mentions if m.label in layer)
        assert all(a[0] < b[0] or a[2] <= b[1] for a, b in pairwise(spans))
    for sentence in annotated.sentences:
        assert 0 <= sentence.start < sentence.end <= len(texts[sentence.section])
    for use in annotated.abbreviations:
        assert texts[use.section][use.start : use.end] in (use.short, use.short + "s")


def test_a_term_gives_a_row_in_each_layer(nlp: Language) -> None:
    annotated = read(nlp, "Bxolol and gyitis")
    assert annotated.mentions[:2] == (
        Mention(0, 0, 6, "Bxolol", "CHEMICAL", "bxolol", "bxolol", "MADE:bxolol"),
        Mention(0, 0, 6, "Bxolol", "drug", "bxolol", "bxolol", "MADE:bxolol"),
    )


def test_the_model_finds_what_no_vocabulary_knows(nlp: Language) -> None:
    annotated = read(nlp, "Effect of exolol", "Patients with jyitis took exolol daily.")
    assert found(annotated, "CHEMICAL") == [(0, "exolol"), (1, "exolol")]
    assert found(annotated, "DISEASE") == [(1, "jyitis")]
    assert all(m.concept is None for m in annotated.mentions)


def test_a_short_form_is_known_in_every_section(nlp: Language) -> None:
    annotated = read(nlp, "Late-onset gyitis [LOG] after bxolol", "", "LOGs were rare. LOG-free survival was long.")
    assert [text for _, text in found(annotated, "event")] == ["Late-onset gyitis", "LOG", "LOGs", "LOG"]
    assert {m.concept for m in annotated.mentions if m.label == "event"} == {"late gyitis"}
    assert [use.section for use in annotated.abbreviations] == [0, 2, 2]


def test_an_articles_own_definition_beats_the_vocabularys_short_form(nlp: Language) -> None:
    annotated = read(nlp, "Barium xenon (BX) levels", "BX rose.")
    assert found(annotated, "drug") == []
    assert found(read(nlp, "Levels", "BX rose."), "drug") == [(1, "BX")]


def test_a_kind_without_a_general_label_is_in_its_own_layer_alone(nlp: Language) -> None:
    annotated = read(nlp, "Treatment of hyitis")
    assert found(annotated, "indication") == [(0, "hyitis")]


def test_nothing_crosses_from_one_section_into_the_next(nlp: Language) -> None:
    annotated = read(nlp, "It was late-onset", "gyitis took hold")
    assert found(annotated, "event") == [(1, "gyitis")]
    assert [(s.section, s.start, s.end) for s in annotated.sentences] == [(0, 0, 17), (1, 0, 16)]


def test_articles_come_back_in_order_and_alike_in_any_company(nlp: Language) -> None:
    articles = [article(f"Effect of bxolol {n}", "Patients with gyitis took axolol daily. " * n) for n in range(40)]
    together = list(annotate(nlp, articles))
    assert [a.article for a in together] == articles
    assert together[17] == next(annotate(nlp, [articles[17]]))


def test_an_article_without_text_has_no_mentions(nlp: Language) -> None:
    annotated = read(nlp, "")
    assert (annotated.mentions, annotated.sentences, annotated.abbreviations) == ((), (), ())


def test_an_abstract_of_60000_characters_is_read(nlp: Language) -> None:
    text = "Patients with gyitis (n = 3) took bxolol daily [see Table 2]. " * 968
    annotated = read(nlp, "Long", text[:60_000])
    check_spans(annotated)
    assert len(found(annotated, "drug")) == text[:60_000].count("bxolol")


def test_10000_words_without_a_sentence_end_are_read(nlp: Language) -> None:
    text = " ".join(["bxolol", "and", "gyitis", "or"] * 2500)
    annotated = read(nlp, "Endless", text)
    check_spans(annotated)
    assert len(found(annotated, "drug")) == 2500


PIECES = [
    "bxolol",
    "Late-onset gyitis",
    "LOG",
    "(LOG)",
    "[BX]",
    "exolol-induced",
    "jyitis",
    "hyitis's",
    "BXs",
    "i.v.",
]
PIECES += ["10^9/L", "0.5", ".", ". The", ",", "(", ")", "[", "\u2009", "\n", "é", "\U0001d6fd", "\u2010", "/", "  "]
PIECES += ["\u00a0", "\u200b", "\x1f"]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sections=st.lists(st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join), min_size=1, max_size=3))
def test_a_span_is_never_wrong(nlp: Language, sections: list[str]) -> None:
    check_spans(read(nlp, *sections))


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=120))
def test_no_text_breaks_the_pipeline(nlp: Language, text: str) -> None:
    check_spans(read(nlp, text, "bxolol"))


def test_the_model_tells_what_it_is(nlp: Language) -> None:
    described = describe_model(nlp)
    assert (described["name"], described["version"]) == ("tiny", "0")
    assert len(described["sha256"]) == 64


def test_the_model_that_ships_knows_drugs_and_diseases() -> None:
    shipped = build_nlp(PROTOCOL)
    text = "The patient developed hepatitis and seizures after ibuprofen and haloperidol."
    annotated = next(annotate(shipped, [Article(1, "", (Section(None, None, text),))]))
    assert found(annotated, "CHEMICAL") == [(0, "ibuprofen"), (0, "haloperidol")]
    assert found(annotated, "DISEASE") == [(0, "hepatitis"), (0, "seizures")]
