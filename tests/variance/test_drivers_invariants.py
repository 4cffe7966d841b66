"""What holds of every driver tree, whatever the funnel."""

import numpy as np
import pandas as pd
import pytest
from drivertools import CHAIN, by_effect, drawn_chain
from hypothesis import given, settings
from hypothesis import strategies as st

import salesanalysis as sa

few = settings(max_examples=4)  # drawn 10,000 times beside
seeds = st.integers(0, 10_000)
methods = st.sampled_from(("auto", "lmdi", "shapley", "sequential"))
places = st.sampled_from(("separate", "merge"))


def tree(actual, base, **choices):
    choices = {"by": ["region", "team"], "chain": CHAIN} | choices
    return sa.variance.explain_chain(actual, base, **choices)


def same(a, b, **tolerance):
    tolerance = tolerance or {"rel": 1e-9, "abs": 1e-7}
    keys = set(by_effect(a)) | set(by_effect(b))
    left, right = ({k: by_effect(x).get(k, 0.0) for k in keys} for x in (a, b))
    assert left == pytest.approx(right, **tolerance)


@few
@given(seeds, seeds, methods, places, st.sampled_from((None, "team")))
def test_effects_close_in_total_for_every_cell_and_by_origin(one, two, method, place, structure):
    bridge = tree(
        drawn_chain(one), drawn_chain(two), method=method, new_lost=place, structure=structure
    )
    size = max(abs(bridge.start), abs(bridge.end), 1.0)
    assert np.isfinite(bridge.effects["amount"]).all()
    assert abs(bridge.effects["amount"].sum() - bridge.gap) <= 1e-9 * size
    told = bridge.effects.groupby(["region", "team"])["amount"].sum()
    items = bridge.items.set_index(["region", "team"])
    change = items["actual"] - items["base"]
    assert (told.reindex(change.index, fill_value=0.0) - change).abs().max() <= 1e-9 * size
    assert bridge.by_origin()["amount"].sum() == pytest.approx(bridge.gap)
    frame = bridge.to_frame()
    assert frame["running_total"].iloc[-1] == bridge.end
    assert frame["amount"].iloc[1:-1].sum() == pytest.approx(bridge.gap)


@few
@given(seeds, methods, places)
def test_nothing_moves_where_nothing_changed(seed, method, place):
    frame = drawn_chain(seed)
    bridge = tree(frame.copy(), frame, method=method, new_lost=place)
    assert (bridge.effects["amount"] == 0).all()


@few
@given(seeds, seeds, st.sampled_from(("lmdi", "shapley")), places)
def test_amounts_change_sign_when_time_runs_backwards(one, two, method, place):
    there = by_effect(tree(drawn_chain(one), drawn_chain(two), method=method, new_lost=place))
    back = by_effect(tree(drawn_chain(two), drawn_chain(one), method=method, new_lost=place))
    swap = {"new": "lost", "lost": "new"}
    for name, value in there.items():
        assert value == pytest.approx(-back.get(swap.get(name, name), 0.0), rel=1e-9, abs=1e-7)


@few
@given(seeds, seeds, methods)
def test_rows_or_sums_in_any_order_and_type_give_the_same_answer_and_text(one, two, method):
    actual, base = drawn_chain(one), drawn_chain(two)
    halves = [f.assign(**{c: f[c] / 2 for c in CHAIN}) for f in (actual, base)]
    split = [pd.concat([h, h]).sample(frac=1, random_state=one) for h in halves]
    typed = [
        f.assign(team=f["team"].astype("category"), region=f["region"].astype("object"))
        .iloc[::-1]
        .set_axis(np.arange(len(f)) + 7)
        for f in (actual, base)
    ]
    whole = tree(actual, base, method=method)
    for other in (tree(*split, method=method), tree(*typed, method=method)):
        same(whole, other, rel=1e-12, abs=1e-9)
        assert other.explain("en") == whole.explain("en")
        assert other.explain("zh") == whole.explain("zh")


@few
@given(seeds, seeds, methods, st.sampled_from((0.001, 1000.0)))
def test_another_currency_scales_effects_and_another_unit_changes_nothing(one, two, method, k):
    actual, base = drawn_chain(one), drawn_chain(two)
    plain = tree(actual, base, method=method)
    scaled = tree(*(f.assign(revenue=f["revenue"] * k) for f in (actual, base)), method=method)
    assert by_effect(scaled) == pytest.approx(
        {n: v * k for n, v in by_effect(plain).items()}, abs=1e-6
    )
    packed = tree(*(f.assign(deals=f["deals"] * k) for f in (actual, base)), method=method)
    same(plain, packed)


