"""Pooled proportions: a random-intercept logistic model, fitted by maximum likelihood.

The model (binomial-normal; Stijnen, Hamza & Ozdemir, Stat Med 2010;29:3046-67):

    events_i ~ Binomial(total_i, p_i),    logit(p_i) = mu + tau * u_i,    u_i ~ N(0, 1)

The integral over u_i is done by adaptive Gauss-Hermite quadrature (Pinheiro & Bates, J Comput Graph Stat
1995;4:12-35) with seven points, as `metafor::rma.glmm(measure = "PLO")` and so `meta::metaprop(method = "GLMM")` do.
No continuity correction enters: studies without an event count as they are.

**Vocabulary**  mu, se: the pooled logit and its standard error, from the inverse of the observed information for
(mu, tau).  tau2: between-study variance on the logit scale.  q_wald, q_lrt: tests of the saturated against the
fixed-effect model.  i2, h2: tau2 against the "typical" sampling variance (Higgins & Thompson, Stat Med
2002;21:1539-58), as metafor prints them; i2_q: (Q - df) / Q of the Wald statistic, as meta prints it.
prediction: mu +/- z * sqrt(se^2 + tau2), as metafor; prediction_t: the same with t on k - 1 degrees of freedom
(Veroniki et al., Res Synth Methods 2019;10:23-43), as meta.

Arrays are (k,), one entry a study, or (k, points). Proportions are 0 to 1. Nothing here raises on odd data: a
`Pooled` whose `reason` is set says why there is no estimate.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np
from numpy.polynomial import hermite
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]

QUADRATURE_POINTS = 7  # rma.glmm's nAGQ
LEAVE_ONE_OUT_LIMIT = 200  # refits; beyond this no single study moves the result and the time is not worth it
NEGLIGIBLE_TAU = 1e-4  # a standard deviation of logits below this is reported as no heterogeneity


@dataclass(frozen=True, slots=True)
class Study:
    """`events` of `total` patients in one study; `label` names it in tables and figures."""

    label: str
    events: int
    total: int


@dataclass(frozen=True, slots=True)
class Interval:
    """A two-sided interval of proportions."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Pooled:
    """The result for `studies` studies. None where it cannot be had; `reason` then says why."""

    studies: int
    events: int
    total: int
    proportion: float | None = None
    interval: Interval | None = None
    prediction: Interval | None = None
    prediction_t: Interval | None = None
    mu: float | None = None
    se: float | None = None
    tau2: float | None = None
    i2: float | None = None
    i2_q: float | None = None
    h2: float | None = None
    q_wald: float | None = None
    q_lrt: float | None = None
    df: int | None = None
    p_wald: float | None = None
    p_lrt: float | None = None
    log_likelihood: float | None = None
    method: str = "random-intercept logistic model"
    reason: str | None = None
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subgroups:
    """One result a group, and the Wald test of a difference between the groups that have a finite estimate."""

    groups: dict[str, Pooled] = field(default_factory=dict)
    q: float | None = None
    df: int | None = None
    p: float | None = None


def exact_interval(events: int, total: int, level: float = 0.95) -> Interval | None:
    """Clopper & Pearson (Biometrika 1934;26:404-13); None unless 0 <= events <= total and total > 0."""
    if total <= 0 or not 0 <= events <= total:
        return None
    tail = (1 - level) / 2
    low = 0.0 if events == 0 else float(special.betaincinv(events, total - events + 1, tail))
    high = 1.0 if events == total else float(special.betaincinv(events + 1, total - events, 1 - tail))
    return Interval(low, high)


def usable(studies: Sequence[Study]) -> tuple[list[Study], tuple[str, ...]]:
    """The studies that a binomial model can take, and a line for each of the others."""
    kept, dropped = [], []
    for study in studies:
        if study.total <= 0:
            dropped.append(f"{study.label}: no patients at risk")
        elif not 0 <= study.events <= study.total:
            dropped.append(f"{study.label}: {study.events} events in {study.total} patients")
        else:
            kept.append(study)
    return kept, tuple(dropped)


