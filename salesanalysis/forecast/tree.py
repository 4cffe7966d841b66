"""Leaves and every roll-up of them as one stack of rows, summed from the leaves up."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.hierarchy import COMPANY
from salesanalysis.panel import Panel

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Words = npt.NDArray[np.str_]


@dataclass(frozen=True)
class Stack:
    """The nodes of a panel: company, first level, first two levels, ..., leaves.

    Attributes
    ----------
    table : DataFrame, one row per node
        ``level``, the level columns ("" below the node's own level) and ``node``.
    starts : tuple of arrays
        Per level, the row of the first leaf of each node; leaves lie sorted by name.
    """

    table: pd.DataFrame
    starts: tuple[npt.NDArray[np.int64], ...]

    @classmethod
    def of(cls, panel: Panel) -> "Stack":
        """Return the nodes of `panel`."""
        leaves, keys = panel.nodes().astype("str"), list(panel.by)
        starts = [np.zeros(1, dtype="int64")]
        parts = [pd.DataFrame({"level": [COMPANY]})]
        for depth in range(1, len(keys) + 1):
            names = leaves[keys[:depth]]
            first = ~names.duplicated().to_numpy()
            starts.append(np.flatnonzero(first))
            parts.append(names[first].assign(level=keys[depth - 1]))
        table = pd.concat(parts, ignore_index=True).reindex(columns=["level", *keys])
        table = table.fillna("").astype("str")
        table["node"] = join_names(table, keys)
        return cls(table, tuple(starts))

    def add_up(self, leaves: Floats) -> Floats:
        """Return node values, shape (nodes, ...), from leaf values, shape (leaves, ...)."""
        return np.concatenate([np.add.reduceat(leaves, s, axis=0) for s in self.starts])

    def history(self, leaves: Floats) -> Floats:
        """Return node x month sums; empty where no leaf of the node was active."""
        active = self.add_up(np.isfinite(leaves).astype("float64")) > 0
        return np.where(active, self.add_up(np.nan_to_num(leaves)), np.nan)


def join_names(table: pd.DataFrame, keys: Sequence[str]) -> pd.Series:
    """Join the names of each row with " / ", for display only."""
    joined = pd.Series("", index=table.index, dtype="str")
    for key in keys:
        gap = np.where((joined != "") & (table[key] != ""), " / ", "")
        joined = joined + gap + table[key]
    return joined
