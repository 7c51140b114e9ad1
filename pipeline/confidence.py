"""How sure a finding and each of its values are: plain arithmetic over corpora/common/confidence.json.

    finding   the chance that a reader of the article reports the finding too: a logistic sum over its signs
    value     that chance times the share of such values that readers confirmed, "such" being the same column, level and
              place (the sentence of the event, or elsewhere), drawn towards the share of all values

The numbers are fitted by `make calibrate` (pipeline/evaluation/calibrate.py). A sign is read off the finished finding,
its quotes and its article, so that the same signs are known when the outcome is.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from math import exp
from pathlib import Path
from typing import NamedTuple

from pipeline.errors import PipelineError
from pipeline.files import read_text
from pipeline.language.sentences import sentence_spans
from pipeline.protocol import CORPORA
from pipeline.records import Evidence, Finding, Section, Sentence

FITTED = CORPORA / "common" / "confidence.json"
LEAST, MOST = 0.01, 0.99  # no finite number of texts makes sure
SAME, ELSEWHERE = "same sentence", "elsewhere"

SIGNS = {
    "group": "one cohort or arm, not one patient",
    "named_only": "a group without a number of patients or a percentage",
    "absent": "the event is said not to have occurred",
    "no_value": "a case without time, count, grade or severity",
    "no_description": "a case without age and sex",
    "later_episode": "a case's second or later episode",
    "case_elsewhere": "a case in another kind of study than a case report or series",
    "group_among_cases": "a group in a case report or series",
    "part_of_row": "a graded or febrile part of another group of the same drug",
    "many_rows": "one of four findings or more in its article",
    "later_row": "not the first finding of its article",
    "third_row": "the third finding of its article, or a later one",
    "few_quotes": "fewer than six values with a quote",
    "many_quotes": "ten values with a quote, or more",
    "large_share": "a stated incidence above 30 %",
    "randomised": "a finding of a randomised trial",
    "event_early": "the event is quoted from the title or the opening part of a structured abstract",
    "title_only": "the event is quoted from the title alone",
    "drug_elsewhere": "the drug is quoted from another section than the event",
    "denominator_elsewhere": "patients treated are quoted from another sentence than patients affected",
    "study_type_unknown": "the kind of study is not told",
    "flagged": "the finding carries a flag",
    "flagged_twice": "the finding carries two flags or more",
}
"""Every sign with what it means."""

EVENT_COLUMNS = frozenset(
    "event_definition severity_term ctcae_grade anc_nadir onset_days onset_low_days n_events incidence_percent".split()  # noqa: SIM905
)
CASE_VALUES = ("onset_days", "anc_nadir", "ctcae_grade", "severity_term")
CASE_STUDIES = frozenset({"case_report", "case_series"})
WHOLE, PART = frozenset({"any_grade", "late_onset"}), frozenset({"grade3plus", "grade4", "febrile"})
MANY = 4
FEW_QUOTES, MANY_QUOTES = 6, 10
LARGE_PERCENT = 30
_EPISODE = re.compile(r"\bepisode (\d+)")


class Cell(NamedTuple):
    """What a value is compared with: values of the same column, level and place."""

    column: str
    level: str
    place: str


class Counted(NamedTuple):
    """Of `n` values or findings, how many a reader confirmed."""

    right: int
    n: int


NEVER_COUNTED = Counted(0, 0)


@dataclass(frozen=True)
class Setting:
    """What the signs of a finding need beside it: where sentences start in each section, and the article's findings."""

    starts: tuple[tuple[int, ...], ...]
    study_type: str | None
    findings: tuple[Finding, ...]

    def sentence(self, evidence: Evidence) -> tuple[int, int]:
        """Section and number of the sentence in which a quote begins."""
        return evidence.section, bisect_right(self.starts[evidence.section], evidence.start)


@dataclass(frozen=True)
class Model:
    """The fitted numbers: log odds of a finding without signs, what each sign adds, and values counted by cell.

    `strength` says how many values' worth the share of all (`rate`) weighs beside a cell's own.
    """

    base: float
    weights: Mapping[str, float]
    rate: float = 0.5
    strength: float = 1.0
    cells: Mapping[Cell, Counted] = field(default_factory=dict)
    gold_sha256: str = ""
    source: str = ""

    def of_finding(self, found: Iterable[str]) -> float:
        """The chance that a finding with these signs is one."""
        odds = self.base + sum(self.weights.get(name, 0.0) for name in found)
        return 1 / (1 + exp(-odds)) if odds >= 0 else exp(odds) / (1 + exp(odds))

    def of_value(self, cell: Cell) -> float:
        """The chance that a value of this cell is right, given that its finding is one."""
        right, n = self.cells.get(cell, NEVER_COUNTED)
        return (right + self.strength * self.rate) / (n + self.strength)

    def knows(self, column: str) -> bool:
        """Whether values of this column were ever compared with a reader's."""
        return column in self._columns

    @cached_property
    def _columns(self) -> frozenset[str]:
        return frozenset(cell.column for cell in self.cells)


