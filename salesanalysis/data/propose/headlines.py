"""Rows that hold a whole order above its items, as accounts export it: the main line."""

import pandas as pd

from salesanalysis.data.propose.drafting import Draft
from salesanalysis.data.propose.matching import note
from salesanalysis.data.propose.repeats import LEAST
from salesanalysis.data.propose.unnamed import numbers_of, wholes


def headlines(made: Draft) -> None:
    """Leave out the row that holds an order above its items, as NetSuite's main line does.

    Rows with a number of an order and an amount, without an item, whose amount is that of the
    items of the order: both together would count every sale twice.
    """
    columns = [made.reads(ours) for ours in ("order_id", "revenue")]
    item = next((c for c in map(made.reads, ("product", "quantity")) if c), "")
    if not {*columns, item} <= made.seen.fields.keys():
        return
    order, amount = (made.seen.fields[c].cells for c in columns)
    place = made.seen.fields[item].cells.isna().map({True: "above", False: "below"})
    rows = pd.DataFrame({"order": order, "place": place, "whole": wholes(numbers_of(amount))})
    rows = rows[order.notna() & amount.notna()]
    parts = rows.groupby(["order", "place"])["whole"].agg(["sum", "size"]).unstack("place")
    if parts.shape[1] < 4:
        return
    above, below = (parts.xs(place, level="place", axis=1) for place in ("above", "below"))
    # every order has one such row and items of its own, some of them several
    whole = (above["size"] == 1) & (above["sum"] == below["sum"])
    if len(parts) >= LEAST and whole.all() and (below["size"] > 1).any():
        made.where[item] = {"not": [""]}
        made.notes.append(note("remark.headlines", n=len(parts), column=item))
