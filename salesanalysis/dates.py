"""Months as tables hold them: dates of any kind, periods, text, Chinese text."""

import re
import warnings
from typing import Any

import pandas as pd

from salesanalysis.errors import ContractError

_CHINESE = re.compile(r"(\d{4})年(\d{1,2})月(?:(\d{1,2})日)?")


def plain_date(when: Any) -> Any:
    """Return a period as its first day and a Chinese date as ISO text; whatever else as it is.

    Examples
    --------
    >>> plain_date("2024年3月"), plain_date("2024年3月31日"), plain_date(pd.Period("2024-03"))
    ('2024-03', '2024-03-31', Timestamp('2024-03-01 00:00:00'))
    """
    if isinstance(when, pd.Period):
        return when.start_time
    found = _CHINESE.fullmatch(when.strip()) if isinstance(when, str) else None
    return "-".join(part.zfill(2) for part in found.groups() if part) if found else when


def plain_dates(column: pd.Series) -> pd.Series:
    """Return a column whose cells are `plain_date`; the column itself where nothing changes.

    Examples
    --------
    >>> plain_dates(pd.Series(["2024年3月", "2024-04-01"])).tolist()
    ['2024-03', '2024-04-01']
    """
    if isinstance(column.dtype, pd.PeriodDtype):
        return column.dt.to_timestamp()
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(column.cat.categories.dtype)
    if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column):
        return column
    cells = column.map(plain_date, na_action="ignore")
    return column if cells.equals(column) else cells


def dates_of(column: pd.Series, *, name: str = "panel") -> pd.Series:
    """Read periods as dates, or refuse what is none; of a time zone the day it writes counts.

    Parameters
    ----------
    column : Series
        Dates of any resolution, monthly periods, ISO text such as ``2024-03``, or 2024年3月.
    name : str
        Of the table, for the refusal.

    Returns
    -------
    Series of datetime64[us]

    Raises
    ------
    ContractError
        Cells that are no dates, numbers among them: pandas would read 202403 as nanoseconds.

    Examples
    --------
    >>> dates_of(pd.Series(["2024-03", "2024年4月"])).dt.strftime("%Y-%m-%d").tolist()
    ['2024-03-01', '2024-04-01']
    """
    given = plain_dates(column)
    plain = given.mask([pd.api.types.is_numeric_dtype(given)] * len(given))
    try:
        if len(plain) and plain.isna().all():
            raise ValueError(column.dtype)
        with warnings.catch_warnings():
            # pandas 2 warns of mixed zones and gives objects, which have no days; 3 raises
            warnings.simplefilter("ignore", FutureWarning)
            dates: pd.Series = pd.to_datetime(plain, format="ISO8601")
        return dates.dt.tz_localize(None).astype("datetime64[us]")
    except (ValueError, TypeError, AttributeError):
        read = pd.to_datetime(plain, format="ISO8601", errors="coerce", utc=True)
        # where each is a date, zones differ between the rows: none is the right one
        bad = column if read.notna().all() else column[read.isna()]
        raise ContractError(
            f"{len(bad)} of {len(column)} periods of {name} are no dates, such as "
            f"{bad.iloc[:1].tolist()[0]!r}.",
            where=f"first rows {bad.index[:3].tolist()}, see .rows",
            fix='write month starts such as "2024-03-01"; the numbers of 202403 are read by '
            'pd.to_datetime(column.astype("str"), format="%Y%m")'
            if pd.api.types.is_integer_dtype(column)
            else 'write month starts such as "2024-03-01"',
            rows=bad.to_frame(),
        ) from None
