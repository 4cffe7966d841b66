"""The cascade beside plain pandas: 10,000 leaves x 12 months in four levels, exact to the last yuan.

Plain pandas shares by `groupby().transform` down the levels and multiplies by twelve month shares;
it neither rounds nor checks. Below: the same with bounds, pins, season of working days and both
layers; three tiers; crossed margins; controlled rounding; and by how much rounding every cell on its
own would miss the totals.
"""

import numpy as np
import pandas as pd

from benchmarks import Row, side_by_side

LEVELS = ["region", "team", "salesperson", "product"]
TOTAL = 1_000_000_000


def leaves(n: int = 10_000, seed: int = 20240) -> pd.DataFrame:
    """Return leaves in ten regions, a hundred teams and a thousand people."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "region": [f"R{i // 1000:02d}" for i in range(n)],
            "team": [f"T{i // 100:03d}" for i in range(n)],
            "salesperson": [f"P{i // 10:04d}" for i in range(n)],
            "product": [f"X{i % 10}" for i in range(n)],
            "value": rng.gamma(2, 50, n).round(2),
        }
    )


def plain(table: pd.DataFrame, months: np.ndarray) -> pd.DataFrame:
    """Hand the total down in plain pandas: real numbers, no rounding, no check."""
    part = pd.Series(float(TOTAL), index=table.index)
    above: float | pd.Series = float(table["value"].sum())
    for depth in range(1, len(LEVELS) + 1):
        sums = table.groupby(LEVELS[:depth])["value"].transform("sum")
        part, above = part * sums / above, sums
    out = table.loc[table.index.repeat(12), LEVELS].reset_index(drop=True)
    return out.assign(value=np.outer(part, months).ravel())


def run() -> list[Row | str]:
    """Return one row per task and the line about the totals."""
    from salesanalysis.targets import (
        Basis,
        apply_bounds,
        cascade,
        fit_margins,
        over_assignment,
        tiers,
    )
    from salesanalysis.targets.controlled import controlled

    table = leaves()
    basis = Basis.of(table, by=LEVELS, year=2024)
    flat = np.full(12, 1 / 12)
    pins = pd.DataFrame({"region": ["R00", "R01"], "value": [90_000_000, 110_000_000]})
    plan = cascade(TOTAL, basis, months="equal")
    price = TOTAL / table["value"].sum()
    units = table.assign(value=(table["value"] * price).round())

    def everything() -> object:
        bounded = apply_bounds(units, TOTAL, min_growth=-0.05, max_growth=0.05, step=1)
        full = cascade(TOTAL, bounded.basis(year=2024), pins=pins, months="working_days")
        return over_assignment(full, 0.02).to_frame()

    def anchor() -> object:
        return plain(table, flat)

    rows: list[Row | str] = []
    tasks = (
        ("cascade, no extras", lambda: cascade(TOTAL, basis, months="equal"), 1.0),
        ("with bounds, pins, months, both layers", everything, 15.0),
        (
            "three tiers of the plan",
            lambda: tiers(plan, uplifts={"base": -0.1, "challenge": 0.1}),
            None,
        ),
    )
    for name, work, goal in tasks:
        ours, theirs = side_by_side(work, anchor)
        rows.append(Row(name, ours, theirs, target=goal, note="plain pandas, unrounded, unchecked"))
    real = np.outer(plan.frame["value"].to_numpy().reshape(-1, 12).sum(axis=1), flat)
    year, month = np.rint(real.sum(axis=1)).astype("int64"), np.full(12, TOTAL // 12)
    month[: TOTAL % 12] += 1
    ours, theirs = side_by_side(lambda: controlled(real, year, month), anchor)
    rows.append(Row("controlled rounding 10,000 x 12", ours, theirs, note="plain pandas cascade"))
    small = table.head(1000)
    other = small.assign(value=np.rint(small["value"] * 1000).astype("int64"))
    margins = [other.groupby(k, as_index=False)["value"].sum() for k in ("team", "product")]
    ours, theirs = side_by_side(lambda: fit_margins(small, margins), anchor)
    rows.append(Row("two margins over 1,000 cells", ours, theirs, note="plain pandas cascade"))
    return [*rows, _totals(plan.frame["value"], real)]


def _totals(values: pd.Series, real: np.ndarray) -> str:
    """Say how far rounding every cell on its own misses, and how far ours does."""
    naive = abs(float(np.rint(real).sum()) - TOTAL)
    return (
        f"total missed by rounding every cell: {naive:,.0f}; ours: {abs(values.sum() - TOTAL):,.0f}"
    )
