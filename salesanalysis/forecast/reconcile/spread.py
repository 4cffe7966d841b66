"""How far base forecasts miss, per node and together: what decides who gives way."""

from dataclasses import dataclass

import numpy as np

from salesanalysis.forecast.tree import Floats

#: Errors a node needs before its own mean square is believed.
LEAST_ERRORS = 6
#: Months with errors below which nothing is said about errors that go together.
LEAST_MONTHS = 12


@dataclass(frozen=True, eq=False)
class Spread:
    """Covariance of base errors: ``diag(own) + joint @ joint.T``, never built in full.

    Attributes
    ----------
    own : array, shape (nodes,), currency squared
        The part each node has by itself.
    joint : array, shape (nodes, months), currency
        The part nodes share; no columns where errors are taken as unrelated.
    shrinkage : float
        Share taken off the correlations: 1 = unrelated.
    """

    own: Floats
    joint: Floats
    shrinkage: float = 1.0

    @classmethod
    def unrelated(cls, variance: Floats) -> "Spread":
        """Return errors of these variances that have nothing to do with each other."""
        return cls(variance, np.zeros((len(variance), 0)))

    def split(self, row: int) -> tuple["Spread", "Spread"]:
        """Return the nodes before `row` and those from it on; they still share their months."""
        first = Spread(self.own[:row], self.joint[:row], self.shrinkage)
        return first, Spread(self.own[row:], self.joint[row:], self.shrinkage)


def variances(errors: Floats, fallback: Floats, *, least: int = LEAST_ERRORS) -> Floats:
    """Return the mean squared error of each node over origins and steps.

    Parameters
    ----------
    errors : array, shape (origins, nodes, steps), currency
        Actual minus forecast; empty where there is none.
    fallback : array, shape (nodes,), currency squared
        Taken where a node has fewer than `least` errors.
    least : int

    Examples
    --------
    >>> errors = np.array([[[1.0, -1.0], [3.0, np.nan]]])
    >>> variances(errors, np.array([9.0, 9.0]), least=2).tolist()
    [1.0, 9.0]
    """
    known = np.isfinite(errors)
    n = known.sum(axis=(0, 2))
    squares = np.where(known, errors, 0.0) ** 2
    own = squares.sum(axis=(0, 2)) / np.maximum(n, 1)
    return np.where(n >= least, own, fallback)


def together(
    residuals: Floats, variance: Floats | None = None, *, shrinkage: float | None = None
) -> Spread:
    r"""Return the covariance of errors, correlations shrunk towards none.

    Parameters
    ----------
    residuals : array, shape (nodes, months), currency
        One-step errors of the same months for all nodes; empty where a node has none.
    variance : array, shape (nodes,), currency squared, optional
        The size of each node's errors where it is known better than from `residuals`.
    shrinkage : float, optional
        Between 0 and 1; estimated where not given.

    Returns
    -------
    Spread
        Unrelated errors where fewer than 12 months have any.

    Notes
    -----
    :math:`\lambda = \sum_{i \ne j} Var(r_{ij}) / \sum_{i \ne j} r_{ij}^2`, cut to [0, 1], with
    :math:`r_{ij} = \frac{1}{T} \sum_t z_{it} z_{jt}`, :math:`z` the errors over their own root
    mean square (not centred: a forecast that is always too low is an error too) and
    :math:`Var(r_{ij})` from the spread of :math:`z_{it} z_{jt}` over the months. A month that a
    node lacks counts as 0, which shrinks its correlations and keeps the matrix positive.

    References
    ----------
    Schaefer, J. and Strimmer, K. (2005). Statistical Applications in Genetics and Molecular
    Biology 4, 32. Wickramasuriya, S. L., Athanasopoulos, G. and Hyndman, R. J. (2019). Journal
    of the American Statistical Association 114, 804-819.

    Examples
    --------
    >>> month = np.arange(24)
    >>> both = np.vstack([np.where(month % 2, 1.0, -1.0)] * 2)
    >>> spread = together(both, shrinkage=0.5)
    >>> (np.diag(spread.own) + spread.joint @ spread.joint.T).round(6).tolist()
    [[1.0, 0.5], [0.5, 1.0]]
    """
    known = np.isfinite(residuals)
    months = int(known.any(axis=0).sum())
    n = known.sum(axis=1)
    filled = np.where(known, residuals, 0.0)
    measured = (filled**2).sum(axis=1) / np.maximum(n, 1)
    size = measured if variance is None else variance
    if months < LEAST_MONTHS:
        return Spread.unrelated(size)
    root = np.sqrt(measured)
    z = np.divide(filled, root[:, None], out=np.zeros_like(filled), where=root[:, None] > 0)
    share = _shrinkage(z, months) if shrinkage is None else shrinkage
    joint = z * np.sqrt((1 - share) * size / months)[:, None]
    # what the shared part leaves of the node's own variance; >= share of it, so never negative
    own = np.maximum(size - (joint**2).sum(axis=1), 0.0)
    return Spread(own, joint, float(share))


def _shrinkage(z: Floats, months: int) -> float:
    """Return the share that minimises the expected squared error of the correlations."""
    square = z**2
    # sums over all pairs of nodes, taken month by month: nothing of the size nodes x nodes
    all_r = float(((z.T @ z) ** 2).sum()) / months**2
    all_squares = float((square.sum(axis=0) ** 2).sum()) / months
    own_r = float(((square.sum(axis=1) / months) ** 2).sum())
    own_squares = float((square**2).sum()) / months
    signal = all_r - own_r
    noise = (all_squares - own_squares - signal) / (months - 1)
    return float(np.clip(noise / signal, 0.0, 1.0)) if signal > 1e-12 * all_r else 1.0