def pool(
    studies: Sequence[Study],
    level: float = 0.95,
    points: int = QUADRATURE_POINTS,
    near: Pooled | None = None,
) -> Pooled:
    """Fit the random-intercept logistic model to the usable studies.

    `near` is the result for almost the same studies; the search then starts there, which saves time and no digit.
    """
    kept, dropped = usable(studies)
    x = np.array([study.events for study in kept], dtype=float)
    n = np.array([study.total for study in kept], dtype=float)
    base = Pooled(studies=len(kept), events=int(x.sum()), total=int(n.sum()), dropped=dropped)
    if not kept:
        return replace(base, method="none", reason="no study gives both the events and the patients at risk")
    if len(kept) == 1 or bool(np.all((x == 0) | (x == n))):
        return _exact(base, level)
    mu, tau = _maximise(x, n, points, near)
    se = _standard_error(mu, tau, x, n, points)
    return _describe(base, mu, se, tau, x, n, points, level)


def _exact(base: Pooled, level: float) -> Pooled:
    """One study, or none that lies between no event and nothing but events: no model, and why.

    The exact interval of all patients together stands in for it unless some studies had none and others all.
    """
    events, total = base.events, base.total
    if base.studies == 1:
        reason = "one study: its own proportion and exact interval, nothing to pool"
    elif 0 < events < total:
        reason = "in every study none or all of the patients had the event: the model has no finite estimate"
        return replace(base, method="none", reason=reason)
    else:
        what = "no study reports an event" if events == 0 else "every patient in every study had the event"
        reason = f"{what}: the model has no finite estimate; shown is the exact interval of all patients together"
    finite = 0 < events < total
    return replace(
        base,
        proportion=events / total,
        interval=exact_interval(events, total, level),
        mu=math.log(events / (total - events)) if finite else None,
        se=math.sqrt(1 / events + 1 / (total - events)) if finite else None,
        method="exact binomial",
        reason=reason,
    )


def _describe(
    base: Pooled, mu: float, se: float, tau: float, x: Floats, n: Floats, points: int, level: float
) -> Pooled:
    """All that is reported of a fit."""
    k, tau2 = len(x), tau * tau
    df = k - 1
    z, t = float(special.ndtri((1 + level) / 2)), float(special.stdtrit(df, (1 + level) / 2))
    spread = math.sqrt(se * se + tau2)
    q_wald, q_lrt = wald_q(x, n), likelihood_ratio_q(x, n)
    typical = typical_variance(x, n)
    return replace(
        base,
        proportion=float(special.expit(mu)),
        interval=_on_proportions(mu, z * se),
        prediction=_on_proportions(mu, z * spread),
        prediction_t=_on_proportions(mu, t * spread),
        mu=mu,
        se=se,
        tau2=tau2,
        i2=tau2 / (tau2 + typical),
        i2_q=max(0.0, (q_wald - df) / q_wald) if q_wald > 0 else 0.0,
        h2=tau2 / typical + 1,
        q_wald=q_wald,
        q_lrt=q_lrt,
        df=df,
        p_wald=float(special.chdtrc(df, q_wald)),
        p_lrt=float(special.chdtrc(df, q_lrt)),
        log_likelihood=float(log_likelihood(mu, tau, x, n, points)) + _saturated(x, n),
    )


def _on_proportions(mu: float, half: float) -> Interval:
    return Interval(float(special.expit(mu - half)), float(special.expit(mu + half)))


def log_likelihood(
    mu: float | Floats, tau: float | Floats, x: Floats, n: Floats, points: int = QUADRATURE_POINTS
) -> Floats:
    """Of each (mu, tau), relative to the saturated model (which is 0); even in tau. Shape: that of mu and tau."""
    mu, tau = (np.asarray(value, dtype=float)[..., None] for value in (mu, np.abs(tau)))  # (..., 1)
    mode = _posterior_mode(mu, tau, x, n)  # (..., k)
    p = special.expit(mu + tau * mode)
    scale = 1 / np.sqrt(1 + tau * tau * n * p * (1 - p))
    nodes, weights = _quadrature(points)
    u = mode[..., None] + math.sqrt(2) * scale[..., None] * nodes  # (..., k, points)
    eta = mu[..., None] + tau[..., None] * u
    inside = _deviance_part(eta, x[:, None], n[:, None]) - u * u / 2 + nodes * nodes
    study = special.logsumexp(inside, axis=-1, b=weights) + np.log(scale) - 0.5 * math.log(math.pi)
    return np.asarray(study.sum(axis=-1))


