"""The amount of the rows a mapping leaves out: in the loss report, as far as it can be read."""

from dataclasses import replace
from functools import reduce
from operator import and_
from typing import Any

from salesanalysis.data.engine import fetch, fetch_exact
from salesanalysis.data.ingest.cells import Cells
from salesanalysis.data.kinds import FILE, ROW
from salesanalysis.data.values import PLAIN_NUMBER, NumberStyle
from salesanalysis.data.values.texts import MAX_SHOWN

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


def without_amount(con: Any, reader: Cells, ours: str) -> tuple[tuple[str, str, str], ...]:
    """Return a note of the rows that have a day, and are left out because their amount is none.

    A mapping that leaves out empty amounts does so next month as well, when somebody forgot one.
    """
    raw, day, amount = reader.raw, reader.rules.get("date"), reader.rules.get(ours)
    if raw.left is None or day is None or amount is None:
        return ()
    columns = set(raw.left.columns)
    asked = set(amount.theirs) & set(raw.chosen_by) & columns
    if not asked or not set(day.theirs) <= columns:
        return ()
    has_day = reduce(and_, (_has_digits(raw.left[c]) for c in day.theirs))
    no_amount = reduce(and_, (~_has_digits(raw.left[c]) for c in sorted(asked)))
    rows = raw.left.filter(has_day & no_amount)
    n = int(fetch_exact(con, rows.aggregate(n=rows.count()))["n"])
    return (("quality.no_amount", raw.opened.name, f"{n:,}{_first(con, rows)}"),) if n else ()


def _has_digits(cells: Any) -> Any:
    """Tell where a cell holds a digit; never missing."""
    return cells.cast("string").re_search("[0-9０-９]").fill_null(False)  # noqa: FBT003


def _first(con: Any, rows: Any) -> str:
    """Name the first rows of a file; those of several files are not told apart by a number."""
    if ROW not in rows.columns or FILE in rows.columns:
        return ""
    first = fetch(con, rows.select(ROW).order_by(ROW).limit(MAX_SHOWN + 1))[ROW]
    more = ["..."] if len(first) > MAX_SHOWN else []
    return f" ({', '.join([*(f'#{n}' for n in first.head(MAX_SHOWN)), *more])})"


def _grouped(style: NumberStyle) -> NumberStyle:
    """Return a style that reads what only sums and credit notes have: 1,601.24 or (50.00)."""
    mark = style.thousands or ("." if style.decimal == "," else ",")
    odd = style.odd + "".join(c for c in _WIDE if c not in style.odd)
    return replace(style, thousands=mark, marked=True, odd=odd)
