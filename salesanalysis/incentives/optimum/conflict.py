"""Why no plan meets all conditions: the smallest set that conflicts, and what would free it."""

from dataclasses import replace
from itertools import combinations

import numpy as np

from salesanalysis.incentives.optimum.conditions import Condition
from salesanalysis.incentives.optimum.program import Goal, Program
from salesanalysis.incentives.optimum.rows import Linear
from salesanalysis.incentives.optimum.solving import least_losers, solve


def smallest_conflict(program: Program) -> tuple[str, ...]:
    """Return the fewest conditions that cannot be met together; empty where all can.

    A deletion filter (Chinneck 2008, Feasibility and Infeasibility in Optimization) finds a set
    none of which can be left out; then all smaller sets are tried.
    """
    asked = replace(program, goal=Goal())
    if solve(asked) is not None:
        return ()
    kept = asked.names
    for name in list(kept):
        fewer = [n for n in kept if n != name]
        if solve(asked.only(fewer)) is None:
            kept = fewer
    for size in range(1, len(kept)):
        for names in combinations(asked.names, size):
            if solve(asked.only(names)) is None:
                return names
    return tuple(kept)


def least(program: Program, name: str) -> float | None:
    """Return the lowest upper bound of a condition that the others leave room for, if any.

    Of people who lose it is their number.
    """
    rest = program.without(name)
    if any(f.name == name for f in program.few):
        lost = least_losers(program, name)
        return None if lost is None else float(lost)
    tails = [t for t in program.tails if t.name == name]
    if tails:
        return _least_tail(rest, program, name)
    rows = [c for c in program.conditions if c.name == name]
    found = solve(replace(rest, goal=Goal.lowest(_one(rows))))
    return None if found is None else found.goal


def _one(rows: list[Condition]) -> Linear:
    """Return the rows of a condition that stands once; only such have a least bound."""
    (one,) = rows
    return one.rows


def _least_tail(rest: Program, program: Program, name: str) -> float | None:
    """Return the lowest CVaR that the other conditions leave room for, by bisection."""
    (tail,) = (t for t in program.tails if t.name == name)
    free = solve(replace(rest, goal=Goal(row=tail.draws.total())))
    if free is None:
        return None
    low, high = tail.high, max(tail.worst(free.values)[0], tail.high)
    for _ in range(40):
        middle = (low + high) / 2
        tried = replace(rest, goal=Goal(), tails=(*rest.tails, replace(tail, high=middle)))
        low, high = (low, middle) if solve(tried) is not None else (middle, high)
        if high - low < 1e-4 * max(abs(high), 1.0):
            break
    return float(np.ceil(high))
