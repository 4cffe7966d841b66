"""The period asked for, however people write it: a month, a quarter, a year, a day in it."""

import re
import unicodedata
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.incentives.inputs.values import day_text
from salesanalysis.periods import FiscalCalendar, month_start

#: How many months a period has.
LENGTHS = {"month": 1, "quarter": 3, "year": 12}
_SPELT = "january february march april may june july august september october november december"
_MONTH_NAMES = {
    name: n
    for n, word in enumerate(_SPELT.split(), 1)
    for name in (word, word[:3], *(["sept"] if n == 9 else []))
}
_QUARTERS = dict(zip("一二三四", "1234", strict=True))
_MONTHS = (
    r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})",
    r"(?P<y>\d{4})年(?P<m>\d{1,2})月?",
    r"(?P<y>\d{4})(?P<m>\d{2})",
    r"(?P<m>\d{1,2})[-/](?P<y>\d{4})",
)
_NAMED = (r"(?P<m>[A-Za-z]{3,9})[ .,-]+(?P<y>\d{4})", r"(?P<y>\d{4})[ .,-]+(?P<m>[A-Za-z]{3,9})")
_LONGER = (
    r"(?P<f>FY)?(?P<y>\d{4})(?P<g>财年|年度|年)?[-/ ]?第?"
    r"(?:Q(?P<q>[1-4])|(?P<c>[1-4一二三四])季度?)",
    r"Q(?P<q>[1-4])[-/ ]?(?P<f>FY)?(?P<y>\d{4})",
    r"(?P<f>FY)?(?P<y>\d{4})(?P<g>财年|年度|年)?",
)


def period_start(
    when: Any, per: str, calendar: FiscalCalendar, *, where: str = "period"
) -> pd.Timestamp:
    """Return the first month of the period `when` names or lies in.

    Parameters
    ----------
    when : date, Period, number or text
        ``2024-03``, ``2024-3``, ``202403``, ``03/2024``, ``Mar 2024``, ``2024年3月``, any day of it
        with the year first; quarters as ``2024Q1``, ``2024年第一季度``; years as ``2024``,
        ``FY2024``, ``2024年``.
    per : {"month", "quarter", "year"}, how long a period is
    where : str, named in refusals

    Raises
    ------
    ContractError
        What is no period, or may be two (03/04/2024); a longer one than `per`, which would mean
        its first; a plain quarter in a fiscal year that starts with another month.

    Examples
    --------
    >>> period_start("2024年3月", "month", FiscalCalendar())
    Timestamp('2024-03-01 00:00:00')
    >>> period_start("FY2024Q1", "quarter", FiscalCalendar(7))
    Timestamp('2023-07-01 00:00:00')
    """
    month, length = _month_of(when, calendar, where)
    if LENGTHS[length] > LENGTHS[per]:
        text = str(when).strip()
        raise ContractError(
            f"{text!r} is a {length}, and the plan pays per {per}.",
            where=where,
            fix=f'name one {per}: period="{month:%Y}-03"',
            code="bad-choice",
        )
    if per == "month":
        return month
    if per == "quarter":
        return calendar.quarter_months(month)[0]
    return calendar.months(calendar.year_of(month))[0]


def _month_of(when: Any, calendar: FiscalCalendar, where: str) -> tuple[pd.Timestamp, str]:
    """Return a month of what is named, and how long that is."""
    if isinstance(when, pd.Period):
        n = (when.end_time.year - when.start_time.year) * 12 + when.end_time.month + 1
        n -= when.start_time.month
        return month_start(when.start_time), next((k for k, v in LENGTHS.items() if n <= v), "year")
    if isinstance(when, int | float | np.integer | np.floating) and not isinstance(when, bool):
        # 2024.1 may be January, or October without its zero
        when = f"{when:.0f}" if float(when).is_integer() else f"the number {when}"
    if not isinstance(when, str):
        return month_start(when), "month"
    text = re.sub(r"\s*([年月日季度第财])\s*", r"\1", unicodedata.normalize("NFKC", when).strip())
    month = _named_month(text)
    if month is not None:
        return month, "month"
    for pattern in _LONGER:
        found = re.fullmatch(pattern, text, re.IGNORECASE)
        if found:
            return _first_month(found.groupdict(), calendar, when, where)
    raise _no_period(when, where)


def _named_month(text: str) -> pd.Timestamp | None:
    """Return the month a text names or a day in it lies in; None where it is none."""
    if re.fullmatch(r"\d{8}", text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    day = day_text(text)
    if day is not None:
        return month_start(day)
    for patterns, spelt in ((_MONTHS, False), (_NAMED, True)):
        for pattern in patterns:
            found = re.fullmatch(pattern, text)
            if found:
                name = _MONTH_NAMES.get(found["m"].casefold()) if spelt else found["m"]
                stamp = pd.to_datetime(f"{found['y']}-{name}", format="%Y-%m", errors="coerce")
                return None if stamp is pd.NaT else month_start(stamp)
    return None


def _first_month(
    found: dict[str, str | None], calendar: FiscalCalendar, when: str, where: str
) -> tuple[pd.Timestamp, str]:
    """Return the first month of a quarter or year, and which of the two it is."""
    year = int(found["y"] or 0)
    months = calendar.months(year)
    part = found.get("q") or _QUARTERS.get(found.get("c") or "", found.get("c"))
    if part is None:
        return months[0], "year"
    if calendar.start_month != 1 and not (found.get("f") or found.get("g") == "财年"):
        first = months[3 * (int(part) - 1)]
        raise ContractError(
            f"{when!r} may be a quarter of the calendar or of the fiscal year, which starts in "
            f"month {calendar.start_month}.",
            where=where,
            fix=f'name a month of it: period="{first:%Y-%m}" for the fiscal quarter, or write '
            f"FY{year}Q{part}",
            code="ambiguous",
        )
    return months[3 * (int(part) - 1)], "quarter"


def _no_period(when: str, where: str) -> ContractError:
    two = re.fullmatch(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}", when.strip())
    what = "may be two days" if two else "is no period"
    return ContractError(
        f"{when!r} {what}.", where=where, fix='write the year first: "2024-03"', code="bad-value"
    )
