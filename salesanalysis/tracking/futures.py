"""Counting futures: the table of draws of a forecast, laid on the months that are closed."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, require_columns, require_rows, require_unique
from salesanalysis.labels import month
from salesanalysis.periods import month_start

WHERE = "review(forecast=...)"
_COLUMNS = ("level", "node", "period", "draw", "value")
#: Fewer futures have no 80 % interval.
_LEAST = 10


def futures_of(
    draws: pd.DataFrame,
    keys: Sequence[str],
    scope: dict[str, str],
    months: pd.DatetimeIndex,
    closed: pd.Timestamp,
) -> pd.DataFrame:
    """Return what each unit sells over the open `months` in every draw: `keys` x draws.

    The rows that name these levels and no more are read; where there are none, finer ones are
    summed, draw by draw: one draw is one future of all of them.
    """
    require_columns(draws, [*keys, "period", "draw", "value"], name="draws")
    require_rows(draws, name="draws", fix="pass forecast.draws().to_frame()")
    table = _units(draws, keys)
    table["period"] = table["period"].map({p: month_start(p) for p in table["period"].unique()})
    _check_months(table["period"], months, closed)
    table = table[table["period"].isin(months)]
    for level, wanted in scope.items():
        table = table[table[level] == wanted]
    require_rows(table, name="draws", fix=f"give the draws of {' / '.join(scope.values())}")
    values = table["value"]
    if not (pd.api.types.is_numeric_dtype(values) and np.isfinite(values).all()):
        raise ContractError(
            "Values of draws are text, empty or infinite.",
            where=f"{WHERE}, column 'value'",
            fix="give every unit the same finite draws",
        )
    # one order of adding, whatever the order of the rows: the last bit stays the same
    table = table.sort_values([*levels_of(table), "period", "draw"], kind="stable")
    found = table.groupby([*keys, "draw"], sort=True)["value"].agg(["sum", "size"])
    wide = found["sum"].unstack("draw")
    _check_whole(found["size"], wide)
    return wide


def _units(draws: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Return the rows of the coarsest nodes that name all of `keys`."""
    levels = levels_of(draws)
    table = draws.copy()
    table[levels] = table[levels].astype("object").fillna("").astype("str")
    named = table[levels] != ""
    fits = named[list(keys)].all(axis=1)
    if not fits.any():
        raise ContractError(
            f"The draws have no rows that name {', '.join(keys)}.",
            where=f"{WHERE}, level columns {levels}",
            fix="pass the whole table of forecast.draws()",
            code="unknown-name",
        )
    depth = named.sum(axis=1)
    coarsest = fits & (depth == depth[fits].min())
    # two families of equal depth, such as region x team and region x product: either is whole
    first = named[coarsest].iloc[0]
    table = table[coarsest & (named == first).all(axis=1)]
    require_unique(
        table, [*levels, "period", "draw"], name="draws", what="are one draw of one node"
    )
    return table


def levels_of(draws: pd.DataFrame) -> list[str]:
    """Return the columns that name a node."""
    return [c for c in draws.columns if c not in _COLUMNS and not _is_number(draws[c])]


def _is_number(column: pd.Series) -> bool:
    return bool(
        pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column)
    )


def _check_months(periods: pd.Series, months: pd.DatetimeIndex, closed: pd.Timestamp) -> None:
    """Refuse draws of months that are closed by now, and draws that lack an open one."""
    first, last = periods.min(), periods.max()
    if first <= closed:
        raise ContractError(
            f"The draws begin in {month(first)}, but the data are closed through {month(closed)}.",
            where=WHERE,
            fix="draw from a forecast of the same data",
            code="bad-choice",
        )
    absent = months[~months.isin(pd.DatetimeIndex(periods.unique()))]
    if len(absent):
        raise ContractError(
            f"The draws say nothing about {month(absent[0])}: they cover {month(first)} to "
            f"{month(last)}.",
            where=WHERE,
            fix=f"draw every month through {month(months[-1])}: a horizon that reaches it, and "
            "monthly figures",
            code="bad-choice",
        )


def _check_whole(sizes: pd.Series, wide: pd.DataFrame) -> None:
    """Refuse units that lack a draw or a month of one, and too few draws."""
    if (
        wide.isna().any(axis=None)
        or sizes.groupby(level=list(wide.index.names)).nunique().gt(1).any()
    ):
        raise ContractError(
            "The draws have holes: some units lack a draw or a month that others have.",
            where=WHERE,
            fix="pass the whole table of forecast.draws()",
        )
    if wide.shape[1] < _LEAST:
        raise ContractError(
            f"{wide.shape[1]} draws have no 80 % interval; it takes {_LEAST}.",
            where=WHERE,
            fix="forecast.draws(n=500)",
            code="bad-choice",
        )


def counted(
    wide: pd.DataFrame, targets: pd.DataFrame, keys: Sequence[str], free: Sequence[str]
) -> pd.DataFrame:
    """Return middle, interval and chance of every unit and every sum over `free` levels.

    Parameters
    ----------
    wide : DataFrame, units x draws
        Of the whole span, closed months included.
    targets : DataFrame
        `keys` and ``target_ahead``.
    """
    table = wide.reset_index()
    sums = over(table, keys, free, list(wide.columns))
    ends = sums[list(wide.columns)].to_numpy("float64")
    out = sums[list(keys)].copy()
    out["middle"] = np.median(ends, axis=1)
    out["lo80"], out["hi80"] = np.quantile(ends, [0.1, 0.9], axis=1)
    wanted = out[list(keys)].merge(targets, on=list(keys), how="left")["target_ahead"].to_numpy()
    # half a cent of slack: a draw equal to the target reaches it
    reached = (ends >= wanted[:, None] - 0.005).sum(axis=1)
    out["probability"] = (1 + reached) / (ends.shape[1] + 2)
    return out


def over(
    table: pd.DataFrame, keys: Sequence[str], free: Sequence[str], columns: Sequence[object]
) -> pd.DataFrame:
    """Return `columns` summed to every unit and over every choice of the `free` levels."""
    choices = [c for n in range(len(free) + 1) for c in combinations(free, n)]
    parts = [
        table.assign(**dict.fromkeys(lost, ""))
        .groupby(list(keys), as_index=False)[list(columns)]
        .sum()
        for lost in choices
    ]
    return pd.concat(parts, ignore_index=True)
