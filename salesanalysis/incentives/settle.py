"""From exact lines to whole cents that add up: gross, coefficients, rounding, what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

from salesanalysis.incentives.book import Book, Piece
from salesanalysis.incentives.components import Bands, Component
from salesanalysis.rounding import round_half_up

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

Gross = list[tuple[Component, Piece]]


@dataclass(frozen=True)
class Settled:
    """Exact lines, their sum, the product of the coefficients, and cents per line.

    `paid` adds up to `cents`; both are whole multiples of the plan's unit.
    """

    lines: Gross
    exact: Fraction
    coefficient: Fraction | None
    paid: tuple[int, ...]
    cents: int


def gross(components: Sequence[Component], book: Book) -> tuple[Gross, Fraction | None]:
    """Return every exact line and the product of all coefficients (None without any).

    Earning lines come first in the order of the plan, then coefficients; two coefficients on one
    component multiply.
    """
    lines: Gross = []
    earned: dict[str, Fraction] = {}
    for part in components:
        if isinstance(part, Bands):
            continue
        pieces = part.pieces(book)
        lines += [(part, piece) for piece in pieces]
        earned[part.id] = sum((p.exact for p in pieces), Fraction(0))
    product: Fraction | None = None
    for part in components:
        if not isinstance(part, Bands):
            continue
        number, value = part.band(book)
        base = sum((earned[name] for name in part.multiplies), Fraction(0))
        lines.append((part, Piece(number, "factor", base, value - 1)))
        earned |= {name: earned[name] * value for name in part.multiplies}
        product = value * (1 if product is None else product)
    return lines, product


def settle(plan: "Plan", book: Book) -> Settled:
    """Pay one book: round the exact sum once, then give the cents to the lines."""
    lines, coefficient = gross(plan.components, book)
    amounts = [piece.exact for _, piece in lines]
    exact = sum(amounts, Fraction(0))
    step = plan.unit * 100
    cents = int(round_half_up(exact / step, "1")) * int(step)
    return Settled(lines, exact, coefficient, tuple(allocate(amounts, cents, int(step))), cents)


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


def next_value(plan: "Plan", book: Book, more: int) -> Fraction:
    """Return what `more` cents of further sales would add to the exact pay, in cents."""
    further = Book((*book.deals, more), book.quota, book.credited, book.carried)
    return pay_of(plan.components, further)[0] - pay_of(plan.components, book)[0]


def pay_of(components: Sequence[Component], book: Book) -> tuple[Fraction, Fraction]:
    """Return the exact pay in cents and the product of the coefficients."""
    lines, factor = gross(components, book)
    pay = sum((piece.exact for _, piece in lines), Fraction(0))
    return pay, Fraction(1) if factor is None else factor
