"""Months that do not fit their series, moved to the edge of what does before anything is fitted."""

import numpy as np

from salesanalysis.forecast.tree import Flags, Floats

#: Usual scatters beyond which a month is odd: with three years, and with less, where the season is
#: not known yet and counts as scatter.
ODD, ODD_SHORT = 4.0, 8.0
#: Seasons from which the season is taken out, and below which nothing is odd.
KNOWN, LEAST = 3, 2
#: Scale of the median absolute deviation of normal values; scatter below it is none.
MAD, STILL = 1.4826, 0.005


def tamed(history: Floats, *, season: int = 12) -> Floats:
    r"""Return the history with odd months moved to the edge of what is usual.

    Parameters
    ----------
    history : array, shape (nodes, months), currency
        Right-aligned, empty before a node's first month.
    season : int
        Months of a year.

    Returns
    -------
    array, shape (nodes, months), currency
        Equal to `history` but for the odd months.

    Notes
    -----
    In logarithms where every month is above 0, else in units of the mean month: a month is odd
    where what is left of it beyond the median of the 13 months around it and the median of its
    month of the year is more than 4 scatters; it is moved to 4 scatters. The scatter is the
    larger of two: the median absolute rest, and that of the changes from last year over
    :math:`\sqrt 2`. With less than three years the season is not taken out and 8 scatters are
    asked for; with less than two nothing is odd. Two odd months in a row on one side are a new
    level, two in the same month of neighbouring years a season: both are left as they are.

    References
    ----------
    Tukey, J. W. (1962). Annals of Mathematical Statistics 33, 1-67 (winsorising). Rousseeuw, P. J.
    and Croux, C. (1993). Journal of the American Statistical Association 88, 1273-1283 (the
    median absolute deviation).

    Examples
    --------
    >>> year = 100.0 + 10 * np.sin(np.arange(48) / 12 * 2 * np.pi) + np.arange(48) % 5
    >>> year[30] = 900.0
    >>> bool(tamed(year[None])[0, 30] < 150)
    True
    """
    value, factor, size = as_fitted(history)
    n = np.isfinite(history).sum(axis=1)
    rest, edge = _rest_and_edge(value, n, season)
    side = _alone(np.where(np.abs(rest) > edge, np.sign(rest), 0.0), season)
    side[n < LEAST * season] = 0.0
    moved = value - rest + side * edge
    moved = np.where(factor[:, None], np.exp(np.where(factor[:, None], moved, 0.0)), moved * size)
    # amounts of a season may take what is usual below anything ever seen
    least = np.where(np.isfinite(history), history, np.inf).min(axis=1, initial=np.inf)
    return np.where(side != 0, np.maximum(moved, least[:, None]), history)


def as_fitted(history: Floats) -> tuple[Floats, Flags, Floats]:
    """Return logarithms where every month is above 0, else parts of the mean month.

    Returns
    -------
    value : array, shape (nodes, months)
    factor : array of bool, shape (nodes,)
        Where they are logarithms.
    size : array, shape (nodes, 1)
        The mean month.
    """
    known = np.isfinite(history)
    factor: Flags = np.logical_and.reduce((history > 0) | ~known, axis=1)
    size = np.nan_to_num(np.abs(history)).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    size = np.where(size > 0, size, 1.0)[:, None]
    plain = np.where(known, history, 1.0)
    value = np.where(factor[:, None], np.log(np.where(plain > 0, plain, 1.0)), plain / size)
    return np.where(known, value, np.nan), factor, size


def level_and_season(value: Floats, n: np.ndarray, season: int) -> tuple[Floats, Floats]:
    """Return the level around each month and what its month of the year has beyond it.

    Parameters
    ----------
    value : array, shape (nodes, months)
        Empty where unknown.
    n : array of int, shape (nodes,)
        Known months; below three years no season is told.
    """
    half = season // 2
    wide = np.pad(value, ((0, 0), (half, half)), constant_values=np.nan)
    level = _median(np.lib.stride_tricks.sliding_window_view(wide, 2 * half + 1, axis=1))
    years = -(-value.shape[1] // season)
    before = years * season - value.shape[1]
    by_year = np.pad(value - level, ((0, 0), (before, 0)), constant_values=np.nan)
    index = _median(by_year.reshape(len(value), years, season).transpose(0, 2, 1))
    index = np.where((n >= KNOWN * season)[:, None], index, 0.0)
    return level, np.tile(index, (1, years))[:, before:]


def _rest_and_edge(value: Floats, n: np.ndarray, season: int) -> tuple[Floats, Floats]:
    """Return what level and season leave over, and how much of that is usual."""
    level, index = level_and_season(value, n, season)
    rest, long = value - level - index, n >= KNOWN * season
    scatter = MAD * _median(np.abs(rest))
    changes = value[:, season:] - value[:, :-season]
    if changes.shape[1]:
        changed = MAD * _median(np.abs(changes - _median(changes)[:, None])) / np.sqrt(2)
        # the median of few years takes much of the scatter into the season
        share = np.sqrt(n / np.maximum(n - season, 0.5 * season))
        scatter = np.where(long, np.fmax(scatter * share, changed), scatter)
    edge = np.where(long, ODD, ODD_SHORT) * np.maximum(scatter, STILL)
    return np.nan_to_num(rest), np.nan_to_num(edge)[:, None]


def _alone(side: Floats, season: int) -> Floats:
    """Keep the odd months (-1 or 1) that have no like beside them nor a year away."""
    alone = side.copy()
    for lag in (1, season):
        like = (side[:, lag:] == side[:, :-lag]) & (side[:, lag:] != 0)
        alone[:, lag:][like] = 0.0
        alone[:, :-lag][like] = 0.0
    return alone


def _median(values: Floats) -> Floats:
    """Return the median over the last axis of what is known; empty where nothing is."""
    ordered = np.sort(values, axis=-1)
    n = np.isfinite(ordered).sum(axis=-1)
    low, high = np.maximum((n - 1) // 2, 0), np.minimum(n // 2, max(values.shape[-1] - 1, 0))
    pair = [np.take_along_axis(ordered, i[..., None], axis=-1)[..., 0] for i in (low, high)]
    middle: Floats = (pair[0] + pair[1]) / 2
    return middle
