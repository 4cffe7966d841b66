"""The arithmetic of driver trees: shares of a change that close, at zero as well."""

from decimal import Decimal, getcontext
from itertools import permutations

import numpy as np
import pytest
from drivertools import CASES
from hypothesis import given, settings
from hypothesis import strategies as st

import salesanalysis as sa
from salesanalysis.errors import ContractError

few = settings(max_examples=25)
methods = ("lmdi", "shapley_product", "sequential")
seeds = st.integers(0, 10_000)


def run(method, x0, x1):
    return getattr(sa.variance, method)(x0, x1)


# worked by hand


def test_the_log_mean_of_two_equal_numbers_is_that_number():
    assert sa.variance.log_mean(5, 5) == 5
    assert sa.variance.log_mean(0, 0) == 0


def test_the_log_mean_with_nothing_on_one_side_is_nothing():
    assert sa.variance.log_mean([0, 7], [7, 0]).tolist() == [0, 0]


def test_the_log_mean_stays_right_where_the_plain_formula_loses_its_digits():
    getcontext().prec = 50
    for change in (1e-12, 1e-9, 1e-6, 0.3, 1.0, 1e3, 1e250):
        a, b = Decimal(7 * (1 + change)), Decimal(7)
        exact = (a - b) / (a.ln() - b.ln())
        found = Decimal(float(sa.variance.log_mean(float(a), 7.0)))
        assert abs((found - exact) / exact) < Decimal("1e-14"), change
    b = np.arange(2.0, 50.0)
    a = b * (1 + 1e-12)
    plain = (a - b) / (np.log(a) - np.log(b))
    assert np.abs(plain / b - 1).max() > 1e-6  # the trap is real
    assert np.abs(sa.variance.log_mean(a, b) / b - 1).max() < 1e-11


def test_a_tiny_number_beside_a_large_one_has_the_log_mean_of_both():
    # (a - b) / log1p((a - b) / b) would give log1p(-1) and so 0 here
    assert sa.variance.log_mean(1e-300, 1.0) == pytest.approx(1 / (300 * np.log(10)), rel=1e-14)


def test_visits_that_start_from_nothing_carry_the_whole_change():
    assert run("lmdi", [0, 0.25, 8], [20, 0.5, 10]).tolist() == [100, 0, 0]


def test_two_factors_that_start_from_nothing_share_the_change_equally():
    assert run("lmdi", [0, 0, 3], [2, 5, 4]).tolist() == [20, 20, 0]


def test_near_zero_the_method_decides():
    tiny = run("lmdi", [1e-20, 0.25, 8], [20, 0.5, 10])
    assert tiny.round(1).tolist() == [98.2, 1.4, 0.4]
    assert run("shapley_product", [0, 0.25, 8], [20, 0.5, 10]).round(2).tolist() == [
        68.33,
        23.33,
        8.33,
    ]


def test_a_ratio_that_did_not_exist_has_no_effect():
    for method in methods:
        effects = run(method, [10, 0, np.nan], [10, 0.5, 40])
        assert effects[2] == 0
        assert effects.sum() == pytest.approx(200)


def test_a_ratio_that_never_existed_has_no_effect():
    for method in methods:
        assert run(method, [10, 0, np.nan], [12, 0, np.nan]).tolist() == [0, 0, 0]


def test_the_order_matters_in_sequential_substitution_only():
    there = run("sequential", [1000, 50], [1100, 52])
    other = run("sequential", [50, 1000], [52, 1100])[::-1]
    assert there.tolist() == [5000, 2200]
    assert other.tolist() == [5200, 2000]
    for method in ("lmdi", "shapley_product"):
        assert run(method, [1000, 50], [1100, 52]) == pytest.approx(
            run(method, [50, 1000], [52, 1100])[::-1]
        )


# invariants


@few
@given(seeds, st.integers(1, 6), st.sampled_from(methods))
def test_effects_close_for_every_cell(seed, n, method):
    x0, x1 = drawn(seed, n, method)
    effects = run(method, x0, x1)
    change = x1.prod(axis=0) - x0.prod(axis=0)
    size = np.maximum(np.abs(x0.prod(axis=0)), np.abs(x1.prod(axis=0)))
    assert np.isfinite(effects).all()
    assert (
        np.abs(effects.sum(axis=0) - change)
        <= 1e-12 * np.maximum(size, np.abs(effects).sum(axis=0))
    ).all()


@few
@given(seeds, st.integers(2, 6), st.sampled_from(methods))
def test_a_factor_that_did_not_change_has_no_effect(seed, n, method):
    x0, x1 = drawn(seed, n, method)
    x1[1] = x0[1]
    assert (run(method, x0, x1)[1] == 0).all()
    assert (run(method, x0, x0) == 0).all()


@few
@given(seeds, st.integers(2, 6), st.sampled_from(("lmdi", "shapley_product")))
def test_effects_change_sign_when_time_runs_backwards(seed, n, method):
    x0, x1 = drawn(seed, n, method)
    assert run(method, x0, x1) == pytest.approx(-run(method, x1, x0), rel=1e-9, abs=1e-9)


