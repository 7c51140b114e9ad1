"""Study arms: which substances, and whether the review's drug is among them. Every text is invented."""

from __future__ import annotations

import pytest

from pipeline.concepts import regimen
from tests.read_texts import context, protocol


def arms(text):
    view = context(text).sentences[-1]
    return regimen.find(view.section_text, view.mentions, protocol(), view.start, view.end)


@pytest.mark.parametrize(
    ("text", "drugs"),
    [
        ("R-CHOP versus CHOP", ["rituximab", None]),
        ("venetoclax-obinutuzumab versus chlorambucil-obinutuzumab", ["obinutuzumab", "obinutuzumab"]),
        ("obinutuzumab plus bendamustine or bendamustine alone", ["obinutuzumab", None]),
        ("placebo plus rituximab versus lenalidomide plus rituximab", ["rituximab", "rituximab"]),
        ("rituximab-based chemotherapy versus chemotherapy", ["rituximab", None]),
        ("with rituximab or without rituximab", ["rituximab", None]),
    ],
)
def test_arms_of_a_text(text, drugs):
    assert [a.drug for a in arms(text)] == drugs


def test_the_same_substances_are_the_same_arm():
    first, second = arms("rituximab and bendamustine was compared with bendamustine plus rituximab")
    assert first.same_as(second)


def test_parts_of_a_study_are_arms_of_their_own():
    assert [a.text for a in arms("in phase 1 and in arm B")] == ["phase 1", "arm B"]
    assert arms("in this phase 2 study") == []


@pytest.mark.parametrize(
    ("text", "variant"),
    [
        ("in group R", "r"),
        ("in the R group", "r"),
        ("in arm II", "2"),
        ("in phase I", "phase 1"),
        ("in the 500-mg group", "500 mg"),
        ("rituximab 1 g", "1000 mg"),
        ("rituximab 2 x 500 mg", "2 x 500 mg"),
        ("subcutaneous rituximab", "subcutaneous"),
        ("in the SC arm", "subcutaneous"),
        ("in three R+ patients", "r+"),
        ("during induction", "induction"),
        ("R-CHOP", None),
    ],
)
def test_what_tells_arms_of_the_same_substances_apart(text, variant):
    assert arms(text)[-1].variant == variant


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("obinutuzumab plus bendamustine", "bendamustine"),
        ("rituximab, cyclophosphamide alone", None),
        ("cyclophosphamide, bortezomib and rituximab", "cyclophosphamide and bortezomib"),
        ("R-CHOP chemotherapy", "CHOP"),
        ("R-CHOP-21", "CHOP"),
        ("FCR", "fludarabine and cyclophosphamide"),
        ("bortezomib plus R-CHOP", "bortezomib and CHOP"),
        ("R-GCVP", "GCVP"),
        ("rituximab monotherapy", None),
        ("placebo", None),
    ],
)
def test_what_the_drug_was_given_with(text, name):
    view = context(text).sentences[-1]
    assert (
        regimen.name_of(view.section_text, arms(text)[0 if "," not in text else -1], view.mentions, protocol()) == name
    )


@pytest.mark.parametrize("text", ["CHOP or CHOEP was given", "they had CHOP or R-CHOP", "FCR or CHOP"])
def test_an_english_or_is_no_antibody(text):
    assert "ofatumumab" not in [a.drug for a in arms(text)]
    assert not any(a.text.lower().startswith("or ") for a in arms(text))
