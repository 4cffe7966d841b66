"""What was put into a panel is found in its forecast, and intervals hold what they promise."""

import numpy as np
import pandas as pd
import pytest
from uglypanels import panel_of

import salesanalysis as sa
from salesanalysis.forecast.calibrate import START
from salesanalysis.forecast.members import NAMES
from salesanalysis.forecast.result import Forecast
from salesanalysis.panel import Panel

MONTHS, AHEAD = 72, 12
SEASON = np.array([0.8, 0.7, 1.0, 1.0, 1.05, 1.1, 0.9, 0.9, 1.1, 1.1, 1.15, 1.2])
SEASON = SEASON / SEASON.mean()


def growing(rng: np.random.Generator, n: int, noise: float, months: int) -> np.ndarray:
    """Return n series that grow 6 % a year with the same season."""
    time = np.arange(months)
    path = np.exp(np.log(1.06) * time / 12) * np.tile(SEASON, months // 12 + 1)[:months]
    return 1e5 * path * np.exp(rng.normal(0, noise, (n, months)))


def panel(rows: np.ndarray) -> Panel:
    """Lay out rows as the units of one region."""
    return panel_of({("N", f"{i:03}"): row for i, row in enumerate(rows)})


def ahead(forecast: Forecast, column: str) -> np.ndarray:
    """Return a column of the leaves ahead, shape (leaves, horizon)."""
    frame = forecast.to_frame()
    rows = frame[(frame["kind"] == "forecast") & (frame["level"] == "line")]
    return rows[column].to_numpy().reshape(-1, forecast.horizon)


# 1. level, season and growth


def test_growth_and_season_are_found_within_the_noise() -> None:
    rng = np.random.default_rng(1)
    whole = growing(rng, 40, 0.08, MONTHS + AHEAD)
    truth = growing(rng, 1, 0.0, MONTHS + AHEAD)[0, MONTHS:]
    forecast = sa.forecast.panel(panel(whole[:, :MONTHS]), AHEAD)
    units = ahead(forecast, "value") / truth - 1
    # one unit: within its monthly noise
    assert np.sqrt((units**2).mean()) < 0.08
    # their sum: season within 4 %, the year nearer than half of what last year misses (growth
    # is damped on purpose)
    company = forecast.select(region="N").point()[0] / (40 * truth) - 1
    missed = whole[:, MONTHS - 12 : MONTHS].sum(axis=0) / (40 * truth) - 1
    assert abs(company.mean()) < 0.5 * abs(missed.mean())
    assert np.abs(company - company.mean()).max() < 0.04


def test_without_noise_the_year_ahead_is_the_year_to_come() -> None:
    rng = np.random.default_rng(1)
    whole = growing(rng, 5, 0.0, MONTHS + AHEAD) * np.array([[1], [2], [3], [4], [5]])
    forecast = sa.forecast.panel(panel(whole[:, :MONTHS]), AHEAD)
    assert ahead(forecast, "value") == pytest.approx(whole[:, MONTHS:], rel=0.02)


def test_the_member_the_panel_was_made_by_gets_weight() -> None:
    # the same month of last year plus noise of its own: nothing else to learn
    rng = np.random.default_rng(2)
    years = np.cumsum(rng.normal(0, 12, (60, 5, 12)), axis=1)
    rows = 200 + years.reshape(60, 60) + 30 * np.tile(np.sin(np.arange(12)), 5)
    naive = sa.forecast.panel(panel(rows), AHEAD).weights.set_index("member")["h1"]
    # a level that wanders: the last level is all there is to know, the season is none
    steps = 400 + np.cumsum(rng.normal(0, 5, (60, 60)), axis=1)
    walk = sa.forecast.panel(panel(steps), AHEAD).weights.set_index("member")["h1"]
    start, remembers = pd.Series(START), ["seasonal_changes", "seasonal_naive"]
    assert naive[remembers].sum() > start[remembers].sum() + 0.2
    assert walk[remembers].sum() < start[remembers].sum()
    levels = ["ses", "damped_trend", "theta"]
    assert walk[levels].sum() > naive[levels].sum()


def test_weights_are_shares_at_every_step() -> None:
    rng = np.random.default_rng(3)
    weights = sa.forecast.panel(panel(growing(rng, 20, 0.1, 60)), 6).weights
    assert weights["member"].tolist() == list(NAMES)
    assert (weights.drop(columns="member") >= 0).to_numpy().all()
    assert weights.drop(columns="member").sum().tolist() == pytest.approx([1.0] * 6)


def test_units_that_sell_now_and_then_are_expected_at_their_mean() -> None:
    rng = np.random.default_rng(4)
    sold = (rng.random((50, 60)) < 0.3) * rng.gamma(4, 50, (50, 60))
    forecast = sa.forecast.panel(panel(sold), 6, reconcile="bottom_up")
    units = forecast.nodes().query("level == 'line'")
    assert units["status"].value_counts().to_dict().get("intermittent", 0) >= 49
    # truth: 0.3 x 200 a month, each unit; 50 units of 60 months know it to a few percent
    assert ahead(forecast, "value").mean() == pytest.approx(60, rel=0.1)


def test_a_young_unit_takes_the_season_and_the_growth_of_its_region() -> None:
    rng = np.random.default_rng(5)
    rows = growing(rng, 12, 0.03, 60)
    young = rows[0, -6:] / 10
    leaves = {("N", f"{i:03}"): row for i, row in enumerate(rows)} | {("N", "new"): young}
    forecast = sa.forecast.panel(panel_of(leaves), AHEAD)
    frame = forecast.to_frame().query("horizon > 0")
    new = frame.loc[frame["node"] == "N / new"]
    assert new["status"].unique().tolist() == ["by_share"]
    truth = 1e4 * np.exp(np.log(1.06) * np.arange(60, 72) / 12) * SEASON
    # by itself it follows the region; being the least certain, it gives way most in the sums
    assert new["before_sums"].to_numpy() == pytest.approx(truth, rel=0.1)
    assert new["value"].sum() == pytest.approx(truth.sum(), rel=0.2)


# 2. intervals


def trending(rng: np.random.Generator, n: int, months: int) -> np.ndarray:
    """Return n damped trends with normal errors."""
    level, trend = np.full(n, 100.0), rng.normal(0, 0.8, n)
    out = np.zeros((n, months))
    for t in range(months):
        error, expected = rng.normal(0, 4, n), level + 0.9 * trend
        out[:, t], level, trend = (
            expected + error,
            expected + 0.3 * error,
            0.9 * trend + 0.03 * error,
        )
    return np.maximum(out, 1.0)


def lasting(rng: np.random.Generator, n: int, months: int) -> np.ndarray:
    """Return n levels with a season whose errors stay for months (0.8 of one reach the next)."""
    error = np.zeros((n, months))
    for t in range(1, months):
        error[:, t] = 0.8 * error[:, t - 1] + rng.normal(0, 0.06, n)
    return 100 * np.exp(error + 0.1 * np.sin(np.arange(months) / 6 * np.pi))


def shares_inside(actual: np.ndarray, low: np.ndarray, high: np.ndarray) -> tuple[float, float]:
    """Return the share inside and its standard error; months of one series go together."""
    inside = ((actual >= low) & (actual <= high)).reshape(len(actual), -1).mean(axis=1)
    return float(inside.mean()), float(inside.std(ddof=1) / np.sqrt(len(inside)))


@pytest.mark.parametrize("make", [trending, lasting])
def test_80_and_95_percent_of_later_months_of_many_units_lie_inside(make) -> None:
    rng = np.random.default_rng(6)
    rows = make(rng, 220, MONTHS + AHEAD)
    forecast = sa.forecast.panel(panel(rows[:, :MONTHS]), AHEAD)
    for share in (80, 95):
        low, high = ahead(forecast, f"lo{share}"), ahead(forecast, f"hi{share}")
        held, error = shares_inside(rows[:, MONTHS:], low, high)
        assert abs(held - share / 100) < 3 * error


def test_a_smaller_panel_is_given_wider_intervals_not_narrower_ones() -> None:
    # 60 units have seen too little of their own tails: other panels' are mixed in
    held = []
    for seed in range(3):
        rows = trending(np.random.default_rng(seed), 60, MONTHS + AHEAD)
        forecast = sa.forecast.panel(panel(rows[:, :MONTHS]), AHEAD)
        inside = (rows[:, MONTHS:] >= ahead(forecast, "lo95")) & (
            rows[:, MONTHS:] <= ahead(forecast, "hi95")
        )
        held.append(inside.mean())
    assert 0.945 < np.mean(held) < 0.985


def test_the_range_of_a_year_holds_where_independent_months_fail() -> None:
    rng = np.random.default_rng(7)
    rows = lasting(rng, 220, MONTHS + AHEAD)
    forecast = sa.forecast.panel(panel(rows[:, :MONTHS]), AHEAD)
    landing = forecast.landing(span=("2024-04", "2025-03")).to_frame()
    landing = landing[landing["level"] == "line"]
    year = rows[:, MONTHS:].sum(axis=1)
    for share in (80, 95):
        low, high = (landing[f"{side}{share}"].to_numpy() for side in ("lo", "hi"))
        held, error = shares_inside(year[:, None], low[:, None], high[:, None])
        assert abs(held - share / 100) < 3 * error
    # the usual mistake: squares of months added up as if they had nothing to do with each other
    half = np.sqrt(((ahead(forecast, "hi80") - ahead(forecast, "lo80")) ** 2 / 4).sum(axis=1))
    wrong = np.abs(year - ahead(forecast, "value").sum(axis=1)) <= half
    assert wrong.mean() < 0.6


def test_the_interval_of_a_node_grows_with_the_months_ahead_and_with_its_noise() -> None:
    rng = np.random.default_rng(8)
    calm, wild = growing(rng, 15, 0.03, 60), growing(rng, 15, 0.3, 60)
    forecast = sa.forecast.panel(panel(np.concatenate([calm, wild])), AHEAD)
    width = ahead(forecast, "hi80") - ahead(forecast, "lo80")
    assert np.median(width[15:]) > 3 * np.median(width[:15])
    assert width[:, 11].mean() > width[:, 0].mean()
