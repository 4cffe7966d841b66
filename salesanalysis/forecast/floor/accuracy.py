"""How the method did at earlier origins: scaled and money-weighted errors, and coverage."""

import numpy as np
import pandas as pd

from salesanalysis.forecast.floor.methods import SEASON
from salesanalysis.forecast.floor.pools import month_scores, pools_of
from salesanalysis.forecast.floor.scores import Rolling
from salesanalysis.forecast.tree import Floats, Words

#: Latest origins at which intervals made without later months are checked.
CHECKED_ORIGINS = 12


def accuracy_of(
    past: Rolling,
    history: Floats,
    levels: Words,
    coverage: tuple[float, ...],
    season: int = SEASON,
) -> pd.DataFrame:
    """Score the method by level at the origins of `past`.

    Returns
    -------
    DataFrame, one row per level
        ``n_nodes``, ``n_origins``, ``n_checked`` (node-months the intervals were checked on),
        ``mase`` (mean absolute error in units of the node's mean change from last year before
        the origin), ``wape_share`` (absolute errors over absolute sales), ``bias_growth``
        (actual above forecast, relative to sales) and ``covered<level>_share``: how many of
        the checked months lay inside an interval made only from months before its origin;
        empty where ``n_checked`` is 0.
    """
    inside, n_checked = _hits(past, levels, coverage, season)
    actual = _actuals(past, history)
    mase = _scaled(past, history, season)
    rows = []
    for level in dict.fromkeys(levels.tolist()):
        here = levels == level
        error, sales = past.error[:, here], actual[:, here]
        size = float(np.nansum(np.abs(sales)))
        scored = np.isfinite(mase[:, here])
        row = {
            "level": level,
            "n_nodes": int(here.sum()),
            "n_origins": len(past.origins),
            "mase": float(mase[:, here][scored].mean()) if scored.any() else np.nan,
            "wape_share": float(np.nansum(np.abs(error))) / size if size else np.nan,
            "bias_growth": float(np.nansum(error)) / size if size else np.nan,
            "n_checked": int(n_checked[here].sum()),
        }
        n = max(row["n_checked"], 1)
        for c, share in enumerate(coverage):
            held = inside[c, here].sum() / n
            row[f"covered{100 * share:g}_share"] = held if row["n_checked"] else np.nan
        row["status"] = "ok" if row["n_checked"] else "not_checked"
        rows.append(row)
    return pd.DataFrame(rows).astype({"level": "str", "status": "str"})


def _actuals(past: Rolling, history: Floats) -> Floats:
    """Return the actual beside each error; empty where the error is."""
    steps = np.arange(past.error.shape[2])
    target = np.minimum(past.origins[:, None] + steps[None, :], history.shape[1] - 1)
    actual = np.nan_to_num(history)[:, target].transpose(1, 0, 2)
    return np.where(np.isfinite(past.error), actual, np.nan)


def _scaled(past: Rolling, history: Floats, season: int) -> Floats:
    """Return mean absolute errors over the mean change before the origin, origins x nodes."""
    out = np.full(past.error.shape[:2], np.nan)
    for i, origin in enumerate(past.origins):
        change = np.abs(history[:, season:origin] - history[:, : origin - season])
        n = np.isfinite(change).sum(axis=1)
        unit = np.nan_to_num(change).sum(axis=1) / np.maximum(n, 1)
        known = np.isfinite(past.error[i])
        error = np.nan_to_num(np.abs(past.error[i])).sum(axis=1)
        size = known.sum(axis=1) * unit
        np.divide(error, size, out=out[i], where=size > 0)
    return out


def _hits(
    past: Rolling, levels: Words, coverage: tuple[float, ...], season: int
) -> tuple[Floats, Floats]:
    """Count months inside intervals made before them: per coverage and node, and months checked."""
    n_nodes, horizon = past.error.shape[1:]
    inside, checked = np.zeros((len(coverage), n_nodes)), np.zeros(n_nodes)
    scores = past.scores
    for i in range(max(0, len(past.origins) - CHECKED_ORIGINS), len(past.origins)):
        pools = pools_of(past, past.until(int(past.origins[i])), levels, season)
        for level in dict.fromkeys(levels.tolist()):
            pool, _, calibrated = pools.choose(level, short=False, months=1)
            if not calibrated:
                continue
            here = (levels == level) & ~past.short[i]
            bounds = month_scores(pools, pool, horizon, coverage, season).bounds
            z = scores[i, here]
            checked[here] += np.isfinite(z).sum(axis=1)
            for c in range(len(coverage)):
                low, high = np.minimum(bounds[c, 0], 0), np.maximum(bounds[c, 1], 0)
                inside[c, here] += ((z >= low) & (z <= high)).sum(axis=1)
    return inside, checked
