"""Rates and means handed down: the same for all, or each unit's own moved to the parent's."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.rounding import split_within
from salesanalysis.targets.metrics.columns import column_of, rows_of
from salesanalysis.targets.metrics.kinds import METRICS, RATIO, Ask, Metric, rule_of
from salesanalysis.targets.metrics.ratios import shift_to

Floats = npt.NDArray[np.float64]


def rates_of(
    metric: Metric, ask: Ask, units: pd.DataFrame, done: Mapping[str, Any], pinned: Floats
) -> pd.DataFrame:
    """Bound a ratio or mean; its weighted mean over the units is the parent's."""
    weight = _weight_of(metric, units, done)
    has_base = metric.name in units.columns
    base = units[metric.name].to_numpy("float64") if has_base else None
    is_fixed = np.isfinite(pinned)
    wanted = _wanted(metric, ask, weight)
    if metric.numerator in done:
        rates = _implied(metric, wanted, weight, done[metric.numerator]["value"].to_numpy())
    else:
        rates = _moved(metric, ask, units, weight, pinned=pinned, wanted=wanted)
    rows = rows_of(rates, base, is_fixed).assign(weight=weight)
    if metric.kind == RATIO:
        rows["amount"] = _numerators(rates, weight, wanted)
    return rows


def _weight_of(metric: Metric, units: pd.DataFrame, done: Mapping[str, Any]) -> Floats:
    """Return what a rate is divided by: a target of the card, else a known column."""
    if metric.denominator in done:
        weight: Floats = done[metric.denominator]["value"].to_numpy("float64")
        return weight
    if metric.denominator in METRICS and metric.kind == RATIO:
        raise ContractError(
            f"{metric.name} is a rate of {metric.denominator}, which has no target on this card.",
            where=f"asks[{metric.name!r}]",
            fix=f"ask for {metric.denominator} as well",
            code="bad-choice",
        )
    return column_of(units, metric.denominator, metric)


def _wanted(metric: Metric, ask: Ask, weight: Floats) -> float:
    """Return the parent's rate; a budget is an amount over its denominator."""
    if ask.rule != "budget":
        return ask.value
    total = float(weight.sum())
    if not total > 0:
        raise ContractError(
            f"A budget for {metric.name} has no {metric.denominator} to stand against.",
            where=f"asks[{metric.name!r}]",
            fix=f"ask for {metric.denominator} above 0",
            code="bad-choice",
        )
    return ask.value / total


def _implied(metric: Metric, wanted: float, weight: Floats, amount: Floats) -> Floats:
    """Return the rates two targets come to; they have to agree with the rate asked."""
    total = float(weight.sum())
    comes_to = float(amount.sum()) / total if total > 0 else wanted
    # half a basis point: the figures people round to
    if abs(comes_to - wanted) > 5e-5:
        raise ContractError(
            f"{metric.numerator} of {amount.sum():,.2f} over {metric.denominator} of {total:,.2f} "
            f"is {comes_to:.4f}, but {metric.name} is asked at {wanted:.4f}.",
            where=f"asks[{metric.name!r}]",
            fix="leave one of the three out, or make them agree",
            code="bad-choice",
        )
    rates: Floats = np.divide(amount, weight, out=np.full(len(weight), wanted), where=weight > 0)
    return rates


def _moved(
    metric: Metric, ask: Ask, units: pd.DataFrame, weight: Floats, *, pinned: Floats, wanted: float
) -> Floats:
    """Return the same rate for all, or each unit's own moved; fixed ones stay."""
    free = ~np.isfinite(pinned)
    rates = np.where(free, wanted, pinned)
    lo, hi = max(metric.lo, ask.lo), min(metric.hi, ask.hi)
    rule = rule_of(metric, ask)
    if rule == "shift" or (rule == "budget" and metric.name in units.columns):
        base = column_of(units, metric.name, metric)
    else:
        base = np.zeros(len(units))
    if not free.any():
        _check_pinned(metric, rates, weight, wanted)
        return rates
    total = float((weight * wanted).sum() - (weight[~free] * pinned[~free]).sum())
    open_weight = float(weight[free].sum())
    target = total / open_weight if open_weight > 0 and not free.all() else wanted
    rates[free] = shift_to(base[free], weight[free], target, lo=lo, hi=hi, name=metric.name)
    return rates


def _check_pinned(metric: Metric, rates: Floats, weight: Floats, wanted: float) -> None:
    """Refuse rates that are all fixed and come to something else than asked."""
    mean = float((rates * weight).sum()) / float(weight.sum()) if weight.sum() > 0 else wanted
    if abs(mean - wanted) > 1e-9:
        raise ContractError(
            f"The {metric.name} fixed by hand come to {mean:.4f}, asked is {wanted:.4f}.",
            where=f"pins of {metric.name!r}",
            fix="leave a unit free, or ask for what the pins come to",
        )


def _numerators(rates: Floats, weight: Floats, wanted: float) -> Floats:
    """Return the amounts behind rates in whole units; together they are the parent's."""
    real = rates * weight
    total = int(np.floor(np.round(wanted * weight.sum(), 4) + 0.5))
    if not real.sum() > 0 or total <= 0:
        return np.zeros(len(real))
    key = pd.Series(np.arange(len(real)))
    family = pd.Series("", index=key.index)
    parts = split_within(pd.Series({"": total}), family, pd.Series(np.maximum(real, 0)), key)
    return parts.astype("float64")
