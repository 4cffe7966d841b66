"""Refusing columns that hold no figures."""

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError


def require_figures(table: pd.DataFrame, column: str) -> None:
    """Refuse a column that is not numeric, or has empty or infinite values."""
    if not pd.api.types.is_numeric_dtype(table[column]):
        raise ContractError(
            f"{column!r} holds text, not numbers.",
            where=f"df[{column!r}], first value {table[column].iloc[0]!r}",
            fix="turn it into numbers first",
        )
    figures = table[column].to_numpy("float64", na_value=np.nan)
    bad = table[~np.isfinite(figures)]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(table)} rows of df: {column!r} is empty or infinite.",
            where=f"first rows {bad.index[:3].tolist()}, see .rows",
            fix="fill them, or leave these rows out and say so",
            rows=bad,
        )
