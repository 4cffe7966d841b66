"""AdventureWorks as it lies, through its mapping: every control total to the hundredth of a cent."""

import json
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis.data.engine import quiet


@pytest.fixture(scope="module")
def aw(adventureworks: Path):
    return sa.load(adventureworks)


@pytest.fixture(scope="module")
def whole(aw):
    """Seen from the end of the data: all 36 months."""
    return aw.at("2020-06-30")


@pytest.fixture(scope="module")
def control(adventureworks: Path) -> dict:
    text = (adventureworks / "control_totals.json").read_text(encoding="utf-8")
    return json.loads(text, parse_float=Decimal)


def exact(data, by: list, value: str) -> dict:
    """Sums of the engine as exact decimals, by the columns or expressions of `by`."""
    table = data.table("sales")
    keyed = table.mutate(_key=by(table) if callable(by) else table[by])
    with quiet():
        rows = data.con.to_pyarrow(
            keyed.group_by("_key").aggregate(v=keyed[value].sum())
        ).to_pylist()
    return {r["_key"]: r["v"] for r in rows}


def test_the_folder_is_recognised_without_naming_the_mapping(aw) -> None:
    assert (aw.name, aw.mapping, aw.quality.mapping) == ("adventureworks",) * 3
    assert (aw.currency, aw.calendar.start_month, aw.year) == ("USD", 7, 2020)
    assert aw.as_of == pd.Timestamp("2020-03-31")


def test_ten_territories_in_their_order(aw) -> None:
    assert aw.regions == [
        "Northwest",
        "Northeast",
        "Central",
        "Southwest",
        "Southeast",
        "Canada",
        "France",
        "Germany",
        "United Kingdom",
        "Australia",
    ]


def test_every_line_is_read(aw, whole, control) -> None:
    frame, want = whole.frame("sales"), control["orders"]
    assert len(frame) == want["lines"]
    assert frame["order_id"].nunique() == want["orders"]
    assert frame["customer_code"].nunique() == want["customers"]
    assert frame["salesperson"].nunique() == want["salespeople"]
    assert frame["quantity"].sum() == want["quantity"]
    assert (frame["revenue"] < frame["cost"]).sum() == want["lines_revenue_below_cost"]
    assert not frame["is_return"].any()
    assert frame["channel"].eq("Reseller").all()


@pytest.mark.parametrize(("value", "key"), [("revenue", "revenue"), ("cost", "total_cost")])
def test_the_grand_totals_hold(whole, control, value: str, key: str) -> None:
    total = exact(whole, lambda t: t["channel"], value)["Reseller"]
    assert total == control["orders"][key]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("revenue_by_fiscal_year", "revenue"),
        ("cost_by_fiscal_year", "cost"),
        ("quantity_by_fiscal_year", "quantity"),
    ],
)
def test_fiscal_years_run_from_july(whole, control, key: str, value: str) -> None:
    got = exact(whole, lambda t: t["date"].year() + (t["date"].month() >= 7).cast("int"), value)
    assert {str(y): v for y, v in got.items()} == control[key]
    years = whole.panel(value=value).years().set_index("year")["value"].round(4)
    assert {str(y): v for y, v in years.items()} == {y: float(v) for y, v in control[key].items()}


def test_calendar_years(whole, control) -> None:
    got = exact(whole, lambda t: t["date"].year(), "revenue")
    assert {str(y): v for y, v in got.items()} == control["revenue_by_calendar_year"]


def test_months(whole, control) -> None:
    got = exact(whole, lambda t: t["date"].strftime("%Y-%m"), "revenue")
    assert got == control["revenue_by_month"]
    panel = whole.panel().to_frame()
    assert dict(zip(panel["period"].dt.strftime("%Y-%m"), panel["value"], strict=True)) == {
        m: float(v) for m, v in control["revenue_by_month"].items()
    }


@pytest.mark.parametrize(
    ("by", "value", "key"),
    [
        ("product_line", "revenue", "revenue_by_category"),
        ("product_line", "cost", "cost_by_category"),
        ("region", "revenue", "revenue_by_region"),
    ],
)
def test_categories_and_territories(whole, control, by: str, value: str, key: str) -> None:
    assert exact(whole, by, value) == control[key]


