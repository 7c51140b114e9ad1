"""How many were treated: 76 ways to say it, each before the same result, "Neutropenia occurred in 8 patients."."""

from __future__ import annotations

import pytest

from pipeline.relate import relate
from tests.read_texts import context

POPULATIONS = [
    ("We reviewed the charts of 120 patients with rheumatoid arthritis treated with rituximab.", 120),
    (
        "Between 2005 and 2012, 120 consecutive patients (80 women; median age 55 years) with rheumatoid arthritis received rituximab.",
        120,
    ),
    (
        "This retrospective single-centre study included all adults who received at least one dose of rituximab for rheumatoid arthritis (n = 120).",
        120,
    ),
    ("One hundred and twenty patients were enrolled.", 120),
    ("Of 150 patients screened, 120 were enrolled and treated with rituximab.", 120),
    ("Of 150 patients with rheumatoid arthritis, 120 received rituximab and 30 received placebo.", 120),
    ("135 patients were enrolled, of whom 120 received rituximab.", 120),
    ("The safety population comprised 120 patients. A total of 125 patients were randomised.", 120),
    ("A total of 125 patients were enrolled; 120 were evaluable for toxicity and 110 for response.", 120),
    (
        "125 patients were recruited; 120 patients received at least one dose of study drug and were included in the safety analysis.",
        120,
    ),
    ("Medical records of 120 rituximab-treated patients were reviewed.", 120),
    ("Data from 120 patients who had received rituximab were extracted from the registry.", 120),
    ("A cohort of 120 children with nephrotic syndrome given rituximab was followed for a median of 3 years.", 120),
    (
        "We enrolled 120 patients aged 18 to 65 years. Sixty patients had seropositive disease. All received rituximab.",
        120,
    ),
    ("In this phase 2 trial, 120 previously untreated patients received rituximab plus bendamustine.", 120),
    ("Patients (N = 120) received four weekly infusions of rituximab.", 120),
    ("Patients (median age, 65 years; N=120) were given rituximab 375 mg/m2 weekly.", 120),
    ("The study population consisted of 120 patients, 70 (58%) of whom were women.", 120),
    ("From January 2000 to December 2010 we treated 120 patients with 300 courses of rituximab.", 120),
    ("Three hundred courses of rituximab were given to 120 patients.", 120),
    (
        "One hundred twenty patients with RA (mean age 54 +/- 11 years) were treated with rituximab; 100 completed the study.",
        120,
    ),
    ("Of the 120 patients treated, 100 (83%) responded.", 120),
    ("We analysed 120 patients: 70 with RA and 50 with SLE.", 120),
    ("We studied 70 patients with RA and 50 with SLE who were treated with rituximab.", 120),
    ("Rituximab was given to 120 patients, 30 of whom had been treated before.", 120),
    ("Rituximab was administered to 120 patients.", 120),
    ("The records of all 120 patients treated with rituximab at our institution were examined.", 120),
    ("Fifty-five men and 65 women received rituximab.", 120),
    ("Twenty centres participated; 120 patients were included, and 118 were evaluable for response.", 120),
    ("Our series comprises 120 cases treated with rituximab.", 120),
    ("120 subjects received rituximab.", 120),
    (
        "We identified 4,000 patients with rheumatoid arthritis in the database, of whom 120 had received rituximab.",
        120,
    ),
    ("Among 4,000 patients with rheumatoid arthritis, 120 were treated with rituximab.", 120),
    ("Seventy-five of 120 patients treated with rituximab had received it before.", 120),
    ("The trial accrued 120 patients (pts).", 120),
    ("120 pts were treated with R; median age was 60 yrs.", 120),
    ("One-hundred-and-twenty patients with RA entered the trial.", 120),
    ("There were 120 evaluable patients.", 120),
    ("A total of 120 rituximab recipients were compared with 240 matched controls.", 120),
    ("120 people with multiple sclerosis who had had at least two infusions of ocrelizumab were included.", 120),
    (
        "150 patients were enrolled and 149 were included in the intention-to-treat analysis. All received rituximab.",
        149,
    ),
    (
        "Thirty-eight patients enrolled in this phase II study of rituximab and lenalidomide; 36 were evaluable for response.",
        38,
    ),
    (
        "Forty-five eligible patients were treated at 12 centers with rituximab weekly for 4 weeks. Thirty-one (69%) responded.",
        45,
    ),
    ("Rituximab was re-administered to 24 of the 120 patients.", 120),
    ("A questionnaire was sent to 95 centres; 48 replied and reported on 120 patients treated with rituximab.", 120),
    ("In total, 64 patients were recruited and 63 received at least one infusion of obinutuzumab.", 63),
    (
        "Sixty-one adults with membranous nephropathy (mean age 52 years; 40 men) were given two infusions of rituximab.",
        61,
    ),
    ("Among 5680 people treated with ocrelizumab in clinical trials, 1200 had primary progressive disease.", 5680),
    ("Eighty-eight consecutive NMOSD patients on rituximab for at least one year were followed up.", 88),
    ("Two hundred and nine rituximab-treated patients were identified. Twenty were matched controls.", 209),
    ("The intent-to-treat population included 72 patients and the safety population 70. They received rituximab.", 70),
    ("This study analysed 327 R-CHOP cycles given to 60 patients with DLBCL.", 60),
    ("Sixty patients with DLBCL received 327 cycles of R-CHOP.", 60),
    ("Forty of 52 patients completed six cycles of R-CHOP.", 52),
    ("Of 100 kidney transplant recipients, 38 were given rituximab for rejection and 62 were not.", 38),
    ("Rituximab had been given to 38 of 100 kidney transplant recipients.", 38),
    ("Outcomes in 38 kidney transplant recipients who received rituximab induction were reviewed.", 38),
    (
        "Thirty-three children (18 boys) with steroid-dependent nephrotic syndrome, aged 3 to 17 years, received one to four doses of rituximab.",
        33,
    ),
    ("Our cohort: 77 patients, 71% female, mean age 47, with SLE, all treated with rituximab.", 77),
    ("We report the long-term safety of ofatumumab in 1,969 participants of the open-label extension.", 1969),
    ("Patients with relapsed CLL (n = 59) received ofatumumab. Their median age was 64 years.", 59),
    ("Patients (n=59) with relapsed CLL received ofatumumab.", 59),
    ("A total of fifty-nine pts with CLL were enrolled onto this trial of ofatumumab.", 59),
    ("Twenty-nine patients were entered, of whom 26 completed both courses of rituximab.", 29),
    (
        "Between May 2010 and June 2013, 43 patients were assigned to receive rituximab plus bendamustine; one withdrew consent before treatment.",
        42,
    ),
    ("The charts of patients treated with rituximab were reviewed. There were 35 men and 31 women.", 66),
    ("Treatment consisted of rituximab 375 mg/m2 weekly for 4 weeks in 25 patients with hairy cell leukaemia.", 25),
    ("Twenty-five previously treated patients with hairy cell leukaemia were given rituximab weekly for 8 weeks.", 25),
    ("In a phase I/II trial, 36 patients were treated with ublituximab; 35 were evaluable for safety.", 35),
    ("Of the 3,000 patients in the registry, 451 had been exposed to rituximab.", 451),
    ("Records of 451 patients exposed to rituximab were compared with those of 900 unexposed patients.", 451),
    (
        "Eighteen centers contributed 176 patients; 6 were excluded for lack of data, leaving 170 for analysis. All had received rituximab.",
        170,
    ),
    ("After exclusion of 6 patients, 170 patients treated with rituximab were analysed.", 170),
    ("We included 170 patients (176 enrolled, 6 excluded) treated with rituximab.", 170),
    ("Seven (17%) of 41 patients had had prior rituximab. All 41 received obinutuzumab.", 41),
    ("Overall, 41 patients received a median of 6 cycles of G-CHOP (range, 1-8).", 41),
]


