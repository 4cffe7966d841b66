"""Forecasts of every node by itself brought to add up, on nested and on crossed paths."""

from salesanalysis.forecast.reconcile.door import METHODS, Reconciled, Reconciler, reconcile
from salesanalysis.forecast.reconcile.spread import Spread, together, variances
from salesanalysis.forecast.reconcile.summing import Summing
from salesanalysis.forecast.reconcile.suspects import subtotals

__all__ = [
    "METHODS",
    "Reconciled",
    "Reconciler",
    "Spread",
    "Summing",
    "reconcile",
    "subtotals",
    "together",
    "variances",
]
