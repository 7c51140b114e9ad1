"""The tokenizer: a name is always a whole number of tokens."""

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language

from pipeline.language.tokens import product_tokenizer


def _blank() -> Language:
    nlp = spacy.blank("en")
    nlp.tokenizer = product_tokenizer(nlp)
    return nlp


NLP = _blank()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("aspirin-induced asthma", "aspirin"),
        ("aspirin/codeine tablets", "codeine"),
        ("(ASA)-treated patients", "ASA"),
        ("[3H]-naloxone", "naloxone"),
        ("deficient in vitamin D.", "vitamin D"),
        ("non\u2010aspirin analgesics", "aspirin"),
        ("anti\u2013TNF therapy", "TNF"),
        ("GABA(A) receptors", "GABA"),
    ],
)
def test_a_name_can_be_cut_out(text: str, name: str) -> None:
    start = text.index(name)
    assert NLP.make_doc(text).char_span(start, start + len(name)) is not None


@pytest.mark.parametrize("text", ["0.5", "1,000", "3.2%"])
def test_numbers_stay_whole(text: str) -> None:
    assert NLP.make_doc(text)[0].text == text.rstrip("%")


@given(st.text(max_size=60))
def test_tokens_are_the_text(text: str) -> None:
    assert NLP.make_doc(text).text == text
