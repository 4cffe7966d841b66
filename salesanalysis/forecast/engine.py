"""One call from a panel to a coherent forecast with honest intervals."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.forecast.accuracy import accuracy_of
from salesanalysis.forecast.methods import METHODS, status_of
from salesanalysis.forecast.pools import Pools, month_scores, pools_of
from salesanalysis.forecast.result import Forecast
from salesanalysis.forecast.scores import APART, Rolling, rolling, scales
from salesanalysis.forecast.tree import Floats, Stack
from salesanalysis.forecast.wording import bound_name
from salesanalysis.panel import Panel

MAX_HORIZON = 24


def panel(
    panel: Panel,
    horizon: int = 12,
    *,
    method: str = "seasonal_naive",
    coverage: Sequence[float] = (0.80, 0.95),
) -> Forecast:
    """Forecast every node of `panel`: its leaves and every roll-up of them.

    The method is the naive floor: the same month of last year. Leaves are forecast, parents are
    their sums, so no figure contradicts another. Intervals come from the errors this very
    method made at earlier origins, both tails apart, so that a floor that is too low in a
    growing business shows it.

    Parameters
    ----------
    panel : Panel
        Closed months only, value in currency or units.
    horizon : int, months
        1 to 24.
    method : str
        Only ``seasonal_naive`` so far.
    coverage : sequence of float
        Shares of later months the intervals are to hold, between 0 and 1.

    Returns
    -------
    Forecast

    Raises
    ------
    ContractError
        Something that is no Panel, horizon outside 1 to 24, coverage outside (0, 1) or named
        twice, unknown method.

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
    3rd ed., sections 5.2 and 11.2. Lei, J. et al. (2018). Journal of the American Statistical
    Association 113, 1094-1111.

    Examples
    --------
    >>> months = pd.date_range("2021-01-01", periods=36, freq="MS")
    >>> sales = pd.DataFrame({"region": "N", "period": months, "value": 100.0 + months.month})
    >>> result = panel(Panel.of(sales, by=["region"]), horizon=2)
    >>> result.point().tolist()
    [[101.0, 102.0], [101.0, 102.0]]
    """
    _require_panel(panel)
    levels = _check(horizon, method, coverage)
    leaves = panel.matrix().to_numpy(dtype="float64")
    stack = Stack.of(panel)
    past = rolling(leaves, stack, horizon, method)
    names = stack.table["level"].to_numpy(dtype="str")
    pools = pools_of(past, past.scores, names)
    history = stack.history(leaves)
    points = stack.add_up(METHODS[method](leaves, horizon))
    nodes = _nodes(stack, history, pools)
    bounds, nodes = _bounds(nodes, points, pools, levels)
    return Forecast(
        figures=_figures(panel, nodes, history, points, _bound_columns(bounds, levels)),
        node_table=nodes,
        scores=pools.vectors,
        pool_sizes=pools.counts,
        accuracy=accuracy_of(past, history, names, levels),
        by=panel.by,
        value=panel.value,
        method=method,
        horizon=horizon,
        coverage=levels,
        closed_through=panel.closed_through,
        first_month=panel.months()[0],
        n_origins=len(past.origins),
        bias_growth=_bias(past, history),
        calendar=panel.calendar,
        currency=panel.currency,
        terms=panel.terms,
    )


def _require_panel(given: object) -> None:
    """Refuse a plain table: it does not say which columns are levels and which month is closed."""
    if not isinstance(given, Panel):
        raise ContractError(
            f"A {type(given).__name__} is no Panel.",
            where="forecast.panel(panel)",
            fix='make one: sa.Panel.of(frame, by=["region"]), with columns region, period, value; '
            'or data.panel(by=["region"])',
            code="bad-choice",
        )


def _check(horizon: int, method: str, coverage: Sequence[float]) -> tuple[float, ...]:
    """Refuse what cannot be meant; return the coverage levels from narrow to wide."""
    if not (isinstance(horizon, int) and 1 <= horizon <= MAX_HORIZON):
        raise ContractError(
            f"horizon must be 1 to {MAX_HORIZON} months, got {horizon!r}.",
            where="forecast.panel(horizon=...)",
            fix="write 12 for a year ahead",
            code="bad-choice",
        )
    if method not in METHODS:
        raise unknown_name(
            method,
            list(METHODS),
            kind="method",
            where="forecast.panel(method=...)",
            error=ContractError,
        )
    levels = tuple(sorted({float(level) for level in coverage}))
    if not levels or len(levels) != len(tuple(coverage)) or not all(0 < c < 1 for c in levels):
        raise ContractError(
            f"coverage must be different shares between 0 and 1, got {tuple(coverage)!r}.",
            where="forecast.panel(coverage=...)",
            fix="write 80 % as 0.80, for example coverage=(0.80, 0.95)",
            code="bad-choice",
        )
    return levels


def _nodes(stack: Stack, history: Floats, pools: Pools) -> pd.DataFrame:
    """Describe each node: months, scale, pool, status."""
    names = stack.table["level"].to_numpy(dtype="str")
    scale, own = scales(history, names)
    words = status_of(history)
    short = np.isin(words, APART)
    kinds = {(n, s): pools.choose(n, short=s, months=1) for n in set(names) for s in (True, False)}
    chosen = [kinds[key] for key in zip(names, short.tolist(), strict=True)]
    return stack.table.assign(
        n_months=np.isfinite(history).sum(axis=1),
        scale=scale,
        own_scale=own,
        pool=pd.Series([c[0] for c in chosen], dtype="str"),
        n_scores=[pools.n_windows(c[0], 1) for c in chosen],
        calibrated=[c[2] for c in chosen],
        not_negative=~(history < 0).any(axis=1),
        status=pd.Series(words.astype(object), dtype="str"),
    )


def _bounds(
    nodes: pd.DataFrame, points: Floats, pools: Pools, coverage: tuple[float, ...]
) -> tuple[Floats, pd.DataFrame]:
    """Return bounds, shape (coverage, 2, nodes, horizon), and the nodes with what was bent."""
    horizon, scale = points.shape[1], nodes["scale"].to_numpy()
    spread = np.zeros((len(coverage), 2, *points.shape))
    widened = np.zeros(len(nodes), dtype=bool)
    measured = np.full(len(nodes), horizon)
    for pool in sorted(nodes["pool"].unique()):
        here = (nodes["pool"] == pool).to_numpy()
        found = month_scores(pools, pool, horizon, coverage)
        spread[:, :, here] = found.bounds[:, :, None, :] * scale[here][:, None]
        widened[here], measured[here] = found.widened, found.measured_months
    silent = nodes["status"].isin(["ended", "zero"]).to_numpy()
    spread[:, :, silent] = 0.0
    beside = (spread[:, 0] > 0).any(axis=(0, 2)) | (spread[:, 1] < 0).any(axis=(0, 2))
    # the printed figure lies inside its own interval: wider only, so coverage does not fall
    spread[:, 0], spread[:, 1] = np.minimum(spread[:, 0], 0), np.maximum(spread[:, 1], 0)
    bounds = points + spread
    floor = np.where(nodes["not_negative"].to_numpy(), 0.0, -np.inf)[:, None]
    out = nodes.assign(widened=widened, beside=beside & ~silent, measured_months=measured)
    out["calibrated"] = (out["calibrated"] & (measured == horizon)) | silent
    return np.maximum(bounds, floor), out


def _bound_columns(bounds: Floats, coverage: tuple[float, ...]) -> dict[str, Floats]:
    """Return the bounds by column name, each of shape (nodes, horizon)."""
    return {
        bound_name(side, level): bounds[c, s]
        for c, level in enumerate(coverage)
        for s, side in enumerate(("lo", "hi"))
    }


def _figures(
    panel: Panel, nodes: pd.DataFrame, history: Floats, points: Floats, bounds: dict[str, Floats]
) -> pd.DataFrame:
    """Lay actuals and forecasts out as one long table, node by node, month by month."""
    past, horizon = history.shape[1], points.shape[1]
    first = panel.closed_through + pd.DateOffset(months=1)
    ahead = pd.date_range(first, periods=horizon, freq="MS").as_unit("us")
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
    for name, ahead_bound in bounds.items():
        # a closed month is known: its bounds are the figure itself
        out[name] = np.concatenate([history, ahead_bound], axis=1).ravel()[keep]
    out["status"] = nodes["status"].to_numpy()[rows]
    out["status"] = out["status"].astype("str")
    return out


def _bias(past: Rolling, history: Floats) -> float:
    """Return how far the company's actuals lay above the method, relative to them."""
    error = past.error[:, 0, :]
    target = past.origins[:, None] + np.arange(error.shape[1])[None, :]
    known = np.isfinite(error)
    actual = np.nan_to_num(history[0])[target[known]]
    total = float(np.abs(actual).sum())
    return float(error[known].sum()) / total if total else 0.0
