"""The card of a plan: everything that is known about a unit, beside its target."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.errors import require_columns, require_unique
from salesanalysis.targets.card.table import COLUMNS, TIERS, TargetCard
from salesanalysis.targets.card.versions import Version, version
from salesanalysis.targets.plan import Plan

_AMOUNTS = (*TIERS, "assigned_value", "probability", "n_unmet", "actual_to_date")
_TEXTS = ("owner", "data_source", "actions", "smart", "reason")


def card(
    plan: Plan | Version,
    *,
    quality: Any = None,
    chances: pd.DataFrame | None = None,
    tiers: Any = None,
    smart: Any = None,
    details: pd.DataFrame | None = None,
    assigned: pd.DataFrame | None = None,
    actual: pd.DataFrame | None = None,
    last_year: pd.DataFrame | None = None,
    requests: pd.DataFrame | None = None,
    people: pd.DataFrame | None = None,
    metrics: Any = None,
    log: pd.DataFrame | None = None,
    metric: str = "revenue",
) -> TargetCard:
    """Return the target card of a plan: who owes what by when, every level.

    Parameters
    ----------
    plan : Plan or Version
        A plan alone is a draft.
    quality : PlanQuality, QualityReport or DataFrame, optional
        The sheet Quality; where it has ``probability`` beside level columns, so has the card.
    chances : DataFrame, optional
        Level columns and ``probability``, in place of those of `quality`.
    tiers : result or DataFrame, optional
        Level columns and ``target_base``, ``target_average``, ``target_challenge`` (currency).
    smart : DataFrame, optional
        Level columns and ``smart``: the letters that pass, such as ``"SM-RT"``.
    details : DataFrame, optional
        Level columns (empty below the unit's own level) and any of ``owner``, ``due`` (date),
        ``data_source``, ``actions``, ``reason``. Without an owner, a person owns what is theirs;
        without a date, it is the last day of the year.
    assigned : DataFrame, optional
        Level columns and ``assigned_value``: what people are told where it is more than the plan.
    actual : DataFrame, optional
        Columns of `levels` and ``value``: what was sold so far (currency); summed to every unit.
    last_year : DataFrame, optional
        Columns of `levels`, ``period`` (months of the year before) and ``value``.
    requests : DataFrame, optional
        Level columns and ``n_unmet``, the result of `unmet`: conditions that are not met yet.
    people : DataFrame, optional
        ``salesperson``, ``region`` where they have one, ``probability`` (over everything a person
        is asked for) and ``status``.
    metrics : MetricCard, optional
        What else is asked: the sheet Metrics.
    log : DataFrame, optional
        Rows of the policy log: what changed a number, before and after, and why.

    Returns
    -------
    TargetCard

    Raises
    ------
    ContractError
        Tables without their columns, or with a unit twice.

    Examples
    --------
    >>> from salesanalysis.targets import cascade
    >>> shares = pd.DataFrame({"region": ["East", "West"], "value": [40.0, 60.0]})
    >>> plan = cascade(110, shares.assign(base=shares["value"]), levels=["region"], year=2024)
    >>> print(card(plan).headline().split(";")[0])
    Company: 110 CNY in 2024 after 100 CNY in 2023, +10.0%
    """
    made = plan if isinstance(plan, Version) else version(plan)
    plan = made.plan
    keys = list(plan.levels)
    nodes = plan.nodes().drop(columns=["node"])
    for extra, columns in (
        (_table(quality) if chances is None else chances, ("probability",)),
        (_table(tiers), TIERS),
        (smart, ("smart",)),
        (assigned, ("assigned_value",)),
        (details, (*_TEXTS[:3], "due", "reason")),
        (requests, ("n_unmet",)),
        (_sold(actual, nodes, keys), ("actual_to_date",)),
    ):
        nodes = _beside(nodes, extra, keys, columns)
    nodes = _filled(nodes, keys, plan, metric)
    frame = nodes[["level", *keys, *COLUMNS, "reason"]]
    empty = pd.DataFrame()
    return TargetCard(
        frame, _months(plan, last_year), plan.levels, plan.year, plan.total, made.plan_id,
        made.status, plan.scope, _shown(quality), empty if log is None else log,
        people=empty if people is None else _persons(people),
        metrics=empty if metrics is None else _measures(metrics, keys),
        calendar=plan.calendar, currency=plan.currency, terms=plan.terms,
    )  # fmt: skip


def _persons(people: pd.DataFrame) -> pd.DataFrame:
    """Return what is known of people, chances as numbers."""
    if not len(people.columns):
        return people
    require_columns(people, ["salesperson", "probability", "status"], name="people")
    return people.assign(probability=people["probability"].astype("float64"))


def _table(result: Any) -> pd.DataFrame | None:
    """Return the units of a result: its own table, or the one it keeps beside its tests."""
    if result is None or isinstance(result, pd.DataFrame):
        return result
    frame = result.frame if hasattr(result, "frame") else result.to_frame()
    return frame if isinstance(frame, pd.DataFrame) else None


def _measures(card: Any, keys: Sequence[str]) -> pd.DataFrame:
    """Return level columns, metric, kind and value of every metric."""
    frame = card.to_frame()
    out: pd.DataFrame = frame[[*(k for k in keys if k in frame), "metric", "kind", "value"]]
    return out


def _shown(result: Any) -> pd.DataFrame:
    if result is None:
        return pd.DataFrame()
    shown: pd.DataFrame = result if isinstance(result, pd.DataFrame) else result.to_frame()
    return shown


def _beside(
    nodes: pd.DataFrame, extra: pd.DataFrame | None, keys: list[str], columns: Sequence[str]
) -> pd.DataFrame:
    """Put columns of another table beside the units they name."""
    there = [c for c in columns if extra is not None and c in extra.columns]
    if extra is None or not there:
        return nodes
    own = [k for k in keys if k in extra.columns]
    table = extra[[*own, *there]].assign(**{k: "" for k in keys if k not in own})
    table[keys] = table[keys].astype("object").fillna("").astype("str")
    require_unique(table, keys, name="card tables", what="name the same unit")
    if not keys:
        return nodes.assign(**{c: table[c].to_numpy() for c in there})
    return nodes.merge(table, on=keys, how="left", validate="one_to_one")


def _sold(actual: pd.DataFrame | None, nodes: pd.DataFrame, keys: list[str]) -> pd.DataFrame | None:
    """Sum what was sold to every unit of every level."""
    if actual is None:
        return None
    require_columns(actual, [*keys, "value"], name="actual")
    parts = [pd.DataFrame({"actual_to_date": [float(actual["value"].sum())]})]
    for depth in range(1, len(keys) + 1):
        summed = actual.groupby(keys[:depth], as_index=False)["value"].sum()
        parts.append(summed.rename(columns={"value": "actual_to_date"}))
    table = pd.concat(parts, ignore_index=True) if keys else parts[0]
    table = table.reindex(columns=[*keys, "actual_to_date"])
    table[keys] = table[keys].astype("object").fillna("").astype("str")
    # a unit with a target that sold nothing sold 0
    rows = nodes[keys].merge(table, on=keys, how="left") if keys else table
    return rows.assign(actual_to_date=rows["actual_to_date"].fillna(0.0))


def _filled(nodes: pd.DataFrame, keys: list[str], plan: Plan, metric: str) -> pd.DataFrame:
    """Return the units with every column of the card."""
    for column in _AMOUNTS:
        values = nodes.get(column, np.nan)
        nodes[column] = pd.Series(values, index=nodes.index, dtype="float64")
    for column in _TEXTS:
        texts = nodes.get(column, "")
        nodes[column] = pd.Series(texts, index=nodes.index, dtype="str").fillna("")
    if "salesperson" in keys:
        nodes["owner"] = nodes["owner"].where(nodes["owner"] != "", nodes["salesperson"])
    last = plan.calendar.months(plan.year)[-1] + pd.offsets.MonthEnd(0)
    due = pd.to_datetime(nodes["due"]) if "due" in nodes else pd.Series(pd.NaT, index=nodes.index)
    target = nodes["value"].where(nodes["value"] > 0)
    # Result.status of a number stays the one of the plan
    return nodes.assign(
        metric=metric,
        due=due.astype("datetime64[us]").fillna(last),
        completion=nodes["actual_to_date"] / target,
        n_unmet=nodes["n_unmet"].fillna(0).astype("int64"),
    )


def _months(plan: Plan, last_year: pd.DataFrame | None) -> pd.DataFrame:
    """Return leaf x month, with the same month of last year where it is given."""
    keys = [*plan.levels, "period"]
    months = plan.to_frame().drop(columns="status")
    if last_year is None:
        return months.assign(last_year=np.nan)
    require_columns(last_year, [*keys, "value"], name="last_year")
    past = last_year.groupby(keys, as_index=False)["value"].sum()
    past = past.rename(columns={"value": "last_year"})
    past["period"] = (past["period"] + pd.DateOffset(years=1)).astype("datetime64[us]")
    months["period"] = months["period"].astype("datetime64[us]")
    return months.merge(past, on=keys, how="left", validate="one_to_one")
