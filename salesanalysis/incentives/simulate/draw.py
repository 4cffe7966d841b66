"""From streams to sales in whole cents."""

from typing import TYPE_CHECKING, Any

import numpy as np

from salesanalysis.incentives.attainment.model import Attainment
from salesanalysis.incentives.simulate.streams import BLOCK, Floats, Streams

if TYPE_CHECKING:
    from salesanalysis.incentives.simulate.world import World


class Drawer:
    """Makes the sales of some people in one block of draws.

    Buffers are kept between calls, so what `sold` returns is valid until the next call.
    """

    def __init__(self, world: "World") -> None:
        self.names = world.people["salesperson"].tolist()
        self.regions, self.quota = world.regions, world.quota
        self.step = 100.0 if world.pieces else 1.0
        self.periods, self.per_year = world.periods, world.per_year
        self.years = -(-world.periods // world.per_year)
        self.streams = Streams(world.seed)
        self._buffers: dict[str, Floats] = {}

    def buffer(self, name: str, shape: tuple[int, ...]) -> Floats:
        """Return a buffer of at least this shape, used again and again."""
        size = int(np.prod(shape))
        if name not in self._buffers or self._buffers[name].size < size:
            self._buffers[name] = np.empty(size)
        return self._buffers[name][:size].reshape(shape)

    def shared(self, block: int) -> Any:
        """Return what all people of a region share in a block of draws."""
        raise NotImplementedError

    def sold(self, block: int, rows: np.ndarray, region: int, shared: Any) -> Floats:
        """Return sales in cents, shape (people, periods, BLOCK)."""
        raise NotImplementedError

    def to_cents(self, attained: Floats, rows: np.ndarray) -> Floats:
        """Multiply attainments by quotas, to whole cents or whole pieces, in place."""
        attained *= (self.quota[rows] / self.step)[:, None, None]
        np.rint(attained, out=attained)
        if self.step != 1:
            attained *= self.step
        return attained


class ModelDrawer(Drawer):
    """Sales of an attainment model: market, region, person and noise."""

    def __init__(self, world: "World", model: Attainment) -> None:
        super().__init__(world)
        self.model = model
        self.weights = [float(np.sqrt(share)) for share in model.shares]
        self.shift, self.spread = model.noise_of_period(self.per_year)

    def shared(self, block: int) -> Floats:
        """Return market plus region, standard units, shape (regions, years, BLOCK)."""
        years = (self.years, BLOCK)
        out = np.empty((len(self.regions), *years))
        market = self.streams.normals("market", "", block, np.empty(years)) * self.weights[0]
        for i, region in enumerate(self.regions):
            self.streams.normals("region", region, block, out[i])
        out *= self.weights[1]
        out += market
        return out

    def sold(self, block: int, rows: np.ndarray, region: int, shared: Any) -> Floats:
        """Return sales in cents, shape (people, periods, BLOCK)."""
        level, noise = self.normals(block, rows, shared[region])
        attained = self.attained(level, noise)
        if self.model.vacancy:
            self.vacate(block, rows, attained)
        return self.to_cents(attained, rows)

    def normals(self, block: int, rows: np.ndarray, shared: Floats) -> tuple[Floats, Floats]:
        """Return the level of every year, shape (people, years, BLOCK), and noise of periods."""
        whole = self.periods if self.model.kind != "empirical" else self.years * self.per_year
        drawn = self.buffer("drawn", (len(rows), 1 + whole, BLOCK))
        for i, row in enumerate(rows):
            self.streams.normals("person", self.names[row], block, drawn[i])
        level = self.buffer("level", (len(rows), self.years, BLOCK))
        np.multiply(drawn[:, :1], self.weights[2], out=level)
        level += shared
        return level, drawn[:, 1:]

    def attained(self, level: Floats, noise: Floats) -> Floats:
        """Return attainment by person, period and draw; `level` and `noise` are used up."""
        model = self.model
        if model.kind == "empirical":
            return self.from_values(level, noise)
        level *= model.s
        level += model.m + self.shift
        out = np.multiply(noise, self.spread, out=self.buffer("attained", noise.shape))
        self.add_years(out, level)
        return np.exp(out, out=out) if model.kind == "lognormal" else out

    def add_years(self, noise: Floats, level: Floats) -> None:
        """Add each year's level to its periods."""
        for year in range(self.years):
            noise[:, year * self.per_year : (year + 1) * self.per_year] += level[:, year, None]

    def from_values(self, level: Floats, noise: Floats) -> Floats:
        """Return years picked from the values seen, spread over their periods."""
        from scipy.special import ndtr  # noqa: PLC0415

        n, model = self.per_year, self.model
        values = np.array(model.values)
        out = self.buffer("years", noise.shape)
        for year in range(self.years):
            part = noise[:, year * n : (year + 1) * n]
            inside = out[:, year * n : (year + 1) * n]
            middle = part.sum(axis=1) / np.sqrt(n)
            rank = ndtr(level[:, year] + self.weights[3] * middle)
            place = np.minimum((rank * values.size).astype(np.intp), values.size - 1)
            if model.paths and len(model.paths[0]) == n:
                inside[:] = np.moveaxis(np.array(model.paths)[place], -1, 1)
                continue
            # deviations from their mean do not depend on it: the year stays the value picked
            np.subtract(part, part.mean(axis=1, keepdims=True), out=inside)
            inside *= self.spread
            np.exp(inside, out=inside)
            inside *= (values[place] / inside.mean(axis=1))[:, None]
        return out[:, : self.periods]

    def vacate(self, block: int, rows: np.ndarray, attained: Floats) -> None:
        """Set the years of vacant positions to 0."""
        drawn = np.empty((self.years, BLOCK))
        for i, row in enumerate(rows):
            self.streams.uniforms("vacancy", self.names[row], block, drawn)
            for year in range(self.years):
                empty = drawn[year] < self.model.vacancy
                attained[i, year * self.per_year : (year + 1) * self.per_year, empty] = 0.0


def drawer_of(world: "World") -> Drawer:
    """Return what makes the sales of a world."""
    if isinstance(world.model, Attainment):
        return ModelDrawer(world, world.model)
    drawer: Drawer = world.model.drawer(world)
    return drawer
