"""Tables for the tests of factors: eight people by hand, and many months with planted traps."""

import numpy as np
import pandas as pd

EIGHT = pd.DataFrame(
    {
        "attainment": [0.7, 0.8, 0.9, 0.85, 1.0, 1.1, 1.05, 1.2],
        "visits": [10, 12, 14, 15, 18, 19, 21, 24],
        "height": [171, 180, 165, 177, 169, 182, 175, 168],
    }
)


def repeated(people: int = 40, months: int = 8, seed: int = 3) -> pd.DataFrame:
    """Visits help everywhere; `para` between and within differ; `drift` only shares the trend."""
    rng = np.random.default_rng(seed)
    p, t = np.repeat(np.arange(people), months), np.tile(np.arange(months), people)
    n, skill = len(p), rng.normal(size=people)[p]
    effort = rng.normal(size=n)
    visits = 20 + 5 * skill + 3 * rng.normal(size=n)
    return pd.DataFrame(
        {
            "salesperson": [f"P{i:02d}" for i in p],
            "month": pd.period_range("2024-01", periods=months, freq="M").to_timestamp()[t],
            "visits": visits.round(),
            "drift": t + 0.5 * rng.normal(size=n),
            "para": -2 * skill + effort,
            "tenure": rng.integers(1, 10, people)[p],
            "noise": rng.normal(size=n),
            "training_days": 0,
            "attainment": 0.8 + 0.05 * skill + 0.01 * visits + 0.03 * effort + 0.03 * t
            + 0.05 * rng.normal(size=n),
        }
    )  # fmt: skip


FACTORS = ["visits", "drift", "para", "tenure", "noise", "training_days"]


def row(found, name: str) -> pd.Series:
    return found.frame.set_index("candidate").loc[name]
