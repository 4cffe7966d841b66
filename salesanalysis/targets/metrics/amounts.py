"""Amounts and counts handed down: shares of a total in whole steps, or so many per head."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.rounding import split_within
from salesanalysis.targets.metrics.columns import HEADS, column_of, rows_of
from salesanalysis.targets.metrics.kinds import Ask, Metric, rule_of
from salesanalysis.targets.steps import Step

Floats = npt.NDArray[np.float64]


def amounts_of(
    metric: Metric,
    ask: Ask,
    units: pd.DataFrame,
    keys: list[str],
    *,
    pinned: Floats,
    n_months: int,
) -> pd.DataFrame:
    """Split an amount or count; the parts add up in whole steps."""
    step = Step.of(1 if metric.kind == "count" else ask.step)
    base = units[metric.name].to_numpy("float64") if metric.name in units else None
    is_fixed = np.isfinite(pinned)
    if rule_of(metric, ask) == "per_head":
        heads = column_of(units, HEADS, metric, 1.0)
        values = np.where(is_fixed, pinned, ask.value * heads * n_months)
        whole = [step.count(v, name=metric.name, where="asks x n_heads x months") for v in values]
        return rows_of(step.amounts(np.array(whole)), base, is_fixed)
    total = _assigned(metric, ask, step)
    counts = [step.count(v, name="value", where="pins") for v in pinned[is_fixed]]
    left = total - sum(counts)
    out = np.zeros(len(units), dtype="int64")
    out[is_fixed] = counts
    if left < 0 or (left and is_fixed.all()):
        raise ContractError(
            f"The {metric.name} fixed by hand come to {step.text(sum(counts) * step.size)}, asked "
            f"are {step.text(total * step.size)}.",
            where=f"pins of {metric.name!r}",
            fix="lower the pins, raise the ask, or leave a unit free",
        )
    free = ~is_fixed
    if free.any():
        weight = _weights(metric, units)[free]
        names = units.loc[free, keys].astype("str").agg("\x1f".join, axis=1)
        family = pd.Series(metric.name, index=names.index)
        totals = pd.Series({metric.name: left})
        out[free] = split_within(totals, family, pd.Series(weight, index=names.index), names)
    return rows_of(step.amounts(out), base, is_fixed)


def _assigned(metric: Metric, ask: Ask, step: Step) -> int:
    """Return the steps the units are asked together: the ask and its over-assignment."""
    own = step.count(ask.value, name=metric.name, where=f"asks[{metric.name!r}]")
    return int(np.floor(np.round(own * (1 + ask.over), 6) + 0.5))


def _weights(metric: Metric, units: pd.DataFrame) -> Floats:
    """Return the bases an amount is split by: its own, else sales, else equal parts."""
    for name in (metric.name, "sales", HEADS):
        if name in units.columns:
            weights: Floats = units[name].to_numpy("float64")
            return weights
    return np.ones(len(units))
