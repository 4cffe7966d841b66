"""Members of the combination, worked out on paper."""

import numpy as np
import pytest

from salesanalysis.forecast.members import intermittent
from salesanalysis.forecast.members.block import Block
from salesanalysis.forecast.members.every import _monthly
from salesanalysis.forecast.members.season import DECAY, Season, _local_line, season_of
from salesanalysis.forecast.members.seasonal import holt_winters, last_year, seasonal_changes
from salesanalysis.forecast.members.smoothing import damped, likelihoods, simple, theta_line


def block(*rows: list[float]) -> Block:
    """Lay out histories that all end in the same month, longest first."""
    months = max(len(row) for row in rows)
    value = np.zeros((months, len(rows)))
    for column, row in enumerate(rows):
        value[months - len(row) :, column] = row
    return Block(value, np.array([len(row) for row in rows]))


# 1. histories


def test_runs_of_three_months_are_counted_from_the_last_month_back() -> None:
    quarters = block([9, 2, 3, 4, 5, 6, 7], [4, 6, 8], [4, 6]).means(3)
    assert quarters.value.tolist() == [[3.0, 0.0, 0.0], [6.0, 6.0, 5.0]]
    assert quarters.n.tolist() == [2, 1, 1]


def test_the_first_level_is_the_mean_of_six_months_or_of_all_there_are() -> None:
    levels = block([1, 2, 3, 4, 5, 9, 100], [10, 20, 60], [7]).first_level()
    assert levels.tolist() == [4.0, 30.0, 7.0]


def test_the_slope_of_a_node_counts_from_its_own_first_month() -> None:
    slopes = block([1, 3, 5, 7, 9], [10, 8, 6], [5, 6], [4]).slope()
    assert slopes.tolist() == [2.0, -2.0, 1.0, 0.0]


# 2. smoothing


def test_level_smoothing_repeats_the_last_level() -> None:
    # level 12 (mean of six), then 11, 11.5, 11.25, 12.125, 12.0625, 13.03125, 16.515625, ...
    flat, _ = simple(block([10, 12, 11, 13, 12, 14, 20, 16]), 3, alpha=(0.5,))
    assert flat.ravel().tolist() == [16.2578125] * 3


def test_theta_adds_half_the_slope_of_the_history() -> None:
    # slope 45 / 42; the first step has run (1 - 0.5^8) / 0.5 = 1.9921875 months of it
    _, line = simple(block([10, 12, 11, 13, 12, 14, 20, 16]), 2, alpha=(0.5,))
    first = 16.2578125 + 45 / 84 * 1.9921875
    assert line.ravel() == pytest.approx([first, first + 45 / 84], rel=1e-12)


def test_the_damped_trend_of_four_months_is_the_one_on_paper() -> None:
    # start: mean 14, slope 2.8, so level 12.6 and trend 1.4
    # errors -3.3, 2.4125, -1.0640625, 7.4658203125; last level and trend as below
    level, trend = 16.26708984375, 1.868603515625
    point, variance = damped(block([10, 14, 12, 20]), 3, alpha=(0.5,), beta=(0.5,), phi=(0.5,))
    assert point.ravel() == pytest.approx(
        [level + 0.5 * trend, level + 0.75 * trend, level + 0.875 * trend], rel=1e-12
    )
    squares = 3.3**2 + 2.4125**2 + 1.0640625**2 + 7.4658203125**2
    # c_1 = 0.5 + 0.25 x 0.5, c_2 = 0.5 + 0.25 x 0.75
    growth = [1, 1 + 0.625**2, 1 + 0.625**2 + 0.6875**2]
    assert variance.ravel() == pytest.approx([squares * g for g in growth], rel=1e-12)


def test_the_theta_line_of_two_four_six_eight() -> None:
    # levels 5, 3.5, 3.75, 4.875, 6.4375; the line 0 + 2 t; half of 2 a month from then on
    said = theta_line(block([2, 4, 6, 8]), 3, alpha=(0.5,), theta=(2.0,))
    assert said.ravel().tolist() == [8.375, 9.375, 10.375]


