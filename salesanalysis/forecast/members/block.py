"""Histories laid out for filters: time first, longest node first, ends aligned."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from salesanalysis.forecast.tree import Flags, Floats

Counts = npt.NDArray[np.int64]
#: Months at the start of a node that set its first level.
FIRST = 6
#: Nodes filtered together.
WIDTH = 200


@dataclass(frozen=True)
class Block:
    """Values of some nodes, longest history first, so that active nodes are always a prefix.

    Attributes
    ----------
    value : array, shape (months, nodes)
        0 before a node's first month.
    n : array of int, shape (nodes,)
        Months of each node, falling.
    """

    value: Floats
    n: Counts

    @property
    def start(self) -> Counts:
        """First month of each node, counted from 0."""
        return len(self.value) - self.n

    @property
    def known(self) -> Flags:
        """Where a node has a month, shape (months, nodes)."""
        known: Flags = np.arange(len(self.value))[:, None] >= self.start[None, :]
        return known

    def steps(self, width: int = WIDTH) -> Iterator[tuple[int, Floats, slice]]:
        """Yield month, values and place of the nodes that have started, some nodes at a time.

        A few hundred nodes with all parameter points fit into the processor's cache; all of
        them do not.
        """
        started = np.searchsorted(np.sort(self.start), np.arange(len(self.value)), side="right")
        for first in range(0, len(self.n), width):
            for month, count in enumerate(np.minimum(started, first + width).tolist()):
                if count > first:
                    place = slice(first, count)
                    yield month, self.value[month, place], place

    def with_values(self, value: Floats) -> "Block":
        """Return other values of the same nodes; what lies before their start becomes 0."""
        return Block(np.where(self.known, value, 0.0), self.n)

    def first_level(self, months: int = FIRST) -> Floats:
        """Return the mean of each node's first months, shape (nodes,)."""
        steps = np.arange(months)[:, None]
        place = self.start + np.minimum(steps, self.n - 1)
        first = np.where(steps < self.n, np.take_along_axis(self.value, place, axis=0), 0.0)
        level: Floats = first.sum(axis=0) / np.minimum(months, self.n)
        return level

    def slope(self) -> Floats:
        """Return the least-squares slope of each node over its months, shape (nodes,)."""
        time = np.arange(len(self.value))[:, None] - self.start[None, :] - (self.n - 1) / 2
        time = np.where(self.known, time, 0.0)
        spread = (time**2).sum(axis=0)
        rise = (time * self.value).sum(axis=0)
        slope: Floats = np.divide(rise, spread, out=np.zeros_like(rise), where=spread > 0)
        return slope

    def means(self, months: int) -> "Block":
        """Return the means of runs of `months`, counted from the end; a rest at the start is left.

        A node shorter than one run keeps its mean as a single value.
        """
        n = np.maximum(self.n // months, 1)
        runs = int(n.max())
        padded = np.concatenate([np.zeros((months, len(self.n))), self.value])[-runs * months :]
        value = padded.reshape(runs, months, -1).mean(axis=1)
        short = self.n < months
        value[-1, short] *= months / self.n[short]
        return Block(value, n).with_values(value)
