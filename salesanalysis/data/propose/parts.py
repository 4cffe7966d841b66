"""The price, taxes and fees of one sale in rows of their own, as marketplaces settle accounts."""

import re
from typing import Any

from salesanalysis.data.propose.drafting import Draft
from salesanalysis.data.propose.matching import note

#: More values than this name no parts of a price.
FEW = 60
#: Share of the rows that belong to an order named above; how sure a name is that is one.
_MOST, _SURE = 0.5, 0.8
_PRICE = ("principal", "product price", "item price")
#: What stands beside the price of an article in such an account, and nowhere beside a product.
_REST = re.compile(r"commission|fees?\b|tax\b|shipping|withheld", re.IGNORECASE)


def parts(con: Any, made: Draft) -> None:
    """Keep the rows that hold the price of an article, where others hold its taxes and fees."""
    order = made.seen.fields.get(made.reads("order_id"))
    # several rows an order, or nothing is parted
    if made.seen.opened.remote or order is None or order.filled.duplicated().mean() < _MOST:
        return
    named = {t for x in made.lines for t in x.theirs if x.confidence >= _SURE}
    for column, field in made.seen.fields.items():
        if column in {*named, *made.where} or "text" not in field.kinds or field.n_unique > FEW:
            continue
        counts = made.seen.counts(con, column)
        price = [v for v in counts if v.strip().casefold() in _PRICE]
        if len(price) == 1 and len({v for v in counts if _REST.search(_words(v))}) > 1:
            made.where[column] = price
            left = sum(counts.values()) - counts[price[0]]
            made.notes.append(note("remark.parts_of_price", column=column, price=price[0], n=left))
            return


def _words(name: str) -> str:
    """Return a name such as FBAPerUnitFulfillmentFee as words."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
