"""What was done for an episode. Every text here is invented."""

from __future__ import annotations

import pytest

from tests.read_cases import ILL, ONE, cases, only


def test_drugs_of_a_regimen_are_no_treatment_of_the_episode():
    row = only("A man of 40 with lymphoma had neutropenia 6 weeks after rituximab, cyclophosphamide, and prednisone.")
    assert row.management == ()


@pytest.mark.parametrize(
    ("behind", "management"),
    [
        ("He declined further rituximab and began azathioprine.", ("drug_switched",)),
        ("He declined further tests and began to work.", ()),
    ],
)
def test_refusing_the_drug_for_another_is_a_switch(behind, management):
    assert only(ONE + behind).management == management


@pytest.mark.parametrize(
    ("text", "management"),
    [
        (
            "A 40-year-old man received rituximab. Two months later he was admitted with fever. His ANC was 0.1 x 109/L.",
            ("hospitalisation",),
        ),
        (
            "Ten weeks after his last rituximab infusion a man of 40 was hospitalised for fever and given meropenem. "
            "Neutropenia was found.",
            ("antibiotics", "hospitalisation"),
        ),
        (
            "A 40-year-old man was admitted with nephrotic syndrome and received rituximab. Two months later he had "
            "neutropenia.",
            (),
        ),
        ("A man of 40 had been hospitalised in 2010. He received rituximab. Two months later he had neutropenia.", ()),
    ],
)
def test_admission_told_before_the_event(text, management):
    assert only(text).management == management


@pytest.mark.parametrize(
    ("behind", "management"),
    [
        ("Rituximab was stopped and ozanimod was started three months later.", ("drug_discontinued", "drug_switched")),
        ("Rituximab was withdrawn. He began ozanimod.", ("drug_discontinued", "drug_switched")),
        ("Rituximab was stopped and G-CSF started.", ("drug_discontinued", "gcsf")),
        ("Ozanimod was started and rituximab stopped.", ("drug_discontinued",)),
    ],
)
def test_another_medicine_in_its_stead_is_a_switch(behind, management):
    assert only(ILL + behind).management == management


def test_a_medicine_taken_for_something_else_is_no_management():
    assert only(ILL + "It was found while taking low-dose prednisolone.").management == ()


@pytest.mark.parametrize(
    ("behind", "management"),
    [
        ("Rituximab was paused for 2 months.", ("drug_withheld",)),
        ("Rituximab was paused and then restarted.", ("drug_withheld",)),
        ("Rituximab was paused.", ("drug_discontinued",)),
        ("No infection occurred and no treatment was given.", ("observation",)),
    ],
)
def test_a_pause_that_ends_is_a_drug_withheld(behind, management):
    assert only(ILL + behind).management == management


def test_a_switch_told_before_the_event_is_no_management():
    row = only(
        "A woman tolerated rituximab but developed grade 4 neutropenia once she had been switched to ocrelizumab."
    )
    assert (row.drug, row.management) == ("ocrelizumab", ())


@pytest.mark.parametrize(
    ("behind", "management"),
    [
        ("Ozanimod was held.", ()),
        ("Ozanimod therapy was suspended.", ()),
        ("Treatment with ozanimod was interrupted.", ()),
        ("Rituximab was continued and ozanimod was withheld.", ()),
        ("Cyclophosphamide was stopped and rituximab was held.", ("drug_withheld",)),
        ("Cyclophosphamide and rituximab were held.", ("drug_withheld",)),
        ("Cyclophosphamide was discontinued but rituximab went on.", ()),
        ("Discontinuation of ozanimod was followed by a rise; rituximab went on.", ()),
        ("He withheld ozanimod but took rituximab.", ()),
        ("Antimicrobials were restarted.", ("antibiotics",)),
        ("Antibiotics were resumed.", ("antibiotics",)),
        ("Treatment for pneumonia was stopped after 10 days.", ()),
        ("A registry held 70 cases of neutropenia with rituximab.", ()),
        ("The marrow held few cells after rituximab.", ()),
        ("Rituximab was held.", ("drug_withheld",)),
        ("The next infusion was postponed.", ("drug_withheld",)),
        ("Infusions were put on hold.", ("drug_withheld",)),
        ("It was withheld.", ("drug_withheld",)),
        ("Treatment was interrupted.", ("drug_withheld",)),
        ("Discontinuation of cyclophosphamide and rituximab was decided.", ("drug_discontinued",)),
    ],
)
def test_only_the_drug_of_the_review_is_held_or_left(behind, management):
    assert only(ONE + behind).management == management


