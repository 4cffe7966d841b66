"""Tiny targets: attainment of a target of next to nothing is noise."""

import pandas as pd

from salesanalysis.errors import ContractError, require_columns, require_rows

#: The smallest part of the targets, and the part of the squared deviation it may not exceed.
SMALLEST, MOST = 0.1, 0.5


def kept_rows(
    table: pd.DataFrame, target: str | None, min_target: float | None, unit: str
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the rows whose target is large enough, and the units left out wholly."""
    if min_target is None:
        return table, ()
    if target is None:
        raise ContractError(
            f"min_target={min_target!r} needs a column of targets.",
            where="components(min_target=...)",
            fix='name it: target="quota"',
            code="bad-choice",
        )
    require_columns(table, [target, unit], name="df")
    bad = table[table[target].isna()]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(table)} rows of df have no {target!r}.",
            where=f"first rows {bad.index[:3].tolist()}, see .rows",
            fix="give every row its target, or leave these rows out and say so",
            rows=bad,
        )
    kept = table[table[target] >= min_target]
    require_rows(kept, name=f"df with {target} of {min_target:,} and more", fix="lower min_target")
    gone = set(table[unit].astype("str")) - set(kept[unit].astype("str"))
    return kept, tuple(sorted(gone))


def small_targets_rule(table: pd.DataFrame, value: str, target: str | None) -> bool:
    """Tell whether the smallest tenth of targets holds over half of the squared deviation."""
    if target is None or target == value or not pd.api.types.is_numeric_dtype(table[target]):
        return False
    ordered = table.sort_values(target, kind="stable")[value].astype("float64")
    squares = (ordered - ordered.mean()) ** 2
    smallest = squares.iloc[: int(len(squares) * SMALLEST)].sum()
    return bool(smallest > MOST * squares.sum())
