"""Compares what was extracted with what a reader found, article by article and value by value.

Vocabulary
    row         one finding, predicted or gold
    pair        a predicted and a gold row of one article that are taken for the same finding
    right       both rows have the value and agree; wrong: both have one and differ
    extra       only the predicted row has a value; missed: only the gold row has one
Precision is right / (right + wrong + extra), recall right / (right + wrong + missed): a wrong value harms both.

Rows are paired greedily, most agreeing fields first, and only where the drug is the same (the class concept matches
any). Unpaired gold rows are missed, unpaired predicted rows extra. Field scores are given twice: over the pairs alone,
and over all rows, where every value of an unpaired row is missed or extra too. The second is the stricter one.
A gold row that lacks a column altogether says nothing about it; the column is not scored there.
`regimen` is free text and scored apart, loosely: the same partner substances by the vocabulary, else the same words.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline import confidence
from pipeline.errors import PipelineError
from pipeline.evaluation.calibrate import Judged, JudgedValue, calibration, summary
from pipeline.evaluation.evaluation_page import HEADLINES, render_page
from pipeline.evaluation.gold import article_of, read_gold, stored_text
from pipeline.files import atomic_write, read_jsonl, read_text, sha256_of_file, write_json, write_jsonl
from pipeline.protocol import Protocol, Term
from pipeline.records import Article, Extraction, Finding, extraction_from_json, to_json

if TYPE_CHECKING:
    from spacy.language import Language

INTEGERS = ("n_treated", "n_events", "ctcae_grade", "ctcae_grade_high")
PERCENTAGES = ("incidence_percent", "incidence_ci_low", "incidence_ci_high")
DAYS = ("onset_days", "onset_low_days", "onset_high_days", "duration_days")
WORDS = (
    "drug",
    "event_definition",
    "sex",
    "onset_statistic",
    "onset_anchor",
    "grade_basis",
    "severity_term",
    "outcome",
    "rechallenge",
)
FIELDS = (*INTEGERS, *PERCENTAGES, *DAYS, *WORDS, "indication", "age_years", "anc_nadir", "management")
"""The columns that count as "all fields"."""
CORE_FIELDS = (
    "drug",
    "onset_days",
    "onset_low_days",
    "onset_high_days",
    "ctcae_grade",
    "ctcae_grade_high",
    "anc_nadir",
    "severity_term",
    "n_treated",
    "n_events",
    "incidence_percent",
)
APART = ("regimen", "attribution", "onset_class", "anc_censored")
"""Columns that are reported but count in no total."""
NOT_SCORED_IN_CASES = frozenset({"n_treated", "n_events"})

RELATIVE_DAYS, ABSOLUTE_DAYS = 0.06, 1.0
TOLERANCE = {"anc_nadir": 0.011, "age_years": 0.6, **dict.fromkeys(PERCENTAGES, 0.11)}
ROUNDING = 1e-9  # 12.3 - 12.19 is a little more than 0.11 in binary

KINDS = ("right", "wrong", "extra", "missed")
RESAMPLES, SEED = 1000, 20_080_528
SENTENCE_END = re.compile(r"(?<=[.!?;])\s+(?=[A-Z0-9(])")
EMPTY: tuple[Any, ...] = (None, "", (), [])

Agrees = Callable[[str, Any, Any], bool]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one value, or of one whole row (`field` is "finding") or article ("article")."""

    pmid: int
    field: str
    kind: str
    paired: bool
    gold: Any = None
    predicted: Any = None
    label: str | None = None
    sentence: str | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of values with the ratios made from them; a ratio without a denominator is None."""

    right: int
    wrong: int
    extra: int
    missed: int
    precision: float | None
    recall: float | None
    f1: float | None
    interval: dict[str, tuple[float, float] | None] | None = None


def normalised(text: str) -> str:
    """A name with case, accents, hyphens, possessives, digraphs and plural ends levelled, for comparison only."""

    def singular(word: str) -> str:
        return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "is", "us")) else word

    flat = unicodedata.normalize("NFKD", text).casefold().replace("æ", "e").replace("œ", "e")
    flat = "".join(c for c in flat if not unicodedata.combining(c))
    flat = re.sub(r"['’]s\b", "", flat).replace("ae", "e").replace("oe", "e")
    return " ".join(singular(word) for word in re.findall(r"[a-z0-9]+", flat))


def concepts_by_name(terms: Iterable[Term], kinds: frozenset[str]) -> dict[str, str]:
    """Normalised name -> concept, of the vocabulary kinds asked for."""
    names: dict[str, str] = {}
    for term in terms:
        if term.kind in kinds:
            for name in (term.term, term.preferred_name, term.concept):
                names.setdefault(normalised(name), term.concept)
    return names


def named_in(text: str, names: dict[str, str]) -> frozenset[str]:
    """The concepts that a text names, the longest name first."""
    words = normalised(text).split()
    longest = max((name.count(" ") + 1 for name in names), default=1)
    found, position = set(), 0
    while position < len(words):
        for size in range(min(longest, len(words) - position), 0, -1):
            concept = names.get(" ".join(words[position : position + size]))
            if concept is not None:
                found.add(concept)
                position += size - 1
                break
        position += 1
    return frozenset(found)


def partners_in(text: str, names: dict[str, str], protocol: Protocol) -> frozenset[str]:
    """What a regimen adds to the review's drug: substances, named regimens taken apart; else the text's words."""
    named = named_in(text, names)
    regimens = [protocol.regimens[concept] for concept in named if concept in protocol.regimens]
    lists = [part for regimen in regimens for part in re.split(r",|\band\b", regimen.partners or "")]
    inside = {substance for part in lists for substance in named_in(part, names)}
    own = {term.concept for term in protocol.terms if term.kind == "drug"}
    return frozenset((named | inside) - own - protocol.regimens.keys()) or frozenset(normalised(text).split())


def value_agrees(field: str, gold: Any, predicted: Any) -> bool:
    """Whether two values of a column count as the same; both are given."""
    if field in DAYS:
        return bool(abs(predicted - gold) <= max(RELATIVE_DAYS * abs(gold), ABSOLUTE_DAYS) + ROUNDING)
    if field in TOLERANCE:
        return bool(abs(predicted - gold) <= TOLERANCE[field] + ROUNDING)
    if field in INTEGERS:
        return bool(gold == predicted)
    return normalised(str(gold)) == normalised(str(predicted))


def vocabulary_agrees(protocol: Protocol) -> Agrees:
    """`value_agrees`, with conditions and regimens compared by what the review's vocabulary calls them."""
    conditions = concepts_by_name(protocol.terms, frozenset({"indication"}))
    drugs = concepts_by_name(protocol.terms, frozenset({"drug", "regimen", "co_medication"}))

    def condition(name: str) -> str:
        return conditions.get(normalised(name), normalised(name))

    def agrees(field: str, gold: Any, predicted: Any) -> bool:
        if field == "indication":
            return condition(gold) == condition(predicted)
        if field == "regimen":
            return partners_in(gold, drugs, protocol) == partners_in(predicted, drugs, protocol)
        return value_agrees(field, gold, predicted)

    return agrees


