"""One figure for all that makes clipped values add up to a total, found exactly."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def clipped_sum(start: Floats, slope: Floats, low: Floats, high: Floats, total: float) -> Floats:
    """Return ``clip(start + slope * k, low, high)`` for the k at which the sum is `total`.

    Parameters
    ----------
    start, slope : array, shape (n,)
        Slopes are zero or more.
    low, high : array, shape (n,)
        `low` is finite; `high` may be infinite.
    total : float
        Between the sum of `low` and the sum of `high`; where only units of slope 0 could make
        up the rest, the values come as near as they can.

    Returns
    -------
    array, shape (n,)

    Examples
    --------
    >>> low, high = np.array([126.0, 84.0, 52.5]), np.array([129.6, 96.0, 60.0])
    >>> base = np.array([120.0, 80.0, 50.0])
    >>> [round(v, 4) for v in clipped_sum(base * 0, base, low, high, 280.0).tolist()]
    [129.6, 92.5538, 57.8462]
    """
    moving = slope > 0
    still = np.clip(start, low, high)[~moving]
    a, b, lo, hi = (v[moving] for v in (start, slope, low, high))
    out = np.clip(start, low, high)
    if not len(b):
        return out
    ends = np.isfinite(hi)
    # the sum is a line between the points at which a value leaves or reaches a bound
    at = np.concatenate([(lo - a) / b, (hi[ends] - a[ends]) / b[ends]])
    turn = np.concatenate([b, -b[ends]])
    order = np.argsort(at, kind="stable")
    at, climb = at[order], np.maximum(np.cumsum(turn[order]), 0.0)
    sums = lo.sum() + still.sum() + np.concatenate([[0.0], np.cumsum(climb[:-1] * np.diff(at))])
    piece = max(int(np.searchsorted(sums, total, side="right")) - 1, 0)
    k = at[piece]
    if climb[piece] > 1e-300:
        k += (total - sums[piece]) / climb[piece]
    out[moving] = np.clip(a + b * k, lo, hi)
    return out
