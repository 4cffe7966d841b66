"""Unit and month effects by small matrices: months x months, whatever the number of people.

With one row per unit and one column per month, units are taken out by their means; what is left
of the month dummies is ``diag(sum w) - W'(W / row sums)``, so nothing larger is ever built.
"""

from dataclasses import dataclass

import numpy as np

from salesanalysis.incentives.effects.intake import Floats
from salesanalysis.incentives.effects.treated import Ints

#: Up to so many clusters each is left out in turn; above, the linear version of the same.
EXACT = 60


@dataclass(frozen=True)
class Fit:
    """An estimate, and what it is when each cluster is left out.

    Attributes
    ----------
    value : float
    parts : ndarray, one per cluster in use: the estimate without it, times n - 1, signs turned
        (deviations whose squares add up to the variance)
    """

    value: float
    parts: Floats

    @property
    def error(self) -> float:
        """Return the standard error by clusters."""
        n = len(self.parts)
        return float(np.sqrt((n - 1) / n * np.sum(self.parts**2))) if n > 1 else float("nan")


def unit_means(y: Floats, w: Floats) -> tuple[Floats, Floats]:
    """Return weighted means and sums of weights by unit, as columns; 0 where there is no row."""
    total = w.sum(axis=1, keepdims=True)
    mean = np.divide((w * y).sum(axis=1, keepdims=True), total, out=np.zeros_like(total),
                     where=total > 0)  # fmt: skip
    return mean, total


def month_gram(w: Floats) -> Floats:
    """Return the cross products of month dummies without unit means; months x months."""
    total = w.sum(axis=1, keepdims=True)
    share = np.divide(w, total, out=np.zeros_like(w), where=total > 0)
    gram: Floats = np.diag(w.sum(axis=0)) - w.T @ share
    return gram


def solve(gram: Floats, right: Floats) -> Floats:
    """Solve a system that is determined up to a constant."""
    solution = np.linalg.lstsq(gram, right, rcond=1e-10)[0]
    return np.asarray(solution, dtype=np.float64)


@dataclass(frozen=True)
class Pieces:
    """What one cluster adds to the effect by imputation."""

    gram: Floats  # months x months
    right: Floats  # months
    gain: float  # sum of weight x (outcome - own level before)
    load: Floats  # months: weight of each month's effect in that sum
    total: float  # sum of weights


def pieces(y: Floats, w: Floats, after: Floats, chosen: Floats) -> Pieces:
    """Return the pieces of some units; `chosen` weighs the changed cells that are averaged."""
    w0 = w * (1 - after)
    mean, total = unit_means(y, w0)
    omega = chosen * (total > 0)  # never seen before: nothing to compare with
    share = np.divide(w0, total, out=np.zeros_like(w0), where=total > 0)
    right = (w0 * (y - mean)).sum(axis=0)
    load = omega.sum(axis=0) - (omega.sum(axis=1, keepdims=True) * share).sum(axis=0)
    gain = float((omega * (y - mean)).sum())
    return Pieces(month_gram(w0), right, gain, load, float(omega.sum()))


def combine(parts: list[Pieces]) -> Pieces:
    """Add up pieces."""
    return Pieces(
        sum((p.gram for p in parts), np.zeros_like(parts[0].gram)),
        sum((p.right for p in parts), np.zeros_like(parts[0].right)),
        sum(p.gain for p in parts),
        sum((p.load for p in parts), np.zeros_like(parts[0].load)),
        sum(p.total for p in parts),
    )


def effect_of(whole: Pieces) -> float:
    """Return the mean of outcome minus what the units' and months' effects foretell.

    NaN where no unit without the change is there in a month that is needed.
    """
    if whole.total <= 0:
        return float("nan")
    both = solve(whole.gram, np.column_stack([whole.right, whole.load]))
    missed = np.abs(whole.gram @ both[:, 1] - whole.load).max()
    if missed > 1e-6 * max(1.0, float(np.abs(whole.load).max())):
        return float("nan")
    return (whole.gain - float(whole.load @ both[:, 0])) / whole.total


def impute(y: Floats, w: Floats, after: Floats, chosen: Floats) -> float:
    """Return the effect by imputation (Borusyak, Jaravel and Spiess 2024) of plain arrays."""
    return impute_all([y], w, after, chosen)[0]


def impute_all(outcomes: list[Floats], w: Floats, after: Floats, chosen: Floats) -> list[float]:
    """Return the effect on each of several outcomes of the same cells; one system for all."""
    w0 = w * (1 - after)
    total = w0.sum(axis=1, keepdims=True)
    omega = chosen * (total > 0)
    share = np.divide(w0, total, out=np.zeros_like(w0), where=total > 0)
    load = omega.sum(axis=0) - (omega.sum(axis=1, keepdims=True) * share).sum(axis=0)
    gram = np.diag(w0.sum(axis=0)) - w0.T @ share
    # a weight for every untreated cell, the same whatever the outcome
    lever = solve(gram, load)
    whole = float(omega.sum())
    if whole <= 0 or np.abs(gram @ lever - load).max() > 1e-6 * max(1.0, np.abs(load).max()):
        return [float("nan")] * len(outcomes)
    out = []
    for y in outcomes:
        rest = y - (share * y).sum(axis=1, keepdims=True)
        out.append(float((omega * rest).sum() - (w0 * rest * lever).sum()) / whole)
    return out


