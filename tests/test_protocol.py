"""A review is data: what is wrong in its files is said with file, line and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import PipelineError
from pipeline.protocol import CORPORA, load_protocol, parse_table, read_query

DRUGS = "concept,preferred_name,term,match,identifier,source\ndrugamab,drugamab,drugamab,,MeSH:D1,made up\n"
EVENTS = "concept,preferred_name,term,match,identifier,source\nlowness,lowness,LOW,case,,made up\n"


@pytest.fixture
def corpora(tmp_path: Path) -> Path:
    """The smallest review that is complete."""
    folder = tmp_path / "review"
    (folder / "vocabulary").mkdir(parents=True)
    (folder / "protocol.toml").write_text(
        'title = "T"\nquestion = "Q"\ndrug_class = "class"\n[exclusion_reasons]\nx = "y"\n[events.lowness]\nevent_definition = "any_grade"\n'
    )
    (folder / "query.txt").write_text("# why\ndrugamab[tiab]\n  AND lowness[mh]\n")
    (folder / "definitions.toml").write_text("")
    (folder / "vocabulary" / "drug.csv").write_text(DRUGS)
    (folder / "vocabulary" / "event.csv").write_text(EVENTS)
    return tmp_path


def test_a_protocol_is_read_from_its_folder(corpora: Path) -> None:
    protocol = load_protocol("review", corpora)
    assert protocol.query == "drugamab[tiab] AND lowness[mh]"
    assert [(t.kind, t.concept, t.match, t.identifier) for t in protocol.terms] == [
        ("drug", "drugamab", "", "MeSH:D1"),
        ("event", "lowness", "case", None),
    ]


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        (
            "vocabulary/drug.csv",
            "concept,term\na,b\n",
            r"drug\.csv line 1: column preferred_name, match, identifier, source is missing",
        ),
        ("vocabulary/drug.csv", DRUGS + "a,b,c\n", r"drug\.csv line 3: 3 cells where the header has 6"),
        ("vocabulary/drug.csv", DRUGS + "a,b,c,,,\n", r"drug\.csv line 3: source is empty"),
        ("vocabulary/drug.csv", DRUGS + "a,b,c,any,,s\n", r"drug\.csv line 3: match is 'any'; allowed"),
        ("vocabulary/drug.csv", DRUGS + 'a,"b\n', r"drug\.csv line \d: .*check the quotes"),
        ("vocabulary/event.csv", EVENTS.splitlines()[0] + "\n", r"event\.csv is missing or has no row"),
        ("protocol.toml", "title = \n", r"protocol\.toml: "),
        ("protocol.toml", 'title = "T"\n', r"protocol\.toml: question is missing"),
        (
            "regimens.csv",
            "concept,drug,given_with,partners,source\nX,,,,s\nX,,,,s\n",
            r"regimens\.csv line 3: X stands there twice",
        ),
    ],
)
def test_a_fault_is_named_with_file_line_and_remedy(corpora: Path, file: str, content: str, message: str) -> None:
    (corpora / "review" / file).write_text(content)
    with pytest.raises(PipelineError, match=message):
        load_protocol("review", corpora)


def test_an_unknown_corpus_names_those_that_exist(corpora: Path) -> None:
    with pytest.raises(PipelineError, match=r"unknown CORPUS 'none'.*known: review"):
        load_protocol("none", corpora)


def test_quoted_commas_and_line_numbers_survive() -> None:
    assert parse_table('a,b\n"x, y",z\n\n1,2\n', ("a", "b"), "t.csv") == [
        (2, {"a": "x, y", "b": "z"}),
        (4, {"a": "1", "b": "2"}),
    ]


def test_comment_lines_are_no_part_of_the_query() -> None:
    assert (
        read_query("# a\n(x OR\n y)  # kept: only whole lines are comments\n")
        == "(x OR y)  # kept: only whole lines are comments"
    )


@pytest.mark.parametrize("name", sorted(p.parent.name for p in CORPORA.glob("*/protocol.toml")))
def test_every_review_of_the_project_is_complete(name: str) -> None:
    protocol = load_protocol(name)
    assert protocol.query and protocol.title
    assert all(term.source for term in protocol.terms)
