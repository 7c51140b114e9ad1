"""From an annotated article to its findings: the entry point of the rules.

Case rows come from case_rows, group rows from group_rows; here they are put together, checked against the
text, given their ids and confidences. Where nothing was found, the reason is one of the protocol's exclusion reasons.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from pipeline.confidence import fitted, setting, with_confidence
from pipeline.protocol import Protocol
from pipeline.records import AnnotatedArticle, Evidence, Extraction, Finding, Rejected
from pipeline.relate import not_own
from pipeline.relate.case_rows import case_findings
from pipeline.relate.context import Context
from pipeline.relate.group_rows import group_findings

LONG_TEXT = 40_000  # characters of one section; longer texts are not abstracts

_BY_WEIGHT = ("before_treatment", "other_cause", "not_separate", "criterion_only", "background_only")

# Facts that only the account of a single patient has
CASE_FACTS = frozenset({"age_years", "onset_days", "anc_nadir", "ctcae_grade"})
NEAR = 30  # characters

# What the status of the rejected event mentions says about the article as a whole
_REASON_OF_STATUS = {
    "treated": "before_treatment",
    "historical": "before_treatment",
    "other_cause": "other_cause",
    "defined": "background_only",
    "background": "background_only",
    "aim": "background_only",
    "hypothetical": "background_only",
    "advised": "background_only",
    "association": "background_only",
    "covariate": "background_only",
    "criterion": "criterion_only",
    "other_drug": "not_separate",
    "pooled": "not_separate",
}


def relate(annotated: AnnotatedArticle, protocol: Protocol) -> Extraction:
    """The findings of an article, or the reason why there are none."""
    context = Context(annotated, protocol)
    try:
        return _related(context)
    finally:
        context.forget()


def _related(context: Context) -> Extraction:
    article = context.article
    flags = _text_flags(context)
    if not any(section.text.strip() for section in article.sections):
        return Extraction(article.pmid, None, reason="no_text", flags=flags)
    kinds = context.mention_labels
    if not kinds & {"drug", "regimen"}:
        return Extraction(article.pmid, context.study_type, reason="no_drug", flags=flags)
    if "event" not in kinds and not _has_low_count(context):
        return Extraction(article.pmid, context.study_type, reason=_without_event(context), flags=flags)
    if (without_own := not_own.reason(context)) is not None:
        return Extraction(article.pmid, context.study_type, reason=without_own, flags=flags)
    cases, rejected_cases = case_findings(context)
    groups, rejected_groups = group_findings(context)
    of_patients = context.study_type in ("case_report", "case_series")
    if not cases and of_patients and any(r.reason in ("other_cause", "treated") for r in rejected_cases):
        # the event told is another drug's, or was there first: a row without a number would be read from that account
        groups = [g for g in groups if g.n_events is not None or g.incidence_percent is not None]
    labelled = _labelled_patients(context) if cases else set()
    if len(labelled) > 1 and any(r.kind == "event" and r.reason == "other_cause" for r in rejected_cases):
        # "four cases in three patients", one of them under another drug: a total of all causes
        groups = [g for g in groups if max(g.n_events or 0, g.n_treated or 0) > len(labelled) + 2]
    findings = _merged(cases, groups, len(labelled) if len(cases) > 1 else 0)
    rejected = _distinct([*rejected_cases, *rejected_groups])
    checked = [_checked(finding, context) for finding in findings]
    where = setting(context.sections, context.study_type, checked, context.annotated.sentences)
    finished = tuple(with_confidence(finding, where, fitted()) for finding in checked)
    return Extraction(
        article.pmid,
        context.study_type,
        finished,
        rejected,
        None if finished else _reason(rejected),
        flags,
    )


def _labelled_patients(context: Context) -> set[int]:
    """The numbers of the patients that the text numbers: "Case 1", "the second patient"."""
    return {label.number for view in context.sentences for label in view.labels if label.kind == "patient"}


def finding_id(finding: Finding) -> str:
    """A short hash of what the finding is: article, drug, label and quotes; never its place in the table."""
    return _id_of(finding, finding.evidence)


def _id_of(finding: Finding, evidence: Sequence[Evidence]) -> str:
    quotes = sorted({(e.field, e.quote) for e in evidence})
    parts = [str(finding.pmid), finding.level, finding.drug, finding.label or "", repr(quotes)]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12]


def _merged(cases: Sequence[Finding], groups: Sequence[Finding], told_patients: int = 0) -> list[Finding]:
    """Cases before groups, each in reading order.

    A group row that only counts the patients of the case rows, or was read in the account of a patient, is left out.
    """
    if not cases:
        return list(groups)
    patients = max(len({(f.label or "").split(",")[0] for f in cases}), told_patients)
    whose: dict[tuple[int, int, int], set[str]] = {}
    for f in cases:
        for e in f.evidence:
            if e.field in CASE_FACTS:
                whose.setdefault((e.section, e.start, e.end), set()).add((f.label or "").split(",")[0])
    told = {span for span, of in whose.items() if len(of) == 1}  # a list of all patients may be that of the group
    return [*cases, *(g for g in groups if _is_more(g, patients) and not _retold(g, told))]


def _is_more(group: Finding, patients: int) -> bool:
    """Whether a group row is about more people than the case rows: events counted, or a share of a larger group."""
    if group.n_events is not None:
        return max(group.n_events, group.n_treated or 0) > patients
    return group.incidence_percent is not None and (group.n_treated or 0) > patients


def _retold(group: Finding, told: set[tuple[int, int, int]]) -> bool:
    """Whether the group's events are counted within a few words of a fact of a patient."""
    counted = [e for e in group.evidence if e.field in ("n_events", "n_treated", "onset_days")]
    return any(
        e.section == section and e.start <= end + NEAR and start <= e.end + NEAR
        for e in counted
        for section, start, end in told
    )


