"""Windows of days around a festival and the part of each that falls into a month."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.festivals.days import SPRING, Days, Floats, festival_days, uncovered, years_of
from salesanalysis.periods import month_range


@dataclass(frozen=True)
class Window:
    """Days before, during or after a festival, counted from the festival's day.

    Attributes
    ----------
    name : str
        How the effect of this window is called.
    first, last : int, days
        Both included; 0 is the day of the festival, -1 the day before.
    festival : str
        ``spring_festival``, ``easter`` or a kind of the user's table.

    Examples
    --------
    >>> Window("golden_week", 0, 6, festival="national_day").length
    7
    """

    name: str
    first: int
    last: int
    festival: str = SPRING

    def __post_init__(self) -> None:
        """Refuse a window that ends before it begins."""
        if not -366 <= self.first <= self.last <= 366:
            raise ContractError(
                f"Window {self.name!r} runs from day {self.first!r} to day {self.last!r}.",
                where="Window(first=..., last=...)",
                fix="write the earlier day first, days before the festival as negative numbers",
                code="bad-choice",
            )

    @property
    def length(self) -> int:
        """Days of the window."""
        return self.last - self.first + 1


BEFORE, DURING, AFTER = Window("before", -21, -1), Window("during", 0, 6), Window("after", 7, 20)
#: The default; a third effect (`AFTER`) needs more years than most panels have.
SPRING_WINDOWS = (BEFORE, DURING)


def window_shares(months: pd.DatetimeIndex, days: Days, window: Window) -> Floats:
    """Return the part of the window that falls into each month, summed over festivals.

    Parameters
    ----------
    months : DatetimeIndex, a run of months without a gap
    days : array of datetime64[D], shape (festivals,)
    window : Window

    Returns
    -------
    array, shape (months,); over all months each festival adds up to 1

    Examples
    --------
    >>> spring = festival_days("spring_festival")
    >>> (21 * window_shares(month_range("2024-01", "2024-02"), spring, BEFORE)).round(9).tolist()
    [12.0, 9.0]
    >>> (7 * window_shares(month_range("2025-01", "2025-02"), spring, DURING)).round(9).tolist()
    [3.0, 4.0]
    """
    inside = days[:, None] + np.arange(window.first, window.last + 1)
    start = np.datetime64(months[0].date(), "M")
    place = (inside.astype("datetime64[M]") - start).astype("int64").ravel()
    place = place[(place >= 0) & (place < len(months))]
    shares: Floats = np.bincount(place, minlength=len(months)) / window.length
    return shares


def centred_shares(months: pd.DatetimeIndex, window: Window, table: pd.DataFrame) -> Floats:
    """Return shares minus their mean over the same calendar month in the calendar's years."""
    days = festival_days(window.festival, table)
    gaps = ~_covered(months, days, window)
    if gaps.any():
        raise uncovered(window.festival, months[gaps], years_of(days))
    years = years_of(days)
    known = month_range(f"{years[0]}-01-01", f"{years[-1]}-12-01")
    known_shares = window_shares(known, days, window)
    known_shares[~_covered(known, days, window)] = np.nan
    years_known = np.maximum(np.isfinite(known_shares).reshape(-1, 12).sum(axis=0), 1)
    mean = np.nan_to_num(known_shares).reshape(-1, 12).sum(axis=0) / years_known
    centred: Floats = window_shares(months, days, window) - mean[months.month - 1]
    return centred


def _covered(months: pd.DatetimeIndex, days: Days, window: Window) -> npt.NDArray[np.bool_]:
    """Tell which months lie in a year that is known and out of reach of years that are not.

    A festival of a year that is not known is taken to fall where it fell in the others.
    """
    have = years_of(days)
    covered: npt.NDArray[np.bool_] = np.isin(months.year, have)
    into_year = (days - days.astype("datetime64[Y]")).astype("int64")
    starts = months.to_numpy("datetime64[D]")
    ends = (months + pd.offsets.MonthEnd(0)).to_numpy("datetime64[D]")
    for step in (-1, 1):
        year = months.year.to_numpy() + step
        new_year = (year - 1970).astype("datetime64[Y]").astype("datetime64[D]")
        reached = (new_year + (into_year.min() + window.first) <= ends) & (
            new_year + (into_year.max() + window.last) >= starts
        )
        covered &= np.isin(year, have) | ~reached
    return covered
