"""Traps of real data: people across regions, wrong quarters, orders every third month, price versions."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis.panel import Panel
from salesanalysis.periods import FiscalCalendar

T = sa.targets
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def lines(adventureworks) -> pd.DataFrame:
    """Sales of the reseller by person, territory and month."""
    table = pd.read_csv(adventureworks / "monthly_sales.csv.gz", parse_dates=["month"])
    names = {"salesperson_id": "salesperson", "territory_id": "region", "month": "date"}
    sums = table.groupby(list(names), as_index=False)["revenue"].sum()
    read = sums.rename(columns={**names, "revenue": "value"})
    return read.astype({"salesperson": "str", "region": "str"})


def homes(table: pd.DataFrame, region: str = "territory_id") -> pd.DataFrame:
    held = table.dropna(subset=[region])
    return pd.DataFrame(
        {
            "salesperson": held["salesperson_id"].astype("str"),
            "region": held[region].astype("int64").astype("str"),
            "valid_from": held.get("start_month"),
            # their end is the first day after it
            "valid_to": pd.to_datetime(held.get("end_month")) - pd.Timedelta(days=1)
            if "end_month" in held
            else None,
        }
    )


@pytest.mark.parametrize(
    ("file", "region", "outside"),
    [
        ("salesperson_regions.csv", "territory_id", "32.7%"),
        ("territory_history.csv", "territory_id", "21.4%"),
        ("salespeople.csv", "home_territory_id_dw", "41.0%"),
    ],
)
def test_a_third_of_the_resellers_sales_lie_outside_the_sellers_regions(
    lines, adventureworks, file, region, outside
) -> None:
    held = homes(pd.read_csv(adventureworks / file), region)
    for credit in ("by_person", "by_region", "split"):
        made = T.territory_lines(lines, held, credit=credit, currency="USD")
        assert f"of 80.5M USD ({outside}) were sold outside" in made.headline()
        for view in (made.persons, made.regions):
            assert view["value"].sum() == pytest.approx(lines["value"].sum(), abs=0.5)


def test_people_and_regions_cross_in_35_pairs_and_every_pair_has_its_target(lines) -> None:
    by = ["salesperson", "region"]
    pairs = lines.groupby(by, as_index=False)["value"].sum()
    assert len(pairs) == 35
    plan = T.cascade(40_000_000, pairs, levels=by, year=2021, months="equal")
    cells = plan.to_frame().groupby(by)["value"].sum()
    assert len(cells) == 35
    assert cells.sum() == 40_000_000
    people, regions = (plan.to_frame().groupby(key)["value"].sum().sum() for key in by)
    assert people == regions == 40_000_000


def test_a_customer_of_two_sellers_needs_one_owner_before_a_territory_is_split(
    adventureworks,
) -> None:
    orders = pd.read_csv(
        adventureworks / "orders.csv.gz", usecols=["customer_id", "salesperson_id", "revenue"]
    )
    sellers = orders.groupby("customer_id")["salesperson_id"].nunique()
    assert round((sellers > 1).mean(), 2) == 0.33
    sales = orders.rename(columns={"customer_id": "customer", "revenue": "value"})
    held = sales.drop_duplicates(["customer", "salesperson_id"]).assign(
        valid_from="2020-01-01", valid_to=None
    )
    with pytest.raises(sa.errors.ContractError, match="210 of 635 customers belong to nobody"):
        T.customer_shares(sales, held, on="2020-07-01", level="salesperson_id")
    one = held.drop_duplicates("customer")
    shares = T.customer_shares(sales, one, on="2020-07-01", level="salesperson_id")
    assert shares["share"].sum() == pytest.approx(1.0)


def test_orders_of_every_third_month_make_a_bad_base_of_a_month_and_a_good_one_of_a_year(
    lines,
) -> None:
    wide = lines.groupby(["salesperson", "date"])["value"].sum().unstack()
    rhythm = [
        float(np.nanmedian([row.dropna().reset_index(drop=True).autocorr(lag) for _, row in wide.iterrows()]))
        for lag in (1, 3)
    ]  # fmt: skip
    assert rhythm[0] < -0.2
    assert rhythm[1] > 0.5
    full = wide.fillna(0.0).stack().rename("value").reset_index()  # noqa: PD013
    panel = Panel.of(
        full.rename(columns={"date": "period"}),
        by=["salesperson"], calendar=FiscalCalendar(7), currency="USD",
    )  # fmt: skip
    base = T.growth(panel, "constant", rate=0.0, year=2020).to_frame()
    came = wide.fillna(0.0)
    before, after = came.loc[:, "2018-07-01":"2019-06-01"], came.loc[:, "2019-07-01":]
    assert base["base"].tolist() == pytest.approx(before.sum(axis=1).tolist())
    # each of the twelve months, times twelve, is further from the year that came
    off = (12 * before).sub(after.sum(axis=1), axis=0).abs().sum()
    assert (base["base"].to_numpy() - after.sum(axis=1)).abs().sum() < off.min()


def test_quotas_read_a_quarter_too_late_hide_that_they_follow_the_actuals(adventureworks) -> None:
    table = pd.read_csv(adventureworks / "control_rep_quarter.csv", parse_dates=["quarter_start"])
    table = table.rename(columns={"quarter_start": "period"}).astype({"salesperson_id": "str"})
    quota, actual = (
        table[["salesperson_id", "period", c]].rename(columns={c: "value"})
        for c in ("quota", "actual")
    )
    late = actual.assign(period=actual["period"] + pd.DateOffset(months=3))
    right, wrong = (
        T.split_check(quota, levels=["salesperson_id"], actual=sold) for sold in (actual, late)
    )
    assert round(right.facts["correlation"], 3) == 0.987
    assert round(wrong.facts["correlation"], 2) == 0.80
    assert right.from_actuals
    assert not wrong.from_actuals


def test_versions_of_a_price_are_one_product_so_that_last_year_is_found(adventureworks) -> None:
    mapping = sa.strictyaml.read(ROOT / "params" / "mappings" / "adventureworks.yaml").data
    joins = {j["file"]: j for j in mapping["tables"]["sales"]["joins"]}
    assert joins["products.csv"]["take"]["product"] == "product"
    products = pd.read_csv(adventureworks / "products.csv")
    assert (products["product_id"].nunique(), products["product_code"].nunique()) == (606, 504)
    # the name that is read stands for the code, one to one, never for a version of its price
    names = products[["product", "product_code"]].drop_duplicates()
    assert names["product"].is_unique
    assert names["product_code"].is_unique
    orders = pd.read_csv(
        adventureworks / "orders.csv.gz", usecols=["order_date", "product_id", "revenue"]
    ).merge(products[["product_id", "product"]], on="product_id", validate="many_to_one")
    orders = orders[orders["order_date"] >= "2018-07-01"]
    year = np.where(orders["order_date"] >= "2019-07-01", "this", "last")
    sold = {
        key: orders.assign(year=year).pivot_table("revenue", key, "year", "sum", fill_value=0.0)
        for key in ("product_id", "product")
    }
    alone = {k: t.loc[t["last"] == 0, "this"].sum() for k, t in sold.items()}
    assert alone["product"] < alone["product_id"]
