"""Figures that come four times a year: the same engine, landings of whole quarters."""

import numpy as np
import pandas as pd
import pytest
from figures import assert_good_figure

import salesanalysis as sa
from salesanalysis.errors import ContractError
from salesanalysis.forecast.quarters import Quarters, quarter_of
from salesanalysis.forecast.run import run
from salesanalysis.periods import FiscalCalendar


def quarters(n: int = 28, units: int = 4, first: str = "2017-01-01", noise: float = 0.03):
    """Return units that grow 2 % a quarter with a season, up to December 2023."""
    rng, t = np.random.default_rng(0), np.arange(n)
    period = pd.date_range(first, periods=n, freq="QS")
    frames = [
        pd.DataFrame(
            {
                "region": "NS"[i % 2],
                "unit": f"u{i}",
                "period": period,
                "value": 1000 * (i + 1) * np.exp(0.02 * t + 0.2 * np.sin(t / 2 * np.pi))
                * np.exp(rng.normal(0, noise, n)),
            }
        )
        for i in range(units)
    ]  # fmt: skip
    return pd.concat(frames, ignore_index=True)


BY = ["region", "unit"]


@pytest.fixture(scope="module")
def forecast():
    return sa.forecast.panel(quarters(), 4, by=BY, freq="Q")


def refusal(call) -> str:
    with pytest.raises(ContractError) as caught:
        call()
    return str(caught.value)


# 1. planted truth


def test_trend_and_season_of_quarters_are_found(forecast) -> None:
    t = np.arange(28, 32)
    truth = 10_000 * np.exp(0.02 * t + 0.2 * np.sin(t / 2 * np.pi))
    np.testing.assert_allclose(forecast.point()[0], truth, rtol=0.05)
    assert forecast.nodes()["status"].unique().tolist() == ["ok"]


def test_a_quarter_is_dated_by_its_first_month_and_a_year_is_four_of_them(forecast) -> None:
    assert [f"{m:%Y-%m}" for m in forecast.ahead()] == ["2024-01", "2024-04", "2024-07", "2024-10"]
    ahead = forecast.to_frame().query("horizon > 0 and level == 'company'")
    landing = forecast.landing(45_000)
    assert landing.to_frame()["landing"].iloc[0] == pytest.approx(ahead["value"].sum())
    assert (landing.n_open, landing.name) == (12, "2024")
    past = forecast.landing(year=2023).to_frame()["landing"].iloc[0]
    assert past == pytest.approx(quarters().query("period.dt.year == 2023")["value"].sum())
    half = forecast.landing(span=["2023-10", "2024-03"])
    assert half.n_open == 3
    assert half.headline().startswith("Company Oct 2023 to Mar 2024 lands at")


def test_whatever_its_dates_look_like_a_quarter_is_the_same(forecast) -> None:
    plain = quarters()
    text = plain.assign(period=plain["period"].dt.to_period("Q").astype("str"))
    ends = plain.assign(period=plain["period"] + pd.offsets.QuarterEnd(0))
    period = plain.assign(period=plain["period"].dt.to_period("Q"))
    for given in (text, ends, period):
        same = sa.forecast.panel(given, 4, by=BY, freq="Q")
        np.testing.assert_array_equal(same.point(), forecast.point())
    closed = sa.forecast.panel(plain, 4, by=BY, freq="Q", closed_through="2023-12-31")
    np.testing.assert_array_equal(closed.point(), forecast.point())
    assert quarter_of("2024-05-20", pd.Timestamp("2017-02-01")) == pd.Timestamp("2024-05-01")


@pytest.mark.parametrize(
    ("n", "status"), [(1, "by_share"), (3, "by_share"), (6, "short"), (9, "ok")]
)
def test_a_short_history_of_quarters_is_forecast_too(n: int, status: str) -> None:
    short = sa.forecast.panel(quarters(n), 2, by=BY, freq="Q")
    assert np.isfinite(short.point()).all()
    assert (short.point() > 0).all()
    assert short.nodes()["status"].unique().tolist() == [status]
    assert short.nodes()["n_months"].max() == 3 * n


def test_ugly_quarters_give_no_empty_and_no_endless_figure() -> None:
    rng = np.random.default_rng(1)
    rows = rng.gamma(2, 50, (8, 30))
    rows[0], rows[1], rows[2, -1], rows[3, 5] = 0, 7, 1e9, 1e12
    rows[4] -= 120
    rows[5, rng.random(30) < 0.6] = 0
    rows[6, :-2], rows[7, :-5] = np.nan, np.nan
    for n in (30, 16, 9, 5, 2):
        part = rows[:, -n:]
        done = run(part, None, 8, season=4)
        known = np.nanmax(np.abs(part), axis=1)
        assert np.isfinite(done.bounds((0.8, 0.95))).all()
        assert (np.abs(done.point) <= 3 * known[:, None] + 1e-9).all()
        assert (done.point[~(part < 0).any(axis=1)] >= 0).all()


