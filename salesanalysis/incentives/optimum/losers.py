"""At most so many people are paid less than today: who keeps his pay, chosen program by program."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from salesanalysis.incentives.optimum.conditions import Condition
from salesanalysis.incentives.optimum.rows import Linear

if TYPE_CHECKING:
    from salesanalysis.incentives.optimum.program import Program
    from salesanalysis.incentives.optimum.solving import Solution

Floats = npt.NDArray[np.float64]
#: Pay that falls by no more than half a cent has not fallen; nor in the eighth figure, which is
#: what numbers of nine places leave of it.
CENT, FIGURES = 0.005, 1e-7
#: People whose pay moves alike are one group; beyond so many groups neighbours are one.
GROUPS = 20
Group = npt.NDArray[np.intp]
Keep = npt.NDArray[np.bool_]
Solver = Callable[["Program"], "Solution | None"]


def lost(change: Floats, before: Floats) -> Keep:
    """Tell who is paid less, by more than half a cent."""
    return np.asarray(change < -(CENT + FIGURES * np.abs(before)))


@dataclass(frozen=True)
class Losers:
    """Of the changes of people's pay at most so many lie below 0.

    Attributes
    ----------
    change : Linear, new pay less today's, one row a person, currency
    before, at : ndarray, today's pay, and the result it is paid for
    most : int, people who may be paid less
    """

    change: Linear
    before: Floats
    at: Floats
    most: int
    name: str = "losers"

    @classmethod
    def of(cls, change: Linear, before: Floats, at: Floats, share: float) -> "Losers":
        """Return the condition that at most a share of people lose."""
        return cls(change, before, at, int(np.floor(share * len(before) + 1e-9)))

    @property
    def size(self) -> float:
        """Return what changes are measured against, currency."""
        return max(float(np.abs(self.before).max(initial=0.0)), 1.0)

    def count(self, values: npt.ArrayLike) -> int:
        """Return how many are paid less at these numbers."""
        return int(lost(self.change.at(values), self.before).sum())

    def counts(self, ways: Floats) -> npt.NDArray[np.intp]:
        """Return the same of many sets of numbers."""
        change = self.change.constant + ways @ self.change.matrix.T
        return np.asarray(lost(change, self.before).sum(axis=1))

    def held(self, group: Group, name: str) -> Condition:
        """Return the condition that nobody of a group loses."""
        rows = Linear(-self.change.constant[group], -self.change.matrix[group])
        return Condition(name, rows, high=CENT / 2, size=self.size)

    def groups(self) -> list[Group]:
        """Return people whose pay moves alike, or neighbours by their result; none who stand."""
        steep = self.change.matrix
        scale = np.abs(steep).max(axis=1, initial=0.0)
        free = np.flatnonzero(scale > 0)
        rows = np.column_stack([steep, self.change.constant])[free] / scale[free, None]
        _, first, kind = np.unique(
            np.round(rows, 9), axis=0, return_index=True, return_inverse=True
        )
        rank = np.empty(len(first), np.intp)
        rank[np.lexsort((first, self.at[free][first]))] = np.arange(len(first))
        share = rank[kind.reshape(-1)] * min(GROUPS, len(first)) // max(len(first), 1)
        return [free[share == g] for g in range(int(share.max(initial=-1)) + 1)]


def with_few(program: "Program", losers: Losers, solver: Solver) -> "Solution | None":
    """Return good values at which no more lose than may: sequential, every step a program.

    First nobody loses, or where that cannot be as few as one group at a time leads to. Then, of
    the groups whose pay has a price, the one that the goal gains most by is let go, as long as the
    count allows. What is found keeps the condition; it need not be the best of all choices.
    """
    alone = replace(program, few=())
    free = solver(alone)
    if free is None or losers.count(free.values) <= losers.most:
        return free
    groups = losers.groups()
    held = _fewest(alone, losers, groups, solver)
    best = solver(_holding(alone, losers, groups, held))
    if best is None or losers.count(best.values) > losers.most:
        return None
    while True:
        rest = [[k for k in held if k != g] for g in held if best.prices.get(_name(g))]
        tried = [(r, solver(_holding(alone, losers, groups, r))) for r in rest]
        gains = [
            (program.goal.sign * (found.goal - best.goal), r, found)
            for r, found in tried
            if found is not None and losers.count(found.values) <= losers.most
        ]
        gain, fewer, found = min(gains, key=lambda t: (t[0], t[1]), default=(0.0, held, best))
        if gain >= -1e-9 * max(abs(best.goal), 1.0):
            return best
        held, best = fewer, found


def fewest(program: "Program", losers: Losers, solver: Solver) -> int | None:
    """Return how many lose where as few do as is found; None where the others conflict."""
    alone = replace(program, few=())
    if solver(alone) is None:
        return None
    groups = losers.groups()
    held = _fewest(alone, losers, groups, solver)
    return sum(len(g) for k, g in enumerate(groups) if k not in held)


def _fewest(alone: "Program", losers: Losers, groups: list[Group], solver: Solver) -> list[int]:
    """Return groups that can keep their pay together, the large and the near first."""
    every = list(range(len(groups)))
    alone = alone.without_goal()
    free = solver(alone)
    if free is None or solver(_holding(alone, losers, groups, every)) is not None:
        return every
    fall = -losers.change.at(free.values)
    held = list[int]()
    for g in sorted(every, key=lambda g: (-len(groups[g]), float(fall[groups[g]].max()), g)):
        if solver(_holding(alone, losers, groups, [*held, g])) is not None:
            held = [*held, g]
    return held


def _holding(
    alone: "Program", losers: Losers, groups: list[Group], held: Sequence[int]
) -> "Program":
    rows = [losers.held(groups[g], _name(g)) for g in held]
    return replace(alone, conditions=(*alone.conditions, *rows))


def _name(group: int) -> str:
    return f"losers {group}"
