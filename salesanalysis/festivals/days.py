"""The days of festivals: known ones, Easter by its rule, others from the user's table."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError, require_columns, require_unique, unknown_name
from salesanalysis.periods import SPRING_FESTIVAL

Floats = npt.NDArray[np.float64]
Days = npt.NDArray[np.datetime64]

#: Kinds of a table that speak of work; every other kind is the name of a festival.
DAY_OFF, WORKDAY = "day_off", "workday"
#: Festivals known without a table.
SPRING, EASTER = "spring_festival", "easter"
#: Years Easter is computed for, and over which its regressors are centred.
EASTER_YEARS = range(1900, 2100)
#: Months and years named in a message before it only says how many there are.
_NAMED = 6


def read_table(table: pd.DataFrame | None) -> pd.DataFrame:
    """Return a user's calendar as ``date`` and ``kind``, or refuse it.

    Examples
    --------
    >>> read_table(pd.DataFrame({"date": ["2024-10-01"], "kind": ["day_off"]})).shape
    (1, 2)
    """
    if table is None:
        return pd.DataFrame(
            {"date": pd.DatetimeIndex([]), "kind": pd.Series(dtype="str")}, index=pd.RangeIndex(0)
        )
    require_columns(table, ["date", "kind"], name="table")
    days = table[["date", "kind"]].copy()
    days["date"] = pd.to_datetime(days["date"], errors="coerce").dt.normalize()
    days["kind"] = days["kind"].astype("str").str.strip()
    bad = table[days["date"].isna() | table["kind"].isna() | (days["kind"] == "")]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(table)} rows of table have no date or no kind.",
            where=f"first rows {bad.index[:3].tolist()}, see .rows",
            fix="write each day as 2024-02-10, with day_off, workday or the festival's name",
            rows=bad,
        )
    require_unique(days, ["date", "kind"], name="table", what="name the same day and kind")
    work = days[days["kind"].isin([DAY_OFF, WORKDAY])]
    require_unique(
        work, ["date"], name="table", what="call a day both free and worked", fix="keep one of them"
    )
    return days


def easter(year: int) -> date:
    """Return Easter Sunday of the western churches.

    References
    ----------
    Meeus, J. (1998). Astronomical Algorithms, 2nd ed., chapter 8 (the rule of 1876 that has no
    exceptions in the Gregorian calendar).

    Examples
    --------
    >>> easter(2024), easter(2025)
    (datetime.date(2024, 3, 31), datetime.date(2025, 4, 20))
    """
    century, rest = divmod(year, 100)
    leaps, spare = divmod(century, 4)
    moon = (19 * (year % 19) + century - leaps - (8 * century + 13) // 25 + 15) % 30
    sunday = (32 + 2 * spare + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (year % 19 + 11 * moon + 22 * sunday) // 451
    month, day = divmod(moon + sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def festival_days(festival: str, table: pd.DataFrame | None = None) -> Days:
    """Return the days of a festival in all years the calendar knows, sorted.

    Examples
    --------
    >>> days = festival_days("spring_festival")
    >>> len(days), days[[0, -1]].astype(str).tolist()
    (26, ['2010-02-14', '2035-02-08'])
    """
    known = read_table(table)
    own = np.unique(known.loc[known["kind"] == festival, "date"].to_numpy("datetime64[D]"))
    if len(own):
        return own
    if festival == SPRING:
        return np.array(sorted(SPRING_FESTIVAL.values()), dtype="datetime64[D]")
    if festival == EASTER:
        return np.array([easter(y) for y in EASTER_YEARS], dtype="datetime64[D]")
    names = sorted({SPRING, EASTER, *known["kind"]} - {DAY_OFF, WORKDAY})
    raise unknown_name(
        festival, names, kind="festival", where="Window(festival=...)", error=ContractError
    )


def years_of(days: Days) -> list[int]:
    """Return the years in which a day lies, sorted."""
    return [int(y) + 1970 for y in np.unique(days.astype("datetime64[Y]").astype("int64"))]


def uncovered(name: str, months: pd.DatetimeIndex, years: Sequence[int]) -> ContractError:
    """Build the refusal of months a calendar does not know."""
    shown = ", ".join(months[:_NAMED].strftime("%Y-%m"))
    more = f" and {len(months) - _NAMED} more months" if len(months) > _NAMED else ""
    span = f"known for {years[0]} to {years[-1]}" if years else "known for no year"
    wanted = ", ".join(str(y) for y in sorted(set(months.year))[:_NAMED])
    return ContractError(
        f"The calendar of {name!r} does not cover {shown}{more}.",
        where=f"{name!r} is {span}",
        fix=f"pass table= with the dates of {wanted} and of the years around, or fewer months",
        code="uncovered",
    )
