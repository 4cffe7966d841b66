"""A cap on pay: its cost is concave in the numbers of a plan, and its tangent lies above it.

E min(pay, cap) at new numbers is at most what the tangent at the present ones says, so a plan that
keeps a budget by the tangent keeps it. Programs are solved in turns, each with the tangent where
the last one ended: never worse from turn to turn, a local optimum (Marks and Wright 1978,
Operations Research 26(4):681-683).
"""

import numpy as np
import numpy.typing as npt

from salesanalysis.incentives.compiled.form import SCALES
from salesanalysis.incentives.moments.cap import Height, capped
from salesanalysis.incentives.moments.distributions import Distribution
from salesanalysis.incentives.moments.lines import piece_of
from salesanalysis.incentives.moments.pieces import spans_of
from salesanalysis.incentives.optimum.linear import LinearPlan
from salesanalysis.incentives.optimum.rows import Linear, Scales

Floats = npt.NDArray[np.float64]


def capped_cost(lines: LinearPlan, dist: Distribution, scales: Scales, most: float) -> Linear:
    """Return the tangent of everybody's expected pay of one period under a cap, as one row."""
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
                size = np.where(over, 0.0, scales.of(scale))
                weights[row, s] += np.sum(size * p), np.sum(size * per_x * m)
    found = lines.weighted(weights[None])
    return Linear(found.constant + constant, found.matrix)


def _height(lines: LinearPlan, row: int, dist: Distribution, scales: Scales) -> Height:
    """Return the line of one piece per person over attainment, about its mean, currency."""
    now = lines.base[row] + np.tensordot(lines.values, lines.slopes[:, row], axes=1)
    per_x = scales.quota if lines.form.unit == "amount" else 1.0
    a = sum(scales.of(scale) * now[s, 0] for s, scale in enumerate(SCALES))
    b = sum(scales.of(scale) * now[s, 1] * per_x for s, scale in enumerate(SCALES))
    return np.asarray(a + b * dist.mean), np.asarray(b)


def capped_draws(lines: LinearPlan, attainment: Floats, scales: Scales, most: float) -> Linear:
    """Return the tangent of the cost of every draw (draws x people) under a cap."""
    x = attainment * scales.quota if lines.form.unit == "amount" else attainment
    rows = piece_of(lines.form, x)
    now = lines.base + np.tensordot(lines.values, lines.slopes, axes=1)
    pay = sum(
        scales.of(scale) * (now[rows, s, 0] + now[rows, s, 1] * x) for s, scale in enumerate(SCALES)
    )
    over = np.asarray(pay) > most
    found = lines.cost_of_draws(attainment, scales, skip=over)
    return Linear(found.constant + most * over.sum(axis=1), found.matrix)


def capped_pay(row: Linear, values: Floats, most: float) -> Linear:
    """Return pay of people with those at the cap held there: it moves only where it is not."""
    over = row.at(values) > most
    return Linear(np.where(over, most, row.constant), np.where(over[:, None], 0.0, row.matrix))
