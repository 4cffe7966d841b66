"""Weights of the members, learned from the whole panel at earlier origins."""

from collections.abc import Sequence

import numpy as np

from salesanalysis.forecast.members import NAMES
from salesanalysis.forecast.tree import Floats

#: Weights before anything is known of the panel; chosen on origins inside the training parts of
#: public monthly series (docs/forecast.md).
START = {
    "ses": 0.0,
    "damped_trend": 0.22,
    "theta": 0.09,
    "damped_quarters": 0.20,
    "theta_four_months": 0.19,
    "holt_winters": 0.12,
    "seasonal_changes": 0.05,
    "pooled_regression": 0.05,
    "seasonal_naive": 0.08,
}
#: How strongly the start is kept: mean absolute error given up for a distance of 1.
PULL = 0.3
#: Errors a regression needs; with fewer the start is taken.
ENOUGH = 300
#: Passes of the reweighted regression, and the error below which all count alike.
PASSES, SMALL = 30, 1e-3
#: Scaled errors beyond this are cut: one broken series must not choose for all.
CUT = 20.0


def start_weights() -> Floats:
    """Return the weights taken where nothing was learned, shape (members,)."""
    return np.array([START[name] for name in NAMES])


def fit_weights(errors: Sequence[Floats], horizon: int) -> Floats:
    r"""Return the weight of each member at each step ahead, shape (members, horizon).

    Parameters
    ----------
    errors : sequence of arrays, shape (members, nodes, steps)
        Actual minus member, in units of the node's mean change from last year; one per origin;
        empty where unknown.
    horizon : int, months

    Notes
    -----
    :math:`\min_w \overline{|E w|} + 0.3 |w - w_0|^2,\; w \ge 0,\; \sum w = 1`, by iteratively
    reweighted least squares. Beyond the steps that were seen the mean of learned and start
    weights is taken: a member that is best for half a year need not be for the next.

    References
    ----------
    Bates, J. M. and Granger, C. W. J. (1969). Operational Research Quarterly 20, 451-468;
    Montero-Manso, P. et al. (2020). International Journal of Forecasting 36, 86-92, who learn
    from other series too, with a weight vector a series; here it is one a panel.
    """
    start = start_weights()
    out = np.repeat(start[:, None], horizon, axis=1)
    seen = max((e.shape[2] for e in errors), default=0)
    rows = [np.clip(e.reshape(len(start), -1).T, -CUT, CUT) for e in errors]
    table = np.concatenate(rows) if rows else np.zeros((0, len(start)))
    table = table[np.isfinite(table).all(axis=1)]
    if len(table) < ENOUGH:
        return out
    learned = _least_absolute(table, start)
    out[:, :seen] = learned[:, None]
    out[:, seen:] = (learned + start)[:, None] / 2
    return out


def _least_absolute(errors: Floats, start: Floats) -> Floats:
    """Minimise the mean absolute combined error, pulled towards `start`, on the simplex."""
    from scipy.optimize import nnls  # noqa: PLC0415  heavy, only for the engine

    weight, pull = start.copy(), PULL * np.eye(len(start))
    # a sum away from 1 costs so much that rescaling hardly moves the result
    sum_to_one = 1e3
    for _ in range(PASSES):
        each = 0.5 / np.maximum(np.abs(errors @ weight), SMALL)
        square = (errors * each[:, None]).T @ errors / len(errors) + pull
        lower = np.linalg.cholesky(square + sum_to_one)
        weight, _ = nnls(lower.T, np.linalg.solve(lower, pull @ start + sum_to_one))
        weight = weight / weight.sum()
    return weight
