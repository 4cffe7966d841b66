"""A panel of quarters, for companies whose figures come four times a year."""

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.panel import Panel
from salesanalysis.periods import month_start

#: Rhythms a plain table may have, with the months of a period.
RHYTHMS = {"M": 1, "Q": 3}


@dataclass(frozen=True, eq=False)
class Quarters(Panel):
    """A long table of one value per node and quarter; ``period`` is the quarter's first month.

    Attributes
    ----------
    closed_through : Timestamp
        First month of the last quarter that is over.

    Examples
    --------
    >>> dates = pd.to_datetime(["2024-01-01", "2024-04-01"])
    >>> sales = pd.DataFrame({"region": "N", "period": dates, "value": [1.0, 2.0]})
    >>> Quarters.of(sales, by=["region"]).months().month.tolist()
    [1, 4]
    """

    step: ClassVar[int] = 3


def written(column: pd.Series) -> pd.Series:
    """Return periods and texts such as ``2024Q1`` or ``2024-Q1`` as dates; others as they are."""
    if isinstance(column.dtype, pd.PeriodDtype):
        return column.dt.to_timestamp()
    texts = column.astype("str")
    if not texts.str.fullmatch(r"\d{4}-?Q[1-4]").all():
        return column
    month = 3 * texts.str[-1].astype("int64") - 2
    return pd.to_datetime({"year": texts.str[:4].astype("int64"), "month": month, "day": 1})


def starts(periods: pd.Series) -> pd.Series:
    """Return the first month of each quarter, dates written as its first or its last month.

    Raises
    ------
    ContractError
        Months of two rhythms, such as January and February.
    """
    month = periods.dt.year * 12 + periods.dt.month - 1
    rhythm = month % RHYTHMS["Q"]
    if not (rhythm == rhythm.iloc[0]).all():
        odd = periods[rhythm != rhythm.mode().iloc[0]]
        raise ContractError(
            f"{len(odd)} of {len(periods)} periods do not lie whole quarters from the others, "
            f"such as {odd.iloc[0]:%Y-%m}.",
            where='forecast.panel(freq="Q")',
            fix="date every quarter by its first month, or every one by its last",
            rows=odd.to_frame(),
        )
    # ends in March, June, September, December, or of a fiscal quarter: dated by a last day
    ends = bool(periods.dt.is_month_end.all())
    first = periods.dt.to_period("M") - (2 if ends else 0)
    return first.dt.to_timestamp().astype("datetime64[us]")


def quarter_of(when: object, first: pd.Timestamp) -> pd.Timestamp:
    """Return the first month of the quarter `when` lies in, counted from the quarter `first`."""
    month = month_start(when)
    away = (month.year - first.year) * 12 + month.month - first.month
    return first + pd.DateOffset(months=away - away % RHYTHMS["Q"])
