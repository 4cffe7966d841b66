"""Moves that all leaves of a member share: a person's good month, a product in fashion."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.variance.places.cuboids import Floats, Ints

#: Combinations of members for each leaf above which those that occur are numbered first.
SPARSE = 4
#: Parts of the whole below which a sum of pairs is what rounding leaves of nothing.
NOTHING = 1e-9


def shared(codes: Sequence[Ints], v: Floats, size: Floats, used: npt.NDArray[np.bool_]) -> Floats:
    """Return how far the members of each dimension move together, as variances of relative moves.

    Parameters
    ----------
    codes : sequence of int arrays, each shape (n,)
        Member of each leaf, per dimension.
    v, size : arrays, shape (n,), currency
        Actual, and what was to be expected.
    used : array of bool, shape (n,)
        Leaves to learn from: in no cause, and with something on both sides.

    Returns
    -------
    array, shape (dimensions,), at least 0

    Notes
    -----
    With a move of its own for each member, the product of what two leaves are off is expected to
    be the product of their sizes times the variances of the dimensions they share a member in.
    Summed over the pairs of each dimension, less the mean of all, that is one equation for each
    dimension; one whose variance comes out negative has none. Levels that contain each other are
    thereby not counted twice.

    References
    ----------
    Rao, C. R. (1971). Estimation of variance and covariance components: MINQUE theory. Journal
    of Multivariate Analysis 1:257.
    """
    n = len(codes)
    size, codes = size[used], [c[used] for c in codes]
    total = float(size.sum())
    if not total > 0:
        return np.zeros(n)
    # all in parts of the total
    off, size = (v[used] - size) / total, size / total
    off -= size * off.sum()
    products, pairs = np.zeros(n), np.zeros((n, n))
    for i, first in enumerate(codes):
        products[i] = _pairs(first, off)
        pairs[i, i] = _pairs(first, size)
        for j in range(i):
            both = first * (int(codes[j].max()) + 1) + codes[j]
            pairs[i, j] = pairs[j, i] = _pairs(both, size)
    # the mean of all is taken out of every leaf, and with it a part of what members share
    mean = np.array([float((np.bincount(c, size) ** 2).sum()) for c in codes])
    left = pairs - np.outer(pairs.diagonal(), mean)
    return _not_negative(left, products)


def _not_negative(left: Floats, right: Floats) -> Floats:
    """Solve equations for variances; without the most negative one until none is.

    A dimension of one member, or of one leaf for each, has no equation: none is told from noise.
    """
    found, kept = np.zeros(len(right)), np.flatnonzero(left.diagonal() > NOTHING).tolist()
    while kept:
        solved = np.linalg.lstsq(left[np.ix_(kept, kept)], right[kept], rcond=NOTHING)[0]
        if solved.min() >= 0:
            found[kept] = solved
            break
        del kept[int(solved.argmin())]
    return found


def _pairs(member: Ints, x: Floats) -> float:
    """Return the sum of x_i x_j over all ordered pairs of different leaves of one member."""
    if int(member.max()) > SPARSE * len(member):
        member, _ = pd.factorize(member)
    return float((np.bincount(member, x) ** 2).sum() - (x * x).sum())
