"""A world of sales: drawn once, paid under as many plans as one likes."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.incentives.attainment import Deals, OtherMeasure
from salesanalysis.incentives.simulate.draw import Drawer, drawer_of
from salesanalysis.incentives.simulate.scores import scores_of
from salesanalysis.incentives.simulate.streams import BLOCK, Floats, Streams
from salesanalysis.labels import Terms

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

_TERMS = Terms()
#: Cells (people x periods x draws) worked on at a time: a few buffers of 1 MB each.
CELLS = 130_000
#: Rows of `Simulation.sample`.
SAMPLE = 100_000


@dataclass(frozen=True)
class Batch:
    """Cells of some people of one region and some draws.

    `start`, `stop` are the draws, `rows` places in `World.people`, `region` the place in
    `World.regions`; `sold` are cents, shape (people, periods, draws), valid until the next batch.
    """

    start: int
    stop: int
    rows: np.ndarray
    region: int
    sold: Floats


@dataclass(frozen=True, eq=False)
class World:
    """Sales of everybody in every period and draw, made again from their keys when needed.

    Nothing but the recipe is stored: 1,000 people x 12 periods x 10,000 draws would be 960 MB.
    What plans need of it (the ledger) is built at the first plan and kept.

    Attributes
    ----------
    people : DataFrame, one row per person, by name
        ``salesperson``, ``region``, ``team``, ``quota`` and ``target_incentive`` in cents of one
        period (the incentive -1 where none is given).
    model : Attainment or ForecastDraws
    periods, per_year, draws, seed : int
    grid : float
        Distance of the edges at which every plan is priced without looking at people again.
    excluded : tuple of str, people without a quota
    deals : Deals or None, how sales come in single deals
    pieces : bool, whether sales are whole pieces, not whole cents
    quota_periods, incentive_periods : int
        Plan periods that quotas and target incentives were given for; `people` holds one period's.
    measures : tuple of OtherMeasure, drawn beside sales
    unsaid : tuple of str, which of quota and incentive were given without their length
    """

    people: pd.DataFrame
    model: Any
    periods: int
    per_year: int
    draws: int
    seed: int
    grid: float
    excluded: tuple[str, ...] = ()
    deals: Deals | None = None
    pieces: bool = False
    terms: Terms = _TERMS
    quota_periods: int = 1
    incentive_periods: int = 1
    measures: tuple[OtherMeasure, ...] = ()
    unsaid: tuple[str, ...] = ()
    kept: dict[Any, Any] = field(default_factory=dict, repr=False)

    @cached_property
    def quota(self) -> Floats:
        """Return quotas of one period in cents, by person."""
        values: Floats = self.people["quota"].to_numpy("float64")
        return values

    def quota_of(self, row: int) -> int | Fraction:
        """Return the exact quota of one period, in cents."""
        exact = Fraction(round(self.quota[row] * self.quota_periods), self.quota_periods)
        return int(exact) if exact.denominator == 1 else exact

    @cached_property
    def regions(self) -> list[str]:
        """Return the regions in order; one empty name where there are none."""
        return sorted(set(self.people["region"]))

    @cached_property
    def region_of(self) -> np.ndarray:
        """Return the place of everybody's region in `regions`."""
        places = {name: i for i, name in enumerate(self.regions)}
        return np.array([places[name] for name in self.people["region"]], dtype=np.intp)

    @cached_property
    def drawer(self) -> Drawer:
        """Return what makes the sales."""
        return drawer_of(self)

    def batches(self) -> Iterator[Batch]:
        """Return all cells, block of draws by block of draws, region by region."""
        size = max(1, CELLS // (self.periods * BLOCK))
        groups = [np.flatnonzero(self.region_of == r) for r in range(len(self.regions))]
        # parts of about one size: a rest of two people would cost as many calls as forty
        split = [np.array_split(rows, -(-len(rows) // size)) for rows in groups]
        for block in range(-(-self.draws // BLOCK)):
            start, stop = block * BLOCK, min((block + 1) * BLOCK, self.draws)
            shared = self.drawer.shared(block)
            for region, parts in enumerate(split):
                for part in parts:
                    sold = self.drawer.sold(block, part, region, shared)[:, :, : stop - start]
                    yield Batch(start, stop, part, region, sold)

    def whole_blocks(self) -> Iterator[Batch]:
        """Return all cells, everybody at once, block of draws by block of draws."""
        rows = np.arange(len(self.people))
        sold, start = np.empty((len(rows), self.periods, BLOCK)), 0
        for batch in self.batches():
            if batch.start != start:
                yield Batch(start, batch.start, rows, -1, sold)
                start = batch.start
            sold[batch.rows, :, : batch.stop - start] = batch.sold
        yield Batch(start, self.draws, rows, -1, sold[:, :, : self.draws - start])

    def beside(self, rows: np.ndarray, start: int, sold: Floats) -> dict[str, Floats]:
        """Return the other measures that are drawn, in hundredths, of the shape of `sold`.

        `start` is the first draw of `sold`, at the start of a block.
        """
        if not self.measures:
            return {}
        scores = scores_of(self.model.of_period(self.per_year), sold / self.quota[rows, None, None])
        return {m.name: m.totals(scores, self._own(m.name, rows, start, sold), sold)
                for m in self.measures}  # fmt: skip

    def _own(self, name: str, rows: np.ndarray, start: int, sold: Floats) -> Floats:
        """Return the normals of a measure, keyed by its name, the person and the block."""
        blocks = range(start // BLOCK, -(-(start + sold.shape[2]) // BLOCK))
        out, streams = np.empty((len(rows), self.periods, len(blocks) * BLOCK)), Streams(self.seed)
        drawn = np.empty((self.periods, BLOCK))
        for k, block in enumerate(blocks):
            for i, row in enumerate(rows):
                streams.normals(f"measure {name}", self.drawer.names[row], block, drawn)
                out[i, :, k * BLOCK : (k + 1) * BLOCK] = drawn
        return out[:, :, : sold.shape[2]]

    def for_plan(self, plan: "Plan") -> "World":
        """Return the world in whole pieces for a plan on a count, in cents for one on money."""
        counts = plan.head.measures[plan.head.measure].kind == "count"
        if counts == self.pieces:
            return self
        if "other_unit" not in self.kept:
            self.kept["other_unit"] = replace(self, pieces=counts, kept={})
        other: World = self.kept["other_unit"]
        return other

    def sold(self, person: str, *, draws: int | None = None) -> Floats:
        """Return one person's sales, shape (periods, draws), currency.

        Raises
        ------
        ContractError
            Somebody the world does not have, with the nearest name.
        """
        from salesanalysis.errors import unknown_name  # noqa: PLC0415

        names = self.people["salesperson"].tolist()
        if person not in names:
            raise unknown_name(
                person, names, kind="person", where="World.sold", error=ContractError
            )
        row, n = names.index(person), min(draws or self.draws, self.draws)
        parts = []
        for block in range(-(-n // BLOCK)):
            shared = self.drawer.shared(block)
            rows = np.array([row])
            parts.append(self.drawer.sold(block, rows, int(self.region_of[row]), shared)[0].copy())
        sales: Floats = np.concatenate(parts, axis=1)[:, :n] / 100
        return sales