@lru_cache
def _quadrature(points: int) -> tuple[Floats, Floats]:
    nodes, weights = hermite.hermgauss(points)  # type: ignore[no-untyped-call]
    return nodes, weights


def _deviance_part(eta: Floats, x: Floats, n: Floats) -> Floats:
    """Log-likelihood of x events in n at logit eta, minus its maximum: without cancellation however large n is."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        p = x / n
        delta = eta - np.log(x / (n - x))
        between = x * delta - n * np.log1p(p * np.expm1(delta))
        # the same from the other side, where expm1 of a large delta would overflow
        above = -(n - x) * delta - n * np.log1p((1 - p) * np.expm1(-delta))
    value = np.where(delta > 0, above, between)
    value = np.where(x == 0, -n * np.logaddexp(0, eta), value)
    return np.where(x == n, -n * np.logaddexp(0, -eta), value)


def _posterior_mode(mu: Floats, tau: Floats, x: Floats, n: Floats) -> Floats:
    """The u that maximises each study's integrand: Newton steps kept inside a bracket."""
    with np.errstate(divide="ignore", invalid="ignore"):
        own = (np.log(x / (n - x)) - mu) / tau  # where the study's own logit lies; infinite for 0 of n and n of n
    reach = tau * (x - n * special.expit(mu))  # the mode is never further from 0 than this
    far = np.where(np.abs(own) < np.abs(reach), own, reach)
    low, high = np.minimum(far, 0.0), np.maximum(far, 0.0)
    u = np.clip(far * 0.5, low, high)
    for _ in range(60):
        p = special.expit(mu + tau * u)
        slope = tau * (x - n * p) - u
        low, high = np.where(slope > 0, u, low), np.where(slope > 0, high, u)
        step = u + slope / (1 + tau * tau * n * p * (1 - p))
        following = np.where((step >= low) & (step <= high), step, (low + high) / 2)
        done = bool(np.all(np.abs(following - u) < 1e-11 * (1 + np.abs(u))))
        u = following
        if done:
            break
    return u


def _maximise(x: Floats, n: Floats, points: int, near: Pooled | None) -> tuple[float, float]:
    """The maximum-likelihood (mu, tau), tau >= 0. The profile over tau can have a peak at 0 and another further on:
    every peak on a grid is followed to its top.
    """
    if near is not None and near.mu is not None and near.tau2:
        best, converged = _climb(np.array([near.mu, math.sqrt(near.tau2)]), x, n, points)
        if converged and best[1] > NEGLIGIBLE_TAU:
            return float(best[0]), float(best[1])
    flat = np.array([special.logit(x.sum() / n.sum()), 0.0])
    tops = [_climb(start, x, n, points)[0] for start in _peaks(x, n, points)]
    tops = [top for top in tops if top[1] > NEGLIGIBLE_TAU]
    values = [float(log_likelihood(top[0], top[1], x, n, points)) for top in tops]
    if not tops or max(values) <= float(log_likelihood(flat[0], flat[1], x, n, points)):
        return float(flat[0]), 0.0
    mu, tau = tops[values.index(max(values))]
    return float(mu), float(tau)


def _peaks(x: Floats, n: Floats, points: int) -> list[Floats]:
    """(mu, tau) where the likelihood, maximised over mu, has a local maximum on a grid of tau."""
    logit, variance = corrected(x, n)
    weight = 1 / variance
    moment = np.sum(weight * (logit - np.average(logit, weights=weight)) ** 2) - (len(x) - 1)
    moment /= weight.sum() - (weight**2).sum() / weight.sum()
    smallest = min(0.05, math.sqrt(moment) / 4) if moment > 0 else 0.05
    tau = np.geomspace(max(smallest, NEGLIGIBLE_TAU), 8, 18)
    mu = np.array([np.average(logit, weights=1 / (variance + t * t)) for t in tau])
    h = 1e-3
    for _ in range(8):
        left, centre, right = log_likelihood(mu + h * np.array([[-1], [0], [1]]), tau, x, n, points)
        curvature = (right - 2 * centre + left) / (h * h)
        step = np.where(curvature < 0, -(right - left) / (2 * h) / np.minimum(curvature, -1e-12), 0.0)
        mu = mu + np.clip(step, -1.5, 1.5)
    profile = log_likelihood(mu, tau, x, n, points)
    padded = np.concatenate(([-np.inf], profile, [-np.inf]))
    top = (padded[1:-1] >= padded[:-2]) & (padded[1:-1] >= padded[2:])
    return [np.array(pair) for pair in zip(mu[top], tau[top], strict=True)]