def scored_fields(gold: dict[str, Any] | None, predicted: Finding | None) -> Iterator[str]:
    """The columns that count for a pair, or for a row that has no partner."""
    level = gold["level"] if gold is not None else predicted.level if predicted is not None else None
    for field in (*FIELDS, *APART):
        if gold is not None and field not in gold:
            continue
        if gold is None and field in APART:
            continue
        if level == "case" and field in NOT_SCORED_IN_CASES:
            continue
        yield field


def compare_field(field: str, gold: Any, predicted: Any, agrees: Agrees) -> list[tuple[str, Any, Any]]:
    """What becomes of a column of a pair: (kind, gold value, predicted value), one a value, a list item by item."""
    if field == "management":
        ours, theirs = set(predicted or ()), set(gold or ())
        return [
            *(("right", item, item) for item in sorted(ours & theirs)),
            *(("extra", None, item) for item in sorted(ours - theirs)),
            *(("missed", item, None) for item in sorted(theirs - ours)),
        ]
    if gold in EMPTY and predicted in EMPTY:
        return []
    if gold in EMPTY:
        return [("extra", None, predicted)]
    if predicted in EMPTY:
        return [("missed", gold, None)]
    return [("right" if agrees(field, gold, predicted) else "wrong", gold, predicted)]


