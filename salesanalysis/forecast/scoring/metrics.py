"""Measures of accuracy and calibration, one value per series unless said otherwise.

N series, h steps, C coverages from narrow to wide. Actuals and forecasts are N x h without
gaps; training parts are N x T, right-aligned, empty before a series starts. An empty forecast
gives an empty score: nothing is skipped silently.
"""

from dataclasses import dataclass

import numpy as np

from salesanalysis.forecast.tree import Flags, Floats

#: Part of a figure that rounding may leave.
SAME = 1e-9


@dataclass(frozen=True, eq=False)
class Units:
    """What errors are divided by, shape (N,): empty where a training part never changed.

    Attributes
    ----------
    change : array
        Mean size of the change from the same season before: the unit of MASE and MSIS.
    change_squared : array
        Mean of the squared changes, for RMSSE.
    """

    change: Floats
    change_squared: Floats


def units_of(train: Floats, season: int = 12) -> Units:
    """Return the units of each series from its training part alone.

    Parameters
    ----------
    train : array, shape (N, T)
    season : int
        Lag of the change; series with at most `season` values take lag 1.

    References
    ----------
    Hyndman, R. J. and Koehler, A. B. (2006). Int. J. Forecasting 22(4), 679-688.

    Examples
    --------
    >>> units_of(np.array([[1.0, 2.0, 4.0, 4.0]]), season=2).change.tolist()
    [2.5]
    >>> units_of(np.array([[np.nan, np.nan, 1.0, 4.0]]), season=2).change.tolist()
    [3.0]
    """
    long = (np.isfinite(train).sum(axis=1) > season)[:, None]
    far, near = _changes(train, season), _changes(train, 1)
    change = np.where(long[:, 0], _mean(np.abs(far)), _mean(np.abs(near)))
    squared = np.where(long[:, 0], _mean(far**2), _mean(near**2))
    # floats that should be equal differ by rounding: that is no change to measure errors in
    never = ~(change > SAME * _mean(np.abs(train)))
    return Units(np.where(never, np.nan, change), np.where(never, np.nan, squared))


def _changes(train: Floats, lag: int) -> Floats:
    """Return y_t - y_{t-lag}; one empty column where there is none."""
    if train.shape[1] <= lag:
        return np.full((len(train), 1), np.nan)
    out: Floats = train[:, lag:] - train[:, :-lag]
    return out


def _mean(values: Floats) -> Floats:
    """Return the mean of the known values of each row; empty where none is known."""
    n = np.isfinite(values).sum(axis=1)
    total = np.nansum(values, axis=1)
    out: Floats = np.divide(total, n, out=np.full(len(values), np.nan), where=n > 0)
    return out


def smape(actual: Floats, point: Floats) -> Floats:
    """Return the symmetric percentage error, 0 to 200; a month where both are 0 counts 0.

    References
    ----------
    Makridakis, S. (1993). Int. J. Forecasting 9(4), 527-529.

    Examples
    --------
    >>> smape(np.array([[0.0, 3.0]]), np.array([[0.0, 1.0]])).tolist()
    [50.0]
    """
    size = np.abs(actual) + np.abs(point)
    term = np.divide(np.abs(actual - point), size, out=np.zeros_like(size), where=size != 0)
    out: Floats = 200 * term.mean(axis=1)
    return out


def mase(actual: Floats, point: Floats, units: Units) -> Floats:
    """Return the mean absolute error in units of the mean seasonal change in training.

    Examples
    --------
    >>> units = Units(np.array([2.0]), np.array([4.0]))
    >>> mase(np.array([[3.0, 5.0]]), np.array([[2.0, 2.0]]), units).tolist()
    [1.0]
    """
    out: Floats = np.abs(actual - point).mean(axis=1) / units.change
    return out


def rmsse(actual: Floats, point: Floats, units: Units) -> Floats:
    """Return the root of squared errors over squared seasonal changes (M5, 2020)."""
    out: Floats = np.sqrt(((actual - point) ** 2).mean(axis=1) / units.change_squared)
    return out


