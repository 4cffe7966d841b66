"""Intervals of slices: the chance moves of their leaves and members, carried to the amount."""

import numpy as np
import pandas as pd
import pytest
from placestools import DIMS, changed, even, noisy

import salesanalysis as sa
from salesanalysis.variance.places.amounts import fit
from salesanalysis.variance.places.shared import shared
from salesanalysis.variance.places.spread import errors


def test_the_interval_of_a_slice_is_the_noise_of_its_leaves():
    # 30 leaves of 100 with 10 % noise: 10 x sqrt(30) is the standard error, 1.2816 of them 80 %
    sold = changed(even(), 0.6, region="E", product="B")
    found = sa.variance.root_causes(sold, even(), dims=DIMS, noise=0.1).effects.set_index("effect")
    within = 1.2816 * 10 * np.sqrt(30)
    bounds = found.loc["slice", ["amount", "lo80", "hi80"]].tolist()
    assert bounds == pytest.approx([-1200.0, -1200 - within, -1200 + within])
    assert found.loc["rest", ["lo80", "hi80"]].isna().all()


def test_the_interval_of_a_slice_inside_another_counts_the_error_of_both():
    f, noise = np.full(8, 100.0), np.full(8, 0.1)
    v = np.array([45.0, 45.0, *[90.0] * 6])
    told = fit(v, f, [np.array([0, 1]), np.arange(8)])
    # six leaves tell the wide factor, two the narrow: 0.1 / sqrt(6), and both together 0.1 / sqrt(2)
    wide, narrow = 0.1 / np.sqrt(6), 0.1 * np.sqrt(1 / 6 + 1 / 2)
    # the narrow factor stands between the wide one and 20 of its amount
    shared = np.sqrt((800 * wide) ** 2 + (20 * narrow) ** 2 - 2 * 800 * 20 * wide**2)
    assert errors([np.arange(8)], v, f, told, noise).tolist() == pytest.approx(
        [180 * narrow, shared]
    )


def test_what_members_move_by_together_is_told_from_what_leaves_move_by_alone():
    # two persons of two leaves each: one sold 10 % more, one 10 % less; variance 0.1² x 2 / (2 - 1)
    size, person = np.full(4, 100.0), np.array([0, 0, 1, 1])
    every = np.ones(4, dtype=bool)
    together = size + np.array([10.0, 10.0, -10.0, -10.0])
    assert shared([person], together, size, every).tolist() == pytest.approx([0.02])
    alone = size + np.array([10.0, -10.0, 10.0, -10.0])
    assert shared([person], alone, size, every).tolist() == [0.0]
    # four persons in two regions: the regions explain all of it, their persons nothing more
    region, pair = np.repeat([0, 1], 4), np.repeat(np.arange(4), 2)
    regions = np.repeat([110.0, 90.0], 4)
    found = shared([region, pair], regions, np.full(8, 100.0), np.ones(8, dtype=bool))
    assert found.tolist() == pytest.approx([0.02, 0.0])


def test_a_dimension_of_one_member_or_of_one_leaf_each_tells_nothing_about_members():
    for seed in range(20):
        rng = np.random.default_rng(seed)
        size = rng.lognormal(4, 1, 30)
        sold = size * (1 + rng.normal(0, 0.1, 30))
        codes = [rng.permutation(30), np.zeros(30, dtype="int64")]
        assert shared(codes, sold, size, np.ones(30, dtype=bool)).tolist() == [0.0, 0.0]


def test_the_error_of_everything_counts_what_whole_members_move_by():
    # 20 % less; by chance a region of four sold 6 % more than that and another 6 % less
    f, region = np.full(8, 100.0), np.repeat(np.arange(4), 2)
    v = 80 * np.repeat([1.06, 1.0, 1.0, 0.94], 2)
    told = fit(v, f, [np.arange(8)])
    assert told.amounts.tolist() == pytest.approx([-160.0])
    # each region has variance 2 x 0.06² / 3, the mean of four a quarter of it; nothing is left alone
    off = errors([region], v, f, told, np.full(8, 0.01))
    assert off.tolist() == pytest.approx([800 * np.sqrt(0.0024 / 4)])


def test_80_percent_intervals_hold_where_persons_and_products_have_moves_of_their_own():
    held = {"everything": [], "slice": []}
    rep, product, kind = np.indices((60, 12, 2)).reshape(3, -1)
    keys = pd.DataFrame({"region": rep // 10, "rep": rep, "product": product, "kind": kind})
    inside = ((keys["region"] == 2) & (keys["product"] == 3)).to_numpy()
    for seed in range(40):
        rng = np.random.default_rng([99, seed])
        base = 1e3 * rng.lognormal(0, 0.5, 60)[rep] * rng.lognormal(0, 0.5, 12)[product]
        moved = 1 + rng.normal(0, 0.12, len(rep))
        moved += rng.normal(0, 0.05, 60)[rep] + rng.normal(0, 0.03, 12)[product]
        sold = base * 0.93 * np.maximum(moved, 0.0)
        planted = {"everything": -0.07 * base.sum(), "slice": -0.5 * sold[inside].sum()}
        sold[inside] /= 2
        sides = [keys.astype("str").assign(revenue=side) for side in (sold, base)]
        effects = sa.variance.root_causes(
            *sides, dims=list(keys), hierarchy=[["region", "rep"]]
        ).effects
        named = effects[["region", "rep", "product", "kind"]].agg("/".join, axis=1)
        for effect, name in (("everything", "*/*/*/*"), ("slice", "2/*/3/*")):
            rows = effects[(effects["effect"] == effect) & (named == name)]
            held[effect] += [
                low <= planted[effect] <= high
                for low, high in zip(rows["lo80"], rows["hi80"], strict=True)
            ]
    assert [len(held["everything"]) > 33, len(held["slice"]) > 15] == [True, True]
    # leaves alone would hold 38 and 58 %; too long would be no answer either
    assert 0.68 <= np.mean(held["everything"]) <= 0.95
    assert 0.6 <= np.mean(held["slice"]) <= 0.95


def test_as_many_slices_as_leaves_leave_no_noise_to_learn():
    f, rows = np.array([100.0, 100.0]), [np.array([0]), np.array([1])]
    v = np.array([50.0, 200.0])
    assert np.isnan(errors([np.arange(2)], v, f, fit(v, f, rows), None)).all()


def test_a_slice_that_is_new_has_no_interval():
    plan = even()
    sold = pd.concat([plan, pd.DataFrame([["E", "Z", "rep 00", 5000.0]], columns=plan.columns)])
    found = sa.variance.root_causes(sold, plan, dims=DIMS).effects
    new = found[found["note"] == "only_actual"]
    assert len(new) == 1
    assert new[["lo80", "hi80"]].isna().all(axis=None)


def test_80_percent_intervals_hold_80_percent_of_planted_amounts():
    held = []
    for seed in range(120):
        sold, plan = noisy(seed, 0.15)
        inside = ((plan["region"] == "E") & (plan["product"] == "B")).to_numpy()
        planted = -0.4 * sold.loc[inside, "revenue"].sum()
        sold = changed(sold, 0.6, region="E", product="B")
        rows = sa.variance.root_causes(sold, plan, dims=DIMS).effects
        row = rows[(rows["region"] == "E") & (rows["product"] == "B") & (rows["rep"] == "*")]
        held += [low <= planted <= high for low, high in zip(row["lo80"], row["hi80"], strict=True)]
    assert len(held) > 110
    # three standard errors of a share of 80 % in 120 draws
    assert abs(np.mean(held) - 0.8) < 3 * np.sqrt(0.8 * 0.2 / len(held))
