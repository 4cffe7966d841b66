"""How much of a month has passed, in working days."""

from typing import Any

import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.variance.sides.calendar import code_of, stamp


def elapsed_share(calendar: Any, code: int, days: pd.Series) -> float:
    """Return the part of the working days of an open month that has passed.

    Parameters
    ----------
    calendar : DataFrame
        ``period``, ``planned`` and ``elapsed`` (working days), one row per month; or one row
        per day with ``date`` and ``is_workday``: then days count up to the last one sold on.
    code : int
        Months since January 1970.
    days : Series of dates
        Days of the actual rows.

    Returns
    -------
    float, 0..1

    Raises
    ------
    ContractError
        No calendar, a month it does not cover, days that are only known by month.

    Examples
    --------
    >>> table = pd.DataFrame({"period": ["1970-03-01"], "planned": [22], "elapsed": [11]})
    >>> elapsed_share(table, 2, pd.Series(dtype="datetime64[us]"))
    0.5
    """
    if not isinstance(calendar, pd.DataFrame):
        raise _needs_days('open_months="prorate" needs the working days of the open months.')
    if {"period", "planned", "elapsed"} <= set(calendar.columns):
        rows = calendar[[code_of(p) == code for p in calendar["period"]]]
        if len(rows) != 1 or not 0 <= rows["elapsed"].iloc[0] <= rows["planned"].iloc[0] > 0:
            raise _needs_days(f"The calendar has no usable row for {stamp(code):%Y-%m}.")
        return float(rows["elapsed"].iloc[0] / rows["planned"].iloc[0])
    if not {"date", "is_workday"} <= set(calendar.columns):
        raise _needs_days("The calendar names neither days nor elapsed working days.")
    return _by_day(calendar, code, days)


def _by_day(calendar: pd.DataFrame, code: int, days: pd.Series) -> float:
    """Count working days up to the last day sold on."""
    month = stamp(code)
    dates = pd.to_datetime(calendar["date"])
    rows = calendar[(dates >= month) & (dates < month + pd.DateOffset(months=1))]
    sold = pd.to_datetime(days[(days >= month) & (days < month + pd.DateOffset(months=1))])
    if len(rows) < month.days_in_month or not rows["is_workday"].any():
        raise _needs_days(f"The calendar does not cover {month:%Y-%m}.")
    if sold.empty:
        return 0.0
    if (sold == month).all():
        raise _needs_days(f"Sales of {month:%Y-%m} are dated by month only.")
    passed = rows["is_workday"][pd.to_datetime(rows["date"]) <= sold.max()].sum()
    return float(passed / rows["is_workday"].sum())


def _needs_days(what: str) -> ContractError:
    return ContractError(
        what,
        where="explain(calendar=...)",
        fix="pass calendar= with the columns period, planned and elapsed (working days)",
        code="bad-choice",
    )
