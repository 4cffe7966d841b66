"""Months as whole numbers, found in the columns of a table."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError, require_columns

Months = npt.NDArray[np.int64]
#: Columns that hold the month of a row where none is named.
NAMES = ("period", "month", "date", "order_date")


def month_column(frame: pd.DataFrame, wanted: str | None, name: str) -> str | None:
    """Return the column of dates of a table: the one named, or the first that is known."""
    if wanted is not None:
        require_columns(frame, [wanted], name=name)
        return wanted
    for column in NAMES:
        if column in frame.columns and frame[column].dtype.kind == "M":
            return column
    return None


def month_codes(frame: pd.DataFrame, column: str, name: str) -> Months:
    """Return the month of each row as months since January 1970.

    Examples
    --------
    >>> month_codes(pd.DataFrame({"period": ["1970-03"]}), "period", "base").tolist()
    [2]
    """
    require_columns(frame, [column], name=name)
    values = frame[column]
    if values.dtype.kind != "M":
        try:
            values = pd.to_datetime(values.astype("str"), format="ISO8601")
        except (ValueError, TypeError):
            raise ContractError(
                f"{column!r} of {name} holds no dates.",
                where=f"{name}[{column!r}], first {values.iloc[0]!r}",
                fix="write days as 2024-03-31 or months as 2024-03",
            ) from None
    empty = values.isna()
    if empty.any():
        raise ContractError(
            f"{int(empty.sum())} of {len(frame)} rows of {name} have no {column!r}.",
            where=f"first rows {frame.index[empty][:3].tolist()}, see .rows",
            fix="give every row its month",
            rows=frame[empty],
        )
    codes: Months = values.to_numpy(dtype="datetime64[M]").astype("int64")
    return codes


def stamp(code: int) -> pd.Timestamp:
    """Return the first day of a month.

    Examples
    --------
    >>> stamp(2)
    Timestamp('1970-03-01 00:00:00')
    """
    return pd.Timestamp(year=1970 + code // 12, month=code % 12 + 1, day=1).as_unit("us")


def written(first: int, last: int) -> str:
    """Write a window for a message.

    Examples
    --------
    >>> written(0, 2), written(2, 2)
    ('1970-01 to 1970-03', '1970-03')
    """
    ends = [f"{stamp(code):%Y-%m}" for code in (first, last)]
    return ends[0] if first == last else " to ".join(ends)


def code_of(when: Any) -> int:
    """Return the month of a date as months since January 1970."""
    day = pd.Timestamp(when)
    return int(day.year - 1970) * 12 + int(day.month) - 1
