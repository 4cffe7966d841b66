"""Actuals and forecasts of every node as one long table."""

import numpy as np
import pandas as pd

from salesanalysis.forecast.tree import Floats
from salesanalysis.forecast.wording import bound_name
from salesanalysis.panel import Panel


def bound_columns(bounds: Floats, coverage: tuple[float, ...]) -> dict[str, Floats]:
    """Return bounds, shape (coverage, 2, nodes, horizon), by column name."""
    return {
        bound_name(side, level): bounds[c, s]
        for c, level in enumerate(coverage)
        for s, side in enumerate(("lo", "hi"))
    }


def figures_of(
    panel: Panel,
    nodes: pd.DataFrame,
    history: Floats,
    points: Floats,
    bounds: dict[str, Floats],
    *,
    sigma: Floats,
    base: Floats,
    parts: dict[str, Floats],
) -> pd.DataFrame:
    """Lay actuals and forecasts out, node by node, month by month.

    A closed month is known: its bounds and its base are the figure itself, its sigma and its
    `parts` (what the forecast is made of, by name) are 0.
    """
    past, horizon = history.shape[1], points.shape[1]
    first = panel.closed_through + pd.DateOffset(months=panel.step)
    ahead = pd.date_range(first, periods=horizon, freq=f"{panel.step}MS").as_unit("us")
    months = panel.months().append(ahead)
    value = np.concatenate([history, points], axis=1)
    keep = np.isfinite(value).ravel()
    keys = ["level", *panel.by, "node"]
    rows = np.repeat(np.arange(len(nodes)), past + horizon)[keep]
    out = nodes.loc[rows, keys].reset_index(drop=True)
    out["period"] = np.tile(months, len(nodes))[keep]
    step = np.r_[np.zeros(past, dtype="int64"), np.arange(1, horizon + 1)]
    out["horizon"] = np.tile(step, len(nodes))[keep]
    out["kind"] = pd.Series(np.where(out["horizon"] > 0, "forecast", "actual"), dtype="str")
    out["value"] = value.ravel()[keep]
    for name, bound in bounds.items():
        out[name] = np.concatenate([history, bound], axis=1).ravel()[keep]
    out["before_sums"] = np.concatenate([history, base], axis=1).ravel()[keep]
    known = np.zeros_like(history)
    for name, part in {"sigma": sigma, **parts}.items():
        out[name] = np.concatenate([known, part], axis=1).ravel()[keep]
    out["status"] = nodes["status"].to_numpy()[rows]
    out["status"] = out["status"].astype("str")
    return out
