"""What the amount of a line is: net, gross, quantity x price, or one side less another."""

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from salesanalysis.data.propose.figures import called, numbers_of
from salesanalysis.data.propose.matching import Line, Note, is_other, is_settled, note
from salesanalysis.data.propose.repeats import one_line_an_order, repeated
from salesanalysis.data.propose.sides import difference, sides
from salesanalysis.data.propose.taxes import NET, TAX, tax_unsure, without_tax
from salesanalysis.data.words.headings import plain
from salesanalysis.schema import TABLES

if TYPE_CHECKING:
    from salesanalysis.data.propose.drafting import Draft
    from salesanalysis.data.propose.seen import Field

#: Columns in a currency beside those the contract names.
_MONEY = ("discount_amount", "value")
#: Share of the rows from which an empty amount is a habit of the file and no slip.
_OFTEN = 0.1
#: How far discount and tax take quantity x price from an amount, and in how many rows.
_NEAR, _HALF = 0.4, 0.5
#: Share of the orders whose lines have to come near the amount of the order.
_MOST = 0.9
#: What a marketplace or a payment service keeps for itself.
_FEE = re.compile(r"\bfees?\b|commission|gebühr|手续费|服务费|佣金|수수료|手数料", re.IGNORECASE)
#: Names of amounts from which such a fee may have been taken.
_AFTER = ("net", "netto", "netamount", "total", "payout", "settlementamount",
          "结算金额", "到账金额")  # fmt: skip
_REFUND = ("refund", "refunds", "refunded", "refundamount", "refundedamount", "amountrefunded",
           "退款金额", "退款", "退货金额", "returns", "returnamount", "returnsamount",
           "returnedamount", "salesreturns", "退货额", "返品金額", "retouren",
           "giátrịtrảlại", "hàngbántrảlại")  # fmt: skip
#: Names of amounts from which returns are taken off by their meaning.
_AFTER_RETURNS = ("doanhthuthuần", "净销售额", "销售净额")


def amounts(con: Any, made: "Draft") -> None:
    """Decide between net and gross, multiply where there is no amount, declare units."""
    if made.known.table == "sales":
        _rate(made)
        _revenue(con, made)
        _cost(made)
    money = {c.name for c in TABLES[made.known.table] if c.unit == "currency"} | {*_MONEY}
    for line in made.lines:
        if line.ours in money and (line.theirs or line.reason == "wide"):
            _unit(made, line)
    if made.known.table == "sales" and made.known.chosen.get("discount_amount"):
        made.line("discount_amount").spec["cast"] = "number"


def _unit(made: "Draft", line: Line) -> None:
    """Declare the unit a heading or a title names."""
    heads = [made.seen.fields[c].heading for c in line.theirs if c in made.seen.fields]
    unit, currency, said = next(
        ((h.unit, h.currency, True) for h in heads if h.said), ("", "", False)
    )
    product = "multiply" in line.spec
    if not said and made.seen.unit is not None and line.ours != "unit_price" and not product:
        unit, currency = made.seen.unit
        said = True
        if unit:
            line.notes.append(note("remark.unit_title", unit=unit))
    if unit:
        line.spec["unit"] = unit
    if currency:
        made.seen.memo.setdefault("currencies", set()).add(currency)


def _rate(made: "Draft") -> None:
    """Take a rate for no price where quantity x rate is not the amount: one of taxes, or money."""
    chosen, fields = made.known.chosen, made.seen.fields
    found = [chosen[ours] for ours in ("quantity", "unit_price", "revenue") if ours in chosen]
    if len(found) < 3 or plain(found[1].theirs) != "rate" or found[2].confidence < 0.5:
        return
    quantity, price, amount = (numbers_of(fields[pair.theirs].cells) for pair in found)
    known = (quantity * price * amount).notna()
    # with a discount or tax it is near, no more
    near = ((quantity * price - amount).abs() <= _NEAR * amount.abs())[known]
    if known.any() and near.mean() < _HALF:
        chosen.pop("unit_price")
        made.lines[made.lines.index(made.line("unit_price"))] = Line("unit_price")