@few
@given(seeds, seeds, methods)
def test_drilling_twice_is_drilling_once_and_leaves_add_up(one, two, method):
    bridge = tree(drawn_chain(one), drawn_chain(two), method=method)
    once, twice = bridge.drill("region"), bridge.drill(["region", "team"]).drill("region")
    pd.testing.assert_frame_equal(once.effects, twice.effects)
    parts = [bridge.drill({"region": r}) for r in sorted(bridge.items["region"].unique())]
    assert sum(p.gap for p in parts) == pytest.approx(bridge.gap)
    same(bridge, once, rel=1e-12, abs=1e-9)


@few
@given(seeds, seeds, methods)
def test_a_cell_with_nothing_on_both_sides_changes_nothing(one, two, method):
    actual, base = drawn_chain(one), drawn_chain(two)
    empty = pd.DataFrame([{"region": "East", "team": "ghost", **dict.fromkeys(CHAIN, 0.0)}])
    more = [pd.concat([f, empty], ignore_index=True) for f in (actual, base)]
    plain, haunted = tree(actual, base, method=method), tree(*more, method=method)
    same(plain, haunted, rel=1e-12, abs=1e-12)
    assert haunted.meta.method == plain.meta.method


@settings(max_examples=2)
@given(seeds, seeds)
def test_splitting_a_team_into_two_alike_changes_no_total(one, two):
    actual, base = drawn_chain(one, zeros=False), drawn_chain(two, zeros=False)
    split = [
        pd.concat(
            [
                f.assign(**{c: f[c] * part for c in CHAIN}, team=f["team"] + str(part))
                for part in (0.25, 0.75)
            ]
        )
        for f in (actual, base)
    ]
    for method in ("lmdi", "shapley", "sequential"):
        same(tree(actual, base, method=method), tree(*split, method=method))


@few
@given(seeds, seeds, methods)
def test_new_and_lost_are_the_value_of_cells_on_one_side(one, two, method):
    actual, base = drawn_chain(one), drawn_chain(two)
    bridge = tree(actual, base, method=method)
    sides = [
        set(map(tuple, f.loc[(f[CHAIN] > 0).any(axis=1), ["region", "team"]].to_numpy()))
        for f in (base, actual)
    ]
    values = [f.set_index(["region", "team"])["revenue"] for f in (base, actual)]
    new = sum(values[1][k] for k in sides[1] - sides[0])
    lost = sum(values[0][k] for k in sides[0] - sides[1])
    found = by_effect(bridge)
    assert found.get("new", 0.0) == pytest.approx(new)
    assert found.get("lost", 0.0) == pytest.approx(-lost)
    lone = bridge.effects[bridge.effects["effect"].isin(["new", "lost"])]
    assert not lone.duplicated(["region", "team"]).any()


@few
@given(seeds, seeds)
def test_moving_an_origin_moves_amounts_and_changes_no_effect(one, two):
    actual, base = drawn_chain(one), drawn_chain(two)
    plain = tree(actual, base)
    moved = tree(actual, base, origin={"leads/visits": "external"})
    assert by_effect(plain) == by_effect(moved)
    origins = moved.by_origin().set_index("origin")["amount"]
    assert origins["external"] == pytest.approx(by_effect(plain).get("leads/visits", 0.0))
    assert origins.sum() == pytest.approx(plain.gap)


@few
@given(seeds, seeds)
def test_a_ratio_that_does_not_exist_has_no_effect_and_a_note(one, two):
    bridge = tree(drawn_chain(one), drawn_chain(two))
    marked = bridge.effects[bridge.effects["note"].str.startswith("undefined")]
    assert (marked["amount"] == 0).all()


def test_the_method_is_chosen_once_for_all_parts():
    base = drawn_chain(1, zeros=False)
    actual = base.assign(revenue=base["revenue"] * 1.1)
    actual.loc[0, ["deals", "revenue"]] = 0.0
    bridge = tree(actual, base)
    assert bridge.meta.method == "shapley"
    clean = bridge.drill({"team": "Z"})
    assert clean.meta.method == "shapley"
