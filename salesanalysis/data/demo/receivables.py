"""Money due and collected: one row per order, settled at the end of its month."""

import numpy as np
import pandas as pd

from salesanalysis.data.demo.timeline import stream
from salesanalysis.money import cents_of

#: Part of the orders that are paid in full in time; the others are paid in part.
PAID_IN_FULL = {"East": 0.935, "South": 0.89, "North": 0.90, "West": 0.86, "Key accounts": 0.91}


def collections_table(seed: int, sales: pd.DataFrame) -> pd.DataFrame:
    """Return the contract table with ``region``; due of a month = revenue of that month.

    A return is a credit note: due and collected are negative and equal.
    """
    rows = sales.assign(cents=cents_of(sales["revenue"], name="revenue"))
    keys = ["order_id", "date", "region", "customer", "salesperson"]
    orders = rows.groupby(keys, sort=False, as_index=False)["cents"].sum()
    rng = stream(seed, "collections")
    full = rng.random(len(orders)) < orders["region"].map(PAID_IN_FULL).to_numpy()
    part = rng.beta(2.0, 1.6, len(orders))
    paid = np.where(full | (orders["cents"] < 0), 1.0, part)
    return pd.DataFrame(
        {
            "date": (orders["date"] + pd.offsets.MonthEnd(0)).astype("datetime64[us]"),
            "region": orders["region"],
            "customer": orders["customer"],
            "salesperson": orders["salesperson"],
            "order_id": orders["order_id"],
            "due_amount": orders["cents"] / 100,
            "collected_amount": np.rint(orders["cents"] * paid).astype("int64") / 100,
        }
    )
