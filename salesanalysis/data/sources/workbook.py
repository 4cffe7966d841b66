"""Workbooks: a sheet becomes text without loss, and every row keeps the number Excel shows."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np

from salesanalysis.data.engine import quiet
from salesanalysis.data.sources.biff import LATE
from salesanalysis.data.sources.cellerrors import HIDDEN, RESAVE, errors_of
from salesanalysis.data.sources.header import (
    LOOKED_AT,
    ROW,
    groups_of,
    head_of,
    header_row,
    joined,
    names_of,
)
from salesanalysis.data.sources.packing import first_bytes
from salesanalysis.data.sources.place import Opened, Place
from salesanalysis.data.sources.unreadable import literal, unreadable
from salesanalysis.errors import ContractError, unknown_name

ENDINGS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
#: What a workbook with a password holds in place of its sheets.
_LOCKED = "EncryptedPackage".encode("utf-16-le")
#: Rows turned into text at once.
BLOCK = 20_000
#: Characters of the longest text looked at as a number.
MAX_NUMBER = 40


@contextmanager
def book_of(path: Path) -> Iterator[Any]:
    """Open a workbook.

    Raises
    ------
    ContractError
        A password, a broken file, or no workbook at all.
    """
    import python_calamine as calamine  # noqa: PLC0415

    try:
        with calamine.load_workbook(path) as book:
            yield book
    except calamine.PasswordError:
        raise _locked(path) from None
    except calamine.CalamineError as error:
        if _LOCKED in first_bytes(path, 1 << 20):
            raise _locked(path) from None
        raise unreadable(path, error, fix=RESAVE) from None


def _locked(path: Path) -> ContractError:
    return ContractError(
        f"{path.name} is locked with a password.",
        where=str(path),
        fix="save a copy without a password",
        code="bad-value",
    )


def filled_sheets(book: Any) -> dict[str, Any]:
    """Return the sheets that hold cells and can be seen, in their order; each is read once."""
    kinds = ("WorkSheet", "Visible")
    seen = [m.name for m in book.sheets_metadata if (_word(m.typ), _word(m.visible)) == kinds]
    sheets = {name: book.get_sheet_by_name(name) for name in seen}
    return {name: sheet for name, sheet in sheets.items() if sheet.start}


def hidden_sheets(path: Path) -> list[str]:
    """Return the sheets of a workbook that hold cells and cannot be seen.

    Raises
    ------
    ContractError
        As `book_of`.
    """
    with book_of(path) as book:
        named = [m.name for m in book.sheets_metadata if _word(m.typ) == "WorkSheet"]
        unseen = [n for n in named if n not in filled_sheets(book)]
        return [name for name in unseen if book.get_sheet_by_name(name).start]


def _word(kind: Any) -> str:
    # the enumerations of the reader compare, but carry no name
    return str(kind).rpartition(".")[2]


def open_workbook(con: Any, place: Place, room: Path) -> Opened:
    """Open a sheet of a workbook; cells are text, an empty cell is missing.

    Numbers are written by their shortest digits, days as 2024-01-31, moments with their time,
    true and false in lower case. `_row` is the row Excel shows; rows without a value are left out
    and counted. A moment in the last half millisecond of a day stays on that day. A cell with an
    error holds its text, such as ``#REF!``, and is named in
    `Opened.errors`.

    Raises
    ------
    ContractError
        Several filled sheets and none named, a sheet that is not there or empty, a password.
    """
    if place.path is None:
        raise TypeError("a workbook has a path")
    path = place.path
    with book_of(path) as book:
        name, sheet = _sheet(book, place)
        said = f"{path.name}, sheet {name}"
        if sheet.start is None:
            raise _empty(said, path)
        left = sheet.start[1]
        rows = sheet.iter_rows()
        first = list(islice(rows, max(LOOKED_AT, place.header)))
        shown = [[cell or "" for cell in texts(row)] for row in first]
        at = place.header - 1 if place.header else header_row(shown)
        if at >= len(shown):
            raise _empty(said, path)
        groups = () if place.header else groups_of(shown, at)
        header, head = joined(shown[at : at + place.deep]), head_of(shown[at : at + place.deep])
        at = min(at + place.deep, len(shown)) - 1
        names = names_of([*[""] * left, *header], name=said, where=f"{said}, row {at + 1}")
        names = names[left:]
        faults = errors_of(path, name)
        found = {(r, c - left): text for (r, c), text in faults.items() if r >= at and c >= 0}
        hidden = sum(text == HIDDEN and r > at for (r, _), text in faults.items())
        target = room / f"{1 + sum(1 for _ in room.iterdir())}-sheet.parquet"
        doubts = Doubts(names, left)
        below = chain(first[at + 1 :], rows)
        blanks = _write(below, names, at + 2, found, target, doubts=doubts)
    with quiet():
        table = con.read_parquet(literal(target))
    return Opened(
        table,
        said,
        row=ROW,
        blanks=blanks,
        header=at + 1,
        groups=groups,
        head=head,
        errors=_named({c: text for c, text in found.items() if text != LATE}, names, left),
        doubtful=doubts.found(),
        notes=(("quality.hidden", said, str(hidden)),) if hidden else (),
    )


#: A text that is one number with a decimal mark and another with thousands.
_TWO_WAYS = re.compile(r"\s*[-+]?[1-9]\d{0,2}[.,]\d{3}\s*")


class Doubts:
    """Texts that can be read as two numbers, in columns whose other cells are numbers."""

    def __init__(self, names: list[str], left: int) -> None:
        self.names, self.left = names, left
        self._cells: dict[int, list[str]] = {}
        self._numbers: set[int] = set()

    def see(self, column: int, cells: Sequence[Any], rows: Sequence[int]) -> None:
        """Look at the cells of a column in rows of a sheet, 1 is the first."""
        kinds = set(map(type, cells))
        if kinds & {int, float}:
            self._numbers.add(column)
        if str in kinds:
            doubtful = (
                f"{letters(column + self.left)}{row} {cell!r}"
                for cell, row in zip(cells, rows, strict=True)
                if type(cell) is str and len(cell) < MAX_NUMBER and _TWO_WAYS.fullmatch(cell)
            )
            self._cells.setdefault(column, []).extend(doubtful)

    def found(self) -> dict[str, tuple[str, ...]]:
        """Return the cells by the name of their column."""
        both = [c for c, cells in self._cells.items() if cells and c in self._numbers]
        return {self.names[c]: tuple(self._cells[c]) for c in both}


def _sheet(book: Any, place: Place) -> tuple[str, Any]:
    """Return the sheet to read: the one that is named, or the only filled one."""
    path = Path(str(place.path))
    if place.sheet in book.sheet_names:
        return place.sheet, book.get_sheet_by_name(place.sheet)
    if place.sheet:
        raise unknown_name(
            place.sheet,
            book.sheet_names,
            kind="sheet",
            where=f"{path}, sheet: {place.sheet}",
            error=ContractError,
        )
    filled = filled_sheets(book)
    if not filled:
        raise _empty(path.name, path)
    if len(filled) > 1:
        raise ContractError(
            f"{path.name} has {len(filled)} filled sheets: {', '.join(filled)}.",
            where=str(path),
            fix=f"name one in the mapping, such as sheet: {next(iter(filled))}",
            code="bad-choice",
        )
    return next(iter(filled.items()))


def _empty(name: str, path: Path) -> ContractError:
    return ContractError(
        f"{name} is empty.", where=str(path), fix="check the export", code="empty-table"
    )


def _named(
    found: dict[tuple[int, int], str], names: list[str], left: int
) -> dict[str, tuple[str, ...]]:
    """Return the cells with errors by the name of their column, as ``E5 #REF!``."""
    named: dict[str, tuple[str, ...]] = {}
    for (row, column), text in sorted(found.items()):
        cell = f"{letters(column + left)}{row + 1} {text}"
        named[names[column]] = (*named.get(names[column], ()), cell)
    return named


