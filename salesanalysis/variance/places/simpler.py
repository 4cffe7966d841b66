"""A wide slice that narrower ones take back may be no cause: the shorter finding is told."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from salesanalysis.variance.places.amounts import fit
from salesanalysis.variance.places.cuboids import Floats, Ints
from salesanalysis.variance.places.leaves import CLIP, Leaves
from salesanalysis.variance.places.noise import deviation

#: Leaves a member has on average, at least, and what is left of the spread of a slice within the
#: members of a dimension, at most, for the slice to be doubted.
EACH, DIVIDED = 4, 0.5


@dataclass(frozen=True)
class Taken:
    """A slice that was taken: dimensions, members, leaves, and its score.

    Attributes
    ----------
    dims, members : tuple of int
        Empty for everything.
    rows : array of int
        Its leaves.
    score : float
        Squared sum of deviations in units of noise, per leaf.
    clipped : float
        The same sum with every leaf clipped at 4.
    """

    dims: tuple[int, ...]
    members: tuple[int, ...]
    rows: Ints
    score: float
    clipped: float


@dataclass(frozen=True, eq=False)
class Start:
    """The leaves as they were before anything was set right.

    Attributes
    ----------
    codes : sequence of int arrays, each shape (n,)
    v, f : arrays, shape (n,), currency
    noise : array, shape (n,), optional
    sigma : array, shape (n,)
    """

    codes: Sequence[Ints]
    v: Floats
    f: Floats
    noise: Floats | None
    sigma: Floats

    def leaves(self) -> Leaves:
        """Return the leaves for a search of their own."""
        return Leaves(self.codes, self.v, self.f, self.noise)

    def cost(self, taken: Sequence[Taken], bar: float) -> float:
        """Return what slices leave unexplained, and `bar` for each: the smaller the better.

        Two managers of a region fell by half: the region by 40 % with its third manager back at
        where it was leaves as little, but takes one slice more.
        """
        fitted = fit(self.v, self.f, [one.rows for one in taken]).fitted
        z = deviation(self.v, fitted) / self.sigma
        return float(np.minimum(z * z, CLIP**2).sum()) + bar * len(taken)


def doubtful(
    taken: Sequence[Taken], places: Sequence[int], tried: set[int], leaves: Leaves
) -> int | None:
    """Return the place of the first slice, not tried yet, that may be one of narrower ones.

    A later one takes it back, or what it leaves differs by the members of another dimension.
    """
    for k, (place, one) in enumerate(zip(places, taken, strict=True)):
        if not one.dims or place in tried:
            continue
        if any(_takes_back(inner, one) for inner in taken[k + 1 :]) or _divided(one, leaves):
            return place
    return None


def _divided(one: Taken, leaves: Leaves) -> bool:
    """Tell whether members of another dimension explain most of what a slice leaves."""
    rows, d = one.rows, leaves.d[one.rows]
    total = float(((d - d.mean()) ** 2).sum())
    for dim, codes in enumerate(leaves.codes):
        member = codes[rows]
        count = np.bincount(member)
        n, m = len(rows), int((count > 0).sum())
        if dim in one.dims or m < 2 or n < EACH * m or total <= 0:
            continue
        means = np.bincount(member, d) / np.maximum(count, 1)
        within = float(((d - means[member]) ** 2).sum())
        if within / (n - m) < DIVIDED * total / (n - 1):
            return True
    return False


def _takes_back(inner: Taken, outer: Taken) -> bool:
    """Tell whether a slice lies inside another and moved the other way."""
    return (
        inner.clipped * outer.clipped < 0
        and len(inner.rows) < len(outer.rows)
        and bool(np.isin(inner.rows, outer.rows, assume_unique=True).all())
    )
