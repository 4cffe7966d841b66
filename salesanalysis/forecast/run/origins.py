"""Earlier origins: what would have been said then, on nothing but the months before."""

import math
from dataclasses import dataclass

import numpy as np

from salesanalysis.festivals import Regressors
from salesanalysis.forecast.reconcile import Summing
from salesanalysis.forecast.run.base import Base
from salesanalysis.forecast.run.likeforlike import TreeBase, tree_base
from salesanalysis.forecast.run.states import LENDING, Whole
from salesanalysis.forecast.tree import Flags, Floats

#: Origins of a large panel; a small one looks back more often, up to the second number.
ORIGINS, MOST_ORIGINS = 3, 12
#: Score vectors a small panel aims for.
WANTED = 90
#: Nodes that must have enough months before an origin, and those months beyond two years.
LEAST_NODES, BEYOND = 30, 2
#: Part of a figure that rounding may leave.
SAME = 1e-9


@dataclass(frozen=True)
class Fold:
    """One origin: forecasts made there and what came.

    Attributes
    ----------
    cut : int
        Months after the origin that are known today.
    tree : TreeBase
    actual : array, shape (nodes, steps)
        Empty where a node had no row.
    unit : array, shape (nodes,)
        Mean size of the change from last year before the origin.
    regular : array of bool, shape (nodes,)
        Nodes with more than two years before the origin and a forecast of the members.
    """

    cut: int
    tree: TreeBase
    actual: Floats
    unit: Floats
    regular: Flags

    @property
    def base(self) -> Base:
        """Base forecasts of the nodes."""
        return self.tree.base

    def member_errors(self) -> Floats:
        """Return scaled errors of the members, regular nodes only, (members, nodes, steps)."""
        use = self.regular & (self.unit > 0)
        # their members speak of some of the leaves only
        use[self.tree.changed] = False
        gap = self.actual[None, use] - self.base.member[:, use]
        return gap / self.unit[None, use, None]


def cuts_of(n: Whole, horizon: int, *, season: int = 12) -> tuple[int, list[int]]:
    """Return how far ahead errors can be measured, and the origins, in months before the end.

    Parameters
    ----------
    n : array of int
        Closed months of each node that could be scored.
    horizon : int, months

    Examples
    --------
    >>> cuts_of(np.full(1000, 60), 12)
    (12, [12, 16, 20])
    >>> cuts_of(np.full(1000, 36), 18)
    (10, [10])
    >>> cuts_of(np.full(4, 48), 6)
    (6, [6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17])
    """
    need = 2 * season + BEYOND
    # a company of few nodes has to do with those it has
    least = min(LEAST_NODES, max(1, math.ceil(0.5 * int((n > need).sum()))))
    fits = [cut for cut in range(1, horizon + 1) if (n - cut >= need).sum() >= least]
    if not fits:
        return 0, []
    steps = max(fits)
    count = min(MOST_ORIGINS, max(ORIGINS, math.ceil(WANTED / max(len(n), 1))))
    if count == ORIGINS:
        cuts = [steps + j * steps // ORIGINS for j in range(ORIGINS)]
    else:
        cuts = list(range(steps, steps + count))
    return steps, [cut for cut in dict.fromkeys(cuts) if (n - cut >= need).sum() >= least]


def folds_of(
    history: Floats,
    pairs: list[Whole],
    horizon: int,
    *,
    summing: Summing | None = None,
    season: int = 12,
    calendar: Regressors | None = None,
    gaps: Flags | None = None,
) -> tuple[int, list[Fold]]:
    """Forecast again from every origin the history allows; the latest first.

    Months in `gaps` are bridged from what was known at each origin, and never scored.
    """
    lived = np.isfinite(history) if gaps is None else np.isfinite(history) | gaps
    n = lived.sum(axis=1)
    n = np.where(np.isfinite(history[:, -1]), n, 0)
    steps, cuts = cuts_of(n, horizon, season=season)
    folds = []
    for cut in cuts:
        past = history[:, : history.shape[1] - cut]
        unknown = None if gaps is None else gaps[:, : past.shape[1]]
        tree = tree_base(
            past, summing, pairs, steps, season=season, calendar=calendar, gaps=unknown
        )
        folds.append(
            Fold(
                cut=cut,
                tree=tree,
                actual=history[:, past.shape[1] : past.shape[1] + steps],
                unit=yearly_change(past, season),
                regular=np.isin(tree.base.state, LENDING) & (n - cut >= 2 * season + BEYOND),
            )
        )
    return steps, folds


def yearly_change(history: Floats, season: int = 12) -> Floats:
    """Return the mean size of the change from last year, from last month in a first year."""
    year = np.abs(history[:, season:] - history[:, :-season])
    month = np.abs(np.diff(history, axis=1))
    change = np.where(np.isfinite(year).any(axis=1), _mean(year), _mean(month))
    # floats that should be equal differ by rounding: that is no change to measure errors in
    return np.where(change > SAME * _mean(np.abs(history)), change, 0.0)


def _mean(values: Floats) -> Floats:
    known = np.isfinite(values)
    mean: Floats = np.nan_to_num(values).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    return mean
