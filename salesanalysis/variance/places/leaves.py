"""The leaves of a cube while it is scanned: both sides, deviations, noise."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from salesanalysis.variance.places.cuboids import Floats, Ints
from salesanalysis.variance.places.noise import NORMAL, by_size, deviation

#: One leaf counts at most this many times its noise in the test of a slice.
CLIP = 4.0
#: Few leaves of a slice that was set right are up to this much noisier than they then look;
#: from so many on the look can be trusted.
OWN, ENOUGH = 0.5, 50
#: What `weights` returns, in this order.
WEIGHTS = ("z", "clipped", "d", "change", "size", "fresh_z", "fresh_clipped", "fresh")
#: Before the first slice is taken every leaf is fresh: only these differ.
FIRST = WEIGHTS[:5]


@dataclass(eq=False)
class Leaves:
    """Scored leaves; `f` moves as slices are set right.

    Attributes
    ----------
    codes : list of int arrays, each shape (n,)
        Member of each leaf, per dimension.
    v, f : arrays, shape (n,), currency
        Actual and base; v + f > 0.
    noise : array, shape (n,), optional
        Given noise of each leaf; without it learned from the leaves.
    d, sigma : arrays, shape (n,)
        Deviation of each leaf and what it is by chance.
    touched : array of bool, shape (n,)
        Inside a slice that was taken.
    """

    codes: Sequence[Ints]
    v: Floats
    f: Floats
    noise: Floats | None = None
    d: Floats = field(init=False)
    sigma: Floats = field(init=False)
    touched: npt.NDArray[np.bool_] = field(init=False)

    def __post_init__(self) -> None:
        self.f = self.f.copy()
        self.d = deviation(self.v, self.f)
        self.sigma = (
            by_size(self.d, np.maximum(self.v, self.f)) if self.noise is None else self.noise.copy()
        )
        self.touched = np.zeros(len(self.v), dtype=bool)

    @property
    def z(self) -> Floats:
        """Deviations in units of noise."""
        return self.d / self.sigma

    def weights(self, rows: Ints | slice) -> dict[str, Floats]:
        """Return what is summed over slices, for some of the leaves."""
        z, v, f = self.d[rows] / self.sigma[rows], self.v[rows], self.f[rows]
        fresh = (~self.touched[rows]).astype("float64")
        clipped = np.clip(z, -CLIP, CLIP)
        return {
            "z": z, "clipped": clipped, "d": self.d[rows], "change": v - f, "size": (v + f) / 2,
            "fresh_z": z * fresh, "fresh_clipped": clipped * fresh, "fresh": fresh,
        }  # fmt: skip

    def inside(self, dims: Sequence[int], members: Sequence[int]) -> Ints:
        """Return which leaves lie in a slice."""
        kept = np.ones(len(self.v), dtype=bool)
        for dim, member in zip(dims, members, strict=True):
            kept &= self.codes[dim] == member
        return np.flatnonzero(kept)

    def set_right(self, rows: Ints, *, everything: bool) -> None:
        """Multiply the base of some leaves so that it adds up to their actual sum.

        Their noise is then their own: an uneven remainder inside a slice is no further cause.
        After everything moved, the noise of all is learned anew: the move was part of it.
        """
        v = self.v[rows]
        self.f[rows] = f = moved(v, self.f[rows])
        filled = v + f > 0
        self.d[rows] = np.where(filled, deviation(v, np.where(filled, f, 1.0)), 0.0)
        if everything:
            self.sigma = (
                by_size(self.d, np.maximum(self.v, self.f)) if self.noise is None else self.sigma
            )
            return
        more = 1.0 + OWN * min(1.0, float(np.sqrt(ENOUGH / len(rows))))
        own = more * NORMAL * float(np.median(np.abs(self.d[rows])))
        self.sigma[rows] = np.maximum(self.sigma[rows], own)
        self.touched[rows] = True


def moved(v: Floats, f: Floats) -> Floats:
    """Return `f` times one factor so that it sums to `v`; `v` itself where no factor can do it."""
    actual, base = float(v.sum()), float(f.sum())
    return f * (actual / base) if actual >= 0 and base > 0 else v