def clustered(y: Floats, w: Floats, after: Floats, chosen: Floats, cluster: Ints) -> Fit:
    """Return the effect by imputation with what each cluster does to it."""
    names = np.unique(cluster)
    if len(names) > EXACT:
        return _linear(y, w, after, chosen, cluster)
    parts = [
        pieces(y[rows], w[rows], after[rows], chosen[rows])
        for rows in (cluster == name for name in names)
    ]
    whole = combine(parts)
    left = np.array([effect_of(_without(whole, p)) for p in parts])
    return Fit(effect_of(whole), left - left.mean())


def _without(whole: Pieces, part: Pieces) -> Pieces:
    """Return the pieces of everybody but one cluster."""
    return Pieces(
        whole.gram - part.gram, whole.right - part.right, whole.gain - part.gain,
        whole.load - part.load, whole.total - part.total,
    )  # fmt: skip


def _linear(y: Floats, w: Floats, after: Floats, chosen: Floats, cluster: Ints) -> Fit:
    """Return the effect with what each cluster moves it by, to first order."""
    whole = pieces(y, w, after, chosen)
    value = effect_of(whole)
    w0 = w * (1 - after)
    rest = y - solve(whole.gram, whole.right)
    own, total = unit_means(rest, w0)
    rest -= own
    lever = solve(whole.gram, whole.load)
    moved = (chosen * (total > 0) * (rest - value) - w0 * rest * lever).sum(axis=1) / whole.total
    return Fit(value, _by_cluster(moved, cluster))


def _by_cluster(moved: Floats, cluster: Ints) -> Floats:
    """Add up what units move an estimate by, scaled as if each cluster were left out in turn."""
    sums = np.bincount(cluster, weights=moved)
    sums = sums[np.bincount(cluster) > 0]
    scaled: Floats = sums * len(sums) / (len(sums) - 1)
    return scaled


def regress(y: Floats, w: Floats, columns: list[Floats], cluster: Ints) -> list[Fit]:
    """Return slopes of `columns` beside unit and month effects, with clusters left out in turn.

    Parameters
    ----------
    y, w : ndarray, units x months
    columns : list of ndarray, units x months
    cluster : ndarray of int, by unit

    Returns
    -------
    list of Fit, one per column; NaN where the months and units take the column up wholly
    """
    names = np.unique(cluster)
    if len(names) > EXACT:
        return _linear_slopes(y, w, columns, cluster)
    tables = [_moments(y[r], w[r], [c[r] for c in columns]) for r in (cluster == n for n in names)]
    whole = [np.sum([t[k] for t in tables], axis=0) for k in range(5)]
    value = _slopes(*whole)
    left = np.array([_slopes(*[a - b for a, b in zip(whole, t, strict=True)]) for t in tables])
    middle = left.mean(axis=0) if len(left) else left
    return [Fit(float(value[j]), left[:, j] - middle[j]) for j in range(len(columns))]


def _moments(y: Floats, w: Floats, columns: list[Floats]) -> list[Floats]:
    """Return cross products of months, columns and outcome, without unit means."""
    own = np.stack([c - unit_means(c, w)[0] for c in columns])
    out = y - unit_means(y, w)[0]
    return [
        month_gram(w),
        np.einsum("ij,kij->jk", w, own),
        (w * out).sum(axis=0),
        np.einsum("kij,ij,lij->kl", own, w, own, optimize=True),
        np.einsum("kij,ij,ij->k", own, w, out, optimize=True),
    ]


def _slopes(mm: Floats, mx: Floats, my: Floats, xx: Floats, xy: Floats) -> Floats:
    """Return the slopes by taking the months out of columns and outcome."""
    back = solve(mm, np.column_stack([mx, my]))
    rest = xx - mx.T @ back[:, :-1]
    size = np.sqrt(np.maximum(np.diag(xx), 1e-300))
    if np.linalg.cond(rest / np.outer(size, size)) > 1e10:
        return np.full(len(xy), np.nan)
    slopes = np.linalg.solve(rest, xy - mx.T @ back[:, -1])
    return np.asarray(slopes, dtype=np.float64)


def _linear_slopes(y: Floats, w: Floats, columns: list[Floats], cluster: Ints) -> list[Fit]:
    """Return the slopes with what each cluster moves them by, to first order."""
    flat = np.stack([_flat(c, w) for c in columns])
    value = _slopes(*_moments(y, w, columns))
    inverse = np.linalg.pinv(np.einsum("kij,ij,lij->kl", flat, w, flat, optimize=True))
    rest = w * (_flat(y, w) - np.einsum("k,kij->ij", value, flat))
    moved = inverse @ np.einsum("kij,ij->ki", flat, rest)
    return [Fit(float(v), _by_cluster(m, cluster)) for v, m in zip(value, moved, strict=True)]


def _flat(values: Floats, w: Floats) -> Floats:
    """Return values without their unit and month effects."""
    right = (w * (values - unit_means(values, w)[0])).sum(axis=0)
    rest = values - solve(month_gram(w), right)
    flat: Floats = rest - unit_means(rest, w)[0]
    return flat
