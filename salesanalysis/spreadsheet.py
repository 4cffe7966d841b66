"""Text a spreadsheet would run as a formula, written so that it stays text.

One rule for everything we write and read: CSV, workbooks, tables of pages, the index.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

#: What a cell is not looked at for before it counts: blanks, zero-width signs, byte-order marks.
_LEAD = (
    r"[ \x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x{00a0}\x{00ad}\x{200b}-\x{200f}\x{2028}-\x{202f}"
    r"\x{2060}\x{3000}\x{feff}]*"
)
#: Signs that begin a formula; full-width and small forms too, which Excel reads like the others.
_SIGN = r"[=+\-@|\x{ff1d}\x{ff0b}\x{ff0d}\x{ff20}\x{ff5c}\x{fe62}\x{fe63}\x{fe66}\x{fe6b}]"
#: Where a cell may begin: at the start, and behind what some spreadsheet splits cells at.
_START = r"(^|[;\t\r\n])"
# Pattern and replacement pairs in the common part of RE2 (DuckDB) and Python, without lookaround;
# the engine can undo our apostrophes with the same two that `plain_text` uses, in this order.
UNDO = (
    (r"^'('*[\t\r\n])", r"\1"),
    (rf"{_START}'('*{_LEAD}{_SIGN})", r"\1\2"),
)


def _python(pattern: str) -> "re.Pattern[str]":
    r"""Compile an RE2 pattern: `\x{200b}` is written `\u200b` in Python."""
    return re.compile(re.sub(r"\\x\{(\w{4})\}", r"\\u\1", pattern))


_UNDO = [(_python(pattern), text) for pattern, text in UNDO]
_FORMULA = _python(rf"{_START}('*{_LEAD}{_SIGN})")
_BREAK = re.compile(r"'*[\t\r\n]")
#: A signed number with currency or unit: a spreadsheet computes nothing but the number it shows.
_NUMBER = re.compile(
    r"[+-]((?:[A-Z]{3}[ \xa0]?|[¥€£$])?\d[\d., \xa0\u202f]*(?:[eE][+-]?\d+)?[%‰]?"
    r"(?:[ \xa0]?[^\W\d_]+){0,3})?"
)


def is_risky(text: str) -> bool:
    """Tell whether a spreadsheet may take `text` for a formula or split one off it.

    Examples
    --------
    >>> [is_risky(t) for t in ("=1+1", " @SUM(A1)", "＝1", "Acme;=1", "-12.5", "+86 138", "a=b")]
    [True, True, True, True, False, False, False]
    """
    if _NUMBER.fullmatch(text):
        return False
    return bool(_FORMULA.search(text) or _BREAK.match(text))


def safe_text(text: str) -> str:
    r"""Return `text` with an apostrophe before what a spreadsheet would run.

    Parameters
    ----------
    text : str
        Of a cell, a heading or a sentence. Numbers are never given: they are written as numbers.

    Returns
    -------
    str
        `text` itself where nothing in it is risky. A signed number written as text (``-12.5``,
        ``+86 138 1234``, ``+5.0 pp``) stays as it is: nothing runs in it.

    Notes
    -----
    Risky is text whose first sign, behind blanks and zero-width signs, is one of ``= + - @ |`` or
    its full-width form; text that begins with a tab or a line break; and such a sign behind a
    semicolon, tab or line break, where another country's spreadsheet begins a cell. `plain_text`
    gives back the very same text, an apostrophe of its own included.
    Source: OWASP, "CSV Injection".

    Examples
    --------
    >>> safe_text("=cmd|' /C calc'!A0"), safe_text("-12.5"), safe_text("'=1")
    ("'=cmd|' /C calc'!A0", '-12.5', "''=1")
    """
    if not is_risky(text):
        return text
    marked = _FORMULA.sub(r"\1'\2", text)
    return f"'{marked}" if _BREAK.match(marked) else marked


def plain_text(text: str) -> str:
    """Return what was given to `safe_text`.

    Examples
    --------
    >>> plain_text("'=1+1"), plain_text("''=1"), plain_text("'s-Hertogenbosch")
    ('=1+1', "'=1", "'s-Hertogenbosch")
    """
    for pattern, kept in _UNDO:
        text = pattern.sub(kept, text)
    return text


def csv_text(head: Sequence[str], rows: Iterable[Sequence[Any]], *, delimiter: str = ",") -> str:
    r"""Return a table as CSV or TSV; risky text is made safe, everything else is written as it is.

    Parameters
    ----------
    head : sequence of str
    rows : iterable of sequences
        Texts are made safe; numbers are written as they print, None as nothing.
    delimiter : str

    Examples
    --------
    >>> csv_text(["name", "value"], [["=1+1", -2.5], ["a\rb", None]])
    'name,value\n\'=1+1,-2.5\n"a\rb",\n'
    """
    special = re.compile(f'[{re.escape(delimiter)}"\\r\\n]')
    lines = [delimiter.join(_field(v, special) for v in row) for row in (head, *rows)]
    # an empty line is no row to most readers
    return "".join(f"{line or chr(34) * 2}\n" for line in lines)


def _field(value: Any, special: "re.Pattern[str]") -> str:
    """Write one cell; quoted where it has to be, a lone carriage return included."""
    if not isinstance(value, str):
        return "" if value is None else str(value)
    text = safe_text(value)
    return '"{}"'.format(text.replace('"', '""')) if special.search(text) else text
