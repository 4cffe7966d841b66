"""The whole tree in one pass: learn from earlier origins, forecast, add up, measure the doubt."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from salesanalysis.festivals import Regressors
from salesanalysis.forecast.calibrate import ErrorSize, fit_sizes, fit_weights
from salesanalysis.forecast.reconcile import Summing
from salesanalysis.forecast.run.agree import Agree
from salesanalysis.forecast.run.base import Base
from salesanalysis.forecast.run.likeforlike import TreeBase, share_of, tree_base
from salesanalysis.forecast.run.origins import Fold, folds_of
from salesanalysis.forecast.run.scores import Scores, pools_of, reference_ratio
from salesanalysis.forecast.run.states import LENDING, Whole, lenders
from salesanalysis.forecast.tree import Flags, Floats, Words

#: Scores beyond this are cut: one broken node must not widen the intervals of all.
MOST = 15.0


@dataclass(frozen=True)
class Past:
    """What the method would have said at earlier origins, reconciled as today's is.

    Attributes
    ----------
    cuts : tuple of int
        Months known today after each origin, the latest origin first.
    point, actual, naive : arrays, shape (origins, nodes, steps)
    scores : array, shape (origins, nodes, steps)
        Errors in units of the size they were expected to have.
    regular : array of bool, shape (origins, nodes)
    unit : array, shape (origins, nodes)
        Mean change from last year before each origin.
    """

    cuts: tuple[int, ...]
    point: Floats
    actual: Floats
    naive: Floats
    scores: Floats
    regular: Flags
    unit: Floats


@dataclass(frozen=True)
class Run:
    """Forecasts of every node and everything needed to say why.

    Attributes
    ----------
    point : array, shape (nodes, horizon)
        Adding up over the tree.
    base : array, shape (nodes, horizon)
        Before reconciliation.
    sigma : array, shape (nodes, horizon)
        Size of an error.
    scores : Scores
    weights : array, shape (members, horizon)
    size : ErrorSize
    state : array of str, shape (nodes,)
    guarded : array of bool, shape (nodes,)
    parts : Base
    past : Past
    tree : TreeBase
        What `parts` belongs to.
    share : float
        Part of a sum's forecast that is like for like, where leaves came or went.
    """

    point: Floats
    base: Floats
    sigma: Floats
    scores: Scores
    weights: Floats
    size: ErrorSize
    state: Words
    guarded: Flags
    parts: Base
    past: Past
    tree: TreeBase
    share: float

    def bounds(self, coverage: Sequence[float], least: Floats | None = None) -> Floats:
        """Return bounds, shape (coverage, 2, nodes, horizon); not below `least` (nodes, 1)."""
        spread = self.scores.bounds(tuple(coverage)) * self.sigma
        # the printed figure lies inside its own interval: wider only, so coverage does not fall
        low, high = np.minimum(spread[:, 0], 0.0), np.maximum(spread[:, 1], 0.0)
        out: Floats = self.point + np.stack([low, high], axis=1)
        return out if least is None else np.maximum(out, least)


def run(
    history: Floats,
    summing: Summing | None,
    horizon: int,
    *,
    levels: Words | None = None,
    season: int = 12,
    method: str = "wls",
    lower: Floats | None = None,
    calendar: Regressors | None = None,
    gaps: Flags | None = None,
) -> Run:
    """Forecast every node of a tree, or separate series where `summing` is None.

    Parameters
    ----------
    history : array, shape (nodes, months)
        Right-aligned, empty before a node's first month, in the order of ``summing.table``.
    summing : Summing, optional
    horizon : int, months
    levels : array of str, shape (nodes,), optional
        Names of the levels, for pools; one level where not given.
    season : int
    method : str
        How base forecasts are brought to add up, see `reconcile`.
    lower : array, shape (leaves, horizon), optional
        Leaves do not fall below; by default 0 for leaves that never were below 0.
    calendar : Regressors, optional
        Moving festivals and working days from the first month of `history` to the last ahead.
    gaps : array of bool, shape (nodes, months), optional
        Months of a node's life that nobody knows; empty in `history`.
    """
    names = np.full(len(history), "series") if levels is None else levels
    pairs = _pairs(summing, len(history))
    steps, folds = folds_of(
        history, pairs, horizon, summing=summing, season=season, calendar=calendar, gaps=gaps
    )
    weights = fit_weights([fold.member_errors() for fold in folds], horizon)
    tree = tree_base(history, summing, pairs, horizon, season=season, calendar=calendar, gaps=gaps)
    parts, share = tree.base, _like_for_like(folds, weights)
    base, guarded = tree.point(weights, share)
    raw = parts.raw_error(base)
    said = [fold.tree.point(weights, share)[0] for fold in folds]
    agree = Agree.of(summing, method, folds, said, raw)
    past, size = _past(history, agree, folds, said)
    scores = pools_of(
        past.scores, past.regular, names, horizon,
        windows=1 + (past.cuts[-1] - past.cuts[0]) / steps if folds else 0.0,
        distinct=summing.n_leaves / len(history) if summing else 1.0,
        reference=reference_ratio(size, raw, parts.size),
        young=~np.isin(parts.state, LENDING),
    )  # fmt: skip
    return Run(
        point=agree(base, history, lower), base=base, sigma=size.of(raw, parts.size),
        scores=scores, weights=weights, size=size, state=parts.state, guarded=guarded,
        parts=parts, past=past, tree=tree, share=share,
    )  # fmt: skip


def _like_for_like(folds: list[Fold], weights: Floats) -> float:
    """Learn how much of a sum's forecast is like for like, where leaves came or went."""
    told = [fold for fold in folds if len(fold.tree.changed)]
    return share_of(
        [fold.tree.both(weights) for fold in told],
        [fold.actual[fold.tree.changed] for fold in told],
        [fold.unit[fold.tree.changed] for fold in told],
    )


