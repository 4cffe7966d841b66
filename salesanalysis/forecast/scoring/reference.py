"""Methods every other one is measured against: seasonal naive, Naive2 and the M4 Theta.

All series at once: arrays N x T, right-aligned, empty before a series starts. Intervals are
the textbook's: normal, from the errors of the fit.
"""

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np

from salesanalysis.forecast.predicted import Predicted
from salesanalysis.forecast.scoring.brent import minimise
from salesanalysis.forecast.tree import Flags, Floats, Words

#: Significance of the seasonal autocorrelation, one-sided 5 %, as in the M competitions.
SEASONAL_Z = 1.645
#: Ends of the search for the smoothing constant.
ALPHA = (0.0001, 0.9999)


def seasonal_naive(
    history: Floats,
    horizon: int,
    *,
    season: int = 12,
    levels: Words | None = None,
    coverage: Sequence[float] = (0.80, 0.95),
) -> Predicted:
    """Repeat the last season; a series shorter than one repeats its mean.

    Examples
    --------
    >>> seasonal_naive(np.array([[1.0, 2.0, 3.0, 4.0]]), 3, season=2).point.tolist()
    [[3.0, 4.0, 3.0]]
    """
    del levels
    repeated = _last(history, season)[:, np.arange(horizon) % season]
    point = np.where(np.isfinite(repeated), repeated, _row_mean(history)[:, None])
    lag = season if history.shape[1] > season else 1
    changes = history[:, lag:] - history[:, :-lag]
    sd = np.where(np.isfinite(changes).any(axis=1), _rms(changes), _rms(_centred(history)))
    laps = np.arange(horizon) // season + 1
    return _normal(point, sd[:, None] * np.sqrt(laps), coverage)


def naive2(
    history: Floats,
    horizon: int,
    *,
    season: int = 12,
    levels: Words | None = None,
    coverage: Sequence[float] = (0.80, 0.95),
) -> Predicted:
    """Repeat the last value, seasonally adjusted where the season is significant.

    References
    ----------
    Makridakis, S. and Hibon, M. (2000). Int. J. Forecasting 16(4), 451-476.

    Examples
    --------
    >>> naive2(np.array([[1.0, 2.0, 5.0]]), 2).point.tolist()
    [[5.0, 5.0]]
    """
    del levels
    adjusted, ahead = deseasonalise(history, horizon, season)
    point = adjusted[:, -1:] * ahead
    steps = np.sqrt(np.arange(1, horizon + 1))
    sd = _rms(adjusted[:, 1:] - adjusted[:, :-1])[:, None] * steps
    return _normal(point, sd * ahead, coverage)


def theta(
    history: Floats,
    horizon: int,
    *,
    season: int = 12,
    levels: Words | None = None,
    coverage: Sequence[float] = (0.80, 0.95),
) -> Predicted:
    r"""Forecast with the Theta benchmark of the M4: smoothing with half the linear drift.

    Notes
    -----
    On the adjusted series :math:`d`: simple exponential smoothing from the first value,
    :math:`\alpha` with the least squared one-step errors, plus
    :math:`(b/2)((k-1) + (1-(1-\alpha)^n)/\alpha)` with :math:`b` the slope of :math:`d`.

    References
    ----------
    Assimakopoulos, V. and Nikolopoulos, K. (2000). Int. J. Forecasting 16(4), 521-530.
    Hyndman, R. J. and Billah, B. (2003). Int. J. Forecasting 19(2), 287-290.

    Examples
    --------
    >>> line = np.arange(1.0, 9.0)[None, :]
    >>> theta(line, 2).point.round(2).tolist()
    [[8.5, 9.0]]
    """
    del levels
    adjusted, ahead = deseasonalise(history, horizon, season)
    n = np.isfinite(adjusted).sum(axis=1)
    alpha = best_alpha(adjusted)
    level, sse = smooth(adjusted, alpha)
    steps = np.arange(horizon)
    drift = steps + ((1 - (1 - alpha) ** n) / alpha)[:, None]
    point = (level[:, None] + slope(adjusted)[:, None] / 2 * drift) * ahead
    sd = np.sqrt(sse / np.maximum(n - 1, 1))[:, None] * np.sqrt(1 + steps * alpha[:, None] ** 2)
    return _normal(point, sd * ahead, coverage)


def deseasonalise(history: Floats, horizon: int, season: int = 12) -> tuple[Floats, Floats]:
    """Divide by classical indices where the season is significant.

    Returns
    -------
    adjusted : array, shape (N, T)
    ahead : array, shape (N, horizon)
        Indices of the months to come; 1 where the season is not significant.
    """
    seasonal = is_seasonal(history, season)
    phase = (history.shape[1] - 1 - np.arange(history.shape[1])) % season
    index = np.ones((len(history), season))
    if seasonal.any():
        index[seasonal] = classical_indices(history[seasonal], season)
    ahead = index[:, (season - 1 - np.arange(horizon)) % season]
    return history / index[:, phase], ahead


