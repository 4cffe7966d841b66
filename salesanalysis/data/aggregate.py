"""Sums pushed down to the engine: order lines stay where they are, months come back."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.data.engine import fetch
from salesanalysis.data.kinds import LEVELS
from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.periods import month_start

#: A price is no amount: its sum means nothing.
_NOT_SUMMED = ("unit_price",)
MEASURES = ("revenue", "quantity", "cost")


def monthly(
    table: Any, by: Sequence[str], value: str, until: pd.Timestamp, where: Mapping[str, Any]
) -> Any:
    """Return the Ibis expression of the sums per node and month, to the end of month `until`.

    Amounts are summed as DECIMAL; ``n_empty`` counts lines without a value.
    """
    seen = filtered(table, where).filter(lambda t: t["date"] < _day_after(until))
    dated = seen.mutate(period=seen["date"].truncate("M"))
    return dated.group_by([*by, "period"]).aggregate(
        value=dated[value].sum(), n_empty=dated.count() - dated[value].count()
    )


def window(
    table: Any,
    by: Sequence[str],
    values: Sequence[str],
    months: tuple[pd.Timestamp, pd.Timestamp],
    where: Mapping[str, Any],
    *,
    split_returns: bool = False,
) -> Any:
    """Return the Ibis expression of sums per node over whole months, both ends included."""
    first, last = months
    seen = filtered(table, where).filter(
        lambda t: (t["date"] >= first.date()) & (t["date"] < _day_after(last))
    )
    keys = list(by)
    if split_returns:
        seen = seen.mutate(is_return=_is_return(seen))
        keys.append("is_return")
    sums = {v: seen[v].sum() for v in values}
    return seen.group_by(keys).aggregate(**sums) if keys else seen.aggregate(**sums)


def _is_return(table: Any) -> Any:
    """Return whether a line is a return: marked so, or with negative units or money."""
    back = table["revenue"] < 0
    if "quantity" in table.columns:
        back = back | (table["quantity"] < 0).fill_null(False)  # noqa: FBT003
    if "is_return" in table.columns:
        back = back | table["is_return"].fill_null(False)  # noqa: FBT003
    return back


def _day_after(month: pd.Timestamp) -> Any:
    """Return the first day that no longer belongs to `month`."""
    return (month_start(month) + pd.DateOffset(months=1)).date()


def filtered(table: Any, where: Mapping[str, Any]) -> Any:
    """Keep the rows whose columns have these values."""
    for column, wanted in where.items():
        values = [wanted] if isinstance(wanted, str) else list(wanted)
        table = table.filter(table[column].isin(values))
    return table


def require_levels(table: Any, by: Sequence[str]) -> list[str]:
    """Return `by` as a list, or refuse a column that is not there or names no node.

    Raises
    ------
    ContractError
    """
    wanted = [by] if isinstance(by, str) else list(by)
    texts = [c for c, t in table.schema().items() if t.is_string()]
    levels = [c for c in LEVELS if c in texts] + [c for c in texts if c not in LEVELS]
    for column in wanted:
        if column not in texts:
            raise unknown_name(column, levels, kind="level", where="by=...", error=ContractError)
    if len(set(wanted)) != len(wanted):
        raise ContractError(
            f"by names a level twice: {wanted}.",
            where="by=...",
            fix="name each level once",
            code="bad-choice",
        )
    return wanted


def require_value(table: Any, value: str) -> str:
    """Return `value`, or refuse one that is not there or cannot be summed."""
    known = [c for c, t in table.schema().items() if t.is_decimal() and c not in _NOT_SUMMED]
    if value not in known:
        raise unknown_name(value, known, kind="value", where="value=...", error=ContractError)
    return value


def require_where(con: Any, table: Any, where: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return `where`, or refuse a column or a value that is not there, with the nearest."""
    chosen = dict(where or {})
    for column, wanted in chosen.items():
        require_levels(table, [column])
        known = fetch(con, table.select(column).distinct().order_by(column))[column].tolist()
        for value in [wanted] if isinstance(wanted, str) else list(wanted):
            if value not in known:
                raise unknown_name(
                    value,
                    known,
                    kind=column,
                    where=f"where={{{column!r}: ...}}",
                    error=ContractError,
                )
    return chosen


def require_complete(sums: pd.DataFrame, value: str) -> None:
    """Refuse sums that leave out lines without a value."""
    n_empty = int(sums["n_empty"].sum())
    if n_empty:
        raise ContractError(
            f"{n_empty:,} lines have no {value!r}, so its sum would be too small.",
            where=f"panel(value={value!r}); months in .rows",
            fix="map the column that is filled, or leave these lines out with where=",
            rows=sums[sums["n_empty"] > 0],
        )


def fill_months(sums: pd.DataFrame, by: Sequence[str], until: pd.Timestamp) -> pd.DataFrame:
    """Give every node each month from its first line to `until`; a month without lines is 0.

    Examples
    --------
    >>> sums = pd.DataFrame({"region": ["N"], "period": pd.to_datetime(["2024-01-01"]),
    ...                      "value": [5.0]})
    >>> fill_months(sums, ["region"], pd.Timestamp("2024-03-01"))["value"].tolist()
    [5.0, 0.0, 0.0]
    """
    number = sums["period"].dt.year * 12 + sums["period"].dt.month - 1
    keyed = sums.assign(_month=number.astype("int64"))
    first = (
        keyed.groupby(list(by), as_index=False, dropna=False)["_month"].min()
        if by
        else keyed[["_month"]].min().to_frame().T
    )
    n_months = (until.year * 12 + until.month - first["_month"]).to_numpy()
    full = first.loc[np.repeat(first.index, n_months)].reset_index(drop=True)
    starts = np.repeat(np.cumsum(n_months) - n_months, n_months)
    full["_month"] += np.arange(len(full)) - starts
    keys = [*by, "_month"]
    joined = full.merge(keyed[[*keys, "value"]], on=keys, how="left", validate="one_to_one")
    month = joined.pop("_month")
    joined["period"] = pd.to_datetime(
        pd.DataFrame({"year": month // 12, "month": month % 12 + 1, "day": 1})
    ).astype("datetime64[us]")
    joined["value"] = joined["value"].fillna(0.0)
    return joined[[*by, "period", "value"]]
