"""The linear map from forecasts that disagree to forecasts that add up."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from salesanalysis.forecast.reconcile.spread import Spread
from salesanalysis.forecast.tree import Floats

#: Smallest error variance of an aggregate, relative to what its leaves may miss together.
FLOOR = 1e-8


@dataclass(frozen=True, eq=False)
class Projection:
    r"""Weighted least squares onto the sums, in the form of as many equations as aggregates.

    Attributes
    ----------
    matrix : scipy sparse array, shape (aggregates, leaves), 0/1
        Each row a set of leaves of its own, of two or more.
    upper, lower : Spread
        Errors of the aggregates and of the leaves; their `joint` parts share the months.
    share : array, shape (aggregates,)
        How much of its disagreement an aggregate may press: 1 all, 0 nothing (bottom-up).

    Notes
    -----
    With :math:`V = diag(w) + U U'` the covariance of base errors, :math:`B = U_a - A U_l` and
    :math:`K = W_l A' - U_l B'`, the unbiased estimate of least total variance is
    :math:`x = y_l + K (W_a + A W_l A' + B B')^{-1} (y_a - A y_l)` (MinT). A share :math:`c`
    multiplies the last bracket. A leaf without any error stays as it is; an aggregate without any
    has the floor, relative to its leaves.

    References
    ----------
    Wickramasuriya, S. L., Athanasopoulos, G. and Hyndman, R. J. (2019). Journal of the American
    Statistical Association 114, 804-819, theorem 1 and section 2.4.
    """

    matrix: Any
    upper: Spread
    lower: Spread
    share: Floats

    def __call__(self, upper: Floats, lower: Floats) -> Floats:
        """Return leaves, shape (leaves, ...), from base forecasts of aggregates and leaves."""
        flat = lower.reshape(len(lower), -1)
        if not len(self.share):
            return lower.copy()
        gap = upper.reshape(len(upper), -1) - self.matrix @ flat
        press = self._solve(self.share[:, None] * gap)
        return (flat + self._spread_out(press)).reshape(lower.shape)

    @cached_property
    def _upward(self) -> Any:
        """Return the matrix with leaves as rows, quick to pick leaves from."""
        return self.matrix.T.tocsr()

    @cached_property
    def _tension(self) -> Floats:
        """Return B, shape (aggregates, months): shared errors of nodes against their leaves'."""
        tension: Floats = self.upper.joint - self.matrix @ self.lower.joint
        return tension

    @cached_property
    def _factor(self) -> tuple[Any, Floats]:
        """Return the Cholesky factor of the system at unit diagonal, and the units."""
        from scipy.linalg import cho_factor  # noqa: PLC0415

        below = (self.matrix.multiply(self.lower.own[None, :]) @ self.matrix.T).toarray()
        system = below + self._tension @ self._tension.T
        reach = np.diagonal(system)
        own = np.maximum(self.upper.own, FLOOR * reach)
        total = own + reach
        # a node in which nothing can move: any positive number does
        unit = np.sqrt(np.where(total > 0, total, 1.0))
        system[np.diag_indices_from(system)] += np.where(total > 0, own, 1.0)
        return cho_factor(system / unit / unit[:, None], lower=True, check_finite=False), unit

    def _solve(self, right: Floats) -> Floats:
        """Return the pressure each aggregate puts on its leaves."""
        from scipy.linalg import cho_solve  # noqa: PLC0415

        factor, unit = self._factor
        solved: Floats = cho_solve(factor, right / unit[:, None], check_finite=False)
        return solved / unit[:, None]

    def _spread_out(self, press: Floats) -> Floats:
        """Return K @ press, shape (leaves, ...)."""
        moved: Floats = self.lower.own[:, None] * (self._upward @ press)
        return moved - self.lower.joint @ (self._tension.T @ press)

    def _reach_of(self, rows: npt.NDArray[np.int64]) -> Floats:
        """Return K[rows].T, shape (aggregates, rows)."""
        part: Floats = self._upward[rows].toarray().T * self.lower.own[rows]
        return part - self._tension @ self.lower.joint[rows].T

    def covariance(self, rows: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
        """Return the covariance of the reconciled leaves `rows` with one another, and K[rows].T."""
        joint = self.lower.joint[rows]
        block = np.diag(self.lower.own[rows]) + joint @ joint.T
        if not len(self.share):
            return block, np.zeros((0, len(rows)))
        reach = self._reach_of(rows)
        return block - reach.T @ self._solve(reach), reach

    def push(self, rows: npt.NDArray[np.int64], reach: Floats, force: Floats) -> Floats:
        """Return how all leaves move where a `force` acts on the leaves `rows`."""
        moved: Floats = self.lower.joint @ (self.lower.joint[rows].T @ force)
        moved[rows] += self.lower.own[rows] * force
        if len(self.share):
            moved -= self._spread_out(self._solve((reach @ force)[:, None]))[:, 0]
        return moved
