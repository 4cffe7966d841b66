"""The door to what lies ahead: a forecast, or its table of draws, of the very data reviewed."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, require_columns
from salesanalysis.labels import month
from salesanalysis.panel import Panel
from salesanalysis.tracking.ahead import OUTCOMES, Ahead, ahead_of
from salesanalysis.tracking.futures import WHERE, counted, futures_of, over

#: Sums of the same months in another order differ by less of their size.
_SAME = 1e-6


def look_ahead(
    forecast: Any,
    panel: Panel,
    sales: pd.DataFrame,
    targets: pd.DataFrame,
    *,
    by: Sequence[str],
    scope: dict[str, str],
    months: pd.DatetimeIndex,
) -> Ahead:
    """Return where every unit and every sum of units ends `months`.

    Parameters
    ----------
    forecast : table ``draws``, what has ``to_frame()`` of one, or a forecast with ``landing()``
    panel : Panel
    sales, targets : DataFrame
        ``period``, ``value`` and the levels of `by` and `scope`, inside the scope.
    by : sequence of str
    scope : dict
    months : DatetimeIndex
    """
    _check_source(forecast, panel)
    keys = list(dict.fromkeys([*scope, *by]))
    free = [key for key in keys if key not in scope]
    history = sales.assign(now=sales["value"].where(sales["period"].isin(months), 0.0))
    sold = history.groupby(keys)["now"].sum()
    plan = targets.assign(**scope)
    plan = plan[plan["period"].isin(months)].rename(columns={"value": "target_ahead"})
    wanted = over(plan, keys, free, ["target_ahead"])
    ahead = months[months > panel.closed_through]
    if not len(ahead):
        wide = sold.to_frame(0)
        outcomes = counted(wide, wanted, keys, free)
    elif _is_forecast(forecast):
        outcomes, closed = _landed(forecast, wanted, keys, scope, months)
        _check_units(closed.to_frame(), sales, keys, panel)
        _check_sums(closed, sold)
    else:
        table = forecast if isinstance(forecast, pd.DataFrame) else forecast.to_frame()
        wide = futures_of(table, keys, scope, ahead, panel.closed_through)
        _check_strangers(wide, sold)
        _check_units(wide, sales, keys, panel)
        both = wide[wide.index.isin(sold.index)]
        outcomes = counted(both.add(sold.reindex(both.index), axis=0), wanted, keys, free)
    return ahead_of(outcomes, wanted, keys, months, len(ahead))


def _is_forecast(forecast: Any) -> bool:
    # a column of a table may be called landing
    return not isinstance(forecast, pd.DataFrame) and callable(getattr(forecast, "landing", None))


def _check_source(forecast: Any, panel: Panel) -> None:
    """Refuse what is no forecast, and forecasts of other money, months or days."""
    kind = isinstance(forecast, pd.DataFrame) or _is_forecast(forecast)
    if not kind and not callable(getattr(forecast, "to_frame", None)):
        raise ContractError(
            f"forecast is a {type(forecast).__name__}; it must be a table of draws or a Forecast.",
            where=WHERE,
            fix="pass forecast.draws(), its table read by pandas.read_parquet, or the forecast",
            code="bad-choice",
        )
    if isinstance(forecast, pd.DataFrame):
        return
    currency = getattr(forecast, "currency", panel.currency)
    if currency != panel.currency:
        raise ContractError(
            f"The forecast is in {currency}, the data in {panel.currency}.",
            where=WHERE,
            fix="forecast the same data",
            code="bad-choice",
        )
    if getattr(forecast, "step", 1) != panel.step:
        raise ContractError(
            "The forecast is of quarters, the plan of months.",
            where=WHERE,
            fix="forecast the monthly panel",
            code="bad-choice",
        )
    closed = getattr(forecast, "closed_through", panel.closed_through)
    if closed != panel.closed_through:
        raise ContractError(
            f"The forecast is closed through {month(closed)}, the data through "
            f"{month(panel.closed_through)}.",
            where=WHERE,
            fix="forecast the same data, seen from the same day",
            code="bad-choice",
        )


def _landed(
    forecast: Any,
    wanted: pd.DataFrame,
    keys: list[str],
    scope: dict[str, str],
    months: pd.DatetimeIndex,
) -> tuple[pd.DataFrame, pd.Series]:
    """Ask the forecast where its nodes land, and what it holds of the closed months."""
    span = [months[0], months[-1]]
    table = forecast.landing(span=span).to_frame()
    require_columns(table, [*keys, *OUTCOMES[:3]], name="landing of the forecast")
    given = wanted[wanted["target_ahead"] > 0].rename(columns={"target_ahead": "target"})
    known = pd.MultiIndex.from_frame(table[keys])
    if pd.MultiIndex.from_frame(given[keys]).isin(known).any():
        table = forecast.landing(given, span=span).to_frame()
    table = table if "probability" in table.columns else table.assign(probability=np.nan)
    place = list(table.columns).index("node")
    others = [c for c in table.columns[:place] if c not in ("level", *keys)]
    rows = table[(table[others] == "").all(axis=1)]
    for level, name in scope.items():
        rows = rows[rows[level] == name]
    if not (rows[keys] != "").all(axis=1).any():
        raise ContractError(
            f"The forecast has no node that is one {' and '.join(keys)} alone.",
            where=WHERE,
            fix="pass forecast.draws(): its futures are summed to any level",
            code="unknown-name",
        )
    return rows[[*keys, *OUTCOMES]], rows.set_index(keys)["actual_to_date"]


def _check_strangers(units: pd.DataFrame, sold: pd.Series) -> None:
    """Refuse outcomes of units the data do not have: somebody would be counted who is not there."""
    alien = units[~units.index.isin(sold.index) & (units != 0).any(axis=1).to_numpy()]
    if len(alien):
        raise ContractError(
            f"The draws name {len(alien)} units the data do not have, such as {_name(alien)}.",
            where=WHERE,
            fix="select the same units: forecast.draws().select(...)",
            code="unknown-name",
        )


def _check_units(units: pd.DataFrame, sales: pd.DataFrame, keys: list[str], panel: Panel) -> None:
    """Refuse outcomes that lack a unit which sold in the last twelve closed months."""
    year = sales[sales["period"] > panel.closed_through - pd.DateOffset(months=12)]
    active = year.assign(size=year["value"].abs()).groupby(keys)[["size"]].sum()
    active = active[active["size"] > 0]
    lost = active[~active.index.isin(units.index)]
    if len(lost):
        raise ContractError(
            f"The forecast lacks {len(lost)} of {len(active)} units that sold within a year, such "
            f"as {_name(lost)}.",
            where=WHERE,
            fix="pass the forecast of all of them, or cut the plan: plan.select(...)",
            code="unknown-name",
        )


def _check_sums(theirs: pd.Series, ours: pd.Series) -> None:
    """Refuse a forecast whose closed months are not those of the data: of other money or rows."""
    both = pd.concat({"theirs": theirs, "ours": ours}, axis=1).dropna()
    apart = both[(both["theirs"] - both["ours"]).abs() > _SAME * both.abs().max(axis=1) + 0.01]
    if len(apart):
        row = apart.iloc[0]
        raise ContractError(
            f"The forecast holds {row['theirs']:,.2f} of {_name(apart)} in the closed months, the "
            f"data {row['ours']:,.2f}.",
            where=WHERE,
            fix="forecast the same data",
            code="does-not-add-up",
        )


def _name(table: pd.DataFrame) -> str:
    first = table.index[0]
    return repr(" / ".join(first) if isinstance(first, tuple) else first)
