"""The amounts of a sample as numbers, before anything is declared about how they are written."""

import pandas as pd

#: Amounts beyond which nothing is added up.
_MOST = 1e12


def numbers_of(cells: pd.Series) -> pd.Series:
    """Return amounts as numbers: 1,234.50 or, where some end so, 1.234,50; SAP's minus is last."""
    text = cells.astype("str").str.strip().str.replace(r"^(.*)-$", r"-\1", regex=True)
    if text.str.contains(r",\d{1,2}$").any():
        text = text.str.replace(".", "").str.replace(",", ".")
    value = pd.to_numeric(text.str.replace(",", "").where(cells.notna()), errors="coerce")
    return value.where(value.abs() < _MOST)


def wholes(value: pd.Series) -> pd.Series:
    """Return amounts in ten thousandths, which add up without a remainder; none counts as 0."""
    return (value.fillna(0) * 10_000).round().astype("int64")
