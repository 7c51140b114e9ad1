"""Onset, nadir, duration, management, outcome and re-exposure of group rows.

A time or count belongs to a row of its own sentence; where the article is about the event, what other sentences say
belongs to the row of the event as a whole. "All recovered" is an outcome, "three recovered" is none; any recurrence
after re-exposure is one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.concepts.timing import Interval
from pipeline.relate.context import SentenceView
from pipeline.relate.groups.article import GroupArticle

if TYPE_CHECKING:
    from pipeline.relate.groups.rows import Row

_ALL = re.compile(r"\b(?:all|both|each|every|everyone|everybody|counts)\b", re.IGNORECASE)
_BACK = re.compile(
    r"\b(?:recurr\w*|relaps\w+|came\sback|come\sback|returned|reappear\w*|(?:had|developed)\s(?:\w+\s){1,3}again|further|new\sepisode\w*)\b",
    re.IGNORECASE,
)
_NONE = re.compile(r"\b(?:no|none|not|without|never|nobody|neither|zero)\b", re.IGNORECASE)
_EXCEPT = re.compile(r"\b(?:except|apart\sfrom|all\sbut|but\s(?:one|two|three))\b", re.IGNORECASE)
_CONTINUED = re.compile(r"\b(?:continued|resumed|remained\son|went\son\swith)\b", re.IGNORECASE)
_DONE = re.compile(
    r"\b(?:receiv\w+|requir\w+|need\w*|treat\w*|given|administered|administration|respon\w+|hospitali[sz]\w*|admi\w+|started|begun|used|necessary|called\sfor|supported|managed|with|by)\b",
    re.IGNORECASE,
)
_AGE = re.compile(r"\b(?:median|mean|average)\s(?:\w+\s)?age\b|\bage\s(?:was|of)\b", re.IGNORECASE)
_GIVEN_AGAIN = re.compile(
    r"\s?(?:was\s|were\s)?(?:given\s|received\s)?(?:again|once\smore|anew|was\scontinued|was\sresumed|were\scontinued)\b",
    re.IGNORECASE,
)
_LATE_DAYS = 28
# What is said of a group's course as a rule, not of single persons in it
_MANAGEMENT = frozenset({"gcsf", "antibiotics", "hospitalisation", "ivig", "corticosteroids"})


def complete(article: GroupArticle, rows: Sequence[Row]) -> None:
    """Give the rows what the sentences say of the course."""
    if not rows:
        return
    first = min(row.view.index for row in rows)
    spoken_of: Row | None = None
    for view in article.ctx.sentences:
        if view.section == 0 or article.is_background(view):
            continue
        own = [row for row in rows if row.view.index == view.index and not row.is_absent]
        if not own and view.index < first:
            continue
        whole = _whole(rows)
        _onset(view, article, own, whole, rows)
        spoken_of = _spoken_of(article, view, rows, spoken_of)
        targets = (
            own
            or _of_severity(article, view, rows)
            or ([spoken_of] if spoken_of is not None else [])
            or (whole if article.focused or article.events(view) else [])
        )
        _nadir(view, article, targets)
        if targets and (article.focused or own):
            _course(view, article, _of_sentence(article, view, targets, whole))
    for row in rows:
        _onset_class(article, row)


def _whole(rows: Sequence[Row]) -> list[Row]:
    """The row of the event as a whole, where there is just one arm."""
    candidates = [r for r in rows if r.is_primary and r.subgroup is None and not r.is_absent]
    candidates = candidates or [r for r in rows if r.subgroup is None and not r.is_absent]
    return candidates[:1] if len({r.key.arm for r in candidates}) == 1 else []


def _of_sentence(article: GroupArticle, view: SentenceView, targets: list[Row], whole: list[Row]) -> list[Row]:
    """Management in a sentence on a febrile part of the event is the whole event's, where the article is about that."""
    if article.focused and whole and targets[0].definition == "febrile" and whole[0].definition == "late_onset":
        return whole
    return targets


