"""A text file whose encoding cannot be told: every reading is looked at, the likeliest declared."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from salesanalysis.data.propose.matching import by_name
from salesanalysis.data.propose.seen import Seen, look
from salesanalysis.data.sources import Place
from salesanalysis.data.sources.packing import first_bytes
from salesanalysis.data.words.synonyms import names
from salesanalysis.errors import SalesAnalysisError

#: Encodings that are tried, in this order; the first wins where headings do not decide.
TRIED = (
    *("cp1252", "gb18030", "cp932", "big5", "cp949", "cp1250", "cp1251", "cp1254"),
    *("cp1256", "cp874"),
)


def look_either(con: Any, place: Place, room: Path) -> Seen:
    """Look at a table; where its encoding cannot be told, by the one whose headings are known.

    Raises
    ------
    ContractError
        As `look`.
    """
    try:
        return look(con, place, room)
    except SalesAnalysisError as error:
        below = _below(place) if error.code in ("bad-value", "bad-encoding") else 0
        if below:
            # lines of one cell below the last one: an engine reads no such row
            return look_either(con, replace(place, footer=below), room)
        if error.code != "bad-encoding" or place.encoding or _is_binary(place.path):
            raise
        readings = _readings(con, place, room)
        if not readings:
            raise
    best = max(readings, key=lambda r: (_known(r), -TRIED.index(r.place.encoding)))
    best.memo["encoding"] = {
        "encoding": best.place.encoding,
        "n": _known(best),
        "example": _odd(best),
    }
    return best


def _below(place: Place) -> int:
    """Return how many filled lines below its table stand at the end of a text file."""
    from salesanalysis.data.propose.below import lines_below  # noqa: PLC0415
    from salesanalysis.data.sources.files import is_text  # noqa: PLC0415

    path = place.path
    plain = path is not None and path.is_file() and is_text(path) and not place.footer
    return lines_below(path) if plain and path is not None else 0


def _is_binary(path: Path | None) -> bool:
    """Tell whether a file holds what no text in one of these encodings does."""
    return path is not None and b"\x00" in first_bytes(path, 4096)


def _readings(con: Any, place: Place, room: Path) -> list[Seen]:
    """Return the table as every encoding reads it."""
    found = []
    for encoding in TRIED:
        try:
            found.append(look(con, replace(place, encoding=encoding), room))
        except SalesAnalysisError:
            continue
    return found


def _known(seen: Seen) -> int:
    """Count the headings that are names we know."""
    return sum(
        any(by_name("sales", ours, field)[0] > 0.9 for ours in names("sales"))
        for field in seen.fields.values()
    )


def _odd(seen: Seen) -> str:
    """Return a heading or value with a letter beyond ASCII: what to look at."""
    texts = [*seen.fields, *(str(v) for f in seen.fields.values() for v in f.filled.head(200))]
    return next((t for t in texts if not t.isascii()), "")
