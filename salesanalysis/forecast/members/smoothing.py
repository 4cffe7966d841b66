"""Exponential smoothing over a grid of parameters, averaged by likelihood instead of optimised."""

from collections.abc import Sequence
from itertools import product

import numpy as np

from salesanalysis.forecast.members.block import Block, Counts
from salesanalysis.forecast.tree import Floats

#: Shares of the last error that reach the level.
ALPHA = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.98)
TREND_ALPHA = (0.03, 0.1, 0.2, 0.35, 0.5, 0.7, 0.85, 0.97)
#: Shares of it that reach the trend, and what is left of the trend a month later.
BETA, PHI = (0.02, 0.08, 0.2, 0.4), (0.8, 0.92, 0.98)
#: Grid of the optimised theta line.
THETA_ALPHA, THETA = (0.03, 0.08, 0.15, 0.25, 0.4, 0.55, 0.7, 0.85, 0.97), (1.0, 1.5, 2.0, 3.0, 5.0)
#: Rounds in which the panel's typical parameters are found, and what keeps a rare one possible.
ROUNDS, RARE = 3, 1e-4


def likelihoods(squares: Floats, n: Counts | Floats) -> Floats:
    r"""Return the weight of each parameter point for each node, shape (points, nodes).

    Notes
    -----
    :math:`w_{gi} \propto p_g \exp(-(n_i / 2) \ln(SSE_{gi} / n_i))`: the Gaussian likelihood of
    node i, times how common point g is in the panel, found from the panel itself
    (:math:`p_g` = mean of :math:`w_{gi}` over the nodes, repeated). Long nodes speak for
    themselves, short ones borrow what is usual. A node without any error trusts all points alike.

    References
    ----------
    Hoeting, J. A. et al. (1999). Bayesian model averaging. Statistical Science 14, 382-417;
    Kiefer, J. and Wolfowitz, J. (1956), Annals of Mathematical Statistics 27, 887-906, for the
    prior found from the panel.
    """
    exact = squares.max(axis=0) <= 0
    mean = np.where(exact, 1.0, np.maximum(squares, 1e-300) / np.maximum(n, 1))
    own = -(n / 2) * np.log(mean)
    common = np.zeros((len(squares), 1))
    for _ in range(ROUNDS + 1):
        log = own + common
        weight: Floats = np.exp(log - log.max(axis=0))
        weight /= weight.sum(axis=0)
        common = np.log(weight.mean(axis=1, keepdims=True) + RARE / len(squares))
    return weight


def simple(block: Block, horizon: int, *, alpha: Sequence[float] = ALPHA) -> tuple[Floats, Floats]:
    r"""Return simple exponential smoothing and the Theta forecast, each (horizon, nodes).

    Notes
    -----
    :math:`e = y - l,\; l \leftarrow l + \alpha e`; SES repeats the last level. Theta adds half
    the slope of the history, :math:`(b / 2)((k - 1) + (1 - (1 - \alpha)^n) / \alpha)`.

    References
    ----------
    Assimakopoulos, V. and Nikolopoulos, K. (2000). International Journal of Forecasting 16,
    521-530; the form with drift: Hyndman, R. J. and Billah, B. (2003), same journal 19, 287-290.
    """
    rate = np.array(alpha)[:, None]
    level = np.repeat(block.first_level()[None], len(rate), axis=0)
    squares = np.zeros_like(level)
    for _, now, k in block.steps():
        error = now - level[:, k]
        squares[:, k] += error * error
        level[:, k] += rate * error
    weight, half = likelihoods(squares, block.n), block.slope() / 2
    start = (weight * (level + half * (1 - (1 - rate) ** block.n) / rate)).sum(axis=0)
    steps = np.arange(horizon)[:, None]
    flat = np.repeat((weight * level).sum(axis=0)[None], horizon, axis=0)
    return flat, start + steps * half


