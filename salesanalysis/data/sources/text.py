"""Text files: what stands between the cells, where the table begins, and how they get read."""

import codecs
from dataclasses import replace
from pathlib import Path
from typing import Any

from salesanalysis.data.engine import quiet
from salesanalysis.data.sources import encoding, layout
from salesanalysis.data.sources.emptylines import EmptyLines, empty_lines
from salesanalysis.data.sources.framed import unframed
from salesanalysis.data.sources.packing import NATIVE, packing, unpacked
from salesanalysis.data.sources.place import Opened, Place
from salesanalysis.data.sources.quotes import require_whole_rows
from salesanalysis.data.sources.transcode import copied
from salesanalysis.data.sources.unreadable import is_blank_row, literal, unreadable
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
    return _opened(con, place, room, codec)


def reopened(con: Any, place: Place, room: Path, error: Exception) -> Opened:
    """Open a text file again after the engine refused its rows; the error says why.

    Far down in a large file there may be bytes that are no UTF-8, lines that end differently, or
    rows of blanks with fewer cells than the others.

    Raises
    ------
    ContractError
        Nothing can be done: what is wrong with the file.
    """
    path, said = _path(place), str(error)
    if "unicode" in said and not place.encoding:
        return _opened(con, place, room, detected(path, throughout=True))
    codec = encoding.declared(place.encoding) if place.encoding else detected(path)
    if "state machine" in said:
        return _opened(con, place, room, codec, mixed=True)
    if is_blank_row(error):
        return _opened(con, place, room, codec, blanks=True)
    raise unreadable(path, error) from None


def _path(place: Place) -> Path:
    if place.path is None:
        raise TypeError("a text file has a path")
    return place.path


def _opened(
    con: Any, place: Place, room: Path, codec: str, *, mixed: bool = False, blanks: bool = False
) -> Opened:
    """Hand the file, or its copy in UTF-8, to the engine.

    Parameters
    ----------
    mixed : bool
        Lines end in several ways.
    blanks : bool
        Rows of blanks may have another number of cells.
    """
    path = _path(place)
    frame = unframed(path, codec, room) if place.delimiter in ("", "|") else None
    if frame:
        bare = replace(place, path=frame.path, delimiter="|", encoding="")
        inner = _opened(con, bare, room, "utf-8", mixed=mixed, blanks=blanks)
        note = ("quality.frame", path.name, f"{frame.n_rules:,}")
        return replace(inner, name=path.name, notes=(*inner.notes, note))
    laid = layout.layout_of(path, codec, place)
    mixed = mixed or len(laid.ends) > 1
    end = "\n" if mixed else "".join(laid.ends)
    direct = codec in encoding.UTF8 and packing(path) in NATIVE and laid.lines and not mixed
    source = path
    if not direct:
        # with the header, so that the engine counts the lines as the file does
        drop = 0 if laid.lines else laid.characters
        source = copied(path, codec, room, breaks=mixed, drop=drop, quote=place.quote)
    # an empty line of one column is a row to the engine
    found = EmptyLines(between=blanks, behind=0)
    if end and len(laid.names) > 1 and not blanks:
        found = empty_lines(source, end, laid.lines, place.quote, laid.delimiter)
    if found.between or found.marked:
        fill = (end or "\n", laid.delimiter, len(laid.names), place.quote)
        source = copied(
            source,
            codec if direct else "utf-8",
            room,
            fill=fill if found.between else None,
            marked=found.marked,
        )
    table = _table(con, source, laid, end, place.quote)
    if found.quoted:
        require_whole_rows(con, table, path, laid.delimiter, laid.lines or laid.row)
    return Opened(
        table,
        path.name,
        encoding=codec,
        delimiter=laid.delimiter,
        header=laid.row,
        groups=laid.groups,
        head=laid.head,
        blanks=found.behind,
        bare=found.bare and not found.between,
        notes=(("quality.end_mark", path.name, ""),) if found.marked else (),
    )


def _table(con: Any, source: Path, laid: layout.Layout, end: str, quote: str) -> Any:
    """Let the engine read a file in UTF-8, below its header."""
    with quiet():
        return con.read_csv(
            literal(source),
            columns=dict.fromkeys(laid.names, "VARCHAR"),
            auto_detect=False,
            header=False,
            skip=laid.lines,
            delim=laid.delimiter,
            quote=quote,
            escape=quote,
            nullstr="",
            compression=NATIVE[packing(source)],
            # found out by the engine, it may be that of a cell
            **({"new_line": end.encode("unicode_escape").decode()} if end else {}),
        )


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
