"""What multiplies earned pay: coefficient bands, multipliers on a line, gates."""

from dataclasses import dataclass
from fractions import Fraction

from salesanalysis.incentives.components.base import Points, on_line
from salesanalysis.incentives.inputs.book import Scale, Sheet, Texts


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

    def factor(self, sheet: Sheet) -> tuple[int, Fraction]:
        """Return number and coefficient of the band the period's total lies in."""
        unit, sold = self.scale.cents(sheet), self.scale.book(sheet).total
        hit = self.scale.count(sold, [edge for edge, _ in self.bands], unit)
        return hit, self.bands[hit - 1][1]


@dataclass(frozen=True)
class Multiplier:
    """A factor on a line between points, level beyond the first and the last."""

    id: str
    title: Texts
    scale: Scale
    multiplies: tuple[str, ...]
    points: Points

    @property
    def edges(self) -> tuple[Fraction, ...]:
        """Where the line bends."""
        return tuple(x for x, _ in self.points)

    def factor(self, sheet: Sheet) -> tuple[int, Fraction]:
        """Return the factor at the period's total."""
        return 1, on_line(self.scale.x(sheet), self.points)


@dataclass(frozen=True)
class Gate:
    """All or nothing: what it multiplies is paid only where `at` is reached."""

    id: str
    title: Texts
    scale: Scale
    multiplies: tuple[str, ...]
    at: Fraction

    @property
    def edges(self) -> tuple[Fraction, ...]:
        """Where the gate stands."""
        return (self.at,)

    def factor(self, sheet: Sheet) -> tuple[int, Fraction]:
        """Return 1 where the gate is passed, 0 where it is not."""
        unit, sold = self.scale.cents(sheet), self.scale.book(sheet).total
        return 1, Fraction(self.scale.count(sold, self.edges, unit))
