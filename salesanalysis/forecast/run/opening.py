"""What young units sell by: their months without an opening that is unlike the rest."""

import numpy as np

from salesanalysis.forecast.tree import Flags, Floats

#: Opening months beyond this many times the middle one, or below its part, are left out ...
FAR = 2.0
#: ... where the months left lie within this many times their middle.
CALM = 3.0


def settled(history: Floats, whole: Floats) -> Flags:
    """Return the months a young unit's share is taken from, shape (nodes, months).

    Parameters
    ----------
    history : array, shape (nodes, months)
        Empty outside a unit's life.
    whole : array, same shape
        What the share is of; ones for the level itself.

    Notes
    -----
    A first delivery that fills the shelves, or a first month with the door half open, is no part
    of what is sold from then on. Months from the first on are left out while their share is more
    than `FAR` times the middle share, or while it is less than its `FAR`-th part, where all others
    lie within `CALM` times their own middle: of a unit whose months differ widely anyway, nothing
    is known to be an opening.

    Examples
    --------
    >>> settled(np.array([[5000.0, 100.0, 100.0, 110.0]]), np.ones((1, 4))).tolist()
    [[False, True, True, True]]
    >>> settled(np.array([[5000.0, 100.0, 0.0, 110.0]]), np.ones((1, 4))).all()
    np.True_
    """
    active = np.isfinite(history) & np.isfinite(whole)
    share = np.divide(history, whole, out=np.zeros_like(whole), where=active & (whole > 0))
    middle = _middle(share, active)
    high = np.logical_and.accumulate(~active | (share > FAR * middle[:, None]), axis=1)
    low = np.logical_and.accumulate(~active | (share < middle[:, None] / FAR), axis=1)
    kept = active & ~high & ~low
    level = _middle(share, kept)[:, None]
    far = (share > CALM * level) | (share < level / CALM)
    calm = ~(kept & far).any(axis=1)
    sure = calm & kept.any(axis=1) & (middle > 0) & (whole > 0).all(axis=1, where=active)
    return np.where(sure[:, None], kept, active)


def _middle(share: Floats, there: Flags) -> Floats:
    """Return the median of the months that are there; 0 where there is none."""
    ordered = np.sort(np.where(there, share, np.inf), axis=1)
    n, row = there.sum(axis=1), np.arange(len(share))
    low, high = ordered[row, np.maximum(n - 1, 0) // 2], ordered[row, np.minimum(n // 2, n - 1)]
    found: Floats = np.where(n > 0, (low + high) / 2, 0.0)
    return found
