# ruff: noqa: PD003  Ibis calls them isnull and notnull
"""What every reader of cells shares: one plain spelling, values that stand for none, flags."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

#: Cells shown in a message; the error carries more as rows.
MAX_SHOWN, MAX_ROWS = 3, 1000
#: Characters that mean the same as a plain one; those without a partner are left out.
_DIGITS = "０１２３４５６７８９"
_SIGNS = "－−‐‑‒–—―﹣\u3000\u00a0\u202f\u2009\u2007\u2002\u2003\t’‘＇´`，．＋％（）￥＄／："
#: Digits of Arabic and Persian texts, their marks, and triangles before amounts below zero.
_ARABIC, _PERSIAN = "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"
_MORE = "٫٬٪▲△▼"
DIGITS = (_DIGITS, _ARABIC, _PERSIAN)
_ALIKE = _DIGITS + _SIGNS + _ARABIC + _PERSIAN + _MORE
_PLAIN = "0123456789---------        " + "''''',.+%()¥$/:" + "0123456789" * 2 + ".'%---"
_NO_WIDTH = "\ufeff\u200b\u200e\u200f"
_PARTNER = dict(zip(_ALIKE, _PLAIN, strict=True))
_TABLE = str.maketrans(_ALIKE, _PLAIN, _NO_WIDTH)
_BLANKS = r"[\s\x{3000}\x{00a0}\x{202f}\x{2009}\x{2007}\x{feff}\x{200b}]*"
_DASH = r"[-\x{ff0d}\x{2212}\x{2010}-\x{2015}]{0,3}"
#: What may stand around a text unseen, and the dashes that mean nothing was written.
EDGES = " \t\r\n\u3000\u00a0\u202f\u2009\u2007\ufeff\u200b"
DASHES = "-‐‑‒–—―－−"
#: Words a flag is written with, in plain spelling and capitals.
TRUE = ("TRUE", "T", "YES", "Y", "1", "1.0", "是", "真", "对", "有", "√", "✓", "退货", "退", "X")
FALSE = ("FALSE", "F", "NO", "N", "0", "0.0", "否", "假", "错", "无", "×", "正常", "销售")


def tidy(text: str) -> str:
    """Return one text in a plain spelling: ASCII digits, signs and blanks, capitals, no edges.

    Examples
    --------
    >>> tidy("　￥１，２３４．５０ ")
    '¥1,234.50'
    """
    return text.translate(_TABLE).strip(" ").upper()


def strange(text: str) -> str:
    """Return the characters of a text that have a plain partner, or none, in order.

    Examples
    --------
    >>> strange("１，２３４．５")
    '，．１２３４５'
    """
    return "".join(sorted(set(text) & set(_ALIKE + _NO_WIDTH)))


def plain(text: Any, odd: str) -> Any:
    """Return an Ibis text column with the characters `odd` in plain spelling, without edges.

    Examples
    --------
    >>> import ibis, pyarrow as pa
    >>> from salesanalysis.data.engine import connect, fetch
    >>> cells = ibis.memtable(pa.table({"x": ["１2 "]}))
    >>> fetch(connect(), cells.select(x=plain(cells["x"], "１")))["x"].tolist()
    ['12']
    """
    if odd:
        # the engine builds the table of characters anew for every row: keep it short
        marks = "".join(c for c in odd if c not in _NO_WIDTH)
        text = text.translate(marks + _NO_WIDTH, "".join(_PARTNER[c] for c in marks))
    return text.strip()


def is_none(text: Any) -> Any:
    """Tell where nothing was written: missing, blank, or up to three dashes that stand for none.

    Parameters
    ----------
    text : Ibis text column

    Returns
    -------
    Ibis boolean column, never missing

    Examples
    --------
    >>> import ibis, pyarrow as pa
    >>> from salesanalysis.data.engine import connect, fetch
    >>> cells = ibis.memtable(pa.table({"x": ["", "　", "--", "—", "0", "-5"]}))
    >>> fetch(connect(), cells.select(x=is_none(cells["x"])))["x"].tolist()
    [True, True, True, True, False, False]
    """
    nothing = text.re_search(f"^{_BLANKS}{_DASH}{_BLANKS}$")
    return nothing.coalesce(text.isnull())


def is_nothing(text: object) -> bool:
    """Tell the same of one text of Python.

    Examples
    --------
    >>> is_nothing(None), is_nothing("—"), is_nothing("-5")
    (True, True, False)
    """
    return not isinstance(text, str) or tidy(text).strip() in ("", "-", "--", "---")


def flag(text: Any, true: Sequence[str] = (), false: Sequence[str] = ()) -> Any:
    """Read a column of yes and no, in English, Chinese or digits.

    Parameters
    ----------
    text : Ibis text column
    true, false : sequence of str
        Further words of this file that mean yes, and no.

    Returns
    -------
    Ibis boolean column
        Missing where the word is none of these.

    Examples
    --------
    >>> import ibis, pyarrow as pa
    >>> from salesanalysis.data.engine import connect, fetch
    >>> cells = ibis.memtable(pa.table({"x": ["是", "no", "Ｙ", "maybe"]}))
    >>> fetch(connect(), cells.select(x=flag(cells["x"])))["x"].tolist()
    [True, False, True, None]
    """
    import ibis  # noqa: PLC0415

    mine, other = [tidy(w) for w in true], [tidy(w) for w in false]
    word = plain(text, "\u3000\u00a0").upper()
    yes = _widths([*mine, *(w for w in TRUE if w not in other)])
    no = _widths([*other, *(w for w in FALSE if w not in mine)])
    return ibis.cases((word.isin(yes), True), (word.isin(no), False), else_=ibis.null("boolean"))


def _widths(words: list[str]) -> list[str]:
    """Return words and their full-width forms."""
    wide = {n: n + 0xFEE0 for n in range(ord("!"), ord("~") + 1)}
    return [*words, *(w.translate(wide) for w in words if w.isascii())]


def cells(rows: pd.DataFrame) -> str:
    """Show the first values of `rows` in a message.

    Examples
    --------
    >>> cells(pd.DataFrame({"value": ["5,70", "0,721"], "count": [2, 1]}))
    "'5,70' (2 rows), '0,721' (1 row)"
    """
    top = rows.head(MAX_SHOWN)
    shown = [
        f"{value!r} ({count:,} row{'s' if count > 1 else ''})"
        for value, count in zip(top["value"], top["count"], strict=True)
    ]
    return ", ".join(shown) + (", ..." if len(rows) > MAX_SHOWN else "")
