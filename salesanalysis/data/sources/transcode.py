"""A copy of a text file in UTF-8, made piece by piece: memory does not grow with the file."""

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from salesanalysis.data.sources.emptylines import MARK, filled
from salesanalysis.data.sources.packing import unpacked
from salesanalysis.data.sources.unreadable import unreadable
from salesanalysis.errors import ContractError

#: Bytes read at once.
CHUNK = 1 << 20
_BREAK = re.compile(r"\r\n?|\n")


def copied(
    path: Path,
    codec: str,
    room: Path,
    *,
    breaks: bool = False,
    drop: int = 0,
    fill: tuple[str, str, int, str] | None = None,
    quote: str = '"',
    marked: bool = False,
) -> Path:
    """Write `path` as UTF-8 without a mark into `room`; return the copy.

    Parameters
    ----------
    codec : str
        How the file is written.
    breaks : bool
        Make all line ends outside quotes alike: the engine refuses a mixture.
    drop : int
        Characters left out at the start, not counting the mark.
    fill : (end of a line, delimiter, number of columns, quote), optional
        Write rows without a value as empty cells.
    quote : str
        What holds a cell together; empty: nothing does.
    marked : bool
        Leave out the mark of old systems behind the last row, Ctrl-Z.

    Raises
    ------
    ContractError
        A byte that belongs to no character, with its place. Nothing is replaced.
    """
    copy = _free(room, path)
    texts = _from(texts_of(path, codec), drop)
    texts = _alike(texts, quote) if breaks else texts
    texts = _unmarked(texts) if marked else texts
    try:
        with copy.open("wb") as target:
            for text in filled(texts, *fill) if fill else texts:
                target.write(text.encode("utf-8"))
    except csv.Error as error:
        raise unreadable(path, error) from None
    return copy


def _from(texts: Iterable[str], drop: int) -> Iterator[str]:
    """Leave out the first `drop` characters."""
    for text in texts:
        yield text[drop:]
        drop = max(0, drop - len(text))


def texts_of(path: Path, codec: str) -> Iterator[str]:
    """Yield the text of a file in pieces, without the mark."""
    decoder = codecs.getincrementaldecoder(codec)()
    seen, lines, marked = 0, 1, True
    with unpacked(path) as source:
        while True:
            piece = source.read(CHUNK)
            waiting = len(decoder.getstate()[0])
            try:
                text = decoder.decode(piece, final=not piece)
            except UnicodeDecodeError as error:
                raise no_character(path, codec, error, seen - waiting, lines) from None
            seen, lines = seen + len(piece), lines + text.count("\n")
            if text:
                yield text.removeprefix("\ufeff") if marked else text
                marked = False
            if not piece:
                return


def _unmarked(texts: Iterable[str]) -> Iterator[str]:
    """Leave out what stands behind the last row."""
    kept = ""
    for text in texts:
        yield kept
        kept = text
    yield kept.rstrip("\r\n").removesuffix(MARK.decode())


def _alike(texts: Iterable[str], quote: str = '"') -> Iterator[str]:
    """Turn line ends outside quotes into one kind, over the borders of pieces."""
    quoted, kept = False, ""
    for text in texts:
        # the line feed of a last carriage return may come with the next piece
        whole = (kept + text).removesuffix("\r")
        kept = (kept + text)[len(whole) :]
        parts = whole.split(quote) if quote else [whole]
        yield quote.join(
            part if (i % 2 == 1) != quoted else _BREAK.sub("\n", part)
            for i, part in enumerate(parts)
        )
        quoted ^= len(parts) % 2 == 0
    # a carriage return at the very end
    yield kept if quoted else _BREAK.sub("\n", kept)


def _free(room: Path, path: Path) -> Path:
    """Return a name in `room` that is not taken: two folders may hold files of one name."""
    number = 1 + sum(1 for _ in room.iterdir())
    return room / f"{number}-{path.name.partition('.')[0]}.csv"


def no_character(
    path: Path, codec: str, error: UnicodeDecodeError, start: int, lines: int
) -> ContractError:
    """Name the byte that belongs to no character.

    Parameters
    ----------
    start : int
        Byte of the file the decoder's piece starts at.
    lines : int
        The line that piece starts in.
    """
    byte = start + error.start
    before = codecs.getincrementaldecoder(codec)().decode(error.object[: error.start])
    line = lines + before.count("\n")
    bad = error.object[error.start : error.start + 1].hex().upper()
    return ContractError(
        f"{path.name} is not {codec} throughout: byte {byte + 1} ({bad}) belongs to no "
        f"character, line {line}.",
        where=f"{path}, byte {byte + 1}, line {line}",
        fix="declare the encoding the program wrote as encoding: in the mapping, or save the file "
        "as CSV in UTF-8",
        code="bad-encoding",
    )
