"""Cubes of sales for the tests of places: made by hand, drawn, or read from the made-up sets."""

from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

import salesanalysis as sa
from benchmarks._places import Cube
from salesanalysis import strictyaml

CASES = {
    case["id"]: case
    for case in strictyaml.read(
        Path(__file__).parents[1] / "reference" / "variance_places_cases.yaml"
    ).data
}
DIMS = ["region", "product", "rep"]


def even(value: float = 100.0) -> pd.DataFrame:
    """600 cells that all sell the same."""
    cells = product("NESW", "ABCDE", (f"rep {i:02d}" for i in range(30)))
    return pd.DataFrame(cells, columns=DIMS).assign(revenue=value)


def changed(plan: pd.DataFrame, factor: float, **where: str) -> pd.DataFrame:
    """Multiply the sales of a slice."""
    inside = np.logical_and.reduce([plan[dim] == member for dim, member in where.items()])
    return plan.assign(revenue=plan["revenue"].mask(inside, plan["revenue"] * factor))


def noisy(seed: int, noise: float = 0.1) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return actual and base without a cause."""
    rng = np.random.default_rng(seed)
    plan = even().assign(revenue=rng.lognormal(4, 0.7, 600))
    sold = plan.assign(revenue=plan["revenue"] * np.maximum(1 + rng.normal(0, noise, 600), 0))
    return sold, plan


def frames(cube: Cube) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return both sides of a made-up cube as tables with columns d0, d1, ..."""
    keys = pd.DataFrame(
        {f"d{i}": [f"{m:03d}" for m in codes] for i, codes in enumerate(cube.codes)}
    )
    return keys.assign(revenue=cube.actual), keys.assign(revenue=cube.base)


def slices(bridge: sa.variance.Bridge) -> dict[tuple[str, ...], float]:
    """Return the amount of each slice, the largest first."""
    steps = bridge.to_frame().iloc[1:-1]
    steps = steps[steps["effect"] != "rest"]
    keys = steps[list(bridge.by)].itertuples(index=False, name=None)
    return dict(zip(keys, steps["amount"], strict=True))


def rest(bridge: sa.variance.Bridge) -> float:
    return float(bridge.effects.loc[bridge.effects["effect"] == "rest", "amount"].sum())
