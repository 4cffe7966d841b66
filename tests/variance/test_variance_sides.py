"""Two tables that cannot be compared as they are, in full text."""

import numpy as np
import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis.errors import ContractError

explain = sa.variance.explain
BASE = pd.DataFrame(
    {"region": ["N", "S", "W"], "quantity": [10, 20, 5], "revenue": [100.0, 300.0, 50.0]}
)
ACTUAL = BASE.assign(quantity=[12, 18, 6], revenue=[120.0, 290.0, 60.0])


def refused(call) -> ContractError:
    with pytest.raises(ContractError) as caught:
        call()
    return caught.value


def text(what: str, where: str, fix: str) -> str:
    return f"{what}\n  where: {where}\n  fix:   {fix}"


# a key twice


def test_a_key_that_stands_twice_in_a_summed_table_is_no_second_target():
    twice = pd.concat([BASE, BASE.iloc[:1].assign(revenue=90.0)])
    error = refused(lambda: explain(ACTUAL, twice, by=["region"]))
    assert str(error) == text(
        "1 key occurs twice in base.",
        "base by ['region'], first N, see .rows",
        "sum them first, or pass aggregate=True",
    )
    assert error.rows["revenue"].tolist() == [100.0, 90.0]
    assert explain(ACTUAL, twice, by=["region"], aggregate=True).start == 540.0
    more = pd.concat([ACTUAL, ACTUAL.iloc[:2]])
    assert str(refused(lambda: explain(more, BASE, by=["region"]))).startswith(
        "2 keys occur twice in actual.\n"
    )


def test_a_month_that_stands_twice_in_a_target_by_month_is_found_too():
    months = pd.to_datetime(["2024-01-01", "2024-02-01"] * 3)
    plan = pd.DataFrame({"region": list("NNSSWW"), "period": months, "revenue": 1.0})
    twice = pd.concat([plan, plan.iloc[[2]]])
    assert str(refused(lambda: explain(plan.copy(), twice, by=["region"]))) == text(
        "1 key occurs twice in base.",
        "base by ['region', 'period'], first S / 2024-01-01 00:00:00, see .rows",
        "sum them first, or pass aggregate=True",
    )


def test_lines_of_sale_are_summed_without_a_word():
    lines = ACTUAL.loc[[0, 0, 1, 2]].assign(order_id=range(4))
    assert explain(lines, BASE, by=["region"]).end == 590.0
    deals = pd.concat([ACTUAL, ACTUAL.iloc[:1].assign(revenue=7.0)])
    assert explain(deals, BASE, by=["region"]).end == 477.0
    assert explain(deals, pd.concat([BASE, BASE.iloc[:1]]), by=["region"]).start == 550.0
    many = pd.concat([ACTUAL] * 3 + [ACTUAL.iloc[:1]])
    assert explain(many, BASE, by=["region"]).end == 3 * 470.0 + 120.0
    back = pd.concat([ACTUAL, ACTUAL.iloc[:1].assign(quantity=-1, revenue=-10.0)])
    assert explain(back, BASE, by=["region"], units="quantity").end == 460.0


# grains, currencies, measures, managers


def test_a_target_by_region_is_not_compared_with_sales_by_product():
    sold = pd.DataFrame({"region": ["N", "S"], "product": ["A", "B"], "revenue": [1.0, 2.0]})
    assert str(refused(lambda: explain(sold, BASE, by=["region", "product"]))) == text(
        "Grains differ: base is by ['region'], actual by ['region', 'product'].",
        "base has no product",
        "use the common grain, by=['region'], or cascade the target first",
    )
    assert str(refused(lambda: explain(sold, BASE, by=["product"]))) == text(
        "Grains differ: base is by ['region'], actual by ['product'].",
        "base has no product",
        "use the common grain, by=['region'], or cascade the target first",
    )


