"""The expected values are R's own (R 4.2.2, metafor 3.8-1, lme4 1.1-31, metadat 1.2-0), with the calls beside them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.meta_analysis import (
    Interval,
    Pooled,
    Study,
    exact_interval,
    leave_one_out,
    pool,
    pool_logits,
    subgroups,
    usable,
)


def studies(events: list[int], totals: list[int]) -> list[Study]:
    return [Study(f"study {i}", x, n) for i, (x, n) in enumerate(zip(events, totals, strict=True), start=1)]


def numbers(*texts: str) -> tuple[float, ...]:
    return tuple(float(word) for text in texts for word in text.split())


# Pritz 1997, haemorrhage: metadat::dat.pritz1997 (xi, ni), whose help page fits rma.glmm(measure = "PLO")
PRITZ = studies(
    [16, 10, 4, 43, 10, 25, 13, 12, 22, 4, 5, 18, 58, 6],
    [17, 12, 8, 58, 10, 42, 14, 12, 41, 5, 6, 23, 68, 10],
)
# Niel-Weise 2007, catheters: metadat::dat.nielweise2007, an example of Stijnen et al. (Stat Med 2010;29:3046).
# Treated arms (ai, n1i): six studies without an event. Control arms (ci, n2i): one.
NIELWEISE_TREATED = studies(
    [0, 1, 2, 0, 5, 1, 1, 1, 1, 1, 0, 0, 3, 6, 0, 0, 1, 4],
    [116, 44, 208, 130, 151, 98, 174, 74, 97, 113, 66, 70, 188, 187, 118, 252, 345, 64],
)
NIELWEISE_CONTROL = studies(
    [3, 3, 9, 7, 6, 4, 3, 2, 19, 2, 7, 1, 5, 11, 0, 1, 3, 1],
    [117, 35, 195, 136, 157, 139, 177, 39, 103, 122, 64, 58, 175, 180, 105, 262, 362, 69],
)
# The examples of ?meta::metaprop: the first one; Newcombe 1998; Miller 1978; "examples with zero events"
METAPROP = studies([4, 3, 2, 1], [10, 20, 30, 40])
NEWCOMBE = studies([81, 15, 0, 1], [263, 148, 20, 29])
MILLER = studies([3, 6, 10, 1], [11, 17, 21, 6])
METAPROP_ZEROS = studies([0, 0, 10, 10], [100, 100, 100, 100])

# r <- rma.glmm(measure = "PLO", xi = x, ni = n); p <- predict(r, transf = transf.ilogit)
# r$beta, r$se, r$tau2, r$I2 / 100, r$H2, r$QE.Wld, r$QE.LRT, p$pred, p$ci.lb, p$ci.ub, p$pi.lb, p$pi.ub
RMA_GLMM = {
    "pritz": (
        PRITZ,
        *numbers(
            "1.376604 0.288387 0.589331 0.677897 3.10460 25.09791 42.23240",
            "0.798445 0.692403 0.874553 0.442584 0.951841",
        ),
    ),
    "nielweise treated": (
        NIELWEISE_TREATED,
        *numbers(
            "-4.812144 0.355474 0.826508 0.559119 2.26819 16.14519 37.98966",
            "0.008065 0.004034 0.016057 0.001199 0.052207",
        ),
    ),
    "nielweise control": (
        NIELWEISE_CONTROL,
        *numbers(
            "-3.496443 0.256991 0.812354 0.777281 4.48996 69.10323 85.28394",
            "0.029414 0.017984 0.047754 0.004805 0.159828",
        ),
    ),
    "metaprop": (
        METAPROP,
        *numbers(
            "-2.148626 0.597867 0.906711 0.630619 2.70723 9.37628 10.59965",
            "0.104460 0.034877 0.273522 0.012713 0.513760",
        ),
    ),
    "newcombe": (
        NEWCOMBE,
        *numbers(
            "-2.418890 0.753196 1.386448 0.917766 12.16045 25.32610 43.30399",
            "0.081744 0.019935 0.280365 0.005718 0.579491",
        ),
    ),
    "miller, no heterogeneity": (
        MILLER,
        *numbers("-0.559616 0.280306 0.0 0.0 1.0 2.42591 2.66631", "0.363636 0.248056 0.497443 0.248056 0.497443"),
    ),
    "metaprop with zeros": (
        METAPROP_ZEROS,
        *numbers(
            "-4.372760 1.584544 5.552335 0.950795 20.32296 0.0 28.77901", "0.012459 0.000565 0.219752 0.000048 0.767220"
        ),
    ),
}


@pytest.mark.parametrize(
    ("data", "mu", "se", "tau2", "i2", "h2", "wald", "lrt", "estimate", "low", "high", "lowest", "highest"),
    RMA_GLMM.values(),
    ids=RMA_GLMM,
)
def test_the_model_gives_what_rma_glmm_gives(
    data, mu, se, tau2, i2, h2, wald, lrt, estimate, low, high, lowest, highest
):
    result = pool(data)
    assert (result.mu, result.se, result.tau2) == pytest.approx((mu, se, tau2), rel=5e-4, abs=5e-5)
    assert (result.i2, result.h2) == pytest.approx((i2, h2), rel=5e-4)
    assert (result.q_wald, result.q_lrt) == pytest.approx((wald, lrt), rel=5e-5, abs=5e-5)
    intervals = (result.interval.low, result.interval.high, result.prediction.low, result.prediction.high)
    assert (result.proportion, *intervals) == pytest.approx((estimate, low, high, lowest, highest), rel=5e-4, abs=1e-6)
    assert result.reason is None


# r <- rma(measure = "PLO", xi = x, ni = n, method = "DL"): beta, se, tau2, I2 / 100, QE, ci.lb, ci.ub
# and with test = "knha": se, ci.lb, ci.ub
RMA_UNI = {
    "pritz": (
        PRITZ,
        (1.137969, 0.240896, 0.361558, 0.563545, 29.78542, 0.665822, 1.610117),
        (0.244286, 0.610222, 1.665716),
    ),
    "nielweise treated": (
        NIELWEISE_TREATED,
        (-4.198374, 0.238465, 0.255746, 0.281823, 23.67104, -4.665757, -3.730991),
        (0.226990, -4.677282, -3.719466),
    ),
    "metaprop": (
        METAPROP,
        (-1.978832, 0.649645, 1.128811, 0.680044, 9.37627, -3.252112, -0.705551),
        (0.673072, -4.120847, 0.163184),
    ),
    "newcombe": (
        NEWCOMBE,
        (-2.093430, 0.619405, 1.060937, 0.895180, 28.62058, -3.307441, -0.879419),
        (0.630750, -4.100760, -0.086100),
    ),
    "miller, no heterogeneity": (
        MILLER,
        (-0.521908, 0.287058, 0.0, 0.0, 2.42591, -1.084531, 0.040715),
        (0.258135, -1.343408, 0.299592),
    ),
}


def logit(p: float) -> float:
    return math.log(p / (1 - p))


@pytest.mark.parametrize(("data", "classic", "hartung_knapp"), RMA_UNI.values(), ids=RMA_UNI)
def test_dersimonian_laird_and_hartung_knapp_give_what_rma_gives(data, classic, hartung_knapp):
    result = pool_logits(data)
    bounds = (logit(result.interval.low), logit(result.interval.high))
    found = (result.mu, result.se, result.tau2, result.i2, result.q_wald, *bounds)
    assert found == pytest.approx(classic, rel=1e-5, abs=2e-6)
    knha = pool_logits(data, hartung_knapp=True)
    assert knha.mu == result.mu
    bounds = (logit(knha.interval.low), logit(knha.interval.high))
    assert (knha.se, *bounds) == pytest.approx(hartung_knapp, rel=1e-5, abs=2e-6)


@pytest.mark.parametrize(
    ("events", "total", "low", "high"),
    [(81, 263, 0.2527, 0.3676), (15, 148, 0.0578, 0.1617), (0, 20, 0.0, 0.1684), (1, 29, 0.0009, 0.1776)],
)
def test_exact_intervals_are_those_of_newcombe_1998_table_1_method_5(events, total, low, high):
    interval = exact_interval(events, total)
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(("events", "total"), [(0, 0), (3, 2), (-1, 5), (1, -1)])
def test_there_is_no_exact_interval_of_impossible_counts(events, total):
    assert exact_interval(events, total) is None


# m <- metaprop(x, n, method = "GLMM") of meta 6.5-0: m$I2
META_I2 = {"metaprop": (METAPROP, 0.680044), "pritz": (PRITZ, 0.482029), "newcombe": (NEWCOMBE, 0.881545)}


@pytest.mark.parametrize(("data", "i2"), META_I2.values(), ids=META_I2)
def test_i2_of_the_wald_statistic_is_what_metaprop_gives(data, i2):
    assert pool(data).i2_q == pytest.approx(i2, abs=5e-6)


def test_the_prediction_interval_with_t_takes_k_minus_1_degrees_of_freedom():
    # method.predict = "V" of meta: mu +/- qt(0.975, k - 1) * sqrt(se^2 + tau2)
    half = 3.182446 * math.sqrt(0.597867**2 + 0.906711)
    result = pool(METAPROP)
    assert logit(result.prediction_t.low) == pytest.approx(-2.148626 - half, rel=1e-4)
    assert logit(result.prediction_t.high) == pytest.approx(-2.148626 + half, rel=1e-4)


def test_all_zero_events_give_the_exact_interval_of_the_sum_and_the_reason():
    result = pool(studies([0, 0, 0], [10, 20, 30]))
    assert result.proportion == 0
    assert result.interval == exact_interval(0, 60)
    assert result.tau2 is None and result.prediction is None
    assert "no study reports an event" in result.reason


def test_all_events_give_the_exact_interval_of_the_sum_and_the_reason():
    result = pool(studies([10, 20], [10, 20]))
    assert result.proportion == 1
    assert result.interval == exact_interval(30, 30)
    assert "every patient" in result.reason


def test_studies_with_none_or_all_and_nothing_between_have_no_estimate():
    result = pool(studies([0, 5], [5, 5]))
    assert result.proportion is None
    assert "none or all" in result.reason


def test_one_study_is_shown_with_its_exact_interval():
    result = pool(studies([3], [10]))
    assert (result.proportion, result.interval) == (0.3, exact_interval(3, 10))
    assert "one study" in result.reason


def test_no_study_at_all_has_a_reason():
    assert pool([]).reason is not None
    assert pool_logits([]).reason is not None
    assert leave_one_out([]) == []


def test_impossible_counts_are_dropped_and_named():
    kept, dropped = usable([Study("A", 3, 2), Study("B", 1, 0), Study("C", 1, 4), Study("D", -1, 4)])
    assert [study.label for study in kept] == ["C"]
    assert dropped == ("A: 3 events in 2 patients", "B: no patients at risk", "D: -1 events in 4 patients")
    assert pool([Study("A", 3, 2), Study("C", 1, 4)]).dropped == ("A: 3 events in 2 patients",)


def test_billions_of_patients_keep_their_digits():
    result = pool(studies([500_000_000, 500_100_000], [10**9, 10**9]))
    # two logits 4e-4 apart with variances 4e-9: tau2 = 2e-4^2 - 4e-9 by maximum likelihood
    assert result.tau2 == pytest.approx(3.6e-8, rel=1e-3)
    assert result.se == pytest.approx(math.sqrt((3.6e-8 + 4e-9) / 2), rel=5e-2)


def test_a_second_peak_of_the_likelihood_away_from_zero_is_found():
    # glmer: mu -0.44331, tau2 0.057799; the flat model is a local maximum 0.0003 lower
    result = pool(studies([6, 12, 6, 0, 32, 8], [18, 20, 21, 8, 76, 17]))
    assert (result.mu, result.tau2) == pytest.approx((-0.44331, 0.057799), rel=5e-4)


def test_leaving_one_out_equals_pooling_the_others():
    for study, without in leave_one_out(NIELWEISE_CONTROL[:6]):
        again = pool([other for other in NIELWEISE_CONTROL[:6] if other != study])
        assert (without.mu, without.se) == pytest.approx((again.mu, again.se), rel=1e-5)


def test_leave_one_out_says_nothing_of_two_studies_and_of_a_thousand():
    assert leave_one_out(METAPROP[:2]) == []
    assert leave_one_out(studies([1] * 1000, [10] * 1000)) == []


def test_subgroups_differ_by_the_wald_test_of_their_estimates():
    # m <- metaprop(c(ai, ci), c(n1i, n2i), method = "GLMM", subgroup = rep(c("treated", "control"), each = 18))
    # of meta 6.5-0: m$Q.b.random, m$pval.Q.b.random; a group without an event has no finite logit to test
    result = subgroups({"treated": NIELWEISE_TREATED, "control": NIELWEISE_CONTROL, "none": studies([0], [9])})
    assert result.df == 1
    assert (result.q, result.p) == pytest.approx((8.996963, 0.002704287), rel=5e-4)
    assert result.groups["none"].proportion == 0


def test_one_group_has_no_test_of_a_difference():
    assert subgroups({"only": METAPROP}).q is None


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(-1, 40), st.integers(-1, 40)), max_size=12))
def test_pooling_never_raises_and_keeps_estimates_inside_their_intervals(pairs):
    data = [Study(str(i), x, n) for i, (x, n) in enumerate(pairs)]
    result = pool(data)
    assert isinstance(result, Pooled)
    assert (result.proportion is None) <= (result.reason is not None)
    assert result.studies + len(result.dropped) == len(pairs)
    for interval in (result.interval, result.prediction, result.prediction_t):
        if interval is not None:
            assert 0 <= interval.low <= result.proportion <= interval.high <= 1


@settings(max_examples=15)
@given(st.lists(st.tuples(st.integers(0, 20), st.integers(20, 60)), min_size=2, max_size=8))
def test_the_order_of_studies_does_not_matter(pairs):
    data = [Study(str(i), x, n) for i, (x, n) in enumerate(pairs)]
    forward, backward = pool(data), pool(data[::-1])
    assert (forward.mu is None) == (backward.mu is None)
    if forward.mu is not None:
        assert (forward.mu, forward.se) == pytest.approx((backward.mu, backward.se), rel=1e-4, abs=1e-6)


def test_intervals_are_plain_numbers_from_low_to_high():
    assert exact_interval(2, 8) == Interval(pytest.approx(0.0319, abs=5e-5), pytest.approx(0.6509, abs=5e-5))
