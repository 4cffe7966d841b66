"""Intervals hold what they promise, and say so where they cannot."""

from functools import partial

import numpy as np
import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis.errors import ContractError
from salesanalysis.forecast.floor.pools import normal_vectors, tails
from salesanalysis.forecast.floor.scores import first_origins, rolling, scales
from salesanalysis.forecast.tree import Stack
from salesanalysis.panel import Panel

#: The floor: its figures can be worked out on paper.
floor = partial(sa.forecast.panel, method="seasonal_naive")


def wide_panel(values: np.ndarray) -> Panel:
    months = pd.date_range("2019-01-01", periods=values.shape[1], freq="MS")
    index = pd.Index([f"n{i:04d}" for i in range(len(values))], name="region")
    wide = pd.DataFrame(values, index=index, columns=months).reset_index()
    return Panel.of(wide.melt("region", var_name="period"), by=["region"])


# 1. worked by hand


def test_the_scale_of_a_unit_leans_on_its_level_while_it_is_young() -> None:
    old = np.r_[np.full(12, 10.0), np.full(12, 12.0)]  # changes by 2 in each of 12 months; size 12
    young = np.r_[np.full(18, np.nan), np.full(6, 30.0)]  # no change of its own; size 30
    scale, own = scales(np.array([old, young]), np.array(["region", "region"]))
    relative = 2 / 12
    assert scale.tolist() == pytest.approx([(12 * 2 + 3 * relative * 12) / 15, relative * 30])
    assert own.tolist() == [True, False]


def test_ten_percent_lie_above_the_ninetieth_of_99_scores_and_below_the_tenth() -> None:
    assert tails(np.arange(1.0, 100.0), 0.80, 99) == (10.0, 90.0, False)


def test_a_tail_that_needs_39_scores_takes_the_most_extreme_of_38() -> None:
    assert tails(np.arange(1.0, 39.0), 0.95, 38) == (1.0, 38.0, True)
    assert tails(np.arange(1.0, 40.0), 0.95, 39) == (1.0, 39.0, False)


def test_tails_are_measured_apart() -> None:
    low, high, _ = tails(np.r_[np.full(95, 1.0), np.full(5, -7.0), np.full(100, 2.0)], 0.95, 200)
    assert (low, high) == (-7.0, 2.0)


def test_normal_scores_of_a_second_year_are_wider_and_of_one_year_move_together() -> None:
    vectors = normal_vectors(13)
    assert np.ptp(vectors[:, :12], axis=1).max() == 0.0
    assert vectors[-1, 12] / vectors[-1, 0] == pytest.approx(np.sqrt(2))


# 2. invariants


def test_what_happens_after_an_origin_cannot_touch_its_error() -> None:
    values = np.random.default_rng(5).gamma(4, 10, (6, 48))
    poisoned = values.copy()
    poisoned[:, -6:] *= 1000
    stacks = [Stack.of(wide_panel(v)) for v in (values, poisoned)]
    clean, dirty = (
        rolling(v, s, 6, "seasonal_naive") for v, s in zip((values, poisoned), stacks, strict=True)
    )
    before = clean.origins + 6 <= 42
    np.testing.assert_array_equal(clean.scores[before], dirty.scores[before])
    known = clean.origins <= 42
    np.testing.assert_array_equal(clean.scale[known], dirty.scale[known])
    np.testing.assert_array_equal(clean.until(42), dirty.until(42))


def test_floors_hold_only_where_a_unit_was_never_negative() -> None:
    rng = np.random.default_rng(6)
    positive, signed = np.abs(rng.normal(0, 10, (20, 60))), rng.normal(0, 10, (20, 60))
    frame = floor(wide_panel(np.vstack([positive, signed])), 12).to_frame()
    ahead = frame.query("level == 'region' and horizon > 0")
    low = ahead.groupby("node")["lo95"].min().to_numpy()
    assert (low[:20] == 0).all()
    assert (low[20:] < 0).all()


def test_every_interval_has_a_width_unless_a_status_says_why(company: Panel) -> None:
    ahead = floor(company, 12).to_frame().query("horizon > 0")
    flat = ahead[ahead["hi80"] <= ahead["lo80"]]
    assert set(flat["status"]) == {"ended"}


# 3. planted truth


@pytest.mark.parametrize("noise", ["normal", "skewed", "multiplicative"])
def test_80_and_95_percent_of_later_months_lie_inside_whatever_the_noise(noise: str) -> None:
    rng, n, months = np.random.default_rng(11), 250, np.arange(72)
    size = np.exp(rng.normal(4, 1, (n, 1)))
    season = 10 + 3 * np.sin(months / 6 * np.pi)
    draws = {
        "normal": season + rng.normal(0, 1, (n, 72)),
        "skewed": season + rng.exponential(1.5, (n, 72)),
        "multiplicative": season * np.exp(rng.normal(0, 0.15, (n, 72))),
    }
    values = size * draws[noise]
    ahead = (
        floor(wide_panel(values[:, :60]), 12).to_frame().query("level == 'region' and horizon > 0")
    )
    later = values[:, 60:].ravel()
    for level in (80, 95):
        held = ((later >= ahead[f"lo{level}"]) & (later <= ahead[f"hi{level}"])).mean()
        # 3,000 months, of which those of one unit share a base: standard error below 1 point
        assert abs(held - level / 100) < 0.025, (noise, level, held)