def letters(column: int) -> str:
    """Return what Excel calls a column, 0 is the first.

    Examples
    --------
    >>> letters(0), letters(26), letters(702)
    ('A', 'AA', 'AAA')
    """
    column += 1
    called = ""
    while column:
        column, rest = divmod(column - 1, 26)
        called = chr(65 + rest) + called
    return called


def _write(
    rows: Iterable[list[Any]],
    names: list[str],
    number: int,
    found: dict[tuple[int, int], str],
    target: Path,
    *,
    doubts: "Doubts",
) -> int:
    """Write the rows as text, block by block; return how many had no value and were left out."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    schema = pa.schema([*((n, pa.string()) for n in names), (ROW, pa.int64())])
    blanks = 0
    with pq.ParquetWriter(target, schema) as writer:
        for start, block in _blocks(rows, number):
            for (row, column), text in found.items():
                if start <= row + 1 < start + len(block):
                    cell = block[row + 1 - start][column]
                    block[row + 1 - start][column] = _of_its_day(cell) if text == LATE else text
            filled = [i for i, row in enumerate(block) if row.count("") < len(row)]
            blanks += len(block) - len(filled)
            columns = zip(*(block[i] for i in filled), strict=True) if filled else [()] * len(names)
            columns = list(columns)
            for place, cells in enumerate(columns):
                doubts.see(place, cells, [start + i for i in filled])
            arrays = [pa.array(texts(cells), pa.string()) for cells in columns]
            numbers = pa.array(np.array(filled, dtype="int64") + start)
            writer.write_batch(pa.record_batch([*arrays, numbers], schema=schema))
    return blanks


def _of_its_day(cell: Any) -> Any:
    """Return a moment that the reader rounded to the next midnight as the last of its day."""
    return cell - timedelta(microseconds=1) if isinstance(cell, datetime) else cell


def _blocks(rows: Iterable[list[Any]], number: int) -> Iterator[tuple[int, list[list[Any]]]]:
    """Yield rows in blocks with the number of the first."""
    rows = iter(rows)
    while block := list(islice(rows, BLOCK)):
        yield number, block
        number += len(block)


def texts(cells: Sequence[Any]) -> list[str | None]:
    """Return cells as text, None where a cell is empty; one pass per kind of value.

    Examples
    --------
    >>> from datetime import date, datetime
    >>> texts(["x", "", 5.0, 1e-7, True, date(2024, 1, 31), datetime(2024, 1, 31, 8, 30)])
    ['x', None, '5', '0.0000001', 'true', '2024-01-31', '2024-01-31 08:30:00']
    """
    kinds = set(map(type, cells))
    if len(kinds) == 1:
        return list(_TEXTS[kinds.pop().__name__](cells))
    found: list[str | None] = [None] * len(cells)
    for kind in kinds:
        places = [i for i, cell in enumerate(cells) if type(cell) is kind]
        for i, text in zip(places, _TEXTS[kind.__name__]([cells[i] for i in places]), strict=True):
            found[i] = text
    return found


def _strings(cells: Sequence[str]) -> list[str | None]:
    return [cell or None for cell in cells]


def _numbers(cells: Sequence[float]) -> list[str]:
    """Write numbers by their shortest digits, without an exponent and without ``.0``."""
    import pyarrow as pa  # noqa: PLC0415

    short: list[str] = pa.array(cells, pa.float64()).cast(pa.string()).to_pylist()
    return [_plain(text) if "e" in text or text == "-0" else text for text in short]


def _plain(text: str) -> str:
    return "0" if text == "-0" else format(Decimal(text), "f")


def _durations(cells: Sequence[timedelta]) -> list[str]:
    """Write hours beyond a day as hours: 36:00:00."""
    seconds = [cell.total_seconds() for cell in cells]
    return [f"{int(s // 3600)}:{int(s % 3600 // 60):02}:{round(s % 60):02}" for s in seconds]


#: Kind of cell -> its texts.
_TEXTS: dict[str, Any] = {
    "str": _strings,
    "float": _numbers,
    "int": lambda cells: [str(cell) for cell in cells],
    "bool": lambda cells: ["true" if cell else "false" for cell in cells],
    "date": lambda cells: [cell.isoformat() for cell in cells],
    "datetime": lambda cells: [str(cell).removesuffix(" 00:00:00") for cell in cells],
    "time": lambda cells: [cell.isoformat() for cell in cells],
    "timedelta": _durations,
}
