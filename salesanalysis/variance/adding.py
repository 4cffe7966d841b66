"""Checks that nothing is left over: in total, and item by item."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from salesanalysis.errors import ReconciliationError

#: Float noise of sums of cells; far below a cent for a company of a billion.
RELATIVE = 1e-9
#: The same where large sales and returns cancel, so that the totals alone look small.
NOISE = 1e-13
_FIX = "this is a defect or a tampered table: please report it with the input"


def check_total(amounts: pd.Series, start: float, end: float) -> None:
    """Raise `ReconciliationError` unless `amounts` lead from `start` to `end`."""
    left = math.fsum([end, -start, *(-amounts.to_numpy(dtype="float64"))])
    # isfinite first: `nan > allowed` is False, so a NaN would pass the second test
    allowed = max(RELATIVE * max(abs(start), abs(end), 1.0), NOISE * float(amounts.abs().sum()))
    if not math.isfinite(left) or abs(left) > allowed:
        raise ReconciliationError(
            f"Effects leave {left:+,.2f} of {end - start:+,.2f} unexplained.",
            where=f"sum of {len(amounts)} effects against actual minus base",
            fix=_FIX,
            code="does-not-add-up",
        )


def check_items(
    effects: pd.DataFrame, items: pd.DataFrame, by: Sequence[str], start: float, end: float
) -> None:
    """Raise `ReconciliationError` unless items add up to the totals and effects to each item."""
    check_total(items["actual"] - items["base"], start, end)
    if not by:
        return
    change = items.set_index(list(by))["actual"] - items.set_index(list(by))["base"]
    parts = effects[[*by]].assign(told=effects["amount"], size=effects["amount"].abs())
    found = parts.groupby(list(by)).sum().reindex(change.index, fill_value=0.0)
    size = np.maximum(items["base"].abs(), items["actual"].abs()).to_numpy()
    allowed = np.maximum(RELATIVE * np.maximum(size, 1.0), NOISE * found["size"].to_numpy())
    bad = ~(np.abs(found["told"] - change).to_numpy() <= allowed)
    if bad.any():
        raise ReconciliationError(
            f"Effects of {int(bad.sum())} of {len(items)} items do not add up to their change.",
            where=f"first {change.index[bad][0]!r}, see .rows",
            fix=_FIX,
            code="does-not-add-up",
            rows=items[bad],
        )
