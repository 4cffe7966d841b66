"""What no comparison takes: a file read twice, names spelt differently, months nobody counted."""

import numpy as np
import pandas as pd
import pytest

from salesanalysis.errors import ContractError
from salesanalysis.variance import explain, explain_chain, root_causes

BASE = pd.DataFrame({"item": ["A", "B"], "quantity": [10, 20], "revenue": [100.0, 400.0]})
ACTUAL = pd.DataFrame({"item": ["A", "B"], "quantity": [12, 18], "revenue": [120.0, 380.0]})


def refused(actual, base=BASE, call=explain, **given) -> str:
    chosen = {"by": ["item"], "units": "quantity"} if call is explain else {}
    with pytest.raises(ContractError) as error:
        call(actual, base, **{**chosen, **given})
    return str(error.value)


# a file read twice


def test_a_table_that_was_read_twice_is_no_doubling_of_sales():
    twice = pd.concat([ACTUAL, ACTUAL])
    message = (
        "Every row of actual stands there 2 times: 2 different rows, 4 in all.\n"
        "  where: explain: actual\n"
        "  fix:   read the file once, or pass aggregate=True to sum them"
    )
    assert refused(twice) == message
    assert refused(twice, rate=("revenue", "quantity"), units=None) == message
    assert refused(twice, chain=["quantity", "revenue"], units=None) == message
    summed = explain(twice, BASE, by=["item"], units="quantity", aggregate=True)
    assert summed.end == 1000.0


def test_lines_read_twice_are_found_in_any_order_with_their_order_numbers():
    rng = np.random.default_rng(7)
    lines = pd.DataFrame({"order_id": range(300), "item": rng.choice(["A", "B"], 300)})
    lines = lines.assign(quantity=1, revenue=rng.integers(5, 8, 300) * 1.0)
    twice = pd.concat([lines, lines]).sample(frac=1, random_state=1)
    assert refused(twice).startswith("Every row of actual stands there 2 times: 300 different")
    assert explain(lines, BASE, by=["item"], units="quantity").end == lines["revenue"].sum()


def test_lines_that_happen_to_look_alike_are_lines_of_sale():
    lines = ACTUAL.loc[[0, 0, 1, 1, 1]]
    assert explain(lines, BASE, by=["item"], units="quantity").end == 240.0 + 3 * 380.0
    one = ACTUAL.loc[[0, 0]]
    assert explain(one, BASE.loc[[0, 0]], by=["item"], units="quantity").gap == 40.0


# names


@pytest.mark.parametrize("written", ["A ", "a", "\uff21", " A"])
def test_a_name_written_another_way_is_said_to_be_one_item_lost_and_one_new(written):
    actual = ACTUAL.assign(item=[written, "B"])
    told = f"ames that differ in spelling only count as lost and new: 'A' = {written!r}"
    for bridge in (
        explain(actual, BASE, by=["item"], units="quantity"),
        explain(actual, BASE, by=["item"], rate=("revenue", "quantity")),
        explain_chain(actual, BASE, by=["item"], chain=["quantity", "revenue"]),
        root_causes(actual, BASE, dims=["item"]),
    ):
        assert told in bridge.explain()
        assert f"仅写法不同的名称按流失和新增计：'A' = {written!r}" in bridge.explain("zh")


def test_of_many_names_spelt_apart_three_are_shown_and_the_others_counted():
    base = pd.DataFrame({"item": [*"ABCDE", "x"], "revenue": 10.0})
    actual = pd.DataFrame({"item": [*"abcde", "x"], "revenue": 10.0})
    text = explain(actual, base, by=["item"]).explain()
    assert "count as lost and new: 'A' = 'a', 'B' = 'b', 'C' = 'c' (+2)" in text
    same = explain(base.copy(), base, by=["item"]).meta.details
    assert not [name for name, _ in same if name == "spelt_apart"]


def test_names_that_differ_in_case_on_the_same_side_are_two_items():
    base = pd.concat([BASE, BASE.iloc[:1].assign(item="a")])
    actual = pd.concat([ACTUAL, ACTUAL.iloc[:1].assign(item="a")])
    bridge = explain(actual, base, by=["item"], units="quantity")
    assert bridge.counts() == {"n_matched": 3, "n_new": 0, "n_lost": 0}


