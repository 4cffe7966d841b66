"""Headers in the middle of a file, as exports put below each other leave them."""

import re
from dataclasses import replace
from functools import reduce
from operator import and_, or_
from typing import Any

from salesanalysis.data.engine import fetch, fetch_exact
from salesanalysis.data.ingest.numbering import numbered
from salesanalysis.data.kinds import ROW
from salesanalysis.data.sources import Opened
from salesanalysis.errors import ContractError

#: What tells apart headings that stand twice, and a column without a heading.
_NUMBER, _UNNAMED = re.compile(r" \(\d+\)$"), re.compile(r"column \d+")


def without(con: Any, opened: Opened) -> tuple[Opened, int]:
    """Return a table without the rows that repeat its header, and how many there were.

    Raises
    ------
    ContractError
        A header in another order: the columns below it are others.
    """
    names = _texts(opened)
    if opened.remote or opened.typed or len(names) < 2:
        return opened, 0
    same, other = is_header(opened, opened.table), _conditions(opened.table, names)[1]
    counts = fetch_exact(con, opened.table.aggregate(same=same.sum(), other=(other & ~same).sum()))
    if counts["other"]:
        raise _reordered(con, _numbered(con, opened), names)
    if not counts["same"]:
        return opened, 0
    # numbered first: messages name the rows of the file
    counted = _numbered(con, opened)
    again = is_header(counted, counted.table)
    return replace(counted, table=counted.table.filter(~again)), int(counts["same"])


def is_header(opened: Opened, table: Any) -> Any:
    """Return the condition that a row is the header once more, or one of its rows; never missing.

    Parameters
    ----------
    table : Ibis table
        That of `opened`, or a part of it.
    """
    return reduce(or_, _rows_of(opened, table), _conditions(table, _texts(opened))[0])


def _rows_of(opened: Opened, table: Any) -> list[Any]:
    """Return the condition for each row of a header of several, never missing."""
    cells = [table[c].strip().replace("\ufeff", "").fill_null("") for c in opened.theirs]
    return [
        reduce(and_, (cell == text for cell, text in zip(cells, row, strict=True)))
        for row in opened.head
        if len(row) == len(cells) and any(row)
    ]


def _texts(opened: Opened) -> list[str]:
    return [c for c in opened.theirs if opened.table[c].type().is_string()]


def _conditions(table: Any, names: list[str]) -> tuple[Any, Any]:
    """Return the conditions that a row is the header, and that it has the same names."""
    no = False
    # a file put below another may keep the mark of its encoding before its first heading
    texts = {c: table[c].strip().replace("\ufeff", "") for c in names}
    written = {c: _NUMBER.sub("", c) for c in names if not _UNNAMED.fullmatch(c)}
    same = [texts[c].isin([c, text]) for c, text in written.items()]
    same += [t.fill_null("").isin([c, ""]) for c, t in texts.items() if c not in written]
    every = [*written, *written.values()]
    other = [texts[c].isin(every) for c in written]
    return reduce(and_, same).fill_null(no), reduce(and_, other).fill_null(no)


def _numbered(con: Any, opened: Opened) -> Opened:
    from ibis.util import gen_name  # noqa: PLC0415

    if opened.row:
        return opened
    return replace(opened, table=numbered(con, gen_name("headed"), opened.table), row=ROW)


def _reordered(con: Any, opened: Opened, names: list[str]) -> ContractError:
    """Build the refusal of a header in another order, with both of them."""
    same, other = _conditions(opened.table, names)
    rows = opened.table.filter(other & ~same).order_by(opened.row)
    found = fetch(con, rows.limit(1)).iloc[0]
    row = int(found[opened.row])
    theirs = [str(found[c]).strip() for c in names]
    return ContractError(
        f"{opened.name} has a second header with the columns in another order, so the amounts "
        f"below it would be read from the wrong column.",
        where=f"{opened.name}, header: {', '.join(names)}; row {row}: {', '.join(theirs)}",
        fix=f"save the rows from row {row} on as a file of their own and map both files, or put "
        "the columns in one order",
        code="bad-value",
        rows=fetch(con, rows),
    )
