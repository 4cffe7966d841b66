"""The vector back end for plans that are no lines: every component on arrays, period by period."""

from functools import cached_property
from typing import Any

import numpy as np

from salesanalysis.incentives.components import (
    FACTORS,
    AverageRate,
    KpiWeighted,
    Matrix,
    Override,
    Package,
    Pool,
    Spif,
    Tiers,
)
from salesanalysis.incentives.inputs.asked import counts_whole
from salesanalysis.incentives.inputs.book import Book
from salesanalysis.incentives.simulate.forms import Form
from salesanalysis.incentives.simulate.led import pairs_of
from salesanalysis.incentives.simulate.parts import (
    BENT,
    Cells,
    average,
    bent,
    by_bends,
    factor,
    looked_up,
    of_another,
    packages,
    per_unit,
    scored,
)
from salesanalysis.incentives.simulate.reasons import follows
from salesanalysis.incentives.simulate.sharing import (
    divided,
    override,
    pool_total,
    prizes,
    teams_of,
)
from salesanalysis.incentives.simulate.streams import Floats
from salesanalysis.incentives.simulate.vector import Payer
from salesanalysis.incentives.simulate.world import World

ALONE = {
    AverageRate: average,
    KpiWeighted: scored,
    Matrix: looked_up,
    Package: packages,
}


