"""Patients: age, sex and labels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.concepts.patients import find_labels, find_patients, pronoun_sex, sex_named

PERSONS = [
    ("A 38-year-old woman with RRMS", 38, "female"),
    ("38-year-old female emergency physician", 38, "female"),
    ("a man of 54 years who", 54, "male"),
    ("a man aged 53 years", 53, "male"),
    ("a girl aged 7 years", 7, "female"),
    ("a boy of seven with", 7, "male"),
    ("31y female", 31, "female"),
    ("73year old male", 73, "male"),
    ("The second patient (65F, ANA positive)", 65, "female"),
    ("the man (33M)", 33, "male"),
    ("F/65", 65, "female"),
    ("56 yo F", 56, "female"),
    ("Patient 1, female, 31 y, was admitted", 31, "female"),
    ("a woman in her 20s", None, "female"),
    ("an 18-month-old boy", 1.5, "male"),
    ("a forty-five-year-old man", 45, "male"),
    ("a 67 years old lady", 67, "female"),
    ("A 50-year-old male with lymphoma", 50, "male"),
    ("A 36-year-old Hispanic woman", 36, "female"),
    ("A 62-year-old patient with", 62, None),
    ("The elder (44 yrs) had", 44, None),
    ("A 64 y.o. man", 64, "male"),
    ("A 71-yr-old woman", 71, "female"),
    ("The younger, 59, was hospitalised", 59, None),
    ("the second (59) had it", 59, None),
]


@pytest.mark.parametrize(("text", "age", "sex"), PERSONS)
def test_a_person_is_read_with_age_and_sex(text, age, sex):
    (found,) = find_patients(text)
    assert (found.age_years, found.sex) == (age, sex)


@pytest.mark.parametrize(
    "text",
    [
        "median age 65 years (range 20-80)",
        "patients aged over 60 years",
        "patients older than 70 years of age",
        "people over 70 years of age",
        "nephrotic syndrome since the age of 32",
        "213 patients (114 male, 99 female)",
        "aged 20 to 60 years",
        "a mean age of 43.4 years",
        "375 mg/m2",
        "",
    ],
)
def test_ages_of_groups_are_no_persons(text):
    assert find_patients(text) == ()


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("Case 1: a woman. Case 2: a man.", [1, 2]),
        ("Patient A and Patient B", [1, 2]),
        ("In the first, who had arthritis, ...; in the second, who had vasculitis", [1, 2]),
        ("the first in a woman with lupus, the second in a man", [1, 2]),
        ("The second patient developed sepsis", [2]),
        ("The elder, aged 12 years, fell ill; the younger, a girl of 8, did not", [1, 2]),
        ("Two cases are reported: first, a woman with lupus; second, a man with myositis", [1, 2]),
        ("The first needed G-CSF, the second recovered without it", [1, 2]),
        ("the first (a woman with lupus) and the second (a man)", [1, 2]),
        ("first, a biopsy was taken", []),
        ("the older patients", []),
        ("after the first infusion", []),
        ("in case 20% of patients", []),
        ("the first case report", []),
        ("the first case described in the literature", []),
    ],
)
def test_labels_tell_patients_apart(text, labels):
    assert [label.number for label in find_labels(text) if label.kind == "patient"] == labels


def test_pronouns_name_the_sex_only_where_they_agree():
    found = pronoun_sex("She received her third infusion.")
    assert found is not None
    assert found[2] == "female"
    assert pronoun_sex("He was treated; she was not.") is None
    assert pronoun_sex("The patient recovered.") is None


def test_a_word_of_sex_counts_for_one_person_only():
    found = sex_named("was given to a woman with vasculitis")
    assert found is not None
    assert found[2] == "female"
    assert sex_named("all were women") is None
    assert sex_named("the female sex was a risk factor") is None


@given(st.text(max_size=150))
def test_no_text_is_an_error(text):
    for found in find_patients(text):
        assert 0 <= found.start < found.end <= len(text)
    find_labels(text)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Patient 2 had a fall", [2]),
        ("of the patients 2 had a fall", []),
        ("the elder (44 yrs) had", [1]),
        ("in the younger, whose count fell", [2]),
    ],
)
def test_who_has_a_label(text, numbers):
    assert [label.number for label in find_labels(text)] == numbers
