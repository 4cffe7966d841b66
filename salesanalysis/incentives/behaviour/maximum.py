"""The highest point of many curves at once: a grid that holds every peak, then a golden section."""

from collections.abc import Callable

import numpy as np

from salesanalysis.incentives.behaviour.checks import Floats

#: Narrowings after the grid: 0.618^60 of a step is below 1e-12 of it.
TURNS = 60
_GOLDEN = (np.sqrt(5) - 1) / 2


def global_maximum(height: Callable[[Floats], Floats], grid: Floats) -> tuple[Floats, Floats]:
    """Return where each row's curve is highest, and how high.

    Parameters
    ----------
    height : function of an array (rows x points) to heights of the same shape
    grid : ndarray, rows x points, ascending along each row; dense enough that the best point and
        the highest peak are neighbours

    Returns
    -------
    place, value : ndarray, one per row
        Of two places of the same height the lower one: nobody works more for nothing.
    """
    values = height(grid)
    top = values.max(axis=1, keepdims=True)
    slack = 1e-12 * np.maximum(np.abs(top), 1e-12)
    best = np.argmax(values >= top - slack, axis=1)
    rows = np.arange(len(grid))
    at = grid[rows, best][:, None]
    # the next places that differ: grids are put together, and two points may fall on one
    apart = 1e-7 * (grid[:, -1:] - grid[:, :1])
    low = np.where(grid < at - apart, grid, grid[:, :1]).max(axis=1)
    high = np.where(grid > at + apart, grid, grid[:, -1:]).min(axis=1)
    place = _section(height, low, high)
    found = height(place[:, None])[:, 0]
    # on a flat top, or where an end is best, the grid's own point stands
    keep = found <= values[rows, best] + 1e-15 * np.abs(values[rows, best])
    place = np.where(keep, grid[rows, best], place)
    return place, np.where(keep, values[rows, best], found)


def _section(height: Callable[[Floats], Floats], low: Floats, high: Floats) -> Floats:
    """Narrow each bracket to its highest point."""
    low, high = low.copy(), high.copy()
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_left, at_right = (height(x[:, None])[:, 0] for x in (left, right))
    for _ in range(TURNS):
        up = at_left < at_right
        low, high = np.where(up, left, low), np.where(up, high, right)
        fresh = np.where(up, low + _GOLDEN * (high - low), high - _GOLDEN * (high - low))
        tried = height(fresh[:, None])[:, 0]
        left, right = np.where(up, right, fresh), np.where(up, fresh, left)
        at_left, at_right = np.where(up, at_right, tried), np.where(up, tried, at_left)
    middle: Floats = (low + high) / 2
    return middle
