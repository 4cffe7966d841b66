"""Base, average and challenge: quantiles or uplifts, exact in every cell, never crossing."""

import numpy as np
import pandas as pd
import pytest
from figures import assert_good_figure
from hypothesis import given, settings
from hypothesis import strategies as st

import salesanalysis as sa
from salesanalysis.errors import ContractError, ReconciliationError
from salesanalysis.targets import Outlook, cascade, tiers
from salesanalysis.targets.drawn import year_of_draws

LEVELS = ["region", "team", "salesperson"]
TARGETS = ["target_base", "target_average", "target_challenge"]


def ten(step="0.1"):
    units = pd.DataFrame({"region": [f"U{i}" for i in range(10)], "mean": 100.0, "sd": 20.0})
    plan = cascade(1000, units.assign(value=1.0), levels=["region"], year=2024, step=step)
    return plan, units


def tree(seed=0, n=24):
    rng = np.random.default_rng(seed)
    rows = pd.DataFrame(
        {
            "region": [f"R{i % 3}" for i in range(n)],
            "team": [f"T{i % 6}" for i in range(n)],
            "salesperson": [f"P{i:02d}" for i in range(n)],
            "value": rng.gamma(2, 50, n).round(1) * (rng.random(n) > 0.1),
        }
    )
    return rows, rng


# ---- worked by hand


def test_quantiles_of_ten_units_add_to_more_than_the_quantile_of_their_company() -> None:
    plan, units = ten()
    result = tiers(plan, units, correlation=0.2)
    company = result.to_frame().iloc[0]
    assert round(company["challenge_below"], 1) == 1168.3
    assert round(company["challenge_quantile"], 1) == 1089.1
    assert company["target_challenge"] == 1089.1
    assert result.total("base") == 910.9
    unit = result.to_frame().iloc[1]
    assert round(unit["challenge_quantile"], 3) == 116.832
    assert round(unit["challenge_gap"], 1) == -7.7
    assert "challenge: the units' own quantiles add up to 1.2k CNY" in result.explain()


def test_one_unit_has_the_quantiles_of_its_normal_distribution() -> None:
    plan = cascade(
        100, pd.DataFrame({"region": ["E"], "value": [1.0]}), levels=["region"], year=2024
    )
    may = pd.DataFrame({"region": ["E", ""], "mean": 100.0, "sd": 10.0})
    row = tiers(plan, may).to_frame().iloc[0]
    wanted = [91.58378766427086, 100.0, 108.41621233572914]
    assert [row[f"{t}_quantile"] for t in ("base", "average", "challenge")] == pytest.approx(wanted)
    assert [row[c] for c in TARGETS] == [92.0, 100.0, 108.0]


def test_uplifts_keep_the_plan_as_the_average_to_the_last_cell() -> None:
    rows, _ = tree()
    plan = cascade(1_000_003, rows, levels=LEVELS, year=2024)
    result = tiers(plan, uplifts={"base": -0.1, "challenge": 0.15})
    assert result.months()["target_average"].tolist() == plan.to_frame()["value"].tolist()
    assert [result.total(t) for t in ("base", "average", "challenge")] == [
        900003.0,
        1000003.0,
        1150003.0,
    ]
    assert "They are 90.0%, 100.0% and 115.0% of the plan" in result.explain()


def test_totals_of_ones_own_are_handed_down_as_they_are() -> None:
    plan, _ = ten("1")
    result = tiers(plan, totals={"base": 800, "average": 1000, "challenge": 1300})
    assert result.to_frame().iloc[1][TARGETS].tolist() == [80.0, 100.0, 130.0]
    assert result.explain().splitlines()[1].startswith("The totals were given")


def test_draws_of_a_forecast_are_read_for_every_unit_it_knows() -> None:
    class Forecast:
        def quantiles(self, year=None):
            parts = [("", 200.0), ("R0", 80.0), ("R1", 60.0), ("R2", 60.0)]
            return pd.DataFrame(
                [(r, d, m * (0.5 + d / 100)) for r, m in parts for d in range(101)],
                columns=["region", "draw", "value"],
            )

    rows, _ = tree()
    plan = cascade(200, rows, levels=LEVELS, year=2024)
    table = tiers(plan, Forecast()).to_frame()
    assert table.iloc[0][TARGETS].tolist() == [140.0, 200.0, 260.0]
    assert table.query("level == 'region'")["status"].unique().tolist() == ["ok"]
    # the forecast ends at regions: those below follow the plan and say so
    assert table.query("level == 'salesperson'")["status"].unique().tolist() == ["no_forecast"]
    assert "units have no forecast of their own" in tiers(plan, Forecast()).explain()


