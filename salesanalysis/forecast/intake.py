"""What a forecast is made from: a panel, or a plain table with months that may be missing."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from salesanalysis.dates import plain_dates
from salesanalysis.errors import ContractError, require_columns, require_rows, unknown_name
from salesanalysis.forecast.quarters import RHYTHMS, Quarters, quarter_of, starts, written
from salesanalysis.panel import Panel
from salesanalysis.periods import month_start

#: What may be done about a month without a row between a unit's first and its last.
MISSING = ("refuse", "zero", "gap")


@dataclass(frozen=True, eq=False)
class Intake:
    """A panel to forecast, and what its months are not.

    Attributes
    ----------
    panel : Panel
        Months that were missing stand in it as 0.
    unknown : DataFrame, one row per month nobody knows
        Level columns and ``period``.
    n_zero : int
        Months without a row that were taken as 0.
    """

    panel: Panel
    unknown: pd.DataFrame = field(default_factory=pd.DataFrame)
    n_zero: int = 0


def take(
    given: object,
    *,
    by: Sequence[str] | None,
    closed_through: object,
    missing: str,
    freq: str,
    where: str = "forecast.panel",
) -> Intake:
    """Read a panel or a plain table.

    Parameters
    ----------
    given : Panel or DataFrame
        A table has the columns of `by`, ``period`` and ``value``.
    by, closed_through, missing, freq : see `panel`
    where : str
        The function that was called.

    Raises
    ------
    ContractError
        Neither of the two, arguments that belong to the other, an unknown way to treat missing
        months, months missing where none may, and whatever a Panel refuses.
    """
    if missing not in MISSING:
        raise unknown_name(
            missing, MISSING, kind="way to treat missing months",
            where=f"{where}(missing=...)", error=ContractError,
        )  # fmt: skip
    if freq not in RHYTHMS:
        raise unknown_name(
            freq, list(RHYTHMS), kind="rhythm", where=f"{where}(freq=...)",
            error=ContractError,
        )  # fmt: skip
    if isinstance(given, Panel):
        _refuse_names(by, closed_through, RHYTHMS[freq], given, where)
        return Intake(given)
    if not isinstance(given, pd.DataFrame):
        raise ContractError(
            f"A {type(given).__name__} is no Panel.",
            where=f"{where}(panel)",
            fix='make one: sa.Panel.of(frame, by=["region"]), with columns region, period, value; '
            'or data.panel(by=["region"])',
            code="bad-choice",
        )
    if by is None:
        raise ContractError(
            "A plain table does not say which of its columns name a unit.",
            where=f"{where}(panel)",
            fix='pass by=["region", "product"], or by=[] for one series; and closed_through= '
            "where its last month is not over",
            code="bad-choice",
        )
    names = [by] if isinstance(by, str) else list(by)
    return _table(given, names, closed_through, missing=missing, step=RHYTHMS[freq], where=where)


def _refuse_names(
    by: Sequence[str] | None, closed_through: object, step: int, given: Panel, where: str
) -> None:
    """Refuse what a panel has said already."""
    if step not in (1, given.step):
        raise ContractError(
            "A Panel holds months, and forecasts of months add up to quarters.",
            where=f'{where}(freq="Q")',
            fix='leave freq out and ask landing(span=["2024-04", "2024-06"]), or pass a plain '
            "table of quarters",
            code="bad-choice",
        )
    if by is not None or closed_through is not None:
        raise ContractError(
            "A Panel has its level columns and its last closed month.",
            where=f"{where}(by=..., closed_through=...)",
            fix="leave both out, or pass the plain table",
            code="bad-choice",
        )


def _table(
    given: pd.DataFrame,
    by: list[str],
    closed_through: object,
    *,
    missing: str,
    step: int,
    where: str,
) -> Intake:
    require_columns(given, [*by, "period", "value"], name="panel")
    require_rows(given, name="panel")
    plain = given[[*by, "period", "value"]].reset_index(drop=True)
    kind, period = (Quarters if step > 1 else Panel), _dates(plain["period"], step)
    if period is None:
        # the panel says best what is wrong with a date
        return Intake(kind.of(plain, by=by, closed_through=closed_through))
    plain["period"] = starts(period) if step > 1 else period
    if step > 1 and closed_through is not None:
        closed_through = quarter_of(closed_through, plain["period"].min())
    lost = _lost(plain, by, step)
    if not len(lost):
        return Intake(kind.of(plain, by=by, closed_through=closed_through))
    if missing == "refuse":
        raise _refusal(lost, plain, by, step, where)
    whole = pd.concat([plain, lost.assign(value=0.0)], ignore_index=True)
    panel = kind.of(whole, by=by, closed_through=closed_through)
    return Intake(panel, lost) if missing == "gap" else Intake(panel, n_zero=len(lost))


def _dates(column: pd.Series, step: int) -> pd.Series | None:
    """Return periods as dates, None where one cannot be read; of quarters also ``2024Q1``."""
    if step > 1:
        column = written(column)
    column = plain_dates(column)
    if pd.api.types.is_numeric_dtype(column):
        return None
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        # the day as it is written where it was booked
        column = column.dt.tz_localize(None)
    try:
        dates: pd.Series = pd.to_datetime(column, format="ISO8601", errors="coerce")
    except (ValueError, TypeError):
        return None
    readable = pd.api.types.is_datetime64_dtype(dates) and not dates.isna().any()
    return dates.astype("datetime64[us]") if readable else None


def _lost(plain: pd.DataFrame, by: list[str], step: int) -> pd.DataFrame:
    """Return the months without a row between a unit's first and its last: names and period.

    None where a name is empty: the panel says so better.
    """
    none = plain[[*by, "period"]].iloc[:0]
    if plain[by].isna().any(axis=None):
        return none
    month = (plain["period"].dt.year * 12 + plain["period"].dt.month - 1) // step
    phase = int(plain["period"].dt.month.iloc[0] - 1) % step
    ids = plain.groupby(by, sort=True).ngroup() if by else pd.Series(0, index=plain.index)
    spans = month.groupby(ids).agg(["min", "max"])
    n = (spans["max"] - spans["min"] + 1).to_numpy()
    if n.sum() == len(plain):
        return none
    node = np.repeat(spans.index.to_numpy(), n)
    every = np.arange(n.sum()) - np.repeat(np.cumsum(n) - n, n)
    every = every + np.repeat(spans["min"].to_numpy(), n)
    full = pd.MultiIndex.from_arrays([node, every])
    lost = full[~full.isin(pd.MultiIndex.from_arrays([ids, month]))]
    names = plain.loc[ids.drop_duplicates().sort_values().index, by].reset_index(drop=True)
    out = names.iloc[lost.get_level_values(0)].reset_index(drop=True)
    at = lost.get_level_values(1).to_numpy() * step + phase
    dates = pd.to_datetime({"year": at // 12, "month": at % 12 + 1, "day": 1})
    return out.assign(period=dates.astype("datetime64[us]").to_numpy())


def _is_quarterly(period: pd.Series) -> bool:
    """Tell whether all months lie whole quarters from each other."""
    rhythm = period.dt.month.to_numpy() % RHYTHMS["Q"]
    return bool((rhythm == rhythm[0]).all())


def _refusal(
    lost: pd.DataFrame, plain: pd.DataFrame, by: list[str], step: int, where: str
) -> ContractError:
    """Say which months are missing and what the two choices mean."""
    names = lost[by].astype("str").agg(" / ".join, axis=1) if by else pd.Series("company")
    first = f"{names.iloc[0]} {lost['period'].iloc[0]:%Y-%m}".strip()
    n_units = len(lost[by].drop_duplicates()) if by else 1
    quarterly = step == 1 and _is_quarterly(plain["period"])
    return ContractError(
        f"{len(lost)} {'quarters' if step > 1 else 'months'} have no row between the first and "
        f"the last of their unit ({n_units} units, {len(plain)} rows), the first {first}.",
        where=f"{where}(missing=...), see .rows",
        fix='freq="Q": every row is a quarter'
        if quarterly
        else 'missing="zero" where nothing was sold in them; missing="gap" where nobody knows: '
        "then they are bridged for the fit, never scored, and unknown in the units above too",
        rows=lost,
    )


def first_fitted(panel: Panel, since: object) -> pd.Timestamp | None:
    """Return the first month to fit, None for all; refuse one that leaves nothing.

    Raises
    ------
    ContractError
        No date, or a month after the last closed one.
    """
    if since is None:
        return None
    month, first = month_start(since), panel.months()[0]
    if panel.step > 1:
        month = quarter_of(month, first)
    if month > panel.closed_through:
        raise ContractError(
            f"since={month:%Y-%m} lies after {panel.closed_through:%Y-%m}, the last closed month.",
            where="forecast.panel(since=...)",
            fix=f"name the first month after the break, from {first:%Y-%m} on",
            code="bad-choice",
        )
    return max(month, first)
