"""The amount of the rows a mapping leaves out: in the loss report, as far as it can be read."""

from dataclasses import replace
from typing import Any

from salesanalysis.data.engine import fetch_exact
from salesanalysis.data.ingest.cells import Cells
from salesanalysis.data.values import PLAIN_NUMBER, NumberStyle

#: What stands for a plain character where text is written in full width.
_WIDE = "０１２３４５６７８９．，－（）"


def amount_left_out(con: Any, reader: Cells, ours: str) -> float:
    """Return the sum of a column of ours over the rows that are left out.

    Parameters
    ----------
    reader : Cells
        As the rows that are kept were read.
    ours : str
        The column of amounts; empty where the table has none.
    """
    raw, rule = reader.raw, reader.rules.get(ours)
    if raw.left is None or rule is None or not rule.theirs:
        return 0.0
    if not set(rule.theirs) <= set(raw.left.columns):
        return 0.0
    places = [(ours, i) for i in range(len(rule.theirs))]
    styles = {p: _grouped(reader.styles.get(p, PLAIN_NUMBER)) for p in places}
    others = replace(reader, raw=replace(raw, table=raw.left), styles=styles)
    amount = raw.left.aggregate(n=others.value(ours).sum())
    return float(fetch_exact(con, amount)["n"] or 0)


def _grouped(style: NumberStyle) -> NumberStyle:
    """Return a style that reads what only sums and credit notes have: 1,601.24 or (50.00)."""
    mark = style.thousands or ("." if style.decimal == "," else ",")
    odd = style.odd + "".join(c for c in _WIDE if c not in style.odd)
    return replace(style, thousands=mark, marked=True, odd=odd)
