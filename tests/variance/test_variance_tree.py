"""The tree of the flexible budget: plan, working days, market, mix, rates, cost."""

import numpy as np
import pandas as pd
import pytest
from bridgetools import CASES, agrees, compare, table, totals

import salesanalysis as sa
from salesanalysis.errors import ContractError
from salesanalysis.variance.arithmetic import CONVENTIONS, MIXES

explain = sa.variance.explain
ONE = pd.DataFrame({"product": ["A"], "quantity": [100], "revenue": [1000.0]})
MORE = ONE.assign(quantity=[121], revenue=[1210.0])
TWO = pd.DataFrame(
    {
        "region": ["N", "N", "S", "S"],
        "product": list("ABAB"),
        "quantity": [100, 50, 80, 20],
        "revenue": [1000.0, 1000.0, 880.0, 420.0],
        "cost": [600.0, 700.0, 500.0, 300.0],
    }
)
NOW = TWO.assign(
    quantity=[110, 40, 60, 50],
    revenue=[1210.0, 820.0, 660.0, 1000.0],
    cost=[700.0, 500.0, 400.0, 800.0],
)
ASK = {"by": ["region", "product"], "units": "quantity"}


def refusal(call) -> str:
    with pytest.raises(ContractError) as caught:
        call()
    return str(caught.value)


# 1. worked by hand


def test_two_more_working_days_are_taken_out_of_the_market_that_grew():
    bridge = explain(
        MORE, ONE, by=["product"], units="quantity", market=(1000, 1150), calendar=(20, 22)
    )
    # days 10 % of 1,000; market 15 % less the days; share is what is left of 210
    agrees(totals(bridge), {"calendar": 100, "market_size": 50, "market_share": 60, "gap": 210})
    assert bridge.effects.set_index("effect")["parent"]["calendar"] == "quantity"


def test_working_days_without_a_market_leave_the_rest_of_the_quantity():
    bridge = explain(MORE, ONE, by=["product"], units="quantity", calendar=(20, 22))
    agrees(totals(bridge), {"calendar": 100, "quantity": 110, "mix": 0, "price": 0})


def test_days_per_sale_without_units_are_the_worked_case():
    given = CASES["edge-working-days"]["inputs"]
    base, actual = (
        pd.DataFrame({"product": ["A"], "revenue": [float(given[f"days{s}"] * given[f"rate{s}"])]})
        for s in "01"
    )
    days = given["days0"], given["days1"]
    found = totals(explain(actual, base, by=["product"], calendar=days))
    agrees(found, CASES["edge-working-days"]["expected"]["total"])


def test_a_market_in_money_divides_the_whole_change_and_has_no_price_row():
    bridge = explain(MORE, ONE, by=["product"], market=(1000, 1100), market_unit="value")
    assert bridge.by_effect()[["effect", "amount"]].to_numpy().tolist() == [
        ["market_size", 100.0],
        ["market_share", 110.0],
    ]
    assert "the market in money and no price row" in bridge.explain()
    days = explain(
        MORE, ONE, by=["product"], market=(1000, 1100), market_unit="value", calendar=(20, 21)
    )
    agrees(totals(days), {"calendar": 50, "market_size": 50, "market_share": 110})


def test_revenue_in_euro_that_did_not_move_is_a_matter_of_rates_alone():
    given = CASES["edge-fx"]["inputs"]
    base, actual = (
        pd.DataFrame({"product": ["A"], "revenue": [float(given[f"local{s}"])]}) for s in "01"
    )
    bridge = explain(actual, base, by=["product"], fx=(given["fx0"], given["fx1"]), currency="USD")
    agrees(totals(bridge), CASES["edge-fx"]["expected"]["total"])
    assert bridge.by_origin().set_index("origin")["amount"]["external"] == pytest.approx(100_000)
    assert "FX last" in bridge.explain()


RATES = pd.DataFrame({"currency": ["USD", "EUR"], "base": [7.0, 8.0], "actual": [7.5, 7.6]})


