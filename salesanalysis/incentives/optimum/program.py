"""Linear programs over the numbers of a plan: conditions with names, one goal, a tail in cuts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from salesanalysis.incentives.optimum.conditions import Condition
from salesanalysis.incentives.optimum.losers import Losers
from salesanalysis.incentives.optimum.rows import Linear

Floats = npt.NDArray[np.float64]
#: A condition may be missed by so much of its own size: what HiGHS calls feasible.
SLACK = 1e-9
#: Coefficients below this share of a condition's size are nothing.
NOISE = 1e-12
#: Conditions on what is paid, not on what the numbers look like.
MONEY = ("budget", "cvar", "at_target", "upside", "most_p10", "cap", "losers")


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
    """What is made as small as possible.

    One row, the sum of absolute distances of many (`rows`), or the largest of many (`highest`).
    """

    row: Linear | None = None
    rows: Linear | None = None
    highest: Linear | None = None
    sign: float = 1.0  # -1: as large as possible

    @classmethod
    def lowest(cls, rows: Linear) -> "Goal":
        """Return the goal of making the largest of some rows small."""
        return cls(row=rows) if len(rows.constant) == 1 else cls(highest=rows)

    def at(self, values: npt.ArrayLike) -> float:
        """Return the goal at values of the knobs, in its own direction."""
        if self.rows is not None:
            return float(np.abs(self.rows.at(values)).sum())
        if self.highest is not None:
            return float(self.highest.at(values).max())
        return 0.0 if self.row is None else float(self.row.at(values)[0])


@dataclass(frozen=True)
class Program:
    """A goal under conditions; every knob lies between two bounds."""

    knobs: tuple[str, ...]
    units: Floats
    goal: Goal
    conditions: tuple[Condition, ...]
    tails: tuple[Tail, ...] = ()
    few: tuple[Losers, ...] = ()

    def without(self, name: str) -> "Program":
        """Return the program without the conditions of a name."""
        return self.only([c for c in self.names if c != name])

    def only(self, names: Sequence[str]) -> "Program":
        """Return the program with the conditions of some names alone."""
        keep = tuple(c for c in self.conditions if c.name in names)
        tails = tuple(t for t in self.tails if t.name in names)
        few = tuple(f for f in self.few if f.name in names)
        return replace(self, conditions=keep, tails=tails, few=few)

    def raised(self, name: str, step: float) -> "Program":
        """Return the program with a higher upper bound of a condition."""
        conditions = [
            replace(c, high=c.high + step) if c.name == name else c for c in self.conditions
        ]
        return replace(self, conditions=tuple(conditions))

    def without_goal(self) -> "Program":
        """Return the program that asks for nothing but its conditions."""
        return replace(self, goal=Goal())

    def without_money(self) -> "Program":
        """Return the program with the conditions on its numbers and on the shape of pay alone."""
        return self.only([n for n in self.names if n not in MONEY])

    @property
    def names(self) -> list[str]:
        """Return the names of the conditions, each once, in their order."""
        told = [c.name for c in self.conditions], [t.name for t in self.tails]
        return list(dict.fromkeys([*told[0], *told[1], *(f.name for f in self.few)]))

    def meets(self, values: npt.ArrayLike, slack: float = 1e-7) -> bool:
        """Tell whether values meet every condition."""
        if any(c.misses(values) > slack for c in self.conditions):
            return False
        if any(f.count(values) > f.most for f in self.few):
            return False
        return all(t.worst(values)[0] - t.high <= slack * t.size for t in self.tails)
