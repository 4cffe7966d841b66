"""Forecasts that disagree are brought together by least squares."""

import itertools

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from salesanalysis.forecast.reconcile import Reconciler, Summing, reconcile, together, variances
from salesanalysis.panel import Panel

SEEDS = st.integers(0, 10_000)
CROSSED = [["region", "team"], ["line"], ["region", "line"]]


def tree_of(seed: int, *, crossed: bool = True, order=None) -> Summing:
    """A crossed tree with gaps, so that some nodes have the same leaves."""
    rng = np.random.default_rng(seed)
    names = list(itertools.product("NSEW"[: rng.integers(1, 5)], "ab", "XYZ"))
    kept = [n for n in names if rng.random() < 0.6] or names[:1]
    frame = pd.DataFrame(kept, columns=["region", "team", "line"]).assign(
        period="2024-01-01", value=1.0
    )
    panel = Panel.of(frame, by=["region", "team", "line"])
    return Summing.of(panel, crossed=order or CROSSED) if crossed else Summing.of(panel)


def numbers_of(tree: Summing, seed: int, months: int = 3, draws: int = 24):
    """Base forecasts, variances and residuals; equal for nodes over the same leaves."""
    rng = np.random.default_rng(seed + 1)
    sets = [np.flatnonzero(r).tobytes() for r in sums_of(tree)]
    first = [sets.index(s) for s in sets]
    n = len(sets)
    size = np.exp(rng.normal(0, 1, n))[first, None]
    base = (
        sums_of(tree) @ rng.gamma(2, 1, (tree.n_leaves, months))
        + size * rng.normal(size=(n, months))
    )[first]
    residuals = (size * (rng.normal(size=(n, draws)) + rng.normal(size=draws)))[first]
    return base, (residuals**2).mean(axis=1), residuals


def sums_of(tree: Summing) -> np.ndarray:
    return np.vstack([tree.matrix.toarray(), np.eye(tree.n_leaves)])


def generalised_least_squares(tree: Summing, base, covariance):
    """The textbook form, on distinct nodes only: (S'V^-1 S)^-1 S'V^-1 y."""
    rows, kept = sums_of(tree), np.flatnonzero(~tree.repeats)
    s, v = rows[kept], np.linalg.inv(covariance[np.ix_(kept, kept)])
    return rows @ np.linalg.solve(s.T @ v @ s, s.T @ v @ base[kept])


def test_three_numbers_worked_by_hand(make_panel):
    # company 100 against 50 + 30: a gap of 20, shared out as 6 : 1 : 3
    tree = Summing.of(make_panel({"N": [1.0], "S": [1.0]}))
    base = np.array([[100.0], [50.0], [30.0]])
    nodes = reconcile(base, tree, variance=np.array([6.0, 1.0, 3.0])).nodes
    np.testing.assert_allclose(nodes.ravel(), [88, 52, 36], rtol=1e-14)


def test_four_numbers_with_a_blend_ols_and_structural_worked_by_hand(make_panel):
    tree = Summing.of(make_panel({"E": [1.0], "N": [1.0], "S": [1.0]}))
    base = np.array([[100.0], [40.0], [30.0], [18.0]])

    def leaves(method, **extra):
        return reconcile(base, tree, method=method, **extra).nodes[1:].ravel()

    np.testing.assert_allclose(leaves("ols"), [43, 33, 21], rtol=1e-14)  # 12 / 4 each
    np.testing.assert_allclose(leaves("structural"), [42, 32, 20], rtol=1e-14)  # 12 / (3 + 3)
    np.testing.assert_allclose(leaves("bottom_up"), [40, 30, 18], rtol=1e-14)
    variance = np.array([2.0, 1.0, 1.0, 2.0])  # 12 / 6 per unit of variance
    np.testing.assert_allclose(leaves("wls", variance=variance), [42, 32, 22], rtol=1e-14)
    half = leaves("blend", variance=variance, share=0.5)
    np.testing.assert_allclose(half, [41, 31, 20], rtol=1e-14)


