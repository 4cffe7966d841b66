"""Working days from a table that names every day, plain or weighted by weekday."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError, require_columns, require_rows
from salesanalysis.variance.tables import numbers

#: More than this part of the sales on days off means the calendar is not the one they worked by.
OFF = 0.05


def count_days(
    calendar: pd.DataFrame,
    first: object,
    last: object,
    *,
    weights: npt.ArrayLike | None = None,
) -> float:
    """Count the working days from `first` to `last`, both included.

    Parameters
    ----------
    calendar : DataFrame, one row per day
        ``date`` and ``is_workday``, make-up days and days off included.
    first, last : dates
    weights : array_like, shape (7,), optional
        What a Monday to Sunday is worth, see `weekday_weights`; then days are weighted.

    Returns
    -------
    float, days

    Raises
    ------
    ContractError
        A day between `first` and `last` that the calendar does not have, days that stand
        twice, a weekday without a weight.

    Examples
    --------
    >>> days = pd.DataFrame({"date": pd.date_range("2024-02-01", "2024-02-29")})
    >>> days["is_workday"] = days["date"].dt.day_of_week < 5
    >>> count_days(days, "2024-02-01", "2024-02-29")
    21.0
    """
    table, asked = _days(calendar), pd.date_range(pd.Timestamp(first), pd.Timestamp(last))
    if not len(asked):
        raise ContractError(
            f"The days from {first} to {last} are none.",
            where="count_days(first, last)",
            fix="give the earlier day first",
            code="bad-choice",
        )
    missing = asked[~asked.isin(table.index)]
    if len(missing):
        raise ContractError(
            f"{len(missing)} of {len(asked)} days are not in the calendar.",
            where=f"calendar, first {missing[0]:%Y-%m-%d}",
            fix="add a row for every day, working or not",
            code="uncovered",
        )
    worked = asked[table.reindex(asked).to_numpy(dtype=bool)]
    if weights is None:
        return float(len(worked))
    each = np.asarray(weights, dtype="float64")
    if each.shape != (7,) or np.isnan(each[worked.day_of_week]).any():
        raise ContractError(
            "Weights need a value for Monday to Sunday, at least for the days worked.",
            where="count_days(weights=...)",
            fix="estimate them on a history with every working weekday, or leave weights out",
        )
    return float(each[worked.day_of_week].sum())


def weekday_weights(
    history: pd.DataFrame, calendar: pd.DataFrame, *, date: str = "date", value: str = "revenue"
) -> npt.NDArray[np.float64]:
    """Estimate what each weekday is worth from the working days of a history; their mean is 1.

    Parameters
    ----------
    history : DataFrame
        Rows with `date` and `value`; days of the calendar without rows sold nothing.
    calendar : DataFrame, one row per day
        ``date`` and ``is_workday``, every day of the history.
    date, value : str

    Returns
    -------
    array, shape (7,)
        Monday to Sunday: the mean of its working days over the mean of all; empty for a
        weekday that was never worked. The mean over the working days of the history is 1.

    Raises
    ------
    ContractError
        No rows, no sales, days the calendar does not have, or more than 5 % of the sales on
        days off.

    Examples
    --------
    >>> days = pd.DataFrame({"date": pd.date_range("2024-01-01", periods=14), "is_workday": True})
    >>> sales = days.assign(revenue=[100.0] * 5 + [300.0, 300.0] + [100.0] * 5 + [300.0, 300.0])
    >>> weekday_weights(sales, days).round(4).tolist()
    [0.6364, 0.6364, 0.6364, 0.6364, 0.6364, 1.9091, 1.9091]
    """
    require_columns(history, [date, value], name="history")
    require_rows(history, name="history")
    when = pd.to_datetime(history[date]).dt.normalize()
    sold = (
        pd.Series(numbers(history, value, "history"), index=when.to_numpy()).groupby(level=0).sum()
    )
    count_days(calendar, when.min(), when.max())  # refuses days that are not there
    table = _days(calendar)
    worked = table.index[table.to_numpy(dtype=bool)]
    worked = worked[(worked >= when.min()) & (worked <= when.max())]
    off = float(sold[~sold.index.isin(worked)].abs().sum())
    daily = sold.reindex(worked, fill_value=0.0)
    if not daily.mean() > 0 or off > OFF * (off + float(daily.abs().sum())):
        raise ContractError(
            f"{off:,.2f} of {float(sold.abs().sum()):,.2f} were sold on days off.",
            where="weekday_weights(history, calendar)",
            fix="mark the days that were worked as working days",
        )
    means = daily.groupby(daily.index.day_of_week).mean() / daily.mean()
    weights: npt.NDArray[np.float64] = means.reindex(range(7)).to_numpy(dtype="float64")
    return weights


def _days(calendar: pd.DataFrame) -> pd.Series:
    """Return whether each day is worked, refusing days that stand twice or do not say."""
    require_columns(calendar, ["date", "is_workday"], name="calendar")
    days = pd.to_datetime(calendar["date"]).dt.normalize()
    bad = calendar[days.duplicated(keep=False) | calendar["is_workday"].isna() | days.isna()]
    if len(bad):
        raise ContractError(
            f"{len(bad)} rows of the calendar share a day or do not say whether it is worked.",
            where=f"calendar, first rows {bad.index[:3].tolist()}, see .rows",
            fix="give one row per day, with true or false in 'is_workday'",
            code="duplicate-key",
            rows=bad,
        )
    return pd.Series(calendar["is_workday"].astype(bool).to_numpy(), index=pd.DatetimeIndex(days))
