"""What was sold, what an edge is, and one exact line of pay: whole cents and exact fractions.

`reached` is the one comparison of sales with an edge, so exactly 80 % of a quota is 80 % whatever
the quota.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

Exact = Fraction | int
Texts = tuple[str, str]  # English, Chinese
ZERO = Fraction(0)


def reached(sold: Any, edge: Fraction, unit: Any, closed: str) -> Any:
    """Tell whether `sold` reaches `edge` x `unit`, by multiplying whole numbers crosswise.

    Parameters
    ----------
    sold, unit : int, Fraction or array of int64, cents
        `unit` is the quota where edges are attainments, 100 where edges are amounts.
    edge : Fraction
    closed : {"lower", "upper"}
        Whether a tie belongs to the tier above (lower-closed) or stays below.

    Examples
    --------
    >>> edge = Fraction("0.8")
    >>> reached(8000, edge, 10000, "lower"), reached(8000, edge, 10000, "upper")
    (True, False)
    """
    left, right = sold * edge.denominator, edge.numerator * unit
    return left >= right if closed == "lower" else left > right


@dataclass(frozen=True)
class Book:
    """What one person sold in one period, in cents.

    Attributes
    ----------
    deals : tuple of int or Fraction
        One amount per deal, in the order they are walked; returns are negative.
    quota : int or None
    credited : int or Fraction
        Counted before this period, for plans that count on from their start.
    carried : int or Fraction
        Negative balance of the period before, zero or below.
    """

    deals: tuple[Exact, ...]
    quota: Exact | None = None
    credited: Exact = 0
    carried: Exact = 0

    @property
    def total(self) -> Exact:
        """Sum of the deals of the period."""
        return sum(self.deals)

    def points(self, basis: str, *, carry: bool = False) -> list[tuple[int, Exact]]:
        """Return signed positions x such that pay is the signed sum of G(x)."""
        if basis == "deal":
            return [(1, deal) for deal in self.deals]
        if basis == "cumulative":
            return [(1, self.credited + self.total), (-1, self.credited)]
        return [(1, self.total + (self.carried if carry else 0))]


@dataclass(frozen=True)
class Piece:
    """One line of pay before rounding: ``base x rate``, in cents.

    `kind` is ``share`` (a rate on money), ``times`` (an amount paid so many times) or ``factor``
    (a coefficient's addition).
    """

    number: int
    kind: str
    base: Exact
    rate: Fraction

    @property
    def exact(self) -> Fraction:
        """Amount of the line, in cents, unrounded."""
        return Fraction(self.base) * self.rate


@dataclass(frozen=True)
class Scale:
    """What edges mean: the share of a quota or an amount, and where a tie belongs."""

    unit: str  # attainment | amount
    closed: str  # lower | upper

    def cents(self, book: Book) -> Exact:
        """Return one unit of the scale in cents: the quota, or one currency unit."""
        if self.unit == "amount":
            return 100
        if not book.quota:
            raise ZeroDivisionError("attainment without a quota")  # refused before, by the plan
        return book.quota

    def count(self, sold: Exact, edges: Sequence[Fraction | None], unit: Exact) -> int:
        """Return how many edges are reached; an edge of None always is."""
        return sum(e is None or bool(reached(sold, e, unit, self.closed)) for e in edges)
