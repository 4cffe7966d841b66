"""What a forecast refuses to be: sums that differ, figures outside their bounds."""

from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.errors import ReconciliationError
from salesanalysis.forecast.wording import bound_name
from salesanalysis.hierarchy import COMPANY

#: Sums of floats in another order differ by this much of their size, not more.
TOLERANCE = 1e-9


def require_coherent(figures: pd.DataFrame, by: tuple[str, ...]) -> None:
    """Refuse a parent that differs from the sum of its leaves in any month."""
    if not by:
        return
    leaves = figures[(figures[list(by)] != "").all(axis=1)]
    sized = leaves.assign(size=leaves["value"].abs())
    for level, rows in figures.groupby("level", sort=False):
        names = [key for key in by if (rows[key] != "").all()]
        if len(names) == len(by):
            continue
        keys = [*names, "period", "horizon"]
        sums = sized.groupby(keys, sort=False)[["value", "size"]].sum()
        parent = rows.set_index(keys)["value"]
        sums = sums.reindex(parent.index)
        bad = ~((parent - sums["value"]).abs() <= TOLERANCE * sums["size"])
        if bad.any():
            raise ReconciliationError(
                f"{int(bad.sum())} of {len(bad)} figures of level {level!r} differ from "
                "the sum of their leaves.",
                where=f"first: {_place(bad[bad].index[0])}",
                fix="this is a defect or a tampered table: please report it with the input",
                code="does-not-add-up",
            )


def _place(key: tuple[Any, ...]) -> str:
    """Write the key of a figure: names, month."""
    *names, period, _ = key
    return f"{' / '.join(names) or COMPANY}, {period:%Y-%m}"


def require_nested(figures: pd.DataFrame, coverage: tuple[float, ...]) -> None:
    """Refuse an empty figure, or one outside its interval, or a wide interval inside a narrow."""
    names = [bound_name("lo", c) for c in reversed(coverage)] + ["value"]
    names += [bound_name("hi", c) for c in coverage]
    values = figures[names].to_numpy(dtype="float64")
    bad = ~(np.diff(values, axis=1) >= 0).all(axis=1)
    if bad.any():
        raise ReconciliationError(
            f"{int(bad.sum())} of {len(bad)} rows are not in the order {', '.join(names)}.",
            where=f"first rows {np.flatnonzero(bad)[:3].tolist()}",
            fix="this is a defect or a tampered table: please report it with the input",
            code="does-not-add-up",
        )
