"""What the company has set itself: yearly targets, quotas, who works where."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from salesanalysis.data import Dataset
from salesanalysis.errors import ContractError

_NEVER = pd.Timestamp("2262-01-01")


def yearly_targets(data: Dataset, levels: Sequence[str]) -> pd.DataFrame:
    """Return the sales targets set for the plan year, ``level`` company or unit; maybe none.

    Raises
    ------
    ContractError
        Two targets for the whole company.
    """
    empty = pd.DataFrame({"level": [], "value": [], "method": [], "pinned": []})
    table = _targets(data, {"span", "pinned", "method"})
    if table is None:
        return empty
    first = data.calendar.months(data.year)[0]
    own = table[(table["span"] == "year") & (table["period"] == first)]
    named = own[[c for c in levels if c in own.columns]].fillna("") != ""
    own = own.assign(level=np.where(named.any(axis=1), "unit", "company"))
    whole = own[own["level"] == "company"]
    if len(whole) > 1:
        raise ContractError(
            f"The company has {len(whole)} sales targets for {data.calendar.name(data.year)}.",
            where=f"table targets of data set {data.name}, see .rows",
            fix="keep one row per year, or name the unit the others are for",
            code="duplicate-key",
            rows=whole,
        )
    return own


def quarter_quotas(data: Dataset) -> pd.DataFrame | None:
    """Return quotas per person of the last quarter that is over, where the company has any.

    Returns
    -------
    DataFrame or None
        ``salesperson``, ``quota`` (currency).
    """
    table = _targets(data, {"span", "salesperson"})
    if table is None:
        return None
    own = table[(table["span"] == "quarter") & (table["period"] == closed_quarter(data)[0])]
    own = own[own["salesperson"].fillna("") != ""]
    own = own[["salesperson", "value"]].rename(columns={"value": "quota"})
    return own.reset_index(drop=True) if len(own) else None


def placed(data: Dataset, month: pd.Timestamp, columns: Sequence[str]) -> pd.DataFrame | None:
    """Return where everybody stood at the end of a month, where a table of people says it."""
    if "people" not in data.tables:
        return None
    frame = data.frame("people")
    kept = [c for c in columns if c in frame.columns]
    over = month + pd.DateOffset(months=1)
    since = frame["valid_from"] if "valid_from" in frame.columns else pd.Series(pd.NaT, frame.index)
    frame = frame.assign(since=since.fillna(pd.Timestamp("1900-01-01")))
    frame = frame[frame["since"] < over].sort_values(
        ["salesperson", "since", *kept], kind="stable", na_position="first"
    )
    last = frame.drop_duplicates("salesperson", keep="last")
    return last[["salesperson", *kept]].reset_index(drop=True)


def closed_quarter(data: Dataset) -> pd.DatetimeIndex:
    """Return the months of the last fiscal quarter that is over as a whole."""
    months = data.calendar.quarter_months(data.closed_through)
    if months[-1] <= data.closed_through:
        return months
    return data.calendar.quarter_months(months[0] - pd.DateOffset(months=1))


def _targets(data: Dataset, needed: set[str]) -> pd.DataFrame | None:
    """Return the sales targets, where there are any with these columns."""
    if "targets" not in data.tables:
        return None
    table = data.frame("targets")
    return table[table["metric"] == "sales"] if needed <= set(table.columns) else None


def not_here(data: Dataset) -> pd.DataFrame:
    """Return the people whose work in a region ended before the plan year.

    Returns
    -------
    DataFrame
        ``salesperson`` and, where assignments are dated, ``region``: who left the company, and
        who moved on to another region.
    """
    nobody = pd.DataFrame({"salesperson": []}, dtype="str")
    if "people" not in data.tables:
        return nobody
    people = data.frame("people")
    ends = [c for c in ("leave_date", "valid_to") if c in people.columns]
    if not ends:
        return nobody
    keys = ["salesperson"]
    if "valid_to" in ends and "region" in people.columns:
        keys.append("region")
    # an assignment without an end is still open, whatever ended before it
    end = people[ends].fillna(_NEVER).min(axis=1).groupby([people[k] for k in keys]).max()
    over = end[end < data.calendar.months(data.year)[0]]
    return over.index.to_frame(index=False)
