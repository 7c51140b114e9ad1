"""Which group row a sentence on the course of the event speaks of; what it says is read by modules of their own.

A time or count belongs to a row of its own sentence; where the article is about the event, what other sentences say
belongs to the row of the event as a whole. Elsewhere a sentence that goes on from the row's ("It came after ...") is
the row's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.relate.context import SentenceView
from pipeline.relate.groups import affected, episode, onset, reexposure
from pipeline.relate.groups.article import GroupArticle
from pipeline.relate.groups.rows import stated_grades

if TYPE_CHECKING:
    from pipeline.relate.groups.rows import Row

_ANAPHORA = re.compile(
    r"\s*(?:It|They|Their|Its|This|These|All|Both|Each|None|(?:The\s)?(?:median|mean|average)\s(?:time|onset|interval|"
    r"duration|nadir|ANC)|(?:The\s)?(?:onset|episodes?|events?|time\sto\sonset|nadir|fall|drop|decline)|Of\sthese|Of\sthem|"
    r"(?:The\s|Their\s)?(?:neutrophils?|(?:neutrophil\s|granulocyte\s)?counts?|ANC|neutrophil\srecovery))\b",
    re.IGNORECASE,
)


def complete(article: GroupArticle, rows: Sequence[Row]) -> None:
    """Give the rows what the sentences say of the course."""
    if not rows:
        return
    first = min(_first_told(article, row) for row in rows)
    whole = _whole(rows)
    spoken_of: Row | None = None
    for view in article.ctx.sentences:
        if view.section == 0 or article.is_background(view):
            continue
        own = [row for row in rows if row.view.index == view.index and not row.is_absent]
        if not own and view.index < first:
            continue
        taken_up = [] if own or article.focused else _taken_up(article, view, rows)
        speaks_of_whole = article.focused or article.events(view)
        onset.read(view, article, own, whole if speaks_of_whole and whole else taken_up, rows)
        spoken_of = _spoken_of(article, view, rows, spoken_of)
        targets = (
            own
            or _of_severity(article, view, rows)
            or ([spoken_of] if spoken_of is not None else [])
            or (whole if speaks_of_whole else [])
            or taken_up
        )
        episode.nadir(view, article, targets, whole if article.focused else ())
        if not own and targets:
            episode.severity_of_all(view, article, targets[0])
        if targets and (article.focused or own or taken_up):
            told_of_own = own and not _counts_behind(article, view, own[0])
            spoken = targets if told_of_own else _of_sentence(article, view, targets, whole)
            _course(view, article, spoken, bool(own), _parts_of(spoken[0], rows))
        elif targets and article.events(view):
            reexposure.read(article, view, targets[0])
            episode.as_such(view, targets[0])
            if not view.labelled("other_cytopenia", "infection"):
                episode.duration(view, article, targets[0])
        elif not targets:
            episode.outcome_of_each(view, article, _told_before(article, view, rows))
    for row in rows:
        _onset_class(article, row)


def _first_told(article: GroupArticle, row: Row) -> int:
    """The sentence that first tells of a row's persons: their number may stand before the event."""
    number = next((e for e in row.evidence if e.field == "n_events"), None)
    view = article.ctx.sentence_at(number.section, number.start) if number is not None else None
    return row.view.index if view is None else min(view.index, row.view.index)


def _told_before(article: GroupArticle, view: SentenceView, rows: Sequence[Row]) -> list[Row]:
    """The rows of the sentence before, where that names no other event and this one goes on about all: "All ..."."""
    before = article.ctx.sentences[view.index - 1] if view.index else None
    if before is None or before.section != view.section or before.labelled("other_cytopenia", "infection"):
        return []
    return [r for r in rows if r.view.index == before.index and not r.is_absent] if _ANAPHORA.match(view.text) else []


def _whole(rows: Sequence[Row]) -> list[Row]:
    """The row of the event as a whole, where there is just one arm."""
    candidates = [r for r in rows if r.is_primary and r.subgroup is None and not r.is_absent]
    candidates = candidates or [r for r in rows if r.subgroup is None and not r.is_absent]
    if len({r.key.arm for r in candidates}) == 1:
        return candidates[:1]
    pooled = [r for r in candidates if r.arm is None]
    return pooled if len(pooled) == 1 else []


def _of_sentence(article: GroupArticle, view: SentenceView, targets: list[Row], whole: list[Row]) -> list[Row]:
    """Management in a sentence on a febrile part of the event is the whole event's, where the article is about that."""
    if article.focused and whole and targets[0].definition == "febrile" and whole[0].definition == "late_onset":
        return whole
    return targets


def _counts_behind(article: GroupArticle, view: SentenceView, row: Row) -> bool:
    """Whether other persons are counted behind a row's own: "febrile A in three, and two needed"; not "and were"."""
    place = max((e.start for e in row.evidence if e.field == "n_events"), default=-1)
    return place < 0 or any(view.start + c.start > place for c in article.counts(view))


