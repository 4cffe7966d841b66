"""Effects that were planted are found to the cent, and a maker of bicycles is told as published."""

import numpy as np
import pandas as pd
import pytest
from bridgetools import agrees, compare, totals

import salesanalysis as sa
from salesanalysis.variance.arithmetic import MIXES


def planted(seed: int = 3) -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(seed)
    quantity = rng.integers(10, 100, 40).astype("float64")
    base = pd.DataFrame(
        {
            "region": np.repeat(["N", "S"], 20),
            "product": [f"P{i % 20:02d}" for i in range(40)],
            "quantity": quantity,
            "revenue": quantity * rng.integers(5, 50, 40),
        }
    )
    return base.copy(), base


def test_a_planted_price_rise_is_found_as_price_and_nothing_else():
    actual, base = planted()
    raised = actual["product"] == "P07"
    actual.loc[raised, "revenue"] *= 1.1
    found = compare(actual, base)
    by_product = found.drill("product").effects.set_index(["product", "effect"])["amount"]
    expected = 0.1 * base.loc[raised, "revenue"].sum()
    assert by_product["P07", "price"] == pytest.approx(expected, rel=1e-9)
    assert by_product.drop(("P07", "price")).abs().max() < 1e-9


def test_planted_growth_of_all_units_is_quantity_and_nothing_else():
    actual, base = planted()
    actual[["quantity", "revenue"]] *= 1.2
    found = totals(compare(actual, base))
    assert found["quantity"] == pytest.approx(0.2 * base["revenue"].sum(), rel=1e-9)
    agrees(found, {"mix": 0.0, "price": 0.0})


def test_planted_launch_exit_returns_and_market_are_each_found_to_the_cent():
    actual, base = planted()
    actual["quantity"], actual["revenue"] = actual["quantity"] * 1.1, actual["revenue"] * 1.1
    launch = pd.DataFrame([{"region": "N", "product": "NEW", "quantity": 9.0, "revenue": 999.0}])
    exit_ = base["product"].eq("P03") & base["region"].eq("S")
    back = pd.DataFrame([{"region": "S", "product": "P05", "quantity": -2.0, "revenue": -77.0}])
    actual = pd.concat([actual[~exit_], launch, back])
    found = totals(compare(actual, base, market=(1000, 1040)))
    running = base.loc[~exit_, "revenue"].sum()
    agrees(
        found,
        {
            "new": 999.0,
            "lost": -base.loc[exit_, "revenue"].sum(),
            "returns": -77.0,
            "market_size": 0.04 * running,
            "market_share": 0.06 * running,
        },
    )


# 4. outside reference


@pytest.mark.parametrize("mix", MIXES)
def test_the_bicycle_maker_grew_by_quantity_while_its_mix_got_cheaper(adventureworks, mix):
    sales = pd.read_csv(adventureworks / "monthly_sales.csv.gz")
    year = np.where(
        sales["month"] < "2018-07", 2018, np.where(sales["month"] < "2019-07", 2019, 2020)
    )
    bridge = sa.variance.explain(
        sales[year == 2020],
        sales[year == 2019],
        by=["category"],
        units="quantity",
        mix=mix,
        names=("last_year", "actual"),
        currency="USD",
    )
    found = totals(bridge)
    # control_totals.json, pvm_fy2019_to_fy2020_by_category, to four decimals
    assert bridge.gap == pytest.approx(8318814.1784, abs=1e-4)
    assert found["quantity"] == pytest.approx(12224726.1213, abs=1e-4)
    assert found["mix"] == pytest.approx(-4801867.9449, abs=1e-4)
    assert found["price"] == pytest.approx(895956.0020, abs=1e-4)
    lines = sales.sample(frac=1.0, random_state=0)
    shuffled = np.asarray(year)[lines.index]
    again = sa.variance.explain(
        lines[shuffled == 2020],
        lines[shuffled == 2019],
        by=["category"],
        units="quantity",
        mix=mix,
        names=("last_year", "actual"),
        currency="USD",
    )
    assert again.explain("zh") == bridge.explain("zh")