@pytest.mark.parametrize(
    "behind",
    [
        "After the episode ozanimod was started.",
        "In view of these complications she was given cyclophosphamide instead.",
        "Treatment was continued with ozanimod instead.",
        "She was put on ozanimod in its place.",
        "Rituximab was not resumed, and ozanimod was chosen instead.",
        "Ozanimod replaced rituximab.",
        "Rituximab gave way to ozanimod.",
        "She went over to ozanimod.",
        "Now she takes ozanimod instead.",
        "We chose ozanimod in place of rituximab.",
        "Treatment went on with ozanimod.",
        "Rituximab was stopped and a change to ozanimod was made.",
        "Her therapy was escalated to ozanimod.",
        "She was changed to ozanimod.",
        "Ozanimod was then started.",
        "Ozanimod was started two months later.",
        "She later started ozanimod.",
        "Ozanimod was subsequently initiated.",
        "Therapy was changed to ozanimod.",
        "Rituximab was withdrawn and ozanimod prescribed.",
        "The patient chose to stop rituximab and now takes ozanimod.",
    ],
)
def test_another_medicine_in_the_drugs_stead_is_a_switch(behind):
    assert "drug_switched" in only(ONE + "It resolved. " + behind).management


@pytest.mark.parametrize(
    "behind",
    [
        "Afterwards ozanimod was begun for arthritis.",
        "Ozanimod had been given before.",
        "After the episode G-CSF was started.",
        "Meropenem was then started.",
        "Cyclosporine was then started and the neutrophils rose.",
        "Cyclophosphamide was then started for a renal flare.",
        "After the episode cyclophosphamide was started for a renal flare.",
        "Antibiotics were replaced by meropenem.",
        "G-CSF was given instead of antibiotics.",
        "Rituximab was continued and ozanimod was not needed.",
        "Switching to ozanimod was discussed but declined.",
        "A switch to ozanimod is planned.",
        "Ozanimod might have been chosen instead.",
    ],
)
def test_no_other_medicine_in_its_stead_is_no_switch(behind):
    assert "drug_switched" not in only(ONE + "It resolved. " + behind).management


def test_a_medicine_taken_all_along_is_no_switch():
    text = "A man of 40 on ozanimod and rituximab had neutropenia 50 days after the last infusion of rituximab. It resolved. "
    assert "drug_switched" not in only(text + "Treatment was continued with ozanimod.").management


def test_a_switch_after_two_episodes_is_told_of_the_last():
    first, second = cases(
        ONE
        + "It resolved. A year later he had a second episode of neutropenia (ANC 0.3 x 109/L) 60 days after the fourth "
        "infusion. After the episodes ozanimod was started."
    )
    assert ["drug_switched" in r.management for r in (first, second)] == [False, True]


@pytest.mark.parametrize(
    ("behind", "management"),
    [
        ("Rituximab was paused and the count normalised. Rituximab was restarted.", ("drug_withheld",)),
        ("Rituximab was paused for good.", ("drug_discontinued",)),
        ("Rituximab was resumed and no further neutropenia occurred.", ()),
        ("No further dose has been necessary.", ()),
        ("No further doses of rituximab were given.", ("drug_discontinued",)),
        ("She received no further infusions.", ("drug_discontinued",)),
        ("She has not been given rituximab since.", ("drug_discontinued",)),
        ("Two injections were omitted.", ("drug_withheld",)),
        ("No action was taken.", ("observation",)),
        (
            "Filgrastim was given and he recovered. Two years later he had pneumonia and was given antibiotics.",
            ("gcsf",),
        ),
        ("Filgrastim was given and he recovered. Two days later he was given antibiotics.", ("antibiotics", "gcsf")),
        ("Neutropenia recurred, which resolved after G-CSF.", ("gcsf",)),
        ("She refused further rituximab.", ("drug_discontinued",)),
        ("She declined any further infusions.", ("drug_discontinued",)),
        ("She declined further tests.", ()),
        ("No G-CSF was given and she died of sepsis.", ()),
        ("Maintenance was suspended and cefepime given.", ("antibiotics", "drug_withheld")),
        ("It was monitored only.", ("observation",)),
        ("She chose to stop rituximab.", ("drug_discontinued",)),
        ("She decided not to stop rituximab.", ()),
        ("Cyclosporine and prednisolone led to recovery.", ("corticosteroids",)),
        ("She received antibiotics and G-CSF, with recovery.", ("antibiotics", "gcsf")),
        ("High-dose immunoglobulins were given.", ("ivig",)),
        ("She was discharged on day 12.", ("hospitalisation",)),
    ],
)
def test_a_pause_a_stop_and_neither(behind, management):
    assert only(ONE + behind).management == management