def test_salespeople_are_called_by_their_names(whole, control, adventureworks: Path) -> None:
    people = pd.read_csv(adventureworks / "salespeople.csv", dtype="str", keep_default_na=False)
    names = people.set_index("salesperson_id")["name"]
    want = {names[i]: v for i, v in control["revenue_by_salesperson"].items()}
    assert exact(whole, "salesperson", "revenue") == want


def test_quarters(whole, control) -> None:
    panel = whole.panel().to_frame()
    quarter = panel.groupby(panel["period"].dt.to_period("Q").dt.start_time)["value"].sum().round(4)
    got = {f"{q:%Y-%m}": v for q, v in quarter.items()}
    assert got == {q: float(v) for q, v in control["actual_by_quarter"].items()}


def test_quotas_are_targets_of_a_person_and_a_quarter(aw, control) -> None:
    quotas = aw.frame("targets")
    assert len(quotas) == control["quota_rows"]
    assert quotas["value"].sum() == float(control["quota_total"])
    got = quotas.groupby(quotas["period"].dt.strftime("%Y-%m"))["value"].sum().to_dict()
    assert got == {q: float(v) for q, v in control["quota_by_quarter"].items()}
    for column, only in [
        ("metric", "sales"),
        ("layer", "assigned"),
        ("unit", "USD"),
        ("span", "quarter"),
    ]:
        assert set(quotas[column]) == {only}


def test_quota_and_actual_of_every_person_and_quarter(whole, adventureworks: Path) -> None:
    rows = pd.read_csv(adventureworks / "control_rep_quarter.csv", dtype={"salesperson_id": "str"})
    people = pd.read_csv(adventureworks / "salespeople.csv", dtype="str", keep_default_na=False)
    names = people.set_index("salesperson_id")["name"]
    panel = whole.panel(by=["salesperson"]).to_frame()
    panel["quarter"] = panel["period"].dt.to_period("Q").dt.start_time
    actual = panel.groupby(["salesperson", "quarter"])["value"].sum()
    quota = whole.frame("targets").set_index(["salesperson", "period"])["value"]
    keys = list(
        zip(rows["salesperson_id"].map(names), pd.to_datetime(rows["quarter_start"]), strict=True)
    )
    assert actual.loc[keys].round(4).tolist() == rows["actual"].round(4).tolist()
    assert quota.loc[keys].tolist() == rows["quota"].tolist()
    assert len(quota) == len(rows)


def test_flat_commission_from_the_people_table(whole, control) -> None:
    rates = whole.frame("people").set_index("salesperson")["commission_pct"]
    sums = pd.Series(exact(whole, "salesperson", "revenue")).astype("float64")
    got = (sums * rates.loc[sums.index]).sum()
    assert round(got, 4) == float(control["flat_commission_revenue_x_commission_pct"])


def test_people_without_a_home_territory_have_the_one_called_na(aw) -> None:
    people = aw.frame("people").set_index("salesperson")
    assert len(people) == 18
    assert set(people.index[people["region"] == "NA"]) == {
        "Stephen Jiang",
        "Brian Welcker",
        "Amy Alberts",
        "Syed Abbas",
    }
    assert aw.terms.show("region", "NA", "zh") == "未分配"
    assert people.loc["Jae Pak", "region"] == "United Kingdom"
    assert "hire_date" not in people.columns


def test_the_last_quarter_is_kept_as_truth(aw, whole) -> None:
    assert aw.closed_through == pd.Timestamp("2020-03-01")
    assert len(aw.frame("sales")) + 7648 == len(whole.frame("sales"))


def test_australia_begins_with_its_first_line(aw) -> None:
    australia = aw.panel(by=["region"]).select(region="Australia").to_frame()
    assert australia["period"].min() >= pd.Timestamp("2019-06-01")
    assert australia["period"].max() == aw.closed_through


def test_every_territory_category_and_kind_of_customer_has_a_chinese_name(aw) -> None:
    frame = aw.frame("sales")
    for column in ("region", "product_line", "customer_type", "channel"):
        for value in frame[column].unique():
            assert not aw.terms.show(column, value, "zh").isascii(), (column, value)
