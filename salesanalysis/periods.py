"""Months, fiscal years, closed and open months, working days and moving holidays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from numbers import Number

import pandas as pd

from salesanalysis.dates import plain_date
from salesanalysis.errors import ContractError, require_columns

_NEW_YEARS = (
    "2010-02-14 2011-02-03 2012-01-23 2013-02-10 2014-01-31 2015-02-19 2016-02-08 "
    "2017-01-28 2018-02-16 2019-02-05 2020-01-25 2021-02-12 2022-02-01 2023-01-22 "
    "2024-02-10 2025-01-29 2026-02-17 2027-02-06 2028-01-26 2029-02-13 2030-02-03 "
    "2031-01-23 2032-02-11 2033-01-31 2034-02-19 2035-02-08"
)
#: First day of the Chinese lunar year (two independent calendar libraries agree).
SPRING_FESTIVAL: dict[int, date] = {
    int(day[:4]): date.fromisoformat(day) for day in _NEW_YEARS.split()
}


def month_start(when: object) -> pd.Timestamp:
    """Return the first day of the month `when` lies in.

    Examples
    --------
    >>> month_start("2024-03-31")
    Timestamp('2024-03-01 00:00:00')
    """
    stamp = _stamp(when)
    return pd.Timestamp(stamp.year, stamp.month, 1)


def _stamp(when: object) -> pd.Timestamp:
    """Read a date, or refuse what is none; a bare number is none (pandas reads nanoseconds)."""
    try:
        stamp = pd.NaT if isinstance(when, Number) else pd.Timestamp(plain_date(when))
    except (ValueError, TypeError):
        stamp = pd.NaT
    if not isinstance(stamp, pd.Timestamp):
        raise ContractError(
            f"{when!r} is not a date.", where="date", fix='write it as "2024-03-31"'
        )
    return stamp


def month_range(first: object, last: object) -> pd.DatetimeIndex:
    """Return every month start from `first` to `last`, both included.

    Examples
    --------
    >>> [m.strftime("%Y-%m") for m in month_range("2023-12-05", "2024-02-01")]
    ['2023-12', '2024-01', '2024-02']
    """
    return pd.date_range(month_start(first), month_start(last), freq="MS").as_unit("us")


def closed_through(as_of: object) -> pd.Timestamp:
    """Return the last month that is over on the evening of `as_of`.

    Examples
    --------
    >>> closed_through("2024-03-31"), closed_through("2024-03-30")
    (Timestamp('2024-03-01 00:00:00'), Timestamp('2024-02-01 00:00:00'))
    """
    stamp, start = _stamp(as_of), month_start(as_of)
    if (stamp + pd.Timedelta(days=1)).month != stamp.month:
        return start
    return start - pd.DateOffset(months=1)


@dataclass(frozen=True)
class FiscalCalendar:
    """Twelve months from `start_month`; a fiscal year is named by the year it ends in.

    Attributes
    ----------
    start_month : int
        1..12; 7 makes FY2020 run from July 2019 to June 2020.

    Examples
    --------
    >>> july = FiscalCalendar(7)
    >>> july.year_of("2019-07-01"), july.year_of("2020-06-30"), july.name(2020)
    (2020, 2020, 'FY2020')
    >>> FiscalCalendar().name(2024)
    '2024'
    """

    start_month: int = 1

    def __post_init__(self) -> None:
        """Refuse a month that does not exist."""
        if not (isinstance(self.start_month, int) and 1 <= self.start_month <= 12):
            raise ContractError(
                f"start_month must be 1 to 12, got {self.start_month!r}.",
                where="FiscalCalendar(start_month=...)",
                fix="write 7 for a year that starts in July",
                code="bad-choice",
            )

    def year_of(self, when: object) -> int:
        """Return the fiscal year `when` lies in."""
        month = month_start(when)
        return int(month.year + (self.start_month > 1 and month.month >= self.start_month))

    def years_of(self, when: pd.Series) -> pd.Series:
        """Return the fiscal year of each date, as a column of int."""
        later = (when.dt.month >= self.start_month) & (self.start_month > 1)
        years: pd.Series = when.dt.year + later.astype("int64")
        return years

    def months(self, year: int) -> pd.DatetimeIndex:
        """Return the twelve month starts of a fiscal year."""
        first = pd.Timestamp(year - (self.start_month > 1), self.start_month, 1)
        return month_range(first, first + pd.DateOffset(months=11))

    def quarter_of(self, when: object) -> int:
        """Return the fiscal quarter 1..4 `when` lies in."""
        return int((month_start(when).month - self.start_month) % 12 // 3 + 1)

    def quarter_months(self, when: object) -> pd.DatetimeIndex:
        """Return the three month starts of the fiscal quarter `when` lies in."""
        start = 3 * (self.quarter_of(when) - 1)
        return self.months(self.year_of(when))[start : start + 3]

    def name(self, year: int) -> str:
        """Return how the year is written: 2024, or FY2020 where it is not a calendar year."""
        return str(year) if self.start_month == 1 else f"FY{year}"


def working_days(months: Sequence[object], calendar: pd.DataFrame | None = None) -> pd.Series:
    """Count working days of each month, public holidays and make-up days of China included.

    Parameters
    ----------
    months : sequence of dates
        Any day of the months wanted.
    calendar : DataFrame, optional
        ``date`` and ``is_workday``: takes over where given (another country, a later year).

    Returns
    -------
    Series of int, days, indexed by month start

    Raises
    ------
    ContractError
        A month that the calendar covers not or in part, or for which no holidays are published.

    Notes
    -----
    Source of the days off: the yearly notices of the State Council as recorded by the
    `chinesecalendar` package; its data end with the last published year.

    Examples
    --------
    >>> working_days(["2024-01-01", "2024-02-01", "2024-03-01"]).tolist()
    [22, 18, 21]
    """
    starts = [month_start(m) for m in months]
    if calendar is None:
        counts = [_working_days_china(m.year, m.month) for m in starts]
    else:
        counts = _working_days_of(calendar, starts)
    index = pd.DatetimeIndex(starts, name="period").as_unit("us")
    return pd.Series(counts, index=index, name="n_working_days", dtype="int64")


def _working_days_of(calendar: pd.DataFrame, starts: Sequence[pd.Timestamp]) -> list[int]:
    """Count the working days of each month from a calendar with one row per day."""
    require_columns(calendar, ["date", "is_workday"], name="calendar")
    days = pd.to_datetime(calendar["date"]).dt.normalize()
    twice = calendar[days.duplicated(keep=False)]
    if len(twice):
        raise ContractError(
            f"{len(twice)} rows of calendar share a day.",
            where=f"first rows {twice.index[:3].tolist()}, see .rows",
            fix="keep one row per day",
            code="duplicate-key",
            rows=twice,
        )
    per_month = calendar.groupby(days.dt.to_period("M"))["is_workday"].agg(["sum", "size"])
    wanted = [m.to_period("M") for m in starts]
    sizes = per_month["size"].reindex(wanted, fill_value=0)
    short = [
        f"{m} ({n} of {m.days_in_month} days)" for m, n in sizes.items() if n < m.days_in_month
    ]
    if short:
        raise ContractError(
            f"The calendar does not cover {', '.join(short[:3])}.",
            where="calendar['date']",
            fix="add a row per day of these months",
            code="empty-table",
        )
    return [int(per_month.loc[m, "sum"]) for m in wanted]


@cache
def _working_days_china(year: int, month: int) -> int:
    """Count the working days of one month from the published holidays."""
    from chinese_calendar import is_workday  # noqa: PLC0415  loads its tables only when asked

    day, n = date(year, month, 1), 0
    try:
        while day.month == month:
            n += is_workday(day)
            day += timedelta(days=1)
    except NotImplementedError:
        raise ContractError(
            f"The holidays of {year} are not published in the calendar that is installed.",
            where=f"working days of {year}-{month:02d}",
            fix="pass calendar= with the columns date and is_workday",
            code="empty-table",
        ) from None
    return n


@cache
def published_years() -> range:
    """Return the years whose public holidays of China are in the calendar that is installed.

    Examples
    --------
    >>> years = published_years()
    >>> years[0], 2024 in years
    (2004, True)
    """
    last = 2004
    while _is_published(last):
        last += 1
    return range(2004, last)


def _is_published(year: int) -> bool:
    try:
        _working_days_china(year, 1)
    except ContractError:
        return False
    return True


def spring_festival_shares(year: int, days_before: int = 21) -> tuple[float, float]:
    """Return the parts of the window before the Spring Festival in January and February.

    Parameters
    ----------
    year : int
    days_before : int, days
        Length of the window, 1 to 21: no feast is early enough for December then.

    Examples
    --------
    >>> [round(share * 21) for share in spring_festival_shares(2024)]
    [12, 9]
    """
    if year not in SPRING_FESTIVAL:
        raise ContractError(
            f"The Spring Festival of {year} is not in the table "
            f"({min(SPRING_FESTIVAL)} to {max(SPRING_FESTIVAL)}).",
            where="periods.SPRING_FESTIVAL",
            fix="choose a year inside the table",
            code="unknown-name",
        )
    if not 1 <= days_before <= 21:
        raise ContractError(
            f"days_before must be 1 to 21, got {days_before!r}.",
            where="spring_festival_shares(days_before=...)",
            fix="write 21 for the three weeks before the feast",
            code="bad-choice",
        )
    feast = SPRING_FESTIVAL[year]
    window = [feast - timedelta(days=k) for k in range(1, days_before + 1)]
    january = sum(d.month == 1 for d in window) / days_before
    return january, sum(d.month == 2 for d in window) / days_before
