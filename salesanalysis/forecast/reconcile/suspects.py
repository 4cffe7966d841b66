"""Leaves that look like the sum of other leaves: counted twice in every total."""

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.forecast.reconcile.summing import Whole
from salesanalysis.forecast.tree import Flags, Floats, join_names

#: Months a leaf needs before it is looked at, and the share of them in which it must be a sum.
LEAST_MONTHS, MOST = 12, 0.9
#: Different figures it must have shown.
LEAST_FIGURES = 8
#: How far a sum may be off in a month it counts as met, relative: subtotals are rounded.
CLOSE = 0.01
#: Siblings up to which any choice of them is tried; beyond, only the sum of all the others.
MAX_SIBLINGS = 60


def subtotals(history: Floats, leaves: pd.DataFrame, *, check: str = "warn") -> pd.DataFrame:
    """Find leaves that equal the sum of two or more of their siblings in most months.

    Siblings are leaves that differ in one level column only: the "Total" row among the lines
    of a region, or the "All regions" row of a line.

    Parameters
    ----------
    history : array, shape (leaves, months), currency
        Empty where a leaf was not active.
    leaves : DataFrame, one row per leaf
        The level columns, such as ``panel.nodes()``.
    check : str
        ``warn`` returns what is found, ``strict`` refuses it.

    Returns
    -------
    DataFrame, one row per suspect
        The level columns, ``node``, ``level`` in which the parts differ, ``parts`` (their names
        in that level, joined with ", "), ``n_parts`` and ``share`` of months in which they add up.

    Raises
    ------
    ContractError
        Another `check`; with ``strict``, any suspect.

    Notes
    -----
    A leaf is regressed on its smaller siblings without negative weights (Lawson and Hanson,
    1974); those with a weight above one half are its parts, and what counts is whether the plain
    sum of the parts is within 1 % in nine months of ten. More siblings than months leave the
    choice open: such subtotals may be missed.

    Examples
    --------
    >>> month = np.arange(24)
    >>> parts = np.vstack([10 + month % 5, 20 + month % 7]).astype(float)
    >>> names = pd.DataFrame({"line": ["A", "B", "Total"]})
    >>> found = subtotals(np.vstack([parts, parts.sum(axis=0)]), names)
    >>> found[["node", "parts", "share"]].values.tolist()
    [['Total', 'A, B', 1.0]]
    """
    if check not in ("warn", "strict"):
        raise ContractError(
            f"check must be 'warn' or 'strict', got {check!r}.",
            where="subtotals(check=...)",
            fix="write 'strict' to refuse leaves that look like subtotals",
            code="bad-choice",
        )
    columns = list(leaves.columns)
    names = leaves.astype("str").reset_index(drop=True)
    found: dict[int, tuple[str, Whole, float]] = {}
    for column in columns:
        for rows in _siblings(names, column):
            for row, parts, share in _sums_among(history[rows]):
                found.setdefault(int(rows[row]), (column, rows[parts], share))
    table = _table(names, columns, found)
    if check == "strict" and len(table):
        raise _refusal(table, len(names))
    return table


def _siblings(names: pd.DataFrame, column: str) -> list[Whole]:
    """Return the rows of leaves that differ in `column` only, three or more of them."""
    others = [c for c in names.columns if c != column]
    if not others:
        return [np.arange(len(names))] if len(names) > 2 else []
    groups = names.groupby(others, sort=True).indices.values()
    return [np.sort(rows) for rows in groups if len(rows) > 2]


def _sums_among(history: Floats) -> list[tuple[int, Whole, float]]:
    """Return (row, rows of its parts, share of months) of every row that is a sum of others."""
    active = np.isfinite(history)
    values = np.where(active, history, 0.0)
    size = np.abs(values).sum(axis=1)
    found = []
    everyone = values.sum(axis=0) - values
    # 2 = 1 + 1 says nothing: a leaf of a few pieces a month is no suspect
    for row in np.flatnonzero((active.sum(axis=1) >= LEAST_MONTHS) & _tells(values, active)):
        others = np.flatnonzero((size < size[row]) & (size > 0))
        if len(others) < 2:
            continue
        share = _met(values[row], everyone[row], active[row])
        parts = others
        if share < MOST and len(history) <= MAX_SIBLINGS:
            parts = others[_chosen(values[row], values[others], active[row])]
            share = _met(values[row], values[parts].sum(axis=0), active[row])
        if share >= MOST and len(parts) > 1:
            found.append((int(row), parts, share))
    return found


def _tells(values: Floats, active: Flags) -> Flags:
    """Return the rows with so many different figures that a sum is no chance."""
    ordered = np.sort(np.where(active, values, 0.0), axis=1)
    return np.asarray((np.diff(ordered, axis=1) > 0).sum(axis=1) >= LEAST_FIGURES - 1)


def _met(values: Floats, total: Floats, active: Flags) -> float:
    """Return the share of active months with sales in which `total` is `values`."""
    used = active & (values != 0)
    near = np.abs(total - values) <= CLOSE * np.abs(values)
    return float(near[used].mean()) if used.sum() >= LEAST_MONTHS else 0.0


def _chosen(values: Floats, others: Floats, active: Flags) -> Flags:
    """Return which of `others` weigh more than one half in `values`."""
    from scipy.optimize import nnls  # noqa: PLC0415

    unit = np.abs(values).mean()
    weight = nnls(others[:, active].T / unit, values[active] / unit)[0]
    return np.asarray(weight > 0.5)


def _table(
    names: pd.DataFrame, columns: list[str], found: dict[int, tuple[str, Whole, float]]
) -> pd.DataFrame:
    """Lay the suspects out as a table."""
    rows = sorted(found)
    out = names.loc[rows].reset_index(drop=True)
    out["node"] = join_names(out, columns)
    out["level"] = pd.Series([found[r][0] for r in rows], dtype="str")
    parts = [", ".join(names.loc[found[r][1], found[r][0]].tolist()) for r in rows]
    out["parts"] = pd.Series(parts, dtype="str")
    out["n_parts"] = np.array([len(found[r][1]) for r in rows], dtype="int64")
    out["share"] = np.array([found[r][2] for r in rows], dtype="float64")
    return out


def _refusal(table: pd.DataFrame, n_leaves: int) -> ContractError:
    """Return the error that names the first suspect and its parts."""
    first = table.iloc[0]
    return ContractError(
        f"{len(table)} of {n_leaves} leaves look like subtotals, such as {first['node']!r}, "
        f"the sum of {first['parts']} in {100 * first['share']:.0f} % of its months.",
        where=f"first {table['node'].tolist()[:3]}, see .rows",
        fix="leave subtotals out: every sum is made from the leaves",
        code="duplicate-key",
        rows=table,
    )
