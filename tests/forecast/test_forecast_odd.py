"""Odd months: moved to the edge of what is usual for the fit alone, told, and kept everywhere else;
and the limit of what is believed, which no forecast jumps at."""

import numpy as np
import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis.forecast.run import run
from salesanalysis.forecast.run.base import bent
from salesanalysis.forecast.run.odd import tamed

YEARS = 100 + 10 * np.sin(np.arange(48) / 6 * np.pi)


def noisy(n: int = 48, seed: int = 3) -> np.ndarray:
    """Four usual years."""
    month = np.arange(n)
    noise = np.random.default_rng(seed).normal(0, 4, n)
    return 100 + 10 * np.sin(month / 6 * np.pi) + noise


def with_value(place: int, value: float, n: int = 48) -> np.ndarray:
    """Usual years but for one month."""
    out = noisy(n)
    out[place] = value
    return out


# 1. worked by hand


def test_a_month_beyond_four_scatters_is_moved_to_four_scatters() -> None:
    # without noise the scatter is the least there is, half a percent
    values = np.full(48, 100.0)
    values[20] = 130.0
    fitted = tamed(values[None])[0]
    assert fitted[20] == pytest.approx(100 * np.exp(4 * 0.005), rel=1e-12)
    assert np.delete(fitted, 20).tolist() == np.delete(values, 20).tolist()


def test_a_month_within_what_is_usual_stays_as_it_is() -> None:
    values = noisy()
    assert tamed(values[None])[0].tolist() == values.tolist()
    assert tamed(YEARS[None])[0].tolist() == YEARS.tolist()


def test_a_new_level_and_a_yearly_peak_are_no_odd_months() -> None:
    step = np.r_[noisy(46), 300.0, 310.0]
    assert tamed(step[None])[0][-2:].tolist() == [300.0, 310.0]
    peak = noisy()
    peak[[35, 47]] = 500.0
    assert tamed(peak[None])[0].tolist() == peak.tolist()
    # the first month of a new level cannot be told from an odd one: it waits for the second
    first = np.r_[noisy(47), 300.0]
    assert tamed(first[None])[0][-1] < 200


def test_under_two_years_nothing_is_odd_and_under_three_only_what_stands_out_by_far() -> None:
    assert tamed(with_value(10, 1e9, 23)[None])[0][10] == 1e9
    assert tamed(with_value(10, 1e9, 30)[None])[0][10] < 1e3
    assert tamed(with_value(10, 160.0, 30)[None])[0][10] == 160.0


def test_a_month_without_a_sale_is_lifted_and_no_month_falls_below_what_was_seen() -> None:
    low = tamed(with_value(30, 0.0)[None])[0]
    assert 50 < low[30] < 100
    returned = tamed(with_value(30, -900.0)[None])[0]
    assert 50 < returned[30] < 100
    assert (tamed(np.abs(noisy(48, 5) - 105)[None]) >= 0).all()


# 2. invariants


def test_amount_and_rows_do_not_change_what_is_odd() -> None:
    rows = np.array([with_value(20, 900.0), noisy(), with_value(40, 2.0)])
    whole = tamed(rows)
    np.testing.assert_allclose(tamed(rows * 1e6), whole * 1e6, rtol=1e-12)
    assert tamed(rows[::-1])[::-1].tolist() == whole.tolist()
    later = np.c_[np.full((3, 7), np.nan), rows]
    np.testing.assert_array_equal(tamed(later)[:, 7:], whole)


@pytest.mark.parametrize(("place", "value"), [(20, 1e9), (-1, 1e9), (-1, 1.0), (-2, 0.0)])
def test_a_typing_error_leaves_the_forecast_where_it_was(place: int, value: float) -> None:
    clean, dirty = (
        run(np.array([y]), None, 12).point[0] for y in (noisy(), with_value(place, value))
    )
    np.testing.assert_allclose(dirty, clean, rtol=0.15)


def test_scores_and_figures_keep_the_month_as_it_was() -> None:
    y = np.array([with_value(44, 900.0), noisy(48, 4)])
    past = run(y, None, 6).past
    assert past.actual[past.cuts.index(6), 0].max() == 900.0
    assert past.naive.max() < 200


# 3. what the user sees


