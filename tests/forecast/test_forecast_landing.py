"""Where the year lands: closed months plus open ones, and how likely a target is."""

from functools import partial

import numpy as np
import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis.errors import ContractError, ReconciliationError
from salesanalysis.forecast.landing import Landing
from salesanalysis.forecast.result import Forecast
from salesanalysis.forecast.sums import draw_sums
from salesanalysis.panel import Panel
from salesanalysis.periods import FiscalCalendar, month_range

#: The floor: its figures can be worked out on paper.
floor = partial(sa.forecast.panel, method="seasonal_naive")

MONEY = ["actual_to_date", "forecast_rest", "landing", "lo80", "hi80", "lo95", "hi95"]


@pytest.fixture(scope="module")
def forecast(company: Panel) -> Forecast:
    return floor(company, 12)


def refusal(call) -> str:
    with pytest.raises(ContractError) as caught:
        call()
    return str(caught.value)


# 1. worked by hand


def test_a_year_with_three_closed_months_lands_at_them_plus_nine_of_last_year(make_panel) -> None:
    months = np.arange(1.0, 28.0)  # 2022-01 to 2024-03: this year has 25, 26, 27 so far
    landing = floor(make_panel({"N": months, "S": months * 2}), 9).landing()
    assert landing.name == "2024"
    top = landing.to_frame().iloc[0]
    assert top["actual_to_date"] == 3 * (25 + 26 + 27)
    assert top["forecast_rest"] == 3 * sum(range(16, 25))
    assert top["landing"] == top["actual_to_date"] + top["forecast_rest"]
    assert "234 CNY are closed through Mar 2024; the 9 open months" in landing.explain()


def test_a_fiscal_year_from_july_is_landed_and_named_as_one(make_panel) -> None:
    panel = make_panel({"N": np.arange(1.0, 28.0)}, calendar=FiscalCalendar(7))
    landing = floor(panel, 3).landing()
    assert (landing.name, landing.first, landing.n_open) == (
        "FY2024",
        pd.Timestamp("2023-07-01"),
        3,
    )
    assert landing.to_frame().loc[0, "landing"] == sum(range(19, 28)) + 16 + 17 + 18


def test_a_closed_year_is_its_actual_and_its_target_reached_to_the_cent_or_not(make_panel) -> None:
    forecast = floor(make_panel({"N": [10.01] * 27}), 1)
    reached, missed = (forecast.landing(year=2023, target=t) for t in (120.12, 120.13))
    for landing, probability in ((reached, 1.0), (missed, 0.0)):
        row = landing.to_frame().iloc[0]
        assert row[MONEY].tolist() == pytest.approx([120.12, 0, *[120.12] * 5])
        assert (row["probability"], row["status"], row["n_draws"]) == (probability, "closed", 0)
    assert (
        reached.headline() == "Company 2023 is closed at 120 CNY and reached its target of 120 CNY"
    )
    assert "未达成目标" in missed.headline("zh")


def test_a_closed_year_of_half_a_cent_is_rounded_up_like_any_other_money(make_panel) -> None:
    forecast = floor(make_panel({"N": [0.09375] * 27}), 1)  # 12 months: 1.125
    chances = [
        forecast.landing(year=2023, target=t).to_frame().loc[0, "probability"] for t in (1.13, 1.14)
    ]
    assert chances == [1.0, 0.0]


def test_years_that_share_months_do_not_count_as_separate_years(make_panel) -> None:
    rng = np.random.default_rng(7)
    leaves = {f"r{i:02d}": 100 + rng.normal(0, 5, 60) for i in range(12)}
    forecast = floor(make_panel(leaves, last="2023-12-01"), 12)
    row = forecast.landing(year=2024).to_frame().iloc[0]
    # 12 regions and the company, 31 origins each, of which 3 lie a year apart
    assert (row["n_draws"], forecast.pools.n_windows("all", 12)) == (13 * 31, 13 * 3)
    # rank ceil(40 x 0.975) = 39 of 39: the outermost year ever seen
    ends = forecast.quantiles(2024, n=2000).query("level == 'company'")["value"]
    draws = next(iter(draw_sums(forecast, month_range("2024-01", "2024-12")))).sums[0]
    assert row[["lo95", "hi95"]].tolist() == [draws.min(), draws.max()]
    assert ends.between(row["lo95"], row["hi95"]).all()
    # rank 36 of 39, from either side
    ordered, place = np.sort(draws), int(np.ceil(36 / 39 * len(draws))) - 1
    assert row["hi80"] == ordered[place]
    assert row["lo80"] == ordered[len(draws) - 1 - place]


def test_a_unit_that_began_in_the_year_lands_from_its_first_month(make_panel) -> None:
    panel = make_panel({"N": np.arange(1.0, 28.0), "new": [6.0, 8.0]})
    row = floor(panel, 9).landing().to_frame().set_index("node").loc["new"]
    assert row[["actual_to_date", "forecast_rest", "status"]].tolist() == [14.0, 63.0, "tiny"]