def test_with_theta_one_only_the_level_is_left() -> None:
    history = block([10, 12, 11, 13, 12, 14, 20, 16])
    said = theta_line(history, 2, alpha=(0.5,), theta=(1.0,))
    assert said.ravel() == pytest.approx([16.2578125] * 2, rel=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_the_running_slope_is_the_least_squares_slope_of_the_months_so_far(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = [rng.normal(50, 20, n).tolist() for n in (37, 37, 24, 12, 3)]
    said = theta_line(block(*rows), 2, alpha=(0.3,), theta=(2.0,))
    found = 2 * (said[1] - said[0])
    wanted = [np.polyfit(np.arange(len(row)), row, 1)[0] for row in rows]
    assert found == pytest.approx(wanted, rel=1e-9)


def test_a_parameter_twice_as_good_outweighs_by_the_power_of_the_months() -> None:
    # 4 months: (1/2)^-2 : 1; one node has no panel to learn what is common from but itself
    weight = likelihoods(np.array([[1.0], [2.0]]), np.array([4]))
    assert weight.sum() == pytest.approx(1.0)
    assert weight[0, 0] > 0.8
    # a node without any error trusts all points as the panel does
    exact = likelihoods(np.zeros((4, 1)), np.array([30]))
    assert exact.ravel() == pytest.approx([0.25] * 4)


def test_forecasts_of_quarters_become_months_on_a_line_through_their_middles() -> None:
    month = np.arange(1.0, 9.0)
    line = 20 + 3 * month
    quarters = np.array([[20 + 3 * 2.0], [20 + 3 * 5.0], [20 + 3 * 8.0], [20 + 3 * 11.0]])
    assert _monthly(quarters, 3, 8).ravel() == pytest.approx(line, rel=1e-12)


# 3. nodes that sell now and then


def test_chance_times_size_of_four_months_on_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    # chance 0.5, 0.25, 0.625, 0.3125, 0.65625; size 6, 6, 5, 5, 6.5
    monkeypatch.setattr(intermittent, "CHANCE", (0.5,))
    monkeypatch.setattr(intermittent, "SIZE", (0.5,))
    said = intermittent.size_times_chance(np.array([[0.0, 4.0, 0.0, 8.0]]), 2)
    assert said.ravel().tolist() == [0.65625 * 6.5] * 2


def test_a_product_that_stopped_selling_fades_out_and_one_that_sells_does_not() -> None:
    now_and_then = [0.0, 6.0] * 12
    stopped = [0.0, 6.0] * 8 + [0.0] * 8
    both = intermittent.size_times_chance(np.array([now_and_then, stopped]), 1).ravel()
    assert both[0] == pytest.approx(3.0, rel=0.05)
    assert both[1] < 0.75 * both[0]


# 4. members that carry the season


def test_a_shock_moves_level_trend_and_season_by_their_shares() -> None:
    # a "year" of two months, amounts +1 (last month) and -1; only the last month is off, by 2
    amounts = Season(np.array([[1.0], [-1.0]]), np.array([False]), np.array([1.0]))
    said = holt_winters(block([9, 11, 9, 13]), amounts, 2, alpha=(0.5,), gamma=(0.2,), phi=(0.8,))
    # level 11, trend 0.1, season of the last month 1.2
    assert said.ravel() == pytest.approx([11 + 0.08 - 1, 11 + 0.144 + 1.2], rel=1e-12)


def test_a_season_that_repeats_on_a_level_is_continued_exactly() -> None:
    season = np.array([5.0, 3, 1, -2, -4, -3, -1, 0, 2, 1, -1, -1])
    history = block((40 + np.tile(season, 4)).tolist())
    amounts = season_of(history, np.array([False]), decay=1.0)
    said = holt_winters(history, amounts, 14)
    assert said.ravel() == pytest.approx(40 + np.r_[season, season[:2]], rel=1e-9)


def test_half_of_the_yearly_growth_goes_on() -> None:
    year = np.array([10.0, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120])
    said = seasonal_changes(block([*year, *(year + 8), *(year + 16)]), 13)
    ahead = year + 16 + 4
    assert said.ravel().tolist() == [*ahead, ahead[0] + 4]


def test_last_year_repeats_the_same_month_and_then_itself() -> None:
    year = np.arange(1.0, 13.0)
    said = last_year(block([*year, *(year * 10)], [*(year + 5)]), 13)
    assert said[:, 0].tolist() == [*(year * 10), 10.0]
    assert said[[0, 12], 1].tolist() == [6.0, 6.0]


# 5. seasonal indices

FACTORS = np.array([1.4, 1.2, 1.0, 0.8, 0.7, 0.6, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3])


@pytest.mark.parametrize("years", [2, 3, 5])
def test_an_exact_season_is_found_and_fully_trusted(years: int) -> None:
    factor, amount = 30 * np.tile(FACTORS, years), 30 + np.tile(10 * FACTORS, years)
    found = season_of(block(factor.tolist(), amount.tolist()), np.array([True, False]))
    # the mean of logarithms lies below the logarithm of the mean, which the first look at a
    # factor counts as noise: three parts in a thousand are left of it
    assert found.months(0, 12)[:, 0] == pytest.approx(FACTORS / FACTORS.mean(), rel=4e-3)
    assert found.months(0, 12)[:, 1] == pytest.approx(10 * (FACTORS - FACTORS.mean()), rel=1e-9)
    assert found.trust.tolist() == pytest.approx([1.0, 1.0], abs=1e-3)


def test_a_planted_season_is_found_within_three_standard_errors() -> None:
    rng, n, noise = np.random.default_rng(5), 200, 0.05
    truth = FACTORS / FACTORS.mean()
    growth = np.exp(np.log(1.06) * np.arange(60) / 12)
    rows = 100 * growth * np.tile(truth, 5) * np.exp(rng.normal(0, noise, (n, 60)))
    found = season_of(block(*rows.tolist()), np.ones(n, dtype=bool))
    years = DECAY ** np.arange(5)
    error = noise * np.sqrt((years**2).sum()) / years.sum()
    z = np.log(found.months(0, 12) / truth[:, None]) / error
    # of 2,400 indices 0.27 % lie outside by chance; its standard error is 0.11 %
    assert (np.abs(z) > 3).mean() < 0.006
    assert z.std() < 1.1


def test_quarters_have_a_season_of_four() -> None:
    quarters = block((100 * np.tile([2.0, 1.0, 0.5, 0.5], 5)).tolist())
    found = season_of(quarters, np.array([True]), season=4)
    assert found.months(0, 4).ravel() == pytest.approx([2.0, 1.0, 0.5, 0.5], rel=1e-3)


def test_noise_is_hardly_taken_for_a_season() -> None:
    rng = np.random.default_rng(20240)
    for n in (24, 36, 60):
        noise = np.exp(rng.normal(0, 0.2, (400, n)))
        found = season_of(block(*noise.tolist()), np.ones(400, dtype=bool))
        assert found.trust.mean() < 0.25
        # a true spread of 0 is told as less than a third of the noise of one month
        assert np.log(found.index).std() < 0.2 / 3


def test_a_node_below_two_years_takes_the_season_above_it_or_none() -> None:
    parent, child = 30 * np.tile(FACTORS, 3), (5 * np.tile(FACTORS, 3))[-18:]
    history = block(parent.tolist(), child.tolist(), child.tolist(), child.tolist())
    factor = np.array([True, True, True, False])
    found = season_of(history, factor, parent=np.array([-1, 0, -1, 0]))
    assert found.index[:, 1].tolist() == found.index[:, 0].tolist()
    assert found.index[:, 2].tolist() == [1.0] * 12
    # factors say nothing to a node with amounts
    assert found.index[:, 3].tolist() == [0.0] * 12
    assert found.trust[1:].tolist() == [0.0, 0.0, 0.0]


def test_what_is_taken_out_is_put_back() -> None:
    history = block((30 * np.tile(FACTORS, 3)).tolist(), (np.tile(FACTORS, 3) - 1).tolist())
    found = season_of(history, np.array([True, False]))
    plain = found.without(history.value)
    assert np.ptp(plain, axis=0) / [30, 1] == pytest.approx([0, 0], abs=2e-3)
    assert found.put_back(plain[-12:]) == pytest.approx(history.value[-12:], rel=1e-9)


@pytest.mark.parametrize("n", [2, 5, 30, 60])
def test_a_local_line_through_a_line_is_that_line_also_at_its_ends(n: int) -> None:
    line = (7 - 0.3 * np.arange(60))[:, None]
    known = (np.arange(60) >= 60 - n)[:, None]
    drawn = _local_line(np.where(known, line, 0.0), known)
    assert drawn[known] == pytest.approx(line[known], rel=1e-9)
