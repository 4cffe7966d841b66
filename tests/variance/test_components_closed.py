"""Variance components of balanced data: worked by hand, invariant, and as published."""

import numpy as np
import pandas as pd
import pytest
from componentstools import CASES, LEVELS, mixed_model, pastes, people
from hypothesis import given, settings
from hypothesis import strategies as st

import salesanalysis as sa
from benchmarks import variance_components
from salesanalysis import store
from salesanalysis.errors import ReconciliationError
from salesanalysis.variance.components import anova
from salesanalysis.variance.components.design import read_design
from salesanalysis.variance.components.likelihood import fit

FOUR = pd.DataFrame(
    {
        "region": ["N"] * 4 + ["S"] * 4,
        "person": list("aabbccdd"),
        "month": [1, 2] * 4,
        "attainment": [0.9, 1.0, 1.2, 1.3, 0.8, 0.7, 0.7, 0.8],
    }
)


def variances(found) -> np.ndarray:
    return found.frame["variance"].to_numpy()


# -- worked by hand ---------------------------------------------------------------------------


def test_four_people_in_two_regions_by_hand():
    # mean squares 0.245, 0.045, 0.005: noise 0.005, person (0.045-0.005)/2, region (0.245-0.045)/4
    found = sa.variance.components(FOUR, "attainment", ["region", "person"])
    assert variances(found) == pytest.approx([0.05, 0.02, 0.005])
    assert found.frame["variance_share"].tolist() == pytest.approx([10 / 15, 4 / 15, 1 / 15])
    assert found.frame["n_groups"].tolist() == [2, 4, 8]
    assert found.meta.method == "anova"
    assert found.frame["sd"].tolist() == pytest.approx(np.sqrt([0.05, 0.02, 0.005]))


def test_a_bad_month_for_everybody_is_nobodys_variance():
    worse = FOUR.assign(attainment=FOUR["attainment"] - 0.4 * (FOUR["month"] == 2))
    before, after = (
        sa.variance.components(t, "attainment", ["region", "person"], by="month")
        for t in (FOUR, worse)
    )
    assert variances(after) == pytest.approx(variances(before))


def test_a_negative_estimate_is_set_to_zero_and_flagged_and_the_rest_stays_the_likeliest():
    # two people alike in every way but noise: regions differ less than their people
    table = FOUR.assign(attainment=[0.5, 0.6, 1.5, 1.4, 1.0, 1.1, 0.9, 1.0])
    found = sa.variance.components(table, "attainment", ["region", "person"])
    assert found.frame["variance"].iloc[0] == 0
    assert found.frame["status"].iloc[0] == "set_to_zero"
    # mean squares of region and person are pooled: (SS 0 + 0.8112...) / 3
    squares = anova.mean_squares(
        read_design(table, "attainment", ["region", "person"], None, "auto", crossed=False)
    )
    pooled = (squares.ms[:2] * squares.df[:2]).sum() / 3
    assert found.frame["variance"].iloc[1] == pytest.approx((pooled - squares.ms[2]) / 2)


def test_mean_squares_that_rise_downwards_are_pooled_until_none_does():
    df = np.array([1.0, 2.0, 4.0])
    assert anova.pool(np.array([3.0, 2.0, 1.0]), df).tolist() == [3.0, 2.0, 1.0]
    assert anova.pool(np.array([1.0, 4.0, 1.0]), df).tolist() == [3.0, 3.0, 1.0]
    assert anova.pool(np.array([1.0, 2.0, 4.0]), df) == pytest.approx([3.0] * 3)


# -- invariants -------------------------------------------------------------------------------


@settings(max_examples=15)
@given(
    st.integers(2, 5), st.integers(2, 4), st.integers(2, 4), st.integers(0, 10_000),
    st.booleans(),
)  # fmt: skip
def test_shares_are_parts_of_one_whole_and_intervals_hold_them(n, m, t, seed, months):
    table = people(regions=n, managers=m, reps=2, months=t, seed=seed)
    found = sa.variance.components(
        table, "attainment", LEVELS, by="month" if months else None, seed=seed
    )
    frame = found.to_frame()
    assert frame["variance_share"].sum() == pytest.approx(1.0, abs=1e-12)
    assert frame["variance_share"].between(0, 1).all()
    assert (frame["low_share"] <= frame["variance_share"]).all()
    assert (frame["variance_share"] <= frame["high_share"]).all()


def test_names_rows_and_units_of_the_value_do_not_matter():
    table = people(regions=3, managers=2, reps=3, months=4)
    found = sa.variance.components(table, "attainment", LEVELS, by="month")
    mixed_up = table.sample(frac=1, random_state=1).assign(
        month=lambda t: t["month"].dt.strftime("%Y-%m"),
        region=lambda t: t["region"].astype("category"),
        attainment=lambda t: 5 + 100 * t["attainment"],
    )
    again = sa.variance.components(mixed_up, "attainment", LEVELS, by="month")
    shares = ["variance_share", "low_share", "high_share"]
    pd.testing.assert_frame_equal(found.frame[shares], again.frame[shares], rtol=1e-9)
    # the trap of reused labels: rep 1..3 in every team is three people a team, not three in all
    numbered = table.assign(
        manager=table["manager"].str[2:], salesperson=table["salesperson"].str[4:]
    )
    reused = sa.variance.components(numbered, "attainment", LEVELS, by="month")
    pd.testing.assert_frame_equal(found.frame[shares], reused.frame[shares], rtol=1e-12)
    assert reused.meta.within == ("manager", "salesperson")
    assert found.meta.within == ()


