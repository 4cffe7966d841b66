"""The best numbers where people respond: effort is chosen anew for every plan, so no program does.

The pay of everybody is read from sums made once: chance and mean of attainment on every piece of
the plan, for a grid of efforts, from a normal or from the ledger of a drawn world. A plan is then
a product of matrices, and Nelder-Mead may look at thousands of them from many starts.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from salesanalysis.incentives.optimum.reached import Spread, means
from salesanalysis.incentives.optimum.rows import SCALES, Scales
from salesanalysis.incentives.optimum.woven import Woven

Floats = npt.NDArray[np.float64]
#: Efforts looked at, from none to the most that can pay; a parabola finds the place between.
GRID = 121
#: Where no more people are looked at, so many times finer: what is told, not what is searched.
FINE, MANY = 8, 200
#: Typical people the search looks at; more are put together with their neighbours.
TYPES = 12
NO_LIMITS = (-np.inf, np.inf)


@dataclass(frozen=True)
class Types:
    """People, or typical ones: how many each stands for, their scales, how their results spread."""

    count: Floats
    scales: Scales
    spread: Spread

    @classmethod
    def of(cls, scales: Scales, spread: Spread) -> "Types":
        """Return every person."""
        led = np.broadcast_to(np.asarray(scales.led, np.float64), scales.quota.shape)
        return cls(np.ones(scales.quota.size), replace(scales, led=led), spread)

    def few(self, names: npt.NDArray[np.str_]) -> "Types":
        """Return at most `TYPES` of them: neighbours by expectation, then quota, put together."""
        order = np.lexsort((names, self.scales.quota, self.spread.mean))
        places = np.empty(order.size, np.intp)
        places[order] = np.arange(order.size) * min(TYPES, order.size) // order.size
        quota = means(self.scales.quota, places)
        led = means(self.scales.led * self.scales.quota, places) / quota
        scales = Scales(quota, means(self.scales.incentive, places), led)
        return Types(np.bincount(places).astype(np.float64), scales, self.spread.typical(places))


@dataclass(frozen=True)
class Response:
    """What a plan costs and brings where people choose their effort.

    Attributes
    ----------
    woven : Woven, the plan's lines over its free numbers
    types : Types
    shift : ndarray, types x grid, extra attainment, as much below nothing as above
    chance, first : ndarray, pieces x types x grid, P and E[x; piece] of attainment
    effort_cost, margin_rate : float
    today : ndarray, effort of every type under today's plan
    """

    woven: Woven
    types: Types
    shift: Floats
    chance: Floats
    first: Floats
    effort_cost: float
    margin_rate: float
    today: Floats

    @classmethod
    def of(cls, woven: Woven, types: Types, *, effort_cost: float, margin_rate: float,
           high: Floats, fine: bool = False) -> "Response":  # fmt: skip
        """Make the sums of every piece; `high` are the largest numbers a plan may have."""
        points = GRID * FINE if fine and types.count.size <= MANY else GRID
        most = _reach(woven, types, effort_cost, high)
        shift = most[:, None] * np.linspace(-1, 1, 2 * points + 1)
        ends = edges_of(woven, types.scales)
        both = [types.spread.above(e[:, None], shift) for e in ends]
        chance, first = (np.stack([b[k] for b in both]) for k in (0, 1))
        none = np.zeros(types.count.size)
        made = cls(woven, types, shift, chance[:-1] - chance[1:], first[:-1] - first[1:],
                   effort_cost, margin_rate, none)  # fmt: skip
        return replace(made, today=made.chosen(woven.middle)[0])

    def pay(self, lines: Floats) -> Floats:
        """Return expected pay of a period for what people sell themselves, types x grid."""
        a, b = _heights(self.woven, lines, self.types.scales)
        if self.woven.paid.limits == NO_LIMITS:
            return np.asarray((a[..., None] * self.chance + b[..., None] * self.first).sum(axis=0))
        ends = edges_of(self.woven, self.types.scales)
        parts = [self._held(a[k], b[k], ends[k], ends[k + 1]) for k in range(len(a))]
        return np.asarray(np.sum(parts, axis=0))

    def _held(self, a: Floats, b: Floats, lo: Floats, hi: Floats) -> Floats:
        """Return expected pay on one piece with a cap and a guarantee, types x grid."""
        least, most = self.woven.paid.limits
        first, last = np.where(b < 0, most, least), np.where(b < 0, least, most)
        slope = np.where(b == 0, 1.0, b)
        flat = np.clip(a, least, most)

        def turn(limit: Floats) -> Floats:
            """Return where the line meets a limit, inside the piece; a flat one never does."""
            return np.clip(np.where(b == 0, lo, (limit - a) / slope), lo, hi)

        low, high = turn(first), np.where(b == 0, hi, turn(last))
        at = [self.types.spread.above(e[:, None], self.shift) for e in (lo, low, high, hi)]
        (p0, _), (p1, m1), (p2, m2), (p3, _) = at
        inner = np.where(b == 0, flat, a)[:, None] * (p1 - p2) + b[:, None] * (m1 - m2)
        under = np.where(np.isfinite(first), first, 0.0)[:, None] * (p0 - p1)
        over = np.where(np.isfinite(last), last, 0.0)[:, None] * (p2 - p3)
        return np.asarray(under + inner + over)

    def above(self, lines: Floats) -> Floats:
        """Return what managers are paid on what people sell, types x grid, currency."""
        scales = self.types.scales
        rate = float(lines[0, SCALES.index("led"), 1])
        sold = self.types.spread.mean[:, None] + self.shift
        return np.asarray(rate * (scales.led * scales.quota)[:, None] * sold)

    def chosen(self, values: Floats) -> tuple[Floats, Floats]:
        """Return every type's effort under a plan, and what is paid for it on the grid."""
        lines = self.woven.at(values)
        pay = self.pay(lines)
        points = self.shift.shape[1] // 2
        effort = self.shift[:, points:]
        quota = self.types.scales.quota[:, None]
        worth = pay[:, points:] - self.effort_cost * quota * effort**2 / 2
        rows = np.arange(len(worth))
        best = np.clip(worth.argmax(axis=1), 1, points - 1)
        low, at, high = (worth[rows, best + k] for k in (-1, 0, 1))
        bend = np.minimum(low - 2 * at + high, -1e-300)
        inside = effort[rows, best] + np.clip((low - high) / (2 * bend), -1, 1) * effort[:, 1]
        none = worth[:, 0] >= worth.max(axis=1)
        return np.where(none, 0.0, np.maximum(inside, 0.0)), pay + self.above(lines)

    def each(self, values: Floats) -> tuple[Floats, Floats, Floats]:
        """Return every type's effort beyond today's, its pay, and that less what effort costs."""
        effort, pay = self.chosen(values)
        moved = effort - self.today
        paid = np.array(
            [np.interp(e, at, row) for e, at, row in zip(moved, self.shift, pay, strict=True)]
        )
        return moved, paid, paid - self.effort_cost * self.types.scales.quota * effort**2 / 2

    def result(self, values: Floats) -> tuple[float, float, float]:
        """Return margin of extra sales less pay, pay, and what pay less effort is worth.

        Currency of a period, everybody together; extra is what exceeds today's effort.
        """
        moved, paid, worth = self.each(values)
        count = self.types.count
        sold = self.margin_rate * moved * self.types.scales.quota
        return float(count @ (sold - paid)), float(count @ paid), float(count @ worth)


