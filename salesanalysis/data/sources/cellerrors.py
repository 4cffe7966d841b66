"""Cells of a workbook that hold an error such as #REF!: the reader would call them empty."""

import posixpath
import re
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from salesanalysis.data.sources.biff import LATE, Cell, xls_errors, xlsb_errors, xlsb_sheets
from salesanalysis.data.sources.unreadable import unreadable

RESAVE = "open it in a spreadsheet program and save it again as .xlsx"
_BROKEN = (
    *(struct.error, IndexError, KeyError, StopIteration, RuntimeError),
    *(ET.ParseError, zipfile.BadZipFile),
)
_CHUNK = 1 << 20
_CELL = re.compile(
    rb'<(?:\w+:)?c\s(?=[^>]*\bt="e")[^>]*\br="([A-Z]+)(\d+)"[^>]*>(.*?)</(?:\w+:)?c>', re.DOTALL
)
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]*)<")
#: A number in the last half millisecond of a day: the reader makes it the next midnight.
_LATE = re.compile(
    rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]+)(\d+)"[^>]*>\s*<(?:\w+:)?v>\d+\.99999999[4-9]\d*<'
)
_ROW = re.compile(rb"<(?:\w+:)?row\s([^>]*[^/>])>")
_HIDDEN_ROW, _NUMBERED = re.compile(rb'\bhidden="(?:1|true)"'), re.compile(rb'\br="(\d+)"')
#: Stands for the text of an error where a whole row cannot be seen; its column is -1.
HIDDEN = "hidden"


def errors_of(path: Path, sheet: str) -> dict[tuple[int, int], str]:
    """Return the cells of a sheet that hold an error: (row, column) from 0 -> its text.

    Numbers in the last half millisecond of a day are among them, as `LATE`, and hidden rows of an
    .xlsx, as `HIDDEN`.

    Raises
    ------
    ContractError
        A workbook that is not built as its kind must be.
    """
    try:
        if not zipfile.is_zipfile(path):
            return dict(xls_errors(path, sheet))
        with zipfile.ZipFile(path) as archive:
            return dict(_in_archive(archive, sheet))
    except _BROKEN as error:
        raise unreadable(path, error, fix=RESAVE) from None


def _in_archive(archive: zipfile.ZipFile, sheet: str) -> Iterator[Cell]:
    """Find the errors by the kind of the workbook inside the archive."""
    books = {n.casefold(): n for n in archive.namelist()}
    if "content.xml" in books:
        with archive.open(books["content.xml"]) as stream:
            yield from _ods_errors(stream, sheet)
        return
    top = ET.fromstring(archive.read("_rels/.rels"))
    book = next(e.attrib["Target"] for e in top if e.attrib["Type"].endswith("/officeDocument"))
    folder, name = posixpath.split(book.lstrip("/"))
    book = posixpath.join(folder, name)
    relations = {
        e.attrib["Id"]: e.attrib["Target"]
        for e in ET.fromstring(archive.read(posixpath.join(folder, "_rels", f"{name}.rels")))
    }
    binary = name.casefold().endswith(".bin")
    sheets = xlsb_sheets(archive.read(book)) if binary else _sheets(archive.read(book))
    target = relations[sheets[sheet]]
    part = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
    with archive.open(part) as stream:
        yield from xlsb_errors(stream) if binary else _xlsx_errors(stream)


def _sheets(book: bytes) -> dict[str, str]:
    """Return the relation of each sheet by its name."""
    return {
        e.attrib["name"]: next(v for k, v in e.attrib.items() if k.endswith("}id"))
        for e in ET.fromstring(book).iter()
        if _local(e.tag) == "sheet"
    }


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _xlsx_errors(stream: Any) -> Iterator[Cell]:
    """Find the cells with an error in the XML of a sheet, some rows at a time."""
    kept = b""
    while piece := stream.read(_CHUNK):
        kept += piece
        # complete rows only; the rest waits for its end
        end = kept.rfind(b"row>") + 1
        rows = kept[:end]
        for column, row, inside in _CELL.findall(rows) if b't="e"' in rows else ():
            value = _VALUE.search(inside)
            text = value[1].decode("utf-8") if value else "#VALUE!"
            yield (int(row) - 1, _number(column)), text
        for told in _ROW.findall(rows) if b"hidden=" in rows else ():
            number = _NUMBERED.search(told)
            if number and _HIDDEN_ROW.search(told):
                yield (int(number[1]) - 1, -1), HIDDEN
        for column, row in _LATE.findall(rows) if b".99999999" in rows else ():
            yield (int(row) - 1, _number(column)), LATE
        kept = kept[end:]


def _number(letters: bytes) -> int:
    """Return the number of a column from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _ods_errors(stream: Any, sheet: str) -> Iterator[Cell]:
    """Find the cells with an error in an .ods; equal rows and cells are written once."""
    row, current = 0, ""
    for event, e in ET.iterparse(stream, events=("start", "end")):
        kind = _local(e.tag)
        if kind == "table" and event == "start":
            row, current = 0, _value(e, "name")
        elif kind == "table-row" and event == "end":
            times = int(_value(e, "number-rows-repeated") or 1)
            if current == sheet:
                for column, text in _ods_row(e):
                    yield from (((r, column), text) for r in range(row, row + times))
            row += times
            e.clear()


def _ods_row(row: Any) -> Iterator[tuple[int, str]]:
    column = 0
    for cell in row:
        if any(k.endswith("value-type") and v == "error" for k, v in cell.attrib.items()):
            yield column, "".join(cell.itertext()) or "#VALUE!"
        column += int(_value(cell, "number-columns-repeated") or 1)


def _value(element: Any, name: str) -> str:
    return next((v for k, v in element.attrib.items() if _local(k) == name), "")
