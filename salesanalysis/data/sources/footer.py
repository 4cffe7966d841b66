"""A text file without what stands below its last line: who made the report, when, for whom."""

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from salesanalysis.data.sources.packing import first_bytes, unpacked
from salesanalysis.data.sources.place import Opened, Place
from salesanalysis.errors import ContractError

#: Bytes at the end of a file in which a footer is looked for.
TAIL = 1 << 16
_QUOTED, _DIVIDES = re.compile(rb'"[^"]*"'), re.compile(rb"[,;\t|]")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def without(place: Place, room: Path, opened: Callable[[Place], Opened]) -> Opened:
    """Open a file without its footer; refusals name the file, never the copy that was cut.

    Parameters
    ----------
    opened : callable
        Opens a place.

    Raises
    ------
    ContractError
        Of `opened`.
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
    lines = last_lines(copy)
    filled = [(at, text) for at, text in lines if text.strip(b' \t\r\n\x00,;|"')]
    cut = filled[-place.footer][0] if len(filled) >= place.footer else 0
    with copy.open("r+b") as target:
        target.truncate(cut)
    above = [_width(text) for at, text in filled if at < cut][-1:]
    full = sum(1 for at, text in filled if at >= cut and [_width(text)] == above)
    return replace(place, path=copy, footer=0), full


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


def last_lines(path: Path) -> list[tuple[int, bytes]]:
    """Return the lines at the end of a file, each with the byte it begins at."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(size - TAIL, 0))
        start, tail = file.tell(), file.read()
    # in UTF-16 a zero byte stands beside the end of a line
    end = rb"\r?\n\x00?|\r(?!\n)\x00?" if first_bytes(path, 2) in _UTF16 else rb"\r\n|\n|\r"
    out, begin = [], 0
    for match in re.finditer(end, tail):
        out.append((start + begin, tail[begin : match.start()]))
        begin = match.end()
    return [*out, (start + begin, tail[begin:])]
