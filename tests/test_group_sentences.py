"""One-sentence results and the rows that they give (tests/expected/group_sentences.txt).

A line is `sentence | rows`; the rows are separated by ";", each `definition events[/treated] [percent]`, "-" for a number
that the sentence does not tell. A line that starts with "##" gives title and methods of the abstract that the next
sentences are the results of, and how many were treated:

    ## Safety of rituximab in rheumatoid arthritis | A total of 120 patients ... received rituximab. | 120
    Eight patients (6.7%) had neutropenia, grade 4 in three. | any 8 6.7%; grade4 3
    Late-onset neutropenia has been reported in up to 30%. |
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from pipeline.language.nlp import annotate, build_nlp
from pipeline.records import Article, Section
from pipeline.relate import relate
from tests.read_texts import protocol

TABLE = Path(__file__).parent / "expected" / "group_sentences.txt"
DEFINITIONS = {"any": "any_grade", "late": "late_onset", "undefined": None}


class Row(NamedTuple):
    definition: str | None
    treated: int | None
    events: int | None
    percent: float | None


class Example(NamedTuple):
    title: str
    methods: str
    sentence: str
    rows: list[Row]


def examples() -> Iterator[Example]:
    title = methods = treated = ""
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("##"):
            title, methods, treated = (part.strip() for part in line[2:].split("|"))
        elif line and not line.startswith("#"):
            sentence, _, rows = line.rpartition("|")
            expected = [row(text, treated) for text in rows.split(";") if text.strip()]
            yield Example(title, methods, sentence.strip(), expected)


def row(text: str, treated: str) -> Row:
    definition, count, *percent = text.split()
    events, _, of = count.partition("/")
    return Row(
        DEFINITIONS.get(definition, definition),
        number(of or treated),
        number(events),
        float(percent[0].rstrip("%")) if percent else None,
    )


def number(text: str) -> int | None:
    return None if text == "-" else int(text)


EXAMPLES = list(examples())


@pytest.fixture(scope="module")
def found() -> list[list[Row]]:
    """The rows of every example; the texts are read in one go."""
    articles = [
        Article(
            pmid=number,
            title=example.title,
            sections=(
                Section("TITLE", "TITLE", example.title),
                Section("METHODS", "METHODS", example.methods),
                Section("RESULTS", "RESULTS", example.sentence),
            ),
        )
        for number, example in enumerate(EXAMPLES, start=1)
    ]
    read = annotate(build_nlp(protocol()), articles)
    return [
        [Row(f.event_definition, f.n_treated, f.n_events, f.incidence_percent) for f in relate(a, protocol()).findings]
        for a in read
    ]


@pytest.mark.parametrize("index", range(len(EXAMPLES)), ids=[e.sentence for e in EXAMPLES])
def test_rows_of_a_sentence(found, index):
    assert sorted(found[index], key=str) == sorted(EXAMPLES[index].rows, key=str)
