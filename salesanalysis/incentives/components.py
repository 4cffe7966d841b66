"""The parts of a plan as frozen choices: each turns what was sold into exact lines of pay."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

from salesanalysis.incentives.book import ZERO, Book, Exact, Piece, Scale, Texts, reached


@dataclass(frozen=True)
class Tier:
    """From `start` on, `rate` on money, and `flat` (currency) once the tier is reached."""

    start: Fraction
    rate: Fraction
    flat: Fraction = ZERO


@dataclass(frozen=True)
class Tiers:
    """Commission by tiers, slice by slice (marginal) or on the whole amount (retroactive)."""

    id: str
    title: Texts
    scale: Scale
    basis: str
    mode: str
    negative: str
    tiers: tuple[Tier, ...]
    reprice: str | None = None

    @property
    def edges(self) -> tuple[Fraction, ...]:
        """Where tiers start."""
        return tuple(t.start for t in self.tiers)

    def pieces(self, book: Book) -> list[Piece]:
        """Return one line per tier that pays, and one per flat amount due."""
        sums = self._sums(book)
        lines = []
        for number, (tier, (base, times)) in enumerate(zip(self.tiers, sums, strict=True), 1):
            if base:
                lines.append(Piece(number, "share", base, tier.rate))
            if tier.flat and times:
                lines.append(Piece(number, "times", tier.flat * 100, Fraction(times)))
        return lines

    def _sums(self, book: Book) -> list[tuple[Exact, int]]:
        """Return per tier the money paid at its rate and how often its flat is due."""
        unit = self.scale.cents(book)
        if self.reprice == "new_only":
            return self._walk(book, unit)
        parts = [
            [(sign * base, sign * times) for base, times in self._parts(x, unit)]
            for sign, x in book.points(self.basis, carry=self.negative == "carry")
        ]
        none = [[(0, 0)] * len(self.tiers)]
        return [
            (sum(p[0] for p in column), sum(p[1] for p in column))
            for column in zip(*(parts or none), strict=True)
        ]

    def _parts(self, x: Exact, unit: Exact) -> list[tuple[Exact, int]]:
        """Split the running total `x` over the tiers."""
        parts: list[tuple[Exact, int]] = [(0, 0)] * len(self.tiers)
        if x < 0:
            if self.negative == "first_rate":
                parts[0] = (x, 0)
            return parts
        hit = self.scale.count(x, self.edges, unit)
        if self.mode == "retroactive":
            if hit:
                parts[hit - 1] = (x, 1)
            return parts
        starts = [edge * unit for edge in self.edges]
        ends = [*starts[1:], x]
        slices = [max(min(x, hi) - lo, ZERO) for lo, hi in zip(starts, ends, strict=True)]
        return [(piece, int(k < hit)) for k, piece in enumerate(slices)]

    def _walk(self, book: Book, unit: Exact) -> list[tuple[Exact, int]]:
        """Pay each new deal at the rate its running total reaches, earlier deals untouched."""
        bases: list[Exact] = [0] * len(self.tiers)
        running = book.credited
        for deal in book.deals:
            running += deal
            hit = self.scale.count(running, self.edges, unit)
            if hit or self.negative == "first_rate":
                bases[max(hit - 1, 0)] += deal
        return [(base, 0) for base in bases]


@dataclass(frozen=True)
class Step:
    """Fixed amounts for edges reached: the amount of the last one, or the sum of all."""

    id: str
    title: Texts
    scale: Scale
    basis: str
    pays: str  # reached | sum
    steps: tuple[tuple[Fraction, Fraction], ...]  # edge, amount in currency

    @property
    def edges(self) -> tuple[Fraction, ...]:
        """Where steps stand."""
        return tuple(edge for edge, _ in self.steps)

    def pieces(self, book: Book) -> list[Piece]:
        """Return one line per step that is due."""
        unit = self.scale.cents(book)
        times = [0] * len(self.steps)
        for sign, x in book.points(self.basis):
            hit = self.scale.count(x, self.edges, unit)
            for k in range(hit) if self.pays == "sum" else range(max(hit - 1, 0), hit):
                times[k] += sign
        return [
            Piece(k, "times", amount * 100, Fraction(n))
            for k, ((_, amount), n) in enumerate(zip(self.steps, times, strict=True), 1)
            if n
        ]


@dataclass(frozen=True)
class Interpolated:
    """Each tier pays its amount in proportion to how far it is filled."""

    id: str
    title: Texts
    scale: Scale
    basis: str
    tiers: tuple[tuple[Fraction, Fraction, Fraction], ...]  # from, to, amount in currency

    @property
    def edges(self) -> tuple[Fraction, ...]:
        """Where the rate changes."""
        return (*(lo for lo, _, _ in self.tiers), self.tiers[-1][1])

    def pieces(self, book: Book) -> list[Piece]:
        """Return one line per tier entered."""
        unit = self.scale.cents(book)
        lines = []
        for number, (lo, hi, amount) in enumerate(self.tiers, 1):
            low, width = lo * unit, (hi - lo) * unit
            base = sum(s * min(max(x - low, ZERO), width) for s, x in book.points(self.basis))
            if base:
                lines.append(Piece(number, "share", base, amount * 100 / width))
        return lines


@dataclass(frozen=True)
class Curve:
    """Pay on a line between points: `below` under the first, the last value beyond the last."""

    id: str
    title: Texts
    scale: Scale
    basis: str
    points: tuple[tuple[Fraction, Fraction], ...]
    below: Fraction
    target_incentive: Fraction | None = None  # currency; None where the points are amounts

    @property
    def edges(self) -> tuple[Fraction, ...]:
        """Where the line bends."""
        return tuple(x for x, _ in self.points)

    def pieces(self, book: Book) -> list[Piece]:
        """Return the one line of the curve."""
        unit = self.scale.cents(book)
        level = sum((s * self._at(x, unit) for s, x in book.points(self.basis)), ZERO)
        if not level:
            return []
        if self.target_incentive is None:
            return [Piece(1, "times", level * 100, Fraction(1))]
        return [Piece(1, "share", self.target_incentive * 100, level)]

    def _at(self, sold: Exact, unit: Exact) -> Fraction:
        """Return the height of the curve at `sold`."""
        hit = self.scale.count(sold, self.edges[:1], unit)
        if not hit:
            return self.below
        x = Fraction(sold) / unit
        for (x0, y0), (x1, y1) in pairwise(self.points):
            if x <= x1:
                return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
        return self.points[-1][1]


@dataclass(frozen=True)
class Package:
    """An amount for every started package of sales above what is free."""

    id: str
    title: Texts
    free: Fraction
    size: Fraction
    amount: Fraction

    edges: tuple[Fraction, ...] = ()

    def pieces(self, book: Book) -> list[Piece]:
        """Return the one line of the packages."""
        n = ceil(max(Fraction(book.total) / 100 - self.free, ZERO) / self.size)
        return [Piece(1, "times", self.amount * 100, Fraction(n))] if n else []


@dataclass(frozen=True)
class Bands:
    """Coefficients by attainment: multiply the pay of other components."""

    id: str
    title: Texts
    scale: Scale
    multiplies: tuple[str, ...]
    bands: tuple[tuple[Fraction | None, Fraction], ...]  # first edge None = no lower limit

    @property
    def edges(self) -> tuple[Fraction, ...]:
        """Where the coefficient changes."""
        return tuple(edge for edge, _ in self.bands if edge is not None)

    def band(self, book: Book) -> tuple[int, Fraction]:
        """Return number and coefficient of the band the period's total lies in."""
        unit = self.scale.cents(book)
        hit = self.scale.count(book.total, [edge for edge, _ in self.bands], unit)
        return hit, self.bands[hit - 1][1]


Earning = Tiers | Step | Interpolated | Curve | Package
Component = Earning | Bands


def next_edge(parts: Sequence[Component], book: Book) -> tuple[int, Component, Fraction] | None:
    """Return the cents still missing to the nearest edge ahead, its component and the edge.

    Parts that look at each deal alone have no edge ahead.
    """
    ahead: list[tuple[int, Component, Fraction]] = []
    for part in parts:
        if isinstance(part, Package) or getattr(part, "basis", "") == "deal":
            continue
        counted = book.credited if getattr(part, "basis", "") == "cumulative" else 0
        if getattr(part, "negative", "") == "carry":
            counted += book.carried
        unit = part.scale.cents(book)
        for edge in (e for e in part.edges if e > 0):
            missing = edge * unit - book.total - counted
            if not reached(book.total + counted, edge, unit, part.scale.closed):
                tie_pays = part.scale.closed == "lower"
                ahead.append((ceil(missing) if tie_pays else floor(missing) + 1, part, edge))
    return min(ahead, key=lambda a: a[0], default=None)
