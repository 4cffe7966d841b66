"""Smoothing for every node of a panel: statsmodels' own figures, and who fell back and why."""

import numpy as np
import pandas as pd
import pytest

from salesanalysis.errors import ContractError
from salesanalysis.forecast.inspection.ets import ets

MONTH = np.arange(40)


def seasonal(level: float = 100.0, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return level + 10 * np.sin(MONTH / 6 * np.pi) + rng.normal(0, 2, 40)


@pytest.fixture(scope="module")
def history() -> np.ndarray:
    """Six nodes: plain, five months old, constant, with a gap, negative, one year old."""
    table = np.full((7, 40), np.nan)
    table[0], table[2] = seasonal(), 50.0
    table[1, -5:] = [1.0, 2, 3, 4, 5]
    table[3] = seasonal()
    table[3, 7] = np.nan
    table[4] = seasonal(-10.0)
    table[5, -14:] = seasonal()[-14:]
    return table


# -- worked by hand ---------------------------------------------------------------------------


def test_nodes_that_cannot_be_fitted_repeat_their_last_season_and_say_why(history):
    found = ets(history, 14)
    assert found.status.tolist() == [
        "ok", "few_months", "constant", "gap", "ok", "ok", "no_history",
    ]  # fmt: skip
    assert found.fell_back.tolist() == [1, 2, 3, 6]
    assert found.point[1].tolist() == [3.0] * 14
    assert found.point[2].tolist() == [50.0] * 14
    assert found.point[3].tolist() == [*history[3, -12:], *history[3, -12:-10]]
    assert found.point[6].tolist() == [0.0] * 14


# -- invariants -------------------------------------------------------------------------------


def test_every_figure_lies_inside_its_bounds_and_nothing_is_empty(history):
    found = ets(history, 14, coverage=(0.95, 0.80))
    assert found.point.shape == (7, 14)
    assert found.lower.shape == found.upper.shape == (2, 7, 14)
    stack = np.stack([found.lower[1], found.lower[0], found.point, found.upper[0], found.upper[1]])
    assert np.isfinite(stack).all()
    assert (np.diff(stack, axis=0) >= -1e-9).all()
    assert (found.lower[:, [0, 1, 5]] >= 0).all()
    assert (found.lower[:, 4] < 0).any()


def test_ten_times_the_sales_give_ten_times_the_forecast_and_order_does_not_matter(history):
    one = ets(history[[0, 4]], 6)
    ten = ets(10 * history[[4, 0]], 6)
    assert np.allclose(10 * one.point[::-1], ten.point, rtol=1e-6)


# -- planted truth ----------------------------------------------------------------------------


def test_a_planted_season_comes_back():
    truth = 100 + 10 * np.sin(np.arange(40, 52) / 6 * np.pi)
    assert np.abs(ets(seasonal()[None, :], 12).point[0] - truth).max() < 6


# -- outside reference ------------------------------------------------------------------------


def test_positive_sales_are_statsmodels_damped_form_of_their_logarithms():
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    values = seasonal()
    logs = pd.Series(
        np.log(values / values.mean()), index=pd.period_range("2000-01", periods=40, freq="M")
    )
    fit = ETSModel(
        logs, error="add", trend="add", damped_trend=True, seasonal="add", seasonal_periods=12,
        initialization_method="heuristic",
    ).fit(disp=False)  # fmt: skip
    frame = np.exp(fit.get_prediction(start=40, end=51).summary_frame(alpha=0.05)) * values.mean()
    ours = ets(values[None, :], 12)
    assert np.allclose(ours.point[0], frame["mean"])
    assert np.allclose(ours.upper[1, 0], frame["pi_upper"])


# -- refusals ---------------------------------------------------------------------------------


def test_what_is_no_table_of_nodes_and_months_is_refused():
    with pytest.raises(ContractError) as caught:
        ets(np.arange(12.0), 3)
    assert str(caught.value) == (
        "ets needs nodes x months and a horizon of at least 1, got shape (12,) and 3.\n"
        "  where: forecast.inspection.ets.ets(history, horizon)\n"
        "  fix:   pass panel.matrix().to_numpy(), and 12 for a year ahead"
    )


def test_a_fit_that_does_not_settle_falls_back(monkeypatch):
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    real = ETSModel.fit
    monkeypatch.setattr(ETSModel, "fit", lambda self, **kw: real(self, maxiter=1, **kw))
    found = ets(seasonal()[None, :], 12)
    assert found.status.tolist() == ["not_converged"]
    assert found.point[0].tolist() == seasonal()[-12:].tolist()
