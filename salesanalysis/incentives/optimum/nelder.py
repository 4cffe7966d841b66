"""Nelder-Mead over numbers that no program finds: from many starts, then in whole steps."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Bad = Callable[[Floats], float]
#: Looks at a plan from one start.
LOOKS = 300
#: Ends from which the search begins again, with small steps.
AGAIN = 4


def best_of_starts(
    bad: Bad, first: Sequence[Floats], low: Floats, high: Floats, *, starts: int, seed: int
) -> Floats:
    """Return where Nelder-Mead finds least from given starts, and from others drawn between ends.

    Nelder and Mead (1965), Computer Journal 7:308-313.
    """
    count = max(starts - len(first), 0)
    drawn = np.random.default_rng(seed).uniform(low, high, (count, len(low)))
    width = high - low
    begin = [np.clip(s, low, high) for s in [*first, *drawn][:starts]]
    ends = [_from(bad, s, 0.15 * width) for s in begin]
    last = (_from(bad, e, 0.03 * width) for e in sorted(ends, key=bad)[:AGAIN])
    return min(last, key=bad)


def _from(bad: Bad, start: Floats, width: Floats) -> Floats:
    """Return where Nelder-Mead ends from a start, its first steps `width` wide."""
    from scipy.optimize import minimize  # noqa: PLC0415

    corners = np.vstack([start, start + np.diag(np.where(width > 0, width, 1e-9))])
    options = {"maxfev": LOOKS, "initial_simplex": corners, "xatol": 1e-6, "fatol": 1e-6}
    found = minimize(bad, start, method="Nelder-Mead", options=options)
    return np.asarray(found.x if found.fun < bad(start) else start)


def in_steps(
    bad: Bad, best: Floats, today: Floats, rows: pd.DataFrame, steps: Mapping[str, float]
) -> Floats:
    """Return numbers in whole steps: the nearest, then one or two moved while that helps.

    Today's numbers where nothing in whole steps is better. `rows`: the numbers in their order.
    """
    step = np.array([steps[kind] for kind in rows["kind"]])
    one = np.vstack([np.eye(len(step)), -np.eye(len(step))])
    moves = np.unique((one[:, None] + one[None]).reshape(-1, len(step)), axis=0)
    moves = np.vstack([moves, one]) * step
    at = np.round(best / step) * step
    for _ in range(60):
        tried = np.round((at + moves) / step) * step
        values = [bad(t) for t in tried]
        if min(values) >= bad(at) - 1e-9:
            break
        at = tried[int(np.argmin(values))]
    return at if bad(at) < bad(today) - 1e-6 else today
