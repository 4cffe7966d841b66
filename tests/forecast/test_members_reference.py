"""Members, weights and sizes of errors against other people's code."""

import warnings

import numpy as np
import pandas as pd
import pytest

from salesanalysis.forecast.calibrate import fit_sizes, reference_scores, start_weights
from salesanalysis.forecast.calibrate.sizes import LEAST_ERRORS, POWER, SCALE_24, TIED, _student_3
from salesanalysis.forecast.calibrate.weights import PULL, _least_absolute, fit_weights
from salesanalysis.forecast.members.block import Block
from salesanalysis.forecast.members.pooled import pooled_regression
from salesanalysis.forecast.members.season import Season
from salesanalysis.forecast.members.seasonal import holt_winters
from salesanalysis.forecast.members.smoothing import damped, simple
from salesanalysis.forecast.run.scores import quantiles


def one(values: np.ndarray) -> Block:
    """Lay out one history."""
    return Block(values[:, None], np.array([len(values)]))


@pytest.fixture(scope="module")
def history() -> np.ndarray:
    """Return 30 months with a bend."""
    rng = np.random.default_rng(20240)
    return 100 + np.cumsum(rng.normal(0.8, 3, 30))


def test_level_smoothing_is_that_of_statsmodels(history: np.ndarray) -> None:
    from statsmodels.tsa.holtwinters import SimpleExpSmoothing

    model = SimpleExpSmoothing(
        history, initialization_method="known", initial_level=history[:6].mean()
    ).fit(smoothing_level=0.3, optimized=False)
    flat, _ = simple(one(history), 5, alpha=(0.3,))
    assert flat.ravel() == pytest.approx(model.forecast(5), rel=1e-12)


@pytest.mark.parametrize(("alpha", "beta", "phi"), [(0.3, 0.2, 0.9), (0.7, 0.05, 0.98)])
def test_the_damped_trend_is_that_of_statsmodels(
    history: np.ndarray, alpha: float, beta: float, phi: float
) -> None:
    from statsmodels.tsa.holtwinters import Holt

    half = np.polyfit(np.arange(30), history, 1)[0] / 2
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = Holt(
            history, damped_trend=True, initialization_method="known",
            initial_level=history[:6].mean() - half, initial_trend=half,
        ).fit(smoothing_level=alpha, smoothing_trend=beta, damping_trend=phi, optimized=False)  # fmt: skip
    point, variance = damped(one(history), 12, alpha=(alpha,), beta=(beta,), phi=(phi,))
    assert point.ravel() == pytest.approx(model.forecast(12), rel=1e-10)
    assert variance[0, 0] == pytest.approx((model.resid**2).sum() / 27, rel=1e-10)


def test_the_growth_of_the_error_is_that_of_the_state_space_form(history: np.ndarray) -> None:
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    alpha, beta, phi, half = 0.4, 0.2, 0.9, np.polyfit(np.arange(30), history, 1)[0] / 2
    dated = pd.Series(history, index=pd.period_range("2020-01", periods=30, freq="M"))
    level = history[:6].mean() - half
    model = ETSModel(
        dated, trend="add", damped_trend=True, initialization_method="known",
        initial_level=level, initial_trend=half,
    )  # fmt: skip
    # theirs: what reaches the trend is alpha x beta in one number
    fitted = model.smooth(np.array([alpha, alpha * beta, phi]))
    point, variance = damped(one(history), 6, alpha=(alpha,), beta=(beta,), phi=(phi,))
    assert point.ravel() == pytest.approx(fitted.forecast(6).to_numpy(), rel=1e-10)
    theirs = np.asarray(fitted.get_prediction(start=30, end=35).forecast_variance)
    assert (variance / variance[0]).ravel() == pytest.approx(theirs / theirs[0], rel=1e-9)