def test_a_unit_without_a_last_year_continues_at_its_mean_and_says_so(make_panel) -> None:
    panel = make_panel({"N": np.arange(1.0, 28.0), "new": [6.0, 8.0, 7.0, 7.0]})
    new = floor(panel, 9).select(region="new")
    said, chinese = new.landing().explain(), new.landing().explain("zh")
    assert "(at its mean so far)" in said.splitlines()[0]
    assert (
        "22 CNY are closed through Mar 2024; there is no full last year to repeat, so the 9 open months "
        "continue at their mean so far with 63 CNY."
    ) in said
    assert "last year with" not in said
    assert "（按至今均值）" in chinese
    assert "其余9个月按至今均值计" in chinese
    assert "(at its mean so far)" in new.headline()
    old = floor(panel, 9).select(region="N").landing().explain()
    assert "(as last year)" in old
    assert "the 9 open months repeat last year with" in old


def test_a_region_whose_people_all_changed_within_the_year_has_no_last_year(make_panel) -> None:
    left = np.r_[np.full(20, 5.0), np.zeros(12)]
    leaves = {("N", "old"): left, ("N", "new"): np.full(8, 7.0), ("S", "Li"): np.full(30, 9.0)}
    forecast = floor(make_panel(leaves, ("region", "salesperson")), 9)
    north = forecast.select(region="N").landing()
    assert north.to_frame().loc[0, "status"] not in ("young", "tiny")
    assert "the 9 open months continue at their mean so far with 63 CNY" in north.explain()
    assert "(as last year)" in forecast.landing().headline()


def test_titles_are_free_of_jargon_and_the_method_is_still_named(
    forecast: Forecast, company: Panel
) -> None:
    for result in (
        forecast,
        forecast.landing(),
        forecast.landing(1e7),
        sa.forecast.backtest(company, 6, methods=["theta"], origins=1),
    ):
        assert "naive" not in result.headline()
        assert "基线" not in result.headline("zh")
    assert "(as last year)" in forecast.headline()
    assert "（按去年同月）" in forecast.landing(1e7).headline("zh")
    assert "Method: as last year, the naive floor." in forecast.explain()


# 2. invariants


def test_landings_add_up_and_lie_inside_their_intervals(forecast: Forecast) -> None:
    table = forecast.landing().to_frame()
    sums = table.groupby("level")[["actual_to_date", "forecast_rest", "landing"]].sum()
    np.testing.assert_allclose(sums.loc["region"], sums.loc["company"], rtol=1e-9)
    np.testing.assert_allclose(sums.loc["product_line"], sums.loc["company"], rtol=1e-9)
    ordered = table[["lo95", "lo80", "landing", "hi80", "hi95"]].to_numpy()
    assert (np.diff(ordered, axis=1) >= 0).all()


def test_a_higher_target_is_never_likelier(forecast: Forecast) -> None:
    landing = forecast.landing().to_frame().loc[0, "landing"]
    chances = [
        forecast.probability(landing * k)["probability"].iloc[0] for k in (0.9, 1.0, 1.05, 1.1, 1.3)
    ]
    assert (np.diff(chances) <= 0).all()
    assert 0 < chances[-1] < chances[0] < 1


def test_quantiles_are_ascending_and_their_middle_is_the_middle_of_the_landing(
    forecast: Forecast,
) -> None:
    draws = forecast.quantiles(n=201)
    assert draws.columns.tolist() == ["level", "region", "product_line", "node", "draw", "value"]
    assert len(draws) == 201 * len(forecast.nodes())
    wide = draws["value"].to_numpy().reshape(-1, 201)
    assert (np.diff(wide, axis=1) >= 0).all()
    np.testing.assert_allclose(wide[:, 100], forecast.landing().to_frame()["middle"], rtol=1e-9)


def test_a_region_lands_the_same_alone_and_inside_the_company(forecast: Forecast) -> None:
    target = pd.DataFrame({"region": ["East", "West"], "value": [1.5e7, 3.5e6]})
    whole = (
        forecast.landing(target=target).to_frame().query("region == 'East'").reset_index(drop=True)
    )
    alone = forecast.select(region="East").landing(target=target).to_frame()
    pd.testing.assert_frame_equal(alone, whole)


# 3. planted truth


def shocked(n: int, seed: int, months: int = 72) -> np.ndarray:
    """Sales whose shocks last: AR(1) errors, so the months of a year hang together."""
    rng = np.random.default_rng(seed)
    shock = rng.normal(0, 1, (n, months))
    errors = np.zeros((n, months))
    for t in range(1, months):
        errors[:, t] = 0.9 * errors[:, t - 1] + shock[:, t]
    return 100 + 5 * np.sin(np.arange(months) / 6 * np.pi) + errors


