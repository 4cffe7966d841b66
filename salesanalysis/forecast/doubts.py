"""What the history itself gives reason to doubt: a last month not over, sums among the leaves."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesanalysis.forecast.reconcile import subtotals
from salesanalysis.forecast.wording import listed, titles
from salesanalysis.labels import count, label, month, percent

if TYPE_CHECKING:
    from salesanalysis.forecast.result import Forecast

#: A last month below this part of the median of the year before it looks as if it were not over.
LOW, YEAR = 0.6, 12


def doubts(forecast: "Forecast", lang: str) -> list[str]:
    """Say whether the last month looks open, and whether leaves look like sums of others."""
    return [*_last_month(forecast, lang), *_sums(forecast, lang)]


def last_month_ratio(forecast: "Forecast") -> float:
    """Return the last closed month of the first node over the median of the twelve before.

    1 where there are fewer than twelve, where their median is not above 0, and for a node that
    ended.
    """
    first = forecast.node_table.iloc[0]
    rows = forecast.figures
    mine = (rows["level"] == first["level"]) & (rows["node"] == first["node"])
    closed = rows.loc[mine & (rows["kind"] == "actual"), "value"].to_numpy(dtype="float64")
    year = YEAR // forecast.step
    before = closed[-year - 1 : -1]
    usual = float(np.median(before)) if len(before) == year else 0.0
    if usual <= 0 or first["status"] in ("ended", "zero"):
        return 1.0
    return float(closed[-1]) / usual


def suspects(forecast: "Forecast") -> pd.DataFrame:
    """Return the leaves that look like sums of others, see `subtotals`."""
    keys = list(forecast.by)
    closed = forecast.figures[forecast.figures["kind"] == "actual"]
    leaves = closed[(closed[keys] != "").all(axis=1)]
    wide = leaves.pivot(index=keys, columns="period", values="value") if keys else pd.DataFrame()
    history = wide.to_numpy(dtype="float64")
    return subtotals(history, wide.index.to_frame(index=False)[keys])


def _last_month(forecast: "Forecast", lang: str) -> list[str]:
    ratio = last_month_ratio(forecast)
    if ratio >= LOW:
        return []
    key = "forecast.looks_open" + ("_quarter" if forecast.step > 1 else "")
    when = month(forecast.closed_through, lang)
    return [label(key, lang, month=when, share=percent(ratio, 0))]


def _sums(forecast: "Forecast", lang: str) -> list[str]:
    found = forecast.suspects
    if found.empty:
        return []
    first = found.iloc[0]
    parts = [forecast.terms.show(first["level"], name, lang) for name in first["parts"].split(", ")]
    return [
        label(
            "forecast.looks_like_sum", lang, n=count(len(found)), parts=listed(parts, lang),
            node=titles(found.head(1), forecast.by, forecast.terms, lang)[0],
            share=percent(float(first["share"]), 0),
        )
    ]  # fmt: skip
