"""Penalties and clawbacks: steps 11 and 12 of the evaluation order."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

from salesanalysis.incentives.components import FACTORS, Bands, Component, Gate, Multiplier, Tiers
from salesanalysis.incentives.exact.lines import Earned
from salesanalysis.incentives.inputs.book import ZERO, Balances, Piece, Sheet
from salesanalysis.incentives.rules import Clawback, Penalty
from salesanalysis.rounding import round_half_up

Hit = tuple[Penalty, int]
Earn = Callable[[Sequence[Component]], Earned]
#: Penalties that change a component: what they take is the difference of two pays.
CHANGING = ("coefficient", "rate", "tier", "forfeit")


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
) -> Balances:
    """Take penalties off the pay, each as a line of its own, and stop where their floor says.

    `earn` pays other components on the same sheet, under the same cap before the factors.
    """
    if not found:
        return state
    before = max(out.total, ZERO)
    room = min((r.limit * before for r, _ in found if r.limit is not None), default=None)
    for rule, pieces in _pieces(components, found, earn, out):
        taken = -sum((Fraction(p.base) * p.rate for p in pieces), ZERO)
        if taken > 0:  # a line that is itself below zero has nothing to take, and adds nothing
            for piece in pieces:
                out.add(rule, piece)
            state, room = _stop(rule, taken, room, out, state)
    return state


def _pieces(
    components: Sequence[Component], found: Sequence[Hit], earn: Earn, out: Earned
) -> list[tuple[Penalty, list[Piece]]]:
    """Return the lines of every deduction, in the order of the plan.

    Shares are of what lowered rates, tiers and coefficients leave, wherever these stand.
    """
    rows, changed, left = [], components, out
    shares: dict[str, list[Fraction]] = {}
    if any(rule.deduct.kind in CHANGING for rule, _ in found):
        left = earn(_lowered(components, found))
    for rule, n in found:
        if rule.deduct.kind == "amount":
            pieces = [Piece(1, "less", rule.deduct.size * 100, Fraction(-n))]
        elif rule.deduct.kind == "share":
            pieces = _shared(rule, n, left, shares)
        else:
            was, changed = earn(changed).total, _lowered(changed, [(rule, n)])
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
    back = ZERO
    if room is not None and isinstance(rule, Penalty):
        back = max(taken - room, ZERO)
        room = max(room - taken, ZERO)
    if rule.floor != "negative":
        back = max(back, min(-out.total, taken)) if out.total < 0 else back
    if back <= 0:
        return state, room
    out.add(rule, Piece(0, "balance", back, Fraction(1)))
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


def _lowered(components: Sequence[Component], found: Sequence[Hit]) -> list[Component]:
    """Return the components as the penalties that change them leave them."""
    parts = list(components)
    for rule, n in found:
        if rule.deduct.kind == "forfeit":
            parts = _without(parts, rule.deduct.of)
        elif rule.deduct.kind in CHANGING:
            more = replace(rule, deduct=replace(rule.deduct, size=rule.deduct.size * n))
            parts = [_worse(part, more) for part in parts]
    return parts


def _without(components: Sequence[Component], names: Sequence[str]) -> list[Component]:
    """Return the components without those of these names, which nothing multiplies any more."""
    kept = [part for part in components if part.id not in names]
    return [
        replace(part, multiplies=tuple(name for name in part.multiplies if name not in names))
        if isinstance(part, FACTORS)
        else part
        for part in kept
    ]


def _worse(part: Component, rule: Penalty) -> Component:
    """Return the component as the penalty leaves it."""
    if part.id not in rule.deduct.of:
        return part
    change: dict[str, Callable[[Component, Penalty], Component]] = {
        "coefficient": _less_factor,
        "rate": _less_rate,
        "tier": _less_tier,
    }
    return change[rule.deduct.kind](part, rule)


def _less_factor(part: Component, rule: Penalty) -> Component:
    """Lower every coefficient by some points, never below the least one."""

    def less(value: Fraction) -> Fraction:
        # a coefficient that is below the least one stays: a penalty raises nothing
        return min(value, max(value - rule.deduct.size, rule.deduct.least))

    if isinstance(part, Bands):
        return replace(part, bands=tuple((e, less(v)) for e, v in part.bands))
    if isinstance(part, Multiplier):
        return replace(part, points=tuple((x, less(y)) for x, y in part.points))
    raise TypeError(f"{part.id} has no coefficient")  # refused when the plan is read


def _less_rate(part: Component, rule: Penalty) -> Component:
    """Lower every rate by some points, never below 0."""
    if isinstance(part, Tiers):
        size = rule.deduct.size
        return replace(
            part, tiers=tuple(replace(t, rate=max(t.rate - size, ZERO)) for t in part.tiers)
        )
    raise TypeError(f"{part.id} has no rates")  # refused when the plan is read


def _less_tier(part: Component, rule: Penalty) -> Component:
    """Pay every tier at the rate and flat of the tier so many below it; the lowest stay."""
    if isinstance(part, FACTORS) and not isinstance(part, Gate | Multiplier):
        values = [v for _, v in part.bands]
        down = int(rule.deduct.size)
        return replace(
            part,
            bands=tuple((e, values[max(k - down, 0)]) for k, (e, _) in enumerate(part.bands)),
        )
    if isinstance(part, Tiers):
        down, tiers = int(rule.deduct.size), part.tiers
        return replace(
            part,
            tiers=tuple(
                replace(t, rate=tiers[max(k - down, 0)].rate, flat=tiers[max(k - down, 0)].flat)
                for k, t in enumerate(tiers)
            ),
        )
    raise TypeError(f"{part.id} has no tiers")  # refused when the plan is read
