"""Every record of the pipeline, frozen, in the order in which one becomes the next.

Article -> Mention, Sentence (AnnotatedArticle) -> Finding with Evidence, Rejected (Extraction).

A span is (section, start, end): `section` is the index into `Article.sections` (0 is the title), `start` and `end`
count Unicode code points in that section's text as stored. None means that the text does not say.
Columns and their rules are those of corpora/common/columns.csv.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any

TITLE = "TITLE"


@dataclass(frozen=True, slots=True)
class Author:
    """A person, or a group where only `collective` is set."""

    last: str | None = None
    fore: str | None = None
    initials: str | None = None
    collective: str | None = None


@dataclass(frozen=True, slots=True)
class Related:
    """A CommentsCorrections entry: `kind` is its RefType ("RetractionIn", "ErratumFor", ...)."""

    kind: str
    pmid: int | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """One part of an article's text. `label` is the author's heading, `nlm_category` PubMed's own."""

    label: str | None
    nlm_category: str | None
    text: str


@dataclass(frozen=True, slots=True)
class OtherAbstract:
    """An abstract beside the main one: another language, a plain-language summary. Kept, never mined."""

    language: str | None
    kind: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Article:
    """A PubMed record. `publication_date` is verbatim; `sections[0]` is always the title.

    `notice` is set where the record is itself a notice: "retraction", "erratum" or "expression_of_concern".
    `retracted` tells that the article was retracted by such a notice. `copyright` is the line that the record puts
    under its abstract; texts that are not the published ones say so there.
    """

    pmid: int
    title: str
    sections: tuple[Section, ...]
    version: int = 1
    doi: str | None = None
    pmcid: str | None = None
    journal: str | None = None
    journal_abbreviation: str | None = None
    year: int | None = None
    publication_date: str | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    authors: tuple[Author, ...] = ()
    publication_types: tuple[str, ...] = ()
    mesh_headings: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    language: str | None = None
    date_revised: str | None = None
    retracted: bool = False
    notice: str | None = None
    related: tuple[Related, ...] = ()
    vernacular_title: str | None = None
    other_abstracts: tuple[OtherAbstract, ...] = ()
    is_book: bool = False
    copyright: str | None = None

    @property
    def has_abstract(self) -> bool:
        return any(section.text.strip() for section in self.sections[1:])


@dataclass(frozen=True, slots=True)
class Sentence:
    """The span of a sentence in its section's text."""

    section: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """A short form and the long form that the same article gives for it."""

    section: int
    start: int
    end: int
    short: str
    long: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in the text. `text` equals the section text from start to end.

    `label` is the stem of the vocabulary file that knows it ("drug", "event", "indication", ...) or the model's own
    label ("CHEMICAL", "DISEASE"). These are two layers, each complete by itself: the same words may be in both.
    `concept`, `preferred_name` and `identifier` are None where no vocabulary knows the name.
    """

    section: int
    start: int
    end: int
    text: str
    label: str
    concept: str | None = None
    preferred_name: str | None = None
    identifier: str | None = None


@dataclass(frozen=True, slots=True)
class AnnotatedArticle:
    """An article with what the language pipeline found in it; all that the concepts read."""

    article: Article
    sentences: tuple[Sentence, ...] = ()
    mentions: tuple[Mention, ...] = ()
    abbreviations: tuple[Abbreviation, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """The text behind one value: `quote` equals the section text from start to end."""

    field: str
    section: int
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of an evidence table. Units and rules: corpora/common/columns.csv.

    `field_confidence` gives the confidence of single columns, in the order of their names.
    """

    finding_id: str
    pmid: int
    level: str
    label: str | None = None
    attribution: str = "own"
    drug: str = ""
    regimen: str | None = None
    indication: str | None = None
    n_treated: int | None = None
    n_events: int | None = None
    incidence_percent: float | None = None
    incidence_ci_low: float | None = None
    incidence_ci_high: float | None = None
    event_definition: str | None = None
    definition_text: str | None = None
    age_years: float | None = None
    sex: str | None = None
    onset_days: float | None = None
    onset_low_days: float | None = None
    onset_high_days: float | None = None
    onset_statistic: str | None = None
    onset_anchor: str | None = None
    onset_class: str | None = None
    ctcae_grade: int | None = None
    ctcae_grade_high: int | None = None
    grade_basis: str | None = None
    severity_term: str | None = None
    anc_nadir: float | None = None
    anc_censored: str | None = None
    duration_days: float | None = None
    management: tuple[str, ...] = ()
    outcome: str | None = None
    rechallenge: str | None = None
    confidence: float | None = None
    flags: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = field(default=(), compare=True)
    field_confidence: tuple[tuple[str, float], ...] = ()


NO_COLUMNS = ("evidence", "field_confidence")
FINDING_COLUMNS: tuple[str, ...] = tuple(f.name for f in fields(Finding) if f.name not in NO_COLUMNS)
LIST_COLUMNS: frozenset[str] = frozenset({"management", "flags"})


@dataclass(frozen=True, slots=True)
class Rejected:
    """A candidate that was not used, and why. `kind` says what it might have been ("onset", "event", "drug", ...)."""

    section: int
    start: int
    end: int
    text: str
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class Extraction:
    """What was read from one article. `reason` says why no finding was reported, else None."""

    pmid: int
    study_type: str | None
    findings: tuple[Finding, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    reason: str | None = None
    flags: tuple[str, ...] = ()

    @property
    def relevant(self) -> bool:
        return bool(self.findings)


def to_json(record: Any) -> dict[str, Any]:
    """A record as plain JSON values; tuples become lists."""
    return asdict(record)


def article_from_json(data: dict[str, Any]) -> Article:
    return Article(
        **{
            **data,
            "sections": tuple(Section(**s) for s in data["sections"]),
            "authors": tuple(Author(**a) for a in data["authors"]),
            "related": tuple(Related(**r) for r in data["related"]),
            "other_abstracts": tuple(OtherAbstract(**o) for o in data["other_abstracts"]),
            **{name: tuple(data[name]) for name in ("publication_types", "mesh_headings", "keywords")},
        }
    )


def finding_from_json(data: dict[str, Any]) -> Finding:
    return Finding(
        **{
            **data,
            **{name: tuple(data.get(name, ())) for name in LIST_COLUMNS},
            "evidence": tuple(Evidence(**e) for e in data.get("evidence", ())),
            "field_confidence": tuple((name, value) for name, value in data.get("field_confidence", ())),
        }
    )


def extraction_from_json(data: dict[str, Any]) -> Extraction:
    return Extraction(
        **{
            **data,
            "findings": tuple(finding_from_json(f) for f in data["findings"]),
            "rejected": tuple(Rejected(**r) for r in data["rejected"]),
            "flags": tuple(data["flags"]),
        }
    )
