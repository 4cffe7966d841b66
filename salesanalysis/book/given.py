"""What the company has set itself: yearly targets, quotas, people who left."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from salesanalysis.data import Dataset


def yearly_targets(data: Dataset, levels: Sequence[str]) -> pd.DataFrame:
    """Return the sales targets set for the plan year, ``level`` company or unit; maybe none."""
    empty = pd.DataFrame({"level": [], "value": [], "method": [], "pinned": []})
    if "targets" not in data.tables:
        return empty
    table = data.frame("targets")
    if not {"span", "pinned", "method"} <= set(table.columns):
        return empty
    first = data.calendar.months(data.year)[0]
    own = table[
        (table["metric"] == "sales") & (table["span"] == "year") & (table["period"] == first)
    ]
    named = own[[c for c in levels if c in own.columns]].fillna("") != ""
    return own.assign(level=np.where(named.any(axis=1), "unit", "company"))


def quarter_quotas(data: Dataset) -> pd.DataFrame | None:
    """Return quotas per person of the quarter that closed last, where the company has any.

    Returns
    -------
    DataFrame or None
        ``salesperson``, ``value`` (currency).
    """
    if "targets" not in data.tables:
        return None
    table = data.frame("targets")
    if not {"span", "salesperson"} <= set(table.columns):
        return None
    first = data.calendar.quarter_months(data.closed_through)[0]
    own = table[
        (table["metric"] == "sales") & (table["span"] == "quarter") & (table["period"] == first)
    ]
    own = own[own["salesperson"].fillna("") != ""]
    return own[["salesperson", "value"]].reset_index(drop=True) if len(own) else None


def people_gone(data: Dataset) -> list[str]:
    """Return the people who left before the plan year."""
    if "people" not in data.tables:
        return []
    people = data.frame("people")
    if "leave_date" not in people.columns:
        return []
    first = data.calendar.months(data.year)[0]
    # one row without a leave date is enough: the person is still there
    left = people["leave_date"].fillna(pd.Timestamp.max.floor("D")).groupby(people["salesperson"])
    last_day = left.max()
    return sorted(last_day[last_day < first].index)
