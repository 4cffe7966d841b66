"""The months a review covers, and how they are called."""

import pandas as pd

from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.labels import label, month
from salesanalysis.periods import FiscalCalendar, month_start

SPANS = ("ytd", "quarter", "month", "year")


def span_months(period: object, span: str, calendar: FiscalCalendar) -> pd.DatetimeIndex:
    """Return the month starts of the span that `period` lies in.

    Examples
    --------
    >>> months = span_months("2024-03-31", "ytd", FiscalCalendar())
    >>> [m.strftime("%Y-%m") for m in months]
    ['2024-01', '2024-02', '2024-03']
    """
    if span not in SPANS:
        raise unknown_name(span, SPANS, kind="span", where="review(span=...)", error=ContractError)
    last = month_start(period)
    year = calendar.months(calendar.year_of(last))
    if span == "year":
        return year
    if span == "quarter":
        return calendar.quarter_months(last)
    return year[year <= last] if span == "ytd" else pd.DatetimeIndex([last]).as_unit("us")


def span_text(first: pd.Timestamp, last: pd.Timestamp, calendar: FiscalCalendar, lang: str) -> str:
    """Write a run of months: a year, a quarter, a month, or from one month to another.

    Examples
    --------
    >>> jan, mar = pd.Timestamp("2024-01-01"), pd.Timestamp("2024-03-01")
    >>> span_text(jan, mar, FiscalCalendar(), "en"), span_text(jan, mar, FiscalCalendar(), "zh")
    ('Q1 2024', '2024年第1季度')
    """
    n = (last.year - first.year) * 12 + last.month - first.month + 1
    year = year_text(first, calendar, lang)
    if n == 12:
        return label("tracking.span.year", lang, year=year)
    if n == 3 and calendar.quarter_months(first)[0] == first:
        quarter = calendar.quarter_of(first)
        return label("tracking.span.quarter", lang, year=year, quarter=quarter)
    key = "tracking.span.month" if n == 1 else "tracking.span.range"
    return label(key, lang, first=month(first, lang), last=month(last, lang))


def year_text(when: pd.Timestamp, calendar: FiscalCalendar, lang: str) -> str:
    """Write the fiscal year `when` lies in.

    Examples
    --------
    >>> july = FiscalCalendar(7)
    >>> [year_text(pd.Timestamp("2019-07-01"), july, lang) for lang in ("en", "zh")]
    ['FY2020', '2020财年']
    """
    kind = "calendar" if calendar.start_month == 1 else "fiscal"
    return label(f"tracking.year.{kind}", lang, year=calendar.year_of(when))
