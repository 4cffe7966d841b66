"""Parents and children brought to agree, with no leaf below what it can be."""

from dataclasses import dataclass

import numpy as np

from salesanalysis.forecast.reconcile import Reconciler, Summing, variances
from salesanalysis.forecast.run.origins import Fold
from salesanalysis.forecast.tree import Flags, Floats

#: Sizes of an error beyond which one month says nothing about who gives way: a typing error would
#: make its unit carry what all the others disagree about.
ONE_OFF = 8.0


@dataclass(frozen=True)
class Agree:
    """How base forecasts become forecasts that add up.

    Attributes
    ----------
    reconciler : Reconciler or None
        None for separate series.
    top : int
        Aggregates, the first rows of the nodes.
    """

    reconciler: Reconciler | None
    top: int

    @classmethod
    def of(
        cls,
        summing: Summing | None,
        method: str,
        folds: list[Fold],
        said: list[Floats],
        raw: Floats,
    ) -> "Agree":
        """Take the errors measured at the origins; the expected ones where none were."""
        if summing is None or not summing.n_aggregates:
            return cls(None, 0)
        variance = (raw**2).mean(axis=1)
        if folds:
            errors = np.stack([fold.actual - p for fold, p in zip(folds, said, strict=True)])
            most = ONE_OFF * np.sqrt(variance)[:, None]
            variance = variances(np.clip(errors, -most, most), variance)
        # a node that ended is known to be 0, whatever was said of it while it sold
        ended: Flags = np.logical_not(np.logical_or.reduce(raw != 0, axis=1))
        variance = np.where(ended, 0.0, variance)
        ready = Reconciler.of(summing, method=method, variance=variance, known=ended)
        return cls(ready, summing.n_aggregates)

    def __call__(self, base: Floats, history: Floats, lower: Floats | None = None) -> Floats:
        """Return forecasts of all nodes; leaves that never were below 0 stay there.

        Parameters
        ----------
        base : array, shape (nodes, horizon)
        history : array, shape (nodes, months)
            Known at the origin.
        lower : array, shape (leaves, horizon), optional
            Leaves do not fall below, on top of that.
        """
        never = ~(history[self.top :] < 0).any(axis=1)
        bound = np.repeat(np.where(never, 0.0, -np.inf)[:, None], base.shape[1], axis=1)
        if lower is not None:
            bound = np.maximum(bound, lower)
        if self.reconciler is None:
            alone: Floats = np.maximum(base, bound)
            return alone
        return self.reconciler.bounded(base, bound).nodes
