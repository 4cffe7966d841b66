"""Simulations written by hand, and people for real ones."""

from types import SimpleNamespace

import numpy as np
import pandas as pd

from salesanalysis.labels import Terms


def by_hand(pay, sales=None, *, quota=100.0, region=None, incentive=0.0):
    """A simulation from pay (and sales) per person and draw; sales default to the quota."""
    names = sorted(pay)
    n = len(pay[names[0]])
    sales = sales or {name: [quota] * n for name in names}
    rows = [
        {"draw": d, "salesperson": name, "quota": quota, "incentive": incentive,
         "sales": float(sales[name][d]), "attainment": sales[name][d] / quota,
         "pay": float(pay[name][d]), "region": (region or {}).get(name, "")}
        for d in range(n) for name in names
    ]  # fmt: skip
    sample = pd.DataFrame(rows)
    draws = sample.groupby("draw", as_index=False)[["sales", "pay", "quota"]].sum()
    draws["attainment"] = draws["sales"] / draws.pop("quota")
    regions = sample.groupby(["region", "draw"], as_index=False)[["sales", "pay"]].sum()
    people = sample.groupby(["salesperson", "region"], as_index=False).agg(
        quota=("quota", "first"), incentive=("incentive", "first"), sales_mean=("sales", "mean"),
        attainment_mean=("attainment", "mean"), pay_mean=("pay", "mean"))  # fmt: skip
    return SimpleNamespace(
        people=people, draws=draws, regions=regions, sample=sample.drop(columns="region"),
        n_periods=12, plan_title={"en": "Plan", "zh": "方案"}, currency="CNY", terms=Terms())  # fmt: skip


def company(pay, attainment=None):
    """A simulation of one person with this pay (and attainment) per draw."""
    attainment = np.ones(len(pay)) if attainment is None else attainment
    return by_hand({"Li": list(pay)}, {"Li": list(100.0 * np.asarray(attainment))})


def team(n: int, *, spread: float = 0.3) -> pd.DataFrame:
    rng = np.random.default_rng(7)
    return pd.DataFrame(
        {
            "salesperson": [f"S{i:04d}" for i in range(n)],
            "quota": np.round(rng.lognormal(12.5, spread, n), -3),
            "region": [("North", "South", "East")[i % 3] for i in range(n)],
        }
    )
