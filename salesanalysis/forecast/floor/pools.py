"""Pools of score vectors: which past errors speak for which node, and the quantiles they give."""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd

from salesanalysis.forecast.floor.methods import SEASON
from salesanalysis.forecast.floor.scores import Rolling
from salesanalysis.forecast.tree import Floats, Words

#: A level keeps its scores to itself from this many on; below, all levels are pooled.
OWN_POOL = 100
#: Fewer scores than this are no distribution: normal quantiles, and calibrated is False.
MIN_SCORES = 30
#: Vectors kept of a pool.
MAX_VECTORS = 2000
#: Mean absolute error to standard deviation where errors are normal.
NORMAL_SD = math.sqrt(math.pi / 2)
NORMAL, ALL, SHORT = "normal", "all", "short"


@dataclass(frozen=True)
class Pools:
    """Score vectors by pool: one vector is one node at one origin, its months kept together.

    Attributes
    ----------
    vectors : DataFrame, one row per vector
        ``pool`` and ``z1`` ... ``zh``, scores of horizon 1..h, empty after the last known month.
    counts : DataFrame, one row per pool and number of months
        ``pool``, ``n_months`` and ``n_windows``: vectors of that length that share no month.
    """

    vectors: pd.DataFrame
    counts: pd.DataFrame

    def array(self, pool: str) -> Floats:
        """Return the vectors of `pool`, shape (vectors, horizon)."""
        rows = self.vectors[self.vectors["pool"] == pool]
        vectors: Floats = rows.drop(columns="pool").to_numpy(dtype="float64")
        return vectors

    def n_windows(self, pool: str, months: int) -> int:
        """Return how many vectors of `months` months without a shared month `pool` has."""
        hit = (self.counts["pool"] == pool) & (self.counts["n_months"] == months)
        return int(self.counts.loc[hit, "n_windows"].sum())

    def choose(self, level: str, *, short: bool, months: int) -> tuple[str, int, bool]:
        """Return pool, months its vectors cover, and whether that is calibrated.

        A level speaks for itself from 100 windows on, else all levels do, from 30 on; where no
        vector is long enough the last score is repeated; then normal quantiles.
        """
        if short:
            if self.n_windows(SHORT, months) >= MIN_SCORES:
                return SHORT, months, True
            pool, covered, _ = self.choose("", short=False, months=months)
            return pool, covered, False
        if level and self.n_windows(f"level:{level}", months) >= OWN_POOL:
            return f"level:{level}", months, True
        for covered in range(months, 0, -1):
            if self.n_windows(ALL, covered) >= MIN_SCORES:
                return ALL, covered, covered == months
        return NORMAL, months, False


def pools_of(rolling: Rolling, scores: Floats, levels: Words, season: int = SEASON) -> Pools:
    """Collect `scores`, shape (origins, nodes, horizon), into pools by level, all and short.

    Returns
    -------
    Pools
        Always with a pool ``normal``: the same normal score in every month of a vector, so that
        months are fully dependent, on purpose the widest reading.
    """
    horizon = scores.shape[2]
    masks = {f"level:{level}": (levels == level) & ~rolling.short for level in sorted(set(levels))}
    masks |= {ALL: ~rolling.short, SHORT: rolling.short}
    frames, counts = [_frame(NORMAL, normal_vectors(horizon, season))], []
    for pool, mask in masks.items():
        chosen = np.where(mask[:, :, None], scores, np.nan)
        frames.append(_frame(pool, _thin(chosen)))
        counts.append(_count(pool, chosen))
    return Pools(pd.concat(frames, ignore_index=True), pd.concat(counts, ignore_index=True))


