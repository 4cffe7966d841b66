"""Months on their days, days in their weeks: whole steps that add up."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from salesanalysis.errors import (
    ContractError,
    require_columns,
    require_named,
    require_rows,
    require_unique,
)
from salesanalysis.rounding import split_within
from salesanalysis.targets.steps import Step
from salesanalysis.targets.time.dayplan import DayPlan
from salesanalysis.targets.time.profile import DayProfile
from salesanalysis.targets.time.workdays import Calendar, day_table


def split_days(
    plan: Any,
    *levels: str,
    profile: DayProfile | None = None,
    calendar: Calendar = None,
    step: str | int | float | None = None,
) -> DayPlan:
    """Bring the months of a plan down to days and weeks, without a remainder.

    Parameters
    ----------
    plan : Plan, or DataFrame with `levels`, ``period`` and ``value`` (currency)
    *levels : str
        Levels to keep; none: the whole plan as one unit.
    profile : DayProfile, optional
        Weekday, working day and month end; default equal working days.
    calendar : DataFrame or {"china", "weekdays"}, default "china"
    step : amount, optional
        Smallest amount a day moves by; default that of the plan, 1 for a table.

    Returns
    -------
    DayPlan

    Raises
    ------
    ContractError
        A month with a target and no day that carries any weight; a month between two steps.

    Notes
    -----
    :math:`T_d = T_m u_d / sum u`, rounded by largest remainder, ties to the earlier day. The
    days of every unit are rounded on their own; `DayPlan.days` sums them to fewer levels, so that
    a region's day is always the sum of its people's.

    Examples
    --------
    >>> months = pd.DataFrame({"period": ["2024-02-01"], "value": [1_000.0]})
    >>> days = split_days(months)
    >>> days.to_frame()["value"].sum().item(), int((days.to_frame()["value"] > 0).sum())
    (1000.0, 18)
    """
    months, context = _months(plan, levels)
    own = context.pop("step")
    size = Step.of(own if step is None else step)
    days = day_table(months["period"].min(), months["period"].max(), calendar)
    chosen = profile or DayProfile()
    days = days.assign(weight=chosen.weights(days))
    table = months.merge(days, on="period", how="left", validate="many_to_many")
    _check_weights(table, months)
    table = table.sort_values([*levels, "date"], kind="stable", ignore_index=True)
    family = table.groupby([*levels, "period"], sort=False).ngroup()
    totals = _totals(table, family, size)
    whole = split_within(totals, family, table["weight"], table["date"].dt.day)
    columns = [*levels, "date", "period", "is_workday"]
    frame = table[columns].assign(value=size.amounts(whole))
    return DayPlan(
        frame,
        months,
        tuple(levels),
        str(size).replace(",", ""),
        estimated=bool(days["estimated"].any()),
        **context,
    )


def _months(plan: Any, levels: Sequence[str]) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return one row per unit and month, and what a plan says about itself."""
    if not isinstance(plan, pd.DataFrame):
        months = plan.months(*levels)
        context = {"step": plan.step, "currency": plan.currency, "terms": plan.terms}
        return months, context
    require_columns(plan, [*levels, "period", "value"], name="months")
    require_rows(plan, name="months")
    months = plan[[*levels, "period", "value"]].copy()
    months["period"] = pd.to_datetime(months["period"]).dt.to_period("M").dt.to_timestamp()
    months["period"] = months["period"].astype("datetime64[us]")
    require_named(months, [*levels, "period"], name="months")
    require_unique(months, [*levels, "period"], name="months", what="share a unit and month")
    months["value"] = months["value"].astype("float64")
    return months.sort_values([*levels, "period"], ignore_index=True), {"step": 1}


def _check_weights(table: pd.DataFrame, months: pd.DataFrame) -> None:
    """Refuse a month whose target no day can carry."""
    weight = table.groupby("period")["weight"].sum()
    empty = months[(months["value"] > 0) & months["period"].isin(weight[weight <= 0].index)]
    if len(empty):
        raise ContractError(
            f"No day of {empty['period'].iloc[0]:%Y-%m} carries any weight, so its target cannot "
            "be handed down.",
            where="split_days(profile=..., calendar=...)",
            fix="give a weekday of the profile a factor above 0",
            rows=empty,
        )


def _totals(table: pd.DataFrame, family: pd.Series, size: Step) -> pd.Series:
    """Return the whole steps of each unit and month, by the number of its family."""
    first = table.assign(family=family).drop_duplicates("family")
    steps = size.counts(first["value"])
    between = first[size.amounts(steps) != first["value"].to_numpy()]
    if len(between):
        raise ContractError(
            f"{len(between)} of {len(first)} months lie between two steps of {size}.",
            where=f"first: {between['period'].iloc[0]:%Y-%m}, {float(between['value'].iloc[0])!r}",
            fix="use a smaller step, such as 0.01",
            rows=between.drop(columns="family"),
        )
    return pd.Series(steps, index=first["family"].to_numpy())
