"""Every day with its working-day flag: published holidays, or the statutory days until then."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError, require_columns, require_unique
from salesanalysis.festivals import china_days
from salesanalysis.periods import month_range, published_years

Flags = npt.NDArray[np.bool_]
Calendar: TypeAlias = pd.DataFrame | str | None
CHINA, WEEKDAYS = "china", "weekdays"


def day_table(first: object, last: object, calendar: Calendar = None) -> pd.DataFrame:
    """Return every day of the months from `first` to `last` and whether it is worked.

    Parameters
    ----------
    first, last : dates
        Any day of the first and the last month.
    calendar : DataFrame or {"china", "weekdays"}, default "china"
        A table has ``date`` and ``is_workday``, one row per day.

    Returns
    -------
    DataFrame
        ``date``, ``period`` (month start), ``is_workday``, ``estimated``: True where the holidays
        of the year are not published, and weekdays without the statutory days stand in.

    Raises
    ------
    ContractError
        A table with a day missing or twice; a year for which nothing is known.

    Notes
    -----
    China: the yearly notices as recorded by the `chinesecalendar` package, make-up days included.
    Without a notice: Monday to Friday minus 13 statutory days (1 New Year, 4 Spring Festival from
    its eve on, 1 Qingming, 2 Labour Day, 1 Dragon Boat, 1 Mid-Autumn, 3 National Day); one that
    falls on a day off is made up on the next working day. Year totals then agree with the
    notices; single months can differ by the days a notice moves.

    Examples
    --------
    >>> days = day_table("2026-01-01", "2026-02-01")
    >>> days.groupby("period")["is_workday"].sum().tolist()
    [21, 16]
    """
    months = month_range(first, last)
    days = pd.date_range(months[0], months[-1] + pd.offsets.MonthEnd(0)).as_unit("us")
    table = pd.DataFrame({"date": days, "period": days.to_period("M").to_timestamp().as_unit("us")})
    if isinstance(calendar, pd.DataFrame):
        flags = _given(calendar, days)
        return table.assign(is_workday=flags, estimated=False)
    if calendar == WEEKDAYS:
        return table.assign(is_workday=days.day_of_week < 5, estimated=False)
    if calendar not in (None, CHINA):
        raise ContractError(
            f"calendar must be a table, 'china' or 'weekdays', got {calendar!r}.",
            where="calendar=...",
            fix="pass a table with date and is_workday, or one of the two names",
            code="bad-choice",
        )
    years = sorted(set(days.year))
    worked = np.concatenate([china_days(year) for year in years])
    start = np.datetime64(f"{years[0]}-01-01", "D")
    at = (days.to_numpy("datetime64[D]") - start).astype("int64")
    return table.assign(
        is_workday=worked[at], estimated=~np.isin(days.year, list(published_years()))
    )


def month_days(months: pd.DatetimeIndex, calendar: Calendar = None) -> pd.Series:
    """Return the working days of each month, counted from `day_table`.

    Examples
    --------
    >>> int(month_days(month_range("2024-01", "2024-12")).sum())
    251
    """
    table = day_table(months[0], months[-1], calendar)
    counts: pd.Series = table.groupby("period")["is_workday"].sum().reindex(months)
    return counts.rename("n_working_days").astype("int64")


def is_estimated(months: pd.DatetimeIndex, calendar: Calendar = None) -> bool:
    """Tell whether working days of these months stand in for holidays not yet published."""
    if isinstance(calendar, pd.DataFrame) or calendar == WEEKDAYS:
        return False
    return bool((~np.isin(months.year, list(published_years()))).any())


def _given(calendar: pd.DataFrame, days: pd.DatetimeIndex) -> Flags:
    """Read the flags of a user's calendar, or refuse one with holes."""
    require_columns(calendar, ["date", "is_workday"], name="calendar")
    own = calendar.assign(date=pd.to_datetime(calendar["date"]).dt.normalize())
    require_unique(own, ["date"], name="calendar", what="share a day", fix="keep one row per day")
    flags = own.set_index("date")["is_workday"].reindex(days)
    short = days[flags.isna()]
    if len(short):
        raise ContractError(
            f"The calendar does not cover {len(short)} days from {short[0]:%Y-%m-%d} on.",
            where="calendar['date']",
            fix="add a row per day of these months",
            code="uncovered",
        )
    worked: Flags = flags.astype("bool").to_numpy()
    return worked
