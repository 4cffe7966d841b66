"""Pay over several groups of numbers that multiply each other: linear in each, found once.

Rates times coefficients are linear in the rates while the coefficients stand, and the other way
round. The plan is compiled once for every pair of a rate and a coefficient moved, in exact
fractions, and once with all of them moved, which must be what the pairs say. From then on no value
of the numbers needs a compilation, so that a search may start from many places.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from salesanalysis.errors import ContractError
from salesanalysis.incentives.optimum.linear import LinearPlan
from salesanalysis.incentives.optimum.paid import Paid, paid_on_sales
from salesanalysis.incentives.optimum.probe import moved
from salesanalysis.incentives.optimum.proving import exact_lines, step_of, texts
from salesanalysis.incentives.simulate.reasons import Facts

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

Floats = npt.NDArray[np.float64]
Groups = Sequence[Mapping[str, str]]
#: Plans that are compiled at most; of more numbers every turn compiles its own.
CORNERS = 256


@dataclass(frozen=True)
class Cells:
    """Anything that is linear in each of several groups of numbers.

    Attributes
    ----------
    middle : tuple of ndarray, what the numbers of each group stood at
    values : ndarray, (1 + numbers) per group, then any shape
        First what it is at the middle, then what one of a number adds, group by group.
    """

    middle: tuple[Floats, ...]
    values: npt.NDArray[Any]

    def over(self, group: int, at: Sequence[Floats]) -> tuple[Floats, Floats]:
        """Return it at zero of one group's numbers, and what one of each adds, others at `at`."""
        found = self.values
        for g in reversed(range(len(self.middle))):
            if g != group:
                weights = np.concatenate([[1.0], np.asarray(at[g]) - self.middle[g]])
                found = np.tensordot(weights, found, axes=([0], [g]))
        zero = found[0] - np.tensordot(self.middle[group], found[1:], axes=1)
        return np.asarray(zero), np.asarray(found[1:])


def cells_of(
    steps: Sequence[Mapping[str, Any]],
    middle: Sequence[Floats],
    measure: Callable[[dict[str, Any]], npt.NDArray[Any]],
) -> Cells:
    """Measure with nothing moved, and with one number of every group moved by its step.

    Parameters
    ----------
    steps : one mapping per group, from knob to its step
    middle : what the numbers stand at
    measure : from steps of some knobs to numbers of one shape
    """
    names = [list(group) for group in steps]
    shape = tuple(len(group) + 1 for group in names)
    found: npt.NDArray[Any] | None = None
    for place in np.ndindex(shape):
        at = {names[g][i - 1]: steps[g][names[g][i - 1]] for g, i in enumerate(place) if i}
        told = measure(at)
        if found is None:
            found = np.empty((*shape, *told.shape), told.dtype)
        found[place] = told
    assert found is not None  # a grid has a corner
    for axis, group in enumerate(steps):
        first = found.take([0], axis)
        wide = np.array(list(group.values()), found.dtype)
        by = wide.reshape([-1 if k == axis else 1 for k in range(found.ndim)])
        rest = found.take(range(1, shape[axis]), axis)
        found = np.concatenate([first, (rest - first) / by], axis)
    return Cells(tuple(middle), found)


@dataclass(frozen=True)
class Woven:
    """A plan's lines over all its free numbers, each group linear while the others stand."""

    paid: Paid
    groups: tuple[tuple[str, ...], ...]
    cells: Cells

    @classmethod
    def of(cls, plan: "Plan", groups: Groups, *, facts: Facts) -> "Woven | None":
        """Find the lines; None where they are too many, or more than products of groups."""
        if int(np.prod([len(g) + 1 for g in groups])) > CORNERS:
            return None
        stand = texts(plan)
        steps = [{k: step_of(stand[k], kind) for k, kind in g.items()} for g in groups]
        paid = paid_on_sales(plan, facts)
        size = len(paid.form.segments)

        def lines(at: dict[str, Fraction]) -> npt.NDArray[Any]:
            there = paid_on_sales(moved(plan, {k: stand[k] + v for k, v in at.items()}), facts)
            found = np.array(exact_lines(there), dtype=object)
            if len(found) != size:
                raise _BentError
            return found

        middle = [np.array([float(stand[k]) for k in g]) for g in groups]
        try:
            cells = cells_of(steps, middle, lines)
            if not _holds(cells.values, steps, lines):
                return None
        except (_BentError, ContractError):
            return None
        names = tuple(tuple(g) for g in groups)
        return cls(paid, names, Cells(cells.middle, cells.values.astype(np.float64)))

    @property
    def middle(self) -> Floats:
        """Return what all numbers stood at, group after group."""
        return np.concatenate(self.cells.middle)

    def at(self, values: Floats) -> Floats:
        """Return the lines at values of all numbers: pieces x scales x 2."""
        ends = np.cumsum([len(m) for m in self.cells.middle])[:-1]
        parts = np.split(np.asarray(values, np.float64), ends)
        zero, steep = self.cells.over(0, parts)
        return np.asarray(zero + np.tensordot(parts[0], steep, axes=1))

    def lines(self, group: int, at: Sequence[Floats]) -> LinearPlan:
        """Return the lines over one group's numbers, all numbers at `at`."""
        base, slopes = self.cells.over(group, at)
        return LinearPlan(self.paid, self.groups[group], np.asarray(at[group]), base, slopes)


class _BentError(Exception):
    """A number changes the pieces of a plan, not only what they pay."""


def _holds(
    cells: npt.NDArray[Any],
    steps: Sequence[Mapping[str, Fraction]],
    lines: Callable[[dict[str, Fraction]], npt.NDArray[Any]],
) -> bool:
    """Move every number at once, each by its own odd multiple: the cells must say what it pays."""
    far: dict[str, Fraction] = {}
    found = cells
    for group in steps:
        moves = {k: (2 * (len(far) + i) + 3) * v for i, (k, v) in enumerate(group.items())}
        far |= moves
        weights = np.array([Fraction(1), *moves.values()], dtype=object)
        found = np.tensordot(weights, found, axes=([0], [0]))
    return bool((found == lines(far)).all())
