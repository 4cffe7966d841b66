"""Sums of leaves over every slice of every cuboid, without a loop over slices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import prod

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
#: A cuboid with more places than this times the leaves keeps only those that are filled.
DENSE = 2
#: Members of a last dimension up to which slices are added one by one.
_SHORT = 16


@dataclass(frozen=True, eq=False)
class Cuboid:
    """One choice of dimensions; its slices are numbered in the order of their labels.

    Attributes
    ----------
    dims : tuple of int
        Positions of its dimensions, ascending; empty for the slice of everything.
    sizes : tuple of int
        Members of each of them.
    parent : int
        Position of a cuboid with one dimension more whose sums add up to this one's; -1: none.
    axis : int
        Which dimension of the parent is summed away.
    filled : array of int, shape (slices,), optional
        Numbers of the slices that have leaves, ascending, where not all places are kept.
    index : array of int, shape (leaves,), optional
        The slice of each leaf, where not all places are kept.
    """

    dims: tuple[int, ...]
    sizes: tuple[int, ...]
    parent: int = -1
    axis: int = 0
    filled: Ints | None = None
    index: Ints | None = None

    @property
    def places(self) -> int:
        """Slices there could be."""
        return prod(self.sizes)

    @property
    def slices(self) -> int:
        """Slices that are kept."""
        return self.places if self.filled is None else len(self.filled)

    def numbers(self, codes: Sequence[Ints], rows: Ints | None = None) -> Ints:
        """Return the slice of each leaf, or of some, from the codes of all dimensions."""
        if self.index is not None:
            return self.index if rows is None else self.index[rows]
        if not self.dims:
            return np.zeros(len(codes[0] if rows is None else rows), dtype="int64")
        parts = [codes[dim] if rows is None else codes[dim][rows] for dim in self.dims]
        number = parts[0]
        for code, size in zip(parts[1:], self.sizes[1:], strict=True):
            number = number * size + code
        return number

    def shape(self, fixed: Mapping[int, int]) -> tuple[int, ...]:
        """Return its sizes where members of some dimensions are the only ones there are."""
        return tuple(1 if d in fixed else n for d, n in zip(self.dims, self.sizes, strict=True))

    def within(self, table: Floats, fixed: Mapping[int, int]) -> Floats:
        """Return a view of the slices `sums` tells where members of some dimensions are fixed."""
        if self.filled is not None or not self.dims:
            return table
        cut = [slice(fixed[d], fixed[d] + 1) if d in fixed else slice(None) for d in self.dims]
        view: Floats = table.reshape(len(table), *self.sizes)[(slice(None), *cut)]
        return view

    def members(self, place: int) -> tuple[int, ...]:
        """Return the member of each dimension at slice `place`."""
        number = place if self.filled is None else int(self.filled[place])
        return tuple(int(i) for i in np.unravel_index(number, self.sizes)) if self.dims else ()


def lattice(
    codes: Sequence[Ints], sizes: Sequence[int], depth: int, chains: Sequence[Sequence[int]] = ()
) -> list[Cuboid]:
    """Return every cuboid up to `depth` dimensions, the slice of everything first.

    Parameters
    ----------
    codes : sequence of int arrays, each shape (leaves,)
        Member of each leaf, per dimension.
    sizes : sequence of int
        Members of each dimension.
    depth : int
    chains : sequence of sequence of int
        Dimensions that contain each other: only one of a chain is taken at a time.
    """
    n = len(codes[0])
    chosen = [
        dims
        for k in range(depth + 1)
        for dims in combinations(range(len(sizes)), k)
        if all(sum(d in chain for d in dims) <= 1 for chain in chains)
    ]
    found = [Cuboid(dims, tuple(sizes[d] for d in dims)) for dims in chosen]
    found = [_packed(c, codes) if c.places > DENSE * n else c for c in found]
    return [_below(c, found, n) for c in found]


def _packed(cuboid: Cuboid, codes: Sequence[Ints]) -> Cuboid:
    """Keep only the slices that have leaves."""
    index, filled = pd.factorize(cuboid.numbers(codes), sort=True)
    return Cuboid(cuboid.dims, cuboid.sizes, filled=filled, index=index.astype("int64"))


def _below(cuboid: Cuboid, others: Sequence[Cuboid], n: int) -> Cuboid:
    """Find the smallest cuboid with one dimension more that is kept whole: cheaper than leaves."""
    if cuboid.filled is not None:
        return cuboid
    above = [
        (other.places, i)
        for i, other in enumerate(others)
        if len(other.dims) == len(cuboid.dims) + 1
        and other.filled is None
        and set(cuboid.dims) < set(other.dims)
    ]
    if not above or min(above)[0] > n:
        return cuboid
    i = min(above)[1]
    axis = next(k for k, d in enumerate(others[i].dims) if d not in cuboid.dims)
    return Cuboid(cuboid.dims, cuboid.sizes, i, axis)


def sums(
    cuboids: Sequence[Cuboid],
    codes: Sequence[Ints],
    weights: Sequence[Floats | None],
    rows: Ints | None = None,
    fixed: Mapping[int, int] | None = None,
) -> list[Floats]:
    """Return the sums of each weight over every slice: per cuboid, shape (weights, slices).

    Parameters
    ----------
    cuboids : sequence of Cuboid
    codes : sequence of int arrays, each shape (leaves,)
    weights : sequence of arrays, each shape (rows,)
        None counts leaves. Cuboids with a parent are summed from it, not from leaves.
    rows : array of int, optional
        Leaves the weights belong to; default all.
    fixed : mapping of dimension to member, optional
        What all of these leaves have in common: a cuboid that is kept whole is summed over the
        slices with these members alone, shape (weights, *sizes), see `Cuboid.within`.
    """
    found: list[Floats] = [np.empty(0)] * len(cuboids)
    some = fixed or {}
    for i in reversed(range(len(cuboids))):
        cuboid = cuboids[i]
        if cuboid.parent >= 0:
            shape = cuboids[cuboid.parent].shape(some)
            parts = _over(found[cuboid.parent].reshape(len(weights), *shape), 1 + cuboid.axis)
        else:
            numbers, slices = cuboid.numbers(codes, rows), cuboid.slices
            if some and cuboid.filled is None:
                numbers, slices = _free(cuboid, codes, rows, some)
            parts = np.empty((len(weights), slices))
            for k, w in enumerate(weights):
                parts[k] = np.bincount(numbers, weights=w, minlength=slices)
        whole = fixed is None or cuboid.filled is not None or not cuboid.dims
        found[i] = parts.reshape(len(weights), *([-1] if whole else cuboid.shape(some)))
    return found


def _over(table: Floats, axis: int) -> Floats:
    """Return sums over an axis; over a short last one slice by slice, which is faster."""
    size = table.shape[axis]
    if axis < table.ndim - 1 or size > _SHORT:
        total: Floats = table.sum(axis=axis)
        return total
    total = table[..., 0].copy()
    for k in range(1, size):
        total += table[..., k]
    return total


def _free(
    cuboid: Cuboid, codes: Sequence[Ints], rows: Ints | None, fixed: Mapping[int, int]
) -> tuple[Ints, int]:
    """Return the slice of each leaf among those with fixed members, and how many they are."""
    chosen = slice(None) if rows is None else rows
    number = np.zeros(len(codes[0][chosen]), dtype="int64")
    for dim, size in zip(cuboid.dims, cuboid.sizes, strict=True):
        if dim not in fixed:
            number = number * size + codes[dim][chosen]
    return number, prod(cuboid.shape(fixed))


def n_distinct(cuboids: Sequence[Cuboid], counts: Sequence[Floats]) -> int:
    """Return how many slices differ: a customer of one region and both together are the same.

    Parameters
    ----------
    cuboids : sequence of Cuboid
    counts : sequence of arrays, each shape (slices,)
        Leaves of each slice.
    """
    place = {cuboid.dims: i for i, cuboid in enumerate(cuboids)}
    found = 0
    for cuboid, count in zip(cuboids, counts, strict=True):
        own = count > 0
        for k in range(len(cuboid.dims)):
            wider = place.get(cuboid.dims[:k] + cuboid.dims[k + 1 :])
            if wider is not None:
                own &= count < _seen_from(cuboid, k, cuboids[wider], counts[wider])
        found += int(own.sum())
    return found


def _seen_from(cuboid: Cuboid, axis: int, wider: Cuboid, counts: Floats) -> Floats:
    """Return, per slice of a cuboid, the leaves of the slice without one of its dimensions."""
    if cuboid.filled is None and wider.filled is None:
        shape = list(cuboid.sizes)
        shape[axis] = 1
        return np.broadcast_to(counts.reshape(shape), cuboid.sizes).ravel()
    number = np.arange(cuboid.places) if cuboid.filled is None else cuboid.filled
    below = prod(cuboid.sizes[axis + 1 :])
    number = number // (below * cuboid.sizes[axis]) * below + number % below
    if wider.filled is not None:
        number = np.minimum(np.searchsorted(wider.filled, number), len(wider.filled) - 1)
    return counts[number]
