"""Australian retail as a tree: states crossed with industries, industries below groups.

Leaves are published industries with a value in every month of the window and, where a group's
subtotal is complete while a part is not, "<group> other" for what the present parts leave open.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks._sets import FOLDER

#: Level name -> the columns that name its nodes.
LEVELS = {
    "total": (),
    "state": ("state",),
    # before its group: a group of one industry is that industry
    "industry": ("industry",),
    "group": ("group",),
    "state x group": ("state", "group"),
}
ORIGINS = tuple(f"{year}-12" for year in range(2008, 2018))


@dataclass(frozen=True, eq=False)
class Tree:
    """One origin: leaves by months, and every aggregate as a row of zeros and ones.

    Attributes
    ----------
    leaves : DataFrame, one row per leaf: ``state``, ``group``, ``industry``
    sums : array, shape (aggregates, leaves)
    levels : list of str, one per node: aggregates first, then the leaves
    train, test : arrays of the leaves, shape (leaves, K) and (leaves, h)
    """

    leaves: pd.DataFrame
    sums: np.ndarray
    levels: list[str]
    train: np.ndarray
    test: np.ndarray

    def every(self, leaves: np.ndarray) -> np.ndarray:
        """Return all nodes, aggregates first, from values of the leaves."""
        return np.concatenate([self.sums @ leaves, leaves])


def tree(origin: str, kept: int = 60, horizon: int = 12, folder: Path = FOLDER) -> Tree:
    """Return the tree at the end of month `origin`, such as "2017-12"."""
    wide = _wide(folder)
    last = wide.columns.get_loc(origin) + 1
    window = wide.iloc[:, last - kept : last + horizon]
    parts = window.xs("industry", level="level")
    whole = parts.notna().all(axis=1)
    leaves = pd.concat([parts[whole], _others(window, parts, whole)]).sort_index()
    names = leaves.index.to_frame(index=False)
    values = leaves.to_numpy(dtype="float64")
    sums, levels = _aggregates(names)
    return Tree(names, sums, [*levels, *["leaf"] * len(names)], values[:, :kept], values[:, kept:])


@cache
def _wide(folder: Path) -> pd.DataFrame:
    table = pd.read_csv(folder / "aus_retail.csv.gz")
    return table.pivot(
        index=["state", "group", "industry", "level"], columns="period", values="value"
    )


def _others(window: pd.DataFrame, parts: pd.DataFrame, whole: pd.Series) -> pd.DataFrame:
    """Return subtotals less their complete parts, where a part is missing and more than 0.5 left."""
    subtotals = window.xs("group", level="level").dropna()
    present = parts[whole].groupby(level=["state", "group"]).sum()
    keys = subtotals.index.droplevel("industry")
    left = subtotals.set_axis(keys).sub(present.reindex(keys).fillna(0.0))
    rest = left[(left > 0.5).all(axis=1)]
    names = [(state, group, f"{group} other") for state, group in rest.index]
    index = pd.MultiIndex.from_tuples(names, names=["state", "group", "industry"])
    return rest.set_axis(index)


def _aggregates(names: pd.DataFrame) -> tuple[np.ndarray, list[str]]:
    """Return the sums of every level; one with the same leaves as another node is dropped."""
    rows, levels, seen = [], [], {tuple(row) for row in np.eye(len(names), dtype=int)}
    for level, columns in LEVELS.items():
        place = names.groupby(list(columns)).ngroup() if columns else pd.Series(0, names.index)
        for i in range(int(place.max()) + 1):
            row = (place == i).to_numpy().astype(int)
            if tuple(row) not in seen:
                seen.add(tuple(row))
                rows.append(row)
                levels.append(level)
    return np.array(rows, dtype="float64"), levels