POPULATIONS += [
    ("Of 437 patients, 408 had obinutuzumab-chlorambucil and 29 obinutuzumab alone.", 437),
    ("CALGB 9712 treated 104 patients with fludarabine and rituximab.", 104),
    ("We recruited 688 patients, of whom 564 were randomly assigned to treatment with rituximab.", 564),
]


def persons_treated(text: str) -> list[tuple[int | None, int | None]]:
    read = context(f"{text} Neutropenia occurred in 8 patients.", title="Safety of anti-CD20 treatment")
    return [(f.n_treated, f.n_events) for f in relate(read.annotated, read.protocol).findings]


@pytest.mark.parametrize(("text", "n_treated"), POPULATIONS)
def test_the_persons_at_risk_are_found_wherever_they_are_counted(text, n_treated):
    assert persons_treated(text) == [(n_treated, 8)]


def test_a_share_that_hardly_fits_the_number_given_is_flagged():
    read = context("In all, 41 patients received rituximab. Neutropenia occurred in 33.6%.")
    (finding,) = relate(read.annotated, read.protocol).findings
    assert (finding.n_treated, finding.flags) == (41, ("incidence_disagrees",))


def test_a_number_that_contradicts_the_share_is_not_taken():
    read = context("In all, 41 patients received rituximab. Neutropenia occurred in 3 (33.6%).")
    assert [f.n_treated for f in relate(read.annotated, read.protocol).findings] == [None]


def test_the_number_assessed_counts_for_all_events_of_the_arm():
    read = context(
        "We randomised 300 patients to R-CHOP-21 (n=150) or R-CHOP-14 (n=150). Grade 3 or 4 neutropenia was more "
        "frequent with R-CHOP-21 (87 [60%] of 145 vs 44 [30%] of 146); febrile neutropenia (12 [8%] vs 9 [6%]) was not.",
        title="R-CHOP-21 versus R-CHOP-14 in diffuse large B-cell lymphoma",
    )
    rows = [(f.event_definition, f.n_events, f.n_treated) for f in relate(read.annotated, read.protocol).findings]
    assert sorted(rows) == [("febrile", 9, 146), ("febrile", 12, 145), ("grade3plus", 44, 146), ("grade3plus", 87, 145)]
