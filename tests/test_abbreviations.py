"""Short forms and their long forms."""

import pytest
import spacy

from pipeline.language.abbreviations import definitions, short_form_uses
from pipeline.language.sentences import sentence_spans

VOCAB = spacy.blank("en").vocab


def defined(text: str) -> dict[str, str]:
    return {d.short: d.long for d in definitions(text, sentence_spans(text), VOCAB)}


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("Acetylsalicylic acid (ASA) was given.", "ASA", "Acetylsalicylic acid"),
        ("Late-onset asthma (LOA) is rare.", "LOA", "Late-onset asthma"),
        ("Acetylsalicylic acid [ASA] was given.", "ASA", "Acetylsalicylic acid"),
        ("Absolute eosinophil counts (AECs) fell.", "AEC", "Absolute eosinophil counts"),
        ("Absolute eosinophil count (AEC; n = 12) fell.", "AEC", "Absolute eosinophil count"),
        ("The count (see Table 2) fell.", "see", None),
        ("It fell (P < 0.05) at last.", "P", None),
        ("People with MS (median age 38 years; 65% female) had it.", "MS", None),
        ("People with MS (median age 38 years, all seen) had it.", "MS", None),
        ("Charts of all 15 consecutive patients (CLL, n=8; FL, n=7) were read.", "CLL", None),
        ("Charts of all patients (CLL 8, FL 7) were read.", "CLL", None),
        ("Interleukin 2 (IL2, a cytokine) was given.", "IL2", "Interleukin 2"),
        ("Colony-stimulating factor (CSF) helps.", "CSF", "Colony-stimulating factor"),
        ("A first sentence. Acid (ASA) was given.", "ASA", None),
    ],
)
def test_definitions(text: str, short: str, long: str | None) -> None:
    assert defined(text).get(short) == long


def test_the_long_form_may_stand_in_the_brackets() -> None:
    assert defined("The LDH (lactic acid de hydrogenase) rose.") == {"LDH": "lactic acid de hydrogenase"}


def test_a_definition_says_where_its_long_form_stands() -> None:
    text = "We gave acetylsalicylic acid (ASA)."
    (definition,) = definitions(text, sentence_spans(text), VOCAB)
    assert text[definition.start : definition.end] == definition.long == "acetylsalicylic acid"


def test_uses_include_plurals_and_hyphens_and_no_parts_of_words() -> None:
    text = "AECs, AEC-guided, [AEC] and AECX or xAEC"
    assert [text[a:b] for a, b, _ in short_form_uses(text, ["AEC"])] == ["AECs", "AEC", "AEC"]


def test_without_short_forms_there_are_no_uses() -> None:
    assert list(short_form_uses("ASA", [])) == []


def test_empty_brackets_define_nothing() -> None:
    assert defined("Nothing (  ) here [ ; ] or (-).") == {}
