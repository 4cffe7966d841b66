"""The attainment ledger: who reached what, summed so that a plan costs a few additions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from salesanalysis.incentives.simulate.bins import Bins, Edges, Places, Ties
from salesanalysis.incentives.simulate.forms import Form
from salesanalysis.incentives.simulate.pile import Adder, Pile
from salesanalysis.incentives.simulate.streams import Floats
from salesanalysis.incentives.simulate.tally import Tally
from salesanalysis.incentives.simulate.world import Batch, World

#: Memory of a ledger, in bytes: what goes beyond is paid by the vector back end.
MOST_BYTES = 190 * 2**20
#: Of it, for the draws by region.
REGION_BYTES = 80 * 2**20


@dataclass(frozen=True)
class Sums:
    """Sums over the cells that reach an edge, by place of the edge; place 0 are all cells.

    `units` is the sum of the scale in cents (quota, incentive, or 100), `x` that of scale times
    x. Shape (edges + 1, draws), of regions (regions, edges + 1, draws).
    """

    units: Floats
    x: Floats


@dataclass(frozen=True)
class Ledger:
    """Sums of a world at many edges; see `build_ledger`.

    Attributes
    ----------
    unit : {"attainment", "amount"}, what the edges are shares of
    edges : Edges
    company, regions : dict, scale -> Sums over people and periods, by draw
    reached : ndarray, shape (people, edges + 1), cells that reach the edge
    sold : ndarray, the same, cents sold in them
    ties : Ties, cells exactly on an edge
    n_over : int, cells above the top edge; they are paid exactly
    all_ties : bool, whether every tie is kept; more than two million are not
    """

    unit: str
    edges: Edges
    company: dict[str, Sums]
    regions: dict[str, Sums]
    reached: Floats
    sold: Floats
    ties: Ties
    n_over: int
    all_ties: bool = True

    @property
    def n_region_draws(self) -> int:
        """Return the draws kept by region."""
        return int(next(iter(self.regions.values())).units.shape[-1])

    @property
    def bytes(self) -> int:
        """Return the memory the sums take."""
        sums = [*self.company.values(), *self.regions.values()]
        return sum(s.units.nbytes + s.x.nbytes for s in sums) + self.sold.nbytes * 2


def region_draws(world: World, n_edges: int, n_scales: int) -> int:
    """Return how many draws fit into the memory for regions, at least one of each world."""
    row = (n_edges + 1) * 16 * n_scales
    left = max(min(REGION_BYTES, MOST_BYTES - row * world.draws), MOST_BYTES // 16)
    return max(1, min(world.draws, left // (row * len(world.regions))))


def ledger_bytes(world: World, n_edges: int, n_scales: int) -> int:
    """Return the memory a ledger would take."""
    draws = world.draws + len(world.regions) * region_draws(world, n_edges, n_scales)
    return (n_edges + 1) * 16 * n_scales * draws


def build_ledger(world: World, form: Form | None = None) -> Ledger:
    """Sum a world at every edge of its grid, and of a plan.

    For each draw and edge: the sum of quotas (or incentives, or cells) of the people who reached
    it, and the sum of what they sold. A plan of lines with jumps is then
    ``a U + b X + sum of kink (X(e) - e U(e)) + sum of jump U(e)``: exact, nothing is rounded to
    the grid. What lies above the top edge stays exact.

    Parameters
    ----------
    world : World
    form : Form, optional, of `form_of(plan, world)`: its edges and scales; without it the grid
        and the scale of quotas

    Returns
    -------
    Ledger

    Examples
    --------
    >>> import pandas as pd
    >>> from salesanalysis.incentives.simulate.drawing import draw_world
    >>> people = pd.DataFrame({"salesperson": ["Li"], "quota": [1000.0]})
    >>> ledger = build_ledger(draw_world(people, draws=10, periods=1))
    >>> int(ledger.company["quota"].units[0].sum())  # ten draws of 100,000 cents
    1000000
    """
    unit = "attainment" if form is None else form.unit
    scales = ("quota",) if form is None else form.scales
    own = () if form is None else form.edges
    edges = Edges.of(world, unit, own)
    return _Builder(world, unit, edges, scales, form).build()


def kept_ledger(world: World, form: Form) -> Ledger | None:
    """Return the ledger a world has already, None where it has none for the plan."""
    if "ledger" not in world.kept:
        return None
    incentive, ledger = world.kept["ledger"]
    found: Ledger = ledger
    return found if not lacking(found, form, incentive) else None


def lacking(ledger: Ledger, form: Form, incentive: Floats) -> str:
    """Return what a plan needs that a ledger does not have, empty where it has everything."""
    if ledger.unit != form.unit:
        return f"the ledger is of {ledger.unit}s"
    if not set(form.scales) <= set(ledger.company):
        return "the ledger has no sums of what is paid by"
    if "incentive" in form.scales and not np.array_equal(incentive, form.incentive):
        return "the ledger is of other target incentives"
    upper = any(not closed for b in form.bends.values() for _, _, closed in b.jumps)
    if upper and not ledger.all_ties:
        return "too many cells lie exactly on edges"
    off = [e for e in form.edges if ledger.edges.place(e) is None]
    return f"the edge {off[0]:g} is none of the ledger's" if off else ""


#: Ties that are kept: 64 MB.
MOST_TIES = 2_000_000


class _Builder:
    """Fills a ledger batch by batch."""

    def __init__(
        self, world: World, unit: str, edges: Edges, scales: Sequence[str], form: Form | None
    ) -> None:
        self.world, self.unit, self.edges, self.scales = world, unit, edges, tuple(scales)
        self.incentive = None if form is None else form.incentive
        self.bins = Bins(edges)
        n, e = len(world.people), edges.n + 1
        self.keep = region_draws(world, edges.n, len(scales))
        self.reached, self.sold = np.zeros((n, e)), np.zeros((n, e))
        self.company = {s: _empty((e, world.draws)) for s in scales}
        self.regions = {s: _empty((len(world.regions), e, self.keep)) for s in scales}
        self.ties: list[Ties] = []
        self.n_ties = 0
        self.pile = Pile(self.scales)

    def build(self) -> Ledger:
        tally = None if "tally" in self.world.kept else Tally(self.world)
        for batch in self.world.batches():
            self.add(batch)
            if tally is not None:
                tally.add(batch)
        self.flush()
        if tally is not None:
            self.world.kept["tally"] = tally
        n_over = int(self.reached[:, -1].sum())
        for sums in (*self.company.values(), *self.regions.values()):
            _from_above(sums.units)
            _from_above(sums.x)
        for by_person in (self.reached, self.sold):
            _from_above(by_person.T)
        return Ledger(
            self.unit, self.edges, self.company, self.regions, self.reached, self.sold,
            Ties.joined(self.ties), n_over, self.n_ties <= MOST_TIES,
        )  # fmt: skip

    def add(self, batch: Batch) -> None:
        """Add the cells of a batch to its people, and to the pile of its region and draws."""
        unit = self.world.quota[batch.rows][:, None, None] if self.unit == "attainment" else 100.0
        place, ties = self.bins.places(batch.sold, unit)
        self.by_person(batch, place)
        self.note_ties(batch, ties, place)
        width = batch.stop - batch.start
        # draws that are not kept by region are summed over all of them at once
        key = batch.start, batch.region if batch.start < self.keep else -1
        if key != self.pile.key:
            self.flush()
            self.pile.open(key, (self.edges.n + 1, width))
        np.multiply(place, np.int32(width), out=place)
        place += np.arange(width, dtype=np.int32)
        adder = Adder(place, (self.edges.n + 1) * width)
        for scale in self.scales:
            weight = self.weights(scale, batch)
            self.pile.add(scale, adder, weight, self.amounts(scale, batch, unit, weight))

    def amounts(self, scale: str, batch: Batch, unit: Any, weight: Floats) -> Floats:
        """Return what the cells of a batch come to on a scale, in cents."""
        if scale == "quota":
            return batch.sold
        x = np.divide(batch.sold, unit, out=self.bins.buffer("x", batch.sold.shape))
        x *= weight[:, None, None]
        return np.asarray(x)

    def weights(self, scale: str, batch: Batch) -> Floats:
        """Return what a scale pays per unit, in cents, to every person of a batch."""
        paid = np.full(len(batch.rows), 100.0)
        if scale == "quota":
            paid = self.world.quota[batch.rows]
        elif scale == "incentive" and self.incentive is not None:
            paid = self.incentive[batch.rows]
        return paid

    def by_person(self, batch: Batch, place: Places) -> None:
        """Count the cells and sum the sales of every person by bin."""
        n, e = len(batch.rows), self.edges.n + 1
        own = np.arange(0, n * e, e, dtype=np.int32)[:, None, None]
        adder = Adder(np.add(place, own, out=self.bins.whole("own", place.shape)), n * e)
        self.reached[batch.rows] += adder.counts(np.ones(n)).reshape(n, e)
        self.sold[batch.rows] += adder(batch.sold).reshape(n, e)

    def flush(self) -> None:
        """Add the pile to the company and to its region."""
        (start, region), width = self.pile.key, self.pile.width
        kept = max(0, min(start + width, self.keep) - start)
        for scale, found in self.pile.sums.items():
            for name, part in zip(("units", "x"), found, strict=True):
                getattr(self.company[scale], name)[:, start : start + width] += part
                if kept:
                    own = getattr(self.regions[scale], name)[region]
                    own[:, start : start + kept] += part[:, :kept]

    def note_ties(self, batch: Batch, ties: np.ndarray, place: Places) -> None:
        """Keep the cells that lie exactly on an edge, for plans closed above."""
        self.n_ties += ties.size
        if self.n_ties > MOST_TIES:
            self.ties.clear()
        if not ties.size or self.n_ties > MOST_TIES:
            return
        i, _, d = np.unravel_index(ties, place.shape)
        rows = batch.rows[i]
        self.ties.append(
            Ties(
                place.reshape(-1)[ties], rows, self.world.region_of[rows], d + batch.start,
            )
        )  # fmt: skip


def _empty(shape: tuple[int, ...]) -> Sums:
    return Sums(np.zeros(shape), np.zeros(shape))


def _from_above(sums: Floats) -> None:
    """Turn sums by bin into sums over all bins from there up, in place; bins are last but one."""
    for k in range(sums.shape[-2] - 2, -1, -1):  # whole rows: faster than a flipped cumsum
        sums[..., k, :] += sums[..., k + 1, :]