def normal_vectors(horizon: int, season: int = SEASON) -> Floats:
    """Return 199 vectors of normal scores, the second year wider by the square root of 2."""
    grid = np.array([NormalDist().inv_cdf(k / 200) for k in range(1, 200)]) * NORMAL_SD
    years = np.sqrt(np.arange(horizon) // season + 1.0)
    vectors: Floats = grid[:, None] * years[None, :]
    return vectors


def _frame(pool: str, vectors: Floats) -> pd.DataFrame:
    frame = pd.DataFrame(vectors, columns=[f"z{k}" for k in range(1, vectors.shape[1] + 1)])
    frame.insert(0, "pool", pd.Series([pool] * len(frame), dtype="str"))
    return frame


def _thin(scores: Floats) -> Floats:
    """Return vectors in order of node and origin, at most 2,000, spread over both."""
    vectors = scores.transpose(1, 0, 2).reshape(-1, scores.shape[2])
    vectors = vectors[np.isfinite(vectors[:, 0])]
    if len(vectors) <= MAX_VECTORS:
        return vectors
    # golden-section order: even steps could meet the same origin of every node
    order = np.argsort((np.arange(len(vectors)) * 0.6180339887498949) % 1.0, kind="stable")
    return vectors[np.sort(order[:MAX_VECTORS])]


def _count(pool: str, scores: Floats) -> pd.DataFrame:
    """Count, per length, the windows of one node that share no month."""
    months = np.arange(1, scores.shape[2] + 1)
    full = np.isfinite(scores).sum(axis=0)  # nodes x horizon: origins with that step known
    windows = ((full + months - 1) // months).sum(axis=0)
    return pd.DataFrame({"pool": pool, "n_months": months, "n_windows": windows})


@dataclass(frozen=True)
class MonthScores:
    """Score quantiles of a pool per coverage and month.

    Attributes
    ----------
    bounds : array, shape (coverage, 2, horizon)
        Lower and upper score.
    widened : bool
        A tail needed more scores than there are and is the most extreme one.
    measured_months : int
        Horizon up to which scores were seen; later months repeat the last year of them.
    """

    bounds: Floats
    widened: bool
    measured_months: int


def month_scores(
    pools: Pools, pool: str, horizon: int, coverage: tuple[float, ...], season: int = SEASON
) -> MonthScores:
    """Return the score quantiles of `pool` per coverage and month.

    Scores are pooled over the 12 steps of a forecast year: the error of repeating last year is
    the change from the same month last year, whatever the step.
    """
    vectors, widened, measured = pools.array(pool), False, 0
    bounds = np.zeros((len(coverage), 2, horizon))
    n = pools.n_windows(pool, 1) if pool != NORMAL else 10**6
    for start in range(0, horizon, season):
        block = vectors[:, start : start + season]
        if np.isfinite(block).sum() >= MIN_SCORES:
            values, measured = block[np.isfinite(block)], min(start + season, horizon)
        for c, level in enumerate(coverage):
            low, high, extreme = tails(values, level, n)
            bounds[c, :, start : start + season] = np.array([[low], [high]])
            widened |= extreme
    return MonthScores(bounds, widened, measured)


def tails(values: Floats, coverage: float, n: int) -> tuple[float, float, bool]:
    """Return both tail quantiles for `coverage` that hold with `n` independent scores.

    Notes
    -----
    Split conformal: rank ``ceil((n + 1) (1 - a / 2))`` of n from above and its mirror from
    below; a rank beyond n is the extreme score, and the third value is True.

    References
    ----------
    Lei, J. et al. (2018). Journal of the American Statistical Association 113, 1094-1111.

    Examples
    --------
    >>> tails(np.arange(1.0, 100.0), 0.80, 99)
    (10.0, 90.0, False)
    >>> tails(np.arange(1.0, 21.0), 0.95, 20)
    (1.0, 20.0, True)
    """
    # rounded: (n + 1) x 0.9 in floats may lie a hair above the whole number it is
    rank = math.ceil(round((n + 1) * (1 + coverage) / 2, 9))
    share = min(rank / n, 1.0)
    high = float(np.quantile(values, share, method="inverted_cdf"))
    low = -float(np.quantile(-values, share, method="inverted_cdf"))
    return low, high, rank > n
