"""How the engine did at earlier origins, beside the same month last year."""

import numpy as np
import pandas as pd

from salesanalysis.forecast.run.company import Past
from salesanalysis.forecast.run.scores import ENOUGH, quantiles
from salesanalysis.forecast.tree import Floats, Words

#: Months a node must have been tested on before it is compared with last year's.
TESTED = 12
#: Vectors an earlier origin needs before its intervals can be checked.
CHECKABLE = 30
#: Part of a figure that rounding may leave.
SAME = 1e-9


def node_errors(past: Past) -> pd.DataFrame:
    """Return months tested and the error in units of the naive one, per node.

    Returns
    -------
    DataFrame, one row per node
        ``n_tested``, ``naive_ratio``: mean absolute error over that of the same month last
        year; empty below 12 tested months, or where last year was exact.
    """
    known = _known(past)
    n = known.sum(axis=(0, 2))
    ours = np.where(known, np.abs(past.actual - past.point), 0.0).sum(axis=(0, 2))
    naive = np.where(known, np.abs(past.actual - past.naive), 0.0).sum(axis=(0, 2))
    size = np.where(known, np.abs(past.actual), 0.0).sum(axis=(0, 2))
    # what is left of floats that should be equal is no error to divide by
    told = (n >= TESTED) & (naive > SAME * size)
    ratio = np.divide(ours, naive, out=np.full(len(n), np.nan), where=told)
    return pd.DataFrame({"n_tested": n, "naive_ratio": ratio})


def accuracy_of(past: Past, levels: Words, coverage: tuple[float, ...]) -> pd.DataFrame:
    """Score the engine by level at its earlier origins.

    Returns
    -------
    DataFrame, one row per level
        ``n_nodes``, ``n_origins``, ``n_checked``, ``mase``, ``naive_mase``, ``naive_ratio``,
        ``wape_share``, ``bias_growth`` (actual above forecast, relative to sales) and
        ``covered<level>_share``: how many later months lay inside intervals made from earlier
        origins only.
    """
    known = _known(past)
    error = np.where(known, past.actual - past.point, 0.0)
    unit = np.where(past.unit > 0, past.unit, np.nan)[:, :, None]
    scaled, naive = np.abs(error) / unit, np.abs(past.actual - past.naive) / unit
    used = known & np.isfinite(scaled)
    inside, checked = _hits(past, coverage)
    rows = []
    for level in dict.fromkeys(levels.tolist()):
        here = levels == level
        n = int(used[:, here].sum())
        size = float(np.abs(np.where(known, past.actual, 0.0))[:, here].sum())
        ours = float(scaled[:, here][used[:, here]].mean()) if n else np.nan
        floor = float(naive[:, here][used[:, here]].mean()) if n else np.nan
        total = int(checked[here].sum())
        row = {
            "level": level,
            "n_nodes": int(here.sum()),
            "n_origins": len(past.cuts),
            "mase": ours,
            "naive_mase": floor,
            "naive_ratio": ours / floor if n and floor > 0 else np.nan,
            "wape_share": float(np.abs(error[:, here]).sum()) / size if size else np.nan,
            "bias_growth": float(error[:, here].sum()) / size if size else np.nan,
            "n_checked": total,
        }
        for c, share in enumerate(coverage):
            held = inside[c, here].sum() / max(total, 1)
            row[f"covered{100 * share:g}_share"] = held if total else np.nan
        row["status"] = "ok" if total else "not_checked"
        rows.append(row)
    return pd.DataFrame(rows).astype({"level": "str", "status": "str"})


def _known(past: Past) -> np.ndarray:
    """Return where a regular node has a month to compare with."""
    return np.isfinite(past.actual) & past.regular[:, :, None]


def _hits(past: Past, coverage: tuple[float, ...]) -> tuple[Floats, Floats]:
    """Count months inside intervals made from earlier origins: per coverage and node."""
    count = past.point.shape[1]
    inside, checked = np.zeros((len(coverage), count)), np.zeros(count)
    for i in range(len(past.cuts) - 1):
        # an error is known when its month is over: at the origin of i, only the earlier steps
        known = _seen_before(past, i)
        if len(known) < CHECKABLE:
            continue
        bounds = quantiles(known, coverage)
        steps = known.shape[1]
        z = np.where(past.regular[i, :, None], past.scores[i], np.nan)[:, :steps]
        checked += np.isfinite(z).sum(axis=1)
        for c in range(len(coverage)):
            low, high = np.minimum(bounds[c, 0], 0), np.maximum(bounds[c, 1], 0)
            inside[c] += ((z >= low) & (z <= high)).sum(axis=1)
    return inside, checked


def _seen_before(past: Past, i: int) -> Floats:
    """Return the score vectors that were complete at origin `i`, as far as they were."""
    cut = past.cuts[i]
    best = np.zeros((0, 1))
    for steps in range(past.scores.shape[2], 0, -1):
        late = [j for j in range(len(past.cuts)) if past.cuts[j] - steps >= cut]
        rows = [past.scores[j][past.regular[j]][:, :steps] for j in late]
        found = np.concatenate(rows) if rows else best[:, :0]
        found = found[np.isfinite(found).all(axis=1)] if len(found) else found
        if len(found) >= min(ENOUGH, CHECKABLE):
            return found
    return best
