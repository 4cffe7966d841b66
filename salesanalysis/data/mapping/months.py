"""Names of columns that are months: how they are written, and which month they mean."""

import re

from salesanalysis.data.values.calendars import month_of

_SHORT = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_LONG = "January|February|March|April|May|June|July|August|September|October|November|December"
_YEAR, _NUMBER = r"(?:19|20)\d{2}", r"(?:0?[1-9]|1[0-2])"
#: How the name of a month column is written -> format; with the year, or a month alone.
WITH_YEAR = {
    rf"{_YEAR}-{_NUMBER}": "%Y-%m",
    rf"{_YEAR}/{_NUMBER}": "%Y/%m",
    rf"{_YEAR}\.{_NUMBER}": "%Y.%m",
    rf"{_YEAR}_{_NUMBER}": "%Y_%m",
    rf"{_YEAR}(?:0[1-9]|1[0-2])": "%Y%m",
    rf"{_YEAR}年{_NUMBER}月": "%Y年%m月",
    rf"{_NUMBER}/{_YEAR}": "%m/%Y",
    rf"{_NUMBER}\.{_YEAR}": "%m.%Y",
    rf"(?:{_SHORT}) {_YEAR}": "%b %Y",
    rf"(?:{_SHORT})-{_YEAR}": "%b-%Y",
    rf"(?:{_SHORT})-\d\d": "%b-%y",
    rf"(?:{_SHORT}) \d\d": "%b %y",
    rf"(?:{_LONG}) {_YEAR}": "%B %Y",
    rf"{_YEAR}-{_NUMBER}-01(?: 00:00:00)?": "%Y-%m-%d",
}
ALONE = {
    rf"M{_NUMBER}": "M%m",
    rf"P{_NUMBER}": "P%m",
    rf"{_NUMBER}月": "%m月",
    rf"{_NUMBER}月份": "%m月份",
    rf"(?:{_SHORT})": "%b",
    rf"(?:{_LONG})": "%B",
    rf"Month {_NUMBER}": "Month %m",
    rf"{_NUMBER}": "%m",
}
#: Months by name in other languages: with a year, alone.
NAMED_YEAR, NAMED_ALONE = "month %Y", "month"
_NAMED = re.compile(rf"([^\W\d_]{{3,}})\.?(?:[ -]({_YEAR}|\d\d))?")


def month_format(name: str) -> str:
    """Return how a heading writes a month, or nothing where it is none.

    Examples
    --------
    >>> month_format("M01"), month_format("2024年3月"), month_format("Total")
    ('M%m', '%Y年%m月', '')
    >>> month_format("févr. 2024"), month_format("Oca")
    ('month %Y', 'month')
    """
    for pattern, written in {**WITH_YEAR, **ALONE}.items():
        if re.fullmatch(pattern, name.strip(), re.IGNORECASE):
            return written
    named = _NAMED.fullmatch(name.strip())
    if not named or not month_of(named[1]):
        return ""
    return NAMED_YEAR if named[2] else NAMED_ALONE


def month_alone(name: str) -> int:
    """Return the month a name without a year means, 1 is January; 0 where it means none.

    Examples
    --------
    >>> [month_alone(n) for n in ("M01", "12月", "may", "September", "août", "2024-01", "Total")]
    [1, 12, 5, 9, 8, 0, 0]
    """
    if month_format(name) == NAMED_ALONE:
        return month_of(name)
    if month_format(name) not in ALONE.values():
        return 0
    digits = re.sub(r"\D", "", name)
    return int(digits) if digits else _SHORT.split("|").index(name.strip()[:3].title()) + 1
