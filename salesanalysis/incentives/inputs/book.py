"""What was credited, what an edge is, and one exact line of pay: whole cents, exact fractions.

`reached` is the one comparison of a result with an edge, so exactly 80 % of a quota is 80 %
whatever the quota. Every measure is held in hundredths of its unit: cents of money, hundredths of
a customer or of a score; a rate on hundredths gives cents.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm
from typing import Any, NamedTuple

Exact = Fraction | int
Texts = tuple[str, str]  # English, Chinese
Ratio = tuple[int, int]  # numerator and denominator, not reduced
Wholes = tuple[list[int], int]  # numerators over one denominator
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


@dataclass(frozen=True, slots=True)
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
    quota_full : int, Fraction or None
        The quota of the whole year or quarter, where the plan pays in shorter periods.
    """

    deals: tuple[Exact, ...]
    quota: Exact | None = None
    credited: Exact = 0
    carried: Exact = 0
    quota_to_date: Exact | None = None
    quota_full: Exact | None = None

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


class Balances(NamedTuple):
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
        Earned and settled since the start of the year, for plans with a true-up: what was paid
        before draw, deductions and what was held back.
    periods : int
        Periods the draw has already run.
    """

    owed: int = 0
    shortfall: int = 0
    withheld: int = 0
    held: int = 0
    paid: int = 0
    periods: int = 0

    def with_paid(self, cents: int) -> "Balances":
        """Return the balances after so much more was settled."""
        paid = self.paid + cents
        return Balances(self.owed, self.shortfall, self.withheld, self.held, paid, self.periods)


NO_BALANCES = Balances()


@dataclass(frozen=True, slots=True)
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
    share : int or Fraction, of a fixed amount of the period, below 1 in a piece of a split one
    parts : tuple of (days in words, Sheet), the pieces of a split period, in order; each is paid
        by itself, what stands beside the components holds for the whole
    skip : frozenset of components that are not for this person
    incentive_full : Exact or None, in cents, of the year or quarter that quotas are given for
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
    balances: Balances = NO_BALANCES
    share: Exact = 1
    parts: tuple[tuple[str, "Sheet"], ...] = ()
    skip: frozenset[str] = frozenset()
    incentive_full: Exact | None = None

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
        parts = self.parts
        if parts:
            days, last = parts[-1]
            parts = (*parts[:-1], (days, last.further(cents, measure)))
        return replace(self, books={**self.books, name: more}, parts=parts)

    @property
    def now(self) -> "Sheet":
        """Return the sheet that further deals would fall into."""
        return self.parts[-1][1] if self.parts else self

    @classmethod
    def of(cls, book: Book, measure: str = "", **rest: Any) -> "Sheet":
        """Return the sheet of one single measure."""
        return cls({measure: book}, measure, **rest)


class Piece(NamedTuple):
    """One line of pay before rounding: ``base x rate``, in cents.

    `kind` is ``share`` (a rate on money), ``times`` (an amount paid so many times), ``factor``
    (a coefficient's addition), ``less`` (a deduction) or ``balance`` (whole cents moved between
    periods). The base is ``top / under``; most lines are added up and never need it as one number.
    `days` are those of the piece of a split period, empty where the period is one.
    """

    number: int
    kind: str
    top: Exact
    rate: Fraction
    under: int = 1
    days: str = ""

    @property
    def base(self) -> Exact:
        """What the rate is paid on, a whole number where it is one."""
        return self.top if self.under == 1 else over(self.top, self.under)

    @property
    def exact(self) -> Fraction:
        """Amount of the line, in cents, unrounded."""
        return self.top * self.rate / self.under


def wholes(pieces: Iterable[Piece]) -> Wholes:
    """Return the amounts of lines as whole numbers over one denominator, not reduced."""
    ratios, under = [], 1
    for _, _, base, rate, own, _ in pieces:
        times, per = rate.as_integer_ratio()
        top, more = base.as_integer_ratio()
        per *= own * more
        ratios.append((top * times, per))
        if under % per:
            under = lcm(under, per)
    return [top * (under // per) for top, per in ratios], under


def joined(groups: Sequence[Wholes]) -> Wholes:
    """Return whole numbers over several denominators over one, in their order.

    Examples
    --------
    >>> joined([([200, 300], 100), ([10], 4)])
    ([200, 300, 250], 100)
    """
    under, tops = lcm(*[own for _, own in groups]), []
    for own_tops, own in groups:
        times = under // own
        tops += own_tops if times == 1 else [top * times for top in own_tops]
    return tops, under


def sum_of(pieces: Iterable[Piece]) -> Fraction:
    """Return the exact sum of lines, in cents; one fraction is made, not one a line."""
    tops, under = wholes(pieces)
    return Fraction(sum(tops), under)


def whole_edges(edges: Sequence[Fraction]) -> tuple[tuple[int, ...], int]:
    """Return edges as whole numbers over one denominator.

    Examples
    --------
    >>> whole_edges([Fraction("0"), Fraction("0.5"), Fraction("0.8")])
    ((0, 5, 8), 10)
    """
    under = lcm(*[e.denominator for e in edges])
    return tuple(e.numerator * (under // e.denominator) for e in edges), under


def count_reached(edges: Sequence[int], sold: Exact, unit: Exact, closed: str) -> int:
    """Return how many of the ascending whole `edges` are reached by sold / unit, as `reached` does.

    Examples
    --------
    >>> count_reached((0, 5, 8), 80, 10, "lower"), count_reached((0, 5, 8), 80, 10, "upper")
    (3, 2)
    """
    if closed == "lower":
        return bisect_right(edges, sold // unit)
    return bisect_left(edges, -(-sold // unit))


def over(top: Exact, under: int) -> Exact:
    """Return top / under, a whole number where it is one.

    Examples
    --------
    >>> over(30, 10), over(5, 10)
    (3, Fraction(1, 2))
    """
    if isinstance(top, int):
        whole, rest = divmod(top, under)
        return Fraction(top, under) if rest else whole
    return top / under


@dataclass(frozen=True)
class Scale:
    """What edges mean: the share of a quota or an amount, and where a tie belongs.

    `tier` is the measure that moves the tier, `pay` the one that is paid on. `full`: edges are
    shares of the quota of a whole year or quarter, of which the period paid is a part.
    """

    unit: str  # attainment | amount
    closed: str  # lower | upper
    tier: str = ""
    pay: str = ""
    full: bool = False

    def book(self, sheet: Sheet) -> Book:
        """Return the book that moves the tier."""
        return sheet.books[self.tier]

    def cents(self, sheet: Sheet) -> Exact:
        """Return one unit of the scale in cents: the quota, or one currency unit."""
        if self.unit == "amount":
            return 100
        book = sheet.books[self.tier]
        quota = book.quota_full if self.full and book.quota_full else book.quota
        if not quota:
            raise ZeroDivisionError("attainment without a quota")  # refused before, by the plan
        return quota

    def count(self, sold: Exact, edges: Sequence[Fraction | None], unit: Exact) -> int:
        """Return how many edges are reached; an edge of None always is."""
        return sum(e is None or bool(reached(sold, e, unit, self.closed)) for e in edges)

    def x(self, sheet: Sheet) -> Fraction:
        """Return the period's total on this scale: attainment, or currency units."""
        return Fraction(self.book(sheet).total) / self.cents(sheet)
