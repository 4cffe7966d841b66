"""Errors in the older workbooks: .xls (BIFF8 inside a compound file) and .xlsb (BIFF12)."""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

#: How both formats number the errors.
ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
Cell = tuple[tuple[int, int], str]
#: Stands for the text of an error where a number lies in the last half millisecond of a day.
LATE = "late"
#: The part of a day from which the reader makes it the next midnight.
_LAST = 0.999999994
_NUMBER = 0x203
_END_OF_CHAIN = 0xFFFFFFFC
_BOUNDSHEET, _BOF, _EOF, _BOOLERR, _FORMULA = 0x85, 0x809, 0x0A, 0x205, 0x06


def xls_errors(path: Path, sheet: str) -> Iterator[Cell]:
    """Yield the cells of a sheet of an .xls that hold an error: (row, column) from 0, its text."""
    stream = _workbook_stream(path.read_bytes())
    start = _sheet_starts(stream).get(sheet)
    if start is None:
        return
    depth = 0
    for kind, body in _records(stream, start):
        # charts inside the sheet have a beginning and an end of their own
        depth += (kind == _BOF) - (kind == _EOF)
        if not depth:
            return
        if kind == _BOOLERR and body[7]:
            yield struct.unpack_from("<HH", body), ERRORS.get(body[6], "#VALUE!")
        elif kind == _FORMULA and body[12:14] == b"\xff\xff":
            if body[6] == 2:
                yield struct.unpack_from("<HH", body), ERRORS.get(body[8], "#VALUE!")
        elif kind in (_NUMBER, _FORMULA) and is_late(struct.unpack_from("<d", body, 6)[0]):
            # short numbers are never so fine
            yield struct.unpack_from("<HH", body), LATE


def is_late(number: float) -> bool:
    """Tell whether a day number lies in the last half millisecond of its day.

    Examples
    --------
    >>> is_late(45322.99999999999), is_late(45322.9999), is_late(45323.0)
    (True, False, False)
    """
    return 1 < number < 3e6 and number % 1 >= _LAST


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _sheet_starts(stream: bytes) -> dict[str, int]:
    """Return where each sheet begins in the stream."""
    starts = {}
    for kind, body in _records(stream, 0):
        if kind == _EOF:
            break
        if kind == _BOUNDSHEET:
            wide = body[7] & 1
            name = body[8 : 8 + body[6] * (1 + wide)]
            starts[name.decode("utf-16-le" if wide else "latin-1")] = int.from_bytes(
                body[:4], "little"
            )
    return starts


def _workbook_stream(file: bytes) -> bytes:
    """Take the stream with the workbook out of the compound file."""
    size = 1 << struct.unpack_from("<H", file, 30)[0]
    n_fat, first_folder = (
        struct.unpack_from("<I", file, 44)[0],
        struct.unpack_from("<I", file, 48)[0],
    )

    def sector(number: int) -> bytes:
        return file[(number + 1) * size : (number + 2) * size]

    places = list(struct.unpack_from("<109I", file, 76))
    more = struct.unpack_from("<I", file, 68)[0]
    while more < _END_OF_CHAIN and len(places) < n_fat:
        *further, more = struct.unpack(f"<{size // 4}I", sector(more))
        places += further
    fat = [n for p in places[:n_fat] for n in struct.unpack(f"<{size // 4}I", sector(p))]

    def chain(number: int) -> bytes:
        parts: list[bytes] = []
        while number < _END_OF_CHAIN and len(parts) <= len(fat):
            parts.append(sector(number))
            number = fat[number]
        return b"".join(parts)

    folder = chain(first_folder)
    for at in range(0, len(folder), 128):
        length = struct.unpack_from("<H", folder, at + 64)[0]
        name = folder[at : at + max(0, length - 2)].decode("utf-16-le", "ignore")
        if name in ("Workbook", "Book"):
            first, n_bytes = struct.unpack_from("<II", folder, at + 116)
            return chain(first)[:n_bytes]
    return b""


def xlsb_errors(stream: Any) -> Iterator[Cell]:
    """Yield the cells with an error of the binary part of an .xlsb that holds a sheet."""
    row = 0
    for kind, body in xlsb_records(stream.read()):
        if kind == 0:
            row = int.from_bytes(body[:4], "little")
        # a cell with an error, and a formula that gave one
        elif kind in (3, 11):
            yield (row, int.from_bytes(body[:4], "little")), ERRORS.get(body[8], "#VALUE!")
        # a number and a formula that gave one; short numbers are never so fine
        elif kind in (5, 9) and is_late(struct.unpack_from("<d", body, 8)[0]):
            yield (row, int.from_bytes(body[:4], "little")), LATE


def xlsb_records(part: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield kind and body of each record of a binary part."""
    at = 0
    while at < len(part):
        kind, at = part[at], at + 1
        if kind & 0x80:
            kind, at = (kind & 0x7F) | (part[at] & 0x7F) << 7, at + 1
        length = shift = 0
        while True:
            byte, at = part[at], at + 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        yield kind, part[at : at + length]
        at += length


def xlsb_sheets(part: bytes) -> dict[str, str]:
    """Return the relation of each sheet of ``workbook.bin`` by its name."""
    sheets = {}
    for kind, body in xlsb_records(part):
        if kind == 156:
            relation, rest = _wide(body[8:])
            sheets[_wide(rest)[0]] = relation
    return sheets


def _wide(body: bytes) -> tuple[str, bytes]:
    end = 4 + 2 * int.from_bytes(body[:4], "little")
    return body[4:end].decode("utf-16-le"), body[end:]
