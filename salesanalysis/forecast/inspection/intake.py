"""What a series has to be before statsmodels sees it: dated by month, whole, numbers only."""

from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.dates import dates_of
from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.panel import Panel

#: Fewer months than this say nothing about a series.
LEAST = 3
#: What `missing` may be.
MISSING = ("error", "gap")
_WHERE = "forecast.inspect(series)"


def monthly(series: Any, *, missing: str = "error") -> pd.Series:
    """Return the series as float64 on a whole monthly PeriodIndex, oldest first.

    Parameters
    ----------
    series : Series or Panel
        Dated by month starts, month ends or monthly periods; or a panel with one node.
    missing : {"error", "gap"}
        Whether unknown months are refused or kept as empty values.

    Raises
    ------
    ContractError
        No Series, no months, another rhythm than months, a month twice, texts, infinite values,
        unknown months (with ``missing="error"``), fewer than three months.

    Examples
    --------
    >>> values = pd.Series([1, 2, 4], index=pd.to_datetime(["2024-01", "2024-02", "2024-03"]))
    >>> monthly(values).index.astype("str").tolist()
    ['2024-01', '2024-02', '2024-03']
    """
    if missing not in MISSING:
        raise unknown_name(
            missing,
            MISSING,
            kind="way to treat unknown months",
            where="forecast.inspect(missing=...)",
            error=ContractError,
        )
    plain = _of_panel(series) if isinstance(series, Panel) else series
    if not isinstance(plain, pd.Series):
        raise ContractError(
            f"inspect needs a pandas Series dated by month, got {type(plain).__name__}.",
            where=_WHERE,
            fix='pd.Series(values, index=pd.period_range("2022-01", periods=len(values), '
            'freq="M"))',
        )
    if not len(plain):
        raise ContractError(
            "The series has no months.",
            where=_WHERE,
            fix="check the filter or the file",
            code="empty-table",
        )
    values = _numbers(plain)
    values.index = _periods(plain.index)
    _once(values)
    return _whole(values.sort_index(), missing)


def _of_panel(panel: Panel) -> pd.Series:
    """Return the values of the one node of `panel`."""
    n = len(panel.nodes()) if panel.by else 1
    if n != 1:
        raise ContractError(
            f"inspect looks at one series; the panel has {n} nodes.",
            where=_WHERE,
            fix="choose one with panel.select(...), or add them up with panel.roll_up([])",
            code="bad-choice",
        )
    values: pd.Series = panel.frame.set_index("period")["value"]
    return values


def _numbers(series: pd.Series) -> pd.Series:
    """Read the values as float64 without their index, or refuse texts and infinities."""
    try:
        values = pd.Series(series.to_numpy(dtype="float64", na_value=np.nan))
    except (ValueError, TypeError):
        bad = series[pd.to_numeric(series, errors="coerce").isna() & series.notna()]
        raise ContractError(
            f"{len(bad)} of {len(series)} values are no numbers, such as {bad.iloc[0]!r}.",
            where=f"{_WHERE}, first at {bad.index[0]}, see .rows",
            fix="read the column as numbers first",
            rows=bad.to_frame(),
        ) from None
    endless = series[np.isinf(values.to_numpy())]
    if len(endless):
        raise ContractError(
            f"{len(endless)} of {len(series)} values are infinite.",
            where=f"{_WHERE}, first at {endless.index[0]}, see .rows",
            fix="mend the division behind them, or leave the months out",
            rows=endless.to_frame(),
        )
    return values


def _periods(index: pd.Index) -> pd.PeriodIndex:
    """Read an index as months, or refuse what does not name one month each."""
    if isinstance(index, pd.PeriodIndex):
        if index.freqstr != "M" or index.hasnans:
            raise _no_months(f"periods of frequency {index.freqstr!r}")
        return index
    if isinstance(index.dtype, pd.StringDtype) or index.dtype == object:
        index = _read(index)
    if not isinstance(index, pd.DatetimeIndex):
        raise _no_months(f"{type(index).__name__} of {index.dtype}")
    days = index.tz_localize(None).normalize()
    if days.hasnans:
        raise _no_months("dates, some of them empty")
    if not (days.is_month_start.all() or days.is_month_end.all()):
        odd = days[~(days.is_month_start | days.is_month_end)]
        shown = odd[0] if len(odd) else days[days.is_month_end][0]
        raise _no_months(f"days such as {shown:%Y-%m-%d}, not all month starts or all month ends")
    return days.to_period("M")


def _read(index: pd.Index) -> pd.Index:
    """Return months written as text as dates, the index itself where they are none."""
    try:
        return pd.DatetimeIndex(dates_of(index.to_series()))
    except ContractError:
        return index


def _no_months(found: str) -> ContractError:
    return ContractError(
        f"The index does not name months: it holds {found}.",
        where=_WHERE,
        fix="sum to months and date them by month start, month end or period: "
        'series.groupby(series.index.to_period("M")).sum()',
    )


def _once(values: pd.Series) -> None:
    """Refuse a month that stands twice."""
    twice = values[values.index.duplicated(keep=False)]
    if len(twice):
        raise ContractError(
            f"{len(twice)} values share a month, the first {twice.index[0]}.",
            where=f"{_WHERE}, see .rows",
            fix="sum them first: series.groupby(level=0).sum()",
            code="duplicate-key",
            rows=twice.to_frame("value"),
        )


def _whole(values: pd.Series, missing: str) -> pd.Series:
    """Return every month from the first to the last known one; refuse or keep the unknown."""
    known = values.dropna()
    if len(known) < LEAST:
        raise ContractError(
            f"inspect needs at least {LEAST} months with a value, got {len(known)}.",
            where=_WHERE,
            fix="wait for more months, or look at the unit above",
        )
    given = values if missing == "error" else known
    span = pd.period_range(given.index[0], given.index[-1], freq="M")
    whole = given.reindex(span)
    unknown = whole.index[whole.isna()]
    if len(unknown) and missing == "error":
        names = ", ".join(str(m) for m in unknown[:10]) + (", ..." if len(unknown) > 10 else "")
        raise ContractError(
            f"{len(unknown)} of {len(whole)} months have no value: {names}.",
            where=_WHERE,
            fix='write 0 for a month without sales; missing="gap" leaves unknown months out',
            rows=whole[whole.isna()].to_frame("value"),
        )
    return whole
