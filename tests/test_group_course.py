"""What a group row says beside its numbers: onset, nadir, course, those affected, condition. Every text is invented."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.relate.group_rows import group_findings
from tests.read_texts import context

COLUMNS = (
    "onset_days",
    "onset_low_days",
    "onset_high_days",
    "onset_statistic",
    "onset_anchor",
    "anc_nadir",
    "duration_days",
    "management",
    "outcome",
    "rechallenge",
    "age_years",
    "sex",
)
# title and Methods
LATE = (
    "Late-onset neutropenia after rituximab",
    "We reviewed the records of 120 patients with rheumatoid arthritis treated with rituximab.",
)
COHORT = (
    "Safety of rituximab in multiple sclerosis",
    "We followed 120 patients with multiple sclerosis treated with rituximab.",
)
TRIAL = (
    "A phase 2 trial of obinutuzumab in follicular lymphoma",
    "One hundred and twenty patients with follicular lymphoma received obinutuzumab.",
)
CHILDREN = (
    "Rituximab-induced neutropenia in children with nephrotic syndrome",
    "We retrospectively studied 120 children with nephrotic syndrome who received rituximab.",
)
OCRELIZUMAB = (
    "Long-term safety of ocrelizumab in multiple sclerosis",
    "Data of 120 patients treated with ocrelizumab were analysed.",
)
TRIAL_3 = (
    "Obinutuzumab plus bendamustine in indolent lymphoma: a phase 3 trial",
    "Patients (n = 120) were given obinutuzumab and bendamustine.",
)
VASCULITIS = (
    "Late-onset neutropenia in ANCA-associated vasculitis treated with rituximab",
    "We reviewed 120 patients with AAV treated with rituximab.",
)
CHEMOTHERAPY = ("R-CHOP in elderly patients with diffuse large B-cell lymphoma", "We treated 120 patients with R-CHOP.")
LYMPHOMA = (
    "Incidence of late-onset neutropenia after rituximab-containing chemotherapy for B-cell lymphoma",
    "Records of 120 patients who had completed R-CHOP were examined.",
)
OFATUMUMAB = (
    "Haematological safety of ofatumumab in relapsing multiple sclerosis",
    "A total of 120 participants received ofatumumab.",
)
W = "Late-onset neutropenia developed in 12 patients (10%). "


def onset(
    days: float | None, low: float | None, high: float | None, statistic: str | None, anchor: str
) -> dict[str, Any]:
    return dict(zip(COLUMNS, (days, low, high, statistic, anchor), strict=False))


def told(**values: Any) -> dict[str, Any]:
    """The columns that a text fills; every other one is to stay empty."""
    return {"management": set(), **values}


COURSE = [
    (LATE, W + "In three it was mild and in four moderate; all seven recovered without intervention.", told()),
    (LATE, W + "The mean of the lowest ANC recorded after 4 weeks was 0.36 × 10^9/L.", told(anc_nadir=0.36)),
    (LATE, W + "The nadir, the mean of the lowest counts seen beyond day 28, was 0.4 × 10^9/L.", told(anc_nadir=0.4)),
    (
        LATE,
        W + "Median time to LON was 92 days (range 40-180), counted from the last dose of rituximab.",
        told(**onset(92, 40, 180, "median", "last_dose")),
    ),
    (
        LATE,
        "Late-onset neutropenia was diagnosed in 5 patients at a mean of 118 (SD 46) days following the last dose.",
        told(**onset(118, None, None, "mean", "last_dose")),
    ),
    (
        LATE,
        "Four patients developed late-onset neutropenia. Time from infusion to LON was 34 days in one patient, 41 in "
        "another and 44 in the remaining two (mean 41 days).",
        told(**onset(41, 34, 44, "mean", "last_dose")),
    ),
    (
        COHORT,
        "Late-onset neutropenia developed in two patients, which needed no treatment.",
        told(management={"observation"}),
    ),
    (TRIAL, "Severe neutropenia developed in three patients; all other toxicity reversed spontaneously.", told()),
    (LATE, W + "In three of the twelve the counts rose on G-CSF.", told(management={"gcsf"})),
    (LATE, W + "Growth factors hasten recovery; whether they are needed is unclear.", told()),
    (
        CHEMOTHERAPY,
        "Febrile neutropenia occurred in 12 patients. G-CSF was effective in preventing febrile neutropenia.",
        told(),
    ),
    (LATE, W + "Neutrophil counts took a median of 100 days to recover.", told()),
    (
        TRIAL,
        "Grade 3-4 thrombocytopenia (60%) was the chief toxicity but was short-lived. Febrile neutropenia occurred in 10%.",
        told(),
    ),
    (
        COHORT,
        "Neutropenia occurred in 5 patients (4%). It was noted 3 to 6 months after the last infusion. All five recovered, "
        "three of them with filgrastim.",
        told(**onset(None, 91.3, 182.6, "range", "last_dose"), management={"gcsf"}, outcome="resolved"),
    ),
    (
        COHORT,
        "Neutropenia emerged in seven patients. Counts normalised spontaneously in every patient.",
        told(management={"observation"}, outcome="resolved"),
    ),
    (LATE, W + "Time to neutropenia was 71 +/- 28 days after transplantation.", told()),
    (
        LATE,
        W + "The median time from the last dose of rituximab to neutropenia was 121 days (range 49-474 days).",
        told(**onset(121, 49, 474, "median", "last_dose")),
    ),
    (
        LATE,
        W + "The mean interval between the last infusion of rituximab and onset of LON was 88 days.",
        told(**onset(88, None, None, "mean", "last_dose")),
    ),
    (
        LATE,
        "Four patients developed late-onset neutropenia. Time from infusion to LON averaged 40 days (31, 38, 44 and 47 days).",
        told(**onset(40, 31, 47, "mean", "last_dose")),
    ),
    (
        LATE,
        W + "Mean time to LON from the final course of treatment was 66 days and mean duration of LON was 97 days.",
        told(**onset(66, None, None, "mean", "last_dose"), duration_days=97),
    ),
    (
        LATE,
        W + "Counting from the last dose of rituximab, LON appeared after a median of 88 days (range, 1-9 months).",
        told(**onset(88, 30.4, 274, "median", "last_dose")),
    ),
    (
        LATE,
        W
        + "LON appeared after a first course in five patients and after retreatment in the other seven, at a median of 86 days "
        "(range 56-168) from the latest course.",
        told(**onset(86, 56, 168, "median", "last_dose")),
    ),
    (LATE, W + "LON appeared in five after a median of 86 days from the latest course.", told()),
    (
        LATE,
        "Four patients developed late-onset neutropenia. Mean time to LON was 40 days post infusion (day 31, 38, 44 and 47 "
        "respectively).",
        told(**onset(40, 31, 47, "mean", "last_dose")),
    ),
    (
        LATE,
        W + "The median interval from rituximab to LON was 151 (range 71-184) days.",
        told(**onset(151, 71, 184, "median", "unspecified")),
    ),
    (
        LATE,
        W + "Others had non-neutropenic fever (NNF). Pneumonitis was a cause of NNF and required corticosteroids.",
        told(),
    ),
    (LATE, W + "All LON patients were women.", told(sex="female")),
    (LATE, W + "The lowest count, a nadir of 0.6 x 10^9/L, was reached at 62 days.", told()),
    (
        COHORT,
        "The neutrophil count fell below 1.0 x 10^9/L in 7 (6%). The fall was noticed a median of 14 weeks (range 6-31) after "
        "the second infusion.",
        told(**onset(98, 42, 217, "median", "nth_dose")),
    ),
    (
        LATE,
        "Late-onset neutropenia developed in 12 patients (10%), in each case within 10 weeks after rituximab.",
        told(**onset(None, None, 70, None, "unspecified")),
    ),
    (
        LATE,
        W + "It occurred at a median of 86 days (range 56-168) from the last dose, following the initial course in "
        "seven patients and retreatment in five.",
        told(**onset(86, 56, 168, "median", "last_dose")),
    ),
    (LATE, W + "Twelve patients had LON (mean nadir 0.13).", told(anc_nadir=0.13)),
    (LATE, "Late-onset neutropenia developed in 12 patients (with a median ANC of 0.41).", told(anc_nadir=0.41)),
    (LATE, "Late-onset neutropenia developed in 12 patients (mean dose 0.75).", told()),
    (
        LATE,
        W + "In every instance neutrophils recovered within 7 days of initiating G-CSF.",
        told(management={"gcsf"}, outcome="resolved"),
    ),
    (LATE, W + "Most episodes were self-limiting.", told()),
    (LATE, W + "Ten of the episodes were transient.", told()),
    (LATE, W + "The episodes were self-limiting.", told(outcome="resolved")),
    (
        LATE,
        W + "The median time to onset was 102 days (range 40-362).",
        told(**onset(102, 40, 362, "median", "unspecified")),
    ),
    (
        LATE,
        "Late-onset neutropenia developed in 12 patients (10%) at a median of 4.5 (IQR 3-6.5) months following the last infusion.",
        told(**onset(137.0, 91.3, 197.9, "median", "last_dose")),
    ),
    (
        LATE,
        "Late-onset neutropenia was found in 12 patients (10%) and occurred 1-11 months after RTX.",
        told(**onset(None, 30.4, 334.8, "range", "unspecified")),
    ),
    (
        LATE,
        W + "It appeared between 30 and 170 days after the last rituximab dose.",
        told(**onset(None, 30, 170, "range", "last_dose")),
    ),
    (
        LATE,
        "Twelve patients (10%) developed late-onset neutropenia after a mean of 95 +/- 40 days.",
        told(**onset(95, None, None, "mean", "unspecified")),
    ),
    (
        LATE,
        W + "It always appeared within six months of an infusion.",
        told(**onset(None, None, 182.6, None, "last_dose")),
    ),
    (
        LATE,
        W + "It set in at a median of 88 days (23-175 days) after the most recent cycle.",
        told(**onset(88, 23, 175, "median", "last_dose")),
    ),
    (
        LATE,
        W + "The time from last rituximab to neutropenia was 12 weeks (range 5-27 weeks).",
        told(**onset(84, 35, 189, None, "last_dose")),
    ),
    (LATE, W + "Median onset 5 months (range, 1-18).", told(**onset(152.2, 30.4, 547.9, "median", "unspecified"))),
    (LATE, W + "Mean onset, 12 weeks.", told(**onset(84, None, None, "mean", "unspecified"))),
    (LATE, W + "Adverse events were recorded up to 60 days after the last dose.", told()),
    (LATE, W + "The median time to B-cell recovery was 9 months after the last infusion.", told()),
    (LATE, W + "Median follow-up was 31 months (range 4-80).", told()),
    (LATE, W + "The nadir was reached after a median of 130 days (range, 40-280).", told()),
    (LATE, W + "Median progression-free survival was 40 months.", told()),
    (
        LATE,
        W + "Episodes began a median of 77 days (interquartile range 50-121) after completion of therapy.",
        told(**onset(77, 50, 121, "median", "last_dose")),
    ),
    (
        LATE,
        W + "LON occurred a median of 98 days after the end of R-CHOP.",
        told(**onset(98, None, None, "median", "last_dose")),
    ),
    (
        LATE,
        W + "Neutropenia arose on average 14 months after the start of treatment.",
        told(**onset(426.2, None, None, "mean", "treatment_start")),
    ),
    (
        LATE,
        W + "The median interval between first infusion and neutropenia was 140 days (IQR 90-210).",
        told(**onset(140, 90, 210, "median", "first_dose")),
    ),
    (
        LATE,
        W + "The onset was at a median of 10 weeks after the second infusion.",
        told(**onset(70, None, None, "median", "nth_dose")),
    ),
    (
        LATE,
        W + "The median time to neutropenia was 90 days (range, 1-8 months).",
        told(**onset(90, 30.4, 243.5, "median", "unspecified")),
    ),
    (LATE, W + "LON arose at a median of 110 days after transplantation (range 60-200).", told()),
    (LATE, W + "Median onset was 81 days in children and 120 days in adults.", told()),
    (LATE, W + "Hypogammaglobulinaemia was found in 20 patients at a median of 8 months after rituximab.", told()),
    (
        LATE,
        W
        + "Patients presented with LON a median of 3.2 months (range: 1.5 to 7.0 months) after the preceding rituximab infusion.",
        told(**onset(97.4, 45.7, 213.1, "median", "last_dose")),
    ),
    (LATE, W + "Time to LON ranged from 38 to 175 days.", told(**onset(None, 38, 175, "range", "unspecified"))),
    (
        LATE,
        W + "Onset ranged from 1 to 6 months post-rituximab.",
        told(**onset(None, 30.4, 182.6, "range", "unspecified")),
    ),
    (
        LATE,
        W + "The median delay between rituximab and neutropenia was 4 months [2-9].",
        told(**onset(121.8, 60.9, 274.0, "median", "unspecified")),
    ),
    (LATE, W + "The median latency was 11 weeks.", told(**onset(77, None, None, "median", "unspecified"))),
    (LATE, W + "Median ANC nadir was 0.55 x 10^9/L (range 0.06-0.9).", told(anc_nadir=0.55)),
    (LATE, W + "The mean neutrophil count was 413/mm3 at presentation.", told(anc_nadir=0.41)),
    (LATE, W + "The neutrophil nadir was 0.61 x 10^9/L in the median.", told(anc_nadir=0.61)),
    (LATE, W + "Their average ANC was 0.4 (range 0-1.1) G/L.", told(anc_nadir=0.4)),
    (LATE, W + "One patient had a neutrophil count of 0.02 x 10^9/L.", told()),
    (LATE, W + "The median lowest neutrophil count was 680/µL (IQR 300-900).", told(anc_nadir=0.68)),
    (LATE, W + "Median leukocyte count was 2.1 x 10^9/L.", told()),
    (LATE, W + "Median neutrophil count at baseline was 4.2 x 10^9/L.", told()),
    (
        LATE,
        W
        + "Neutrophil counts at the nadir averaged 0.37 x 10^9/L, and the median time from last infusion to onset was 99 days.",
        told(**onset(99, None, None, "median", "last_dose"), anc_nadir=0.37),
    ),
    (LATE, W + "Neutropenia lasted a median of 14 days (range 3-40).", told(duration_days=14)),
    (LATE, W + "The median time to recovery was 70 days.", told(duration_days=70)),
    (LATE, W + "Episodes resolved within a median of 3 days.", told(duration_days=3)),
    (LATE, W + "The median duration of neutropenia was 16 days (IQR 7-30).", told(duration_days=16)),
    (LATE, W + "Neutrophils recovered a median of 4 days after G-CSF.", told(outcome="resolved", management={"gcsf"})),
    (LATE, W + "Mean duration was 23 days.", told(duration_days=23)),
    (LATE, W + "Neutropenia persisted for a median of two weeks.", told(duration_days=14)),
    (LATE, W + "G-CSF was given to 4.", told(management={"gcsf"})),
    (LATE, W + "Three received filgrastim.", told(management={"gcsf"})),
    (
        LATE,
        W + "Seven required growth factor and antibiotics were needed in 9.",
        told(management={"antibiotics", "gcsf"}),
    ),
    (LATE, W + "Five patients were hospitalised.", told(management={"hospitalisation"})),
    (
        LATE,
        W + "Five required admission to hospital for intravenous antibiotics.",
        told(management={"antibiotics", "hospitalisation"}),
    ),
    (LATE, W + "Rituximab was discontinued in two because of it.", told(management={"drug_discontinued"})),
    (LATE, W + "No patient needed G-CSF.", told()),
    (LATE, W + "None required hospitalisation or growth factor.", told()),
    (LATE, W + "All patients received cotrimoxazole and antiviral prophylaxis.", told()),
    (LATE, W + "Primary prophylaxis with pegfilgrastim was permitted.", told()),
    (LATE, W + "Antibiotics were given for pneumonia in 15 of the 120 patients.", told()),
    (LATE, W + "All patients recovered.", told(outcome="resolved")),
    (
        LATE,
        W + "All cases resolved spontaneously without treatment.",
        told(outcome="resolved", management={"observation"}),
    ),
    (LATE, W + "Neutropenia resolved in 9 of the 12.", told()),
    (LATE, W + "All but one recovered.", told()),
    (LATE, W + "Every episode was self-limited.", told(outcome="resolved")),
    (
        LATE,
        W + "Neutrophil counts returned to normal in all patients after a median of 12 days.",
        told(duration_days=12, outcome="resolved"),
    ),
    (LATE, W + "Rituximab was given again in 9, and neutropenia recurred in 2.", told(rechallenge="recurrence")),
    (LATE, W + "Nine were retreated with rituximab; LON recurred in two.", told(rechallenge="recurrence")),
    (LATE, W + "None of the 8 re-treated patients had a recurrence.", told(rechallenge="no_recurrence")),
    (
        LATE,
        W + "None of the eight relapsed into neutropenia after the maintenance infusions.",
        told(rechallenge="no_recurrence"),
    ),
    (LATE, W + "It recurred in two of them after the next infusion.", told(rechallenge="recurrence")),
    (LATE, W + "Three patients relapsed after the maintenance infusions.", told()),
    (LATE, W + "Eight patients received further rituximab without recurrence.", told(rechallenge="no_recurrence")),
    (
        LATE,
        W + "Retreatment was safe in all eight patients, with no further episodes.",
        told(rechallenge="no_recurrence"),
    ),
    (LATE, W + "On re-exposure, 3 of 7 again became neutropenic.", told(rechallenge="recurrence")),
    (
        LATE,
        W + "Rituximab was resumed in six patients, none of whom developed a second episode.",
        told(rechallenge="no_recurrence"),
    ),
    (LATE, W + "All affected patients were female; their average age was 50 years.", told(age_years=50, sex="female")),
    (LATE, W + "The median age of those with LON was 61 years.", told(age_years=61)),
    (
        LATE,
        "The median age of the cohort was 61 years. Late-onset neutropenia developed in 12 patients (10%). ",
        told(),
    ),
    (
        LATE,
        "Median age was 54 years and 70% were women. Late-onset neutropenia developed in 12 patients (10%). ",
        told(),
    ),
    (LATE, W + "Patients with LON were older than those without (mean age 63 vs 55 years).", told(age_years=63)),
    (LATE, "Twelve patients (10%; 7 female, mean age 47 years) developed late-onset neutropenia.", told(age_years=47)),
    (
        LATE,
        W + "Treatment consisted of G-CSF in six and observation in the others; rituximab was withheld in three.",
        told(management={"drug_withheld", "gcsf"}),
    ),
    (LATE, W + "Two died of neutropenic sepsis.", told()),
    (
        LATE,
        W + "Four were treated with G-CSF, two received corticosteroids and one IVIG.",
        told(management={"corticosteroids", "gcsf", "ivig"}),
    ),
    (
        LATE,
        "LON was diagnosed in 12 patients, on average 4.2 months (range 1.5-8) after their last rituximab infusion.",
        told(**onset(127.8, 45.7, 243.5, "mean", "last_dose")),
    ),
    (
        LATE,
        "In the 12 affected patients the median interval from rituximab to LON was 16 weeks (IQR 9-22).",
        told(**onset(112, 63, 154, "median", "unspecified")),
    ),
    (
        LATE,
        "We found 12 cases of LON; the median time elapsed since the previous infusion was 105 days [IQR 60-160].",
        told(**onset(105, 60, 160, "median", "last_dose")),
    ),
    (LATE, W + "Most episodes occurred between the third and sixth month after rituximab.", told()),
    (LATE, W + "The median number of rituximab infusions before onset was 4 (range 1-12).", told()),
    (
        LATE,
        W + "Neutropenia was seen 5 to 24 weeks after the last cycle of R-CHOP.",
        told(**onset(None, 35, 168, "range", "last_dose")),
    ),
    (
        LATE,
        W + "The interval between end of therapy and neutropenia was a median of 3.5 months.",
        told(**onset(106.5, None, None, "median", "last_dose")),
    ),
    (
        LATE,
        W + "Patients became neutropenic at a mean of 118 ± 52 days post infusion.",
        told(**onset(118, None, None, "mean", "last_dose")),
    ),
    (
        COHORT,
        "Neutropenia developed in 12 patients after a median treatment duration of 2.5 years.",
        told(**onset(913.1, None, None, "median", "treatment_start")),
    ),
    (
        COHORT,
        "Neutropenia developed in 12 patients (10%), a median of 18 months after starting rituximab.",
        told(**onset(547.9, None, None, "median", "treatment_start")),
    ),
    (
        COHORT,
        "Neutropenia was observed in 12 patients (10%), at a median of 60 days after the last dose, and infections in 30 at a median of 200 days.",
        told(**onset(60, None, None, "median", "last_dose")),
    ),
    (
        COHORT,
        "Infections occurred in 30 patients at a median of 200 days and neutropenia in 12 at a median of 60 days after the last dose.",
        told(**onset(60, None, None, "median", "last_dose")),
    ),
    (
        TRIAL,
        "Grade 3-4 neutropenia occurred in 40 patients (33%). The median duration of response was 30 months.",
        told(),
    ),
    (
        TRIAL,
        "Grade 3-4 neutropenia occurred in 40 patients (33%); the median time to first onset was 15 days (range 3-160) and the median duration 8 days.",
        told(**onset(15, 3, 160, "median", "unspecified"), duration_days=8),
    ),
    (
        TRIAL,
        "Neutropenia (33%) was the most common event. It occurred mainly in cycle 1 and lasted a median of 9 days.",
        told(duration_days=9),
    ),
    (
        COHORT,
        "Neutropenia occurred in 12 patients. B-cell counts recovered at a median of 11 months after rituximab.",
        told(),
    ),
    (
        LATE,
        "Late-onset neutropenia was found in 12 patients, 3 to 9 months following rituximab.",
        told(**onset(None, 91.3, 274.0, "range", "unspecified")),
    ),
    (
        LATE,
        "The 12 episodes of late-onset neutropenia were recorded after a median of 2 courses and 95 days (range 35-200) from the last course.",
        told(**onset(95, 35, 200, "median", "last_dose")),
    ),
    (
        LATE,
        W + "Time to onset: median 13 weeks, range 5 to 30 weeks.",
        told(**onset(91, 35, 210, "median", "unspecified")),
    ),
    (
        LATE,
        "Late-onset neutropenia developed in 12 patients (10%), with a median nadir of 0.4 × 10^9/L (IQR 0.1–0.7).",
        told(anc_nadir=0.4),
    ),
    (LATE, "Late-onset neutropenia developed in 12 patients (mean ANC 620/mm^3).", told(anc_nadir=0.62)),
    (LATE, W + "At diagnosis the median ANC was 0.5 G/L and at last follow-up 3.1 G/L.", told(anc_nadir=0.5)),
    (LATE, W + "The median ANC rose to 3.2 × 10^9/L after G-CSF.", told(outcome="resolved", management={"gcsf"})),
    (LATE, W + "The lowest counts averaged 350 cells/µL.", told(anc_nadir=0.35)),
    (LATE, W + "The median of the nadirs was 0.3 x 10(9)/L.", told(anc_nadir=0.3)),
    (
        LATE,
        W + "The median duration was 11 days in those given G-CSF and 25 days in the others.",
        told(management={"gcsf"}),
    ),
    (LATE, W + "Recovery took a median of 10 days.", told(duration_days=10)),
    (
        LATE,
        W + "Counts normalised in all within a median of 21 days without treatment.",
        told(duration_days=21, outcome="resolved", management={"observation"}),
    ),
    (
        LATE,
        W + "Of the 12 patients, 5 were admitted with infection, 6 received G-CSF and 7 broad-spectrum antibiotics.",
        told(management={"antibiotics", "gcsf", "hospitalisation"}),
    ),
    (
        LATE,
        W + "Granulocyte colony-stimulating factor was administered to half of the patients.",
        told(management={"gcsf"}),
    ),
    (LATE, W + "All but two had complete recovery; these two died of sepsis.", told()),
    (LATE, W + "All 12 patients made a full recovery.", told(outcome="resolved")),
    (LATE, W + "All 12 patients recovered, 5 of them with G-CSF.", told(outcome="resolved", management={"gcsf"})),
    (
        LATE,
        W + "Rituximab was not re-administered in 4; the other 8 were retreated and 3 relapsed with neutropenia.",
        told(rechallenge="recurrence"),
    ),
    (
        LATE,
        W + "Six patients were switched to ocrelizumab without further neutropenia.",
        told(rechallenge="no_recurrence", management={"drug_switched"}),
    ),
    (LATE, W + "Seven patients continued rituximab, and no recurrence was seen.", told(rechallenge="no_recurrence")),
    (LATE, W + "Of 9 re-treated patients one had a second episode.", told(rechallenge="recurrence")),
    (LATE, W + "LON recurred in 3 patients.", told()),
    (
        LATE,
        "Late-onset neutropenia developed in 12 patients (9 women; median age 58 years, range 22-79).",
        told(age_years=58),
    ),
    (
        CHILDREN,
        "Twelve children (10%) developed neutropenia. Time from the last infusion to neutropenia ranged from 6 to 20 weeks.",
        told(**onset(None, 42, 140, "range", "last_dose")),
    ),
    (
        CHILDREN,
        "Twelve children (10%) developed neutropenia; they were younger than those without (mean age 5.1 versus 9.8 years).",
        told(age_years=5.1),
    ),
    (
        CHILDREN,
        "Twelve children (10%) developed neutropenia. Relapse of nephrotic syndrome occurred at a median of 9 months after rituximab.",
        told(),
    ),
    (
        CHILDREN,
        "Twelve children (10%) developed neutropenia. Rituximab was repeated in ten without recurrence of neutropenia.",
        told(rechallenge="no_recurrence"),
    ),
    (
        CHILDREN,
        "Twelve children (10%) developed neutropenia (median neutrophil count 290/μl); it resolved in all after a median of 5 days with filgrastim.",
        told(anc_nadir=0.29, outcome="resolved", management={"gcsf"}),
    ),
    (
        OCRELIZUMAB,
        "Neutropenia occurred in 12 patients (10%), with a median onset of 4 months (range 1 to 14) after the most recent infusion.",
        told(**onset(121.8, 30.4, 426.2, "median", "last_dose")),
    ),
    (
        OCRELIZUMAB,
        "Neutropenia occurred in 12 patients (10%); median time since last ocrelizumab infusion was 3.1 months (IQR 2.2-4.4).",
        told(**onset(94.4, 67.0, 133.9, "median", "last_dose")),
    ),
    (OCRELIZUMAB, "Neutropenia occurred in 12 patients (10%) after a median of 5 infusions (range 1-11).", told()),
    (
        OCRELIZUMAB,
        "Neutropenia occurred in 12 patients (10%), most often 2 to 4 months after an infusion.",
        told(**onset(None, 60.9, 121.8, "range", "last_dose")),
    ),
    (
        OCRELIZUMAB,
        "Neutropenia occurred in 12 patients (10%). Seven were hospitalised with fever and five treated as outpatients.",
        told(management={"hospitalisation"}),
    ),
    (
        OCRELIZUMAB,
        "Neutropenia occurred in 12 patients (10%). Hospitalisation for infection was recorded in 25 of the 120 patients.",
        told(),
    ),
    (
        OCRELIZUMAB,
        "Neutropenia occurred in 12 patients (10%), none of whom needed treatment, and resolved in every case.",
        told(outcome="resolved", management={"observation"}),
    ),
    (OCRELIZUMAB, "Transient neutropenia occurred in 12 patients (10%).", told(outcome="resolved")),
    (
        OCRELIZUMAB,
        "Neutropenia (12 patients) and hypogammaglobulinaemia (30 patients) were the main laboratory findings. They appeared after a median of 3 and 14 months, respectively.",
        told(),
    ),
    (TRIAL_3, "Grade 3-4 neutropenia occurred in 33% of patients. Prophylactic G-CSF was given to 40%.", told()),
    (
        TRIAL_3,
        "Grade 3-4 neutropenia occurred in 33% of patients and was managed with G-CSF and dose delays.",
        told(management={"gcsf"}),
    ),
    (
        TRIAL_3,
        "Grade 3-4 neutropenia occurred in 33% of patients, mostly within the first 28 days of treatment.",
        told(**onset(None, None, 28, None, "treatment_start")),
    ),
    (
        TRIAL_3,
        "Grade 3-4 neutropenia occurred in 40 patients; obinutuzumab was discontinued in 3 because of it.",
        told(),
    ),
    (TRIAL_3, "Grade 3-4 neutropenia occurred in 33%, with recovery in all cases.", told(outcome="resolved")),
    (
        TRIAL_3,
        "Adverse events were assessed until 6 months after the last dose; neutropenia occurred in 40 patients (33%).",
        told(),
    ),
    (TRIAL_3, "Neutropenia lasting more than 28 days after the end of treatment was seen in 12 patients.", told()),
    (
        TRIAL_3,
        "Late-onset neutropenia (28 days or more after the end of treatment) was seen in 12 patients (10%).",
        told(),
    ),
    (TRIAL_3, "Median age was 62 years. Neutropenia occurred in 40 patients (33%).", told()),
    (
        LATE,
        W + "The time to LON was 14.5 weeks (mean; range 5-33).",
        told(**onset(101.5, 35, 231, "mean", "unspecified")),
    ),
    (
        LATE,
        W + "The median nadir neutrophil count was 0.31 (0.0-0.9) x 10^9/l and was reached 8 days after diagnosis.",
        told(anc_nadir=0.31),
    ),
    (LATE, W + "Nadir ANC was 0.48 ± 0.3 × 10^9/L.", told(anc_nadir=0.48)),
    (
        LATE,
        W + "Bone marrow was examined in 5 and showed maturation arrest; 4 received filgrastim for a median of 3 days.",
        told(management={"gcsf"}),
    ),
    (
        LATE,
        W + "Intravenous immunoglobulin was given to two and G-CSF to seven of them.",
        told(management={"gcsf", "ivig"}),
    ),
    (
        LATE,
        W + "Four required hospital admission, and rituximab was stopped permanently in three patients.",
        told(management={"drug_discontinued", "hospitalisation"}),
    ),
    (LATE, W + "Recovery occurred spontaneously in 10 and after G-CSF in 2.", told(management={"gcsf"})),
    (
        LATE,
        W + "After recovery, seven had further rituximab courses: LON came back in 3 (43%).",
        told(rechallenge="recurrence"),
    ),
    (LATE, W + "Rechallenge with rituximab (n = 7) led to recurrence in none.", told(rechallenge="no_recurrence")),
    (
        LATE,
        W + "Three of the seven patients re-exposed to rituximab experienced another episode of LON.",
        told(rechallenge="recurrence"),
    ),
    (LATE, W + "Patients with LON had a median age of 66 (range 41-80) and two thirds were male.", told(age_years=66)),
    (LATE, W + "The mean age at onset was 49 years and 11 of 12 were women.", told(age_years=49)),
    (
        LATE,
        "The median age of the 12 patients with LON at first rituximab was 41 years, as against 55 years in the others.",
        told(age_years=41),
    ),
    (
        LATE,
        W + "Rituximab was given again to seven patients; LON did not recur in any of them.",
        told(rechallenge="no_recurrence"),
    ),
    (LATE, W + "LON did not recur on retreatment with rituximab in seven patients.", told(rechallenge="no_recurrence")),
    (
        VASCULITIS,
        "LON was identified in 12 patients (10%) with a mean time to onset of 4.1 months (SD 2.0) from the last dose.",
        told(**onset(124.8, None, None, "mean", "last_dose")),
    ),
    (
        VASCULITIS,
        "LON was identified in 12 patients (10%). The interval from the last RTX dose to LON varied between 30 and 240 days (median 96).",
        told(**onset(96, 30, 240, "median", "last_dose")),
    ),
    (
        VASCULITIS,
        "LON was identified in 12 patients (10%), of which 8 occurred during the first 6 months after rituximab.",
        told(),
    ),
    (
        VASCULITIS,
        "LON was identified in 12 patients (10%). Five (42%) of them had infections, three needed hospitalisation and two intensive care.",
        told(management={"hospitalisation"}),
    ),
    (
        VASCULITIS,
        "LON was identified in 12 patients (10%). They were treated with antibiotics (n=6) and G-CSF (n=5); maintenance rituximab was interrupted in four.",
        told(management={"antibiotics", "drug_withheld", "gcsf"}),
    ),
    (VASCULITIS, "LON was identified in 12 patients (10%). In all but one the neutrophil count recovered.", told()),
    (
        VASCULITIS,
        "LON was identified in 12 patients (10%). The neutrophil count recovered in all, within 3 to 20 days.",
        told(outcome="resolved"),
    ),
    (
        VASCULITIS,
        "LON was identified in 12 patients (10%). All patients had been in remission at the time, and no relapse was seen.",
        told(),
    ),
    (
        VASCULITIS,
        "LON was identified in 12 patients (10%). Relapse-free survival at 2 years was 80%, and the median time to relapse 18 months.",
        told(),
    ),
    (
        VASCULITIS,
        "LON was identified in 12 patients (10%). After a median follow-up of 14 months from LON, 9 had received rituximab again; 4 had a recurrence.",
        told(rechallenge="recurrence"),
    ),
    (
        VASCULITIS,
        "LON was identified in 12 patients (10%) and the median IgG level was 6.1 g/L at 5 months after rituximab.",
        told(),
    ),
    (VASCULITIS, "LON was identified in 12 patients (10%), all of them on concomitant prednisolone.", told()),
    (
        VASCULITIS,
        "LON was identified in 12 patients (10%). Glucocorticoids had been given to all 120 patients.",
        told(),
    ),
    (
        CHEMOTHERAPY,
        "Grade 4 neutropenia occurred in 60 patients (50%). G-CSF was given as secondary prophylaxis.",
        told(),
    ),
    (
        CHEMOTHERAPY,
        "Grade 4 neutropenia occurred in 60 patients (50%); G-CSF support was given to 70% of patients.",
        told(management={"gcsf"}),
    ),
    (
        CHEMOTHERAPY,
        "Grade 4 neutropenia occurred in 60 patients (50%), at a median of 11 days after the start of each cycle.",
        told(),
    ),
    (
        CHEMOTHERAPY,
        "Grade 4 neutropenia occurred in 60 patients (50%). The median number of days with neutropenia was 5.",
        told(),
    ),
    (
        CHEMOTHERAPY,
        "Grade 4 neutropenia occurred in 60 patients (50%) with a median duration of 5 days.",
        told(duration_days=5),
    ),
    (CHEMOTHERAPY, "Grade 4 neutropenia occurred in 60 patients (50%); two died of sepsis.", told()),
    (
        CHEMOTHERAPY,
        "Febrile neutropenia occurred in 20 patients (17%) and required hospitalisation in 15.",
        told(management={"hospitalisation"}),
    ),
    (CHEMOTHERAPY, "Febrile neutropenia occurred in 20 patients (17%). Median hospital stay was 8 days.", told()),
    (CHEMOTHERAPY, "Febrile neutropenia occurred in 20 patients (17%), in 14 of them during the first cycle.", told()),
    (LATE, W + "In these patients, neutrophils fell to a mean of 0.45 x 10^9/L.", told(anc_nadir=0.45)),
    (LATE, W + "Their ANC was 0.0 to 0.9 G/L (mean 0.35).", told(anc_nadir=0.35)),
    (LATE, W + "The median count at recovery was 2.1 x 10^9/L.", told()),
    (
        LATE,
        W + "It was found at a median of two months (range two weeks to nine months) after rituximab.",
        told(**onset(60.9, 14, 274.0, "median", "unspecified")),
    ),
    (LATE, W + "Onset was 30-60 days after the last dose in 5, 61-120 days in 4 and later in 3.", told()),
    (LATE, W + "Onset was early (within 4 weeks) in 3 and late in 9.", told()),
    (LATE, W + "Eleven of the 12 episodes occurred between 1 and 6 months after the last infusion.", told()),
    (
        LATE,
        W + "Neutropenia developed after 3.5 months on average.",
        told(**onset(106.5, None, None, "mean", "unspecified")),
    ),
    (
        LATE,
        W + "B cells were depleted in all at onset and returned a median of 6 weeks after recovery of neutrophils.",
        told(),
    ),
    (LATE, W + "Two thirds of the episodes lasted less than two weeks.", told()),
    (
        LATE,
        W + "The duration of neutropenia ranged from 3 to 42 days with a median of 12 days.",
        told(duration_days=12),
    ),
    (LATE, W + "Median time to neutrophil recovery was 9 days.", told(duration_days=9)),
    (
        LYMPHOMA,
        "LON was seen in 18 patients (15%), and the median time to LON from the last chemotherapy cycle was 96 days (40-300 days).",
        told(**onset(96, 40, 300, "median", "last_dose")),
    ),
    (
        LYMPHOMA,
        "Eighteen patients (15%) developed LON 42-210 days (median, 89 days) after the final cycle.",
        told(**onset(89, 42, 210, "median", "last_dose")),
    ),
    (
        LYMPHOMA,
        "Eighteen patients (15%) developed LON. Time of onset after completion of R-CHOP was 3.0 months (median; range 1.2-9).",
        told(**onset(91.3, 36.5, 274.0, "median", "last_dose")),
    ),
    (
        LYMPHOMA,
        "Eighteen patients (15%) developed LON. The median ANC at diagnosis of LON was 710/µL; it was below 500/µL in 6.",
        told(anc_nadir=0.71),
    ),
    (
        LYMPHOMA,
        "Eighteen patients (15%) developed LON. Neutropenia was self-limiting in all and no patient needed G-CSF.",
        told(outcome="resolved"),
    ),
    (
        LYMPHOMA,
        "Eighteen patients (15%) developed LON. Twelve of the 18 were over 60 years of age, and the median age was 66.",
        told(age_years=66),
    ),
    (
        LYMPHOMA,
        "Eighteen patients (15%) developed LON. Five received maintenance rituximab thereafter, and LON recurred in one.",
        told(rechallenge="recurrence"),
    ),
    (
        LYMPHOMA,
        "Eighteen patients (15%) developed LON. The median duration of LON was 28 days, and the 2-year survival 81%.",
        told(duration_days=28),
    ),
    (
        LYMPHOMA,
        "Eighteen patients (15%) developed LON. Two patients with fever were hospitalized and treated with antibiotics plus lenograstim; both recovered.",
        told(management={"antibiotics", "gcsf", "hospitalisation"}),
    ),
    (
        LYMPHOMA,
        "Eighteen patients (15%) developed LON. Lymphoma relapsed in 4 patients after a median of 11 months.",
        told(),
    ),
    (
        OFATUMUMAB,
        "Neutropenia was reported in 9 participants (7.5%). The mean time on ofatumumab at onset was 11 months.",
        told(**onset(334.8, None, None, "mean", "treatment_start")),
    ),
    (
        OFATUMUMAB,
        "Neutropenia was reported in 9 participants (7.5%), all events were mild and resolved without intervention.",
        told(outcome="resolved", management={"observation"}),
    ),
    (
        OFATUMUMAB,
        "Neutropenia was reported in 9 participants (7.5%); treatment was interrupted in 3 and resumed without recurrence in all.",
        told(rechallenge="no_recurrence"),
    ),
    (
        OFATUMUMAB,
        "Neutropenia was reported in 9 participants (7.5%). Serious infections led to hospitalisation in 4 participants.",
        told(),
    ),
    (
        OFATUMUMAB,
        "Neutropenia was reported in 9 participants (7.5%) and lymphopenia in 30, after a median of 8 and 2 months.",
        told(),
    ),
    (OFATUMUMAB, "Neutropenia was reported in 9 participants (7.5%) over a median exposure of 1.5 years.", told()),
    (
        OFATUMUMAB,
        "Neutropenia was reported in 9 participants (7.5%). Mean neutrophil counts stayed at 4.1 x 10^9/L in the whole group.",
        told(),
    ),
    (
        OFATUMUMAB,
        "Neutropenia was reported in 9 participants (7.5%), 7 of them women (mean age 39 years).",
        told(age_years=39),
    ),
    (
        OFATUMUMAB,
        "Neutropenia was reported in 9 participants (7.5%); their lowest ANC averaged 0.9 x 10^9/L.",
        told(anc_nadir=0.9),
    ),
    # what everyone had is true of the febrile or graver part too; what was said of some is not
    (
        LATE,
        W + "It was self-limited and needed no treatment in any patient.",
        told(outcome="resolved", management={"observation"}),
    ),
    (LATE, W + "None required treatment and all recovered.", told(outcome="resolved", management={"observation"})),
    (
        LATE,
        W + "Counts recovered in all; in two patients neutropenia came back spontaneously.",
        told(outcome="resolved"),
    ),
    (LATE, W + "Four patients needed G-CSF. In the remainder counts rose spontaneously.", told(management={"gcsf"})),
    (
        LATE,
        W + "Episodes were generally self-limited; filgrastim was administered in one patient.",
        told(management={"gcsf"}),
    ),
    (LATE, W + "LON is usually self-limited.", told()),
    (
        TRIAL,
        "Neutropenia occurred in 12 patients (10%), which was transient and well tolerated.",
        told(outcome="resolved"),
    ),
    (
        TRIAL,
        "Grade 3-4 neutropenia occurred in 12 patients (10%) but was transient and manageable.",
        told(outcome="resolved"),
    ),
    (TRIAL, "Neutropenia occurred in 12 patients (10%); all were reversible.", told(outcome="resolved")),
    (TRIAL, "Neutropenia (10%) was transient.", told(outcome="resolved")),
    (TRIAL, "Neutropenia occurred in 12 patients (10%) and was mostly transient.", told()),
    (
        TRIAL,
        "Toxicity was primarily hematologic, transient, and reversible. The incidence of grade 4 neutropenia was 33%.",
        told(),
    ),
    (TRIAL, "Infusion reactions were transient. Neutropenia occurred in 12 patients (10%).", told()),
    (TRIAL, "Neutropenia occurred in 12 patients (10%). All 12 recovered.", told(outcome="resolved")),
    (TRIAL, "Neutropenia occurred in 12 patients (10%). All twelve recovered.", told(outcome="resolved")),
    (TRIAL, "Neutropenia occurred in 12 patients (10%). It was mild in seven; all seven recovered.", told()),
    (
        TRIAL,
        "Neutropenia occurred in 12 patients (10%). All untreated and 80% of pretreated patients responded.",
        told(),
    ),
    (TRIAL, "Neutropenia occurred in 12 patients (10%). Toxicity was transient and reversible.", told()),
    (LATE, W + "Most patients (69%) had filgrastim.", told(management={"gcsf"})),
    (LATE, W + "LON was commoner in group A, despite increased use of G-CSF.", told()),
    (LATE, W + "On re-treatment with rituximab, 21% had LON once more.", told(rechallenge="recurrence")),
    (TRIAL, "Neutropenia occurred in 12 patients (10%). Infusion reactions were reversible in all.", told()),
    (LATE, W + "RTX was given again to 9 patients, of whom 3 had another LON.", told(rechallenge="recurrence")),
    (
        LATE,
        W + "Nine were re-treated with rituximab, and LON was seen again in 3 (33%).",
        told(rechallenge="recurrence"),
    ),
    (LATE, W + "Of 9 patients re-treated, 3 developed a second LON.", told(rechallenge="recurrence")),
    (LATE, W + "Rituximab was re-administered in eight patients, without recurrence in seven.", told()),
    (
        LATE,
        W + "Rituximab was re-administered in eight patients, without recurrence.",
        told(rechallenge="no_recurrence"),
    ),
    (
        LATE,
        W + "In those who did not stop rituximab (68.8%), neutropenia reoccurred in 18.2% of cases.",
        told(rechallenge="recurrence"),
    ),
    # their number may stand before the event
    (
        OCRELIZUMAB,
        "Nineteen cases were found. Median age was 38 years. Neutropenia occurred in these 19 cases a median of 90 days after the last dose.",
        told(**onset(90, None, None, "median", "last_dose")),
    ),
    (
        COHORT,
        "Neutropenia developed in 6 of 120 patients (5%). It is self-limited and needed no treatment in any patient; neutropenia did not come back.",
        told(outcome="resolved", management={"observation"}),
    ),
    (
        LATE,
        W + "Four had recurrent neutropenia. Retreatment with rituximab may be followed by another episode.",
        told(),
    ),
]


COURSE += [
    (
        COHORT,
        "Neutropenia occurred in 13% of patients and after 10% of cycles; growth factors were given in 41% of the latter.",
        told(),
    ),
    (TRIAL, "Neutropenia occurred in 43%, after which growth factor support became mandatory.", told()),
    (TRIAL, "Neutropenia occurred in 43%. It requires routine G-CSF.", told()),
    (
        LATE,
        "Late-onset neutropenia was seen in 12. Growth factors were given in 41% of them.",
        told(management={"gcsf"}),
    ),
    (
        COHORT,
        "In this period 3 patients had neutropenia and 9 had low IgG. Two were hospitalized for bacterial infection.",
        told(),
    ),
    (COHORT, "Three patients had neutropenia. Two were hospitalized.", told(management={"hospitalisation"})),
    (LATE, "Neutropenia was found in 12. Mean age of all patients was 43.1 years.", told()),
    (LATE, "Neutropenia was found in 3. One of these three switched to ocrelizumab.", told()),
    (
        CHILDREN,
        "Eleven patients had one episode of neutropenia each. These eleven were younger at first treatment than the other "
        "109 patients (median 6.4 versus 12.5 years).",
        told(age_years=6.4),
    ),
]


@pytest.mark.parametrize(("article", "text", "expected"), COURSE, ids=[text for _, text, _ in COURSE])
def test_what_a_text_tells_of_the_course(article: tuple[str, str], text: str, expected: dict[str, Any]) -> None:
    title, methods = article
    findings, _ = group_findings(context(f"{methods} {text}", title))
    found = {name: getattr(findings[0], name) for name in COLUMNS}
    found["management"] = set(found["management"])
    differing = {
        name: (expected.get(name), value)
        for name, value in found.items()
        if value != expected.get(name)
        and not (isinstance(value, float) and value == pytest.approx(expected.get(name), rel=0.01))
    }
    assert differing == {}, differing


# what is said of everyone, and the outcome of each row
OUTCOMES = [
    ("Neutropenia occurred in 33% on rituximab alone and 28% with rituximab and methotrexate. It was transient.", 2),
    ("LON developed in 5 of 60 patients with lupus (8.3%) and 1 of 25 with vasculitis (4%). All recovered.", 2),
    ("Neutropenia was seen in 31 patients and febrile neutropenia in 17. Neutrophils returned to normal in all.", 2),
    ("LON developed in 40 patients (33%) and was febrile in 7. All patients recovered from neutropenia.", 2),
    ("LON developed in 40 patients, grade 4 in 12. Most patients recovered.", 0),
]


@pytest.mark.parametrize(("text", "resolved"), OUTCOMES)
def test_what_everyone_had_is_true_of_the_parts(text: str, resolved: int) -> None:
    title, methods = LATE
    findings, _ = group_findings(context(f"{methods} {text}", title))
    assert [f.outcome for f in findings].count("resolved") == resolved
    assert len(findings) == 2


# the numbers of each row: the share of those affected is no incidence, a median no number of persons
NUMBERS = [
    (
        "Late-onset neutropenia was seen in 32 patients. Of these 32, 20 (63%) had ANC < 0.5 x 10^9/L.",
        [(120, 20, None), (120, 32, None)],
    ),
    (
        "LON occurred in 21 (17.5%). Neutropenia set in 38 to 175 days after the last dose (median 98).",
        [(120, 21, 17.5)],
    ),
    (
        "We identified five patients with late-onset neutropenia among 617 treated with rituximab (0.8%).",
        [(617, 5, 0.8)],
    ),
]


@pytest.mark.parametrize(("text", "expected"), NUMBERS)
def test_the_numbers_of_each_row(text: str, expected: list[tuple[object, ...]]) -> None:
    title, methods = LATE
    findings, _ = group_findings(context(f"{methods} {text}", title))
    assert sorted((f.n_treated, f.n_events, f.incidence_percent) for f in findings) == expected


# one row: what is said of those affected, of those treated again or by another measure is no further row
ONE_ROW = [
    "Eleven episodes of neutropenia were detected in 11 patients, that is in 9.2% of the patients and after 5.2% of all treatments.",
    "Neutropenia occurred in 11 patients, i.e. 9.2%. Sepsis complicated the neutropenia in three.",
    "Neutropenia occurred in 11 patients, corresponding to 9.2%. Rituximab was resumed in five, of whom 2 had another LON.",
    "Neutropenia occurred in 11 patients (9.2%). Five were re-treated with rituximab, and none of them had a recurrence.",
]


@pytest.mark.parametrize("text", ONE_ROW)
def test_one_row_with_its_share(text: str) -> None:
    title, methods = LATE
    findings, _ = group_findings(context(f"{methods} {text}", title))
    assert [(f.n_events, f.incidence_percent) for f in findings] == [(11, 9.2)]


# title, Methods, the condition
CONDITIONS = [
    (
        "Late-onset neutropenia after rituximab for rheumatoid arthritis and other autoimmune diseases",
        "We analysed 120 patients of a registry treated with rituximab.",
        "autoimmune disease",
    ),
    (
        "Neutropenia after rituximab in rheumatologic conditions",
        "We reviewed 120 patients treated with rituximab; in haematological malignancies neutropenia is well known.",
        "rheumatic disease",
    ),
    (
        "Late onset neutropenia in rheumatological conditions",
        "All 120 patients treated with rituximab were included.",
        "rheumatic disease",
    ),
    ("Rituximab safety in autoimmune rheumatic diseases", "120 patients received rituximab.", "rheumatic disease"),
    (
        "Bendamustine plus rituximab in indolent and mantle cell lymphoma",
        "120 patients with relapsed indolent or mantle cell lymphoma received rituximab and bendamustine.",
        "non-hodgkin lymphoma",
    ),
    (
        "Rituximab and bendamustine for follicular lymphoma and mantle cell lymphoma",
        "120 patients were treated.",
        "non-hodgkin lymphoma",
    ),
    (
        "A phase 2 trial of obinutuzumab",
        "120 patients with follicular lymphoma (n = 70), marginal zone lymphoma (n = 30) or mantle cell lymphoma (n = 20) received obinutuzumab.",
        "non-hodgkin lymphoma",
    ),
    (
        "Ublituximab in B-cell non-Hodgkin lymphoma or chronic lymphocytic leukaemia",
        "Patients with B-NHL (n = 80) or CLL (n = 40) received ublituximab.",
        None,
    ),
    (
        "Rituximab in multiple sclerosis and neuromyelitis optica spectrum disorder",
        "120 patients received rituximab.",
        None,
    ),
    (
        "Neutropenia after rituximab in ANCA-associated vasculitis",
        "120 patients with AAV (90 GPA, 30 MPA) were given rituximab.",
        "anca-associated vasculitis",
    ),
    (
        "Neutropenia after rituximab in granulomatosis with polyangiitis and microscopic polyangiitis",
        "120 patients were given rituximab.",
        "anca-associated vasculitis",
    ),
    (
        "Rituximab-associated neutropenia in ANCA-associated systemic vasculitis",
        "120 AAV patients were treated with rituximab.",
        "anca-associated vasculitis",
    ),
    (
        "Rituximab in lupus nephritis",
        "120 patients with systemic lupus erythematosus and nephritis received rituximab.",
        "lupus nephritis",
    ),
    (
        "Rituximab in childhood nephrotic syndrome",
        "120 children with steroid-dependent nephrotic syndrome received rituximab.",
        "nephrotic syndrome",
    ),
    (
        "Rituximab in minimal change nephrotic syndrome",
        "120 patients with minimal change disease received rituximab.",
        "minimal change disease",
    ),
    (
        "Late-onset neutropenia after rituximab",
        "We studied 60 patients with rheumatoid arthritis, 40 with SLE and 20 with vasculitis who received rituximab.",
        None,
    ),
    (
        "Late-onset neutropenia after rituximab",
        "We studied 120 patients with autoimmune diseases (60 rheumatoid arthritis, 40 SLE, 20 vasculitis) who received rituximab.",
        "autoimmune disease",
    ),
    (
        "Late-onset neutropenia after rituximab in systemic autoimmune diseases",
        "The diagnoses were RA in 60, SLE in 40 and Sjogren syndrome in 20.",
        "autoimmune disease",
    ),
    (
        "Rituximab in primary membranous nephropathy",
        "120 patients with nephrotic syndrome due to membranous nephropathy received rituximab.",
        "membranous nephropathy",
    ),
    (
        "Neutropenia in kidney transplant recipients given rituximab",
        "120 kidney transplant recipients received rituximab as induction or for antibody-mediated rejection.",
        "kidney transplantation",
    ),
    (
        "R-CHOP in diffuse large B-cell lymphoma",
        "120 patients with DLBCL received R-CHOP.",
        "diffuse large b-cell lymphoma",
    ),
    (
        "Rituximab-CHOP in aggressive lymphoma",
        "120 patients, 90 with DLBCL and 30 with follicular lymphoma grade 3, were given R-CHOP.",
        "non-hodgkin lymphoma",
    ),
    (
        "Late-onset neutropenia following rituximab in patients with B-cell lymphoma",
        "120 patients received rituximab.",
        "non-hodgkin lymphoma",
    ),
    (
        "Late-onset neutropenia after rituximab in lymphoma patients",
        "Of 120 patients 80 had DLBCL and 40 had follicular lymphoma.",
        "non-hodgkin lymphoma",
    ),
    (
        "Ocrelizumab safety",
        "120 people with relapsing or primary progressive multiple sclerosis received ocrelizumab.",
        "multiple sclerosis",
    ),
    (
        "Late-onset neutropenia after rituximab",
        "We studied 120 patients with B-cell lymphoproliferative disorders who received rituximab.",
        "lymphoproliferative disorder",
    ),
    (
        "Haematological toxicity of obinutuzumab",
        "Obinutuzumab is used in follicular lymphoma and chronic lymphocytic leukaemia. We searched the FDA database for reports on obinutuzumab.",
        None,
    ),
    (
        "Neutropenia on ocrelizumab or rituximab",
        "Rituximab is used in NMOSD and multiple sclerosis; ocrelizumab is approved for multiple sclerosis. We describe 12 patients with neutropenia on either.",
        None,
    ),
    ("Rituximab in immune-mediated inflammatory diseases", "120 patients received rituximab.", "autoimmune disease"),
    (
        "Rituximab in neuroimmunological diseases",
        "120 patients (70 with MS, 50 with NMOSD) received rituximab.",
        "autoimmune neurological disease",
    ),
    (
        "Rituximab in hematologic malignancies",
        "120 patients (70 with CLL, 50 with DLBCL) received rituximab.",
        "hematologic malignancy",
    ),
    ("Rituximab for pemphigus vulgaris and pemphigus foliaceus", "120 patients received rituximab.", "pemphigus"),
    (
        "Rituximab for autoimmune blistering diseases",
        "120 patients with pemphigus or pemphigoid received rituximab.",
        "autoimmune blistering disease",
    ),
    (
        "Rituximab maintenance after induction",
        "120 patients with previously untreated follicular lymphoma were randomised. Transformation to diffuse large B-cell lymphoma was an end point.",
        "follicular lymphoma",
    ),
    ("Safety of rituximab in adults with lupus", "120 patients with SLE were treated.", "systemic lupus erythematosus"),
    (
        "Venetoclax and obinutuzumab in previously untreated chronic lymphocytic leukaemia",
        "120 patients with CLL and coexisting conditions received obinutuzumab.",
        "chronic lymphocytic leukemia",
    ),
    (
        "Rituximab for idiopathic thrombocytopenic purpura",
        "120 adults with ITP received rituximab.",
        "immune thrombocytopenia",
    ),
    (
        "Rituximab in children with autoimmune cytopenias",
        "120 children (80 ITP, 40 autoimmune hemolytic anemia) received rituximab.",
        "immune-mediated hematologic disease",
    ),
    (
        "Rituximab in children with auto-immune diseases",
        "169 children: 104 with autoimmune cytopenia, 52 with systemic lupus erythematosus, 13 with other diseases received rituximab.",
        "autoimmune disease",
    ),
    (
        "Rituximab in connective tissue diseases",
        "120 patients (60 SLE, 30 myositis, 30 Sjogren) received rituximab.",
        "rheumatic disease",
    ),
    (
        "Long-term safety of rituximab in rheumatoid arthritis: pooled analysis",
        "120 patients with RA received rituximab; rates in lymphoma are higher.",
        "rheumatoid arthritis",
    ),
    (
        "Late-onset neutropenia: a multicentre study",
        "We included 120 patients who received rituximab for autoimmune rheumatic diseases: 70 RA, 30 SLE and 20 AAV.",
        "rheumatic disease",
    ),
    (
        "Neutropenia after B-cell depletion",
        "Of 120 patients given rituximab, 70 had granulomatosis with polyangiitis, 30 microscopic polyangiitis and 20 EGPA.",
        "anca-associated vasculitis",
    ),
    (
        "Rituximab-related neutropenia in neuroinflammatory disease",
        "Of 120 patients 80 had MS, 25 NMOSD and 15 MOGAD.",
        "autoimmune neurological disease",
    ),
    (
        "Rituximab in relapsed lymphoma",
        "120 patients with relapsed follicular lymphoma or marginal zone lymphoma received rituximab and lenalidomide.",
        "non-hodgkin lymphoma",
    ),
    (
        "Lenalidomide plus rituximab in relapsed follicular or marginal zone lymphoma",
        "120 patients were enrolled and received rituximab.",
        "non-hodgkin lymphoma",
    ),
    (
        "Obinutuzumab in previously untreated advanced-stage follicular lymphoma",
        "120 patients received obinutuzumab with chemotherapy.",
        "follicular lymphoma",
    ),
    (
        "Rituximab as treatment of SLE and lupus nephritis",
        "120 patients received rituximab.",
        "systemic lupus erythematosus",
    ),
    (
        "Rituximab for steroid-dependent minimal change disease and focal segmental glomerulosclerosis",
        "120 adults received rituximab.",
        "nephrotic syndrome",
    ),
    (
        "Rituximab for immune thrombocytopenia, autoimmune haemolytic anaemia and Evans syndrome",
        "120 patients received rituximab.",
        None,
    ),
]


@pytest.mark.parametrize(("title", "methods", "condition"), CONDITIONS)
def test_the_condition_of_a_row(title: str, methods: str, condition: str | None) -> None:
    findings, _ = group_findings(context(f"{methods} Neutropenia occurred in 12 patients (10%).", title))
    assert [f.indication for f in findings[:1]] == [condition]


BY_CONDITION = [
    (
        "It occurred a median of 6.7 months in rheumatoid arthritis and 6.3 months in vasculitis after the last infusion.",
        {"rheumatoid arthritis": (203.9, "last_dose"), "vasculitis": (191.8, "last_dose")},
    ),
    (
        "The median time to onset after the last infusion was 100 days in rheumatoid arthritis and 60 days in vasculitis.",
        {"rheumatoid arthritis": (100, "last_dose"), "vasculitis": (60, "last_dose")},
    ),
    (
        "The median follow-up was 30 months in rheumatoid arthritis and 24 months in vasculitis.",
        {"rheumatoid arthritis": (None, None), "vasculitis": (None, None)},
    ),
]


@pytest.mark.parametrize(("text", "expected"), BY_CONDITION, ids=[text for text, _ in BY_CONDITION])
def test_the_onset_of_each_condition(text: str, expected: dict[str, tuple[object, ...]]) -> None:
    methods = "The registry holds 500 patients on rituximab, 300 with rheumatoid arthritis and 200 with vasculitis. "
    numbers = "Neutropenia was seen in 30 with rheumatoid arthritis (10%) and in 10 with vasculitis (5%). "
    rows, _ = group_findings(context(methods + numbers + text, "Neutropenia after rituximab"))
    assert {r.indication: (r.onset_days, r.onset_anchor) for r in rows} == expected
