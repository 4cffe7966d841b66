"""A month that is not closed is no miss: not against a forecast, not against last year."""

import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis.errors import ContractError

QUARTER = ("2026-01", "2026-03")
MONTHS = pd.date_range("2026-01-01", periods=3, freq="MS")


def monthly(*amounts: float, column: str = "revenue", start: str = "2026-01-01") -> pd.DataFrame:
    months = pd.date_range(start, periods=len(amounts), freq="MS")
    return pd.DataFrame({"region": "East", "period": months, column: amounts})


ACTUAL, TARGET = monthly(100.0, 90.0, 20.0), monthly(110.0, 110.0, 110.0)
EXPECTED = monthly(105.0, 100.0, 100.0)


def surprise(**choices):
    chosen = {"by": ["region"], "window": QUARTER, "cut_off": "2025-12-31"} | choices
    return sa.variance.surprise(ACTUAL, TARGET, EXPECTED, **chosen)


def amounts(bridge) -> dict[str, float]:
    return bridge.by_effect().set_index("effect")["amount"].to_dict()


def test_the_open_march_is_left_out_of_actual_target_and_forecast():
    bridge = surprise(closed_through="2026-02")
    assert (bridge.start, bridge.end) == (220.0, 190.0)
    assert amounts(bridge) == {"target_gap": -15.0, "surprise": -15.0}
    assert "open_months=1" in bridge.meta.left_out
    assert bridge.meta.window == (MONTHS[0], MONTHS[1])
    assert bridge.headline().startswith("Jan 2026 to Feb 2026: sales 30.00 CNY below target")


def test_with_every_month_closed_nothing_changes():
    closed, plain = surprise(closed_through="2026-03"), surprise()
    assert closed.explain() == plain.explain()
    pd.testing.assert_frame_equal(closed.effects, plain.effects)


def test_the_plan_of_working_days_is_cut_as_well():
    planned = monthly(103.0, 100.0, 100.0)
    bridge = surprise(planned=planned, closed_through="2026-02")
    assert amounts(bridge) == {"target_gap": -17.0, "calendar": 2.0, "surprise": -15.0}


def test_an_interval_of_the_whole_quarter_is_not_that_of_its_closed_months():
    with pytest.raises(ContractError) as error:
        surprise(interval=(290.0, 320.0), closed_through="2026-02")
    assert str(error.value) == (
        "The interval is that of all months, and months that are not closed were left out.\n"
        "  where: surprise(interval=..., closed_through=...)\n"
        "  fix:   give the interval of the closed months, or leave it out"
    )


def test_a_forecast_without_months_cannot_be_cut():
    with pytest.raises(ContractError) as error:
        sa.variance.surprise(
            ACTUAL, TARGET, EXPECTED.drop(columns="period"), by=["region"], window=QUARTER,
            cut_off="2025-12-31", closed_through="2026-02",
        )  # fmt: skip
    assert str(error.value) == (
        "closed_through= needs the month of each row; there is no column of dates in expected.\n"
        "  where: surprise(period=...)\n"
        '  fix:   keep the column of months, or name it: period="month"'
    )


def parts(trend: float, residuals: tuple[float, ...], start: str) -> pd.DataFrame:
    table = monthly(*residuals, column="residual", start=start)
    return table.assign(trend=trend, season=0.0)


def test_growth_over_last_year_is_that_of_the_closed_months_of_both_years():
    now, then = (
        parts(110.0, (1.0, 2.0, -90.0), "2026-01-01"),
        parts(100.0, (4.0, 0.0, 9.0), "2025-01-01"),
    )
    said = {"by": ["region"], "parts": ("trend", "season")}
    bridge = sa.variance.trend_season(now, then, closed_through="2026-02", **said)
    assert amounts(bridge) == {
        "trend": 20.0, "season": 0.0, "last_year_one_off": -4.0, "surprise": 3.0,
    }  # fmt: skip
    assert (bridge.start, bridge.end) == (204.0, 223.0)
    assert {"open_months=1", "after_closed=1"} <= set(bridge.meta.left_out)
    whole = sa.variance.trend_season(now, then, **said)
    closed = sa.variance.trend_season(now, then, closed_through="2026-03", **said)
    pd.testing.assert_frame_equal(whole.effects, closed.effects)


def test_half_a_year_is_not_compared_with_a_quarter():
    now, then = parts(110.0, (1.0,) * 6, "2026-01-01"), parts(100.0, (4.0,) * 3, "2025-01-01")
    with pytest.raises(ContractError) as error:
        sa.variance.trend_season(now, then, by=["region"], parts=("trend", "season"))
    assert str(error.value).startswith("base covers 3 months, actual 6 months.")