def _climb(start: Floats, x: Floats, n: Floats, points: int) -> tuple[Floats, bool]:
    """The local maximum uphill of `start`, and whether it was reached.

    Newton steps, halved until they rise; where the surface is not yet a hill, steps along the gradient.
    """
    best, value = start, float(log_likelihood(start[0], start[1], x, n, points))
    for _ in range(100):
        gradient, hessian = _derivatives(best, x, n, points)
        hill = bool(hessian[0, 0] < 0 and np.linalg.det(hessian) > 0)
        step = -np.linalg.solve(hessian, gradient) if hill else 0.3 * gradient / max(float(np.hypot(*gradient)), 1e-300)
        for _ in range(40):
            trial = np.array([best[0] + step[0], abs(best[1] + step[1])])
            reached = float(log_likelihood(trial[0], trial[1], x, n, points))
            if reached > value or np.max(np.abs(step)) < 1e-8:
                break
            step = step / 2
        if reached > value:
            best, value = trial, reached
        if np.max(np.abs(step)) < 1e-7:
            return best, hill
    return best, False


def _derivatives(at: Floats, x: Floats, n: Floats, points: int) -> tuple[Floats, Floats]:
    """Gradient and Hessian of the log-likelihood for (mu, tau) by central differences.

    The step is a small part of mu's standard error, so that it suits ten patients and ten million.
    """
    p = special.expit(at[0])
    variance = 1 / np.maximum(n * p * (1 - p), 1e-12) + at[1] ** 2
    h = min(1e-2, 3e-3 / math.sqrt(float(np.sum(1 / variance))))
    grid = np.array([-h, 0.0, h])
    f = log_likelihood(at[0] + grid[:, None], at[1] + grid, x, n, points)  # (mu, tau)
    gradient = np.array([f[2, 1] - f[0, 1], f[1, 2] - f[1, 0]]) / (2 * h)
    cross = (f[2, 2] - f[2, 0] - f[0, 2] + f[0, 0]) / 4
    hessian = np.array([[f[2, 1] - 2 * f[1, 1] + f[0, 1], cross], [cross, f[1, 2] - 2 * f[1, 1] + f[1, 0]]])
    return gradient, hessian / (h * h)


def _standard_error(mu: float, tau: float, x: Floats, n: Floats, points: int) -> float:
    """Of mu, tau being estimated too; where the information matrix cannot be inverted, of mu alone."""
    p = special.expit(mu)
    if tau == 0:
        return float(1 / math.sqrt(float(np.sum(n * p * (1 - p)))))
    _, hessian = _derivatives(np.array([mu, tau]), x, n, points)
    determinant = hessian[0, 0] * hessian[1, 1] - hessian[0, 1] ** 2
    if determinant > 0 and hessian[1, 1] < 0:
        return math.sqrt(-hessian[1, 1] / determinant)
    return 1 / math.sqrt(-hessian[0, 0])


def _saturated(x: Floats, n: Floats) -> float:
    """Log-likelihood with one parameter a study."""
    choose = special.gammaln(n + 1) - special.gammaln(x + 1) - special.gammaln(n - x + 1)
    return float((choose + special.xlogy(x, x / n) + special.xlogy(n - x, 1 - x / n)).sum())


def likelihood_ratio_q(x: Floats, n: Floats) -> float:
    """Twice the distance from the fixed-effect model (tau = 0) to the saturated one."""
    pooled = float(special.logit(x.sum() / n.sum()))
    return max(0.0, -2 * float(log_likelihood(pooled, 0.0, x, n)))


