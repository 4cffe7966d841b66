"""Rows that hold a whole order above its items, as accounts export it: the main line."""

from typing import Any

import pandas as pd

from salesanalysis.data.engine import fetch
from salesanalysis.data.propose.drafting import Draft
from salesanalysis.data.propose.figures import numbers_of, wholes
from salesanalysis.data.propose.matching import note
from salesanalysis.data.propose.repeats import LEAST
from salesanalysis.data.propose.seen import COUNTED

#: Share of the orders from which on such rows are worth a word.
_HALF = 0.5


def headlines(con: Any, made: Draft) -> None:
    """Leave out the row that holds an order above its items, as NetSuite's main line does.

    Rows with a number of an order and an amount, without an item, whose amount is that of the
    items of the order: both together would count every sale twice. Where some orders differ, they
    stay and are named.
    """
    order, amount = made.reads("order_id"), made.reads("revenue")
    item = next((c for c in map(made.reads, ("product", "quantity")) if c), "")
    fields = made.seen.fields
    if _bare(con, made, order, amount, item):
        return
    if not {order, amount, item} <= fields.keys() or item in made.fill_down:
        return
    if made.seen.opened.remote or not fields[item].cells.isna().any():
        return
    whole = _whole(_rows(con, made, order, amount, item))
    if whole.sum() < LEAST or whole.mean() < _HALF:
        return
    if not whole.all():
        n, every = int(whole.sum()), len(whole)
        made.notes.append(note("remark.headlines_some", n=n, all=every, column=item))
        return
    left = made.where.get(item, {"not": []})
    if isinstance(left, dict):
        made.where[item] = {"not": [*left["not"], ""]}
    made.notes.append(note("remark.headlines", n=len(whole), column=item))


def _bare(con: Any, made: Draft, order: str, amount: str, item: str) -> bool:
    """Leave out the rows that name an order above its items, where they have no amount.

    Every row has either the number of an order or an amount of its own: none is lost.
    """
    seen = made.seen
    if not {order, amount, item} <= seen.fields.keys() or order not in made.fill_down:
        return False
    if seen.opened.remote or amount in made.where or len({order, amount, item}) < 3:
        return False
    texts = {"order": order, "amount": amount, "item": item}
    rows = seen.rows.select(**{k: (seen.texts(c) != "").fill_null(False) for k, c in texts.items()})  # noqa: FBT003
    rows = rows.filter(rows["order"] | rows["amount"] | rows["item"])
    head = rows["order"] & ~rows["amount"] & ~rows["item"]
    line = ~rows["order"] & rows["amount"] & rows["item"]
    asked = rows.aggregate(n=head.sum(), odd=(~head & ~line).sum())
    n, odd = fetch(con, asked).fillna(0).iloc[0]
    if odd or n < LEAST:
        return False
    made.where[amount] = {"not": [""]}
    made.notes.append(note("remark.headlines_bare", n=int(n), column=amount))
    return True


def _rows(con: Any, made: Draft, order: str, amount: str, item: str) -> pd.DataFrame:
    """Return every row with an order and an amount: both, and whether it is above the items."""
    texts = {"order": order, "amount": amount, "item": item}
    asked = made.seen.rows.select(**{k: made.seen.texts(c).nullif("") for k, c in texts.items()})
    rows = fetch(con, asked)
    if len(rows) == COUNTED:
        # the last order may be cut
        rows = rows[rows["order"] != rows["order"].iloc[-1]]
    place = rows["item"].isna().map({True: "above", False: "below"})
    rows = rows.assign(place=place, whole=wholes(numbers_of(rows["amount"])))
    return rows[rows["order"].notna() & rows["amount"].notna()]


def _whole(rows: pd.DataFrame) -> "pd.Series[bool]":
    """Tell of which orders a single row has the amount of its items; none where no order has two.

    Two rows of one amount are no sign: some order has several items.
    """
    parts = rows.groupby(["order", "place"])["whole"].agg(["sum", "size"]).unstack("place")
    if parts.shape[1] < 4:
        return pd.Series(dtype="bool")
    above, below = (parts.xs(place, level="place", axis=1) for place in ("above", "below"))
    whole = (above["size"] == 1) & (above["sum"] == below["sum"])
    return whole if (whole & (below["size"] > 1)).any() else whole & False
