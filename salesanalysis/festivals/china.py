"""The days China works: by the yearly notices, by the statutory days where none is out yet."""

from datetime import date, timedelta
from functools import cache

import numpy as np
import numpy.typing as npt

from salesanalysis.errors import ContractError
from salesanalysis.periods import SPRING_FESTIVAL, published_years

Flags = npt.NDArray[np.bool_]

_DRAGON_BOAT = ["06-09", "05-28", "06-16", "06-05", "06-24", "06-12", "06-01", "06-20", "06-10"]
_MID_AUTUMN = ["09-15", "10-03", "09-22", "09-12", "10-01", "09-19", "09-08", "09-27", "09-16"]
#: Lunar feasts of the years without a notice yet (two independent calendar libraries agree).
LUNAR_FEASTS = {
    year: (date.fromisoformat(f"{year}-{boat}"), date.fromisoformat(f"{year}-{moon}"))
    for year, boat, moon in zip(range(2027, 2036), _DRAGON_BOAT, _MID_AUTUMN, strict=True)
}


@cache
def china_days(year: int) -> Flags:
    """Return for each day of a year whether China works: by its notice, or by law until then.

    Raises
    ------
    ContractError
        A year without a notice outside the table of lunar feasts (code ``uncovered``).

    Examples
    --------
    >>> int(china_days(2026).sum())
    248
    """
    first = date(year, 1, 1)
    days = [first + timedelta(days=k) for k in range((date(year + 1, 1, 1) - first).days)]
    if year in published_years():
        from chinese_calendar import is_workday  # noqa: PLC0415  loads its tables only when asked

        return np.array([is_workday(d) for d in days])
    off = statutory_days(year)
    return np.array([d.weekday() < 5 and d not in off for d in days])


def statutory_days(year: int) -> frozenset[date]:
    """Return the 13 days off of a year by law, each on a weekday, make-up included.

    Raises
    ------
    ContractError
        A year outside the table of lunar feasts (code ``uncovered``).

    References
    ----------
    State Council of China, Regulation on Public Holidays for National Annual Festivals and
    Memorial Days, as amended from 2025-01-01.

    Examples
    --------
    >>> days = statutory_days(2027)
    >>> len(days), min(days).isoformat()
    (13, '2027-01-01')
    """
    if year not in LUNAR_FEASTS:
        raise ContractError(
            f"The holidays of {year} are neither published nor in the table of lunar feasts "
            f"({min(LUNAR_FEASTS)} to {max(LUNAR_FEASTS)}).",
            where=f"working days of {year}",
            fix="pass calendar= with the columns date and is_workday",
            code="uncovered",
        )
    feast = SPRING_FESTIVAL[year]
    boat, moon = LUNAR_FEASTS[year]
    by_law = [
        date(year, 1, 1),
        *(feast + timedelta(days=k) for k in range(-1, 3)),
        _qingming(year),
        date(year, 5, 1),
        date(year, 5, 2),
        boat,
        *(date(year, 10, k) for k in (1, 2, 3)),
        moon,
    ]
    off: set[date] = set()
    # days off first: what falls on a weekend is made up on a weekday that no other feast takes
    for day in sorted(by_law, key=lambda d: (d.weekday() >= 5, d)):
        free = day
        while free.weekday() >= 5 or free in off:
            free += timedelta(days=1)
        off.add(free)
    return frozenset(off)


def _qingming(year: int) -> date:
    """Return the day of Qingming, by the rule of thumb that holds for 2001 to 2099."""
    short = year % 100
    return date(year, 4, int(short * 0.2422 + 4.81) - short // 4)
