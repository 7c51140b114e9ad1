"""Which condition was treated: of the article, of a patient."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.concepts import indication
from pipeline.protocol import load_protocol
from pipeline.relate.context import Context
from tests.annotated import annotated
from tests.read_texts import context as read

PROTOCOL = load_protocol("anti-cd20-neutropenia")


def context(text, title="A report"):
    return Context(annotated(text, title=title), PROTOCOL)


@pytest.mark.parametrize(
    ("title", "text", "concept"),
    [
        ("A report", "A woman with multiple sclerosis treated with ocrelizumab had neutropenia.", "multiple sclerosis"),
        (
            "A report",
            "Known from lymphoma, it is rare elsewhere. Our patient with rheumatoid arthritis received rituximab.",
            "rheumatoid arthritis",
        ),
        ("Neutropenia after rituximab for nephrotic syndrome", "It was seen in a boy.", "nephrotic syndrome"),
    ],
)
def test_the_condition_is_the_one_that_was_treated(title, text, concept):
    found = indication.of_article(context(text, title))
    assert found is not None
    assert found.concept == concept


def test_no_condition_named_is_none():
    assert indication.of_article(context("A woman received rituximab.")) is None


def test_the_closer_name_of_a_condition_is_taken_only_where_it_is_the_only_one():
    first, second = context("A lymphoma. A lymphoma.").labelled("indication")
    assert indication.specified(first, [second]) is first


def test_what_the_drug_was_given_for_wins():
    text = "A man with multiple sclerosis and lymphoma received rituximab for rheumatoid arthritis."
    assert indication.of_article(context(text)).concept == "rheumatoid arthritis"


def test_the_kind_of_a_condition_is_a_closer_name():
    parent, kind = "systemic lupus erythematosus", "lupus nephritis"
    ctx = context("A woman with systemic lupus erythematosus and lymphoma.")
    first, other = ctx.labelled("indication")
    closer = replace(other, concept=kind)
    assert PROTOCOL.broader_conditions[kind] == parent
    assert indication.closer_name(ctx, first, [other, closer]) is closer
    assert indication.closer_name(ctx, first, [other]) is first


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("A woman with systemic lupus erythematosus had lupus nephritis.", "lupus nephritis"),
        ("A woman with systemic lupus erythematosus had lupus nephritis and anemia.", "systemic lupus erythematosus"),
        (
            "A man with non-Hodgkin lymphoma, transformed from follicular lymphoma, received rituximab.",
            "non-hodgkin lymphoma",
        ),
        ("A man with non-Hodgkin lymphoma, namely follicular lymphoma, received rituximab.", "follicular lymphoma"),
        (
            "After kidney transplantation a man received rituximab for antibody-mediated rejection.",
            "kidney transplantation",
        ),
    ],
)
def test_the_closer_name_is_that_of_all_that_was_treated(text, condition):
    ctx = read(text, title="A case")
    named = ctx.labelled("indication")
    assert indication.closer_name(ctx, named[0], named).concept == condition
    assert indication.closer_name(ctx, named[-1], named).concept == condition


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("A man on dialysis because of lupus nephritis underwent kidney transplantation after rituximab.", "graft"),
        ("A man with end-stage renal disease due to membranous nephropathy had a kidney transplantation.", "graft"),
        ("A woman had kidney transplantation for IgA nephropathy and received rituximab.", "graft"),
        ("A woman with lupus nephritis received rituximab. Kidney failure was absent.", "lupus nephritis"),
        ("A man with end-stage renal disease due to lupus nephritis received rituximab.", "lupus nephritis"),
    ],
)
def test_what_led_to_a_graft_is_not_what_was_treated(text, concept):
    found = indication.of_article(read(text))
    assert found is not None
    assert ("graft" if "transplant" in found.concept else found.concept) == concept


@pytest.mark.parametrize(
    ("behind", "concept"),
    [
        ("We review the literature on neutropenia in patients with multiple sclerosis and pemphigus.", None),
        ("A review of published cases in lupus nephritis follows.", None),
        ("In patients with lupus nephritis such a fall is put down to cytokines.", None),
        ("She had multiple sclerosis. We review the literature on lupus nephritis.", "multiple sclerosis"),
    ],
)
def test_conditions_of_the_literature_are_none_of_the_patient(behind, concept):
    ctx = context("A 40-year-old woman had neutropenia 70 days after rituximab. " + behind, "A case report")
    found = indication.of_article(ctx)
    assert (found and found.concept) == concept
