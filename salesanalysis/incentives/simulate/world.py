"""A world of sales: drawn once, paid under as many plans as one likes."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.incentives.attainment import Deals
from salesanalysis.incentives.attainment import attainment as model_of
from salesanalysis.incentives.simulate.draw import Drawer, drawer_of
from salesanalysis.incentives.simulate.people import read_team
from salesanalysis.incentives.simulate.streams import BLOCK, Floats
from salesanalysis.labels import Terms

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

_TERMS = Terms()
#: Cells (people x periods x draws) worked on at a time: a few buffers of 1.6 MB each.
CELLS = 200_000
#: Draws a world may have.
MOST_DRAWS = 1_000_000
#: People x periods x draws: some minutes.
MOST_CELLS = 5_000_000_000
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
    kept: dict[Any, Any] = field(default_factory=dict, repr=False)

    @cached_property
    def quota(self) -> Floats:
        """Return quotas of one period in cents, by person."""
        values: Floats = self.people["quota"].to_numpy("float64")
        return values

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
        for block in range(-(-self.draws // BLOCK)):
            start, stop = block * BLOCK, min((block + 1) * BLOCK, self.draws)
            shared = self.drawer.shared(block)
            for region, rows in enumerate(groups):
                for first in range(0, len(rows), size):
                    part = rows[first : first + size]
                    sold = self.drawer.sold(block, part, region, shared)[:, :, : stop - start]
                    yield Batch(start, stop, part, region, sold)

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


def draw_world(
    people: pd.DataFrame,
    attainment: Any = "normal",
    *,
    periods: int = 12,
    draws: int = 10_000,
    seed: int = 1,
    grid: float | None = None,
    per_year: int | None = None,
    zero_quota: str = "error",
    deals: Deals | None = None,
    pieces: bool = False,
    terms: Terms = _TERMS,
) -> World:
    """Draw the sales of everybody, for plans to be compared on the same futures.

    Numbers are keyed by (seed, person, period, draw), of a region and the market by their names:
    more people, periods or draws, or another order, leave everybody's sales as they are.

    Parameters
    ----------
    people : DataFrame, one row per person
        ``salesperson``, ``quota`` (currency, of one plan period); optional ``region``, ``team``,
        ``target_incentive`` (currency, of one plan period); ``manager``, ``base_pay`` and
        ``override_rate`` where a plan pays on teams.
    attainment : {"tight", "normal", "wide"}, Attainment or ForecastDraws
    periods : int
        Plan periods drawn: 12 months, 4 quarters or 1 year make a year.
    draws : int
    seed : int
    grid : float, optional
        Distance of the edges of the ledger, as share of the quota; 0.01 unless given.
    per_year : int, optional
        Periods of a year; `periods` where that is 4 or 1, else 12.
    zero_quota : {"error", "exclude_with_report"}
        What to do with people without a quota.
    deals : Deals, optional
        How sales come in single deals, where a plan pays deal by deal.
    pieces : bool
        Whether sales are whole pieces, not cents; a plan on a count sees to it by itself.
    terms : Terms
        How people and regions are called.

    Raises
    ------
    ContractError
        People without a name, twice or without a quota; draws, periods, seed or grid that are no
        such number.

    Examples
    --------
    >>> people = pd.DataFrame({"salesperson": ["Li", "Wang"], "quota": [1000.0, 2000.0]})
    >>> world = draw_world(people, "normal", draws=100)
    >>> world.sold("Li").shape
    (12, 100)
    """
    model = model_of(attainment)
    draws = _whole(draws, "draws", 1, MOST_DRAWS)
    periods = _whole(periods, "periods", 1, 120)
    year = _whole(per_year or (periods if periods in (1, 4) else 12), "per_year", 1, 366)
    seed = _whole(seed, "seed", 0, 2**63 - 1)
    step = 0.01 if grid is None else float(grid)
    if not 0.001 <= step <= 0.5:
        raise ContractError(
            f"grid is {step:g} of the quota.",
            where="draw_world(grid=...)",
            fix="give 0.001 to 0.5, such as 0.01",
            code="bad-choice",
        )
    team, left_out = read_team(people, zero_quota)
    _refuse_cells(len(team), periods, draws)
    world = World(team, model, periods, year, draws, seed, step, left_out, deals, pieces, terms)
    _ = world.drawer  # a forecast refuses here people whose node it does not have
    return world


def _refuse_cells(people: int, periods: int, draws: int) -> None:
    """Refuse a world that would take many minutes to pay."""
    cells = people * periods * draws
    if cells > MOST_CELLS:
        raise ContractError(
            f"{people:,} people x {periods} periods x {draws:,} draws are {cells:,} cells.",
            where="draw_world(people, draws=...)",
            fix=f"ask for at most {MOST_CELLS // (people * periods):,} draws: the error of the "
            "mean falls with the root of their number",
            code="bad-choice",
        )


def _whole(value: Any, name: str, least: int, most: int) -> int:
    """Return a whole number inside its limits."""
    good = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not (good and least <= value <= most):
        raise ContractError(
            f"{name} is {value!r}.",
            where=f"draw_world({name}=...)",
            fix=f"give a whole number from {least:,} to {most:,}",
            code="bad-choice",
        )
    return int(value)
