"""Times to the event that one sentence gives for several drugs or conditions, each to its row.

"46 days (IQR 12-121) for rituximab, 20 days (IQR 8-64) for obinutuzumab"
"a median of 46 days (rituximab) and 20 days (obinutuzumab) after the first dose"
"rituximab 46 days, obinutuzumab 20 days"
"a median of 6.7 months in arthritis and 6.3 months in vasculitis after the last infusion"
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.concepts.interval import Interval
from pipeline.concepts.regimen import Arm
from pipeline.records import Mention
from pipeline.relate.context import SentenceView

if TYPE_CHECKING:
    from pipeline.relate.groups.rows import Row

_ROLES = ("onset", "unknown", "span", "later")
_THEN_ARM = re.compile(
    r"\s?(?:[(\[][^()\[\]]{0,40}[)\]])?,?\s?(?:\s(?:for|with|after|under|on|in|among|of|from)\s)?(?:the\s|those\s|patients\s|on\s|given\s)*[(]?\s?",
    re.IGNORECASE,
)
_THEN_TIME = re.compile(
    r"(?:\s(?:group|arm|patients|users|cohort))?[\s,:(=]*(?:it\s)?(?:was|were|at|after)?\s?(?:an?\s)?(?:median|mean)?\s?(?:of\s)?",
    re.IGNORECASE,
)


def assigned(
    view: SentenceView, arms: Sequence[Arm], rows: Sequence[Row], onsets: Sequence[Interval]
) -> list[tuple[Row, Interval]]:
    """The rows of two or more drugs with the time of each; none where the sentence does not part the drugs."""
    given = [a for a in arms if a.drug is not None]
    if len({a.drug for a in given}) < 2 or not onsets:
        return []
    times = [i for i in view.intervals if i.days is not None and i.role in _ROLES]
    if len(times) < 2:
        return []
    found: dict[str, Interval] = {}
    free = list(times)
    for arm in given:
        time = next((t for t in free if _belongs(view.section_text, t, arm)), None)
        if time is not None and arm.drug is not None and arm.drug not in found:
            found[arm.drug] = _as_onset(time, onsets[0])
            free.remove(time)
    if len(found) < 2:
        return []
    return [
        (row, found[row.drug])
        for row in rows
        if row.drug in found and row.is_primary and row.subgroup is None and not row.is_absent
    ]


def assigned_by_condition(
    view: SentenceView, rows: Sequence[Row], onsets: Sequence[Interval]
) -> list[tuple[Row, Interval]]:
    """The rows of two or more conditions with the time of each; none where the sentence does not part them."""
    by_condition = {r.subgroup.concept: r for r in rows if r.subgroup is not None and r.is_primary and not r.is_absent}
    named = view.named_conditions
    if len(by_condition) < 2 or len({m.concept for m in named}) < 2:
        return []
    first = onsets[0] if onsets else _told_behind(view, named)
    if first is None:
        return []
    found: dict[str | None, Interval] = {}
    for time in view.intervals:
        if time.days is None or time.role not in _ROLES:
            continue
        behind = next((m for m in named if m.start >= time.end), None)
        if behind is not None and _THEN_ARM.fullmatch(view.section_text, time.end, behind.start):
            found.setdefault(behind.concept, _as_onset(time, first))
    own = [(row, found[concept]) for concept, row in by_condition.items() if concept in found]
    return own if len(own) > 1 else []


def _told_behind(view: SentenceView, named: Sequence[Mention]) -> Interval | None:
    """The first time of a sentence with the clock behind the last condition: "6 months in A and 7 in B after ..."."""
    anchor = next((a for a in view.anchors if a.start >= named[-1].end and a.kind != "other"), None)
    times = [i for i in view.intervals if i.days is not None and i.role in _ROLES and i.end <= named[-1].start]
    if anchor is None or not times or not _AFTER.fullmatch(view.section_text, named[-1].end, anchor.start):
        return None
    return replace(
        times[0], role="onset", anchor=anchor.kind, dose=anchor.dose, anchor_start=anchor.start, anchor_end=anchor.end
    )


_AFTER = re.compile(r"[\s,)]*(?:after|from|since|following)?\s?(?:the\s|their\s)?", re.IGNORECASE)


def _belongs(text: str, time: Interval, arm: Arm) -> bool:
    """Whether a time stands right before an arm, or right behind it."""
    if arm.start >= time.end:
        return any(
            end <= arm.start and _THEN_ARM.fullmatch(text, end, arm.start) for end in (time.end, time.phrase_end)
        )
    return arm.end <= time.start and bool(_THEN_TIME.fullmatch(text, arm.end, time.start))


def _as_onset(time: Interval, first: Interval) -> Interval:
    """A time with what is said once for all: the clock, and that it is a median."""
    if time is first:
        return time
    statistic = first.statistic if time.statistic == "exact" else time.statistic
    if time.anchor is not None:
        return replace(time, role="onset", statistic=statistic)
    return replace(
        time,
        role="onset",
        statistic=statistic,
        anchor=first.anchor,
        anchor_start=first.anchor_start,
        anchor_end=first.anchor_end,
    )