class PartPayer(Payer):
    """Pays every component of a plan by itself; people are all there are, where teams are paid."""

    def __init__(self, world: World, form: Form) -> None:
        super().__init__(world, form)
        self.plan = form.plan
        self.parts = form.plan.components
        self.bends = {p.id: bent(self.plan, p) for p in self.parts if _is_bent(p)}
        self.carries = any(isinstance(p, Tiers) and p.negative == "carry" for p in self.parts)
        self.anew = counts_whole(self.plan)
        self.given = np.rint(world.quota * world.quota_periods)
        self.follows = frozenset(follows(form.plan, form.assumed))

    @cached_property
    def others(self) -> dict[str, Any]:
        """Return what other measures come to, at their target."""
        books = self.plan.on_target(Book((0,), 100)).books
        return {name: np.float64(float(book.total)) for name, book in books.items()}

    def pay(self, rows: np.ndarray, sold: Floats, start: int = 0) -> Floats:
        """Return the pay of every cell, valid until the next call."""
        counted = sold
        if self.steps.credit is not None:
            counted = np.minimum(sold, float(self.steps.credit * 100))
        out = self.buffer("parts", sold.shape)
        cells, beside = self.cells(rows), self.world.beside(rows, start, sold)
        for t in range(sold.shape[1]):
            if self.anew and t % self.plan.head.periods == 0:
                cells.credited = 0.0
            own = {self.plan.head.measure: counted[:, t]}
            cells.totals = self.others | own | dict.fromkeys(self.follows, counted[:, t])
            cells.totals |= {name: drawn[:, t] for name, drawn in beside.items()}
            out[:, t] = self.gross(rows, cells)
            if self.plan.is_cumulative:
                cells.credited = cells.credited + counted[:, t]
            if self.carries:
                cells.carried = np.minimum(counted[:, t] + cells.carried, 0)
        return self.limited(out, counted)

    def cells(self, rows: np.ndarray) -> Cells:
        """Return what people have in every period."""
        incentive = np.maximum(self.form.incentive[rows], 0)[:, None]
        head, world = self.plan.head, self.world
        return Cells(
            main=head.measure,
            totals={},
            given=self.given[rows][:, None],
            length=world.quota_periods,
            whole=head.periods,
            incentive=incentive,
            follows=self.follows,
            targets={
                m.name: np.rint(m.target * world.quota[rows, None])
                for m in world.measures
                if m.target is not None
            },
        )

    def gross(self, rows: np.ndarray, cells: Cells) -> Any:
        """Return what all components pay for a period, currency."""
        after: dict[str, Any] = {}
        for part in self.parts:
            if not isinstance(part, FACTORS):
                paid = self.value(part, rows, cells)
                after[part.id] = paid if (m := self.mask(part, rows)) is None else paid * m
        total = sum(after.values(), np.zeros((len(rows), 1)))
        total = self.before_factors(total, after, cells)
        for part in self.parts:
            if not isinstance(part, FACTORS):
                continue
            value, mask = factor(part, cells), self.mask(part, rows)
            value = value if mask is None else np.where(mask, value, 1.0)
            for name in part.multiplies:
                total = total + after[name] * (value - 1)
                after[name] = after[name] * value
        return total

    def before_factors(self, total: Any, after: dict[str, Any], cells: Cells) -> Any:
        """Cut what is earned before any coefficient, where the plan says so."""
        cap = self.plan.rules.limits.cap
        if cap is None or not cap.before_factors:
            return total
        most: Any = float(cap.amount)
        if cap.of == "rate":
            most = most * np.maximum(cells.totals[cells.main], 0) / 100
        over = total > most
        share = np.where(over, most / np.where(over, total, 1), 1.0)
        after.update({name: paid * share for name, paid in after.items()})
        return np.where(over, most, total)

    def value(self, part: Any, rows: np.ndarray, cells: Cells) -> Any:
        """Return what one component pays before any factor, currency."""
        if part.id in self.bends:
            return by_bends(self.bends[part.id], part, cells)
        if isinstance(part, Tiers):
            return of_another(part, cells)
        if isinstance(part, Pool):
            return self.pool(part, rows, cells)
        if isinstance(part, Override):
            return self.led(part, rows, cells)
        if isinstance(part, Spif):
            return per_unit(part, cells) if part.per_unit is not None else self.ranked(part, cells)
        alone: Any = ALONE[type(part)]
        return alone(part, cells)

    def mask(self, part: Any, rows: np.ndarray) -> np.ndarray | None:
        """Return whom a component is for, shape (people, 1); None where it is for everybody."""
        columns = self.plan.rules.only.get(part.id)
        if columns is None:
            return None
        people = self.world.people.iloc[rows]
        hits = [people[c].isin(list(values)).to_numpy() for c, values in columns.items()]
        both: np.ndarray = np.logical_and.reduce(hits)[:, None]
        return both

    def pool(self, part: Pool, rows: np.ndarray, cells: Cells) -> Floats:
        """Return everybody's share of what the teams have earned."""
        people = self.world.people.iloc[rows]
        credit = np.asarray(cells.totals[part.scale.tier]) + np.zeros((len(rows), 1))
        out = np.zeros(credit.shape)
        unit = np.broadcast_to(cells.unit(part.scale), (len(rows), 1))
        weights = {"equal": np.ones((len(rows), 1)), "credit": credit}.get(
            part.weights, people[["base_pay"]].to_numpy("float64")
        )
        for team in teams_of(people["team"].tolist()):
            full = 100.0 if part.scale.unit == "amount" else float(unit[team].sum())
            incentive = float(cells.incentive[team].sum())
            total = pool_total(part, credit[team].sum(axis=0), full, incentive)
            shares = divided(total, np.broadcast_to(weights[team], credit[team].shape))
            out[team] = shares * (0.01 if part.unit is None else float(part.unit))
        return out

    def led(self, part: Override, rows: np.ndarray, cells: Cells) -> Floats:
        """Return managers' rates on the credit of everybody they lead."""
        people = self.world.people.iloc[rows]
        pairs = pairs_of(people["salesperson"].tolist(), people["manager"].tolist())
        credit = np.asarray(cells.totals[part.measure]) + np.zeros((len(rows), 1))
        rates = np.full(len(pairs[0]), float(part.rate))
        if part.of == "differential":
            rates = rates - people["override_rate"].astype("float64").to_numpy()[pairs[1]]
        return override(credit / 100, pairs, rates)

    def ranked(self, part: Spif, cells: Cells) -> Floats:
        """Return prizes by rank."""
        n = len(cells.given)
        results = np.asarray(cells.totals[part.measure]) + np.zeros((n, 1))
        return prizes(part.prizes, results) / 100


def _is_bent(part: Any) -> bool:
    scale = getattr(part, "scale", None)
    return isinstance(part, BENT) and scale is not None and scale.pay in ("", scale.tier)