def wald_q(x: Floats, n: Floats) -> float:
    """Wald test of equal logits in the saturated model.

    A study with no event (or nothing but events) has an infinite logit whose weight vanishes faster: it adds nothing.
    """
    inner = (x > 0) & (x < n)
    if not inner.any():
        return 0.0
    x, n = x[inner], n[inner]
    logit, weight = np.log(x / (n - x)), x * (n - x) / n
    return float(np.sum(weight * (logit - np.average(logit, weights=weight)) ** 2))


def corrected(x: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Logits and their variances, with half an event added to both cells of a study that has an empty one."""
    half = np.where((x == 0) | (x == n), 0.5, 0.0)
    events, others = x + half, n - x + half
    return np.log(events / others), 1 / events + 1 / others


def typical_variance(x: Floats, n: Floats) -> float:
    """The "typical" within-study variance of Higgins & Thompson, equation 9, on corrected logits."""
    weight = 1 / corrected(x, n)[1]
    return float((len(x) - 1) / (weight.sum() - (weight**2).sum() / weight.sum()))


def pool_logits(studies: Sequence[Study], hartung_knapp: bool = False, level: float = 0.95) -> Pooled:
    """DerSimonian & Laird on logits (half an event added where a cell is empty), with the Hartung-Knapp interval
    (z is replaced by t, the variance by the weighted residual one) where asked for. Shown beside the model, not
    instead of it: the correction pulls rare events upwards. (statsmodels' combine_effects goes on with a negative
    tau2 where this stops at 0, and is not used for that reason.)
    """
    kept, dropped = usable(studies)
    x = np.array([study.events for study in kept], dtype=float)
    n = np.array([study.total for study in kept], dtype=float)
    method = "inverse variance, DerSimonian-Laird" + (", Hartung-Knapp" if hartung_knapp else "")
    base = Pooled(studies=len(kept), events=int(x.sum()), total=int(n.sum()), dropped=dropped, method=method)
    if len(kept) < 2:
        return replace(base, reason="fewer than two studies: nothing to pool")
    effects, variances = corrected(x, n)
    df, weight = len(kept) - 1, 1 / variances
    q = float(np.sum(weight * (effects - np.average(effects, weights=weight)) ** 2))
    tau2 = max(0.0, (q - df) / float(weight.sum() - (weight**2).sum() / weight.sum()))
    weight = 1 / (variances + tau2)
    mu = float(np.average(effects, weights=weight))
    variance = 1 / float(weight.sum())
    quantile = special.ndtri((1 + level) / 2)
    if hartung_knapp:
        variance *= float(np.sum(weight * (effects - mu) ** 2)) / df
        quantile = special.stdtrit(df, (1 + level) / 2)
    se = math.sqrt(variance)
    return replace(
        base,
        proportion=float(special.expit(mu)),
        interval=_on_proportions(mu, float(quantile) * se),
        mu=mu,
        se=se,
        tau2=tau2,
        i2=max(0.0, (q - df) / q) if q > 0 else 0.0,
        q_wald=q,
        df=df,
        p_wald=float(special.chdtrc(df, q)),
    )


def leave_one_out(studies: Sequence[Study]) -> list[tuple[Study, Pooled]]:
    """Each study with the result without it; empty below three studies and above LEAVE_ONE_OUT_LIMIT."""
    kept, _ = usable(studies)
    if not 3 <= len(kept) <= LEAVE_ONE_OUT_LIMIT:
        return []
    whole = pool(kept)
    return [(study, pool([*kept[:i], *kept[i + 1 :]], near=whole)) for i, study in enumerate(kept)]


def subgroups(groups: Mapping[str, Sequence[Study]]) -> Subgroups:
    """A model a group (each with its own tau2), and the test that the groups' logits are equal."""
    results = {name: pool(studies) for name, studies in groups.items()}
    finite = [r for r in results.values() if r.mu is not None and r.se]
    if len(finite) < 2:
        return Subgroups(results)
    mu = np.array([r.mu for r in finite], dtype=float)
    weight = np.array([1 / r.se**2 for r in finite if r.se], dtype=float)
    q = float(np.sum(weight * (mu - np.average(mu, weights=weight)) ** 2))
    return Subgroups(results, q, len(finite) - 1, float(special.chdtrc(len(finite) - 1, q)))
