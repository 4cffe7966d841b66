"""Edges and bins: which of a few hundred edges a cell has reached, exactly."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from salesanalysis.incentives.simulate.streams import Floats

if TYPE_CHECKING:
    from salesanalysis.incentives.simulate.world import World

#: Bins of cells; half the memory of the places numpy counts in.
Places = npt.NDArray[np.int32]
Found = tuple[Places, np.ndarray]
#: The grid ends here, as share of the quota; own edges of a plan may lie above.
TOP = 3.0
#: Cells this close to an edge of the grid, in steps, are compared with it: floats err by less.
CLOSE = 1e-6


@dataclass(frozen=True)
class Edges:
    """Ascending edges; `step` is the distance of those on the grid, the others lie between.

    Where cells of exactly 0 are common, the smallest number above 0 is an edge as well.
    """

    at: Floats
    step: float
    n_grid: int

    @property
    def n(self) -> int:
        """Return the number of edges."""
        return len(self.at)

    @classmethod
    def of(cls, world: "World", unit: str, own: Sequence[float]) -> "Edges":
        """Return the grid of a world, with the edges of a plan."""
        step, count = world.grid, math.ceil(TOP / world.grid)
        if unit == "amount":
            step, count = _round_step(float(world.quota.max()) / 100 * TOP / 250), 250
        grid = grid_of(step, count)
        vacant = [math.ulp(0.0)] if getattr(world.model, "vacancy", 0) else []
        at = np.array(sorted({*grid.tolist(), *vacant, *own}))
        return cls(at, step, count)

    @property
    def has_zero(self) -> bool:
        """Tell whether what lies just above 0 has an edge of its own."""
        return bool(self.at[1] == math.ulp(0.0))

    def place_above(self, edge: float) -> int | None:
        """Return the place of an edge that what lies exactly on it does not reach, if there is."""
        return 1 if edge == 0 and self.has_zero else None

    def place(self, edge: float) -> int | None:
        """Return the place of an edge in `at`, None where it is not among them."""
        i = int(np.searchsorted(self.at, edge))
        return i if i < self.n and self.at[i] == edge else None


def grid_of(step: float, count: int) -> Floats:
    """Return the edges of a grid as the decimals they are: 0.29, never 0.29000000000000004.

    Examples
    --------
    >>> grid_of(0.01, 30)[29] == 0.29
    np.True_
    """
    digits = max(0, 3 - math.floor(math.log10(step)))
    return np.array([round(k * step, digits) for k in range(count + 1)])


def _round_step(size: float) -> float:
    """Return 1, 2 or 5 times a power of ten, at or above `size`."""
    power = 10.0 ** math.floor(math.log10(size))
    return next(f * power for f in (1, 2, 5, 10) if f * power >= size)


@dataclass(frozen=True)
class Ties:
    """Cells exactly on an edge: bin, person, region and draw of each."""

    place: np.ndarray
    person: np.ndarray
    region: np.ndarray
    draw: np.ndarray

    @classmethod
    def joined(cls, parts: "Sequence[Ties]") -> "Ties":
        """Return the ties of all batches, by edge."""
        if not parts:
            return cls(*(np.zeros(0, np.intp) for _ in range(4)))
        names = ("place", "person", "region", "draw")
        whole = [np.concatenate([getattr(p, n) for p in parts]) for n in names]
        order = np.argsort(whole[0], kind="stable")
        return cls(*(column[order] for column in whole))

    def at(self, place: int) -> "Ties":
        """Return the ties of one edge, by the bin above it."""
        lo, hi = np.searchsorted(self.place, [place, place + 1])
        return Ties(self.place[lo:hi], self.person[lo:hi], self.region[lo:hi], self.draw[lo:hi])


class Bins:
    """Finds the bin of every cell: bin 0 lies below the first edge, bin k from edge k - 1 on."""

    def __init__(self, edges: Edges) -> None:
        self.edges = edges
        grid = set(grid_of(edges.step, edges.n_grid).tolist())
        self.own = [edge for edge in edges.at.tolist() if edge not in grid]
        self.below = np.concatenate([[-np.inf], edges.at])
        self._floats: dict[str, Floats] = {}
        self._wholes: dict[str, Places] = {}

    def buffer(self, name: str, shape: tuple[int, ...]) -> Floats:
        """Return a buffer of floats of this shape."""
        size = math.prod(shape)
        if name not in self._floats or self._floats[name].size < size:
            self._floats[name] = np.empty(size)
        return self._floats[name][:size].reshape(shape)

    def whole(self, name: str, shape: tuple[int, ...]) -> Places:
        """Return a buffer of places of this shape."""
        size = math.prod(shape)
        if name not in self._wholes or self._wholes[name].size < size:
            self._wholes[name] = np.empty(size, np.int32)
        return self._wholes[name][:size].reshape(shape)

    def places(self, amounts: Floats, units: Floats | float = 1.0) -> Found:
        """Return the bin of every cell, and the flat positions of cells exactly on an edge.

        A cell is ``amounts / units``; cells of no doubt are not divided.
        """
        near = self.buffer("near", amounts.shape)
        np.multiply(amounts, 1 / (self.edges.step * np.asarray(units)), out=near)
        near += 1 - CLOSE
        # half a step beyond either end: what lies outside is no closer to an edge than that
        np.clip(near, 0.5, self.edges.n_grid + 1.5, out=near)
        place, upper = (self.whole(name, near.shape) for name in ("place", "upper"))
        np.copyto(place, near, casting="unsafe")
        near += 2 * CLOSE
        np.copyto(upper, near, casting="unsafe")
        close = np.flatnonzero(place != upper)
        values = _at(amounts, close) / _at(np.broadcast_to(units, amounts.shape), close)
        exact = np.searchsorted(self.edges.at, values, side="right")
        ties = close[values == self.below[exact]]
        if self.own:
            ties = self.among_own(np.divide(amounts, units, out=near), place, ties)
        place.reshape(-1)[close] = exact
        return place, self.without_zero(ties, place)

    def among_own(self, x: Floats, place: Places, ties: np.ndarray) -> np.ndarray:
        """Add the edges of a plan between those of the grid; return the ties with theirs."""
        for edge in self.own:
            place += x >= edge
        found = [ties, *(np.flatnonzero(x == edge) for edge in self.own)]
        return np.unique(np.concatenate(found))

    def without_zero(self, ties: np.ndarray, place: Places) -> np.ndarray:
        """Return ties without cells of exactly 0 where these have a bin of their own."""
        if not self.edges.has_zero or not ties.size:
            return ties
        kept: np.ndarray = ties[place.reshape(-1)[ties] != 1]
        return kept


def _at(cells: Floats, flat: np.ndarray) -> Floats:
    """Return the cells at flat positions, without a copy of all of them."""
    found: Floats = cells[np.unravel_index(flat, cells.shape)]
    return found
