"""How exactly the amount of a slice is known: the chance moves of its leaves, summed."""

import numpy as np
import pandas as pd

from salesanalysis.variance.places.amounts import Fit
from salesanalysis.variance.places.cuboids import Floats
from salesanalysis.variance.places.noise import CLASSES

#: Half the width of an interval that holds 80 % of cases, in standard errors.
DISTANCE = 1.2816
#: Leaves of a class of size, at least, where noise is learned.
EACH = 60


def errors(v: Floats, f: Floats, fit: Fit, noise: Floats | None) -> Floats:
    """Return the standard error of the amount of each slice, all of them fitted to each other.

    Parameters
    ----------
    v, f : arrays, shape (n,), currency
        Actual and base.
    fit : Fit
    noise : array, shape (n,), optional
        How far each leaf moves by chance, as part of its size; learned where not given.

    Returns
    -------
    array, shape (slices,), currency
        Empty where a slice has no factor: nothing before, nothing left, or net returns.

    Notes
    -----
    The factors solve X'(v - m) = 0 with m the base times its factors, so their logarithms have
    the covariance A⁻¹ B A⁻¹ with A = X' diag(m) X and B = X' diag((noise m)²) X; amounts follow
    by the delta method. Leaves that lie in the same slices are summed first.

    References
    ----------
    White, H. (1982). Maximum likelihood estimation of misspecified models. Econometrica 50:1.
    """
    known = [k for k in fit.order if 0 < fit.factors[k] < np.inf]
    told = np.full(len(fit.amounts), np.nan)
    if not known:
        return told
    size = np.maximum(fit.fitted, 0.0)
    noise = _learned(v, size) if noise is None else noise
    place = np.zeros(len(v), dtype="int64")
    for j, k in enumerate(known):
        place[fit.rows[k]] |= 1 << j
    group, pattern = pd.factorize(place)
    inside = ((pattern >> np.arange(len(known))[:, None]) & 1).astype("float64")
    after, chance, before = (np.bincount(group, w) for w in (size, (noise * size) ** 2, f))
    bread = np.linalg.pinv((inside * after) @ inside.T)
    covariance = bread @ ((inside * chance) @ inside.T) @ bread
    gradient = _gradient(before.astype("float64"), inside, fit.factors[known])
    told[known] = np.sqrt(np.einsum("ij,jk,ik->i", gradient, covariance, gradient))
    return told


def _learned(v: Floats, size: Floats) -> Floats:
    """Return how far leaves of a size end up from it, as part of it: all of their moves count.

    The scan asks for the noise of most leaves, a sum is moved by the wild ones as well. Leaves
    with nothing on one side come and go; they are no move.
    """
    both = (v > 0) & (size > 0)
    classes = int(np.clip(both.sum() // EACH, 1, CLASSES))
    at = np.arange(1, classes) / classes
    edges: Floats = np.quantile(size[both], at) if both.any() else np.empty(0)
    group = np.searchsorted(edges, size, side="right")
    off = np.bincount(group[both], (v[both] - size[both]) ** 2, classes)
    of = np.bincount(group[both], size[both] ** 2, classes)
    learned: Floats = np.sqrt(np.divide(off, of, out=np.zeros(classes), where=of > 0))[group]
    return learned


def _gradient(base: Floats, inside: Floats, factors: Floats) -> Floats:
    """Return by how much each amount moves with the logarithm of each factor.

    Parameters
    ----------
    base : array, shape (patterns,), currency
    inside : array, shape (slices, patterns)
        1 where the leaves of a pattern lie in a slice; slices in the order they are applied in.
    factors : array, shape (slices,)
    """
    found = np.zeros((len(factors), len(factors)))
    fitted = base.copy()
    for k, factor in enumerate(factors):
        before = fitted * inside[k]
        change = before * (factor - 1)
        found[k, k] = before.sum()
        found[k, k + 1 :] = -inside[k + 1 :] @ change
        fitted += change
    return found
