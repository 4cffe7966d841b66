"""A whole set of asks handed down to the units of one level."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.errors import require_columns, require_named, require_rows, require_unique
from salesanalysis.labels import Terms
from salesanalysis.targets.metrics.amounts import amounts_of
from salesanalysis.targets.metrics.asked import read_asks, read_pins
from salesanalysis.targets.metrics.card import COLUMNS, MetricCard
from salesanalysis.targets.metrics.kinds import METRICS, RATIO, Ask, Metric, rule_of
from salesanalysis.targets.metrics.rates import rates_of


def metric_card(
    units: pd.DataFrame,
    asks: Mapping[str, float | Ask],
    *,
    by: Sequence[str],
    year: int,
    pins: pd.DataFrame | None = None,
    n_months: int = 12,
    metrics: Sequence[Metric] = (),
    currency: str = "CNY",
    terms: Terms | None = None,
) -> MetricCard:
    r"""Hand several metrics down at once, each by the rule of its kind.

    Parameters
    ----------
    units : DataFrame, one row per unit
        The columns of `by`; for a metric split by shares or shifted a column of its name with
        the unit's own base (sales of last year, its collection rate); ``n_heads`` (people, for
        counts per head, default 1); what rates and means are weighted by and nobody is asked
        for: ``market_size``, ``n_responses`` ... Where no unit has a base for an amount, it is
        split by ``sales``.
    asks : mapping of metric -> value or Ask
    by : sequence of str, the level columns that name a unit
    year : int
    pins : DataFrame, optional
        Values fixed by hand: the columns of `by`, ``metric``, ``value``.
    n_months : int
        Months of the period, for counts per head and month.
    metrics : sequence of Metric
        Metrics of your own, beside or instead of those known by name.

    Returns
    -------
    MetricCard

    Raises
    ------
    ContractError
        Unknown metrics, units or rules; a rate without what it is a rate of; a missing market;
        pins above their parent; a rate that no shift reaches; three figures that contradict each
        other.

    Notes
    -----
    Amounts and counts: largest remainder by base, ties to the smaller name. Ratios are never
    summed: all units the same r, or :math:`r_i = clip(a + b_i, lo, hi)` with a solved so that
    :math:`\sum r_i d_i / \sum d_i` is the parent's. A ratio whose numerator is asked as well
    follows from both targets, and has to agree with the rate asked.

    Examples
    --------
    >>> people = pd.DataFrame({"salesperson": ["Li", "Wu"], "sales": [8.0, 2.0]})
    >>> card = metric_card(people, {"sales": 10_000_000, "collection_rate": 0.95,
    ...                             "visits": Ask(15, rule="per_head")},
    ...                    by=["salesperson"], year=2024)
    >>> card.wide().loc["Li"].tolist()
    [8000000.0, 0.95, 180.0]
    """
    keys = list(by)
    require_columns(units, keys, name="units")
    require_rows(units, name="units")
    require_named(units, keys, name="units")
    require_unique(units, keys, name="units", what="name the same unit")
    ordered = units.sort_values(keys, kind="stable", ignore_index=True)
    known = {**METRICS, **{m.name: m for m in metrics}}
    table = read_asks(asks, known)
    fixed = read_pins(pins, ordered, keys, list(table))
    done: dict[str, pd.DataFrame] = {}
    # amounts before rates: a rate needs the targets it is a rate of
    for name in sorted(table, key=lambda n: (not known[n].adds_up, list(table).index(n))):
        metric, ask = known[name], table[name]
        pinned = fixed.get(name, np.full(len(ordered), np.nan))
        if metric.adds_up:
            rows = amounts_of(metric, ask, ordered, keys, pinned=pinned, n_months=n_months)
        else:
            rows = rates_of(metric, ask, ordered, done, pinned)
        done[name] = rows.assign(metric=name, kind=metric.kind, hand_down=rule_of(metric, ask))
    frame = pd.concat(
        [pd.concat([ordered[keys], done[name]], axis=1) for name in table], ignore_index=True
    )
    frame = frame[[*keys, *COLUMNS]]
    totals = pd.DataFrame([_total(known[n], table[n], done[n]) for n in table])
    return MetricCard(
        frame, totals, tuple(keys), year, n_months, currency=currency, terms=terms or Terms()
    )


def _total(metric: Metric, ask: Ask, rows: pd.DataFrame) -> dict[str, Any]:
    """Return the parent's line: what was asked, what the units are asked together."""
    weight = rows["weight"].to_numpy("float64")
    if metric.adds_up:
        asked = float(rows["value"].sum()) if ask.rule == "per_head" else float(ask.value)
        together = float(rows["value"].sum())
        return _line(metric, ask, asked, together)
    whole = float(weight.sum())
    mean = float((rows["value"] * weight).sum()) / whole if whole > 0 else float(ask.value)
    amount = float(rows["amount"].sum()) if metric.kind == RATIO else np.nan
    asked = ask.value / whole if ask.rule == "budget" else float(ask.value)
    return _line(metric, ask, asked, mean, weight=whole, amount=amount)


def _line(
    metric: Metric,
    ask: Ask,
    asked: float,
    value: float,
    *,
    weight: float = np.nan,
    amount: float = np.nan,
) -> dict[str, Any]:
    return {
        "metric": metric.name,
        "kind": metric.kind,
        "hand_down": rule_of(metric, ask),
        "better": metric.better,
        "asked": asked,
        "value": value,
        "over_share": ask.over,
        "weight": weight,
        "amount": amount,
    }
