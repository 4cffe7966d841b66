"""Text files: what stands between the cells, where the table begins, and how they get read."""

import codecs
from pathlib import Path
from typing import Any

from salesanalysis.data.engine import quiet
from salesanalysis.data.sources import encoding, layout
from salesanalysis.data.sources.packing import NATIVE, packing, unpacked
from salesanalysis.data.sources.place import Opened, Place
from salesanalysis.data.sources.transcode import copied
from salesanalysis.data.sources.unreadable import literal, unreadable
from salesanalysis.errors import ContractError

#: Bytes that are proven to be UTF-8 before the engine gets a file that is not packed.
PROVEN = 1 << 26


def open_text(con: Any, place: Place, room: Path) -> Opened:
    """Open a text file; cells are text, an empty cell is missing.

    UTF-8, also packed with gzip or Zstandard, is read where it lies; anything else is first
    written as UTF-8 into `room`, piece by piece. Nothing is guessed from a sample of values.

    Raises
    ------
    ContractError
        Empty, of an encoding that cannot be told or does not fit, a header with a name twice.
    """
    path = _path(place)
    codec = encoding.declared(place.encoding) if place.encoding else detected(path)
    return _opened(con, place, room, codec, mixed=False)


def reopened(con: Any, place: Place, room: Path, error: Exception) -> Opened:
    """Open a text file again after the engine refused its rows; the error says why.

    Far down in a large file there may be bytes that are no UTF-8, or lines that end differently.

    Raises
    ------
    ContractError
        Nothing can be done: what is wrong with the file.
    """
    path, said = _path(place), str(error)
    if "unicode" in said and not place.encoding:
        return _opened(con, place, room, detected(path, throughout=True), mixed=False)
    if "state machine" in said:
        codec = encoding.declared(place.encoding) if place.encoding else detected(path)
        return _opened(con, place, room, codec, mixed=True)
    raise unreadable(path, error) from None


def _path(place: Place) -> Path:
    if place.path is None:
        raise TypeError("a text file has a path")
    return place.path


def _opened(con: Any, place: Place, room: Path, codec: str, *, mixed: bool) -> Opened:
    """Hand the file, or its copy in UTF-8, to the engine."""
    path = _path(place)
    laid = layout.layout_of(path, codec, place)
    mixed = mixed or len(laid.ends) > 1
    end = "\n" if mixed else "".join(laid.ends)
    direct = codec in encoding.UTF8 and packing(path) in NATIVE and laid.lines and not mixed
    source = path
    if not direct:
        source = copied(path, codec, room, breaks=mixed, drop=laid.characters)
    with quiet():
        table = con.read_csv(
            literal(source),
            columns=dict.fromkeys(laid.names, "VARCHAR"),
            auto_detect=False,
            header=False,
            skip=laid.lines if direct else 0,
            delim=laid.delimiter,
            quote='"',
            escape='"',
            nullstr="",
            compression=NATIVE[packing(source)],
            # found out by the engine, it may be that of a cell
            **({"new_line": end.encode("unicode_escape").decode()} if end else {}),
        )
    return Opened(table, path.name, encoding=codec, delimiter=laid.delimiter, header=laid.row)


def detected(path: Path, *, throughout: bool = False) -> str:
    """Find out how a file is written, from its start or from all of it.

    Raises
    ------
    ContractError
    """
    with unpacked(path) as stream:
        head = stream.read(layout.HEAD)
        found = encoding.found(head, path, whole=len(head) < layout.HEAD)
        if found != "utf-8" or len(head) < layout.HEAD:
            return found
        limit = None if throughout else layout.HEAD if packing(path) else PROVEN
        return _proven(stream, head, path, limit)


def _proven(stream: Any, head: bytes, path: Path, limit: int | None) -> str:
    """Follow UTF-8 further down; what is no UTF-8 is looked at where it begins."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    piece, seen, kept = head, 0, b""
    while piece and (limit is None or seen < limit):
        try:
            decoder.decode(piece)
        except UnicodeDecodeError:
            # from the start of the line on, and further into the file
            around = kept + piece + stream.read(layout.HEAD)
            start = around.rfind(b"\n", 0, _first_bad(around)) + 1
            return encoding.found(around[start:], path, whole=False, at=seen - len(kept) + start)
        seen, kept = seen + len(piece), piece
        piece = stream.read(layout.HEAD)
    return "utf-8"


def _first_bad(piece: bytes) -> int:
    # the piece may begin inside a character
    begin = next((i for i in range(4) if i < len(piece) and piece[i] & 0xC0 != 0x80), 0)
    return begin + (encoding.first_bad(piece[begin:], "utf-8", whole=False) or 0)


def is_tabular(path: Path) -> bool:
    """Tell whether a text file of any kind looks like a table."""
    try:
        return layout.looks_tabular(path, detected(path))
    except ContractError:
        return False
