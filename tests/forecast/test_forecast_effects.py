"""Calendar effects: learnt from closed months over the whole panel, taken out and put back."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesanalysis.errors import ContractError
from salesanalysis.festivals import BEFORE, DURING, Regressors, Window, regressors
from salesanalysis.forecast.effects import adjust, estimate, restore, worth_it
from salesanalysis.forecast.floor.methods import seasonal_naive
from salesanalysis.periods import month_range

TRUTH = np.array([0.15, -0.25])


def spring(n_months, *, ahead=0, first=2015):
    months = month_range(f"{first}-01-01", f"{first + 9}-12-01")[: n_months + ahead]
    return regressors(months)


def own(*columns):
    """Regressors of a made-up calendar."""
    matrix = np.column_stack([np.asarray(c, dtype="float64") for c in columns])
    months = month_range("2020-01", "2039-12")[: len(matrix)]
    names = tuple(f"x{i}" for i in range(len(columns)))
    return Regressors(months, names, matrix, (None,) * len(columns))


def panel(calendar, n_nodes, noise, *, seed=1, spread=0.0, beta=TRUTH):
    rng = np.random.default_rng(seed)
    n_months = len(calendar.matrix)
    season = 0.2 * np.sin(2 * np.pi * np.arange(n_months) / 12)
    node = beta + spread * rng.standard_normal((n_nodes, len(beta)))
    size = rng.normal(4, 2, (n_nodes, 1))
    return np.exp(
        size + season + node @ calendar.matrix.T + noise * rng.standard_normal((n_nodes, n_months))
    )


# -- worked by hand ---------------------------------------------------------------------------


def test_two_nodes_of_equal_noise_give_the_mean_of_their_slopes():
    # season 2: changes of x are 1, 0, 0, 0, 1, 0; centred 2/3, -1/3, -1/3, -1/3, 2/3, -1/3
    x = [0, 0, 1, 0, 1, 0, 2, 0]
    moves = np.array([1, 0, 0, 0, 1, 0])
    logs = np.zeros((2, 8))
    for t in range(2, 8):
        logs[:, t] = logs[:, t - 2] + np.array([0.3, 0.1]) * moves[t - 2]
    got = estimate(np.exp(logs), own(x), season=2)
    assert got.beta == pytest.approx([0.2])
    assert got.months_behind.tolist() == [2]
    assert got.condition == 1.0


def test_an_effect_is_taken_out_of_the_month_and_put_back_where_it_falls_next():
    calendar = spring(60, ahead=12)
    sales = panel(calendar, 3, 0.0)
    effects = estimate(sales[:, :60], calendar)
    flat = adjust(effects, sales[:, :60], calendar)
    assert np.allclose(flat[:, 12:], flat[:, :-12])
    assert np.allclose(restore(effects, flat[:, -12:], calendar), sales[:, 60:])


def test_bounds_get_the_effect_of_their_month_as_points_do():
    calendar = spring(60, ahead=12)
    effects = estimate(panel(calendar, 3, 0.1)[:, :60], calendar)
    point = np.full((3, 12), 50.0)
    both = restore(effects, np.stack([point, 2 * point]), calendar)
    assert np.allclose(both, np.stack([restore(effects, p * point, calendar) for p in (1, 2)]))


def test_a_month_without_a_sale_stays_one_and_a_return_stays_a_return():
    calendar = spring(60)
    sales = panel(calendar, 30, 0.1)
    sales[0, 7], sales[1, 7] = 0.0, -5.0
    effects = estimate(sales, calendar)
    flat = adjust(effects, sales, calendar)
    assert effects.scaled.tolist() == [False, True] + [False] * 28
    assert flat[0, 7] == 0.0
    change = effects.node_beta[1] @ calendar.matrix[1]
    assert flat[1, 1] == pytest.approx(sales[1, 1] - np.abs(sales[1]).mean() * change)


def test_months_before_a_node_started_stay_empty():
    calendar = spring(60)
    sales = panel(calendar, 30, 0.1)
    sales[:5, :30] = np.nan
    flat = adjust(estimate(sales, calendar), sales, calendar)
    assert np.array_equal(np.isnan(flat), np.isnan(sales))


def test_a_node_too_young_for_an_effect_of_its_own_takes_the_pooled_one():
    calendar = spring(60)
    sales = panel(calendar, 30, 0.1, spread=0.2)
    sales[0, :-15] = np.nan
    sales[1] = np.nan
    effects = estimate(sales, calendar)
    assert np.array_equal(effects.node_beta[:2], np.tile(effects.kept * effects.beta, (2, 1)))
    assert not np.allclose(effects.node_beta[2], effects.beta)


# -- what always holds ------------------------------------------------------------------------


@settings(deadline=None, max_examples=25)
@given(
    scale=st.floats(1e-6, 1e9),
    seed=st.integers(0, 99),
    returns=st.booleans(),
)
def test_the_currency_does_not_matter(scale, seed, returns):
    calendar = spring(48)
    sales = panel(calendar, 6, 0.2, seed=seed)
    if returns:
        sales[0, 20] *= -1
    small, large = estimate(sales, calendar), estimate(scale * sales, calendar)
    assert large.node_beta == pytest.approx(small.node_beta, rel=1e-7, abs=1e-9)
    assert large.standard_error == pytest.approx(small.standard_error, rel=1e-6)
    assert adjust(large, scale * sales, calendar) == pytest.approx(
        scale * adjust(small, sales, calendar), rel=1e-6
    )


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 99), shift=st.lists(st.floats(-2, 2), min_size=12, max_size=12))
def test_neither_season_nor_order_of_nodes_nor_centring_moves_the_estimate(seed, shift):
    calendar = spring(48)
    sales = panel(calendar, 8, 0.2, seed=seed)
    season = np.exp(np.tile(shift, 4))
    turned = estimate(sales[::-1] * season, calendar)
    off = own(*(calendar.matrix + np.tile(shift, 4)[:, None]).T)
    plain = estimate(sales, calendar)
    assert turned.beta == pytest.approx(plain.beta, rel=1e-6, abs=1e-9)
    assert turned.node_beta[::-1] == pytest.approx(plain.node_beta, rel=1e-6, abs=1e-8)
    assert estimate(sales, off).beta == pytest.approx(plain.beta, rel=1e-6, abs=1e-9)


def test_what_is_put_back_is_what_was_taken_out():
    calendar = spring(60)
    sales = panel(calendar, 20, 0.3)
    sales[3, 9], sales[4, 9] = 0, -8
    effects = estimate(sales, calendar)
    flat = adjust(effects, sales, calendar)
    # as if the forecast began with the first month
    assert np.allclose(restore(replace(effects, n_months=0), flat, calendar), sales)


def test_no_month_after_the_origin_reaches_an_estimate():
    calendar = spring(60, ahead=12)
    poisoned = Regressors(
        calendar.months,
        calendar.names,
        np.r_[calendar.matrix[:60], np.full((12, 2), 1e6)],
        calendar.windows,
    )
    sales = panel(calendar, 10, 0.2)[:, :60]
    assert np.array_equal(estimate(sales, poisoned).node_beta, estimate(sales, calendar).node_beta)


def test_a_panel_of_ugly_nodes_gives_no_empty_number():
    calendar = spring(48, ahead=6)
    rng = np.random.default_rng(5)
    sales = np.round(rng.gamma(0.3, 100, (12, 48)) * (rng.random((12, 48)) > 0.5))
    sales[0], sales[1], sales[2, :-1], sales[3] = 0.0, 7.0, np.nan, np.nan
    sales[4, 20] = -1e6
    effects = estimate(sales, calendar)
    arrays = (effects.beta, effects.standard_error, effects.tau2, effects.node_beta)
    assert all(np.isfinite(a).all() for a in arrays)
    assert np.array_equal(np.isnan(adjust(effects, sales, calendar)), np.isnan(sales))
    assert np.isfinite(restore(effects, np.ones((12, 6)), calendar)).all()
    constant = estimate(np.full((4, 48), 3.0), calendar)
    assert constant.beta.tolist() == [0.0, 0.0]
    assert constant.standard_error.tolist() == [0.0, 0.0]


# -- planted truth ----------------------------------------------------------------------------


@pytest.mark.parametrize("n_months", [36, 60])
@pytest.mark.parametrize("seed", range(5))
def test_a_planted_spring_effect_is_found_within_three_standard_errors(n_months, seed):
    calendar = spring(n_months)
    got = estimate(panel(calendar, 100, 0.3, seed=seed), calendar)
    assert got.names == ("before", "during")
    assert (np.abs(got.beta - TRUTH) < 3 * got.standard_error).all()
    assert (got.standard_error < ((0.25, 0.25) if n_months == 36 else (0.09, 0.07))).all()


@pytest.mark.parametrize("shared", [0.0, 0.05])
def test_standard_errors_hold_what_they_promise_also_when_a_month_hits_all_nodes(shared):
    calendar, misses = spring(60), []
    for seed in range(120):
        shock = np.exp(shared * np.random.default_rng(10_000 + seed).standard_normal(60))
        got = estimate(panel(calendar, 30, 0.1, seed=seed) * shock, calendar)
        misses.append((got.beta - TRUTH) / got.standard_error)
    spread = np.std(misses, axis=0)
    # 120 draws: the standard deviation of a z value lies within 0.8 and 1.25 of 1 for sure enough
    assert ((spread > 0.75) & (spread < 1.3)).all()


def test_an_effect_no_larger_than_its_error_is_not_used():
    calendar = spring(60)
    sure = estimate(panel(calendar, 50, 0.02), calendar)
    assert (sure.kept > 0.95).all()
    for seed in range(10):
        chance = estimate(panel(calendar, 50, 0.3, seed=seed, beta=np.zeros(2)), calendar)
        small = np.abs(chance.beta) <= chance.standard_error
        assert (chance.kept[small] == 0).all()
        assert chance.kept == pytest.approx(
            np.maximum(0, 1 - (chance.standard_error / chance.beta) ** 2)
        )


def test_nodes_that_differ_keep_their_own_effect_and_equal_ones_share_it():
    calendar = spring(84)
    rng = np.random.default_rng(3)
    truth = TRUTH + 0.3 * rng.standard_normal((60, 2))
    sales = np.exp(truth @ calendar.matrix.T + 0.05 * rng.standard_normal((60, 84)))
    got = estimate(sales, calendar)
    assert np.sqrt(got.tau2) == pytest.approx([0.3, 0.3], abs=0.08)
    apart = np.abs(got.node_beta - truth).mean(axis=0)
    assert (apart < 0.5 * np.abs(got.beta - truth).mean(axis=0)).all()
    same = estimate(panel(calendar, 60, 0.3), calendar)
    assert (np.abs(same.node_beta - TRUTH).mean(axis=0) < 0.15).all()


def test_one_noisy_node_does_not_speak_for_the_others():
    calendar = spring(60)
    sales = panel(calendar, 21, 0.02)
    sales[0] *= np.exp(3 * np.random.default_rng(4).standard_normal(60))
    assert estimate(sales, calendar).beta == pytest.approx(TRUTH, abs=0.03)


def test_two_years_cannot_tell_the_windows_apart_so_they_are_joined_and_said_so():
    calendar = spring(24, ahead=12, first=2023)
    got = estimate(panel(calendar, 50, 0.1)[:, :24], calendar)
    assert got.names == ("before+during",)
    assert got.condition == float("inf")
    assert got.weights.ravel().tolist() == [0.75, 0.25]
    assert got.sentences("en")[-1] == (
        "Too few years tell the windows of the festival apart: one effect was estimated for "
        "before and during the festival together."
    )
    assert (
        got.sentences("zh")[-1] == "年份不足以区分节日各时段：已合并为一个效应（节前与节中）估计。"
    )


def test_an_effect_that_cannot_be_told_from_another_is_left_out_and_said_so():
    x = spring(60).matrix[:, 0]
    got = estimate(np.exp(0.2 * x)[None, :] * np.ones((3, 1)), own(x, 2 * x))
    assert got.names == ("x0",)
    assert got.sentences("en")[-1] == (
        "The calendar effect x1 cannot be told apart from the others in this history, so it was "
        "left out."
    )


def test_a_festival_that_never_moved_is_left_out_and_said_so():
    x = spring(60).matrix[:, 0]
    got = estimate(np.exp(0.2 * x)[None, :] * np.ones((3, 1)), own(x, np.arange(60) % 12 == 4))
    assert got.names == ("x0",)
    assert got.sentences("en")[-1] == (
        "The calendar effect x1 never moved from year to year in this history, so it was left out."
    )


def test_a_history_of_one_year_has_no_effects_and_says_so():
    calendar = spring(14, ahead=12)
    sales = panel(calendar, 5, 0.1)
    got = estimate(sales[:, :14], calendar)
    assert (got.names, got.node_beta.shape) == ((), (5, 0))
    assert np.array_equal(adjust(got, sales[:, :14], calendar), sales[:, :14])
    assert np.array_equal(restore(got, sales[:, 14:], calendar), sales[:, 14:])
    assert got.sentences("en")[0] == (
        "The history is too short to estimate the calendar effect before the festival, so it was "
        "left out."
    )
    assert got.to_frame().empty


def test_the_estimate_is_told_with_its_error_and_the_months_behind_it():
    calendar = spring(60)
    got = estimate(panel(calendar, 1, 0.0), calendar)
    assert got.sentences("en") == [
        "Calendar effect, before the festival: 16.2% of a month's sales (standard error 0.0%), "
        "from 8 months that moved it.",
        "Calendar effect, during the festival: -22.1% of a month's sales (standard error 0.0%), "
        "from 4 months that moved it.",
    ]
    assert got.sentences("zh")[0].startswith("日历效应（节前）：占当月销售额的16.2")
    table = got.to_frame()
    assert table["effect"].tolist() == ["before", "during"]
    assert table["estimate"].tolist() == pytest.approx(TRUTH.tolist())


# -- the gate ---------------------------------------------------------------------------------


def test_effects_that_are_there_pass_the_gate_and_noise_does_not():
    calendar = spring(84)
    there = worth_it(panel(calendar, 40, 0.05), calendar, seasonal_naive)
    assert there.use
    assert there.with_effects < 0.95 * there.without
    assert (there.n_origins, there.n_months, there.n_nodes) == (3, 36, 40)
    assert there.sentence("en").startswith(
        "Calendar effects are used: tested at 3 origins they lowered the error by "
    )
    assert there.sentence("zh").startswith("采用日历效应：在3个历史起点上使误差降低")
    none = worth_it(panel(calendar, 40, 0.1, beta=np.zeros(2)), calendar, seasonal_naive)
    assert not none.use
    assert none.sentence("en").startswith("Calendar effects are not used: tested at 3 origins")


def test_noise_passes_the_gate_no_more_often_than_promised():
    calendar = spring(72)
    passed = [
        worth_it(panel(calendar, 15, 0.1, seed=s, beta=np.zeros(2)), calendar, seasonal_naive).use
        for s in range(60)
    ]
    assert sum(passed) <= 6


def test_one_festival_is_no_evidence():
    calendar = spring(48)
    got = worth_it(panel(calendar, 40, 0.05), calendar, seasonal_naive)
    assert (got.use, got.n_origins) == (False, 1)
    assert got.gain > 0


def test_a_history_too_short_to_be_tested_uses_no_effects():
    calendar = spring(47)
    got = worth_it(panel(calendar, 5, 0.05), calendar, seasonal_naive)
    assert (got.use, got.n_origins) == (False, 0)
    assert got.sentence("en") == (
        "Calendar effects are not used: the history is too short to test them on later months."
    )
    assert got.sentence("zh") == "不采用日历效应：历史过短，无法用后续月份检验。"


# -- refusals ---------------------------------------------------------------------------------


def test_a_calendar_shorter_than_the_history_is_refused():
    with pytest.raises(ContractError) as caught:
        estimate(np.ones((1, 40)), spring(36))
    assert str(caught.value) == (
        "The calendar has 36 months, the history 40.\n"
        "  where: estimate(history, calendar)\n"
        "  fix:   build the regressors from the first month of the history on"
    )


def test_a_calendar_that_ends_before_the_forecast_is_refused():
    calendar = spring(60, ahead=3)
    effects = estimate(panel(calendar, 2, 0.1)[:, :60], calendar)
    with pytest.raises(ContractError) as caught:
        restore(effects, np.ones((2, 6)), calendar)
    assert str(caught.value) == (
        "The calendar has 63 months; history and forecast need 66.\n"
        "  where: restore(forecast, calendar)\n"
        "  fix:   build the regressors for history and horizon"
    )


def test_the_windows_are_arguments():
    months = month_range("2015-01", "2019-12")
    wide = regressors(months, [Window("wide", -28, -1), DURING])
    assert wide.names == ("wide", "during")
    assert BEFORE.length == 21
    assert isinstance(wide.to_frame(), pd.DataFrame)
