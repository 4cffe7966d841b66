"""A history of quotas and results as attainments, by person and year."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.errors import (
    ContractError,
    require_columns,
    require_named,
    require_rows,
    require_unique,
)
from salesanalysis.periods import FiscalCalendar, month_start

WORDS = {12: "person-months", 4: "person-quarters", 1: "person-years"}


@dataclass(frozen=True)
class History:
    """Attainments of whole years.

    Attributes
    ----------
    years : DataFrame, one row per person and whole year: ``salesperson``, ``region``, ``year``,
        ``attainment``
    periods : DataFrame, one row per person and period of those years: the same and ``period``
    per_year : int, periods of a year
    n : int, rows of the history
    """

    years: pd.DataFrame
    periods: pd.DataFrame
    per_year: int
    n: int

    @property
    def source(self) -> str:
        """Return how much stands behind it."""
        return f"{self.n} {WORDS.get(self.per_year, 'person-periods')}"


def read_history(history: Any, calendar: FiscalCalendar, where: str) -> History:
    """Check a history and add it up to whole years.

    Raises
    ------
    ContractError
        Missing columns, no rows, a person twice in a period, quotas that are not above 0, results
        that are no numbers, attainments that look like percent, no whole year.
    """
    frame = history if isinstance(history, pd.DataFrame) else history.to_frame()
    require_columns(frame, ["salesperson", "period", "quota", "actual"], name="history")
    require_rows(frame, name="history")
    require_named(frame, ["salesperson"], name="history", fix="give every row its person")
    _refuse_values(frame, where)
    months = frame["period"].map(month_start)
    table = pd.DataFrame(
        {
            "salesperson": frame["salesperson"].astype("str"),
            "region": frame["region"].astype("str") if "region" in frame.columns else "",
            "period": months,
            "year": [calendar.year_of(m) for m in months],
            "quota": frame["quota"].astype("float64"),
            "actual": frame["actual"].astype("float64"),
        }
    ).sort_values(["salesperson", "period"], ignore_index=True)
    require_unique(
        table, ["salesperson", "period"], name="history", what="are of one person and period"
    )
    per_year = _periods_a_year(table["period"])
    return _whole_years(table, per_year, where)


def _refuse_values(frame: pd.DataFrame, where: str) -> None:
    """Refuse quotas and results no attainment can be made of."""
    quota = pd.to_numeric(frame["quota"], errors="coerce").to_numpy("float64", na_value=np.nan)
    actual = pd.to_numeric(frame["actual"], errors="coerce").to_numpy("float64", na_value=np.nan)
    bad = frame[~(np.isfinite(quota) & (quota > 0) & np.isfinite(actual))]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(frame)} rows of history have no quota above 0 or no result; "
            f"first: {bad['salesperson'].iloc[0]!r} with quota {bad['quota'].iloc[0]} and actual "
            f"{bad['actual'].iloc[0]}.",
            where=f"{where}, columns 'quota' and 'actual', see .rows",
            fix="leave out periods without a quota; an empty result is no 0",
            rows=bad,
        )
    if np.median(actual / quota) > 10:
        raise ContractError(
            f"half of the attainments are above {np.median(actual / quota):g}.",
            where=f"{where}, columns 'quota' and 'actual'",
            fix="give both in the same unit and for the same period",
            code="bad-choice",
        )


def _periods_a_year(periods: pd.Series) -> int:
    """Return 12, 4 or 1 by the smallest distance of two periods; a single one is a year."""
    months = np.unique([p.year * 12 + p.month for p in periods])
    step = int(np.diff(months).min()) if len(months) > 1 else 12
    return 12 if step < 3 else 4 if step < 12 else 1


def _whole_years(table: pd.DataFrame, per_year: int, where: str) -> History:
    """Keep the person-years with every period, and add them up."""
    keys = ["salesperson", "year"]
    whole = table[table.groupby(keys)["period"].transform("size") == per_year]
    if whole["salesperson"].nunique() < 2:
        raise ContractError(
            f"{whole['salesperson'].nunique()} people have a whole year of {per_year} periods.",
            where=where,
            fix="give at least two people with a whole year, or use a preset: attainment('normal')",
            rows=table,
        )
    sums = whole.groupby(keys, as_index=False).agg(
        region=("region", "last"), quota=("quota", "sum"), actual=("actual", "sum")
    )
    years = sums.assign(attainment=sums["actual"] / sums["quota"])
    periods = whole.assign(attainment=whole["actual"] / whole["quota"])
    columns = ["salesperson", "region", "year", "attainment"]
    return History(years[columns], periods[[*columns, "period"]], per_year, len(table))
