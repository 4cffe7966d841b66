"""Targets laid beside the nodes of a forecast, whatever table they come in."""

import numpy as np
import pandas as pd

from salesanalysis.dates import dates_of
from salesanalysis.errors import ContractError, require_columns, require_rows, require_unique
from salesanalysis.forecast.asked import amount
from salesanalysis.forecast.tree import join_names
from salesanalysis.hierarchy import COMPANY, LEVELS


def attach(
    table: pd.DataFrame,
    targets: float | pd.DataFrame,
    by: tuple[str, ...],
    months: pd.DatetimeIndex,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Add ``target``, ``gap`` and ``target_status`` to a landing table.

    Parameters
    ----------
    table : DataFrame, one row per node
    targets : float or DataFrame
        One figure for the top node; or level columns with ``value`` or ``target``. A table by
        month (``period``) is summed over `months`; a table of leaves alone is summed up to
        every parent whose selling leaves are all in it; of a table with ``level`` only the
        levels of the forecast are read.
    by : tuple of str
    months : DatetimeIndex

    Returns
    -------
    tuple of DataFrame
        The table, and the targets no node fits (``level``, level columns, ``node``, ``target``).

    Raises
    ------
    ContractError
        Missing columns, empty or infinite targets, two targets for one node, or none that fits.
    """
    keys = list(by)
    if isinstance(targets, pd.DataFrame):
        wanted = _of_table(targets, by, months)
        if by and (wanted[by[-1]] != "").all():
            wanted = _with_parents(wanted, table, by)
    else:
        wanted = _of_top(table, amount(targets), keys)
    merged = table[keys].merge(wanted, on=keys, how="left") if by else wanted
    out, place = table.copy(), list(table.columns).index("n_draws")
    out.insert(place, "target", merged["target"].to_numpy(dtype="float64"))
    out.insert(place + 1, "gap", out["landing"] - out["target"])
    given = np.isfinite(out["target"])
    out["target_status"] = pd.Series(
        np.where(given, "given", "no_target"), index=out.index, dtype="str"
    )
    if not given.any():
        raise ContractError(
            f"None of the {len(wanted)} targets belongs to a node of the forecast.",
            where=f"targets, level columns {keys}",
            fix="give targets for the names the forecast has",
            code="unknown-name",
            rows=wanted,
        )
    return out, _strangers(wanted, table, by)


def _of_top(table: pd.DataFrame, target: float, keys: list[str]) -> pd.DataFrame:
    """Return one target for the first node of `table`."""
    return table.head(1)[keys].assign(target=target)


def _of_table(targets: pd.DataFrame, by: tuple[str, ...], months: pd.DatetimeIndex) -> pd.DataFrame:
    """Return one target per node from whatever table of targets this is."""
    require_rows(targets, name="targets")
    column = "target" if "target" in targets.columns else "value"
    require_columns(targets, [column], name="targets")
    rows = targets.copy()
    if "level" in rows.columns:
        rows = rows[rows["level"].isin([COMPANY, *by])]
    for key in by:
        rows[key] = rows[key].fillna("").astype("str") if key in rows.columns else ""
    # a number written as text is none: it would be joined, not added
    numbers = pd.to_numeric(rows[column].where(~rows[column].map(lambda v: isinstance(v, str))))
    rows[column] = numbers.astype("float64")
    bad = rows[~np.isfinite(rows[column])]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(rows)} targets are empty, infinite or text.",
            where=f"targets, first rows {bad.index[:3].tolist()}, see .rows",
            fix="give a figure, or leave out nodes without a target",
            rows=bad,
        )
    finer = [c for c in LEVELS if c in rows.columns and c not in by and "level" not in rows.columns]
    if "period" in rows.columns:
        rows = rows[dates_of(rows["period"], name="targets").isin(months)]
    elif not finer:
        fix = "sum them first, or leave all but one out"
        require_unique(rows, by, name="targets", what="name the same node", fix=fix)
    rows = rows.rename(columns={column: "target"})
    if not by:
        return pd.DataFrame({"target": [float(rows["target"].sum())]})
    summed: pd.DataFrame = rows.groupby(list(by), as_index=False)["target"].sum()
    return summed


def _with_parents(leaves: pd.DataFrame, table: pd.DataFrame, by: tuple[str, ...]) -> pd.DataFrame:
    """Add the sums of a table of leaves for every parent all of whose selling leaves are in it."""
    keys = list(by)
    selling = table[(table[by[-1]] != "") & (table["landing"] != 0)]
    both = selling[keys].merge(leaves, on=keys, how="outer")
    parts = [leaves]
    for depth in range(len(by)):
        upper = both.assign(**dict.fromkeys(by[depth:], ""))
        # one leaf without a target: the sum of the others is no target of the parent
        sums = upper.groupby(keys, as_index=False)["target"].agg(lambda t: t.sum(skipna=False))
        parts.append(sums.dropna(subset="target"))
    return pd.concat(parts, ignore_index=True)


def _strangers(wanted: pd.DataFrame, table: pd.DataFrame, by: tuple[str, ...]) -> pd.DataFrame:
    """Return the targets whose node the forecast does not have."""
    keys = list(by)
    known = pd.MultiIndex.from_frame(table[keys]) if by else None
    out = wanted[~pd.MultiIndex.from_frame(wanted[keys]).isin(known)] if by else wanted[:0]
    depth = (out[keys] != "").sum(axis=1).to_numpy() if by else np.zeros(0, dtype="int64")
    level = np.array([COMPANY, *by], dtype=object)[depth]
    named = out.assign(level=level, node=join_names(out, keys)).reset_index(drop=True)
    return named.astype({"level": "str", "node": "str"})[["level", *keys, "node", "target"]]
