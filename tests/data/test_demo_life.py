"""The demo company behaves like one: season, feast, growth, people, customers, money."""

import numpy as np
import pandas as pd
import pytest

from salesanalysis.data.demo import DemoCompany, generate
from salesanalysis.data.demo.orders import LEVEL
from salesanalysis.data.demo.products import DISCONTINUED, LAUNCHED
from salesanalysis.money import cents_of
from salesanalysis.periods import SPRING_FESTIVAL, working_days


@pytest.fixture(scope="module")
def demo() -> DemoCompany:
    return generate()


@pytest.fixture(scope="module")
def sales(demo) -> pd.DataFrame:
    table = demo.tables["sales"]
    return table.assign(
        cents=cents_of(table["revenue"]),
        year=table["date"].dt.year,
        period=table["date"].dt.to_period("M").dt.to_timestamp(),
    )


# 2. invariants


def test_revenue_is_quantity_times_price_less_discount_to_the_cent(sales) -> None:
    gross = sales["quantity"].astype("int64") * cents_of(sales["unit_price"])
    assert (gross - cents_of(sales["discount_amount"]) == sales["cents"]).all()
    assert (sales["quantity"] == sales["quantity"].round()).all()


def test_a_return_is_negative_and_everything_else_is_positive(sales) -> None:
    back = sales[sales["is_return"]]
    sold = sales[~sales["is_return"]]
    for column in ("quantity", "revenue", "cost"):
        assert (back[column] < 0).all()
        assert (sold[column] > 0).all()
    assert 0.01 < len(back) / len(sales) < 0.02


def test_a_return_names_the_line_it_sends_back_and_is_never_more_than_it(sales) -> None:
    back = sales[sales["is_return"]]
    named = back["order_id"].str.extract(r"^R-(?P<order_id>SO\d{4}-\d{5})-(?P<order_line>\d+)$")
    named["order_line"] = named["order_line"].astype("int64")
    sold = sales[~sales["is_return"]]
    both = named.merge(sold, on=["order_id", "order_line"], how="left", validate="1:1")
    assert both["product"].tolist() == back["product"].tolist()
    assert both["unit_price"].tolist() == back["unit_price"].tolist()
    assert (both["quantity"].to_numpy() >= -back["quantity"].to_numpy()).all()
    assert (both["date"].to_numpy() < back["date"].to_numpy()).all()


def test_no_order_line_stands_twice_and_an_order_has_one_customer_and_day(sales) -> None:
    assert not sales.duplicated(["order_id", "order_line"]).any()
    assert sales["order_id"].str.fullmatch(r"(R-)?(SO|PR)\d{4}-\d{5}(-\d+)?").all()
    per_order = sales.groupby("order_id")[["customer", "date", "salesperson"]].nunique()
    assert (per_order == 1).all(axis=None)


def test_every_line_is_sold_above_cost(sales) -> None:
    assert (sales["cost"].abs() < sales["revenue"].abs()).mean() > 0.99


def test_there_are_about_sixty_thousand_lines_of_five_years_in_order_of_days(sales) -> None:
    assert 55_000 < len(sales) < 65_000
    assert sales["date"].is_monotonic_increasing
    assert sales["date"].min() < pd.Timestamp("2020-01-06")
    assert sales["date"].max() > pd.Timestamp("2024-12-28")


def test_every_line_was_sold_by_somebody_who_worked_there_that_day(demo, sales) -> None:
    people = demo.tables["people"]
    sold = sales[["date", "salesperson", "team", "region"]].drop_duplicates()
    pairs = sold.merge(people, on="salesperson", suffixes=("", "_of_person"))
    valid = pairs[(pairs["date"] >= pairs["valid_from"]) & (pairs["date"] <= pairs["valid_to"])]
    assert len(valid) == len(sold)
    assert (valid["team"] == valid["team_of_person"]).all()
    assert (valid["region"] == valid["region_of_person"]).all()
    left = valid["leave_date"].notna()
    assert (valid["date"] >= valid["hire_date"]).all()
    assert (valid["date"] <= valid["leave_date"])[left].all()


def test_assignments_of_a_person_follow_each_other_without_gap_or_overlap(demo) -> None:
    people = demo.tables["people"].sort_values(["salesperson", "valid_from"])
    following = people.groupby("salesperson")["valid_from"].shift(-1)
    gap = (following - people["valid_to"]).dropna()
    assert (gap == pd.Timedelta(days=1)).all()
    assert (people["valid_from"] <= people["valid_to"]).all()


def test_about_forty_people_of_whom_two_left_and_one_changed_region(demo) -> None:
    people = demo.tables["people"]
    assert 38 <= people["salesperson"].nunique() <= 45
    assert people.loc[people["leave_date"].notna(), "salesperson"].nunique() == 2
    regions = people.groupby("salesperson")["region"].nunique()
    assert regions[regions > 1].index.tolist() == ["Zhou Tao"]
    assert (people["hire_date"] >= "2021-01-01").any()
    assert "NA" not in set(people["salesperson"])
    teams = people[people["team"] != ""].groupby("region")["team"].nunique()
    assert teams.to_dict() == dict.fromkeys(demo.regions, 2)
    managers = set(people["manager"]) - {""}
    assert managers <= set(people["salesperson"])


