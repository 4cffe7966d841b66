"""Distributions of sums of months: past error vectors, kept together, laid over the forecast."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.forecast.floor.pools import NORMAL, tails
from salesanalysis.forecast.floor.scores import APART
from salesanalysis.forecast.tree import Floats
from salesanalysis.forecast.wording import bound_name
from salesanalysis.money import at_least, cents_of

if TYPE_CHECKING:
    from salesanalysis.forecast.result import Forecast

Steps = npt.NDArray[np.int64]
#: Nodes worked on at a time: nodes x draws stay small in memory.
BLOCK = 500
#: Draws of a node that can be asked for.
MOST_DRAWS = 2000


@dataclass(frozen=True)
class Draws:
    """Possible sums of some nodes, shape (nodes, draws), and what they rest on.

    `n_windows` counts the spans among the draws that share no month: the tails may count on
    these only. Normal quantiles never run out.
    """

    rows: npt.NDArray[np.int64]
    sums: Floats
    calibrated: bool
    n_windows: int


def draw_sums(forecast: "Forecast", months: pd.DatetimeIndex) -> Iterator[Draws]:
    r"""Yield the possible sums over `months` of all nodes, a block of nodes at a time.

    Notes
    -----
    :math:`L_j = A + \sum_k \max(f_k + s z_{jk}, floor)`: A the closed months, k the open ones,
    :math:`z_j` the scores one node had at one origin, months kept together, so that nothing is
    assumed about how the months of a year hang together. The floor is 0 for nodes that were
    never negative, and what is booked so far in a month that is not over. No random numbers.
    """
    steps = open_steps(forecast, months)
    actual, points = actual_to_date(forecast, months), forecast.point()
    sigma, floor = error_sizes(forecast), floor_of(forecast)
    for place, scores, covered, calibrated, n_windows in vectors_of(forecast, steps):
        for start in range(0, len(place), BLOCK):
            rows = place[start : start + BLOCK]
            sums = np.repeat(actual[rows][:, None], len(scores), axis=1)
            for k in steps:
                # beyond the scores there are, the last one is repeated: wide on purpose
                z = scores[:, min(int(k), covered - 1)]
                month = points[rows, k][:, None] + sigma[rows, k][:, None] * z[None, :]
                sums += np.maximum(month, floor[rows, k][:, None])
            yield Draws(rows, sums, calibrated or not len(steps), n_windows)


def error_sizes(forecast: "Forecast") -> Floats:
    """Return the size of an error, shape (nodes, horizon); 0 where a node no longer sells."""
    silent = forecast.node_table["status"].isin(["ended", "zero", "no_history"]).to_numpy()
    return np.where(silent[:, None], 0.0, forecast.sigma())


def floor_of(forecast: "Forecast") -> Floats:
    """Return what no draw falls below, shape (nodes, horizon).

    0 for nodes that were never negative; in the first open month what they sold so far, where
    no leaf below may take any of it back.
    """
    nodes = forecast.node_table
    out = np.where(nodes["not_negative"], 0.0, -np.inf)
    floor = np.repeat(out[:, None], forecast.horizon, axis=1)
    if len(forecast.so_far):
        floor[:, 0] = np.maximum(floor[:, 0], forecast.so_far["least"].to_numpy())
    return floor


def vectors_of(
    forecast: "Forecast", steps: Steps
) -> Iterator[tuple[Steps, Floats, int, bool, int]]:
    """Yield nodes, their score vectors, months covered, whether calibrated, and windows."""
    nodes = forecast.node_table
    if forecast.method != "seasonal_naive":
        for (pool, calibrated), group in nodes.groupby(["pool", "calibrated"], sort=True):
            scores = forecast.pools.array(pool)
            yield group.index.to_numpy(), scores, scores.shape[1], bool(calibrated), len(scores)
        return
    length = int(steps[-1]) + 1 if len(steps) else 1
    for (level, is_short), group in nodes.groupby(
        [nodes["level"], nodes["status"].isin(APART)], sort=True
    ):
        pool, covered, calibrated = forecast.pools.choose(level, short=is_short, months=length)
        scores = forecast.pools.array(pool)
        scores = scores[np.isfinite(scores[:, covered - 1])]
        n_windows = 10**6 if pool == NORMAL else forecast.pools.n_windows(pool, covered)
        yield group.index.to_numpy(), scores, covered, calibrated, n_windows


def open_steps(forecast: "Forecast", months: pd.DatetimeIndex) -> npt.NDArray[np.int64]:
    """Return which steps of the forecast, counted from 0, lie in `months`."""
    return np.flatnonzero(forecast.ahead().isin(months)).astype("int64")


def actual_to_date(forecast: "Forecast", months: pd.DatetimeIndex) -> Floats:
    """Return the sum of the closed months among `months`, per node.

    Raises
    ------
    ContractError
        A month among them nobody knows.
    """
    _require_known(forecast, months)
    figures = forecast.figures
    closed = figures[(figures["horizon"] == 0) & figures["period"].isin(months)]
    keys = ["level", *forecast.by]
    sums = closed.groupby(keys, sort=False)["value"].sum()
    index = pd.MultiIndex.from_frame(forecast.node_table[keys])
    if len(keys) == 1:
        index = pd.Index(forecast.node_table["level"])
    values: Floats = sums.reindex(index).fillna(0.0).to_numpy(dtype="float64")
    return values


def _require_known(forecast: "Forecast", months: pd.DatetimeIndex) -> None:
    """Refuse a sum over months of which one is unknown: it would be too small, silently."""
    if forecast.gaps.empty:
        return
    lost = forecast.gaps[forecast.gaps["period"].isin(months)]
    if len(lost):
        first = lost.iloc[-1]
        raise ContractError(
            f"{len(lost)} closed months of {months[0]:%Y-%m} to {months[-1]:%Y-%m} are unknown, "
            f"such as {first['node'] or 'the company'} {first['period']:%Y-%m}: their sum is too.",
            where="Forecast.landing, see .rows",
            fix="fill the months in, ask for a span without them, or select units that know them",
            rows=lost,
        )


def landing_table(forecast: "Forecast", months: pd.DatetimeIndex) -> pd.DataFrame:
    """Return actual to date, the rest, the landing and its interval, per node."""
    nodes, steps = forecast.node_table, open_steps(forecast, months)
    out = nodes[["level", *forecast.by, "node"]].copy()
    out["actual_to_date"] = actual_to_date(forecast, months)
    out["forecast_rest"] = forecast.point()[:, steps].sum(axis=1)
    out["landing"] = out["actual_to_date"] + out["forecast_rest"]
    names = [bound_name(s, c) for c in forecast.coverage for s in ("lo", "hi")]
    bounds, n_draws = np.zeros((len(out), len(names))), np.zeros(len(out), dtype="int64")
    middle = out["landing"].to_numpy(dtype="float64", copy=True)
    calibrated = np.zeros(len(out), dtype=bool)
    for draws in draw_sums(forecast, months):
        n_draws[draws.rows], calibrated[draws.rows] = draws.sums.shape[1], draws.calibrated
        ordered = np.sort(draws.sums, axis=1)
        if len(steps):
            middle[draws.rows] = np.median(ordered, axis=1)
        for c, level in enumerate(forecast.coverage):
            places = np.arange(ordered.shape[1], dtype="float64")
            low, high, _ = tails(places, level, draws.n_windows)
            bounds[draws.rows, 2 * c] = ordered[:, int(low)]
            bounds[draws.rows, 2 * c + 1] = ordered[:, int(high)]
    out["middle"] = middle
    for i, name in enumerate(names):
        # the figure lies inside its own interval; a closed span is known
        pull = np.minimum if name.startswith("lo") else np.maximum
        out[name] = pull(bounds[:, i], out["landing"]) if len(steps) else out["landing"]
    out["n_draws"] = n_draws if len(steps) else 0
    out["calibrated"] = calibrated
    out["status"] = nodes["status"] if len(steps) else "closed"
    return out.astype({"status": "str"})


def with_chances(
    forecast: "Forecast", months: pd.DatetimeIndex, table: pd.DataFrame
) -> pd.DataFrame:
    """Add ``probability`` to a landing table with targets; decided in whole cents where closed."""
    target = table["target"].reindex(forecast.node_table.index).to_numpy(dtype="float64")
    out = np.full(len(target), np.nan)
    if len(open_steps(forecast, months)):
        for draws in draw_sums(forecast, months):
            n = draws.sums.shape[1]
            # half a cent of slack: a draw equal to the target reaches it
            reached = (draws.sums >= target[draws.rows][:, None] - 0.005).sum(axis=1)
            out[draws.rows] = (1 + reached) / (n + 2)
    else:
        landed = table["landing"].reindex(forecast.node_table.index)
        given = np.isfinite(target)
        sold = cents_of(landed[given], name="landing")
        wanted = cents_of(pd.Series(target[given]), name="target")
        out[given] = at_least(sold, wanted, "1")
    out[~np.isfinite(target)] = np.nan
    place = list(table.columns).index("target") + 2
    added = table.copy()
    added.insert(place, "probability", out[table.index])
    return added


def require_count(n: int, where: str) -> None:
    """Refuse a number of draws that is none."""
    if not (isinstance(n, int) and 1 <= n <= MOST_DRAWS):
        raise ContractError(
            f"n must be 1 to {MOST_DRAWS} draws, got {n!r}.",
            where=where,
            fix="write 200",
            code="bad-choice",
        )


def quantile_table(forecast: "Forecast", months: pd.DatetimeIndex, n: int) -> pd.DataFrame:
    """Return `n` evenly spaced quantiles of each node's landing, long."""
    require_count(n, "Forecast.quantiles(n=...)")
    values = np.zeros((len(forecast.node_table), n))
    shares = (np.arange(n) + 0.5) / n
    for draws in draw_sums(forecast, months):
        values[draws.rows] = np.quantile(draws.sums, shares, axis=1).T
    rows = np.repeat(np.arange(len(values)), n)
    out = forecast.node_table.loc[rows, ["level", *forecast.by, "node"]].reset_index(drop=True)
    return out.assign(draw=np.tile(np.arange(n), len(values)), value=values.ravel())
