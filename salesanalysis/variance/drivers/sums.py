"""From rows to cells: sums of both sides beside each other, with the checks every method needs."""

from collections.abc import Sequence
from typing import Any

import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError, require_columns, require_named, require_rows
from salesanalysis.variance.tables import numbers, same_kind


def beside(
    actual: pd.DataFrame, base: pd.DataFrame, keys: Sequence[str], columns: Sequence[str]
) -> pd.DataFrame:
    """Return one row per cell, sorted by its keys, both sides beside each other.

    Returns
    -------
    DataFrame
        `keys`, then each of `columns` followed by 0 (base) and 1 (actual); 0 where a side has
        no rows. ``in0`` and ``in1`` count the rows.

    Raises
    ------
    ContractError
        Missing columns, nameless keys, values that are empty, infinite or text, keys of
        different type, no rows at all, keys called as one of the columns returned.
    """
    filled = [f"{c}{i}" for i in (0, 1) for c in (*columns, "in")]
    _names_apart(keys, filled)
    if not len(base):
        require_rows(actual, name="actual")
    sold = actual if len(actual) else base.iloc[:0]
    sides = totals(base, "base", keys, columns), totals(sold, "actual", keys, columns)
    if len(base) and len(actual):
        same_kind(sides[0], sides[1], keys)
    tables = [
        side.rename(columns={c: f"{c}{i}" for c in (*columns, "in")})
        for i, side in enumerate(sides)
    ]
    both = pd.concat([t for t in tables if len(t)], ignore_index=True)
    both = both.reindex(columns=[*keys, *filled])
    both[filled] = both[filled].fillna(0.0).astype("float64")
    return grouped(both, keys)


def _names_apart(keys: Sequence[str], filled: Sequence[str]) -> None:
    """Refuse a key called as a column with its side: ``visits0`` beside ``visits``."""
    clash = [key for key in keys if key in filled]
    if clash:
        raise ContractError(
            f"{clash[0]!r} cannot name an item: the sums of {clash[0][:-1]!r} are kept under it.",
            where="by=..., dims=...",
            fix=f"rename the column, such as {clash[0] + '_name'!r}",
            code="bad-choice",
        )


def totals(
    frame: pd.DataFrame, name: str, keys: Sequence[str], columns: Sequence[str]
) -> pd.DataFrame:
    """Return the sums of one side per cell, and ``in``: how many rows stand behind them."""
    require_columns(frame, [*keys, *columns], name=name)
    if any(frame[key].isna().any() for key in keys):
        require_named(frame, keys, name=name)
    figures = {c: numbers(frame, c, name) for c in columns}
    table = pd.DataFrame({**{k: frame[k] for k in keys}, **figures, "in": 1.0}, copy=False)
    cells = grouped(table, keys)
    for key in keys:
        # categories are read after summing: a million names are a few hundred cells
        if isinstance(cells[key].dtype, pd.CategoricalDtype):
            cells[key] = cells[key].astype(cells[key].cat.categories.dtype)
        if (
            cells[key].dtype.kind not in "iufbM"
            and (cells[key].astype("str").str.strip() == "").any()
        ):
            require_named(frame, keys, name=name)
    return cells


def grouped(table: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Return sums per cell in the order of the keys; one row where there are none."""
    figures = [c for c in table.columns if c not in keys]
    if not len(keys):
        return pd.DataFrame({c: [float(table[c].sum())] for c in figures})
    found = table.groupby(list(keys), sort=True, observed=True, as_index=False)
    cells: pd.DataFrame = found[figures].sum()
    return cells


def sides_of(keys: pd.DataFrame, base: npt.NDArray[Any], actual: npt.NDArray[Any]) -> pd.DataFrame:
    """Return items of a bridge: what stands on each side decides whether one is new or lost."""
    there = (base != 0, actual != 0)
    counts = {
        "n_matched": there[0] & there[1],
        "n_new": ~there[0] & there[1],
        "n_lost": there[0] & ~there[1],
    }
    found = {name: mask.astype("int64") for name, mask in counts.items()}
    return keys.assign(base=base, actual=actual, **found)
