"""Group rows: which count belongs to which event, arm, condition and grade. Every text here is invented."""

from __future__ import annotations

import pytest

from pipeline.relate.group_rows import group_findings
from tests.read_texts import context


def row(drug="rituximab", n=None, events=None, percent=None, definition="any_grade", grade=None, high=None, **more):
    """The columns of an expected row; what is not named here must be as given in `more`, or is not looked at."""
    return {
        "drug": drug,
        "n_treated": n,
        "n_events": events,
        "incidence_percent": percent,
        "event_definition": definition,
        "ctcae_grade": grade,
        "ctcae_grade_high": high,
        **more,
    }


EXAMPLES = [
    pytest.param(
        "Rituximab plus fludarabine",
        (
            "In 40 patients treated with rituximab plus fludarabine, severe (grade 3/4) neutropenia was observed in "
            "26 patients (65%) and febrile neutropenia in 2 (5%)."
        ),
        [
            row(n=40, events=26, percent=65.0, definition="grade3plus", grade=3, high=4, severity_term="severe"),
            row(n=40, events=2, percent=5.0, definition="febrile"),
        ],
        id="grade in a bracket between severity word and event",
    ),
    pytest.param(
        "Rituximab in NMOSD",
        (
            "We studied 55 patients with neuromyelitis optica spectrum disorder treated with rituximab. Adverse "
            "events were recorded in 12 patients (22%), including infection (n=6), neutropenia (n=2), and infusion "
            "reactions (n=4)."
        ),
        [row(n=55, events=2)],
        id="list after 'were recorded in'",
    ),
    pytest.param(
        "LON in GPA",
        (
            "Sixty-eight patients with GPA received rituximab. LON occurred in 8 (11.8%). Among patients with LON, 5 "
            "(62.5%) had an infection and 3 (37.5%) had febrile neutropenia."
        ),
        [row(n=68, events=8, percent=11.8, definition="late_onset")],
        id="a share of those affected is no incidence",
    ),
    pytest.param(
        "Obinutuzumab or rituximab with chemotherapy in follicular lymphoma",
        (
            "We randomly assigned patients with follicular lymphoma to obinutuzumab-based chemotherapy (n=300) or "
            "rituximab-based chemotherapy (n=302). Adverse events of grade 3 to 5 were more frequent in the "
            "obinutuzumab group than in the rituximab group (72.1% vs. 66.0%). Neutropenia of grade 3 to 5 "
            "occurred in 44.0% of the patients in the obinutuzumab group and 38.1% of those in the rituximab "
            "group."
        ),
        [
            row("obinutuzumab", n=300, percent=44.0, definition="grade3plus", grade=3, high=5),
            row(n=302, percent=38.1, definition="grade3plus", grade=3, high=5),
        ],
        id="arms in brackets with 'in the X group'",
    ),
    pytest.param(
        "Obinutuzumab plus bendamustine versus bendamustine monotherapy in indolent lymphoma",
        (
            "Findings: Between 2010 and 2014, 396 patients were enrolled (194 assigned to obinutuzumab plus "
            "bendamustine and 202 to bendamustine monotherapy). Grade 3-5 adverse events occurred in 132 (68%) of "
            "194 patients in the obinutuzumab plus bendamustine group and in 123 (62%) of 198 patients in the "
            "bendamustine monotherapy group, most frequently neutropenia (64 [33%] in the obinutuzumab plus "
            "bendamustine group vs 52 [26%] in the bendamustine monotherapy group) and thrombocytopenia (21 [11%] "
            "vs 32 [16%])."
        ),
        [
            row("obinutuzumab", n=194, events=64, percent=33.0, definition="grade3plus", grade=3, high=5),
        ],
        id="Lancet style",
    ),
    pytest.param(
        "Fludarabine, cyclophosphamide and rituximab in CLL",
        (
            "817 patients with chronic lymphocytic leukaemia were randomly assigned to fludarabine and "
            "cyclophosphamide with rituximab (FCR; n=404) or without rituximab (FC; n=409). FCR more often caused "
            "grade 3 and 4 neutropenia (136 [34%] vs 83 [21%]; p<0·0001)."
        ),
        [
            row(n=404, events=136, percent=34.0, definition="grade3plus", grade=3, high=4),
        ],
        id="with comparator vs",
    ),
    pytest.param(
        "Rituximab and drug X in mantle cell lymphoma: a phase II study",
        (
            "Fifty patients with mantle cell lymphoma received rituximab and lenalidomide. The most frequent "
            "grade 3 or 4 toxicities were neutropenia (n=23; 46%), thrombocytopenia (n=10; 20%) and fatigue (n=3; "
            "6%)."
        ),
        [
            row(n=50, events=23, percent=46.0, definition="grade3plus", grade=3, high=4),
        ],
        id="n and percent list",
    ),
    pytest.param(
        "Ublituximab in CLL",
        (
            "In this phase 1/2 study 41 patients with CLL were treated with ublituximab plus ibrutinib. The most "
            "common AEs (any grade/grade ≥3) were neutropenia (22%/15%), fatigue (20%/0%) and rash (17%/2%)."
        ),
        [
            row("ublituximab", n=41, percent=22.0),
            row("ublituximab", n=41, percent=15.0, definition="grade3plus", grade=3),
        ],
        id="any/grade>=3 slash",
    ),
    pytest.param(
        "Ofatumumab monotherapy in CLL",
        (
            "A total of 59 patients with refractory CLL were given ofatumumab. Adverse events included "
            "neutropenia (all grades, 17%; grade 3-4, 14%) and pneumonia (8%)."
        ),
        [
            row("ofatumumab", n=59, percent=17.0),
            row("ofatumumab", n=59, percent=14.0, definition="grade3plus", grade=3, high=4),
        ],
        id="all grades; grade",
    ),
    pytest.param(
        "BR in lymphoma",
        (
            "Seventy-two patients were treated with bendamustine and rituximab. Grade ≥3 neutropenia was seen in "
            "45.8%, febrile neutropenia in 6.9% and infections in 11.1% of patients."
        ),
        [
            row(n=72, percent=45.8, definition="grade3plus", grade=3),
            row(n=72, percent=6.9, definition="febrile", severity_term="febrile_neutropenia"),
        ],
        id="list in a row",
    ),
    pytest.param(
        "Rituximab in pemphigus",
        (
            "METHODS: Thirty patients with pemphigus received rituximab. RESULTS: Infusion reactions were seen in "
            "6 patients (20%). There were no cases of neutropenia."
        ),
        [
            row(n=30, events=0),
        ],
        id="no cases",
    ),
    pytest.param(
        "R-CHOP in elderly",
        (
            "R-CHOP was given to 120 patients aged over 70 years with DLBCL. Neutropenia, febrile neutropenia and "
            "infection were observed in 40%, 8.3%, and 12.5% of patients, respectively."
        ),
        [
            row(n=120, percent=40.0),
            row(n=120, percent=8.3, definition="febrile"),
        ],
        id="respectively three",
    ),
    pytest.param(
        "Late-onset neutropenia after rituximab in lymphoma",
        (
            "BACKGROUND: Late-onset neutropenia (LON) is a known complication of rituximab, with a reported "
            "incidence of 3 to 27%. METHODS: We reviewed 150 patients with lymphoma treated with rituximab. "
            "RESULTS: LON was observed in 12 of 150 patients (8%), at a median of 110 days (range 40–300) after "
            "the last rituximab infusion."
        ),
        [
            row(
                n=150,
                events=12,
                percent=8.0,
                definition="late_onset",
                onset_days=110.0,
                onset_low_days=40.0,
                onset_high_days=300.0,
            ),
        ],
        id="LON n of N",
    ),
    pytest.param(
        "Late-onset neutropenia with rituximab",
        (
            "METHODS: We included 220 patients with vasculitis given rituximab. RESULTS: LON occurred in 18 "
            "patients, an incidence of 8.2% (95% CI 5.1–12.4). The hazard ratio for LON was 2.4 (95% CI 1.2-4.9) "
            "with cyclophosphamide."
        ),
        [
            row(n=220, events=18, percent=8.2, definition="late_onset", incidence_ci_low=5.1, incidence_ci_high=12.4),
        ],
        id="CI",
    ),
    pytest.param(
        "LON in RA",
        (
            "RESULTS: Among 142 patients with rheumatoid arthritis treated with rituximab, 23 episodes of "
            "late-onset neutropenia occurred in 17 patients (12.0%)."
        ),
        [
            row(n=142, events=17, percent=12.0, definition="late_onset"),
        ],
        id="episodes in patients",
    ),
    pytest.param(
        "LON after rituximab",
        ("Of 120 patients given rituximab, 14 (11.7%) developed late-onset neutropenia, which was grade 4 in 6."),
        [
            row(n=120, events=14, percent=11.7, definition="late_onset"),
            row(n=120, events=6, definition="late_onset", grade=4),
        ],
        id="subgroup grade 4 of them",
    ),
    pytest.param(
        "Rituximab: a review",
        (
            "Rituximab is used in many autoimmune diseases. Late-onset neutropenia occurs in 5% to 10% of "
            "patients. In one study, neutropenia was reported in 12% of patients treated with rituximab. "
            "Monitoring of blood counts is recommended."
        ),
        [],
        id="background only",
    ),
    pytest.param(
        "Infections under ocrelizumab",
        (
            "We followed 900 people with multiple sclerosis on ocrelizumab. Infections occurred in 230 (25.6%). "
            "Neutropenia was associated with infection (OR 3.1, 95% CI 1.6-6.0)."
        ),
        [
            row("ocrelizumab", n=900),
        ],
        id="HR only",
    ),
    pytest.param(
        "R-CHOP-14",
        (
            "Forty patients with DLBCL received R-CHOP-14. Grade 4 neutropenia occurred in 30% of cycles and "
            "febrile neutropenia in 4% of cycles."
        ),
        [
            row(n=40, definition="grade4", grade=4),
            row(n=40, definition="febrile"),
        ],
        id="per cycle",
    ),
    pytest.param(
        "Obinutuzumab in MZL",
        (
            "Thirty-six patients with marginal zone lymphoma were treated with obinutuzumab. The most common "
            "grade 3-4 adverse event was neutropenia (8 patients [22%])."
        ),
        [
            row("obinutuzumab", n=36, events=8, percent=22.0, definition="grade3plus", grade=3, high=4),
        ],
        id="most common was",
    ),
    pytest.param(
        "Drug X plus rituximab versus placebo plus rituximab in lymphoma",
        (
            "Patients with follicular lymphoma were randomized to lenalidomide plus rituximab (n=178) or placebo "
            "plus rituximab (n=180). Grade 3 or 4 neutropenia occurred in 50% with lenalidomide plus rituximab "
            "versus 13% with placebo plus rituximab."
        ),
        [
            row(n=178, percent=50.0, definition="grade3plus", grade=3, high=4),
            row(n=180, percent=13.0, definition="grade3plus", grade=3, high=4),
        ],
        id="combos A plus X vs A plus placebo",
    ),
    pytest.param(
        "Rituximab in nephrotic syndrome",
        (
            "Rituximab was given to 65 children with nephrotic syndrome. Neutropenia (<1.0 × 10^9/L) developed in "
            "7 children (10.8%) and severe neutropenia (<0.5 × 10^9/L) in 3 (4.6%)."
        ),
        [
            row(n=65, events=7, percent=10.8, definition="grade3plus", grade=3),
            row(n=65, events=3, percent=4.6, definition="grade4", grade=4, severity_term="severe"),
        ],
        id="threshold",
    ),
    pytest.param(
        "Ocrelizumab safety",
        (
            "Among 500 patients treated with ocrelizumab, neutropenia was reported in 10 (2.0%). Two patients "
            "discontinued ocrelizumab because of neutropenia."
        ),
        [
            row("ocrelizumab", n=500, events=10, percent=2.0),
        ],
        id="discontinuation due to",
    ),
    pytest.param(
        "CHOP with or without rituximab",
        (
            "We studied febrile neutropenia in 150 patients with non-Hodgkin lymphoma treated with CHOP with or "
            "without rituximab. Febrile neutropenia occurred in 30 patients (20%)."
        ),
        [],
        id="pooled ± rituximab",
    ),
    pytest.param(
        "Pegfilgrastim in R-CHOP",
        (
            "Patients with DLBCL receiving R-CHOP were given pegfilgrastim. Of 80 patients, 9 (11.3%) had febrile "
            "neutropenia."
        ),
        [
            row(n=80, events=9, percent=11.3, definition="febrile"),
        ],
        id="prophylaxis study",
    ),
    pytest.param(
        "Rituximab biosimilar versus reference rituximab in lymphoma",
        (
            "In total, 256 patients with low-tumour-burden follicular lymphoma were randomised to CT-P10 (n=130) "
            "or rituximab (n=126). Neutropenia was reported in 22 (17%) patients in the CT-P10 group and 13 (10%) "
            "in the rituximab group."
        ),
        [
            row(n=130, events=22, percent=17.0),
            row(n=126, events=13, percent=10.0),
        ],
        id="two-arm named rates",
    ),
    pytest.param(
        "LON grades",
        (
            "RESULTS: Twenty of 200 patients treated with rituximab developed late-onset neutropenia: 10 grade 2, "
            "4 grade 3 and 6 grade 4."
        ),
        [
            row(n=200, events=20, definition="late_onset", grade=2, high=4),
        ],
        id="grade distribution",
    ),
    pytest.param(
        "Ofatumumab SC in MS",
        (
            "Patients with relapsing MS received ofatumumab (n=64) or placebo (n=67). Neutropenia occurred in 3 "
            "patients (4.7%) given ofatumumab and in none given placebo."
        ),
        [
            row("ofatumumab", n=64, events=3, percent=4.7),
        ],
        id="zero percent arms",
    ),
    pytest.param(
        "RB phase 2",
        (
            "Sixty patients received rituximab and bendamustine. Grade 3-4 toxicities: neutropenia 38%, "
            "thrombocytopenia 10%, infection 7%."
        ),
        [
            row(n=60, percent=38.0, definition="grade3plus", grade=3, high=4),
        ],
        id="grade first then list colon",
    ),
    pytest.param(
        "G-B safety",
        (
            "Of 140 patients given obinutuzumab, 60% had grade ≥3 AEs, most commonly neutropenia (42.9%). Serious "
            "AEs occurred in 30%, including neutropenia (5.7%) and pneumonia (4.3%)."
        ),
        [
            row("obinutuzumab", n=140, percent=42.9, definition="grade3plus", grade=3),
        ],
        id="serious",
    ),
    pytest.param(
        "Rituximab in ITP",
        (
            "Twenty-four children with ITP were treated with rituximab. Three children developed transient "
            "neutropenia and one had serum sickness."
        ),
        [
            row(n=24, events=3),
        ],
        id="children words",
    ),
    pytest.param(
        "Venetoclax-rituximab vs bendamustine-rituximab in CLL",
        (
            "389 patients were randomly assigned to venetoclax plus rituximab (194 patients) or bendamustine plus "
            "rituximab (195 patients). The rate of grade 3 or 4 neutropenia was higher in the "
            "venetoclax-rituximab group than in the bendamustine-rituximab group (57.7% vs. 39.0%)."
        ),
        [
            row(n=194, percent=57.7, definition="grade3plus", grade=3, high=4),
            row(n=195, percent=39.0, definition="grade3plus", grade=3, high=4),
        ],
        id="other drug arm excluded",
    ),
    pytest.param(
        "Rituximab for autoimmune neutropenia",
        ("Eight patients with autoimmune neutropenia were treated with rituximab. Neutropenia resolved in five (62%)."),
        [],
        id="treated neutropenia",
    ),
    pytest.param(
        "Incidence of LON in SLE",
        (
            "METHODS: LON was defined as ANC <1.5 x 10^9/L at least 4 weeks after rituximab in 3 consecutive "
            "tests. RESULTS: Of 107 patients with SLE, 32 (29.9%) developed LON, with a median time to onset of "
            "90 days (IQR 60-120)."
        ),
        [
            row(
                n=107,
                events=32,
                percent=29.9,
                definition="late_onset",
                onset_days=90.0,
                onset_low_days=60.0,
                onset_high_days=120.0,
            ),
        ],
        id="definition sentence",
    ),
    pytest.param(
        "LON by disease",
        (
            "Rituximab was given to 100 patients, 60 with granulomatosis with polyangiitis and 40 with rheumatoid "
            "arthritis. Late-onset neutropenia developed in 10 patients (10%): 8 of 60 (13.3%) with "
            "granulomatosis with polyangiitis and 2 of 40 (5.0%) with rheumatoid arthritis."
        ),
        [
            row(n=100, events=10, percent=10.0, definition="late_onset"),
            row(n=60, events=8, percent=13.3, definition="late_onset", indication="granulomatosis with polyangiitis"),
            row(n=40, events=2, percent=5.0, definition="late_onset", indication="rheumatoid arthritis"),
        ],
        id="two diseases",
    ),
    pytest.param(
        "Rituximab maintenance",
        (
            "Sixty-one patients with follicular lymphoma received rituximab maintenance; median follow-up was 36 "
            "months. Grade 3/4 neutropenia was observed in 11 patients (18%) and responded to G-CSF."
        ),
        [
            row(n=61, events=11, percent=18.0, definition="grade3plus", grade=3, high=4),
        ],
        id="median follow up distractor",
    ),
    pytest.param(
        "Rituximab in ABO-incompatible transplantation",
        (
            "We compared 40 kidney transplant recipients given rituximab with 60 controls without rituximab. "
            "Neutropenia developed in 17 (42.5%) of the rituximab group and in 9 (15.0%) of the control group."
        ),
        [
            row(n=40, events=17, percent=42.5),
        ],
        id="exposed vs unexposed",
    ),
    pytest.param(
        "O-FC",
        (
            "Patients with CLL were randomly allocated to ofatumumab plus chlorambucil (n=221) or chlorambucil "
            "alone (n=226). Grade 3 or worse adverse events were neutropenia (57 [26%] vs 32 [14%]) and "
            "infections (19 [9%] vs 27 [12%])."
        ),
        [
            row("ofatumumab", n=221, events=57, percent=26.0, definition="grade3plus", grade=3),
        ],
        id="N per group sentence start",
    ),
    pytest.param(
        "BR Japanese",
        (
            "Sixty-nine patients were treated with BR. Grade 3/4 hematologic toxicities were lymphopenia (97%), "
            "neutropenia (86%) and leukopenia (83%); no grade 5 event occurred."
        ),
        [
            row(n=69, percent=86.0, definition="grade3plus", grade=3, high=4),
        ],
        id="dash list",
    ),
    pytest.param(
        "VR in WM",
        (
            "Thirty-five patients with Waldenström macroglobulinemia received bortezomib and rituximab. The main "
            "hematologic toxicity was neutropenia, which was manageable with G-CSF."
        ),
        [
            row(n=35),
        ],
        id="unquantified",
    ),
    pytest.param(
        "Case for monitoring",
        (
            "Fifteen patients with myasthenia gravis received rituximab. No serious adverse events were observed. "
            "Physicians should be aware that neutropenia may occur."
        ),
        [],
        id="risk of hypothetical",
    ),
    pytest.param(
        "R-EPOCH",
        (
            "Thirty-eight patients with Burkitt lymphoma received DA-EPOCH-R. Fever and neutropenia occurred in "
            "22% of cycles. Seven patients (18%) were hospitalised for febrile neutropenia."
        ),
        [
            row(n=38, events=7, percent=18.0, definition="febrile"),
        ],
        id="febrile in words",
    ),
    pytest.param(
        "R-X in lymphoma",
        (
            "Sixty patients received rituximab and lenalidomide. Neutropenia, anaemia and thrombocytopenia of "
            "grade 3 or 4 occurred in 35%, 5% and 10%, respectively."
        ),
        [
            row(n=60, percent=35.0, definition="grade3plus", grade=3, high=4),
        ],
        id="list with grade behind",
    ),
    pytest.param(
        "LON rituximab",
        ("Among 200 patients treated with rituximab, late-onset neutropenia developed in 16 (10 women, 6 men)."),
        [
            row(n=200, events=16, definition="late_onset"),
        ],
        id="sex split",
    ),
    pytest.param(
        "Obinutuzumab AE",
        ("Fifty patients were given obinutuzumab. Neutropenia accounted for 12% of all adverse events."),
        [
            row("obinutuzumab", n=50),
        ],
        id="share of AEs",
    ),
    pytest.param(
        "Rituximab for refractory neutropenia",
        (
            "Six patients with refractory neutropenia were treated with rituximab. Neutropenia improved in four "
            "of six (67%)."
        ),
        [],
        id="treated 1",
    ),
    pytest.param(
        "Response to rituximab in systemic lupus",
        (
            "Ten patients with lupus and neutropenia received rituximab. Neutropenia responded to rituximab in 8 "
            "patients."
        ),
        [],
        id="treated 2",
    ),
    pytest.param(
        "Rituximab in AIHA",
        (
            "Twenty-five patients with autoimmune hemolytic anemia were treated with rituximab. No neutropenic "
            "infections were seen."
        ),
        [],
        id="no neutropenic infection",
    ),
    pytest.param(
        "Vasculitis treated with rituximab",
        (
            "Fifteen of 180 patients (8.3%) treated with rituximab for vasculitis developed neutropenia. All "
            "patients with neutropenia recovered; five were treated with G-CSF."
        ),
        [
            row(n=180, events=15, percent=8.3),
        ],
        id="patients on drug with event treated",
    ),
    pytest.param(
        "X",
        ("In 44 patients with CLL treated with ofatumumab, 9 of 30 serious adverse events were neutropenia."),
        [
            row("ofatumumab", n=44),
        ],
        id="percent of events in trial",
    ),
    pytest.param(
        "Veltuzumab",
        (
            "Patients received veltuzumab 80 mg (n=20) or 160 mg (n=22). Neutropenia occurred in 2 (10%) and 4 "
            "(18%) patients, respectively."
        ),
        [
            row("veltuzumab", n=20, events=2, percent=10.0),
            row("veltuzumab", n=22, events=4, percent=18.0),
        ],
        id="rates by dose",
    ),
    pytest.param(
        "LON in pemphigus",
        (
            "RESULTS: LON developed in 9 of 64 (14.1%) patients with pemphigus treated with rituximab. "
            "CONCLUSION: LON occurred in 14% of our patients with pemphigus treated with rituximab."
        ),
        [
            row(n=64, events=9, percent=14.1, definition="late_onset"),
        ],
        id="two timepoints abstract conclusion repeat",
    ),
    pytest.param(
        "R-CHOP",
        ("Of 95 patients treated with R-CHOP, 30 (31.6%) developed febrile neutropenia and 3 (3.2%) died of sepsis."),
        [
            row(n=95, events=30, percent=31.6, definition="febrile"),
        ],
        id="febrile among",
    ),
    pytest.param(
        "R2",
        (
            "A total of 110 patients with follicular lymphoma received rituximab plus lenalidomide. The most "
            "common grade 3 or higher adverse events were neutropenia (38 [35%] of 110 patients), muscle pain (10 "
            "[9%]) and rash (8 [7%])."
        ),
        [
            row(n=110, events=38, percent=35.0, definition="grade3plus", grade=3),
        ],
        id="or higher list",
    ),
    pytest.param(
        "Rituximab in MS",
        (
            "We treated 104 patients with multiple sclerosis with rituximab. Infections occurred in 20%. None of "
            "the patients developed neutropenia."
        ),
        [
            row(n=104, events=0),
        ],
        id="Nobody",
    ),
    pytest.param(
        "G-Benda",
        (
            "Sixty-four patients were treated with obinutuzumab and bendamustine. Common high-grade adverse "
            "events were neutropenia (22%) and infections (14%)."
        ),
        [
            row("obinutuzumab", n=64, percent=22.0, definition="grade3plus"),
        ],
        id="high grade words",
    ),
    pytest.param(
        "RTX kidney",
        ("Of 70 kidney transplant recipients who received rituximab, 10 (14.3%) had severe neutropenia."),
        [
            row(n=70, events=10, percent=14.3, definition=None, severity_term="severe"),
        ],
        id="severe only",
    ),
    pytest.param(
        "LON",
        (
            "Twelve of 90 patients with lymphoma (13.3%) given rituximab developed late-onset neutropenia 40 to "
            "180 days after the last dose."
        ),
        [
            row(
                n=90,
                events=12,
                percent=13.3,
                definition="late_onset",
                onset_low_days=40.0,
                onset_high_days=180.0,
                onset_statistic="range",
                onset_anchor="last_dose",
            ),
        ],
        id="range onset",
    ),
    pytest.param(
        "LON nadir",
        (
            "Late-onset neutropenia was found in 7 of 77 patients treated with rituximab; the median nadir was "
            "0.4 x 10^9/L and the median duration 9 days."
        ),
        [
            row(n=77, events=7, definition="late_onset", anc_nadir=0.4, duration_days=9.0),
        ],
        id="nadir median",
    ),
    pytest.param(
        "Obinutuzumab plus lenalidomide",
        (
            "Ninety patients were recruited and 87 patients were evaluable for efficacy and 89 for safety. The commonest "
            "adverse events were fatigue (n=50, 56%), neutropenia (n=40, 45%) and cough (n=31, 35%)."
        ),
        [row("obinutuzumab", n=89, events=40, percent=45.0)],
        id="one count with its share, of the safety population",
    ),
    pytest.param(
        "G-CHOP or R-CHOP in lymphoma",
        (
            "A randomized study compared G-CHOP with R-CHOP. We randomized 600 patients. The most common events were "
            "neutropenia (G-CHOP, 44.1%; R-CHOP, 38.2%) and rash (G-CHOP, 9%; R-CHOP, 8%)."
        ),
        [
            row("obinutuzumab", n=None, percent=44.1, regimen="CHOP"),
            row("rituximab", n=None, percent=38.2),
        ],
        id="arms named before their shares",
    ),
    pytest.param(
        "Zanubrutinib plus obinutuzumab",
        (
            "The 150 patients were assigned to zanubrutinib plus obinutuzumab (n = 100) or to obinutuzumab alone "
            "(n = 50). In the combination arm the adverse effects were neutropenia (27.0%) and diarrhea (16.0%)."
        ),
        [row("obinutuzumab", n=100, percent=27.0, regimen="zanubrutinib")],
        id="the combination is the arm that adds something",
    ),
    pytest.param(
        "LON",
        (
            "Late-onset neutropenia was found in 40 of 900 patients treated with rituximab. Rituximab was given again to "
            "20 patients, with recurrence of late-onset neutropenia in 4 (20%)."
        ),
        [row(n=900, events=40, definition="late_onset")],
        id="a share of those treated again",
    ),
    pytest.param(
        "LON",
        (
            "Late-onset neutropenia developed in 12 of 160 patients treated with rituximab. Arthritis was the commonest "
            "disease (9 of the LON patients)."
        ),
        [row(n=160, events=12, definition="late_onset")],
        id="some of those affected",
    ),
    pytest.param(
        "CHOP in lymphoma",
        "There were 80 patients treated with CHOP; neutropenia occurred in 12 (15%). Rituximab was not available.",
        [],
        id="the drug was not given",
    ),
    pytest.param(
        "Rituximab again after neutropenia: evidence summary",
        "The label does not regard late neutropenia as a contraindication to rituximab.",
        [],
        id="not regarded is not absent",
    ),
    pytest.param(
        "LON",
        (
            "We studied 150 patients given rituximab. Late-onset neutropenia occurred in 15 (10%) patients: 6 with lupus, "
            "5 with rheumatoid arthritis and 4 with vasculitis."
        ),
        [row(n=150, events=15, percent=10.0, definition="late_onset")],
        id="what those affected were treated for",
    ),
    pytest.param(
        "Biologics in rheumatoid arthritis",
        (
            "We studied 40 patients with an inadequate response to rituximab who were given tocilizumab. Neutropenia "
            "occurred in 6 patients (15%)."
        ),
        [],
        id="the drug came before the one that is told of",
    ),
    pytest.param(
        "Rituximab after tocilizumab",
        (
            "Forty patients with an inadequate response to tocilizumab received rituximab. Neutropenia occurred in 6 "
            "patients (15%)."
        ),
        [row(n=40, events=6, percent=15.0)],
        id="another drug came before",
    ),
]


