"""The organisation: crossed levels, checked names, and sums that equal the table they come from."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from salesanalysis.errors import (
    ContractError,
    require_columns,
    require_named,
    require_rows,
    require_unique,
)
from salesanalysis.results import require_adds_up

#: The order in which levels are handed down where a table has them.
LEVELS = ("region", "product_line", "team", "salesperson")
COMPANY = "company"


@dataclass(frozen=True)
class Tree:
    """Levels from the top down. Rep x region x product is crossed: a leaf carries every key.

    Attributes
    ----------
    levels : tuple of str
        Column names from the top down, without the company and without the month.

    Examples
    --------
    >>> leaves = pd.DataFrame({"region": ["N", "S"], "salesperson": ["Li", "Li"],
    ...                        "value": [3.0, 4.0]})
    >>> tree = Tree(("region", "salesperson"))
    >>> tree.roll_up(leaves)[["level", "node", "value"]].values.tolist()
    ... # doctest: +NORMALIZE_WHITESPACE
    [['company', '', 7.0], ['region', 'N', 3.0], ['region', 'S', 4.0],
     ['salesperson', 'N / Li', 3.0], ['salesperson', 'S / Li', 4.0]]
    """

    levels: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse a level named twice, or none at all."""
        object.__setattr__(self, "levels", tuple(self.levels))
        if len(set(self.levels)) != len(self.levels) or not self.levels:
            raise ContractError(
                f"levels must be different and at least one, got {list(self.levels)}.",
                where="Tree(levels=...)",
                fix="name each level once, from the top down",
                code="bad-choice",
            )

    @classmethod
    def of(cls, table: pd.DataFrame) -> "Tree":
        """Return the tree of the levels `table` has."""
        return cls(tuple(c for c in LEVELS if c in table.columns))

    def check(self, leaves: pd.DataFrame, *, name: str = "leaves") -> None:
        """Refuse missing columns, empty names, and leaves named twice.

        Raises
        ------
        ContractError
            With the offending rows.
        """
        keys = list(self.levels)
        self._check_names(leaves, name)
        require_unique(leaves, keys, name=name, what="name the same leaf")

    def _check_names(self, leaves: pd.DataFrame, name: str) -> None:
        """Refuse missing columns, no rows and empty names."""
        require_columns(leaves, self.levels, name=name)
        require_rows(leaves, name=name)
        require_named(leaves, self.levels, name=name)

    def roll_up(self, leaves: pd.DataFrame, value: str = "value") -> pd.DataFrame:
        """Sum leaves to every level; each level is checked against the leaves.

        Returns
        -------
        DataFrame, one row per node
            ``level``, the level columns (empty below the node's own level), ``node`` (names
            joined for display only) and `value`.

        Raises
        ------
        ContractError
            Missing columns, empty names, values that are empty or infinite.
        """
        keys = list(self.levels)
        self._check_names(leaves, "leaves")
        require_columns(leaves, [value], name="leaves")
        bad = leaves[~np.isfinite(leaves[value].to_numpy(dtype="float64", na_value=np.nan))]
        if len(bad):
            raise ContractError(
                f"{len(bad)} of {len(leaves)} values of {value!r} are empty or infinite.",
                where=f"first rows {bad.index[:3].tolist()}, see .rows",
                fix="write 0 where nothing is meant, or leave the rows out and say so",
                rows=bad,
            )
        # one order of adding, whatever the order of the rows: the last bit stays the same
        leaves = leaves.sort_values([*keys, value])
        total = float(leaves[value].sum())
        parts = [pd.DataFrame({"level": [COMPANY], value: [leaves[value].sum()]})]
        for depth in range(1, len(keys) + 1):
            part = leaves.groupby(keys[:depth], as_index=False, sort=True)[value].sum()
            require_adds_up(part[value], total, what=f"Nodes of level {keys[depth - 1]!r}")
            parts.append(part.assign(level=keys[depth - 1]))
        out = pd.concat(parts, ignore_index=True)
        out[keys] = out[keys].astype("str").where(out[keys].notna(), "")
        out["node"] = out[keys[0]]
        for key in keys[1:]:
            out["node"] += (" / " + out[key]).where(out[key] != "", "")
        return out[["level", *keys, "node", value]]
