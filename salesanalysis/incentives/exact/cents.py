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
    floors = [floor(amount / step) for amount in amounts]
    missing = total // step - sum(floors)
    fractions = [amount / step - low for amount, low in zip(amounts, floors, strict=True)]
    order = sorted(range(len(amounts)), key=lambda i: (-fractions[i], i))
    extra = set(order[:missing])
    return [(low + (i in extra)) * step for i, low in enumerate(floors)]
