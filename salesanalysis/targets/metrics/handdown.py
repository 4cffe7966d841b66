"""A whole set of asks handed down to the units of one level."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import (
    ContractError,
    require_columns,
    require_named,
    require_rows,
    require_unique,
    unknown_name,
)
from salesanalysis.labels import Terms
from salesanalysis.rounding import split_within
from salesanalysis.targets.metrics.card import COLUMNS, MetricCard
from salesanalysis.targets.metrics.kinds import METRICS, RATIO, Ask, Metric, rule_of
from salesanalysis.targets.metrics.ratios import shift_to
from salesanalysis.targets.steps import Step

Floats = npt.NDArray[np.float64]
HEADS = "n_heads"


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
    table = _read_asks(asks, known)
    fixed = _read_pins(pins, ordered, keys, list(table))
    done: dict[str, pd.DataFrame] = {}
    # amounts before rates: a rate needs the targets it is a rate of
    for name in sorted(table, key=lambda n: (not known[n].adds_up, list(table).index(n))):
        metric, ask = known[name], table[name]
        pinned = fixed.get(name, np.full(len(ordered), np.nan))
        if metric.adds_up:
            rows = _amounts(metric, ask, ordered, keys, pinned=pinned, n_months=n_months)
        else:
            rows = _rates(metric, ask, ordered, done, pinned)
        done[name] = rows.assign(metric=name, kind=metric.kind, hand_down=rule_of(metric, ask))
    frame = pd.concat(
        [pd.concat([ordered[keys], done[name]], axis=1) for name in table], ignore_index=True
    )
    frame = frame[[*keys, *COLUMNS]]
    totals = pd.DataFrame([_total(known[n], table[n], done[n]) for n in table])
    return MetricCard(
        frame, totals, tuple(keys), year, n_months, currency=currency, terms=terms or Terms()
    )


def _read_asks(asks: Mapping[str, float | Ask], known: Mapping[str, Metric]) -> dict[str, Ask]:
    """Return every ask as an `Ask`; an unknown metric is refused."""
    if not asks:
        raise ContractError(
            "Nothing is asked.",
            where="metric_card(asks={})",
            fix='write asks={"sales": 130_000_000}',
            code="empty-table",
        )
    for name in asks:
        if name not in known:
            raise unknown_name(
                name, sorted(known), kind="metric", where="metric_card(asks=...)",
                error=ContractError,
            )  # fmt: skip
    return {n: a if isinstance(a, Ask) else Ask(a) for n, a in asks.items()}


def _read_pins(
    pins: pd.DataFrame | None, units: pd.DataFrame, keys: list[str], asked: list[str]
) -> dict[str, Floats]:
    """Return the fixed values per metric, empty where nothing is fixed."""
    if pins is None or not len(pins):
        return {}
    require_columns(pins, [*keys, "metric", "value"], name="pins")
    require_unique(pins, [*keys, "metric"], name="pins", what="fix the same unit and metric")
    place = pd.MultiIndex.from_frame(units[keys]).get_indexer(pd.MultiIndex.from_frame(pins[keys]))
    bad = pins[(place < 0) | ~pins["metric"].isin(asked) | ~(pins["value"] >= 0).to_numpy()]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(pins)} pins name no unit or metric of the card, or no amount.",
            where=f"pins, first rows {bad.index[:3].tolist()}, see .rows",
            fix="use the names of units and asks, and a value of zero or more",
            code="unknown-name",
            rows=bad,
        )
    out = {}
    for name in sorted(set(pins["metric"])):
        here = (pins["metric"] == name).to_numpy()
        out[name] = np.full(len(units), np.nan)
        out[name][place[here]] = pins.loc[here, "value"].astype("float64")
    return out


def _amounts(
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
        heads = _column(units, HEADS, metric, 1.0)
        values = np.where(is_fixed, pinned, ask.value * heads * n_months)
        whole = [step.count(v, name=metric.name, where="asks x n_heads x months") for v in values]
        return _rows(step.amounts(np.array(whole)), base, is_fixed)
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
    return _rows(step.amounts(out), base, is_fixed)


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


def _column(units: pd.DataFrame, name: str, metric: Metric, default: float | None = None) -> Floats:
    """Return a column that a metric needs, or refuse the card without it."""
    if name not in units.columns:
        if default is not None:
            return np.full(len(units), default)
        raise ContractError(
            f"{metric.name} needs {name} of every unit, and nobody is asked for it.",
            where=f"units columns are {list(units.columns)}",
            fix=f"ask for {name} as well, or add the column {name!r}",
            code="missing-column",
        )
    values: Floats = units[name].to_numpy("float64")
    bad = units[~((values >= 0) & np.isfinite(values))]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(units)} units have no usable {name}, which {metric.name} is "
            "weighted by.",
            where=f"units[{name!r}], see .rows",
            fix="write a number of zero or more for every unit",
            rows=bad,
        )
    return values


def _rates(
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
    rows = _rows(rates, base, is_fixed).assign(weight=weight)
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
    return _column(units, metric.denominator, metric)


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
        base = _column(units, metric.name, metric)
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


def _rows(values: Floats, base: Floats | None, is_fixed: Any) -> pd.DataFrame:
    """Return the columns every metric has."""
    n = len(values)
    return pd.DataFrame(
        {
            "value": np.asarray(values, dtype="float64"),
            "base": np.full(n, np.nan) if base is None else base,
            "weight": np.full(n, np.nan),
            "amount": np.full(n, np.nan),
            "status": pd.Series(np.where(is_fixed, "pinned", "ok"), dtype="str"),
        }
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