def test_two_currencies_are_not_added():
    both = [t.assign(currency=["CNY", "USD", "USD"]) for t in (ACTUAL, BASE)]
    assert str(refused(lambda: explain(*both, by=["region"]))) == text(
        "Amounts are in 2 currencies: CNY, USD.",
        "column 'currency' of base and actual",
        "pass rates: fx=table of currency, base, actual",
    )
    one = [t.assign(currency="USD") for t in (ACTUAL, BASE)]
    assert str(refused(lambda: explain(*one, by=["region"]))) == text(
        "Amounts are in USD, but would be shown as CNY.",
        "column 'currency' of base and actual",
        'set currency="USD", or pass rates: fx=',
    )
    assert explain(*one, by=["region"], currency="USD").currency == "USD"


def test_boxes_are_not_added_to_pieces():
    both = [t.assign(uom=["box", "piece", "piece"]) for t in (ACTUAL, BASE)]
    error = refused(lambda: explain(*both, by=["region"], units="quantity"))
    assert str(error) == text(
        "Units are counted in 2 measures: box, piece.",
        "column 'uom'; in box: N, see .rows",
        "convert them to one measure, or compare each measure apart",
    )
    assert error.rows["region"].tolist() == ["N"]
    # amounts alone may be compared
    assert explain(*both, by=["region"]).gap == 20.0


def test_a_person_has_one_manager_in_a_month():
    rows = pd.DataFrame(
        {
            "manager": ["M1", "M2", "M2"],
            "salesperson": ["Li", "Li", "Wu"],
            "period": pd.to_datetime(["2024-03-01"] * 3),
            "revenue": [1.0, 2.0, 3.0],
        }
    )
    base = rows.assign(manager=["M1", "M1", "M2"])
    error = refused(lambda: explain(rows, base, by=["manager", "salesperson"], aggregate=True))
    assert str(error) == text(
        "Li has two managers in 2024-03 in actual.",
        "actual by salesperson, manager and month, see .rows",
        "give the assignment its dates, so that each month has one manager",
    )
    moved = rows.assign(period=pd.to_datetime(["2024-03-01", "2024-04-01", "2024-04-01"]))
    before = moved.assign(revenue=1.0)
    assert explain(moved, before, by=["manager", "salesperson"]).gap == 3.0


# markets, bases and dates


def test_a_market_of_0_in_one_month_is_named():
    months = pd.to_datetime(["2024-01-01", "2024-02-01"])
    both = [
        pd.concat([t.assign(period=m) for m in months], ignore_index=True) for t in (ACTUAL, BASE)
    ]
    market = pd.DataFrame({"period": months, "base": [10, 10], "actual": [11, 0]})
    ask = {"by": ["region"], "units": "quantity"}
    assert str(refused(lambda: explain(*both, **ask, market=market))) == text(
        "The market of 2024-02 is 0, negative or empty.",
        "market['actual'], months 2024-01 to 2024-02",
        "give every month of both windows one figure above 0",
    )
    twice = pd.concat([market.assign(actual=11), market.iloc[:1]])
    assert str(refused(lambda: explain(*both, **ask, market=twice))).startswith(
        "The market of 2024-01 stands twice.\n"
    )
    assert str(refused(lambda: explain(ACTUAL, BASE, **ask, market=market))) == text(
        "A market by month needs the months of base and actual.",
        "explain(market=...)",
        "keep the column of months in both tables, or sum the market first",
    )


def test_one_member_without_a_base_or_with_a_negative_one_has_amounts_and_no_percentages():
    base = BASE.assign(revenue=[100.0, 0.0, -50.0])
    bridge = explain(ACTUAL, base, by=["region"])
    for region, status in (("S", "no_base"), ("W", "negative_base")):
        part = bridge.drill({"region": region})
        assert set(part.effects["status"]) == {status}
        assert part.effects["base_share"].isna().all()
        assert np.isfinite(part.effects["amount"]).all()


def test_a_calendar_has_no_day_less_region():
    days = pd.DataFrame({"region": ["N", "S"], "base": [20, 20], "actual": [22, 21]})
    assert str(
        refused(lambda: explain(ACTUAL, BASE, by=["region"], units="quantity", calendar=days))
    ) == text(
        "calendar has no row for 1 of the groups sold, first ['W'].",
        "calendar by ['region'], see .rows",
        "add the calendar of these groups, or give one total as calendar=(base, actual)",
    )
