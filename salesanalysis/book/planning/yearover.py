"""A plan for a year that is mostly over: where to look from to plan the year ahead."""

import pandas as pd

from salesanalysis.labels import count, day, label, month
from salesanalysis.periods import FiscalCalendar, closed_through

#: Closed months from which on a plan is taken for one of the year ahead, looked at too early.
MONTHS = 10


def year_over_line(
    calendar: FiscalCalendar, as_of: pd.Timestamp, last: pd.Timestamp, lang: str
) -> str:
    """Say how much of the plan year is over and where the next begins; empty early in the year.

    Parameters
    ----------
    calendar : FiscalCalendar
    as_of : Timestamp, the evening the data are looked at from
    last : Timestamp, day of the last line; the year ahead opens when its data reach the year's end
    lang : str, "en" or "zh"

    Examples
    --------
    >>> evening = pd.Timestamp("2023-12-31")
    >>> year_over_line(FiscalCalendar(), evening, evening, "en")
    '12 of 12 months of 2023 are over on 31 Dec 2023: for targets of 2024 add --as-of 2024-01-01.'
    >>> year_over_line(FiscalCalendar(), pd.Timestamp("2024-01-01"), evening, "en")
    ''
    """
    year = calendar.year_of(as_of)
    n_over = int((calendar.months(year) <= closed_through(as_of)).sum())
    if n_over < MONTHS:
        return ""
    ahead = calendar.months(year + 1)[0]
    can = closed_through(ahead) <= last
    return label(
        "year_over.line" if can else "year_over.later",
        lang,
        n=count(n_over),
        year=calendar.name(year),
        day=day(as_of, lang),
        ahead=calendar.name(year + 1),
        option=f"--as-of {ahead:%Y-%m-%d}",
        month=month(closed_through(ahead), lang),
    )
