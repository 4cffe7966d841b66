"""Cells summed by draw and bin, block of draws by block of draws."""

from functools import lru_cache
from typing import Any

import numpy as np

from salesanalysis.incentives.simulate.bins import Places
from salesanalysis.incentives.simulate.streams import Floats


class Adder:
    """Adds cells up by place: a sparse matrix of one column a person, times a number for each.

    Faster than `numpy.bincount` and `numpy.add.at`, of which it is the same sum.

    Examples
    --------
    >>> add = Adder(np.array([[0, 2], [2, 2]], np.int32), 3)
    >>> add(np.array([[1.0, 2.0], [3.0, 4.0]])).tolist()
    [1.0, 0.0, 9.0]
    >>> add.counts(np.array([10.0, 1.0])).tolist()
    [10.0, 0.0, 12.0]
    """

    def __init__(self, at: Places, size: int) -> None:
        """Take the place of every cell, people first, among `size`."""
        from scipy.sparse import csc_array  # noqa: PLC0415

        n = len(at)
        each = at.size // n
        ends = np.arange(0, at.size + 1, each, dtype=np.int32)
        self.places = at.reshape(-1)
        self.cells: Any = csc_array((_ones(at.size), at.reshape(-1), ends), shape=(size, n))

    def counts(self, units: Floats) -> Floats:
        """Return, by place, the sum of what every cell of a person counts."""
        summed: Floats = self.cells @ units
        return summed

    def __call__(self, amounts: Floats) -> Floats:
        """Return, by place, the sum of the cells."""
        ones = self.cells.data
        self.cells.data = np.ascontiguousarray(amounts).reshape(-1)
        summed: Floats = self.cells @ _ones(len(amounts))
        self.cells.data = ones
        return summed


@lru_cache(maxsize=8)
def _ones(n: int) -> Floats:
    return np.ones(n)


class Pile:
    """Sums of one region and block of draws.

    Attributes
    ----------
    sums : dict, scale -> ndarray, shape (2, bins, draws): of units, and of amounts
    key : tuple, first draw and region of what is open
    """

    def __init__(self, scales: tuple[str, ...]) -> None:
        self.scales = scales
        self.sums: dict[str, Floats] = {}
        self.key, self.width = (-1, -1), 0

    def open(self, key: tuple[int, int], shape: tuple[int, int]) -> None:
        """Begin with sums of nothing."""
        self.key, self.width = key, shape[1]
        for scale in self.scales:
            if scale not in self.sums or self.sums[scale].shape[1:] != shape:
                self.sums[scale] = np.empty((2, *shape))
            self.sums[scale].fill(0)

    def add(self, scale: str, adder: Adder, units: Floats, amounts: Floats) -> None:
        """Add cells of people who count `units` each.

        Whole numbers have one sum in any order. Others are added cell by cell, so that no sum
        depends on how people are parted.
        """
        found = self.sums[scale].reshape(2, -1)
        if scale == "quota" and (units == np.floor(units)).all():
            found[0] += adder.counts(units)
            found[1] += adder(amounts)
            return
        at = adder.places
        np.add.at(found[0], at, np.repeat(units, at.size // len(units)))
        np.add.at(found[1], at, amounts.reshape(-1))
