"""Rows whose amount is the sum of the rows above them: rows of sums in any language, or none."""

from functools import reduce
from operator import and_, or_
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.data.cleaning.totals import in_engine
from salesanalysis.data.engine import fetch_exact
from salesanalysis.data.fixed import fetch_fixed
from salesanalysis.data.kinds import ABOVE, FILE, ROW, WORD

#: Lines beyond which nobody looks: a file that long is no report with sums below its groups.
MANY = 100_000
#: Rows above at the least: that two amounts give a third one happens by chance.
LEAST = 3
_WINDOW = 4096


def marked(con: Any, table: Any) -> tuple[Any, bool]:
    """Mark the order lines whose amount is the sum of those above them.

    Parameters
    ----------
    table : Ibis table
        Order lines with the numbers of their rows.

    Returns
    -------
    table : Ibis table
        With the column `ABOVE` where some line is marked, else as it was.
    looked : bool
        False where rows have no order or are too many.
    """
    if ROW not in table.columns:
        return table, False
    if fetch_exact(con, table.aggregate(n=table.count()))["n"] > MANY:
        return table, False
    keys = [c for c in (FILE, ROW) if c in table.columns]
    worded = [
        in_engine(table[c]) for c in table.columns if table[c].type().is_string() and c != FILE
    ]
    worded += [table[WORD].fill_null(False)] if WORD in table.columns else []  # noqa: FBT003
    lines = table.select(*keys, "date", "revenue", _word=reduce(or_, worded).cast("int64"))
    found = hits(fetch_fixed(con, lines))
    if found.empty:
        return table, True
    return table.mutate(**{ABOVE: _among(table, found)}), True


def _among(table: Any, found: pd.DataFrame) -> Any:
    """Return the condition that a line of the table is one of those found, never missing."""
    no = False
    by = [c for c in (FILE, "date") if c in found]
    conditions = []
    for names, rows in found.groupby(by):
        same = [
            table[c] == (n.date() if c == "date" else n) for c, n in zip(by, names, strict=True)
        ]
        conditions.append(reduce(and_, [*same, table[ROW].isin(rows[ROW].tolist())]))
    return reduce(or_, conditions).fill_null(no)


def hits(lines: pd.DataFrame) -> pd.DataFrame:
    """Return the lines whose amount is the sum of those above, column of amounts by column.

    Parameters
    ----------
    lines : DataFrame
        ``_row``, ``date``, ``revenue`` (whole ten-thousandths) and ``_word`` (1: called a sum by
        a word), perhaps ``_file``.

    Examples
    --------
    >>> lines = pd.DataFrame({"_row": [1, 2, 3, 4], "date": pd.Timestamp("2024-01-05"),
    ...     "revenue": [10, 20, 30, 60], "_word": 0})
    >>> hits(lines)["_row"].tolist()
    [4]
    """
    keys = [c for c in (FILE, ROW) if c in lines]
    lines = lines.sort_values([*keys, "date"], kind="stable", ignore_index=True)
    groups = [FILE] if FILE in lines else []
    # months that were columns: each of them is a column of amounts of its own
    groups += ["date"] if lines.duplicated(keys).any() else []
    if not groups:
        return lines.iloc[_places(lines["revenue"].to_numpy(), lines["_word"].to_numpy())]
    parts = [
        part.iloc[_places(part["revenue"].to_numpy(), part["_word"].to_numpy())]
        for _, part in lines.groupby(groups, dropna=False, sort=True)
    ]
    return pd.concat(parts)


def _places(amounts: np.ndarray, worded: np.ndarray) -> list[int]:
    """Return where an amount is the sum of those above it: of its group, then of all of them."""
    found = _of_groups(amounts, worded)
    taken = worded.astype(bool).copy()
    taken[found] = True
    rest = np.flatnonzero(~taken)
    # a grand total below the last sum of a group adds up what is left, once more
    whole = _first_hit(amounts[rest], 0) if found or taken.any() else -1
    return sorted([*found, *([int(rest[whole])] if whole >= 0 else [])])


def _of_groups(amounts: np.ndarray, worded: np.ndarray) -> list[int]:
    """Return the sums since the last one, be it known by a word or by its amount."""
    found: list[int] = []
    start = 0
    for end in [*np.flatnonzero(worded).tolist(), len(amounts)]:
        while (place := _first_hit(amounts[start:end], 0)) >= 0:
            found.append(start + place)
            start += place + 1
        start = end + 1
    return found


def _first_hit(amounts: np.ndarray, start: int) -> int:
    """Return the first place whose amount is the sum of all before it, or -1."""
    sums, rows, size = 0, 0, len(amounts)
    while start < size:
        part = amounts[start : start + _WINDOW]
        before = sums + np.concatenate([[0], np.cumsum(part)[:-1]])
        counted = rows + np.concatenate([[0], np.cumsum(part != 0)[:-1]])
        hit = np.flatnonzero((part == before) & (counted >= LEAST) & (part != 0))
        if len(hit):
            return start + int(hit[0])
        sums, rows = int(before[-1] + part[-1]), int(counted[-1] + (part[-1] != 0))
        start += _WINDOW
    return -1