def pair_rows(
    gold: Sequence[dict[str, Any]], predicted: Sequence[Finding], agrees: Agrees, drug_class: str
) -> list[tuple[int, int]]:
    """Index pairs (gold, predicted) of one article, greedily by agreeing fields; ties by level, then by order."""
    ranked = []
    for g, row in enumerate(gold):
        for p, finding in enumerate(predicted):
            if row["drug"] != finding.drug and drug_class not in (row["drug"], finding.drug):
                continue
            agreeing = sum(
                kind == "right"
                for field in scored_fields(row, finding)
                if field not in APART
                for kind, _, _ in compare_field(field, row[field], getattr(finding, field), agrees)
            )
            ranked.append((-agreeing, row["level"] != finding.level, g, p))
    pairs: list[tuple[int, int]] = []
    for _, _, g, p in sorted(ranked):
        if all(g != taken_g and p != taken_p for taken_g, taken_p in pairs):
            pairs.append((g, p))
    return sorted(pairs)


def sentence_around(text: str, start: int, end: int) -> str:
    """The sentence or sentences of `text` that the span from start to end touches."""
    cuts = [0, *(match.end() for match in SENTENCE_END.finditer(text)), len(text)]
    first = max(cut for cut in cuts if cut <= start)
    last = min((cut for cut in cuts if cut >= end), default=len(text))
    return text[first:last].strip()


def gold_sentence(article: Article, row: dict[str, Any], field: str) -> str | None:
    """Where the gold row says the field stands; for a whole row, where its figures or its event stand."""
    quotes = row.get("evidence") or {}
    order = (field, "n_events", "incidence_percent", "event_definition", "ctcae_grade", "onset_days", *quotes)
    for quote in (stored_text(quotes[name]) for name in order if quotes.get(name)):
        for section in article.sections[1:] + article.sections[:1]:
            start = section.text.find(quote)
            if start >= 0:
                return sentence_around(section.text, start, start + len(quote))
    return None


def predicted_sentence(article: Article, finding: Finding, field: str) -> str | None:
    """Where the prediction says that it read the field, else anything of the row."""
    spans = sorted(finding.evidence, key=lambda e: (e.field != field, e.field == "drug", e.section, e.start))
    for span in spans:
        if span.section < len(article.sections):
            return sentence_around(article.sections[span.section].text, span.start, span.end)
    return None


