"""The season of a working day: the median over years, kept as far as it stands out from noise."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
#: What a month is taken to differ by from year to year before any is seen, and for how many months.
_NOISE, _MONTHS = 0.1, 11


def settled_index(
    ratio: Floats,
    counts: npt.NDArray[np.bool_],
    groups: npt.NDArray[np.int64],
    *,
    half_life: float,
    shrink: float | None,
) -> tuple[Floats, Floats]:
    """Return the index of every unit and month, and the years behind it.

    Parameters
    ----------
    ratio : array, shape (years, units, 12)
        Sales per working day, 1 = the year's average; the first unit is the company.
    counts : array of bool, shape (years, units)
        Years that are complete for a unit.
    groups : array of int, shape (12,)
        Months with the same number share an index.
    half_life : float, years
    shrink : float, years, or None
        See `month_shares`.

    Examples
    --------
    >>> ratio = np.tile([0.4] * 6 + [1.6] * 6, (3, 1, 1))
    >>> counts, groups = np.ones((3, 1), dtype=bool), np.arange(12)
    >>> learnt, _ = settled_index(ratio, counts, groups, half_life=3, shrink=None)
    >>> fixed, _ = settled_index(ratio, counts, groups, half_life=3, shrink=2)
    >>> round(float(learnt[0, 0]), 3), round(float(fixed[0, 0]), 3)
    (0.402, 0.64)
    """
    age = np.arange(len(ratio))[::-1]
    median = weighted_median(ratio, counts * (0.5 ** (age / half_life))[:, None])
    n = counts.sum(axis=0).astype("float64")
    own = np.unique(groups)
    error = _error(ratio[:, :, own], counts, median[:, own])
    apart = median[:1] - 1.0
    company = 1.0 + _trust(apart[:, own], n[:1], error[:1], shrink) * apart
    apart = median - company
    index = company + _trust(apart[:, own], n, error, shrink) * apart
    index[0] = company[0]
    return index, n


def _error(ratio: Floats, counts: npt.NDArray[np.bool_], median: Floats) -> Floats:
    """Return the variance of each unit's index: scatter over years, by the number of years."""
    n = counts.sum(axis=0)
    off = np.where(counts[:, :, None], ratio - median, 0.0)
    seen = np.maximum(n - 1, 0) * (median.shape[1] - 1)
    scatter = ((off**2).sum(axis=(0, 2)) + _MONTHS * _NOISE**2) / (seen + _MONTHS)
    error: Floats = scatter / np.maximum(n, 1)
    return error


def _trust(apart: Floats, n: Floats, error: Floats, shrink: float | None) -> Floats:
    """Return the part of what a unit differs by that stays: the more, the more it stands out."""
    if shrink is None:
        stays = 1 - error / np.maximum((apart**2).mean(axis=1), 1e-12)
        trust = np.maximum(0.0, stays) * (n > 0)
    else:
        trust = n / np.maximum(n + shrink, 1e-12)
    kept: Floats = trust[:, None]
    return kept


def weighted_median(values: Floats, weight: Floats) -> Floats:
    """Return the median over years, each counted by its weight; 1 where nothing has weight.

    Parameters
    ----------
    values : array, shape (years, units, months)
    weight : array, shape (years, units)

    Returns
    -------
    array, shape (units, months)
        Where exactly half the weight lies below, the middle of the two values around it.

    Examples
    --------
    >>> values = np.array([1.0, 2.0, 9.0]).reshape(3, 1, 1)
    >>> weighted_median(values, np.array([[1.0], [1.0], [1.0]])).item()
    2.0
    >>> weighted_median(values, np.array([[1.0], [1.0], [0.0]])).item()
    1.5
    """
    order = np.argsort(values, axis=0, kind="stable")
    ranked = np.take_along_axis(values, order, axis=0)
    carried = np.take_along_axis(np.broadcast_to(weight[:, :, None], values.shape), order, axis=0)
    below = np.cumsum(carried, axis=0)
    half = below[-1] / 2
    slack = 1e-12 * below[-1]
    low = (below >= half - slack).argmax(axis=0)[None]
    high = (below > half + slack).argmax(axis=0)[None]
    middle = (np.take_along_axis(ranked, low, 0) + np.take_along_axis(ranked, high, 0))[0] / 2
    return np.where(below[-1] > 0, middle, 1.0)
