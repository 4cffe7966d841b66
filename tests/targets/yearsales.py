"""Yearly sales of a few units as a panel or as facts, spread evenly over the months."""

import numpy as np
import pandas as pd

from salesanalysis.panel import Panel


def months_of(sales: dict, level: str = "region") -> pd.DataFrame:
    """Facts from {unit: {year: yearly sales}}."""
    rows = [(unit, year, value) for unit, years in sales.items() for year, value in years.items()]
    first = pd.to_datetime([f"{year}-01-01" for _, year, _ in rows])
    months = [pd.date_range(f, periods=12, freq="MS").to_numpy() for f in first]
    return pd.DataFrame(
        {
            level: np.repeat([unit for unit, _, _ in rows], 12),
            "period": np.concatenate(months),
            "value": np.repeat([value / 12 for _, _, value in rows], 12),
        }
    )


def panel_of(sales: dict) -> Panel:
    return Panel.of(months_of(sales), by=["region"], closed_through="2023-12-01")


def last_year(values, names="ABCDEFGHIJKLMNOPQRST") -> Panel:
    """A panel in which each unit has two equal years and sold `values` in the last."""
    return panel_of({n: {2022: v, 2023: v} for n, v in zip(names, values, strict=False)})


def table(names="ABC", **columns) -> pd.DataFrame:
    return pd.DataFrame({"region": list(names), **columns})