@pytest.mark.parametrize(
    ("behind", "management"),
    [
        ("Nine months later, because of a renal relapse, he was switched to obinutuzumab.", ()),
        ("He was switched to ocrelizumab owing to disease activity.", ()),
        ("He was switched to ofatumumab because of this complication.", ("drug_switched",)),
        ("He was switched to ofatumumab because of a relapse of neutropenia.", ("drug_switched",)),
        ("He was treated with G-CSF, immunoglobulin and antibiotics.", ("antibiotics", "gcsf", "ivig")),
        ("He was treated with G-CSF. The immunoglobulin level was low.", ("gcsf",)),
    ],
)
def test_what_was_done_for_the_event_and_what_for_the_condition(behind, management):
    assert only(ONE + behind).management == management


@pytest.mark.parametrize(
    "behind",
    ["Further cycles were given with precautionary G-CSF.", "He now receives pre-emptive G-CSF."],
)
def test_growth_factor_given_as_a_precaution_is_no_treatment(behind):
    assert only(ONE + behind).management == ()


def test_what_is_told_of_the_patient_begins_where_the_case_is_announced():
    row = only(
        "Background: Neutropenia is an established adverse effect. Case: We report an MS patient who developed grade IV "
        "neutropenia following rituximab. Treatment consisted of hospital admission, intravenous antibiotics and G-CSF. "
        "Counts normalized rapidly and the patient recovered."
    )
    assert (row.ctcae_grade, row.management) == (4, ("antibiotics", "gcsf", "hospitalisation"))


def test_what_is_denied_ahead_of_a_relative_clause_is_not_what_it_tells():
    row = only(ONE.replace(". ", ", without fever, which resolved with G-CSF alone. "))
    assert (row.management, row.outcome) == (("gcsf",), "resolved")


def test_g_csf_that_it_was_refractory_to_was_given():
    assert only(ONE + "The neutropenia was refractory to G-CSF for three weeks.").management == ("gcsf",)


def test_what_one_of_two_patients_also_received_is_not_given_to_the_other():
    found = cases(
        "We report two boys, aged 4 and 8 years, with nephrotic syndrome who developed LON 70 and 101 days, respectively, after "
        "rituximab. Both were treated with antibiotics; the first also received G-CSF.",
        title="Late-onset neutropenia after rituximab for nephrotic syndrome: report of two children",
    )
    assert [f.management for f in found] == [("antibiotics", "gcsf"), ("antibiotics",)]


@pytest.mark.parametrize(
    ("behind", "values"),
    [
        ("Filgrastim produced no response, nor did IVIG followed by prednisone.", ("corticosteroids", "gcsf", "ivig")),
        ("Filgrastim was given, nor did he need antibiotics.", ("gcsf",)),
        ("We chose to do nothing but repeat the test, and the count recovered.", ("observation",)),
        ("We opted for observation, and the count normalised.", ("observation",)),
        ("We refrained from treatment and the count recovered.", ("observation",)),
        ("Dose 2 was delayed by a week.", ("drug_withheld",)),
        ("The second infusion of rituximab was pushed back two weeks.", ("drug_withheld",)),
        ("Recovery was delayed.", ()),
        ("It was decided not to use rituximab in this patient again.", ("drug_discontinued",)),
        ("It was decided not to use cyclophosphamide.", ()),
    ],
)
def test_tried_in_vain_watched_put_back_and_left(behind, values):
    assert only(ONE + behind).management == values


def test_what_ended_it_in_both_is_no_account_of_how_the_drug_was_given():
    found = cases(
        "We report on two female inpatients who developed late-onset neutropenia after rituximab. Patient 1 had rheumatoid "
        "arthritis; patient 2 had lupus. Each of them was admitted. Antibiotic treatment and G-CSF led to full recovery in "
        "both cases, and rituximab was stopped.",
        title="Late-onset neutropenia after rituximab: report of two cases",
    )
    every = ("antibiotics", "drug_discontinued", "gcsf", "hospitalisation")
    assert [(f.sex, f.management, f.outcome) for f in found] == [("female", every, "resolved")] * 2


@pytest.mark.parametrize(
    ("behind", "management", "rechallenge"),
    [
        ("After a switch to ofatumumab neutropenia has not recurred in 14 months.", True, "no_recurrence"),
        ("After a switch to ofatumumab it never returned.", True, None),
        ("After a switch to ozanimod neutropenia has not returned.", True, None),
        ("A switch to ofatumumab was not made.", False, None),
        ("A switch to ofatumumab was planned.", False, None),
    ],
)
def test_what_did_not_recur_after_a_switch_leaves_the_switch_as_made(behind, management, rechallenge):
    row = only(ONE + behind)
    assert ("drug_switched" in (row.management or ())) is management
    assert row.rechallenge in (rechallenge, "no_recurrence" if management else None)
