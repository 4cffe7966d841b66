"""Caps and guarantees: step 10 of the evaluation order, or the cap before the factors."""

from collections.abc import Sequence
from fractions import Fraction

from salesanalysis.incentives.exact.lines import Earned
from salesanalysis.incentives.inputs.book import ZERO, Balances, Exact, Piece, Sheet
from salesanalysis.incentives.rules import Cap, Floor
from salesanalysis.rounding import round_half_up


def most(cap: Cap, sheet: Sheet) -> Fraction:
    """Return the cap in cents: an amount, or a rate on what is credited."""
    if cap.of == "rate":
        return cap.amount * max(Fraction(sheet.first.total), ZERO)
    return cap.amount * 100


def cap_earnings(cap: Cap, sheet: Sheet, outs: Sequence[Earned]) -> None:
    """Cut what is earned before any factor; every component gives its part of the excess."""
    limit, totals = most(cap, sheet), [out.total for out in outs]
    total = sum(totals, ZERO)
    if total <= limit:
        return
    share = limit / total
    for out, own in zip(outs, totals, strict=True):
        for name, (top, under) in out.after.items():
            out.after[name] = top * share.numerator, under * share.denominator
        if own:
            out.add(cap, Piece(1, "less", own - own * share, Fraction(-1)))


def cap_pay(cap: Cap, sheet: Sheet, out: Earned, state: Balances) -> Balances:
    """Cut the pay of the period; what is deferred fills the room of a later one."""
    limit, total = most(cap, sheet), out.total
    if total > limit:
        out.add(cap, Piece(1, "less", total - limit, Fraction(-1)))
        late = int(round_half_up(total - limit, "1")) if cap.excess == "deferred" else 0
        return state._replace(withheld=state.withheld + late)
    released = min(state.withheld, int(limit - total))
    if released:
        out.add(cap, Piece(2, "balance", released, Fraction(1)))
    return state._replace(withheld=state.withheld - released)


def guarantee(floor: Floor, day: str, out: Earned) -> None:
    """Raise the pay to the guarantee while it runs."""
    least = floor.amount * 100
    if out.total < least and (not floor.until or day <= floor.until):
        out.add(floor, Piece(1, "times", least - out.total, Fraction(1)))


def capped_credit(cap: Cap | None, deals: tuple[Exact, ...]) -> tuple[Exact, ...]:
    """Return deals of which no more than the cap on credit counts, in all or one by one."""
    if cap is None or cap.of not in ("credit", "deal"):
        return deals
    limit = cap.amount * 100
    if cap.of == "deal":
        return tuple(min(deal, limit) for deal in deals)
    over = sum(deals) - limit
    return (*deals, -over) if over > 0 else deals
