"""The nearest forecasts that add up and stay above their lower bounds."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from salesanalysis.forecast.reconcile.projection import Projection
from salesanalysis.forecast.tree import Flags, Floats

#: Passes per month before the leaves are cut at their bounds instead.
MAX_PASSES = 200
#: How far below its bound a leaf counts as below, relative to the largest figure of the month.
HAIR = 1e-12


@dataclass(frozen=True, eq=False)
class Bounded:
    """Leaves above their bounds.

    Attributes
    ----------
    leaves : array, shape (leaves, horizon), currency
    held : array of bool, shape (leaves, horizon)
        Where a leaf lies at its bound and would lie below it without.
    exact : array of bool, shape (horizon,)
        False where the passes ran out: bounds hold, but nearer figures may exist.
    passes : int
        The most any month needed.
    """

    leaves: Floats
    held: Flags
    exact: Flags
    passes: int


def hold(projection: Projection, free: Floats, lower: Floats) -> Bounded:
    r"""Return the leaves nearest to `free` that are at least `lower`.

    Parameters
    ----------
    projection : Projection
    free : array, shape (leaves, horizon), currency
        The reconciled leaves without bounds.
    lower : array, shape (leaves, horizon), currency
        -inf where there is none.

    Notes
    -----
    With :math:`\Sigma` the covariance of the reconciled leaves, the solution is
    :math:`x + \Sigma \eta`, :math:`\eta \ge 0`, and 0 where a leaf lies above its bound. The set of
    held leaves changes in blocks: leaves below their bound join, leaves with a negative force are
    let go; where that goes in circles, one leaf at a time does, which ends.

    References
    ----------
    Portugal, L. F., Judice, J. J. and Vicente, L. N. (1994). Mathematics of Computation 63,
    625-643.
    """
    leaves = free.copy()
    held = np.zeros(free.shape, dtype=bool)
    exact, passes = np.ones(free.shape[1], dtype=bool), 0
    for k in np.flatnonzero((leaves < lower).any(axis=0)):
        leaves[:, k], held[:, k], exact[k], n = _one_month(projection, leaves[:, k], lower[:, k])
        passes = max(passes, n)
    return Bounded(leaves, held, exact, passes)


def _one_month(
    projection: Projection, free: Floats, lower: Floats
) -> tuple[Floats, Flags, bool, int]:
    """Return leaves, who is held, whether that is the optimum, and the passes it took."""
    hair = HAIR * max(float(np.abs(free).max()), 1e-300)
    held = free < lower - hair
    fewest, tries = len(free) + 1, 3
    leaves = free
    for n in range(1, MAX_PASSES + 1):
        leaves, force = _with_held(projection, free, lower, held)
        if not np.isfinite(leaves).all():
            break
        wrong = _wrong(leaves, force, lower, held, hair)
        n_wrong = int(wrong.sum())
        if not n_wrong:
            return np.maximum(leaves, lower), held, True, n
        if n_wrong < fewest:
            fewest, tries = n_wrong, 3
        else:
            tries -= 1
        if tries < 0:
            wrong[: np.flatnonzero(wrong)[-1]] = False
        held = held ^ wrong
    rest = np.where(np.isfinite(leaves), leaves, free)
    return np.maximum(rest, lower), held, False, MAX_PASSES


def _with_held(
    projection: Projection, free: Floats, lower: Floats, held: Flags
) -> tuple[Floats, Floats]:
    """Return the leaves with `held` at their bounds, and the force on each as a way to go."""
    rows = np.flatnonzero(held)
    if not len(rows):
        return free, np.zeros(0)
    block, reach = projection.covariance(rows)
    force = _positive_solve(block, lower[rows] - free[rows])
    leaves = free + projection.push(rows, reach, force)
    leaves[rows] = lower[rows]
    return leaves, force * np.diagonal(block)


def _positive_solve(block: Floats, right: Floats) -> Floats:
    """Solve a positive system at unit diagonal; least squares where it is too near to singular."""
    from scipy.linalg import LinAlgError, cho_factor, cho_solve, lstsq  # noqa: PLC0415

    unit = np.sqrt(np.maximum(np.diagonal(block), np.finfo(float).tiny))
    scaled = block / unit / unit[:, None]
    try:
        solved = cho_solve(cho_factor(scaled, lower=True), right / unit)
    except LinAlgError:
        solved = lstsq(scaled, right / unit)[0]
    return np.asarray(solved / unit, dtype="float64")


def _wrong(
    leaves: Floats, force: Floats, lower: Floats, held: Flags, hair: float
) -> npt.NDArray[np.bool_]:
    """Return the free leaves below their bound and the held ones pressed upon from above."""
    wrong = ~held & (leaves < lower - hair)
    wrong[np.flatnonzero(held)[force < -hair]] = True
    return wrong
