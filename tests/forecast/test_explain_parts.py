"""Why this number: level, trend, season, calendar, guard and agreement add up to the forecast."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis import store
from salesanalysis.errors import ContractError, ReconciliationError
from salesanalysis.forecast.explanation import STEPS, Explanation
from salesanalysis.forecast.parts import PARTS
from salesanalysis.forecast.result import Forecast
from salesanalysis.panel import Panel


@pytest.fixture(scope="module")
def forecast(company: Panel) -> Forecast:
    return sa.forecast.panel(company, 12)


# 1. worked by hand


def test_last_year_repeated_is_its_mean_month_and_what_the_month_was_above_it(make_panel) -> None:
    panel = make_panel({"N": 10 * np.arange(1.0, 28.0)})  # last year 160 .. 270, mean 215
    part = sa.forecast.panel(panel, 3, method="seasonal_naive").explain(node="N", period="2024-05")
    row = part.to_frame().iloc[0]
    assert row[list(STEPS)].tolist() == [215.0, 0.0, -45.0, 0.0, 0.0, 0.0]
    assert row["value"] == 170.0
    assert part.explain().splitlines()[:2] == [
        "N, May 2024: 170 CNY expected from a level of 215 CNY and season -45 CNY",
        "Level 215 CNY: the mean month of last year.",
    ]


def test_sales_that_never_change_are_their_level_alone(make_panel) -> None:
    part = sa.forecast.panel(make_panel({"N": [100.0] * 40}), 3).explain(node="N")
    assert part.steps().to_dict() == pytest.approx({"starting_level": 300.0})
    assert part.headline() == "N, Apr 2024 to Jun 2024: 300 CNY expected, its level alone"
    assert part.headline("zh") == "N：2024年4月至2024年6月预计300元，仅为其水平"


def test_a_season_that_is_planted_is_the_season_of_the_explanation(make_panel) -> None:
    shape = 1 + 0.3 * np.sin(np.arange(60) / 6 * np.pi)
    panel = make_panel({"N": 1000 * shape, "S": 500 * shape}, last="2023-12-01")
    table = sa.forecast.panel(panel, 12).explain(node="N").to_frame()
    assert table["season"].to_numpy() == pytest.approx(
        300 * np.sin(np.arange(12) / 6 * np.pi), abs=3
    )
    assert table["trend"].abs().max() < 15


def test_a_unit_of_a_few_months_takes_its_share_of_every_part(forecast: Forecast) -> None:
    table = forecast.to_frame().query("horizon > 0").set_index(["node", "period"])
    young, above = table.loc["West / Gamma"], table.loc["West"]
    assert young["status"].iloc[0] == "by_share"
    assert (young["starting_level"].nunique(), above["starting_level"].nunique()) == (1, 1)
    said = forecast.explain(node="West / Gamma").explain()
    assert "with 3 to 11 closed months every part is this unit's share" in said


# 2. invariants


@pytest.mark.parametrize(
    ("method", "effects"), [("engine", None), ("engine", "china"), ("seasonal_naive", None)]
)
def test_the_parts_of_every_unit_and_month_add_up_to_the_forecast(
    company: Panel, method, effects
) -> None:
    options = {"effects": effects, "effects_always": True} if effects else {}
    table = sa.forecast.panel(company, 12, method=method, **options).to_frame()
    ahead = table[table["horizon"] > 0]
    whole = ahead[list(PARTS)].sum(axis=1) + (ahead["value"] - ahead["before_sums"])
    np.testing.assert_allclose(whole, ahead["value"], rtol=1e-9, atol=1e-9)
    assert np.isfinite(ahead[list(PARTS)].to_numpy()).all()
    assert (ahead["calendar"] != 0).any() == bool(effects)
    closed = table[table["horizon"] == 0]
    assert (closed[list(PARTS)] == 0).all(axis=None)


def test_one_month_alone_and_among_all_is_the_same(forecast: Forecast) -> None:
    every = forecast.explain(node="East").to_frame()
    one = forecast.explain(node="East", period="2024-07-15").to_frame()
    pd.testing.assert_frame_equal(every.iloc[[3]].reset_index(drop=True), one)


def test_a_month_without_a_unit_is_the_company_s(forecast: Forecast) -> None:
    part = forecast.explain(period=pd.Timestamp("2024-04-01"))
    assert part.title == {"en": "Company", "zh": "公司"}
    assert forecast.select(region="East").explain(period="2024-04").title["zh"] == "华东"


def test_without_unit_or_month_the_sentences_are_given_as_ever(forecast: Forecast) -> None:
    assert forecast.explain().splitlines()[0] == forecast.headline()
    assert forecast.explain("zh").splitlines()[0] == forecast.headline("zh")


def test_a_refused_forecast_stands_in_the_guard_s_part(make_panel) -> None:
    grows = 100 * 1.6 ** np.arange(36)
    panel = make_panel({"up": grows, "flat": np.full(36, 50.0)})
    forecast = sa.forecast.panel(panel, 12)
    table = forecast.to_frame().query("horizon > 0")
    guarded = table[table["guard"] != 0]
    assert forecast.nodes()["guarded"].any() == (len(guarded) > 0)
    whole = table[list(PARTS)].sum(axis=1)
    np.testing.assert_allclose(whole, table["before_sums"], rtol=1e-9)


# 3. sentences


def test_every_unit_is_explained_in_both_languages(forecast: Forecast) -> None:
    for node in forecast.nodes()["node"]:
        part = forecast.explain(node=node)
        assert isinstance(part, Explanation)
        assert all(len(part.explain(lang).splitlines()) >= 4 for lang in ("en", "zh"))
        assert len(part.table("zh").shown()) == 12


def test_it_says_whether_last_year_was_nearer(forecast: Forecast) -> None:
    nodes = forecast.nodes()
    worse = replace(forecast, node_table=nodes.assign(naive_ratio=1.25))
    assert "which was the better forecast" in worse.explain(node="East").explain()
    assert "去年同月法更准" in worse.explain(node="East").explain("zh")
    table = forecast.against_naive().to_frame()
    assert table["naive_ratio"].is_monotonic_decreasing
    assert set(table["node"]) <= set(nodes["node"])
    all_worse = replace(forecast, node_table=nodes.assign(naive_wins=nodes["naive_ratio"].notna()))
    assert (
        all_worse.against_naive().headline().startswith(f"For {len(table)} of {len(table)} units")
    )


def test_a_panel_too_short_to_test_says_so_in_place_of_a_list(make_panel) -> None:
    short = sa.forecast.panel(make_panel({"N": np.arange(1.0, 15.0)}), 3)
    assert short.against_naive().headline() == (
        "Too few months were forecast before they came to say whether the same month last year "
        "would have been nearer."
    )
    naive = sa.forecast.panel(make_panel({"N": np.arange(1.0, 40.0)}), 3, method="seasonal_naive")
    assert naive.against_naive().to_frame().empty


# 4. refusals, and the store


def test_parts_that_do_not_add_up_cannot_be_an_explanation(forecast: Forecast) -> None:
    part = forecast.explain(node="East")
    with pytest.raises(ReconciliationError) as caught:
        replace(part, frame=part.to_frame().assign(trend=1e6))
    assert str(caught.value) == (
        "Parts of 12 of 12 months miss their forecast.\n"
        "  where: first: 2024-04\n"
        "  fix:   this is a defect or a tampered table: please report it with the input"
    )


def test_a_month_that_is_not_forecast_is_refused(forecast: Forecast) -> None:
    with pytest.raises(ContractError) as caught:
        forecast.explain(node="East", period="2024-03")
    assert str(caught.value) == (
        "2024-03 is not forecast: open months run from 2024-04 to 2025-03.\n"
        "  where: Forecast.explain(period=...)\n"
        "  fix:   write 2024-04, or leave it out for all of them"
    )


def test_an_explanation_comes_back_from_the_store(forecast: Forecast, tmp_path: Path) -> None:
    part = forecast.explain(node="West / Gamma")
    store.write(part, tmp_path)
    again = store.read(tmp_path)
    assert again.explain("zh") == part.explain("zh")
    pd.testing.assert_frame_equal(again.to_frame(), part.to_frame())
