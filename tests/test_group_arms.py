"""Arms of group rows: which drug, how many treated and what it was given with. Every text here is invented.

Each example is a title, an abstract and its rows, parted by ";": drug (by its letter), n_treated, n_events, percent,
event, what the drug was given with; "-" where the text does not say.
"""

from __future__ import annotations

import pytest

from pipeline.relate.group_rows import group_findings
from tests.read_texts import context

DRUGS = {
    "A": "anti-cd20",
    "C": "ocrelizumab",
    "G": "obinutuzumab",
    "I": "ibritumomab tiuxetan",
    "O": "ofatumumab",
    "R": "rituximab",
    "U": "ublituximab",
}
EVENTS = {"any": "any_grade", "g3": "grade3plus", "g4": "grade4", "lon": "late_onset", "fn": "febrile", "-": None}

EXAMPLES = [
    (
        "Late-onset neutropenia after rituximab",
        "We followed 78 patients, 38 of whom had received rituximab and 40 had not. Late-onset neutropenia occurred "
        "in five (13%) of the former and in none of the latter.",
        "R 38 5 13.0 lon",
    ),
    (
        "Neutropenia with and without rituximab",
        "Records of 38 patients treated with rituximab and of 40 who had never received it were reviewed. The former "
        "developed neutropenia in five cases (13%), the latter in two (5%).",
        "R 38 5 13.0 any",
    ),
    (
        "Late-onset neutropenia after rituximab",
        "Of 78 patients with lymphoma, 40 were treated without rituximab and 38 with it. Late-onset neutropenia "
        "occurred in none of the former and in five (13%) of the latter.",
        "",  # who is who stays open: no row rather than a false zero
    ),
    (
        "Late-onset neutropenia under rituximab",
        "Patients with lupus (n = 20) or vasculitis (n = 31) were treated with rituximab. Late-onset neutropenia was "
        "seen in 2 (10%) of the former and 6 (19%) of the latter.",
        "R 20 2 10.0 lon; R 31 6 19.0 lon",
    ),
    (
        "Late-onset neutropenia after R-CHOP",
        "Patients with lymphoma received CHOP with rituximab (n = 38) or CHOP alone (n = 40). Late-onset neutropenia "
        "occurred in five (13%) of the former and in none of the latter.",
        "R 38 5 13.0 lon CHOP",
    ),
    (
        "Obinutuzumab or rituximab plus chemotherapy in follicular lymphoma",
        "Patients received obinutuzumab (G; n = 706) or rituximab (R; n = 712) plus CHOP. Grade 3 to 5 "
        "neutropenia was reported in 48.3% with G-CHOP and 40.7% with R-CHOP.",
        "G 706 - 48.3 g3 CHOP; R 712 - 40.7 g3 CHOP",
    ),
    (
        "Rituximab with or without lenalidomide in mantle cell lymphoma",
        "Patients were randomized to rituximab plus lenalidomide (n = 84) or rituximab alone (n = 82). Grade 3-4 "
        "neutropenia occurred in 35 patients (41.7%) in the combination arm and 9 patients (11.0%) in the "
        "rituximab arm.",
        "R 84 35 41.7 g3 lenalidomide; R 82 9 11.0 g3",
    ),
    (
        "Bendamustine with or without obinutuzumab in refractory lymphoma",
        "We randomly assigned 194 patients to the obinutuzumab-containing arm and 198 to bendamustine alone. "
        "Grade 3 or worse neutropenia was seen in 33% of patients in the obinutuzumab-containing arm and in 26% "
        "of those given bendamustine alone.",
        "G 194 - 33 g3 bendamustine",
    ),
    (
        "Venetoclax-rituximab in relapsed chronic lymphocytic leukemia",
        "In this trial 194 patients were assigned to the venetoclax-rituximab group and 195 to the bendamustine- "
        "rituximab group. Grade 3 or 4 neutropenia was more frequent in the venetoclax-rituximab group than in "
        "the bendamustine-rituximab group (57.7% vs. 38.8%).",
        "R 194 - 57.7 g3 venetoclax; R 195 - 38.8 g3 bendamustine",
    ),
    (
        "CHOP with and without rituximab in elderly patients",
        "A total of 202 patients received CHOP plus rituximab and 197 received CHOP alone. Febrile neutropenia "
        "occurred in 21% of patients with rituximab and in 18% without.",
        "R 202 - 21 fn CHOP",
    ),
    (
        "Maintenance rituximab in follicular lymphoma",
        "After induction 505 patients were assigned to rituximab maintenance and 513 to observation. Grade 3-4 "
        "neutropenia was recorded in 18 patients (4%) in the rituximab group and 5 (1%) in the observation group.",
        "R 505 18 4 g3",
    ),
    (
        "Safety of anti-CD20 treatment in multiple sclerosis",
        "A total of 120 patients received rituximab. Late-onset neutropenia developed in 6 patients (5%).",
        "R 120 6 5 lon",
    ),
    (
        "Neutropenia under anti-CD20 antibodies",
        "Of 200 patients, 120 were treated with rituximab and 80 with ocrelizumab. Neutropenia occurred in 10 "
        "patients (5%).",
        "A 200 10 5 any",
    ),
    (
        "Neutropenia under anti-CD20 antibodies",
        "Of 200 patients, 120 were treated with rituximab and 80 with ocrelizumab. Neutropenia occurred in 6 "
        "patients (5%) on rituximab and in 2 patients (2.5%) on ocrelizumab.",
        "R 120 6 5 any; C 80 2 2.5 any",
    ),
    (
        "Biosimilar CT-P10 versus reference rituximab in rheumatoid arthritis",
        "Patients were randomised to CT-P10 (n = 161) or reference rituximab (n = 151). Neutropenia was reported "
        "in 8 (5.0%) and 6 (4.0%) patients, respectively.",
        "R 161 8 5.0 any; R 151 6 4.0 any",
    ),
    (
        "Subcutaneous versus intravenous rituximab in follicular lymphoma",
        "Patients received subcutaneous rituximab (n = 197) or intravenous rituximab (n = 210) with chemotherapy. "
        "Grade 3 or higher neutropenia was seen in 26% of the subcutaneous group and 21% of the intravenous "
        "group.",
        "R 197 - 26 g3 chemotherapy; R 210 - 21 g3 chemotherapy",
    ),
    (
        "Two doses of rituximab in rheumatoid arthritis",
        "Patients received rituximab 500 mg (n = 124) or 1000 mg (n = 122). Neutropenia occurred in 3 (2.4%) "
        "patients in the 500 mg arm and 4 (3.3%) patients in the 1000 mg arm.",
        "R 124 3 2.4 any; R 122 4 3.3 any",
    ),
    (
        "Two doses of rituximab in rheumatoid arthritis",
        "Patients were assigned to rituximab 2 x 500 mg (n = 167), rituximab 2 x 1000 mg (n = 170) or placebo (n "
        "= 172). Neutropenia occurred in 2 patients in each rituximab group and in none on placebo.",
        "R 167 2 - any; R 170 2 - any",
    ),
    (
        "Ocrelizumab versus interferon beta-1a in relapsing multiple sclerosis",
        "Patients received ocrelizumab (n = 825) or interferon beta-1a (n = 826). Neutropenia occurred in 14.7% "
        "of ocrelizumab-treated patients and 40.9% of interferon beta-1a-treated patients.",
        "C 825 - 14.7 any",
    ),
    (
        "Rituximab in membranous nephropathy: a randomized trial",
        "Thirty-seven patients received rituximab and 38 received cyclosporine. Neutropenia developed in 2 "
        "patients (5.4%) in the rituximab arm and in none in the cyclosporine arm.",
        "R 37 2 5.4 any",
    ),
    (
        "R-CHOP-14 versus R-CHOP-21 in diffuse large B-cell lymphoma",
        "Grade 3-4 neutropenia was seen in 31% of 534 patients on R-CHOP-14 and 60% of 535 patients on R-CHOP-21.",
        "R 534 - 31 g3 CHOP; R 535 - 60 g3 CHOP",
    ),
    (
        "Ibritumomab tiuxetan consolidation in follicular lymphoma",
        "Patients were randomized to 90Y-ibritumomab tiuxetan (n = 208) or no further treatment (n = 206). Grade "
        "3 or 4 neutropenia occurred in 67% of the consolidation arm and 2.4% of controls.",
        "I 208 - 67 g3",
    ),
    (
        "Chlorambucil plus ofatumumab versus chlorambucil alone",
        "A total of 447 patients were assigned to chlorambucil plus ofatumumab (n = 221) or chlorambucil alone (n "
        "= 226). The most common grade 3 or greater event was neutropenia (26% v 14%).",
        "O 221 - 26 g3 chlorambucil",
    ),
    (
        "Obinutuzumab in lupus nephritis",
        "Patients were randomized to obinutuzumab (n = 63) or placebo (n = 62) with mycophenolate. Neutropenia "
        "was seen in 5 patients (8%) receiving obinutuzumab and 2 (3%) receiving placebo.",
        "G 63 5 8 any mycophenolate mofetil",
    ),
    (
        "Ublituximab versus teriflunomide in relapsing multiple sclerosis",
        "A total of 543 participants received ublituximab and 546 teriflunomide. Neutropenia was reported in 8.6% "
        "and 15.3%, respectively.",
        "U 543 - 8.6 any",
    ),
    (
        "Arm A or arm B: fludarabine and rituximab given together or in sequence",
        "Patients were assigned to concurrent fludarabine and rituximab (arm A; n = 51) or sequential treatment "
        "(arm B; n = 53). Grade 3 or 4 neutropenia occurred in 74% in arm A and 41% in arm B.",
        "R 51 - 74 g3 fludarabine; R 53 - 41 g3 fludarabine",
    ),
    (
        "FCR or BR as first-line therapy of CLL",
        "Patients received FCR (n = 282) or BR (n = 279). Severe neutropenia was significantly more frequent with "
        "FCR than with BR (84% vs 59%).",
        "R 282 - 84 - fludarabine and cyclophosphamide; R 279 - 59 - bendamustine",
    ),
    (
        "Rituximab biosimilar in DLBCL",
        "In total 200 patients received HLX01 plus CHOP and 202 received originator rituximab plus CHOP. Grade 3 "
        "or worse neutropenia was found in 150 (75.0%) and 148 (73.3%) patients.",
        "R 200 150 75.0 g3 CHOP; R 202 148 73.3 g3 CHOP",
    ),
    (
        "Rituximab, bendamustine and cytarabine in mantle cell lymphoma",
        "Fifty-seven patients received R-BAC. Grade 3-4 neutropenia occurred in 49% of patients.",
        "R 57 - 49 g3 bendamustine and cytarabine",
    ),
    (
        "Kidney transplantation with low-dose rituximab",
        "We compared patients given low-dose rituximab (group R, n = 39) with controls without it (group C, n = "
        "40). Late-onset neutropenia was seen in 18 patients (46%) of group R and 2 (5%) of group C.",
        "R 39 18 46 lon",
    ),
    (
        "Rituximab or cyclophosphamide for ANCA-associated vasculitis",
        "Ninety-nine patients were randomised to rituximab and 98 to cyclophosphamide. Grade 3 or 4 leukopenia "
        "was less frequent with the former. Neutropenia occurred in 5 patients of the former and 12 of the latter "
        "group.",
        "R 99 5 - any",
    ),
    (
        "Ibrutinib plus obinutuzumab or chlorambucil plus obinutuzumab in CLL",
        "Patients were randomised to ibrutinib plus obinutuzumab (n=113) or chlorambucil plus obinutuzumab "
        "(n=116). The most common grade 3 or 4 adverse events in both groups were neutropenia and "
        "thrombocytopenia.",
        "G 113 - - g3 ibrutinib; G 116 - - g3 chlorambucil",
    ),
    (
        "Obinutuzumab with FC or bendamustine in CLL",
        "Patients received G-FC (n = 21) or G-B (n = 20). Grade 3-4 neutropenia occurred in 43% on G-FC and 55% "
        "on G-B.",
        "G 21 - 43 g3 fludarabine and cyclophosphamide; G 20 - 55 g3 bendamustine",
    ),
    (
        "R-CHOP with or without bortezomib",
        "Patients received R-CHOP (n = 105) or bortezomib plus R-CHOP (n = 98). Grade 3 or greater neutropenia "
        "was seen in 53% and 61%, respectively.",
        "R 105 - 53 g3 CHOP; R 98 - 61 g3 bortezomib and CHOP",
    ),
    (
        "Rituximab in nephrotic syndrome",
        "Forty-eight children were randomly assigned to rituximab or placebo, 24 per group. Neutropenia occurred "
        "in three children in the rituximab group and one in the placebo group.",
        "R 24 3 - any",
    ),
    (
        "Ocrelizumab and rituximab in multiple sclerosis",
        "We analysed 350 patients on ocrelizumab and 150 on rituximab. LON was found in 2.0% of ocrelizumab and "
        "4.0% of rituximab users.",
        "C 350 - 2.0 lon; R 150 - 4.0 lon",
    ),
    (
        "Phase 1/2 study of obinutuzumab monotherapy",
        "Thirteen patients were treated in phase 1 and 20 in phase 2. Grade 3-4 neutropenia occurred in seven "
        "patients in phase 1 and four in phase 2.",
        "G 13 7 - g3; G 20 4 - g3",
    ),
    (
        "Tocilizumab, abatacept or rituximab in rheumatoid arthritis",
        "Neutropenia was seen in 12 of 110 patients on tocilizumab, 1 of 90 on abatacept and 2 of 100 on rituximab.",
        "R 100 2 - any",
    ),
    (
        "CHOP or R-CHOP in aggressive lymphoma: a retrospective study",
        "We reviewed 150 patients treated with CHOP or R-CHOP. Febrile neutropenia developed in 30 patients (20%).",
        "",
    ),
    (
        "CHOP-OR for Richter transformation",
        "Forty-three patients received CHOP in combination with ofatumumab (CHOP-O). Grade 3-4 neutropenia "
        "occurred in 12 patients (28%).",
        "O 43 12 28 g3 CHOP",
    ),
    (
        "Rituximab and chlorambucil in MALT lymphoma",
        "Patients received chlorambucil alone (arm A, n = 131), rituximab alone (arm C, n = 138) or both (arm B, "
        "n = 132). Grade 3-4 neutropenia occurred in 5% of arm A, 13% of arm B and 2% of arm C.",
        "R 132 - 13 g3 chlorambucil; R 138 - 2 g3",
    ),
    (
        "Venetoclax plus obinutuzumab versus chlorambucil plus obinutuzumab",
        "Of 432 patients, 216 were assigned to each arm. Grade 3 or 4 neutropenia occurred in 52.8% of patients "
        "in the venetoclax-obinutuzumab group and in 48.1% of patients in the chlorambucil-obinutuzumab group.",
        "G 216 - 52.8 g3 venetoclax; G 216 - 48.1 g3 chlorambucil",
    ),
    (
        "Rituximab in pemphigus",
        "Patients were treated with rituximab plus prednisone (n = 46) or prednisone alone (n = 44). One patient "
        "in the rituximab group had grade 3 neutropenia.",
        "R 46 1 - - prednisone",
    ),
    (
        "Fludarabine and cyclophosphamide with or without rituximab in previously treated CLL",
        "Patients were randomly assigned to R-FC (n = 276) or FC (n = 276). Grade 3 or 4 neutropenia was reported "
        "in 42% and 40% of patients in the R-FC and FC arms, respectively.",
        "R 276 - 42 g3 fludarabine and cyclophosphamide",
    ),
    (
        "Rituximab plus CHOP in mantle cell lymphoma: randomized comparison with CHOP alone",
        "Granulocytopenia apart, toxicity did not differ: grade 3 and 4 neutropenia was seen in 63% of the 62 "
        "R-CHOP patients and in 53% of the 60 CHOP patients.",
        "R 62 - 63 g3 CHOP",
    ),
    (
        "Ofatumumab versus rituximab, each with DHAP, in relapsed DLBCL",
        "Patients received ofatumumab (n = 222) or rituximab (n = 223) in combination with DHAP. Febrile "
        "neutropenia was observed in 9% of both arms.",
        "O 222 - 9 fn DHAP; R 223 - 9 fn DHAP",
    ),
    (
        "Ocrelizumab in primary progressive multiple sclerosis",
        "Participants received ocrelizumab (n = 488) or placebo (n = 244). Neutropenia of any grade occurred in "
        "13% of the ocrelizumab group and 10% of the placebo group.",
        "C 488 - 13 any",
    ),
    (
        "Obinutuzumab versus rituximab monotherapy in indolent lymphoma",
        "In this trial 74 patients were randomly assigned to obinutuzumab and 75 to rituximab. Grade 3-4 "
        "neutropenia was uncommon (obinutuzumab, 4.1%; rituximab, 1.3%).",
        "G 74 - 4.1 g3; R 75 - 1.3 g3",
    ),
    (
        "Zanubrutinib plus obinutuzumab versus obinutuzumab",
        "Patients received the combination (n = 143) or obinutuzumab alone (n = 71). Neutropenia of grade 3 or "
        "more was reported in 24% of patients in the combination group and 23% in the obinutuzumab group.",
        "G 143 - 24 g3 zanubrutinib; G 71 - 23 g3",
    ),
    (
        "Acalabrutinib with or without obinutuzumab versus chlorambucil and obinutuzumab",
        "Patients were randomised to acalabrutinib-obinutuzumab (n=179), acalabrutinib monotherapy (n=179) or "
        "obinutuzumab-chlorambucil (n=177). Grade 3 or higher neutropenia occurred in 30%, 10% and 41% of "
        "patients, respectively.",
        "G 179 - 30 g3 acalabrutinib; G 177 - 41 g3 chlorambucil",
    ),
    (
        "Rituximab in systemic lupus: two cohorts",
        "Cohort 1 (n = 20) received rituximab alone and cohort 2 (n = 22) received rituximab with belimumab. "
        "Neutropenia occurred in 1 patient of cohort 1 and 3 patients of cohort 2.",
        "R 20 1 - any; R 22 3 - any belimumab",
    ),
    (
        "GP2013 versus originator rituximab with CVP",
        "Grade 3 or 4 neutropenia was reported in 56 of 312 patients (18%) in the GP2013 group and 65 of 315 "
        "(21%) in the rituximab group.",
        "R 312 56 18 g3 CVP; R 315 65 21 g3 CVP",
    ),
    (
        "Short infusion versus standard infusion of rituximab",
        "Neutropenia was noted in 3 of 60 patients (5%) in the 90-minute group and in 2 of 50 (4%) in the "
        "standard group.",
        "R 60 3 5 any; R 50 2 4 any",
    ),
    (
        "Rituximab after autologous transplantation",
        "Thirty patients got rituximab after transplantation and 30 historical controls did not. Late-onset "
        "neutropenia developed in 12 rituximab patients (40%) but only in 2 controls (6.7%).",
        "R 30 12 40 lon",
    ),
    (
        "Anti-CD20 therapy in membranous nephropathy",
        "Sixty patients were treated with rituximab. Neutropenia occurred in 2 patients.",
        "R 60 2 - any",
    ),
    (
        "Rituximab or ofatumumab in nephrotic syndrome: randomised trial",
        "Patients received ofatumumab (n = 70) or rituximab (n = 70). Neutropenia was seen in 4 (5.7%) and 3 "
        "(4.3%), respectively.",
        "O 70 4 5.7 any; R 70 3 4.3 any",
    ),
    (
        "Bendamustine-rituximab or R-CHOP/R-CVP in indolent lymphoma",
        "BR was given to 221 patients and R-CHOP/R-CVP to 215. Grade 3-4 neutropenia occurred in 44% with BR and "
        "70% with R-CHOP.",
        "R 221 - 44 g3 bendamustine; R - - 70 g3 CHOP",
    ),
    (
        "R-CHOP-21 with or without pegfilgrastim",
        "All 100 patients had R-CHOP-21. Febrile neutropenia occurred in 5 of 50 patients (10%) with "
        "pegfilgrastim and in 15 of 50 (30%) without.",
        "R 50 5 10 fn CHOP; R 50 15 30 fn CHOP",
    ),
    (
        "Rituximab, fludarabine and cyclophosphamide in CLL of the elderly",
        "Thirty patients were treated. Grade 3-4 neutropenia was observed in 17 patients (57%).",
        "R 30 17 57 g3 fludarabine and cyclophosphamide",
    ),
    (
        "Rituximab with dose-dense CHOP",
        "Sixty patients received R-CHOP-14 with G-CSF support. Febrile neutropenia developed in 9 (15%).",
        "R 60 9 15 fn CHOP",
    ),
    (
        "Rituximab versus mycophenolate in pemphigus",
        "Patients were randomised to rituximab (67 patients) or mycophenolate mofetil (68 patients). Neutropenia "
        "occurred in 3 patients in the rituximab group; it was not seen with mycophenolate mofetil.",
        "R 67 3 - any",
    ),
    (
        "Low-dose versus standard-dose rituximab in immune thrombocytopenia",
        "Sixty patients received low-dose rituximab (100 mg weekly) and 55 standard-dose rituximab (375 mg/m2 "
        "weekly). Neutropenia occurred in 1 patient in the low-dose group and 4 in the standard-dose group.",
        "R 60 1 - any; R 55 4 - any",
    ),
    (
        "Obinutuzumab plus lenalidomide versus rituximab plus lenalidomide",
        "Grade 3 or 4 neutropenia was commoner with obinutuzumab than with rituximab: 47% of 86 patients and 30% "
        "of 88 patients.",
        "G 86 - 47 g3 lenalidomide; R 88 - 30 g3 lenalidomide",
    ),
    (
        "Ublituximab plus ibrutinib or ibrutinib alone in CLL",
        "Patients received ublituximab and ibrutinib (n = 59) or ibrutinib alone (n = 58). Grade 3-4 neutropenia: "
        "19% and 12%.",
        "U 59 - 19 g3 ibrutinib",
    ),
    (
        "Rituximab in myasthenia gravis",
        "Twenty-five patients received rituximab and 22 placebo. Neutropenia: rituximab 2, placebo 0.",
        "R 25 2 - any",
    ),
    (
        "Rituximab in DLBCL of the elderly",
        "Four-hundred patients were randomised. In the control arm (CHOP, n = 198) 18% had febrile neutropenia, "
        "in the experimental arm (R-CHOP, n = 202) 21%.",
        "R 202 - 21 fn CHOP",
    ),
    (
        "Treatment of CLL with chlorambucil and an antibody",
        "Patients were assigned to obinutuzumab-chlorambucil (336 patients), rituximab-chlorambucil (321 "
        "patients) or chlorambucil (116 patients). Grade 3-4 neutropenia was seen in 33%, 28% and 10%.",
        "G 336 - 33 g3 chlorambucil; R 321 - 28 g3 chlorambucil",
    ),
    (
        "Switch from rituximab to ocrelizumab",
        "Ninety patients switched from rituximab to ocrelizumab. After the switch 3 patients (3.3%) developed "
        "neutropenia.",
        "C 90 3 3.3 any",
    ),
    (
        "Ocrelizumab or rituximab in multiple sclerosis",
        "Neutropenia was found in 12 (3%) of patients on rituximab (n = 400) and 6 (2%) of patients on "
        "ocrelizumab (n = 300).",
        "R 400 12 3 any; C 300 6 2 any",
    ),
    (
        "Bortezomib, rituximab and dexamethasone in Waldenstrom macroglobulinemia",
        "Twenty-three patients received BDR. Grade 3 or higher neutropenia occurred in 30%.",
        "R 23 - 30 g3 bortezomib and dexamethasone",
    ),
    (
        "Rituximab and lenalidomide in follicular lymphoma",
        "Patients in arm 1 received rituximab alone (n = 45) and those in arm 2 rituximab plus lenalidomide (n = "
        "44). Grade 3-4 neutropenia occurred in 2% of patients in arm 1 and 20% in arm 2.",
        "R 45 - 2 g3; R 44 - 20 g3 lenalidomide",
    ),
    (
        "Obinutuzumab in previously untreated CLL",
        "Neutropenia of grade 3 or higher was the most common adverse event in both the obinutuzumab-venetoclax "
        "arm (n = 212; 56%) and the obinutuzumab-chlorambucil arm (n = 214; 48%).",
        "G 212 - 56 g3 venetoclax; G 214 - 48 g3 chlorambucil",
    ),
    (
        "Ofatumumab versus teriflunomide in multiple sclerosis",
        "A total of 946 patients were assigned to receive ofatumumab and 936 to receive teriflunomide. "
        "Neutropenia was reported in 1.5% of the patients in the ofatumumab group and 3.2% of those in the "
        "teriflunomide group.",
        "O 946 - 1.5 any",
    ),
    (
        "Rituximab added to MPV in primary CNS lymphoma",
        "Patients were allocated to MBVP with rituximab (n=99) or without rituximab (n=100). Grade 3-4 "
        "neutropenia was reported in 25 (25%) patients given rituximab and 30 (30%) not given rituximab.",
        "R 99 25 25 g3",
    ),
    (
        "Rituximab in Burkitt lymphoma",
        "Of 257 patients, 128 were randomised to chemotherapy plus rituximab and 129 to chemotherapy alone. "
        "Febrile neutropenia was observed in 70% of the rituximab group and 65% of the group without rituximab.",
        "R 128 - 70 fn chemotherapy",
    ),
    (
        "Anti-CD20 treatment and neutropenia in multiple sclerosis",
        "We followed 300 patients treated with ocrelizumab. Neutropenia developed in 9 patients (3%).",
        "C 300 9 3 any",
    ),
    (
        "Biosimilar rituximab (CT-P10) in advanced follicular lymphoma",
        "Seventy patients were assigned to CT-P10 plus CVP and 70 to rituximab plus CVP. Grade 3 or higher "
        "neutropenia was seen in 24 patients (34%) of the CT-P10 group and 20 patients (29%) of the rituximab "
        "group.",
        "R 70 24 34 g3 CVP; R 70 20 29 g3 CVP",
    ),
    (
        "Idelalisib in combination with rituximab for relapsed CLL",
        "A total of 110 patients received idelalisib and rituximab and 110 received placebo and rituximab. Grade "
        "3 or 4 neutropenia was seen in 34% and 22%, respectively.",
        "R 110 - 34 g3 idelalisib; R 110 - 22 g3",
    ),
    (
        "Rituximab in autoimmune hemolytic anemia: placebo-controlled trial",
        "Thirty-two patients were randomized to rituximab or placebo (16 in each group). Neutropenia occurred in "
        "one patient in each group.",
        "R 16 1 - any",
    ),
    (
        "Rituximab retreatment in rheumatoid arthritis",
        "Patients were randomized to retreatment with rituximab 2 x 500 mg (group A, n = 100) or rituximab 2 x "
        "1000 mg (group B, n = 101). Neutropenia was reported in 1% and 2% of patients, respectively.",
        "R 100 - 1 any; R 101 - 2 any",
    ),
    (
        "R-CHOP versus DA-EPOCH-R in DLBCL",
        "Grade 3 to 5 febrile neutropenia was more frequent with DA-EPOCH-R (n = 232) than with R-CHOP (n = 233): "
        "35% v 18%.",
        "R 232 - 35 fn DA-EPOCH; R 233 - 18 fn CHOP",
    ),
    (
        "Rituximab with bendamustine or chlorambucil in elderly CLL",
        "Grade 3-4 neutropenia was noted in 60 of 121 patients (50%) treated with bendamustine-rituximab and 53 "
        "of 120 (44%) treated with chlorambucil-rituximab.",
        "R 121 60 50 g3 bendamustine; R 120 53 44 g3 chlorambucil",
    ),
    (
        "Late-onset neutropenia after rituximab-containing regimens",
        "LON occurred in 10 of 80 patients after R-CHOP and in 8 of 40 after FCR.",
        "R 80 10 - lon CHOP; R 40 8 - lon fludarabine and cyclophosphamide",
    ),
    (
        "Rituximab plus high-dose dexamethasone versus dexamethasone alone in ITP",
        "Forty-nine patients received dexamethasone plus rituximab, 52 dexamethasone alone. Neutropenia was "
        "observed in one patient of the combination group.",
        "R 49 1 - any dexamethasone",
    ),
    (
        "Ocrelizumab in relapsing multiple sclerosis: 600 mg and 2000 mg",
        "Patients received ocrelizumab 600 mg (n = 55), ocrelizumab 2000 mg (n = 55), placebo (n = 54) or "
        "interferon beta-1a (n = 54). Neutropenia occurred in 2 patients in the 600 mg group and 3 in the 2000 mg "
        "group.",
        "C 55 2 - any; C 55 3 - any",
    ),
    (
        "Rituximab for pediatric nephrotic syndrome",
        "Neutropenia occurred in 3 (12.5%) of the 24 patients treated with rituximab and mycophenolate and in "
        "none of the 20 treated with mycophenolate.",
        "R 24 3 12.5 any mycophenolate mofetil",
    ),
    (
        "Bortezomib plus rituximab versus rituximab in follicular lymphoma",
        "Grade 3 or higher neutropenia was seen in 11% of patients in the combination group (n = 334) versus 4% "
        "in the rituximab group (n = 339).",
        "R 334 - 11 g3 bortezomib; R 339 - 4 g3",
    ),
    (
        "Rituximab or standard of care in pemphigus",
        "The most common serious adverse event in the rituximab arm (n = 46) was neutropenia (n = 3).",
        "R 46 3 - any",
    ),
    (
        "Copanlisib plus rituximab versus placebo plus rituximab",
        "Of 458 patients, 307 were assigned to copanlisib plus rituximab and 151 to placebo plus rituximab. Grade "
        "3-4 neutropenia: 16% v 12%.",
        "R 307 - 16 g3 copanlisib; R 151 - 12 g3",
    ),
    (
        "Rituximab in two schedules",
        "Group I (n=30) had rituximab weekly, group II (n=32) every two weeks. Neutropenia was found in 3 and 5 "
        "patients, respectively.",
        "R 30 3 - any; R 32 5 - any",
    ),
    (
        "CHOP plus rituximab compared with CHOP plus obinutuzumab",
        "In the rituximab arm 700 patients and in the obinutuzumab arm 704 patients were evaluable for safety. "
        "Neutropenia of grade 3 or more occurred in 38% and 46%.",
        "R 700 - 38 g3 CHOP; G 704 - 46 g3 CHOP",
    ),
    (
        "First-line treatment of follicular lymphoma with obinutuzumab",
        "The safety population comprised 595 patients given obinutuzumab-chemotherapy and 597 given rituximab- "
        "chemotherapy. Grade 3-5 neutropenia was more common with obinutuzumab-chemotherapy (46% v 39%).",
        "G 595 - 46 g3 chemotherapy; R 597 - 39 g3 chemotherapy",
    ),
    (
        "Rituximab in IgG4-related disease",
        "Patients received either rituximab (n=20) or glucocorticoids (n=20). Neutropenia was recorded in two "
        "rituximab-treated patients versus none of the glucocorticoid-treated patients.",
        "R 20 2 - any",
    ),
    (
        "Rituximab plus gemcitabine and oxaliplatin",
        "Forty-nine patients received R-GemOx. Grade 3-4 neutropenia was noted in 73% of patients.",
        "R 49 - 73 g3 gemcitabine and oxaliplatin",
    ),
    (
        "Obinutuzumab versus rituximab in membranous nephropathy",
        "Thirty patients were treated with obinutuzumab, 60 with rituximab. Neutropenia occurred in 3 "
        "obinutuzumab-treated and 1 rituximab-treated patient.",
        "G 30 3 - any; R 60 1 - any",
    ),
    (
        "Ibrutinib and rituximab in CLL",
        "A total of 354 patients were assigned to the ibrutinib-rituximab group and 175 to the FCR group. Grade 3 "
        "or higher neutropenia occurred in 25.6% in the ibrutinib-rituximab group and 44.9% in the FCR group.",
        "R 354 - 25.6 g3 ibrutinib; R 175 - 44.9 g3 fludarabine and cyclophosphamide",
    ),
    (
        "Rituximab versus tocilizumab after TNF failure",
        "Rituximab was given to 160 patients, tocilizumab to 170. Neutropenia was seen in 1% of the rituximab and "
        "8% of the tocilizumab patients.",
        "R 160 - 1 any",
    ),
    (
        "R-CHOP with and without radiotherapy",
        "Of 260 patients given R-CHOP, 130 also had radiotherapy. Grade 4 neutropenia occurred in 25% of all patients.",
        "R 260 - 25 g4 CHOP",
    ),
    (
        "Obinutuzumab after failure of rituximab",
        "Forty patients with rituximab-refractory lymphoma received obinutuzumab. Grade 3-4 neutropenia developed "
        "in 6 (15%).",
        "G 40 6 15 g3",
    ),
    (
        "Rituximab with CVP in indolent lymphoma",
        "Patients were assigned to CVP (n=159) or R-CVP (n=162). More patients in the R-CVP group had grade 3 or "
        "4 neutropenia (24% v 14%).",
        "R 162 - 24 g3 CVP",
    ),
    (
        "CHOP-like chemotherapy plus rituximab versus CHOP-like chemotherapy alone",
        "We assigned 413 patients to CHOP-like chemotherapy plus rituximab and 410 to CHOP-like chemotherapy "
        "alone. Grade 3-4 neutropenia did not differ between the groups.",
        "",
    ),
    (
        "Ublituximab with umbralisib in lymphoma",
        "Patients received ublituximab plus umbralisib (U2; n = 138) or umbralisib alone (n = 70). Neutropenia of "
        "grade 3 or more was noted in 19% with U2.",
        "U 138 - 19 g3 umbralisib",
    ),
    (
        "Lenalidomide plus R-CHOP versus placebo plus R-CHOP",
        "The trial randomised 570 patients. In the lenalidomide/R-CHOP arm (n = 283) grade 3-4 neutropenia "
        "occurred in 60%, in the placebo/R-CHOP arm (n = 284) in 48%.",
        "R 283 - 60 g3 lenalidomide and CHOP; R 284 - 48 g3 CHOP",
    ),
    (
        "Rituximab for neuromyelitis optica",
        "Nineteen patients were randomly assigned to rituximab and 19 to placebo. No patient had neutropenia in "
        "the rituximab group; one had it in the placebo group.",
        "R 19 0 - any",
    ),
    (
        "Rituximab and cladribine in hairy cell leukemia",
        "Patients received cladribine with concurrent rituximab (CDAR, n = 34) or cladribine followed by delayed "
        "rituximab (n = 34). Neutropenia of grade 4 was seen in 20 and 22 patients, respectively.",
        "R 34 20 - g4 cladribine; R 34 22 - g4 cladribine",
    ),
    (
        "Zevalin consolidation after R-CHOP",
        "Grade 3-4 neutropenia was seen in 41 of 55 patients (75%) who received 90Y-ibritumomab tiuxetan after R-CHOP.",
        "I 55 41 75 g3",
    ),
    (
        "Obinutuzumab- or rituximab-based therapy in DLBCL",
        "Patients (N = 1,418) were randomly assigned to eight cycles of G (n = 706) or R (n = 712), plus six or "
        "eight cycles of CHOP. Obinutuzumab (G) and rituximab (R) were given on day 1. Grade 3-5 neutropenia was "
        "seen in 46.2% with G-CHOP and 38.1% with R-CHOP.",
        "G 706 - 46.2 g3 CHOP; R 712 - 38.1 g3 CHOP",
    ),
    (
        "Ofatumumab in untreated CLL",
        "Two doses of ofatumumab combined with fludarabine and cyclophosphamide (O-FC) were tested in 61 "
        "patients. Grade 3-4 neutropenia was seen in 48%.",
        "O 61 - 48 g3 fludarabine and cyclophosphamide",
    ),
    (
        "Obinutuzumab plus chemotherapy: a meta-analysis",
        "Trials in which obinutuzumab was given with chemotherapy were pooled. With bendamustine as partner grade "
        "3-4 neutropenia was seen in 33.8%, with chlorambucil in 36.1%.",
        "G - - 33.8 g3 bendamustine; G - - 36.1 g3 chlorambucil",
    ),
    (
        "Rituximab plus lenalidomide or chemotherapy in follicular lymphoma",
        "513 patients were assigned to the rituximab-lenalidomide group and 517 to the rituximab-chemotherapy group. The rituximab-chemotherapy group had more grade 3 or 4 neutropenia (32% vs. 50%).",
        "R 513 - 32 g3 lenalidomide; R 517 - 50 g3 chemotherapy",
    ),
    (
        "More neutropenia with one arm, told against the order of the figures",
        "Patients were assigned to obinutuzumab plus bendamustine (n = 194) or bendamustine alone (n = 198). Grade 3-4 neutropenia was less frequent with obinutuzumab plus bendamustine (40% vs 30%).",
        "G 194 - 30 g3 bendamustine",
    ),
    (
        "G-CHOP compared with R-CHOP",
        "Patients received G-CHOP (n = 704) or R-CHOP (n = 703). Grade 3-5 neutropenia was higher with G-CHOP than with R-CHOP (38% vs 46%).",
        "G 704 - 46 g3 CHOP; R 703 - 38 g3 CHOP",
    ),
    (
        "G-CHOP or R-CHOP in lymphoma",
        "Patients received G-CHOP (n = 704) or R-CHOP (n = 703). Compared with R-CHOP, G-CHOP led to more febrile neutropenia (15% vs 18%).",
        "G 704 - 18 fn CHOP; R 703 - 15 fn CHOP",
    ),
    (
        "G-CHOP and R-CHOP in lymphoma",
        "Patients received G-CHOP (n = 704) or R-CHOP (n = 703). Neutropenia was not more frequent with G-CHOP than with R-CHOP (38% vs 46%).",
        "G 704 - 38 any CHOP; R 703 - 46 any CHOP",
    ),
    (
        "R-CVP or R-CHOP in follicular lymphoma",
        "Patients received R-CVP (n = 178) or R-CHOP (n = 178). Fewer patients on R-CVP had grade 3-4 neutropenia (50% versus 28%).",
        "R 178 - 28 g3 CVP; R 178 - 50 g3 CHOP",
    ),
    (
        "R-CVP against R-CHOP in follicular lymphoma",
        "Patients received R-CVP (n = 178) or R-CHOP (n = 170). Grade 3-4 neutropenia was lower in the R-CVP arm than in the R-CHOP arm (28% versus 50%).",
        "R 178 - 28 g3 CVP; R 170 - 50 g3 CHOP",
    ),
    (
        "R-CVP and R-CHOP in follicular lymphoma",
        "Patients received R-CVP (n = 178) or R-CHOP (n = 170). There was an excess of grade 3-4 neutropenia with R-CHOP (28% v 50%).",
        "R 178 - 28 g3 CVP; R 170 - 50 g3 CHOP",
    ),
    (
        "Ocrelizumab or rituximab in multiple sclerosis: which has more late-onset neutropenia",
        "We followed 300 patients on ocrelizumab and 400 on rituximab. Late-onset neutropenia was rarer under ocrelizumab (4% versus 1%).",
        "C 300 - 1 lon; R 400 - 4 lon",
    ),
    (
        "FCR or BR in chronic lymphocytic leukaemia",
        "564 patients were randomised, 284 to fludarabine, cyclophosphamide, and rituximab and 280 to bendamustine and rituximab. Severe neutropenia and infections were more frequent with fludarabine, cyclophosphamide, and rituximab (235 [84%] of 279 vs 164 [59%] of 278, and 109 [39%] vs 69 [25%], respectively).",
        "R 279 235 84 - fludarabine and cyclophosphamide; R 278 164 59 - bendamustine",
    ),
    (
        "Neutropenia and infection in pairs",
        "Patients were assigned to R-bendamustine (n = 100) or R-CHOP (n = 100). Grade 3-4 neutropenia and leukopenia were commoner with R-CHOP (69% v 29%, and 72% v 37%, respectively).",
        "R 100 - 69 g3 CHOP; R 100 - 29 g3 bendamustine",
    ),
    (
        "Cyclophosphamide, vincristine, prednisone and rituximab in lymphoma",
        "Ninety patients received cyclophosphamide, vincristine, prednisone and rituximab. Grade 3-4 neutropenia occurred in 20%.",
        "R 90 - 20 g3 cyclophosphamide, vincristine and prednisone",
    ),
    (
        "Late-onset neutropenia after EPOCH with rituximab",
        "Of 130 patients 76 were given EPOCH with rituximab and 54 EPOCH without it. LON was seen in 6 (8%) of 76 patients receiving rituximab and 0 of 54 patients not receiving it.",
        "R 76 6 8 lon EPOCH",
    ),
    (
        "Late-onset neutropenia after EPOCH and rituximab",
        "Of 130 patients 76 were given EPOCH with rituximab and 54 EPOCH without it. LON was seen in 6 (8%) of 76 patients in the rituximab group and in none of the 54 others.",
        "R 76 6 8 lon EPOCH",
    ),
    (
        "Late-onset neutropenia with and without rituximab",
        "LON occurred in 6 (8%) of 76 patients given rituximab and in 1 (2%) of the 54 without.",
        "R 76 6 8 lon",
    ),
    (
        "Late-onset neutropenia in recipients with and without rituximab",
        "LON occurred in 6 (8%) of 76 recipients given rituximab; of the 54 recipients who did not receive the antibody 2 (4%) had LON.",
        "R 76 6 8 lon",
    ),
    (
        "Late-onset neutropenia in the rituximab group",
        "LON occurred in 6 of 76 patients (8%) in the rituximab group and 2 of 54 (4%) in the non-rituximab group.",
        "R 76 6 8 lon",
    ),
    (
        "Late-onset neutropenia: never exposed",
        "LON was found in 6 of 76 patients (8%) treated with rituximab and in 2 of 54 (4%) never exposed to the drug.",
        "R 76 6 8 lon",
    ),
    (
        "Late-onset neutropenia under anti-CD20 antibodies: a systematic review and meta-analysis",
        "Sixteen cohorts (8,214 patients) were eligible. The pooled incidence of late-onset neutropenia was 1.8% (95% CI 1.1-2.7) overall, 2.6% (95% CI 1.5-4.0) with rituximab (9 cohorts, 3,377 patients) and 0.9% (95% CI 0.4-1.6) with ocrelizumab (8 cohorts, 4,837 patients).",
        "A 8214 - 1.8 lon; R 3377 - 2.6 lon; C 4837 - 0.9 lon",
    ),
    (
        "Neutropenia under anti-CD20 antibodies in multiple sclerosis: a meta-analysis",
        "Twelve studies with 5,100 patients were included. Pooled rates of neutropenia were 3.1% (95% CI, 2.0 to 4.4) for rituximab (seven studies; 2,600 patients) and 1.2% (95% CI, 0.5 to 2.2) for ocrelizumab (five studies; 2,500 patients).",
        "R 2600 - 3.1 any; C 2500 - 1.2 any",
    ),
    (
        "Obinutuzumab alone in chronic lymphocytic leukemia",
        "During dose escalation (phase 1) 13 patients were given 400 to 1200 mg. In phase 2, 20 patients had a fixed dose. Grade 3/4 neutropenia occurred in 7 patients in phase 1 and in 4 patients in phase 2.",
        "G 13 7 - g3; G 20 4 - g3",
    ),
    (
        "Kidney transplantation with a low-dose rituximab regimen",
        "Sixty-three recipients were included. The outcome under rituximab (group R, n = 39) was compared with that of patients who had undergone splenectomy (group S, n = 24). The incidence of late-onset neutropenia was low in group R.",
        "R 39 - - lon",
    ),
    (
        "Rituximab for Burkitt lymphoma in children",
        "The analyses included 328 patients (164 in each group). Adverse events of grade 4 or higher, mainly febrile neutropenia and infection, occurred in 33.3% of the patients in the rituximab-chemotherapy group and in 24.2% of those in the chemotherapy group.",
        "R 164 - - fn chemotherapy",
    ),
    (
        "Severe neutropenia with FCR",
        "284 patients were assigned to FCR and 280 to FC. Severe neutropenia was the main toxicity in the FCR group.",
        "R 284 - - - fludarabine and cyclophosphamide",
    ),
    (
        "Primary G-CSF prophylaxis for febrile neutropenia under R-CHOP-21",
        "Records of 103 patients with lymphoma on R-CHOP-21 were analysed; 74 had received primary G-CSF prophylaxis (prophylaxis group) and 29 had not (non-prophylaxis group). The incidence of febrile neutropenia after the first cycle was 8.3% and 17.2%, respectively.",
        "R 74 - 8.3 fn CHOP; R 29 - 17.2 fn CHOP",
    ),
    (
        "G-CSF prophylaxis in patients on R-CHOP",
        "Patients treated with R-CHOP were divided into a prophylaxis group (n = 74) and a non-prophylaxis group (n = 29). Febrile neutropenia occurred in 14.9% of the prophylaxis group and in 27.6% of the non-prophylaxis group.",
        "R 74 - 14.9 fn CHOP; R 29 - 27.6 fn CHOP",
    ),
    (
        "Elderly and young patients on R-CHOP",
        "Patients treated with R-CHOP were split into an elderly group (n = 40) and a young group (n = 60). Febrile neutropenia was seen in 12 patients (30%) in the elderly group and 6 (10%) in the young group.",
        "R 40 12 30 fn CHOP; R 60 6 10 fn CHOP",
    ),
    (
        "R-CHOP in two periods",
        "Patients were treated with R-CHOP in an early cohort (n = 80) or a late cohort (n = 90). Febrile neutropenia developed in 20% of the early cohort and 10% of the late cohort.",
        "R 80 - 20 fn CHOP; R 90 - 10 fn CHOP",
    ),
    (
        "Neutropenia reported with anti-CD20 antibodies: disproportionality analysis of FAERS 2004Q1-2022Q4",
        "Reports of neutropenia with rituximab, obinutuzumab or ocrelizumab were retrieved for 2004Q1-2022Q4. Neutropenia was reported 4,716 times with rituximab (ROR 5.83, 95% CI 5.66-6.01), 871 times with obinutuzumab (ROR 9.94, 9.27-10.66) and 296 times with ocrelizumab (ROR 1.11, 0.99-1.25).",
        "R - 4716 - any; G - 871 - any; C - 296 - any",
    ),
    (
        "Ofatumumab with fludarabine and cyclophosphamide in two doses",
        "Ofatumumab 500 mg (n = 31) or 1000 mg (n = 30) was given with fludarabine and cyclophosphamide. Of all 61 patients, 48% had neutropenia, 26% thrombocytopenia and 10% infection as the most common grade 3-4 adverse events.",
        "O 61 - 48 g3 fludarabine and cyclophosphamide",
    ),
    (
        "Neutropenia under rituximab and interferon: a register-based cohort of multiple sclerosis",
        "First episodes of rituximab (n = 6573), natalizumab (n = 2084) and interferon beta (n = 3112) were followed. The crude incidence rate of neutropenia was 3.4 (95% CI, 2.8-4.1) per 1000 person-years with rituximab, 1.1 (0.5-2.0) with natalizumab and 0.9 (0.5-1.5) with interferon beta.",
        "R 6573 - - any",
    ),
    (
        "Obinutuzumab with chemotherapy: pooled analysis",
        "Six trials (4,000 patients) in which obinutuzumab was given with chemotherapy were pooled. With bendamustine grade 3-4 neutropenia was seen in 33.8%, with chlorambucil in 36.1%.",
        "G - - 33.8 g3 bendamustine; G - - 36.1 g3 chlorambucil",
    ),
    (
        "Ocrelizumab in multiple sclerosis",
        "Neutropenia was reported in 8 of 400 ocrelizumab-treated (2.0%) and 4 of 380 interferon-treated patients (1.1%).",
        "C 400 8 2.0 any",
    ),
    (
        "Rituximab after transplantation",
        "Neutropenia was more common in patients who received rituximab (n = 122) than in those who did not (n = 120; 12% vs 4%).",
        "R 122 - 12 any",
    ),
    (
        "R-CHOP or CHOP followed by radioimmunotherapy",
        "Patients were assigned to R-CHOP (n = 267) or CHOP-RIT (n = 263). Grade 4 neutropenia was seen in 47% with R-CHOP and 53% with CHOP-RIT.",
        "R 267 - 47 g4 CHOP",
    ),
    (
        "R-CHOP versus CHOP plus radioimmunotherapy",
        "Patients were assigned to R-CHOP (n = 267) or CHOP followed by radioimmunotherapy (n = 263). Grade 4 neutropenia was seen in 47% of the R-CHOP arm and 53% of the radioimmunotherapy arm.",
        "R 267 - 47 g4 CHOP",
    ),
    (
        "Neutropenia under ocrelizumab or rituximab: a review of cases",
        "Neutropenia occurred in 11 patients treated with ocrelizumab and 8 treated with rituximab.",
        "C - 11 - any; R - 8 - any",
    ),
    (
        "Neutropenia under anti-CD20 antibodies in multiple sclerosis: cases and a review of the literature",
        "A total of 19 patients were included. Neutropenia occurred in 11 patients treated with ocrelizumab and 8 with rituximab.",
        "A - 19 - any; C - 11 - any; R - 8 - any",
    ),
    (
        "Obinutuzumab versus rituximab, each with bendamustine, for previously untreated indolent lymphoma: an open-label randomised trial",
        "Whether the type II antibody obinutuzumab improves on rituximab is not settled. In this multicentre trial 412 patients were randomly allocated (1:1) to obinutuzumab or rituximab, both given with six cycles of bendamustine and followed by two years of maintenance. The safety population consisted of 204 patients in the obinutuzumab arm and 206 in the rituximab arm. Three-year progression-free survival was 81% and 74%, respectively. Grade 3 or worse adverse events were reported in 149 patients (73%) given obinutuzumab and 131 (64%) given rituximab; the most common were neutropenia (82 [40%] vs 68 [33%]), infections (41 [20%] vs 35 [17%]) and infusion reactions (24 [12%] vs 12 [6%]). Febrile neutropenia was seen in 13 (6%) and 10 (5%) patients. Obinutuzumab prolonged remission at the price of more toxicity.",
        "G 204 82 40 g3 bendamustine; R 206 68 33 g3 bendamustine; G 204 13 6 fn bendamustine; R 206 10 5 fn bendamustine",
    ),
    (
        "Chlorambucil plus rituximab, obinutuzumab or nothing in unfit patients with chronic lymphocytic leukaemia",
        "A total of 781 patients with coexisting conditions were assigned in a 1:2:2 ratio to chlorambucil (118 patients), obinutuzumab-chlorambucil (333 patients) or rituximab-chlorambucil (330 patients). Neutropenia of grade 3 to 5 was noted in 10%, 33% and 28% of the patients, respectively, and infections in 14%, 12% and 14%.",
        "G 333 - 33 g3 chlorambucil; R 330 - 28 g3 chlorambucil",
    ),
    (
        "Neutropenia with anti-CD20 therapies in multiple sclerosis: a multicentre retrospective cohort",
        "Blood counts of all adults with multiple sclerosis who started ocrelizumab (n = 612), rituximab (n = 148) or ofatumumab (n = 203) between 2018 and 2023 were reviewed. Neutropenia of any grade was detected in 37 patients (6.0%) on ocrelizumab, 15 (10.1%) on rituximab and 5 (2.5%) on ofatumumab. Grade 4 neutropenia was seen only under ocrelizumab (n = 6) and rituximab (n = 3). No difference was found between sexes.",
        "C 612 37 6.0 any; R 148 15 10.1 any; O 203 5 2.5 any; C 612 6 - g4; R 148 3 - g4",
    ),
    (
        "Extended-interval versus standard-interval dosing of ocrelizumab",
        "Of 330 patients with multiple sclerosis treated with ocrelizumab, 190 were kept on standard-interval dosing (SID group) and 140 were moved to extended-interval dosing (EID group). Neutropenia developed in 12 patients (6.3%) of the SID group and 3 (2.1%) of the EID group.",
        "C 190 12 6.3 any; C 140 3 2.1 any",
    ),
    (
        "Subcutaneous rituximab in previously untreated follicular lymphoma",
        "In stage 2 of this trial patients were randomised to intravenous rituximab 375 mg/m2 (n = 205) or subcutaneous rituximab 1400 mg (n = 205) with CHOP or CVP. Grade 3 or worse adverse events were alike. Neutropenia of grade 3 or worse occurred in 57 patients (28%) in the intravenous group and in 62 (30%) in the subcutaneous group; febrile neutropenia in 10 (5%) and 14 (7%), respectively.",
        "R 205 57 28 g3; R 205 62 30 g3; R 205 10 5 fn; R 205 14 7 fn",
    ),
    (
        "High-dose methotrexate with or without rituximab in primary central nervous system lymphoma",
        "Group A received methotrexate and cytarabine (n = 75), group B the same plus rituximab (n = 69) and group C the same plus rituximab and thiotepa (n = 75). Grade 4 neutropenia was recorded in 51%, 61% and 72% of patients in groups A, B and C, respectively.",
        "R 69 - 61 g4 methotrexate; R 75 - 72 g4 thiotepa",
    ),
    (
        "Obinutuzumab in lupus nephritis: pooled results of two dosing schedules",
        "Participants were randomised to obinutuzumab in one of two schedules or placebo, all on top of mycophenolate mofetil and glucocorticoids. In the pooled obinutuzumab groups (n = 135) neutropenia was reported in 12 patients (8.9%), compared with 3 of 132 (2.3%) in the placebo group.",
        "G 135 12 8.9 any mycophenolate mofetil and glucocorticoids",
    ),
    (
        "Ofatumumab plus chlorambucil: exposure and safety",
        "A randomised phase 3 study compared chlorambucil plus ofatumumab with chlorambucil monotherapy in 447 patients with chronic lymphocytic leukaemia. Grade 3 or greater infusion reactions occurred in 10%. Grade 3 or greater adverse events affected 109 (50%) of 217 patients in the combination group and 98 (43%) of 227 in the monotherapy group, neutropenia being the most frequent (56 [26%] versus 32 [14%]).",
        "O 217 56 26 g3 chlorambucil",
    ),
    (
        "Primary prophylaxis with pegfilgrastim in patients on R-CHOP",
        "Of 185 patients treated with R-CHOP, 112 were given pegfilgrastim from the first cycle and 73 were not. Febrile neutropenia occurred in 12 patients (10.7%) with prophylaxis and in 19 patients (26.0%) without prophylaxis.",
        "R - 12 10.7 fn CHOP; R - 19 26.0 fn CHOP",
    ),
    (
        "Ublituximab versus teriflunomide in relapsing multiple sclerosis",
        "In two identical trials 1094 participants were assigned to ublituximab or teriflunomide. Neutropenia of grade 3 or 4 was less common in the teriflunomide group than in the ublituximab group (1.1% vs. 2.0%).",
        "U - - 2.0 g3",
    ),
    (
        "Rituximab versus mycophenolate in pemphigus vulgaris",
        "Patients were assigned in a 1:1 ratio to rituximab (67 patients) or mycophenolate mofetil (68 patients). Five serious adverse events occurred in each group. Neutropenia was reported in 4 patients in the rituximab group and 2 in the mycophenolate mofetil group.",
        "R 67 4 - any",
    ),
    (
        "Obinutuzumab plus lenalidomide compared with rituximab plus lenalidomide in relapsed follicular lymphoma",
        "One hundred and eighty patients were randomised. Neutropenia of grade 3 or 4 was more frequent in the obinutuzumab arm than in the rituximab arm (31% [28 of 90] v 48% [43 of 90]).",
        "G 90 43 48 g3 lenalidomide; R 90 28 31 g3 lenalidomide",
    ),
    (
        "Ofatumumab versus physician's choice in bulky fludarabine-refractory chronic lymphocytic leukaemia",
        "Patients were randomised 2:1 to ofatumumab (n = 79) or physician's choice (n = 43). Median progression-free survival was 5.4 and 3.6 months. Grade 3 or worse neutropenia was reported in 16% of the ofatumumab group and 23% of the physician's choice group.",
        "O 79 - 16 g3",
    ),
    (
        "R-CHOP with or without G-CSF prophylaxis",
        "In this retrospective study of 240 patients given R-CHOP, 90 had G-CSF prophylaxis (prophylaxis group) and 150 had none (no-prophylaxis group). Febrile neutropenia occurred less often in the prophylaxis group (11%) than in the no-prophylaxis group (24%).",
        "R 90 - 11 fn CHOP; R 150 - 24 fn CHOP",
    ),
    (
        "Fludarabine and cyclophosphamide with rituximab or ofatumumab",
        "Sixty patients received FC with rituximab and 58 FC with ofatumumab. Grade 4 neutropenia was noted in 41% and 45%, respectively, and led to dose reduction in 12 and 15.",
        "R 60 - 41 g4 fludarabine and cyclophosphamide; O 58 - 45 g4 fludarabine and cyclophosphamide",
    ),
    (
        "Ocrelizumab in relapsing multiple sclerosis: two phase 3 trials",
        "In trials 1 and 2, 821 and 835 patients were assigned to ocrelizumab or interferon beta-1a. Neutropenia was more frequent with interferon beta-1a than with ocrelizumab (41% vs. 15%).",
        "C - - 15 any",
    ),
]


