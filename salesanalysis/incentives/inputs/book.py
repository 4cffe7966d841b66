"""What was credited, what an edge is, and one exact line of pay: whole cents, exact fractions.

`reached` is the one comparison of a result with an edge, so exactly 80 % of a quota is 80 %
whatever the quota. Every measure is held in hundredths of its unit: cents of money, hundredths of
a customer or of a score; a rate on hundredths gives cents.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
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
    """What one person has of one measure in one period, in cents.

    Attributes
    ----------
    deals : tuple of int or Fraction
        One amount per deal, in the order they are walked; returns are negative.
    quota : int or None
    credited : int or Fraction
        Counted before this period, for plans that count on from their start.
    carried : int or Fraction
        Negative balance of the period before, zero or below.
    quota_to_date : int, Fraction or None
        Quotas of the year up to and with this period, for plans with a true-up.
    """

    deals: tuple[Exact, ...]
    quota: Exact | None = None
    credited: Exact = 0
    carried: Exact = 0
    quota_to_date: Exact | None = None

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
class Balances:
    """What one period hands to the next, in whole cents; all but `carried` are zero or above.

    Attributes
    ----------
    owed : int
        Draw still to be recovered.
    shortfall : int
        Penalties and clawbacks not deducted yet.
    withheld : int
        Pay above a cap, deferred.
    held : int
        Pay held back until its condition is met.
    paid : int
        Paid since the start of the year, for plans with a true-up.
    periods : int
        Periods the draw has already run.
    """

    owed: int = 0
    shortfall: int = 0
    withheld: int = 0
    held: int = 0
    paid: int = 0
    periods: int = 0


@dataclass(frozen=True)
class Sheet:
    """What one person has in one period: a book for every measure, and what others decide.

    Attributes
    ----------
    books : dict, measure -> Book
    main : str
        The measure that completion is shown for.
    target_incentive : Exact or None
        In cents, after proration and ramp.
    team : dict, measure -> (credit, own override rate) of everybody this person leads
    shares : dict, component -> cents of a pool or prize this person gets
    register : dict, penalty -> how many times it was entered for this person
    reversals : tuple of (credit, rate), deals that fell through and what was paid on them
    released : int, cents of the holdback whose condition is met
    forfeited : bool, somebody who left and loses the pay of the period
    day : str, the last day of the period
    balances : Balances
    """

    books: dict[str, Book]
    main: str
    target_incentive: Exact | None = None
    team: dict[str, tuple[tuple[Exact, Fraction], ...]] | None = None
    shares: dict[str, int] | None = None
    register: dict[str, int] | None = None
    reversals: tuple[tuple[Exact, Fraction], ...] | None = None
    released: int = 0
    forfeited: bool = False
    day: str = ""
    balances: Balances = Balances()

    def book(self, measure: str) -> Book:
        """Return the book of a measure."""
        return self.books[measure]

    @property
    def first(self) -> Book:
        """Return the book of the main measure."""
        return self.books[self.main]

    def further(self, cents: Exact, measure: str = "") -> "Sheet":
        """Return the sheet with one more deal of `cents`."""
        name = measure or self.main
        book = self.books[name]
        more = replace(book, deals=(*book.deals, cents))
        return replace(self, books={**self.books, name: more})

    @classmethod
    def of(cls, book: Book, measure: str = "", **rest: Any) -> "Sheet":
        """Return the sheet of one single measure."""
        return cls({measure: book}, measure, **rest)


@dataclass(frozen=True)
class Piece:
    """One line of pay before rounding: ``base x rate``, in cents.

    `kind` is ``share`` (a rate on money), ``times`` (an amount paid so many times), ``factor``
    (a coefficient's addition), ``less`` (a deduction) or ``balance`` (whole cents moved between
    periods).
    """

    number: int
    kind: str
    base: Exact
    rate: Fraction

    @cached_property
    def exact(self) -> Fraction:
        """Amount of the line, in cents, unrounded."""
        return self.base * self.rate


@dataclass(frozen=True)
class Scale:
    """What edges mean: the share of a quota or an amount, and where a tie belongs.

    `tier` is the measure that moves the tier, `pay` the one that is paid on.
    """

    unit: str  # attainment | amount
    closed: str  # lower | upper
    tier: str = ""
    pay: str = ""

    def book(self, sheet: Sheet) -> Book:
        """Return the book that moves the tier."""
        return sheet.book(self.tier)

    def cents(self, sheet: Sheet) -> Exact:
        """Return one unit of the scale in cents: the quota, or one currency unit."""
        if self.unit == "amount":
            return 100
        quota = self.book(sheet).quota
        if not quota:
            raise ZeroDivisionError("attainment without a quota")  # refused before, by the plan
        return quota

    def count(self, sold: Exact, edges: Sequence[Fraction | None], unit: Exact) -> int:
        """Return how many edges are reached; an edge of None always is."""
        return sum(e is None or bool(reached(sold, e, unit, self.closed)) for e in edges)

    def x(self, sheet: Sheet) -> Fraction:
        """Return the period's total on this scale: attainment, or currency units."""
        return Fraction(self.book(sheet).total) / self.cents(sheet)
