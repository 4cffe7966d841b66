"""How often people reach a result, and what they then sell: by a normal, or from a ledger of draws.

Effort shifts every result by the same attainment, so what lies above an edge after the shift is
what lay above the edge less the shift before: one table per person serves every effort.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from salesanalysis.incentives.simulate import World

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]


class Spread(Protocol):
    """How the results of people spread."""

    @property
    def mean(self) -> Floats:
        """Return the mean attainment of a period, one per person."""

    def above(self, edge: Floats, shift: Floats) -> tuple[Floats, Floats]:
        """Return P(A + shift >= edge) and E[A + shift; A + shift >= edge], people x shifts."""

    def typical(self, places: Rows) -> "Spread":
        """Return the spread of groups of people, `places` the group of each."""


def means(values: Floats, places: Rows) -> Floats:
    """Return the mean of each group of rows."""
    sums = np.zeros((int(places.max()) + 1, *values.shape[1:]))
    np.add.at(sums, places, values)
    counts = np.bincount(places).astype(np.float64)
    found: Floats = sums / counts.reshape(-1, *([1] * (values.ndim - 1)))
    return found


@dataclass(frozen=True)
class Normals:
    """Attainment normal around a mean per person, with one standard deviation."""

    mean: Floats
    noise: float

    def above(self, edge: Floats, shift: Floats) -> tuple[Floats, Floats]:
        """Return chance and mean above an edge (people x 1), people x shifts."""
        from scipy.special import ndtr  # noqa: PLC0415

        middle = self.mean[:, None] + shift
        z = (edge - middle) / self.noise
        chance = ndtr(-z)
        height = np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
        return chance, middle * chance + self.noise * height

    def typical(self, places: Rows) -> "Normals":
        """Return groups around the mean of their means."""
        return Normals(means(self.mean, places), self.noise)


@dataclass(frozen=True)
class Drawn:
    """Attainment of drawn years, summed at the edges of a ledger.

    Attributes
    ----------
    at : ndarray, edges, 1 % of the quota apart; between two of them sums are interpolated
    chance, first : ndarray, people x (edges + 1): share of periods that reach the edge, and what is
        sold in them as a share of the quota of one period; place 0 is every period
    vacant : ndarray, share of periods without anybody, which no effort moves
    """

    at: Floats
    chance: Floats
    first: Floats
    vacant: Floats

    @classmethod
    def of(cls, world: "World") -> "Drawn":
        """Sum a world at the edges of its ledger."""
        from salesanalysis.incentives.simulate import build_ledger  # noqa: PLC0415

        ledger = build_ledger(world)
        cells = world.draws * world.periods
        chance = ledger.reached / cells
        first = ledger.sold / (world.quota[:, None] * cells)
        vacant = np.zeros(len(chance))
        if ledger.edges.has_zero:
            vacant = chance[:, 0] - chance[:, 2]
            chance[:, :2] -= vacant[:, None]
        return cls(ledger.edges.at, chance, first, vacant)

    @property
    def mean(self) -> Floats:
        """Return the mean attainment of a period."""
        return np.asarray(self.first[:, 0])

    def above(self, edge: Floats, shift: Floats) -> tuple[Floats, Floats]:
        """Return chance and mean above an edge (people x 1), people x shifts."""
        y = edge - shift
        place = np.searchsorted(self.at, y, side="right")  # 0: below every edge
        last = len(self.at)
        above = np.minimum(place + 1, last)
        low = self.at[np.maximum(place - 1, 0)]
        width = self.at[np.minimum(place, last - 1)] - low
        inside = (place > 0) & (place < last)
        part = np.divide(y - low, width, out=np.zeros(y.shape), where=inside)
        rows = np.arange(len(self.chance))[:, None]

        def between(table: Floats) -> Floats:
            here, there = table[rows, place], table[rows, above]
            return np.where(y == np.inf, 0.0, here + part * (there - here))

        chance = between(self.chance)
        return chance + self.vacant[:, None] * (edge <= 0), between(self.first) + shift * chance

    def typical(self, places: Rows) -> "Drawn":
        """Return groups whose results are those of all their people."""
        return Drawn(self.at, means(self.chance, places), means(self.first, places),
                     means(self.vacant, places))  # fmt: skip
