"""Programs by themselves: linearity proved, the smallest conflict, tails, rounding, published checks."""

from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from paytools import plan_of, section_5, tiers_yaml

from salesanalysis.errors import ContractError
from salesanalysis.incentives import Plan, compile_plan
from salesanalysis.incentives.moments import Empirical, LogNormal, expected, pay_at
from salesanalysis.incentives.optimum.conflict import least, smallest_conflict
from salesanalysis.incentives.optimum.linear import LinearPlan
from salesanalysis.incentives.optimum.program import Condition, Goal, Program, Tail
from salesanalysis.incentives.optimum.rounding import STEPS, round_values
from salesanalysis.incentives.optimum.rows import Linear, Scales
from salesanalysis.incentives.optimum.solving import solve

SEEN = LogNormal(0.043305, 0.170933)
RATES = {f"commission.tiers[{k}].rate": "rate" for k in range(5)}
BANDS = {f"coef.bands[{k}].value": "coefficient" for k in range(3)}


def row(*values: float, constant: float = 0.0) -> Linear:
    return Linear(np.array([constant]), np.array([values]))


def program(goal: Goal, *conditions: Condition, n: int = 2) -> Program:
    knobs = tuple(f"x{i}" for i in range(n))
    return Program(knobs, np.ones(n), goal, conditions)


@lru_cache
def lines_of(kind: str) -> LinearPlan:
    return LinearPlan.of(section_5(), RATES if kind == "rate" else BANDS)


@pytest.mark.parametrize("kind", ["rate", "coefficient"])
@settings(max_examples=5)
@given(st.lists(st.integers(-5, 9), min_size=5, max_size=5))
def test_pay_and_cost_are_what_the_plan_with_those_numbers_pays(kind, steps):
    plan, lines, quota = section_5(), lines_of(kind), np.array([1e5, 3e5])
    scales = Scales(quota, np.zeros(2))
    values = lines.values + np.array(steps[: len(lines.knobs)]) / 1000
    other = compile_plan(plan.edited(dict(zip(lines.knobs, values.round(6), strict=True))))
    cost = expected(other, SEEN, quota=quota).total
    assert lines.cost(SEEN, scales).at(values)[0] == pytest.approx(cost)
    for x in (-0.5, 0.5, 0.8, 1.0, 1.19999, 1.2, 2.0):
        pay = pay_at(other, [x, x], quota=quota)
        assert lines.pay([x, x], scales).at(values).tolist() == pytest.approx(pay.tolist())
    draws = SEEN.quantile(np.linspace(0.01, 0.99, 14)).reshape(7, 2)
    paid = pay_at(other, draws, quota=quota).sum(axis=1)
    assert lines.cost_of_draws(draws, scales).at(values).tolist() == pytest.approx(paid.tolist())


def test_rates_and_coefficients_in_one_program_are_refused():
    knobs = {"commission.tiers[0].rate": "rate", "coef.bands[0].value": "coefficient"}
    with pytest.raises(ContractError) as caught:
        LinearPlan.of(section_5(), knobs)
    assert str(caught.value) == (
        "pay is not linear in commission.tiers[0].rate, coef.bands[0].value together.\n"
        "  where: optimise(free=[...])\n"
        "  fix:   free numbers of one component, or rates and coefficients that multiply each other"
    )


def test_edges_in_money_and_parts_below_one_edge_are_linear_too():
    tiers = '{from: "0", rate: "0.02"}, {from: "100000", rate: "0.05", flat: "300"}'
    plan = plan_of(tiers_yaml(tiers, unit="amount"))
    lines = LinearPlan.of(plan, {"commission.tiers[1].rate": "rate",
                                 "commission.tiers[1].flat": "amount"})  # fmt: skip
    scales = Scales(np.array([80_000.0, 200_000.0]), np.zeros(2))
    other = plan.edited({"commission.tiers[1].rate": "0.08", "commission.tiers[1].flat": "500"})
    cost = expected(other, SEEN, quota=scales.quota).total
    assert lines.cost(SEEN, scales).at([0.08, 500])[0] == pytest.approx(cost)


def test_two_conditions_that_conflict_are_named_though_three_others_do_too():
    """x >= 1 and x <= 0 are two; y >= 1, z >= 1 and y + z <= 1 are three."""
    asked = program(
        Goal(),
        Condition("more", row(1, 0, 0), low=1.0),
        Condition("less", row(1, 0, 0), high=0.0),
        Condition("y", row(0, 1, 0), low=1.0),
        Condition("z", row(0, 0, 1), low=1.0),
        Condition("both", row(0, 1, 1), high=1.0),
        n=3,
    )
    assert smallest_conflict(asked) == ("more", "less")
    assert smallest_conflict(asked.without("more")) == ("y", "z", "both")
    assert smallest_conflict(asked.without("more").without("y")) == ()


def test_the_least_bound_that_frees_a_conflict():
    asked = program(
        Goal(), Condition("budget", row(2, 1), high=1.0), Condition("x", row(1, 0), low=3.0),
        Condition("y", row(0, 1), low=4.0),
    )  # fmt: skip
    assert least(asked, "budget") == pytest.approx(10.0)