def test_odd_months_are_listed_with_date_amount_and_what_was_fitted(make_panel) -> None:
    panel = make_panel({"A": with_value(30, 900.0), "B": noisy(48, 4), "C": noisy(48, 5)})
    forecast = sa.forecast.panel(panel, 6)
    row = forecast.odd.query("level == 'region'").iloc[0]
    assert (row["node"], f"{row['period']:%Y-%m}", row["value"]) == ("A", "2022-10", 900.0)
    assert row["fitted_as"] < 200
    assert forecast.odd["level"].tolist() == ["company", "region"]
    assert forecast.to_frame().query("node == 'A' and value == 900").shape[0] == 1
    said = (
        "Far outside what their series usually does, and moved to its edge for the fit alone: "
        "1 month of the smallest units (A Oct 2022: 900 CNY, fitted as"
    )
    assert said in forecast.explain()
    assert "远离其序列的通常水平" in forecast.explain("zh")
    assert "Oct 2022: 900 CNY, fitted as" in forecast.explain(node="A").explain()
    assert "2022年10月900元，拟合取" in forecast.explain(node="A").explain("zh")
    assert forecast.select(region="B").odd.empty
    assert "outside what" not in forecast.select(region="B").explain()


# 4. the limit


def test_what_is_believed_stays_and_what_is_not_is_bent_without_a_jump() -> None:
    rising = np.linspace(0, 2000, 20001)[None]
    held = bent(rising, np.zeros(1), np.array([300.0]))[0]
    assert held[:2001].tolist() == rising[0, :2001].tolist()
    steps = np.diff(held)
    assert (steps >= 0).all()
    assert steps.max() <= 0.1 + 1e-9
    assert held[-1] <= 300.0
    assert bent(np.array([[-5.0, np.inf]]), np.zeros(1), np.array([300.0])).tolist() == [
        [0.0, 300.0]
    ]


def test_a_unit_with_returns_is_held_on_both_sides_of_its_middle() -> None:
    low, high = np.array([-300.0]), np.array([300.0])
    out = bent(np.array([[-1e9, -150.0, 0.0, 150.0, 1e9]]), low, high)
    assert out.tolist() == [[-300.0, -150.0, 0.0, 150.0, 300.0]]


def test_a_steep_rise_goes_on_rising_and_never_falls_back_to_last_year() -> None:
    noise = np.exp(np.random.default_rng(1).normal(0, 0.05, 48))
    rise = 100 * np.exp(np.arange(48) * 0.12) * noise
    point = run(np.array([rise, noisy()]), None, 18).point[0]
    assert (np.diff(point) > 0).all()
    assert 2 * rise[-1] < point[-1] <= 3 * rise[-24:].max()


def test_parts_of_a_forecast_that_was_bent_still_add_up(make_panel) -> None:
    rise = 100 * np.exp(np.arange(48) * 0.12)
    forecast = sa.forecast.panel(make_panel({"up": rise, "flat": noisy()}), 18)
    table = forecast.explain(node="up").to_frame()
    assert (table["guard"] < 0).any()
    parts = ["starting_level", "trend", "season", "calendar", "guard", "sums"]
    np.testing.assert_allclose(table[parts].sum(axis=1), table["value"], rtol=1e-9)
    assert pd.Series(table["value"]).is_monotonic_increasing


def test_odd_months_are_a_result_readers_can_check(make_panel) -> None:
    slip = noisy()
    slip[30] = 5000.0
    forecast = sa.forecast.panel(make_panel({"up": noisy() * 2, "slip": slip}), 6)
    odd = forecast.select(region="slip").odd_months()
    row = odd.to_frame().iloc[0]
    assert (row["node"], row["value"]) == ("slip", 5000.0)
    assert odd.headline().startswith("1 month lies far outside what their series usually does")
    assert "拟合取" in odd.headline("zh")
    assert [c for c in odd.table("zh").shown().columns if c.isascii()] == []
    none = forecast.select(region="up").odd_months()
    assert none.explain() == "No month lies far outside what its series usually does"
    # a page says it once: no line and no empty head below the sentence
    assert none.explain("zh") == "没有月份远离其序列的通常水平"
    assert (none.table("zh")._repr_html_(), repr(none.table("zh"))) == ("", "")