def _checked(finding: Finding, context: Context) -> Finding:
    """The finding with its id and with evidence that is checked against the text."""
    evidence = tuple(sorted({e for e in finding.evidence if _quotes(e, context)}, key=_evidence_order))
    return replace(finding, evidence=evidence, finding_id=_id_of(finding, evidence))


def _quotes(evidence: Evidence, context: Context) -> bool:
    text = context.sections[evidence.section].text
    return 0 <= evidence.start < evidence.end <= len(text) and text[evidence.start : evidence.end] == evidence.quote


def _evidence_order(evidence: Evidence) -> tuple[str, int, int, int]:
    return evidence.field, evidence.section, evidence.start, evidence.end


def _distinct(rejected: Sequence[Rejected]) -> tuple[Rejected, ...]:
    return tuple(sorted(set(rejected), key=lambda r: (r.section, r.start, r.end, r.kind, r.reason)))


def _reason(rejected: Sequence[Rejected]) -> str:
    """Why an article with drug and event has no finding: the most telling reason among its event mentions.

    Background stands beside every account; that the drug treats the event, or that it has another cause, does not.
    """
    found = {_REASON_OF_STATUS.get(r.reason) for r in rejected if r.kind == "event"}
    return next((reason for reason in _BY_WEIGHT if reason in found), "no_finding")


def _without_event(context: Context) -> str:
    return "other_cytopenia_only" if "other_cytopenia" in context.mention_labels else "no_event"


def _has_low_count(context: Context) -> bool:
    """Whether a count of the review's cells is given, so that the event may be told by its number alone."""
    return any(m.label == "analyte" and m.concept == context.analyte for m in context.annotated.mentions)


def _text_flags(context: Context) -> tuple[str, ...]:
    article = context.article
    flags = []
    if not article.has_abstract:
        flags.append("no_abstract")
    if article.language and article.language not in context.protocol.config.get("languages", [article.language]):
        flags.append("other_language")
    if any(len(section.text) > LONG_TEXT for section in article.sections):
        flags.append("long_text")
    if any("\ufffd" in section.text for section in article.sections):
        flags.append("broken_characters")
    return tuple(flags)
