"""Penalties and clawbacks: steps 11 and 12 of the evaluation order."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import floor

from salesanalysis.incentives.components import Component
from salesanalysis.incentives.exact.lines import Earned
from salesanalysis.incentives.exact.lowered import CHANGING, lowered
from salesanalysis.incentives.inputs.book import ZERO, Balances, Piece, Sheet
from salesanalysis.incentives.rules import Clawback, Penalty
from salesanalysis.rounding import round_half_up

Hit = tuple[Penalty, int]
Earn = Callable[[Sequence[Component]], Earned]
#: Why a line gives back what a deduction took: its floor, its limit, a cap that had cut it before.
AT_FLOOR, BEYOND_LIMIT, CUT_BEFORE = 0, -1, -2


def hits(penalties: Sequence[Penalty], sheet: Sheet) -> list[Hit]:
    """Return the penalties that apply and how many times, in the order of the plan."""
    register = sheet.register or {}
    out = []
    for rule in penalties:
        if not rule.when.measure:
            n = register.get(rule.id, 0)
        elif rule.per == "occurrence":
            n = int(sheet.book(rule.when.measure).total / 100) if rule.when.holds(sheet) else 0
        else:
            n = int(rule.when.holds(sheet))
        if n:
            out.append((rule, n if rule.per == "occurrence" else 1))
    return out


def punish(
    components: Sequence[Component],
    found: Sequence[Hit],
    earn: Earn,
    out: Earned,
    state: Balances,
    *,
    uncut: Earn | None = None,
) -> Balances:
    """Take penalties off the pay, each as a line of its own, and stop where their floor says.

    `earn` pays other components on the same sheet, under a cap whose excess is lost where there is
    one; `uncut` pays them without it. No penalty takes what the cap has cut a second time.
    """
    if not found:
        return state
    before = max(out.total, ZERO)
    room = min((r.limit * before for r, _ in found if r.limit is not None), default=None)
    after, left = lowered(components, found), out
    if any(rule.deduct.kind in CHANGING for rule, _ in found):
        left = earn(after)
    kept, lost = _of_shares(after, found, earn, uncut)
    shared = ZERO
    for rule, pieces in _pieces(components, found, earn, left):
        taken = -sum((Fraction(p.base) * p.rate for p in pieces), ZERO)
        if taken > 0:  # a line that is itself below zero has nothing to take, and adds nothing
            for piece in pieces:
                out.add(rule, piece)
            if rule.deduct.kind == "share":
                again = min(max(shared + taken - kept, ZERO), lost)
                shared, lost, taken = shared + taken - again, lost - again, taken - again
                if again:
                    out.add(rule, Piece(CUT_BEFORE, "balance", again, Fraction(1)))
            state, room = _stop(rule, taken, room, out, state)
    return state


def _of_shares(
    after: Sequence[Component], found: Sequence[Hit], earn: Earn, uncut: Earn | None
) -> tuple[Fraction, Fraction]:
    """Return what a cap keeps of the components that shares are taken of, and what it cuts."""
    if uncut is None or all(rule.deduct.kind != "share" for rule, _ in found):
        return ZERO, ZERO
    kept = earn(after).total
    return max(kept, ZERO), max(uncut(after).total - kept, ZERO)


def _pieces(
    components: Sequence[Component], found: Sequence[Hit], earn: Earn, left: Earned
) -> list[tuple[Penalty, list[Piece]]]:
    """Return the lines of every deduction, in the order of the plan.

    Shares are of what lowered rates, tiers and coefficients leave, wherever these stand; what is
    lowered or forfeited takes the difference of two pays, both under the cap.
    """
    rows, changed = [], components
    shares: dict[str, list[Fraction]] = {}
    for rule, n in found:
        if rule.deduct.kind == "amount":
            pieces = [Piece(1, "less", rule.deduct.size * 100, Fraction(-n))]
        elif rule.deduct.kind == "share":
            pieces = _shared(rule, n, left, shares)
        else:
            was, changed = earn(changed).total, lowered(changed, [(rule, n)])
            pieces = [Piece(1, "less", was - earn(changed).total, Fraction(-1))]
        rows.append((rule, pieces))
    return rows


def _shared(rule: Penalty, n: int, left: Earned, before: dict[str, list[Fraction]]) -> list[Piece]:
    """Return what a share takes of each line beside the shares that hit the line before.

    Lines that lose the same part stand in one line of the statement.
    """
    bases: dict[Fraction, Fraction] = {}
    for name in rule.deduct.of:
        gone = before.get(name, [])
        before[name] = [*gone, *[rule.deduct.size] * n]
        more = _together(rule.stack, before[name]) - _together(rule.stack, gone)
        bases[more] = bases.get(more, ZERO) + left.own_of(name)
    parts = [(base, more) for more, base in bases.items() if base and more]
    return [Piece(k, "less", base, -more) for k, (base, more) in enumerate(parts, 1)]


def _together(stack: str, shares: Sequence[Fraction]) -> Fraction:
    """Return what several shares of one line take together."""
    if not shares:
        return ZERO
    if stack == "max":
        return max(shares)
    if stack == "multiplicative":
        left = Fraction(1)
        for share in shares:
            left *= 1 - share
        return 1 - left
    return min(sum(shares, ZERO), Fraction(1))


def _stop(
    rule: Penalty | Clawback,
    taken: Fraction,
    room: Fraction | None,
    out: Earned,
    state: Balances,
) -> tuple[Balances, Fraction | None]:
    """Give back what a deduction takes beyond its limit or below zero; carry it if told to."""
    over = ZERO
    if room is not None and isinstance(rule, Penalty):
        over, room = max(taken - room, ZERO), max(room - taken, ZERO)
    below = min(-out.total, taken) if rule.floor != "negative" else ZERO
    back = max(over, below)
    if back <= 0:
        return state, room
    number = BEYOND_LIMIT if over == back and rule.floor != "carry" else AT_FLOOR
    out.add(rule, Piece(number, "balance", back, Fraction(1)))
    if rule.floor == "carry":
        late = int(round_half_up(back, "1"))
        return state._replace(shortfall=state.shortfall + late), room
    return state, room


def claw(rule: Clawback, sheet: Sheet, out: Earned, state: Balances) -> Balances:
    """Take back the pay on deals that fell through, at the rate and coefficient of the booking."""
    for k, (credit, rate) in enumerate(sheet.reversals or (), 1):
        if not credit or not rate:
            continue
        out.add(rule, Piece(k, "less", credit, -rate))
        state, _ = _stop(rule, Fraction(credit) * rate, None, out, state)
    return state


def room_for_carried(penalties: Sequence[Penalty], out: Earned) -> int | None:
    """Return the cents that carried deductions may still take, None where nothing limits them.

    A limit on what penalties take of a pay holds for what earlier ones left to be taken, too.
    """
    limits = [r.limit for r in penalties if r.limit is not None and r.floor == "carry"]
    if not limits:
        return None
    taken = earned = ZERO
    for part, piece in out.lines:
        if isinstance(part, Penalty):
            taken -= piece.exact
        elif not isinstance(part, Clawback):
            earned += piece.exact
    return max(floor(min(limits) * max(earned, ZERO) - taken), 0)
