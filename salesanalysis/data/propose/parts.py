"""The price, taxes and fees of one sale in rows of their own, as marketplaces settle accounts."""

import re
from typing import Any

from salesanalysis.data.propose.drafting import Draft
from salesanalysis.data.propose.figures import numbers_of
from salesanalysis.data.propose.matching import note
from salesanalysis.data.propose.seen import Field

#: More values than this name no parts of a price.
FEW = 60
#: Share of the rows that belong to an order named above; how sure a name is that is one.
_MOST, _SURE = 0.5, 0.8
_PRICE = ("principal", "product price", "item price")
#: What stands beside the price of an article in such an account, and nowhere beside a product.
_FEES = r"commission|fees?\b"
_REST = re.compile(rf"{_FEES}|tax\b|shipping|withheld", re.IGNORECASE)


def parts(con: Any, made: Draft) -> None:
    """Keep the rows that hold the price of an article, where others hold its taxes and fees.

    A marketplace takes its fees off. One that is added is charged to the customer and may be a
    sale, as an installation is: then every row stays, and a remark names them.
    """
    order = made.seen.fields.get(made.reads("order_id"))
    # several rows an order, or nothing is parted
    if made.seen.opened.remote or order is None or order.filled.duplicated().mean() < _MOST:
        return
    named = {t for x in made.lines for t in x.theirs if x.confidence >= _SURE}
    for column, field in made.seen.fields.items():
        if column in {*named, *made.where} or "text" not in field.kinds or field.n_unique > FEW:
            continue
        counts = made.seen.counts(con, column, FEW)
        price = [v for v in counts if v.strip().casefold() in _PRICE]
        rest = [v for v in counts if _REST.search(_words(v))]
        if len(price) != 1 or len(rest) < 2:
            continue
        if _are_taken_off(made, field):
            made.where[column] = price
            left = sum(counts.values()) - counts[price[0]]
            made.notes.append(note("remark.parts_of_price", column=column, price=price[0], n=left))
        else:
            values = {"values": ", ".join(rest[:4]), "n": sum(counts[v] for v in rest)}
            made.notes.append(note("remark.perhaps_parts", column=column, **values))
        return


def _are_taken_off(made: Draft, kind: Field) -> bool:
    """Tell whether fees have a minus in the first rows."""
    amount = made.seen.fields.get(made.reads("revenue"))
    if amount is None:
        return False
    fees = kind.cells.dropna().map(_words).str.contains(_FEES, case=False)
    values = numbers_of(amount.cells)[fees.index[fees.astype("bool")]]
    return bool((values < 0).mean() > _MOST)


def _words(name: str) -> str:
    """Return a name such as FBAPerUnitFulfillmentFee as words."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
