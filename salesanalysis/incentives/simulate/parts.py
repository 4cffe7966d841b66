"""Components on arrays of people and draws, one after the other, as the exact engine pays them."""

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from salesanalysis.incentives.compiled.form import edges_of, segments_of
from salesanalysis.incentives.components import (
    AverageRate,
    Bands,
    Curve,
    Gate,
    Interpolated,
    KpiWeighted,
    Matrix,
    Multiplier,
    Package,
    Spif,
    Step,
    Tiers,
)
from salesanalysis.incentives.components.kpi import Kpi
from salesanalysis.incentives.inputs.book import Scale
from salesanalysis.incentives.simulate.bends import Bends, bends_of
from salesanalysis.incentives.simulate.streams import Floats

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

#: Components that are lines between edges of one measure.
BENT = (Tiers, Step, Interpolated, Curve)


@dataclass
class Cells:
    """One period of some people in some draws.

    Attributes
    ----------
    main : str, the measure that quotas are of
    totals : dict, measure -> cents or hundredths, shape (people, draws), or one number for all
    given : ndarray, shape (people, 1), whole cents: the quota of `length` periods
    whole : int, periods that the longer quota of the plan is of
    incentive : ndarray, shape (people, 1), cents of one period, 0 where there is none
    credited, carried : ndarray or 0, cents counted before, and returns carried in
    follows : set of measures that are what is sold
    targets : dict, measure drawn as share of sales -> its target in cents, shape (people, 1)
    """

    main: str
    totals: dict[str, Any]
    given: Floats
    length: int
    whole: int
    incentive: Floats
    credited: Any = 0.0
    carried: Any = 0.0
    follows: frozenset[str] = frozenset()
    targets: dict[str, Floats] = field(default_factory=dict)

    def x(self, scale: Scale, total: Any) -> Any:
        """Return totals on a scale by one division, so that every edge is met exactly."""
        if scale.unit == "amount" or scale.tier != self.main:
            if scale.unit == "attainment" and scale.tier in self.targets:
                return total / self.targets[scale.tier]
            return np.rint(total * 100) / 1e4  # hundredths have two digits where they are drawn
        return total * self.length / (self.given * (self.whole if scale.full else 1))

    def unit(self, scale: Scale) -> Any:
        """Return the quota of a scale in cents."""
        if scale.tier != self.main:
            return self.targets.get(scale.tier, 100.0)
        return self.given * (self.whole if scale.full else 1) / self.length

    def before(self, measure: str) -> Any:
        """Return what counts of a measure before this period."""
        return self.credited if measure == self.main else 0.0

    def returns(self, measure: str) -> Any:
        """Return the returns of a measure that were carried in."""
        return self.carried if measure in {self.main, *self.follows} else 0.0


def bent(plan: "Plan", part: Any) -> dict[str, Bends]:
    """Return a component as bends of its own measure."""
    main = plan.head.measure
    alone = replace(part, scale=replace(part.scale, tier=main, pay=main, full=False))
    if hasattr(part, "basis"):
        alone = replace(alone, basis="period", **({"reprice": None} if _repriced(part) else {}))
    if getattr(part, "negative", "") == "carry":
        alone = replace(alone, negative="zero")
    return bends_of(segments_of(plan, [alone], part.scale.unit, edges_of([alone])))


def _repriced(part: Any) -> bool:
    return getattr(part, "reprice", None) is not None


def on_bends(bends: dict[str, Bends], part: Any, total: Any, cells: Cells) -> Any:
    """Return the pay of a component at totals, currency."""
    x, full = cells.x(part.scale, total), cells.whole if part.scale.full else 1
    base = {"quota": cells.unit(part.scale) / 100, "incentive": cells.incentive * full / 100}
    out: Any = 0.0
    for scale, bend in bends.items():
        height = bend.a + bend.b * x
        for edge, slope in bend.kinks:
            height = height + slope * np.maximum(x - edge, 0)
        for edge, size, closed in bend.jumps:
            height = height + size * (x >= edge if closed else x > edge)
        out = out + base.get(scale, 1.0) * height
    return out


def by_bends(bends: dict[str, Bends], part: Any, cells: Cells) -> Any:
    """Return what a component of lines pays for a period."""
    name = part.scale.tier
    total = cells.totals[name]
    if getattr(part, "basis", "period") == "cumulative":
        before = cells.before(name)
        return on_bends(bends, part, before + total, cells) - on_bends(bends, part, before, cells)
    if getattr(part, "negative", "") == "carry":
        total = total + cells.returns(name)
    return on_bends(bends, part, total, cells)