def test_drawn_balanced_sets_keep_shares_names_and_the_closed_form():
    assert variance_components._draws(4) == [
        "shares in 0..1 that sum to 1: 0 of 4 balanced sets failed",
        "names do not matter: 0 of 4 balanced sets failed",
        "closed form = REML: 0 of 4 balanced sets failed",
    ]


def test_the_same_seed_draws_the_same_intervals():
    one, two, three = (
        sa.variance.components(FOUR, "attainment", ["region", "person"], seed=s).frame
        for s in (1, 1, 2)
    )
    pd.testing.assert_frame_equal(one, two)
    assert one["high_share"].tolist() != three["high_share"].tolist()


def test_shares_that_are_no_parts_of_a_whole_are_refused():
    found = sa.variance.components(FOUR, "attainment", ["region", "person"])
    with pytest.raises(ReconciliationError) as caught:
        type(found)(found.frame.assign(variance_share=[0.5, 0.5, 0.5]), found.meta)
    assert str(caught.value) == (
        "Shares leave -0.50 of +1.00 unexplained.\n"
        "  where: sum of 3 parts against their total\n"
        "  fix:   this is a defect or a tampered table: please report it with the input"
    )
    with pytest.raises(ReconciliationError) as caught:
        type(found)(found.frame.assign(variance_share=[1.5, -0.5, 0.0]), found.meta)
    assert str(caught.value) == (
        "A share of the variance lies outside 0 and 1.\n"
        "  where: Components(frame=...)\n"
        "  fix:   this is a defect or a tampered table: please report it with the input"
    )


def test_a_stored_result_reads_back_the_same(tmp_path):
    found = sa.variance.components(FOUR, "attainment", ["region", "person"])
    store.write(found, tmp_path)
    again = store.read(tmp_path)
    assert again.meta == found.meta
    pd.testing.assert_frame_equal(again.to_frame(), found.to_frame())


# -- planted truth ----------------------------------------------------------------------------


def test_planted_shares_are_found_in_a_large_company():
    table = people(regions=60, managers=4, reps=6, months=6, sds=(0.5, 0.5, 0.7, 0.9), seed=1)
    found = sa.variance.components(table, "attainment", LEVELS, by="month")
    planted = np.square([0.5, 0.5, 0.7, 0.9])
    assert found.frame["variance_share"].to_numpy() == pytest.approx(
        planted / planted.sum(), abs=0.05
    )


def test_about_eight_in_ten_intervals_hold_the_planted_share():
    rng = np.random.default_rng(11)
    df, size = np.array([7.0, 24, 160, 1909]), np.array([288.0, 72, 12, 1])
    planted = np.array([0.2, 0.1, 0.2, 0.5])
    expected = np.cumsum((planted * size)[::-1])[::-1]
    hits = np.zeros(4)
    for _ in range(120):
        squares = anova.MeanSquares(expected * rng.chisquare(df) / df, df, size)
        drawn = anova.draw_variances(squares, seed=0)[:2000]
        low, high = np.quantile(drawn / drawn.sum(axis=1, keepdims=True), [0.1, 0.9], axis=0)
        hits += (low <= planted) & (planted <= high)
    # 120 sets: a standard error of 3.7 points
    assert (np.abs(hits / 120 - 0.8) < 0.11).all()


# -- outside reference ------------------------------------------------------------------------


def test_with_one_level_the_interval_is_the_exact_one_of_the_f_distribution():
    from scipy.stats import f

    table = people(regions=6, managers=1, reps=1, months=9, sds=(0.8, 0, 0, 1.0), trend=0, seed=3)
    found = sa.variance.components(table, "attainment", ["region"]).frame.iloc[0]
    squares = anova.mean_squares(
        read_design(table, "attainment", ["region"], None, "auto", crossed=False)
    )
    ratio = squares.ms[0] / squares.ms[1] / f.ppf([0.9, 0.1], *squares.df)
    exact = (ratio - 1) / (ratio + 9 - 1)
    assert found[["low_share", "high_share"]].tolist() == pytest.approx(exact, abs=0.015)


@pytest.mark.parametrize("estimator", ["REML", "ML"])
def test_agrees_with_the_published_components_of_the_pastes(estimator):
    case = CASES["vc-pastes"]
    found = sa.variance.components(pastes(), "strength", ["batch", "cask"], estimator=estimator)
    published = list(case[estimator].values())
    assert variances(found) == pytest.approx(published, rel=5e-4)
    if estimator == "REML":
        assert variances(found) == pytest.approx(list(case["anova"].values()), abs=5e-6)
        assert found.frame["variance_share"].tolist() == pytest.approx(
            [0.1539, 0.7832, 0.0630], abs=2e-4
        )


def test_the_closed_form_is_what_statsmodels_and_the_likelihood_find():
    table = people(regions=6, managers=3, reps=4, months=4, seed=6)
    closed = variances(sa.variance.components(table, "attainment", LEVELS, by="month"))
    design = read_design(table, "attainment", LEVELS, "month", "auto", crossed=False)
    assert fit(design, "REML").variances == pytest.approx(closed, rel=1e-4)
    assert mixed_model(table, "attainment", LEVELS, "month") == pytest.approx(closed, rel=1e-3)


def test_where_a_component_is_zero_the_likelihood_agrees_too():
    table = people(regions=4, managers=3, reps=3, months=4, sds=(0.0, 0.6, 0.1, 1.0), seed=2)
    closed = sa.variance.components(table, "attainment", LEVELS)
    assert closed.frame["status"].tolist() == ["set_to_zero", "ok", "ok", "ok"]
    design = read_design(table, "attainment", LEVELS, None, "auto", crossed=False)
    assert fit(design, "REML").variances == pytest.approx(variances(closed), rel=1e-3, abs=1e-6)
