"""No leaf falls below its bound, and no nearer figures exist."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import lsq_linear, nnls

from salesanalysis.forecast.reconcile import Reconciler, Summing, bounds, reconcile, together

SEEDS = st.integers(0, 10_000)


@pytest.fixture(scope="module")
def wide(make_panel) -> Summing:
    names = [(r, p) for r in "NSEW" for p in "ABCDE"]
    panel = make_panel({n: [1.0] for n in names}, ("region", "line"))
    return Summing.of(panel, crossed=[["region"], ["line"]])


def problem(tree: Summing, seed: int, months: int = 2, shift: float = 1.0):
    rng = np.random.default_rng(seed)
    n = tree.n_aggregates + tree.n_leaves
    base = rng.normal(shift, 3, (n, months))
    residuals = rng.normal(size=(n, 24)) * np.exp(rng.normal(size=(n, 1))) + rng.normal(size=24)
    return base, (residuals**2).mean(axis=1), residuals


def test_three_numbers_worked_by_hand(make_panel):
    # the gap of -34 in three; then S is held at 0 and N meets the company half way
    tree = Summing.of(make_panel({"N": [1.0], "S": [1.0]}))
    base = np.array([[-12.0], [18.0], [4.0]])
    ones = np.ones(3)
    free = reconcile(base, tree, variance=ones).nodes.ravel()
    np.testing.assert_allclose(free, [-2 / 3, 18 - 34 / 3, 4 - 34 / 3], rtol=1e-12)
    found = reconcile(base, tree, variance=ones, lower=np.zeros((2, 1)))
    np.testing.assert_allclose(found.nodes.ravel(), [3, 3, 0], rtol=1e-12)
    assert found.held.tolist() == [[False], [True]]
    assert found.exact


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.floats(-2, 2))
def test_the_result_is_that_of_a_bounded_solver(wide, seed, shift):
    base, variance, _ = problem(wide, seed, shift=shift)
    lower = np.random.default_rng(seed + 5).normal(-1, 1, (wide.n_leaves, 2))
    found = reconcile(base, wide, variance=variance, lower=lower)
    rows = np.vstack([wide.matrix.toarray(), np.eye(wide.n_leaves)]) / np.sqrt(variance)[:, None]
    top = wide.n_aggregates
    for k in range(2):
        right = base[:, k] / np.sqrt(variance) - rows @ lower[:, k]
        best = lower[:, k] + nnls(rows, right)[0]
        np.testing.assert_allclose(found.nodes[top:, k], best, rtol=1e-9, atol=1e-9)
    assert found.exact


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_so_it_is_where_errors_go_together(wide, seed):
    base, _, residuals = problem(wide, seed, months=1, shift=0.0)
    found = reconcile(base, wide, method="mint", residuals=residuals, lower=np.zeros((20, 1)))
    spread = together(residuals)
    root = np.linalg.inv(np.linalg.cholesky(np.diag(spread.own) + spread.joint @ spread.joint.T))
    rows = root @ np.vstack([wide.matrix.toarray(), np.eye(20)])
    best = lsq_linear(rows, root @ base[:, 0], (0, np.inf), method="bvls", tol=1e-14).x
    np.testing.assert_allclose(found.nodes[wide.n_aggregates :, 0], best, rtol=1e-8, atol=1e-8)
    assert found.exact


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.sampled_from(["wls", "mint", "structural", "ols", "bottom_up", "blend"]))
def test_bounds_and_sums_hold_for_every_method(wide, seed, method):
    base, variance, residuals = problem(wide, seed, shift=-1.0)
    found = reconcile(
        base, wide, method=method, variance=variance, residuals=residuals, lower=np.zeros((20, 1))
    )
    leaves = found.nodes[wide.n_aggregates :]
    assert (leaves >= 0).all()
    np.testing.assert_allclose(wide.matrix @ leaves, found.nodes[: wide.n_aggregates], rtol=1e-12)


def test_months_where_no_bound_binds_stay_as_they_were(wide):
    base, variance, _ = problem(wide, 1)
    base[:, 1] = wide.add_up(np.full((20, 1), 50.0))[:, 0] * 1.01
    free = reconcile(base, wide, variance=variance)
    held = reconcile(base, wide, variance=variance, lower=np.zeros((20, 1)))
    np.testing.assert_array_equal(held.nodes[:, 1], free.nodes[:, 1])
    assert held.held[:, 0].any()
    assert not held.held[:, 1].any()


def test_minus_infinity_is_no_bound(wide):
    base, variance, _ = problem(wide, 2)
    free = reconcile(base, wide, variance=variance).nodes
    none = reconcile(base, wide, variance=variance, lower=np.full((20, 2), -np.inf)).nodes
    np.testing.assert_array_equal(none, free)


def test_a_leaf_that_never_errs_is_lifted_to_its_bound_and_the_others_give_way(make_panel):
    tree = Summing.of(make_panel({"N": [1.0], "S": [1.0]}))
    base = np.array([[10.0], [8.0], [-4.0]])
    found = reconcile(base, tree, variance=np.array([1.0, 1.0, 0.0]), lower=np.zeros((2, 1)))
    np.testing.assert_allclose(found.nodes.ravel(), [9, 9, 0], rtol=1e-12)
    assert found.exact


def test_cutting_at_zero_would_raise_the_total_and_this_does_less(wide):
    base, variance, _ = problem(wide, 4, shift=0.5)
    free = reconcile(base, wide, variance=variance).nodes
    cut = np.maximum(free[wide.n_aggregates :], 0).sum(axis=0)
    held = reconcile(base, wide, variance=variance, lower=np.zeros((20, 1))).nodes[0]
    assert (np.abs(held - free[0]) < np.abs(cut - free[0])).all()


def test_where_the_passes_run_out_bounds_and_sums_still_hold_and_it_is_said(wide, monkeypatch):
    monkeypatch.setattr(bounds, "MAX_PASSES", 1)
    base, variance, _ = problem(wide, 3, shift=-1.0)
    found = reconcile(base, wide, variance=variance, lower=np.zeros((20, 1)))
    assert not found.exact
    leaves = found.nodes[wide.n_aggregates :]
    assert (leaves >= 0).all()
    np.testing.assert_allclose(wide.matrix @ leaves, found.nodes[: wide.n_aggregates], rtol=1e-12)


def test_few_passes_are_enough(wide):
    floor, passes = np.zeros((20, 1)), []
    for seed in range(20):
        base, variance, _ = problem(wide, seed)
        passes.append(reconcile(base, wide, variance=variance, lower=floor).passes)
    assert max(passes) <= 6


def test_a_prepared_tree_gives_what_one_call_gives(wide):
    base, variance, _ = problem(wide, 6)
    ready = Reconciler.of(wide, variance=variance)
    np.testing.assert_array_equal(
        ready.bounded(base).nodes, reconcile(base, wide, variance=variance).nodes
    )
    np.testing.assert_array_equal(ready.nodes(base), ready.bounded(base).nodes)