def compare_article(
    record: dict[str, Any], extraction: Extraction | None, agrees: Agrees, drug_class: str
) -> list[Outcome]:
    """The outcome of every value of an article. An extraction of None is one without findings."""
    article, pmid = article_of(record), record["pmid"]
    gold: list[dict[str, Any]] = record["gold"]["findings"]
    predicted = extraction.findings if extraction else ()
    relevant, found = bool(record["gold"]["relevant"]), bool(predicted)
    kind = {(True, True): "right", (True, False): "missed", (False, True): "extra"}.get((relevant, found))
    outcomes = [Outcome(pmid, "article", kind, True, relevant, found)] if kind else []
    study_type = record["gold"].get("study_type")
    for kind, ours, theirs in compare_field(
        "study_type", study_type, extraction.study_type if extraction else None, agrees
    ):
        outcomes.append(Outcome(pmid, "study_type", kind, True, ours, theirs))

    pairs = pair_rows(gold, predicted, agrees, drug_class)
    partner, paired = dict(pairs), {p for _, p in pairs}
    for g, row in enumerate(gold):
        finding = predicted[partner[g]] if g in partner else None
        note = partial(Outcome, pmid, paired=finding is not None, label=row.get("label"))
        summary = None if finding else _summary(row)
        outcomes.append(
            note("finding", "right" if finding else "missed", gold=summary, sentence=gold_sentence(article, row, ""))
        )
        for field in scored_fields(row, finding):
            ours = getattr(finding, field) if finding else None
            for kind, in_gold, in_predicted in compare_field(field, row[field], ours, agrees):
                sentence = gold_sentence(article, row, field) if in_gold not in EMPTY else None
                if finding and sentence is None:
                    sentence = predicted_sentence(article, finding, field)
                outcomes.append(note(field, kind, gold=in_gold, predicted=in_predicted, sentence=sentence))
    for p, finding in enumerate(predicted):
        if p in paired:
            continue
        note = partial(Outcome, pmid, kind="extra", paired=False, label=finding.label)
        sentence = predicted_sentence(article, finding, "n_events")
        outcomes.append(note("finding", predicted=_summary(asdict(finding)), sentence=sentence))
        for field in scored_fields(None, finding):
            for _, _, value in compare_field(field, None, getattr(finding, field), agrees):
                outcomes.append(note(field, predicted=value, sentence=predicted_sentence(article, finding, field)))
    return outcomes


def judge(record: dict[str, Any], extraction: Extraction, agrees: Agrees, drug_class: str) -> list[Judged]:
    """Each finding of an article with its signs and what became of it, and of each of its values that has a quote."""
    gold, predicted = record["gold"]["findings"], extraction.findings
    partner = {p: gold[g] for g, p in pair_rows(gold, predicted, agrees, drug_class)}
    where = confidence.setting(article_of(record).sections, extraction.study_type, predicted)
    judged = []
    for p, finding in enumerate(predicted):
        cells, stated = confidence.cells(finding, where), dict(finding.field_confidence)
        row = partner.get(p)
        values = [
            JudgedValue(cells[field], kind == "right", stated.get(field))
            for field in scored_fields(row, finding)
            if field in cells
            for kind, _, _ in compare_field(field, row[field] if row else None, getattr(finding, field), agrees)
            if kind != "missed"
        ]
        signs = confidence.signs(finding, where)
        judged.append(Judged(record["pmid"], signs, row is not None, tuple(values), finding.confidence))
    return judged


def _summary(row: dict[str, Any]) -> str:
    """The scored values of a row on one line."""
    shown = {f: row.get(f) for f in ("level", *CORE_FIELDS, "event_definition", "indication")}
    return ", ".join(f"{name} {value}" for name, value in shown.items() if value not in EMPTY)


def ratios(right: Any, wrong: Any, extra: Any, missed: Any) -> tuple[Any, Any, Any]:
    """Precision, recall and F1 of counts (numbers or arrays); NaN where there is nothing to divide by."""
    with np.errstate(invalid="ignore", divide="ignore"):
        right = np.asarray(right, dtype=float)
        precision = right / (right + wrong + extra)
        recall = right / (right + wrong + missed)
        return precision, recall, 2 * right / (2 * right + 2 * wrong + extra + missed)


def _interval(values: Any) -> tuple[float, float] | None:
    if np.isnan(values).all():
        return None
    low, high = np.nanpercentile(values, (2.5, 97.5))
    return round(float(low), 4), round(float(high), 4)


