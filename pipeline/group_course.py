"""Onset, nadir, duration, management, outcome and re-exposure of group rows.

A time or count belongs to a row of its own sentence; where the article is about the event, what other sentences say
belongs to the row of the event as a whole. "All recovered" is an outcome, "three recovered" is none; any recurrence
after re-exposure is one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.concepts import assertion
from pipeline.concepts.timing import Interval
from pipeline.group_article import GroupArticle
from pipeline.relation_context import SentenceView

if TYPE_CHECKING:
    from pipeline.relate_groups import Row

_ALL = re.compile(r"\b(?:all|both|each|every|everyone|everybody|neutrophils|counts|median)\b", re.IGNORECASE)
_LATE_DAYS = 28
# What is said of a group's course as a rule, not of single persons in it
_MANAGEMENT = frozenset({"gcsf", "antibiotics", "hospitalisation", "ivig", "corticosteroids"})


def complete(article: GroupArticle, rows: Sequence[Row]) -> None:
    """Give the rows what the sentences say of the course."""
    if not rows:
        return
    first = min(row.view.index for row in rows)
    for view in article.ctx.sentences:
        if view.section == 0 or article.is_background(view):
            continue
        own = [row for row in rows if row.view.index == view.index and not row.is_absent]
        if not own and view.index < first:
            continue
        whole = _whole(rows)
        _onset(view, article, own, whole)
        targets = own or (whole if article.focused or article.events(view) else [])
        _nadir(view, article, targets)
        if targets and (article.focused or own):
            _course(view, article, _of_sentence(article, view, targets, whole))
    for row in rows:
        _onset_class(article, row)


def _whole(rows: Sequence[Row]) -> list[Row]:
    """The row of the event as a whole, where there is just one arm."""
    candidates = [r for r in rows if r.is_primary and r.subgroup is None and not r.is_absent]
    candidates = candidates or [r for r in rows if r.subgroup is None and not r.is_absent]
    return candidates[:1] if len({r.key[1] for r in candidates}) == 1 else []


def _of_sentence(article: GroupArticle, view: SentenceView, targets: list[Row], whole: list[Row]) -> list[Row]:
    """Management in a sentence on a febrile part of the event is the whole event's, where the article is about that."""
    if article.focused and whole and targets[0].definition == "febrile" and whole[0].definition == "late_onset":
        return whole
    return targets


def _onset(view: SentenceView, article: GroupArticle, own: list[Row], whole: list[Row]) -> None:
    intervals = [i for i in view.intervals if _is_onset(i, view, bool(own))]
    if not intervals:
        return
    primary = [r for r in own if r.is_primary]
    targets = primary or (own if not whole else whole if (article.focused or article.events(view)) else [])
    for row, interval in _assigned(targets, intervals):
        if any(row.values.get(name) is not None for name in ("onset_days", "onset_low_days", "onset_high_days")):
            continue
        exact = interval.statistic in (None, "exact") and interval.days is not None
        if exact and row.values.get("n_events") != 1:
            continue
        row.set("onset_days", interval.days, view, interval.start, interval.end)
        row.set("onset_low_days", interval.low_days, view, interval.start, interval.end)
        row.set("onset_high_days", interval.high_days, view, interval.start, interval.end)
        row.set("onset_statistic", interval.statistic, view, interval.start, interval.end)
        start, end = interval.start, interval.end
        if interval.anchor_start >= 0:
            start, end = interval.anchor_start, interval.anchor_end
        row.set("onset_anchor", interval.anchor or "unspecified", view, start, end)


def _assigned(targets: Sequence[Row], intervals: Sequence[Interval]) -> list[tuple[Row, Interval]]:
    """One interval for one row; several for several rows of the sentence by their order."""
    if len(targets) > 1 and len(targets) == len(intervals):
        return list(zip(targets, intervals, strict=True))
    return [(targets[0], interval) for interval in intervals] if targets else []


def _is_onset(interval: Interval, view: SentenceView, own: bool) -> bool:
    if interval.days is None and interval.low_days is None and interval.high_days is None:
        return False
    if interval.role == "onset":
        return True
    # a median time right after the event's own count, without a word that says of what
    return own and interval.role in ("unknown", "later") and interval.statistic in ("median", "mean", "range") and bool(
        re.search(r"\b(?:after|at)\s(?:an?\s)?(?:median|mean|average)?(?:\s(?:time|interval|of))*\s*$", view.section_text[view.start : interval.start], re.IGNORECASE)
    )


def _nadir(view: SentenceView, article: GroupArticle, targets: Sequence[Row]) -> None:
    for count in view.counts:
        if count.concept != article.ctx.analyte or not targets or count.censored:
            continue
        if count.statistic in ("median", "mean") and count.moment in ("nadir", "plain"):
            targets[0].set("anc_nadir", count.value, view, count.start, count.end)


def _course(view: SentenceView, article: GroupArticle, targets: Sequence[Row]) -> None:
    row = targets[0]
    for interval in view.intervals:
        if interval.role == "duration" and interval.statistic in ("median", "mean") and interval.days is not None:
            row.set("duration_days", interval.days, view, interval.start, interval.end)
    for course in view.courses:
        if course.negated or course.prophylactic:
            continue
        if course.kind == "management" and course.value in _MANAGEMENT:
            row.add("management", course.value, view, course.start, course.end)
        elif course.kind == "outcome" and course.value == "resolved" and _ALL.search(view.text):
            row.set("outcome", "resolved", view, course.start, course.end)
        elif course.kind == "rechallenge":
            if course.value == "recurrence":
                row.values.pop("rechallenge", None)
                row.evidence = [e for e in row.evidence if e.field != "rechallenge"]
            row.set("rechallenge", course.value, view, course.start, course.end)


def _onset_class(article: GroupArticle, row: Row) -> None:
    """Early or late, by the event's own name, else by the days."""
    config = article.ctx.protocol.config["events"].get(row.mention.concept or "", {})
    named = config.get("onset_class") or ("late" if row.definition == "late_onset" else None)
    if named:
        row.set("onset_class", named, row.view, row.mention.start, row.mention.end)
        return
    days = row.values.get("onset_days")
    if days is not None:
        limit = float(article.ctx.protocol.definitions.get("onset", {}).get("late_after_days", _LATE_DAYS))
        evidence = next((e for e in row.evidence if e.field == "onset_days"), None)
        if evidence is not None and (view := article.ctx.sentence_at(evidence.section, evidence.start)):
            row.set("onset_class", "late" if days > limit else "early", view, evidence.start, evidence.end)
