"""What the engine makes of a file: its path as it must be written, and why it was refused."""

import re
from pathlib import Path

from salesanalysis.errors import ContractError

#: Characters of a line that a message shows.
_LONG = 80
#: What a row without a value consists of, whatever divides the cells.
_NOTHING = ' \t\r\n,;|"'
#: What helps with a text file whose rows cannot be read.
_ROWS = "every row needs the columns of the header; save the file as CSV in UTF-8"


#: What the engine says of a row with too many cells or too few.
_WIDTH = re.compile(
    r"Line: (\d+)\s*Original Line: ?(.*?)\n\s*Expected Number of Columns: (\d+) Found: (\d+)",
    re.DOTALL,
)


def is_blank_row(error: Exception) -> bool:
    """Tell whether the engine met a row of blanks and delimiters with another number of cells."""
    wide = _WIDTH.search(str(error))
    return wide is not None and not wide[2].strip(_NOTHING)


#: What the engine says of a quote that does not close its cell.
_QUOTE = re.compile(
    r"Line: (\d+)\s*Original Line: ?(.*?)\n\s*Value with unterminated quote found", re.DOTALL
)
#: How a file is read in which quotes are no quotes.
QUOTES = (
    'where quotes mean inches and hold no text together, add quote: "" beside file: in the '
    'mapping; else export the file with every quote inside a cell doubled ("")'
)
#: What a row with more cells than the header may be, and one with fewer.
WIDE = (
    "every row needs the columns of the header: a cell that holds the delimiter needs quotes "
    "around it; export the file again, best as CSV in UTF-8"
)
NARROW = (
    "every row needs the columns of the header: where it is a note or a sum below the last line, "
    "add footer: 1 beside file: in the mapping, or how many there are; where the file ends in the "
    "middle of a line, export it again"
)


#: What the engine says of a product beyond the digits of an amount.
_BEYOND = re.compile(r"Overflow in multiplication")
#: What helps there.
_FACTORS = (
    "check the two columns of multiply in the mapping: one of them is perhaps an amount itself and "
    "no quantity or price; map the amount as revenue then"
)


def unreadable(path: Path, error: Exception, *, fix: str = _ROWS) -> ContractError:
    """Say in one line why the engine could not read a file."""
    if _BEYOND.search(str(error)):
        return ContractError(
            f"{path.name}: a product of two columns has more digits than an amount of money can.",
            where=str(path),
            fix=_FACTORS,
            code="bad-value",
        )
    if fix == _ROWS and _QUOTE.search(str(error)):
        fix = QUOTES
    elif fix == _ROWS and (wide := _WIDTH.search(str(error))):
        fix = NARROW if int(wide[4]) < int(wide[3]) else WIDE
    return ContractError(
        f"{path.name} cannot be read: {_why(error)}.", where=str(path), fix=fix, code="bad-value"
    )


def _why(error: Exception) -> str:
    wide = _WIDTH.search(str(error))
    if wide:
        line, text, expected, found = wide.groups()
        return f"line {line} has {found} cells, the header {expected}: {_shortened(text)!r}"
    quote = _QUOTE.search(str(error))
    if quote:
        lines = quote[2].splitlines() or [""]
        until = f", or {len(lines) - 1:,} lines further down" if len(lines) > 1 else ""
        return (
            f'line {quote[1]} has a quote (") that closes at no end of a cell{until}: '
            f"{_shortened(lines[0])!r}"
        )
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return " ".join(lines[:2]).rstrip(".")


def _shortened(text: str) -> str:
    """Return a text in one line, without its end where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= _LONG else f"{line[: _LONG - 3]}..."


def literal(path: Path) -> str:
    """Return the path as the engine must get it: brackets and stars are no patterns here."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in str(path))
