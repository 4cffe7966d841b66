"""Several metrics at once: amounts split, counts whole, rates bounded and never summed."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesanalysis.errors import ContractError, ReconciliationError
from salesanalysis.targets import Ask, Metric, MetricCard, metric_card
from salesanalysis.targets.metrics.ratios import shift_to


def units(**columns) -> pd.DataFrame:
    return pd.DataFrame(columns)


def regions() -> pd.DataFrame:
    return units(
        region=["East", "South", "North", "West", "Key accounts"],
        sales=[40.0, 20, 15, 12, 13],
        n_heads=[10, 8, 8, 7, 5],
        new_customers=[30.0, 40, 40, 40, 50],
        collection_rate=[0.93, 0.90, 0.97, 0.88, 0.99],
        market_size=[4e8, 3e8, 2e8, 2e8, 1e8],
        n_responses=[100.0, 50, 50, 50, 20],
        satisfaction=[4.1, 4.2, 4.0, 3.9, 4.5],
    )


def card(asks, table=None, **options) -> MetricCard:
    return metric_card(
        regions() if table is None else table, asks, by=["region"], year=2024, **options
    )


# ---- worked by hand: the planners' example


def test_the_company_card_of_2024() -> None:
    pins = units(region=["Key accounts"], metric=["new_customers"], value=[50])
    made = card(
        {
            "sales": 130_000_000,
            "collection_rate": 0.95,
            "new_customers": 200,
            "visits": Ask(15, rule="per_head"),
        },
        pins=pins,
    )
    wide = made.wide()
    assert wide.loc["East", "sales"] == 52_000_000
    assert wide["sales"].drop("East").sum() == 78_000_000
    assert wide.loc["Key accounts", "new_customers"] == 50
    assert set(wide["collection_rate"]) == {0.95}
    assert wide.loc["East", "visits"] == 10 * 180
    frame = made.to_frame()
    collected = frame.loc[frame["metric"] == "collection_rate", "amount"]
    assert collected.sum() == 123_500_000
    assert made.headline() == (
        "2024 for 5 units: Sales 130.0M CNY, Collection rate 95.0%, New customers 200, Visits 6,840"
    )
    assert made.headline("zh") == (
        "2024年，5个单位：销售额 1.3亿元、回款率 95.0%、新客户数 200、拜访量 6,840"
    )


def test_a_manager_of_east_with_8_million_leaves_46_6_million_to_the_others() -> None:
    east = units(region=["manager", "others"], sales=[1.0, 1.0])
    pins = units(region=["manager"] * 2, metric=["sales", "new_customers"], value=[8_000_000, 8])
    made = card(
        {
            "sales": Ask(52_000_000, over=0.05),
            "new_customers": 30,
            "visits": Ask(15, rule="per_head"),
        },
        east,
        pins=pins,
    )
    assert made.wide().loc["manager"].tolist() == [8_000_000, 8, 180]
    assert made.wide()["sales"].tolist() == [8_000_000, 46_600_000]
    assert "52.0M CNY asked, 54.6M CNY assigned (5.0% over-assigned)" in made.explain()
    plain = card({"sales": 52_000_000}, east, pins=pins[:1])
    assert plain.wide()["sales"].tolist() == [8_000_000, 44_000_000]
    assert pytest.approx(0.1538, abs=5e-5) == 8_000_000 / 52_000_000


def test_rates_move_together_until_one_is_full() -> None:
    # 0.90 and 0.98 with equal sales to 0.97: the second stops at 1, the first takes the rest
    assert shift_to(np.array([0.9, 0.98]), np.ones(2), 0.97, lo=0, hi=1).round(9).tolist() == [
        0.94,
        1,
    ]


def test_an_expense_budget_goes_down_as_amounts_with_the_sales() -> None:
    table = regions().assign(expense_rate=[0.05, 0.06, 0.07, 0.06, 0.04])
    made = card({"sales": 130_000_000, "expense_rate": Ask(7_000_000, rule="budget")}, table)
    frame = made.to_frame().query("metric == 'expense_rate'")
    assert frame["amount"].sum() == 7_000_000
    moved = frame["value"].to_numpy() - frame["base"].to_numpy()
    assert np.ptp(moved) < 1e-12
    assert moved[0] < 0
    assert made.totals.set_index("metric").loc["expense_rate", "better"] == "lower"


def test_market_share_follows_from_sales_and_market() -> None:
    made = card({"sales": 120_000_000, "market_share": 0.10})
    assert made.wide()["market_share"].loc["East"] == pytest.approx(48 / 400)
    alone = card({"market_share": 0.10}, regions().drop(columns="sales"))
    assert set(alone.wide()["market_share"]) == {0.10}


def test_sales_beside_customers_times_orders_times_ticket() -> None:
    table = units(region=["E"], sales=[1.0])
    made = card(
        {"sales": 1_000_000, "customers": 100, "orders_per_customer": 10, "ticket": Ask(950)},
        table.assign(orders=[1_000]),
    )
    assert made.consistency().to_numpy().tolist() == [
        ["E", 1e6, 950_000.0, 50_000.0],
        ["", 1e6, 950_000.0, 50_000.0],
    ]
    assert made.explain().splitlines()[-1] == (
        "Check: sales 1.0M CNY, customers x orders x ticket 950.0k CNY, difference +50.0k CNY."
    )


def test_months_of_a_card_split_amounts_and_repeat_rates() -> None:
    made = card({"sales": 130_000_001, "collection_rate": 0.95, "visits": Ask(15, rule="per_head")})
    months = made.months(list(range(1, 13)))
    sums = months.groupby("metric")["value"].sum()
    assert sums["sales"] == 130_000_001
    assert set(months.query("metric == 'collection_rate'")["value"]) == {0.95}
    assert set(months.query("metric == 'visits' and region == 'East'")["value"]) == {150.0}


def test_the_card_reads_as_rates_amounts_and_counts() -> None:
    made = card({"sales": 130_000_000, "collection_rate": 0.95, "new_customers": 7})
    shown = made.table("zh").shown()
    assert shown.iloc[:, 4].tolist()[:1] == ["5,200.0万元"]
    assert shown.iloc[:, 4].tolist()[5] == "95.0%"
    assert "各单位" in made.explain("zh")


# ---- invariants


@settings(max_examples=12)
@given(
    n=st.integers(1, 12),
    seed=st.integers(0, 10_000),
    rate=st.floats(0.3, 0.99),
    total=st.integers(0, 10**10),
    count=st.integers(0, 500),
)
def test_amounts_add_up_counts_are_whole_and_rates_are_weighted_means(
    n, seed, rate, total, count
) -> None:
    rng = np.random.default_rng(seed)
    table = units(
        region=[f"R{i:02d}" for i in range(n)],
        sales=rng.uniform(1, 9, n),
        new_customers=rng.integers(1, 9, n).astype(float),
        collection_rate=rng.uniform(0.2, 1, n),
        satisfaction=rng.uniform(1, 5, n),
        n_responses=rng.integers(1, 50, n).astype(float),
    )
    asks = {
        "sales": total,
        "new_customers": count,
        "collection_rate": Ask(rate, rule="shift"),
        "satisfaction": Ask(1 + 4 * rate, rule="shift", hi=5.0),
    }
    made = card(asks, table.sample(frac=1, random_state=seed))
    wide = made.wide()
    assert wide["sales"].sum() == total
    assert wide["new_customers"].sum() == count
    assert (wide["new_customers"] % 1 == 0).all()
    assert wide["collection_rate"].between(0, 1 + 1e-12).all()
    if total:
        assert (wide["collection_rate"] * wide["sales"]).sum() / total == pytest.approx(
            rate, rel=1e-9
        )
        amount = made.to_frame().query("metric == 'collection_rate'")["amount"].sum()
        assert amount == pytest.approx(rate * total, abs=0.51)
    weights = table["n_responses"]
    assert (wide["satisfaction"].to_numpy() * weights).sum() / weights.sum() == pytest.approx(
        1 + 4 * rate
    )
    pd.testing.assert_frame_equal(made.to_frame(), card(asks, table).to_frame())


@settings(max_examples=40)
@given(
    base=st.lists(st.floats(-1, 2), min_size=1, max_size=9),
    seed=st.integers(0, 999),
    lo=st.sampled_from([0.0, -np.inf]),
    hi=st.sampled_from([1.0, np.inf]),
    target=st.floats(0, 1),
)
def test_a_shift_is_exact_and_keeps_the_order_of_the_units(base, seed, lo, hi, target) -> None:
    weight = np.random.default_rng(seed).uniform(0, 5, len(base))
    rates = shift_to(np.array(base), weight, target, lo=lo, hi=hi)
    assert rates.min() >= lo
    assert rates.max() <= hi
    assert (rates * weight).sum() == pytest.approx(target * weight.sum(), abs=1e-9)
    assert (np.diff(rates[np.argsort(base)]) >= -1e-12).all()


def test_a_shift_agrees_with_bisection() -> None:
    rng = np.random.default_rng(3)
    base, weight = rng.uniform(0, 1, 200), rng.uniform(0, 9, 200)
    low, high = -2.0, 2.0
    for _ in range(100):
        middle = (low + high) / 2
        mean = (np.clip(base + middle, 0.4, 0.97) * weight).sum() / weight.sum()
        low, high = (middle, high) if mean < 0.9 else (low, middle)
    ours = shift_to(base, weight, 0.9, lo=0.4, hi=0.97)
    assert np.abs(ours - np.clip(base + low, 0.4, 0.97)).max() < 1e-12


# ---- refusals


def refusal(call) -> str:
    with pytest.raises(ContractError) as caught:
        call()
    return str(caught.value)


def test_a_rate_without_what_it_is_a_rate_of_is_refused() -> None:
    assert refusal(lambda: card({"collection_rate": 0.95})) == (
        "collection_rate is a rate of sales, which has no target on this card.\n"
        "  where: asks['collection_rate']\n"
        "  fix:   ask for sales as well"
    )


def test_a_missing_market_is_refused() -> None:
    assert refusal(lambda: card({"market_share": 0.1}, units(region=["E"], sales=[1.0]))) == (
        "market_share needs market_size of every unit, and nobody is asked for it.\n"
        "  where: units columns are ['region', 'sales']\n"
        "  fix:   ask for market_size as well, or add the column 'market_size'"
    )
    hole = regions().assign(market_size=[1.0, np.nan, 1, 1, 1])
    assert refusal(lambda: card({"market_share": 0.1}, hole)) == (
        "1 of 5 units have no usable market_size, which market_share is weighted by.\n"
        "  where: units['market_size'], see .rows\n"
        "  fix:   write a number of zero or more for every unit"
    )


def test_three_figures_that_contradict_each_other_are_refused() -> None:
    asks = {"sales": 130_000_000, "collections": 100_000_000, "collection_rate": 0.95}
    assert refusal(lambda: card(asks)) == (
        "collections of 100,000,000.00 over sales of 130,000,000.00 is 0.7692, but "
        "collection_rate is asked at 0.9500.\n"
        "  where: asks['collection_rate']\n"
        "  fix:   leave one of the three out, or make them agree"
    )


def test_asks_nobody_could_have_meant_are_refused() -> None:
    assert refusal(lambda: card({"sales": 1, "collection_rate": 95})) == (
        "collection_rate must be 0 to 1, got 95.\n"
        "  where: asks['collection_rate']\n"
        "  fix:   write 95 % as 0.95"
    )
    assert refusal(lambda: card({"sale": 1})).splitlines()[-1] == "  fix:   write 'sales'"
    assert refusal(lambda: card({})) == (
        "Nothing is asked.\n"
        "  where: metric_card(asks={})\n"
        '  fix:   write asks={"sales": 130_000_000}'
    )
    assert refusal(lambda: card({"sales": Ask(1, rule="same")})) == (
        "'same' is not a rule for sales here; known: shares.\n"
        "  where: asks['sales']\n"
        "  fix:   write 'shares'"
    )
    assert refusal(lambda: Ask(-1)) == (
        "An ask must be zero or more and over from 0 to 3, got -1 and 0.0.\n"
        "  where: Ask(value=..., over=...)\n"
        "  fix:   write 5 % over-assignment as over=0.05"
    )
    assert refusal(lambda: Metric("x", "ratio")) == (
        "x is a ratio of nothing.\n"
        "  where: Metric(denominator=...)\n"
        "  fix:   name what it is divided or weighted by"
    )
    asks = {"sales": 100, "collection_rate": Ask(0.9, rule="shift", hi=0.8)}
    assert refusal(lambda: card(asks)) == (
        "collection_rate of 0.9 lies outside its bounds 0 to 0.8.\n"
        "  where: asks['collection_rate']\n"
        "  fix:   change the ask, the bounds or the units that are fixed"
    )


def test_pins_above_their_parent_or_beside_the_card_are_refused() -> None:
    def pinned(**columns):
        return refusal(lambda: card({"sales": 100, "collection_rate": 0.9}, pins=units(**columns)))

    assert pinned(region=["East"], metric=["sales"], value=[101]) == (
        "The sales fixed by hand come to 101, asked are 100.\n"
        "  where: pins of 'sales'\n"
        "  fix:   lower the pins, raise the ask, or leave a unit free"
    )
    assert pinned(region=["East"], metric=["visits"], value=[1]) == (
        "1 of 1 pins name no unit or metric of the card, or no amount.\n"
        "  where: pins, first rows [0], see .rows\n"
        "  fix:   use the names of units and asks, and a value of zero or more"
    )
    names = list(regions()["region"])
    assert pinned(region=names, metric=["collection_rate"] * 5, value=[0.8] * 5) == (
        "The collection_rate fixed by hand come to 0.8000, asked is 0.9000.\n"
        "  where: pins of 'collection_rate'\n"
        "  fix:   leave a unit free, or ask for what the pins come to"
    )


def test_a_card_whose_rates_were_changed_does_not_come_to_be() -> None:
    made = card({"sales": 100, "collection_rate": 0.9})
    totals = made.totals.assign(
        value=made.totals["value"].mask(made.totals["kind"] == "ratio", 0.8)
    )
    with pytest.raises(ReconciliationError) as caught:
        MetricCard(made.frame, totals, made.by, 2024)
    assert str(caught.value) == (
        "The units' collection_rate come to 0.8, the parent's is 0.9.\n"
        "  where: weighted mean of the units\n"
        "  fix:   this is a defect or a tampered table: please report it with the input"
    )
