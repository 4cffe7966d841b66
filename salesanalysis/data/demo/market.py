"""The world outside: market size by month, customer satisfaction, and 360-degree scores."""

import numpy as np
import pandas as pd

from salesanalysis.data.demo.orders import LEVEL
from salesanalysis.data.demo.products import AFFINITY, LINES
from salesanalysis.data.demo.staff import REGIONS
from salesanalysis.data.demo.timeline import (
    FIRST_YEAR,
    N_MONTHS,
    N_YEARS,
    SEASON,
    Floats,
    stream,
    text,
)

#: Our part of the market in 2023, rows in the order of the regions.
SHARE_2023 = np.array([0.14, 0.11, 0.09, 0.08, 0.10])
GROWTH = np.array([0.11, 0.06, 0.07, 0.05, 0.14])  # of the market, a year
SATISFACTION = np.array([88.0, 85.0, 86.0, 82.0, 90.0])
RATERS = {
    "360 superior": (1, 83.0, 5.0),
    "360 peer": (4, 85.0, 4.0),
    "360 subordinate": (3, 84.0, 4.5),
}


def market_table(seed: int) -> pd.DataFrame:
    """Return the contract table: market size by region, product line and month (currency)."""
    rng = stream(seed, "market")
    year = np.arange(N_YEARS) - 3
    region = LEVEL[:, 3] * 1e6 / SHARE_2023
    yearly = region[:, None] * (1 + GROWTH[:, None]) ** year
    monthly = np.repeat(yearly, 12, axis=1) * np.tile(SEASON / SEASON.sum(), N_YEARS)
    size = monthly[:, None, :] * AFFINITY[:, :, None]
    size = np.rint(size * rng.normal(1.0, 0.03, size.shape) / 1000) * 1000
    where, line, month = np.indices(size.shape).reshape(3, -1)
    return pd.DataFrame(
        {
            "period": _months()[month],
            "region": text(list(REGIONS), where),
            "product_line": text(list(LINES), line),
            "market_size": size.ravel(),
            "source": pd.Series("demo", index=range(size.size), dtype="str"),
        }
    ).sort_values(["period", "region", "product_line"], ignore_index=True)


def surveys_table(seed: int, people: pd.DataFrame) -> pd.DataFrame:
    """Return the contract table: quarterly satisfaction by region, yearly 360 by person.

    Scores are points from 0 to 100, ``n`` answers behind each; ``region`` travels along.
    """
    parts = [_satisfaction(seed), _ratings(seed, people)]
    out = pd.concat(parts, ignore_index=True)
    return out.sort_values(["period", "subject_kind", "subject"], ignore_index=True)


def _satisfaction(seed: int) -> pd.DataFrame:
    """Return customer satisfaction by region, at the last month of each quarter."""
    rng = stream(seed, "satisfaction")
    quarter, region = np.indices((4 * N_YEARS, len(REGIONS))).reshape(2, -1)
    names = text(list(REGIONS), region)
    return pd.DataFrame(
        {
            "period": _months()[3 * quarter + 2],
            "subject": names,
            "subject_kind": pd.Series("customer", index=names.index, dtype="str"),
            "region": names,
            "score": _points(SATISFACTION[region] + rng.normal(0, 1.6, len(region))),
            "n": rng.integers(18, 60, len(region)),
        }
    )


def _ratings(seed: int, people: pd.DataFrame) -> pd.DataFrame:
    """Return 360-degree scores of everyone there in December 2022 and 2023."""
    rng = stream(seed, "ratings")
    december = pd.DataFrame({"period": pd.to_datetime(["2022-12-01", "2023-12-01"])})
    rows = people.merge(december, how="cross").merge(
        pd.DataFrame(
            [(kind, *spec) for kind, spec in RATERS.items()],
            columns=["subject_kind", "n", "mean", "spread"],
        ),
        how="cross",
    )
    there = (rows["valid_from"] <= rows["period"]) & (rows["valid_to"] >= rows["period"])
    leads = rows["role"] != "Sales representative"
    rows = rows[there & (leads | (rows["subject_kind"] != "360 subordinate"))]
    score = _points(rng.normal(rows["mean"], rows["spread"]))
    rows = rows.assign(
        subject=rows["salesperson"],
        score=score,
        period=rows["period"].astype("datetime64[us]"),
    )
    return rows[["period", "subject", "subject_kind", "region", "score", "n"]]


def _points(score: Floats) -> Floats:
    """Round scores to a tenth inside 0 to 100."""
    points: Floats = np.clip(np.round(score, 1), 0.0, 100.0)
    return points


def _months() -> pd.DatetimeIndex:
    """Return the month starts of the company's life."""
    first = pd.Timestamp(FIRST_YEAR, 1, 1)
    return pd.date_range(first, periods=N_MONTHS, freq="MS").as_unit("us")