def test_sequential_substitution_does_not_change_sign_when_time_runs_backwards():
    there, back = run("sequential", [10, 2], [20, 3]), run("sequential", [20, 3], [10, 2])
    assert there.tolist() == [20, 20]
    assert back.tolist() == [-30, -10]


@few
@given(seeds, st.integers(2, 5), st.sampled_from(("lmdi", "shapley_product")))
def test_renaming_and_permuting_factors_permutes_effects(seed, n, method):
    x0, x1 = drawn(seed, n, method)
    x0[:2, 0], x1[:, 0] = 0.0, 2.0  # two factors that start from nothing share the change
    order = np.random.default_rng(seed).permutation(n)
    assert run(method, x0[order], x1[order]) == pytest.approx(
        run(method, x0, x1)[order], rel=1e-9, abs=1e-9
    )


@few
@given(seeds, st.integers(2, 5))
def test_the_limit_at_zero_is_what_ever_smaller_numbers_tend_to(seed, n):
    x0, x1 = np.abs(drawn(seed, n, "shapley_product")[0][:, 0]) + 0.5, np.full(n, 2.0)
    x0[0] = 0.0
    limit = run("lmdi", x0, x1)
    # nothing stands in the place of 0: the factor that was 0 has the whole change
    assert limit[0] == pytest.approx(x1.prod(), rel=1e-12)
    assert (limit[1:] == 0).all()
    gaps = []
    for power in (-50, -100, -200):
        near = x0.copy()
        near[0] = 10.0**power
        gaps.append(np.abs(run("lmdi", near, x1) - limit).max())
    assert gaps[0] >= gaps[1] >= gaps[2]
    assert gaps[2] < 0.02 * np.abs(limit).max() + 1e-12


@few
@given(seeds, st.integers(1, 5))
def test_the_closed_form_of_a_product_is_the_mean_over_all_orders(seed, n):
    x0, x1 = drawn(seed, n, "shapley_product")
    orders = list(permutations(range(n)))
    mean = np.zeros(x0.shape)
    for order in orders:
        now = x0.copy()
        for k in order:
            before = now.prod(axis=0)
            now[k] = x1[k]
            mean[k] += (now.prod(axis=0) - before) / len(orders)
    assert run("shapley_product", x0, x1) == pytest.approx(mean, rel=1e-9, abs=1e-9)
    general = sa.variance.shapley(lambda *x: np.prod(np.stack(x), axis=0), list(x0), list(x1))
    assert general == pytest.approx(mean, rel=1e-9, abs=1e-9)


def test_twelve_factors_close_as_well():
    rng = np.random.default_rng(4)
    x0, x1 = rng.uniform(0.5, 2, (2, 12))
    general = sa.variance.shapley(lambda *x: np.prod(x), list(x0), list(x1))
    assert general == pytest.approx(run("shapley_product", x0, x1), rel=1e-12)
    assert general.sum() == pytest.approx(x1.prod() - x0.prod(), rel=1e-12)


def test_a_shapley_value_of_a_sum_is_the_sum_of_the_values_of_its_cells():
    rng = np.random.default_rng(5)
    x0, x1 = rng.normal(size=(2, 3, 6))
    whole = sa.variance.shapley(lambda a, b, c: float((a * b * c).sum()), list(x0), list(x1))
    assert whole == pytest.approx(run("shapley_product", x0, x1).sum(axis=1))


def drawn(seed, n, method):
    """Factors with zeros; signs of both kinds where the method allows them."""
    rng = np.random.default_rng(seed)
    x0, x1 = rng.integers(0, 6, (2, n, 4)) * rng.uniform(0.2, 3, (2, n, 4))
    if method != "lmdi":
        x0, x1 = x0 * rng.choice([-1, 1], x0.shape), x1 * rng.choice([-1, 1], x1.shape)
    return x0, x1


# outside reference


def test_lmdi_agrees_with_the_published_demo():
    case = CASES["lmdi-pylmdi-demo"]
    x0, x1 = ([case["inputs"][s][k] for k in ("x1", "x2", "x3")] for s in ("base", "current"))
    assert np.prod(x0, axis=0).tolist() == case["inputs"]["V0"]
    assert np.prod(x1, axis=0).tolist() == case["inputs"]["VT"]
    effects = run("lmdi", x0, x1).sum(axis=1)
    assert effects == pytest.approx(list(case["expected"]["additive"].values()), abs=1e-9)
    assert effects.sum() == pytest.approx(case["expected"]["total"], abs=1e-9)
    ratios = sa.variance.ratio_form(effects, 75.0, 600.0)
    assert ratios == pytest.approx(list(case["expected"]["multiplicative"].values()), abs=1e-9)
    assert ratios.prod() == pytest.approx(case["expected"]["total_ratio"], abs=1e-9)


