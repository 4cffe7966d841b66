"""What was sold so far in the first month that is not over."""

import numpy as np
import pandas as pd

from salesanalysis.dates import dates_of
from salesanalysis.errors import ContractError, require_columns, require_named
from salesanalysis.forecast.reconcile import Summing
from salesanalysis.forecast.tree import Floats
from salesanalysis.panel import Panel
from salesanalysis.periods import month_start


def leaves_so_far(panel: Panel, so_far: pd.DataFrame | None) -> Floats | None:
    """Return what each leaf of `panel` sold so far, shape (leaves,); None where nobody asks.

    Parameters
    ----------
    panel : Panel
    so_far : DataFrame or None
        The level columns of the panel and ``value``; finer rows are summed, leaves without a row
        have sold nothing. A column ``period`` must name the first open month.

    Raises
    ------
    ContractError
        Missing columns, values that are no number, another month, names the panel lacks.
    """
    if so_far is None:
        return None
    where = "forecast.panel(so_far=...)"
    value = _amounts(panel, so_far, where)
    if not panel.by:
        return np.array([float(value.sum())])
    names = so_far[list(panel.by)].astype("str")
    sums = value.groupby([names[c] for c in panel.by]).sum()
    leaves = pd.MultiIndex.from_frame(panel.nodes().astype("str"))
    index = pd.MultiIndex.from_tuples([k if isinstance(k, tuple) else (k,) for k in sums.index])
    new = ~index.isin(leaves) if len(index) else np.zeros(0, dtype=bool)
    if new.any():
        first = " / ".join(index[new][0])
        raise ContractError(
            f"{int(new.sum())} of {len(index)} names so far are not in the panel, first {first!r}.",
            where=f"{where}, see .rows",
            fix='mend the name; where the unit is new, new_units="name": it has no closed '
            "month, so no forecast, and is named beside the others",
            code="unknown-name",
            rows=so_far,
        )
    out: Floats = sums.set_axis(index).reindex(leaves).fillna(0.0).to_numpy(dtype="float64")
    return out


def began_of(panel: Panel, so_far: pd.DataFrame | None) -> tuple[pd.DataFrame | None, pd.DataFrame]:
    """Split sales so far into those of the panel's units and those of units without a closed month.

    Returns
    -------
    known : DataFrame or None
    began : DataFrame, one row per new unit, the largest first
        Level columns and ``value``.
    """
    if so_far is None or not panel.by:
        return so_far, pd.DataFrame()
    by = list(panel.by)
    so_far = so_far.assign(value=_amounts(panel, so_far, "forecast.panel(so_far=...)"))
    names = pd.MultiIndex.from_frame(so_far[by].astype("str"))
    new = ~names.isin(pd.MultiIndex.from_frame(panel.nodes().astype("str")))
    if not new.any():
        return so_far, pd.DataFrame()
    began = so_far[new].astype(dict.fromkeys(by, "str")).groupby(by, as_index=False)["value"].sum()
    order = began.assign(size=-began["value"].abs()).sort_values(["size", *by], kind="stable")
    return (so_far[~new] if not new.all() else None), order.drop(columns="size").reset_index(
        drop=True
    )


def _amounts(panel: Panel, so_far: pd.DataFrame, where: str) -> pd.Series:
    """Return what each row sold as float64; refuse rows without name, amount or the open month."""
    require_columns(so_far, [*panel.by, "value"], name="so_far")
    value = pd.to_numeric(so_far["value"], errors="coerce")
    bad = so_far[~np.isfinite(value.to_numpy(dtype="float64", na_value=np.nan))]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(so_far)} values so far are empty or no number.",
            where=f"{where}, first rows {bad.index[:3].tolist()}, see .rows",
            fix="give an amount; leave out who has sold nothing yet",
            rows=bad,
        )
    require_named(so_far, list(panel.by), name="so_far")
    _require_month(panel, so_far, where)
    amounts: pd.Series = value.astype("float64")
    return amounts


def _require_month(panel: Panel, so_far: pd.DataFrame, where: str) -> None:
    """Refuse rows of another month than the first open one."""
    if "period" not in so_far.columns:
        return
    first = panel.closed_through + pd.DateOffset(months=panel.step)
    last = first + pd.DateOffset(months=panel.step - 1)
    other = so_far[~dates_of(so_far["period"], name="so_far").map(month_start).between(first, last)]
    if len(other):
        raise ContractError(
            f"{len(other)} of {len(so_far)} rows are not of {first:%Y-%m}, the first open "
            f"{'quarter' if panel.step > 1 else 'month'}.",
            where=f"{where}, see .rows",
            fix="closed months belong into the panel, later ones nowhere",
            rows=other,
        )


def least_of(leaves: Floats | None, never: np.ndarray, horizon: int) -> Floats | None:
    """Return what leaves do not fall below, shape (leaves, horizon): so far, where never below 0.

    Parameters
    ----------
    leaves : array, shape (leaves,), or None
    never : array of bool, shape (leaves,)
        Leaves without a month below 0: those sell on, others may take back.
    """
    if leaves is None:
        return None
    out = np.full((len(leaves), horizon), -np.inf)
    out[:, 0] = np.where(never, np.maximum(leaves, 0.0), -np.inf)
    return out


def so_far_table(
    panel: Panel, summing: Summing, nodes: pd.DataFrame, leaves: Floats | None
) -> pd.DataFrame:
    """Return what every node sold so far and what its month cannot end below."""
    if leaves is None:
        return pd.DataFrame()
    never = nodes["not_negative"].to_numpy()[summing.n_aggregates :]
    least = summing.add_up(np.where(never, np.maximum(leaves, 0.0), -np.inf)[:, None])[:, 0]
    out = nodes[["level", *panel.by, "node"]].copy()
    out["period"] = panel.closed_through + pd.DateOffset(months=panel.step)
    return out.assign(value=summing.add_up(leaves[:, None])[:, 0], least=least)
