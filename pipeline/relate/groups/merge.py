"""Rows that say the same event of the same arm and condition twice become one.

"Severe neutropenia in 10 (20%)" and "grade 3-4 neutropenia in 20%" are one row, if the figures fit each other. A rate
per cycle ("in 14% of 120 courses") is no row beside the patients' own figure for the same event.
"""

from __future__ import annotations

from pipeline.concepts.count import agrees
from pipeline.relate.groups import denominators
from pipeline.relate.groups.draft import Draft
from pipeline.relate.groups.rows import Row, clash


def join_same_events(draft: Draft) -> None:
    """Join rows that say the same event once with its grade, once without."""
    merged: list[Row] = []
    for row in draft.rows:
        twin = next((other for other in merged if _same_event(draft, other, row)), None)
        if twin is None:
            merged.append(row)
            continue
        for name, value in row.values.items():
            if twin.values.get(name) is None:
                twin.values[name] = value
                twin.evidence += [e for e in row.evidence if e.field == name]
        twin.key = twin.key if twin.key.grades is not None else row.key
    draft.rows = merged


def _same_event(draft: Draft, first: Row, second: Row) -> bool:
    if first.definition != second.definition or first.definition is None or first.is_absent != second.is_absent:
        return False
    if first.key.of_whom() != second.key.of_whom():
        return False
    a, b = first.key.grades, second.key.grades
    if a is not None and b is not None and a != b:
        return False
    if first.values.get("severity_term") != second.values.get("severity_term") and a == b:
        return False
    if a == b or clash(first.values, second.values):
        return False
    joint = {
        **{k: v for k, v in second.values.items() if v is not None},
        **{k: v for k, v in first.values.items() if v is not None},
    }
    n, events, percent = joint.get("n_treated"), joint.get("n_events"), joint.get("incidence_percent")
    if n is not None:
        return agrees(n, percent, events)
    best = denominators.best(draft.populations, percent, events)
    return percent is None or events is None or best is not None


def drop_rates_per_cycle(draft: Draft) -> None:
    """A rate per cycle beside the patients' own figure for the same event is no row."""
    kept = []
    for row in draft.rows:
        same = [
            r for r in draft.rows if not r.per_cycle and r.definition == row.definition and r.key.drug == row.key.drug
        ]
        if row.per_cycle and same:
            draft.reject_events((row.mention,), "rate per cycle beside that of patients")
        else:
            kept.append(row)
    draft.rows = kept
