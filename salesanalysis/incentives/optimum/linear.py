"""Pay as a linear function of a plan's numbers: found by unit changes, proved at a further point.

With its edges fixed, a plan's pay is linear in its rates at fixed coefficients, and linear in its
coefficients at fixed rates. Nothing about the plan language is assumed: the plan is compiled as it
stands and with each number moved, in exact fractions; then all are moved at once, and the lines
must be the sum of the single moves. What holds for the lines holds for every result, every person.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from salesanalysis.incentives.compiled import Compiled
from salesanalysis.incentives.moments.distributions import Distribution
from salesanalysis.incentives.moments.lines import piece_of
from salesanalysis.incentives.optimum.paid import Paid, paid_on_sales
from salesanalysis.incentives.optimum.probe import moved
from salesanalysis.incentives.optimum.proving import (
    Rows,
    exact_lines,
    prove,
    slope_of,
    step_of,
    texts,
)
from salesanalysis.incentives.optimum.rows import SCALES, Linear, Scales
from salesanalysis.incentives.simulate.reasons import Facts

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

Floats = npt.NDArray[np.float64]
ZERO = Fraction(0)
#: Nothing known of people but that nobody has net returns.
ALONE = Facts(never_negative=True)


@dataclass(frozen=True)
class LinearPlan:
    """A plan whose lines are linear in some of its numbers.

    Attributes
    ----------
    paid : Paid, the plan as it stands: its pieces are those of every other value
    knobs : tuple of str
    values : ndarray, what the knobs stand at
    base, slopes : ndarray, pieces x scales x 2, and knobs x pieces x scales x 2
        Lines (a, b) at knobs of zero, and what one of each knob adds to them.
    """

    paid: Paid
    knobs: tuple[str, ...]
    values: Floats
    base: Floats
    slopes: Floats

    @classmethod
    def of(
        cls,
        plan: "Plan",
        knobs: Mapping[str, str],
        *,
        facts: Facts = ALONE,
        proved: bool = False,
    ) -> "LinearPlan":
        """Find what every knob does to the lines of a plan.

        Parameters
        ----------
        knobs : mapping from knob to its kind
        facts : Facts, what is known of people beside their quotas
        proved : bool, whether these knobs were proved linear in a plan of the same parts

        Raises
        ------
        ContractError
            Parts of the plan that are no lines; numbers in which pay is not linear.
        """
        paid = paid_on_sales(plan, facts)
        stand = texts(plan)
        moves = {k: step_of(stand[k], kind) for k, kind in knobs.items()}
        base = exact_lines(paid)

        def slope(values: Mapping[str, Fraction], move: Fraction) -> Rows:
            return slope_of(base, paid_on_sales(moved(plan, values), facts), values, move)

        slopes = {k: slope({k: stand[k] + move}, move) for k, move in moves.items()}
        if not proved:
            prove(slope, slopes, {k: (stand[k], move) for k, move in moves.items()})
        names = tuple(knobs)
        values = np.array([float(stand[k]) for k in names])
        shape = (-1, len(base), len(SCALES), 2)
        steep = np.array([_floats(slopes[k]) for k in names]).reshape(shape)
        at_zero = [
            [
                tuple(
                    v - sum((slopes[k][i][s][j] * stand[k] for k in names), ZERO)
                    for j, v in _two(line)
                )
                for s, line in enumerate(row)
            ]
            for i, row in enumerate(base)
        ]
        return cls(paid, names, values, _floats(at_zero), steep)

    @property
    def form(self) -> Compiled:
        """Return the compiled lines of the plan as it stands."""
        return self.paid.form

    def size(self, scales: Scales, scale: str) -> Floats:
        """Return the size of a scale per person."""
        return scales.of(scale, self.form.unit)

    def pay(self, attainment: npt.ArrayLike, scales: Scales) -> Linear:
        """Return the pay of every person at an attainment of their own, currency per period."""
        x = np.asarray(attainment, np.float64)
        if self.form.unit == "amount":
            x = x * scales.quota
        rows = piece_of(self.form, x)
        constant = np.zeros(x.shape)
        matrix = np.zeros((x.size, len(self.knobs)))
        for s, scale in enumerate(SCALES):
            size = self.size(scales, scale)
            constant += size * (self.base[rows, s, 0] + self.base[rows, s, 1] * x)
            steep = self.slopes[:, rows, s, 0] + self.slopes[:, rows, s, 1] * x
            matrix += (size * steep).T
        return Linear(constant, matrix)

    def cost(self, dist: Distribution, scales: Scales) -> Linear:
        """Return the expected pay of everybody together for one period, as one row."""
        return self.weighted(self.cost_weights(dist, scales)[None])

    def cost_weights(self, dist: Distribution, scales: Scales) -> Floats:
        """Return what everybody's lines count in their expected pay: pieces x scales x 2."""
        from salesanalysis.incentives.moments.pieces import spans_of  # noqa: PLC0415

        weights = np.zeros(self.base.shape)
        per_x = scales.quota if self.form.unit == "amount" else np.ones(scales.quota.shape)
        for row, span in enumerate(spans_of(self.form, scales.quota)):
            side = {"low_in": span.low_in, "high_in": span.high_in}
            p = dist.probability(span.lo, span.hi, **side)
            m = dist.first(span.lo, span.hi, **side)
            for s, scale in enumerate(SCALES):
                size = self.size(scales, scale)
                weights[row, s] = np.sum(size * p), np.sum(size * per_x * m)
        return weights

    def cost_of_draws(
        self, attainment: Floats, scales: Scales, *, skip: npt.NDArray[np.bool_] | None = None
    ) -> Linear:
        """Return the pay of everybody together in every draw (draws x people), one row a draw.

        `skip`: cells that are not counted.
        """
        return self.weighted(self.draw_weights(attainment, scales, skip=skip))

    def draw_weights(
        self, attainment: Floats, scales: Scales, *, skip: npt.NDArray[np.bool_] | None = None
    ) -> Floats:
        """Return what everybody's lines count in every draw: draws x pieces x scales x 2."""
        n_draws, n_pieces = len(attainment), len(self.base)
        weights = np.zeros((n_draws, n_pieces, len(SCALES), 2))
        x = attainment * scales.quota if self.form.unit == "amount" else attainment
        cells = piece_of(self.form, x) + n_pieces * np.arange(n_draws)[:, None]
        for s, scale in enumerate(SCALES):
            size = np.broadcast_to(self.size(scales, scale), x.shape)
            size = size if skip is None else np.where(skip, 0.0, size)
            for j, weight in enumerate((size, size * x)):
                sums = np.bincount(cells.ravel(), weight.ravel(), n_draws * n_pieces)
                weights[:, :, s, j] = sums.reshape(n_draws, n_pieces)
        return weights

    def heights(self, scales: Scales) -> tuple[Linear, Linear, Linear, Floats]:
        """Return pay just below and at every edge, the slope above it, and the edges.

        For the first person of `scales`; slopes are currency per unit of attainment.
        """
        quota = float(scales.quota[0])
        per_x = quota if self.form.unit == "amount" else 1.0
        edges = np.array([float(s.lo or 0) for s in self.form.segments[1:]])
        size = np.array([float(self.size(scales, scale)[0]) for scale in SCALES])

        def line(first: int, last: int | None, x: Any, *, slope: bool = False) -> Linear:
            a, b = (0.0 if slope else 1.0), (per_x if slope else x)
            pick = slice(first, last)
            constant = self.base[pick, :, 0] @ size * a + (self.base[pick, :, 1] @ size) * b
            steep = (self.slopes[:, pick, :, 0] @ size) * a + (
                self.slopes[:, pick, :, 1] @ size
            ) * b
            return Linear(constant, steep.T)

        return (
            line(0, -1, edges),
            line(1, None, edges),
            line(0, None, 0.0, slope=True),
            edges / per_x,
        )

    def weighted(self, weights: Floats) -> Linear:
        """Return the sum of lines times weights, one row per set of weights."""
        flat = weights.reshape(len(weights), -1)
        return Linear(flat @ self.base.ravel(), flat @ self.slopes.reshape(len(self.knobs), -1).T)


def _floats(rows: Any) -> Floats:
    return np.array([[[float(v) for v in line] for line in row] for row in rows])


def _two(line: tuple[Fraction, Fraction]) -> Any:
    return enumerate(line)