def test_price_and_quantity_abroad_are_at_base_rates_and_rates_come_last():
    local = ONE.assign(currency="USD")
    sold = ONE.assign(quantity=[110], revenue=[1200.0], currency="USD")
    # 7,000 to 8,400 at 7.0, then 1,200 dollars at 0.5 more
    expected = {"quantity": 700, "price": 700, "fx": 600, "gap": 2000}
    ask = {"by": ["product"], "units": "quantity"}
    agrees(totals(explain(sold, local, **ask, fx=RATES)), expected)
    agrees(totals(explain(sold, local, **ask, fx=(7.0, 7.5))), expected)
    columns = [t.assign(then=7.0, now=7.5) for t in (sold, local)]
    agrees(totals(explain(*columns, **ask, fx=("then", "now"))), expected)


def test_rates_by_month_take_the_month_a_sale_is_compared_with():
    months = pd.to_datetime(["2023-01-01", "2023-02-01", "2024-01-01", "2024-02-01"])
    rates = pd.DataFrame({"currency": "USD", "period": months, "rate": [7.0, 7.1, 7.2, 7.4]})
    base = pd.DataFrame({"product": "A", "period": months[:2], "revenue": [100.0, 100.0]})
    actual = base.assign(period=months[2:])
    both = [t.assign(currency="USD") for t in (actual, base)]
    found = totals(explain(*both, by=["product"], fx=rates, names=("last_year", "actual")))
    agrees(found, {"difference": 0, "fx": 100 * 0.2 + 100 * 0.3, "gap": 50})


def test_the_reporting_currency_needs_no_rate_and_the_margin_moves_with_its_cost():
    base = TWO.assign(currency=["CNY", "USD", "CNY", "USD"])
    bridge = explain(base.copy(), base, **ASK, cost="cost", fx=RATES)
    # only the margins in dollars, 300 and 120, move, by 0.5
    agrees(totals(bridge), {"fx": 210, "price": 0, "cost": 0, "volume": 0})


def test_fixed_cost_stands_on_an_item_of_its_own():
    bridge = explain(NOW, TWO, **ASK, cost="cost", fixed_cost=(100, 120))
    assert (bridge.start, bridge.end) == (1200.0 - 100, 1290.0 - 120)
    rows = bridge.effects[bridge.effects["effect"] == "fixed_cost"]
    assert rows[["region", "product", "amount", "origin"]].to_numpy().tolist() == [
        ["(fixed cost)", "(fixed cost)", -20.0, "internal"]
    ]
    assert bridge.headline().startswith("Profit 70.00 CNY above target (+6.4%)")
    assert "fixed cost" not in bridge.drill("region").explain("zh")


def test_a_plan_that_was_off_is_told_from_what_was_done_against_the_revised_plan():
    revised = ONE.assign(quantity=[90], revenue=[900.0])
    actual = ONE.assign(quantity=[95], revenue=[1045.0])
    bridge = explain(actual, ONE, by=["product"], units="quantity", revised=revised)
    agrees(totals(bridge), {"plan": -100, "quantity": 50, "mix": 0, "price": 95, "gap": 45})
    origins = bridge.by_origin().set_index("origin")["amount"]
    assert (origins["plan"], origins["internal"]) == (-100.0, 95.0)
    assert bridge.start == 1000.0


def test_mix_divides_into_mix_between_regions_and_within_them():
    bridge = explain(NOW, TWO, **ASK, mix_split="region", mix="item_rate")
    price = (TWO["revenue"] / TWO["quantity"]).to_numpy()
    q0, q1 = TWO["quantity"].to_numpy(), NOW["quantity"].to_numpy()
    region = TWO["region"]
    g0, g1 = (q.groupby(region).transform("sum") for q in (TWO["quantity"], NOW["quantity"]))
    within = ((q1 - g1 * q0 / g0) * price).sum()
    worth = TWO.groupby("region")["revenue"].sum() / TWO.groupby("region")["quantity"].sum()
    sums0, sums1 = (t.groupby("region")["quantity"].sum() for t in (TWO, NOW))
    between = ((sums1 - q1.sum() * sums0 / q0.sum()) * worth).sum()
    found = totals(bridge)
    agrees(found, {"mix_within": within, "mix_between": between})
    plain = totals(explain(NOW, TWO, **ASK))
    assert found["mix_within"] + found["mix_between"] == pytest.approx(plain["mix"])


