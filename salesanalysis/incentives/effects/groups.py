"""Few clusters: each gives one change of its own, and their spread says how sure the mean is."""

from collections.abc import Sequence

import numpy as np

from salesanalysis.incentives.effects import algebra
from salesanalysis.incentives.effects.intake import Floats, Scene


def cluster_means(scene: Scene) -> tuple[float, float]:
    """Return the standard error from the changes of whole clusters, and its degrees of freedom.

    NaN where clusters are mixed, dates differ or are too few.
    """
    if scene.staggered:
        return float("nan"), 0.0
    post = (np.arange(scene.never) >= scene.first).astype("float64")
    return by_cluster(scene, scene.treated, post, post)


def cluster_slopes(
    scene: Scene, treated: np.ndarray, beside: Sequence[Floats]
) -> tuple[float, float]:
    """Return the standard error from the growth of whole clusters, and its degrees of freedom."""
    along = np.arange(scene.never, dtype="float64")
    return by_cluster(scene, treated, along, (along - along.mean()) ** 2, beside)


def by_cluster(
    scene: Scene,
    treated: np.ndarray,
    column: Floats,
    weight: Floats,
    beside: Sequence[Floats] = (),
) -> tuple[float, float]:
    """Return the standard error of a difference from what `column` gives in each cluster.

    Donald and Lang (2007): each cluster gives one coefficient of its own; their spread inside the
    two groups, n - 2 degrees of freedom. `weight` by month is what a cluster's days count with,
    `beside` are further columns, units x months.
    NaN where clusters hold both kinds or are fewer than 3.
    """
    names, number = np.unique(scene.cluster, return_inverse=True)
    n = len(names)
    share = np.bincount(number, weights=treated) / np.bincount(number)
    if n < 3 or ((share > 0) & (share < 1)).any():
        return float("nan"), 0.0
    columns = [(number == g)[:, None] * column for g in range(1, n)]
    one = np.zeros(len(scene.units), dtype="int64")
    fits = algebra.regress(scene.y, scene.w, [*columns, *beside], one)[: n - 1]
    own = np.array([0.0, *[f.value for f in fits]])
    weights = np.bincount(number, weights=(scene.w * weight).sum(axis=1))
    squares, spread = 0.0, 0.0
    for side in (share == 1, share == 0):
        squares += float(((own[side] - own[side].mean()) ** 2).sum())
        part = weights[side] / weights[side].sum()
        spread += float((part**2).sum())
    return float(np.sqrt(squares / (n - 2) * spread)), float(n - 2)
