"""Rank correlation with its interval, false discovery rates, shares of R2: plain arrays."""

import math
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]


def spearman(x: Floats, y: Floats) -> float:
    """Return the rank correlation of two columns; not a number where one never changes.

    Examples
    --------
    >>> round(spearman(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 3.0, 2.0, 4.0])), 12)
    0.8
    """
    return pearson(_ranks(x), _ranks(y))


def pearson(x: Floats, y: Floats) -> float:
    """Return the linear correlation of two columns; not a number where one never changes."""
    if len(x) < 2:
        return math.nan
    a, b = x - x.mean(), y - y.mean()
    # what is left of a constant after subtraction is rounding noise, not variation
    if _flat(a, x) or _flat(b, y):
        return math.nan
    a, b = a / np.abs(a).max(), b / np.abs(b).max()
    return float(np.clip(a @ b / math.sqrt(float(a @ a) * float(b @ b)), -1.0, 1.0))


def _flat(deviation: Floats, values: Floats) -> bool:
    return bool(np.abs(deviation).max() <= 1e-12 * max(np.abs(values).max(), 1e-300))


def _ranks(x: Floats) -> Floats:
    ranks: Floats = pd.Series(x).rank().to_numpy("float64")
    return ranks


def rank_interval(rho: float, n: int, level: float = 0.95) -> tuple[float, float]:
    """Return the interval of a rank correlation of `n` independent pairs.

    Fisher's z with standard error sqrt((1 + rho^2 / 2) / (n - 3)), Bonett and Wright (2000),
    Psychometrika 65:23.

    Examples
    --------
    >>> low, high = rank_interval(0.8699639, 15)
    >>> round(low, 7), round(high, 7)
    (0.5840951, 0.9638297)
    """
    from scipy.special import ndtri  # noqa: PLC0415

    reach = float(ndtri((1 + level) / 2)) * math.sqrt((1 + rho**2 / 2) / (n - 3))
    z = _fisher(rho)
    return math.tanh(z - reach), math.tanh(z + reach)


def rank_p_value(rho: float, n: int) -> float:
    """Return the p value of a rank correlation of `n` independent pairs (Student t, n - 2)."""
    t = abs(rho) * math.sqrt((n - 2) / max(1 - rho**2, 1e-300))
    return student_p(t, n - 2)


def student_p(t: float, df: int) -> float:
    """Return the two-sided p value of Student's t."""
    from scipy.special import stdtr  # noqa: PLC0415

    return float(min(1.0, 2 * stdtr(df, -abs(t))))


def _fisher(rho: float) -> float:
    return math.atanh(min(max(rho, -1 + 1e-12), 1 - 1e-12))


def benjamini_hochberg(p: Floats) -> Floats:
    """Return q values: the share of false finds if everything up to this p value is called one.

    Benjamini and Hochberg (1995), J. R. Statist. Soc. B 57:289.

    Examples
    --------
    >>> benjamini_hochberg(np.array([0.01, 0.04, 0.03, 0.5])).round(4).tolist()
    [0.04, 0.0533, 0.0533, 0.5]
    """
    order = np.argsort(p, kind="stable")
    steps = p[order] * len(p) / np.arange(1, len(p) + 1)
    out = np.empty(len(p))
    out[order] = np.minimum(np.minimum.accumulate(steps[::-1])[::-1], 1.0)
    return out


def cluster_draws(x: Floats, y: Floats, person: npt.NDArray[np.int64], weights: Floats) -> Floats:
    """Return rank correlations with persons drawn anew: array (n_draws,).

    Parameters
    ----------
    x, y : array (N,)
    person : array (N,), number of the person of each row
    weights : array (n_draws, n_persons), how often each person is drawn

    Notes
    -----
    A person drawn twice stands twice in the ranking. Rows are sorted once: the rank of a value is
    the weight below it and half of its own.
    """
    codes = [pd.factorize(v, sort=True)[0] for v in (x, y)]
    out = np.empty(len(weights))
    for i, drawn in enumerate(weights):
        w = drawn[person]
        a, b = (_weighted_ranks(c, w) for c in codes)
        out[i] = _weighted_correlation(a, b, w)
    return out


