"""Months nobody knows, bridged by what is usual around them, from the months known at an origin."""

import numpy as np

from salesanalysis.forecast.run.odd import as_fitted, level_and_season
from salesanalysis.forecast.tree import Flags, Floats

#: Passes: the level around a month needs the month itself, which carries its season.
PASSES = 3


def bridged(history: Floats, gaps: Flags | None, *, season: int = 12) -> Floats:
    """Return the history with unknown months at the level around them and their usual season.

    Parameters
    ----------
    history : array, shape (nodes, months)
        Empty before a node's first month and where `gaps` says so.
    gaps : array of bool, shape (nodes, months), or None
        Months of a node's life nobody knows. What is put there uses no month after the last of
        `history`.
    season : int
        Months of a year.

    Examples
    --------
    >>> known = np.array([[10.0, 12.0, np.nan, 12.0, 10.0]])
    >>> bridged(known, np.isnan(known)).round(1).tolist()
    [[10.0, 12.0, 11.0, 12.0, 10.0]]
    """
    if gaps is None or not gaps.any():
        return history
    rows = np.flatnonzero(gaps.any(axis=1))
    value, factor, size = as_fitted(history[rows])
    usual, n = value, np.isfinite(value).sum(axis=1)
    for _ in range(PASSES):
        level, index = level_and_season(usual, n, season)
        # a gap longer than the window takes the last level before it
        place = np.where(np.isfinite(level), np.arange(level.shape[1]), 0)
        level = np.take_along_axis(level, np.maximum.accumulate(place, axis=1), axis=1)
        usual = np.where(gaps[rows], level + np.nan_to_num(index), value)
    usual = np.where(factor[:, None], np.exp(np.where(factor[:, None], usual, 0.0)), usual * size)
    out = history.copy()
    here = gaps[rows]
    out[rows] = np.where(here, np.nan_to_num(usual), history[rows])
    return out
