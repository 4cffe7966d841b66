"""Caps and guarantees: cost is not linear in the numbers of a plan; its tangents bound it.

E min(pay, cap) at new numbers is at most what the tangent at the present ones says, so a plan that
keeps a budget by the tangent keeps it. E max(pay, floor) is at least what its tangent says: one
tangent is gathered for every plan tried, until what they allow is what is paid (Kelley 1960,
Journal of the SIAM 8(4):703-712). Programs are solved in turns, each with the tangents where the
last one ended: a local optimum (Marks and Wright 1978, Operations Research 26(4):681-683).
"""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from salesanalysis.incentives.moments.cap import Height, capped
from salesanalysis.incentives.moments.distributions import Distribution
from salesanalysis.incentives.moments.lines import piece_of
from salesanalysis.incentives.moments.pieces import spans_of
from salesanalysis.incentives.optimum.linear import LinearPlan
from salesanalysis.incentives.optimum.rows import SCALES, Linear, Scales

if TYPE_CHECKING:
    from salesanalysis.incentives.simulate import World

Floats = npt.NDArray[np.float64]


def expected_cost(lines: LinearPlan, dist: Distribution, scales: Scales) -> Linear:
    """Return everybody's expected pay of one period, as one row: of a limit, the tangent.

    Of a guarantee ``max(pay, f) = pay + f - min(pay, f)``, and the last is a cap.
    """
    floor, cap = lines.paid.limits
    cost = lines.cost(dist, scales) if cap == np.inf else _tangent(lines, dist, scales, cap)
    if floor == -np.inf:
        return cost
    under = _tangent(lines, dist, scales, floor)
    added = floor * scales.quota.size
    return Linear(cost.constant + added - under.constant, cost.matrix - under.matrix)


def _tangent(lines: LinearPlan, dist: Distribution, scales: Scales, most: float) -> Linear:
    """Return the tangent of everybody's expected pay under a cap, at the present numbers."""
    weights = np.zeros(lines.base.shape)
    constant = 0.0
    per_x = scales.quota if lines.form.unit == "amount" else np.ones(scales.quota.shape)
    for row, span in enumerate(spans_of(lines.form, scales.quota)):
        a, b = _height(lines, row, dist, scales)
        for part, (_, slope) in capped(span, (a, b), dist.mean, most):
            over = np.where(b == 0, a > most, slope != b)  # the side on which the cap is paid
            side = {"low_in": part.low_in, "high_in": part.high_in}
            p = dist.probability(part.lo, part.hi, **side)
            m = dist.first(part.lo, part.hi, **side)
            constant += most * float(np.sum(np.where(over, p, 0.0)))
            for s, scale in enumerate(SCALES):
                size = np.where(over, 0.0, lines.size(scales, scale))
                weights[row, s] += np.sum(size * p), np.sum(size * per_x * m)
    found = lines.weighted(weights[None])
    return Linear(found.constant + constant, found.matrix)


def _height(lines: LinearPlan, row: int, dist: Distribution, scales: Scales) -> Height:
    """Return the line of one piece per person over attainment, about its mean, currency."""
    now = lines.base[row] + np.tensordot(lines.values, lines.slopes[:, row], axes=1)
    per_x = scales.quota if lines.form.unit == "amount" else 1.0
    a = sum(lines.size(scales, scale) * now[s, 0] for s, scale in enumerate(SCALES))
    b = sum(lines.size(scales, scale) * now[s, 1] * per_x for s, scale in enumerate(SCALES))
    return np.asarray(a + b * dist.mean), np.asarray(b)


def cost_of_draws(lines: LinearPlan, attainment: Floats, scales: Scales) -> Linear:
    """Return the cost of every draw (draws x people): of a cap and a guarantee, the tangent."""
    if lines.paid.limits == (-np.inf, np.inf):
        return lines.cost_of_draws(attainment, scales)
    x = attainment * scales.quota if lines.form.unit == "amount" else attainment
    rows = piece_of(lines.form, x)
    now = lines.base + np.tensordot(lines.values, lines.slopes, axes=1)
    pay = sum(
        lines.size(scales, scale) * (now[rows, s, 0] + now[rows, s, 1] * x)
        for s, scale in enumerate(SCALES)
    )
    low, high = lines.paid.limits
    over, under = np.asarray(pay) > high, np.asarray(pay) < low
    found = lines.cost_of_draws(attainment, scales, skip=over | under)
    held = np.where(over, high, np.where(under, low, 0.0)).sum(axis=1)
    return Linear(found.constant + held, found.matrix)


def cost_of_world(lines: LinearPlan, world: "World", scales: Scales) -> Linear:
    """Return the tangent of the cost of every draw of a world, cell by cell."""
    constant = np.zeros(world.draws)
    matrix = np.zeros((world.draws, len(lines.knobs)))
    for batch in world.batches():
        own = world.quota[batch.rows][:, None, None]
        cells = np.moveaxis(batch.sold / own, 2, 0).reshape(batch.stop - batch.start, -1)
        each = Scales(
            np.repeat(scales.quota[batch.rows], world.periods),
            np.repeat(scales.incentive[batch.rows], world.periods),
        )
        part = cost_of_draws(lines, cells, each)
        constant[batch.start : batch.stop] += part.constant
        matrix[batch.start : batch.stop] += part.matrix
    return Linear(constant, matrix)


def within_limits(row: Linear, lines: LinearPlan, *, cap: bool = True) -> Linear:
    """Return pay of people with those at a limit held there: it moves only where it is not.

    Without `cap` those above the cap go on moving.
    """
    at = row.at(lines.values)
    low, high = lines.paid.limits
    high = high if cap else np.inf
    constant = np.where(at > high, high, np.where(at < low, low, row.constant))
    held = (at > high) | (at < low)
    return Linear(constant, np.where(held[:, None], 0.0, row.matrix))
