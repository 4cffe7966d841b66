"""Days with day and month changed here and there in a column, told by months and weekdays."""

from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.data.engine import fetch
from salesanalysis.data.kinds import ROW
from salesanalysis.data.values.texts import MAX_ROWS

#: The last day that could be a month.
LAST = 12
#: Different days from which a pattern is no chance.
ENOUGH = 10
#: Share of the days of a month that could be a month.
LOW = 0.4
#: Standard deviations beyond which nothing is chance.
FAR = 5.0
#: Share of the doubtful days that the other reading has to explain.
EXPLAINED = 0.9
#: Days that decide, and share of weekends among them, from which weekends tell something.
KNOWN, RARE = 30, 0.05
#: Days of the month on which a business may book whatever the day of the week.
FIXED = 3
#: Rows in order up to which their order is looked at; longer files show it by months.
MANY = 100_000
#: Days that stand in order, rows that break it, and places where they do.
ORDERED, BROKEN, PLACES = 10, 4, 3
#: Beyond this chance it explains nothing that changed days lie among the others.
CHANCE = 0.05


def changed_days(con: Any, table: Any, ours: str) -> tuple[str, pd.DataFrame]:
    """Return the days of a column that look changed, and the sign that tells it.

    A day above the 12th cannot be a month, so it is read rightly. The others should lie in the
    same months and on the same days of the week. Where months hold nothing but low days, which
    with day and month changed would all lie among the others, or where low days alone fall on
    weekends, two ways of writing stand in one column. Counted are different days, not rows:
    many bookings on the first of a month are one. Where the days that decide stand in order from
    row to row, low days that break it and would keep it changed are the third sign.

    Parameters
    ----------
    table : Ibis table
        Of typed dates.
    ours : str
        The column.

    Returns
    -------
    sign : str
        ``months``, ``weekends``, ``order`` or "".
    days : DataFrame of ``read`` and ``changed``, Timestamps
    """
    counts = table.group_by(ours).aggregate(n=table.count())
    days = pd.to_datetime(fetch(con, counts.filter(counts[ours].notnull()))[ours])  # noqa: PD004
    low = days[(days.dt.day <= LAST) & (days.dt.day != days.dt.month)]
    high = days[days.dt.day > LAST]
    if low.empty or high.empty:
        return "", pd.DataFrame()
    if len(low) < ENOUGH:
        found = _out_of_order(con, table, ours)
        return "order" if len(found) else "", found
    other = pd.to_datetime(
        pd.DataFrame({"year": low.dt.year, "month": low.dt.day, "day": low.dt.month})
    )
    frame = pd.DataFrame({"read": low, "changed": other}).sort_values("read", ignore_index=True)
    for sign, found in (("months", _lonely(frame, days)), ("weekends", _weekends(frame, high))):
        if len(found):
            return sign, found
    found = _out_of_order(con, table, ours)
    return "order" if len(found) else "", found


def _out_of_order(con: Any, table: Any, ours: str) -> pd.DataFrame:
    """Return the days that break the order of the days beside them, and changed would keep it."""
    none = pd.DataFrame({"read": [], "changed": []})
    if ROW not in table.columns:
        return none
    wanted = table.filter(table[ours].notnull()).select(row=ROW, read=ours)  # noqa: PD004
    rows = fetch(con, wanted.order_by("row").limit(MANY + 1))
    return none if len(rows) > MANY else out_of_order(pd.to_datetime(rows["read"]))


