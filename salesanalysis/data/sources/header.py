"""Which row holds the column names, and what the columns are called."""

import re
from collections import Counter
from collections.abc import Sequence

from salesanalysis.errors import ContractError

#: Names of our own columns beside theirs.
ROW, FILE = "_row", "_file"
#: Rows looked at for the header.
LOOKED_AT = 60
_BREAKS = re.compile(r"\s*[\r\n]+\s*")
#: A number, an amount or a day: names of columns do not look like that.
_VALUE = re.compile(r"[-+(¥￥$€£]?\s*\d[\d\s.,'%:/T年月日)-]*\s*[元万%]?|true|false", re.IGNORECASE)
#: A year, month or quarter can be the name of a column.
_PERIOD = re.compile(r"(19|20)\d\d年?|(19|20)\d\d[-/.年]?\d{1,2}月?|\d{1,2}月")


def header_row(rows: Sequence[Sequence[str]]) -> int:
    """Return the index of the row with the column names: titles above it are passed over.

    The first filled row is the header, unless it is filled by half at most and the first full
    row below it looks like names: text that is no number or day, each once.

    Parameters
    ----------
    rows : the first rows of a sheet or file, cells as text

    Examples
    --------
    >>> header_row([["Sales 2024", "", ""], [], ["region", "day", "net"], ["East", "d", "5"]])
    2
    >>> header_row([["", "net"], ["East", "5"]])
    0
    """
    filled = [sum(1 for cell in row if cell.strip()) for row in rows]
    width = max(filled, default=0)
    first = next((i for i, n in enumerate(filled) if n), 0)
    if width < 2 or filled[first] > width / 2:
        return first
    for share in (0.8, 0.5):
        full = next(i for i, n in enumerate(filled) if n > share * width)
        if _are_names(rows[full]):
            return full
    return first


def _are_names(row: Sequence[str]) -> bool:
    cells = [cell.strip() for cell in row if cell.strip()]
    values = [c for c in cells if _VALUE.fullmatch(c) and not _PERIOD.fullmatch(c)]
    return not values and len({c.casefold() for c in cells}) == len(cells) > 1


def names_of(cells: Sequence[str], *, name: str, where: str) -> list[str]:
    r"""Return the names of the columns; one without a name is called by its place.

    A name that stands several times is numbered: a mapping has to say which one it means.

    Raises
    ------
    ContractError
        A name that is taken here.

    Examples
    --------
    >>> names_of(["Order ", "", "net\nsales"], name="a.csv", where="a.csv")
    ['Order', 'column 2', 'net sales']
    >>> names_of(["Amount", "Tax", "amount"], name="a.csv", where="a.csv")
    ['Amount (1)', 'Tax', 'amount (2)']
    """
    named = [_BREAKS.sub(" ", cell.strip()) or f"column {i}" for i, cell in enumerate(cells, 1)]
    named = _told_apart(named)
    counts = Counter(n.casefold() for n in (*named, ROW, FILE))
    twice = sorted(n for n in named if counts[n.casefold()] > 1)
    if twice:
        raise _twice(twice[0], named, name, where)
    return named


def _told_apart(named: list[str]) -> list[str]:
    """Give names that stand more than once a number; the engine knows no upper and lower case."""
    counts, seen = Counter(n.casefold() for n in named), Counter[str]()
    out = []
    for name in named:
        key = name.casefold()
        seen[key] += 1
        out.append(f"{name} ({seen[key]})" if counts[key] > 1 else name)
    return out


def _twice(bad: str, named: list[str], name: str, where: str) -> ContractError:
    alike = [n for n in named if n.casefold() == bad.casefold()]
    if len(alike) == 1:
        what = f"{name} has a column {bad!r}, a name that is taken here."
    elif len(set(alike)) == 1:
        what = f"{name} has the column {bad!r} {len(alike)} times."
    else:
        what = f"{name} has columns that differ only in upper and lower case: {alike}."
    return ContractError(
        what, where=where, fix="give every column its own name", code="duplicate-key"
    )
