"""The condition of an article, where it names several."""

from __future__ import annotations

import pytest

from pipeline.relate.groups import main_condition
from pipeline.relate.groups.article import GroupArticle
from tests.read_texts import context


def condition_of(title, text):
    ctx = context(text, title=title)
    found = main_condition.of_article(ctx, ctx.sentences)
    return None if found is None else found.concept


@pytest.mark.parametrize(
    ("title", "text", "condition"),
    [
        ("A trial in follicular, small lymphocytic and MALT lymphoma", "We treated 20.", "non-hodgkin lymphoma"),
        ("A trial in indolent non-follicular B-cell lymphoma", "We treated 20.", "non-hodgkin lymphoma"),
        ("B-cell depletion in one clinic", "Adults with multiple sclerosis or NMOSD received rituximab.", None),
        (
            "B-cell depletion in one clinic",
            "We saw 40 patients with multiple sclerosis (MS), NMOSD or myasthenia gravis given rituximab.",
            None,
        ),
        ("B-cell depletion", "Patients with vasculitis received rituximab.", "vasculitis"),
        (
            "B-cell depletion",
            "Patients with granulomatosis with polyangiitis or microscopic polyangiitis received rituximab.",
            "anca-associated vasculitis",
        ),
        ("Rituximab in multiple sclerosis and related disorders", "We treated 20.", None),
        ("Rituximab in multiple sclerosis and its course", "We treated 20.", "multiple sclerosis"),
        (
            "Rituximab and bendamustine",
            "Sixty-nine were treated: 59 with indolent non-Hodgkin lymphoma and 10 with mantle cell lymphoma.",
            "non-hodgkin lymphoma",
        ),
        (
            "Rituximab for indolent NHL of high tumor burden or elderly mantle cell lymphoma",
            "We treated 20.",
            "non-hodgkin lymphoma",
        ),
        ("Rituximab for lymphoma patients with mantle cell lymphoma", "We treated 20.", "mantle cell lymphoma"),
        # where it is used says nothing of the patients
        (
            "A case series",
            "Rituximab is widely prescribed for multiple sclerosis and for lymphoma. Six were seen.",
            None,
        ),
        ("A series", "Rituximab continues to be employed for lymphoma and multiple sclerosis. Six were seen.", None),
        ("A case series", "Rituximab remains widely used in multiple sclerosis, and in rheumatoid arthritis.", None),
        (
            "A case series",
            "Local neurologists use rituximab for vasculitis, while ocrelizumab holds an indication for multiple sclerosis.",
            None,
        ),
        ("A trial in transformed and grade 3 follicular lymphoma", "We treated 20.", "non-hodgkin lymphoma"),
    ],
)
def test_several_conditions_have_their_common_name_or_none(title, text, condition):
    assert condition_of(title, text) == condition


@pytest.mark.parametrize(
    ("title", "text", "condition"),
    [
        (
            "Rituximab for antibody-mediated rejection",
            "Twelve kidney transplant recipients with humoral rejection received rituximab.",
            "kidney transplantation",
        ),
        ("Rituximab for antibody-mediated rejection", "Twelve patients received it.", "antibody-mediated rejection"),
        ("Rituximab after kidney transplantation", "Twelve patients received it.", "kidney transplantation"),
    ],
)
def test_a_complication_is_reported_as_the_condition_that_it_belongs_to(title, text, condition):
    assert condition_of(title, text) == condition


@pytest.mark.parametrize(("review", "days"), [("anti-cd20-neutropenia", 28), ("clozapine-neutropenia", 126)])
def test_each_review_says_when_an_onset_is_late(review, days):
    assert GroupArticle(context("We treated 20.", name=review)).late_after_days == days
