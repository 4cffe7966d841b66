"""Step 3: the changed against those not changed yet; errors by clusters, few ones by permuting."""

from dataclasses import dataclass
from itertools import combinations, islice
from math import comb
from typing import Any

import numpy as np

from salesanalysis.incentives.effects import algebra
from salesanalysis.incentives.effects.groups import cluster_means
from salesanalysis.incentives.effects.intake import Floats, Scene
from salesanalysis.incentives.effects.treated import Ints

#: Below so many clusters, or so many on either side, permuting decides.
FEW, FEW_SIDE = 10, 4


@dataclass(frozen=True)
class Compared:
    """An effect against the control, and how sure it is.

    Attributes
    ----------
    effect, error, df : float; `df` of the t interval, 0 where permuting gives the interval
    low, high : float, the interval; NaN where none can be given
    p_value : float; NaN where there is none
    how : {"clusters", "permutation", "cluster_means", "none"}
    n_assignments : int, ways the change could have fallen; 0 where not permuted
    total : float, days (or months) of changed cells behind the effect
    n_lost : int, changed cells without anybody to compare with
    n_new : int, changed units never seen before their change
    """

    effect: float
    error: float
    df: float
    low: float
    high: float
    p_value: float
    how: str
    n_assignments: int
    total: float
    n_lost: int
    n_new: int


def cells(scene: Scene) -> tuple[Floats, int, int]:
    """Return the weights of the changed cells that can be compared, and what is lost.

    A month counts only where somebody is not changed yet; a unit only if seen before.
    """
    after = scene.after()
    free = (scene.w * (1 - after)).sum(axis=0) > 0
    known = (scene.w * (1 - after)).sum(axis=1) > 0
    wanted = scene.w * after
    chosen = wanted * free * known[:, None]
    new = int((~known & (wanted.sum(axis=1) > 0)).sum())
    return chosen, int(((wanted > 0) & ~free).sum()), new


def estimate(scene: Scene) -> algebra.Fit:
    """Return the effect on the changed, each cluster left out in turn."""
    chosen, _, _ = cells(scene)
    return algebra.clustered(scene.y, scene.w, scene.after(), chosen, scene.cluster)


def compare(scene: Scene, *, level: float, draws: int, seed: int) -> Compared | str:
    """Return the effect with its interval; a reason where there is nothing to compare."""
    chosen, lost, new = cells(scene)
    if chosen.sum() <= 0:
        if not (scene.w * scene.after()).any():
            return "never_after"
        return "never_before" if new else "no_control"
    if len(np.unique(scene.cluster)) < 2:
        return "one_cluster"
    fit = estimate(scene)
    if not np.isfinite(fit.value):
        return "no_control"
    tail: dict[str, Any] = {"total": float(chosen.sum()), "n_lost": lost, "n_new": new}
    if enough(scene) and np.isfinite(fit.error):
        return _by_clusters(fit, level, tail)
    return _by_permuting(scene, fit.value, level, draws, seed, tail)


def _sides(scene: Scene) -> tuple[int, int]:
    """Return how many clusters are changed (at least in part) and how many are not wholly.

    A cluster with both kinds counts half on either side, so the sum is the number of clusters.
    """
    names = np.unique(scene.cluster)
    share = np.array([scene.treated[scene.cluster == c].mean() for c in names])
    if ((share > 0) & (share < 1)).all():
        return len(names) - len(names) // 2, len(names) // 2
    return int((share > 0).sum()), int((share == 0).sum())


def enough(scene: Scene) -> bool:
    """Tell whether clusters are many enough, on either side, for a t interval."""
    sides = _sides(scene)
    return min(sides) >= FEW_SIDE and sum(sides) >= FEW


def _by_clusters(fit: algebra.Fit, level: float, tail: dict[str, Any]) -> Compared:
    """Return the t interval of the estimate by clusters."""
    from scipy.special import stdtr, stdtrit  # noqa: PLC0415

    df = len(fit.parts) - 1
    half = float(stdtrit(df, (1 + level) / 2)) * fit.error
    p = 1.0 if fit.error == 0 and fit.value == 0 else 0.0
    if fit.error > 0:
        p = float(2 * stdtr(df, -abs(fit.value) / fit.error))
    ends = fit.value - half, fit.value + half
    return Compared(fit.value, fit.error, float(df), *ends, p, "clusters", 0, **tail)


