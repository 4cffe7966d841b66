"""One large deal is no base: what is flagged, and how much of it counts."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from salesanalysis.errors import require_columns, require_named, require_rows
from salesanalysis.periods import FiscalCalendar
from salesanalysis.targets.base_cleaning.facts import numbers
from salesanalysis.targets.base_cleaning.log import node_names, rows
from salesanalysis.targets.base_cleaning.policy import Policy

#: How far above the upper quartile of log sizes the fence stands, in interquartile ranges.
FENCE_IQR = 3.0


def fence_of(amounts: pd.Series) -> float:
    """Return the size above which a deal is out of the ordinary: Q3 + 3 IQR of log sizes.

    Parameters
    ----------
    amounts : Series, currency; only deals above 0 count

    Examples
    --------
    >>> round(fence_of(pd.Series([10.0, 20.0, 40.0])), 6)
    226.27417
    """
    sizes = np.log(amounts[amounts > 0].to_numpy("float64"))
    if not len(sizes):
        return float("inf")
    low, high = np.quantile(sizes, [0.25, 0.75])
    return float(np.exp(high + FENCE_IQR * (high - low)))


def flag_deals(
    deals: pd.DataFrame,
    yearly: pd.DataFrame,
    by: Sequence[str],
    *,
    calendar: FiscalCalendar,
    policy: Policy,
) -> pd.DataFrame:
    """Return the deals above the fence and above `Policy.deal_share` of their unit's year.

    Parameters
    ----------
    deals : DataFrame, one row per deal
        Level columns, ``date`` and ``amount`` (currency).
    yearly : DataFrame
        Level columns, ``year``, ``value``.

    Returns
    -------
    DataFrame
        Level columns, ``date``, ``year``, ``amount``, ``fence``, ``excluded_amount``.
    """
    keys = list(by)
    require_columns(deals, [*keys, "date", "amount"], name="deals")
    require_rows(deals, name="deals")
    require_named(deals, keys, name="deals")
    table = deals[[*keys, "date", "amount"]].reset_index(drop=True)
    table["amount"] = numbers(table, "amount", "deals").fillna(0.0)
    table["date"] = pd.to_datetime(table["date"])
    months = table["date"].dt.to_period("M").dt.to_timestamp()
    table["year"] = calendar.years_of(months)
    fence = fence_of(table["amount"])
    found = table.merge(yearly[[*keys, "year", "value"]], on=[*keys, "year"], how="left")
    large = (found["amount"] > fence) & (found["amount"] >= policy.deal_share * found["value"])
    found = found[large.to_numpy()].assign(fence=fence)
    found["excluded_amount"] = _excess(found["amount"], fence, policy)
    order = [*keys, "date", "amount"]
    return found[[*keys, "date", "year", "amount", "fence", "excluded_amount"]].sort_values(
        order, ignore_index=True
    )


def _excess(amount: pd.Series, fence: float, policy: Policy) -> pd.Series:
    """Return what of each flagged deal does not count in its own year."""
    if policy.outlier == "keep":
        return amount * 0.0
    if policy.outlier == "spread":
        return amount * (1 - 1 / policy.spread_years)
    limit = policy.deal_cap if policy.outlier == "cap" else fence
    return (amount - limit).clip(lower=0.0)


def without_deals(
    yearly: pd.DataFrame, flagged: pd.DataFrame, by: Sequence[str], policy: Policy
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Take the excluded parts out of the years, and log every deal.

    Returns
    -------
    tuple of DataFrame
        `yearly` with the values that count, and the log.
    """
    keys = [*by, "year"]
    minus = flagged[keys].assign(change=-flagged["excluded_amount"])
    parts = [minus]
    if policy.outlier == "spread":
        each = flagged["amount"] / policy.spread_years
        years = range(1, policy.spread_years)
        parts += [flagged[keys].assign(year=flagged["year"] + k, change=each) for k in years]
    change = pd.concat(parts).groupby(keys, as_index=False)["change"].sum()
    out = yearly.merge(change, on=keys, how="left")
    out["value"] = out["value"] + out["change"].fillna(0.0)
    counted = flagged["amount"] - flagged["excluded_amount"]
    days = flagged["date"].dt.strftime("%Y-%m-%d")
    rule = f"outlier_{policy.outlier}"
    log = rows(node_names(flagged, by), days, rule, flagged["amount"], counted)
    return out.drop(columns="change"), log
