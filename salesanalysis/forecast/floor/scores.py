"""Errors of the method at earlier origins, in units of each node's own size of change."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from salesanalysis.forecast.floor.methods import METHODS, SEASON, last_year, status_of
from salesanalysis.forecast.tree import Flags, Floats, Stack, Words

#: Year-on-year changes a node needs until its own scale counts as much as the borrowed one.
BORROWED_WEIGHT = 3.0
#: Origins looked at, the latest ones: five years say more about today than all of them.
MAX_ORIGINS = 60
#: Nodes whose errors are measured apart, or not at all.
APART = ("young", "tiny")
SILENT = ("ended", "zero", "no_history")


@dataclass(frozen=True)
class Rolling:
    """What the method would have said at each origin, against what came.

    Attributes
    ----------
    origins : array of int, shape (origins,)
        Closed months at each origin.
    error : array, shape (origins, nodes, horizon), currency
        Actual minus forecast; empty after the last closed month and for silent nodes.
    scale : array, shape (origins, nodes), currency
        Known at the origin.
    short : array of bool, shape (origins, nodes)
    """

    origins: npt.NDArray[np.int64]
    error: Floats
    scale: Floats
    short: Flags

    @property
    def scores(self) -> Floats:
        """Errors in units of the scale, shape (origins, nodes, horizon)."""
        scale = np.where(self.scale > 0, self.scale, np.nan)[:, :, None]
        return self.error / scale

    def until(self, n_closed: int) -> Floats:
        """Return the scores known when `n_closed` months were closed; later ones are empty."""
        steps = np.arange(1, self.error.shape[2] + 1)
        known = self.origins[:, None] + steps[None, :] <= n_closed
        return np.where(known[:, None, :], self.scores, np.nan)


def rolling(
    leaves: Floats, stack: Stack, horizon: int, method: str, season: int = SEASON
) -> Rolling:
    """Run `method` at every origin the history allows, on nothing but the months before it.

    Parameters
    ----------
    leaves : array, shape (leaves, months), currency
    stack : Stack
    horizon : int, months
    method : str
    season : int
        Months of a year.
    """
    months = leaves.shape[1]
    origins = first_origins(months, season)
    shape = (len(origins), len(stack.table), horizon)
    error, scale = np.full(shape, np.nan), np.zeros(shape[:2])
    short = np.zeros(shape[:2], dtype=bool)
    history, levels = stack.history(leaves), stack.table["level"].to_numpy(dtype="str")
    actual = stack.add_up(np.nan_to_num(leaves))
    for i, origin in enumerate(origins):
        steps = min(horizon, months - origin)
        points = stack.add_up(METHODS[method](leaves[:, :origin], steps, season))
        words = status_of(history[:, :origin], season)
        gap = actual[:, origin : origin + steps] - points
        error[i, :, :steps] = np.where(np.isin(words, SILENT)[:, None], np.nan, gap)
        scale[i] = scales(history[:, :origin], levels, season)[0]
        short[i] = np.isin(words, APART)
    return Rolling(origins, error, scale, short)


def first_origins(months: int, season: int = SEASON) -> npt.NDArray[np.int64]:
    """Return the closed months at each origin: a year and a half first, a year where short."""
    first = season + season // 2 if months >= 2 * season else season + 1
    return np.arange(max(first, months - MAX_ORIGINS), months, dtype="int64")


def scales(history: Floats, levels: Words, season: int = SEASON) -> tuple[Floats, Flags]:
    r"""Return each node's scale in currency, and whether it rests on months of its own.

    Notes
    -----
    :math:`s_i = (n_i d_i + 3 r m_i) / (n_i + 3)`: :math:`d_i` the mean size of the change from
    the same month last year over :math:`n_i` months, :math:`m_i` the mean size of the last 12
    months, :math:`r` the median of :math:`d / m` over the nodes of the level. A node without
    changes of its own borrows the relative size of its level; none has a scale of 0 while
    its level moves.
    """
    change = np.abs(history[:, season:] - history[:, :-season])
    n = np.isfinite(change).sum(axis=1)
    own = np.nan_to_num(change).sum(axis=1) / np.maximum(n, 1)
    recent = np.abs(last_year(history, season))
    n_recent = np.isfinite(recent).sum(axis=1)
    size = np.nan_to_num(recent).sum(axis=1) / np.maximum(n_recent, 1)
    relative = _relative(own, size, n, levels, _wobble(history, size))
    scale: Floats = (n * own + BORROWED_WEIGHT * relative * size) / (n + BORROWED_WEIGHT)
    return scale, n > 0


def _relative(
    own: Floats, size: Floats, n: npt.NDArray[np.int64], levels: Words, last: float
) -> Floats:
    """Return the relative change each node may borrow: of its level, of all, or `last`."""
    known = (n > 0) & (size > 0)
    ratio = np.divide(own, size, out=np.zeros_like(own), where=size > 0)
    everyone = float(np.median(ratio[known])) if known.any() else last
    out = np.full(len(own), everyone)
    for level in np.unique(levels[known]):
        out[levels == level] = np.median(ratio[known & (levels == level)])
    return out


def _wobble(history: Floats, size: Floats) -> float:
    """Return how far months lie from their node's mean, relative to it: all a first year shows."""
    n = np.isfinite(history).sum(axis=1)
    mean = np.nan_to_num(history).sum(axis=1) / np.maximum(n, 1)
    away = np.nan_to_num(np.abs(history - mean[:, None])).sum(axis=1) / np.maximum(n - 1, 1)
    known = (n > 1) & (size > 0)
    # a single month shows no spread at all: the whole of it may be wrong
    return float(np.median(away[known] / size[known])) if known.any() else 1.0
