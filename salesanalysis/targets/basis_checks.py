"""What a basis refuses: amounts nobody can share by, values that are not base and growth."""

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, ReconciliationError
from salesanalysis.targets.states import BY_VALUE, NO_BASE


def check_amounts(frame: pd.DataFrame, column: str) -> None:
    """Refuse weights that are no number, negative, empty or infinite."""
    read = pd.to_numeric(frame[column], errors="coerce")
    amounts = read.to_numpy("float64")
    if ((amounts >= 0) & np.isfinite(amounts)).all():
        return
    text = frame[read.isna() & frame[column].notna()]
    if len(text):
        raise ContractError(
            f"{len(text)} of {len(frame)} rows of basis: {column!r} is no number: "
            f"{text[column].iloc[0]!r}.",
            where=f"first rows {text.index[:3].tolist()}, see .rows",
            fix="write plain numbers such as 1250000",
            rows=text,
        )
    bad = frame[~((amounts >= 0) & np.isfinite(amounts))]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(frame)} rows of basis: {column!r} is negative, empty or infinite.",
            where=f"first rows {bad.index[:3].tolist()}, see .rows",
            fix="net returns against sales first, or drop rows without a figure",
            rows=bad,
        )


def check_rows(frame: pd.DataFrame) -> None:
    """Refuse rows whose value is not base x (1 + growth), or empty without a reason."""
    proposed = frame["reason"] != "given"
    if not proposed.any():
        return
    frame = frame[proposed]
    without = frame["status"].isin(NO_BASE)
    rise = frame["growth"].where(~without, 0.0).to_numpy("float64")
    base, value = frame["base"].to_numpy("float64"), frame["value"].to_numpy("float64")
    # half a cent, or rounding noise of very large amounts
    allowed = np.maximum(0.005, 1e-12 * np.abs(base))
    by_value = (frame["status"] == BY_VALUE).to_numpy()
    fits = (np.abs(base * (1 + rise) - value) <= allowed) | (by_value & (base == 0))
    bad = frame[~(fits & (base >= 0) & (value >= 0))]
    if len(bad):
        raise ReconciliationError(
            f"{len(bad)} of {len(frame)} proposed values are not base x (1 + growth).",
            where=f"basis, first rows {bad.index[:3].tolist()}, see .rows",
            fix="this is a defect or a tampered table: please report it with the input",
            code="does-not-add-up",
            rows=bad,
        )
