"""Worked cases of bridges, tables drawn at random, and the totals of a bridge."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis import strictyaml

CASES = {
    case["id"]: case
    for case in strictyaml.read(
        Path(__file__).parents[1] / "reference" / "variance_cases.yaml"
    ).data
}


def sides(case: dict) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Base and actual rows of a case."""
    out = []
    for side in "01":
        rows = [
            {
                "product": name,
                "quantity": float(item["q" + side]),
                "revenue": float(item["q" + side] * item["p" + side]),
                "cost": float(item["q" + side] * case.get("unit_cost", 0)),
            }
            for name, item in case["inputs"].items()
        ]
        out.append(pd.DataFrame(rows).query("quantity > 0"))
    return out[0], out[1]


def bridge_of(name: str, **choices) -> sa.variance.Bridge:
    base, actual = sides(CASES[name])
    return sa.variance.explain(actual, base, by=["product"], units="quantity", **choices)


def totals(bridge: sa.variance.Bridge) -> dict[str, float]:
    found = dict(bridge.by_effect()[["effect", "amount"]].itertuples(index=False, name=None))
    parts = ("quantity", "mix", "market_size", "market_share")
    return {**found, "gap": bridge.gap, "volume": sum(found.get(part, 0.0) for part in parts)}


def agrees(found: dict[str, float], expected: dict[str, float]) -> None:
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, rel=1e-9, abs=1e-9), name


def of_item(bridge: sa.variance.Bridge, item: str) -> dict[str, float]:
    return totals(bridge.drill({"product": item}))


def table(drawn: list[tuple]) -> pd.DataFrame:
    frame = pd.DataFrame(drawn, columns=["product", "region", "quantity", "revenue"])
    # returns below 1 a unit, sales from 1 a unit: netting never turns a price negative
    price = np.select(
        [frame["quantity"] < 0, frame["quantity"] > 0],
        [frame["revenue"] % 100 / 100 * frame["quantity"], (100 + frame["revenue"]) / 100],
        frame["revenue"] / 100,
    )
    frame["revenue"] = np.where(frame["quantity"] > 0, frame["quantity"], 1) * price
    frame["cost"] = frame["revenue"] * 0.7 + frame["quantity"]
    anchor = {"product": "Z", "region": "N", "quantity": 50, "revenue": 5000.0, "cost": 3000.0}
    return pd.concat([frame, pd.DataFrame([anchor])], ignore_index=True)


def compare(actual: pd.DataFrame, base: pd.DataFrame, **kwargs) -> sa.variance.Bridge:
    kwargs = {"by": ["region", "product"], "units": "quantity", "aggregate": True} | kwargs
    return sa.variance.explain(actual, base, **kwargs)