def expected(rows):
    return sorted((tuple(parsed(row.split())) for row in rows.split(";") if row.strip()), key=str)


def parsed(cells):
    drug, treated, events, percent, event, *regimen = cells
    yield DRUGS[drug]
    yield from (None if cell == "-" else float(cell) for cell in (treated, events, percent))
    yield EVENTS[event]
    yield " ".join(regimen) or None


@pytest.mark.parametrize(("title", "text", "rows"), EXAMPLES, ids=[title for title, _, _ in EXAMPLES])
def test_rows_of_the_arms(title, text, rows):
    found, _ = group_findings(context(text, title))
    values = [(f.drug, f.n_treated, f.n_events, f.incidence_percent, f.event_definition, f.regimen) for f in found]
    as_numbers = [(v[0], *(None if n is None else float(n) for n in v[1:4]), *v[4:]) for v in values]
    assert sorted(as_numbers, key=str) == expected(rows)


TIMES_BY_DRUG = [
    (
        "The median time to onset was 46 days (IQR 12-121) for rituximab, 20 days (IQR 8-64) for ocrelizumab.",
        {"rituximab": (46.0, 12.0, 121.0), "ocrelizumab": (20.0, 8.0, 64.0)},
    ),
    (
        "It began a median of 46 days (rituximab) and 70 days (ocrelizumab) after the last dose.",
        {"rituximab": (46.0, None, None), "ocrelizumab": (70.0, None, None)},
    ),
    (
        "The median time to onset was longer with ocrelizumab (120 days) than with rituximab (90 days).",
        {"rituximab": (90.0, None, None), "ocrelizumab": (120.0, None, None)},
    ),
    (
        "Median time to onset: rituximab 90 days, ocrelizumab 120 days.",
        {"rituximab": (90.0, None, None), "ocrelizumab": (120.0, None, None)},
    ),
]


