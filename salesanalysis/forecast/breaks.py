"""Units whose level changed for good: reported, and left to the reader to cut off or not."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesanalysis.forecast.run.odd import MAD, STILL, as_fitted, level_and_season
from salesanalysis.forecast.run.states import Whole
from salesanalysis.forecast.tree import Floats
from salesanalysis.forecast.wording import listed, titles
from salesanalysis.labels import count, growth, label, month

if TYPE_CHECKING:
    from salesanalysis.forecast.result import Forecast

#: Months on either side whose medians are compared, and usual scatters they must differ by.
SPAN, JUMP = 6, 3.0
#: How much of a jump must happen at once, and how much of it must stay.
AT_ONCE, STAYS = 0.67, 0.5
#: Seasons needed to tell a new level from the season.
SEASONS = 3


def breaks(forecast: "Forecast") -> pd.DataFrame:
    """Return the nodes of `forecast` whose level jumped and stayed.

    Returns
    -------
    DataFrame, one row per node
        ``level``, level columns, ``node``, ``period`` (first month of the new level),
        ``growth`` (the jump, 0.5 = 50 % more; of the mean month where months are at or below 0).
    """
    nodes, season = forecast.node_table, 12 // forecast.step
    figures = forecast.figures
    closed = figures[figures["kind"] == "actual"]
    keys = ["level", *forecast.by]
    wide = closed.pivot(index=keys, columns="period", values="value")
    columns = [nodes[key] for key in keys]
    history = wide.reindex(pd.MultiIndex.from_arrays(columns) if forecast.by else columns[0])
    at, jump, factor = lasting_jumps(history.to_numpy(dtype="float64"), season=season)
    here = np.flatnonzero((at >= 0) & ~nodes["status"].isin(["ended", "zero"]).to_numpy())
    out = nodes.iloc[here][["level", *forecast.by, "node"]].reset_index(drop=True)
    size = np.where(factor, np.expm1(np.where(factor, jump, 0.0)), jump)
    return out.assign(period=wide.columns[at[here]], growth=size[here])


def lasting_jumps(history: Floats, *, season: int = 12) -> tuple[np.ndarray, Floats, np.ndarray]:
    """Return first month (-1 for none) and size of the largest lasting jump of each node.

    A jump counts where the medians of six months before and after it, season and the usual
    yearly change taken out, differ by more than three usual scatters of months and three usual
    differences of such medians, two thirds of it within three months, and every later half-year
    keeps half of it.

    Parameters
    ----------
    history : array, shape (nodes, months)
        Right-aligned, empty before a node's first month and where unknown.
    season : int

    Returns
    -------
    at, jump : arrays, shape (nodes,)
    factor : array of bool, shape (nodes,)
        Whether the jump is a logarithm, else a part of the mean month.

    Examples
    --------
    >>> level = np.r_[np.full(24, 10.0), np.full(18, 20.0)][None]
    >>> at, jump, _ = lasting_jumps(level)
    >>> int(at[0]), round(float(np.exp(jump[0])), 2)
    (24, 2.0)
    """
    value, factor, _ = as_fitted(history)
    n, months = np.isfinite(value).sum(axis=1), value.shape[1]
    none = np.full(len(value), -1), np.zeros(len(value)), factor
    if months < SEASONS * season:
        return none
    level, index = level_and_season(value, n, season)
    yearly = np.nan_to_num(_middle(value[:, season:] - value[:, :-season])) / season
    flat = value - index - yearly[:, None] * np.arange(months)
    scatter = MAD * np.nan_to_num(_middle(np.abs(value - index - level)))
    scatter = np.maximum(scatter, STILL)[:, None]
    half, quarter = _medians(flat, SPAN), _medians(flat, SPAN // 2)
    places = np.arange(SPAN, months - SPAN + 1)
    jump = half[:, places] - half[:, places - SPAN]
    at_once = quarter[:, places] - quarter[:, places - SPAN // 2]
    side = np.sign(jump)
    # a level that wanders all the time has no break
    wander = MAD * np.nan_to_num(_middle(np.abs(jump)))[:, None]
    # the least every later half-year keeps of the new level, on the side of the jump
    low = np.minimum.accumulate(half[:, ::-1], axis=1)[:, ::-1][:, places]
    high = np.maximum.accumulate(half[:, ::-1], axis=1)[:, ::-1][:, places]
    kept = np.where(side > 0, low, high) - half[:, places - SPAN]
    good = (
        (np.abs(jump) > JUMP * np.maximum(scatter, wander))
        & (at_once * side >= AT_ONCE * np.abs(jump))
        & (kept * side >= STAYS * np.abs(jump))
        & (n >= SEASONS * season)[:, None]
    )
    size = np.where(good, np.abs(jump), 0.0)
    best = size.argmax(axis=1)
    rows = np.arange(len(value))
    found = size[rows, best] > 0
    at = _steepest(flat, places[best], side[rows, best])
    return np.where(found, at, -1), np.where(found, jump[rows, best], 0.0), factor


def _steepest(flat: Floats, at: Whole, side: Floats) -> Whole:
    """Return the month near `at` where the means of three months differ most.

    Medians cannot tell the month of a jump from the one before.
    """
    means = np.lib.stride_tricks.sliding_window_view(flat, SPAN // 2, axis=1).mean(axis=-1)
    near = np.clip(at[:, None] + np.arange(-2, 3), SPAN // 2, means.shape[1] - 1)
    rows = np.arange(len(flat))
    step = (means[rows[:, None], near] - means[rows[:, None], near - SPAN // 2]) * side[:, None]
    month: Whole = near[rows, np.argmax(np.nan_to_num(step, nan=-np.inf), axis=1)]
    return month


def _medians(values: Floats, span: int) -> Floats:
    """Return the median of `span` months from each on; empty where one of them is unknown."""
    windows = np.sort(np.lib.stride_tricks.sliding_window_view(values, span, axis=1), axis=-1)
    middle: Floats = (windows[..., (span - 1) // 2] + windows[..., span // 2]) / 2
    # an unknown month is sorted to the end
    return np.where(np.isfinite(windows[..., -1]), middle, np.nan)


def _middle(values: Floats) -> Floats:
    """Return the median of what is known of each row; empty where nothing is."""
    ordered = np.sort(values, axis=1)
    n = np.isfinite(values).sum(axis=1)
    rows, last = np.arange(len(values)), max(values.shape[1] - 1, 0)
    middle: Floats = (
        ordered[rows, np.clip((n - 1) // 2, 0, last)] + ordered[rows, np.clip(n // 2, 0, last)]
    ) / 2
    return middle


def broken(forecast: "Forecast", lang: str) -> list[str]:
    """Name the smallest units whose level changed for good, the largest change first."""
    leaf = forecast.by[-1] if forecast.by else forecast.node_table["level"].iloc[0]
    rows = forecast.breaks
    rows = rows[(rows["level"] == leaf) | (len(forecast.node_table) == 1)]
    if rows.empty:
        return []
    rows = rows.assign(size=-rows["growth"].abs()).sort_values(["size", "node"], kind="stable")
    names = titles(rows, forecast.by, forecast.terms, lang)
    items = [
        label("forecast.break_item", lang, node=n, month=month(p, lang), growth=growth(g))
        for n, p, g in zip(names, rows["period"], rows["growth"], strict=True)
    ]
    named = listed(items, lang, between="forecast.semicolon")
    return [label("forecast.break", lang, n=count(len(rows)), items=named)]
