"""Rows of sums that no word calls so: a subtotal below every customer, as SAP lists it."""

import pandas as pd

from salesanalysis.data.ingest.sumrows import hits
from salesanalysis.data.kinds import ROW
from salesanalysis.data.propose.drafting import Draft
from salesanalysis.data.propose.matching import note

#: Amounts beyond which nothing is added up.
_MOST = 1e12


def unnamed(made: Draft) -> pd.Series:
    """Tell which rows of the sample have no day, and an amount that is the sum of those above.

    Returns
    -------
    Series of bool
        All False where some row without a day is no such sum: then its day may stand above it.
    """
    fields, day = made.seen.fields, made.reads("date")
    amount = next(iter(made.line("revenue").theirs), "")
    if made.known.table != "sales" or not {day, amount} <= fields.keys():
        return pd.Series(dtype="bool")
    cells = fields[amount].cells
    blank = fields[day].cells.isna() & cells.notna()
    plain = cells.astype("str").str.replace(",", "").where(cells.notna())
    value = pd.to_numeric(plain, errors="coerce")
    value = value.where(value.abs() < _MOST)
    if not blank.any() or value.isna().sum() > cells.isna().sum():
        return blank & False
    whole = (value.fillna(0) * 10_000).round().astype("int64").to_numpy()
    lines = pd.DataFrame({ROW: range(len(whole)), "revenue": whole, "_word": 0})
    found = hits(lines.assign(date=pd.Timestamp("2000-01-01")))[ROW]
    sums = pd.Series(range(len(whole)), index=blank.index).isin(found)
    return blank & bool((sums | ~blank).all())


def leave_out(made: Draft, sums: pd.Series, least: int = 1) -> None:
    """Leave out rows of sums without a day, if there are so many."""
    day = made.reads("date")
    if sums.sum() >= least and day not in made.where and day not in made.fill_down:
        made.where[day] = {"not": [""]}
        made.notes.append(note("remark.unnamed_sums", n=int(sums.sum()), column=day))