def is_seasonal(history: Floats, season: int = 12) -> Flags:
    """Test the seasonal autocorrelation, at 10 % two-sided; positive series of 3 seasons only."""
    known = np.isfinite(history)
    n = known.sum(axis=1)
    out: Flags = (n >= 3 * season) & (np.where(known, history, 1.0) > 0).all(axis=1)
    if season < 2 or not out.any():
        return out & (season > 1)
    away = np.nan_to_num(_centred(history[out]))
    power = (away**2).sum(axis=1)
    lags = [(away[:, k:] * away[:, :-k]).sum(axis=1) for k in range(1, season + 1)]
    r = np.divide(lags, power, out=np.zeros((season, len(power))), where=power > 0)
    limit = SEASONAL_Z * np.sqrt((1 + 2 * (r[:-1] ** 2).sum(axis=0)) / n[out])
    out[out] = np.abs(r[-1]) > limit
    return out


def classical_indices(history: Floats, season: int = 12) -> Floats:
    """Return multiplicative indices with mean 1, shape (N, season), by months before the last.

    Ratios to the centred moving average (2 x m for an even season), averaged per phase.
    """
    weight = np.ones(season) if season % 2 else np.r_[0.5, np.ones(season - 1), 0.5]
    windows = np.lib.stride_tricks.sliding_window_view(history, len(weight), axis=1)
    half = len(weight) // 2
    ratio = history[:, half : history.shape[1] - half] / (windows @ (weight / season))
    # columns of `ratio` end `half` months before the last
    back = (half + np.arange(ratio.shape[1])[::-1]) % season
    index = np.stack([_row_mean(ratio[:, back == p]) for p in range(season)], axis=1)
    out: Floats = index / index.mean(axis=1, keepdims=True)
    return out


def smooth(series: Floats, alpha: Floats) -> tuple[Floats, Floats]:
    """Run simple exponential smoothing from the first value of each series.

    Parameters
    ----------
    series : array, shape (N, T)
    alpha : array, shape (N,) or (G, N)

    Returns
    -------
    level, sse : array, shape of `alpha`
        Last level and sum of squared one-step errors.

    Examples
    --------
    >>> smooth(np.array([[10.0, 20.0, 20.0]]), np.array([0.5]))
    (array([17.5]), array([125.]))
    """
    filled = _from_first(series).T
    level, sse = np.broadcast_to(filled[0], alpha.shape).copy(), np.zeros(alpha.shape)
    for value in filled[1:]:
        error = value - level
        level += alpha * error
        sse += error**2
    return level, sse


def best_alpha(series: Floats) -> Floats:
    """Return the smoothing constant at a minimum of the squared errors, for each series at once.

    Brent's search over the whole range, as in the published benchmark: where the errors have
    several valleys it may end in another than the deepest.
    """
    low, high = (np.full(len(series), end) for end in ALPHA)
    return minimise(lambda alpha: smooth(series, alpha)[1], low, high)


def slope(series: Floats) -> Floats:
    """Return the least squares slope per step of each series, 0 for a single value."""
    steps = np.where(np.isfinite(series), np.arange(series.shape[1], dtype="float64"), np.nan)
    t, y = np.nan_to_num(_centred(steps)), np.nan_to_num(_centred(series))
    power = (t**2).sum(axis=1)
    out: Floats = np.divide((t * y).sum(axis=1), power, out=np.zeros(len(y)), where=power > 0)
    return out


def normal_bounds(point: Floats, sd: Floats, coverage: Sequence[float]) -> tuple[Floats, Floats]:
    """Return normal bounds, shape (C, N, h) each."""
    z = np.array([NormalDist().inv_cdf((1 + share) / 2) for share in coverage])[:, None, None]
    return point - z * sd, point + z * sd


def _normal(point: Floats, sd: Floats, coverage: Sequence[float]) -> Predicted:
    return Predicted(point, *normal_bounds(point, np.broadcast_to(sd, point.shape), coverage))


def _last(history: Floats, season: int) -> Floats:
    missing = max(0, season - history.shape[1])
    return np.pad(history, ((0, 0), (missing, 0)), constant_values=np.nan)[:, -season:]


def _row_mean(values: Floats) -> Floats:
    n = np.isfinite(values).sum(axis=1)
    out: Floats = np.nan_to_num(values).sum(axis=1) / np.maximum(n, 1)
    return out


def _centred(values: Floats) -> Floats:
    out: Floats = values - _row_mean(values)[:, None]
    return out


def _rms(values: Floats) -> Floats:
    n = np.isfinite(values).sum(axis=1)
    out: Floats = np.sqrt((np.nan_to_num(values) ** 2).sum(axis=1) / np.maximum(n, 1))
    return out


def _from_first(series: Floats) -> Floats:
    """Fill what is empty before a start with the first value: smoothing then starts there."""
    first = np.isfinite(series).argmax(axis=1)
    start = np.take_along_axis(series, first[:, None], axis=1)
    return np.where(np.isfinite(series), series, start)
