"""One sheet from its components to its pay, in the one fixed order of evaluation.

Lines of the components, factors, cap and guarantee, penalties, clawbacks; then the sum is rounded
once, whole cents move between periods, and the cents are given to the lines.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from salesanalysis.incentives.exact.balances import FORFEIT, settle_balances
from salesanalysis.incentives.exact.cents import allocate_whole, half_up_of
from salesanalysis.incentives.exact.limits import cap_earnings, cap_pay, guarantee
from salesanalysis.incentives.exact.lines import Earned, gross
from salesanalysis.incentives.exact.penalties import claw, hits, punish, room_for_carried
from salesanalysis.incentives.inputs.book import Balances, Book, Piece, Sheet, joined
from salesanalysis.incentives.rules import Cap, Clawback, Penalty

if TYPE_CHECKING:
    from salesanalysis.incentives.components import Component
    from salesanalysis.incentives.plan import Plan

#: Rules whose lines take off what was earned.
TAKING = (Penalty, Clawback)
Cut = Callable[[list[Earned]], None]


class Settled(NamedTuple):
    """Exact lines, cents per line, gross and pay, and what is handed to the next period.

    The first `n_gross` of `paid` add up to `gross`, all of it to `cents`; each is a whole multiple
    of the plan's unit.
    """

    lines: tuple[tuple[Any, Piece], ...]
    n_gross: int
    coefficient: Fraction | None
    paid: tuple[int, ...]
    gross: int
    cents: int
    balances: Balances


def settle(plan: "Plan", sheet: Sheet) -> Settled:
    """Pay one sheet: round the exact sum once, then give the cents to the lines."""
    out, state = exact_gross(plan, sheet)
    # whole numbers over one denominator from here on: a fraction a line costs twice the time
    tops, under = joined(out.amounts)
    step = plan.head.step
    whole = half_up_of(sum(tops), under * step) * step
    given = allocate_whole(tops, under, whole, step)
    room = room_for_carried(plan.rules.penalties, out) if sheet.balances.shortfall else None
    taken = _taken(out, given) if plan.rules.penalties or plan.rules.settlement.clawback else 0
    moved, pay, state = settle_balances(
        plan.rules.settlement, sheet, whole, state, room=room, taken=taken
    )
    n, lines = len(given), out.lines
    if moved:
        given += [int(piece.exact) for _, piece in moved]
        lines += moved
    return Settled(tuple(lines), n, out.factor, tuple(given), whole, pay, state)


def _taken(out: Earned, given: list[int]) -> int:
    """Return the cents that penalties and clawbacks took."""
    pairs = zip(out.lines, given, strict=True)
    return -sum(cents for (part, _), cents in pairs if isinstance(part, TAKING))


def exact_gross(plan: "Plan", sheet: Sheet) -> tuple[Earned, Balances]:
    """Return the exact lines up to the gross, and the balances they leave."""
    if plan.rules.settlement.true_up != "none":
        sheet = to_date(sheet)
    components, rules, state = plan.components, plan.rules, sheet.balances
    cap = rules.limits.cap
    first = cap if cap and cap.before_factors else None
    cut = None if first is None else partial(cap_earnings, first, sheet)
    out = gross(components, sheet, cut)
    if sheet.forfeited and out.total > 0:
        out.add(FORFEIT, Piece(1, "less", out.total, Fraction(-1)))
        return out, state
    late = cap if cap and cap.of in ("pay", "rate") and not cap.before_factors else None
    if late:
        state = cap_pay(late, sheet, out, state)
    if rules.limits.floor:
        guarantee(rules.limits.floor, sheet.day, out)
    if rules.penalties:
        # what is deferred is paid later, so there it can be taken
        above = late if late and late.excess == "lost" else None
        earn = partial(_under, above, sheet=sheet, cut=cut)
        free = partial(gross, sheet=sheet) if above or first else None
        state = punish(components, hits(rules.penalties, sheet), earn, out, state, uncut=free)
    if rules.settlement.clawback:
        state = claw(rules.settlement.clawback, sheet, out, state)
    return out, state


def _under(
    cap: Cap | None, components: "Sequence[Component]", *, sheet: Sheet, cut: Cut | None
) -> Earned:
    """Return what other components earn on a sheet under the same caps."""
    out = gross(components, sheet, cut)
    if cap is not None:
        cap_pay(cap, sheet, out, Balances())
    return out


def to_date(sheet: Sheet) -> Sheet:
    """Return the sheet of the year to date: what was credited before counts, quotas add up."""
    books = {
        name: Book((book.credited + book.total,), book.quota_to_date or book.quota)
        for name, book in sheet.books.items()
    }
    return replace(sheet, books=books)


def next_value(plan: "Plan", sheet: Sheet, more: int) -> Fraction:
    """Return what `more` cents of further sales would add to the exact gross, in cents."""
    further = exact_gross(plan, sheet.further(more))[0].total
    return further - exact_gross(plan, sheet)[0].total
