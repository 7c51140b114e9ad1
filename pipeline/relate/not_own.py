"""Articles that have no patients of their own: what they say of the event was seen by others, assumed, or is planned.

    "A Markov model ... neutropenia was assumed in 29%"                      model
    "participants will be randomised; outcomes include neutropenia"          protocol
    "three of 11 beagles had granulocytopenia"                               animal
    "we read with interest the report of a woman with neutropenia"           comment
    "this review describes ... neutropenia occurred in 38% of 154 patients"  review
    "erratum: the number with neutropenia should read 9"                     notice

The words are corpora/common/triggers/no_own_patients.csv, some of them only where the title has them. A comment or a
review with an account of its own ("we describe our patient", "a 64-year-old woman ...", a heading "Results") is an
article like any other, and so is a systematic review: what it pools is its own.
"""

from __future__ import annotations

import re

from pipeline.concepts.assertion import is_own_result, role_of
from pipeline.relate.context import Context

COLUMNS = ("trigger", "kind", "place", "source")
NOT_PATIENTS, ANIMAL = "not_patients", "animal"
# What such an article is, whatever else it says
_SETTLED = {"notice": NOT_PATIENTS, "model": NOT_PATIENTS, "protocol": NOT_PATIENTS, "animal": ANIMAL}
_COMPARISON = "comparison"
# "We would like to add our experience": a letter that goes on to tell a patient
_WE_ADD = re.compile(
    r"\b(?:we|us)\b[^.;]{0,60}\b(?:add|share|contribute|supplement)\b[^.;]{0,40}\b(?:experience|case|patient|observation)s?\b"
    r"|\bwe\b[^.;]{0,40}\b(?:similar|another|further|additional)\s(?:case|patient|observation)\b",
    re.IGNORECASE,
)
_OURS = re.compile(r"\bour\b", re.IGNORECASE)


def reason(ctx: Context) -> str | None:
    """The protocol's exclusion reason of an article without patients of its own; None where it may have some."""
    kinds = _kinds(ctx)
    for kind, of_kind in _SETTLED.items():
        if kind in kinds:
            return of_kind
    if "comment" in kinds or "Comment" in ctx.article.publication_types:
        return None if _has_account(ctx) else NOT_PATIENTS
    if ("review" in kinds or ctx.study_type == "review") and ctx.study_type != "systematic_review":
        return None if _has_account(ctx) or _tells_patient(ctx) or _has_results(ctx) else NOT_PATIENTS
    return None


def compares_only(ctx: Context) -> bool:
    """Whether an article sets the risks of others' studies against each other: no event of it is a group's."""
    return _COMPARISON in _kinds(ctx)


def _kinds(ctx: Context) -> frozenset[str]:
    found = set()
    for view in ctx.sentences:
        if role_of(view) == "conclusions":
            continue  # "a trial in which patients will receive", as an outlook
        for match in view.triggers("no_own_patients", COLUMNS):
            if match.row["place"] == "any" or view.section == 0:
                found.add(match.row["kind"])
    return frozenset(found)


def _has_account(ctx: Context) -> bool:
    """Whether the authors tell of their own patients: of one described, or of the event or its count."""
    added = any(view.section and _WE_ADD.search(view.text) for view in ctx.sentences) and _tells_patient(ctx)
    return added or any(
        view.section
        and (is_own_result(view) or _OURS.search(view.text))
        and (view.patients or view.labelled("event", "analyte"))
        for view in ctx.sentences
    )


def _tells_patient(ctx: Context) -> bool:
    return any(view.section and view.patients for view in ctx.sentences)


def _has_results(ctx: Context) -> bool:
    return any(role_of(view) == "results" for view in ctx.sentences)
