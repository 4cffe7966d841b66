"""By how much the market, or the number of working days, grew for each item."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError, require_columns
from salesanalysis.periods import working_days
from salesanalysis.variance.cells import figures
from salesanalysis.variance.sides.calendar import month_codes, stamp, written
from salesanalysis.variance.tables import Floats

#: (total in base, total in actual), or one row per group (and month) with these two columns
Market: TypeAlias = tuple[float, float] | pd.DataFrame
SIDES = ("base", "actual")


@dataclass(frozen=True, eq=False)
class Growth:
    """What each cell's market did.

    Attributes
    ----------
    group : array of int, shape (n,)
        Group of the market each cell belongs to.
    growth : array, shape (n,)
        0.1 for 10 %.
    """

    group: npt.NDArray[np.int64]
    growth: Floats


def market_growth(
    cells: pd.DataFrame,
    keys: Sequence[str],
    market: Market | None,
    windows: Sequence[tuple[int, int] | None] = (None, None),
    *,
    name: str = "market",
) -> Growth:
    """Return the market group of each cell, and by how much that market grew.

    Parameters
    ----------
    cells : DataFrame, n rows
        `keys`.
    market : pair, DataFrame or None
        Totals of base and actual; or a table of group columns, ``base`` and ``actual``; or one
        by month: group columns, ``period`` and either ``base, actual`` or ``market``, summed
        over the months of `windows`.
    windows : pair of (first, last)
        Months of base and actual since 1970, for a market by month.
    name : str
        How the table is called in messages.

    Raises
    ------
    ContractError
        A market of 0, empty or missing in a month, at another grain, a group twice.
    """
    n = len(cells)
    if market is None:
        return Growth(np.zeros(n, dtype="int64"), np.zeros(n))
    if not isinstance(market, pd.DataFrame):
        before, after = market
        frame = pd.DataFrame({"base": [float(before)], "actual": [float(after)]})
        _above_0(frame, name)
        return Growth(np.zeros(n, dtype="int64"), np.full(n, _growth(frame).iloc[0]))
    groups = group_columns(market)
    frame = _summed(market, groups, windows, name) if "period" in market.columns else market
    _fits(frame, groups, keys, name)
    frame = frame.reset_index(drop=True)
    _above_0(frame, name)
    if not groups:
        return Growth(np.zeros(n, dtype="int64"), np.full(n, _growth(frame).iloc[0]))
    return _joined(cells, frame, groups, name)


def day_growth(
    cells: pd.DataFrame,
    keys: Sequence[str],
    calendar: Market | None,
    windows: Sequence[tuple[int, int] | None],
) -> Growth:
    """Return by how much working days grew for each cell.

    Parameters
    ----------
    calendar : pair, DataFrame or None
        Days of base and actual, a table of groups, or one row per day with ``date`` and
        ``is_workday``: then the days of both windows are counted.
    """
    if isinstance(calendar, pd.DataFrame) and {"date", "is_workday"} <= set(calendar.columns):
        calendar = _counted(calendar, windows)
    return market_growth(cells, keys, calendar, windows, name="calendar")


def group_columns(market: Market | None) -> list[str]:
    """Return the columns a market is given by."""
    if not isinstance(market, pd.DataFrame):
        return []
    return [c for c in market.columns if c not in (*SIDES, "period", "market")]


def _counted(
    calendar: pd.DataFrame, windows: Sequence[tuple[int, int] | None]
) -> tuple[float, float]:
    """Count the working days of both windows."""
    if None in windows:
        raise ContractError(
            "A calendar of days needs the months of base and actual.",
            where="explain(calendar=...)",
            fix="keep the column of months in both tables, or give days as (base, actual)",
            code="missing-column",
        )
    days = [
        float(working_days([stamp(c) for c in range(w[0], w[1] + 1)], calendar).sum())
        for w in windows
        if w is not None
    ]
    return days[0], days[1]


def _summed(
    market: pd.DataFrame, groups: list[str], windows: Sequence[tuple[int, int] | None], name: str
) -> pd.DataFrame:
    """Sum a market by month over both windows, refusing months without one."""
    columns = ["market", "market"] if "market" in market.columns else list(SIDES)
    require_columns(market, columns, name=name)
    if None in windows:
        raise ContractError(
            f"A {name} by month needs the months of base and actual.",
            where=f"explain({name}=...)",
            fix=f"keep the column of months in both tables, or sum the {name} first",
            code="missing-column",
        )
    codes = month_codes(market, "period", name)
    sides = []
    for window, column, side in zip(windows, columns, SIDES, strict=True):
        first, last = window or (0, 0)
        inside = (codes >= first) & (codes <= last)
        if columns[0] == "base" and side == "base":
            # base and actual stand beside each other, by the months of the actual figures
            first, last = windows[1] or (0, 0)
            inside = (codes >= first) & (codes <= last)
        rows = market[inside].assign(_code=codes[inside])
        _every_month(rows, groups, (first, last), column, name)
        sides.append(_by_group(rows, groups, column).rename(columns={column: side}))
    if not groups:
        return pd.concat(sides, axis=1)
    return sides[0].merge(sides[1], on=groups, how="outer")


def _by_group(rows: pd.DataFrame, groups: list[str], column: str) -> pd.DataFrame:
    if groups:
        return rows.groupby(groups, as_index=False, observed=True)[[column]].sum()
    return pd.DataFrame({column: [float(rows[column].sum())]})


def _every_month(
    rows: pd.DataFrame, groups: list[str], window: tuple[int, int], column: str, name: str
) -> None:
    """Refuse a month in which the market is 0, empty or not there at all."""
    values = figures(rows, column, name) if rows[column].notna().all() else None
    bad = rows[~(rows[column] > 0)] if values is None or (values <= 0).any() else rows.iloc[:0]
    n_groups = max(len(rows[groups].drop_duplicates()), 1) if groups else 1
    counted = rows.groupby("_code").size().reindex(range(window[0], window[1] + 1), fill_value=0)
    short = counted[counted != n_groups]
    if not len(bad) and not len(short):
        return
    code = int(bad["_code"].min()) if len(bad) else int(short.index[0])
    what = "is 0, negative or empty" if len(bad) else "is missing"
    what = "stands twice" if not len(bad) and short.iloc[0] > n_groups else what
    raise ContractError(
        f"The {name} of {written(code, code)} {what}.",
        where=f"{name}[{column!r}], months {written(*window)}",
        fix="give every month of both windows one figure above 0",
        rows=bad.drop(columns="_code") if len(bad) else None,
    )


def _joined(cells: pd.DataFrame, frame: pd.DataFrame, groups: list[str], name: str) -> Growth:
    """Find the group of each cell."""
    joined = cells[groups].merge(
        frame.assign(_code=range(len(frame)), _growth=_growth(frame)), on=groups, how="left"
    )
    missing = joined[joined["_code"].isna()].drop_duplicates()
    if len(missing):
        first = missing[groups].iloc[0].tolist()
        raise ContractError(
            f"{name} has no row for {len(missing)} of the groups sold, first {first}.",
            where=f"{name} by {groups}, see .rows",
            fix=f"add the {name} of these groups, or give one total as {name}=(base, actual)",
            code="empty-table",
            rows=missing[groups],
        )
    return Growth(
        joined["_code"].to_numpy(dtype="int64"), joined["_growth"].to_numpy(dtype="float64")
    )


def _growth(frame: pd.DataFrame) -> pd.Series:
    growth: pd.Series = (frame["actual"] - frame["base"]) / frame["base"]
    return growth


def _fits(frame: pd.DataFrame, groups: list[str], keys: Sequence[str], name: str) -> None:
    """Refuse a market that is not given at a grain of the comparison, or twice."""
    require_columns(frame, list(SIDES), name=name)
    strange = [c for c in groups if c not in keys]
    if strange or (not groups and len(frame) != 1):
        raise ContractError(
            f"{name} is given by {groups}, the comparison by {list(keys)}.",
            where=f"explain({name}=...)",
            fix=f"give the {name} by columns of the comparison, or one total as (base, actual)",
            code="bad-choice",
        )
    twice = frame[frame.duplicated(groups, keep=False)] if groups else frame.iloc[:0]
    if len(twice):
        raise ContractError(
            f"{len(twice)} rows of {name} share a group.",
            where=f"{name} by {groups}, see .rows",
            fix="sum them first",
            code="duplicate-key",
            rows=twice,
        )


def _above_0(frame: pd.DataFrame, name: str) -> None:
    """Refuse a market of 0: nothing could be a share of it."""
    sizes = np.column_stack([figures(frame, column, name) for column in SIDES])
    bad = frame[~(sizes > 0).all(axis=1)]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(frame)} {name}s are 0 or negative.",
            where=f"{name} rows {bad.index[:3].tolist()}, see .rows",
            fix=f"give the {name} in units, or as an index such as 100 and 104",
            rows=bad,
        )
