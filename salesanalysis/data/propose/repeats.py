"""The amount of a whole order that stands beside each of its lines."""

import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from salesanalysis.data.engine import fetch
from salesanalysis.data.propose.figures import numbers_of
from salesanalysis.data.propose.matching import Line

if TYPE_CHECKING:
    from salesanalysis.data.propose.drafting import Draft

#: Orders of several lines from which a habit of the file can be told.
LEAST = 3
#: Share of them that have to show it.
_MOST = 0.95
_HALF = 0.5
#: Columns that differ between the lines of an order.
_OWN = ("product", "quantity", "unit_price", "order_line")
#: Headings of further prices of an article.
_PRICE = re.compile(r"\bprice|价|價|単価|단가|판매가|đơn giá|giá bán|harga|ราคา", re.IGNORECASE)
#: What a line says of its item, also where the first orders of a file all say the same.
_ITEM = ("product_line", "product", "quantity", "unit_price", "cost")


def repeated(made: "Draft", line: Line) -> int:
    """Return in how many orders each of several lines has the same amount; 0: it is their own.

    Shops and web stores write the total of an order beside every item. Added up line by line it
    counts once an item. Lines that happen to cost the same keep their amount: quantity x price of
    a line is nearer to it than that of the order.
    """
    order = made.known.chosen.get("order_id")
    amount = line.theirs[0] if len(line.theirs) == 1 else ""
    if order is None or not {order.theirs, amount} <= made.seen.fields.keys():
        return 0
    several = _orders(made, order.theirs, [amount])
    varied = made.seen.fields[amount].n_unique >= LEAST
    if not varied or len(several) < LEAST or (several[amount] == 1).mean() < _MOST:
        return 0
    # the same article twice at the same price is a line of its own: something has to differ
    chosen = made.known.chosen
    others = [chosen[ours].theirs for ours in _OWN if ours in chosen]
    others += [c for c in made.seen.fields if _PRICE.search(c) and c not in (*others, amount)]
    if not others and len(several) >= LEAST:
        # without an item anything may tell the lines of an order apart: the number of a part
        others = [c for c in made.seen.fields if c not in (order.theirs, amount)]
    if not others or not _differ(_orders(made, order.theirs, others)):
        return 0
    return 0 if _is_of_a_line(made, order.theirs, amount) else len(several)


def one_line_an_order(con: Any, made: "Draft") -> str:
    """Return the cleaning rule that keeps the first line of every order.

    What a line says of its item tells no lines apart, nor does anything else that differs between
    the lines of any order of the file: a line it told apart would count the order once more.
    """
    order, fields = made.known.chosen["order_id"].theirs, made.seen.fields
    theirs = {x.ours: x.theirs[0] for x in made.lines if len(x.theirs) == 1}
    ours = {c: t for c, t in theirs.items() if t in fields and c not in ("order_id", "revenue")}
    several = _several(con, made, order, ours)
    differ = [c for c in ours if c in _ITEM or (c != "date" and several[c])]
    return f"duplicates: {{action: drop, ignore: [{', '.join(['date', *differ])}]}}"


def _several(con: Any, made: "Draft", order: str, columns: dict[str, str]) -> dict[str, bool]:
    """Tell which columns, ours -> theirs, have several values in one order; empty is a value."""
    if not columns:
        return {}
    texts = {ours: made.seen.texts(theirs).fill_null("") for ours, theirs in columns.items()}
    lines = made.seen.rows.select(_order=made.seen.texts(order), **texts)
    lines = lines.filter(lines["_order"].length() > 0)
    orders = lines.group_by("_order").aggregate(**{c: lines[c].nunique() for c in texts})
    found = fetch(con, orders.aggregate(**{c: orders[c].max() for c in texts})).iloc[0]
    return {c: bool(found[c] > 1) for c in texts}


def _is_of_a_line(made: "Draft", order: str, amount: str) -> bool:
    """Tell whether amounts are near quantity x price of their line, not of all lines together."""
    fields, chosen = made.seen.fields, made.known.chosen
    theirs = [chosen[ours].theirs for ours in ("quantity", "unit_price") if ours in chosen]
    if len(theirs) < 2:
        return False
    quantity, price, value = (numbers_of(fields[c].cells) for c in (*theirs, amount))
    rows = pd.DataFrame({"order": fields[order].cells, "line": quantity * price, "value": value})
    groups = rows.dropna().groupby("order", sort=False)
    all_lines, one, value = groups["line"].sum(), groups["line"].mean(), groups["value"].first()
    told = (groups.size() > 1) & (all_lines != one)
    near = (value - one).abs() <= (value - all_lines).abs()
    return bool(told.any() and near[told].mean() > _HALF)


def _orders(made: "Draft", order: str, columns: list[str]) -> pd.DataFrame:
    """Return how many different values the orders of several lines have, by column."""
    cells = {c: f.cells for c, f in made.seen.fields.items() if c in {order, *columns}}
    frame = pd.DataFrame(cells).dropna(subset=[order, *columns[:1]])
    groups = frame.groupby(order, sort=False)
    return groups[columns].nunique()[groups.size() > 1]


def _differ(values: pd.DataFrame) -> bool:
    """Tell whether in most orders of several lines some column has several values."""
    return bool(((values > 1).any(axis=1)).mean() >= _MOST)
