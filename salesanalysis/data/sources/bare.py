"""Whether nothing stands around the cells of a text file, told from its bytes in one pass."""

from typing import Any

import numpy as np

#: The last character that is seen as a blank, and the dash that may stand for nothing.
_BLANK, _DASH = 0x20, ord("-")
_LARGEST = 0xFF
#: Pieces in a row in which the quick look told nothing, after which it is left out.
_GIVE_UP = 8


class Bare:
    r"""Whether every cell is plain ASCII and ends with neither a blank nor a dash.

    Says no wrongly where texts are in quotes, where tabs divide empty cells, where amounts end
    with a minus: then look at the cells. What stands before a cell is not looked at.

    Parameters
    ----------
    delimiter, end, quote : str
        What divides cells and lines, and what holds a cell together.

    Examples
    --------
    >>> def told(*pieces: bytes) -> bool:
    ...     bare = Bare(",", "\n", '"')
    ...     for piece in pieces:
    ...         bare.see(piece)
    ...     return bare.proven
    >>> told(b"East,1\nWest,", b"-2\n"), told(b"East ", b",1\n"), told("Süd,1\n".encode())
    (True, False, False)
    """

    def __init__(self, delimiter: str, end: str, quote: str) -> None:
        self._marks = tuple(dict.fromkeys((delimiter, end[:1])))
        self._quote, self._last = quote.encode(), b""
        self._room, self._missed = np.empty((3, 0), "?"), 0
        self.so_far = all(len(m) == 1 and m.isascii() for m in self._marks)

    @property
    def proven(self) -> bool:
        """Whether all that was seen is bare, the last cell included."""
        last, marks = self._last, [m.encode() for m in self._marks]
        return self.so_far and (last in marks or not self._has_edge(last + marks[0]))

    def see(self, piece: bytes) -> None:
        """Look at the next piece of the file."""
        if not self.so_far or not piece:
            return
        quoted = bool(self._quote) and self._quote in piece
        edge = quoted or self._has_edge(self._last + piece[:1]) or self._has_edge(piece)
        self.so_far = piece.isascii() and not edge
        self._last = piece[-1:]

    def _has_edge(self, piece: bytes) -> bool:
        """Tell whether a blank or a dash stands right before the end of a cell."""
        codes = np.frombuffer(piece, "u1")
        if len(codes) > self._room.shape[1]:
            self._room = np.empty((3, len(codes)), "?")
        # fresh arrays for every step would take most of the time
        ends, edges, one = self._room[:, : len(codes)]
        if self._missed < _GIVE_UP and self._is_clear(codes, one):
            return False
        np.equal(codes, ord(self._marks[0]), out=ends)
        for mark in self._marks[1:]:
            np.logical_or(ends, np.equal(codes, ord(mark), out=one), out=ends)
        np.less_equal(codes, _BLANK, out=edges)
        np.logical_or(edges, np.equal(codes, _DASH, out=one), out=edges)
        return bool(np.logical_and(edges[:-1], ends[1:], out=one[1:]).any())

    def _is_clear(self, codes: Any, room: Any) -> bool:
        """Tell quickly that no two signs stand side by side; empty cells make it say no."""
        last = max(_DASH, *(ord(m) for m in self._marks))
        larger = np.maximum(codes[:-1], codes[1:], out=room[1:].view("u1"))
        clear = last < ord("0") and bool(larger.min(initial=_LARGEST) > last)
        self._missed = 0 if clear else self._missed + 1
        return clear
