"""Why a region's closed months differ from target and from last year."""

from dataclasses import replace
from typing import Any

import pandas as pd

from salesanalysis import variance
from salesanalysis.book.note import Note
from salesanalysis.data import Dataset
from salesanalysis.labels import LANGUAGES
from salesanalysis.periods import month_start
from salesanalysis.targets import Plan
from salesanalysis.targets.words import year_text
from salesanalysis.variance import Bridge

#: The finest level below the region a gap is shown by, first that is there.
_BELOW = ("product_line", "team", "salesperson", "region")


def gap(
    data: Dataset, plan: Plan, region: str, months: pd.DatetimeIndex, level: str = ""
) -> Bridge | Note:
    """Return closed months against target, by `level`; default product line where there is one."""
    if not len(months):
        return not_closed(data)
    by = level if level in plan.levels else next(name for name in _BELOW if name in plan.levels)
    asked = plan.select(region=region).to_frame()
    asked = asked[asked["period"].isin(months)].rename(columns={"value": "revenue"})
    sold = _cells(data, region, months, [by])
    if sold.empty and not asked["revenue"].any():
        return no_sales(data, region)
    return variance.explain(
        sold, asked, by=[by], method="gap", names=("target", "actual"),
        empty_base="new_business", **context(data, months),
    )  # fmt: skip


def bridge(data: Dataset, region: str, months: pd.DatetimeIndex) -> Bridge | Note:
    """Return closed months against last year: market, price, mix, new, lost and returns.

    By product line and product, as far as the same names were sold in both years. Months that the
    data do not hold a year before are left out, and the bridge says so. Where the data hold a
    market, quantity is divided into its size and our share; being in money, its growth stands for
    that of units.
    """
    if not len(months):
        return not_closed(data)
    columns = data.table("sales").columns
    keys = [c for c in ("product_line", "product") if c in columns] or ["region"]
    held = covered(data, months)
    is_part = 0 < len(held) < len(months)
    months = held if is_part else months
    sold = _cells(data, region, months, keys)
    before = months - pd.DateOffset(years=1)
    # data that begin later have no year to compare with: everything is new
    base = _cells(data, region, before, keys) if len(held) else sold.head(0)
    if sold.empty and base.empty:
        return no_sales(data, region)
    names, said = ("last_year", "actual"), context(data, months)
    if base.empty:
        return variance.new_business(sold, by=keys[:1], names=names, **said)
    # a price is compared where a product was sold in both years; else line by line
    both = [i for i, k in enumerate(keys) if set(sold[k]) & set(base[k])] or [0]
    if "quantity" in sold.columns:
        said |= {"units": "quantity", "market": _market(data, region, before, months)}
    found = variance.explain(sold, base, by=keys[: both[-1] + 1], names=names, **said)
    if empty := _empty(data, before, months):
        found = detailed(found, "empty_months", str(empty))
    return detailed(found, "last_year", "part") if is_part else found


def _empty(data: Dataset, before: pd.DatetimeIndex, months: pd.DatetimeIndex) -> int:
    """Count months that nobody sold in on one side alone: maybe one was not exported."""
    sums = data.panel().frame.set_index("period")["value"]
    was, now = (sums.reindex(window).fillna(0.0).to_numpy() for window in (before, months))
    return int(((was == 0) != (now == 0)).sum())


def detailed(found: Bridge, name: str, value: str) -> Bridge:
    """Return a bridge that says one thing more of how it compares."""
    return replace(found, meta=replace(found.meta, details=(*found.meta.details, (name, value))))


def _market(
    data: Dataset, region: str, before: pd.DatetimeIndex, months: pd.DatetimeIndex
) -> tuple[float, float] | None:
    """Return a region's market in both windows; None where a month of it is not known."""
    if "market" not in data.tables:
        return None
    table = data.frame("market")
    if "region" in table.columns:
        table = table[table["region"] == region]
    sums = table.groupby("period")["market_size"].sum()
    sides = [sums.reindex(window) for window in (before, months)]
    if any((side.isna() | (side <= 0)).any() for side in sides):
        return None
    return float(sides[0].sum()), float(sides[1].sum())


def covered(data: Dataset, months: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """Return the months whose month a year before the data hold too."""
    return months[months - pd.DateOffset(years=1) >= month_start(data._span[0])]


def _cells(data: Dataset, region: str, months: pd.DatetimeIndex, keys: list[str]) -> pd.DataFrame:
    """Return a region's sums per key over a window, returns apart; maybe no rows."""
    by = list(dict.fromkeys(["region", *keys]))
    cells = data.cells(by=by, first=months[0], last=months[-1], split_returns=True)
    return cells[cells["region"] == region].reset_index(drop=True)


def context(data: Dataset, months: pd.DatetimeIndex) -> dict[str, Any]:
    """Return what every bridge of these months carries: window, calendar, origins, names."""
    return {
        "window": (months[0], months[-1]), "fiscal": data.calendar, "currency": data.currency,
        "terms": data.terms, "origin": variance.read_origins(),
    }  # fmt: skip


def not_closed(data: Dataset) -> Note:
    """Say that the plan year has no closed month yet."""
    return Note.of("not_closed", "note.not_closed", {"year": _plan_year(data)})


def new_business(data: Dataset, region: str) -> Note:
    """Say that a region has no complete year to grow from, hence no target."""
    names = {lang: data.terms.show("region", region, lang) for lang in LANGUAGES}
    words: dict[str, object] = {"region": names, "year": _plan_year(data)}
    return Note.of("new_business", "note.new_business", words)


def _plan_year(data: Dataset) -> dict[str, str]:
    """Write the plan year in every language."""
    return {lang: year_text(data.calendar, data.year, lang) for lang in LANGUAGES}


def no_target(data: Dataset) -> Note:
    """Say that nothing is asked of anybody in the plan year."""
    return Note.of("no_target", "note.no_target", {"year": _plan_year(data)})


def no_sales(data: Dataset, region: str) -> Note:
    """Say that a region sold nothing in the months compared."""
    names = {lang: data.terms.show("region", region, lang) for lang in LANGUAGES}
    return Note.of("no_sales", "note.no_sales", {"region": names})
