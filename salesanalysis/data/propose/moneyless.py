"""Rows that cannot be lines: no amount, and no day or number of an order either."""

from functools import reduce
from operator import and_, or_
from typing import Any

from salesanalysis.data.engine import fetch
from salesanalysis.data.propose.amounts import paid_back
from salesanalysis.data.propose.drafting import Draft
from salesanalysis.data.propose.matching import note
from salesanalysis.data.propose.seen import Seen
from salesanalysis.data.values.texts import is_none

#: Share of the rows from which a missing amount is a habit of the file and no odd row.
_MOST = 0.5


def moneyless(con: Any, made: Draft) -> None:
    """Leave out rows without an amount, where each of them lacks its day or its number as well.

    A report counts its records in a row of its own, a marketplace writes a fee without an order.
    A single row with day and number but no amount is a line with a gap, and so is one with pieces,
    a price, a discount or money paid back: then all stay, and the file is refused until somebody
    looks.
    """
    seen, amount = made.seen, made.line("revenue").spec.get("column", "")
    both = {made.reads("date"), made.reads("order_id")} - {*made.fill_down, amount}
    needed = sorted(both & seen.fields.keys())
    if seen.opened.remote or amount not in seen.fields or amount in made.where or not needed:
        return
    rows = seen.rows.filter(~reduce(and_, [_none(seen, c) for c in seen.fields]), *_kept(made))
    none = is_none(rows[amount].cast("string"))
    odd = none & reduce(or_, [is_none(rows[c].cast("string")) for c in needed])
    odd = reduce(and_, [is_none(rows[c].cast("string")) for c in _worth(made)], odd)
    sums = rows.aggregate(n=odd.sum(), gaps=(none & ~odd).sum(), all=rows.count())
    counts = fetch(con, sums).fillna(0).iloc[0]
    if counts["gaps"] or not 0 < counts["n"] <= _MOST * counts["all"]:
        return
    texts = fetch(con, rows.filter(none).select(x=rows[amount].cast("string")).distinct())
    made.where[amount] = {"not": sorted({"", *texts["x"].dropna().str.strip()})}
    made.notes.append(note("remark.moneyless", n=int(counts["n"]), column=amount))


def _worth(made: Draft) -> list[str]:
    """Return the columns that say that money was moved, whatever the amount says."""
    found = {*map(made.reads, ("quantity", "unit_price", "discount_amount"))}
    found.add(paid_back(made.seen.fields))
    return sorted(found & made.seen.fields.keys())


def _none(seen: Seen, column: str) -> Any:
    return is_none(seen.rows[column].cast("string"))


def _kept(made: Draft) -> list[Any]:
    """Return the conditions of the rows that `where` keeps so far."""
    found = []
    for column, chosen in made.where.items():
        text = made.seen.texts(column).fill_null("")
        out = isinstance(chosen, dict)
        hit = text.isin(chosen["not"] if out else chosen)
        found.append(~hit if out else hit)
    return found
