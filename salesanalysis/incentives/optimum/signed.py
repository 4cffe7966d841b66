"""Plans that can be signed: coefficients in whole steps, what is earned set again after them."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from salesanalysis.incentives.optimum.probe import stand
from salesanalysis.incentives.optimum.rounding import near_values, round_values
from salesanalysis.incentives.optimum.search import (
    GAIN,
    TURNS,
    Found,
    Problem,
    nearest_to,
    with_values,
)
from salesanalysis.incentives.optimum.solving import solve

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

Floats = npt.NDArray[np.float64]
#: Ways of rounding coefficients that rates are set for.
COARSE = 3


def rounded(problem: Problem, found: Found, steps: Mapping[str, float]) -> tuple["Plan", bool]:
    """Return the plan in whole steps, coefficients first, what is earned set again after them.

    False where no rounded plan near meets the conditions: the exact one stands.
    """
    order = sorted(problem.groups, key=lambda g: "coefficient" not in g.values())
    *first, last = order
    best: tuple[float, Plan] | None = None
    for plan in _coarse(problem, found.plan, first, steps):
        program = problem.program(plan, last)
        again = solve(program)
        if again is None:
            continue
        exact = np.array([stand(plan)[k] for k in last])
        if first:
            near = solve(nearest_to(program, problem.stood(last), again.goal))
            exact = again.values if near is None else near.values
        worth, signed = _whole_steps(problem, plan, last, exact, steps)
        if signed is not None and (best is None or worth < best[0]):
            best = worth, signed
    today = _today(problem)
    if today is not None and (best is None or today <= best[0] + GAIN * max(abs(today), 1.0)):
        return problem.origin, True
    return (found.plan, False) if best is None else (best[1], True)


def _whole_steps(
    problem: Problem,
    plan: "Plan",
    group: Mapping[str, str],
    exact: Floats,
    steps: Mapping[str, float],
) -> tuple[float, "Plan | None"]:
    """Return the best plan near in whole steps and what it is worth; none that keeps all.

    Of a plan with a guarantee each try that costs more than its tangent said adds one.
    """
    for _ in range(TURNS):
        program = problem.program(plan, group)
        rounded = round_values(program, exact, group, steps)
        if not rounded.done:
            break
        tried = with_values(plan, group, rounded.values)
        if problem.affordable(tried):
            goal = problem.program(tried, group).goal
            return goal.sign * goal.at(rounded.values), tried
        plan = tried
    return np.inf, None


def _today(problem: Problem) -> float | None:
    """Return what today's plan is worth, None where it does not meet the conditions."""
    worth = None
    for group in problem.groups:
        program = problem.program(problem.origin, group)
        if not program.meets(problem.stood(group)) or not problem.affordable(problem.origin):
            return None
        worth = program.goal.sign * program.goal.at(problem.stood(group))
    return worth


def _coarse(
    problem: Problem, plan: "Plan", groups: Sequence[Mapping[str, str]], steps: Mapping[str, float]
) -> list["Plan"]:
    """Return plans with the coefficients in whole steps, nearest first: shape alone counts.

    What is earned is set again after them, and makes up for what they cost.
    """
    plans = [plan]
    for group in groups:
        exact = np.array([stand(plan)[k] for k in group])
        shape = problem.program(plan, group).without_money()
        values = near_values(shape, exact, group, steps)[:COARSE]
        plans = [with_values(p, group, v) for p in plans for v in values][:COARSE]
    return plans
