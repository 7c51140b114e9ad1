"""The flow adds up or the build fails; the drawing and the template's file say the same numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import PipelineError
from pipeline.prisma import (
    TEMPLATE_COLUMNS,
    Flow,
    Previous,
    boxes,
    check,
    flow,
    search_report,
    sums,
    template_rows,
)
from pipeline.tables.read import Fate, Search
from tests.invented_review import case, group, make_base, make_labels

LABELS = make_labels()
FATES = (
    Fate(1, "included"),
    Fate(2, "included", "content", "human"),
    Fate(3, "excluded", "record", "automatic", "retracted"),
    Fate(4, "excluded", "record", "human", "retracted"),
    Fate(5, "excluded", "content", "automatic", "no_event"),
    Fate(6, "excluded", "content", "human", "no_event"),
    Fate(7, "unsure"),
)


def example(**fields):
    search = Search("PubMed", "q", None, "2026-01-02", 8, {"records": 10})
    return make_base([], **{"fates": FATES, "missing": 1, "searches": (search,), **fields})


def test_each_article_is_in_one_box():
    numbers = flow(example())
    assert numbers == Flow(
        databases={"PubMed": 10},
        duplicates=2,
        removed_other=1,
        screened=7,
        excluded={("retracted", "automatic"): 1, ("retracted", "human"): 1},
        sought=5,
        assessed=5,
        reports_excluded={("no_event", "automatic"): 1, ("no_event", "human"): 1},
        awaiting=1,
        studies=2,
        reports=2,
    )
    check(numbers)


@pytest.mark.parametrize(
    "wrong", [{"screened": 8}, {"sought": 4}, {"assessed": 6}, {"awaiting": 0}, {"duplicates": 3}, {"removed_other": 0}]
)
def test_a_box_that_does_not_add_up_fails_the_build(wrong):
    with pytest.raises(PipelineError, match="PRISMA flow"):
        check(replace(flow(example()), **wrong))


def test_a_negative_box_fails_the_build_even_where_sums_are_right():
    numbers = replace(flow(example()), awaiting=-1, reports=4)
    assert all(comes_in == goes_out for _, comes_in, goes_out in sums(numbers))
    with pytest.raises(PipelineError, match="negative"):
        check(numbers)


def test_suggested_duplicates_are_no_removed_duplicates():
    numbers = flow(example(searches=(Search("PubMed", "q", None, None, 8, {}),)))
    assert (numbers.duplicates, numbers.identified) == (0, 8)


def test_a_search_that_was_run_again_is_one_source():
    again = (Search("PubMed", "q", None, "2026-01-02", 6, {}), Search("PubMed", "q", None, "2026-02-02", 8, {}))
    assert flow(example(searches=again)).databases == {"PubMed": 8}


def test_an_updated_review_sends_only_new_records_through_the_flow():
    numbers = flow(example(), Previous(frozenset({2, 5}), studies=3, reports=4))
    assert (numbers.previous_studies, numbers.previous_reports) == (4, 5)
    assert (numbers.screened, numbers.studies, numbers.total_studies, numbers.total_reports) == (5, 1, 5, 6)
    assert numbers.reports_excluded == {("no_event", "human"): 1}
    check(numbers)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["included", "excluded", "unsure"]), st.sampled_from(["record", "content"]), st.booleans()
        ),
        max_size=40,
    ),
    st.frozensets(st.integers(0, 40)),
)
def test_any_fates_add_up(outcomes, known):
    fates = []
    for pmid, (decision, stage, human) in enumerate(outcomes):
        # only an exclusion can stand on the record alone
        place = stage if decision == "excluded" else "content"
        fates.append(Fate(pmid, decision, place, "human" if human else "automatic", "no_event"))
    base = example(fates=tuple(fates))
    check(flow(base))
    numbers = flow(base, Previous(known))
    check(numbers)
    assert numbers.total_studies == sum(decision == "included" for decision, _, _ in outcomes)


def test_an_empty_review_has_a_flow():
    numbers = flow(make_base([], searches=()))
    check(numbers)
    assert any("(n = 0)" in " ".join(box.lines) for box in boxes(numbers, LABELS.reason))


def test_boxes_tell_people_from_automation():
    text = {(box.row, box.column): " ".join(box.lines) for box in boxes(flow(example()), LABELS.reason)}
    assert "by a human (n = 1), by automation tools (n = 1)" in " ".join(text[1, 2].split())
    assert "No event named (n = 1, automation)" in text[3, 2]
    assert "No event named (n = 1, human)" in text[3, 2]
    assert "Awaiting a decision (n = 1)" in text[3, 2]
    assert (0, 0) not in text


def test_an_updated_review_has_the_boxes_of_previous_and_of_all_studies():
    text = {
        (box.row, box.column): " ".join(box.lines)
        for box in boxes(flow(example(), Previous(frozenset({2}))), LABELS.reason)
    }
    assert "previous version" in text[0, 0]
    assert text[4, 1].startswith("New studies included in review (n = 1)")
    assert "Total studies included in review (n = 2)" in text[5, 1]


def test_long_reasons_are_wrapped_and_never_cut():
    reason = "word " * 60
    lines = next(box.lines for box in boxes(flow(example()), lambda code: reason) if (box.row, box.column) == (3, 2))
    assert max(map(len, lines)) <= 54
    assert " ".join(lines).count("word") == 120


def test_the_template_file_has_its_columns_and_our_numbers():
    rows = [
        dict(zip(TEMPLATE_COLUMNS, row, strict=True)) for row in template_rows(flow(example(), pooled=2), LABELS.reason)
    ]
    n = {row["data"]: row["n"] for row in rows}
    assert (n["database_results"], n["duplicates"], n["records_screened"], n["records_excluded"]) == (10, 2, 7, 2)
    assert (n["dbr_assessed"], n["new_studies"], n["total_studies_ma"]) == (5, 2, 2)
    assert n["dbr_excluded"] == ("No event named (automation), 1; No event named (human), 1; Awaiting decision, 1")
    assert n["database_specific_results"] == "PubMed, 10"
    assert n["previous_studies"] == 0


def test_the_search_report_shows_the_strategy_and_what_is_not_known():
    text = search_report(
        make_base([case(), group()]), "A | title <b>", "drugamab AND anaemia", Flow(), {"languages": ["eng"]}
    )
    assert r"A \| title &lt;b>" in text
    assert "    drugamab AND anaemia" in text
    assert "| 13 Dates of searches | 2026-01-02 |" in text
    assert "| 14 Peer review | Not stated in the protocol |" in text
    assert text.count("\n| ") == 18
