"""The drug that an article is about, where it names several."""

from __future__ import annotations

import pytest

from pipeline.relate.groups import main_drug
from tests.read_texts import context


def drug_of(title, text):
    ctx = context(text, title=title)
    return main_drug.of_article(ctx, main_drug.scores(ctx))


@pytest.mark.parametrize(
    ("title", "text", "drug"),
    [
        # one after the other: the later one is the subject
        (
            "Obinutuzumab after rituximab in lymphoma",
            "All had rituximab before. Neutropenia came in 4.",
            "obinutuzumab",
        ),
        ("Ocrelizumab following rituximab", "Twelve patients with earlier rituximab got ocrelizumab.", "ocrelizumab"),
        ("Ofatumumab in patients who did not tolerate rituximab", "We gave ofatumumab to 9.", "ofatumumab"),
        # a comparison in passing is no subject
        ("Obinutuzumab in lymphoma", "It is more effective than rituximab. We treated 20.", "obinutuzumab"),
        # both are the subject
        ("Neutropenia is more frequent with obinutuzumab than with rituximab", "We saw 60 patients.", "anti-cd20"),
        ("Rituximab and ocrelizumab in practice", "30 had rituximab and 20 ocrelizumab.", "anti-cd20"),
        # a factor of risk is no subject where the title names the class
        (
            "Neutropenia during anti-CD20 maintenance: higher risk with obinutuzumab",
            "Anti-CD20 antibodies may cause it. We studied 140 patients on maintenance. In multivariate analysis it was "
            "associated with obinutuzumab induction and with obinutuzumab as maintenance.",
            "anti-cd20",
        ),
        # controls of another time
        (
            "Bendamustine and obinutuzumab with a matched comparison to rituximab",
            "Fifty patients were given obinutuzumab. Survival was set against a historical cohort given rituximab.",
            "obinutuzumab",
        ),
    ],
)
def test_the_drug_of_an_article_is_the_one_that_its_patients_had(title, text, drug):
    assert drug_of(title, text) == drug
