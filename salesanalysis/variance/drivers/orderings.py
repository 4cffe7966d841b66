"""Factor substitution: the mean over all orders (Shapley), or one order that is named."""

from collections.abc import Callable, Sequence
from functools import cache
from math import factorial
from typing import Any

import numpy as np
import numpy.typing as npt

from salesanalysis.errors import ContractError
from salesanalysis.variance.drivers.factors import Floats, both_sides

#: 2 ** 12 evaluations; more factors are grouped by the caller.
MOST = 12


def shapley(
    f: Callable[..., Any], x0: Sequence[npt.ArrayLike], x1: Sequence[npt.ArrayLike]
) -> Floats:
    """Share the change of any function among its arguments: the mean over all orders.

    Parameters
    ----------
    f : callable
        Called 2 ** n times as ``f(*factors)``; scalars or arrays in, a scalar or an array out.
    x0, x1 : sequences of n scalars or arrays, at most 12
        Arguments in base and actual; each may have a shape of its own.

    Returns
    -------
    array, shape (n, *shape of what `f` returns), in the unit of `f`
        Sums over the first axis are ``f(*x1) - f(*x0)``. An argument that did not change has
        the effect 0.

    Raises
    ------
    ContractError
        No factor, more than 12, numbers of factors that differ, a value of `f` that is not
        finite.

    Notes
    -----
    Not invariant to splitting a factor in two: group factors that belong together.

    References
    ----------
    Shorrocks, A. F. (2013). Decomposition procedures for distributional analysis: a unified
    framework based on the Shapley value. Journal of Economic Inequality 11:99-126.
    Das Gupta, P. (1993). Standardization and decomposition of rates: a user's manual. U.S.
    Bureau of the Census, P23-186.

    Examples
    --------
    Births less deaths (Das Gupta's example 3.1), and earnings times earners (example 2.1):

    >>> shapley(lambda birth, death: birth - death, [19.4, 10.8], [23.7, 9.5]).round(9).tolist()
    [4.3, 1.3]
    >>> shapley(lambda pay, part: pay * part, [10930, .717892], [16591, .825974]).round(3).tolist()
    [4369.913, 1487.262]
    """
    n = _same_count(x0, x1, "shapley")
    if n > MOST:
        raise ContractError(
            f"{n} factors need {2**n:,} evaluations; the limit is {MOST} factors.",
            where="shapley(f, x0, x1)",
            fix="group factors that belong together, or use shapley_product for a product",
            code="bad-choice",
        )
    values = _corners(f, x0, x1, n)
    masks = np.arange(2**n)
    effects = [_marginal(values, masks, k, n) for k in range(n)]
    return np.stack(effects)


def _corners(
    f: Callable[..., Any], x0: Sequence[npt.ArrayLike], x1: Sequence[npt.ArrayLike], n: int
) -> Floats:
    """Return `f` at every mixture of base and actual, bit k of the place telling factor k."""
    sides = [[np.asarray(x, dtype="float64") for x in side] for side in (x0, x1)]
    rows = [f(*(sides[mask >> k & 1][k] for k in range(n))) for mask in range(2**n)]
    values = np.asarray(rows, dtype="float64")
    bad = ~np.isfinite(values.reshape(2**n, -1)).all(axis=1)
    if bad.any():
        at = int(np.flatnonzero(bad)[0])
        mixed = ["actual" if at >> k & 1 else "base" for k in range(n)]
        raise ContractError(
            f"The function is not finite at {int(bad.sum())} of {2**n} mixtures of both sides.",
            where=f"shapley(f, ...), first with factors at {mixed}",
            fix="fill ratios that do not exist with the other side's value",
        )
    return values


def _marginal(values: Floats, masks: npt.NDArray[np.int64], k: int, n: int) -> Floats:
    """Return the weighted mean of what factor `k` adds to every set of the others."""
    without = masks[(masks >> k & 1) == 0]
    sizes = np.array([int(mask).bit_count() for mask in without])
    weights = np.array([factorial(s) * factorial(n - s - 1) / factorial(n) for s in range(n)])
    added = values[without | (1 << k)] - values[without]
    effect: Floats = np.tensordot(weights[sizes], added, axes=(0, 0))
    return effect


