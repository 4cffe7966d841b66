"""Futures of the whole tree: every draw adds up, and each unit keeps its own chances."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis import store
from salesanalysis.errors import ContractError, ReconciliationError
from salesanalysis.forecast.paths import Draws
from salesanalysis.forecast.result import Forecast
from salesanalysis.forecast.together import Tree, ties
from salesanalysis.panel import Panel

CROSSED = [["region"], ["product_line"]]


@pytest.fixture(scope="module")
def forecast(company: Panel) -> Forecast:
    return sa.forecast.panel(company, 12)


@pytest.fixture(scope="module")
def draws(forecast: Forecast) -> Draws:
    return forecast.draws(n=400)


# 1. worked by hand


def two_leaves(names: list[str]) -> Tree:
    nodes = pd.DataFrame({"level": ["company", "region", "region"], "region": ["", *names]})
    return Tree.of(nodes, ("region",))


def test_leaves_whose_sum_is_as_wide_as_both_together_move_as_one() -> None:
    tree = two_leaves(["N", "S"])
    assert ties(tree, np.array([7.0, 3.0, 4.0]))["company"] == pytest.approx(1.0)


def test_leaves_whose_sum_is_as_wide_as_chance_makes_it_have_nothing_in_common() -> None:
    tree = two_leaves(["N", "S"])
    assert ties(tree, np.array([5.0, 3.0, 4.0]))["company"] == pytest.approx(0.0, abs=1e-9)


def test_half_way_between_the_squares_is_half_shared() -> None:
    tree = two_leaves(["N", "S"])  # 5 squared is 25, 7 squared is 49, their middle is 37
    assert ties(tree, np.array([37**0.5, 3.0, 4.0]))["company"] == pytest.approx(0.5)


def test_a_company_without_levels_draws_its_own_outcomes(make_panel) -> None:
    panel = make_panel({(): 100 + np.arange(40.0)}, by=())
    forecast = sa.forecast.panel(panel, 6)
    sums = np.sort(forecast.draws(n=50).sums()[0])
    own = forecast.quantiles(span=["2024-04", "2024-09"], n=50)["value"]
    assert np.abs(sums - own).max() < 0.2 * (own.max() - own.min())


# 2. invariants


def test_the_table_has_one_row_per_unit_month_and_draw(draws: Draws, forecast: Forecast) -> None:
    table = draws.to_frame()
    assert table.columns.tolist() == [
        "level", "region", "product_line", "node", "period", "draw", "value",
    ]  # fmt: skip
    assert len(table) == len(forecast.nodes()) * 12 * 400
    assert not table.duplicated(["node", "period", "draw"]).any()
    pd.testing.assert_frame_equal(
        draws.nodes(), forecast.nodes()[["level", "region", "product_line", "node"]]
    )


@pytest.mark.parametrize("crossed", [None, CROSSED])
def test_in_every_draw_and_month_parents_are_the_sums_of_their_leaves(
    company: Panel, crossed
) -> None:
    table = sa.forecast.panel(company, 6, crossed=crossed).draws(n=50).to_frame()
    leaf = table[(table["region"] != "") & (table["product_line"] != "")]
    for key in ([], ["region"], ["product_line"]):
        others = [c for c in ("region", "product_line") if c not in key]
        upper = table[(table[key] != "").all(axis=1) & (table[others] == "").all(axis=1)]
        if upper.empty:
            assert crossed is None
            continue
        keys = [*key, "period", "draw"]
        sums = leaf.groupby(keys)["value"].sum()
        have = upper.set_index(keys)["value"].sort_index()
        np.testing.assert_allclose(have, sums.sort_index(), rtol=1e-9)


def test_nobody_who_never_sold_below_nothing_does_so_in_a_draw(
    draws: Draws, forecast: Forecast
) -> None:
    never = forecast.nodes().query("not_negative")["node"]
    table = draws.to_frame()
    assert (table[table["node"].isin(never)]["value"] >= 0).all()
    assert (table[table["node"] == "KA / Beta"]["value"] == 0).all()


def test_the_same_seed_gives_the_same_draws_whatever_the_order_of_rows(company: Panel) -> None:
    mixed = Panel.of(
        company.to_frame().sample(frac=1, random_state=3), by=company.by, terms=company.terms
    )
    a, b = (sa.forecast.panel(p, 6).draws(n=30, seed=5) for p in (company, mixed))
    pd.testing.assert_frame_equal(a.to_frame(), b.to_frame())
    other = sa.forecast.panel(company, 6).draws(n=30, seed=6)
    assert not np.allclose(a.sums(), other.sums())


def test_sums_of_regions_and_company_keep_the_distribution_of_their_landing(
    draws: Draws, forecast: Forecast
) -> None:
    first, last = forecast.ahead()[[0, -1]]
    own = forecast.quantiles(span=[first, last], n=400)["value"].to_numpy().reshape(-1, 400)
    have, upper = np.sort(draws.sums(), axis=1), forecast.nodes()["level"] != "product_line"
    width = own[:, 360] - own[:, 40]
    for rank in (40, 200, 360):
        gap = np.abs(have[:, rank] - own[:, rank])[upper] / width[upper]
        assert gap.max() < 0.05


def test_the_months_of_the_company_are_as_wide_as_their_intervals(
    draws: Draws, forecast: Forecast
) -> None:
    top = draws.to_frame().query("level == 'company'")
    ends = top.groupby("period")["value"].quantile([0.1, 0.9]).unstack()
    told = forecast.to_frame().query("level == 'company' and horizon > 0").set_index("period")
    ratio = (ends[0.9] - ends[0.1]) / (told["hi80"] - told["lo80"])
    assert ratio.between(0.75, 1.25).all()


def test_a_region_of_the_draws_is_a_slice_of_the_company_s_futures(draws: Draws) -> None:
    east, whole = draws.select(region="East"), draws.to_frame()
    pd.testing.assert_frame_equal(
        east.to_frame(), whole[whole["region"] == "East"].reset_index(drop=True)
    )


def test_landings_and_chances_are_what_they_were_without_draws(forecast: Forecast) -> None:
    before = forecast.landing(4e7).to_frame()
    forecast.draws(n=20)
    pd.testing.assert_frame_equal(forecast.landing(4e7).to_frame(), before)


# 3. planted truth


def test_shocks_all_regions_share_are_found_again_in_the_sums(make_panel) -> None:
    rng = np.random.default_rng(11)
    shared = np.cumsum(rng.normal(0, 2.0, 72))
    alone = {f"r{i}": 100 + np.cumsum(rng.normal(0, 2.0, 72)) for i in range(8)}
    both = {k: 100 + shared + rng.normal(0, 1.0, 72) for k in alone}
    tied, loose = (sa.forecast.panel(make_panel(p), 6).draws(n=300) for p in (both, alone))

    def likeness(draws: Draws) -> float:
        leaves = draws.sums()[1:]
        return float(np.corrcoef(leaves)[np.triu_indices(8, 1)].mean())

    assert likeness(tied) > likeness(loose) + 0.25


def test_all_regions_reach_their_target_less_often_than_any_of_them(forecast: Forecast) -> None:
    rows = forecast.landing().to_frame().query("level == 'region'")
    found = forecast.together(rows[["region"]].assign(value=rows["landing"] * 1.01))
    table = found.to_frame()
    np.testing.assert_allclose(table["reached_share"], table["probability"], atol=0.05)
    assert found.all_share <= table["reached_share"].min()
    assert found.all_share >= found.apart_share - 0.02
    assert "All 5 (East, KA, North, South, West) reach their target for 2024" in found.headline()
    assert "5个单位（华东、大客户部、North、South、West）" in found.headline("zh")


def test_one_target_of_the_company_is_reached_as_often_as_its_landing_says(
    forecast: Forecast,
) -> None:
    middle = forecast.landing().to_frame()["middle"].iloc[0]
    found = forecast.together(middle)
    assert found.all_share == pytest.approx(0.5, abs=0.03)
    assert found.headline().startswith("Company reaches its target for 2024 with a chance of")


# 4. the month that is not over


def test_what_is_sold_so_far_stands_beside_the_forecast_and_below_it(company: Panel) -> None:
    plain = sa.forecast.panel(company, 12)
    leaf = plain.to_frame().query("level == 'product_line' and horizon == 1")
    names = ["region", "product_line"]
    rows = leaf[names].assign(value=leaf["value"] * 1.3)
    forecast = sa.forecast.panel(company, 12, so_far=rows)
    table = forecast.to_frame()
    partial = table[table["kind"] == "partial"].set_index("node")["value"]
    first = table[table["horizon"] == 1].set_index("node")
    sold = rows.groupby("region")["value"].sum()
    assert partial.loc[sold.index].to_numpy() == pytest.approx(sold.to_numpy())
    assert (first["value"] >= partial - 1e-6).all()
    assert (first["lo95"] >= partial - 1e-6).all()
    assert (table["kind"] == "partial").sum() == len(forecast.nodes())
    drawn = forecast.draws(n=40).to_frame().query("period == '2024-04-01'")
    least = drawn.groupby("node")["value"].min()
    assert (least >= partial.loc[least.index] - 1e-6).all()


def test_the_landing_says_what_the_open_month_has_brought(company: Panel) -> None:
    rows = company.nodes().assign(value=1000.0, period="2024-04-20")
    landing = sa.forecast.panel(company, 12, so_far=rows).landing()
    assert "In Apr 2024 15.0k CNY were sold so far; that month is not forecast below it." in (
        landing.explain()
    )
    assert "2024年4月至今已售1.5万元；该月预测不低于此数。" in landing.explain("zh")
    assert "so far" not in sa.forecast.panel(company, 12).landing().explain()


def test_finer_rows_are_summed_and_a_slice_keeps_its_own(company: Panel) -> None:
    rows = pd.DataFrame(
        {"region": ["East"] * 3, "product_line": ["Alpha"] * 3, "team": list("abc"), "value": 5.0}
    )
    forecast = sa.forecast.panel(company, 3, so_far=rows)
    east = forecast.select(region="East").to_frame().query("kind == 'partial'")
    assert east["value"].tolist() == [15.0, 15.0, 0.0, 0.0]
    assert east["status"].tolist() == ["ok"] * 4


def test_a_unit_that_takes_returns_may_end_below_what_it_sold_so_far(make_panel) -> None:
    values = 100 + 10 * np.sin(np.arange(40.0))
    values[3] = -20.0
    panel = make_panel({"N": values, "S": np.full(40, 50.0) + np.arange(40.0)})
    rows = pd.DataFrame({"region": ["N", "S"], "value": [400.0, 1.0]})
    forecast = sa.forecast.panel(panel, 12, so_far=rows)
    north = forecast.to_frame().query("node == 'N' and horizon == 1")["value"].iloc[0]
    assert north < 200
    assert "returns may still take some of it back" in forecast.landing().explain()


# 5. refusals, and the store


def refusal(call) -> str:
    with pytest.raises(ContractError) as caught:
        call()
    return str(caught.value)


def test_a_slice_cannot_draw_what_it_shares_with_the_others(forecast: Forecast) -> None:
    assert refusal(lambda: forecast.select(region="East").draws()) == (
        "A slice does not know what its nodes share with the others.\n"
        "  where: Forecast.draws\n"
        "  fix:   draw from the whole forecast, then select: forecast.draws().select(...)"
    )


def test_draws_nobody_could_hold_are_refused(forecast: Forecast) -> None:
    assert refusal(lambda: forecast.draws(n=0)) == (
        "n must be 1 to 2000 draws, got 0.\n  where: Forecast.draws(n=...)\n  fix:   write 200"
    )
    assert refusal(lambda: forecast.draws(n=10).select(region="Esat")).endswith("write 'East'")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            {"region": ["Mars"], "product_line": ["Alpha"], "value": [1.0]},
            "1 of 1 names so far are not in the panel, first 'Mars / Alpha'.\n"
            "  where: forecast.panel(so_far=...), see .rows\n"
            '  fix:   mend the name; where the unit is new, new_units="name": it has no closed '
            "month, so no forecast, and is named beside the others",
        ),
        (
            {"region": ["East"], "product_line": ["Alpha"], "value": [np.nan]},
            "1 of 1 values so far are empty or no number.\n"
            "  where: forecast.panel(so_far=...), first rows [0], see .rows\n"
            "  fix:   give an amount; leave out who has sold nothing yet",
        ),
        (
            {"region": ["East"], "product_line": ["Alpha"], "value": [1.0], "period": "2024-05-03"},
            "1 of 1 rows are not of 2024-04, the first open month.\n"
            "  where: forecast.panel(so_far=...), see .rows\n"
            "  fix:   closed months belong into the panel, later ones nowhere",
        ),
    ],
)
def test_a_month_so_far_that_cannot_be_meant_is_refused(company: Panel, rows, message) -> None:
    table = pd.DataFrame(rows)
    assert refusal(lambda: sa.forecast.panel(company, 3, so_far=table)) == message


def test_last_year_takes_no_month_so_far(company: Panel) -> None:
    rows = company.nodes().assign(value=1.0)
    said = refusal(lambda: sa.forecast.panel(company, 3, method="seasonal_naive", so_far=rows))
    assert said == (
        "seasonal_naive repeats last year and looks at no open month.\n"
        "  where: forecast.panel(so_far=...)\n"
        '  fix:   leave so_far out, or method="engine"'
    )


def test_draws_that_do_not_add_up_cannot_be(draws: Draws) -> None:
    table = draws.to_frame()
    table.loc[0, "value"] *= 1.01
    with pytest.raises(ReconciliationError) as caught:
        replace(draws, frame=table)
    assert str(caught.value).splitlines()[0] == (
        f"1 of {6 * 12 * 400} draws of parents differ from the sum of their leaves."
    )


def test_forecast_and_draws_come_back_from_the_store(company: Panel, tmp_path: Path) -> None:
    rows = company.nodes().assign(value=1000.0)
    forecast = sa.forecast.panel(company, 6, so_far=rows, effects="china")
    store.write(forecast, tmp_path / "forecast")
    again = store.read(tmp_path / "forecast")
    pd.testing.assert_frame_equal(again.to_frame(), forecast.to_frame())
    assert again.explain("zh") == forecast.explain("zh")
    drawn = forecast.draws(n=20)
    pd.testing.assert_frame_equal(again.draws(n=20).to_frame(), drawn.to_frame())
    store.write(drawn, tmp_path / "draws")
    back = store.read(tmp_path / "draws")
    assert isinstance(back, Draws)
    pd.testing.assert_frame_equal(back.to_frame(), drawn.to_frame())
