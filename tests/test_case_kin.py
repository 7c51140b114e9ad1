"""Two patients of one family. Every text here is invented."""

from __future__ import annotations

import pytest

from tests.read_cases import cases


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "A mother (52) and her son (27), both with immune thrombocytopenia, developed neutropenia 12 and 16 weeks "
            "after rituximab. Her neutrophils were 0.2 x 10^9/L; his were 0.8 x 10^9/L.",
            [(52, "female", 84, 0.2), (27, "male", 112, 0.8)],
        ),
        (
            "A mother (aged 61) and her daughter (35) were treated with rituximab for arthritis. The mother became "
            "neutropenic (0.4 x 10^9/L) 10 weeks after the second infusion. In the daughter neutrophils fell to "
            "0.7 x 10^9/L.",
            [(61, "female", 70, 0.4), (35, "female", None, 0.7)],
        ),
        (
            "A 48-year-old woman and her 44-year-old brother received rituximab. She had neutropenia (0.3 x 10^9/L) "
            "8 weeks after rituximab, he had neutropenia (0.9 x 10^9/L) 11 weeks after rituximab.",
            [(48, "female", 56, 0.3), (44, "male", 77, 0.9)],
        ),
    ],
)
def test_relatives_with_their_ages_are_two_patients(text, expected):
    rows = cases(text, title="Neutropenia after rituximab in one family")
    assert [(r.age_years, r.sex, r.onset_days, r.anc_nadir) for r in rows] == expected


@pytest.mark.parametrize(
    "text",
    [
        "A 27-year-old man with ITP, whose mother (52) had lupus, developed neutropenia (0.4 x 10^9/L) after rituximab.",
        "A 27-year-old man with ITP developed neutropenia (0.4 x 10^9/L) after rituximab. His sister (30) was well.",
        "A 27-year-old man and his wife attended. He had neutropenia (0.4 x 10^9/L) after rituximab.",
    ],
)
def test_a_relative_who_is_only_named_is_no_patient(text):
    rows = cases(text, title="Neutropenia after rituximab")
    assert [r.age_years for r in rows] == [27]
