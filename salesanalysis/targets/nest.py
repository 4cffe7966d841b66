"""Units of a sorted table of leaves as numbers: every level found in one pass over the names."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Ints = npt.NDArray[np.int64]


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
    def of(cls, leaves: pd.DataFrame, levels: Sequence[str]) -> "Nest":
        """Give every unit a number, for leaves in order of the names.

        Examples
        --------
        >>> leaves = pd.DataFrame({"region": ["E", "E", "W"], "team": ["a", "b", "a"]})
        >>> [u.tolist() for u in Nest.of(leaves, ["region", "team"]).unit]
        [[0, 0, 1], [0, 1, 2]]
        """
        new = np.zeros(len(leaves), dtype=bool)
        new[:1] = True
        unit, first, unique = [], [], True
        above = np.zeros(len(leaves), dtype="int64")
        for level in levels:
            codes, names = pd.factorize(leaves[level])
            new[1:] |= codes[1:] != codes[:-1]
            unit.append(np.cumsum(new) - 1)
            first.append(np.flatnonzero(new))
            pairs = above[first[-1]] * len(names) + codes[first[-1]]
            unique &= len(np.unique(pairs)) == len(pairs)
            above = unit[-1]
        return cls(tuple(unit), tuple(first), bool(unique))

    def parent(self, depth: int) -> Ints:
        """Return the unit above each unit of a level; 0, the company, above the first level."""
        if depth == 0:
            return np.zeros(len(self.first[0]), dtype="int64")
        return self.unit[depth - 1][self.first[depth]]

    def sums(self, values: npt.NDArray[np.int64], depth: int) -> Ints:
        """Add up whole numbers of leaves by unit."""
        out: Ints = np.add.reduceat(values, self.first[depth]) if len(values) else values
        return out