def test_an_item_that_is_really_new_is_new():
    actual = ACTUAL.assign(item=["A2", "B"])
    assert explain(actual, BASE, by=["item"], units="quantity").counts()["n_new"] == 1


# months


@pytest.mark.parametrize(
    "months",
    [
        ["2024-01", "2024-02", "2024-03"],
        [202401, 202402, 202403],
        ["2024-01-31", "2024-02-29", "2024-03-31"],
        list(pd.period_range("2024-01", periods=3, freq="M")),
    ],
)
def test_three_months_are_not_compared_with_two_however_they_are_written(months):
    actual = pd.concat([ACTUAL.assign(month=month) for month in months])
    base = pd.concat([BASE.assign(month=month) for month in months[:2]])
    assert refused(actual, base) == (
        "base covers 2 months, actual 3 months.\n"
        "  where: base 2024-01 to 2024-02, actual 2024-01 to 2024-03\n"
        "  fix:   compare the same months (closed_through= cuts open ones), or set per_month=True"
    )
    cut = explain(actual, base, by=["item"], units="quantity", closed_through="2024-02")
    assert (cut.start, cut.end) == (1000.0, 1000.0)


def test_a_column_called_month_with_the_number_of_the_month_is_no_date():
    actual = pd.concat([ACTUAL.assign(month=m) for m in (1, 2, 3)])
    assert explain(actual, BASE, by=["item"], units="quantity").end == 1500.0


# what is no table, no number, no name


def test_what_is_no_table_is_called_so():
    assert refused(ACTUAL["revenue"]) == (
        "actual is a Series, not a table.\n"
        "  where: explain(actual, base)\n"
        "  fix:   pass two DataFrames, actual first"
    )
    assert refused(ACTUAL, {"item": ["A"]}, call=root_causes, dims=["item"]).startswith(
        "base is a dict, not a table.\n  where: root_causes(actual, base)"
    )


def test_amounts_no_company_has_are_refused():
    assert refused(ACTUAL.assign(revenue=[1e300, 1.0])) == (
        "1 of 2 values of 'revenue' in actual are above 1e+18.\n"
        "  where: first rows [0], see .rows\n"
        "  fix:   check the unit of the column"
    )


def test_the_value_cannot_name_an_item():
    assert refused(ACTUAL, by=["item", "revenue"]) == (
        "'revenue' is the value and cannot name an item as well.\n"
        "  where: explain(by=...)\n"
        "  fix:   name other columns in by=, or another value="
    )


@pytest.mark.parametrize("name", ["size", "name", "share", "count", "level", "whole"])
def test_a_column_may_be_called_as_it_is_in_the_company(name):
    base, actual = (t.rename(columns={"item": name}) for t in (BASE, ACTUAL))
    for how in (
        {"units": "quantity"}, {}, {"chain": ["quantity", "revenue"]},
        {"rate": ("revenue", "quantity")},
    ):  # fmt: skip
        bridge = explain(actual, base, by=[name], **how)
        assert bridge.explain()
        assert bridge.explain("zh")
        assert len(bridge.to_frame()) > 2
        assert bridge.drill([name]).gap == pytest.approx(bridge.gap)


@pytest.mark.parametrize("name", ["amount", "origin", "status", "base", "r", "in0"])
def test_columns_of_the_result_cannot_name_an_item(name):
    base, actual = (t.rename(columns={"item": name}) for t in (BASE, ACTUAL))
    assert refused(actual, base, by=[name]) == (
        f"{name!r} cannot name an item: it is a column of the result.\n"
        "  where: explain(by=...)\n"
        f"  fix:   rename the column, such as '{name}_name'"
    )


@pytest.mark.parametrize("name", ["quantity0", "revenue1"])
def test_a_driver_tree_keeps_the_sides_of_its_columns_under_their_names(name):
    base, actual = (t.rename(columns={"item": name}) for t in (BASE, ACTUAL))
    assert refused(actual, base, call=explain_chain, by=[name], chain=["quantity", "revenue"]) == (
        f"{name!r} cannot name an item: the sums of {name[:-1]!r} are kept under it.\n"
        "  where: by=..., dims=...\n"
        f"  fix:   rename the column, such as '{name}_name'"
    )


def test_a_search_needs_no_names_of_cells_for_itself():
    base, actual = (t.rename(columns={"item": "d0"}) for t in (BASE, ACTUAL))
    assert root_causes(actual, base, dims=["d0"]).by == ("d0",)
