"""Members that carry the season themselves: Holt-Winters, seasonal differences, last year."""

from collections.abc import Sequence
from itertools import product

import numpy as np

from salesanalysis.forecast.members.block import Block
from salesanalysis.forecast.members.season import Season
from salesanalysis.forecast.members.smoothing import likelihoods
from salesanalysis.forecast.tree import Floats

ALPHA, GAMMA, PHI = (0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9), (0.0, 0.05, 0.15, 0.3), (0.8, 0.95)
#: Share of the level's correction that reaches the trend.
TREND = 0.1
#: Months back a change from last year remembers, besides the same month last year.
LAGS = (1, 2, 3)
#: Months of a node that weigh as much as the panel in its own regression.
PANEL_MONTHS = 20.0
#: Standard deviations beyond which a change is cut in the regression, and in its forecast.
CUT_PAST, CUT_AHEAD, MOST = 4.0, 3.0, 1.2


def holt_winters(
    block: Block,
    season: Season,
    horizon: int,
    *,
    alpha: Sequence[float] = ALPHA,
    gamma: Sequence[float] = GAMMA,
    phi: Sequence[float] = PHI,
) -> Floats:
    r"""Return additive Holt-Winters with a season that moves on, shape (horizon, nodes).

    Notes
    -----
    :math:`e = y - (l + \phi t + s_p)`, :math:`l \leftarrow l + \phi t + \alpha e`,
    :math:`t \leftarrow \phi t + 0.1 \alpha e`, :math:`s_p \leftarrow s_p + \gamma (1 - \alpha) e`.
    The season starts from the shrunken amounts of `season`.

    References
    ----------
    Winters, P. R. (1960). Management Science 6, 324-342; damping: Gardner and McKenzie (1985).
    """
    grid = np.array(list(product(alpha, gamma, phi)))
    rate, damp = grid[:, :1], grid[:, 2:]
    moves = grid[:, 1:2] * (1 - rate)
    months, m = len(block.value), len(season.index)
    index = np.repeat(season.index[:, None, :], len(grid), axis=1)
    plain = block.with_values(season.without(block.value))
    level = np.repeat(plain.first_level(m)[None], len(grid), axis=0)
    trend, squares = np.zeros_like(level), np.zeros_like(level)
    for t, now, k in block.steps():
        slope, here = trend[:, k], index[(months - 1 - t) % m][:, k]
        slope *= damp
        expected = level[:, k] + slope
        error = now - expected - here
        squares[:, k] += error * error
        here += moves * error
        error *= rate
        np.add(expected, error, out=level[:, k])
        slope += TREND * error
    weight = likelihoods(squares, block.n)
    flat, rising = (weight * level).sum(axis=0), weight * trend
    reach = np.cumsum(damp ** np.arange(1, horizon + 1), axis=1)
    ahead = (weight * index).sum(axis=1)[(-1 - np.arange(horizon)) % m]
    said: Floats = flat + reach.T @ rising + ahead
    return said


def seasonal_changes(block: Block, horizon: int, *, season: int = 12) -> Floats:
    r"""Return an autoregression of changes from last year, shape (horizon, nodes).

    Notes
    -----
    :math:`u_t = (y_t - y_{t-m} - \mu) / \sigma` of each node, cut at 4, on its lags 1, 2, 3, m
    and m + 1. One regression over the panel, :math:`b_0`; a node moves away from it as its own
    months ask: :math:`b = (X'X + 20 I)^{-1} (X'u + 20 b_0)`, scaled to :math:`\sum |b| \le 1.2`.
    Half of the node's mean change goes on: :math:`y_{n+k-m} + \mu / 2 + \sigma u_k`.

    References
    ----------
    Box, G. E. P. and Jenkins, G. M. (1970), seasonal differences; the pull towards the panel is
    a ridge regression (Hoerl and Kennard 1970).
    """
    value, months = block.value, len(block.value)
    ahead = np.concatenate([value, np.zeros((horizon, value.shape[1]))])
    if months <= season:
        return _repeat_last(ahead, months, horizon, season)
    known = np.zeros(value.shape, dtype=bool)
    known[season:] = block.known[:-season]
    change = np.zeros(value.shape)
    change[season:] = value[season:] - value[:-season]
    count = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, change, 0.0).sum(axis=0) / count
    apart = np.where(known, (change - mean) ** 2, 0.0).sum(axis=0)
    sd = np.sqrt(apart / np.maximum(count - 1, 1))
    safe = np.where(sd > 0, sd, 1.0)
    unit = np.where(known, np.clip((change - mean) / safe, -CUT_PAST, CUT_PAST), 0.0)
    lags = (*LAGS, season, season + 1)
    slopes = _regressions(unit, known, lags)
    unit = np.concatenate([unit, np.zeros((horizon, value.shape[1]))])
    for t in range(months, months + horizon):
        said = sum(slopes[:, j] * unit[t - lag] for j, lag in enumerate(lags) if t >= lag)
        unit[t] = np.clip(said, -CUT_AHEAD, CUT_AHEAD)
        ahead[t] = ahead[t - season] + mean / 2 + sd * unit[t]
    return ahead[months:]


def _regressions(unit: Floats, known: np.ndarray, lags: Sequence[int]) -> Floats:
    """Return the coefficients of every node, shape (nodes, lags), pulled towards the panel's."""
    lagged = np.zeros((len(lags), *unit.shape))
    for j, lag in enumerate(lags):
        if lag < len(unit):
            lagged[j, lag:] = unit[:-lag]
    used = np.where(known, lagged, 0.0)
    square = np.einsum("itn,jtn->nij", used, lagged, optimize=True)
    cross = np.einsum("itn,tn->ni", used, unit, optimize=True)
    ridge = np.eye(len(lags))
    panel = np.linalg.solve(square.sum(axis=0) + 1e-9 * ridge, cross.sum(axis=0))
    own = np.linalg.solve(square + PANEL_MONTHS * ridge, (cross + PANEL_MONTHS * panel)[..., None])[
        ..., 0
    ]
    size = np.abs(own).sum(axis=1, keepdims=True)
    pulled: Floats = own * np.minimum(1.0, MOST / np.maximum(size, 1e-12))
    return pulled


def last_year(block: Block, horizon: int, *, season: int = 12) -> Floats:
    """Return the same month of the last observed year, shape (horizon, nodes)."""
    ahead = np.concatenate([block.value, np.zeros((horizon, block.value.shape[1]))])
    return _repeat_last(ahead, len(block.value), horizon, season)


def _repeat_last(ahead: Floats, months: int, horizon: int, season: int) -> Floats:
    """Fill months ahead with those a season before; the last month where there is no year."""
    back = season if months >= season else 1
    for t in range(months, months + horizon):
        ahead[t] = ahead[t - back]
    return ahead[months:]
