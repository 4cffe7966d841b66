"""Reviewing a period: what was sold against what was asked, closed months only."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.dates import dates_of
from salesanalysis.errors import ContractError, require_columns
from salesanalysis.labels import month
from salesanalysis.panel import Panel
from salesanalysis.periods import month_start
from salesanalysis.tracking.company import with_sum
from salesanalysis.tracking.completion import completion
from salesanalysis.tracking.lookahead import look_ahead
from salesanalysis.tracking.scorecard import Scorecard
from salesanalysis.tracking.span import span_months


def review(
    data: Any,
    plan: Any,
    period: object = None,
    *,
    span: str = "ytd",
    by: Sequence[str] = ("region",),
    forecast: Any = None,
) -> Scorecard:
    """Compare actual sales with the plan for every unit, over the closed months of a span.

    Parameters
    ----------
    data : Dataset or Panel
        Anything with ``panel(by=...)``, or a panel with at least the levels of `by`.
    plan : result of ``targets.cascade``, or DataFrame
        Leaf x month: level columns, ``period``, ``value`` (currency) and, where there is one,
        ``status``. A selected plan (``plan.select(region="East")``) restricts the sales too.
    period : date, optional
        Any day of the month up to which to look; default the last closed month, or the plan's
        first month where its year has not begun to close: then targets are empty too.
    span : {"ytd", "quarter", "month", "year"}
        The fiscal year up to `period`, or the quarter, month or year it lies in.
    by : sequence of str
        Levels that name a unit.
    forecast : Draws, DataFrame or Forecast, optional
        Where the span will end: the table ``draws`` of a forecast of the same data
        (``level``, level columns, ``period``, ``draw``, ``value``; also read back from Parquet),
        whose futures are counted, or the forecast itself, whose own landings are taken. A
        quarter or month is looked at to its end, the others to the end of the fiscal year.

    Returns
    -------
    Scorecard
        The company (or the selection) first. Months that are not closed are left out of both
        sides; where none is closed the actual is empty with status ``not_closed``, never 0.
        With a forecast every line also says where it is expected to end: see `Ahead`.

    Raises
    ------
    ContractError
        Unknown span, levels the plan does not have, a period outside the plan's year; a forecast
        of another currency, closed month or other units, or one that does not reach the end.

    Examples
    --------
    >>> from salesanalysis.panel import Panel
    >>> months = pd.date_range("2024-01-01", "2024-03-01", freq="MS")
    >>> sales = pd.DataFrame({"region": "East", "period": months, "value": [30.0, 20.0, 35.0]})
    >>> plan = pd.DataFrame({"region": "East", "period": months, "value": [40.0, 25.0, 35.0]})
    >>> review(Panel.of(sales, by=["region"]), plan).headline()
    'East: 85.0% of target in Q1 2024, green'
    >>> draws = pd.DataFrame({"region": "East", "draw": range(10), "period": "2024-03-01",
    ...                       "value": [25.0 + 4 * n for n in range(10)]})
    >>> february = Panel.of(sales.head(2), by=["region"])
    >>> card = review(february, plan, span="quarter", forecast=draws)
    >>> card.to_frame()[["middle", "expected_share", "probability"]].round(2).values.tolist()
    [[93.0, 0.93, 0.33]]
    """
    by = _levels(by)
    scope = dict(getattr(plan, "scope", {}))
    targets = _targets(plan, by)
    panel, sales = _sales(data, by, scope)
    starts = month_start(targets["period"].min())
    year_of = panel.calendar.year_of
    early = period is None and year_of(panel.closed_through) < year_of(starts)
    asked = starts if early else panel.closed_through if period is None else period
    months = span_months(asked, span, panel.calendar)
    closed = months[months <= panel.closed_through]
    compared = closed if len(closed) else months
    _check_months(targets, compared)
    ahead = None
    if forecast is not None:
        whole = span_months(asked, "year" if span == "ytd" else span, panel.calendar)
        _check_months(targets, whole)
        _check_now(compared, whole[whole <= panel.closed_through])
        ahead = look_ahead(forecast, panel, sales, targets, by=by, scope=scope, months=whole)
    also = ahead.expected()[list(by)] if ahead else None
    table = _lines(sales, targets, by, compared, is_closed=bool(len(closed)), also=also)
    table = table.assign(target=np.nan) if early else table
    return Scorecard(
        with_sum(table, by, scope),
        by,
        compared[0],
        compared[-1],
        len(closed),
        scope,
        panel.calendar,
        panel.currency,
        panel.terms,
        ahead,
    )


def _levels(by: Sequence[str]) -> tuple[str, ...]:
    """Refuse a bare word or nothing where a list of levels is meant."""
    if isinstance(by, str) or not by:
        raise ContractError(
            f"by must be a list of at least one level, got {by!r}.",
            where="review(by=...)",
            fix='write by=["region"]',
            code="bad-choice",
        )
    return tuple(by)


def _targets(plan: Any, by: Sequence[str]) -> pd.DataFrame:
    """Return the targets as a table of leaf and month, with a status in every row."""
    table = plan if isinstance(plan, pd.DataFrame) else plan.to_frame()
    require_columns(table, [*by, "period", "value"], name="plan")
    if not len(table):
        raise ContractError(
            "plan has no rows.",
            where="plan",
            fix="pass the result of cascade()",
            code="empty-table",
        )
    table = table.assign(period=dates_of(table["period"], name="plan"))
    return table if "status" in table.columns else table.assign(status="ok")


def _sales(data: Any, by: Sequence[str], scope: dict[str, str]) -> tuple[Panel, pd.DataFrame]:
    """Return the panel, and its sales per unit and month inside the scope of the plan."""
    levels = [*by, *(level for level in scope if level not in by)]
    panel = data if isinstance(data, Panel) else data.panel(by=levels)
    require_columns(panel.frame, levels, name="data")
    frame = panel.frame
    for level, wanted in scope.items():
        frame = frame[frame[level] == wanted]
    return panel, frame


def _check_months(targets: pd.DataFrame, months: pd.DatetimeIndex) -> None:
    """Refuse months the plan says nothing about."""
    covered = pd.DatetimeIndex(targets["period"].unique())
    absent = months[~months.isin(covered)]
    if len(absent):
        first, last = month(covered.min()), month(covered.max())
        raise ContractError(
            f"The plan says nothing about {month(absent[0])}: it covers {first} to {last}.",
            where="review(period=...)",
            fix="pass the plan of that year, or a period inside this one",
            code="bad-choice",
        )


def _check_now(compared: pd.DatetimeIndex, closed: pd.DatetimeIndex) -> None:
    """Refuse an expected end that knows months the card itself leaves out."""
    if len(closed) and closed[-1] != compared[-1]:
        raise ContractError(
            f"The card looks through {month(compared[-1])}, while the forecast knows "
            f"{month(closed[-1])}.",
            where="review(period=..., forecast=...)",
            fix="leave period out, or look from that day: data.at(...) with its own forecast",
            code="bad-choice",
        )


def _lines(
    sales: pd.DataFrame,
    targets: pd.DataFrame,
    by: tuple[str, ...],
    months: pd.DatetimeIndex,
    *,
    is_closed: bool,
    also: pd.DataFrame | None,
) -> pd.DataFrame:
    """Return one line per unit that has a target, sold something or is expected to."""
    keys = list(by)
    wanted = targets[targets["period"].isin(months)].assign(
        is_new=lambda t: t["status"] == "new_business"
    )
    wanted = wanted.groupby(keys, as_index=False).agg(
        target=("value", "sum"), is_new=("is_new", "all")
    )
    sold = sales[sales["period"].isin(months)].groupby(keys, as_index=False)["value"].sum()
    sold = sold.rename(columns={"value": "actual"})
    both = wanted.merge(sold, on=keys, how="outer", validate="one_to_one")
    # a closed month without a line sold nothing; an open one says nothing at all
    both["actual"] = both["actual"].fillna(0.0) if is_closed else np.nan
    if also is not None:
        both = both.merge(also.assign(also=True), on=keys, how="outer", validate="one_to_one")
        both["actual"] = both["actual"].fillna(0.0) if is_closed else np.nan
    else:
        both["also"] = False
    both = both[both["target"].notna() | (both["actual"] != 0) | both["also"].eq(other=True)]
    both = both.sort_values(keys, kind="stable", ignore_index=True)
    is_new = both["is_new"].eq(other=True).to_numpy(bool)
    line = completion(both["actual"], both["target"], new_business=is_new)
    node = both[keys].agg(" / ".join, axis=1) if len(both) else pd.Series(dtype="str")
    names = both[keys].assign(level=by[-1], node=node)
    return pd.concat([names, line], axis=1)[["level", *keys, "node", *line.columns]]
