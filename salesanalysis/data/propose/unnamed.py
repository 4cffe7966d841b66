"""Rows of sums that no word calls so: a subtotal below every customer, as SAP lists it."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.data.cleaning.totals import is_total
from salesanalysis.data.ingest.sumrows import LEAST
from salesanalysis.data.propose.drafting import Draft
from salesanalysis.data.propose.figures import numbers_of, wholes
from salesanalysis.data.propose.matching import note

Ints = npt.NDArray[np.int64]


def unnamed(made: Draft) -> pd.Series:
    """Tell which rows of the sample have no day, and an amount that is the sum of those above.

    Returns
    -------
    Series of bool
        All False where some row without a day is no such sum: then its day may stand above it;
        and where words name them all.
        A row with a number of its own, where sums have none, is a line that lacks its day.
    """
    fields, day = made.seen.fields, made.reads("date")
    amount = next(iter(made.line("revenue").theirs), "")
    if made.known.table != "sales" or not {day, amount} <= fields.keys():
        return pd.Series(dtype="bool")
    cells, order = fields[amount].cells, made.reads("order_id")
    blank = fields[day].cells.isna() & cells.notna()
    bare = blank & fields[order].cells.isna() if order in fields else blank
    value = numbers_of(cells)
    if not blank.any() or value.isna().sum() > cells.isna().sum():
        return blank & False
    whole = wholes(value).to_numpy()
    choices = (blank, bare) if bare.any() else (blank,)
    sums = next((b for b in choices if _are_sums(whole, b.to_numpy())), blank & False)
    return sums & bool((sums & ~_named(made)).any())


def _named(made: Draft) -> pd.Series:
    """Tell which rows of the sample have a word for a sum."""
    cells = {c: is_total(f.cells.astype("str")) for c, f in made.seen.fields.items()}
    return pd.DataFrame(cells).any(axis=1)


def _are_sums(amounts: Ints, blank: npt.NDArray[np.bool_]) -> bool:
    """Tell whether each of some rows adds up the lines above it, from one of those rows on.

    A group may have one line, but that two amounts are the same is no sign: one of the rows adds
    up `LEAST` lines or more.

    Examples
    --------
    >>> amounts = np.array([5, 5, 1, 2, 4, 7, 12])
    >>> _are_sums(amounts, np.array([0, 1, 0, 0, 0, 1, 1], dtype=bool))
    True
    """
    at = np.flatnonzero(blank)
    total = np.cumsum(np.where(blank, 0, amounts))[at]
    lines = np.cumsum(~blank & (amounts != 0))[at]
    above = [values[:, None] - np.append(0, values[:-1]) for values in (total, lines)]
    hit = np.tril((above[0] == amounts[at, None]) & (above[1] > 0))
    fewest = np.where(hit, above[1], len(amounts)).min(axis=1, initial=len(amounts))
    return bool(hit.any(axis=1).all() and fewest.max(initial=0) >= LEAST)


def leave_out(made: Draft, sums: pd.Series, least: int = 1) -> None:
    """Leave out rows of sums without a day, if there are so many."""
    column = _column(made, sums)
    told = made.reads("date") in made.where or column in {*made.where, *made.fill_down}
    if sums.sum() >= least and not told:
        made.where[column] = {"not": [""]}
        made.notes.append(note("remark.unnamed_sums", n=int(sums.sum()), column=column))


def _column(made: Draft, sums: pd.Series) -> str:
    """Return a column that sums alone leave empty: numbers of orders, as a line may lack a day."""
    order = made.reads("order_id")
    if order in made.seen.fields and made.seen.fields[order].cells.isna().equals(sums):
        return order
    return made.reads("date")
