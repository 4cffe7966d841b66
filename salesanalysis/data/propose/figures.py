"""The amounts of a sample as numbers, before anything is declared about how they are written."""

from collections.abc import Mapping

import pandas as pd

from salesanalysis.data.propose.seen import Field
from salesanalysis.data.words.headings import plain

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


def called(
    fields: Mapping[str, Field],
    names: tuple[str, ...],
    kinds: frozenset[str] = frozenset({"number"}),
) -> str:
    """Return the first column of numbers, or of one of `kinds`, that is called so; "" for none."""
    return next((c for c, f in fields.items() if plain(c) in names and f.kinds & kinds), "")