def _revenue(con: Any, made: "Draft") -> None:
    """Find the amount of a line, and say what else the reader has to know about it."""
    line = made.line("revenue")
    own = _of_a_line(made, line)
    if not without_tax(made, line):
        _amount(made, line)
    if not line.theirs:
        _offer(made, line, "other_amounts", is_other)
        _offer(made, line, "settled_amounts", is_settled)
    if not own and (n := repeated(made, line)):
        words = {"entry": one_line_an_order(con, made), "section": "cleaning"}
        line.notes.append(note("remark.repeated", theirs=line.theirs[0], n=n, **words))
        line.asleep, line.reason = True, "open"
    _refunds(made, line)


def _offer(made: "Draft", line: Line, key: str, is_one: Callable[[str], bool]) -> None:
    """Name amounts that are not taken by themselves; offer each."""
    if named := [c for c in made.seen.fields if is_one(c)]:
        line.notes.append(note(f"remark.{key}", columns=", ".join(named)))
        figures = [c for c in named if "number" in made.seen.fields[c].kinds]
        line.choices += [({"column": c}, c) for c in figures[:4]]


def _amount(made: "Draft", line: Line) -> None:
    """Take what is net, else gross, else quantity x price; say which."""
    c = made.known.chosen
    gross, fee = c.get("_gross"), _named(made, _FEE)
    product = _product(made)
    if line.confidence < 0.5 and (both := sides(made)):
        difference(made, line, *both)
    elif gross and (line.confidence < 0.5 or (fee and _after_fees(made, line))):
        if line.confidence >= 0.5:
            line.notes.append(note("remark.fees", theirs=gross.theirs, net=line.theirs[0], fee=fee))
        else:
            line.notes.append(note("remark.gross", theirs=gross.theirs))
        line.theirs, line.spec = (gross.theirs,), {"column": gross.theirs}
        line.confidence, line.reason = gross.confidence, gross.reason
    elif product and line.confidence < 0.5:
        _multiplied(line, *product)
        line.notes.append(note("remark.product"))
    elif product and (why := _not_its_own(made, line, product[0][1])):
        line.notes.append(why)
        _multiplied(line, *product)
    elif gross and line.theirs:
        line.notes.append(note("remark.net_chosen", theirs=line.theirs[0], other=gross.theirs))
    elif fee and _after_fees(made, line):
        line.notes.append(note("remark.after_fees", theirs=line.theirs[0], fee=fee))
    elif line.theirs and not NET.search(line.theirs[0]):
        tax_unsure(made, line)


def _of_a_line(made: "Draft", line: Line) -> bool:
    """Take an amount that adds up to the order's for one of whole orders.

    It repeats in every line of an order, or stands on its first line alone.
    """
    if not line.theirs or line.confidence < 0.5:
        return False
    n = repeated(made, line)
    once = 0 if n else _gaps(made, line, line.theirs[0], every=True)
    if not n and not once:
        return False
    key, least = ("repeated_other", 0.8) if n else ("part_empty_other", 0.5)
    for pair in [p for p in made.known.found if p.ours == "revenue" and p.confidence >= least]:
        if pair.theirs not in line.theirs and _adds_up(made, pair.theirs, line.theirs[0]):
            line.notes.append(note(f"remark.{key}", theirs=line.theirs[0], n=n or once))
            line.theirs, line.spec = (pair.theirs,), {"column": pair.theirs}
            line.confidence, line.reason = pair.confidence, pair.reason
            return True
    return False


