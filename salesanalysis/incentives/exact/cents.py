"""From exact amounts to whole steps that add up."""

from collections.abc import Sequence
from fractions import Fraction
from math import floor


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
    scaled = amounts if step == 1 else [amount / step for amount in amounts]
    floors = [floor(amount) for amount in scaled]
    missing = total // step - sum(floors)
    if not missing:
        return [low * step for low in floors]
    fractions = [amount - low for amount, low in zip(scaled, floors, strict=True)]
    order = sorted(range(len(amounts)), key=lambda i: (-fractions[i], i))
    extra = set(order[:missing])
    return [(low + (i in extra)) * step for i, low in enumerate(floors)]


def half_up(amount: Fraction) -> int:
    """Round half away from zero to a whole number, as `rounding.round_half_up` does.

    Examples
    --------
    >>> half_up(Fraction(5, 2)), half_up(Fraction(-5, 2)), half_up(Fraction(7, 5))
    (3, -3, 1)
    """
    n, d = abs(amount.numerator), amount.denominator
    whole = (2 * n + d) // (2 * d)
    return whole if amount >= 0 else -whole
