"""Windows of months before the actual figures that these can be compared with."""

import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.variance.sides.calendar import Months, code_of, month_codes, month_column

#: Earlier windows that can be a base; of equally good ones the first is the better.
EARLIER = ("last_year", "last_quarter", "last_period")
Window = tuple[int, int]


def dated(sales: pd.DataFrame, column: str | None) -> tuple[str, Months]:
    """Return the column of dates of a table of sales, and the month of each row."""
    dates = month_column(sales, column, "sales")
    if dates is None:
        raise ContractError(
            "sales has no column of dates.",
            where=f"sales columns are {[str(c) for c in sales.columns]}",
            fix='keep it, or name it: column="order_date"',
            code="missing-column",
        )
    return dates, month_codes(sales, dates, "sales")


def window_of(period: object, call: str) -> Window:
    """Return first and last month of one month or a pair."""
    pair = period if isinstance(period, (tuple, list)) else (period, period)
    try:
        first, last = (code_of(when) for when in pair)
    except (TypeError, ValueError):
        first, last = 1, 0
    if first > last:
        raise ContractError(
            f"period cannot be {period!r}.",
            where=f"{call}(period=...)",
            fix='give one month or two, first before last, such as ("2024-01", "2024-03")',
            code="bad-choice",
        )
    return first, last


def before(window: Window, kind: str, call: str) -> Window:
    """Return the window of a kind before this one.

    Examples
    --------
    >>> before((14, 14), "last_year", ""), before((14, 14), "last_quarter", "")
    ((2, 2), (11, 11))
    >>> before((12, 14), "last_period", "")
    (9, 11)
    """
    months = window[1] - window[0] + 1
    if kind == "last_quarter" and not fits(kind, months):
        raise ContractError(
            f"last_quarter is the same months 3 months earlier, but period has {months} months.",
            where=f"{call}(period=...)",
            fix='compare at most 3 months, or take "last_period" or "last_year"',
            code="bad-choice",
        )
    back = {"last_year": 12, "last_quarter": 3, "last_period": months}[kind]
    return window[0] - back, window[1] - back


def fits(kind: str, months: int) -> bool:
    """Tell whether a window of so many months ends before it would begin again."""
    return months <= {"last_year": 12, "last_quarter": 3}.get(kind, months)