def test_the_moving_season_is_that_of_the_state_space_form() -> None:
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    rng, alpha, gamma, phi = np.random.default_rng(3), 0.35, 0.15, 0.8
    amounts = 10 * np.sin(np.arange(12) / 6 * np.pi)
    months = 200 + np.tile(amounts, 4) + rng.normal(0, 5, 48)
    dated = pd.Series(months, index=pd.period_range("2020-01", periods=48, freq="M"))
    plain = months - np.tile(amounts, 4)
    model = ETSModel(
        dated, trend="add", damped_trend=True, seasonal="add", seasonal_periods=12,
        initialization_method="known", initial_level=plain[:12].mean(), initial_trend=0.0,
        initial_seasonal=amounts,
    )  # fmt: skip
    fitted = model.smooth(np.array([alpha, 0.1 * alpha, gamma * (1 - alpha), phi]))
    season = Season(amounts[::-1][:, None].copy(), np.array([False]), np.array([1.0]))
    said = holt_winters(one(months), season, 14, alpha=(alpha,), gamma=(gamma,), phi=(phi,))
    assert said.ravel() == pytest.approx(fitted.forecast(14).to_numpy(), rel=1e-9)


# weights


@pytest.mark.parametrize("seed", range(3))
def test_the_weights_are_the_best_a_general_solver_finds(seed: int) -> None:
    from scipy.optimize import LinearConstraint, minimize

    rng, start = np.random.default_rng(seed), start_weights()
    n, k = 40, len(start)
    shared = rng.normal(0, 1, (n, 1))
    errors = shared + rng.normal(0, np.linspace(0.2, 2, k), (n, k))

    def cost(w: np.ndarray) -> float:
        return float(np.abs(errors @ w).mean() + PULL * ((w - start) ** 2).sum())

    # |E w| as t >= E w, t >= -E w: smooth, so that the solver's optimum is one
    both = np.block([[-errors, np.eye(n)], [errors, np.eye(n)]])
    total = np.r_[np.ones(k), np.zeros(n)][None, :]
    found = minimize(
        lambda x: x[k:].mean() + PULL * ((x[:k] - start) ** 2).sum(),
        np.r_[start, np.abs(errors @ start)],
        jac=lambda x: np.r_[2 * PULL * (x[:k] - start), np.full(n, 1 / n)],
        bounds=[(0, None)] * (k + n),
        constraints=[LinearConstraint(both, 0, np.inf), LinearConstraint(total, 1, 1)],
        method="SLSQP",
        options={"maxiter": 500, "ftol": 1e-12},
    )
    ours = _least_absolute(errors, start)
    assert ours.min() >= 0
    assert ours.sum() == pytest.approx(1.0, abs=1e-12)
    assert cost(ours) <= cost(found.x[:k]) * (1 + 1e-3)
    assert ours == pytest.approx(found.x[:k], abs=0.02)


def test_fewer_than_300_errors_leave_the_weights_where_they_start() -> None:
    rng, start = np.random.default_rng(1), start_weights()
    errors = rng.normal(0, 1, (len(start), 299, 1))
    assert fit_weights([errors], 4).tolist() == np.repeat(start[:, None], 4, axis=1).tolist()
    more = rng.normal(0, 1, (len(start), 300, 1))
    learned = fit_weights([more], 4)
    assert not np.allclose(learned[:, 0], start)
    # beyond the steps that were seen: half way back to the start
    assert learned[:, 3] == pytest.approx((learned[:, 0] + start) / 2)
    assert learned.sum(axis=0) == pytest.approx([1.0] * 4)


def test_the_member_without_errors_gets_most_and_one_broken_series_does_not_decide() -> None:
    rng, start = np.random.default_rng(2), start_weights()
    errors = rng.normal(0, 1, (len(start), 400, 3))
    errors[6] = 0.0
    clean = fit_weights([errors], 3)[:, 0]
    assert clean.argmax() == 6
    errors[6, 0] = 1e9
    assert fit_weights([errors], 3)[:, 0].argmax() == 6


# sizes of errors


def test_quantiles_of_student_are_those_of_scipy() -> None:
    from scipy import stats

    share = np.array([[0.001, 0.025, 0.1, 0.5], [0.6, 0.9, 0.975, 0.999]])
    assert _student_3(share) == pytest.approx(stats.t(3).ppf(share), abs=1e-9)


