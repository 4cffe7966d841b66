"""Figures handed in beside the history: potential, market, forecasts; one row per unit."""

from collections.abc import Sequence
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import (
    ContractError,
    require_columns,
    require_named,
    require_rows,
    require_unique,
    unknown_name,
)
from salesanalysis.targets.base_cleaning.facts import numbers
from salesanalysis.targets.drawn import outcomes_of, unit_rows, year_of_draws

Floats = npt.NDArray[np.float64]


def figures(
    table: pd.DataFrame,
    units: pd.DataFrame,
    by: Sequence[str],
    columns: Sequence[str],
    *,
    low: float = 0.0,
    name: str = "table",
) -> dict[str, Floats]:
    """Return the columns of `table` in the order of `units`.

    Raises
    ------
    ContractError
        Missing columns, units twice or unknown, a unit without a figure, figures below `low`.
    """
    keys = list(by)
    require_columns(table, [*keys, *columns], name=name)
    require_rows(table, name=name)
    require_named(table, keys, name=name)
    require_unique(table, keys, name=name, what="name the same unit")
    read = table[keys].astype("str").reset_index(drop=True)
    for column in columns:
        read[column] = numbers(table.reset_index(drop=True), column, name)
    _refuse_strangers(read, units, keys, name)
    found = units[keys].merge(read, on=keys, how="left") if keys else read
    for column in columns:
        empty = found[found[column].isna()]
        below = found[found[column] < low]
        bad, what = (empty, "have no") if len(empty) else (below, f"are below {low:g} in")
        if len(bad):
            listed = ", ".join(bad[keys].agg(" / ".join, axis=1).head(5)) if keys else "company"
            raise ContractError(
                f"{len(bad)} of {len(units)} units {what} {column!r}: {listed}.",
                where=f"{name}, column {column!r}, see .rows",
                fix="give every unit a figure; an unknown one is not 0",
                rows=bad,
            )
    return {column: found[column].to_numpy("float64") for column in columns}


def _refuse_strangers(read: pd.DataFrame, units: pd.DataFrame, keys: list[str], name: str) -> None:
    """Refuse figures of units that have no history here."""
    if not keys:
        return
    known = pd.MultiIndex.from_frame(units[keys].astype("str"))
    strange = read[~pd.MultiIndex.from_frame(read[keys]).isin(known)]
    if len(strange):
        names = sorted(units[keys[-1]].unique())
        odd = strange[keys[-1]].iloc[0]
        raise unknown_name(odd, names, kind=keys[-1], where=name, error=ContractError)


def means(forecast: Any, units: pd.DataFrame, by: Sequence[str], year: int) -> Floats:
    """Return the mean of the forecast of `year` for every unit.

    Parameters
    ----------
    forecast : DataFrame with level columns and ``mean``, or any result with ``landing(year=)``
    """
    if isinstance(forecast, pd.DataFrame):
        return figures(forecast, units, by, ["mean"], low=-np.inf, name="forecast")["mean"]
    table = _leaves(unit_rows(forecast.landing(year=year).to_frame(), by), by)
    return figures(table, units, by, ["landing"], low=-np.inf, name="forecast")["landing"]


def quantiles(
    forecast: Any,
    units: pd.DataFrame,
    by: Sequence[str],
    q: float,
    *,
    months: Sequence[pd.Timestamp],
    year: int,
) -> Floats:
    """Return the `q` quantile of the forecast of `year` for every unit.

    Parameters
    ----------
    forecast : DataFrame with level columns and either ``mean`` and ``sd`` (normal) or ``draw``
        and ``value``, any result with ``quantiles(year=)``, or draws by ``period`` of that year
    """
    keys = list(by)
    if isinstance(forecast, pd.DataFrame) and "sd" in forecast.columns:
        both = figures(forecast, units, by, ["mean", "sd"], low=-np.inf, name="forecast")
        return both["mean"] + NormalDist().inv_cdf(q) * both["sd"]
    table = unit_rows(outcomes_of(forecast, year, n=1000), by)
    require_columns(table, [*keys, "draw", "value"], name="forecast")
    if "period" in table.columns:
        table = year_of_draws(table, by, months)
    table = table if isinstance(forecast, pd.DataFrame) and not by else _leaves(table, by)
    require_unique(table, [*keys, "draw"], name="forecast", what="are the same draw of one unit")
    grouped = table.groupby(keys)["value"] if keys else table.groupby(lambda _: 0)["value"]
    cut = grouped.quantile(q).reset_index()
    return figures(cut, units, by, ["value"], low=-np.inf, name="forecast")["value"]


def _leaves(table: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Return the rows of the lowest level of a forecast."""
    require_columns(table, list(by), name="forecast")
    named = (table[list(by)] != "").all(axis=1) if by else table["node"] == table["node"].iloc[0]
    return table[named]
