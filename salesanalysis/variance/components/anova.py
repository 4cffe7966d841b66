"""Balanced data: mean squares give the variance of every level in closed form."""

from dataclasses import dataclass

import numpy as np

from salesanalysis.variance.components.design import Design, Floats

#: Draws of the mean squares behind an interval.
DRAWS = 10_000


@dataclass(frozen=True, eq=False)
class MeanSquares:
    """Mean squares of balanced nested data, the top level first and noise last.

    Attributes
    ----------
    ms, df : array (K + 1,)
        Mean squares and degrees of freedom.
    size : array (K + 1,)
        Observations behind one unit of each level; 1 for noise.
    """

    ms: Floats
    df: Floats
    size: Floats


def mean_squares(design: Design) -> MeanSquares:
    """Return the mean squares of balanced nested data; months are taken out of the noise."""
    means = [np.zeros(1)]
    sums, sizes, dfs = [], [], []
    for k, n in enumerate(design.n_groups):
        counts = np.bincount(design.codes[k])
        mean = np.bincount(design.codes[k], weights=design.y) / counts
        parent = means[-1][design.parents[k]]
        sums.append(float((counts * (mean - parent) ** 2).sum()))
        sizes.append(float(counts[0]))
        dfs.append(n - len(means[-1]))
        means.append(mean)
    left = design.y - means[-1][design.codes[-1]]
    months = _month_means(design, left)
    sums.append(float(((left - months) ** 2).sum()))
    dfs.append(len(design.y) - design.n_groups[-1] - (design.n_months - 1))
    df = np.array(dfs, dtype="float64")
    return MeanSquares(np.array(sums) / df, df, np.array([*sizes, 1.0]))


def _month_means(design: Design, left: Floats) -> Floats:
    """Return the mean of the month of each observation; 0 where no months are taken out."""
    if design.n_months == 1:
        return np.zeros(len(left))
    month = (design.x[:, 1:] * np.arange(1, design.n_months)).sum(axis=1).astype("int64")
    means: Floats = np.bincount(month, weights=left) / np.bincount(month)
    mine: Floats = means[month]
    return mine


def from_mean_squares(ms: Floats, df: Floats, size: Floats) -> Floats:
    """Return the variances of the levels; none below 0.

    Parameters
    ----------
    ms : array (..., K + 1)
    df, size : array (K + 1,)

    Returns
    -------
    array (..., K + 1)

    Notes
    -----
    Mean squares that would make a variance negative are pooled with the one below, weighted by
    their degrees of freedom: the maximum of the restricted likelihood (Thompson 1962).
    """
    pooled = pool(ms, df)
    between = np.diff(-pooled, axis=-1) / size[:-1]
    return np.concatenate([between, pooled[..., -1:]], axis=-1)


def pool(ms: Floats, df: Floats) -> Floats:
    """Return mean squares that never rise from the top down, the closest by degrees of freedom.

    The highest mean from the noise up, then its lowest from the top down (min-max formula of
    isotonic regression, vectorised over draws).
    """
    n = ms.shape[-1]
    weight = np.concatenate([[0.0], np.cumsum(df)])
    total = np.concatenate([np.zeros((*ms.shape[:-1], 1)), np.cumsum(ms * df, axis=-1)], axis=-1)
    out = np.empty_like(ms)
    for i in range(n):
        # falling order: the smallest over the starts up to i of the largest over the ends from i
        means = np.stack(
            [
                np.stack(
                    [
                        (total[..., e + 1] - total[..., s]) / (weight[e + 1] - weight[s])
                        for e in range(i, n)
                    ]
                ).max(axis=0)
                for s in range(i + 1)
            ]
        )
        out[..., i] = means.min(axis=0)
    return out


def closed_form(squares: MeanSquares, n_months: int, estimator: str) -> tuple[Floats, Floats]:
    """Return variances, and the raw ANOVA estimates that may be negative."""
    ms, df = squares.ms, squares.df.copy()
    if estimator == "ML":  # what the fixed part uses up counts as information
        df[0] += 1
        df[-1] += n_months - 1
        ms = squares.ms * squares.df / df
    raw = np.append(np.diff(-ms) / squares.size[:-1], ms[-1])
    return from_mean_squares(ms, df, squares.size), raw


def draw_variances(squares: MeanSquares, seed: int) -> Floats:
    """Return variances with mean squares drawn as MS df / chi2(df): array (DRAWS, K + 1)."""
    rng = np.random.default_rng(seed)
    ms = squares.ms * squares.df / rng.chisquare(squares.df, (DRAWS, len(squares.df)))
    return from_mean_squares(ms, squares.df, squares.size)