def test_scores_of_a_panel_without_a_past_have_heavy_tails_and_months_that_go_together() -> None:
    from scipy import stats

    scores = reference_scores(12)
    assert scores.shape == (400, 12)
    same = SCALE_24 * stats.t(3).ppf((np.arange(400) + 0.5) / 400)
    assert np.sort(scores, axis=0) == pytest.approx(np.repeat(same[:, None], 12, axis=1), abs=1e-9)
    ranks = np.corrcoef(np.argsort(np.argsort(scores, axis=0), axis=0).T)
    apart = ranks[~np.eye(12, dtype=bool)]
    assert apart.mean() == pytest.approx(TIED, abs=0.06)
    assert apart.min() > 0.1


def test_the_tails_of_ninety_nine_scores_are_the_tenth_and_the_ninetieth() -> None:
    vectors = np.repeat(np.arange(1.0, 100.0)[:, None], 4, axis=1)
    low, high = quantiles(vectors, (0.8,))[0]
    assert low.tolist() == pytest.approx([10.0] * 4)
    assert high.tolist() == pytest.approx([90.0] * 4)


def test_tails_are_smoothed_over_five_steps_and_fewer_at_the_ends() -> None:
    vectors = np.arange(1.0, 100.0)[:, None] * np.array([1.0, 1, 1, 6, 1, 1, 1])
    _, high = quantiles(vectors, (0.8,))[0]
    # means of (1,1,1), (1,1,1,6), (1,1,6,1,1), ... times 90
    assert (high / 90).tolist() == pytest.approx([1, 9 / 4, 2, 2, 2, 9 / 4, 1])


def test_the_size_of_errors_is_learned_where_errors_follow_a_power() -> None:
    rng = np.random.default_rng(5)
    raw = np.exp(rng.normal(-2, 0.8, 6000))
    flat = fit_sizes([rng.laplace(0, 1.5 * raw)], [raw])
    assert flat.power == pytest.approx(1.0, abs=0.03)
    assert np.exp(flat.constant) * 0.1**flat.power == pytest.approx(0.15, rel=0.05)
    # held near 1: a true power of 0.5 is met part of the way
    bent = fit_sizes([rng.laplace(0, raw**0.5)], [raw])
    assert 0.5 < bent.power < 0.8
    assert (
        fit_sizes([rng.laplace(0, 1, LEAST_ERRORS - 1)], [raw[: LEAST_ERRORS - 1]]).power == POWER
    )


def test_one_broken_series_does_not_widen_the_others() -> None:
    rng = np.random.default_rng(6)
    raw = np.full(2000, 0.1)
    error = rng.laplace(0, 0.1, 2000)
    calm = fit_sizes([error], [raw]).of(np.array([[0.1]]), np.ones(1))
    error[:10] = 1e12
    wild = fit_sizes([error], [raw]).of(np.array([[0.1]]), np.ones(1))
    assert wild == pytest.approx(calm, rel=0.2)


def test_one_regression_learns_the_season_all_nodes_share() -> None:
    rng, size = np.random.default_rng(4), np.array([1.0, 3.0, 0.5, 2.0, 9.0])
    season = np.log(1 + 0.3 * np.sin(np.arange(72) / 6 * np.pi))
    rows = season[:60, None] + np.log(size) + rng.normal(0, 0.05, (60, 5))
    said, missing = pooled_regression(Block(rows, np.full(5, 60)), 12)
    assert not missing.any()
    gap = np.exp(said) / np.outer(np.exp(season[60:]), size) - 1
    assert np.abs(gap).mean() < 0.05


def test_years_that_repeat_exactly_are_no_case_of_huge_changes() -> None:
    # changes from last year differ by rounding only: measured in those, all would be cut
    season = np.log(1 + 0.3 * np.sin(np.arange(72) / 6 * np.pi))
    said, _ = pooled_regression(
        Block(season[:60, None] + np.log([1.0, 3.0, 7.0]), np.full(3, 60)), 12
    )
    wanted = season[60:, None] + np.log([1.0, 3.0, 7.0])
    assert np.abs(said - wanted).mean() < 0.25 * np.abs(season).mean()


def test_a_node_of_a_year_is_no_case_for_the_regression() -> None:
    rng = np.random.default_rng(7)
    value = rng.normal(0, 1, (40, 6))
    value[:28, 5] = 0.0
    _, missing = pooled_regression(Block(value, np.array([40] * 5 + [12])), 3)
    assert missing.all(axis=0).tolist() == [False] * 5 + [True]
