"""Moving festivals and working days in the forecast: asked for by the user, decided by the past."""

import numpy as np
import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis.errors import ContractError
from salesanalysis.panel import Panel
from salesanalysis.periods import month_range, published_years

FIRST, LAST = "2018-01-01", "2023-12-01"


def company(during: float, noise: float = 0.05, units: int = 12) -> Panel:
    """Six years of units whose festival weeks sell `during` more in logarithms."""
    months = pd.date_range(FIRST, LAST, freq="MS").as_unit("us")
    spring = sa.festivals.regressors(months).matrix @ [0.0, during]
    rng, frames = np.random.default_rng(8), []
    for i in range(units):
        sales = 100 * np.exp(0.005 * np.arange(72) + spring + rng.normal(0, noise, 72))
        frames.append(pd.DataFrame({"region": f"r{i:02d}", "period": months, "value": sales}))
    return Panel.of(pd.concat(frames), by=["region"])


def test_a_festival_that_moves_from_january_to_february_moves_the_forecast(make_panel) -> None:
    forecast = sa.forecast.panel(company(-0.6), 2, effects="spring_festival")
    row = forecast.calendar_effects.set_index("effect").loc["during"]
    assert row["used"]
    assert row["estimate"] == pytest.approx(-0.6, abs=3 * row["standard_error"])
    # 2024-02-10 lies wholly in February, 2023-01-22 wholly in January
    months = pd.date_range(FIRST, "2024-02-01", freq="MS").as_unit("us")
    effect = sa.festivals.regressors(months).matrix[-2:] @ [0.0, -0.6]
    truth = float(np.exp(effect[0] - effect[1]))
    january, february = forecast.point()[0]
    assert january / february == pytest.approx(truth, rel=0.02)
    plain = sa.forecast.panel(company(-0.6), 2).point()[0]
    assert plain[0] / plain[1] < 0.85 * truth


def test_the_part_of_the_calendar_is_shown_month_by_month() -> None:
    ahead = sa.forecast.panel(company(-0.6), 2, effects="spring_festival").to_frame()
    parts = ahead.query("horizon > 0 and level == 'company'").set_index("horizon")["calendar"]
    assert parts[1] > 0 > parts[2]
    assert (ahead.query("horizon == 0")["calendar"] == 0).all()


def test_a_calendar_without_effect_is_estimated_but_not_used() -> None:
    forecast = sa.forecast.panel(company(0.0, 0.2), 6, effects="spring_festival")
    assert not forecast.calendar_effects["used"].any()
    plain = sa.forecast.panel(company(0.0, 0.2), 6)
    np.testing.assert_array_equal(forecast.point(), plain.point())
    assert "Calendar effects are not used" in forecast.explain("en")
    assert "不采用日历效应" in forecast.explain("zh")


def test_a_year_ahead_whose_holidays_nobody_has_published_is_forecast_and_says_so() -> None:
    last = published_years()[-1]
    months = month_range(f"{last - 4}-01", f"{last}-12")
    rows = {"region": "East", "period": months, "value": 100.0 + np.arange(60) % 7}
    panel = Panel.of(pd.DataFrame(rows), by=["region"])
    forecast = sa.forecast.panel(panel, 12, effects="china", effects_always=True)
    assert np.isfinite(forecast.point()).all()
    assert forecast.calendar_said["en"][-1] == (
        f"The holidays of {last + 1} are not published yet: its working days are taken as "
        "weekdays without the 13 statutory days."
    )
    assert forecast.calendar_said["zh"][-1] == (
        f"{last + 1}年放假安排尚未公布：其工作日按周一至周五扣除13天法定节假日计算。"
    )
    closed = sa.forecast.panel(panel, 12, effects="china")
    assert closed.calendar_effects["used"].any() == (
        closed.calendar_said["en"][-1] == forecast.calendar_said["en"][-1]
    )


def test_effects_can_be_used_without_asking_the_past() -> None:
    forecast = sa.forecast.panel(company(0.0, 0.2), 6, effects="weekdays", effects_always=True)
    assert forecast.calendar_effects["used"].all()


def test_without_a_calendar_nothing_is_said_about_one() -> None:
    forecast = sa.forecast.panel(company(0.0), 3)
    assert forecast.calendar_effects.empty
    assert "alendar" not in forecast.explain("en")


def test_a_calendar_nobody_knows_and_one_too_short_are_refused() -> None:
    panel = company(0.0)
    with pytest.raises(ContractError) as caught:
        sa.forecast.panel(panel, 3, effects="spring_fest")
    assert str(caught.value) == (
        "'spring_fest' is not a calendar here; known: none, spring_festival, china, weekdays.\n"
        "  where: forecast.panel(effects=...)\n"
        "  fix:   write 'spring_festival'"
    )
    short = sa.festivals.regressors(pd.date_range(FIRST, LAST, freq="MS"))
    with pytest.raises(ContractError) as caught:
        sa.forecast.panel(panel, 3, effects=short)
    assert str(caught.value) == (
        "The calendar lacks 3 months of history and horizon, 2024-01 to 2024-03.\n"
        "  where: forecast.panel(effects=...)\n"
        "  fix:   build it for 2018-01 to 2024-03: festivals.regressors(months, ...)"
    )
