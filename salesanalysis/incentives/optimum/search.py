"""The search from one start: one program, or programs in turn where numbers multiply."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from salesanalysis.incentives.optimum.conditions import Condition
from salesanalysis.incentives.optimum.problem import Problem, Spot
from salesanalysis.incentives.optimum.program import Goal, Program
from salesanalysis.incentives.optimum.rows import Linear
from salesanalysis.incentives.optimum.solving import Solution, solve

Floats = npt.NDArray[np.float64]
#: Turns after which programs that alternate are stopped.
TURNS = 12
#: Where a cap or a guarantee bends the cost: each turn adds a tangent.
LIMITED_TURNS = 40
#: A turn that gains less than this share of the goal is the last one.
GAIN = 1e-7
#: What the goal may lose, of its own size, for numbers nearer to today's.
LOSS = 1e-9


@dataclass(frozen=True)
class Ended:
    """Where the search from one start ended, or what blocked it.

    Attributes
    ----------
    spot : Spot
    goal : float or None, currency; None where no group of numbers can meet the conditions
    blocked : programs that no values meet, with the spot and the group
    """

    spot: Spot
    goal: float | None
    blocked: tuple[tuple[Program, Spot, int], ...] = ()


def climb(problem: Problem, start: Spot, order: Sequence[int]) -> Ended:
    """Solve the programs of all groups in turn, in an order, until nothing is gained."""
    spot, goal = start, None
    blocked: list[tuple[Program, Spot, int]] = []
    for _ in range(TURNS if problem.today.paid.floor is None else LIMITED_TURNS):
        before = goal
        for group in order:
            program = problem.program(spot, group)
            found = solve(program)
            if found is None:
                blocked.append((program, spot, group))
                continue
            goal, spot = found.goal, spot.put(group, found.values)
        if goal is None:
            return Ended(start, None, tuple(blocked))
        if not problem.turns or (_settled(before, goal) and problem.affordable(spot)):
            break
    if not problem.affordable(spot):  # tangents allowed it, its own price does not
        group = order[-1]
        last = problem.program(spot, group), spot, group
        return Ended(spot, None, (*blocked, last))
    return Ended(spot, goal)


def _settled(before: float | None, now: float) -> bool:
    return before is not None and abs(now - before) <= GAIN * max(abs(now), 1e-12)


@dataclass(frozen=True)
class Nearest:
    """The plan found: exact values, prices of the conditions, and their names."""

    spot: Spot
    goal: float
    prices: dict[str, float]
    names: tuple[str, ...]


def nearest(problem: Problem, spot: Spot) -> Nearest:
    """Return, of all plans as good, one whose numbers lie near today's; and the prices."""
    goal, prices = 0.0, dict[str, float]()
    names: dict[str, None] = {}
    stood = problem.spot(problem.origin).values
    for group in range(len(problem.groups)):
        program = problem.program(spot, group)
        names |= dict.fromkeys(program.names)
        found = solve(program)
        if found is None:  # what the other group found lies on the edge of this one
            goal = program.goal.at(spot.values[group])
            continue
        for name, price in _prices(problem, program, found).items():
            prices[name] = max(prices.get(name, 0.0), price, key=abs)
        near = solve(nearest_to(program, stood[group], found.goal))
        best = spot.put(group, found.values)
        closer = best if near is None else spot.put(group, near.values)
        spot = closer if problem.affordable(closer) else best
        goal = problem.program(spot, group).goal.at(spot.values[group])
    return Nearest(spot, goal, prices, tuple(names))


def _prices(problem: Problem, program: Program, found: Solution) -> dict[str, float]:
    """Return the prices of conditions, that of the budget by what a little more of it gives.

    Where conditions are tight together a dual may be a price that only a smaller budget has.
    """
    told = dict(found.prices)
    budget = problem.ask.budget
    if budget is not None and "budget" in told:
        step = 1e-4 * max(budget, 1.0)
        more = solve(program.raised("budget", step))
        told["budget"] = 0.0 if more is None else (more.goal - found.goal) / step
        if abs(told["budget"] - found.prices["budget"]) < 1e-6 * abs(found.prices["budget"]):
            told["budget"] = found.prices["budget"]
    return told


def nearest_to(program: Program, today: Floats, goal: float) -> Program:
    """Return the program that keeps a goal and moves numbers as little as it can."""
    size = max(abs(goal), 1.0)
    kept = list(program.conditions)
    rows = program.goal.row if program.goal.highest is None else program.goal.highest
    if rows is None:
        return program  # the least sum of changes is near already
    low, high = (
        (goal - LOSS * size, np.inf) if program.goal.sign < 0 else (-np.inf, goal + LOSS * size)
    )
    kept.append(Condition("goal", rows, low, high, size))
    moved = Linear(-today / program.units, np.diag(1 / program.units))
    return replace(program, goal=Goal(rows=moved), conditions=tuple(kept))