def damped(
    block: Block,
    horizon: int,
    *,
    alpha: Sequence[float] = TREND_ALPHA,
    beta: Sequence[float] = BETA,
    phi: Sequence[float] = PHI,
) -> tuple[Floats, Floats]:
    r"""Return the damped trend and its error variance, each (horizon, nodes).

    Notes
    -----
    :math:`f = l + \phi t,\; l \leftarrow f + \alpha e,\; t \leftarrow \phi t + \alpha \beta e`;
    forecast :math:`l + (\phi + \dots + \phi^k) t`; variance
    :math:`\sigma^2 (1 + \sum_{j<k} c_j^2)`, :math:`c_j = \alpha (1 + \beta (\phi + \dots +
    \phi^j))`, :math:`\sigma^2 = SSE / (n - 3)`.

    References
    ----------
    Gardner, E. S. and McKenzie, E. (1985). Management Science 31, 1237-1246. Variance: Hyndman,
    R. J. et al. (2008). Forecasting with Exponential Smoothing, class 1.
    """
    grid = np.array(list(product(alpha, beta, phi)))
    rate, both, damp = grid[:, :1], grid[:, :1] * grid[:, 1:2], grid[:, 2:]
    half = block.slope() / 2
    level = np.repeat((block.first_level() - half)[None], len(grid), axis=0)
    trend = np.repeat(half[None], len(grid), axis=0)
    squares = np.zeros_like(level)
    for _, now, k in block.steps():
        slope = trend[:, k]
        slope *= damp
        expected = level[:, k] + slope
        error = now - expected
        squares[:, k] += error * error
        error *= rate
        np.add(expected, error, out=level[:, k])
        error *= grid[:, 1:2]
        slope += error
    weight = likelihoods(squares, block.n)
    reach = np.cumsum(damp ** np.arange(1, horizon + 1), axis=1)
    point = (weight * level).sum(axis=0) + reach.T @ (weight * trend)
    passed = rate + both * reach[:, : horizon - 1]
    growth = 1 + np.pad(np.cumsum(passed**2, axis=1), ((0, 0), (1, 0)))
    variance = growth.T @ (weight * squares / np.maximum(block.n - 3, 1))
    return point, variance


def theta_line(
    block: Block,
    horizon: int,
    *,
    alpha: Sequence[float] = THETA_ALPHA,
    theta: Sequence[float] = THETA,
) -> Floats:
    r"""Return the theta line with a running regression, shape (horizon, nodes).

    Notes
    -----
    The level follows SES; the least-squares line :math:`A + B t` through the months so far is
    added with weight :math:`1 - 1/\theta`. Errors count from the third month on.

    References
    ----------
    Fiorucci, J. A. et al. (2016). Models for optimising the theta method and their relationship
    to state space models. International Journal of Forecasting 32, 1151-1161. Theirs optimises;
    here the grid is averaged.
    """
    grid = np.array(list(product(alpha, theta)))
    rate, share = grid[:, :1], 1 - 1 / grid[:, 1:]
    level = np.repeat(block.first_level()[None], len(grid), axis=0)
    squares, count = np.zeros_like(level), len(block.n)
    base, slope, mean = np.zeros(count), np.zeros(count), np.zeros(count)
    # (1 - alpha)^(months seen): starts at 1 with every node
    left = np.ones_like(level)
    for t, now, k in block.steps():
        month = (t - block.start[k] + 1).astype("float64")
        after = left[:, k] * (1 - rate)
        line = left[:, k] * base[k] + (1 - after) / rate * slope[k]
        error = now - level[:, k] - share * line
        squares[:, k] += np.where(month >= 3, error * error, 0.0)
        level[:, k] += rate * (now - level[:, k])
        left[:, k] = after
        rise = ((month - 2) * slope[k] + 6 / month * (now - mean[k])) / (month + 1)
        slope[k] = np.where(month >= 2, rise, 0.0)
        mean[k] += (now - mean[k]) / month
        base[k] = mean[k] - slope[k] * (month + 1) / 2
    weight = likelihoods(squares, np.maximum(block.n - 2, 1))
    first = level + share * (left * base + (1 - left * (1 - rate)) / rate * slope)
    start, step = (weight * first).sum(axis=0), (weight * share).sum(axis=0) * slope
    line_ahead: Floats = start + np.arange(horizon)[:, None] * step
    return line_ahead
