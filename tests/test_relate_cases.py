"""Case rows: which time, count and grade belong to which patient and episode. Every text here is invented."""

from __future__ import annotations

import pytest

from pipeline.relate import relate
from tests.annotated import annotated
from tests.read_cases import PROTOCOL, only
from tests.read_texts import context


def test_one_patient_with_one_episode_is_one_row_with_all_its_values():
    row = only(
        "A 44-year-old woman with multiple sclerosis received ocrelizumab. Severe neutropenia (ANC 0.2 x 109/L) developed "
        "87 days after the last infusion. She was treated with G-CSF and antibiotics and recovered."
    )
    assert (row.drug, row.indication, row.age_years, row.sex) == ("ocrelizumab", "multiple sclerosis", 44, "female")
    assert (row.onset_days, row.onset_statistic, row.onset_anchor, row.onset_class) == (
        87,
        "exact",
        "last_dose",
        "late",
    )
    assert (row.anc_nadir, row.ctcae_grade, row.grade_basis, row.severity_term) == (0.2, 4, "derived", "severe")
    assert (row.management, row.outcome) == (("antibiotics", "gcsf"), "resolved")


def test_the_drug_is_the_one_given_before_the_event_not_the_one_before_that():
    row = only(
        "Our patient with multiple sclerosis first received rituximab without any problem, but developed grade IV LON after "
        "switching to ocrelizumab."
    )
    assert (row.drug, row.ctcae_grade, row.management) == ("ocrelizumab", 4, ())


def test_every_value_has_its_quote():
    source = annotated(
        "A 44-year-old woman with multiple sclerosis received ocrelizumab. Severe neutropenia (ANC 0.2 x 109/L) developed "
        "87 days after the last infusion. She was treated with G-CSF and recovered."
    )
    (row,) = relate(source, PROTOCOL).findings
    for evidence in row.evidence:
        assert source.article.sections[evidence.section].text[evidence.start : evidence.end] == evidence.quote
    quoted = {e.field for e in row.evidence}
    for name in ("drug", "indication", "age_years", "sex", "onset_days", "onset_anchor", "anc_nadir", "ctcae_grade",
                 "severity_term", "management", "outcome"):  # fmt: skip
        assert name in quoted


@pytest.mark.parametrize(
    "text",
    [
        "A 73-year-old man with haemolytic anaemia is reported: 19 weeks after treatment with four doses of rituximab "
        "he presented with severe grade 4 neutropenia of 0.04 x 10^9/L and sepsis.",
        "A 73-year-old man with haemolytic anaemia is described. Nineteen weeks after treatment with rituximab he had a "
        "neutrophil count of 0.04 x 10^9/L.",
    ],
)
def test_a_patient_who_is_reported_is_no_background_and_the_dose_no_cure(text):
    read = context(text, title="Late-onset neutropenia after rituximab")
    (row,) = relate(read.annotated, read.protocol).findings
    assert (row.onset_days, row.anc_nadir, row.ctcae_grade) == (133, 0.04, 4)