def _spoken_of(article: GroupArticle, view: SentenceView, rows: Sequence[Row], before: Row | None) -> Row | None:
    """The row whose patients a sentence takes up by their number ("All four patients ... Three of them ...")."""
    for count in article.counts(view):
        if count.events is None or not (
            count.total == count.events
            or re.search(r"\b(?:the|these|all|both)\s$", view.text[: count.start], re.IGNORECASE)
        ):
            continue
        same = [r for r in rows if r.values.get("n_events") == count.events and r.view.index < view.index]
        if same:
            return same[-1]
    if before is not None and re.match(
        r"\s*(?:They|Of\sthese|Of\sthem|One|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten|\d+)\b", view.text
    ):
        first = next((c for c in article.counts(view)), None)
        if (
            first is not None
            and first.total is None
            and (first.events or 0) < (before.values.get("n_events") or 0)
            and not article.events(view)
        ):
            return before
    return None


def _of_severity(article: GroupArticle, view: SentenceView, rows: Sequence[Row]) -> list[Row]:
    """The row of the severe part that a sentence speaks of by name ("all four with severe ...")."""
    terms = {article.severity_in(m) for m in article.events(view)} | {
        s.term for s in view.severities if article.events(view)
    }
    terms.discard(None)
    return (
        [r for r in rows if r.values.get("severity_term") in terms and not r.is_absent][:1] if len(terms) == 1 else []
    )


def _onset(
    view: SentenceView, article: GroupArticle, own: list[Row], whole: list[Row], all_rows: Sequence[Row]
) -> None:
    intervals = [i for i in view.intervals if _is_onset(i, view, bool(own))]
    if not intervals:
        return
    if any(i.statistic in ("median", "mean") for i in intervals):
        intervals = [i for i in intervals if i.statistic in ("median", "mean")]
    intervals += _parallel(view, intervals)
    primary = [r for r in own if r.is_primary]
    if not own:
        rows_of_whole = [r for r in all_rows if r.is_primary and r.subgroup is None and not r.is_absent]
        if len(rows_of_whole) == len(intervals) > 1:
            whole = rows_of_whole
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


def _parallel(view: SentenceView, intervals: Sequence[Interval]) -> list[Interval]:
    """Times joined to an onset by "and" or "versus": those of another arm ("5 months with A and 2 months with B")."""
    last = intervals[-1]
    return [
        replace(i, role="onset", statistic=last.statistic, anchor="unspecified", anchor_start=-1)
        for i in view.intervals
        if i.start > last.end and i.role == "unknown" and i.days is not None
        and re.search(r"(?:\band|versus|vs\.?|compared\swith)\s$", view.section_text[last.end : i.start])
    ]  # fmt: skip


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
    return (
        own
        and interval.role in ("unknown", "later")
        and interval.statistic in ("median", "mean", "range")
        and bool(
            re.search(
                r"\b(?:after|at)\s(?:an?\s)?(?:median|mean|average)?(?:\s(?:time|interval|of))*\s*$",
                view.section_text[view.start : interval.start],
                re.IGNORECASE,
            )
        )
    )


def _nearest(targets: Sequence[Row], view: SentenceView, position: int) -> Row:
    """Of several rows of a sentence the one whose number stands last before the position."""
    best, where = targets[0], -1
    for row in targets:
        for evidence in row.evidence:
            if (
                evidence.section == view.section
                and view.start <= evidence.start < position
                and evidence.field in ("n_events", "incidence_percent")
            ) and evidence.start > where:
                best, where = row, evidence.start
    return best


def _nadir(view: SentenceView, article: GroupArticle, targets: Sequence[Row]) -> None:
    for count in view.counts:
        if (
            not targets
            or count.censored
            or not (count.concept == article.ctx.analyte or (count.concept is None and count.moment == "nadir"))
        ):
            continue
        if count.statistic in ("median", "mean") and count.moment in ("nadir", "plain"):
            _nearest(targets, view, count.start).set("anc_nadir", count.value, view, count.start, count.end)


