"""How a text file is laid out: the delimiter, the header, the ends of its lines."""

import codecs
import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from salesanalysis.data.sources.emptylines import quoting
from salesanalysis.data.sources.header import (
    LOOKED_AT,
    groups_of,
    head_of,
    header_row,
    joined,
    names_of,
)
from salesanalysis.data.sources.packing import unpacked
from salesanalysis.data.sources.place import Place
from salesanalysis.data.sources.transcode import no_character
from salesanalysis.data.sources.unreadable import unreadable
from salesanalysis.errors import ContractError

DELIMITERS = ",;\t|"
#: Bytes of a file that are looked at before it is opened.
HEAD = 1 << 20
_SEP = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
_BREAK = re.compile(r"\r\n|\r|\n")
_QUOTED = re.compile(r'"[^"]*"?')


@dataclass(frozen=True)
class Layout:
    """What the start of a text file tells.

    Attributes
    ----------
    names : list of str
    delimiter : str
    row : int
        The row of the header, 1 is the first.
    lines : int
        Lines to pass over, the header included; 0: a quoted line break stands among them.
    characters : int
        The same in characters.
    ends : list of str
        How lines end; more than one where they do not all end alike.
    groups : tuple of int
        As `Opened.groups`.
    head : tuple of tuples of str
        As `Opened.head`.
    """

    names: list[str]
    delimiter: str
    row: int
    lines: int
    characters: int
    ends: list[str]
    groups: tuple[int, ...] = ()
    head: tuple[tuple[str, ...], ...] = ()


def layout_of(path: Path, codec: str, place: Place) -> Layout:
    """Read the delimiter and the header off the start of a file.

    Raises
    ------
    ContractError
        An empty file, a quote nobody closes, a name that stands twice.
    """
    text = _start(path, codec)
    if not text.strip("\ufeff\r\n\t ,;|\x00"):
        raise ContractError(
            f"{path.name} is empty.", where=str(path), fix="check the export", code="empty-table"
        )
    sep = _SEP.match(text)
    delimiter = place.delimiter or (sep[1] if sep else "") or _delimiter(text, path, place.quote)
    rows, ends = _records(text, delimiter, path, place.quote)
    first = 1 if sep else 0
    at = place.header - 1 if place.header else first + header_row(rows[first:])
    if at >= len(rows):
        raise ContractError(
            f"{path.name} has no row {place.header}.",
            where=str(path),
            fix="write the row the column names stand in as header:",
            code="bad-choice",
        )
    groups = () if place.header else groups_of(rows, at)
    header, head = joined(rows[at : at + place.deep]), head_of(rows[at : at + place.deep])
    at = min(at + place.deep, len(rows)) - 1
    names = names_of(header, name=path.name, where=f"{path}, header")
    above = islice(io.StringIO(text, newline=""), ends[at])
    return Layout(
        names,
        delimiter,
        groups=groups,
        head=head,
        row=at + 1,
        # a line break inside quotes: the engine would count it as a line
        lines=ends[at] if ends[at] == at + 1 else 0,
        characters=sum(map(len, above)),
        ends=sorted(set(_BREAK.findall(_QUOTED.sub("", text) if place.quote else text))),
    )


def _start(path: Path, codec: str) -> str:
    """Return the start of a file as text, whole lines only."""
    with unpacked(path) as stream:
        head = stream.read(HEAD)
    whole = len(head) < HEAD
    try:
        text = codecs.getincrementaldecoder(codec)().decode(head, final=whole)
    except UnicodeDecodeError as error:
        raise no_character(path, codec, error, 0, 1) from None
    text = text.removeprefix("\ufeff")
    return text if whole else text[: text.rfind("\n") + 1] or text


def _records(
    text: str, delimiter: str, path: Path, quote: str = '"'
) -> tuple[list[list[str]], list[int]]:
    """Return the first rows, and the line each of them ends in."""
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=delimiter, **quoting(quote))
    rows, ends = [], []
    try:
        for row in islice(reader, LOOKED_AT):
            rows.append(row)
            ends.append(reader.line_num)
    except csv.Error as error:
        raise unreadable(path, error) from None
    return rows, ends


def _delimiter(text: str, path: Path, quote: str = '"') -> str:
    """Return what divides most rows into as many cells as the header; the more the better."""

    def fit(delimiter: str) -> tuple[float, float, int]:
        rows = _records(text, delimiter, path, quote)[0]
        below = [row for row in rows[header_row(rows) :] if row]
        width = len(below[0]) if below else 0
        same = sum(len(row) == width for row in below) if width > 1 else 0
        # a title above counts against nobody, a row that does not fit does
        return same / max(1, len(rows)), same / max(1, len(below)), width

    # the first of equals: the comma
    return max(DELIMITERS, key=fit)


def looks_tabular(path: Path, codec: str) -> bool:
    """Tell whether most of the first rows have the same number of cells, two or more."""
    try:
        text = _start(path, codec)
        rows = [row for row in _records(text, _delimiter(text, path), path)[0] if row]
    except ContractError:
        return False
    width, n = Counter(map(len, rows)).most_common(1)[0] if rows else (0, 0)
    return width > 1 and n > 1 and n >= 0.9 * len(rows)
