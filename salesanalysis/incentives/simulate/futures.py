"""Sales of people from the futures of a forecast."""

from typing import TYPE_CHECKING, Any

import numpy as np

from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.incentives.simulate.draw import Drawer
from salesanalysis.incentives.simulate.streams import BLOCK, Floats

if TYPE_CHECKING:
    from salesanalysis.incentives.attainment.forecast import ForecastDraws
    from salesanalysis.incentives.simulate.world import World


class FutureDrawer(Drawer):
    """Draw j is future j of the forecast; beyond its futures, one of them drawn again."""

    def __init__(self, world: "World", model: "ForecastDraws") -> None:
        super().__init__(world)
        self.model, self.ratios = model, model.ratios()
        if world.periods > self.ratios.shape[1]:
            raise ContractError(
                f"the forecast has {self.ratios.shape[1]} periods, {world.periods} are wanted.",
                where="draw_world(periods=...)",
                fix=f"give periods={self.ratios.shape[1]}, or a forecast that reaches further",
                code="bad-choice",
            )
        known = {name: i for i, name in enumerate(model.nodes)}
        names = world.people[model.by]
        strange = [n for n in names if n not in known]
        if strange:
            raise unknown_name(
                strange[0] or "(empty)", model.nodes, kind=model.by,
                where=f"people, column {model.by!r}", error=ContractError,
            )  # fmt: skip
        self.node = np.array([known[n] for n in names], dtype=np.intp)
        own = model.own
        self.person = 0.0 if own is None else float(np.sqrt(own.person * own.log_variance))
        self.noise = 0.0 if own is None else own.noise_of_period(self.per_year)[1]

    def shared(self, block: int) -> Any:
        """Return which future each draw of a block is."""
        n = self.ratios.shape[2]
        own = np.arange(block * BLOCK, (block + 1) * BLOCK)
        drawn = self.streams.uniforms("forecast", "", block, np.empty((1, BLOCK)))[0]
        return np.where(own < n, own, (drawn * n).astype(np.intp))

    def sold(self, block: int, rows: np.ndarray, region: int, shared: Any) -> Floats:  # noqa: ARG002
        """Return sales in cents, shape (people, periods, BLOCK)."""
        out = self.buffer("sold", (len(rows), self.periods, BLOCK))
        for i, row in enumerate(rows):
            out[i] = self.ratios[self.node[row], : self.periods][:, shared]
        if self.person or self.noise:
            drawn = self.buffer("drawn", (len(rows), 1 + self.periods, BLOCK))
            for i, row in enumerate(rows):
                self.streams.normals("person", self.names[row], block, drawn[i])
            drawn[:, :1] *= self.person
            drawn[:, 1:] *= self.noise
            drawn[:, 1:] += drawn[:, :1]
            # factors of mean 1: the node keeps the level its future has
            drawn[:, 1:] -= (self.person**2 + self.noise**2) / 2
            out *= np.exp(drawn[:, 1:], out=drawn[:, 1:])
        return self.to_cents(out, rows)
