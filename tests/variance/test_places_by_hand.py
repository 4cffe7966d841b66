"""Slices whose amount is known beforehand, and the published cases."""

import numpy as np
import pandas as pd
import pytest
from placestools import CASES, DIMS, changed, even, noisy, rest, slices

import salesanalysis as sa
from salesanalysis.variance.places.amounts import fit
from salesanalysis.variance.places.noise import by_size, deviation, tail_threshold


def test_a_cut_in_one_region_and_product_is_named_with_its_amount():
    plan = even()
    found = sa.variance.root_causes(changed(plan, 0.6, region="E", product="B"), plan, dims=DIMS)
    assert slices(found) == {("E", "B", "*"): pytest.approx(-1200.0)}
    assert rest(found) == pytest.approx(0.0, abs=1e-9)
    assert found.effects["note"].tolist() == ["", "-40.0%"]


def test_what_moves_everywhere_alike_is_everything_and_no_member():
    plan = even()
    found = sa.variance.root_causes(plan.assign(revenue=92.0), plan, dims=DIMS)
    assert slices(found) == {("*", "*", "*"): pytest.approx(-4800.0)}
    assert found.effects["effect"].tolist() == ["everything", "rest"]


def test_an_even_fall_and_a_deeper_one_in_a_product_are_told_apart():
    plan = even()
    sold = changed(plan.assign(revenue=95.0), 0.5, product="C")
    found = slices(sa.variance.root_causes(sold, plan, dims=DIMS))
    # everything fell by 5 %: 60,000 x 0.05; product C from 11,400 to 5,700
    assert found == {
        ("*", "C", "*"): pytest.approx(-5700.0),
        ("*", "*", "*"): pytest.approx(-3000.0),
    }


def test_a_new_and_a_lost_product_are_slices_with_their_whole_amount():
    plan = even()
    sold = plan[plan["product"] != "A"]
    base = plan[plan["product"] != "E"]
    found = sa.variance.root_causes(sold, base, dims=DIMS)
    assert slices(found) == {("*", "A", "*"): -12000.0, ("*", "E", "*"): 12000.0}
    assert sorted(found.effects["note"]) == ["", "only_actual", "only_base"]
    assert found.counts() == {"n_matched": 360, "n_new": 120, "n_lost": 120}


def test_slices_with_the_same_leaves_are_reported_once_under_the_shortest_name():
    plan = even().assign(team=lambda t: "team " + t["region"])
    sold = changed(plan, 0.6, region="E", product="B")
    found = sa.variance.root_causes(sold, plan, dims=["region", "team", "product"])
    assert list(slices(found)) == [("E", "*", "B")]
    turned = sa.variance.root_causes(sold, plan, dims=["team", "region", "product"])
    assert list(slices(turned)) == [("team E", "*", "B")]


def test_a_hierarchy_looks_at_one_of_its_levels_at_a_time():
    plan = even().assign(team=lambda t: t["region"] + t["product"])
    sold = changed(plan, 0.6, team="EB")
    free = sa.variance.root_causes(sold, plan, dims=["region", "team", "rep"])
    bound = sa.variance.root_causes(
        sold, plan, dims=["region", "team", "rep"], hierarchy=[["region", "team"]]
    )
    assert list(slices(free)) == list(slices(bound)) == [("*", "EB", "*")]


def test_net_returns_are_not_compared_and_stay_in_the_rest():
    plan = even()
    sold = changed(plan, 0.6, region="E", product="B")
    back = pd.DataFrame([{"region": "N", "product": "back", "rep": "rep 00", "revenue": -500.0}])
    found = sa.variance.root_causes(pd.concat([sold, back]), plan, dims=DIMS)
    assert rest(found) == pytest.approx(-500.0)
    assert found.meta.left_out == ("net_returns=1",)


