"""Bridges against worked cases, and what a bridge may not be.

Of the worked cases the families pvm, flexible_budget, mix, market, fx and calendar are here.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from bridgetools import CASES, agrees, bridge_of, compare, of_item, sides, table, totals

import salesanalysis as sa
from salesanalysis.errors import ReconciliationError
from salesanalysis.variance.arithmetic import CONVENTIONS

# 1. worked by hand


def test_cost_of_two_goods_falls_into_price_quantity_and_mix_as_published():
    expected = CASES["pvm-cogs-two-and-three-way"]["expected"]
    at_rate = bridge_of("pvm-cogs-two-and-three-way", mix="item_rate", favourable="down")
    against = bridge_of("pvm-cogs-two-and-three-way", mix="vs_average", favourable="down")
    agrees(totals(at_rate), expected["total"])
    agrees(totals(against), expected["total"])
    for item in "AB":
        rows = expected[item]
        agrees(of_item(at_rate, item), {k: rows[k] for k in ("volume", "quantity", "mix", "price")})
        found = of_item(against, item)
        assert found["mix"] == pytest.approx(rows["mix_vs_average"], rel=1e-9)
        assert found["quantity"] == pytest.approx(rows["quantity_vs_average"], rel=1e-9)


@pytest.mark.parametrize("convention", ["cross", "price_at_actual", "midpoint"])
def test_one_product_has_a_documented_answer_for_each_convention(convention):
    expected = CASES["pvm-cross-term-single-product"]["expected"][convention]
    agrees(totals(bridge_of("pvm-cross-term-single-product", convention=convention)), expected)


def test_the_same_product_under_lmdi_splits_by_logarithmic_means():
    base, actual = sides(CASES["pvm-cross-term-single-product"])
    both = [t.assign(price=t["revenue"] / t["quantity"]) for t in (actual, base)]
    bridge = sa.variance.explain(
        *both, by=["product"], factors=["quantity", "price"], method="lmdi"
    )
    agrees(totals(bridge), CASES["pvm-cross-term-single-product"]["expected"]["lmdi"])


@pytest.mark.parametrize("convention", ["price_at_base", "price_at_actual"])
def test_a_price_rise_counts_at_base_units_or_at_actual_units(convention):
    expected = CASES["pvm-price-at-base-volume"]["expected"][convention]
    bridge = bridge_of("pvm-price-at-base-volume", convention=convention)
    for item in "AC":
        assert of_item(bridge, item)["price"] == pytest.approx(expected[item], rel=1e-9)
    assert totals(bridge)["price"] == pytest.approx(expected["total"], rel=1e-9)


def test_a_launch_and_an_exit_are_bars_of_their_own():
    bridge = bridge_of("edge-new-and-lost")
    agrees(totals(bridge), CASES["edge-new-and-lost"]["expected"]["total"])
    assert bridge.counts() == {"n_matched": 1, "n_new": 1, "n_lost": 1}


def test_the_margin_of_a_book_moves_by_price_and_by_its_contribution_volume():
    expected = CASES["pvm-book-publisher"]["expected"]
    agrees(totals(bridge_of("pvm-book-publisher")), expected["revenue"])
    agrees(totals(bridge_of("pvm-book-publisher", cost="cost")), expected["margin"])


def test_standard_mix_of_two_products_is_worth_what_the_examiner_says():
    found = totals(bridge_of("mix-opentuition-7000x", mix="item_rate"))
    agrees(found, CASES["mix-opentuition-7000x"]["expected"]["total"])


def test_a_growing_market_and_a_growing_share_of_it_are_told_apart():
    case = CASES["market-hudson"]
    found = totals(bridge_of("market-hudson", market=tuple(case["market"])))
    agrees(found, case["expected"]["total"])


def test_a_market_per_region_gives_size_and_share_per_region():
    base = pd.DataFrame({"region": ["N", "S"], "quantity": [100, 100], "revenue": [1000.0, 2000.0]})
    actual = pd.DataFrame(
        {"region": ["N", "S"], "quantity": [110, 90], "revenue": [1100.0, 1800.0]}
    )
    market = pd.DataFrame({"region": ["N", "S"], "base": [100, 100], "actual": [120, 80]})
    bridge = sa.variance.explain(actual, base, by=["region"], units="quantity", market=market)
    rows = bridge.effects.set_index(["region", "effect"])["amount"]
    # each region at its own price: 100 x 20 % x 10 and 100 x -20 % x 20
    assert rows["N", "market_size"] == pytest.approx(200)
    assert rows["S", "market_size"] == pytest.approx(-400)
    assert rows["N", "market_share"] == pytest.approx(-100)
    assert rows["S", "market_share"] == pytest.approx(200)
    assert rows[:, "mix"].abs().max() == pytest.approx(0)


def test_returns_and_rebates_without_units_are_no_price_effect():
    base = pd.DataFrame({"product": ["A", "A"], "quantity": [10, -1], "revenue": [100.0, -10.0]})
    actual = pd.DataFrame(
        {"product": ["A", "A", "A"], "quantity": [10, -3, 0], "revenue": [100.0, -30.0, -5.0]}
    )
    bridge = sa.variance.explain(actual, base, by=["product"], units="quantity")
    agrees(totals(bridge), {"price": 0, "volume": 0, "returns": -20, "no_units": -5, "gap": -25})
    net = sa.variance.explain(actual, base, by=["product"], units="quantity", returns="net")
    assert "returns" not in set(net.effects["effect"])
    assert net.gap == bridge.gap


def test_rows_marked_as_returns_count_as_returns_whatever_their_units():
    base = pd.DataFrame(
        {"product": ["A"], "quantity": [10], "revenue": [100.0], "is_return": [False]}
    )
    actual = pd.concat([base, base.assign(quantity=0, revenue=-20.0, is_return=True)])
    bridge = sa.variance.explain(actual, base, by=["product"], units="quantity")
    agrees(totals(bridge), {"returns": -20, "price": 0, "volume": 0})


def test_net_returns_of_an_item_go_whole_to_returns():
    base = pd.DataFrame({"product": ["A", "B"], "quantity": [10, 5], "revenue": [100.0, 50.0]})
    actual = pd.DataFrame({"product": ["A", "B"], "quantity": [10, -2], "revenue": [100.0, -20.0]})
    bridge = sa.variance.explain(actual, base, by=["product"], units="quantity", returns="net")
    agrees(totals(bridge), {"returns": -20, "lost": -50, "gap": -70})


def test_a_product_that_leaves_one_region_but_stays_in_another_is_not_lost():
    base = pd.DataFrame(
        {
            "product": ["A", "A"],
            "region": ["N", "S"],
            "quantity": [10, 10],
            "revenue": [100.0, 80.0],
        }
    )
    actual = base.iloc[:1]
    bridge = sa.variance.explain(actual, base, by=["product"], dims=["region"], units="quantity")
    agrees(totals(bridge), {"price": 0, "volume": -80, "gap": -80})
    assert set(bridge.effects.loc[bridge.effects["region"] == "S", "note"]) == {"base_price"}


def test_without_units_the_difference_of_each_member_is_all_there_is():
    base, actual = sides(CASES["edge-new-and-lost"])
    bridge = sa.variance.explain(actual, base, by=["product"])
    assert bridge.effects["amount"].tolist() == [210.0, -1000.0, 1200.0]
    assert bridge.effects["note"].tolist() == ["", "only_base", "only_actual"]
    shown = bridge.to_frame()
    assert shown["product"].tolist() == ["", "C", "B", "A", ""]
    assert shown["effect"].tolist() == ["target", *["difference"] * 3, "actual"]
    assert shown["running_total"].tolist() == [2000.0, 3200.0, 2200.0, 2410.0, 2410.0]


def test_business_without_a_base_is_shown_from_0_with_one_step_a_member():
    sold = pd.DataFrame({"product": ["A", "B", "A"], "revenue": [1.0, 2.0, 3.0]})
    bridge = sa.variance.new_business(sold, by=["product"], names=("last_year", "actual"))
    assert (bridge.start, bridge.end) == (0.0, 6.0)
    assert bridge.effects[["product", "effect", "amount"]].to_numpy().tolist() == [
        ["A", "new", 4.0],
        ["B", "new", 2.0],
    ]
    assert set(bridge.effects["status"]) == {"no_base"}
    assert bridge.counts() == {"n_matched": 0, "n_new": 2, "n_lost": 0}


def test_a_page_of_a_region_without_a_base_can_ask_for_new_business_in_the_same_call():
    sold = pd.DataFrame({"product": ["A"], "quantity": [1], "revenue": [1.0]})
    for base in (sold.iloc[:0], sold.assign(revenue=0.0)):
        bridge = sa.variance.explain(
            sold, base, by=["product"], units="quantity", empty_base="new_business"
        )
        assert bridge.meta.method == "new_business"
        assert bridge.gap == 1.0


LAST_YEAR = pd.DataFrame(
    {
        "product": ["A", "B", "B"],
        "quantity": [100, 50, -5],
        "revenue": [1000.0, 1000.0, -100.0],
        "cost": [600.0, 700.0, -70.0],
    }
)


def test_a_region_that_sold_nothing_lost_all_it_had():
    for none in (LAST_YEAR.iloc[:0], LAST_YEAR.iloc[:0].astype("object")):
        gap = sa.variance.explain(none, LAST_YEAR, by=["product"])
        assert gap.effects[["product", "effect", "amount", "note"]].to_numpy().tolist() == [
            ["A", "difference", -1000.0, "only_base"],
            ["B", "difference", -900.0, "only_base"],
        ]
        assert (gap.start, gap.end, gap.counts()["n_lost"]) == (1900.0, 0.0, 2)
        pvm = sa.variance.explain(none, LAST_YEAR, by=["product"], units="quantity")
        found = dict(zip(*pvm.by_effect()[["effect", "amount"]].to_numpy().T, strict=True))
        assert {k: v for k, v in found.items() if v} == {"lost": -2000.0, "returns": 100.0}
        assert (pvm.start, pvm.end) == (1900.0, 0.0)


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize("new_lost", ["separate", "merge"])
@pytest.mark.parametrize("returns", ["separate", "net"])
@pytest.mark.parametrize("market", [None, (100, 96)])
def test_nothing_sold_closes_under_every_choice(convention, new_lost, returns, market):
    bridge = sa.variance.explain(
        LAST_YEAR.iloc[:0], LAST_YEAR, by=["product"], units="quantity", cost="cost",
        convention=convention, new_lost=new_lost, returns=returns, market=market,
    )  # fmt: skip
    assert (bridge.start, bridge.end) == (670.0, 0.0)
    assert bridge.to_frame()["amount"].iloc[1:-1].sum() == pytest.approx(-670.0)


def test_shares_are_empty_where_they_would_mislead_and_the_status_says_why():
    base = pd.DataFrame({"product": ["A", "B"], "revenue": [1000.0, 1000.0]})
    small = sa.variance.explain(base.assign(revenue=[1500.0, 504.0]), base, by=["product"])
    assert small.effects["gap_share"].isna().all()
    assert set(small.effects["status"]) == {"small_gap"}
    assert small.effects["base_share"].tolist() == [0.25, -0.248]
    negative = sa.variance.explain(
        base.assign(revenue=[0.0, 1.0]), base.assign(revenue=[-5.0, -6.0]), by=["product"]
    )
    assert negative.effects[["gap_share", "base_share"]].isna().all(axis=None)
    assert set(negative.effects["status"]) == {"negative_base"}


# 2. origins, causes and copies


def test_only_the_market_is_external_and_what_nobody_can_tell_stays_unassigned():
    base, actual = sides(CASES["edge-new-and-lost"])
    both = [table([("A", "N", -1, 1), ("B", "N", 0, 5), ("C", "N", 2, 3)]) for _ in "01"]
    found = [
        sa.variance.explain(actual, base, by=["product"], units="quantity", market=(1, 2)),
        compare(both[0], both[1].iloc[2:], convention="cross", cost="cost"),
    ]
    origins = {e: o for b in found for e, o in b.effects[["effect", "origin"]].to_numpy().tolist()}
    assert origins == {
        "market_size": "external",
        **dict.fromkeys(("market_share", "mix", "price", "cost", "new"), "internal"),
        **dict.fromkeys(("quantity", "cross", "lost", "returns", "no_units"), "unassigned"),
    }
    parents = {e: p for b in found for e, p in b.effects[["effect", "parent"]].to_numpy().tolist()}
    assert (parents["market_size"], parents["mix"], parents["price"]) == (
        "quantity",
        "volume",
        "gap",
    )


def test_a_cause_keeps_its_id_over_runs_and_row_order_and_repeats_its_row():
    base, actual = sides(CASES["edge-new-and-lost"])
    window = ("2024-01-01", "2024-03-31")
    first = sa.variance.explain(actual, base, by=["product"], units="quantity", window=window)
    again = sa.variance.explain(
        actual.iloc[::-1], base, by=["product"], units="quantity", window=window
    )
    ids = [first.cause(row)["id"] for row in range(len(first.effects))]
    assert ids == [again.cause(row)["id"] for row in range(len(again.effects))]
    assert len(set(ids)) == len(ids)
    other = sa.variance.explain(
        actual, base, by=["product"], units="quantity", window=window, base_name="plan v2"
    )
    assert not set(ids) & {other.cause(row)["id"] for row in range(len(other.effects))}
    record = first.cause(0)
    assert record["keys"] == {"product": "A"}
    assert (record["effect"], record["amount"], record["origin"]) == (
        "quantity",
        100.0,
        "unassigned",
    )
    assert record["window"] == ["2024-01", "2024-03"]


def test_tables_handed_out_are_copies():
    bridge = bridge_of("edge-new-and-lost")
    for frame in (bridge.to_frame("item"), bridge.to_frame(), bridge.by_effect()):
        frame["amount"] = 0.0
    assert bridge.by_effect()["amount"].sum() == pytest.approx(410.0)


# 3. what may not exist


def test_a_bridge_with_a_remainder_refuses_to_exist():
    bridge = bridge_of("edge-new-and-lost")
    with pytest.raises(ReconciliationError) as caught:
        replace(bridge, end=bridge.end + 1)
    assert str(caught.value) == (
        "Effects leave +1.00 of +411.00 unexplained.\n"
        "  where: sum of 5 effects against actual minus base\n"
        "  fix:   this is a defect or a tampered table: please report it with the input"
    )


def test_effects_moved_from_one_item_to_another_are_noticed():
    bridge = bridge_of("edge-new-and-lost")
    wrong = bridge.effects.copy()
    wrong.loc[[0, 3], "amount"] += [5.0, -5.0]
    with pytest.raises(ReconciliationError) as caught:
        replace(bridge, effects=wrong)
    assert str(caught.value) == (
        "Effects of 2 of 3 items do not add up to their change.\n"
        "  where: first 'A', see .rows\n"
        "  fix:   this is a defect or a tampered table: please report it with the input"
    )


def test_an_empty_amount_is_no_way_round_the_check():
    bridge = bridge_of("edge-new-and-lost")
    with pytest.raises(ReconciliationError, match="nan"):
        replace(bridge, effects=bridge.effects.assign(amount=np.nan))


def test_a_saved_bridge_is_read_back_as_the_same_bridge(tmp_path):
    from salesanalysis import store

    base, actual = sides(CASES["edge-new-and-lost"])
    window = ("2024-01", "2024-03")
    bridge = sa.variance.explain(actual, base, by=["product"], units="quantity", window=window)
    store.write(bridge, tmp_path / "bridge")
    again = store.read(tmp_path / "bridge")
    assert again.meta == bridge.meta
    assert again.explain("zh") == bridge.explain("zh")
    pd.testing.assert_frame_equal(again.effects, bridge.effects)
