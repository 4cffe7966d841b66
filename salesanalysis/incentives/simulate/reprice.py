"""Plans on a ledger: a few sums of rows per plan."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.incentives.simulate.bends import Bends
from salesanalysis.incentives.simulate.bins import Edges
from salesanalysis.incentives.simulate.forms import Form, form_of
from salesanalysis.incentives.simulate.ledger import Ledger, Sums
from salesanalysis.incentives.simulate.streams import Floats
from salesanalysis.incentives.simulate.world import World

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan


@dataclass(frozen=True)
class Priced:
    """Pay of one plan in currency: by draw, by region and draw, by person summed over draws.

    `cells`: by person and draw, where every horizon was paid by the exact engine.
    """

    draws: Floats
    regions: Floats
    people: Floats
    cells: Floats | None = None


@dataclass(frozen=True)
class Row:
    """One scale of a plan on a ledger: what multiplies which row of sums.

    `rows` are places in `Sums`; `units` and `x` the coefficients of their two sums; `ties` the
    edges closed above, with the size of their jump.
    """

    rows: tuple[int, ...]
    units: tuple[float, ...]
    x: tuple[float, ...]
    ties: tuple[tuple[int, float], ...]

    @classmethod
    def of(cls, bend: Bends, edges: Edges) -> "Row":
        """Return the terms of a scale; every edge has to be one of the ledger."""
        units, x = {0: bend.a}, {0: bend.b}
        for edge, slope in bend.kinks:
            row = 1 + place_of(edges, edge)
            units[row] = units.get(row, 0.0) - slope * edge
            x[row] = x.get(row, 0.0) + slope
        ties = []
        for edge, size, closed in bend.jumps:
            above = None if closed else edges.place_above(edge)
            row = 1 + (place_of(edges, edge) if above is None else above)
            units[row] = units.get(row, 0.0) + size
            if not closed and above is None:
                ties.append((row, size))
        rows = tuple(sorted(units))
        return cls(
            rows, tuple(units[r] for r in rows), tuple(x.get(r, 0.0) for r in rows), tuple(ties)
        )

    def total(self, sums: Sums, axis: int = 0) -> Floats:
        """Return the pay of a scale from its sums, without the ties."""
        units, x = np.moveaxis(sums.units, axis, 0), np.moveaxis(sums.x, axis, 0)
        out = np.zeros(units.shape[1:])
        for row, per_unit, per_x in zip(self.rows, self.units, self.x, strict=True):
            if per_unit:
                out += per_unit * units[row]
            if per_x:
                out += per_x * x[row]
        return out


def place_of(edges: Edges, edge: float) -> int:
    """Return the place of an edge.

    Raises
    ------
    ContractError
        An edge that is not on the ledger.
    """
    place = edges.place(edge)
    if place is None:
        raise ContractError(
            f"the edge {edge:g} is not on the ledger, whose edges are {edges.step:g} apart.",
            where="reprice(ledger, plans)",
            fix='build the ledger with this plan, or ask for bounds: off_grid="bound"',
            code="bad-choice",
        )
    return place


def price(ledger: Ledger, world: World, form: Form) -> Priced:
    """Pay a world under a plan from its ledger."""
    draws = np.zeros(world.draws)
    regions = np.zeros((len(world.regions), ledger.n_region_draws))
    people = np.zeros(len(world.people))
    for scale, bend in form.bends.items():
        terms = Row.of(bend, ledger.edges)
        draws += terms.total(ledger.company[scale])
        regions += terms.total(ledger.regions[scale], axis=1)
        people += terms.total(person_sums(ledger, world, form, scale), axis=1)
        base = base_of(world, form, scale)
        for row, size in terms.ties:
            found = ledger.ties.at(row)
            paid = size * base[found.person]
            np.subtract.at(draws, found.draw, paid)
            np.subtract.at(people, found.person, paid)
            early = found.draw < regions.shape[1]
            np.subtract.at(regions, (found.region[early], found.draw[early]), paid[early])
    return Priced(draws / 100, regions / 100, people / 100)


def base_of(world: World, form: Form, scale: str) -> Floats:
    """Return what a scale pays per unit, in cents, by person."""
    if scale == "quota":
        return world.quota
    if scale == "incentive" and form.incentive is not None:
        return form.incentive
    return np.full(len(world.people), 100.0)


def person_sums(ledger: Ledger, world: World, form: Form, scale: str) -> Sums:
    """Return the sums of a scale by person, from counts and sales."""
    base = base_of(world, form, scale)[:, None]
    per = world.quota[:, None] if ledger.unit == "attainment" else 100.0
    return Sums(ledger.reached * base, ledger.sold * (base / per))


def reprice(
    ledger: Ledger, world: World, plans: "Sequence[Plan | Form]", *, off_grid: str = "raise"
) -> Floats:
    """Return the cost of plans by draw, currency.

    Parameters
    ----------
    ledger : Ledger, of `build_ledger(world, ...)`
    world : World
    plans : sequence of Plan, or of what `form_of(plan, world)` returned
        Each a plan of lines with jumps; compiling one takes longer than pricing it.
    off_grid : {"raise", "bound"}
        What to do with an edge that is none of the ledger's. ``bound``: the cells between the two
        edges around it are put where they cost least, and most.

    Returns
    -------
    ndarray, shape (plans, draws), or (plans, draws, 2) with ``bound``: low and high

    Raises
    ------
    ContractError
        An edge that is not on the ledger; a scale the ledger does not have; parts that are no
        lines with jumps.
    """
    found = [p if isinstance(p, Form) else form_of(p, world) for p in plans]
    forms = [_whole(form, ledger) for form in found]
    if off_grid == "bound":
        return np.stack([np.stack(bounds(ledger, world, form), axis=1) for form in forms]) / 100
    if off_grid != "raise":
        raise unknown_name(
            off_grid, ["raise", "bound"], kind="way", where="off_grid=...", error=ContractError
        )
    out = np.zeros((len(forms), world.draws))
    for scale in dict.fromkeys(s for form in forms for s in form.bends):
        terms = [(i, Row.of(f.bends[scale], ledger.edges)) for i, f in enumerate(forms)
                 if scale in f.bends]  # fmt: skip
        rows = sorted({row for _, term in terms for row in term.rows})
        sums = ledger.company[scale]
        units, x = np.zeros((len(terms), len(rows))), np.zeros((len(terms), len(rows)))
        for k, (_, term) in enumerate(terms):
            at = np.searchsorted(rows, term.rows)
            units[k, at], x[k, at] = term.units, term.x
        costs = units @ sums.units[rows] + x @ sums.x[rows]
        for k, (i, term) in enumerate(terms):
            out[i] += costs[k]
            _less_ties(ledger, base_of(world, forms[i], scale), term, out[i])
    return out / 100


def _less_ties(ledger: Ledger, base: Floats, term: "Row", out: Floats) -> None:
    """Take off the jumps of cells exactly on an edge that belongs below."""
    for row, size in term.ties:
        found = ledger.ties.at(row)
        np.subtract.at(out, found.draw, size * base[found.person])


def _whole(form: Form, ledger: Ledger) -> Form:
    """Refuse what no ledger, or not this one, can price."""
    left = [*form.residual, *form.steps.names()]
    left += [(led.component, "is paid on the sales of others") for led in form.led]
    if form.unit != ledger.unit:
        left.append(("edges", f"are {form.unit}s, those of the ledger {ledger.unit}s"))
    left += [(s, "a scale the ledger was not built with") for s in form.bends
             if s not in ledger.company]  # fmt: skip
    if left:
        raise ContractError(
            f"the ledger cannot price plan {form.plan.head.id!r}: "
            + "; ".join(f"{part}: {why}" for part, why in left) + ".",
            where="reprice(ledger, plans)",
            fix="build it with build_ledger(world, form_of(plan, world)), or use simulate",
            code="no-engine",
        )  # fmt: skip
    return form


def bounds(ledger: Ledger, world: World, form: Form) -> tuple[Floats, Floats]:
    """Return the least and the most a plan may cost by draw, in cents, edges anywhere.

    Of the cells between two edges only their number and sum are known. A slope that changes
    there adds between what all cells at their mean would, and what cells at the two ends would
    (Jensen 1906; Edmundson 1956; Madansky 1959); a jump adds nothing, or all.
    """
    low, high = np.zeros(world.draws), np.zeros(world.draws)
    for scale, bend in form.bends.items():
        sums = ledger.company[scale]
        level = bend.a * sums.units[0] + bend.b * sums.x[0]
        parts = [(slope, kink_between(ledger.edges, sums, edge)) for edge, slope in bend.kinks]
        for edge, size, closed in bend.jumps:
            least, most = jump_between(ledger.edges, sums, edge)
            place = ledger.edges.place(edge)
            above = None if closed else ledger.edges.place_above(edge)
            if above is not None:
                least = most = sums.units[1 + above]
            elif place is not None and not closed:
                found = ledger.ties.at(1 + place)
                least = least.copy()
                np.subtract.at(least, found.draw, base_of(world, form, scale)[found.person])
                most = least
            parts.append((size, (least, most)))
        low += level + sum(c * (least if c > 0 else most) for c, (least, most) in parts)
        high += level + sum(c * (most if c > 0 else least) for c, (least, most) in parts)
    return low, high


def kink_between(edges: Edges, sums: Sums, edge: float) -> tuple[Floats, Floats]:
    """Return bounds of the sum of scale x max(x - edge, 0)."""
    row = int(np.searchsorted(edges.at, edge, side="right"))
    above = sums.x[row] - edge * sums.units[row]
    if row and edges.at[row - 1] == edge:
        return above, above
    if row == edges.n:  # nothing above is known but what the top bin holds
        lo = edges.at[-1]
        return np.maximum(above, 0), sums.x[row] - lo * sums.units[row]
    units, x = (s[row] - s[row + 1] for s in (sums.units, sums.x))
    above = sums.x[row + 1] - edge * sums.units[row + 1]
    hi = edges.at[row]
    least = above + np.maximum(x - edge * units, 0)
    if row == 0:
        return least, above + (hi - edge) * units
    lo = edges.at[row - 1]
    return least, above + (hi - edge) / (hi - lo) * (x - lo * units)


def jump_between(edges: Edges, sums: Sums, edge: float) -> tuple[Floats, Floats]:
    """Return bounds of the sum of the scale over cells that reach an edge."""
    row = int(np.searchsorted(edges.at, edge, side="right"))
    if row and edges.at[row - 1] == edge:
        return sums.units[row], sums.units[row]
    least = sums.units[row + 1] if row < edges.n else np.zeros_like(sums.units[0])
    return least, sums.units[row]
