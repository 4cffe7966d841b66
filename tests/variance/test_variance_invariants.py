"""What holds of every bridge, whatever is sold."""

import numpy as np
import pandas as pd
import pytest
from bridgetools import CASES, agrees, compare, sides, table, totals
from hypothesis import given, settings
from hypothesis import strategies as st

import salesanalysis as sa
from salesanalysis.variance.arithmetic import CONVENTIONS, MIXES

few = settings(max_examples=8)  # arithmetic alone is drawn 10,000 times beside
rows = st.lists(
    st.tuples(
        st.sampled_from("ABCDE"), st.sampled_from("NS"), st.integers(-3, 40), st.integers(0, 30_000)
    ),
    min_size=1,
    max_size=12,
)
choices = st.fixed_dictionaries(
    {
        "convention": st.sampled_from(CONVENTIONS),
        "mix": st.sampled_from(MIXES),
        "new_lost": st.sampled_from(("separate", "merge")),
        "returns": st.sampled_from(("separate", "net")),
    }
)


@few
@given(rows, rows, choices, st.booleans())
def test_effects_close_in_total_and_for_every_item(actual, base, chosen, margin):
    bridge = compare(table(actual), table(base), cost="cost" if margin else None, **chosen)
    size = max(abs(bridge.start), abs(bridge.end), 1.0)
    assert abs(bridge.effects["amount"].sum() - bridge.gap) <= 1e-9 * size
    told = bridge.effects.groupby(["region", "product"])["amount"].sum()
    items = bridge.items.set_index(["region", "product"])
    change = items["actual"] - items["base"]
    assert (told.reindex(change.index, fill_value=0.0) - change).abs().max() <= 1e-9 * size
    assert np.isfinite(bridge.effects["amount"]).all()


@few
@given(rows, choices)
def test_nothing_moves_where_nothing_changed(drawn, chosen):
    frame = table(drawn)
    bridge = compare(frame.copy(), frame, **chosen)
    assert (bridge.effects["amount"] == 0).all()


@few
@given(rows, rows, st.sampled_from(MIXES), st.sampled_from(("separate", "merge")))
def test_midpoint_changes_sign_when_time_runs_backwards(actual, base, mix, new_lost):
    choice = {"convention": "midpoint", "mix": mix, "new_lost": new_lost}
    there = totals(compare(table(actual), table(base), **choice))
    back = totals(compare(table(base), table(actual), **choice))
    swap = {"new": "lost", "lost": "new"}
    for name, value in there.items():
        other = back.get(swap.get(name, name), 0.0)
        assert value == pytest.approx(-other, rel=1e-9, abs=1e-6)


def test_price_at_actual_units_does_not_change_sign_when_time_runs_backwards():
    base, actual = sides(CASES["pvm-cross-term-single-product"])
    there = totals(sa.variance.explain(actual, base, by=["product"], units="quantity"))
    back = totals(sa.variance.explain(base, actual, by=["product"], units="quantity"))
    assert (there["price"], back["price"]) == (2200.0, -2000.0)


@few
@given(rows, rows, st.randoms(use_true_random=False), choices)
def test_order_index_and_dtype_of_rows_do_not_change_the_answer(actual, base, random, chosen):
    first, second = table(actual), table(base)
    plain = compare(first, second, **chosen)
    order = list(range(len(first)))
    random.shuffle(order)
    shuffled = first.iloc[order].set_axis([f"r{i}" for i in order])
    shuffled = shuffled.astype({"product": "category", "region": "category"})
    other = compare(shuffled, second.iloc[::-1].astype({"region": "object"}), **chosen)
    pd.testing.assert_frame_equal(
        other.to_frame("item"), plain.to_frame("item"), rtol=1e-9, atol=1e-7, check_dtype=False
    )
    assert other.explain() == plain.explain()


@few
@given(rows, rows, choices, st.sampled_from([0.001, 7.0, 1e6]))
def test_amounts_scale_with_the_currency(actual, base, chosen, factor):
    plain = compare(table(actual), table(base), **chosen)
    scaled = compare(
        *(t.assign(revenue=t["revenue"] * factor) for t in (table(actual), table(base))), **chosen
    )
    expected = plain.effects["amount"] * factor
    size = max(abs(scaled.start), abs(scaled.end), factor)
    assert (scaled.effects["amount"] - expected).abs().max() <= 1e-9 * size


@few
@given(rows, rows, choices)
def test_splitting_rows_and_summing_them_first_give_the_same_answer(actual, base, chosen):
    first, second = table(actual), table(base)
    halves = pd.concat(
        [first.assign(**{c: first[c] / 2 for c in ("quantity", "revenue", "cost")})] * 2
    )
    plain, split = compare(first, second, **chosen), compare(halves, second, **chosen)
    pd.testing.assert_frame_equal(split.effects, plain.effects, rtol=1e-9, atol=1e-7)
    # sums keep returns and value without units on rows of their own
    kind = np.select([first["quantity"] < 0, first["quantity"] == 0], [1, 2], 0)
    keys = ["region", "product", "kind"]
    summed = first.assign(kind=kind).groupby(keys, as_index=False).sum()
    again = compare(summed, second, **chosen)
    pd.testing.assert_frame_equal(again.effects, plain.effects, rtol=1e-9, atol=1e-7)


