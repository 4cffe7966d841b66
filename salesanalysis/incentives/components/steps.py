"""Fixed amounts: for edges reached, for tiers filled, for packages started, for units sold."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from salesanalysis.incentives.inputs.book import ZERO, Piece, Scale, Sheet, Texts


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

    def pieces(self, sheet: Sheet) -> list[Piece]:
        """Return one line per step that is due."""
        unit = self.scale.cents(sheet)
        times = [0] * len(self.steps)
        for sign, x in self.scale.book(sheet).points(self.basis):
            hit = self.scale.count(x, self.edges, unit)
            for k in range(hit) if self.pays == "sum" else range(max(hit - 1, 0), hit):
                times[k] += sign
        return [
            Piece(k, "times", amount * 100, Fraction(n) * sheet.share)
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

    def pieces(self, sheet: Sheet) -> list[Piece]:
        """Return one line per tier entered."""
        unit, book = self.scale.cents(sheet), self.scale.book(sheet)
        lines = []
        for number, (lo, hi, amount) in enumerate(self.tiers, 1):
            low, width = lo * unit, (hi - lo) * unit
            base = sum(s * min(max(x - low, ZERO), width) for s, x in book.points(self.basis))
            if base:
                lines.append(Piece(number, "share", base, amount * 100 / width))
        return lines


@dataclass(frozen=True)
class Package:
    """An amount for every started package of a measure above what is free."""

    id: str
    title: Texts
    measure: str
    free: Fraction
    size: Fraction
    amount: Fraction

    edges: tuple[Fraction, ...] = ()

    def pieces(self, sheet: Sheet) -> list[Piece]:
        """Return the one line of the packages."""
        sold = Fraction(sheet.book(self.measure).total) / 100
        n = ceil(max(sold - self.free, ZERO) / self.size)
        return [Piece(1, "times", self.amount * 100, Fraction(n))] if n else []


@dataclass(frozen=True)
class Spif:
    """A fixed amount per unit of a measure, or a prize by rank among the people paid."""

    id: str
    title: Texts
    measure: str
    per_unit: Fraction | None
    prizes: tuple[Fraction, ...]
    budget: str

    edges: tuple[Fraction, ...] = ()

    def pieces(self, sheet: Sheet) -> list[Piece]:
        """Return the one line of the prize."""
        if self.per_unit is None:
            cents = (sheet.shares or {}).get(self.id, 0)
            return [Piece(1, "times", cents, Fraction(1))] if cents else []
        units = Fraction(sheet.book(self.measure).total) / 100
        return [Piece(1, "times", self.per_unit * 100, units)] if units else []
