"""Rates that keep their parent's rate: every unit's own moved by the same amount, within bounds."""

import numpy as np
import numpy.typing as npt

from salesanalysis.errors import ContractError

Floats = npt.NDArray[np.float64]


def shift_to(
    base: Floats, weight: Floats, target: float, *, lo: float, hi: float, name: str = "the rate"
) -> Floats:
    r"""Return ``clip(a + base, lo, hi)`` with `a` such that the weighted mean is `target`.

    Parameters
    ----------
    base : array, shape (n,), the units' own rates
    weight : array, shape (n,), denominators, zero or more
    target : float
    lo, hi : float, either may be infinite
    name : str
        How a message calls the rate.

    Returns
    -------
    array, shape (n,)

    Raises
    ------
    ContractError
        A target outside the bounds: no shift reaches it.

    Notes
    -----
    :math:`\sum_i r_i d_i` grows with a in straight pieces; the pieces are walked in order of
    their ends, so the answer is exact and needs no iteration.

    Examples
    --------
    >>> shift_to(np.array([0.90, 0.98]), np.array([1.0, 1.0]), 0.97, lo=0.0, hi=1.0).round(4)
    array([0.94, 1.  ])
    """
    total = float(weight.sum())
    if not lo <= target <= hi:
        raise ContractError(
            f"{name} of {target:.4g} lies outside its bounds {lo:.4g} to {hi:.4g}.",
            where=f"asks[{name!r}]",
            fix="change the ask, the bounds or the units that are fixed",
            code="bad-choice",
        )
    if total <= 0 or not np.ptp(base):
        return np.full(len(base), target)
    used = weight > 0
    a = _shift(base[used], weight[used], target, lo, hi)
    return np.clip(base + a, lo, hi)


def _shift(base: Floats, weight: Floats, target: float, lo: float, hi: float) -> float:
    """Find the shift on the piece whose ends enclose the target."""
    ends = np.concatenate([lo - base, hi - base])
    at = np.unique(ends[np.isfinite(ends)])
    total = float(weight.sum())
    if not len(at):
        return target - float((base * weight).sum()) / total
    values, wanted = _walk(base, weight, at, lo, hi), target * total
    # outside the ends either nothing moves any more, or everything does
    if wanted <= values[0]:
        return float(at[0] - (values[0] - wanted) / total)
    if wanted >= values[-1]:
        return float(at[-1] + (wanted - values[-1]) / total)
    return float(np.interp(wanted, values, at))


def _walk(base: Floats, weight: Floats, at: Floats, lo: float, hi: float) -> Floats:
    """Return the weighted sum at every end of a piece."""
    order = np.argsort(base)
    b, w = base[order], weight[order]
    w_sum, bw_sum = (np.concatenate([[0.0], np.cumsum(v)]) for v in (w, b * w))
    low = np.searchsorted(b, lo - at, side="right") if np.isfinite(lo) else np.zeros(len(at), int)
    high = np.searchsorted(b, hi - at, side="left") if np.isfinite(hi) else np.full(len(at), len(b))
    high = np.maximum(high, low)
    inside = bw_sum[high] - bw_sum[low] + at * (w_sum[high] - w_sum[low])
    below = w_sum[low] * lo if np.isfinite(lo) else 0.0
    above = (w_sum[-1] - w_sum[high]) * hi if np.isfinite(hi) else 0.0
    values: Floats = inside + below + above
    return values
