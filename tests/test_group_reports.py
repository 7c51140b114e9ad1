"""Group rows of studies that collect cases: pharmacovigilance reports and reviews. Every text is invented."""

from __future__ import annotations

import pytest

from pipeline.relate import relate
from tests.read_texts import context

# title, text, rows as (drug, n_treated, n_events, incidence_percent, event_definition, attribution)
STUDIES = [
    (
        "Neutropenia with ocrelizumab: analysis of the national pharmacovigilance database",
        "All reports of neutropenia with ocrelizumab up to June 2021 were extracted. Twenty-six cases were retained. "
        "The median age was 37 years. Febrile neutropenia was reported in 14.",
        [
            ("ocrelizumab", None, 26, None, "any_grade", "own"),
            ("ocrelizumab", None, 14, None, "febrile", "own"),
        ],
    ),
    (
        "Neutropenia reported with anti-CD20 antibodies: a disproportionality analysis of FAERS",
        "Reports from 2004 to 2022 were analysed. Neutropenia was reported 3,911 times with rituximab (ROR 5.7, 95% CI "
        "5.5-5.9) and 251 times with ocrelizumab (ROR 1.2, 1.0-1.3).",
        [
            ("rituximab", None, 3911, None, "any_grade", "own"),
            ("ocrelizumab", None, 251, None, "any_grade", "own"),
        ],
    ),
    (
        "Adverse reactions to rituximab reported to a national pharmacovigilance system",
        "Of 540 reports on rituximab, 38 (7.0%) were of neutropenia and 9 of agranulocytosis.",
        [("rituximab", None, 38, None, "any_grade", "own"), ("rituximab", None, 9, None, None, "own")],
    ),
    (
        "Late-onset neutropenia after rituximab: a systematic review",
        "Eighteen studies with 1,320 patients were included. The pooled incidence of late-onset neutropenia was 7.9% "
        "(95% CI 5.8-10.4).",
        [("rituximab", 1320, None, 7.9, "late_onset", "reviewed")],
    ),
    (
        "Safety of rituximab in multiple sclerosis: systematic review and meta-analysis",
        "Nine studies (n = 2,100) were eligible. Neutropenia was reported in 32 patients (1.5%), and infusion reactions "
        "in 380.",
        [("rituximab", 2100, 32, 1.5, "any_grade", "reviewed")],
    ),
]


@pytest.mark.parametrize(("title", "text", "expected"), STUDIES)
def test_reports_are_counted_and_nobody_is_said_to_be_at_risk(title, text, expected):
    read = context(text, title=title)
    rows = [
        (f.drug, f.n_treated, f.n_events, f.incidence_percent, f.event_definition, f.attribution)
        for f in relate(read.annotated, read.protocol).findings
    ]
    assert sorted(rows, key=str) == sorted(expected, key=str)
