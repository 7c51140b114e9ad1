"""Group rows by disease: one row for each condition that has its own figure or its own "none". Every text is invented."""

from __future__ import annotations

import pytest

from pipeline.relate.group_rows import group_findings
from tests.read_texts import context

POOLED = ("Late-onset neutropenia after rituximab in autoimmune diseases", "We followed 738 patients given rituximab.")
RHEUMATIC = (
    "Rituximab in rheumatic diseases",
    "Patients with RA (n = 60), SLE (n = 30) and vasculitis (n = 20) received rituximab.",
)
NEURO = (
    "Neutropenia with rituximab in neuroimmunology",
    "We treated 28 patients with NMOSD and 116 with MS with rituximab.",
)
AID, RA, SLE, MS, NMOSD = (
    "autoimmune disease",
    "rheumatoid arthritis",
    "systemic lupus erythematosus",
    "multiple sclerosis",
    "neuromyelitis optica spectrum disorder",
)
W = "LON occurred in 71 patients. "
WHOLE = (AID, 738, 71, None)
# article, results, rows as (condition, n_treated, n_events, incidence)
ROWS = [
    (
        POOLED,
        W + "LON was not observed in minimal change disease or focal segmental glomerulosclerosis.",
        [
            WHOLE,
            ("minimal change disease", None, 0, None),
            ("focal segmental glomerulosclerosis", None, 0, None),
        ],
    ),
    (
        POOLED,
        W + "No patient with multiple sclerosis, pemphigus or membranous nephropathy developed LON.",
        [WHOLE, (MS, None, 0, None), ("pemphigus", None, 0, None), ("membranous nephropathy", None, 0, None)],
    ),
    (
        POOLED,
        W + "There were no cases of LON among patients with pemphigus and those with membranous nephropathy.",
        [WHOLE, ("pemphigus", None, 0, None), ("membranous nephropathy", None, 0, None)],
    ),
    (
        POOLED,
        W + "Neither patients with pemphigus nor those with membranous nephropathy developed LON.",
        [WHOLE, ("pemphigus", None, 0, None), ("membranous nephropathy", None, 0, None)],
    ),
    (
        POOLED,
        W + "LON was absent in pemphigus and myasthenia gravis.",
        [WHOLE, ("pemphigus", None, 0, None), ("myasthenia gravis", None, 0, None)],
    ),
    (POOLED, W + "None of the 12 patients with pemphigus had LON.", [WHOLE, ("pemphigus", 12, 0, None)]),
    (POOLED, "LON occurred in 71 patients, in none with pemphigus.", [WHOLE, ("pemphigus", None, 0, None)]),
    (
        POOLED,
        "LON was observed in 40: 25 with RA (1.3%) and 15 with other autoimmune diseases (2.3%).",
        [(AID, 738, 40, None), (RA, None, 25, 1.3), (AID, None, 15, 2.3)],
    ),
    (
        POOLED,
        "Of 500 patients, 20 (4%) had late-onset neutropenia: 12 with lupus (8.1%), 5 with MS (3.0%) and 3 with RA (1.6%).",
        [(AID, 500, 20, 4.0), (SLE, None, 12, 8.1), (MS, None, 5, 3.0), (RA, None, 3, 1.6)],
    ),
    (
        POOLED,
        "Of 500 patients, 20 (4%) had late-onset neutropenia: 12 of 148 with lupus (8.1%) and 8 of 352 with MS (2.3%).",
        [(AID, 500, 20, 4.0), (SLE, 148, 12, 8.1), (MS, 352, 8, 2.3)],
    ),
    # what those affected were treated for is no row
    (
        POOLED,
        "Of 500 patients, 20 (4%) had late-onset neutropenia (12 with lupus, 5 with MS and 3 with RA).",
        [(AID, 500, 20, 4.0)],
    ),
    (
        POOLED,
        "LON developed in 20 of 500 patients (4%); 12 had lupus, 5 MS and 3 rheumatoid arthritis.",
        [(AID, 500, 20, 4.0)],
    ),
    (
        RHEUMATIC,
        "LON was seen in nine patients: two with RA, four with SLE and three with vasculitis.",
        [("rheumatic disease", 110, 9, None)],
    ),
    (
        RHEUMATIC,
        "LON occurred in 2 of 60 patients with RA, 4 of 30 with SLE and none of 20 with vasculitis.",
        [(RA, 60, 2, None), (SLE, 30, 4, None), ("vasculitis", 20, 0, None)],
    ),
    (
        RHEUMATIC,
        "LON was seen in two patients with RA, four with SLE and three with vasculitis.",
        [(RA, 60, 2, None), (SLE, 30, 4, None), ("vasculitis", 20, 3, None)],
    ),
    (
        RHEUMATIC,
        "LON occurred in 2, 4 and 3 of them, respectively.",
        [(RA, 60, 2, None), (SLE, 30, 4, None), ("vasculitis", 20, 3, None)],
    ),
    # by their order in the list before
    (
        NEURO,
        "Late-onset neutropenia was more frequent in NMOSD than in MS (5/28 versus 5/116).",
        [(NMOSD, 28, 5, None), (MS, 116, 5, None)],
    ),
    (
        NEURO,
        "Late-onset neutropenia was more frequent in NMOSD than in MS (17.9% vs 4.3%, p = 0.01).",
        [(NMOSD, 28, None, 17.9), (MS, 116, None, 4.3)],
    ),
    (
        NEURO,
        "Patients with NMOSD had neutropenia more often than those with MS (5/28 versus 5/116; P = 0.01).",
        [(NMOSD, 28, 5, None), (MS, 116, 5, None)],
    ),
    (NEURO, "Late-onset neutropenia occurred in 5 and 5, respectively.", [(NMOSD, 28, 5, None), (MS, 116, 5, None)]),
    (
        NEURO,
        "Neutropenia was seen in 5 patients with NMOSD and 4 patients with MS.",
        [(NMOSD, 28, 5, None), (MS, 116, 4, None)],
    ),
    # numbers of those treated beside their condition, in a text that lost its blanks
    (
        ("Rituximab biosimilar in multiple sclerosis and neuromyelitis optica spectrum disorder", "It is used widely."),
        "Late-onset neutropenia is of interest.MethodsAll adults with MS (n=105) or NMOSD (n=22) given rituximab were "
        "followed.ResultsNone of the 127 patients developed neutropenia.",
        [(None, 127, 0, None)],
    ),
    # a broad name that nearly all have; not where a third has the other
    (
        ("Ublituximab in B-NHL and CLL", "We treated 40 patients (B-NHL, 32; CLL, 8)."),
        "Neutropenia occurred in 5 (12.5%).",
        [("non-hodgkin lymphoma", 40, 5, 12.5)],
    ),
    (
        ("Ublituximab in B-NHL and CLL", "We treated 40 patients (B-NHL, 24; CLL, 16)."),
        "Neutropenia occurred in 5 (12.5%).",
        [(None, 40, 5, 12.5)],
    ),
]


@pytest.mark.parametrize(("article", "text", "expected"), ROWS, ids=[text for _, text, _ in ROWS])
def test_rows_by_disease(article: tuple[str, str], text: str, expected: list[tuple[object, ...]]) -> None:
    title, methods = article
    findings, _ = group_findings(context(methods + " " + text, title))
    found = [(f.indication, f.n_treated, f.n_events, f.incidence_percent) for f in findings]
    assert sorted(found, key=str) == sorted(expected, key=str)