def test_money_due_in_a_month_is_the_revenue_of_that_month(demo, sales) -> None:
    owed = demo.tables["collections"]
    keys = [owed["date"].dt.to_period("M").dt.to_timestamp().rename("period"), owed["region"]]
    due = pd.Series(cents_of(owed["due_amount"])).groupby(keys).sum()
    revenue = sales.groupby(["period", "region"])["cents"].sum()
    pd.testing.assert_series_equal(due, revenue, check_names=False)
    assert (owed["collected_amount"].abs() <= owed["due_amount"].abs()).all()
    assert set(owed["order_id"]) == set(sales["order_id"])


def test_nobody_visits_before_joining_or_on_a_holiday(demo) -> None:
    done = demo.tables["activities"]
    people = demo.tables["people"].groupby("salesperson")[["valid_from", "valid_to"]]
    spans = people.agg({"valid_from": "min", "valid_to": "max"})
    first, last = (done["salesperson"].map(spans[c]) for c in ("valid_from", "valid_to"))
    assert done["date"].between(first, last).all()
    assert not done.duplicated(["date", "salesperson"]).any()
    january = done[done["date"].between("2024-01-01", "2024-01-31")]
    assert january["date"].nunique() == working_days(["2024-01-01"]).iloc[0]
    assert (done["proposals_accepted"] <= done["proposals"]).all()
    assert (done["deals"] <= done["proposals_accepted"]).all()
    assert (done["qualified_leads"] <= done["leads"]).all()


def test_the_pipeline_knows_nothing_of_what_comes_after_the_default_date(demo) -> None:
    items = demo.tables["opportunities"]
    assert (items["opened"] <= demo.as_of).all()
    assert not (items["closed"] > demo.as_of).any()
    over = items["stage"].isin(["Won", "Lost"])
    assert (items["closed"].notna() == over).all()
    assert (items.loc[~over, "expected_close"] > demo.as_of).all()
    assert not items["id"].duplicated().any()


def test_every_name_has_its_own_chinese_name(demo) -> None:
    columns = [
        ("sales", "region"),
        ("sales", "team"),
        ("sales", "salesperson"),
        ("sales", "product"),
        ("sales", "product_line"),
        ("sales", "customer"),
        ("sales", "customer_type"),
        ("sales", "channel"),
        ("people", "salesperson"),
        ("people", "name"),
        ("people", "role"),
        ("people", "manager"),
        ("people", "level"),
        ("opportunities", "stage"),
        ("opportunities", "owner"),
        ("surveys", "subject"),
        ("surveys", "subject_kind"),
        ("truth", "cause"),
        ("truth", "effect"),
        ("truth", "customer"),
        ("truth", "product"),
    ]
    for name, column in columns:
        values = sorted(set(demo.tables[name][column]) - {""})
        chinese = demo.terms.show_all(column, values, "zh")
        assert len(set(chinese)) == len(values), column
        assert all(any("一" <= c <= "鿿" for c in word) for word in chinese), column
    assert demo.terms.show("salesperson", "Li Wei", "zh") == "李伟"
    assert demo.terms.show("region", "Key accounts", "zh") == "大客户部"
    assert demo.terms.show("cause", "launch", "en") == "New controller launched in North"


# 3. planted truth


def test_each_region_grows_as_it_was_planned(sales) -> None:
    years = sales[sales["year"] < 2024].groupby(["region", "year"])["revenue"].sum().unstack()
    planned = pd.DataFrame(
        LEVEL[:, :4] * 1e6, index=["East", "South", "North", "West", "Key accounts"]
    ).loc[years.index]
    assert np.allclose(years.to_numpy(), planned.to_numpy(), rtol=0.005)


def test_the_east_has_held_35_to_38_percent_of_the_company(sales) -> None:
    years = sales[sales["year"] < 2024].groupby(["year", "region"])["revenue"].sum().unstack()
    share = years["East"] / years.sum(axis=1)
    assert share.between(0.35, 0.38).all()


def test_the_feast_moves_sales_between_january_and_february(sales) -> None:
    months = sales.groupby("period")["revenue"].sum()
    days = working_days(months.index)
    per_day = months / days.to_numpy()
    lean = {y: per_day[f"{y}-01-01"] / per_day[f"{y}-02-01"] for y in range(2020, 2025)}
    assert SPRING_FESTIVAL[2023].month == 1
    assert SPRING_FESTIVAL[2024].month == 2
    assert lean[2023] < 1 < lean[2024]
    assert lean[2020] < lean[2021]
    raw = {y: months[f"{y}-01-01"] < months[f"{y}-02-01"] for y in range(2020, 2025)}
    assert raw == {2020: True, 2021: False, 2022: False, 2023: True, 2024: False}