def setting(
    sections: Sequence[Section],
    study_type: str | None,
    findings: Iterable[Finding],
    sentences: Iterable[Sentence] | None = None,
) -> Setting:
    """The setting of an article's findings; without `sentences`, the sections that a finding quotes are cut here."""
    findings = tuple(findings)
    if sentences is not None:
        known: list[list[int]] = [[] for _ in sections]
        for sentence in sentences:
            known[sentence.section].append(sentence.start)
        return Setting(tuple(tuple(sorted(each)) for each in known), study_type, findings)
    quoted = {e.section for finding in findings for e in finding.evidence}
    starts = (
        tuple(start for start, _ in sentence_spans(section.text)) if number in quoted else ()
        for number, section in enumerate(sections)
    )
    return Setting(tuple(starts), study_type, findings)


def signs(finding: Finding, where: Setting) -> frozenset[str]:
    """The names of the signs that hold for a finding."""
    group = finding.level == "group"
    in_case_study = where.study_type in CASE_STUDIES
    numbered = finding.n_events is not None or finding.incidence_percent is not None
    event = [e for e in finding.evidence if e.field in EVENT_COLUMNS]
    drug = [e for e in finding.evidence if e.field == "drug"]
    episode = _EPISODE.search(finding.label or "")
    position = next((i for i, other in enumerate(where.findings) if other is finding), 0)
    quoted = len({e.field for e in finding.evidence})
    opening = 1 if len(where.starts) > 2 else 0
    holds = {
        "group": group,
        "named_only": group and not numbered,
        "absent": finding.n_events == 0,
        "no_value": not group and all(getattr(finding, name) is None for name in CASE_VALUES),
        "no_description": not group and finding.age_years is None and finding.sex is None,
        "later_episode": not group and episode is not None and int(episode[1]) > 1,
        "case_elsewhere": not group and not in_case_study,
        "group_among_cases": group and in_case_study,
        "part_of_row": group and _is_part(finding, where.findings),
        "many_rows": len(where.findings) >= MANY,
        "later_row": position >= 1,
        "third_row": position >= 2,
        "few_quotes": quoted < FEW_QUOTES,
        "many_quotes": quoted >= MANY_QUOTES,
        "large_share": (finding.incidence_percent or 0) > LARGE_PERCENT,
        "randomised": where.study_type == "rct",
        "event_early": bool(event) and min(e.section for e in event) <= opening,
        "title_only": bool(event) and all(e.section == 0 for e in event),
        "drug_elsewhere": not {e.section for e in drug} & {e.section for e in event},
        "denominator_elsewhere": _denominator_elsewhere(finding, where),
        "study_type_unknown": where.study_type is None,
        "flagged": bool(finding.flags),
        "flagged_twice": len(finding.flags) > 1,
    }
    return frozenset(name for name, held in holds.items() if held)


def _is_part(finding: Finding, findings: Iterable[Finding]) -> bool:
    return finding.event_definition in PART and any(
        other.event_definition in WHOLE and other.drug == finding.drug and other.level == "group" for other in findings
    )


def _denominator_elsewhere(finding: Finding, where: Setting) -> bool:
    treated = {where.sentence(e) for e in finding.evidence if e.field == "n_treated"}
    affected = {where.sentence(e) for e in finding.evidence if e.field in ("n_events", "incidence_percent")}
    return bool(treated and affected) and not treated & affected


def cells(finding: Finding, where: Setting) -> dict[str, Cell]:
    """The cell of each column that has a quote.

    The sentence of the event is the one with most of the event's own columns; the title only where no other has any.
    """
    quoted: dict[tuple[int, int], set[str]] = {}
    for evidence in finding.evidence:
        quoted.setdefault(where.sentence(evidence), set()).add(evidence.field)
    told = {at: len(columns & EVENT_COLUMNS) for at, columns in quoted.items() if columns & EVENT_COLUMNS}
    home = min(told, key=lambda at: (at[0] == 0, -told[at], at), default=None)
    beside = quoted.get(home, set()) if home is not None else set()
    columns = sorted({e.field for e in finding.evidence})
    return {name: Cell(name, finding.level, SAME if name in beside else ELSEWHERE) for name in columns}


def with_confidence(finding: Finding, where: Setting, model: Model) -> Finding:
    """The finding with its confidence, and that of each value that has a quote in a column ever compared."""
    sure = model.of_finding(signs(finding, where))
    values = {
        name: sure * model.of_value(cell)
        for name, cell in cells(finding, where).items()
        if model.knows(name) and getattr(finding, name) not in (None, ())
    }
    stated = tuple((name, printed(value)) for name, value in values.items())
    return replace(finding, confidence=printed(sure), field_confidence=stated)


def printed(chance: float) -> float:
    """A chance with two decimals, never 0 and never 1."""
    return min(max(round(chance, 2), LEAST), MOST)


@cache
def fitted(path: Path = FITTED) -> Model:
    """The model of a confidence file, read once a process."""
    try:
        stored = json.loads(read_text(path))
        findings, values = stored["findings"], stored["values"]
        return Model(
            base=float(findings["base"]),
            weights={row["sign"]: float(row["weight"]) for row in findings["signs"]},
            rate=float(values["rate"]),
            strength=float(values["strength"]),
            cells={
                Cell(row["column"], row["level"], row["place"]): Counted(row["right"], row["n"])
                for row in values["cells"]
            },
            gold_sha256=stored["gold_sha256"],
            source=stored["source"],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise PipelineError(f"{path} is no confidence file ({error}); write it again with `make calibrate`") from error