_DEFINITE = re.compile(r"\b(?:the|these|all|both)\s$", re.IGNORECASE)


def _spoken_of(article: GroupArticle, view: SentenceView, rows: Sequence[Row], before: Row | None) -> Row | None:
    """The row whose patients a sentence takes up by their number ("All four patients ... Three of them ...")."""
    for count in article.counts(view):
        number = count.total
        if count.events is None or not (number is not None or _DEFINITE.search(view.text, 0, count.start)):
            continue
        number = number or count.events
        same = [
            r
            for r in rows
            if r.values.get("n_events") == number != r.values.get("n_treated") and r.view.index < view.index
        ]
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
    events = article.events(view)
    if not events:
        return []
    terms = {article.severity_in(m) for m in events} | {s.term for s in view.severities}
    terms.discard(None)
    if len(terms) > 1 or not (terms or len(view.grades) == 1):
        return []
    told = [r for r in rows if not r.is_absent and _first_told(article, r) <= view.index]
    if not terms:
        stated = stated_grades(view.grades[0])
        return [r for r in told if stated is not None and r.key.grades == stated][:1]
    return [r for r in told if r.values.get("severity_term") in terms][:1]


def _taken_up(article: GroupArticle, view: SentenceView, rows: Sequence[Row]) -> list[Row]:
    """The one row of the sentence before, where that names no other event and this one goes on: "It came after ..."."""
    if view.index == 0:
        return []
    before = article.ctx.sentences[view.index - 1]
    if before.section != view.section or before.labelled("other_cytopenia", "infection"):
        return []
    told = [r for r in rows if not r.is_absent and _is_told_in(r, before)]
    primary = [r for r in told if r.is_primary] or told
    if len(primary) != 1:
        return []
    return primary if _ANAPHORA.match(view.text) or _is_part(article, view, primary[0]) else []


def _is_told_in(row: Row, view: SentenceView) -> bool:
    """Whether a sentence gave a row, or completed it: "Five had A. It was noted after 3 months. All recovered"."""
    return row.view.index == view.index or any(
        e.section == view.section and view.start <= e.start < view.end
        for e in row.evidence
        if e.field.startswith("onset")
    )


_HAD_OTHER = re.compile(
    r"\s(?:patients?\s)?(?:had|developed|experienced|suffered)\s(?!it\b|this\b|grade|severe|febrile)", re.IGNORECASE
)


def _is_part(article: GroupArticle, view: SentenceView, row: Row) -> bool:
    """ "Seven were hospitalised": a sentence that opens with fewer persons than the row's."""
    first = next(iter(article.counts(view)), None)
    number = row.values.get("n_events")
    last = next(reversed(article.counts(row.view)), None)
    place = max((e.start for e in row.evidence if e.field == "n_events"), default=-1)
    if (
        last is not None
        and 0 <= place < row.view.start + last.start
        and last.events not in (None, number)
        and _HAD_OTHER.match(row.view.text, last.end)
    ):
        return False  # "3 had A and 9 had B. Two were"
    return (
        first is not None
        and number is not None
        and view.text[: first.start].strip().lower() in ("", "of these", "of them", "among them", "in")
        and first.total is None
        and first.events is not None
        and first.events <= number
    )


def _parts_of(row: Row, rows: Sequence[Row]) -> list[Row]:
    """The rows of a graver or febrile event among the persons of a row."""
    number = row.values.get("n_events")
    return [
        r
        for r in rows
        if r is not row
        and r.key.of_whom() == row.key.of_whom()
        and number is not None
        and 0 < (r.values.get("n_events") or 0) < number
    ]


def _course(
    view: SentenceView, article: GroupArticle, targets: Sequence[Row], own: bool, parts: Sequence[Row] = ()
) -> None:
    """Duration, management, outcome, re-exposure, age and sex, to the row that the sentence speaks of."""
    row = targets[0]
    episode.duration(view, article, row)
    reexposure.read(article, view, row)
    affected.read(view, article, row, after_row=view.index > _first_told(article, row))
    episode.management(view, article, targets)
    episode.outcome(view, article, row, own, parts)
    for other in targets[1:] if own else ():
        episode.ended_behind(view, other)


def _onset_class(article: GroupArticle, row: Row) -> None:
    """Early or late, by the event's own name, else by the days."""
    config = article.ctx.protocol.config["events"].get(row.mention.concept or "", {})
    named = config.get("onset_class") or ("late" if row.definition == "late_onset" else None)
    if named:
        row.set("onset_class", named, row.view, row.mention.start, row.mention.end)
        return
    days = row.values.get("onset_days")
    limit = article.late_after_days
    if days is not None and limit is not None:
        evidence = next((e for e in row.evidence if e.field == "onset_days"), None)
        if evidence is not None and (view := article.ctx.sentence_at(evidence.section, evidence.start)):
            row.set("onset_class", "late" if days > limit else "early", view, evidence.start, evidence.end)