def edges_of(woven: Woven, scales: Scales) -> Floats:
    """Return the ends of all pieces as attainments, ends x types, from -inf to inf."""
    form = woven.paid.form
    at = np.array([-np.inf, *(float(s.lo or 0) for s in form.segments[1:]), np.inf])
    per_x = scales.quota if form.unit == "amount" else np.ones(scales.quota.shape)
    return np.asarray(at[:, None] / per_x)


def _heights(woven: Woven, lines: Floats, scales: Scales) -> tuple[Floats, Floats]:
    """Return the lines of own pay in currency over attainment, pieces x types."""
    unit = woven.paid.form.unit
    sizes = np.stack([scales.of(s, unit) for s in SCALES[:-1]])
    per_x = scales.quota if unit == "amount" else np.ones(scales.quota.shape)
    a, b = (np.tensordot(lines[:, : len(sizes), k], sizes, axes=1) for k in (0, 1))
    return np.asarray(a), np.asarray(b * per_x)


def _reach(woven: Woven, types: Types, effort_cost: float, high: Floats) -> Floats:
    """Return the effort beyond which no plan pays for it: slope x e and every jump once."""
    a, b = _heights(woven, woven.at(high), types.scales)
    edges = edges_of(woven, types.scales)[1:-1]
    quota = types.scales.quota
    jumps = np.maximum(a[1:] + b[1:] * edges - a[:-1] - b[:-1] * edges, 0).sum(axis=0) / quota
    slope = np.maximum(b, 0).max(axis=0) / quota
    return np.asarray((slope + np.sqrt(slope**2 + 2 * effort_cost * jumps)) / effort_cost) + 1e-6
