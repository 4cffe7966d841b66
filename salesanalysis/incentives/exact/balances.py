"""Whole cents between periods: true-up, draw, carried deductions, holdback (step 14)."""

from fractions import Fraction
from math import floor
from typing import Any

from salesanalysis.incentives.inputs.book import Balances, Piece, Sheet
from salesanalysis.incentives.rules import Draw, Holdback, Settlement

Moved = list[tuple[Any, Piece]]


def settle_balances(
    rules: Settlement,
    sheet: Sheet,
    gross: int,
    state: Balances,
    *,
    room: int | None = None,
    taken: int = 0,
) -> tuple[Moved, int, Balances]:
    """Return the lines between gross and pay, the pay, and the balances of the next period.

    `room`: the most that deductions carried from earlier periods may take, `taken`: what penalties
    and clawbacks took of the gross, both in cents. A true-up sets off what a period earned: a fine,
    a draw or pay held back is settled by its own rule, and not once more by the year to date.
    """
    if rules.moves_nothing and not state.shortfall:
        return [], gross, state.with_paid(gross + taken)
    lines: Moved = []
    pay = gross

    def move(part: Any, number: int, cents: int) -> None:
        nonlocal pay
        if cents:
            lines.append((part, Piece(number, "balance", cents, Fraction(1))))
            pay += cents

    if rules.true_up != "none":
        move(TRUE_UP, 1, -state.paid)
        if pay < 0 and rules.true_up == "carry":
            move(TRUE_UP, 2, -pay)  # what was paid stays counted: later periods set it off
    state = state.with_paid(pay + taken)
    if rules.draw is not None:
        cents, owed = draw(rules.draw, pay, state.owed, state.periods)
        move(rules.draw, 1 if cents > 0 else 2, cents)
        state = state._replace(owed=owed, periods=state.periods + 1)
    # what this period could not take is for a later one
    late = min(sheet.balances.shortfall, max(pay, 0), *([] if room is None else [room]))
    move(CARRIED, 1, -late)
    state = state._replace(shortfall=state.shortfall - late)
    if rules.holdback is not None:
        kept = hold(rules.holdback, pay)
        move(rules.holdback, 1, -kept)
        out = min(sheet.released, state.held)
        move(rules.holdback, 2, out)
        state = state._replace(held=state.held + kept - out)
    return lines, pay, state


def draw(rule: Draw, gross: int, owed: int, periods: int) -> tuple[int, int]:
    """Return what a draw adds to the gross (below 0: is recovered), and what is owed after it.

    A surplus never banks. After its periods a recoverable draw is only paid back.

    References
    ----------
    Siebel Incentive Compensation Administration Guide, "Recoverable Draw Scenario".
    """
    amount = int(rule.amount * 100) if periods < rule.periods else 0
    if gross < amount:
        return amount - gross, owed + (amount - gross if rule.recoverable else 0)
    back = floor(min(owed, gross - amount) * rule.recovery_share) if gross > 0 else 0
    return -back, owed - back


def hold(rule: Holdback, pay: int) -> int:
    """Return the whole cents kept of a pay."""
    return floor(rule.share * max(pay, 0))


class Between:
    """A line that belongs to no key of the plan: its words are in the catalogue."""

    def __init__(self, name: str) -> None:
        self.id = name
        self.edges: tuple[Fraction, ...] = ()


TRUE_UP, CARRIED, FORFEIT = Between("true_up"), Between("carried"), Between("leaver")
