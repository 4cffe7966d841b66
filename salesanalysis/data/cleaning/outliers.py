"""Deals that stand out: the robust z-score of the logarithm of their amount."""

from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.data.cleaning.look import Look, money
from salesanalysis.data.engine import fetch

#: Steps of the logarithm: medians are exact to a tenth of a percent, and do not depend on order.
STEPS = 1000
#: Iglewicz and Hoaglin call values beyond 3.5 outliers of a small normal sample. Among many lines
#: 3.5 flags ordinary ones: 31 of the demo, where nothing is planted, and 21 of AdventureWorks,
#: worth 28.85 together. 6 flags none of either.
THRESHOLD = 6.0
#: Turns the median distance into the standard deviation of a normal distribution.
NORMAL = 1.4826
#: Lines below which a product line says nothing about what is usual.
MIN_LINES = 20


def bounds(look: Look) -> pd.DataFrame:
    """Return the amounts beyond which a line of a product line stands out.

    The score of a line is ``|ln(revenue) - median| / (1.4826 MAD)`` among the lines with a
    positive amount of its product line, MAD being the median distance to the median.

    Returns
    -------
    DataFrame, one row per product line
        ``product_line`` (where the table has one), ``n_rows``, ``median``, ``low``, ``high``
        (currency); no bounds (0 and infinity) where lines are fewer than 20 or all alike.

    Notes
    -----
    Iglewicz, B., and Hoaglin, D. (1993), How to Detect and Handle Outliers, ASQC; Leys, C. et
    al. (2013), Detecting outliers, Journal of Experimental Social Psychology 49(4), 764-766.
    """
    if "outliers" not in look.memo:
        look.memo["outliers"] = _bounds(look)
    return look.memo["outliers"].copy()


def _bounds(look: Look) -> pd.DataFrame:
    by = ["product_line"] if look.has("product_line") else []
    counts = fetch(look.con, _histogram(look, by))
    counts = counts.sort_values([*by, "step"], ignore_index=True)
    if not by:
        counts = counts.assign(product_line="")
    threshold = float(look.settings["outliers"].option("threshold", THRESHOLD))
    return _edges(counts, threshold)


def _histogram(look: Look, by: list[str]) -> Any:
    """Count the positive lines per product line and step of the logarithm, in one pass."""
    amount = money(look.rows).cast("float64")
    lines = look.rows.filter(amount > 0)
    steps = lines.mutate(step=(money(lines).cast("float64").ln() * STEPS).floor().cast("int64"))
    return steps.group_by([*by, "step"]).aggregate(n=steps.count())


def _edges(counts: pd.DataFrame, threshold: float) -> pd.DataFrame:
    """Turn counts per step into bounds per product line."""
    middle = _medians(counts, "step")
    away = (counts["step"] - counts["product_line"].map(middle).astype("float64")).abs()
    spread = counts.assign(away=away)
    mad = _medians(spread, "away")
    n = counts.groupby("product_line")["n"].sum()
    reach = mad * NORMAL * threshold / STEPS
    # beyond e^300 nothing is an amount, and exp would overflow
    usable = (n >= MIN_LINES) & (mad > 0) & (reach < 300)
    log = (middle + 0.5) / STEPS
    low = np.exp(log - reach.where(usable, 0)).where(usable, 0.0)
    high = np.exp(log + reach.where(usable, 0)).where(usable, np.inf)
    found = pd.DataFrame({"n_rows": n, "median": np.exp(log), "low": low, "high": high})
    return found.rename_axis("product_line").reset_index()


def _medians(counts: pd.DataFrame, column: str) -> pd.Series:
    """Return the lower median of `column`, each value counted ``n`` times, per product line."""
    table = counts.sort_values(["product_line", column], ignore_index=True)
    lines = table.groupby("product_line")["n"]
    reached = lines.cumsum() * 2 >= lines.transform("sum")
    found: pd.Series = table[reached].groupby("product_line")[column].first()
    return found