def of_another(part: Tiers, cells: Cells) -> Any:
    """Return pay on one measure at the rate another one reaches."""
    x = cells.x(part.scale, cells.totals[part.scale.tier])
    base = cells.totals[part.scale.pay]
    if part.negative == "carry":
        base = base + cells.returns(part.scale.pay)
    side = "right" if part.scale.closed == "lower" else "left"
    hit = np.searchsorted([float(t.start) for t in part.tiers], x, side=side)  # type: ignore[call-overload]
    rates = np.array([0.0, *(float(t.rate) for t in part.tiers)])
    flats = np.array([0.0, *(float(t.flat) for t in part.tiers)])
    paid = rates[hit] * base / 100 + flats[hit]
    if part.threshold is not None:
        at = float(part.threshold.at)
        paid = paid * (x >= at if part.scale.closed == "lower" else x > at)
    below = rates[1] * base / 100 if part.negative == "first_rate" else 0.0
    return np.where(base < 0, below, paid)


def average(part: AverageRate, cells: Cells) -> Any:
    """Return the whole amount at the rate of its height."""
    base = np.maximum(cells.totals[part.scale.tier], 0)
    return base / 100 * _line(cells.x(part.scale, base), part.points)


def packages(part: Package, cells: Cells) -> Any:
    """Return the amount of every started package."""
    above = np.maximum(cells.totals[part.measure] - float(part.free * 100), 0)
    return float(part.amount) * np.ceil(above / float(part.size * 100))


def per_unit(part: Spif, cells: Cells) -> Any:
    """Return a fixed amount per unit."""
    return float(part.per_unit or 0) * cells.totals[part.measure] / 100


def scored(part: KpiWeighted, cells: Cells) -> Any:
    """Return an amount by the weighted sum of scores."""
    scores = [_score(kpi, cells) for kpi in part.kpis]
    if part.all_met_gate:
        least = np.minimum.reduce(np.broadcast_arrays(*scores))
        scores = [np.where(least < 1, np.minimum(s, 1), s) for s in scores]
    base = cells.incentive / 100 if part.amount is None else float(part.amount)
    return base * sum(float(k.weight) * s for k, s in zip(part.kpis, scores, strict=True))


def _score(kpi: Kpi, cells: Cells) -> Any:
    result = cells.x(kpi.scale, cells.totals[kpi.scale.tier])
    if kpi.direction != "higher" and kpi.ratio == "linear":
        result = 2 - result
    elif kpi.direction != "higher":
        none = result <= 0
        result = np.where(none, float(kpi.points[-1][0]), 1 / np.where(none, 1, result))
    first = float(kpi.points[0][0])
    score = np.where(result < first, float(kpi.below), _line(result, kpi.points))
    return score if kpi.cap is None else np.minimum(score, float(kpi.cap))


def looked_up(part: Matrix, cells: Cells) -> Any:
    """Return an amount times what two measures give together."""
    xs = [cells.x(axis, cells.totals[axis.tier]) for axis in part.axes]
    value = _stepped(part, xs) if part.lookup == "stepped" else _between(part, xs)
    return (cells.incentive / 100 if part.amount is None else float(part.amount)) * value


def _stepped(part: Matrix, xs: list[Any]) -> Any:
    """Return the cell two results lie in; below a first edge it is 0."""
    table = np.zeros((len(part.values) + 1, len(part.values[0]) + 1))
    table[1:, 1:] = [[float(v) for v in line] for line in part.values]
    at = []
    for axis, edges, x in zip(part.axes, part.grid, xs, strict=True):
        ascending = [-np.inf if e is None else float(e) for e in edges]
        side: Any = "right" if axis.closed == "lower" else "left"
        at.append(np.searchsorted(ascending, x, side=side))
    return table[at[0], at[1]]


def _between(part: Matrix, xs: list[Any]) -> Any:
    """Return the height between the four cells around, level beyond the ends."""
    rows, columns = ([0.0 if e is None else float(e) for e in edges] for edges in part.grid)
    x = np.clip(xs[0], rows[0], rows[-1])
    lines = [np.interp(xs[1], columns, [float(v) for v in line]) for line in part.values]
    out = lines[0] * np.ones_like(x)
    for (lo, hi), (low, high) in zip(pairwise(rows), pairwise(lines), strict=True):
        out = np.where(x > lo, low + (high - low) * (np.minimum(x, hi) - lo) / (hi - lo), out)
    return out


def factor(part: Any, cells: Cells) -> Any:
    """Return what a coefficient, multiplier or gate multiplies by."""
    x = cells.x(part.scale, cells.totals[part.scale.tier])
    lower = part.scale.closed == "lower"
    if isinstance(part, Multiplier):
        return _line(x, part.points)
    if isinstance(part, Gate):
        return 1.0 * (x >= float(part.at) if lower else x > float(part.at))
    bands: Bands = part
    edges = [-np.inf if e is None else float(e) for e, _ in bands.bands]
    side: Any = "right" if lower else "left"
    hit = np.searchsorted(edges, x, side=side) - 1
    return np.array([float(v) for _, v in bands.bands])[hit]


def _line(x: Any, points: Any) -> Any:
    """Return heights on a line between points, level beyond its ends."""
    return np.interp(x, [float(p[0]) for p in points], [float(p[1]) for p in points])
