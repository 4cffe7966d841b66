"""How a month falls on its days: weekday, working day, the rush before the month's end."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError, require_columns, require_rows
from salesanalysis.targets.time.workdays import Calendar, day_table

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class DayProfile:
    """The weight of a day: its weekday, whether it is worked, how near the month's end it lies.

    Attributes
    ----------
    weekdays : tuple of 7 float
        Monday to Sunday, zero or more. A worked Saturday or Sunday (a make-up day) counts as
        the mean of Monday to Friday.
    month_end : tuple of float
        Factors of the last working days, the last one first; (1.5, 1.2) puts half as much again
        on the last working day and a fifth on the one before.
    closed : {"holidays", "never"}
        Whether days off carry nothing, or every day counts by its weekday (shops).

    Examples
    --------
    >>> days = day_table("2024-02-01", "2024-02-01")
    >>> DayProfile(month_end=(2.0,)).weights(days).sum().item()
    19.0
    """

    weekdays: tuple[float, ...] = (1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0)
    month_end: tuple[float, ...] = ()
    closed: str = "holidays"

    def __post_init__(self) -> None:
        """Refuse factors nobody could have meant."""
        object.__setattr__(self, "weekdays", tuple(float(w) for w in self.weekdays))
        object.__setattr__(self, "month_end", tuple(float(w) for w in self.month_end))
        factors = [*self.weekdays, *self.month_end]
        if len(self.weekdays) != 7 or not all(0 <= w < np.inf for w in factors):
            raise ContractError(
                f"A day profile needs 7 weekday factors, all of zero or more, got "
                f"weekdays={self.weekdays} and month_end={self.month_end}.",
                where="DayProfile(weekdays=..., month_end=...)",
                fix="write Monday to Sunday, such as (1, 1, 1, 1, 1.2, 0, 0)",
                code="bad-choice",
            )
        if self.closed not in ("holidays", "never"):
            raise ContractError(
                f"closed must be 'holidays' or 'never', got {self.closed!r}.",
                where="DayProfile(closed=...)",
                fix="write 'never' for a shop that opens every day",
                code="bad-choice",
            )

    def weights(self, days: pd.DataFrame) -> Floats:
        """Return the weight of every day of a `day_table`, shape (days,)."""
        weekday = days["date"].dt.day_of_week.to_numpy()
        worked = days["is_workday"].to_numpy(dtype=bool)
        factors = np.array(self.weekdays)
        weight = factors[weekday]
        if self.closed == "holidays":
            made_up = worked & (weekday >= 5)
            weight = np.where(made_up, factors[:5].mean(), weight) * worked
        open_day = worked if self.closed == "holidays" else np.ones(len(days), dtype=bool)
        end = _from_the_end(days["period"], open_day)
        rush = np.ones(max(len(self.month_end), int(end.max(initial=0))) + 1)
        rush[1 : len(self.month_end) + 1] = self.month_end
        weights: Floats = weight * rush[end]
        return weights


def _from_the_end(period: pd.Series, open_day: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Return the place of each open day from its month's end: 1 is the last, 0 a closed day."""
    counted = pd.Series(open_day.astype("int64"))
    left = counted[::-1].groupby(period.to_numpy()[::-1]).cumsum()[::-1].to_numpy()
    place: npt.NDArray[np.int64] = np.where(open_day, left, 0)
    return place


def day_profile(
    sales: pd.DataFrame, *, month_end: int = 3, calendar: Calendar = None, shrink: float = 8.0
) -> DayProfile:
    """Learn a profile from daily sales.

    Parameters
    ----------
    sales : DataFrame, one row per day (days without a row sold nothing)
        ``date`` and ``value`` (currency); whole months are used, parts at both ends are not.
    month_end : int
        Last working days of a month that get a factor of their own.
    calendar : DataFrame or {"china", "weekdays"}, default "china"
    shrink : float, days
        A factor seen on n days counts n / (n + shrink) against 1.

    Returns
    -------
    DayProfile

    Raises
    ------
    ContractError
        No whole month, or nothing sold.

    Notes
    -----
    First the ordinary working days: the median of a day over its month's ordinary mean, by
    weekday. Then the last working days against what their weekday lets expect. A weekend
    without working days keeps 0: make-up days count as the mean of Monday to Friday.

    Examples
    --------
    >>> days = day_table("2024-01-01", "2024-06-01")
    >>> sold = DayProfile(month_end=(2.0,)).weights(days) * 100
    >>> found = day_profile(days.assign(value=sold), month_end=1, shrink=0)
    >>> found.month_end
    (2.0,)
    """
    days = _daily(sales, calendar)
    place = _from_the_end(days["period"], days["is_workday"].to_numpy(dtype=bool))
    normal = days[(place > month_end)]
    usual = normal.groupby("period")["value"].mean().reindex(days["period"]).to_numpy("float64")
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = days["value"].to_numpy("float64") / usual
    days = days.assign(place=place, ratio=ratio)
    days = days[np.isfinite(days["ratio"])]
    weekday = _factors(
        days[days["place"] > month_end], days["date"].dt.day_of_week, range(7), shrink
    )
    weekday[5:] = 0.0
    end = days[(days["place"] > 0) & (days["place"] <= month_end)]
    expected = np.where(end["date"].dt.day_of_week < 5, weekday[end["date"].dt.day_of_week], 1.0)
    end = end.assign(ratio=end["ratio"] / np.maximum(expected, 1e-9))
    rush = _factors(end, end["place"], range(1, month_end + 1), shrink)
    return DayProfile(tuple(weekday.round(6)), tuple(rush.round(6)))


def _daily(sales: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:
    """Return every day of the whole months of `sales` with its flag and value."""
    require_columns(sales, ["date", "value"], name="sales")
    require_rows(sales, name="sales")
    dates = pd.to_datetime(sales["date"]).dt.normalize()
    sold = sales["value"].astype("float64").groupby(dates).sum()
    days = day_table(dates.min(), dates.max(), calendar)
    days["value"] = sold.reindex(days["date"]).fillna(0.0).to_numpy()
    ends = days.groupby("period")["date"].agg(["min", "max"])
    whole = ends[(ends["min"] >= dates.min()) & (ends["max"] <= dates.max())].index
    days = days[days["period"].isin(whole)].reset_index(drop=True)
    if not len(days) or not days["value"].sum() > 0:
        raise ContractError(
            "There is no whole month of daily sales to learn a profile from.",
            where=f"sales from {dates.min():%Y-%m-%d} to {dates.max():%Y-%m-%d}",
            fix="pass daily sales of at least one whole month, or write a DayProfile by hand",
            code="empty-table",
        )
    return days


def _factors(days: pd.DataFrame, by: Any, keys: range, shrink: float) -> Floats:
    """Return the median ratio per key, pulled to 1 where few days are behind it."""
    grouped = days.groupby(by.reindex(days.index))["ratio"].agg(["median", "size"]).reindex(keys)
    n = grouped["size"].fillna(0.0).to_numpy("float64")
    median = grouped["median"].fillna(1.0).to_numpy("float64")
    factors: Floats = 1 + n / np.maximum(n + shrink, 1e-12) * (median - 1)
    return factors