def shapley_product(x0: npt.ArrayLike, x1: npt.ArrayLike) -> Floats:
    """Return `shapley` of a product, in a closed form that needs no subsets.

    Parameters
    ----------
    x0, x1 : array_like, shape (n factors,) or (n factors, n cells)
        Factors in base and actual, of any sign. Not a number where a ratio does not exist: the
        other side's value is taken.

    Returns
    -------
    array, shape of `x0`, in the unit of the product
        Sums over the first axis are ``x1.prod(0) - x0.prod(0)``.

    Raises
    ------
    ContractError
        Shapes that differ, infinite factors.

    Notes
    -----
    The weights of the subsets are an integral over t of t^s (1-t)^(n-1-s), so the effect of
    factor k is its change times the integral of the product of the others at base + t change
    (Owen 1972). That is a polynomial of degree n - 1: Gauss-Legendre sums it without error.

    References
    ----------
    Owen, G. (1972). Multilinear extensions of games. Management Science 18:P64-P79.

    Examples
    --------
    >>> shapley_product([0, .25, 8], [20, .5, 10]).round(2).tolist()
    [68.33, 23.33, 8.33]
    """
    a, b = both_sides(x0, x1, "shapley_product")
    n = len(a)
    nodes, weights = _gauss(n)
    effects = np.zeros(a.shape)
    for t, weight in zip(nodes, weights, strict=True):
        effects += weight * _others((1 - t) * a + t * b)
    return effects * (b - a)


@cache
def _gauss(n: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return places in (0, 1) and weights that integrate degree n - 1 exactly."""
    places, weights = np.polynomial.legendre.leggauss(n // 2 + 1)
    return tuple(((places + 1) / 2).tolist()), tuple((weights / 2).tolist())


def _others(x: Floats) -> Floats:
    """Return for each factor the product of all others, without a division."""
    before, after = np.ones(x.shape), np.ones(x.shape)
    np.cumprod(x[:-1], axis=0, out=before[1:])
    after[:-1] = np.cumprod(x[:0:-1], axis=0)[::-1]
    others: Floats = before * after
    return others


def sequential(x0: npt.ArrayLike, x1: npt.ArrayLike) -> Floats:
    """Replace the factors of a product one after the other, in the order given.

    Parameters
    ----------
    x0, x1 : array_like, shape (n factors,) or (n factors, n cells)
        Factors in base and actual, of any sign. Not a number where a ratio does not exist: the
        other side's value is taken.

    Returns
    -------
    array, shape of `x0`, in the unit of the product
        Effect k has the factors before it at actual and those after it at base; sums over the
        first axis are ``x1.prod(0) - x0.prod(0)``. Another order gives other effects.

    Raises
    ------
    ContractError
        Shapes that differ, infinite factors.

    References
    ----------
    Chain substitution of cost accounting (连环替代法).

    Examples
    --------
    >>> sequential([1000, 50], [1100, 52]).tolist(), sequential([50, 1000], [52, 1100]).tolist()
    ([5000.0, 2200.0], [2000.0, 5200.0])
    """
    a, b = both_sides(x0, x1, "sequential")
    before, after = np.ones(a.shape), np.ones(a.shape)
    np.cumprod(b[:-1], axis=0, out=before[1:])
    after[:-1] = np.cumprod(a[:0:-1], axis=0)[::-1]
    effects: Floats = before * (b - a) * after
    return effects


def _same_count(x0: Sequence[Any], x1: Sequence[Any], where: str) -> int:
    """Return how many factors there are, refusing none and two different numbers."""
    if len(x0) != len(x1) or not len(x0):
        raise ContractError(
            f"Base has {len(x0)} factors, actual has {len(x1)}.",
            where=f"{where}(f, x0, x1)",
            fix="give the same factors, at least one, on both sides",
            code="bad-choice",
        )
    return len(x0)
