"""Empty lines of a text file: the engine passes over them, so that numbers of rows would shift."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from salesanalysis.data.sources.bare import Bare
from salesanalysis.data.sources.packing import unpacked
from salesanalysis.data.sources.quotes import Breaks

#: Bytes looked at once.
CHUNK = 1 << 20
#: What old systems write behind the last row.
MARK = b"\x1a"
#: End of a line -> the two bytes that only an empty line brings together.
_PAIRS = {"\n": b"\n\n", "\r": b"\r\r", "\r\n": b"\n\r"}


@dataclass(frozen=True)
class EmptyLines:
    """Where the empty lines of a file are.

    Attributes
    ----------
    between : bool
        There may be some between the rows; the line breaks of a text in quotes look the same.
    behind : int
        How many stand behind the last row.
    quoted : bool
        A line may end inside quotes.
    marked : bool
        The file ends with the mark of old systems, Ctrl-Z.
    bare : bool
        Every cell is proven to be ASCII without a blank or a dash at its end.
    """

    between: bool
    behind: int
    quoted: bool = False
    marked: bool = False
    bare: bool = False


def empty_lines(
    path: Path, end: str, skip: int = 0, quote: str = '"', delimiter: str = ""
) -> EmptyLines:
    """Look for empty lines, at the speed of the disk: one pass that compares bytes.

    Parameters
    ----------
    path : Path
        A text in UTF-8, packed or not.
    end : str
        How its lines end.
    skip : int
        Lines at the start that are not looked at: the header and what stands above it.
    quote : str
        What holds a cell together; empty: nothing does.
    delimiter : str
        What divides the cells; empty: what they hold is not looked at.
    """
    pair, mark = int.from_bytes(_PAIRS[end], "little"), end.encode()
    # as if the header had just ended: the first line below it may be empty
    kept, body, between, breaks = mark, b"", False, Breaks(quote, end)
    bare, top = Bare(delimiter, end, quote), True
    with unpacked(path) as stream:
        while piece := stream.read(CHUNK):
            if skip:
                piece, skip = piece.split(mark, skip)[-1], 0
            breaks.see(piece)
            bare.see(piece)
            piece = kept + piece
            body = piece.rstrip(b"\r\n")
            # an empty line is a blank before the end of a cell
            between = between or ((top or not bare.so_far) and _has(body, pair))
            kept, top = piece[len(body) :], False
    behind = 0 if between else max(0, kept.count(mark) - 1)
    ends_old = body.endswith(MARK)
    return EmptyLines(between, behind, breaks.found, ends_old, bare.proven and not ends_old)


def _has(piece: bytes, pair: int) -> bool:
    """Tell whether two bytes stand side by side: at even places, or at odd ones."""
    shifts = ((0, len(piece) // 2), (1, max(0, len(piece) - 1) // 2))
    return any((np.frombuffer(piece, "<u2", n, at) == pair).any() for at, n in shifts if n)


def filled(
    texts: Iterable[str], end: str, delimiter: str, width: int, quote: str = '"'
) -> Iterator[str]:
    r"""Write every row without a value as `width` empty cells: it is read, and counts as a row.

    Parameters
    ----------
    texts : iterable of str
        A text in pieces, from the first row on. Rows with a value stay as they are.

    Examples
    --------
    >>> "".join(filled(["1,2\n\n \n3,", "'x'\n,,\n"], "\n", ",", 2))
    "1,2\n,\n,\n3,'x'\n,\n"
    """
    lines: list[str] = []
    nothing = delimiter * (width - 1)

    def told() -> Iterator[str]:
        for line in _lines(texts, end):
            lines.append(line)
            yield line

    # the reader takes as many lines as a row has: a line break in quotes belongs to its cell
    for row in csv.reader(told(), delimiter=delimiter, **quoting(quote)):
        whole = "".join(lines)
        lines.clear()
        yield whole if any(map(str.strip, row)) else nothing + (end if whole.endswith(end) else "")


def quoting(quote: str) -> dict[str, Any]:
    """Return what tells the reader of rows which quotes a file has."""
    return {"quotechar": quote} if quote else {"quoting": csv.QUOTE_NONE}


def _lines(texts: Iterable[str], end: str) -> Iterator[str]:
    """Yield lines with their ends."""
    kept = ""
    for text in texts:
        *whole, kept = (kept + text).split(end)
        yield from (line + end for line in whole)
    if kept:
        yield kept
