"""Forecasts cut to the closed months, as actual and target are."""

from collections.abc import Sequence

import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.periods import month_start
from salesanalysis.variance.sides.calendar import code_of, month_codes, month_column


def closed_part(
    frame: pd.DataFrame, name: str, closed_through: object, period: str | None, call: str
) -> pd.DataFrame:
    """Return the rows of closed months; all of them where nothing is said about closing."""
    if closed_through is None:
        return frame
    column = month_column(frame, period, name)
    if column is None:
        raise ContractError(
            f"closed_through= needs the month of each row; there is no column of dates in {name}.",
            where=f"{call}(period=...)",
            fix='keep the column of months, or name it: period="month"',
            code="missing-column",
        )
    late = month_codes(frame, column, name) > code_of(closed_through)
    return frame[~late] if late.any() else frame


def closed_window(window: Sequence[object], closed_through: object) -> list[pd.Timestamp]:
    """Return first and last month compared, not beyond the last closed one."""
    months = [month_start(month) for month in window]
    if closed_through is None or not months:
        return months
    return [*months[:-1], min(months[-1], month_start(closed_through))]


def whole_interval(n_cut: int, interval: object, call: str) -> None:
    """Refuse the interval of a total of which months were left out."""
    if n_cut and interval:
        raise ContractError(
            "The interval is that of all months, and months that are not closed were left out.",
            where=f"{call}(interval=..., closed_through=...)",
            fix="give the interval of the closed months, or leave it out",
            code="bad-choice",
        )
