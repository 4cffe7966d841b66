"""Intervals of slices: the chance moves of their leaves, carried to the amount."""

import numpy as np
import pandas as pd
import pytest
from placestools import DIMS, changed, even, noisy

import salesanalysis as sa
from salesanalysis.variance.places.amounts import fit
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
    assert errors(v, f, told, noise).tolist() == pytest.approx([180 * narrow, shared])


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
