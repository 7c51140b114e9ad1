"""Agreement of two reviewers who decided independently: per cent, Cohen's kappa, and what they disagree on.

Kappa and its standard error: Cohen 1960, doi:10.1177/001316446002000104; Fleiss, Cohen and Everitt 1969,
doi:10.1037/h0028106. Interval of a proportion: Wilson 1927, doi:10.1080/01621459.1927.10502953.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from pipeline.protocol import Protocol
from pipeline.review.decisions import Outcome
from pipeline.store import DATABASE, open_evidence

Z = 1.959963984540054  # two-sided 95 % of the standard normal distribution


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two reviewers on one field. Kappa and its interval are None where both used one and the same value only."""

    reviewer_a: str
    reviewer_b: str
    field: str
    n: int
    agreed: int
    percent: float
    percent_low: float
    percent_high: float
    kappa: float | None
    kappa_low: float | None
    kappa_high: float | None


def cohen_kappa(pairs: Sequence[tuple[Hashable, Hashable]]) -> tuple[float, float, float] | None:
    """Kappa of two raters with its 95 % interval, or None where chance alone gives full agreement, or without pairs."""
    n = len(pairs)
    cells, rows, columns = Counter(pairs), Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    if n == 0 or (len(rows) == 1 and rows.keys() == columns.keys()):
        return None
    observed = sum(count for (a, b), count in cells.items() if a == b) / n
    expected = sum(rows[value] * columns[value] for value in rows) / n**2
    kappa = (observed - expected) / (1 - expected)
    margin = Z * _standard_error(cells, rows, columns, n, observed, expected)
    return kappa, max(-1.0, kappa - margin), min(1.0, kappa + margin)


def _standard_error(
    cells: Counter[tuple[Hashable, Hashable]],
    rows: Counter[Hashable],
    columns: Counter[Hashable],
    n: int,
    observed: float,
    expected: float,
) -> float:
    """Large-sample standard error of kappa for estimation (Fleiss, Cohen and Everitt 1969, equation 13)."""
    kappa = (observed - expected) / (1 - expected)
    on, off = 0.0, 0.0
    for (a, b), count in cells.items():
        if a == b:
            on += count / n * (1 - (rows[a] + columns[a]) / n * (1 - kappa)) ** 2
        else:
            # The marginals cross over: the row marginal of b and the column marginal of a.
            off += count / n * ((columns[a] + rows[b]) / n) ** 2
    off *= (1 - kappa) ** 2
    variance = (on + off - (kappa - expected * (1 - kappa)) ** 2) / ((1 - expected) ** 2 * n)
    return math.sqrt(max(variance, 0.0))


def wilson_interval(successes: int, n: int) -> tuple[float, float]:
    """95 % interval of a proportion, between 0 and 1."""
    proportion = successes / n
    centre = (proportion + Z**2 / (2 * n)) / (1 + Z**2 / n)
    margin = Z / (1 + Z**2 / n) * math.sqrt(proportion * (1 - proportion) / n + Z**2 / (4 * n**2))
    return max(0.0, centre - margin), min(1.0, centre + margin)


def agreement_of(reviewer_a: str, reviewer_b: str, field: str, pairs: Sequence[tuple[str, str]]) -> Agreement:
    """Agreement on the items that both decided; at least one."""
    agreed = sum(a == b for a, b in pairs)
    low, high = wilson_interval(agreed, len(pairs))
    kappa = cohen_kappa(pairs) or (None, None, None)
    return Agreement(
        reviewer_a, reviewer_b, field, len(pairs), agreed, 100 * agreed / len(pairs), 100 * low, 100 * high, *kappa
    )


def agreements(outcomes: Iterable[Outcome]) -> list[Agreement]:
    """Every pair of reviewers on every field that both decided on; adjudicators are not counted."""
    positions: dict[str, dict[str, dict[Hashable, str]]] = defaultdict(lambda: defaultdict(dict))
    for outcome in outcomes:
        if outcome.status == "applied" and outcome.position is not None and not outcome.decision.adjudicates:
            field = outcome.decision.field or ("finding" if outcome.finding_id else "screening")
            positions[field][outcome.decision.reviewer][outcome.target] = outcome.position
    found = []
    for field, by_reviewer in sorted(positions.items()):
        for a, b in combinations(sorted(by_reviewer), 2):
            both = sorted(by_reviewer[a].keys() & by_reviewer[b].keys(), key=repr)
            if both:
                found.append(agreement_of(a, b, field, [(by_reviewer[a][item], by_reviewer[b][item]) for item in both]))
    return sorted(found, key=lambda agreement: (agreement.reviewer_a, agreement.reviewer_b, agreement.field))


def run(out: Path, protocol: Protocol) -> str:
    """What the terminal shows: agreement by field, then every disagreement with what settled it."""
    database = open_evidence(out / DATABASE)
    rows = list(database.query("SELECT * FROM agreement ORDER BY reviewer_a, reviewer_b, field"))
    disputes = list(database.query("SELECT * FROM disagreements"))
    database.close()
    if not rows:
        return f"No two reviewers have decided on the same item yet (decisions: {protocol.folder / 'decisions'})"
    lines = [f"{'reviewers':24} {'field':20} {'n':>5} {'agree %':>20} {'kappa':>22}"]
    for row in rows:
        percent = f"{row['percent']:.1f} ({row['percent_low']:.1f}-{row['percent_high']:.1f})"
        kappa = "not defined"
        if row["kappa"] is not None:
            kappa = f"{row['kappa']:.2f} ({row['kappa_low']:.2f} to {row['kappa_high']:.2f})"
        reviewers = f"{row['reviewer_a']}, {row['reviewer_b']}"
        lines.append(f"{reviewers:24} {row['field']:20} {row['n']:>5} {percent:>20} {kappa:>22}")
    lines += ["", f"Disagreements: {len(disputes)}"]
    for row in disputes:
        where = " ".join(str(part) for part in (row["pmid"], row["finding_id"], row["field"]) if part)
        settled = f"adjudicated: {row['adjudicated']}" if row["adjudicated"] else "not settled"
        lines.append(
            f"  {where}: {row['reviewer_a']} {row['position_a']}, {row['reviewer_b']} {row['position_b']}; {settled}"
        )
    return "\n".join(lines)
