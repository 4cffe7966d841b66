"""Each injected cause moved exactly the amount the truth table says, and nothing else."""

import pandas as pd
import pytest

from salesanalysis.data.demo import CAUSES, generate
from salesanalysis.money import cents_of, to_cents

#: Where a cause may leave a trace.
PLACES = {
    "price_cut": ("region == 'South' and product_line == 'Power supplies'", "2024-01-01"),
    "lost_customer": ("region == 'West' and customer == @large", "2024-02-01"),
    "late_project": ("region == 'East' and salesperson == 'Li Wei'", "2024-03-01"),
    "launch": ("region == 'North' and product == 'Controller C60'", "2024-01-01"),
}


def with_cents(sales: pd.DataFrame) -> pd.DataFrame:
    return sales.assign(cents=cents_of(sales["revenue"]))


@pytest.fixture(scope="module")
def truth() -> pd.DataFrame:
    return generate().tables["truth"].set_index("cause")


@pytest.fixture(scope="module")
def happened() -> pd.DataFrame:
    return with_cents(generate().tables["sales"])


@pytest.fixture(scope="module")
def quiet() -> pd.DataFrame:
    return with_cents(generate(causes=()).tables["sales"])


@pytest.fixture(scope="module")
def without() -> dict[str, pd.DataFrame]:
    """The company with every cause but one."""
    return {
        name: with_cents(generate(causes=[c for c in CAUSES if c != name]).tables["sales"])
        for name in CAUSES
    }


def in_window(sales: pd.DataFrame, start, end) -> int:
    return int(sales.loc[sales["date"].between(start, end), "cents"].sum())


# 3. planted truth


@pytest.mark.parametrize("name", CAUSES)
def test_a_cause_moved_what_the_truth_table_says(name, truth, happened, without) -> None:
    row = truth.loc[name]
    moved = in_window(happened, row["start"], row["end"]) - in_window(
        without[name], row["start"], row["end"]
    )
    assert moved == to_cents(row["amount"])
    assert moved != 0


@pytest.mark.parametrize("name", CAUSES)
def test_by_the_default_date_a_cause_moved_the_part_named(name, truth, happened, without) -> None:
    row = truth.loc[name]
    window = (row["start"], min(row["end"], pd.Timestamp("2024-03-31")))
    moved = in_window(happened, *window) - in_window(without[name], *window)
    assert moved == to_cents(row["amount_to_as_of"])


@pytest.mark.parametrize("name", CAUSES)
def test_a_cause_leaves_every_line_outside_its_place_alone(name, truth, happened, without) -> None:
    place, since = PLACES[name]
    place = place.replace("@large", repr(truth.loc["lost_customer", "customer"]))
    inside = [
        sales.query(f"{place} and date >= '{since}'").index for sales in (happened, without[name])
    ]
    outside = [
        sales.drop(index).reset_index(drop=True)
        for sales, index in zip((happened, without[name]), inside, strict=True)
    ]
    assert len(inside[1]) + len(inside[0]) > 0
    pd.testing.assert_frame_equal(*outside)


def test_the_causes_add_up_whatever_else_happens(truth, happened, quiet) -> None:
    """Causes touch different lines: together they move the sum of what each moves alone."""
    year = ("2024-01-01", "2024-12-31")
    # the late project comes back in April, so the year does not feel it
    amounts = sum(to_cents(truth.loc[c, "amount"]) for c in CAUSES if c != "late_project")
    assert in_window(happened, *year) - in_window(quiet, *year) == amounts
    before = ("2020-01-01", "2023-12-31")
    assert in_window(happened, *before) == in_window(quiet, *before)


def test_the_price_cut_is_price_and_nothing_else(happened, without) -> None:
    old = without["price_cut"]
    assert (happened["quantity"] == old["quantity"]).all()
    changed = happened["unit_price"] != old["unit_price"]
    assert changed.sum() > 500
    ratio = happened["unit_price"][changed] / old["unit_price"][changed]
    assert ratio.between(0.849, 0.851).all()
    sold_before = happened["order_id"].str.contains("SO2023")
    assert not (changed & sold_before).any()


def test_the_lost_customer_was_a_third_of_the_west_and_never_ordered_again(truth, happened) -> None:
    west = happened[happened["region"] == "West"]
    mine = west[west["customer"] == truth.loc["lost_customer", "customer"]]
    year = "2023-01-01", "2023-12-31"
    assert 0.25 < in_window(mine, *year) / in_window(west, *year) < 0.45
    assert mine["date"].max() < pd.Timestamp("2024-02-01")


def test_the_late_project_is_three_lines_of_april_that_belong_to_march(
    truth, happened, without
) -> None:
    old = without["late_project"]
    march = old[(old["date"] == "2024-03-20") & (old["cents"] >= 180_000_00)]
    assert march["cents"].tolist() == [820_000_00, 560_000_00, 180_000_00]
    assert set(march["order_id"]) == {"PR2024-00001"}
    april = happened[happened["order_id"] == "PR2024-00001"]
    assert set(april["date"]) == {pd.Timestamp("2024-04-18")}
    assert april["cents"].tolist() == march["cents"].tolist()
    assert set(april["salesperson"]) == {"Li Wei"}
    assert set(april["customer"]) == {truth.loc["late_project", "customer"]}


def test_signed_in_time_the_project_would_have_brought_the_east_to_97_percent(without) -> None:
    east = without["late_project"].query("region == 'East'")
    actual = in_window(east, "2024-01-01", "2024-03-31")
    assert actual == 10_741_833_35 + 1_560_000_00
    assert round(actual / 12_637_451_00, 3) == 0.973


def test_the_new_controller_sells_in_north_only_and_more_every_quarter(happened) -> None:
    new = happened[happened["product"] == "Controller C60"]
    assert set(new["region"]) == {"North"}
    assert new["date"].min() >= pd.Timestamp("2024-01-01")
    quarters = new.groupby(new["date"].dt.quarter)["cents"].sum()
    assert quarters[4] > quarters[2] > quarters[1]


def test_only_the_causes_switched_on_stand_in_the_truth_table() -> None:
    table = generate(causes=["launch", "price_cut"]).tables["truth"]
    assert table["cause"].tolist() == ["price_cut", "launch"]
