"""Lines at the end of a text file with fewer cells than a line: notes, or a second table."""

import re
from itertools import groupby
from pathlib import Path

from salesanalysis.data.sources.footer import last_lines

#: Lines a table of sums below the last line has at most, where no empty line parts them.
MOST = 5
_QUOTED = re.compile(rb'"[^"]*"')
_DIVIDES = re.compile(rb"[,;\t|]")


def lines_below(path: Path) -> int:
    """Return how many filled lines at the end of a file are none of its table.

    Those with a single cell where the others have several, and tables of their own: of sums,
    or parted from the lines by an empty one. Zero where the last filled line is like the others.
    """
    lines = [_QUOTED.sub(b"x", text) for _, text in last_lines(path)]
    filled = [text for text in lines if not _is_blank(text)]
    several = [sum(1 for cell in _DIVIDES.split(text) if cell.strip()) > 1 for text in filled]
    single = next((i for i, more in enumerate(reversed(several)) if more), 0)
    return max(single, _sums(filled), _parted(lines))


def _is_blank(text: bytes) -> bool:
    return not _DIVIDES.sub(b"", text).strip()


def _width(text: bytes) -> int:
    return len(_DIVIDES.findall(text))


def _usual(lines: list[bytes]) -> int:
    """Return how many marks divide the cells of most lines."""
    widths = [_width(line) for line in lines]
    return max(set(widths), key=widths.count, default=0)


def _sums(lines: list[bytes]) -> int:
    """Return how many lines at the end are a table of their own: sums below their names.

    Payment services write one below the lines. Its first line has no digit, as a row that was
    broken in two would.
    """
    widths, usual = [_width(line) for line in lines], _usual(lines)
    n = next((i for i, width in enumerate(reversed(widths)) if width == usual), 0)
    own = set(widths[-n:]) if n else set()
    named = n and not re.search(rb"\d", lines[-n])
    return n if 2 <= n <= MOST and named and len(own) == 1 and min(own) < usual else 0


def _parted(lines: list[bytes]) -> int:
    """Return how many filled lines at the end an empty line parts from the table above.

    None of them has as many cells as the lines of the table, and the first of each block is a
    title or a header: it has no digit. So a row that was broken in two stays what it is.
    """
    usual = _usual([line for line in lines if not _is_blank(line)])
    runs = [(blank, list(run)) for blank, run in groupby(lines, key=_is_blank)]
    blocks = [run for blank, run in runs if not blank]
    below = 0
    for block in reversed(blocks[1:]):
        if any(_width(line) == usual for line in block) or re.search(rb"\d", block[0]):
            break
        below += len(block)
    return below