def scores_of(articles: Sequence[Sequence[Outcome]], members: dict[str, Callable[[Outcome], bool]]) -> dict[str, Score]:
    """A Score for each named group of outcomes, with 95 % bootstrap intervals over articles (percentiles, seeded)."""
    weights = np.random.default_rng(SEED).multinomial(
        len(articles), np.full(len(articles), 1 / max(len(articles), 1)), size=RESAMPLES if articles else 0
    )
    scores = {}
    for name, belongs in members.items():
        tallies = [Counter(o.kind for o in outcomes if belongs(o)) for outcomes in articles]
        counts = np.array([[tally[kind] for kind in KINDS] for tally in tallies], dtype=int).reshape(-1, len(KINDS))
        right, wrong, extra, missed = (int(n) for n in counts.sum(axis=0))
        precision, recall, f1 = (
            None if np.isnan(x) else round(float(x), 4) for x in ratios(right, wrong, extra, missed)
        )
        resampled = ratios(*(weights @ counts).T) if articles else ()
        interval = {
            ratio: _interval(values) for ratio, values in zip(("precision", "recall", "f1"), resampled, strict=False)
        }
        scores[name] = Score(right, wrong, extra, missed, precision, recall, f1, interval)
    return scores


def groups() -> dict[str, Callable[[Outcome], bool]]:
    """What gets a score: articles, findings, totals of fields, each field; "... in pairs" leaves unpaired rows out."""
    totals = {"all fields": FIELDS, "core fields": CORE_FIELDS}
    singles = {field: (field,) for field in (*FIELDS, *APART)}
    members: dict[str, Callable[[Outcome], bool]] = {
        "articles": lambda o: o.field == "article",
        "findings": lambda o: o.field == "finding",
        "study_type": lambda o: o.field == "study_type",
    }
    for name, columns in {**totals, **singles}.items():
        members[name] = lambda o, columns=columns: o.field in columns  # type: ignore[misc]
        members[f"{name} in pairs"] = lambda o, columns=columns: o.paired and o.field in columns  # type: ignore[misc]
    return members


def score(gold: Sequence[dict[str, Any]], extractions: Iterable[Extraction], protocol: Protocol) -> dict[str, Any]:
    """The whole comparison as plain values: counts, scores, and every value that is not right."""
    by_pmid = {extraction.pmid: extraction for extraction in extractions}
    agrees = vocabulary_agrees(protocol)
    articles = [compare_article(r, by_pmid.get(r["pmid"]), agrees, protocol.drug_class) for r in gold]
    misses = [asdict(o) for outcomes in articles for o in outcomes if o.kind != "right"]
    return {
        "articles": len(gold),
        "not_extracted": sorted(r["pmid"] for r in gold if r["pmid"] not in by_pmid),
        "scores": {name: asdict(value) for name, value in scores_of(articles, groups()).items()},
        "misses": [{k: v for k, v in miss.items() if v is not None} for miss in misses],
    }


def compared_with(previous: dict[str, Any] | None, result: dict[str, Any]) -> dict[str, Any] | None:
    """How a result differs from the evaluation before it: F1 before and after, misses gone and new.

    A repeated evaluation keeps the comparison it already had, so that it writes the same bytes.
    """
    if previous is None:
        return None
    if all(previous.get(key) == result[key] for key in result):
        return previous.get("comparison")
    before, after = previous["scores"], result["scores"]

    def key(miss: dict[str, Any]) -> tuple[str, ...]:
        return tuple(str(miss.get(part)) for part in ("pmid", "label", "field", "kind", "gold", "predicted"))

    old, new = ({key(m): m for m in r["misses"]} for r in (previous, result))
    return {
        "f1": {
            name: [before[name]["f1"], value["f1"]]
            for name, value in after.items()
            if name in before and before[name]["f1"] != value["f1"]
        },
        "put_right": [old[k] for k in sorted(old.keys() - new.keys())],
        "new": [new[k] for k in sorted(new.keys() - old.keys())],
    }


