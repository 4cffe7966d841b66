"""Sentences about months left aside, odd or unknown, and about units that stopped selling."""

from typing import TYPE_CHECKING

import pandas as pd

from salesanalysis.forecast.oddmonths import worth_telling
from salesanalysis.forecast.wording import listed, titles
from salesanalysis.labels import count, label, money, month

if TYPE_CHECKING:
    from salesanalysis.forecast.result import Forecast

#: Closed months without a sale from which a unit is named.
QUIET = 3
#: States whose sentence says already that nothing is sold.
SILENT = ("ended", "zero", "no_history")


def left_aside(forecast: "Forecast", lang: str) -> list[str]:
    """Say which history was left out, which months were taken as 0, which nobody knows."""
    said = []
    if forecast.since is not None and forecast.since > forecast.first_month:
        said.append(label("forecast.since", lang, month=month(forecast.since, lang)))
    if forecast.n_zero:
        said.append(label("forecast.zero_filled", lang, n=count(forecast.n_zero)))
    said += _began(forecast, lang)
    rows = _smallest(forecast, forecast.gaps)
    if len(rows):
        names = titles(rows, forecast.by, forecast.terms, lang)
        items = [
            label("forecast.gap_item", lang, node=n, month=month(p, lang))
            for n, p in zip(names, rows["period"], strict=True)
        ]
        said.append(label("forecast.gaps", lang, n=count(len(rows)), items=listed(items, lang)))
    return said


def _began(forecast: "Forecast", lang: str) -> list[str]:
    """Name the units that have no closed month yet and sold something this month."""
    rows = forecast.began
    if rows.empty:
        return []
    names = titles(rows, forecast.by, forecast.terms, lang)
    items = [
        label("forecast.began_item", lang, node=n, amount=money(v, lang, forecast.currency))
        for n, v in zip(names, rows["value"], strict=True)
    ]
    return [label("forecast.began", lang, n=count(len(rows)), items=listed(items, lang))]


def silent(forecast: "Forecast", lang: str) -> list[str]:
    """Name the smallest units that are forecast but sold nothing lately."""
    nodes = _smallest(forecast, forecast.node_table)
    if "n_silent" not in nodes.columns:
        return []
    rows = nodes[(nodes["n_silent"] >= QUIET) & ~nodes["status"].isin(SILENT)]
    if rows.empty:
        return []
    names = titles(rows, forecast.by, forecast.terms, lang)
    items = [
        label("forecast.silent_item", lang, node=node, n=count(n))
        for node, n in zip(names, rows["n_silent"], strict=True)
    ]
    return [
        label(
            "forecast.silent", lang, n=count(len(rows)), months=count(QUIET),
            items=listed(items, lang),
        )
    ]  # fmt: skip


def odd(forecast: "Forecast", lang: str) -> list[str]:
    """Name the odd months of the smallest units, the largest first."""
    rows = worth_telling(_smallest(forecast, forecast.odd))
    if rows.empty:
        return []
    names = titles(rows, forecast.by, forecast.terms, lang)
    items = odd_items(rows.assign(name=names), forecast.currency, lang)
    named = listed(items, lang, between="forecast.semicolon")
    return [label("forecast.odd", lang, n=count(len(rows)), items=named)]


def odd_items(rows: pd.DataFrame, currency: str, lang: str) -> list[str]:
    """Return month, amount and what was fitted instead, the largest difference first."""
    size = (rows["value"] - rows["fitted_as"]).abs()
    rows = rows.assign(size=-size).sort_values(["size", "node", "period"], kind="stable")
    key = "forecast.odd_item" if "name" in rows.columns else "explain.odd_item"
    return [
        label(
            key, lang, node=getattr(row, "name", ""), month=month(row.period, lang),
            value=money(row.value, lang, currency), fitted=money(row.fitted_as, lang, currency),
        )
        for row in rows.itertuples(index=False)
    ]  # fmt: skip


def _smallest(forecast: "Forecast", table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the leaves; of the one node where there is no other."""
    if table.empty or len(forecast.node_table) == 1:
        return table
    leaf = forecast.by[-1] if forecast.by else forecast.node_table["level"].iloc[0]
    return table[table["level"] == leaf]