def test_errors_that_go_together_worked_by_hand(make_panel):
    # company errs as N does (+1), S by itself: N is not corrected alone, S is
    tree = Summing.of(make_panel({"N": [1.0], "S": [1.0]}))
    base = np.array([[100.0], [50.0], [30.0]])
    together_now = np.array([[1.0, -1.0] * 6, [1.0, -1.0] * 6, [1.0, 1.0, -1.0, -1.0] * 3])
    found = Reconciler.of(tree, method="mint", residuals=together_now)
    share = found.shrinkage
    v = (1 - share) * together_now @ together_now.T / 12 + share * np.eye(3)
    c = np.array([1.0, -1.0, -1.0])
    expected = base[:, 0] - v @ c * (20 / (c @ v @ c))
    np.testing.assert_allclose(found.nodes(base)[:, 0], expected, rtol=1e-12)
    assert expected[2] - 30 > 4 * (expected[1] - 50)


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.sampled_from(["wls", "mint", "structural", "ols"]))
def test_every_method_is_the_textbook_estimate_on_any_tree(seed, method):
    tree = tree_of(seed)
    base, variance, residuals = numbers_of(tree, seed)
    kept = ~tree.repeats
    spread = together(residuals[kept])
    mint = np.zeros((len(base), len(base)))
    mint[np.ix_(kept, kept)] = np.diag(spread.own) + spread.joint @ spread.joint.T
    cov = {
        "wls": np.diag(variance),
        "ols": np.eye(len(base)),
        "structural": np.diag(sums_of(tree).sum(axis=1)),
        "mint": mint,
    }[method]
    nodes = reconcile(
        base,
        tree,
        method=method,
        variance=None if method == "mint" else variance,
        residuals=residuals,
    ).nodes
    expected = generalised_least_squares(tree, base, cov)
    np.testing.assert_allclose(nodes, expected, rtol=1e-7, atol=1e-7 * np.abs(base).max())


@settings(max_examples=30, deadline=None)
@given(
    SEEDS,
    st.booleans(),
    st.sampled_from(["wls", "mint", "structural", "ols", "bottom_up", "blend"]),
)
def test_parents_are_the_sums_of_their_leaves_and_coherent_figures_stay(seed, crossed, method):
    tree = tree_of(seed, crossed=crossed)
    base, variance, residuals = numbers_of(tree, seed)
    ready = Reconciler.of(tree, method=method, variance=variance, residuals=residuals)
    nodes = ready.nodes(base)
    leaves = nodes[tree.n_aggregates :]
    np.testing.assert_allclose(tree.matrix @ leaves, nodes[: tree.n_aggregates], rtol=1e-9)
    np.testing.assert_allclose(
        ready.nodes(nodes), nodes, rtol=1e-9, atol=1e-12 * np.abs(nodes).max()
    )


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.floats(1e-6, 1e9), st.sampled_from(["wls", "mint"]))
def test_money_in_another_unit_gives_the_same_figures_in_that_unit(seed, unit, method):
    tree = tree_of(seed)
    base, variance, residuals = numbers_of(tree, seed)
    floor = np.zeros((tree.n_leaves, 1))
    one = reconcile(
        base - 1, tree, method=method, variance=variance, residuals=residuals, lower=floor
    )
    other = reconcile(
        unit * (base - 1),
        tree,
        method=method,
        variance=unit**2 * variance,
        residuals=unit * residuals,
        lower=floor,
    )
    np.testing.assert_allclose(
        other.nodes, unit * one.nodes, rtol=1e-8, atol=1e-9 * unit * np.abs(base).max()
    )


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_the_order_of_the_paths_changes_nothing(seed):
    one, other = tree_of(seed), tree_of(seed, order=CROSSED[::-1])
    base, variance, _ = numbers_of(one, seed)
    keys = ["region", "team", "line"]
    place = pd.MultiIndex.from_frame(one.table[keys]).get_indexer(
        pd.MultiIndex.from_frame(other.table[keys])
    )
    ours = reconcile(base, one, variance=variance).nodes
    theirs = reconcile(base[place], other, variance=variance[place]).nodes
    np.testing.assert_allclose(theirs, ours[place], rtol=1e-10, atol=1e-12 * np.abs(ours).max())


def test_a_share_of_one_is_wls_of_none_bottom_up_and_one_level_alone_can_be_silenced():
    tree = tree_of(3)
    base, variance, _ = numbers_of(tree, 3)

    def blend(share):
        return reconcile(base, tree, method="blend", variance=variance, share=share).nodes

    wls = reconcile(base, tree, variance=variance).nodes
    bottom_up = reconcile(base, tree, method="bottom_up").nodes
    np.testing.assert_allclose(blend(1), wls, rtol=1e-12)
    np.testing.assert_allclose(blend(0), bottom_up, rtol=1e-12)
    np.testing.assert_allclose(blend(0.25), 0.25 * wls + 0.75 * bottom_up, rtol=1e-10)
    levels = tree.table["level"].drop_duplicates().tolist()[:-1]
    quiet = base.copy()
    quiet[0] = tree.add_up(base[tree.n_aggregates :])[0]  # the company agrees with its leaves
    silent = reconcile(quiet, tree, variance=variance).nodes
    np.testing.assert_allclose(blend({"company": 0.0}), silent, rtol=1e-10)
    assert levels[0] == "company"


def test_nodes_that_never_err_stay_and_nothing_breaks():
    tree = tree_of(5)
    base, variance, _ = numbers_of(tree, 5)
    variance = np.where(np.arange(len(base)) % 2, variance, 0.0)
    nodes = reconcile(base, tree, variance=variance).nodes
    assert np.isfinite(nodes).all()
    fixed = np.flatnonzero(variance[tree.n_aggregates :] == 0)
    np.testing.assert_array_equal(
        nodes[tree.n_aggregates :][fixed], base[tree.n_aggregates :][fixed]
    )
    assert np.isfinite(reconcile(base, tree, variance=0 * variance).nodes).all()