@pytest.mark.parametrize(("title", "text", "expected"), EXAMPLES)
def test_rows_of_an_abstract(title, text, expected):
    findings, _ = group_findings(context(text, title))
    assert len(findings) == len(expected), findings
    left = list(findings)
    for wanted in expected:
        nearest = min(left, key=lambda f: sum(getattr(f, name) != value for name, value in wanted.items()))
        left.remove(nearest)
        assert {name: getattr(nearest, name) for name in wanted} == wanted


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        pytest.param(
            "Bendamustine and rituximab in older people",
            "We treated 50 patients. Neutropenia of grade 3 or 4 occurred in 20 patients (40%).",
            ["bendamustine"],
            id="the combination of the title",
        ),
        pytest.param(
            "A trial in lymphoma",
            "Patients received rituximab plus bendamustine (n = 50) or rituximab plus lenalidomide (n = 60). Neutropenia "
            "occurred in 20 patients (40%) with rituximab plus bendamustine and in 12 (20%) with rituximab plus "
            "lenalidomide.",
            ["bendamustine", "lenalidomide"],
            id="each arm its own",
        ),
        pytest.param(
            "Late-onset neutropenia after rituximab",
            "We studied 90 patients given rituximab; some had had rituximab plus bendamustine. Late-onset neutropenia "
            "occurred in 9 patients (10%).",
            [None],
            id="one of several treatments, named once",
        ),
        pytest.param(
            "Rituximab in indolent lymphoma of the elderly",
            "We report a phase 2 trial of rituximab plus lenalidomide. Fifty patients were treated. Neutropenia occurred "
            "in 5 patients (10%).",
            ["lenalidomide"],
            id="what was tested, named once",
        ),
        pytest.param(
            "Rituximab in indolent lymphoma of the elderly",
            "Fifty patients were given rituximab. Later, those who relapsed received rituximab plus lenalidomide. "
            "Neutropenia occurred in 5 patients (10%).",
            [None],
            id="given at relapse, named once",
        ),
        pytest.param(
            "Rituximab in nephritis",
            "We treated 50 patients. Neutropenia occurred in 5 patients (10%).",
            [None],
            id="the drug alone",
        ),
    ],
)
def test_what_the_drug_of_a_row_was_given_with(title, text, expected):
    findings, _ = group_findings(context(text, title))
    assert [f.regimen for f in findings] == expected
    assert all(any(e.field == "regimen" for e in f.evidence) for f in findings if f.regimen)