def out_of_order(read: pd.Series) -> pd.DataFrame:
    """Return the days of rows, in their order, that break it and changed would keep it.

    Only days above the 12th say what the order is, and only days between two of them are looked
    at: what stands above the first or below the last may be a block of its own.

    Parameters
    ----------
    read : Series of Timestamp

    Returns
    -------
    DataFrame of ``read`` and ``changed``
        Empty where the order is no order, or something else breaks it as well.

    Examples
    --------
    >>> days = pd.date_range("2024-01-13", "2024-05-28", freq="3D").to_series()
    >>> text = days.dt.strftime("%Y-%d-%m")
    >>> turned = pd.to_datetime(text, format="%Y-%m-%d", errors="coerce").fillna(days)
    >>> len(out_of_order(days)), len(out_of_order(turned))
    (0, 16)
    """
    day, month = read.dt.day, read.dt.month
    known = read.where(day > LAST)
    if known.dropna().is_monotonic_decreasing:
        read, known = read[::-1], known[::-1]
    if known.nunique() < ORDERED or not known.dropna().is_monotonic_increasing:
        return pd.DataFrame({"read": [], "changed": []})
    above, below = known.ffill(), known.bfill()
    broken = ((read < above) | (read > below)) & above.notna() & below.notna()
    low = read[broken]
    changed = pd.to_datetime(
        pd.DataFrame({"year": low.dt.year, "month": low.dt.day, "day": low.dt.month})
    )
    kept = (changed >= above[broken]) & (changed <= below[broken]) & (day != month)[broken]
    enough = kept.sum() >= BROKEN and above[broken][kept].nunique() >= PLACES
    if not enough or kept.mean() < EXPLAINED:
        return pd.DataFrame({"read": [], "changed": []})
    return pd.DataFrame({"read": low[kept], "changed": changed[kept]}).drop_duplicates(
        ignore_index=True
    )


def _month(days: pd.Series) -> pd.Series:
    """Return the number of each month."""
    return days.dt.year * 12 + days.dt.month


def _lonely(frame: pd.DataFrame, days: pd.Series) -> pd.DataFrame:
    """Return the days in months without any day that decides, where that is no chance."""
    high = days.dt.day > LAST
    month, read = _month(days), _month(frame["read"])
    there = set(month[high])
    # the month after the last one may have just begun
    lone = frame[~read.isin(there | {max(there) + 1})]
    explained = _month(lone["changed"]).isin(there).to_numpy()
    if len(lone) < ENOUGH or explained.mean() < EXPLAINED or _would_lie(lone, there) > CHANCE:
        return lone[:0]
    size = month.value_counts().to_numpy(dtype=float)
    # somebody may invoice at the beginning of a month
    chance = max(LOW, 1 - high[month.isin(there)].mean()) ** size
    expected, spread = (size * chance).sum(), np.sqrt((size**2 * chance * (1 - chance)).sum())
    return lone if len(lone) > expected + FAR * spread else lone[:0]


def _would_lie(lone: pd.DataFrame, there: set[int]) -> float:
    """Return the chance that any days, changed, would lie in months that decide.

    It is 1 where a shop that sells all year is closed for one half of a month. Every day of the
    month counts once: what is booked on the first of each month changes to January at any time.
    """
    read = lone["read"].dt
    others = sum((read.year * 12 + k).isin(there) for k in range(1, LAST + 1))
    share = (others / (LAST - 1)).clip(upper=1)
    return float(share.groupby(read.day).mean().prod())


def _weekends(frame: pd.DataFrame, high: pd.Series) -> pd.DataFrame:
    """Return the low days on weekends, where days that decide hardly ever are."""
    share = ((high.dt.day_of_week >= 5).sum() + 1) / (len(high) + 2)
    found = frame[frame["read"].dt.day_of_week >= 5]
    explained = (found["changed"].dt.day_of_week < 5).mean() >= EXPLAINED
    # what is booked on the first or tenth of a month is booked on a Sunday too
    fixed = found["read"].dt.day.value_counts().index[:FIXED]
    n, hits = ((~days["read"].dt.day.isin(fixed)).sum() for days in (frame, found))
    if len(high) < KNOWN or share > RARE or len(found) < ENOUGH or not explained:
        return frame[:0]
    expected, spread = n * share, np.sqrt(n * share * (1 - share))
    return found if hits > expected + FAR * spread else found[:0]


def rows_of(con: Any, table: Any, ours: str, days: pd.DataFrame) -> pd.DataFrame:
    """Return the rows on these days, in their order: ``row``, ``read``, ``changed``."""
    some = table.filter(table[ours].isin([d.date() for d in days["read"]]))
    kept = some.select(row=some[ROW], read=some[ours]).order_by("row").limit(MAX_ROWS)
    rows = fetch(con, kept)
    rows["read"] = pd.to_datetime(rows["read"])
    return rows.assign(changed=rows["read"].dt.strftime("%Y-%d-%m"))
