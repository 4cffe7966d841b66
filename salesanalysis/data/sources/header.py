"""Which row holds the column names, and what the columns are called."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import zip_longest

from salesanalysis.errors import ContractError

#: Names of our own columns beside theirs.
ROW, FILE = "_row", "_file"
#: Rows looked at for the header.
LOOKED_AT = 60
_BREAKS = re.compile(r"\s*[\r\n]+\s*")
#: A number, an amount or a day: names of columns do not look like that.
_VALUE = re.compile(r"[-+(¥￥$€£]?\s*\d[\d\s.,'%:/T年月日)-]*\s*[元万%]?|true|false", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d年?")
#: What a pivot table writes above the names of its rows.
_PIVOT = re.compile(
    r"(?:sum|count|average) of |(?:row|column) labels|summe von |求和项|计数项|行标签|列标签",
    re.IGNORECASE,
)
#: A year, month or quarter can be the name of a column.
_PERIOD = re.compile(r"(19|20)\d\d年?|(19|20)\d\d[-/.年]?\d{1,2}月?|\d{1,2}月")


def header_row(rows: Sequence[Sequence[str]]) -> int:
    """Return the index of the row with the column names: titles above it are passed over.

    The first filled row is the header, unless it is filled by half at most and the first full
    row below it looks like names: text that is no number or day, each once. A first row with
    numbers above a row of names is a record about the file.

    Parameters
    ----------
    rows : the first rows of a sheet or file, cells as text

    Examples
    --------
    >>> header_row([["Sales 2024", "", ""], [], ["region", "day", "net"], ["East", "d", "5"]])
    2
    >>> header_row([["", "net"], ["East", "5"]])
    0
    >>> header_row([["EXTF", "700", "21"], ["Umsatz", "Konto", "Datum"], ["5", "8400", "501"]])
    1
    """
    filled = [sum(1 for cell in row if cell.strip()) for row in rows]
    width = max(filled, default=0)
    first = next((i for i, n in enumerate(filled) if n), 0)
    if first + 1 < len(rows) and _is_record(rows[first], rows[first + 1]):
        return first + 1
    if width < 2 or filled[first] > width / 2:
        return first
    for share in (0.8, 0.5):
        full = next(i for i, n in enumerate(filled) if n > share * width)
        if _are_names(rows[full]):
            return full
    return first


def _is_record(row: Sequence[str], below: Sequence[str]) -> bool:
    """Tell whether a row is a record about the file, as DATEV writes it above the names."""
    cells = [cell.strip() for cell in row if cell.strip()]
    values = [c for c in cells if _VALUE.fullmatch(c) and not _PERIOD.fullmatch(c)]
    named = sum(1 for cell in below if cell.strip())
    return len(values) >= 2 and named >= 3 and _are_names(below)


def _are_names(row: Sequence[str]) -> bool:
    cells = [cell.strip() for cell in row if cell.strip()]
    values = [c for c in cells if _VALUE.fullmatch(c) and not _PERIOD.fullmatch(c)]
    return not values and len({c.casefold() for c in cells}) == len(cells) > 1


def joined(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the names of columns whose header has several rows: the group, then the name.

    A group stands over its first column, as merged cells leave it; a year is put behind.

    Examples
    --------
    >>> joined([["Day", "Local", "", "Rep"], ["", "Net", "Gross", ""]])
    ['Day', 'Local Net', 'Local Gross', 'Rep']
    >>> joined([["Sum of Net", "2023", "", "2024"], ["Region", "Nov", "Dec", "1月"]])
    ['Region', 'Nov 2023', 'Dec 2023', '2024年1月']
    """
    width = max(map(len, rows))
    *above, names = [[c.strip() for c in (*row, *[""] * (width - len(row)))] for row in rows]
    for row in reversed(above):
        group, out = "", []
        for cell, name in zip(row, names, strict=True):
            group = (cell or group) if name else ""
            out.append(_together(group, name) if name else cell)
        names = out
    return names


def head_of(rows: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    """Return the cells of a header of several rows, each as wide as the widest; else nothing.

    Examples
    --------
    >>> head_of([["Day", "Local"], ["", "Net", "Gross "]]), head_of([["Day", "Net"]])
    ((('Day', 'Local', ''), ('', 'Net', 'Gross')), ())
    """
    if len(rows) == 1:
        return ()
    width = max(map(len, rows))
    return tuple(tuple(c.strip() for c in (*row, *[""] * (width - len(row)))) for row in rows)


def _together(group: str, name: str) -> str:
    if not group or _PIVOT.match(group):
        return name
    if not _YEAR.fullmatch(group):
        return f"{group} {name}"
    return f"{group[:4]}年{name}" if name.endswith("月") else f"{name} {group}"


def groups_of(rows: Sequence[Sequence[str]], at: int) -> tuple[int, ...]:
    """Return first row, 1 is the first, and number of rows of a header of two; else nothing.

    Either names stand below the header where it is empty, or years stand above it.

    Examples
    --------
    >>> rows = [["Day", "Local", ""], ["", "Net", "Gross"], ["2024-01-05", "1", "2"]]
    >>> groups_of(rows, 0), groups_of(rows, 1)
    ((1, 2), ())
    """
    here = [c.strip() for c in rows[at]]
    below = [c.strip() for c in rows[at + 1]] if at + 1 < len(rows) else []
    above = [c.strip() for c in rows[at - 1]] if at else []
    if _names_below(here, below):
        return at + 1, 2
    years = [i for i, c in enumerate(above) if _YEAR.fullmatch(c)]
    others = [c for c in above if c and not _YEAR.fullmatch(c) and not _PIVOT.match(c)]
    named = [i < len(here) and here[i] and not _YEAR.search(here[i]) for i in years]
    return (at, 2) if years and not others and all(named) else ()


def _names_below(here: Sequence[str], below: Sequence[str]) -> bool:
    """Tell whether a row holds the names of groups in the row above, and nothing else."""
    pairs = list(zip_longest(here, below, fillvalue=""))
    gaps = [i for i, (upper, lower) in enumerate(pairs) if lower and not upper]
    headed = all(i and pairs[i - 1][1] for i in gaps)
    alone = any(upper and not lower for upper, lower in pairs)
    filled = [c for c in below if c]
    return bool(gaps) and headed and alone and not any(_VALUE.fullmatch(c) for c in filled)


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
