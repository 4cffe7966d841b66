"""How far a leaf moves by chance, and how far the largest of many does."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
#: Median absolute value to standard deviation of a normal distribution.
NORMAL = 1.4826
FLOOR, CLASSES, FEW = 0.02, 10, 200
#: The part of the largest leaves the tail is fitted to, and that left out as possible causes.
TAIL, TOP, LEVEL, ENOUGH = 0.02, 0.001, 0.05, 500


def deviation(v: Floats, f: Floats) -> Floats:
    """Return 2 (v - f) / (v + f) within -2 and 2; 0 for leaves that hold nothing or net returns."""
    both = v + f
    ratio: Floats = np.zeros(both.shape)
    np.divide(2.0 * (v - f), both, out=ratio, where=both > 0)
    return np.clip(ratio, -2.0, 2.0, out=ratio)


def by_size(d: Floats, f: Floats) -> Floats:
    """Return the noise of each leaf: the median of |d| in ten classes of size.

    Parameters
    ----------
    d : array, shape (n,)
        Deviations of the leaves.
    f : array, shape (n,), currency
        Their size: the larger of the two sides, so that a launch counts as large as it is.
        Small leaves are noisier, so noise never grows with it.

    Returns
    -------
    array, shape (n,), at least 0.02
    """
    size = np.abs(d)
    if len(d) < FEW:
        return np.full(len(d), max(FLOOR, NORMAL * float(np.median(size)) if len(d) else 0.0))
    edges = np.quantile(f, np.arange(1, CLASSES) / CLASSES)
    group = np.searchsorted(edges, f, side="right")
    # classes may be empty where many leaves have the same size: they take the one below
    middle = [np.median(part) if len(part := size[group == k]) else np.inf for k in range(CLASSES)]
    levels: Floats = np.maximum(NORMAL * np.minimum.accumulate(middle), FLOOR)
    return levels[group]


def tail_threshold(z: Floats) -> float:
    """Return what |z| of the largest of so many leaves exceeds by chance in 5 % of cases.

    A Pareto tail is fitted to the largest 2 % without the largest 0.1 %, which may be causes
    (Hill 1975, Annals of Statistics 3:1163, with the largest censored). 0 below 500 leaves.
    """
    n = len(z)
    if n < ENOUGH:
        return 0.0
    k, cut = max(int(TAIL * n), 5), int(np.ceil(TOP * n))
    largest = -np.partition(-np.abs(z), k)[: k + 1]
    largest = -np.sort(-largest)
    start = float(largest[k])
    if start <= 0:
        return 0.0
    logs = np.log(largest[:k] / start)
    index = (logs[cut:].sum() + cut * logs[cut]) / (k - cut)
    return float(start * (k / LEVEL) ** index)
