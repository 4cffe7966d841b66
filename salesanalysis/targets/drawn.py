"""What a forecast knows of a year, read from itself or from its table of draws."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from salesanalysis.dates import dates_of
from salesanalysis.errors import ContractError, require_unique
from salesanalysis.labels import month
from salesanalysis.periods import month_range, month_start


def outcomes_of(source: Any, year: int | None, **more: int) -> pd.DataFrame:
    """Return the table of a forecast's quantiles, of its draws, or the table itself."""
    if isinstance(source, pd.DataFrame):
        return source
    if callable(getattr(source, "quantiles", None)):
        table: pd.DataFrame = source.quantiles(year=year, **more)
    else:
        table = source.to_frame()
    return table


def unit_rows(table: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Return the rows of a forecast's table that name levels of `by` and none below them.

    A forecast by region and product also has rows of whole regions; where it has none, and in
    tables without ``level`` and ``node``, all rows are returned.

    Examples
    --------
    >>> table = pd.DataFrame({"level": ["region", "product"], "region": "N",
    ...     "product": ["", "Oil"], "node": ["N", "N / Oil"], "landing": [5.0, 3.0]})
    >>> unit_rows(table, ["region"])["landing"].tolist()
    [5.0]
    """
    names = list(table.columns)
    if "level" not in names or "node" not in names:
        return table
    others = [c for c in names[names.index("level") + 1 : names.index("node")] if c not in by]
    named = table[names[names.index("level") + 1 : names.index("node")]].astype("object")
    named = named.fillna("") != ""
    own = ~named[others].any(axis=1)
    whole = own & named[[level for level in by if level in named]].all(axis=1)
    return table[own] if whole.any() else table


def year_of_draws(
    table: pd.DataFrame, by: Sequence[str], months: Sequence[Any] | None
) -> pd.DataFrame:
    """Sum draws by month over a year; draws hold open months only, so it must lie ahead.

    Parameters
    ----------
    table : DataFrame
        Level columns, ``period``, ``draw``, ``value`` (currency).
    by : sequence of str
    months : sequence of dates, optional
        The twelve of the year; without them the draws must hold twelve in a row and no more.

    Raises
    ------
    ContractError
        Draws that lack a month of the year, or name one twice.

    Examples
    --------
    >>> months = pd.date_range("2025-01-01", periods=12, freq="MS")
    >>> draws = pd.DataFrame({"region": "N", "period": months, "draw": 0, "value": 10.0})
    >>> year_of_draws(draws, ["region"], None).to_numpy().tolist()
    [['N', 0, 120.0]]
    """
    periods = dates_of(table["period"], name="draws")
    year = twelve_of(periods, months)
    absent = year[~year.isin(pd.DatetimeIndex(periods.unique()))]
    if len(absent):
        raise refusal(
            f"lack {len(absent)} of the 12 months of the year, such as {month(absent[0])}; they "
            "hold open months only"
        )
    if months is None and periods.nunique() > len(year):
        raise refusal(f"run over {periods.nunique()} months; which year is meant is not said")
    return summed(table, by, year)


def twelve_of(periods: pd.Series, months: Sequence[Any] | None) -> pd.DatetimeIndex:
    """Return the twelve months of a year, from the first period where none are given."""
    first = periods.min() if months is None else month_start(months[0])
    return month_range(first, first + pd.DateOffset(months=11))


def summed(table: pd.DataFrame, by: Sequence[str], months: pd.DatetimeIndex) -> pd.DataFrame:
    """Sum draws over those of the months they have: levels, ``node``, ``draw``, ``value``."""
    periods = dates_of(table["period"], name="draws")
    keys = [level for level in by if level in table.columns]
    keys += ["node"] if "node" in table.columns else []
    rows = table.assign(period=periods)[periods.isin(months).to_numpy()]
    rows[keys] = rows[keys].astype("object").fillna("").astype("str")
    cell = [*keys, "period", "draw"]
    require_unique(rows, cell, name="forecast", what="are the same draw of one unit")
    # one order of adding, whatever the order of the rows: the last bit stays the same
    rows = rows.sort_values(cell, kind="stable")
    return rows.groupby([*keys, "draw"], as_index=False)["value"].sum()


def refusal(said: str) -> ContractError:
    """Return the error of draws that do not make a year."""
    return ContractError(
        f"The draws {said}.",
        where="forecast, column 'period'",
        fix="pass the forecast itself, which knows the closed months too, or draws of a year that "
        "lies ahead: forecast.draws(year=...), or sold= with the closed months",
        code="bad-choice",
    )