def test_a_target_in_money_gets_units_from_the_prices_of_last_year():
    target = pd.DataFrame({"product": ["A", "B"], "revenue": [1200.0, 500.0]})
    last = pd.DataFrame({"product": ["A"], "quantity": [80], "revenue": [800.0]})
    sold = pd.DataFrame({"product": ["A", "B"], "quantity": [100, 10], "revenue": [1100.0, 400.0]})
    bridge = explain(
        sold, target, by=["product"], units="quantity", target_price="last_year", last_year=last
    )
    rows = bridge.effects.set_index(["product", "effect"])["amount"]
    # A: 120 planned at 10 each; B was not sold last year and has no price effect
    assert rows["A", "price"] == pytest.approx(100.0)
    assert rows["B", "price"] == pytest.approx(0.0)
    assert "units of the target implied by last year's prices" in bridge.explain()
    assert "rows of the target valued at the actual price: 1" in bridge.explain()


def test_a_market_by_month_is_summed_over_both_windows():
    months = pd.to_datetime(["2023-01-01", "2023-02-01", "2024-01-01", "2024-02-01"])
    market = pd.DataFrame({"period": months, "market": [100, 100, 110, 120]})
    base = pd.concat([ONE.assign(period=m) for m in months[:2]])
    actual = pd.concat([MORE.assign(period=m) for m in months[2:]])
    ask = {"by": ["product"], "units": "quantity", "names": ("last_year", "actual")}
    agrees(totals(explain(actual, base, **ask, market=market)), {"market_size": 300})
    empty = market.assign(market=[100, 100, 110, np.nan])
    assert refusal(lambda: explain(actual, base, **ask, market=empty)) == (
        "The market of 2024-02 is 0, negative or empty.\n"
        "  where: market['market'], months 2024-01 to 2024-02\n"
        "  fix:   give every month of both windows one figure above 0"
    )
    assert refusal(lambda: explain(actual, base, **ask, market=market.iloc[:3])).startswith(
        "The market of 2024-02 is missing.\n"
    )


def test_a_table_of_days_counts_both_windows_itself():
    days = pd.DataFrame({"date": pd.date_range("2023-02-01", "2024-02-29")})
    days["is_workday"] = days["date"].dt.day_of_week < 5
    base = ONE.assign(period=pd.Timestamp("2023-02-01"))
    actual = MORE.assign(period=pd.Timestamp("2024-02-01"))
    ask = {"by": ["product"], "units": "quantity", "calendar": days}
    found = totals(explain(actual, base, **ask, names=("last_year", "actual")))
    assert found["calendar"] == pytest.approx(1000 * (21 / 20 - 1))
    assert refusal(lambda: explain(MORE, ONE, **ask)) == (
        "A calendar of days needs the months of base and actual.\n"
        "  where: explain(calendar=...)\n"
        "  fix:   keep the column of months in both tables, or give days as (base, actual)"
    )


# 2. invariants


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize("mix", MIXES)
def test_every_way_round_the_tree_closes_and_its_parts_are_the_plain_effects(convention, mix):
    rng = np.random.default_rng(7)
    for _ in range(3):
        both = [
            table(
                list(
                    zip(
                        rng.choice(list("ABCDE"), 12), rng.choice(["N", "S"], 12),
                        rng.integers(-3, 40, 12), rng.integers(0, 30_000, 12), strict=True,
                    )
                )
            )
            for _ in "01"
        ]  # fmt: skip
        ask = {"convention": convention, "mix": mix, "cost": "cost"}
        plain = totals(compare(*both, **ask))
        full = compare(
            *both, **ask, market=(100, 107), calendar=(20, 21), mix_split="region",
            fixed_cost=(5, 9), fx=(7, 8), currency="USD",
        )  # fmt: skip
        found = totals(full)
        parts = found["calendar"] + found["market_size"] + found["market_share"]
        assert parts == pytest.approx(7 * plain["quantity"], rel=1e-9, abs=1e-6)
        assert found["mix_between"] + found["mix_within"] == pytest.approx(
            7 * plain["mix"], rel=1e-9, abs=1e-6
        )
        agrees(found, {k: 7 * plain[k] for k in ("price", "cost")} | {"fixed_cost": -4})
        assert full.effects["amount"].sum() == pytest.approx(full.gap, rel=1e-9, abs=1e-6)
        revised = compare(*both, **ask, revised=both[1].assign(quantity=both[1]["quantity"] + 1))
        assert revised.gap == pytest.approx(plain["gap"], rel=1e-9, abs=1e-6)