def test_the_coverage_the_forecast_reports_is_the_coverage_that_comes() -> None:
    rng = np.random.default_rng(12)
    values = 100 + rng.normal(0, 10, (200, 72))
    forecast = floor(wide_panel(values[:, :60]), 12)
    reported = forecast.accuracy.set_index("level").loc[
        "region", ["covered80_share", "covered95_share"]
    ]
    assert reported.tolist() == pytest.approx([0.80, 0.95], abs=0.02)


def test_a_panel_that_became_wilder_is_told_that_its_intervals_are_too_narrow() -> None:
    rng, calm = np.random.default_rng(14), "read intervals and chances as too sure"
    values = 100 + rng.normal(0, 3, (60, 60))
    assert calm not in floor(wide_panel(values), 6).explain()
    values[:, 48:] += rng.normal(0, 9, (60, 12))
    assert calm in floor(wide_panel(values), 6).explain()


def test_a_year_of_naive_forecasts_errs_by_one_mean_change_in_its_own_units() -> None:
    rng = np.random.default_rng(13)
    panel = wide_panel(100 + rng.normal(0, 10, (200, 60)))
    result = sa.forecast.backtest(panel, horizon=6, methods=[], origins=30, step=1)
    table = result.to_frame().set_index("level")
    assert table.loc["region", "mase"] == pytest.approx(1.0, abs=0.06)
    # mean size of a normal difference with sd 10 sqrt 2, over sales of 100
    assert table.loc["region", "wape_share"] == pytest.approx(
        10 * 2 / np.sqrt(np.pi) / 100, rel=0.04
    )
    assert "earlier origins: 30" in result.headline()


def test_the_bias_of_a_panel_growing_ten_percent_is_found() -> None:
    values = 100 * 1.1 ** (np.arange(60) / 12) * np.ones((3, 1))
    table = sa.forecast.backtest(wide_panel(values), horizon=6, methods=[]).to_frame()
    # last year is too low: forecast less actual, relative to the actual
    assert table["bias_share"].tolist() == pytest.approx([1 / 1.1 - 1] * 2)


# 4. too little to know


def test_fewer_than_30_scores_give_normal_quantiles_and_say_so(make_panel) -> None:
    values = 100 + np.random.default_rng(1).normal(0, 5, 40)
    forecast = floor(make_panel({"N": values}), 3)
    assert forecast.nodes()["calibrated"].tolist() == [True, True]  # 22 months each, pooled 44
    alone = floor(make_panel({(): values}, by=()), 3)
    assert alone.nodes()[["pool", "calibrated"]].to_numpy().tolist() == [["normal", False]]
    assert "1 of 1 unit has intervals that are not calibrated" in alone.explain()


def test_a_tail_without_enough_scores_is_widened_and_counted(make_panel) -> None:
    values = 100 + np.random.default_rng(1).normal(0, 5, 49)
    forecast = floor(make_panel({(): values}, by=()), 3)
    assert forecast.nodes()[["n_scores", "calibrated", "widened"]].to_numpy().tolist() == [
        [31, True, True]
    ]
    assert "it was widened to the largest one seen" in forecast.explain()


def test_a_first_year_rests_on_the_spread_of_its_months(make_panel) -> None:
    panel = make_panel({"N": [90, 110, 100, 95, 105], "S": [10, 30, 20, 15, 25]})
    forecast = floor(panel, 2)
    nodes = forecast.nodes().set_index("node")
    assert nodes["status"].tolist() == ["young"] * 3
    # N wobbles by 7.5 of 100, S by 7.5 of 20, the company by 15 of 120: the median is 12.5 %
    assert (nodes["scale"] / [120.0, 100.0, 20.0]).tolist() == pytest.approx([0.125] * 3)
    assert not nodes["calibrated"].any()


def test_origins_start_after_a_year_and_a_half_and_end_before_the_last_month() -> None:
    assert first_origins(36).tolist() == list(range(18, 36))
    assert first_origins(20).tolist() == list(range(13, 20))
    assert first_origins(13).tolist() == []
    assert first_origins(200).tolist() == list(range(140, 200))


def test_a_second_year_without_scores_repeats_the_first_and_is_not_called_calibrated() -> None:
    values = 100 + np.random.default_rng(3).normal(0, 5, (8, 30))
    forecast = floor(wide_panel(values), 24)
    assert set(forecast.nodes()["measured_months"]) == {12}
    assert not forecast.nodes()["calibrated"].any()


def test_a_backtest_without_one_origin_is_refused(make_panel) -> None:
    with pytest.raises(ContractError) as caught:
        sa.forecast.backtest(make_panel({"N": [1.0, 2.0]}))
    assert str(caught.value) == (
        "The panel has 2 closed months: no origin has a year before it and 6 months after it.\n"
        "  where: forecast.backtest(panel)\n"
        "  fix:   give at least 18 closed months, or a shorter horizon"
    )
