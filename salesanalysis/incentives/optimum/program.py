"""Linear programs over the numbers of a plan: conditions with names, one goal, a tail in cuts."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from salesanalysis.incentives.optimum.rows import Linear

Floats = npt.NDArray[np.float64]
#: A condition may be missed by so much of its own size: what HiGHS calls feasible.
SLACK = 1e-9
#: Coefficients below this share of a condition's size are nothing.
NOISE = 1e-12
#: Conditions on what is paid, not on what the numbers look like.
MONEY = ("budget", "cvar", "at_target", "upside", "most_p10", "cap")
#: Cuts of a tail after which a program is given up; a handful is usual.
CUTS = 200


@dataclass(frozen=True)
class Condition:
    """Rows that lie between two bounds.

    Attributes
    ----------
    name : str, what the condition is called, such as ``budget``
    rows : Linear
    low, high : float, -inf and inf where there is none
    size : float, what rows are measured against, above 0: currency, or 1 for rates
    """

    name: str
    rows: Linear
    low: float = -np.inf
    high: float = np.inf
    size: float = 1.0

    def misses(self, values: npt.ArrayLike) -> float:
        """Return by how much of its size the worst row lies outside, 0 where all lie inside."""
        found = self.rows.at(values)
        over = np.maximum(found - self.high, self.low - found)
        return max(float(over.max(initial=0.0)) / self.size, 0.0)


@dataclass(frozen=True)
class Tail:
    """The mean of the worst share of draws stays at or below a limit (CVaR).

    Rockafellar and Uryasev (2000), Journal of Risk 2(3):21-41, write it with one variable a draw.
    The same set is cut out by the means of all subsets of that share; a subset is added when a
    solution breaks it, so a program keeps the size of its plan.
    """

    name: str
    draws: Linear
    high: float
    share: float = 0.05
    size: float = 1.0

    def worst(self, values: npt.ArrayLike) -> tuple[float, Linear]:
        """Return the mean of the worst share at these values, and as a function of them."""
        cost = self.draws.at(values)
        count = self.share * cost.size
        order = np.argsort(cost, kind="stable")[::-1][: int(np.ceil(count - 1e-12))]
        weights = np.ones(order.size)
        weights[-1] -= order.size - count  # a part of the last one
        weights /= count
        mean = Linear(
            np.array([weights @ self.draws.constant[order]]),
            (weights @ self.draws.matrix[order])[None],
        )
        return float(mean.at(values)[0]), mean


@dataclass(frozen=True)
class Goal:
    """What is made as small as possible: one row, or the sum of absolute distances of many."""

    row: Linear | None = None
    rows: Linear | None = None
    sign: float = 1.0  # -1: as large as possible

    def at(self, values: npt.ArrayLike) -> float:
        """Return the goal at values of the knobs, in its own direction."""
        if self.rows is not None:
            return float(np.abs(self.rows.at(values)).sum())
        return 0.0 if self.row is None else float(self.row.at(values)[0])


@dataclass(frozen=True)
class Program:
    """A goal under conditions; every knob lies between two bounds."""

    knobs: tuple[str, ...]
    units: Floats
    goal: Goal
    conditions: tuple[Condition, ...]
    tails: tuple[Tail, ...] = ()

    def without(self, name: str) -> "Program":
        """Return the program without the conditions of a name."""
        return self.only([c for c in self.names if c != name])

    def only(self, names: Sequence[str]) -> "Program":
        """Return the program with the conditions of some names alone."""
        keep = tuple(c for c in self.conditions if c.name in names)
        tails = tuple(t for t in self.tails if t.name in names)
        return replace(self, conditions=keep, tails=tails)

    def without_money(self) -> "Program":
        """Return the program with the conditions on its numbers and on the shape of pay alone."""
        return self.only([n for n in self.names if n not in MONEY])

    @property
    def names(self) -> list[str]:
        """Return the names of the conditions, each once, in their order."""
        return list(
            dict.fromkeys([*(c.name for c in self.conditions), *(t.name for t in self.tails)])
        )

    def meets(self, values: npt.ArrayLike, slack: float = 1e-7) -> bool:
        """Tell whether values meet every condition."""
        if any(c.misses(values) > slack for c in self.conditions):
            return False
        return all(t.worst(values)[0] - t.high <= slack * t.size for t in self.tails)


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


def _linprog(program: Program) -> Solution | None:
    """Solve a program without tails."""
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
    eq, at = equal
    extra = len(cost) - n
    options: dict[str, Any] = {"A_ub": matrix, "b_ub": bound} if len(bound) else {}
    if len(at):
        options |= {"A_eq": np.hstack([eq, np.zeros((len(at), extra))]), "b_eq": at}
    limits = [(None, None)] * n + [(0, None)] * extra
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
