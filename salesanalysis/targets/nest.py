"""Units of a sorted table of leaves as numbers: every level found in one pass over the names."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Nest:
    """Units of every level below the company.

    Attributes
    ----------
    unit : tuple of array of int, one per level, shape (leaves,)
        The unit each leaf lies in, counted in order of the names.
    first : tuple of array of int, one per level
        First leaf of each unit.
    unique : bool
        No unit stands in two places; false where leaves are not in order.
    """

    unit: tuple[Ints, ...]
    first: tuple[Ints, ...]
    unique: bool

    @classmethod
    def of(cls, leaves: pd.DataFrame, levels: Sequence[str], *, ordered: bool = False) -> "Nest":
        """Give every unit a number, for leaves in order of the names.

        Parameters
        ----------
        ordered : bool
            Whether the order is known, as it is for the units of a basis: it is not looked at.

        Examples
        --------
        >>> leaves = pd.DataFrame({"region": ["E", "E", "W"], "team": ["a", "b", "a"]})
        >>> [u.tolist() for u in Nest.of(leaves, ["region", "team"]).unit]
        [[0, 0, 1], [0, 1, 2]]
        """
        if not len(leaves):
            none = tuple(np.zeros(0, dtype="int64") for _ in levels)
            return cls(none, none, unique=True)
        if ordered:
            return cls.between([_moves(leaves[level]) for level in levels])
        steps = [_steps(leaves[level]) for level in levels]
        found = cls.between([moves for moves, _ in steps])
        above = np.zeros(max(len(leaves) - 1, 0), dtype=bool)
        for moves, rises in steps:
            if not (above | rises).all():
                return replace(found, unique=found._all_different(leaves, levels))
            above |= moves
        return found

    @classmethod
    def between(cls, changed: Sequence[Bools]) -> "Nest":
        """Give every unit a number, from the rows at which the name of each level changes.

        Parameters
        ----------
        changed : sequence of array of bool, one per level, shape (leaves - 1,)
            Whether the next row carries another name.

        Examples
        --------
        >>> [u.tolist() for u in Nest.between([np.array([False, True])]).unit]
        [[0, 0, 1]]
        """
        unit, first = [], []
        new = np.zeros(len(changed[0]) + 1 if changed else 0, dtype=bool)
        new[:1] = True
        for moves in changed:
            new[1:] |= moves
            unit.append(np.cumsum(new) - 1)
            first.append(np.flatnonzero(new))
        return cls(tuple(unit), tuple(first), unique=True)

    def _all_different(self, leaves: pd.DataFrame, levels: Sequence[str]) -> bool:
        """Tell whether no unit stands in two places, for leaves in any order."""
        above = np.zeros(len(leaves), dtype="int64")
        for depth, level in enumerate(levels):
            codes, names = pd.factorize(leaves[level])
            pairs = above[self.first[depth]] * len(names) + codes[self.first[depth]]
            if len(np.unique(pairs)) < len(pairs):
                return False
            above = self.unit[depth]
        return True

    @staticmethod
    def ordered(leaves: pd.DataFrame, levels: Sequence[str]) -> bool:
        """Tell whether leaves stand in order of their names.

        Examples
        --------
        >>> leaves = pd.DataFrame({"region": ["E", "E", "W"], "team": ["a", "b", "a"]})
        >>> Nest.ordered(leaves, ["region", "team"]), Nest.ordered(leaves, ["team", "region"])
        (True, False)
        """
        above = np.zeros(max(len(leaves) - 1, 0), dtype=bool)
        for level in levels:
            moves, rises = _steps(leaves[level])
            if not (above | rises).all():
                return False
            above |= moves
        return True

    def parent(self, depth: int) -> Ints:
        """Return the unit above each unit of a level; 0, the company, above the first level."""
        if depth == 0:
            return np.zeros(len(self.first[0]), dtype="int64")
        return self.unit[depth - 1][self.first[depth]]

    def sums(self, values: npt.NDArray[np.int64], depth: int) -> Ints:
        """Add up whole numbers of leaves by unit."""
        out: Ints = np.add.reduceat(values, self.first[depth]) if len(values) else values
        return out


def _values(names: pd.Series) -> Any:
    """Return names that compare as they sort."""
    return names.array if names.dtype == "str" else pd.factorize(names, sort=True)[0]


def _moves(names: pd.Series) -> Bools:
    """Return where the name of the next row is another."""
    values = _values(names)
    return np.asarray(values[1:] != values[:-1])


def _steps(names: pd.Series) -> tuple[Bools, Bools]:
    """Return where the name of the next row is another, and where it is no smaller."""
    values = _values(names)
    return _moves(names), np.asarray(values[1:] >= values[:-1])