# ---- invariants


@settings(max_examples=8)
@given(st.integers(0, 10**6), st.integers(0, 5000), st.floats(0, 1), st.booleans())
def test_tiers_add_up_and_never_cross_in_any_unit_or_month(seed, total, rho, by_forecast) -> None:
    rows, rng = tree(seed % 1000)
    plan = cascade(total, rows.assign(value=rows["value"] + 1), levels=LEVELS, year=2024)
    if by_forecast:
        may = rows[LEVELS].assign(mean=rng.gamma(2, 50, len(rows)), sd=rng.gamma(2, 60, len(rows)))
        result = tiers(plan, may, correlation=rho)
    else:
        result = tiers(plan, uplifts={"base": -rho, "challenge": 2 * rho})
    frame, units = result.months(), result.to_frame()
    for table in (frame, units):
        assert (np.diff(table[TARGETS].to_numpy(), axis=1) >= 0).all()
        assert (table[TARGETS] >= 0).all().all()
    for column in TARGETS:
        assert frame[column].sum() == units[column].iloc[0]
        for depth, level in enumerate(LEVELS):
            sums = frame.groupby(LEVELS[: depth + 1])[column].sum().to_numpy()
            assert sums.tolist() == units.loc[units["level"] == level, column].tolist()
    p = units[[f"{t}_probability" for t in ("base", "average", "challenge")]].dropna().to_numpy()
    assert (np.diff(p, axis=1) <= 1e-12).all()


@settings(max_examples=15)
@given(st.floats(-500, 500), st.floats(0, 300), st.floats(0, 100))
def test_the_chance_falls_as_the_target_rises(mean, sd, more) -> None:
    may = Outlook.of(pd.DataFrame({"region": ["E"], "mean": [mean], "sd": [sd]}), ["region"])
    ask = pd.DataFrame({"region": ["E", "E"], "target": [mean - 10.0, mean - 10.0 + more]})
    low, high = may.chance(ask, ["region"])
    assert 0 <= high <= low <= 1


def test_ten_thousand_leaves_by_twelve_months_are_exact_in_each_tier() -> None:
    n, rng = 10_000, np.random.default_rng(3)
    rows = pd.DataFrame(
        {
            "region": [f"R{i // 1000}" for i in range(n)],
            "salesperson": [f"P{i:05d}" for i in range(n)],
            "value": rng.gamma(2, 50, n),
        }
    )
    plan = cascade(1_000_000_000, rows, levels=["region", "salesperson"], year=2024)
    may = rows.assign(mean=rows["value"] * 1000, sd=rows["value"] * 300).drop(columns="value")
    result = tiers(plan, may, correlation=0.1)
    frame, units = result.months(), result.to_frame()
    assert len(frame) == 120_000
    for tier, column in zip(("base", "average", "challenge"), TARGETS, strict=True):
        assert frame[column].sum() == result.total(tier)
        own = units[f"{tier}_quantile"]
        assert (units[column] - own).tolist() == units[f"{tier}_gap"].tolist()
    assert units["challenge_below"].iloc[0] > units["challenge_quantile"].iloc[0] + 1e5


# ---- pictures and refusals


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_tiers_are_drawn_and_told_in_both_languages(lang) -> None:
    plan, units = ten()
    result = tiers(plan, units, correlation=0.2)
    assert_good_figure(result.plot(lang=lang))
    assert "80%" in result.table(lang).shown().iloc[0].to_string()
    assert sa.targets.tiers is tiers


def refusal(*args, **kwargs) -> str:
    with pytest.raises(ContractError) as caught:
        tiers(*args, **kwargs)
    return str(caught.value)


def test_tiers_without_a_source_or_with_two_are_refused() -> None:
    plan, units = ten()
    message = (
        "Tiers need one source: a forecast, uplifts or totals.\n"
        "  where: tiers(forecast=..., uplifts=..., totals=...)\n"
        '  fix:   pass forecast=, or write uplifts={"base": -0.1, "challenge": 0.15}'
    )
    assert refusal(plan) == message
    assert refusal(plan, units, uplifts={}) == message


def test_leaves_alone_give_no_company_quantile() -> None:
    plan, units = ten()
    assert refusal(plan, units) == (
        "The forecast has no row for the company, and quantiles of its parts do not add.\n"
        "  where: tiers(forecast=...)\n"
        "  fix:   add a row with empty level columns, or give correlation= or totals="
    )