def _weighted_ranks(codes: npt.NDArray[np.int64], w: Floats) -> Floats:
    mass = np.bincount(codes, weights=w)
    middle: Floats = np.cumsum(mass) - mass / 2
    return middle[codes]


def _weighted_correlation(a: Floats, b: Floats, w: Floats) -> float:
    total = w.sum()
    a, b = a - (w @ a) / total, b - (w @ b) / total
    size = (w @ a**2) * (w @ b**2)
    return float((w @ (a * b)) / math.sqrt(size)) if size > 0 else math.nan


def cluster_interval(rho: float, draws: Floats, n: int, level: float) -> tuple[float, ...]:
    """Return low, high and p value of a rank correlation from its draws over `n` persons.

    Not a number where one draw in ten has no variation left: too few persons carry it.
    """
    known = draws[np.isfinite(draws)]
    if len(known) < 0.9 * len(draws):
        return math.nan, math.nan, math.nan
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    z = np.arctanh(np.clip(known, -1 + 1e-12, 1 - 1e-12))
    spread = float(z.std(ddof=1))
    p = student_p(_fisher(rho) / spread, n - 1) if spread > 0 else 0.0
    return float(min(low, rho)), float(max(high, rho)), p


def inflation(x: Floats) -> Floats:
    """Return the variance inflation factor of every column: array (p,), at most 1e12."""
    if x.shape[1] < 2:
        return np.ones(x.shape[1])
    table: Floats = np.asarray(np.corrcoef(x, rowvar=False))
    rest = np.array([1 - fit_share(table, j, _others(j, len(table))) for j in range(len(table))])
    factors: Floats = 1 / np.maximum(rest, 1e-12)
    return factors


def settled(values: Floats) -> Floats:
    """Return values to ten digits of the largest: means leave rounding noise that breaks ties."""
    size = float(np.abs(values).max()) if len(values) else 0.0
    out: Floats = np.round(values / size, 10) if size > 0 else values
    return out


def _others(j: int, n: int) -> list[int]:
    return [i for i in range(n) if i != j]


def fit_share(table: Floats, j: int, others: list[int]) -> float:
    """Return R2 of column `j` on `others`, from the correlations of all columns."""
    if not others:
        return 0.0
    side = table[others, j]
    return float(side @ np.linalg.pinv(table[np.ix_(others, others)], hermitian=True) @ side)


def shares_of_r2(x: Floats, y: Floats) -> Floats:
    """Return how R2 of `y` on the columns of `x` divides among them: array (p,), sums to R2.

    The mean gain of a column over all orders of entry, the Shapley value: lmg of Lindeman,
    Merenda and Gold (1980), also in R package relaimpo.

    Examples
    --------
    >>> x = np.array([[1.0, 0], [0, 1], [-1, 0], [0, -1]])
    >>> shares_of_r2(x, x[:, 0] + x[:, 1]).round(9).tolist()
    [0.5, 0.5]
    """
    p = x.shape[1]
    table: Floats = np.asarray(np.corrcoef(np.column_stack([x, y]), rowvar=False))
    r2 = _r2_of_subsets(table, p)
    masks = np.arange(2**p)
    sizes = np.array([int(m).bit_count() for m in masks])
    factorial = np.array([math.factorial(k) for k in range(p + 1)], dtype="float64")
    out = np.zeros(p)
    for j in range(p):
        without = masks[(masks >> j) & 1 == 0]
        weight = factorial[sizes[without]] * factorial[p - 1 - sizes[without]] / factorial[p]
        # a gain below 0 is rounding noise of the inverse
        out[j] = weight @ np.maximum(r2[without | (1 << j)] - r2[without], 0.0)
    return out


def _r2_of_subsets(table: Floats, p: int) -> Floats:
    """Return R2 of column `p` on every subset of the first `p`: array (2 ** p,), by bit mask."""
    out = np.zeros(2**p)
    for k in range(1, p + 1):
        chosen = np.array(list(combinations(range(p), k)))
        inner = table[chosen[:, :, None], chosen[:, None, :]]
        side = table[chosen, p]
        inverse = np.linalg.pinv(inner, hermitian=True)
        out[(1 << chosen).sum(axis=1)] = np.einsum("mi,mij,mj->m", side, inverse, side)
    return out
