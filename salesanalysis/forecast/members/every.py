"""All members of the combination for a panel, in units of the panel."""

from dataclasses import dataclass

import numpy as np

from salesanalysis.forecast.members.block import Block, Counts
from salesanalysis.forecast.members.pooled import pooled_regression
from salesanalysis.forecast.members.season import Season, season_of
from salesanalysis.forecast.members.seasonal import holt_winters, last_year, seasonal_changes
from salesanalysis.forecast.members.smoothing import damped, simple, theta_line
from salesanalysis.forecast.tree import Flags, Floats

#: Members in the order of every table of weights.
NAMES = (
    "ses",
    "damped_trend",
    "theta",
    "damped_quarters",
    "theta_four_months",
    "holt_winters",
    "seasonal_changes",
    "pooled_regression",
    "seasonal_naive",
)
#: Largest and smallest logarithm taken back: beyond, the guards would refuse the figure anyway.
LOG_LIMIT = 30.0
#: Times a member may lie above or below the middle one, where sales are above 0: a unit that grew
#: or shrank a hundredfold has amounts of season and a last year of another size. Chosen on origins
#: inside the training parts of public series (docs/forecast.md).
APART = 3.0


@dataclass(frozen=True)
class Members:
    """What every member says.

    Attributes
    ----------
    point : array, shape (members, nodes, horizon), units of the panel
    variance : array, shape (nodes, horizon), units squared
        Of the damped trend.
    factor : array of bool, shape (nodes,)
        Whether the season is a factor: every month above 0.
    index : array, shape (nodes, horizon)
        The season by month ahead: factors, or amounts in units of the panel.
    trust : array, shape (nodes,)
        How far the season is told from noise, 0 to 1.
    """

    point: Floats
    variance: Floats
    factor: Flags
    index: Floats
    trust: Floats


def members(
    history: Floats, horizon: int, *, season: int = 12, parent: Counts | None = None
) -> Members:
    """Forecast every node by every member.

    Parameters
    ----------
    history : array, shape (nodes, months)
        Right-aligned, empty before a node's first month; at least 3 months each.
    horizon : int, months
    season : int
        Months of a year.
    parent : array of int, shape (nodes,), optional
        The row whose season a node with fewer than two years borrows; -1 for none.

    Notes
    -----
    Nodes whose every month is above 0 are worked on in logarithms with seasonal factors, the
    others in units of their mean size with seasonal amounts.
    """
    n = np.isfinite(history).sum(axis=1)
    order = np.argsort(-n, kind="stable")
    raw = Block(np.nan_to_num(history[order]).T, n[order])
    back = np.empty(len(order), dtype="int64")
    back[order] = np.arange(len(order))
    above = None if parent is None else np.where(parent[order] < 0, -1, back[parent[order]])
    factor: Flags = np.logical_and.reduce((raw.value > 0) | ~raw.known, axis=0)
    seasonal = season_of(raw, factor, season=season, parent=above)
    size = _size(raw)
    points, variance = _filtered(raw, seasonal, size, horizon)
    amounts = season_of(
        raw.with_values(raw.value / size), np.zeros_like(factor), season=season, decay=1.0,
        parent=above,
    )  # fmt: skip
    points |= _with_season(raw, factor, size, horizon, amounts)
    points["seasonal_naive"] = last_year(raw, horizon, season=season)
    stacked = _held(np.stack([points[name] for name in NAMES]), factor)
    return Members(
        point=stacked.transpose(0, 2, 1)[:, back],
        variance=variance.T[back],
        factor=factor[back],
        index=seasonal.months(0, horizon).T[back],
        trust=seasonal.trust[back],
    )


def _held(point: Floats, factor: Flags) -> Floats:
    """Hold members, shape (members, horizon, nodes), near the middle one of each node and step."""
    middle = np.median(point, axis=0)
    few = factor & (middle > 0)
    low, high = np.where(few, middle / APART, -np.inf), np.where(few, middle * APART, np.inf)
    return np.clip(point, low, high)


def _size(block: Block) -> Floats:
    size = np.abs(block.value).sum(axis=0) / block.n
    return np.where(size > 0, size, 1.0)


def _filtered(
    raw: Block, season: Season, size: Floats, horizon: int
) -> tuple[dict[str, Floats], Floats]:
    """Return the members that work on the history without its season."""
    plain = raw.with_values(season.without(raw.value) / size)
    smooth = plain.with_values(_log(plain.value, season.factor & plain.known))
    flat, theta = simple(smooth, horizon)
    trend, noise = damped(smooth, horizon)
    quarters, _ = damped(smooth.means(3), -(-horizon // 3) + 1)
    fours = theta_line(smooth.means(4), -(-horizon // 4) + 1)
    # relative in logarithms, so in units of the level of the last year
    level = np.where(season.factor, plain.value[-len(season.index) :].mean(axis=0), 1.0)
    said = {
        "ses": flat,
        "theta": theta,
        "damped_trend": trend,
        "damped_quarters": _monthly(quarters, 3, horizon),
        "theta_four_months": _monthly(fours, 4, horizon),
    }
    index = season.months(0, horizon)
    scale = np.where(season.factor, size * index, size)
    return (
        {k: season.put_back(_exp(v, season.factor) * size) for k, v in said.items()},
        noise * (level * scale) ** 2,
    )


def _with_season(
    raw: Block, factor: Flags, size: Floats, horizon: int, amounts: Season
) -> dict[str, Floats]:
    """Return the members that carry the season themselves."""
    unit, season = raw.with_values(raw.value / size), len(amounts.index)
    logs = raw.with_values(_log(unit.value, factor & raw.known))
    changes = seasonal_changes(logs, horizon, season=season)
    pooled, missing = pooled_regression(logs, horizon, season=season)
    winters = holt_winters(unit, amounts, horizon) * size
    said = {k: _exp(v, factor) * size for k, v in (("c", changes), ("p", pooled))}
    return {
        "holt_winters": winters,
        "seasonal_changes": said["c"],
        # where there is no regression, it stands aside for the member nearest to it
        "pooled_regression": np.where(missing, winters, said["p"]),
    }


def _log(value: Floats, where: Flags) -> Floats:
    """Take logarithms of some values and leave the others."""
    return np.where(where, np.log(np.where(where & (value > 0), value, 1.0)), value)


def _exp(value: Floats, where: Flags) -> Floats:
    """Take logarithms back."""
    limited = np.clip(value, -LOG_LIMIT, LOG_LIMIT)
    return np.where(where, np.exp(np.where(where, limited, 0.0)), value)


def _monthly(runs: Floats, months: int, horizon: int) -> Floats:
    """Lay forecasts of means of `months` on a line through the middles of their runs."""
    before = 2 * runs[:1] - runs[1:2]
    knots = np.concatenate([before, runs])
    place = (np.arange(horizon) - (months - 1) / 2) / months + 1
    left = np.minimum(place.astype("int64"), len(knots) - 2)
    share = (place - left)[:, None]
    drawn: Floats = knots[left] * (1 - share) + knots[left + 1] * share
    return drawn