def _course(view: SentenceView, article: GroupArticle, targets: Sequence[Row]) -> None:
    row = targets[0]
    for interval in view.intervals:
        recovered = interval.role == "recovery" and "gcsf" not in {c.value for c in view.courses}
        subset = any(
            c.unit in ("patients", None)
            and c.events not in (None, row.values.get("n_events"))
            and view.start + c.end <= interval.start
            for c in article.counts(view)
        )
        if (
            (interval.role == "duration" or recovered)
            and not subset
            and interval.statistic in ("median", "mean")
            and interval.days is not None
        ):
            row.set("duration_days", interval.days, view, interval.start, interval.end)
    _rechallenge(article, view, row)
    _age(article, view, row)
    for course in view.courses:
        if course.negated or course.prophylactic or course.general:
            continue
        if course.kind == "management" and course.value in _MANAGEMENT and _DONE.search(view.text):
            _nearest(targets, view, course.start).add("management", course.value, view, course.start, course.end)
        elif course.kind == "outcome" and course.value == "resolved" and _of_all(article, view):
            row.set("outcome", "resolved", view, course.start, course.end)


def _of_all(article: GroupArticle, view: SentenceView) -> bool:
    """Whether an outcome is said of everyone: by a word, or of the cells as such."""
    if _EXCEPT.search(view.text):
        return False
    cells = any(
        m.label == "analyte" and m.concept == article.ctx.analyte and m.start - view.start < 20 for m in view.mentions
    )
    return cells or bool(_ALL.search(view.text))


def _age(article: GroupArticle, view: SentenceView, row: Row) -> None:
    """The mean or median age of those with the event: where the sentence counts them, or nobody else is counted."""
    ages = [
        i
        for i in view.intervals
        if i.statistic in ("median", "mean")
        and i.days is not None
        and (i.role == "age" or _AGE.search(view.section_text[max(view.start, i.start - 90) : i.start]))
    ]
    if not ages:
        return
    events = row.values.get("n_events")
    counted = [c for c in article.counts(view) if c.end + view.start <= ages[0].start]
    of_them = any(events is not None and events in (c.events, c.total) for c in counted) or (
        events is not None and events == sum(c.events or 0 for c in counted)
    )
    if of_them or (row.values.get("n_treated") is None and events is not None and not counted):
        row.set("age_years", round((ages[0].days or 0.0) / 365.25, 1), view, ages[0].start, ages[0].end)


def _rechallenge(article: GroupArticle, view: SentenceView, row: Row) -> None:
    """Re-exposure and whether the event came back, in one sentence or the next; any recurrence is one."""
    given_again = [c for c in view.courses if c.kind == "rechallenge" and not c.negated and not c.general]
    spans = [(c.start, c.end) for c in given_again]
    spans += [
        (c.start() + view.start, c.end() + view.start)
        for c in [_CONTINUED.search(view.text)]
        if c and view.labelled("drug", "regimen")
    ]
    spans += [
        (m.start, m.end + again.end())
        for m in view.labelled("drug", "regimen")
        if (again := _GIVEN_AGAIN.match(view.section_text[m.end : view.end]))
    ]
    if not spans:
        return
    start, end = spans[0]
    text = view.text
    back = _BACK.search(text)
    if (
        back is None
        and view.index + 1 < len(article.ctx.sentences)
        and article.ctx.sentences[view.index + 1].section == view.section
    ):
        text = article.ctx.sentences[view.index + 1].text
        back = _BACK.search(text, 0, 60)
    if (
        not given_again
        and not any(_GIVEN_AGAIN.match(view.section_text[m.end : view.end]) for m in view.labelled("drug", "regimen"))
        and back is None
    ):
        return
    if back is not None:
        denied = _NONE.search(text[max(0, back.start() - 40) : back.end() + 12])
        value = "no_recurrence" if denied else "recurrence"
    elif any(c.value == "no_recurrence" for c in given_again) or any(c.kind == "uneventful" for c in view.courses):
        value = "no_recurrence"
    else:
        return
    if value == "recurrence" and row.values.get("rechallenge") == "no_recurrence":
        row.values.pop("rechallenge")
        row.evidence = [e for e in row.evidence if e.field != "rechallenge"]
    row.set("rechallenge", value, view, start, end)


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