def test_a_company_figure_without_error_is_kept(make_panel):
    tree = Summing.of(make_panel({"N": [1.0], "S": [1.0]}))
    base = np.array([[100.0], [50.0], [30.0]])
    nodes = reconcile(base, tree, variance=np.array([0.0, 1.0, 3.0])).nodes
    np.testing.assert_allclose(nodes.ravel(), [100, 55, 45], rtol=1e-7)


def test_sizes_a_billion_apart_are_solved_together():
    tree = tree_of(11)
    size = 10.0 ** np.linspace(-3, 6, tree.n_leaves)
    base = tree.add_up(size[:, None] * np.ones((1, 2))) * 1.01
    base[tree.n_aggregates :] /= 1.01
    nodes = reconcile(base, tree, variance=(0.1 * base[:, 0]) ** 2).nodes
    assert (nodes > 0).all()
    np.testing.assert_allclose(nodes[tree.n_aggregates :] / size[:, None], 1.005, atol=0.006)


def test_every_draw_adds_up_and_the_mean_of_draws_is_the_draw_of_means():
    tree = tree_of(7)
    base, variance, _ = numbers_of(tree, 7)
    rng = np.random.default_rng(0)
    paths = base[:, :, None] + rng.normal(size=(*base.shape, 50))
    ready = Reconciler.of(tree, variance=variance)
    nodes = ready.nodes(paths)
    assert nodes.shape == paths.shape
    np.testing.assert_allclose(nodes[0], nodes[tree.n_aggregates :].sum(axis=0), rtol=1e-9)
    np.testing.assert_allclose(
        nodes.mean(axis=2), ready.nodes(paths.mean(axis=2)), rtol=1e-9, atol=1e-12
    )


def test_planted_errors_that_go_together_are_undone_better_than_by_variances_alone(make_panel):
    # six regions share a shock, six err each by itself and as much: who is to give way?
    tree = Summing.of(make_panel({f"r{i:02d}": [1.0] for i in range(12)}))
    rng = np.random.default_rng(1)
    shared = rng.normal(0, 3, 600) + rng.normal(0, 1, (6, 600))
    alone = rng.normal(0, np.sqrt(10), (6, 600))
    errors = np.vstack([rng.normal(0, 3, 600), shared, alone])
    seen, later = errors[:, :60], errors[:, 60:]
    truth = tree.add_up(np.full((12, 1), 100.0))
    variance = (seen**2).mean(axis=1)

    def miss(method):
        found = reconcile(truth + later, tree, method=method, variance=variance, residuals=seen)
        return np.abs(found.nodes - truth)[1:].mean()

    assert miss("mint") < 0.9 * miss("wls") < miss("wls") < miss("bottom_up")


def test_unrelated_errors_are_seen_as_unrelated_and_related_ones_as_related():
    rng = np.random.default_rng(2)
    alone = together(rng.normal(size=(80, 40)))
    shared = together(rng.normal(size=(80, 40)) + 2 * rng.normal(size=40))
    assert alone.shrinkage > 0.9
    assert shared.shrinkage < 0.2


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_the_shrinkage_is_the_published_formula_pair_by_pair(seed):
    rng = np.random.default_rng(seed)
    errors = rng.normal(size=(7, 30)) + rng.normal(size=30) * rng.random((7, 1)) + 0.2
    z = errors / np.sqrt((errors**2).mean(axis=1, keepdims=True))
    products = z[:, None] * z[None]
    pairs = ~np.eye(7, dtype=bool)
    r, noise = products.mean(axis=2)[pairs], products.var(axis=2)[pairs] / 29
    expected = np.clip(noise.sum() / (r**2).sum(), 0, 1)
    np.testing.assert_allclose(together(errors).shrinkage, expected, rtol=1e-10)


def test_a_node_keeps_its_variance_whatever_is_shared_and_whatever_months_it_lacks():
    residuals = np.random.default_rng(3).normal(size=(6, 30))
    residuals[0, :20] = np.nan
    residuals[1] = 0.0
    given_variance = np.arange(1.0, 7.0)
    spread = together(residuals, given_variance)
    np.testing.assert_allclose(
        spread.own + (spread.joint**2).sum(axis=1), given_variance, rtol=1e-12
    )
    assert (spread.own >= 0).all()
    assert together(residuals[:, :11]).joint.shape[1] == 0


def test_a_node_with_few_errors_takes_the_fallback():
    errors = np.full((3, 2, 4), np.nan)
    errors[:, 0] = 2.0
    errors[0, 1, :3] = 5.0
    assert variances(errors, np.array([7.0, 7.0])).tolist() == [4.0, 7.0]
