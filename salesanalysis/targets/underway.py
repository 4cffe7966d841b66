"""A year in progress: what was sold in its closed months, and draws of the months after them."""

from collections.abc import Sequence
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.dates import dates_of
from salesanalysis.errors import ContractError, require_columns
from salesanalysis.labels import month
from salesanalysis.panel import Panel
from salesanalysis.targets.drawn import refusal, summed, twelve_of, year_of_draws

#: Names of one unit, level by level; empty where a level is not named.
Names = tuple[str, ...]


def year_in_progress(
    table: pd.DataFrame,
    by: Sequence[str],
    months: Sequence[Any] | None,
    sold: Panel | None,
) -> tuple[pd.DataFrame, str, tuple[Names, ...]]:
    """Sum draws over a year whose first months may be closed.

    Parameters
    ----------
    table : DataFrame
        Level columns, ``period``, ``draw``, ``value`` (currency).
    by : sequence of str
    months : sequence of dates, optional
        The twelve of the year; needed beside `sold`.
    sold : Panel, optional
        Sales of the months before the draws, with the levels the draws name.

    Returns
    -------
    DataFrame
        Levels, ``draw`` and ``value`` of the year. A month without a line adds nothing.
    str
        First day of the last month that counts with its sales; empty where none does.
    tuple of tuple of str
        Units, by their names, that lack a line in one of those months or more.

    Raises
    ------
    ContractError
        See `year_of_draws`; sales that end before the draws begin, or after: one of both is then
        of another day.

    Examples
    --------
    >>> year = pd.date_range("2025-01-01", periods=12, freq="MS")
    >>> draws = pd.DataFrame({"region": "N", "period": year[3:], "draw": 0, "value": 10.0})
    >>> sales = pd.DataFrame({"region": "N", "period": year[:3], "value": 7.0})
    >>> sold = Panel.of(sales, by=["region"])
    >>> table, through, unsold = year_in_progress(draws, ["region"], year, sold)
    >>> table["value"].tolist(), through, unsold
    ([111.0], '2025-03-01', ())
    """
    if sold is None:
        return year_of_draws(table, by, months), "", ()
    periods = dates_of(table["period"], name="draws")
    if months is None:
        raise refusal("stand beside closed months; which year is meant is not said")
    year = twelve_of(periods, months)
    closed = year[year < periods.min()]
    _check_meeting(periods, year, sold)
    if not len(closed):
        return year_of_draws(table, by, months), "", ()
    drawn = summed(table, by, year[len(closed) :])
    levels = [level for level in by if level in drawn.columns]
    units = drawn[levels].drop_duplicates(ignore_index=True) if levels else drawn[[]].head(1)
    fixed, n_months = _sold_by(units, levels, sold, closed)
    short = units[n_months < len(closed)].reindex(columns=list(by), fill_value="")
    unsold = tuple(tuple(map(str, names)) for names in short.to_numpy().tolist())
    if levels:
        fixed_of = units.assign(fixed=fixed)
        fixed = drawn[levels].merge(fixed_of, on=levels, how="left")["fixed"].to_numpy()
    return drawn.assign(value=drawn["value"] + fixed), str(closed[-1].date()), unsold


def _check_meeting(periods: pd.Series, year: pd.DatetimeIndex, sold: Panel) -> None:
    """Refuse draws that lack an open month, or that begin elsewhere than the sales end."""
    open_months = year[year >= periods.min()]
    lost = open_months[~open_months.isin(pd.DatetimeIndex(periods.unique()))]
    if len(lost) or not len(open_months):
        least = f", such as {month(lost[0])}" if len(lost) else ": it is over"
        raise refusal(f"lack {len(lost) or 12} of the open months of the year{least}")
    first = periods.min()
    if (first > year[0] or sold.closed_through >= first) and (
        first != sold.closed_through + pd.DateOffset(months=1)
    ):
        raise ContractError(
            f"The draws begin with {month(first)}, the sales are closed through "
            f"{month(sold.closed_through)}.",
            where="forecast and sold",
            fix="draw from the same day's sales: data.at(...).panel(...) for both",
            code="bad-choice",
        )


def _sold_by(
    units: pd.DataFrame, levels: list[str], sold: Panel, closed: pd.DatetimeIndex
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Return what each unit sold in the closed months, and in how many of them it has a line.

    A unit's empty levels are all names.
    """
    rows = sold.frame[sold.frame["period"].isin(closed)]
    named = (units[levels] != "").to_numpy()
    out, n_months = np.zeros(len(units)), np.zeros(len(units), dtype="int64")
    for pattern in np.unique(named, axis=0):
        keys = [level for level, on in zip(levels, pattern, strict=True) if on]
        require_columns(rows, keys, name="sold")
        at = (named == pattern).all(axis=1)
        if keys:
            of = rows.groupby(keys)
            sums = of.agg(value=("value", "sum"), n=("period", "nunique")).reset_index()
            found = units.loc[at, keys].merge(sums, on=keys, how="left").fillna(0.0)
            out[at], n_months[at] = found["value"].to_numpy(), found["n"].to_numpy("int64")
        else:
            out[at], n_months[at] = rows["value"].sum(), rows["period"].nunique()
    return out, n_months


def no_draws(source: Any) -> NoReturn:
    """Refuse closed months beside what is no table of draws by month."""
    raise ContractError(
        f"sold goes before draws by month; forecast is a {type(source).__name__} without them.",
        where="forecast and sold",
        fix="leave sold out: a forecast knows its closed months, and a table of a year has them in",
        code="bad-choice",
    )
