"""The phrase engine under every trigger table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.concepts.phrases import PhraseTable, trigger_rows, words


def found(table, text):
    return [text[m.start : m.end] for m in table.find(words(text))]


TABLE = PhraseTable(
    [{"trigger": "late onset"}, {"trigger": "late"}, {"trigger": "withh* the drug"}, {"trigger": "recover*"}]
)


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("Late-onset fall", ["Late-onset"]),
        ("late\nonset", ["late\nonset"]),
        ("late (onset)", ["late (onset"]),
        ("lately", []),
        ("withheld the drug", ["withheld the drug"]),
        ("withheld a drug", []),
        ("recovered, recovery", ["recovered", "recovery"]),
        ("too late onset late", ["late onset", "late"]),
        ("", []),
    ],
)
def test_the_longest_phrase_wins_and_hyphens_and_breaks_do_not_count(text, matches):
    assert found(TABLE, text) == matches


@given(st.text(max_size=200))
def test_matches_never_overlap_and_stay_in_the_text(text):
    end = 0
    for match in TABLE.find(words(text)):
        assert end <= match.start < match.end <= len(text)
        end = match.end


@given(st.text(max_size=200))
def test_words_are_the_text_they_stand_for(text):
    for word in words(text):
        assert text[word.start : word.end].lower() == word.text


@given(st.text(st.characters(max_codepoint=127), max_size=80))
def test_plain_text_is_parted_into_the_same_words_as_any_other(text):
    """A letter beyond ASCII behind the text sends it the longer way."""
    assert [*words(text).texts, "é"] == words(f"{text} é").texts


def test_a_phrase_without_a_word_is_a_mistake():
    with pytest.raises(ValueError, match="no word"):
        PhraseTable([{"trigger": "--"}])


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("time_roles_before", ("trigger", "side", "reach", "role", "source")),
        ("time_roles_after", ("trigger", "side", "reach", "role", "source")),
        ("time_anchors", ("trigger", "kind", "source")),
        ("count_moments", ("trigger", "moment", "source")),
        ("management", ("trigger", "kind", "value", "source")),
        ("course", ("trigger", "kind", "value", "source")),
        ("course_scope", ("trigger", "role", "source")),
        ("episodes", ("trigger", "role", "source")),
        ("case_scope", ("trigger", "role", "source")),
        ("single_patient", ("trigger", "kind", "source")),
        ("onset_words", ("trigger", "class", "source")),
        ("indication_cues", ("trigger", "weight", "source")),
        ("heading", ("trigger", "role", "source")),
    ],
)
def test_every_trigger_has_a_source_and_stands_once(name, columns):
    rows = trigger_rows(name, columns)
    assert all(row["source"] and row["trigger"] for row in rows)
    kept = [tuple(row.values()) for row in rows]
    assert len({(row["trigger"], row.get("value", "")) for row in rows}) == len(kept)


def test_the_values_of_management_and_outcome_are_those_of_the_data_dictionary():
    allowed = {
        "management": {"gcsf", "antibiotics", "drug_withheld", "drug_discontinued", "drug_switched", "ivig",
                       "corticosteroids", "observation", "hospitalisation"},
        "outcome": {"resolved", "recurred", "ongoing", "fatal"},
        "rechallenge": {"reexposure", "no_recurrence"},
        "uneventful": {"uneventful"},
    }  # fmt: skip
    columns = ("trigger", "kind", "value", "source")
    for row in (*trigger_rows("management", columns), *trigger_rows("course", columns)):
        assert row["value"] in allowed[row["kind"]], row
