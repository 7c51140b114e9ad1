"""Course of illness: management, outcome, re-exposure, and what cancels each."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.concepts.course import find_course

DRUG = re.compile(r"\bdrug A\b")


def read(text, kind):
    found = find_course(text, [m.span() for m in DRUG.finditer(text)])
    return {c.value for c in found if c.kind == kind and not (c.negated or c.prophylactic or c.general)}


MANAGEMENT = [
    ("She was treated with granulocyte-colony stimulating factor", {"gcsf"}),
    ("treated with G-CSF", {"gcsf"}),
    ("treated with GCSF", {"gcsf"}),
    ("given filgastrim", {"gcsf"}),
    ("one dose of granulocyte macrophage stimulating factor", {"gcsf"}),
    ("broad-spectrum antibiotics were given", {"antibiotics"}),
    ("intravenous immunoglobulins brought recovery", {"ivig"}),
    ("no response to G-CSF, then IVIG", {"gcsf", "ivig"}),
    ("the count rose spontaneously", {"observation"}),
    ("drug A was ceased", {"drug_discontinued"}),
    ("drug A was not given again", {"drug_discontinued"}),
    ("no child has received drug A again", {"drug_discontinued"}),
    ("none was re-exposed to drug A", {"drug_discontinued"}),
    ("none of them was given drug A since", {"drug_discontinued"}),
    ("no patient had neutropenia again under drug A", set()),
    ("immunoglobulins (0.4 g/kg) were infused for two days", {"ivig"}),
    ("he was given immunoglobulins", {"ivig"}),
    ("immunoglobulins were low", set()),
    ("immunoglobulin levels were given", set()),
    ("we decided not to use drug A again", {"drug_discontinued"}),
    ("it was decided not to use G-CSF treatment", set()),
    ("they advised against further treatment with filgrastim", {"gcsf"}),
    ("she received nothing but G-CSF therapy", {"gcsf"}),
    ("drug A was held", {"drug_withheld"}),
    ("she was switched to drug A", {"drug_switched"}),
    ("the rejection did not yield to steroids", set()),
    ("it did not yield to growth factors", {"gcsf"}),
    ("the next cycles were given with G-CSF", set()),
    ("it did not yield to steroids", {"corticosteroids"}),
    ("he was admitted to hospital", {"hospitalisation"}),
    ("G-CSF was not given", set()),
    ("recovered without G-CSF", {"observation"}),
    ("primary prophylaxis with G-CSF", set()),
    ("took ciprofloxacin prophylaxis and had filgrastim on alternate days", {"gcsf"}),
    ("aciclovir was given as prophylaxis and then received meropenem", {"antibiotics"}),
    ("as prophylaxis she had filgrastim", set()),
    ("G-CSF was used only as a precaution", set()),
    ("steroid-dependent disease", set()),
    ("the antibiotic is usually given", {"antibiotics"}),
    ("blood samples were held", set()),
    ("given cefazolin and co-amoxiclav", {"antibiotics"}),
    ("he was merely observed", {"observation"}),
    ("neutropenia was observed", set()),
    ("no fever came and no treatment was given", {"observation"}),
    ("drug A was paused for two months", {"drug_withheld"}),
    ("drug A was paused", {"drug_discontinued"}),
    ("drug A maintenance was postponed", {"drug_withheld"}),
    ("drug A was given with no further episodes", set()),
    ("it was not re-administered", {"drug_discontinued"}),
    ("while taking low-dose prednisone", set()),
    ("preceded by hydrocortisone", set()),
    ("", set()),
    ("notwithstanding G-CSF, meropenem and immunoglobulins she died", {"gcsf", "antibiotics", "ivig"}),
    ("immunoglobulins 2 g/kg were infused", {"ivig"}),
    ("serum immunoglobulins were normal", set()),
    ("drug A has not been repeated", {"drug_discontinued"}),
    ("blood cultures were not repeated", set()),
    ("she was kept off drug A", {"drug_discontinued"}),
    ("the third was postponed by a month", {"drug_withheld"}),
    ("he received no growth factor", {"observation"}),
    ("ANC 0.8, asymptomatic, not treated, 1.7 a week later", {"observation"}),
    ("patients not treated with drug A", set()),
]


@pytest.mark.parametrize(("text", "values"), MANAGEMENT)
def test_management_is_what_was_done(text, values):
    assert read(text, "management") == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("and she recovered", {"resolved"}),
        ("the count returned to normal", {"resolved"}),
        ("the count normalised", {"resolved"}),
        ("neutropenia recurred", {"recurred"}),
        ("the neutrophil count was back to normal", {"resolved"}),
        ("the neutrophils returned", {"resolved"}),
        ("neutropenia returned", {"recurred"}),
        ("shortly before B cells returned", {"recurred"}),
        ("the count was 0.2 and rose to 2.1", {"resolved"}),
        ("over all cycles the number rose to 57", set()),
        ("the incidence of neutropenia rose", {"resolved"}),
        ("CD20-positive cells were 0.1% and rose to 6%", set()),
        ("IgG was normal", set()),
        ("when B cells returned, neutrophils were normal", {"recurred", "resolved"}),
        ("it ran without infection and resolved", {"resolved"}),
        ("no treatment was given and it resolved", {"resolved"}),
        ("no G-CSF was given and the count recovered", {"resolved"}),
        ("it never recovered", {"ongoing"}),
        ("with no recurrence of neutropenia", set()),
        ("he died of sepsis", {"fatal"}),
        ("most cases recover", set()),
        ("deaths have been reported; it resolved in the literature", set()),
        ("all other toxicity was short-lived and reversed on its own", set()),
        ("adverse events were hematologic and transient", set()),
        ("infusion reactions were transient", set()),
        ("toxicity was mild, and the neutropenia was transient", {"resolved"}),
        ("the adverse event resolved", {"resolved"}),
        ("eight of nine untreated and 80% of pretreated patients responded", set()),
        ("31 of 40 patients responded", set()),
        ("the lymphoma responded", set()),
        ("all patients responded to G-CSF", {"resolved"}),
        ("five of 6 patients responded well to filgrastim", {"resolved"}),
        ("she responded promptly", {"resolved"}),
        ("two months later the neutropenia came back", {"recurred"}),
        ("the LON came back", {"recurred"}),
        ("the neutrophils came back", {"resolved"}),
        ("after the agranulocytosis the count came back", {"resolved"}),
        ("the outcome was good with GM-CSF", {"resolved"}),
        ("neutropenia persisted for five weeks", set()),
        ("it persisted for about 3 weeks", set()),
        ("neutropenia persisted despite G-CSF", {"ongoing"}),
        ("neutropenia persisted", {"ongoing"}),
        ("neutropenia has persisted for 2 years", {"ongoing"}),
        ("CD20 cells were absent with LON (0.05%), rising to 1.5% within a month", set()),
        ("the count was 0.2 before rising to 2.1", {"resolved"}),
        ("the count came up by itself", {"resolved"}),
        ("the neutrophils reappeared by themselves within ten days", {"resolved"}),
        ("the count never rose by itself", set()),
    ],
)
def test_an_outcome_is_one_of_this_patient(text, values):
    assert read(text, "outcome") == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("drug A was restarted", {"reexposure"}),
        ("she was safely re-treated with drug A", {"no_recurrence"}),
        ("drug A was not restarted", set()),
        ("the count fell once more, to 0.6", set()),
        ("he became neutropenic once more", set()),
        ("drug A was given once more", {"reexposure"}),
        ("she was treated once more", {"reexposure"}),
        ("the further course was uneventful", set()),
        ("a further course of drug A was given", {"reexposure"}),
        ("two maintenance doses since, uneventful", {"no_recurrence"}),
        ("recovered; three further infusions, no problem", {"reexposure", "no_recurrence"}),
        ("one further dose, neutropenia", {"reexposure"}),
    ],
)
def test_re_exposure_is_told_apart_from_safe_re_exposure(text, values):
    assert read(text, "rechallenge") == values


@given(st.text(max_size=150))
def test_no_text_is_an_error(text):
    for found in find_course(text):
        assert 0 <= found.start < found.end <= len(text)
