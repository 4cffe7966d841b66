"""How sure an effect is: noise shared by all nodes of a month, and years that overlap."""

from typing import NamedTuple

import numpy as np

from salesanalysis.forecast.effects.changes import Changes
from salesanalysis.forecast.tree import Floats

#: Degrees of freedom with which a node's variance is drawn to the panel's median.
PRIOR_MONTHS = 4.0


class Noise(NamedTuple):
    """Noise of year-on-year changes.

    Attributes
    ----------
    variance : array, shape (nodes,)
        Of one change, drawn to the median of the panel.
    shape : array, shape (months, months)
        Correlation of a node's changes over time.
    shared : array, shape (months, months)
        Covariance between two different nodes: what a month does to all of them.
    """

    variance: Floats
    shape: Floats
    shared: Floats


def variances(rest: Floats, n_months: Floats, n_effects: int) -> Floats:
    """Return each node's variance of a change, drawn to the panel's median.

    Parameters
    ----------
    rest : array, shape (nodes, months), 0 where not known
    n_months : array, shape (nodes,)
    n_effects : int

    Examples
    --------
    >>> variances(np.array([[1.0, -1.0, 1.0, -1.0], [2.0, -2.0, 2.0, -2.0]]),
    ...           np.array([4.0, 4.0]), 1).round(2).tolist()
    [4.0, 6.0]
    """
    free = np.maximum(n_months - 1 - n_effects, 0.0)
    own = (rest**2).sum(axis=1) / np.maximum(free, 1.0)
    usable = free > 0
    middle = float(np.median(own[usable])) if usable.any() else 0.0
    drawn: Floats = (free * own + PRIOR_MONTHS * middle) / (free + PRIOR_MONTHS)
    return drawn


def noise_of(rest: Floats, changes: Changes, weights: Floats, n_effects: int, season: int) -> Noise:
    """Return the noise the residuals `rest` show, up to `season` months apart.

    Notes
    -----
    Two changes share months up to 12 months apart, so errors are treated as a moving average of
    order 12 (Hansen and Hodrick 1980), its autocovariances averaged over all months and nodes.
    They are not tapered: changes 12 months apart share a month with opposite signs, and a taper
    would hide that. Negative eigenvalues, which an untapered estimate can have, are cut to 0.
    """
    known = changes.known * weights[:, None]
    weighted = rest * weights[:, None]
    n_lags = min(season, rest.shape[1] - 1) + 1
    own, shared = np.zeros(n_lags), np.zeros(n_lags)
    total, present = weighted.sum(axis=0), known.sum(axis=0)
    for lag in range(n_lags):
        head, tail = slice(None, rest.shape[1] - lag), slice(lag, None)
        both = (weighted[:, head] * rest[:, tail]).sum()
        own[lag] = both / max((known[:, head] * changes.known[:, tail]).sum(), 1e-300)
        crossed = (total[head] * total[tail]).sum() - (weighted[:, head] * weighted[:, tail]).sum()
        pairs = (present[head] * present[tail]).sum() - (known[:, head] * known[:, tail]).sum()
        shared[lag] = crossed / pairs if pairs > 1e-12 * present.sum() ** 2 else 0.0
    shape = own / own[0] if own[0] > 0 else np.eye(1, n_lags)[0]
    shared = shared * (shared[0] > 0)
    size = rest.shape[1]
    spread = variances(rest, changes.n_months, n_effects)
    return Noise(spread, banded(shape, size), banded(shared, size))


def banded(lags: Floats, size: int) -> Floats:
    """Return the covariance matrix with these autocovariances, negative eigenvalues cut to 0.

    Examples
    --------
    >>> banded(np.array([2.0, -1.0]), 2).round(9).tolist()
    [[2.0, -1.0], [-1.0, 2.0]]
    """
    apart = np.abs(np.arange(size)[:, None] - np.arange(size))
    full = np.where(apart < len(lags), lags[np.minimum(apart, len(lags) - 1)], 0.0)
    values, vectors = np.linalg.eigh(full)
    whole: Floats = (vectors * np.maximum(values, 0.0)) @ vectors.T
    return whole


def pooled_covariance(
    bread: Floats, changes: Changes, weights: Floats, noise: Noise, tau2: Floats
) -> Floats:
    """Return the covariance of the pooled effects, shape (effects, effects).

    Noise of the months plus, with variance `tau2` of the true effects, the luck of which nodes
    are in the panel.
    """
    scores = changes.calendar * weights[:, None, None]
    together = scores.sum(axis=0)
    own = np.einsum("i,its,itr->sr", noise.variance, scores, noise.shape @ scores)
    # the shared part of a node's own variance is in `together` already
    apart = np.einsum("its,itr->sr", scores, noise.shared @ scores)
    squares = changes.squares() * weights[:, None, None]
    nodes = np.einsum("iab,b,ibc->ac", squares, tau2, squares)
    meat = together.T @ noise.shared @ together + own - apart + nodes
    covariance: Floats = bread @ meat @ bread
    return covariance


def node_variance(breads: Floats, changes: Changes, noise: Noise) -> Floats:
    """Return the variance of each node's own effects around the pooled ones, (nodes, effects).

    What a month does to all nodes moves the pooled effects alike and is left out, but for a
    quarter: the split is an estimate.
    """
    rows = changes.calendar
    whole = np.swapaxes(rows, 1, 2) @ (noise.shape @ rows) * noise.variance[:, None, None]
    shared = np.swapaxes(rows, 1, 2) @ (noise.shared @ rows)
    spread = [np.einsum("iab,ibc,ica->ia", breads, m, breads) for m in (whole, shared)]
    variance: Floats = np.maximum(spread[0] - spread[1], 0.25 * spread[0])
    return variance
