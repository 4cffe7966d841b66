"""Nodes that sell now and then: how often times how much."""

from itertools import product

import numpy as np

from salesanalysis.forecast.members.block import Block
from salesanalysis.forecast.members.smoothing import likelihoods
from salesanalysis.forecast.tree import Floats

#: Shares of the last month that reach the chance of a sale, and its size.
CHANCE, SIZE = (0.02, 0.05, 0.1, 0.2), (0.05, 0.1, 0.2, 0.3)


def size_times_chance(history: Floats, horizon: int) -> Floats:
    r"""Return the chance of a sale times its size, flat, shape (nodes, horizon).

    Parameters
    ----------
    history : array, shape (nodes, months)
        Right-aligned, empty before a node's first month.

    Notes
    -----
    :math:`p \leftarrow p + b (1[y > 0] - p)` every month, :math:`z \leftarrow z + a (y - z)` in
    months with a sale, forecast :math:`p z`, averaged over a grid of a and b by likelihood. A
    product that stops selling fades out, which Croston's method does not.

    References
    ----------
    Teunter, R. H., Syntetos, A. A. and Babai, M. Z. (2011). European Journal of Operational
    Research 214, 606-615.

    Examples
    --------
    >>> size_times_chance(np.array([[0.0, 4.0, 0.0, 4.0, 0.0, 4.0]]), 1).round(2).tolist()
    [[2.02]]
    """
    n = np.isfinite(history).sum(axis=1)
    order = np.argsort(-n, kind="stable")
    block = Block(np.nan_to_num(history[order]).T, n[order])
    grid = np.array(list(product(CHANCE, SIZE)))
    slow, quick = grid[:, :1], grid[:, 1:]
    sold = block.known & (block.value != 0)
    often = np.repeat((sold.sum(axis=0) / block.n)[None], len(grid), axis=0)
    mean = block.value.sum(axis=0) / np.maximum(sold.sum(axis=0), 1)
    size, squares = np.repeat(mean[None], len(grid), axis=0), np.zeros((len(grid), len(n)))
    for t, now, k in block.steps():
        error = now - often[:, k] * size[:, k]
        squares[:, k] += error * error
        often[:, k] += slow * (sold[t, k] - often[:, k])
        size[:, k] += quick * sold[t, k] * (now - size[:, k])
    flat = (likelihoods(squares, block.n) * often * size).sum(axis=0)
    out = np.empty((len(n), horizon))
    out[order] = flat[:, None]
    return out
