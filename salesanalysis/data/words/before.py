"""Headings that all begin with the same words: Deal - ID, Deal - Value, Deal - Status."""

import re
from collections.abc import Sequence
from dataclasses import replace

from salesanalysis.data.words.headings import Heading, heading, plain

#: What a CRM or a joined table puts before a heading, where it says no more than that the table is
#: of sales. Budget, Purchase or Last year say what its amounts are: these stay.
_SALES = frozenset(
    [
        *("deal", "deals", "opportunity", "opportunities", "order", "orders", "order line"),
        *("order lines", "order item", "order items", "line", "lines", "line item", "line items"),
        *("sale", "sales", "sales order", "sales orders", "so", "invoice", "invoices"),
        *("transaction", "transactions", "report", "auftrag", "bestellung", "rechnung", "verkauf"),
        *("commande", "vente", "facture", "pedido", "venta", "factura", "ordine", "vendita"),
        *(
            "订单",
            "销售",
            "销售订单",
            "商机",
            "明细",
            "订单明细",
            "銷售",
            "訂單",
            "注文",
            "受注",
            "売上",
        ),
    ]
)
#: The short name of a table in a query: o.order_date.
_ALIAS = re.compile("[a-z][0-9]?", re.IGNORECASE)
#: Such words and the mark behind them.
_BEFORE = re.compile(r"([^\W\d_][^.:|–]*?(?: - | – |: ?| \| |\.))\S")


def headings(names: Sequence[str]) -> dict[str, Heading]:
    """Take the headings of a table apart, without words of sales that stand before every one.

    Examples
    --------
    >>> [h.plain for h in headings(["Deal - ID", "Deal - Value", "Deal - Status"]).values()]
    ['id', 'value', 'status']
    >>> [h.plain for h in headings(["Order - Date", "Order - Net", "Rep"]).values()]
    ['orderdate', 'ordernet', 'rep']
    >>> [h.plain for h in headings(["Budget - Date", "Budget - Area", "Budget - Net"]).values()]
    ['budgetdate', 'budgetarea', 'budgetnet']
    """
    found = _BEFORE.match(names[0]) if len(names) >= 3 else None
    before = found[1] if found and _says_nothing(found[1]) else ""
    before = before if all(n.startswith(before) for n in names) else ""
    rests = [n.removeprefix(before) for n in names]
    if len({*map(plain, rests)} - {""}) < len(names):
        rests = list(names)
    found_out = {n: heading(rest) for n, rest in zip(names, rests, strict=True)}
    return {
        n: replace(h, name=n, whole=plain(n) if before else h.whole) for n, h in found_out.items()
    }


def _says_nothing(before: str) -> bool:
    words = " ".join(re.split(r"[^\w]+|_", before.casefold())).strip()
    return words in _SALES or bool(_ALIAS.fullmatch(words))