def _adds_up(made: "Draft", part: str, whole: str) -> bool:
    """Tell whether an amount of the lines of an order is never more than that of the order."""
    if "order_id" not in made.known.chosen:
        return False
    order = made.known.chosen["order_id"].theirs
    fields = made.seen.fields
    cells = {"part": numbers_of(fields[part].cells), "whole": numbers_of(fields[whole].cells)}
    # the number may stand on the first line alone, as the amount does
    orders = fields[order].cells.ffill()
    frame = cells["part"].to_frame("part").assign(whole=cells["whole"], order=orders)
    groups = frame.dropna(subset=["part", "order"]).groupby("order")
    sums = groups.agg(part=("part", "sum"), whole=("whole", "first")).dropna()
    gap = ((sums["part"] - sums["whole"]).abs() <= _NEAR * sums["whole"].abs()).mean()
    return bool(len(sums) and gap >= _MOST and frame["part"].notna().all())


def _not_its_own(made: "Draft", line: Line, price: str) -> Note | None:
    """Return why an amount is that of the order and not of its line; None where it is not."""
    if n := repeated(made, line):
        return note("remark.repeated_product", theirs=line.theirs[0], n=n)
    if n := _gaps(made, line, price):
        return note("remark.part_empty", theirs=line.theirs[0], n=n)
    return None


def _product(made: "Draft") -> tuple[tuple[str, str], float] | None:
    """Return the columns of quantity and price, and how sure both are."""
    quantity, price = made.known.chosen.get("quantity"), made.known.chosen.get("unit_price")
    if not quantity or not price or min(quantity.confidence, price.confidence) < 0.5:
        return None
    return (quantity.theirs, price.theirs), min(quantity.confidence, price.confidence)


def _multiplied(line: Line, columns: tuple[str, str], confidence: float) -> None:
    line.theirs, line.spec = columns, {"multiply": list(columns)}
    line.confidence, line.reason = confidence, "product"


def _gaps(made: "Draft", line: Line, price: str, *, every: bool = False) -> int:
    """Count the rows of the sample with a price whose amount is empty: it stands once an order.

    Parameters
    ----------
    every : bool
        Of all rows, whether they have a price or not.
    """
    fields = made.seen.fields
    if len(line.theirs) != 1 or line.theirs[0] not in fields or price not in fields:
        return 0
    missing = fields[line.theirs[0]].cells.isna()
    missing = missing if every else missing & fields[price].cells.notna()
    return int(missing.sum()) if missing.mean() >= _OFTEN else 0


def paid_back(fields: Mapping[str, "Field"]) -> str:
    """Return the column of what was paid back; "" for none."""
    return called(fields, _REFUND)


def _refunds(made: "Draft", line: Line) -> None:
    """Offer to take off what was paid back, where it stands in a column of its own."""
    refund = paid_back(made.seen.fields)
    if any(plain(theirs) in _AFTER_RETURNS for theirs in line.theirs):
        return
    if refund and line.theirs and refund not in line.theirs and made.seen.fields[refund].size:
        line.notes.append(note("remark.refunds", refund=refund))
        if set(line.spec) == {"column"}:
            both = [line.theirs[0], refund]
            line.choices.append(({"difference": both}, " - ".join(both)))


def _after_fees(made: "Draft", line: Line) -> bool:
    taxed = any(TAX.search(c) for c in made.seen.fields)
    return bool(line.theirs) and plain(line.theirs[0]) in _AFTER and not taxed


def _named(made: "Draft", pattern: re.Pattern[str]) -> str:
    """Return the first column of numbers whose heading has a word."""
    fields = made.seen.fields.items()
    return next((c for c, f in fields if pattern.search(c) and "number" in f.kinds and f.size), "")


def _cost(made: "Draft") -> None:
    """Multiply where only the cost of a piece is there."""
    line, c = made.line("cost"), made.known.chosen
    each, quantity = c.get("_unit_cost"), c.get("quantity")
    if not line.theirs and each and quantity and each.confidence >= 0.8:
        confidence = min(quantity.confidence, each.confidence)
        _multiplied(line, (quantity.theirs, each.theirs), confidence)
