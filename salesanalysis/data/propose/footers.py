"""What stands below the last line of a report: who made it, when, that it is confidential."""

import re
from dataclasses import dataclass
from typing import Any

import pandas as pd

from salesanalysis.data.cleaning.totals import is_total
from salesanalysis.data.engine import fetch

#: Rows at the end that are looked at.
_LOOKED_AT = 40
_AMOUNT = re.compile(r"[-+(]?\s*[^\w\s]?\s*\d[\d.,' ]*\s*[^\w\s]?\)?-?")


@dataclass(frozen=True)
class Footer:
    """Rows below the last line.

    Attributes
    ----------
    n : int
        How many of them hold something.
    first : int
        Where the first of them is, 0 is the first row of the table.
    text : str
        What the first of them says.
    """

    n: int
    first: int
    text: str


def footer_of(con: Any, rows: Any, sample: pd.DataFrame) -> Footer | None:
    """Return the trailing rows with a text or two where lines have three cells and more.

    Parameters
    ----------
    rows : Ibis table of the engine
    sample : DataFrame
        Its first rows: how many cells a line has.
    """
    usual = sample.notna().sum(axis=1).median()
    if usual < 3:
        return None
    last = rows.mutate(_at=rows.rowid())
    tail = fetch(con, last.order_by(last["_at"].desc()).limit(_LOOKED_AT))
    cells = tail.drop(columns="_at").astype("str").where(tail.drop(columns="_at").notna(), "")
    cells = cells.apply(lambda c: c.str.strip())
    filled = (cells != "").sum(axis=1)
    said = cells.agg(" ".join, axis=1).str.strip()
    amount = cells.map(lambda v: bool(_AMOUNT.fullmatch(v))).any(axis=1)
    named = cells.apply(is_total).any(axis=1)
    plain = ~amount & ~named & (filled <= max(1, usual // 3))
    # from the end upwards, as long as a row is empty or such a text
    below = (plain | (filled == 0)).cummin() & (filled > 0)
    if not below.any() or len(tail) == int(below.sum()):
        return None
    top = below[below].index[-1]
    return Footer(int(below.sum()), int(tail["_at"].loc[top]), str(said.loc[top]))