def evaluate(gold_path: Path, findings_jsonl: Path, protocol: Protocol, out: Path) -> dict[str, Any]:
    """Score `findings_jsonl` against a gold file; write evaluation.json and .html to `out`; return the result.

    An evaluation.json that is already there is what the new one is compared with.
    """
    gold, extractions = read_gold(gold_path), list(extractions_of(read_jsonl(findings_jsonl)))
    report = out / "evaluation.json"
    previous = json.loads(read_text(report)) if report.is_file() else None
    found, agrees = {extraction.pmid: extraction for extraction in extractions}, vocabulary_agrees(protocol)
    judged = [
        finding
        for record in gold
        if record["pmid"] in found
        for finding in judge(record, found[record["pmid"]], agrees, protocol.drug_class)
    ]
    scored = score(gold, extractions, protocol)
    scored["calibration"] = calibration(judged, sha256_of_file(gold_path), confidence.fitted())
    # through JSON, so that a stored result and a fresh one compare equal
    result: dict[str, Any] = json.loads(json.dumps(scored))
    result["comparison"] = compared_with(previous, result)
    write_json(report, result)
    with atomic_write(out / "evaluation.html") as stream:
        stream.write(render_page(result, protocol.title))
    return result


def extractions_of(lines: Iterable[dict[str, Any]]) -> Iterator[Extraction]:
    """The extractions of findings.jsonl; what the file adds to them is left out."""
    columns = [column.name for column in fields(Extraction)]
    return (extraction_from_json({c: line[c] for c in columns}) for line in lines)


def read_afresh(gold_path: Path, protocol: Protocol, findings_jsonl: Path, nlp: Language | None = None) -> None:
    """Read the texts of a gold file and write what is found in them."""
    from pipeline.language.nlp import annotate, build_nlp
    from pipeline.relate import relate

    annotated = annotate(nlp or build_nlp(protocol), (article_of(record) for record in read_gold(gold_path)))
    write_jsonl(findings_jsonl, (to_json(relate(article, protocol)) for article in annotated))


def run(out: Path, protocol: Protocol, data: Path | None = None) -> str:
    """Read the review's gold texts afresh and score what is found in them; the headline scores are returned as text.

    Writes `out`/evaluation/<gold file>/: findings.jsonl, evaluation.json, evaluation.html. With `data`, the folder of
    public corpora, also `out`/evaluation/corpora.json (see pipeline/evaluation/evaluate_corpora.py).
    """
    from pipeline.language.nlp import build_nlp

    nlp = build_nlp(protocol)
    lines = []
    for gold_path in sorted((protocol.folder / "gold").glob("*.jsonl")):
        folder = out / "evaluation" / gold_path.stem
        read_afresh(gold_path, protocol, folder / "findings.jsonl", nlp)
        result = evaluate(gold_path, folder / "findings.jsonl", protocol, folder)
        lines += [
            f"{gold_path.name}: {result['articles']} articles",
            *headlines(result),
            *confidence_lines(result["calibration"]),
            f"  {folder / 'evaluation.html'}",
        ]
    if not lines:
        raise PipelineError(f"{protocol.folder / 'gold'}: no gold file (*.jsonl); there is nothing to evaluate")
    if data is not None:
        from pipeline.bench import language as bench_nlp
        from pipeline.evaluation import evaluate_corpora, evaluate_ner

        lines += evaluate_corpora.run(out / "evaluation", protocol, data)
        report = evaluate_ner.evaluate_ner(nlp, protocol, data) | {"speed": bench_nlp.report(protocol, data=data)}
        write_json(out / "evaluation" / "ner.json", report)
        lines += evaluate_ner.headlines(report)
    return "\n".join(lines)


def headlines(result: dict[str, Any]) -> list[str]:
    """The scores that come first, a line each."""
    scores = result["scores"]
    return [
        f"  {name:20} P {scores[name]['precision']} R {scores[name]['recall']} F1 {scores[name]['f1']}"
        for name in HEADLINES
    ]


def confidence_lines(reliable: dict[str, Any]) -> list[str]:
    """What the confidences are worth on this gold, in short."""
    how = "cross-validated" if reliable["cross_validated"] else "as stated"
    return [f"  confidence, {how}:", *(f"  {line}" for line in summary(reliable))]
