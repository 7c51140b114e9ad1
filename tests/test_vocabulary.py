"""The reviews' own data: words that mean one thing, queries that name every drug, files that refer to each other."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import pytest

from pipeline.evaluation.gold import read_gold
from pipeline.language.lexicon import Lexicon
from pipeline.protocol import CORPORA, Protocol, Term, load_protocol

REVIEWS = sorted(path.parent.name for path in CORPORA.glob("*/protocol.toml"))
ONE_SPELLING = re.compile(r"[-\u2010\s]+")
PLAIN_TEXT_FILES = ("*.toml", "*.txt", "*.csv", "*.md")


@pytest.fixture(params=REVIEWS)
def protocol(request: pytest.FixtureRequest) -> Protocol:
    return load_protocol(request.param)


def of_kind(protocol: Protocol, kind: str) -> list[Term]:
    return [term for term in protocol.terms if term.kind == kind]


def spelling(term: Term) -> str:
    """What the matcher compares: no hyphens or spaces, small letters unless the case counts."""
    joined = ONE_SPELLING.sub("", term.term)
    return joined if term.match == "case" else joined.lower()


def first_cells(path: Path, column: str) -> list[str]:
    with path.open(encoding="utf-8", newline="") as stream:
        return [row[column] for row in csv.DictReader(stream)]


def test_there_are_at_least_two_reviews() -> None:
    assert len(REVIEWS) >= 2


def test_no_spelling_names_two_concepts_of_one_kind(protocol: Protocol) -> None:
    concepts: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for term in protocol.terms:
        concepts[term.kind, term.match, spelling(term)].add(term.concept)
    assert {key: found for key, found in concepts.items() if len(found) > 1} == {}


def test_no_spelling_stands_in_two_vocabulary_files(protocol: Protocol) -> None:
    kinds: dict[tuple[str, str], set[str]] = defaultdict(set)
    for term in protocol.terms:
        kinds[term.match, spelling(term)].add(term.kind)
    assert {key: found for key, found in kinds.items() if len(found) > 1} == {}


def test_no_row_is_there_twice(protocol: Protocol) -> None:
    rows = [(term.kind, term.match, spelling(term)) for term in protocol.terms]
    assert len(rows) == len(set(rows))


def test_a_concept_has_one_preferred_name_and_one_identifier(protocol: Protocol) -> None:
    named: dict[tuple[str, str], set[tuple[str, str | None]]] = defaultdict(set)
    for term in protocol.terms:
        named[term.kind, term.concept].add((term.preferred_name, term.identifier))
    assert {key: found for key, found in named.items() if len(found) > 1} == {}


def test_a_preferred_name_belongs_to_one_concept_of_its_kind(protocol: Protocol) -> None:
    concepts: dict[tuple[str, str], set[str]] = defaultdict(set)
    for term in protocol.terms:
        concepts[term.kind, term.preferred_name.lower()].add(term.concept)
    assert {key: found for key, found in concepts.items() if len(found) > 1} == {}


def test_identifiers_are_scheme_and_number(protocol: Protocol) -> None:
    form = re.compile(r"(MeSH:[CD]\d{6,9}|ATC:[A-Z]\d\d[A-Z0-9]*|RxNorm:\d+|LOINC:\d+-\d|MedDRA:\d{8})")
    given = {part for term in protocol.terms if term.identifier for part in term.identifier.split("; ")}
    assert {part for part in given if not form.fullmatch(part)} == set()


def test_short_words_match_only_in_their_own_capitals(protocol: Protocol) -> None:
    """Three letters or fewer are words of other meaning too often."""
    loose = [t.term for t in protocol.terms if not t.match and len(ONE_SPELLING.sub("", t.term)) <= 3]
    assert loose == []


def test_every_drug_word_is_found_in_any_case_and_beside_a_hyphen_or_slash(protocol: Protocol) -> None:
    lexicon = Lexicon(protocol.terms)
    for term in of_kind(protocol, "drug"):
        wordings = [term.term] if term.match else [term.term, term.term.upper(), term.term.lower()]
        for wording in wordings:
            for text in (f"given {wording} twice", f"a/{wording}", f"{wording}-induced", f"({wording})"):
                found = [m.term.concept for m in lexicon.find(text) if m.term.kind == "drug"]
                assert found == [term.concept], text


def test_every_event_word_is_found_as_its_concept(protocol: Protocol) -> None:
    lexicon = Lexicon(protocol.terms)
    for term in of_kind(protocol, "event"):
        found = [(m.term.concept, m.start, m.end) for m in lexicon.find(term.term)]
        assert found == [(term.concept, 0, len(term.term))]


def test_only_drug_words_hold_the_name_of_a_drug(protocol: Protocol) -> None:
    """Else the longer word would hide the drug from the reader of a text."""
    names = [term.preferred_name.lower() for term in of_kind(protocol, "drug") if term.concept != protocol.drug_class]
    hidden = [
        t.term
        for t in protocol.terms
        if t.kind in ("event", "regimen", "indication", "management", "analyte", "infection")
        if any(name in t.term.lower() for name in names)
    ]
    assert hidden == []


def test_every_drug_is_searched_for(protocol: Protocol) -> None:
    """By preferred name, brand and code; short forms, misspellings and longer phrases are found through those."""
    parts = re.split(r" OR | AND | NOT ", protocol.query)
    searched = {ONE_SPELLING.sub("", re.sub(r'\[.*|[("*]', "", part).lower()) for part in parts} - {""}

    def is_searched(term: Term) -> bool:
        wording = ONE_SPELLING.sub("", term.term.lower())
        return any(token in wording for token in searched)

    missing = [
        term.term
        for term in of_kind(protocol, "drug")
        if term.match != "case" and term.source != "Misspelling" and "wording" not in term.source
        if not is_searched(term)
    ]
    assert missing == []


def test_the_query_is_well_formed(protocol: Protocol) -> None:
    query = protocol.query
    assert query.count("(") == query.count(")")
    assert query.count('"') % 2 == 0
    assert set(re.findall(r"\[([^\]]*)\]", query)) <= {"mh", "mh:noexp", "nm", "tiab", "ot"}
    assert not re.search(r"\b(?:and|or|not)\b", re.sub(r'"[^"]*"', "", query))
    assert "[" in query.split(" OR ")[0]
    assert all("[" in part for part in re.split(r" OR | AND | NOT ", query) if part.strip("() "))


def test_words_without_a_star_are_quoted(protocol: Protocol) -> None:
    """PubMed drops an unquoted word that it does not know; a quoted one it only remarks on."""
    assert re.findall(r'(?<![\w"])[\w-]+\[\w+\]', re.sub(r'"[^"]*"', '""', protocol.query)) == []


def test_wildcards_have_four_letters_in_front(protocol: Protocol) -> None:
    assert [word for word in re.findall(r"(\w*)\*", protocol.query) if len(word) < 4] == []


def test_events_name_known_values(protocol: Protocol) -> None:
    definitions = {"any_grade", "grade3plus", "grade4", "late_onset", "febrile"}
    severities = {"mild", "moderate", "severe", "agranulocytosis", "febrile_neutropenia"}
    for concept, event in protocol.config["events"].items():
        assert event.keys() <= {"event_definition", "severity_term", "onset_class", "negated", "status"}, concept
        assert event.get("event_definition", "any_grade") in definitions
        assert event.get("severity_term", "mild") in severities
        assert event.get("onset_class", "late") in {"early", "late"}


def test_every_event_concept_is_explained_in_the_protocol(protocol: Protocol) -> None:
    assert {t.concept for t in of_kind(protocol, "event")} == set(protocol.config["events"])


def test_every_reason_that_the_pipeline_gives_has_its_words(protocol: Protocol) -> None:
    given_by_records = {"retracted", "notice", "no_text"}
    given_by_texts = {"no_drug", "no_event", "no_finding", "other_cytopenia_only", "before_treatment", "other_cause"}
    given_by_status = {"background_only", "criterion_only", "not_separate"}
    reasons = protocol.config["exclusion_reasons"]
    assert given_by_records | given_by_texts | given_by_status <= set(reasons)
    assert set(protocol.config["screening"]["exclude_publication_types"].values()) <= set(reasons)
    assert all(text and text[0].isupper() for text in reasons.values())


def test_screening_stems_are_in_small_letters_and_match_the_vocabulary(protocol: Protocol) -> None:
    stems = protocol.config["screening"]["stems"]
    assert {"drug", "event"} <= set(stems)
    assert all(stem == stem.lower() and len(stem) >= 4 for words in stems.values() for stem in words)
    for criterion, kinds in (("drug", {"drug", "regimen"}), ("event", {"event", "other_cytopenia"})):
        words = [ONE_SPELLING.sub("", term.term.lower()) for term in protocol.terms if term.kind in kinds]
        joined = [ONE_SPELLING.sub("", stem) for stem in stems[criterion]]
        assert [stem for stem in joined if not any(word.startswith(stem) for word in words)] == []


def test_the_drug_class_is_a_drug_concept(protocol: Protocol) -> None:
    assert protocol.drug_class in {t.concept for t in of_kind(protocol, "drug")}


def test_the_counted_cell_is_an_analyte_and_has_rivals(protocol: Protocol) -> None:
    analytes = {t.concept for t in of_kind(protocol, "analyte")}
    assert protocol.config["analyte"]["count"] in analytes
    assert len(analytes) > 5


def test_management_values_are_management_concepts(protocol: Protocol) -> None:
    assert set(protocol.config["management"]) <= {t.concept for t in of_kind(protocol, "management")}


def test_every_regimen_says_which_drug_it_holds(protocol: Protocol) -> None:
    concepts = {t.concept for t in of_kind(protocol, "regimen")}
    drugs = {t.concept for t in of_kind(protocol, "drug")}
    assert concepts == set(protocol.regimens)
    assert {r.drug for r in protocol.regimens.values()} - drugs - {None} == set()


def test_every_condition_belongs_to_one_group(protocol: Protocol) -> None:
    concepts = first_cells(protocol.folder / "groups.csv", "concept")
    assert sorted(concepts) == sorted({t.concept for t in of_kind(protocol, "indication")})


def test_broader_conditions_are_conditions_and_never_their_own(protocol: Protocol) -> None:
    broader = protocol.broader_conditions
    assert set(broader) | set(broader.values()) <= {t.concept for t in of_kind(protocol, "indication")}
    for concept in broader:
        line = [concept]
        while line[-1] in broader:
            line.append(broader[line[-1]])
            assert line[-1] not in line[:-1]


def test_grades_leave_no_gap_and_do_not_overlap(protocol: Protocol) -> None:
    bounds = sorted(protocol.definitions["grades"]["bounds"], key=lambda b: -b["grade"])
    assert [b["grade"] for b in bounds] == [4, 3, 2, 1]
    assert bounds[0]["lower"] == 0.0
    assert all(a["below"] == b["lower"] for a, b in pairwise(bounds))


def test_every_definition_names_its_source(protocol: Protocol) -> None:
    definitions = protocol.definitions
    assert definitions["grades"]["source"] and definitions["thresholds"]["source"] and definitions["onset"]["source"]
    assert all(d["source"] and d["text"] for d in definitions["late_onset"])
    keys = [d["key"] for d in definitions["late_onset"]]
    assert len(keys) == len(set(keys))


def test_gold_drugs_and_conditions_are_in_the_vocabulary(protocol: Protocol) -> None:
    drugs = {t.concept for t in of_kind(protocol, "drug")}
    conditions = {t.preferred_name.lower() for t in of_kind(protocol, "indication")}
    for path in sorted((protocol.folder / "gold").glob("*.jsonl")):
        for record in read_gold(path):
            for finding in record["gold"]["findings"]:
                assert finding["drug"] in drugs
                assert finding["indication"] is None or finding["indication"].lower() in conditions


@pytest.mark.parametrize(
    ("text", "kind", "concept"),
    [
        ("RCHOP-21", "regimen", "R-CHOP-21"),
        ("R-ICE", "regimen", "R-ICE"),
        ("CT-P10", "drug", "rituximab"),
        ("anti CD20 antibodies", "drug", "anti-cd20"),
        ("GA-101", "drug", "obinutuzumab"),
        ("(131)I-tositumomab", "drug", "tositumomab"),
        ("late onset neutropaenia", "event", "late_onset_neutropenia"),
        ("neutropenic sepsis", "event", "febrile_neutropenia"),
        ("non-neutropenic fever", "event", "non_neutropenic"),
        ("autoimmune neutropenia", "event", "prior_neutropenia"),
        ("filgastrim", "management", "gcsf"),
        ("anti-CD20xanti-CD3", "co_medication", "bispecific cd20xcd3 antibody"),
        ("anti-CD20 CAR-T", "co_medication", "car t-cell therapy"),
        ("Waldenström's macroglobulinaemia", "indication", "waldenstrom macroglobulinemia"),
        ("vascular endothelial growth factor", "analyte", "other_growth_factor"),
    ],
)
def test_words_of_the_first_review_name_what_they_mean(text: str, kind: str, concept: str) -> None:
    found = Lexicon(load_protocol("anti-cd20-neutropenia").terms).find(text)
    assert [(m.term.kind, m.term.concept) for m in found] == [(kind, concept)]


@pytest.mark.parametrize(
    "text",
    [
        "rice and a shopping cart",  # R-ICE, CAR-T
        "an RCT of 40 patients",  # R-CT
        "BAL fluid",  # B-AL
        "p = NS",  # nephrotic syndrome
        "MCV 90 fL, MPV 8 fL",  # cryoglobulinaemic vasculitis, regimen
        "the TTP was 14 months",  # time to progression
        "ALL PATIENTS RECOVERED",  # acute lymphoblastic leukaemia
        "matrix metalloproteinase (MMP-9)",  # pemphigoid, MATRix
        "R2 = 0.95",  # correlation, not lenalidomide plus rituximab
        "a gold standard",
        "the DCR was 80%",  # disease control rate
        "hepatitis-free VDR genotype",  # vitamin D receptor
    ],
)
def test_words_of_other_meaning_name_no_drug_condition_or_regimen(text: str) -> None:
    found = Lexicon(load_protocol("anti-cd20-neutropenia").terms).find(text)
    misread = ("drug", "regimen", "indication", "event", "co_medication")
    assert [m.term.term for m in found if m.term.kind in misread] == []


@pytest.mark.parametrize("pattern", PLAIN_TEXT_FILES)
def test_data_files_are_utf8_without_tabs_or_trailing_blanks(pattern: str) -> None:
    for path in CORPORA.rglob(pattern):
        text = path.read_bytes().decode("utf-8")
        assert text.endswith("\n") and "\t" not in text and "\r" not in text, path
        assert [line for line in text.splitlines() if line != line.rstrip()] == [], path
