"""From exact amounts to whole steps that add up."""

from collections.abc import Sequence
from fractions import Fraction
from math import lcm


def allocate(amounts: Sequence[Fraction], total: int, step: int = 1) -> list[int]:
    """Round signed exact amounts to whole steps that add up to `total`.

    Every amount gets its floor; the steps still missing go to the largest fractions, ties to the
    earlier line. Each line stays within one step of its exact amount, and an amount that is
    already whole never moves.

    Examples
    --------
    >>> allocate([Fraction("274501.4"), Fraction("258900.28")], 533402)
    [274502, 258900]
    """
    under = lcm(*[amount.denominator for amount in amounts])
    tops = [amount.numerator * (under // amount.denominator) for amount in amounts]
    return allocate_whole(tops, under, total, step)


def allocate_whole(tops: Sequence[int], under: int, total: int, step: int = 1) -> list[int]:
    """Do the same for amounts that are whole numbers over one denominator.

    Examples
    --------
    >>> allocate_whole([2745014, 2589003], 10, 533402)
    [274502, 258900]
    """
    under *= step
    floors, rests = [], []
    for top in tops:
        low, rest = divmod(top, under)
        floors.append(low)
        rests.append(rest)
    missing = total // step - sum(floors)
    if missing:
        order = sorted(range(len(rests)), key=rests.__getitem__, reverse=True)  # ties stay in order
        for i in order[:missing]:
            floors[i] += 1
    return floors if step == 1 else [low * step for low in floors]


def half_up(amount: Fraction) -> int:
    """Round half away from zero to a whole number, as `rounding.round_half_up` does.

    Examples
    --------
    >>> half_up(Fraction(5, 2)), half_up(Fraction(-5, 2)), half_up(Fraction(7, 5))
    (3, -3, 1)
    """
    return half_up_of(amount.numerator, amount.denominator)


def half_up_of(top: int, under: int) -> int:
    """Round top / under half away from zero.

    Examples
    --------
    >>> half_up_of(5, 2), half_up_of(-5, 2)
    (3, -3)
    """
    if top >= 0:
        return (2 * top + under) // (2 * under)
    return -((under - 2 * top) // (2 * under))
