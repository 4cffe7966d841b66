"""Quotes that mean inches: two of them, far apart, make one cell of whole rows."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from salesanalysis.data.engine import fetch, fetch_exact
from salesanalysis.data.sources.unreadable import QUOTES
from salesanalysis.errors import ContractError

#: Suspicious rows looked at closely.
MAX_ROWS = 1000
_BREAK = re.compile(r"\r\n|\r|\n")
#: Share of the cells of a swallowed row that must look as those of the row around it.
_ALIKE = 0.5


class Breaks:
    """Whether a line may end inside quotes, told piece by piece at the speed of the disk.

    Quotes in the middle of a cell make it say yes wrongly: then look closely.
    """

    def __init__(self, quote: str, end: str) -> None:
        self.quote, self.end = quote.encode(), end[-1:].encode()
        self.found, self._odd = False, 0

    def see(self, piece: bytes) -> None:
        """Look at the next piece of the file."""
        if self.found or not self.quote:
            return
        if self.quote not in piece:
            self.found = bool(self._odd) and self.end in piece
            return
        quotes, ends = (_places(piece, mark) for mark in (self.quote, self.end))
        inside = (np.searchsorted(quotes, ends) + self._odd) % 2
        self.found = bool(inside.any())
        self._odd = (self._odd + len(quotes)) % 2


def _places(piece: bytes, mark: bytes) -> Any:
    return np.flatnonzero(np.frombuffer(piece, "u1") == mark[0])


def require_whole_rows(con: Any, table: Any, path: Path, delimiter: str, above: int) -> None:
    """Refuse a cell that holds whole rows; cells of several lines, such as addresses, are fine.

    Parameters
    ----------
    table : Ibis table
        The cells of a text file as text.
    above : int
        Lines of the file above the first row.

    Raises
    ------
    ContractError
        With the row, the lines in which the two quotes stand, and what helps.
    """
    import duckdb  # noqa: PLC0415
    import ibis  # noqa: PLC0415

    names, numbered = table.columns, table.mutate(_row_=ibis.row_number() + 1)
    try:
        rows = fetch(con, numbered.filter(_suspicious(numbered, names, delimiter)).limit(MAX_ROWS))
    except duckdb.Error:
        # what is wrong with the file is said when it is read
        return
    for row in rows.sort_values("_row_").to_dict("records"):
        cells = ["" if row[c] != row[c] or row[c] is None else str(row[c]) for c in names]
        for at, cell in enumerate(cells):
            if _holds_rows(cells, at, delimiter):
                before = numbered.filter(numbered["_row_"] < row["_row_"])
                extra = fetch_exact(con, before.aggregate(n=_breaks(before, names)))["n"] or 0
                first = above + int(row["_row_"]) + int(extra)
                raise _refusal(path, int(row["_row_"]), names[at], cell, first)


def _suspicious(table: Any, names: Sequence[str], delimiter: str) -> Any:
    """Return the condition that a cell has several lines and as many delimiters as a row."""
    found = []
    for name in names:
        cell = table[name]
        n = cell.length() - cell.replace(delimiter, "").length()
        several = cell.contains("\n") | cell.contains("\r")
        found.append((several & (n >= len(names) - 1)).fill_null(False))  # noqa: FBT003
    condition = found[0]
    for one in found[1:]:
        condition = condition | one
    return condition


def _breaks(table: Any, names: Sequence[str]) -> Any:
    """Return how many line breaks stand in all cells."""
    parts = [table[c].length() - table[c].replace("\n", "").length() for c in names]
    total = parts[0].fill_null(0)
    for part in parts[1:]:
        total = total + part.fill_null(0)
    return total.sum()


def _holds_rows(cells: Sequence[str], at: int, delimiter: str) -> bool:
    r"""Tell whether a cell holds the end of a row, perhaps more rows, and the start of another.

    Examples
    --------
    >>> _holds_rows(["7", "2024-01-08", "5 inch,10\n8,2024-01-09,6 inch", "30"], 2, ",")
    True
    >>> _holds_rows(["7", "2024-01-08", "Acme, Inc\nMain Street 5, Berlin", "30"], 2, ",")
    False
    """
    lines = [line.split(delimiter) for line in _BREAK.split(cells[at])]
    if len(lines) < 2:
        return False
    width, inner = len(cells), lines[1:-1]
    whole = [line for line in inner if len(line) == width]
    if 2 * len(whole) < len(inner):
        return False
    pairs = [(line[c], cells[c]) for line in whole for c in range(width) if c != at]
    if len(lines[0]) == width - at:
        pairs += zip(lines[0][1:], cells[at + 1 :], strict=True)
    if len(lines[-1]) == at + 1:
        pairs += zip(lines[-1][:at], cells[:at], strict=True)
    same = [a for a, b in pairs if _look(a) == _look(b)]
    return len(same) > 1 and len(same) >= _ALIKE * len(pairs) and any(map(_has_digit, same))


def _look(text: str) -> str:
    """Return how a text looks, whatever its digits and letters are."""
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "9", text.strip()))


def _has_digit(text: str) -> bool:
    return any(c.isdigit() for c in text)


def _refusal(path: Path, row: int, column: str, cell: str, first: int) -> ContractError:
    lines = _BREAK.split(cell)
    last = first + len(lines) - 1
    return ContractError(
        f"{path.name}, row {row}: one cell of {column!r} holds {len(lines) - 1:,} whole "
        f"row{'s' if len(lines) > 2 else ''} more, from {lines[0][:40]!r} to {lines[-1][-40:]!r}.",
        where=f'{path}, lines {first} and {last}: a quote (") opens in the first and closes in the '
        "last, and what lies between looks as the rows do",
        fix=QUOTES,
        code="bad-value",
    )
