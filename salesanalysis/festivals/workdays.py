"""Working days of a month as a regressor: weekdays or China's days, changed by a table."""

from collections.abc import Sequence
from functools import cache

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.festivals.china import LUNAR_FEASTS, china_days
from salesanalysis.festivals.days import DAY_OFF, WORKDAY, Floats, read_table, uncovered
from salesanalysis.periods import month_range, published_years, working_days

#: Weekdays repeat after 28 years (1901 to 2099): one round centres plain weekday counts.
WEEKDAY_YEARS = range(2000, 2028)
#: Name of the working-day regressor, and where its days come from.
WORKING_DAYS = "working_days"
COUNTS = ("weekdays", "china")


def working(months: pd.DatetimeIndex, source: str, table: pd.DataFrame) -> Floats:
    """Return the logarithm of working days over their mean in the same calendar month.

    The mean is taken over the years whose days off are known; days off by law are no notice.
    """
    if source not in COUNTS:
        raise unknown_name(
            source, COUNTS, kind="working-day count", where="regressors(workdays=...)",
            error=ContractError,
        )  # fmt: skip
    known = _work_years(source, table)
    counted = sorted({*known, *_china_years(source, table)})
    gaps = ~np.isin(months.year, counted)
    # plain weekdays need no calendar: any year is known
    if gaps.any() and (source == "china" or _free_years(table)):
        raise uncovered(WORKING_DAYS, months[gaps], counted)
    mean = _mean(known, source, table) if len(table) else _mean_of(tuple(known), source)
    effect: Floats = np.log(_count(list(months), source, table) / mean[months.month - 1])
    return effect


def _mean(years: Sequence[int], source: str, table: pd.DataFrame) -> Floats:
    """Return the mean working days of each calendar month."""
    months = [m for y in years for m in month_range(f"{y}-01-01", f"{y}-12-01")]
    mean: Floats = _count(months, source, table).reshape(-1, 12).mean(axis=0)
    return mean


@cache
def _mean_of(years: tuple[int, ...], source: str) -> Floats:
    """Return the same without a table; a pure function of the built-in calendar."""
    return _mean(years, source, read_table(None))


def _free_years(table: pd.DataFrame) -> list[int]:
    """Return the years for which the table lists days off."""
    return sorted(set(table.loc[table["kind"] == DAY_OFF, "date"].dt.year))


def _work_years(source: str, table: pd.DataFrame) -> list[int]:
    """Return the years whose days off are known: China's by notice, others by the table."""
    if source == "china":
        return sorted({*published_years(), *_free_years(table)})
    return _free_years(table) or list(WEEKDAY_YEARS)


def by_law(months: pd.DatetimeIndex, source: str | None, table: pd.DataFrame) -> list[int]:
    """Return the years of these months in which China's days off by law stand in for a notice."""
    known = {*published_years(), *_free_years(table)}
    return sorted(set(months.year) & set(LUNAR_FEASTS) - known) if source == "china" else []


def _china_years(source: str, table: pd.DataFrame) -> list[int]:
    """Return the years counted by China's calendar: notices first, then the table, then the law."""
    if source != "china":
        return []
    return sorted({*published_years(), *(set(LUNAR_FEASTS) - set(_free_years(table)))})


def _count(months: Sequence[pd.Timestamp], source: str, table: pd.DataFrame) -> Floats:
    """Count working days of each month: weekdays with the table's changes, or China's days."""
    days = pd.date_range(f"{min(months).year}-01-01", f"{max(months).year}-12-31")
    off = days.isin(table.loc[table["kind"] == DAY_OFF, "date"])
    made_up = days.isin(table.loc[table["kind"] == WORKDAY, "date"])
    worked = ((days.day_of_week < 5) & ~off) | made_up
    for year in set(_china_years(source, table)) & set(days.year):
        worked[days.year == year] = china_days(year)
    calendar = pd.DataFrame({"date": days, "is_workday": worked})
    counts: Floats = working_days(months, calendar).to_numpy("float64")
    return counts