def test_tiers_that_cross_are_refused() -> None:
    plan, _ = ten("1")
    assert refusal(plan, uplifts={"base": 0.2}) == (
        "Tiers must be 0 <= base <= average <= challenge, got base 1,200, average 1,000, "
        "challenge 1,000.\n"
        "  where: tiers\n"
        "  fix:   order them from the lowest to the highest"
    )
    assert refusal(plan, uplifts={"chalenge": 0.2}).startswith("'chalenge' is not a tier here")
    result = tiers(plan, uplifts={"challenge": 0.1})
    bad = result.units.assign(target_base=result.units["target_challenge"] + 1)
    with pytest.raises(ReconciliationError, match="rows have tiers that cross"):
        sa.targets.Tiers(result.frame, bad, result.levels, 2024, "1", {}, {})


def test_a_broken_spread_is_refused() -> None:
    plan, units = ten()
    assert refusal(plan, units.assign(sd=[-1.0, *[20.0] * 9]), correlation=0.2) == (
        "1 of 10 rows of forecast have an empty mean, or a spread that is empty or below 0.\n"
        "  where: forecast, columns 'mean' and 'sd', see .rows\n"
        "  fix:   give both, the spread zero or more"
    )
    assert refusal(plan, units, correlation=2).startswith("correlation must be from 0 to 1, got 2.")


# ---- the table of draws of a forecast


def months_of_draws(n_months: int = 12) -> pd.DataFrame:
    months = pd.date_range("2024-01-01", periods=n_months, freq="MS")
    cells = [(r, d, 10.0 * (d + 1)) for r in ("East", "West") for d in range(20)]
    table = pd.DataFrame(cells, columns=["region", "draw", "value"])
    company = table.groupby("draw", as_index=False)["value"].sum().assign(region="")
    both = pd.concat([table, company], ignore_index=True)
    return both.merge(pd.DataFrame({"period": months}), how="cross")


def test_draws_by_month_are_summed_to_the_year_before_anything_is_read_from_them() -> None:
    shares = pd.DataFrame({"region": ["East", "West"], "value": [1.0, 1.0]})
    plan = sa.targets.cascade(2_400, shares, levels=["region"], year=2024)
    draws = months_of_draws()
    yearly = draws.groupby(["region", "draw"], as_index=False)["value"].sum()

    class Draws:
        def to_frame(self) -> pd.DataFrame:
            return draws

    wanted = sa.targets.tiers(plan, yearly).to_frame()
    for source in (draws.sample(frac=1, random_state=2), Draws(), months_of_draws(15)):
        pd.testing.assert_frame_equal(sa.targets.tiers(plan, source).to_frame(), wanted)


def test_draws_of_the_open_months_alone_are_no_year() -> None:
    shares = pd.DataFrame({"region": ["East", "West"], "value": [1.0, 1.0]})
    plan = sa.targets.cascade(2_400, shares, levels=["region"], year=2024)
    draws = months_of_draws()
    with pytest.raises(ContractError) as caught:
        sa.targets.tiers(plan, draws[draws["period"] >= "2024-04-01"])
    fix = (
        "pass the forecast itself, which knows the closed months too, or draws of a year that "
        "lies ahead: forecast.draws(year=...), or sold= with the closed months"
    )
    assert str(caught.value) == (
        "The draws lack 3 of the 12 months of the year, such as Jan 2024; they hold open months "
        f"only.\n  where: forecast, column 'period'\n  fix:   {fix}"
    )
    with pytest.raises(ContractError) as caught:
        year_of_draws(months_of_draws(15), ["region"], None)
    assert str(caught.value) == (
        "The draws run over 15 months; which year is meant is not said.\n"
        f"  where: forecast, column 'period'\n  fix:   {fix}"
    )


def test_growth_by_a_quantile_reads_the_draws_of_a_year() -> None:
    months = pd.date_range("2023-01-01", "2023-12-01", freq="MS")
    sales = pd.concat(
        [pd.DataFrame({"region": r, "period": months, "value": 50.0}) for r in ("East", "West")]
    )
    panel = sa.Panel.of(sales, by=["region"])
    draws = months_of_draws()
    yearly = draws.groupby(["region", "draw"], as_index=False)["value"].sum()
    made = [
        sa.targets.growth(panel, "forecast", year=2024, forecast=source, quantile=0.5).to_frame()
        for source in (draws, yearly[yearly["region"] != ""])
    ]
    pd.testing.assert_frame_equal(*made)