def test_small_slices_are_counted_and_stay_in_the_rest():
    plan = even()
    sold = changed(changed(plan, 0.6, product="B"), 0.7, region="N", product="C")
    every = sa.variance.root_causes(sold, plan, dims=DIMS, min_share=0, min_amount=0)
    some = sa.variance.root_causes(sold, plan, dims=DIMS, min_amount=2000)
    one = sa.variance.root_causes(sold, plan, dims=DIMS, max_causes=1)
    assert list(slices(every)) == [("*", "B", "*"), ("N", "C", "*")]
    assert list(slices(some)) == list(slices(one)) == [("*", "B", "*")]
    assert rest(some) == rest(one) == pytest.approx(-900.0)
    assert some.meta.detail("small") == one.meta.detail("beyond") == "1"


def test_given_noise_decides_what_stands_out():
    plan = even()
    sold = changed(plan, 0.85, region="E", product="B", rep="rep 03")
    per_leaf = plan[DIMS].assign(noise=0.01)
    loud = {"dims": DIMS, "min_share": 0, "min_amount": 0}
    assert slices(sa.variance.root_causes(sold, plan, noise=0.5, **loud)) == {}
    found = slices(sa.variance.root_causes(sold, plan, noise=per_leaf.sample(frac=1), **loud))
    assert found == {("E", "B", "rep 03"): pytest.approx(-15.0)}


def test_the_deviation_of_a_leaf_lies_within_two_and_noise_never_grows_with_size():
    v, f = np.array([0.0, 10.0, 10.0, 30.0]), np.array([5.0, 0.0, 10.0, 10.0])
    assert deviation(v, f).tolist() == [-2.0, 2.0, 0.0, 1.0]
    size = np.arange(1.0, 1001.0)
    sigma = by_size(np.where(size > 500, 0.3, 0.1), size)
    assert sigma.max() == pytest.approx(0.14826)
    assert np.all(np.diff(sigma) <= 0)
    assert by_size(np.full(10, 0.1), np.arange(10.0)).tolist() == pytest.approx([0.14826] * 10)


def test_the_tail_threshold_is_above_the_largest_of_normal_noise_and_0_for_few_leaves():
    z = np.abs(np.random.default_rng(0).normal(size=20_000))
    assert z.max() < tail_threshold(z) < 15
    assert tail_threshold(z[:499]) == 0.0


def test_factors_of_overlapping_slices_are_fitted_to_each_other():
    f = np.full(4, 100.0)
    v = np.array([90.0, 90.0, 45.0, 90.0])
    found = fit(v, f, [np.array([2]), np.arange(4)])
    told, bases = found.amounts, found.bases
    assert told.tolist() == pytest.approx([-45.0, -40.0])
    assert bases.tolist() == pytest.approx([90.0, 400.0])


def test_leaves_that_come_and_go_everywhere_are_not_booked_to_a_slice():
    sold, plan = noisy(3)
    sold = changed(sold, 0.5, region="E", product="B")
    gone = np.random.default_rng(1).random(len(plan)) < 0.04
    sold = sold.assign(revenue=sold["revenue"].mask(gone, 0.0))
    inside = ((plan["region"] == "E") & (plan["product"] == "B")).to_numpy()
    assert (inside & gone).sum() == 2
    found = sa.variance.root_causes(sold, plan, dims=DIMS)
    moved = (sold["revenue"] - plan["revenue"])[inside & ~gone].sum()
    assert slices(found) == {("E", "B", "*"): pytest.approx(moved)}


def test_leaves_that_are_gone_in_one_slice_only_are_what_happened_there():
    plan = even()
    inside = (plan["region"] == "E") & (plan["product"] == "B")
    gone = inside & (np.arange(len(plan)) % 2 == 0)
    sold = changed(plan, 0.6, region="E", product="B")
    sold = sold.assign(revenue=sold["revenue"].mask(gone, 0.0))
    found = sa.variance.root_causes(sold, plan, dims=DIMS)
    assert slices(found) == {("E", "B", "*"): pytest.approx(15 * -40.0 + 15 * -100.0)}
    assert rest(found) == pytest.approx(0.0, abs=1e-9)


