"""Lists printed in a frame of strokes, as SAP saves them: ``|`` around cells, lines of dashes."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from salesanalysis.data.sources.packing import unpacked
from salesanalysis.data.sources.transcode import texts_of

#: Bytes looked at, and the share of lines that must stand in the frame once it has begun.
HEAD, MOST = 1 << 16, 0.8
#: A line that only rules off: dashes, perhaps with strokes between them. Each sign has one place in
#: the pattern: where it has two, a long line of dashes with a word in it takes for ever.
RULE = re.compile(r"\s*[|+]?[-=_]{3,}(?:[|+][-=_]+)*[|+]?\s*")
#: A line of cells with strokes around them.
ROW = re.compile(r"\s*\|([^|]*\|.*)\|\s*")
_BREAK = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Unframed:
    """A copy of a list without its frame.

    Attributes
    ----------
    path : Path
        In UTF-8, cells divided by ``|``.
    n_rules : int
        Lines of dashes that were left out: they are no rows, and numbers of lines and rows in
        messages do not count them.
    """

    path: Path
    n_rules: int


def unframed(path: Path, codec: str, room: Path) -> Unframed | None:
    """Write a framed list without its frame; None where a file is none.

    Only the strokes at both ends of a line and the lines of dashes go. What else stands in the
    file stays, so that the engine refuses a line that does not fit the header.

    Parameters
    ----------
    path : Path
    codec : str
        How the file is written.
    room : Path
        Folder for the copy, which keeps the name of the file.

    Raises
    ------
    ContractError
        A byte that belongs to no character.
    """
    if not is_framed(_head(path, codec)):
        return None
    folder = room / f"frame-{1 + sum(1 for _ in room.iterdir())}"
    folder.mkdir()
    # as a text that is not packed: the copy is none
    copy, rules = folder / f"{path.name.partition('.')[0]}.csv", 0
    with copy.open("w", encoding="utf-8", newline="") as target:
        for line in _lines(texts_of(path, codec)):
            if RULE.fullmatch(line):
                rules += 1
                continue
            row = ROW.fullmatch(line)
            target.write((row[1] if row else line) + "\n")
    return Unframed(copy, rules)


def is_framed(text: str) -> bool:
    r"""Tell whether the start of a text is a list in a frame: cells in strokes, and a rule.

    Examples
    --------
    >>> is_framed("List 1\n-----------\n|No |Amount|\n-----------\n|7  | 5,00-|\n|8  | 1,00 |\n")
    True
    >>> is_framed("|No|Amount|\n|7|5.00|\n"), is_framed("No|Amount\n---|---\n7|5.00\n")
    (False, False)
    """
    lines = [line for line in _BREAK.split(text) if line.strip()]
    first = next((i for i, line in enumerate(lines) if ROW.fullmatch(line)), len(lines))
    inside = lines[first:]
    rows = sum(bool(ROW.fullmatch(line)) and not RULE.fullmatch(line) for line in inside)
    rules = sum(bool(RULE.fullmatch(line)) for line in lines)
    return rows > 1 and rules > 0 and rows + rules >= MOST * len(inside)


def _head(path: Path, codec: str) -> str:
    """Return the first whole lines of a file."""
    with unpacked(path) as stream:
        raw = stream.read(HEAD)
    text: str = raw.decode(codec, errors="ignore")
    return text if len(raw) < HEAD else text[: text.rfind("\n") + 1]


def _lines(texts: Iterable[str]) -> Iterator[str]:
    """Yield the lines of a text in pieces, without their ends."""
    kept = ""
    for text in texts:
        # the line feed of a last carriage return may come with the next piece
        whole = (kept + text).removesuffix("\r")
        back = (kept + text)[len(whole) :]
        *lines, kept = _BREAK.split(whole)
        kept += back
        yield from lines
    if kept:
        yield kept.removesuffix("\r")
