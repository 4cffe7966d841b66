"""Units of fewer levels: sums in which a parent takes over what its parts left out."""

from collections.abc import Sequence

import numpy as np
import pandas as pd


def gather(
    table: pd.DataFrame,
    keys: list[str],
    pairs: Sequence[tuple[str, str]],
    plain: Sequence[str] = (),
) -> pd.DataFrame:
    """Sum units to `keys`; a parent with anything of its own takes over what was left out.

    Parameters
    ----------
    table : DataFrame, one row per unit
    pairs : sequence of (own, apart)
        Where the own amounts of a family are above zero, the amounts kept apart join them.
    plain : sequence of str
        Columns that are only summed.

    Returns
    -------
    DataFrame, one row per family, in order of the names
        `keys`, the amounts and ``status``, ``mixed`` where it differs.
    """
    amounts = [*plain, *(column for pair in pairs for column in pair)]
    codes, names = pd.factorize(table["status"], sort=True)
    rows = table[[*keys, *amounts]].assign(low=codes, high=codes)
    grouped = rows.groupby(keys or np.zeros(len(rows), int), sort=True)
    how = {**dict.fromkeys(amounts, "sum"), "low": "min", "high": "max"}
    out = grouped.agg(how).reset_index(drop=not keys)
    out = join_apart(out, pairs)
    status = pd.Series(names.take(out["low"]), dtype="str")
    out["status"] = status.where(out["low"] == out["high"], "mixed")
    summed: pd.DataFrame = out[[*keys, *amounts, "status"]]
    return summed


def join_apart(out: pd.DataFrame, pairs: Sequence[tuple[str, str]]) -> pd.DataFrame:
    """Add amounts kept apart to the own ones where there are any."""
    for own, apart in pairs:
        if not out[apart].to_numpy("float64").any():
            continue
        joins = (out[own] > 0) & (out[own] + out[apart] > 0)
        out[own] = out[own] + out[apart].where(joins, 0.0)
        out[apart] = out[apart].where(~joins, 0.0)
    return out
