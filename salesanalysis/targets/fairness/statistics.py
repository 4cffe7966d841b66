"""The measures of fairness: rank correlation with its interval, Gini, territory effect, jumps."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
#: Below so many units a test is too few.
FEWEST = 8
_CELLS = 2_000_000


def spearman(x: Floats, y: Floats) -> float:
    """Return the rank correlation of two rows of numbers; empty where one never changes.

    Examples
    --------
    >>> round(spearman(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 3.0, 2.0, 4.0])), 12)
    0.8
    """
    return float(_rank_correlation(x[None, :], y[None, :])[0])


def _rank_correlation(x: Floats, y: Floats) -> Floats:
    """Return the rank correlation of every row."""
    from scipy.stats import rankdata  # noqa: PLC0415

    a, b = rankdata(x, axis=1), rankdata(y, axis=1)
    a, b = a - a.mean(axis=1, keepdims=True), b - b.mean(axis=1, keepdims=True)
    size = np.sqrt((a * a).sum(axis=1) * (b * b).sum(axis=1))
    together: Floats = (a * b).sum(axis=1)
    empty = np.full(len(a), np.nan)
    out: Floats = np.divide(together, size, out=empty, where=size > 0)
    return out


def spearman_interval(
    x: Floats, y: Floats, *, seed: int, draws: int = 2_000
) -> tuple[float, float, float]:
    """Return rank correlation and its 95 % bootstrap interval (percentiles, units redrawn).

    Fewer draws where there are very many units: the interval is narrow there anyway.

    References
    ----------
    Efron, B. and Tibshirani, R. J. (1993). An Introduction to the Bootstrap. Chapman and Hall.
    """
    rows = _redrawn(len(x), seed, draws)
    return _with_ends(spearman(x, y), _rank_correlation(x[rows], y[rows]))


def slope(x: Floats, y: Floats) -> float:
    """Return how much `y` rises per unit of `x` by least squares; empty where `x` never changes.

    Examples
    --------
    >>> slope(np.array([0.0, 0.1, 0.2]), np.array([1.0, 0.95, 0.9]))
    -0.5
    """
    return round(float(_slopes(x[None, :], y[None, :])[0]), 12)


def _slopes(x: Floats, y: Floats) -> Floats:
    """Return the least squares slope of every row."""
    a = x - x.mean(axis=1, keepdims=True)
    size, together = (a * a).sum(axis=1), (a * y).sum(axis=1)
    # growths that differ by rounding alone have no slope
    changes = size > 1e-18 * np.maximum((x * x).sum(axis=1), 1e-300)
    out: Floats = np.divide(together, size, out=np.full(len(a), np.nan), where=changes)
    return out


def slope_interval(
    x: Floats, y: Floats, *, seed: int, draws: int = 2_000
) -> tuple[float, float, float]:
    """Return the slope of `y` on `x` and its 95 % bootstrap interval (percentiles, units redrawn).

    References
    ----------
    Efron, B. and Tibshirani, R. J. (1993). An Introduction to the Bootstrap. Chapman and Hall.
    """
    rows = _redrawn(len(x), seed, draws)
    return _with_ends(slope(x, y), _slopes(x[rows], y[rows]))


def _redrawn(n: int, seed: int, draws: int) -> npt.NDArray[np.int64]:
    """Draw the units again; fewer times where there are very many."""
    draws = max(200, min(draws, _CELLS // max(n, 1)))
    return np.random.default_rng(seed).integers(0, n, (draws, n))


def _with_ends(middle: float, again: Floats) -> tuple[float, float, float]:
    again = again[np.isfinite(again)]
    if not np.isfinite(middle) or not len(again):
        return np.nan, np.nan, np.nan
    low, high = np.quantile(again, [0.025, 0.975])
    return middle, float(low), float(high)


def gini(values: Floats) -> float:
    """Return Gini's measure of inequality: 0 where all are alike.

    Examples
    --------
    >>> gini(np.array([1.0, 1.0])), gini(np.array([0.0, 0.0, 0.0, 4.0]))
    (0.0, 0.75)
    """
    ordered, n = np.sort(values), len(values)
    total = ordered.sum()
    if total <= 0:
        return float("nan")
    return float((2 * np.arange(1, n + 1) - n - 1) @ ordered / (n * total))


def omega_squared(values: Floats, groups: Sequence[str]) -> float:
    """Return how much of the spread of `values` the groups explain, without the part of chance.

    Notes
    -----
    (SSB - (k - 1) MSW) / (SST + MSW), 0 where that is negative.

    References
    ----------
    Hays, W. L. (1963). Statistics for Psychologists.
    """
    table = pd.DataFrame({"value": values, "group": list(groups)})
    k, n = table["group"].nunique(), len(table)
    middle = table.groupby("group")["value"].transform("mean")
    within = float(((table["value"] - middle) ** 2).sum()) / (n - k) if n > k else np.nan
    total = float(((values - values.mean()) ** 2).sum())
    between = float(((middle - values.mean()) ** 2).sum())
    if not np.isfinite(within) or k < 2 or total + within <= 0:
        return float("nan")
    return float(max((between - (k - 1) * within) / (total + within), 0.0))


def thirds(base: pd.Series) -> pd.Series:
    """Return ``top`` (20 %), ``middle`` (60 %) and ``bottom`` (20 %) by base, ties by row order."""
    place = base.rank(method="first", ascending=False) / len(base)
    part = np.select([place <= 0.2, place > 0.8], ["top", "bottom"], "middle")
    return pd.Series(part, index=base.index, dtype="str")


def kruskal(values: pd.Series, groups: pd.Series) -> tuple[float, float]:
    """Return the Kruskal-Wallis statistic and its probability of chance; empty where all are one.

    References
    ----------
    Kruskal, W. H. and Wallis, W. A. (1952). J. Am. Stat. Assoc. 47(260), 583-621.
    """
    from scipy.stats import kruskal as test  # noqa: PLC0415

    samples = [part.to_numpy("float64") for _, part in values.groupby(groups)]
    if len(samples) < 2 or values.nunique() < 2:
        return np.nan, np.nan
    found = test(*samples)
    return float(found.statistic), float(found.pvalue)


def error_ratio(target: Floats, expected: Floats, actual: Floats) -> float:
    """Return the error of the targets over the error of what was expected, root mean squares."""
    ours, theirs = (np.sqrt(np.mean((v - actual) ** 2)) for v in (target, expected))
    return float(ours / theirs) if theirs > 0 else float("nan")


def row(test: str, n: int, status: str = "ok", **found: float) -> Mapping[str, object]:
    """Return one line of the table of tests; what is not measured is empty beside its status."""
    empty = dict.fromkeys(("estimate", "low", "high", "p_value"), np.nan)
    return {"test": test, "n_units": n, **empty, **found, "status": status}
