"""Solving a program: HiGHS for the rows, cuts for the tail, duals as prices."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from salesanalysis.incentives.optimum.conditions import Condition
from salesanalysis.incentives.optimum.losers import fewest, with_few
from salesanalysis.incentives.optimum.program import NOISE, SLACK, Program
from salesanalysis.incentives.optimum.rows import Linear

Floats = npt.NDArray[np.float64]
#: Cuts of a tail after which a program is given up; a handful is usual.
CUTS = 200


@dataclass(frozen=True)
class Solution:
    """The best values, or none; and what one more of each condition's bound is worth.

    Attributes
    ----------
    values : ndarray, one per knob
    goal : float
    prices : dict, condition -> change of the goal per unit of its bound
    """

    values: Floats
    goal: float
    prices: dict[str, float] = field(default_factory=dict)


def solve(program: Program) -> Solution | None:
    """Return the best values, None where no values meet the conditions.

    The global optimum, by the simplex and interior-point codes of HiGHS (Huangfu and Hall 2018,
    Mathematical Programming Computation 10:119-142).
    """
    cuts: list[Condition] = []
    for _ in range(CUTS):
        found = _linprog(replace(program, conditions=(*program.conditions, *cuts), tails=()))
        if found is None:
            return None
        broken = [
            Condition(t.name, row, high=t.high, size=t.size)
            for t in program.tails
            for mean, row in [t.worst(found.values)]
            if mean - t.high > SLACK * t.size
        ]
        if not broken:
            return found
        cuts += broken
    return None


def least_losers(program: Program, name: str) -> int | None:
    """Return how many people must be paid less at least, None where the others conflict."""
    (few,) = (f for f in program.few if f.name == name)
    return fewest(program.without(name), few, _simplex)


def _linprog(program: Program) -> Solution | None:
    """Solve a program without tails."""
    for few in program.few:
        return with_few(program, few, _simplex)
    return _simplex(program)


def _simplex(program: Program) -> Solution | None:
    """Solve a program of rows alone."""
    from scipy.optimize import linprog  # noqa: PLC0415

    n = len(program.knobs)
    upper, equal, prices = _rows(program)
    cost = np.zeros(n)
    apart = program.goal.rows
    if program.goal.row is not None:
        cost = program.goal.sign * program.goal.row.matrix[0] * program.units
    size = float(np.abs(cost).max(initial=0.0)) or 1.0
    matrix, bound = upper
    if apart is not None:  # one variable per row: its distance from 0, either way
        matrix, bound, cost, size = _distances(program, matrix, bound)
    if program.goal.highest is not None:
        matrix, bound, cost, size = _below(program, program.goal.highest, matrix, bound)
    eq, at = equal
    extra = len(cost) - n
    options: dict[str, Any] = {"A_ub": matrix, "b_ub": bound} if len(bound) else {}
    if len(at):
        options |= {"A_eq": np.hstack([eq, np.zeros((len(at), extra))]), "b_eq": at}
    spare = (0, None) if apart is not None else (None, None)
    limits = [(None, None)] * n + [spare] * extra
    found = linprog(cost / size, **options, bounds=limits, method="highs")
    if found.status == 2:
        return None
    if found.status != 0:
        raise ArithmeticError(found.message)
    values = found.x[:n] * program.units
    marginals = {"high": _marginals(found, "ineqlin"), "equal": _marginals(found, "eqlin")}
    told: dict[str, float] = {}
    for name, kind, row, scale in prices:
        told[name] = told.get(name, 0.0) + program.goal.sign * size * marginals[kind][row] / scale
    return Solution(values, program.goal.at(values), told)


def _marginals(found: Any, kind: str) -> Floats:
    return np.asarray(getattr(found, kind).marginals, np.float64)


Block = tuple[Floats, Floats]
#: Name of the condition, which marginals its row stands in, the row, and how it was scaled.
Price = tuple[str, str, int, float]


def _rows(program: Program) -> tuple[Block, Block, list[Price]]:
    """Return rows at most a bound, rows equal to one, each of size 1, and whose they are."""
    upper: list[tuple[Floats, float]] = []
    equal: list[tuple[Floats, float]] = []
    prices: list[Price] = []
    for condition in program.conditions:
        matrix = condition.rows.matrix * program.units
        # a jump that is none leaves the last digits of floats, which are no condition
        noise = NOISE * max(float(np.abs(matrix).max(initial=0.0)), condition.size)
        matrix = np.where(np.abs(matrix) < noise, 0.0, matrix)
        for row, constant in zip(matrix, condition.rows.constant, strict=True):
            scale = float(np.abs(row).max(initial=0.0)) or condition.size
            if condition.low == condition.high:
                prices.append((condition.name, "equal", len(equal), scale))
                equal.append((row / scale, (condition.high - constant) / scale))
                continue
            if np.isfinite(condition.high):
                prices.append((condition.name, "high", len(upper), scale))
                upper.append((row / scale, (condition.high - constant) / scale))
            if np.isfinite(condition.low):
                upper.append((-row / scale, (constant - condition.low) / scale))
    return _block(upper, len(program.knobs)), _block(equal, len(program.knobs)), prices


def _block(rows: list[tuple[Floats, float]], n: int) -> Block:
    if not rows:
        return np.zeros((0, n)), np.zeros(0)
    return np.array([row for row, _ in rows]), np.array([bound for _, bound in rows])


def _below(
    program: Program, rows: Linear, matrix: Floats, bound: Floats
) -> tuple[Floats, Floats, Floats, float]:
    """Return the program with one variable that no row exceeds, made small."""
    steep = rows.matrix * program.units
    size = float(np.abs(steep).max(initial=0.0)) or 1.0
    full = np.vstack(
        [
            np.hstack([matrix.reshape(len(bound), -1), np.zeros((len(bound), 1))]),
            np.hstack([steep / size, -np.ones((len(steep), 1))]),
        ]
    )
    cost = np.append(np.zeros(len(program.knobs)), size)
    return full, np.concatenate([bound, -rows.constant / size]), cost, size


def _distances(
    program: Program, matrix: Floats, bound: Floats
) -> tuple[Any, Floats, Floats, float]:
    """Return the program with one variable per distance, which lies above it on both sides."""
    from scipy import sparse  # noqa: PLC0415

    rows = program.goal.rows
    if rows is None:
        raise ArithmeticError("a goal without distances")
    steep = rows.matrix * program.units
    size = float(np.abs(steep).max(initial=0.0)) or 1.0
    n = len(steep)
    one = sparse.identity(n, format="csr")
    full = sparse.vstack(
        [
            sparse.hstack([sparse.csr_matrix(matrix), sparse.csr_matrix((len(bound), n))]),
            sparse.hstack([sparse.csr_matrix(steep / size), -one]),
            sparse.hstack([sparse.csr_matrix(-steep / size), -one]),
        ],
        format="csr",
    )
    limits = np.concatenate([bound, -rows.constant / size, rows.constant / size])
    return full, limits, np.concatenate([np.zeros(len(program.knobs)), np.full(n, size)]), size