def test_every_value_is_quoted_from_its_section():
    ctx = context(
        "Of 120 patients given rituximab, 14 (11.7%) developed grade 3-4 neutropenia after a median of 60 days.",
        "Neutropenia after rituximab in lymphoma",
    )
    (finding,), _ = group_findings(ctx)
    assert {e.field for e in finding.evidence} >= {"n_treated", "n_events", "incidence_percent", "ctcae_grade", "drug"}
    for e in finding.evidence:
        assert ctx.sections[e.section].text[e.start : e.end] == e.quote != ""


def test_a_count_that_is_not_used_keeps_its_reason():
    text = "Sixty patients received rituximab. Neutropenia occurred in 12 patients (20%) and anaemia in 3 (5%)."
    _, rejected = group_findings(context(text))
    assert ("3 (5%", "belongs to another event") in {(r.text, r.reason) for r in rejected}


def test_an_article_without_the_drug_gives_no_row_and_says_why():
    findings, rejected = group_findings(context("Neutropenia occurred in 12 of 60 patients on clozapine.", "Clozapine"))
    assert findings == []
    assert {r.reason for r in rejected} == {"no_drug"}


@pytest.mark.parametrize(
    "text",
    [
        "9" * 400,
        "Neutropenia occurred in " + "12 of 60 patients, " * 400,
        "Neutropenia (" * 300 + "rituximab",
        "grade 3-4 neutropenia in 5% of patients on rituximab; " * 200,
        "Neutropenia \u0000\ufffd rituximab &lt;b&gt; 12%",
        "20 neutr\u00f3filos/mm\u00b3 a las 5 semanas de rituximab en 3 pacientes",
        "",
    ],
    ids=["digits", "list", "brackets", "repeated", "leftovers", "spanish", "empty"],
)
def test_odd_texts_do_not_stop_the_rules(text):
    findings, rejected = group_findings(context(text))
    assert isinstance(findings, list)
    assert isinstance(rejected, list)