def scaled_bias(actual: Floats, point: Floats, units: Units) -> Floats:
    """Return the mean error in units of the mean seasonal change; above 0: forecast too high."""
    out: Floats = (point - actual).mean(axis=1) / units.change
    return out


def owa(smapes: Floats, mases: Floats, naive_smapes: Floats, naive_mases: Floats) -> float:
    """Return the overall weighted average: relative to Naive2, ratios of means over series.

    Series without a unit (empty MASE) are left out of the scaled half.

    References
    ----------
    Makridakis, S., Spiliotis, E. and Assimakopoulos, V. (2020). Int. J. Forecasting 36(1), 54-74.

    Examples
    --------
    >>> one = np.array([1.0, 3.0])
    >>> owa(one, one, 2 * one, 4 * one)
    0.375
    """
    relative = [mean_of(smapes) / mean_of(naive_smapes), mean_of(mases) / mean_of(naive_mases)]
    return float(np.mean(relative))


def mean_of(scores: Floats) -> float:
    """Return the mean over series that have a score; empty where none has.

    Examples
    --------
    >>> mean_of(np.array([1.0, np.nan, 2.0]))
    1.5
    """
    known = scores[~np.isnan(scores)]
    return float(known.mean()) if len(known) else float("nan")


def wape(actual: Floats, point: Floats) -> float:
    """Return all absolute errors over all absolute sales: weighted by money, not by series.

    Examples
    --------
    >>> wape(np.array([[1.0, 99.0]]), np.array([[0.0, 90.0]]))
    0.1
    """
    return _over(np.abs(actual - point).sum(), np.abs(actual).sum())


def bias(actual: Floats, point: Floats) -> float:
    """Return forecast minus actual over all absolute sales; above 0: forecast too high.

    Examples
    --------
    >>> bias(np.array([[50.0, 50.0]]), np.array([[60.0, 45.0]]))
    0.05
    """
    return _over((point - actual).sum(), np.abs(actual).sum())


def _over(part: float, whole: float) -> float:
    return float(part / whole) if whole else float("nan")


def inside(actual: Floats, lower: Floats, upper: Floats) -> Flags:
    """Say which actuals lie in their interval, its ends included; shape as broadcast."""
    held: Flags = (actual >= lower) & (actual <= upper)
    return held


def coverage(actual: Floats, lower: Floats, upper: Floats) -> Floats:
    """Return the share of steps inside the interval, shape (..., N).

    Examples
    --------
    >>> coverage(np.array([[1.0, 5.0]]), np.array([[0.0, 0.0]]), np.array([[2.0, 2.0]])).tolist()
    [0.5]
    """
    out: Floats = inside(actual, lower, upper).mean(axis=-1)
    return out


def interval_score(actual: Floats, lower: Floats, upper: Floats, share: float) -> Floats:
    """Return the interval score of each step: width, plus 2/a per unit outside; a = 1 - share.

    References
    ----------
    Gneiting, T. and Raftery, A. E. (2007). J. American Statistical Association 102, 359-378.

    Examples
    --------
    >>> interval_score(np.array([3.0]), np.array([0.0]), np.array([2.0]), 0.8).tolist()
    [12.0]
    """
    miss = np.maximum(lower - actual, 0) + np.maximum(actual - upper, 0)
    out: Floats = (upper - lower) + 2 / round(1 - share, 12) * miss
    return out


def msis(actual: Floats, lower: Floats, upper: Floats, units: Units, share: float) -> Floats:
    """Return the mean scaled interval score, in units of the mean seasonal change."""
    out: Floats = interval_score(actual, lower, upper, share).mean(axis=-1) / units.change
    return out


def landing_msis(
    actual: Floats, lower: Floats, upper: Floats, units: Units, share: float
) -> Floats:
    """Return the scaled interval score of the sum over the horizon; its unit is h changes.

    Parameters
    ----------
    actual : array, shape (N, h)
    lower, upper : array, shape (N,)
        Bounds of the sum.
    units : Units
    share : float
    """
    total, steps = actual.sum(axis=1), actual.shape[1]
    out: Floats = interval_score(total, lower, upper, share) / (units.change * steps)
    return out