# 2. what is said and shown


def test_sentences_speak_of_quarters_and_of_months_that_are_true(forecast) -> None:
    said = forecast.explain()
    assert "expected from Jan 2024 to Dec 2024" in said
    assert "(next quarter: " in said
    assert "The 84 closed months from Jan 2017 to Dec 2023 came in quarters." in said
    assert "按季度给出" in forecast.explain("zh")
    one = forecast.explain(node="N / u0", period="2024-05")
    assert one.headline().startswith("N / u0, Apr 2024 to Jun 2024: ")
    assert forecast.draws(n=5).headline().endswith("from Jan 2024 to Dec 2024")


def test_the_fan_says_per_quarter(forecast) -> None:
    for lang, axis in (("en", "Amount per quarter"), ("zh", "每季度金额")):
        ax = forecast.plot(lang=lang, node="N")
        assert_good_figure(ax)
        assert axis in ax.get_ylabel()


def test_what_was_sold_so_far_in_the_quarter_is_its_least(forecast) -> None:
    so_far = pd.DataFrame({"region": ["N"], "unit": ["u0"], "period": ["2024-02-01"], "value": 9e3})
    open_quarter = sa.forecast.panel(quarters(), 4, by=BY, freq="Q", so_far=so_far)
    first = open_quarter.to_frame().query("node == 'N / u0' and horizon == 1").iloc[0]
    assert first["value"] >= 9e3 > forecast.point()[0][0] / 10
    said = open_quarter.landing().explain()
    assert "In the quarter from Jan 2024 9.0k CNY were sold so far; that quarter is not" in said


# 3. unknown quarters


def test_a_missing_quarter_is_a_choice_too() -> None:
    holed = quarters().drop(index=10)
    said = refusal(lambda: sa.forecast.panel(holed, 4, by=BY, freq="Q"))
    assert said.startswith("1 quarters have no row between the first and the last of their unit")
    done = sa.forecast.panel(holed, 4, by=BY, freq="Q", missing="gap")
    assert done.gaps["period"].unique().tolist() == [pd.Timestamp("2019-07-01")]


# 4. refusals


def test_what_quarters_cannot_have_is_refused_in_full(forecast) -> None:
    assert refusal(lambda: forecast.landing(span=["2024-02", "2024-06"])) == (
        "span=['2024-02', '2024-06'] cuts a quarter: 2024-02 to 2024-06, while the quarters begin "
        "2024-01 and every three months.\n"
        "  where: Forecast.landing\n"
        "  fix:   ask for whole quarters; a fiscal year must begin with one"
    )
    assert refusal(lambda: sa.forecast.panel(quarters(), 9, by=BY, freq="Q")) == (
        "horizon must be 1 to 8 quarters, got 9.\n"
        "  where: forecast.panel(horizon=...)\n"
        "  fix:   write 4 for a year ahead"
    )
    assert refusal(lambda: sa.forecast.panel(quarters(), 4, by=BY, freq="Q", effects="china")) == (
        "Quarters have no calendar effects: a festival moves between months, seldom quarters.\n"
        '  where: forecast.panel(effects=..., freq="Q")\n'
        "  fix:   leave effects out, or pass the months"
    )
    assert refusal(lambda: sa.forecast.panel(quarters(), 4, by=BY)).endswith(
        'fix:   freq="Q": every row is a quarter'
    )
    mixed = quarters()
    mixed.loc[0, "period"] = pd.Timestamp("2017-02-01")
    assert refusal(lambda: sa.forecast.panel(mixed, 4, by=BY, freq="Q")) == (
        "1 of 112 periods do not lie whole quarters from the others, such as 2017-02.\n"
        '  where: forecast.panel(freq="Q")\n'
        "  fix:   date every quarter by its first month, or every one by its last"
    )
    months = sa.Panel.of(quarters(1), by=BY)
    assert refusal(lambda: sa.forecast.panel(months, 4, freq="Q")).startswith(
        "A Panel holds months, and forecasts of months add up to quarters."
    )
    assert refusal(lambda: sa.forecast.panel(quarters(), 4, by=BY, freq="W")).startswith(
        "'W' is not a rhythm here; known: M, Q."
    )


def test_a_fiscal_year_that_cuts_a_quarter_has_no_landing() -> None:
    panel = Quarters.of(quarters(), by=BY, calendar=FiscalCalendar(2))
    forecast = sa.forecast.panel(panel, 8)
    assert "cuts a quarter" in refusal(lambda: forecast.landing(year=2024))
    july = Quarters.of(quarters(), by=BY, calendar=FiscalCalendar(7))
    assert sa.forecast.panel(july, 4).landing().name == "FY2024"
