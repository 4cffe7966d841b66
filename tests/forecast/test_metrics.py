"""Every measure worked out on paper, and what holds for any numbers."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesanalysis.forecast.scoring import calibration, metrics

NAN = math.nan


# 1. worked by hand


def test_the_unit_is_the_mean_change_from_last_season_in_training_only() -> None:
    train = np.array(
        [
            [NAN, 1.0, 2.0, 4.0, 8.0],  # from the season before: 3, 6
            [1.0, 1.0, 3.0, 1.0, 5.0],  # 2, 0, 2
            [NAN, NAN, NAN, 4.0, 7.0],  # no longer than a season: lag 1
            [3.0, 5.0, 3.0, 5.0, 3.0],  # never changes
            [NAN, NAN, NAN, NAN, 5.0],  # one value: no change at all
        ]
    )
    units = metrics.units_of(train, season=2)
    np.testing.assert_allclose(units.change, [4.5, 4 / 3, 3.0, NAN, NAN])
    np.testing.assert_allclose(units.change_squared, [22.5, 8 / 3, 9.0, NAN, NAN])


def test_scaled_errors_are_worked_out_on_two_months() -> None:
    units = metrics.Units(np.array([4.0, NAN]), np.array([20.0, NAN]))
    actual, point = np.array([[10.0, 14.0]] * 2), np.array([[8.0, 20.0]] * 2)
    np.testing.assert_allclose(metrics.mase(actual, point, units), [1.0, NAN])
    np.testing.assert_allclose(metrics.rmsse(actual, point, units), [1.0, NAN])
    # -2 and +6 over two months, in units of 4: above 0, the forecast was too high
    np.testing.assert_allclose(metrics.scaled_bias(actual, point, units), [0.5, NAN])


def test_the_percentage_error_is_worked_out_and_two_zeros_agree() -> None:
    actual = np.array([[100.0, 0.0], [0.0, 5.0], [-1.0, 1.0]])
    point = np.array([[50.0, 0.0], [3.0, 5.0], [1.0, -1.0]])
    # 50/150 -> 66.67 and 0; 3/3 -> 200 and 0; both 200
    np.testing.assert_allclose(metrics.smape(actual, point), [100 / 3, 100.0, 200.0])


def test_owa_divides_means_and_does_not_average_ratios() -> None:
    smape, mase = np.array([10.0, 20.0]), np.array([1.0, NAN])
    naive_smape, naive_mase = np.array([10.0, 50.0]), np.array([2.0, NAN])
    assert metrics.owa(smape, mase, naive_smape, naive_mase) == pytest.approx((0.5 + 0.5) / 2)


def test_money_weighs_and_the_sign_of_bias_says_too_high() -> None:
    actual, point = np.array([[100.0], [900.0]]), np.array([[150.0], [850.0]])
    assert metrics.wape(actual, point) == pytest.approx(0.1)
    assert metrics.bias(actual, point) == 0.0
    assert metrics.bias(actual, point + 10) == pytest.approx(0.02)
    assert math.isnan(metrics.wape(np.zeros((1, 1)), np.ones((1, 1))))


def test_the_interval_score_is_the_width_and_forty_times_the_miss_at_95_percent() -> None:
    actual = np.array([[5.0, 11.0, -1.0, 10.0]])
    lower, upper = np.zeros((1, 4)), np.full((1, 4), 10.0)
    assert metrics.coverage(actual, lower, upper).tolist() == [0.5]
    units = metrics.Units(np.array([2.0]), np.array([4.0]))
    # widths of 10, and twice a miss of 1: (10 + 50 + 50 + 10) / 4 in units of 2
    assert metrics.msis(actual, lower, upper, units, 0.95).tolist() == pytest.approx([15.0])
    assert metrics.msis(actual, lower, upper, units, 0.80).tolist() == pytest.approx([7.5])


def test_a_landing_is_scored_in_units_of_as_many_changes_as_it_has_months() -> None:
    actual, units = np.array([[3.0, 4.0, 5.0]]), metrics.Units(np.array([2.0]), np.array([4.0]))
    lower, upper = np.array([6.0]), np.array([11.0])
    # the sum 12 lies 1 above: 5 + 40 over 2 x 3
    found = metrics.landing_msis(actual, lower, upper, units, 0.95)
    assert found.tolist() == pytest.approx([7.5])


def test_chances_are_compared_with_what_came_in_ten_bins() -> None:
    chance = np.array([0.05, 0.3, 0.31, 0.99, 1.0, 0.0])
    reached = np.array([False, True, False, True, True, True])
    table = calibration.reliability(chance, reached)
    assert table["n"].tolist() == [2, 0, 0, 2, 0, 0, 0, 0, 0, 2]
    known = table[table["n"] > 0]
    assert known["reached"].tolist() == [0.5, 0.5, 1.0]
    assert known["chance"].tolist() == pytest.approx([0.025, 0.305, 0.995])
    assert table.loc[table["n"] == 0, ["chance", "reached"]].isna().all(axis=None)


def test_places_among_draws_count_ties_half() -> None:
    draws = np.array([[1.0, 1.0], [2.0, 1.0], [3.0, 1.0], [4.0, 1.0]])
    assert calibration.pit(draws, np.array([3.5, 1.0])).tolist() == [0.75, 0.5]
    deciles = calibration.pit_deciles(np.array([0.75, 0.5]))
    assert deciles.tolist() == [0, 0, 0, 0, 0, 0.5, 0, 0.5, 0, 0]


# 2. what holds for any numbers

sizes = st.floats(1e-3, 1e6)
VALUES = st.lists(sizes, min_size=6, max_size=6)


@given(VALUES, VALUES, st.floats(1e-3, 1e3))
def test_relative_measures_do_not_depend_on_the_currency(a, f, factor) -> None:
    actual, point = np.array([a]), np.array([f])
    train = actual * [1.0, 2.0, 1.0, 3.0, 1.0, 2.0]
    for measure in (metrics.mase, metrics.rmsse):
        plain = measure(actual, point, metrics.units_of(train, 2))
        scaled = measure(actual * factor, point * factor, metrics.units_of(train * factor, 2))
        np.testing.assert_allclose(plain, scaled, rtol=1e-9)
    assert metrics.smape(actual, point) == pytest.approx(
        metrics.smape(actual * factor, point * factor)
    )
    assert 0 <= metrics.smape(actual, point)[0] <= 200


@given(VALUES, st.integers(0, 5))
def test_an_empty_forecast_never_scores_well(values, where) -> None:
    actual = np.array([values])
    point = actual.copy()
    point[0, where] = NAN
    units = metrics.Units(np.ones(1), np.ones(1))
    assert math.isnan(metrics.smape(actual, point)[0])
    assert math.isnan(metrics.mase(actual, point, units)[0])


@given(st.floats(0.1, 10), st.floats(0.1, 10))
def test_true_quantiles_have_the_best_interval_score(short, long) -> None:
    draws = np.linspace(-1, 1, 2001)[None, :]
    true = metrics.interval_score(draws, np.array([[-0.8]]), np.array([[0.8]]), 0.8).mean()
    low, high = np.array([[-0.8 * short]]), np.array([[0.8 * long]])
    assert metrics.interval_score(draws, low, high, 0.8).mean() >= true - 1e-9


def test_calibrated_places_fill_all_tenths_alike() -> None:
    rng = np.random.default_rng(5)
    draws, actual = rng.normal(0, 1, (400, 3000)), rng.normal(0, 1, 3000)
    deciles = calibration.pit_deciles(calibration.pit(draws, actual))
    # standard error of a share of a tenth of 3,000
    assert np.abs(deciles - 0.1).max() < 3.5 * math.sqrt(0.1 * 0.9 / 3000)
    wide = calibration.pit_deciles(calibration.pit(3 * draws, actual))
    assert wide[[0, 9]].max() < 0.02
