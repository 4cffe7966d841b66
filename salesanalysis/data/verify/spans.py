"""Months, quarters and fiscal years: how the other side writes them, and which are over."""

import pandas as pd

from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.periods import FiscalCalendar, month_start

#: How coarse the other side is -> months in one period.
FREQ = {"M": 1, "Q": 3, "Y": 12}

_COMPACT = r"(?P<y>\d{4})(?P<m>\d{2})(?:\d{2})?"
_APART = r"(?P<y>\d{4})[-/.年](?P<m>\d{1,2})月?(?:[-/.]?\d{1,2}日?)?(?:[T ].*)?"
_QUARTERS = (
    r"(?:FY)?(?P<y>\d{4})[-/. ]?Q(?P<q>[1-4])",
    r"Q(?P<q>[1-4])[-/. ]?(?:FY)?(?P<y>\d{4})",
    r"(?P<y>\d{4})年?(?:财年)?第?(?P<q>[1-4])季度?",
)
_YEAR = r"(?:FY)?(?P<y>\d{4})(?:年|财年|年度)?"
_EXAMPLE = {"M": '"2024-03"', "Q": '"2024-Q1"', "Y": '"2024" or "FY2024"'}


def require_freq(freq: str) -> str:
    """Return `freq`, or refuse one that is none of M, Q, Y."""
    if freq not in FREQ:
        raise unknown_name(
            freq, list(FREQ), kind="freq", where="verify(freq=...)", error=ContractError
        )
    return freq


def begin(months: pd.Series, freq: str, calendar: FiscalCalendar) -> pd.Series:
    """Return the first month of the month, fiscal quarter or fiscal year each date lies in.

    Examples
    --------
    >>> days = pd.Series(pd.to_datetime(["2024-02-15", "2024-08-01"]))
    >>> begin(days, "Y", FiscalCalendar(7)).dt.strftime("%Y-%m").tolist()
    ['2023-07', '2024-07']
    """
    number = months.dt.year * 12 + months.dt.month - 1
    number = number - (months.dt.month - calendar.start_month) % FREQ[freq]
    return _month(number)


def _month(number: pd.Series) -> pd.Series:
    """Turn months counted from year 0 into month starts."""
    parts = pd.DataFrame({"year": number // 12, "month": number % 12 + 1, "day": 1})
    stamps: pd.Series = pd.to_datetime(parts).astype("datetime64[us]")
    return stamps


def last_closed(closed: pd.Timestamp, freq: str, calendar: FiscalCalendar) -> pd.Timestamp:
    """Return the first month of the last period that is over."""
    after = closed + pd.DateOffset(months=1)
    still_open = begin(pd.Series([after]), freq, calendar).iloc[0]
    return pd.Timestamp(still_open - pd.DateOffset(months=FREQ[freq]))


def read_periods(
    raw: pd.Series, freq: str, calendar: FiscalCalendar, *, name: str, column: str
) -> pd.Series:
    """Return the first month of every period as the other side writes it.

    Dates, months as 2024-03, 202403 or 2024年3月; with `freq` Q also 2024-Q1, FY2024 Q1 or
    2024年第1季度; with Y also 2024 or FY2024, which mean fiscal years.

    Raises
    ------
    ContractError
        Periods that are written in none of these ways, with the rows.
    """
    if raw.dtype.kind == "M" and raw.notna().all():
        return begin(raw, freq, calendar)
    texts = raw.astype("str").str.strip().fillna("")
    found = _months(texts)
    known = found.dropna()
    months = begin(known, freq, calendar).reindex(found.index) if len(known) else found
    if freq == "Q":
        months = months.fillna(_quarters(texts, calendar))
    if freq == "Y":
        months = _years(texts, calendar).fillna(months)
    bad = raw[months.isna()]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(raw)} periods of {name} cannot be read, such as "
            f"{texts[bad.index[0]]!r}.",
            where=f"column {column!r}, freq={freq!r}",
            fix=f"write {_EXAMPLE[freq]}, or say how coarse they are: freq='M', 'Q' or 'Y'",
            rows=bad.to_frame(),
        )
    return months


def _months(texts: pd.Series) -> pd.Series:
    """Read months; empty where a text is none."""
    parts = texts.str.extract(f"^{_APART}$").fillna(texts.str.extract(f"^{_COMPACT}$"))
    month = pd.to_numeric(parts["m"]).where(lambda m: m.between(1, 12))
    return _stamped(pd.to_numeric(parts["y"]) * 12 + month - 1)


def _stamped(number: pd.Series) -> pd.Series:
    """Turn months counted from year 0 into month starts, empty ones staying empty."""
    known = number.dropna().astype("int64")
    empty = pd.Series(pd.NaT, index=number.index, dtype="datetime64[us]")
    return _month(known).reindex(number.index) if len(known) else empty


def _quarters(texts: pd.Series, calendar: FiscalCalendar) -> pd.Series:
    """Read fiscal quarters of fiscal years; empty where a text is none."""
    parts = pd.DataFrame(index=texts.index, columns=["y", "q"], dtype="str")
    for pattern in _QUARTERS:
        parts = parts.fillna(texts.str.extract(f"(?i)^{pattern}$")[["y", "q"]])
    return _fiscal(pd.to_numeric(parts["y"]), (pd.to_numeric(parts["q"]) - 1) * 3, calendar)


def _years(texts: pd.Series, calendar: FiscalCalendar) -> pd.Series:
    year = pd.to_numeric(texts.str.extract(f"(?i)^{_YEAR}$")["y"])
    return _fiscal(year, year * 0, calendar)


def _fiscal(year: pd.Series, months_in: pd.Series, calendar: FiscalCalendar) -> pd.Series:
    """Return the month so many months into a fiscal year."""
    first = year * 12 + calendar.start_month - 1 - 12 * (calendar.start_month > 1)
    return _stamped(first + months_in)


def require_month(when: object, name: str) -> pd.Timestamp:
    """Return the month of `first` or `last`."""
    try:
        return month_start(when)
    except ContractError:
        raise ContractError(
            f"{name} is {when!r}, which is no month.",
            where=f"verify({name}=...)",
            fix='write "2024-03"',
            code="bad-choice",
        ) from None