def test_the_week_of_the_feast_is_nearly_empty(sales) -> None:
    daily = sales.groupby("date")["revenue"].sum()
    for year in range(2020, 2025):
        feast = pd.Timestamp(SPRING_FESTIVAL[year])
        week = daily[(daily.index >= feast) & (daily.index < feast + pd.Timedelta(days=7))]
        assert week.sum() < 0.15 * daily[daily.index.year == year].sum() / 52


def test_march_and_december_are_strong_and_july_is_weak(sales) -> None:
    history = sales[sales["year"] < 2024]
    months = history.groupby(history["date"].dt.month)["revenue"].sum()
    per_day = (
        months
        / working_days(pd.date_range("2020-01-01", "2023-12-01", freq="MS"))
        .groupby(lambda p: p.month)
        .sum()
    )
    assert per_day[[3, 12]].min() > per_day.mean() > per_day[7]


def test_weekends_are_light(sales) -> None:
    weekend = sales["date"].dt.day_of_week >= 5
    assert sales.loc[weekend, "revenue"].sum() < 0.08 * sales["revenue"].sum()


def test_prices_change_in_january_and_only_then(sales) -> None:
    sold = sales[~sales["is_return"] & (sales["region"] != "South")]
    per_year = sold.groupby(["product", "year"])["unit_price"].nunique()
    assert (per_year == 1).all()
    price = sold.groupby(["product", "year"])["unit_price"].first().unstack()
    change = price.pct_change(axis=1, fill_method=None).melt()["value"].dropna()
    assert (change != 0).all()
    assert change.abs().max() < 0.08


def test_products_come_and_go_when_planned(sales) -> None:
    sold = sales[~sales["is_return"]]
    months = pd.period_range("2020-01", periods=60, freq="M")
    for code, k in LAUNCHED.items():
        first = sold.loc[sold["product"].str.endswith(code), "date"].min()
        assert months[k] <= first.to_period("M") <= months[k] + 4
    for code, k in DISCONTINUED.items():
        last = sold.loc[sold["product"].str.endswith(code), "date"].max()
        assert last.to_period("M") == months[k]


def test_customers_arrive_and_leave(sales) -> None:
    sold = sales[~sales["is_return"]]
    span = sold.groupby("customer")["date"].agg(["min", "max"])
    assert 380 < len(span) < 440
    assert (span["min"] >= "2021-01-01").sum() > 80
    assert (span["max"] < "2023-07-01").sum() > 25


def test_key_accounts_win_some_of_the_fifty_customers_asked_for(sales) -> None:
    first = sales[sales["region"] == "Key accounts"].groupby("customer")["date"].min()
    assert 5 <= (first.between("2024-01-01", "2024-03-31")).sum() <= 14


def test_the_first_quarter_shows_green_yellow_and_red(sales) -> None:
    """Targets in proportion to 2023, the East's as given, months by working days."""
    base = sales[sales["year"] == 2023].groupby("region")["revenue"].sum()
    target = base.drop("East") / base.drop("East").sum() * 78_000_000
    quarter = sales[sales["date"].between("2024-01-01", "2024-03-31")]
    share = 12_637_451 / 52_000_000
    done = quarter.groupby("region")["revenue"].sum().drop("East") / (target * share)
    assert done[["North", "Key accounts"]].min() >= 0.8
    assert 0.6 <= done["South"] < 0.8
    assert done["West"] < 0.6


def test_about_95_percent_is_collected_and_more_of_it_in_the_east(demo) -> None:
    owed = demo.tables["collections"]
    sums = owed.groupby("region")[["due_amount", "collected_amount"]].sum()
    rate = sums["collected_amount"] / sums["due_amount"]
    company = sums["collected_amount"].sum() / sums["due_amount"].sum()
    assert 0.94 < company < 0.97
    assert rate.idxmax() == "East"


def test_the_market_is_several_times_our_sales_in_every_region(demo, sales) -> None:
    market = demo.tables["market"]
    assert len(market) == 5 * 6 * 60
    assert set(market["source"]) == {"demo"}
    size = market[market["period"].dt.year == 2023].groupby("region")["market_size"].sum()
    ours = sales[sales["year"] == 2023].groupby("region")["revenue"].sum()
    assert (ours / size).between(0.05, 0.2).all()


def test_scores_lie_between_0_and_100_and_name_people_and_regions_there_are(demo) -> None:
    scores = demo.tables["surveys"]
    assert scores["score"].between(0, 100).all()
    assert (scores["n"] >= 1).all()
    customers = scores["subject_kind"] == "customer"
    assert set(scores.loc[customers, "subject"]) == set(demo.regions)
    assert set(scores.loc[~customers, "subject"]) <= set(demo.tables["people"]["salesperson"])
