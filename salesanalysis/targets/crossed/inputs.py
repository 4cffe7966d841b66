"""What every table of weights has to be: named, each row once, zero or more."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from salesanalysis.errors import (
    ContractError,
    require_columns,
    require_named,
    require_rows,
    require_unique,
)


def require_weights(
    table: pd.DataFrame, names: Sequence[str], *, name: str, unit: str, what: str, fix: str
) -> None:
    """Refuse a table whose ``value`` nobody can share by.

    Parameters
    ----------
    names : sequence of str, the columns that name a row
    name, unit, what : str
        How messages call the table, a row of it and the weights.

    Raises
    ------
    ContractError
        Missing columns, no rows, empty or doubled names, weights negative, empty or infinite.

    Examples
    --------
    >>> cells = pd.DataFrame({"region": ["E"], "value": [-1.0]})
    >>> require_weights(cells, ["region"], name="base", unit="cell", what="cells", fix="net them")
    Traceback (most recent call last):
        ...
    salesanalysis.errors.ContractError: 1 of 1 cells are negative, empty or infinite.
      where: base, first rows [0], see .rows
      fix:   net them
    """
    require_columns(table, [*names, "value"], name=name)
    require_rows(table, name=name)
    require_named(table, names, name=name)
    require_unique(table, list(names), name=name, what=f"name the same {unit}")
    value = table["value"].to_numpy("float64")
    bad = table[~((value >= 0) & np.isfinite(value))]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(table)} {what} are negative, empty or infinite.",
            where=f"{name}, first rows {bad.index[:3].tolist()}, see .rows",
            fix=fix,
            rows=bad,
        )
