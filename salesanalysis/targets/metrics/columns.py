"""What every metric of a card is written into, and the columns of units it may need."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.targets.metrics.kinds import Metric

Floats = npt.NDArray[np.float64]
HEADS = "n_heads"


def column_of(
    units: pd.DataFrame, name: str, metric: Metric, default: float | None = None
) -> Floats:
    """Return a column that a metric needs, or refuse the card without it."""
    if name not in units.columns:
        if default is not None:
            return np.full(len(units), default)
        raise ContractError(
            f"{metric.name} needs {name} of every unit, and nobody is asked for it.",
            where=f"units columns are {list(units.columns)}",
            fix=f"ask for {name} as well, or add the column {name!r}",
            code="missing-column",
        )
    values: Floats = units[name].to_numpy("float64")
    bad = units[~((values >= 0) & np.isfinite(values))]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(units)} units have no usable {name}, which {metric.name} is "
            "weighted by.",
            where=f"units[{name!r}], see .rows",
            fix="write a number of zero or more for every unit",
            rows=bad,
        )
    return values


def rows_of(values: Floats, base: Floats | None, is_fixed: Any) -> pd.DataFrame:
    """Return the columns every metric has."""
    n = len(values)
    return pd.DataFrame(
        {
            "value": np.asarray(values, dtype="float64"),
            "base": np.full(n, np.nan) if base is None else base,
            "weight": np.full(n, np.nan),
            "amount": np.full(n, np.nan),
            "status": pd.Series(np.where(is_fixed, "pinned", "ok"), dtype="str"),
        }
    )
