"""The naive floor: the same month of last year, with intervals from its own past errors."""

import numpy as np
import pandas as pd

from salesanalysis.forecast.calendar import NOTHING
from salesanalysis.forecast.figures import bound_columns, figures_of
from salesanalysis.forecast.floor.accuracy import accuracy_of
from salesanalysis.forecast.floor.methods import METHODS, status_of
from salesanalysis.forecast.floor.pools import Pools, month_scores, pools_of
from salesanalysis.forecast.floor.scores import APART, Rolling, rolling, scales
from salesanalysis.forecast.notable import months_silent
from salesanalysis.forecast.parts import parts_of_floor
from salesanalysis.forecast.result import Forecast
from salesanalysis.forecast.tree import Floats, Stack
from salesanalysis.panel import Panel

METHOD = "seasonal_naive"
MONTHS = 12


def floor(panel: Panel, horizon: int, *, coverage: tuple[float, ...], n_zero: int = 0) -> Forecast:
    """Repeat last year at every leaf of `panel`; parents are the sums.

    Notes
    -----
    Errors at an origin use nothing after it. They are divided by a scale known at that origin
    (the node's mean change from the same month last year, shrunk to its level's), pooled over
    nodes, origins and the steps of a year: for this method the error is the change from last
    year whatever the step. A level with 100 scores or more speaks for itself, else all levels
    do; below 30 scores normal quantiles are taken and ``calibrated`` is False.

    References
    ----------
    Hyndman, R. J. and Athanasopoulos, G. (2021). Forecasting: Principles and Practice,
    3rd ed., sections 5.2 and 11.2.
    """
    season = MONTHS // panel.step
    leaves = panel.matrix().to_numpy(dtype="float64")
    stack = Stack.of(panel)
    past = rolling(leaves, stack, horizon, METHOD, season)
    names = stack.table["level"].to_numpy(dtype="str")
    pools = pools_of(past, past.scores, names, season)
    history = stack.history(leaves)
    said = METHODS[METHOD](leaves, horizon, season)
    points = stack.add_up(said)
    own = parts_of_floor(leaves, said, season)
    parts = {name: stack.add_up(part) for name, part in own.items()}
    nodes = _nodes(stack, history, pools, panel.step)
    bounds, nodes = _bounds(nodes, points, pools, coverage, panel.step)
    sigma = np.repeat(nodes["scale"].to_numpy()[:, None], horizon, axis=1)
    return Forecast(
        figures=figures_of(
            panel,
            nodes,
            history,
            points,
            bound_columns(bounds, coverage),
            sigma=sigma,
            base=points,
            parts=parts,
        ),
        node_table=nodes,
        scores=pools.vectors,
        pool_sizes=pools.counts,
        accuracy=accuracy_of(past, history, names, coverage, season),
        weights=pd.DataFrame({"member": pd.Series([METHOD], dtype="str"), "h1": [1.0]}),
        calendar_effects=NOTHING.copy(),
        calendar_said={},
        by=panel.by,
        value=panel.value,
        method=METHOD,
        horizon=horizon,
        coverage=coverage,
        closed_through=panel.closed_through,
        first_month=panel.months()[0],
        n_origins=len(past.origins),
        bias_growth=_bias(past, history),
        calendar=panel.calendar,
        currency=panel.currency,
        terms=panel.terms,
        n_zero=n_zero,
        step=panel.step,
    )


def _nodes(stack: Stack, history: Floats, pools: Pools, step: int) -> pd.DataFrame:
    """Describe each node: months, scale, pool, status."""
    names = stack.table["level"].to_numpy(dtype="str")
    scale, own = scales(history, names, MONTHS // step)
    words = status_of(history, MONTHS // step)
    short = np.isin(words, APART)
    kinds = {(n, s): pools.choose(n, short=s, months=1) for n in set(names) for s in (True, False)}
    chosen = [kinds[key] for key in zip(names, short.tolist(), strict=True)]
    return stack.table.assign(
        n_months=step * np.isfinite(history).sum(axis=1),
        scale=scale,
        own_scale=own,
        pool=pd.Series([c[0] for c in chosen], dtype="str"),
        n_scores=[pools.n_windows(c[0], 1) for c in chosen],
        calibrated=[c[2] for c in chosen],
        not_negative=~(history < 0).any(axis=1),
        status=pd.Series(words.astype(object), dtype="str"),
        n_silent=step * months_silent(history),
    )


def _bounds(
    nodes: pd.DataFrame, points: Floats, pools: Pools, coverage: tuple[float, ...], step: int
) -> tuple[Floats, pd.DataFrame]:
    """Return bounds, shape (coverage, 2, nodes, horizon), and the nodes with what was bent."""
    horizon, scale = points.shape[1], nodes["scale"].to_numpy()
    spread = np.zeros((len(coverage), 2, *points.shape))
    widened = np.zeros(len(nodes), dtype=bool)
    measured = np.full(len(nodes), horizon)
    for pool in sorted(nodes["pool"].unique()):
        here = (nodes["pool"] == pool).to_numpy()
        found = month_scores(pools, pool, horizon, coverage, MONTHS // step)
        spread[:, :, here] = found.bounds[:, :, None, :] * scale[here][:, None]
        widened[here], measured[here] = found.widened, found.measured_months
    silent = nodes["status"].isin(["ended", "zero"]).to_numpy()
    spread[:, :, silent] = 0.0
    beside = (spread[:, 0] > 0).any(axis=(0, 2)) | (spread[:, 1] < 0).any(axis=(0, 2))
    # the printed figure lies inside its own interval: wider only, so coverage does not fall
    spread[:, 0], spread[:, 1] = np.minimum(spread[:, 0], 0), np.maximum(spread[:, 1], 0)
    bounds = points + spread
    floor = np.where(nodes["not_negative"].to_numpy(), 0.0, -np.inf)[:, None]
    out = nodes.assign(widened=widened, beside=beside & ~silent, measured_months=step * measured)
    out["calibrated"] = (out["calibrated"] & (measured == horizon)) | silent
    return np.maximum(bounds, floor), out


def _bias(past: Rolling, history: Floats) -> float:
    """Return how far the company's actuals lay above the method, relative to them."""
    error = past.error[:, 0, :]
    target = past.origins[:, None] + np.arange(error.shape[1])[None, :]
    known = np.isfinite(error)
    actual = np.nan_to_num(history[0])[target[known]]
    total = float(np.abs(actual).sum())
    return float(error[known].sum()) / total if total else 0.0
