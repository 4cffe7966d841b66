"""Months as whole numbers, found in the columns of a table."""

import re
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError, require_columns

Months = npt.NDArray[np.int64]
#: Columns that hold the month of a row where none is named.
NAMES = ("period", "month", "date", "order_date")
#: How months and days are written in files: 2024-03, 2024-03-31 (and a time), 202403, 20240331.
_WRITTEN = re.compile(r"(19|20)\d\d(-?)(0[1-9]|1[0-2])(\2(0[1-9]|[12]\d|3[01])([ T].*)?)?")


def month_column(frame: pd.DataFrame, wanted: str | None, name: str) -> str | None:
    """Return the column of dates of a table: the one named, or the first that is known."""
    if wanted is not None:
        require_columns(frame, [wanted], name=name)
        return wanted
    for column in NAMES:
        if column in frame.columns and _holds_dates(frame[column]):
            return column
    return None


def _holds_dates(column: pd.Series) -> bool:
    """Tell whether a column holds dates, or months and days written as text or whole numbers."""
    if column.dtype.kind == "M":
        return True
    told = column.dropna().head(3)
    if not len(told) or column.dtype.kind in "fbc":
        return False
    return all(_WRITTEN.fullmatch(str(one)) for one in told)


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
            values = pd.to_datetime(_dashed(values.astype("str")), format="ISO8601")
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


def _dashed(text: pd.Series) -> pd.Series:
    """Write 202403 as 2024-03; days without dashes are read as they are."""
    return text.str.replace(r"^(\d{4})(\d{2})$", r"\1-\2", regex=True)


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
