"""Simulated panels of salespeople for the tests and benchmarks of scheme changes."""

import numpy as np
import pandas as pd

REGIONS = [f"R{i:02d}" for i in range(40)]


def panel(
    seed=0, *, regions=12, reps=4, months=36, start=(24,) * 6, effect=0.0, growing=0.0, rho=0.4,
    ragged=True, noise=8.0, shared=2.0, trend=0.5,
) -> pd.DataFrame:  # fmt: skip
    """People in regions, with season, a common walk, noise that hangs on, late and early leavers.

    `start` is the month from which each of the first regions is changed.
    """
    rng = np.random.default_rng(seed)
    home, m = np.repeat(np.arange(regions), reps), np.arange(months)
    level = 100 + 10 * rng.normal(size=len(home)) + 3 * rng.normal(size=regions)[home]
    common = 10 * np.sin(m * np.pi / 6) + trend * m + np.cumsum(rng.normal(size=months))
    own, both = (_hanging(rng, n, months, rho) for n in (len(home), regions))
    y = level[:, None] + common + noise * own + shared * both[home]
    first = np.array([*start, *[months] * (regions - len(start))])[home][:, None]
    y = y + (effect + growing * (m - first)) * (m >= first)
    keep = np.ones_like(y, dtype=bool)
    if ragged:
        at, kind = rng.integers(0, months, len(home))[:, None], rng.random(len(home))[:, None]
        keep &= ~((kind < 0.15) & (m < at)) & ~((kind > 0.85) & (m > at))
    i, t = np.nonzero(keep)
    return pd.DataFrame(
        {
            "salesperson": [f"P{k:03d}" for k in i],
            "region": [f"R{home[k]:02d}" for k in i],
            "period": pd.date_range("2021-01-01", periods=months, freq="MS")[t],
            "revenue": y[i, t],
        }
    )


def _hanging(rng, n, months, rho) -> np.ndarray:
    e = rng.normal(size=(n, months))
    for t in range(1, months):
        e[:, t] += rho * e[:, t - 1]
    return e


def table(rows, columns=("region", "salesperson", "period", "revenue")) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(columns))