def test_the_range_of_a_year_holds_what_it_promises_where_independent_months_fail(
    make_panel,
) -> None:
    values = shocked(250, 21)
    train, total = values[:, :60], values[:, 60:].sum(axis=1)
    panel = make_panel({f"n{i:03d}": v for i, v in enumerate(train)}, last="2023-12-01")
    table = floor(panel, 12).landing(year=2024).to_frame().query("level == 'region'")
    held = [((total >= table[f"lo{c}"]) & (total <= table[f"hi{c}"])).mean() for c in (80, 95)]
    # 250 units: standard errors 2.5 and 1.4 points
    assert held == pytest.approx([0.80, 0.95], abs=0.05)
    sd = np.sqrt(((train[:, 12:] - train[:, :-12]) ** 2).mean(axis=1) * 12)
    naive = (np.abs(total - table["landing"]) <= 1.2816 * sd).mean()
    assert naive < 0.60
    assert table["calibrated"].all()


def test_targets_said_to_have_a_30_percent_chance_are_reached_by_30_percent(make_panel) -> None:
    values = shocked(250, 22)
    panel = make_panel({f"n{i:03d}": v for i, v in enumerate(values[:, :60])}, last="2023-12-01")
    forecast = floor(panel, 12)
    wanted = forecast.quantiles(2024, n=10).query(
        "level == 'region' and draw == 6"
    )  # the 65 % point
    said = forecast.probability(wanted[["region", "value"]], 2024).query("level == 'region'")[
        "probability"
    ]
    assert said.tolist() == pytest.approx([0.35] * 250, abs=0.01)
    reached = values[:, 60:].sum(axis=1) >= wanted["value"].to_numpy()
    assert reached.mean() == pytest.approx(0.35, abs=0.07)


def test_a_year_known_from_one_unit_only_is_not_called_calibrated(make_panel) -> None:
    values = 100 + np.random.default_rng(4).normal(0, 5, 60)
    forecast = floor(make_panel({(): values}, by=(), last="2023-12-01"), 12)
    landing = forecast.landing(year=2024)
    assert not landing.to_frame().loc[0, "calibrated"]
    assert "are not calibrated" in landing.explain()


def test_units_at_risk_are_named_with_their_gap(forecast: Forecast) -> None:
    landings = forecast.landing().to_frame().query("level == 'region'")
    factor = landings["node"].map({"East": 1.5, "West": 1.4}).fillna(0.5)
    targets = landings[["region"]].assign(value=landings["landing"] * factor)
    said = forecast.landing(target=targets).explain()
    assert (
        "2 units below are more likely to miss than to reach their target; the 2 largest gaps: East -"
        in said
    )
    easy = landings[["region"]].assign(value=landings["landing"] * 0.5)
    assert (
        "No unit below has a target that is more likely missed"
        in forecast.landing(target=easy).explain()
    )


# 4. refusals


def test_a_year_beyond_the_horizon_is_refused_with_the_horizon_it_needs(company: Panel) -> None:
    forecast = floor(company, 6)
    assert refusal(lambda: forecast.landing(year=2024)) == (
        "year=2024 is not covered: figures run from 2020-01 to 2024-09.\n"
        "  where: Forecast.landing\n"
        "  fix:   forecast.panel(..., horizon=9)"
    )


def test_a_year_before_the_first_month_and_a_backward_span_are_refused(forecast: Forecast) -> None:
    fix = "  fix:   ask for months from 2020-01 to 2025-03, first to last"
    assert refusal(lambda: forecast.landing(year=2019)) == (
        f"year=2019 is not covered: figures run from 2020-01 to 2025-03.\n  where: Forecast.landing\n{fix}"
    )
    assert refusal(lambda: forecast.quantiles(span=["2024-06-01", "2024-01-01"])) == (
        "span=['2024-06-01', '2024-01-01'] is not covered: figures run from 2020-01 to 2025-03.\n"
        f"  where: Forecast.landing\n{fix}"
    )


def test_zero_draws_are_refused(forecast: Forecast) -> None:
    assert refusal(lambda: forecast.quantiles(n=0)) == (
        "n must be 1 to 2000 draws, got 0.\n  where: Forecast.quantiles(n=...)\n  fix:   write 200"
    )


def test_a_tampered_landing_cannot_exist(forecast: Forecast) -> None:
    landing = forecast.landing()
    parts = {name: getattr(landing, name) for name in landing.__dataclass_fields__}
    with pytest.raises(ReconciliationError) as caught:
        Landing(
            **{**parts, "nodes": landing.to_frame().assign(landing=lambda t: t["actual_to_date"])}
        )
    assert "Closed and open months of all landings leave -" in str(caught.value)
