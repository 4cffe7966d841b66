"""Worked cases of driver trees and rates, and tables drawn at random."""

from pathlib import Path

import numpy as np
import pandas as pd

import salesanalysis as sa
from salesanalysis import strictyaml

CASES = {
    case["id"]: case
    for case in strictyaml.read(
        Path(__file__).parents[1] / "reference" / "variance_drivers_cases.yaml"
    ).data
}
CHAIN = ["visits", "leads", "deals", "revenue"]
FUNNEL = {
    "impressions": "impressions",
    "clicks": "click_rate",
    "conversions": "conversion_rate",
    "revenue": "spend",
}


def table(rows: list[tuple], by: str = "team", columns: list[str] | None = None) -> pd.DataFrame:
    columns = columns or CHAIN
    return pd.DataFrame(rows, columns=[by, *columns]).astype(dict.fromkeys(columns, "float64"))


def funnel() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Base and actual rows of the published funnel."""
    inputs = CASES["funnel-icanexplain"]["inputs"]
    sides = [
        pd.DataFrame(
            [
                {"month": k.split("/")[0], "group": k.split("/")[1], **v[side]}
                for k, v in inputs.items()
            ]
        )
        for side in ("base", "current")
    ]
    return sides[0], sides[1]


def by_effect(bridge: sa.variance.Bridge) -> dict[str, float]:
    return dict(bridge.by_effect()[["effect", "amount"]].itertuples(index=False, name=None))


def drawn_chain(seed: int, n: int = 8, *, zeros: bool = True) -> pd.DataFrame:
    """Running totals with zeros, missing cells and returns; never a total after a 0."""
    rng = np.random.default_rng(seed)
    visits = rng.integers(0 if zeros else 1, 60, n).astype("float64")
    leads = np.floor(visits * rng.choice([0.0, 0.3, 0.7] if zeros else [0.3, 0.7], n)) + (not zeros)
    deals = np.floor(leads * rng.choice([0.0, 0.5, 0.9] if zeros else [0.5, 0.9], n)) + (not zeros)
    revenue = deals * rng.uniform(50, 200, n)
    frame = pd.DataFrame(
        {
            "region": rng.choice(["East", "West"], n),
            "team": [f"T{i}" for i in range(n)],
            "visits": visits,
            "leads": leads,
            "deals": deals,
            "revenue": revenue,
        }
    )
    frame["region"] = np.where(np.arange(n) % 2 == 0, "East", "West")
    kept = frame[rng.random(n) < (0.8 if zeros else 1.1)]
    anchor = pd.DataFrame(
        [
            {
                "region": "East",
                "team": "Z",
                "visits": 100.0,
                "leads": 40.0,
                "deals": 10.0,
                "revenue": 900.0 + seed % 7,
            }
        ]
    )
    return pd.concat([kept, anchor], ignore_index=True)
