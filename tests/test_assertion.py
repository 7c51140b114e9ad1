"""Whether a mention is a fact of the publication. Every text is invented."""

from __future__ import annotations

import pytest

from pipeline.concepts import assertion
from pipeline.protocol import load_protocol
from pipeline.relate.context import Context
from tests.annotated import annotated

PROTOCOL = load_protocol("anti-cd20-neutropenia")


def status(text, **article):
    ctx = Context(annotated(text, **article), PROTOCOL)
    view = next(v for v in ctx.sentences if v.section and v.labelled("event"))
    return assertion.assess(view, view.labelled("event")[0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Neutropenia occurred in 12 patients.", "affirmed"),
        ("The patient developed neutropenia.", "affirmed"),
        ("Not only neutropenia was seen.", "affirmed"),
        ("No neutropenia was observed.", "negated"),
        ("Neutropenia did not occur.", "negated"),
        ("Infection without neutropenia was frequent.", "negated"),
        ("Neutropenia was not seen in anyone.", "negated"),
        ("Neutropenia was defined as a count below 1.5.", "defined"),
        ("Our aim was to determine the incidence of neutropenia.", "aim"),
        ("Late-onset neutropenia has been reported in 5% of patients.", "background"),
        ("In the literature, neutropenia followed rituximab in 3% of patients.", "background"),
        ("Neutropenia may recur.", "hypothetical"),
        ("Whether neutropenia follows is open.", "hypothetical"),
        ("Patients should be monitored for neutropenia.", "advised"),
        ("He had a history of neutropenia.", "historical"),
        ("Rituximab was given for the treatment of neutropenia.", "treated"),
        ("Indications were anaemia (n=8) and severe neutropenia (n=4).", "treated"),
        ("Three patients treated for anaemia developed neutropenia.", "affirmed"),
        ("The model was adjusted for age, sex and neutropenia.", "covariate"),
        ("Neutropenia was an independent predictor of survival.", "covariate"),
        ("Missing data were due to death, infection or neutropenia.", "covariate"),
        ("As neutropenia was feared, counts were taken.", "hypothetical"),
        ("T-cell depletion rather than neutropenia explains infection.", "hypothetical"),
        ("Besides neutropenia, viral infection has to be thought of.", "advised"),
        ("Neutropenia was assumed to occur in 29% of patients.", "hypothetical"),
        ("Neutropenia was ascertained from laboratory records.", "aim"),
        ("In a model containing age and neutropenia carriage remained significant.", "covariate"),
        ("Neutropenia before transplantation was frequent.", "historical"),
        ("Predictors of neutropenia were age and stage.", "association"),
        ("Simulation without prophylaxis gave a rate of neutropenia of 16%.", "hypothetical"),
        ("Without it, neutropenia would have been expected in 16%.", "hypothetical"),
    ],
)
def test_status_of_a_mention(text, expected):
    assert status(text).status == expected


@pytest.mark.parametrize(
    "text",
    [
        "Although neutropenia has been described before, we found neutropenia in 4 patients.",
        "The risk was unknown; neutropenia occurred in 4 patients.",
    ],
)
def test_a_phrase_does_not_reach_over_own_findings_or_a_semicolon(text):
    ctx = Context(annotated(text), PROTOCOL)
    view = ctx.sentences[-1]
    assert assertion.assess_phrases(view, view.labelled("event")[-1]).status == "affirmed"


def test_the_cue_is_given_with_its_place():
    found = status("Neutropenia was defined as a count below 1.5.")
    assert (found.start, found.end) == (12, 26)


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("Patients and Methods", "methods"),
        ("BACKGROUND AND AIM", "aim"),
        ("METHODS/FINDINGS", "results"),
        ("Discussion and conclusion", "conclusions"),
        ("Unassigned", None),
        (None, None),
    ],
)
def test_part_of_the_abstract_by_its_heading(heading, role):
    assert assertion.heading_role(heading) == role


def test_headings_inside_an_unstructured_text_are_read():
    text = "Background: Neutropenia is rare. Methods: We reviewed 20 patients. Results: Neutropenia occurred in two."
    ctx = Context(annotated(text), PROTOCOL)
    assert [r for r in ctx.roles if r != "title"] == ["background", "methods", "results"]
