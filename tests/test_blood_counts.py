"""Blood counts: spellings of units, whose cells, at which moment."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.concepts.blood_counts import Name, find_counts

NAMES = {
    "n": re.compile(
        r"absolute neutrophil count(?: \(ANC\))?|ANC|neutrophils?(?: count)?|granulocytes|neutrófilos", re.I
    ),
    "other": re.compile(r"platelets?|WBC|white cell count|lymphocytes", re.I),
    "event": re.compile(r"neutropenia|neutropenic sepsis|agranulocytosis", re.I),
}


def read(text):
    names = [
        Name(*m.span(), "n" if kind == "event" else kind, kind != "event")
        for kind, pattern in NAMES.items()
        for m in pattern.finditer(text)
    ]
    return find_counts(text, sorted(names, key=lambda n: n.start))


VALUES = [
    ("ANC 0.7 x 109/L", 0.7),
    ("ANC 0.7×109/l", 0.7),
    ("ANC 0.7X109/liter", 0.7),
    ("ANC 0.7 x 10(9)/l", 0.7),
    ("ANC 0.7 × 10⁹/L", 0.7),
    ("ANC 0.7 x 10^9/L", 0.7),
    ("neutrophils 700 mm(3)", 0.7),
    ("neutrophils 90/mm³", 0.09),
    ("neutrophils 90 cells/mm 3", 0.09),
    ("neutrophils 90 mm3", 0.09),
    ("neutrophil count of 90 per cubic mm", 0.09),
    ("ANC 90/μl", 0.09),
    ("ANC 90/µL", 0.09),
    ("ANC 90 microL", 0.09),
    ("ANC 0.09 K/µL", 0.09),
    ("ANC 0.23 × 103/μl", 0.23),
    ("ANC 1.5×103cells/μL", 1.5),
    ("ANC 0.1 G/L", 0.1),
    ("neutrophils 0.3/nl", 0.3),
    ("neutrophils 80/mmc", 0.08),
    ("ANC 0.2 Gpt/l", 0.2),
    ("ANC 0.2 x10*9/L", 0.2),
    ("ANC=120/mcL", 0.12),
    ("neutrophils 0.1", 0.1),
    ("ANC of 0.3", 0.3),
    ("an average of 350 neutrophils", 0.35),
    ("with 0 neutrophils", 0.0),
    ("neutrophils 0% of 900/mm3", 0.0),
    ("neutrophils 3% of 1000/mm3", 0.03),
    ("ANC 0 K/µL", 0.0),
    ("neutrophils 0.0", 0.0),
    ("an absolute neutrophil count of zero", 0.0),
    ("ANC was1,300 cells", 1.3),
    ("1,2 x 10^9/L neutrophils", 1.2),
    ("neutropenic sepsis (neutrophils 0.2)", 0.2),
    ("neutropenia (0.28)", 0.28),
    ("20 neutrófilos/mm³", 0.02),
]


@pytest.mark.parametrize(("text", "value"), VALUES)
def test_every_spelling_is_read_in_billions_per_litre(text, value):
    found = read(text)
    assert [(c.value, c.concept) for c in found] == [(value, "n")]


@pytest.mark.parametrize(
    ("text", "value", "censored"),
    [("ANC <0.02", 0.02, "<"), ("agranulocytosis (<500/mm3)", 0.5, "<"), ("neutrophils below 100/µL", 0.1, "<"), ("ANC stayed > 1.0× 109/L", 1.0, ">")],
)  # fmt: skip
def test_a_bound_is_kept_as_a_bound(text, value, censored):
    (found,) = read(text)
    assert (found.value, found.censored) == (value, censored)


@pytest.mark.parametrize(
    ("text", "concepts"),
    [
        ("platelets 14×109/L and ANC 0.2 x 10^9/L", ["other", "n"]),
        ("white cell count 2.1x109/L, neutrophils 0.5", ["other", "n"]),
        ("ANC 0.6 × 10⁹/L, WBC 0.68 × 10⁹/L", ["n", "other"]),
        ("WBC above 2/nl", ["other"]),
    ],
)
def test_a_count_belongs_to_the_cells_named_before_it(text, concepts):
    assert [c.concept for c in read(text)] == concepts


@pytest.mark.parametrize(
    ("text", "moments"),
    [
        ("neutrophil count fell to 120 cells/μL and rose to 2,300 cells/μL", ["nadir", "recovered"]),
        ("five days before, neutrophils 2600/µl", ["earlier"]),
        ("neutrophils were normal (6.4 × 10^9/L)", ["recovered"]),
        ("defined as ANC < 1.5 × 10^9/L", ["threshold"]),
        ("grade III is an ANC of 0.5-1.5 x 109/L", ["threshold"]),
        ("ANC nadir was 0.1 G/L", ["nadir"]),
        ("neutrophils 0.2 119 days after the infusion and recovered", ["plain"]),
        ("her ANC, 0.9 × 10⁹/L before treatment, had normalized", ["earlier"]),
        ("her ANC (0.9 × 10⁹/L before the first infusion) was", ["earlier"]),
        ("her ANC, 4.1 × 10⁹/L prior to drugumab, fell to 0.2 × 10⁹/L", ["earlier", "nadir"]),
        ("her ANC was 0.3 × 10⁹/L before treatment with a growth factor, and rose", ["plain"]),
        ("her ANC was 0.3 × 10⁹/L before the third infusion, which was put off", ["plain"]),
    ],
)
def test_the_moment_is_told_from_the_words_around(text, moments):
    assert [c.moment for c in read(text)] == moments


@pytest.mark.parametrize(
    "text",
    ["drug 375 mg/m2", "grade 4 neutropenia", "neutropenia 1 to 5 months after", "neutropenia in 12 patients", "ANC at 48 hours",
     "time to neutropenia was 151 (range 71-184) days", "neutropenic sepsis 119 d after infusion 1", "neutropenia was 42",
     "neutrophils 45%", "neutropenia (n = 5)", "ANC " + "9" * 400, ""],
)  # fmt: skip
def test_other_numbers_are_no_counts(text):
    assert read(text) == ()


def test_a_range_keeps_both_ends():
    (found,) = read("neutrophils 0.05 - 1.17x109/L")
    assert (found.value, found.high) == (0.05, 1.17)


def test_a_mean_is_marked():
    assert read("average ANC 0.4")[0].statistic == "mean"


@given(st.integers(1, 5000))
def test_cells_per_microlitre_are_thousandths(n):
    assert read(f"ANC {n}/µL")[0].value == round(n / 1000, 4)


@given(st.text(max_size=150))
def test_no_text_is_an_error(text):
    for found in read(text):
        assert 0 <= found.start < found.end <= len(text)


def test_further_counts_told_in_a_row_need_a_day_each():
    assert [c.value for c in read("ANC 1.2 on day 30, 0.4 on day 37 and 2.6 on day 44")] == [1.2, 0.4, 2.6]
    assert [c.value for c in read("ANC 1.2 on day 30, 0.4 mg of it")] == [1.2]


def test_what_was_before_something_else_is_no_earlier_count():
    assert read("treated 8 months before with drug A, was referred for an ANC of 0.6 x 109/L")[0].moment == "plain"
    assert read("five days before, ANC was 2600/µl")[0].moment == "earlier"


def test_never_below_is_a_lower_bound():
    assert read("ANC was never below 1.5 x 109/L")[0].censored == ">"
    assert read("ANC fell below 0.5 x 109/L")[0].censored == "<"
