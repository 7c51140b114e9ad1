"""The short names that an article makes up for its treatments. Every text is invented."""

from __future__ import annotations

import pytest

from pipeline.relate.groups.article import GroupArticle
from pipeline.relate.groups.own_names import MOST_NAMES
from tests.read_texts import context


def arms_named(text: str, sentence: int = -1) -> dict[str, str | None]:
    """The arms of a sentence by their words, each with the review's drug in it."""
    article = GroupArticle(context(text, title="Rituximab combinations in lymphoma"))
    return {arm.text: arm.drug for arm in article.arms_of(article.ctx.sentences[sentence])}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Patients received lenalidomide plus rituximab (LR). The LR arm had fewer events.", {"LR": "rituximab"}),
        ("Patients received lenalidomide and rituximab (R2). Events were rare with R2.", {"R2": "rituximab"}),
        (
            "Rituximab was given with either conjugate. Of those treated with R-pina 25 responded.",
            {"R-pina": "rituximab"},
        ),
        ("Rituximab was given to all. The R-IPI was poor in 12.", {}),
        ("Rituximab was given to all. Many received G-CSF.", {}),
        ("Rituximab was given to those refractory to fludarabine and alemtuzumab (FA-ref). FA-ref was common.", {}),
    ],
)
def test_a_name_stands_for_the_treatment_that_the_article_gives_it(text, expected):
    assert arms_named(text) == expected


def test_no_more_names_are_read_than_an_abstract_can_have_treatments():
    codes = [f"R-x{number}" for number in range(3 * MOST_NAMES)]
    text = " ".join(f"Patients received {code} with rituximab." for code in codes)
    article = GroupArticle(context(text, title="Rituximab combinations in lymphoma"))
    named = {arm.text.split()[0] for view in article.ctx.sentences for arm in article.arms_of(view)} & set(codes)
    assert len(named) <= MOST_NAMES