def _by_permuting(  # noqa: PLR0917  called once, from above
    scene: Scene, effect: float, level: float, draws: int, seed: int, tail: dict[str, Any]
) -> Compared:
    """Return what permuting says; where too few ways exist, the interval of cluster means."""
    starts = assignments(scene, draws, seed)
    none = float("nan")
    p, low, high = none, none, none
    if len(starts) > 1:
        p, low, high = _permuted(scene, effect, starts, level)
    if np.isfinite(low) and np.isfinite(high):
        df = 0.0
        return Compared(effect, none, df, low, high, p, "permutation", len(starts), **tail)
    error, df = cluster_means(scene)
    if not np.isfinite(error):
        return Compared(effect, none, 0.0, none, none, p, "none", len(starts), **tail)
    from scipy.special import stdtrit  # noqa: PLC0415

    half = float(stdtrit(df, (1 + level) / 2)) * error
    return Compared(
        effect, error, df, effect - half, effect + half, p, "cluster_means", len(starts), **tail
    )


def assignments(scene: Scene, draws: int, seed: int) -> list[Ints]:
    """Return the starts of all units under other ways the change could have fallen.

    Clusters swap their dates where each is changed as a whole; else units do, inside clusters.
    The first is what happened; all ways where there are at most `draws`, else drawn ones.
    """
    blocks, groups = _blocks(scene)
    dates = np.array([scene.start[blocks == b][0] for b in range(blocks.max() + 1)])
    if len(set(groups)) == 1 and len(np.unique(dates)) == 2 and _ways(dates) <= draws:
        return _all_ways(dates, blocks)
    rng = np.random.default_rng(seed)
    out = [dates]
    for _ in range(draws - 1):
        turned = dates.copy()
        for group in np.unique(groups):
            at = np.flatnonzero(groups == group)
            turned[at] = dates[rng.permutation(at)]
        out.append(turned)
    return [turned[blocks] for turned in out if len(np.unique(dates)) > 1]


def _blocks(scene: Scene) -> tuple[Ints, Ints]:
    """Return what swaps dates, by unit, and the group inside which each swaps."""
    clusters, number = np.unique(scene.cluster, return_inverse=True)
    whole = all(len(np.unique(scene.start[number == c])) == 1 for c in range(len(clusters)))
    if whole:
        return number.astype("int64"), np.zeros(len(clusters), dtype="int64")
    return np.arange(len(scene.units)), number.astype("int64")


def _ways(dates: Ints) -> int:
    """Return in how many ways two dates can fall on the blocks."""
    return comb(len(dates), int((dates == dates.min()).sum()))


def _all_ways(dates: Ints, blocks: Ints) -> list[Ints]:
    """Return every way two dates can fall on the blocks, what happened first."""
    early, late = dates.min(), dates.max()
    happened = tuple(np.flatnonzero(dates == early))
    ways = combinations(range(len(dates)), len(happened))
    out = [dates[blocks]]
    for way in islice((w for w in ways if w != happened), None):
        turned = np.full(len(dates), late)
        turned[list(way)] = early
        out.append(turned[blocks])
    return out


def _permuted(
    scene: Scene, effect: float, starts: list[Ints], level: float
) -> tuple[float, float, float]:
    """Return the permutation p value, and the effects that permuting does not reject.

    The estimate is linear in the outcome: under an effect `c` the outcome without it is y - cD,
    so the estimate of another way is a - c b, with a and b its estimates from y and from D.
    """
    months = np.arange(scene.never)
    happened = scene.after()
    pairs = []
    for start in starts:
        after = (months >= start[:, None]).astype("float64")
        other = Scene(**{**vars(scene), "start": start})
        chosen, _, _ = cells(other)
        pairs.append(algebra.impute_all([scene.y, happened], scene.w, after, chosen))
    a, b = np.array(pairs).T
    fine = np.isfinite(a) & np.isfinite(b)
    a, b = a[fine], b[fine]
    slack = 1e-9 * max(abs(effect), float(np.abs(a).max()), 1e-300)
    p = float((np.abs(a) >= abs(effect) - slack).mean())
    high = _edge(effect, a, b, level)
    low = -_edge(-effect, -a, b, level)
    return p, low, high


def _edge(effect: float, a: Floats, b: Floats, level: float) -> float:
    """Return the largest effect that permuting does not reject.

    Another way is at least as far off as what happened while abs(a - c b) >= c - effect.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        up = np.where(b > -1 + 1e-9, (a + effect) / (1 + b), np.inf)
        down = np.where(b < 1 - 1e-9, (effect - a) / (1 - b), np.inf)
    reach = np.sort(np.maximum(up, down))[::-1]
    allowed = int(np.floor((1 - level) * len(reach) + 1e-9))
    return float(reach[allowed]) if allowed < len(reach) else float("inf")
