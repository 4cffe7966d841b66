"""A text file without what stands below its last line: who made the report, when, for whom."""

import codecs
import csv
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from salesanalysis.data.sources import encoding
from salesanalysis.data.sources.packing import first_bytes, unpacked
from salesanalysis.data.sources.place import Opened, Place
from salesanalysis.errors import ContractError

#: Bytes at the end of a file in which a footer is looked for.
TAIL = 1 << 16
#: Bytes at its start that tell UTF-16.
HEAD = 1 << 12
#: A day, whatever stands between its parts, and what parts cells.
_DAY = re.compile(
    r"\d{1,4}[^\d\s,]{1,9}\d{1,2}[^\d\s,]{1,9}\d{1,4}|\d{1,2}[- .]+[^\W\d]+[- .]+\d{2,4}|\d{8}"
)
_QUOTED, _DIVIDES = re.compile(rb'"[^"]*"'), re.compile(rb"[,;\t|]")


def without(place: Place, room: Path, opened: Callable[[Place], Opened]) -> Opened:
    """Open a file without its footer; refusals name the file, never the copy that was cut.

    Parameters
    ----------
    opened : callable
        Opens a place.

    Raises
    ------
    ContractError
        Of `opened`; and where the rows that are cut hold a day and an amount as a line does.
    """
    copy, full = _above(place, room)
    try:
        return _noted(opened(copy), place, full)
    except ContractError as error:
        mine, theirs = str(copy.path), str(place.path)
        what, where, fix = (t.replace(mine, theirs) for t in (error.what, error.where, error.fix))
        raise ContractError(what, where=where, fix=fix, code=error.code, rows=error.rows) from None


def _above(place: Place, room: Path) -> tuple[Place, int]:
    """Return the place of a copy without the last filled lines, where a footer is declared.

    And how many of the lines that were cut have as many filled cells as the one above them.
    """
    if not place.footer or place.path is None:
        return place, 0
    folder = room / f"without_footer_{place.footer}"
    folder.mkdir(exist_ok=True)
    copy = folder / place.path.name
    with unpacked(place.path) as source, copy.open("wb") as target:
        shutil.copyfileobj(source, target)
    lines = last_lines(copy, place.encoding)
    # the mark of old systems behind the last line is none
    filled = [(at, text) for at, text in lines if text.strip(b' \t\r\n\x00\x1a,;|"')]
    cut = filled[-place.footer][0] if len(filled) >= place.footer else 0
    with copy.open("r+b") as target:
        target.truncate(cut)
    above = [text for at, text in filled if at < cut][-1:]
    below = [text for at, text in filled if at >= cut]
    _require_no_lines(place, above, below)
    full = sum(1 for text in below if [_width(text)] == [_width(line) for line in above])
    return replace(place, path=copy, footer=0), full


def _require_no_lines(place: Place, above: list[bytes], below: list[bytes]) -> None:
    """Refuse to cut what is filled cell by cell as the last line above it: next month's sales."""
    at = [i for i, text in enumerate(below) if above and _alike(above[0], text)]
    if at and place.path is not None:
        found = {"n": len(at), "rest": len(below) - 1 - at[-1]}
        raise cuts_lines(place.path.name, place.footer, where=str(place.path), **found)


def cuts_lines(name: str, footer: int, *, where: str, n: int, rest: int) -> ContractError:
    """Build the refusal of a footer that holds lines.

    Parameters
    ----------
    n : int
        How many of the rows that are cut are filled like a line.
    rest : int
        How many stand below the last of them.
    """
    kept = f"footer: {rest}" if rest else "no footer"
    return ContractError(
        f"footer: {footer} would cut {n} row{'s' if n > 1 else ''} of {name} filled like the "
        "lines above: it was counted in another file.",
        where=where,
        fix=f"write {kept} for this file; where the rows are no lines, leave them out by what "
        "stands in them, with where",
        code="bad-choice",
    )


def _alike(line: bytes, other: bytes) -> bool:
    """Tell whether two rows have the same cells filled, and days and other figures in the same."""
    kinds = _kinds(line)
    return kinds == _kinds(other) and "day" in kinds and "figure" in kinds


def _kinds(text: bytes) -> list[str]:
    """Return what the cells of a line of a text file hold: a day, a figure, a text or nothing."""
    plain = text.replace(b"\x00", b"").decode("utf-8", "replace")
    mark = max(",;\t|", key=plain.count)
    cells = next(csv.reader([plain], delimiter=mark), [])
    return [_kind(cell.strip()) for cell in cells]


def _kind(cell: str) -> str:
    if _DAY.search(cell):
        return "day"
    return "figure" if re.search(r"\d", cell) else "text" if cell else ""


def _width(text: bytes) -> int:
    """Return how many cells of a line hold something; none of a line without a digit."""
    plain = _QUOTED.sub(b"x", text.replace(b"\x00", b""))
    cells = [cell for cell in _DIVIDES.split(plain) if cell.strip()]
    return len(cells) if re.search(rb"\d", text) else 0


def _noted(opened: Opened, place: Place, full: int) -> Opened:
    """Return what was opened with a word about the lines that were cut off."""
    if not place.footer:
        return opened
    notes = [("quality.footer", opened.name, str(place.footer))]
    if full:
        notes.append(("quality.footer_full", opened.name, str(full)))
    return replace(opened, notes=(*opened.notes, *notes))


def last_lines(path: Path, declared: str = "") -> list[tuple[int, bytes]]:
    """Return the lines at the end of a file, each with the byte it begins at.

    Those of UTF-16 come as UTF-8: a letter such as 上 holds the byte that ends a line elsewhere.

    Parameters
    ----------
    declared : str
        The encoding of the mapping; empty: the bytes tell UTF-16.
    """
    kind = _units(path, declared)
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - TAIL, 0) // 2 * 2)
        start, tail = file.tell(), file.read()
    width, codec = (2, "utf-8") if kind else (1, "latin-1")
    text = _by_units(tail, kind) if kind else tail.decode(codec)
    out, begin = [], 0
    for match in re.finditer("\r\n|\n|\r", text):
        line = text[begin : match.start()].encode(codec, "surrogatepass")
        out.append((start + width * begin, line))
        begin = match.end()
    return [*out, (start + width * begin, text[begin:].encode(codec, "surrogatepass"))]


def _units(path: Path, declared: str) -> str:
    """Return the type of the units of a text in UTF-16, empty for any other."""
    head = first_bytes(path, HEAD)
    if b"\x00" in head or head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        codec = encoding.found(head, path, whole=False)
    else:
        codec = encoding.declared(declared) if declared else ""
    return {"utf-16-be": ">u2", "utf-16-le": "<u2", "utf-16": "<u2"}.get(codec, "")


def _by_units(piece: bytes, kind: str) -> str:
    """Return one character for every two bytes."""
    units = np.frombuffer(piece[: len(piece) // 2 * 2], kind)
    return units.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
