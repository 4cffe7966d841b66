"""What multiplies earned pay: coefficient bands, multipliers on a line, gates."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from salesanalysis.incentives.components.base import Points, on_line
from salesanalysis.incentives.inputs.book import Scale, Sheet, Texts, count_reached, whole_edges


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

    @cached_property
    def _grid(self) -> tuple[tuple[int, ...], int, int]:
        """Edges as whole numbers over one denominator, and how many bands stand before them."""
        whole, under = whole_edges(self.edges)
        return whole, under, len(self.bands) - len(whole)

    def factor(self, sheet: Sheet) -> tuple[int, Fraction]:
        """Return number and coefficient of the band the period's total lies in."""
        (edges, under, before), scale = self._grid, self.scale
        sold, unit = scale.book(sheet).total * under, scale.cents(sheet)
        hit = before + count_reached(edges, sold, unit, scale.closed)
        return hit, self.bands[hit - 1][1]

    @cached_property
    def _added(self) -> tuple[Fraction, ...]:
        return tuple(value - 1 for _, value in self.bands)

    def added(self, number: int, value: Fraction) -> Fraction:  # noqa: ARG002
        """Return what the coefficient of band `number` adds to what it multiplies."""
        return self._added[number - 1]


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

    def added(self, number: int, value: Fraction) -> Fraction:  # noqa: ARG002
        """Return what the factor adds to what it multiplies."""
        return value - 1


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

    def added(self, number: int, value: Fraction) -> Fraction:  # noqa: ARG002
        """Return what the gate takes from what it multiplies: nothing or everything."""
        return value - 1
