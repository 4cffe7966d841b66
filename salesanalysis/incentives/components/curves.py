"""Pay on lines: a payout curve, a rate that moves with the total, a table over two measures."""

from dataclasses import dataclass
from fractions import Fraction

from salesanalysis.incentives.components.base import Points, on_line
from salesanalysis.incentives.inputs.book import ZERO, Exact, Piece, Scale, Sheet, Texts


@dataclass(frozen=True)
class Curve:
    """Pay on a line between points: `below` under the first, the last value beyond the last.

    `of_incentive`: the points are shares of the target incentive, not amounts.
    """

    id: str
    title: Texts
    scale: Scale
    basis: str
    points: Points
    below: Fraction
    of_incentive: bool

    @property
    def edges(self) -> tuple[Fraction, ...]:
        """Where the line bends."""
        return tuple(x for x, _ in self.points)

    def pieces(self, sheet: Sheet) -> list[Piece]:
        """Return the one line of the curve."""
        unit, book = self.scale.cents(sheet), self.scale.book(sheet)
        level = sum((s * self._at(x, unit) for s, x in book.points(self.basis)), ZERO)
        if not level:
            return []
        if not self.of_incentive:
            return [Piece(1, "times", level * 100, Fraction(sheet.share))]
        full = self.scale.full and sheet.incentive_full is not None
        incentive = sheet.incentive_full if full else sheet.target_incentive
        return [Piece(1, "share", incentive or 0, level)]

    def _at(self, sold: Exact, unit: Exact) -> Fraction:
        """Return the height of the curve at `sold`."""
        if not self.scale.count(sold, self.edges[:1], unit):
            return self.below
        return on_line(Fraction(sold) / unit, self.points)


@dataclass(frozen=True)
class AverageRate:
    """The whole amount at a rate that lies on a line between points of the amount."""

    id: str
    title: Texts
    scale: Scale
    points: Points

    @property
    def edges(self) -> tuple[Fraction, ...]:
        """Where the line of the rate bends."""
        return tuple(x for x, _ in self.points)

    def pieces(self, sheet: Sheet) -> list[Piece]:
        """Return the one line of the amount at its rate."""
        base = max(self.scale.book(sheet).total, 0)
        rate = on_line(Fraction(base) / self.scale.cents(sheet), self.points)
        return [Piece(1, "share", base, rate)] if base and rate else []


@dataclass(frozen=True)
class Matrix:
    """The target incentive, or an amount, times a value looked up by two measures."""

    id: str
    title: Texts
    axes: tuple[Scale, Scale]
    grid: tuple[tuple[Fraction | None, ...], tuple[Fraction | None, ...]]
    lookup: str  # stepped | bilinear
    values: tuple[tuple[Fraction, ...], ...]
    amount: Fraction | None  # currency; None = the target incentive

    edges: tuple[Fraction, ...] = ()

    def pieces(self, sheet: Sheet) -> list[Piece]:
        """Return the one line of the cell."""
        value = self._stepped(sheet) if self.lookup == "stepped" else self._between(sheet)
        base = (
            (sheet.target_incentive or 0)
            if self.amount is None
            else self.amount * 100 * sheet.share
        )
        return [Piece(1, "share", base, value)] if value else []

    def _stepped(self, sheet: Sheet) -> Fraction:
        """Return the cell both totals lie in; below a first edge nothing is paid."""
        at = [
            scale.count(scale.book(sheet).total, edges, scale.cents(sheet)) - 1
            for scale, edges in zip(self.axes, self.grid, strict=True)
        ]
        return self.values[at[0]][at[1]] if min(at) >= 0 else ZERO

    def _between(self, sheet: Sheet) -> Fraction:
        """Return the height between the four cells around, level beyond the ends."""
        x, y = (scale.x(sheet) for scale in self.axes)
        rows, columns = self.grid
        heights = [
            on_line(y, [(c or ZERO, v) for c, v in zip(columns, line, strict=True)])
            for line in self.values
        ]
        return on_line(x, [(r or ZERO, h) for r, h in zip(rows, heights, strict=True)])
