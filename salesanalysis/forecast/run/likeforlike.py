"""Sums of units that come and go: forecast as they stand, and like for like."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from salesanalysis.festivals import Regressors
from salesanalysis.forecast.reconcile import Summing
from salesanalysis.forecast.run.base import Base, base_forecasts
from salesanalysis.forecast.run.bridge import bridged
from salesanalysis.forecast.run.states import Whole, states_of_tree
from salesanalysis.forecast.tree import Flags, Floats

#: States of leaves whose sums can be compared over the years.
MATURE = ("ok", "negative", "constant", "intermittent")
#: Part of a sum's forecast that is like for like where the past does not say; how strongly it is
#: kept, in errors of one mean change from last year.
HALF, KEEP = 0.5, 0.1


@dataclass(frozen=True)
class TreeBase:
    """Base forecasts of a tree some of whose leaves are young or have ended.

    Attributes
    ----------
    base : Base
        Leaves, and sums of the leaves with two years or more that still sell.
    whole : Base or None
        The sums as they stand, all leaves in them; None where no leaf came or went.
    changed : array of int
        Sums with such a leaf.
    others : scipy sparse array, shape (sums, leaves)
        1 where a young or ended leaf belongs to a sum.
    """

    base: Base
    whole: Base | None = None
    changed: Whole = field(default_factory=lambda: np.zeros(0, dtype="int64"))
    others: Any = field(default_factory=lambda: np.zeros((0, 0)))

    def point(self, weights: Floats, share: float = HALF) -> tuple[Floats, Flags]:
        """Return forecasts, shape (nodes, horizon), and which nodes a guard put back to naive.

        A sum is `share` parts its mature leaves plus what each other leaf is expected to sell,
        the rest the sum as it stands: new units bring new sales, or take over old ones.
        """
        out, guarded = self.base.point(weights)
        if self.whole is not None:
            like, stands = self.both(weights)
            out[self.changed] = share * like + (1 - share) * stands
        return out, guarded

    def both(self, weights: Floats) -> tuple[Floats, Floats]:
        """Return the changed sums like for like and as they stand, each (changed, horizon)."""
        out = self.base.point(weights)[0]
        whole = self.base if self.whole is None else self.whole
        leaves = out[len(out) - self.others.shape[1] :]
        like = out[self.changed] + (self.others @ leaves)[self.changed]
        return like, whole.point(weights)[0][self.changed]


def tree_base(
    history: Floats,
    summing: Summing | None,
    pairs: list[Whole],
    horizon: int,
    *,
    season: int = 12,
    calendar: Regressors | None = None,
    gaps: Flags | None = None,
) -> TreeBase:
    """Forecast every node by itself, sums twice where leaves came or went.

    A sum that grew because a unit was opened is no growing market; one that shrank because a
    unit closed will not shrink again. Months in `gaps` are bridged first.
    """
    history = bridged(history, gaps, season=season)
    top = summing.n_aggregates if summing else 0
    leaves, state = history[top:], states_of_tree(history, pairs, season=season)
    enough = np.isfinite(leaves).sum(axis=1) >= 2 * season
    mature = np.isin(state[top:], MATURE) & enough
    other = ~mature & np.nan_to_num(leaves).any(axis=1)
    if summing is None or not top or not other.any() or not mature.any():
        return TreeBase(
            base_forecasts(history, pairs, horizon, season=season, calendar=calendar, state=state)
        )
    others = summing.matrix.multiply(other).tocsr()
    changed = np.flatnonzero(np.asarray(others.sum(axis=1)).ravel()).astype("int64")
    known = np.isfinite(leaves) & mature[:, None]
    alike = np.where(
        summing.matrix @ known.astype("float64") > 0,
        summing.matrix @ np.where(known, leaves, 0.0),
        np.nan,
    )
    like = history.copy()
    like[changed] = alike[changed]
    base = base_forecasts(like, pairs, horizon, season=season, calendar=calendar)
    above = [p[pairs[0] < top] for p in pairs]
    whole = base_forecasts(
        history[:top], above, horizon, season=season, calendar=calendar, state=state[:top]
    )
    return TreeBase(_as_they_stand(base, whole, changed), whole, changed, others)


def _as_they_stand(base: Base, whole: Base, changed: Whole) -> Base:
    """Describe the changed sums by their whole history: size, state, noise, what is believed."""
    fields = ("size", "state", "noise", "floor", "ceiling", "naive")
    values = {name: getattr(base, name).copy() for name in fields}
    for name, value in values.items():
        value[changed] = getattr(whole, name)[changed]
    return replace(base, **values)


def share_of(
    pairs: Sequence[tuple[Floats, Floats]], actual: Sequence[Floats], unit: Sequence[Floats]
) -> float:
    r"""Return the part that is like for like, from what came at earlier origins.

    Parameters
    ----------
    pairs : like for like and as they stand, one pair of arrays (sums, steps) per origin
    actual : what came, arrays of the same shapes
    unit : mean change from last year, arrays of shape (sums,)

    Notes
    -----
    :math:`\min_s \overline{|y - s L - (1 - s) W| / q} + 0.1 (s - 1/2)^2` over eleven values.
    """
    shares = np.linspace(0, 1, 11)
    loss = KEEP * (shares - HALF) ** 2
    errors: list[Floats] = []
    for (like, stands), came, q in zip(pairs, actual, unit, strict=True):
        use = np.isfinite(came).all(axis=1) & (q > 0)
        mixed = shares[:, None, None] * like[use] + (1 - shares[:, None, None]) * stands[use]
        errors.append((np.abs(came[use] - mixed) / q[use, None]).reshape(len(shares), -1))
    table = np.concatenate(errors, axis=1) if errors else np.zeros((len(shares), 0))
    if table.shape[1]:
        loss = loss + table.mean(axis=1)
    return float(shares[int(np.argmin(loss))])
