"""Plans that can be signed: coefficients in whole steps, what is earned set again after them."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from salesanalysis.incentives.optimum.best import Found
from salesanalysis.incentives.optimum.problem import Problem, Spot
from salesanalysis.incentives.optimum.rounding import near_values, round_values
from salesanalysis.incentives.optimum.search import GAIN, TURNS, nearest_to
from salesanalysis.incentives.optimum.solving import Solution, solve

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

Floats = npt.NDArray[np.float64]
#: Ways of rounding coefficients that what is earned is set for, exactly; and in whole steps.
COARSE, KEPT = 24, 3


def rounded(problem: Problem, found: Found, steps: Mapping[str, float]) -> tuple["Plan", bool]:
    """Return the plan in whole steps, coefficients first, what is earned set again after them.

    False where no rounded plan near meets the conditions: the exact one stands.
    """
    order = sorted(
        range(len(problem.groups)), key=lambda g: "coefficient" not in problem.groups[g].values()
    )
    *first, last = order
    stood = problem.spot(problem.origin).values[last]
    best: tuple[float, Spot] | None = None
    for spot, again in _ranked(problem, _coarse(problem, found.spot, first, steps), last):
        exact = spot.values[last]
        if first:
            near = solve(nearest_to(problem.program(spot, last), stood, again.goal))
            exact = again.values if near is None else near.values
        worth, signed = _whole_steps(problem, spot, last, exact, steps)
        if signed is not None and (best is None or worth < best[0]):
            best = worth, signed
    today = _today(problem)
    if today is not None and (best is None or today <= best[0] + GAIN * max(abs(today), 1.0)):
        return problem.origin, True
    return (found.plan, False) if best is None else (best[1].plan, True)


def _ranked(problem: Problem, spots: Sequence[Spot], last: int) -> list[tuple[Spot, Solution]]:
    """Return the spots from which what is earned serves the goal best, and the first of all.

    With what is earned there; whole steps may turn their order round.
    """
    found: list[tuple[float, int, Spot, Solution]] = []
    for spot in spots:
        program = problem.program(spot, last)
        again = solve(program)
        if again is not None:
            found.append((program.goal.sign * again.goal, len(found), spot, again))
    best = sorted(found, key=lambda f: (f[0], f[1]))[:KEPT]
    first = [f for f in found[:KEPT] if all(f is not b for b in best)]
    return [(spot, again) for _, _, spot, again in [*best, *first]]


def _whole_steps(
    problem: Problem, spot: Spot, group: int, exact: Floats, steps: Mapping[str, float]
) -> tuple[float, "Spot | None"]:
    """Return the best plan near in whole steps and what it is worth; none that keeps all.

    Of a plan with a guarantee each try that costs more than its tangent said adds one.
    """
    for _ in range(TURNS):
        program = problem.program(spot, group)
        found = round_values(program, exact, problem.groups[group], steps)
        if not found.done:
            break
        tried = spot.put(group, found.values)
        if problem.affordable(tried):
            goal = problem.program(tried, group).goal
            return goal.sign * goal.at(found.values), tried
        spot = tried
    return np.inf, None


def _today(problem: Problem) -> float | None:
    """Return what today's plan is worth, None where it does not meet the conditions."""
    worth = None
    spot = problem.spot(problem.origin)
    for group, values in enumerate(spot.values):
        program = problem.program(spot, group)
        if not program.meets(values) or not problem.affordable(spot):
            return None
        worth = program.goal.sign * program.goal.at(values)
    return worth


def _coarse(
    problem: Problem, spot: Spot, groups: Sequence[int], steps: Mapping[str, float]
) -> list[Spot]:
    """Return plans with the coefficients in whole steps, nearest first: shape alone counts.

    What is earned is set again after them, and makes up for what they cost.
    """
    spots = [spot]
    stood = problem.spot(problem.origin).values
    for group in groups:
        shape = problem.program(spot, group).without_money()
        kinds = problem.groups[group]
        most = COARSE if problem.ask.losers is None else KEPT
        values = near_values(shape, spot.values[group], kinds, steps)[:most]
        today = near_values(shape, stood[group], kinds, steps)[:1]
        spots = [s.put(group, v) for s in spots for v in [*today, *values]][: COARSE + 1]
    return spots