# published cases


def adtributor() -> tuple[pd.DataFrame, pd.DataFrame, dict]:
    """One table whose margins are the three printed ones: the dimensions are independent."""
    case = CASES["root-adtributor-nsdi14"]
    sides = []
    for side in ("actual", "forecast"):
        table = pd.DataFrame({"revenue": [1.0]})
        total = sum(m[side] for m in case["inputs"]["Device"].values())
        for dim, members in case["inputs"].items():
            shares = pd.DataFrame(
                {dim: list(members), "share": [m[side] / total for m in members.values()]}
            )
            table = table.merge(shares, how="cross")
            table["revenue"] *= table.pop("share")
        sides.append(table.assign(revenue=table["revenue"] * total))
    return *sides, case["expected"]


def test_a_large_data_centre_explains_most_of_a_drop_without_having_shifted():
    actual, base, expected = adtributor()
    found = sa.variance.rank_dims(actual, base, dims=["DataCenter", "Advertiser", "Device"])
    ranked = found.by_dimension()
    assert ranked["dimension"].tolist() == expected["ranking_by_surprise"]
    surprise = dict(zip(ranked["dimension"], ranked["surprise"], strict=True))
    assert surprise == pytest.approx(expected["surprise"], abs=1e-9)
    members = found.to_frame().set_index("element")
    power = members["gap_share"].to_dict()
    assert {k: power[k] for k in expected["explanatory_power"]} == pytest.approx(
        expected["explanatory_power"], abs=1e-9
    )
    drops = (-members["amount"]).to_dict()
    assert {k: drops[k] for k in expected["drops"]} == pytest.approx(expected["drops"], abs=1e-9)
    chosen = found.to_frame().query("rank == 1 and is_chosen")["element"]
    assert sorted(chosen) == expected["best"]["elements"]
    assert found.headline() == (
        "Shares shifted most by Device: Tablet and Mobile accounted for 98.0% of the gap"
    )


@pytest.mark.parametrize("limits", [{}, {"min_share": 0.0, "min_amount": 0.0}], ids=str)
def test_the_one_planted_slice_of_60_leaves_is_found_and_nothing_else(limits):
    case = CASES["root-riskloc-T-534685"]
    table = pd.DataFrame(case["inputs"], columns=["a", "b", "c", "real", "predict"])
    table[["real", "predict"]] = table[["real", "predict"]].astype("float64")
    found = sa.variance.root_causes(
        table.rename(columns={"real": "revenue"}),
        table.rename(columns={"predict": "revenue"}),
        dims=["a", "b", "c"],
        **limits,
    )
    assert list(slices(found)) == [("*", "b4", "*")]
    assert "Fewer than 500 cells: a lead, not a finding." in found.explain()
    assert "单元不足500个：仅为线索，不是结论。" in found.explain("zh")


def test_two_managers_of_three_that_fell_are_named_and_not_their_region():
    members = [
        (f"{r}{m}", f"rep {i:02d}", p)
        for r in "NESW"
        for m in "123"
        for i in range(8)
        for p in "ABCDE"
    ]
    plan = pd.DataFrame(members, columns=["manager", "rep", "product"])
    plan.insert(0, "region", plan["manager"].str[0])
    rng = np.random.default_rng(4)
    plan["revenue"] = 100 * rng.lognormal(0, 0.5, len(plan))
    fell = plan["manager"].isin(["E1", "E3"])
    moved = np.where(fell, 0.5, 1.0) * (1 + rng.normal(0, 0.05, len(plan)))
    found = sa.variance.root_causes(
        plan.assign(revenue=plan["revenue"] * moved), plan,
        dims=["region", "manager", "product"], hierarchy=[["region", "manager"]],
    )  # fmt: skip
    half = plan[fell].groupby("manager")["revenue"].sum() / 2
    assert slices(found) == {
        ("*", name, "*"): pytest.approx(-amount, rel=0.03) for name, amount in half.items()
    }
