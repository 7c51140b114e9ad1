"""What a confidence is made of: signs read off a finding, and plain arithmetic over fitted numbers."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.confidence import (
    ELSEWHERE,
    LEAST,
    MOST,
    SAME,
    SIGNS,
    Cell,
    Counted,
    Model,
    cells,
    fitted,
    printed,
    setting,
    signs,
    with_confidence,
)
from pipeline.errors import PipelineError
from pipeline.records import TITLE, Evidence, Finding, Section, extraction_from_json, to_json
from pipeline.records import Extraction as Read

TITLE_TEXT = "Low counts after alphamab"
BODY = "We gave alphamab to 40 patients. Of these, 4 had low counts. Growth factor was given."
SECTIONS = (Section(TITLE, TITLE, TITLE_TEXT), Section(None, None, BODY))


def quoted(field: str, words: str, section: int = 1) -> Evidence:
    start = SECTIONS[section].text.index(words)
    return Evidence(field, section, start, start + len(words), words)


GROUP = Finding(
    "g",
    1,
    "group",
    drug="alphamab",
    n_treated=40,
    n_events=4,
    event_definition="any_grade",
    management=("gcsf",),
    evidence=(
        quoted("drug", "alphamab"),
        quoted("n_treated", "40 patients"),
        quoted("n_events", "4 had"),
        quoted("event_definition", "low counts"),
        quoted("incidence_percent", "4 had"),
        quoted("management", "Growth factor"),
    ),
)
CASE = Finding("c", 1, "case", drug="alphamab", age_years=40.0, anc_nadir=0.2, evidence=GROUP.evidence)


EVERY_QUOTE = (
    *GROUP.evidence,
    *(quoted(name, "4 had") for name in ("onset_days", "onset_statistic", "severity_term", "outcome")),
)


def signs_of(finding: Finding, study_type: str | None = "cohort", *others: Finding) -> frozenset[str]:
    return signs(finding, setting(SECTIONS, study_type, (finding, *others)))


def without(finding: Finding, *fields: str) -> Finding:
    return replace(finding, evidence=tuple(e for e in finding.evidence if e.field not in fields))


def test_a_plain_group_has_only_the_signs_of_a_group_counted_elsewhere() -> None:
    assert signs_of(GROUP) == {"group", "denominator_elsewhere"}


def test_a_plain_case_of_a_case_report_has_no_sign_but_few_quotes() -> None:
    assert signs_of(without(CASE, "n_treated"), "case_report") == {"few_quotes"}


@pytest.mark.parametrize(
    ("sign", "finding", "study_type", "others"),
    [
        ("named_only", replace(GROUP, n_events=None), "cohort", ()),
        ("absent", replace(GROUP, n_events=0), "cohort", ()),
        ("no_value", replace(CASE, anc_nadir=None), "case_report", ()),
        ("no_description", replace(CASE, age_years=None), "case_report", ()),
        ("later_episode", replace(CASE, label="case 1, episode 2"), "case_report", ()),
        ("case_elsewhere", CASE, "cohort", ()),
        ("group_among_cases", GROUP, "case_series", ()),
        ("part_of_row", replace(GROUP, event_definition="grade4"), "cohort", (GROUP,)),
        ("many_rows", GROUP, "cohort", (GROUP, GROUP, GROUP)),
        ("few_quotes", without(GROUP, "drug"), "cohort", ()),
        ("many_quotes", replace(GROUP, evidence=EVERY_QUOTE), "cohort", ()),
        ("large_share", replace(GROUP, incidence_percent=31.0), "cohort", ()),
        ("randomised", GROUP, "rct", ()),
        ("event_early", replace(GROUP, evidence=(quoted("n_events", "Low counts", 0),)), "cohort", ()),
        ("title_only", replace(GROUP, evidence=(quoted("event_definition", "Low counts", 0),)), "cohort", ()),
        (
            "drug_elsewhere",
            replace(without(GROUP, "drug"), evidence=(*without(GROUP, "drug").evidence, quoted("drug", "alphamab", 0))),
            "cohort",
            (),
        ),
        ("study_type_unknown", GROUP, None, ()),
        ("flagged", replace(GROUP, flags=("two_clocks",)), "cohort", ()),
        ("flagged_twice", replace(GROUP, flags=("shared_cause", "two_clocks")), "cohort", ()),
    ],
)
def test_each_sign_is_seen_where_it_holds_and_only_there(
    sign: str, finding: Finding, study_type: str | None, others: tuple[Finding, ...]
) -> None:
    assert sign in signs_of(finding, study_type, *others)
    plain, usual = (CASE, "case_report") if finding.level == "case" else (GROUP, "cohort")
    assert sign not in signs_of(plain, usual)


def test_the_second_and_third_finding_of_an_article_are_later_ones() -> None:
    three = tuple(replace(GROUP, n_events=n) for n in (4, 5, 6))
    found = [signs(one, setting(SECTIONS, "cohort", three)) for one in three]
    assert ["later_row" in each for each in found] == [False, True, True]
    assert ["third_row" in each for each in found] == [False, False, True]


def test_only_the_opening_part_of_a_structured_abstract_is_early() -> None:
    parts = (*SECTIONS, Section("RESULTS", None, BODY))
    assert "event_early" in signs(GROUP, setting(parts, "cohort", (GROUP,)))
    assert "event_early" not in signs_of(GROUP)


def test_a_first_episode_is_no_later_one() -> None:
    assert "later_episode" not in signs_of(replace(CASE, label="episode 1"), "case_report")


def test_a_graded_row_is_part_of_another_only_of_the_same_drug() -> None:
    graded = replace(GROUP, event_definition="grade4")
    assert "part_of_row" not in signs_of(graded, "cohort", replace(GROUP, drug="betamab"))


def test_patients_treated_and_affected_in_one_sentence_are_together() -> None:
    together = replace(GROUP, evidence=(quoted("n_treated", "these"), quoted("n_events", "4 had")))
    assert "denominator_elsewhere" not in signs_of(together)


@given(st.sampled_from([GROUP, CASE]), st.sampled_from(["cohort", "case_report", None]), st.sampled_from(["", "a"]))
def test_every_sign_is_explained(finding: Finding, study_type: str | None, flag: str) -> None:
    assert signs_of(replace(finding, flags=(flag, "b")), study_type) <= SIGNS.keys()


def test_a_value_is_quoted_from_the_sentence_of_the_event_or_from_elsewhere() -> None:
    found = cells(GROUP, setting(SECTIONS, "cohort", (GROUP,)))
    assert {name: cell.place for name, cell in found.items()} == {
        "drug": ELSEWHERE,
        "n_treated": ELSEWHERE,
        "n_events": SAME,
        "incidence_percent": SAME,
        "event_definition": SAME,
        "management": ELSEWHERE,
    }
    assert found["drug"] == Cell("drug", "group", ELSEWHERE)


def test_the_title_is_the_sentence_of_the_event_only_where_no_other_is() -> None:
    titled = replace(GROUP, evidence=(quoted("severity_term", "Low counts", 0), quoted("drug", "alphamab", 0)))
    assert cells(titled, setting(SECTIONS, None, (titled,)))["drug"].place == SAME
    both = replace(GROUP, evidence=(*titled.evidence, quoted("n_events", "4 had")))
    assert cells(both, setting(SECTIONS, None, (both,)))["drug"].place == ELSEWHERE


odds = st.floats(-1e6, 1e6)


@given(odds, st.dictionaries(st.sampled_from(sorted(SIGNS)), odds), st.sets(st.sampled_from(sorted(SIGNS))))
def test_a_confidence_is_between_nought_and_one(base: float, weights: dict[str, float], found: set[str]) -> None:
    chance = Model(base, weights).of_finding(found)
    assert 0 <= chance <= 1
    assert LEAST <= printed(chance) <= MOST


@given(st.floats(-30, 30), st.floats(0, 10), st.sets(st.sampled_from(sorted(SIGNS.keys() - {"flagged"}))))
def test_a_sign_with_a_positive_weight_never_lowers_a_confidence(base: float, weight: float, found: set[str]) -> None:
    model = Model(base, {"flagged": weight, "group": -1.0, "absent": 0.5})
    assert model.of_finding({*found, "flagged"}) >= model.of_finding(found)
    assert Model(base, {"flagged": -weight}).of_finding({"flagged"}) <= Model(base, {}).of_finding({"flagged"})


def test_a_cell_is_drawn_towards_the_share_of_all_values() -> None:
    seen, unseen = Cell("sex", "case", SAME), Cell("sex", "case", ELSEWHERE)
    model = Model(0.0, {}, rate=0.9, strength=10.0, cells={seen: Counted(5, 10)})
    assert model.of_value(seen) == pytest.approx((5 + 9) / 20)
    assert model.of_value(unseen) == pytest.approx(0.9)


def test_a_value_is_never_surer_than_its_finding_and_an_unmeasured_column_has_no_confidence() -> None:
    model = Model(1.0, {"group": -0.5}, 0.9, 10.0, {Cell("n_events", "group", SAME): Counted(20, 20)})
    found = with_confidence(GROUP, setting(SECTIONS, "cohort", (GROUP,)), model)
    assert found.confidence == 0.62
    assert found.field_confidence == (("n_events", 0.6),)
    assert replace(found, confidence=None, field_confidence=()) == GROUP


def test_confidences_survive_the_way_through_json() -> None:
    finding = replace(GROUP, confidence=0.9, field_confidence=(("n_events", 0.8),))
    read = extraction_from_json(json.loads(json.dumps(to_json(Read(1, "cohort", (finding,))))))
    assert read.findings == (finding,)


def test_the_fitted_file_knows_every_sign_and_says_on_what_it_was_fitted() -> None:
    model = fitted()
    assert model.weights.keys() == SIGNS.keys()
    assert model.source
    assert all(0 <= right <= n for right, n in model.cells.values())


def test_a_broken_confidence_file_is_named_with_the_remedy(tmp_path: Path) -> None:
    path = tmp_path / "confidence.json"
    path.write_text("{}")
    with pytest.raises(PipelineError, match=r"confidence\.json is no confidence file.*make calibrate"):
        fitted(path)
