"""Monthly facts read strictly: what is a number, a month, a known unit, and what is not."""

from collections.abc import Sequence
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
from salesanalysis.targets.base_cleaning.log import rows

#: The line that keeps what belongs to no known unit.
UNMAPPED = "unmapped"


def read_facts(table: pd.DataFrame, by: Sequence[str], *, aggregate: str | None) -> pd.DataFrame:
    """Return level columns, ``period`` and ``value`` (empty = unknown, never 0).

    Raises
    ------
    ContractError
        Texts where numbers or dates belong, infinite values, empty names, a unit and month
        twice unless ``aggregate="sum"``.
    """
    keys = [*by, "period"]
    require_columns(table, [*keys, "value"], name="facts")
    require_rows(table, name="facts")
    require_named(table, by, name="facts")
    frame = table[[*keys, "value"]].reset_index(drop=True)
    frame = frame.assign(period=_months(frame["period"]), value=numbers(frame, "value", "facts"))
    if aggregate == "sum":
        # a month is unknown as soon as one of its parts is
        return frame.groupby(keys, as_index=False)["value"].agg(lambda v: v.sum(skipna=False))
    fix = 'write aggregate="sum", or leave one of them out'
    require_unique(frame, keys, name="facts", what="share a unit and month", fix=fix)
    return frame


def numbers(table: pd.DataFrame, column: str, name: str) -> pd.Series:
    """Return a column as float64, empty values kept empty.

    Raises
    ------
    ContractError
        Texts or infinite values, with their rows.
    """
    values = pd.to_numeric(table[column], errors="coerce").astype("float64")
    texts = table[values.isna() & table[column].notna()]
    endless = table[np.isinf(values.to_numpy())]
    bad, what = (texts, "no numbers") if len(texts) else (endless, "infinite")
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(table)} values of {name} are {what}, "
            f"such as {bad[column].tolist()[0]!r}.",
            where=f"column {column!r}, first rows {bad.index[:5].tolist()}, see .rows",
            fix="read the column as plain finite numbers first",
            rows=bad,
        )
    return values


def _months(column: pd.Series) -> pd.Series:
    """Return month starts, or refuse texts that are no dates, and days inside a month."""
    dates = pd.to_datetime(column, format="ISO8601", errors="coerce").astype("datetime64[us]")
    bad = column[dates.isna() | (dates.dt.day != 1)]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(column)} periods of facts are no month starts, "
            f"such as {str(bad.iloc[0])!r}.",
            where=f"column 'period', first rows {bad.index[:5].tolist()}, see .rows",
            fix='write the first day of the month, such as "2024-03-01"',
            rows=bad.to_frame(),
        )
    return dates


def map_units(
    facts: pd.DataFrame, by: Sequence[str], known: pd.DataFrame, limit: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Keep the facts of unknown units on a line of their own, and log them.

    Parameters
    ----------
    known : DataFrame, level columns of the units there are
    limit : float
        Largest part of all value that may belong to unknown units.

    Raises
    ------
    ContractError
        More than `limit` belongs to units nobody knows.
    """
    keys = list(by)
    require_columns(known, keys, name="nodes")
    is_known = pd.MultiIndex.from_frame(facts[keys]).isin(pd.MultiIndex.from_frame(known[keys]))
    strange = facts[~is_known]
    if strange.empty:
        return facts, rows([], "", "unmapped", [], [])
    share = float(strange["value"].abs().sum() / facts["value"].abs().sum())
    if share > limit:
        names = sorted(strange[keys[-1]].unique())[:5]
        raise ContractError(
            f"{len(strange)} of {len(facts)} facts, {share:.1%} of the value, belong to units "
            f"nobody knows, such as {', '.join(map(repr, names))}.",
            where=f"facts against nodes, level columns {keys}, see .rows",
            fix=f"add the units to nodes, or allow more than {limit:.1%}",
            code="unknown-name",
            rows=strange,
        )
    sums = strange.groupby(keys, as_index=False)["value"].sum()
    log = rows(sums[keys].agg(" / ".join, axis=1), "", "unmapped", sums["value"], 0.0)
    moved = facts.assign(**{k: facts[k].astype("str").where(is_known, UNMAPPED) for k in keys})
    return summed(moved, keys), log


def summed(facts: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Sum facts of the same unit and month; a month nobody knows stays unknown."""
    by: Any = [*keys, "period"]
    return facts.groupby(by, as_index=False)["value"].sum(min_count=1)
