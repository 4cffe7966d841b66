"""What is asked besides sales: several metrics handed down beside the plan."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis import targets
from salesanalysis.book.planning.choices import Choices
from salesanalysis.errors import ContractError

SALES = "sales"


def metric_card(plan: targets.Plan, choices: Choices) -> targets.MetricCard | None:
    """Return every metric of the choices handed down to its units, sales as in the plan.

    Parameters
    ----------
    plan : Plan
    choices : Choices
        Section ``metrics``: ``by`` (levels that name a unit; default the first), ``asks`` (rows of
        ``metric``, ``value`` and, where wanted, ``rule``, ``over``, ``step``, ``lo``, ``hi``),
        ``table`` (each unit's own figures) and ``pins`` (level columns, ``metric``, ``value``).

    Returns
    -------
    MetricCard or None
        None where nothing but sales is asked.

    Raises
    ------
    ContractError
        Levels the plan does not have, units the table does not name, sales asked a second time,
        and what `targets.metric_card` refuses.
    """
    asks = choices.table("asks")
    if asks is None:
        return None
    by = _levels(plan, choices)
    units = _units(plan, by, choices)
    said = {SALES: targets.Ask(plan.total, step=plan.step)} | _asks(asks, choices)
    sold = plan.frame.groupby(by, as_index=False)["value"].sum().assign(metric=SALES)
    pins = choices.table("metric_pins")
    fixed = sold if pins is None else pd.concat([sold, pins[[*by, "metric", "value"]]])
    card = targets.metric_card(
        units, said, by=by, year=plan.year, pins=fixed.reset_index(drop=True),
        currency=plan.currency, terms=plan.terms,
    )  # fmt: skip
    # sales are those of the plan: handed down there, not fixed by hand
    status = card.frame["status"].mask(card.frame["metric"] == SALES, "ok")
    return replace(card, frame=card.frame.assign(status=status))


def metric_months(card: targets.MetricCard, plan: targets.Plan) -> pd.DataFrame:
    """Return the metrics month by month: sales as in the plan, the others by the plan's months."""
    shares = plan.months()["value"].tolist()
    table = card.months(shares if sum(shares) > 0 else None)
    months = plan.calendar.months(plan.year)
    table["period"] = pd.Series(months[table.pop("month") - 1], index=table.index)
    own = plan.months(*card.by).assign(metric=SALES)
    both = pd.concat([own, table[table["metric"] != SALES]], ignore_index=True)
    return both[[*card.by, "metric", "period", "value"]]


def _levels(plan: targets.Plan, choices: Choices) -> list[str]:
    """Return the levels that name a unit; refuse those the plan does not have."""
    given = choices.section("metrics").get("by") or plan.levels[:1]
    by = [given] if isinstance(given, str) else [str(level) for level in given]
    odd = [level for level in by if level not in plan.levels]
    if odd or not by:
        raise ContractError(
            f"{odd[0]!r} is no level of the plan." if odd else "Metrics need a level.",
            where=f"{choices.file or 'choices'}: metrics.by",
            fix=f"use levels of the plan: {', '.join(plan.levels)}",
            code="unknown-name",
        )
    return by


def _units(plan: targets.Plan, by: list[str], choices: Choices) -> pd.DataFrame:
    """Return every unit with its sales of last year and the figures the table has of it."""
    nodes = plan.nodes()
    leaves = nodes[nodes["level"] == plan.levels[-1]]
    units = leaves.groupby(by, as_index=False)["base"].sum().rename(columns={"base": SALES})
    table = choices.table("metric_units")
    if table is None:
        return units
    lost = [c for c in by if c not in table.columns]
    named = pd.MultiIndex.from_frame(table.reindex(columns=by))
    unknown = table[~named.isin(pd.MultiIndex.from_frame(units[by]))]
    if lost or len(unknown):
        what = f"no column {lost[0]!r}" if lost else f"{len(unknown)} rows that name no unit"
        raise ContractError(
            f"The table of the metrics has {what}.",
            where=f"{choices.file or 'choices'}: metrics.table, units by {', '.join(by)}",
            fix="write one row per unit of the plan, under the names it has there",
            code="unknown-name",
            rows=unknown,
        )
    figures = table.drop(columns=[c for c in (SALES,) if c in table.columns])
    return units.merge(figures, on=by, how="left", validate="one_to_one")


def _asks(asks: pd.DataFrame, choices: Choices) -> dict[str, Any]:
    """Return what is asked by metric; sales stand in the plan already."""
    twice = asks[asks["metric"].duplicated(keep=False) | (asks["metric"] == SALES)]
    if len(twice):
        name = twice["metric"].iloc[0]
        raise ContractError(
            f"{name} is asked twice." if name != SALES else "Sales are asked in the plan already.",
            where=f"{choices.file or 'choices'}: metrics.asks, rows {twice.index[:3].tolist()}",
            fix="leave one of them out"
            if name != SALES
            else "write total: for what sales are asked",
            code="duplicate-key",
            rows=twice,
        )
    return {row["metric"]: _ask(row) for row in asks.to_dict("records")}


def _ask(row: dict[Any, Any]) -> targets.Ask:
    """Return one ask; what is left out keeps its default."""
    numbers = {k: row[k] for k in ("over", "lo", "hi") if k in row and np.isfinite(row[k])}
    texts = {k: row[k] for k in ("rule", "step") if row.get(k)}
    return targets.Ask(float(row["value"]), **numbers, **texts)