# 3. refusals


def test_a_currency_without_a_rate_is_named():
    base = ONE.assign(currency="JPY")
    assert refusal(lambda: explain(base.copy(), base, by=["product"], fx=RATES)) == (
        "There is no exchange rate for JPY.\n"
        "  where: 1 rows of base, first 'JPY', see .rows\n"
        "  fix:   add the rate to fx="
    )
    assert refusal(lambda: explain(MORE, ONE, by=["product"], fx=(7, 0))) == (
        "1 of 2 exchange rates are not above 0.\n"
        "  where: explain(fx=...)\n"
        "  fix:   give reporting currency per unit of local currency, such as 7.1"
    )
    twice = pd.concat([RATES, RATES.iloc[:1]])
    assert refusal(lambda: explain(base.copy(), base, by=["product"], fx=twice)) == (
        "2 rows of fx give a rate for the same currency.\n"
        "  where: fx by ['currency'], see .rows\n"
        "  fix:   keep one rate per currency and month"
    )
    by_month = RATES.assign(period=pd.Timestamp("2024-01-01"))
    assert refusal(lambda: explain(base.copy(), base, by=["product"], fx=by_month)) == (
        "Rates are given by month, but base has no column of dates.\n"
        "  where: explain(fx=...)\n"
        "  fix:   keep the column of months, or give one rate per currency"
    )


def test_mix_is_not_split_by_a_column_that_is_not_compared():
    assert refusal(
        lambda: explain(NOW, TWO, by=["product"], units="quantity", mix_split="region")
    ) == (
        "mix cannot be split by 'region', which is not part of the comparison.\n"
        "  where: explain(mix_split=...)\n"
        '  fix:   add it: dims=["region"]; known: product'
    )


def test_a_price_of_last_year_needs_the_sales_of_last_year():
    target = ONE[["product", "revenue"]]
    ask = {"by": ["product"], "units": "quantity", "target_price": "last_year"}
    assert refusal(lambda: explain(MORE, target, **ask)) == (
        'target_price="last_year" needs the sales of last year to take prices from.\n'
        "  where: explain(last_year=...)\n"
        '  fix:   pass last_year=sales of the same months a year before, or use method="gap"'
    )
    assert refusal(lambda: explain(MORE, ONE, **ask, last_year=ONE)) == (
        "base has units 'quantity' already, so no price has to be implied.\n"
        "  where: base columns are ['product', 'quantity', 'revenue']\n"
        "  fix:   leave target_price= out"
    )


def test_a_market_in_money_needs_a_market():
    assert refusal(lambda: explain(MORE, ONE, by=["product"], market_unit="value")) == (
        'market_unit="value" needs a market in money.\n'
        "  where: explain(market=...)\n"
        '  fix:   pass market=, or leave market_unit= and method="gap" out'
    )


def test_our_own_history_is_not_a_market():
    assert refusal(
        lambda: explain(MORE, ONE, by=["product"], units="quantity", market=(100, 121))
    ) == (
        "The market given is our own sales, so the share would be 100 % on both sides.\n"
        "  where: explain(market=(100, 121))\n"
        "  fix:   give the sales of all sellers, or an index of them, or leave market= out"
    )


def test_a_market_that_is_one_number_is_refused():
    for market in (100, (100,), {"base": 1, "actual": 2}):
        assert refusal(
            lambda m=market: explain(MORE, ONE, by=["product"], units="quantity", market=m)
        ) == (
            f"market is neither a pair nor a table, got {market!r}.\n"
            "  where: explain(market=...)\n"
            "  fix:   give base and actual, such as market=(100, 104), or a table"
        )


def test_fixed_cost_needs_names_it_can_stand_beside():
    both = [t.assign(product=[1], cost=[1.0]) for t in (MORE, ONE)]
    assert refusal(lambda: explain(*both, by=["product"], cost="cost", fixed_cost=(1, 2))) == (
        "Fixed cost needs an item of its own, but 'product' holds no names.\n"
        "  where: explain(fixed_cost=...)\n"
        '  fix:   turn it into text first: astype({"product": "str"})'
    )