def _pairs(summing: Summing | None, n_nodes: int) -> list[Whole]:
    """Return who may borrow from whom."""
    if summing is None:
        return [np.zeros(0, dtype="int64"), np.zeros(0, dtype="int64")]
    return lenders(summing.matrix, n_nodes)


def _past(
    history: Floats, agree: Agree, folds: list[Fold], said: list[Floats]
) -> tuple[Past, ErrorSize]:
    """Reconcile what was said at the origins and learn how large errors are."""
    if not folds:
        none, flat = np.zeros((0, len(history), 1)), np.zeros((0, len(history)))
        past = Past((), none, none, none, none, flat.astype(bool), flat)
        return past, ErrorSize.reference()
    known = [history[:, : history.shape[1] - fold.cut] for fold in folds]
    point = [agree(base, before) for base, before in zip(said, known, strict=True)]
    raw = [fold.base.raw_error(base) for fold, base in zip(folds, said, strict=True)]
    actual = np.stack([fold.actual for fold in folds])
    error = actual - np.stack(point)
    relative_error, relative_raw = [], []
    for e, r, fold in zip(error, raw, folds, strict=True):
        use = fold.regular & (fold.base.size > 0)
        relative_error.append(e[use] / fold.base.size[use, None])
        relative_raw.append(r[use] / fold.base.size[use, None])
    size = fit_sizes(relative_error, relative_raw)
    sigma = np.stack([size.of(r, fold.base.size) for r, fold in zip(raw, folds, strict=True)])
    past = Past(
        cuts=tuple(fold.cut for fold in folds), point=np.stack(point), actual=actual,
        naive=np.stack([fold.base.naive for fold in folds]),
        scores=np.clip(
            np.divide(error, sigma, out=np.full_like(error, np.nan), where=sigma > 0), -MOST, MOST
        ),
        regular=np.stack([fold.regular for fold in folds]),
        unit=np.stack([fold.unit for fold in folds]),
    )  # fmt: skip
    return past, size