@pytest.mark.parametrize(
    ("name", "f"),
    [("shapley-earnings", lambda a, b: a * b), ("shapley-difference", lambda a, b: a - b)],
)
def test_shapley_agrees_with_the_published_tables_of_two_factors(name, f):
    case = CASES[name]
    x0, x1 = (list(case["inputs"][s].values()) for s in ("base", "current"))
    found = sa.variance.shapley(f, x0, x1)
    told = {**dict(zip(case["inputs"]["base"], found, strict=True)), "total": found.sum()}
    for key, value in told.items():
        assert value == pytest.approx(case["expected"][key], abs=1e-6)
        assert abs(value - case["printed_by_source"][key]) <= case["printed_rounding_tolerance"]


@pytest.mark.parametrize(
    "name", ["dasgupta-three-factors", "dasgupta-four-factors", "dasgupta-five-factors"]
)
def test_shapley_agrees_with_the_published_tables_of_more_factors(name):
    case = CASES[name]
    x0, x1 = case["inputs"]["base"], case["inputs"]["current"]
    for found in (
        run("shapley_product", x0, x1),
        sa.variance.shapley(lambda *x: np.prod(x), x0, x1),
    ):
        assert np.abs(found - case["printed"]).max() <= case["tolerance"]


@pytest.mark.parametrize(
    ("name", "f"),
    [
        ("dasgupta-vector-factors", lambda a, b, c: (a * b * c).sum()),
        (
            "dasgupta-function-of-vectors",
            lambda a, b, c, d: (a * b * c).sum() / ((a * b * c).sum() + (a * (1 - b) * d).sum()),
        ),
    ],
)
def test_shapley_agrees_with_the_published_tables_of_vectors(name, f):
    case = CASES[name]
    found = sa.variance.shapley(f, case["inputs"]["base"], case["inputs"]["current"])
    assert np.abs(found - case["printed"]).max() <= case["tolerance"]


# refusals


def text(call):
    with pytest.raises(ContractError) as caught:
        call()
    return str(caught.value)


def test_more_than_twelve_factors_are_grouped_first():
    assert text(lambda: sa.variance.shapley(lambda *x: 0, [1] * 13, [2] * 13)) == (
        "13 factors need 8,192 evaluations; the limit is 12 factors.\n"
        "  where: shapley(f, x0, x1)\n"
        "  fix:   group factors that belong together, or use shapley_product for a product"
    )


def test_a_function_that_divides_by_nothing_is_refused_with_the_mixture():
    with np.errstate(divide="ignore"):
        said = text(lambda: sa.variance.shapley(np.divide, [1, 0], [2, 3]))
    assert said == (
        "The function is not finite at 2 of 4 mixtures of both sides.\n"
        "  where: shapley(f, ...), first with factors at ['base', 'base']\n"
        "  fix:   fill ratios that do not exist with the other side's value"
    )


def test_other_numbers_of_factors_on_both_sides_are_refused():
    assert text(lambda: sa.variance.shapley(lambda *x: 0, [1], [1, 2])) == (
        "Base has 1 factors, actual has 2.\n"
        "  where: shapley(f, x0, x1)\n"
        "  fix:   give the same factors, at least one, on both sides"
    )
    assert text(lambda: run("lmdi", [1, 2], [1, 2, 3])) == (
        "Factors of base and actual differ in shape: (2,) and (3,).\n"
        "  where: lmdi(x0, x1)\n"
        "  fix:   give one row per factor and one column per cell, the same on both sides"
    )


def test_a_negative_factor_has_no_logarithm():
    assert text(lambda: run("lmdi", [1, -2], [1, 2])) == (
        "1 of 2 values are negative, empty or infinite.\n"
        "  where: lmdi(x0=...), first at [[1]]\n"
        '  fix:   use shapley, or method="shapley"'
    )
    assert text(lambda: sa.variance.log_mean(-1, 2)) == (
        "1 of 1 values are negative, empty or infinite.\n"
        "  where: log_mean(a=...), first at [[0]]\n"
        "  fix:   take returns out first"
    )


def test_an_infinite_factor_is_refused():
    assert text(lambda: run("sequential", [1, np.inf], [1, 2])) == (
        "1 of 2 factors are infinite.\n"
        "  where: sequential(x0=...)\n"
        "  fix:   leave a ratio without a denominator empty (nan)"
    )


def test_ratios_need_totals_above_nothing_and_effects_that_add_up():
    assert text(lambda: sa.variance.ratio_form([5.0], 0.0, 5.0)) == (
        "Ratios need totals above 0; base is 0, actual is 5.\n"
        "  where: ratio_form(v0=..., v1=...)\n"
        "  fix:   show the amounts instead"
    )
    assert text(lambda: sa.variance.ratio_form([5.0], 1.0, 5.0)) == (
        "Effects leave -1 of +4, so their ratios would not multiply.\n"
        "  where: ratio_form(effects=...)\n"
        "  fix:   pass all effects of one bridge"
    )
    assert text(lambda: sa.variance.ratio_form([1e6, -1e6], 1.0, 1.0)) == (
        "An effect is 1,000,000 times the mean of both totals: no ratio says that.\n"
        "  where: ratio_form(effects=...)\n"
        "  fix:   show the amounts instead"
    )