def test_the_price_of_a_bound_is_its_dual():
    """Max 3x + 2y, x + y <= 4, x <= 3: 11 at (3, 1); a further unit of the first adds 2."""
    asked = program(
        Goal(row=row(3, 2), sign=-1.0), Condition("sum", row(1, 1), high=4.0),
        Condition("x", row(1, 0), 0.0, 3.0), Condition("y", row(0, 1), low=0.0),
    )  # fmt: skip
    found = solve(asked)
    assert found.goal == pytest.approx(11.0)
    assert found.prices == pytest.approx({"sum": 2.0, "x": 1.0})


def test_the_sum_of_distances_is_least_at_the_middle():
    """|x - 1| + |x - 2| + |x - 10| is least at the middle one of the three."""
    rows = Linear(np.array([-1.0, -2.0, -10.0]), np.ones((3, 1)))
    found = solve(program(Goal(rows=rows), n=1))
    assert (found.values[0], found.goal) == pytest.approx((2.0, 9.0))


def test_a_tail_holds_the_mean_of_its_worst_draws_not_each_of_them():
    """Draws cost x times 1 to 4; the worst half is 3.5 x on average: at most 7 makes x = 2."""
    draws = Linear(np.zeros(4), np.array([[1.0], [2.0], [3.0], [4.0]]))
    asked = Program(("x",), np.ones(1), Goal(row=row(1), sign=-1.0), (),
                    (Tail("cvar", draws, 7.0, share=0.5, size=7.0),))  # fmt: skip
    found = solve(replace_bounds(asked))
    assert found.values[0] == pytest.approx(2.0)
    assert smallest_conflict(replace_bounds(asked, low=3.0)) == ("x", "cvar")
    assert least(replace_bounds(asked, low=3.0), "cvar") == pytest.approx(11.0, abs=0.5)


def replace_bounds(asked: Program, low: float = 0.0) -> Program:
    from dataclasses import replace

    return replace(asked, conditions=(Condition("x", row(1), low, 100.0),))


def test_rounding_keeps_every_condition_and_takes_the_best_of_the_steps():
    """Max x + y, 2x + y <= 0.0155: exact y = 0.0155; in steps of 0.001 it is 0.015."""
    asked = program(
        Goal(row=row(1, 1), sign=-1.0), Condition("budget", row(2, 1), high=0.0155, size=0.01),
        Condition("x", row(1, 0), low=0.0), Condition("y", row(0, 1), low=0.0),
    )  # fmt: skip
    exact = solve(asked)
    kinds = {"x0": "rate", "x1": "rate"}
    found = round_values(asked, exact.values, kinds, STEPS)
    assert found.done
    assert found.values.tolist() == [0.0, 0.015]


def test_where_no_step_fits_the_exact_numbers_stand():
    asked = program(Goal(row=row(1, 0)), Condition("x", row(1, 0), 0.00042, 0.00043),
                    Condition("y", row(0, 1), 0.0, 0.0))  # fmt: skip
    exact = np.array([0.00042, 0.0])
    found = round_values(asked, exact, {"x0": "rate", "x1": "rate"}, STEPS)
    assert (found.done, found.values.tolist()) == (False, exact.tolist())


def test_many_numbers_are_rounded_one_or_two_at_a_time():
    n = 12
    rng = np.random.default_rng(1)
    weights = rng.uniform(1, 3, n)
    asked = Program(
        tuple(f"x{i}" for i in range(n)), np.ones(n), Goal(row=row(*np.ones(n)), sign=-1.0),
        (Condition("budget", row(*weights), high=1.0, size=1.0),
         *(Condition("bounds", row(*np.eye(n)[i]), 0.0, 0.0601) for i in range(n))),
    )  # fmt: skip
    exact = solve(asked)
    found = round_values(asked, exact.values, dict.fromkeys(asked.knobs, "rate"), STEPS)
    assert found.done
    assert weights @ found.values <= 1.0 + 1e-9
    assert asked.goal.at(found.values) >= exact.goal - 0.004


def test_the_observed_corner_is_a_corner_only_without_a_shape():
    """Section 10: slopes 0, 0, 5, ... are what a bare program finds."""
    from salesanalysis.incentives import Shape, optimise

    plan = Plan.from_yaml("params/plans/standard.yaml")
    bare = optimise(plan, "normal", quota=300_000, free="rate", at_target=None,
                    shape=Shape(within=None, rising=False))  # fmt: skip
    kept = optimise(plan, "normal", quota=300_000, free="rate", at_target=None)
    assert (bare.frame["new"] == 0).sum() >= 2
    assert (kept.frame["new"] > 0).all()
    assert bare.figure("spread") > kept.figure("spread")


def test_three_hundred_thousand_results_are_six_numbers_to_the_program():
    seen = Empirical(SEEN.quantile((np.arange(300_000) + 0.5) / 300_000))
    lines = LinearPlan.of(section_5(), RATES)
    cost = lines.cost(seen, Scales(np.array([1.0]), np.zeros(1)))
    assert cost.matrix.shape == (1, 5)
    assert cost.at(lines.values)[0] == pytest.approx(0.0492958664, rel=1e-5)


def test_of_the_roundings_the_best_is_taken_not_the_nearest():
    asked = program(Goal(row=row(1, 1), sign=-1.0), Condition("budget", row(1, 1), high=0.0304))
    found = round_values(asked, np.array([0.0104, 0.0154]), {"x0": "rate", "x1": "rate"}, STEPS)
    assert found.values.tolist() == [0.011, 0.016]
