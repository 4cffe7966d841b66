"""What stands below the last line of a report: who made it, when, or a table of its own."""

import re
from dataclasses import dataclass
from typing import Any

import pandas as pd

from salesanalysis.data.cleaning.totals import is_total
from salesanalysis.data.engine import fetch
from salesanalysis.data.sources import Opened

#: Rows at the end that are looked at.
_LOOKED_AT = 400
#: Share of the lines whose cells have digits in a column of amounts or days.
_MOST = 0.5
_AMOUNT = re.compile(r"[-+(]?\s*[^\w\s]?\s*\d[\d.,' ]*\s*[^\w\s]?\)?-?")
#: Who made, checked or printed a report: 审核：张敏.
_SIGNED = re.compile(r"[^:：\d]{1,20}[:：].*")


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
    names : str
        The headings of a second table that begins there; empty where there is none.
    """

    n: int
    first: int
    text: str
    names: str = ""


def footer_of(
    con: Any, rows: Any, sample: pd.DataFrame, numbers: pd.Series | None = None
) -> Footer | None:
    """Return the trailing rows with a text or two where lines have three cells and more.

    A second table counts as such: an empty row parts it from the lines, and it has headings.

    Parameters
    ----------
    rows : Ibis table of the engine
    sample : DataFrame
        Its first rows: how many cells a line has.
    numbers : Series of int, optional
        Rows of a sheet, the last one first; empty ones are missing.
    """
    usual = sample.notna().sum(axis=1).median()
    if usual < 3:
        return None
    last = rows.mutate(_at=rows.rowid())
    tail = fetch(con, last.order_by(last["_at"].desc()).limit(_LOOKED_AT))
    cells = tail.drop(columns="_at").astype("str").where(tail.drop(columns="_at").notna(), "")
    cells = cells.apply(lambda c: c.str.strip())
    filled = (cells != "").sum(axis=1)
    amounts = cells.map(lambda v: bool(_AMOUNT.fullmatch(v)))
    parted = (filled == 0).shift(-1, fill_value=False)
    if numbers is not None and len(numbers) == len(tail):
        parted |= pd.Series(numbers.diff(-1).to_numpy() > 1, index=tail.index)
    heads = _headings(cells, parted, amounts, sample)
    named = cells.apply(is_total).any(axis=1)
    signed = cells.map(lambda v: not v or bool(_SIGNED.fullmatch(v))).all(axis=1)
    few = (filled <= max(1, usual // 3)) | (signed & (filled < usual))
    plain = ~amounts.any(axis=1) & ~named & few
    # from the end upwards, as long as a row is empty or such a text
    first = 0 if heads is None else heads + 1
    below = (plain | (filled == 0) | (filled.index < first)).cummin() & (filled > 0)
    if not below.any() or len(tail) == int(below.sum()):
        return None
    top = below[below].index[-1]
    said = cells.agg(" ".join, axis=1).str.strip()
    names = "" if heads is None else ", ".join(v for v in cells.loc[heads] if v)
    return Footer(int(below.sum()), int(tail["_at"].loc[top]), str(said.loc[top]), names)


def tail_numbers(con: Any, opened: Opened) -> pd.Series | None:
    """Return the numbers of the last rows of a sheet, the last one first; None of a text file."""
    if not opened.row:
        return None
    at = opened.table[opened.row]
    found = fetch(con, opened.table.select(n=at).order_by(at.desc()).limit(_LOOKED_AT))
    return pd.Series(found["n"])


def _headings(
    cells: pd.DataFrame, parted: pd.Series, amounts: pd.DataFrame, sample: pd.DataFrame
) -> int | None:
    """Return where the headings of a second table are, counted from the end; None without one.

    The row has two texts or more and no amount, but fewer than a line: as many would be lines of
    the same kind under other names. An empty row stands above it, a title may lie between, and
    some column has amounts or days in the lines and below it a name.

    Parameters
    ----------
    cells : DataFrame of str
        The last rows, the last one first.
    parted : Series of bool
        An empty row stands above.
    """
    filled = (cells != "").sum(axis=1)
    lines = sample.dropna(how="all").head(_LOOKED_AT).astype("str")
    figures = lines.apply(lambda c: c.str.contains(r"\d").mean() >= _MOST)
    words = (cells != "") & ~cells.apply(lambda c: c.str.contains(r"\d"))
    narrow = (filled >= 2) & (filled < sample.notna().sum(axis=1).median())
    bare = ~amounts.any(axis=1) & narrow & ((cells != "") == words).all(axis=1)
    foreign = (words & figures.reindex(words.columns).fillna(value=False)).any(axis=1)
    # the header of the lines once more is no second table
    same = (cells == list(cells.columns)).any(axis=1)
    title = filled.shift(-1, fill_value=0) == 1
    above = parted | (title & parted.shift(-1, fill_value=False))
    total = cells.apply(is_total).any(axis=1)
    found = cells.index[bare & foreign & above & ~same & ~total]
    return int(found[-1]) if len(found) else None