@pytest.mark.parametrize(("sentence", "expected_times"), TIMES_BY_DRUG, ids=[s for s, _ in TIMES_BY_DRUG])
def test_each_drug_has_its_own_time(sentence, expected_times):
    counted = "Late-onset neutropenia occurred in 5 of 60 patients on rituximab and 4 of 40 on ocrelizumab."
    found, _ = group_findings(context(f"{counted} {sentence}", "Late-onset neutropenia in multiple sclerosis"))
    assert {f.drug: (f.onset_days, f.onset_low_days, f.onset_high_days) for f in found} == expected_times


def test_a_year_with_its_quarter_is_no_count():
    text = "Reports of neutropenia with rituximab were retrieved for 2004Q1-2022Q4. Neutropenia was reported 40 times."
    found, _ = group_findings(context(text, "Neutropenia under rituximab: pharmacovigilance study in FAERS"))
    assert 2004 not in [f.n_events for f in found]


def test_a_label_has_no_preposition():
    rows, _ = group_findings(
        context(
            "Patients received rituximab with CHOP as induction (n = 80) and rituximab as maintenance (n = 60). Grade 3-4 "
            "neutropenia was seen in 40 (50%) during induction and in 6 (10%) in the maintenance.",
            "Rituximab in follicular lymphoma",
        )
    )
    labels = [r.label for r in rows if r.label]
    assert labels and not any(label.lower().startswith(("in ", "during ")) for label in labels)