@few
@given(rows, rows, choices)
def test_drilling_adds_up_to_the_parent_and_twice_is_as_good_as_once(actual, base, chosen):
    bridge = compare(table(actual), table(base), **chosen)
    by_region = bridge.drill("region")
    assert by_region.gap == pytest.approx(bridge.gap, rel=1e-9, abs=1e-7)
    agrees(totals(by_region.drill([])), totals(bridge))
    both = bridge.drill(["region", "product"]).drill({"region": "N"}).drill("product")
    once = bridge.drill({"region": "N"}).drill("product")
    pd.testing.assert_frame_equal(both.effects, once.effects)
    parts = [totals(bridge.drill({"region": r})) for r in by_region.items["region"]]
    assert sum(part["gap"] for part in parts) == pytest.approx(bridge.gap, rel=1e-9, abs=1e-7)


@few
@given(rows, rows, choices)
def test_origins_and_running_totals_add_up_and_an_override_moves_no_effect(actual, base, chosen):
    bridge = compare(table(actual), table(base), **chosen)
    assert bridge.by_origin()["amount"].sum() == pytest.approx(bridge.gap, rel=1e-9, abs=1e-7)
    frame = bridge.to_frame()
    assert frame["running_total"].iloc[-2] == pytest.approx(bridge.end, rel=1e-9, abs=1e-7)
    moved = compare(table(actual), table(base), origin={"price": "external"}, **chosen)
    assert moved.effects["amount"].tolist() == bridge.effects["amount"].tolist()
    price = bridge.effects.loc[bridge.effects["effect"] == "price", "amount"].sum()
    external = moved.by_origin().set_index("origin")["amount"]["external"]
    assert external == pytest.approx(price, rel=1e-9, abs=1e-7)


@few
@given(rows, rows, st.sampled_from(CONVENTIONS), st.sampled_from(MIXES))
def test_new_and_lost_items_never_get_a_price_effect(actual, base, convention, mix):
    bridge = compare(table(actual), table(base), convention=convention, mix=mix)
    apart = bridge.effects[bridge.effects["effect"].isin(["new", "lost"])]
    named = set(apart[["region", "product"]].itertuples(index=False, name=None))
    others = bridge.effects[~bridge.effects["effect"].isin(["new", "lost", "returns", "no_units"])]
    assert not named & set(others[["region", "product"]].itertuples(index=False, name=None))
    merged = compare(
        table(actual), table(base), convention=convention, mix=mix, new_lost="merge"
    ).effects
    once = merged[
        merged["note"].isin(["actual_price", "base_price"]) & (merged["effect"] == "price")
    ]
    assert (once["amount"] == 0).all()


@few
@given(rows, rows, st.sampled_from(CONVENTIONS), st.integers(50, 200))
def test_market_size_and_share_are_the_quantity_effect(actual, base, convention, index):
    plain = totals(compare(table(actual), table(base), convention=convention))
    split = totals(compare(table(actual), table(base), convention=convention, market=(100, index)))
    both = split["market_size"] + split["market_share"]
    assert both == pytest.approx(plain["quantity"], rel=1e-9, abs=1e-6)
    agrees(split, {name: plain[name] for name in ("mix", "price", "gap")})


@few
@given(rows, rows, choices)
def test_an_item_of_0_on_both_sides_changes_nothing(actual, base, chosen):
    ghost = pd.DataFrame(
        [{"product": "Y", "region": "N", "quantity": 0, "revenue": 0.0, "cost": 0.0}]
    )
    with_ghost = [pd.concat([table(t), ghost], ignore_index=True) for t in (actual, base)]
    plain, other = compare(table(actual), table(base), **chosen), compare(*with_ghost, **chosen)
    pd.testing.assert_frame_equal(other.effects, plain.effects)
    assert other.counts() == plain.counts()


@few
@given(rows, rows, choices)
def test_a_cause_repeats_its_row_and_keeps_its_id_in_the_next_run(actual, base, chosen):
    first = compare(table(actual), table(base), **chosen)
    records = [first.cause(row) for row in range(len(first.effects))]
    for record, row in zip(records, first.effects.to_dict("records"), strict=True):
        assert record["keys"] == {"region": row["region"], "product": row["product"]}
        for column in ("effect", "amount", "origin", "parent", "note"):
            assert record[column] == row[column], column
    # by then an order of Z was booked late, and there is a product whose name comes first
    late = [("0", "N", 3, 500), ("Z", "N", 2, 100)]
    again = compare(table([*actual, *late]), table([*base, late[0]]), **chosen)
    then, now = (
        {(r["effect"], *r["keys"].values()): r["id"] for r in found}
        for found in (records, [again.cause(row) for row in range(len(again.effects))])
    )
    assert len(set(then.values())) == len(records)
    both = then.keys() & now.keys()
    assert ("quantity", "N", "Z") in both
    assert {key: then[key] for key in both} == {key: now[key] for key in both}
