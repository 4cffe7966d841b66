"""How exactly the amount of a slice is known: the chance moves of its leaves and members."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.variance.places.amounts import Fit
from salesanalysis.variance.places.cuboids import Floats, Ints
from salesanalysis.variance.places.noise import CLASSES
from salesanalysis.variance.places.shared import shared

#: Half the width of an interval that holds 80 % of cases, in standard errors.
DISTANCE = 1.2816
#: Leaves of a class of size, at least, where noise is learned.
EACH = 60


def errors(codes: Sequence[Ints], v: Floats, f: Floats, fit: Fit, noise: Floats | None) -> Floats:
    """Return the standard error of the amount of each slice, all of them fitted to each other.

    Parameters
    ----------
    codes : sequence of int arrays, each shape (n,)
        Member of each leaf, per dimension.
    v, f : arrays, shape (n,), currency
        Actual and base.
    fit : Fit
    noise : array, shape (n,), optional
        How far each leaf moves by chance, as part of its size; learned where not given.

    Returns
    -------
    array, shape (slices,), currency
        Empty where a slice has no factor: nothing before, nothing left, or net returns; and
        where no leaf is left to learn from.

    Notes
    -----
    The factors solve X'(v - m) = 0 with m the base times its factors, so their logarithms have
    the covariance A⁻¹ B A⁻¹ with A = X' diag(m) X and B = X' V X, V what leaves move by chance:
    each on its own, and those of a member together as far as members did outside the slices
    (`shared`); else everything would look as exact as if thousands of leaves moved on their own.
    A cause is held to have moved what would have been there, chance included. That the slices
    are the right ones is taken as given.

    References
    ----------
    White, H. (1982). Maximum likelihood estimation of misspecified models. Econometrica 50:1.
    """
    known = [k for k in fit.order if 0 < fit.factors[k] < np.inf]
    told = np.full(len(fit.amounts), np.nan)
    size = np.maximum(fit.fitted, 0.0)
    free = int(((v > 0) & (size > 0)).sum()) - len(known)
    if not known or (noise is None and free <= 0):
        return told
    noise = _learned(v, size, free) if noise is None else noise
    place = np.zeros(len(v), dtype="int64")
    for j, k in enumerate(known):
        place[fit.rows[k]] |= 1 << j
    together = shared(codes, v, size, _outside(v, size, fit))
    alone = np.maximum(noise**2 - together.sum(), 0.0) * size**2
    # leaves that lie in the same slices are summed first
    group, pattern = pd.factorize(place)
    inside = ((pattern >> np.arange(len(known))[:, None]) & 1).astype("float64")
    after, chance, before = (np.bincount(group, w) for w in (size, alone, f))
    moves = (inside * chance) @ inside.T
    for member, variance in zip(codes, together, strict=True):
        if variance > 0:
            n = int(member.max()) + 1
            held = np.stack(
                [np.bincount(member[r], size[r], n) for r in (fit.rows[k] for k in known)]
            )
            moves += variance * held @ held.T
    bread = np.linalg.pinv((inside * after) @ inside.T)
    covariance = bread @ moves @ bread
    gradient = _gradient(before.astype("float64"), inside, fit.factors[known])
    # never below 0 but by rounding
    found = np.maximum(np.einsum("ij,jk,ik->i", gradient, covariance, gradient), 0.0)
    told[known] = np.sqrt(found)
    return told


def _outside(v: Floats, size: Floats, fit: Fit) -> npt.NDArray[np.bool_]:
    """Tell which leaves, with something on both sides, lie in no slice but that of everything."""
    both = (v > 0) & (size > 0)
    outside = both.copy()
    for rows in fit.rows:
        if both[rows].sum() < both.sum():
            outside[rows] = False
    return outside


def _learned(v: Floats, size: Floats, free: int) -> Floats:
    """Return how far leaves of a size end up from it, as part of it: all of their moves count.

    The scan asks for the noise of most leaves, a sum is moved by the wild ones as well. Leaves
    with nothing on one side come and go; they are no move. `free` is how many leaves with both
    sides there are beyond those the factors need.
    """
    both = (v > 0) & (size > 0)
    classes = int(np.clip(both.sum() // EACH, 1, CLASSES))
    at = np.arange(1, classes) / classes
    edges: Floats = np.quantile(size[both], at) if both.any() else np.empty(0)
    group = np.searchsorted(edges, size, side="right")
    off = np.bincount(group[both], (v[both] - size[both]) ** 2, classes) * both.sum() / free
    of = np.bincount(group[both], size[both] ** 2, classes)
    learned: Floats = np.sqrt(np.divide(off, of, out=np.zeros(classes), where=of > 0))[group]
    return learned


def _gradient(base: Floats, inside: Floats, factors: Floats) -> Floats:
    """Return by how much each amount moves with the logarithm of each factor.

    Against what its cause moved of what would have been there: both hold the chance of its leaves.

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
