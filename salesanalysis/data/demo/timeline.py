"""The days of the demo company: streams by subject, working days, season, Spring Festival."""

import zlib
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.periods import SPRING_FESTIVAL

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

FIRST = np.datetime64("2020-01-01", "D")
LAST = np.datetime64("2024-12-31", "D")
FIRST_YEAR, N_YEARS = 2020, 5
N_MONTHS = 12 * N_YEARS
N_DAYS = int((LAST - FIRST).astype(int)) + 1

#: Sales of one working day against the average working day of the year, January first.
SEASON = np.array([1.02, 0.96, 1.12, 0.96, 0.97, 1.08, 0.92, 0.94, 1.08, 0.97, 1.00, 1.10])
#: Days before (-) and after (+) the feast -> what is left of an ordinary day.
FEAST_STEPS = ((-21, -8, 1.12), (-7, -2, 0.75), (-1, 7, 0.35), (8, 14, 0.70))
WEEKEND = 0.06
MONTH_END = 1.20  # the last five calendar days of a month


def stream(seed: int, subject: str) -> np.random.Generator:
    """Return the random stream of one subject; another subject never moves it."""
    return np.random.default_rng([seed, zlib.crc32(subject.encode())])


def day_of(text: str) -> int:
    """Return the number of a day, 0 = first day of the company.

    Examples
    --------
    >>> day_of("2020-02-01")
    31
    """
    return int((np.datetime64(text, "D") - FIRST).astype(int))


def dates_of(day: Ints) -> pd.DatetimeIndex:
    """Return dates (microseconds) of day numbers."""
    return pd.DatetimeIndex(FIRST + day.astype("timedelta64[D]")).as_unit("us")


@cache
def month_of_day() -> Ints:
    """Return the number of the month each day lies in, 0 = first month of the company."""
    days = FIRST + np.arange(N_DAYS).astype("timedelta64[D]")
    months: Ints = (days.astype("datetime64[M]") - FIRST.astype("datetime64[M]")).astype("int64")
    return months


@cache
def year_of_day() -> Ints:
    """Return the number of the year each day lies in, 0 = first year of the company."""
    years: Ints = month_of_day() // 12
    return years


@cache
def is_working_day() -> Flags:
    """Tell for each day whether China works: public holidays and make-up days included."""
    from chinese_calendar import is_workday  # noqa: PLC0415  loads its tables only when asked

    return np.array([is_workday(d.date()) for d in dates_of(np.arange(N_DAYS))])


def feast_factor() -> Floats:
    """Return what the moving Spring Festival leaves of each day, 1 = untouched."""
    feasts = np.array([SPRING_FESTIVAL[FIRST_YEAR + k] for k in range(N_YEARS)], "datetime64[D]")
    offset = np.arange(N_DAYS) - (feasts - FIRST).astype("int64")[year_of_day()]
    windows = [(offset >= low) & (offset <= high) for low, high, _ in FEAST_STEPS]
    return np.select(windows, [left for *_, left in FEAST_STEPS], default=1.0)


def day_weights(slope: Floats) -> Floats:
    """Return each day's part of its year's sales, one row per region.

    Parameters
    ----------
    slope : array, shape (regions,)
        Growth inside a year from its first to its last day, 0.1 = 10 %.

    Returns
    -------
    array, shape (regions, days); the days of each year sum to 1
    """
    dates = dates_of(np.arange(N_DAYS))
    shape = SEASON[dates.month - 1] * feast_factor()
    shape = shape * np.where(is_working_day(), 1.0, WEEKEND)
    shape = shape * np.where(dates.day > dates.days_in_month - 5, MONTH_END, 1.0)
    trend = 1 + slope[:, None] * (dates.day_of_year.to_numpy() / 366 - 0.5)
    raw = shape * trend
    yearly = np.add.reduceat(raw, np.flatnonzero(np.diff(year_of_day(), prepend=-1)), axis=1)
    weights: Floats = raw / yearly[:, year_of_day()]
    return weights


def pick(weights: Floats, group: Ints, u: Floats) -> Ints:
    """Draw one option for each row from its group's weights, without a loop.

    Parameters
    ----------
    weights : array, shape (groups, options), >= 0, no group all zero
    group : array of int, shape (n,)
    u : array, shape (n,), uniform in [0, 1)

    Examples
    --------
    >>> pick(np.array([[1.0, 0.0, 1.0]]), np.array([0, 0]), np.array([0.4, 0.6])).tolist()
    [0, 2]
    """
    n_options = weights.shape[1]
    edges = np.cumsum(weights, axis=1)
    # every group's edges end at its own number + 1, so one sorted search serves all groups
    edges = edges / edges[:, -1:] + np.arange(len(weights))[:, None]
    found = np.searchsorted(edges.ravel(), group + u, side="right") - group * n_options
    drawn: Ints = np.clip(found, 0, n_options - 1)
    return drawn


def text(names: list[str], code: Ints) -> pd.Series:
    """Return a text column of names by their number."""
    return pd.Series(pd.array(names, dtype="str").take(code))
