"""When the total moves one way and its members the other: Simpson's paradox, by a definition."""

from dataclasses import dataclass

import numpy as np

from salesanalysis.variance.rates.arithmetic import Floats

#: Members that hold more than this part of the mean share speak for all of them.
MOST = 0.8
#: Rates nearer than this did not move; far below any printed digit.
STILL = 1e-12


@dataclass(frozen=True)
class Reversal:
    """Whether members move against their total.

    Attributes
    ----------
    flag : bool
        The total moves one way, and members holding more than 80 % of the mean share of both
        sides move the other way.
    every : bool
        All members move the other way, and all are on both sides.
    share : float
        Part of the mean share held by members that move the other way, 0..1.
    direction : int
        1 where the total rose, -1 where it fell, 0 where it stood still.
    """

    flag: bool
    every: bool
    share: float
    direction: int


def reversal(s0: Floats, r0: Floats, s1: Floats, r1: Floats) -> Reversal:
    """Tell whether members move against their total; a new or lost member does not move.

    Parameters
    ----------
    s0, r0, s1, r1 : array, shape (n,)
        As in `rate_mix`; the rate of a member that is not there is not read.

    Examples
    --------
    >>> found = reversal(*(np.array(v) for v in ([.8, .2], [.05, .20], [.2, .8], [.03, .18])))
    >>> found.flag, found.every, found.direction
    (True, True, 1)
    """
    there = (s0 + s1) > 0
    both = (s0 > 0) & (s1 > 0)
    total = _sign(np.array([s1[s1 > 0] @ r1[s1 > 0] - s0[s0 > 0] @ r0[s0 > 0]]))[0]
    moves = np.where(both, _sign(np.where(both, r1, 0.0) - np.where(both, r0, 0.0)), 0)
    against = (moves == -total) & (total != 0)
    held = float(((s0 + s1) / 2)[against].sum())
    every = bool(against[there].all() and total != 0)
    return Reversal(bool(held > MOST), every, held, int(total))


def _sign(change: Floats) -> np.ndarray:
    """Return the direction of a change; float noise has none."""
    return np.where(np.abs(change) <= STILL, 0, np.sign(change)).astype("int64")
